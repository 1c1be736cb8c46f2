/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/compact.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "central/store.h"

#include "base/banned.h"

/* Rows that are looked at, and at most dropped, at a time. */
enum { BATCH = 500 };

static void floor_key(char key[48], int64_t scope)
{
	snprintf(key, 48, "feed_floor.%" PRId64, scope);
}

enum status feed_floor(struct db *db, int64_t scope, int64_t *seq, struct err *why)
{
	char key[48], text[24];
	enum status st;

	floor_key(key, scope);
	st = meta_get(db, key, text, sizeof(text), why);
	*seq = strtoll(text, NULL, 10);
	return st == ST_NONE ? ST_OK : st;
}

static enum status raise_floor(struct db *db, int64_t scope, int64_t to, struct err *why)
{
	char key[48], text[24];
	int64_t now = 0;
	enum status st = feed_floor(db, scope, &now, why);

	if (st != ST_OK || now >= to)
		return st;
	floor_key(key, scope);
	snprintf(text, sizeof(text), "%" PRId64, to);
	return meta_set(db, key, text, why);
}

/* The last entry from before that moment: entries lie in the order of time. */
static enum status newest_before(struct db *db, int64_t before, int64_t *seq, struct err *why)
{
	struct log_row r;
	int64_t low = 0, high = 0;
	enum status st = feed_head_seq(db, &high, why);

	while (st == ST_OK && low < high) {
		int64_t mid = low + (high - low + 1) / 2;

		st = log_by_seq(db, mid, &r, why);
		if (st == ST_OK && r.at < before)
			low = mid;
		else
			high = mid - 1;
	}
	*seq = low;
	return st;
}

/* The floor and the rows below it in one transaction. What is spent stays so,
 * whatever is written between looking and dropping. */
static enum status drop(struct db *db, const struct feed_row *rows, int count, struct err *why)
{
	enum status st = db_begin(db, why);

	if (st == ST_OK)
		st = raise_floor(db, rows[count - 1].scope, rows[count - 1].seq, why);
	for (int i = 0; i < count && st == ST_OK; i++)
		st = feed_drop(db, &rows[i], why);
	if (st == ST_OK)
		return db_commit(db, why);
	db_rollback(db);
	return st;
}

static enum status compact_scope(struct central *c, int64_t scope, int64_t upto, int64_t *dropped,
				 struct err *why)
{
	struct feed_row *rows = calloc(BATCH, sizeof(*rows));
	int64_t after = 0;
	int count = 0;
	enum status st = rows ? ST_OK : err_set(why, ST_BROKEN, "memory", "out of memory");

	while (st == ST_OK && after < upto) {
		st = feed_spent(c->db, scope, &after, upto, rows, BATCH, &count, why);
		if (st == ST_OK && count > 0)
			st = drop(c->db, rows, count, why);
		*dropped += st == ST_OK ? count : 0;
	}
	free(rows);
	return st;
}

enum status feed_compact(struct central *c, int64_t before, int64_t *dropped, struct err *why)
{
	int64_t upto = 0, scope = 0;
	enum status st = newest_before(c->db, before, &upto, why);

	*dropped = 0;
	while (st == ST_OK && (st = feed_scope_after(c->db, scope, &scope, why)) == ST_OK)
		st = compact_scope(c, scope, upto, dropped, why);
	return st == ST_NONE ? ST_OK : st;
}
