/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "ui/help_view.h"
#include "ui/table.h"
#include "wire/json.h"

#include "base/banned.h"

enum { HELP_ROWS = 160 };

/* The rows of the help with the texts they borrow. */
struct help_rows {
	struct help_row rows[HELP_ROWS];
	const struct app_action *actions[HELP_ROWS]; /* NULL: a heading */
	struct strbuf keys[HELP_ROWS], commands[HELP_ROWS], reasons[HELP_ROWS];
	int count;
};

static void rows_free(struct help_rows *r)
{
	for (int i = 0; i < HELP_ROWS; i++) {
		strbuf_release(&r->keys[i]);
		strbuf_release(&r->commands[i]);
		strbuf_release(&r->reasons[i]);
	}
	free(r);
}

static bool matches(const struct app_action *a, const char *command, const char *keys,
		    const char *words)
{
	struct strbuf hay = STRBUF_INIT, needle = STRBUF_INIT, all = STRBUF_INIT;
	bool yes;

	strbuf_addf(&all, "%s %s %s %s %s", keys, command, _(a->what), a->en ? a->en : "",
		    a->sv ? a->sv : "");
	yes = utf8_fold(&hay, strbuf_str(&all), true) && utf8_fold(&needle, str_of(words), true)
	      && (needle.len == 0 || strstr(strbuf_cstr(&hay), strbuf_cstr(&needle)) != NULL);
	strbuf_release(&hay);
	strbuf_release(&needle);
	strbuf_release(&all);
	return yes;
}

static void add_row(struct help_rows *r, const struct app_action *a, const char *reason)
{
	int i = r->count++;
	char keys[14]; /* the keys that fit in the column; the first come first */

	strbuf_adds(&r->keys[i], action_keys_label(a, keys, sizeof(keys)));
	action_command_label(&r->commands[i], a);
	strbuf_adds(&r->reasons[i], reason);
	r->actions[i] = a;
	r->rows[i] = (struct help_row){ .keys = strbuf_cstr(&r->keys[i]),
					.command = strbuf_cstr(&r->commands[i]),
					.what = _(a->what),
					.why_not = reason[0] ? strbuf_cstr(&r->reasons[i]) : NULL };
}

static void collect_section(struct screen *s, struct help_rows *r, enum section section)
{
	const struct help_state *h = &s->help;
	int heading = r->count;

	r->rows[r->count++] = (struct help_row){ .section = _(section_name(section)) };
	for (size_t i = 0; action_row(i) && r->count < HELP_ROWS; i++) {
		const struct app_action *a = action_row(i);
		struct strbuf why = STRBUF_INIT_MAX(400), command = STRBUF_INIT;
		char keys[64];

		if (a->section != section || !(a->views & IN_VIEW(h->of))
		    || !action_open_to(a, s->home->who.roles))
			continue;
		action_command_label(&command, a);
		if (matches(a, strbuf_cstr(&command), action_keys_label(a, keys, sizeof(keys)),
			    line_text(&h->search))) {
			bool may = screen_may(s, a, &why);

			if (may || !h->only_possible)
				add_row(r, a, may ? "" : strbuf_cstr(&why));
		}
		strbuf_release(&why);
		strbuf_release(&command);
	}
	if (r->count == heading + 1)
		r->count = heading;
}

static struct help_rows *collect(struct screen *s)
{
	struct help_rows *r = calloc(1, sizeof(*r));

	for (int i = 0; r && i < SECTION_COUNT && r->count + 1 < HELP_ROWS; i++)
		collect_section(s, r, (enum section)i);
	return r;
}

/* --- Opening and keys ------------------------------------------------------------- */

static void open_help(struct screen *s, const char *words, bool only_possible)
{
	s->help.of = s->view;
	s->help.only_possible = only_possible;
	s->help.cursor = 1;
	s->help.top = 0;
	line_set(&s->help.search, words);
	screen_go(s, VIEW_HELP);
}

void do_help(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	open_help(s, arg, false);
}

void do_palette(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	open_help(s, arg, true);
}

static void run_row(struct screen *s)
{
	struct help_rows *r = collect(s);
	const struct app_action *a = NULL;
	bool may = false;

	if (r && s->help.cursor < r->count) {
		a = r->actions[s->help.cursor];
		may = a && !r->rows[s->help.cursor].why_not;
		if (a && !may)
			screen_complain(s, _("Går inte nu: %s"), r->rows[s->help.cursor].why_not);
	}
	if (r)
		rows_free(r);
	if (!a || !may)
		return;
	screen_back(s);
	screen_run(s, a, "");
}

bool help_key(struct screen *s, struct key key)
{
	struct help_state *h = &s->help;
	struct help_rows *r;

	if (key.code == TK_ENTER) {
		run_row(s);
		return true;
	}
	/* j, k and the like are words to search for here. */
	if (key.code != TK_UP && key.code != TK_DOWN && key.code != TK_PGUP && key.code != TK_PGDN
	    && key.code != TK_TAB) {
		if (!line_key(&h->search, key))
			return false;
		h->cursor = 1;
		h->top = 0;
		return true;
	}
	if (key.code == TK_TAB)
		key.code = TK_PGDN;
	r = collect(s);
	if (!r)
		return true;
	(void)table_move(key, &h->cursor, r->count,
			 help_view_capacity(s->canvas.rows, s->canvas.cols));
	rows_free(r);
	return true;
}

/* --- Drawing ----------------------------------------------------------------------- */

void help_draw(struct screen *s)
{
	struct help_state *h = &s->help;
	struct help_rows *r = collect(s);
	struct help_model m = { .search = &h->search,
				.more = _("Fler sidor: man sluss. Enter utför raden."),
				.empty = _("Ingen åtgärd passar orden") };
	int capacity = help_view_capacity(s->canvas.rows, s->canvas.cols);

	if (!r)
		return;
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_addf(&s->title, "%s › %s", h->only_possible ? _("ÅTGÄRDER") : _("HJÄLP"),
		    _(view_name(h->of)));
	if (h->cursor >= r->count)
		h->cursor = r->count > 0 ? r->count - 1 : 0;
	h->top = table_scroll(h->top, h->cursor, r->count, capacity);
	m.rows = r->rows + h->top;
	m.row_count = r->count - h->top;
	m.top = h->top;
	m.total = r->count;
	m.cursor = h->cursor;
	screen_frame(s, &m.frame);
	help_view(&s->canvas, &m);
	rows_free(r);
}

/* --- `sluss keys` -------------------------------------------------------------------- */

static void print_json(struct strbuf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "schema", "sluss.keys/1");
	jsonw_key(&w, "actions");
	jsonw_list(&w);
	for (size_t i = 0; action_row(i); i++) {
		const struct app_action *a = action_row(i);
		char keys[64];

		jsonw_map(&w);
		jsonw_kv(&w, "id", a->id);
		jsonw_kv(&w, "keys", action_keys_label(a, keys, sizeof(keys)));
		jsonw_kv(&w, "command_sv", a->sv ? a->sv : "");
		jsonw_kv(&w, "command_en", a->en ? a->en : "");
		jsonw_kv(&w, "act", a->act ? a->act : "");
		jsonw_kv_int(&w, "confirm", a->confirm);
		jsonw_key(&w, "views");
		jsonw_list(&w);
		for (int v = 0; v < VIEW_COUNT; v++)
			if (a->views & IN_VIEW(v))
				jsonw_cstr(&w, _(view_name((enum view)v)));
		jsonw_end_list(&w);
		jsonw_kv(&w, "what", _(a->what));
		jsonw_end_map(&w);
	}
	jsonw_end_list(&w);
	jsonw_end_map(&w);
	strbuf_addc(out, '\n');
}

static void pad(struct strbuf *out, const char *text, size_t cols)
{
	size_t n = utf8_count(str_of(text));

	strbuf_adds(out, text);
	for (; n < cols; n++)
		strbuf_addc(out, ' ');
	strbuf_addc(out, ' ');
}

static void print_table(struct strbuf *out)
{
	for (int section = 0; section < SECTION_COUNT; section++) {
		strbuf_addf(out, "%s%s\n", section ? "\n" : "",
			    _(section_name((enum section)section)));
		for (size_t i = 0; action_row(i); i++) {
			const struct app_action *a = action_row(i);
			struct strbuf command = STRBUF_INIT;
			char keys[64];

			if ((int)a->section != section)
				continue;
			action_command_label(&command, a);
			strbuf_adds(out, "  ");
			pad(out, action_keys_label(a, keys, sizeof(keys)), 14);
			pad(out, strbuf_cstr(&command), 24);
			strbuf_addf(out, "%s\n", _(a->what));
			strbuf_release(&command);
		}
	}
}

int actions_print(struct strbuf *out, bool json)
{
	struct strbuf what = STRBUF_INIT;
	bool fine = actions_check(&what);

	if (json)
		print_json(out);
	else
		print_table(out);
	if (!fine)
		strbuf_addf(out, "%s: %s\n", _("Krock"), strbuf_cstr(&what));
	strbuf_release(&what);
	return fine && !out->failed ? 0 : 1;
}
