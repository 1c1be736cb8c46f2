/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * utf8 - text as Unicode says it is; the only user of utf8proc.
 *
 * Place:    under wire (NFC, validity) and ui (width, safety).
 * Promise:  never reads past the slice; never fails to advance.
 * Owner:    output goes to the caller's strbuf.
 * Errors:   false: not valid UTF-8 (RFC 3629) or the ceiling was reached.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Read one scalar at s.p[*at] and advance *at. An ill-formed sequence gives
 * -1 and advances by its maximal subpart (at least one byte). */
int32_t utf8_next(struct str s, size_t *at);
/* Append one scalar. */
bool utf8_put(struct strbuf *out, int32_t cp);

bool utf8_valid(struct str s);
bool utf8_is_nfc(struct str s);
/* Append the NFC form of valid text. */
bool utf8_to_nfc(struct strbuf *out, struct str s);
/* Number of scalars in valid text. */
size_t utf8_count(struct str s);

/* Columns that a terminal gives the scalar: 0, 1 or 2; -1 for what must not
 * be printed (controls, unassigned, private use, surrogates). */
int utf8_width(int32_t cp);
/* Put a '?' in place of all that must not reach a terminal, a log or another
 * program: ill-formed bytes, controls, line ends, characters without a width
 * of their own that steer what stands around them. Never longer after. */
void utf8_tame(char *text);
/* Unicode general category as utf8proc_category_t. */
int utf8_category(int32_t cp);
/* Combining marks that may stand on a base (Mn, Me, Mc). */
bool utf8_is_mark(int32_t cp);
/* Letters and numbers (L, N). */
bool utf8_is_word(int32_t cp);
/* Blanks of every width (Zs, Zl, Zp and those of ASCII), and what is written as
 * a dash: hyphens, dashes, the minus sign. */
bool utf8_is_blank(int32_t cp);
bool utf8_is_dash(int32_t cp);
/* Simple lower case of one scalar. */
int32_t utf8_lower(int32_t cp);

/* Fold case and take diacritics off all but the Swedish letters å ä ö,
 * for comparing words that people type (append). With `plain`, å ä ö are
 * folded to a a o as well. */
bool utf8_fold(struct strbuf *out, struct str s, bool plain);

#endif
