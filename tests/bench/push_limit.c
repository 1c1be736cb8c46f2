/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/push_limit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "domain/action.h"
#include "sign/hash.h"
#include "tests/bench/figure.h"

#include "base/banned.h"

static void lite(struct push_limit *l, int rc, const char *what)
{
	struct err why = ERR_INIT;

	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
		return;
	(void)err_set(&why, ST_BROKEN, "sqlite", "%s", sqlite3_errmsg(l->db));
	bench_fail(what, &why);
}

static void run(struct push_limit *l, const char *sql)
{
	lite(l, sqlite3_exec(l->db, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *prepare(struct push_limit *l, const char *sql)
{
	sqlite3_stmt *q = NULL;

	lite(l, sqlite3_prepare_v2(l->db, sql, -1, &q, NULL), sql);
	return q;
}

static void bind(sqlite3_stmt *q, int i, const char *text)
{
	sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC);
}

static void finish(struct push_limit *l, sqlite3_stmt *q, const char *what)
{
	lite(l, sqlite3_step(q), what);
	sqlite3_reset(q);
}

/* The rows of the cases are as long here as there, and as scattered. */
static void copy_cases(struct push_limit *l, const char *dir)
{
	char path[600];
	sqlite3_stmt *q = prepare(l, "ATTACH ?1 AS central");

	snprintf(path, sizeof(path), "%s/central.db", dir);
	bind(q, 1, path);
	finish(l, q, "attach");
	sqlite3_finalize(q);
	run(l, "CREATE TABLE casefile AS SELECT * FROM central.casefile");
	run(l, "CREATE UNIQUE INDEX casefile_id ON casefile(id)");
	run(l, "DETACH central");
}

void push_limit_open(struct push_limit *l, const char *dir)
{
	unsigned char unused[crypto_sign_PUBLICKEYBYTES];
	char path[600];

	*l = (struct push_limit){ .seq = 0 };
	snprintf(path, sizeof(path), "%s/limit.db", dir);
	(void)unlink(path);
	lite(l, sqlite3_open(path, &l->db), "open");
	run(l, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
	run(l, "CREATE TABLE log(seq INTEGER PRIMARY KEY, ah TEXT NOT NULL, jws TEXT NOT NULL)");
	run(l, "CREATE TABLE feed(scope INTEGER, seq INTEGER, case_id TEXT,"
	       " PRIMARY KEY(scope, seq)) WITHOUT ROWID");
	run(l, "CREATE TABLE ack(seq INTEGER PRIMARY KEY, ack TEXT NOT NULL, sig BLOB NOT NULL)");
	copy_cases(l, dir);
	l->log = prepare(l, "INSERT INTO log VALUES(?1, ?2, ?3)");
	l->feed = prepare(
		l, "INSERT INTO feed SELECT scope, ?1, id FROM casefile WHERE casefile.id = ?2");
	l->move = prepare(l, "UPDATE casefile SET n = n + 1, eh = ?2 WHERE id = ?1");
	l->ack = prepare(l, "INSERT INTO ack VALUES(?1, ?2, ?3)");
	crypto_sign_keypair(unused, l->key);
	snprintf(path, sizeof(path), "%s/limit.witness", dir);
	l->witness = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (l->witness < 0)
		bench_fail(path, NULL);
}

void push_limit_release(struct push_limit *l)
{
	sqlite3_finalize(l->log);
	sqlite3_finalize(l->feed);
	sqlite3_finalize(l->move);
	sqlite3_finalize(l->ack);
	sqlite3_close(l->db);
	(void)close(l->witness);
}

/* The shortest text that says what an acknowledgement must say. */
static void acknowledge(struct push_limit *l, const struct desk *desk, const struct place *at,
			const char *ah)
{
	unsigned char sig[crypto_sign_BYTES];
	char ack[512];

	snprintf(ack, sizeof(ack),
		 "{\"ah\":\"%s\",\"dev\":\"%s\",\"ctr\":%" PRId64
		 ",\"verdict\":\"accepted\",\"case\":\"%s\",\"n\":%" PRId64
		 ",\"eh\":\"%s\",\"seq\":%" PRId64 "}",
		 ah, desk->who.dev, l->seq, at->case_id, at->n + 1, at->eh, l->seq);
	crypto_sign_detached(sig, NULL, (const unsigned char *)ack, strlen(ack), l->key);
	sqlite3_bind_int64(l->ack, 1, l->seq);
	bind(l->ack, 2, ack);
	sqlite3_bind_blob(l->ack, 3, sig, sizeof(sig), SQLITE_STATIC);
	finish(l, l->ack, "ack");
}

static void take(struct push_limit *l, const struct desk *desk, struct str line,
		 const struct place *at)
{
	const char *dot = memrchr(line.p, '.', line.n);
	struct str input = { line.p, dot ? (size_t)(dot - line.p) : 0 };
	unsigned char sig[crypto_sign_BYTES];
	char ah[HASH_TEXT];

	if (!dot
	    || !b64url_decode_exact(sig, sizeof(sig), (struct str){ dot + 1, line.n - input.n - 1 })
	    || !pubkey_verify(signkey_public(desk->who.key), sig, input))
		bench_fail("a signature of the limit does not hold", NULL);
	sha256_hex(ah, input);
	sqlite3_bind_int64(l->log, 1, ++l->seq);
	bind(l->log, 2, ah);
	sqlite3_bind_text(l->log, 3, line.p, (int)line.n, SQLITE_STATIC);
	finish(l, l->log, "log");
	sqlite3_bind_int64(l->feed, 1, l->seq);
	bind(l->feed, 2, at->case_id);
	finish(l, l->feed, "feed");
	bind(l->move, 1, at->case_id);
	bind(l->move, 2, ah);
	finish(l, l->move, "case");
	acknowledge(l, desk, at, ah);
}

static void witness(struct push_limit *l)
{
	static const char line[] = HASH_ZERO HASH_ZERO "\n";

	if (write(l->witness, line, sizeof(line) - 1) < 0 || fsync(l->witness) != 0)
		bench_fail("the witness of the limit cannot be written", NULL);
}

int64_t push_limit_take(struct push_limit *l, const struct desk *desk, struct str lines,
			const struct place *at)
{
	int64_t from = bench_ns();
	size_t n;
	int i = 0;

	for (const char *p = lines.p; *p; p += n + 1, i++) {
		n = strcspn(p, "\n");
		if (i % LIMIT_A_GROUP == 0)
			run(l, "BEGIN IMMEDIATE");
		take(l, desk, (struct str){ p, n }, &at[i]);
		if (i % LIMIT_A_GROUP == LIMIT_A_GROUP - 1)
			run(l, "COMMIT");
	}
	witness(l);
	return bench_ns() - from;
}
