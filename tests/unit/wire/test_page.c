/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/page.h"

#include "base/banned.h"

#define EPOCH "0198c0de-0000-7000-a000-000000000001"
#define CASE "0198c0de-0000-7000-9000-000000000001"
#define HASH "755415576f64809c3bd0200fca326a4329ed7d02a338ca77a6efce278fa48635"
#define HOSTILE                                                                                    \
	"\x1b[2J\x07 \"\\/ \xE2\x80\xAE\xE2\x81\xA6 e\xCC\x81 \t\n\r\x7f \xC2\x9B 😀\xEF\xBF\xBF"

static struct page_head some_head(void)
{
	return (struct page_head){
		.epoch = EPOCH,
		.dev = CASE,
		.from_count = 2,
		.from = { { 12, 8812 }, { 40, 0 } },
		.to_count = 1,
		.to = { { 12, 9120 } },
		.sv = 42,
		.more = true,
		.durable_through = 9100,
		.now = 1795406941000,
	};
}

static void fill_file(struct casefile *f, const char *title)
{
	snprintf(f->id, sizeof(f->id), CASE);
	snprintf(f->diary_no, sizeof(f->diary_no), "BN 2026-1042");
	snprintf(f->type, sizeof(f->type), "bygglov");
	f->type_version = 3;
	snprintf(f->unit, sizeof(f->unit), "bygg");
	snprintf(f->queue, sizeof(f->queue), "lov");
	f->state = CASE_OPEN;
	f->priority = 2;
	f->protection = PROTECT_SECRET;
	snprintf(f->assignee, sizeof(f->assignee), "anna");
	snprintf(f->channel, sizeof(f->channel), "web");
	f->received_at = 1795406940000;
	snprintf(f->due_on, sizeof(f->due_on), "2027-02-01");
	snprintf(f->outcome, sizeof(f->outcome), "bifall");
	f->changed_at = 1795406941000;
	strbuf_sets(&f->title, title);
	strbuf_sets(&f->party, "Tolvan Tolvansson");
	f->n = 17;
	snprintf(f->eh, sizeof(f->eh), HASH);
}

static struct page_row row_of(enum page_kind kind, int64_t seq)
{
	struct page_row r = {
		.kind = kind, .seq = seq, .n = 17, .scope_count = 1, .scopes = { 12 }
	};

	snprintf(r.case_id, sizeof(r.case_id), CASE);
	snprintf(r.eh, sizeof(r.eh), HASH);
	return r;
}

static void put(struct strbuf *page, const struct page_row *r)
{
	assert_true(page_put(page, r));
}

/* One row of each kind. */
static int64_t put_all_kinds(struct strbuf *page, const struct casefile *f)
{
	struct page_row r = row_of(PAGE_CASE, 9013);

	r.file = f;
	r.scope_count = 2;
	r.scopes[1] = 40;
	put(page, &r);
	r = row_of(PAGE_DETAIL, 9013);
	r.text = str_of("{\"notes\":[{\"text\":\"a\\nb\"}],\"x\":1.5}");
	put(page, &r);
	r = row_of(PAGE_ENTRY, 9013);
	r.text = str_of("aGVhZA.cGF5bG9hZA.c2ln");
	snprintf(r.epoch, sizeof(r.epoch), EPOCH);
	r.at = 1795406941000;
	snprintf(r.verdict, sizeof(r.verdict), "merged");
	snprintf(r.rule, sizeof(r.rule), "bygglov@3");
	put(page, &r);
	r = row_of(PAGE_GONE, 9014);
	r.text = str_of("moved");
	put(page, &r);
	r = row_of(PAGE_ERASED, 9015);
	r.text = str_of("misfiled");
	put(page, &r);
	r = (struct page_row){ .kind = PAGE_SCOPE,
			       .add_count = 1,
			       .add = { 40 },
			       .del_count = 2,
			       .del = { 12, 13 },
			       .sv = 43 };
	put(page, &r);
	r = (struct page_row){ .kind = PAGE_CATALOG, .text = str_of("{\"types\":[]}") };
	put(page, &r);
	return 7;
}

static void whole_page(struct strbuf *page, const char *title)
{
	struct page_head h = some_head();
	struct casefile f = CASEFILE_INIT;
	int64_t rows;

	fill_file(&f, title);
	strbuf_clear(page);
	assert_true(page_begin(page, &h));
	rows = put_all_kinds(page, &f);
	assert_true(page_end(page, rows, HASH));
	casefile_release(&f);
}

/* What a handler saw. */
struct seen {
	int heads, rows;
	int of_kind[PAGE_CATALOG + 1];
	struct str covered;
	struct page_head head;
	struct page_row last[PAGE_CATALOG + 1];
	struct casefile file;
	char text[PAGE_CATALOG + 1][200];
	int stop_at;
};

static enum status see_head(void *ctx, const struct page_head *h, struct str covered,
			    const char *sha256, struct err *why)
{
	struct seen *s = ctx;

	(void)why;
	assert_string_equal(sha256, HASH);
	s->heads++;
	s->head = *h;
	s->covered = covered;
	return ST_OK;
}

static enum status see_row(void *ctx, const struct page_row *r, struct err *why)
{
	struct seen *s = ctx;

	assert_int_equal(s->heads, 1);
	s->rows++;
	if (s->rows == s->stop_at)
		return err_set(why, ST_RETRY, "busy", "the cache is busy");
	s->of_kind[r->kind]++;
	s->last[r->kind] = *r;
	snprintf(s->text[r->kind], sizeof(s->text[0]), "%.*s", (int)r->text.n, r->text.p);
	if (r->file)
		casefile_copy(&s->file, r->file);
	return ST_OK;
}

static enum status read_page(struct seen *s, struct str page, struct err *why)
{
	struct page_handler h = { see_head, see_row, s };

	return page_read(page, &h, why);
}

static void refused(struct str page, const char *code)
{
	struct seen s = { .file = CASEFILE_INIT };
	struct err why = ERR_INIT;

	assert_int_equal(read_page(&s, page, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	casefile_release(&s.file);
}

static void a_header_and_a_row_stand_as_the_protocol_shows_them(void **state)
{
	struct page_head h = some_head();
	struct strbuf page = STRBUF_INIT;
	struct page_row r = row_of(PAGE_GONE, 9014);

	(void)state;
	r.text = str_of("moved");
	assert_true(page_begin(&page, &h));
	assert_string_equal(
		strbuf_cstr(&page),
		"{\"k\":\"page\",\"v\":1,\"epoch\":\"" EPOCH "\",\"dev\":\"" CASE
		"\",\"from\":{\"12\":8812,\"40\":0},\"to\":{\"12\":9120},\"sv\":42,"
		"\"more\":true,\"durable_through\":9100,"
		"\"now\":\"2026-11-23T04:09:01.000Z\",\"columns\":{\"c\":["
		"\"diary_no\",\"type\",\"type_version\",\"unit\",\"queue\",\"state\","
		"\"priority\",\"protection\",\"assignee\",\"channel\",\"received_at\","
		"\"due_on\",\"outcome\",\"changed_at\",\"title\",\"party\",\"closed_at\"]}}\n");
	strbuf_clear(&page);
	put(&page, &r);
	assert_string_equal(strbuf_cstr(&page), "[\"g\",9014,12,\"" CASE "\",17,\"moved\"]\n");
	strbuf_clear(&page);
	assert_true(page_end(&page, 1, HASH));
	assert_string_equal(strbuf_cstr(&page),
			    "{\"k\":\"end\",\"n\":1,\"sha256\":\"" HASH "\"}\n");
	strbuf_release(&page);
}

static void every_kind_of_row_is_read_back_as_it_was_written(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct seen s = { .file = CASEFILE_INIT };
	const struct page_row *r;

	(void)state;
	whole_page(&page, "Nybyggnad");
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_int_equal(s.rows, 7);
	for (int k = 0; k <= PAGE_CATALOG; k++)
		assert_int_equal(s.of_kind[k], 1);
	assert_string_equal(s.head.epoch, EPOCH);
	assert_int_equal(s.head.from_count, 2);
	assert_int_equal(s.head.from[0].seq, 8812);
	assert_int_equal(s.head.to[0].scope, 12);
	assert_true(s.head.more);
	assert_int_equal(s.head.now, 1795406941000);
	assert_int_equal(s.head.durable_through, 9100);
	r = &s.last[PAGE_CASE];
	assert_int_equal(r->scope_count, 2);
	assert_int_equal(r->scopes[1], 40);
	assert_int_equal(r->seq, 9013);
	r = &s.last[PAGE_ENTRY];
	assert_string_equal(s.text[PAGE_ENTRY], "aGVhZA.cGF5bG9hZA.c2ln");
	assert_string_equal(r->verdict, "merged");
	assert_string_equal(r->rule, "bygglov@3");
	assert_int_equal(r->at, 1795406941000);
	assert_string_equal(r->eh, HASH);
	assert_string_equal(s.text[PAGE_DETAIL], "{\"notes\":[{\"text\":\"a\\nb\"}],\"x\":1.5}");
	assert_string_equal(s.text[PAGE_GONE], "moved");
	assert_int_equal(s.last[PAGE_GONE].scopes[0], 12);
	assert_string_equal(s.text[PAGE_ERASED], "misfiled");
	assert_int_equal(s.last[PAGE_ERASED].n, 17);
	assert_int_equal(s.last[PAGE_SCOPE].del[1], 13);
	assert_int_equal(s.last[PAGE_SCOPE].sv, 43);
	assert_string_equal(s.text[PAGE_CATALOG], "{\"types\":[]}");
	casefile_release(&s.file);
	strbuf_release(&page);
}

static void a_case_with_a_hostile_title_comes_through_byte_for_byte(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct seen s = { .file = CASEFILE_INIT };
	struct casefile want = CASEFILE_INIT;

	(void)state;
	fill_file(&want, HOSTILE);
	whole_page(&page, HOSTILE);
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&s.file.title), HOSTILE);
	assert_string_equal(strbuf_cstr(&s.file.party), "Tolvan Tolvansson");
	assert_string_equal(s.file.id, want.id);
	assert_string_equal(s.file.diary_no, want.diary_no);
	assert_string_equal(s.file.type, want.type);
	assert_int_equal(s.file.type_version, 3);
	assert_string_equal(s.file.unit, want.unit);
	assert_string_equal(s.file.queue, want.queue);
	assert_int_equal(s.file.state, CASE_OPEN);
	assert_int_equal(s.file.priority, 2);
	assert_int_equal(s.file.protection, PROTECT_SECRET);
	assert_string_equal(s.file.assignee, want.assignee);
	assert_string_equal(s.file.channel, want.channel);
	assert_int_equal(s.file.received_at, want.received_at);
	assert_string_equal(s.file.due_on, want.due_on);
	assert_string_equal(s.file.outcome, want.outcome);
	assert_int_equal(s.file.changed_at, want.changed_at);
	assert_int_equal(s.file.n, 17);
	assert_string_equal(s.file.eh, HASH);
	casefile_release(&want);
	casefile_release(&s.file);
	strbuf_release(&page);
}

/* The lines of the shared file of hostile texts, each as a title. */
static void every_hostile_text_of_the_shared_data_comes_through(void **state)
{
	const char *dir = getenv("SLUSS_DATA");
	struct strbuf page = STRBUF_INIT;
	char path[512];
	char *line = NULL;
	size_t cap = 0, lines = 0;
	ssize_t n;
	FILE *f;

	(void)state;
	if (!dir) {
		print_message("SLUSS_DATA is not set: no hostile-strings.txt\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/hostile-strings.txt", dir);
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		struct seen s = { .file = CASEFILE_INIT };

		line[n - 1] = '\0';
		if (strlen(line) != (size_t)n - 1 || n > TITLE_MAX)
			continue;
		whole_page(&page, line);
		if (!page.failed) {
			assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
			assert_string_equal(strbuf_cstr(&s.file.title), line);
			lines++;
		}
		casefile_release(&s.file);
	}
	assert_true(lines > 50);
	fclose(f);
	free(line);
	strbuf_release(&page);
}

static void a_page_cut_at_any_byte_is_refused_before_its_first_row(void **state)
{
	struct strbuf page = STRBUF_INIT;

	(void)state;
	whole_page(&page, "Nybyggnad");
	for (size_t n = 0; n < page.len; n++) {
		struct seen s = { .file = CASEFILE_INIT };
		struct err why = ERR_INIT;
		/* A copy of its own size, so that a byte read beyond is noticed. */
		char *cut = malloc(n ? n : 1);

		memcpy(cut, page.data, n);
		assert_int_equal(read_page(&s, (struct str){ cut, n }, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "page-cut");
		assert_int_equal(s.heads + s.rows, 0);
		free(cut);
	}
	strbuf_release(&page);
}

static void a_page_with_a_line_lost_or_doubled_is_refused_before_its_first_row(void **state)
{
	struct strbuf page = STRBUF_INIT, other = STRBUF_INIT;
	const char *second, *third;
	struct seen s = { .file = CASEFILE_INIT };

	(void)state;
	whole_page(&page, "Nybyggnad");
	second = strchr(page.data, '\n') + 1;
	third = strchr(second, '\n') + 1;
	strbuf_set(&other, page.data, (size_t)(second - page.data));
	strbuf_adds(&other, third);
	assert_int_equal(read_page(&s, strbuf_str(&other), NULL), ST_BAD_INPUT);
	strbuf_set(&other, page.data, (size_t)(third - page.data));
	strbuf_adds(&other, second);
	assert_int_equal(read_page(&s, strbuf_str(&other), NULL), ST_BAD_INPUT);
	assert_int_equal(s.heads + s.rows, 0);
	refused(strbuf_str(&other), "page-cut");
	strbuf_release(&page);
	strbuf_release(&other);
}

static void html_in_the_place_of_a_page_is_refused(void **state)
{
	(void)state;
	refused(str_of("<!DOCTYPE html>\n<html><body>Captive portal</body></html>\n"), "page-cut");
	refused(str_of("\n"), "page-cut");
	refused(str_of("\n\n"), "page-cut");
	refused(str_of("{}\n{}\n"), "page-cut");
}

/* A page around the given lines. */
static void framed(struct strbuf *page, const char *lines, int64_t rows)
{
	struct page_head h = some_head();

	strbuf_clear(page);
	assert_true(page_begin(page, &h));
	strbuf_adds(page, lines);
	assert_true(page_end(page, rows, HASH));
}

#define FACTS(verdict, rule)                                                                       \
	"{\"epoch\":\"" EPOCH "\",\"at\":\"2026-11-23T04:09:01.000Z\",\"verdict\":\"" verdict      \
	"\",\"rule\":\"" rule "\"}"

static void a_malformed_line_is_refused_with_its_number(void **state)
{
	static const char *const bad[] = {
		"\n",
		"x\n",
		"1\n",
		"null\n",
		"[]\n",
		"{}\n",
		"[1,2]\n",
		"[\"g\"]\n",
		"[\"g\",\"9014\",12,\"" CASE "\",17,\"moved\"]\n",
		"[\"g\",-1,12,\"" CASE "\",17,\"moved\"]\n",
		"[\"g\",9014,12,\"no-uuid\",17,\"moved\"]\n",
		"[\"g\",9014,12,\"" CASE "\",-17,\"moved\"]\n",
		"[\"g\",9014,12,\"" CASE "\",17,7]\n",
		"[\"g\",9014,12,\"" CASE "\",17]\n",
		"[\"x\",9014,\"" CASE "\"]\n",
		"[\"d\",9014,\"" CASE "\",17,[]]\n",
		"[\"d\",9014,\"" CASE "\",17,{\"a\":1,\"a\":2}]\n",
		"[\"a\",9014,\"" CASE "\",17,\"" HASH "\",\"a.b.c\"]\n",
		"[\"a\",9014,\"" CASE "\",17,\"" HASH "\",\"a.b.c\"," FACTS("melted", "b@3") "]\n",
		"[\"a\",9014,\"" CASE "\",17,\"" HASH
		"\",\"a.b.c\"," FACTS("conflict", "b@3") "]\n",
		"[\"a\",9014,\"" CASE "\",17,\"" HASH
		"\",\"a.b.c\"," FACTS("merged", "b@3\\nx") "]\n",
		"[\"a\",9014,\"" CASE "\",17,\"" HASH "\",\"a.b.c\"," FACTS("merged", "") "]\n",
		"[\"a\",9014,\"" CASE "\",17,\"short\",\"a.b.c\",{}]\n",
		"[\"c\",9013,[12],\"" CASE "\",17,\"" HASH "\"]\n",
		"[\"c\",9013,12,\"" CASE "\",17,\"" HASH
		"\",\"\",\"\",1,\"\",\"\",\"open\",2,0,\"\","
		"\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\"]\n",
		"[\"c\",9013,[12],\"" CASE "\",17,\"" HASH
		"\",\"\",\"\",1,\"\",\"\",\"melted\",2,0,\"\","
		"\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\"]\n",
		"[\"c\",9013,[12],\"" CASE "\",17,\"" HASH
		"\",\"\",\"\",1.0,\"\",\"\",\"open\",2,0,\"\","
		"\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\"]\n",
		"[\"c\",9013,[12],\"" CASE "\",17,\"" HASH
		"\",\"\",\"\",99999999999,\"\",\"\",\"open\",2,0,"
		"\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"\",\"\"]\n",
		"{\"k\":\"scope\",\"add\":[],\"sv\":1}\n",
		"{\"k\":\"scope\",\"add\":[],\"del\":[\"1\"],\"sv\":1}\n",
		"{\"k\":\"catalog\"}\n",
		"{\"k\":\"end\",\"n\":0,\"sha256\":\"" HASH "\"}\n",
		"{\"k\":\"page\",\"v\":1}\n",
	};
	struct strbuf page = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct seen s = { .file = CASEFILE_INIT };
		struct err why = ERR_INIT;

		framed(&page, bad[i], 1);
		assert_int_equal(read_page(&s, strbuf_str(&page), &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "page-form");
		assert_non_null(strstr(why.text, "line 2"));
		assert_int_equal(s.rows, 0);
		casefile_release(&s.file);
	}
	strbuf_release(&page);
}

static void a_header_of_another_version_or_without_a_needed_column_is_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "\"v\":1", "\"v\":2" },
		{ "\"page\"", "\"pages\"" },
		{ "\"state\",", "" },
		{ "{\"12\":8812", "{\"-12\":8812" },
		{ "{\"12\":8812", "{\"\":8812" },
		{ "{\"12\":8812", "{\"012\":8812" },
		{ "{\"12\":8812", "{\"12\":-1" },
		{ "{\"12\":8812", "{\"12\":\"8812\"" },
		{ "\"epoch\":\"0", "\"epoch\":\"x" },
		{ "{\"c\":", "{\"e\":" },
		{ "\"now\":\"2026", "\"now\":\"1026" },
	};
	struct strbuf page = STRBUF_INIT, other = STRBUF_INIT;

	(void)state;
	framed(&page, "", 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(strbuf_cstr(&page), rows[i].from);

		assert_non_null(at);
		strbuf_set(&other, page.data, (size_t)(at - page.data));
		strbuf_adds(&other, rows[i].to);
		strbuf_adds(&other, at + strlen(rows[i].from));
		refused(strbuf_str(&other), "page-form");
	}
	strbuf_release(&page);
	strbuf_release(&other);
}

static void columns_are_found_by_name_and_unknown_kinds_are_passed_over(void **state)
{
	static const char page[] =
		"{\"k\":\"page\",\"v\":1,\"epoch\":\"" EPOCH "\",\"from\":{},\"to\":{},\"sv\":1,"
		"\"more\":false,\"durable_through\":0,\"now\":\"2026-11-23T04:09:01.000Z\",\"later\":{},"
		"\"columns\":{\"z\":[],\"c\":[\"title\",\"colour\",\"state\",\"party\",\"type\","
		"\"type_version\",\"unit\",\"queue\",\"priority\",\"protection\",\"assignee\",\"due_on\","
		"\"changed_at\",\"received_at\",\"diary_no\"]}}\n"
		"[\"q\",1,{\"of\":\"a later kind\"}]\n"
		"{\"k\":\"hint\",\"x\":1}\n"
		"[\"c\",9013,[],\"" CASE "\",17,\"" HASH
		"\",\"Titel\",{\"r\":1},\"closed\",\"P\",\"t\",1,"
		"\"u\",\"q\",1,0,\"\",\"\",\"2026-11-23T04:09:01.000Z\",\"2026-11-23T04:09:00.000Z\","
		"\"BN 2026-1\",\"more\",\"of it\"]\n"
		"{\"k\":\"end\",\"n\":3,\"sha256\":\"" HASH "\",\"later\":1}\n";
	struct seen s = { .file = CASEFILE_INIT };
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(read_page(&s, str_of(page), &why), ST_OK);
	assert_int_equal(s.rows, 1);
	assert_string_equal(strbuf_cstr(&s.file.title), "Titel");
	assert_string_equal(strbuf_cstr(&s.file.party), "P");
	assert_string_equal(s.file.diary_no, "BN 2026-1");
	assert_int_equal(s.file.state, CASE_CLOSED);
	assert_string_equal(s.file.outcome, "");
	casefile_release(&s.file);
}

static void one_case_leaves_nothing_behind_in_the_next(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct page_head h = some_head();
	struct page_row r = row_of(PAGE_CASE, 1);
	struct casefile full = CASEFILE_INIT, bare = CASEFILE_INIT;
	struct seen s = { .file = CASEFILE_INIT };

	(void)state;
	fill_file(&full, "secret title");
	snprintf(bare.id, sizeof(bare.id), CASE);
	snprintf(bare.eh, sizeof(bare.eh), HASH);
	assert_true(page_begin(&page, &h));
	r.file = &full;
	put(&page, &r);
	r.file = &bare;
	put(&page, &r);
	assert_true(page_end(&page, 2, HASH));
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&s.file.title), "");
	assert_string_equal(strbuf_cstr(&s.file.party), "");
	assert_string_equal(s.file.assignee, "");
	assert_int_equal(s.file.n, 0);
	casefile_release(&full);
	casefile_release(&bare);
	casefile_release(&s.file);
	strbuf_release(&page);
}

/* An erased entry keeps the parts of its hash; a whole case is named by runs. */
static void what_stays_of_the_erased_is_read_as_it_was_written(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct page_head h = some_head();
	struct page_row r = row_of(PAGE_ERASED, 9015), got;
	struct seen s = { .file = CASEFILE_INIT };
	char *by;

	(void)state;
	r.text = str_of("erased by entry 20");
	r.by = 20;
	r.entry_seq = 9001;
	snprintf(r.iid, sizeof(r.iid), EPOCH);
	r.at = 1795406941000;
	memcpy(r.ah, HASH, HASH_TEXT);
	memcpy(r.eh, HASH, HASH_TEXT);
	snprintf(r.epoch, sizeof(r.epoch), EPOCH);
	snprintf(r.verdict, sizeof(r.verdict), "merged");
	snprintf(r.rule, sizeof(r.rule), "bygglov@3");
	assert_true(page_begin(&page, &h));
	put(&page, &r);
	assert_true(page_end(&page, 1, HASH));
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	got = s.last[PAGE_ERASED];
	assert_int_equal(got.by, 20);
	assert_int_equal(got.upto, got.n);
	assert_int_equal(got.entry_seq, 9001);
	assert_string_equal(got.iid, EPOCH);
	assert_int_equal(got.at, r.at);
	assert_string_equal(got.ah, HASH);
	assert_string_equal(got.rule, "bygglov@3");
	assert_false(got.whole);
	by = strstr(page.data, "\"ah\":\"");
	assert_non_null(by);
	by[7] = 'X';
	s = (struct seen){ .file = CASEFILE_INIT };
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_BAD_INPUT);
	strbuf_clear(&page);
	r = row_of(PAGE_ERASED, 9015);
	r.text = str_of("erased by entry 30");
	r.by = 30;
	r.upto = r.n + 5;
	r.whole = true;
	assert_true(page_begin(&page, &h));
	put(&page, &r);
	assert_true(page_end(&page, 1, HASH));
	s = (struct seen){ .file = CASEFILE_INIT };
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_int_equal(s.last[PAGE_ERASED].upto, r.upto);
	assert_true(s.last[PAGE_ERASED].whole);
	assert_string_equal(s.last[PAGE_ERASED].ah, "");
	strbuf_release(&page);
}

static int64_t many_rows(struct strbuf *page, int64_t want)
{
	struct page_head h = some_head();
	struct page_row r = row_of(PAGE_ERASED, 1);
	int64_t rows = 0;

	r.text = str_of("misfiled");
	strbuf_clear(page);
	assert_true(page_begin(page, &h));
	while (rows < want && page_put(page, &r))
		rows++;
	assert_true(page_end(page, rows, HASH));
	return rows;
}

static void a_page_of_5000_rows_is_read_and_one_of_5001_is_refused(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct seen s = { .file = CASEFILE_INIT };

	(void)state;
	assert_int_equal(many_rows(&page, 5000), 5000);
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_int_equal(s.rows, 5000);
	assert_int_equal(many_rows(&page, 5001), 5001);
	refused(strbuf_str(&page), "page-size");
	strbuf_release(&page);
}

static void the_row_that_would_pass_the_ceiling_leaves_no_trace(void **state)
{
	struct strbuf page = STRBUF_INIT, big = STRBUF_INIT;
	struct page_head h = some_head();
	struct page_row r = row_of(PAGE_ERASED, 1);
	struct seen s = { .file = CASEFILE_INIT };
	size_t before;
	int64_t rows = 0;

	(void)state;
	while (big.len < 1000000)
		strbuf_addc(&big, 'x');
	r.text = strbuf_str(&big);
	assert_true(page_begin(&page, &h));
	while (page_put(&page, &r))
		rows++;
	assert_int_equal(rows, 4);
	before = page.len;
	assert_false(page_put(&page, &r));
	assert_int_equal(page.len, before);
	r.text = str_of("small");
	assert_true(page_put(&page, &r));
	assert_true(page_end(&page, 5, HASH));
	assert_true(page.len <= PAGE_MAX_BYTES);
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	assert_int_equal(s.rows, 5);
	strbuf_release(&page);
	strbuf_release(&big);
}

static void a_line_over_one_mebibyte_is_neither_written_nor_read(void **state)
{
	struct strbuf page = STRBUF_INIT, big = STRBUF_INIT;
	struct page_row r = row_of(PAGE_ERASED, 1);

	(void)state;
	while (big.len < PAGE_LINE_MAX)
		strbuf_addc(&big, 'x');
	r.text = strbuf_str(&big);
	assert_false(page_put(&page, &r));
	assert_int_equal(page.len, 0);
	strbuf_adds(&big, "xxxxxxxx\n");
	framed(&page, strbuf_cstr(&big), 1);
	refused(strbuf_str(&page), "page-form");
	strbuf_release(&page);
	strbuf_release(&big);
}

static void a_text_that_would_break_a_line_or_is_not_utf8_is_not_put(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct page_row r = row_of(PAGE_DETAIL, 1);

	(void)state;
	r.text = str_of("{\n}");
	assert_false(page_put(&page, &r));
	r.text = str_of("");
	assert_false(page_put(&page, &r));
	r.kind = PAGE_ERASED;
	r.text = str_of("\xff");
	assert_false(page_put(&page, &r));
	r.text = str_of("fine");
	assert_true(page_put(&page, &r));
	strbuf_release(&page);
}

static void the_handlers_refusal_stops_the_page(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct seen s = { .file = CASEFILE_INIT, .stop_at = 3 };
	struct err why = ERR_INIT;

	(void)state;
	whole_page(&page, "x");
	assert_int_equal(read_page(&s, strbuf_str(&page), &why), ST_RETRY);
	assert_string_equal(why.code, "busy");
	assert_int_equal(s.rows, 3);
	casefile_release(&s.file);
	strbuf_release(&page);
}

static void the_digest_covers_all_bytes_before_the_trailer(void **state)
{
	struct strbuf page = STRBUF_INIT;
	struct seen s = { .file = CASEFILE_INIT };
	const char *trailer;

	(void)state;
	whole_page(&page, "x");
	assert_int_equal(read_page(&s, strbuf_str(&page), NULL), ST_OK);
	trailer = strstr(page.data, "{\"k\":\"end\"");
	assert_ptr_equal(s.covered.p, page.data);
	assert_int_equal(s.covered.n, trailer - page.data);
	casefile_release(&s.file);
	strbuf_release(&page);
}

static void a_packed_page_unpacks_to_the_same_bytes(void **state)
{
	struct strbuf page = STRBUF_INIT, packed = STRBUF_INIT, back = STRBUF_INIT;

	(void)state;
	many_rows(&page, 5000);
	assert_true(zstd_pack(&packed, strbuf_str(&page)));
	assert_true(packed.len < page.len / 10);
	assert_int_equal(zstd_unpack(&back, strbuf_str(&packed), PAGE_MAX_BYTES, NULL), ST_OK);
	assert_int_equal(back.len, page.len);
	assert_memory_equal(back.data, page.data, page.len);
	/* Exactly the ceiling is allowed, a byte less is not. */
	strbuf_clear(&back);
	assert_int_equal(zstd_unpack(&back, strbuf_str(&packed), page.len, NULL), ST_OK);
	strbuf_release(&page);
	strbuf_release(&packed);
	strbuf_release(&back);
}

static void packed_bytes_that_swell_over_the_limit_are_stopped_there(void **state)
{
	struct strbuf raw = STRBUF_INIT, packed = STRBUF_INIT, back = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_true(strbuf_reserve(&raw, 32 * 1024 * 1024));
	memset(raw.data, 'a', 32 * 1024 * 1024);
	raw.len = 32 * 1024 * 1024;
	raw.data[raw.len] = '\0';
	assert_true(zstd_pack(&packed, strbuf_str(&raw)));
	assert_true(packed.len < 64 * 1024);
	assert_int_equal(zstd_unpack(&back, strbuf_str(&packed), 1000000, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "page-size");
	assert_int_equal(back.len, 0);
	assert_true(back.cap < 4000000);
	strbuf_release(&raw);
	strbuf_release(&packed);
	strbuf_release(&back);
}

static void packed_bytes_that_are_cut_or_foreign_are_refused(void **state)
{
	struct strbuf page = STRBUF_INIT, packed = STRBUF_INIT, back = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	whole_page(&page, "x");
	assert_true(zstd_pack(&packed, strbuf_str(&page)));
	for (size_t n = 0; n < packed.len; n++) {
		err_clear(&why);
		assert_int_equal(
			zstd_unpack(&back, (struct str){ packed.data, n }, PAGE_MAX_BYTES, &why),
			ST_BAD_INPUT);
		assert_string_equal(why.code, "page-cut");
		assert_int_equal(back.len, 0);
	}
	strbuf_adds(&packed, "garbage");
	assert_int_equal(zstd_unpack(&back, strbuf_str(&packed), PAGE_MAX_BYTES, NULL),
			 ST_BAD_INPUT);
	assert_int_equal(zstd_unpack(&back, strbuf_str(&page), PAGE_MAX_BYTES, NULL), ST_BAD_INPUT);
	strbuf_release(&page);
	strbuf_release(&packed);
	strbuf_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_and_a_row_stand_as_the_protocol_shows_them),
		cmocka_unit_test(every_kind_of_row_is_read_back_as_it_was_written),
		cmocka_unit_test(a_case_with_a_hostile_title_comes_through_byte_for_byte),
		cmocka_unit_test(every_hostile_text_of_the_shared_data_comes_through),
		cmocka_unit_test(a_page_cut_at_any_byte_is_refused_before_its_first_row),
		cmocka_unit_test(
			a_page_with_a_line_lost_or_doubled_is_refused_before_its_first_row),
		cmocka_unit_test(html_in_the_place_of_a_page_is_refused),
		cmocka_unit_test(a_malformed_line_is_refused_with_its_number),
		cmocka_unit_test(a_header_of_another_version_or_without_a_needed_column_is_refused),
		cmocka_unit_test(columns_are_found_by_name_and_unknown_kinds_are_passed_over),
		cmocka_unit_test(one_case_leaves_nothing_behind_in_the_next),
		cmocka_unit_test(what_stays_of_the_erased_is_read_as_it_was_written),
		cmocka_unit_test(a_page_of_5000_rows_is_read_and_one_of_5001_is_refused),
		cmocka_unit_test(the_row_that_would_pass_the_ceiling_leaves_no_trace),
		cmocka_unit_test(a_line_over_one_mebibyte_is_neither_written_nor_read),
		cmocka_unit_test(a_text_that_would_break_a_line_or_is_not_utf8_is_not_put),
		cmocka_unit_test(the_handlers_refusal_stops_the_page),
		cmocka_unit_test(the_digest_covers_all_bytes_before_the_trailer),
		cmocka_unit_test(a_packed_page_unpacks_to_the_same_bytes),
		cmocka_unit_test(packed_bytes_that_swell_over_the_limit_are_stopped_there),
		cmocka_unit_test(packed_bytes_that_are_cut_or_foreign_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
