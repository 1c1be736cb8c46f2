/* SPDX-License-Identifier: EUPL-1.2 */
/* GET /v1/snapshots: shared by all officers of a scope, judged at each read. */
#include <string.h>

#include "central/call.h"
#include "central/snapshot.h"

#include "base/banned.h"

static enum status unknown(struct err *why)
{
	return err_set(why, ST_NONE, "snapshot-unknown",
		       "there is no such snapshot within your rights");
}

/* Digits in their one spelling. */
static bool part_number(const struct call *k, int i, int64_t *v)
{
	struct str s = k->part[i];

	*v = 0;
	if (s.n >= 16)
		return false;
	for (size_t at = 0; at < s.n; at++) {
		if (s.p[at] < '0' || s.p[at] > '9')
			return false;
		*v = *v * 10 + (s.p[at] - '0');
	}
	return s.n == 1 || (s.n > 1 && s.p[0] != '0');
}

/* A scope that is not held and one that is not there are told alike. */
static enum status held_scope(const struct call *k, int64_t *scope, struct err *why)
{
	if (part_number(k, 0, scope) && rights_see(&k->who, *scope))
		return ST_OK;
	return unknown(why);
}

enum status handle_snapshot(struct call *k, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	int64_t scope;
	enum status st = held_scope(k, &scope, why);

	if (st == ST_OK)
		st = snapshot_clean(k->c, scope, why);
	if (st == ST_OK)
		st = snapshot_newest(k->c, scope, &s, why);
	if (st == ST_OK) {
		reply_type(k->out, 200, TYPE_JSON);
		if (!snapshot_write(&k->out->body, &s))
			st = err_set(why, ST_BROKEN, "memory", "no memory for a manifest");
	}
	snapshot_release(&s);
	return st;
}

enum status handle_segment(struct call *k, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	char gen[UUID_TEXT];
	int64_t scope, i;
	enum status st = held_scope(k, &scope, why);

	if (st == ST_OK && (!uuid_valid(k->part[1]) || !part_number(k, 2, &i)))
		st = unknown(why);
	if (st == ST_OK) {
		memcpy(gen, k->part[1].p, UUID_TEXT - 1);
		gen[UUID_TEXT - 1] = '\0';
		st = snapshot_of(k->c, scope, gen, &s, why);
	}
	if (st == ST_OK)
		st = snapshot_whole_segment(k->c, &s, i, &k->out->body, why);
	if (st == ST_OK) {
		reply_type(k->out, 200, "application/zstd");
		st = reply_cut_range(k, why);
	}
	snapshot_release(&s);
	/* A file that a newer generation took away meanwhile. */
	return st == ST_NONE ? unknown(why) : st;
}
