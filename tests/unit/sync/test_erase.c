/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "cache/blobs.h"
#include "cache/erasing.h"
#include "cache/names.h"
#include "cache/outbox.h"
#include "cache/watch.h"
#include "sql/db.h"
#include "sync/conflict.h"
#include "sync/erase.h"
#include "sync/merge.h"
#include "sync/overlay.h"

#include "base/banned.h"

/* A note by this desk, taken by the central: log line 0. */
static void noted(struct desk *d)
{
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
}

static void gone_row(struct desk *d, int i, struct page_row *row)
{
	*row = (struct page_row){ .kind = PAGE_ERASED,
				  .seq = d->head,
				  .n = d->log[i].n,
				  .upto = d->log[i].n,
				  .by = d->log[i].n + 1,
				  .entry_seq = d->log[i].seq,
				  .at = d->wall,
				  .text = { "erased by entry 9", 17 } };
	memcpy(row->case_id, d->log[i].case_id, sizeof(row->case_id));
	memcpy(row->ah, d->log[i].ah, sizeof(row->ah));
	memcpy(row->eh, d->log[i].eh, sizeof(row->eh));
	snprintf(row->epoch, sizeof(row->epoch), "%s", d->epoch);
	snprintf(row->verdict, sizeof(row->verdict), "accepted");
	snprintf(row->rule, sizeof(row->rule), "bygglov@1");
}

/* A page with this row alone, or with none; what follows it is not done. Other
 * pages come behind it or not. */
static void merge_one(struct desk *d, const struct page_row *row, bool more)
{
	struct page_head h = { .dev = DEV,
			       .to_count = 1,
			       .to = { { SCOPE, d->head } },
			       .sv = 2,
			       .now = d->wall,
			       .more = more };
	struct strbuf raw = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;
	char sha[HASH_TEXT];

	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	assert_true(!row || page_put(&raw, row));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, row != NULL, sha));
	must(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why), &why);
	assert_int_equal(r.scopes_lost, true);
	strbuf_release(&raw);
}

static void merge_row(struct desk *d, const struct page_row *row)
{
	merge_one(d, row, false);
}

static bool purge_due(struct desk *d)
{
	struct sync_point p;

	assert_int_equal(cache_point(d->cache, &p, NULL), ST_OK);
	return p.purge_due;
}

static size_t envelope_of(struct desk *d, int64_t ctr)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	size_t n;

	assert_int_equal(outbox_by_ctr(d->outbox, DEV, ctr, &i, NULL), ST_OK);
	n = i.envelope.len;
	outbox_item_release(&i);
	return n;
}

static void of_an_own_action_the_words_go_and_the_answer_stays(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	assert_int_equal(
		blob_keep(d->cache, row.case_id, HASH_ZERO, str_of("bytes"), 1, 1000, NULL), ST_OK);
	merge_row(d, &row);
	assert_false(blob_here(d->cache, row.case_id, HASH_ZERO));
	assert_true(purge_due(d));
	assert_true(envelope_of(d, 1) > 0); /* a stop here leaves it noted */
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_false(purge_due(d));
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 1, &i, NULL), ST_OK);
	assert_int_equal(i.envelope.len, 0);
	assert_int_equal(i.verdict, VERDICT_ACCEPTED);
	assert_string_equal(i.ah, d->log[0].ah);
	assert_true(i.ack.len > 0);
	assert_true(envelope_of(d, 2) > 0);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	outbox_item_release(&i);
	desk_close(d);
}

static int64_t title(struct desk *d, const char *value, int64_t sup)
{
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = "case.title",
			     .case_id = id,
			     .sup = sup,
			     .arg_count = 1,
			     .args = { { "title", str_of(value) } } };
	struct act_result r;
	struct err why = ERR_INIT;

	case_id_of(id, 2);
	must(act(&a, &in, &r, &why), &why);
	desk_settle(d);
	return r.item;
}

/* Three times in other words: only the last is in the log, and is erased. */
static void what_was_signed_before_in_its_place_goes_with_it(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct err why = ERR_INIT;
	int64_t item = 0;

	(void)state;
	noted(d);
	d->verdict = VERDICT_CONFLICT;
	for (int i = 0; i < 2; i++)
		item = title(d, i == 0 ? "Kanariefågel" : "Kanarie", item);
	d->verdict = VERDICT_NONE;
	(void)title(d, "Fågel", item);
	assert_int_equal(d->log_count, 3);
	gone_row(d, 2, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	for (int64_t ctr = 3; ctr <= 5; ctr++)
		assert_int_equal(envelope_of(d, ctr), 0);
	assert_true(envelope_of(d, 1) > 0);
	assert_false(purge_due(d));
	desk_close(d);
}

/* After a restore, or while a new copy is loaded, the answer is of no epoch
 * that is known: nothing is laid over the case, and nothing fails. */
static void an_action_without_words_lies_over_nothing_in_any_epoch(void **state)
{
	struct desk *d = desk_open();
	struct case_row shown = CASE_ROW_INIT;
	struct sync_point p;
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	must(cache_point(d->cache, &p, &why), &why);
	snprintf(p.epoch, sizeof(p.epoch), EPOCH_2);
	must(cache_set_point(d->cache, &p, &why), &why);
	/* As a copy begins: no entries, and nothing read through. */
	must(db_exec(d->cache, "DELETE FROM entry", &why), &why);
	must(cursor_set_whole(d->cache, false, &why), &why);
	must(overlay_rebuild(d->cache, d->outbox, &why), &why);
	must(case_get(d->cache, row.case_id, &shown, &why), &why);
	assert_int_equal(shown.trouble, 0);
	case_row_release(&shown);
	desk_close(d);
}

/* There is nothing to sign again, so it waits for nobody. */
static void a_refusal_whose_case_was_erased_waits_for_nobody(void **state)
{
	struct desk *d = desk_open();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct outbox_counts n;
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 2, &i, NULL), ST_OK);
	i.verdict = VERDICT_REJECTED;
	i.state = OUTBOX_ACKNOWLEDGED;
	strbuf_adds(&i.ack, "x");
	must(outbox_settle(d->outbox, &i, &why), &why);
	assert_true(conflict_waits(&i));
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.refused, 1);
	gone_row(d, 1, &row);
	row.ah[0] = '\0';
	row.n = 1;
	row.upto = d->log[1].n;
	row.whole = true;
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 2, &i, NULL), ST_OK);
	assert_int_equal(i.envelope.len, 0);
	assert_int_equal(i.state, OUTBOX_ARCHIVED);
	assert_false(conflict_waits(&i));
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.refused, 0);
	outbox_item_release(&i);
	desk_close(d);
}

static void a_stop_between_the_files_is_made_good_at_the_next_start(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	merge_row(d, &row);
	desk_restart(d);
	assert_int_equal(envelope_of(d, 1), 0);
	assert_false(purge_due(d));
	desk_close(d);
}

static void the_same_place_in_another_epoch_is_another_entry(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	memcpy(row.ah, HASH_ZERO, HASH_TEXT);
	snprintf(row.epoch, sizeof(row.epoch), EPOCH_2);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_true(envelope_of(d, 1) > 0);
	desk_close(d);
}

/* Item 3 was taken, its answer was lost, and it is noted as erased. */
static void erased_unanswered(struct desk *d)
{
	struct page_row row;
	struct act_result r;
	struct err why = ERR_INIT;

	noted(d);
	d->lose_replies = 1;
	must(desk_act(d, 0, "case.deadline", "due", "2027-01-02", &r, &why), &why);
	while (d->log_count < 3)
		must(desk_run(d, &why), &why);
	gone_row(d, 2, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_true(envelope_of(d, 3) > 0);
}

static int64_t waiting_in(struct desk *d)
{
	struct outbox_counts n;

	assert_int_equal(outbox_count(d->outbox, &n, NULL), ST_OK);
	return n.waiting;
}

static void what_has_no_answer_yet_keeps_its_words_until_it_has(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	erased_unanswered(d);
	desk_settle(d);
	assert_int_equal(envelope_of(d, 3), 0);
	assert_each_once(d);
	desk_close(d);
}

/* A folder was copied, and both copies signed the intent again: the other's stood, in
 * an envelope that was never here. This one's waits for its answer, or was refused. */
static void what_another_copy_had_sent_of_the_same_intent_loses_its_words(void **state)
{
	(void)state;
	for (int refused = 0; refused < 2; refused++) {
		struct desk *d = desk_open();
		struct outbox_item i = OUTBOX_ITEM_INIT;
		struct page_row row;
		struct act_result r;
		struct err why = ERR_INIT;

		noted(d);
		must(desk_act(d, 0, "case.deadline", "due", "2027-01-02", &r, &why), &why);
		must(outbox_get(d->outbox, r.item, &i, &why), &why);
		if (refused)
			must(db_exec(d->outbox,
				     "UPDATE item SET verdict = 3, state = 1, why = 'taken',"
				     " ack = 'x' WHERE id = 3",
				     &why),
			     &why);
		gone_row(d, 1, &row);
		memset(row.ah, '7', HASH_TEXT - 1);
		row.entry_seq = 77;
		memcpy(row.iid, i.iid, sizeof(row.iid));
		merge_row(d, &row);
		must(erase_settle(d->cache, d->outbox, &why), &why);
		assert_int_equal(envelope_of(d, 3) > 0, !refused);
		must(db_exec(d->outbox, "UPDATE item SET verdict = 1, state = 1 WHERE id = 3",
			     &why),
		     &why);
		must(erase_answered(d->cache, d->outbox, &why), &why);
		assert_int_equal(envelope_of(d, 3), 0);
		assert_true(envelope_of(d, 2) > 0);
		outbox_item_release(&i);
		desk_close(d);
	}
}

/* No page comes by with other erasures. */
static void words_that_a_fault_kept_go_with_the_next_pull_or_start(void **state)
{
	(void)state;
	for (int start = 0; start < 2; start++) {
		struct desk *d = desk_open();
		struct request q = REQUEST_INIT;
		struct err why = ERR_INIT;
		int64_t wake;

		erased_unanswered(d);
		must(db_exec(d->outbox,
			     "CREATE TRIGGER fault BEFORE UPDATE OF envelope ON item"
			     " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
			     &why),
		     &why);
		for (int i = 0; i < 40 && waiting_in(d); i++) {
			d->wall += 31000;
			d->boot += 31000;
			(void)!(desk_step(d, LANE_PUSH, &wake, NULL) == ST_OK);
		}
		assert_int_equal(waiting_in(d), 0);
		assert_true(envelope_of(d, 3) > 0);
		must(db_exec(d->outbox, "DROP TRIGGER fault", &why), &why);
		if (start)
			desk_restart(d);
		else
			must(sync_next(d->sync, LANE_PULL, &q, &wake, &why), &why);
		assert_int_equal(envelope_of(d, 3), 0);
		request_release(&q);
		desk_close(d);
	}
}

static int64_t count_of(struct db *db, const char *sql)
{
	struct stmt *q = db_stmt(db, sql);
	int64_t n = -1;

	if (stmt_step(q, NULL) == ST_OK)
		n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

/* Two copies of the device had sent: one was taken, and the other's officer signed
 * the same intent anew by a device of its own. The first is never answered here. */
static void what_an_earlier_device_signed_loses_its_words_with_what_took_its_place(void **state)
{
	static const char words[] = "SELECT count(*) FROM item WHERE envelope <> '' AND ctr > 2";
	static const char left[] = "SELECT count(*) FROM erasing";
	struct desk *d = desk_open();
	struct page_row row;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	d->lose_replies = 1;
	must(desk_act(d, 0, "case.deadline", "due", "2027-01-02", &r, &why), &why);
	while (d->log_count < 3)
		must(desk_run(d, &why), &why);
	must(db_exec(d->outbox,
		     "INSERT INTO item(dev, ctr, iid, prev, ah, case_id, act, base_n, envelope,"
		     " state, created_at) SELECT dev, 4, iid, prev, 'other', case_id, act, base_n,"
		     " envelope, 0, 1 FROM item WHERE ctr = 3;"
		     "UPDATE item SET dev = 'earlier', state = 4 WHERE ctr = 3",
		     &why),
	     &why);
	gone_row(d, 2, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_int_equal(count_of(d->outbox, words), 1); /* the new one waits */
	assert_int_equal(count_of(d->cache, left), 1);
	must(db_exec(d->outbox, "UPDATE item SET verdict = 2, state = 1 WHERE ctr = 4", &why),
	     &why);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_int_equal(count_of(d->outbox, words), 0);
	assert_int_equal(count_of(d->cache, left), 0);
	desk_close(d);
}

static void what_an_earlier_device_signed_loses_its_words_when_its_officer_lets_go_of_it(
	void **state)
{
	static const char words[] =
		"SELECT count(*) FROM item WHERE envelope <> '' AND dev = 'earlier'";
	struct desk *d = desk_open();
	struct actor a = desk_actor(d);
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	must(db_exec(d->outbox,
		     "UPDATE item SET dev = 'earlier', verdict = 0, state = 2,"
		     " why = 'device-changed' WHERE ctr = 2",
		     &why),
	     &why);
	gone_row(d, 1, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_int_equal(count_of(d->outbox, words), 1); /* it might be signed anew */
	must(outbox_by_ctr(d->outbox, "earlier", 2, &i, &why), &why);
	must(act_dismiss(&a, i.id, &why), &why);
	assert_int_equal(count_of(d->outbox, words), 0);
	assert_int_equal(count_of(d->cache, "SELECT count(*) FROM erasing"), 0);
	outbox_item_release(&i);
	desk_close(d);
}

static void of_a_whole_case_drafts_and_answered_actions_go(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	must(draft_save(d->outbox, d->log[0].case_id, "note", str_of("ord"), 1, &why), &why);
	must(draft_save(d->outbox, d->log[1].case_id, "note", str_of("ord"), 1, &why), &why);
	gone_row(d, 0, &row);
	row.ah[0] = '\0';
	row.n = 1;
	row.upto = d->log[0].n;
	row.whole = true;
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_int_equal(envelope_of(d, 1), 0);
	assert_true(envelope_of(d, 2) > 0);
	assert_int_equal(draft_get(d->outbox, d->log[0].case_id, "note", &words, NULL), ST_NONE);
	assert_int_equal(draft_get(d->outbox, d->log[1].case_id, "note", &words, NULL), ST_OK);
	strbuf_release(&words);
	desk_close(d);
}

/* Nobody tells more of a case that is seen no more: the answer itself has to. */
static void words_go_with_the_answer_that_their_case_is_erased(void **state)
{
	struct desk *d = desk_open();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct outbox_counts n;
	struct strbuf words = STRBUF_INIT;
	struct conflict k = CONFLICT_INIT;
	struct actor a;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 2, &i, NULL), ST_OK);
	must(draft_save(d->outbox, i.case_id, "note", str_of("ord"), 1, &why), &why);
	i.verdict = VERDICT_REJECTED;
	i.state = OUTBOX_ACKNOWLEDGED;
	snprintf(i.why, sizeof(i.why), CASE_ERASED);
	strbuf_adds(&i.ack, "x");
	must(outbox_settle(d->outbox, &i, &why), &why);
	must(erase_answered(d->cache, d->outbox, &why), &why);
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 2, &i, NULL), ST_OK);
	assert_int_equal(i.envelope.len, 0);
	assert_int_equal(draft_get(d->outbox, i.case_id, "note", &words, NULL), ST_NONE);
	assert_true(envelope_of(d, 1) > 0); /* another case */
	/* It is told until it has been seen, and nothing is offered but that. */
	assert_int_equal(i.state, OUTBOX_ACKNOWLEDGED);
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.refused, 1);
	assert_false(conflict_waits(&i));
	a = desk_actor(d);
	assert_int_equal(act_resign(&a, i.id, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, CASE_ERASED);
	err_clear(&why);
	assert_int_equal(conflict_open(&a, i.id, &k, &why), ST_REFUSED);
	err_clear(&why);
	must(overlay_rebuild(d->cache, d->outbox, &why), &why);
	must(act_dismiss(&a, i.id, &why), &why);
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.refused, 0);
	conflict_release(&k);
	outbox_item_release(&i);
	desk_close(d);
}

/* What an earlier device of this home signed is never sent, nor signed again. */
static void of_a_whole_case_what_an_earlier_device_signed_goes_unanswered(void **state)
{
	struct desk *d = desk_open();
	struct outbox_counts n;
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	must(db_exec(d->outbox,
		     "UPDATE item SET dev = 'earlier', verdict = 0, state = 2,"
		     " why = 'device-changed' WHERE ctr = 2",
		     &why),
	     &why);
	gone_row(d, 1, &row);
	row.ah[0] = '\0';
	row.n = 1;
	row.upto = d->log[1].n;
	row.whole = true;
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	must(outbox_by_ctr(d->outbox, "earlier", 2, &i, &why), &why);
	assert_int_equal(i.envelope.len, 0);
	assert_int_equal(i.state, OUTBOX_ARCHIVED);
	assert_string_equal(i.why, CASE_ERASED);
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.waiting + n.held, 0);
	assert_int_equal(count_of(d->cache, "SELECT count(*) FROM erasing"), 0);
	outbox_item_release(&i);
	desk_close(d);
}

static void drafts_go_with_the_case_that_they_are_about(void **state)
{
	struct desk *d = desk_open();
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	for (int i = 0; i < 2; i++)
		must(draft_save(d->outbox, d->log[i].case_id, "note", str_of("ord"), 1, &why),
		     &why);
	must(draft_save(d->outbox, "*", "note", str_of("om alla"), 1, &why), &why);
	must(erase_unseen(d->cache, d->outbox, &why), &why);
	assert_int_equal(draft_get(d->outbox, d->log[1].case_id, "note", &words, NULL), ST_OK);
	/* A line of it could not be read: it may be here yet. */
	must(case_not_ours(d->cache, d->log[0].case_id, &why), &why);
	must(unreadable_put(d->cache, d->log[0].case_id, "bad", &why), &why);
	must(case_not_ours(d->cache, d->log[1].case_id, &why), &why);
	must(erase_unseen(d->cache, d->outbox, &why), &why);
	assert_int_equal(draft_get(d->outbox, d->log[1].case_id, "note", &words, NULL), ST_NONE);
	assert_int_equal(draft_get(d->outbox, d->log[0].case_id, "note", &words, NULL), ST_OK);
	assert_int_equal(draft_get(d->outbox, "*", "note", &words, NULL), ST_OK);
	assert_true(envelope_of(d, 2) > 0); /* what is signed is another matter */
	assert_false(purge_due(d));
	strbuf_release(&words);
	desk_close(d);
}

static int64_t rows_with(struct desk *d, const char *column, const char *word)
{
	struct err why = ERR_INIT;
	char sql[200];
	int64_t n = -1;

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s LIKE '%%%s%%'", column, word);
	must(db_get_int(d->cache, sql, &n, 0, &why), &why);
	return n;
}

/* Not of the case's own tables alone: what the central answered, what the officer
 * wrote to remember it by, and a line that could not be read bear its words too. */
/* Who the central is, after a restore that lost all. */
static bool route_restored(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf text = STRBUF_INIT;
	char now[INSTANT_TEXT];

	if (strcmp(strbuf_cstr(&r->path), "/v1/api-info") != 0)
		return false;
	instant_format(now, d->wall);
	strbuf_addf(&text,
		    "{\"name\":\"Exempelköping\",\"central\":\"" AUD
		    "\",\"protocol\":{\"min\":1,\"max\":1},\"epoch\":\"%s\",\"epochs\":["
		    "{\"epoch\":\"" EPOCH "\",\"fork_seq\":0},{\"epoch\":\"%s\",\"fork_seq\":0}],"
		    "\"keys\":[],\"now\":\"%s\",\"undo_seconds\":20}",
		    d->epoch, d->epoch, now);
	answer_json(out, 200, strbuf_cstr(&text));
	strbuf_release(&text);
	return true;
}

/* Restored from before the entry that brought the case here: a colleague's
 * workstation may offer that entry again. */
static void a_draft_outlives_a_restore_that_took_its_case_by_a_month(void **state)
{
	struct desk *d = desk_open();
	struct strbuf words = STRBUF_INIT;
	struct err why = ERR_INIT;
	char id[UUID_TEXT];

	(void)state;
	desk_settle(d);
	case_id_of(id, 2);
	must(draft_save(d->outbox, id, "decision", str_of("tre dagars arbete"), 1, &why), &why);
	uuid7(d->epoch, d->wall, &d->rng);
	d->route = route_restored;
	d->file_count = 2;
	for (int day = 0; day < 30; day += 10) {
		d->wall += 10 * 86400000LL;
		sync_poke(d->sync);
		desk_settle(d);
		assert_int_equal(draft_get(d->outbox, id, "decision", &words, NULL), ST_OK);
	}
	d->wall += 10 * 86400000LL;
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(draft_get(d->outbox, id, "decision", &words, NULL), ST_NONE);
	strbuf_release(&words);
	d->file_count = 3;
	desk_close(d);
}

static void of_a_whole_case_no_line_reminder_or_answer_is_left(void **state)
{
	static const struct {
		const char *column, *word;
	} kept[] = {
		{ "bad_line WHERE CAST(raw AS TEXT)", "Oläslig" },
		{ "watch WHERE words", "Påminnelse" },
		{ "meta WHERE words", "Svar" },
	};
	struct desk *d = desk_open();
	struct page_row row;
	struct err why = ERR_INIT;
	const char *id;
	int tries;

	(void)state;
	noted(d);
	id = d->log[0].case_id;
	must(bad_line_add(d->cache, HASH_ZERO, id, str_of("Oläslig"), "x", &tries, &why), &why);
	must(watch_put(d->cache, id, d->log[0].n, "2027-01-02", "Påminnelse", &why), &why);
	must(cache_keep(d->cache, "answer.x", str_of("Svar"), &why), &why);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		assert_int_equal(rows_with(d, kept[i].column, kept[i].word), 1);
	gone_row(d, 0, &row);
	row.ah[0] = '\0';
	row.n = 1;
	row.upto = d->log[0].n;
	row.whole = true;
	merge_row(d, &row);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (rows_with(d, kept[i].column, kept[i].word) != 0)
			fail_msg("%s '%s' is left", kept[i].column, kept[i].word);
	desk_close(d);
}

/* What the officer signs meanwhile is sent when it is its turn: the erased words
 * leave the files before the central is asked the next time. */
static void a_purge_waits_for_no_action(void **state)
{
	struct desk *d = desk_open();
	struct request q = REQUEST_INIT;
	struct outbox_counts n;
	struct page_row row;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	merge_row(d, &row);
	must(desk_act(d, 1, "case.deadline", "due", "2027-01-02", &r, &why), &why);
	must(outbox_count(d->outbox, &n, &why), &why);
	assert_int_equal(n.waiting, 1);
	assert_true(purge_due(d));
	sync_poke(d->sync);
	must(sync_next(d->sync, LANE_PULL, &q, &wake, &why), &why);
	assert_string_equal(strbuf_cstr(&q.path), "/v1/sync/pull");
	assert_false(purge_due(d));
	request_release(&q);
	desk_close(d);
}

/* Back to before the second claim, in a new epoch, as a restore does; the
 * claim was erased before that, and a third action followed it. */
static void what_was_erased_is_not_offered_again_to_a_restored_central(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct act_result r;
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	must(desk_act(d, 2, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, 3);
	gone_row(d, 1, &row);
	merge_row(d, &row);
	must(erase_settle(d->cache, d->outbox, &why), &why);

	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", d->log[0].ah);
	d->last_ctr = 1;
	d->log_count = 1;
	for (int k = 1; k < 3; k++) {
		strbuf_clear(&d->log[k].jws);
		strbuf_clear(&d->acks[k + 1]);
		d->file[k].assignee[0] = '\0';
		d->file[k].state = CASE_REGISTERED;
		d->file[k].n = 2;
		d->file_seq[k] = 4;
	}
	d->head = d->log[0].seq;
	sync_poke(d->sync);
	desk_settle(d);
	/* A void in its place, and the third once more. */
	assert_int_equal(d->last_ctr, 3);
	assert_int_equal(d->log_count, 2);
	assert_int_equal(outbox_by_ctr(d->outbox, DEV, 2, &i, NULL), ST_OK);
	assert_true(i.voided);
	assert_int_equal(i.verdict, VERDICT_VOID);
	assert_int_equal(i.envelope.len, 0);
	outbox_item_release(&i);
	desk_close(d);
}

/* The case goes on beyond the page that says so: its row, with the title that is
 * left, comes with a later one, and takes the erased words along then. */
static void what_is_erased_in_the_middle_of_a_pull_is_purged_at_its_end(void **state)
{
	struct desk *d = desk_open();
	struct page_row row;
	struct err why = ERR_INIT;

	(void)state;
	noted(d);
	gone_row(d, 0, &row);
	merge_one(d, &row, true);
	must(erase_settle(d->cache, d->outbox, &why), &why);
	assert_false(purge_due(d));
	merge_one(d, NULL, false);
	assert_true(purge_due(d));
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_an_own_action_the_words_go_and_the_answer_stays),
		cmocka_unit_test(what_was_signed_before_in_its_place_goes_with_it),
		cmocka_unit_test(an_action_without_words_lies_over_nothing_in_any_epoch),
		cmocka_unit_test(a_refusal_whose_case_was_erased_waits_for_nobody),
		cmocka_unit_test(a_stop_between_the_files_is_made_good_at_the_next_start),
		cmocka_unit_test(the_same_place_in_another_epoch_is_another_entry),
		cmocka_unit_test(what_has_no_answer_yet_keeps_its_words_until_it_has),
		cmocka_unit_test(what_another_copy_had_sent_of_the_same_intent_loses_its_words),
		cmocka_unit_test(words_that_a_fault_kept_go_with_the_next_pull_or_start),
		cmocka_unit_test(
			what_an_earlier_device_signed_loses_its_words_with_what_took_its_place),
		cmocka_unit_test(
			what_an_earlier_device_signed_loses_its_words_when_its_officer_lets_go_of_it),
		cmocka_unit_test(of_a_whole_case_drafts_and_answered_actions_go),
		cmocka_unit_test(words_go_with_the_answer_that_their_case_is_erased),
		cmocka_unit_test(of_a_whole_case_what_an_earlier_device_signed_goes_unanswered),
		cmocka_unit_test(drafts_go_with_the_case_that_they_are_about),
		cmocka_unit_test(a_draft_outlives_a_restore_that_took_its_case_by_a_month),
		cmocka_unit_test(of_a_whole_case_no_line_reminder_or_answer_is_left),
		cmocka_unit_test(a_purge_waits_for_no_action),
		cmocka_unit_test(what_was_erased_is_not_offered_again_to_a_restored_central),
		cmocka_unit_test(what_is_erased_in_the_middle_of_a_pull_is_purged_at_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
