/* SPDX-License-Identifier: EUPL-1.2 */
/* What befalls the files of a workstation, and the rights of its officer. */
#include "tests/chaos/chaos.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static void below_home(char path[PATH], const struct officer *o, const char *name)
{
	snprintf(path, PATH, "%.480s/%s", o->home, name);
}

/* The copy of what the central said is disposable: it is deleted, cut short,
 * or full of nonsense. */
static void harm_cache(struct chaos *c, struct officer *o)
{
	char path[PATH], waste[4096];
	struct stat st;
	int fd;

	below_home(path, o, "cache.db");
	if (stat(path, &st) != 0)
		return;
	c->n.caches++;
	switch (chance(&c->rng, 3)) {
	case 0:
		unlink(path);
		return;
	case 1:
		if (truncate(path, chance(&c->rng, st.st_size / 4096 + 1) * 4096) != 0)
			trouble("a cache cannot be cut", path);
		return;
	default:
		memset(waste, 0xa5, sizeof(waste));
		fd = open(path, O_WRONLY | O_CLOEXEC);
		for (off_t at = 0; fd >= 0 && at < st.st_size; at += 4096)
			if (pwrite(fd, waste, sizeof(waste), at) < 0)
				break; /* its disk may be full */
		close(fd);
	}
}

static void copy_path(char path[PATH], const struct chaos *c, const struct officer *o)
{
	snprintf(path, PATH, "%.400s/copy-%d", c->work, o->index);
}

static void copy_folder(const char *from, const char *to)
{
	struct run gone = { .argv = { "rm", "-rf", to } },
		   copy = { .argv = { "cp", "-a", from, to } };

	if (process_run(&gone) != 0 || process_run(&copy) != 0)
		trouble("a home cannot be copied", from);
}

static bool ask_outbox(struct strbuf *out, struct chaos *c, const struct officer *o,
		       const char *sql)
{
	char db[PATH], path[PATH];
	struct run r = { .argv = { "sqlite3", "-batch", "-readonly", "-cmd", ".timeout 5000", db,
				   sql },
			 .out = path };

	below_home(db, o, "outbox.db");
	snprintf(path, sizeof(path), "%.400s/ask.out", c->work);
	return process_run(&r) == 0 && file_read(out, path);
}

/* Number of the newest item of a home. */
static int64_t newest_item(struct chaos *c, const struct officer *o)
{
	struct strbuf text = STRBUF_INIT;
	int64_t id;

	if (!ask_outbox(&text, c, o, "SELECT coalesce(max(id), 0) FROM item"))
		trouble("an outbox cannot be read", o->home);
	id = strtoll(strbuf_cstr(&text), NULL, 10);
	strbuf_release(&text);
	return id;
}

static void harm_copy(struct chaos *c, struct officer *o)
{
	char path[PATH];

	if (o->small)
		return;
	copy_path(path, c, o);
	copy_folder(o->home, path);
	o->copied_item = newest_item(c, o);
}

/* The home as it was when it was copied; what was signed since is known to
 * the central at the most. */
static void harm_restore(struct chaos *c, struct officer *o)
{
	char path[PATH];

	if (o->copied_item == NEVER_MS)
		return;
	copy_path(path, c, o);
	copy_folder(path, o->home);
	fprintf(c->lives, "%d\t%d\t%lld\n", o->index, o->life, (long long)o->copied_item);
	fflush(c->lives);
	o->life++;
	for (int64_t i = o->copied_item + 1; i < o->item_count; i++)
		memset(&o->items[i], 0, sizeof(o->items[i]));
	c->n.homes++;
}

/* Only a home of which there is a copy can be put back. */
void harm_plan(struct chaos *c, enum event_kind kind)
{
	int64_t first = chance(&c->rng, OFFICERS);

	for (int i = 0; i < OFFICERS; i++) {
		struct officer *o = &c->officer[(first + i) % OFFICERS];

		if (o->harm == EVENT_NONE
		    && (kind != EVENT_RESTORE_HOME || o->copied_item != NEVER_MS)) {
			o->harm = kind;
			return;
		}
	}
}

void harm_due(struct chaos *c, struct officer *o)
{
	enum event_kind what = o->harm;

	if (what == EVENT_NONE || o->job.pid)
		return;
	o->harm = EVENT_NONE;
	if (o->window.pid)
		c->n.kills_client++;
	window_end(o, SIGKILL);
	if (what == EVENT_CACHE)
		harm_cache(c, o);
	if (what == EVENT_COPY_HOME)
		harm_copy(c, o);
	if (what == EVENT_RESTORE_HOME)
		harm_restore(c, o);
}

void harm_rights(struct chaos *c)
{
	static const char *const units[] = { "bygg", "bygg,miljo", "miljo", "bygg" };
	const struct officer *o = &c->officer[3 + chance(&c->rng, 3)];

	if (centre_officer(c, o->id, units[chance(&c->rng, 4)]) != 0)
		say(c, "the rights of %s could not be changed now", o->id);
	else
		c->n.rights++;
}

/* --- A frozen device ----------------------------------------------------- */

/* What the frozen device had signed is signed again with the new key, in its
 * order; what must be read first is left to its officer. */
static void sign_again(struct chaos *c, struct officer *o)
{
	struct strbuf ids = STRBUF_INIT;
	const char *at;

	if (!ask_outbox(&ids, c, o, "SELECT id FROM item WHERE state = 2 ORDER BY dev, ctr"))
		trouble("an outbox cannot be read", o->home);
	for (at = strbuf_cstr(&ids); *at; at += strcspn(at, "\n"), at += *at == '\n') {
		char id[24];

		snprintf(id, sizeof(id), "%.*s", (int)strcspn(at, "\n"), at);
		officer_outbox(c, o, "retry", id);
		/* All is read, and it can't be done any more: it is put aside. */
		if (o->head >= 0 && o->tried++ > 0)
			officer_outbox(c, o, "dismiss", id);
	}
	strbuf_release(&ids);
}

/* A window says on its screen that the central does not know the device, and holds
 * the connection: its officer closes it. */
void harm_close_stranger(struct chaos *c, struct officer *o)
{
	struct strbuf dev = STRBUF_INIT, known = STRBUF_INIT;
	char db[PATH], path[PATH], sql[200];
	struct run r = { .argv = { "sqlite3", "-batch", "-readonly", "-cmd", ".timeout 5000", db,
				   sql },
			 .out = path };

	snprintf(db, sizeof(db), "%.480s/central.db", c->folder);
	snprintf(path, sizeof(path), "%.400s/ask.out", c->work);
	if (ask_outbox(&dev, c, o, "SELECT dev FROM device")) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM device WHERE id = '%.36s'",
			 strbuf_cstr(&dev));
		if (process_run(&r) == 0 && file_read(&known, path)
		    && strcmp(strbuf_cstr(&known), "0\n") == 0)
			window_end(o, SIGTERM);
	}
	strbuf_release(&dev);
	strbuf_release(&known);
}

void harm_renew(struct chaos *c, struct officer *o)
{
	struct strbuf text = STRBUF_INIT;

	if (o->unknown || (ask_outbox(&text, c, o, "SELECT frozen FROM device") && text.len > 1)) {
		window_end(o, SIGTERM);
		officer_enrol(c, o);
		c->n.renewed++;
	}
	sign_again(c, o);
	strbuf_release(&text);
}
