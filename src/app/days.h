/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * days - a day as people type it, the same on the screen and in a verb.
 *
 * Place:    a form's field or a verb's word -> day_typed -> YYYY-MM-DD.
 * Promise:  pure; what is not a day says which way.
 * Owner:    caller's buffers.
 * Errors:   ST_BAD_INPUT "day-none": no calendar has it; "day-far": more than
 *           ten years off; "day": it is no day.
 */
#ifndef APP_DAYS_H
#define APP_DAYS_H

#include "base/status.h"
#include "domain/calendar.h"

/* 2026-11-23, idag, imorgon, +14, +14d, +2v, +1m, -3d, v49 (the Monday of the
 * next week of that number, this one included). */
MUST_USE enum status day_typed(char out[DAY_TEXT], const char *typed, struct day today,
			       struct err *why);

#endif
