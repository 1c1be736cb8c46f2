/* SPDX-License-Identifier: EUPL-1.2 */
/* From an application to a closed case, through central_handle alone. */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

static void an_application_becomes_a_registered_case_with_no_hand_on_it(void **state)
{
	struct rig r;
	char text[128];

	(void)state;
	rig_open(&r, 1);
	r.woken = 0;
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k1",
				    "{\"title\":\"Carport\",\"party\":{\"name\":\"Kim Ek\"}}"),
			 201);
	rig_member(&r, "diary_no", text, sizeof(text));
	assert_string_equal(text, "BN 2026-1");
	rig_member(&r, "queue", text, sizeof(text));
	assert_string_equal(text, "bygglov");
	rig_member(&r, "unit", text, sizeof(text));
	assert_string_equal(text, "bygg");
	rig_member(&r, "due_on", text, sizeof(text));
	assert_string_equal(text, "2026-05-11");
	assert_int_equal(central_size(r.c), 2);
	assert_int_equal(r.woken, 1);
	rig_close(&r);
}

static void a_device_enrols_logs_in_and_its_claim_is_accepted(void **state)
{
	struct rig r;
	struct desk d;
	struct ack ack;
	char id[UUID_TEXT];

	(void)state;
	rig_open(&r, 2);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "britt");
	desk_act(&d, id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_string_equal(ack.ah, d.ah);
	assert_string_equal(ack.dev, d.dev);
	assert_string_equal(ack.iid, d.iid);
	assert_int_equal(ack.ctr, 1);
	assert_int_equal(ack.n, 3);
	assert_int_equal(ack.seq, 3);
	desk_release(&d);
	rig_close(&r);
}

static void a_case_is_worked_from_arrival_to_closing(void **state)
{
	struct rig r;
	struct desk d;
	struct pulled p;
	char id[UUID_TEXT];

	(void)state;
	rig_open(&r, 3);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&d, &r, "britt");
	desk_work(&d, id);
	desk_pull(&d, "[]", "", 1 << 20, &p);
	assert_int_equal(p.cases, 1);
	assert_string_equal(p.last_state, "closed");
	assert_int_equal(p.last_n, 7);
	assert_int_equal(p.entries, 7);
	desk_release(&d);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_application_becomes_a_registered_case_with_no_hand_on_it),
		cmocka_unit_test(a_device_enrols_logs_in_and_its_claim_is_accepted),
		cmocka_unit_test(a_case_is_worked_from_arrival_to_closing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
