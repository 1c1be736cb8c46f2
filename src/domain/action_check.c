/* SPDX-License-Identifier: EUPL-1.2 */
/* What the arguments of an act must look like before it may be signed. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/action.h"
#include "domain/calendar.h"
#include "domain/erasure.h"
#include "domain/role.h"

#include "base/banned.h"

/* What arguments and documents may take of an envelope's 64 KiB, counted as
 * they stand in JSON: base64url makes four bytes of three, and some 3 KiB
 * are left for the members that every action has. */
enum { ENVELOPE_BUDGET = 46000 };

/* Numbers with a range, and codes that are one of a few. */
static const struct {
	const char *act, *arg;
	int64_t lo, hi;
} ranges[] = {
	{ "case.priority", "priority", 1, 3 },
	{ "case.secrecy", "class", PROTECT_NONE, PROTECT_IDENTITY },
	{ "case.receive", "protection", PROTECT_NONE, PROTECT_IDENTITY },
	{ "case.register", "type_version", 1, 1000000 },
	{ "entry.erase", "n", 1, INT64_MAX },
	{ "entry.erase", "upto", 1, INT64_MAX },
	{ "entry.erase", "proposed", 1, INT64_MAX },
	{ "entry.erase", "confirmed", 1, INT64_MAX },
	{ "erasure.propose", "n", 1, INT64_MAX },
	{ "erasure.confirm", "n", 1, INT64_MAX },
	{ "erasure.withdraw", "n", 1, INT64_MAX },
};

static const struct {
	const char *act, *arg;
	const char *words[4];
} choices[] = {
	{ "note.add", "kind", { "file", "working", "call", "callback" } },
	{ "document.add", "direction", { "in", "out", "drawn" } },
	{ "erasure.propose", "what", { "entry", "document", "case" } },
	{ "erasure.propose", "ground", { "misfiled", "secret", "weeded", "disposed" } },
};

/* Acts whose first document is what the officer saw: the letter, or the
 * document that is added. */
static const struct {
	const char *act, *code, *what;
} first_docs[] = {
	{ "case.decide", "letter-missing", "the letter" },
	{ "message.send", "letter-missing", "the letter" },
	{ "document.add", "document-missing", "the document" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is_control(int32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F);
}

/* Line and paragraph separators break a line as \n does. */
static bool plain_text(struct str s, bool line_breaks)
{
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (cp < 0)
			return false;
		if (line_breaks && (cp == '\n' || cp == '\t'))
			continue;
		if (is_control(cp) || (!line_breaks && (cp == 0x2028 || cp == 0x2029)))
			return false;
	}
	return utf8_is_nfc(s);
}

static bool is_hash(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == HASH_TEXT - 1;
}

/* One text for each number: no plus, no leading zero, no -0. */
static bool parse_int(int64_t *out, struct str s)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	size_t i = minus ? 1 : 0;
	int64_t v = 0;

	if (i == s.n || (s.p[i] == '0' && s.n > 1))
		return false;
	for (; i < s.n; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	/* Counted below zero, where INT64_MIN has room. */
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

static bool kind_ok(enum arg_kind kind, struct str s)
{
	struct day day;
	int64_t n;

	switch (kind) {
	case ARG_LINE:
		return plain_text(s, false);
	case ARG_TEXT:
		return plain_text(s, true);
	case ARG_CODE:
	case ARG_OFFICER:
		return code_valid(s);
	case ARG_DAY:
		return day_parse(&day, s);
	case ARG_INSTANT:
		return instant_parse(&n, s);
	case ARG_INT:
		return parse_int(&n, s);
	case ARG_HASH:
		return is_hash(s);
	case ARG_FREE:
		return utf8_valid(s);
	}
	return false;
}

static const char *kind_form(enum arg_kind kind)
{
	static const char *const forms[] = {
		[ARG_LINE] = "one line of text in NFC, without control characters",
		[ARG_TEXT] = "text in NFC, without control characters but tab and line feed",
		[ARG_CODE] = "letters a-z A-Z å ä ö, digits, and _ . -",
		[ARG_DAY] = "a day as YYYY-MM-DD",
		[ARG_INSTANT] = "a time as RFC 3339 says, from 1970 on",
		[ARG_INT] = "a whole number in decimal digits",
		[ARG_OFFICER] = "an officer's id: letters, digits, and _ . -",
		[ARG_HASH] = "64 hexadecimal digits in lower case",
		[ARG_FREE] = "valid UTF-8",
	};

	return forms[kind];
}

/* The start of a value, made harmless for a message. */
static const char *seen(char out[48], struct str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n && n < 40;) {
		size_t from = at;
		int32_t cp = utf8_next(s, &at);

		if (cp < 0 || utf8_width(cp) < 1)
			out[n++] = '?';
		else {
			memcpy(out + n, s.p + from, at - from);
			n += at - from;
		}
	}
	out[n] = '\0';
	return out;
}

static enum status malformed(const struct action_def *def, const char *arg, struct str value,
			     const char *form, struct err *why)
{
	char start[48];

	return err_set(why, ST_BAD_INPUT, "field-malformed",
		       "%s: argument %s must be %s; \"%s\" was seen", def->name, arg, form,
		       seen(start, value));
}

static enum status missing(const struct action_def *def, const struct arg_def *arg, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "argument-missing", "%s: argument %s is missing",
		       def->name, arg->name);
}

static enum status check_arg(const struct action *a, int i, struct err *why)
{
	const struct arg_def *arg = &a->def->args[i];
	struct str value = strbuf_str(&a->arg[i]);

	/* An empty text that is not asked for says nothing, and may stand. */
	if (!a->has[i] || value.n == 0) {
		if (!arg->required)
			return !a->has[i] || kind_ok(arg->kind, value)
				       ? ST_OK
				       : malformed(a->def, arg->name, value, kind_form(arg->kind),
						   why);
		return missing(a->def, arg, why);
	}
	if (value.n > arg->max)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "%s: argument %s is %zu bytes; %zu is the most", a->def->name,
			       arg->name, value.n, arg->max);
	if (!kind_ok(arg->kind, value))
		return malformed(a->def, arg->name, value, kind_form(arg->kind), why);
	return ST_OK;
}

static enum status check_ranges(const struct action *a, struct err *why)
{
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct str value = str_of(action_get(a, ranges[i].arg));
		char form[80];
		int64_t n;

		if (strcmp(ranges[i].act, a->def->name) != 0 || value.n == 0
		    || !parse_int(&n, value) || (n >= ranges[i].lo && n <= ranges[i].hi))
			continue;
		snprintf(form, sizeof(form), "a number from %lld to %lld", (long long)ranges[i].lo,
			 (long long)ranges[i].hi);
		return malformed(a->def, ranges[i].arg, value, form, why);
	}
	return ST_OK;
}

static enum status check_choices(const struct action *a, struct err *why)
{
	for (size_t i = 0; i < COUNT(choices); i++) {
		const char *value = action_get(a, choices[i].arg);
		struct strbuf form = STRBUF_INIT_MAX(200);
		bool found = false;
		enum status st;

		if (strcmp(choices[i].act, a->def->name) != 0 || !*value)
			continue;
		strbuf_adds(&form, "one of");
		for (int w = 0; w < 4 && choices[i].words[w]; w++) {
			strbuf_addf(&form, " \"%s\"", choices[i].words[w]);
			found = found || strcmp(value, choices[i].words[w]) == 0;
		}
		st = found ? ST_OK
			   : malformed(a->def, choices[i].arg, str_of(value), strbuf_cstr(&form),
				       why);
		strbuf_release(&form);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status check_docs(const struct action *a, struct err *why)
{
	for (size_t i = 0; i < COUNT(first_docs); i++)
		if (strcmp(first_docs[i].act, a->def->name) == 0 && a->doc_count < 1)
			return err_set(why, ST_BAD_INPUT, first_docs[i].code,
				       "%s: %s must stand as the first document", a->def->name,
				       first_docs[i].what);
	if (a->doc_count < 0 || a->doc_count > ACTION_DOCS_MAX)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "%s: %d documents; %d is the most", a->def->name, a->doc_count,
			       ACTION_DOCS_MAX);
	for (int i = 0; i < a->doc_count; i++) {
		const struct action_doc *d = &a->docs[i];

		if (!is_hash(str_of(d->h)))
			return malformed(a->def, "docs.h", str_of(d->h), kind_form(ARG_HASH), why);
		if (d->len < 0)
			return err_set(why, ST_BAD_INPUT, "field-malformed",
				       "%s: docs.len must not be below 0", a->def->name);
		if (!d->mt[0] || !plain_text(str_of(d->mt), false))
			return malformed(a->def, "docs.mt", str_of(d->mt), "a media type", why);
		if (!plain_text(str_of(d->name), false))
			return malformed(a->def, "docs.name", str_of(d->name), kind_form(ARG_LINE),
					 why);
	}
	return ST_OK;
}

/* FL 32: a decision has reasons, or the ground on which they are left out. */
static enum status check_reasons(const struct action *a, struct err *why)
{
	if (strcmp(a->def->name, "case.decide") != 0 || *action_get(a, "reasons")
	    || *action_get(a, "reasons_omitted"))
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "reasons-missing",
		       "case.decide: give reasons, or in reasons_omitted the ground"
		       " for leaving them out (FL 32)");
}

/* As wire writes a text: two bytes where JSON has a short form, six for the
 * other controls. */
static size_t json_size(struct str s)
{
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c && strchr("\"\\\b\t\n\f\r", c))
			n += 1;
		else if (c < 0x20)
			n += 5;
	}
	return n;
}

static enum status check_size(const struct action *a, struct err *why)
{
	size_t sum = 0;

	for (int i = 0; i < ACTION_ARGS_MAX && a->def->args[i].name; i++)
		if (a->has[i])
			sum += json_size(strbuf_str(&a->arg[i])) + strlen(a->def->args[i].name) + 6;
	for (int i = 0; i < a->doc_count; i++)
		sum += json_size(str_of(a->docs[i].mt)) + json_size(str_of(a->docs[i].name)) + 130;
	if (sum <= ENVELOPE_BUDGET)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "field-too-long",
		       "%s: the arguments together take %zu bytes as JSON; %d is the most",
		       a->def->name, sum, ENVELOPE_BUDGET);
}

static bool is_blank(int32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == ' ' || cp == 0xA0 || cp == 0x1680
	       || (cp >= 0x2000 && cp <= 0x200B) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F
	       || cp == 0x205F || cp == 0x3000 || cp == 0xFEFF;
}

/* White space alone says nothing. What others wrote, and the central took down,
 * stands as it was written. */
static bool all_blank(struct str s)
{
	for (size_t at = 0; at < s.n;)
		if (!is_blank(utf8_next(s, &at)))
			return false;
	return true;
}

static enum status check_blank(const struct action *a, struct err *why)
{
	if ((a->def->roles & ~(unsigned)ROLE_SYSTEM) == 0)
		return ST_OK;
	for (int i = 0; i < ACTION_ARGS_MAX && a->def->args[i].name; i++) {
		const struct arg_def *arg = &a->def->args[i];

		if (arg->required && (arg->kind == ARG_TEXT || arg->kind == ARG_LINE)
		    && all_blank(strbuf_str(&a->arg[i])))
			return missing(a->def, arg, why);
	}
	return ST_OK;
}

enum status action_check(const struct action *a, struct err *why)
{
	static enum status (*const checks[])(const struct action *, struct err *) = {
		check_ranges, check_choices, erasure_check, check_reasons,
		check_docs,   check_size,    check_blank,
	};

	for (int i = 0; i < ACTION_ARGS_MAX && a->def->args[i].name; i++) {
		enum status st = check_arg(a, i, why);

		if (st != ST_OK)
			return st;
	}
	for (size_t i = 0; i < COUNT(checks); i++) {
		enum status st = checks[i](a, why);

		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}
