/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/call.h"
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
		st = blob_own(k->c->db, k->device.id, h, why);
	if (st == ST_OK && !known)
		st = db_commit(k->c->db, why);
	if (st == ST_OK) {
		reply_type(k->out, known ? 200 : 201, TYPE_JSON);
		strbuf_sets(&k->out->body, "{}");
	}
	return st;
}
