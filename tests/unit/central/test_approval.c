/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "central/overview.h"
#include "central/vouch.h"

#include "base/banned.h"

/* A central where new devices wait; a supervisor's desk is approved already. */
struct scene {
	struct rig r;
	struct desk boss, d;
};

static void enrol_desk(struct scene *s, struct desk *d, const char *officer)
{
	char code[INVITATION_TEXT];
	struct err why = ERR_INIT;

	desk_make(d, &s->r, officer);
	must(central_invite(s->r.c, officer, code, &why), &why);
	assert_int_equal(desk_try_enrol(d, code), 201);
}

static void open_scene(struct scene *s, uint64_t seed)
{
	struct err why = ERR_INIT;

	rig_env(&s->r, seed);
	must(central_open_memory(&s->r.c, RIG_CONF "[central]\nenrol = supervisor-approves\n",
				 &s->r.env, &why),
	     &why);
	rig_officer(&s->r, "anna", "officer", "bygg", 0);
	rig_officer(&s->r, "siv", "supervisor", "bygg,miljo", 0);
	rig_officer(&s->r, "mikael", "officer,supervisor", "miljo", 0);
	enrol_desk(s, &s->boss, "siv");
	must(central_approve(s->r.c, s->boss.dev, true, &why), &why);
	assert_int_equal(desk_try_login(&s->boss), 200);
	enrol_desk(s, &s->d, "anna");
}

static void close_scene(struct scene *s)
{
	desk_release(&s->boss);
	desk_release(&s->d);
	rig_close(&s->r);
}

static int decide(struct scene *s, const struct desk *by, const struct desk *of, const char *kid,
		  bool yes)
{
	char path[120], body[160];

	snprintf(path, sizeof(path), "/v1/devices/%s/approval", of->dev);
	snprintf(body, sizeof(body), "{\"kid\":\"%s\",\"approve\":%s}", kid,
		 yes ? "true" : "false");
	return rig_post(&s->r, by->token, path, body);
}

static const char *kid_of(const struct desk *d)
{
	return signkey_public(d->key)->kid;
}

static int64_t faults(struct scene *s)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(s->r.c, &f, NULL, NULL, &why), &why);
	return f.faults;
}

static void a_new_device_gets_no_token_until_it_is_approved(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 1);
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-pending");
	assert_int_equal(rig_get(&s.r, s.boss.token, "/v1/devices"), 200);
	assert_non_null(strstr(strbuf_cstr(&s.r.reply.body), s.d.dev));
	assert_int_equal(decide(&s, &s.boss, &s.d, kid_of(&s.d), true), 200);
	assert_int_equal(desk_try_login(&s.d), 200);
	/* It waits no more. */
	rig_get(&s.r, s.boss.token, "/v1/devices");
	assert_null(strstr(strbuf_cstr(&s.r.reply.body), s.d.dev));
	decide(&s, &s.boss, &s.d, kid_of(&s.d), false);
	rig_expect(&s.r, 404, "device-unknown");
	assert_int_equal(faults(&s), 0);
	close_scene(&s);
}

static void a_device_that_was_refused_is_refused_for_good(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 2);
	assert_int_equal(decide(&s, &s.boss, &s.d, kid_of(&s.d), false), 200);
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-revoked");
	assert_int_equal(central_approve(s.r.c, s.d.dev, true, NULL), ST_NONE);
	assert_int_equal(faults(&s), 0);
	close_scene(&s);
}

static void only_the_key_that_was_compared_is_approved(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 3);
	decide(&s, &s.boss, &s.d, kid_of(&s.boss), true);
	rig_expect(&s.r, 409, "key-other");
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-pending");
	close_scene(&s);
}

static void nobody_approves_his_own_device_or_one_of_another_unit(void **state)
{
	struct scene s;
	struct desk other, own;

	(void)state;
	open_scene(&s, 4);
	enrol_desk(&s, &other, "mikael");
	assert_int_equal(decide(&s, &s.boss, &other, kid_of(&other), true), 200);
	assert_int_equal(desk_try_login(&other), 200);
	/* A supervisor of another unit sees nothing of it. */
	rig_get(&s.r, other.token, "/v1/devices");
	assert_null(strstr(strbuf_cstr(&s.r.reply.body), s.d.dev));
	decide(&s, &other, &s.d, kid_of(&s.d), true);
	rig_expect(&s.r, 404, "device-unknown");
	enrol_desk(&s, &own, "siv");
	decide(&s, &s.boss, &own, kid_of(&own), true);
	rig_expect(&s.r, 403, "own-device");
	desk_release(&other);
	desk_release(&own);
	close_scene(&s);
}

static void who_is_no_supervisor_approves_nothing(void **state)
{
	struct scene s;
	struct desk late;

	(void)state;
	open_scene(&s, 5);
	assert_int_equal(decide(&s, &s.boss, &s.d, kid_of(&s.d), true), 200);
	assert_int_equal(desk_try_login(&s.d), 200);
	enrol_desk(&s, &late, "siv");
	rig_get(&s.r, s.d.token, "/v1/devices");
	rig_expect(&s.r, 403, "role-lacking");
	decide(&s, &s.d, &late, kid_of(&late), true);
	rig_expect(&s.r, 403, "role-lacking");
	desk_release(&late);
	close_scene(&s);
}

static void a_decision_that_was_changed_beside_the_central_is_found_out(void **state)
{
	static const char *const done[] = {
		"UPDATE device_approval SET state = 'approved' WHERE state = 'waiting'",
		"UPDATE device_approval SET state = 'refused' WHERE state = 'approved'",
		("UPDATE device_approval SET jws = (SELECT jws FROM device_approval WHERE jws <> '')"
		 ", state = 'approved' WHERE state = 'waiting'"),
	};
	struct scene s;
	struct err why = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
		open_scene(&s, 10 + i);
		assert_int_equal(faults(&s), 0);
		must(db_exec(central_db(s.r.c), done[i], &why), &why);
		assert_true(faults(&s) > 0);
		close_scene(&s);
	}
}

static void devices_of_before_the_policy_go_on(void **state)
{
	struct rig r;
	struct desk d;

	(void)state;
	rig_open(&r, 20);
	desk_open(&d, &r, "britt");
	r.c->enrol_waits = true;
	assert_int_equal(desk_try_login(&d), 200);
	desk_release(&d);
	rig_close(&r);
}

static void count_unvouched(void *ctx, const struct overview_device *d)
{
	*(int *)ctx += strcmp(d->state, "unvouched") == 0;
}

/* Of how many devices the operator is told that they are not let in. */
static int unvouched(struct scene *s)
{
	struct err why = ERR_INIT;
	int n = 0;

	must(overview_devices(s->r.c, "", count_unvouched, &n, &why), &why);
	return n;
}

static void change(struct scene *s, const char *sql)
{
	struct err why = ERR_INIT;

	must(db_exec(central_db(s->r.c), sql, &why), &why);
}

static void a_device_comes_in_on_the_centrals_signed_word_alone(void **state)
{
	static const char *const done[] = {
		"DELETE FROM device_approval WHERE state = 'waiting'",
		"UPDATE device_approval SET state = 'approved', jws = (SELECT jws FROM"
		" device_approval WHERE state = 'approved') WHERE state = 'waiting'",
		"DELETE FROM meta WHERE key IN (SELECT 'device:' || dev FROM device_approval"
		" WHERE state = 'waiting'); DELETE FROM device_approval WHERE state = 'waiting'",
		"UPDATE meta SET value = (SELECT m.value FROM meta AS m JOIN device_approval ON"
		" m.key = 'device:' || dev WHERE state = 'approved') WHERE key IN (SELECT"
		" 'device:' || dev FROM device_approval WHERE state = 'waiting');"
		" DELETE FROM device_approval WHERE state = 'waiting'",
	};
	struct err why = ERR_INIT;
	struct scene s;

	(void)state;
	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
		open_scene(&s, 90 + i);
		assert_int_equal(unvouched(&s), 0);
		change(&s, done[i]);
		/* One that has no approval at all is no longer told as one that waits. */
		assert_int_equal(unvouched(&s), 1);
		desk_try_login(&s.d);
		rig_expect(&s.r, 403, "device-unvouched");
		/* Nor does a new start of the central take it for its own word. */
		must(central_crash(s.r.c, &why), &why);
		desk_try_login(&s.d);
		rig_expect(&s.r, 403, "device-unvouched");
		assert_true(faults(&s) > 0);
		close_scene(&s);
	}
}

static void a_lost_device_comes_back_by_no_change_of_its_row(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, 95);
	assert_int_equal(central_revoke(s.r.c, s.boss.dev, "lost", 0, NULL), ST_OK);
	assert_int_equal(unvouched(&s), 0);
	change(&s, "UPDATE device SET state = 'valid', valid_through_ctr = -1");
	assert_int_equal(unvouched(&s), 1);
	desk_try_login(&s.boss);
	rig_expect(&s.r, 403, "device-unvouched");
	assert_true(faults(&s) > 0);
	close_scene(&s);
}

/* Releases before this one signed for a waiting device as for any other. */
static void a_device_that_waits_since_an_earlier_release_waits_on(void **state)
{
	struct err why = ERR_INIT;
	struct device d;
	struct scene s;

	(void)state;
	open_scene(&s, 96);
	must(device_get(central_db(s.r.c), s.d.dev, &d, NULL, &why), &why);
	change(&s,
	       "CREATE TEMP TABLE kept AS SELECT * FROM device_approval WHERE state = 'waiting';"
	       "DELETE FROM device_approval WHERE state = 'waiting'");
	must(vouch_device(s.r.c, &d, &why), &why);
	change(&s, "INSERT INTO device_approval SELECT * FROM kept");
	must(central_crash(s.r.c, &why), &why);
	desk_try_login(&s.d);
	rig_expect(&s.r, 403, "device-pending");
	assert_int_equal(faults(&s), 0);
	assert_int_equal(decide(&s, &s.boss, &s.d, kid_of(&s.d), true), 200);
	assert_int_equal(desk_try_login(&s.d), 200);
	assert_int_equal(faults(&s), 0);
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_comes_in_on_the_centrals_signed_word_alone),
		cmocka_unit_test(a_lost_device_comes_back_by_no_change_of_its_row),
		cmocka_unit_test(a_device_that_waits_since_an_earlier_release_waits_on),
		cmocka_unit_test(a_new_device_gets_no_token_until_it_is_approved),
		cmocka_unit_test(a_device_that_was_refused_is_refused_for_good),
		cmocka_unit_test(only_the_key_that_was_compared_is_approved),
		cmocka_unit_test(nobody_approves_his_own_device_or_one_of_another_unit),
		cmocka_unit_test(who_is_no_supervisor_approves_nothing),
		cmocka_unit_test(a_decision_that_was_changed_beside_the_central_is_found_out),
		cmocka_unit_test(devices_of_before_the_policy_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
