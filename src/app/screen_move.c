/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>

#include "app/screen_inside.h"
#include "base/i18n.h"
#include "ui/case_view.h"
#include "ui/conflict_view.h"

#include "base/banned.h"

static int page_of(const struct screen *s)
{
	int rows = s->canvas.rows, cols = s->canvas.cols, n;

	if (s->view == VIEW_QUEUE)
		n = list_capacity(s);
	else if (s->view == VIEW_BULK)
		n = bulk_capacity(s);
	else if (s->view == VIEW_CASE)
		n = case_view_capacity(rows, cols);
	else if (s->view == VIEW_READ)
		n = rows - 4;
	else if (s->view == VIEW_STATS || s->view == VIEW_DEVICES || s->view == VIEW_ERASURES)
		n = 7;
	else if (s->view == VIEW_CONFLICTS)
		n = conflict_view_capacity(rows, cols);
	else
		n = outbox_view_capacity(rows, cols);
	return n > 1 ? n - 1 : 1;
}

/* The cursor of the lists that are in memory as a whole. */
static void move_to(struct screen *s, int to)
{
	if (s->view == VIEW_CASE) {
		case_move(s, to);
		return;
	}
	if (s->view == VIEW_READ) {
		read_move(s, to);
		return;
	}
	if (s->view == VIEW_BULK)
		bulk_move(s, to);
	else if (s->view == VIEW_STATS)
		stats_move(s, to);
	else if (s->view == VIEW_DEVICES)
		devices_move(s, to);
	else if (s->view == VIEW_ERASURES)
		erasures_move(s, to);
	else if (s->view == VIEW_CONTACT)
		contact_move(s, to);
	else if (s->view == VIEW_CONFLICTS)
		conflict_move(s, to);
	else
		items_move(s, to);
}

static int cursor_of(const struct screen *s)
{
	if (s->view == VIEW_READ)
		return s->read.top;
	if (s->view == VIEW_BULK)
		return s->bulk.cursor;
	if (s->view == VIEW_STATS)
		return s->stats.cursor;
	if (s->view == VIEW_DEVICES)
		return s->devices.cursor;
	if (s->view == VIEW_ERASURES)
		return s->erasures.cursor;
	if (s->view == VIEW_CONTACT)
		return s->contact.cursor;
	if (s->view == VIEW_CONFLICTS)
		return s->conflict.cursor;
	return s->view == VIEW_CASE ? case_cursor(s) : s->items.cursor;
}

static void move_by(struct screen *s, int by, bool page)
{
	if (s->view == VIEW_QUEUE)
		list_move(s, by, page);
	else
		move_to(s, cursor_of(s) + by);
}

void do_move_up(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_by(s, -1, false);
}

void do_move_down(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_by(s, 1, false);
}

void do_page_up(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_by(s, -page_of(s), true);
}

void do_page_down(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	move_by(s, page_of(s), true);
}

void do_first(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (s->view == VIEW_QUEUE)
		list_end(s, false);
	else
		move_to(s, 0);
}

void do_last(struct screen *s, const struct app_action *a, const char *arg)
{
	(void)a;
	(void)arg;
	if (s->view == VIEW_QUEUE)
		list_end(s, true);
	else if (s->view == VIEW_CASE)
		move_to(s, case_rows(s) - 1);
	else if (s->view == VIEW_READ)
		read_move(s, 1 << 20);
	else if (s->view == VIEW_BULK)
		bulk_move(s, s->bulk.count - 1);
	else if (s->view == VIEW_STATS)
		stats_move(s, 1 << 20);
	else if (s->view == VIEW_DEVICES)
		devices_move(s, 1 << 20);
	else if (s->view == VIEW_ERASURES)
		erasures_move(s, 1 << 20);
	else if (s->view == VIEW_CONTACT)
		contact_move(s, s->contact.hit_count - 1);
	else if (s->view == VIEW_CONFLICTS)
		move_to(s, s->conflict.count - 1);
	else
		items_last(s);
}

void do_open(struct screen *s, const struct app_action *a, const char *arg)
{
	char case_id[UUID_TEXT] = "";
	struct err why = ERR_INIT;

	(void)a;
	if (arg[0]) {
		if (home_find_case(s->home, arg, case_id, &why) != ST_OK) {
			screen_fail(s, &why);
			return;
		}
	} else if (s->view == VIEW_QUEUE && list_row(s)) {
		snprintf(case_id, sizeof(case_id), "%s", list_row(s)->file.id);
	} else if (s->view == VIEW_ERASURES) {
		snprintf(case_id, sizeof(case_id), "%s", erasures_case(s));
	} else if (s->view == VIEW_BULK) {
		snprintf(case_id, sizeof(case_id), "%s", bulk_case(s));
	} else if (s->view != VIEW_QUEUE && items_row(s)) {
		snprintf(case_id, sizeof(case_id), "%s", items_row(s)->item.case_id);
	}
	if (case_id[0])
		(void)case_open(s, case_id);
}
