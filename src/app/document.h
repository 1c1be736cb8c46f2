/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document - what the bytes of a document are, and what may be done with them.
 *
 * Place:    cache or outbox -> DOCUMENT -> the reader in the terminal, the
 *           file that another program opens, the list of documents.
 * Promise:  the kind is told from the bytes, never from the sender's name or
 *           declared type. A program, or a text that a machine would run, is
 *           never opened. A file's name is made from the hash and the kind
 *           alone.
 * Owner:    kinds are static; texts go to the caller's strbuf.
 * Errors:   NULL or false for what is not known.
 */
#ifndef APP_DOCUMENT_H
#define APP_DOCUMENT_H

#include <stdbool.h>

#include "domain/casefile.h"

enum { DOCUMENT_FILE = 48 }; /* bytes of a file's name, with the NUL */

struct doc_kind {
	const char *mt;	  /* media type */
	const char *ext;  /* of a file that another program opens */
	const char *word; /* in a list: "pdf" */
	bool readable;	  /* has a text to read in the terminal */
	bool program;	  /* never opened */
};

/* Always a kind: bytes without a signature are text if they are UTF-8
 * without controls, else "application/octet-stream". */
const struct doc_kind *doc_kind_of(struct str bytes);
/* The kind that a declared media type names; NULL: not one of ours. */
const struct doc_kind *doc_kind_declared(const char *mt);
/* Does what is there fit what was declared? A type that we do not know, and
 * no type at all, fit everything but a program. */
bool doc_kind_fits(const struct doc_kind *is, const char *declared);

/* The document as text for a terminal, not yet made harmless. False: it has
 * none, or no memory. At most DOCUMENT_TEXT bytes; *cut says that more
 * follows. */
enum { DOCUMENT_TEXT = 512 * 1024 };
bool doc_text(struct strbuf *out, struct str bytes, const struct doc_kind *k, bool *cut);

/* "12-3f9c71d088e2.pdf": `window` (a process) and the hash; letters, digits,
 * one '-' and one '.' whatever the sender wrote. */
void doc_file_name(char out[DOCUMENT_FILE], long window, const char *h, const struct doc_kind *k);

#endif
