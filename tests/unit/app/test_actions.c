/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "app/actions.h"
#include "app/form_plan.h"
#include "app/screen.h"
#include "domain/action.h"
#include "domain/role.h"
#include "ui/keys.h"
#include "wire/json.h"

#include "base/banned.h"

static const struct app_action *by_name(enum view v, const char *name)
{
	bool ambiguous;

	return action_by_name(v, str_of(name), &ambiguous);
}

static void no_key_and_no_command_means_two_things_in_one_view(void **state)
{
	struct strbuf what = STRBUF_INIT;

	(void)state;
	if (!actions_check(&what))
		fail_msg("%s", strbuf_cstr(&what));
	strbuf_release(&what);
}

static void every_act_that_is_named_stands_in_the_catalogue(void **state)
{
	(void)state;
	for (size_t i = 0; action_row(i); i++)
		if (action_row(i)->act && !action_find(str_of(action_row(i)->act)))
			fail_msg("%s: %s", action_row(i)->id, action_row(i)->act);
}

static void every_act_of_an_officer_can_be_reached(void **state)
{
	/* Acts for supervisors, letters and corrections have screens of their own,
	 * and the answers to a proposal of erasure a view of their own. */
	static const char *const later[] = { "document.add",	 "case.title",	    "case.answer",
					     "decision.correct", "message.send",    "case.secrecy",
					     "erasure.confirm",	 "erasure.withdraw" };

	(void)state;
	for (size_t i = 0; action_at(i); i++) {
		const struct action_def *def = action_at(i);
		bool found = def->class == CLASS_SYSTEM || def->class == CLASS_VOID;

		for (size_t k = 0; k < sizeof(later) / sizeof(later[0]); k++)
			found = found || strcmp(later[k], def->name) == 0;
		for (size_t k = 0; action_row(k) && !found; k++)
			found = action_row(k)->act && strcmp(action_row(k)->act, def->name) == 0;
		if (!found)
			fail_msg("%s has no row in the registry", def->name);
	}
}

static void a_contact_center_alone_has_no_row_that_lists_opens_or_handles_cases(void **state)
{
	static const char *const none[] = { "claim",	"assign",   "mark-all",	 "inbox",
					    "go-inbox", "go-queue", "go-search", "documents",
					    "open",	"filter",   "views",	 "drill",
					    "decide",	"go-stats", "go-mine",	 "route" };
	static const char *const own[] = { "look-up", "call-note", "call-back", "next-call",
					   "reason",  "help",	   "go-outbox", "go-home",
					   "quit",    "lock",	   "undo",	"back" };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_non_null(action_by_id(none[i]));
		if (action_open_to(action_by_id(none[i]), ROLE_CONTACT))
			fail_msg("%s is open to a contact center", none[i]);
		assert_true(action_open_to(action_by_id(none[i]), ROLE_CONTACT | ROLE_OFFICER));
		assert_true(action_open_to(action_by_id(none[i]), ROLE_SUPERVISOR));
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!action_open_to(action_by_id(own[i]), ROLE_CONTACT))
			fail_msg("%s is not open to a contact center", own[i]);
}

static void every_view_has_a_heading_in_help(void **state)
{
	(void)state;
	for (int v = 0; v < VIEW_COUNT; v++)
		if (!view_name((enum view)v))
			fail_msg("view %d has no name", v);
}

static void the_letters_are_those_of_the_key_table(void **state)
{
	static const struct {
		int32_t key;
		const char *id;
	} table[] = {
		{ 't', "claim" },  { 'a', "note" },	{ 'o', "route" },    { 0xF6, "route" },
		{ 's', "status" }, { 'b', "decide" },	{ 'd', "deadline" }, { 'w', "watch" },
		{ 'x', "close" },  { 'u', "undo" },	{ 'L', "lock" },     { 'Q', "quit" },
		{ '?', "help" },   { TK_F(1), "help" }, { TK_F(5), "sync" }, { 'i', "info" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct app_action *a = action_by_key(VIEW_QUEUE, 0, table[i].key);

		assert_non_null(a);
		assert_string_equal(a->id, table[i].id);
	}
	assert_string_equal(action_by_key(VIEW_QUEUE, 'g', 'u')->id, "go-outbox");
	assert_string_equal(action_by_key(VIEW_CASE, 0, 'J')->id, "next-case");
	assert_string_equal(action_by_key(VIEW_QUEUE, 0, 'J')->id, "list-page-down");
	assert_null(action_by_key(VIEW_UNLOCK, 0, 't'));
	assert_null(action_by_key(VIEW_QUEUE, 0, 0));
}

static void a_command_is_found_in_both_languages_and_without_diacritics(void **state)
{
	(void)state;
	assert_string_equal(by_name(VIEW_QUEUE, "överlämna")->id, "route");
	assert_string_equal(by_name(VIEW_QUEUE, "overlamna")->id, "route");
	assert_string_equal(by_name(VIEW_QUEUE, "ROUTE")->id, "route");
	assert_string_equal(by_name(VIEW_QUEUE, "öv")->id, "route");
	assert_string_equal(by_name(VIEW_CASE, "beslut")->id, "decide");
	assert_string_equal(by_name(VIEW_CASE, "avsluta")->id, "quit");
}

static void a_beginning_that_fits_several_commands_is_refused(void **state)
{
	bool ambiguous = false;

	(void)state;
	assert_null(action_by_name(VIEW_QUEUE, str_of("s"), &ambiguous));
	assert_true(ambiguous);
	assert_null(action_by_name(VIEW_QUEUE, str_of("finnsinte"), &ambiguous));
	assert_false(ambiguous);
	assert_null(action_by_name(VIEW_QUEUE, str_of(""), &ambiguous));
}

static void a_whole_command_name_is_no_beginning_of_another(void **state)
{
	static const enum view everywhere[] = { VIEW_QUEUE, VIEW_CASE, VIEW_STATS, VIEW_OUTBOX };

	(void)state;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++) {
		assert_string_equal(by_name(everywhere[i], "alla")->id, "all");
		assert_string_equal(by_name(everywhere[i], "kö")->id, "go-queue");
		assert_string_equal(by_name(everywhere[i], "mina")->id, "go-mine");
		assert_string_equal(by_name(everywhere[i], "inkorg")->id, "go-inbox");
		assert_non_null(action_by_key(everywhere[i], 'g', 'm'));
		assert_non_null(action_by_key(everywhere[i], 'g', 'i'));
	}
	assert_string_equal(by_name(VIEW_STATS, "alla-e")->id, "all-units");
	assert_string_equal(action_by_key(VIEW_STATS, 0, '/')->id, "find");
}

static void a_form_asks_only_for_arguments_that_its_act_has(void **state)
{
	(void)state;
	for (size_t i = 0; form_plan_at(i); i++) {
		const struct form_plan *p = form_plan_at(i);
		const struct app_action *a = action_by_id(p->id);
		const struct action_def *def;

		assert_non_null(a);
		def = action_find(str_of(a->act));
		assert_non_null(def);
		for (int k = 0; k < PLAN_FIELDS && p->fields[k].arg; k++)
			if (action_arg_index(def, str_of(p->fields[k].arg)) < 0)
				fail_msg("%s has no argument %s", def->name, p->fields[k].arg);
	}
}

static void a_form_asks_for_all_that_its_act_requires(void **state)
{
	(void)state;
	for (size_t i = 0; form_plan_at(i); i++) {
		const struct form_plan *p = form_plan_at(i);
		const struct action_def *def = action_find(str_of(action_by_id(p->id)->act));

		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			/* The unit follows from the queue. */
			bool asked =
				!def->args[k].required || strcmp(def->args[k].name, "unit") == 0;

			for (int f = 0; f < PLAN_FIELDS && p->fields[f].arg; f++)
				asked = asked
					|| (p->fields[f].required
					    && strcmp(p->fields[f].arg, def->args[k].name) == 0);
			if (!asked)
				fail_msg("%s does not ask for %s", p->id, def->args[k].name);
		}
	}
}

static void what_cannot_be_undone_asks_before_it_is_done(void **state)
{
	(void)state;
	assert_int_equal(action_by_id("close")->confirm, CONFIRM_BOX);
	assert_int_equal(action_by_id("erase")->confirm, CONFIRM_BOX);
	assert_int_equal(action_by_id("confirm-erasure")->confirm, CONFIRM_BOX);
	assert_int_equal(action_by_id("decide")->confirm, CONFIRM_SIGN);
	/* The key that starts is never the key that confirms. */
	for (size_t i = 0; action_row(i); i++)
		if (action_row(i)->confirm >= CONFIRM_BOX)
			for (int k = 0; k < ACTION_KEYS_MAX; k++)
				assert_int_not_equal(action_row(i)->keys[k], TK_F(8));
}

static void the_printed_key_map_names_every_row(void **state)
{
	struct strbuf json = STRBUF_INIT, table = STRBUF_INIT;
	struct json *j = NULL;
	size_t rows = 0;

	(void)state;
	assert_int_equal(actions_print(&json, true), 0);
	assert_int_equal(actions_print(&table, false), 0);
	assert_int_equal(json_read(&j, strbuf_str(&json), NULL), ST_OK);
	while (action_row(rows)) {
		assert_non_null(strstr(strbuf_cstr(&table), action_row(rows)->what));
		rows++;
	}
	assert_int_equal(json_count(json_member(j, "actions")), rows);
	json_free(j);
	strbuf_release(&json);
	strbuf_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_and_no_command_means_two_things_in_one_view),
		cmocka_unit_test(every_act_that_is_named_stands_in_the_catalogue),
		cmocka_unit_test(every_act_of_an_officer_can_be_reached),
		cmocka_unit_test(
			a_contact_center_alone_has_no_row_that_lists_opens_or_handles_cases),
		cmocka_unit_test(every_view_has_a_heading_in_help),
		cmocka_unit_test(the_letters_are_those_of_the_key_table),
		cmocka_unit_test(a_command_is_found_in_both_languages_and_without_diacritics),
		cmocka_unit_test(a_beginning_that_fits_several_commands_is_refused),
		cmocka_unit_test(a_whole_command_name_is_no_beginning_of_another),
		cmocka_unit_test(a_form_asks_only_for_arguments_that_its_act_has),
		cmocka_unit_test(a_form_asks_for_all_that_its_act_requires),
		cmocka_unit_test(what_cannot_be_undone_asks_before_it_is_done),
		cmocka_unit_test(the_printed_key_map_names_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
