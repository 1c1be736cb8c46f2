/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present.h"

#include <stdio.h>

#include "base/i18n.h"

#include "base/banned.h"

#define BAR " │ "

static void connection(struct strbuf *out, const struct sync_status *s, bool elsewhere,
		       const struct present *p)
{
	char when[24];

	if (s->trouble != SYNC_FINE) {
		strbuf_adds(out, words_trouble(s->trouble));
		if (s->trouble == SYNC_OFFLINE && s->since) {
			words_when(when, s->since, p->now);
			strbuf_addf(out, " %s %s", _("sedan"), when);
		}
		return;
	}
	/* The other window knows; nothing says here that the network is away. */
	if (elsewhere) {
		words_when(when, s->last_pull, p->now);
		strbuf_adds(out, s->online ? _("ONLINE") : _("VIA ANNAT FÖNSTER"));
		if (s->online)
			strbuf_addf(out, " %s", when);
		return;
	}
	if (s->last_pull == 0 && !s->online) {
		strbuf_adds(out, _("ANSLUTER"));
		return;
	}
	strbuf_adds(out, s->online ? _("ONLINE") : _("OFFLINE"));
	words_when(when, s->online ? p->now : s->since, p->now);
	strbuf_addf(out, " %s", when);
}

/* Digits in groups of three, as numbers are written. */
static void grouped(struct strbuf *out, int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			strbuf_addc(out, ' ');
		strbuf_addc(out, digits[i]);
	}
}

void present_load(struct strbuf *out, const struct sync_status *s)
{
	struct strbuf done = STRBUF_INIT, total = STRBUF_INIT;

	grouped(&done, s->load_done);
	grouped(&total, s->load_total);
	if (s->load_done < s->load_total)
		strbuf_addf(out, _("hämtar %s av %s ärenden"), strbuf_cstr(&done),
			    strbuf_cstr(&total));
	else
		strbuf_addf(out, _("ordnar %s ärenden"), strbuf_cstr(&total));
	strbuf_release(&done);
	strbuf_release(&total);
}

static void age(struct strbuf *out, const struct sync_status *s, const struct present *p)
{
	char text[24];

	if (s->load_total > 0) {
		strbuf_adds(out, BAR);
		present_load(out, s);
		return;
	}
	if (s->pulling) {
		strbuf_addf(out, BAR "%s", _("hämtar"));
		return;
	}
	if (s->last_pull == 0) {
		strbuf_addf(out, BAR "%s", _("aldrig hämtat"));
		return;
	}
	/* Below a minute the data is as new as it gets: a number that changes
	 * every second says nothing and is read out by screen readers. */
	if (p->now - s->last_pull < 60000)
		return;
	words_age(text, p->now - s->last_pull);
	strbuf_addf(out, BAR "%s %s", _("data"), text);
}

static void count(struct strbuf *out, const char *what, int64_t n)
{
	if (n > 0)
		strbuf_addf(out, BAR "%s %lld", what, (long long)n);
}

void present_status(struct strbuf *out, const struct status_facts *f, const struct present *p)
{
	if (!f->sync) {
		strbuf_adds(out, _("LÅST"));
		return;
	}
	connection(out, f->sync, f->elsewhere, p);
	age(out, f->sync, p);
	strbuf_addf(out, BAR "%s %lld", _("utkorg"), (long long)f->sync->outbox.waiting);
	count(out, _("konflikt"), f->sync->outbox.conflicts);
	count(out, _("nekad"), f->sync->outbox.refused);
	count(out, _("stoppad"), f->sync->outbox.held);
	count(out, _("raderingar (g x)"), f->erasures);
	count(out, _("oläsbara"), f->sync->unreadable);
	count(out, _("sänt igen"), f->sync->again.sent);
	count(out, _("förlorat"), f->sync->again.lost);
	count(out, _("ärenden borta"), f->sync->again.missing);
	if (f->elsewhere)
		strbuf_addf(out, BAR "%s", _("annat fönster sänder"));
	if (f->marked > 0) {
		strbuf_adds(out, BAR);
		strbuf_addf(out, P_("%d markerat", "%d markerade", f->marked), f->marked);
	}
	if (f->undo_until > p->now)
		strbuf_addf(out, BAR "%s %lld s", _("ångra (u)"),
			    (long long)((f->undo_until - p->now + 999) / 1000));
}

void present_who(struct strbuf *out, const struct present *p)
{
	char week[16];

	words_week(week, p->today);
	strbuf_addf(out, "%s" BAR "%s", p->me, week);
}
