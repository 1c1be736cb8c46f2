/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/fetch.h"

#include <stdio.h>
#include <string.h>

#include "sign/hash.h"
#include "wire/problem.h"

#include "base/banned.h"

void fetch_begin(struct fetch *f, const char *case_id, const char *h, int64_t len)
{
	fetch_release(f);
	snprintf(f->case_id, sizeof(f->case_id), "%s", case_id);
	snprintf(f->h, sizeof(f->h), "%s", h);
	f->len = len;
	f->part = FETCH_PART;
}

void fetch_release(struct fetch *f)
{
	strbuf_wipe(&f->bytes);
	*f = (struct fetch)FETCH_INIT;
}

bool fetch_on(const struct fetch *f)
{
	return f->h[0] != '\0';
}

int fetch_percent(const struct fetch *f)
{
	return f->len > 0 ? (int)((int64_t)f->bytes.len * 100 / f->len) : 0;
}

void fetch_ask(const struct fetch *f, struct request *r)
{
	char path[sizeof(f->case_id) + sizeof(f->h) + 40];

	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", f->case_id, f->h);
	request_set(r, "GET", path);
	r->range_from = (int64_t)f->bytes.len;
	r->range_to = r->range_from + f->part;
}

static enum fetch_state changed(struct fetch *f, const char *what, struct err *why)
{
	strbuf_wipe(&f->bytes);
	err_set(why, ST_BROKEN, "document-changed", "%s", what);
	return FETCH_CHANGED;
}

static enum fetch_state refused(const struct reply *r, struct err *why)
{
	struct problem p = { .status = r->status };

	if (problem_read(&p, strbuf_str(&r->body), NULL) != ST_OK)
		snprintf(p.code, sizeof(p.code), "http-%d", r->status);
	err_set(why, ST_REFUSED, p.code, "the central answered %d: %s", r->status, p.detail);
	return FETCH_REFUSED;
}

static enum fetch_state whole(struct fetch *f, struct err *why)
{
	char is[HASH_TEXT];

	sha256_hex(is, strbuf_str(&f->bytes));
	if (strcmp(is, f->h) != 0)
		return changed(f, "the bytes have another SHA-256 than the one that was signed",
			       why);
	return FETCH_DONE;
}

/* A central without ranges sends all of it at once. */
static bool fits(const struct fetch *f, const struct reply *r)
{
	int64_t had = (int64_t)f->bytes.len, came = (int64_t)r->body.len;

	if (r->status == 200)
		return came == f->len;
	return came > 0 && r->range_from == had && r->range_total == f->len && had + came <= f->len;
}

enum fetch_state fetch_take(struct fetch *f, const struct reply *r, struct err *why)
{
	if (r->status == 0 || r->status == 401 || r->status == 429 || r->status >= 500) {
		f->part = FETCH_PART;
		return FETCH_LOST;
	}
	if (r->status == 416)
		return changed(f, "the central's document is shorter than the one that was signed",
			       why);
	if (r->status != 200 && r->status != 206)
		return refused(r, why);
	if (f->len > FETCH_MAX || !fits(f, r))
		return changed(f, "the central's document has another length than was signed", why);
	if (r->status == 200)
		strbuf_clear(&f->bytes);
	if (!strbuf_add(&f->bytes, strbuf_cstr(&r->body), r->body.len)) {
		err_set(why, ST_BROKEN, "memory", "no memory for a document");
		return FETCH_REFUSED;
	}
	if (f->part < FETCH_PART_MAX)
		f->part *= 2;
	return (int64_t)f->bytes.len == f->len ? whole(f, why) : FETCH_MORE;
}
