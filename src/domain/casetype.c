/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/casetype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/utf8.h"

#include "base/banned.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The kinds of section. Every row begins with its struct named_code. */
enum { NO_SECTION, COMMITTEE, UNIT, QUEUE, TYPE, SECTIONS };

static const struct section {
	const char *kind;
	size_t rows, count; /* where in struct registry */
	size_t size;	    /* of a row */
} sections[SECTIONS] = {
	[COMMITTEE] = { "committee", offsetof(struct registry, committees),
			offsetof(struct registry, committee_count), sizeof(struct committee) },
	[UNIT] = { "unit", offsetof(struct registry, units), offsetof(struct registry, unit_count),
		   sizeof(struct unit) },
	[QUEUE] = { "queue", offsetof(struct registry, queues),
		    offsetof(struct registry, queue_count), sizeof(struct queue) },
	[TYPE] = { "casetype", offsetof(struct registry, types),
		   offsetof(struct registry, type_count), sizeof(struct casetype) },
};

static char *section_rows(const struct registry *r, int s)
{
	char *rows;

	memcpy(&rows, (const char *)r + sections[s].rows, sizeof(rows));
	return rows;
}

static int section_count(const struct registry *r, int s)
{
	int n;

	memcpy(&n, (const char *)r + sections[s].count, sizeof(n));
	return n;
}

static char *section_row(const struct registry *r, int s, int i)
{
	return section_rows(r, s) + (size_t)i * sections[s].size;
}

static const struct named_code *row_name(const struct registry *r, int s, int i)
{
	return (const struct named_code *)(const void *)section_row(r, s, i);
}

static void *find_row(const struct registry *r, int s, const char *code)
{
	for (int i = 0; i < section_count(r, s); i++)
		if (strcmp(row_name(r, s, i)->code, code) == 0)
			return section_row(r, s, i);
	return NULL;
}

/* --- near misses ------------------------------------------------------------ */
enum { WORD_MAX = CODE_MAX };

static const char *nearest_row(const struct registry *r, int s, const char *typed)
{
	struct nearest n;

	nearest_start(&n, str_of(typed));
	for (int i = 0; i < section_count(r, s); i++)
		nearest_offer(&n, row_name(r, s, i)->code);
	return n.best;
}

/* "; did you mean X?" or nothing. */
static const char *hint(char out[80], const char *nearest)
{
	out[0] = '\0';
	if (nearest)
		snprintf(out, 80, "; did you mean \"%s\"?", nearest);
	return out;
}

/* What was typed, cut to what a message can hold. */
static const char *typed_word(char out[WORD_MAX + 1], struct str s)
{
	size_t n = s.n < WORD_MAX ? s.n : WORD_MAX;

	while (n && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	memcpy(out, s.p, n);
	out[n] = '\0';
	return out;
}

/* --- sections --------------------------------------------------------------- */
static enum status section_unknown(struct str kind, struct err *why)
{
	char word[WORD_MAX + 1], near[80];
	struct nearest n;

	nearest_start(&n, kind);
	for (int s = COMMITTEE; s < SECTIONS; s++)
		nearest_offer(&n, sections[s].kind);
	return err_set(why, ST_BAD_INPUT, "section-unknown",
		       "\"%s\" is no kind of section here%s (there are committee, unit,"
		       " queue, casetype)",
		       typed_word(word, kind), hint(near, n.best));
}

enum status registry_section(struct registry *r, struct str kind, struct str code, struct err *why)
{
	char word[WORD_MAX + 1];
	char *rows;
	int s = COMMITTEE;
	int n;

	r->open = NO_SECTION;
	while (s < SECTIONS && !str_eq(kind, sections[s].kind))
		s++;
	if (s == SECTIONS)
		return section_unknown(kind, why);
	if (!code_valid(code) || code.n >= CODE_MAX)
		return err_set(why, ST_BAD_INPUT, "code-malformed",
			       "the code \"%s\" of a %s must be 1-%d letters a-z å ä ö,"
			       " digits and _ . -",
			       typed_word(word, code), sections[s].kind, CODE_MAX - 1);
	if (find_row(r, s, typed_word(word, code)))
		return err_set(why, ST_BAD_INPUT, "code-twice", "there is a %s \"%s\" already",
			       sections[s].kind, word);
	n = section_count(r, s);
	if (n >= REGISTRY_MAX)
		return err_set(why, ST_BAD_INPUT, "too-many", "%d of the kind %s is the most",
			       REGISTRY_MAX, sections[s].kind);
	rows = realloc(section_rows(r, s), (size_t)(n + 1) * sections[s].size);
	if (!rows)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the %s \"%s\"",
			       sections[s].kind, word);
	memset(rows + (size_t)n * sections[s].size, 0, sections[s].size);
	memcpy((char *)r + sections[s].rows, &rows, sizeof(rows));
	n++;
	memcpy((char *)r + sections[s].count, &n, sizeof(n));
	r->open = s;
	memcpy(section_row(r, s, n - 1), word, strlen(word));
	return ST_OK;
}

/* --- fields ------------------------------------------------------------------ */
struct field;
typedef enum status setter(void *row, const struct field *f, struct str value, struct err *why);

static setter set_line, set_code, set_prefix, set_version, set_span, add_document, add_outcome;

#define AT(s, f) offsetof(struct s, f), sizeof(((struct s *)0)->f)

static const struct field {
	int section;
	const char *name;
	setter *set;
	size_t at, size;
	bool required;
} fields[] = {
	{ COMMITTEE, "name.sv", set_line, AT(committee, name.sv), true },
	{ COMMITTEE, "name.en", set_line, AT(committee, name.en), true },
	{ COMMITTEE, "diary_prefix", set_prefix, AT(committee, diary_prefix), true },
	{ UNIT, "name.sv", set_line, AT(unit, name.sv), true },
	{ UNIT, "name.en", set_line, AT(unit, name.en), true },
	{ UNIT, "committee", set_code, AT(unit, committee), true },
	{ QUEUE, "name.sv", set_line, AT(queue, name.sv), true },
	{ QUEUE, "name.en", set_line, AT(queue, name.en), true },
	{ QUEUE, "unit", set_code, AT(queue, unit), true },
	{ TYPE, "name.sv", set_line, AT(casetype, name.sv), true },
	{ TYPE, "name.en", set_line, AT(casetype, name.en), true },
	{ TYPE, "version", set_version, AT(casetype, version), true },
	{ TYPE, "class_code", set_code, AT(casetype, class_code), true },
	{ TYPE, "law", set_line, AT(casetype, law), false },
	{ TYPE, "queue", set_code, AT(casetype, queue), true },
	{ TYPE, "target", set_span, AT(casetype, target.count), true },
	{ TYPE, "document", add_document, AT(casetype, document_count), false },
	{ TYPE, "outcome", add_outcome, AT(casetype, outcome_count), true },
	{ TYPE, "appeal", set_code, AT(casetype, appeal), false },
	{ TYPE, "delegation", set_code, AT(casetype, delegation), false },
};

static enum status malformed(const struct field *f, const char *form, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "field-malformed", "%s must be %s", f->name, form);
}

/* Texts and counts alike are missing while their first byte, or all of the
 * number, is zero. */
static bool is_empty(const char *row, const struct field *f)
{
	int n;

	if (f->size != sizeof(n))
		return row[f->at] == '\0';
	memcpy(&n, row + f->at, sizeof(n));
	return n == 0;
}

static enum status second_time(const struct field *f, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "field-malformed", "%s is given a second time", f->name);
}

static bool is_line(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x2028 || cp == 0x2029)
			return false;
	}
	return s.n > 0 && utf8_is_nfc(s);
}

/* Into a field of `size` bytes that is still empty. */
static enum status put(char *to, size_t size, const struct field *f, struct str value,
		       struct err *why)
{
	if (value.n >= size)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "%s is %zu bytes; %zu is the most", f->name, value.n, size - 1);
	if (*to)
		return second_time(f, why);
	memcpy(to, value.p, value.n);
	to[value.n] = '\0';
	return ST_OK;
}

static enum status set_line(void *row, const struct field *f, struct str value, struct err *why)
{
	if (!is_line(value))
		return malformed(f, "one line of text", why);
	return put((char *)row + f->at, f->size, f, value, why);
}

static enum status set_code(void *row, const struct field *f, struct str value, struct err *why)
{
	if (!code_valid(value))
		return malformed(f, "a code: letters a-z å ä ö, digits and _ . -", why);
	return put((char *)row + f->at, f->size, f, value, why);
}

/* A diary number is read back by its letters: no digit may stand in them. */
static enum status set_prefix(void *row, const struct field *f, struct str value, struct err *why)
{
	bool ok = value.n > 0;

	for (size_t at = 0; ok && at < value.n;) {
		int32_t cp = utf8_next(value, &at);

		ok = (cp >= 'A' && cp <= 'Z') || cp == 0xC5 || cp == 0xC4 || cp == 0xD6;
	}
	if (!ok)
		return malformed(f, "letters A-Z Å Ä Ö, as BN", why);
	return put((char *)row + f->at, f->size, f, value, why);
}

static enum status set_version(void *row, const struct field *f, struct str value, struct err *why)
{
	int n = 0;

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9' || i >= 6)
			return malformed(f, "a whole number from 1 to 999999", why);
		n = n * 10 + (value.p[i] - '0');
	}
	if (n == 0)
		return malformed(f, "a whole number from 1 to 999999", why);
	if (!is_empty(row, f))
		return second_time(f, why);
	memcpy((char *)row + f->at, &n, sizeof(n));
	return ST_OK;
}

static enum status set_span(void *row, const struct field *f, struct str value, struct err *why)
{
	struct casetype *t = row;
	struct span span;

	if (!span_parse(&span, value) || span.count == 0)
		return malformed(f,
				 "a span as \"70 days\", \"10 working-days\", \"3 weeks\""
				 " or \"6 months\", at most 3660",
				 why);
	if (!is_empty(row, f))
		return second_time(f, why);
	t->target = span;
	return ST_OK;
}

static enum status list_full(const struct field *f, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "too-many", "%d times %s is the most", LIST_MAX, f->name);
}

static enum status add_document(void *row, const struct field *f, struct str value, struct err *why)
{
	struct casetype *t = row;
	enum status st;

	if (t->document_count == LIST_MAX)
		return list_full(f, why);
	if (!is_line(value))
		return malformed(f, "one line of text", why);
	st = put(t->documents[t->document_count], NAME_MAX_BYTES, f, value, why);
	t->document_count += st == ST_OK;
	return st;
}

static void skip_blanks(struct str *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->n--;
	}
}

/* The next "quoted" text of `s`, moved past. Names hold no quotes. */
static bool quoted(struct str *out, struct str *s)
{
	const char *end;

	skip_blanks(s);
	if (s->n < 2 || s->p[0] != '"')
		return false;
	end = memchr(s->p + 1, '"', s->n - 1);
	if (!end)
		return false;
	*out = (struct str){ s->p + 1, (size_t)(end - s->p) - 1 };
	s->n -= (size_t)(end - s->p) + 1;
	s->p = end + 1;
	return true;
}

/* bifall "Bifall" "Approval" */
static enum status add_outcome(void *row, const struct field *f, struct str value, struct err *why)
{
	struct casetype *t = row;
	struct named_code name = { .code = "" };
	struct str code = value, sv, en;
	enum status st;

	if (t->outcome_count == LIST_MAX)
		return list_full(f, why);
	while (value.n && value.p[0] != ' ' && value.p[0] != '\t') {
		value.p++;
		value.n--;
	}
	code.n -= value.n;
	if (!code_valid(code) || !quoted(&sv, &value) || !quoted(&en, &value) || value.n
	    || !is_line(sv) || !is_line(en))
		return malformed(f, "a code and two names: bifall \"Bifall\" \"Approval\"", why);
	st = put(name.code, sizeof(name.code), f, code, why);
	if (st == ST_OK)
		st = put(name.sv, sizeof(name.sv), f, sv, why);
	if (st == ST_OK)
		st = put(name.en, sizeof(name.en), f, en, why);
	if (st == ST_OK && casetype_outcome(t, name.code))
		return err_set(why, ST_BAD_INPUT, "code-twice",
			       "there is an outcome \"%s\" already", name.code);
	if (st == ST_OK)
		t->outcomes[t->outcome_count++] = name;
	return st;
}

static enum status field_unknown(const struct registry *r, struct str name, struct err *why)
{
	char word[WORD_MAX + 1], near[80];
	struct nearest n;

	typed_word(word, name);
	if (r->open == NO_SECTION)
		return err_set(why, ST_BAD_INPUT, "field-unknown",
			       "%s stands in no section; one begins with a line as"
			       " [casetype CODE]",
			       word);
	nearest_start(&n, name);
	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i].section == r->open)
			nearest_offer(&n, fields[i].name);
	return err_set(why, ST_BAD_INPUT, "field-unknown", "a %s has no field \"%s\"%s",
		       sections[r->open].kind, word, hint(near, n.best));
}

enum status registry_field(struct registry *r, struct str field, struct str value, struct err *why)
{
	for (size_t i = 0; i < COUNT(fields); i++) {
		int s = fields[i].section;

		if (s == r->open && str_eq(field, fields[i].name))
			return fields[i].set(section_row(r, s, section_count(r, s) - 1), &fields[i],
					     value, why);
	}
	return field_unknown(r, field, why);
}

/* --- the whole ---------------------------------------------------------------- */

/* Which field names a row of which section. */
static const struct {
	int section;
	size_t at;
	int target;
} references[] = {
	{ UNIT, offsetof(struct unit, committee), COMMITTEE },
	{ QUEUE, offsetof(struct queue, unit), UNIT },
	{ TYPE, offsetof(struct casetype, queue), QUEUE },
};

static enum status check_row(const struct registry *r, int s, int i, struct err *why)
{
	const char *row = section_row(r, s, i);
	const char *code = row_name(r, s, i)->code;
	char near[80];

	for (size_t k = 0; k < COUNT(fields); k++)
		if (fields[k].section == s && fields[k].required && is_empty(row, &fields[k]))
			return err_set(why, ST_BAD_INPUT, "field-missing", "[%s %s] has no %s",
				       sections[s].kind, code, fields[k].name);
	for (size_t k = 0; k < COUNT(references); k++) {
		const char *to = row + references[k].at;
		int target = references[k].target;

		if (references[k].section == s && !find_row(r, target, to))
			return err_set(why, ST_BAD_INPUT, "reference-unknown",
				       "[%s %s] names the %s \"%s\", which is not there%s",
				       sections[s].kind, code, sections[target].kind, to,
				       hint(near, nearest_row(r, target, to)));
	}
	return ST_OK;
}

enum status registry_check(const struct registry *r, struct err *why)
{
	for (int s = COMMITTEE; s < SECTIONS; s++)
		for (int i = 0; i < section_count(r, s); i++) {
			enum status st = check_row(r, s, i, why);

			if (st != ST_OK)
				return st;
		}
	return ST_OK;
}

void registry_release(struct registry *r)
{
	for (int s = COMMITTEE; s < SECTIONS; s++)
		free(section_rows(r, s));
	*r = (struct registry)REGISTRY_INIT;
}

const struct committee *registry_committee(const struct registry *r, const char *code)
{
	return find_row(r, COMMITTEE, code);
}

const struct unit *registry_unit(const struct registry *r, const char *code)
{
	return find_row(r, UNIT, code);
}

const struct queue *registry_queue(const struct registry *r, const char *code)
{
	return find_row(r, QUEUE, code);
}

const struct casetype *registry_type(const struct registry *r, const char *code)
{
	return find_row(r, TYPE, code);
}

const struct named_code *casetype_outcome(const struct casetype *t, const char *code)
{
	for (int i = 0; i < t->outcome_count; i++)
		if (strcmp(t->outcomes[i].code, code) == 0)
			return &t->outcomes[i];
	return NULL;
}

const char *registry_nearest_type(const struct registry *r, const char *code)
{
	return nearest_row(r, TYPE, code);
}
