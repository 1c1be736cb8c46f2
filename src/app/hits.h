/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hits - where in a text the words of a filter stand.
 *
 * Place:    filter and case -> HITS -> the lines of a search.
 * Promise:  a word is compared as the filter compares it: without case, and
 *           without diacritics where it was typed so. Words behind a "not" are
 *           never shown as found. The text is as it was but for the marks.
 * Owner:    borrowed.
 * Errors:   false: none of the words stands in the text.
 */
#ifndef APP_HITS_H
#define APP_HITS_H

#include "domain/filter.h"

/* Append `text` with « and » around each word of `field` (or of text anywhere)
 * that the filter asks for. A text whose first hit stands far in begins at a
 * word before it, behind "…". */
bool hits_mark(struct strbuf *out, struct str text, const struct filter *f,
	       enum filter_field field);

#endif
