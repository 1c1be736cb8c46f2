/* SPDX-License-Identifier: EUPL-1.2 */
/* What no feed tells: what is of the calling device or officer alone. */
#include <string.h>

#include "central/rows.h"
#include "central/store_erasure.h"
#include "wire/payload.h"

#include "base/banned.h"

static bool has_room(const struct rows *r)
{
	return r->count < PAGE_MAX_ROWS
	       && r->text.len + 2 * ENVELOPE_MAX + LIMIT_PAGE_FRAME < PAGE_MAX_BYTES;
}

/* A page with much else leaves these out: the "g" row of the case settles the
 * action as well. Half a page is kept for what follows. */
static bool own_fits(const struct rows *r)
{
	return r->count < PAGE_MAX_ROWS / 2 && r->text.len < PAGE_MAX_BYTES / 2;
}

/* Is the case in a scope that is held, and how much of it is seen? */
static enum status held(struct rows *r, const char *id, bool *yes, enum sight *sight,
			struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	int64_t in[SCOPES_MAX];
	int count = 0;
	enum status st = case_load(r->k->c->db, id, &s, why);

	if (st == ST_OK)
		st = rights_sight(r->k->c->db, &r->k->who, &s, sight, in, &count, why);
	*yes = count > 0;
	stored_case_release(&s);
	return st;
}

enum status rows_own(struct rows *r, int64_t after, int64_t *upto, struct err *why)
{
	struct log_row e = { .seq = after };
	enum sight sight;
	bool yes = false;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = log_of_device(r->k->c->db, r->k->device.id, e.seq, *upto, &e, why))
			  == ST_OK) {
		if (!own_fits(r)) {
			*upto = e.seq - 1;
			break;
		}
		st = held(r, e.case_id, &yes, &sight, why);
		if (st == ST_OK && !yes)
			st = rows_entry(r, &e, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* --- Told up to where it says ---------------------------------------------------------- */

/* Does a feed that is held say so, beyond what is read of it? It may have been said in
 * one that is not held, before the case came to where it is now; and who has loaded a
 * snapshot has read nothing of what was before. */
static bool told_by_feed(struct rows *r, const char *case_id, int64_t seq)
{
	for (int i = 0; i < r->k->who.count; i++)
		if (seq > rows_held_through(r, r->k->who.scope[i])
		    && feed_has(r->k->c->db, r->k->who.feed[i], seq, 'x', case_id, NULL) == ST_OK)
			return true;
	return false;
}

/* What is told up to where it found room. */
struct telling {
	int64_t after, upto, through;
	bool moves;  /* the page brings the client on without this */
	size_t from; /* the page's length before it: what is told twice takes no room */
};

/* The row of `seq` finds no room, and others of the same seq may have found it.
 * A page must move something: one that a single seq has filled goes past it. */
static enum status full_at(struct telling *t, int64_t seq)
{
	int64_t upto = seq - 1 > t->after || t->moves ? seq - 1 : seq;

	t->through = upto < t->through ? upto : t->through;
	return ST_OK;
}

static bool mine_fits(const struct rows *r, const struct telling *t)
{
	return has_room(r) && r->text.len - t->from < r->max_bytes;
}

/* An entry of the officer's own may be erased where he can no longer see; and an
 * earlier device of this home may have signed it. */
static enum status own_erased(struct rows *r, struct telling *t, struct err *why)
{
	struct log_row e = { .seq = 0 };
	char h[HASH_TEXT] = "";
	int64_t by = 0, seq = 0;
	enum sight sight;
	bool yes = false;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = erased_of_officer(r->k->c->db, r->k->device.officer, t->after, t->upto, &e,
					  h, &by, &seq, why))
			  == ST_OK) {
		if (!mine_fits(r, t))
			return full_at(t, seq);
		st = held(r, e.case_id, &yes, &sight, why);
		if (st == ST_OK && (!yes || !told_by_feed(r, e.case_id, seq)))
			st = rows_gap(r, &e, h, by, seq, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* A case that is gone as a whole takes with it what the officer signed on it in vain,
 * and what he had begun to write. */
static enum status own_cases(struct rows *r, struct telling *t, struct err *why)
{
	struct feed_row x = { .seq = t->after, .kind = 'x' };
	enum sight sight;
	bool yes = false;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = erased_case_of_officer(r->k->c->db, r->k->device.officer, x.seq, t->upto,
					       x.case_id, &x.seq, why))
			  == ST_OK) {
		if (!mine_fits(r, t))
			return full_at(t, x.seq);
		st = held(r, x.case_id, &yes, &sight, why);
		if (st == ST_OK && (!yes || !told_by_feed(r, x.case_id, x.seq)))
			st = rows_erased(r, &x, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* The newest reminder of each case that is seen, whichever device set it: cases
 * that others work on have no entries in a page, and snapshots have none at all. */
static enum status watches(struct rows *r, struct telling *t, struct err *why)
{
	struct log_row e = { .seq = t->after };
	enum sight sight = SIGHT_NONE;
	bool yes = false;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = log_next_watch(r->k->c->db, r->k->device.officer, e.seq, t->upto, &e, why))
			  == ST_OK) {
		if (!mine_fits(r, t))
			return full_at(t, e.seq);
		st = held(r, e.case_id, &yes, &sight, why);
		if (st == ST_OK && yes && sight == SIGHT_WHOLE)
			st = rows_entry(r, &e, why);
	}
	return st == ST_NONE ? ST_OK : st;
}

enum status rows_mine(struct rows *r, int64_t after, bool moves, int64_t *through, struct err *why)
{
	struct telling t = { after, *through, *through, moves, r->text.len };
	enum status st = own_erased(r, &t, why);

	if (st == ST_OK)
		st = own_cases(r, &t, why);
	if (st == ST_OK)
		st = watches(r, &t, why);
	*through = t.through;
	return st;
}
