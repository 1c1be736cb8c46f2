/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/page_column.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "base/banned.h"

#define COLUMN(f, k, must)                                                                         \
	{                                                                                          \
#f, k, must, offsetof(struct casefile, f), sizeof(((struct casefile *)0)->f)       \
	}
#define LONG_COLUMN(f, max)                                                                        \
	{                                                                                          \
#f, COL_BUF, true, offsetof(struct casefile, f), (max) + 1                         \
	}

static const struct column columns[] = {
	COLUMN(diary_no, COL_TEXT, true),	COLUMN(type, COL_TEXT, true),
	COLUMN(type_version, COL_INT, true),	COLUMN(unit, COL_TEXT, true),
	COLUMN(queue, COL_TEXT, true),		COLUMN(state, COL_STATE, true),
	COLUMN(priority, COL_INT, true),	COLUMN(protection, COL_INT, true),
	COLUMN(assignee, COL_TEXT, true),	COLUMN(channel, COL_TEXT, false),
	COLUMN(received_at, COL_INSTANT, true), COLUMN(due_on, COL_TEXT, true),
	COLUMN(outcome, COL_TEXT, false),	COLUMN(changed_at, COL_INSTANT, true),
	LONG_COLUMN(title, TITLE_MAX),		LONG_COLUMN(party, PARTY_MAX),
	COLUMN(closed_at, COL_INSTANT, false),
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

const struct column *column_at(size_t i)
{
	return i < COLUMNS ? &columns[i] : NULL;
}

int column_find(struct str name)
{
	for (int i = 0; i < COLUMNS; i++)
		if (str_eq(name, columns[i].name))
			return i;
	return -1;
}

/* A time that need not be there: 0 is none, and null on the wire. */
static bool write_instant(struct jsonw *w, const struct column *c, const void *field)
{
	char text[INSTANT_TEXT];
	int64_t ms;

	memcpy(&ms, field, sizeof(ms));
	if (!ms && !c->needed) {
		jsonw_null(w);
		return true;
	}
	instant_format(text, ms);
	jsonw_cstr(w, text);
	return ms >= 0;
}

bool column_write(struct jsonw *w, const struct column *c, const struct casefile *f)
{
	const char *field = (const char *)f + c->at;
	struct str s;
	int v = 0;

	switch (c->kind) {
	case COL_INT:
		memcpy(&v, field, sizeof(v));
		jsonw_int(w, v);
		return true;
	case COL_STATE:
		jsonw_cstr(w, case_state_name(f->state));
		return true;
	case COL_INSTANT:
		return write_instant(w, c, field);
	case COL_TEXT:
		s = (struct str){ field, strnlen(field, c->size) };
		break;
	default:
		s = strbuf_str((const struct strbuf *)(const void *)field);
	}
	jsonw_text(w, s);
	return s.n < c->size;
}

static bool read_text(char *field, const struct column *c, struct str s)
{
	if (!s.p || s.n >= c->size)
		return false;
	if (c->kind == COL_BUF)
		return strbuf_set((struct strbuf *)(void *)field, s.p, s.n);
	memcpy(field, s.p, s.n);
	field[s.n] = '\0';
	return true;
}

bool column_read(struct casefile *f, const struct column *c, const struct cell *value)
{
	static const struct str no_text = { NULL, 0 };
	char *field = (char *)f + c->at;
	struct str s = value->kind == JSON_TEXT ? value->text : no_text;
	int64_t v = 0;
	int small;

	switch (c->kind) {
	case COL_INT:
		if (value->kind != JSON_INT || value->number < INT_MIN || value->number > INT_MAX)
			return false;
		small = (int)value->number;
		memcpy(field, &small, sizeof(small));
		return true;
	case COL_STATE:
		return s.p && case_state_from(&f->state, s);
	case COL_INSTANT:
		if ((s.p || c->needed) && (!s.p || !instant_parse(&v, s) || v < 0))
			return false;
		memcpy(field, &v, sizeof(v));
		return true;
	default:
		return read_text(field, c, s);
	}
}
