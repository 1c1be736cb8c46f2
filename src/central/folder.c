/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/encode.h"

#include "base/banned.h"

enum { CONF_BYTES = 4 * 1024 * 1024, KEY_HEX = 64 };

enum status folder_path(char out[FOLDER_PATH], const char *dir, const char *name, struct err *why)
{
	int n = snprintf(out, FOLDER_PATH, "%s/%s", dir, name);

	if (n < 0 || n >= FOLDER_PATH)
		return err_set(why, ST_BAD_INPUT, "path-too-long",
			       "%.200s...: the path is too long", dir);
	return ST_OK;
}

bool folder_has(const char *dir, const char *name)
{
	char path[FOLDER_PATH];

	return folder_path(path, dir, name, NULL) == ST_OK && access(path, F_OK) == 0;
}

static enum status make_dir(const char *path, mode_t mode, struct err *why)
{
	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return ST_OK;
	return disk_error(path, why);
}

enum status folder_make(const char *dir, struct err *why)
{
	static const struct {
		const char *name;
		mode_t mode;
	} parts[] = {
		{ "keys", 0700 },
		{ "archive", 0750 },
		{ "conf", 0750 },
	};
	char path[FOLDER_PATH];
	enum status st = make_dir(dir, 0750, why);

	for (size_t i = 0; st == ST_OK && i < sizeof(parts) / sizeof(parts[0]); i++) {
		st = folder_path(path, dir, parts[i].name, why);
		if (st == ST_OK)
			st = make_dir(path, parts[i].mode, why);
	}
	return st;
}

void folder_unmake(const char *dir)
{
	static const char *const parts[] = { "keys", "archive", "conf" };
	char path[FOLDER_PATH];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (folder_path(path, dir, parts[i], NULL) == ST_OK)
			rmdir(path);
	if (folder_path(path, dir, "lock", NULL) == ST_OK)
		unlink(path);
	rmdir(dir);
}

enum status folder_read_file(const char *path, size_t max, struct strbuf *out, struct err *why)
{
	FILE *f = fopen(path, "re");
	enum status st = ST_OK;
	char chunk[8192];
	size_t n;

	if (!f)
		return errno == ENOENT
			       ? err_set(why, ST_NONE, "no-file", "%s: there is no such file", path)
			       : disk_error(path, why);
	while (st == ST_OK && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		if (out->len + n > max || !strbuf_add(out, chunk, n))
			st = err_set(why, ST_BAD_INPUT, "file-too-long",
				     "%s: longer than %zu bytes", path, max);
	if (st == ST_OK && ferror(f))
		st = disk_error(path, why);
	fclose(f);
	return st;
}

static bool is_conf(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".conf") == 0;
}

static enum status copy_one(const char *to, const char *from, const char *name, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	char source[FOLDER_PATH], target[FOLDER_PATH];
	enum status st = folder_path(source, from, name, why);

	if (st == ST_OK)
		st = folder_path(target, to, name, why);
	if (st == ST_OK)
		st = folder_read_file(source, CONF_BYTES, &text, why);
	if (st == ST_OK)
		st = disk_put(target, strbuf_str(&text), 0640, why);
	strbuf_release(&text);
	return st;
}

enum status folder_conf_there(const char *from, struct err *why)
{
	struct dirent *e;
	bool there = false;
	DIR *d = opendir(from);

	while (d && !there && (e = readdir(d)))
		there = is_conf(e->d_name);
	if (d)
		closedir(d);
	return there ? ST_OK
		     : err_set(why, ST_NONE, "conf-missing",
			       "%s: no *.conf with case types and queues there; name their folder "
			       "with --conf",
			       from);
}

enum status folder_copy_conf(const char *to, const char *from, struct err *why)
{
	enum status st = folder_conf_there(from, why);
	struct dirent *e;
	DIR *d = opendir(from);

	while (d && st == ST_OK && (e = readdir(d)))
		if (is_conf(e->d_name))
			st = copy_one(to, from, e->d_name, why);
	if (d)
		closedir(d);
	return st;
}

bool folder_has_before(const char *dir)
{
	struct dirent *e;
	bool there = false;
	DIR *d = opendir(dir);

	while (d && !there && (e = readdir(d)))
		there = strncmp(e->d_name, "central.db.before-", 18) == 0;
	if (d)
		closedir(d);
	return there;
}

/* Is it the package with the first n entries of its case? */
static bool is_package_of(const char *name, int64_t n)
{
	char end[40];
	size_t len = strlen(name), tail;

	snprintf(end, sizeof(end), "_%" PRId64 ".zip", n);
	tail = strlen(end);
	return name[0] != '.' && len > tail && strcmp(name + len - tail, end) == 0;
}

enum status folder_drop_packages(const char *dir, const char *case_id, int64_t but_n,
				 struct err *why)
{
	char folder[FOLDER_PATH], path[FOLDER_PATH];
	enum status st = folder_path(folder, dir, "archive", why);
	struct dirent *e;
	DIR *d = st == ST_OK ? opendir(folder) : NULL;

	while (d && st == ST_OK && (e = readdir(d))) {
		if (!strstr(e->d_name, case_id) || (but_n > 0 && is_package_of(e->d_name, but_n)))
			continue;
		st = folder_path(path, folder, e->d_name, why);
		if (st == ST_OK && unlink(path) != 0 && errno != ENOENT)
			st = err_set(why, ST_BROKEN, "disk-error", "%s: %s", path, strerror(errno));
	}
	if (d)
		closedir(d);
	return st;
}

enum status folder_write_key(const char *path, const struct rng *rng, struct err *why)
{
	struct signkey *key;
	unsigned char seed[32];
	char hex[KEY_HEX + 2];
	enum status st;

	if (access(path, F_OK) == 0)
		return ST_OK;
	key = signkey_make(rng);
	if (!key)
		return err_set(why, ST_BROKEN, "memory", "no memory for the key");
	signkey_seed(key, seed);
	signkey_free(key);
	hex_encode(hex, seed, sizeof(seed));
	hex[KEY_HEX] = '\n';
	st = disk_put(path, (struct str){ hex, KEY_HEX + 1 }, 0600, why);
	explicit_bzero(seed, sizeof(seed));
	explicit_bzero(hex, sizeof(hex));
	return st;
}

enum status folder_read_key(const char *path, struct signkey **key, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	unsigned char seed[32];
	enum status st = folder_read_file(path, KEY_HEX + 1, &text, why);

	*key = NULL;
	if (st == ST_OK) {
		if (text.len == KEY_HEX + 1
		    && hex_decode(seed, sizeof(seed), (struct str){ text.data, KEY_HEX }))
			*key = signkey_from_seed(seed);
		if (!*key)
			st = err_set(why, ST_BAD_INPUT, "key-file",
				     "%s: not a key of 64 hex digits and a line feed", path);
	}
	explicit_bzero(seed, sizeof(seed));
	strbuf_wipe(&text);
	return st;
}

enum status folder_lock(int *fd, const char *dir, bool alone, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, "lock", why);

	*fd = -1;
	if (st != ST_OK)
		return st;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return disk_error(path, why);
	if (flock(*fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
		return ST_OK;
	close(*fd);
	*fd = -1;
	return alone ? err_set(why, ST_RETRY, "central-busy",
			       "%s: is in use by a central that serves it, or another command; "
			       "stop that first, nothing was touched",
			       dir)
		     : err_set(why, ST_RETRY, "central-busy",
			       "%s: is being restored; try again when that has ended", dir);
}

/* A record lock says who holds it, and goes with its process. */
enum status folder_lock_backup(int *fd, const char *dir, struct err *why)
{
	struct flock mine = { .l_type = F_WRLCK, .l_whence = SEEK_SET }, theirs = mine;
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, "backup.lock", why);

	*fd = -1;
	if (st != ST_OK)
		return st;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return disk_error(path, why);
	if (fcntl(*fd, F_SETLK, &mine) == 0)
		return ST_OK;
	if (fcntl(*fd, F_GETLK, &theirs) != 0 || theirs.l_type == F_UNLCK)
		theirs.l_pid = 0;
	close(*fd);
	*fd = -1;
	if (theirs.l_pid <= 0)
		return err_set(why, ST_RETRY, "backup-busy",
			       "%s: a backup is being made by another process; try again when it "
			       "has ended, nothing was touched",
			       dir);
	return err_set(why, ST_RETRY, "backup-busy",
		       "%s: a backup is being made by process %ld; try again when it has ended, "
		       "nothing was touched",
		       dir, (long)theirs.l_pid);
}

void folder_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

enum status folder_forget(const char *path, struct err *why)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[FOLDER_PATH];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		if (snprintf(name, sizeof(name), "%s%s", path, tails[i]) >= (int)sizeof(name))
			return err_set(why, ST_BAD_INPUT, "path-too-long",
				       "%.200s...: the path is too long", path);
		if (unlink(name) != 0 && errno != ENOENT)
			return disk_error(name, why);
	}
	return ST_OK;
}
