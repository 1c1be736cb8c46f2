/* SPDX-License-Identifier: EUPL-1.2 */
/* snapshots/{scope}/{gen}/index: numbers, one a line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "central/snapshot_files.h"

#include "base/banned.h"

enum { INDEX_MAX = 24 * (SNAPSHOT_SEGMENTS_MAX + 4) };

static enum status malformed(const char *dir, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "snapshot-form",
		       "%s/" SNAPSHOT_INDEX " does not fit its snapshot", dir);
}

enum status segment_index_put(const char *dir, const struct segment_index *x, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, SNAPSHOT_INDEX, why);

	strbuf_addf(&text, "%" PRId64 "\n%d\n", x->clean, x->erased_from);
	for (int i = 0; i < x->count; i++)
		strbuf_addf(&text, "%" PRId64 "\n", x->first[i]);
	if (st == ST_OK && text.failed)
		st = err_set(why, ST_BROKEN, "memory", "no memory for a snapshot");
	if (st == ST_OK)
		st = disk_put(path, strbuf_str(&text), 0640, why);
	strbuf_release(&text);
	return st;
}

bool segment_index_add(struct segment_index *x, int64_t first)
{
	int64_t *more;

	if (x->count == x->room) {
		int room = x->room ? 2 * x->room : 16;

		more = reallocarray(x->first, (size_t)room, sizeof(*more));
		if (!more)
			return false;
		x->first = more;
		x->room = room;
	}
	x->first[x->count++] = first;
	return true;
}

static bool next_number(const char **p, int64_t *v)
{
	char *end;

	*v = strtoll(*p, &end, 10);
	if (end == *p || *end != '\n')
		return false;
	*p = end + 1;
	return true;
}

static enum status read_text(const char *dir, struct strbuf *text, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, SNAPSHOT_INDEX, why);

	return st == ST_OK ? folder_read_file(path, INDEX_MAX, text, why) : st;
}

enum status segment_index_read(const char *dir, int segments, struct segment_index *x,
			       struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	int64_t from = 0, first = 0;
	const char *p;
	enum status st = read_text(dir, &text, why);

	if (st == ST_OK) {
		p = strbuf_cstr(&text);
		if (!next_number(&p, &x->clean) || !next_number(&p, &from) || from < 0)
			st = malformed(dir, why);
		while (st == ST_OK && next_number(&p, &first))
			if (!segment_index_add(x, first))
				st = err_set(why, ST_BROKEN, "memory", "no memory for a snapshot");
		if (st == ST_OK && (*p || x->count != segments || from > x->count))
			st = malformed(dir, why);
	}
	x->erased_from = (int)from;
	strbuf_release(&text);
	return st;
}

enum status segment_index_clean(const char *dir, int64_t *seq, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	const char *p;
	enum status st = read_text(dir, &text, why);

	if (st == ST_OK) {
		p = strbuf_cstr(&text);
		st = next_number(&p, seq) ? ST_OK : malformed(dir, why);
	}
	strbuf_release(&text);
	return st;
}
