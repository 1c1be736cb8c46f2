/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers, their invitations, and what is granted to them. */
#include "central/command.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "central/overview.h"
#include "domain/calendar.h"

#include "base/banned.h"

/* --- officer add, officers ----------------------------------------------------- */

static void note_there(void *ctx, const struct central_officer *o)
{
	(void)o;
	*(bool *)ctx = true;
}

static const char *or_none(const char *text)
{
	return text[0] ? text : "none";
}

static void put_whole(void *ctx, const struct central_officer *o)
{
	put(ctx, "%s (%s): roles %s; units %s; title %s; clearance %d\n", o->id, o->name, o->roles,
	    or_none(o->units), or_none(o->title), o->clearance);
}

/* Who has units but none of their work, or work but no units, was most often
 * meant otherwise. */
static void advise(void *ctx, const struct central_officer *o)
{
	if (!o->units[0] && strcmp(o->roles, "contact") != 0)
		say(ctx, "%s has no unit and sees no case: officer add DIR %s --units LIST\n",
		    o->id, o->id);
}

static enum status add(struct command *c, struct central *central, const struct central_officer *o,
		       struct err *why)
{
	bool there = false;
	enum status st = overview_officers(central, o->id, note_there, &there, why);

	if (st == ST_NONE) {
		err_clear(why);
		st = ST_OK;
	}
	if (st == ST_OK)
		st = central_add_officer(central, o, why);
	if (st != ST_OK)
		return st;
	put(c, there ? "changed: " : "added: ");
	st = overview_officers(central, o->id, put_whole, c, why);
	return st == ST_OK ? overview_officers(central, o->id, advise, c, why) : st;
}

int verb_officer(struct command *c)
{
	struct central_officer o = {
		.id = c->word[3],
		.name = option(c, "--name", NULL),
		.title = option(c, "--title", NULL),
		.roles = option(c, "--roles", NULL),
		.units = option(c, "--units", NULL),
	};
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int64_t clearance;
	enum status st;
	int code;

	if (strcmp(c->word[1], "add") != 0) {
		say(c, "sluss-central: officer is followed by add, not \"%.60s\"\n", c->word[1]);
		return EXIT_USAGE;
	}
	if (!option_number(c, "--clearance", CLEARANCE_KEPT, 0, 2, &clearance))
		return EXIT_USAGE;
	o.clearance = (int)clearance;
	code = command_change(c, c->word[2], &central);
	if (code != EXIT_DONE)
		return code;
	st = add(c, central, &o, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

static void put_officer(void *ctx, const struct central_officer *o)
{
	put(ctx, "%s\t%s\t%s\t%s\t%d\t%s\n", o->id, o->name, o->roles, o->units[0] ? o->units : "-",
	    o->clearance, o->title[0] ? o->title : "-");
}

int verb_officers(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = overview_officers(central, "", put_officer, c, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

int verb_invite(struct command *c)
{
	char text[INVITATION_TEXT];
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_change(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_invite(central, c->word[2], text, &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "%s\n", text);
	say(c,
	    "good for one device of %s, once, within 24 hours: sluss enrol URL, which asks for it\n",
	    c->word[2]);
	explicit_bzero(text, sizeof(text));
	return EXIT_DONE;
}

/* --- Grants ------------------------------------------------------------------------ */

/* Who gives a command here: the name of the login, or its number. */
static void operator_name(char out[64])
{
	const struct passwd *p = getpwuid(getuid());

	if (p && p->pw_name[0])
		snprintf(out, 64, "%s", p->pw_name);
	else
		snprintf(out, 64, "uid %ld", (long)getuid());
}

/* The last day of a grant goes to its end. */
static bool last_day(const struct command *c, int64_t *until)
{
	const char *text = option(c, "--until", NULL);
	struct day d;

	*until = 0;
	if (!text)
		return true;
	if (day_parse(&d, str_of(text))) {
		*until = stockholm_midnight(day_add(d, 1));
		return true;
	}
	say(c, "sluss-central: --until takes a day as YYYY-MM-DD\n");
	return false;
}

static int change_grant(const struct command *c,
			enum status (*change)(struct central *central,
					      const struct central_grant *g, struct err *why),
			const char *done)
{
	char by[64];
	struct central_grant g = { .officer = c->word[2],
				   .of = c->word[3],
				   .by = by,
				   .reason = option(c, "--reason", "") };
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	operator_name(by);
	if (!last_day(c, &g.until))
		return EXIT_USAGE;
	code = command_change(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = change(central, &g, &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "%s: %s %s, %s %s\n", g.officer, done, g.of, g.until ? "through" : "by",
	    g.until ? option(c, "--until", "") : by);
	return EXIT_DONE;
}

int verb_grant(struct command *c)
{
	if (!option(c, "--reason", "")[0]) {
		say(c, "sluss-central: grant needs --reason TEXT, which stands beside it in the "
		       "list of grants\n");
		return EXIT_USAGE;
	}
	return change_grant(c, central_grant, "is granted");
}

int verb_revoke_grant(struct command *c)
{
	return change_grant(c, central_revoke_grant, "is no longer granted");
}

/* A tab between, and - where nothing stands: for scripts as well. */
static void put_grant(void *ctx, const struct central_grant *g)
{
	char at[INSTANT_TEXT], until[INSTANT_TEXT] = "-", ended[INSTANT_TEXT] = "-";

	instant_format(at, g->at);
	if (g->until)
		instant_format(until, g->until);
	if (g->ended_at)
		instant_format(ended, g->ended_at);
	put(ctx, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", g->stands ? "stands" : "ended", g->officer,
	    g->of, at, until, g->by, ended, g->ended_by[0] ? g->ended_by : "-", g->reason);
}

int verb_grants(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_grants(central, put_grant, c, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}
