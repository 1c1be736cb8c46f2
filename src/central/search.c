/* SPDX-License-Identifier: EUPL-1.2 */
/* search - POST /v1/cases/search: the cases that a filter means, newest first. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "central/call.h"
#include "central/store_search.h"
#include "wire/case_json.h"

#include "base/banned.h"

/* --- Names into codes -------------------------------------------------------------- */

enum match { MATCH_NONE, MATCH_START, MATCH_WHOLE };

/* One question of the parser, and the best answer so far. */
struct seek {
	struct central *c;
	struct str word;
	enum match best;
	bool giving;
	void (*add)(void *to, const char *code);
	void *to;
};

static enum match compare(const char *name, struct str word)
{
	struct strbuf folded = STRBUF_INIT;
	enum match m = MATCH_NONE;

	if (utf8_fold(&folded, str_of(name), true) && folded.len >= word.n
	    && memcmp(strbuf_cstr(&folded), word.n ? word.p : "", word.n) == 0)
		m = folded.len == word.n ? MATCH_WHOLE : MATCH_START;
	strbuf_release(&folded);
	return m;
}

static void visit(struct seek *s, const char *code, const char *sv, const char *en)
{
	const char *const names[] = { code, sv, en };
	enum match best = MATCH_NONE;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum match m = compare(names[i], s->word);

		best = m > best ? m : best;
	}
	if (s->giving && best >= s->best)
		s->add(s->to, code);
	else if (best > s->best)
		s->best = best;
}

static void visit_officers(struct seek *s)
{
	struct officer_row o = { .id = "" };

	while (officer_after(s->c->db, o.id, &o, NULL) == ST_OK)
		visit(s, o.id, o.name, "");
}

static void visit_all(struct seek *s, enum filter_field field)
{
	const struct registry *r = &s->c->registry;

	for (int i = 0; field == BY_QUEUE && i < r->queue_count; i++)
		visit(s, r->queues[i].name.code, r->queues[i].name.sv, r->queues[i].name.en);
	for (int i = 0; field == BY_UNIT && i < r->unit_count; i++)
		visit(s, r->units[i].name.code, r->units[i].name.sv, r->units[i].name.en);
	for (int i = 0; field == BY_TYPE && i < r->type_count; i++)
		visit(s, r->types[i].name.code, r->types[i].name.sv, r->types[i].name.en);
	for (int i = 0; field == BY_DECISION && i < r->type_count; i++)
		for (int k = 0; k < r->types[i].outcome_count; k++) {
			const struct named_code *o = &r->types[i].outcomes[k];

			visit(s, o->code, o->sv, o->en);
		}
	if (field == BY_ASSIGNEE)
		visit_officers(s);
}

/* Who types a whole name means that one, and not what begins in the same way. */
static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	struct seek s = { .c = ctx, .word = word, .best = MATCH_START, .add = add, .to = to };

	if (exact)
		s.best = MATCH_WHOLE;
	else
		visit_all(&s, field);
	s.giving = true;
	visit_all(&s, field);
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
	const struct filter_env env = { .me = k->who.officer.id,
					.today = day_in_stockholm(central_now(k->c), NULL, NULL),
					.resolve = resolve,
					.ctx = k->c };
	struct str text = json_get_text(j, "filter");

	if (!text.p)
		return err_set(why, ST_BAD_INPUT, "field-missing", "member \"filter\" is missing");
	return filter_parse(f, text, &env, NULL, why);
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
