/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/proposals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/home.h"
#include "base/i18n.h"
#include "cache/entries.h"
#include "cache/outbox.h"
#include "domain/erasure.h"
#include "wire/json.h"

#include "base/banned.h"

static void copy_day(char out[11], const struct json *j, const char *name)
{
	struct str t = json_get_text(j, name);

	snprintf(out, 11, "%.*s", t.n < 10 ? (int)t.n : 10, t.p ? t.p : "");
}

static bool read_one(struct proposal *p, const struct json *j)
{
	struct str what = json_get_text(j, "what"), reason = json_get_text(j, "why");

	*p = (struct proposal){ .why = STRBUF_INIT };
	(void)json_copy_text(j, "diary_no", p->number, sizeof(p->number));
	(void)json_copy_text(j, "ground", p->ground, sizeof(p->ground));
	p->n = json_get_int(j, "n", 0);
	p->document = str_eq(what, "document");
	p->outgrown = json_get_bool(j, "outgrown", false);
	p->entry = str_eq(what, "case") ? 0 : json_get_int(j, "entry", 0);
	copy_day(p->at, j, "at");
	copy_day(p->until, j, "until");
	return json_copy_text(j, "case_id", p->case_id, sizeof(p->case_id))
	       && json_copy_text(j, "officer", p->officer, sizeof(p->officer)) && p->n > 0
	       && (p->entry > 0 || str_eq(what, "case"))
	       && strbuf_set(&p->why, reason.p ? reason.p : "", reason.n);
}

static void read_rows(struct proposals *p, const struct json *list)
{
	for (size_t i = 0; i < json_count(list) && p->count < PROPOSALS_MAX; i++)
		if (read_one(&p->rows[p->count], json_item(list, i)))
			p->count++;
		else
			strbuf_release(&p->rows[p->count].why);
}

enum status proposals_read(struct proposals *p, struct str body, struct err *why)
{
	struct json *j = NULL;
	const struct json *list;
	enum status st = json_read(&j, body, why);

	proposals_release(p);
	list = json_member(j, "erasures");
	if (st == ST_OK && json_kind_of(list) != JSON_LIST)
		st = err_set(why, ST_BROKEN, "not-ours", "the answer is no list of erasures");
	if (st == ST_OK && json_count(list) > 0) {
		p->rows = calloc(PROPOSALS_MAX, sizeof(*p->rows));
		if (p->rows)
			read_rows(p, list);
		else
			st = err_set(why, ST_BROKEN, "memory", "no memory for what waits");
	}
	json_free(j);
	return st;
}

void proposals_release(struct proposals *p)
{
	for (int i = 0; i < p->count; i++)
		strbuf_release(&p->rows[i].why);
	free(p->rows);
	*p = (struct proposals)PROPOSALS_INIT;
}

int proposals_for(const struct proposals *p, const char *me)
{
	int n = 0;

	for (int i = 0; i < p->count; i++)
		n += strcmp(p->rows[i].officer, me) != 0 && !p->rows[i].outgrown;
	return n;
}

int proposals_outgrown(const struct proposals *p)
{
	int n = 0;

	for (int i = 0; i < p->count; i++)
		n += p->rows[i].outgrown;
	return n;
}

/* The last entry that is known here: a page brings it, or an answer to one's own. */
static int64_t last_known(const struct home *h, const struct casefile *file)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t n = file->n;

	while (outbox_of_case(h->outbox, file->id, i.id, &i, NULL) == ST_OK)
		if (verdict_stands(i.verdict) && i.n > n)
			n = i.n;
	outbox_item_release(&i);
	return n;
}

enum status proposal_may(const struct home *h, const struct casefile *file, int64_t n,
			 struct err *why)
{
	struct entry e = ENTRY_INIT;
	bool here = entry_get(h->cache, file->id, n, &e, NULL) == ST_OK;
	enum status st = ST_OK;

	if (here && erasure_vouches(e.act))
		st = err_set(why, ST_REFUSED, "entry-record",
			     "entry %lld decides on an erasure, and stays", (long long)n);
	else if (n < 1 || n > last_known(h, file) || (here && e.erased))
		st = err_set(why, ST_NONE, "entry-unknown",
			     "the case has no entry %lld that can be erased", (long long)n);
	entry_release(&e);
	return st;
}

enum status proposal_known(const struct home *h, const struct casefile *file, int64_t n,
			   const char *sub, struct err *why)
{
	struct entry e = ENTRY_INIT;
	bool here = entry_get(h->cache, file->id, n, &e, NULL) == ST_OK;
	enum status st = ST_OK;

	if (n < 1 || n > last_known(h, file) || (here && strcmp(e.act, "erasure.propose") != 0))
		st = err_set(why, ST_NONE, "erasure-unknown",
			     "entry %lld of the case proposes no erasure", (long long)n);
	else if (here && *sub && strcmp(e.sub, sub) == 0)
		st = err_set(why, ST_REFUSED, "same-person",
			     "who has proposed an erasure does not confirm it");
	entry_release(&e);
	return st;
}

void proposal_what(char out[48], const struct proposal *p)
{
	if (p->entry == 0)
		snprintf(out, 48, "%s", _("hela ärendet"));
	else
		snprintf(out, 48, p->document ? _("handling i post %lld") : _("post %lld"),
			 (long long)p->entry);
}
