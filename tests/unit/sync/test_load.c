/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/bench.h"

#include <unistd.h>

#include "cache/names.h"

#include "base/banned.h"

/* The process starts, on the files that there are. */
static void bench_start(struct bench *b)
{
	struct err why = ERR_INIT;

	must(cache_open(&b->d->cache, b->cache, &why), &why);
	must(outbox_open(&b->d->outbox, b->outbox, &why), &why);
	desk_start(b->d);
}

static void bench_stop(struct bench *b)
{
	sync_free(b->d->sync);
	cache_close(b->d->cache);
	cache_close(b->d->outbox);
	b->d->sync = NULL;
	b->d->cache = b->d->outbox = NULL;
}

static void bench_open(struct bench *b)
{
	const char *tmp = getenv("TMPDIR");
	struct err why = ERR_INIT;

	memset(b, 0, sizeof(*b));
	for (int i = 0; i < SEGMENTS_MAX; i++)
		b->segment[i] = (struct strbuf)STRBUF_INIT;
	snprintf(b->dir, sizeof(b->dir), "%s/sluss-load-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->cache, sizeof(b->cache), "%s/cache.db", b->dir);
	snprintf(b->outbox, sizeof(b->outbox), "%s/outbox.db", b->dir);
	snprintf(b->aside, sizeof(b->aside), "%s/cache.new", b->dir);
	b->d = desk_open();
	b->d->aside = b->aside;
	b->d->route = bench_route;
	b->d->route_ctx = b;
	bench_stop(b);
	must(cache_open(&b->d->cache, b->cache, &why), &why);
	must(outbox_open(&b->d->outbox, b->outbox, &why), &why);
	desk_identity(b->d);
	desk_start(b->d);
}

static void bench_close(struct bench *b)
{
	static const char *const names[] = { "cache.db",  "cache.db-wal",  "cache.db-shm",
					     "outbox.db", "outbox.db-wal", "outbox.db-shm",
					     "cache.new", "cache.new-wal", "cache.new-shm" };
	char path[300];

	desk_close(b->d);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
		(void)unlink(path);
	}
	rmdir(b->dir);
	bench_release(b);
}

/* All that a first sync leaves, as text. */
static void dump(struct bench *b, struct strbuf *out)
{
	static const char *const all[] = {
		"SELECT group_concat(key || case_id || n || eh || state || words || title, ';')"
		" FROM (SELECT * FROM base_case ORDER BY key)",
		"SELECT group_concat(key || ' ' || scope, ';') FROM case_scope",
		"SELECT group_concat(scope || ' ' || seq, ';') FROM cursor",
		"SELECT group_concat(name || number || words, ';') FROM (SELECT * FROM meta"
		" WHERE name NOT IN ('revision', 'applied_at', 'told_at', 'sv') ORDER BY name)",
		"SELECT group_concat(name || coalesce(sql, ''), ';') FROM (SELECT name, sql"
		" FROM sqlite_schema ORDER BY name)",
		"SELECT group_concat(rowid, ';') FROM case_words WHERE case_words MATCH 'carport'",
	};

	strbuf_clear(out);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct stmt *q = db_stmt(b->d->cache, all[i]);
		struct str s;

		assert_int_equal(stmt_step(q, NULL), ST_OK);
		s = stmt_col_text(q, 0);
		strbuf_add(out, s.p, s.n);
		strbuf_addc(out, '\n');
		stmt_reset(q);
	}
}

/* What pages alone make of the same central. */
static void dump_of_pages(struct strbuf *out)
{
	struct bench b;

	bench_open(&b);
	b.d->aside = NULL;
	desk_restart(b.d);
	desk_settle(b.d);
	assert_int_equal(b.d->file_count, seen(&b));
	dump(&b, out);
	bench_close(&b);
}

/* Behind it the copy stands where it began, and the same is offered for ever. */
static void a_snapshot_of_an_empty_log_is_left_and_pages_serve(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	b.made.seq = 0;
	desk_settle(b.d);
	assert_int_equal(b.d->file_count, seen(&b));
	assert_int_equal(b.segments, 0);
	bench_close(&b);
}

static void a_first_sync_by_snapshot_leaves_what_pages_leave(void **state)
{
	struct strbuf pages = STRBUF_INIT, loaded = STRBUF_INIT;
	struct sync_status now;
	struct bench b;

	(void)state;
	dump_of_pages(&pages);
	bench_open(&b);
	central_snapshot(&b, GEN);
	desk_settle(b.d);
	dump(&b, &loaded);
	assert_string_equal(strbuf_cstr(&loaded), strbuf_cstr(&pages));
	assert_int_equal(b.manifests, 1);
	assert_int_equal(b.segments, 3);
	assert_int_not_equal(access(b.aside, F_OK), 0);
	sync_status(b.d->sync, &now);
	assert_int_equal(now.load_total, 0);
	bench_close(&b);
	strbuf_release(&pages);
	strbuf_release(&loaded);
}

static void nothing_of_it_is_seen_before_all_of_it_and_how_far_it_is_is_told(void **state)
{
	struct err why = ERR_INIT;
	struct db *reader = NULL;
	struct sync_status now;
	int64_t wake, before, after, done = -1;
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	must(cache_open(&reader, b.cache, &why), &why);
	must(cache_revision(reader, &before, &why), &why);
	while (seen(&b) == 0) {
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
		sync_status(b.d->sync, &now);
		if (now.load_total) {
			assert_int_equal(now.load_total, 3);
			assert_true(now.load_done >= done);
			done = now.load_done;
		}
	}
	assert_int_equal(done, 3);
	assert_int_equal(seen(&b), 3);
	/* A handle that was open all the time sees the new copy, and that it is new. */
	must(cache_revision(reader, &after, &why), &why);
	assert_true(after > before);
	assert_int_equal(db_get_int(reader, "SELECT count(*) FROM base_case", &after, 0, &why),
			 ST_OK);
	assert_int_equal(after, 3);
	cache_close(reader);
	bench_close(&b);
}

/* Stopped after every number of steps; then the files are all there is. */
static void a_load_that_is_stopped_anywhere_goes_on_where_it_was(void **state)
{
	struct strbuf pages = STRBUF_INIT, loaded = STRBUF_INIT;
	struct err why = ERR_INIT;
	int64_t wake;
	int steps = 40;

	(void)state;
	dump_of_pages(&pages);
	for (int stop = 0; stop < steps; stop++) {
		struct bench b;

		bench_open(&b);
		central_snapshot(&b, GEN);
		for (int i = 0; i < stop; i++)
			(void)desk_step(b.d, LANE_PULL, &wake, &why);
		bench_stop(&b);
		bench_start(&b);
		desk_settle(b.d);
		dump(&b, &loaded);
		assert_string_equal(strbuf_cstr(&loaded), strbuf_cstr(&pages));
		assert_int_equal(b.manifests, 1);
		assert_int_equal(b.segments, 3);
		assert_int_not_equal(access(b.aside, F_OK), 0);
		bench_close(&b);
	}
	strbuf_release(&pages);
	strbuf_release(&loaded);
}

static void a_segment_with_a_wrong_byte_is_refused_and_told_and_asked_for_again(void **state)
{
	struct err why = ERR_INIT;
	struct sync_status now;
	int64_t wake;
	struct bench b;
	bool told = false;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	b.spoil = 1;
	for (int i = 0; i < 12 && !told; i++) {
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
		sync_status(b.d->sync, &now);
		told = strcmp(now.code, "segment-digest") == 0;
	}
	assert_true(told);
	assert_int_equal(now.trouble, SYNC_NONSENSE);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	assert_int_equal(b.segments, 4);
	bench_close(&b);
}

static void a_segment_that_stays_wrong_is_given_up_for_pages(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	b.spoil = 100;
	for (int i = 0; i < 3; i++) { /* each in another program's life */
		desk_sync(b.d);
		bench_stop(&b);
		bench_start(&b);
	}
	desk_settle(b.d);
	assert_int_equal(b.segments, 3);
	assert_int_equal(seen(&b), 3);
	assert_int_not_equal(access(b.aside, F_OK), 0);
	bench_close(&b);
}

/* Run until the first segment is in the file. */
static void load_one(struct bench *b)
{
	struct err why = ERR_INIT;
	int64_t wake;

	while (b->segments == 0)
		(void)desk_step(b->d, LANE_PULL, &wake, &why);
}

static void a_newer_generation_that_took_its_place_is_begun_from_its_start(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	load_one(&b);
	desk_add_case(b.d);
	central_snapshot(&b, GEN_2); /* and the one under way is gone */
	desk_settle(b.d);
	assert_int_equal(seen(&b), 4);
	assert_int_equal(b.manifests, 3); /* the second tells that it is another */
	assert_int_equal(b.segments, 1 + 4);
	bench_close(&b);
}

/* What left the scope was taken out of it, and the generation has another name. */
static void a_load_goes_on_with_the_same_snapshot_without_what_has_left(void **state)
{
	struct bench b;
	int64_t head;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	head = b.made.seq;
	load_one(&b);
	b.d->file_count--; /* but not from the pages: that is another matter */
	central_snapshot(&b, GEN_2);
	b.made.seq = head;
	assert_true(snapshot_add(&b.made, &b.made.segments[0])); /* as many as before */
	b.made.segments[2] = b.made.segments[1];
	strbuf_set(&b.segment[2], b.segment[1].data, b.segment[1].len);
	b.d->file_count++;
	desk_settle(b.d);
	assert_int_equal(b.manifests, 2);
	assert_int_equal(b.segments, 3);
	assert_int_equal(seen(&b), 2);
	bench_close(&b);
}

/* The manifest is there, and what it names is not: no more than some tries. */
static void a_central_that_names_what_it_does_not_have_is_not_asked_for_ever(void **state)
{
	struct err why = ERR_INIT;
	int64_t wake;
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	b.no_segments = true;
	for (int i = 0; i < 60; i++)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	assert_true(b.manifests < 30);
	b.no_segments = false;
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	bench_close(&b);
}

static void what_was_loaded_of_a_lost_scope_is_thrown_away(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	load_one(&b);
	assert_int_equal(access(b.aside, F_OK), 0);
	b.gone = true;
	b.d->offer = false;
	b.d->file_count = 0; /* pages have nothing for this officer */
	desk_settle(b.d);
	assert_int_equal(seen(&b), 0);
	assert_int_not_equal(access(b.aside, F_OK), 0);
	b.d->file_count = 3; /* for the release */
	bench_close(&b);
}

static void a_new_epoch_in_the_middle_begins_everything_anew(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	load_one(&b);
	snprintf(b.d->epoch, sizeof(b.d->epoch), EPOCH_2);
	central_snapshot(&b, GEN_2);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	bench_close(&b);
}

/* The new copy alone would not tell: it has one epoch, and nothing to compare. */
static void a_restore_between_the_offer_and_the_snapshot_has_all_offered_again(void **state)
{
	struct act_result r = { 0 };
	struct err why = ERR_INIT;
	int64_t wake;
	struct bench b;
	int pulls;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	must(desk_act(b.d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(b.d);
	assert_int_equal(b.d->log_count, 1);
	bench_stop(&b);
	(void)unlink(b.cache);
	bench_start(&b);
	central_snapshot(&b, GEN);
	for (pulls = b.d->pulls; b.d->pulls == pulls;)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	/* The backup is older than the claim. */
	snprintf(b.d->epoch, sizeof(b.d->epoch), EPOCH_2);
	b.d->log_count = 0;
	b.d->last_ctr = 0;
	snprintf(b.d->last_hash, sizeof(b.d->last_hash), "%s", HASH_ZERO);
	strbuf_clear(&b.d->acks[1]);
	central_snapshot(&b, GEN_2);
	desk_settle(b.d);
	assert_int_equal(b.d->log_count, 1);
	bench_close(&b);
}

static void what_was_signed_meanwhile_is_seen_over_the_new_copy(void **state)
{
	struct case_row row = CASE_ROW_INIT;
	struct act_result r = { 0 };
	struct err why = ERR_INIT;
	int64_t wake;
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d); /* by pages: there was no snapshot then */
	must(desk_act(b.d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	/* The copy is lost, what was signed is not. */
	bench_stop(&b);
	(void)unlink(b.cache);
	bench_start(&b);
	central_snapshot(&b, GEN);
	while (seen(&b) == 0)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	desk_see(b.d, 0, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.pending, 1);
	case_row_release(&row);
	desk_settle(b.d);
	assert_int_equal(b.d->log_count, 1);
	bench_close(&b);
}

/* The feed was compacted beyond what this desk has read. */
static bool route_below_floor(struct desk *d, const struct request *r, struct reply *out)
{
	const char *seq = strstr(strbuf_cstr(&r->body), "\"seq\":");

	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") == 0 && seq
	    && strtoll(seq + 6, NULL, 10) > 0 && strtoll(seq + 6, NULL, 10) < d->head) {
		answer_problem(out, 410, "snapshot-required", "below the floor", 0, "");
		return true;
	}
	return bench_route(d, r, out);
}

/* A minute later, and asked to. */
static void ask_again(struct bench *b)
{
	b->d->wall += 70000;
	b->d->boot += 70000;
	sync_poke(b->d->sync);
}

static void below_the_floor_the_old_copy_stays_until_the_new_one_is_whole(void **state)
{
	struct err why = ERR_INIT;
	int64_t wake;
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	desk_add_case(b.d);
	central_snapshot(&b, GEN);
	b.d->route = route_below_floor;
	ask_again(&b);
	while (b.segments < 4) {
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
		assert_int_equal(seen(&b), 3);
	}
	desk_settle(b.d);
	assert_int_equal(seen(&b), 4);
	bench_close(&b);
}

/* Of a file that may have grown long. */
static bool file_has(const char *path, const char *word)
{
	FILE *f = fopen(path, "rb");
	struct strbuf all = STRBUF_INIT;
	char part[4096];
	bool has;

	for (size_t n; f && (n = fread(part, 1, sizeof(part), f)) > 0;)
		strbuf_add(&all, part, n);
	if (f)
		assert_int_equal(fclose(f), 0);
	has = all.len > 0 && memmem(all.data, all.len, word, strlen(word)) != NULL;
	strbuf_release(&all);
	return has;
}

static void words_of_the_old_copy_leave_the_file_though_a_reader_holds_it_at_the_change(
	void **state)
{
	static const char word[] = "Xylofonmakeri";
	struct db *reader = NULL;
	struct err why = ERR_INIT;
	int64_t wake, n;
	char log[260];
	struct bench b;

	(void)state;
	bench_open(&b);
	snprintf(log, sizeof(log), "%s-wal", b.cache);
	strbuf_sets(&b.d->file[0].title, word);
	desk_settle(b.d);
	must(cache_open(&reader, b.cache, &why), &why);
	must(db_exec(reader, "BEGIN", &why), &why);
	must(db_get_int(reader, "SELECT count(*) FROM base_case", &n, 0, &why), &why);
	strbuf_sets(&b.d->file[0].title, "Carport");
	desk_add_case(b.d);
	central_snapshot(&b, GEN);
	b.d->route = route_below_floor;
	ask_again(&b);
	while (seen(&b) < 4)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	assert_true(file_has(b.cache, word) || file_has(log, word));
	must(db_exec(reader, "COMMIT", &why), &why);
	cache_close(reader);
	desk_settle(b.d);
	ask_again(&b);
	desk_settle(b.d);
	assert_false(file_has(b.cache, word));
	assert_false(file_has(log, word));
	bench_close(&b);
}

/* A page of no rows, of that scope from there on. */
static void answer_empty(struct desk *d, int64_t scope, int64_t from, struct reply *out)
{
	struct page_head h = { .from_count = 1,
			       .to_count = 1,
			       .from = { { scope, from } },
			       .to = { { scope, d->head } },
			       .sv = 2,
			       .now = d->wall,
			       .durable_through = d->head,
			       .snapshot_count = 1,
			       .snapshots = { scope } };
	struct strbuf raw = STRBUF_INIT;
	char sha[HASH_TEXT];

	desk_dev(d, h.dev);
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 0, sha));
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	assert_true(zstd_pack(&out->body, strbuf_str(&raw)));
	strbuf_release(&raw);
}

/* While this desk was away its officer has lost the one scope, and got another,
 * of which there is a snapshot that takes its time. */
static bool route_other_scope(struct desk *d, const struct request *r, struct reply *out)
{
	const char *path = strbuf_cstr(&r->path);

	if (strncmp(path, "/v1/snapshots/", 14) == 0) {
		answer_problem(out, 503, "snapshot-late", "in a moment", 0, "");
		return true;
	}
	if (strcmp(path, "/v1/sync/pull") != 0)
		return false;
	if (strstr(strbuf_cstr(&r->body), "\"scope\":7"))
		answer_problem(out, 410, "snapshot-required", "below the floor", 0, "");
	else
		answer_empty(d, SCOPE + 1, 0, out);
	return true;
}

static void below_the_floor_a_lost_scope_does_not_stay_until_the_new_copy_is_whole(void **state)
{
	struct cursor at[4];
	struct err why = ERR_INIT;
	int64_t wake;
	int count;
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	b.d->route = route_other_scope;
	ask_again(&b);
	for (int i = 0; i < 12; i++)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	assert_int_equal(access(b.aside, F_OK), 0);
	assert_int_equal(seen(&b), 0);
	must(cursor_list(b.d->cache, at, 4, &count, &why), &why);
	assert_int_equal(count, 0);
	bench_close(&b);
}

/* The same, and a proxy gives an answer of before to what is asked anew. */
static bool route_stale(struct desk *d, const struct request *r, struct reply *out)
{
	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") != 0)
		return false;
	if (strstr(strbuf_cstr(&r->body), "\"scope\":7"))
		answer_problem(out, 410, "snapshot-required", "below the floor", 0, "");
	else
		answer_empty(d, SCOPE + 1, d->head - 1, out);
	return true;
}

static void an_answer_of_before_takes_nothing_from_the_copy_that_is_read_anew(void **state)
{
	struct err why = ERR_INIT;
	int64_t wake;
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	b.d->route = route_stale;
	ask_again(&b);
	for (int i = 0; i < 12; i++)
		(void)desk_step(b.d, LANE_PULL, &wake, &why);
	assert_int_equal(seen(&b), 3);
	b.d->route = bench_route;
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	bench_close(&b);
}

static void below_the_floor_without_a_snapshot_all_is_read_in_pages(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	desk_add_case(b.d);
	b.d->route = route_below_floor;
	ask_again(&b);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 4);
	assert_int_equal(b.segments, 0);
	bench_close(&b);
}

static void a_cache_that_has_begun_reads_on_in_pages(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	desk_settle(b.d);
	desk_add_case(b.d);
	central_snapshot(&b, GEN);
	ask_again(&b);
	desk_settle(b.d);
	assert_int_equal(seen(&b), 4);
	assert_int_equal(b.segments, 0);
	bench_close(&b);
}

/* Whoever made it, it is not what its manifest says. */
static void a_segment_of_another_snapshot_is_given_up_for_pages(void **state)
{
	static const struct {
		struct scope_seq says;
		bool two, epoch;
	} rows[] = { { { SCOPE + 1, 6 }, false, false },
		     { { SCOPE, 5 }, false, false },
		     { { 0, 0 }, true, false },
		     { { 0, 0 }, false, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sync_status now = { .code = "" };
		struct err why = ERR_INIT;
		struct bench b;

		bench_open(&b);
		b.says = rows[i].says;
		b.two_scopes = rows[i].two;
		if (rows[i].epoch)
			snprintf(b.d->epoch, sizeof(b.d->epoch), EPOCH_2);
		central_snapshot(&b, GEN);
		snprintf(b.d->epoch, sizeof(b.d->epoch), EPOCH);
		snprintf(b.made.epoch, sizeof(b.made.epoch), EPOCH);
		must(desk_run(b.d, &why), &why);
		sync_status(b.d->sync, &now);
		assert_string_equal(now.code, "segment-other");
		assert_int_equal(seen(&b), 0);
		desk_settle(b.d);
		assert_int_equal(seen(&b), 3);
		assert_int_equal(b.segments, 3); /* and no more tries than for wrong bytes */
		bench_close(&b);
	}
}

/* What is not for a segment does no harm in one. */
static void of_a_segment_only_cases_are_taken(void **state)
{
	struct bench b;
	char sha[HASH_TEXT] = "";
	struct err why = ERR_INIT;

	(void)state;
	bench_open(&b);
	b.with_catalog = true;
	central_snapshot(&b, GEN);
	desk_settle(b.d);
	assert_int_equal(b.segments, 3);
	assert_int_equal(seen(&b), 3);
	must(catalog_sha256(b.d->cache, sha, &why), &why);
	assert_string_equal(sha, "");
	bench_close(&b);
}

static void the_manifest_of_another_scope_is_not_believed(void **state)
{
	struct sync_status now;
	struct err why = ERR_INIT;
	struct bench b;

	(void)state;
	bench_open(&b);
	central_snapshot(&b, GEN);
	b.made.scope = SCOPE + 1;
	must(desk_run(b.d, &why), &why);
	sync_status(b.d->sync, &now);
	assert_string_equal(now.code, "snapshot-form");
	b.made.scope = SCOPE;
	desk_settle(b.d);
	assert_int_equal(seen(&b), 3);
	assert_int_equal(b.segments, 3);
	bench_close(&b);
}

/* Longer than one request: it comes in parts. A central that knows no ranges sends
 * all, and a part that was not asked for is thrown away. */
static void a_long_segment_comes_in_parts(void **state)
{
	(void)state;
	for (int how = 0; how < 3; how++) {
		struct bench b;

		bench_open(&b);
		b.bulky = true;
		central_snapshot(&b, GEN);
		assert_true(b.segment[0].len > 1024 * 1024);
		b.whole = how == 1;
		b.other_part = how == 2;
		desk_settle(b.d);
		assert_int_equal(seen(&b), 3);
		assert_true(how == 1 ? b.ranges == 0 : b.ranges >= 6);
		bench_close(&b);
	}
}

static void what_a_busy_central_has_not_given_is_asked_for_again_and_what_is_gone_is_not(
	void **state)
{
	static const struct {
		int status, refuse, manifests;
	} rows[] = { { 503, 2, 1 }, { 410, 1, 2 }, { 409, 1, 2 }, { 404, 1, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b;

		bench_open(&b);
		central_snapshot(&b, GEN);
		b.refuse = rows[i].refuse;
		b.status = rows[i].status;
		desk_settle(b.d);
		assert_int_equal(b.manifests, rows[i].manifests);
		assert_int_equal(b.segments, 3);
		assert_int_equal(seen(&b), 3);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_sync_by_snapshot_leaves_what_pages_leave),
		cmocka_unit_test(a_snapshot_of_an_empty_log_is_left_and_pages_serve),
		cmocka_unit_test(nothing_of_it_is_seen_before_all_of_it_and_how_far_it_is_is_told),
		cmocka_unit_test(a_load_that_is_stopped_anywhere_goes_on_where_it_was),
		cmocka_unit_test(
			a_segment_with_a_wrong_byte_is_refused_and_told_and_asked_for_again),
		cmocka_unit_test(a_segment_that_stays_wrong_is_given_up_for_pages),
		cmocka_unit_test(a_newer_generation_that_took_its_place_is_begun_from_its_start),
		cmocka_unit_test(a_load_goes_on_with_the_same_snapshot_without_what_has_left),
		cmocka_unit_test(a_central_that_names_what_it_does_not_have_is_not_asked_for_ever),
		cmocka_unit_test(what_was_loaded_of_a_lost_scope_is_thrown_away),
		cmocka_unit_test(a_new_epoch_in_the_middle_begins_everything_anew),
		cmocka_unit_test(
			a_restore_between_the_offer_and_the_snapshot_has_all_offered_again),
		cmocka_unit_test(what_was_signed_meanwhile_is_seen_over_the_new_copy),
		cmocka_unit_test(below_the_floor_the_old_copy_stays_until_the_new_one_is_whole),
		cmocka_unit_test(
			below_the_floor_a_lost_scope_does_not_stay_until_the_new_copy_is_whole),
		cmocka_unit_test(an_answer_of_before_takes_nothing_from_the_copy_that_is_read_anew),
		cmocka_unit_test(below_the_floor_without_a_snapshot_all_is_read_in_pages),
		cmocka_unit_test(a_cache_that_has_begun_reads_on_in_pages),
		cmocka_unit_test(a_segment_of_another_snapshot_is_given_up_for_pages),
		cmocka_unit_test(of_a_segment_only_cases_are_taken),
		cmocka_unit_test(the_manifest_of_another_scope_is_not_believed),
		cmocka_unit_test(a_long_segment_comes_in_parts),
		cmocka_unit_test(
			what_a_busy_central_has_not_given_is_asked_for_again_and_what_is_gone_is_not),
		cmocka_unit_test(
			words_of_the_old_copy_leave_the_file_though_a_reader_holds_it_at_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
