/* SPDX-License-Identifier: EUPL-1.2 */
/* search - POST /v1/cases/search: the cases that a filter means, newest first. */
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "central/store_search.h"
#include "wire/case_json.h"
#include "wire/catalog_resolve.h"

#include "base/banned.h"

/* --- Names into codes -------------------------------------------------------------- */

/* Whom a filter may name; read when one does. */
struct people {
	struct central *c;
	struct officer_list list;
	bool known;
};

static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	struct people *p = ctx;

	if (field == BY_ASSIGNEE && !p->known)
		p->known = officer_names(p->c->db, &p->list, NULL) == ST_OK;
	catalog_resolve(&p->c->registry, &p->list, field, word, exact, add, to);
}

/* --- The question -------------------------------------------------------------------- */

static enum status read_before(const struct json *j, struct search *s, struct err *why)
{
	const struct json *before = json_member(j, "before");

	if (json_kind_of(before) == JSON_NONE || json_kind_of(before) == JSON_NULL_)
		return ST_OK;
	if (!json_copy_text(before, "case_id", s->case_id, sizeof(s->case_id))
	    || !uuid_valid(str_of(s->case_id))
	    || !instant_parse(&s->received_at, json_get_text(before, "received_at")))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"before\" names the last case seen: received_at and case_id");
	return ST_OK;
}

static enum status read_limit(const struct json *j, int64_t *limit, struct err *why)
{
	*limit = json_get_int(j, "limit", LIMIT_SEARCH_DEFAULT);
	if (*limit < 1 || *limit > LIMIT_SEARCH_CASES)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"limit\" is 1 to %d",
			       LIMIT_SEARCH_CASES);
	return ST_OK;
}

static enum status read_filter(struct call *k, const struct json *j, struct filter *f,
			       struct err *why)
{
	struct people people = { .c = k->c };
	const struct filter_env env = { .me = k->who.officer.id,
					.today = day_in_stockholm(central_now(k->c), NULL, NULL),
					.resolve = resolve,
					.ctx = &people };
	struct str text = json_get_text(j, "filter");
	enum status st;

	if (!text.p)
		return err_set(why, ST_BAD_INPUT, "field-missing", "member \"filter\" is missing");
	st = filter_parse(f, text, &env, NULL, why);
	officer_list_release(&people.list);
	return st;
}

/* --- The answer ------------------------------------------------------------------------ */

struct answer {
	struct jsonw w;
	int64_t left; /* cases that there is room for */
};

static bool put_case(void *ctx, const struct casefile *c)
{
	struct answer *a = ctx;

	if (a->left == 0)
		return false;
	a->left--;
	jsonw_map(&a->w);
	case_json(&a->w, c);
	jsonw_kv_int(&a->w, "n", c->n);
	jsonw_kv(&a->w, "eh", c->eh);
	if (c->closed_at)
		jsonw_kv_instant(&a->w, "closed_at", c->closed_at);
	jsonw_end_map(&a->w);
	return true;
}

/* Where to go on: not always behind a case found, for many may have been looked
 * at in vain. */
static void put_end(struct jsonw *w, const struct search_end *end)
{
	jsonw_kv_bool(w, "more", end->more);
	if (!end->more)
		return;
	jsonw_key(w, "next");
	jsonw_map(w);
	jsonw_kv_instant(w, "received_at", end->received_at);
	jsonw_kv(w, "case_id", end->case_id);
	jsonw_end_map(w);
}

/* One snapshot: a case that moves meanwhile is neither doubled nor lost. */
static enum status answer(struct call *k, const struct search *s, int64_t limit, struct err *why)
{
	struct answer a = { .left = limit };
	struct search_end end;
	enum status st = db_begin_read(k->c->db, why);

	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&a.w, &k->out->body);
	jsonw_map(&a.w);
	jsonw_key(&a.w, "cases");
	jsonw_list(&a.w);
	st = search_run(k->c->db, s, put_case, &a, &end, why);
	jsonw_end_list(&a.w);
	put_end(&a.w, &end);
	jsonw_end_map(&a.w);
	db_rollback(k->c->db);
	if (st == ST_OK && k->out->body.failed)
		st = err_set(why, ST_BROKEN, "search", "the cases found cannot be written");
	return st;
}

enum status handle_search(struct call *k, struct err *why)
{
	static const char *const known[] = { "filter", "limit", "before", NULL };
	struct filter f = FILTER_INIT;
	struct search s = { .filter = &f, .who = &k->who, .looks = LIMIT_SEARCH_LOOKS };
	struct json *j = NULL;
	int64_t limit = 0;
	enum status st = body_map(k, known, &j, why);

	if (st == ST_OK)
		st = read_limit(j, &limit, why);
	if (st == ST_OK)
		st = read_before(j, &s, why);
	if (st == ST_OK)
		st = read_filter(k, j, &f, why);
	if (st == ST_OK)
		st = answer(k, &s, limit, why);
	json_free(j);
	filter_release(&f);
	return st;
}
