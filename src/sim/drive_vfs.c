/* SPDX-License-Identifier: EUPL-1.2 */
/* SQLite's view of the simulator's drive. A database has one connection, so
 * that locks are always had; a WAL has its index in memory of the drive. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "sim/drive.h"

#include "base/banned.h"

enum { SLOT_BYTES = 1200, SLOTS = 120, SECTOR_BYTES = 4096 };

struct handle {
	sqlite3_file base;
	struct drive_file *f;
	unsigned life;
	bool forget; /* SQLITE_OPEN_DELETEONCLOSE */
};

/* The file, or NULL for a handle of a process that is no more. */
static struct drive_file *alive(sqlite3_file *h)
{
	struct handle *own = (struct handle *)h;

	return own->life == own->f->life ? own->f : NULL;
}

static int on_close(sqlite3_file *h)
{
	struct drive_file *f = alive(h);

	if (f && ((struct handle *)h)->forget)
		drive_drop(f);
	return SQLITE_OK;
}

static int on_read(sqlite3_file *h, void *p, int n, sqlite3_int64 at)
{
	struct drive_file *f = alive(h);
	size_t here;

	if (!f)
		return SQLITE_IOERR_READ;
	here = (size_t)at < f->now.n ? f->now.n - (size_t)at : 0;
	if (here >= (size_t)n) {
		memcpy(p, f->now.p + at, (size_t)n);
		return SQLITE_OK;
	}
	if (here)
		memcpy(p, f->now.p + at, here);
	memset((char *)p + here, 0, (size_t)n - here);
	return SQLITE_IOERR_SHORT_READ;
}

static int refusal(enum drive_answer a, int eio)
{
	return a == DRIVE_FULL ? SQLITE_FULL : eio;
}

static int on_write(sqlite3_file *h, const void *p, int n, sqlite3_int64 at)
{
	struct drive_file *f = alive(h);
	enum drive_answer a;

	if (!f)
		return SQLITE_IOERR_WRITE;
	a = drive_ask(DRIVE_WRITE, f->name);
	if (a == DRIVE_FINE) {
		drive_put(f, p, (size_t)n, (size_t)at);
		return SQLITE_OK;
	}
	/* A write that fails may have got halfway. */
	if (a == DRIVE_EIO)
		drive_put(f, p, (size_t)n / 2, (size_t)at);
	return refusal(a, SQLITE_IOERR_WRITE);
}

static int on_truncate(sqlite3_file *h, sqlite3_int64 n)
{
	struct drive_file *f = alive(h);
	enum drive_answer a = f ? drive_ask(DRIVE_TRUNCATE, f->name) : DRIVE_EIO;

	if (a != DRIVE_FINE)
		return refusal(a, SQLITE_IOERR_TRUNCATE);
	drive_truncate(f, (size_t)n);
	return SQLITE_OK;
}

static int on_sync(sqlite3_file *h, int flags)
{
	struct drive_file *f = alive(h);
	enum drive_answer a = f ? drive_ask(DRIVE_SYNC, f->name) : DRIVE_EIO;

	(void)flags;
	if (a != DRIVE_FINE)
		return refusal(a, SQLITE_IOERR_FSYNC);
	drive_sync(f);
	return SQLITE_OK;
}

static int on_size(sqlite3_file *h, sqlite3_int64 *n)
{
	struct drive_file *f = alive(h);

	*n = f ? (sqlite3_int64)f->now.n : 0;
	return f ? SQLITE_OK : SQLITE_IOERR_FSTAT;
}

static int on_lock(sqlite3_file *h, int level)
{
	(void)level;
	return alive(h) ? SQLITE_OK : SQLITE_IOERR_LOCK;
}

static int on_unlock(sqlite3_file *h, int level)
{
	(void)h;
	(void)level;
	return SQLITE_OK;
}

static int on_reserved(sqlite3_file *h, int *out)
{
	(void)h;
	*out = 0;
	return SQLITE_OK;
}

static int on_control(sqlite3_file *h, int op, void *arg)
{
	(void)h;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int on_sector(sqlite3_file *h)
{
	(void)h;
	return SECTOR_BYTES;
}

/* As SQLite takes any disk to be: bytes beside a write are not harmed. */
static int on_device(sqlite3_file *h)
{
	(void)h;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int on_map(sqlite3_file *h, int i, int size, int extend, void volatile **out)
{
	struct drive_file *f = alive(h);

	*out = NULL;
	if (!f || i >= DRIVE_REGIONS)
		return SQLITE_IOERR_SHMMAP;
	if (!f->region[i] && extend)
		f->region[i] = calloc(1, (size_t)size);
	*out = f->region[i];
	return SQLITE_OK;
}

static int on_map_lock(sqlite3_file *h, int offset, int n, int flags)
{
	(void)offset;
	(void)n;
	return alive(h) || (flags & SQLITE_SHM_UNLOCK) ? SQLITE_OK : SQLITE_IOERR_SHMLOCK;
}

static void on_barrier(sqlite3_file *h)
{
	(void)h;
}

static int on_unmap(sqlite3_file *h, int forget)
{
	struct drive_file *f = alive(h);

	if (f && forget)
		drive_forget_regions(f);
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_reserved,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_device,
	.xShmMap = on_map,
	.xShmLock = on_map_lock,
	.xShmBarrier = on_barrier,
	.xShmUnmap = on_unmap,
};

/* --- The VFS ---------------------------------------------------------------------- */

/* A file without a name, that nobody has open. */
static struct drive_file *temporary(void)
{
	char name[16];
	struct drive_file *f;
	int i = 0;

	do {
		sqlite3_snprintf((int)sizeof(name), name, "/tmp/%d", i++);
		f = drive_file(name);
	} while (f->there);
	return f;
}

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *h, int flags, int *out)
{
	struct handle *own = (struct handle *)h;

	(void)v;
	memset(own, 0, sizeof(*own));
	own->f = name ? drive_file(name) : temporary();
	if (!own->f->there && !(flags & SQLITE_OPEN_CREATE))
		return SQLITE_CANTOPEN;
	own->life = own->f->life;
	own->forget = flags & SQLITE_OPEN_DELETEONCLOSE;
	own->f->there = true;
	own->base.pMethods = &methods;
	if (out)
		*out = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *v, const char *name, int dir)
{
	(void)v;
	(void)dir;
	drive_drop(drive_file(name));
	return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	const struct drive_file *f = drive_file(name);

	(void)v;
	/* To SQLite an empty journal or WAL is none. */
	*out = f->there && (flags != SQLITE_ACCESS_EXISTS || f->now.n > 0);
	return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	sqlite3_snprintf(n, out, "%s", name);
	return SQLITE_OK;
}

static int vfs_random(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	for (int i = 0; i < n; i++)
		out[i] = (char)drive_random();
	return n;
}

static int vfs_sleep(sqlite3_vfs *v, int us)
{
	(void)v;
	return us;
}

/* Nothing asks SQLite for the time; a Julian day all the same. */
static int vfs_time(sqlite3_vfs *v, double *day)
{
	(void)v;
	*day = 2461367.5;
	return SQLITE_OK;
}

static int vfs_error(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	if (n > 0)
		out[0] = '\0';
	return 0;
}

enum status drive_vfs_start(struct err *why)
{
	static sqlite3_vfs vfs = {
		.iVersion = 1,
		.szOsFile = sizeof(struct handle),
		.mxPathname = DRIVE_NAME,
		.zName = "sim",
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_name,
		.xRandomness = vfs_random,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time,
		.xGetLastError = vfs_error,
	};

	if (sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) != SQLITE_OK
	    || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK
	    || sqlite3_config(SQLITE_CONFIG_LOOKASIDE, SLOT_BYTES, SLOTS) != SQLITE_OK
	    || sqlite3_initialize() != SQLITE_OK || sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		return err_set(why, ST_BROKEN, "disk", "SQLite cannot be set up");
	return ST_OK;
}

void drive_vfs_seed(void)
{
	sqlite3_test_control(SQLITE_TESTCTRL_PRNG_RESET);
}
