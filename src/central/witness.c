/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk.h"
#include "sign/hash.h"

#include "base/banned.h"

/* A line: epoch, size, root, and the first 16 digits of the SHA-256 of all
 * before it, so that a torn line is known. Beyond FILE_BYTES the file starts anew
 * with what is remembered, by a rename. */
enum { LINE_BYTES = 200, CHECK_DIGITS = 16, FILE_BYTES = 256 * 1024 };

static int line_text(char out[LINE_BYTES], const char *epoch, int64_t size, const char *root)
{
	char check[HASH_TEXT];
	int n = snprintf(out, LINE_BYTES, "%s %" PRId64 " %s ", epoch, size, root);

	sha256_hex(check, str_of(out));
	return n + snprintf(out + n, LINE_BYTES - (size_t)n, "%.*s\n", CHECK_DIGITS, check);
}

/* When there is no more room, every other one of the older half goes. */
static void make_room(struct witness *w)
{
	int kept = 0;

	for (int i = 0; i < w->mark_count; i++)
		if (i % 2 == 0 || i >= WITNESS_MARKS / 2)
			w->mark[kept++] = w->mark[i];
	w->mark_count = kept;
}

static void remember(struct witness *w, const char *epoch, int64_t size, const char *root)
{
	struct witness_mark *m;

	snprintf(w->epoch, sizeof(w->epoch), "%s", epoch);
	snprintf(w->root, sizeof(w->root), "%s", root);
	w->size = size;
	if (w->mark_count == WITNESS_MARKS)
		make_room(w);
	m = &w->mark[w->mark_count++];
	memcpy(m->epoch, w->epoch, sizeof(m->epoch));
	memcpy(m->root, w->root, sizeof(m->root));
	m->size = size;
}

static bool take_line(struct witness *w, const char *line, size_t len)
{
	char again[LINE_BYTES], epoch[UUID_TEXT], root[HASH_TEXT];
	int64_t size;
	int n;

	if (len >= LINE_BYTES || sscanf(line, "%36s %" SCNd64 " %64s", epoch, &size, root) != 3)
		return false;
	n = line_text(again, epoch, size, root);
	if ((size_t)n != len || memcmp(again, line, len) != 0)
		return false;
	remember(w, epoch, size, root);
	return true;
}

static enum status read_all(struct witness *w, bool *whole, struct err *why)
{
	char line[LINE_BYTES];
	FILE *f = fopen(w->path, "re");

	*whole = true;
	if (!f)
		return errno == ENOENT ? ST_OK : disk_error(w->path, why);
	while (fgets(line, sizeof(line), f))
		*whole = take_line(w, line, strlen(line));
	fclose(f);
	return ST_OK;
}

static enum status open_file(struct witness *w, struct err *why)
{
	off_t end;

	w->fd = open(w->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (w->fd < 0)
		return disk_error(w->path, why);
	end = lseek(w->fd, 0, SEEK_END);
	w->bytes = end < 0 ? 0 : (int64_t)end;
	return disk_sync_parent(w->path, why);
}

enum status witness_open(struct witness *w, const char *path, struct err *why)
{
	enum status st;
	bool whole;

	memset(w, 0, sizeof(*w));
	w->fd = -1;
	if (!path)
		return ST_OK;
	w->path = strdup(path);
	if (!w->path)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	st = read_all(w, &whole, why);
	/* Behind a torn line nothing can be appended: the file is then begun
	 * anew at the first put. */
	return st == ST_OK && whole ? open_file(w, why) : st;
}

void witness_release(struct witness *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	free(w->path);
	w->path = NULL;
}

/* Another process on the same folder may have begun the file anew. */
static bool still_there(struct witness *w)
{
	struct stat open_one, named;
	off_t end;

	if (w->fd < 0 || fstat(w->fd, &open_one) != 0 || stat(w->path, &named) != 0
	    || open_one.st_ino != named.st_ino || open_one.st_dev != named.st_dev)
		return false;
	end = lseek(w->fd, 0, SEEK_END);
	w->bytes = end < 0 ? 0 : (int64_t)end;
	return end >= 0;
}

/* What was written in part is cut away, so that the next line stands alone. */
static enum status append(struct witness *w, const char *line, size_t n, struct err *why)
{
	ssize_t got = write(w->fd, line, n);

	if (got == (ssize_t)n && fsync(w->fd) == 0) {
		w->bytes += (int64_t)n;
		return ST_OK;
	}
	if (got >= 0 && got != (ssize_t)n)
		errno = ENOSPC;
	(void)disk_error(w->path, why);
	if (ftruncate(w->fd, (off_t)w->bytes) != 0) {
		close(w->fd);
		w->fd = -1;
	}
	return ST_BROKEN;
}

/* Begin the file anew with what is remembered, and one line more. */
static enum status rewrite(struct witness *w, const char *line, size_t n, struct err *why)
{
	struct strbuf all = STRBUF_INIT;
	char one[LINE_BYTES];
	bool ok = true;
	enum status st;

	for (int i = 0; ok && i < w->mark_count; i++) {
		const struct witness_mark *m = &w->mark[i];

		ok = strbuf_add(&all, one, (size_t)line_text(one, m->epoch, m->size, m->root));
	}
	ok = ok && strbuf_add(&all, line, n);
	st = ok ? disk_put(w->path, strbuf_str(&all), 0600, why)
		: err_set(why, ST_BROKEN, "memory", "no memory for the witness");
	strbuf_release(&all);
	if (st != ST_OK)
		return st;
	if (w->fd >= 0)
		close(w->fd);
	return open_file(w, why);
}

enum status witness_put(struct witness *w, const char *epoch, int64_t size, const char *root,
			struct err *why)
{
	char line[LINE_BYTES];
	int n = line_text(line, epoch, size, root);
	enum status st = ST_OK;

	if (w->path && (!still_there(w) || w->bytes > FILE_BYTES))
		st = rewrite(w, line, (size_t)n, why);
	else if (w->path)
		st = append(w, line, (size_t)n, why);
	if (st != ST_OK)
		return st;
	remember(w, epoch, size, root);
	return ST_OK;
}
