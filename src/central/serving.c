/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/serving.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/instant.h"
#include "central/folder.h"
#include "central/manifest.h"

#include "base/banned.h"

/* What the holder wrote, as one line that a terminal can be shown. */
static void read_line(int fd, char out[SERVING_TEXT])
{
	ssize_t n = pread(fd, out, SERVING_TEXT - 1, 0);

	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	for (char *p = out; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	if (!out[0])
		snprintf(out, SERVING_TEXT, "another process");
}

static void write_line(int fd, const char *text, off_t at)
{
	size_t n = strlen(text);

	/* What cannot be written is told of less well, and held all the same. */
	if (pwrite(fd, text, n, at) == (ssize_t)n && ftruncate(fd, at + (off_t)n) != 0)
		return;
}

/* Of the open file, not of the process: it ends with the last descriptor. */
static bool lock(int fd, int how, struct flock *l)
{
	*l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return fcntl(fd, how, l) == 0;
}

enum status serving_begin(int *fd, const char *dir, int64_t now, struct err *why)
{
	char path[FOLDER_PATH], who[SERVING_TEXT], at[INSTANT_TEXT];
	struct flock l;
	enum status st = folder_path(path, dir, "serving", why);

	*fd = -1;
	if (st != ST_OK || !folder_has(dir, "central.db") || manifest_there(dir))
		return st;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return disk_error(path, why);
	if (!lock(*fd, F_OFD_SETLK, &l)) {
		read_line(*fd, who);
		close(*fd);
		*fd = -1;
		return err_set(why, ST_REFUSED, "already-served",
			       "%s: is served already, by %s; one folder has one server. Stop that "
			       "one first, or use it",
			       dir, who);
	}
	instant_format(at, now);
	snprintf(who, sizeof(who), "process %ld since %s\n", (long)getpid(), at);
	write_line(*fd, who, 0);
	return ST_OK;
}

void serving_at(int fd, const char *url)
{
	char said[SERVING_TEXT], line[2 * SERVING_TEXT];

	if (fd < 0)
		return;
	read_line(fd, said);
	snprintf(line, sizeof(line), "%s at %.200s\n", said, url);
	write_line(fd, line, 0);
}

void serving_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

bool serving_who(char out[SERVING_TEXT], const char *dir)
{
	char path[FOLDER_PATH];
	struct flock l;
	bool held;
	int fd = -1;

	out[0] = '\0';
	if (folder_path(path, dir, "serving", NULL) == ST_OK)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	held = fd >= 0 && lock(fd, F_OFD_GETLK, &l) && l.l_type != F_UNLCK;
	if (held)
		read_line(fd, out);
	serving_end(fd);
	return held;
}
