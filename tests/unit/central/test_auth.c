/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

static void invite(struct rig *r, const char *officer, char code[INVITATION_TEXT])
{
	struct err why = ERR_INIT;

	must(central_invite(r->c, officer, code, &why), &why);
}

static void an_invitation_carries_the_fingerprint_of_the_central_key(void **state)
{
	struct json *j = NULL;
	struct rig r;
	struct pubkey key;
	char code[INVITATION_TEXT], print[HASH_TEXT];

	(void)state;
	rig_open(&r, 1);
	invite(&r, "britt", code);
	assert_int_equal(rig_get(&r, "", "/v1/api-info"), 200);
	assert_int_equal(json_read(&j, strbuf_str(&r.reply.body), NULL), ST_OK);
	assert_true(
		pubkey_from_text(&key, json_get_text(json_item(json_member(j, "keys"), 0), "x")));
	sha256_hex(print, (struct str){ (const char *)key.x, 32 });
	assert_int_equal(strncmp(code, "sluss1.", 7), 0);
	assert_memory_equal(strrchr(code, '.') + 1, print, 16);
	json_free(j);
	rig_close(&r);
}

static void a_wrong_a_used_and_an_expired_code_are_told_apart(void **state)
{
	struct rig r;
	struct desk d, other, late;
	char code[INVITATION_TEXT];

	(void)state;
	rig_open(&r, 2);
	desk_make(&d, &r, "britt");
	desk_make(&other, &r, "britt");
	desk_make(&late, &r, "anna");
	desk_try_enrol(&d, "sluss1.AAAAAAAAAAAAAAAAAAAAAA.0000000000000000");
	rig_expect(&r, 403, "invitation-wrong");
	invite(&r, "britt", code);
	assert_int_equal(desk_try_enrol(&d, code), 201);
	desk_try_enrol(&other, code);
	rig_expect(&r, 403, "invitation-used");
	invite(&r, "anna", code);
	r.wall += 24 * 3600 * 1000 + 1;
	desk_try_enrol(&late, code);
	rig_expect(&r, 403, "invitation-expired");
	desk_release(&d);
	desk_release(&other);
	desk_release(&late);
	rig_close(&r);
}

static void an_enrolment_whose_answer_was_lost_gives_the_same_certificate(void **state)
{
	struct rig r;
	struct desk d;
	char code[INVITATION_TEXT], first[1024], again[1024];

	(void)state;
	rig_open(&r, 3);
	desk_make(&d, &r, "britt");
	invite(&r, "britt", code);
	assert_int_equal(desk_try_enrol(&d, code), 201);
	rig_member(&r, "certificate", first, sizeof(first));
	r.wall += 5000;
	assert_int_equal(desk_try_enrol(&d, code), 201);
	rig_member(&r, "certificate", again, sizeof(again));
	assert_string_equal(first, again);
	desk_release(&d);
	rig_close(&r);
}

static void eleven_wrong_codes_from_one_caller_are_slowed_and_others_are_not(void **state)
{
	struct rig r;
	struct desk d;
	struct strbuf body = STRBUF_INIT;
	char code[INVITATION_TEXT];

	(void)state;
	rig_open(&r, 4);
	desk_make(&d, &r, "britt");
	for (int i = 0; i < 10; i++) {
		desk_try_enrol(&d, "sluss1.wrong");
		rig_expect(&r, 403, "invitation-wrong");
	}
	invite(&r, "britt", code);
	desk_try_enrol(&d, code);
	rig_expect(&r, 429, "too-many-tries");
	assert_true(r.reply.retry_after_s > 0);
	desk_enrol_text(&d, code, &body);
	rig_ask(&r, "POST", "/v1/devices", "application/json", strbuf_str(&body));
	snprintf(r.request.peer, sizeof(r.request.peer), "198.51.100.9");
	assert_int_equal(rig_send(&r), 201);
	r.boot += 10 * 60 * 1000;
	desk_try_enrol(&d, "sluss1.wrong");
	rig_expect(&r, 403, "invitation-wrong");
	strbuf_release(&body);
	desk_release(&d);
	rig_close(&r);
}

static void whoever_enrols_a_key_holds_it(void **state)
{
	struct rig r;
	struct desk d, thief;
	struct strbuf proof = STRBUF_INIT, body = STRBUF_INIT;
	char code[INVITATION_TEXT], challenge[HASH_TEXT], x[PUBKEY_TEXT];

	(void)state;
	rig_open(&r, 5);
	desk_make(&d, &r, "britt");
	desk_make(&thief, &r, "britt");
	memcpy(thief.dev, d.dev, sizeof(thief.dev));
	invite(&r, "britt", code);
	sha256_hex(challenge, str_of(code));
	desk_login_jws(&thief, challenge, &proof);
	pubkey_text(x, signkey_public(d.key));
	strbuf_addf(&body, "{\"code\":\"%s\",\"dev\":\"%s\",\"x\":\"%s\",\"proof\":\"%s\"}", code,
		    d.dev, x, strbuf_cstr(&proof));
	rig_post(&r, "", "/v1/devices", strbuf_cstr(&body));
	rig_expect(&r, 400, "jws-kid");
	assert_int_equal(desk_try_enrol(&d, code), 201);
	strbuf_release(&proof);
	strbuf_release(&body);
	desk_release(&d);
	desk_release(&thief);
	rig_close(&r);
}

static void a_challenge_works_once_and_for_a_minute(void **state)
{
	struct rig r;
	struct desk d;
	struct strbuf jws = STRBUF_INIT, body = STRBUF_INIT;
	char json[128], challenge[HASH_TEXT];

	(void)state;
	rig_open(&r, 6);
	desk_open(&d, &r, "britt");
	for (int late = 0; late < 2; late++) {
		snprintf(json, sizeof(json), "{\"dev\":\"%s\"}", d.dev);
		assert_int_equal(rig_post(&r, "", "/v1/auth/challenge", json), 200);
		rig_member(&r, "challenge", challenge, sizeof(challenge));
		desk_login_jws(&d, challenge, &jws);
		strbuf_clear(&body);
		strbuf_addf(&body, "{\"login\":\"%s\"}", strbuf_cstr(&jws));
		if (late)
			r.wall += 60001;
		else
			assert_int_equal(rig_post(&r, "", "/v1/auth/token", strbuf_cstr(&body)),
					 200);
		rig_post(&r, "", "/v1/auth/token", strbuf_cstr(&body));
		rig_expect(&r, 401, "login-refused");
	}
	strbuf_release(&jws);
	strbuf_release(&body);
	desk_release(&d);
	rig_close(&r);
}

static void an_unknown_device_gets_a_challenge_and_no_token(void **state)
{
	struct rig r;
	struct desk stranger;
	int64_t kept;

	(void)state;
	rig_open(&r, 7);
	desk_make(&stranger, &r, "britt");
	assert_int_equal(desk_try_login(&stranger), 401);
	/* A stranger's knocking fills nothing. */
	assert_int_equal(
		db_get_int(central_db(r.c), "SELECT count(*) FROM challenge", &kept, -1, NULL),
		ST_OK);
	assert_int_equal(kept, 0);
	rig_expect(&r, 401, "login-refused");
	desk_release(&stranger);
	rig_close(&r);
}

static void a_token_ends_after_fifteen_minutes_and_is_stored_hashed(void **state)
{
	struct rig r;
	struct desk d;
	struct stmt *q;

	(void)state;
	rig_open(&r, 8);
	desk_open(&d, &r, "britt");
	assert_int_equal(rig_get(&r, d.token, "/v1/keys"), 200);
	q = db_stmt(central_db(r.c), "SELECT count(*) FROM token WHERE hash = ?1");
	stmt_cstr(q, 1, d.token);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	assert_int_equal(stmt_col_int(q, 0), 0);
	stmt_reset(q);
	r.wall += 15 * 60 * 1000;
	rig_get(&r, d.token, "/v1/keys");
	rig_expect(&r, 401, "token-expired");
	rig_get(&r, "", "/v1/keys");
	rig_expect(&r, 401, "token-expired");
	desk_release(&d);
	rig_close(&r);
}

static void a_lost_device_is_shut_out_at_once(void **state)
{
	struct rig r;
	struct desk d;

	(void)state;
	rig_open(&r, 9);
	desk_open(&d, &r, "britt");
	assert_int_equal(central_revoke(r.c, d.dev, "lost", 0, NULL), ST_OK);
	rig_get(&r, d.token, "/v1/keys");
	rig_expect(&r, 403, "device-revoked");
	desk_try_login(&d);
	rig_expect(&r, 403, "device-revoked");
	desk_release(&d);
	rig_close(&r);
}

static void a_device_reported_lost_stays_lost(void **state)
{
	struct rig r;
	struct desk d;
	struct err why = ERR_INIT;

	(void)state;
	rig_open(&r, 11);
	desk_open(&d, &r, "britt");
	assert_int_equal(central_revoke(r.c, d.dev, "lost", 0, NULL), ST_OK);
	assert_int_equal(central_revoke(r.c, d.dev, "retired", 99, &why), ST_REFUSED);
	assert_string_equal(why.code, "device-state");
	rig_get(&r, d.token, "/v1/keys");
	rig_expect(&r, 403, "device-revoked");
	desk_release(&d);
	rig_close(&r);
}

static void a_login_never_passes_for_an_action(void **state)
{
	struct rig r;
	struct desk d;
	struct strbuf jws = STRBUF_INIT;

	(void)state;
	rig_open(&r, 10);
	desk_open(&d, &r, "britt");
	desk_login_jws(&d, HASH_ZERO, &jws);
	desk_post(&d, strbuf_str(&jws));
	rig_expect(&r, 400, "jws-typ");
	strbuf_release(&jws);
	desk_release(&d);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invitation_carries_the_fingerprint_of_the_central_key),
		cmocka_unit_test(a_wrong_a_used_and_an_expired_code_are_told_apart),
		cmocka_unit_test(an_enrolment_whose_answer_was_lost_gives_the_same_certificate),
		cmocka_unit_test(eleven_wrong_codes_from_one_caller_are_slowed_and_others_are_not),
		cmocka_unit_test(whoever_enrols_a_key_holds_it),
		cmocka_unit_test(a_challenge_works_once_and_for_a_minute),
		cmocka_unit_test(an_unknown_device_gets_a_challenge_and_no_token),
		cmocka_unit_test(a_token_ends_after_fifteen_minutes_and_is_stored_hashed),
		cmocka_unit_test(a_lost_device_is_shut_out_at_once),
		cmocka_unit_test(a_device_reported_lost_stays_lost),
		cmocka_unit_test(a_login_never_passes_for_an_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
