/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/utf8.h"
#include "central/folder.h"
#include "central/store.h"
#include "conf/parse.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { MARK_DIGITS = 8, KEY_TEXT = HASH_TEXT + 32, CONF_BYTES = 4 * 1024 * 1024 };

static const char conf_name[] = "conf/imported.conf";

/* What every central with imported cases has. */
static const char conf_head[] = "# Made by sluss-central import, which adds queues at the end.\n"
				"# Names may be changed; codes are used by cases and must stay.\n"
				"\n"
				"[committee import]\n"
				"name.sv = Importerade loggar\n"
				"name.en = Imported logs\n"
				"diary_prefix = IMPORT\n"
				"\n"
				"[unit " IMPORT_UNIT "]\n"
				"name.sv = Importerade ärenden\n"
				"name.en = Imported cases\n"
				"committee = import\n"
				"\n"
				"[queue " IMPORT_UNIT "]\n"
				"name.sv = Importerat\n"
				"name.en = Imported\n"
				"unit = " IMPORT_UNIT "\n"
				"\n"
				"[casetype " CASETYPE_IMPORTED "]\n"
				"name.sv = Importerat ärende\n"
				"name.en = Imported case\n"
				"version = 1\n"
				"class_code = 0\n"
				"queue = " IMPORT_UNIT "\n"
				"target = 70 days\n"
				"outcome = avslutat \"Avslutat\" \"Closed\"\n";

/* --- Names --------------------------------------------------------------------- */

static void tame_copy(struct strbuf *out, struct str name)
{
	for (size_t at = 0; at < name.n;) {
		size_t from = at;
		int32_t cp = utf8_next(name, &at);

		if (cp < 0x20 || cp == 0x2028 || cp == 0x2029 || utf8_width(cp) < 0)
			strbuf_addc(out, '?');
		else
			strbuf_add(out, name.p + from, at - from);
	}
}

/* At most n bytes, whole characters. */
static size_t cut_at(struct str s, size_t n)
{
	if (s.n <= n)
		return s.n;
	while (n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

void import_shown_name(char out[NAME_MAX_BYTES], struct str name)
{
	enum { MARK = MARK_DIGITS + 2 };
	struct strbuf tame = STRBUF_INIT, nfc = STRBUF_INIT;
	char hash[HASH_TEXT];
	struct str s;

	tame_copy(&tame, name);
	utf8_to_nfc(&nfc, strbuf_str(&tame));
	s = strbuf_str(&nfc);
	if (s.n == name.n && s.n < NAME_MAX_BYTES && memcmp(s.p, name.p, s.n) == 0) {
		snprintf(out, NAME_MAX_BYTES, "%s", strbuf_cstr(&nfc));
	} else {
		sha256_hex(hash, name);
		snprintf(out, NAME_MAX_BYTES, "%.*s ~%.*s",
			 (int)cut_at(s, NAME_MAX_BYTES - 1 - MARK), strbuf_cstr(&nfc), MARK_DIGITS,
			 hash);
	}
	strbuf_release(&tame);
	strbuf_release(&nfc);
}

void import_slug(char *out, size_t size, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n + 1 < size; i++) {
		char c = name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

/* --- One code for each name ------------------------------------------------------ */

/* A kind of name: what codes are made of, and whether one is in use. */
struct naming {
	const char *kind;
	size_t size; /* of a code, with its end */
	bool (*fits)(const char *code);
	enum status (*in_use)(struct central *c, const char *code, bool *yes, struct err *why);
};

static bool officer_fits(const char *id)
{
	return *id && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen(id)
	       && strcmp(id, "system") != 0 && strcmp(id, "import") != 0;
}

static bool queue_fits(const char *code)
{
	return code_valid(str_of(code));
}

static enum status officer_in_use(struct central *c, const char *id, bool *yes, struct err *why)
{
	struct officer_row o;
	enum status st = officer_get(c->db, id, &o, why);

	*yes = st == ST_OK;
	return st == ST_NONE ? ST_OK : st;
}

static enum status queue_in_use(struct central *c, const char *code, bool *yes, struct err *why)
{
	(void)why;
	*yes = registry_queue(&c->registry, code) != NULL;
	return ST_OK;
}

static const struct naming officers = { "officer", OFFICER_MAX, officer_fits, officer_in_use };
static const struct naming queues = { "queue", CODE_MAX, queue_fits, queue_in_use };

/* Try t of a code: the name itself, what letters it has, these with ever more
 * of its hash. */
static void make_code(char *out, const struct naming *k, struct str name, int t)
{
	char slug[OFFICER_MAX], hash[HASH_TEXT];
	int digits = t < 2 ? 0 : MARK_DIGITS * (t - 1);

	import_slug(slug, sizeof(slug), name);
	sha256_hex(hash, name);
	out[0] = '\0';
	if (t == 0 && name.n < k->size && !memchr(name.p, '\0', name.n))
		snprintf(out, k->size, "%.*s", (int)name.n, name.p);
	else if (t == 1 && strlen(slug) < k->size)
		snprintf(out, k->size, "%s", slug);
	else if (t >= 2)
		snprintf(out, k->size, "%.*s-%.*s", (int)k->size - digits - 2,
			 *slug ? slug : k->kind, digits, hash);
}

static enum status choose(struct central *c, const struct naming *k, struct str name, char *code,
			  struct err *why)
{
	enum { TRIES = 6 };
	enum status st = ST_OK;
	bool used = true;

	for (int t = 0; st == ST_OK && used && t < TRIES; t++) {
		make_code(code, k, name, t);
		if (!k->fits(code))
			continue;
		st = k->in_use(c, code, &used, why);
	}
	if (st == ST_OK && used)
		st = err_set(why, ST_BROKEN, "name-code", "no code is free for a name of the log");
	return st;
}

/* Where the code of a name is kept. */
static void key_of(char key[KEY_TEXT], const struct naming *k, struct str name)
{
	char hash[HASH_TEXT];

	sha256_hex(hash, name);
	snprintf(key, KEY_TEXT, "imported.%s.%s", k->kind, hash);
}

/* The code that the name has, or a new one, kept before it is used. */
static enum status code_for(struct central *c, const struct naming *k, struct str name, char *code,
			    struct err *why)
{
	char key[KEY_TEXT];
	enum status st;

	key_of(key, k, name);
	st = meta_get(c->db, key, code, k->size, why);
	if (st == ST_NONE) {
		st = choose(c, k, name, code, why);
		if (st == ST_OK)
			st = meta_set(c->db, key, code, why);
	}
	return st;
}

/* --- Officers ---------------------------------------------------------------------- */

enum status import_officer(struct central *c, struct str name, char id[OFFICER_MAX], int64_t *added,
			   struct err *why)
{
	char shown[NAME_MAX_BYTES];
	struct central_officer o = { .name = shown,
				     .title = "ur importerad logg",
				     .roles = "officer",
				     .units = IMPORT_UNIT };
	bool there = false;
	enum status st = code_for(c, &officers, name, id, why);

	if (st == ST_OK)
		st = officer_in_use(c, id, &there, why);
	if (st != ST_OK || there)
		return st;
	import_shown_name(shown, name);
	o.id = id;
	(*added)++;
	return central_add_officer(c, &o, why);
}

/* --- Queues ------------------------------------------------------------------------ */

static enum status on_section(void *ctx, struct str kind, struct str code, struct err *why)
{
	return registry_section(ctx, kind, code, why);
}

static enum status on_field(void *ctx, struct str name, struct str value, struct err *why)
{
	return registry_field(ctx, name, value, why);
}

/* In meta: the hash of the file as it was when centrals were last told of it. */
static const char conf_told[] = "imported_conf";

/* A central that serves the folder sees by this that its conf is old. */
static enum status conf_changed(struct central *c, const char *hash, struct err *why)
{
	char rev[24];
	enum status st = db_begin(c->db, why);

	if (st != ST_OK)
		return st;
	st = scopes_ensure(c->db, IMPORT_UNIT, central_now(c), why);
	if (st == ST_OK)
		st = meta_get(c->db, "conf_rev", rev, sizeof(rev), why);
	if (st == ST_OK || st == ST_NONE) {
		c->conf_rev = strtoll(rev, NULL, 10) + 1;
		snprintf(rev, sizeof(rev), "%lld", (long long)c->conf_rev);
		st = meta_set(c->db, "conf_rev", rev, why);
	}
	c->catalog_rev = -1;
	if (st == ST_OK)
		st = meta_set(c->db, conf_told, hash, why);
	if (st == ST_OK)
		return db_commit(c->db, why);
	db_rollback(c->db);
	return st;
}

/* The file as it is kept; nothing if there is none. */
static enum status kept_conf(struct central *c, char path[FOLDER_PATH], struct strbuf *out,
			     struct err *why)
{
	enum status st = folder_path(path, c->dir, conf_name, why);

	if (st == ST_OK)
		st = folder_read_file(path, CONF_BYTES, out, why);
	if (st != ST_NONE)
		return st;
	err_clear(why);
	return ST_OK;
}

/* Into the registry first, so that nothing that cannot be read is written. */
static enum status append_conf(struct central *c, const char *text, struct err *why)
{
	struct conf_handler h = { on_section, on_field, &c->registry };
	struct strbuf whole = STRBUF_INIT_MAX(CONF_BYTES);
	char path[FOLDER_PATH], hash[HASH_TEXT];
	enum status st = conf_parse(conf_name, str_of(text), &h, why);

	if (st == ST_OK)
		st = registry_check(&c->registry, why);
	if (st == ST_OK && c->dir)
		st = kept_conf(c, path, &whole, why);
	if (st == ST_OK && !strbuf_adds(&whole, text))
		st = err_set(why, ST_BROKEN, "no-memory", "%s: too long", conf_name);
	if (st == ST_OK && c->dir)
		st = disk_put(path, strbuf_str(&whole), 0600, why);
	sha256_hex(hash, strbuf_str(&whole));
	strbuf_release(&whole);
	return st == ST_OK ? conf_changed(c, hash, why) : st;
}

/* An import that was stopped when the file lay there, and before anybody was
 * told, is made good by the next. */
static enum status tell_conf(struct central *c, struct err *why)
{
	struct strbuf whole = STRBUF_INIT_MAX(CONF_BYTES);
	char path[FOLDER_PATH], hash[HASH_TEXT], told[HASH_TEXT] = "";
	enum status st = c->dir ? kept_conf(c, path, &whole, why) : ST_OK;

	if (st == ST_OK)
		st = meta_get(c->db, conf_told, told, sizeof(told), why);
	sha256_hex(hash, strbuf_str(&whole));
	strbuf_release(&whole);
	if (!c->dir || (st != ST_OK && st != ST_NONE) || strcmp(hash, told) == 0)
		return st == ST_NONE ? ST_OK : st;
	return conf_changed(c, hash, why);
}

enum status import_begin_conf(struct central *c, struct err *why)
{
	return registry_type(&c->registry, CASETYPE_IMPORTED) ? tell_conf(c, why)
							      : append_conf(c, conf_head, why);
}

/* "name" with quotes and backslashes escaped. */
static void quoted(struct strbuf *out, const char *name)
{
	strbuf_addc(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *name);
	}
	strbuf_addc(out, '"');
}

static enum status add_queue(struct central *c, const char *code, struct str name, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	char shown[NAME_MAX_BYTES];
	enum status st;

	import_shown_name(shown, name);
	strbuf_addf(&text, "\n[queue %s]\nname.sv = ", code);
	quoted(&text, shown);
	strbuf_adds(&text, "\nname.en = ");
	quoted(&text, shown);
	strbuf_adds(&text, "\nunit = " IMPORT_UNIT "\n");
	st = append_conf(c, strbuf_cstr(&text), why);
	strbuf_release(&text);
	return st;
}

/* A log with more groups than there can be queues has the rest in one. */
enum status import_queue(struct central *c, struct str name, char code[CODE_MAX], int64_t *added,
			 bool *shared, struct err *why)
{
	enum status st = code_for(c, &queues, name, code, why);
	char key[KEY_TEXT];

	*shared = false;
	if (st != ST_OK || registry_queue(&c->registry, code))
		return st;
	if (c->registry.queue_count >= REGISTRY_MAX) {
		*shared = true;
		snprintf(code, CODE_MAX, "%s", IMPORT_UNIT);
		key_of(key, &queues, name);
		return meta_set(c->db, key, code, why);
	}
	(*added)++;
	return add_queue(c, code, name, why);
}
