/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * saying - what may be said of a case to whoever calls.
 *
 * Place:    casefile -> SAYING -> contact center, to be read aloud.
 * Promise:  pure. Only what is public: that the case is there, its unit, when
 *           it came in, how it stands in plain words, and when it should be
 *           done by the case type's target. Neither title nor party is read.
 *           A case that is secret or whose party is protected says nothing.
 * Owner:    texts go to the caller's strbuf. Errors: none.
 */
#ifndef APP_SAYING_H
#define APP_SAYING_H

#include "app/names.h"
#include "domain/calendar.h"

/* May anything at all be said of it? */
bool saying_allowed(const struct casefile *c);

/* "Ditt ärende handläggs. Det kom in den 28 oktober. Du kan räkna med besked
 * senast vecka 48." Nothing if it is not allowed. */
void saying_aloud(struct strbuf *out, const struct casefile *c, struct day today);

/* The same as facts for the one who reads: number, unit, arrival, status,
 * expected end; two lines. */
void saying_facts(struct strbuf *out, const struct casefile *c, const struct names *n,
		  struct day today);

#endif
