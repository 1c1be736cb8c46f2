/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "package/judge_part.h"

#include "base/banned.h"

static const struct place case_json = { "case.json", 0, 0 };

/* The columns of case.json, and where they stand in struct casefile. */
enum column_kind { COL_CHARS, COL_INT, COL_INSTANT, COL_TEXT, COL_STATE };

#define COL(n, k)                                                                                  \
	{                                                                                          \
#n, k, offsetof(struct casefile, n), sizeof(((struct casefile *)0)->n)             \
	}

static const struct column {
	const char *name;
	enum column_kind kind;
	size_t at, size;
} columns[] = {
	COL(diary_no, COL_CHARS), COL(type, COL_CHARS),		 COL(type_version, COL_INT),
	COL(unit, COL_CHARS),	  COL(queue, COL_CHARS),	 COL(state, COL_STATE),
	COL(priority, COL_INT),	  COL(protection, COL_INT),	 COL(assignee, COL_CHARS),
	COL(channel, COL_CHARS),  COL(received_at, COL_INSTANT), COL(due_on, COL_CHARS),
	COL(outcome, COL_CHARS),  COL(changed_at, COL_INSTANT),	 COL(title, COL_TEXT),
	COL(party, COL_TEXT),
};
enum { COLUMNS_OF_CASE = sizeof(columns) / sizeof(columns[0]) };

static bool read_int(void *field, const struct json *v)
{
	int64_t wide;
	int number;

	if (!json_int(v, &wide) || wide < 0 || wide > INT32_MAX)
		return false;
	number = (int)wide;
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool read_instant(void *field, const struct json *v)
{
	struct str s = json_text(v);
	int64_t ms;

	if (!s.p || !instant_parse(&ms, s))
		return false;
	memcpy(field, &ms, sizeof(ms));
	return true;
}

static bool read_column(struct casefile *c, const struct column *col, const struct json *map)
{
	char *field = (char *)c + col->at;
	const struct json *v = json_member(map, col->name);
	struct str s = json_text(v);

	switch (col->kind) {
	case COL_CHARS:
		return json_copy_text(map, col->name, field, col->size);
	case COL_INT:
		return read_int(field, v);
	case COL_INSTANT:
		return read_instant(field, v);
	case COL_TEXT:
		return s.p && strbuf_set((struct strbuf *)(void *)field, s.p, s.n);
	case COL_STATE:
		return s.p && case_state_from(&c->state, s);
	}
	return false;
}

static bool column_equal(const struct casefile *a, const struct casefile *b,
			 const struct column *col)
{
	const void *x = (const char *)a + col->at, *y = (const char *)b + col->at;

	if (col->kind == COL_CHARS)
		return strcmp(x, y) == 0;
	if (col->kind == COL_TEXT) {
		struct str s = strbuf_str(x), t = strbuf_str(y);

		return s.n == t.n && (s.n == 0 || memcmp(s.p, t.p, s.n) == 0);
	}
	return memcmp(x, y, col->size) == 0;
}

static bool read_columns(struct judging *j, const struct json *map)
{
	bool ok = true;

	for (int i = 0; i < COLUMNS_OF_CASE; i++)
		if (!read_column(&j->said, &columns[i], map)) {
			judge_fault(j, F_FORM, case_json, "case.%s", columns[i].name);
			ok = false;
		}
	return ok;
}

static bool read_last(struct judging *j, const struct json *last)
{
	j->said.n = json_get_int(last, "n", 0);
	j->said_seq = json_get_int(last, "seq", 0);
	return json_copy_text(last, "eh", j->said.eh, sizeof(j->said.eh))
	       && json_copy_text(last, "epoch", j->said_epoch, sizeof(j->said_epoch))
	       && j->said.n > 0 && j->said_seq > 0;
}

static void read_case(struct judging *j, const struct json *tree)
{
	const struct json *map = json_member(tree, "case");

	if (!str_eq(json_get_text(tree, "format"), PACKAGE_FORMAT))
		judge_fault(j, F_FORMAT, case_json, "%s", "format");
	if (!json_copy_text(json_member(tree, "central"), "aud", j->aud, sizeof(j->aud)))
		judge_fault(j, F_FORM, case_json, "central.aud");
	if (!json_copy_text(map, "id", j->said.id, sizeof(j->said.id))
	    || !uuid_valid(str_of(j->said.id)))
		judge_fault(j, F_FORM, case_json, "case.id");
	else
		memcpy(j->r->case_id, j->said.id, sizeof(j->said.id));
	j->said_read = read_columns(j, map);
	snprintf(j->r->diary_no, sizeof(j->r->diary_no), "%s", j->said.diary_no);
	if (!read_last(j, json_member(tree, "last")))
		judge_fault(j, F_FORM, case_json, "last");
}

enum status judge_case(struct judging *j, struct err *why)
{
	struct json *tree = judge_json(j, "case.json", F_FORM);

	(void)why;
	if (tree)
		read_case(j, tree);
	else
		j->faults_in[AREA_CASE]++;
	json_free(tree);
	return ST_OK;
}

/* An erased entry must have a later one that says so. */
static void judge_erased(struct judging *j)
{
	for (int i = 0; i < j->entry_count; i++) {
		const struct judged_entry *e = &j->entry[i];
		const struct judged_entry *by;

		if (!e->erased)
			continue;
		by = judge_entry_at(j, e->erased_by);
		if (!by || by->n <= e->n || !erasure_takes(&by->erases, e->n))
			judge_fault(j, F_ENTRY_ERASED,
				    (struct place){ "entries.jsonl", e->n, e->seq },
				    "erased_by %" PRId64, e->erased_by);
	}
}

/* A document may be missing on such a word, while its entry stays. */
static void mark_documents(struct judging *j)
{
	for (int i = 0; i < j->entry_count; i++) {
		const struct erasure *x = &j->entry[i].erases;

		for (int k = 0; x->h[0] && k < j->doc_count; k++)
			if (j->doc[k].n == x->n && strcmp(j->doc[k].doc.h, x->h) == 0)
				j->doc[k].erased = true;
	}
}

static void judge_last(struct judging *j)
{
	const struct judged_entry *e;

	if (j->entry_count == 0) {
		judge_fault(j, F_ENTRY_FORM, (struct place){ "entries.jsonl", 0, 0 }, "%s", "");
		j->faults_in[AREA_ENVELOPES]++;
		j->faults_in[AREA_CASE]++;
		return;
	}
	e = &j->entry[j->entry_count - 1];
	if (e->n != j->said.n || e->seq != j->said_seq || strcmp(e->eh, j->said.eh) != 0
	    || strcmp(e->epoch, j->said_epoch) != 0)
		judge_fault(j, F_LAST, (struct place){ "entries.jsonl", e->n, e->seq },
			    "case.json: n %" PRId64 ", seq %" PRId64, j->said.n, j->said_seq);
}

/* What an erased or unreadable envelope has done is not known, and nothing
 * can be compared then. */
static void judge_columns(struct judging *j)
{
	if (j->lost)
		j->faults_in[AREA_CASE]++;
	if (j->lost || j->r->erased || j->entry_count == 0)
		return;
	for (int i = 0; i < COLUMNS_OF_CASE; i++)
		if (!column_equal(&j->said, &j->made, &columns[i]))
			judge_fault(j, F_CASE_DIFFERS, case_json, "case.%s", columns[i].name);
}

enum status judge_outcome(struct judging *j, struct err *why)
{
	(void)why;
	judge_erased(j);
	mark_documents(j);
	judge_last(j);
	if (!j->said_read)
		return ST_OK;
	judge_columns(j);
	if (j->said.state != CASE_CLOSED && j->said.state != CASE_ARCHIVED)
		judge_fault(j, F_NOT_CLOSED, case_json, "%s", case_state_name(j->said.state));
	return ST_OK;
}
