/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { PATH_BYTES = 4096 };

enum status disk_error(const char *path, struct err *why)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set(why, ST_BROKEN, "disk-full",
			       "%s: the disk is full; make room and try again", path);
	return err_set(why, ST_BROKEN, "disk-error", "%s: %s", path, strerror(errno));
}

enum status disk_sync_parent(const char *path, struct err *why)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_BYTES];
	enum status st = ST_OK;
	int fd;

	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	fd = open(dir[0] ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		st = disk_error(dir, why);
	if (fd >= 0)
		close(fd);
	return st;
}

enum status disk_rename(const char *from, const char *to, struct err *why)
{
	if (rename(from, to) != 0)
		return disk_error(to, why);
	return disk_sync_parent(to, why);
}

static enum status write_all(const char *path, struct str bytes, mode_t mode, struct err *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	enum status st = ST_OK;

	if (fd < 0)
		return disk_error(path, why);
	for (size_t at = 0; st == ST_OK && at < bytes.n;) {
		ssize_t n = write(fd, bytes.p + at, bytes.n - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			st = disk_error(path, why);
	}
	if (st == ST_OK && fsync(fd) != 0)
		st = disk_error(path, why);
	if (close(fd) != 0 && st == ST_OK)
		st = disk_error(path, why);
	return st;
}

enum status disk_put(const char *path, struct str bytes, mode_t mode, struct err *why)
{
	char tmp[PATH_BYTES];
	enum status st;

	if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int)sizeof(tmp))
		return err_set(why, ST_BAD_INPUT, "path-too-long",
			       "%.200s...: the path is too long", path);
	st = write_all(tmp, bytes, mode, why);
	if (st == ST_OK && rename(tmp, path) != 0)
		st = disk_error(path, why);
	if (st != ST_OK) {
		unlink(tmp);
		return st;
	}
	return disk_sync_parent(path, why);
}

static enum status pour(int from, int to, const char *source, const char *target, struct err *why)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			return disk_error(source, why);
		for (ssize_t at = 0; at < n;) {
			ssize_t put = write(to, chunk + at, (size_t)(n - at));

			if (put < 0 && errno != EINTR)
				return disk_error(target, why);
			at += put > 0 ? put : 0;
		}
	}
	return fsync(to) == 0 ? ST_OK : disk_error(target, why);
}

enum status disk_copy(const char *from, const char *to, mode_t mode, struct err *why)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	enum status st;

	if (in < 0)
		return disk_error(from, why);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0) {
		st = errno == EEXIST ? err_set(why, ST_CONFLICT, "file-exists",
					       "%s: there is a file already", to)
				     : disk_error(to, why);
		close(in);
		return st;
	}
	st = pour(in, out, from, to, why);
	close(in);
	if (close(out) != 0 && st == ST_OK)
		st = disk_error(to, why);
	if (st != ST_OK)
		unlink(to);
	return st;
}
