/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/call.h"
#include "central/inside.h"
#include "central/store.h"
#include "central/store_erasure.h"
#include "sign/hash.h"

#include "base/banned.h"

/* Of its own uploads alone: whether somebody else has a document is no news
 * for this device. */
enum status handle_blob_head(struct call *k, struct err *why)
{
	char h[HASH_TEXT];
	enum status st = part_hash(k, 0, h, why);

	if (st == ST_OK)
		st = blob_owned(k->c->db, k->device.id, h, NULL, why);
	if (st == ST_OK)
		reply_type(k->out, 200, "application/octet-stream");
	return st == ST_NONE
		       ? err_set(why, st, "document-unknown", "this device has not uploaded it")
		       : st;
}

/* What no action names is nobody's: a device may not fill the disk with it. */
static enum status may_upload(struct call *k, struct err *why)
{
	int64_t unused = 0;
	enum status st = blob_unused(k->c->db, k->device.id, LIMIT_UPLOADS, &unused, why);

	if (st == ST_OK && unused >= LIMIT_UPLOADS)
		return err_set(why, ST_CONFLICT, "uploads-unused",
			       "%d documents of this device wait for an action that names them",
			       LIMIT_UPLOADS);
	return st;
}

enum status handle_blob_put(struct call *k, struct err *why)
{
	struct str bytes = strbuf_str(&k->r->body);
	char h[HASH_TEXT], real[HASH_TEXT];
	enum status st = part_hash(k, 0, h, why);
	bool known;

	if (st != ST_OK)
		return st;
	sha256_hex(real, bytes);
	if (strcmp(real, h) != 0)
		return err_set(
			why, ST_BAD_INPUT, "blob-hash",
			"the bytes have another SHA-256 than the address says; send them again");
	st = blob_owned(k->c->db, k->device.id, h, NULL, why);
	known = st == ST_OK;
	if (st == ST_NONE)
		st = may_upload(k, why);
	if (st == ST_OK && !known)
		st = db_begin(k->c->db, why);
	if (st == ST_OK && !known)
		st = blob_put(k->c->db, h, bytes, why);
	if (st == ST_OK && !known)
		st = blob_own(k->c->db, k->device.id, h, central_now(k->c), why);
	if (st == ST_OK && !known)
		st = db_commit(k->c->db, why);
	if (st == ST_OK) {
		reply_type(k->out, known ? 200 : 201, TYPE_JSON);
		strbuf_sets(&k->out->body, "{}");
	}
	return st;
}

/* --- Uploads that nothing names -------------------------------------------------- */

enum { UPLOAD_KEPT_MS = 24 * 60 * 60 * 1000, SWEEP_EVERY_MS = 60 * 60 * 1000, SWEEP_ROWS = 200 };
static const char swept_key[] = "uploads_swept";

/* A mark of the future is of a clock that has been set right since: all are
 * looked at again. */
static enum status swept_through(struct central *c, int64_t *at, struct err *why)
{
	char text[24];
	enum status st = meta_get(c->db, swept_key, text, sizeof(text), why);

	*at = st == ST_OK ? strtoll(text, NULL, 10) : 0;
	if (*at > central_now(c))
		*at = 0;
	return st == ST_NONE ? ST_OK : st;
}

/* In the caller's transaction, which others wait for: some at a time. Words may
 * have gone with them. */
static enum status sweep(struct central *c, int64_t after, int64_t until, struct err *why)
{
	char h[HASH_TEXT], text[24];
	int64_t at = after;
	int count = 0;
	enum status st = ST_OK;

	while (st == ST_OK && count < SWEEP_ROWS
	       && (st = blob_forgotten(c->db, after, until, h, &at, why)) == ST_OK) {
		count++;
		after = at - 1;
		st = blob_disown(c->db, h, why);
		if (st == ST_OK)
			st = blob_sweep(c->db, h, why);
	}
	if (st == ST_OK || st == ST_NONE) {
		snprintf(text, sizeof(text), "%lld", (long long)(st == ST_NONE ? until : after));
		st = meta_set(c->db, swept_key, text, why);
	}
	return st == ST_OK && count > 0 ? purge_add(c->db, PURGE_NO_CASE, why) : st;
}

enum status uploads_sweep(struct central *c, struct err *why)
{
	int64_t until = central_now(c) - UPLOAD_KEPT_MS, after;
	enum status st = swept_through(c, &after, why);

	if (st != ST_OK || until < after + SWEEP_EVERY_MS)
		return st;
	st = db_begin(c->db, why);
	if (st == ST_OK)
		st = sweep(c, after, until, why);
	if (st == ST_OK)
		st = db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}
