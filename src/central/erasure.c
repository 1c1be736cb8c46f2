/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/erasure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/erasure_carry.h"
#include "central/folder.h"
#include "central/snapshot.h"
#include "central/store_erasure.h"
#include "domain/erasure.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { DAY_MS = 24 * 3600 * 1000 };

int64_t erasure_until(int64_t at)
{
	return at + (int64_t)ERASURE_DAYS * DAY_MS;
}

/* --- What an entry says ----------------------------------------------------------- */

static int64_t number(const struct action *a, const char *name)
{
	return strtoll(action_get(a, name), NULL, 10);
}

static void order_of(struct erasure_order *o, const struct action *proposal, int64_t proposed,
		     int64_t confirmed)
{
	*o = (struct erasure_order){ .what = action_get(proposal, "what"),
				     .h = action_get(proposal, "h"),
				     .ground = action_get(proposal, "ground"),
				     .reason = action_get(proposal, "why"),
				     .n = number(proposal, "n"),
				     .proposed = proposed,
				     .confirmed = confirmed };
}

/* --- May it be? -------------------------------------------------------------------- */

static enum status no(struct err *why, const char *code, const char *text)
{
	return err_set(why, ST_REFUSED, code, "%s", text);
}

/* Was entry r erased on the central's word alone, as after a restore that lost the
 * decision? Then a registrar's is taken still, and vouches for it instead. */
static bool is_undecided(struct central *c, const struct log_row *r)
{
	struct erasure e = { .proposed = 1 };
	struct strbuf jws = STRBUF_INIT;
	struct action a = ACTION_INIT;
	struct log_row word;
	int64_t by = 0;

	if (entry_jws(c->db, r, &jws, &by, NULL) == ST_NONE && by > 0
	    && log_by_case(c->db, r->case_id, by, &word, NULL) == ST_OK
	    && erasure_entry(c, &word, &a, NULL) == ST_OK)
		erasure_of(&e, &a);
	action_release(&a);
	strbuf_release(&jws);
	return e.proposed == 0;
}

/* There is such an entry with words still, and it vouches for no gap. */
static enum status may_take_entry(struct central *c, const char *case_id, int64_t n,
				  struct err *why)
{
	struct strbuf jws = STRBUF_INIT;
	struct log_row r;
	int64_t by = 0;
	enum status st = log_by_case(c->db, case_id, n, &r, why);

	if (st == ST_OK)
		st = entry_jws(c->db, &r, &jws, &by, why);
	strbuf_release(&jws);
	if (st == ST_NONE && by > 0 && is_undecided(c, &r)) {
		err_clear(why);
		return ST_OK;
	}
	if (st == ST_NONE || (st == ST_OK && erasure_vouches(r.act)))
		return err_set(why, ST_REFUSED, "entry-unknown",
			       "case %s has no entry %" PRId64 " that can be erased", case_id, n);
	return st;
}

static enum status may_take(struct central *c, const struct erasure_order *o, const char *case_id,
			    struct err *why)
{
	struct stored_document d;
	enum status st = ST_OK;

	if (strcmp(o->what, "entry") == 0)
		return may_take_entry(c, case_id, o->n, why);
	if (strcmp(o->what, "document") == 0)
		st = erasure_document(c, case_id, o->n, o->h, &d, why);
	return st == ST_NONE
		       ? no(why, "document-unknown", "the entry has no such document to be erased")
		       : st;
}

/* The proposal that waits, by its entry. */
static enum status waiting(struct central *c, const struct action *a, struct erasure_row *row,
			   struct err *why)
{
	enum status st = erasure_get(c->db, a->case_id, number(a, "n"), row, why);

	return st == ST_NONE ? no(why, "erasure-unknown",
				  "no proposal to erase waits at that entry of the case")
			     : st;
}

enum status erasure_read(struct central *c, const struct erasure_row *row, struct action *proposal,
			 struct err *why)
{
	struct log_row r;
	enum status st = log_by_case(c->db, row->case_id, row->n, &r, why);

	return st == ST_OK ? erasure_entry(c, &r, proposal, why) : st;
}

enum status erasure_outgrown(struct central *c, const char *case_id, const struct action *proposal,
			     bool *yes, struct err *why)
{
	struct log_row r = { .n = proposal->base_n };
	enum status st = ST_OK;

	*yes = false;
	if (strcmp(action_get(proposal, "what"), "case") != 0)
		return ST_OK;
	while (!*yes && (st = log_after(c->db, case_id, r.n, &r, why)) == ST_OK) {
		const struct action_def *def = action_find(str_of(r.act));
		bool own = strcmp(r.dev, proposal->dev) == 0 && r.ctr < proposal->ctr;

		*yes = !own && !erasure_vouches(r.act) && !(def && def->neutral);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* Two persons have looked at what goes; an entry of since then nobody has. */
static enum status may_take_grown(struct central *c, const struct action *proposal, struct err *why)
{
	bool grown;
	enum status st = erasure_outgrown(c, proposal->case_id, proposal, &grown, why);

	return st == ST_OK && grown
		       ? no(why, "erasure-outgrown",
			    "the case has got more entries since it was proposed to be erased: "
			    "withdraw the proposal, look at the case, and propose it anew")
		       : st;
}

static enum status may_confirm(struct central *c, const struct action *a, struct err *why)
{
	struct action proposal = ACTION_INIT;
	struct erasure_row row;
	struct erasure_order o;
	enum status st = waiting(c, a, &row, why);

	if (st == ST_OK && strcmp(row.sub, a->sub) == 0)
		st = no(why, "same-person",
			"who has proposed an erasure does not confirm it; it takes two persons");
	if (st == ST_OK && central_now(c) > erasure_until(row.at))
		st = no(why, "erasure-lapsed",
			"the proposal was not confirmed in time and has lapsed; propose it anew");
	if (st == ST_OK)
		st = erasure_read(c, &row, &proposal, why);
	if (st == ST_OK)
		st = may_take_grown(c, &proposal, why);
	if (st == ST_OK) {
		order_of(&o, &proposal, row.n, 0);
		st = may_take(c, &o, a->case_id, why);
	}
	action_release(&proposal);
	return st;
}

enum status erasure_bars(struct central *c, const char *case_id, struct err *why)
{
	int64_t by;
	enum status st = case_erased(c->db, case_id, &by, why);

	if (st == ST_OK)
		return no(why, "case-erased", "the case was erased; nothing is added to it");
	return st == ST_NONE ? ST_OK : st;
}

enum status erasure_may(struct central *c, const struct action *a, const struct stored_case *s,
			struct err *why)
{
	struct erasure_row row;
	struct erasure_order o;

	if (strcmp(a->def->name, "erasure.propose") == 0) {
		order_of(&o, a, 0, 0);
		return may_take(c, &o, s->file.id, why);
	}
	if (strcmp(a->def->name, "erasure.confirm") == 0)
		return may_confirm(c, a, why);
	return strcmp(a->def->name, "erasure.withdraw") == 0 ? waiting(c, a, &row, why) : ST_OK;
}

/* --- What follows from a decision --------------------------------------------------------- */

static enum status follow_proposal(struct central *c, struct stored_case *s, const struct action *a,
				   int64_t n, struct err *why)
{
	struct erasure_row row = { .n = n, .at = central_now(c) };
	const char *what = action_get(a, "what");
	struct log_row part = { .act = "" };
	struct erasure_order o;
	enum status st = ST_OK;

	order_of(&o, a, n, 0);
	if (strcmp(what, "case") != 0)
		st = log_by_case(c->db, s->file.id, o.n, &part, why);
	if (st != ST_OK)
		return st;
	if (erasure_persons(o.ground, what, part.act) == 1)
		return erasure_carry(c, s, &o, why);
	memcpy(row.case_id, s->file.id, sizeof(row.case_id));
	memcpy(row.sub, a->sub, sizeof(row.sub));
	return erasure_add(c->db, &row, why);
}

static enum status follow_confirm(struct central *c, struct stored_case *s, const struct action *a,
				  int64_t n, struct err *why)
{
	struct action proposal = ACTION_INIT;
	struct erasure_row row;
	struct erasure_order o;
	enum status st = erasure_get(c->db, s->file.id, number(a, "n"), &row, why);

	if (st == ST_OK)
		st = erasure_read(c, &row, &proposal, why);
	if (st == ST_OK)
		st = erasure_drop(c->db, s->file.id, row.n, why);
	if (st == ST_OK) {
		order_of(&o, &proposal, row.n, n);
		st = erasure_carry(c, s, &o, why);
	}
	action_release(&proposal);
	return st;
}

enum status erasure_follow(struct central *c, struct stored_case *s, const struct action *a,
			   int64_t n, struct err *why)
{
	if (strcmp(a->def->name, "erasure.propose") == 0)
		return follow_proposal(c, s, a, n, why);
	if (strcmp(a->def->name, "erasure.confirm") == 0)
		return follow_confirm(c, s, a, n, why);
	if (strcmp(a->def->name, "erasure.withdraw") == 0)
		return erasure_drop(c->db, s->file.id, number(a, "n"), why);
	return ST_OK;
}

/* --- The operator's ------------------------------------------------------------------------- */

/* Its words are gone already. */
static bool is_erased(struct central *c, const char *case_id, int64_t n)
{
	struct strbuf jws = STRBUF_INIT;
	struct log_row r;
	int64_t by = 0;
	bool yes = log_by_case(c->db, case_id, n, &r, NULL) == ST_OK
		   && entry_jws(c->db, &r, &jws, &by, NULL) == ST_NONE && by > 0;

	strbuf_release(&jws);
	return yes;
}

static enum status erase_in(struct central *c, struct stored_case *s, int64_t n, const char *reason,
			    struct err *why)
{
	struct erasure_order o = { .what = "entry", .n = n, .reason = reason };
	enum status st = may_take(c, &o, s->file.id, why);

	if (st == ST_REFUSED || (st == ST_OK && is_erased(c, s->file.id, n)))
		return ST_NONE;
	return st == ST_OK ? erasure_carry(c, s, &o, why) : st;
}

enum status central_erase(struct central *c, const char *case_id, int64_t n, const char *reason,
			  struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = central_begin(c, why);

	if (st == ST_OK)
		st = case_load(c->db, case_id, &s, why);
	if (st == ST_NONE)
		st = err_set(why, ST_NONE, "case-unknown", "there is no case %.40s", case_id);
	if (st == ST_OK)
		st = erase_in(c, &s, n, reason, why);
	if (st == ST_OK)
		st = central_commit(c, why);
	central_rollback(c);
	if (st == ST_OK)
		st = central_testify(c, why);
	if (st == ST_OK)
		st = erasure_purge(c, why);
	stored_case_release(&s);
	return st;
}

/* --- After a restore ------------------------------------------------------------------------ */

static enum status take_again(struct central *c, struct stored_case *s, const struct erase_again *a,
			      struct err *why)
{
	struct erasure_order o = { .what = a->n == 0 ? "case"
					   : a->h[0] ? "document"
						     : "entry",
				   .h = a->h,
				   .n = a->n,
				   .reason = "erased before a restore that lost the decision" };
	int64_t by;
	enum status st = case_erased(c->db, a->case_id, &by, why);

	if (st != ST_NONE)
		return st;
	st = may_take(c, &o, a->case_id, why);
	if (st == ST_REFUSED || st == ST_NONE) {
		err_clear(why);
		return ST_OK; /* it is gone */
	}
	return st == ST_OK ? erasure_carry(c, s, &o, why) : st;
}

/* Chosen under the lock of the database: what another process has just erased again is
 * on the list no more. */
static enum status one_again(struct central *c, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct erase_again a;
	enum status st = central_begin(c, why);
	bool none;

	if (st == ST_OK)
		st = erase_again_next(c->db, &a, why);
	none = st == ST_NONE;
	if (st == ST_OK)
		st = case_load(c->db, a.case_id, &s, why);
	if (st == ST_OK)
		st = take_again(c, &s, &a, why);
	if (st == ST_OK || (st == ST_NONE && !none))
		st = erase_again_done(c->db, &a, why);
	if (st == ST_OK)
		st = central_commit(c, why);
	central_rollback(c);
	stored_case_release(&s);
	return st;
}

enum status erasure_again(struct central *c, struct err *why)
{
	bool any = false;
	enum status st;

	while ((st = one_again(c, why)) == ST_OK)
		any = true;
	if (st == ST_NONE && any)
		st = erasure_purge(c, why);
	return st == ST_NONE ? ST_OK : st;
}

/* --- The raw files ------------------------------------------------------------------------------ */

/* Under the lock of the database, so that a package that another process puts
 * in place meanwhile is either made without what is erased, and kept, or not
 * there yet, and its maker finds that the case has moved on. */
static enum status drop_packages(struct central *c, const char *id, struct err *why)
{
	int64_t n = 0;
	enum status st = db_begin(c->db, why);

	if (st != ST_OK)
		return st;
	st = packed_since_erased(c->db, id, &n, why);
	if (st == ST_OK)
		st = folder_drop_packages(c->dir, id, n > 0 ? n - 1 : 0, why);
	db_rollback(c->db);
	return st;
}

enum status erasure_purge(struct central *c, struct err *why)
{
	char id[UUID_TEXT] = "";
	enum status st, purged;

	st = purge_next(c->db, id, why);
	c->purge_due = c->purge_due && st != ST_NONE;
	if (st != ST_OK)
		return st == ST_NONE ? ST_OK : st;
	id[0] = '\0';
	st = purge_begin(c->db, why);
	while (st == ST_OK && (st = purge_next(c->db, id, why)) == ST_OK)
		if (c->dir)
			st = drop_packages(c, id, why);
	if (st != ST_NONE)
		return st;
	snapshot_yield(c);
	st = snapshot_sweep(c, why);
	if (st != ST_OK)
		return st;
	purged = db_purge(c->db, "case_index", why);
	c->purge_due = purged != ST_OK && purged != ST_RETRY;
	/* It may hold the only trace of what a restore lost: its operator looks first. */
	c->before_due = c->before_due || (c->dir && folder_has_before(c->dir));
	if (purged == ST_OK)
		return purge_done(c->db, why);
	return purged == ST_RETRY ? ST_OK : purged;
}
