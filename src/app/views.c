/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/views.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/disk.h"
#include "base/i18n.h"
#include "domain/filter.h"

#include "base/banned.h"

_Static_assert((int)VIEW_FILTER_BYTES > (int)FILTER_TEXT_MAX, "a view has room for any filter");

enum { FILE_BYTES = 256 * 1024, FILE_MODE = 0600 };

static const struct {
	const char *name, *filter;
} shipped[VIEWS_LAST + 1] = {
	[1] = { N_("Mina ärenden"), "min öppen" },
	[2] = { N_("Inkorg › utan handläggare"), "ingen öppen" },
	[3] = { N_("Försenade"), "försenad öppen" },
	[4] = { N_("Alla öppna"), "öppen" },
	[5] = { N_("Alla ärenden"), "" },
};

static bool is_own(const struct views *v, int digit)
{
	return digit >= VIEWS_OWN && digit <= VIEWS_LAST && v->own[digit].name[0];
}

const char *views_name(const struct views *v, int digit)
{
	if (is_own(v, digit))
		return v->own[digit].name;
	if (digit < 1 || digit > VIEWS_LAST || !shipped[digit].name)
		return NULL;
	return _(shipped[digit].name);
}

const char *views_filter(const struct views *v, int digit)
{
	if (is_own(v, digit))
		return v->own[digit].filter;
	return digit >= 1 && digit <= VIEWS_LAST ? shipped[digit].filter : NULL;
}

/* --- Reading ------------------------------------------------------------------------- */

/* Words that name something are believed: what they name is known only when
 * the catalogue is. */
static enum status check_filter(struct str text, struct err *why)
{
	struct filter f = FILTER_INIT;
	struct filter_env env = { .me = "", .today = { 2026, 1, 1 } };
	struct err local = ERR_INIT;
	enum status st = filter_parse(&f, text, &env, NULL, &local);

	filter_release(&f);
	if (st == ST_OK)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "filter-syntax", "in the filter, %s", local.text);
}

static enum status keep(struct views *v, int digit, struct str name, struct str filter,
			struct err *why)
{
	struct saved_view *to = &v->own[digit];

	if (name.n == 0)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a view is written NAME: FILTER");
	if (name.n >= sizeof(to->name) || filter.n >= sizeof(to->filter))
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "a view's name has at most %zu bytes, its filter %zu",
			       sizeof(to->name) - 1, sizeof(to->filter) - 1);
	snprintf(to->name, sizeof(to->name), "%.*s", (int)name.n, name.p);
	snprintf(to->filter, sizeof(to->filter), "%.*s", (int)filter.n, filter.p);
	return ST_OK;
}

/* A blank follows the colon behind the name; in a field of a filter none does. */
static bool split(struct str value, struct str *name, struct str *filter)
{
	for (size_t i = 0; i + 1 < value.n; i++)
		if (value.p[i] == ':' && value.p[i + 1] == ' ') {
			*name = (struct str){ value.p, i };
			*filter = (struct str){ value.p + i + 2, value.n - i - 2 };
			return true;
		}
	return false;
}

enum status views_read(struct views *v, struct str digit, struct str value, struct err *why)
{
	struct str name = { NULL, 0 }, filter = { NULL, 0 };
	enum status st;

	if (digit.n != 1 || digit.p[0] < '0' + VIEWS_OWN || digit.p[0] > '0' + VIEWS_LAST)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "own views are numbered %d to %d", VIEWS_OWN, VIEWS_LAST);
	if (!split(value, &name, &filter))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a view is written NAME: FILTER");
	st = check_filter(filter, why);
	return st == ST_OK ? keep(v, digit.p[0] - '0', name, filter, why) : st;
}

/* --- Writing --------------------------------------------------------------------------- */

static void write_line(struct strbuf *out, int digit, const char *name, const char *filter)
{
	strbuf_addf(out, "%d = \"", digit);
	for (int part = 0; part < 2; part++) {
		for (const char *p = part ? filter : name; *p; p++) {
			if (*p == '"' || *p == '\\')
				strbuf_addc(out, '\\');
			strbuf_addc(out, *p);
		}
		if (part == 0)
			strbuf_adds(out, ": ");
	}
	strbuf_adds(out, "\"\n");
}

static struct str next_line(struct str file, size_t *at)
{
	const char *end = memchr(file.p + *at, '\n', file.n - *at);
	size_t n = end ? (size_t)(end - file.p) + 1 - *at : file.n - *at;
	struct str line = { file.p + *at, n };

	*at += n;
	return line;
}

static struct str trimmed(struct str line)
{
	while (line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t')) {
		line.p++;
		line.n--;
	}
	return line;
}

static bool is_heading(struct str line, bool *views)
{
	line = trimmed(line);
	if (line.n == 0 || line.p[0] != '[')
		return false;
	*views = line.n >= 7 && memcmp(line.p, "[views]", 7) == 0;
	return true;
}

static bool is_line_of(struct str line, int digit)
{
	line = trimmed(line);
	return line.n > 1 && line.p[0] == '0' + digit
	       && (line.p[1] == ' ' || line.p[1] == '\t' || line.p[1] == '=');
}

/* Is there a line to take the place of? */
static bool has_line(struct str file, int digit, bool *heading)
{
	bool inside = false, views = false;

	*heading = false;
	for (size_t at = 0; at < file.n;) {
		struct str line = next_line(file, &at);

		if (is_heading(line, &views))
			inside = views;
		*heading = *heading || inside;
		if (inside && is_line_of(line, digit))
			return true;
	}
	return false;
}

bool views_write(struct strbuf *out, struct str file, int digit, const char *name,
		 const char *filter)
{
	bool heading, inside = false, views = false, done = false;
	bool there = has_line(file, digit, &heading);

	for (size_t at = 0; at < file.n;) {
		struct str line = next_line(file, &at);
		bool head = is_heading(line, &views);

		if (head)
			inside = views;
		if (there && inside && !done && is_line_of(line, digit)) {
			write_line(out, digit, name, filter);
			done = true;
			continue;
		}
		strbuf_add(out, line.p, line.n);
		if (line.n > 0 && line.p[line.n - 1] != '\n')
			strbuf_addc(out, '\n');
		if (!there && head && inside && !done) {
			write_line(out, digit, name, filter);
			done = true;
		}
	}
	if (!done) {
		strbuf_adds(out, file.n > 0 ? "\n[views]\n" : "[views]\n");
		write_line(out, digit, name, filter);
	}
	return !out->failed;
}

static enum status read_whole(struct strbuf *out, const char *path, struct err *why)
{
	char block[4096];
	size_t n;
	FILE *f = fopen(path, "re");
	enum status st = ST_OK;

	if (!f)
		return errno == ENOENT ? ST_OK : disk_error(path, why);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		if (!strbuf_add(out, block, n)) {
			st = err_set(why, ST_BROKEN, "conf-read", "%s: larger than %d bytes", path,
				     FILE_BYTES);
			break;
		}
	if (ferror(f))
		st = disk_error(path, why);
	fclose(f);
	return st;
}

enum status views_save(struct views *v, const char *path, int digit, const char *name,
		       const char *filter, struct err *why)
{
	struct strbuf before = STRBUF_INIT_MAX(FILE_BYTES), after = STRBUF_INIT_MAX(FILE_BYTES);
	enum status st;

	if (digit < VIEWS_OWN || digit > VIEWS_LAST)
		return err_set(why, ST_BAD_INPUT, "field-unknown",
			       "own views are numbered %d to %d", VIEWS_OWN, VIEWS_LAST);
	if (strpbrk(name, "\r\n") || strstr(name, ": "))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a view's name is one line without a colon and a blank");
	st = check_filter(str_of(filter), why);
	if (st == ST_OK)
		st = read_whole(&before, path, why);
	if (st == ST_OK && !views_write(&after, strbuf_str(&before), digit, name, filter))
		st = err_set(why, ST_BROKEN, "conf-read", "%s: larger than %d bytes", path,
			     FILE_BYTES);
	if (st == ST_OK)
		st = disk_put(path, strbuf_str(&after), FILE_MODE, why);
	if (st == ST_OK)
		st = keep(v, digit, str_of(name), str_of(filter), why);
	strbuf_release(&before);
	strbuf_release(&after);
	return st;
}
