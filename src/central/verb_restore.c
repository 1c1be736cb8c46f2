/* SPDX-License-Identifier: EUPL-1.2 */
/* The way back from a backup: what is lost, and what is to be done in which order. */
#include "central/command.h"

#include <inttypes.h>
#include <string.h>

#include "central/backup.h"
#include "central/manifest.h"
#include "central/overview.h"
#include "central/serving.h"

#include "base/banned.h"

static void say_lost(const struct command *c, const struct restore_facts *r)
{
	char at[INSTANT_TEXT];

	instant_format(at, r->backup.at);
	put(c, "%s: has the database of %s with %" PRId64 " entries\n", c->word[2], at,
	    r->backup.size);
	if (r->kept[0])
		put(c, "the one that was there is kept as %s\n", r->kept);
	if (r->witnessed < 0)
		put(c, "there is no witness here, so nobody can say what is lost\n");
	else if (r->branched)
		put(c,
		    "the witness saw %" PRId64 " entries of another epoch: the backup was made\n"
		    "before a restore that was accepted, and all since then is lost\n",
		    r->witnessed);
	else
		put(c, "the witness saw %" PRId64 " entries: %" PRId64 " are lost\n", r->witnessed,
		    r->witnessed > r->backup.size ? r->witnessed - r->backup.size : 0);
}

/* A list of any length. */
static void say_list(const struct command *c, const struct restore_facts *r)
{
	if (r->changes.len)
		c->put(strbuf_cstr(&r->changes));
}

/* What was done by hand is done again before a workstation comes: what was signed
 * under a grant, or from a device, that is not there is refused for good. */
static void say_next(const struct command *c, const struct restore_facts *r)
{
	const char *dir = c->word[2];

	if (r->witnessed == r->backup.size && !r->branched) {
		say_list(c, r);
		put(c, "next: sluss-central serve %s\n", dir);
		return;
	}
	if (r->compared && r->erasures && !r->changes.len) {
		put(c, "next: sluss-central serve %s --accept-restore\n", dir);
	} else {
		put(c,
		    "next: sluss-central accept-restore %s\n"
		    "then, before workstations come: do again by hand what was done since the backup:\n"
		    "officers added or changed, devices invited, approved or revoked, grants given or\n"
		    "taken back; what was signed under a grant that is not there will be refused\n"
		    "last: sluss-central serve %s\n",
		    dir, dir);
	}
	put(c,
	    "workstations then offer again what their officers had signed; what the central\n"
	    "itself had entered is gone: applications since then, whose diary numbers are given\n"
	    "again\n");
	if (r->compared)
		put(c, "as far as the two databases tell, that is%s\n",
		    r->changes.len ? ":" : " nothing");
	else if (r->aside_gone)
		put(c,
		    "the database that was served last was put aside, and is not there any more:\n"
		    "nothing can say what was done by hand, or what was erased since then: that\n"
		    "can be read again until the registrar's workstation has synced, and what two\n"
		    "have to decide until they have decided again\n");
	else
		put(c,
		    "no database that can be read was here, to say what was done by hand, or what was\n"
		    "erased since then: that can be read again until the registrar's workstation\n"
		    "has synced, and what two have to decide until they have decided again\n");
	say_list(c, r);
	if (r->compared && !r->erasures)
		put(c,
		    "what was erased since the backup could not be noted, to be erased again: it can\n"
		    "be read until the registrar's workstation has synced, and what two have to\n"
		    "decide until they have decided again\n");
}

int verb_restore(struct command *c)
{
	struct clock clock = clock_real();
	struct restore_facts r;
	struct err why = ERR_INIT;
	enum status st = central_restore(c->word[1], c->word[2], clock_wall(&clock), &r, &why);

	if (st == ST_OK) {
		say_lost(c, &r);
		say_next(c, &r);
	}
	strbuf_release(&r.changes);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

/* Is there a restore to be accepted? Of a backup opening it says what it is. */
static int needs_it(struct command *c, bool *needed)
{
	struct central *central = NULL;
	struct overview o = { .behind = false };
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);

	if (code != EXIT_DONE)
		return code;
	if (overview_read(central, &o, &why) != ST_OK)
		code = command_fail(c, ST_BROKEN, &why);
	central_close(central);
	*needed = o.behind || o.diverged[0] || manifest_there(c->word[1]);
	return code;
}

static int accept(struct command *c)
{
	struct central_env env = command_env();
	struct central *central = NULL;
	bool needed = false;
	int code = needs_it(c, &needed);

	if (code == EXIT_DONE && !needed) {
		put(c, "%s: there is no restore to be accepted; nothing was changed\n", c->word[1]);
		return code;
	}
	env.accept_restore = true;
	if (code == EXIT_DONE)
		code = command_open(c, c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	put(c,
	    "%s: goes on with %" PRId64 " entries, in the new epoch %s\n"
	    "next: what is to be done by hand, and then: sluss-central serve %s\n",
	    c->word[1], central_size(central), central_epoch(central), c->word[1]);
	central_close(central);
	return EXIT_DONE;
}

/* A server that is running knows nothing of a new epoch. */
int verb_accept_restore(struct command *c)
{
	struct clock clock = clock_real();
	struct err why = ERR_INIT;
	int serving = -1, code;
	enum status st = serving_begin(&serving, c->word[1], clock_wall(&clock), &why);

	if (st != ST_OK)
		return command_fail(c, st, &why);
	code = accept(c);
	serving_end(serving);
	return code;
}
