/* SPDX-License-Identifier: EUPL-1.2 */
/* path - files of a device that are asked for by name, past SQLite. */
#include "sim/path.h"

#include <string.h>
#include <unistd.h>

#include "sim/drive.h"

#include "base/banned.h"

int __real_access(const char *path, int mode);
int __real_unlink(const char *path);

/* The copy that is filled aside, and what SQLite puts beside it. */
static bool is_ours(const char *path)
{
	return strncmp(path, "/d", 2) == 0 && strncmp(path + 3, "/cache.new", 10) == 0;
}

int __wrap_access(const char *path, int mode)
{
	if (!is_ours(path))
		return __real_access(path, mode);
	return drive_file(path)->there ? 0 : -1;
}

int __wrap_unlink(const char *path)
{
	if (!is_ours(path))
		return __real_unlink(path);
	if (drive_file(path)->there)
		drive_drop(drive_file(path));
	drive_forget_regions(drive_file(path));
	return 0;
}
