/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * push_limit - what a push costs with bare libraries.
 *
 * Place:    push -> PUSH_LIMIT; beside the folder's central.
 * Promise:  it does what the protocol asks of any central, and no more. For
 *           each envelope: its signature is verified and its hash taken; it
 *           gets a row in log and feed, its case's row moves on, and an
 *           acknowledgement is signed and kept. Each group of 50 is one
 *           transaction in a plain file, waited for (synchronous=FULL), and a
 *           line of a witness follows each request. It parses and judges
 *           nothing, has no tree, and no index but its keys.
 * Owner:    push_limit_release.
 * Errors:   bench_fail.
 */
#ifndef TESTS_BENCH_PUSH_LIMIT_H
#define TESTS_BENCH_PUSH_LIMIT_H

#include <sodium.h>
#include <sqlite3.h>

#include "tests/bench/desk.h"

enum { LIMIT_A_GROUP = 50 };

struct push_limit {
	sqlite3 *db;
	sqlite3_stmt *log, *feed, *move, *ack;
	unsigned char key[crypto_sign_SECRETKEYBYTES];
	int witness;
	int64_t seq;
};

/* `dir` holds a central; its cases' rows are copied into a file there. */
void push_limit_open(struct push_limit *l, const char *dir);
/* Take the lines of one request, all of `desk` and each on the case at the
 * same place; gives back the ns that it took. */
int64_t push_limit_take(struct push_limit *l, const struct desk *desk, struct str lines,
			const struct place *at);
void push_limit_release(struct push_limit *l);

#endif
