/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/screen_inside.h"
#include "base/i18n.h"
#include "ui/table.h"

#include "base/banned.h"

enum { SYNC_ROWS = 20 };

struct sync_rows {
	struct table_row rows[SYNC_ROWS];
	struct strbuf texts[SYNC_ROWS];
	int count;
};

static struct strbuf *row(struct sync_rows *r, const char *label)
{
	r->rows[r->count].cells[0] = str_of(label);
	return &r->texts[r->count++];
}

static void moment(struct strbuf *out, int64_t ms)
{
	char text[24];

	words_moment(text, ms);
	strbuf_adds(out, ms > 0 ? text : "–");
}

static void fill(struct screen *s, struct sync_rows *r)
{
	const struct sync_status *y = &s->sync;
	struct strbuf *t = row(r, _("Läge"));

	strbuf_addf(t, "%s %s ", y->online ? _("ONLINE") : words_trouble(y->trouble), _("sedan"));
	moment(t, y->since);
	if (y->trouble != SYNC_FINE)
		strbuf_adds(row(r, _("Hinder")),
			    words_code(y->code) ? words_code(y->code) : y->text);
	t = row(r, _("Nu"));
	if (y->load_total > 0)
		present_load(t, y);
	else
		strbuf_adds(t, y->pulling ? _("hämtar ändringar") : _("väntar på ändringar"));
	moment(row(r, _("Senaste hela hämtning")), y->last_pull);
	moment(row(r, _("Senaste svar på åtgärd")), y->last_push);
	moment(row(r, _("Nästa försök")), y->next_try);
	strbuf_addf(row(r, _("Utkorg")), _("%lld väntar, %lld kan ångras        g u visar"),
		    (long long)y->outbox.waiting, (long long)y->outbox.undoable);
	strbuf_addf(row(r, _("Konflikter")),
		    _("%lld konflikter, %lld nekade, %lld stoppade   g c visar"),
		    (long long)y->outbox.conflicts, (long long)y->outbox.refused,
		    (long long)y->outbox.held);
	strbuf_addf(row(r, _("Hämtat")), _("%lld sidor, %lld rader sedan start"),
		    (long long)y->pages, (long long)y->rows);
	if (y->skew_known)
		strbuf_addf(row(r, _("Klocka")), _("%+.1f s mot centralen (ok under 5 min)"),
			    (double)(y->skew / 100) / 10.0);
	if (y->refused_acks > 0)
		strbuf_addf(row(r, _("Misstrodda svar")), "%lld", (long long)y->refused_acks);
	if (y->unreadable > 0)
		strbuf_addf(row(r, _("Oläsbara ärenden")), "%lld", (long long)y->unreadable);
	strbuf_adds(row(r, _("Central")), s->home->who.url);
	strbuf_addf(row(r, _("Dator")), "%s (%s)", s->home->who.dev, s->home->who.kid);
}

void do_sync_status(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	screen_go(s, VIEW_SYNC);
}

void sync_draw(struct screen *s)
{
	static const struct table_column plain[2] = { { "", 24, 0, false, false },
						      { "", 0, 0, false, false } };
	struct sync_rows r = { .count = 0 };
	struct table_model m = { .table = { .columns = plain,
					    .column_count = 2,
					    .rows = r.rows,
					    .cursor = -1,
					    .no_head = true } };

	strbuf_clear(&s->title);
	strbuf_clear(&s->title_right);
	strbuf_adds(&s->title, _("SYNKSTATUS"));
	fill(s, &r);
	for (int i = 0; i < r.count; i++)
		r.rows[i].cells[1] = strbuf_str(&r.texts[i]);
	m.table.row_count = m.table.total = r.count;
	screen_frame(s, &m.frame);
	table_view(&s->canvas, &m);
	for (int i = 0; i < r.count; i++)
		strbuf_release(&r.texts[i]);
}
