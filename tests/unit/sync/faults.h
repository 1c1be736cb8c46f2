/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * faults - whatever the program under test asks of SQLite or of memory fails
 * once, at each place in turn from which it is asked.
 *
 * Place:    tests/unit/sync; the link wraps sqlite3_step, sqlite3_exec, calloc,
 *           realloc and sodium_malloc (Makefile).
 * Promise:  a place is a whole path of calls: it is met once however often the
 *           program comes by. Only between faults_on and faults_off counts; what
 *           a test does itself never fails. ROLLBACK never does.
 * Owner:    the test's struct. Errors: a failed assert.
 */
#ifndef TESTS_SYNC_FAULTS_H
#define TESTS_SYNC_FAULTS_H

#include <execinfo.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum fault_kind {
	FAULT_DISK,   /* one statement */
	FAULT_UNDONE, /* and SQLite undoes the transaction by itself, as it may */
	FAULT_FULL,   /* every statement from there on, until faults_heal */
	FAULT_MEMORY, /* one allocation */
	FAULT_KINDS
};
enum { FAULT_PLACES = 6000, FAULT_FRAMES = 40, FAULT_TABLE = 1024 };

struct faults {
	enum fault_kind kind;
	bool looking;	   /* for places; nothing fails */
	int64_t calls, at; /* so many were made, and that one fails; 0: none */
	bool on, struck;
	int depth; /* of calls where faults_on was called: the test's own */
	int places;
	int64_t first[FAULT_PLACES]; /* the call by which each place was met */
	uint64_t place[FAULT_PLACES];
};

/* One at a time: the wrapped functions know no other. */
static struct faults *faults_now;

static inline void faults_on(void)
{
	void *frame[FAULT_FRAMES];

	if (faults_now && faults_now->looking)
		faults_now->depth = backtrace(frame, FAULT_FRAMES);
	if (faults_now)
		faults_now->on = true;
}

static inline void faults_off(void)
{
	if (faults_now)
		faults_now->on = false;
}

/* Room was made on the disk. */
static inline void faults_heal(void)
{
	if (faults_now && faults_now->struck)
		faults_now->at = 0;
}

/* Paths of calls are told apart by a hash of where they return to. */
static inline void faults_look(struct faults *f)
{
	void *frame[FAULT_FRAMES];
	uint64_t place = 14695981039346656037U;
	int n;

	f->on = false;
	n = backtrace(frame, FAULT_FRAMES);
	f->on = true;
	for (int i = 0; i < n - f->depth; i++)
		place = (place ^ (uintptr_t)frame[i]) * 1099511628211U;
	for (int i = 0; i < f->places; i++)
		if (f->place[i] == place)
			return;
	if (f->places == FAULT_PLACES)
		return;
	f->place[f->places] = place;
	f->first[f->places++] = f->calls;
}

/* Is it here that it fails? */
static inline bool faults_strike(bool memory)
{
	struct faults *f = faults_now;

	if (!f || !f->on || memory != (f->kind == FAULT_MEMORY))
		return false;
	f->calls++;
	if (f->looking)
		faults_look(f);
	if (f->struck)
		return f->kind == FAULT_FULL && f->at > 0;
	f->struck = f->calls == f->at;
	return f->struck;
}

int __real_sqlite3_step(sqlite3_stmt *q);
int __wrap_sqlite3_step(sqlite3_stmt *q);
int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **),
			void *ctx, char **text);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **),
			void *ctx, char **text);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);
void *__real_calloc(size_t count, size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__real_sodium_malloc(size_t n);
void *__wrap_sodium_malloc(size_t n);

static inline void faults_undo(sqlite3 *db)
{
	if (faults_now->kind == FAULT_UNDONE && !sqlite3_get_autocommit(db))
		__real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

int __wrap_sqlite3_step(sqlite3_stmt *q)
{
	if (!faults_strike(false))
		return __real_sqlite3_step(q);
	faults_undo(sqlite3_db_handle(q));
	return SQLITE_FULL;
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **),
			void *ctx, char **text)
{
	if (strncmp(sql, "ROLLBACK", 8) == 0 || !faults_strike(false))
		return __real_sqlite3_exec(db, sql, row, ctx, text);
	faults_undo(db);
	return SQLITE_FULL;
}

void *__wrap_realloc(void *p, size_t n)
{
	return faults_strike(true) ? NULL : __real_realloc(p, n);
}

/* Without the few bytes of a prepared statement a program can only end. */
void *__wrap_calloc(size_t count, size_t n)
{
	return count * n >= FAULT_TABLE && faults_strike(true) ? NULL : __real_calloc(count, n);
}

void *__wrap_sodium_malloc(size_t n)
{
	return faults_strike(true) ? NULL : __real_sodium_malloc(n);
}

#endif
