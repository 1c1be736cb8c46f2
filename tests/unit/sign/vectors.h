/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vectors - test vectors that stand outside the tree, found by SLUSS_DATA.
 *
 * Place:    included by the tests of sign. Promise: vectors_open skips the
 *           test with a printed reason where there are none.
 * Owner:    free the tree with json_free. Errors: a failed assertion.
 */
#ifndef UNIT_SIGN_VECTORS_H
#define UNIT_SIGN_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign/hash.h"
#include "wire/json.h"

static inline struct json *vectors_read(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct json *j = NULL;
	char chunk[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(&text, chunk, n);
	fclose(f);
	assert_int_equal(json_read(&j, strbuf_str(&text), &why), ST_OK);
	strbuf_release(&text);
	return j;
}

static inline struct json *vectors_open(const char *name)
{
	const char *dir = getenv("SLUSS_DATA");
	char path[512];

	if (!dir) {
		print_message("SLUSS_DATA is not set: no %s\n", name);
		skip();
	}
	snprintf(path, sizeof(path), "%s/vectors/%s", dir, name);
	return vectors_read(path);
}

/* A member's text as a C string of at most size - 1 bytes. */
static inline void vector_text(const struct json *j, const char *name, char *out, size_t size)
{
	assert_true(json_copy_text(j, name, out, size));
}

static inline int start_sign(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK ? 0 : -1;
}

#endif
