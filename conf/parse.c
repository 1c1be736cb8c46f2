/* SPDX-License-Identifier: EUPL-1.2 */
#include "conf/parse.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

enum { FILE_MAX = 4 * 1024 * 1024, FILES_MAX = 1000 };

/* Where in the text we are. Columns count characters, from 1. */
struct place {
	const char *file;
	int line;
	struct str text; /* of the line */
};

static int column(const struct place *at, const char *p)
{
	return (int)utf8_count((struct str){ at->text.p, (size_t)(p - at->text.p) }) + 1;
}

static enum status placed(const struct place *at, const char *p, enum status st, struct err *why)
{
	err_prefix(why, "%s:%d:%d", at->file, at->line, column(at, p));
	return st;
}

static enum status syntax(const struct place *at, const char *p, const char *what, struct err *why)
{
	err_set(why, ST_BAD_INPUT, "conf-syntax", "%s", what);
	return placed(at, p, ST_BAD_INPUT, why);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str trim(struct str s)
{
	while (s.n && blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	       || c == '_' || c == '.' || c == '-';
}

/* The bytes of `s` that a name is made of, moved past. */
static struct str take_name(struct str *s)
{
	struct str name = { s->p, 0 };

	while (name.n < s->n && name_char(s->p[name.n]))
		name.n++;
	s->p += name.n;
	s->n -= name.n;
	return name;
}

/* [kind] or [kind CODE]; `s` is trimmed and begins with the bracket. */
static enum status section_line(const struct place *at, struct str s, const struct conf_handler *h,
				struct err *why)
{
	const char *end = memchr(s.p, ']', s.n);
	struct str inner, kind, code;
	struct err local = ERR_INIT;
	enum status st;

	if (!end)
		return syntax(at, s.p + s.n, "the section is not closed: ] is missing", why);
	if (end + 1 != s.p + s.n)
		return syntax(at, end + 1, "nothing may follow ] on its line", why);
	inner = trim((struct str){ s.p + 1, (size_t)(end - s.p) - 1 });
	kind = take_name(&inner);
	if (kind.n == 0)
		return syntax(at, inner.p, "a section is [kind] or [kind CODE]", why);
	if (inner.n && !blank(inner.p[0]))
		return syntax(at, inner.p, "a kind is letters, digits and _ . -", why);
	code = trim(inner);
	st = h->section(h->ctx, kind, code, &local);
	if (st == ST_OK)
		return ST_OK;
	placed(at, code.n && strcmp(local.code, "section-unknown") != 0 ? code.p : kind.p, st,
	       &local);
	return err_set(why, st, local.code, "%s", local.text);
}

/* The text between quotes into `out`; *s is moved past the last one. */
static enum status quoted_value(const struct place *at, struct str *s, struct strbuf *out,
				struct err *why)
{
	const char *open = s->p;
	size_t i = 1;

	for (; i < s->n && s->p[i] != '"'; i++) {
		char c = s->p[i];

		if (c == '\\') {
			if (++i == s->n)
				break;
			c = s->p[i];
			if (c == 'n')
				c = '\n';
			else if (c != '"' && c != '\\')
				return syntax(at, s->p + i - 1,
					      "after a backslash only \" \\ and n are known", why);
		}
		if (!strbuf_addc(out, c))
			return err_set(why, ST_BROKEN, "no-memory", "no memory for a value");
	}
	if (i >= s->n)
		return syntax(at, open, "the quoted text is not closed: \" is missing", why);
	s->p += i + 1;
	s->n -= i + 1;
	return ST_OK;
}

/* The value that `s` (trimmed) spells, as a slice of `s` or of `held`. */
static enum status read_value(const struct place *at, struct str s, struct strbuf *held,
			      struct str *value, struct err *why)
{
	enum status st;

	*value = s;
	if (s.n == 0 || s.p[0] != '"')
		return ST_OK;
	st = quoted_value(at, &s, held, why);
	if (st != ST_OK)
		return st;
	s = trim(s);
	if (s.n)
		return syntax(at, s.p, "nothing may follow the closing \"", why);
	*value = strbuf_str(held);
	return ST_OK;
}

/* name = value; `s` is trimmed. */
static enum status field_line(const struct place *at, struct str s, const struct conf_handler *h,
			      struct err *why)
{
	struct strbuf held = STRBUF_INIT_MAX(FILE_MAX);
	struct err local = ERR_INIT;
	struct str name = take_name(&s);
	struct str value;
	enum status st;

	if (name.n == 0)
		return syntax(at, s.p, "a line is [section], name = value, or a # comment", why);
	s = trim(s);
	if (s.n == 0 || s.p[0] != '=')
		return syntax(at, s.p, "= is missing after the name", why);
	s = trim((struct str){ s.p + 1, s.n - 1 });
	st = read_value(at, s, &held, &value, why);
	if (st != ST_OK)
		goto done;
	st = h->field(h->ctx, name, value, &local);
	if (st == ST_OK)
		goto done;
	placed(at, strncmp(local.code, "field-unknown", 13) == 0 ? name.p : s.p, st, &local);
	err_set(why, st, local.code, "%s", local.text);
done:
	strbuf_release(&held);
	return st;
}

/* A character that has no place in a line of configuration, or NULL. */
static const char *bad_char(struct str s, const char **what)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t cp = utf8_next(s, &at);

		*what = cp < 0 ? "the text is not valid UTF-8"
			       : "control characters have no place here";
		if (cp < 0 || (cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp <= 0x9F))
			return s.p + from;
	}
	return NULL;
}

static enum status parse_line(const struct place *at, const struct conf_handler *h, struct err *why)
{
	struct str s = trim(at->text);
	const char *what;
	const char *bad = bad_char(at->text, &what);

	if (bad)
		return syntax(at, bad, what, why);
	if (s.n == 0 || s.p[0] == '#')
		return ST_OK;
	if (s.p[0] == '[')
		return section_line(at, s, h, why);
	return field_line(at, s, h, why);
}

enum status conf_parse(const char *file_name, struct str text, const struct conf_handler *h,
		       struct err *why)
{
	struct place at = { .file = file_name };

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		text.p += 3;
		text.n -= 3;
	}
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		enum status st;

		at.line++;
		at.text = (struct str){ text.p, n };
		if (n && text.p[n - 1] == '\r')
			at.text.n--;
		st = parse_line(&at, h, why);
		if (st != ST_OK)
			return st;
		text.p += end ? n + 1 : n;
		text.n -= end ? n + 1 : n;
	}
	return ST_OK;
}

static enum status read_all(FILE *f, const char *path, struct strbuf *out, struct err *why)
{
	char block[16384];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		if (!strbuf_add(out, block, n))
			return err_set(why, ST_BROKEN, "conf-read",
				       "%s: the file is larger than %d bytes", path, FILE_MAX);
	if (ferror(f))
		return err_set(why, ST_BROKEN, "conf-read", "%s: cannot be read: %s", path,
			       strerror(errno));
	return ST_OK;
}

enum status conf_parse_file(const char *path, const struct conf_handler *h, struct err *why)
{
	struct strbuf text = STRBUF_INIT_MAX(FILE_MAX);
	FILE *f = fopen(path, "re");
	enum status st;

	if (!f)
		return err_set(why, errno == ENOENT ? ST_NONE : ST_BROKEN, "conf-read",
			       "%s: cannot be opened: %s", path, strerror(errno));
	st = read_all(f, path, &text, why);
	fclose(f);
	if (st == ST_OK)
		st = conf_parse(path, strbuf_str(&text), h, why);
	strbuf_release(&text);
	return st;
}

static int is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 && strcmp(e->d_name + n - 5, ".conf") == 0;
}

/* By bytes, so that the order is the same under every locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status parse_entry(const char *dir, const char *name, const struct conf_handler *h,
			       struct err *why)
{
	struct strbuf path = STRBUF_INIT;
	enum status st = ST_BROKEN;

	if (strbuf_addf(&path, "%s/%s", dir, name))
		st = conf_parse_file(strbuf_cstr(&path), h, why);
	/* Listed a moment ago: that it is gone is no reason to go on without. */
	if (st == ST_NONE)
		st = ST_BROKEN;
	strbuf_release(&path);
	return st;
}

enum status conf_parse_dir(const char *dir, const struct conf_handler *h, struct err *why)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_conf, by_name);
	enum status st = ST_OK;

	if (n < 0)
		return err_set(why, errno == ENOENT ? ST_NONE : ST_BROKEN, "conf-read",
			       "%s: cannot be listed: %s", dir, strerror(errno));
	if (n > FILES_MAX)
		st = err_set(why, ST_BROKEN, "conf-read", "%s: %d files; %d is the most", dir, n,
			     FILES_MAX);
	for (int i = 0; i < n; i++) {
		if (st == ST_OK)
			st = parse_entry(dir, list[i]->d_name, h, why);
		free(list[i]);
	}
	free(list);
	return st;
}
