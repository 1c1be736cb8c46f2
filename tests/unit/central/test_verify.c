/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "base/banned.h"

enum { CASES = 14, VICTIMS = 50 };

/* A log of 14 worked cases: 98 entries. */
struct scene {
	struct rig r;
	struct desk d;
};

static void open_scene(struct scene *s, uint64_t seed)
{
	char id[UUID_TEXT];

	rig_open(&s->r, seed);
	desk_open(&s->d, &s->r, "britt");
	for (int i = 0; i < CASES; i++) {
		rig_case(&s->r, "BYGGLOV", id);
		desk_work(&s->d, id);
		s->r.wall += 60000;
	}
}

static void close_scene(struct scene *s)
{
	desk_release(&s->d);
	rig_close(&s->r);
}

/* What the faults name. */
struct named {
	const char *case_id;
	int64_t n, seq;
	bool entry, of_case, cured, tempting;
	char first[400];
};

static void note(void *ctx, const struct central_fault *f)
{
	struct named *k = ctx;
	bool same = strcmp(f->case_id, k->case_id) == 0;

	if (!k->first[0])
		snprintf(k->first, sizeof(k->first), "%s", f->text);
	k->cured = k->cured || f->cured;
	k->tempting = k->tempting || strstr(f->text, "sluss-central x");
	k->of_case = k->of_case || same;
	k->entry = k->entry || (same && f->n == k->n) || f->seq == k->seq;
}

static int64_t faults(struct scene *s, struct named *k)
{
	struct central_findings f;
	struct err why = ERR_INIT;

	must(central_verify(s->r.c, &f, note, k, &why), &why);
	return f.faults;
}

static void sql(struct scene *s, const char *text)
{
	struct err why = ERR_INIT;

	must(db_exec(central_db(s->r.c), text, &why), &why);
}

static void a_log_that_nobody_touched_holds(void **state)
{
	struct scene s;
	struct named k = { .case_id = "" };
	struct central_findings f;

	(void)state;
	open_scene(&s, 1);
	assert_int_equal(faults(&s, &k), 0);
	assert_int_equal(central_verify(s.r.c, &f, NULL, NULL, NULL), ST_OK);
	assert_int_equal(f.cases, CASES);
	assert_int_equal(f.entries, CASES * 7);
	assert_int_equal(f.acknowledgements, CASES * 5);
	close_scene(&s);
}

static void victim(struct scene *s, int64_t seq, struct named *k, char id[UUID_TEXT])
{
	struct stmt *q = db_stmt(central_db(s->r.c), "SELECT case_id, n FROM log WHERE seq = ?1");

	memset(k, 0, sizeof(*k));
	stmt_int(q, 1, seq);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	stmt_col_copy(q, 0, id, UUID_TEXT);
	k->case_id = id;
	k->n = stmt_col_int(q, 1);
	k->seq = seq;
	stmt_reset(q);
}

/* Each text column of an entry, and its envelope. */
static const char *const columns[] = {
	"UPDATE log SET ah = ?2 WHERE seq = ?1",      "SELECT ah FROM log WHERE seq = ?1",
	"UPDATE log SET eh = ?2 WHERE seq = ?1",      "SELECT eh FROM log WHERE seq = ?1",
	"UPDATE log SET epoch = ?2 WHERE seq = ?1",   "SELECT epoch FROM log WHERE seq = ?1",
	"UPDATE log SET verdict = ?2 WHERE seq = ?1", "SELECT verdict FROM log WHERE seq = ?1",
	"UPDATE log SET rule = ?2 WHERE seq = ?1",    "SELECT rule FROM log WHERE seq = ?1",
	"UPDATE log SET iid = ?2 WHERE seq = ?1",     "SELECT iid FROM log WHERE seq = ?1",
	"UPDATE log SET act = ?2 WHERE seq = ?1",     "SELECT act FROM log WHERE seq = ?1",
	"UPDATE log SET sub = ?2 WHERE seq = ?1",     "SELECT sub FROM log WHERE seq = ?1",
	"UPDATE log SET dev = ?2 WHERE seq = ?1",     "SELECT dev FROM log WHERE seq = ?1",
	"UPDATE log SET case_id = ?2 WHERE seq = ?1", "SELECT case_id FROM log WHERE seq = ?1",
	"UPDATE entry SET jws = ?2 WHERE seq = ?1",   "SELECT jws FROM entry WHERE seq = ?1",
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) / 2, JWS_COLUMN = COLUMNS - 1 };

static void get(struct scene *s, int column, int64_t seq, struct strbuf *out)
{
	struct stmt *q = db_stmt(central_db(s->r.c), columns[2 * column + 1]);
	struct str v;

	stmt_int(q, 1, seq);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	v = stmt_col_text(q, 0);
	strbuf_set(out, v.p, v.n);
	stmt_reset(q);
}

static void put(struct scene *s, int column, int64_t seq, const struct strbuf *v)
{
	struct stmt *q = db_stmt(central_db(s->r.c), columns[2 * column]);

	stmt_int(q, 1, seq);
	stmt_text(q, 2, strbuf_str(v));
	assert_int_equal(stmt_run(q, NULL), ST_OK);
}

static void flip(struct scene *s, int64_t seq, int column, size_t at, int bit)
{
	struct strbuf was = STRBUF_INIT, is = STRBUF_INIT;
	struct named k;
	char id[UUID_TEXT];

	victim(s, seq, &k, id);
	get(s, column, seq, &was);
	strbuf_set(&is, was.data, was.len);
	is.data[at % is.len] = (char)(is.data[at % is.len] ^ (1 << bit));
	put(s, column, seq, &is);
	if (faults(s, &k) == 0 || !k.entry)
		fail_msg("seq %lld, column %d, byte %zu, bit %d: %s", (long long)seq, column,
			 at % is.len, bit, k.first[0] ? k.first : "not found");
	put(s, column, seq, &was);
	strbuf_release(&was);
	strbuf_release(&is);
}

static void a_flipped_bit_in_any_of_fifty_entries_is_found_and_named(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 4711);
	struct scene s;
	struct named k = { .case_id = "" };

	(void)state;
	open_scene(&s, 2);
	for (int i = 0; i < VICTIMS; i++) {
		int64_t seq = 1 + (int64_t)rng_below(&rng, CASES * 7);

		for (int j = 0; j < 3; j++)
			flip(&s, seq, JWS_COLUMN, (size_t)rng_below(&rng, 4096),
			     (int)rng_below(&rng, 7));
		flip(&s, seq, (int)rng_below(&rng, COLUMNS), (size_t)rng_below(&rng, 64),
		     (int)rng_below(&rng, 7));
	}
	for (int column = 0; column < COLUMNS; column++)
		flip(&s, 40, column, 3, 0);
	assert_int_equal(faults(&s, &k), 0);
	close_scene(&s);
}

static void every_byte_of_one_envelope_is_guarded(void **state)
{
	struct strbuf jws = STRBUF_INIT;
	struct scene s;

	(void)state;
	rig_open(&s.r, 3);
	desk_open(&s.d, &s.r, "britt");
	{
		char id[UUID_TEXT];

		rig_case(&s.r, "BYGGLOV", id);
		desk_work(&s.d, id);
	}
	get(&s, JWS_COLUMN, 4, &jws);
	for (size_t at = 0; at < jws.len; at++)
		flip(&s, 4, JWS_COLUMN, at, (int)(at % 7));
	strbuf_release(&jws);
	close_scene(&s);
}

static void changed_numbers_are_found(void **state)
{
	static const char *const sets[] = {
		"UPDATE log SET at = at + 1 WHERE seq = 33",
		"UPDATE log SET n = n + 100 WHERE seq = 33",
		"UPDATE log SET tx = tx - 5 WHERE seq = 33",
		"UPDATE log SET ctr = ctr + 1 WHERE seq = 33",
		"UPDATE merkle SET hash = zeroblob(32) WHERE place = 2 * (33 - 1)",
		"DELETE FROM merkle WHERE place = 2 * (33 - 1)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct scene s;
		struct named k;
		char id[UUID_TEXT];

		open_scene(&s, 10 + i);
		victim(&s, 33, &k, id);
		sql(&s, sets[i]);
		if (faults(&s, &k) == 0 || !k.entry)
			fail_msg("%s: %s", sets[i], k.first);
		close_scene(&s);
	}
}

static void a_deleted_entry_is_named_wherever_it_stood(void **state)
{
	static const int64_t places[] = { 1, 2, 17, 50, CASES * 7 - 1, CASES * 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct scene s;
		struct named k;
		char id[UUID_TEXT], text[300];

		open_scene(&s, 20 + i);
		victim(&s, places[i], &k, id);
		snprintf(text, sizeof(text),
			 "PRAGMA foreign_keys=OFF; DELETE FROM entry WHERE seq = %lld;"
			 "DELETE FROM feed WHERE seq = %lld; DELETE FROM log WHERE seq = %lld",
			 (long long)places[i], (long long)places[i], (long long)places[i]);
		sql(&s, text);
		assert_true(faults(&s, &k) > 0);
		assert_true(k.entry);
		close_scene(&s);
	}
}

static void an_end_cut_off_with_its_traces_is_found_by_the_witness(void **state)
{
	struct scene s;
	struct named k = { .case_id = "" };

	(void)state;
	open_scene(&s, 30);
	sql(&s,
	    "PRAGMA foreign_keys=OFF; DELETE FROM entry WHERE seq > 91; DELETE FROM feed WHERE seq > 91;"
	    "DELETE FROM device_log WHERE ctr > 65; UPDATE device SET last_ctr = 65,"
	    "last_hash = (SELECT ah FROM device_log WHERE ctr = 65);"
	    "DELETE FROM document WHERE case_id = (SELECT case_id FROM log WHERE seq = 92);"
	    "DELETE FROM receipt WHERE case_id = (SELECT case_id FROM log WHERE seq = 92);"
	    "DELETE FROM casefile WHERE id = (SELECT case_id FROM log WHERE seq = 92);"
	    "DELETE FROM log WHERE seq > 91; UPDATE feed_head SET seq = 91;"
	    "DELETE FROM merkle WHERE place + ((place + 1) & -(place + 1)) > 2 * 91");
	assert_true(faults(&s, &k) > 0);
	assert_non_null(strstr(k.first, "witness"));
	assert_true(k.cured);
	close_scene(&s);
}

static void two_entries_that_changed_places_are_named(void **state)
{
	struct scene s;
	struct named k;
	char id[UUID_TEXT];

	(void)state;
	open_scene(&s, 31);
	victim(&s, 25, &k, id);
	sql(&s,
	    "PRAGMA foreign_keys=OFF; UPDATE log SET seq = -1 WHERE seq = 25; UPDATE log SET seq = 25 WHERE seq = 60;"
	    "UPDATE log SET seq = 60 WHERE seq = -1");
	assert_true(faults(&s, &k) > 0);
	assert_true(k.entry && k.of_case);
	close_scene(&s);
}

static void two_envelopes_that_changed_places_are_named(void **state)
{
	struct scene s;
	struct named k;
	char id[UUID_TEXT];

	(void)state;
	open_scene(&s, 32);
	victim(&s, 25, &k, id);
	sql(&s,
	    "PRAGMA foreign_keys=OFF; UPDATE entry SET seq = -1 WHERE seq = 25; UPDATE entry SET seq = 25 WHERE seq = 32;"
	    "UPDATE entry SET seq = 32 WHERE seq = -1");
	assert_true(faults(&s, &k) > 0);
	assert_true(k.entry && k.of_case);
	close_scene(&s);
}

static void a_changed_case_document_answer_or_certificate_is_found(void **state)
{
	static const char *const sets[] = {
		"UPDATE casefile SET title = CAST('Annan' AS BLOB) WHERE rowid = 3",
		"UPDATE casefile SET outcome = 'avslag' WHERE rowid = 3",
		"UPDATE casefile SET assignee = 'anna' WHERE rowid = 3",
		"UPDATE casefile SET state = 'open' WHERE rowid = 3",
		"UPDATE casefile SET fields = CAST('{\"a\":1}' AS BLOB) WHERE rowid = 3",
		"UPDATE casefile SET decision = CAST('{}' AS BLOB) WHERE rowid = 3",
		"UPDATE casefile SET scope = 3 WHERE rowid = 3",
		"UPDATE casefile SET n = 6 WHERE rowid = 3",
		"UPDATE blob SET data = CAST('x' AS BLOB) WHERE rowid = 2",
		"PRAGMA foreign_keys=OFF; DELETE FROM blob WHERE rowid = 2",
		"DELETE FROM document WHERE n = 5",
		"UPDATE device_log SET verdict = 'merged' WHERE ctr = 9",
		"UPDATE device_log SET ack = replace(ack, 'A', 'B') WHERE ctr = 9",
		"DELETE FROM device_log WHERE ctr = 9",
		"UPDATE device SET last_ctr = 69",
		"UPDATE device SET certificate = replace(certificate, 'A', 'B')",
		"PRAGMA foreign_keys=OFF; UPDATE device SET officer = 'anna'",
		"UPDATE device SET kid = 'x'",
		"UPDATE entry SET jws = NULL WHERE seq = 12",
		"UPDATE feed_head SET seq = 99",
		"INSERT INTO merkle(place, hash) VALUES(9727, zeroblob(32))",
		"UPDATE entry SET jws = NULL WHERE seq = 12; INSERT INTO erased SELECT case_id, n,"
		"n + 1 FROM log WHERE seq = 12",
		"UPDATE document SET name = CAST('Annat' AS BLOB) WHERE n = 5",
		"UPDATE document SET mt = 'text/html' WHERE n = 5",
		"INSERT INTO document SELECT (SELECT min(case_id) FROM document), 99, 0, h, len, mt,"
		"name, at FROM document ORDER BY case_id DESC LIMIT 1",
		"INSERT INTO device SELECT '01890000-0000-7000-8000-000000000000', 'anna', 'kid2', x,"
		"certificate, enrolled_at, state, -1, 0, last_hash FROM device",
		"UPDATE device SET enrolled_at = enrolled_at + 1000",
		"DELETE FROM feed WHERE seq = 12",
		"UPDATE officer SET clearance = 2 WHERE id = 'anna'",
		"UPDATE officer SET units = 'bygg,miljo' WHERE id = 'anna'",
		"UPDATE officer SET roles = 63 WHERE id = 'anna'",
		"UPDATE officer SET name = 'Annan' WHERE id = 'anna'",
		"INSERT INTO officer SELECT 'eva', name, title, roles, units, clearance, sv FROM officer"
		" WHERE id = 'anna'",
		"UPDATE device SET valid_through_ctr = 3",
		"UPDATE device SET state = 'retired', valid_through_ctr = 99",
		"UPDATE feed SET case_id = (SELECT max(case_id) FROM feed) WHERE seq = 12",
		"INSERT INTO feed SELECT 6, seq, 'c', case_id FROM feed WHERE seq = 12",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct scene s;
		struct named k = { .case_id = "" };

		open_scene(&s, 40 + i);
		sql(&s, sets[i]);
		if (faults(&s, &k) == 0)
			fail_msg("not found: %s", sets[i]);
		close_scene(&s);
	}
}

static void an_erasure_by_the_central_holds_and_is_not_taken_back_unseen(void **state)
{
	struct err why = ERR_INIT;
	struct scene s;
	struct named k;
	char id[UUID_TEXT];

	(void)state;
	open_scene(&s, 90);
	victim(&s, 4, &k, id);
	must(central_erase(s.r.c, id, 4, "Felskickad", &why), &why);
	assert_int_equal(faults(&s, &k), 0);
	assert_int_equal(central_erase(s.r.c, id, 8, "En gång till", NULL), ST_NONE);
	sql(&s, "DELETE FROM erased");
	assert_true(faults(&s, &k) > 0);
	close_scene(&s);
}

static void a_device_that_was_lost_is_not_made_valid_unseen(void **state)
{
	struct scene s;
	struct named k = { .case_id = "" };

	(void)state;
	open_scene(&s, 91);
	assert_int_equal(central_revoke(s.r.c, s.d.dev, "lost", 0, NULL), ST_OK);
	assert_int_equal(faults(&s, &k), 0);
	sql(&s, "UPDATE device SET state = 'valid', valid_through_ctr = -1");
	assert_true(faults(&s, &k) > 0);
	close_scene(&s);
}

/* What a stranger wrote into a row is no advice; what we say is. */
static void a_name_that_reads_like_advice_mends_nothing(void **state)
{
	struct scene s;
	struct named k = { .case_id = "" };

	(void)state;
	open_scene(&s, 92);
	sql(&s, "PRAGMA foreign_keys = OFF");
	sql(&s, "UPDATE device SET id = 'serve once sluss-central x'");
	assert_true(faults(&s, &k) > 0);
	assert_true(k.tempting);
	assert_false(k.cured);
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_that_nobody_touched_holds),
		cmocka_unit_test(a_flipped_bit_in_any_of_fifty_entries_is_found_and_named),
		cmocka_unit_test(every_byte_of_one_envelope_is_guarded),
		cmocka_unit_test(changed_numbers_are_found),
		cmocka_unit_test(a_deleted_entry_is_named_wherever_it_stood),
		cmocka_unit_test(an_end_cut_off_with_its_traces_is_found_by_the_witness),
		cmocka_unit_test(two_entries_that_changed_places_are_named),
		cmocka_unit_test(two_envelopes_that_changed_places_are_named),
		cmocka_unit_test(a_changed_case_document_answer_or_certificate_is_found),
		cmocka_unit_test(an_erasure_by_the_central_holds_and_is_not_taken_back_unseen),
		cmocka_unit_test(a_device_that_was_lost_is_not_made_valid_unseen),
		cmocka_unit_test(a_name_that_reads_like_advice_mends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
