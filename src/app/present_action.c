/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <string.h>

#include "base/i18n.h"

#include "base/banned.h"

/* How an argument is told: which one stands in the short line, what stands
 * before it, and what its value is called. */
enum value_kind {
	V_TEXT,
	V_QUEUE,
	V_OFFICER,
	V_UNIT,
	V_PRIORITY,
	V_GROUND,
	V_OUTCOME,
	V_NOTE,
	V_CHANNEL,
	V_TYPE,
	V_RECEIPT,
	V_INSTANT,
	V_PROTECTION,
	V_ERASED,
	V_ERASURE_GROUND
};

static const struct told {
	const char *act; /* NULL: any */
	const char *arg;
	const char *label; /* in the pane, a msgid */
	const char *lead;  /* in the short line; NULL: not there */
	enum value_kind kind;
} told[] = {
	{ "note.add", "kind", N_("Slag"), NULL, V_NOTE },
	{ "note.add", "text", N_("Text"), ": ", V_TEXT },
	{ "case.route", "queue", N_("Till kö"), " → ", V_QUEUE },
	{ "case.route", "unit", N_("Enhet"), NULL, V_UNIT },
	{ "case.assign", "officer", N_("Till"), " → ", V_OFFICER },
	{ "case.deadline", "due", N_("Frist"), " → ", V_TEXT },
	{ "case.priority", "priority", N_("Prioritet"), " → ", V_PRIORITY },
	{ "case.title", "title", N_("Rubrik"), " → ", V_TEXT },
	{ "watch.set", "on", N_("Till dag"), " ", V_TEXT },
	{ "case.ask", "text", N_("Fråga"), ": ", V_TEXT },
	{ "case.decide", "outcome", N_("Utfall"), ": ", V_OUTCOME },
	{ "case.decide", "content", N_("Beslut"), NULL, V_TEXT },
	{ "case.decide", "decided_on", N_("Beslutsdag"), NULL, V_TEXT },
	{ "case.decide", "decider", N_("Beslutsfattare"), NULL, V_OFFICER },
	{ "case.decide", "rapporteur", N_("Föredragande"), NULL, V_OFFICER },
	{ "case.decide", "participants", N_("Deltog i handläggningen"), NULL, V_TEXT },
	{ "case.decide", "reasons", N_("Skäl"), NULL, V_TEXT },
	{ "case.decide", "reasons_omitted", N_("Skäl utelämnade"), NULL, V_GROUND },
	{ "case.decide", "legal_basis", N_("Lagrum"), NULL, V_TEXT },
	{ "case.decide", "delegation", N_("Delegation"), NULL, V_TEXT },
	{ "case.dispatch", "channel", N_("Sätt"), ": ", V_CHANNEL },
	{ "case.dispatch", "on", N_("Dag"), " ", V_TEXT },
	{ "case.waive_dispatch", "ground", N_("Skäl"), ": ", V_TEXT },
	{ "case.receive", "channel", N_("Kanal"), ": ", V_CHANNEL },
	{ "case.receive", "title", N_("Rubrik"), NULL, V_TEXT },
	{ "case.receive", "party", N_("Part"), NULL, V_TEXT },
	{ "case.register", "diary_no", N_("Diarienummer"), " ", V_TEXT },
	{ "case.register", "queue", N_("Kö"), NULL, V_QUEUE },
	{ "case.register", "unit", N_("Enhet"), NULL, V_UNIT },
	{ "case.register", "due_on", N_("Frist"), NULL, V_TEXT },
	{ "case.register", "type_version", N_("Ärendetypens utgåva"), NULL, V_TEXT },
	{ "case.register", "committee", N_("Nämnd"), NULL, V_TEXT },
	{ "case.receive", "type", N_("Ärendetyp"), NULL, V_TYPE },
	{ "case.receive", "received_at", N_("Inkom"), NULL, V_INSTANT },
	{ "case.receive", "protection", N_("Skydd"), NULL, V_PROTECTION },
	{ "case.import", "source", N_("Nummer i källan"), ": ", V_TEXT },
	{ "case.import", "type", N_("Ärendetyp"), NULL, V_TYPE },
	{ "case.import", "title", N_("Rubrik"), NULL, V_TEXT },
	{ "case.import", "diary_no", N_("Diarienummer"), NULL, V_TEXT },
	{ "case.import", "channel", N_("Kanal"), NULL, V_CHANNEL },
	{ "case.import", "unit", N_("Enhet"), NULL, V_UNIT },
	{ "case.import", "queue", N_("Kö"), NULL, V_QUEUE },
	{ "case.import", "officer", N_("Handläggare"), NULL, V_OFFICER },
	{ "case.import", "received_at", N_("Inkom"), NULL, V_INSTANT },
	{ "case.import", "due_on", N_("Frist"), NULL, V_TEXT },
	{ "case.import", "ended_at", N_("Avslutat i källan"), NULL, V_INSTANT },
	{ "case.import", "attributes", N_("Övrigt i källan"), NULL, V_TEXT },
	{ "event.import", "ts", N_("Tid i källan"), NULL, V_TEXT },
	{ "event.import", "instant", N_("Tid"), NULL, V_TEXT },
	{ "event.import", "activity", N_("Aktivitet"), ": ", V_TEXT },
	{ "event.import", "resource", N_("Utförd av"), NULL, V_TEXT },
	{ "event.import", "officer", N_("Handläggare"), NULL, V_OFFICER },
	{ "event.import", "group", N_("Grupp"), NULL, V_TEXT },
	{ "event.import", "queue", N_("Kö"), NULL, V_QUEUE },
	{ "event.import", "lifecycle", N_("Läge"), NULL, V_TEXT },
	{ "event.import", "instance", N_("Uppgift i källan"), NULL, V_TEXT },
	{ "event.import", "seq", N_("Händelse nr"), NULL, V_TEXT },
	{ "event.import", "of", N_("Händelser i ärendet"), NULL, V_TEXT },
	{ "event.import", "line", N_("Källradens SHA-256"), NULL, V_TEXT },
	{ "event.import", "attributes", N_("Övrigt i källan"), NULL, V_TEXT },
	{ "case.receipt", "kind", N_("Kvitto"), ": ", V_RECEIPT },
	{ "case.archive", "package", N_("Arkivpaket, SHA-256"), NULL, V_TEXT },
	{ "erasure.propose", "what", N_("Raderas"), ": ", V_ERASED },
	{ "erasure.propose", "n", N_("Post"), " ", V_TEXT },
	{ "erasure.propose", "h", N_("Handling, SHA-256"), NULL, V_TEXT },
	{ "erasure.propose", "ground", N_("Grund"), NULL, V_ERASURE_GROUND },
	{ "erasure.propose", "why", N_("Skäl"), NULL, V_TEXT },
	{ "erasure.confirm", "n", N_("Förslag i post"), NULL, V_TEXT },
	{ "erasure.withdraw", "n", N_("Förslag i post"), NULL, V_TEXT },
	{ "entry.erase", "n", N_("Post"), " ", V_TEXT },
	{ "entry.erase", "upto", N_("Till och med post"), " – ", V_TEXT },
	{ "entry.erase", "h", N_("Handling, SHA-256"), NULL, V_TEXT },
	{ "entry.erase", "ground", N_("Grund"), NULL, V_ERASURE_GROUND },
	{ "entry.erase", "why", N_("Skäl"), NULL, V_TEXT },
	{ "entry.erase", "proposed", N_("Föreslaget i post"), NULL, V_TEXT },
	{ "entry.erase", "confirmed", N_("Bekräftat i post"), NULL, V_TEXT },
	{ "document.add", "direction", N_("Riktning"), NULL, V_TEXT },
	{ "document.add", "on", N_("Dag"), NULL, V_TEXT },
	{ "document.add", "party", N_("Part"), NULL, V_TEXT },
	{ "document.add", "title", N_("Rubrik"), NULL, V_TEXT },
	{ "decision.correct", "ah", N_("Rättat beslut, SHA-256"), NULL, V_TEXT },
	{ "decision.correct", "outcome", N_("Utfall"), NULL, V_OUTCOME },
	{ "decision.correct", "content", N_("Beslut"), NULL, V_TEXT },
	{ "case.secrecy", "class", N_("Skydd"), NULL, V_PROTECTION },
	{ "case.secrecy", "ground", N_("Grund"), NULL, V_TEXT },
	{ "void", "ah", N_("Åtgärd, SHA-256"), NULL, V_TEXT },
	{ "void", "cause", N_("Orsak"), NULL, V_TEXT },
	{ "key.change", "kid", N_("Nyckel"), NULL, V_TEXT },
	{ "key.change", "change", N_("Ändring"), NULL, V_TEXT },
	{ "key.change", "officer", N_("Handläggare"), NULL, V_OFFICER },
	{ NULL, "subject", N_("Ämne"), ": ", V_TEXT },
	{ NULL, "channel", N_("Sätt"), NULL, V_CHANNEL },
	{ NULL, "from", N_("Från"), NULL, V_TEXT },
	{ NULL, "text", N_("Text"), ": ", V_TEXT },
	{ NULL, "reason", N_("Skäl"), ": ", V_TEXT },
	{ NULL, "due", N_("Svar senast"), NULL, V_TEXT },
	{ NULL, "until", N_("Till"), NULL, V_TEXT },
};

static const struct told *find(const char *act, const char *arg)
{
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if ((!told[i].act || strcmp(told[i].act, act) == 0)
		    && strcmp(told[i].arg, arg) == 0)
			return &told[i];
	return NULL;
}

static const char *note_kind(const char *code)
{
	static const struct {
		const char *code, *text;
	} kinds[] = {
		{ "working", N_("minnesanteckning (gallras)") },
		{ "call", N_("samtal") },
		{ "callback", N_("begäran om uppringning") },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].code, code) == 0)
			return _(kinds[i].text);
	return _("tjänsteanteckning");
}

static const char *receipt(const char *code)
{
	static const struct {
		const char *code, *text;
	} kinds[] = {
		{ "received", N_("mottagen") },
		{ "handling-started", N_("påbörjad") },
		{ "decided", N_("beslut") },
		{ "done", N_("avslutad") },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].code, code) == 0)
			return _(kinds[i].text);
	return code;
}

/* An action does not say its case's type: the first type that knows the
 * outcome names it. */
static const char *outcome(const char *code, const struct present *p)
{
	const struct registry *r = &p->names->registry;

	for (int i = 0; i < r->type_count; i++) {
		const char *name = names_outcome(p->names, r->types[i].name.code, code);

		if (strcmp(name, code) != 0)
			return name;
	}
	return code;
}

/* The number of the entry follows. */
static const char *erased(const char *what)
{
	return strcmp(what, "case") == 0       ? _("hela ärendet")
	       : strcmp(what, "document") == 0 ? _("handling i post")
	       : strcmp(what, "entry") == 0    ? _("post")
					       : what;
}

static const char *protection(const char *raw)
{
	const char *words = words_protection(raw[0] - '0');

	return strcmp(raw, "0") == 0 ? "–" : *words ? words : raw;
}

/* A moment that can't be read is told as it stands. */
static const char *moment(char buf[24], const char *raw)
{
	int64_t at;

	if (!instant_parse(&at, str_of(raw)))
		return raw;
	words_moment(buf, at);
	return buf;
}

static const char *value(enum value_kind k, const char *raw, const struct present *p, char buf[24])
{
	switch (k) {
	case V_QUEUE:
		return names_queue(p->names, raw);
	case V_UNIT:
		return names_unit(p->names, raw);
	case V_OFFICER:
		return names_officer(p->names, raw);
	case V_PRIORITY:
		return words_priority(raw[0] - '0');
	case V_GROUND:
		return words_ground(raw);
	case V_OUTCOME:
		return outcome(raw, p);
	case V_NOTE:
		return note_kind(raw);
	case V_CHANNEL:
		return words_channel(raw);
	case V_TYPE:
		return names_type(p->names, raw);
	case V_RECEIPT:
		return receipt(raw);
	case V_INSTANT:
		return moment(buf, raw);
	case V_PROTECTION:
		return protection(raw);
	case V_ERASED:
		return erased(raw);
	case V_ERASURE_GROUND:
		return words_erasure_ground(raw);
	case V_TEXT:
		break;
	}
	return raw;
}

void present_action(struct strbuf *out, const struct action *a, const struct present *p, bool done)
{
	const struct action_def *d = a->def;
	char buf[24];

	if (!d)
		return;
	strbuf_adds(out, done ? words_act_done(d->name) : words_act(d->name));
	for (int i = 0; i < ACTION_ARGS_MAX && d->args[i].name; i++) {
		const struct told *t = find(d->name, d->args[i].name);

		if (a->has[i] && a->arg[i].len > 0 && t && t->lead)
			strbuf_addf(out, "%s%s", t->lead,
				    value(t->kind, strbuf_cstr(&a->arg[i]), p, buf));
	}
}

int64_t present_time(const struct action *a, int64_t at)
{
	int64_t own;

	if (a->def && strcmp(a->def->name, "event.import") == 0
	    && instant_parse(&own, str_of(action_get(a, "instant"))))
		return own;
	return at;
}

const char *present_actor(const struct action *a, const char *sub)
{
	return a->def && strcmp(a->def->name, "event.import") == 0 ? action_get(a, "officer") : sub;
}

void present_action_full(struct strbuf *out, const struct action *a, const struct present *p)
{
	const struct action_def *d = a->def;
	char buf[24];

	if (!d)
		return;
	for (int i = 0; i < ACTION_ARGS_MAX && d->args[i].name; i++) {
		const struct told *t = find(d->name, d->args[i].name);

		if (!a->has[i] || a->arg[i].len == 0)
			continue;
		strbuf_addf(out, "%s: %s\n", t ? _(t->label) : d->args[i].name,
			    value(t ? t->kind : V_TEXT, strbuf_cstr(&a->arg[i]), p, buf));
	}
	for (int i = 0; i < a->doc_count; i++)
		strbuf_addf(out, "%s: %s (%lld B) %.8s…\n", _("Handling"), a->docs[i].name,
			    (long long)a->docs[i].len, a->docs[i].h);
}
