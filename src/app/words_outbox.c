/* SPDX-License-Identifier: EUPL-1.2 */
/* What became of the officer's own actions. */
#include "app/words.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cache/erasing.h"
#include "domain/erasure.h"
#include "sync/conflict.h"

#include "base/banned.h"

const char *words_trouble(enum sync_trouble t)
{
	switch (t) {
	case SYNC_FINE:
		return _("ONLINE");
	case SYNC_OFFLINE:
		return _("OFFLINE");
	case SYNC_BUSY:
		return _("VÄNTAR PÅ CENTRALEN");
	case SYNC_REFUSED:
		return _("INLOGGNING NEKAD");
	case SYNC_FROZEN:
		return _("NYCKELN ÄR FRYST");
	case SYNC_DIVERGED:
		return _("HISTORIKEN STÄMMER INTE");
	case SYNC_NONSENSE:
		return _("FEL SVAR FRÅN NÄTET");
	case SYNC_DISK:
		return _("DISKFEL");
	}
	return sync_trouble_name(t);
}

static void signed_state(char out[40], const struct outbox_item *i, int64_t now, enum outbox_wait w)
{
	static const char *const waits[] = { [WAITS_TURN] = N_("SÄNDS"),
					     [WAITS_NETWORK] = N_("VÄNTAR NÄT"),
					     [WAITS_UNKNOWN] = N_("VÄNTAR") };
	int64_t left = i->hold_until - now;

	if (i->offered_at == 0 && left > 0)
		snprintf(out, 40, _("ÅNGRA %lld s"), (long long)((left + 999) / 1000));
	else
		snprintf(out, 40, "%s", _(waits[w]));
}

/* To erase what is erased already was not in vain. */
static bool has_gone(const struct outbox_item *i)
{
	return conflict_erased(i) && i->slot == SLOT_OWN && erasure_decides(i->act)
	       && strcmp(i->act, "erasure.withdraw") != 0;
}

static const char *answered_state(const struct outbox_item *i)
{
	if (has_gone(i))
		return _("RADERAD");
	if (conflict_erased(i))
		return _("NEKAD");
	switch (i->verdict) {
	case VERDICT_REJECTED:
		return _("NEKAD");
	case VERDICT_QUARANTINED:
		return _("KARANTÄN");
	case VERDICT_CONFLICT:
		return _("KONFLIKT");
	case VERDICT_VOID:
		return _("TILLBAKADRAGEN");
	case VERDICT_NONE:
		return _("LAGD ÅT SIDAN");
	default:
		return _("SÄND");
	}
}

void words_outbox_state(char out[40], const struct outbox_item *i, int64_t wall_now,
			enum outbox_wait w)
{
	const char *word = "";

	switch (i->state) {
	case OUTBOX_SIGNED:
		signed_state(out, i, wall_now, w);
		return;
	case OUTBOX_ACKNOWLEDGED:
	case OUTBOX_ARCHIVED:
		word = answered_state(i);
		break;
	case OUTBOX_HELD:
		word = i->verdict == VERDICT_QUARANTINED ? _("KARANTÄN") : _("HÅLLS");
		break;
	case OUTBOX_CONFLICT:
		word = _("KONFLIKT");
		break;
	case OUTBOX_SUPERSEDED:
		word = _("ERSATT");
		break;
	case OUTBOX_VOID:
		word = outbox_item_unsaid(i) ? _("RADERAD") : _("TILLBAKADRAGEN");
		break;
	}
	snprintf(out, 40, "%s", word);
}

/* Why it was refused or is held, in a word or two; the sentence stands in the
 * pane. */
static const char *short_reason(const char *code)
{
	static const struct {
		const char *code, *text;
	} reasons[] = {
		{ "taken", N_("tagen") },
		{ "field-changed", N_("ändrad av annan") },
		{ "moved-on", N_("ärendet ändrat") },
		{ "depends-on", N_("bygger på annan") },
		{ "base-unknown", N_("okänt läge") },
		{ CASE_ERASED, N_("ärendet raderat") },
		{ "case-unknown", N_("ses inte längre") },
		{ "erasure-outgrown", N_("ärendet ändrat") },
		{ "step-unlawful", N_("fel status") },
		{ "role-lacking", N_("roll saknas") },
		{ "not-assignee", N_("inte ditt") },
		{ "decider-other", N_("annan beslutar") },
		{ "deadline-range", N_("dagen går inte") },
		{ "device-changed", N_("tidigare nyckel") },
		{ "device-frozen", N_("nyckeln fryst") },
		{ "device-fork", N_("nyckeln fryst") },
		{ "device-revoked", N_("nyckeln spärrad") },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return _(reasons[i].text);
	return NULL;
}

const char *words_answer_short(const struct outbox_item *i)
{
	const char *reason = i->why[0] ? short_reason(i->why) : NULL;

	if (outbox_item_unsaid(i))
		return _("ord raderade");
	if ((i->voided && i->slot == SLOT_OWN) || i->verdict == VERDICT_VOID)
		return "–";
	switch (i->verdict) {
	case VERDICT_ACCEPTED:
		return _("godtagen");
	case VERDICT_MERGED:
		return _("sammanförd");
	case VERDICT_REJECTED:
		return reason ? reason : _("nekad");
	case VERDICT_CONFLICT:
		return reason ? reason : _("konflikt");
	case VERDICT_QUARANTINED:
		return reason ? reason : _("nyckel anmäld");
	case VERDICT_VOID:
	case VERDICT_NONE:
		break;
	}
	return i->state == OUTBOX_HELD && reason ? reason : "–";
}

/* "Jan van Dyk (jan.vd)", or the id alone. */
static void person(char out[240], const char *id, const struct names *n)
{
	const char *name = n ? names_officer(n, id) : id;

	if (strcmp(name, id) == 0)
		snprintf(out, 240, "%s", id);
	else
		snprintf(out, 240, "%s (%s)", name, id);
}

/* The central's sentence ends with when the other one moved the case:
 * "... at 2026-11-23T12:49:00.000Z ...". */
static bool moment_in(const char *detail, int64_t *ms)
{
	for (const char *p = strstr(detail, " at "); p; p = strstr(p + 1, " at ")) {
		struct str s = { p + 4, strcspn(p + 4, " ,;)") };

		if (instant_parse(ms, s))
			return true;
	}
	return false;
}

/* "kl 13:49" on the day of the answer, else with the day. */
static void clock_text(char out[40], int64_t ms, int64_t answered)
{
	char when[24], day[DAY_TEXT], today[DAY_TEXT];

	words_moment(when, ms);
	words_day(day, ms);
	words_day(today, answered);
	if (strcmp(day, today) == 0)
		snprintf(out, 40, _("kl %s"), when + DAY_TEXT);
	else
		snprintf(out, 40, "%s", when);
}

/* Who was first, and when. Sentences are whole for the translator's sake. */
static bool by_somebody(struct strbuf *out, const struct outbox_item *i, const struct names *n)
{
	char who[240], when[40];
	int64_t ms;
	bool timed = moment_in(i->detail, &ms);

	if (!i->who[0])
		return false;
	person(who, i->who, n);
	if (timed)
		clock_text(when, ms, i->settled_at ? i->settled_at : ms);
	if (strcmp(i->why, "taken") == 0) {
		if (timed)
			strbuf_addf(out, _("Ärendet togs av %s %s, före dig."), who, when);
		else
			strbuf_addf(out, _("Ärendet togs av %s, före dig."), who);
		return true;
	}
	if (strcmp(i->why, "field-changed") == 0) {
		if (timed)
			strbuf_addf(out, _("Samma uppgift ändrades av %s %s."), who, when);
		else
			strbuf_addf(out, _("Samma uppgift ändrades av %s."), who);
		return true;
	}
	if (strcmp(i->why, "moved-on") == 0) {
		if (timed)
			strbuf_addf(out, _("Ärendet ändrades av %s %s, sedan du såg det."), who,
				    when);
		else
			strbuf_addf(out, _("Ärendet ändrades av %s, sedan du såg det."), who);
		return true;
	}
	return false;
}

static void reason(struct strbuf *out, const struct outbox_item *i, const struct names *n)
{
	const char *known;

	if (by_somebody(out, i, n))
		return;
	/* It was seen when it was signed: there is more to it than a wrong number. */
	if (strcmp(i->why, "case-unknown") == 0) {
		strbuf_adds(
			out,
			_("Du får inte längre se ärendet, eller så finns det inte kvar; åtgärden gäller inte."));
		return;
	}
	known = words_code(i->why);
	if (known)
		strbuf_adds(out, known);
	else
		strbuf_adds(out, i->detail[0] ? i->detail : _("Centralen gav inget skäl."));
}

void words_again(struct strbuf *out, const struct outbox_again *a)
{
	if (outbox_again_told(a) == 0)
		return;
	strbuf_adds(out, out->len ? " · " : "");
	strbuf_adds(out, _("centralen återställd"));
	if (a->sent > 0)
		strbuf_addf(out,
			    P_(": %lld sänd igen, %lld gäller", ": %lld sända igen, %lld gäller",
			       a->sent),
			    (long long)a->sent, (long long)a->standing);
	if (a->lost > 0)
		strbuf_addf(out,
			    P_(", %lld av en tidigare nyckel förlorad",
			       ", %lld av en tidigare nyckel förlorade", a->lost),
			    (long long)a->lost);
	if (a->unsaid > 0)
		strbuf_addf(out,
			    P_(", %lld åtgärd vars ord raderats sändes inte igen",
			       ", %lld åtgärder vars ord raderats sändes inte igen", a->unsaid),
			    (long long)a->unsaid);
	if (a->missing > 0)
		strbuf_addf(out,
			    P_(", %lld ärende finns inte längre",
			       ", %lld ärenden finns inte längre", a->missing),
			    (long long)a->missing);
	if (a->kept_back > 0)
		strbuf_addf(out,
			    P_(", %lld tidigare nekad sändes inte igen",
			       ", %lld tidigare nekade sändes inte igen", a->kept_back),
			    (long long)a->kept_back);
}

/* What an earlier device had signed, and the central lost, can't be sent again
 * as it is: its officer signs it anew or puts it aside. */
static const char *lost_and(const struct outbox_item *i)
{
	bool as_it_is = i->verdict != VERDICT_NONE || i->state == OUTBOX_SIGNED;

	return as_it_is ? _("Sänd igen: centralen återställdes.")
			: _("Förlorad när centralen återställdes.");
}

/* Where it takes a second person, nothing has happened yet but that it was said. */
static void proposed(struct strbuf *out, const struct outbox_item *i)
{
	if (strcmp(i->act, "erasure.propose") == 0)
		strbuf_addf(
			out, " %s",
			_("Det som kräver två raderas först när en annan registrator bekräftar."));
}

/* Nothing is left to be sent, and nobody took it back. */
static void unsaid(struct strbuf *out, const struct outbox_item *i)
{
	strbuf_adds(out, _("Orden är raderade. Centralen återställdes och hade den inte kvar, så "
			   "den sänds inte igen."));
	if (erasure_decides(i->act))
		strbuf_addf(out, " %s",
			    _("Finns det som skulle raderas kvar: föreslå det på nytt."));
}

/* What nobody answered, and is waited for no more. */
static void put_aside(struct strbuf *out, const struct outbox_item *i)
{
	if (i->state == OUTBOX_ARCHIVED)
		strbuf_adds(out, _("Den gäller inte och sänds inte. Gör om den om den behövs."));
}

void words_answer(struct strbuf *out, const struct outbox_item *i, const struct names *n)
{
	if (outbox_item_unsaid(i)) {
		unsaid(out, i);
		return;
	}
	if (i->again == 1 && i->slot != SLOT_OWN)
		strbuf_addf(out, "%s ", _("Centralen återställdes: nekad åtgärd sänds inte igen."));
	else if (i->again == 1)
		strbuf_addf(out, "%s ", lost_and(i));
	if (has_gone(i)) {
		strbuf_adds(out, _("Ärendet är raderat."));
		return;
	}
	/* Another restore, and nobody knows whether that still is so. */
	if (conflict_erased(i) && erasure_decides(i->act)) {
		strbuf_adds(out, _("Finns det som skulle raderas kvar: föreslå det på nytt."));
		return;
	}
	if (conflict_erased(i) || (i->state == OUTBOX_HELD && i->verdict == VERDICT_NONE)) {
		reason(out, i, n);
		return;
	}
	switch (i->verdict) {
	case VERDICT_NONE:
		put_aside(out, i);
		break;
	case VERDICT_ACCEPTED:
		strbuf_adds(out, _("Godtagen."));
		proposed(out, i);
		break;
	case VERDICT_MERGED:
		strbuf_adds(out, _("Godtagen. Ärendet hade ändrats under tiden."));
		proposed(out, i);
		break;
	case VERDICT_VOID:
		strbuf_adds(out, _("Tillbakadragen innan den sändes."));
		break;
	case VERDICT_QUARANTINED:
		strbuf_adds(out, strcmp(i->why, "key-retired") == 0
					 ? _("Lagd åt sidan: nyckeln hade tagits ur bruk.")
					 : _("Lagd åt sidan: nyckeln är anmäld förlorad."));
		break;
	case VERDICT_REJECTED:
	case VERDICT_CONFLICT:
		reason(out, i, n);
		break;
	}
}

const char *words_advice(const struct outbox_item *i)
{
	if (i->state == OUTBOX_HELD && i->verdict == VERDICT_NONE)
		return _("Åtgärden är kvar och sänds när hindret är borta, eller signeras igen.");
	if (i->state == OUTBOX_ARCHIVED || i->state == OUTBOX_SUPERSEDED || conflict_erased(i))
		return "";
	/* A grant may have gone with the restore: the action itself may be right. */
	if (i->again && i->verdict == VERDICT_REJECTED && strcmp(i->why, "case-unknown") == 0)
		return _(
			"Fick du ärendet beviljat efter säkerhetskopian: be driften bevilja det igen, "
			"synka och signera igen.");
	switch (i->verdict) {
	case VERDICT_REJECTED:
		return _("Inget har ändrats. Du ser åter ärendet som centralen har det.");
	case VERDICT_CONFLICT:
		return _(
			"Inget har ändrats. Läs ärendet som det är nu och signera igen, eller släpp "
			"åtgärden.");
	case VERDICT_QUARANTINED:
		return _("Inget har ändrats. Anslut datorn på nytt och signera igen.");
	default:
		return "";
	}
}
