/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * desk - a device for benches: it logs in, signs and posts.
 *
 * Place:    push, feed, pages -> DESK -> central_handle, or HTTP.
 * Promise:  what it sends is what a workstation sends, byte for byte of the
 *           same kind. Whatever goes wrong ends the program: a bench has no
 *           second way.
 * Owner:    desk_release; the central or connection is borrowed.
 * Errors:   bench_fail.
 */
#ifndef TESTS_BENCH_DESK_H
#define TESTS_BENCH_DESK_H

#include "base/exchange.h"
#include "central/demo_desk.h"
#include "wire/page.h"

struct http;

/* Where requests go: `central` in this process, or `url` over `http`. */
struct road {
	struct central *central;
	struct http *http;
	const char *url;
};
void road_ask(const struct road *r, const struct request *req, struct reply *reply);

/* The chain's end of a case, which an action is based on. */
struct place {
	char case_id[UUID_TEXT];
	int64_t n;
	char eh[HASH_TEXT];
};

struct desk {
	struct road road;
	struct demo_desk who;
	struct demo_desk_env env;
	char aud[OFFICER_MAX], epoch[UUID_TEXT];
	struct page_head head; /* of the last page that was pulled */
	char catalog[HASH_TEXT];
	int64_t case_rows; /* pulled so far */
};
/* Enrol a new device of that officer at an open central, and log in there. */
void desk_open(struct desk *d, struct central *c, const char *officer);
void desk_release(struct desk *d);
/* Log in where `road` leads now. */
void desk_login(struct desk *d);

/* Append one signed line to `lines`; the device's chain moves on. */
void desk_sign(struct desk *d, const struct place *at, const char *act, const char *name,
	       const char *value, struct strbuf *lines);
/* Post; the status must be 200. */
void desk_post(struct desk *d, const char *path, const char *type, struct str body,
	       struct reply *reply);

/* The next page: packed, in reply->body. */
void desk_pull(struct desk *d, struct reply *reply);

/* The first `count` cases of a central by id; fails if there are fewer. */
void places_read(struct central *c, struct place *out, int count);
/* A central's folder, opened as the program does it. */
struct central *bench_central(const char *dir);

#endif
