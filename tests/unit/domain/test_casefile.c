/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/action.h"
#include "domain/casefile.h"
#include "domain/role.h"

#include "base/banned.h"

/*
 * What terms.md says, written out status by status and independently of the
 * table under test. Statuses by letter: r received, g registered, o open,
 * w waiting, p proposed, d decided, x dispatched, c closed, a archived.
 * `to` names the next status letter by letter; '=' leaves it.
 */
static const char letters[] = "rgowpdxca";
static const struct expected {
	enum case_event event;
	const char *from, *to;
	unsigned roles;
} expected[] = {
	{ EV_REGISTER, "r", "g", ROLE_SYSTEM },
	{ EV_CLAIM, "gowpdx", "o=====", ROLE_OFFICER },
	{ EV_RELEASE, "gowpdx", "======", ROLE_OFFICER | ROLE_SUPERVISOR },
	{ EV_ASSIGN, "gowpdx", "======", ROLE_SUPERVISOR },
	{ EV_ROUTE, "gowpdx",
	  "======", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_SYSTEM },
	{ EV_ASK, "o", "w", ROLE_OFFICER | ROLE_SUPERVISOR },
	{ EV_SUSPEND, "o", "w", ROLE_OFFICER | ROLE_SUPERVISOR },
	{ EV_ANSWER, "w", "o", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_SYSTEM },
	{ EV_RESUME, "w", "o", ROLE_OFFICER | ROLE_SUPERVISOR },
	{ EV_PROPOSE, "o", "p", ROLE_OFFICER | ROLE_SUPERVISOR },
	{ EV_RETURN, "p", "o", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_DECIDER },
	{ EV_DECIDE, "op", "dd", ROLE_DECIDER },
	{ EV_DISPATCH, "d", "x", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_WAIVE, "d", "x", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_CLOSE, "x", "c", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_ARCHIVE, "c", "a", ROLE_SYSTEM },
	{ EV_REOPEN, "c", "o", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_NOTE, "gowpdxc", "=======",
	  ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_DECIDER | ROLE_CONTACT },
	{ EV_FIELD, "gowpdx", "======", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_DOCUMENT, "gowpdxc",
	  "=======", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_DECIDER | ROLE_SYSTEM },
	{ EV_MESSAGE, "gowpdxc",
	  "=======", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_DECIDER },
	{ EV_SECRECY, "gowpdxc", "=======", ROLE_OFFICER | ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_CORRECT, "dxc", "===", ROLE_DECIDER },
};
enum { EXPECTED = sizeof(expected) / sizeof(expected[0]) };

static const struct expected *expectation(enum case_event event)
{
	for (int i = 0; i < EXPECTED; i++)
		if (expected[i].event == event)
			return &expected[i];
	return NULL;
}

static void check_pair(const struct expected *e, enum case_state from)
{
	const char *at = strchr(e->from, letters[from]);

	for (unsigned bit = 1; bit <= ROLE_SYSTEM; bit <<= 1) {
		enum case_state to = CASE_ARCHIVED;
		struct err why = ERR_INIT;
		enum status st = case_next(from, e->event, bit, &to, &why);
		char next;

		if (!at) {
			assert_int_equal(st, ST_CONFLICT);
			assert_string_equal(why.code, "step-unlawful");
			continue;
		}
		if (!(bit & e->roles)) {
			assert_int_equal(st, ST_REFUSED);
			assert_string_equal(why.code, "role-lacking");
			continue;
		}
		next = e->to[at - e->from];
		assert_int_equal(st, ST_OK);
		assert_int_equal(letters[to], next == '=' ? letters[from] : next);
	}
}

static void every_pair_of_status_and_event_is_as_terms_says(void **state)
{
	(void)state;
	for (int ev = EV_REGISTER; ev < EV_COUNT; ev++) {
		const struct expected *e = expectation((enum case_event)ev);

		assert_non_null(e);
		for (int s = 0; s < CASE_STATE_COUNT; s++)
			check_pair(e, (enum case_state)s);
	}
}

static void a_refused_step_says_which_statuses_would_do(void **state)
{
	enum case_state to;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(case_next(CASE_WAITING, EV_DECIDE, ~0u, &to, &why), ST_CONFLICT);
	assert_string_equal(why.text, "the step decide is not lawful while the case is"
				      " waiting; it is from: open, proposed");
	err_clear(&why);
	assert_int_equal(case_next(CASE_OPEN, EV_DECIDE, ROLE_OFFICER, &to, &why), ST_REFUSED);
	assert_string_equal(why.text, "the step decide needs one of the roles: decider");
	err_clear(&why);
	assert_int_equal(case_next(CASE_CLOSED, EV_ARCHIVE, ROLE_ARCHIVIST, &to, &why), ST_REFUSED);
	assert_non_null(strstr(why.text, "the central itself"));
}

static void an_act_without_a_step_is_lawful_everywhere(void **state)
{
	(void)state;
	for (int s = 0; s < CASE_STATE_COUNT; s++) {
		enum case_state to = CASE_STATE_COUNT;

		assert_int_equal(case_next((enum case_state)s, EV_NONE, 0, &to, NULL), ST_OK);
		assert_int_equal(to, s);
	}
}

static void names_of_statuses_come_back_as_statuses(void **state)
{
	enum case_state s;

	(void)state;
	for (int i = 0; i < CASE_STATE_COUNT; i++) {
		assert_true(case_state_from(&s, str_of(case_state_name((enum case_state)i))));
		assert_int_equal(s, i);
	}
	assert_false(case_state_from(&s, str_of("Open")));
	assert_false(case_state_from(&s, str_of("")));
	assert_string_equal(case_state_name(CASE_STATE_COUNT), "unknown");
	assert_string_equal(case_event_name(EV_COUNT), "unknown");
	assert_string_equal(case_event_name(EV_WAIVE), "waive");
}

static void codes_are_letters_digits_and_three_signs(void **state)
{
	static const char *const good[] = { "a", "BYGGLOV_NY", "ÖFN", "avslag-1.2", "åäöÅÄÖ" };
	static const char *const bad[] = { "", "a b", "a/b", "é", "a\n", "a\xff", "\xc3" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(code_valid(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(code_valid(str_of(bad[i])));
}

/* --- applying ---------------------------------------------------------------- */
struct run {
	struct casefile c;
	struct action a;
	int64_t at;
};
#define RUN_INIT                                                                                   \
	{                                                                                          \
		.c = CASEFILE_INIT, .a = ACTION_INIT, .at = 1000                                   \
	}

#define END ((const char *)NULL)

/* Apply an act by `sub` with pairs of argument and value, up to END. */
static void apply(struct run *r, const char *act, const char *sub, ...)
{
	va_list ap;
	const char *name;

	action_reset(&r->a, action_find(str_of(act)));
	assert_non_null(r->a.def);
	snprintf(r->a.sub, sizeof(r->a.sub), "%s", sub);
	va_start(ap, sub);
	while ((name = va_arg(ap, const char *)))
		assert_int_equal(action_set(&r->a, name, str_of(va_arg(ap, const char *)), NULL),
				 ST_OK);
	va_end(ap);
	r->at += 1000;
	casefile_apply(&r->c, &r->a, r->at);
	assert_int_equal(r->c.changed_at, r->at);
}

static void receive(struct run *r)
{
	apply(r, "case.receive", "system", "type", "BYGGLOV_SKYLT", "title", "Skylt på Storgatan 1",
	      "party", "Åsa Öberg", "channel", "e-tjänst", "received_at",
	      "2026-11-23T09:00:00.000Z", "protection", "0", END);
}

static void end(struct run *r)
{
	casefile_release(&r->c);
	action_release(&r->a);
}

static void a_received_case_has_what_the_applicant_said(void **state)
{
	struct run r = RUN_INIT;

	(void)state;
	receive(&r);
	assert_int_equal(r.c.state, CASE_RECEIVED);
	assert_string_equal(r.c.type, "BYGGLOV_SKYLT");
	assert_string_equal(strbuf_cstr(&r.c.title), "Skylt på Storgatan 1");
	assert_string_equal(strbuf_cstr(&r.c.party), "Åsa Öberg");
	assert_string_equal(r.c.channel, "e-tjänst");
	assert_true(r.c.received_at == INT64_C(1795424400000));
	assert_int_equal(r.c.priority, 2);
	assert_int_equal(r.c.protection, PROTECT_NONE);
	end(&r);
}

static void a_party_of_protected_identity_has_no_name_in_the_case(void **state)
{
	struct run r = RUN_INIT;

	(void)state;
	apply(&r, "case.receive", "system", "type", "T", "title", "x", "party", "Hemlig",
	      "received_at", "2026-11-23T09:00:00Z", "protection", "2", END);
	assert_int_equal(r.c.protection, PROTECT_IDENTITY);
	assert_int_equal(r.c.party.len, 0);
	end(&r);

	struct run later = RUN_INIT;

	receive(&later);
	apply(&later, "case.secrecy", "anna", "class", "2", END);
	assert_int_equal(later.c.party.len, 0);
	end(&later);
}

static void a_case_goes_from_registration_to_the_archive(void **state)
{
	struct run r = RUN_INIT;

	(void)state;
	receive(&r);
	apply(&r, "case.register", "system", "diary_no", "BN 2026-1042", "unit", "bygg", "queue",
	      "bygglov", "due_on", "2027-02-01", "type_version", "3", "committee", "BN", END);
	assert_int_equal(r.c.state, CASE_REGISTERED);
	assert_string_equal(r.c.diary_no, "BN 2026-1042");
	assert_string_equal(r.c.unit, "bygg");
	assert_string_equal(r.c.queue, "bygglov");
	assert_string_equal(r.c.due_on, "2027-02-01");
	assert_int_equal(r.c.type_version, 3);

	apply(&r, "case.claim", "anna", END);
	assert_int_equal(r.c.state, CASE_OPEN);
	assert_string_equal(r.c.assignee, "anna");
	apply(&r, "case.ask", "anna", "text", "Situationsplan saknas", END);
	assert_int_equal(r.c.state, CASE_WAITING);
	apply(&r, "case.answer", "system", END);
	assert_int_equal(r.c.state, CASE_OPEN);
	apply(&r, "case.suspend", "anna", "reason", "remiss", END);
	assert_int_equal(r.c.state, CASE_WAITING);
	apply(&r, "case.resume", "anna", END);
	assert_int_equal(r.c.state, CASE_OPEN);
	apply(&r, "case.propose", "anna", END);
	assert_int_equal(r.c.state, CASE_PROPOSED);
	apply(&r, "case.return", "bo", END);
	assert_int_equal(r.c.state, CASE_OPEN);
	apply(&r, "case.decide", "bo", "outcome", "bifall", END);
	assert_int_equal(r.c.state, CASE_DECIDED);
	assert_string_equal(r.c.outcome, "bifall");
	assert_string_equal(r.c.assignee, "anna");
	apply(&r, "case.dispatch", "anna", "channel", "brev", "on", "2026-12-01", END);
	assert_int_equal(r.c.state, CASE_DISPATCHED);
	apply(&r, "case.close", "anna", END);
	assert_int_equal(r.c.state, CASE_CLOSED);
	apply(&r, "case.reopen", "anna", "reason", "återförvisad", END);
	assert_int_equal(r.c.state, CASE_OPEN);
	apply(&r, "case.decide", "bo", "outcome", "avslag", END);
	apply(&r, "case.waive_dispatch", "anna", "ground", "part saknas", END);
	assert_int_equal(r.c.state, CASE_DISPATCHED);
	apply(&r, "case.close", "anna", END);
	apply(&r, "case.archive", "system", END);
	assert_int_equal(r.c.state, CASE_ARCHIVED);
	assert_string_equal(r.c.outcome, "avslag");
	end(&r);
}

static void fields_assignee_and_queue_change_and_the_status_stays(void **state)
{
	struct run r = RUN_INIT;

	(void)state;
	receive(&r);
	r.c.state = CASE_PROPOSED;
	apply(&r, "case.deadline", "anna", "due", "2027-03-01", END);
	apply(&r, "case.priority", "anna", "priority", "1", END);
	apply(&r, "case.title", "anna", "title", "Ny rubrik", END);
	apply(&r, "case.secrecy", "anna", "class", "1", "ground", "OSL 26:1", END);
	apply(&r, "case.assign", "chef", "officer", "cia", END);
	assert_string_equal(r.c.due_on, "2027-03-01");
	assert_int_equal(r.c.priority, 1);
	assert_string_equal(strbuf_cstr(&r.c.title), "Ny rubrik");
	assert_int_equal(r.c.protection, PROTECT_SECRET);
	assert_string_equal(strbuf_cstr(&r.c.party), "Åsa Öberg");
	assert_string_equal(r.c.assignee, "cia");
	apply(&r, "case.release", "cia", END);
	assert_string_equal(r.c.assignee, "");
	apply(&r, "case.claim", "anna", END);
	assert_string_equal(r.c.assignee, "anna");
	assert_int_equal(r.c.state, CASE_PROPOSED);
	apply(&r, "case.route", "anna", "queue", "tillsyn", "unit", "miljo", END);
	assert_string_equal(r.c.queue, "tillsyn");
	assert_string_equal(r.c.unit, "miljo");
	assert_string_equal(r.c.assignee, "");
	assert_int_equal(r.c.state, CASE_PROPOSED);
	end(&r);
}

static void what_only_adds_leaves_every_field_but_the_time(void **state)
{
	static const char *const acts[] = { "note.add",	    "document.add",    "watch.set",
					    "message.send", "message.receive", "case.receipt",
					    "entry.erase",  "key.change" };
	struct run r = RUN_INIT;

	(void)state;
	receive(&r);
	r.c.state = CASE_OPEN;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		struct casefile before = CASEFILE_INIT;

		casefile_copy(&before, &r.c);
		apply(&r, acts[i], "anna", END);
		before.changed_at = r.at;
		assert_string_equal(strbuf_cstr(&before.title), strbuf_cstr(&r.c.title));
		assert_memory_equal(&before, &r.c, offsetof(struct casefile, title));
		casefile_release(&before);
	}
	end(&r);
}

static void a_copy_has_words_of_its_own(void **state)
{
	struct run r = RUN_INIT;
	struct casefile copy = CASEFILE_INIT;

	(void)state;
	receive(&r);
	casefile_copy(&copy, &r.c);
	casefile_copy(&copy, &copy);
	strbuf_sets(&r.c.title, "annat");
	assert_string_equal(strbuf_cstr(&copy.title), "Skylt på Storgatan 1");
	assert_string_equal(copy.type, r.c.type);
	casefile_release(&copy);
	casefile_release(&copy);
	end(&r);
}

static void a_value_too_long_for_its_field_is_cut_not_written_past(void **state)
{
	struct run r = RUN_INIT;
	char longer[3 * CODE_MAX];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	receive(&r);
	r.c.state = CASE_OPEN;
	apply(&r, "case.route", "anna", "queue", longer, "unit", longer, END);
	assert_int_equal(strlen(r.c.queue), CODE_MAX - 1);
	assert_int_equal(strlen(r.c.unit), CODE_MAX - 1);
	end(&r);
}

/* --- An imported log ------------------------------------------------------------ */

/* The act alone, at `at`, whatever it makes of changed_at. */
static void imported(struct run *r, const char *act, const char *name, const char *value,
		     const char *officer, const char *queue)
{
	action_reset(&r->a, action_find(str_of(act)));
	assert_non_null(r->a.def);
	assert_int_equal(action_set(&r->a, name, str_of(value), NULL), ST_OK);
	assert_int_equal(action_set(&r->a, "officer", str_of(officer), NULL), ST_OK);
	assert_int_equal(action_set(&r->a, "queue", str_of(queue), NULL), ST_OK);
	casefile_apply(&r->c, &r->a, r->at);
}

static void an_imported_case_is_closed_if_it_had_ended_by_then(void **state)
{
	static const struct {
		const char *ended_at;
		enum case_state to;
		int64_t closed_at;
	} rows[] = {
		{ "2026-11-23T09:00:00.000Z", CASE_CLOSED, 1795424400000 },
		{ "2026-11-24T09:00:00.000Z", CASE_CLOSED, 1795510800000 },
		{ "2026-11-24T09:00:00.001Z", CASE_OPEN, 0 }, /* that day is to come */
		{ "", CASE_OPEN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = RUN_INIT;

		r.at = 1795510800000;
		imported(&r, "case.import", "ended_at", rows[i].ended_at, "anna.berg", "first");
		assert_int_equal(r.c.state, rows[i].to);
		assert_int_equal(r.c.closed_at, rows[i].closed_at);
		assert_int_equal(r.c.changed_at, 0);
		assert_string_equal(r.c.assignee, "anna.berg");
		end(&r);
	}
}

/* Lines of a log may come in any order: the newest one says who has the case. */
static void an_imported_event_from_before_the_newest_changes_nothing(void **state)
{
	struct run r = RUN_INIT;

	(void)state;
	imported(&r, "case.import", "ended_at", "", "jan.vd", "first");
	imported(&r, "event.import", "instant", "2026-11-23T09:00:00.000Z", "jan.vd", "second");
	assert_string_equal(r.c.queue, "second");
	assert_int_equal(r.c.changed_at, 1795424400000);
	imported(&r, "event.import", "instant", "2026-11-22T09:00:00.000Z", "jan.vd", "third");
	assert_string_equal(r.c.queue, "second");
	assert_int_equal(r.c.changed_at, 1795424400000);
	imported(&r, "event.import", "instant", "some day", "jan.vd", "third");
	assert_string_equal(r.c.queue, "second");
	imported(&r, "event.import", "instant", "2026-11-23T09:00:00.000Z", "jan.vd", "third");
	assert_string_equal(r.c.queue, "third");
	end(&r);
}

/* A central that says no day leaves the one that is known. */
static void a_day_that_can_not_be_read_changes_no_field(void **state)
{
	struct run r = RUN_INIT;
	int64_t before;

	(void)state;
	receive(&r);
	before = r.c.received_at;
	apply(&r, "case.receive", "system", "received_at", "yesterday", END);
	assert_int_equal(r.c.received_at, before);
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_status_and_event_is_as_terms_says),
		cmocka_unit_test(a_refused_step_says_which_statuses_would_do),
		cmocka_unit_test(an_act_without_a_step_is_lawful_everywhere),
		cmocka_unit_test(names_of_statuses_come_back_as_statuses),
		cmocka_unit_test(codes_are_letters_digits_and_three_signs),
		cmocka_unit_test(a_received_case_has_what_the_applicant_said),
		cmocka_unit_test(a_party_of_protected_identity_has_no_name_in_the_case),
		cmocka_unit_test(a_case_goes_from_registration_to_the_archive),
		cmocka_unit_test(fields_assignee_and_queue_change_and_the_status_stays),
		cmocka_unit_test(what_only_adds_leaves_every_field_but_the_time),
		cmocka_unit_test(a_copy_has_words_of_its_own),
		cmocka_unit_test(a_value_too_long_for_its_field_is_cut_not_written_past),
		cmocka_unit_test(an_imported_case_is_closed_if_it_had_ended_by_then),
		cmocka_unit_test(an_imported_event_from_before_the_newest_changes_nothing),
		cmocka_unit_test(a_day_that_can_not_be_read_changes_no_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
