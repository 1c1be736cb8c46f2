/* SPDX-License-Identifier: EUPL-1.2 */
/* How things stand with this machine and this home: no personal data. */
#include "app/verbs.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/key_words.h"
#include "app/words.h"
#include "base/i18n.h"
#include "sync/rotate.h"

#include "base/banned.h"

enum { SKEW_OK_MS = 30000 };
enum finding_level { GOOD, ODD, BAD };

struct findings {
	struct call *c;
	struct jsonw *w;
	int bad;
};

static void finding(struct findings *f, const char *what, enum finding_level level, const char *fmt,
		    ...) PRINTF_LIKE(4, 5);

static void finding(struct findings *f, const char *what, enum finding_level level, const char *fmt,
		    ...)
{
	static const char *const names[] = { "ok", "odd", "bad" };
	static const char *const words[] = { N_("ok"), N_("obs"), N_("FEL") };
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	f->bad += level == BAD;
	if (f->w) {
		jsonw_map(f->w);
		jsonw_kv(f->w, "what", what);
		jsonw_kv(f->w, "level", names[level]);
		jsonw_kv_str(f->w, "text", strbuf_str(&text));
		jsonw_end_map(f->w);
	} else {
		put_field(f->c, str_of(_(words[level])), 4);
		put_field(f->c, str_of(what), 12);
		put_line(f->c, "%s", strbuf_cstr(&text));
	}
	strbuf_release(&text);
}

/* A path without the officer's own name in it. */
static const char *tilde(char out[HOME_PATH], const char *path)
{
	const char *user_home = getenv("HOME");
	size_t n = user_home ? strlen(user_home) : 0;

	if (n > 1 && strncmp(path, user_home, n) == 0 && path[n] == '/')
		snprintf(out, HOME_PATH, "~%s", path + n);
	else
		snprintf(out, HOME_PATH, "%s", path);
	return out;
}

static void terminal(struct findings *f)
{
	const char *term = getenv("TERM");
	bool dumb = !term || !*term || strcmp(term, "dumb") == 0;

	finding(f, "terminal", dumb ? ODD : GOOD, "TERM=%s, %s, %d %s", term ? term : "",
		f->c->out_tty ? _("terminal") : _("ingen terminal"), f->c->cols, _("kolumner"));
}

static void locale(struct findings *f)
{
	finding(f, "locale", words_locale_is_utf8() ? GOOD : ODD, "%s, %s, %s: %s",
		setlocale(LC_CTYPE, NULL), nl_langinfo(CODESET), _("tecken"),
		f->c->home->glyphs->name);
}

static void folder(struct findings *f)
{
	const char *path = f->c->home->data;
	char shown[HOME_PATH];
	struct stat s;

	if (!home_there(f->c->home))
		finding(f, "home", ODD, "%s: %s", tilde(shown, path), _("finns inte"));
	else if (stat(path, &s) || s.st_uid != geteuid() || (s.st_mode & 077))
		finding(f, "home", BAD, "%s: %s", tilde(shown, path), _("mappen är inte bara din"));
	else
		finding(f, "home", GOOD, "%s: 0700", tilde(shown, path));
}

static void one_file(struct findings *f, const char *what, struct db *db, const char *path)
{
	char shown[HOME_PATH];
	struct err why = ERR_INIT;
	struct stat s;

	tilde(shown, path);
	if (stat(path, &s)) {
		finding(f, what, BAD, "%s: %s", shown, _("finns inte"));
		return;
	}
	if (cache_check(db, &why) != ST_OK) {
		home_distrust(f->c->home, &why);
		finding(f, what, BAD, "%s: %s", shown, why.text);
	} else {
		finding(f, what, s.st_mode & 077 ? BAD : GOOD, "%s: %lld kB, %03o", shown,
			(long long)s.st_size / 1024, (unsigned)(s.st_mode & 0777));
	}
}

static void files(struct findings *f)
{
	struct home *h = f->c->home;
	struct outbox_counts n;
	struct err why = ERR_INIT;

	if (!home_there(h)) {
		finding(f, "files", ODD, "%s", _("mappen finns inte än"));
		return;
	}
	if (call_need(f->c, NEED_FILES, &why) != ST_OK) {
		struct strbuf said = STRBUF_INIT_MAX(900);

		words_error(&said, &why, true);
		finding(f, "files", BAD, "%s", strbuf_cstr(&said));
		strbuf_release(&said);
		return;
	}
	if (h->read_only)
		finding(f, "files", BAD, "%s",
			_("mappen kan inte skrivas: gör plats på disken eller ge dig skrivrätt"));
	if (h->cache_renewed)
		finding(f, "cache", ODD, "cache.db.damaged: %s", _("skadad och ersatt"));
	one_file(f, "cache", h->cache, h->cache_path);
	one_file(f, "outbox", h->outbox, h->outbox_path);
	if (outbox_count(h->outbox, &n, NULL) == ST_OK)
		finding(f, "actions", n.held + n.conflicts + n.refused ? ODD : GOOD,
			_("väntar %lld, hålls %lld, konflikter %lld, nekade %lld"),
			(long long)n.waiting, (long long)n.held, (long long)n.conflicts,
			(long long)n.refused);
}

static void data(struct findings *f)
{
	int64_t age = f->c->home->cache ? call_age_s(f->c) : -1;
	char text[24];

	if (!f->c->home->cache && home_there(f->c->home)) {
		finding(f, "data", ODD, "%s", _("kan inte läsas, se files"));
		return;
	}
	if (age < 0) {
		finding(f, "data", ODD, "%s", _("inget är hämtat än"));
		return;
	}
	words_age(text, age * 1000);
	finding(f, "data", GOOD, _("hämtade för %s sedan"), text);
}

/* That it answers is not that it takes what we send: what the last sync met. */
static void turned_away(struct findings *f)
{
	char code[40];

	home_kept_trouble(f->c->home, code);
	if (!code[0] || f->c->home->who.frozen[0])
		return;
	finding(f, strcmp(code, "history-diverged") == 0 ? "history" : "device",
		strcmp(code, "device-pending") == 0 ? ODD : BAD, _("vid senaste synken: %s"),
		words_code(code) ? words_code(code) : code);
}

static void central(struct findings *f)
{
	const struct home *h = f->c->home;
	struct strbuf key = STRBUF_INIT_MAX(400);
	struct probe p;

	if (!h->outbox && home_there(h)) {
		finding(f, "central", ODD, "%s", _("okänd: utkorgen kan inte läsas, se files"));
		return;
	}
	if (!h->enrolled) {
		finding(f, "central", ODD, "%s", words_code("not-enrolled"));
		return;
	}
	if (h->who.frozen[0])
		finding(f, "device", BAD, "%s", words_code("device-frozen"));
	if (key_warning(&key, h))
		finding(f, "key", certificate_ends(&h->who) > clock_wall(&h->clock) ? ODD : BAD,
			"%s", strbuf_cstr(&key));
	strbuf_release(&key);
	turned_away(f);
	probe_central(h, h->who.url, &p);
	if (!p.reachable) {
		finding(f, "central", ODD, "%s", p.why.text);
		return;
	}
	finding(f, "central", GOOD, "%s: %s %s, %lld ms", h->who.url, p.name, p.version,
		(long long)p.ms);
	finding(f, "clock", llabs((long long)p.skew) > SKEW_OK_MS ? ODD : GOOD,
		_("%+lld ms mot centralen"), (long long)-p.skew);
}

static void configuration(struct findings *f)
{
	const struct config *c = &f->c->home->config;
	char shown[HOME_PATH];

	for (int i = 0; i < CONFIG_FILES; i++)
		if (c->read[i])
			finding(f, "conf", GOOD, "%s", tilde(shown, c->file[i]));
	for (int i = 0; i < c->warning_count; i++)
		finding(f, "conf", ODD, "%s", c->warnings[i]);
}

enum status verb_doctor(struct call *c, struct err *why)
{
	struct findings f = { .c = c };
	struct jsonw w;

	if (c->given[FLAG_JSON]) {
		f.w = &w;
		json_begin(&w, c, "sluss.doctor/1");
		jsonw_kv(&w, "version", SLUSS_VERSION);
		jsonw_key(&w, "findings");
		jsonw_list(&w);
	} else {
		put_line(c, "sluss %s", SLUSS_VERSION);
	}
	terminal(&f);
	locale(&f);
	configuration(&f);
	folder(&f);
	files(&f);
	data(&f);
	central(&f);
	if (f.w) {
		jsonw_end_list(&w);
		jsonw_kv_bool(&w, "healthy", f.bad == 0);
		json_end(&w, c);
	}
	if (f.bad == 0)
		return ST_OK;
	return err_set(why, ST_BROKEN, "doctor", "%d findings are bad", f.bad);
}
