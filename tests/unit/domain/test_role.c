/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/role.h"

#include "base/banned.h"

static void every_role_but_the_systems_has_a_name(void **state)
{
	(void)state;
	assert_int_equal(role_from_name(str_of("officer")), ROLE_OFFICER);
	assert_int_equal(role_from_name(str_of("decider")), ROLE_DECIDER);
	assert_int_equal(role_from_name(str_of("registrar")), ROLE_REGISTRAR);
	assert_int_equal(role_from_name(str_of("archivist")), ROLE_ARCHIVIST);
	assert_int_equal(role_from_name(str_of("supervisor")), ROLE_SUPERVISOR);
	assert_int_equal(role_from_name(str_of("contact")), ROLE_CONTACT);
	assert_int_equal(role_from_name(str_of("system")), 0);
	assert_int_equal(role_from_name(str_of("Officer")), 0);
	assert_int_equal(role_from_name(str_of("")), 0);
}

static void a_list_of_roles_is_read_and_written(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct str unknown = { NULL, 0 };
	unsigned roles = 0;

	(void)state;
	assert_true(roles_parse(&roles, str_of("decider, officer ,decider"), &unknown));
	assert_int_equal(roles, ROLE_OFFICER | ROLE_DECIDER);
	assert_true(roles_format(&out, roles | ROLE_SYSTEM));
	assert_string_equal(strbuf_cstr(&out), "officer,decider");
	strbuf_clear(&out);
	assert_true(roles_format(&out, 0));
	assert_string_equal(strbuf_cstr(&out), "");
	strbuf_release(&out);
}

static void the_first_unknown_role_is_named_and_nothing_is_set(void **state)
{
	struct str unknown = { NULL, 0 };
	unsigned roles = ROLE_CONTACT;

	(void)state;
	assert_false(roles_parse(&roles, str_of("officer,chief,boss"), &unknown));
	assert_true(str_eq(unknown, "chief"));
	assert_int_equal(roles, ROLE_CONTACT);
	assert_false(roles_parse(&roles, str_of("officer,system"), &unknown));
	assert_true(str_eq(unknown, "system"));
	assert_false(roles_parse(&roles, str_of(""), &unknown));
	assert_false(roles_parse(&roles, str_of("officer,"), &unknown));
	assert_true(str_eq(unknown, ""));
}

static void a_list_without_room_is_not_written(void **state)
{
	struct strbuf out = STRBUF_INIT_MAX(9);

	(void)state;
	assert_false(roles_format(&out, ROLE_OFFICER | ROLE_DECIDER));
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_but_the_systems_has_a_name),
		cmocka_unit_test(a_list_of_roles_is_read_and_written),
		cmocka_unit_test(the_first_unknown_role_is_named_and_nothing_is_set),
		cmocka_unit_test(a_list_without_room_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
