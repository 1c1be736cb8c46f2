/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * folder - a home in a folder of its own, for tests of the app.
 *
 * Place:    included by tests/unit/app. Promise: nothing of the machine's own
 *           homes is read or written. Owner: folder_drop removes it.
 * Errors:   assertions of the test.
 */
#ifndef TESTS_APP_FOLDER_H
#define TESTS_APP_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_PATH = 400 };

static inline void folder_make(char dir[FOLDER_PATH])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, FOLDER_PATH, "%s/sluss-app.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("SLUSS_HOME", dir, 1), 0);
	unsetenv("SLUSS_CONFIG");
}

static inline void folder_file(const char *dir, const char *name, const char *text)
{
	char path[FOLDER_PATH + 100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static inline void folder_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[FOLDER_PATH + 300];

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (unlink(path) != 0)
			rmdir(path);
	}
	if (d)
		closedir(d);
}

static inline void folder_drop(const char *dir)
{
	folder_empty(dir);
	rmdir(dir);
}

#endif
