/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/unzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "package/zipdir.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { BLOCK = 64 * 1024 };

static enum status unreadable(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "package-unreadable", "the package can't be read: %s",
		       what);
}

/* What may be read by the directory all the same; the code stays inside. */
static enum status damaged(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "package-damaged", "the package can't be read: %s", what);
}

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "no-memory", "no memory for the package");
}

static bool name_part(const char *s, size_t n)
{
	if (n == 0 || s[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		      || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

/* One part, or documents/ and one part: never absolute, never "..". */
static bool name_fits(const char *name)
{
	static const char folder[] = "documents/";
	size_t skip = strncmp(name, folder, sizeof(folder) - 1) == 0 ? sizeof(folder) - 1 : 0;
	size_t n = strlen(name);

	return n < PACK_NAME && name_part(name + skip, n - skip);
}

static enum status check_name(const struct pack *p, const char *name, struct err *why)
{
	if (!name || !name_fits(name))
		return err_set(why, ST_BAD_INPUT, "package-name",
			       "member %d of the package has a name that no package has",
			       p->count + 1);
	if (pack_find(p, name))
		return err_set(why, ST_BAD_INPUT, "package-twice", "%s stands twice in the package",
			       name);
	if (p->count >= PACK_MEMBERS_MAX)
		return unreadable(why, "more members than a package can have");
	return ST_OK;
}

static enum status check_header(const struct pack *p, struct archive *a, struct archive_entry *e,
				struct err *why)
{
	const char *name = archive_entry_pathname(e);
	const char *form = archive_format_name(a);
	enum status st = check_name(p, name, why);

	if (st != ST_OK)
		return st;
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e)
	    || archive_entry_symlink(e))
		return err_set(why, ST_BAD_INPUT, "package-name", "%s is no regular file", name);
	if (!form || !strstr(form, "uncompressed") || archive_entry_is_data_encrypted(e))
		return err_set(why, ST_BAD_INPUT, "package-unreadable",
			       "%s is compressed or encrypted; a package is stored plain", name);
	return ST_OK;
}

/* All of one member's bytes; *left is what the file's size still allows. */
static enum status read_bytes(struct strbuf *out, struct archive *a, int64_t *left, struct err *why)
{
	char block[BLOCK];
	la_ssize_t n;

	while ((n = archive_read_data(a, block, sizeof(block))) > 0) {
		*left -= n;
		if (*left < 0)
			return damaged(why, "its members are larger than the file");
		if (!strbuf_add(out, block, (size_t)n))
			return unreadable(why,
					  "a member is larger than 128 MiB, or there is no memory");
	}
	return n == 0 ? ST_OK : damaged(why, "a member is damaged or cut short");
}

/* Its bytes are there: what else is known of a member. */
static void complete(struct pack_member *m, const char *name)
{
	snprintf(m->name, sizeof(m->name), "%s", name);
	sha256_hex(m->sha256, strbuf_str(&m->bytes));
	m->size = (int64_t)m->bytes.len;
	if (strchr(m->name, '/'))
		strbuf_release(&m->bytes);
}

static enum status read_member(struct pack *p, struct archive *a, struct archive_entry *e,
			       int64_t *left, struct err *why)
{
	struct pack_member *m;
	enum status st = check_header(p, a, e, why);

	if (st != ST_OK)
		return st;
	m = &p->rows[p->count++];
	*m = (struct pack_member){ .bytes = STRBUF_INIT_MAX(PACK_MEMBER_BYTES) };
	st = read_bytes(&m->bytes, a, left, why);
	complete(m, archive_entry_pathname(e));
	return st;
}

static enum status read_all(struct pack *p, struct archive *a, int64_t size, struct err *why)
{
	struct archive_entry *e;
	enum status st = ST_OK;
	int r = ARCHIVE_OK;

	p->rows = calloc(PACK_MEMBERS_MAX, sizeof(*p->rows));
	if (!p->rows)
		return no_memory(why);
	while (st == ST_OK && (r = archive_read_next_header(a, &e)) == ARCHIVE_OK)
		st = read_member(p, a, e, &size, why);
	if (st == ST_OK && r != ARCHIVE_EOF)
		st = damaged(why, "it is no ZIP, or a damaged one");
	if (st == ST_OK && p->count == 0)
		st = unreadable(why, "it is empty");
	return st;
}

/* `support` is one of libarchive's two ways to read a ZIP. */
static enum status read_by(struct pack *p, const char *path, int64_t size,
			   int (*support)(struct archive *), struct err *why)
{
	struct archive *a = archive_read_new();
	enum status st;

	if (!a)
		return no_memory(why);
	if (support(a) != ARCHIVE_OK || archive_read_open_filename(a, path, BLOCK) != ARCHIVE_OK)
		st = unreadable(why, "the file can't be opened");
	else
		st = read_all(p, a, size, why);
	archive_read_free(a);
	return st;
}

static enum status same(const struct pack *p, const struct pack *q, struct err *why)
{
	for (int i = 0; i < p->count || i < q->count; i++)
		if (i >= p->count || i >= q->count || strcmp(p->rows[i].name, q->rows[i].name) != 0
		    || strcmp(p->rows[i].sha256, q->rows[i].sha256) != 0)
			return err_set(why, ST_BAD_INPUT, "package-ambiguous",
				       "member %d is another in the directory of the ZIP than in"
				       " its body",
				       i + 1);
	return ST_OK;
}

/* The same names and sizes in the same order. */
static bool directory_agrees(const struct pack *p, const struct zip_row *rows, int count)
{
	for (int i = 0; i < p->count && i < count; i++)
		if (strcmp(p->rows[i].name, rows[i].name) != 0 || p->rows[i].size != rows[i].size)
			return false;
	return p->count == count;
}

static enum status salvage_member(struct pack *p, const struct zip_row *row, FILE *f, int64_t *left,
				  struct err *why)
{
	struct pack_member *m = &p->rows[p->count];
	bool whole = false;
	enum status st = check_name(p, row->name, why);

	*left -= row->size;
	if (st == ST_OK && *left < 0)
		st = unreadable(why, "its members are larger than the file");
	if (st != ST_OK)
		return st;
	*m = (struct pack_member){ .bytes = STRBUF_INIT_MAX(PACK_MEMBER_BYTES) };
	p->count++;
	st = zipdir_bytes(&m->bytes, &whole, row, f, why);
	m->damaged = !whole;
	complete(m, row->name);
	return st;
}

/*
 * libarchive stops at a member whose checksum is wrong. What is left of the
 * package is read by its directory then, so that the judge can name the
 * document or the entry that is hurt.
 */
static enum status salvage(struct pack *p, struct zip_row *rows, int *count, FILE *f, int64_t size,
			   struct err *why)
{
	struct err first = *why;
	enum status st;

	pack_release(p);
	err_clear(why);
	p->rows = calloc(PACK_MEMBERS_MAX, sizeof(*p->rows));
	if (!p->rows)
		return no_memory(why);
	p->damaged = true;
	st = zipdir_read(rows, count, f, size, why);
	for (int i = 0; st == ST_OK && i < *count; i++)
		st = salvage_member(p, &rows[i], f, &size, why);
	if (st == ST_OK && *count > 0)
		return ST_OK;
	err_clear(why);
	return err_set(why, ST_BAD_INPUT, "package-unreadable", "%s", first.text);
}

/* By libarchive, from the directory and from the beginning: every reader must
 * see the same package. */
static enum status read_twice(struct pack *p, const char *path, int64_t size, struct err *why)
{
	struct pack again = PACK_INIT;
	enum status st = read_by(p, path, size, archive_read_support_format_zip_seekable, why);

	if (st == ST_OK)
		st = read_by(&again, path, size, archive_read_support_format_zip_streamable, why);
	if (st == ST_OK)
		st = same(p, &again, why);
	pack_release(&again);
	return st;
}

/* libarchive takes a member's name from its local header, other readers take
 * it from the directory; so the two are compared. */
static enum status read_open(struct pack *p, const char *path, FILE *f, int64_t size,
			     struct err *why)
{
	struct zip_row *rows = calloc(PACK_MEMBERS_MAX, sizeof(*rows));
	struct err local = ERR_INIT;
	int count = 0;
	enum status st;

	if (!rows)
		return no_memory(why);
	st = read_twice(p, path, size, &local);
	if (st == ST_OK)
		st = zipdir_read(rows, &count, f, size, &local);
	else if (strcmp(local.code, "package-damaged") == 0)
		st = salvage(p, rows, &count, f, size, &local);
	if (st == ST_OK && !directory_agrees(p, rows, count))
		st = err_set(&local, ST_BAD_INPUT, "package-ambiguous",
			     "the directory of the ZIP does not agree with its body");
	free(rows);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

enum status pack_read(struct pack *p, const char *path, struct err *why)
{
	FILE *f = fopen(path, "rb");
	struct stat sb;
	enum status st;

	if (!f && errno == ENOENT)
		return err_set(why, ST_NONE, "package-missing", "there is no file %s", path);
	if (!f)
		return unreadable(why, strerror(errno));
	if (fstat(fileno(f), &sb) != 0 || !S_ISREG(sb.st_mode))
		st = unreadable(why, "it is no regular file");
	else
		st = read_open(p, path, f, sb.st_size, why);
	fclose(f);
	return st;
}

const struct pack_member *pack_find(const struct pack *p, const char *name)
{
	for (int i = 0; i < p->count; i++)
		if (strcmp(p->rows[i].name, name) == 0)
			return &p->rows[i];
	return NULL;
}

void pack_release(struct pack *p)
{
	for (int i = 0; i < p->count; i++)
		strbuf_release(&p->rows[i].bytes);
	free(p->rows);
	*p = (struct pack)PACK_INIT;
}
