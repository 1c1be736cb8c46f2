/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot_rig - snapshots of a central that lives in memory otherwise.
 *
 * Place:    tests that ask many centrals everything, snapshots too.
 * Promise:  the central has a folder only while one is made or asked for, so
 *           that all else is as it is without; the folder is below TMPDIR.
 * Owner:    shelf_close removes the folder.
 * Errors:   a failed step fails the test that called it.
 */
#ifndef TESTS_CENTRAL_SNAPSHOT_RIG_H
#define TESTS_CENTRAL_SNAPSHOT_RIG_H

#include "tests/unit/central/folder_rig.h"

#include "central/snapshot.h"

struct shelf {
	char dir[200];
};

static inline void shelf_open(struct shelf *s)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(s->dir, sizeof(s->dir), "%s/sluss-shelf-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(s->dir));
}

static inline void shelf_close(struct shelf *s)
{
	remove_all(s->dir);
}

static inline void shelf_make(struct shelf *s, struct rig *r, int64_t scope, struct snapshot *made)
{
	struct err why = ERR_INIT;

	r->c->dir = s->dir;
	must(snapshot_make(r->c, scope, NULL, NULL, made, &why), &why);
	r->c->dir = NULL;
}

/* GET, until the central is done with what it does at each try. */
static inline int shelf_get(struct shelf *s, struct rig *r, const char *token, const char *path)
{
	int tries = 0;

	r->c->dir = s->dir;
	while (rig_get(r, token, path) == 503)
		assert_true(++tries < 100);
	r->c->dir = NULL;
	return r->reply.status;
}

#endif
