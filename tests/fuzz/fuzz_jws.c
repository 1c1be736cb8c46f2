/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as an envelope or a checkpoint: refused, unless they
 * are what the fixed key itself makes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sign/chain.h"
#include "sign/hash.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct signkey *fixed_key(void)
{
	static const unsigned char seed[32] = { 'f', 'u', 'z', 'z' };
	static struct signkey *key;

	if (!key && sign_start(NULL) == ST_OK)
		key = signkey_from_seed(seed);
	return key;
}

static void open_envelope(struct str text)
{
	struct strbuf payload = STRBUF_INIT, again = STRBUF_INIT;
	char ah[HASH_TEXT], kid[KID_TEXT];
	struct err why = ERR_INIT;

	if (jws_kid(kid, text, NULL) == ST_OK && strlen(kid) != KID_TEXT - 1)
		abort();
	if (jws_open(&payload, ah, signkey_public(fixed_key()), TYP_ACTION, text, &why) == ST_OK) {
		/* One text for one content: Ed25519 signs deterministically. */
		if (jws_sign(&again, NULL, fixed_key(), TYP_ACTION, strbuf_str(&payload), NULL)
			    != ST_OK
		    || again.len != text.n || memcmp(again.data, text.p, text.n) != 0)
			abort();
	} else if (payload.len || !why.code[0]) {
		abort();
	}
	strbuf_release(&payload);
	strbuf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct strbuf jws = STRBUF_INIT;
	struct hash32 root;
	int64_t at;

	open_envelope(text);
	if (jws_sign(&jws, NULL, fixed_key(), TYP_ACTION, text, NULL) == ST_OK)
		open_envelope(strbuf_str(&jws));
	if (checkpoint_open(&at, &root, "log", signkey_public(fixed_key()), text, NULL) == ST_OK
	    && at < 0)
		abort();
	strbuf_release(&jws);
	return 0;
}
