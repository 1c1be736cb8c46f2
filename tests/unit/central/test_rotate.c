/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "sign/rotation.h"

#include "base/banned.h"

struct scene {
	struct rig r;
	struct desk d;
	struct signkey *next;
	char case_id[UUID_TEXT];
};

static void open_scene(struct scene *s, uint64_t seed)
{
	rig_open(&s->r, seed);
	desk_open(&s->d, &s->r, "britt");
	rig_case(&s->r, "BYGGLOV", s->case_id);
	s->next = signkey_make(&s->r.env.rng);
}

static void close_scene(struct scene *s)
{
	signkey_free(s->next);
	desk_release(&s->d);
	rig_close(&s->r);
}

/* The word of `old` for `next`, and the answer to it. */
static int rotate(struct scene *s, const struct signkey *old, const struct signkey *next,
		  int64_t through)
{
	struct rotation w = { .through = through, .ts = s->r.wall };
	struct strbuf jws = STRBUF_INIT, body = STRBUF_INIT;
	struct err why = ERR_INIT;
	char path[120];

	snprintf(w.aud, sizeof(w.aud), "%s", central_aud(s->r.c));
	memcpy(w.dev, s->d.dev, sizeof(w.dev));
	must(rotation_make(&jws, &w, old, next, &why), &why);
	strbuf_addf(&body, "{\"rotation\":\"%s\"}", strbuf_cstr(&jws));
	snprintf(path, sizeof(path), "/v1/devices/%s/rotate", s->d.dev);
	rig_post(&s->r, "", path, strbuf_cstr(&body));
	strbuf_release(&jws);
	strbuf_release(&body);
	return s->r.reply.status;
}

/* The desk goes on with the new key; the old one is given back. */
static struct signkey *take_next(struct scene *s)
{
	struct signkey *old = s->d.key;

	s->d.key = s->next;
	s->next = NULL;
	return old;
}

static int64_t faults(struct scene *s)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(s->r.c, &f, NULL, NULL, &why), &why);
	return f.faults;
}

static void draft_note(struct scene *s, struct action *a)
{
	desk_draft(&s->d, a, s->case_id, "note.add");
	set_arg(a, "kind", "working");
	set_arg(a, "text", "Ringt.");
}

/* Each key is kept for good, and is told to every workstation. */
static void a_device_that_changes_its_key_without_end_has_to_wait(void **state)
{
	struct scene s;
	int taken = 0;

	(void)state;
	open_scene(&s, 12);
	for (int i = 0; i < 100; i++) {
		s.r.wall += 60000;
		if (rotate(&s, s.d.key, s.next, 0) != 200)
			break;
		taken++;
		signkey_free(take_next(&s));
		s.next = signkey_make(&s.r.env.rng);
	}
	assert_in_range(taken, 10, 40);
	rig_expect(&s.r, 429, "too-many-rotations");
	assert_true(s.r.reply.retry_after_s > 0);
	assert_int_equal(desk_try_login(&s.d), 200); /* by the key that it has */
	s.r.wall += 24LL * 3600 * 1000;
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	close_scene(&s);
}

static void what_the_old_key_signed_goes_up_to_its_bound_and_no_further(void **state)
{
	struct scene s;
	struct signkey *old;
	struct action a = ACTION_INIT;
	struct strbuf pending = STRBUF_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 1);
	draft_note(&s, &a);
	desk_sign(&s.d, &a);
	strbuf_set(&pending, s.d.jws.data, s.d.jws.len);
	assert_int_equal(rotate(&s, s.d.key, s.next, 1), 200);
	old = take_next(&s);
	assert_int_equal(desk_try_login(&s.d), 200);
	/* One of each key in one request. */
	draft_note(&s, &a);
	desk_sign(&s.d, &a);
	strbuf_addc(&pending, '\n');
	strbuf_add(&pending, s.d.jws.data, s.d.jws.len);
	assert_int_equal(desk_post(&s.d, strbuf_str(&pending)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	rig_ack(&s.r, 1, &ack);
	assert_true(verdict_stands(ack.verdict));
	/* The old key is at its end. */
	s.next = s.d.key;
	s.d.key = old;
	draft_note(&s, &a);
	desk_sign(&s.d, &a);
	desk_post(&s.d, strbuf_str(&s.d.jws));
	rig_expect(&s.r, 403, "key-replaced");
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "key-replaced");
	assert_int_equal(faults(&s), 0);
	action_release(&a);
	strbuf_release(&pending);
	close_scene(&s);
}

static void a_rotation_whose_answer_was_lost_gives_the_same_certificate(void **state)
{
	struct scene s;
	char first[1024], again[1024];

	(void)state;
	open_scene(&s, 2);
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	rig_member(&s.r, "certificate", first, sizeof(first));
	s.r.wall += 86400000;
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	rig_member(&s.r, "certificate", again, sizeof(again));
	assert_string_equal(first, again);
	close_scene(&s);
}

static void another_word_of_a_key_that_was_replaced_is_refused(void **state)
{
	struct scene s;
	struct signkey *third;

	(void)state;
	open_scene(&s, 3);
	third = signkey_make(&s.r.env.rng);
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	rotate(&s, s.d.key, third, 0);
	rig_expect(&s.r, 403, "key-replaced");
	/* Nor does a stranger's key get a word in. */
	rotate(&s, third, s.d.key, 0);
	rig_expect(&s.r, 403, "rotation-refused");
	/* Nor does a key that the device had before come back. */
	rotate(&s, s.next, s.d.key, 0);
	rig_expect(&s.r, 409, "device-known");
	assert_int_equal(rotate(&s, s.next, third, 0), 200);
	assert_int_equal(faults(&s), 0);
	signkey_free(third);
	close_scene(&s);
}

/* Two copies of a folder: the one went on twice while the other was away. */
static void who_missed_two_changes_is_told_of_the_one_from_the_key_that_it_has(void **state)
{
	struct scene s;
	struct signkey *third;
	struct rotation told;
	struct pubkey named;
	char word[PROBLEM_JWS];

	(void)state;
	open_scene(&s, 14);
	third = signkey_make(&s.r.env.rng);
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	assert_int_equal(rotate(&s, s.next, third, 0), 200);
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 403, "key-replaced");
	rig_member(&s.r, "jws", word, sizeof(word));
	assert_int_equal(rotation_open(&told, &named, str_of(word), signkey_public(s.next), NULL),
			 ST_OK);
	assert_string_equal(told.kid, signkey_public(third)->kid);
	signkey_free(third);
	close_scene(&s);
}

static void a_proof_by_another_key_names_no_next_one(void **state)
{
	struct scene s;
	struct rotation w = { .through = 0 }, read;
	struct strbuf jws = STRBUF_INIT, payload = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	open_scene(&s, 4);
	w.ts = s.r.wall;
	snprintf(w.aud, sizeof(w.aud), "%s", central_aud(s.r.c));
	memcpy(w.dev, s.d.dev, sizeof(w.dev));
	must(rotation_make(&jws, &w, s.d.key, s.next, &why), &why);
	must(rotation_open(&read, NULL, strbuf_str(&jws), signkey_public(s.d.key), &why), &why);
	/* The proof is for another device now. */
	w.dev[0] = w.dev[0] == '1' ? '2' : '1';
	assert_true(rotation_write(&payload, &w));
	strbuf_clear(&jws);
	must(jws_sign(&jws, NULL, s.d.key, TYP_ROTATE, strbuf_str(&payload), &why), &why);
	assert_int_equal(
		rotation_open(&read, NULL, strbuf_str(&jws), signkey_public(s.d.key), &why),
		ST_BAD_INPUT);
	assert_string_equal(why.code, "rotation-proof");
	strbuf_release(&jws);
	strbuf_release(&payload);
	close_scene(&s);
}

static void a_bound_below_what_was_received_freezes_the_device(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 5);
	draft_note(&s, &a);
	desk_send(&s.d, &a, &ack);
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 409, "device-fork");
	rotate(&s, s.d.key, s.next, 1);
	rig_expect(&s.r, 409, "device-fork");
	assert_int_equal(faults(&s), 0);
	action_release(&a);
	close_scene(&s);
}

static void a_device_that_may_not_log_in_may_not_rotate(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 6);
	s.r.wall += 180LL * 86400000;
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 403, "device-revoked");
	s.r.wall -= 86400000;
	assert_int_equal(central_revoke(s.r.c, s.d.dev, "retired", 0, NULL), ST_OK);
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 403, "device-revoked");
	assert_int_equal(central_revoke(s.r.c, s.d.dev, "lost", 0, NULL), ST_OK);
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 403, "device-revoked");
	close_scene(&s);
}

static void a_new_certificate_is_good_for_as_long_as_the_first(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 7);
	s.r.wall += 170LL * 86400000;
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	signkey_free(take_next(&s));
	s.r.wall += 170LL * 86400000;
	assert_int_equal(desk_try_login(&s.d), 200);
	s.r.wall += 11LL * 86400000;
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-revoked");
	close_scene(&s);
}

static void everybody_is_told_of_the_keys_that_a_device_had(void **state)
{
	struct scene s;
	struct signkey *old;
	struct json *j = NULL;
	const struct json *keys;
	char text[64];

	(void)state;
	open_scene(&s, 8);
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	old = take_next(&s);
	assert_int_equal(desk_try_login(&s.d), 200);
	assert_int_equal(rig_get(&s.r, s.d.token, "/v1/keys"), 200);
	assert_int_equal(json_read(&j, strbuf_str(&s.r.reply.body), NULL), ST_OK);
	keys = json_member(j, "keys");
	assert_int_equal(json_count(keys), 2);
	assert_true(json_copy_text(json_item(keys, 0), "kid", text, sizeof(text)));
	assert_string_equal(text, signkey_public(old)->kid);
	assert_true(json_copy_text(json_item(keys, 0), "state", text, sizeof(text)));
	assert_string_equal(text, "retired");
	assert_true(json_copy_text(json_item(keys, 1), "kid", text, sizeof(text)));
	assert_string_equal(text, signkey_public(s.d.key)->kid);
	json_free(j);
	signkey_free(old);
	close_scene(&s);
}

static void a_history_of_keys_that_was_changed_is_found_out(void **state)
{
	static const char *const done[] = {
		"UPDATE device_key SET through_ctr = 99",
		"UPDATE device_key SET rotation = replace(rotation, 'a', 'b')",
		"UPDATE device_key SET certificate = (SELECT certificate FROM device LIMIT 1)",
		"UPDATE device SET kid = 'x' WHERE id IN (SELECT dev FROM device_key)",
	};
	struct scene s;
	struct err why = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
		open_scene(&s, 20 + i);
		assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
		assert_int_equal(faults(&s), 0);
		must(db_exec(central_db(s.r.c), done[i], &why), &why);
		assert_true(faults(&s) > 0);
		close_scene(&s);
	}
}

/* What it signed would be said to be the other officer's. */
static void a_key_that_was_replaced_is_enrolled_for_nobody(void **state)
{
	unsigned char seed[32];
	struct scene s;
	struct desk e;
	struct err why = ERR_INIT;
	char code[INVITATION_TEXT];

	(void)state;
	open_scene(&s, 70);
	assert_int_equal(rotate(&s, s.d.key, s.next, 1), 200);
	desk_make(&e, &s.r, "anna");
	signkey_free(e.key);
	signkey_seed(s.d.key, seed);
	e.key = signkey_from_seed(seed);
	must(central_invite(s.r.c, "anna", code, &why), &why);
	assert_int_equal(desk_try_enrol(&e, code), 409);
	rig_expect(&s.r, 409, "device-known");
	assert_int_equal(faults(&s), 0);
	desk_release(&e);
	close_scene(&s);
}

static void what_the_key_before_logged_in_with_ends_with_it(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 60);
	assert_int_equal(rotate(&s, s.d.key, s.next, 0), 200);
	rig_post(&s.r, s.d.token, "/v1/sync/pull", "{\"subs\":[]}");
	rig_expect(&s.r, 401, "token-expired");
	close_scene(&s);
}

/* By a token of before, and by one of after. */
static void assert_reads_nothing(struct scene *s, const char *code)
{
	char path[100];

	snprintf(path, sizeof(path), "/v1/cases/%s", s->case_id);
	rig_post(&s->r, s->d.token, "/v1/sync/pull", "{\"subs\":[]}");
	rig_expect(&s->r, 403, code);
	rig_get(&s->r, s->d.token, path);
	rig_expect(&s->r, 403, code);
	rig_get(&s->r, s->d.token, "/v1/sync/wait");
	rig_expect(&s->r, 403, code);
	rig_get(&s->r, s->d.token, "/v1/keys");
	rig_expect(&s->r, 403, code);
}

static void a_frozen_device_reads_nothing_and_logs_in_no_more(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 50);
	draft_note(&s, &a);
	desk_send(&s.d, &a, &ack);
	rotate(&s, s.d.key, s.next, 0);
	rig_expect(&s.r, 409, "device-fork");
	assert_reads_nothing(&s, "device-fork");
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-fork");
	action_release(&a);
	close_scene(&s);
}

static void a_retired_device_hands_in_what_it_had_signed_and_reads_nothing(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 51);
	assert_int_equal(central_revoke(s.r.c, s.d.dev, "retired", 1, NULL), ST_OK);
	assert_reads_nothing(&s, "device-retired");
	assert_int_equal(desk_try_login(&s.d), 200);
	assert_reads_nothing(&s, "device-retired");
	draft_note(&s, &a);
	desk_send(&s.d, &a, &ack);
	assert_true(verdict_stands(ack.verdict));
	assert_int_equal(rig_get(&s.r, s.d.token, "/v1/acks?from=1"), 200);
	assert_reads_nothing(&s, "device-retired");
	action_release(&a);
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_key_before_logged_in_with_ends_with_it),
		cmocka_unit_test(a_frozen_device_reads_nothing_and_logs_in_no_more),
		cmocka_unit_test(a_retired_device_hands_in_what_it_had_signed_and_reads_nothing),
		cmocka_unit_test(a_key_that_was_replaced_is_enrolled_for_nobody),
		cmocka_unit_test(a_device_that_changes_its_key_without_end_has_to_wait),
		cmocka_unit_test(what_the_old_key_signed_goes_up_to_its_bound_and_no_further),
		cmocka_unit_test(a_rotation_whose_answer_was_lost_gives_the_same_certificate),
		cmocka_unit_test(another_word_of_a_key_that_was_replaced_is_refused),
		cmocka_unit_test(a_proof_by_another_key_names_no_next_one),
		cmocka_unit_test(a_bound_below_what_was_received_freezes_the_device),
		cmocka_unit_test(a_device_that_may_not_log_in_may_not_rotate),
		cmocka_unit_test(a_new_certificate_is_good_for_as_long_as_the_first),
		cmocka_unit_test(everybody_is_told_of_the_keys_that_a_device_had),
		cmocka_unit_test(a_history_of_keys_that_was_changed_is_found_out),
		cmocka_unit_test(
			who_missed_two_changes_is_told_of_the_one_from_the_key_that_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
