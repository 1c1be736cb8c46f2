/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * encode - hex and base64url without padding (RFC 4648 section 5).
 *
 * Place:    wire and sign; identifiers everywhere.
 * Promise:  decoders are strict: one text for each value, no padding, no
 *           white space, unused bits zero.
 * Owner:    output goes to the caller's memory or strbuf.
 * Errors:   false: the input is not exactly of the form.
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Lower-case hex of n bytes; out holds 2n+1. */
void hex_encode(char *out, const void *p, size_t n);
/* Exactly 2n lower-case digits (len is checked) to n bytes. */
bool hex_decode(void *out, size_t n, struct str in);

bool b64url_encode(struct strbuf *out, const void *p, size_t n);
/* Appends the decoded bytes; nothing if it fails. */
bool b64url_decode(struct strbuf *out, struct str in);
/* The same into a fixed buffer: exactly n bytes or false (`out` is then
 * undefined). */
bool b64url_decode_exact(void *out, size_t n, struct str in);

/* Standard base64 with padding (signed notes); strict. */
bool b64_encode(struct strbuf *out, const void *p, size_t n);
bool b64_decode(struct strbuf *out, struct str in);

#endif
