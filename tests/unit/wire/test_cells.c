/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/cells.h"

#include "base/banned.h"

/* A line of each kind that a central writes, and what else a list may hold. */
static const char *const plain[] = {
	"[]",
	"[\"c\",9013,[12,40],\"0198c0de\",17,\"75541557\",\"BN 2026-1042\",-3,0,null,\"Åsa 😀\"]",
	"[\"d\",1,{\"fields\":{\"a\":\"x\\ny\",\"b\":[]},\"list\":[{\"a\":1},{\"a\":2},{}],\"z\":null}]",
	"[\"a\",1,{\"at\":\"2026\",\"ok\":true,\"no\":false},\"eyJ.eyJ.c2ln\"]",
	"[[[[[[[[]]]]]]]]",
	"[999999999999999999,\"\"]",
};
/* Right, but for the tree to read. */
static const char *const other[] = {
	"[1, 2]",
	" [1]",
	"[1]\n",
	"[\"a \\\"b\\\"\"]",
	"[\"\\u00e5\"]",
	"[{\"\\n\":1}]",
	"[{\"a\":\"\\u0001\"}]",
	"[1.5]",
	"[{\"x\":1e5}]",
	"[1234567890123456789]",
	"[[[[[[[[[[]]]]]]]]]]",
};
static const char *const wrong[] = {
	"",
	"[",
	"[1",
	"[1,]",
	"[,1]",
	"[1]]",
	"[01]",
	"[-]",
	"[+1]",
	"[nul]",
	"[nulll]",
	"[\"a]",
	"[\"\t\"]",
	"[\"\xff\"]",
	"[{]}",
	"[{\"a\"}]",
	"[{\"a\":}]",
	"[{\"a\":1,}]",
	"[{\"a\":1]",
	"[[1}]",
	"[{\"a\":1 2}]",
	"[[1]2]",
	"[{\"a\":\"\\x\"}]",
	"[{1:1}]",
	"[[],[,]]",
	"[{\"a\":1,\"a\":2}]",
	"[{\"b\":{\"a\":1},\"a\":1,\"b\":1}]",
	"[\xC3\xA5]",
	"{}",
	"[true1]",
	"[12\"a\"]",
	"[\"a\"\"b\"]",
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The JSON of a list or map in one spelling. */
static void spell(struct strbuf *out, struct str json)
{
	struct json *j = NULL;

	strbuf_clear(out);
	assert_int_equal(json_read(&j, json, NULL), ST_OK);
	assert_true(json_dump(out, j));
	json_free(j);
}

static void assert_same(const struct cell *a, const struct cell *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;

	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->number, b->number);
	if (a->kind == JSON_LIST || a->kind == JSON_MAP) {
		spell(&x, a->text);
		spell(&y, b->text);
	} else if (a->kind == JSON_TEXT) {
		strbuf_set(&x, a->text.p, a->text.n);
		strbuf_set(&y, b->text.p, b->text.n);
	}
	assert_string_equal(strbuf_cstr(&x), strbuf_cstr(&y));
	strbuf_release(&x);
	strbuf_release(&y);
}

/* What is read without a tree is what the tree says. Whether it was. */
static bool agrees(struct str text)
{
	struct cells quick = CELLS_INIT, slow = CELLS_INIT;
	struct json *j = NULL;
	char *line = malloc(text.n ? text.n : 1); /* a byte read beyond is noticed */
	bool read;

	assert_non_null(line);
	memcpy(line, text.p, text.n);
	text.p = line;
	read = cells_plain(&quick, text);
	if (read) {
		assert_int_equal(json_read(&j, text, NULL), ST_OK);
		assert_true(cells_of_tree(&slow, j));
		assert_int_equal(quick.count, slow.count);
		for (size_t i = 0; i < quick.count; i++)
			assert_same(cells_at(&quick, i), cells_at(&slow, i));
	}
	json_free(j);
	cells_release(&quick);
	cells_release(&slow);
	free(line);
	return read;
}

static void a_plain_line_is_read_without_a_tree_as_with_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(plain); i++)
		if (!agrees(str_of(plain[i])))
			fail_msg("not plain: %s", plain[i]);
}

static void a_line_in_another_spelling_is_left_to_the_tree(void **state)
{
	struct json *j = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(other); i++) {
		struct cells c = CELLS_INIT;

		assert_false(agrees(str_of(other[i])));
		assert_int_equal(json_read(&j, str_of(other[i]), NULL), ST_OK);
		assert_true(cells_of_tree(&c, j));
		assert_int_equal(c.count, json_count(j));
		json_free(j);
		cells_release(&c);
	}
}

static void a_line_that_is_wrong_is_not_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (agrees(str_of(wrong[i])))
			fail_msg("plain: %s", wrong[i]);
}

/* Each byte of each line taken out, doubled, or changed into any other. */
static void no_changed_byte_makes_a_line_mean_two_things(void **state)
{
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(plain); i++) {
		struct str was = str_of(plain[i]);
		char line[256];

		for (size_t at = 0; at < was.n; at++) {
			memcpy(line, was.p, was.n);
			memmove(line + at, was.p + at + 1, was.n - at - 1);
			read += agrees((struct str){ line, was.n - 1 });
			memcpy(line, was.p, was.n);
			memcpy(line + at + 1, was.p + at, was.n - at);
			read += agrees((struct str){ line, was.n + 1 });
			memcpy(line, was.p, was.n);
			for (int byte = 0; byte < 256; byte++) {
				line[at] = (char)byte;
				read += agrees((struct str){ line, was.n });
			}
		}
	}
	assert_true(read > 1000);
}

static void items_behind_the_last_that_has_room_are_passed_over(void **state)
{
	struct strbuf line = STRBUF_INIT;
	struct cells c = CELLS_INIT;
	struct json *j = NULL;

	(void)state;
	strbuf_adds(&line, "[[0]");
	for (int i = 1; i <= CELLS_MAX; i++)
		strbuf_addf(&line, ",%d", i);
	strbuf_adds(&line, "]");
	assert_false(cells_plain(&c, strbuf_str(&line)));
	assert_int_equal(json_read(&j, strbuf_str(&line), NULL), ST_OK);
	assert_true(cells_of_tree(&c, j));
	assert_int_equal(c.count, CELLS_MAX);
	assert_int_equal(cells_at(&c, CELLS_MAX - 1)->number, CELLS_MAX - 1);
	assert_int_equal(cells_at(&c, CELLS_MAX)->kind, JSON_NONE);
	json_free(j);
	cells_release(&c);
	strbuf_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_line_is_read_without_a_tree_as_with_one),
		cmocka_unit_test(a_line_in_another_spelling_is_left_to_the_tree),
		cmocka_unit_test(a_line_that_is_wrong_is_not_plain),
		cmocka_unit_test(no_changed_byte_makes_a_line_mean_two_things),
		cmocka_unit_test(items_behind_the_last_that_has_room_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
