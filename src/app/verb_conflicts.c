/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/present.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { LABEL_COLS = 14, SIDE_COLS = 22 };

static struct present present_of(const struct call *c)
{
	return (struct present){ .names = &c->home->names,
				 .me = c->home->who.sub,
				 .now = clock_wall(&c->home->clock),
				 .today = home_today(c->home) };
}

static void diary_no(const struct call *c, const struct conflict *k, char out[DIARY_MAX])
{
	if (k->here)
		(void)present_number(out, &k->theirs);
	else
		snprintf(out, DIARY_MAX, "%.8s", k->item.case_id);
	(void)c;
}

/* --- For programs ------------------------------------------------------------------- */

static void json_value(struct jsonw *w, const char *name, const struct casefile *f,
		       enum conflict_field field, bool known)
{
	jsonw_key(w, name);
	if (!known)
		jsonw_null(w);
	else if (field == CONFLICT_STATE)
		jsonw_cstr(w, case_state_name(f->state));
	else if (field == CONFLICT_ASSIGNEE)
		jsonw_cstr(w, f->assignee);
	else if (field == CONFLICT_QUEUE)
		jsonw_cstr(w, f->queue);
	else if (field == CONFLICT_DUE)
		jsonw_cstr(w, f->due_on);
	else if (field == CONFLICT_TITLE)
		jsonw_cstr(w, strbuf_cstr(&f->title));
	else if (field == CONFLICT_OUTCOME)
		jsonw_cstr(w, f->outcome);
	else if (field == CONFLICT_PRIORITY)
		jsonw_int(w, f->priority);
	else if (field == CONFLICT_SECRECY)
		jsonw_int(w, f->protection);
	else
		jsonw_null(w);
}

static void json_field(struct jsonw *w, const struct conflict *k, enum conflict_field f)
{
	const struct conflict_mark *m = &k->marks[f];

	jsonw_map(w);
	jsonw_kv(w, "field", conflict_field_name(f));
	jsonw_kv_bool(w, "mine_changed", m->mine);
	jsonw_kv_bool(w, "theirs_changed", m->theirs);
	json_value(w, "common", &k->common, f, k->base_known);
	json_value(w, "mine", &k->wanted, f, k->base_known || m->mine);
	json_value(w, "theirs", &k->theirs, f, k->here);
	jsonw_kv(w, "who", m->who);
	if (m->at > 0)
		jsonw_kv_instant(w, "at", m->at);
	if (f >= CONFLICT_NOTES)
		jsonw_kv_int(w, "added", m->added);
	jsonw_end_map(w);
}

static void json_sides(struct jsonw *w, unsigned sides)
{
	static const char *const names[] = { "undecided", "mine", "theirs", "both" };

	jsonw_key(w, "sides");
	jsonw_list(w);
	for (int i = CONFLICT_MINE; i <= CONFLICT_BOTH; i++)
		if (sides & 1u << i)
			jsonw_cstr(w, names[i]);
	jsonw_end_list(w);
}

static void one_json(struct call *c, struct jsonw *w, const struct conflict *k)
{
	struct strbuf answer = STRBUF_INIT;
	char number[DIARY_MAX];

	diary_no(c, k, number);
	words_answer(&answer, &k->item, &c->home->names);
	jsonw_map(w);
	jsonw_kv_int(w, "item", k->item.id);
	jsonw_kv(w, "case_id", k->item.case_id);
	jsonw_kv(w, "diary_no", number);
	jsonw_kv(w, "act", k->item.act);
	jsonw_kv(w, "class", action_class_name(k->mine.def->class));
	jsonw_kv(w, "state", outbox_state_name(k->item.state));
	jsonw_kv(w, "verdict", verdict_name(k->item.verdict));
	jsonw_kv(w, "why", k->item.why);
	jsonw_kv(w, "who", k->item.who);
	jsonw_kv(w, "answer", strbuf_cstr(&answer));
	jsonw_kv_int(w, "first", k->first);
	jsonw_kv_int(w, "since", k->since);
	json_sides(w, k->sides);
	jsonw_kv(w, "not_mine", k->not_mine.code);
	jsonw_key(w, "fields");
	jsonw_list(w);
	for (int f = 0; f < CONFLICT_FIELDS; f++)
		if (conflict_shows(k, (enum conflict_field)f))
			json_field(w, k, (enum conflict_field)f);
	jsonw_end_list(w);
	jsonw_end_map(w);
	strbuf_release(&answer);
}

/* --- For people ------------------------------------------------------------------------ */

static void put_cell(struct call *c, const struct conflict *k, enum conflict_field f, int side,
		     const struct present *p)
{
	struct strbuf cell = STRBUF_INIT;

	present_conflict_cell(&cell, k, f, side, p);
	put_field(c, strbuf_str(&cell), SIDE_COLS);
	strbuf_release(&cell);
}

static void one_in_words(struct call *c, const struct conflict *k)
{
	struct present p = present_of(c);
	struct strbuf said = STRBUF_INIT, answer = STRBUF_INIT;
	char state[40], number[DIARY_MAX];

	diary_no(c, k, number);
	words_outbox_state(state, &k->item, p.now, WAITS_UNKNOWN);
	present_action(&said, &k->mine, &p, false);
	words_answer(&answer, &k->item, p.names);
	put_line(c, "%lld  %s  %s  %s", (long long)k->item.id, state, number, strbuf_cstr(&said));
	put_line(c, "    %s", strbuf_cstr(&answer));
	put_field(c, str_of(""), 4);
	put_field(c, str_of(_("Fält")), LABEL_COLS);
	put_field(c, str_of(_("Gemensam")), SIDE_COLS);
	put_field(c, str_of(_("Din")), SIDE_COLS);
	put_line(c, "%s", _("Centralens"));
	for (int f = 0; f < CONFLICT_FIELDS; f++) {
		if (!conflict_shows(k, (enum conflict_field)f))
			continue;
		put_field(c, str_of(""), 4);
		put_field(c, str_of(present_conflict_field((enum conflict_field)f)), LABEL_COLS);
		for (int side = 0; side < 3; side++)
			put_cell(c, k, (enum conflict_field)f, side, &p);
		put_line(c, "%s", k->marks[f].who);
	}
	put_line(c, "%s", "");
	strbuf_release(&said);
	strbuf_release(&answer);
}

/* --- All of them, the oldest first -------------------------------------------------------- */

static enum status one(struct call *c, struct jsonw *w, int64_t id, struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct conflict k = CONFLICT_INIT;
	enum status st = conflict_open(&actor, id, &k, why);

	if (st == ST_OK && w)
		one_json(c, w, &k);
	else if (st == ST_OK)
		one_in_words(c, &k);
	conflict_release(&k);
	return st;
}

static enum status all(struct call *c, struct jsonw *w, int *count, struct err *why)
{
	const struct outbox_base all_of_it = { .floor = INT64_MAX, .common = INT64_MAX };
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t after = 0;
	enum status st = ST_OK;

	while (st == ST_OK
	       && (st = outbox_shown(c->home->outbox, after, &all_of_it, &i, why)) == ST_OK) {
		after = i.id;
		if (!conflict_waits(&i))
			continue;
		st = one(c, w, i.id, why);
		++*count;
	}
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

static enum status list(struct call *c, struct err *why)
{
	struct jsonw w;
	int count = 0;
	enum status st;

	if (!c->given[FLAG_JSON]) {
		st = all(c, NULL, &count, why);
		if (st == ST_OK && count == 0 && !c->given[FLAG_QUIET])
			say_line(
				c, "%s",
				_("Inga konflikter: allt du signerat står, eller väntar på svar."));
		return st;
	}
	json_begin(&w, c, "sluss.conflicts/1");
	jsonw_key(&w, "conflicts");
	jsonw_list(&w);
	st = all(c, &w, &count, why);
	jsonw_end_list(&w);
	json_end(&w, c);
	return st;
}

/* --- Choosing a side ------------------------------------------------------------------------ */

static bool side_named(enum conflict_side *side, const char *typed)
{
	static const struct {
		const char *name, *alias;
		enum conflict_side side;
	} names[] = {
		{ "mine", "din", CONFLICT_MINE },
		{ "central", "centralens", CONFLICT_THEIRS },
		{ "both", "båda", CONFLICT_BOTH },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(typed, names[i].name) == 0 || strcmp(typed, names[i].alias) == 0) {
			*side = names[i].side;
			return true;
		}
	return false;
}

/* What only adds stands beside what others have added. */
static enum status fit_side(struct call *c, int64_t id, enum conflict_side *side, int64_t *seen_n,
			    struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct conflict k = CONFLICT_INIT;
	enum status st = conflict_open(&actor, id, &k, why);

	if (st == ST_OK && *side == CONFLICT_MINE && (k.sides & 1u << CONFLICT_BOTH))
		*side = CONFLICT_BOTH;
	*seen_n = k.theirs.n;
	conflict_release(&k);
	return st;
}

static enum status solve(struct call *c, int64_t id, enum conflict_side side, struct err *why)
{
	struct actor actor;
	struct act_result r;
	int64_t seen_n;
	enum status st = fit_side(c, id, &side, &seen_n, why);

	if (st == ST_OK && side != CONFLICT_THEIRS)
		st = item_not_unread(c, id, why);
	if (st == ST_OK && side != CONFLICT_THEIRS)
		st = call_unlock(c, why);
	actor = home_actor(c->home);
	if (st == ST_OK)
		st = conflict_solve(&actor, id, side, seen_n, &r, why);
	if (st != ST_OK || side != CONFLICT_THEIRS)
		return st == ST_OK ? resign_report(c, &r, why) : st;
	if (!c->given[FLAG_QUIET])
		say_line(c, "%s", _("Undanlagd. Den väntar inte längre på dig."));
	return ST_OK;
}

enum status verb_conflicts(struct call *c, struct err *why)
{
	enum conflict_side side;
	int64_t id;
	enum status st;

	if (c->count == 0)
		return list(c, why);
	if (!side_named(&side, c->args[0]))
		return err_set(why, ST_BAD_INPUT, "usage", "conflicts %.40s: mine, central or both",
			       c->args[0]);
	st = call_item(c, 1, &id, why);
	return st == ST_OK ? solve(c, id, side, why) : st;
}
