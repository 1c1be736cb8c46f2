/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/outside.h"
#include "app/words.h"
#include "cache/names.h"
#include "sync/enrol.h"
#include "sync/rotate.h"

#include "base/banned.h"

static const char *env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

/* --- Folders --------------------------------------------------------------- */

static enum status path_join(char out[HOME_PATH], const char *dir, const char *rest,
			     struct err *why)
{
	int n = snprintf(out, HOME_PATH, "%s%s", dir, rest);

	if (n < 0 || n >= HOME_PATH)
		return err_set(why, ST_BROKEN, "home-path", "%s%s: the path is too long", dir,
			       rest);
	return ST_OK;
}

/* $variable/sluss, or ~/otherwise/sluss. XDG says: relative values count as
 * unset. */
static enum status xdg(char out[HOME_PATH], const char *variable, const char *otherwise,
		       struct err *why)
{
	char base[HOME_PATH];
	const char *dir = env(variable);
	enum status st;

	if (dir && dir[0] == '/')
		return path_join(out, dir, "/sluss", why);
	if (!env("HOME"))
		return err_set(why, ST_BROKEN, "home-path",
			       "neither %s nor HOME is set: set SLUSS_HOME to a folder", variable);
	st = path_join(base, env("HOME"), otherwise, why);
	return st == ST_OK ? path_join(out, base, "/sluss", why) : st;
}

/* A folder of ours is nobody else's. */
static enum status own_folder(const char *path, struct err *why)
{
	struct stat s;

	if (stat(path, &s) || !S_ISDIR(s.st_mode))
		return err_set(why, ST_BROKEN, "home-path", "%s: is no folder", path);
	if (s.st_mode & S_ISVTX)
		return err_set(why, ST_REFUSED, "home-mode",
			       "%s: must be a folder of your own; its mode is: %04o", path,
			       (unsigned)(s.st_mode & 07777));
	if (s.st_uid != geteuid())
		return err_set(why, ST_REFUSED, "home-owner",
			       "%s: must be a folder of your own; set SLUSS_HOME to another", path);
	if ((s.st_mode & 077) && chmod(path, 0700))
		return err_set(why, ST_BROKEN, "home-path", "%s: mode cannot be set to 0700: %s",
			       path, strerror(errno));
	return ST_OK;
}

static enum status make_folder(const char *path, struct err *why)
{
	char part[HOME_PATH];

	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0700) && errno != EEXIST)
			return err_set(why, ST_BROKEN, "home-path", "%s: cannot be made: %s", part,
				       strerror(errno));
	}
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(why, ST_BROKEN, "home-path", "%s: cannot be made: %s", path,
			       strerror(errno));
	return own_folder(path, why);
}

static enum status find_folders(struct home *h, char config[HOME_PATH], struct err *why)
{
	const char *one = env("SLUSS_HOME");
	const char *run = env("XDG_RUNTIME_DIR");
	enum status st;

	if (one) {
		st = path_join(h->data, one, "", why);
		if (st == ST_OK)
			st = path_join(h->state, one, "/state", why);
		if (st == ST_OK)
			st = path_join(h->runtime, one, "/run", why);
		return st == ST_OK ? path_join(config, one, "/sluss.conf", why) : st;
	}
	st = xdg(h->data, "XDG_DATA_HOME", "/.local/share", why);
	if (st == ST_OK)
		st = xdg(h->state, "XDG_STATE_HOME", "/.local/state", why);
	if (st == ST_OK)
		st = path_join(h->runtime, run ? run : h->data, run ? "/sluss" : "/run", why);
	if (st == ST_OK)
		st = xdg(config, "XDG_CONFIG_HOME", "/.config", why);
	if (st == ST_OK && strlen(config) + sizeof("/sluss.conf") > HOME_PATH)
		st = err_set(why, ST_BROKEN, "home-path", "%s: the path is too long", config);
	if (st == ST_OK)
		memcpy(config + strlen(config), "/sluss.conf", sizeof("/sluss.conf"));
	return st;
}

static enum status make_folders(const struct home *h, struct err *why)
{
	enum status st = make_folder(h->data, why);

	if (st == ST_OK)
		st = make_folder(h->state, why);
	return st == ST_OK ? make_folder(h->runtime, why) : st;
}

bool home_there(const struct home *h)
{
	return access(h->data, F_OK) == 0;
}

static enum status find_files(struct home *h, struct err *why)
{
	enum status st = home_there(h) ? own_folder(h->data, why) : ST_OK;

	if (st == ST_OK)
		st = path_join(h->cache_path, h->data, "/cache.db", why);
	if (st == ST_OK)
		st = path_join(h->aside_path, h->data, "/cache.new", why);
	if (st == ST_OK)
		st = path_join(h->outbox_path, h->data, "/outbox.db", why);
	if (st == ST_OK)
		st = path_join(h->lock_path, h->data, "/pusher.lock", why);
	return st;
}

static const struct glyphs *choose_glyphs(const struct options *o)
{
	if (options_is(o, OPT_SCREEN_GLYPHS, "ascii") || !words_locale_is_utf8())
		return &glyphs_ascii;
	return &glyphs_utf8;
}

enum status home_open(struct home *h, struct err *why)
{
	char config[HOME_PATH];
	enum status st;

	memset(h, 0, sizeof(*h));
	h->config = (struct config)CONFIG_INIT;
	h->who = (struct identity)IDENTITY_INIT;
	h->names = (struct names)NAMES_INIT;
	h->clock = clock_real();
	h->rng = rng_real();
	h->glyphs = &glyphs_utf8;
	umask(077);
	st = find_folders(h, config, why);
	if (st == ST_OK)
		st = config_load(&h->config, NULL,
				 env("SLUSS_CONFIG") ? env("SLUSS_CONFIG") : config, why);
	if (st == ST_OK)
		st = find_files(h, why);
	if (st != ST_OK) {
		home_close(h);
		return st;
	}
	h->glyphs = choose_glyphs(&h->config.options);
	return ST_OK;
}

/* --- Files ----------------------------------------------------------------- */

/* A cache can be fetched again, so a damaged one is put aside; what was
 * signed stands in the outbox. */
static enum status put_cache_aside(struct home *h, struct err *why)
{
	enum status st;

	cache_close(h->cache);
	h->cache = NULL;
	st = cache_renew(&h->cache, h->cache_path, why);
	h->cache_renewed = st == ST_OK;
	return st;
}

/* Another window may have it open and write to it; it will not be there for
 * ever. */
static enum status replace_distrusted(struct home *h, struct err *why)
{
	int lock = -1;
	enum status st = ST_OK;

	if (pusher_lock(&lock, h->lock_path, NULL) != ST_OK)
		return ST_OK;
	if (cache_distrusted(h->cache_path))
		st = put_cache_aside(h, why);
	close(lock);
	return st;
}

static enum status open_cache(struct home *h, struct err *why)
{
	struct err local = ERR_INIT;
	enum status st = cache_open(&h->cache, h->cache_path, &local);

	if (st == ST_BROKEN && strcmp(local.code, "database-damaged") == 0) {
		err_clear(&local);
		st = put_cache_aside(h, &local);
	} else if (st == ST_OK && cache_distrusted(h->cache_path)) {
		st = replace_distrusted(h, &local);
	}
	if (st == ST_REFUSED && strcmp(local.code, "newer-version") == 0)
		return err_set(why, st, local.code,
			       "%s; it was not touched: start the newer release, or put the file "
			       "aside to fetch everything again",
			       local.text);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

/* What was signed and not sent stands nowhere else. */
static enum status open_outbox(struct home *h, struct err *why)
{
	struct err local = ERR_INIT;
	enum status st = outbox_open(&h->outbox, h->outbox_path, &local);

	if (st == ST_BROKEN && strcmp(local.code, "database-damaged") == 0)
		return err_set(
			why, st, "outbox-damaged",
			"%s: copy outbox.db, -wal and -shm to a safe place first and keep "
			"them; what was sent is at the central, what was signed and not sent "
			"is in the copy alone. Then move the file away and enrol anew: sluss "
			"enrol",
			local.text);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

/* A file that was cut short may open, and fail when it is first read. Every
 * verb begins here, the one that makes a new copy as well. */
static enum status first_look(struct home *h, struct err *why)
{
	struct err local = ERR_INIT;
	enum status st = home_refresh(h, &local);

	if (st == ST_BROKEN && strcmp(local.code, "database-damaged") == 0
	    && strncmp(local.text, h->cache_path, strlen(h->cache_path)) == 0) {
		err_clear(&local);
		st = put_cache_aside(h, &local);
		if (st == ST_OK)
			st = home_refresh(h, &local);
	}
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

void home_distrust(const struct home *h, const struct err *why)
{
	if (strcmp(why->code, "database-damaged") == 0
	    && strncmp(why->text, h->cache_path, strlen(h->cache_path)) == 0)
		cache_distrust(h->cache_path);
}

enum status home_open_files(struct home *h, struct err *why)
{
	enum status st = make_folders(h, why);

	/* Documents that were looked at hold what may since be erased. */
	if (st == ST_OK)
		outside_sweep(h->runtime);
	if (st == ST_OK)
		st = open_outbox(h, why);
	if (st == ST_OK)
		st = open_cache(h, why);
	return st == ST_OK ? first_look(h, why) : st;
}

enum status home_open_to_read(struct home *h, struct err *why)
{
	enum status st;

	cache_close(h->cache);
	cache_close(h->outbox);
	h->cache = h->outbox = NULL;
	st = outbox_open_to_read(&h->outbox, h->outbox_path, why);
	if (st == ST_OK)
		st = cache_open_to_read(&h->cache, h->cache_path, why);
	if (st == ST_OK)
		st = home_refresh(h, why);
	h->read_only = st == ST_OK;
	return st;
}

enum status home_handles(const struct home *h, struct db **cache, struct db **outbox,
			 struct err *why)
{
	enum status st = cache_open(cache, h->cache_path, why);

	if (st != ST_OK)
		return st;
	st = outbox_open(outbox, h->outbox_path, why);
	if (st != ST_OK) {
		cache_close(*cache);
		*cache = NULL;
	}
	return st;
}

enum status home_refresh(struct home *h, struct err *why)
{
	struct identity now = IDENTITY_INIT;
	struct err local = ERR_INIT;
	enum status st = identity_get(h->outbox, &now, &local);

	if (st != ST_OK && st != ST_NONE) {
		identity_release(&now);
		return err_set(why, st, local.code, "%s", local.text);
	}
	identity_release(&h->who);
	h->who = now;
	h->enrolled = st == ST_OK;
	err_clear(&local);
	st = names_load(&h->names, h->cache, &local);
	/* Without names the codes themselves are shown. */
	if (st == ST_NONE || st == ST_BAD_INPUT)
		return ST_OK;
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

void home_close(struct home *h)
{
	home_lock(h);
	cache_close(h->cache);
	cache_close(h->outbox);
	h->cache = h->outbox = NULL;
	identity_release(&h->who);
	names_release(&h->names);
	config_release(&h->config);
}

/* --- The key ----------------------------------------------------------------- */

bool home_key_stands(const struct home *h)
{
	struct known_key k = KNOWN_KEY_INIT;
	bool stands = !h->cache || known_key_get(h->cache, h->who.kid, &k, NULL) != ST_OK
		      || !k.state[0] || strcmp(k.state, "valid") == 0;

	known_key_release(&k);
	return stands;
}

enum status home_unlock(struct home *h, struct str passphrase, struct err *why)
{
	struct signkey *key = NULL;
	enum status st = unlock(h->outbox, passphrase, &key, why);

	if (st != ST_OK)
		return st;
	home_lock(h);
	h->key = key;
	/* A key that cannot be changed now is good for some weeks more. */
	if (!h->read_only && home_refresh(h, NULL) == ST_OK
	    && rotate_due(&h->who, clock_wall(&h->clock)) && home_key_stands(h))
		(void)!home_rotate(h, passphrase, NULL);
	return ST_OK;
}

enum keybox_cost home_cost(const struct home *h)
{
	return options_is(&h->config.options, OPT_KEY_COST, "interactive") ? KEYBOX_INTERACTIVE
									   : KEYBOX_MODERATE;
}

enum status home_rotate(struct home *h, struct str passphrase, struct err *why)
{
	struct signkey *next = NULL;
	enum status st = rotate_begin(h->outbox, h->key, passphrase, home_cost(h), &h->clock,
				      &h->rng, &next, why);

	if (st != ST_OK)
		return st;
	home_lock(h);
	h->key = next;
	return home_refresh(h, why);
}

void home_lock(struct home *h)
{
	signkey_free(h->key);
	h->key = NULL;
}

struct actor home_actor(const struct home *h)
{
	return (struct actor){ .cache = h->cache,
			       .outbox = h->outbox,
			       .clock = &h->clock,
			       .rng = &h->rng,
			       .key = h->key };
}

struct day home_today(const struct home *h)
{
	int hour, minute;

	return day_in_stockholm(clock_wall(&h->clock), &hour, &minute);
}

static const char trouble_name[] = "trouble";

void home_kept_trouble(const struct home *h, char code[40])
{
	struct strbuf kept = STRBUF_INIT;

	code[0] = '\0';
	if (h->cache && cache_kept(h->cache, trouble_name, &kept, NULL) == ST_OK)
		snprintf(code, 40, "%s", strbuf_cstr(&kept));
	strbuf_release(&kept);
}

void home_keep_trouble(struct home *h, const struct sync_status *y)
{
	bool turned_away = y->trouble == SYNC_REFUSED || y->trouble == SYNC_FROZEN
			   || y->trouble == SYNC_DIVERGED;
	char was[40];

	/* Where nobody answered, what was known holds. */
	if (!h->cache || (!turned_away && (y->trouble != SYNC_FINE || !y->online)))
		return;
	home_kept_trouble(h, was);
	if (strcmp(was, turned_away ? y->code : "") != 0)
		(void)!cache_keep(h->cache, trouble_name, str_of(turned_away ? y->code : ""), NULL);
}
