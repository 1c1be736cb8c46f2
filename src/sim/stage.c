/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/stage.h"

#include <stdio.h>

#include "cache/cache.h"
#include "central/store.h"
#include "sim/drive.h"
#include "sql/db.h"

#include "base/banned.h"

void stage_folder(char folder[FOLDER_TEXT], int index)
{
	if (index < 0)
		snprintf(folder, FOLDER_TEXT, "/c/");
	else
		snprintf(folder, FOLDER_TEXT, "/d%d/", index % 10);
}

static enum status open_two(struct stage *s, int index, struct err *why)
{
	char path[FOLDER_TEXT + 16], folder[FOLDER_TEXT];
	enum status st;

	stage_folder(folder, index);
	snprintf(path, sizeof(path), "%scache.db", folder);
	st = cache_open(&s->cache[index], path, why);
	snprintf(path, sizeof(path), "%soutbox.db", folder);
	return st == ST_OK ? outbox_open(&s->outbox[index], path, why) : st;
}

enum status stage_reopen(struct stage *s, int index, struct err *why)
{
	char folder[FOLDER_TEXT];

	stage_folder(folder, index);
	drive_detach(folder);
	cache_close(s->cache[index]);
	cache_close(s->outbox[index]);
	s->cache[index] = s->outbox[index] = NULL;
	return open_two(s, index, why);
}

/* All that was written lies in the files, and their logs are empty. */
static enum status settle(struct stage *s, struct err *why)
{
	enum status st = db_checkpoint(s->central, why);

	for (int i = 0; i < DEVICES_MAX && st == ST_OK; i++) {
		st = db_checkpoint(s->cache[i], why);
		if (st == ST_OK)
			st = db_checkpoint(s->outbox[i], why);
	}
	return st;
}

enum status stage_open(struct stage *s, struct err *why)
{
	enum status st = drive_start(why);

	if (st == ST_OK)
		st = store_open(&s->central, "/c/central.db", true, why);
	for (int i = 0; i < DEVICES_MAX && st == ST_OK; i++)
		st = open_two(s, i, why);
	if (st == ST_OK)
		st = settle(s, why);
	if (st == ST_OK)
		s->empty = drive_image_take("/");
	return st;
}

static void calm(struct db *db)
{
	if (!db)
		return;
	db_on_commit(db, NULL, NULL);
	db_rollback(db);
}

void stage_reset(struct stage *s)
{
	const struct drive_chance none = { 0 };

	drive_chance(&none, 1);
	calm(s->central);
	for (int i = 0; i < DEVICES_MAX; i++) {
		calm(s->cache[i]);
		calm(s->outbox[i]);
	}
	drive_image_put(s->empty, "/");
	/* A run may end at a device whose files could not be opened. */
	for (int i = 0; i < DEVICES_MAX; i++)
		if (!s->cache[i] || !s->outbox[i])
			(void)!stage_reopen(s, i, NULL);
}

void stage_close(struct stage *s)
{
	db_close(s->central);
	for (int i = 0; i < DEVICES_MAX; i++) {
		cache_close(s->cache[i]);
		cache_close(s->outbox[i]);
	}
	drive_image_free(s->empty);
}
