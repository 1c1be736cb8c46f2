/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * enrol_flow - from an invitation to an enrolled home, over the network.
 *
 * Place:    `sluss enrol` and the first-run screen -> ENROL_FLOW -> sync/enrol.
 * Promise:  nothing is stored until the central has said yes; after ST_OK the
 *           home is enrolled, unlocked and knows its officer.
 * Owner:    all borrowed; the caller wipes code and passphrase.
 * Errors:   those of sync/enrol.h and net/http.h; ST_BAD_INPUT
 *           "passphrase-short", "url".
 */
#ifndef APP_ENROL_FLOW_H
#define APP_ENROL_FLOW_H

#include "app/home.h"

enum enrol_step { ENROL_ASKING, ENROL_PROVING, ENROL_SEALING, ENROL_DONE };
enum { PASSPHRASE_MIN = 12 }; /* characters */

/* Called in order, from the calling thread; may be NULL. */
typedef void enrol_progress(void *ctx, enum enrol_step step);

/* Blocks while the central answers; http_start has been called. `h` has its
 * files open. */
MUST_USE enum status enrol_run(struct home *h, const char *url, struct str code,
			       struct str passphrase, enrol_progress *progress, void *ctx,
			       struct err *why);
/* Seal the key under another passphrase; `old` opens it (change_passphrase). */
MUST_USE enum status enrol_change(struct home *h, struct str old, struct str passphrase,
				  struct err *why);
/* "https://" before a bare name, no slash at the end. ST_BAD_INPUT "url":
 * neither https, nor http to this very machine. */
MUST_USE enum status enrol_url(char out[256], const char *typed, struct err *why);

#endif
