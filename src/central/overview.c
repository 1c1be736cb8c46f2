/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/overview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/approval.h"
#include "central/erasure.h"
#include "central/inside.h"
#include "central/manifest.h"
#include "central/store.h"
#include "central/store_erasure.h"
#include "central/vouch.h"
#include "domain/role.h"

#include "base/banned.h"

/* --- Officers ------------------------------------------------------------------ */

static void tell_officer(const struct officer_row *o,
			 void (*each)(void *ctx, const struct central_officer *o), void *ctx)
{
	struct strbuf roles = STRBUF_INIT;

	(void)roles_format(&roles, (unsigned)o->roles);
	each(ctx, &(struct central_officer){ .id = o->id,
					     .name = o->name,
					     .title = o->title,
					     .roles = strbuf_cstr(&roles),
					     .units = o->units,
					     .clearance = (int)o->clearance });
	strbuf_release(&roles);
}

static enum status find_officer(struct central *c, const char *id, struct officer_row *o,
				struct err *why)
{
	enum status st = officer_get(c->db, id, o, why);

	return st == ST_NONE ? err_set(why, ST_NONE, "officer-unknown",
				       "there is no officer \"%.60s\"", id)
			     : st;
}

enum status overview_officers(struct central *c, const char *id,
			      void (*each)(void *ctx, const struct central_officer *o), void *ctx,
			      struct err *why)
{
	struct officer_row o = { .id = "" };
	enum status st;

	if (id[0]) {
		st = find_officer(c, id, &o, why);
		if (st == ST_OK)
			tell_officer(&o, each, ctx);
		return st;
	}
	while ((st = officer_after(c->db, o.id, &o, why)) == ST_OK)
		tell_officer(&o, each, ctx);
	return st == ST_NONE ? ST_OK : st;
}

/* --- Devices ------------------------------------------------------------------- */

enum { SEEN_KEY = UUID_TEXT + 8 };

static void seen_key(char out[SEEN_KEY], const char *dev)
{
	snprintf(out, SEEN_KEY, "seen:%s", dev);
}

enum status overview_seen(struct central *c, const char *dev, struct err *why)
{
	char key[SEEN_KEY], at[24];

	seen_key(key, dev);
	snprintf(at, sizeof(at), "%" PRId64, central_now(c));
	return meta_set(c->db, key, at, why);
}

static enum status seen_at(struct central *c, const char *dev, int64_t *at, struct err *why)
{
	char key[SEEN_KEY], text[24];
	enum status st;

	seen_key(key, dev);
	st = meta_get(c->db, key, text, sizeof(text), why);
	*at = strtoll(text, NULL, 10);
	return st == ST_NONE ? ST_OK : st;
}

static enum status state_of(struct central *c, const struct device *d, const char **state,
			    struct err *why)
{
	struct approval a = APPROVAL_INIT;
	enum status st = approval_get(c->db, d->id, &a, why);
	bool asked = st == ST_OK;

	*state = strcmp(d->state, "frozen") == 0		     ? "frozen"
		 : strcmp(d->state, "retired") == 0		     ? "retired"
		 : strcmp(d->state, "lost") == 0		     ? "lost"
		 : d->enrolled_at + CERTIFICATE_MS <= central_now(c) ? "expired"
								     : "active";
	if (asked && strcmp(a.state, "waiting") == 0 && strcmp(d->state, "valid") == 0)
		*state = "waiting";
	if (asked && strcmp(a.state, "refused") == 0)
		*state = "refused";
	/* Its row, or that of its approval, was changed behind the central's back. */
	if (strcmp(*state, "active") == 0 && !vouched_device(c, d))
		*state = "unvouched";
	approval_release(&a);
	return st == ST_NONE ? ST_OK : st;
}

static enum status tell_device(struct central *c, const struct device *d,
			       void (*each)(void *ctx, const struct overview_device *d), void *ctx,
			       struct err *why)
{
	struct overview_device told = { .dev = d->id,
					.kid = d->kid,
					.ctr = d->last_ctr,
					.key_at = d->enrolled_at,
					.ends_at = d->enrolled_at + CERTIFICATE_MS };
	char words[SPOKEN_TEXT];
	struct officer_row o;
	enum status st = officer_get(c->db, d->officer, &o, why);

	if (st == ST_OK)
		st = state_of(c, d, &told.state, why);
	if (st == ST_OK)
		st = seen_at(c, d->id, &told.seen_at, why);
	if (st != ST_OK)
		return st;
	approval_words(words, d->x);
	told.officer = o.id;
	told.name = o.name;
	told.units = o.units;
	told.words = words;
	each(ctx, &told);
	return ST_OK;
}

enum status overview_devices(struct central *c, const char *officer,
			     void (*each)(void *ctx, const struct overview_device *d), void *ctx,
			     struct err *why)
{
	struct device d = { .id = "" };
	struct officer_row o;
	enum status st = officer[0] ? find_officer(c, officer, &o, why) : ST_OK;

	if (st != ST_OK)
		return st;
	while (st == ST_OK && (st = device_next(c->db, &d, why)) == ST_OK)
		if (!officer[0] || strcmp(d.officer, officer) == 0)
			st = tell_device(c, &d, each, ctx, why);
	return st == ST_NONE ? ST_OK : st;
}

/* --- The whole ------------------------------------------------------------------- */

/* A backup has a manifest in the place of a witness. */
static enum status look_behind(struct central *c, bool *behind, struct err *why)
{
	bool holds = true;
	enum status st = ST_OK;

	if (c->witness.epoch[0] || !(c->dir && manifest_there(c->dir)))
		st = central_history_holds(c, &holds, why);
	*behind = !holds;
	return st;
}

static enum status count_erasure(struct central *c, const struct erasure_row *r,
				 struct overview *out, struct err *why)
{
	int64_t until = erasure_until(r->at);
	struct action a = ACTION_INIT;
	bool grown = false;
	enum status st = ST_OK;

	if (central_now(c) > until)
		return ST_OK;
	/* One that cannot be read waits all the same: verify names it, and nothing
	 * else that is to be told hangs on it. */
	if (erasure_read(c, r, &a, NULL) == ST_OK)
		st = erasure_outgrown(c, r->case_id, &a, &grown, why);
	action_release(&a);
	if (out->erasures++ == 0 || until < out->erasure_until)
		out->erasure_until = until;
	out->outgrown += grown;
	return st == ST_NONE ? ST_OK : st;
}

static enum status count_erasures(struct central *c, struct overview *out, struct err *why)
{
	struct erasure_row r = { .case_id = "" };
	enum status st = ST_OK;

	out->erasures = out->outgrown = out->erasure_until = 0;
	while (st == ST_OK && (st = erasure_after(c->db, &r, why)) == ST_OK)
		st = count_erasure(c, &r, out, why);
	return st == ST_NONE ? ST_OK : st;
}

enum status overview_read(struct central *c, struct overview *out, struct err *why)
{
	char text[24] = "";
	enum status st = meta_get(c->db, "diverged", out->diverged, sizeof(out->diverged), why);

	memcpy(out->epoch, c->epoch, sizeof(out->epoch));
	out->entries = central_size(c);
	out->is_backup = c->dir && manifest_there(c->dir);
	if (st == ST_OK || st == ST_NONE)
		st = meta_get(c->db, "backup_size", text, sizeof(text), why);
	out->backup_entries = strtoll(text, NULL, 10);
	if (st == ST_OK || st == ST_NONE)
		st = meta_get(c->db, "backup_at", text, sizeof(text), why);
	out->backup_at = strtoll(text, NULL, 10);
	if (st == ST_OK || st == ST_NONE)
		st = look_behind(c, &out->behind, why);
	return st == ST_OK ? count_erasures(c, out, why) : st;
}
