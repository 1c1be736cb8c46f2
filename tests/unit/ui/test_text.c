/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text from outside, made harmless. The hostile strings come from
 * SLUSS_DATA/hostile-strings.txt; their safe forms stand in
 * tests/data/hostile-golden.txt (SLUSS_GOLDEN_WRITE=1 writes it anew).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/utf8.h"
#include "ui/canvas.h"
#include "ui/text.h"
#include "ui/text_class.h"

#include "base/banned.h"

enum { COLS = 40, LINE_MAX_BYTES = 65536 };

static const char *safe(struct strbuf *b, struct str in, int cols, const struct glyphs *g)
{
	strbuf_clear(b);
	(void)ui_text(b, in, cols, g);
	return strbuf_cstr(b);
}

#define assert_safe(in, cols, want)                                                                \
	do {                                                                                       \
		struct strbuf b_ = STRBUF_INIT;                                                    \
		struct str in_ = { (in), sizeof(in) - 1 };                                         \
		assert_string_equal(safe(&b_, in_, (cols), &glyphs_utf8), (want));                 \
		strbuf_release(&b_);                                                               \
	} while (0)

#define assert_ascii(in, want)                                                                     \
	do {                                                                                       \
		struct strbuf b_ = STRBUF_INIT;                                                    \
		struct str in_ = { (in), sizeof(in) - 1 };                                         \
		assert_string_equal(safe(&b_, in_, -1, &glyphs_ascii), (want));                    \
		strbuf_release(&b_);                                                               \
	} while (0)

/* --- Cases of our own ------------------------------------------------------ */

static void ordinary_swedish_text_is_left_alone(void **state)
{
	(void)state;
	assert_safe("Fasadändring, Åkesson & Öberg (§ 30)", -1,
		    "Fasadändring, Åkesson & Öberg (§ 30)");
	assert_safe("", 10, "");
	assert_safe("a", 0, "");
}

static void controls_become_a_visible_substitute(void **state)
{
	(void)state;
	assert_safe("a\x1b[2Jb", -1, "a□[2Jb");
	assert_safe("a\0b\x7F"
		    "c\x07",
		    -1, "a□b□c□");
	assert_safe("\xC2\x9B"
		    "2J",
		    -1, "□2J"); /* C1 written as UTF-8 */
	assert_safe("\x9B"
		    "2J",
		    -1,
		    "\xEF\xBF\xBD"
		    "2J"); /* and as one byte */
}

static void a_line_break_is_one_sign_and_a_tab_one_blank(void **state)
{
	(void)state;
	assert_safe("rad 1\nrad 2\r\nrad 3\rrad 4\xE2\x80\xA8"
		    "5",
		    -1, "rad 1¶rad 2¶rad 3¶rad 4¶5");
	assert_safe("a\tb", -1, "a b");
}

static void what_is_unseen_is_shown(void **state)
{
	(void)state;
	assert_safe("a\xC2\xAD"
		    "b",
		    -1, "a□b"); /* soft hyphen */
	assert_safe("a\xE2\x80\x8B"
		    "b",
		    -1, "a□b"); /* zero width space */
	assert_safe("x\xE2\x80\xAE"
		    "fdp",
		    -1, "x□fdp"); /* right-to-left override */
	assert_safe("a\xEF\xBB\xBF"
		    "b",
		    -1, "a□b"); /* byte order mark */
	assert_safe("a\xF3\xA0\x81\x81"
		    "b",
		    -1, "a□b"); /* tag */
	assert_safe("a\xEE\x80\x80"
		    "b",
		    -1, "a□b"); /* private use */
	assert_safe("a\xCD\xB8"
		    "b",
		    -1, "a□b"); /* unassigned */
}

static void a_no_break_space_is_plain_only_at_numbers(void **state)
{
	(void)state;
	assert_safe("11\xC2\xA0"
		    "842\xE2\x80\xAFkr",
		    -1, "11 842 kr");
	assert_safe("30\xC2\xA0§", -1, "30 §");
	assert_safe("a\xC2\xA0"
		    "b",
		    -1, "a·b");
}

static void text_comes_out_in_nfc_with_at_most_two_marks(void **state)
{
	(void)state;
	assert_safe("A\xCC\x8Aterv", -1, "Återv");
	assert_safe("\xE2\x84\xAB", -1, "Å"); /* the Angstrom sign */
	assert_safe("e\xCC\x81\xCC\x82\xCC\x83\xCC\x84x", -1, "é\xCC\x82\xCC\x83□x");
	assert_safe("\xCC\x81"
		    "a",
		    -1, "□a"); /* a mark without base */
	assert_safe(" \xCC\x81", -1, " □");
}

static void bytes_that_are_no_utf8_become_the_replacement(void **state)
{
	(void)state;
	assert_safe("a\xFF\xC3", -1, "a\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_safe("\xC0\xAF", -1, "\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_safe("\xED\xA0\x80", -1, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void a_sequence_of_pictures_is_its_first_and_a_substitute(void **state)
{
	(void)state;
	assert_safe("\xF0\x9F\x91\x8D!", -1, "\xF0\x9F\x91\x8D!");
	assert_safe("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD!", -1, "\xF0\x9F\x91\x8D□!");
	assert_safe("\xF0\x9F\x87\xB8\xF0\x9F\x87\xAA!", -1, "□!"); /* a flag */
	assert_safe("\xE2\x9D\xA4\xEF\xB8\x8F", -1, "□");
}

static void text_is_cut_with_an_ellipsis_between_clusters(void **state)
{
	(void)state;
	assert_safe("abcdef", 6, "abcdef");
	assert_safe("abcdefg", 6, "abcde…");
	assert_safe("abcdef   ", 6, "abcdef");
	assert_safe("市市市", 6, "市市市");
	assert_safe("市市市", 5, "市市…");
	assert_safe("市市市", 4, "市…"); /* half a cell is never used */
	assert_safe("市市", 1, "…");
	assert_safe("ab\xCC\x83\xCC\x84"
		    "c",
		    2, "a…");
}

static void ascii_spells_what_it_can(void **state)
{
	(void)state;
	assert_ascii("Överklagandehänvisning på åäö", "Overklagandehanvisning pa aao");
	assert_ascii("Łódź Æther Straße é", "Lodz AEther Strasse e");
	assert_ascii("5 § – 3 € … → │", "5 par. - 3 EUR ~ -> |");
	assert_ascii("市 \xF0\x9F\x91\x8D", "? ?");
	assert_ascii("rad\nrad\x1b", "rad/rad?");
}

static void a_blank_title_has_a_placeholder(void **state)
{
	static const char *const blanks[] = {
		"", "   ", "\t\n", "\xE3\x80\x80\xC2\xA0\xE2\x80\x83", "\xE2\x80\x8B",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		struct str s = ui_title(str_of(blanks[i]));

		assert_true(str_eq(s, "(utan rubrik)"));
	}
	assert_true(str_eq(ui_title(str_of(" a")), " a"));
}

static void many_leading_spaces_do_not_hide_a_title(void **state)
{
	char in[504];
	struct str s = { in, 503 };

	(void)state;
	memset(in, ' ', 500);
	memcpy(in + 500, "end", 4);
	assert_true(str_eq(ui_title(s), "end"));
}

static void a_text_wraps_at_words_and_keeps_its_breaks(void **state)
{
	static const char *const want[] = {
		"Åtgärden", "följer", "planen.", "", "abcdefghij", "kl"
	};
	struct wrap w;
	struct str line;
	int n = 0;

	(void)state;
	wrap_start(&w, str_of("Åtgärden följer\nplanen.\r\n\nabcdefghijkl"), 10, &glyphs_utf8);
	while (wrap_next(&w, &line)) {
		assert_true(n < 6);
		assert_true(str_eq(line, want[n]));
		n++;
	}
	assert_int_equal(n, 6);
}

static void an_empty_text_has_one_empty_line(void **state)
{
	(void)state;
	assert_int_equal(wrap_count(str_of(""), 10, 99, &glyphs_utf8), 1);
	assert_int_equal(wrap_count(str_of("a\n"), 10, 99, &glyphs_utf8), 2);
}

static void a_huge_text_costs_no_more_than_its_columns(void **state)
{
	size_t n = 1048576;
	char *big = malloc(n);
	struct strbuf b = STRBUF_INIT;
	struct text_reader r;
	struct cluster c;
	int used = 0;

	(void)state;
	assert_non_null(big);
	/* One base and half a million marks: a cluster takes a bounded bite. */
	for (size_t i = 0; i + 1 < n; i += 2) {
		big[i] = (char)0xCC;
		big[i + 1] = (char)0x81;
	}
	text_read(&r, (struct str){ big, n }, &glyphs_utf8);
	while (used < COLS && text_next(&r, &c))
		used += c.width;
	assert_in_range(r.at, 1, COLS * 256);
	memset(big, 'A', n);
	assert_int_equal(ui_text(&b, (struct str){ big, n }, COLS, &glyphs_utf8), COLS);
	assert_in_range(b.len, COLS, COLS + 4);
	strbuf_release(&b);
	free(big);
}

/* --- Widths ---------------------------------------------------------------- */

static void what_is_drawn_has_the_width_libc_gives_it(void **state)
{
	int wrong = 0;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		print_message("no locale C.UTF-8 here\n");
		skip();
	}
	for (int32_t cp = 0x20; cp < 0x110000; cp++) {
		int w = class_width(cp);

		if (w >= 0 && wcwidth((wchar_t)cp) != w) {
			print_error("U+%04X: ours %d, libc %d\n", (unsigned)cp, w,
				    wcwidth((wchar_t)cp));
			wrong++;
		}
	}
	(void)setlocale(LC_CTYPE, "C");
	assert_int_equal(wrong, 0);
}

/* --- Anything at all ------------------------------------------------------- */

/* Safe text: printable, of the stated width, made of nothing but what would
 * come out again the same. */
static void check_safe(struct str in, int cols, const struct glyphs *g)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	int used = ui_text(&a, in, cols, g);
	struct str out = strbuf_str(&a);
	int width = 0;

	assert_in_range(used, 0, cols);
	assert_true(utf8_valid(out));
	for (size_t at = 0; at < out.n;) {
		int32_t cp = utf8_next(out, &at);

		assert_true(class_width(cp) >= 0);
		assert_true(!g->ascii || (cp >= ' ' && cp <= '~'));
		width += class_width(cp);
	}
	assert_int_equal(width, used);
	assert_int_equal(ui_text(&b, out, cols, g), used);
	assert_string_equal(strbuf_cstr(&a), strbuf_cstr(&b));
	strbuf_release(&a);
	strbuf_release(&b);
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void any_bytes_at_all_come_out_harmless(void **state)
{
	uint64_t seed = 7;
	struct strbuf in = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t n = next_random(&seed) % 40;
		int cols = (int)(next_random(&seed) % 50);

		strbuf_clear(&in);
		for (uint32_t k = 0; k < n; k++) {
			uint32_t kind = next_random(&seed) % 4;
			uint32_t v = next_random(&seed);

			if (kind == 0)
				(void)strbuf_addc(&in, (char)(v & 0xFF));
			else if (kind == 1)
				(void)utf8_put(&in, (int32_t)(v % 0x110000));
			else if (kind == 2)
				(void)utf8_put(&in, (int32_t)(v % 0x3000));
			else
				(void)utf8_put(&in, (int32_t)(0x300 + v % 0x70));
		}
		check_safe(strbuf_str(&in), cols, &glyphs_utf8);
		check_safe(strbuf_str(&in), cols, &glyphs_ascii);
	}
	strbuf_release(&in);
}

/* --- The hostile strings --------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int32_t hex4(const char *p)
{
	int32_t v = 0;

	for (int i = 0; i < 4; i++) {
		if (hex_digit(p[i]) < 0)
			return -1;
		v = v * 16 + hex_digit(p[i]);
	}
	return v;
}

/* What a strict reader says of a JSON text: NULL, and the string in `out`, or
 * why it is refused. */
static const char *json_string(const char **at, struct strbuf *out)
{
	static const char plain[] = "\"\\/bfnrt", value[] = "\"\\/\b\f\n\r\t";
	const char *p = *at;

	if (*p++ != '"')
		return "not a string";
	for (; *p && *p != '"'; p++) {
		const char *q;
		int32_t v, w;

		if (*p != '\\') {
			(void)strbuf_addc(out, *p);
			continue;
		}
		p++;
		q = strchr(plain, *p);
		if (q && *p) {
			(void)strbuf_addc(out, value[q - plain]);
			continue;
		}
		if (*p != 'u' || (v = hex4(p + 1)) < 0)
			return "malformed escape";
		p += 4;
		if (v == 0)
			return "NUL";
		if (v >= 0xDC00 && v <= 0xDFFF)
			return "lone surrogate";
		if (v >= 0xD800 && v <= 0xDBFF) {
			if (p[1] != '\\' || p[2] != 'u' || (w = hex4(p + 3)) < 0xDC00 || w > 0xDFFF)
				return "lone surrogate";
			p += 6;
			v = 0x10000 + ((v - 0xD800) << 10) + (w - 0xDC00);
		}
		(void)utf8_put(out, v);
	}
	if (*p != '"')
		return "not ended";
	*at = p + 1;
	return NULL;
}

static const char *rep_string(const char *p, struct strbuf *out)
{
	struct strbuf unit = STRBUF_INIT, tail = STRBUF_INIT;
	const char *why;
	long n = 0;

	p++;
	why = json_string(&p, &unit);
	if (!why) {
		char *end;

		n = strtol(p + 1, &end, 10);
		p = end + 1;
		while (*p == ' ')
			p++;
		why = json_string(&p, &tail);
	}
	for (long i = 0; !why && i < n; i++)
		(void)strbuf_add(out, unit.data, unit.len);
	(void)strbuf_add(out, strbuf_cstr(&tail), tail.len);
	strbuf_release(&unit);
	strbuf_release(&tail);
	return why;
}

static const char *hex_string(const char *p, struct strbuf *out)
{
	for (; hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0; p += 2)
		(void)strbuf_addc(out, (char)(hex_digit(p[0]) * 16 + hex_digit(p[1])));
	return NULL;
}

static const char *decode(const char *form, const char *payload, struct strbuf *out)
{
	if (strcmp(form, "hex") == 0)
		return hex_string(payload, out);
	if (strcmp(form, "rep") == 0)
		return rep_string(payload, out);
	return json_string(&payload, out);
}

/* "H001<TAB>safe form" or "H324<TAB>!refused: why". */
static bool golden_line(char *row, struct strbuf *golden)
{
	struct strbuf in = STRBUF_INIT;
	char *save = NULL;
	const char *id = strtok_r(row, "\t", &save);
	const char *class = strtok_r(NULL, "\t", &save);
	const char *form = strtok_r(NULL, "\t", &save);
	const char *payload = strtok_r(NULL, "\t", &save);
	const char *why;

	if (!id || id[0] != 'H' || !class || !form || !payload)
		return false;
	(void)strbuf_addf(golden, "%s\t", id);
	why = decode(form, payload, &in);
	if (why) {
		(void)strbuf_addf(golden, "!refused: %s", why);
	} else {
		struct str s = strbuf_str(&in);

		check_safe(s, COLS, &glyphs_utf8);
		check_safe(s, COLS, &glyphs_ascii);
		(void)ui_text(golden, ui_title(s), COLS, &glyphs_utf8);
	}
	(void)strbuf_addc(golden, '\n');
	strbuf_release(&in);
	return true;
}

static FILE *open_hostile(void)
{
	char path[512];
	const char *dir = getenv("SLUSS_DATA");

	if (!dir) {
		print_message("SLUSS_DATA is not set\n");
		return NULL;
	}
	(void)snprintf(path, sizeof(path), "%s/hostile-strings.txt", dir);
	return fopen(path, "rb");
}

static void read_golden(struct strbuf *out)
{
	FILE *f = fopen("tests/data/hostile-golden.txt", "rb");
	char buf[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		assert_true(strbuf_add(out, buf, n));
	(void)fclose(f);
}

static void every_hostile_string_has_its_known_safe_form(void **state)
{
	struct strbuf drawn = STRBUF_INIT, golden = STRBUF_INIT;
	FILE *f = open_hostile();
	char *row = malloc(LINE_MAX_BYTES);
	int count = 0;

	(void)state;
	assert_non_null(row);
	if (!f) {
		free(row);
		skip();
	}
	while (fgets(row, LINE_MAX_BYTES, f))
		count += golden_line(row, &drawn);
	(void)fclose(f);
	free(row);
	assert_int_equal(count, 377);
	if (getenv("SLUSS_GOLDEN_WRITE")) {
		f = fopen("tests/data/hostile-golden.txt", "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(drawn.data, 1, drawn.len, f), drawn.len);
		(void)fclose(f);
	}
	read_golden(&golden);
	assert_string_equal(strbuf_cstr(&drawn), strbuf_cstr(&golden));
	strbuf_release(&drawn);
	strbuf_release(&golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_swedish_text_is_left_alone),
		cmocka_unit_test(controls_become_a_visible_substitute),
		cmocka_unit_test(a_line_break_is_one_sign_and_a_tab_one_blank),
		cmocka_unit_test(what_is_unseen_is_shown),
		cmocka_unit_test(a_no_break_space_is_plain_only_at_numbers),
		cmocka_unit_test(text_comes_out_in_nfc_with_at_most_two_marks),
		cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement),
		cmocka_unit_test(a_sequence_of_pictures_is_its_first_and_a_substitute),
		cmocka_unit_test(text_is_cut_with_an_ellipsis_between_clusters),
		cmocka_unit_test(ascii_spells_what_it_can),
		cmocka_unit_test(a_blank_title_has_a_placeholder),
		cmocka_unit_test(many_leading_spaces_do_not_hide_a_title),
		cmocka_unit_test(a_text_wraps_at_words_and_keeps_its_breaks),
		cmocka_unit_test(an_empty_text_has_one_empty_line),
		cmocka_unit_test(a_huge_text_costs_no_more_than_its_columns),
		cmocka_unit_test(what_is_drawn_has_the_width_libc_gives_it),
		cmocka_unit_test(any_bytes_at_all_come_out_harmless),
		cmocka_unit_test(every_hostile_string_has_its_known_safe_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
