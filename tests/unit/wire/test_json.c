/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json.h"

#include "base/banned.h"

static bool reads(struct str text)
{
	struct err why = ERR_INIT;
	struct json *j;
	enum status st = json_read(&j, text, &why);

	if (st != ST_OK) {
		assert_int_equal(st, ST_BAD_INPUT);
		assert_string_equal(why.code, "json-syntax");
		assert_null(j);
	}
	json_free(j);
	return st == ST_OK;
}

static struct json *read_ok(const char *text)
{
	struct json *j;

	assert_int_equal(json_read(&j, str_of(text), NULL), ST_OK);
	return j;
}

static void nest(struct strbuf *b, int depth)
{
	strbuf_clear(b);
	for (int i = 0; i < depth; i++)
		strbuf_adds(b, i % 2 ? "{\"a\":" : "[");
	strbuf_adds(b, "1");
	for (int i = depth; i-- > 0;)
		strbuf_adds(b, i % 2 ? "}" : "]");
}

static void text_nested_32_deep_is_read_and_written_and_33_deep_is_refused(void **state)
{
	struct strbuf b = STRBUF_INIT, out = STRBUF_INIT;
	struct json *j;

	(void)state;
	nest(&b, 32);
	j = read_ok(strbuf_cstr(&b));
	assert_true(json_dump(&out, j));
	assert_string_equal(strbuf_cstr(&out), strbuf_cstr(&b));
	json_free(j);
	nest(&b, 33);
	assert_false(reads(strbuf_str(&b)));
	strbuf_clear(&b);
	for (int i = 0; i < 1000000; i++)
		strbuf_addc(&b, '[');
	assert_false(reads(strbuf_str(&b)));
	/* Brackets inside a text are no depth. */
	strbuf_sets(&b, "\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"");
	assert_true(reads(strbuf_str(&b)));
	strbuf_release(&b);
	strbuf_release(&out);
}

static void what_is_ambiguous_or_broken_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"[1,]",
		"{\"a\":1,}",
		"nul",
		"'a'",
		"{a:1}",
		"[1] [2]",
		"1 2",
		"{\"a\":1}x",
		"{\"a\":1,\"a\":2}",
		"{\"a\":{\"b\":1,\"b\":1}}",
		"\"\\u0000\"",
		"{\"\\u0000\":1}",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800\\u0041\"",
		"\"\\ud800\\ud800\"",
		"\"tab\there\"",
		"\"line\nbreak\"",
		"\"\xff\"",
		"\"\xc0\x80\"",
		"\"\xed\xa0\x80\"",
		"\"\xf4\x90\x80\x80\"",
		"\"\xc3\"",
		"\"\\x41\"",
		"01",
		"+1",
		".5",
		"1.",
		"0x10",
		"NaN",
		"Infinity",
		"-",
		"9223372036854775808",
		"-9223372036854775809",
		"99999999999999999999999999999999999999",
		"1e400",
		"\xEF\xBB\xBF{}",
		"// x\n1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(reads(str_of(bad[i])));
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	assert_false(reads((struct str){ "{}\0", 3 }));
	assert_false(reads((struct str){ "\"a\0b\"", 5 }));
	assert_false(reads((struct str){ "\0", 1 }));
	assert_false(reads((struct str){ "[1,\0 2]", 7 }));
}

static void every_prefix_of_a_text_is_refused(void **state)
{
	static const char text[] =
		"{\"a\":[1,-2,true,null],\"b\":{\"c\":\"\\u00e5\\ud83d\\ude00\"}}";

	(void)state;
	for (size_t n = 0; n < strlen(text); n++)
		assert_false(reads((struct str){ text, n }));
	assert_true(reads(str_of(text)));
}

static void the_refusal_tells_the_place_and_never_quotes_the_text(void **state)
{
	struct err why = ERR_INIT;
	struct json *j;

	(void)state;
	assert_int_equal(json_read(&j, str_of("{\"name\":\n  Hemlig Person}"), &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "line 2"));
	assert_null(strstr(why.text, "Hemlig"));
}

static void accessors_give_the_default_where_the_kind_is_another(void **state)
{
	struct json *j = read_ok("{\"i\":7,\"t\":\"x\",\"b\":true,\"l\":[1],\"f\":1.5,\"n\":null}");
	char text[4] = "???", one[1] = { '?' };
	int64_t v = 5;

	(void)state;
	assert_int_equal(json_get_int(j, "i", -1), 7);
	assert_int_equal(json_get_int(j, "t", -1), -1);
	assert_int_equal(json_get_int(j, "f", -1), -1);
	assert_int_equal(json_get_int(j, "none", -1), -1);
	assert_int_equal(json_get_int(NULL, "i", -1), -1);
	assert_true(json_get_bool(j, "b", false));
	assert_true(json_get_bool(j, "i", true));
	assert_null(json_get_text(j, "i").p);
	assert_true(str_eq(json_get_text(j, "t"), "x"));
	assert_false(json_int(json_member(j, "f"), &v));
	assert_int_equal(v, 5);
	assert_true(json_copy_text(j, "t", text, sizeof(text)));
	assert_string_equal(text, "x");
	assert_false(json_copy_text(j, "i", text, sizeof(text)));
	assert_string_equal(text, "");
	assert_false(json_copy_text(j, "t", one, sizeof(one)));
	assert_int_equal(json_count(json_member(j, "l")), 1);
	assert_null(json_item(json_member(j, "l"), 1));
	assert_int_equal(json_kind_of(json_member(j, "n")), JSON_NULL_);
	assert_int_equal(json_kind_of(json_member(j, "f")), JSON_FLOAT);
	assert_int_equal(json_kind_of(NULL), JSON_NONE);
	assert_null(json_member(json_member(j, "l"), "x"));
	json_free(j);
	json_free(NULL);
}

static void members_come_in_the_order_in_which_they_stand(void **state)
{
	struct json *j = read_ok("{\"z\":1,\"a\":2,\"m\":3}");
	const char *key = NULL;
	struct strbuf order = STRBUF_INIT;

	(void)state;
	while (json_next(j, &key))
		strbuf_adds(&order, key);
	assert_string_equal(strbuf_cstr(&order), "zam");
	key = NULL;
	assert_null(json_next(json_member(j, "z"), &key));
	strbuf_release(&order);
	json_free(j);
}

static void the_writer_puts_commas_by_itself(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b);
	jsonw_map(&w);
	jsonw_kv(&w, "a", "x");
	jsonw_key(&w, "b");
	jsonw_list(&w);
	jsonw_int(&w, 1);
	jsonw_map(&w);
	jsonw_end_map(&w);
	jsonw_list(&w);
	jsonw_end_list(&w);
	jsonw_null(&w);
	jsonw_raw(&w, str_of("{\"r\":0}"));
	jsonw_end_list(&w);
	jsonw_kv_int(&w, "c", INT64_MIN);
	jsonw_kv_bool(&w, "d", false);
	jsonw_kv_instant(&w, "e", 0);
	jsonw_kv_str(&w, "f", (struct str){ "abc", 2 });
	jsonw_end_map(&w);
	assert_string_equal(strbuf_cstr(&b), "{\"a\":\"x\",\"b\":[1,{},[],null,{\"r\":0}],"
					     "\"c\":-9223372036854775808,\"d\":false,"
					     "\"e\":\"1970-01-01T00:00:00.000Z\",\"f\":\"ab\"}");
	assert_true(reads(strbuf_str(&b)));
	strbuf_release(&b);
}

static void the_writer_escapes_controls_quote_and_backslash_and_nothing_else(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b);
	jsonw_cstr(&w, "\x01\t\n\x1f \"\\/\x7f\xC2\x85\xE2\x80\xAE<>&å😀");
	assert_string_equal(strbuf_cstr(&b),
			    "\"\\u0001\\t\\n\\u001f \\\"\\\\/\x7f\xC2\x85\xE2\x80\xAE<>&å😀\"");
	strbuf_release(&b);
}

static void a_text_that_is_not_utf8_makes_the_whole_output_void(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b);
	jsonw_list(&w);
	jsonw_cstr(&w, "\xff");
	jsonw_end_list(&w);
	assert_true(b.failed);
	strbuf_release(&b);
}

static void brackets_that_do_not_match_or_run_too_deep_make_the_output_void(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b);
	jsonw_end_list(&w);
	assert_true(b.failed);
	strbuf_clear(&b);
	jsonw_init(&w, &b);
	for (int i = 0; i < 100; i++)
		jsonw_list(&w);
	assert_true(b.failed);
	strbuf_release(&b);
}

static void any_text_comes_back_as_it_was_written(void **state)
{
	struct strbuf b = STRBUF_INIT, raw = STRBUF_INIT;
	struct jsonw w;
	struct json *j;

	(void)state;
	for (int c = 1; c < 128; c++)
		strbuf_addc(&raw, (char)c);
	strbuf_adds(&raw, "e\xCC\x81 \xE2\x80\xA8 \xEF\xBF\xBE \xF4\x8F\xBF\xBF");
	jsonw_init(&w, &b);
	jsonw_text(&w, strbuf_str(&raw));
	assert_int_equal(json_read(&j, strbuf_str(&b), NULL), ST_OK);
	assert_true(str_eq(json_text(j), strbuf_cstr(&raw)));
	json_free(j);
	strbuf_release(&b);
	strbuf_release(&raw);
}

static void a_tree_is_written_as_it_was_read(void **state)
{
	static const char text[] =
		"{\"a\":[1,-5,true,false,null,1.5,\"\\u0007å\"],\"\":{\"b\":{}}}";
	struct json *j = read_ok(text);
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_true(json_dump(&b, j));
	assert_string_equal(strbuf_cstr(&b), text);
	json_free(j);
	strbuf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_nested_32_deep_is_read_and_written_and_33_deep_is_refused),
		cmocka_unit_test(what_is_ambiguous_or_broken_is_refused),
		cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
		cmocka_unit_test(every_prefix_of_a_text_is_refused),
		cmocka_unit_test(the_refusal_tells_the_place_and_never_quotes_the_text),
		cmocka_unit_test(accessors_give_the_default_where_the_kind_is_another),
		cmocka_unit_test(members_come_in_the_order_in_which_they_stand),
		cmocka_unit_test(the_writer_puts_commas_by_itself),
		cmocka_unit_test(the_writer_escapes_controls_quote_and_backslash_and_nothing_else),
		cmocka_unit_test(a_text_that_is_not_utf8_makes_the_whole_output_void),
		cmocka_unit_test(brackets_that_do_not_match_or_run_too_deep_make_the_output_void),
		cmocka_unit_test(any_text_comes_back_as_it_was_written),
		cmocka_unit_test(a_tree_is_written_as_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
