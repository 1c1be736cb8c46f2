/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/zipdir.h"

#include <string.h>

#include "base/banned.h"

/* Sizes and places of APPNOTE.TXT, 4.3: all numbers are little-endian. */
enum {
	LOCAL_SIGN = 0x04034b50,
	LOCAL_BYTES = 30,
	RECORD_SIGN = 0x02014b50,
	RECORD_BYTES = 46,
	END_SIGN = 0x06054b50,
	END_BYTES = 22,
	DIRECTORY_MAX = 1024 * 1024,
};

static uint32_t le(const unsigned char *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static enum status damaged(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "package-unreadable", "the package can't be read: %s",
		       what);
}

/* One record off the front of *dir. */
static bool take_record(struct zip_row *row, struct str *dir, int64_t size)
{
	const unsigned char *p = (const unsigned char *)dir->p;
	size_t name, whole;

	if (dir->n < RECORD_BYTES || le(p, 4) != RECORD_SIGN)
		return false;
	name = le(p + 28, 2);
	whole = RECORD_BYTES + name + le(p + 30, 2) + le(p + 32, 2);
	row->crc = le(p + 16, 4);
	row->size = le(p + 20, 4);
	row->offset = le(p + 42, 4);
	if (whole > dir->n || name >= sizeof(row->name) || memchr(p + RECORD_BYTES, '\0', name)
	    || le(p + 10, 2) != 0 || le(p + 24, 4) != row->size
	    || row->offset + LOCAL_BYTES + row->size > size)
		return false;
	memcpy(row->name, p + RECORD_BYTES, name);
	row->name[name] = '\0';
	dir->p += whole;
	dir->n -= whole;
	return true;
}

static bool take_records(struct zip_row *rows, int count, struct str dir, int64_t size)
{
	for (int i = 0; i < count; i++)
		if (!take_record(&rows[i], &dir, size))
			return false;
	return dir.n == 0;
}

enum status zipdir_read(struct zip_row *rows, int *count, FILE *f, int64_t size, struct err *why)
{
	struct strbuf dir = STRBUF_INIT_MAX(DIRECTORY_MAX + 1);
	unsigned char end[END_BYTES];
	size_t n;
	bool ok;

	if (size < END_BYTES || fseeko(f, size - END_BYTES, SEEK_SET) != 0
	    || fread(end, END_BYTES, 1, f) != 1 || le(end, 4) != END_SIGN)
		return damaged(why, "it has no directory at its end");
	*count = (int)le(end + 10, 2);
	n = le(end + 12, 4);
	ok = *count <= PACK_MEMBERS_MAX && n <= DIRECTORY_MAX
	     && le(end + 16, 4) + n + END_BYTES == (uint64_t)size && strbuf_reserve(&dir, n + 1)
	     && fseeko(f, (off_t)le(end + 16, 4), SEEK_SET) == 0 && fread(dir.data, 1, n, f) == n
	     && take_records(rows, *count, (struct str){ dir.data, n }, size);
	strbuf_release(&dir);
	return ok ? ST_OK : damaged(why, "its directory is damaged");
}

/* CRC-32 of ISO 3309, bit by bit: it runs only over what is damaged. */
static uint32_t crc32_of(struct str s)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned char)s.p[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc ^ 0xffffffff;
}

enum status zipdir_bytes(struct strbuf *out, bool *whole, const struct zip_row *row, FILE *f,
			 struct err *why)
{
	unsigned char head[LOCAL_BYTES];
	size_t n = (size_t)row->size;
	off_t skip;

	if (fseeko(f, (off_t)row->offset, SEEK_SET) != 0 || fread(head, LOCAL_BYTES, 1, f) != 1
	    || le(head, 4) != LOCAL_SIGN)
		return damaged(why, "a member does not lie where the directory says");
	skip = (off_t)(le(head + 26, 2) + le(head + 28, 2));
	if (!strbuf_reserve(out, n + 1))
		return damaged(why, "a member is larger than 128 MiB, or there is no memory");
	if (fseeko(f, skip, SEEK_CUR) != 0 || fread(out->data + out->len, 1, n, f) != n)
		return damaged(why, "a member is cut short");
	out->len += n;
	out->data[out->len] = '\0';
	*whole = crc32_of(strbuf_str(out)) == row->crc;
	return ST_OK;
}
