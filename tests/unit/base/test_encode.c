/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/encode.h"

#include "base/banned.h"

static void hex_goes_out_and_comes_back(void **state)
{
	unsigned char all[256], back[256];
	char text[513];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	hex_encode(text, all, sizeof(all));
	assert_int_equal(strlen(text), 512);
	assert_int_equal(strncmp(text, "000102", 6), 0);
	assert_true(hex_decode(back, sizeof(back), str_of(text)));
	assert_memory_equal(all, back, sizeof(all));
	hex_encode(text, all, 0);
	assert_string_equal(text, "");
	assert_true(hex_decode(back, 0, str_of("")));
}

static void hex_has_one_spelling(void **state)
{
	static const char *const bad[] = {
		"", "0", "0AFF", "0af", "0afff", "0agg", " 0af", "0x0a"
	};
	unsigned char out[2];

	(void)state;
	assert_true(hex_decode(out, 2, str_of("0aff")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(hex_decode(out, 2, str_of(bad[i])));
}

/* RFC 4648 section 10. */
static const struct {
	const char *plain, *padded, *url;
} vectors[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "+/+/", "-_-_" },
};

static void base64_is_as_rfc_4648_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct strbuf b = STRBUF_INIT;
		size_t n = strlen(vectors[i].plain);

		assert_true(b64_encode(&b, vectors[i].plain, n));
		assert_string_equal(strbuf_cstr(&b), vectors[i].padded);
		strbuf_clear(&b);
		assert_true(b64url_encode(&b, vectors[i].plain, n));
		assert_string_equal(strbuf_cstr(&b), vectors[i].url);
		strbuf_clear(&b);
		assert_true(b64_decode(&b, str_of(vectors[i].padded)));
		assert_string_equal(strbuf_cstr(&b), vectors[i].plain);
		strbuf_clear(&b);
		assert_true(b64url_decode(&b, str_of(vectors[i].url)));
		assert_string_equal(strbuf_cstr(&b), vectors[i].plain);
		strbuf_release(&b);
	}
}

static void base64url_has_one_spelling(void **state)
{
	static const char *const bad[] = { "Zg==",  "Z",      "Zh",	"Zm9", "Zm9vY",
					   "Zm 9",  "Zm9v\n", "+/+/",	"Zg=", "====",
					   "Zm9v=", "å",      "Zm9vYmG" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct strbuf b = STRBUF_INIT;

		if (b64url_decode(&b, str_of(bad[i])))
			fail_msg("\"%s\" was taken", bad[i]);
		strbuf_release(&b);
	}
	struct strbuf b = STRBUF_INIT;

	assert_false(b64url_decode(&b, (struct str){ "Zg\0\0", 4 }));
	strbuf_release(&b);
}

static void base64_wants_its_padding_and_no_more(void **state)
{
	static const char *const bad[] = { "Zg",   "Zg=",  "Zh==", "Zm9=", "Zm9v====", "=",
					   "====", "Zg=a", "-_-_", "Z===", "Zg==Zg==" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct strbuf b = STRBUF_INIT;

		if (b64_decode(&b, str_of(bad[i])))
			fail_msg("\"%s\" was taken", bad[i]);
		strbuf_release(&b);
	}
}

static void an_exact_decode_takes_no_other_length(void **state)
{
	unsigned char out[3] = { 9, 9, 9 };

	(void)state;
	assert_true(b64url_decode_exact(out, 3, str_of("Zm9v")));
	assert_memory_equal(out, "foo", 3);
	assert_false(b64url_decode_exact(out, 3, str_of("Zm8")));
	assert_false(b64url_decode_exact(out, 3, str_of("Zm9vYg")));
	assert_false(b64url_decode_exact(out, 3, str_of("Zm9+")));
}

static void every_length_comes_back(void **state)
{
	unsigned char bytes[200];

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		struct strbuf text = STRBUF_INIT, back = STRBUF_INIT;

		bytes[n] = (unsigned char)(n * 37 + 11);
		assert_true(b64url_encode(&text, bytes, n));
		assert_true(b64url_decode(&back, strbuf_str(&text)));
		assert_int_equal(back.len, n);
		if (n)
			assert_memory_equal(back.data, bytes, n);
		strbuf_release(&text);
		strbuf_release(&back);
	}
}

static void a_ceiling_stops_the_output(void **state)
{
	struct strbuf b = STRBUF_INIT_MAX(3);

	(void)state;
	assert_false(b64url_encode(&b, "foo", 3));
	strbuf_clear(&b);
	assert_false(b64_decode(&b, str_of("Zm9vYmFy")));
	strbuf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_goes_out_and_comes_back),
		cmocka_unit_test(hex_has_one_spelling),
		cmocka_unit_test(base64_is_as_rfc_4648_says),
		cmocka_unit_test(base64url_has_one_spelling),
		cmocka_unit_test(base64_wants_its_padding_and_no_more),
		cmocka_unit_test(an_exact_decode_takes_no_other_length),
		cmocka_unit_test(every_length_comes_back),
		cmocka_unit_test(a_ceiling_stops_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
