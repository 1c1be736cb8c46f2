/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * text - the members of a package as bytes, before they are put into it.
 *
 * Place:    write.c. Promise: package.h, "Layout": the same content gives the
 *           same bytes. Owner: the caller's strbuf. Errors: false: no room.
 */
#ifndef PACKAGE_TEXT_H
#define PACKAGE_TEXT_H

#include "package/package.h"

enum { DOCUMENT_PATH = 100 };

bool text_readme(struct strbuf *out, const struct package_content *p);
bool text_case(struct strbuf *out, const struct package_content *p);
bool text_entries(struct strbuf *out, const struct package_content *p);
bool text_keys(struct strbuf *out, const struct package_content *p);
bool text_proof(struct strbuf *out, const struct package_content *p);
bool text_documents(struct strbuf *out, const struct package_content *p);
/* documents/NNN_NAME of document i (from 0). */
void document_path(char out[DOCUMENT_PATH], const struct package_content *p, int i);

#endif
