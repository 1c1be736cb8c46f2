/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/manifest.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/encode.h"
#include "central/folder.h"
#include "central/store.h"
#include "sign/hash.h"
#include "wire/json.h"

#include "base/banned.h"

enum { MANIFEST_BYTES = 1024 * 1024, MANIFEST_VERSION = 1 };
#define MANIFEST_KIND "sluss-backup"

void manifest_release(struct manifest *m)
{
	free(m->files);
	m->files = NULL;
	m->count = 0;
}

bool manifest_there(const char *folder)
{
	return folder_has(folder, MANIFEST_NAME);
}

/* A name that a manifest may hold: of the few files that a backup has. */
static bool name_fits(const char *name)
{
	const char *conf = strncmp(name, "conf/", 5) == 0 ? name + 5 : NULL;
	size_t n = conf ? strlen(conf) : 0;

	if (strcmp(name, "central.db") == 0 || strcmp(name, "keys/central.key") == 0)
		return true;
	return n > 5 && conf[0] != '.' && !strchr(conf, '/') && strcmp(conf + n - 5, ".conf") == 0;
}

static enum status make_room(struct manifest *m, struct err *why)
{
	if (!m->files)
		m->files = calloc(MANIFEST_FILES, sizeof(*m->files));
	if (!m->files)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	if (m->count == MANIFEST_FILES)
		return err_set(why, ST_BAD_INPUT, "too-many-files",
			       "a backup holds at most %d files; conf has more", MANIFEST_FILES);
	return ST_OK;
}

enum status manifest_add(struct manifest *m, const char *folder, const char *name, struct err *why)
{
	struct manifest_file *f;
	char path[FOLDER_PATH];
	enum status st = make_room(m, why);

	if (st == ST_OK)
		st = folder_path(path, folder, name, why);
	if (st != ST_OK)
		return st;
	f = &m->files[m->count];
	if (snprintf(f->name, sizeof(f->name), "%s", name) >= (int)sizeof(f->name))
		return err_set(why, ST_BAD_INPUT, "path-too-long", "%s: the name is too long",
			       path);
	st = sha256_file(f->sha256, &f->bytes, path, why);
	m->count += st == ST_OK;
	return st;
}

enum status manifest_add_conf(struct manifest *m, const char *folder, struct err *why)
{
	char path[FOLDER_PATH], name[MANIFEST_FILE_NAME + 100];
	enum status st = folder_path(path, folder, "conf", why);
	DIR *d = st == ST_OK ? opendir(path) : NULL;
	struct dirent *e;

	while (d && st == ST_OK && (e = readdir(d))) {
		snprintf(name, sizeof(name), "conf/%.255s", e->d_name);
		if (name_fits(name))
			st = manifest_add(m, folder, name, why);
	}
	if (d)
		closedir(d);
	return st;
}

/* --- Writing ---------------------------------------------------------------------- */

static enum status sign_head(const struct manifest *m, const struct signkey *key,
			     struct strbuf *jws, struct err *why)
{
	struct log_head h = { .size = m->size, .at = m->at };
	struct strbuf payload = STRBUF_INIT;
	enum status st = ST_OK;

	memcpy(h.epoch, m->epoch, sizeof(h.epoch));
	memcpy(h.root, m->root, sizeof(h.root));
	if (!head_write(&payload, &h))
		st = err_set(why, ST_BROKEN, "memory", "out of memory");
	if (st == ST_OK)
		st = jws_sign(jws, NULL, key, TYP_HEAD, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

static void files_json(struct jsonw *w, const struct manifest *m)
{
	jsonw_key(w, "files");
	jsonw_list(w);
	for (int i = 0; i < m->count; i++) {
		jsonw_map(w);
		jsonw_kv(w, "name", m->files[i].name);
		jsonw_kv_int(w, "bytes", m->files[i].bytes);
		jsonw_kv(w, "sha256", m->files[i].sha256);
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
}

enum status manifest_write(const struct manifest *m, const char *folder, const struct signkey *key,
			   struct err *why)
{
	struct strbuf jws = STRBUF_INIT, text = STRBUF_INIT;
	char path[FOLDER_PATH];
	struct jsonw w;
	enum status st = sign_head(m, key, &jws, why);

	if (st == ST_OK)
		st = folder_path(path, folder, MANIFEST_NAME, why);
	jsonw_init(&w, &text);
	jsonw_map(&w);
	jsonw_kv(&w, "k", MANIFEST_KIND);
	jsonw_kv_int(&w, "v", MANIFEST_VERSION);
	jsonw_kv(&w, "aud", m->aud);
	jsonw_kv(&w, "epoch", m->epoch);
	jsonw_kv_int(&w, "size", m->size);
	jsonw_kv(&w, "root", m->root);
	jsonw_kv_instant(&w, "at", m->at);
	jsonw_kv_int(&w, "schema", m->schema);
	files_json(&w, m);
	jsonw_kv_str(&w, "head", strbuf_str(&jws));
	jsonw_end_map(&w);
	strbuf_addc(&text, '\n');
	if (st == ST_OK)
		st = disk_put(path, strbuf_str(&text), 0600, why);
	strbuf_release(&jws);
	strbuf_release(&text);
	return st;
}

/* --- Reading ----------------------------------------------------------------------- */

static enum status damaged(const char *folder, const char *name, const char *what, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "backup-damaged",
		       "%s/%s: %s; nothing was touched. Take another backup", folder, name, what);
}

static enum status read_files(struct manifest *m, const char *folder, const struct json *list,
			      struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < json_count(list); i++) {
		const struct json *j = json_item(list, i);
		struct manifest_file *f;

		st = make_room(m, why);
		if (st != ST_OK)
			break;
		f = &m->files[m->count++];
		f->bytes = json_get_int(j, "bytes", -1);
		if (!json_copy_text(j, "name", f->name, sizeof(f->name)) || !name_fits(f->name)
		    || !json_copy_text(j, "sha256", f->sha256, sizeof(f->sha256)))
			st = damaged(folder, MANIFEST_NAME, "it names a file that no backup has",
				     why);
	}
	return st;
}

static enum status read_facts(struct manifest *m, const char *folder, const struct json *j,
			      struct err *why)
{
	int64_t version = json_get_int(j, "v", 0);

	if (!str_eq(json_get_text(j, "k"), MANIFEST_KIND) || version < 1)
		return damaged(folder, MANIFEST_NAME, "it is not the manifest of a backup", why);
	if (version > MANIFEST_VERSION)
		return err_set(why, ST_BAD_INPUT, "backup-newer",
			       "%s: made by a newer release; restore it with that one", folder);
	m->size = json_get_int(j, "size", -1);
	m->schema = json_get_int(j, "schema", 0);
	if (!json_copy_text(j, "aud", m->aud, sizeof(m->aud))
	    || !json_copy_text(j, "epoch", m->epoch, sizeof(m->epoch))
	    || !json_copy_text(j, "root", m->root, sizeof(m->root)) || m->size < 0
	    || !instant_parse(&m->at, json_get_text(j, "at")))
		return damaged(folder, MANIFEST_NAME, "aud, epoch, size, root or at is missing",
			       why);
	return read_files(m, folder, json_member(j, "files"), why);
}

static bool names(const struct manifest *m, const char *name)
{
	for (int i = 0; i < m->count; i++)
		if (strcmp(m->files[i].name, name) == 0)
			return true;
	return false;
}

static enum status check_files(const struct manifest *m, const char *folder, struct err *why)
{
	char path[FOLDER_PATH], sha256[HASH_TEXT];
	enum status st = ST_OK;
	int64_t bytes;

	if (!names(m, "central.db") || !names(m, "keys/central.key"))
		return damaged(folder, MANIFEST_NAME, "it names no database, or no key", why);
	for (int i = 0; st == ST_OK && i < m->count; i++) {
		st = folder_path(path, folder, m->files[i].name, why);
		if (st == ST_OK)
			st = sha256_file(sha256, &bytes, path, why);
		if (st == ST_NONE)
			return ST_BAD_INPUT; /* `why` names the file */
		if (st == ST_OK && bytes != m->files[i].bytes)
			return damaged(folder, m->files[i].name,
				       "it has another length than the manifest says", why);
		if (st == ST_OK && strcmp(sha256, m->files[i].sha256) != 0)
			return damaged(folder, m->files[i].name,
				       "it has another SHA-256 than the manifest says", why);
	}
	return st;
}

/* The head, under the key that the backup holds. */
static enum status check_head(const struct manifest *m, const char *folder, struct str jws,
			      struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	struct signkey *key = NULL;
	char path[FOLDER_PATH];
	struct log_head h;
	enum status st = folder_path(path, folder, "keys/central.key", why);

	if (st == ST_OK)
		st = folder_read_key(path, &key, why);
	if (st == ST_OK
	    && (jws_open(&payload, NULL, signkey_public(key), TYP_HEAD, jws, NULL) != ST_OK
		|| head_read(&h, strbuf_str(&payload), NULL) != ST_OK || h.size != m->size
		|| strcmp(h.root, m->root) != 0 || strcmp(h.epoch, m->epoch) != 0))
		st = damaged(folder, MANIFEST_NAME, "its head is not what the central signed", why);
	signkey_free(key);
	strbuf_release(&payload);
	return st;
}

enum status manifest_check(struct manifest *m, const char *folder, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	struct json *j = NULL;
	char path[FOLDER_PATH];
	enum status st = folder_path(path, folder, MANIFEST_NAME, why);

	if (st == ST_OK)
		st = sign_start(why);
	if (st == ST_OK && !manifest_there(folder))
		st = err_set(why, ST_NONE, "no-backup",
			     "%s: no backup: it has no " MANIFEST_NAME
			     "; name a folder that sluss-central backup made",
			     folder);
	if (st == ST_OK)
		st = folder_read_file(path, MANIFEST_BYTES, &text, why);
	if (st == ST_OK && json_read(&j, strbuf_str(&text), NULL) != ST_OK)
		st = damaged(folder, MANIFEST_NAME, "it cannot be read", why);
	if (st == ST_OK)
		st = read_facts(m, folder, j, why);
	if (st == ST_OK)
		st = check_files(m, folder, why);
	if (st == ST_OK)
		st = check_head(m, folder, json_get_text(j, "head"), why);
	json_free(j);
	strbuf_release(&text);
	return st;
}

enum status manifest_holds(const struct manifest *m, struct db *db, struct err *why)
{
	struct merkle_store tree = { .get = tree_get, .put = tree_put, .ctx = db };
	struct hash32 root;
	char hex[HASH_TEXT] = "", aud[OFFICER_MAX], epoch[UUID_TEXT];
	int64_t size = -1;
	enum status st = db_check(db, why);

	if (st == ST_OK)
		st = feed_head_seq(db, &size, why);
	if (st == ST_OK)
		st = meta_get(db, "aud", aud, sizeof(aud), why);
	if (st == ST_OK)
		st = meta_get(db, "epoch", epoch, sizeof(epoch), why);
	if (st == ST_NONE)
		return err_set(why, ST_BAD_INPUT, "backup-damaged", "its database is no central's");
	if (st != ST_OK)
		return st;
	if (merkle_root(&tree, size, &root))
		hex_encode(hex, root.b, sizeof(root.b));
	if (size == m->size && strcmp(hex, m->root) == 0 && strcmp(aud, m->aud) == 0
	    && strcmp(epoch, m->epoch) == 0)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "backup-damaged",
		       "the database of the backup does not hold the log that its manifest names "
		       "(%" PRId64 " entries); take another backup",
		       m->size);
}
