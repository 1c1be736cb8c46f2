/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * folder_rig - a central in a folder of its own below TMPDIR.
 *
 * Place:    tests of what outlives a process: archive, witness, disk.
 * Promise:  each folder is new; virtual clock and seeded chance as in rig.h.
 * Owner:    folder_close closes the central and removes the folder.
 * Errors:   a failed step fails the test that called it.
 */
#ifndef TESTS_CENTRAL_FOLDER_RIG_H
#define TESTS_CENTRAL_FOLDER_RIG_H

#include "tests/unit/central/rig.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	struct rig r;
	char dir[200];
	char conf[240];
};

static inline void folder_open(struct folder *f)
{
	struct err why = ERR_INIT;

	must(central_open(&f->r.c, f->dir, &f->r.env, &why), &why);
}

static inline void folder_make_one(struct folder *f, uint64_t seed)
{
	const char *tmp = getenv("TMPDIR");
	struct err why = ERR_INIT;
	char path[300];
	FILE *file;

	rig_env(&f->r, seed);
	snprintf(f->dir, sizeof(f->dir), "%s/sluss-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->conf, sizeof(f->conf), "%s/given", f->dir);
	assert_int_equal(mkdir(f->conf, 0700), 0);
	snprintf(path, sizeof(path), "%s/types.conf", f->conf);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(RIG_CONF, file);
	fclose(file);
	must(central_init_dir(f->dir, "Provstad", f->conf, &f->r.env, &why), &why);
	folder_open(f);
	rig_officer(&f->r, "britt", "officer,decider", "bygg", 1);
}

static inline void remove_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char name[800];

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (unlink(name) != 0)
			remove_all(name);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static inline void folder_close(struct folder *f)
{
	rig_close(&f->r);
	remove_all(f->dir);
}

/* The whole of DIR/name. */
static inline void folder_read(struct folder *f, const char *name, struct strbuf *out)
{
	char path[400], chunk[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	file = fopen(path, "r");
	strbuf_clear(out);
	while (file && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add(out, chunk, n);
	if (file)
		fclose(file);
}

static inline void folder_write(struct folder *f, const char *name, const struct strbuf *text)
{
	char path[400];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(strbuf_cstr(text), 1, text->len, file);
	fclose(file);
}

#endif
