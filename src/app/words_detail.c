/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the English text of an error says beside its code, in the officer's
 * language: why a step can't be taken from the status a case has and what to do
 * first; which argument is wrong, and what it must look like.
 */
#include "app/words.h"

#include <string.h>

#include "base/i18n.h"

#include "base/banned.h"

/* The way from a status to one from which the step goes. */
static const struct {
	enum case_state from, to;
	const char *first;
} ways[] = {
	{ CASE_REGISTERED, CASE_OPEN, N_("ta det (t) först") },
	{ CASE_REGISTERED, CASE_DECIDED, N_("ta det (t) och besluta (b) först") },
	{ CASE_REGISTERED, CASE_DISPATCHED, N_("ta det (t), besluta (b) och expediera först") },
	{ CASE_OPEN, CASE_WAITING, N_("det är inte i vila") },
	{ CASE_OPEN, CASE_PROPOSED, N_("lägg fram ett förslag (:föreslå) först") },
	{ CASE_OPEN, CASE_DISPATCHED, N_("besluta (b) och expediera först") },
	{ CASE_OPEN, CASE_DECIDED, N_("besluta (b) först") },
	{ CASE_OPEN, CASE_CLOSED, N_("det är inte avslutat") },
	{ CASE_WAITING, CASE_OPEN, N_("återuppta det (:återuppta) först") },
	{ CASE_WAITING, CASE_DECIDED, N_("återuppta det (:återuppta) och besluta (b) först") },
	{ CASE_WAITING, CASE_DISPATCHED, N_("återuppta, besluta och expediera det först") },
	{ CASE_PROPOSED, CASE_OPEN, N_("lämna tillbaka förslaget (:återlämna) först") },
	{ CASE_PROPOSED, CASE_DECIDED, N_("besluta (b) först") },
	{ CASE_PROPOSED, CASE_DISPATCHED, N_("besluta (b) och expediera först") },
	{ CASE_DECIDED, CASE_DISPATCHED, N_("expediera (s e) eller avstå (W) först") },
	{ CASE_DECIDED, CASE_CLOSED, N_("det är inte avslutat") },
	{ CASE_DISPATCHED, CASE_CLOSED, N_("det är inte avslutat") },
	{ CASE_CLOSED, CASE_OPEN, N_("öppna det igen (:öppna-igen) först") },
	{ CASE_CLOSED, CASE_DISPATCHED, N_("öppna det igen (:öppna-igen) först") },
	{ CASE_ARCHIVED, CASE_OPEN, N_("ett arkiverat ärende ändras inte") },
	{ CASE_ARCHIVED, CASE_CLOSED, N_("ett arkiverat ärende ändras inte") },
	{ CASE_ARCHIVED, CASE_DISPATCHED, N_("ett arkiverat ärende ändras inte") },
};

static const char *way(enum case_state from, unsigned allowed)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ways[i].from == from && (allowed & (1u << ways[i].to)))
			return _(ways[i].first);
	return NULL;
}

/* The statuses of "open, waiting", as a mask. */
static unsigned statuses(const char *list)
{
	unsigned all = 0;

	while (*list) {
		size_t n = strcspn(list, ", ");
		enum case_state s;

		if (case_state_from(&s, (struct str){ list, n }))
			all |= 1u << s;
		list += n + strspn(list + n, ", ");
	}
	return all;
}

/* "... while the case is open; it is from: decided, dispatched" */
bool words_step(struct strbuf *out, const char *detail)
{
	static const char is[] = "while the case is ", from[] = "; it is from: ";
	const char *now = strstr(detail, is), *list = strstr(detail, from);
	enum case_state state;
	const char *first;

	if (!now || !list || now > list)
		return false;
	now += sizeof(is) - 1;
	if (!case_state_from(&state, (struct str){ now, (size_t)(list - now) }))
		return false;
	strbuf_addf(out, _("Det går inte när ärendets status är %s"), words_state(state));
	first = way(state, statuses(list + sizeof(from) - 1));
	strbuf_addf(out, first ? ": %s." : ".", first);
	return true;
}

/* --- Arguments ------------------------------------------------------------------ */

static const struct {
	const char *name, *said;
} arguments[] = {
	{ "text", N_("texten") },
	{ "queue", N_("kön") },
	{ "officer", N_("handläggaren") },
	{ "reason", N_("skälet") },
	{ "due_on", N_("fristen") },
	{ "on", N_("dagen") },
	{ "priority", N_("prioriteten") },
	{ "outcome", N_("utfallet") },
	{ "ground", N_("grunden") },
	{ "content", N_("beslutets innehåll") },
	{ "reasons", N_("skälen") },
	{ "title", N_("rubriken") },
	{ "subject", N_("ämnet") },
	{ "respond_by", N_("svarsdagen") },
	{ "rapporteur", N_("föredraganden") },
};

/* By how the English begins. */
static const struct {
	const char *begins, *said;
	bool values; /* the rest of the English stands after it */
} forms[] = {
	{ "one line of text", N_("en rad text utan styrtecken"), false },
	{ "text in NFC", N_("text utan styrtecken, med tecknen i formen NFC"), false },
	{ "letters a-z", N_("bokstäver, siffror och _ . -"), false },
	{ "a day as", N_("en dag som 2026-11-23"), false },
	{ "a time as", N_("en tid som 2026-11-23T09:00:00Z"), false },
	{ "a whole number", N_("ett heltal"), false },
	{ "a number from", N_("ett tal inom"), true },
	{ "an officer's id", N_("en handläggares kod"), false },
	{ "one of", N_("något av"), true },
};

static const char *argument_said(struct str name)
{
	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (str_eq(name, arguments[i].name))
			return _(arguments[i].said);
	return NULL;
}

static bool add_form(struct strbuf *out, const char *form)
{
	size_t n = strcspn(form, ";");

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t begin = strlen(forms[i].begins);

		if (strncmp(form, forms[i].begins, begin) != 0 || begin > n)
			continue;
		strbuf_addf(out, "%s", _(forms[i].said));
		if (forms[i].values)
			strbuf_add(out, form + begin, n - begin);
		return true;
	}
	return false;
}

/* "note.add: argument text must be FORM; "..." was seen", "... is missing" */
bool words_argument(struct strbuf *out, const char *detail)
{
	static const char before[] = ": argument ", must[] = " must be ", gone[] = " is missing";
	const char *at = strstr(detail, before);
	struct strbuf form = STRBUF_INIT_MAX(300);
	const char *said;
	bool told;

	if (!at)
		return false;
	at += sizeof(before) - 1;
	said = argument_said((struct str){ at, strcspn(at, " ") });
	at += strcspn(at, " ");
	told = said && strcmp(at, gone) == 0;
	if (told)
		strbuf_addf(out, _("En uppgift saknas: %s."), said);
	else if (said && strncmp(at, must, sizeof(must) - 1) == 0
		 && add_form(&form, at + sizeof(must) - 1)) {
		strbuf_addf(out, _("Fel form: %s ska vara %s."), said, strbuf_cstr(&form));
		told = true;
	}
	strbuf_release(&form);
	return told;
}
