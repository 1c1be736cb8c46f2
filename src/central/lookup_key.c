/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/lookup_key.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/filter.h"
#include "sign/hash.h"
#include "sign/jws.h"

#include "base/banned.h"

/* An Ed25519 signature of a fixed text is always the same, and nobody without
 * the key can make it: hashed, it is a key for this purpose alone. */
static void derive(const struct central *c, unsigned char key[32])
{
	unsigned char sig[64];

	signkey_sign(c->key, sig, str_of("sluss lookup key 1"));
	sha256(key, (struct str){ (const char *)sig, sizeof(sig) });
	explicit_bzero(sig, sizeof(sig));
}

void lookup_hash(const struct central *c, char kind, struct str text, char out[LOOKUP_HASH])
{
	struct strbuf all = STRBUF_INIT;
	unsigned char key[32];
	char hex[HASH_TEXT];

	derive(c, key);
	strbuf_add(&all, (const char *)key, sizeof(key));
	strbuf_add(&all, &kind, 1);
	strbuf_add(&all, text.p, text.n);
	sha256_hex(hex, strbuf_str(&all));
	snprintf(out, LOOKUP_HASH, "%.*s", LOOKUP_HASH - 1, hex);
	explicit_bzero(key, sizeof(key));
	strbuf_release(&all);
}

void body_hash_keyed(const struct central *c, const char *sha256_of, char out[HASH_TEXT])
{
	char h[LOOKUP_HASH];

	lookup_hash(c, 'b', str_of(sha256_of), h);
	snprintf(out, HASH_TEXT, BODY_KEYED "%s", h);
}

enum status body_hashes_keyed(struct central *c, struct err *why)
{
	char key[HASH_TEXT] = "", plain[HASH_TEXT], keyed[HASH_TEXT], done[8];
	enum status st = meta_get(c->db, "intake_keyed", done, sizeof(done), why);

	if (st != ST_NONE)
		return st;
	st = db_begin(c->db, why);
	while (st == ST_OK && (st = intake_plain(c->db, key, plain, why)) == ST_OK) {
		body_hash_keyed(c, plain, keyed);
		st = intake_rehash(c->db, key, keyed, why);
	}
	if (st == ST_NONE)
		st = meta_set(c->db, "intake_keyed", "1", why);
	if (st == ST_OK)
		st = db_commit(c->db, why);
	else
		db_rollback(c->db);
	return st;
}

struct index {
	struct central *c;
	const char *case_id;
	int left; /* of LIMIT_LOOKUP_KEYS */
};

static enum status add_words(struct index *x, struct str text, struct err *why)
{
	struct strbuf folded = STRBUF_INIT_MAX(PARTY_MAX);
	char h[LOOKUP_HASH];
	enum status st = ST_OK;
	struct str word;
	size_t at = 0;

	/* A text that cannot be folded is not found by; it is there all the same. */
	if (utf8_fold(&folded, text, true))
		while (st == ST_OK && x->left > 0
		       && filter_next_word(strbuf_str(&folded), &at, &word)) {
			lookup_hash(x->c, 'w', word, h);
			st = lookup_key_add(x->c->db, h, x->case_id, why);
			x->left--;
		}
	strbuf_release(&folded);
	return st;
}

static enum status add_fields(struct index *x, struct str fields, struct err *why)
{
	struct json *j = NULL;
	enum status st = json_read(&j, fields, why);
	const struct json *value;
	const char *key = NULL;

	while (st == ST_OK && (value = json_next(j, &key)))
		if (json_kind_of(value) == JSON_TEXT && json_text(value).n <= LIMIT_LOOKUP_TEXT)
			st = add_words(x, json_text(value), why);
	json_free(j);
	return st;
}

enum status lookup_index(struct central *c, const char *case_id, const struct application *app,
			 struct err *why)
{
	struct index x = { c, case_id, LIMIT_LOOKUP_KEYS };
	char h[LOOKUP_HASH];
	enum status st = ST_OK;

	if (app->is_protected)
		return ST_OK;
	if (app->party_number[0]) {
		lookup_hash(c, 'n', str_of(app->party_number), h);
		st = lookup_key_add(c->db, h, case_id, why);
	}
	if (st == ST_OK)
		st = add_words(&x, strbuf_str(&app->party), why);
	return st == ST_OK ? add_fields(&x, strbuf_str(&app->fields), why) : st;
}
