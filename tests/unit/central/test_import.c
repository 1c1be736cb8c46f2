/* SPDX-License-Identifier: EUPL-1.2 */
/* The event log of another system: a line, its names, what it becomes. */
#include "tests/unit/central/folder_rig.h"

#include "base/utf8.h"
#include "central/import.h"
#include "central/import_line.h"
#include "central/import_names.h"
#include "central/inside.h"
#include "central/store.h"

#include "base/banned.h"

#define ABOUT                                                                                      \
	",\"case_channel\":\"Desk\",\"case_department\":\"General\",\"case_responsible\":\"Eva\"," \
	"\"case_startdate\":\"2020-01-01T00:00:00+01:00\","                                        \
	"\"case_enddate\":\"2020-03-01T00:00:00Z\",\"case_deadline\":\"2020-02-01T00:00:00+01:00\"}"
#define EVENT(c, ts, act, who, group)                                                              \
	"{\"case\":\"" c "\",\"ts\":\"" ts "\",\"activity\":\"" act "\",\"resource\":\"" who       \
	"\",\"group\":\"" group "\""

/* --- A line ----------------------------------------------------------------------- */

static void a_line_is_read_whole(void **state)
{
	static const char text[] = EVENT(
		"c-1", "2020-01-02T00:00:00.5+02:00", "do", "Eva",
		"G 1") ",\"seq\":2,\"of\":3,"
		       "\"lifecycle\":\"complete\",\"odd\":[1,{\"x\":null}],\"case_odd\":1.5" ABOUT;
	struct import_line l = IMPORT_LINE_INIT;
	char hash[HASH_TEXT];

	(void)state;
	sha256_hex(hash, str_of(text));
	assert_int_equal(import_line_read(&l, str_of(text), NULL), ST_OK);
	assert_true(str_eq(l.case_id, "c-1") && str_eq(l.activity, "do") && str_eq(l.group, "G 1"));
	assert_true(str_eq(l.lifecycle, "complete") && !l.instance.p);
	assert_int_equal(l.seq, 2);
	assert_int_equal(l.of, 3);
	assert_int_equal(l.instant, 1577916000500LL);
	assert_string_equal(l.hash, hash);
	assert_string_equal(strbuf_cstr(&l.rest), "{\"odd\":[1,{\"x\":null}]}");
	assert_non_null(strstr(strbuf_cstr(&l.about_case), "\"case_odd\":1.5"));
	import_line_release(&l);
}

static void a_line_that_is_no_event_is_refused_by_name(void **state)
{
	static const struct {
		const char *text, *code, *part;
	} cases[] = {
		{ "", "json-syntax", "JSON" },
		{ "[]", "json-syntax", "object" },
		{ "{\"case\":\"a\"}", "field-missing", "\"ts\"" },
		{ EVENT("", "2020-01-01T00:00:00Z", "a", "r", "g") "}", "field-missing",
		  "\"case\"" },
		{ EVENT("c", "2020-01-01T00:00:00Z", "a", "r", "g") ",\"seq\":\"1\"}", "field-type",
		  "\"seq\"" },
		{ EVENT("c", "2020-01-01T00:00:00Z", "a", "r", "g") ",\"lifecycle\":[]}",
		  "field-type", "\"lifecycle\"" },
		{ EVENT("c", "2020-01-01T00:00:00", "a", "r", "g") "}", "field-time", "\"ts\"" },
		{ EVENT("c", "2020-01-01T00:00:00Z", "a", "r", "g") ",\"case_enddate\":\"soon\"}",
		  "field-time", "\"case_enddate\"" },
	};
	struct import_line l = IMPORT_LINE_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(import_line_read(&l, str_of(cases[i].text), &why), ST_BAD_INPUT);
		assert_string_equal(why.code, cases[i].code);
		assert_non_null(strstr(why.text, cases[i].part));
	}
	import_line_release(&l);
}

static void two_maps_differ_in_the_members_that_are_named(void **state)
{
	struct strbuf names = STRBUF_INIT;

	(void)state;
	import_differences(&names, str_of("{\"a\":1,\"b\":null}"), str_of("{\"b\":null,\"a\":1}"));
	assert_int_equal(names.len, 0);
	import_differences(&names, str_of("{\"a\":1,\"b\":2}"), str_of("{\"a\":2,\"c\":3}"));
	assert_string_equal(strbuf_cstr(&names), "a, b, c");
	strbuf_release(&names);
}

static void ids_follow_from_the_source_alone(void **state)
{
	char a[UUID_TEXT], b[UUID_TEXT];

	(void)state;
	import_case_id(a, str_of("case-1"));
	import_case_id(b, str_of("case-1"));
	assert_string_equal(a, b);
	assert_true(uuid_valid(str_of(a)) && a[14] == '8' && strchr("89ab", a[19]));
	import_case_id(b, str_of("case-2"));
	assert_string_not_equal(a, b);
	import_iid_of_case(b, str_of("case-1"));
	assert_string_not_equal(a, b);
}

/* --- Names ------------------------------------------------------------------------- */

static void a_shown_name_is_harmless_and_bounded(void **state)
{
	char out[NAME_MAX_BYTES], long_name[1000];

	(void)state;
	import_shown_name(out, str_of("Åsa \"Å\" Ek"));
	assert_string_equal(out, "Åsa \"Å\" Ek");
	import_shown_name(out, str_of("a\x1b[31m\nb"));
	assert_memory_equal(out, "a?[31m?b ~", 10);
	import_shown_name(out, str_of("e\u0301"));
	assert_memory_equal(out, "\u00e9 ~", 4);
	for (size_t i = 0; i < sizeof(long_name); i += 2)
		memcpy(long_name + i, "å", 2);
	import_shown_name(out, (struct str){ long_name, sizeof(long_name) });
	assert_true(strlen(out) < NAME_MAX_BYTES && utf8_valid(str_of(out)));
}

static void slugs_are_letters_and_digits(void **state)
{
	char out[8];

	(void)state;
	import_slug(out, sizeof(out), str_of(" Grp / 1 "));
	assert_string_equal(out, "grp-1");
	import_slug(out, sizeof(out), str_of("ABCDEFGHIJ"));
	assert_string_equal(out, "abcdefg");
	import_slug(out, sizeof(out), str_of("\u6848"));
	assert_string_equal(out, "");
}

/* --- An import ----------------------------------------------------------------------- */

struct told {
	int refused, noted;
	char code[40];
};

static void on_refused(void *ctx, int64_t line, const struct err *why)
{
	struct told *t = ctx;

	(void)line;
	t->refused++;
	memcpy(t->code, why->code, sizeof(t->code));
}

static void on_noted(void *ctx, int64_t line, const struct err *why)
{
	(void)line;
	(void)why;
	((struct told *)ctx)->noted++;
}

static struct told take(struct folder *f, const char *text, struct import_counts *n)
{
	struct told t = { 0 };
	struct strbuf bytes = STRBUF_INIT;
	struct err why = ERR_INIT;
	char path[400];
	struct import_options o = { path, on_refused, on_noted, NULL, &t };

	snprintf(path, sizeof(path), "%s/log", f->dir);
	strbuf_adds(&bytes, text);
	folder_write(f, "log", &bytes);
	strbuf_release(&bytes);
	must(central_import(f->r.c, &o, n, &why), &why);
	return t;
}

static void load(struct folder *f, const char *source, struct stored_case *s)
{
	char id[UUID_TEXT];

	import_case_id(id, str_of(source));
	assert_int_equal(case_load(f->r.c->db, id, s, NULL), ST_OK);
}

static int64_t faults(struct folder *f)
{
	struct central_findings found = { 0 };

	assert_int_equal(central_verify(f->r.c, &found, NULL, NULL, NULL), ST_OK);
	return found.faults;
}

static void a_case_is_what_its_lines_say(void **state)
{
	struct stored_case s = STORED_CASE_INIT;
	struct import_counts n;
	struct folder f;

	(void)state;
	folder_make_one(&f, 21);
	take(&f,
	     EVENT("c-1", "2020-01-03T00:00:00Z", "late", "Eva", "Second") ABOUT
	     "\n" EVENT("c-1", "2020-01-02T00:00:00Z", "early", "Ulf", "First") ABOUT "\n",
	     &n);
	assert_int_equal(n.events, 2);
	assert_int_equal(n.cases, 1);
	assert_int_equal(n.officers, 2);
	load(&f, "c-1", &s);
	assert_string_equal(s.file.diary_no, "c-1");
	assert_string_equal(s.file.type, CASETYPE_IMPORTED);
	assert_string_equal(s.file.queue, "Second");
	assert_string_equal(s.file.assignee, "eva");
	assert_string_equal(s.file.channel, "Desk");
	assert_string_equal(s.file.due_on, "2020-02-01");
	assert_string_equal(strbuf_cstr(&s.file.title), "General: late");
	assert_int_equal(s.file.state, CASE_CLOSED);
	assert_int_equal(s.file.closed_at, 1583020800000LL);
	assert_int_equal(s.file.changed_at, 1578009600000LL);
	assert_int_equal(central_size(f.r.c), 3);
	assert_int_equal(faults(&f), 0);
	stored_case_release(&s);
	folder_close(&f);
}

static void a_deadline_is_the_day_in_stockholm_on_which_it_falls(void **state)
{
	static const struct {
		const char *source, *day;
	} falls[] = { { "west", "2020-02-02" }, { "east", "2020-01-31" }, { "utc", "2020-07-02" } };
	struct import_counts n;
	struct folder f;

	(void)state;
	folder_make_one(&f, 28);
	take(&f,
	     EVENT("west", "2020-01-03T00:00:00Z", "a", "Eva",
		   "G") ",\"case_deadline\":\"2020-02-01T23:30:00-05:00\"}\n" //
	     EVENT("east", "2020-01-03T00:00:00Z", "a", "Eva",
		   "G") ",\"case_deadline\":\"2020-02-01T05:30:00+09:00\"}\n" //
	     EVENT("utc", "2020-01-03T00:00:00Z", "a", "Eva",
		   "G") ",\"case_deadline\":\"2020-07-01T22:00:00Z\"}\n",
	     &n);
	assert_int_equal(n.refused, 0);
	for (size_t i = 0; i < sizeof(falls) / sizeof(falls[0]); i++) {
		struct stored_case s = STORED_CASE_INIT;

		load(&f, falls[i].source, &s);
		assert_string_equal(s.file.due_on, falls[i].day);
		stored_case_release(&s);
	}
	assert_int_equal(faults(&f), 0);
	folder_close(&f);
}

static void what_ends_later_is_open_and_a_number_of_ours_is_not_taken(void **state)
{
	struct stored_case s = STORED_CASE_INIT;
	struct import_counts n;
	struct folder f;

	(void)state;
	folder_make_one(&f, 22);
	take(&f,
	     EVENT("BN 2026-1", "2020-01-03T00:00:00Z", "a", "Eva",
		   "G") ",\"case_enddate\":\"2099-01-01T00:00:00Z\"}\n",
	     &n);
	load(&f, "BN 2026-1", &s);
	assert_int_equal(s.file.state, CASE_OPEN);
	assert_int_equal(s.file.closed_at, 0);
	assert_string_equal(s.file.diary_no, "");
	assert_string_equal(strbuf_cstr(&s.file.title), "a (BN 2026-1)");
	stored_case_release(&s);
	folder_close(&f);
}

static void a_line_counts_once_and_what_it_says_otherwise_is_told(void **state)
{
	static const char first[] = EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "G") ABOUT "\n";
	static const char twice[] = EVENT("c", "2020-01-04T00:00:00Z", "a", "Eva", "G") "}\n" EVENT(
		"c", "2020-01-04T00:00:00Z", "a", "Eva", "G") "}\r\n";
	struct import_counts n;
	struct folder f;
	struct told t;

	(void)state;
	folder_make_one(&f, 23);
	take(&f, first, &n);
	t = take(&f, first, &n);
	assert_int_equal(n.already, 1);
	assert_int_equal(n.events + n.cases + n.officers + n.queues + t.refused, 0);
	t = take(&f, twice, &n);
	assert_int_equal(n.events, 1);
	assert_int_equal(t.refused, 1);
	assert_string_equal(t.code, "line-twice");
	assert_int_equal(t.noted, 1);
	assert_int_equal(faults(&f), 0);
	folder_close(&f);
}

static void what_is_undone_is_in_no_count(void **state)
{
	static const char first[] = EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "G") ABOUT "\n";
	static const char more[] = EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "G") ABOUT
		"\n" EVENT("c", "2020-01-04T00:00:00Z", "a", "Eva",
			   "G") "}\n" EVENT("c", "2020-01-05T00:00:00Z", "a", "Eva", "G") "}\n";
	struct import_counts n;
	struct strbuf bytes = STRBUF_INIT;
	struct folder f;
	struct err why = ERR_INIT;
	char path[400];
	struct import_options o = { .path = path };

	(void)state;
	folder_make_one(&f, 29);
	take(&f, first, &n);
	must(db_exec(f.r.c->db,
		     "CREATE TRIGGER full BEFORE INSERT ON log WHEN NEW.n = 4"
		     " BEGIN SELECT RAISE(ABORT, 'full'); END",
		     &why),
	     &why);
	snprintf(path, sizeof(path), "%s/log", f.dir);
	strbuf_adds(&bytes, more);
	folder_write(&f, "log", &bytes);
	assert_int_not_equal(central_import(f.r.c, &o, &n, &why), ST_OK);
	assert_int_equal(central_size(f.r.c), 2);
	assert_int_equal(n.lines, 3);
	assert_int_equal(n.events + n.cases + n.already + n.differing, 0);
	strbuf_release(&bytes);
	folder_close(&f);
}

static void an_officer_who_is_there_is_not_taken_for_another(void **state)
{
	struct officer_row o;
	struct import_counts n;
	struct folder f;

	(void)state;
	folder_make_one(&f, 24); /* has the officer britt */
	take(&f, EVENT("c", "2020-01-03T00:00:00Z", "a", "britt", "bygglov") "}\n", &n);
	assert_int_equal(n.officers, 1);
	assert_int_equal(n.queues, 1);
	assert_int_equal(officer_get(f.r.c->db, "britt", &o, NULL), ST_OK);
	assert_string_equal(o.units, "bygg");
	assert_string_equal(registry_queue(&f.r.c->registry, "bygglov")->unit, "bygg");
	take(&f, EVENT("c", "2020-01-04T00:00:00Z", "a", "britt", "bygglov") "}\n", &n);
	assert_int_equal(n.officers + n.queues, 0);
	folder_close(&f);
}

static void a_central_that_is_serving_learns_the_new_queues(void **state)
{
	struct central *other = NULL;
	struct import_counts n;
	struct folder f;

	(void)state;
	folder_make_one(&f, 25);
	assert_int_equal(central_open(&other, f.dir, &f.r.env, NULL), ST_OK);
	take(&f, EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "Group 1") "}\n", &n);
	assert_null(registry_queue(&other->registry, "group-1"));
	assert_int_equal(conf_current(other, NULL), ST_OK);
	assert_non_null(registry_queue(&other->registry, "group-1"));
	assert_string_equal(registry_queue(&other->registry, "group-1")->name.sv, "Group 1");
	central_close(other);
	folder_close(&f);
}

/* As a kill leaves it: the file has the queue, and nobody was told. */
static void queues_that_a_killed_import_left_are_told_by_the_next(void **state)
{
	struct central *other = NULL;
	struct import_counts n;
	struct strbuf kept = STRBUF_INIT;
	struct folder f;
	struct err why = ERR_INIT;

	(void)state;
	folder_make_one(&f, 30);
	take(&f, EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "Group 1") "}\n", &n);
	assert_int_equal(central_open(&other, f.dir, &f.r.env, NULL), ST_OK);
	folder_read(&f, "conf/imported.conf", &kept);
	strbuf_adds(&kept, "\n[queue group-2]\nname.sv = \"Group 2\"\nname.en = \"Group 2\"\n"
			   "unit = import\n");
	folder_write(&f, "conf/imported.conf", &kept);
	central_close(f.r.c);
	folder_open(&f);
	assert_non_null(registry_queue(&f.r.c->registry, "group-2"));
	must(conf_current(other, &why), &why);
	assert_null(registry_queue(&other->registry, "group-2"));
	take(&f, EVENT("c", "2020-01-03T00:00:00Z", "b", "Eva", "Group 1") "}\n", &n);
	assert_int_equal(n.queues, 0);
	must(conf_current(other, &why), &why);
	assert_non_null(registry_queue(&other->registry, "group-2"));
	strbuf_release(&kept);
	central_close(other);
	folder_close(&f);
}

static void closed_imported_cases_are_not_archived(void **state)
{
	struct import_counts n;
	struct folder f;
	int done = -1;

	(void)state;
	folder_make_one(&f, 26);
	take(&f, EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "G") ABOUT "\n", &n);
	assert_int_equal(central_jobs(f.r.c, &done, NULL), ST_OK);
	assert_int_equal(done, 0);
	assert_int_equal(central_size(f.r.c), 2);
	folder_close(&f);
}

static void a_column_that_was_changed_is_found(void **state)
{
	static const char *const changes[] = {
		"UPDATE casefile SET queue = 'import'",
		"UPDATE casefile SET changed_at = changed_at + 1",
		"UPDATE casefile SET closed_at = 0",
		"UPDATE casefile SET fields = CAST('{}' AS BLOB)",
		"UPDATE log SET sub = 'system'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct import_counts n;
		struct folder f;

		folder_make_one(&f, 27);
		take(&f, EVENT("c", "2020-01-03T00:00:00Z", "a", "Eva", "G") ABOUT "\n", &n);
		assert_int_equal(faults(&f), 0);
		assert_int_equal(db_exec(f.r.c->db, changes[i], NULL), ST_OK);
		assert_true(faults(&f) > 0);
		folder_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_whole),
		cmocka_unit_test(a_line_that_is_no_event_is_refused_by_name),
		cmocka_unit_test(two_maps_differ_in_the_members_that_are_named),
		cmocka_unit_test(ids_follow_from_the_source_alone),
		cmocka_unit_test(a_shown_name_is_harmless_and_bounded),
		cmocka_unit_test(slugs_are_letters_and_digits),
		cmocka_unit_test(a_case_is_what_its_lines_say),
		cmocka_unit_test(a_deadline_is_the_day_in_stockholm_on_which_it_falls),
		cmocka_unit_test(what_is_undone_is_in_no_count),
		cmocka_unit_test(queues_that_a_killed_import_left_are_told_by_the_next),
		cmocka_unit_test(what_ends_later_is_open_and_a_number_of_ours_is_not_taken),
		cmocka_unit_test(a_line_counts_once_and_what_it_says_otherwise_is_told),
		cmocka_unit_test(an_officer_who_is_there_is_not_taken_for_another),
		cmocka_unit_test(a_central_that_is_serving_learns_the_new_queues),
		cmocka_unit_test(closed_imported_cases_are_not_archived),
		cmocka_unit_test(a_column_that_was_changed_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
