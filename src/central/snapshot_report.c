/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/snapshot_report.h"

#include <inttypes.h>
#include <string.h>

#include "central/store.h"

#include "base/banned.h"

static enum status make_one(struct central *c, const struct scope_row *s,
			    void (*put)(const char *text), struct err *why)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct strbuf line = STRBUF_INIT;
	int64_t bytes = 0;
	enum status st = snapshot_make(c, s->id, NULL, NULL, &made, why);

	for (int i = 0; i < made.count; i++)
		bytes += made.segments[i].bytes;
	if (st == ST_OK)
		strbuf_addf(&line,
			    "%s:%" PRId64 " (scope %" PRId64 "): %" PRId64
			    " cases, %d segments, %" PRId64 " bytes, at %" PRId64 "\n",
			    s->unit, s->class, s->id, made.cases, made.count, bytes, made.seq);
	if (st == ST_OK)
		put(strbuf_cstr(&line));
	strbuf_release(&line);
	snapshot_release(&made);
	return st;
}

static enum status find_scope(struct central *c, const char *which, struct scope_row *s,
			      struct err *why)
{
	const char *colon = strchr(which, ':');
	size_t n = colon ? (size_t)(colon - which) : strlen(which);
	enum status st = ST_NONE;

	if (n > 0 && n < sizeof(s->unit)
	    && (!colon || (strlen(colon) == 2 && colon[1] >= '0' && colon[1] <= '2'))) {
		memcpy(s->unit, which, n);
		s->unit[n] = '\0';
		s->class = colon ? colon[1] - '0' : 0;
		st = scope_find(c->db, s->unit, s->class, &s->id, why);
	}
	return st == ST_NONE ? err_set(why, ST_BAD_INPUT, "scope-unknown",
				       "\"%.60s\" is no UNIT or UNIT:CLASS of this central", which)
			     : st;
}

enum status snapshot_report(struct central *c, const char *which, void (*put)(const char *text),
			    struct err *why)
{
	struct scope_row s = { 0 };
	int64_t cases = 0;
	bool any = false;
	enum status st = ST_OK;

	if (*which) {
		st = find_scope(c, which, &s, why);
		return st == ST_OK ? make_one(c, &s, put, why) : st;
	}
	while (st == ST_OK && (st = scope_after(c->db, s.id, &s, why)) == ST_OK) {
		st = case_count_in(c->db, s.id, &cases, why);
		if (st == ST_OK && c->snapshot_cases > 0 && cases > c->snapshot_cases) {
			st = make_one(c, &s, put, why);
			any = true;
		}
	}
	if (st == ST_NONE && !any)
		put("no scope has more cases than snapshot_cases; --scope names one of any size\n");
	return st == ST_NONE ? ST_OK : st;
}
