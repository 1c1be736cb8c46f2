/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outside - a document shown by another program, from a file of its own.
 *
 * Place:    reader -> OUTSIDE -> a file in HOME's runtime folder -> execvp.
 * Promise:  the file is 0600 in a folder that is 0700, named by the hash and
 *           the kind of its bytes, never by the sender; it goes when the
 *           program ends or locks, and leftovers of a killed one at the next
 *           start. No shell reads the template; the sender's words are in no
 *           argument. The other program has the terminal until it ends, its
 *           own process group, and none of our descriptors.
 * Owner:    struct outside is plain memory; outside_clear removes the files.
 * Errors:   ST_BAD_INPUT "open-template"; ST_REFUSED "document-program";
 *           ST_BROKEN of the file; ST_NONE "open-program": it did not start.
 */
#ifndef APP_OUTSIDE_H
#define APP_OUTSIDE_H

#include "app/document.h"

enum { OUTSIDE_FILES = 16, OUTSIDE_PATH = 512, OUTSIDE_WORDS = 16, OUTSIDE_TEXT = 1024 };

struct outside {
	char dir[OUTSIDE_PATH];
	char files[OUTSIDE_FILES][DOCUMENT_FILE];
	int count;
};

/* Take the folder, and remove what programs that are gone left in it. */
void outside_start(struct outside *o, const char *dir);
/* Remove them alone: every program of a home does so when it starts. */
void outside_sweep(const char *dir);
void outside_clear(struct outside *o);
/* Remove the files whose document is not here any more: `prefix` is the
 * beginning of its hash. */
void outside_keep(struct outside *o, bool (*here)(void *ctx, const char *prefix), void *ctx);
/* The bytes as a file; its path. The oldest goes when there are too many. */
MUST_USE enum status outside_file(struct outside *o, const char *h, struct str bytes,
				  char path[OUTSIDE_PATH + DOCUMENT_FILE], struct err *why);

/* A template's words, split at blanks, double quotes keeping them together;
 * %f is `path`, also inside a word. The template must name %f. */
struct outside_call {
	char text[OUTSIDE_TEXT];
	char *argv[OUTSIDE_WORDS + 1]; /* into text, ends with NULL */
};
MUST_USE enum status outside_words(struct outside_call *c, const char *template, const char *path,
				   struct err *why);
/* Run it and wait for its end. ST_NONE "open-program": it could not be started;
 * ST_BROKEN "open-failed": it ended with another code than 0, or by a signal
 * (128 and its number). */
MUST_USE enum status outside_run(const struct outside_call *c, struct err *why);

#endif
