/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "domain/judge.h"
#include "package/judge_part.h"
#include "wire/members.h"

#include "base/banned.h"

static const char entries_name[] = "entries.jsonl";

/* A line of entries.jsonl. */
struct entry_line {
	int64_t n, seq, at, erased_by;
	char prev_eh[HASH_TEXT], ah[HASH_TEXT], eh[HASH_TEXT], epoch[UUID_TEXT];
	char verdict[16], rule[CODE_MAX + 16];
	struct str jws; /* borrowed from the tree; p == NULL: erased */
};

static bool read_jws(void *to, const struct json *v, struct err *why)
{
	struct entry_line *line = to;

	(void)why;
	line->jws = json_text(v);
	return line->jws.p || json_kind_of(v) == JSON_NULL_;
}

static const struct member line_rows[] = {
	MEMBER("n", MB_COUNT, false, entry_line, n),
	MEMBER("prev_eh", MB_HASH, false, entry_line, prev_eh),
	MEMBER("ah", MB_HASH, false, entry_line, ah),
	MEMBER("seq", MB_COUNT, false, entry_line, seq),
	MEMBER("epoch", MB_UUID, false, entry_line, epoch),
	MEMBER("at", MB_INSTANT, false, entry_line, at),
	MEMBER("verdict", MB_ID, false, entry_line, verdict),
	MEMBER("rule", MB_TEXT, false, entry_line, rule),
	MEMBER("eh", MB_HASH, false, entry_line, eh),
	MEMBER_OWN("jws", NULL, read_jws),
	MEMBER("erased_by", MB_COUNT, true, entry_line, erased_by),
};
static const struct members line_members = { line_rows, MEMBER_COUNT(line_rows), "entry-form",
					     true };

/* "TYPE@version" of the case's own type. */
static bool rule_fits(const struct judging *j, const char *rule)
{
	size_t n = strlen(j->said.type);

	return !j->said_read
	       || (strncmp(rule, j->said.type, n) == 0 && rule[n] == '@' && rule[n + 1]);
}

static void judge_facts(struct judging *j, const struct entry_line *l, struct place here)
{
	struct entry_facts facts = { .case_id = j->said.id,
				     .n = l->n,
				     .prev_eh = l->prev_eh,
				     .ah = l->ah,
				     .seq = l->seq,
				     .epoch = l->epoch,
				     .at = l->at,
				     .verdict = l->verdict,
				     .rule = l->rule };
	char eh[HASH_TEXT];
	enum verdict v;

	entry_hash(eh, &facts);
	if (strcmp(eh, l->eh) != 0)
		judge_fault(j, F_ENTRY_HASH, here, "%s", eh);
	if (!verdict_from(&v, str_of(l->verdict)) || !verdict_stands(v))
		judge_fault(j, F_ENTRY_VERDICT, here, "%s", l->verdict);
	if (!rule_fits(j, l->rule))
		judge_fault(j, F_ENTRY_RULE, here, "%s", l->rule);
}

/* How the line stands to the one before it. */
static void judge_link(struct judging *j, const struct entry_line *l, struct place here)
{
	const struct judged_entry *last = j->entry_count ? &j->entry[j->entry_count - 1] : NULL;
	int64_t expected = last && last->n < INT64_MAX ? last->n + 1 : 1;

	if (l->n != expected)
		judge_fault(j, F_ENTRY_ORDER, (struct place){ entries_name, expected, 0 },
			    "%" PRId64, l->n);
	if (strcmp(l->prev_eh, last ? last->eh : HASH_ZERO) != 0)
		judge_fault(j, F_ENTRY_LINK, here, "%s", l->prev_eh);
	if (l->seq <= (last ? last->seq : 0))
		judge_fault(j, F_ENTRY_SEQ, here, "%" PRId64, last ? last->seq : 0);
}

static enum status judge_line(struct judging *j, const struct entry_line *l, struct err *why)
{
	struct place here = { entries_name, l->n, l->seq };
	struct judged_entry *e;
	enum status st = ST_OK;

	judge_link(j, l, here);
	judge_facts(j, l, here);
	e = &j->entry[j->entry_count++];
	*e = (struct judged_entry){ .n = l->n,
				    .seq = l->seq,
				    .at = l->at,
				    .erased = l->jws.p == NULL,
				    .erased_by = l->erased_by };
	memcpy(e->eh, l->eh, sizeof(e->eh));
	memcpy(e->ah, l->ah, sizeof(e->ah));
	memcpy(e->epoch, l->epoch, sizeof(e->epoch));
	j->r->entries++;
	if (e->erased)
		j->r->erased++;
	else
		st = judge_envelope(j, e, l->jws, why);
	j->lost = j->lost || !(e->read || e->erased);
	return st;
}

static enum status read_line(struct judging *j, struct str text, int64_t number, struct err *why)
{
	struct entry_line line = { .n = 0 };
	struct err detail = ERR_INIT;
	struct json *tree = NULL;
	enum status st = json_read(&tree, text, &detail);

	if (st == ST_OK)
		st = members_read(&line, &line_members, tree, &detail);
	if (st == ST_OK)
		st = judge_line(j, &line, why);
	else {
		/* The line number is the number that the entry ought to have. */
		judge_fault(j, F_ENTRY_FORM,
			    (struct place){ entries_name, number,
					    tree ? json_get_int(tree, "seq", 0) : 0 },
			    "%s", detail.text);
		j->faults_in[AREA_ENVELOPES]++;
		j->lost = true;
		st = ST_OK;
	}
	json_free(tree);
	return st;
}

static size_t count_lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' || i + 1 == s.n;
	return n;
}

enum status judge_entries(struct judging *j, struct err *why)
{
	const struct pack_member *m = pack_find(j->pack, entries_name);
	struct str rest = m ? strbuf_str(&m->bytes) : (struct str){ NULL, 0 };
	size_t lines = count_lines(rest);
	enum status st = ST_OK;

	if (lines > PACKAGE_ENTRIES_MAX) {
		judge_fault(j, F_ENTRY_FORM, (struct place){ entries_name, 0, 0 }, "%zu > %d",
			    lines, PACKAGE_ENTRIES_MAX);
		return ST_OK;
	}
	j->entry = calloc(lines + 1, sizeof(*j->entry));
	if (!j->entry)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the entries");
	for (int64_t number = 1; st == ST_OK && rest.n; number++) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;

		st = read_line(j, (struct str){ rest.p, n }, number, why);
		rest.p += n + (end ? 1 : 0);
		rest.n -= n + (end ? 1 : 0);
	}
	return st;
}
