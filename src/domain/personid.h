/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personid - personal identity, coordination and organisation numbers.
 *
 * Place:    intake, registration forms, look-ups.
 * Promise:  pure; checks form, date and check digit, never whether the
 *           number belongs to somebody.
 * Owner:    values. Errors: ST_BAD_INPUT with code "personal-number-form",
 *           "personal-number-date", "personal-number-check",
 *           "organisation-number-form", "organisation-number-check"; the
 *           text never repeats the number.
 */
#ifndef DOMAIN_PERSONID_H
#define DOMAIN_PERSONID_H

#include "domain/calendar.h"

/* Accepts YYYYMMDDNNNC, YYYYMMDD-NNNC, YYMMDD-NNNC and YYMMDD+NNNC (100 or
 * more); coordination numbers too. `today` settles the century. out: the
 * twelve digits. */
MUST_USE enum status person_no_parse(char out[13], struct str text, struct day today,
				     struct err *why);
bool person_no_is_coordination(const char no[13]);
/* "YYMMDD-NNNC" for people to read. */
void person_no_display(char out[12], const char no[13], struct day today);

/* NNNNNN-NNNN with the third digit >= 2; out: ten digits. */
MUST_USE enum status org_no_parse(char out[11], struct str text, struct err *why);

#endif
