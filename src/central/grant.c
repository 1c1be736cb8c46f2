/* SPDX-License-Identifier: EUPL-1.2 */
/* grant - a queue or a case that an officer is given beside the own units. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "central/named.h"
#include "central/rights.h"
#include "central/vouch.h"
#include "domain/role.h"

#include "base/banned.h"

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum status case_key(struct central *c, const char *typed, char key[SCOPE_KEY],
			    struct err *why)
{
	char id[UUID_TEXT];
	enum status st = named_case(c, typed, id, why);

	if (st == ST_OK)
		scope_key(key, SCOPE_OF_CASE, id);
	return st;
}

static enum status key_of(struct central *c, const char *what, char key[SCOPE_KEY], struct err *why)
{
	const char *code = strchr(what, ':');

	if (begins(what, SCOPE_OF_CASE))
		return case_key(c, code + 1, key, why);
	if (!begins(what, SCOPE_OF_QUEUE))
		return err_set(why, ST_BAD_INPUT, "grant-of",
			       "what is granted is queue:CODE or case:ID, not \"%.60s\"", what);
	if (!registry_queue(&c->registry, code + 1))
		return err_set(why, ST_NONE, "queue-unknown", "there is no queue \"%.60s\"",
			       code + 1);
	scope_key(key, SCOPE_OF_QUEUE, code + 1);
	return ST_OK;
}

/* One line, which may be shown in a terminal. */
static bool text_fits(const char *text)
{
	if (!text || !text[0] || strlen(text) >= NAME_MAX_BYTES || !utf8_valid(str_of(text)))
		return false;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < 0x20 || *p == 0x7f)
			return false;
	return true;
}

static enum status check_grant(struct central *c, const struct central_grant *in,
			       struct officer_row *o, struct grant_row *g, struct err *why)
{
	int64_t now = central_now(c);
	enum status st = officer_get(c->db, in->officer, o, why);

	if (st == ST_NONE)
		return err_set(why, ST_NONE, "officer-unknown", "there is no officer \"%.60s\"",
			       in->officer);
	if (st != ST_OK)
		return st;
	if (role_contact_only(o->roles))
		return err_set(why, ST_REFUSED, "role-lacking",
			       "a contact center is granted nothing: it sees no case whole");
	if (!text_fits(in->reason) || !text_fits(in->by))
		return err_set(why, ST_BAD_INPUT, "grant-reason",
			       "a grant needs a reason, and who gives it: a line of at most %d "
			       "bytes each",
			       NAME_MAX_BYTES - 1);
	if (in->until && in->until <= now)
		return err_set(why, ST_BAD_INPUT, "grant-until",
			       "the end of a grant has passed already");
	snprintf(g->officer, sizeof(g->officer), "%s", o->id);
	snprintf(g->by, sizeof(g->by), "%s", in->by);
	snprintf(g->reason, sizeof(g->reason), "%s", in->reason);
	g->at = now;
	g->until = in->until;
	return key_of(c, in->of, g->key, why);
}

/* From the first grant on, the cases of the key are told of in a feed of its
 * own. Nobody has read of it yet, so that they enter it at their last entries. */
static enum status ensure_feed(struct central *c, const char *key, struct err *why)
{
	int64_t id;
	enum status st = ST_OK;

	for (int class = PROTECT_NONE; st == ST_OK && class <= PROTECT_IDENTITY; class ++) {
		if (scope_find(c->db, key, class, &id, why) == ST_OK)
			continue;
		st = scope_ensure(c->db, key, class, central_now(c), why);
		if (st == ST_OK)
			st = scope_find(c->db, key, class, &id, why);
		if (st == ST_OK)
			st = scope_fill(c->db, id, key, class, why);
	}
	return st;
}

static enum status not_too_many(struct central *c, const struct officer_row *o, struct err *why)
{
	struct rights r = { .officer = *o };
	enum status st = rights_scopes(c->db, central_now(c), &r, why);

	if (st == ST_OK && r.count > SCOPES_MAX)
		return err_set(why, ST_BAD_INPUT, "too-many-scopes",
			       "officer %s would hold %d scopes; the limit is %d", o->id, r.count,
			       SCOPES_MAX);
	return st;
}

/* The officer's list of scopes is another one, and whoever waits hears of it. */
static enum status next_version(struct central *c, struct officer_row *o, struct err *why)
{
	o->sv++;
	return vouch_officer(c, o, why);
}

static enum status finish(struct central *c, enum status st, struct err *why)
{
	if (st == ST_OK)
		st = rights_changed(c, why);
	if (st == ST_OK)
		st = db_commit(c->db, why);
	if (st != ST_OK)
		db_rollback(c->db);
	else if (c->env.woke)
		c->env.woke(c->env.ctx);
	return st;
}

enum status central_grant(struct central *c, const struct central_grant *in, struct err *why)
{
	struct grant_row g = { .id = 0 }, standing;
	struct officer_row o;
	enum status st = db_begin(c->db, why);

	if (st != ST_OK)
		return st;
	st = check_grant(c, in, &o, &g, why);
	if (st == ST_OK) {
		st = grant_standing(c->db, o.id, g.key, g.at, &standing, why);
		st = st == ST_OK     ? err_set(why, ST_CONFLICT, "already-granted",
					       "officer %s has %s already, since grant %" PRId64, o.id,
					       g.key, standing.id)
		     : st == ST_NONE ? ST_OK
				     : st;
	}
	if (st == ST_OK)
		st = ensure_feed(c, g.key, why);
	if (st == ST_OK)
		st = vouch_grant(c, &g, why);
	if (st == ST_OK)
		st = not_too_many(c, &o, why);
	if (st == ST_OK)
		st = next_version(c, &o, why);
	return finish(c, st, why);
}

enum status central_revoke_grant(struct central *c, const struct central_grant *in, struct err *why)
{
	struct officer_row o;
	struct grant_row g;
	char key[SCOPE_KEY];
	enum status st = db_begin(c->db, why);

	if (st != ST_OK)
		return st;
	st = key_of(c, in->of, key, why);
	if (st == ST_OK && !text_fits(in->by))
		st = err_set(why, ST_BAD_INPUT, "grant-reason", "who takes it back is not said");
	if (st == ST_OK)
		st = grant_standing(c->db, in->officer, key, central_now(c), &g, why);
	if (st == ST_OK)
		st = officer_get(c->db, in->officer, &o, why);
	if (st == ST_NONE && !(why && why->code[0]))
		st = err_set(why, ST_NONE, "grant-unknown", "officer %.60s has no grant of %s",
			     in->officer, key);
	if (st == ST_OK) {
		g.ended_at = central_now(c);
		snprintf(g.ended_by, sizeof(g.ended_by), "%s", in->by);
		st = vouch_grant(c, &g, why);
	}
	if (st == ST_OK)
		st = next_version(c, &o, why);
	return finish(c, st, why);
}

enum status central_grants(struct central *c,
			   void (*tell)(void *ctx, const struct central_grant *g), void *ctx,
			   struct err *why)
{
	struct grant_row g = { .id = 0 };
	int64_t now = central_now(c);
	enum status st;

	while ((st = grant_after(c->db, g.id, &g, why)) == ST_OK) {
		struct central_grant out = { .officer = g.officer,
					     .of = g.key,
					     .by = g.by,
					     .reason = g.reason,
					     .at = g.at,
					     .until = g.until,
					     .ended_at = g.ended_at,
					     .ended_by = g.ended_by };

		out.stands = !g.ended_at && (!g.until || g.until > now);
		tell(ctx, &out);
	}
	return st == ST_NONE ? ST_OK : st;
}
