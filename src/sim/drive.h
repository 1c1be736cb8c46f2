/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * drive - the simulator's own disk: what was written, and what is safe.
 *
 * Place:    src/sql -> SQLite -> DRIVE (drive_vfs.c is the VFS). In memory.
 * Promise:  a file has two contents: what a reader sees now, and what the
 *           last sync made safe. A power cut keeps what is safe; each write
 *           after it is kept, lost, or torn by sectors of 512 bytes. One
 *           thread, so SQLite is told to lock nothing.
 * Owner:    the process has one disk, since SQLite's VFS has none to hand
 *           down; names begin with the folder of a device ("/d3/"). A struct
 *           drive_image is a copy; free it.
 * Errors:   ST_BROKEN: SQLite cannot be set up. Failing writes are asked of
 *           struct drive_chance, and become SQLite's errors.
 */
#ifndef SIM_DRIVE_H
#define SIM_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum drive_op { DRIVE_WRITE, DRIVE_SYNC, DRIVE_TRUNCATE };
enum drive_answer { DRIVE_FINE, DRIVE_EIO, DRIVE_FULL };

/* Who decides; all may be NULL: then nothing fails, and a cut loses all. */
struct drive_chance {
	enum drive_answer (*ask)(void *ctx, enum drive_op op, const char *name);
	uint64_t (*below)(void *ctx, uint64_t n);
	void *ctx;
};

/* Once in a process, before the first database is opened: SQLite works here. */
MUST_USE enum status drive_start(struct err *why);
/* From here on; also sets SQLite's own random numbers back to `seed`. */
void drive_chance(const struct drive_chance *c, uint64_t seed);

/* The power of the machine with this folder is cut, and is there again. Open
 * handles see the new content as if another process had written it. */
void drive_cut(const char *folder);
/* A process on it was killed: what it wrote stays, its memory is gone. */
void drive_kill(const char *folder);
/* Its handles are of a process that is no more: they can only be closed. */
void drive_detach(const char *folder);
/* One bit of one of its files turns over: false: nothing is there. `name`
 * gets the file's. */
bool drive_flip(const char *folder, char *name, size_t size);
/* What was written to the folder so far, as a count. */
int64_t drive_writes(const char *folder);
/* The files are gone. */
void drive_remove(const char *folder);

struct drive_image;
/* A copy of the folder as a reader sees it; NULL never. */
struct drive_image *drive_image_take(const char *folder);
/* The folder becomes that copy, safe on disk: a restore, or a clone. */
void drive_image_put(const struct drive_image *i, const char *folder);
void drive_image_free(struct drive_image *i); /* NULL is fine */

/* --- For drive_vfs.c ---------------------------------------------------------- */

enum { DRIVE_NAME = 64, DRIVE_REGIONS = 64 };

struct drive_bytes {
	unsigned char *p;
	size_t n, cap;
};

struct drive_file {
	char name[DRIVE_NAME];
	bool there;
	unsigned life; /* handles of another life are dead */
	struct drive_bytes now, safe;
	struct drive_bytes late; /* struct piece and its bytes, in order */
	int64_t writes;
	unsigned char *region[DRIVE_REGIONS]; /* the shared index of a WAL */
};

/* The file of that name, made (but not `there`) where it is new. */
struct drive_file *drive_file(const char *name);
void drive_put(struct drive_file *f, const void *p, size_t n, size_t at);
void drive_truncate(struct drive_file *f, size_t n);
void drive_sync(struct drive_file *f);
void drive_drop(struct drive_file *f);
void drive_forget_regions(struct drive_file *f);
enum drive_answer drive_ask(enum drive_op op, const char *name);
/* For SQLite's randomness: follows from the seed alone. */
unsigned char drive_random(void);
MUST_USE enum status drive_vfs_start(struct err *why);
void drive_vfs_seed(void);

#endif
