/* SPDX-License-Identifier: EUPL-1.2 */
/* Both sides of a conflict in words, and what follows from a choice. */
#include "app/present.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

#include "base/banned.h"

enum { COMMON, MINE, THEIRS };

/* What is added to is never replaced. */
static bool added_to(enum conflict_field f)
{
	return f == CONFLICT_NOTES || f == CONFLICT_DOCUMENTS || f == CONFLICT_MESSAGES;
}

void conflict_text_release(struct conflict_text *t)
{
	for (int f = 0; f < CONFLICT_FIELDS; f++)
		for (int i = 0; i < 3; i++)
			strbuf_release(&t->cells[f][i]);
	strbuf_release(&t->lead);
	strbuf_release(&t->below);
}

const char *present_conflict_field(enum conflict_field f)
{
	static const char *const names[CONFLICT_FIELDS] = {
		[CONFLICT_STATE] = N_("Status"),
		[CONFLICT_ASSIGNEE] = N_("Handläggare"),
		[CONFLICT_QUEUE] = N_("Kö"),
		[CONFLICT_DUE] = N_("Frist"),
		[CONFLICT_PRIORITY] = N_("Prioritet"),
		[CONFLICT_TITLE] = N_("Rubrik"),
		[CONFLICT_SECRECY] = N_("Sekretess"),
		[CONFLICT_OUTCOME] = N_("Beslut"),
		[CONFLICT_NOTES] = N_("Anteckning"),
		[CONFLICT_DOCUMENTS] = N_("Handlingar"),
		[CONFLICT_MESSAGES] = N_("Meddelanden"),
	};

	return (unsigned)f < CONFLICT_FIELDS ? _(names[f]) : "";
}

/* --- Cells -------------------------------------------------------------------------- */

static const char *or_dash(const char *text)
{
	return text[0] ? text : "–";
}

static void value(struct strbuf *out, const struct casefile *c, enum conflict_field f,
		  const struct present *p)
{
	switch (f) {
	case CONFLICT_STATE:
		strbuf_adds(out, words_state(c->state));
		break;
	case CONFLICT_ASSIGNEE:
		strbuf_adds(out,
			    c->assignee[0] ? names_officer(p->names, c->assignee) : _("ingen"));
		break;
	case CONFLICT_QUEUE:
		strbuf_adds(out, c->queue[0] ? names_queue(p->names, c->queue) : "–");
		break;
	case CONFLICT_DUE:
		strbuf_adds(out, or_dash(c->due_on));
		break;
	case CONFLICT_PRIORITY:
		strbuf_adds(out, words_priority(c->priority));
		break;
	case CONFLICT_TITLE:
		strbuf_add(out, strbuf_cstr(&c->title), c->title.len);
		break;
	case CONFLICT_SECRECY:
		strbuf_adds(out, or_dash(words_protection(c->protection)));
		break;
	case CONFLICT_OUTCOME:
		strbuf_adds(out,
			    c->outcome[0] ? names_outcome(p->names, c->type, c->outcome) : "–");
		break;
	default:
		strbuf_adds(out, "–");
		break;
	}
}

/* What one has written oneself: the text, or the name of the document. */
static const char *own_words(const struct action *a)
{
	const char *text = action_get(a, "text");

	if (!*text && a->doc_count > 0)
		text = a->docs[0].name;
	return text;
}

static void addition(struct strbuf *out, const struct conflict *c, enum conflict_field f, int side)
{
	const struct conflict_mark *m = &c->marks[f];

	if (side == MINE && m->mine)
		strbuf_addf(out, "+ \"%s\"", own_words(&c->mine));
	else if (side == THEIRS && m->added > 1)
		strbuf_addf(out, "+ %d: \"%s\"", m->added, strbuf_cstr(&m->words));
	else if (side == THEIRS && m->theirs)
		strbuf_addf(out, "+ \"%s\"", strbuf_cstr(&m->words));
	else
		strbuf_adds(out, "–");
}

void present_conflict_cell(struct strbuf *out, const struct conflict *c, enum conflict_field f,
			   int side, const struct present *p)
{
	const struct casefile *files[] = { &c->common, &c->wanted, &c->theirs };
	bool known = side == COMMON ? c->base_known : c->here;

	if (side == MINE)
		known = c->base_known || c->marks[f].mine;
	if (added_to(f))
		addition(out, c, f, side);
	else if (known)
		value(out, files[side], f, p);
	else
		strbuf_adds(out, "?");
}

/* --- Around the table ------------------------------------------------------------------ */

/* The last of the others, from the chain or from the central's answer. */
static const struct conflict_mark *last_mover(const struct conflict *c)
{
	const struct conflict_mark *last = NULL;

	for (int f = 0; f < CONFLICT_FIELDS; f++)
		if (c->marks[f].who[0] && (!last || c->marks[f].at > last->at))
			last = &c->marks[f];
	return last;
}

static void heads(struct conflict_text *t, const struct conflict *c, const struct present *p)
{
	const struct conflict_mark *last = last_mover(c);
	char when[24];

	words_when(when, c->common_at, p->now);
	if (c->base_known)
		snprintf(t->heads[COMMON], sizeof(t->heads[COMMON]), _("Gemensam (%s)"), when);
	else
		snprintf(t->heads[COMMON], sizeof(t->heads[COMMON]), "%s", _("Gemensam (hämtas)"));
	words_when(when, c->item.created_at, p->now);
	snprintf(t->heads[MINE], sizeof(t->heads[MINE]), _("1 DIN (%s)"), when);
	if (last && last->at > 0) {
		words_when(when, last->at, p->now);
		snprintf(t->heads[THEIRS], sizeof(t->heads[THEIRS]), _("2 CENTRALENS (%s, %s)"),
			 when, last->who);
	} else {
		snprintf(t->heads[THEIRS], sizeof(t->heads[THEIRS]), "%s", _("2 CENTRALENS"));
	}
}

static void lead(struct strbuf *out, const struct conflict *c, const struct present *p)
{
	const struct conflict_mark *last = last_mover(c);
	char when[24];

	words_when(when, c->item.created_at, p->now);
	strbuf_addf(out, _("Du gjorde %s: "), when);
	present_action(out, &c->mine, p, false);
	strbuf_addc(out, '\n');
	if (last && c->since > 0) {
		words_when(when, last->at, p->now);
		strbuf_addf(out,
			    P_("Sedan dess har ärendet ändrats av %s %s (%lld händelse, F7).",
			       "Sedan dess har ärendet ändrats av %s %s (%lld händelser, F7).",
			       (unsigned long)c->since),
			    names_officer(p->names, last->who), when, (long long)c->since);
	} else if (c->here && c->missing) {
		strbuf_adds(out, _("Vad som hänt sedan dess hämtas vid nästa synk."));
	}
}

/* --- Below ------------------------------------------------------------------------------ */

static bool may(const struct conflict *c, enum conflict_side side)
{
	return c->sides & 1u << side;
}

static void choices(struct strbuf *out, const struct conflict *c)
{
	if (c->not_mine.code[0]) {
		strbuf_addf(out, "%s ", _("Din kan inte gälla:"));
		if (c->item.state == OUTBOX_HELD && c->item.verdict == VERDICT_NONE)
			strbuf_adds(out, words_advice(&c->item));
		else
			words_error(out, &c->not_mine, false);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, _("Du kan välja:"));
	if (may(c, CONFLICT_MINE))
		strbuf_addf(out, "  1 %s", _("din"));
	if (may(c, CONFLICT_THEIRS))
		strbuf_addf(out, "  2 %s", _("centralens"));
	if (may(c, CONFLICT_BOTH))
		strbuf_addf(out, "  3 %s", _("båda"));
	if (may(c, CONFLICT_MINE))
		strbuf_addf(out, "  e %s", _("annat värde"));
	strbuf_addf(out, "  a %s  Esc %s\n", _("anteckna"), _("senare"));
}

/* "Frist 2026-12-24 · Status väntar" */
static void result(struct strbuf *out, const struct conflict_text *t,
		   const enum conflict_field *fields, int count, const struct conflict *c,
		   enum conflict_side chosen)
{
	bool first = true;

	strbuf_addf(out, "%s: ", _("Valt resultat"));
	for (int i = 0; i < count; i++) {
		enum conflict_field f = fields[i];
		bool mine = c->marks[f].mine && chosen != CONFLICT_THEIRS;

		if (added_to(f) && mine && c->marks[f].theirs)
			strbuf_addf(out, "%s%s: %s", first ? "" : " · ", present_conflict_field(f),
				    _("båda, i centralens ordning"));
		else
			strbuf_addf(out, "%s%s %s", first ? "" : " · ", present_conflict_field(f),
				    strbuf_cstr(&t->cells[f][mine ? MINE : THEIRS]));
		first = false;
	}
	strbuf_addc(out, '\n');
}

static void consequence(struct strbuf *out, const struct conflict *c, enum conflict_side chosen)
{
	if (chosen == CONFLICT_UNDECIDED)
		strbuf_adds(out, _("Välj en sida; sedan löser F8. Esc sparar det till senare."));
	else if (chosen == CONFLICT_THEIRS)
		strbuf_adds(out, _("Följd (F8): din åtgärd görs inte. Den signerade åtgärden finns "
				   "kvar i utkorgens historik."));
	else if (c->mine.def->class == CLASS_E_DECISION)
		strbuf_adds(out, _("Följd (F8): din text öppnas som utkast. Läs ärendet, "
				   "förhandsgranska och signera på nytt; inget signeras förut."));
	else
		strbuf_addf(out,
			    _("Följd (F8): din signerade åtgärd %lld ersätts av en ny som signeras "
			      "nu, på ärendet som det är; originalet sparas i historiken."),
			    (long long)c->item.ctr);
}

static const char *mark(const struct conflict *c, enum conflict_field f, enum conflict_side chosen)
{
	if (added_to(f) && c->marks[f].theirs && c->marks[f].mine && chosen != CONFLICT_THEIRS)
		return "[3]";
	if (!c->marks[f].mine)
		return "[2]";
	switch (chosen) {
	case CONFLICT_MINE:
		return "[1]";
	case CONFLICT_THEIRS:
		return "[2]";
	case CONFLICT_BOTH:
		return "[3]";
	default:
		return "[ ]";
	}
}

void present_conflict(struct conflict_model *m, struct conflict_row *rows, struct conflict_text *t,
		      const struct conflict *c, const enum conflict_field *fields, int count,
		      enum conflict_side chosen, const struct present *p)
{
	conflict_text_release(t);
	heads(t, c, p);
	lead(&t->lead, c, p);
	for (int i = 0; i < count; i++) {
		enum conflict_field f = fields[i];

		for (int side = COMMON; side <= THEIRS; side++)
			present_conflict_cell(&t->cells[f][side], c, f, side, p);
		rows[i] = (struct conflict_row){
			.field = present_conflict_field(f),
			.common = strbuf_str(&t->cells[f][COMMON]),
			.mine = strbuf_str(&t->cells[f][MINE]),
			.theirs = strbuf_str(&t->cells[f][THEIRS]),
			.chosen = mark(c, f, chosen),
			.open = c->marks[f].mine && chosen == CONFLICT_UNDECIDED,
		};
	}
	words_answer(&t->below, &c->item, p->names);
	strbuf_addc(&t->below, '\n');
	choices(&t->below, c);
	strbuf_addc(&t->below, '\n');
	if (chosen != CONFLICT_UNDECIDED)
		result(&t->below, t, fields, count, c, chosen);
	consequence(&t->below, c, chosen);
	for (int i = 0; i < 3; i++)
		m->heads[i] = t->heads[i];
	m->lead = strbuf_str(&t->lead);
	m->below = strbuf_str(&t->below);
	m->rows = rows;
	m->row_count = count;
}
