/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/encode.h"

#include <string.h>

#include "base/banned.h"

static const char URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char STD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void hex_encode(char *out, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[b[i] >> 4];
		out[2 * i + 1] = digits[b[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool hex_decode(void *out, size_t n, struct str in)
{
	unsigned char *b = out;

	if (in.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_value(in.p[2 * i]);
		int lo = hex_value(in.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		b[i] = (unsigned char)(hi * 16 + lo);
	}
	return true;
}

static bool encode(struct strbuf *out, const void *p, size_t n, const char *alphabet, bool pad)
{
	const unsigned char *b = p;
	size_t i = 0;

	if (!strbuf_reserve(out, (n + 2) / 3 * 4))
		return false;
	for (; i + 2 < n; i += 3) {
		strbuf_addc(out, alphabet[b[i] >> 2]);
		strbuf_addc(out, alphabet[(b[i] & 3) << 4 | b[i + 1] >> 4]);
		strbuf_addc(out, alphabet[(b[i + 1] & 15) << 2 | b[i + 2] >> 6]);
		strbuf_addc(out, alphabet[b[i + 2] & 63]);
	}
	if (i < n) {
		bool two = i + 1 < n;

		strbuf_addc(out, alphabet[b[i] >> 2]);
		strbuf_addc(out, alphabet[(b[i] & 3) << 4 | (two ? b[i + 1] >> 4 : 0)]);
		if (two)
			strbuf_addc(out, alphabet[(b[i + 1] & 15) << 2]);
		else if (pad)
			strbuf_addc(out, '=');
		if (pad)
			strbuf_addc(out, '=');
	}
	return !out->failed;
}

static bool decode(struct strbuf *out, struct str in, const char *alphabet)
{
	unsigned acc = 0;
	int bits = 0;

	if (in.n % 4 == 1 || !strbuf_reserve(out, in.n / 4 * 3 + 3))
		return false;
	for (size_t i = 0; i < in.n; i++) {
		const char *at = in.p[i] ? strchr(alphabet, in.p[i]) : NULL;

		if (!at)
			return false;
		acc = acc << 6 | (unsigned)(at - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			strbuf_addc(out, (char)(acc >> bits & 0xFF));
		}
	}
	return (acc & ((1u << bits) - 1)) == 0 && !out->failed;
}

bool b64url_encode(struct strbuf *out, const void *p, size_t n)
{
	return encode(out, p, n, URL, false);
}

bool b64url_decode(struct strbuf *out, struct str in)
{
	return decode(out, in, URL);
}

bool b64url_decode_exact(void *out, size_t n, struct str in)
{
	struct strbuf b = STRBUF_INIT;
	bool ok = b64url_decode(&b, in) && b.len == n;

	if (ok)
		memcpy(out, b.data, n);
	strbuf_wipe(&b);
	return ok;
}

bool b64_encode(struct strbuf *out, const void *p, size_t n)
{
	return encode(out, p, n, STD, true);
}

bool b64_decode(struct strbuf *out, struct str in)
{
	size_t pad = 0;

	if (in.n % 4 != 0)
		return false;
	while (pad < 2 && in.n > pad && in.p[in.n - 1 - pad] == '=')
		pad++;
	in.n -= pad;
	if (pad && in.n % 4 != 4 - pad)
		return false;
	return decode(out, in, STD);
}
