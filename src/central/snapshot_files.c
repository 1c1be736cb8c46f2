/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/snapshot_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/instant.h"
#include "central/compact.h"
#include "central/store.h"

#include "base/banned.h"

enum { GENS_MAX = 64, KEEP = 2 };

/* --- Names ------------------------------------------------------------------------- */

/* DIR/snapshots/{name}. */
static enum status in_snapshots(char out[FOLDER_PATH], const struct central *c, const char *name,
				struct err *why)
{
	char below[128];

	snprintf(below, sizeof(below), "snapshots%s%s", name[0] ? "/" : "", name);
	return folder_path(out, c->dir, below, why);
}

static enum status scope_path(char out[FOLDER_PATH], const struct central *c, int64_t scope,
			      const char *rest, struct err *why)
{
	char name[100];

	snprintf(name, sizeof(name), "%" PRId64 "%s%s", scope, rest[0] ? "/" : "", rest);
	return in_snapshots(out, c, name, why);
}

static enum status make_folder(const char *path, struct err *why)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return ST_OK;
	return disk_error(path, why);
}

/* --- Removing ---------------------------------------------------------------------- */

void snapshot_discard(const char *dir)
{
	DIR *d = dir[0] ? opendir(dir) : NULL;
	char path[FOLDER_PATH];
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && folder_path(path, dir, e->d_name, NULL) == ST_OK)
			(void)unlink(path);
	if (d)
		closedir(d);
	(void)rmdir(dir);
}

/* Out of its place first, so that no reader finds half of it. */
static enum status remove_gen(struct central *c, int64_t scope, const char *gen, struct err *why)
{
	char from[FOLDER_PATH], to[FOLDER_PATH], name[64];
	enum status st = scope_path(from, c, scope, gen, why);

	snprintf(name, sizeof(name), ".old-%s", gen);
	if (st == ST_OK)
		st = in_snapshots(to, c, name, why);
	if (st != ST_OK)
		return st;
	if (rename(from, to) != 0)
		return errno == ENOENT ? ST_OK : disk_error(from, why);
	snapshot_discard(to);
	return disk_sync_parent(from, why);
}

/* What a stop left in the middle of being made or removed. */
static enum status remove_leftovers(struct central *c, struct err *why)
{
	char path[FOLDER_PATH], one[FOLDER_PATH];
	enum status st = in_snapshots(path, c, "", why);
	DIR *d = st == ST_OK ? opendir(path) : NULL;
	struct dirent *e;

	while (d && (e = readdir(d)))
		if ((strncmp(e->d_name, ".new-", 5) == 0 || strncmp(e->d_name, ".old-", 5) == 0)
		    && folder_path(one, path, e->d_name, NULL) == ST_OK)
			snapshot_discard(one);
	if (d)
		closedir(d);
	return st;
}

/* --- Locks ------------------------------------------------------------------------- */

static enum status take_lock(struct central *c, const char *name, int how, int *fd, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = in_snapshots(path, c, "", why);

	*fd = -1;
	if (st == ST_OK)
		st = make_folder(path, why);
	if (st == ST_OK)
		st = in_snapshots(path, c, name, why);
	if (st != ST_OK)
		return st;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (*fd < 0)
		return disk_error(path, why);
	if (flock(*fd, how) == 0)
		return ST_OK;
	close(*fd);
	*fd = -1;
	return err_set(why, ST_RETRY, "snapshot-busy",
		       "another process makes a snapshot here; try again when it is done");
}

enum status snapshot_lock_making(struct central *c, int *fd, struct err *why)
{
	enum status st = take_lock(c, "making", LOCK_EX | LOCK_NB, fd, why);

	if (st == ST_OK && ftruncate(*fd, 0) != 0)
		st = disk_error("snapshots/making", why);
	return st == ST_OK ? remove_leftovers(c, why) : st;
}

/* A byte in the lock's file is the word: it is seen whoever wrote it. */
bool snapshot_must_yield(int fd)
{
	struct stat s;

	return fstat(fd, &s) == 0 && s.st_size > 0;
}

void snapshot_yield(struct central *c)
{
	char path[FOLDER_PATH];
	ssize_t n = 0;
	int fd = -1;

	if (c->dir && in_snapshots(path, c, "making", NULL) == ST_OK)
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd >= 0)
		n = write(fd, "!", 1);
	(void)n; /* at worst the words wait for the reader, and that is told */
	if (fd >= 0)
		close(fd);
}

/* --- Which there are ----------------------------------------------------------------- */

struct gens {
	int count;
	char name[GENS_MAX][UUID_TEXT];
};

static int newest_first(const void *a, const void *b)
{
	return strcmp(b, a);
}

static enum status list_gens(struct central *c, int64_t scope, struct gens *g, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = scope_path(path, c, scope, "", why);
	DIR *d = st == ST_OK ? opendir(path) : NULL;
	struct dirent *e;

	g->count = 0;
	while (d && g->count < GENS_MAX && (e = readdir(d)))
		if (uuid_valid(str_of(e->d_name)))
			snprintf(g->name[g->count++], UUID_TEXT, "%.36s", e->d_name);
	if (d)
		closedir(d);
	qsort(g->name, (size_t)g->count, sizeof(g->name[0]), newest_first);
	return st;
}

static void floor_key(char key[48], int64_t scope)
{
	snprintf(key, 48, "snapshot_floor.%" PRId64, scope);
}

/* The entry of the last erasure in the scope; 0: none. */
static enum status floor_of(struct central *c, int64_t scope, int64_t *seq, struct err *why)
{
	char key[48], text[24];
	enum status st;

	floor_key(key, scope);
	st = meta_get(c->db, key, text, sizeof(text), why);
	*seq = strtoll(text, NULL, 10);
	return st == ST_NONE ? ST_OK : st;
}

static enum status read_manifest(struct central *c, int64_t scope, const char *gen,
				 struct snapshot *out, struct err *why)
{
	char path[FOLDER_PATH], name[64];
	struct strbuf text = STRBUF_INIT;
	enum status st;

	snprintf(name, sizeof(name), "%s/" SNAPSHOT_MANIFEST, gen);
	st = scope_path(path, c, scope, name, why);
	if (st == ST_OK)
		st = folder_read_file(path, SNAPSHOT_MANIFEST_MAX, &text, why);
	if (st == ST_OK)
		st = snapshot_read(out, strbuf_str(&text), why);
	if (st == ST_OK && (out->scope != scope || strcmp(out->gen, gen) != 0))
		st = err_set(why, ST_BAD_INPUT, "snapshot-form",
			     "%s is the manifest of another snapshot", path);
	strbuf_release(&text);
	return st;
}

/* Was its feed made shorter behind it, so that rows which would have told what
 * left the scope since are not there any more? */
static enum status is_told(struct central *c, const struct snapshot *s, struct err *why)
{
	int64_t told = 0;
	enum status st = feed_floor(c->db, s->scope, &told, why);

	return st == ST_OK && s->seq < told ? ST_NONE : st;
}

/* One that is damaged, of another epoch, ahead of the log, older than an erasure
 * or than what its feed tells is none; nor is one of before the first entry, behind
 * which a reader would stand where he began. */
static enum status usable(struct central *c, int64_t scope, const char *gen, struct snapshot *out,
			  struct err *why)
{
	int64_t floor = 0, head = 0;
	enum status st = floor_of(c, scope, &floor, why);

	if (st == ST_OK)
		st = feed_head_seq(c->db, &head, why);
	if (st != ST_OK)
		return st;
	if (read_manifest(c, scope, gen, out, NULL) != ST_OK || out->seq < floor || out->seq > head
	    || out->seq <= 0 || strcmp(out->epoch, c->epoch) != 0)
		return ST_NONE;
	return is_told(c, out, why);
}

static enum status unknown(enum status st, struct err *why)
{
	return st == ST_NONE ? err_set(why, ST_NONE, "snapshot-unknown",
				       "there is no such snapshot within your rights")
			     : st;
}

enum status snapshot_before(struct central *c, int64_t scope, const char *gen, struct snapshot *out,
			    struct err *why)
{
	struct gens g = { .count = 0 };
	enum status st = c->dir ? list_gens(c, scope, &g, why) : ST_OK;

	if (st == ST_OK)
		st = ST_NONE;
	for (int i = 0; st == ST_NONE && i < g.count; i++)
		if (!gen[0] || strcmp(g.name[i], gen) < 0)
			st = usable(c, scope, g.name[i], out, why);
	return unknown(st, why);
}

enum status snapshot_newest(struct central *c, int64_t scope, struct snapshot *out, struct err *why)
{
	return snapshot_before(c, scope, "", out, why);
}

enum status snapshot_path(char out[FOLDER_PATH], const struct central *c, const struct snapshot *s,
			  struct err *why)
{
	return scope_path(out, c, s->scope, s->gen, why);
}

/* ST_NONE: a case has left the scope since it was made, or made clean. */
static enum status is_clean(struct central *c, const struct snapshot *s, struct err *why)
{
	struct feed_row f = { .scope = s->scope };
	char path[FOLDER_PATH];
	enum status st = snapshot_path(path, c, s, why);

	if (st == ST_OK && segment_index_clean(path, &f.seq, NULL) != ST_OK)
		return ST_NONE;
	if (st == ST_OK)
		st = feed_next_gone(c->db, &f, why);
	return st == ST_OK ? ST_NONE : st == ST_NONE ? ST_OK : st;
}

/* The rows first, and then whether they were all there: another process may make
 * the feed shorter in between. */
enum status snapshot_of(struct central *c, int64_t scope, const char *gen, struct snapshot *out,
			struct err *why)
{
	enum status st = c->dir ? usable(c, scope, gen, out, why) : ST_NONE;

	if (st == ST_OK)
		st = is_clean(c, out, why);
	return unknown(st == ST_OK ? is_told(c, out, why) : st, why);
}

enum status snapshot_segment(struct central *c, const struct snapshot *s, int64_t i,
			     struct strbuf *out, struct err *why)
{
	char path[FOLDER_PATH], name[80];
	enum status st;

	if (i < 0 || i >= s->count)
		return unknown(ST_NONE, why);
	snprintf(name, sizeof(name), "%s/%" PRId64, s->gen, i);
	st = scope_path(path, c, s->scope, name, why);
	return st == ST_OK ? folder_read_file(path, SEGMENT_BYTES_MAX, out, why) : st;
}

/* --- Coming and going ------------------------------------------------------------------ */

enum status snapshot_aside(struct central *c, const struct snapshot *s, char dir[FOLDER_PATH],
			   struct err *why)
{
	char name[64];
	enum status st;

	snprintf(name, sizeof(name), ".new-%s", s->gen);
	st = in_snapshots(dir, c, name, why);
	return st == ST_OK ? make_folder(dir, why) : st;
}

static enum status remove_older(struct central *c, int64_t scope, struct err *why)
{
	struct gens g;
	enum status st = list_gens(c, scope, &g, why);

	for (int i = KEEP; st == ST_OK && i < g.count; i++)
		st = remove_gen(c, scope, g.name[i], why);
	return st;
}

enum status snapshot_put_manifest(const char *dir, const struct snapshot *s, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, SNAPSHOT_MANIFEST, why);

	if (st == ST_OK && !snapshot_write(&text, s))
		st = err_set(why, ST_BROKEN, "memory", "no memory for a manifest");
	if (st == ST_OK)
		st = disk_put(path, strbuf_str(&text), 0640, why);
	strbuf_release(&text);
	return st;
}

static enum status into_place(struct central *c, const struct snapshot *s, const char *dir,
			      struct err *why)
{
	char to[FOLDER_PATH];
	enum status st = scope_path(to, c, s->scope, "", why);

	if (st == ST_OK)
		st = make_folder(to, why);
	if (st == ST_OK)
		st = disk_sync_parent(to, why);
	if (st == ST_OK)
		st = scope_path(to, c, s->scope, s->gen, why);
	return st == ST_OK ? disk_rename(dir, to, why) : st;
}

/* The lock is over judging and moving: an erasure that commits in between
 * removes what it finds in place afterwards. */
static enum status place(struct central *c, const struct snapshot *s, const char *dir,
			 struct err *why)
{
	int64_t floor = 0;
	enum status st = floor_of(c, s->scope, &floor, why);

	if (st == ST_OK && s->seq < floor)
		st = err_set(why, ST_RETRY, "snapshot-late",
			     "something was erased while the snapshot was made; make it anew");
	if (st == ST_OK)
		st = into_place(c, s, dir, why);
	return st == ST_OK ? remove_older(c, s->scope, why) : st;
}

static enum status remove_unclean(struct central *c, int64_t scope, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	struct gens g = { .count = 0 };
	enum status st = list_gens(c, scope, &g, why);

	for (int i = 1; st == ST_OK && i < g.count; i++) {
		st = snapshot_of(c, scope, g.name[i], &s, NULL);
		if (st == ST_NONE)
			st = remove_gen(c, scope, g.name[i], why);
	}
	snapshot_release(&s);
	return st;
}

enum status snapshot_replace(struct central *c, const struct snapshot *s, const char *dir,
			     const char *old, struct err *why)
{
	enum status st = into_place(c, s, dir, why);

	if (st == ST_OK)
		st = remove_gen(c, s->scope, old, why);
	return st == ST_OK ? remove_unclean(c, s->scope, why) : st;
}

enum status snapshot_remove(struct central *c, int64_t scope, const char *gen, struct err *why)
{
	return remove_gen(c, scope, gen, why);
}

enum status snapshot_lock_placing(struct central *c, int *fd, struct err *why)
{
	*fd = -1;
	if (!c->dir || !folder_has(c->dir, "snapshots"))
		return unknown(ST_NONE, why);
	return take_lock(c, "placing", LOCK_EX, fd, why);
}

enum status snapshot_place(struct central *c, const struct snapshot *s, const char *dir,
			   struct err *why)
{
	int lock;
	enum status st = take_lock(c, "placing", LOCK_EX, &lock, why);

	if (st != ST_OK)
		return st;
	st = place(c, s, dir, why);
	close(lock);
	return st;
}

/* --- Erasure --------------------------------------------------------------------------- */

enum status snapshot_forget(struct central *c, const char *case_id, int64_t seq, struct err *why)
{
	struct scope_walk walk = { .scope = 0 };
	char key[48], text[24];
	enum status st;

	snprintf(text, sizeof(text), "%" PRId64, seq);
	while ((st = scope_of_case(c->db, case_id, &walk, why)) == ST_OK) {
		floor_key(key, walk.scope);
		st = meta_set(c->db, key, text, why);
		if (st != ST_OK)
			return st;
	}
	return st == ST_NONE ? ST_OK : st;
}

static enum status sweep_scope(struct central *c, int64_t scope, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	struct gens g = { .count = 0 };
	enum status st = list_gens(c, scope, &g, why);

	for (int i = 0; st == ST_OK && i < g.count; i++) {
		st = usable(c, scope, g.name[i], &s, why);
		if (st == ST_NONE)
			st = remove_gen(c, scope, g.name[i], why);
	}
	snapshot_release(&s);
	return st;
}

enum status snapshot_sweep(struct central *c, struct err *why)
{
	struct scope_row s = { 0 };
	int lock = -1;
	enum status st;

	if (!c->dir || !folder_has(c->dir, "snapshots"))
		return ST_OK;
	st = take_lock(c, "placing", LOCK_EX, &lock, why);
	while (st == ST_OK && (st = scope_after(c->db, s.id, &s, why)) == ST_OK)
		st = sweep_scope(c, s.id, why);
	if (lock >= 0)
		close(lock);
	return st == ST_NONE ? ST_OK : st;
}

/* --- Which should be made ---------------------------------------------------------------- */

/* Behind by a quarter of the cases: what is pulled after it is that much. */
static enum status is_due(struct central *c, int64_t scope, bool *due, struct err *why)
{
	struct snapshot s = SNAPSHOT_INIT;
	int64_t cases = 0, behind = 0;
	enum status st = case_count_in(c->db, scope, &cases, why);

	*due = false;
	if (st != ST_OK || cases <= c->snapshot_cases)
		return st;
	st = snapshot_newest(c, scope, &s, NULL);
	if (st == ST_OK)
		st = feed_behind(c->db, scope, s.seq, &behind, why);
	*due = st == ST_NONE || (st == ST_OK && behind > cases / 4);
	snapshot_release(&s);
	return st == ST_NONE ? ST_OK : st;
}

enum status snapshot_due(struct central *c, int64_t *scope, struct err *why)
{
	struct scope_row s = { .id = *scope };
	bool due = false;
	enum status st = ST_OK;

	if (!c->dir || c->snapshot_cases <= 0)
		return ST_NONE;
	while (!due && (st = scope_after(c->db, s.id, &s, why)) == ST_OK) {
		st = is_due(c, s.id, &due, why);
		if (st != ST_OK)
			return st;
	}
	*scope = s.id;
	return st;
}
