/* SPDX-License-Identifier: EUPL-1.2 */
/* What was decided to be erased is gone, with its words, from every file. */
#include "sim/checks.h"

#include <stdio.h>
#include <string.h>

#include "sim/drive.h"
#include "wire/page.h"

#include "base/banned.h"

/* The first word that is erased and stands in the bytes, or NULL; in those of a
 * device, where it has heard of it. */
static const char *erased_in(struct world *w, struct device *d, struct str bytes)
{
	const struct erasing *e = &w->erasing;
	const struct people *p = &w->people;

	for (int i = 0; i < e->secret_count; i++)
		if (people_word_in(bytes, e->secret[i].word)
		    && erasing_took_secret(w, &e->secret[i])
		    && !(d && erasing_unheard(d, e->secret[i].case_id)))
			return e->secret[i].word;
	for (int i = 0; i < p->canary_count; i++)
		if (people_word_in(bytes, p->canary[i].word)
		    && erasing_took_entry(w, p->canary[i].case_id, 1, "")
		    && !(d && erasing_unheard(d, p->canary[i].case_id)))
			return p->canary[i].word;
	return NULL;
}

static void search(struct world *w, int device, const char *file)
{
	char name[FOLDER_TEXT + 24], folder[FOLDER_TEXT];
	const struct drive_file *f;
	const char *word;

	stage_folder(folder, device);
	snprintf(name, sizeof(name), "%s%s", folder, file);
	f = drive_file(name);
	if (!f->there || !f->now.n)
		return;
	word = erased_in(w, device >= 0 ? &w->device[device] : NULL,
			 (struct str){ (const char *)f->now.p, f->now.n });
	if (word)
		world_violation(w, "erased", "%s holds \"%s\", which was erased", name, word);
}

static void search_device(struct device *d)
{
	search(d->world, d->index, "cache.db");
	search(d->world, d->index, "cache.db-wal");
	search(d->world, d->index, "outbox.db");
	search(d->world, d->index, "outbox.db-wal");
}

/* Where a decision stands, what it names is gone. */
static void carried_out(struct world *w, const struct decision *to)
{
	int64_t n;
	bool gone = to->what[0] == 'c' ? erasing_took_case(w, to->case_id)
				       : erasing_took_entry(w, to->case_id, to->n, to->h);

	if (!to->waits && times_in_log(w, to->iid, &n) > 0 && !gone)
		world_violation(w, "erased", "%s %lld of case %s was decided to go, and stands",
				to->what, (long long)to->n, to->case_id);
}

void check_erased(const struct moment *m)
{
	struct err why = ERR_INIT;

	if (!rare_has(m->w, RARE_ERASURE))
		return;
	for (int i = 0; i < m->w->erasing.decision_count; i++)
		carried_out(m->w, &m->w->erasing.decision[i]);
	for_devices(m, search_device);
	/* What a fault of the disk had put off, and what is swept a day later. */
	m->w->now += 25 * 60 * MINUTE;
	if (loading_jobs(m->w, &why) != ST_OK)
		world_violation(m->w, "central", "erased words cannot be purged: %s", why.text);
	search(m->w, -1, "central.db");
	search(m->w, -1, "central.db-wal");
}

void check_erased_unsaid(const struct moment *m)
{
	const struct reply *r = &m->m->reply;
	struct strbuf raw = STRBUF_INIT;
	const char *word;

	if (!rare_has(m->w, RARE_ERASURE) || r->body.len == 0)
		return;
	if (strncmp(r->content_type, "application/zstd", 16) != 0
	    || zstd_unpack(&raw, strbuf_str(&r->body), PAGE_MAX_BYTES, NULL) != ST_OK)
		strbuf_set(&raw, r->body.data, r->body.len);
	word = erased_in(m->w, NULL, strbuf_str(&raw));
	if (word)
		world_violation(m->w, "erased", "%s is answered with \"%s\", which was erased",
				strbuf_cstr(&m->m->request.path), word);
	strbuf_release(&raw);
}
