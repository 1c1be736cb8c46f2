/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdio.h>
#include <string.h>

#include "app/present.h"
#include "app/words.h"
#include "base/i18n.h"
#include "cache/entries.h"
#include "sign/jws.h"
#include "sync/overlay.h"
#include "ui/text.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { LABEL_COLS = 14 };

/* --- For people -------------------------------------------------------------------- */

static void fact(struct call *c, const char *label, const char *text)
{
	put_field(c, str_of(label), LABEL_COLS);
	put_line(c, "%s", text[0] ? text : "-");
}

/* The codes that decide --outcome takes, while it is still to be decided. */
static void outcomes(struct call *c, const struct casefile *f)
{
	const struct casetype *t = registry_type(&c->home->names.registry, f->type);
	struct strbuf codes = STRBUF_INIT_MAX(1000);

	for (int i = 0; t && i < t->outcome_count; i++)
		strbuf_addf(&codes, "%s%s", i ? ", " : "", t->outcomes[i].code);
	if (codes.len && f->state < CASE_DECIDED)
		fact(c, _("Möjliga utfall"), strbuf_cstr(&codes));
	strbuf_release(&codes);
}

static void facts(struct call *c, const struct case_row *r)
{
	const struct casefile *f = &r->file;
	const struct names *n = &c->home->names;
	char when[24], due[64], line[128];

	put_line(c, "%s  %s", f->diary_no[0] ? f->diary_no : f->id, words_state(f->state));
	put_line(c, "%s", strbuf_cstr(&f->title));
	put_line(c, "%s", "");
	fact(c, _("Ärendetyp"), names_type(n, f->type));
	fact(c, _("Enhet"), names_unit(n, f->unit));
	fact(c, _("Kö"), names_queue(n, f->queue));
	fact(c, _("Handläggare"), f->assignee[0] ? names_officer(n, f->assignee) : _("ingen"));
	fact(c, _("Part"),
	     f->protection == PROTECT_IDENTITY ? _("(skyddad)") : strbuf_cstr(&f->party));
	words_moment(when, f->received_at);
	fact(c, _("Inkom"), when);
	words_due_long(due, f->state < CASE_CLOSED ? f->due_on : "", home_today(c->home));
	snprintf(line, sizeof(line), "%s%s%s%s", f->due_on, due[0] ? " (" : "", due,
		 due[0] ? ")" : "");
	fact(c, _("Frist"), line);
	fact(c, _("Kanal"), words_channel(f->channel));
	fact(c, _("Prioritet"), words_priority(f->priority));
	if (f->protection)
		fact(c, _("Sekretess"), words_protection(f->protection));
	if (f->outcome[0])
		fact(c, _("Utfall"), names_outcome(n, f->type, f->outcome));
	else
		outcomes(c, f);
}

/* The signed action of an entry; false when its words are not here. */
static bool read_entry(struct action *a, struct strbuf *payload, const struct entry *e)
{
	return !e->erased && jws_payload_unverified(payload, strbuf_str(&e->jws), NULL) == ST_OK
	       && payload_read(a, strbuf_str(payload), NULL) == ST_OK;
}

static void put_entry(struct call *c, const struct entry *e)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	const char *who, *what;
	char when[24];

	if (!read_entry(&a, &payload, e))
		a.def = NULL;
	what = a.def && strcmp(e->act, "event.import") == 0 ? action_get(&a, "activity")
							    : words_act_done(e->act);
	who = present_actor(&a, e->sub);
	words_moment(when, present_time(&a, e->at));
	put_line(c, "%4lld  %s  %s  %s", (long long)e->n, when, who[0] ? who : "-",
		 e->erased ? _("(borttagen)") : what);
	action_release(&a);
	strbuf_release(&payload);
}

static enum status put_own(void *ctx, const struct outbox_item *i, const struct action *a,
			   struct err *why)
{
	struct call *c = ctx;
	char state[40];

	(void)a;
	(void)why;
	words_outbox_state(state, i, clock_wall(&c->home->clock), WAITS_UNKNOWN);
	put_line(c, "   +  %s  %s", words_act_done(i->act), state);
	return ST_OK;
}

static enum status each_entry(struct call *c, const char *case_id,
			      void (*each)(struct call *c, struct jsonw *w, const struct entry *e),
			      struct jsonw *w, struct err *why)
{
	int64_t after = 0;
	enum status st;

	for (;;) {
		struct entry e = ENTRY_INIT;

		st = entry_after(c->home->cache, case_id, after, &e, why);
		if (st == ST_OK) {
			each(c, w, &e);
			after = e.n;
		}
		entry_release(&e);
		if (st != ST_OK)
			return st == ST_NONE ? ST_OK : st;
	}
}

static void person_entry(struct call *c, struct jsonw *w, const struct entry *e)
{
	(void)w;
	put_entry(c, e);
}

static enum status show_text(struct call *c, const struct case_row *r, struct err *why)
{
	int64_t gap = 0;
	enum status st;

	facts(c, r);
	put_line(c, "%s", "");
	st = each_entry(c, r->file.id, person_entry, NULL, why);
	if (st == ST_OK)
		st = overlay_actions(c->home->cache, c->home->outbox, r->file.id, put_own, c, why);
	if (st == ST_OK)
		st = entry_gap(c->home->cache, r->file.id, r->file.n, &gap, why);
	if (st == ST_OK && gap > 0 && !c->home->read_only)
		st = want_case(c->home->cache, r->file.id, why);
	if (st == ST_OK && gap > 0)
		say_line(c, "%s",
			 _("Alla händelser är inte hämtade. Hämta dem: sluss sync, och se igen."));
	return st;
}

/* --- For programs --------------------------------------------------------------------- */

/* The arguments of an action, as they were signed. */
static void json_args(struct jsonw *w, const struct action *a)
{
	jsonw_key(w, "args");
	jsonw_map(w);
	for (int i = 0; a->def && i < ACTION_ARGS_MAX && a->def->args[i].name; i++)
		if (a->has[i])
			jsonw_kv_str(w, a->def->args[i].name, strbuf_str(&a->arg[i]));
	jsonw_end_map(w);
}

static void json_entry(struct call *c, struct jsonw *w, const struct entry *e)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;

	(void)c;
	jsonw_map(w);
	jsonw_kv_int(w, "n", e->n);
	jsonw_kv_instant(w, "at", e->at);
	jsonw_kv(w, "act", e->act);
	jsonw_kv(w, "by", e->sub);
	jsonw_kv(w, "verdict", e->verdict);
	jsonw_kv(w, "ah", e->ah);
	jsonw_kv(w, "eh", e->eh);
	jsonw_kv_int(w, "seq", e->seq);
	jsonw_kv_bool(w, "erased", e->erased);
	if (read_entry(&a, &payload, e))
		json_args(w, &a);
	jsonw_end_map(w);
	action_release(&a);
	strbuf_release(&payload);
}

static enum status json_own(void *ctx, const struct outbox_item *i, const struct action *a,
			    struct err *why)
{
	struct jsonw *w = ctx;

	(void)why;
	jsonw_map(w);
	jsonw_kv_int(w, "item", i->id);
	jsonw_kv(w, "act", i->act);
	jsonw_kv(w, "state", outbox_state_name(i->state));
	jsonw_kv_instant(w, "created_at", i->created_at);
	if (a)
		json_args(w, a);
	jsonw_end_map(w);
	return ST_OK;
}

static enum status json_detail(struct call *c, struct jsonw *w, const char *case_id,
			       struct err *why)
{
	struct strbuf json = STRBUF_INIT;
	int64_t n;
	enum status st = detail_get(c->home->cache, case_id, &n, &json, why);

	jsonw_key(w, "detail");
	if (st == ST_OK)
		jsonw_raw(w, strbuf_str(&json));
	else
		jsonw_null(w);
	strbuf_release(&json);
	return st == ST_NONE ? ST_OK : st;
}

static enum status show_json(struct call *c, const struct case_row *r, struct err *why)
{
	struct jsonw w;
	enum status st;

	json_begin_cached(&w, c, "sluss.show/1");
	jsonw_key(&w, "case");
	json_case(&w, r);
	st = json_detail(c, &w, r->file.id, why);
	jsonw_key(&w, "entries");
	jsonw_list(&w);
	if (st == ST_OK)
		st = each_entry(c, r->file.id, json_entry, &w, why);
	jsonw_end_list(&w);
	jsonw_key(&w, "own");
	jsonw_list(&w);
	if (st == ST_OK)
		st = overlay_actions(c->home->cache, c->home->outbox, r->file.id, json_own, &w,
				     why);
	jsonw_end_list(&w);
	json_end(&w, c);
	return st;
}

enum status verb_show(struct call *c, struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	struct err local = ERR_INIT;
	enum status st = call_case(c, 0, &row, why);

	if (st == ST_OK) {
		st = c->given[FLAG_DOCUMENTS] ? show_documents(c, &row.file, &local)
		     : c->given[FLAG_JSON]    ? show_json(c, &row, &local)
					      : show_text(c, &row, &local);
		/* Half an answer is none. */
		if (st != ST_OK) {
			strbuf_clear(&c->out);
			err_set(why, st, local.code, "%s", local.text);
		}
	}
	case_row_release(&row);
	return st;
}
