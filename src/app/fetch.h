/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fetch - one document on its way from the central, part by part.
 *
 * Place:    reader -> FETCH -> request -> engine -> reply -> FETCH -> cache.
 * Promise:  pure: no clock, no network, no file. What came is kept when a
 *           line is lost, and the next part goes on behind it. Nothing is
 *           given out before all of it has the hash that was asked for; the
 *           central can't send more than was announced.
 * Owner:    struct fetch owns the bytes; fetch_release.
 * Errors:   FETCH_REFUSED with the central's words; FETCH_CHANGED: the bytes
 *           are others than those that were signed.
 */
#ifndef APP_FETCH_H
#define APP_FETCH_H

#include "base/exchange.h"
#include "domain/casefile.h"

enum { FETCH_PART = 64 * 1024, FETCH_PART_MAX = 1024 * 1024, FETCH_MAX = 64 * 1024 * 1024 };

struct fetch {
	char case_id[UUID_TEXT];
	char h[HASH_TEXT]; /* "" = nothing is being fetched */
	int64_t len;	   /* as announced with the signature */
	int64_t part;	   /* bytes of the next request */
	struct strbuf bytes;
};
#define FETCH_INIT                                                                                 \
	{                                                                                          \
		.bytes = STRBUF_INIT                                                               \
	}

enum fetch_state {
	FETCH_MORE,    /* ask for the next part */
	FETCH_DONE,    /* `bytes` is the document */
	FETCH_LOST,    /* no answer, or the central is busy: ask again later */
	FETCH_REFUSED, /* the central will not: why says what it said */
	FETCH_CHANGED, /* why says what is wrong; the bytes are gone */
};

void fetch_begin(struct fetch *f, const char *case_id, const char *h, int64_t len);
void fetch_release(struct fetch *f);
bool fetch_on(const struct fetch *f);
/* The request for the next part. */
void fetch_ask(const struct fetch *f, struct request *r);
enum fetch_state fetch_take(struct fetch *f, const struct reply *r, struct err *why);
int fetch_percent(const struct fetch *f);

#endif
