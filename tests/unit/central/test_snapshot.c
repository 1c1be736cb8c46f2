/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/folder_rig.h"

#include <pthread.h>
#include <sched.h>

#include "central/snapshot.h"
#include "wire/snapshot.h"

#include "base/banned.h"

static const char made_up[] = "0198aaaa-0000-7000-8000-000000000001";

static int64_t scope_id(struct rig *r, const char *unit, int class)
{
	struct stmt *q =
		db_stmt(central_db(r->c), "SELECT id FROM scope WHERE unit = ?1 AND class = ?2");
	int64_t id;

	stmt_cstr(q, 1, unit);
	stmt_int(q, 2, class);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	id = stmt_col_int(q, 0);
	stmt_reset(q);
	return id;
}

static void make(struct folder *f, int64_t scope, struct snapshot *made)
{
	struct err why = ERR_INIT;

	f->r.wall += 1000; /* a name of its own */
	must(snapshot_make(f->r.c, scope, NULL, NULL, made, &why), &why);
}

static int get_manifest(struct desk *d, int64_t scope, struct snapshot *s)
{
	struct err why = ERR_INIT;
	char path[80];

	snprintf(path, sizeof(path), "/v1/snapshots/%lld", (long long)scope);
	if (rig_get(d->rig, d->token, path) == 200)
		must(snapshot_read(s, strbuf_str(&d->rig->reply.body), &why), &why);
	return d->rig->reply.status;
}

static int get_segment(struct desk *d, const struct snapshot *s, int i, int64_t from, int64_t to)
{
	char path[120];

	snprintf(path, sizeof(path), "/v1/snapshots/%lld/%s/%d", (long long)s->scope, s->gen, i);
	rig_ask(d->rig, "GET", path, "", str_of(""));
	snprintf(d->rig->request.bearer, sizeof(d->rig->request.bearer), "%s", d->token);
	d->rig->request.range_from = from;
	d->rig->request.range_to = to;
	return rig_send(d->rig);
}

/* The rows of a text of lines that begin as given, in the order of their
 * bytes behind `skip` members: a page's rows carry its own seqs. */
struct lines {
	int count;
	char *line[64];
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void take_lines(struct lines *l, struct str text)
{
	const char *p = text.p, *end = text.p + text.n;

	while (p < end) {
		size_t n = strcspn(p, "\n");

		if (strncmp(p, "[\"c\",", 5) == 0 || strncmp(p, "[\"d\",", 5) == 0) {
			char *line = strndup(p, n);
			char *seq = line + 5, *rest = strchr(seq, ',');

			memmove(seq, rest, strlen(rest) + 1);
			l->line[l->count++] = line;
		}
		p += n + 1;
	}
	qsort(l->line, (size_t)l->count, sizeof(l->line[0]), by_text);
}

static void free_lines(struct lines *l)
{
	for (int i = 0; i < l->count; i++)
		free(l->line[i]);
	l->count = 0;
}

static void pull_text(struct desk *d, struct strbuf *out)
{
	struct err why = ERR_INIT;

	assert_int_equal(rig_post(d->rig, d->token, "/v1/sync/pull", "{\"subs\":[]}"), 200);
	strbuf_clear(out);
	must(zstd_unpack(out, strbuf_str(&d->rig->reply.body), PAGE_MAX_BYTES, &why), &why);
}

static void a_snapshot_holds_the_rows_that_pulling_from_0_gives(void **state)
{
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct strbuf page = STRBUF_INIT, text = STRBUF_INIT;
	struct lines pulled = { 0 }, loaded = { 0 };
	struct folder f;
	struct desk d;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], sha[HASH_TEXT];

	(void)state;
	folder_make_one(&f, 1);
	desk_open(&d, &f.r, "britt");
	for (int i = 0; i < 7; i++)
		rig_case(&f.r, "BYGGLOV", id);
	rig_case(&f.r, "AVLOPP", id); /* in another unit */
	pull_text(&d, &page);
	take_lines(&pulled, strbuf_str(&page));
	assert_int_equal(pulled.count, 14);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(made.cases, 7);
	assert_int_equal(get_manifest(&d, made.scope, &s), 200);
	assert_string_equal(s.gen, made.gen);
	assert_int_equal(s.seq, central_size(f.r.c));
	for (int i = 0; i < s.count; i++) {
		assert_int_equal(get_segment(&d, &s, i, 0, 0), 200);
		assert_int_equal((int64_t)f.r.reply.body.len, s.segments[i].bytes);
		sha256_hex(sha, strbuf_str(&f.r.reply.body));
		assert_string_equal(sha, s.segments[i].sha256);
		strbuf_clear(&text);
		must(zstd_unpack(&text, strbuf_str(&f.r.reply.body), PAGE_MAX_BYTES, &why), &why);
		take_lines(&loaded, strbuf_str(&text));
	}
	assert_int_equal(loaded.count, pulled.count);
	for (int i = 0; i < loaded.count; i++)
		assert_string_equal(loaded.line[i], pulled.line[i]);
	free_lines(&loaded);
	free_lines(&pulled);
	strbuf_release(&page);
	strbuf_release(&text);
	snapshot_release(&made);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

static void a_page_from_0_says_that_there_is_a_snapshot_and_one_behind_it_does_not(void **state)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct strbuf page = STRBUF_INIT;
	char id[UUID_TEXT], hint[40], body[120];
	struct err why = ERR_INIT;
	struct folder f;
	struct desk d;

	(void)state;
	folder_make_one(&f, 2);
	/* Behind one of before the first entry a reader would stand where he began. */
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(made.seq, 0);
	snapshot_release(&made);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	pull_text(&d, &page);
	assert_null(strstr(strbuf_cstr(&page), "\"snapshots\""));
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	pull_text(&d, &page);
	snprintf(hint, sizeof(hint), "\"snapshots\":[%lld]", (long long)made.scope);
	assert_non_null(strstr(strbuf_cstr(&page), hint));
	snprintf(body, sizeof(body), "{\"subs\":[{\"scope\":%lld,\"seq\":1}]}",
		 (long long)made.scope);
	assert_int_equal(rig_post(&f.r, d.token, "/v1/sync/pull", body), 200);
	strbuf_clear(&page);
	must(zstd_unpack(&page, strbuf_str(&f.r.reply.body), PAGE_MAX_BYTES, &why), &why);
	assert_null(strstr(strbuf_cstr(&page), "\"snapshots\""));
	strbuf_release(&page);
	snapshot_release(&made);
	desk_release(&d);
	folder_close(&f);
}

static void a_snapshot_of_an_empty_log_is_offered_to_nobody(void **state)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct strbuf page = STRBUF_INIT;
	struct folder f;
	struct desk d;

	(void)state;
	folder_make_one(&f, 14);
	desk_open(&d, &f.r, "britt");
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(made.seq, 0);
	pull_text(&d, &page);
	assert_null(strstr(strbuf_cstr(&page), "\"snapshots\""));
	assert_int_equal(get_manifest(&d, made.scope, &made), 404);
	strbuf_release(&page);
	snapshot_release(&made);
	desk_release(&d);
	folder_close(&f);
}

static void a_snapshot_out_of_ones_rights_is_told_like_one_that_is_not_there(void **state)
{
	static const char *const nonsense[] = { "/v1/snapshots/99", "/v1/snapshots/x",
						"/v1/snapshots/01", "/v1/snapshots/1/../0",
						"/v1/snapshots/99/x/0" };
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct strbuf unknown = STRBUF_INIT;
	struct folder f;
	struct desk d, other;
	char id[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 3);
	rig_officer(&f.r, "mikael", "officer", "miljo", 0);
	desk_open(&d, &f.r, "britt");
	desk_open(&other, &f.r, "mikael");
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(rig_get(&f.r, other.token, "/v1/snapshots/99"), 404);
	strbuf_set(&unknown, f.r.reply.body.data, f.r.reply.body.len);
	assert_int_equal(get_manifest(&other, made.scope, &s), 404);
	assert_string_equal(strbuf_cstr(&f.r.reply.body), strbuf_cstr(&unknown));
	assert_int_equal(get_segment(&other, &made, 0, 0, 0), 404);
	assert_string_equal(strbuf_cstr(&f.r.reply.body), strbuf_cstr(&unknown));
	assert_int_equal(get_segment(&d, &made, 1, 0, 0), 404);
	assert_string_equal(strbuf_cstr(&f.r.reply.body), strbuf_cstr(&unknown));
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		assert_int_equal(rig_get(&f.r, d.token, nonsense[i]), 404);
		assert_string_equal(strbuf_cstr(&f.r.reply.body), strbuf_cstr(&unknown));
	}
	assert_int_equal(rig_get(&f.r, "", "/v1/snapshots/1"), 401);
	strbuf_release(&unknown);
	snapshot_release(&made);
	desk_release(&d);
	desk_release(&other);
	folder_close(&f);
}

static void a_part_of_a_segment_can_be_asked_for(void **state)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct strbuf whole = STRBUF_INIT;
	struct folder f;
	struct desk d;
	char id[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 4);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(get_segment(&d, &made, 0, 0, 0), 200);
	strbuf_set(&whole, f.r.reply.body.data, f.r.reply.body.len);
	assert_int_equal(get_segment(&d, &made, 0, 10, 30), 206);
	assert_int_equal(f.r.reply.body.len, 20);
	assert_memory_equal(f.r.reply.body.data, whole.data + 10, 20);
	assert_int_equal(f.r.reply.range_total, whole.len);
	assert_int_equal(get_segment(&d, &made, 0, (int64_t)whole.len, (int64_t)whole.len + 5),
			 416);
	strbuf_release(&whole);
	snapshot_release(&made);
	desk_release(&d);
	folder_close(&f);
}

static bool is_there(struct folder *f, const struct snapshot *s)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/snapshots/%lld/%s", f->dir, (long long)s->scope, s->gen);
	return access(path, F_OK) == 0;
}

static void the_newest_two_stay_and_what_a_stop_left_goes(void **state)
{
	struct snapshot a = SNAPSHOT_INIT, b = SNAPSHOT_INIT, c = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	char id[UUID_TEXT], left[300], file[340];
	struct folder f;
	struct desk d;
	FILE *out;

	(void)state;
	folder_make_one(&f, 5);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &a);
	snprintf(left, sizeof(left), "%s/snapshots/.new-%s", f.dir, made_up);
	snprintf(file, sizeof(file), "%s/0", left);
	assert_int_equal(mkdir(left, 0700), 0);
	out = fopen(file, "w");
	assert_non_null(out);
	fputs("half", out);
	fclose(out);
	make(&f, a.scope, &b);
	assert_int_not_equal(access(left, F_OK), 0);
	assert_int_equal(get_manifest(&d, a.scope, &s), 200);
	assert_string_equal(s.gen, b.gen);
	assert_int_equal(get_segment(&d, &a, 0, 0, 0), 200); /* somebody is loading it */
	make(&f, a.scope, &c);
	assert_false(is_there(&f, &a));
	assert_true(is_there(&f, &b) && is_there(&f, &c));
	assert_int_equal(get_segment(&d, &a, 0, 0, 0), 404);
	snapshot_release(&a);
	snapshot_release(&b);
	snapshot_release(&c);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

static void what_is_erased_is_in_no_snapshot_any_more(void **state)
{
	struct snapshot made = SNAPSHOT_INIT, other = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], far[UUID_TEXT];
	struct folder f;
	struct desk d;
	struct ack ack;

	(void)state;
	folder_make_one(&f, 6);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	rig_case(&f.r, "AVLOPP", far);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	make(&f, scope_id(&f.r, "miljo", 0), &other);
	/* A note is in no row of a case. */
	desk_act(&d, id, "note.add", "text", "Ring igen.", &ack);
	must(central_erase(f.r.c, id, ack.n, "Felregistrerad", &why), &why);
	assert_true(is_there(&f, &made));
	must(central_erase(f.r.c, id, 1, "Sekretess", &why), &why);
	assert_false(is_there(&f, &made));
	assert_true(is_there(&f, &other));
	assert_int_equal(get_manifest(&d, made.scope, &s), 404);
	make(&f, made.scope, &made);
	assert_int_equal(get_manifest(&d, made.scope, &s), 200);
	snapshot_release(&made);
	snapshot_release(&other);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

/* The erasure commits while rows are written, and waits for the reader to end
 * before the words leave the raw files. */
struct meddler {
	struct folder *f;
	struct central *other;
	char id[UUID_TEXT];
	pthread_t thread;
	bool begun;
	enum status st;
};

/* Who is employed afterwards has never had the right to see it. */
static void what_became_secret_is_in_no_segment_served(void **state)
{
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct action a = ACTION_INIT;
	char id[UUID_TEXT];
	struct folder f;
	struct desk d, late;
	struct ack ack;

	(void)state;
	folder_make_one(&f, 9);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_int_equal(get_manifest(&d, made.scope, &s), 200);
	desk_act(&d, id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(get_manifest(&d, made.scope, &s), 200);
	desk_draft(&d, &a, id, "case.secrecy");
	set_arg(&a, "class", "1");
	set_arg(&a, "ground", "OSL 21:1");
	desk_send(&d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	rig_officer(&f.r, "late", "officer", "bygg", 0);
	desk_open(&late, &f.r, "late");
	assert_int_equal(get_manifest(&late, made.scope, &s), 404);
	assert_int_equal(get_segment(&late, &made, 0, 0, 0), 404);
	action_release(&a);
	snapshot_release(&made);
	snapshot_release(&s);
	desk_release(&d);
	desk_release(&late);
	folder_close(&f);
}

/* All rows of a snapshot, as an officer loads them now. */
static void load_text(struct desk *d, int64_t scope, struct snapshot *s, struct strbuf *out)
{
	struct strbuf one = STRBUF_INIT;
	struct err why = ERR_INIT;
	char sha[HASH_TEXT];
	int tries = 0;

	strbuf_clear(out);
	while (get_manifest(d, scope, s) == 503)
		assert_true(++tries < 100);
	assert_int_equal(d->rig->reply.status, 200);
	for (int i = 0; i < s->count; i++) {
		struct pulled p;

		assert_int_equal(get_segment(d, s, i, 0, 0), 200);
		assert_int_equal((int64_t)d->rig->reply.body.len, s->segments[i].bytes);
		sha256_hex(sha, strbuf_str(&d->rig->reply.body));
		assert_string_equal(sha, s->segments[i].sha256);
		must(zstd_unpack(&one, strbuf_str(&d->rig->reply.body), PAGE_MAX_BYTES, &why),
		     &why);
		rig_read_page(d->rig, strbuf_str(&one), &p);
		assert_int_equal(p.cases + p.details + p.erased, s->segments[i].rows);
		strbuf_add(out, one.data, one.len);
		strbuf_clear(&one);
	}
	strbuf_release(&one);
}

/* Who may see the scope now never saw it while the case was there. */
static void what_was_routed_away_is_in_no_segment_served(void **state)
{
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct strbuf text = STRBUF_INIT;
	struct folder f;
	struct desk d;
	char id[6][UUID_TEXT];

	(void)state;
	folder_make_one(&f, 10);
	desk_open(&d, &f.r, "britt");
	for (int i = 0; i < 6; i++)
		rig_case(&f.r, "BYGGLOV", id[i]);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	desk_route(&d, id[1], "miljo", "avlopp");
	desk_route(&d, id[5], "miljo", "avlopp");
	assert_int_equal(get_segment(&d, &made, 0, 0, 0), 404);
	load_text(&d, made.scope, &s, &text);
	assert_string_not_equal(s.gen, made.gen);
	assert_int_equal(s.seq, made.seq);
	assert_int_equal(s.count, made.count);
	assert_int_equal(s.cases, 4);
	assert_false(is_there(&f, &made));
	for (int i = 0; i < 6; i++)
		assert_int_equal(strstr(strbuf_cstr(&text), id[i]) != NULL, i != 1 && i != 5);
	/* Nothing has left since, and it stays as it is. */
	memcpy(made.gen, s.gen, sizeof(made.gen));
	load_text(&d, made.scope, &s, &text);
	assert_string_equal(s.gen, made.gen);
	strbuf_release(&text);
	snapshot_release(&made);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

/* Segments of two megabytes; what leaves is in the first, the last, and all. */
static void of_many_segments_some_are_made_anew_at_a_time(void **state)
{
	enum { CASES = 200 };
	static char words[60000];
	static char id[CASES][UUID_TEXT];
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct strbuf text = STRBUF_INIT, json = STRBUF_INIT;
	struct folder f;
	struct desk d;
	char key[16];
	int steps = 0;

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	folder_make_one(&f, 11);
	desk_open(&d, &f.r, "britt");
	for (int i = 0; i < CASES; i++) {
		strbuf_clear(&json);
		strbuf_addf(&json, "{\"title\":\"Carport\",\"fields\":{\"plan\":\"%s\"}}", words);
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(rig_intake(&f.r, "BYGGLOV", key, strbuf_cstr(&json)), 201);
		rig_member(&f.r, "case_id", id[i], UUID_TEXT);
		f.r.wall += i % 3 ? 0 : 1; /* some at the same moment */
	}
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	assert_true(made.count > 5);
	for (int i = 0; i < CASES; i += 5)
		desk_route(&d, id[i], "miljo", "avlopp");
	while (get_manifest(&d, made.scope, &s) == 503) {
		assert_int_equal(f.r.reply.retry_after_s, 1);
		steps++;
	}
	assert_true(steps >= 1 && steps < made.count);
	load_text(&d, made.scope, &s, &text);
	for (int i = 0; i < CASES; i++)
		assert_int_equal(strstr(strbuf_cstr(&text), id[i]) != NULL, i % 5 != 0);
	strbuf_release(&json);
	strbuf_release(&text);
	snapshot_release(&made);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

static void *erase_one(void *arg)
{
	struct meddler *m = arg;

	m->st = central_erase(m->other, m->id, 1, "Sekretess", NULL);
	return NULL;
}

static bool erase_meanwhile(void *ctx)
{
	struct meddler *m = ctx;
	struct stat s = { .st_size = 0 };
	char path[300];

	if (m->begun)
		return false;
	m->begun = true;
	assert_int_equal(pthread_create(&m->thread, NULL, erase_one, m), 0);
	snprintf(path, sizeof(path), "%s/snapshots/making", m->f->dir);
	while (stat(path, &s) == 0 && s.st_size == 0)
		sched_yield();
	return false;
}

static void a_snapshot_gives_way_to_an_erasure_and_is_thrown_away(void **state)
{
	struct snapshot made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct meddler m = { .begun = false };
	struct err why = ERR_INIT;
	struct folder f;
	struct desk d;

	(void)state;
	folder_make_one(&f, 7);
	m.f = &f;
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", m.id);
	must(central_open(&m.other, f.dir, &f.r.env, &why), &why);
	assert_int_equal(
		snapshot_make(f.r.c, scope_id(&f.r, "bygg", 0), erase_meanwhile, &m, &made, &why),
		ST_RETRY);
	assert_string_equal(why.code, "snapshot-late");
	assert_int_equal(pthread_join(m.thread, NULL), 0);
	assert_int_equal(m.st, ST_OK);
	assert_int_equal(get_manifest(&d, made.scope, &s), 404);
	central_close(m.other);
	snapshot_release(&made);
	desk_release(&d);
	folder_close(&f);
}

static void one_is_due_above_the_threshold_and_again_when_much_was_written(void **state)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct err why = ERR_INIT;
	char id[UUID_TEXT];
	int64_t scope = 0, bygg;
	struct folder f;
	struct desk d;
	struct ack ack;

	(void)state;
	folder_make_one(&f, 8);
	desk_open(&d, &f.r, "britt");
	bygg = scope_id(&f.r, "bygg", 0);
	f.r.c->snapshot_cases = 4;
	for (int i = 0; i < 4; i++)
		rig_case(&f.r, "BYGGLOV", id);
	assert_int_equal(snapshot_due(f.r.c, &scope, &why), ST_NONE);
	rig_case(&f.r, "BYGGLOV", id);
	scope = 0;
	must(snapshot_due(f.r.c, &scope, &why), &why);
	assert_int_equal(scope, bygg);
	make(&f, bygg, &made);
	desk_act(&d, id, "note.add", "text", "Ett", &ack);
	scope = 0;
	assert_int_equal(snapshot_due(f.r.c, &scope, &why), ST_NONE);
	desk_act(&d, id, "note.add", "text", "Två", &ack);
	scope = 0;
	must(snapshot_due(f.r.c, &scope, &why), &why);
	f.r.c->snapshot_cases = 0;
	scope = 0;
	assert_int_equal(snapshot_due(f.r.c, &scope, &why), ST_NONE);
	snapshot_release(&made);
	desk_release(&d);
	folder_close(&f);
}

static void spoil(struct folder *f, const struct snapshot *s, int i)
{
	char path[400];
	FILE *file;

	snprintf(path, sizeof(path), "%s/snapshots/%lld/%s/%d", f->dir, (long long)s->scope, s->gen,
		 i);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 20, SEEK_SET), 0);
	assert_int_not_equal(fputs("XXXX", file), EOF);
	assert_int_equal(fclose(file), 0);
}

static void keep_text(void *ctx, const struct central_fault *f)
{
	snprintf(ctx, 400, "%s", f->text);
}

/* A load that began with it goes on with it. */
static void a_damaged_segment_of_the_one_before_the_newest_is_named_too(void **state)
{
	struct snapshot older = SNAPSHOT_INIT, made = SNAPSHOT_INIT;
	struct central_findings found;
	struct folder f;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], text[400] = "";

	(void)state;
	folder_make_one(&f, 14);
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &older);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	spoil(&f, &older, 0);
	must(central_verify(f.r.c, &found, keep_text, text, &why), &why);
	assert_int_equal(found.faults, 1);
	assert_non_null(strstr(text, older.gen));
	snapshot_release(&older);
	snapshot_release(&made);
	folder_close(&f);
}

static void a_damaged_segment_is_named_by_verify_and_served_to_nobody(void **state)
{
	struct snapshot older = SNAPSHOT_INIT, made = SNAPSHOT_INIT, s = SNAPSHOT_INIT;
	struct central_findings found;
	struct folder f;
	struct desk d;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], text[400] = "";

	(void)state;
	folder_make_one(&f, 12);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	make(&f, scope_id(&f.r, "bygg", 0), &older);
	make(&f, scope_id(&f.r, "bygg", 0), &made);
	must(central_verify(f.r.c, &found, keep_text, text, &why), &why);
	assert_int_equal(found.faults, 0);
	spoil(&f, &made, 0);
	must(central_verify(f.r.c, &found, keep_text, text, &why), &why);
	assert_int_equal(found.faults, 1);
	assert_non_null(strstr(text, made.gen));
	assert_non_null(strstr(text, "--scope bygg:0"));
	assert_int_equal(get_segment(&d, &made, 0, 0, 0), 404);
	assert_int_equal(get_manifest(&d, made.scope, &s), 200);
	assert_string_equal(s.gen, older.gen);
	assert_int_equal(get_segment(&d, &s, 0, 0, 0), 200);
	must(central_verify(f.r.c, &found, keep_text, text, &why), &why);
	assert_int_equal(found.faults, 0);
	snapshot_release(&older);
	snapshot_release(&made);
	snapshot_release(&s);
	desk_release(&d);
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_snapshot_holds_the_rows_that_pulling_from_0_gives),
		cmocka_unit_test(
			a_page_from_0_says_that_there_is_a_snapshot_and_one_behind_it_does_not),
		cmocka_unit_test(a_snapshot_of_an_empty_log_is_offered_to_nobody),
		cmocka_unit_test(a_snapshot_out_of_ones_rights_is_told_like_one_that_is_not_there),
		cmocka_unit_test(a_part_of_a_segment_can_be_asked_for),
		cmocka_unit_test(the_newest_two_stay_and_what_a_stop_left_goes),
		cmocka_unit_test(what_is_erased_is_in_no_snapshot_any_more),
		cmocka_unit_test(what_became_secret_is_in_no_segment_served),
		cmocka_unit_test(what_was_routed_away_is_in_no_segment_served),
		cmocka_unit_test(of_many_segments_some_are_made_anew_at_a_time),
		cmocka_unit_test(a_snapshot_gives_way_to_an_erasure_and_is_thrown_away),
		cmocka_unit_test(a_damaged_segment_of_the_one_before_the_newest_is_named_too),
		cmocka_unit_test(a_damaged_segment_is_named_by_verify_and_served_to_nobody),
		cmocka_unit_test(one_is_due_above_the_threshold_and_again_when_much_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
