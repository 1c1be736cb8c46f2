/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <stdio.h>

#include "base/i18n.h"

#include "base/banned.h"

void outbox_text_release(struct outbox_text *t)
{
	strbuf_release(&t->action);
	strbuf_release(&t->answer);
}

bool present_in_trouble(const struct outbox_item *i)
{
	if (i->voided)
		return false;
	if (i->state == OUTBOX_CONFLICT || i->state == OUTBOX_HELD)
		return true;
	return i->state == OUTBOX_ACKNOWLEDGED && !verdict_stands(i->verdict);
}

static const char *answer_word(const struct outbox_item *i)
{
	switch (i->verdict) {
	case VERDICT_ACCEPTED:
		return _("godtagen");
	case VERDICT_MERGED:
		return _("sammanförd");
	case VERDICT_REJECTED:
		return _("nekad");
	case VERDICT_CONFLICT:
		return _("konflikt");
	case VERDICT_QUARANTINED:
		return _("undanlagd");
	case VERDICT_VOID:
		return _("makulerad");
	case VERDICT_NONE:
		break;
	}
	return "–";
}

void present_outbox_row(struct outbox_row *out, struct outbox_text *t, const struct outbox_item *i,
			const struct action *said, const char *number, const struct present *p)
{
	strbuf_clear(&t->action);
	strbuf_clear(&t->answer);
	words_outbox_state(t->state, i, p->now, p->online);
	words_when(t->time, i->created_at, p->now);
	if (i->tries > 0)
		snprintf(t->tries, sizeof(t->tries), "%d", i->tries);
	else
		snprintf(t->tries, sizeof(t->tries), "–");
	if (said->def)
		present_action(&t->action, said, p, false);
	else
		strbuf_adds(&t->action, words_act(i->act));
	strbuf_adds(&t->answer, answer_word(i));
	*out = (struct outbox_row){ .state = t->state,
				    .refused = present_in_trouble(i),
				    .time = t->time,
				    .number = number,
				    .action = strbuf_str(&t->action),
				    .tries = t->tries,
				    .answer = strbuf_str(&t->answer) };
}

void present_outcome(struct strbuf *out, const struct outbox_item *i, const struct action *said,
		     const struct present *p)
{
	if (present_in_trouble(i)) {
		words_answer(out, i, p->names);
		if (out->len > 0)
			strbuf_addc(out, '\n');
		strbuf_addf(out, "%s\n%s",
			    _("Inget har ändrats av din åtgärd. Du ser åter serverns läge."),
			    words_advice(i));
		return;
	}
	words_answer(out, i, p->names);
	if (out->len > 0)
		strbuf_addc(out, '\n');
	if (i->verdict == VERDICT_NONE && !i->voided && i->offered_at == 0)
		strbuf_addf(out, "%s\n", _("Inte sänd ännu: u drar tillbaka den."));
	present_action_full(out, said, p);
}
