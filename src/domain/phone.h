/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * phone - does a text hold a telephone number that could be called?
 *
 * Place:    contact center: a request to call back, a query that is looked up.
 * Promise:  pure. A number is 7 to 15 digits (ITU-T E.164 has at most 15),
 *           perhaps a plus first, with blanks and hyphens between; a date is
 *           none. Whether anybody answers there is not known.
 * Owner:    texts are borrowed. Errors: none.
 */
#ifndef DOMAIN_PHONE_H
#define DOMAIN_PHONE_H

#include <stdbool.h>

#include "base/strbuf.h"

/* Does a number stand anywhere in the text? */
bool phone_in(struct str text);
/* Is the whole text a number as it is dialled: 0 or plus first? */
bool phone_whole(struct str text);

#endif
