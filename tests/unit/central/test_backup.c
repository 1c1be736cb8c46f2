/* SPDX-License-Identifier: EUPL-1.2 */
/* What workstations are told of backups: they keep what none of them holds. */
#include "tests/unit/central/folder_rig.h"

#include "central/backup.h"
#include "central/folder.h"
#include "central/store.h"

#include <sys/wait.h>

#include "base/banned.h"

static int64_t told(struct folder *f, int64_t *at)
{
	struct err why = ERR_INIT;
	int64_t seq = -1;

	must(durable_through(central_db(f->r.c), &seq, at, &why), &why);
	return seq;
}

static void a_backup_is_told_of_when_it_is_there_and_not_when_it_failed(void **state)
{
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300];
	int64_t first, at, again;

	(void)state;
	folder_make_one(&f, 1);
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "k-1", "{\"title\":\"x\"}"), 201);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	first = told(&f, &at);
	assert_int_equal(first, central_size(f.r.c));
	assert_int_equal(at, facts.at);

	f.r.wall += 60000;
	assert_int_equal(rig_intake(&f.r, "BYGGLOV", "k-2", "{\"title\":\"y\"}"), 201);
	assert_true(central_size(f.r.c) > first);
	snprintf(to, sizeof(to), "%s/no/such/folder", f.dir);
	assert_int_not_equal(central_backup(f.r.c, to, NULL, &facts, &why), ST_OK);
	assert_int_equal(told(&f, &again), first);
	assert_int_equal(again, at);

	snprintf(to, sizeof(to), "%s/backup-2", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	assert_int_equal(told(&f, &again), central_size(f.r.c));
	folder_close(&f);
}

/* Another process that makes a backup, until its standard input ends. */
static pid_t begin_other(const char *dir, int *out)
{
	struct err why = ERR_INIT;
	int from[2], to[2], lock;
	char one = 'x';
	pid_t child;

	assert_int_equal(pipe(from), 0);
	assert_int_equal(pipe(to), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(to[1]);
		if (folder_lock_backup(&lock, dir, &why) != ST_OK || write(from[1], "x", 1) != 1
		    || read(to[0], &one, 1) != 0)
			_exit(1);
		_exit(0);
	}
	close(from[1]);
	close(to[0]);
	assert_int_equal(read(from[0], &one, 1), 1);
	close(from[0]);
	*out = to[1];
	return child;
}

static void a_second_backup_says_which_process_makes_one_and_leaves_it_alone(void **state)
{
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], tmp[320], wanted[60];
	pid_t other;
	int end, code = -1;

	(void)state;
	folder_make_one(&f, 2);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	snprintf(tmp, sizeof(tmp), "%s.new", to);
	other = begin_other(f.dir, &end);
	assert_int_equal(mkdir(tmp, 0700), 0); /* what that one has made so far */
	assert_int_equal(central_backup(f.r.c, to, NULL, &facts, &why), ST_RETRY);
	assert_string_equal(why.code, "backup-busy");
	snprintf(wanted, sizeof(wanted), "by process %ld;", (long)other);
	assert_non_null(strstr(why.text, wanted));
	assert_int_equal(access(tmp, F_OK), 0);
	close(end);
	assert_int_equal(waitpid(other, &code, 0), other);
	assert_int_equal(code, 0);
	err_clear(&why);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	folder_close(&f);
}

static void a_backup_of_a_backup_is_refused_and_leaves_it_whole(void **state)
{
	struct backup_facts facts;
	struct central *b = NULL;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], next[310];
	bool older;

	(void)state;
	folder_make_one(&f, 3);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	snprintf(next, sizeof(next), "%s-2", to);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	f.r.env.look_only = true;
	must(central_open(&b, to, &f.r.env, &why), &why);
	assert_int_equal(central_backup(b, next, NULL, &facts, &why), ST_REFUSED);
	assert_string_equal(why.code, "is-backup");
	central_close(b);
	err_clear(&why);
	must(backup_check(to, &facts, &older, &why), &why);
	folder_close(&f);
}

/* --- What was erased between a backup and its return ------------------------------ */

#define WORD "KANARIEFAGEL"

static void propose(struct desk *d, const char *id, const char *what, int64_t n, const char *ground,
		    struct ack *ack)
{
	struct action a = ACTION_INIT;
	char text[24];

	desk_draft(d, &a, id, "erasure.propose");
	set_arg(&a, "what", what);
	set_arg(&a, "ground", ground);
	set_arg(&a, "why", "Gallringsbeslut 7");
	snprintf(text, sizeof(text), "%lld", (long long)n);
	if (n)
		set_arg(&a, "n", text);
	desk_send(d, &a, ack);
	action_release(&a);
}

static int64_t counted(struct folder *f, const char *sql, const char *id)
{
	struct stmt *q = db_stmt(central_db(f->r.c), sql);
	int64_t n = -1;

	stmt_cstr(q, 1, id);
	if (stmt_step(q, NULL) == ST_OK)
		n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

static int64_t with_words(struct folder *f, const char *id)
{
	return counted(f,
		       "SELECT count(*) FROM entry JOIN log USING(seq) WHERE case_id = ?1"
		       " AND jws IS NOT NULL AND act = 'note.add'",
		       id);
}

static void put_back(struct folder *f, const char *from, struct restore_facts *r)
{
	struct err why = ERR_INIT;

	central_close(f->r.c);
	must(central_restore(from, f->dir, f->r.wall, r, &why), &why);
	f->r.env.accept_restore = true;
	folder_open(f);
	f->r.env.accept_restore = false;
}

static void tell_fault(void *ctx, const struct central_fault *f)
{
	(void)ctx;
	print_message("fault: n %lld: %s\n", (long long)f->n, f->text);
}

static int64_t faults(struct folder *f)
{
	struct central_findings found;

	assert_int_equal(central_verify(f->r.c, &found, tell_fault, NULL, NULL), ST_OK);
	return found.faults;
}

static bool told_of(const struct restore_facts *r, const char *words)
{
	return r->compared && strstr(strbuf_cstr(&r->changes), words) != NULL;
}

static void what_was_erased_is_erased_again_by_the_central_that_is_put_back(void **state)
{
	struct desk britt, rosa, ragnar;
	struct restore_facts r;
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], part[UUID_TEXT], whole[UUID_TEXT], first[UUID_TEXT];
	struct strbuf erased = STRBUF_INIT;
	struct ack ack;
	int64_t n, keys;

	(void)state;
	folder_make_one(&f, 4);
	rig_officer(&f.r, "rosa", "registrar", "bygg", 0);
	rig_officer(&f.r, "ragnar", "registrar", "bygg", 0);
	rig_case(&f.r, "BYGGLOV", part);
	rig_case(&f.r, "BYGGLOV", whole);
	desk_open(&britt, &f.r, "britt");
	desk_open(&rosa, &f.r, "rosa");
	desk_open(&ragnar, &f.r, "ragnar");
	desk_act(&britt, whole, "note.add", "text", WORD, &ack);
	desk_act(&britt, part, "note.add", "text", WORD, &ack);
	n = ack.n;
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	memcpy(first, central_epoch(f.r.c), sizeof(first));

	propose(&rosa, part, "entry", n, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	strbuf_set(&erased, strbuf_cstr(&rosa.jws), rosa.jws.len);
	propose(&rosa, whole, "case", 0, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	snprintf(to, sizeof(to), "%lld", (long long)ack.n);
	desk_act(&ragnar, whole, "erasure.confirm", "n", to, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);

	/* Put back twice, the first time without ever being started. */
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	central_close(f.r.c);
	must(central_restore(to, f.dir, f.r.wall, &r, &why), &why);
	assert_true(told_of(&r, "erased since and there again"));
	strbuf_release(&r.changes);
	f.r.wall += 1000;
	f.r.c = NULL;
	put_back(&f, to, &r);
	assert_true(told_of(&r, ", all of it"));
	assert_true(r.erasures);
	strbuf_release(&r.changes);
	assert_string_not_equal(central_epoch(f.r.c), first);
	assert_int_equal(with_words(&f, part), 0);
	assert_int_equal(with_words(&f, whole), 0);
	assert_int_equal(counted(&f, "SELECT count(*) FROM erased_case WHERE case_id = ?1", whole),
			 1);
	assert_int_equal(counted(&f, "SELECT count(*) FROM erase_again WHERE ?1 = ?1", ""), 0);
	assert_int_equal(faults(&f), 0);

	/* The one that was put aside second is the first copy, with the words. */
	assert_int_equal(central_trouble(f.r.c, &why), ST_CONFLICT);
	assert_string_equal(why.code, "before-kept");

	/* What the registrar's workstation offers again stands, and is the word
	 * by which the entry is gone. */
	keys = counted(&f, "SELECT count(*) FROM log WHERE case_id = ?1", part);
	assert_int_equal(desk_try_login(&rosa), 200);
	assert_int_equal(desk_post(&rosa, strbuf_str(&erased)), 200);
	rig_ack(&f.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	assert_int_equal(counted(&f, "SELECT count(*) FROM log WHERE case_id = ?1", part),
			 keys + 2);
	assert_int_equal(faults(&f), 0);
	strbuf_release(&erased);
	desk_release(&britt);
	desk_release(&rosa);
	desk_release(&ragnar);
	folder_close(&f);
}

/* It is not as if there had been no database to be held against. */
static void what_cannot_be_noted_to_be_erased_again_is_told_by_itself(void **state)
{
	struct desk britt, rosa;
	struct restore_facts r;
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], id[UUID_TEXT];
	struct ack ack;

	(void)state;
	folder_make_one(&f, 6);
	rig_officer(&f.r, "rosa", "registrar", "bygg", 0);
	rig_case(&f.r, "BYGGLOV", id);
	desk_open(&britt, &f.r, "britt");
	desk_open(&rosa, &f.r, "rosa");
	desk_act(&britt, id, "note.add", "text", WORD, &ack);
	must(db_exec(central_db(f.r.c),
		     "CREATE TRIGGER no_list BEFORE INSERT ON erase_again"
		     " BEGIN SELECT raise(FAIL, 'no list'); END",
		     &why),
	     &why);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	propose(&rosa, id, "entry", ack.n, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	put_back(&f, to, &r);
	assert_true(told_of(&r, "erased since and there again"));
	assert_false(r.erasures);
	strbuf_release(&r.changes);
	desk_release(&britt);
	desk_release(&rosa);
	folder_close(&f);
}

/* The database of before may be lost: then the workstation brings the decision. */
static void a_decision_that_was_lost_erases_what_the_restore_kept(void **state)
{
	struct desk britt, rosa;
	struct restore_facts r;
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], id[UUID_TEXT], db[300];
	struct strbuf erased = STRBUF_INIT;
	struct ack ack;
	int64_t n;

	(void)state;
	folder_make_one(&f, 5);
	rig_officer(&f.r, "rosa", "registrar", "bygg", 0);
	rig_case(&f.r, "BYGGLOV", id);
	desk_open(&britt, &f.r, "britt");
	desk_open(&rosa, &f.r, "rosa");
	desk_act(&britt, id, "note.add", "text", WORD, &ack);
	n = ack.n;
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	desk_act(&britt, id, "note.add", "text", "mer", &ack);
	propose(&rosa, id, "entry", n, "secret", &ack);
	strbuf_set(&erased, strbuf_cstr(&rosa.jws), rosa.jws.len);

	snprintf(db, sizeof(db), "%s/central.db", f.dir);
	assert_int_equal(unlink(db), 0);
	put_back(&f, to, &r);
	assert_false(r.compared);
	strbuf_release(&r.changes);
	assert_int_equal(with_words(&f, id), 1);
	assert_int_equal(desk_try_login(&rosa), 200);
	assert_int_equal(desk_post(&rosa, strbuf_str(&erased)), 200);
	rig_ack(&f.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	assert_int_equal(with_words(&f, id), 0);
	assert_int_equal(faults(&f), 0);

	strbuf_release(&erased);
	desk_release(&britt);
	desk_release(&rosa);
	folder_close(&f);
}

/* What was put back, and never served, lacks what was done in the one before it. */
static void what_nobody_served_says_nothing_of_what_was_done(void **state)
{
	struct desk britt, rosa;
	struct restore_facts r;
	struct backup_facts facts;
	struct folder f;
	struct err why = ERR_INIT;
	char to[300], id[UUID_TEXT];
	struct ack ack;

	(void)state;
	folder_make_one(&f, 9);
	rig_officer(&f.r, "rosa", "registrar", "bygg", 0);
	rig_case(&f.r, "BYGGLOV", id);
	desk_open(&britt, &f.r, "britt");
	desk_open(&rosa, &f.r, "rosa");
	desk_act(&britt, id, "note.add", "text", WORD, &ack);
	snprintf(to, sizeof(to), "%s/backup", f.dir);
	must(central_backup(f.r.c, to, NULL, &facts, &why), &why);
	propose(&rosa, id, "entry", ack.n, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);

	central_close(f.r.c);
	f.r.c = NULL;
	must(central_restore(to, f.dir, f.r.wall, &r, &why), &why);
	assert_true(told_of(&r, "erased since and there again"));
	assert_false(r.aside_gone);
	assert_int_equal(unlink(r.kept), 0);
	strbuf_release(&r.changes);
	for (int i = 0; i < 2; i++) {
		f.r.wall += 1000;
		must(central_restore(to, f.dir, f.r.wall, &r, &why), &why);
		assert_true(r.aside_gone);
		assert_false(r.compared);
		assert_false(r.erasures);
		assert_int_equal(r.changes.len, 0);
		strbuf_release(&r.changes);
	}
	f.r.env.accept_restore = true;
	folder_open(&f);
	desk_release(&britt);
	desk_release(&rosa);
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_told_of_when_it_is_there_and_not_when_it_failed),
		cmocka_unit_test(a_second_backup_says_which_process_makes_one_and_leaves_it_alone),
		cmocka_unit_test(a_backup_of_a_backup_is_refused_and_leaves_it_whole),
		cmocka_unit_test(what_was_erased_is_erased_again_by_the_central_that_is_put_back),
		cmocka_unit_test(what_cannot_be_noted_to_be_erased_again_is_told_by_itself),
		cmocka_unit_test(a_decision_that_was_lost_erases_what_the_restore_kept),
		cmocka_unit_test(what_nobody_served_says_nothing_of_what_was_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
