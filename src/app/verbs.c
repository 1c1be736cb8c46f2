/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/utf8.h"

#include "base/banned.h"

static const struct flag_def flags[FLAG_COUNT] = {
	[FLAG_JSON] = { "json", NULL, 'j', NULL, false, N_("svar för program, ett JSON-objekt") },
	[FLAG_QUIET] = { "quiet", "tyst", 'q', NULL, false, N_("säg bara det som gått fel") },
	[FLAG_HELP] = { "help", "hjälp", 'h', NULL, false, N_("denna text") },
	[FLAG_VERSION] = { "version", NULL, 0, NULL, false, N_("version") },
	[FLAG_PASSPHRASE_FD] = { "passphrase-fd", NULL, 0, "N", false,
				 N_("läs lösenfrasen från fildeskriptor N") },
	[FLAG_NEW_PASSPHRASE_FD] = { "new-passphrase-fd", NULL, 0, "N", false,
				     N_("läs den nya lösenfrasen från fildeskriptor N") },
	[FLAG_CODE_FD] = { "code-fd", NULL, 0, "N", false,
			   N_("läs inbjudan från fildeskriptor N") },
	[FLAG_WAIT] = { "wait", "vänta", 0, "S", true,
			N_("sänd genast och vänta på svaret, högst S sekunder") },
	[FLAG_YES] = { "yes", "ja", 0, NULL, false, N_("svara ja på frågor") },
	[FLAG_DRY_RUN] = { "dry-run", "torr", 0, NULL, false, N_("pröva bara om det går") },
	[FLAG_FILTER] = { "filter", NULL, 'f', "F", false,
			  N_("de ärenden som filtret säger; sluss-filter(7)") },
	[FLAG_LIMIT] = { "limit", "antal", 'n', "N", false, N_("högst N rader") },
	[FLAG_REQUIRE_HIT] = { "require-hit", "krav-träff", 0, NULL, false,
			       N_("slutkod 3 när inget finns") },
	[FLAG_SERVER] = { "server", "centralen", 0, NULL, false,
			  N_("fråga centralen, inte den lokala kopian") },
	[FLAG_OUTCOME] = { "outcome", "utfall", 0, "O", false,
			   N_("utfallets kod; show NR räknar upp dem") },
	[FLAG_REASONS] = { "reasons", "skäl-fil", 0, "FIL", false,
			   N_("skälen för beslutet; - är standard in") },
	[FLAG_CONTENT] = { "content", "innehåll", 0, "FIL", false, N_("vad som beslutas") },
	[FLAG_REASONS_OMITTED] = { "reasons-omitted", "utan-skäl", 0, "GRUND", false,
				   N_("grund för att utelämna skälen") },
	[FLAG_LEGAL_BASIS] = { "legal-basis", "lagrum", 0, "TEXT", false,
			       N_("bestämmelser som beslutet stöds på") },
	[FLAG_RAPPORTEUR] = { "rapporteur", "föredragande", 0, "VEM", false, N_("föredragande") },
	[FLAG_PARTICIPANTS] = { "participants", "deltog", 0, "TEXT", false,
				N_("vilka som deltog i den slutliga handläggningen") },
	[FLAG_SIGN] = { "sign", "signera", 0, NULL, false, N_("signera beslutet") },
	[FLAG_GROUND] = { "ground", "grund", 0, "TEXT", false, N_("grunden") },
	[FLAG_REASON] = { "reason", "skäl", 0, "TEXT", false, N_("skälet") },
	[FLAG_ON] = { "on", "den", 0, "DAG", false, N_("dagen; i dag när inget sägs") },
	[FLAG_ASCII] = { "ascii", NULL, 0, NULL, false, N_("rita med ASCII") },
	[FLAG_NO_COLOR] = { "no-color", "ingen-färg", 0, NULL, false, N_("inga färger") },
	[FLAG_THEME] = { "theme", "tema", 0, "T", false, N_("tema för skärmen") },
	[FLAG_UNIT] = { "unit", "enhet", 0, "E", false, N_("bara den här enheten") },
	[FLAG_DAYS] = { "days", "dagar", 0, "N", false, N_("de senaste N dagarna; 30 annars") },
	[FLAG_DOCUMENTS] = { "documents", "handlingar", 0, NULL, false,
			     N_("ärendets handlingar i stället") },
	[FLAG_SUBJECT] = { "subject", "ämne", 0, "TEXT", false, N_("meddelandets ämne") },
	[FLAG_DOCUMENT] = { "document", "handling", 0, "H", false,
			    N_("bara handlingen H: början av dess hash") },
	[FLAG_WHOLE] = { "whole", "hela", 0, NULL, false, N_("hela ärendet") },
	[FLAG_CONFIRM] = { "confirm", "bekräfta", 0, "N", false,
			   N_("bekräfta förslaget i post N, som en annan lagt") },
	[FLAG_WITHDRAW] = { "withdraw", "avstå", 0, "N", false, N_("lägg ner förslaget i post N") },
	[FLAG_VIEW] = { "view", "vy", 0, "N", false, N_("vy som skärmen öppnas med, 1 till 9") },
};

const struct flag_def *flag_def(enum flag f)
{
	return &flags[f];
}

#define JSON FLAG_BIT(FLAG_JSON)
#define PASS FLAG_BIT(FLAG_PASSPHRASE_FD)
#define ACTS (JSON | PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_QUIET) | FLAG_BIT(FLAG_DRY_RUN))
#define REASON FLAG_BIT(FLAG_REASON)
#define DECIDES                                                                                    \
	(FLAG_BIT(FLAG_OUTCOME) | FLAG_BIT(FLAG_REASONS) | FLAG_BIT(FLAG_CONTENT)                  \
	 | FLAG_BIT(FLAG_REASONS_OMITTED) | FLAG_BIT(FLAG_LEGAL_BASIS) | FLAG_BIT(FLAG_RAPPORTEUR) \
	 | FLAG_BIT(FLAG_PARTICIPANTS) | FLAG_BIT(FLAG_SIGN) | FLAG_BIT(FLAG_YES))
#define LISTS (FLAG_BIT(FLAG_FILTER) | FLAG_BIT(FLAG_LIMIT) | FLAG_BIT(FLAG_REQUIRE_HIT))

/* The order of help. An act has its row here and its arguments in verb_act.c. */
static const struct verb verbs[] = {
	{ "enrol", "anslut", "URL", 1, 1, JSON | PASS | FLAG_BIT(FLAG_CODE_FD), NEED_FILES,
	  N_("anslut datorn till en central med en inbjudan"), NULL, verb_enrol },
	{ "sync", "synka", "", 0, 0, JSON | PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_QUIET),
	  NEED_IDENTITY, N_("sänd utkorgen och hämta det som är nytt"), NULL, verb_sync },
	{ "list", "lista", "", 0, 0, JSON | LISTS, NEED_DESK, N_("ärenden, efter frist"), NULL,
	  verb_list },
	{ "search", "sök", "TEXT", 1, VERB_ARGS_MAX,
	  JSON | FLAG_BIT(FLAG_LIMIT) | FLAG_BIT(FLAG_REQUIRE_HIT) | FLAG_BIT(FLAG_SERVER),
	  NEED_DESK, N_("ärenden som filtret säger, nyast först"), NULL, verb_search },
	{ "show", "visa", "NR", 1, 1, JSON | FLAG_BIT(FLAG_DOCUMENTS), NEED_DESK,
	  N_("ett ärende, eller dess handlingar"), NULL, verb_show },
	{ "claim", "ta", "NR", 1, 1, ACTS, NEED_IDENTITY, N_("ta ärendet"), "case.claim",
	  verb_act },
	{ "release", "släpp", "NR", 1, 1, ACTS | REASON, NEED_IDENTITY, N_("släpp ärendet"),
	  "case.release", verb_act },
	{ "assign", "tilldela", "NR VEM", 2, 2, ACTS | REASON, NEED_IDENTITY,
	  N_("tilldela en handläggare ärendet"), "case.assign", verb_act },
	{ "route", "överlämna", "NR KÖ", 2, 2, ACTS | REASON, NEED_IDENTITY,
	  N_("överlämna till en annan kö"), "case.route", verb_act },
	{ "note", "anteckna", "NR -|FIL", 2, 2, ACTS, NEED_IDENTITY,
	  N_("anteckna, högst 8000 byte; - är standard in"), "note.add", verb_act },
	{ "deadline", "frist", "NR DAG", 2, 2, ACTS | REASON, NEED_IDENTITY,
	  N_("ändra fristen: ÅÅÅÅ-MM-DD, idag, +14"), "case.deadline", verb_act },
	{ "priority", "prio", "NR 1|2|3", 2, 2, ACTS, NEED_IDENTITY,
	  N_("ändra prioriteten: 1 hög, 2 normal, 3 låg"), "case.priority", verb_act },
	{ "watch", "bevaka", "NR [DAG]", 1, 2, ACTS | REASON, NEED_IDENTITY,
	  N_("bevaka till en dag; utan dag slutar du"), "watch.set", verb_act },
	{ "message", "meddela", "NR -|FIL", 2, 2,
	  ACTS | FLAG_BIT(FLAG_SUBJECT) | FLAG_BIT(FLAG_YES), NEED_IDENTITY,
	  N_("skriv till sökanden; --dry-run visar brevet"), NULL, verb_message },
	{ "ask", "komplettera", "NR -|FIL", 2, 2, ACTS | FLAG_BIT(FLAG_ON), NEED_IDENTITY,
	  N_("begär komplettering; --on är sista dag"), "case.ask", verb_act },
	{ "suspend", "vila", "NR", 1, 1, ACTS | REASON | FLAG_BIT(FLAG_ON), NEED_IDENTITY,
	  N_("låt ärendet vila"), "case.suspend", verb_act },
	{ "resume", "återuppta", "NR", 1, 1, ACTS, NEED_IDENTITY,
	  N_("återuppta ett vilande ärende"), "case.resume", verb_act },
	{ "answer", "svar", "NR", 1, 1, ACTS, NEED_IDENTITY, N_("det begärda svaret har kommit in"),
	  "case.answer", verb_act },
	{ "propose", "föreslå", "NR -|FIL", 2, 2, ACTS, NEED_IDENTITY,
	  N_("lämna ett förslag till beslut"), "case.propose", verb_act },
	{ "return", "återlämna", "NR", 1, 1, ACTS | REASON, NEED_IDENTITY,
	  N_("återlämna ett förslag"), "case.return", verb_act },
	{ "decide", "beslut", "NR", 1, 1, ACTS | DECIDES, NEED_IDENTITY, N_("besluta i ärendet"),
	  NULL, verb_decide },
	{ "dispatch", "expediera", "NR KANAL", 2, 2, ACTS | FLAG_BIT(FLAG_ON), NEED_IDENTITY,
	  N_("beslutet är expedierat"), "case.dispatch", verb_act },
	{ "waive", "avstå", "NR", 1, 1, ACTS | FLAG_BIT(FLAG_GROUND), NEED_IDENTITY,
	  N_("avstå från expediering, med grund"), "case.waive_dispatch", verb_act },
	{ "close", "avsluta", "NR", 1, 1, ACTS, NEED_IDENTITY, N_("avsluta ärendet"), "case.close",
	  verb_act },
	{ "reopen", "återöppna", "NR", 1, 1, ACTS | REASON, NEED_IDENTITY,
	  N_("återöppna ett avslutat ärende"), "case.reopen", verb_act },
	{ "erase", "radera", "[NR [POST]]", 0, 2,
	  ACTS | REASON | FLAG_BIT(FLAG_GROUND) | FLAG_BIT(FLAG_DOCUMENT) | FLAG_BIT(FLAG_WHOLE)
		  | FLAG_BIT(FLAG_CONFIRM) | FLAG_BIT(FLAG_WITHDRAW) | FLAG_BIT(FLAG_YES),
	  NEED_IDENTITY, N_("radera post, handling, ärende; eller vad som väntar"), NULL,
	  verb_erase },
	{ "outbox", "utkorg", "[send|seen|undo|retry|dismiss ID]", 0, 2, ACTS, NEED_IDENTITY,
	  N_("det du signerat; sänd, ångra, försök igen, släpp"), NULL, verb_outbox },
	{ "stats", "statistik", "", 0, 0,
	  JSON | PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_UNIT) | FLAG_BIT(FLAG_DAYS),
	  NEED_IDENTITY, N_("chefens siffror: öppna, in och ut, tider, last"), NULL, verb_stats },
	{ "conflicts", "konflikter", "[mine|central|both ID]", 0, 2,
	  JSON | PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_QUIET), NEED_IDENTITY,
	  N_("det som väntar på dig, och att välja sida"), NULL, verb_conflicts },
	{ "verify", "verifiera", "NR|PAKET", 1, 1,
	  JSON | PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_QUIET), NEED_NOTHING,
	  N_("pröva ett ärendes kedja eller ett arkivpaket"), NULL, verb_verify },
	{ "proof", "bevis", "NR", 1, 1, PASS | FLAG_BIT(FLAG_WAIT) | FLAG_BIT(FLAG_QUIET),
	  NEED_DESK, N_("ett ärendes bevis som JSON, att pröva utan Sluss"), NULL, verb_proof },
	{ "who", "vem", "", 0, 0, JSON, NEED_IDENTITY, N_("vem den här datorn hör till"), NULL,
	  verb_who },
	{ "key", "nyckel", "[show|rotate]", 0, 1, JSON | PASS, NEED_IDENTITY,
	  N_("datorns nyckel: hur länge den gäller, eller byt den"), NULL, verb_key },
	{ "devices", "datorer", "", 0, 0, JSON | PASS, NEED_IDENTITY,
	  N_("datorer som väntar på att godkännas, för chefer"), NULL, verb_devices },
	{ "device", "dator", "approve|refuse ID", 2, 2, PASS | FLAG_BIT(FLAG_YES), NEED_IDENTITY,
	  N_("godkänn eller neka en dator som väntar"), NULL, verb_device },
	{ "passphrase", "lösenfras", "", 0, 0, PASS | FLAG_BIT(FLAG_NEW_PASSPHRASE_FD),
	  NEED_IDENTITY, N_("byt lösenfras"), NULL, verb_passphrase },
	{ "keys", "tangenter", "", 0, 0, JSON, NEED_NOTHING, N_("tangenter och kommandon"), NULL,
	  verb_keys },
	{ "conf", "konfig", "check|show", 1, 1, JSON, NEED_HOME,
	  N_("pröva inställningarna, eller visa vad som gäller"), NULL, verb_conf },
	{ "cache", "kopia", "check|renew", 1, 1, 0, NEED_FILES,
	  N_("pröva den lokala kopian, eller börja på en ny"), NULL, verb_cache },
	{ "doctor", "diagnos", "", 0, 0, JSON, NEED_HOME,
	  N_("hur det står till, utan personuppgifter"), NULL, verb_doctor },
	{ "help", "hjälp", "[VERB]", 0, 1, 0, NEED_NOTHING, N_("hjälp om ett kommando"), NULL,
	  verb_help },
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

const struct verb *verb_at(size_t i)
{
	return i < VERBS ? &verbs[i] : NULL;
}

/* Swedish names are found with and without their diacritics. */
static bool same_name(const char *name, const char *typed)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	bool same = false;

	if (name && utf8_fold(&a, str_of(name), true) && utf8_fold(&b, str_of(typed), true))
		same = strcmp(strbuf_cstr(&a), strbuf_cstr(&b)) == 0;
	strbuf_release(&a);
	strbuf_release(&b);
	return same;
}

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (same_name(verbs[i].name, name) || same_name(verbs[i].alias, name))
			return &verbs[i];
	return NULL;
}

const char *verb_nearest(const char *typed)
{
	struct nearest n;

	nearest_start(&n, str_of(typed));
	for (size_t i = 0; i < VERBS; i++) {
		nearest_offer(&n, verbs[i].name);
		nearest_offer(&n, verbs[i].alias);
	}
	return n.best;
}

/* --- Splitting the command line --------------------------------------------------- */

static bool flag_by_name(enum flag *f, const char *name)
{
	for (int i = 0; i < FLAG_COUNT; i++)
		if (same_name(flags[i].name, name) || same_name(flags[i].alias, name)) {
			*f = (enum flag)i;
			return true;
		}
	return false;
}

static bool flag_by_letter(enum flag *f, char letter)
{
	for (int i = 0; i < FLAG_COUNT; i++)
		if (flags[i].letter && flags[i].letter == letter) {
			*f = (enum flag)i;
			return true;
		}
	return false;
}

static enum status unknown_flag(const char *typed, struct err *why)
{
	struct nearest n;

	nearest_start(&n, str_of(typed + strspn(typed, "-")));
	for (int i = 0; i < FLAG_COUNT; i++)
		nearest_offer(&n, flags[i].name);
	if (n.best)
		return err_set(why, ST_BAD_INPUT, "usage-option-near",
			       "there is no option %.60s; did you mean: --%s", typed, n.best);
	return err_set(why, ST_BAD_INPUT, "usage-option", "there is no option: %.60s", typed);
}

/* Set flag f; its value stands after '=', or is the next argument. */
static enum status take_flag(struct call *c, enum flag f, const char *value, int *i, int argc,
			     char **argv, struct err *why)
{
	const struct flag_def *d = &flags[f];

	if (!d->value && value)
		return err_set(why, ST_BAD_INPUT, "usage-no-value",
			       "this option has no value: --%s", d->name);
	if (d->value && !d->optional && !value) {
		if (*i + 1 >= argc)
			return err_set(why, ST_BAD_INPUT, "usage-value",
				       "the option needs a value: --%s %s", d->name, d->value);
		value = argv[++*i];
	}
	c->given[f] = true;
	c->value[f] = value;
	return ST_OK;
}

static enum status long_flag(struct call *c, int *i, int argc, char **argv, struct err *why)
{
	const char *arg = argv[*i] + 2;
	const char *eq = strchr(arg, '=');
	struct strbuf name = STRBUF_INIT_MAX(100);
	enum flag f;
	enum status st;

	if (!strbuf_add(&name, arg, eq ? (size_t)(eq - arg) : strlen(arg))
	    || !flag_by_name(&f, strbuf_cstr(&name)))
		st = unknown_flag(argv[*i], why);
	else
		st = take_flag(c, f, eq ? eq + 1 : NULL, i, argc, argv, why);
	strbuf_release(&name);
	return st;
}

static enum status short_flags(struct call *c, int *i, int argc, char **argv, struct err *why)
{
	const char *p = argv[*i] + 1;
	const char *whole = argv[*i];
	enum flag f;
	enum status st = ST_OK;

	for (; st == ST_OK && *p; p++) {
		if (!flag_by_letter(&f, *p))
			return unknown_flag(whole, why);
		if (flags[f].value && p[1])
			return take_flag(c, f, p + 1, i, argc, argv, why);
		st = take_flag(c, f, NULL, i, argc, argv, why);
	}
	return st;
}

static enum status positional(struct call *c, const char *arg, struct err *why)
{
	const char *meant;

	if (!c->verb) {
		c->verb = verb_find(arg);
		if (c->verb)
			return ST_OK;
		meant = verb_nearest(arg);
		if (meant)
			return err_set(why, ST_BAD_INPUT, "usage-verb-near",
				       "there is no command %.60s; did you mean: %s", arg, meant);
		return err_set(why, ST_BAD_INPUT, "usage-verb", "there is no command: %.60s", arg);
	}
	if (c->count == c->verb->most || c->count == VERB_ARGS_MAX)
		return err_set(why, ST_BAD_INPUT, "usage-many",
			       "one argument too many for %s: %.60s", c->verb->name, arg);
	c->args[c->count++] = arg;
	return ST_OK;
}

/* Flags that stand without a verb are those of the full screen. */
static enum status check_flags(const struct call *c, struct err *why)
{
	/* Scripts may give the passphrase to every verb: most have no use for it. */
	uint64_t may =
		VERB_FLAGS_COMMON | PASS
		| (c->verb ? c->verb->flags
			   : FLAG_BIT(FLAG_ASCII) | FLAG_BIT(FLAG_NO_COLOR) | FLAG_BIT(FLAG_THEME)
				     | FLAG_BIT(FLAG_VIEW) | FLAG_BIT(FLAG_FILTER));

	for (int i = 0; i < FLAG_COUNT; i++)
		if (c->given[i] && !(may & FLAG_BIT(i)))
			return err_set(why, ST_BAD_INPUT, "usage-option-other",
				       "the command has no such option: %s --%s",
				       c->verb ? c->verb->name : "sluss", flags[i].name);
	if (c->verb && c->count < c->verb->least && !c->given[FLAG_HELP])
		return err_set(why, ST_BAD_INPUT, "usage-form", "it is written: sluss %s %s",
			       c->verb->name, c->verb->args);
	return ST_OK;
}

enum status call_parse(struct call *c, int argc, char **argv, struct err *why)
{
	bool only_args = false;
	enum status st = ST_OK;

	for (int i = 1; st == ST_OK && i < argc; i++) {
		const char *a = argv[i];

		if (only_args || a[0] != '-' || a[1] == '\0')
			st = positional(c, a, why);
		else if (strcmp(a, "--") == 0)
			only_args = true;
		else if (a[1] == '-')
			st = long_flag(c, &i, argc, argv, why);
		else
			st = short_flags(c, &i, argc, argv, why);
	}
	return st == ST_OK ? check_flags(c, why) : st;
}

void call_release(struct call *c)
{
	strbuf_release(&c->out);
	strbuf_release(&c->say);
}

/* --- Exit codes ---------------------------------------------------------------------- */

int verb_exit_code(enum status st, const struct err *why)
{
	static const struct {
		const char *code;
		int exit;
	} by_code[] = {
		{ "usage", 2 },
		{ "case-ambiguous", 2 },
		{ "not-enrolled", 4 },
		{ "locked", 4 },
		{ "locked-script", 4 },
		{ "passphrase-wrong", 4 },
		{ "terminal-none", 4 },
		{ "invitation-wrong", 4 },
		{ "invitation-used", 4 },
		{ "invitation-expired", 4 },
		{ "login-refused", 4 },
		{ "key-not-there", 4 },
		{ "counter-not-here", 4 },
		{ "device-revoked", 4 },
		{ "device-retired", 4 },
		{ "device-pending", 4 },
		{ "device-unvouched", 4 },
		{ "device-unknown", 3 },
		{ "own-device", 5 },
		{ "device-compare", 5 },
		{ "token-expired", 4 },
		{ "sign-unattended", 5 },
		{ "decide-offline", 5 },
		{ "decide-confirm", 5 },
		{ "party-protected", 5 },
		{ "newer-version", 1 },
		{ "tls", 6 },
		{ "not-ours", 6 },
		{ "device-fork", 7 },
		{ "device-frozen", 7 },
		{ "refused", 7 },
		{ "not-confirmed", 8 },
		{ "conf-syntax", 9 },
		{ "conf-read", 9 },
		{ "conf-value", 9 },
		{ "fingerprint-mismatch", 10 },
		{ "history-diverged", 10 },
		{ "verification-failed", 10 },
		{ "interrupted", 130 },
	};
	static const int by_status[] = {
		[ST_OK] = 0,	   [ST_NONE] = 3,      [ST_RETRY] = 6,	[ST_REFUSED] = 5,
		[ST_CONFLICT] = 7, [ST_BAD_INPUT] = 2, [ST_BROKEN] = 1,
	};

	if (st == ST_OK)
		return 0;
	for (size_t i = 0; i < sizeof(by_code) / sizeof(by_code[0]); i++)
		if (strcmp(by_code[i].code, why->code) == 0)
			return by_code[i].exit;
	return by_status[st];
}
