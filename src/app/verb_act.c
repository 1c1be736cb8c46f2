/* SPDX-License-Identifier: EUPL-1.2 */
/* The verbs that sign one action each, and what is told about it. */
#include "app/verbs.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"

#include "base/banned.h"

/* Where an argument of an act comes from. */
enum source {
	FROM_NOTHING,
	FROM_WORD,
	FROM_PRIORITY,
	FROM_TEXT,
	FROM_DAY,
	FROM_QUEUE,
	FROM_OFFICER,
	FROM_FLAG,
	FROM_FLAG_DAY
};

struct given_arg {
	const char *arg; /* of the act */
	enum source source;
	enum flag flag; /* for FROM_FLAG*; FROM_FLAG_DAY without it: today */
	bool needed;
};
enum { GIVEN_MAX = 3 };

static const struct {
	const char *act;
	struct given_arg args[GIVEN_MAX];
} forms[] = {
	{ "case.release", { { "reason", FROM_FLAG, FLAG_REASON, false } } },
	{ "case.assign",
	  { { "officer", FROM_OFFICER, 0, true }, { "reason", FROM_FLAG, FLAG_REASON, false } } },
	{ "case.route",
	  { { "queue", FROM_QUEUE, 0, true }, { "reason", FROM_FLAG, FLAG_REASON, false } } },
	{ "note.add", { { "text", FROM_TEXT, 0, true } } },
	{ "case.deadline",
	  { { "due", FROM_DAY, 0, true }, { "reason", FROM_FLAG, FLAG_REASON, false } } },
	{ "watch.set",
	  { { "on", FROM_DAY, 0, false }, { "text", FROM_FLAG, FLAG_REASON, false } } },
	{ "case.priority", { { "priority", FROM_PRIORITY, 0, true } } },
	{ "case.ask",
	  { { "text", FROM_TEXT, 0, true }, { "due", FROM_FLAG_DAY, FLAG_ON, false } } },
	{ "case.suspend",
	  { { "reason", FROM_FLAG, FLAG_REASON, true },
	    { "until", FROM_FLAG_DAY, FLAG_ON, false } } },
	{ "case.propose", { { "text", FROM_TEXT, 0, true } } },
	{ "case.return", { { "reason", FROM_FLAG, FLAG_REASON, false } } },
	{ "case.dispatch",
	  { { "channel", FROM_WORD, 0, true }, { "on", FROM_FLAG_DAY, FLAG_ON, true } } },
	{ "case.waive_dispatch", { { "ground", FROM_FLAG, FLAG_GROUND, true } } },
	{ "case.reopen", { { "reason", FROM_FLAG, FLAG_REASON, true } } },
};

/* The texts of an intent while it is put together. */
struct draft {
	struct intent intent;
	struct strbuf text;
	char day[GIVEN_MAX][DAY_TEXT];
	char queue[CODE_MAX], unit[CODE_MAX];
	const char *of_unit; /* the case's */
};

static void add(struct intent *in, const char *name, struct str value)
{
	in->args[in->arg_count++] = (struct intent_arg){ name, value };
}

static enum status add_queue(struct draft *d, const struct call *c, struct err *why)
{
	bool several;
	const struct queue *q = names_find_queue(&c->home->names, c->args[1], &several);

	if (several)
		return err_set(why, ST_BAD_INPUT, "queue-ambiguous",
			       "%.60s: several queues begin so", c->args[1]);
	if (!q)
		return err_set(why, ST_BAD_INPUT, "queue-unknown", "there is no such queue: %.60s",
			       c->args[1]);
	snprintf(d->queue, sizeof(d->queue), "%s", q->name.code);
	snprintf(d->unit, sizeof(d->unit), "%s", q->unit);
	add(&d->intent, "queue", str_of(d->queue));
	add(&d->intent, "unit", str_of(d->unit));
	return ST_OK;
}

/* While no officer is known, the central judges. */
static enum status add_officer(struct draft *d, const struct call *c, struct err *why)
{
	const struct names *n = &c->home->names;
	bool several = false;
	const struct officer_name *o = names_find_officer(n, c->args[1], d->of_unit, &several);
	const char *near = names_near_officer(n, c->args[1], d->of_unit);

	if (o || n->officers.count == 0) {
		add(&d->intent, "officer", str_of(o ? o->id : c->args[1]));
		return ST_OK;
	}
	if (several)
		return err_set(why, ST_BAD_INPUT, "officer-ambiguous",
			       "several officers are called so: %.60s", c->args[1]);
	if (near)
		return err_set(why, ST_BAD_INPUT, "officer-near",
			       "no such officer can have the case: %.60s; did you mean: %s",
			       c->args[1], near);
	return err_set(why, ST_BAD_INPUT, "officer-none",
		       "no such officer can have the case: %.60s", c->args[1]);
}

static enum status add_flag(struct draft *d, const struct call *c, const struct given_arg *g,
			    char day[DAY_TEXT], struct err *why)
{
	bool is_day = g->source == FROM_FLAG_DAY;
	enum status st = ST_OK;

	if (!c->given[g->flag] && g->needed && !is_day)
		return err_set(why, ST_BAD_INPUT, "usage-needed", "%s cannot do without: --%s",
			       c->verb->name, flag_def(g->flag)->name);
	if (!c->given[g->flag] && !g->needed)
		return ST_OK;
	if (!is_day) {
		add(&d->intent, g->arg, str_of(c->value[g->flag]));
		return ST_OK;
	}
	st = call_day(day, c, c->given[g->flag] ? c->value[g->flag] : "today", why);
	if (st == ST_OK)
		add(&d->intent, g->arg, str_of(day));
	return st;
}

/* What the act takes, which is less than what is read. */
static size_t text_limit(const char *act, const char *arg)
{
	const struct action_def *def = action_find(str_of(act));

	for (int i = 0; def && i < ACTION_ARGS_MAX && def->args[i].name; i++)
		if (strcmp(def->args[i].name, arg) == 0)
			return def->args[i].max;
	return 0;
}

/* By its name, or as it stands. */
static const char *priority(const char *typed)
{
	static const char *const names[][2] = {
		{ "hög", "1" }, { "high", "1" }, { "normal", "2" }, { "låg", "3" }, { "low", "3" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(typed, names[i][0]) == 0)
			return names[i][1];
	return typed;
}

static enum status add_given(struct draft *d, const struct call *c, const struct given_arg *g,
			     char day[DAY_TEXT], struct err *why)
{
	enum { TEXT_MAX = 64 * 1024 };
	enum status st = ST_OK;

	switch (g->source) {
	case FROM_NOTHING:
		break;
	case FROM_WORD:
		add(&d->intent, g->arg, str_of(c->args[1]));
		break;
	case FROM_PRIORITY:
		add(&d->intent, g->arg, str_of(priority(c->args[1])));
		break;
	case FROM_TEXT:
		st = call_text(&d->text, c->args[1], TEXT_MAX, why);
		if (st != ST_OK && strcmp(why->code, "field-too-long") == 0)
			err_set(why, st, "field-too-long", "the text may have at most %zu bytes",
				text_limit(d->intent.act, g->arg));
		add(&d->intent, g->arg, strbuf_str(&d->text));
		break;
	case FROM_DAY:
		if (c->count < 2)
			break;
		st = call_day(day, c, c->args[1], why);
		add(&d->intent, g->arg, str_of(day));
		break;
	case FROM_QUEUE:
		st = add_queue(d, c, why);
		break;
	case FROM_OFFICER:
		st = add_officer(d, c, why);
		break;
	case FROM_FLAG:
	case FROM_FLAG_DAY:
		st = add_flag(d, c, g, day, why);
		break;
	}
	return st;
}

static enum status fill(struct draft *d, const struct call *c, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(forms[i].act, c->verb->act) != 0)
			continue;
		for (int k = 0; st == ST_OK && k < GIVEN_MAX && forms[i].args[k].arg; k++)
			st = add_given(d, c, &forms[i].args[k], d->day[k], why);
	}
	return st;
}

static enum status sign_it(struct call *c, struct draft *d, const struct case_row *row,
			   struct err *why)
{
	struct actor actor;
	struct act_result r;
	enum status st;

	/* What cannot be is told before the passphrase is asked for. */
	actor = home_actor(c->home);
	st = act_may(&actor, &d->intent, why);
	if (st != ST_OK || c->given[FLAG_DRY_RUN]) {
		if (st == ST_OK)
			say_line(c, "%s", _("Det går. Inget har signerats."));
		return st;
	}
	st = call_unlock(c, why);
	if (st != ST_OK)
		return st;
	actor = home_actor(c->home);
	st = act(&actor, &d->intent, &r, why);
	return st == ST_OK ? act_report(c, row, &r, why) : st;
}

enum status verb_act(struct call *c, struct err *why)
{
	struct draft d = { .text = STRBUF_INIT_MAX(64 * 1024) };
	struct case_row row = CASE_ROW_INIT;
	enum status st = call_case(c, 0, &row, why);

	d.intent.act = c->verb->act;
	d.of_unit = row.file.unit;
	if (st == ST_OK)
		st = fill(&d, c, why);
	if (st == ST_OK) {
		d.intent.case_id = row.file.id;
		st = sign_it(c, &d, &row, why);
	}
	case_row_release(&row);
	strbuf_release(&d.text);
	return st;
}

/* --- What is told ----------------------------------------------------------------------- */

static void report_json(struct call *c, const struct case_row *row, const struct outbox_item *i)
{
	bool answered = i->verdict != VERDICT_NONE;
	struct jsonw w;

	json_begin(&w, c, "sluss.act/1");
	jsonw_kv_int(&w, "item", i->id);
	jsonw_kv(&w, "iid", i->iid);
	jsonw_kv(&w, "case_id", row->file.id);
	jsonw_kv(&w, "diary_no", row->file.diary_no);
	jsonw_kv(&w, "act", i->act);
	jsonw_kv(&w, "state", outbox_state_name(i->state));
	jsonw_key(&w, "verdict");
	if (answered)
		jsonw_cstr(&w, verdict_name(i->verdict));
	else
		jsonw_null(&w);
	jsonw_kv(&w, "why", i->why);
	jsonw_kv(&w, "who", i->who);
	jsonw_kv_int(&w, "n", i->n);
	jsonw_key(&w, "undo_until");
	if (!answered && i->hold_until) {
		char at[INSTANT_TEXT];

		instant_format(at, i->hold_until);
		jsonw_cstr(&w, at);
	} else {
		jsonw_null(&w);
	}
	json_end(&w, c);
}

static void report_words(struct call *c, const struct case_row *row, const struct outbox_item *i)
{
	const char *no = row->file.diary_no[0] ? row->file.diary_no : row->file.id;
	struct strbuf answer = STRBUF_INIT;
	int64_t left = i->hold_until - clock_wall(&c->home->clock);

	words_answer(&answer, i, &c->home->names);
	if (i->verdict != VERDICT_NONE || i->state == OUTBOX_HELD)
		say_line(c, "%s: %s. %s", no, words_act(i->act), strbuf_cstr(&answer));
	else if (left > 0)
		say_line(
			c,
			_("%s: %s ligger i utkorgen och kan ångras i %lld s: sluss outbox undo %lld"),
			no, words_act(i->act), (long long)((left + 999) / 1000), (long long)i->id);
	else
		say_line(c, _("%s: %s ligger i utkorgen (nr %lld)."), no, words_act(i->act),
			 (long long)i->id);
	if (words_advice(i)[0])
		say_line(c, "%s", words_advice(i));
	strbuf_release(&answer);
}

/* The central's no is told above; here it becomes the exit code. */
static enum status outcome(const struct outbox_item *i, bool waited, struct err *why)
{
	if (verdict_stands(i->verdict) || i->verdict == VERDICT_VOID)
		return ST_OK;
	if (i->verdict != VERDICT_NONE)
		return err_set(why, ST_CONFLICT, "refused", "%s: %s", verdict_name(i->verdict),
			       i->detail);
	if (i->state == OUTBOX_HELD)
		return err_set(why, ST_REFUSED, "refused", "%s", i->detail);
	if (waited)
		return err_set(why, ST_RETRY, "not-confirmed",
			       "queued and safe, but not confirmed in time");
	return ST_OK;
}

enum status act_report(struct call *c, const struct case_row *row, const struct act_result *r,
		       struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err local = ERR_INIT;
	bool waits = c->given[FLAG_WAIT];
	int64_t ms = 0;
	enum status st = ST_OK;

	if (waits)
		st = call_wait_ms(c, &ms, why);
	if (st == ST_OK && waits && wait_for_item(c, r->item, ms, &local) == ST_BROKEN)
		st = err_set(why, ST_BROKEN, local.code, "%s", local.text);
	if (st == ST_OK)
		st = outbox_get(c->home->outbox, r->item, &item, why);
	if (st == ST_OK) {
		if (c->given[FLAG_JSON])
			report_json(c, row, &item);
		if (!c->given[FLAG_QUIET])
			report_words(c, row, &item);
		st = outcome(&item, waits, why);
	}
	outbox_item_release(&item);
	return st;
}
