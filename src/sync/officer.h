/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * officer - who the central says that the officer is, as JSON.
 *
 * Place:    replies of enrolment and login -> OFFICER -> identity.
 * Promise:  a role that this release does not know is passed over.
 * Owner:    the caller's identity. Errors: false: it is no officer.
 */
#ifndef SYNC_OFFICER_H
#define SYNC_OFFICER_H

#include "cache/identity.h"

struct json;

/* {"id","name","title","roles":[..],"units":[..]} */
bool officer_read(struct identity *d, const struct json *j);

#endif
