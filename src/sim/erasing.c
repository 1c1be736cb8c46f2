/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/erasing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/cases.h"
#include "sim/world.h"
#include "sql/db.h"

#include "base/banned.h"

/* Words of applications are counted from 1 (people.c). */
enum { FIRST_WORD = 1000000 };

static uint64_t chance(struct world *w, uint64_t n)
{
	return rare_below(w, RARE_ERASURE, n);
}

/* One of n, for what is aimed at: other draws stay as they are. */
static uint64_t aim(struct world *w, uint64_t n)
{
	struct erasing *e = &w->erasing;

	if (!e->begun)
		e->rng = rng_from_seed(&e->seed, w->o->seed ^ 0xE7A5ED);
	e->begun = true;
	return rng_below(&e->rng, n);
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

static int64_t count(struct world *w, const char *sql)
{
	struct stmt *q = db_stmt(central_db(w->central), sql);
	int64_t n = stmt_step(q, NULL) == ST_OK ? stmt_col_int(q, 0) : 0;

	stmt_reset(q);
	return n;
}

void erasing_count(struct world *w)
{
	struct sim_result *r = w->result;

	if (!rare_has(w, RARE_ERASURE))
		return;
	r->notes_erased = count(w, "SELECT count(*) FROM log l JOIN entry e USING(seq)"
				   " WHERE l.act = 'note.add' AND e.jws IS NULL AND l.case_id"
				   " NOT IN (SELECT case_id FROM erased_case)");
	r->documents_erased = count(w, "SELECT count(*) FROM log l JOIN entry e USING(seq)"
				       " WHERE l.act = 'document.add' AND e.jws IS NOT NULL"
				       " AND NOT EXISTS (SELECT 1 FROM document d"
				       " WHERE d.case_id = l.case_id AND d.n = l.n)");
	r->cases_erased = count(w, "SELECT count(*) FROM erased_case");
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
	s->in_document = aim(d->world, 3) != 0;
	/* One that was not signed, as was said, may be found so by the next start. */
	people_word(s->word, FIRST_WORD + (uint64_t)e->words++);
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

static bool is_secret(struct world *w, struct str iid)
{
	const struct erasing *e = &w->erasing;

	for (int i = 0; i < e->secret_count; i++)
		if (str_eq(iid, e->secret[i].iid))
			return true;
	return false;
}

/* What was asked, answered and sent takes two persons on any ground. */
static bool bears_case(const char *act)
{
	return strcmp(act, "case.receive") == 0 || strcmp(act, "case.decide") == 0
	       || strcmp(act, "message.send") == 0;
}

/* A note or a document of the case that stands, and best one with a word of its
 * own: what everybody erases, and what its word is looked for. */
static bool pick_words(struct world *w, struct decision *to)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT l.n, coalesce(d.h, ''), l.iid FROM log l JOIN entry e"
				 " USING(seq) LEFT JOIN document d ON d.case_id = l.case_id"
				 " AND d.n = l.n WHERE l.case_id = ?1 AND e.jws IS NOT NULL"
				 " AND (l.act = 'note.add' OR d.h IS NOT NULL AND l.act ="
				 " 'document.add') ORDER BY l.n");
	bool any = false, own = false;
	uint64_t seen = 0;

	stmt_cstr(q, 1, to->case_id);
	while (stmt_step(q, NULL) == ST_OK) {
		bool secret = is_secret(w, stmt_col_text(q, 2));

		/* One of each sort is as likely as another. */
		seen = secret && !own ? 1 : seen + (secret == own);
		own = own || secret;
		if (secret != own || aim(w, seen) != 0)
			continue;
		any = true;
		to->n = stmt_col_int(q, 0);
		stmt_col_copy(q, 1, to->h, sizeof(to->h));
	}
	stmt_reset(q);
	return any;
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

static bool decided(struct device *d, const struct intent *in, struct decision *to)
{
	struct act_result r;

	if (!officer_signs(d, in, &r))
		return false;
	memcpy(to->iid, r.iid, sizeof(to->iid));
	d->world->erasing.decision_count++;
	rare_count(d->world, RARE_ERASURE);
	return true;
}

static bool propose(struct device *d, const char *case_id)
{
	static const char *const grounds[] = { "misfiled", "secret", "weeded", "disposed" };
	struct world *w = d->world;
	struct decision *to = next_decision(w);
	struct intent in = { .act = "erasure.propose", .case_id = case_id };
	uint64_t ground = chance(w, 4), kind = aim(w, 3) ? 1 + chance(w, 7) : 0;
	char n[24];

	if (!to)
		return false;
	snprintf(to->case_id, sizeof(to->case_id), "%s", case_id);
	if (kind && aim(w, 4) ? !pick_words(w, to) : !pick_target(w, to)) {
		write_secret(d, case_id);
		return false;
	}
	to->what = kind == 0 ? "case" : to->h[0] && kind < 6 ? "document" : "entry";
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
	return decided(d, &in, to);
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

static bool has_case(struct device *d, const char *case_id)
{
	struct casefile base = CASEFILE_INIT;
	bool has = case_base(d->cache, case_id, &base, NULL) == ST_OK;

	casefile_release(&base);
	return has;
}

/* Has somebody signed that already? It may be on its way still, or be refused. */
static bool is_confirmed(const struct world *w, const char *case_id, int64_t n)
{
	const struct erasing *e = &w->erasing;

	for (int i = 0; i < e->decision_count; i++)
		if (e->decision[i].confirms == n && strcmp(e->decision[i].case_id, case_id) == 0)
			return true;
	return false;
}

/* One of the proposals that wait for a second person, and not one's own; in a case
 * that the device has. */
static bool pick_waiting(struct device *d, char case_id[UUID_TEXT], int64_t *n)
{
	struct stmt *q = db_stmt(central_db(d->world->central),
				 "SELECT case_id, n FROM erasure WHERE sub <> ?1"
				 " ORDER BY at DESC, case_id, n");
	bool any = false;

	stmt_cstr(q, 1, d->officer);
	while (!any && stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, case_id, UUID_TEXT);
		*n = stmt_col_int(q, 1);
		any = has_case(d, case_id)
		      && (!is_confirmed(d->world, case_id, *n) || aim(d->world, 12) == 0);
	}
	stmt_reset(q);
	return any;
}

static bool confirm(struct device *d, const char *case_id, int64_t n)
{
	struct decision *to = next_decision(d->world);
	const struct decision *of = proposed_at(d->world, case_id, n);
	struct intent in = { .act = "erasure.confirm", .case_id = case_id };
	char text[24];

	if (!to || !of)
		return false;
	*to = *of;
	to->waits = false;
	to->confirms = n;
	snprintf(text, sizeof(text), "%lld", (long long)n);
	add(&in, "n", text);
	return decided(d, &in, to);
}

/* The operator's own erasing, at the central's machine. */
static void operator_erases(struct world *w, const char *case_id)
{
	struct decision to = { .what = "entry" };
	struct err why = ERR_INIT;
	bool healing = w->healing;
	enum status st;

	snprintf(to.case_id, sizeof(to.case_id), "%s", case_id);
	if (!(aim(w, 2) && pick_words(w, &to)) && !pick_target(w, &to))
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

/* Mostly where something was written that may go, if the device has that case, else
 * anywhere. */
static bool pick_case(struct device *d, char case_id[UUID_TEXT])
{
	const struct erasing *e = &d->world->erasing;
	const char *of;

	if (e->secret_count == 0 || chance(d->world, 3) == 0)
		return officer_picks(d, chance, case_id);
	of = e->secret[chance(d->world, (uint64_t)e->secret_count)].case_id;
	if (!has_case(d, of))
		return officer_picks(d, chance, case_id);
	snprintf(case_id, UUID_TEXT, "%s", of);
	return true;
}

/* Does a proposal wait for a second person? */
static bool waits(struct world *w)
{
	return found(w, "SELECT 1 FROM erasure WHERE ?1 = ?1 AND ?2 = ?2 AND ?3 = ?3", "", "", 0);
}

/* One that runs and shows a case. */
static struct device *pick_device(struct world *w, char case_id[UUID_TEXT])
{
	uint64_t first = chance(w, (uint64_t)w->device_count);

	for (int i = 0; i < w->device_count; i++) {
		struct device *d = &w->device[((int)first + i) % w->device_count];

		if (!d->down && pick_case(d, case_id))
			return d;
	}
	return NULL;
}

/* One that runs and whose officer may confirm what waits at entry *n. */
static struct device *pick_second(struct world *w, char case_id[UUID_TEXT], int64_t *n)
{
	uint64_t first = waits(w) ? aim(w, (uint64_t)w->device_count) : 0;

	for (int i = 0; waits(w) && i < w->device_count; i++) {
		struct device *d = &w->device[((int)first + i) % w->device_count];

		if (!d->down && pick_waiting(d, case_id, n))
			return d;
	}
	return NULL;
}

/* False: it came to nothing. */
static bool does(struct device *d, const char *case_id)
{
	uint64_t what = chance(d->world, 16);

	if (what < 6)
		write_secret(d, case_id);
	else if (what == 6)
		operator_erases(d->world, case_id);
	else
		return propose(d, case_id);
	return true;
}

/* Where nobody was there, had a case or was let, and where a second person is
 * waited for, most try again after a while. */
void erasing_happens(struct world *w)
{
	char case_id[UUID_TEXT];
	int64_t n = 0, before;
	struct device *second = pick_second(w, case_id, &n);
	struct device *d = second ? second : pick_device(w, case_id);
	bool done = false;

	before = d ? d->disk_faults : 0;
	/* What is written meanwhile would have to be looked at as well. */
	if (d && (second || !waits(w) || aim(w, 2) == 0))
		done = second ? confirm(d, case_id, n) : does(d, case_id);
	if ((!done || waits(w)) && aim(w, 24))
		world_later(w, (1 + (int64_t)aim(w, 10)) * SECOND, EVENT_RARE, RARE_ERASURE, NULL);
	if (d)
		device_acted(d, before);
}
