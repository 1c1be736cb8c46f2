/* SPDX-License-Identifier: EUPL-1.2 */
/* What is refused at the desk, and what may be signed again, withdrawn or let go of. */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

#define DEV_2 "0198bbbb-0000-7000-8000-000000000002"

static struct desk *synced(void)
{
	struct desk *d = desk_open();

	desk_sync(d);
	return d;
}

static int64_t items(struct desk *d)
{
	int64_t n = -1;

	assert_int_equal(outbox_rows(d->outbox, &n, NULL), ST_OK);
	return n;
}

static void refused(enum status st, enum status as, struct err *why, const char *code)
{
	assert_int_equal(st, as);
	assert_string_equal(why->code, code);
	err_clear(why);
}

/* --- Before it is signed ----------------------------------------------------------- */

static void what_nobody_can_sign_is_refused_and_writes_nothing(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct act_result r;
	char id[UUID_TEXT];
	struct intent none = { .act = "no.such", .case_id = id };
	struct intent centrals = { .act = "case.receipt", .case_id = id };
	struct intent a_void = { .act = "void", .case_id = id };
	struct intent many = { .act = "document.add",
			       .case_id = id,
			       .doc_count = ACTION_DOCS_MAX + 1 };
	struct intent fewer = { .act = "document.add", .case_id = id, .doc_count = -1 };
	struct intent args = { .act = "note.add",
			       .case_id = id,
			       .arg_count = 2,
			       .args = { { "colour", str_of("red") }, { "text", str_of("x") } } };
	struct intent bytes = { .act = "note.add",
				.case_id = id,
				.arg_count = 1,
				.args = { { "text", { "\xff\xfe", 2 } } } };
	struct err why = ERR_INIT;

	(void)state;
	case_id_of(id, 0);
	refused(act(&a, &none, &r, &why), ST_BAD_INPUT, &why, "act-unknown");
	refused(act(&a, &centrals, &r, &why), ST_BAD_INPUT, &why, "act-unknown");
	refused(act(&a, &a_void, &r, &why), ST_BAD_INPUT, &why, "act-unknown");
	refused(act(&a, &many, &r, &why), ST_BAD_INPUT, &why, "field-too-long");
	refused(act(&a, &fewer, &r, &why), ST_BAD_INPUT, &why, "field-too-long");
	assert_int_equal(act(&a, &args, &r, &why), ST_BAD_INPUT);
	err_clear(&why);
	assert_int_equal(act(&a, &bytes, &r, &why), ST_BAD_INPUT);
	assert_int_equal(items(d), 0);
	desk_close(d);
}

/* An e with an accent of its own, more often than any text may be long. */
static void a_text_too_long_to_be_composed_is_too_long(void **state)
{
	enum { LETTERS = 40000 };
	struct desk *d = synced();
	char *text = malloc(LETTERS * 3 + 1);
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < LETTERS; i++)
		memcpy(text + i * 3, "e\xcc\x81", 4);
	refused(desk_act(d, 0, "note.add", "text", text, &r, &why), ST_BAD_INPUT, &why,
		"field-too-long");
	assert_int_equal(items(d), 0);
	free(text);
	desk_close(d);
}

static void a_deadline_out_of_range_is_a_slip_and_a_taken_case_a_conflict(void **state)
{
	struct desk *d = synced();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	refused(desk_act(d, 0, "case.deadline", "due", "1999-01-01", &r, &why), ST_BAD_INPUT, &why,
		"deadline-range");
	snprintf(d->file[1].assignee, sizeof(d->file[1].assignee), "jan.vd");
	d->file[1].state = CASE_OPEN;
	d->file_seq[1] = ++d->head;
	desk_settle(d);
	sync_poke(d->sync);
	desk_settle(d);
	refused(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), ST_CONFLICT, &why, "taken");
	desk_close(d);
}

static void without_a_hash_what_was_seen_is_not_named_as_the_base(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct act_result r;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	char id[UUID_TEXT];
	struct intent in = { .act = "case.claim", .case_id = id, .seen_n = 1 };
	struct err why = ERR_INIT;

	(void)state;
	case_id_of(id, 0);
	must(act(&a, &in, &r, &why), &why);
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.base_n, 2);
	outbox_item_release(&item);
	desk_close(d);
}

static void without_an_undo_window_a_note_goes_at_once(void **state)
{
	struct desk *d = synced();
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &r, &why), &why);
	assert_true(r.hold_until > d->wall);
	must(identity_set_undo(d->outbox, 0, &why), &why);
	must(desk_act(d, 0, "note.add", "text", "Igen.", &r, &why), &why);
	assert_int_equal(r.hold_until, 0);
	desk_close(d);
}

/* --- Signed again --------------------------------------------------------------------- */

/* Act `act` on the first case, and the central says no to it. */
static int64_t refused_act(struct desk *d, const struct intent *in)
{
	struct actor a = desk_actor(d);
	struct act_result r;
	struct err why = ERR_INIT;

	must(act(&a, in, &r, &why), &why);
	must(outbox_flush(d->outbox, &why), &why);
	d->verdict = VERDICT_CONFLICT;
	desk_settle(d);
	d->verdict = VERDICT_NONE;
	return r.item;
}

/* Is `in` in the place of a refused `was` the same intent? */
static bool is_same(const struct intent *was, struct intent in)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	bool same;

	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	in.sup = refused_act(d, was);
	must(act(&a, &in, &r, &why), &why);
	must(outbox_get(d->outbox, in.sup, &old, &why), &why);
	assert_int_equal(old.state, OUTBOX_SUPERSEDED);
	same = strcmp(r.iid, old.iid) == 0;
	outbox_item_release(&old);
	desk_close(d);
	return same;
}

static void an_intent_is_its_act_with_all_its_words_and_documents(void **state)
{
	char id[UUID_TEXT];
	const struct intent was = { .act = "document.add",
				    .case_id = id,
				    .arg_count = 1,
				    .args = { { "title", str_of("Ritning") } },
				    .doc_count = 1,
				    .docs = { { "a.txt", "text/plain", str_of("hej") } } };
	struct intent in = was;

	(void)state;
	case_id_of(id, 0);
	assert_true(is_same(&was, in));
	in.docs[0].bytes = str_of("hopp");
	assert_false(is_same(&was, in));
	in = was;
	in.doc_count = 2;
	in.docs[1] = (struct intent_doc){ "b.txt", "text/plain", str_of("hopp") };
	assert_false(is_same(&was, in));
	in = was;
	in.arg_count = 0;
	assert_false(is_same(&was, in));
	in = was;
	in.args[0].value = str_of("Ritning 2");
	assert_false(is_same(&was, in));
	in = (struct intent){ .act = "note.add",
			      .case_id = id,
			      .arg_count = 1,
			      .args = { { "text", str_of("Ritning") } } };
	assert_false(is_same(&was, in));
}

static void only_what_was_refused_or_has_lost_its_device_is_signed_again(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct act_result waits, gone, r;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &waits, &why), &why);
	must(desk_act(d, 0, "note.add", "text", "Fel.", &gone, &why), &why);
	refused(act_resign(&a, waits.item, &r, &why), ST_REFUSED, &why, "not-refused");
	must(act_withdraw(&a, gone.item, &why), &why);
	desk_settle(d);
	refused(act_resign(&a, gone.item, &r, &why), ST_REFUSED, &why, "not-refused");
	refused(act_resign(&a, waits.item, &r, &why), ST_REFUSED, &why, "not-refused");
	refused(act_resign(&a, 99, &r, &why), ST_NONE, &why, "item-unknown");
	assert_int_equal(items(d), 2);
	desk_close(d);
}

static void what_was_signed_at_another_central_is_not_signed_again_here(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct identity who = IDENTITY_INIT;
	struct act_result r;
	char id[UUID_TEXT];
	struct intent in = { .act = "case.claim", .case_id = id };
	int64_t item;
	struct err why = ERR_INIT;

	(void)state;
	case_id_of(id, 0);
	item = refused_act(d, &in);
	must(identity_get(d->outbox, &who, &why), &why);
	snprintf(who.aud, sizeof(who.aud), "sluss-other");
	must(identity_put(d->outbox, &who, &why), &why);
	refused(act_resign(&a, item, &r, &why), ST_REFUSED, &why, "other-officer");
	identity_release(&who);
	desk_close(d);
}

/* The central has had its document since long. */
static void what_is_signed_again_needs_its_document_here_no_more(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct act_result r;
	char id[UUID_TEXT];
	struct intent in = { .act = "document.add",
			     .case_id = id,
			     .doc_count = 1,
			     .docs = { { "a.txt", "text/plain", str_of("hej") } } };
	int64_t item;
	struct err why = ERR_INIT;

	(void)state;
	case_id_of(id, 0);
	item = refused_act(d, &in);
	must(db_exec(d->outbox, "DELETE FROM item_blob", &why), &why);
	must(db_exec(d->outbox, "DELETE FROM blob", &why), &why);
	must(act_resign(&a, item, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

/* --- Withdrawn, or let go of -------------------------------------------------------------- */

static void what_an_earlier_device_signed_is_not_withdrawn_by_this_one(void **state)
{
	struct desk *d = synced();
	struct actor a;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &r, &why), &why);
	desk_enrol_anew(d, DEV_2, "britt.a");
	a = desk_actor(d);
	refused(act_withdraw(&a, r.item, &why), ST_REFUSED, &why, "device-changed");
	refused(act_withdraw(&a, 99, &why), ST_NONE, &why, "item-unknown");
	/* It never leaves: the officer may let go of it. */
	must(act_dismiss(&a, r.item, &why), &why);
	desk_close(d);
}

static void what_still_waits_for_its_answer_is_not_let_go_of(void **state)
{
	struct desk *d = synced();
	struct actor a = desk_actor(d);
	struct act_result r;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "note.add", "text", "Ringt.", &r, &why), &why);
	refused(act_dismiss(&a, r.item, &why), ST_REFUSED, &why, "not-answered");
	refused(act_dismiss(&a, 99, &why), ST_NONE, &why, "item-unknown");
	must(outbox_get(d->outbox, r.item, &item, &why), &why);
	assert_int_equal(item.state, OUTBOX_SIGNED);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	outbox_item_release(&item);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_can_sign_is_refused_and_writes_nothing),
		cmocka_unit_test(a_text_too_long_to_be_composed_is_too_long),
		cmocka_unit_test(a_deadline_out_of_range_is_a_slip_and_a_taken_case_a_conflict),
		cmocka_unit_test(without_a_hash_what_was_seen_is_not_named_as_the_base),
		cmocka_unit_test(without_an_undo_window_a_note_goes_at_once),
		cmocka_unit_test(an_intent_is_its_act_with_all_its_words_and_documents),
		cmocka_unit_test(only_what_was_refused_or_has_lost_its_device_is_signed_again),
		cmocka_unit_test(what_was_signed_at_another_central_is_not_signed_again_here),
		cmocka_unit_test(what_is_signed_again_needs_its_document_here_no_more),
		cmocka_unit_test(what_an_earlier_device_signed_is_not_withdrawn_by_this_one),
		cmocka_unit_test(what_still_waits_for_its_answer_is_not_let_go_of),
	};

	return cmocka_run_group_tests_name("sync/again", tests, NULL, NULL);
}
