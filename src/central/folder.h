/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * folder - the files of DIR beside the database: made, copied, read.
 *
 * Place:    open.c (init and start), archive.c.
 * Promise:  what is written is on disk, under its name, when ST_OK is
 *           returned; keys/ is 0700 and the key file 0600.
 * Owner:    caller's buffers. Errors: ST_BROKEN "disk-full", "disk-error" with
 *           the path; ST_BAD_INPUT "path-too-long", "key-file".
 */
#ifndef CENTRAL_FOLDER_H
#define CENTRAL_FOLDER_H

#include "sign/jws.h"

struct central;

enum { FOLDER_PATH = 4096 };

/* dir/name into out. */
MUST_USE enum status folder_path(char out[FOLDER_PATH], const char *dir, const char *name,
				 struct err *why);
bool folder_has(const char *dir, const char *name);
/* DIR, keys/, archive/, conf/; those that are there stay. */
MUST_USE enum status folder_make(const char *dir, struct err *why);
/* Take back what folder_make has made, where nothing was put into it. */
void folder_unmake(const char *dir);
/* Is there a *.conf? ST_NONE "conf-missing". */
MUST_USE enum status folder_conf_there(const char *from, struct err *why);
/* Every *.conf of `from` into `to`; ST_NONE "conf-missing" if it has none. */
MUST_USE enum status folder_copy_conf(const char *to, const char *from, struct err *why);
/* A new key, unless the file is there already. */
MUST_USE enum status folder_write_key(const char *path, const struct rng *rng, struct err *why);
MUST_USE enum status folder_read_key(const char *path, struct signkey **key, struct err *why);
/* Hold DIR/lock: shared while a central is open there, alone while its database
 * is put in place. ST_RETRY "central-busy". folder_unlock(-1) is fine. */
MUST_USE enum status folder_lock(int *fd, const char *dir, bool alone, struct err *why);
void folder_unlock(int fd);
/* Alone in making a backup of dir, also beside a central that serves it, until
 * folder_unlock. ST_RETRY "backup-busy" names the process that makes one. */
MUST_USE enum status folder_lock_backup(int *fd, const char *dir, struct err *why);
/* Remove a file left by an earlier try, and SQLite's files beside it. */
MUST_USE enum status folder_forget(const char *path, struct err *why);
/* The whole of a file. ST_NONE "no-file"; ST_BAD_INPUT "file-too-long". */
MUST_USE enum status folder_read_file(const char *path, size_t max, struct strbuf *out,
				      struct err *why);
/* Erase the words of a case's working notes: they are weeded at closing and
 * never archived. Any number of calls is harmless. */
MUST_USE enum status weed_case(struct central *c, const char *case_id, struct err *why);
/* Does the folder still hold a database that a restore put aside? */
bool folder_has_before(const char *dir);
/* Remove every package of a case from DIR/archive, finished or being made: it
 * holds what was erased. but_n > 0: the one with the case's first but_n entries
 * was made since, and stays. */
MUST_USE enum status folder_drop_packages(const char *dir, const char *case_id, int64_t but_n,
					  struct err *why);
/* Where the package of a case lies that has the file's n entries. */
MUST_USE enum status archive_path(char out[FOLDER_PATH], const struct central *c,
				  const struct casefile *f, struct err *why);

#endif
