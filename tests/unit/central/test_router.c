/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

static void every_wrong_address_method_type_and_size_is_a_problem(void **state)
{
	static const struct {
		const char *method, *path, *type, *body;
		int status;
		const char *code;
	} asks[] = {
		{ "GET", "/", "", "", 404, "no-such-address" },
		{ "GET", "/v1", "", "", 404, "no-such-address" },
		{ "GET", "/v1/cases/", "", "", 404, "no-such-address" },
		{ "GET", "/healthz/", "", "", 404, "no-such-address" },
		{ "GET", "/v1/../healthz", "", "", 404, "no-such-address" },
		{ "POST", "/v1/cases/x", "application/json", "{}", 405, "method-not-allowed" },
		{ "DELETE", "/healthz", "", "", 405, "method-not-allowed" },
		{ "GET", "/v1/intake/BYGGLOV", "", "", 405, "method-not-allowed" },
		{ "POST", "/v1/auth/challenge", "text/plain", "{}", 415, "media-type" },
		{ "POST", "/v1/auth/challenge", "application/jsonp", "{}", 415, "media-type" },
		{ "POST", "/v1/auth/challenge", "application/json", "<html>", 400, "json-syntax" },
		{ "POST", "/v1/auth/challenge", "application/json", "[]", 400, "json-syntax" },
		{ "POST", "/v1/auth/challenge", "application/json", "{}", 400, "field-missing" },
		{ "POST", "/v1/auth/challenge", "application/json", "{\"dev\":7}", 400,
		  "field-malformed" },
		{ "POST", "/v1/auth/challenge", "application/json", "{\"dev\":\"x\",\"dew\":\"x\"}",
		  400, "field-unknown" },
		{ "POST", "/v1/auth/token", "application/json", "{\"login\":\"a.b.c\"}", 401,
		  "login-refused" },
		{ "POST", "/v1/sync/pull", "application/json", "{}", 401, "token-expired" },
		{ "POST", "/v1/actions", "application/jose-lines", "x", 401, "token-expired" },
	};
	struct rig r;

	(void)state;
	rig_open(&r, 1);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		rig_do(&r, "", asks[i].method, asks[i].path, asks[i].type, str_of(asks[i].body));
		if (strcmp(rig_code(&r), asks[i].code) != 0)
			print_error("%s %s\n", asks[i].method, asks[i].path);
		rig_expect(&r, asks[i].status, asks[i].code);
	}
	rig_close(&r);
}

static void a_body_over_its_limit_is_refused_before_it_is_read(void **state)
{
	struct strbuf big = STRBUF_INIT;
	struct rig r;

	(void)state;
	rig_open(&r, 2);
	for (int i = 0; i < 16 * 1024 + 1; i++)
		strbuf_addc(&big, ' ');
	rig_do(&r, "", "POST", "/v1/auth/challenge", "application/json", strbuf_str(&big));
	rig_expect(&r, 413, "too-large");
	assert_int_equal(central_body_max("POST", "/v1/auth/challenge"), 16 * 1024);
	assert_int_equal(central_body_max("POST", "/v1/actions"), 1024 * 1024);
	assert_int_equal(central_body_max("PUT", "/v1/blobs/x"), 10 * 1024 * 1024);
	assert_int_equal(central_body_max("GET", "/nowhere"), 0);
	strbuf_release(&big);
	rig_close(&r);
}

static void a_blob_is_taken_only_under_its_own_hash(void **state)
{
	struct rig r;
	struct desk d;
	char path[128];

	(void)state;
	rig_open(&r, 3);
	desk_open(&d, &r, "britt");
	snprintf(path, sizeof(path), "/v1/blobs/%s", HASH_ZERO);
	rig_do(&r, d.token, "PUT", path, "application/octet-stream", str_of("hej"));
	rig_expect(&r, 400, "blob-hash");
	rig_do(&r, d.token, "PUT", "/v1/blobs/ABC", "application/octet-stream", str_of("hej"));
	rig_expect(&r, 400, "hash-malformed");
	assert_int_equal(desk_upload(&d, "hej"), 201);
	assert_int_equal(desk_upload(&d, "hej"), 200);
	desk_release(&d);
	rig_close(&r);
}

static void a_stopped_or_broken_store_says_nothing_of_its_inside(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4);
	assert_int_equal(db_exec(central_db(r.c), "DROP TABLE invitation", NULL), ST_OK);
	{
		struct desk d;

		desk_make(&d, &r, "britt");
		assert_int_equal(desk_try_enrol(&d, "sluss1.x.y"), 500);
		assert_null(strstr(strbuf_cstr(&r.reply.body), "invitation"));
		desk_release(&d);
	}
	rig_close(&r);
}

static void random_requests_are_always_answered(void **state)
{
	static const char *const paths[] = {
		"/v1/sync/pull",      "/v1/actions", "/v1/devices", "/v1/auth/token",
		"/v1/intake/BYGGLOV", "/v1/blobs/x", "/v1/cases/x", "/v1/log/proof",
		"/v1/sync/wait",      "/s/x",	     "/v1/acks",
	};
	static const char *const methods[] = { "GET", "POST", "PUT", "HEAD" };
	static const char *const types[] = { "application/json", "application/jose-lines", "" };
	static const char *const scraps[] = {
		"{",   "}",  "[",    "]", "\"", "subs", "epoch", ":",	  ",",
		"1e9", "-1", "null", ".", "\n", "eyJ",	"\xff",	 "title", "\\u0000",
	};
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 99);
	struct strbuf body = STRBUF_INIT;
	struct rig r;
	struct desk d;

	(void)state;
	rig_open(&r, 5);
	desk_open(&d, &r, "britt");
	for (int i = 0; i < 4000; i++) {
		strbuf_clear(&body);
		for (uint64_t n = rng_below(&rng, 12); n > 0; n--)
			strbuf_adds(&body,
				    scraps[rng_below(&rng, sizeof(scraps) / sizeof(scraps[0]))]);
		rig_ask(&r, methods[rng_below(&rng, 4)], paths[rng_below(&rng, 11)],
			types[rng_below(&rng, 3)], strbuf_str(&body));
		snprintf(r.request.bearer, sizeof(r.request.bearer), "%s", d.token);
		snprintf(r.request.idempotency_key, sizeof(r.request.idempotency_key), "k%d", i);
		strbuf_set(&r.request.query, body.data ? body.data : "", body.len);
		rig_send(&r);
		assert_true(r.reply.status >= 200 && r.reply.status < 500);
		if (r.reply.status >= 400)
			assert_string_equal(r.reply.content_type, "application/problem+json");
	}
	strbuf_release(&body);
	desk_release(&d);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_wrong_address_method_type_and_size_is_a_problem),
		cmocka_unit_test(a_body_over_its_limit_is_refused_before_it_is_read),
		cmocka_unit_test(a_blob_is_taken_only_under_its_own_hash),
		cmocka_unit_test(a_stopped_or_broken_store_says_nothing_of_its_inside),
		cmocka_unit_test(random_requests_are_always_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
