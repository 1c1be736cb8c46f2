/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/names.h"
#include "sync/erase.h"
#include "sync/overlay.h"
#include "wire/json.h"

#include "base/banned.h"

const struct step_def step_defs[STEP_COUNT] = {
	[STEP_NONE] = { .name = "none" },
	[STEP_INFO] = { "info", false, ask_info, take_info, NULL },
	[STEP_ROTATE] = { "rotate", false, ask_rotate, take_rotate, refused_rotate },
	[STEP_CHALLENGE] = { "challenge", false, ask_challenge, take_challenge, NULL },
	[STEP_TOKEN] = { "token", false, ask_token, take_token, refused_token },
	[STEP_PULL] = { "pull", true, ask_pull, take_pull, refused_pull },
	[STEP_MANIFEST] = { "manifest", true, ask_manifest, take_manifest, refused_load },
	[STEP_SEGMENT] = { "segment", true, ask_segment, take_segment, refused_load },
	[STEP_ALONE] = { "alone", true, ask_alone, take_alone, refused_alone },
	[STEP_CHAIN] = { "chain", true, ask_chain, take_chain, refused_chain },
	[STEP_KEYS] = { "keys", true, ask_keys, take_keys, NULL },
	[STEP_HEAD] = { "head", true, ask_head, take_head, NULL },
	[STEP_PROOF] = { "proof", true, ask_proof, take_proof, NULL },
	[STEP_WAIT] = { "wait", true, ask_wait, take_wait, refused_pull },
	[STEP_ACKS] = { "acks", true, ask_acks, take_acks, refused_acks },
	[STEP_BLOB] = { "blob", true, ask_blob, take_blob, NULL },
	[STEP_ACTIONS] = { "actions", true, ask_actions, take_actions, refused_actions },
	[STEP_QUESTION] = { "question", true, ask_question, NULL, NULL },
};

const char *sync_trouble_name(enum sync_trouble t)
{
	static const char *const names[] = {
		"fine", "offline", "busy", "refused", "frozen", "diverged", "nonsense", "disk",
	};

	return (unsigned)t < sizeof(names) / sizeof(names[0]) ? names[t] : "unknown";
}

/* --- Life ---------------------------------------------------------------------- */

/* Answered envelopes are kept for a restored central, until what they made is
 * durable there, and for the officer, until the copy has it; and for a month, by
 * the central's clock: this one may be set to any day. */
static enum status trim(struct sync *s, const struct sync_point *p, struct err *why)
{
	int64_t through = 0;
	enum status st;

	if (p->durable_through <= 0 || p->told_at <= 0 || s->who.recheck_from > 0)
		return ST_OK;
	st = cursor_floor(s->in.cache, &through, why);
	if (st != ST_OK)
		return st;
	if (through > p->durable_through)
		through = p->durable_through;
	return outbox_trim(s->in.outbox, through, p->told_at - KEEP_MS, why);
}

static void say_frozen(struct sync *s)
{
	set_trouble(s, SYNC_FROZEN, s->who.frozen,
		    "this device may not send any more; enrol it anew and sign again");
}

enum status sync_open(struct sync **out, const struct sync_setup *setup, struct err *why)
{
	struct sync *s = calloc(1, sizeof(*s));
	struct sync_point p;
	enum status st;

	*out = NULL;
	if (!s)
		return err_set(why, ST_BROKEN, "memory", "no memory to sync");
	s->in = *setup;
	s->send_max = SEND_MAX;
	s->pull_wanted = 1;
	s->keys_at = s->head_at = NEVER;
	s->calm_seq = -1;
	s->spilt = true; /* by an earlier program that was killed */
	s->load.made = (struct snapshot)SNAPSHOT_INIT;
	s->load.part = (struct strbuf)STRBUF_INIT_MAX(SEGMENT_BYTES_MAX + 1);
	st = identity_get(setup->outbox, &s->who, why);
	if (st == ST_OK)
		st = cache_point(setup->cache, &p, why);
	if (st == ST_OK)
		st = trim(s, &p, why);
	/* What a stop left in the files; a reader that holds them is waited for
	 * at the next pull. */
	if (st == ST_OK)
		s->unerased = (p.purge_due ? erase_settle(setup->cache, setup->outbox, NULL)
					   : erase_answered(setup->cache, setup->outbox, NULL))
			      != ST_OK;
	if (st == ST_OK)
		st = overlay_rebuild(setup->cache, setup->outbox, why);
	if (st != ST_OK) {
		sync_free(s);
		return st;
	}
	s->now.since = clock_wall(setup->clock);
	s->now.last_pull = p.applied_at;
	if (s->who.frozen[0])
		say_frozen(s);
	*out = s;
	return ST_OK;
}

void sync_free(struct sync *s)
{
	if (!s)
		return;
	identity_release(&s->who);
	questions_release(s);
	load_release(s);
	explicit_bzero(s->token, sizeof(s->token));
	free(s);
}

/* --- What came back ---------------------------------------------------------------- */

void set_trouble(struct sync *s, enum sync_trouble t, const char *code, const char *text)
{
	bool online = t != SYNC_OFFLINE && t != SYNC_NONSENSE;

	if (s->now.online != online)
		s->now.since = clock_wall(s->in.clock);
	s->now.online = online;
	s->now.trouble = t;
	snprintf(s->now.code, sizeof(s->now.code), "%s", code);
	snprintf(s->now.text, sizeof(s->now.text), "%s", text);
}

/* Doubling from a second to a minute; half of it is chance, so that a whole
 * house does not come back in step. */
static void back_off(struct sync *s, struct lane *lane, int64_t at_least)
{
	struct lane *l = is_login(lane->step) ? &s->login : lane;
	int64_t wait = BACKOFF_FIRST_MS;

	for (int i = 0; i < l->failures && wait < BACKOFF_MAX_MS; i++)
		wait *= 2;
	if (wait > BACKOFF_MAX_MS)
		wait = BACKOFF_MAX_MS;
	wait = wait / 2 + (int64_t)rng_below(s->in.rng, (uint64_t)(wait / 2) + 1);
	if (at_least > RETRY_AFTER_MAX_MS)
		at_least = RETRY_AFTER_MAX_MS;
	if (wait < at_least)
		wait = at_least;
	l->failures++;
	l->not_before = clock_boot(s->in.clock) + wait;
	s->now.failures = l->failures;
	s->now.next_try = clock_wall(s->in.clock) + wait;
}

static bool is_sticky(enum sync_trouble t)
{
	return t == SYNC_FROZEN || t == SYNC_DIVERGED;
}

/* Waits that the lost network gave are over. */
static void resume(struct sync *s)
{
	for (int i = 0; i < LANE_COUNT; i++)
		s->lane[i].not_before = s->lane[i].failures = 0;
	s->login.not_before = s->login.failures = 0;
}

bool has_unsent(struct sync *s)
{
	struct outbox_item next = OUTBOX_ITEM_INIT;
	enum status st = outbox_next(s->in.outbox, s->who.dev, 0, &next, NULL);

	outbox_item_release(&next);
	return st != ST_NONE || s->acks_from > 0 || s->who.recheck_from > 0;
}

static void say_retired(struct sync *s)
{
	set_trouble(s, SYNC_REFUSED, "device-retired",
		    "this device's key was retired, and nothing is fetched with it; enrol it anew");
}

/* A trouble that has passed, of a disk or a login, had hidden it. */
static void say_stopped(struct sync *s)
{
	if (s->who.frozen[0])
		say_frozen(s);
	else if (s->retired && !has_unsent(s))
		say_retired(s);
}

static bool is_of_case(enum step step)
{
	return step == STEP_ALONE || step == STEP_CHAIN;
}

/* The central answered as it should. The other lane need not wait out a
 * back-off that the lost network gave it. */
static void well(struct sync *s, struct lane *l)
{
	bool was_lost = s->now.trouble == SYNC_OFFLINE;

	/* Logging in well, to be turned away again, is no progress. */
	if (step_defs[l->step].bearer)
		l->denials = 0;
	if (step_defs[l->step].refused)
		l->mends = 0;
	if (is_of_case(l->step))
		s->spoilt = 0;
	if (l->denials == 0 && l->mends == 0)
		l->failures = 0;
	l->not_before = 0;
	/* A challenge is no login yet. */
	if (l->step == STEP_TOKEN)
		s->login.failures = 0;
	if (was_lost)
		resume(s);
	s->now.failures = l->failures;
	s->now.next_try = 0;
	if (!is_sticky(s->now.trouble) && (s->now.trouble != SYNC_FINE || !s->now.online))
		set_trouble(s, SYNC_FINE, "", "");
	if (s->retired && l == &s->lane[LANE_PULL] && step_defs[l->step].bearer)
		s->retired = false;
	if (s->now.trouble == SYNC_FINE)
		say_stopped(s);
}

/* A case that was being fetched by itself is no less wanted because nobody
 * answered, or because our own files took nothing, or somebody had to log in
 * first: it is asked for again, after the lane's back-off. */
static void still_wanted(struct sync *s, enum step step)
{
	if (is_of_case(step))
		look_again(s);
}

static void lost(struct sync *s, struct lane *l)
{
	if (s->poked && l->step == STEP_WAIT)
		return; /* cut short by the officer */
	still_wanted(s, l->step);
	if (!is_sticky(s->now.trouble))
		set_trouble(s, SYNC_OFFLINE, "unreachable", "the central does not answer");
	back_off(s, l, 0);
}

/* 401: log in again. The outbox is not touched by it. */
static void denied(struct sync *s, struct lane *l, const struct problem *p)
{
	bool login = l->step == STEP_TOKEN || l->step == STEP_CHALLENGE;

	s->token[0] = s->challenge[0] = '\0';
	if (login && !is_sticky(s->now.trouble))
		set_trouble(s, SYNC_REFUSED, p->code, p->detail);
	if (login || l->denials++ > 0)
		back_off(s, l, 0);
}

/* Neither the key nor the word that made it this device's is taken, or nothing here
 * goes on from the counter that the central signs to have of it; and it was tried
 * more than once, or the central says that it was restored: from before both, and
 * it never learns of them. Nothing but a new enrolment helps. */
static bool is_stranger(struct sync *s, const struct lane *l, const struct problem *p)
{
	struct problem_said said;

	if (l->step == STEP_ACTIONS && !is_signed_problem(s, p, &said))
		return false;
	if ((l->step != STEP_TOKEN || strcmp(p->code, "login-refused") != 0)
	    && (l->step != STEP_ROTATE || strcmp(p->code, "rotation-refused") != 0)
	    && (l->step != STEP_ACTIONS || strcmp(p->code, "ctr-gap") != 0))
		return false;
	return (++s->strangers >= STRANGER || s->who.recheck_from > 0)
	       && !is_sticky(s->now.trouble);
}

static void stranger(struct sync *s, struct lane *l)
{
	if (l->step == STEP_ACTIONS) {
		set_trouble(s, SYNC_REFUSED, "counter-not-here",
			    "the central goes on from an action that this home does not have; one"
			    " of them may have been restored from an old backup: enrol this home"
			    " anew, nothing that was signed is lost");
	} else {
		s->token[0] = s->challenge[0] = '\0';
		set_trouble(s, SYNC_REFUSED, "key-not-there",
			    "the central does not know this device and its key; it may have been"
			    " restored from before they were made: enrol this home anew, nothing"
			    " that was signed is lost");
	}
	back_off(s, l, 0);
}

static enum status revoked(struct sync *s, struct lane *l, const struct problem *p, struct err *why)
{
	s->token[0] = '\0';
	set_trouble(s, SYNC_REFUSED, p->code, p->detail);
	back_off(s, l, BACKOFF_MAX_MS);
	return outbox_hold_all(s->in.outbox, p->code, p->detail, why);
}

/* An answer that is not the central's, or that it can't mean. */
static void not_believed(struct sync *s, struct lane *l, const struct err *what)
{
	if (!is_sticky(s->now.trouble))
		set_trouble(s, SYNC_NONSENSE, what->code, what->text);
	/* One case that never can be read must not keep the others waiting. */
	if (is_of_case(l->step) && s->spoilt++ < SPOILT_MAX)
		look_again(s);
	back_off(s, l, 0);
}

/* Whatever was asked, the central knows of another copy, and proves it. */
static enum status froze(struct sync *s, struct lane *l, const struct problem *p, struct err *why)
{
	struct err found = ERR_INIT;
	enum status st;

	if (!copy_proved(s, p)) {
		(void)nonsense(&found, "fork-unproved",
			       "the answer says that this device was copied, and not in the "
			       "central's name; something else may answer in its place");
		not_believed(s, l, &found);
		return ST_OK;
	}
	if (s->who.frozen[0])
		say_frozen(s); /* whatever was in the way meanwhile */
	st = s->who.frozen[0] ? ST_OK : freeze(s, "device-fork", why);
	s->token[0] = '\0';
	if (st == ST_OK)
		back_off(s, l, BACKOFF_MAX_MS);
	return st;
}

/* What it had signed goes first: until then it is no trouble, and nothing is
 * asked that would be refused (choose_pull). */
static void retired(struct sync *s, struct lane *l)
{
	s->retired = true;
	if (has_unsent(s))
		return;
	if (!is_sticky(s->now.trouble))
		say_retired(s);
	back_off(s, l, BACKOFF_MAX_MS);
}

static enum status refused(struct sync *s, struct lane *l, const struct reply *r,
			   const struct problem *p, struct err *why)
{
	const struct step_def *def = &step_defs[l->step];
	enum status st;

	if (strcmp(p->code, "device-fork") == 0) {
		still_wanted(s, l->step);
		return froze(s, l, p, why);
	}
	st = def->refused ? def->refused(s, p, why) : ST_NONE;
	/* What mends it is tried at once, but not for ever: the central may
	 * say the same whatever we do. A case that is not there is not asked
	 * for twice. */
	if (st == ST_OK && is_of_case(l->step))
		return ST_OK;
	if (st == ST_OK && l->mends++ < MENDS_MAX)
		return ST_OK;
	if (st != ST_OK && st != ST_NONE && st != ST_BAD_INPUT)
		return st;
	still_wanted(s, l->step);
	if (is_stranger(s, l, p)) {
		stranger(s, l);
		return ST_OK;
	}
	if (r->status == 401) {
		denied(s, l, p);
		return ST_OK;
	}
	if (r->status == 403 && strcmp(p->code, "device-revoked") == 0)
		return revoked(s, l, p, why);
	if (r->status == 403 && strcmp(p->code, "device-retired") == 0) {
		retired(s, l);
		return ST_OK;
	}
	if (!is_sticky(s->now.trouble))
		set_trouble(s, is_login(l->step) && r->status == 403 ? SYNC_REFUSED : SYNC_BUSY,
			    p->code, p->detail);
	back_off(s, l, (int64_t)r->retry_after_s * 1000);
	return ST_OK;
}

static enum status broken(struct sync *s, struct lane *l, enum step step, enum status st,
			  const struct err *what, struct err *why)
{
	still_wanted(s, step);
	set_trouble(s, SYNC_DISK, what->code, what->text);
	back_off(s, l, 0);
	return err_set(why, st, what->code, "%s", what->text);
}

static enum status take(struct sync *s, struct lane *l, const struct reply *r, struct err *why)
{
	struct err found = ERR_INIT;
	struct problem p;
	enum status st;

	if (r->status >= 200 && r->status < 300) {
		st = step_defs[l->step].take(s, r, &found);
		if (st == ST_OK)
			well(s, l);
	} else {
		st = problem_read(&p, strbuf_str(&r->body), &found);
		if (st == ST_OK)
			st = refused(s, l, r, &p, &found);
	}
	s->spilt = s->spilt || st != ST_OK;
	if (st == ST_BAD_INPUT || st == ST_REFUSED)
		not_believed(s, l, &found);
	else if (st != ST_OK)
		return broken(s, l, l->step, st, &found, why);
	return ST_OK;
}

enum status sync_reply(struct sync *s, enum sync_lane lane, const struct reply *r, struct err *why)
{
	struct lane *l = &s->lane[lane];
	enum status st = ST_OK;

	if (l->step == STEP_NONE)
		return ST_OK; /* nothing was asked */
	if (l->step != STEP_QUESTION && r->status == 0)
		lost(s, l);
	else if (l->step != STEP_QUESTION)
		st = take(s, l, r, why);
	if (lane == LANE_ASK)
		question_reply(s, l->step, r);
	if (l->step == STEP_WAIT)
		s->poked = false;
	l->step = STEP_NONE;
	return st;
}

/* --- What next ------------------------------------------------------------------- */

static void stamp(const struct sync *s, enum step step, struct request *out)
{
	if (step_defs[step].bearer)
		snprintf(out->bearer, sizeof(out->bearer), "%s", s->token);
}

/* Another program may have enrolled this home anew, or changed its key: then
 * nothing more is asked in the old device's name, or by the old key. */
static enum status still_ours(struct sync *s, bool *yes, struct err *why)
{
	bool device, key;
	enum status st = identity_is(s->in.outbox, s->who.dev, s->who.kid, &device, &key, why);

	*yes = st == ST_OK && device && key;
	if (st == ST_OK && !device)
		set_trouble(s, SYNC_REFUSED, "enrolled-anew",
			    "this home was enrolled anew; start this program again");
	else if (st == ST_OK && !key)
		set_trouble(s, SYNC_REFUSED, "key-changed",
			    "another program has changed this home's key; unlock it again");
	return st;
}

static enum status choose_of(struct sync *s, enum sync_lane lane, int64_t boot, enum step *step,
			     int64_t *wake_at, struct err *why)
{
	switch (lane) {
	case LANE_PULL:
		return choose_pull(s, boot, step, wake_at, why);
	case LANE_PUSH:
		return choose_push(s, boot, step, wake_at, why);
	default:
		return choose_question(s, step, wake_at);
	}
}

static enum status choose(struct sync *s, enum sync_lane lane, int64_t boot, enum step *step,
			  int64_t *wake_at, struct err *why)
{
	enum status st;
	bool ours = false;

	*step = STEP_NONE;
	*wake_at = INT64_MAX;
	if (s->lane[lane].step != STEP_NONE)
		return ST_OK;
	if (lane != LANE_ASK && boot < s->lane[lane].not_before) {
		*wake_at = s->lane[lane].not_before;
		return ST_OK;
	}
	st = still_ours(s, &ours, why);
	if (st == ST_OK && !ours)
		questions_fail(s, NULL);
	if (st != ST_OK || !ours)
		return st;
	/* The disk is read again, and no answer may come any more to say so. */
	if (s->now.trouble == SYNC_DISK)
		say_stopped(s);
	/* A lane that has nothing to do logs nobody in. */
	st = choose_of(s, lane, boot, step, wake_at, why);
	if (st != ST_OK || *step == STEP_NONE || (s->info_known && s->token[0]))
		return st;
	still_wanted(s, *step); /* a login goes before it */
	if (lane == LANE_ASK || boot >= s->login.not_before)
		return choose_login(s, lane, step);
	*step = STEP_NONE;
	*wake_at = s->login.not_before;
	return ST_OK;
}

enum status sync_next(struct sync *s, enum sync_lane lane, struct request *out, int64_t *wake_at,
		      struct err *why)
{
	struct err found = ERR_INIT;
	enum step step;
	enum status st = choose(s, lane, clock_boot(s->in.clock), &step, wake_at, &found);

	request_clear(out);
	if (st == ST_OK && step == STEP_NONE)
		return ST_NONE;
	if (st == ST_OK)
		st = step_defs[step].ask(s, out, &found);
	/* Half a request may be one, of something else. */
	if (st == ST_OK && (out->path.failed || out->query.failed || out->body.failed))
		st = err_set(&found, ST_BROKEN, "memory", "no memory to ask the central");
	if (st != ST_OK)
		return broken(s, &s->lane[lane], step, st, &found, why);
	stamp(s, step, out);
	s->lane[lane].step = step;
	return ST_OK;
}

/* --- For others ---------------------------------------------------------------------- */

enum status nonsense(struct err *why, const char *code, const char *what)
{
	return err_set(why, ST_BAD_INPUT, code, "%s", what);
}

void want_pull(struct sync *s)
{
	s->pull_wanted++;
}

void look_again(struct sync *s)
{
	s->chains_done = s->alone_done = false;
	s->chain_case[0] = s->alone_case[0] = '\0';
}

bool pull_due(const struct sync *s)
{
	return s->pull_wanted > s->pull_done;
}

enum status read_json(struct json **j, const struct reply *r, struct err *why)
{
	if (json_read(j, strbuf_str(&r->body), NULL) == ST_OK && json_kind_of(*j) == JSON_MAP)
		return ST_OK;
	json_free(*j);
	*j = NULL;
	return nonsense(
		why, "not-ours",
		"the answer is not the central's; a proxy or a login page may stand between");
}

enum status freeze(struct sync *s, const char *code, struct err *why)
{
	enum status st = identity_set_frozen(s->in.outbox, code, why);

	if (st == ST_OK)
		snprintf(s->who.frozen, sizeof(s->who.frozen), "%s", code);
	if (st == ST_OK)
		st = outbox_hold_all(
			s->in.outbox, code,
			"this device may not send any more; enrol it anew and sign again", why);
	set_trouble(s, SYNC_FROZEN, code,
		    "two copies of this device have sent; enrol it anew and sign again");
	return st;
}

enum status empty_copy(struct sync *s, struct err *why)
{
	enum status st = cache_begin(s->in.cache, why);

	if (st != ST_OK)
		return st;
	load_discard(s);
	s->load.again = false;
	st = cache_empty(s->in.cache, why);
	if (st == ST_OK)
		st = cache_touch(s->in.cache, why);
	if (st == ST_OK)
		st = cache_commit(s->in.cache, why);
	else
		cache_rollback(s->in.cache);
	want_pull(s);
	return st;
}

void ask_epoch(struct sync *s)
{
	s->info_known = false;
}

bool is_diverged(const struct sync *s)
{
	return s->now.trouble == SYNC_DIVERGED;
}

void learn_now(struct sync *s, int64_t central_now)
{
	if (central_now <= 0)
		return;
	s->now.skew = central_now - clock_wall(s->in.clock);
	s->now.skew_known = true;
}

void sync_poke(struct sync *s)
{
	s->poked = s->lane[LANE_PULL].step == STEP_WAIT;
	resume(s);
	look_again(s);
	want_pull(s);
}

bool sync_waiting(const struct sync *s)
{
	return s->lane[LANE_PULL].step == STEP_WAIT;
}

bool sync_idle(struct sync *s)
{
	struct outbox_item next = OUTBOX_ITEM_INIT;
	enum step under_way = s->lane[LANE_PULL].step;
	enum status st = outbox_next(s->in.outbox, s->who.dev, 0, &next, NULL);

	outbox_item_release(&next);
	if (st != ST_NONE || (under_way != STEP_NONE && under_way != STEP_WAIT))
		return false;
	/* The first pass brings keys and head as well, for verify. */
	return !pull_due(s) && s->chains_done && s->alone_done && s->who.recheck_from == 0
	       && s->keys_at != NEVER && check_due(s, s->keys_at) == STEP_NONE;
}

void sync_status(struct sync *s, struct sync_status *out)
{
	*out = s->now;
	out->pulling = pull_due(s) && s->lane[LANE_PULL].step == STEP_PULL;
	if (outbox_count(s->in.outbox, &out->outbox, NULL) != ST_OK)
		memset(&out->outbox, 0, sizeof(out->outbox));
	if (outbox_again(s->in.outbox, &out->again, NULL) != ST_OK)
		memset(&out->again, 0, sizeof(out->again));
	if (unreadable_count(s->in.cache, &out->unreadable, NULL) != ST_OK)
		out->unreadable = 0;
}
