/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/conflict.h"

#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/erasing.h"
#include "cache/identity.h"
#include "sign/jws.h"
#include "sync/overlay.h"
#include "wire/payload.h"

#include "base/banned.h"

/* What of a case each row shows, and which acts touch it. */
static const struct {
	const char *name;
	unsigned touch;
} fields[CONFLICT_FIELDS] = {
	[CONFLICT_STATE] = { "status", TOUCH_STEP },
	[CONFLICT_ASSIGNEE] = { "assignee", TOUCH_ASSIGNEE },
	[CONFLICT_QUEUE] = { "queue", TOUCH_QUEUE },
	[CONFLICT_DUE] = { "deadline", TOUCH_DUE },
	[CONFLICT_PRIORITY] = { "priority", TOUCH_PRIORITY },
	[CONFLICT_TITLE] = { "title", TOUCH_TITLE },
	[CONFLICT_SECRECY] = { "secrecy", TOUCH_SECRECY },
	[CONFLICT_OUTCOME] = { "outcome", 0 },
	[CONFLICT_NOTES] = { "notes", TOUCH_NOTE },
	[CONFLICT_DOCUMENTS] = { "documents", TOUCH_DOCUMENT },
	[CONFLICT_MESSAGES] = { "messages", TOUCH_MESSAGE },
};
enum { PLAIN_FIELDS = CONFLICT_NOTES };

const char *conflict_field_name(enum conflict_field f)
{
	return (unsigned)f < CONFLICT_FIELDS ? fields[f].name : "unknown";
}

void conflict_release(struct conflict *c)
{
	outbox_item_release(&c->item);
	action_release(&c->mine);
	casefile_release(&c->common);
	casefile_release(&c->wanted);
	casefile_release(&c->theirs);
	for (int i = 0; i < CONFLICT_FIELDS; i++)
		strbuf_release(&c->marks[i].words);
	*c = (struct conflict)CONFLICT_INIT;
}

bool conflict_erased(const struct outbox_item *i)
{
	return i->verdict != VERDICT_VOID && !verdict_stands(i->verdict)
	       && strcmp(i->why, CASE_ERASED) == 0;
}

bool conflict_waits(const struct outbox_item *i)
{
	if ((i->voided && i->slot == SLOT_OWN) || conflict_erased(i))
		return false;
	if (i->state == OUTBOX_CONFLICT || i->state == OUTBOX_HELD)
		return true;
	return i->state == OUTBOX_ACKNOWLEDGED && !verdict_stands(i->verdict);
}

bool conflict_same(enum conflict_field f, const struct casefile *a, const struct casefile *b)
{
	switch (f) {
	case CONFLICT_STATE:
		return a->state == b->state;
	case CONFLICT_ASSIGNEE:
		return strcmp(a->assignee, b->assignee) == 0;
	case CONFLICT_QUEUE:
		return strcmp(a->queue, b->queue) == 0;
	case CONFLICT_DUE:
		return strcmp(a->due_on, b->due_on) == 0;
	case CONFLICT_PRIORITY:
		return a->priority == b->priority;
	case CONFLICT_TITLE:
		return strcmp(strbuf_cstr(&a->title), strbuf_cstr(&b->title)) == 0;
	case CONFLICT_SECRECY:
		return a->protection == b->protection;
	case CONFLICT_OUTCOME:
		return strcmp(a->outcome, b->outcome) == 0;
	default:
		return true;
	}
}

bool conflict_shows(const struct conflict *c, enum conflict_field f)
{
	return c->marks[f].mine || c->marks[f].theirs;
}

/* --- The chain ------------------------------------------------------------------- */

/* On the way from the first entry to the last. */
struct walk {
	struct db *cache;
	struct conflict *c;
	struct casefile now;
	bool sure; /* every entry that may have changed a field was read */
	int64_t last;
};

static enum status read_jws(struct action *a, struct str jws, struct err *why)
{
	struct strbuf payload = STRBUF_INIT;
	enum status st = jws_payload_unverified(&payload, jws, why);

	if (st == ST_OK)
		st = payload_read(a, strbuf_str(&payload), why);
	strbuf_release(&payload);
	return st;
}

static bool only_adds(const char *act)
{
	const struct action_def *def = action_find(str_of(act));

	return def && !(def->touches & ~(unsigned)(TOUCH_NOTE | TOUCH_DOCUMENT | TOUCH_MESSAGE));
}

static void note_change(struct conflict_mark *m, const struct entry *e)
{
	m->theirs = true;
	snprintf(m->who, sizeof(m->who), "%s", e->sub);
	m->at = e->at;
}

static void note_addition(struct conflict_mark *m, const struct entry *e, const struct action *a)
{
	const char *words = action_get(a, "text");

	note_change(m, e);
	m->added++;
	if (!*words)
		words = action_get(a, "title");
	if (!*words && a->doc_count > 0)
		words = a->docs[0].name;
	strbuf_sets(&m->words, words);
}

/* An entry that came after what the officer acted on. */
static void came_since(struct walk *w, const struct entry *e, const struct action *a,
		       const struct casefile *before)
{
	struct conflict *c = w->c;
	bool own = strcmp(e->dev, c->mine.dev) == 0 && e->ctr < c->mine.ctr;

	if (own) {
		casefile_apply(&c->wanted, a, e->at);
		return;
	}
	if (a->def->neutral)
		return;
	c->since++;
	for (int f = 0; f < PLAIN_FIELDS; f++)
		if (!conflict_same((enum conflict_field)f, before, &w->now))
			note_change(&c->marks[f], e);
	for (int f = PLAIN_FIELDS; f < CONFLICT_FIELDS; f++)
		if (a->def->touches & fields[f].touch)
			note_addition(&c->marks[f], e, a);
}

static void take_entry(struct walk *w, const struct entry *e, const struct action *a)
{
	struct conflict *c = w->c;
	struct casefile before = CASEFILE_INIT;

	casefile_copy(&before, &w->now);
	casefile_apply(&w->now, a, e->at);
	if (e->n > c->mine.base_n)
		came_since(w, e, a, &before);
	casefile_release(&before);
}

static void at_base(struct walk *w, int64_t at)
{
	struct conflict *c = w->c;

	c->base_known = w->sure;
	c->common_at = at;
	if (!w->sure)
		return;
	casefile_copy(&c->common, &w->now);
	casefile_copy(&c->wanted, &w->now);
}

static void one_entry(struct walk *w, const struct entry *e, struct action *a)
{
	struct conflict *c = w->c;
	bool read = !e->erased && read_jws(a, strbuf_str(&e->jws), NULL) == ST_OK;

	if (e->n != w->last + 1) {
		w->sure = false;
		if (!c->missing)
			c->missing = w->last + 1;
	}
	w->last = e->n;
	if (read)
		take_entry(w, e, a);
	else if (!only_adds(e->act))
		w->sure = false;
	if (e->n == c->mine.base_n)
		at_base(w, e->at);
}

static enum status walk_chain(struct db *cache, struct conflict *c, struct err *why)
{
	struct walk w = { .cache = cache, .c = c, .now = CASEFILE_INIT, .sure = true };
	struct entry e = ENTRY_INIT;
	struct action a = ACTION_INIT;
	enum status st;

	while ((st = entry_after(cache, c->item.case_id, w.last, &e, why)) == ST_OK)
		one_entry(&w, &e, &a);
	if (st == ST_NONE && c->here && w.last < c->theirs.n && !c->missing)
		c->missing = w.last + 1;
	casefile_release(&w.now);
	action_release(&a);
	entry_release(&e);
	return st == ST_NONE ? ST_OK : st;
}

/* --- Both sides ---------------------------------------------------------------------- */

/* Where no entry told it, the values themselves do. */
static void mark_sides(struct conflict *c)
{
	const struct action_def *def = c->mine.def;
	struct casefile before = CASEFILE_INIT;

	if (!c->base_known)
		casefile_copy(&c->wanted, &c->theirs);
	casefile_copy(&before, &c->wanted);
	casefile_apply(&c->wanted, &c->mine, c->item.created_at);
	for (int f = 0; f < CONFLICT_FIELDS; f++) {
		struct conflict_mark *m = &c->marks[f];

		m->mine = (def->touches & fields[f].touch)
			  || !conflict_same((enum conflict_field)f, &before, &c->wanted);
		if (!c->here || m->theirs)
			continue;
		m->theirs = c->base_known
			    && !conflict_same((enum conflict_field)f, &c->common, &c->theirs);
		if (!c->base_known && m->mine
		    && !conflict_same((enum conflict_field)f, &c->wanted, &c->theirs)) {
			m->theirs = true;
			snprintf(m->who, sizeof(m->who), "%s", c->item.who);
		}
	}
	casefile_release(&before);
}

/* The oldest action that this one hangs on and that still waits itself. What
 * only adds hangs on nothing. */
static enum status find_first(struct db *outbox, struct conflict *c, struct err *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct action a = ACTION_INIT;
	int64_t pre = c->mine.def->class == CLASS_A_APPEND ? 0 : c->mine.pre;
	enum status st = ST_OK;

	while (pre > 0 && (st = outbox_by_ctr(outbox, c->item.dev, pre, &i, why)) == ST_OK) {
		if (!conflict_waits(&i))
			break;
		c->first = i.id;
		st = read_jws(&a, strbuf_str(&i.envelope), why);
		if (st != ST_OK)
			break;
		pre = a.pre < pre ? a.pre : 0;
	}
	action_release(&a);
	outbox_item_release(&i);
	return st == ST_NONE ? ST_OK : st;
}

static enum status read_sides(const struct actor *a, struct conflict *c, struct err *why)
{
	enum status st = cache_begin_read(a->cache, why);

	if (st != ST_OK)
		return st;
	st = case_base(a->cache, c->item.case_id, &c->theirs, why);
	c->here = st == ST_OK;
	if (st == ST_NONE)
		st = ST_OK;
	if (st == ST_OK)
		st = walk_chain(a->cache, c, why);
	cache_rollback(a->cache);
	if (st == ST_OK)
		mark_sides(c);
	return st;
}

/* Appending harms nobody: both stand. A field, a step, a claim is one thing. */
static void find_choices(const struct actor *a, struct conflict *c)
{
	enum conflict_side own =
		c->mine.def->class == CLASS_A_APPEND ? CONFLICT_BOTH : CONFLICT_MINE;

	/* What is only held, and not answered, is not to be let go of here. */
	if (c->item.verdict != VERDICT_NONE || strcmp(c->item.why, "device-changed") == 0)
		c->sides = 1u << CONFLICT_THEIRS;
	if (c->first)
		err_set(&c->not_mine, ST_REFUSED, "earlier-first",
			"it builds on action %lld, which is to be solved first",
			(long long)c->first);
	else if (act_may_resign(a, c->item.id, &c->not_mine) == ST_OK)
		c->sides |= 1u << own;
}

enum status conflict_open(const struct actor *a, int64_t id, struct conflict *c, struct err *why)
{
	enum status st;

	conflict_release(c);
	st = outbox_get(a->outbox, id, &c->item, why);
	if (st == ST_NONE)
		return err_set(why, ST_NONE, "item-unknown", "no action %lld in the outbox",
			       (long long)id);
	if (st == ST_OK && !conflict_waits(&c->item))
		st = err_set(why, ST_REFUSED, "no-conflict", "action %lld waits for nobody",
			     (long long)id);
	if (st == ST_OK)
		st = read_jws(&c->mine, strbuf_str(&c->item.envelope), why);
	if (st == ST_OK)
		st = read_sides(a, c, why);
	if (st == ST_OK)
		st = find_first(a->outbox, c, why);
	if (st == ST_OK)
		find_choices(a, c);
	if (st == ST_OK && c->here && c->missing)
		st = want_case(a->cache, c->item.case_id, why);
	return st;
}

enum status conflict_solve(const struct actor *a, int64_t id, enum conflict_side side,
			   int64_t seen_n, struct act_result *r, struct err *why)
{
	struct conflict c = CONFLICT_INIT;
	enum status st = conflict_open(a, id, &c, why);

	memset(r, 0, sizeof(*r));
	if (st == ST_OK && side != CONFLICT_THEIRS && c.theirs.n != seen_n)
		st = err_set(why, ST_CONFLICT, "moved-on",
			     "the case has got more entries since: look at it and choose again");
	if (st == ST_OK && !(c.sides & 1u << side))
		st = c.not_mine.code[0]
			     ? err_set(why, ST_REFUSED, c.not_mine.code, "%s", c.not_mine.text)
			     : err_set(why, ST_REFUSED, "side-unlawful",
				       "that side can't be chosen for %s", c.mine.def->name);
	conflict_release(&c);
	if (st != ST_OK)
		return st;
	return side == CONFLICT_THEIRS ? act_dismiss(a, id, why) : act_resign(a, id, r, why);
}
