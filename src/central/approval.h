/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * approval - a new device waits until somebody has compared its fingerprint.
 *
 * Place:    POST /v1/devices -> APPROVAL -> login; GET /v1/devices and the
 *           operator's commands decide.
 * Promise:  with "enrol = supervisor-approves" a new device gets no token until
 *           a supervisor of one of its officer's units, never that officer, or
 *           the operator has said yes to the very key it has. Who said what is
 *           kept, signed by the central. A no is final: the device counts as
 *           lost.
 * Owner:    nothing is kept. Errors: ST_REFUSED "device-pending", "device-unvouched",
 *           "role-lacking", "own-device"; ST_NONE "device-unknown";
 *           ST_CONFLICT "key-other".
 */
#ifndef CENTRAL_APPROVAL_H
#define CENTRAL_APPROVAL_H

#include "central/inside.h"
#include "central/store.h"
#include "conf/spoken.h"

/* The device waits from now on, if the configuration says so. In the caller's
 * transaction. */
MUST_USE enum status approval_begin(struct central *c, const char *dev, struct err *why);
/* May it have a token? Only on the central's signed word that it does not wait.
 * ST_REFUSED "device-pending"; "device-unvouched": what stands of it is not what
 * was signed. */
MUST_USE enum status approval_check(struct central *c, const struct device *d, struct err *why);
/* At the start: devices that wait since a release that did not sign that. */
MUST_USE enum status approval_catch_up(struct central *c, struct err *why);
/* The fingerprint of a key, in words: x as devices have it. */
void approval_words(char words[SPOKEN_TEXT], const char *x);
/* Does what was decided of this device say what the central signed? */
bool approval_holds(struct central *c, const struct approval *a);

#endif
