/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/enrol_flow.h"
#include "app/key_words.h"
#include "app/present.h"
#include "app/proposals.h"
#include "app/words.h"
#include "base/i18n.h"
#include "domain/role.h"

#include "base/banned.h"

enum { SYNC_MS = 10 * 60 * 1000, LOOK_MS = 200, ASK_MS = 5000 };

/* --- enrol --------------------------------------------------------------------------- */

static enum status read_code(struct call *c, struct secret *code, struct err *why)
{
	int fd = -1;
	enum status st;

	if (!c->given[FLAG_CODE_FD]) {
		if (c->may_ask)
			return secret_read_tty(code, _("Inbjudan (sluss1...): "), why);
		return err_set(why, ST_REFUSED, "terminal-none",
			       "no terminal to ask at: give the invitation by --code-fd N");
	}
	st = call_fd(c, FLAG_CODE_FD, &fd, why);
	return st == ST_OK ? secret_read_fd(code, fd, why) : st;
}

/* One is made, shown once and typed once; who wants another types it twice. */
static enum status ask_new(struct call *c, struct secret *pass, struct err *why)
{
	struct secret words = SECRET_INIT, again = SECRET_INIT;
	char prompt[600];
	enum status st = secret_make_words(&words, &c->home->rng, why);

	if (st == ST_OK) {
		snprintf(prompt, sizeof(prompt),
			 _("Din nya lösenfras, sex ord:\n\n    %.*s\n\nSkriv upp den på ett säkert "
			   "ställe: den visas bara nu.\nSkriv den en gång, eller en egen på minst "
			   "tolv tecken: "),
			 (int)words.n, words.p);
		st = secret_read_tty(pass, prompt, why);
		explicit_bzero(prompt, sizeof(prompt));
	}
	if (st == ST_OK && (words.n != pass->n || memcmp(words.p, pass->p, words.n) != 0))
		st = secret_read_tty(&again, _("En gång till: "), why);
	if (st == ST_OK && again.p
	    && (again.n != pass->n || memcmp(again.p, pass->p, again.n) != 0))
		st = err_set(why, ST_BAD_INPUT, "passphrase-other", "the two are not the same");
	secret_release(&words);
	secret_release(&again);
	return st;
}

static enum status read_new(struct call *c, enum flag f, struct secret *pass, struct err *why)
{
	int fd = -1;
	enum status st;

	if (!c->given[f]) {
		if (c->may_ask)
			return ask_new(c, pass, why);
		return err_set(why, ST_REFUSED, "terminal-none",
			       "no terminal to ask at: give the passphrase by --%s N",
			       flag_def(f)->name);
	}
	st = call_fd(c, f, &fd, why);
	return st == ST_OK ? secret_read_fd(pass, fd, why) : st;
}

/* Who this device has become; nothing secret. */
static void enrolled_json(struct call *c)
{
	const struct identity *who = &c->home->who;
	struct jsonw w;

	json_begin(&w, c, "sluss.enrol/1");
	jsonw_kv(&w, "municipality", who->municipality);
	jsonw_kv(&w, "central", who->aud);
	jsonw_kv(&w, "officer", who->sub);
	jsonw_kv(&w, "name", who->name);
	jsonw_kv(&w, "device", who->dev);
	jsonw_kv(&w, "kid", who->kid);
	jsonw_kv_bool(&w, "waiting", c->home->waits);
	json_end(&w, c);
}

/* What an earlier key of this home signed and nobody answered. */
static void say_stranded(struct call *c)
{
	struct outbox_counts n;

	if (outbox_count(c->home->outbox, &n, NULL) == ST_OK && n.held > 0)
		say_line(
			c,
			P_("%lld åtgärd från datorns förra nyckel väntar på att signeras igen: sluss "
			   "outbox",
			   "%lld åtgärder från datorns förra nyckel väntar på att signeras igen: "
			   "sluss outbox",
			   n.held),
			(long long)n.held);
}

/* What the officer does next: fetch, or have the device let in first. */
static void say_enrolled(struct call *c)
{
	const struct identity *who = &c->home->who;
	char words[80];

	if (!c->home->waits) {
		say_line(c, _("Datorn är ansluten till %s som %s (%s). Hämta ärendena: sluss sync"),
			 who->municipality, who->name, who->sub);
		return;
	}
	say_line(c, _("Datorn är ansluten till %s som %s (%s), och väntar på att godkännas."),
		 who->municipality, who->name, who->sub);
	if (key_fingerprint(words, sizeof(words), who->x))
		say_line(c,
			 _("Läs upp de här orden för din chef eller driften, som jämför dem: %s. "
			   "Hämta sedan ärendena: sluss sync"),
			 words);
}

enum status verb_enrol(struct call *c, struct err *why)
{
	struct secret code = SECRET_INIT, pass = SECRET_INIT;
	char url[256];
	enum status st = enrol_url(url, c->args[0], why);

	if (st == ST_OK)
		st = read_code(c, &code, why);
	if (st == ST_OK)
		st = read_new(c, FLAG_PASSPHRASE_FD, &pass, why);
	if (st == ST_OK)
		st = enrol_run(c->home, url, secret_str(&code), secret_str(&pass), NULL, NULL, why);
	if (st == ST_OK && c->given[FLAG_JSON])
		enrolled_json(c);
	else if (st == ST_OK)
		say_enrolled(c);
	if (st == ST_OK)
		say_stranded(c);
	secret_release(&code);
	secret_release(&pass);
	return st;
}

enum status verb_passphrase(struct call *c, struct err *why)
{
	struct secret old = SECRET_INIT, pass = SECRET_INIT;
	enum status st = call_passphrase(c, &old, why);

	if (st == ST_OK)
		st = home_unlock(c->home, secret_str(&old), why);
	if (st == ST_OK)
		st = read_new(c, FLAG_NEW_PASSPHRASE_FD, &pass, why);
	if (st == ST_OK)
		st = enrol_change(c->home, secret_str(&old), secret_str(&pass), why);
	if (st == ST_OK)
		say_line(c, "%s", _("Lösenfrasen är bytt."));
	secret_release(&old);
	secret_release(&pass);
	return st;
}

/* --- sync ---------------------------------------------------------------------------- */

/* How far a first sync is, told at every tenth of it. */
struct telling {
	struct call *call;
	int64_t tenths; /* told */
};

static void tell_load(struct telling *t, const struct sync_status *now)
{
	struct call *c = t->call;
	struct strbuf text = STRBUF_INIT;
	int64_t tenths = now->load_total ? 10 * now->load_done / now->load_total : 0;

	if (now->load_total && tenths > t->tenths && !c->given[FLAG_QUIET]) {
		t->tenths = tenths;
		present_load(&text, now);
		say_line(c, "%s", strbuf_cstr(&text));
		if (c->drain)
			c->drain(c->say_ctx, &c->say);
	}
	strbuf_release(&text);
}

static bool all_done(void *ctx, struct sync *s)
{
	struct sync_status now;

	sync_status(s, &now);
	tell_load(ctx, &now);
	return sync_idle(s);
}

/* Another process of this home has the lock: it is it that sends. */
static enum status watch(struct call *c, int64_t until, struct err *why)
{
	struct outbox_counts n;
	enum status st;

	for (;;) {
		st = outbox_count(c->home->outbox, &n, why);
		if (st != ST_OK || n.waiting == 0)
			return st;
		if (clock_boot(&c->home->clock) >= until)
			return err_set(
				why, ST_RETRY, "not-confirmed",
				"another program of this home sends; %lld actions still wait",
				(long long)n.waiting);
		poll(NULL, 0, LOOK_MS);
	}
}

static void report_json(struct call *c, const struct sync_status *s)
{
	struct jsonw w;

	json_begin(&w, c, "sluss.sync/1");
	jsonw_kv(&w, "trouble", sync_trouble_name(s->trouble));
	jsonw_kv(&w, "code", s->code);
	jsonw_kv_int(&w, "pages", s->pages);
	jsonw_kv_int(&w, "rows", s->rows);
	jsonw_kv_int(&w, "skew_ms", s->skew);
	jsonw_kv_int(&w, "waiting", s->outbox.waiting);
	jsonw_kv_int(&w, "held", s->outbox.held);
	jsonw_kv_int(&w, "conflicts", s->outbox.conflicts);
	jsonw_kv_int(&w, "refused", s->outbox.refused);
	jsonw_kv_int(&w, "sent_again", s->again.sent);
	jsonw_kv_int(&w, "cases_gone", s->again.missing);
	jsonw_kv_int(&w, "kept_back", s->again.kept_back);
	jsonw_kv_int(&w, "lost", s->again.lost);
	jsonw_kv_int(&w, "unreadable", s->unreadable);
	json_end(&w, c);
}

/* Why what waits waits: for the end of its undo window, or for the network. */
static void report_waiting(struct call *c, enum sync_trouble t)
{
	struct outbox_waits w;
	struct err why = ERR_INIT;

	if (outbox_waits(c->home->outbox, clock_wall(&c->home->clock), &w, &why) != ST_OK)
		return;
	if (w.window > 0)
		say_line(c,
			 P_("%lld åtgärd sänds när ångertiden är slut.",
			    "%lld åtgärder sänds när ångertiden är slut.", w.window),
			 (long long)w.window);
	if (w.network > 0 && t != SYNC_OFFLINE && t != SYNC_FINE)
		say_line(c,
			 P_("%lld åtgärd är inte sänd.", "%lld åtgärder är inte sända.", w.network),
			 (long long)w.network);
	else if (w.network > 0)
		say_line(c,
			 P_("%lld åtgärd väntar på nätet.", "%lld åtgärder väntar på nätet.",
			    w.network),
			 (long long)w.network);
}

static void report_words(struct call *c, const struct sync_status *s)
{
	int64_t trouble = s->outbox.refused + s->outbox.conflicts + s->outbox.held;

	if (!c->given[FLAG_QUIET])
		say_line(c, P_("Hämtade %lld rad.", "Hämtade %lld rader.", s->rows),
			 (long long)s->rows);
	if (!c->given[FLAG_QUIET])
		report_waiting(c, s->trouble);
	if (outbox_again_told(&s->again) > 0)
		say_line(
			c, "%s",
			_("Centralen har återställts: se vad som blev av det du signerat, sluss outbox (när det är läst: sluss outbox seen)"));
	if (trouble > 0)
		say_line(c,
			 P_("%lld åtgärd i utkorgen väntar på dig: sluss outbox",
			    "%lld åtgärder i utkorgen väntar på dig: sluss outbox", trouble),
			 (long long)trouble);
}

/* What a registrar is waited for with stands at the central alone. */
static void report_erasures(struct call *c)
{
	struct proposals waiting = PROPOSALS_INIT;
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	int n;

	if (!(c->home->who.roles & ROLE_REGISTRAR) || c->given[FLAG_QUIET])
		return;
	request_set(&r, "GET", "/v1/erasures");
	if (engine_ask_now(c->home, &r, ASK_MS, &out, NULL) == ST_OK && out.status == 200
	    && proposals_read(&waiting, strbuf_str(&out.body), NULL) == ST_OK) {
		n = proposals_for(&waiting, c->home->who.sub);
		if (n > 0)
			say_line(c,
				 P_("%d förslag att radera väntar på att du bekräftar: sluss erase",
				    "%d förslag att radera väntar på att du bekräftar: sluss erase",
				    n),
				 n);
		n = proposals_outgrown(&waiting);
		if (n > 0)
			say_line(c,
				 P_("%d förslag att radera kan inte bekräftas, för ärendet har "
				    "ändrats: sluss erase",
				    "%d förslag att radera kan inte bekräftas, för ärendena har "
				    "ändrats: sluss erase",
				    n),
				 n);
	}
	proposals_release(&waiting);
	request_release(&r);
	reply_release(&out);
}

/* Another process of this home sends and fetches: what is told is what it has
 * brought about so far. */
static enum status elsewhere(struct call *c, struct sync_status *last, int64_t until,
			     struct err *why)
{
	enum status st = ST_OK;

	if (!c->given[FLAG_QUIET])
		say_line(c, "%s", words_code("elsewhere"));
	if (c->given[FLAG_WAIT])
		st = watch(c, until, why);
	if (c->given[FLAG_JSON]) {
		snprintf(last->code, sizeof(last->code), "elsewhere");
		if (outbox_count(c->home->outbox, &last->outbox, NULL) == ST_OK)
			report_json(c, last);
	}
	return st;
}

/* A key that is refused or ends, and what waits because of it. */
static void report_key(struct call *c, const struct sync_status *s)
{
	struct strbuf said = STRBUF_INIT_MAX(400);
	char words[80];

	if (strcmp(s->code, "device-pending") == 0
	    && key_fingerprint(words, sizeof(words), c->home->who.x))
		strbuf_addf(&said, _("Fingeravtryck: %s"), words);
	else if (s->trouble == SYNC_REFUSED || s->trouble == SYNC_FROZEN)
		key_waiting(&said, c->home);
	else if (home_refresh(c->home, NULL) == ST_OK)
		(void)key_warning(&said, c->home);
	if (said.len > 0)
		say_text(c, strbuf_str(&said), c->cols);
	strbuf_release(&said);
}

enum status verb_sync(struct call *c, struct err *why)
{
	struct telling telling = { .call = c };
	struct engine_goal goal = { .reached = all_done,
				    .ctx = &telling,
				    .patient = c->given[FLAG_WAIT],
				    .settle = !c->given[FLAG_WAIT] };
	struct sync_status last;
	struct err local = ERR_INIT;
	int64_t ms = SYNC_MS;
	enum status st = ST_OK;

	memset(&last, 0, sizeof(last));
	if (c->given[FLAG_WAIT])
		st = call_wait_ms(c, &ms, why);
	if (st == ST_OK)
		st = call_unlock(c, why);
	/* A timer must not cut an undo window short; who waits for the answer
	 * has no use for one. */
	if (st == ST_OK && c->given[FLAG_WAIT])
		st = outbox_flush(c->home->outbox, why);
	if (st != ST_OK)
		return st;
	goal.until = clock_boot(&c->home->clock) + ms;
	st = engine_run(c->home, &goal, &last, &local);
	if (st == ST_RETRY && strcmp(local.code, "elsewhere") == 0)
		return elsewhere(c, &last, goal.until, why);
	if (st == ST_OK) {
		report_words(c, &last);
		report_erasures(c);
	} else if (!c->given[FLAG_QUIET]) {
		report_waiting(c, last.trouble);
	}
	report_key(c, &last);
	home_keep_trouble(c->home, &last);
	if (c->given[FLAG_JSON])
		report_json(c, &last);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}
