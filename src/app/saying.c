/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/saying.h"

#include <stdio.h>

#include "app/words.h"
#include "base/i18n.h"

#include "base/banned.h"

/* What is read aloud for each status, and whether the end still lies ahead. */
static const struct {
	const char *text;
	bool ahead;
	bool decision; /* it speaks of a decision, so "it" would be that */
} said[CASE_STATE_COUNT] = {
	[CASE_RECEIVED] = { N_("Vi har tagit emot ditt ärende."), true, false },
	[CASE_REGISTERED] = { N_("Ditt ärende är registrerat och väntar på en handläggare."), true,
			      false },
	[CASE_OPEN] = { N_("Ditt ärende handläggs."), true, false },
	[CASE_WAITING] = { N_("Ditt ärende väntar på uppgifter. Har du fått en fråga från oss är "
			      "det din tur att svara; annars väntar vi på någon annan."),
			   true, false },
	[CASE_PROPOSED] = { N_("Ett förslag till beslut är klart och ska prövas."), true, true },
	[CASE_DECIDED] = { N_("Beslut är fattat, och det skickas till dig."), false, true },
	[CASE_DISPATCHED] = { N_("Beslut är fattat, och det har skickats till dig."), false, true },
	[CASE_CLOSED] = { N_("Ärendet är avslutat."), false, false },
	[CASE_ARCHIVED] = { N_("Ärendet är avslutat."), false, false },
};

bool saying_allowed(const struct casefile *c)
{
	return c->protection == PROTECT_NONE;
}

/* "den 28 oktober", with the year if it is another than today's. */
static void aloud_day(char out[64], struct day d, struct day today)
{
	static const char *const months[12] = {
		N_("januari"),	 N_("februari"), N_("mars"),	 N_("april"),
		N_("maj"),	 N_("juni"),	 N_("juli"),	 N_("augusti"),
		N_("september"), N_("oktober"),	 N_("november"), N_("december"),
	};

	snprintf(out, 64, _("den %d %s"), d.d, _(months[d.m - 1]));
	if (d.y != today.y) {
		size_t n = 0;

		while (out[n])
			n++;
		snprintf(out + n, 64 - n, " %d", d.y);
	}
}

/* The case's own day if there is one, false without. */
static bool expected(const struct casefile *c, struct day *due)
{
	return said[c->state].ahead && c->due_on[0] && day_parse(due, str_of(c->due_on));
}

static bool in_time(struct day due, struct day today)
{
	return day_number(due) >= day_number(today);
}

/* A case may have its officer before the work on it has begun. */
static const char *status_text(const struct casefile *c)
{
	if (c->state == CASE_REGISTERED && c->assignee[0])
		return _("Ditt ärende är registrerat och har fått en handläggare.");
	return _(said[c->state].text);
}

void saying_aloud(struct strbuf *out, const struct casefile *c, struct day today)
{
	struct day due;
	char day[64];
	int year;

	if (!saying_allowed(c))
		return;
	aloud_day(day, day_in_stockholm(c->received_at, NULL, NULL), today);
	strbuf_addf(out, "%s ", status_text(c));
	strbuf_addf(out, said[c->state].decision ? _("Ansökan kom in %s.") : _("Det kom in %s."),
		    day);
	if (!said[c->state].ahead)
		return;
	strbuf_adds(out, " ");
	if (!expected(c, &due))
		strbuf_adds(out, _("Jag kan inte säga när det är klart."));
	else if (in_time(due, today))
		strbuf_addf(out, _("Du kan räkna med besked senast vecka %d."),
			    day_week(due, &year));
	else
		strbuf_adds(out, c->assignee[0] ? _("Det har tagit längre tid än beräknat. Jag kan "
						    "be handläggaren höra av sig.")
						: _("Det har tagit längre tid än beräknat. Jag kan "
						    "be enheten höra av sig."));
}

void saying_facts(struct strbuf *out, const struct casefile *c, const struct names *n,
		  struct day today)
{
	struct day due;
	char day[DAY_TEXT];
	int year;

	if (!saying_allowed(c))
		return;
	words_day(day, c->received_at);
	strbuf_addf(out, _("Ärende %s finns. Enhet: %s. Inkom %s."),
		    c->diary_no[0] ? c->diary_no : c->id, names_unit(n, c->unit), day);
	strbuf_addf(out, "\n%s: %s. ", names_type(n, c->type), words_state(c->state));
	if (expected(c, &due) && in_time(due, today))
		strbuf_addf(out, _("Beräknat klart: vecka %d (%s)."), day_week(due, &year),
			    c->due_on);
	else if (expected(c, &due))
		strbuf_addf(out, _("Beräknat klart %s: försenat."), c->due_on);
}
