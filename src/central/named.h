/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * named - what an operator types, and the case or the device that it names.
 *
 * Place:    grant.c and the commands.
 * Promise:  a case goes by its id, its diary number, or the short forms of that
 *           ("2026-1042", "1042": this year); a device by its id, or by so much
 *           of the beginning, 8 characters at least, as no other has. What
 *           names two is refused with both.
 * Owner:    values. Errors: ST_NONE "case-unknown", "device-unknown";
 *           ST_CONFLICT "case-ambiguous", "device-ambiguous".
 */
#ifndef CENTRAL_NAMED_H
#define CENTRAL_NAMED_H

#include "central/central.h"
#include "domain/casefile.h"

MUST_USE enum status named_case(struct central *c, const char *typed, char id[UUID_TEXT],
				struct err *why);
MUST_USE enum status named_device(struct central *c, const char *typed, char id[UUID_TEXT],
				  struct err *why);

#endif
