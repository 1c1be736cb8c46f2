/* SPDX-License-Identifier: EUPL-1.2 */
#include "conf/options.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/utf8.h"

#include "base/banned.h"

static const struct option_def table[OPT_COUNT] = {
	[OPT_LANGUAGE] = { "language", OPTION_CHOICE, "auto", "auto sv en", 0, 0,
			   N_("Skärmarnas språk; auto följer datorns") },
	[OPT_CENTRAL_CA_FILE] = { "central.ca_file", OPTION_TEXT, "", NULL, 0, 0,
				  N_("Fil med certifikat att lita på; tomt: datorns egna") },
	[OPT_CENTRAL_TIMEOUT] = { "central.timeout", OPTION_NUMBER, "30", NULL, 5, 300,
				  N_("Sekunder att vänta på ett svar från centralen") },
	[OPT_DECIDE_OFFLINE] = { "decide.offline", OPTION_CHOICE, "confirm", "allow confirm deny",
				 0, 0, N_("Får beslut signeras utan kontakt med centralen") },
	[OPT_SIGN_UNATTENDED] = { "sign.unattended", OPTION_CHOICE, "deny", "allow deny", 0, 0,
				  N_("Får beslut signeras av ett skript, utan terminal") },
	[OPT_KEY_COST] = { "key.cost", OPTION_CHOICE, "moderate", "moderate interactive", 0, 0,
			   N_("Hur dyr lösenfrasen är att pröva; interactive för svaga datorer") },
	[OPT_WAIT_SECONDS] = { "wait.seconds", OPTION_NUMBER, "30", NULL, 1, 3600,
			       N_("Sekunder som --wait väntar när inget sägs") },
	[OPT_LOCK_MINUTES] = { "lock.minutes", OPTION_NUMBER, "15", NULL, 0, 720,
			       N_("Minuter utan tangenttryck innan skärmen låses; 0: aldrig") },
	[OPT_SCREEN_THEME] = { "screen.theme", OPTION_TEXT, "default", NULL, 0, 0,
			       N_("Tema: default, high-contrast eller mono") },
	[OPT_SCREEN_GLYPHS] = { "screen.glyphs", OPTION_CHOICE, "auto", "auto utf8 ascii", 0, 0,
				N_("Tecken att rita med") },
	[OPT_SCREEN_COLOR] = { "screen.color", OPTION_CHOICE, "auto", "auto never", 0, 0,
			       N_("Färger på skärmen") },
	[OPT_SCREEN_PREVIEW] = { "screen.preview", OPTION_YES_NO, "yes", NULL, 0, 0,
				 N_("Visa det valda ärendet under listan") },
	[OPT_SCREEN_SUSPEND] = { "screen.suspend", OPTION_YES_NO, "yes", NULL, 0, 0,
				 N_("Ctrl-Z lägger programmet i bakgrunden") },
	[OPT_SCREEN_BELL] = { "screen.bell", OPTION_CHOICE, "none", "none sound flash", 0, 0,
			      N_("Hur programmet påkallar uppmärksamhet") },
	[OPT_LETTER_KEYS] = { "keys.letters", OPTION_YES_NO, "yes", NULL, 0, 0,
			      N_("Bokstäver som kortkommandon; annars bara F-tangenter och :") },
	[OPT_EDITOR] = { "editor", OPTION_TEXT, "", NULL, 0, 0,
			 N_("Program för långa texter; tomt: VISUAL, EDITOR eller nano") },
	[OPT_DOCUMENTS_OPEN] = { "documents.open", OPTION_TEXT, "xdg-open %f", NULL, 0, 0,
				 N_("Program som visar handlingar; %f är filen, inget skal") },
	[OPT_DOCUMENTS_KEEP] = { "documents.keep", OPTION_NUMBER, "200", NULL, 1, 100000,
				 N_("Megabyte hämtade handlingar att ha kvar på datorn") },
	[OPT_CLIPBOARD] = { "clipboard", OPTION_YES_NO, "yes", NULL, 0, 0,
			    N_("Kopiera ärendenummer till terminalens urklipp") },
};

const struct option_def *option_def(enum option o)
{
	return &table[o];
}

bool option_find(enum option *o, struct str name)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (str_eq(name, table[i].name)) {
			*o = (enum option)i;
			return true;
		}
	return false;
}

/* Is `value` one of the words in `choices`? */
static bool among(const char *choices, struct str value)
{
	while (*choices) {
		size_t n = strcspn(choices, " ");

		if (n == value.n && memcmp(choices, value.p, n) == 0)
			return true;
		choices += n + (choices[n] == ' ');
	}
	return false;
}

static bool number_of(struct str s, int64_t *v)
{
	*v = 0;
	if (s.n == 0 || s.n > 9)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (s.p[i] - '0');
	}
	return true;
}

static enum status check(const struct option_def *d, struct str value, struct err *why)
{
	int64_t v;

	if (value.n >= OPTION_BYTES)
		return err_set(why, ST_BAD_INPUT, "field-too-long", "%s: at most %d bytes, not %zu",
			       d->name, OPTION_BYTES - 1, value.n);
	if (!utf8_valid(value) || memchr(value.p, '\n', value.n))
		return err_set(why, ST_BAD_INPUT, "field-malformed", "%s: one line of UTF-8 text",
			       d->name);
	if (d->kind == OPTION_CHOICE && !among(d->choices, value))
		return err_set(why, ST_BAD_INPUT, "field-malformed", "%s: one of: %s; not %.*s",
			       d->name, d->choices, (int)value.n, value.p);
	if (d->kind == OPTION_YES_NO && !among("yes no", value))
		return err_set(why, ST_BAD_INPUT, "field-malformed", "%s: yes or no; not %.*s",
			       d->name, (int)value.n, value.p);
	if (d->kind == OPTION_NUMBER && (!number_of(value, &v) || v < d->min || v > d->max))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "%s: a number from %lld to %lld; not %.*s", d->name,
			       (long long)d->min, (long long)d->max, (int)value.n, value.p);
	return ST_OK;
}

static enum status unknown(struct str name, struct err *why)
{
	struct nearest n;

	nearest_start(&n, name);
	for (int i = 0; i < OPT_COUNT; i++)
		nearest_offer(&n, table[i].name);
	if (n.best)
		return err_set(why, ST_BAD_INPUT, "field-unknown",
			       "there is no option %.*s; did you mean %s?", (int)name.n, name.p,
			       n.best);
	return err_set(why, ST_BAD_INPUT, "field-unknown", "there is no option %.*s", (int)name.n,
		       name.p);
}

enum status options_set(struct options *o, struct str name, struct str value, const char *source,
			struct err *why)
{
	enum option id;
	enum status st;

	if (!option_find(&id, name))
		return unknown(name, why);
	st = check(&table[id], value, why);
	if (st != ST_OK)
		return st;
	snprintf(o->value[id], OPTION_BYTES, "%.*s", (int)value.n, value.p);
	snprintf(o->source[id], OPTION_BYTES, "%s", source ? source : "");
	o->set[id] = true;
	return ST_OK;
}

const char *options_text(const struct options *o, enum option id)
{
	return o->set[id] ? o->value[id] : table[id].otherwise;
}

int64_t options_number(const struct options *o, enum option id)
{
	int64_t v;

	return number_of(str_of(options_text(o, id)), &v) ? v : table[id].min;
}

bool options_yes(const struct options *o, enum option id)
{
	return options_is(o, id, "yes");
}

bool options_is(const struct options *o, enum option id, const char *word)
{
	return strcmp(options_text(o, id), word) == 0;
}
