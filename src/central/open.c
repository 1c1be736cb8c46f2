/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/central.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/encode.h"
#include "central/approval.h"
#include "central/erasure.h"
#include "central/folder.h"
#include "central/inside.h"
#include "central/lookup_key.h"
#include "central/manifest.h"
#include "central/store.h"
#include "central/store_search.h"
#include "sign/hash.h"
#include "wire/catalog.h"

#include "base/banned.h"

int64_t central_now(const struct central *c)
{
	return clock_wall(&c->env.clock);
}

const struct clock *central_clock(const struct central *c)
{
	return &c->env.clock;
}

struct db *central_db(struct central *c)
{
	return c->db;
}

const char *central_aud(const struct central *c)
{
	return c->aud;
}

const char *central_epoch(const struct central *c)
{
	return c->epoch;
}

int64_t central_size(struct central *c)
{
	int64_t seq = 0;

	return feed_head_seq(c->db, &seq, NULL) == ST_OK ? seq : 0;
}

struct merkle_store central_tree(struct central *c)
{
	return (struct merkle_store){ .get = tree_get, .put = tree_put, .ctx = c->db };
}

enum status central_begin(struct central *c, struct err *why)
{
	enum status st = db_begin(c->db, why);

	if (st == ST_OK)
		st = feed_head_seq(c->db, &c->seq, why);
	c->tx = c->seq + 1;
	return st;
}

/* The head moves once, by all that the transaction has appended. */
enum status central_commit(struct central *c, struct err *why)
{
	enum status st = c->seq < c->tx ? ST_OK : feed_head_set(c->db, c->seq, why);

	return st == ST_OK ? db_commit(c->db, why) : st;
}

void central_rollback(struct central *c)
{
	db_rollback(c->db);
}

static enum status conf_revision(struct central *c, int64_t *rev, struct err *why)
{
	char text[24];
	enum status st = meta_get(c->db, "conf_rev", text, sizeof(text), why);

	*rev = strtoll(text, NULL, 10);
	return st == ST_NONE ? ST_OK : st;
}

enum status conf_current(struct central *c, struct err *why)
{
	struct registry before = c->registry;
	char path[FOLDER_PATH], token[HASH_TEXT];
	bool waits = c->enrol_waits;
	int64_t rev;
	enum status st = conf_revision(c, &rev, why);

	if (st != ST_OK || rev == c->conf_rev || !c->dir)
		return st;
	memcpy(token, c->intake_token, sizeof(token));
	c->registry = (struct registry)REGISTRY_INIT;
	c->enrol_waits = false;
	st = folder_path(path, c->dir, "conf", why);
	if (st == ST_OK)
		st = conf_load_dir(c, path, why);
	if (st != ST_OK) {
		registry_release(&c->registry);
		c->registry = before;
		c->enrol_waits = waits;
		memcpy(c->intake_token, token, sizeof(token));
		return st;
	}
	registry_release(&before);
	c->conf_rev = rev;
	c->catalog_rev = -1;
	return ST_OK;
}

enum status catalog_current(struct central *c, struct err *why)
{
	struct officer_list people = { 0 };
	char text[24];
	int64_t rev;
	enum status st = meta_get(c->db, "officers_rev", text, sizeof(text), why);

	if (st != ST_OK && st != ST_NONE)
		return st;
	rev = strtoll(text, NULL, 10);
	if (rev == c->catalog_rev)
		return ST_OK;
	st = officer_names(c->db, &people, why);
	strbuf_clear(&c->catalog);
	if (st == ST_OK && !catalog_write(&c->catalog, &c->registry, &people, c->name))
		st = err_set(why, ST_BROKEN, "catalog", "the catalogue cannot be written");
	free(people.rows);
	if (st != ST_OK)
		return st;
	sha256_hex(c->catalog_hash, strbuf_str(&c->catalog));
	c->catalog_rev = rev;
	return ST_OK;
}

/* --- A new central's facts --------------------------------------------------- */

static void take_later(int64_t *ms, const char *epoch)
{
	int64_t of = uuid7_ms(str_of(epoch));

	*ms = of > *ms ? of : *ms;
}

static void later_row(void *ctx, const struct epoch_row *e)
{
	take_later(ctx, e->epoch);
}

/* Workstations tell by their order which of two epochs is the newer one. So it
 * follows all that are known of, also where the clock is behind. */
static enum status mint_epoch(struct central *c, int64_t fork_seq, struct err *why)
{
	struct epoch_row e = { .fork_seq = fork_seq, .size = central_size(c) };
	int64_t now = central_now(c), last = -1;
	enum status st = epoch_list(c->db, INT_MAX, later_row, &last, why);

	for (int i = 0; i < c->witness.mark_count; i++)
		take_later(&last, c->witness.mark[i].epoch);
	uuid7(c->epoch, now > last ? now : last + 1, &c->env.rng);
	memcpy(e.epoch, c->epoch, sizeof(e.epoch));
	if (st == ST_OK)
		st = epoch_add(c->db, &e, now, why);
	return st == ST_OK ? meta_set(c->db, "epoch", c->epoch, why) : st;
}

static enum status write_facts(struct central *c, const char *name, struct err *why)
{
	unsigned char raw[8];
	char hex[17];
	enum status st;

	rng_fill(&c->env.rng, raw, sizeof(raw));
	hex_encode(hex, raw, sizeof(raw));
	snprintf(c->aud, sizeof(c->aud), "sluss-%s", hex);
	uuid7(c->dev, central_now(c), &c->env.rng);
	snprintf(c->name, sizeof(c->name), "%s", name);
	st = meta_set(c->db, "aud", c->aud, why);
	if (st == ST_OK)
		st = meta_set(c->db, "dev", c->dev, why);
	if (st == ST_OK)
		st = meta_set(c->db, "name", c->name, why);
	return st == ST_OK ? mint_epoch(c, 0, why) : st;
}

static enum status first_facts(struct central *c, const char *name, struct err *why)
{
	enum status st = db_begin(c->db, why);

	if (st == ST_OK)
		st = write_facts(c, name, why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}

/* --- What is read at every start ---------------------------------------------- */

static enum status fact(struct central *c, const char *key, char *out, size_t size, struct err *why)
{
	enum status st = meta_get(c->db, key, out, size, why);

	if (st == ST_NONE)
		return err_set(why, ST_BROKEN, "database-damaged",
			       "the database does not say its \"%s\"", key);
	return st;
}

static enum status read_facts(struct central *c, struct err *why)
{
	enum status st = fact(c, "aud", c->aud, sizeof(c->aud), why);

	if (st == ST_OK)
		st = fact(c, "dev", c->dev, sizeof(c->dev), why);
	if (st == ST_OK)
		st = fact(c, "name", c->name, sizeof(c->name), why);
	if (st == ST_OK)
		st = fact(c, "epoch", c->epoch, sizeof(c->epoch), why);
	return st;
}

/* A scope for every unit and class, so that no case is without one. */
static enum status ensure_scopes(struct central *c, struct err *why)
{
	enum status st = db_begin(c->db, why);

	for (int i = 0; st == ST_OK && i < c->registry.unit_count; i++)
		st = scopes_ensure(c->db, c->registry.units[i].name.code, central_now(c), why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}

enum status central_testify(struct central *c, struct err *why)
{
	struct merkle_store tree = central_tree(c);
	struct hash32 root;
	char hex[HASH_TEXT];
	int64_t size;
	enum status st = feed_head_seq(c->db, &size, why);

	if (st != ST_OK)
		return st;
	if (size == c->witness.size && strcmp(c->epoch, c->witness.epoch) == 0)
		return ST_OK;
	if (!merkle_root(&tree, size, &root))
		return err_set(why, ST_BROKEN, "tree",
			       "the tree lacks nodes for %" PRId64 " entries", size);
	hex_encode(hex, root.b, sizeof(root.b));
	return witness_put(&c->witness, c->epoch, size, hex, why);
}

enum status central_history_holds(struct central *c, bool *holds, struct err *why)
{
	struct merkle_store tree = central_tree(c);
	struct hash32 root;
	char hex[HASH_TEXT];
	int64_t size = 0;
	enum status st = feed_head_seq(c->db, &size, why);

	/* The witness is there before the first entry: one that is missing
	 * was lost, or taken away. */
	*holds = size == 0;
	if (st != ST_OK || !c->witness.epoch[0])
		return st;
	/* A copy from before a restore that was accepted: what came between
	 * is gone a second time, however far the log reaches. */
	st = epoch_known(c->db, c->witness.epoch, holds, why);
	if (st != ST_OK || !*holds)
		return st;
	*holds = size >= c->witness.size && merkle_root(&tree, c->witness.size, &root);
	if (*holds) {
		hex_encode(hex, root.b, sizeof(root.b));
		*holds = strcmp(hex, c->witness.root) == 0;
	}
	return ST_OK;
}

/* How much of our log is what the witness saw grow. It may have seen another log
 * that went on from the same beginning: the folder was put back unseen, and then
 * a newer backup was taken. Without any trace of it all is taken to be common. */
static int64_t common_with_witness(struct central *c, int64_t size)
{
	struct merkle_store tree = central_tree(c);
	int64_t common = size;
	struct hash32 root;
	char hex[HASH_TEXT];

	for (int i = c->witness.mark_count - 1; i >= 0; i--) {
		const struct witness_mark *m = &c->witness.mark[i];

		if (m->size > size || !merkle_root(&tree, m->size, &root))
			continue;
		hex_encode(hex, root.b, sizeof(root.b));
		if (strcmp(hex, m->root) == 0)
			return m->size;
		common = 0;
	}
	return common;
}

void central_note_diverged(struct central *c, const char *dev, int64_t size)
{
	char text[80];

	c->diverged++;
	snprintf(c->diverged_dev, sizeof(c->diverged_dev), "%s", dev);
	c->diverged_size = size;
	if (c->diverged > 1 || db_begin(c->db, NULL) != ST_OK)
		return;
	snprintf(text, sizeof(text), "%s %" PRId64, dev, size);
	if (meta_set(c->db, "diverged", text, NULL) != ST_OK || db_commit(c->db, NULL) != ST_OK)
		db_rollback(c->db);
}

enum status central_trouble(struct central *c, struct err *why)
{
	if (c->kept_package[0]) {
		(void)err_set(why, ST_CONFLICT, "package-kept",
			      "a package of that name was here, made before a restore: it is kept "
			      "as %s",
			      c->kept_package);
		c->kept_package[0] = '\0';
		return ST_CONFLICT;
	}
	if (c->before_due) {
		c->before_due = false;
		return err_set(why, ST_CONFLICT, "before-kept",
			       "what was erased may still stand in a database that a restore "
			       "put aside: take out what you need, and delete it: "
			       "rm '%s'/central.db.before-*",
			       c->dir);
	}
	if (c->diverged == c->diverged_told)
		return ST_OK;
	c->diverged_told = c->diverged;
	return err_set(
		why, ST_CONFLICT, "history-diverged",
		"device %s holds %" PRId64
		" entries of a log that this one does not extend: this one was put back from an older "
		"copy, and not by a start that accepted it. Nothing is sent or fetched there until "
		"the central is started once with --accept-restore",
		c->diverged_dev, c->diverged_size);
}

static bool was_diverged(struct central *c)
{
	char text[80];

	return meta_get(c->db, "diverged", text, sizeof(text), NULL) == ST_OK && text[0];
}

/* A history that lost something gets a new epoch, and only when told to. */
static enum status check_history(struct central *c, struct err *why)
{
	int64_t size = central_size(c), common = common_with_witness(c, size);
	bool holds;
	enum status st = central_history_holds(c, &holds, why);

	/* Who found it out knows only that the two are not the same: nothing is
	 * known to be common. */
	if (st == ST_OK && holds && c->env.accept_restore && was_diverged(c)) {
		holds = false;
		common = 0;
	}
	if (st != ST_OK || holds)
		return st;
	if (!c->env.accept_restore)
		return err_set(
			why, ST_REFUSED, "history-lost",
			"the database has %" PRId64
			" entries and does not extend what the witness saw (%" PRId64
			"): it was restored from an older copy. Find a newer copy, or start once with "
			"--accept-restore; clients then read again and offer their actions anew",
			size, c->witness.size);
	st = db_begin(c->db, why);
	if (st == ST_OK)
		st = mint_epoch(c, common, why);
	if (st == ST_OK)
		st = meta_set(c->db, "diverged", "", why);
	if (st == ST_OK)
		st = db_commit(c->db, why);
	else
		db_rollback(c->db);
	return st == ST_OK ? central_testify(c, why) : st;
}

static enum status load_state(struct central *c, struct err *why)
{
	enum status st = read_facts(c, why);

	c->catalog_rev = -1;
	c->tx = 0;
	c->seq = 0;
	memset(c->wrong, 0, sizeof(c->wrong));
	if (st == ST_OK)
		st = conf_revision(c, &c->conf_rev, why);
	if (st != ST_OK || c->env.look_only)
		return st;
	st = ensure_scopes(c, why);
	if (st == ST_OK)
		st = search_catch_up(c->db, why);
	if (st == ST_OK)
		st = check_history(c, why);
	if (st == ST_OK)
		st = approval_catch_up(c, why);
	if (st == ST_OK)
		st = body_hashes_keyed(c, why);
	if (st == ST_OK)
		st = erasure_again(c, why);
	/* A stop between commit and witness leaves the witness behind, and one
	 * between commit and purge leaves erased words in the files. */
	if (st == ST_OK)
		st = central_testify(c, why);
	return st == ST_OK ? erasure_purge(c, why) : st;
}

enum status central_reindex(struct central *c, struct err *why)
{
	return search_rebuild(c->db, why);
}

enum status central_crash(struct central *c, struct err *why)
{
	db_rollback(c->db);
	return load_state(c, why);
}

/* --- Opening ------------------------------------------------------------------- */

static struct central *central_new(const struct central_env *env)
{
	struct central *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->env = *env;
	c->witness.fd = -1;
	c->lock = -1;
	return c;
}

void central_close(struct central *c)
{
	if (!c)
		return;
	if (!c->db || c->db != c->env.database)
		db_close(c->db);
	registry_release(&c->registry);
	signkey_free(c->key);
	witness_release(&c->witness);
	strbuf_release(&c->catalog);
	folder_unlock(c->lock);
	free(c->dir);
	free(c);
}

static enum status opened(struct central **out, struct central *c, enum status st)
{
	if (st == ST_OK)
		*out = c;
	else
		central_close(c);
	return st;
}

enum status central_open_memory(struct central **out, const char *conf_text,
				const struct central_env *env, struct err *why)
{
	struct central *c = central_new(env);
	enum status st = sign_start(why);

	*out = NULL;
	if (!c)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	c->env.in_memory = true;
	if (st == ST_OK)
		st = conf_load_text(c, conf_text, why);
	c->db = env->database;
	if (st == ST_OK && !c->db)
		st = db_open(&c->db, ":memory:", DB_CREATE, &central_schema, why);
	if (st == ST_OK)
		st = witness_open(&c->witness, NULL, why);
	if (st == ST_OK && !(c->key = signkey_make(&env->rng)))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the key");
	if (st == ST_OK)
		st = first_facts(c, "Exempelköping", why);
	if (st == ST_OK)
		st = load_state(c, why);
	return opened(out, c, st);
}

static enum status open_parts(struct central *c, const char *dir, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = folder_path(path, dir, "central.db", why);

	if (st == ST_OK && manifest_there(dir) && !c->env.look_only)
		return err_set(why, ST_REFUSED, "is-backup",
			       "%s: is a backup, which is not served or changed; "
			       "sluss-central restore puts it into a folder",
			       dir);
	if (st == ST_OK && access(path, F_OK) == 0)
		st = folder_lock(&c->lock, dir, false, why);
	if (st == ST_OK)
		st = store_open(&c->db, path, false, why);
	if (st == ST_OK)
		st = folder_path(path, dir, "conf", why);
	if (st == ST_OK)
		st = conf_load_dir(c, path, why);
	if (st == ST_OK)
		st = folder_path(path, dir, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_read_key(path, &c->key, why);
	if (st == ST_OK)
		st = folder_path(path, dir, "witness", why);
	return st == ST_OK ? witness_open(&c->witness, path, why) : st;
}

enum status central_open(struct central **out, const char *dir, const struct central_env *env,
			 struct err *why)
{
	struct central *c = central_new(env);
	enum status st = sign_start(why);

	*out = NULL;
	if (!c || !(c->dir = strdup(dir))) {
		free(c);
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	}
	if (st == ST_OK)
		st = open_parts(c, dir, why);
	if (st == ST_OK)
		st = load_state(c, why);
	return opened(out, c, st);
}

/* The database is made last but for its facts: a folder with a database is a
 * whole one, and an init that was cut short can be run again. */
static enum status make_parts(struct central *c, const char *dir, const char *name,
			      const char *conf_from, struct err *why)
{
	char path[FOLDER_PATH], conf[FOLDER_PATH], tmp[FOLDER_PATH];
	enum status st = folder_make(dir, why);

	if (st == ST_OK)
		st = folder_path(conf, dir, "conf", why);
	if (st == ST_OK)
		st = folder_copy_conf(conf, conf_from, why);
	if (st == ST_OK)
		st = conf_load_dir(c, conf, why);
	if (st == ST_OK)
		st = folder_path(path, dir, "keys/central.key", why);
	if (st == ST_OK)
		st = folder_write_key(path, &c->env.rng, why);
	if (st == ST_OK)
		st = folder_path(tmp, dir, "central.db.new", why);
	if (st == ST_OK)
		st = folder_forget(tmp, why);
	if (st == ST_OK)
		st = store_open(&c->db, tmp, true, why);
	if (st == ST_OK)
		st = first_facts(c, name, why);
	if (st == ST_OK)
		st = db_checkpoint(c->db, why);
	db_close(c->db);
	c->db = NULL;
	if (st == ST_OK)
		st = folder_path(path, dir, "central.db", why);
	return st == ST_OK ? disk_rename(tmp, path, why) : st;
}

/* What cannot be used is said before anything is made. */
static enum status try_conf(const char *from, const struct central_env *env, struct err *why)
{
	struct central *c = central_new(env);
	enum status st = c ? ST_OK : err_set(why, ST_BROKEN, "memory", "out of memory");

	if (st == ST_OK)
		st = folder_conf_there(from, why);
	if (st == ST_OK)
		st = conf_load_dir(c, from, why);
	central_close(c);
	return st;
}

enum status central_init_dir(const char *dir, const char *name, const char *conf_from,
			     const struct central_env *env, struct err *why)
{
	struct central *c;
	enum status st = sign_start(why);

	if (st != ST_OK)
		return st;
	if (folder_has(dir, "central.db"))
		return err_set(why, ST_CONFLICT, "already-there",
			       "%s holds a central already; nothing was changed", dir);
	st = try_conf(conf_from, env, why);
	if (st != ST_OK)
		return st;
	c = central_new(env);
	if (!c)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	st = make_parts(c, dir, name, conf_from, why);
	central_close(c);
	return st;
}
