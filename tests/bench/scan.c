/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/db.h"
#include "tests/bench/figure.h"
#include "tests/bench/gen.h"

#include "base/banned.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LONG_1 "carport carport carport carport carport carport carport carport "
#define LONG_2 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1 LONG_1
#define LONG_3 LONG_2 LONG_2

static const struct scan_query queries[] = {
	{ "a rare word", GEN_RARE, 0, GEN_RARE "*" },
	{ "a common word", GEN_COMMON, 0, GEN_COMMON "*" },
	{ "the beginning of a word", "byg", 0, "byg*" },
	{ "one letter", "b", 0, "b*" },
	{ "a year long past", "2017", 0, "2017*" },
	{ "Å as one letter", "\xC3\x85ngström", 0, "ångström*" },
	{ "A and a ring upon it", "A\xCC\x8Angstro\xCC\x88m", 0, "ångström*" },
	{ "the sign of the ångström", "\xE2\x84\xABngström", 0, "ångström*" },
	{ "å as one small letter", "\xC3\xA5ngström", 0, "ångström*" },
	{ "a word with å typed without", "angstrom", 0, "angstrom*" },
	{ "å begun", "å", 0, "å*" },
	{ "capitals", "SJÖHÄSTEN", 0, GEN_RARE "*" },
	{ "two words, two texts", "carport lundström", 0, "carport lundström*" },
	{ "a word, and one letter", "carport b", 0, "carport b*" },
	{ "three words, one rare", "bygglov sjöhästen ek", 0, "bygglov " GEN_RARE " ek*" },
	{ "a phrase", "\"Bygglov, carport\"", 0, "bygglov_carport" },
	{ "a phrase that never stands so", "\"carport bygglov\"", 0, "carport_bygglov" },
	{ "a whole word", "plank ", 0, "plank" },
	{ "a diary number", "2026-9", 0, "2026_9*" },
	{ "a number of its own", "7777", 0, "7777*" },
	{ "either of two words", "sjöhästen OR angstrom", 0, GEN_RARE " | angstrom*" },
	{ "one of two common words", "rivningslov eller marklov", 0, "rivningslov | marklov*" },
	{ "a word that no case has", "zyxwvut", 0, "zyxwvut*" },
	/* What would mean something to SQL, FTS5, a terminal or a file. */
	{ "a quote", "\"", 0, NULL },
	{ "two quotes", "\"\"", 0, "!" },
	{ "a quote not closed", "\"carport", 0, NULL },
	{ "a star", "*", 0, NULL },
	{ "a star behind a word", "sjöhäst*", 0, "sjöhäst*" },
	{ "NEAR( begun", "NEAR(", 0, NULL },
	{ "NEAR( of two words", "NEAR(carport bygglov, 2)", 0, "near carport bygglov 2" },
	{ "NEAR as a word", "NEAR carport", 0, "near carport*" },
	{ "a column of the index", "words:carport", 0, NULL },
	{ "a column that is none", "col:x", 0, NULL },
	{ "a column in braces", "{words} : carport", 0, NULL },
	{ "a caret", "^sjöhästen", 0, GEN_RARE "*" },
	{ "a plus", "bygglov + carport", 0, NULL },
	{ "SQL that ends a text", "'; DROP TABLE base_case; --", 0, NULL },
	{ "the same, quoted", "\"'; DROP TABLE base_case; --\"", 0, "drop_table_base_case" },
	{ "SQL that is always true", "x' OR '1'='1", 0, NULL },
	{ "SQL's wildcard", "%", 0, NULL },
	{ "SQL's wildcard before a word", "%jöhästen", 0, "jöhästen*" },
	{ "SQL's wildcard within a word", "sjö_ästen", 0, "sjö_ästen*" },
	{ "a backslash", "sjöhästen\\", 0, GEN_RARE "*" },
	{ "a NUL within a word", "sjö\0hästen", sizeof("sjö\0hästen") - 1, "sjö_hästen*" },
	{ "a NUL behind a word", "carport\0", sizeof("carport\0") - 1, "carport*" },
	{ "bytes that are not UTF-8", "carport\xFF\xFE", 0, NULL },
	{ "half of a letter", "carport \xC3", 0, NULL },
	{ "half of a pair", "\xED\xA0\x80", 0, NULL },
	{ "a slash written too long", "\xC0\xAF", 0, NULL },
	{ "the sign of the open", "\xE2\x8A\x99", 0, NULL },
	{ "the sign of the open, quoted", "\"\xE2\x8A\x99\"", 0, "!" },
	{ "a terminal's escape", "\x1B[2J", 0, "2j*" },
	{ "a colour behind a word", "sjöhästen\x1B[31m", 0, GEN_RARE "_31m*" },
	{ "a sign that turns the text", "\xE2\x80\xAEsjöhästen", 0, GEN_RARE "*" },
	{ "ten kilobytes", LONG_3, 0, NULL },
	{ "fifty negations", "----------------------------------------------------carport", 0,
	  NULL },
};

size_t scan_query_count(void)
{
	return COUNT(queries);
}

const struct scan_query *scan_query_at(size_t i)
{
	return &queries[i];
}

struct str scan_typed(const struct scan_query *q)
{
	return q->size ? (struct str){ q->typed, q->size } : str_of(q->typed);
}

/* --- Letters ------------------------------------------------------------------------- */

enum { RING = 0x30A, DOTS = 0x308, MARKS = 0x300, MARKS_END = 0x370 };

/* Letters with something upon them: those of Swedish, and the letter below. */
static const struct {
	uint32_t big, small;
	const char *kept, *bare;
} letters[] = {
	{ 0xC5, 0xE5, "å", "a" }, { 0x212B, 0xE5, "å", "a" }, { 0xC4, 0xE4, "ä", "a" },
	{ 0xD6, 0xF6, "ö", "o" }, { 0xC9, 0xE9, "e", "e" },   { 0xC8, 0xE8, "e", "e" },
	{ 0xCB, 0xEB, "e", "e" }, { 0xDC, 0xFC, "u", "u" },   { 0xC1, 0xE1, "a", "a" },
	{ 0xC0, 0xE0, "a", "a" }, { 0xC7, 0xE7, "c", "c" },   { 0xD1, 0xF1, "n", "n" },
};

static uint32_t next_point(const unsigned char **p)
{
	const unsigned char *s = *p;
	int more = s[0] < 0x80 ? 0 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
	uint32_t c = more == 0 ? s[0] : (uint32_t)(s[0] & (0x3F >> more));

	for (s++; more > 0 && *s; more--)
		c = c << 6 | (*s++ & 0x3Fu);
	*p = s;
	return c;
}

/* One letter or digit small, in `out`; "" for what parts words. */
static void small_letter(char out[4], uint32_t c, uint32_t mark, bool bare)
{
	out[0] = out[1] = '\0';
	if (c == 'A' || c == 'a')
		c = mark == RING ? 0xE5 : mark == DOTS ? 0xE4 : 'a';
	if ((c == 'O' || c == 'o') && mark == DOTS)
		c = 0xF6;
	if (c < 0x80) {
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[0] = (char)c;
		else if (c >= 'A' && c <= 'Z')
			out[0] = (char)(c + 32);
		return;
	}
	for (size_t i = 0; i < COUNT(letters); i++)
		if (c == letters[i].big || c == letters[i].small)
			snprintf(out, 4, "%s", bare ? letters[i].bare : letters[i].kept);
}

static void put(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	if (s->len + n + 1 > s->size) {
		s->size = s->size * 2 + 1000000;
		s->words = realloc(s->words, s->size);
		if (!s->words)
			bench_fail("no memory for the words", NULL);
	}
	memcpy(s->words + s->len, text, n + 1);
	s->len += n;
}

/* " one two ": every word between blanks, a text that begins with '|'. */
static void put_words(struct scan *s, const char *text, bool bare)
{
	const unsigned char *p = (const unsigned char *)text;
	bool inside = false;

	put(s, "| ");
	while (*p) {
		uint32_t c = next_point(&p), mark = 0;
		char letter[4];

		for (const unsigned char *q = p; *q; p = q) {
			uint32_t m = next_point(&q);

			if (m < MARKS || m >= MARKS_END)
				break;
			mark = mark ? mark : m;
		}
		small_letter(letter, c, mark, bare);
		put(s, letter[0] ? letter : inside ? " " : "");
		inside = letter[0] != '\0';
	}
	put(s, inside ? " " : "");
}

/* --- Rows ------------------------------------------------------------------------------ */

static const char every_row[] = "SELECT case_id, title, party, diary_no, received_at"
				" FROM base_case ORDER BY key DESC";

static struct scan_row *new_row(struct scan *s)
{
	if (s->count == s->room) {
		s->room = s->room * 2 + 1000;
		s->rows = reallocarray(s->rows, s->room, sizeof(*s->rows));
		if (!s->rows)
			bench_fail("no memory for the rows", NULL);
	}
	return &s->rows[s->count++];
}

void scan_read(struct scan *s, struct db *cache)
{
	struct stmt *q = db_stmt(cache, every_row);
	struct err why = ERR_INIT;
	int64_t latest = INT64_MAX;
	char text[4000];

	while (stmt_step(q, &why) == ST_OK) {
		struct scan_row *row = new_row(s);

		stmt_col_copy(q, 0, row->case_id, sizeof(row->case_id));
		row->text = s->len;
		for (int bare = 0; bare < 2; bare++)
			for (int i = 1; i < 4; i++) {
				stmt_col_copy(q, i, text, sizeof(text));
				put(s, i == 1 && bare ? "\n" : "");
				put_words(s, text, bare);
			}
		s->len++; /* its NUL */
		if (stmt_col_int(q, 4) > latest)
			bench_fail("the rows do not lie as they came in", NULL);
		latest = stmt_col_int(q, 4);
	}
	if (why.code[0])
		bench_fail("scan", &why);
}

void scan_release(struct scan *s)
{
	free(s->rows);
	free(s->words);
	*s = (struct scan)SCAN_INIT;
}

/* --- Judging --------------------------------------------------------------------------- */

/* " a b " or " a b" of "a_b" or "a_b*"; what follows it. */
static const char *next_term(const char *p, char out[100], bool *bare)
{
	size_t n = 0;
	bool begun = false;

	out[n++] = ' ';
	*bare = true;
	for (; *p && *p != ' '; p++) {
		begun = *p == '*';
		if (begun)
			continue;
		*bare = *bare && (unsigned char)*p < 0x80;
		out[n++] = *p == '_' ? ' ' : *p;
	}
	if (!begun)
		out[n++] = ' ';
	out[n] = '\0';
	return p + strspn(p, " ");
}

bool scan_fits(const struct scan *s, size_t i, const char *wanted)
{
	const char *kept = s->words + s->rows[i].text, *plain = strchr(kept, '\n') + 1;
	bool fits = true, any = false;
	char term[100];

	for (const char *p = wanted; *p;) {
		bool bare;
		const char *at, *in;

		if (*p == '|' || *p == '!') {
			any = any || (*p == '|' && fits);
			fits = *p == '|';
			p += 1 + strspn(p + 1, " ");
			continue;
		}
		p = next_term(p, term, &bare);
		in = bare ? plain : kept;
		at = strstr(in, term);
		fits = fits && at && (bare || at < plain);
	}
	return any || fits;
}
