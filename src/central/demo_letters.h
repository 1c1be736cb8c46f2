/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * demo_letters - documents and messages of made-up applicants.
 *
 * Place:    demo.c -> DEMO_LETTERS -> JSON of an application; message texts.
 * Promise:  all invented; the same number gives the same documents. Some have
 *           a name that is hostile on purpose.
 * Owner:    texts are static or go to the caller's strbuf.
 * Errors:   none; want of memory shows in the strbuf.
 */
#ifndef CENTRAL_DEMO_LETTERS_H
#define CENTRAL_DEMO_LETTERS_H

#include "central/demo_text.h"
#include "wire/json.h"

/* What applicants write, and what is written to them. */
extern const struct demo_list demo_from_applicant, demo_to_applicant;

/* The member "documents" of the application with this number, about a place:
 * a PDF, a text, a page, or none of them. */
void demo_documents(struct jsonw *w, int number, const char *place);
/* A PDF of one page with two lines of ASCII. */
void demo_pdf(struct strbuf *out, const char *heading, const char *line);

#endif
