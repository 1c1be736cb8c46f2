/* SPDX-License-Identifier: EUPL-1.2 */
/* The contact center: look up while somebody is on the line, say what may be
 * said, note the call. */
#include <stdio.h>
#include <string.h>

#include "app/saying.h"
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "domain/role.h"
#include "ui/contact_view.h"
#include "wire/json.h"

#include "base/banned.h"

enum { QUERY_MAX = 200, ANSWER_MS = 10000 };

static const char *reason_name(int reason)
{
	static const char *const names[CONTACT_REASONS] = { N_("status"), N_("komplettering"),
							    N_("klagomål"), N_("annan") };

	return _(names[reason - 1]);
}

/* --- What was found ------------------------------------------------------------- */

/* The hit that was chosen, or NULL: of several none is, to begin with. */
static struct casefile *chosen(struct contact_state *t)
{
	return t->cursor >= 0 && t->cursor < t->hit_count ? &t->hits[t->cursor] : NULL;
}

/* Whether it has an officer is known only here. */
static void read_row(struct screen *s)
{
	struct contact_state *t = &s->contact;
	struct casefile *c = chosen(t);

	case_row_release(&t->row);
	t->row = (struct case_row)CASE_ROW_INIT;
	if (!c)
		return;
	if (case_get(s->home->cache, c->id, &t->row, NULL) != ST_OK)
		t->row.file.id[0] = '\0';
	else
		snprintf(c->assignee, sizeof(c->assignee), "%s", t->row.file.assignee);
}

static void clear_hits(struct contact_state *t)
{
	for (int i = 0; i < t->hit_count; i++)
		casefile_release(&t->hits[i]);
	memset(t->hits, 0, sizeof(t->hits));
	case_row_release(&t->row);
	t->row = (struct case_row)CASE_ROW_INIT;
	t->hit_count = t->cursor = 0;
	t->more = false;
}

/* A number is looked up in the officer's own copy first. What is secret or
 * protected is not there, whatever the officer may otherwise see. */
static void look_here(struct screen *s)
{
	struct contact_state *t = &s->contact;
	struct case_page page = CASE_PAGE_INIT;
	struct diary_no d;

	if (!diary_parse(&d, str_of(line_text(&t->query))))
		return;
	if (d.year == 0)
		d.year = home_today(s->home).y;
	if (case_find(s->home->cache, &d, CONTACT_HITS_MAX, &page, NULL) == ST_OK)
		for (int i = 0; i < page.count && t->hit_count < CONTACT_HITS_MAX; i++)
			if (saying_allowed(&page.rows[i].file))
				casefile_copy(&t->hits[t->hit_count++], &page.rows[i].file);
	case_page_release(&page);
	t->cursor = t->hit_count > 1 ? -1 : 0;
	read_row(s);
}

static void ask(struct screen *s)
{
	struct contact_state *t = &s->contact;
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;
	struct jsonw w;

	t->answered = t->unreached = false;
	if (!s->engine)
		return;
	if (t->ticket)
		engine_unask(s->engine, t->ticket);
	t->ticket = 0;
	request_set(&r, "POST", "/v1/lookup");
	snprintf(r.content_type, sizeof(r.content_type), "application/json");
	r.timeout_ms = ANSWER_MS;
	jsonw_init(&w, &r.body);
	jsonw_map(&w);
	jsonw_kv(&w, "query", line_text(&t->query));
	jsonw_kv_int(&w, "reason", t->reason);
	jsonw_end_map(&w);
	if (engine_ask(s->engine, &r, &t->ticket, &why) != ST_OK)
		screen_fail(s, &why);
	request_release(&r);
}

static bool read_hit(struct casefile *c, const struct json *j)
{
	return json_copy_text(j, "case_id", c->id, sizeof(c->id))
	       && json_copy_text(j, "diary_no", c->diary_no, sizeof(c->diary_no))
	       && json_copy_text(j, "type", c->type, sizeof(c->type))
	       && json_copy_text(j, "unit", c->unit, sizeof(c->unit))
	       && json_copy_text(j, "due_on", c->due_on, sizeof(c->due_on))
	       && instant_parse(&c->received_at, json_get_text(j, "received_at"))
	       && case_state_from(&c->state, json_get_text(j, "status"));
}

/* The central's answer takes the place of what was found here; the cursor
 * stays on its case. */
static void take_hits(struct screen *s, struct str body)
{
	struct contact_state *t = &s->contact;
	const struct json *list;
	struct json *j = NULL;
	char on[UUID_TEXT] = "";

	if (chosen(t))
		memcpy(on, chosen(t)->id, sizeof(on));
	clear_hits(t);
	if (json_read(&j, body, NULL) == ST_OK) {
		list = json_member(j, "hits");
		for (size_t i = 0; i < json_count(list) && t->hit_count < CONTACT_HITS_MAX; i++)
			if (read_hit(&t->hits[t->hit_count], json_item(list, i)))
				t->hit_count++;
		t->more = json_get_bool(j, "more", false);
	}
	json_free(j);
	t->cursor = t->hit_count > 1 ? -1 : 0;
	for (int i = 0; i < t->hit_count; i++)
		if (strcmp(t->hits[i].id, on) == 0)
			t->cursor = i;
	read_row(s);
}

static void refused(struct screen *s, const struct reply *r)
{
	clear_hits(&s->contact);
	screen_refused(s, r);
	s->contact.step = CONTACT_TYPING;
}

void contact_heard(struct screen *s)
{
	struct contact_state *t = &s->contact;
	struct reply r = REPLY_INIT;

	if (!t->ticket || !s->engine || !engine_answer(s->engine, t->ticket, &r))
		return;
	t->ticket = 0;
	t->answered = true;
	t->unreached = r.status == 0;
	if (r.status == 200) {
		take_hits(s, strbuf_str(&r.body));
		t->shown += t->hit_count;
		t->lookups++;
	} else if (r.status != 0) {
		refused(s, &r);
	}
	reply_release(&r);
	s->dirty = true;
}

/* --- A call ------------------------------------------------------------------------ */

static void look_up(struct screen *s)
{
	struct contact_state *t = &s->contact;

	clear_hits(t);
	t->step = CONTACT_SHOWN;
	look_here(s);
	ask(s);
}

static void begin_typing(struct screen *s)
{
	struct contact_state *t = &s->contact;

	if (t->ticket && s->engine)
		engine_unask(s->engine, t->ticket);
	t->ticket = 0;
	clear_hits(t);
	line_clear(&t->query);
	t->answered = t->unreached = false;
	t->reason = 1;
	t->step = CONTACT_TYPING;
}

void contact_close(struct screen *s)
{
	begin_typing(s);
	line_release(&s->contact.query);
	s->contact = (struct contact_state){ .reason = 1, .row = CASE_ROW_INIT };
}

static void call_time(char out[16], const struct screen *s)
{
	int64_t seconds = (clock_boot(&s->home->clock) - s->contact.since) / 1000;

	if (!s->contact.since)
		seconds = 0;
	snprintf(out, 16, "%02d:%02d:%02d", (int)(seconds / 3600 % 100), (int)(seconds / 60 % 60),
		 (int)(seconds % 60));
}

bool contact_in_call(const struct screen *s)
{
	return s->view == VIEW_CONTACT && s->contact.since > 0;
}

bool contact_alone(const struct screen *s)
{
	return role_contact_only(s->home->who.roles);
}

void do_contact(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	screen_go(s, VIEW_CONTACT);
	s->contact.query.max = QUERY_MAX;
	begin_typing(s);
	if (arg[0]) {
		line_set(&s->contact.query, arg);
		s->contact.step = CONTACT_REASON;
	}
}

void do_look_up(struct screen *s, const struct app_action *a, const char *arg)
{
	struct contact_state *t = &s->contact;

	(void)a;
	if (arg[0]) {
		line_set(&t->query, arg);
		t->step = CONTACT_REASON;
		return;
	}
	begin_typing(s);
}

void do_next_call(struct screen *s, const struct app_action *a, const char *arg)
{
	struct contact_state *t = &s->contact;
	char time[16];

	(void)a;
	(void)arg;
	call_time(time, s);
	if (t->since)
		screen_say(s, _("Samtalet är slut efter %s: %d uppslag, %d ärenden visade. Nästa."),
			   time, t->lookups, t->shown);
	begin_typing(s);
	t->since = 0;
	t->lookups = t->shown = 0;
}

/* The form of a note, with words to begin with; an own draft goes first. */
static void open_note(struct screen *s, const struct app_action *a, const char *typed,
		      const char *words)
{
	struct strbuf draft = STRBUF_INIT;
	const struct case_row *row = screen_case(s);

	if (!row)
		screen_complain(s, "%s",
				chosen(&s->contact)
					? _("Ärendet finns inte på den här datorn än: synka (F5).")
					: _("Inget ärende är valt."));
	else
		do_note(s, a, typed);
	/* The words are set as they are: a blank at their end is where one goes on. */
	if (row && !typed[0] && s->box.kind == BOX_FORM
	    && draft_get(s->home->outbox, row->file.id, a->id, &draft, NULL) != ST_OK) {
		form_set(&s->box.form, "text", words);
		form_saved(&s->box.form);
	}
	strbuf_release(&draft);
}

void do_call_note(struct screen *s, const struct app_action *a, const char *arg)
{
	const struct case_row *row = screen_case(s);
	struct strbuf words = STRBUF_INIT;

	strbuf_addf(&words, _("Samtal om %s. "), reason_name(s->contact.reason));
	if (row) {
		strbuf_adds(&words, _("Sagt: "));
		saying_aloud(&words, &row->file, home_today(s->home));
		strbuf_adds(&words, " ");
	}
	open_note(s, a, arg, strbuf_cstr(&words));
	strbuf_release(&words);
}

void do_call_back(struct screen *s, const struct app_action *a, const char *arg)
{
	struct day when = next_working_day(day_add(home_today(s->home), 1));
	struct strbuf words = STRBUF_INIT;
	char day[DAY_TEXT];

	day_format(day, when);
	strbuf_addf(&words, _("Ring upp %s kl 9-16 om %s, telefon: "), day,
		    reason_name(s->contact.reason));
	open_note(s, a, arg, strbuf_cstr(&words));
	strbuf_release(&words);
}

void contact_move(struct screen *s, int to)
{
	struct contact_state *t = &s->contact;

	if (to >= t->hit_count)
		to = t->hit_count - 1;
	t->cursor = to > 0 ? to : 0;
	read_row(s);
}

void contact_reload(struct screen *s)
{
	read_row(s);
}

/* --- Keys ------------------------------------------------------------------------------ */

static bool is_escape(int32_t code)
{
	return code == TK_ESC || code == TK_F(12) || code == TK_CTRL('G') || code == TK_CTRL('C');
}

static bool query_key(struct screen *s, struct key key)
{
	struct contact_state *t = &s->contact;

	if (!key.pasted && (key.code == TK_ENTER || key.code == TK_TAB)) {
		if (!line_empty(&t->query))
			t->step = CONTACT_REASON;
		else if (key.code == TK_TAB)
			t->step = CONTACT_SHOWN;
		return true;
	}
	if (is_escape(key.code)) {
		if (line_empty(&t->query))
			t->step = CONTACT_SHOWN; /* the letters are keys again */
		line_clear(&t->query);
		return true;
	}
	if (!line_key(&t->query, key))
		return key_is_text(key);
	if (!t->since)
		t->since = clock_boot(&s->home->clock);
	return true;
}

static bool choose_reason(struct screen *s, struct key key)
{
	if (key.pasted || key.code < '1' || key.code > '4')
		return false;
	s->contact.reason = key.code - '0';
	look_up(s);
	return true;
}

static bool reason_key(struct screen *s, struct key key)
{
	if (choose_reason(s, key))
		return true;
	if (key.code == TK_ENTER && !key.pasted) {
		look_up(s);
		return true;
	}
	if (is_escape(key.code) || key.code == TK_BACKTAB) {
		s->contact.step = CONTACT_TYPING;
		return true;
	}
	return key_is_text(key);
}

/* Nothing is looked up: what is not one of a few commands is the beginning of
 * what is. */
static bool idle_key(struct screen *s, struct key key)
{
	struct contact_state *t = &s->contact;
	bool text =
		key_is_text(key) && (key.pasted || key.code > 0x7F || !strchr(":/?gLQu", key.code));

	if (!text && !(s->depth == 0 && is_escape(key.code)))
		return false;
	t->step = CONTACT_TYPING;
	return !text || query_key(s, key);
}

bool contact_key(struct screen *s, struct key key)
{
	struct contact_state *t = &s->contact;

	if (t->step == CONTACT_TYPING)
		return query_key(s, key);
	if (t->step == CONTACT_REASON)
		return reason_key(s, key);
	if (s->prefix)
		return false;
	if (line_empty(&t->query))
		return idle_key(s, key);
	if (is_escape(key.code)) {
		begin_typing(s);
		return true;
	}
	return choose_reason(s, key);
}

/* --- Drawing ----------------------------------------------------------------------------- */

const char *contact_hint(const struct screen *s)
{
	static const char *const hints[] = {
		[CONTACT_TYPING] = N_(
			"Skriv och tryck Enter  Esc Töm, och en gång till för bokstäverna  F1 Hjälp"),
		[CONTACT_REASON] =
			N_("1-4 Skäl för uppslaget  Enter Det valda  Esc Ändra sökningen"),
		[CONTACT_SHOWN] = N_(
			"Enter Nästa samtal  a Anteckna  r Be om uppringning  1-4 Skäl  / Sök igen"),
	};

	if (s->contact.step == CONTACT_SHOWN && line_empty(&s->contact.query))
		return _(
			"Skriv vad som söks  g Gå till  u Ångra  : Kommando  ? Hjälp  L Lås  Q Avsluta");
	return _(hints[s->contact.step]);
}

static const char *note_of(const struct contact_state *t)
{
	if (t->step == CONTACT_REASON)
		return _("Välj varför du slår upp: siffran, eller Enter för det som är valt.");
	if (t->step != CONTACT_SHOWN || t->hit_count > 0 || line_empty(&t->query))
		return NULL;
	if (!t->answered)
		return _("Söker hos centralen …");
	if (t->unreached)
		return _("Inget att visa här. Centralen nås inte: bara ärendenummer som finns på "
			 "den här datorn kan slås upp.");
	return _("Inget att visa. Pröva hela numret (BN 2026-31), personnumret, eller namn och "
		 "gata.\nLäs upp: \"Jag hittar inget ärende som jag kan berätta om på de "
		 "uppgifterna.\"");
}

static void log_text(struct strbuf *out, const struct contact_state *t)
{
	if (t->step != CONTACT_SHOWN || line_empty(&t->query))
		return;
	if (!t->answered)
		strbuf_addf(out, _("loggas: skäl %d %s, nivå 0"), t->reason,
			    reason_name(t->reason));
	else if (t->unreached)
		strbuf_adds(out, _("INTE loggat hos centralen: den nås inte. Det här är den lokala "
				   "kopian."));
	else
		strbuf_addf(out, _("loggat: skäl %d %s, nivå 0, visade ärenden: %d"), t->reason,
			    reason_name(t->reason), t->hit_count);
}

static void fill_hits(struct contact_model *m, struct contact_hit *rows, const struct screen *s)
{
	const struct contact_state *t = &s->contact;
	const struct names *n = &s->home->names;

	for (int i = 0; i < t->hit_count; i++) {
		const struct casefile *c = &t->hits[i];

		rows[i].number = c->diary_no;
		rows[i].unit = names_unit(n, c->unit);
		rows[i].status = words_state(c->state);
		rows[i].type = str_of(names_type(n, c->type));
		words_day(rows[i].received, c->received_at);
	}
	m->hits = rows;
	m->hit_count = t->hit_count;
	m->cursor = t->cursor;
}

/* "2 av 6", or what to do while none is chosen. */
static void place_text(struct strbuf *out, const struct contact_state *t)
{
	if (t->cursor < 0)
		strbuf_addf(out, _("%d ärenden: välj ett med j och k"), t->hit_count);
	else
		strbuf_addf(out, _("%d av %d"), t->cursor + 1, t->hit_count);
	if (t->more)
		strbuf_adds(out, _("; fler finns, sök smalare"));
}

void contact_draw(struct screen *s)
{
	const struct contact_state *t = &s->contact;
	struct strbuf facts = STRBUF_INIT, aloud = STRBUF_INIT, logged = STRBUF_INIT;
	struct strbuf place = STRBUF_INIT;
	struct contact_hit rows[CONTACT_HITS_MAX] = { { .number = "" } };
	struct contact_model m = { .query = &t->query,
				   .typing = t->step == CONTACT_TYPING,
				   .choosing = t->step == CONTACT_REASON,
				   .reason = t->reason,
				   .note = note_of(t) };
	char time[16];

	call_time(time, s);
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("KONTAKTCENTER"));
	if (t->since)
		strbuf_addf(&s->title, _(" │ samtal %s"), time);
	screen_frame(s, &m.frame);
	for (int i = 0; i < CONTACT_REASONS; i++)
		m.reasons[i] = reason_name(i + 1);
	fill_hits(&m, rows, s);
	if (t->step == CONTACT_SHOWN && chosen(&s->contact)) {
		const struct casefile *c = chosen(&s->contact);

		saying_facts(&facts, c, &s->home->names, home_today(s->home));
		strbuf_adds(&aloud, "\"");
		saying_aloud(&aloud, c, home_today(s->home));
		strbuf_adds(&aloud, "\"");
	}
	log_text(&logged, t);
	m.facts = strbuf_str(&facts);
	m.aloud = strbuf_str(&aloud);
	if (t->hit_count > 1)
		place_text(&place, t);
	m.place = strbuf_cstr(&place);
	m.logged = logged.len ? strbuf_cstr(&logged) : NULL;
	contact_view(&s->canvas, &m);
	strbuf_release(&facts);
	strbuf_release(&aloud);
	strbuf_release(&logged);
	strbuf_release(&place);
}
