/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * strbuf - growing text with a ceiling, and str, a borrowed slice.
 *
 * Place:    wherever text is built or passed on.
 * Promise:  data is always NUL-terminated (never NULL after the first append;
 *           use strbuf_cstr to read safely); len counts bytes without the NUL.
 *           Text never grows beyond `max` (0 = 64 MiB): the append then
 *           fails and the buffer remembers it (`failed`), so a caller may
 *           build a whole text and ask once.
 * Owner:    the struct owns data; strbuf_release gives it back.
 * Errors:   append functions return false on overflow or want of memory.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/status.h"

struct str {
	const char *p; /* borrowed, not NUL-terminated */
	size_t n;
};

struct strbuf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};
#define STRBUF_INIT                                                                                \
	{                                                                                          \
		NULL, 0, 0, 0, false                                                               \
	}
#define STRBUF_INIT_MAX(m)                                                                         \
	{                                                                                          \
		NULL, 0, 0, (m), false                                                             \
	}

/* A slice of a C string; NULL gives the empty slice. */
struct str str_of(const char *s);
struct str strbuf_str(const struct strbuf *b);
bool str_eq(struct str a, const char *b);

/* The text as a C string, "" when empty. Borrowed until the next append. */
const char *strbuf_cstr(const struct strbuf *b);

bool strbuf_add(struct strbuf *b, const void *p, size_t n);
bool strbuf_adds(struct strbuf *b, const char *s);
bool strbuf_addc(struct strbuf *b, char c);
bool strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

/* Replace the contents. */
bool strbuf_set(struct strbuf *b, const void *p, size_t n);
bool strbuf_sets(struct strbuf *b, const char *s);

/* Room for n more bytes at data+len (the NUL apart); commit with len += n. */
bool strbuf_reserve(struct strbuf *b, size_t n);

/* Empty it, keep the memory. */
void strbuf_clear(struct strbuf *b);
/* Cut to n bytes (n <= len). */
void strbuf_cut(struct strbuf *b, size_t n);
void strbuf_release(struct strbuf *b);
/* Overwrite the memory before giving it back: for secrets. */
void strbuf_wipe(struct strbuf *b);
/* Move the contents of `from` into `to` (released first); `from` is empty. */
void strbuf_take(struct strbuf *to, struct strbuf *from);

#endif
