/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

static int64_t ask(struct desk *d, const char *path)
{
	struct request r = REQUEST_INIT;
	struct err why = ERR_INIT;
	int64_t ticket;

	request_set(&r, "GET", path);
	must(sync_ask(d->sync, &r, &ticket, &why), &why);
	request_release(&r);
	return ticket;
}

/* Run the ask lane alone until it has nothing to do. */
static int run_questions(struct desk *d)
{
	struct err why = ERR_INIT;
	int64_t wake;
	int said = 0;

	while (desk_step(d, LANE_ASK, &wake, &why) == ST_OK && said < 50)
		said++;
	return said;
}

static void a_question_logs_in_by_itself_and_is_answered_once(void **state)
{
	struct desk *d = desk_open();
	struct reply r = REPLY_INIT;
	int64_t ticket = ask(d, "/v1/keys");

	(void)state;
	assert_false(sync_answer(d->sync, ticket, &r));
	assert_int_equal(run_questions(d), 4); /* info, challenge, token, the question */
	assert_true(sync_answer(d->sync, ticket, &r));
	assert_int_equal(r.status, 200);
	assert_string_equal(strbuf_cstr(&r.body), "{\"keys\":[]}");
	assert_false(sync_answer(d->sync, ticket, &r));
	reply_release(&r);
	desk_close(d);
}

static void a_question_goes_out_while_a_pull_is_under_way(void **state)
{
	struct desk *d = desk_open();
	struct request poll = REQUEST_INIT;
	struct reply r = REPLY_INIT;
	int64_t wake, ticket;

	(void)state;
	desk_sync(d);
	sync_poke(d->sync);
	assert_int_equal(sync_next(d->sync, LANE_PULL, &poll, &wake, NULL), ST_OK);
	ticket = ask(d, "/v1/keys");
	assert_int_equal(run_questions(d), 1);
	assert_true(sync_answer(d->sync, ticket, &r));
	assert_int_equal(r.status, 200);
	request_release(&poll);
	reply_release(&r);
	desk_close(d);
}

static void an_old_token_is_renewed_and_the_question_asked_once_more(void **state)
{
	struct desk *d = desk_open();
	struct reply r = REPLY_INIT;
	int64_t ticket;

	(void)state;
	desk_sync(d);
	d->deny = 1;
	ticket = ask(d, "/v1/keys");
	run_questions(d);
	assert_true(sync_answer(d->sync, ticket, &r));
	assert_int_equal(r.status, 200);
	d->deny = 2;
	ticket = ask(d, "/v1/keys");
	run_questions(d);
	assert_true(sync_answer(d->sync, ticket, &r));
	assert_int_equal(r.status, 401);
	reply_release(&r);
	desk_close(d);
}

static void a_question_without_a_network_is_answered_at_once_and_changes_no_other_lane(void **state)
{
	struct desk *d = desk_open();
	struct request q = REQUEST_INIT;
	struct reply lost = REPLY_INIT, r = REPLY_INIT;
	struct sync_status before, after;
	int64_t ticket, wake;

	(void)state;
	desk_sync(d);
	sync_status(d->sync, &before);
	ticket = ask(d, "/v1/stats");
	assert_int_equal(sync_next(d->sync, LANE_ASK, &q, &wake, NULL), ST_OK);
	assert_int_equal(sync_reply(d->sync, LANE_ASK, &lost, NULL), ST_OK);
	assert_true(sync_answer(d->sync, ticket, &r));
	assert_int_equal(r.status, 0);
	sync_status(d->sync, &after);
	assert_int_equal(after.trouble, before.trouble);
	assert_int_equal(after.failures, before.failures);
	request_release(&q);
	reply_release(&r);
	desk_close(d);
}

static void a_login_that_fails_answers_the_questions_that_wait_for_it(void **state)
{
	struct desk *d = desk_open();
	struct request q = REQUEST_INIT;
	struct reply lost = REPLY_INIT, r = REPLY_INIT;
	int64_t first = ask(d, "/v1/keys"), second = ask(d, "/v1/stats"), wake;

	(void)state;
	assert_int_equal(sync_next(d->sync, LANE_ASK, &q, &wake, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&q.path), "/v1/api-info");
	assert_int_equal(sync_reply(d->sync, LANE_ASK, &lost, NULL), ST_OK);
	assert_true(sync_answer(d->sync, first, &r));
	assert_int_equal(r.status, 0);
	assert_true(sync_answer(d->sync, second, &r));
	assert_int_equal(r.status, 0);
	/* The other lanes' back-off does not hold up the next question. */
	first = ask(d, "/v1/keys");
	run_questions(d);
	assert_true(sync_answer(d->sync, first, &r));
	assert_int_equal(r.status, 200);
	request_release(&q);
	reply_release(&r);
	desk_close(d);
}

static void questions_are_bounded_and_a_dropped_one_leaves_its_place(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT, q = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t ticket[QUESTIONS_MAX], more, wake;

	(void)state;
	desk_sync(d);
	for (int i = 0; i < QUESTIONS_MAX; i++)
		ticket[i] = ask(d, "/v1/keys");
	request_set(&r, "GET", "/v1/keys");
	assert_int_equal(sync_ask(d->sync, &r, &more, &why), ST_RETRY);
	assert_string_equal(why.code, "questions");
	assert_false(sync_unask(d->sync, ticket[3]));
	ticket[3] = ask(d, "/v1/keys");
	assert_int_equal(sync_next(d->sync, LANE_ASK, &q, &wake, NULL), ST_OK);
	assert_true(sync_unask(d->sync, ticket[0]));
	assert_int_equal(sync_reply(d->sync, LANE_ASK, &out, NULL), ST_OK);
	assert_false(sync_answer(d->sync, ticket[0], &out));
	assert_int_equal(run_questions(d), QUESTIONS_MAX - 1);
	for (int i = 1; i < QUESTIONS_MAX; i++)
		assert_true(sync_answer(d->sync, ticket[i], &out));
	request_release(&r);
	request_release(&q);
	reply_release(&out);
	desk_close(d);
}

static void a_ticket_that_is_nobodys_has_no_answer(void **state)
{
	struct desk *d = desk_open();
	struct reply out = REPLY_INIT;

	(void)state;
	assert_false(sync_answer(d->sync, 0, &out));
	assert_false(sync_answer(d->sync, -1, &out));
	assert_false(sync_answer(d->sync, 7, &out));
	assert_false(sync_unask(d->sync, 0));
	assert_false(sync_unask(d->sync, 7));
	reply_release(&out);
	desk_close(d);
}

/* Another program has enrolled the home anew: nobody here may ask any more. */
static void what_waits_when_the_home_is_enrolled_anew_is_answered_by_nobody(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT, out = REQUEST_INIT;
	struct reply answer = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t first = 0, second = 0, wake;

	(void)state;
	desk_sync(d);
	request_set(&r, "GET", "/v1/keys");
	must(sync_ask(d->sync, &r, &first, &why), &why);
	must(sync_ask(d->sync, &r, &second, &why), &why);
	assert_true(first < second);
	must(desk_step(d, LANE_ASK, &wake, &why), &why);
	assert_true(sync_answer(d->sync, first, &answer)); /* the oldest goes first */
	assert_int_equal(answer.status, 200);
	assert_false(sync_answer(d->sync, second, &answer));
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "britt.a");
	assert_int_equal(sync_next(d->sync, LANE_ASK, &out, &wake, &why), ST_NONE);
	assert_true(sync_answer(d->sync, second, &answer));
	assert_int_equal(answer.status, 0);
	request_release(&r);
	request_release(&out);
	reply_release(&answer);
	desk_close(d);
}

/* Places are taken again, and a later question may stand before an earlier one. */
static void questions_go_in_the_order_in_which_they_were_asked(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t ticket[4], wake;

	(void)state;
	desk_sync(d);
	request_set(&r, "GET", "/v1/keys");
	for (int i = 0; i < 3; i++)
		must(sync_ask(d->sync, &r, &ticket[i], &why), &why);
	must(desk_step(d, LANE_ASK, &wake, &why), &why);
	assert_true(sync_answer(d->sync, ticket[0], &out));
	must(sync_ask(d->sync, &r, &ticket[3], &why), &why);
	for (int i = 1; i < 4; i++) {
		must(desk_step(d, LANE_ASK, &wake, &why), &why);
		assert_true(sync_answer(d->sync, ticket[i], &out));
	}
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_logs_in_by_itself_and_is_answered_once),
		cmocka_unit_test(a_question_goes_out_while_a_pull_is_under_way),
		cmocka_unit_test(an_old_token_is_renewed_and_the_question_asked_once_more),
		cmocka_unit_test(
			a_question_without_a_network_is_answered_at_once_and_changes_no_other_lane),
		cmocka_unit_test(a_login_that_fails_answers_the_questions_that_wait_for_it),
		cmocka_unit_test(questions_are_bounded_and_a_dropped_one_leaves_its_place),
		cmocka_unit_test(a_ticket_that_is_nobodys_has_no_answer),
		cmocka_unit_test(what_waits_when_the_home_is_enrolled_anew_is_answered_by_nobody),
		cmocka_unit_test(questions_go_in_the_order_in_which_they_were_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
