/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/parse.h"

#include "base/banned.h"

/* Writes down what the parser says, and refuses what a test tells it to. */
struct log {
	struct strbuf said;
	const char *refuse, *code;
};
#define LOG_INIT                                                                                   \
	{                                                                                          \
		.said = STRBUF_INIT                                                                \
	}

static enum status answer(struct log *l, struct str word, struct err *why)
{
	if (l->refuse && str_eq(word, l->refuse))
		return err_set(why, ST_BAD_INPUT, l->code, "the handler says no");
	return ST_OK;
}

static enum status on_section(void *ctx, struct str kind, struct str code, struct err *why)
{
	struct log *l = ctx;

	strbuf_addf(&l->said, "[%.*s|%.*s]", (int)kind.n, kind.p, (int)code.n, code.p);
	return answer(l, kind, why);
}

static enum status on_field(void *ctx, struct str name, struct str value, struct err *why)
{
	struct log *l = ctx;

	strbuf_addf(&l->said, "%.*s={%.*s}", (int)name.n, name.p, (int)value.n, value.p);
	return answer(l, name, why);
}

static void says(const char *text, const char *expected)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;

	if (conf_parse("t.conf", str_of(text), &h, &why) != ST_OK)
		fail_msg("%s", why.text);
	assert_string_equal(strbuf_cstr(&l.said), expected);
	strbuf_release(&l.said);
}

static void refuses(const char *text, const char *place)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;

	if (conf_parse("t.conf", str_of(text), &h, &why) != ST_BAD_INPUT)
		fail_msg("\"%s\" was taken", text);
	assert_string_equal(why.code, "conf-syntax");
	if (strncmp(why.text, place, strlen(place)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", why.text, place);
	assert_int_equal(conf_parse("t.conf", str_of(text), &h, NULL), ST_BAD_INPUT);
	strbuf_release(&l.said);
}

static void sections_fields_and_comments_come_in_order(void **state)
{
	(void)state;
	says("", "");
	says("# nothing\n\n   \t\n", "");
	says("a = 1\n[kind]\nb.c-d_e = two words \n[ kind  CODE 2 ]\nf=x",
	     "a={1}[kind|]b.c-d_e={two words}[kind|CODE 2]f={x}");
	says("  [queue bygglov]  \n\tname.sv\t=\tBygglov på ön\t\n  # c\n",
	     "[queue|bygglov]name.sv={Bygglov på ön}");
	says("a =\nb = = # no comment here\n", "a={}b={= # no comment here}");
	says("outcome = bifall \"Bifall\" \"Approval\"\n",
	     "outcome={bifall \"Bifall\" \"Approval\"}");
}

static void quoted_values_keep_blanks_and_know_three_escapes(void **state)
{
	(void)state;
	says("a = \"  x  \"\n", "a={  x  }");
	says("a = \"say \\\"hej\\\" \\\\ \\n.\"  \nb=\"\"\n", "a={say \"hej\" \\ \n.}b={}");
}

static void line_ends_of_other_systems_and_a_mark_at_the_start_are_taken(void **state)
{
	(void)state;
	says("\xef\xbb\xbf"
	     "a = 1\r\n[k C]\r\nb = \"2\"\r\n",
	     "a={1}[k|C]b={2}");
}

static void syntax_errors_stand_with_line_and_column(void **state)
{
	(void)state;
	refuses("[queue", "t.conf:1:7: the section is not closed");
	refuses("\n\n  [queue x] y", "t.conf:3:12: nothing may follow ]");
	refuses("[]", "t.conf:1:2: a section is");
	refuses("[ ö]", "t.conf:1:3: a section is");
	refuses("[kö x]", "t.conf:1:3: a kind is letters");
	refuses("a = 1\nb\n", "t.conf:2:2: = is missing");
	refuses("name sv = 1", "t.conf:1:6: = is missing");
	refuses("= 1", "t.conf:1:1: a line is");
	refuses("åäö = 1", "t.conf:1:1: a line is");
	refuses("a = \"x", "t.conf:1:5: the quoted text is not closed");
	refuses("a = \"x\\", "t.conf:1:5: the quoted text is not closed");
	refuses("a = \"x\\\"", "t.conf:1:5: the quoted text is not closed");
	refuses("a = \"åäö\\t\"", "t.conf:1:9: after a backslash");
	refuses("a = \"åäö\" x", "t.conf:1:11: nothing may follow the closing");
	refuses("a = åäö\x01", "t.conf:1:8: control characters");
	refuses("# åäö\x1b[0m", "t.conf:1:6: control characters");
	refuses("a = \xc2\x9b", "t.conf:1:5: control characters");
	refuses("a = 1\rb = 2\n", "t.conf:1:6: control characters");
	refuses("a = 1\nb = \xff\n", "t.conf:2:5: the text is not valid UTF-8");
	refuses("# \xc3", "t.conf:1:3: the text is not valid UTF-8");
}

static void a_nul_in_the_text_is_an_error_not_an_end(void **state)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(conf_parse("t", (struct str){ "a = 1\0b", 7 }, &h, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "t:1:6: control"));
	strbuf_release(&l.said);
}

static void handler_says(const char *text, const char *refuse, const char *code, const char *place)
{
	struct log l = { .said = STRBUF_INIT, .refuse = refuse, .code = code };
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;

	assert_int_equal(conf_parse("t.conf", str_of(text), &h, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	assert_string_equal(why.text, place);
	strbuf_release(&l.said);
}

static void errors_of_the_handler_are_placed_at_name_or_value(void **state)
{
	(void)state;
	handler_says("\n  färg = 1\n", "x", "conf-syntax",
		     "t.conf:2:4: = is missing after the name");
	handler_says("[a]\n  nmae   = x", "nmae", "field-unknown",
		     "t.conf:2:3: the handler says no");
	handler_says("[a]\n  name   = å", "name", "field-malformed",
		     "t.conf:2:12: the handler says no");
	handler_says("name = \"x\"", "name", "field-too-long", "t.conf:1:8: the handler says no");
	handler_says("name =", "name", "field-missing", "t.conf:1:7: the handler says no");
	handler_says("[ a  CODE]", "a", "section-unknown", "t.conf:1:3: the handler says no");
	handler_says("[ a  CODE]", "a", "code-twice", "t.conf:1:6: the handler says no");
	handler_says("[a]", "a", "code-malformed", "t.conf:1:2: the handler says no");
}

static void nothing_is_told_after_the_first_error(void **state)
{
	struct log l = { .said = STRBUF_INIT, .refuse = "b", .code = "field-unknown" };
	struct conf_handler h = { on_section, on_field, &l };

	(void)state;
	assert_int_equal(conf_parse("t", str_of("a = 1\nb = 2\nc = 3\n"), &h, NULL), ST_BAD_INPUT);
	assert_string_equal(strbuf_cstr(&l.said), "a={1}b={2}");
	strbuf_release(&l.said);
}

/* --- files --------------------------------------------------------------------- */
static char dir[] = "/tmp/sluss-conf-XXXXXX";

static void path_in(char out[200], const char *name)
{
	snprintf(out, 200, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	path_in(path, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void removed(const char *name)
{
	char path[200];

	path_in(path, name);
	assert_int_equal(remove(path), 0);
}

static void a_missing_file_is_none_and_an_unreadable_one_broken(void **state)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;
	char path[200];

	(void)state;
	path_in(path, "none.conf");
	assert_int_equal(conf_parse_file(path, &h, &why), ST_NONE);
	assert_string_equal(why.code, "conf-read");
	err_clear(&why);
	assert_int_equal(conf_parse_file(dir, &h, &why), ST_BROKEN);
	assert_string_equal(why.code, "conf-read");
	err_clear(&why);
	assert_int_equal(conf_parse_dir(path, &h, &why), ST_NONE);
	strbuf_release(&l.said);
}

static void a_file_of_more_than_four_mib_is_not_read(void **state)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;
	char path[200];

	(void)state;
	put("big.conf", "# x\n");
	path_in(path, "big.conf");
	assert_int_equal(truncate(path, 4 * 1024 * 1024 + 1), 0);
	assert_int_equal(conf_parse_file(path, &h, &why), ST_BROKEN);
	assert_string_equal(why.code, "conf-read");
	assert_non_null(strstr(why.text, "larger than 4194304"));
	removed("big.conf");
	strbuf_release(&l.said);
}

static void a_folder_is_read_in_the_order_of_names_conf_files_alone(void **state)
{
	struct log l = LOG_INIT;
	struct conf_handler h = { on_section, on_field, &l };
	struct err why = ERR_INIT;
	char place[200];

	(void)state;
	put("b.conf", "b = 2\n");
	put("a.conf", "a = 1\n");
	put("B.conf", "B = 0\n");
	put("c.conf~", "c = 3\n");
	put(".d.conf", "d = 4\n");
	put(".conf", "e = 5\n");
	assert_int_equal(conf_parse_dir(dir, &h, &why), ST_OK);
	assert_string_equal(strbuf_cstr(&l.said), "B={0}a={1}b={2}");
	put("a.conf", "a = 1\nwrong\n");
	assert_int_equal(conf_parse_dir(dir, &h, &why), ST_BAD_INPUT);
	snprintf(place, sizeof(place), "%s/a.conf:2:6: ", dir);
	assert_int_equal(strncmp(why.text, place, strlen(place)), 0);
	removed("a.conf");
	removed("b.conf");
	removed("B.conf");
	removed("c.conf~");
	removed(".d.conf");
	removed(".conf");
	strbuf_release(&l.said);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_fields_and_comments_come_in_order),
		cmocka_unit_test(quoted_values_keep_blanks_and_know_three_escapes),
		cmocka_unit_test(line_ends_of_other_systems_and_a_mark_at_the_start_are_taken),
		cmocka_unit_test(syntax_errors_stand_with_line_and_column),
		cmocka_unit_test(a_nul_in_the_text_is_an_error_not_an_end),
		cmocka_unit_test(errors_of_the_handler_are_placed_at_name_or_value),
		cmocka_unit_test(nothing_is_told_after_the_first_error),
		cmocka_unit_test(a_missing_file_is_none_and_an_unreadable_one_broken),
		cmocka_unit_test(a_file_of_more_than_four_mib_is_not_read),
		cmocka_unit_test(a_folder_is_read_in_the_order_of_names_conf_files_alone),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
