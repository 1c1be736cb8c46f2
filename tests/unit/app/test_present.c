/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "app/present.h"
#include "domain/action.h"

#include "base/banned.h"

enum { NOW_DAY = 20780 }; /* 2026-11-23 */

static struct names names = NAMES_INIT;

static struct present facts(void)
{
	struct present p = { .names = &names,
			     .me = "britt.a",
			     .today = day_from_number(NOW_DAY),
			     .waits = WAITS_TURN };

	p.now = stockholm_midnight(p.today) + 14 * 3600000;
	return p;
}

static struct case_row a_case(enum case_state state, const char *assignee)
{
	struct case_row r = CASE_ROW_INIT;

	r.file.state = state;
	r.file.priority = 2;
	snprintf(r.file.id, sizeof(r.file.id), "01980000-0000-7000-8000-000000000001");
	snprintf(r.file.diary_no, sizeof(r.file.diary_no), "BN 2026-1042");
	snprintf(r.file.assignee, sizeof(r.file.assignee), "%s", assignee);
	snprintf(r.file.due_on, sizeof(r.file.due_on), "2026-11-20");
	r.file.received_at = stockholm_midnight(day_from_number(NOW_DAY - 26));
	strbuf_sets(&r.file.title, "Bygglov, carport");
	strbuf_sets(&r.file.party, "Åkesson, Britt");
	return r;
}

static void a_row_says_overdue_in_letters_and_days(void **state)
{
	struct case_row c = a_case(CASE_OPEN, "britt.a");
	struct present p = facts();
	struct queue_row row;
	struct queue_text t;

	(void)state;
	present_queue_row(&row, &t, &c, &p);
	assert_string_equal(row.flags, "!");
	assert_string_equal(row.due, "-3 d");
	assert_string_equal(row.received, "28/10");
	assert_string_equal(row.number, "BN 2026-1042");
	assert_true(row.overdue);
	case_row_release(&c);
}

static void what_waits_what_clashed_and_what_is_new_are_flagged(void **state)
{
	struct case_row c = a_case(CASE_REGISTERED, "");
	struct present p = facts();
	struct queue_row row;
	struct queue_text t;

	(void)state;
	c.pending = 2;
	c.trouble = 1;
	snprintf(c.file.due_on, sizeof(c.file.due_on), "2026-12-20");
	present_queue_row(&row, &t, &c, &p);
	assert_string_equal(row.flags, "KUN");
	case_row_release(&c);
}

static void a_decided_case_is_not_overdue(void **state)
{
	struct case_row c = a_case(CASE_DECIDED, "britt.a");
	struct present p = facts();
	struct queue_row row;
	struct queue_text t;

	(void)state;
	present_queue_row(&row, &t, &c, &p);
	assert_string_equal(row.flags, "");
	assert_string_equal(row.due, "");
	case_row_release(&c);
}

static void a_protected_party_is_never_named_in_a_list(void **state)
{
	struct case_row c = a_case(CASE_OPEN, "britt.a");
	struct present p = facts();
	struct queue_row row;
	struct queue_text t;

	(void)state;
	c.file.protection = PROTECT_IDENTITY;
	present_queue_row(&row, &t, &c, &p);
	assert_true(str_eq(row.party, "(skyddad)"));
	assert_non_null(strchr(row.flags, 'S'));
	case_row_release(&c);
}

static void a_case_without_a_number_is_named_by_its_id(void **state)
{
	struct case_row c = a_case(CASE_RECEIVED, "");
	char number[DIARY_MAX];

	(void)state;
	c.file.diary_no[0] = '\0';
	assert_string_equal(present_number(number, &c.file), "01980000");
	case_row_release(&c);
}

static void the_next_step_follows_status_and_officer(void **state)
{
	static const struct {
		enum case_state state;
		const char *who, *says;
	} table[] = {
		{ CASE_REGISTERED, "", "(t)" },	    { CASE_OPEN, "britt.a", "(b)" },
		{ CASE_DECIDED, "britt.a", "(W)" }, { CASE_DISPATCHED, "britt.a", "(x)" },
		{ CASE_ARCHIVED, "britt.a", "" },   { CASE_OPEN, "eva.z", "" },
	};
	struct present p = facts();

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct case_row c = a_case(table[i].state, table[i].who);
		struct strbuf out = STRBUF_INIT;

		present_next_step(&out, &c.file, &p);
		if (table[i].says[0])
			assert_non_null(strstr(strbuf_cstr(&out), table[i].says));
		else
			assert_int_equal(out.len, 0);
		strbuf_release(&out);
		case_row_release(&c);
	}
}

static struct action said(const char *act)
{
	struct action a = ACTION_INIT;

	action_reset(&a, action_find(str_of(act)));
	return a;
}

static void an_action_is_told_with_what_it_was_given(void **state)
{
	struct present p = facts();
	struct action a = said("case.route");
	struct strbuf line = STRBUF_INIT, full = STRBUF_INIT;

	(void)state;
	assert_int_equal(action_set(&a, "queue", str_of("miljoskydd"), NULL), ST_OK);
	assert_int_equal(action_set(&a, "unit", str_of("miljo"), NULL), ST_OK);
	assert_int_equal(action_set(&a, "reason", str_of("hör dit"), NULL), ST_OK);
	present_action(&line, &a, &p, false);
	assert_non_null(strstr(strbuf_cstr(&line), " → miljoskydd: hör dit"));
	present_action_full(&full, &a, &p);
	assert_non_null(strstr(strbuf_cstr(&full), "Enhet: miljo"));
	action_release(&a);
	a = said("erasure.propose");
	assert_int_equal(action_set(&a, "what", str_of("document"), NULL), ST_OK);
	assert_int_equal(action_set(&a, "n", str_of("4"), NULL), ST_OK);
	strbuf_clear(&line);
	present_action(&line, &a, &p, false);
	assert_non_null(strstr(strbuf_cstr(&line), ": handling i post 4"));
	action_release(&a);
	strbuf_release(&line);
	strbuf_release(&full);
}

static void every_argument_of_every_act_is_told_somewhere(void **state)
{
	struct present p = facts();

	(void)state;
	for (size_t i = 0; action_at(i); i++) {
		const struct action_def *def = action_at(i);
		struct action a = said(def->name);
		struct strbuf full = STRBUF_INIT;

		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
			assert_int_equal(action_set(&a, def->args[k].name, str_of("7"), NULL),
					 ST_OK);
		present_action_full(&full, &a, &p);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			size_t lines = 0;

			for (const char *c = strbuf_cstr(&full); *c; c++)
				lines += *c == '\n';
			assert_true(lines >= (size_t)k + 1);
		}
		action_release(&a);
		strbuf_release(&full);
	}
}

static void the_words_of_a_document_cannot_pass_for_our_own(void **state)
{
	/* Texts come out raw; a percent sign in them is no format. */
	struct present p = facts();
	struct action a = said("note.add");
	struct strbuf line = STRBUF_INIT;

	(void)state;
	assert_int_equal(action_set(&a, "text", str_of("100%s %n rabatt"), NULL), ST_OK);
	present_action(&line, &a, &p, true);
	assert_non_null(strstr(strbuf_cstr(&line), "100%s %n rabatt"));
	action_release(&a);
	strbuf_release(&line);
}

static void a_refusal_says_why_and_that_nothing_changed(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct action a = said("case.claim");
	struct present p = facts();
	struct strbuf out = STRBUF_INIT;

	(void)state;
	strbuf_sets(&i.envelope, "signed");
	i.state = OUTBOX_ACKNOWLEDGED;
	i.verdict = VERDICT_REJECTED;
	snprintf(i.why, sizeof(i.why), "taken");
	snprintf(i.who, sizeof(i.who), "jan.vd");
	assert_true(present_in_trouble(&i));
	present_outcome(&out, &i, &a, &p);
	assert_non_null(strstr(strbuf_cstr(&out), "jan.vd"));
	assert_non_null(strstr(strbuf_cstr(&out), "Inget har ändrats"));
	assert_non_null(strstr(strbuf_cstr(&out), "u lägg undan svaret"));
	/* A grant that a restore lost is the operator's to give again. */
	strbuf_clear(&out);
	snprintf(i.why, sizeof(i.why), "case-unknown");
	i.again = 1;
	present_outcome(&out, &i, &a, &p);
	assert_non_null(strstr(strbuf_cstr(&out), "be driften bevilja det igen"));
	i.state = OUTBOX_ARCHIVED;
	assert_false(present_in_trouble(&i));
	action_release(&a);
	outbox_item_release(&i);
	strbuf_release(&out);
}

static void an_unsent_action_says_how_to_take_it_back(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct action a = said("note.add");
	struct present p = facts();
	struct outbox_text t = { .action = STRBUF_INIT };
	struct outbox_row row;
	struct strbuf out = STRBUF_INIT;

	(void)state;
	i.state = OUTBOX_SIGNED;
	i.created_at = p.now;
	i.hold_until = p.now + 13500;
	present_outbox_row(&row, &t, &i, &a, "BN 2026-1", &p);
	assert_string_equal(row.state, "ÅNGRA 14 s");
	assert_string_equal(row.tries, "–");
	present_outcome(&out, &i, &a, &p);
	assert_non_null(strstr(strbuf_cstr(&out), "u drar tillbaka"));
	outbox_text_release(&t);
	action_release(&a);
	strbuf_release(&out);
}

/* What the officer reads is Swedish: no argument goes by its name on the wire. */
static void every_argument_of_an_act_has_a_label(void **state)
{
	struct present p = facts();
	struct strbuf out = STRBUF_INIT;
	char raw[80];

	(void)state;
	for (size_t i = 0; action_at(i); i++)
		for (int k = 0; k < ACTION_ARGS_MAX && action_at(i)->args[k].name; k++) {
			struct action a = ACTION_INIT;

			a.def = action_at(i);
			a.has[k] = true;
			strbuf_sets(&a.arg[k], "1");
			strbuf_clear(&out);
			present_action_full(&out, &a, &p);
			snprintf(raw, sizeof(raw), "%s: ", a.def->args[k].name);
			if (strncmp(strbuf_cstr(&out), raw, strlen(raw)) == 0)
				fail_msg("%s has no label for %s", a.def->name, raw);
			action_release(&a);
		}
	strbuf_release(&out);
}

static void an_application_says_when_it_came_in_and_what_protects_it(void **state)
{
	struct present p = facts();
	struct strbuf out = STRBUF_INIT;
	struct action a = ACTION_INIT;
	int at, protection;

	(void)state;
	a.def = action_find(str_of("case.receive"));
	at = action_arg_index(a.def, str_of("received_at"));
	protection = action_arg_index(a.def, str_of("protection"));
	a.has[at] = a.has[protection] = true;
	strbuf_sets(&a.arg[at], "2026-11-23T23:49:48.757Z");
	strbuf_sets(&a.arg[protection], "0");
	present_action_full(&out, &a, &p);
	assert_string_equal(strbuf_cstr(&out), "Inkom: 2026-11-24 00:49\nSkydd: –\n");
	action_release(&a);
	strbuf_release(&out);
}

static void the_status_line_says_connection_age_and_what_waits(void **state)
{
	struct sync_status y = { .online = true };
	struct present p = facts();
	struct status_facts f = { .sync = &y };
	struct strbuf out = STRBUF_INIT;

	(void)state;
	y.last_pull = p.now - 180000;
	y.outbox.waiting = 2;
	y.outbox.conflicts = 1;
	f.undo_until = p.now + 13500;
	present_status(&out, &f, &p);
	assert_string_equal(strbuf_cstr(&out),
			    "ONLINE 14:00 │ data 3 min │ utkorg 2 │ konflikt 1 │ ångra (u) 14 s");
	strbuf_clear(&out);
	y = (struct sync_status){ .trouble = SYNC_OFFLINE,
				  .since = p.now - 120000,
				  .last_pull = p.now - 120000 };
	f.undo_until = 0;
	f.erasures = 2;
	present_status(&out, &f, &p);
	assert_non_null(strstr(strbuf_cstr(&out), "OFFLINE sedan 13:58"));
	assert_non_null(strstr(strbuf_cstr(&out), "│ raderingar (g x) 2"));
	strbuf_release(&out);
}

static void another_window_that_sends_is_not_the_same_as_no_network(void **state)
{
	struct present p = facts();
	struct sync_status y = { .online = true, .last_pull = p.now - 120000 };
	struct status_facts f = { .sync = &y, .elsewhere = true };
	struct strbuf out = STRBUF_INIT;

	(void)state;
	present_status(&out, &f, &p);
	assert_string_equal(strbuf_cstr(&out),
			    "ONLINE 13:58 │ data 2 min │ utkorg 0 │ annat fönster sänder");
	strbuf_clear(&out);
	y.online = false;
	y.last_pull = p.now - 3600000;
	present_status(&out, &f, &p);
	assert_null(strstr(strbuf_cstr(&out), "OFFLINE"));
	assert_non_null(strstr(strbuf_cstr(&out), "data 1 h"));
	strbuf_release(&out);
}

static void a_locked_program_says_nothing_else(void **state)
{
	struct present p = facts();
	struct status_facts f = { .sync = NULL };
	struct strbuf out = STRBUF_INIT;

	(void)state;
	present_status(&out, &f, &p);
	assert_string_equal(strbuf_cstr(&out), "LÅST");
	strbuf_release(&out);
}

static void what_came_in_is_checked_off_and_what_is_missing_stands_first(void **state)
{
	static const char detail[] = "{\"documents\":[{\"name\":\"ansokan.json\"}],"
				     "\"receipts\":[{\"kind\":\"received\",\"at\":\"x\"}]}";
	struct case_row c = a_case(CASE_OPEN, "britt.a");
	struct case_texts t = { .left_count = 0 };
	struct present p = facts();

	(void)state;
	present_case(&t, &c, str_of(detail), &p);
	assert_int_equal(t.check_count, 1);
	assert_int_equal(t.checks[0].state, CHECK_DONE);
	assert_int_equal(t.receipts[0].state, CHECK_DONE);
	assert_int_equal(t.receipts[1].state, CHECK_OPEN);
	assert_true(str_eq(t.left[0].value, "BN 2026-1042"));
	case_texts_release(&t);
	case_row_release(&c);
}

static void without_the_detail_nothing_is_called_missing(void **state)
{
	struct case_row c = a_case(CASE_OPEN, "britt.a");
	struct case_texts t = { .left_count = 0 };
	struct present p = facts();

	(void)state;
	present_case(&t, &c, str_of(""), &p);
	assert_int_equal(t.check_count + t.receipt_count, 0);
	present_case(&t, &c, str_of("{\"documents\":"), &p);
	assert_int_equal(t.check_count + t.receipt_count, 0);
	assert_true(t.left_count <= CASE_FIELDS_MAX && t.right_count <= CASE_FIELDS_MAX);
	case_texts_release(&t);
	case_row_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_says_overdue_in_letters_and_days),
		cmocka_unit_test(what_waits_what_clashed_and_what_is_new_are_flagged),
		cmocka_unit_test(a_decided_case_is_not_overdue),
		cmocka_unit_test(a_protected_party_is_never_named_in_a_list),
		cmocka_unit_test(a_case_without_a_number_is_named_by_its_id),
		cmocka_unit_test(the_next_step_follows_status_and_officer),
		cmocka_unit_test(an_action_is_told_with_what_it_was_given),
		cmocka_unit_test(every_argument_of_every_act_is_told_somewhere),
		cmocka_unit_test(the_words_of_a_document_cannot_pass_for_our_own),
		cmocka_unit_test(a_refusal_says_why_and_that_nothing_changed),
		cmocka_unit_test(an_unsent_action_says_how_to_take_it_back),
		cmocka_unit_test(every_argument_of_an_act_has_a_label),
		cmocka_unit_test(an_application_says_when_it_came_in_and_what_protects_it),
		cmocka_unit_test(the_status_line_says_connection_age_and_what_waits),
		cmocka_unit_test(another_window_that_sends_is_not_the_same_as_no_network),
		cmocka_unit_test(a_locked_program_says_nothing_else),
		cmocka_unit_test(what_came_in_is_checked_off_and_what_is_missing_stands_first),
		cmocka_unit_test(without_the_detail_nothing_is_called_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
