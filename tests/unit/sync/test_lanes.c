/* SPDX-License-Identifier: EUPL-1.2 */
/* What a lane does next, what the officer is told of it, and what is kept. */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

/* One path is answered so, until it is said no more. */
struct instead {
	const char *path;
	int status;
	const char *code, *body;
	int asked;
};

static bool instead(struct desk *d, const struct request *r, struct reply *out)
{
	struct instead *i = d->route_ctx;

	if (!i->path || strcmp(strbuf_cstr(&r->path), i->path) != 0)
		return false;
	i->asked++;
	if (i->code)
		answer_problem(out, i->status, i->code, "so it is", 0, "");
	else if (i->body)
		answer_json(out, i->status, i->body);
	else
		reply_clear(out);
	return true;
}

static struct sync_status now(struct desk *d)
{
	struct sync_status s;

	sync_status(d->sync, &s);
	return s;
}

static void pass(struct desk *d, int64_t ms)
{
	d->wall += ms;
	d->boot += ms;
}

static void claim(struct desk *d, int i)
{
	struct act_result r;
	struct err why = ERR_INIT;

	must(desk_act(d, i, "case.claim", NULL, NULL, &r, &why), &why);
}

static void every_trouble_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(sync_trouble_name(SYNC_FINE), "fine");
	assert_string_equal(sync_trouble_name(SYNC_DISK), "disk");
	assert_string_equal(sync_trouble_name((enum sync_trouble)99), "unknown");
}

static void an_answer_to_what_nobody_asked_is_not_taken(void **state)
{
	struct desk *d = desk_open();
	struct reply html = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	html.status = 200;
	strbuf_sets(&html.body, "<html>");
	for (int lane = 0; lane < LANE_COUNT; lane++)
		must(sync_reply(d->sync, (enum sync_lane)lane, &html, &why), &why);
	assert_int_equal(now(d).trouble, SYNC_FINE);
	reply_release(&html);
	desk_close(d);
}

static void a_lane_asks_one_thing_at_a_time_and_one_lane_logs_in_for_all(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT, other = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	desk_sync(d);
	claim(d, 0);
	desk_restart(d);
	must(sync_next(d->sync, LANE_PULL, &r, &wake, &why), &why);
	assert_string_equal(strbuf_cstr(&r.path), "/v1/api-info");
	assert_int_equal(sync_next(d->sync, LANE_PULL, &other, &wake, &why), ST_NONE);
	assert_int_equal(sync_next(d->sync, LANE_PUSH, &other, &wake, &why), ST_NONE);
	assert_false(sync_idle(d->sync));
	for (int i = 0; i < 3; i++) {
		central_answer(d, &r, &out);
		must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
		assert_false(now(d).pulling);
		must(sync_next(d->sync, LANE_PULL, &r, &wake, &why), &why);
	}
	assert_string_equal(strbuf_cstr(&r.path), "/v1/sync/pull");
	assert_true(now(d).pulling);
	/* The other lane sends meanwhile. */
	must(desk_step(d, LANE_PUSH, &wake, &why), &why);
	assert_int_equal(d->log_count, 1);
	assert_false(sync_idle(d->sync));
	central_answer(d, &r, &out);
	must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
	desk_settle(d);
	request_release(&r);
	request_release(&other);
	reply_release(&out);
	desk_close(d);
}

static bool no_login(struct desk *d, const struct request *r, struct reply *out)
{
	bool token = strcmp(strbuf_cstr(&r->path), "/v1/auth/token") == 0;

	(void)d;
	if (!token && strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") != 0)
		return false;
	answer_problem(out, 401, token ? "login-refused" : "token-expired", "no", 0, "");
	return true;
}

/* Frozen it stays, through a start, a login and whatever passes meanwhile. */
static void what_froze_a_device_is_told_whatever_else_happens(void **state)
{
	static const struct instead rows[] = {
		{ "/v1/sync/pull", 503, "busy", NULL, 0 },
		{ "/v1/sync/pull", 200, NULL, "{}", 0 },
		{ "/v1/sync/pull", 0, NULL, NULL, 0 },
		{ "/v1/sync/pull", 403, "device-fork", NULL, 0 },
		{ "/v1/sync/pull", 403, "device-retired", NULL, 0 },
	};
	struct desk *d = desk_open();
	struct instead i = { .path = NULL };
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	claim(d, 0);
	must(identity_set_frozen(d->outbox, "device-fork", &why), &why);
	must(outbox_hold_all(d->outbox, "device-fork", "x", &why), &why);
	d->route = instead;
	d->route_ctx = &i;
	desk_restart(d);
	assert_int_equal(now(d).trouble, SYNC_FROZEN);
	desk_sync(d);
	assert_int_equal(now(d).trouble, SYNC_FROZEN);
	assert_int_equal(now(d).outbox.held, 1);
	assert_int_equal(d->posts, 0);
	d->route = no_login;
	pass(d, 120000);
	sync_poke(d->sync);
	must(desk_run(d, &why), &why);
	assert_int_equal(now(d).trouble, SYNC_FROZEN);
	d->route = instead;
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		i = rows[k];
		pass(d, 120000);
		sync_poke(d->sync);
		must(desk_run(d, &why), &why);
		assert_true(i.asked > 0);
		assert_int_equal(now(d).trouble, SYNC_FROZEN);
	}
	desk_close(d);
}

/* A key that was retired fetches nothing; the supervisor takes it back. */
static void a_device_that_is_taken_back_into_use_fetches_again(void **state)
{
	struct desk *d = desk_open();
	struct instead i = { "/v1/sync/pull", 403, "device-retired", NULL, 0 };
	struct case_row row = CASE_ROW_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	d->route = instead;
	d->route_ctx = &i;
	sync_poke(d->sync);
	must(desk_run(d, &why), &why);
	assert_int_equal(now(d).trouble, SYNC_REFUSED);
	assert_string_equal(now(d).code, "device-retired");
	i.path = NULL;
	desk_add_case(d);
	pass(d, 120000);
	desk_settle(d);
	assert_int_equal(now(d).trouble, SYNC_FINE);
	desk_see(d, 3, &row);
	case_row_release(&row);
	desk_close(d);
}

static void a_challenge_that_is_refused_is_told(void **state)
{
	struct desk *d = desk_open();
	struct instead i = { "/v1/auth/challenge", 401, "device-unknown", NULL, 0 };
	struct err why = ERR_INIT;

	(void)state;
	d->route = instead;
	d->route_ctx = &i;
	must(desk_run(d, &why), &why);
	assert_int_equal(i.asked, 1);
	assert_int_equal(now(d).trouble, SYNC_REFUSED);
	assert_string_equal(now(d).code, "device-unknown");
	i.path = NULL;
	desk_settle(d);
	assert_int_equal(now(d).trouble, SYNC_FINE);
	desk_close(d);
}

static int64_t undo_of(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	int64_t ms;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	ms = who.undo_ms;
	identity_release(&who);
	return ms;
}

static void what_a_central_says_of_itself_is_taken_within_reason(void **state)
{
	static const struct {
		const char *body;
		int64_t undo_ms;
	} rows[] = {
		{ "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\",\"undo_seconds\":30}", 30000 },
		{ "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\",\"undo_seconds\":-1}", 30000 },
		{ "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\",\"undo_seconds\":99999999}",
		  30000 },
		{ "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\"}", 30000 },
		{ "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\",\"undo_seconds\":0}", 0 },
	};
	struct desk *d = desk_open();
	struct instead i = { "/v1/api-info", 200, NULL, NULL, 0 };
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	d->route = instead;
	d->route_ctx = &i;
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		i.body = rows[k].body;
		desk_restart(d);
		desk_settle(d);
		assert_int_equal(undo_of(d), rows[k].undo_ms);
		assert_int_equal(now(d).trouble, SYNC_FINE);
	}
	/* A clock that stands at nought, or says nothing, measures nothing. */
	i.body = "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH
		 "\",\"now\":\"1970-01-01T00:00:00.000Z\"}";
	desk_restart(d);
	must(desk_step(d, LANE_PULL, &wake, &why), &why);
	assert_false(now(d).skew_known);
	desk_close(d);
}

/* Epochs that can't be read are none; then the one it is in counts alone. */
static void epochs_that_can_not_be_read_leave_the_one_that_is_named(void **state)
{
	static const char *const lists[] = { "[{}]",
					     "[{\"epoch\":\"x\",\"fork_seq\":0}]",
					     "[{\"epoch\":\"" EPOCH "\",\"fork_seq\":-1}]",
					     "[{\"epoch\":\"" EPOCH "\"}]",
					     "[]",
					     "7" };
	struct desk *d = desk_open();
	struct instead i = { "/v1/api-info", 200, NULL, NULL, 0 };
	struct strbuf b = STRBUF_INIT;

	(void)state;
	d->route = instead;
	d->route_ctx = &i;
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		struct identity who = IDENTITY_INIT;

		strbuf_clear(&b);
		strbuf_addf(&b, "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH "\",\"epochs\":%s}",
			    lists[k]);
		i.body = strbuf_cstr(&b);
		desk_restart(d);
		desk_settle(d);
		assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
		assert_string_equal(who.epochs, EPOCH " 0 ");
		identity_release(&who);
	}
	/* And one that names none at all changes nothing. */
	i.body = "{\"central\":\"" AUD "\",\"epoch\":\"x\"}";
	claim(d, 0);
	desk_restart(d);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	strbuf_release(&b);
	desk_close(d);
}

static int64_t rows_kept(struct desk *d)
{
	int64_t n = -1;

	assert_int_equal(outbox_rows(d->outbox, &n, NULL), ST_OK);
	return n;
}

/* Of three answered actions the first is durable at the central. */
static void what_is_not_durable_at_the_central_is_kept_whatever_its_age(void **state)
{
	struct desk *d = desk_open();
	struct sync_point p;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	for (int i = 0; i < 3; i++) {
		claim(d, i);
		desk_settle(d);
	}
	must(cache_point(d->cache, &p, &why), &why);
	p.told_at = d->wall + 400LL * 24 * 3600 * 1000;
	p.durable_through = 0;
	must(cache_set_point(d->cache, &p, &why), &why);
	desk_restart(d);
	assert_int_equal(rows_kept(d), 3);
	p.durable_through = d->log[0].seq;
	p.told_at = 0; /* nobody has said what day it is */
	must(cache_set_point(d->cache, &p, &why), &why);
	desk_restart(d);
	assert_int_equal(rows_kept(d), 3);
	p.told_at = d->wall + 400LL * 24 * 3600 * 1000;
	must(cache_set_point(d->cache, &p, &why), &why);
	must(identity_set_recheck(d->outbox, 1, &why), &why);
	desk_restart(d);
	assert_int_equal(rows_kept(d), 3);
	must(identity_set_recheck(d->outbox, 0, &why), &why);
	desk_restart(d);
	assert_int_equal(rows_kept(d), 2);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_trouble_has_a_name),
		cmocka_unit_test(an_answer_to_what_nobody_asked_is_not_taken),
		cmocka_unit_test(a_lane_asks_one_thing_at_a_time_and_one_lane_logs_in_for_all),
		cmocka_unit_test(what_froze_a_device_is_told_whatever_else_happens),
		cmocka_unit_test(a_device_that_is_taken_back_into_use_fetches_again),
		cmocka_unit_test(a_challenge_that_is_refused_is_told),
		cmocka_unit_test(what_a_central_says_of_itself_is_taken_within_reason),
		cmocka_unit_test(epochs_that_can_not_be_read_leave_the_one_that_is_named),
		cmocka_unit_test(what_is_not_durable_at_the_central_is_kept_whatever_its_age),
	};

	return cmocka_run_group_tests_name("sync/lanes", tests, NULL, NULL);
}
