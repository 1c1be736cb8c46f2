/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench - the snapshot that the central of a desk has, and how it gives it out.
 *
 * Place:    tests/unit/sync. Promise: one case a segment; a route of the desk's
 *           answers for it, and does what the script says instead.
 * Owner:    bench_release gives back the snapshot; the desk is its opener's.
 * Errors:   a failed assert.
 */
#ifndef TESTS_SYNC_BENCH_H
#define TESTS_SYNC_BENCH_H

#include "tests/unit/sync/desk.h"

#include "wire/snapshot.h"

#define GEN "0198dddd-0000-7000-8000-000000000001"
#define GEN_2 "0198dddd-0000-7000-8000-000000000002"
enum { SEGMENTS_MAX = 8 };

/* A desk whose files are real ones, and the snapshot that its central has. */
struct bench {
	struct desk *d;
	char dir[200], cache[240], outbox[240], aside[240];
	struct snapshot made;
	struct strbuf segment[SEGMENTS_MAX];
	int manifests, segments, ranges; /* that were asked for */
	int spoil;			 /* so many segments come with a wrong byte */
	bool gone;			 /* 404 for all of it */
	bool no_segments;		 /* 404 for what the manifest names */
	struct scope_seq says;		 /* what the segments say they are of; 0: as it is */
	bool two_scopes;		 /* and of another one besides */
	bool with_catalog;		 /* a row that no segment has */
	bool bulky;			 /* each segment takes more than one request */
	int refuse;			 /* so many segments, with `status` */
	int status;
	bool whole; /* no ranges are known here */
	bool other_part;
};

/* Details of a case that no packing makes short. */
static inline void put_bulk(struct strbuf *raw, const struct casefile *file, int64_t seq,
			    uint32_t seed)
{
	static const char letters[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	enum { LONG = 450 * 1000 };
	struct strbuf json = STRBUF_INIT;
	struct page_row r = { .kind = PAGE_DETAIL, .seq = seq, .n = file->n };

	strbuf_adds(&json, "{\"text\":\"");
	for (int i = 0; i < LONG; i++) {
		seed = seed * 1664525u + 1013904223u;
		strbuf_addc(&json, letters[seed >> 26]);
	}
	strbuf_adds(&json, "\"}");
	snprintf(r.case_id, sizeof(r.case_id), "%s", file->id);
	r.text = strbuf_str(&json);
	assert_true(page_put(raw, &r));
	strbuf_release(&json);
}

/* One case a segment, as the scope is now. */
static inline void central_snapshot(struct bench *b, const char *gen)
{
	struct desk *d = b->d;

	snapshot_release(&b->made);
	b->made.scope = SCOPE;
	b->made.seq = d->head;
	b->made.at = d->wall;
	b->made.cases = d->file_count;
	snprintf(b->made.epoch, sizeof(b->made.epoch), "%s", d->epoch);
	snprintf(b->made.gen, sizeof(b->made.gen), "%s", gen);
	for (int i = 0; i < d->file_count; i++) {
		struct page_head h = { .from_count = 1,
				       .to_count = 1,
				       .from = { { SCOPE, 0 } },
				       .to = { { SCOPE, d->head } },
				       .more = true,
				       .now = d->wall };
		struct page_row r = { .kind = PAGE_CASE,
				      .seq = d->head,
				      .scope_count = 1,
				      .scopes = { SCOPE },
				      .file = &d->file[i],
				      .n = d->file[i].n };
		struct segment one = { .rows = 1 };
		struct strbuf raw = STRBUF_INIT;
		char sha[HASH_TEXT];

		if (b->says.scope)
			h.to[0] = b->says;
		h.to_count += b->two_scopes;
		snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
		snprintf(r.case_id, sizeof(r.case_id), "%s", d->file[i].id);
		snprintf(r.eh, sizeof(r.eh), "%s", d->file[i].eh);
		assert_true(page_begin(&raw, &h) && page_put(&raw, &r));
		for (int k = 0; b->bulky && k < 4; k++, one.rows++)
			put_bulk(&raw, &d->file[i], d->head, (uint32_t)(i * 4 + k));
		if (b->with_catalog) {
			struct page_row c = { .kind = PAGE_CATALOG, .text = str_of("{}") };

			assert_true(page_put(&raw, &c));
			one.rows++;
		}
		sha256_hex(sha, strbuf_str(&raw));
		assert_true(page_end(&raw, one.rows, sha));
		strbuf_clear(&b->segment[i]);
		assert_true(zstd_pack(&b->segment[i], strbuf_str(&raw)));
		sha256_hex(one.sha256, strbuf_str(&b->segment[i]));
		one.bytes = (int64_t)b->segment[i].len;
		assert_true(snapshot_add(&b->made, &one));
		strbuf_release(&raw);
	}
	d->offer = true;
}

static inline void give_segment(struct bench *b, const struct request *r, int i, struct reply *out)
{
	const struct strbuf *s = &b->segment[i];

	b->segments++;
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/zstd");
	if (r->range_to && !b->whole) {
		b->ranges++;
		out->status = 206;
		out->range_from = r->range_from;
		out->range_total = (int64_t)s->len;
		strbuf_set(&out->body, s->data + r->range_from,
			   (size_t)(r->range_to - r->range_from));
	} else {
		strbuf_set(&out->body, s->data, s->len);
	}
	if (b->other_part) {
		out->status = 206;
		out->range_from = 1;
		b->other_part = false;
	}
	if (b->spoil > 0) {
		b->spoil--;
		out->body.data[out->body.len / 2] ^= 1;
	}
}

static inline bool bench_route(struct desk *d, const struct request *r, struct reply *out)
{
	struct bench *b = d->route_ctx;
	const char *path = strbuf_cstr(&r->path);
	char first[80];

	if (strncmp(path, "/v1/snapshots/", 14) != 0)
		return false;
	snprintf(first, sizeof(first), "/v1/snapshots/%d/%s/", SCOPE, b->made.gen);
	if (b->gone) {
		answer_problem(out, 404, "snapshot-unknown", "none", 0, "");
	} else if (strcmp(path, "/v1/snapshots/7") == 0) {
		b->manifests++;
		answer_json(out, 200, "");
		assert_true(snapshot_write(&out->body, &b->made));
	} else if (b->refuse > 0 && strncmp(path, first, strlen(first)) == 0) {
		b->refuse--;
		answer_problem(out, b->status, "so-it-is", "x", 0, "");
	} else if (strncmp(path, first, strlen(first)) == 0 && !b->no_segments) {
		give_segment(b, r, (int)strtol(path + strlen(first), NULL, 10), out);
	} else {
		answer_problem(out, 404, "snapshot-unknown", "none", 0, "");
	}
	return true;
}

/* How many cases are seen, in the list that an officer sees first. */
static inline int seen(struct bench *b)
{
	struct case_query q = CASE_QUERY_INIT;
	struct case_key from = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	struct err why = ERR_INIT;
	int n;

	must(case_list(b->d->cache, &q, &from, false, 50, &page, &why), &why);
	n = page.count;
	case_page_release(&page);
	return n;
}

static inline void bench_release(struct bench *b)
{
	for (int i = 0; i < SEGMENTS_MAX; i++)
		strbuf_release(&b->segment[i]);
	snapshot_release(&b->made);
}

#endif
