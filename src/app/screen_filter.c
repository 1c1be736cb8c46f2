/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the list shows: the filter of its view and the one that is typed, the
 * line in which it is typed, and views that are saved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/screen_inside.h"
#include "base/i18n.h"

#include "base/banned.h"

/* --- Two filters as one ------------------------------------------------------------ */

static int take_nodes(struct filter *out, struct filter *from)
{
	int shift = out->count;

	for (int i = 0; i < from->count; i++) {
		struct filter_node *n = &out->nodes[out->count++];

		*n = from->nodes[i];
		n->first += n->first >= 0 ? shift : 0;
		n->next += n->next >= 0 ? shift : 0;
	}
	from->count = 0; /* their values have moved */
	return from->root + shift;
}

bool filter_both(struct filter *out, struct filter *a, struct filter *b)
{
	struct filter both = FILTER_INIT;
	struct filter *one = a->root < 0 ? b : a;
	int first, second;

	filter_release(out);
	if (a->root < 0 || b->root < 0) {
		*out = *one;
		*one = (struct filter)FILTER_INIT;
		return true;
	}
	both.nodes = calloc((size_t)(a->count + b->count) + 1, sizeof(*both.nodes));
	if (!both.nodes)
		return false;
	memcpy(both.me, a->me, sizeof(both.me));
	memcpy(both.today, a->today, sizeof(both.today));
	first = take_nodes(&both, a);
	second = take_nodes(&both, b);
	both.nodes[first].next = second;
	both.nodes[second].next = -1;
	both.nodes[both.count] =
		(struct filter_node){ .kind = NODE_AND, .first = first, .next = -1 };
	both.root = both.count++;
	*out = both;
	return true;
}

/* --- The filter in force -------------------------------------------------------------- */

static bool parse(struct screen *s, struct filter *f, const char *text, bool typing,
		  struct strbuf *complaint)
{
	return filters_parse(f, text, &s->home->names, s->home->who.sub, home_today(s->home),
			     typing, complaint);
}

/* The view's own filter; a view that does not hold any more says so, and
 * shows what is open. */
static void read_view(struct screen *s, struct filter *f)
{
	struct list_state *l = &s->list;
	const char *text = views_filter(&s->home->config.views, l->saved);
	struct strbuf complaint = STRBUF_INIT;
	char queue[CODE_MAX + 20];

	snprintf(queue, sizeof(queue), "öppen kö=%s", l->queue);
	if (l->queue[0])
		text = queue;
	if (!parse(s, f, text ? text : "", false, &complaint)) {
		screen_complain(s, _("Vy %d: %s"), l->saved, strbuf_cstr(&complaint));
		(void)parse(s, f, "öppen", false, NULL);
	}
	strbuf_release(&complaint);
}

bool list_refilter(struct screen *s, const char *typed)
{
	struct list_state *l = &s->list;
	struct filter view = FILTER_INIT, own = FILTER_INIT;
	struct strbuf complaint = STRBUF_INIT;
	bool holds = parse(s, &own, typed, true, &complaint);

	strbuf_clear(&l->typing.said);
	l->typing.wrong = !holds;
	if (holds) {
		filters_describe(&l->typing.said, &own, &s->home->names);
		strbuf_sets(&l->words, strbuf_cstr(&l->typing.said));
		if (typed != strbuf_cstr(&l->typed))
			strbuf_sets(&l->typed, typed);
		read_view(s, &l->view);
		read_view(s, &view);
		holds = filter_both(&l->filter, &view, &own);
	} else {
		strbuf_adds(&l->typing.said, strbuf_cstr(&complaint));
	}
	filter_release(&view);
	filter_release(&own);
	strbuf_release(&complaint);
	return holds;
}

bool list_filter(struct screen *s, const char *text)
{
	if (!list_refilter(s, text)) {
		screen_complain(s, "%s", strbuf_cstr(&s->list.typing.said));
		return false;
	}
	list_from_top(s);
	return true;
}

void list_drill(struct screen *s, const char *filter)
{
	screen_go(s, VIEW_QUEUE);
	s->list.saved = SAVED_ALL;
	s->list.queue[0] = '\0';
	(void)list_filter(s, filter);
}

void list_mark_filter(struct screen *s, const char *text)
{
	struct filter view = FILTER_INIT, own = FILTER_INIT, marks = FILTER_INIT,
		      both = FILTER_INIT;
	struct strbuf complaint = STRBUF_INIT;
	struct case_query q = s->list.query;

	read_view(s, &view);
	if (!parse(s, &marks, text, true, &complaint))
		screen_complain(s, "%s", strbuf_cstr(&complaint));
	else if (parse(s, &own, strbuf_cstr(&s->list.typed), true, NULL)
		 && filter_both(&both, &view, &own) && filter_both(&own, &both, &marks)) {
		q.filter = &own;
		bulk_mark_query(s, &q);
	}
	filter_release(&view);
	filter_release(&own);
	filter_release(&marks);
	filter_release(&both);
	strbuf_release(&complaint);
}

const char *list_count(char out[32], int64_t n)
{
	if (n < 0)
		snprintf(out, 32, "…");
	else if (n > CASE_COUNT_CAP)
		snprintf(out, 32, "%s", _("över 10 000"));
	else
		snprintf(out, 32, "%lld", (long long)n);
	return out;
}

/* --- The line -------------------------------------------------------------------------- */

void typing_release(struct typing *t)
{
	strbuf_release(&t->said);
	for (int i = 0; i < HISTORY_MAX; i++)
		strbuf_release(&t->history[i]);
	*t = (struct typing){ .wrong = false };
}

void typing_keep(struct typing *t, const char *text)
{
	struct strbuf oldest;

	t->history_at = t->history_count;
	if (!*text
	    || (t->history_count > 0
		&& strcmp(strbuf_cstr(&t->history[t->history_count - 1]), text) == 0))
		return;
	if (t->history_count == HISTORY_MAX) {
		oldest = t->history[0];
		memmove(t->history, t->history + 1, sizeof(oldest) * (HISTORY_MAX - 1));
		t->history[--t->history_count] = oldest;
	}
	strbuf_sets(&t->history[t->history_count++], text);
	t->history_at = t->history_count;
}

static bool recall(struct typing *t, struct line *l, int by)
{
	int to = t->history_at + by;

	if (to < 0 || to > t->history_count)
		return false;
	t->history_at = to;
	line_set(l, to < t->history_count ? strbuf_cstr(&t->history[to]) : "");
	return true;
}

/* The offered word in place of the one that is begun. */
static void put_offer(struct typing *t, struct line *l)
{
	struct strbuf text = STRBUF_INIT;
	const char *word = t->offer.word[t->offered - 1];
	size_t at;

	strbuf_add(&text, line_text(l), t->offer.from);
	strbuf_adds(&text, word);
	at = text.len;
	strbuf_adds(&text, line_text(l) + l->at);
	line_set(l, strbuf_cstr(&text));
	l->at = at <= l->text.len ? at : l->text.len;
	strbuf_release(&text);
}

/* Tab puts the first thing that fits, once more the next one. */
static bool complete(struct screen *s, struct typing *t, struct line *l)
{
	if (t->offered == 0 && t->commands)
		command_complete(s, &t->offer, line_text(l), l->at);
	else if (t->offered == 0)
		filters_complete(&t->offer, line_text(l), l->at, &s->home->names);
	if (t->offer.count == 0)
		return false;
	t->offered = t->offered % t->offer.count + 1;
	put_offer(t, l);
	return true;
}

bool typing_key(struct screen *s, struct typing *t, struct line *l, struct key key)
{
	if (!key.pasted && key.code == TK_TAB)
		return complete(s, t, l);
	t->offered = 0;
	if (!key.pasted && (key.code == TK_UP || key.code == TK_DOWN))
		return recall(t, l, key.code == TK_UP ? -1 : 1);
	return line_key(l, key);
}

void filter_key(struct screen *s, struct key key)
{
	struct list_state *l = &s->list;
	struct line *line = &s->prompt_line;

	if (typing_key(s, &l->typing, line, key)) {
		l->typing.pending = true;
		return;
	}
	if (key.code == TK_ENTER) {
		l->typing.pending = false;
		if (!list_refilter(s, line_text(line)))
			return; /* what is wrong stands below; the line is there to be mended */
		typing_keep(&l->typing, line_text(line));
	} else if (key.code == TK_ESC || key.code == TK_F(12) || key.code == TK_CTRL('G')
		   || key.code == TK_CTRL('C')) {
		l->typing.pending = false;
		(void)list_refilter(s, "");
	} else {
		return;
	}
	s->prompt = PROMPT_NONE;
	line_clear(line);
	list_glance(s);
}

/* Keys that came together are one change: the list is read once. */
void list_typed(struct screen *s)
{
	struct list_state *l = &s->list;

	l->typing.pending = false;
	if (s->prompt == PROMPT_FILTER && list_refilter(s, line_text(&s->prompt_line)))
		list_glance(s);
	s->dirty = true;
}

void do_filter(struct screen *s, const struct app_action *a, const char *arg)
{
	struct typing *t = &s->list.typing;

	(void)a;
	if (arg[0]) {
		if (list_filter(s, arg))
			typing_keep(t, arg);
		return;
	}
	s->prompt = PROMPT_FILTER;
	t->offered = 0;
	t->history_at = t->history_count;
	line_set(&s->prompt_line, strbuf_cstr(&s->list.typed));
	(void)list_refilter(s, strbuf_cstr(&s->list.typed));
}

/* --- Saved views --------------------------------------------------------------------------- */

static int64_t count_view(struct screen *s, int digit)
{
	struct case_query q = CASE_QUERY_INIT;
	struct filter f = FILTER_INIT;
	struct err why = ERR_INIT;
	int64_t n = -1;

	if (parse(s, &f, views_filter(&s->home->config.views, digit), false, NULL)) {
		q.filter = &f;
		if (case_count(s->home->cache, &q, &n, &why) != ST_OK)
			screen_fail(s, &why);
	}
	filter_release(&f);
	return n;
}

void do_views(struct screen *s, const struct app_action *a, const char *arg)
{
	static const char *const ids[] = {
		[1] = "mine",	[2] = "inbox",	[3] = "overdue", [4] = "view-4", [5] = "view-5",
		[6] = "view-6", [7] = "view-7", [8] = "view-8",	 [9] = "view-9"
	};
	struct box_state *b = &s->box;

	(void)arg;
	box_close(s);
	b->kind = BOX_MENU;
	b->action = a;
	snprintf(b->title, sizeof(b->title), "%s", _("Sparade vyer"));
	snprintf(b->keys, sizeof(b->keys), "%s",
		 _("Siffran väljer, eller Upp/Ner och Enter   Esc Avbryt"));
	for (int i = 1; i <= VIEWS_LAST; i++) {
		const char *name = views_name(&s->home->config.views, i);
		int64_t n = name ? count_view(s, i) : 0;
		char count[32];

		if (!name)
			continue;
		b->choices[b->count] = action_by_id(ids[i]);
		b->possible[b->count] = true;
		snprintf(b->letters[b->count], sizeof(b->letters[0]), "%d", i);
		snprintf(b->reasons[b->count], sizeof(b->reasons[0]), "%s", name);
		snprintf(b->texts[b->count], sizeof(b->texts[0]), "%10s  %s",
			 n < 0 ? "?" : list_count(count, n), name);
		b->count++;
	}
}

/* Is the last word that was typed taken for a beginning? */
static bool means_more(struct screen *s)
{
	struct filter whole = FILTER_INIT;
	struct strbuf words = STRBUF_INIT;
	bool more;

	if (parse(s, &whole, strbuf_cstr(&s->list.typed), false, NULL))
		filters_describe(&words, &whole, &s->home->names);
	more = strcmp(strbuf_cstr(&words), strbuf_cstr(&s->list.words)) != 0;
	filter_release(&whole);
	strbuf_release(&words);
	return more;
}

/* Does any of its parts do? Then it is put in parentheses before more is asked. */
static bool is_choice(struct screen *s, const char *view)
{
	struct filter f = FILTER_INIT;
	bool yes =
		parse(s, &f, view, false, NULL) && f.root >= 0 && f.nodes[f.root].kind == NODE_OR;

	filter_release(&f);
	return yes;
}

void do_save_view(struct screen *s, const struct app_action *a, const char *arg)
{
	struct list_state *l = &s->list;
	struct config *c = &s->home->config;
	const char *view = views_filter(&c->views, l->saved);
	struct strbuf filter = STRBUF_INIT;
	struct err why = ERR_INIT;
	int digit = arg[0] >= '0' && arg[0] <= '9' && arg[1] == ' ' ? arg[0] - '0' : 0;

	(void)a;
	if (digit == 0 || !arg[2 + strspn(arg + 2, " ")]) {
		screen_complain(s, "%s", _("Skriv siffra och namn: :spara-vy 6 Veckans frister"));
		return;
	}
	if (l->queue[0])
		strbuf_addf(&filter, "öppen kö=%s", l->queue);
	else if (view)
		strbuf_addf(&filter, is_choice(s, view) ? "(%s)" : "%s", view);
	if (l->typed.len > 0)
		strbuf_addf(&filter, strbuf_cstr(&filter)[0] ? " (%s%s)" : "%s%s",
			    strbuf_cstr(&l->typed), means_more(s) ? "*" : "");
	arg += 2;
	arg += strspn(arg, " ");
	if (views_save(&c->views, c->file[CONFIG_FILES - 1], digit, arg, strbuf_cstr(&filter), &why)
	    == ST_OK)
		screen_say(s, _("Vy %d är %s: %s"), digit, arg, strbuf_cstr(&filter));
	else
		screen_fail(s, &why);
	strbuf_release(&filter);
}
