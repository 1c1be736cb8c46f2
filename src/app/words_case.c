/* SPDX-License-Identifier: EUPL-1.2 */
/* What a case is, what was done to it, and days and times. */
#include "app/words.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "domain/channel.h"
#include "domain/deadline.h"

#include "base/banned.h"

const char *words_state(enum case_state s)
{
	static const char *const names[CASE_STATE_COUNT] = {
		[CASE_RECEIVED] = N_("inkommet"),     [CASE_REGISTERED] = N_("registrerat"),
		[CASE_OPEN] = N_("handläggs"),	      [CASE_WAITING] = N_("väntar"),
		[CASE_PROPOSED] = N_("förslag"),      [CASE_DECIDED] = N_("beslutat"),
		[CASE_DISPATCHED] = N_("expedierat"), [CASE_CLOSED] = N_("avslutat"),
		[CASE_ARCHIVED] = N_("arkiverat"),
	};

	return (unsigned)s < CASE_STATE_COUNT ? _(names[s]) : case_state_name(s);
}

static const struct {
	const char *act, *infinitive, *done;
} acts[] = {
	{ "note.add", N_("anteckna"), N_("Antecknade") },
	{ "document.add", N_("lägga till handling"), N_("Lade till handling") },
	{ "watch.set", N_("bevaka"), N_("Bevakar") },
	{ "case.deadline", N_("ändra frist"), N_("Ändrade frist") },
	{ "case.priority", N_("ändra prioritet"), N_("Ändrade prioritet") },
	{ "case.title", N_("ändra rubrik"), N_("Ändrade rubrik") },
	{ "case.claim", N_("ta ärendet"), N_("Tog ärendet") },
	{ "case.release", N_("släppa ärendet"), N_("Släppte ärendet") },
	{ "case.assign", N_("tilldela"), N_("Tilldelade") },
	{ "case.route", N_("överlämna"), N_("Överlämnade") },
	{ "case.ask", N_("begära komplettering"), N_("Begärde komplettering") },
	{ "case.suspend", N_("låta vila"), N_("Lät vila") },
	{ "case.resume", N_("återuppta"), N_("Återupptog") },
	{ "case.answer", N_("ta emot svar"), N_("Svar kom in") },
	{ "case.propose", N_("föreslå beslut"), N_("Föreslog beslut") },
	{ "case.return", N_("återlämna förslag"), N_("Återlämnade förslag") },
	{ "case.decide", N_("besluta"), N_("Beslutade") },
	{ "decision.correct", N_("rätta beslut"), N_("Rättade beslut") },
	{ "message.send", N_("sända meddelande"), N_("Sände meddelande") },
	{ "case.dispatch", N_("expediera"), N_("Expedierade") },
	{ "case.waive_dispatch", N_("avstå från expediering"), N_("Avstod från expediering") },
	{ "case.close", N_("avsluta ärendet"), N_("Avslutade ärendet") },
	{ "case.reopen", N_("återöppna ärendet"), N_("Återöppnade ärendet") },
	{ "case.secrecy", N_("ändra sekretessmarkering"), N_("Ändrade sekretessmarkering") },
	{ "erasure.propose", N_("besluta om radering"), N_("Beslutade om radering") },
	{ "erasure.confirm", N_("bekräfta radering"), N_("Bekräftade radering") },
	{ "erasure.withdraw", N_("avstå från radering"), N_("Avstod från radering") },
	{ "void", N_("dra tillbaka"), N_("Drog tillbaka") },
	{ "case.receive", N_("ankomstregistrera"), N_("Ankomstregistrerat") },
	{ "case.register", N_("diarieföra"), N_("Diariefört") },
	{ "message.receive", N_("ta emot meddelande"), N_("Meddelande från sökanden") },
	{ "case.import", N_("importera ärende"), N_("Importerat ärende") },
	{ "event.import", N_("importera händelse"), N_("Importerat") },
	{ "case.receipt", N_("sända kvittens"), N_("Kvittens till sökanden") },
	{ "case.archive", N_("arkivera"), N_("Arkiverat") },
	{ "entry.erase", N_("gallra post"), N_("Post borttagen") },
	{ "key.change", N_("ändra nyckel"), N_("Nyckel ändrad") },
};

const char *words_act(const char *act)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].act, act) == 0)
			return _(acts[i].infinitive);
	return act;
}

const char *words_act_done(const char *act)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].act, act) == 0)
			return _(acts[i].done);
	return act;
}

static const struct {
	const char *code, *name;
} erasure_grounds[] = { WORDS_ERASURE_GROUNDS };

const char *words_erasure_ground(const char *code)
{
	for (size_t i = 0; i < sizeof(erasure_grounds) / sizeof(erasure_grounds[0]); i++)
		if (strcmp(erasure_grounds[i].code, code) == 0)
			return _(erasure_grounds[i].name);
	return code;
}

const char *words_erasure_ground_of(const char *typed)
{
	for (size_t i = 0; i < sizeof(erasure_grounds) / sizeof(erasure_grounds[0]); i++)
		if (strcmp(erasure_grounds[i].code, typed) == 0
		    || strcmp(erasure_grounds[i].name, typed) == 0)
			return erasure_grounds[i].code;
	return NULL;
}

const char *words_priority(int priority)
{
	switch (priority) {
	case 1:
		return _("hög");
	case 3:
		return _("låg");
	default:
		return _("normal");
	}
}

const char *words_protection(int protection)
{
	switch (protection) {
	case PROTECT_SECRET:
		return _("sekretess");
	case PROTECT_IDENTITY:
		return _("skyddade uppgifter");
	default:
		return "";
	}
}

const char *words_channel(const char *channel)
{
	const struct channel *c = channel_find(channel);

	return c ? _(c->sv) : channel;
}

/* 32 § förvaltningslagen. Which of them a municipality uses is its own to
 * confirm. The letter has the Swedish text whatever the screen speaks. */
static const struct {
	const char *code, *text;
} grounds[] = {
	{ "plainly-unnecessary", N_("Skäl är uppenbart obehövliga.") },
	{ "immediate", N_("Ett väsentligt intresse kräver att beslutet meddelas omedelbart.") },
	{ "protection",
	  N_("Skyddet för rikets säkerhet eller för enskildas personliga eller ekonomiska "
	     "förhållanden kräver det.") },
	{ "regulation", N_("Beslutet gäller meddelande av föreskrifter.") },
};
enum { GROUNDS = sizeof(grounds) / sizeof(grounds[0]) };

const char *words_ground_letter(const char *code)
{
	for (size_t i = 0; i < GROUNDS; i++)
		if (strcmp(grounds[i].code, code) == 0)
			return grounds[i].text;
	return NULL;
}

const char *words_ground(const char *code)
{
	const char *text = words_ground_letter(code);

	return text ? _(text) : code;
}

const char *words_ground_at(size_t i)
{
	return i < GROUNDS ? grounds[i].code : NULL;
}

/* --- Days and times -------------------------------------------------------------- */

/* How late a case may be and still be told in days, which must fit a column. */
enum { LATE_DAYS = -1000 };
enum { WEEKS_FROM = 14 }; /* days from which weeks are told */

void words_due(char out[24], const char *due_on, struct day today)
{
	struct day due;
	int64_t left;

	out[0] = '\0';
	if (!day_parse(&due, str_of(due_on)))
		return;
	left = days_left(today, due);
	if (left == 0)
		snprintf(out, 24, "%s", _("idag"));
	else if (left >= WEEKS_FROM)
		snprintf(out, 24, _("%lld v"), (long long)(left / 7));
	else if (left > LATE_DAYS)
		snprintf(out, 24, _("%lld d"), (long long)left);
	else
		snprintf(out, 24, "%04d-%02d", due.y, due.m);
}

void words_due_long(char out[64], const char *due_on, struct day today)
{
	struct day due;
	int64_t left;

	out[0] = '\0';
	if (!day_parse(&due, str_of(due_on)))
		return;
	left = days_left(today, due);
	if (left == 0)
		snprintf(out, 64, "%s", _("frist idag"));
	else if (left < 0)
		snprintf(out, 64, P_("%lld dag försenad", "%lld dagar försenad", -left),
			 (long long)-left);
	else
		snprintf(out, 64, P_("%lld dag kvar", "%lld dagar kvar", left), (long long)left);
}

void words_when(char out[24], int64_t ms, int64_t now)
{
	int hour, minute, h, m;
	struct day d = day_in_stockholm(ms, &hour, &minute);
	struct day today = day_in_stockholm(now, &h, &m);

	if (d.y == today.y && d.m == today.m && d.d == today.d)
		snprintf(out, 24, "%02d:%02d", hour, minute);
	else if (d.y == today.y)
		snprintf(out, 24, "%02d/%02d", d.d, d.m);
	else
		snprintf(out, 24, "%04d-%02d-%02d", d.y, d.m, d.d);
}

void words_moment(char out[24], int64_t ms)
{
	int hour, minute;
	struct day d;

	if (ms == 0) {
		snprintf(out, 24, "-");
		return;
	}
	d = day_in_stockholm(ms, &hour, &minute);
	snprintf(out, 24, "%04d-%02d-%02d %02d:%02d", d.y, d.m, d.d, hour, minute);
}

void words_day(char out[DAY_TEXT], int64_t ms)
{
	int hour, minute;

	day_format(out, day_in_stockholm(ms, &hour, &minute));
}

void words_week(char out[16], struct day d)
{
	static const char *const names[] = { N_("må"), N_("ti"), N_("on"), N_("to"),
					     N_("fr"), N_("lö"), N_("sö") };
	int year;

	snprintf(out, 16, _("v%d %s"), day_week(d, &year), _(names[day_weekday(d) - 1]));
}

void words_age(char out[24], int64_t ms)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;

	if (s < 60)
		snprintf(out, 24, _("%lld s"), (long long)s);
	else if (s < 3600)
		snprintf(out, 24, _("%lld min"), (long long)(s / 60));
	else if (s < 48 * 3600)
		snprintf(out, 24, _("%lld h"), (long long)(s / 3600));
	else
		snprintf(out, 24, _("%lld d"), (long long)(s / 86400));
}
