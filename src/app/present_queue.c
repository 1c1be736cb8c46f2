/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "domain/deadline.h"
#include "ui/text.h"

#include "base/banned.h"

static bool is_open(const struct casefile *c)
{
	return c->state < CASE_DECIDED;
}

static bool is_overdue(const struct casefile *c, struct day today)
{
	struct day due;

	return is_open(c) && day_parse(&due, str_of(c->due_on)) && days_left(today, due) < 0;
}

/* Has the day come to which the officer watches it? */
static bool is_watched(const struct case_row *row, struct day today)
{
	struct day on;

	return row->file.state < CASE_CLOSED && day_parse(&on, str_of(row->watch_on))
	       && days_left(today, on) <= 0;
}

static void flags(char out[8], const struct case_row *row, const struct present *p)
{
	const struct casefile *c = &row->file;
	const struct {
		bool on;
		char sign;
	} all[] = {
		{ row->trouble > 0, 'K' },
		{ is_overdue(c, p->today), '!' },
		{ is_watched(row, p->today), 'W' },
		{ c->protection != PROTECT_NONE, 'S' },
		{ row->pending > 0, 'U' },
		{ c->state <= CASE_REGISTERED && !c->assignee[0], 'N' },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].on && n < 4)
			out[n++] = all[i].sign;
	out[n] = '\0';
}

const char *present_number(char out[DIARY_MAX], const struct casefile *c)
{
	if (c->diary_no[0])
		snprintf(out, DIARY_MAX, "%s", c->diary_no);
	else
		snprintf(out, DIARY_MAX, "%.8s", c->id);
	return out;
}

struct str present_party(const struct casefile *c)
{
	if (c->protection == PROTECT_IDENTITY)
		return str_of(_("(skyddad)"));
	return strbuf_str(&c->party);
}

/* "23/11" this year, else "2025" and what fits: the day in Stockholm. */
static void short_day(char out[24], int64_t ms, struct day today)
{
	struct day d;

	if (ms == 0) {
		out[0] = '\0';
		return;
	}
	d = day_in_stockholm(ms, NULL, NULL);
	if (d.y == today.y)
		snprintf(out, 24, "%02d/%02d", d.d, d.m);
	else
		snprintf(out, 24, "%04d", d.y);
}

void present_queue_row(struct queue_row *out, struct queue_text *t, const struct case_row *row,
		       const struct present *p)
{
	const struct casefile *c = &row->file;

	*out = (struct queue_row){ .overdue = is_overdue(c, p->today) };
	flags(t->flags, row, p);
	short_day(t->received, c->received_at, p->today);
	t->due[0] = '\0';
	if (is_open(c))
		words_due(t->due, c->due_on, p->today);
	out->flags = t->flags;
	out->number = c->diary_no[0] ? c->diary_no : c->id;
	out->received = t->received;
	out->due = t->due;
	out->party = present_party(c);
	out->title = strbuf_str(&c->title);
	out->status = words_state(c->state);
	out->assignee = c->assignee[0] ? c->assignee : "–";
	out->queue = str_of(names_queue(p->names, c->queue));
}

/* What the officer most likely does next; the table says it per status. */
static const struct {
	enum case_state state;
	int mine; /* 1 mine, 0 nobody's, -1 another's or any */
	const char *what;
} steps[] = {
	{ CASE_RECEIVED, -1, N_("centralen diarieför ärendet") },
	{ CASE_REGISTERED, 0, N_("ta ärendet (t), överlämna (o)") },
	{ CASE_REGISTERED, 1, N_("ta ärendet (t), begär komplettering (s k)") },
	{ CASE_OPEN, 0, N_("ta ärendet (t), överlämna (o)") },
	{ CASE_OPEN, 1, N_("besluta (b), begär komplettering (s k), överlämna (o)") },
	{ CASE_WAITING, 1, N_("vänta på svar, eller återuppta (s å)") },
	{ CASE_PROPOSED, -1, N_("besluta (b), eller återlämna förslaget (s l)") },
	{ CASE_DECIDED, 1, N_("expediera (s e), eller avstå med skäl (W)") },
	{ CASE_DISPATCHED, 1, N_("avsluta ärendet (x)") },
};

void present_next_step(struct strbuf *out, const struct casefile *c, const struct present *p)
{
	int mine = !c->assignee[0] ? 0 : strcmp(c->assignee, p->me) == 0 ? 1 : -1;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].state == c->state && (steps[i].mine == -1 || steps[i].mine == mine)) {
			strbuf_addf(out, "%s: %s", _("Nästa steg"), _(steps[i].what));
			return;
		}
}

static void watch_line(struct strbuf *out, const struct case_row *row, struct str words,
		       const struct present *p)
{
	if (!row->watch_on[0])
		return;
	strbuf_addf(out,
		    is_watched(row, p->today) ? _("Du bevakar: dagen är inne, %s")
					      : _("Du bevakar till %s"),
		    row->watch_on);
	if (!ui_text_blank(words)) {
		strbuf_adds(out, " · ");
		strbuf_add(out, words.p, words.n);
	}
	strbuf_addc(out, '\n');
}

void present_preview(struct strbuf *out, const struct case_row *row, struct str reminder,
		     const struct present *p)
{
	const struct casefile *c = &row->file;
	char due[64], when[24];

	words_moment(when, c->received_at);
	words_due_long(due, c->due_on, p->today);
	strbuf_addf(out, "%s · %s · %s %s\n", names_type(p->names, c->type), words_state(c->state),
		    _("inkom"), when);
	strbuf_addf(out, "%s · %s: %s", names_queue(p->names, c->queue), _("handläggare"),
		    c->assignee[0] ? names_officer(p->names, c->assignee) : _("ingen"));
	if (is_open(c) && c->due_on[0])
		strbuf_addf(out, " · %s %s (%s)", _("frist"), c->due_on, due);
	strbuf_addc(out, '\n');
	if (c->protection != PROTECT_NONE)
		strbuf_addf(out, "%s\n", words_protection(c->protection));
	if (row->trouble > 0)
		strbuf_addf(out, "%s\n", _("En åtgärd här väntar på dig: konflikter (g c)"));
	watch_line(out, row, reminder, p);
	present_next_step(out, c, p);
}
