/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FILES = 128, SECTOR = 512, REGION_BYTES = 32768 };

/* A write that no sync has made safe; its bytes follow it in `late`. */
struct piece {
	size_t at, n;
	bool cut; /* a truncation to `at` */
};

/* The disk of the process. */
static struct {
	struct drive_file *file[FILES];
	int count;
	struct drive_chance chance;
	uint64_t random;
} drive;

static uint64_t below_n(uint64_t n)
{
	return drive.chance.below ? drive.chance.below(drive.chance.ctx, n) : 0;
}

enum drive_answer drive_ask(enum drive_op op, const char *name)
{
	return drive.chance.ask ? drive.chance.ask(drive.chance.ctx, op, name) : DRIVE_FINE;
}

unsigned char drive_random(void)
{
	drive.random = drive.random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned char)(drive.random >> 56);
}

enum status drive_start(struct err *why)
{
	return drive_vfs_start(why);
}

void drive_chance(const struct drive_chance *c, uint64_t seed)
{
	drive.chance = *c;
	drive.random = seed;
	drive_vfs_seed();
}

/* --- Bytes --------------------------------------------------------------------- */

static void reach(struct drive_bytes *b, size_t n)
{
	if (n > b->cap) {
		size_t cap = n + n / 2 + 4096;

		b->p = realloc(b->p, cap);
		if (!b->p)
			abort();
		b->cap = cap;
	}
	if (n > b->n) {
		memset(b->p + b->n, 0, n - b->n);
		b->n = n;
	}
}

static void lay(struct drive_bytes *b, const void *p, size_t n, size_t at)
{
	if (n == 0)
		return;
	reach(b, at + n);
	memcpy(b->p + at, p, n);
}

static void become(struct drive_bytes *b, const struct drive_bytes *from)
{
	b->n = 0;
	lay(b, from->p, from->n, 0);
}

/* --- Files --------------------------------------------------------------------- */

static bool in_folder(const struct drive_file *f, const char *folder)
{
	return strncmp(f->name, folder, strlen(folder)) == 0;
}

struct drive_file *drive_file(const char *name)
{
	struct drive_file *f;

	for (int i = 0; i < drive.count; i++)
		if (strcmp(drive.file[i]->name, name) == 0)
			return drive.file[i];
	f = calloc(1, sizeof(*f));
	if (!f || drive.count == FILES || strlen(name) >= DRIVE_NAME)
		abort();
	snprintf(f->name, sizeof(f->name), "%s", name);
	return drive.file[drive.count++] = f;
}

static void note(struct drive_file *f, const struct piece *piece, const void *p)
{
	lay(&f->late, piece, sizeof(*piece), f->late.n);
	lay(&f->late, p, piece->cut ? 0 : piece->n, f->late.n);
	f->writes++;
}

void drive_put(struct drive_file *f, const void *p, size_t n, size_t at)
{
	lay(&f->now, p, n, at);
	note(f, &(struct piece){ at, n, false }, p);
}

void drive_truncate(struct drive_file *f, size_t n)
{
	if (n >= f->now.n)
		return;
	f->now.n = n;
	note(f, &(struct piece){ n, 0, true }, NULL);
}

/* Take the next piece from `at` on; false: there is none. */
static bool next_piece(const struct drive_file *f, size_t *at, struct piece *piece,
		       const unsigned char **bytes)
{
	if (*at >= f->late.n)
		return false;
	memcpy(piece, f->late.p + *at, sizeof(*piece));
	*bytes = f->late.p + *at + sizeof(*piece);
	*at += sizeof(*piece) + (piece->cut ? 0 : piece->n);
	return true;
}

static void settle(struct drive_file *f, const struct piece *piece, const unsigned char *bytes)
{
	if (!piece->cut)
		lay(&f->safe, bytes, piece->n, piece->at);
	else if (piece->at < f->safe.n)
		f->safe.n = piece->at;
}

void drive_sync(struct drive_file *f)
{
	const unsigned char *bytes;
	struct piece piece;
	size_t at = 0;

	while (next_piece(f, &at, &piece, &bytes))
		settle(f, &piece, bytes);
	f->late.n = 0;
}

void drive_drop(struct drive_file *f)
{
	f->there = false;
	f->now.n = f->safe.n = f->late.n = 0;
	f->writes++;
}

void drive_forget_regions(struct drive_file *f)
{
	for (int i = 0; i < DRIVE_REGIONS; i++)
		if (f->region[i])
			memset(f->region[i], 0, REGION_BYTES);
}

/* --- Power ----------------------------------------------------------------------- */

/* How a machine treats what was not yet safe, of one file at one cut. */
enum keep { KEEP_NOTHING, KEEP_FIRST, KEEP_ALL, KEEP_ANY, KEEP_TORN, KEEP_COUNT };

/* Some sectors of the write reached the disk, others did not. */
static void tear(struct drive_file *f, const struct piece *piece, const unsigned char *bytes)
{
	uint64_t which = below_n(UINT32_MAX);

	for (size_t at = 0; at < piece->n; at += SECTOR) {
		size_t n = piece->n - at < SECTOR ? piece->n - at : SECTOR;

		if (which >> (at / SECTOR % 32) & 1)
			lay(&f->safe, bytes + at, n, piece->at + at);
	}
}

static void cut_file(struct drive_file *f)
{
	enum keep keep = (enum keep)below_n(KEEP_COUNT);
	size_t at = 0, stop = f->late.n;
	const unsigned char *bytes;
	struct piece piece;

	if (f->late.n && keep == KEEP_FIRST)
		stop = (size_t)below_n(f->late.n);
	while (f->late.n && keep != KEEP_NOTHING && next_piece(f, &at, &piece, &bytes)
	       && at <= stop) {
		if (keep == KEEP_TORN && !piece.cut && below_n(2))
			tear(f, &piece, bytes);
		else if (keep < KEEP_ANY || below_n(2))
			settle(f, &piece, bytes);
	}
	f->late.n = 0;
	become(&f->now, &f->safe);
	drive_forget_regions(f);
	f->writes++;
}

void drive_cut(const char *folder)
{
	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder) && drive.file[i]->there)
			cut_file(drive.file[i]);
}

void drive_kill(const char *folder)
{
	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder))
			drive_forget_regions(drive.file[i]);
}

void drive_detach(const char *folder)
{
	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder)) {
			drive.file[i]->life++;
			drive_forget_regions(drive.file[i]);
		}
}

bool drive_flip(const char *folder, char *name, size_t size)
{
	struct drive_file *f[FILES];
	int n = 0;
	size_t at;

	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder) && drive.file[i]->now.n)
			f[n++] = drive.file[i];
	if (!n)
		return false;
	n = (int)below_n((uint64_t)n);
	at = (size_t)below_n(f[n]->now.n);
	f[n]->now.p[at] ^= (unsigned char)(1u << below_n(8));
	/* Nothing that waits for a sync would bring the old bit back. */
	become(&f[n]->safe, &f[n]->now);
	f[n]->late.n = 0;
	drive_forget_regions(f[n]);
	snprintf(name, size, "%s", f[n]->name);
	return true;
}

int64_t drive_writes(const char *folder)
{
	int64_t n = 0;

	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder))
			n += drive.file[i]->writes;
	return n;
}

void drive_remove(const char *folder)
{
	for (int i = 0; i < drive.count; i++)
		if (in_folder(drive.file[i], folder)) {
			drive_drop(drive.file[i]);
			drive_forget_regions(drive.file[i]);
		}
}

/* --- Images ------------------------------------------------------------------------ */

struct drive_image {
	struct {
		char tail[DRIVE_NAME];
		struct drive_bytes bytes;
	} file[FILES];
	int count;
};

struct drive_image *drive_image_take(const char *folder)
{
	struct drive_image *image = calloc(1, sizeof(*image));

	if (!image)
		abort();
	for (int i = 0; i < drive.count; i++) {
		const struct drive_file *f = drive.file[i];

		if (!f->there || !in_folder(f, folder))
			continue;
		snprintf(image->file[image->count].tail, DRIVE_NAME, "%s",
			 f->name + strlen(folder));
		become(&image->file[image->count++].bytes, &f->now);
	}
	return image;
}

void drive_image_put(const struct drive_image *image, const char *folder)
{
	char name[2 * DRIVE_NAME];

	drive_remove(folder);
	for (int i = 0; i < image->count; i++) {
		struct drive_file *f;

		snprintf(name, sizeof(name), "%s%s", folder, image->file[i].tail);
		f = drive_file(name);
		f->there = true;
		become(&f->now, &image->file[i].bytes);
		become(&f->safe, &image->file[i].bytes);
		drive_forget_regions(f);
	}
}

void drive_image_free(struct drive_image *image)
{
	if (!image)
		return;
	for (int i = 0; i < image->count; i++)
		free(image->file[i].bytes.p);
	free(image);
}
