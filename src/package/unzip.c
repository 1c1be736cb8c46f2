/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/unzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sign/hash.h"

#include "base/banned.h"

enum { BLOCK = 64 * 1024 };

static enum status unreadable(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "package-unreadable", "the package can't be read: %s",
		       what);
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

static enum status check_header(const struct pack *p, struct archive *a, struct archive_entry *e,
				struct err *why)
{
	const char *name = archive_entry_pathname(e);
	const char *form = archive_format_name(a);

	if (!name || !name_fits(name))
		return err_set(why, ST_BAD_INPUT, "package-name",
			       "member %d of the package has a name that no package has",
			       p->count + 1);
	if (pack_find(p, name))
		return err_set(why, ST_BAD_INPUT, "package-twice", "%s stands twice in the package",
			       name);
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e)
	    || archive_entry_symlink(e))
		return err_set(why, ST_BAD_INPUT, "package-name", "%s is no regular file", name);
	if (!form || !strstr(form, "uncompressed") || archive_entry_is_data_encrypted(e))
		return err_set(why, ST_BAD_INPUT, "package-unreadable",
			       "%s is compressed or encrypted; a package is stored plain", name);
	if (p->count >= PACK_MEMBERS_MAX)
		return unreadable(why, "more members than a package can have");
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
			return unreadable(why, "its members are larger than the file");
		if (!strbuf_add(out, block, (size_t)n))
			return unreadable(why,
					  "a member is larger than 128 MiB, or there is no memory");
	}
	return n == 0 ? ST_OK : unreadable(why, "a member is damaged or cut short");
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
	snprintf(m->name, sizeof(m->name), "%s", archive_entry_pathname(e));
	st = read_bytes(&m->bytes, a, left, why);
	sha256_hex(m->sha256, strbuf_str(&m->bytes));
	m->size = (int64_t)m->bytes.len;
	if (strchr(m->name, '/'))
		strbuf_release(&m->bytes);
	return st;
}

static enum status read_all(struct pack *p, struct archive *a, int64_t size, struct err *why)
{
	struct archive_entry *e;
	enum status st = ST_OK;
	int r = ARCHIVE_OK;

	p->rows = calloc(PACK_MEMBERS_MAX, sizeof(*p->rows));
	if (!p->rows)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the package");
	while (st == ST_OK && (r = archive_read_next_header(a, &e)) == ARCHIVE_OK)
		st = read_member(p, a, e, &size, why);
	if (st == ST_OK && r != ARCHIVE_EOF)
		st = unreadable(why, "it is no ZIP, or a damaged one");
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
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the package");
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

static uint32_t le(const unsigned char *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/*
 * libarchive takes a member's name from its local header, other readers take
 * it from the central directory; so the directory is held against what was
 * read. Its records are 46 bytes and a name, an extra field and a comment.
 */
static bool directory_agrees(const struct pack *p, struct str dir)
{
	const unsigned char *at = (const unsigned char *)dir.p;

	for (int i = 0; i < p->count; i++) {
		const struct pack_member *m = &p->rows[i];
		size_t n = strlen(m->name), whole;

		if (dir.n < 46 || le(at, 4) != 0x02014b50)
			return false;
		whole = 46 + le(at + 28, 2) + le(at + 30, 2) + le(at + 32, 2);
		if (whole > dir.n || le(at + 28, 2) != n || memcmp(at + 46, m->name, n) != 0
		    || le(at + 10, 2) != 0 || le(at + 20, 4) != m->size
		    || le(at + 24, 4) != m->size)
			return false;
		at += whole;
		dir.n -= whole;
	}
	return dir.n == 0;
}

/* The directory ends where the last 22 bytes of the file begin. */
static enum status read_directory(const struct pack *p, FILE *f, int64_t size, struct err *why)
{
	enum { END = 22, DIRECTORY_MAX = 1024 * 1024 };
	struct strbuf dir = STRBUF_INIT_MAX(DIRECTORY_MAX);
	unsigned char end[END];
	size_t n;
	bool ok;

	if (size < END || fseeko(f, size - END, SEEK_SET) != 0 || fread(end, END, 1, f) != 1
	    || le(end, 4) != 0x06054b50 || le(end + 10, 2) != (uint32_t)p->count)
		return unreadable(why, "its directory is damaged, or something follows it");
	n = le(end + 12, 4);
	ok = n <= DIRECTORY_MAX && le(end + 16, 4) + n + END == (uint64_t)size
	     && strbuf_reserve(&dir, n + 1) && fseeko(f, (off_t)le(end + 16, 4), SEEK_SET) == 0
	     && fread(dir.data, 1, n, f) == n && directory_agrees(p, (struct str){ dir.data, n });
	strbuf_release(&dir);
	return ok ? ST_OK
		  : err_set(why, ST_BAD_INPUT, "package-ambiguous",
			    "the directory of the ZIP does not agree with its body");
}

static enum status check_directory(const struct pack *p, const char *path, int64_t size,
				   struct err *why)
{
	FILE *f = fopen(path, "rb");
	enum status st;

	if (!f)
		return unreadable(why, "the file can't be opened");
	st = read_directory(p, f, size, why);
	fclose(f);
	return st;
}

enum status pack_read(struct pack *p, const char *path, struct err *why)
{
	struct pack again = PACK_INIT;
	struct stat sb;
	enum status st;

	if (stat(path, &sb) != 0)
		return err_set(why, ST_NONE, "package-missing", "there is no file %s", path);
	if (!S_ISREG(sb.st_mode))
		return unreadable(why, "it is no regular file");
	st = read_by(p, path, sb.st_size, archive_read_support_format_zip_seekable, why);
	if (st == ST_OK)
		st = read_by(&again, path, sb.st_size, archive_read_support_format_zip_streamable,
			     why);
	if (st == ST_OK)
		st = same(p, &again, why);
	if (st == ST_OK)
		st = check_directory(p, path, sb.st_size, why);
	pack_release(&again);
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
