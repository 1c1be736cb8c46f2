/* SPDX-License-Identifier: EUPL-1.2 */
/* The history that a device has of a case, beside the central's log. */
#include "sim/checks.h"

#include <string.h>

#include "cache/entries.h"
#include "sql/db.h"
#include "wire/page.h"

#include "base/banned.h"

/* --- I8, on its way ------------------------------------------------------------------ */

struct page_look {
	const struct moment *m;
	int64_t through; /* the transactions up to here are in the page */
};

static enum status look_at_head(void *ctx, const struct page_head *h, struct str covered,
				const char *sha256, struct err *why)
{
	struct page_look *l = ctx;

	(void)covered, (void)sha256, (void)why;
	l->through = h->size;
	return ST_OK;
}

static enum status look_at_row(void *ctx, const struct page_row *row, struct err *why)
{
	const struct page_look *l = ctx;
	const struct moment *m = l->m;

	(void)why;
	/* A case that was asked for by its name is told as it is. */
	if (row->seq > l->through && !strstr(strbuf_cstr(&m->m->request.body), row->case_id))
		world_violation(m->w, "I8",
				"device %d: a page through %lld has seq %lld of case %s, and not"
				" the rest of that transaction",
				m->d->index, (long long)l->through, (long long)row->seq,
				row->case_id);
	return ST_OK;
}

void check_page_whole(const struct moment *m)
{
	struct page_look l = { .m = m };
	const struct page_handler h = { .head = look_at_head, .row = look_at_row, .ctx = &l };
	struct strbuf raw = STRBUF_INIT;

	if (m->m->reply.status != 200
	    || strcmp(strbuf_cstr(&m->m->request.path), "/v1/sync/pull") != 0)
		return;
	if (zstd_unpack(&raw, strbuf_str(&m->m->reply.body), PAGE_MAX_BYTES, NULL) != ST_OK
	    || page_read(strbuf_str(&raw), &h, NULL) != ST_OK)
		world_violation(m->w, "I8", "device %d is given a page that is none", m->d->index);
	strbuf_release(&raw);
}

/* --- I10, of the entries ---------------------------------------------------------------- */

/* Its words are gone there, or a restored central has them again. */
static bool is_erased(struct device *d, const char *eh, struct str jws)
{
	return jws.n == 0 || marks_has(&d->world->history.erased, bytes_name(str_of(eh)));
}

/* What is here of entry n is what the log has; words that were erased are gone
 * here as there. Of one that was erased out of sight no more may be known. */
static bool same_entry(struct device *d, const struct entry *e)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT l.seq, l.eh, e.jws FROM log l JOIN entry e USING(seq)"
				 " WHERE l.case_id = ?1 AND l.n = ?2");
	char eh[HASH_TEXT];
	bool same = false;

	stmt_cstr(q, 1, e->case_id);
	stmt_int(q, 2, e->n);
	if (stmt_step(q, NULL) == ST_OK) {
		struct str jws = stmt_col_text(q, 2);

		stmt_col_copy(q, 1, eh, sizeof(eh));
		same = (stmt_col_int(q, 0) == e->seq && strcmp(eh, e->eh) == 0)
		       || (e->erased && !e->eh[0] && e->seq == 0);
		if (e->erased && e->jws.len == 0)
			same = same && is_erased(d, eh, jws);
		else
			same = same && jws.n == e->jws.len
			       && memcmp(jws.p, e->jws.data, jws.n) == 0;
	}
	stmt_reset(q);
	return same;
}

static void check_history(struct device *d, const struct casefile *f)
{
	struct entry e = ENTRY_INIT;
	int64_t gap = 0;

	while (entry_after(d->cache, f->id, e.n, &e, NULL) == ST_OK)
		if (!same_entry(d, &e))
			world_violation(d->world, "I10",
					"device %d: entry %lld of case %s is not as the log has it",
					d->index, (long long)e.n, f->id);
	entry_release(&e);
	/* Of a closed one the rest comes when somebody opens it. */
	if (strcmp(f->assignee, d->officer) != 0 || f->state >= CASE_CLOSED)
		return;
	if (entry_gap(d->cache, f->id, f->n, &gap, NULL) != ST_OK || gap != 0)
		world_violation(d->world, "I10",
				"device %d: case %s is the officer's own, and entry %lld of %lld is"
				" not there",
				d->index, f->id, (long long)gap, (long long)f->n);
}

static void histories(struct device *d)
{
	struct stmt *q = db_stmt(d->cache, "SELECT case_id FROM base_case");
	struct casefile f = CASEFILE_INIT;
	char case_id[UUID_TEXT];

	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, case_id, sizeof(case_id));
		if (case_base(d->cache, case_id, &f, NULL) == ST_OK)
			check_history(d, &f);
	}
	stmt_reset(q);
	casefile_release(&f);
}

void check_histories(const struct moment *m)
{
	for_devices(m, histories);
}
