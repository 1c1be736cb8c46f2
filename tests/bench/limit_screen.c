/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * limit_screen - the least a program can do that shows the same list: open
 *                the file, read a page by a prepared statement, paint 24 rows.
 *
 *   limit_screen CACHE.DB
 *
 * Place:    screen runs it beside sluss, with the same keys: Down, PageDown,
 *           Enter opens a case and Esc closes it.
 * Promise:  the same rows in the same order, by key; nothing is counted, kept
 *           up to date or made readable. It is linked with SQLite and ncurses
 *           alone.
 */
#include <locale.h>
#include <ncurses.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { ROWS = 12, FIRST = 3, HEADING = FIRST + ROWS, TEXTS = 8 };

/* What a row shows, in the order of the statement. */
enum { ID, KEY, DIARY, RECEIVED, DUE, PARTY, TITLE, STATE };

struct row {
	char text[TEXTS][200];
};
struct list {
	sqlite3 *db;
	sqlite3_stmt *page, *one;
	struct row rows[ROWS];
	int count, cursor;
};

#define SHOWN "case_id, due_key, diary_no, received_at, due_on, party, title, state"
static const char page_sql[] =
	"SELECT " SHOWN " FROM base_case WHERE closed = 0 AND (due_key, case_id) > (?1, ?2)"
	" ORDER BY due_key, case_id LIMIT ?3";
static const char one_sql[] = "SELECT " SHOWN " FROM base_case WHERE case_id = ?1";

static void read_row(sqlite3_stmt *q, struct row *r)
{
	for (int i = 0; i < TEXTS; i++)
		snprintf(r->text[i], sizeof(r->text[i]), "%s",
			 (const char *)sqlite3_column_text(q, i));
}

/* Up to `limit` rows behind `from`, put behind the first `keep`. */
static int read_page(struct list *l, const struct row *from, int keep, int limit)
{
	int n = 0;

	sqlite3_reset(l->page);
	sqlite3_bind_text(l->page, 1, from ? from->text[KEY] : "", -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(l->page, 2, from ? from->text[ID] : "", -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(l->page, 3, limit);
	while (n < limit && sqlite3_step(l->page) == SQLITE_ROW)
		read_row(l->page, &l->rows[keep + n++]);
	sqlite3_reset(l->page);
	return n;
}

static int open_list(struct list *l, const char *path)
{
	if (sqlite3_open_v2(path, &l->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK
	    || sqlite3_prepare_v2(l->db, page_sql, -1, &l->page, NULL) != SQLITE_OK
	    || sqlite3_prepare_v2(l->db, one_sql, -1, &l->one, NULL) != SQLITE_OK)
		return 0;
	l->count = read_page(l, NULL, 0, ROWS);
	return 1;
}

static void paint_row(const struct list *l, int i)
{
	const struct row *r = &l->rows[i];

	if (i == l->cursor)
		attron(A_REVERSE);
	mvprintw(FIRST + i, 0, "%s %-14.14s %-6.4s %-11s %-19.19s %-24.24s",
		 i == l->cursor ? ">" : " ", r->text[DIARY], r->text[RECEIVED], r->text[DUE],
		 r->text[PARTY], r->text[TITLE]);
	attroff(A_REVERSE);
}

static void paint_list(const struct list *l)
{
	const struct row *r = &l->rows[l->cursor];

	erase();
	mvprintw(0, 1, "Sluss | List");
	mvprintw(1, 2, "Case           In     Due         Party               Title");
	for (int i = 0; i < l->count; i++)
		paint_row(l, i);
	mvprintw(HEADING, 0, "─ %s ", r->text[DIARY]);
	hline(ACS_HLINE, 60);
	mvprintw(HEADING + 1, 2, "%s", r->text[TITLE]);
	mvprintw(HEADING + 2, 2, "%s · %s", r->text[PARTY], r->text[DUE]);
	mvprintw(22, 0, " ONLINE                                        bench");
	mvprintw(23, 0, " F1 Help F2 Do F4 Filter F5 Sync | t take a note o route s status");
	move(FIRST + l->cursor, 0);
	refresh();
}

static void paint_case(struct list *l)
{
	static const char *const names[] = { "Id",  "",	     "Case",  "In",
					     "Due", "Party", "Title", "State" };
	struct row r;

	sqlite3_reset(l->one);
	sqlite3_bind_text(l->one, 1, l->rows[l->cursor].text[ID], -1, SQLITE_STATIC);
	if (sqlite3_step(l->one) == SQLITE_ROW)
		read_row(l->one, &r);
	sqlite3_reset(l->one);
	erase();
	mvprintw(0, 1, "Sluss | %s", r.text[DIARY]);
	for (int i = 0; i < TEXTS; i++)
		mvprintw(2 + i, 2, "%-10s %s", names[i], r.text[i]);
	mvprintw(23, 0, " q Back 1-6 tab");
	refresh();
}

static void down(struct list *l)
{
	struct row last = l->rows[l->count - 1];

	if (l->cursor < l->count - 1) {
		l->cursor++;
	} else {
		memmove(l->rows, l->rows + 1, sizeof(l->rows[0]) * (ROWS - 1));
		(void)read_page(l, &last, ROWS - 1, 1);
	}
	paint_list(l);
}

static void page_down(struct list *l)
{
	struct row last = l->rows[l->count - 1];

	l->count = read_page(l, &last, 0, ROWS);
	paint_list(l);
}

static void start_screen(void)
{
	(void)setlocale(LC_ALL, "");
	(void)initscr();
	(void)endwin(); /* as in ui/term_curses.c: one write for a painting */
	(void)typeahead(-1);
	(void)cbreak();
	(void)noecho();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(5);
	(void)start_color();
}

int main(int argc, char **argv)
{
	static struct list l;
	int key, open = 0;

	if (argc != 2)
		return 2;
	start_screen();
	if (!open_list(&l, argv[1])) {
		endwin();
		return 1;
	}
	paint_list(&l);
	while ((key = getch()) != ERR) {
		if (key == '\n') {
			open = 1;
			paint_case(&l);
		} else if (key == 27 && open) {
			open = 0;
			paint_list(&l);
		} else if (key == KEY_DOWN) {
			down(&l);
		} else if (key == KEY_NPAGE) {
			page_down(&l);
		}
	}
	endwin();
	return 0;
}
