/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/hash.h"

#include <sodium.h>

#include "base/encode.h"

#include "base/banned.h"

enum status sign_start(struct err *why)
{
	if (sodium_init() < 0)
		return err_set(why, ST_BROKEN, "sodium-start", "libsodium can't start");
	return ST_OK;
}

void sha256(unsigned char out[32], struct str text)
{
	crypto_hash_sha256(out, (const unsigned char *)text.p, text.n);
}

void sha256_hex(char out[HASH_TEXT], struct str text)
{
	unsigned char raw[32];

	sha256(raw, text);
	hex_encode(out, raw, sizeof(raw));
}

bool same_secret(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
