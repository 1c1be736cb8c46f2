/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "sign/hash.h"

#include "base/banned.h"

#define GOOD "{\"title\":\"Carport\",\"party\":{\"name\":\"Kim Ek\"}}"

static void every_bad_application_is_refused_with_a_code_and_leaves_nothing(void **state)
{
	static const struct {
		const char *json;
		int status;
		const char *code;
	} bad[] = {
		{ "", 400, "json-syntax" },
		{ "{\"title\":\"x\"", 400, "json-syntax" },
		{ "[]", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"title\":\"y\"}", 400, "json-syntax" },
		{ "{}", 400, "field-missing" },
		{ "{\"title\":\"\"}", 400, "field-missing" },
		{ "{\"title\":7}", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"diary_no\":\"BN 1\"}", 400, "field-unknown" },
		{ "{\"title\":\"x\",\"party\":{\"nam\":\"Kim\"}}", 400, "field-unknown" },
		{ "{\"title\":\"x\",\"party\":\"Kim\"}", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"party\":{}}", 400, "field-missing" },
		{ "{\"title\":\"x\",\"party\":{\"name\":\"K\",\"person_no\":\"19811218-9877\"}}",
		  400, "personal-number-check" },
		{ "{\"title\":\"x\",\"party\":{\"name\":\"K\",\"person_no\":\"1981\"}}", 400,
		  "personal-number-form" },
		{ "{\"title\":\"x\",\"party\":{\"name\":\"K\",\"person_no\":\"19811318-9876\"}}",
		  400, "personal-number-date" },
		{ "{\"title\":\"x\",\"party\":{\"name\":\"K\",\"org_no\":\"212000-0143\"}}", 400,
		  "organisation-number-check" },
		{ "{\"title\":\"x\",\"party\":{\"name\":\"K\",\"person_no\":\"19811218-9876\",\"org_no\":\"212000-0142\"}}",
		  400, "field-malformed" },
		{ "{\"title\":\"x\",\"received_at\":\"2026-03-03T00:00:00Z\"}", 400,
		  "received-in-future" },
		{ "{\"title\":\"x\",\"received_at\":\"i går\"}", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"fields\":[]}", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"channel\":\"a b\"}", 400, "field-malformed" },
		{ "{\"title\":\"x\",\"documents\":[{\"name\":\"a\",\"data_b64\":\"%\"}]}", 400,
		  "field-malformed" },
		{ "{\"title\":\"x\",\"documents\":[{\"name\":\"\",\"data_b64\":\"aGVq\"}]}", 400,
		  "field-malformed" },
		{ "{\"title\":\"x\",\"documents\":[{},{},{},{},{},{},{},{}]}", 413,
		  "field-too-long" },
	};
	struct rig r;

	(void)state;
	rig_open(&r, 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rig_intake(&r, "BYGGLOV", "k", bad[i].json);
		if (strcmp(rig_code(&r), bad[i].code) != 0)
			print_error("case %zu: %s\n", i, bad[i].json);
		rig_expect(&r, bad[i].status, bad[i].code);
		assert_null(strstr(strbuf_cstr(&r.reply.body), "19811218"));
	}
	assert_int_equal(central_size(r.c), 0);
	rig_close(&r);
}

static void a_title_at_the_limit_is_taken_and_one_byte_more_is_not(void **state)
{
	struct strbuf json = STRBUF_INIT;
	struct rig r;

	(void)state;
	rig_open(&r, 2);
	for (int extra = 0; extra < 2; extra++) {
		strbuf_sets(&json, "{\"title\":\"");
		for (int i = 0; i < TITLE_MAX + extra; i++)
			strbuf_addc(&json, 'a');
		strbuf_adds(&json, "\"}");
		rig_intake(&r, "BYGGLOV", extra ? "b" : "a", strbuf_cstr(&json));
		if (extra)
			rig_expect(&r, 413, "field-too-long");
		else
			assert_int_equal(r.reply.status, 201);
	}
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "32768"));
	strbuf_release(&json);
	rig_close(&r);
}

static void an_unknown_case_type_is_named_with_the_nearest_known(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3);
	rig_intake(&r, "BYGLOV", "k", GOOD);
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "BYGGLOV"));
	rig_expect(&r, 404, "case-type-unknown");
	rig_close(&r);
}

static void an_idempotency_key_is_needed_and_gives_the_same_answer_again(void **state)
{
	struct strbuf first = STRBUF_INIT;
	struct rig r;

	(void)state;
	rig_open(&r, 4);
	rig_intake(&r, "BYGGLOV", "", GOOD);
	rig_expect(&r, 400, "idempotency-key-missing");
	rig_intake(&r, "BYGGLOV", "tab\there", GOOD);
	rig_expect(&r, 400, "idempotency-key-malformed");
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k", GOOD), 201);
	strbuf_set(&first, r.reply.body.data, r.reply.body.len);
	r.wall += 3600000;
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k", GOOD), 200);
	assert_string_equal(strbuf_cstr(&r.reply.body), strbuf_cstr(&first));
	assert_int_equal(central_size(r.c), 2);
	rig_intake(&r, "BYGGLOV", "k", "{\"title\":\"Annat\"}");
	rig_expect(&r, 422, "idempotency-key-reused");
	rig_intake(&r, "AVLOPP", "k", GOOD);
	rig_expect(&r, 422, "idempotency-key-reused");
	strbuf_release(&first);
	rig_close(&r);
}

static void stored_hash(struct rig *r, char out[HASH_TEXT])
{
	struct stmt *q = db_stmt(central_db(r->c), "SELECT body_hash FROM intake");

	assert_int_equal(stmt_step(q, NULL), ST_OK);
	stmt_col_copy(q, 0, out, HASH_TEXT);
	stmt_reset(q);
}

/* Who guesses an application and has the database must not find it confirmed,
 * nor in what an earlier release has kept. */
static void what_was_applied_for_is_kept_under_a_key_alone(void **state)
{
	char plain[HASH_TEXT], kept[HASH_TEXT], again[HASH_TEXT], sql[200];
	struct err why = ERR_INIT;
	struct rig r;

	(void)state;
	rig_open(&r, 40);
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k", GOOD), 201);
	sha256_hex(plain, str_of("BYGGLOV\n" GOOD));
	stored_hash(&r, kept);
	assert_string_not_equal(kept, plain);
	snprintf(sql, sizeof(sql),
		 "UPDATE intake SET body_hash = '%s'; DELETE FROM meta WHERE key = 'intake_keyed'",
		 plain);
	must(db_exec(central_db(r.c), sql, &why), &why);
	must(central_crash(r.c, &why), &why);
	stored_hash(&r, again);
	assert_string_equal(again, kept);
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k", GOOD), 200);
	rig_intake(&r, "BYGGLOV", "k", "{\"title\":\"Annat\"}");
	rig_expect(&r, 422, "idempotency-key-reused");
	rig_close(&r);
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static void an_intake_whose_commit_fails_leaves_no_hole_in_the_diary(void **state)
{
	struct rig r;
	char text[64];

	(void)state;
	rig_open(&r, 5);
	db_on_commit(central_db(r.c), never, NULL);
	rig_intake(&r, "BYGGLOV", "k", GOOD);
	rig_expect(&r, 503, "crash");
	assert_true(r.reply.retry_after_s > 0);
	db_on_commit(central_db(r.c), NULL, NULL);
	assert_int_equal(central_crash(r.c, NULL), ST_OK);
	assert_int_equal(central_size(r.c), 0);
	assert_int_equal(rig_intake(&r, "BYGGLOV", "k", GOOD), 201);
	rig_member(&r, "diary_no", text, sizeof(text));
	assert_string_equal(text, "BN 2026-1");
	rig_close(&r);
}

static void the_arrival_day_is_the_stated_one_and_the_deadline_follows_it(void **state)
{
	struct rig r;
	char due[16];

	(void)state;
	rig_open(&r, 6);
	/* 6 weeks from Friday 20 February is Friday 3 April, Good Friday. */
	assert_int_equal(
		rig_intake(&r, "AVLOPP", "k",
			   "{\"title\":\"x\",\"received_at\":\"2026-02-20T12:00:00+01:00\"}"),
		201);
	rig_member(&r, "due_on", due, sizeof(due));
	assert_string_equal(due, "2026-04-07");
	rig_close(&r);
}

static void protection_that_is_not_said_plainly_is_refused(void **state)
{
	static const char *const said[] = { "\"true\"", "1", "null", "[true]" };
	char json[200];
	struct rig r;

	(void)state;
	rig_open(&r, 40);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		snprintf(json, sizeof(json),
			 "{\"title\":\"x\",\"party\":{\"name\":\"Hemlig\",\"protected\":%s}}",
			 said[i]);
		rig_intake(&r, "BYGGLOV", "k", json);
		rig_expect(&r, 400, "field-malformed");
	}
	assert_int_equal(central_size(r.c), 0);
	rig_close(&r);
}

static void a_protected_party_is_named_in_no_row_and_lies_in_a_scope_of_its_own(void **state)
{
	struct rig r;
	struct desk d, chief;
	struct pulled p;
	struct ack ack;

	(void)state;
	rig_open(&r, 7);
	rig_officer(&r, "chef", "supervisor", "bygg", 2);
	desk_open(&d, &r, "britt");
	desk_open(&chief, &r, "chef");
	assert_int_equal(
		rig_intake(&r, "BYGGLOV", "k",
			   "{\"title\":\"Staket\",\"party\":{\"name\":\"Hemlig Person\","
			   "\"protected\":true},\"fields\":{\"adress\":\"Hemliga gatan 1\"}}"),
		201);
	desk_pull(&d, "[]", "", 1 << 20, &p);
	assert_int_equal(p.cases, 0);
	desk_pull(&chief, "[]", "", 1 << 20, &p);
	assert_int_equal(p.cases, 1);
	assert_null(strstr(strbuf_cstr(&r.page), "Hemlig"));
	/* Nor when the case's class is lowered later. */
	desk_act(&chief, p.last_case, "case.secrecy", "class", "0", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&d, "[]", "", 1 << 20, &p);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.details, 1);
	assert_null(strstr(strbuf_cstr(&r.page), "Hemlig"));
	desk_release(&d);
	desk_release(&chief);
	rig_close(&r);
}

static void the_status_page_says_where_the_case_stands_and_names_nobody(void **state)
{
	struct rig r;
	char url[64];

	(void)state;
	rig_open(&r, 8);
	assert_int_equal(
		rig_intake(
			&r, "BYGGLOV", "k",
			"{\"title\":\"<script>alert(1)</script>\",\"party\":{\"name\":\"Kim Ek\"}}"),
		201);
	rig_member(&r, "status_url", url, sizeof(url));
	assert_int_equal(rig_get(&r, "", url), 200);
	assert_string_equal(r.reply.content_type, "text/html; charset=utf-8");
	assert_non_null(strstr(strbuf_cstr(&r.reply.body), "BN 2026-1"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "<script>"));
	assert_null(strstr(strbuf_cstr(&r.reply.body), "Kim Ek"));
	rig_get(&r, "", "/s/AAAAAAAAAAAAAAAAAAAAAA");
	rig_expect(&r, 404, "receipt-unknown");
	rig_get(&r, "", "/s/x");
	rig_expect(&r, 404, "receipt-unknown");
	rig_close(&r);
}

static void hostile_titles_arrive_byte_for_byte(void **state)
{
	const char *data = getenv("SLUSS_DATA");
	struct strbuf json = STRBUF_INIT;
	struct jsonw w;
	char path[600], line[4096], key[24];
	struct rig r;
	FILE *f;
	int count = 0;

	(void)state;
	if (!data) {
		print_message("SLUSS_DATA is not set\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/hostile-strings.txt", data);
	f = fopen(path, "r");
	assert_non_null(f);
	rig_open(&r, 9);
	while (fgets(line, sizeof(line), f)) {
		struct stmt *q;
		struct str title = { line, strcspn(line, "\n") };

		if (title.n == 0)
			continue;
		strbuf_clear(&json);
		jsonw_init(&w, &json);
		jsonw_map(&w);
		jsonw_kv_str(&w, "title", title);
		jsonw_end_map(&w);
		if (json.failed) { /* not UTF-8: no JSON text can hold it */
			strbuf_release(&json);
			continue;
		}
		snprintf(key, sizeof(key), "h%d", count);
		if (rig_intake(&r, "BYGGLOV", key, strbuf_cstr(&json)) != 201)
			print_error("%s -> %s\n", strbuf_cstr(&json), strbuf_cstr(&r.reply.body));
		assert_int_equal(r.reply.status, 201);
		q = db_stmt(central_db(r.c),
			    "SELECT title FROM casefile ORDER BY rowid DESC LIMIT 1");
		assert_int_equal(stmt_step(q, NULL), ST_OK);
		assert_int_equal(stmt_col_text(q, 0).n, title.n);
		assert_memory_equal(stmt_col_text(q, 0).p, title.p, title.n);
		stmt_reset(q);
		count++;
	}
	fclose(f);
	print_message("%d hostile titles\n", count);
	assert_true(count > 20);
	strbuf_release(&json);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_applied_for_is_kept_under_a_key_alone),
		cmocka_unit_test(every_bad_application_is_refused_with_a_code_and_leaves_nothing),
		cmocka_unit_test(a_title_at_the_limit_is_taken_and_one_byte_more_is_not),
		cmocka_unit_test(an_unknown_case_type_is_named_with_the_nearest_known),
		cmocka_unit_test(an_idempotency_key_is_needed_and_gives_the_same_answer_again),
		cmocka_unit_test(an_intake_whose_commit_fails_leaves_no_hole_in_the_diary),
		cmocka_unit_test(the_arrival_day_is_the_stated_one_and_the_deadline_follows_it),
		cmocka_unit_test(protection_that_is_not_said_plainly_is_refused),
		cmocka_unit_test(
			a_protected_party_is_named_in_no_row_and_lies_in_a_scope_of_its_own),
		cmocka_unit_test(the_status_page_says_where_the_case_stands_and_names_nobody),
		cmocka_unit_test(hostile_titles_arrive_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
