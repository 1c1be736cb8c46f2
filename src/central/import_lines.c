/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { BLOCK = 64 * 1024 };

static enum status cannot_read(struct err *why)
{
	return err_set(why, ST_BROKEN, "file-read", "cannot be read: %s", strerror(errno));
}

/* One block more of the file into `to`; the end sets l->ended. */
static enum status read_block(struct lines *l, struct strbuf *to, struct err *why)
{
	ssize_t n;

	if (!strbuf_reserve(to, BLOCK))
		return err_set(why, ST_BROKEN, "no-memory", "no memory to read the file");
	do
		n = read(l->fd, to->data + to->len, BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return cannot_read(why);
	to->len += (size_t)n;
	to->data[to->len] = '\0';
	l->ended = n == 0;
	return ST_OK;
}

/* Forget what was read already. */
static void shift(struct strbuf *b, size_t *at)
{
	if (*at == 0)
		return;
	memmove(b->data, b->data + *at, b->len - *at);
	strbuf_cut(b, b->len - *at);
	*at = 0;
}

static enum status unpack_more(struct lines *l, struct err *why)
{
	struct str in;
	enum status st = ST_OK;

	if (l->packed_at == l->packed.len) {
		shift(&l->packed, &l->packed_at);
		st = read_block(l, &l->packed, why);
	}
	in = (struct str){ l->packed.data + l->packed_at, l->packed.len - l->packed_at };
	if (st == ST_OK)
		st = gunzip_step(l->gzip, &in, &l->text, BLOCK, why);
	l->packed_at = l->packed.len - in.n;
	return st;
}

/* More text behind what is there; none, and l->ended, at the end. */
static enum status more(struct lines *l, struct err *why)
{
	size_t before;
	enum status st;

	shift(&l->text, &l->text_at);
	if (!l->gzip)
		return read_block(l, &l->text, why);
	before = l->text.len;
	do
		st = unpack_more(l, why);
	while (st == ST_OK && l->text.len == before && !l->ended);
	/* Unpacked bytes may come behind the last packed one. */
	if (st == ST_OK && l->text.len > before)
		l->ended = false;
	return st == ST_BAD_INPUT ? ST_BROKEN : st;
}

static enum status cut(struct err *why)
{
	return err_set(why, ST_BROKEN, "gzip-cut",
		       "the gzip data ends too early: fetch the whole file, and import that");
}

/* Unpack all of it once, to no use but its checksum: a line that a fault
 * changed may still read well, and could never leave the log again. */
static enum status try_gzip(struct lines *l, struct err *why)
{
	enum status st = ST_OK;

	while (st == ST_OK && !l->ended) {
		strbuf_cut(&l->text, 0);
		st = more(l, why);
	}
	if (st == ST_OK && !gunzip_whole(l->gzip))
		st = cut(why);
	return st;
}

/* Nothing is unpacked yet, and the file is at its start. */
static enum status begin_gzip(struct lines *l, struct err *why)
{
	gunzip_free(l->gzip);
	l->gzip = gunzip_new();
	if (!l->gzip)
		return err_set(why, ST_BROKEN, "no-memory", "no memory to unpack");
	if (lseek(l->fd, 0, SEEK_SET) != 0)
		return cannot_read(why);
	strbuf_cut(&l->packed, 0);
	strbuf_cut(&l->text, 0);
	l->packed_at = 0;
	l->ended = false;
	return ST_OK;
}

static enum status open_gzip(struct lines *l, struct err *why)
{
	enum status st = begin_gzip(l, why);

	if (st == ST_OK)
		st = try_gzip(l, why);
	if (st == ST_OK)
		st = begin_gzip(l, why);
	return st == ST_OK ? more(l, why) : st;
}

enum status lines_open(struct lines *l, const char *path, struct err *why)
{
	static const char bom[] = "\xEF\xBB\xBF";
	enum status st;

	*l = (struct lines)LINES_INIT;
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return err_set(why, errno == ENOENT ? ST_NONE : ST_BROKEN, "file-read",
			       "cannot be opened: %s", strerror(errno));
	st = read_block(l, &l->text, why);
	if (st == ST_OK && gunzip_magic(strbuf_str(&l->text)))
		st = open_gzip(l, why);
	if (l->text.len >= 3 && memcmp(l->text.data, bom, 3) == 0)
		l->text_at = 3;
	return st;
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	gunzip_free(l->gzip);
	strbuf_release(&l->packed);
	strbuf_release(&l->text);
	*l = (struct lines)LINES_INIT;
}

/* What stands behind the last line break. */
static enum status last_line(struct lines *l, struct str *line, struct err *why)
{
	if (l->gzip && !gunzip_whole(l->gzip))
		return cut(why);
	*line = (struct str){ strbuf_cstr(&l->text) + l->text_at, l->text.len - l->text_at };
	l->text_at = l->text.len;
	if (line->n == 0)
		return ST_NONE;
	l->number++;
	return ST_OK;
}

static enum status too_long(struct lines *l, struct err *why)
{
	const char *end = NULL;
	enum status st = ST_OK;

	while (st == ST_OK && !end && !l->ended) {
		strbuf_cut(&l->text, l->text_at);
		st = more(l, why);
		end = l->text.len ? memchr(l->text.data, '\n', l->text.len) : NULL;
	}
	if (st != ST_OK)
		return st;
	l->text_at = end ? (size_t)(end - l->text.data) + 1 : l->text.len;
	l->number++;
	return err_set(why, ST_BAD_INPUT, "line-too-long", "the line is longer than %d bytes",
		       LINE_BYTES_MAX);
}

enum status lines_next(struct lines *l, struct str *line, struct err *why)
{
	enum status st = ST_OK;

	for (;;) {
		const char *from = strbuf_cstr(&l->text) + l->text_at;
		size_t n = l->text.len - l->text_at;
		const char *end = n ? memchr(from, '\n', n) : NULL;

		*line = (struct str){ from, end ? (size_t)(end - from) : n };
		if (line->n > LINE_BYTES_MAX && end) {
			l->text_at += line->n + 1;
			l->number++;
			return err_set(why, ST_BAD_INPUT, "line-too-long",
				       "the line is longer than %d bytes", LINE_BYTES_MAX);
		}
		if (line->n > LINE_BYTES_MAX)
			return too_long(l, why);
		if (end) {
			l->text_at += line->n + 1;
			l->number++;
			break;
		}
		if (l->ended) {
			st = last_line(l, line, why);
			break;
		}
		st = more(l, why);
		if (st != ST_OK)
			return st;
	}
	if (st == ST_OK && line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return st;
}
