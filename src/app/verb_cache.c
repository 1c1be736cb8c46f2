/* SPDX-License-Identifier: EUPL-1.2 */
/* The local copy: is it whole, and make it anew. */
#include "app/verbs.h"

#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

#include "base/banned.h"

static enum status check(struct call *c, struct err *why)
{
	enum status st = cache_check(c->home->cache, why);

	if (st == ST_OK)
		put_line(c, "%s: %s", c->home->cache_path, _("hel"));
	return st;
}

/* No other window may have the file open for writing meanwhile. */
static enum status renew(struct call *c, struct err *why)
{
	struct home *h = c->home;
	int lock = -1;
	enum status st = ST_OK;

	if (h->cache_renewed)
		return ST_OK; /* opening the home has done it, and said so */
	st = pusher_lock(&lock, h->lock_path, why);
	if (st != ST_OK)
		return st;
	cache_close(h->cache);
	h->cache = NULL;
	st = cache_renew(&h->cache, h->cache_path, why);
	close(lock);
	if (st == ST_OK)
		say_line(
			c,
			_("Den gamla kopian ligger kvar som %s.damaged tills en ny är hämtad: sluss sync"),
			h->cache_path);
	return st;
}

enum status verb_cache(struct call *c, struct err *why)
{
	if (strcmp(c->args[0], "check") == 0 || strcmp(c->args[0], "kontroll") == 0)
		return check(c, why);
	if (strcmp(c->args[0], "renew") == 0 || strcmp(c->args[0], "förnya") == 0)
		return renew(c, why);
	return err_set(why, ST_BAD_INPUT, "usage", "cache %.40s: check or renew", c->args[0]);
}
