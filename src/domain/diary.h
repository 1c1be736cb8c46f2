/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diary - diary numbers: "BN 2026-1042", terms.md "Numbers".
 *
 * Place:    given by the central at registration; typed by everybody.
 * Promise:  pure; one spelling out, several in.
 * Owner:    values. Errors: false / ST_BAD_INPUT "diary-number".
 */
#ifndef DOMAIN_DIARY_H
#define DOMAIN_DIARY_H

#include "domain/casefile.h"

struct diary_no {
	char committee[16]; /* "" = own committee (short form) */
	int year;	    /* 0 = current year (short form) */
	int64_t number;
};

/* "BN 2026-1042", "BN2026-1042", "2026-1042", "1042"; any case. */
bool diary_parse(struct diary_no *d, struct str text);
void diary_format(char out[DIARY_MAX], const struct diary_no *d);

#endif
