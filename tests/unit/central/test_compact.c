/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/snapshot_rig.h"

#include "central/compact.h"

#include "base/banned.h"

static int64_t count(struct rig *r, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(central_db(r->c), sql, &n, -1, NULL), ST_OK);
	return n;
}

static int64_t compact(struct rig *r, int64_t before)
{
	struct err why = ERR_INIT;
	int64_t dropped = 0;

	must(feed_compact(r->c, before, &dropped, &why), &why);
	return dropped;
}

/* The cases of a pull from nothing, in the order of the page. */
static void cases_from_nothing(struct desk *d, struct strbuf *out)
{
	struct pulled p;

	desk_pull(d, "[]", "", PAGE_MAX_BYTES, &p);
	strbuf_clear(out);
	for (const char *line = strbuf_cstr(&d->rig->page); *line; line += strcspn(line, "\n") + 1)
		if (strncmp(line, "[\"c\"", 4) == 0 || strncmp(line, "[\"d\"", 4) == 0)
			strbuf_add(out, line, strcspn(line, "\n"));
}

struct street {
	struct rig r;
	struct desk d;
	char id[6][UUID_TEXT];
	char early[1024], late[1024]; /* cursors: before most of it, and behind all */
};

/* Six cases; of those one is touched often, one leaves, one leaves and is back. */
static void build(struct street *s, uint64_t seed)
{
	struct pulled p;
	struct ack ack;

	rig_open(&s->r, seed);
	desk_open(&s->d, &s->r, "anna");
	for (int i = 0; i < 6; i++)
		rig_case(&s->r, "BYGGLOV", s->id[i]);
	desk_pull(&s->d, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, s->early, sizeof(s->early));
	for (int i = 0; i < 5; i++)
		desk_act(&s->d, s->id[0], "note.add", "text", "Ring igen.", &ack);
	desk_route(&s->d, s->id[1], "miljo", "avlopp");
	desk_route(&s->d, s->id[2], "miljo", "avlopp");
	rig_officer(&s->r, "mikael", "officer", "bygg,miljo", 0);
	desk_release(&s->d);
	desk_open(&s->d, &s->r, "mikael");
	desk_route(&s->d, s->id[2], "bygg", "bygglov");
	desk_release(&s->d);
	desk_open(&s->d, &s->r, "anna");
	desk_pull(&s->d, s->early, "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, s->late, sizeof(s->late));
}

static void is_whole(struct rig *r)
{
	struct central_findings f;

	assert_int_equal(central_verify(r->c, &f, NULL, NULL, NULL), ST_OK);
	assert_int_equal(f.faults, 0);
}

static void tear_down(struct street *s)
{
	desk_release(&s->d);
	rig_close(&s->r);
}

static void of_each_case_the_last_row_is_left_and_from_nothing_all_comes_as_before(void **state)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	struct street s;

	(void)state;
	build(&s, 1);
	cases_from_nothing(&s.d, &before);
	is_whole(&s.r);
	assert_true(compact(&s.r, s.r.wall + 1) > 0);
	is_whole(&s.r);
	assert_int_equal(count(&s.r, "SELECT count(*) FROM feed WHERE kind = 'g'"), 0);
	assert_int_equal(
		count(&s.r, "SELECT count(*) - count(DISTINCT scope || case_id) FROM feed"), 0);
	cases_from_nothing(&s.d, &after);
	assert_true(before.len > 0);
	assert_string_equal(strbuf_cstr(&after), strbuf_cstr(&before));
	assert_int_equal(compact(&s.r, s.r.wall + 1), 0);
	strbuf_release(&before);
	strbuf_release(&after);
	tear_down(&s);
}

static void who_has_read_less_than_the_floor_is_told_to_read_anew_and_nobody_else(void **state)
{
	struct pulled p;
	struct street s;
	struct ack ack;

	(void)state;
	build(&s, 2);
	assert_int_equal(desk_pull_raw(&s.d, s.early, "", PAGE_MAX_BYTES), 200);
	compact(&s.r, s.r.wall + 1);
	assert_int_equal(desk_pull_raw(&s.d, s.early, "", PAGE_MAX_BYTES), 410);
	rig_expect(&s.r, 410, "snapshot-required");
	desk_act(&s.d, s.id[0], "case.claim", NULL, NULL, &ack);
	desk_pull(&s.d, s.late, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 1);
	desk_pull(&s.d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 5);
	tear_down(&s);
}

/* The row that took the case away was the newest one, and is dropped. */
static void who_waits_below_the_floor_is_woken(void **state)
{
	char id[UUID_TEXT], path[80];
	int64_t before;
	struct desk d;
	struct rig r;

	(void)state;
	rig_open(&r, 9);
	desk_open(&d, &r, "anna");
	rig_case(&r, "BYGGLOV", id);
	before = central_size(r.c);
	desk_route(&d, id, "miljo", "avlopp");
	compact(&r, r.wall + 1);
	snprintf(path, sizeof(path), "/v1/sync/wait?t=25&seq=%lld", (long long)before);
	assert_int_equal(rig_get(&r, d.token, path), 200);
	snprintf(path, sizeof(path), "/v1/sync/wait?t=25&seq=%lld", (long long)central_size(r.c));
	assert_int_equal(rig_get(&r, d.token, path), 204);
	desk_release(&d);
	rig_close(&r);
}

/* What a client has read, as it says it. */
struct reader {
	int count;
	struct cursor_said {
		int64_t scope, seq, fresh;
	} at[SCOPES_MAX];
};

static void reader_took(struct reader *r, const struct pulled *p)
{
	for (int i = 0; i < p->head.to_count; i++) {
		int k = 0;

		while (k < r->count && r->at[k].scope != p->head.to[i].scope)
			k++;
		if (k == r->count)
			r->at[r->count++] = (struct cursor_said){ p->head.to[i].scope, 0, 0 };
		if (r->at[k].seq == 0 && r->at[k].fresh == 0)
			r->at[k].fresh = p->head.log;
		r->at[k].seq = p->head.to[i].seq;
	}
}

static int pull_fresh(struct desk *d, struct reader *r, struct pulled *p)
{
	char json[4000];
	struct err why = ERR_INIT;
	size_t n = (size_t)snprintf(json, sizeof(json),
				    "{\"epoch\":\"%s\",\"catalog\":\"%s\","
				    "\"max_bytes\":1500,\"subs\":[",
				    central_epoch(d->rig->c), d->rig->c->catalog_hash);

	for (int i = 0; i < r->count; i++)
		n += (size_t)snprintf(json + n, sizeof(json) - n,
				      "%s{\"scope\":%lld,\"seq\":%lld,\"fresh\":%lld}",
				      i ? "," : "", (long long)r->at[i].scope,
				      (long long)r->at[i].seq, (long long)r->at[i].fresh);
	snprintf(json + n, sizeof(json) - n, "]}");
	if (rig_post(d->rig, d->token, "/v1/sync/pull", json) != 200)
		return d->rig->reply.status;
	strbuf_clear(&d->rig->page);
	must(zstd_unpack(&d->rig->page, strbuf_str(&d->rig->reply.body), PAGE_MAX_BYTES, &why),
	     &why);
	rig_read_page(d->rig, strbuf_str(&d->rig->page), p);
	reader_took(r, p);
	return 200;
}

/* Its cursors are below the floor all the while. */
static void what_is_read_from_nothing_in_many_pages_is_read_to_its_end(void **state)
{
	struct reader reader = { .count = 0 };
	struct pulled p = { .cases = 0 };
	struct street s;
	int cases = 0, pages = 0;

	(void)state;
	build(&s, 7);
	compact(&s.r, s.r.wall + 1);
	do {
		assert_int_equal(pull_fresh(&s.d, &reader, &p), 200);
		cases += p.cases;
		assert_true(++pages < 50);
	} while (p.head.more);
	assert_int_equal(cases, 5);
	assert_true(pages > 1);
	tear_down(&s);
}

/* What left between two of its pages is told nowhere any more. */
static void a_feed_that_is_made_shorter_between_pages_is_read_from_the_start(void **state)
{
	struct reader reader = { .count = 0 };
	struct pulled p;
	struct street s;

	(void)state;
	build(&s, 8);
	assert_int_equal(pull_fresh(&s.d, &reader, &p), 200);
	assert_true(p.head.more);
	desk_route(&s.d, s.id[3], "miljo", "avlopp");
	compact(&s.r, s.r.wall + 1);
	assert_int_equal(pull_fresh(&s.d, &reader, &p), 410);
	tear_down(&s);
}

/* One scope came from a snapshot, or was read long ago; another one is new, and
 * comes in pages: that is no reason to begin with the first one again. */
static void a_scope_that_is_new_to_who_holds_another_is_read_to_its_end(void **state)
{
	struct reader reader = { .count = 1 };
	struct pulled p = { .cases = 0 };
	struct street s;
	int pages = 0, cases = 0;

	(void)state;
	build(&s, 9);
	desk_release(&s.d);
	rig_officer(&s.r, "anna", "officer", "bygg,miljo", 0);
	desk_open(&s.d, &s.r, "anna");
	for (int i = 0; i < 8; i++) {
		char id[UUID_TEXT];

		rig_case(&s.r, "AVLOPP", id);
		desk_route(&s.d, id, "bygg", "bygglov");
		desk_route(&s.d, id, "miljo", "avlopp");
	}
	reader.at[0].scope = count(&s.r, "SELECT id FROM scope WHERE unit = 'bygg' AND class = 0");
	reader.at[0].seq = count(&s.r, "SELECT max(seq) FROM log");
	compact(&s.r, s.r.wall + 1);
	do {
		assert_int_equal(pull_fresh(&s.d, &reader, &p), 200);
		assert_true(++pages < 50);
		cases += p.cases;
	} while (p.head.more);
	assert_true(pages > 1);
	assert_int_equal(cases, count(&s.r, "SELECT count(*) FROM casefile WHERE unit = 'miljo'"));
	tear_down(&s);
}

static void what_is_younger_stays_as_it_is(void **state)
{
	struct pulled p;
	struct street s;
	int64_t rows;

	(void)state;
	build(&s, 3);
	rows = count(&s.r, "SELECT count(*) FROM feed");
	assert_int_equal(compact(&s.r, 0), 0);
	assert_int_equal(count(&s.r, "SELECT count(*) FROM feed"), rows);
	desk_pull(&s.d, s.early, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.gone, 1);
	tear_down(&s);
}

static void a_row_that_tells_what_was_erased_stays(void **state)
{
	struct err why = ERR_INIT;
	struct pulled p;
	struct street s;
	struct ack ack;

	(void)state;
	build(&s, 4);
	desk_act(&s.d, s.id[0], "note.add", "text", "KANARIE", &ack);
	must(central_erase(s.r.c, s.id[0], ack.n, "Felregistrerad", &why), &why);
	desk_act(&s.d, s.id[0], "note.add", "text", "Annat.", &ack);
	compact(&s.r, s.r.wall + 1);
	is_whole(&s.r);
	desk_pull(&s.d, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	tear_down(&s);
}

/* Thousands of rows, and never more than some hundred in a transaction: another
 * writer that waits comes to its turn between them. */
static void it_goes_by_parts_and_a_case_that_is_not_told_is_found(void **state)
{
	struct err why = ERR_INIT;
	struct central_findings f;
	struct street s;
	struct ack ack;
	int64_t rows;

	(void)state;
	build(&s, 5);
	for (int i = 0; i < 1200; i++)
		desk_act(&s.d, s.id[i % 6 == 1 ? 0 : i % 6], "note.add", "text", "x", &ack);
	rows = count(&s.r, "SELECT count(*) FROM feed");
	assert_true(compact(&s.r, s.r.wall + 1) > 1200);
	assert_true(count(&s.r, "SELECT count(*) FROM feed") < rows - 1200);
	is_whole(&s.r);
	must(db_exec(central_db(s.r.c), "DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed)",
		     &why),
	     &why);
	assert_int_equal(central_verify(s.r.c, &f, NULL, NULL, NULL), ST_OK);
	assert_true(f.faults > 0);
	tear_down(&s);
}

/* Who loads it would be told at once to read everything anew. */
static void a_snapshot_from_before_the_floor_is_not_offered(void **state)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct shelf shelf = { .dir = "" };
	struct street s;
	int64_t bygg;
	char path[64];

	(void)state;
	shelf_open(&shelf);
	build(&s, 6);
	bygg = count(&s.r, "SELECT id FROM scope WHERE unit = 'bygg' AND class = 0");
	shelf_make(&shelf, &s.r, bygg, &made);
	snprintf(path, sizeof(path), "/v1/snapshots/%d", (int)made.scope);
	assert_int_equal(shelf_get(&shelf, &s.r, s.d.token, path), 200);
	desk_route(&s.d, s.id[3], "miljo", "avlopp");
	assert_int_equal(shelf_get(&shelf, &s.r, s.d.token, path), 200);
	compact(&s.r, s.r.wall + 1);
	assert_int_equal(shelf_get(&shelf, &s.r, s.d.token, path), 404);
	s.r.wall += 1000;
	shelf_make(&shelf, &s.r, bygg, &made);
	assert_int_equal(shelf_get(&shelf, &s.r, s.d.token, path), 200);
	snapshot_release(&made);
	tear_down(&s);
	shelf_close(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			of_each_case_the_last_row_is_left_and_from_nothing_all_comes_as_before),
		cmocka_unit_test(
			who_has_read_less_than_the_floor_is_told_to_read_anew_and_nobody_else),
		cmocka_unit_test(who_waits_below_the_floor_is_woken),
		cmocka_unit_test(what_is_read_from_nothing_in_many_pages_is_read_to_its_end),
		cmocka_unit_test(a_feed_that_is_made_shorter_between_pages_is_read_from_the_start),
		cmocka_unit_test(a_scope_that_is_new_to_who_holds_another_is_read_to_its_end),
		cmocka_unit_test(what_is_younger_stays_as_it_is),
		cmocka_unit_test(a_row_that_tells_what_was_erased_stays),
		cmocka_unit_test(it_goes_by_parts_and_a_case_that_is_not_told_is_found),
		cmocka_unit_test(a_snapshot_from_before_the_floor_is_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
