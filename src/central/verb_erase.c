/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing an entry on nobody's decision. */
#include "central/command.h"

#include <inttypes.h>
#include <stdlib.h>

#include "central/named.h"

#include "base/banned.h"

/* A number that is none would erase something else, or say that it is not there. */
static bool entry_number(const struct command *c, int64_t *n)
{
	char *end;

	*n = strtoll(c->word[3], &end, 10);
	if (c->word[3][0] && !*end && *n >= 1)
		return true;
	say(c, "sluss-central: an entry is named by its number in the case, not \"%.60s\"\n",
	    c->word[3]);
	return false;
}

int verb_erase(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT, more = ERR_INIT;
	char id[UUID_TEXT];
	enum status st;
	int64_t n;
	int code;

	if (!entry_number(c, &n))
		return EXIT_USAGE;
	if (!option(c, "--reason", "")[0]) {
		say(c, "sluss-central: erase needs --reason TEXT, which stands in the chain\n");
		return EXIT_USAGE;
	}
	code = command_change(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = named_case(central, c->word[2], id, &why);
	if (st == ST_OK)
		st = central_erase(central, id, n, option(c, "--reason", ""), &why);
	if (st == ST_OK && central_trouble(central, &more) != ST_OK)
		say(c, "sluss-central: %s (%s)\n", more.text, more.code);
	central_close(central);
	if (st == ST_NONE && !why.code[0])
		st = err_set(&why, ST_NONE, "entry-unknown",
			     "case %s has no entry %" PRId64 " that can be erased", id, n);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "case %s: entry %" PRId64 " is erased here, and at each workstation's next sync\n",
	    c->word[2], n);
	return EXIT_DONE;
}
