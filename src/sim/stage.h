/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stage - the databases of a world, made once and set back for each seed.
 *
 * Place:    sim.c takes its handles from here.
 * Promise:  every run starts from the same files and from the same handles,
 *           whatever ran before: what a run leaves behind is put back.
 * Owner:    the stage owns the handles. Errors: as sql/db.h.
 */
#ifndef SIM_STAGE_H
#define SIM_STAGE_H

#include "base/status.h"

enum { DEVICES_MAX = 8, FOLDER_TEXT = 8 };

struct db;
struct drive_image;

struct stage {
	struct db *cache[DEVICES_MAX], *outbox[DEVICES_MAX], *central;
	struct drive_image *empty; /* all files, with their schemas */
};

/* The process's disk is started by it. */
MUST_USE enum status stage_open(struct stage *s, struct err *why);
void stage_reset(struct stage *s);
void stage_close(struct stage *s);

/* "/d3/", or the central's for a negative index. */
void stage_folder(char folder[FOLDER_TEXT], int index);
/* Open the two files of a device anew, as a program that starts; the handles
 * that were there are closed. They stay with the stage. */
MUST_USE enum status stage_reopen(struct stage *s, int index, struct err *why);

#endif
