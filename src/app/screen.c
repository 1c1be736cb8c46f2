/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "cache/cache.h"

#include "base/banned.h"

enum { KEYS_AT_ONCE = 256, EXIT_INTERRUPTED = 130 };

int64_t screen_now(const struct screen *s)
{
	return clock_wall(&s->home->clock);
}

static int64_t boot(const struct screen *s)
{
	return clock_boot(&s->home->clock);
}

/* What is signed goes at once, waits for the network, or for what the status line
 * tells. */
static enum outbox_wait waits_for(const struct sync_status *y)
{
	if (y->trouble == SYNC_FINE)
		return y->online ? WAITS_TURN : WAITS_NETWORK;
	return y->trouble == SYNC_OFFLINE ? WAITS_NETWORK : WAITS_UNKNOWN;
}

struct present screen_present(const struct screen *s)
{
	return (struct present){ .names = &s->home->names,
				 .me = s->home->who.sub,
				 .now = screen_now(s),
				 .today = home_today(s->home),
				 .waits = waits_for(&s->sync) };
}

/* --- What the screen says ---------------------------------------------------- */

static void say(struct screen *s, bool error, const char *fmt, va_list ap) PRINTF_LIKE(3, 0);

static void say(struct screen *s, bool error, const char *fmt, va_list ap)
{
	strbuf_clear(&s->message);
	strbuf_vaddf(&s->message, fmt, ap);
	s->message_is_error = error;
	s->dirty = true;
}

void screen_say(struct screen *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, false, fmt, ap);
	va_end(ap);
}

void screen_complain(struct screen *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, true, fmt, ap);
	va_end(ap);
}

void screen_fail(struct screen *s, const struct err *why)
{
	struct strbuf text = STRBUF_INIT_MAX(1000);

	home_distrust(s->home, why);
	/* Which file it was is nothing an officer asks, and would not fit. */
	words_error(&text, why, strcmp(why->code, "disk-full") != 0);
	screen_complain(s, "%s", strbuf_cstr(&text));
	strbuf_release(&text);
}

/* --- Views -------------------------------------------------------------------- */

void screen_go(struct screen *s, enum view v)
{
	if (s->view == v)
		return;
	if (s->depth == TRAIL_MAX) {
		memmove(s->trail, s->trail + 1, sizeof(s->trail[0]) * (TRAIL_MAX - 1));
		s->depth--;
	}
	s->trail[s->depth++] = s->view;
	outbox_left(s);
	s->view = v;
	s->dirty = true;
}

void screen_back(struct screen *s)
{
	if (s->depth == 0)
		return;
	outbox_left(s);
	s->view = s->trail[--s->depth];
	screen_reload(s);
	s->dirty = true;
}

void screen_note_revision(struct screen *s)
{
	struct err why = ERR_INIT;

	if (cache_revision(s->home->cache, &s->revision, &why) != ST_OK)
		screen_fail(s, &why);
	s->stale = false;
}

void screen_reload(struct screen *s)
{
	struct err why = ERR_INIT;

	if (!screen_unlocked(s))
		return;
	if (home_refresh(s->home, &why) != ST_OK)
		screen_fail(s, &why);
	screen_read_status(s);
	screen_note_revision(s);
	s->dirty = true;
	if (s->view == VIEW_QUEUE)
		list_reload(s);
	else if (s->view == VIEW_STATS)
		stats_reload(s);
	else if (s->view == VIEW_DEVICES)
		devices_reload(s);
	else if (s->view == VIEW_ERASURES)
		erasures_reload(s);
	else if (s->view == VIEW_CONTACT)
		contact_reload(s);
	else if (s->view == VIEW_SEARCH)
		search_reload(s);
	else if (s->view == VIEW_CASE)
		case_reload(s);
	else if (s->view == VIEW_DECISION || s->view == VIEW_LETTER)
		decision_moved(s);
	else if (s->view == VIEW_OUTBOX || s->view == VIEW_CONFLICTS)
		items_load(s);
}

bool screen_unlocked(struct screen *s)
{
	return s->home->key != NULL;
}

/* Where one was, by codes and ids alone. */
static void remember_place(struct screen *s)
{
	struct place *was = &s->unlock.was;
	const struct case_row *row = screen_case(s);

	*was = (struct place){ .view = s->view, .saved = s->list.saved };
	snprintf(was->queue, sizeof(was->queue), "%s", s->list.queue);
	if (row)
		snprintf(was->case_id, sizeof(was->case_id), "%s", row->file.id);
}

void screen_lock(struct screen *s)
{
	box_save_draft(s);
	decision_save_draft(s);
	remember_place(s);
	box_close(s);
	decision_leave(s);
	(void)bulk_stop(s);
	search_release(s);
	bulk_release(&s->bulk);
	stats_close(s);
	devices_close(s);
	erasures_close(s);
	contact_close(s);
	(void)document_stop(s);
	outside_clear(&s->outside);
	engine_stop(s->engine);
	s->engine = NULL;
	s->engine_due = false;
	s->elsewhere = false;
	home_lock(s->home);
	list_release(&s->list);
	typing_release(&s->commands);
	case_close(&s->open);
	read_close(s);
	items_release(&s->items);
	conflict_close(&s->conflict);
	strbuf_clear(&s->message);
	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_clear(&s->pane);
	line_clear(&s->prompt_line);
	s->prompt = PROMPT_NONE;
	s->depth = 0;
	s->undo_until = 0;
	s->view = VIEW_UNLOCK;
	s->unlock.error[0] = '\0';
	s->unlock.secret.secret = true;
	s->dirty = true;
}

void screen_frame(struct screen *s, struct frame *f)
{
	struct present p = screen_present(s);
	struct status_facts facts = { .sync = screen_unlocked(s) ? &s->sync : NULL,
				      .elsewhere = s->elsewhere,
				      .undo_until = s->undo_until,
				      .erasures = erasures_waiting(s),
				      .marked = s->view == VIEW_CONTACT ? 0 : s->list.marks.count };

	strbuf_clear(&s->status);
	strbuf_clear(&s->who);
	present_status(&s->status, &facts, &p);
	present_who(&s->who, &p);
	*f = (struct frame){ .title = strbuf_cstr(&s->title),
			     .title_right = strbuf_cstr(&s->title_right),
			     .status = strbuf_cstr(&s->status),
			     .status_right = strbuf_cstr(&s->who),
			     .hint = screen_hint(s),
			     .message = strbuf_cstr(&s->message),
			     .message_is_error = s->message_is_error,
			     .overdue = (int)s->list.overdue };
	if (s->prompt != PROMPT_NONE) {
		f->prompt = &s->prompt_line;
		f->prompt_label = s->prompt == PROMPT_COMMAND  ? ":"
				  : s->prompt == PROMPT_FILTER ? _("Filter: ")
							       : _("Markera: ");
		if (s->prompt == PROMPT_FILTER) {
			f->prompt_note = strbuf_cstr(&s->list.typing.said);
			f->note_is_error = s->list.typing.wrong;
		}
	}
}

void screen_draw(struct screen *s)
{
	static void (*const draw[VIEW_COUNT])(struct screen * s) = {
		[VIEW_QUEUE] = list_draw,	 [VIEW_CASE] = case_draw,
		[VIEW_DECISION] = decision_draw, [VIEW_LETTER] = letter_draw,
		[VIEW_OUTBOX] = items_draw,	 [VIEW_CONFLICTS] = items_draw,
		[VIEW_READ] = read_draw,	 [VIEW_SYNC] = sync_draw,
		[VIEW_HELP] = help_draw,	 [VIEW_UNLOCK] = unlock_draw,
		[VIEW_ENROL] = enrol_draw,	 [VIEW_BULK] = bulk_draw,
		[VIEW_STATS] = stats_draw,	 [VIEW_CONTACT] = contact_draw,
		[VIEW_SEARCH] = search_draw,	 [VIEW_DEVICES] = devices_draw,
		[VIEW_ERASURES] = erasures_draw,
	};

	draw[s->view](s);
	if (s->box.kind != BOX_NONE)
		box_paint(s);
	term_paint(s->term, &s->canvas);
	s->dirty = false;
}

/* --- Keys ----------------------------------------------------------------------- */

static bool new_size(struct screen *s)
{
	int rows, cols;

	term_size(s->term, &rows, &cols);
	if (rows == s->canvas.rows && cols == s->canvas.cols)
		return true;
	if (!canvas_resize(&s->canvas, rows, cols))
		return false;
	if (screen_unlocked(s) && s->view == VIEW_QUEUE)
		list_reload(s);
	s->dirty = true;
	return true;
}

/* ^X and a digit is a function key; anything else stands for itself. */
static bool fkey(struct screen *s, struct key *key)
{
	if (key->pasted)
		return false;
	if (!s->fkey) {
		s->fkey = key->code == TK_CTRL('X');
		return s->fkey;
	}
	s->fkey = false;
	if (key->code >= '1' && key->code <= '9')
		key->code = TK_F(key->code - '0');
	else if (key->code == '0')
		key->code = TK_F(10);
	return false;
}

/* Views that are a form, or have one, look at a key first. */
static bool typed_key(struct screen *s, struct key key)
{
	switch (s->view) {
	case VIEW_UNLOCK:
		return unlock_key(s, key);
	case VIEW_ENROL:
		return enrol_key(s, key);
	case VIEW_DECISION:
		return decision_key(s, key);
	case VIEW_LETTER:
		return letter_key(s, key);
	case VIEW_CONTACT:
		return contact_key(s, key);
	case VIEW_HELP:
		return help_key(s, key);
	case VIEW_SEARCH:
		return search_key(s, key);
	default:
		return false;
	}
}

static bool letter_refused(const struct screen *s, int32_t code)
{
	return code > ' ' && code < 0x110000 && code != ':'
	       && !options_yes(&s->home->config.options, OPT_LETTER_KEYS);
}

static void say_unbound(struct screen *s, int32_t prefix, int32_t code)
{
	char label[16];
	const char *first = prefix == 'g' ? "g " : prefix == 'v' ? "v " : "";

	screen_say(s, _("%s%s gör inget här. F1 visar vad tangenterna gör."), first,
		   key_label(code, label));
}

static void view_key(struct screen *s, struct key key)
{
	const struct app_action *a;
	int32_t prefix = s->prefix;

	s->prefix = 0;
	if (key.pasted || letter_refused(s, key.code))
		return;
	if (prefix == 0
	    && ((key.code == 'g' && action_by_key(s->view, 'g', 'h'))
		|| (key.code == 'v' && action_by_key(s->view, 'v', '1')))) {
		s->prefix = key.code;
		return;
	}
	a = action_by_key(s->view, prefix, key.code);
	if (a)
		screen_run(s, a, "");
	else if (key_is_text(key))
		say_unbound(s, prefix, key.code);
}

static void on_key(struct screen *s, struct key key)
{
	if (key.code == TK_RESIZE) {
		s->ended = !new_size(s);
		return;
	}
	if (key.code == TK_EOF) {
		s->ended = true;
		s->code = EXIT_INTERRUPTED;
		return;
	}
	/* Nothing is done that cannot be seen. */
	if (s->canvas.cols < FRAME_COLS_MIN || s->canvas.rows < FRAME_ROWS_MIN)
		return;
	s->key_at = boot(s);
	strbuf_clear(&s->message);
	if (fkey(s, &key))
		return;
	if (s->prompt != PROMPT_NONE)
		prompt_key(s, key);
	else if (s->box.kind != BOX_NONE)
		box_key(s, key);
	else if (!typed_key(s, key))
		view_key(s, key);
}

/* --- The loop --------------------------------------------------------------------- */

static void on_signal(struct screen *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		/* Back at the same size, the terminal may have been smaller in
		 * between, and have lost what stood beyond. */
		if (info.ssi_signo == SIGWINCH) {
			term_repaint(s->term);
			s->dirty = true;
			continue;
		}
		s->ended = true;
		s->code = EXIT_INTERRUPTED;
	}
}

static void sooner(int64_t *wait, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (*wait < 0 || ms < *wait)
		*wait = ms;
}

static int64_t idle_ms(const struct screen *s)
{
	return options_number(&s->home->config.options, OPT_LOCK_MINUTES) * 60000;
}

/* How many there are takes longer than to show the first of them: it is counted
 * in a pause, and given up when a key comes. */
static bool is_uncounted(struct screen *s)
{
	if (!screen_unlocked(s))
		return false;
	return (s->view == VIEW_QUEUE && s->list.total < 0)
	       || (s->view == VIEW_SEARCH && !s->search.measured);
}

/* A case whose events are on their way is read again as they come, under a form
 * as well; what is only newer waits until nobody types. */
static bool awaited(const struct screen *s)
{
	return s->view == VIEW_CASE && !s->open.has_chain
	       && (s->box.kind == BOX_NONE || s->box.kind == BOX_FORM);
}

static bool reload_due(const struct screen *s, int64_t quiet)
{
	return s->stale && (awaited(s) || (s->box.kind == BOX_NONE && quiet >= QUIET_MS));
}

/* How long the loop may sleep: until the next thing that time itself brings. */
static int wait_ms(struct screen *s)
{
	int64_t now = boot(s), wall = screen_now(s), quiet = now - s->key_at;
	int64_t wait = 60000 - wall % 60000;
	int key = term_wait_ms(s->term);

	if (s->bulk.running || s->dirty)
		return 0;
	if (key >= 0 && !s->decide.feeling)
		sooner(&wait, key);
	if (is_uncounted(s))
		sooner(&wait, PAUSE_MS);
	if (s->draft_at)
		sooner(&wait, s->draft_at - now);
	if (documents_again(s))
		sooner(&wait, documents_again(s) - now);
	if (s->decide.feeling)
		sooner(&wait, s->decide.feel_until - now);
	if (s->stale && s->box.kind == BOX_NONE)
		sooner(&wait, awaited(s) ? 0 : QUIET_MS - quiet);
	if (s->undo_until > wall)
		sooner(&wait,
		       quiet < CALM_MS ? CALM_MS - quiet : (s->undo_until - wall - 1) % 1000 + 1);
	if (contact_in_call(s))
		sooner(&wait, quiet < CALM_MS ? CALM_MS - quiet : 1000);
	if (screen_unlocked(s) && idle_ms(s) > 0)
		sooner(&wait, s->key_at + idle_ms(s) - now);
	return (int)wait;
}

static void on_time(struct screen *s)
{
	int64_t now = boot(s), wall = screen_now(s), quiet = now - s->key_at;

	if (s->draft_at && now >= s->draft_at) {
		box_save_draft(s);
		decision_save_draft(s);
		s->draft_at = 0;
	}
	if (documents_again(s) && now >= documents_again(s))
		documents_hear(s);
	decision_heard(s);
	if (screen_unlocked(s) && idle_ms(s) > 0 && quiet >= idle_ms(s))
		screen_lock(s);
	if (reload_due(s, quiet))
		screen_reload(s);
	if (quiet < CALM_MS)
		return;
	if (s->undo_until) {
		s->dirty = true;
		if (s->undo_until <= wall)
			s->undo_until = 0;
	}
	if (contact_in_call(s))
		s->dirty = true;
	if (wall / 60000 != s->minute) {
		s->minute = wall / 60000;
		s->dirty = true;
		if (s->engine)
			screen_read_status(s);
	}
}

static void take_keys(struct screen *s)
{
	struct key key;

	for (int i = 0;
	     i < KEYS_AT_ONCE && !s->ended && !s->decide.feeling && term_key(s->term, &key); i++) {
		on_key(s, key);
		/* Last: a key that takes its time draws in between. */
		s->dirty = true;
	}
}

static bool key_waits(void *ctx)
{
	const struct screen *s = ctx;
	struct pollfd fds[2] = { { term_fd(s->term), POLLIN, 0 }, { s->signals, POLLIN, 0 } };

	return poll(fds, 2, 0) > 0;
}

static void count_now(struct screen *s)
{
	struct err why = ERR_INIT;
	enum status st;

	if (!is_uncounted(s) || key_waits(s))
		return;
	cache_stop_when(s->home->cache, key_waits, s);
	st = s->view == VIEW_QUEUE ? list_measure(s, &why) : search_measure(s, &why);
	cache_stop_when(s->home->cache, NULL, NULL);
	if (st == ST_RETRY)
		return;
	if (st != ST_OK)
		screen_fail(s, &why);
	screen_draw(s);
}

static void loop(struct screen *s)
{
	while (!s->ended) {
		struct pollfd fds[3] = { { term_fd(s->term), POLLIN, 0 },
					 { s->signals, POLLIN, 0 },
					 { s->engine ? engine_fd(s->engine) : -1, POLLIN, 0 } };
		int n;

		take_keys(s);
		if (s->list.typing.pending && screen_unlocked(s))
			list_typed(s);
		if (s->search.typing.pending && screen_unlocked(s))
			search_typed(s);
		bulk_turn(s);
		on_time(s);
		if (s->ended)
			return;
		if (s->dirty)
			screen_draw(s);
		screen_drawn(s);
		fds[0].fd = s->decide.feeling ? -1 : fds[0].fd;
		fds[2].fd = s->engine ? engine_fd(s->engine) : -1;
		n = poll(fds, 3, wait_ms(s));
		if (n < 0 && errno != EINTR)
			s->ended = true;
		if (n == 0 || boot(s) - s->key_at >= PAUSE_MS)
			count_now(s);
		if (fds[1].revents)
			on_signal(s);
		if (fds[2].revents && s->engine)
			screen_heard(s);
	}
}

/* --- Beginning and end --------------------------------------------------------------- */

/*
 * Signals come as readable bytes: nothing runs behind the loop's back, and
 * threads started later have them blocked as well.
 */
static int open_signals(sigset_t *before)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &mask, before);
	return signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
}

/*
 * The program is at its end, and one end is enough: a lost line shows as an
 * end of input before its SIGHUP comes, and that signal must not kill what
 * was about to answer 130.
 */
static void close_signals(const sigset_t *before)
{
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}

static enum status open_term(struct screen *s, struct err *why)
{
	const struct options *conf = &s->home->config.options;
	const char *theme =
		s->options->theme ? s->options->theme : options_text(conf, OPT_SCREEN_THEME);
	struct term_options o = {
		.ascii = s->options->ascii || options_is(conf, OPT_SCREEN_GLYPHS, "ascii"),
		.force_utf8 = options_is(conf, OPT_SCREEN_GLYPHS, "utf8"),
		.no_color = s->options->no_color || options_is(conf, OPT_SCREEN_COLOR, "never"),
		.theme = theme_find(theme),
		.clock = &s->home->clock,
	};
	enum status st = term_open(&s->term, &o, why);
	int rows, cols;

	if (st != ST_OK)
		return st;
	term_size(s->term, &rows, &cols);
	if (!canvas_init(&s->canvas, rows, cols, term_glyphs(s->term)))
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the screen");
	return ST_OK;
}

static void first_view(struct screen *s)
{
	if (!s->home->enrolled) {
		s->view = VIEW_ENROL;
		enrol_start_form(s);
		return;
	}
	s->unlock.secret.secret = true;
	s->view = VIEW_UNLOCK;
	if (screen_unlocked(s))
		list_start(s);
}

static void close_all(struct screen *s)
{
	box_save_draft(s);
	decision_save_draft(s);
	stats_close(s);
	devices_close(s);
	erasures_close(s);
	contact_close(s);
	(void)document_stop(s);
	outside_clear(&s->outside);
	search_release(s);
	engine_stop(s->engine);
	box_close(s);
	decision_leave(s);
	list_release(&s->list);
	typing_release(&s->commands);
	marks_release(&s->list.marks);
	bulk_release(&s->bulk);
	case_close(&s->open);
	read_close(s);
	items_release(&s->items);
	conflict_close(&s->conflict);
	line_release(&s->help.search);
	line_release(&s->unlock.secret);
	line_release(&s->prompt_line);
	form_release(&s->unlock.form);
	secret_release(&s->unlock.proposal);
	pin_release(&s->pin);
	strbuf_release(&s->message);
	strbuf_release(&s->status);
	strbuf_release(&s->who);
	strbuf_release(&s->title);
	strbuf_release(&s->title_right);
	strbuf_release(&s->pane);
	canvas_release(&s->canvas);
	term_close(s->term);
	if (s->signals >= 0)
		close(s->signals);
}

int screen_main(struct home *home, const struct screen_options *o, struct err *why)
{
	struct screen s = { .search.filter = FILTER_INIT,
			    .list.filter = FILTER_INIT,
			    .list.view = FILTER_INIT,
			    .home = home,
			    .options = o,
			    .signals = -1 };
	sigset_t before;
	enum status st;

	s.list.preview = options_yes(&home->config.options, OPT_SCREEN_PREVIEW);
	s.signals = open_signals(&before);
	s.key_at = boot(&s);
	outside_start(&s.outside, home->runtime);
	st = open_term(&s, why);
	if (st == ST_OK) {
		s.minute = screen_now(&s) / 60000;
		s.dirty = true;
		first_view(&s);
		if (home->cache_renewed)
			screen_complain(&s, "%s",
					_("Den lokala kopian var skadad och läggs upp på nytt."));
		loop(&s);
	} else {
		s.code = 1;
	}
	close_all(&s);
	close_signals(&before);
	return s.code;
}
