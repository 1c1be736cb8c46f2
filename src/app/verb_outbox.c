/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"
#include "sign/jws.h"
#include "sync/conflict.h"
#include "wire/payload.h"

#include "base/banned.h"

/* --- The list ------------------------------------------------------------------------ */

static void instant_or_null(struct jsonw *w, const char *name, int64_t ms)
{
	if (ms > 0) {
		jsonw_kv_instant(w, name, ms);
		return;
	}
	jsonw_key(w, name);
	jsonw_null(w);
}

static void item_json(struct jsonw *w, const struct outbox_item *i, const char *diary_no,
		      const char *answer)
{
	jsonw_map(w);
	jsonw_kv_int(w, "item", i->id);
	jsonw_kv_int(w, "ctr", i->ctr);
	jsonw_kv(w, "iid", outbox_item_iid(i));
	jsonw_kv(w, "ah", outbox_item_ah(i));
	jsonw_kv(w, "case_id", i->case_id);
	jsonw_kv(w, "diary_no", diary_no);
	jsonw_kv(w, "act", i->act);
	jsonw_kv(w, "state", outbox_state_name(i->state));
	jsonw_key(w, "verdict");
	if (i->verdict == VERDICT_NONE)
		jsonw_null(w);
	else
		jsonw_cstr(w, verdict_name(i->verdict));
	jsonw_kv(w, "why", i->why);
	jsonw_kv(w, "who", i->who);
	jsonw_kv(w, "detail", i->detail);
	jsonw_kv(w, "answer", answer);
	instant_or_null(w, "created_at", i->created_at);
	instant_or_null(w, "hold_until", i->hold_until);
	instant_or_null(w, "offered_at", i->offered_at);
	instant_or_null(w, "settled_at", i->settled_at);
	jsonw_kv_bool(w, "sent_again", i->again > 0);
	jsonw_kv(w, "was", i->again > 0 ? verdict_name(i->was) : "");
	jsonw_kv_int(w, "tries", i->tries);
	jsonw_kv_int(w, "n", i->n);
	jsonw_kv_int(w, "seq", i->seq);
	jsonw_end_map(w);
}

/* To whom it was assigned. */
static void put_whom(struct call *c, const struct outbox_item *i)
{
	struct strbuf payload = STRBUF_INIT;
	struct action said = ACTION_INIT;
	char to[80];

	if (strcmp(i->act, "case.assign") == 0
	    && jws_payload_unverified(&payload, strbuf_str(&i->envelope), NULL) == ST_OK
	    && payload_read(&said, strbuf_str(&payload), NULL) == ST_OK) {
		snprintf(to, sizeof(to), _("till %s"),
			 names_officer(&c->home->names, action_get(&said, "officer")));
		put_field(c, str_of(to), 22);
	}
	action_release(&said);
	strbuf_release(&payload);
}

static void put_item(struct call *c, const struct outbox_item *i, const char *diary_no,
		     const char *answer)
{
	char state[40], when[24], id[24];
	int64_t now = clock_wall(&c->home->clock);

	words_outbox_state(state, i, now, WAITS_UNKNOWN);
	words_when(when, i->created_at, now);
	snprintf(id, sizeof(id), "%lld", (long long)i->id);
	put_field(c, str_of(id), 4);
	put_field(c, str_of(state), 12);
	put_field(c, str_of(when), 10);
	put_field(c, str_of(diary_no[0] ? diary_no : i->case_id), 14);
	put_field(c, str_of(words_act(i->act)), 26);
	put_whom(c, i);
	put_line(c, "%s", answer);
	if (conflict_waits(i) && words_advice(i)[0]) {
		put_field(c, str_of(""), 4);
		put_line(c, "%s", words_advice(i));
	}
}

static void one_item(struct call *c, struct jsonw *w, const struct outbox_item *i)
{
	struct case_row row = CASE_ROW_INIT;
	struct strbuf answer = STRBUF_INIT;
	const char *diary_no = "";

	if (case_get(c->home->cache, i->case_id, &row, NULL) == ST_OK)
		diary_no = row.file.diary_no;
	words_answer(&answer, i, &c->home->names);
	if (w)
		item_json(w, i, diary_no, strbuf_cstr(&answer));
	else
		put_item(c, i, diary_no, strbuf_cstr(&answer));
	strbuf_release(&answer);
	case_row_release(&row);
}

static enum status all_items(struct call *c, struct jsonw *w, struct err *why)
{
	int64_t before = INT64_MAX;

	for (;;) {
		struct outbox_item i = OUTBOX_ITEM_INIT;
		enum status st = outbox_before(c->home->outbox, before, &i, why);

		if (st == ST_OK) {
			one_item(c, w, &i);
			before = i.id;
		}
		outbox_item_release(&i);
		if (st != ST_OK)
			return st == ST_NONE ? ST_OK : st;
	}
}

static void json_counts(struct jsonw *w, const struct outbox_counts *n,
			const struct outbox_again *a)
{
	jsonw_key(w, "counts");
	jsonw_map(w);
	jsonw_kv_int(w, "waiting", n->waiting);
	jsonw_kv_int(w, "undoable", n->undoable);
	jsonw_kv_int(w, "held", n->held);
	jsonw_kv_int(w, "conflicts", n->conflicts);
	jsonw_kv_int(w, "refused", n->refused);
	jsonw_kv_int(w, "sent_again", a->sent);
	jsonw_kv_int(w, "sent_again_stand", a->standing);
	jsonw_kv_int(w, "cases_gone", a->missing);
	jsonw_kv_int(w, "kept_back", a->kept_back);
	jsonw_kv_int(w, "lost", a->lost);
	jsonw_kv_int(w, "erased", a->unsaid);
	jsonw_end_map(w);
}

/* What a restore of the central brought about, until the officer has seen it. */
static void say_again(struct call *c, const struct outbox_again *a)
{
	struct strbuf text = STRBUF_INIT;

	words_again(&text, a);
	if (text.len && !c->given[FLAG_QUIET])
		say_line(c, "%s; %s", strbuf_cstr(&text), _("sett: sluss outbox seen"));
	/* Until it is asked what it still has, "sent" says what was once answered. */
	if (c->home->who.recheck_from > 0 && !c->given[FLAG_QUIET])
		say_line(
			c, "%s",
			_("Centralen har återställts. Vad den har kvar av det som står som sänt är inte känt än: sluss sync"));
	strbuf_release(&text);
}

/* What came of what was sent again has been read. */
static enum status seen(struct call *c, struct err *why)
{
	return outbox_again_seen(c->home->outbox, INT64_MAX, why);
}

static enum status list(struct call *c, struct err *why)
{
	struct outbox_counts n;
	struct outbox_again again;
	struct jsonw w;
	enum status st = outbox_count(c->home->outbox, &n, why);

	if (st == ST_OK)
		st = outbox_again(c->home->outbox, &again, why);
	if (st != ST_OK)
		return st;
	if (!c->given[FLAG_JSON]) {
		say_again(c, &again);
		if (n.held + n.conflicts + n.refused > 0 && !c->given[FLAG_QUIET])
			say_line(
				c, "%s",
				_("Det som väntar på dig: signera igen med sluss outbox retry NR, släpp "
				  "med sluss outbox dismiss NR, eller g c på skärmen."));
		return all_items(c, NULL, why);
	}
	json_begin(&w, c, "sluss.outbox/1");
	json_counts(&w, &n, &again);
	jsonw_key(&w, "items");
	jsonw_list(&w);
	st = all_items(c, &w, why);
	jsonw_end_list(&w);
	json_end(&w, c);
	return st;
}

/* --- What is done to an item --------------------------------------------------------------- */

enum status call_item(const struct call *c, int i, int64_t *id, struct err *why)
{
	char *end = NULL;

	*id = c->count > i ? strtoll(c->args[i], &end, 10) : 0;
	if (*id <= 0 || *end)
		return err_set(why, ST_BAD_INPUT, "usage",
			       "%s %s needs the number of an action, as `sluss outbox` shows it",
			       c->verb->name, c->args[0]);
	return ST_OK;
}

/* A decision that met a moved case is read again before it is signed again:
 * never by a number alone. */
enum status item_not_unread(const struct call *c, int64_t id, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	enum status st = outbox_get(c->home->outbox, id, &item, why);
	const struct action_def *def = st == ST_OK ? action_find(str_of(item.act)) : NULL;

	if (st == ST_OK && def && def->class == CLASS_E_DECISION && item.verdict != VERDICT_NONE
	    && item.verdict != VERDICT_QUARANTINED)
		st = err_set(why, ST_CONFLICT, "read-again",
			     "%s was refused or met a case that had moved on: read it and sign it "
			     "again in the conflict view (sluss, g c)",
			     item.act);
	outbox_item_release(&item);
	return st;
}

/* Nor what hangs on another one before that. */
static enum status in_order(const struct actor *a, int64_t id, struct err *why)
{
	struct conflict k = CONFLICT_INIT;
	struct err ignored = ERR_INIT;
	int64_t first = conflict_open(a, id, &k, &ignored) == ST_OK ? k.first : 0;

	conflict_release(&k);
	if (first == 0)
		return ST_OK;
	return err_set(why, ST_CONFLICT, "earlier-first",
		       "action %lld builds on %lld, which is to be solved first", (long long)id,
		       (long long)first);
}

enum status resign_report(struct call *c, const struct act_result *r, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct case_row row = CASE_ROW_INIT;
	enum status st = outbox_get(c->home->outbox, r->item, &item, why);

	if (st == ST_OK)
		st = case_get(c->home->cache, item.case_id, &row, why);
	if (st == ST_OK)
		st = act_report(c, &row, r, why);
	case_row_release(&row);
	outbox_item_release(&item);
	return st;
}

static enum status resign(struct call *c, int64_t id, struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct act_result r;
	enum status st = item_not_unread(c, id, why);

	if (st == ST_OK)
		st = in_order(&actor, id, why);
	if (st == ST_OK)
		st = act_resign(&actor, id, &r, why);
	return st == ST_OK ? resign_report(c, &r, why) : st;
}

static enum status withdraw(struct call *c, int64_t id, struct err *why)
{
	struct actor actor = home_actor(c->home);
	enum status st = act_withdraw(&actor, id, why);

	if (st == ST_OK && !c->given[FLAG_QUIET])
		say_line(c, "%s", _("Ångrad. Den kommer aldrig att gälla."));
	return st;
}

/* What stands, or was put away before, waits for nobody. */
static enum status needs_dismissal(const struct outbox_item *i, struct err *why)
{
	bool needs = i->verdict == VERDICT_NONE
		     || !(verdict_stands(i->verdict) || i->verdict == VERDICT_VOID);

	if (needs && i->state != OUTBOX_ARCHIVED && i->state != OUTBOX_SUPERSEDED)
		return ST_OK;
	if (conflict_erased(i))
		return err_set(why, ST_CONFLICT, "dismiss-erased",
			       "action %lld needs no dismissal: its case was erased",
			       (long long)i->id);
	return err_set(why, ST_CONFLICT, "dismiss-needless", "action %lld needs no dismissal",
		       (long long)i->id);
}

static enum status dismiss(struct call *c, int64_t id, struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct outbox_item item = OUTBOX_ITEM_INIT;
	enum status st = outbox_get(c->home->outbox, id, &item, why);

	if (st == ST_OK)
		st = needs_dismissal(&item, why);
	if (st == ST_OK)
		st = act_dismiss(&actor, id, why);
	if (st == ST_OK && !c->given[FLAG_QUIET])
		say_line(c, "%s", _("Undanlagd. Den väntar inte längre på dig."));
	outbox_item_release(&item);
	return st;
}

/* What is not there is told before the key is asked for. */
static enum status known_item(const struct call *c, int64_t id, struct err *why)
{
	struct outbox_item item = OUTBOX_ITEM_INIT;
	enum status st = outbox_get(c->home->outbox, id, &item, why);

	outbox_item_release(&item);
	return st == ST_NONE ? err_set(why, ST_NONE, "item-unknown", "no action %lld in the outbox",
				       (long long)id)
			     : st;
}

/* End the undo windows, and send as `sluss sync` does. */
static enum status send_now(struct call *c, struct err *why)
{
	enum status st = call_unlock(c, why);

	if (st == ST_OK)
		st = outbox_flush(c->home->outbox, why);
	return st == ST_OK ? verb_sync(c, why) : st;
}

static bool is(const char *typed, const char *name, const char *alias)
{
	return strcmp(typed, name) == 0 || strcmp(typed, alias) == 0;
}

enum status verb_outbox(struct call *c, struct err *why)
{
	enum status (*deed)(struct call *, int64_t, struct err *) = NULL;
	bool needs_key = true;
	int64_t id;
	enum status st;

	if (c->count == 0)
		return list(c, why);
	if (is(c->args[0], "send", "sänd") && c->count == 1)
		return send_now(c, why);
	if (is(c->args[0], "seen", "sett") && c->count == 1)
		return seen(c, why);
	if (is(c->args[0], "undo", "ångra"))
		deed = withdraw;
	else if (is(c->args[0], "retry", "försök"))
		deed = resign;
	else if (is(c->args[0], "dismiss", "släpp"))
		deed = dismiss, needs_key = false;
	else
		return err_set(why, ST_BAD_INPUT, "usage",
			       "outbox %.40s: send, seen, undo, retry or dismiss", c->args[0]);
	st = call_item(c, 1, &id, why);
	if (st == ST_OK)
		st = known_item(c, id, why);
	if (st == ST_OK && needs_key)
		st = call_unlock(c, why);
	return st == ST_OK ? deed(c, id, why) : st;
}
