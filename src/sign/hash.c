/* SPDX-License-Identifier: EUPL-1.2 */
#include "sign/hash.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "base/disk.h"
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

enum status sha256_file(char out[HASH_TEXT], int64_t *bytes, const char *path, struct err *why)
{
	crypto_hash_sha256_state h;
	unsigned char chunk[65536], raw[32];
	FILE *f = fopen(path, "re");
	enum status st = ST_OK;
	size_t n;

	*bytes = 0;
	if (!f)
		return errno == ENOENT
			       ? err_set(why, ST_NONE, "no-file", "%s: there is no such file", path)
			       : disk_error(path, why);
	crypto_hash_sha256_init(&h);
	for (; (n = fread(chunk, 1, sizeof(chunk), f)) > 0; *bytes += (int64_t)n)
		crypto_hash_sha256_update(&h, chunk, n);
	if (ferror(f))
		st = disk_error(path, why);
	fclose(f);
	crypto_hash_sha256_final(&h, raw);
	hex_encode(out, raw, sizeof(raw));
	return st;
}

bool same_secret(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
