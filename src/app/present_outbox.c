/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "sync/conflict.h"

#include "base/banned.h"

void outbox_text_release(struct outbox_text *t)
{
	strbuf_release(&t->action);
	strbuf_release(&t->answer);
}

bool present_in_trouble(const struct outbox_item *i)
{
	return conflict_waits(i) || (conflict_erased(i) && i->state == OUTBOX_ACKNOWLEDGED);
}

void present_outbox_row(struct outbox_row *out, struct outbox_text *t, const struct outbox_item *i,
			const struct action *said, const char *number, const struct present *p)
{
	strbuf_clear(&t->action);
	strbuf_clear(&t->answer);
	words_outbox_state(t->state, i, p->now, p->waits);
	words_when(t->time, i->created_at, p->now);
	if (i->tries > 0)
		snprintf(t->tries, sizeof(t->tries), "%d", i->tries);
	else
		snprintf(t->tries, sizeof(t->tries), "–");
	if (said->def)
		present_action(&t->action, said, p, false);
	else
		strbuf_adds(&t->action, words_act(i->act));
	strbuf_adds(&t->answer, words_answer_short(i));
	*out = (struct outbox_row){ .state = t->state,
				    .refused = present_in_trouble(i),
				    .time = t->time,
				    .number = number,
				    .action = strbuf_str(&t->action),
				    .tries = t->tries,
				    .answer = strbuf_str(&t->answer) };
}

static bool unsent(const struct outbox_item *i)
{
	return !i->voided && i->verdict == VERDICT_NONE && i->offered_at == 0
	       && (i->state == OUTBOX_SIGNED || i->state == OUTBOX_HELD);
}

/* The keys that do something to this row, and no others. */
static void possible(struct strbuf *out, const struct outbox_item *i, const struct present *p)
{
	bool trouble = present_in_trouble(i);

	if (!trouble && !unsent(i))
		return;
	strbuf_addf(out, "%s  ", _("Vad du kan göra:"));
	if (conflict_erased(i)) {
		strbuf_addf(out, "%s\n", _("u lägg undan svaret"));
		return;
	}
	if (trouble)
		strbuf_addf(out, "%s   %s   ", _("r försök igen"), _("e ändra"));
	if (trouble && i->who[0] && strcmp(i->who, p->me) != 0)
		strbuf_addf(out, _("a anteckna till %s   "), names_officer(p->names, i->who));
	strbuf_adds(out, i->verdict == VERDICT_NONE ? _("u dra tillbaka åtgärden")
						    : _("u lägg undan svaret"));
	strbuf_addf(out, "   %s\n", _("Enter ärendet"));
}

void present_outcome(struct strbuf *out, const struct outbox_item *i, const struct action *said,
		     const struct present *p)
{
	size_t begun = out->len;

	if (present_in_trouble(i) || i->state == OUTBOX_ARCHIVED || i->state == OUTBOX_HELD)
		strbuf_addf(out, "%s: ", _("Skäl"));
	words_answer(out, i, p->names);
	if (i->state == OUTBOX_SUPERSEDED)
		strbuf_addf(out, "%s%s", out->len > begun ? " " : "",
			    _("Signerad igen; den nya står längre upp."));
	if (out->len > begun)
		strbuf_addc(out, '\n');
	if (conflict_erased(i))
		strbuf_addf(out, "%s\n", _("Orden är borta härifrån också; raden står kvar."));
	else if (present_in_trouble(i) && i->verdict != VERDICT_NONE)
		strbuf_addf(out, "%s\n", words_advice(i));
	else if (i->state == OUTBOX_HELD)
		strbuf_addf(out, "%s\n", words_advice(i));
	else if (unsent(i))
		strbuf_addf(out, "%s\n", _("Inte sänd ännu: u drar tillbaka den."));
	possible(out, i, p);
	present_action_full(out, said, p);
}
