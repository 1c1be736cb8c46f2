/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "central/folder.h"

#include "base/banned.h"

/* --- What is printed ------------------------------------------------------------ */

void put(const struct command *c, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	(void)strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	c->put(strbuf_cstr(&text));
	strbuf_release(&text);
}

void say(const struct command *c, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	(void)strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	c->say(strbuf_cstr(&text));
	strbuf_release(&text);
}

/* Where it was found it is said what is wrong; here what an operator does then. */
static const struct {
	const char *code, *advice;
} advices[] = {
	{ "database-damaged",
	  "keep the folder as it is, and put the newest backup that holds in its place: sluss-central "
	  "verify FOLDER, then restore FOLDER DIR" },
};

int command_fail(const struct command *c, enum status st, const struct err *why)
{
	static const char *const no_start[] = { "history-lost",	  "key-file",  "newer-version",
						"listen-address", "is-backup", "already-served" };

	say(c, "sluss-central %s: %s (%s)\n", c->verb->name, why->text, why->code);
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strcmp(why->code, advices[i].code) == 0)
			say(c, "what to do: %s\n", advices[i].advice);
	for (size_t i = 0; i < sizeof(no_start) / sizeof(no_start[0]); i++)
		if (strcmp(why->code, no_start[i]) == 0)
			return EXIT_CONF;
	if (strncmp(why->code, "conf", 4) == 0)
		return EXIT_CONF;
	return st == ST_BAD_INPUT ? EXIT_USAGE : EXIT_FAIL;
}

/* --- Reading --------------------------------------------------------------------- */

/* Of a verb's list: is it there, and is it a switch? */
static bool listed(const char *list, struct str name, bool *is_switch)
{
	for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ') {
		size_t n = strcspn(p, " ");

		*is_switch = n > 0 && p[n - 1] == '-';
		if (n - *is_switch == name.n && memcmp(p, name.p, name.n) == 0)
			return true;
	}
	return false;
}

static bool wrong(const struct command *c)
{
	say(c, "usage: sluss-central %s\n", c->verb->form);
	return false;
}

static bool read_option(struct command *c, int *i, int argc, char **argv)
{
	const char *eq = strchr(argv[*i], '=');
	struct str name = { argv[*i], eq ? (size_t)(eq - argv[*i]) : strlen(argv[*i]) };
	const char *value = eq ? eq + 1 : NULL;
	int shown = (int)(name.n < 60 ? name.n : 60);
	bool is_switch;

	if (!listed(c->verb->options, name, &is_switch)) {
		say(c, "sluss-central: %s has no option %.*s\n", c->verb->name, shown, name.p);
		return wrong(c);
	}
	if (c->options == COMMAND_OPTIONS) {
		say(c, "sluss-central: %s has too many options\n", c->verb->name);
		return wrong(c);
	}
	if (is_switch && value) {
		say(c, "sluss-central: the option %.*s takes no value\n", shown, name.p);
		return wrong(c);
	}
	/* One that was forgotten would take the next option for its value. */
	if (!is_switch && !value && (*i + 1 == argc || strncmp(argv[*i + 1], "--", 2) == 0)) {
		say(c, "sluss-central: the option %.*s needs a value\n", shown, name.p);
		return wrong(c);
	}
	c->option[c->options].name = name;
	c->option[c->options++].value = is_switch ? "" : value ? value : argv[++*i];
	return true;
}

static bool find_verb(struct command *c, const struct verb *table, const char *name)
{
	for (const struct verb *v = table; v->name; v++)
		if (strcmp(v->name, name) == 0) {
			c->verb = v;
			return true;
		}
	say(c, "sluss-central: there is no command \"%.60s\"; sluss-central --help lists them\n",
	    name);
	return false;
}

bool command_read(struct command *c, const struct verb *table, int argc, char **argv)
{
	if (argc == 0) {
		command_forms(c, table);
		return false;
	}
	if (!find_verb(c, table, argv[0]))
		return false;
	c->word[c->words++] = argv[0];
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0) {
			if (!read_option(c, &i, argc, argv))
				return false;
		} else if (c->words < c->verb->most) {
			c->word[c->words++] = argv[i];
		} else {
			say(c, "sluss-central: %s: one word too many: \"%.60s\"\n", c->verb->name,
			    argv[i]);
			return wrong(c);
		}
	}
	if (c->words >= c->verb->least)
		return true;
	say(c, "sluss-central: %s takes %d %s, not %d\n", c->verb->name, c->verb->least - 1,
	    c->verb->least == 2 ? "word" : "words", c->words - 1);
	return wrong(c);
}

void command_forms(const struct command *c, const struct verb *table)
{
	for (const struct verb *v = table; v->name; v++)
		c->say(v == table ? "usage: " : "       "), say(c, "sluss-central %s\n", v->form);
	c->say("       sluss-central --help | --version\n");
}

const char *option(const struct command *c, const char *name, const char *otherwise)
{
	for (int i = 0; i < c->options; i++)
		if (str_eq(c->option[i].name, name))
			return c->option[i].value;
	return otherwise;
}

bool has_option(const struct command *c, const char *name)
{
	return option(c, name, NULL) != NULL;
}

bool option_number(const struct command *c, const char *name, int64_t otherwise, int64_t low,
		   int64_t high, int64_t *out)
{
	const char *text = option(c, name, NULL);
	char *end;

	*out = otherwise;
	if (!text)
		return true;
	*out = strtoll(text, &end, 10);
	if (*text && !*end && *out >= low && *out <= high)
		return true;
	say(c, "sluss-central: %s takes a number from %" PRId64 " to %" PRId64 "\n", name, low,
	    high);
	return false;
}

/* --- Opening ------------------------------------------------------------------------- */

struct central_env command_env(void)
{
	return (struct central_env){ .clock = clock_real(), .rng = rng_real() };
}

/* A file may be there and out of this user's sight. */
static void say_missing(const struct command *c, const char *dir, const struct err *why)
{
	if (strcmp(why->code, "no-file") != 0)
		return;
	if (access(dir, R_OK | X_OK) != 0 && errno == EACCES)
		say(c, "what to do: this user may not look into %s; be the one that serves it\n",
		    dir);
	else if (folder_has(dir, "central.db") && !folder_has(dir, "keys/central.key"))
		say(c,
		    "what to do: copy the key from a backup, which has it as keys/central.key\n");
}

int command_open(const struct command *c, const char *dir, const struct central_env *env,
		 struct central **central)
{
	struct err why = ERR_INIT;
	enum status st = central_open(central, dir, env, &why);
	int code;

	if (st == ST_OK)
		return EXIT_DONE;
	code = command_fail(c, st, &why);
	say_missing(c, dir, &why);
	return code == EXIT_USAGE ? EXIT_CONF : code;
}

int command_change(const struct command *c, const char *dir, struct central **central)
{
	const struct central_env env = command_env();

	return command_open(c, dir, &env, central);
}

int command_look(const struct command *c, const char *dir, struct central **central)
{
	struct central_env env = command_env();

	env.look_only = true;
	return command_open(c, dir, &env, central);
}
