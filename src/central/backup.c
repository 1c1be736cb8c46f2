/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/backup.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/encode.h"
#include "central/aftermath.h"
#include "central/folder.h"
#include "central/manifest.h"
#include "central/store.h"

#include "base/banned.h"

enum { ASIDE_NAME = 80 };

/* --- A folder that is made aside ---------------------------------------------------- */

static const char *const parts[] = { "keys", "conf" };

static enum status make_one(const char *path, struct err *why)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? ST_OK : disk_error(path, why);
}

static enum status make_folders(const char *to, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = make_one(to, why);

	for (size_t i = 0; st == ST_OK && i < sizeof(parts) / sizeof(parts[0]); i++) {
		st = folder_path(path, to, parts[i], why);
		if (st == ST_OK)
			st = make_one(path, why);
	}
	return st;
}

static void forget_in(const char *folder, const char *part)
{
	char path[FOLDER_PATH], name[FOLDER_PATH + 300];
	struct dirent *e;
	DIR *d;

	if (folder_path(path, folder, part, NULL) != ST_OK || !(d = opendir(path)))
		return;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.' && strlen(e->d_name) < 256) {
			snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
			unlink(name);
		}
	closedir(d);
	rmdir(path);
}

/* What a try that was cut short has left. A folder with anything else in it is
 * not ours, and stays. */
static enum status forget_try(const char *tmp, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = ST_OK;

	if (access(tmp, F_OK) != 0)
		return ST_OK;
	if (folder_has(tmp, "witness"))
		return err_set(why, ST_CONFLICT, "already-there",
			       "%s: is a central, no backup that was cut short; move it away", tmp);
	st = folder_path(path, tmp, "central.db", why);
	if (st == ST_OK)
		st = folder_forget(path, why);
	if (st == ST_OK && folder_path(path, tmp, MANIFEST_NAME, NULL) == ST_OK)
		unlink(path);
	if (st == ST_OK && folder_path(path, tmp, MANIFEST_NAME ".new", NULL) == ST_OK)
		unlink(path);
	for (size_t i = 0; st == ST_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		forget_in(tmp, parts[i]);
	if (st == ST_OK && rmdir(tmp) != 0)
		st = err_set(why, ST_CONFLICT, "already-there",
			     "%s: holds what no backup has; move it away", tmp);
	return st;
}

/* --- What goes into it ---------------------------------------------------------------- */

/* The facts and the pages of one snapshot, while others write. */
static enum status copy_database(struct central *c, struct manifest *m, const char *path,
				 const struct db_watch *watch, struct err *why)
{
	struct merkle_store tree = central_tree(c);
	struct hash32 root;
	enum status st = db_begin_read(c->db, why);

	if (st != ST_OK)
		return st;
	st = feed_head_seq(c->db, &m->size, why);
	if (st == ST_OK)
		st = meta_get(c->db, "epoch", m->epoch, sizeof(m->epoch), why);
	if (st == ST_OK)
		st = db_get_int(c->db, "PRAGMA user_version", &m->schema, 0, why);
	if (st == ST_OK && !merkle_root(&tree, m->size, &root))
		st = err_set(why, ST_BROKEN, "tree",
			     "the tree lacks nodes for %" PRId64 " entries; run verify", m->size);
	if (st == ST_OK) {
		hex_encode(m->root, root.b, sizeof(root.b));
		st = db_backup(c->db, path, watch, why);
	}
	db_rollback(c->db);
	return st;
}

/* The copy, opened as it will be when it is needed. */
static enum status try_database(const struct manifest *m, const char *path, struct err *why)
{
	struct db *copy = NULL;
	enum status st = db_open(&copy, path, 0, &central_schema, why);

	if (st == ST_OK)
		st = manifest_holds(m, copy, why);
	db_close(copy);
	return st;
}

static enum status copy_rest(struct central *c, const char *tmp, struct err *why)
{
	char from[FOLDER_PATH], to[FOLDER_PATH];
	enum status st = folder_path(from, c->dir, "conf", why);

	if (st == ST_OK)
		st = folder_path(to, tmp, "conf", why);
	if (st == ST_OK)
		st = folder_copy_conf(to, from, why);
	if (st == ST_OK)
		st = folder_path(from, c->dir, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_path(to, tmp, "keys/central.key", why);
	if (st == ST_OK)
		st = disk_copy(from, to, 0600, why);
	return st == ST_OK ? disk_sync_parent(to, why) : st;
}

static enum status fill(struct central *c, struct manifest *m, const char *tmp,
			const struct db_watch *watch, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = make_folders(tmp, why);

	if (st == ST_OK)
		st = folder_path(path, tmp, "central.db", why);
	if (st == ST_OK)
		st = copy_database(c, m, path, watch, why);
	if (st == ST_OK)
		st = copy_rest(c, tmp, why);
	if (st == ST_OK)
		st = try_database(m, path, why);
	if (st == ST_OK)
		st = manifest_add(m, tmp, "central.db", why);
	if (st == ST_OK)
		st = manifest_add(m, tmp, "keys/central.key", why);
	if (st == ST_OK)
		st = manifest_add_conf(m, tmp, why);
	return st == ST_OK ? manifest_write(m, tmp, c->key, why) : st;
}

/* Workstations are told, page by page, how far the newest backup reaches. */
static enum status note_durable(struct db *db, const struct manifest *m, struct err *why)
{
	char text[24];
	enum status st;

	snprintf(text, sizeof(text), "%" PRId64, m->size);
	st = meta_set(db, "backup_size", text, why);
	snprintf(text, sizeof(text), "%" PRId64, m->at);
	return st == ST_OK ? meta_set(db, "backup_at", text, why) : st;
}

static enum status tell_durable(struct central *c, const struct manifest *m, struct err *why)
{
	enum status st = db_begin(c->db, why);

	if (st == ST_OK)
		st = note_durable(c->db, m, why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}

static void take_facts(struct backup_facts *out, const struct manifest *m)
{
	memcpy(out->epoch, m->epoch, sizeof(out->epoch));
	out->size = m->size;
	out->at = m->at;
}

/* Telling a backup that it is safe would change it, and it would not fit its
 * manifest any more. */
static enum status is_central(const char *dir, struct err *why)
{
	if (!manifest_there(dir))
		return ST_OK;
	return err_set(why, ST_REFUSED, "is-backup",
		       "%s: is a backup itself; copy it as files, or name the central's folder",
		       dir);
}

static enum status make_backup(struct central *c, struct manifest *m, const char *to,
			       const struct db_watch *watch, struct err *why)
{
	char tmp[FOLDER_PATH];
	enum status st = ST_OK;

	if (snprintf(tmp, sizeof(tmp), "%s.new", to) >= (int)sizeof(tmp))
		st = err_set(why, ST_BAD_INPUT, "path-too-long", "%.200s...: the path is too long",
			     to);
	else if (access(to, F_OK) == 0)
		st = err_set(why, ST_CONFLICT, "already-there",
			     "%s: is there already and is not written over; name a new folder", to);
	if (st == ST_OK)
		st = forget_try(tmp, why);
	if (st != ST_OK)
		return st;
	m->at = central_now(c);
	memcpy(m->aud, c->aud, sizeof(m->aud));
	st = fill(c, m, tmp, watch, why);
	if (st == ST_OK)
		st = disk_rename(tmp, to, why);
	if (st != ST_OK)
		(void)forget_try(tmp, NULL);
	return st == ST_OK ? tell_durable(c, m, why) : st;
}

enum status central_backup(struct central *c, const char *to, const struct db_watch *watch,
			   struct backup_facts *out, struct err *why)
{
	struct manifest m = MANIFEST_INIT;
	int lock = -1;
	enum status st = is_central(c->dir, why);

	if (st == ST_OK)
		st = folder_lock_backup(&lock, c->dir, why);
	if (st == ST_OK)
		st = make_backup(c, &m, to, watch, why);
	take_facts(out, &m);
	manifest_release(&m);
	folder_unlock(lock);
	return st;
}

enum status backup_check(const char *from, struct backup_facts *out, bool *older, struct err *why)
{
	struct manifest m = MANIFEST_INIT;
	enum status st = manifest_check(&m, from, why);

	take_facts(out, &m);
	*older = m.schema < central_schema.step_count;
	manifest_release(&m);
	return st;
}

/* --- The way back ---------------------------------------------------------------------- */

static enum status same_key(const char *from, const char *dir, struct err *why)
{
	char theirs[FOLDER_PATH], ours[FOLDER_PATH];
	struct signkey *a = NULL, *b = NULL;
	enum status st;

	if (!folder_has(dir, "keys/central.key"))
		return ST_OK;
	st = folder_path(theirs, from, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_path(ours, dir, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_read_key(theirs, &a, why);
	if (st == ST_OK)
		st = folder_read_key(ours, &b, why);
	if (st == ST_OK && strcmp(signkey_public(a)->kid, signkey_public(b)->kid) != 0)
		st = err_set(why, ST_REFUSED, "key-other",
			     "%s: is another key than the backup's; nothing was touched. Move it "
			     "away first if the backup's is to be taken",
			     ours);
	signkey_free(a);
	signkey_free(b);
	return st;
}

/* The database that a restore finds. */
struct former {
	bool there, whole;
	char aside[ASIDE_NAME]; /* no start has accepted it: what it was put in the place of */
};

/* Nothing was done in a database that is still behind the witness: what it lacks
 * stands in the one that it was put in the place of. */
static enum status look_at_old(struct db *old, const struct restore_facts *r, struct former *f,
			       struct err *why)
{
	char epoch[UUID_TEXT];
	int64_t size = 0;
	enum status st = meta_get(old, "epoch", epoch, sizeof(epoch), why);

	if (st == ST_OK)
		st = feed_head_seq(old, &size, why);
	if (st != ST_OK || r->witnessed < 0
	    || (strcmp(epoch, r->witness_epoch) == 0 && size >= r->witnessed))
		return st;
	st = meta_get(old, "put_aside", f->aside, sizeof(f->aside), why);
	return st == ST_NONE ? ST_OK : st;
}

/* The database that is there is the same central's, and all of it stands in its
 * one file. One that cannot be opened is put aside as it is: `whole` false. */
static enum status settle_old(const char *path, const struct manifest *m,
			      const struct restore_facts *r, struct former *f, struct err *why)
{
	char aud[OFFICER_MAX];
	struct err found = ERR_INIT;
	struct db *old = NULL;
	enum status st = db_open(&old, path, 0, &central_schema, &found);

	if (st == ST_OK)
		st = meta_get(old, "aud", aud, sizeof(aud), &found);
	if (st == ST_OK && strcmp(aud, m->aud) != 0) {
		db_close(old);
		return err_set(
			why, ST_REFUSED, "other-central",
			"%s: is the database of central %s, the backup is of %s; nothing was "
			"touched",
			path, aud, m->aud);
	}
	if (st == ST_OK)
		st = look_at_old(old, r, f, &found);
	if (st == ST_OK)
		st = db_checkpoint(old, &found);
	db_close(old);
	f->whole = st == ST_OK;
	return st == ST_REFUSED || st == ST_RETRY ? err_set(why, st, found.code, "%s", found.text)
						  : ST_OK;
}

static void aside_name(char out[ASIDE_NAME], int64_t now)
{
	char at[INSTANT_TEXT];

	instant_format(at, now);
	snprintf(out, ASIDE_NAME, "central.db.before-%s", at);
}

/* Another name for the old file, which keeps its own until the new one takes
 * it. What a damaged one has beside it must not be read into the new one. */
static enum status keep_old(const char *dir, const char *path, bool whole, int64_t now,
			    char kept[KEPT_PATH], struct err *why)
{
	char name[ASIDE_NAME], from[FOLDER_PATH], to[FOLDER_PATH];
	int n;

	aside_name(name, now);
	n = snprintf(kept, KEPT_PATH, "%s/%s", dir, name);
	if (n < 0 || n > KEPT_PATH - 8)
		return err_set(why, ST_BAD_INPUT, "path-too-long",
			       "%.200s...: the path is too long", path);
	snprintf(from, sizeof(from), "%.4000s-wal", path);
	snprintf(to, sizeof(to), "%.4000s-wal", kept);
	if (!whole && rename(from, to) != 0 && errno != ENOENT)
		return disk_error(from, why);
	snprintf(from, sizeof(from), "%.4000s-shm", path);
	if (!whole)
		unlink(from);
	return link(path, kept) == 0 ? ST_OK : disk_error(kept, why);
}

static enum status bring_database(const char *from, const char *tmp, const struct manifest *m,
				  struct err *why)
{
	char source[FOLDER_PATH];
	enum status st = folder_path(source, from, "central.db", why);

	if (st == ST_OK)
		st = folder_forget(tmp, why);
	if (st == ST_OK)
		st = disk_copy(source, tmp, 0600, why);
	return st == ST_OK ? try_database(m, tmp, why) : st;
}

/* Keys and conf of dir are the operator's, and newer: they stay. */
static enum status bring_rest(const char *from, const char *dir, struct err *why)
{
	char source[FOLDER_PATH], target[FOLDER_PATH];
	struct manifest here = MANIFEST_INIT;
	enum status st = manifest_add_conf(&here, dir, why);

	if (st == ST_OK && here.count == 0) {
		st = folder_path(source, from, "conf", why);
		if (st == ST_OK)
			st = folder_path(target, dir, "conf", why);
		if (st == ST_OK)
			st = folder_copy_conf(target, source, why);
	}
	manifest_release(&here);
	if (st != ST_OK || folder_has(dir, "keys/central.key"))
		return st;
	st = folder_path(source, from, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_path(target, dir, "keys/central.key", why);
	if (st == ST_OK)
		st = disk_copy(source, target, 0600, why);
	return st == ST_OK ? disk_sync_parent(target, why) : st;
}

static enum status look_at_witness(const char *dir, const char *epoch, struct restore_facts *out,
				   struct err *why)
{
	struct witness w = WITNESS_INIT;
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, "witness", why);

	out->witnessed = -1;
	if (st != ST_OK || !folder_has(dir, "witness"))
		return st;
	st = witness_open(&w, path, why);
	if (st == ST_OK && w.epoch[0]) {
		out->witnessed = w.size;
		memcpy(out->witness_epoch, w.epoch, sizeof(out->witness_epoch));
		out->branched = strcmp(w.epoch, epoch) != 0;
	}
	witness_release(&w);
	return st;
}

/* What differs is good to know; not to know it stops no restore. */
static void compare(const char *tmp, const char *was, struct restore_facts *out)
{
	struct db *now = NULL;

	out->compared = db_open(&now, tmp, 0, &central_schema, NULL) == ST_OK
			&& aftermath_tell(now, was, &out->changes, NULL) == ST_OK;
	out->erasures = out->compared && aftermath_erase_again(now, NULL) == ST_OK;
	db_close(now);
	if (!out->compared)
		strbuf_clear(&out->changes);
}

/* All that it has is in a backup; and what it takes the place of is named. */
static enum status note_origin(const char *tmp, const struct manifest *m, const char *aside,
			       struct err *why)
{
	struct db *db = NULL;
	enum status st = store_open(&db, tmp, false, why);

	if (st == ST_OK)
		st = db_begin(db, why);
	if (st == ST_OK)
		st = note_durable(db, m, why);
	if (st == ST_OK)
		st = meta_set(db, "put_aside", aside, why);
	if (st == ST_OK)
		st = db_commit(db, why);
	db_close(db);
	return st;
}

/* Against the one that was served last. Where that was put aside and is not there
 * any more, the one in its place, which nobody served, tells nothing. */
static enum status settle_new(const char *tmp, const char *dir, const char *path,
			      struct former *old, int64_t now, const struct manifest *m,
			      struct restore_facts *out, struct err *why)
{
	char was[FOLDER_PATH];
	bool earlier = old->aside[0] && folder_has(dir, old->aside);
	enum status st = earlier ? folder_path(was, dir, old->aside, why) : ST_OK;

	out->aside_gone = old->aside[0] && !earlier;
	if (st == ST_OK && old->there && old->whole && !out->aside_gone)
		compare(tmp, earlier ? was : path, out);
	if (!old->aside[0])
		aside_name(old->aside, now);
	return st == ST_OK ? note_origin(tmp, m, old->there ? old->aside : "", why) : st;
}

static enum status put_in_place(const char *from, const char *dir, int64_t now,
				const struct manifest *m, struct restore_facts *out,
				struct err *why)
{
	struct former old = { .there = folder_has(dir, "central.db"), .whole = true };
	char path[FOLDER_PATH], tmp[FOLDER_PATH];
	enum status st = folder_path(path, dir, "central.db", why);

	if (st == ST_OK)
		st = folder_path(tmp, dir, "central.db.new", why);
	if (st == ST_OK && old.there)
		st = settle_old(path, m, out, &old, why);
	if (st == ST_OK)
		st = bring_database(from, tmp, m, why);
	if (st == ST_OK)
		st = settle_new(tmp, dir, path, &old, now, m, out, why);
	if (st == ST_OK)
		st = bring_rest(from, dir, why);
	if (st == ST_OK && old.there)
		st = keep_old(dir, path, old.whole, now, out->kept, why);
	if (st == ST_OK)
		return disk_rename(tmp, path, why);
	unlink(tmp);
	return st;
}

enum status central_restore(const char *from, const char *dir, int64_t now,
			    struct restore_facts *out, struct err *why)
{
	struct manifest m = MANIFEST_INIT;
	enum status st = manifest_check(&m, from, why);
	bool made = access(dir, F_OK) != 0;
	int lock = -1;

	memset(out, 0, sizeof(*out));
	if (st == ST_OK && manifest_there(dir))
		st = err_set(why, ST_REFUSED, "is-backup",
			     "%s is a backup itself; name the central's folder, or a new one", dir);
	if (st == ST_OK)
		st = same_key(from, dir, why);
	if (st == ST_OK)
		st = folder_make(dir, why);
	if (st == ST_OK)
		st = folder_lock(&lock, dir, true, why);
	if (st == ST_OK)
		st = look_at_witness(dir, m.epoch, out, why);
	if (st == ST_OK)
		st = put_in_place(from, dir, now, &m, out, why);
	take_facts(&out->backup, &m);
	if (st != ST_OK && made)
		folder_unmake(dir);
	folder_unlock(lock);
	manifest_release(&m);
	return st;
}
