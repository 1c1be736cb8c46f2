/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * home - an officer's folder: configuration, the two files, who we are.
 *
 * Place:    main -> HOME -> verbs and screens; engine opens its own handles
 *           on the same files.
 * Promise:  folders are 0700 and files 0600; no core dump holds a key;
 *           outbox.db is never put aside or deleted. A cache.db that is
 *           damaged is put aside and said so; one of a newer release is left
 *           as it is and refused.
 * Owner:    struct home owns everything in it; home_close. It belongs to the
 *           main thread; it must not be moved while open (clock and rng are
 *           pointed at).
 * Errors:   ST_REFUSED "newer-version", "home-owner"; ST_BROKEN of folders
 *           and files; ST_NONE "not-enrolled"; ST_REFUSED "passphrase-wrong".
 */
#ifndef APP_HOME_H
#define APP_HOME_H

#include "app/config.h"
#include "app/names.h"
#include "cache/cache.h"
#include "cache/identity.h"
#include "sign/keybox.h"
#include "sync/act.h"
#include "ui/glyphs.h"

enum { HOME_PATH = 512 };

struct home {
	char data[HOME_PATH];	 /* outbox.db, cache.db, pusher.lock */
	char state[HOME_PATH];	 /* drafts of the editor, log, glyph test */
	char runtime[HOME_PATH]; /* documents while they are looked at */
	char cache_path[HOME_PATH], aside_path[HOME_PATH];
	char outbox_path[HOME_PATH];
	char lock_path[HOME_PATH];
	struct config config;
	struct clock clock;
	struct rng rng;
	const struct glyphs *glyphs; /* by locale and configuration */
	struct db *cache, *outbox;   /* the main thread's handles; NULL before home_open_files */
	bool read_only;		     /* nothing can be written: see home_open_to_read */
	bool cache_renewed;	     /* it was damaged: tell the officer, sync */
	bool enrolled;
	bool waits;	     /* was enrolled by this process, and is to be approved first */
	struct identity who; /* when enrolled */
	struct signkey *key; /* NULL until home_unlock */
	struct names names;
};

/* Find the folders (SLUSS_HOME, else XDG), read the configuration. Nothing is
 * made, and no database is touched. `h` is released on errors too. */
MUST_USE enum status home_open(struct home *h, struct err *why);
/* Is there a folder to be read? */
bool home_there(const struct home *h);
/* Make the folders; open the two files, read who we are and the names.
 * ST_BROKEN "outbox-damaged" says how to go on. */
MUST_USE enum status home_open_files(struct home *h, struct err *why);
/* An error that a verb or a screen ends with: where it tells of damage in the
 * cache, the next home_open_files makes the cache anew. */
void home_distrust(const struct home *h, const struct err *why);
/* After home_open_files has failed because nothing can be written: what there
 * is may be read. */
MUST_USE enum status home_open_to_read(struct home *h, struct err *why);
void home_close(struct home *h);

/* One more pair of handles, for another thread; cache_close each. */
MUST_USE enum status home_handles(const struct home *h, struct db **cache, struct db **outbox,
				  struct err *why);
/* Read identity and names again: after enrolment, after a sync. */
MUST_USE enum status home_refresh(struct home *h, struct err *why);
/* ST_NONE "not-enrolled"; ST_REFUSED "passphrase-wrong". Slow by design. A key
 * whose certificate ends soon gives way to a new one (sync/rotate.h). */
MUST_USE enum status home_unlock(struct home *h, struct str passphrase, struct err *why);
/* Does the key still count, as far as the copy has heard? */
bool home_key_stands(const struct home *h);
/* Change the key of an unlocked home; the central is told at the next login. */
MUST_USE enum status home_rotate(struct home *h, struct str passphrase, struct err *why);
/* What deriving a key from a passphrase may cost, by the configuration. */
enum keybox_cost home_cost(const struct home *h);
/* Forget the key. */
void home_lock(struct home *h);
/* For act(): the main thread's handles and the key, NULL if locked. */
struct actor home_actor(const struct home *h);
/* Today in Stockholm, where deadlines are counted. */
struct day home_today(const struct home *h);

/* --- Finding a case by what people type ---------------------------------- */

/* A diary number in any form, a short form (1042: this year), or
 * the first eight or more signs of a case id. ST_NONE "case-unknown";
 * ST_CONFLICT "case-ambiguous": the text lists at most five of them;
 * ST_BAD_INPUT "case-number": it is none of these. */
MUST_USE enum status home_find_case(struct home *h, const char *typed, char case_id[UUID_TEXT],
				    struct err *why);
/* Is it the beginning of a case id? Eight or more hex digits and '-', and it
 * can't be read as a diary number. */
bool case_id_prefix(const char *typed);

struct sync_status;
/* What the last sync met at the central is kept in cache.db, for who asks without
 * the key; where it cannot be kept it is not. "" where all was well. */
void home_keep_trouble(struct home *h, const struct sync_status *y);
void home_kept_trouble(const struct home *h, char code[40]);

#endif
