/* SPDX-License-Identifier: EUPL-1.2 */
/* gzip data, whole, in pieces, cut and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#include "wire/gunzip.h"

#include "base/banned.h"

static void pack(struct strbuf *out, const char *text, size_t n)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_true(strbuf_reserve(out, n + 1000));
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)(void *)(out->data + out->len);
	z.avail_out = (uInt)n + 1000;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len += z.total_out;
	deflateEnd(&z);
}

/* Unpack in pieces of `piece` bytes in and at most `room` out. */
static enum status unpack(struct strbuf *out, struct str packed, size_t piece, size_t room,
			  bool *whole, struct err *why)
{
	struct gunzip *g = gunzip_new();
	enum status st = ST_OK;

	assert_non_null(g);
	while (st == ST_OK && packed.n) {
		size_t n = packed.n < piece ? packed.n : piece;
		struct str in = { packed.p, n };
		size_t before;

		do {
			before = out->len;
			st = gunzip_step(g, &in, out, room, why);
			assert_true(out->len - before <= room);
		} while (st == ST_OK && (in.n || out->len > before));
		packed.p += n;
		packed.n -= n;
	}
	*whole = gunzip_whole(g);
	gunzip_free(g);
	return st;
}

static const char text[] = "{\"case\":\"a\"}\n{\"case\":\"b\"}\n";

static void it_unpacks_whatever_the_pieces(void **state)
{
	struct strbuf packed = STRBUF_INIT, out = STRBUF_INIT;
	bool whole;

	(void)state;
	pack(&packed, text, sizeof(text) - 1);
	for (size_t piece = 1; piece <= packed.len; piece++)
		for (size_t room = 1; room < 40; room += 13) {
			strbuf_clear(&out);
			assert_int_equal(
				unpack(&out, strbuf_str(&packed), piece, room, &whole, NULL),
				ST_OK);
			assert_true(whole);
			assert_string_equal(strbuf_cstr(&out), text);
		}
	assert_true(gunzip_magic(strbuf_str(&packed)));
	assert_false(gunzip_magic(str_of(text)));
	strbuf_release(&packed);
	strbuf_release(&out);
}

static void members_behind_each_other_are_one_text(void **state)
{
	struct strbuf packed = STRBUF_INIT, out = STRBUF_INIT;
	bool whole;

	(void)state;
	pack(&packed, text, 13);
	pack(&packed, text + 13, sizeof(text) - 14);
	assert_int_equal(unpack(&out, strbuf_str(&packed), 7, 100, &whole, NULL), ST_OK);
	assert_true(whole);
	assert_string_equal(strbuf_cstr(&out), text);
	strbuf_release(&packed);
	strbuf_release(&out);
}

static void data_that_is_cut_anywhere_is_not_whole(void **state)
{
	struct strbuf packed = STRBUF_INIT, out = STRBUF_INIT;
	bool whole;

	(void)state;
	pack(&packed, text, sizeof(text) - 1);
	for (size_t n = 0; n < packed.len; n++) {
		strbuf_clear(&out);
		assert_int_equal(unpack(&out, (struct str){ packed.data, n }, 64, 64, &whole, NULL),
				 ST_OK);
		assert_false(whole);
	}
	strbuf_release(&packed);
	strbuf_release(&out);
}

static void a_changed_byte_is_found(void **state)
{
	struct strbuf packed = STRBUF_INIT, out = STRBUF_INIT;
	struct err why = ERR_INIT;
	bool whole;

	(void)state;
	pack(&packed, text, sizeof(text) - 1);
	/* The checksum is in the last eight bytes but four, the length last. */
	for (size_t back = 1; back <= 8; back++) {
		packed.data[packed.len - back] ^= 1;
		strbuf_clear(&out);
		err_clear(&why);
		assert_int_equal(unpack(&out, strbuf_str(&packed), 64, 64, &whole, &why),
				 ST_BAD_INPUT);
		assert_string_equal(why.code, "gzip-damaged");
		packed.data[packed.len - back] ^= 1;
	}
	strbuf_addc(&packed, 'x');
	strbuf_addc(&packed, 'y');
	assert_int_equal(unpack(&out, strbuf_str(&packed), 64, 64, &whole, NULL), ST_BAD_INPUT);
	strbuf_release(&packed);
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_unpacks_whatever_the_pieces),
		cmocka_unit_test(members_behind_each_other_are_one_text),
		cmocka_unit_test(data_that_is_cut_anywhere_is_not_whole),
		cmocka_unit_test(a_changed_byte_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
