/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/erasing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"
#include "sql/db.h"

#include "base/banned.h"

/* Words of applications are counted from 1 (people.c). */
enum { FIRST_WORD = 1000000 };

static uint64_t chance(struct world *w, uint64_t n)
{
	return rare_below(w, RARE_ERASURE, n);
}

/* --- What is gone ------------------------------------------------------------------ */

/* Does the central have a row? */
static bool found(struct world *w, const char *sql, const char *a, const char *b, int64_t n)
{
	struct stmt *q = db_stmt(central_db(w->central), sql);
	bool any;

	stmt_cstr(q, 1, a);
	stmt_cstr(q, 2, b);
	stmt_int(q, 3, n);
	any = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return any;
}

bool erasing_took_case(struct world *w, const char *case_id)
{
	return found(w, "SELECT 1 FROM erased_case WHERE case_id = ?1 AND ?2 = ?2 AND ?3 = ?3",
		     case_id, "", 0);
}

bool erasing_took_entry(struct world *w, const char *case_id, int64_t n, const char *h)
{
	return found(w,
		     "SELECT 1 FROM log l JOIN entry e ON e.seq = l.seq WHERE l.case_id = ?1"
		     " AND l.n = ?3 AND (e.jws IS NULL OR (?2 <> '' AND NOT EXISTS (SELECT 1"
		     " FROM document d WHERE d.case_id = ?1 AND d.n = ?3 AND d.h = ?2)))",
		     case_id, h, n);
}

bool erasing_took(struct world *w, const char *iid, const char *case_id)
{
	return rare_has(w, RARE_ERASURE)
	       && (erasing_took_case(w, case_id)
		   || found(w,
			    "SELECT 1 FROM log l JOIN entry e ON e.seq = l.seq WHERE l.iid = ?1"
			    " AND e.jws IS NULL AND ?2 = ?2 AND ?3 = ?3",
			    iid, "", 0));
}

bool erasing_took_secret(struct world *w, const struct secret *s)
{
	return found(w,
		     "SELECT 1 FROM log l JOIN entry e ON e.seq = l.seq WHERE l.iid = ?1"
		     " AND ?2 = ?2 AND (e.jws IS NULL OR (?3 AND NOT EXISTS (SELECT 1"
		     " FROM document d WHERE d.case_id = l.case_id AND d.n = l.n)))",
		     s->iid, "", s->in_document);
}

bool erasing_unheard(struct device *d, const char *case_id)
{
	struct world *w = d->world;

	return people_hidden(w, d->officer, case_id)
	       && found(w,
			"SELECT 1 FROM log WHERE case_id = ?1 AND ?2 = ?2 AND act = 'entry.erase'"
			" AND at >= ?3",
			case_id, "", d->pulled);
}

/* --- What is written ----------------------------------------------------------------- */

/* A note, or a document, that nobody should have had. */
static void write_secret(struct device *d, const char *case_id)
{
	struct erasing *e = &d->world->erasing;
	struct secret *s = &e->secret[e->secret_count];
	struct intent in = { .case_id = case_id };
	struct act_result r;
	char text[CANARY_TEXT + 16];

	if (e->secret_count == SECRETS_MAX)
		return;
	s->in_document = chance(d->world, 2) == 0;
	people_word(s->word, FIRST_WORD + (uint64_t)e->secret_count);
	snprintf(text, sizeof(text), "Om %s.", s->word);
	in.act = s->in_document ? "document.add" : "note.add";
	if (s->in_document)
		in.docs[in.doc_count++] =
			(struct intent_doc){ "handling.txt", "text/plain", str_of(text) };
	else
		in.args[in.arg_count++] = (struct intent_arg){ "text", str_of(text) };
	if (!officer_signs(d, &in, &r))
		return;
	memcpy(s->iid, r.iid, sizeof(s->iid));
	snprintf(s->case_id, sizeof(s->case_id), "%s", case_id);
	e->secret_count++;
}

/* --- What is decided ------------------------------------------------------------------- */

/* What was asked, answered and sent takes two persons on any ground. */
static bool bears_case(const char *act)
{
	return strcmp(act, "case.receive") == 0 || strcmp(act, "case.decide") == 0
	       || strcmp(act, "message.send") == 0;
}

/* An entry of the case, and a document that came with it, if one did. */
static bool pick_target(struct world *w, struct decision *to)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT l.n, coalesce(d.h, ''), l.act FROM log l"
				 " LEFT JOIN document d ON d.case_id = l.case_id AND d.n = l.n"
				 " WHERE l.case_id = ?1 ORDER BY l.n LIMIT 1 OFFSET ?2");
	struct stmt *all = db_stmt(central_db(w->central),
				   "SELECT count(*) FROM log l LEFT JOIN document d"
				   " ON d.case_id = l.case_id AND d.n = l.n WHERE l.case_id = ?1");
	char act[CODE_MAX];
	int64_t rows = 0;
	bool any;

	stmt_cstr(all, 1, to->case_id);
	if (stmt_step(all, NULL) == ST_OK)
		rows = stmt_col_int(all, 0);
	stmt_reset(all);
	stmt_cstr(q, 1, to->case_id);
	stmt_int(q, 2, rows ? (int64_t)chance(w, (uint64_t)rows) : 0);
	any = stmt_step(q, NULL) == ST_OK;
	if (any) {
		to->n = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, to->h, sizeof(to->h));
		stmt_col_copy(q, 2, act, sizeof(act));
		to->waits = bears_case(act);
	}
	stmt_reset(q);
	return any;
}

static struct decision *next_decision(struct world *w)
{
	struct erasing *e = &w->erasing;

	if (e->decision_count == DECISIONS_MAX)
		return NULL;
	e->decision[e->decision_count] = (struct decision){ .what = "" };
	return &e->decision[e->decision_count];
}

static void add(struct intent *in, const char *name, const char *value)
{
	in->args[in->arg_count++] = (struct intent_arg){ name, str_of(value) };
}

static void decided(struct device *d, const struct intent *in, struct decision *to)
{
	struct act_result r;

	if (!officer_signs(d, in, &r))
		return;
	memcpy(to->iid, r.iid, sizeof(to->iid));
	d->world->erasing.decision_count++;
	rare_count(d->world, RARE_ERASURE);
}

static void propose(struct device *d, const char *case_id)
{
	static const char *const grounds[] = { "misfiled", "secret", "weeded", "disposed" };
	struct world *w = d->world;
	struct decision *to = next_decision(w);
	struct intent in = { .act = "erasure.propose", .case_id = case_id };
	uint64_t ground = chance(w, 4), kind = chance(w, 8);
	char n[24];

	if (!to)
		return;
	snprintf(to->case_id, sizeof(to->case_id), "%s", case_id);
	if (!pick_target(w, to))
		return;
	to->what = kind == 0 ? "case" : to->h[0] && kind < 5 ? "document" : "entry";
	to->waits = to->waits || ground == 3 || kind == 0;
	if (to->what[0] != 'd')
		to->h[0] = '\0';
	snprintf(n, sizeof(n), "%lld", (long long)to->n);
	add(&in, "what", to->what);
	if (to->what[0] != 'c')
		add(&in, "n", n);
	if (to->h[0])
		add(&in, "h", to->h);
	add(&in, "ground", grounds[ground]);
	add(&in, "why", "Hör inte hit.");
	decided(d, &in, to);
}

/* The decision whose proposal is entry n of the case. */
static const struct decision *proposed_at(struct world *w, const char *case_id, int64_t n)
{
	struct erasing *e = &w->erasing;

	for (int i = 0; i < e->decision_count; i++)
		if (found(w, "SELECT 1 FROM log WHERE case_id = ?1 AND iid = ?2 AND n = ?3",
			  case_id, e->decision[i].iid, n))
			return &e->decision[i];
	return NULL;
}

/* One of the proposals that wait, and not one's own. */
static bool pick_waiting(struct device *d, char case_id[UUID_TEXT], char n[24])
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT case_id, n FROM erasure WHERE sub <> ?1"
				 " ORDER BY at DESC, case_id, n LIMIT 1 OFFSET ?2");
	bool any;

	stmt_cstr(q, 1, d->officer);
	stmt_int(q, 2, (int64_t)chance(d->world, 2));
	any = stmt_step(q, NULL) == ST_OK;
	if (any) {
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
		snprintf(n, 24, "%lld", (long long)stmt_col_int(q, 1));
	}
	stmt_reset(q);
	return any;
}

static void confirm(struct device *d)
{
	struct decision *to = next_decision(d->world);
	const struct decision *of;
	struct intent in = { .act = "erasure.confirm" };
	char case_id[UUID_TEXT], n[24];

	if (!to || !pick_waiting(d, case_id, n))
		return;
	of = proposed_at(d->world, case_id, strtoll(n, NULL, 10));
	if (!of)
		return;
	*to = *of;
	to->waits = false;
	in.case_id = case_id;
	add(&in, "n", n);
	decided(d, &in, to);
}

/* The operator's own erasing, at the central's machine. */
static void operator_erases(struct world *w, const char *case_id)
{
	struct decision to = { .what = "entry" };
	struct err why = ERR_INIT;
	bool healing = w->healing;
	enum status st;

	snprintf(to.case_id, sizeof(to.case_id), "%s", case_id);
	if (!pick_target(w, &to))
		return;
	w->healing = true;
	st = central_erase(w->central, case_id, to.n, "Hör inte hit.", &why);
	w->healing = healing;
	world_trace(w, "operator erases %lld: %s", (long long)to.n, why.code);
	if (st == ST_OK)
		rare_count(w, RARE_ERASURE);
	w->woke = true; /* the serving process has seen it (central_stirred) */
	if (st == ST_OK && !erasing_took_entry(w, case_id, to.n, ""))
		world_violation(w, "erased", "entry %lld of %s stands after it was erased",
				(long long)to.n, case_id);
	else if (st != ST_OK && st != ST_NONE && st != ST_REFUSED)
		world_violation(w, "central", "the operator cannot erase: %s", why.text);
}

/* Mostly where something was written that may go, else anywhere. */
static bool pick_case(struct device *d, char case_id[UUID_TEXT])
{
	const struct erasing *e = &d->world->erasing;

	if (e->secret_count == 0 || chance(d->world, 3) == 0)
		return officer_picks(d, chance, case_id);
	snprintf(case_id, UUID_TEXT, "%s",
		 e->secret[chance(d->world, (uint64_t)e->secret_count)].case_id);
	return true;
}

void erasing_happens(struct world *w)
{
	struct device *d = &w->device[chance(w, (uint64_t)w->device_count)];
	int64_t before = d->disk_faults;
	uint64_t what = chance(w, 16);
	char case_id[UUID_TEXT];

	if (d->down || !pick_case(d, case_id))
		return;
	if (what < 6)
		write_secret(d, case_id);
	else if (what < 11)
		propose(d, case_id);
	else if (what < 15)
		confirm(d);
	else
		operator_erases(w, case_id);
	device_acted(d, before);
}
