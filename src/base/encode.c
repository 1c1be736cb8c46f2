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
	char *to;

	if (!strbuf_reserve(out, (n + 2) / 3 * 4))
		return false;
	to = out->data + out->len;
	for (; i + 2 < n; i += 3) {
		*to++ = alphabet[b[i] >> 2];
		*to++ = alphabet[(b[i] & 3) << 4 | b[i + 1] >> 4];
		*to++ = alphabet[(b[i + 1] & 15) << 2 | b[i + 2] >> 6];
		*to++ = alphabet[b[i + 2] & 63];
	}
	if (i < n) {
		bool two = i + 1 < n;

		*to++ = alphabet[b[i] >> 2];
		*to++ = alphabet[(b[i] & 3) << 4 | (two ? b[i + 1] >> 4 : 0)];
		if (two)
			*to++ = alphabet[(b[i + 1] & 15) << 2];
		else if (pad)
			*to++ = '=';
		if (pad)
			*to++ = '=';
	}
	*to = '\0';
	out->len = (size_t)(to - out->data);
	return true;
}

/* How many bytes n characters stand for; those left over by fours are two for
 * one byte or three for two. */
static size_t decoded_size(size_t n)
{
	return n / 4 * 3 + (n % 4 ? n % 4 - 1 : 0);
}

/* The text is judged as a whole: `seen` gathers the values of its characters,
 * and one outside the alphabet has a value that no digit has. */
static bool decode_to(unsigned char *to, struct str in, const char *alphabet)
{
	unsigned char value[256];
	unsigned seen = 0, acc = 0;
	size_t i = 0;

	memset(value, 0xFF, sizeof(value));
	for (unsigned char v = 0; v < 64; v++)
		value[(unsigned char)alphabet[v]] = v;
	for (; i < in.n; i++) {
		unsigned v = value[(unsigned char)in.p[i]];

		seen |= v;
		acc = acc << 6 | (v & 63);
		if (i % 4 == 3) {
			*to++ = (unsigned char)(acc >> 16);
			*to++ = (unsigned char)(acc >> 8);
			*to++ = (unsigned char)acc;
		}
	}
	if (i % 4 == 2)
		*to = (unsigned char)(acc >> 4);
	if (i % 4 == 3) {
		*to++ = (unsigned char)(acc >> 10);
		*to = (unsigned char)(acc >> 2);
	}
	return seen < 64 && (i % 4 != 2 || (acc & 15) == 0) && (i % 4 != 3 || (acc & 3) == 0);
}

static bool decode(struct strbuf *out, struct str in, const char *alphabet)
{
	size_t n = decoded_size(in.n);

	if (in.n % 4 == 1 || !strbuf_reserve(out, n))
		return false;
	if (!decode_to((unsigned char *)out->data + out->len, in, alphabet)) {
		out->data[out->len] = '\0';
		return false;
	}
	out->len += n;
	out->data[out->len] = '\0';
	return true;
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
	return in.n % 4 != 1 && decoded_size(in.n) == n && decode_to(out, in, URL);
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
