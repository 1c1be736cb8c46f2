/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/judge.h"
#include "domain/role.h"

#include "base/banned.h"

/* anna has the case, which is open; she judges on what she saw last. */
struct scene {
	struct casefile now;
	struct action a;
	struct judgement j;
	struct err why;
};

static void scene_init(struct scene *s, const char *act)
{
	*s = (struct scene){ .now = CASEFILE_INIT };
	s->now.state = CASE_OPEN;
	snprintf(s->now.assignee, OFFICER_MAX, "anna");
	action_reset(&s->a, action_find(str_of(act)));
	assert_non_null(s->a.def);
	snprintf(s->a.sub, OFFICER_MAX, "anna");
	s->j = (struct judgement){
		.action = &s->a, .now = &s->now, .base_known = true, .roles = ROLE_OFFICER
	};
}

static void since(struct scene *s, const char *act, const char *who)
{
	since_add(&s->j.since, action_find(str_of(act)), who, false, 1000, 7);
}

static void expect(struct scene *s, enum verdict v, const char *code)
{
	enum verdict got;

	err_clear(&s->why);
	got = judge(&s->j, &s->why);
	if (got != v || strcmp(s->why.code, code) != 0)
		fail_msg("%s: %s \"%s\" (%s), expected %s \"%s\"", s->a.def->name,
			 verdict_name(got), s->why.code, s->why.text, verdict_name(v), code);
	/* Pure: the same question has the same answer. */
	assert_int_equal(judge(&s->j, NULL), v);
}

/* Acts that anna or bo may take, a status in which they may, and the roles. */
static const struct lawful {
	const char *act;
	enum case_state state;
	unsigned roles;
} lawful[] = {
	{ "note.add", CASE_OPEN, ROLE_CONTACT },
	{ "document.add", CASE_OPEN, ROLE_OFFICER },
	{ "watch.set", CASE_OPEN, ROLE_OFFICER },
	{ "case.deadline", CASE_OPEN, ROLE_OFFICER },
	{ "case.priority", CASE_OPEN, ROLE_OFFICER },
	{ "case.title", CASE_OPEN, ROLE_REGISTRAR },
	{ "case.claim", CASE_OPEN, ROLE_OFFICER },
	{ "case.release", CASE_OPEN, ROLE_OFFICER },
	{ "case.assign", CASE_OPEN, ROLE_SUPERVISOR },
	{ "case.route", CASE_OPEN, ROLE_OFFICER },
	{ "case.ask", CASE_OPEN, ROLE_OFFICER },
	{ "case.suspend", CASE_OPEN, ROLE_OFFICER },
	{ "case.resume", CASE_WAITING, ROLE_OFFICER },
	{ "case.answer", CASE_WAITING, ROLE_OFFICER },
	{ "case.propose", CASE_OPEN, ROLE_OFFICER },
	{ "case.return", CASE_PROPOSED, ROLE_DECIDER },
	{ "case.decide", CASE_PROPOSED, ROLE_DECIDER },
	{ "decision.correct", CASE_DECIDED, ROLE_DECIDER },
	{ "message.send", CASE_OPEN, ROLE_OFFICER },
	{ "case.dispatch", CASE_DECIDED, ROLE_OFFICER },
	{ "case.waive_dispatch", CASE_DECIDED, ROLE_OFFICER },
	{ "case.close", CASE_DISPATCHED, ROLE_OFFICER },
	{ "case.reopen", CASE_CLOSED, ROLE_OFFICER },
	{ "case.secrecy", CASE_OPEN, ROLE_OFFICER },
};
enum { LAWFUL = sizeof(lawful) / sizeof(lawful[0]) };

static void scene_lawful(struct scene *s, const struct lawful *l)
{
	scene_init(s, l->act);
	s->now.state = l->state;
	s->j.roles = l->roles;
}

static void every_act_is_accepted_on_the_head_it_was_signed_on(void **state)
{
	struct scene s;

	(void)state;
	for (int i = 0; i < LAWFUL; i++) {
		scene_lawful(&s, &lawful[i]);
		expect(&s, VERDICT_ACCEPTED, "");
	}
}

/*
 * What a newer entry does to an act, class by class; written from the table
 * of the protocol. Rows: the class of the judged act. m merged, f conflict on
 * the field, o conflict "moved-on".
 */
static void each_class_meets_each_newer_entry_as_the_table_says(void **state)
{
	static const struct {
		const char *newer;
		const char *b_due, *c, *d, *e; /* case.deadline, assign, route, decide */
	} rows[] = {
		{ "note.add", "m", "m", "m", "m" },	    { "document.add", "m", "m", "m", "o" },
		{ "case.deadline", "f", "m", "o", "o" },    { "case.priority", "m", "m", "o", "o" },
		{ "case.title", "m", "m", "o", "o" },	    { "case.claim", "m", "m", "o", "m" },
		{ "case.release", "m", "m", "o", "m" },	    { "case.assign", "m", "m", "o", "m" },
		{ "case.route", "m", "m", "o", "o" },	    { "case.ask", "m", "m", "o", "o" },
		{ "case.answer", "m", "m", "o", "o" },	    { "case.propose", "m", "m", "o", "o" },
		{ "case.return", "m", "m", "o", "o" },	    { "case.decide", "m", "m", "o", "o" },
		{ "decision.correct", "m", "m", "o", "o" }, { "message.send", "m", "m", "o", "o" },
		{ "case.secrecy", "m", "m", "o", "o" },	    { "case.register", "f", "m", "o", "o" },
		{ "entry.erase", "m", "m", "o", "o" },
	};
	static const char *const judged[] = { "case.deadline", "case.assign", "case.route",
					      "case.decide" };
	struct scene s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *want[] = { rows[i].b_due, rows[i].c, rows[i].d, rows[i].e };

		for (int k = 0; k < 4; k++) {
			scene_init(&s, judged[k]);
			s.j.roles = ROLE_OFFICER | ROLE_DECIDER | ROLE_SUPERVISOR;
			since(&s, rows[i].newer, "bo");
			if (*want[k] == 'm')
				expect(&s, VERDICT_MERGED, "");
			else
				expect(&s, VERDICT_CONFLICT,
				       *want[k] == 'f' ? "field-changed" : "moved-on");
		}
	}
}

/*
 * Every act on every newer act, written from the table of the protocol: an append
 * (A) is merged over all, and so is a claim or an assignment that is still lawful;
 * a field (B) gives way to itself alone; a step (D) to all but appends; a decision
 * or a letter (E) to documents, parties, messages, fields and transitions. "." for
 * what is neutral or no entry: the case has not moved.
 */
static void every_act_meets_every_newer_act_as_the_table_says(void **state)
{
	static const struct {
		const char *newer, *fields; /* of "dpt" (due, priority, title) those changed */
		char d, e;		    /* m merged, o moved-on */
	} rows[] = {
		{ "note.add", "", 'm', 'm' },
		{ "document.add", "", 'm', 'o' },
		{ "watch.set", "", '.', '.' },
		{ "case.deadline", "d", 'o', 'o' },
		{ "case.priority", "p", 'o', 'o' },
		{ "case.title", "t", 'o', 'o' },
		{ "case.claim", "", 'o', 'm' },
		{ "case.release", "", 'o', 'm' },
		{ "case.assign", "", 'o', 'm' },
		{ "case.route", "", 'o', 'o' },
		{ "case.ask", "", 'o', 'o' },
		{ "case.suspend", "", 'o', 'o' },
		{ "case.resume", "", 'o', 'o' },
		{ "case.answer", "", 'o', 'o' },
		{ "case.propose", "", 'o', 'o' },
		{ "case.return", "", 'o', 'o' },
		{ "case.decide", "", 'o', 'o' },
		{ "decision.correct", "", 'o', 'o' },
		{ "message.send", "", 'o', 'o' },
		{ "case.dispatch", "", 'o', 'o' },
		{ "case.waive_dispatch", "", 'o', 'o' },
		{ "case.close", "", 'o', 'o' },
		{ "case.reopen", "", 'o', 'o' },
		{ "case.secrecy", "", 'o', 'o' },
		{ "erasure.propose", "", '.', '.' },
		{ "erasure.confirm", "", 'o', 'm' },
		{ "erasure.withdraw", "", '.', '.' },
		{ "void", "", '.', '.' },
		{ "case.receive", "", 'o', 'o' },
		{ "case.register", "d", 'o', 'o' },
		{ "message.receive", "", 'o', 'o' },
		{ "case.import", "", 'o', 'o' },
		{ "event.import", "", 'o', 'o' },
		{ "case.receipt", "", '.', '.' },
		{ "case.archive", "", 'o', 'o' },
		{ "entry.erase", "", 'o', 'o' },
		{ "key.change", "", '.', '.' },
	};
	/* In the order of `lawful`; a field by its own letter. */
	static const char class[] = "AAAdptCCCDDDDDDDEEEDDDDD";
	const struct action_def *newer;
	struct scene s;

	(void)state;
	assert_int_equal(sizeof(class) - 1, LAWFUL);
	for (size_t k = 0; (newer = action_at(k)); k++) {
		size_t i = 0;

		while (i < sizeof(rows) / sizeof(rows[0])
		       && strcmp(rows[i].newer, newer->name) != 0)
			i++;
		if (i == sizeof(rows) / sizeof(rows[0])) {
			fail_msg("%s has no row here", newer->name);
			return;
		}
		for (int a = 0; a < LAWFUL; a++) {
			scene_lawful(&s, &lawful[a]);
			since(&s, newer->name, "bo");
			if (rows[i].d == '.')
				expect(&s, VERDICT_ACCEPTED, "");
			else if (strchr(rows[i].fields, class[a]))
				expect(&s, VERDICT_CONFLICT, "field-changed");
			else if ((class[a] == 'D' && rows[i].d == 'o')
				 || (class[a] == 'E' && rows[i].e == 'o'))
				expect(&s, VERDICT_CONFLICT, "moved-on");
			else
				expect(&s, VERDICT_MERGED, "");
		}
	}
}

static void an_append_merges_over_anything(void **state)
{
	static const char *const appends[] = { "note.add", "document.add", "watch.set" };
	const struct action_def *newer;
	struct scene s;

	(void)state;
	for (int k = 0; k < 3; k++)
		for (size_t i = 0; (newer = action_at(i)); i++) {
			scene_init(&s, appends[k]);
			since(&s, newer->name, "bo");
			expect(&s, newer->neutral ? VERDICT_ACCEPTED : VERDICT_MERGED, "");
		}
}

static void a_field_conflicts_with_itself_alone(void **state)
{
	static const char *const fields[] = { "case.deadline", "case.priority", "case.title" };
	struct scene s;

	(void)state;
	for (int mine = 0; mine < 3; mine++)
		for (int theirs = 0; theirs < 3; theirs++) {
			scene_init(&s, fields[mine]);
			since(&s, fields[theirs], "bo");
			if (mine == theirs)
				expect(&s, VERDICT_CONFLICT, "field-changed");
			else
				expect(&s, VERDICT_MERGED, "");
		}
	scene_init(&s, "case.title");
	since(&s, "case.title", "bo");
	expect(&s, VERDICT_CONFLICT, "field-changed");
	assert_string_equal(s.why.text, "case.title: the case has moved on, last by bo at"
					" 1970-01-01T00:00:01.000Z (entry 7)");
}

static void the_first_claim_wins_and_the_second_hears_who(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.claim");
	snprintf(s.now.assignee, OFFICER_MAX, "bo");
	since(&s, "case.claim", "bo");
	expect(&s, VERDICT_REJECTED, "taken");
	assert_non_null(strstr(s.why.text, "bo has the case"));

	/* Assigned before the officer looked: taken as well. */
	scene_init(&s, "case.claim");
	snprintf(s.now.assignee, OFFICER_MAX, "cia");
	expect(&s, VERDICT_REJECTED, "taken");
	assert_string_equal(s.why.text, "cia has the case");

	/* Even when the winner has come further. */
	s.now.state = CASE_CLOSED;
	since(&s, "case.close", "cia");
	expect(&s, VERDICT_REJECTED, "taken");
}

static void a_case_given_to_another_meanwhile_is_not_released(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.release");
	snprintf(s.now.assignee, OFFICER_MAX, "bo");
	since(&s, "case.assign", "chef");
	expect(&s, VERDICT_REJECTED, "taken");
	s.j.roles = ROLE_SUPERVISOR;
	expect(&s, VERDICT_MERGED, "");
}

static void a_free_case_can_be_claimed_in_every_live_status(void **state)
{
	struct scene s;

	(void)state;
	for (int st = CASE_REGISTERED; st <= CASE_DISPATCHED; st++) {
		scene_init(&s, "case.claim");
		s.now.assignee[0] = '\0';
		s.now.state = (enum case_state)st;
		expect(&s, VERDICT_ACCEPTED, "");
		since(&s, "case.release", "bo");
		expect(&s, VERDICT_MERGED, "");
	}
}

static void claiming_ones_own_case_again_does_no_harm(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.claim");
	since(&s, "case.claim", "anna");
	expect(&s, VERDICT_MERGED, "");
}

static void only_the_officer_of_the_case_takes_its_steps(void **state)
{
	static const struct {
		const char *act;
		enum case_state state;
		unsigned exempt;
	} owned[] = {
		{ "case.release", CASE_OPEN, ROLE_SUPERVISOR },
		{ "case.ask", CASE_OPEN, ROLE_SUPERVISOR },
		{ "case.suspend", CASE_OPEN, ROLE_SUPERVISOR },
		{ "case.resume", CASE_WAITING, ROLE_SUPERVISOR },
		{ "case.answer", CASE_WAITING, ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_SYSTEM },
		{ "case.propose", CASE_OPEN, ROLE_SUPERVISOR },
		{ "case.return", CASE_PROPOSED, ROLE_SUPERVISOR | ROLE_DECIDER },
		{ "case.dispatch", CASE_DECIDED, ROLE_SUPERVISOR | ROLE_REGISTRAR },
		{ "case.waive_dispatch", CASE_DECIDED, ROLE_SUPERVISOR | ROLE_REGISTRAR },
		{ "case.close", CASE_DISPATCHED, ROLE_SUPERVISOR | ROLE_REGISTRAR },
		{ "case.reopen", CASE_CLOSED, ROLE_SUPERVISOR | ROLE_REGISTRAR },
		{ "case.secrecy", CASE_OPEN, ROLE_SUPERVISOR | ROLE_REGISTRAR },
	};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
		scene_init(&s, owned[i].act);
		s.now.state = owned[i].state;
		snprintf(s.now.assignee, OFFICER_MAX, "bo");
		expect(&s, VERDICT_REJECTED, "not-assignee");
		assert_non_null(strstr(s.why.text, "bo"));
		s.now.assignee[0] = '\0';
		expect(&s, VERDICT_REJECTED, "not-assignee");
		assert_non_null(strstr(s.why.text, "claim it first"));
		since(&s, "note.add", "chef");
		expect(&s, s.a.def->class == CLASS_C_CLAIM ? VERDICT_REJECTED : VERDICT_CONFLICT,
		       "not-assignee");
		s.j.since = (struct since){ 0 };
		for (unsigned bit = 1; bit <= ROLE_SYSTEM; bit <<= 1) {
			s.j.roles = ROLE_OFFICER | bit;
			if (owned[i].exempt & bit)
				expect(&s, VERDICT_ACCEPTED, "");
			else
				expect(&s, VERDICT_REJECTED, "not-assignee");
			s.j.roles = bit;
			if (owned[i].exempt & bit)
				expect(&s, VERDICT_ACCEPTED, "");
		}
	}
}

static void route_claim_and_decide_are_free_of_the_assignee(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.route");
	snprintf(s.now.assignee, OFFICER_MAX, "bo");
	expect(&s, VERDICT_ACCEPTED, "");
	scene_init(&s, "case.decide");
	snprintf(s.now.assignee, OFFICER_MAX, "bo");
	s.j.roles = ROLE_DECIDER;
	expect(&s, VERDICT_ACCEPTED, "");
}

static void an_unlawful_step_is_a_conflict_once_the_case_has_moved(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.close");
	expect(&s, VERDICT_REJECTED, "step-unlawful");
	since(&s, "case.ask", "bo");
	expect(&s, VERDICT_CONFLICT, "step-unlawful");

	scene_init(&s, "case.decide");
	expect(&s, VERDICT_REJECTED, "role-lacking");
	scene_init(&s, "note.add");
	s.now.state = CASE_ARCHIVED;
	since(&s, "case.archive", "");
	expect(&s, VERDICT_CONFLICT, "step-unlawful");
}

static void a_lacking_role_is_refused_however_the_case_has_moved(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.decide");
	since(&s, "note.add", "bo");
	expect(&s, VERDICT_REJECTED, "role-lacking");
	/* The step is there, the catalogue's role is not. */
	scene_init(&s, "case.receipt");
	since(&s, "case.ask", "bo");
	expect(&s, VERDICT_REJECTED, "role-lacking");
}

static void a_claim_or_release_that_comes_second_is_refused(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.claim");
	s.now.assignee[0] = '\0';
	s.now.state = CASE_CLOSED;
	since(&s, "case.close", "bo");
	expect(&s, VERDICT_REJECTED, "step-unlawful");
	/* Released already, by a supervisor. */
	scene_init(&s, "case.release");
	s.now.assignee[0] = '\0';
	since(&s, "case.release", "chef");
	expect(&s, VERDICT_REJECTED, "not-assignee");
}

static void a_decision_names_its_signer_as_the_decider(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.decide");
	s.j.roles = ROLE_DECIDER;
	assert_int_equal(action_set(&s.a, "decider", str_of("anna"), NULL), ST_OK);
	expect(&s, VERDICT_ACCEPTED, "");
	assert_int_equal(action_set(&s.a, "decider", str_of("bo"), NULL), ST_OK);
	expect(&s, VERDICT_REJECTED, "decider-other");
	since(&s, "note.add", "bo");
	expect(&s, VERDICT_REJECTED, "decider-other");
	action_release(&s.a);
}

static void a_deadline_lies_from_the_arrival_to_twenty_years_after(void **state)
{
	static const struct {
		const char *due;
		bool stands;
	} days[] = {
		{ "2026-11-23", false }, { "2026-11-24", true },  { "2046-11-24", true },
		{ "2046-11-25", false }, { "1900-01-01", false }, { "9999-12-31", false },
	};
	struct scene s;

	(void)state;
	scene_init(&s, "case.deadline");
	/* 2026-11-23T23:30Z is the 24th in Stockholm. */
	s.now.received_at = 1795476600000;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		assert_int_equal(action_set(&s.a, "due", str_of(days[i].due), NULL), ST_OK);
		expect(&s, days[i].stands ? VERDICT_ACCEPTED : VERDICT_REJECTED,
		       days[i].stands ? "" : "deadline-range");
	}
	/* A day out of range never stands, whatever came between. */
	since(&s, "case.priority", "bo");
	expect(&s, VERDICT_REJECTED, "deadline-range");
	action_release(&s.a);
}

static void an_act_without_a_step_still_needs_its_role(void **state)
{
	static const char *const acts[] = { "case.receive", "case.receipt", "entry.erase",
					    "key.change" };
	struct scene s;

	(void)state;
	for (int i = 0; i < 4; i++) {
		scene_init(&s, acts[i]);
		s.j.roles = ~(unsigned)ROLE_SYSTEM;
		expect(&s, VERDICT_REJECTED, "role-lacking");
		assert_non_null(strstr(s.why.text, "the central itself"));
		s.j.roles = ROLE_SYSTEM;
		s.j.base_known = false;
		since(&s, "case.decide", "bo");
		expect(&s, VERDICT_ACCEPTED, "");
	}
}

static void what_builds_on_a_fallen_action_falls_but_for_appends(void **state)
{
	struct scene s;

	(void)state;
	for (int i = 0; i < LAWFUL; i++) {
		scene_lawful(&s, &lawful[i]);
		s.j.pre_failed = true;
		if (s.a.def->class == CLASS_A_APPEND)
			expect(&s, VERDICT_ACCEPTED, "");
		else
			expect(&s, VERDICT_CONFLICT, "depends-on");
	}
}

static void on_an_unknown_base_only_appends_stand(void **state)
{
	struct scene s;

	(void)state;
	for (int i = 0; i < LAWFUL; i++) {
		scene_lawful(&s, &lawful[i]);
		s.j.base_known = false;
		if (s.a.def->class == CLASS_A_APPEND)
			expect(&s, VERDICT_MERGED, "");
		else
			expect(&s, VERDICT_CONFLICT, "base-unknown");
	}
}

static void on_an_unknown_base_what_names_the_entry_it_erases_stands(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "erasure.propose");
	s.j.roles = ROLE_REGISTRAR;
	s.j.base_known = false;
	expect(&s, VERDICT_CONFLICT, "base-unknown");
	s.j.same_target = true;
	expect(&s, VERDICT_MERGED, "");
	since(&s, "entry.erase", "");
	expect(&s, VERDICT_MERGED, "");
	s.j.roles = ROLE_OFFICER;
	expect(&s, VERDICT_REJECTED, "role-lacking");
	action_release(&s.a);
}

static void a_withdrawn_envelope_is_void_whatever_happened(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "void");
	s.j.pre_failed = true;
	s.j.base_known = false;
	since(&s, "case.decide", "bo");
	expect(&s, VERDICT_VOID, "");
}

static void own_earlier_and_neutral_entries_move_no_case(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, "case.route");
	since_add(&s.j.since, action_find(str_of("case.deadline")), "anna", true, 1, 2);
	since(&s, "case.receipt", "");
	since(&s, "watch.set", "bo");
	since(&s, "key.change", "");
	assert_false(s.j.since.any);
	expect(&s, VERDICT_ACCEPTED, "");
}

static void since_remembers_the_last_officer_not_the_central(void **state)
{
	struct since s = { 0 };

	(void)state;
	since_add(&s, action_find(str_of("note.add")), "bo", false, 10, 3);
	assert_true(s.any);
	assert_false(s.any_beyond_append);
	since_add(&s, action_find(str_of("case.archive")), NULL, false, 20, 4);
	assert_true(s.any_beyond_append);
	assert_string_equal(s.who, "bo");
	assert_int_equal(s.at, 20);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.touched, TOUCH_NOTE | TOUCH_STEP);
}

static void verdicts_have_names_and_two_of_them_stand(void **state)
{
	enum verdict v;

	(void)state;
	for (int i = VERDICT_ACCEPTED; i <= VERDICT_VOID; i++) {
		assert_true(verdict_from(&v, str_of(verdict_name((enum verdict)i))));
		assert_int_equal(v, i);
		assert_int_equal(verdict_stands(v), i == VERDICT_ACCEPTED || i == VERDICT_MERGED);
	}
	assert_false(verdict_from(&v, str_of("none")));
	assert_false(verdict_from(&v, str_of("Accepted")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_act_is_accepted_on_the_head_it_was_signed_on),
		cmocka_unit_test(each_class_meets_each_newer_entry_as_the_table_says),
		cmocka_unit_test(every_act_meets_every_newer_act_as_the_table_says),
		cmocka_unit_test(an_append_merges_over_anything),
		cmocka_unit_test(a_field_conflicts_with_itself_alone),
		cmocka_unit_test(the_first_claim_wins_and_the_second_hears_who),
		cmocka_unit_test(a_case_given_to_another_meanwhile_is_not_released),
		cmocka_unit_test(a_free_case_can_be_claimed_in_every_live_status),
		cmocka_unit_test(claiming_ones_own_case_again_does_no_harm),
		cmocka_unit_test(only_the_officer_of_the_case_takes_its_steps),
		cmocka_unit_test(route_claim_and_decide_are_free_of_the_assignee),
		cmocka_unit_test(an_unlawful_step_is_a_conflict_once_the_case_has_moved),
		cmocka_unit_test(a_lacking_role_is_refused_however_the_case_has_moved),
		cmocka_unit_test(a_claim_or_release_that_comes_second_is_refused),
		cmocka_unit_test(a_decision_names_its_signer_as_the_decider),
		cmocka_unit_test(a_deadline_lies_from_the_arrival_to_twenty_years_after),
		cmocka_unit_test(an_act_without_a_step_still_needs_its_role),
		cmocka_unit_test(what_builds_on_a_fallen_action_falls_but_for_appends),
		cmocka_unit_test(on_an_unknown_base_only_appends_stand),
		cmocka_unit_test(on_an_unknown_base_what_names_the_entry_it_erases_stands),
		cmocka_unit_test(a_withdrawn_envelope_is_void_whatever_happened),
		cmocka_unit_test(own_earlier_and_neutral_entries_move_no_case),
		cmocka_unit_test(since_remembers_the_last_officer_not_the_central),
		cmocka_unit_test(verdicts_have_names_and_two_of_them_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
