/* SPDX-License-Identifier: EUPL-1.2 */
/* The disk is full, or memory is short, at every place of a first sync from
 * snapshots, of a login with other rights, and of a central that has lost what it
 * had refused. */
#include "tests/unit/sync/bench.h"
#include "tests/unit/sync/lives.h"

#include <unistd.h>

#include "base/banned.h"

/* --- Snapshots ------------------------------------------------------------------- */

/* Outlives the life, as its central does. */
static struct bench *bench_of(struct desk *d)
{
	static struct bench b;

	if (d->route_ctx == &b)
		return &b;
	memset(&b, 0, sizeof(b));
	for (int i = 0; i < SEGMENTS_MAX; i++)
		b.segment[i] = (struct strbuf)STRBUF_INIT;
	b.d = d;
	return &b;
}

static void open_bench(struct desk *d)
{
	const char *tmp = getenv("TMPDIR");
	struct bench *b = bench_of(d);

	snprintf(b->dir, sizeof(b->dir), "%s/sluss-faults-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->aside, sizeof(b->aside), "%s/cache.new", b->dir);
	d->aside = b->aside;
	d->route = bench_route;
	d->route_ctx = b;
	start_again(d);
}

static void close_bench(struct desk *d)
{
	struct bench *b = bench_of(d);

	assert_int_not_equal(access(b->aside, F_OK), 0);
	assert_int_equal(rmdir(b->dir), 0);
	assert_int_equal(seen(b), d->file_count);
	bench_release(b);
	d->route_ctx = NULL;
}

/* Below what the central still tells apart, all is read anew. */
static bool below_floor(struct desk *d, const struct request *r, struct reply *out)
{
	const char *seq = strstr(strbuf_cstr(&r->body), "\"seq\":");

	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") == 0 && seq
	    && strtoll(seq + 6, NULL, 10) > 0
	    && strtoll(seq + 6, NULL, 10) < bench_of(d)->made.seq) {
		answer_problem(out, 410, "snapshot-required", "below the floor", 0, "");
		return true;
	}
	return bench_route(d, r, out);
}

/* The program is stopped in the middle of it, and a segment comes with a wrong
 * byte; later the copy that there is has fallen behind. */
static void live_with_snapshots(struct desk *d)
{
	struct err why = ERR_INIT;
	struct bench *b = bench_of(d);

	open_bench(d);
	central_snapshot(b, GEN);
	for (int i = 0; i < 40 && b->segments < 2; i++)
		(void)step(d, LANE_PULL, &why);
	start_again(d);
	b->spoil = 1;
	run_on(d);
	do_one(d, 1, "watch.set", "on", "2026-12-01", 0);
	run_on(d);
	desk_add_case(d);
	central_snapshot(b, GEN_2);
	d->route = below_floor;
	d->wall += 70000;
	d->boot += 70000;
	sync_poke(d->sync);
	for (int i = 0; i < 40 && b->segments < 6; i++)
		(void)step(d, LANE_PULL, &why);
	do_one(d, 1, "case.claim", NULL, NULL, 0);
	run_on(d);
}

static void the_new_copy_is_whole(struct desk *d)
{
	all_is_well(d);
	assert_int_equal(d->log_count, 2);
	close_bench(d);
}

/* --- Other rights ---------------------------------------------------------------- */

static bool login_of(struct desk *d, const char *units, const struct request *r, struct reply *out)
{
	struct strbuf b = STRBUF_INIT;

	if (strcmp(strbuf_cstr(&r->path), "/v1/api-info") == 0)
		strbuf_addf(&b,
			    "{\"central\":\"" AUD
			    "\",\"epoch\":\"%s\",\"keys\":[],\"undo_seconds\":30}",
			    d->epoch);
	else if (strcmp(strbuf_cstr(&r->path), "/v1/auth/token") == 0)
		strbuf_addf(&b,
			    "{\"token\":\"tok\",\"officer\":{\"id\":\"britt.a\",\"name\":\"Britt\","
			    "\"roles\":[\"officer\",\"decider\"],\"units\":[%s]}}",
			    units);
	else
		return false;
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
	return true;
}

static bool of_one_unit(struct desk *d, const struct request *r, struct reply *out)
{
	return login_of(d, "\"bygg\"", r, out);
}

static bool of_two_units(struct desk *d, const struct request *r, struct reply *out)
{
	return login_of(d, "\"bygg\",\"miljo\"", r, out);
}

static int64_t answers(struct desk *d)
{
	return rows_of(d->cache, "SELECT count(*) FROM meta WHERE name GLOB 'answer.*'");
}

static void live_with_other_rights(struct desk *d)
{
	struct identity who = IDENTITY_INIT;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	snprintf(who.units, sizeof(who.units), "bygg");
	assert_int_equal(identity_set_officer(d->outbox, &who, NULL), ST_OK);
	identity_release(&who);
	d->route = of_one_unit;
	start_again(d);
	run_on(d);
	assert_int_equal(cache_keep(d->cache, "answer.stats", str_of("old"), NULL), ST_OK);
	start_again(d);
	next_pull(d);
	assert_int_equal(answers(d), 1);
	d->route = of_two_units;
	start_again(d);
	next_pull(d);
}

static void nothing_answered_to_other_rights_is_left(struct desk *d)
{
	struct identity who = IDENTITY_INIT;

	all_is_well(d);
	assert_int_equal(answers(d), 0);
	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	assert_string_equal(who.units, "bygg,miljo");
	assert_int_equal(who.undo_ms, 30000);
	identity_release(&who);
}

/* --- A central that has lost something ----------------------------------------------- */

/* Of the central's: it has had `ctr`, and nothing behind it. */
static void lose_answers(struct desk *d, int64_t ctr, const char *last_hash)
{
	for (int64_t c = ctr + 1; c <= d->last_ctr; c++)
		strbuf_clear(&d->acks[c]);
	d->last_ctr = ctr;
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", last_hash);
}

static void live_with_a_lost_refusal(struct desk *d)
{
	run_on(d);
	do_one(d, 0, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_REJECTED;
	do_one(d, 1, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_NONE;
	lose_answers(d, 1, d->log[0].ah);
	do_one(d, 2, "case.claim", NULL, NULL, 0);
	run_on(d);
}

static void a_void_stands_for_the_refusal(struct desk *d)
{
	assert_each_once(d);
	assert_int_equal(d->log_count, 2);
	assert_int_equal(d->given[2], VERDICT_VOID);
	assert_string_equal(d->file[1].assignee, "");
	assert_string_equal(d->file[2].assignee, "britt.a");
	/* The officer still has the no. */
	assert_int_equal(rows_of(d->outbox, "SELECT verdict FROM item WHERE ctr = 2"),
			 VERDICT_REJECTED);
	assert_int_equal(rows_of(d->outbox, "SELECT slot FROM item WHERE ctr = 2"), SLOT_ANSWERED);
}

static void run_a_while(struct desk *d)
{
	for (int i = 0; i < 12; i++) {
		run(d);
		if (i == 2)
			faults_heal();
		d->wall += 31000;
		d->boot += 31000;
	}
}

/* What was accepted is gone, in the same epoch: it stops, until the operator has
 * begun another. */
static void live_with_a_lost_entry(struct desk *d)
{
	struct sync_status s;

	run_on(d);
	for (int i = 0; i < 2; i++) {
		do_one(d, i, "case.claim", NULL, NULL, 0);
		run_on(d);
	}
	lose_answers(d, 1, d->log[0].ah);
	d->log_count = 1;
	strbuf_clear(&d->log[1].jws);
	do_one(d, 2, "case.claim", NULL, NULL, 0);
	run_a_while(d);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_DIVERGED);
	assert_int_equal(d->log_count, 1);
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	d->head = d->log[0].seq;
	d->file[1].assignee[0] = '\0';
	d->file[1].state = CASE_REGISTERED;
	d->file[1].n = 2;
	d->file_seq[1] = 4;
	run_on(d);
}

static void all_of_it_stands(struct desk *d)
{
	all_is_well(d);
	assert_int_equal(d->log_count, 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal(d->file[i].assignee, "britt.a");
}

/* --- A device before this one ------------------------------------------------------------ */

/* Of the first device's answers the restored central has the first. */
struct before {
	struct strbuf kept;
	int64_t fork_seq;
};

static bool tells_of_before(struct desk *d, const struct request *r, struct reply *out)
{
	const struct before *b = d->route_ctx;
	char info[600];

	if (strcmp(strbuf_cstr(&r->path), "/v1/api-info") == 0) {
		snprintf(info, sizeof(info),
			 "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH_2
			 "\",\"keys\":[],\"epochs\":[{\"epoch\":\"" EPOCH
			 "\",\"fork_seq\":0},{\"epoch\":\"" EPOCH_2 "\",\"fork_seq\":%lld}]}",
			 (long long)b->fork_seq);
		answer_json(out, 200, info);
		return true;
	}
	if (!strstr(strbuf_cstr(&r->query), "dev=" DEV "&"))
		return false;
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/x-ndjson");
	if (strstr(strbuf_cstr(&r->query), "from=1"))
		strbuf_addf(&out->body, "%s\n", strbuf_cstr(&b->kept));
	return true;
}

static void live_after_another_device(struct desk *d)
{
	static struct before b;

	run_on(d);
	for (int i = 0; i < 2; i++) {
		do_one(d, i, "case.claim", NULL, NULL, 0);
		run_on(d);
	}
	strbuf_set(&b.kept, d->acks[1].data, d->acks[1].len);
	b.fork_seq = d->log[0].seq;
	desk_enrol_anew(d, "0198bbbb-0000-7000-8000-000000000002", "britt.a");
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	strbuf_clear(&d->log[1].jws);
	d->log_count = 1;
	d->head = d->log[0].seq;
	d->file[1].assignee[0] = '\0';
	d->file[1].state = CASE_REGISTERED;
	d->file[1].n = 2;
	d->file_seq[1] = 4;
	d->route = tells_of_before;
	d->route_ctx = &b;
	start_again(d);
	run_on(d);
	do_item(d, 2, resign); /* the second that was signed */
	run_on(d);
	strbuf_release(&b.kept);
	d->route = NULL;
}

static void both_claims_stand(struct desk *d)
{
	assert_each_once(d);
	assert_int_equal(d->log_count, 2);
	assert_string_equal(d->file[0].assignee, "britt.a");
	assert_string_equal(d->file[1].assignee, "britt.a");
	/* But for what was lost, and signed anew. */
	assert_int_equal(rows_of(d->outbox, "SELECT count(*) FROM item WHERE verdict = 0"), 1);
	assert_int_equal(rows_of(d->outbox, "SELECT state FROM item WHERE verdict = 0"),
			 OUTBOX_SUPERSEDED);
}

/* --- Words that are to go ---------------------------------------------------------------- */

/* A deadline was refused and signed again as another; then the entry is erased. */
static void live_with_an_erasure(struct desk *d)
{
	struct page_row row = { .kind = PAGE_ERASED, .text = { "erased by entry 5", 17 } };
	struct strbuf line = STRBUF_INIT;
	int64_t due;

	run_on(d);
	do_one(d, 0, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_CONFLICT;
	due = do_one(d, 0, "case.deadline", "due", "2026-12-20", 0);
	run_on(d);
	d->verdict = VERDICT_NONE;
	do_one(d, 0, "case.deadline", "due", "2026-12-21", due);
	run_on(d);
	row.seq = d->head;
	row.n = row.upto = d->log[1].n;
	row.by = row.n + 1;
	row.entry_seq = d->log[1].seq;
	row.at = d->wall;
	memcpy(row.case_id, d->log[1].case_id, sizeof(row.case_id));
	memcpy(row.ah, d->log[1].ah, sizeof(row.ah));
	memcpy(row.eh, d->log[1].eh, sizeof(row.eh));
	snprintf(row.epoch, sizeof(row.epoch), "%s", d->epoch);
	snprintf(row.verdict, sizeof(row.verdict), "accepted");
	snprintf(row.rule, sizeof(row.rule), "bygglov@1");
	assert_true(page_put(&line, &row));
	strbuf_cut(&line, line.len - 1);
	d->bad_line = strbuf_cstr(&line);
	next_pull(d);
	d->bad_line = NULL;
	strbuf_release(&line);
}

static void neither_deadline_can_be_read(struct desk *d)
{
	all_is_well(d);
	assert_int_equal(rows_of(d->cache, "SELECT count(*) FROM erasing"), 0);
	assert_int_equal(rows_of(d->outbox, "SELECT count(*) FROM item WHERE act = 'case.deadline'"
					    " AND length(envelope) > 0"),
			 0);
	assert_int_equal(
		rows_of(d->outbox, "SELECT count(*) FROM item WHERE act = 'case.deadline'"), 2);
}

/* --- Somebody asks ---------------------------------------------------------------------- */

/* Until the whole answer is there; half of one is none. */
static void ask(struct desk *d)
{
	for (int i = 0; i < TRIES; i++) {
		struct request r = REQUEST_INIT;
		struct reply out = REPLY_INIT;
		struct err why = ERR_INIT;
		int64_t ticket = 0;
		bool heard;
		enum status st;

		request_set(&r, "GET", "/v1/keys");
		faults_on();
		st = sync_ask(d->sync, &r, &ticket, &why);
		faults_off();
		assert_true(st == ST_OK || is_fault(&why));
		for (int k = 0; st == ST_OK && k < 12; k++)
			(void)step(d, LANE_ASK, &why);
		heard = st == ST_OK && sync_answer(d->sync, ticket, &out) && out.status == 200;
		if (heard)
			assert_string_equal(strbuf_cstr(&out.body), "{\"keys\":[]}");
		else if (st == ST_OK)
			(void)sync_unask(d->sync, ticket);
		request_release(&r);
		reply_release(&out);
		if (heard)
			return;
		faults_heal();
		d->wall += 61000;
		d->boot += 61000;
	}
	fail_msg("nobody answers");
}

static void live_asking(struct desk *d)
{
	run_on(d);
	ask(d);
	start_again(d);
	ask(d);
	run_on(d);
}

/* --- The sweeps ------------------------------------------------------------------------ */

static void snapshots_met_with_a_full_disk_leave_a_whole_copy(void **state)
{
	const struct life l = { "snapshots", live_with_snapshots, the_new_copy_is_whole };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void other_rights_met_with_a_full_disk_leave_nothing_of_the_old_ones(void **state)
{
	const struct life l = { "other rights", live_with_other_rights,
				nothing_answered_to_other_rights_is_left };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_lost_refusal_met_with_a_full_disk_is_never_judged_anew(void **state)
{
	const struct life l = { "a lost refusal", live_with_a_lost_refusal,
				a_void_stands_for_the_refusal };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_lost_entry_met_with_a_full_disk_is_shown_and_offered_again(void **state)
{
	const struct life l = { "a lost entry", live_with_a_lost_entry, all_of_it_stands };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_recheck_met_with_a_full_disk_forgets_no_earlier_device(void **state)
{
	const struct life l = { "an earlier device", live_after_another_device, both_claims_stand };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_question_met_with_a_full_disk_is_answered_whole_or_not(void **state)
{
	const struct life l = { "asking", live_asking, all_is_well };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void an_erasure_met_with_a_full_disk_leaves_no_words_of_before(void **state)
{
	const struct life l = { "an erasure", live_with_an_erasure, neither_deadline_can_be_read };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snapshots_met_with_a_full_disk_leave_a_whole_copy),
		cmocka_unit_test(other_rights_met_with_a_full_disk_leave_nothing_of_the_old_ones),
		cmocka_unit_test(a_lost_refusal_met_with_a_full_disk_is_never_judged_anew),
		cmocka_unit_test(a_recheck_met_with_a_full_disk_forgets_no_earlier_device),
		cmocka_unit_test(an_erasure_met_with_a_full_disk_leaves_no_words_of_before),
		cmocka_unit_test(a_question_met_with_a_full_disk_is_answered_whole_or_not),
		cmocka_unit_test(a_lost_entry_met_with_a_full_disk_is_shown_and_offered_again),
	};

	return cmocka_run_group_tests_name("sync/faults-load", tests, NULL, NULL);
}
