/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "conf/parse.h"
#include "ui/theme.h"

#include "base/banned.h"

enum { FILE_BYTES = 256 * 1024, BINDINGS_MAX = 200, NAME_BYTES = 128 };

/* The file that is being read. Names given by the parser are slices of the
 * text, which is how a line and column are found again. */
struct reading {
	struct config *to;
	const char *path;
	struct str text;
	char section[48];
};

static void place_of(const struct reading *r, const char *p, char out[OPTION_BYTES])
{
	const char *start = r->text.p;
	int line = 1;

	for (const char *at = r->text.p; at < p; at++)
		if (*at == '\n') {
			line++;
			start = at + 1;
		}
	snprintf(out, OPTION_BYTES, "%.200s:%d:%zu", r->path, line,
		 utf8_count((struct str){ start, (size_t)(p - start) }) + 1);
}

static void warn(struct config *c, const char *place, const char *text)
{
	if (c->warning_count == CONFIG_WARNINGS)
		return;
	snprintf(c->warnings[c->warning_count++], sizeof(c->warnings[0]), "%.140s: %.150s", place,
		 text);
}

/* [keys], or the first part of dotted names. */
static enum status on_section(void *ctx, struct str kind, struct str code, struct err *why)
{
	struct reading *r = ctx;

	if (code.n || kind.n >= sizeof(r->section))
		return err_set(
			why, ST_BAD_INPUT, "section-unknown",
			"a section is [keys], [views], or the first part of an option's name: [decide]");
	snprintf(r->section, sizeof(r->section), "%.*s", (int)kind.n, kind.p);
	return ST_OK;
}

static enum status bind(struct reading *r, struct str name, struct str value, const char *place,
			struct err *why)
{
	struct config *c = r->to;
	struct config_binding *grown, *b;

	if (name.n >= sizeof(b->name) || value.n >= sizeof(b->keys))
		return err_set(why, ST_BAD_INPUT, "field-too-long", "at most %zu bytes",
			       sizeof(b->keys) - 1);
	if (c->binding_count == BINDINGS_MAX)
		return err_set(why, ST_BAD_INPUT, "too-many", "at most %d keys", BINDINGS_MAX);
	grown = realloc(c->bindings, ((size_t)c->binding_count + 1) * sizeof(*grown));
	if (!grown)
		return err_set(why, ST_BROKEN, "memory", "no memory for the configuration");
	c->bindings = grown;
	b = &grown[c->binding_count++];
	snprintf(b->where, sizeof(b->where), "%.150s", place);
	snprintf(b->name, sizeof(b->name), "%.*s", (int)name.n, name.p);
	snprintf(b->keys, sizeof(b->keys), "%.*s", (int)value.n, value.p);
	return ST_OK;
}

/* A theme is one of the program's own. */
static bool known_theme(const struct options *o, struct str name, struct str value, struct err *why)
{
	const char *all[3] = { "", "", "" };

	if (!str_eq(name, option_def(OPT_SCREEN_THEME)->name)
	    || theme_find(options_text(o, OPT_SCREEN_THEME)))
		return true;
	for (int i = 0; i < 3 && theme_at(i); i++)
		all[i] = theme_at(i)->name;
	(void)err_set(why, ST_BAD_INPUT, "field-malformed", "%.*s: one of: %s %s %s; not %.*s",
		      (int)name.n, name.p, all[0], all[1], all[2], (int)value.n, value.p);
	return false;
}

static enum status on_field(void *ctx, struct str name, struct str value, struct err *why)
{
	struct reading *r = ctx;
	struct err local = ERR_INIT;
	char place[OPTION_BYTES], full[NAME_BYTES];
	enum option known;
	enum status st;

	place_of(r, name.p, place);
	snprintf(full, sizeof(full), "%s%s%.*s", r->section, r->section[0] ? "." : "", (int)name.n,
		 name.p);
	if (strcmp(r->section, "views") == 0)
		return views_read(&r->to->views, name, value, why);
	if (strcmp(r->section, "keys") == 0 && !option_find(&known, str_of(full)))
		return bind(r, name, value, place, why);
	st = options_set(&r->to->options, str_of(full), value, place, &local);
	/* A name from a later release must not stop the officer's work. */
	if (strcmp(local.code, "field-unknown") == 0) {
		warn(r->to, place, local.text);
		return ST_OK;
	}
	if (st == ST_OK && known_theme(&r->to->options, str_of(full), value, &local))
		return ST_OK;
	/* All of them are told at once, not one at each start. */
	place_of(r, value.p, place);
	if (r->to->mistake_count == CONFIG_WARNINGS)
		return err_set(why, ST_BAD_INPUT, local.code, "%s", local.text);
	snprintf(r->to->mistakes[r->to->mistake_count++], sizeof(r->to->mistakes[0]),
		 "%.140s: %.150s", place, local.text);
	return ST_OK;
}

static enum status read_file(const char *path, struct strbuf *out, struct err *why)
{
	char block[4096];
	enum status st = ST_OK;
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		return err_set(why, errno == ENOENT || errno == ENOTDIR ? ST_NONE : ST_BROKEN,
			       "conf-read", "%s: cannot be opened: %s", path, strerror(errno));
	while (st == ST_OK && (n = fread(block, 1, sizeof(block), f)) > 0)
		if (!strbuf_add(out, block, n))
			st = err_set(why, ST_BROKEN, "conf-read", "%s: larger than %d bytes", path,
				     FILE_BYTES);
	if (st == ST_OK && ferror(f))
		st = err_set(why, ST_BROKEN, "conf-read", "%s: cannot be read: %s", path,
			     strerror(errno));
	fclose(f);
	return st;
}

static enum status load_one(struct config *c, int i, const char *path, struct err *why)
{
	struct strbuf text = STRBUF_INIT_MAX(FILE_BYTES);
	struct reading r = { .to = c, .path = c->file[i] };
	struct conf_handler h = { on_section, on_field, &r };
	struct err local = ERR_INIT;
	enum status st;

	snprintf(c->file[i], sizeof(c->file[i]), "%s", path);
	st = read_file(path, &text, &local);
	if (st == ST_OK) {
		c->read[i] = true;
		r.text = strbuf_str(&text);
		st = conf_parse(path, r.text, &h, &local);
	}
	strbuf_release(&text);
	if (st == ST_OK && c->mistake_count > 0)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "%s", c->mistakes[0]);
	if (st == ST_OK || st == ST_NONE)
		return ST_OK;
	return err_set(why, st, local.code, "%s", local.text);
}

enum status config_load(struct config *c, const char *machine, const char *own, struct err *why)
{
	enum status st = load_one(c, 0, machine ? machine : "/etc/sluss/sluss.conf", why);

	return st == ST_OK ? load_one(c, 1, own, why) : st;
}

void config_release(struct config *c)
{
	free(c->bindings);
	c->bindings = NULL;
	c->binding_count = 0;
}
