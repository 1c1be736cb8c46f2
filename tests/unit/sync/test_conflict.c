/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "domain/judge.h"
#include "sync/conflict.h"

#include "base/banned.h"

#define OTHER_DEV "0198bbbb-0000-7000-8000-000000000009"

/* --- A central that judges ---------------------------------------------------- */

static void read_line(struct action *a, const struct strbuf *jws)
{
	struct strbuf payload = STRBUF_INIT;

	assert_int_equal(jws_payload_unverified(&payload, strbuf_str(jws), NULL), ST_OK);
	assert_int_equal(payload_read(a, strbuf_str(&payload), NULL), ST_OK);
	strbuf_release(&payload);
}

static void since_base(struct desk *d, const struct action *a, struct since *s)
{
	struct action e = ACTION_INIT;

	for (int i = 0; i < d->log_count; i++) {
		const struct log_line *l = &d->log[i];

		if (strcmp(l->case_id, a->case_id) != 0 || l->n <= a->base_n)
			continue;
		read_line(&e, &l->jws);
		since_add(s, e.def, e.sub, strcmp(e.dev, a->dev) == 0 && e.ctr < a->ctr, d->wall,
			  l->n);
	}
	action_release(&e);
}

static enum verdict by_the_rules(struct desk *d, const struct action *a, struct ack *k)
{
	struct casefile *c = central_case(d, a->case_id);
	struct judgement j = { .action = a,
			       .now = c,
			       .roles = ROLE_OFFICER | ROLE_DECIDER | ROLE_SUPERVISOR,
			       .base_known = a->base_n > 0 && a->base_n <= c->n };
	struct err why = ERR_INIT;
	enum verdict v;

	j.pre_failed = a->pre > 0 && !verdict_stands(d->given[a->pre]);
	since_base(d, a, &j.since);
	v = judge(&j, &why);
	if (!verdict_stands(v)) {
		snprintf(k->why, sizeof(k->why), "%s", why.code);
		snprintf(k->detail, sizeof(k->detail), "%s", why.text);
		snprintf(k->who, sizeof(k->who), "%s", j.since.who);
	}
	return v;
}

/* An entry that the desk did not sign, by `sub` with that device. */
static void enter(struct desk *d, int i, const char *sub, const char *dev, struct action *a)
{
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct ack k = { .n = 0 };
	struct err why = ERR_INIT;

	snprintf(a->aud, sizeof(a->aud), AUD);
	snprintf(a->sub, sizeof(a->sub), "%s", sub);
	snprintf(a->dev, sizeof(a->dev), "%s", dev);
	snprintf(a->prev, sizeof(a->prev), HASH_ZERO);
	snprintf(a->base_eh, sizeof(a->base_eh), HASH_ZERO);
	snprintf(a->epoch, sizeof(a->epoch), EPOCH);
	uuid7(a->iid, d->wall, &d->rng);
	case_id_of(a->case_id, i);
	a->ctr = 1000 + d->log_count;
	a->ts = d->wall;
	assert_true(d->log_count < LOG_MAX);
	must(payload_write(&payload, a, &why), &why);
	must(jws_sign(&jws, k.ah, d->foreign_key, TYP_ACTION, strbuf_str(&payload), &why), &why);
	central_append(d, a, strbuf_str(&jws), &k);
	strbuf_release(&payload);
	strbuf_release(&jws);
}

static void set(struct action *a, const char *name, const char *value)
{
	struct err why = ERR_INIT;

	must(action_set(a, name, str_of(value), &why), &why);
}

/* Somebody else does it at the central. */
static void other(struct desk *d, int i, const char *act, const char *arg, const char *value)
{
	struct action a = ACTION_INIT;

	d->wall += 1000;
	d->boot += 1000;
	action_reset(&a, action_find(str_of(act)));
	if (arg)
		set(&a, arg, value);
	enter(d, i, "eva.z", OTHER_DEV, &a);
	action_release(&a);
}

/* The entries by which a case came to be what it is. */
static void found(struct desk *d, int i)
{
	struct casefile *c = &d->file[i];
	struct action a = ACTION_INIT;
	char at[INSTANT_TEXT];

	c->n = 0;
	instant_format(at, c->received_at);
	action_reset(&a, action_find(str_of("case.receive")));
	set(&a, "type", "bygglov");
	set(&a, "title", "Carport");
	set(&a, "party", "Kim Testsson");
	set(&a, "received_at", at);
	enter(d, i, "system", OTHER_DEV, &a);
	action_reset(&a, action_find(str_of("case.register")));
	set(&a, "diary_no", c->diary_no);
	set(&a, "unit", "bygg");
	set(&a, "queue", "bygglov");
	set(&a, "due_on", "2026-12-01");
	enter(d, i, "system", OTHER_DEV, &a);
	action_release(&a);
}

/* Case 0 is in the copy with its chain, and is ours. */
static struct desk *judged_desk(void)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	d->judge = by_the_rules;
	found(d, 0);
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	return d;
}

/* Acts of ours that meet what eva.z has done meanwhile. */
static int64_t mine(struct desk *d, const char *act, const char *arg, const char *value)
{
	struct act_result r;
	struct err why = ERR_INIT;

	must(desk_act(d, 0, act, arg, value, &r, &why), &why);
	return r.item;
}

static void look(struct desk *d, int64_t item, struct conflict *c)
{
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;

	must(conflict_open(&a, item, c, &why), &why);
}

static enum status solve(struct desk *d, int64_t item, enum conflict_side side,
			 struct act_result *r, struct err *why)
{
	struct actor a = desk_actor(d);
	struct conflict c = CONFLICT_INIT;
	enum status st = conflict_open(&a, item, &c, why);

	if (st == ST_OK)
		st = conflict_solve(&a, item, side, c.theirs.n, r, why);
	conflict_release(&c);
	return st;
}

static bool may(const struct conflict *c, enum conflict_side side)
{
	return c->sides & 1u << side;
}

static void verdict_is(struct desk *d, int64_t id, enum verdict v, const char *why)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;

	assert_int_equal(outbox_get(d->outbox, id, &i, NULL), ST_OK);
	assert_int_equal(i.verdict, v);
	assert_string_equal(i.why, why);
	outbox_item_release(&i);
}

static void nothing_waits(struct desk *d)
{
	struct outbox_counts n;

	assert_int_equal(outbox_count(d->outbox, &n, NULL), ST_OK);
	assert_int_equal(n.conflicts + n.refused + n.waiting + n.held, 0);
}

/* --- Each class ------------------------------------------------------------------ */

static void what_only_adds_is_never_in_conflict(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct actor a = desk_actor(d);
	struct err why = ERR_INIT;
	int64_t item = mine(d, "note.add", "text", "Ringt.");

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	verdict_is(d, item, VERDICT_MERGED, "");
	assert_int_equal(conflict_open(&a, item, &c, &why), ST_REFUSED);
	assert_string_equal(why.code, "no-conflict");
	nothing_waits(d);
	conflict_release(&c);
	desk_close(d);
}

/* Ours 24 December, theirs 31 December. */
static int64_t two_deadlines(struct desk *d)
{
	int64_t item = mine(d, "case.deadline", "due", "2026-12-24");

	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	verdict_is(d, item, VERDICT_CONFLICT, "field-changed");
	return item;
}

static void a_field_has_a_common_value_mine_and_theirs(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t item = two_deadlines(d);

	(void)state;
	look(d, item, &c);
	assert_true(c.base_known);
	assert_string_equal(c.common.due_on, "2026-12-01");
	assert_string_equal(c.wanted.due_on, "2026-12-24");
	assert_string_equal(c.theirs.due_on, "2026-12-31");
	assert_true(c.marks[CONFLICT_DUE].mine && c.marks[CONFLICT_DUE].theirs);
	assert_string_equal(c.marks[CONFLICT_DUE].who, "eva.z");
	assert_false(conflict_shows(&c, CONFLICT_STATE));
	assert_false(conflict_shows(&c, CONFLICT_ASSIGNEE));
	assert_int_equal(c.since, 1);
	assert_true(may(&c, CONFLICT_MINE) && may(&c, CONFLICT_THEIRS));
	assert_false(may(&c, CONFLICT_BOTH));
	conflict_release(&c);
	desk_close(d);
}

static void mine_is_signed_again_with_the_same_intent_and_stands_once(void **state)
{
	struct desk *d = judged_desk();
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = two_deadlines(d);

	(void)state;
	must(solve(d, item, CONFLICT_MINE, &r, &why), &why);
	must(outbox_get(d->outbox, item, &old, &why), &why);
	assert_string_equal(r.iid, old.iid);
	assert_int_equal(old.state, OUTBOX_SUPERSEDED);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	assert_string_equal(d->file[0].due_on, "2026-12-24");
	assert_each_once(d);
	nothing_waits(d);
	outbox_item_release(&old);
	desk_close(d);
}

static void a_case_that_moved_on_since_it_was_shown_is_not_signed_over(void **state)
{
	struct desk *d = judged_desk();
	struct actor a = desk_actor(d);
	struct conflict c = CONFLICT_INIT;
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = two_deadlines(d);

	(void)state;
	must(conflict_open(&a, item, &c, &why), &why);
	assert_int_equal(conflict_solve(&a, item, CONFLICT_MINE, c.theirs.n - 1, &r, &why),
			 ST_CONFLICT);
	assert_string_equal(why.code, "moved-on");
	must(outbox_get(d->outbox, item, &old, &why), &why);
	assert_int_not_equal(old.state, OUTBOX_SUPERSEDED);
	outbox_item_release(&old);
	conflict_release(&c);
	desk_close(d);
}

static void theirs_lets_go_and_leaves_a_trace(void **state)
{
	struct desk *d = judged_desk();
	struct outbox_item old = OUTBOX_ITEM_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = two_deadlines(d);
	int log = d->log_count;

	(void)state;
	must(solve(d, item, CONFLICT_THEIRS, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, log);
	assert_string_equal(d->file[0].due_on, "2026-12-31");
	must(outbox_get(d->outbox, item, &old, &why), &why);
	assert_int_equal(old.state, OUTBOX_ARCHIVED);
	assert_true(old.envelope.len > 0 && old.ack.len > 0);
	nothing_waits(d);
	/* It is over: there is nothing to choose any more. */
	assert_int_equal(solve(d, item, CONFLICT_MINE, &r, &why), ST_REFUSED);
	outbox_item_release(&old);
	desk_close(d);
}

static void both_is_no_answer_to_a_field(void **state)
{
	struct desk *d = judged_desk();
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = two_deadlines(d);

	(void)state;
	assert_int_equal(solve(d, item, CONFLICT_BOTH, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "side-unlawful");
	verdict_is(d, item, VERDICT_CONFLICT, "field-changed");
	desk_close(d);
}

static void a_taken_case_is_let_go_unless_it_became_free_again(void **state)
{
	struct desk *d = desk_open();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item;

	(void)state;
	d->judge = by_the_rules;
	found(d, 0);
	desk_sync(d);
	item = mine(d, "case.claim", NULL, NULL);
	other(d, 0, "case.claim", NULL, NULL);
	desk_settle(d);
	verdict_is(d, item, VERDICT_REJECTED, "taken");
	look(d, item, &c);
	assert_string_equal(c.common.assignee, "");
	assert_string_equal(c.wanted.assignee, "britt.a");
	assert_string_equal(c.theirs.assignee, "eva.z");
	assert_false(may(&c, CONFLICT_MINE));
	assert_string_equal(c.not_mine.code, "taken");
	assert_int_equal(solve(d, item, CONFLICT_MINE, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "taken");
	err_clear(&why);
	other(d, 0, "case.release", NULL, NULL);
	sync_poke(d->sync);
	desk_settle(d);
	look(d, item, &c);
	assert_true(may(&c, CONFLICT_MINE));
	must(solve(d, item, CONFLICT_MINE, &r, &why), &why);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	assert_string_equal(d->file[0].assignee, "britt.a");
	conflict_release(&c);
	desk_close(d);
}

static void two_assignments_both_stand_in_the_order_of_the_central(void **state)
{
	struct desk *d = judged_desk();
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;
	int64_t item;

	(void)state;
	must(identity_get(d->outbox, &who, &why), &why);
	who.roles |= ROLE_SUPERVISOR;
	must(identity_put(d->outbox, &who, &why), &why);
	item = mine(d, "case.assign", "officer", "jan.vd");
	other(d, 0, "case.assign", "officer", "eva.z");
	desk_settle(d);
	verdict_is(d, item, VERDICT_MERGED, "");
	assert_string_equal(d->file[0].assignee, "jan.vd");
	nothing_waits(d);
	identity_release(&who);
	desk_close(d);
}

static void a_step_shows_what_happened_and_is_signed_again_while_it_is_lawful(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = mine(d, "case.suspend", "reason", "Yttrande.");

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	verdict_is(d, item, VERDICT_CONFLICT, "moved-on");
	look(d, item, &c);
	assert_int_equal(c.common.state, CASE_OPEN);
	assert_int_equal(c.wanted.state, CASE_WAITING);
	assert_int_equal(c.theirs.state, CASE_OPEN);
	assert_true(c.marks[CONFLICT_STATE].mine && !c.marks[CONFLICT_STATE].theirs);
	assert_true(!c.marks[CONFLICT_DUE].mine && c.marks[CONFLICT_DUE].theirs);
	must(solve(d, item, CONFLICT_MINE, &r, &why), &why);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	assert_int_equal(d->file[0].state, CASE_WAITING);
	assert_string_equal(d->file[0].due_on, "2026-12-31");
	conflict_release(&c);
	desk_close(d);
}

static void a_step_that_is_no_longer_lawful_says_why(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item = mine(d, "case.suspend", "reason", "Yttrande.");

	(void)state;
	other(d, 0, "case.propose", "text", "Bifall.");
	desk_settle(d);
	look(d, item, &c);
	assert_false(may(&c, CONFLICT_MINE));
	assert_string_equal(c.not_mine.code, "step-unlawful");
	assert_int_equal(solve(d, item, CONFLICT_MINE, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "step-unlawful");
	must(solve(d, item, CONFLICT_THEIRS, &r, &why), &why);
	nothing_waits(d);
	conflict_release(&c);
	desk_close(d);
}

static enum status decide(struct desk *d, int64_t sup, const char *content, struct act_result *r,
			  struct err *why)
{
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = "case.decide",
			     .case_id = id,
			     .sup = sup,
			     .arg_count = 5,
			     .args = { { "outcome", str_of("bifall") },
				       { "content", str_of(content) },
				       { "decided_on", str_of("2026-11-23") },
				       { "decider", str_of("britt.a") },
				       { "reasons", str_of("Enligt plan.") } },
			     .doc_count = 1,
			     .docs = { { "beslut.xhtml", "application/xhtml+xml",
					 str_of(content) } } };

	case_id_of(id, 0);
	return act(&a, &in, r, why);
}

static void a_decision_is_written_and_signed_anew(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r, again;
	struct action a = ACTION_INIT;
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	(void)state;
	must(decide(d, 0, "Bygglov ges.", &r, &why), &why);
	other(d, 0, "document.add", "title", "Grannens yttrande");
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_CONFLICT, "moved-on");
	look(d, r.item, &c);
	assert_int_equal(c.marks[CONFLICT_DOCUMENTS].added, 1);
	assert_string_equal(strbuf_cstr(&c.marks[CONFLICT_DOCUMENTS].words), "Grannens yttrande");
	assert_true(c.marks[CONFLICT_OUTCOME].mine);
	must(decide(d, r.item, "Bygglov ges, med villkor.", &again, &why), &why);
	must(outbox_get(d->outbox, again.item, &i, &why), &why);
	read_line(&a, &i.envelope);
	assert_string_equal(a.sup, c.item.iid);
	assert_int_equal(a.base_n, d->file[0].n);
	desk_settle(d);
	verdict_is(d, again.item, VERDICT_ACCEPTED, "");
	assert_int_equal(d->file[0].state, CASE_DECIDED);
	nothing_waits(d);
	action_release(&a);
	outbox_item_release(&i);
	conflict_release(&c);
	desk_close(d);
}

static void notes_are_kept_on_both_sides(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t item = mine(d, "case.suspend", "reason", "Yttrande.");

	(void)state;
	other(d, 0, "note.add", "text", "Samråd bokat");
	other(d, 0, "note.add", "text", "Samråd hållet");
	other(d, 0, "case.priority", "priority", "1");
	desk_settle(d);
	look(d, item, &c);
	assert_int_equal(c.marks[CONFLICT_NOTES].added, 2);
	assert_string_equal(strbuf_cstr(&c.marks[CONFLICT_NOTES].words), "Samråd hållet");
	assert_false(c.marks[CONFLICT_NOTES].mine);
	assert_int_equal(c.since, 3);
	conflict_release(&c);
	desk_close(d);
}

/* --- Chains, devices, what is missing ---------------------------------------------- */

static void what_hung_on_a_solved_action_is_offered_again_in_its_order(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t first = mine(d, "case.suspend", "reason", "Yttrande.");
	int64_t second = mine(d, "case.resume", NULL, NULL);
	int64_t third = mine(d, "case.priority", "priority", "1");

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	verdict_is(d, first, VERDICT_CONFLICT, "moved-on");
	verdict_is(d, second, VERDICT_CONFLICT, "depends-on");
	verdict_is(d, third, VERDICT_CONFLICT, "depends-on");
	look(d, third, &c);
	assert_int_equal(c.first, first);
	assert_int_equal(solve(d, third, CONFLICT_MINE, &r, &why), ST_REFUSED);
	assert_string_equal(why.code, "earlier-first");
	err_clear(&why);
	must(solve(d, first, CONFLICT_MINE, &r, &why), &why);
	look(d, third, &c);
	assert_int_equal(c.first, second);
	must(solve(d, second, CONFLICT_MINE, &r, &why), &why);
	must(solve(d, third, CONFLICT_MINE, &r, &why), &why);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	assert_int_equal(d->file[0].state, CASE_OPEN);
	assert_int_equal(d->file[0].priority, 1);
	assert_each_once(d);
	nothing_waits(d);
	conflict_release(&c);
	desk_close(d);
}

static void what_hung_on_an_action_that_was_let_go_of_is_judged_by_itself(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t first = mine(d, "case.suspend", "reason", "Yttrande.");
	int64_t second = mine(d, "case.resume", NULL, NULL);
	int64_t third = mine(d, "case.priority", "priority", "1");

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	must(solve(d, first, CONFLICT_THEIRS, &r, &why), &why);
	/* Nothing rests, so there is nothing to resume; the priority stands alone. */
	look(d, second, &c);
	assert_int_equal(c.first, 0);
	assert_string_equal(c.not_mine.code, "step-unlawful");
	must(solve(d, second, CONFLICT_THEIRS, &r, &why), &why);
	must(solve(d, third, CONFLICT_MINE, &r, &why), &why);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	nothing_waits(d);
	conflict_release(&c);
	desk_close(d);
}

static void another_device_of_the_same_officer_is_another_side(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct action a = ACTION_INIT;
	int64_t item = mine(d, "case.deadline", "due", "2026-12-24");

	(void)state;
	action_reset(&a, action_find(str_of("case.deadline")));
	set(&a, "due", "2026-12-31");
	enter(d, 0, "britt.a", OTHER_DEV, &a);
	desk_settle(d);
	look(d, item, &c);
	assert_true(c.marks[CONFLICT_DUE].theirs);
	assert_string_equal(c.marks[CONFLICT_DUE].who, "britt.a");
	assert_true(may(&c, CONFLICT_MINE));
	action_release(&a);
	conflict_release(&c);
	desk_close(d);
}

static void an_own_earlier_action_is_part_of_mine(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t item;

	(void)state;
	/* Both are signed on the same base; the first is merged, not the second. */
	mine(d, "case.priority", "priority", "1");
	item = mine(d, "case.deadline", "due", "2026-12-24");
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	look(d, item, &c);
	assert_int_equal(c.common.priority, 2);
	assert_int_equal(c.wanted.priority, 1);
	assert_int_equal(c.theirs.priority, 1);
	assert_int_equal(c.since, 1);
	conflict_release(&c);
	desk_close(d);
}

static void a_base_that_is_not_here_is_asked_for_and_not_guessed(void **state)
{
	struct desk *d = desk_open();
	struct conflict c = CONFLICT_INIT;
	char wanted[UUID_TEXT];
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t from = 0, item;

	(void)state;
	/* Without its first two entries, as for a case that was never opened. */
	d->judge = by_the_rules;
	other(d, 0, "case.priority", "priority", "1");
	desk_sync(d);
	must(desk_act(d, 0, "case.deadline", "due", "2026-12-24", &r, &why), &why);
	item = r.item;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	assert_int_equal(want_next(d->cache, "nobody", "", wanted, &from, NULL), ST_NONE);
	look(d, item, &c);
	assert_false(c.base_known);
	assert_int_equal(c.missing, 1);
	assert_string_equal(c.wanted.due_on, "2026-12-24");
	assert_string_equal(c.theirs.due_on, "2026-12-31");
	assert_true(conflict_shows(&c, CONFLICT_DUE));
	must(want_next(d->cache, "nobody", "", wanted, &from, &why), &why);
	assert_string_equal(wanted, c.item.case_id);
	conflict_release(&c);
	desk_close(d);
}

/* --- At the edges ------------------------------------------------------------------- */

static void every_field_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(conflict_field_name(CONFLICT_STATE), "status");
	assert_string_equal(conflict_field_name(CONFLICT_MESSAGES), "messages");
	for (int f = 0; f < CONFLICT_FIELDS; f++)
		assert_string_not_equal(conflict_field_name((enum conflict_field)f), "unknown");
	assert_string_equal(conflict_field_name(CONFLICT_FIELDS), "unknown");
}

static void what_is_not_there_or_was_taken_back_is_no_conflict(void **state)
{
	struct desk *d = judged_desk();
	struct actor a = desk_actor(d);
	struct conflict c = CONFLICT_INIT;
	struct err why = ERR_INIT;
	int64_t item;

	(void)state;
	assert_int_equal(conflict_open(&a, 99, &c, &why), ST_NONE);
	assert_string_equal(why.code, "item-unknown");
	err_clear(&why);
	item = mine(d, "note.add", "text", "Ringt.");
	assert_int_equal(conflict_open(&a, item, &c, &why), ST_REFUSED);
	assert_string_equal(why.code, "no-conflict");
	err_clear(&why);
	must(act_withdraw(&a, item, &why), &why);
	must(outbox_hold_all(d->outbox, "device-revoked", "x", &why), &why);
	assert_int_equal(conflict_open(&a, item, &c, &why), ST_REFUSED);
	assert_string_equal(why.code, "no-conflict");
	conflict_release(&c);
	desk_close(d);
}

static enum verdict quarantine(struct desk *d, const struct action *a, struct ack *k)
{
	(void)d;
	(void)a;
	snprintf(k->why, sizeof(k->why), "device-lost");
	return VERDICT_QUARANTINED;
}

/* The device is lost, and what came from it waits until it is signed again. */
static void a_note_in_quarantine_is_signed_again_or_let_go_of(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct act_result r;
	struct err why = ERR_INIT;
	int64_t item;

	(void)state;
	d->judge = quarantine;
	item = mine(d, "note.add", "text", "Ringt.");
	desk_settle(d);
	d->judge = by_the_rules;
	verdict_is(d, item, VERDICT_QUARANTINED, "device-lost");
	look(d, item, &c);
	assert_true(may(&c, CONFLICT_BOTH));
	assert_true(may(&c, CONFLICT_THEIRS));
	assert_false(may(&c, CONFLICT_MINE));
	assert_true(conflict_shows(&c, CONFLICT_NOTES));
	assert_false(conflict_shows(&c, CONFLICT_TITLE));
	conflict_release(&c);
	must(solve(d, item, CONFLICT_BOTH, &r, &why), &why);
	desk_settle(d);
	verdict_is(d, r.item, VERDICT_ACCEPTED, "");
	nothing_waits(d);
	desk_close(d);
}

/* What is held is not answered: it may be signed again, but not be let go of. */
static void what_is_only_held_is_not_let_go_of(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct err why = ERR_INIT;
	int64_t item = mine(d, "case.deadline", "due", "2026-12-24");

	(void)state;
	must(outbox_hold_all(d->outbox, "device-revoked", "x", &why), &why);
	look(d, item, &c);
	assert_int_equal(c.sides, 0);
	assert_string_equal(c.not_mine.code, "not-refused");
	must(outbox_hold_all(d->outbox, "device-changed", "x", &why), &why);
	look(d, item, &c);
	assert_true(may(&c, CONFLICT_THEIRS));
	conflict_release(&c);
	desk_close(d);
}

/* Somebody watches it, and somebody adds a drawing, without a word. */
static void what_is_neutral_is_not_told_and_a_document_by_its_name(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	struct action doc = ACTION_INIT;
	int64_t item;

	(void)state;
	item = mine(d, "case.deadline", "due", "2026-12-24");
	other(d, 0, "case.deadline", "due", "2026-12-31");
	other(d, 0, "watch.set", "on", "2026-12-01");
	action_reset(&doc, action_find(str_of("document.add")));
	doc.doc_count = 1;
	memset(doc.docs[0].h, 'a', HASH_TEXT - 1);
	doc.docs[0].len = 3;
	snprintf(doc.docs[0].mt, sizeof(doc.docs[0].mt), "text/plain");
	snprintf(doc.docs[0].name, sizeof(doc.docs[0].name), "ritning.txt");
	enter(d, 0, "eva.z", OTHER_DEV, &doc);
	desk_settle(d);
	look(d, item, &c);
	assert_int_equal(c.since, 2);
	assert_int_equal(c.marks[CONFLICT_DOCUMENTS].added, 1);
	assert_string_equal(strbuf_cstr(&c.marks[CONFLICT_DOCUMENTS].words), "ritning.txt");
	action_release(&doc);
	conflict_release(&c);
	desk_close(d);
}

static void run_sql(struct db *db, const char *sql)
{
	struct err why = ERR_INIT;

	must(db_exec(db, sql, &why), &why);
}

/* Of the entries before the base one can't be read here. A note hides no value, and
 * what it may be otherwise is not guessed. */
static void an_entry_that_can_not_be_read_hides_the_base_unless_it_only_adds(void **state)
{
	static const struct {
		const char *act;
		bool known;
	} rows[] = { { "note.add", true },
		     { "document.add", true },
		     { "case.deadline", false },
		     { "of.a.newer.release", false },
		     { "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk *d = judged_desk();
		struct conflict c = CONFLICT_INIT;
		struct strbuf sql = STRBUF_INIT;
		int64_t item;

		other(d, 0, "case.priority", "priority", "1");
		desk_settle(d);
		sync_poke(d->sync);
		desk_settle(d);
		item = mine(d, "case.deadline", "due", "2026-12-24");
		other(d, 0, "case.deadline", "due", "2026-12-31");
		desk_settle(d);
		strbuf_addf(&sql, "UPDATE entry SET jws = 'x', act = '%s' WHERE n = 4",
			    rows[i].act);
		run_sql(d->cache, strbuf_cstr(&sql));
		look(d, item, &c);
		assert_int_equal(c.base_known, rows[i].known);
		assert_int_equal(c.missing, 0);
		strbuf_release(&sql);
		conflict_release(&c);
		desk_close(d);
	}
}

static void entries_missing_at_the_end_are_asked_for(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t item = mine(d, "case.deadline", "due", "2026-12-24"), last;

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	last = d->file[0].n;
	run_sql(d->cache, "DELETE FROM entry WHERE n = (SELECT max(n) FROM entry)");
	look(d, item, &c);
	assert_int_equal(c.missing, last);
	/* And of two gaps the first is named. */
	run_sql(d->cache, "DELETE FROM entry WHERE n = 2");
	look(d, item, &c);
	assert_int_equal(c.missing, 2);
	assert_false(c.base_known);
	conflict_release(&c);
	desk_close(d);
}

static void of_a_case_that_left_the_copy_only_mine_is_shown(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t item = mine(d, "case.deadline", "due", "2026-12-24");
	char wanted[UUID_TEXT];
	int64_t from;

	(void)state;
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	run_sql(d->cache, "DELETE FROM base_case WHERE n > 2");
	run_sql(d->cache, "DELETE FROM entry");
	look(d, item, &c);
	assert_false(c.here);
	assert_true(c.marks[CONFLICT_DUE].mine);
	assert_false(c.marks[CONFLICT_DUE].theirs);
	assert_false(may(&c, CONFLICT_MINE));
	assert_string_equal(c.not_mine.code, "case-unknown");
	assert_int_equal(want_next(d->cache, "nobody", "", wanted, &from, NULL), ST_NONE);
	conflict_release(&c);
	desk_close(d);
}

/* Each hangs on the one before it. What is not kept any more stops nobody, and
 * what only adds hangs on nothing. */
static void the_first_of_a_row_that_hangs_together_is_to_be_solved_first(void **state)
{
	struct desk *d = judged_desk();
	struct conflict c = CONFLICT_INIT;
	int64_t first, second, third, noted;

	(void)state;
	first = mine(d, "case.deadline", "due", "2026-12-24");
	second = mine(d, "case.priority", "priority", "1");
	third = mine(d, "case.title", "title", "Garage");
	noted = mine(d, "note.add", "text", "Ringt.");
	other(d, 0, "case.deadline", "due", "2026-12-31");
	desk_settle(d);
	verdict_is(d, third, VERDICT_CONFLICT, "depends-on");
	look(d, third, &c);
	assert_int_equal(c.first, first);
	assert_string_equal(c.not_mine.code, "earlier-first");
	look(d, first, &c);
	assert_int_equal(c.first, 0);
	run_sql(d->outbox, "UPDATE item SET verdict = 5, state = 2, why = 'x' WHERE act ="
			   " 'note.add'");
	look(d, noted, &c);
	assert_int_equal(c.first, 0);
	run_sql(d->outbox, "DELETE FROM item WHERE act = 'case.deadline'");
	look(d, second, &c);
	assert_int_equal(c.first, 0);
	look(d, third, &c);
	assert_int_equal(c.first, second);
	conflict_release(&c);
	desk_close(d);
}

/* --- Whatever is chosen ------------------------------------------------------------------ */

static const struct {
	const char *act, *arg;
	const char *values[2];
} ideas[] = {
	{ "case.claim", NULL, { NULL, NULL } },
	{ "case.release", NULL, { NULL, NULL } },
	{ "note.add", "text", { "Ringt.", "Skrivit." } },
	{ "case.deadline", "due", { "2026-12-24", "2026-12-31" } },
	{ "case.priority", "priority", { "1", "3" } },
	{ "case.title", "title", { "Garage", "Carport, mindre" } },
	{ "case.suspend", "reason", { "Yttrande.", "Semester." } },
	{ "case.resume", NULL, { NULL, NULL } },
	{ "case.propose", "text", { "Bifall.", "Avslag." } },
	{ "case.return", NULL, { NULL, NULL } },
};
enum { IDEAS = sizeof(ideas) / sizeof(ideas[0]), SEEDS = 150, ROUNDS = 3 };

static unsigned dice(struct desk *d, unsigned sides)
{
	unsigned char b[2];

	rng_fill(&d->rng, b, sizeof(b));
	return ((unsigned)b[0] << 8 | b[1]) % sides;
}

/* Eva does what the judge lets her do. */
static void eva_acts(struct desk *d)
{
	unsigned i = dice(d, IDEAS);
	struct action a = ACTION_INIT;
	struct ack k = { .n = 0 };

	action_reset(&a, action_find(str_of(ideas[i].act)));
	snprintf(a.sub, sizeof(a.sub), "eva.z");
	snprintf(a.dev, sizeof(a.dev), OTHER_DEV);
	case_id_of(a.case_id, 0);
	a.ctr = 1000 + d->log_count;
	a.base_n = d->file[0].n;
	if (ideas[i].arg)
		set(&a, ideas[i].arg, ideas[i].values[dice(d, 2)]);
	if (verdict_stands(by_the_rules(d, &a, &k)))
		enter(d, 0, "eva.z", OTHER_DEV, &a);
	action_release(&a);
}

static void we_act(struct desk *d)
{
	unsigned i = dice(d, IDEAS);
	struct act_result r;
	struct err why = ERR_INIT;

	(void)desk_act(d, 0, ideas[i].act, ideas[i].arg,
		       ideas[i].arg ? ideas[i].values[dice(d, 2)] : NULL, &r, &why);
}

/* Another value than the refused one, where its form would allow it. */
static bool say_otherwise(struct desk *d, const struct conflict *c)
{
	struct actor a = desk_actor(d);
	char id[UUID_TEXT];
	struct intent in = { .act = c->item.act, .case_id = id, .sup = c->item.id };
	struct act_result r;
	struct err why = ERR_INIT;

	case_id_of(id, 0);
	for (unsigned i = 0; i < IDEAS; i++)
		if (ideas[i].arg && strcmp(ideas[i].act, c->item.act) == 0)
			in.args[in.arg_count++] =
				(struct intent_arg){ ideas[i].arg,
						     str_of(ideas[i].values[dice(d, 2)]) };
	return act(&a, &in, &r, &why) == ST_OK;
}

static void choose(struct desk *d, const struct conflict *c)
{
	static const enum conflict_side sides[] = { CONFLICT_MINE, CONFLICT_BOTH, CONFLICT_THEIRS };
	unsigned pick = dice(d, 4);
	struct act_result r;
	struct err why = ERR_INIT;

	if (pick == 3 && !c->first && say_otherwise(d, c))
		return;
	pick %= 3;
	if (!may(c, sides[pick]))
		pick = 2;
	must(solve(d, c->item.id, sides[pick], &r, &why), &why);
}

/* Oldest first, as the officer is offered them. */
static bool solve_next(struct desk *d)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct conflict c = CONFLICT_INIT;
	char id[UUID_TEXT];
	bool any = false;

	case_id_of(id, 0);
	while (!any && outbox_of_case(d->outbox, id, i.id, &i, NULL) == ST_OK)
		if (conflict_waits(&i)) {
			look(d, i.id, &c);
			assert_true(c.base_known);
			assert_true(may(&c, CONFLICT_THEIRS));
			choose(d, &c);
			any = true;
		}
	conflict_release(&c);
	outbox_item_release(&i);
	return any;
}

/* Every action has come to an end: in the log, or seen to by the officer. */
static void all_ended(struct desk *d)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	int64_t before = INT64_MAX;
	int64_t n;

	while (outbox_before(d->outbox, before, &i, NULL) == ST_OK) {
		before = i.id;
		assert_int_not_equal(i.verdict, VERDICT_NONE);
		assert_int_equal(entry_of_iid(d->cache, i.iid, &n, NULL), ST_OK);
		if (verdict_stands(i.verdict))
			assert_true(n > 0);
		else
			assert_true(i.state == OUTBOX_ARCHIVED || i.state == OUTBOX_SUPERSEDED);
	}
	outbox_item_release(&i);
}

static int solved_in(uint64_t seed)
{
	struct desk *d = judged_desk();
	int solved = 0;

	d->rng = rng_from_seed(&d->seed, seed);
	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned k = 1 + dice(d, 3); k > 0; k--)
			we_act(d);
		for (unsigned k = dice(d, 3); k > 0; k--)
			eva_acts(d);
		sync_poke(d->sync);
		desk_settle(d);
		while (d->log_count < LOG_MAX - 12 && d->last_ctr < LOG_MAX - 8 && solve_next(d))
			solved++;
		desk_settle(d);
	}
	while (d->last_ctr < LOG_MAX - 2 && solve_next(d)) {
		solved++;
		desk_settle(d);
	}
	assert_each_once(d);
	all_ended(d);
	nothing_waits(d);
	desk_close(d);
	return solved;
}

static void whatever_is_chosen_every_action_ends_once_in_the_log_or_let_go(void **state)
{
	int solved = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		solved += solved_in(seed);
	print_message("%d conflicts solved in %d runs\n", solved, SEEDS);
	assert_true(solved > SEEDS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_adds_is_never_in_conflict),
		cmocka_unit_test(a_field_has_a_common_value_mine_and_theirs),
		cmocka_unit_test(mine_is_signed_again_with_the_same_intent_and_stands_once),
		cmocka_unit_test(a_case_that_moved_on_since_it_was_shown_is_not_signed_over),
		cmocka_unit_test(theirs_lets_go_and_leaves_a_trace),
		cmocka_unit_test(both_is_no_answer_to_a_field),
		cmocka_unit_test(a_taken_case_is_let_go_unless_it_became_free_again),
		cmocka_unit_test(two_assignments_both_stand_in_the_order_of_the_central),
		cmocka_unit_test(a_step_shows_what_happened_and_is_signed_again_while_it_is_lawful),
		cmocka_unit_test(a_step_that_is_no_longer_lawful_says_why),
		cmocka_unit_test(a_decision_is_written_and_signed_anew),
		cmocka_unit_test(notes_are_kept_on_both_sides),
		cmocka_unit_test(what_hung_on_a_solved_action_is_offered_again_in_its_order),
		cmocka_unit_test(what_hung_on_an_action_that_was_let_go_of_is_judged_by_itself),
		cmocka_unit_test(another_device_of_the_same_officer_is_another_side),
		cmocka_unit_test(an_own_earlier_action_is_part_of_mine),
		cmocka_unit_test(a_base_that_is_not_here_is_asked_for_and_not_guessed),
		cmocka_unit_test(every_field_has_a_name),
		cmocka_unit_test(what_is_not_there_or_was_taken_back_is_no_conflict),
		cmocka_unit_test(a_note_in_quarantine_is_signed_again_or_let_go_of),
		cmocka_unit_test(what_is_only_held_is_not_let_go_of),
		cmocka_unit_test(what_is_neutral_is_not_told_and_a_document_by_its_name),
		cmocka_unit_test(an_entry_that_can_not_be_read_hides_the_base_unless_it_only_adds),
		cmocka_unit_test(entries_missing_at_the_end_are_asked_for),
		cmocka_unit_test(of_a_case_that_left_the_copy_only_mine_is_shown),
		cmocka_unit_test(the_first_of_a_row_that_hangs_together_is_to_be_solved_first),
		cmocka_unit_test(whatever_is_chosen_every_action_ends_once_in_the_log_or_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
