/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include <unistd.h>

#include "cache/blobs.h"
#include "cache/erasing.h"
#include "cache/names.h"
#include "cache/watch.h"
#include "sync/merge.h"

#include "base/banned.h"

/* Everything that a page may change, as one text. */
static void picture(struct desk *d, struct strbuf *out)
{
	struct case_query q = CASE_QUERY_INIT;
	struct case_key key = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct cursor c[8];
	int n;

	strbuf_clear(out);
	assert_int_equal(case_list(d->cache, &q, &key, false, 50, &page, NULL), ST_OK);
	for (int i = 0; i < page.count; i++) {
		const struct case_row *r = &page.rows[i];
		struct entry e = ENTRY_INIT;

		strbuf_addf(out, "%s %lld %s %s %d\n", r->file.id, (long long)r->file.n, r->file.eh,
			    r->file.assignee, r->pending);
		while (entry_after(d->cache, r->file.id, e.n, &e, NULL) == ST_OK)
			strbuf_addf(out, "  %lld %s %s\n", (long long)e.n, e.ah, e.act);
		entry_release(&e);
	}
	assert_int_equal(cursor_list(d->cache, c, 8, &n, NULL), ST_OK);
	for (int i = 0; i < n; i++)
		strbuf_addf(out, "cursor %lld %lld\n", (long long)c[i].scope, (long long)c[i].seq);
	case_page_release(&page);
}

static void claimed_case(struct desk *d)
{
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
}

static void a_page_applied_twice_changes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct strbuf raw = STRBUF_INIT, before = STRBUF_INIT, after = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	picture(d, &before);
	make_page(d, &raw, d->head);
	must(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why), &why);
	must(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why), &why);
	picture(d, &after);
	assert_string_equal(strbuf_cstr(&before), strbuf_cstr(&after));
	strbuf_release(&raw);
	strbuf_release(&before);
	strbuf_release(&after);
	desk_close(d);
}

/* A proxy may keep an answer and give it later: it tells of cases as they were. */
static void a_page_from_before_our_cursor_is_refused_and_changes_nothing(void **state)
{
	struct desk *d = desk_open();
	struct strbuf raw = STRBUF_INIT, before = STRBUF_INIT, after = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	picture(d, &before);
	make_page(d, &raw, 0);
	assert_int_equal(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "page-stale");
	picture(d, &after);
	assert_string_equal(strbuf_cstr(&before), strbuf_cstr(&after));
	strbuf_release(&raw);
	strbuf_release(&before);
	strbuf_release(&after);
	desk_close(d);
}

/* Of another officer's it could hold what is not for these eyes. */
static void a_page_for_another_device_is_refused(void **state)
{
	struct desk *d = desk_open();
	struct strbuf raw = STRBUF_INIT;
	struct page_head h = { .dev = "0198c0de-0000-7000-8000-0000000000ff",
			       .from_count = 1,
			       .to_count = 1,
			       .from = { { SCOPE, 0 } },
			       .to = { { SCOPE, 1 } } };
	struct merge_result r;
	struct err why = ERR_INIT;
	char sha[HASH_TEXT];

	(void)state;
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 0, sha));
	assert_int_equal(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "page-other");
	assert_int_equal(merge_chain(d->cache, d->outbox, strbuf_str(&raw), &r, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "page-other");
	strbuf_release(&raw);
	desk_close(d);
}

static void a_page_from_beyond_our_cursor_is_refused(void **state)
{
	struct desk *d = desk_open();
	struct strbuf raw = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	make_page(d, &raw, d->head + 5);
	assert_int_equal(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "page-gap");
	strbuf_release(&raw);
	desk_close(d);
}

/* A page of rows that the test makes itself. */
static enum status merge_rows(struct desk *d, const struct page_row *rows, int count, int to_count,
			      struct err *why)
{
	struct page_head h = { .dev = DEV,
			       .to_count = to_count,
			       .to = { { SCOPE, d->head } },
			       .sv = 2,
			       .now = d->wall };
	struct strbuf raw = STRBUF_INIT;
	struct merge_result r;
	char sha[HASH_TEXT];
	enum status st;

	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	for (int i = 0; i < count; i++)
		assert_true(page_put(&raw, &rows[i]));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, count, sha));
	st = merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, why);
	strbuf_release(&raw);
	return st;
}

static void a_lost_scope_takes_its_cases_with_it(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_SCOPE, .del_count = 1, .del = { SCOPE }, .sv = 2 };
	struct case_query q = CASE_QUERY_INIT;
	struct entry e = ENTRY_INIT;
	struct strbuf answer = STRBUF_INIT;
	struct sync_point p;
	struct err why = ERR_INIT;
	int64_t n;

	(void)state;
	claimed_case(d);
	must(cache_keep(d->cache, "answer.stats", str_of("of that scope"), &why), &why);
	must(merge_rows(d, &row, 1, 0, &why), &why);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(entry_after(d->cache, d->file[0].id, 0, &e, NULL), ST_NONE);
	must(cache_point(d->cache, &p, &why), &why);
	assert_true(p.purge_due);
	assert_int_equal(p.sv, 2);
	assert_int_equal(cache_kept(d->cache, "answer.stats", &answer, NULL), ST_NONE);
	strbuf_release(&answer);
	entry_release(&e);
	desk_close(d);
}

static void an_action_on_a_case_that_left_is_shown_no_more(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_GONE,
				.seq = 9,
				.scope_count = 1,
				.scopes = { SCOPE },
				.n = 9,
				.text = { "moved", 5 } };
	struct case_row seen = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	d->head++;
	must(merge_rows(d, &row, 1, 1, &why), &why);
	assert_int_equal(case_get(d->cache, d->file[0].id, &seen, NULL), ST_NONE);
	case_row_release(&seen);
	desk_close(d);
}

static void erased_words_are_gone_and_the_place_is_kept(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_ERASED, .seq = 9, .n = 3, .text = { "misfiled", 8 } };
	struct entry e = ENTRY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 3, &e, NULL), ST_OK);
	assert_true(e.jws.len > 0);
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 3, &e, NULL), ST_OK);
	assert_true(e.erased);
	assert_int_equal(e.jws.len, 0);
	assert_string_equal(e.eh, d->log[0].eh);
	entry_release(&e);
	desk_close(d);
}

static void watched_to(struct desk *d, const char *on, const char *words)
{
	struct case_row row = CASE_ROW_INIT;
	struct watch w = WATCH_INIT;
	enum status st = watch_get(d->cache, d->file[0].id, &w, NULL);

	assert_int_equal(case_get(d->cache, d->file[0].id, &row, NULL), ST_OK);
	assert_string_equal(row.watch_on, on);
	assert_int_equal(st, *on ? ST_OK : ST_NONE);
	if (*on)
		assert_string_equal(strbuf_cstr(&w.words), words);
	watch_release(&w);
	case_row_release(&row);
}

static void watch(struct desk *d, const char *on, const char *words)
{
	struct intent in = { .act = "watch.set", .case_id = d->file[0].id };
	struct actor a = desk_actor(d);
	struct act_result r;
	struct err why = ERR_INIT;

	if (*on)
		in.args[in.arg_count++] = (struct intent_arg){ "on", str_of(on) };
	if (*words)
		in.args[in.arg_count++] = (struct intent_arg){ "text", str_of(words) };
	must(act(&a, &in, &r, &why), &why);
}

static void a_watch_is_seen_at_once_and_stays_when_it_has_been_answered(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	claimed_case(d);
	watched_to(d, "", "");
	watch(d, "2026-12-01", "Ring sökanden");
	watched_to(d, "2026-12-01", "Ring sökanden");
	desk_settle(d);
	watched_to(d, "2026-12-01", "Ring sökanden");
	watch(d, "2027-01-08", "");
	watched_to(d, "2027-01-08", "");
	watch(d, "", "");
	watched_to(d, "", "");
	desk_settle(d);
	watched_to(d, "", "");
	desk_close(d);
}

static void a_withdrawn_watch_leaves_the_one_before_it(void **state)
{
	struct desk *d = desk_open();
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	watch(d, "2026-12-01", "Ring sökanden");
	desk_settle(d);
	watch(d, "2027-01-08", "Något annat");
	assert_int_equal(watch_own_clear(d->cache, &why), ST_OK);
	watched_to(d, "2026-12-01", "Ring sökanden");
	must(overlay_rebuild(d->cache, d->outbox, &why), &why);
	watched_to(d, "2027-01-08", "Något annat");
	desk_close(d);
}

static void erased_words_of_a_watch_are_gone(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_ERASED, .seq = 9, .n = 4, .text = { "misfiled", 8 } };
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	watch(d, "2026-12-01", "Ring sökanden");
	desk_settle(d);
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	watched_to(d, "", "");
	desk_close(d);
}

static void the_catalogue_is_kept_under_its_digest(void **state)
{
	struct desk *d = desk_open();
	static const char json[] = "{\"types\":[]}";
	struct page_row row = { .kind = PAGE_CATALOG, .text = { json, sizeof(json) - 1 } };
	struct strbuf back = STRBUF_INIT;
	char want[HASH_TEXT], have[HASH_TEXT];
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	must(catalog_get(d->cache, &back, &why), &why);
	must(catalog_sha256(d->cache, have, &why), &why);
	sha256_hex(want, str_of(json));
	assert_string_equal(strbuf_cstr(&back), json);
	assert_string_equal(have, want);
	strbuf_release(&back);
	desk_close(d);
}

static void the_base_grows_under_an_action_and_both_are_seen(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_CASE, .scope_count = 1, .scopes = { SCOPE } };
	struct case_row seen = CASE_ROW_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->file[0].n = 3;
	d->file[0].priority = 1;
	row.seq = d->file_seq[0] = ++d->head;
	row.file = &d->file[0];
	row.n = 3;
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	snprintf(row.eh, sizeof(row.eh), "%s", d->file[0].eh);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	desk_see(d, 0, &seen);
	assert_int_equal(seen.file.priority, 1);
	assert_string_equal(seen.file.assignee, "britt.a");
	assert_int_equal(seen.pending, 1);
	case_row_release(&seen);
	desk_close(d);
}

/* Do the raw bytes of a file, or of its WAL, hold these words? */
static bool file_holds(const char *path, const char *words)
{
	static const char *const tails[] = { "", "-wal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char name[120];
		struct strbuf b = STRBUF_INIT;
		char part[4096];
		size_t n;
		FILE *f;

		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		f = fopen(name, "rb");
		while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
			assert_true(strbuf_add(&b, part, n));
		if (f)
			fclose(f);
		found = found || (b.len && memmem(b.data, b.len, words, strlen(words)));
		strbuf_release(&b);
	}
	return found;
}

static void words_of_a_lost_scope_leave_the_raw_files(void **state)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_SCOPE, .del_count = 1, .del = { SCOPE }, .sv = 2 };
	char dir[] = "/tmp/sluss-test-XXXXXX", path[100], name[120];
	struct err why = ERR_INIT;
	struct db *reader;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	sync_free(d->sync);
	cache_close(d->cache);
	must(cache_open(&d->cache, path, &why), &why);
	must(cache_open(&reader, path, &why), &why);
	strbuf_sets(&d->file[0].title, "KANARIEFAGEL");
	desk_start(d);
	desk_sync(d);
	must(blob_keep(d->cache, d->file[0].id, HASH_ZERO, str_of("HANDLINGSKANARIE"), 1, 1000,
		       &why),
	     &why);
	assert_true(file_holds(path, "KANARIEFAGEL"));
	assert_true(file_holds(path, "HANDLINGSKANARIE"));
	must(merge_rows(d, &row, 1, 0, &why), &why);
	must(cache_purge(d->cache, &why), &why);
	assert_false(file_holds(path, "KANARIEFAGEL"));
	assert_false(file_holds(path, "HANDLINGSKANARIE"));
	cache_close(reader);
	desk_close(d);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void a_purge_that_a_reader_holds_up_is_still_due(void **state)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_SCOPE, .del_count = 1, .del = { SCOPE }, .sv = 2 };
	char dir[] = "/tmp/sluss-test-XXXXXX", path[100], name[120];
	struct sync_point p;
	struct case_row seen = CASE_ROW_INIT;
	struct err why = ERR_INIT;
	struct db *reader;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	sync_free(d->sync);
	cache_close(d->cache);
	must(cache_open(&d->cache, path, &why), &why);
	assert_int_equal(db_exec(d->cache, "PRAGMA busy_timeout = 0", NULL), ST_OK);
	must(cache_open(&reader, path, &why), &why);
	desk_start(d);
	desk_sync(d);
	must(cache_begin_read(reader, &why), &why);
	must(case_get(reader, d->file[0].id, &seen, &why), &why);
	must(merge_rows(d, &row, 1, 0, &why), &why);
	assert_int_equal(cache_purge(d->cache, &why), ST_RETRY);
	err_clear(&why);
	must(cache_point(d->cache, &p, &why), &why);
	assert_true(p.purge_due);
	cache_rollback(reader);
	must(cache_purge(d->cache, &why), &why);
	must(cache_point(d->cache, &p, &why), &why);
	assert_false(p.purge_due);
	case_row_release(&seen);
	cache_close(reader);
	desk_close(d);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

static enum verdict case_is_erased(struct desk *d, const struct action *a, struct ack *k)
{
	(void)d;
	(void)a;
	snprintf(k->why, sizeof(k->why), CASE_ERASED);
	return VERDICT_REJECTED;
}

static int64_t words_left(struct desk *d)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(d->outbox, "SELECT length(envelope) FROM item", &n, -1, NULL),
			 ST_OK);
	return n;
}

/* The copy is being read, so that its file can't be made clean: the answer is settled
 * all the same, and the file is made clean with the next pull. */
static void an_answer_that_erases_words_waits_for_no_reader(void **state)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct desk *d = desk_open();
	char dir[] = "/tmp/sluss-test-XXXXXX", path[100], name[120];
	struct sync_point p;
	struct case_row seen = CASE_ROW_INIT;
	struct act_result r;
	struct sync_status now;
	struct err why = ERR_INIT;
	struct db *reader;
	int64_t wake;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cache.db", dir);
	sync_free(d->sync);
	cache_close(d->cache);
	must(cache_open(&d->cache, path, &why), &why);
	assert_int_equal(db_exec(d->cache, "PRAGMA busy_timeout = 0", NULL), ST_OK);
	must(cache_open(&reader, path, &why), &why);
	desk_start(d);
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->judge = case_is_erased;
	must(cache_begin_read(reader, &why), &why);
	must(case_get(reader, d->file[0].id, &seen, &why), &why);
	must(desk_step(d, LANE_PUSH, &wake, &why), &why);
	sync_status(d->sync, &now);
	assert_int_equal(now.trouble, SYNC_FINE);
	assert_int_equal(now.outbox.waiting, 0);
	assert_int_equal(words_left(d), 0);
	must(cache_point(d->cache, &p, &why), &why);
	assert_true(p.purge_due);
	cache_rollback(reader);
	sync_poke(d->sync);
	desk_settle(d);
	must(cache_point(d->cache, &p, &why), &why);
	assert_false(p.purge_due);
	case_row_release(&seen);
	cache_close(reader);
	desk_close(d);
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

/* --- Rows of every kind, as they should not be ----------------------------------- */

/* An entry of the first case that says `json`, signed by whomever. */
static void entry_row(struct desk *d, struct page_row *row, int64_t n, const char *json,
		      struct strbuf *jws)
{
	strbuf_clear(jws);
	assert_int_equal(jws_sign(jws, NULL, d->foreign_key, TYP_ACTION, str_of(json), NULL),
			 ST_OK);
	*row = (struct page_row){
		.kind = PAGE_ENTRY, .seq = d->head, .n = n, .at = d->wall, .text = strbuf_str(jws)
	};
	snprintf(row->case_id, sizeof(row->case_id), "%s", d->file[0].id);
	memset(row->eh, 'e', HASH_TEXT - 1);
	snprintf(row->epoch, sizeof(row->epoch), "%s", d->epoch);
	snprintf(row->verdict, sizeof(row->verdict), "accepted");
	snprintf(row->rule, sizeof(row->rule), "bygglov@1");
}

static void an_entry_that_lacks_what_lists_need_is_a_line_that_can_not_be_read(void **state)
{
	static const char *const jsons[] = {
		"{\"sub\":\"a\",\"iid\":\"i\",\"dev\":\"d\"}",
		"{\"act\":\"note.add\",\"iid\":\"i\",\"dev\":\"d\"}",
		"{\"act\":\"note.add\",\"sub\":\"a\",\"dev\":\"d\"}",
		"{\"act\":\"note.add\",\"sub\":\"a\",\"iid\":\"i\"}",
		"[",
	};
	struct desk *d = desk_open();
	struct strbuf jws = STRBUF_INIT;
	struct entry e = ENTRY_INIT;
	struct page_row row;

	(void)state;
	claimed_case(d);
	for (size_t i = 0; i < sizeof(jsons) / sizeof(jsons[0]); i++) {
		struct err why = ERR_INIT;

		entry_row(d, &row, 4, jsons[i], &jws);
		assert_int_equal(merge_rows(d, &row, 1, 1, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "page-line");
		assert_int_equal(entry_get(d->cache, d->file[0].id, 4, &e, NULL), ST_NONE);
	}
	/* An act of a newer release is part of the chain all the same. */
	entry_row(d, &row, 4,
		  "{\"act\":\"x.new\",\"sub\":\"a\",\"iid\":\"i\",\"dev\":\"d\",\"ctr\":1}", &jws);
	assert_int_equal(merge_rows(d, &row, 1, 1, NULL), ST_OK);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 4, &e, NULL), ST_OK);
	assert_string_equal(e.act, "x.new");
	entry_release(&e);
	strbuf_release(&jws);
	desk_close(d);
}

static void a_case_in_no_scope_of_ours_is_not_taken(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_CASE,
				.scope_count = 2,
				.scopes = { SCOPE + 1, SCOPE + 2 } };
	struct case_row seen = CASE_ROW_INIT;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	desk_add_case(d);
	row.file = &d->file[3];
	row.seq = d->head;
	row.n = 2;
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[3].id);
	snprintf(row.eh, sizeof(row.eh), "%s", d->file[3].eh);
	assert_int_equal(merge_rows(d, &row, 1, 1, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "page-line");
	row.scopes[1] = SCOPE;
	must(merge_rows(d, &row, 1, 1, NULL), &why);
	desk_see(d, 3, &seen);
	case_row_release(&seen);
	desk_close(d);
}

static int64_t watches(struct desk *d)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(d->cache, "SELECT count(*) FROM watch", &n, -1, NULL), ST_OK);
	return n;
}

static void the_reminder_of_another_officer_is_not_kept(void **state)
{
	static const char json[] =
		"{\"act\":\"watch.set\",\"sub\":\"%s\",\"iid\":\"i\",\"dev\":\"d\",\"ctr\":1}";
	struct desk *d = desk_open();
	struct strbuf jws = STRBUF_INIT, text = STRBUF_INIT;
	struct page_row row;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	strbuf_addf(&text, json, "jan.vd");
	entry_row(d, &row, 4, strbuf_cstr(&text), &jws);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	assert_int_equal(watches(d), 0);
	/* One of ours that this release can't read says nothing either. */
	strbuf_clear(&text);
	strbuf_addf(&text, json, "britt.a");
	entry_row(d, &row, 5, strbuf_cstr(&text), &jws);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	assert_int_equal(watches(d), 0);
	must(desk_act(d, 1, "watch.set", "on", "2026-12-01", &r, &why), &why);
	desk_settle(d);
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(watches(d), 1);
	strbuf_release(&jws);
	strbuf_release(&text);
	desk_close(d);
}

static void a_reason_beyond_its_room_is_cut(void **state)
{
	static const char reason[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaa";
	struct desk *d = desk_open();
	struct page_row erased = { .kind = PAGE_ERASED, .seq = 9, .n = 3, .text = str_of(reason) };
	struct page_row gone = { .kind = PAGE_GONE,
				 .seq = 9,
				 .scope_count = 1,
				 .scopes = { SCOPE },
				 .n = 9,
				 .text = str_of(reason) };
	struct case_row seen = CASE_ROW_INIT;
	struct entry e = ENTRY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	snprintf(erased.case_id, sizeof(erased.case_id), "%s", d->file[0].id);
	snprintf(gone.case_id, sizeof(gone.case_id), "%s", d->file[0].id);
	must(merge_rows(d, &erased, 1, 1, &why), &why);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 3, &e, NULL), ST_OK);
	assert_int_equal(strlen(e.erased_why), sizeof(e.erased_why) - 1);
	must(merge_rows(d, &gone, 1, 1, &why), &why);
	assert_int_equal(case_get(d->cache, d->file[0].id, &seen, NULL), ST_NONE);
	entry_release(&e);
	desk_close(d);
}

/* The document goes, and the entry that brought it stays. */
static void an_erased_document_leaves_its_entry(void **state)
{
	struct desk *d = desk_open();
	struct page_row row = { .kind = PAGE_ERASED,
				.seq = 9,
				.n = 3,
				.by = 4,
				.entry_seq = 7,
				.upto = 3,
				.text = { "misfiled", 8 } };
	struct entry e = ENTRY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	claimed_case(d);
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	memset(row.h, 'a', HASH_TEXT - 1);
	must(merge_rows(d, &row, 1, 1, &why), &why);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 3, &e, NULL), ST_OK);
	assert_false(e.erased);
	assert_true(e.jws.len > 0);
	entry_release(&e);
	desk_close(d);
}

/* Entries fetched apart tell nothing of cases, scopes and catalogues. */
static void of_a_chain_only_entries_are_taken(void **state)
{
	struct desk *d = desk_open();
	struct page_head h = { .dev = DEV, .now = d->wall };
	struct page_row rows[3] = { { .kind = PAGE_SCOPE, .del_count = 1, .del = { SCOPE } },
				    { .kind = PAGE_CATALOG, .text = { "{}", 2 } } };
	struct strbuf raw = STRBUF_INIT, jws = STRBUF_INIT;
	struct case_row seen = CASE_ROW_INIT;
	struct entry e = ENTRY_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;
	char sha[HASH_TEXT];

	(void)state;
	claimed_case(d);
	entry_row(d, &rows[2], 1,
		  "{\"act\":\"x.new\",\"sub\":\"a\",\"iid\":\"i\",\"dev\":\"d\",\"ctr\":1}", &jws);
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	for (int i = 0; i < 3; i++)
		assert_true(page_put(&raw, &rows[i]));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 3, sha));
	must(merge_chain(d->cache, d->outbox, strbuf_str(&raw), &r, &why), &why);
	assert_false(r.scopes_lost);
	desk_see(d, 0, &seen);
	must(catalog_sha256(d->cache, sha, &why), &why);
	assert_string_equal(sha, "");
	assert_int_equal(entry_get(d->cache, d->file[0].id, 1, &e, NULL), ST_OK);
	entry_release(&e);
	case_row_release(&seen);
	strbuf_release(&raw);
	strbuf_release(&jws);
	desk_close(d);
}

/* The central of a desk gives one case in the first page, and more in the next. */
static bool two_pages(struct desk *d, const struct request *r, struct reply *out)
{
	struct page_head h = { .dev = DEV,
			       .from_count = 1,
			       .to_count = 1,
			       .from = { { SCOPE, 0 } },
			       .to = { { SCOPE, d->file_seq[0] } },
			       .sv = 1,
			       .more = true,
			       .now = d->wall };
	struct page_row row = { .kind = PAGE_CASE,
				.seq = d->file_seq[0],
				.scope_count = 1,
				.scopes = { SCOPE },
				.file = &d->file[0],
				.n = d->file[0].n };
	struct strbuf raw = STRBUF_INIT;
	char sha[HASH_TEXT];

	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") != 0 || ++*(int *)d->route_ctx > 1)
		return false;
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	snprintf(row.case_id, sizeof(row.case_id), "%s", d->file[0].id);
	snprintf(row.eh, sizeof(row.eh), "%s", d->file[0].eh);
	assert_true(page_begin(&raw, &h) && page_put(&raw, &row));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 1, sha));
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	assert_true(zstd_pack(&out->body, strbuf_str(&raw)));
	strbuf_release(&raw);
	return true;
}

static void a_pull_of_two_pages_is_done_with_the_second(void **state)
{
	struct desk *d = desk_open();
	struct case_query q = CASE_QUERY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t n, wake;
	int pulls = 0;

	(void)state;
	d->route = two_pages;
	d->route_ctx = &pulls;
	while (pulls < 1)
		must(desk_step(d, LANE_PULL, &wake, &why), &why);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 1);
	sync_status(d->sync, &s);
	assert_int_equal(s.last_pull, 0);
	assert_false(sync_idle(d->sync));
	desk_settle(d);
	assert_int_equal(pulls, 2);
	assert_int_equal(case_count(d->cache, &q, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	sync_status(d->sync, &s);
	assert_int_equal(s.last_pull, d->wall);
	desk_close(d);
}

/* Fetched apart it may be here before the page that brings its case so far. */
static void an_entry_that_is_ahead_of_its_case_hides_no_action(void **state)
{
	struct desk *d = desk_open();
	struct case_row seen = CASE_ROW_INIT;
	struct entry e = ENTRY_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	snprintf(e.case_id, sizeof(e.case_id), "%s", d->file[0].id);
	snprintf(e.iid, sizeof(e.iid), "%s", r.iid);
	snprintf(e.act, sizeof(e.act), "case.claim");
	e.n = 3;
	must(entry_put(d->cache, &e, &why), &why);
	must(overlay_rebuild(d->cache, d->outbox, &why), &why);
	desk_see(d, 0, &seen);
	assert_int_equal(seen.pending, 1);
	assert_string_equal(seen.file.assignee, "britt.a");
	/* With its case it says all that the action says. */
	d->file[0].n = 3;
	snprintf(d->file[0].assignee, sizeof(d->file[0].assignee), "britt.a");
	d->file_seq[0] = ++d->head;
	while (d->pulls < 2) {
		int64_t wake;

		sync_poke(d->sync);
		(void)desk_step(d, LANE_PULL, &wake, &why);
	}
	desk_see(d, 0, &seen);
	assert_int_equal(seen.file.n, 3);
	assert_int_equal(seen.pending, 0);
	entry_release(&e);
	case_row_release(&seen);
	desk_close(d);
}

/* A page without rows, of a scope read from `from` on. */
static void read_on(struct desk *d, int64_t from, int64_t to, int64_t log)
{
	struct page_head h = { .dev = DEV,
			       .from_count = 1,
			       .to_count = 1,
			       .from = { { SCOPE, from } },
			       .to = { { SCOPE, to } },
			       .sv = 1,
			       .log = log,
			       .now = d->wall,
			       .more = to < log };
	struct strbuf raw = STRBUF_INIT;
	struct merge_result r;
	struct err why = ERR_INIT;
	char sha[HASH_TEXT];

	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 0, sha));
	must(merge_page(d->cache, d->outbox, strbuf_str(&raw), d->wall, &r, &why), &why);
	strbuf_release(&raw);
}

/* What had left the scope by then is told by no page: its rows may be dropped. */
static void a_copy_that_was_begun_when_the_log_was_longer_than_the_fork_is_not_kept(void **state)
{
	struct desk *d = desk_open();
	struct err why = ERR_INIT;
	int64_t kept = 300;

	(void)state;
	read_on(d, 0, 100, 500);
	read_on(d, 100, 500, 500);
	must(cursor_told(d->cache, &kept, &why), &why);
	assert_int_equal(kept, 0);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_applied_twice_changes_nothing),
		cmocka_unit_test(a_page_from_before_our_cursor_is_refused_and_changes_nothing),
		cmocka_unit_test(a_page_for_another_device_is_refused),
		cmocka_unit_test(a_page_from_beyond_our_cursor_is_refused),
		cmocka_unit_test(a_lost_scope_takes_its_cases_with_it),
		cmocka_unit_test(words_of_a_lost_scope_leave_the_raw_files),
		cmocka_unit_test(a_purge_that_a_reader_holds_up_is_still_due),
		cmocka_unit_test(an_action_on_a_case_that_left_is_shown_no_more),
		cmocka_unit_test(erased_words_are_gone_and_the_place_is_kept),
		cmocka_unit_test(the_catalogue_is_kept_under_its_digest),
		cmocka_unit_test(a_watch_is_seen_at_once_and_stays_when_it_has_been_answered),
		cmocka_unit_test(a_withdrawn_watch_leaves_the_one_before_it),
		cmocka_unit_test(erased_words_of_a_watch_are_gone),
		cmocka_unit_test(the_base_grows_under_an_action_and_both_are_seen),
		cmocka_unit_test(
			an_entry_that_lacks_what_lists_need_is_a_line_that_can_not_be_read),
		cmocka_unit_test(a_case_in_no_scope_of_ours_is_not_taken),
		cmocka_unit_test(the_reminder_of_another_officer_is_not_kept),
		cmocka_unit_test(a_reason_beyond_its_room_is_cut),
		cmocka_unit_test(an_erased_document_leaves_its_entry),
		cmocka_unit_test(of_a_chain_only_entries_are_taken),
		cmocka_unit_test(a_pull_of_two_pages_is_done_with_the_second),
		cmocka_unit_test(an_entry_that_is_ahead_of_its_case_hides_no_action),
		cmocka_unit_test(an_answer_that_erases_words_waits_for_no_reader),
		cmocka_unit_test(
			a_copy_that_was_begun_when_the_log_was_longer_than_the_fork_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
