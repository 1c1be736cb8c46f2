/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { DEFAULT_MAX = 64 * 1024 * 1024 };

struct str str_of(const char *s)
{
	return (struct str){ s ? s : "", s ? strlen(s) : 0 };
}

struct str strbuf_str(const struct strbuf *b)
{
	return (struct str){ strbuf_cstr(b), b->len };
}

bool str_eq(struct str a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0;
}

const char *strbuf_cstr(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

bool strbuf_reserve(struct strbuf *b, size_t n)
{
	size_t max = b->max ? b->max : DEFAULT_MAX;
	size_t cap = b->cap ? b->cap : 64;
	char *p;

	if (b->failed || n > max || b->len > max - n) {
		b->failed = true;
		return false;
	}
	if (b->data && b->len + n + 1 <= b->cap)
		return true;
	while (cap < b->len + n + 1)
		cap *= 2;
	p = realloc(b->data, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	if (!b->data)
		p[0] = '\0';
	b->data = p;
	b->cap = cap;
	return true;
}

bool strbuf_add(struct strbuf *b, const void *p, size_t n)
{
	if (!strbuf_reserve(b, n))
		return false;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
	return true;
}

bool strbuf_adds(struct strbuf *b, const char *s)
{
	return strbuf_add(b, s, strlen(s));
}

bool strbuf_addc(struct strbuf *b, char c)
{
	return strbuf_add(b, &c, 1);
}

bool strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !strbuf_reserve(b, (size_t)n)) {
		b->failed = true;
		return false;
	}
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
	return true;
}

bool strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	ok = strbuf_vaddf(b, fmt, ap);
	va_end(ap);
	return ok;
}

bool strbuf_set(struct strbuf *b, const void *p, size_t n)
{
	strbuf_clear(b);
	return strbuf_add(b, p, n);
}

bool strbuf_sets(struct strbuf *b, const char *s)
{
	return strbuf_set(b, s, strlen(s));
}

void strbuf_clear(struct strbuf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

void strbuf_cut(struct strbuf *b, size_t n)
{
	if (n < b->len) {
		b->len = n;
		b->data[n] = '\0';
	}
}

void strbuf_release(struct strbuf *b)
{
	size_t max = b->max;

	free(b->data);
	*b = (struct strbuf)STRBUF_INIT_MAX(max);
}

void strbuf_wipe(struct strbuf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	strbuf_release(b);
}

void strbuf_take(struct strbuf *to, struct strbuf *from)
{
	size_t max = to->max;

	free(to->data);
	*to = *from;
	to->max = max;
	*from = (struct strbuf)STRBUF_INIT;
}
