/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/claims.h"

#include <string.h>

#include "base/encode.h"
#include "central/store.h"
#include "sign/hash.h"
#include "wire/ack.h"

#include "base/banned.h"

static enum status diverged(struct call *k, int64_t size, bool proved, struct err *why)
{
	if (proved)
		central_note_diverged(k->c, k->device.id, size);
	return err_set(why, ST_CONFLICT, "history-diverged",
		       "the log here does not extend the one that you hold; tell the operator");
}

/* The payload of what we have signed; false: we have not. */
static bool ours(struct call *k, const char *typ, struct str jws, struct strbuf *payload)
{
	return jws.p && jws_open(payload, NULL, signkey_public(k->c->key), typ, jws, NULL) == ST_OK;
}

/* Did we sign this very head in this epoch? */
static bool is_signed(struct call *k, struct str jws, int64_t size, const char *root)
{
	struct strbuf payload = STRBUF_INIT;
	struct log_head h;
	bool yes = ours(k, TYP_HEAD, jws, &payload)
		   && head_read(&h, strbuf_str(&payload), NULL) == ST_OK && h.size == size
		   && strcmp(h.root, root) == 0 && strcmp(h.epoch, k->c->epoch) == 0;

	strbuf_release(&payload);
	return yes;
}

enum status claim_head(struct call *k, const struct json *head, struct err *why)
{
	struct merkle_store tree = central_tree(k->c);
	char text[HASH_TEXT];
	unsigned char root[32];
	struct hash32 here;
	int64_t size = json_get_int(head, "size", -1), have = central_size(k->c);

	if (json_kind_of(head) != JSON_MAP)
		return ST_OK;
	if (size < 0 || !json_copy_text(head, "root", text, sizeof(text))
	    || !hex_decode(root, sizeof(root), str_of(text)))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"head\" is {size, root, jws}");
	if (size <= have && merkle_root(&tree, size, &here)
	    && memcmp(here.b, root, sizeof(root)) == 0)
		return ST_OK;
	return diverged(k, size, is_signed(k, json_get_text(head, "jws"), size, text), why);
}

/* Does the entry stand where the answer says? */
static enum status check_entry(struct call *k, const struct ack *a, struct err *why)
{
	struct log_row row;
	enum status st;

	if (!verdict_stands(a->verdict) || strcmp(a->epoch, k->c->epoch) != 0)
		return ST_OK;
	st = log_by_seq(k->c->db, a->seq, &row, why);
	if (st == ST_NONE || (st == ST_OK && strcmp(row.eh, a->eh) != 0)) {
		err_clear(why);
		return diverged(k, a->seq, true, why);
	}
	return st;
}

enum status claim_ack(struct call *k, struct str jws, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct ack a;
	enum status st = ST_OK;

	if (ours(k, TYP_ACK, jws, &payload) && ack_read(&a, strbuf_str(&payload), NULL) == ST_OK)
		st = check_entry(k, &a, why);
	strbuf_release(&payload);
	return st;
}

enum status claim_read(struct call *k, const struct scope_seq *sub, int count, struct err *why)
{
	int64_t have = central_size(k->c);

	for (int i = 0; i < count; i++)
		if (sub[i].seq > have)
			return diverged(k, sub[i].seq, false, why);
	return ST_OK;
}
