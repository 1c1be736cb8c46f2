/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/days.h"
#include "app/words.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "ui/text.h"
#include "wire/problem.h"

#include "base/banned.h"

enum { DRAIN_AT = 64 * 1024, ANSWER_BYTES = 200 };

static const struct glyphs *glyphs_of(const struct call *c)
{
	if (c->home)
		return c->home->glyphs;
	return words_locale_is_utf8() ? &glyphs_utf8 : &glyphs_ascii;
}

/* --- Text ---------------------------------------------------------------------- */

static void add_line(struct call *c, struct strbuf *to, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

static void add_line(struct call *c, struct strbuf *to, const char *fmt, va_list ap)
{
	struct strbuf raw = STRBUF_INIT;

	strbuf_vaddf(&raw, fmt, ap);
	ui_text(to, strbuf_str(&raw), -1, glyphs_of(c));
	strbuf_addc(to, '\n');
	strbuf_release(&raw);
	if (to == &c->out && to->len > DRAIN_AT && c->drain)
		c->drain(c->drain_ctx, to);
}

void put_line(struct call *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(c, &c->out, fmt, ap);
	va_end(ap);
}

void say_line(struct call *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(c, &c->say, fmt, ap);
	va_end(ap);
}

void put_field(struct call *c, struct str text, int cols)
{
	int used = ui_text(&c->out, text, cols, glyphs_of(c));

	for (; used < cols; used++)
		strbuf_addc(&c->out, ' ');
	strbuf_addc(&c->out, ' ');
}

static void add_text(struct strbuf *to, struct str text, int cols, const struct glyphs *g)
{
	struct wrap w;
	struct str line;

	wrap_start(&w, text, cols > 0 ? cols : 100000, g);
	while (wrap_next(&w, &line)) {
		ui_text(to, line, -1, g);
		strbuf_addc(to, '\n');
	}
}

void put_text(struct call *c, struct str text, int cols)
{
	add_text(&c->out, text, cols, glyphs_of(c));
}

void say_text(struct call *c, struct str text, int cols)
{
	struct strbuf line = STRBUF_INIT;

	ui_text(&line, text, -1, glyphs_of(c));
	add_text(&c->say, strbuf_str(&line), cols, glyphs_of(c));
	strbuf_release(&line);
}

/* --- JSON ---------------------------------------------------------------------- */

void json_begin(struct jsonw *w, struct call *c, const char *schema)
{
	struct clock clock = clock_real();

	jsonw_init(w, &c->out);
	jsonw_map(w);
	jsonw_kv(w, "schema", schema);
	jsonw_kv_instant(w, "at", clock_wall(&clock));
}

int64_t call_age_s(const struct call *c)
{
	struct sync_point p;

	if (cache_point(c->home->cache, &p, NULL) != ST_OK || p.applied_at == 0)
		return -1;
	return (clock_wall(&c->home->clock) - p.applied_at) / 1000;
}

void json_begin_cached(struct jsonw *w, struct call *c, const char *schema)
{
	int64_t age = call_age_s(c);

	json_begin(w, c, schema);
	jsonw_kv(w, "source", "cache");
	jsonw_key(w, "age_s");
	if (age < 0)
		jsonw_null(w);
	else
		jsonw_int(w, age);
}

void json_error(struct call *c, const struct err *why, int code)
{
	struct strbuf said = STRBUF_INIT_MAX(1000);
	struct jsonw w;

	words_error(&said, why, true);
	json_begin(&w, c, "sluss.error/1");
	jsonw_kv(&w, "code", why->code);
	jsonw_kv(&w, "message", strbuf_cstr(&said));
	jsonw_kv_int(&w, "exit", code);
	json_end(&w, c);
	strbuf_release(&said);
}

void json_end(struct jsonw *w, struct call *c)
{
	jsonw_end_map(w);
	strbuf_addc(&c->out, '\n');
}

/* A text of the cache, exact where it is a text. What a page would never
 * bring may still stand in a damaged file: it must not void the whole list. */
static void kv_cached(struct jsonw *w, const char *name, struct str s)
{
	struct strbuf safe = STRBUF_INIT;
	int32_t cp;

	for (size_t at = 0; at < s.n;) {
		cp = utf8_next(s, &at);
		utf8_put(&safe, cp < 0 ? 0xFFFD : cp);
	}
	jsonw_kv_str(w, name, strbuf_str(&safe));
	strbuf_release(&safe);
}

void json_case(struct jsonw *w, const struct case_row *r)
{
	const struct casefile *f = &r->file;

	jsonw_map(w);
	jsonw_kv(w, "case_id", f->id);
	jsonw_kv(w, "diary_no", f->diary_no);
	jsonw_kv(w, "status", case_state_name(f->state));
	jsonw_kv(w, "type", f->type);
	jsonw_kv_int(w, "type_version", f->type_version);
	jsonw_kv(w, "unit", f->unit);
	jsonw_kv(w, "queue", f->queue);
	kv_cached(w, "title", strbuf_str(&f->title));
	kv_cached(w, "party", strbuf_str(&f->party));
	jsonw_kv(w, "assignee", f->assignee);
	jsonw_kv_int(w, "priority", f->priority);
	jsonw_kv_int(w, "protection", f->protection);
	jsonw_kv(w, "channel", f->channel);
	jsonw_kv_instant(w, "received_at", f->received_at);
	jsonw_kv(w, "due_on", f->due_on);
	jsonw_kv(w, "outcome", f->outcome);
	jsonw_kv_instant(w, "changed_at", f->changed_at);
	jsonw_kv_int(w, "n", f->n);
	jsonw_kv(w, "eh", f->eh);
	jsonw_kv_int(w, "pending", r->pending);
	jsonw_kv_int(w, "trouble", r->trouble);
	jsonw_end_map(w);
}

/* --- Arguments -------------------------------------------------------------------- */

static bool whole_number(const char *s, int64_t max, int64_t *v)
{
	*v = 0;
	if (!s || !*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || *v > max)
			return false;
		*v = *v * 10 + (*s - '0');
	}
	return *v <= max;
}

enum status call_fd(const struct call *c, enum flag f, int *fd, struct err *why)
{
	int64_t v;

	if (!whole_number(c->value[f], 65535, &v))
		return err_set(why, ST_BAD_INPUT, "usage", "--%s needs the number of a descriptor",
			       flag_def(f)->name);
	*fd = (int)v;
	return ST_OK;
}

enum status call_wait_ms(const struct call *c, int64_t *ms, struct err *why)
{
	int64_t s = options_number(&c->home->config.options, OPT_WAIT_SECONDS);

	if (c->value[FLAG_WAIT] && !whole_number(c->value[FLAG_WAIT], 86400, &s))
		return err_set(why, ST_BAD_INPUT, "usage", "--wait=S: S is a number of seconds");
	*ms = s * 1000;
	return ST_OK;
}

/* An answer that is no problem of the central's is somebody else's. */
static enum status said_no(const struct reply *r, struct err *why)
{
	struct problem p = { 0 };
	enum status st = problem_read(&p, strbuf_str(&r->body), why);

	if (st != ST_OK)
		return st;
	return err_set(why, r->status == 404 ? ST_NONE : ST_REFUSED, p.code, "%s", p.detail);
}

enum status call_central(struct call *c, const struct request *r, struct strbuf *body,
			 struct err *why)
{
	struct reply reply = REPLY_INIT;
	int64_t ms = 0;
	enum status st = call_wait_ms(c, &ms, why);

	if (st == ST_OK)
		st = call_unlock(c, why);
	if (st == ST_OK)
		st = engine_ask_now(c->home, r, (int)ms, &reply, why);
	if (st == ST_OK && reply.status != 200)
		st = said_no(&reply, why);
	else if (st == ST_OK && !strbuf_add(body, reply.body.data, reply.body.len))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the answer");
	reply_release(&reply);
	return st;
}

enum status call_passphrase(struct call *c, struct secret *s, struct err *why)
{
	struct err local = ERR_INIT;
	enum status st;
	int fd = -1;

	if (c->given[FLAG_PASSPHRASE_FD]) {
		st = call_fd(c, FLAG_PASSPHRASE_FD, &fd, why);
		return st == ST_OK ? secret_read_fd(s, fd, why) : st;
	}
	if (!c->may_ask)
		return err_set(why, ST_REFUSED, "locked-script",
			       "no terminal to ask at: give the passphrase by --passphrase-fd N");
	st = secret_read_tty(s, _("Lösenfras: "), &local);
	if (strcmp(local.code, "terminal-none") == 0)
		return err_set(why, ST_REFUSED, "locked-script",
			       "no terminal to ask at: give the passphrase by --passphrase-fd N");
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

enum status call_unlock(struct call *c, struct err *why)
{
	struct secret s = SECRET_INIT;
	enum status st;

	if (c->home->key)
		return ST_OK;
	st = call_passphrase(c, &s, why);
	if (st == ST_OK)
		st = home_unlock(c->home, secret_str(&s), why);
	secret_release(&s);
	return st;
}

static enum status read_some(int fd, const char *path, struct strbuf *out, size_t max,
			     struct err *why)
{
	char block[4096];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(why, ST_BAD_INPUT, "file-read", "%.200s: %s", path,
				       strerror(errno));
		if (n == 0)
			return ST_OK;
		if (out->len + (size_t)n > max || !strbuf_add(out, block, (size_t)n))
			return err_set(why, ST_BAD_INPUT, "field-too-long",
				       "%.200s: the text may have at most %zu bytes", path, max);
	}
}

enum status call_text(struct strbuf *out, const char *path, size_t max, struct err *why)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum status st;

	if (fd < 0)
		return err_set(why, ST_BAD_INPUT, "file-read", "%.200s: %s", path, strerror(errno));
	st = read_some(fd, standard ? "standard input" : path, out, max, why);
	if (!standard)
		close(fd);
	if (st != ST_OK)
		return st;
	if (!utf8_valid(strbuf_str(out)))
		return err_set(why, ST_BAD_INPUT, "text-not-utf8", "%.200s: the text is not UTF-8",
			       path);
	while (out->len && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
		strbuf_cut(out, out->len - 1);
	return ST_OK;
}

enum status call_day(char out[DAY_TEXT], const struct call *c, const char *typed, struct err *why)
{
	return day_typed(out, typed, home_today(c->home), why);
}

enum status call_case(struct call *c, int i, struct case_row *row, struct err *why)
{
	char id[UUID_TEXT];
	enum status st = home_find_case(c->home, c->args[i], id, why);

	if (st != ST_OK)
		return st;
	st = case_get(c->home->cache, id, row, why);
	if (st == ST_NONE)
		err_set(why, st, "case-unknown", "no such case among those fetched: %.60s",
			c->args[i]);
	return st;
}

/* --- Asking ------------------------------------------------------------------------- */

static enum status read_line(int fd, struct strbuf *answer, struct err *why)
{
	char c;

	strbuf_clear(answer);
	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == '\n')
			return ST_OK;
		if (answer->len < ANSWER_BYTES && !strbuf_addc(answer, c))
			return err_set(why, ST_BROKEN, "memory", "no memory for an answer");
	}
}

static bool write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
	}
	return true;
}

enum status ask_tty(struct call *c, struct str shown, const char *question, struct strbuf *answer,
		    struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	int fd = c->may_ask ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	enum status st;

	if (fd < 0)
		return err_set(why, ST_REFUSED, "terminal-none", "there is no terminal to ask at");
	if (shown.n)
		add_text(&text, shown, c->cols > 20 ? c->cols : 78, glyphs_of(c));
	ui_text(&text, str_of(question), -1, glyphs_of(c));
	strbuf_addc(&text, ' ');
	if (write_all(fd, strbuf_str(&text)))
		st = read_line(fd, answer, why);
	else
		st = err_set(why, ST_REFUSED, "terminal-none", "the terminal is gone");
	close(fd);
	strbuf_release(&text);
	return st;
}

enum status ask_yes(struct call *c, struct str shown, const char *question, bool *yes,
		    struct err *why)
{
	static const char *const words[] = { "ja", "j", "yes", "y" };
	struct strbuf answer = STRBUF_INIT;
	enum status st = ask_tty(c, shown, question, &answer, why);

	*yes = false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && st == ST_OK; i++)
		*yes = *yes || strcmp(strbuf_cstr(&answer), words[i]) == 0;
	strbuf_release(&answer);
	return st;
}
