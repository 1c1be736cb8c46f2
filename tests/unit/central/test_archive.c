/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/folder_rig.h"

#include <pthread.h>

#include "central/erasure.h"
#include "package/judge.h"

#include "base/banned.h"

static void close_one(struct folder *f, struct desk *d, char id[UUID_TEXT])
{
	rig_case(&f->r, "BYGGLOV", id);
	desk_work(d, id);
}

/* Name of the package of a case whose last entry before it was n. */
static void package_name(struct folder *f, const char *id, int n, char out[300])
{
	char pattern[80];
	struct dirent *e;
	char dir[300];
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/archive", f->dir);
	snprintf(pattern, sizeof(pattern), "%s_%d.zip", id, n);
	out[0] = '\0';
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)))
		if (strstr(e->d_name, pattern)
		    && strlen(strstr(e->d_name, pattern)) == strlen(pattern))
			snprintf(out, 300, "archive/%s", e->d_name);
	closedir(d);
}

static int files_in_archive(struct folder *f)
{
	struct dirent *e;
	char dir[300];
	int n = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/archive", f->dir);
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void state_of(struct folder *f, const char *id, char out[16])
{
	struct stmt *q = db_stmt(central_db(f->r.c), "SELECT state FROM casefile WHERE id = ?1");

	stmt_cstr(q, 1, id);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	stmt_col_copy(q, 0, out, 16);
	stmt_reset(q);
}

static void print_finding(void *ctx, const struct finding *f)
{
	(void)ctx;
	if (getenv("RIG_SAYS"))
		print_message("%s: %s\n", f->code, f->detail);
}

static void judged_sound(struct folder *f, const char *name)
{
	const struct judge_sink sink = { print_finding, NULL };
	struct judge_result result;
	struct err why = ERR_INIT;
	char path[600];

	memset(&result, 0, sizeof(result));
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	must(judge_package(&result, path, NULL, &sink, &why), &why);
	assert_int_equal(result.faults, 0);
}

static void a_closed_case_becomes_one_package_that_holds(void **state)
{
	struct folder f;
	struct desk d;
	struct central_findings found;
	char id[UUID_TEXT], name[300], text[16];
	int done;

	(void)state;
	folder_make_one(&f, 1);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	assert_int_equal(central_jobs(f.r.c, &done, NULL), ST_OK);
	assert_int_equal(done, 1);
	assert_int_equal(central_jobs(f.r.c, &done, NULL), ST_OK);
	assert_int_equal(done, 0);
	assert_int_equal(files_in_archive(&f), 1);
	package_name(&f, id, 7, name);
	assert_true(name[0] != '\0');
	judged_sound(&f, name);
	state_of(&f, id, text);
	assert_string_equal(text, "archived");
	assert_int_equal(central_verify(f.r.c, &found, NULL, NULL, NULL), ST_OK);
	assert_int_equal(found.faults, 0);
	desk_release(&d);
	folder_close(&f);
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

#define NO_CASE "'00000000-0000-0000-0000-000000000000'"

/* What was erased leaves the raw files whether or not old uploads can be swept. */
static void a_sweep_of_uploads_that_fails_keeps_no_purge_waiting(void **state)
{
	struct folder f;
	struct err why = ERR_INIT;
	int64_t due = -1;

	(void)state;
	folder_make_one(&f, 3);
	must(db_exec(central_db(f.r.c),
		     "CREATE TRIGGER no_sweep BEFORE INSERT ON meta WHEN new.key = 'uploads_swept'"
		     " BEGIN SELECT raise(FAIL, 'no sweep'); END",
		     &why),
	     &why);
	must(db_exec(central_db(f.r.c), "INSERT INTO purge_due(case_id) VALUES(" NO_CASE ")", &why),
	     &why);
	assert_int_not_equal(central_jobs(f.r.c, NULL, NULL), ST_OK);
	must(db_get_int(central_db(f.r.c), "SELECT count(*) FROM purge_due", &due, -1, &why), &why);
	assert_int_equal(due, 0);
	folder_close(&f);
}

static void a_stop_between_package_and_entry_makes_the_same_bytes_again(void **state)
{
	struct strbuf first = STRBUF_INIT, again = STRBUF_INIT;
	struct folder f;
	struct desk d;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], other[UUID_TEXT], name[300], text[16];
	int done;

	(void)state;
	folder_make_one(&f, 2);
	desk_open(&d, &f.r, "britt");
	must(central_jobs(f.r.c, &done, &why), &why); /* what comes now and then is done */
	close_one(&f, &d, id);
	db_on_commit(central_db(f.r.c), never, NULL);
	assert_int_equal(central_jobs(f.r.c, &done, &why), ST_BROKEN);
	assert_string_equal(why.code, "crash");
	package_name(&f, id, 7, name);
	folder_read(&f, name, &first);
	assert_true(first.len > 0);
	central_close(f.r.c);
	f.r.wall += 86400000;
	folder_open(&f);
	rig_case(&f.r, "BYGGLOV", other); /* the log moves on */
	assert_int_equal(central_jobs(f.r.c, &done, NULL), ST_OK);
	assert_int_equal(done, 1);
	folder_read(&f, name, &again);
	assert_int_equal(again.len, first.len);
	assert_memory_equal(again.data, first.data, first.len);
	assert_int_equal(files_in_archive(&f), 1);
	state_of(&f, id, text);
	assert_string_equal(text, "archived");
	strbuf_release(&first);
	strbuf_release(&again);
	desk_release(&d);
	folder_close(&f);
}

static void the_entry_names_the_packages_bytes(void **state)
{
	struct strbuf bytes = STRBUF_INIT, payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct folder f;
	struct desk d;
	struct stmt *q;
	char id[UUID_TEXT], name[300], sha[HASH_TEXT];

	(void)state;
	folder_make_one(&f, 3);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	assert_int_equal(central_jobs(f.r.c, NULL, NULL), ST_OK);
	package_name(&f, id, 7, name);
	folder_read(&f, name, &bytes);
	sha256_hex(sha, strbuf_str(&bytes));
	q = db_stmt(central_db(f.r.c), "SELECT jws FROM entry ORDER BY seq DESC LIMIT 1");
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	strbuf_set(&jws, stmt_col_text(q, 0).p, stmt_col_text(q, 0).n);
	stmt_reset(q);
	assert_int_equal(jws_payload_unverified(&payload, strbuf_str(&jws), NULL), ST_OK);
	assert_non_null(strstr(strbuf_cstr(&payload), sha));
	strbuf_release(&bytes);
	strbuf_release(&payload);
	strbuf_release(&jws);
	desk_release(&d);
	folder_close(&f);
}

static void a_package_that_was_changed_is_found_and_one_given_away_is_not_missed(void **state)
{
	struct strbuf bytes = STRBUF_INIT;
	struct central_findings found;
	struct folder f;
	struct desk d;
	char id[UUID_TEXT], name[300], path[600];

	(void)state;
	folder_make_one(&f, 8);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	assert_int_equal(central_jobs(f.r.c, NULL, NULL), ST_OK);
	package_name(&f, id, 7, name);
	folder_read(&f, name, &bytes);
	bytes.data[bytes.len / 2] ^= 1;
	folder_write(&f, name, &bytes);
	assert_int_equal(central_verify(f.r.c, &found, NULL, NULL, NULL), ST_OK);
	assert_int_equal(found.faults, 1);
	snprintf(path, sizeof(path), "%s/%s", f.dir, name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(central_verify(f.r.c, &found, NULL, NULL, NULL), ST_OK);
	assert_int_equal(found.faults, 0);
	strbuf_release(&bytes);
	desk_release(&d);
	folder_close(&f);
}

static void an_archive_folder_that_cannot_be_written_leaves_the_case_closed(void **state)
{
	struct folder f;
	struct desk d;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], text[16], path[300], aside[300];

	(void)state;
	folder_make_one(&f, 4);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	snprintf(path, sizeof(path), "%s/archive", f.dir);
	snprintf(aside, sizeof(aside), "%s/archive.aside", f.dir);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(central_jobs(f.r.c, NULL, &why), ST_BROKEN);
	assert_non_null(strstr(why.text, "archive"));
	state_of(&f, id, text);
	assert_string_equal(text, "closed");
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(central_jobs(f.r.c, NULL, NULL), ST_OK);
	state_of(&f, id, text);
	assert_string_equal(text, "archived");
	desk_release(&d);
	folder_close(&f);
}

/* Rows of documents beyond the 500 that one answer lists. */
static void many_documents(struct desk *d, const char *id)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_upload(d, "samma");
	for (int i = 0; i < 63; i++) {
		desk_draft(d, &a, id, "document.add");
		for (int n = 0; n < ACTION_DOCS_MAX; n++)
			add_letter(&a, "samma");
		desk_send(d, &a, &ack);
		assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	}
	action_release(&a);
}

static void a_case_of_many_documents_is_packed_whole(void **state)
{
	struct folder f;
	struct desk d;
	char id[UUID_TEXT], name[300];

	(void)state;
	folder_make_one(&f, 6);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	many_documents(&d, id);
	desk_work(&d, id);
	assert_int_equal(central_jobs(f.r.c, NULL, NULL), ST_OK);
	package_name(&f, id, 70, name);
	judged_sound(&f, name);
	desk_release(&d);
	folder_close(&f);
}

static bool on_disk(struct folder *f, const char *word)
{
	static const char *const names[] = { "central.db", "central.db-wal" };
	struct strbuf bytes = STRBUF_INIT;
	bool there = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		folder_read(f, names[i], &bytes);
		there = there || (bytes.len && memmem(bytes.data, bytes.len, word, strlen(word)));
	}
	strbuf_release(&bytes);
	return there;
}

static void what_is_erased_is_gone_from_the_raw_files(void **state)
{
	struct action a = ACTION_INIT;
	struct folder f;
	struct desk d;
	struct ack ack;
	struct err why = ERR_INIT;
	char id[UUID_TEXT];

	(void)state;
	folder_make_one(&f, 7);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", id);
	many_documents(&d, id);
	desk_upload(&d, "kanariefågel-i-dokumentet");
	desk_draft(&d, &a, id, "document.add");
	add_letter(&a, "kanariefågel-i-dokumentet");
	desk_send(&d, &a, &ack);
	assert_true(on_disk(&f, "kanariefågel-i-dokumentet"));
	must(central_erase(f.r.c, id, ack.n, "Sekretess", &why), &why);
	assert_false(on_disk(&f, "kanariefågel-i-dokumentet"));
	desk_act(&d, id, "case.title", "title", "kanariefågel-i-titeln", &ack);
	must(central_erase(f.r.c, id, ack.n, "Sekretess", &why), &why);
	assert_false(on_disk(&f, "kanariefågel-i-titeln"));
	/* Nor do the words by which the case was found stay in their index. */
	desk_act(&d, id, "case.title", "title", "Sjöbodskanarien", &ack);
	assert_true(on_disk(&f, "sjobodskanarien"));
	must(central_erase(f.r.c, id, ack.n, "Sekretess", &why), &why);
	assert_false(on_disk(&f, "sjobodskanarien"));
	assert_false(on_disk(&f, "sjöbodskanarien"));
	assert_true(on_disk(&f, "Carport vid nr"));
	action_release(&a);
	desk_release(&d);
	folder_close(&f);
}

static void a_working_note_is_weeded_before_the_case_is_packed(void **state)
{
	struct action a = ACTION_INIT;
	struct folder f;
	struct desk d;
	struct ack ack;
	struct central_findings found;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], name[300];
	struct stmt *q;
	int64_t working;
	int done;

	(void)state;
	folder_make_one(&f, 9);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	desk_draft(&d, &a, id, "note.add");
	must(action_set(&a, "text", str_of("Ring igen på fredag."), &why), &why);
	must(action_set(&a, "kind", str_of("working"), &why), &why);
	desk_send(&d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	working = ack.n;
	desk_act(&d, id, "note.add", "text", "Sökanden har hört av sig.", &ack);
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(done, 1);
	/* Of the notes one is gone with its envelope, the file note stands. */
	q = db_stmt(central_db(f.r.c), "SELECT sum(e.jws IS NULL), sum(l.n = ?2 AND e.jws IS NULL)"
				       " FROM log l JOIN entry e ON e.seq = l.seq"
				       " WHERE l.case_id = ?1 AND l.act = 'note.add'");
	stmt_cstr(q, 1, id);
	stmt_int(q, 2, working);
	assert_int_equal(stmt_step(q, &why), ST_OK);
	assert_int_equal(stmt_col_int(q, 0), 1);
	assert_int_equal(stmt_col_int(q, 1), 1);
	stmt_reset(q);
	package_name(&f, id, (int)ack.n + 1, name);
	assert_true(name[0] != '\0');
	judged_sound(&f, name);
	must(central_verify(f.r.c, &found, NULL, NULL, &why), &why);
	assert_int_equal(found.faults, 0);
	action_release(&a);
	desk_release(&d);
	folder_close(&f);
}

static int64_t erase_as(struct desk *registrar, const char *id, const char *n, const char *h)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(registrar, &a, id, "erasure.propose");
	set_arg(&a, "what", h ? "document" : "entry");
	set_arg(&a, "n", n);
	if (h)
		set_arg(&a, "h", h);
	set_arg(&a, "ground", "misfiled");
	set_arg(&a, "why", "Hör till ett annat ärende");
	desk_send(registrar, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
	return ack.n;
}

static void confirm_as(struct folder *f, const char *officer, const char *id, int64_t n)
{
	struct desk second;
	struct ack ack;
	char text[24];

	rig_officer(&f->r, officer, "registrar", "bygg", 0);
	desk_open(&second, &f->r, officer);
	snprintf(text, sizeof(text), "%lld", (long long)n);
	desk_act(&second, id, "erasure.confirm", "n", text, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_release(&second);
}

/* A document that is gone is missed by nobody, since the central says so; its
 * entry stands. What it says of another document it says of no other. */
static void a_package_of_a_case_with_erased_parts_holds(void **state)
{
	struct action a = ACTION_INIT;
	struct folder f;
	struct desk d, rosa;
	struct ack ack;
	struct central_findings found;
	struct err why = ERR_INIT;
	char id[UUID_TEXT], name[300], n[24], h[HASH_TEXT];
	int done;

	(void)state;
	folder_make_one(&f, 11);
	desk_open(&d, &f.r, "britt");
	rig_officer(&f.r, "rosa", "registrar", "bygg", 0);
	desk_open(&rosa, &f.r, "rosa");
	close_one(&f, &d, id);
	desk_upload(&d, "kanariefågel-i-bilagan");
	desk_draft(&d, &a, id, "document.add");
	add_letter(&a, "kanariefågel-i-bilagan");
	memcpy(h, a.docs[0].h, sizeof(h));
	desk_send(&d, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	snprintf(n, sizeof(n), "%lld", (long long)ack.n);
	(void)erase_as(&rosa, id, n, h);
	desk_act(&d, id, "note.add", "text", "kanariefågel-i-noten", &ack);
	snprintf(n, sizeof(n), "%lld", (long long)ack.n);
	(void)erase_as(&rosa, id, n, NULL);
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(done, 1);
	package_name(&f, id, (int)ack.n + 2, name);
	assert_true(name[0] != '\0');
	judged_sound(&f, name);
	must(central_verify(f.r.c, &found, NULL, NULL, &why), &why);
	assert_int_equal(found.faults, 0);
	assert_false(on_disk(&f, "kanariefågel-i-bilagan"));
	/* What is erased later takes the package that holds it along, and one
	 * without it takes its place: with the word by which it was erased. */
	confirm_as(&f, "ragnar", id, erase_as(&rosa, id, "1", NULL));
	package_name(&f, id, (int)ack.n + 2, name);
	assert_string_equal(name, "");
	assert_false(on_disk(&f, "Carport vid nr"));
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(done, 1);
	assert_int_equal(files_in_archive(&f), 1);
	package_name(&f, id, (int)ack.n + 6, name);
	assert_true(name[0] != '\0');
	judged_sound(&f, name);
	/* Once: and what was purged before does not take it along. */
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(done, 0);
	must(erasure_purge(f.r.c, &why), &why);
	assert_int_equal(files_in_archive(&f), 1);
	state_of(&f, id, n);
	assert_string_equal(n, "archived");
	must(central_verify(f.r.c, &found, NULL, NULL, &why), &why);
	assert_int_equal(found.faults, 0);
	action_release(&a);
	desk_release(&d);
	desk_release(&rosa);
	folder_close(&f);
}

/* --- Beside others ------------------------------------------------------------------ */

static void write_file(struct folder *f, const char *name, const char *text)
{
	char path[400];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

static void a_package_of_before_a_restore_is_kept_and_told_of(void **state)
{
	struct folder f;
	struct desk d;
	struct err why = ERR_INIT;
	struct strbuf bytes = STRBUF_INIT;
	char id[UUID_TEXT], name[300], earlier[340], n[24];
	struct stmt *q;
	int done;

	(void)state;
	folder_make_one(&f, 12);
	desk_open(&d, &f.r, "britt");
	close_one(&f, &d, id);
	must(central_jobs(f.r.c, &done, &why), &why);
	q = db_stmt(central_db(f.r.c), "SELECT n - 1 FROM casefile WHERE id = ?1");
	stmt_cstr(q, 1, id);
	assert_int_equal(stmt_step(q, &why), ST_OK);
	snprintf(n, sizeof(n), "%lld", (long long)stmt_col_int(q, 0));
	stmt_reset(q);
	package_name(&f, id, (int)strtol(n, NULL, 10), name);
	/* As it stands where a restore took the case back and it was closed again. */
	must(db_exec(central_db(f.r.c),
		     "DELETE FROM package_due; INSERT INTO package_due SELECT id FROM casefile",
		     &why),
	     &why);
	snprintf(n, sizeof(n), "%d", (int)strtol(n, NULL, 10) + 1);
	snprintf(earlier, sizeof(earlier), "%.*s_%s.zip", (int)(strrchr(name, '_') - name), name,
		 n);
	write_file(&f, earlier, "ett äldre paket");
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(done, 1);
	judged_sound(&f, earlier);
	snprintf(earlier, sizeof(earlier), "%.*s_%s.earlier-1.zip",
		 (int)(strrchr(name, '_') - name), name, n);
	folder_read(&f, earlier, &bytes);
	assert_string_equal(strbuf_cstr(&bytes), "ett äldre paket");
	assert_int_equal(central_trouble(f.r.c, &why), ST_CONFLICT);
	assert_string_equal(why.code, "package-kept");
	assert_non_null(strstr(why.text, "earlier-1"));
	err_clear(&why);
	must(central_trouble(f.r.c, &why), &why);
	/* What is erased goes from it too; from a database that was put aside its
	 * operator takes it, who is told. */
	write_file(&f, "central.db.before-2026-11-23", "");
	must(central_erase(f.r.c, id, 2, "Sekretess", &why), &why);
	assert_int_equal(files_in_archive(&f), 0);
	assert_int_equal(central_trouble(f.r.c, &why), ST_CONFLICT);
	assert_string_equal(why.code, "before-kept");
	assert_non_null(strstr(why.text, "/central.db.before-*"));
	strbuf_release(&bytes);
	desk_release(&d);
	folder_close(&f);
}

/* `sluss-central erase`, while a case of a thousand documents is gathered. */
struct eraser {
	struct central *other;
	char id[UUID_TEXT];
	pthread_barrier_t go;
	enum status st;
};

static void *erase_beside(void *arg)
{
	struct eraser *m = arg;

	pthread_barrier_wait(&m->go);
	m->st = central_erase(m->other, m->id, 3, "Sekretess", NULL);
	return NULL;
}

static void no_package_made_beside_an_erasure_holds_what_is_erased(void **state)
{
	struct eraser m = { .st = ST_BROKEN };
	struct err why = ERR_INIT;
	struct folder f;
	struct desk d;
	struct stmt *q;
	pthread_t t;
	char name[300];
	int n, done;

	(void)state;
	folder_make_one(&f, 13);
	desk_open(&d, &f.r, "britt");
	rig_case(&f.r, "BYGGLOV", m.id);
	many_documents(&d, m.id);
	desk_work(&d, m.id);
	q = db_stmt(central_db(f.r.c), "SELECT n FROM casefile WHERE id = ?1");
	stmt_cstr(q, 1, m.id);
	assert_int_equal(stmt_step(q, &why), ST_OK);
	n = (int)stmt_col_int(q, 0);
	stmt_reset(q);
	must(central_open(&m.other, f.dir, &f.r.env, &why), &why);
	assert_int_equal(pthread_barrier_init(&m.go, NULL, 2), 0);
	assert_int_equal(pthread_create(&t, NULL, erase_beside, &m), 0);
	pthread_barrier_wait(&m.go);
	(void)!central_jobs(f.r.c, &done, NULL);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(m.st, ST_OK);
	package_name(&f, m.id, n, name);
	assert_string_equal(name, "");
	must(central_jobs(f.r.c, &done, &why), &why);
	assert_int_equal(files_in_archive(&f), 1);
	central_close(m.other);
	desk_release(&d);
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_package_made_beside_an_erasure_holds_what_is_erased),
		cmocka_unit_test(a_package_of_before_a_restore_is_kept_and_told_of),
		cmocka_unit_test(a_closed_case_becomes_one_package_that_holds),
		cmocka_unit_test(a_sweep_of_uploads_that_fails_keeps_no_purge_waiting),
		cmocka_unit_test(a_stop_between_package_and_entry_makes_the_same_bytes_again),
		cmocka_unit_test(the_entry_names_the_packages_bytes),
		cmocka_unit_test(an_archive_folder_that_cannot_be_written_leaves_the_case_closed),
		cmocka_unit_test(
			a_package_that_was_changed_is_found_and_one_given_away_is_not_missed),
		cmocka_unit_test(a_case_of_many_documents_is_packed_whole),
		cmocka_unit_test(what_is_erased_is_gone_from_the_raw_files),
		cmocka_unit_test(a_package_of_a_case_with_erased_parts_holds),
		cmocka_unit_test(a_working_note_is_weeded_before_the_case_is_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
