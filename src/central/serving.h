/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * serving - one process serves a folder, and who that is can be asked.
 *
 * Place:    the commands serve and status.
 * Promise:  DIR/serving is locked while a process serves DIR, and says which:
 *           its id, since when, and at what address. The lock ends with the
 *           process, however it ends; what the file still says then counts for
 *           nothing.
 * Owner:    serving_begin gives a descriptor, serving_end takes it back.
 * Errors:   ST_REFUSED "already-served"; ST_BROKEN as base/disk.h.
 */
#ifndef CENTRAL_SERVING_H
#define CENTRAL_SERVING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { SERVING_TEXT = 400 };

/* This process serves the folder from now on. *fd is -1, with ST_OK, where no
 * central is that could be served: opening it says what is wrong. */
MUST_USE enum status serving_begin(int *fd, const char *dir, int64_t now, struct err *why);
/* At this address: the other part of what serving_who tells. */
void serving_at(int fd, const char *url);
void serving_end(int fd);
/* Who serves the folder: "process 1234 since ... at http://...". false: nobody
 * does. */
bool serving_who(char out[SERVING_TEXT], const char *dir);

#endif
