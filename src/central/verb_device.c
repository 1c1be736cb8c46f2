/* SPDX-License-Identifier: EUPL-1.2 */
/* Devices: which there are, letting them in, shutting them out; and how the
 * whole central stands. */
#include "central/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "central/folder.h"
#include "central/overview.h"
#include "central/named.h"
#include "central/serving.h"

#include "base/banned.h"

/* --- devices --------------------------------------------------------------------- */

struct listing {
	struct command *c;
	bool waiting; /* those that wait, alone */
	int count;
};

static void at_or_dash(char out[INSTANT_TEXT], int64_t at)
{
	if (at)
		instant_format(out, at);
	else
		snprintf(out, INSTANT_TEXT, "-");
}

/* A tab between, and - where nothing stands: for scripts as well. */
static void put_device(void *ctx, const struct overview_device *d)
{
	struct listing *l = ctx;
	char seen[INSTANT_TEXT], ends[INSTANT_TEXT];

	if (l->waiting && strcmp(d->state, "waiting") != 0)
		return;
	at_or_dash(seen, d->seen_at);
	at_or_dash(ends, d->ends_at);
	put(l->c, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%" PRId64 "\n", d->dev, d->officer, d->state, seen,
	    ends, d->words, d->name, d->ctr);
	l->count++;
}

int verb_devices(struct command *c)
{
	struct listing l = { .c = c, .waiting = has_option(c, "--waiting") };
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = overview_devices(central, c->words > 2 ? c->word[2] : "", put_device, &l, &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	if (l.count == 0)
		say(c, l.waiting ? "no device waits to be approved\n" : "there is no device\n");
	return EXIT_DONE;
}

/* --- approve, refuse, revoke --------------------------------------------------------- */

struct wanted {
	const char *dev, *done;
	struct command *c;
};

static void put_done(void *ctx, const struct overview_device *d)
{
	struct wanted *w = ctx;

	if (strcmp(d->dev, w->dev) == 0)
		put(w->c, "device %s of %s (%s) %s\n", d->dev, d->officer, d->words, w->done);
}

static enum status put_outcome(struct command *c, struct central *central, const char *dev,
			       const char *done, struct err *why)
{
	struct wanted w = { dev, done, c };

	return overview_devices(central, "", put_done, &w, why);
}

int verb_approve(struct command *c)
{
	bool yes = strcmp(c->word[0], "approve") == 0;
	struct central *central = NULL;
	struct err why = ERR_INIT;
	char dev[UUID_TEXT];
	int code = command_change(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = named_device(central, c->word[2], dev, &why);
	if (st == ST_OK)
		st = central_approve(central, dev, yes, &why);
	if (st == ST_OK)
		st = put_outcome(c, central, dev, yes ? "is let in" : "is shut out for good", &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

/* What it means, where it is decided. */
static const char *revoked_text(const char *as, int64_t through, char out[200])
{
	if (strcmp(as, "lost") == 0)
		return "counts as lost: whatever still comes from it is put aside until its officer "
		       "signs it again on another device";
	snprintf(out, 200,
		 "is retired: of what still comes from it, what it signed up to number %" PRId64
		 " counts (--through), the rest is put aside until it is signed again",
		 through);
	return out;
}

int verb_revoke(struct command *c)
{
	const char *as = option(c, "--as", "lost");
	struct central *central = NULL;
	struct err why = ERR_INIT;
	char dev[UUID_TEXT], text[200];
	int64_t through;
	enum status st;
	int code;

	if (!option_number(c, "--through", 0, 0, INT64_MAX, &through))
		return EXIT_USAGE;
	if (has_option(c, "--through") && strcmp(as, "retired") != 0) {
		say(c, "sluss-central: --through goes with --as retired: nothing of a lost device "
		       "counts\n");
		return EXIT_USAGE;
	}
	code = command_change(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = named_device(central, c->word[2], dev, &why);
	if (st == ST_OK)
		st = central_revoke(central, dev, as, through, &why);
	if (st == ST_OK)
		st = put_outcome(c, central, dev, revoked_text(as, through, text), &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

/* --- status --------------------------------------------------------------------------- */

/* The states, in the order in which they are counted out. */
static const struct {
	const char *name;
	const char *advice; /* NULL: nothing to be done */
} states[] = {
	{ "active", NULL },
	{ "waiting", "compare its words with its officer's screen, then: approve DIR DEVICE" },
	{ "frozen", "two copies of it were in use: revoke DIR DEVICE, then invite its officer" },
	{ "unvouched", "what stands of it is not what the central signed, so that it is not let in:"
		       " verify DIR, then revoke DIR DEVICE and invite its officer" },
	{ "expired", NULL },
	{ "retired", NULL },
	{ "lost", NULL },
	{ "refused", NULL },
};
enum { STATES = sizeof(states) / sizeof(states[0]) };

struct counting {
	struct command *c;
	int count[STATES];
};

static void count_device(void *ctx, const struct overview_device *d)
{
	struct counting *k = ctx;

	for (int i = 0; i < STATES; i++) {
		if (strcmp(states[i].name, d->state) != 0)
			continue;
		k->count[i]++;
		if (states[i].advice)
			put(k->c, "%-10s  %s of %s (%s): %s\n", d->state, d->dev, d->officer,
			    d->words, states[i].advice);
	}
}

static void put_log(struct command *c, const struct overview *o)
{
	char at[INSTANT_TEXT];

	put(c, "log         %" PRId64 " entries, epoch %s\n", o->entries, o->epoch);
	at_or_dash(at, o->backup_at);
	if (o->is_backup)
		put(c, "backup      this folder is one itself: it is not served\n");
	else if (o->backup_at)
		put(c, "backup      of %s, %" PRId64 " entries are newer\n", at,
		    o->entries > o->backup_entries ? o->entries - o->backup_entries : 0);
	else
		put(c, "backup      none has been made\n");
	if (o->behind)
		put(c, "HISTORY     the log does not extend what the witness saw: after a restore, "
		       "serve once with --accept-restore\n");
	if (o->diverged[0])
		put(c,
		    "HISTORY     device %.36s holds another history than this one: serve once with "
		    "--accept-restore\n",
		    o->diverged);
}

static void put_erasures(struct command *c, const struct overview *o)
{
	char until[INSTANT_TEXT];

	if (o->erasures == 0)
		return;
	at_or_dash(until, o->erasure_until);
	put(c, "erasures    %" PRId64 " proposed, for a second registrar to confirm: sluss erase; ",
	    o->erasures);
	put(c, "the first by %.10s\n", until);
	if (o->outgrown)
		put(c,
		    "            %" PRId64 " of them in vain: the case has more entries since; a "
		    "registrar withdraws it\n",
		    o->outgrown);
}

static enum status put_status(struct command *c, struct central *central, struct err *why)
{
	struct counting k = { .c = c };
	struct overview o;
	const char *between = "devices     ";
	enum status st = overview_read(central, &o, why);

	if (st != ST_OK)
		return st;
	put_log(c, &o);
	put_erasures(c, &o);
	if (folder_has_before(c->word[1]))
		put(c,
		    "put aside   central.db.before-*, by restores: they hold what was erased since, "
		    "too; delete them\n"
		    "            when nothing is wanted from them any more\n");
	st = overview_devices(central, "", count_device, &k, why);
	for (int i = 0; st == ST_OK && i < STATES; i++)
		if (k.count[i]) {
			put(c, "%s%d %s", between, k.count[i], states[i].name);
			between = ", ";
		}
	if (st == ST_OK)
		put(c, "%s\n", between[0] == 'd' ? "devices     none" : "");
	return st;
}

int verb_status(struct command *c)
{
	char who[SERVING_TEXT];
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	put(c, "served      %s\n", serving_who(who, c->word[1]) ? who : "by nobody");
	st = put_status(c, central, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}
