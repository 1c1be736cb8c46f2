/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/encode.h"
#include "sign/jws.h"
#include "tests/unit/sign/vectors.h"
#include "wire/payload.h"

#include "base/banned.h"

/* Why each envelope of the vectors must be refused, and the code it gets. */
static const struct {
	const char *why, *code;
} refusals[] = {
	{ "one character of the payload changed", "jws-signature" },
	{ "one character of the signature changed", "jws-signature" },
	{ "alg EdDSA (deprecated name)", "jws-header" },
	{ "typ of a login used for an action", "jws-typ" },
	{ "an extra header member (jwk)", "jws-header" },
	{ "duplicate key in the payload", "payload-syntax" },
	{ "a float in the payload", "payload-float" },
	{ "an unknown member in the payload", "payload-member" },
	{ "alg none", "jws-header" },
	{ "padding in base64url", "jws-form" },
	{ "kid of another key", "jws-signature" },
};

static const char *expected_code(struct str why)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (str_eq(why, refusals[i].why))
			return refusals[i].code;
	return NULL;
}

static struct signkey *key_of_seed(const char *hex)
{
	unsigned char seed[32];

	assert_true(hex_decode(seed, sizeof(seed), str_of(hex)));
	return signkey_from_seed(seed);
}

static struct signkey *some_key(int nr)
{
	unsigned char seed[32] = { (unsigned char)nr, 7 };

	return signkey_from_seed(seed);
}

static void good_vector(const struct json *v)
{
	char seed[65], kid[KID_TEXT], x[PUBKEY_TEXT], want[HASH_TEXT], ah[HASH_TEXT];
	struct strbuf payload = STRBUF_INIT, again = STRBUF_INIT;
	struct str compact = json_get_text(v, "compact");
	struct action a = ACTION_INIT;
	struct signkey *k;
	struct err why = ERR_INIT;

	vector_text(v, "seed", seed, sizeof(seed));
	vector_text(v, "kid", kid, sizeof(kid));
	vector_text(v, "ah", want, sizeof(want));
	k = key_of_seed(seed);
	pubkey_text(x, signkey_public(k));
	assert_true(str_eq(json_get_text(v, "x"), x));
	assert_string_equal(signkey_public(k)->kid, kid);
	assert_int_equal(jws_open(&payload, ah, signkey_public(k), TYP_ACTION, compact, &why),
			 ST_OK);
	assert_string_equal(ah, want);
	assert_true(str_eq(json_get_text(v, "payload"), strbuf_cstr(&payload)));
	assert_int_equal(payload_read(&a, strbuf_str(&payload), &why), ST_OK);
	assert_int_equal(payload_write(&again, &a, &why), ST_OK);
	assert_string_equal(strbuf_cstr(&again), strbuf_cstr(&payload));
	strbuf_clear(&again);
	assert_int_equal(jws_sign(&again, ah, k, TYP_ACTION, strbuf_str(&payload), &why), ST_OK);
	assert_true(str_eq(compact, strbuf_cstr(&again)));
	assert_string_equal(ah, want);
	action_release(&a);
	strbuf_release(&payload);
	strbuf_release(&again);
	signkey_free(k);
}

static void every_good_envelope_verifies_parses_and_is_written_again_byte_for_byte(void **state)
{
	struct json *v = vectors_open("jws.json");
	const struct json *good = json_member(v, "good");

	(void)state;
	assert_true(json_count(good) >= 8);
	for (size_t i = 0; i < json_count(good); i++)
		good_vector(json_item(good, i));
	json_free(v);
}

/* As the central does it: the key that the header names, else the key that
 * the envelope is said to be of. */
static const struct json *key_named(const struct json *good, struct str compact)
{
	char kid[KID_TEXT];

	for (size_t i = 0; jws_kid(kid, compact, NULL) == ST_OK && i < json_count(good); i++)
		if (str_eq(json_get_text(json_item(good, i), "kid"), kid))
			return json_item(good, i);
	return json_item(good, 1);
}

static void every_bad_envelope_is_refused_with_its_code(void **state)
{
	struct json *v = vectors_open("jws.json");
	const struct json *good = json_member(v, "good"), *bad = json_member(v, "bad");

	(void)state;
	assert_int_equal(json_count(bad), sizeof(refusals) / sizeof(refusals[0]));
	for (size_t i = 0; i < json_count(bad); i++) {
		struct str compact = json_get_text(json_item(bad, i), "compact");
		const char *code = expected_code(json_get_text(json_item(bad, i), "why"));
		struct strbuf payload = STRBUF_INIT;
		struct action a = ACTION_INIT;
		struct err why = ERR_INIT;
		struct pubkey key;
		enum status st;

		assert_non_null(code);
		assert_true(pubkey_from_text(&key, json_get_text(key_named(good, compact), "x")));
		st = jws_open(&payload, NULL, &key, TYP_ACTION, compact, &why);
		if (st == ST_OK)
			st = payload_read(&a, strbuf_str(&payload), &why);
		assert_int_equal(st, ST_BAD_INPUT);
		assert_string_equal(why.code, code);
		action_release(&a);
		strbuf_release(&payload);
	}
	json_free(v);
}

static void what_one_key_signs_no_other_key_opens(void **state)
{
	struct signkey *a = some_key(1), *b = some_key(2);
	struct strbuf jws = STRBUF_INIT, out = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(jws_sign(&jws, NULL, a, TYP_ACK, str_of("{}"), NULL), ST_OK);
	assert_int_equal(jws_open(&out, NULL, signkey_public(b), TYP_ACK, strbuf_str(&jws), &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "jws-kid");
	assert_int_equal(out.len, 0);
	assert_int_equal(jws_open(&out, NULL, signkey_public(a), TYP_ACK, strbuf_str(&jws), NULL),
			 ST_OK);
	assert_string_equal(strbuf_cstr(&out), "{}");
	strbuf_release(&jws);
	strbuf_release(&out);
	signkey_free(a);
	signkey_free(b);
}

static void a_login_never_passes_for_an_action(void **state)
{
	struct signkey *k = some_key(1);
	struct strbuf jws = STRBUF_INIT, out = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(jws_sign(&jws, NULL, k, TYP_LOGIN, str_of("{}"), NULL), ST_OK);
	assert_int_equal(
		jws_open(&out, NULL, signkey_public(k), TYP_ACTION, strbuf_str(&jws), &why),
		ST_BAD_INPUT);
	assert_string_equal(why.code, "jws-typ");
	strbuf_release(&jws);
	strbuf_release(&out);
	signkey_free(k);
}

static void an_envelope_with_any_one_byte_changed_or_cut_off_is_refused(void **state)
{
	struct signkey *k = some_key(3);
	struct strbuf jws = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	assert_int_equal(jws_sign(&jws, NULL, k, TYP_ACTION, str_of("{\"v\":1}"), NULL), ST_OK);
	for (size_t i = 0; i < jws.len; i++) {
		char was = jws.data[i];

		jws.data[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(
			jws_open(&out, NULL, signkey_public(k), TYP_ACTION, strbuf_str(&jws), NULL),
			ST_BAD_INPUT);
		jws.data[i] = was;
		assert_int_equal(jws_open(&out, NULL, signkey_public(k), TYP_ACTION,
					  (struct str){ jws.data, i }, NULL),
				 ST_BAD_INPUT);
	}
	assert_int_equal(out.len, 0);
	strbuf_addc(&jws, '\n');
	assert_int_equal(
		jws_open(&out, NULL, signkey_public(k), TYP_ACTION, strbuf_str(&jws), NULL),
		ST_BAD_INPUT);
	strbuf_release(&jws);
	strbuf_release(&out);
	signkey_free(k);
}

/* Sign what the module would never write: any header at all. */
static void forge(struct strbuf *out, const struct signkey *k, const char *header)
{
	unsigned char sig[64];

	strbuf_clear(out);
	b64url_encode(out, header, strlen(header));
	strbuf_addc(out, '.');
	b64url_encode(out, "{}", 2);
	signkey_sign(k, sig, strbuf_str(out));
	strbuf_addc(out, '.');
	b64url_encode(out, sig, sizeof(sig));
}

static void a_header_in_any_other_spelling_is_refused_though_its_signature_holds(void **state)
{
	static const char *const forms[] = {
		"{\"typ\":\"sluss-ack+jws\",\"alg\":\"Ed25519\",\"kid\":\"%s\"}",
		"{\"alg\": \"Ed25519\",\"typ\":\"sluss-ack+jws\",\"kid\":\"%s\"}",
		"{\"alg\":\"Ed25519\",\"typ\":\"sluss-ack+jws\",\"kid\":\"%s\"} ",
		"{\"alg\":\"Ed25519\",\"typ\":\"sluss-ack+jws\",\"kid\":\"%s\",\"crit\":[]}",
		"{\"alg\":\"Ed25519\",\"typ\":\"sluss-ack\\u002bjws\",\"kid\":\"%s\"}",
		"{\"alg\":\"ed25519\",\"typ\":\"sluss-ack+jws\",\"kid\":\"%s\"}",
		"{\"alg\":\"Ed25519\",\"typ\":\"sluss-ack+jws\",\"kid\":\"%s=\"}",
		"{\"alg\":\"Ed25519\",\"typ\":\"\",\"kid\":\"%s\"}",
		"{\"alg\":\"Ed25519\",\"typ\":\"sluss-ack+jws\"}",
		"{\"alg\":\"Ed25519\"}",
		"{}",
		"[]",
		"",
	};
	struct signkey *k = some_key(4);
	struct strbuf jws = STRBUF_INIT, out = STRBUF_INIT, header = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *at = strstr(forms[i], "%s");
		struct err why = ERR_INIT;

		strbuf_set(&header, forms[i], at ? (size_t)(at - forms[i]) : strlen(forms[i]));
		if (at)
			strbuf_addf(&header, "%s%s", signkey_public(k)->kid, at + 2);
		forge(&jws, k, strbuf_cstr(&header));
		assert_int_equal(
			jws_open(&out, NULL, signkey_public(k), TYP_ACK, strbuf_str(&jws), &why),
			ST_BAD_INPUT);
		assert_string_equal(why.code, "jws-header");
	}
	strbuf_release(&jws);
	strbuf_release(&out);
	strbuf_release(&header);
	signkey_free(k);
}

static void an_envelope_over_64_kib_is_neither_made_nor_opened(void **state)
{
	struct signkey *k = some_key(5);
	struct strbuf big = STRBUF_INIT, jws = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	while (big.len < PAYLOAD_MAX)
		strbuf_addc(&big, ' ');
	assert_int_equal(jws_sign(&jws, NULL, k, TYP_ACTION, strbuf_str(&big), &why), ST_OK);
	assert_true(jws.len <= ENVELOPE_MAX);
	strbuf_clear(&jws);
	while (big.len < 50000)
		strbuf_addc(&big, ' ');
	assert_int_equal(jws_sign(&jws, NULL, k, TYP_ACTION, strbuf_str(&big), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "jws-form");
	assert_int_equal(jws.len, 0);
	strbuf_release(&big);
	strbuf_release(&jws);
	signkey_free(k);
}

static void ah_needs_exactly_two_dots_and_is_the_hash_of_what_stands_before_the_last(void **state)
{
	char ah[HASH_TEXT], want[HASH_TEXT];

	(void)state;
	assert_false(jws_ah(ah, str_of("")));
	assert_false(jws_ah(ah, str_of("a.b")));
	assert_false(jws_ah(ah, str_of("a.b.c.d")));
	assert_true(jws_ah(ah, str_of("a.b.c")));
	sha256_hex(want, str_of("a.b"));
	assert_string_equal(ah, want);
}

static void a_thumbprint_is_that_of_rfc_8037_appendix_a_3(void **state)
{
	struct pubkey p;

	(void)state;
	assert_true(pubkey_from_text(&p, str_of("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")));
	assert_string_equal(p.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
	assert_false(pubkey_from_text(&p, str_of("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR")));
	assert_false(pubkey_from_text(&p, str_of("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp")));
}

static void the_seed_that_is_sealed_makes_the_same_key_again(void **state)
{
	struct rng_seeded s;
	struct rng rng = rng_from_seed(&s, 42);
	struct signkey *a = signkey_make(&rng), *b;
	unsigned char seed[32];

	(void)state;
	signkey_seed(a, seed);
	b = signkey_from_seed(seed);
	assert_string_equal(signkey_public(a)->kid, signkey_public(b)->kid);
	signkey_free(a);
	signkey_free(b);
	signkey_free(NULL);
}

static void secrets_compare_by_all_their_bytes(void **state)
{
	(void)state;
	assert_true(same_secret("abcd", "abcd", 4));
	assert_false(same_secret("abcd", "abce", 4));
	assert_true(same_secret("abcd", "abce", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_good_envelope_verifies_parses_and_is_written_again_byte_for_byte),
		cmocka_unit_test(every_bad_envelope_is_refused_with_its_code),
		cmocka_unit_test(what_one_key_signs_no_other_key_opens),
		cmocka_unit_test(a_login_never_passes_for_an_action),
		cmocka_unit_test(an_envelope_with_any_one_byte_changed_or_cut_off_is_refused),
		cmocka_unit_test(
			a_header_in_any_other_spelling_is_refused_though_its_signature_holds),
		cmocka_unit_test(an_envelope_over_64_kib_is_neither_made_nor_opened),
		cmocka_unit_test(
			ah_needs_exactly_two_dots_and_is_the_hash_of_what_stands_before_the_last),
		cmocka_unit_test(a_thumbprint_is_that_of_rfc_8037_appendix_a_3),
		cmocka_unit_test(the_seed_that_is_sealed_makes_the_same_key_again),
		cmocka_unit_test(secrets_compare_by_all_their_bytes),
	};

	return cmocka_run_group_tests(tests, start_sign, NULL);
}
