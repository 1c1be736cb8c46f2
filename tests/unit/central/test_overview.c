/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include <unistd.h>

#include "central/named.h"
#include "central/overview.h"
#include "central/serving.h"
#include "central/store.h"
#include "tests/unit/central/folder_rig.h"

#include "base/banned.h"

/* --- Officers -------------------------------------------------------------------- */

static void keep_officer(void *ctx, const struct central_officer *o)
{
	snprintf(ctx, 200, "%s|%s|%s|%s|%d", o->name, o->title, o->roles, o->units, o->clearance);
}

static void change(struct rig *r, const struct central_officer *o, char said[200])
{
	struct err why = ERR_INIT;

	must(central_add_officer(r->c, o, &why), &why);
	must(overview_officers(r->c, o->id, keep_officer, said, &why), &why);
}

static void what_is_not_said_of_an_officer_stays_as_it_is(void **state)
{
	struct rig r;
	char said[200];
	struct err why = ERR_INIT;

	(void)state;
	rig_open(&r, 71);
	change(&r,
	       &(struct central_officer){
		       .id = "britt", .title = "chef", .clearance = CLEARANCE_KEPT },
	       said);
	assert_string_equal(said, "Namn|chef|officer,decider|bygg|1");
	change(&r,
	       &(struct central_officer){
		       .id = "britt", .roles = "officer", .clearance = CLEARANCE_KEPT },
	       said);
	assert_string_equal(said, "Namn|chef|officer|bygg|1");
	change(&r, &(struct central_officer){ .id = "britt", .units = "", .clearance = 0 }, said);
	assert_string_equal(said, "Namn|chef|officer||0");
	assert_int_equal(
		central_add_officer(r.c,
				    &(struct central_officer){
					    .id = "ny", .name = "Ny", .clearance = CLEARANCE_KEPT },
				    &why),
		ST_BAD_INPUT);
	assert_string_equal(why.code, "role-unknown");
	err_clear(&why);
	assert_int_equal(overview_officers(r.c, "ny", keep_officer, said, &why), ST_NONE);
	rig_close(&r);
}

/* --- Devices ---------------------------------------------------------------------- */

static void add_device(void *ctx, const struct overview_device *d)
{
	struct strbuf *said = ctx;

	assert_int_equal(strlen(d->dev), UUID_TEXT - 1);
	assert_non_null(strchr(d->words, ' '));
	strbuf_addf(said, "%s %s%s;", d->officer, d->state, d->seen_at ? " seen" : "");
}

static void expect_devices(struct rig *r, const char *officer, const char *wanted)
{
	struct strbuf said = STRBUF_INIT;
	struct err why = ERR_INIT;

	must(overview_devices(r->c, officer, add_device, &said, &why), &why);
	assert_string_equal(strbuf_cstr(&said), wanted);
	strbuf_release(&said);
}

static void every_device_is_told_by_officer_with_what_has_become_of_it(void **state)
{
	struct rig r;
	struct desk a, b, m;
	struct err why = ERR_INIT;

	(void)state;
	rig_open(&r, 72);
	expect_devices(&r, "", "");
	desk_open(&m, &r, "mikael");
	desk_open(&b, &r, "britt");
	desk_open(&a, &r, "anna");
	expect_devices(&r, "", "anna active seen;britt active seen;mikael active seen;");
	must(central_revoke(r.c, b.dev, "retired", 3, &why), &why);
	must(central_revoke(r.c, m.dev, "lost", 0, &why), &why);
	must(device_set_state(central_db(r.c), a.dev, "frozen", 0, &why), &why);
	expect_devices(&r, "", "anna frozen seen;britt retired seen;mikael lost seen;");
	must(device_set_state(central_db(r.c), a.dev, "valid", -1, &why), &why);
	r.wall += 181LL * 24 * 3600 * 1000;
	expect_devices(&r, "anna", "anna expired seen;");
	assert_int_equal(overview_devices(r.c, "nobody", add_device, NULL, &why), ST_NONE);
	assert_string_equal(why.code, "officer-unknown");
	desk_release(&a);
	desk_release(&b);
	desk_release(&m);
	rig_close(&r);
}

/* --- What is typed ------------------------------------------------------------------ */

static void a_case_goes_by_its_id_its_number_and_the_short_forms_of_it(void **state)
{
	static const char *const same[] = { "BN 2026-1", "bn2026-1", "2026-1", "1" };
	static const char *const none[] = { "2", "2025-1", "MN 2026-1", "", "carport" };
	struct rig r;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], found[UUID_TEXT];

	(void)state;
	rig_open(&r, 73);
	rig_case(&r, "BYGGLOV", id);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		must(named_case(r.c, same[i], found, &why), &why);
		assert_string_equal(found, id);
	}
	must(named_case(r.c, id, found, &why), &why);
	assert_string_equal(found, id);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(named_case(r.c, none[i], found, &why), ST_NONE);
		assert_string_equal(why.code, "case-unknown");
		err_clear(&why);
	}
	rig_close(&r);
}

static void a_device_goes_by_as_much_of_its_id_as_no_other_has(void **state)
{
	struct rig r;
	struct desk a, b;
	struct err why = ERR_INIT;
	char part[UUID_TEXT], found[UUID_TEXT];

	(void)state;
	rig_open(&r, 74);
	desk_open(&a, &r, "anna");
	desk_open(&b, &r, "britt");
	must(named_device(r.c, a.dev, found, &why), &why);
	assert_string_equal(found, a.dev);
	snprintf(part, sizeof(part), "%.30s", a.dev);
	must(named_device(r.c, part, found, &why), &why);
	assert_string_equal(found, a.dev);
	/* Both were made in the same minute, which is what an id begins with. */
	snprintf(part, sizeof(part), "%.8s", a.dev);
	assert_int_equal(named_device(r.c, part, found, &why), ST_CONFLICT);
	err_clear(&why);
	snprintf(part, sizeof(part), "%.7s", a.dev);
	assert_int_equal(named_device(r.c, part, found, &why), ST_NONE);
	desk_release(&a);
	desk_release(&b);
	rig_close(&r);
}

/* --- One server ------------------------------------------------------------------------ */

static void one_folder_is_served_by_one_and_the_second_is_told_by_whom(void **state)
{
	struct folder f;
	struct err why = ERR_INIT;
	char who[SERVING_TEXT], pid[40];
	int one, two;

	(void)state;
	folder_make_one(&f, 75);
	assert_false(serving_who(who, f.dir));
	must(serving_begin(&one, f.dir, 0, &why), &why);
	serving_at(one, "http://127.0.0.1:8420");
	assert_int_equal(serving_begin(&two, f.dir, 0, &why), ST_REFUSED);
	assert_string_equal(why.code, "already-served");
	snprintf(pid, sizeof(pid), "process %ld since", (long)getpid());
	assert_non_null(strstr(why.text, pid));
	assert_non_null(strstr(why.text, "at http://127.0.0.1:8420;"));
	err_clear(&why);
	assert_true(serving_who(who, f.dir));
	assert_non_null(strstr(who, pid));
	serving_end(one);
	/* What the file still says counts for nothing. */
	assert_false(serving_who(who, f.dir));
	must(serving_begin(&two, f.dir, 0, &why), &why);
	serving_end(two);
	folder_close(&f);
}

/* Nor does it stand in the way of accepting a restore, which asks for the whole. */
static void a_proposal_that_cannot_be_read_waits_and_stops_nothing(void **state)
{
	struct action a = ACTION_INIT;
	struct overview o;
	struct desk rosa;
	struct err why = ERR_INIT;
	struct rig r;
	char id[UUID_TEXT];
	struct ack ack;

	(void)state;
	rig_open(&r, 78);
	rig_officer(&r, "rosa", "registrar", "bygg", 0);
	rig_case(&r, "BYGGLOV", id);
	desk_open(&rosa, &r, "rosa");
	desk_draft(&rosa, &a, id, "erasure.propose");
	set_arg(&a, "what", "case");
	set_arg(&a, "ground", "secret");
	set_arg(&a, "why", "Gallringsbeslut 7");
	desk_send(&rosa, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	must(db_begin(central_db(r.c), &why), &why);
	must(db_exec(central_db(r.c),
		     "UPDATE entry SET jws = 'x' WHERE seq = (SELECT max(seq) FROM entry)", &why),
	     &why);
	must(db_commit(central_db(r.c), &why), &why);
	must(overview_read(r.c, &o, &why), &why);
	assert_int_equal(o.erasures, 1);
	assert_int_equal(o.outgrown, 0);
	assert_false(o.behind);
	action_release(&a);
	desk_release(&rosa);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_of_an_officer_stays_as_it_is),
		cmocka_unit_test(every_device_is_told_by_officer_with_what_has_become_of_it),
		cmocka_unit_test(a_case_goes_by_its_id_its_number_and_the_short_forms_of_it),
		cmocka_unit_test(a_device_goes_by_as_much_of_its_id_as_no_other_has),
		cmocka_unit_test(one_folder_is_served_by_one_and_the_second_is_told_by_whom),
		cmocka_unit_test(a_proposal_that_cannot_be_read_waits_and_stops_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
