/* SPDX-License-Identifier: EUPL-1.2 */
/* What is sent together, what a central says to all of it, and what it has lost. */
#include "tests/unit/sync/desk.h"

#include "base/banned.h"

#define DEV_2 "0198bbbb-0000-7000-8000-000000000002"

/* The central as the test has it, and what it was sent. */
struct told {
	int lines[200], posts; /* of each POST of actions */
	size_t most_bytes;
	int too_many; /* lines that it does not take in one request */
	int status;   /* of the next answer to actions, once; 0: the desk's own */
	char body[400];
	const char *type;
	int blob_status; /* of a document, once; 0: the desk's own */
	int acks;
	const char *actions_body; /* instead of body */
	const char *acks_body;	  /* NULL: the desk's own */
	struct strbuf kept[3];	  /* what was answered to DEV, by ctr */
	int64_t fork_seq;	  /* > 0: where EPOCH_2 began */
	bool foreign;		  /* earlier devices are not this officer's */
};

static const char lines_type[] = "application/x-ndjson",
		  problem_type[] = "application/problem+json";

static int count_lines(const struct strbuf *b)
{
	int n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

static void say(struct reply *out, int status, const char *type, const char *body)
{
	out->status = status;
	snprintf(out->content_type, sizeof(out->content_type), "%s", type);
	strbuf_sets(&out->body, body);
}

static bool to_actions(struct told *t, const struct request *r, struct reply *out)
{
	int lines = count_lines(&r->body);

	if (t->posts < 200)
		t->lines[t->posts++] = lines;
	if (r->body.len > t->most_bytes)
		t->most_bytes = r->body.len;
	if (t->status) {
		say(out, t->status, t->type, t->actions_body ? t->actions_body : t->body);
		t->status = 0;
		return true;
	}
	if (t->too_many && lines >= t->too_many) {
		answer_problem(out, 413, "too-large", "too much at once", 0, "");
		return true;
	}
	return false;
}

/* Answers about the device that this home had before. */
static void acks_of_before(struct told *t, const struct request *r, struct reply *out)
{
	const char *from = strstr(strbuf_cstr(&r->query), "from=");

	assert_non_null(from);
	say(out, 200, lines_type, "");
	for (int64_t c = strtoll(from + 5, NULL, 10); c < 3; c++)
		if (t->kept[c].len)
			strbuf_addf(&out->body, "%s\n", strbuf_cstr(&t->kept[c]));
}

static bool acks_told(struct told *t, const struct request *r, struct reply *out)
{
	bool before = t->fork_seq > 0 && strstr(strbuf_cstr(&r->query), "dev=" DEV "&")
		      && !strstr(strbuf_cstr(&r->query), "&end=1");

	t->acks++;
	if (before && t->foreign) {
		answer_problem(out, 403, "foreign-device", "not yours", 0, "");
	} else if (t->acks_body && (before || t->fork_seq == 0)) {
		say(out, 200, lines_type, t->acks_body);
		t->acks_body = NULL;
	} else if (before) {
		acks_of_before(t, r, out);
	} else {
		return false;
	}
	return true;
}

static bool told(struct desk *d, const struct request *r, struct reply *out)
{
	struct told *t = d->route_ctx;
	const char *path = strbuf_cstr(&r->path);
	char info[600];

	if (strcmp(path, "/v1/actions") == 0)
		return to_actions(t, r, out);
	if (strcmp(path, "/v1/acks") == 0)
		return acks_told(t, r, out);
	if (strcmp(path, "/v1/api-info") == 0 && t->fork_seq > 0) {
		snprintf(info, sizeof(info),
			 "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH_2
			 "\",\"keys\":[],\"epochs\":[{\"epoch\":\"" EPOCH
			 "\",\"fork_seq\":0},{\"epoch\":\"" EPOCH_2 "\",\"fork_seq\":%lld}]}",
			 (long long)t->fork_seq);
		answer_json(out, 200, info);
		return true;
	}
	if (strcmp(r->method, "PUT") != 0 || !t->blob_status)
		return false;
	say(out, t->blob_status, "application/json", "{}");
	t->blob_status = 0;
	return true;
}

static void problem(struct told *t, int status, const char *code, int64_t expect,
		    const char *last_hash)
{
	t->status = status;
	t->type = problem_type;
	snprintf(t->body, sizeof(t->body),
		 "{\"status\":%d,\"code\":\"%s\",\"detail\":\"x\",\"expect\":%lld,"
		 "\"last_hash\":\"%s\"}",
		 status, code, (long long)expect, last_hash);
}

static struct desk *open_told(struct told *t)
{
	struct desk *d = desk_open();

	memset(t, 0, sizeof(*t));
	d->route = told;
	d->route_ctx = t;
	desk_sync(d);
	return d;
}

static void notes(struct desk *d, int count, const char *text)
{
	struct act_result r;
	struct err why = ERR_INIT;

	for (int i = 0; i < count; i++)
		must(desk_act(d, i % 3, "note.add", "text", text, &r, &why), &why);
	must(outbox_flush(d->outbox, &why), &why);
}

static enum sync_trouble trouble(struct desk *d)
{
	struct sync_status s;

	sync_status(d->sync, &s);
	return s.trouble;
}

static void assert_item(struct desk *d, int64_t id, enum outbox_state state, enum verdict verdict)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct err why = ERR_INIT;

	must(outbox_get(d->outbox, id, &i, &why), &why);
	assert_int_equal(i.state, state);
	assert_int_equal(i.verdict, verdict);
	outbox_item_release(&i);
}

/* --- What is sent together --------------------------------------------------------- */

static void a_request_that_is_too_large_is_sent_in_halves(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);

	(void)state;
	t.too_many = 3;
	notes(d, 9, "Ringt.");
	desk_settle(d);
	assert_int_equal(d->log_count, 9);
	assert_int_equal(t.lines[0], 9);
	assert_int_equal(t.lines[1], 4);
	assert_int_equal(t.lines[2], 2);
	assert_each_once(d);
	desk_close(d);
}

/* Nothing smaller can be sent: it is told, and tried again at leisure. */
static void one_line_that_is_too_large_is_told(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);

	(void)state;
	t.too_many = 1;
	notes(d, 2, "Ringt.");
	desk_sync(d);
	assert_int_equal(trouble(d), SYNC_BUSY);
	assert_in_range(t.posts, 2, 4);
	t.too_many = 0;
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	desk_close(d);
}

static void no_request_is_longer_than_a_mebibyte(void **state)
{
	enum { LONG = 8000, COUNT = 60 };
	char *text = malloc(LONG + 1);
	struct told t;
	struct desk *d = open_told(&t);

	(void)state;
	assert_non_null(text);
	memset(text, '"', LONG); /* two bytes each, once it is JSON */
	text[LONG] = '\0';
	d->verdict = VERDICT_REJECTED; /* so that the desk's log has room */
	notes(d, COUNT, text);
	desk_settle(d);
	assert_int_equal(d->last_ctr, COUNT);
	assert_in_range(t.most_bytes, 1000000, 1024 * 1024);
	assert_int_equal(t.posts, 2);
	free(text);
	desk_close(d);
}

static void an_answer_without_its_last_line_feed_is_one(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	notes(d, 2, "Ringt.");
	must(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), &why);
	central_answer(d, &r, &out);
	strbuf_cut(&out.body, out.body.len - 1);
	must(sync_reply(d->sync, LANE_PUSH, &out, &why), &why);
	assert_int_equal(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), ST_NONE);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

static void answers_beyond_what_was_sent_are_not_read(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	notes(d, 1, "Ringt.");
	must(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), &why);
	central_answer(d, &r, &out);
	strbuf_adds(&out.body, "not.an.answer\n");
	must(sync_reply(d->sync, LANE_PUSH, &out, &why), &why);
	desk_settle(d);
	sync_status(d->sync, &s);
	assert_int_equal(s.refused_acks, 0);
	assert_int_equal(s.outbox.waiting, 0);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* What was believed stays settled when a later answer is not. */
static void the_answers_before_a_bad_one_hold(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	notes(d, 2, "Ringt.");
	must(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), &why);
	central_answer(d, &r, &out);
	strbuf_cut(&out.body, (size_t)(strchr(out.body.data, '\n') - out.body.data) + 1);
	strbuf_adds(&out.body, "not.an.answer\n");
	must(sync_reply(d->sync, LANE_PUSH, &out, &why), &why);
	sync_status(d->sync, &s);
	assert_int_equal(s.refused_acks, 1);
	assert_int_equal(s.outbox.waiting, 1);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* --- Another counter than ours ------------------------------------------------------- */

static struct desk *two_claims(struct told *t)
{
	struct desk *d = open_told(t);
	struct act_result r;
	struct err why = ERR_INIT;

	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	return d;
}

/* Whoever says so, without a signed word of another copy it may be anybody: what was
 * signed waits, and goes when the central itself answers. */
static void a_counter_that_does_not_fit_ours_settles_and_sends_nothing(void **state)
{
	static const struct {
		int64_t expect;
		bool hash_is_ours;
	} rows[] = {
		{ 2, true },  /* just what was sent, and yet refused */
		{ 2, false }, /* the first is another there */
		{ 1, false }, /* none, and yet a last one */
		{ 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t;
		struct desk *d = two_claims(&t);
		struct err why = ERR_INIT;
		int64_t wake;

		problem(&t, 409, "ctr-gap", rows[i].expect,
			rows[i].hash_is_ours ? d->last_hash : d->log[0].eh);
		must(desk_step(d, LANE_PUSH, &wake, &why), &why);
		assert_int_equal(d->log_count, 1);
		assert_item(d, 2, OUTBOX_SIGNED, VERDICT_NONE);
		desk_settle(d);
		assert_int_equal(trouble(d), SYNC_FINE);
		assert_item(d, 2, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
		assert_each_once(d);
		desk_close(d);
	}
}

/* The second was accepted, and both the central's copy of it and the third are
 * gone: it expects the second again, and has the first. */
static void what_the_central_lost_in_the_same_epoch_is_shown_to_it(void **state)
{
	struct told t;
	struct desk *d = two_claims(&t);
	struct act_result r;
	struct err why = ERR_INIT;
	char first[HASH_TEXT];

	(void)state;
	snprintf(first, sizeof(first), "%s", d->last_hash);
	desk_settle(d);
	must(desk_act(d, 2, "case.claim", NULL, NULL, &r, &why), &why);
	d->last_ctr = 1;
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", first);
	desk_sync(d);
	assert_int_equal(trouble(d), SYNC_DIVERGED);
	assert_item(d, r.item, OUTBOX_SIGNED, VERDICT_NONE);
	desk_close(d);
}

/* What a restored central says in the epoch of before, and who else may say it. */
struct gap_told {
	enum { GAP_SIGNED, GAP_BARE, GAP_OF_ANOTHER_KEY, GAP_OF_BEFORE } how;
	int64_t at;
	bool lost;   /* the central's answers are gone, as it says */
	bool forked; /* it was sent something else for a counter that it has answered */
	int posts;
};

static bool is_answered(struct desk *d, const struct request *r)
{
	const char *p = strbuf_cstr(&r->body);
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	bool yes;

	assert_int_equal(
		jws_payload_unverified(&payload, (struct str){ p, strcspn(p, "\n") }, NULL), ST_OK);
	assert_int_equal(payload_read(&a, strbuf_str(&payload), NULL), ST_OK);
	yes = a.ctr <= d->last_ctr;
	action_release(&a);
	strbuf_release(&payload);
	return yes;
}

static bool gap_at_first(struct desk *d, const struct request *r, struct reply *out)
{
	struct problem p = { 409, "ctr-gap", "none is here", 1, HASH_ZERO, "", "" };
	struct gap_told *g = d->route_ctx;

	if (strcmp(strbuf_cstr(&r->path), "/v1/actions") != 0)
		return false;
	g->forked = g->forked || is_answered(d, r);
	if (++g->posts > 2)
		return false;
	if (g->lost) {
		for (; d->last_ctr > 0; d->last_ctr--)
			strbuf_clear(&d->acks[d->last_ctr]);
		memcpy(d->last_hash, HASH_ZERO, HASH_TEXT);
	}
	d->unproved = g->how == GAP_OF_ANOTHER_KEY;
	if (g->how != GAP_BARE)
		sign_problem(d, &p, g->how == GAP_OF_BEFORE ? g->at : d->wall);
	d->unproved = false;
	out->status = 409;
	snprintf(out->content_type, sizeof(out->content_type), "%s", problem_type);
	assert_true(problem_write(&out->body, &p));
	return true;
}

/* The first was refused, the second waits; *slot: what holds the place of the first
 * when the second has been answered. */
static void after_two_gaps(struct gap_told *g, enum outbox_slot *slot)
{
	struct desk *d = desk_open();
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct act_result first, second;
	struct err why = ERR_INIT;

	desk_settle(d);
	d->verdict = VERDICT_REJECTED;
	must(desk_act(d, 0, "case.claim", NULL, NULL, &first, &why), &why);
	desk_settle(d);
	d->verdict = VERDICT_NONE;
	must(outbox_get(d->outbox, first.item, &i, &why), &why);
	g->at = i.settled_at;
	d->route = gap_at_first;
	d->route_ctx = g;
	must(desk_act(d, 1, "case.claim", NULL, NULL, &second, &why), &why);
	desk_settle(d);
	must(outbox_get(d->outbox, first.item, &i, &why), &why);
	*slot = i.slot;
	assert_item(d, second.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	assert_int_equal(d->log_count, 1);
	outbox_item_release(&i);
	desk_close(d);
}

/* A void over a place that the central has answered would freeze this device. */
static void a_refusal_gives_its_place_up_to_nobody_but_the_central(void **state)
{
	struct gap_told liars[] = { { .how = GAP_BARE },
				    { .how = GAP_OF_ANOTHER_KEY },
				    { .how = GAP_OF_BEFORE } };
	enum outbox_slot slot;

	(void)state;
	for (size_t i = 0; i < sizeof(liars) / sizeof(liars[0]); i++) {
		after_two_gaps(&liars[i], &slot);
		assert_in_range(liars[i].posts, 3, 4);
		assert_int_equal(slot, SLOT_OWN);
		assert_false(liars[i].forked);
	}
}

static void a_refusal_that_the_central_has_lost_in_the_same_epoch_gives_its_place_up(void **state)
{
	struct gap_told g = { .how = GAP_SIGNED, .lost = true };
	enum outbox_slot slot;

	(void)state;
	after_two_gaps(&g, &slot);
	assert_int_equal(slot, SLOT_ANSWERED);
	assert_false(g.forked);
}

/* Who stands on the line tells of a restore, and that no answer is left. */
struct restore_told {
	int lists;	/* of answers, empty ones; after them the central itself is there */
	const char *as; /* what it says the list is */
	bool forked;
};

static bool restore_at_first(struct desk *d, const struct request *r, struct reply *out)
{
	struct restore_told *t = d->route_ctx;
	const char *path = strbuf_cstr(&r->path);

	if (strcmp(path, "/v1/actions") == 0) {
		t->forked = t->forked || is_answered(d, r);
		t->lists = 0;
	}
	if (t->lists == 0)
		return false;
	if (strcmp(path, "/v1/api-info") == 0) {
		answer_json(out, 200,
			    "{\"central\":\"" AUD "\",\"epoch\":\"" EPOCH_2 "\",\"keys\":[]}");
		return true;
	}
	if (strcmp(path, "/v1/acks") != 0)
		return false;
	t->lists--;
	if (t->as)
		answer_problem(out, 409, t->as, "none is here", 1, HASH_ZERO);
	else
		say(out, 200, lines_type, "");
	return true;
}

static void a_restore_that_nobody_signed_puts_nothing_in_the_place_of_a_refusal(void **state)
{
	static const char *const said[] = { NULL, "ctr-gap" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct restore_told t = { .lists = 2, .as = said[i] };
		struct desk *d = desk_open();
		struct act_result first, second;
		struct err why = ERR_INIT;

		desk_settle(d);
		d->verdict = VERDICT_REJECTED;
		must(desk_act(d, 0, "case.claim", NULL, NULL, &first, &why), &why);
		desk_settle(d);
		d->verdict = VERDICT_NONE;
		must(desk_act(d, 1, "case.claim", NULL, NULL, &second, &why), &why);
		d->route = restore_at_first;
		d->route_ctx = &t;
		desk_restart(d);
		desk_settle(d);
		assert_int_equal(t.lists, 0);
		assert_false(t.forked);
		assert_item(d, first.item, OUTBOX_ACKNOWLEDGED, VERDICT_REJECTED);
		assert_item(d, second.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
		desk_close(d);
	}
}

/* A claim that the central has refused. */
static void claim_in_vain(struct desk *d, struct act_result *r)
{
	struct err why = ERR_INIT;

	desk_settle(d);
	d->verdict = VERDICT_REJECTED;
	must(desk_act(d, 0, "case.claim", NULL, NULL, r, &why), &why);
	desk_settle(d);
	d->verdict = VERDICT_NONE;
}

/* The machine that it was put back on is an hour behind; its epoch is not: that
 * follows those before it. */
static void a_restored_central_with_another_clock_is_believed(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct sync_status s;
	struct err why = ERR_INIT;

	(void)state;
	claim_in_vain(d, &r);
	for (; d->last_ctr > 0; d->last_ctr--)
		strbuf_clear(&d->acks[d->last_ctr]);
	memcpy(d->last_hash, HASH_ZERO, HASH_TEXT);
	uuid7(d->epoch, uuid7_ms(str_of(d->epoch)) + 1, &d->rng);
	d->wall -= 3600000;
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	for (int i = 0; i < 5; i++) {
		sync_poke(d->sync);
		desk_sync(d);
		d->boot += 61000;
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.outbox.waiting, 0);
	assert_item(d, r.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	desk_close(d);
}

/* --- Documents ------------------------------------------------------------------------ */

static int64_t add_document(struct desk *d)
{
	struct actor a = desk_actor(d);
	struct act_result r;
	char id[UUID_TEXT];
	struct intent in = { .act = "document.add",
			     .case_id = id,
			     .doc_count = 1,
			     .docs = { { "a.txt", "text/plain", str_of("hej") } } };
	struct err why = ERR_INIT;

	case_id_of(id, 0);
	must(act(&a, &in, &r, &why), &why);
	must(outbox_flush(d->outbox, &why), &why);
	return r.item;
}

static void a_document_goes_before_its_action_and_only_a_yes_is_one(void **state)
{
	static const struct {
		int status;
		enum sync_trouble trouble;
	} rows[] = { { 200, SYNC_FINE },
		     { 201, SYNC_FINE },
		     { 204, SYNC_FINE },
		     { 202, SYNC_NONSENSE },
		     { 206, SYNC_NONSENSE } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t;
		struct desk *d = open_told(&t);
		struct err why = ERR_INIT;
		int64_t wake;

		(void)add_document(d);
		t.blob_status = rows[i].status;
		must(desk_step(d, LANE_PUSH, &wake, &why), &why);
		assert_int_equal(t.blob_status, 0);
		assert_int_equal(trouble(d), rows[i].trouble);
		desk_settle(d);
		assert_int_equal(d->log_count, 1);
		desk_close(d);
	}
}

static void a_document_that_nobody_here_has_is_told_and_asked_for_no_faster(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct sync_status s;

	(void)state;
	notes(d, 1, "Ringt.");
	t.status = 409;
	t.type = problem_type;
	snprintf(t.body, sizeof(t.body),
		 "{\"status\":409,\"code\":\"needs-blob\",\"detail\":\"x\",\"h\":\"%s\"}",
		 HASH_ZERO);
	desk_sync(d);
	sync_status(d->sync, &s);
	assert_string_equal(s.code, "needs-blob");
	assert_int_equal(t.posts, 1);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

static void a_document_that_the_central_lost_is_sent_again(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct err why = ERR_INIT;
	int64_t wake;
	char h[HASH_TEXT];

	(void)state;
	(void)add_document(d);
	must(desk_step(d, LANE_PUSH, &wake, &why), &why); /* the document */
	sha256_hex(h, str_of("hej"));
	t.status = 409;
	t.type = problem_type;
	snprintf(t.body, sizeof(t.body),
		 "{\"status\":409,\"code\":\"needs-blob\",\"detail\":\"x\",\"h\":\"%s\"}", h);
	t.blob_status = 201;
	must(desk_step(d, LANE_PUSH, &wake, &why), &why); /* the action */
	assert_int_equal(t.posts, 1);
	must(desk_step(d, LANE_PUSH, &wake, &why), &why);
	assert_int_equal(t.blob_status, 0); /* the document again */
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	desk_close(d);
}

/* --- Lost answers ------------------------------------------------------------------------ */

/* Its counter was used by another copy of this device: the answer is signed, and
 * is not to what we sent. */
static void an_answer_in_the_list_to_another_action_freezes_the_device(void **state)
{
	struct told t;
	struct desk *d = open_told(&t);
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->other_ah = d->other_iid = true;
	d->lose_replies = 1;
	desk_sync(d);
	d->boot += 120000;
	d->wall += 120000;
	problem(&t, 409, "ctr-gap", 2, HASH_ZERO);
	desk_sync(d);
	assert_int_equal(t.acks, 1);
	assert_int_equal(trouble(d), SYNC_FROZEN);
	assert_item(d, r.item, OUTBOX_HELD, VERDICT_NONE);
	desk_close(d);
}

/* It was put back from a copy of itself since: of what it sent later nothing is
 * here to be settled. */
static void answers_to_what_is_not_here_any_more_settle_nothing_and_stop_nothing(void **state)
{
	struct told t;
	struct desk *d = two_claims(&t);
	struct sync_status s;
	struct err why = ERR_INIT;

	(void)state;
	desk_settle(d);
	must(db_exec(d->outbox, "DELETE FROM item WHERE ctr = 2", &why), &why);
	must(outbox_reopen(d->outbox, DEV, 1, &why), &why);
	desk_restart(d);
	problem(&t, 409, "ctr-gap", 3, HASH_ZERO);
	desk_settle(d);
	assert_int_equal(t.acks, 1);
	assert_item(d, 1, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	sync_status(d->sync, &s);
	assert_int_equal(s.refused_acks, 0);
	desk_close(d);
}

/* The central of after the first claim, in a new epoch; and the home was enrolled
 * anew before anybody saw that. */
static struct desk *enrolled_anew_and_restored(struct told *t)
{
	struct desk *d = two_claims(t);

	desk_settle(d);
	for (int i = 1; i < 3; i++)
		strbuf_set(&t->kept[i], d->acks[i].data, d->acks[i].len);
	t->fork_seq = d->log[0].seq;
	desk_enrol_anew(d, DEV_2, "britt.a");
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	strbuf_clear(&t->kept[2]);
	strbuf_clear(&d->log[1].jws);
	d->log_count = 1;
	d->head = d->log[0].seq;
	d->file[1].assignee[0] = '\0';
	d->file[1].state = CASE_REGISTERED;
	d->file[1].n = 2;
	d->file_seq[1] = 4;
	desk_restart(d);
	return d;
}

static void close_told(struct desk *d, struct told *t)
{
	for (int i = 0; i < 3; i++)
		strbuf_release(&t->kept[i]);
	desk_close(d);
}

static bool is_rechecked(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	bool over;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	over = who.recheck_from == 0;
	identity_release(&who);
	return over;
}

static void what_an_earlier_device_signed_and_a_restore_took_is_signed_anew(void **state)
{
	struct told t;
	struct desk *d = enrolled_anew_and_restored(&t);
	struct actor a = desk_actor(d);
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_settle(d);
	assert_true(is_rechecked(d));
	assert_item(d, 1, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	assert_item(d, 2, OUTBOX_HELD, VERDICT_NONE);
	must(act_resign(&a, 2, &r, &why), &why);
	desk_settle(d);
	assert_int_equal(d->log_count, 2);
	assert_item(d, r.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	assert_each_once(d);
	close_told(d, &t);
}

/* Nothing of the recheck counts until all of an answer does. */
static void an_answer_about_an_earlier_device_that_is_none_is_asked_for_again(void **state)
{
	struct told t;
	struct desk *d = enrolled_anew_and_restored(&t);
	struct strbuf both = STRBUF_INIT;

	(void)state;
	strbuf_addf(&both, "%s\nnot.an.answer\n", strbuf_cstr(&t.kept[1]));
	t.acks_body = strbuf_cstr(&both);
	desk_settle(d);
	assert_null(t.acks_body);
	assert_true(is_rechecked(d));
	assert_item(d, 1, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	assert_item(d, 2, OUTBOX_HELD, VERDICT_NONE);
	strbuf_release(&both);
	close_told(d, &t);
}

/* The home was another officer's before: it is not ours to ask about. */
static void a_device_of_another_officer_is_not_asked_about_again(void **state)
{
	struct told t;
	struct desk *d = enrolled_anew_and_restored(&t);
	int acks;

	(void)state;
	t.foreign = true;
	desk_settle(d);
	assert_true(is_rechecked(d));
	assert_item(d, 2, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	acks = t.acks;
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(t.acks, acks);
	close_told(d, &t);
}

/* A no of the epoch before, that somebody kept: it is asked for whether the central
 * has it still. */
static void a_refusal_from_before_a_restore_is_looked_up_before_it_is_believed(void **state)
{
	struct told t;
	struct desk *d = two_claims(&t);
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct ack no = { .verdict = VERDICT_REJECTED, .at = 1 };
	struct strbuf payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct act_result r;
	struct err why = ERR_INIT;

	(void)state;
	desk_settle(d);
	t.fork_seq = d->head;
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	sync_poke(d->sync);
	desk_settle(d);
	must(desk_act(d, 2, "case.claim", NULL, NULL, &r, &why), &why);
	must(outbox_get(d->outbox, r.item, &i, &why), &why);
	snprintf(no.iid, sizeof(no.iid), "%s", i.iid);
	snprintf(no.ah, sizeof(no.ah), "%s", i.ah);
	snprintf(no.dev, sizeof(no.dev), "%s", i.dev);
	snprintf(no.case_id, sizeof(no.case_id), "%s", i.case_id);
	snprintf(no.epoch, sizeof(no.epoch), EPOCH);
	snprintf(no.why, sizeof(no.why), "taken");
	no.ctr = i.ctr;
	assert_true(ack_write(&payload, &no));
	must(jws_sign(&jws, NULL, d->central_key, TYP_ACK, strbuf_str(&payload), &why), &why);
	t.status = 200;
	t.type = lines_type;
	t.actions_body = strbuf_cstr(&jws);
	t.acks = 0;
	desk_settle(d);
	assert_true(t.acks > 0);
	assert_item(d, r.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	strbuf_release(&payload);
	strbuf_release(&jws);
	outbox_item_release(&i);
	close_told(d, &t);
}

/* Put back from a backup before the one that made them durable: what the central
 * wants to go on from is in no outbox any more. */
static void a_device_whose_counter_nobody_can_go_on_from_is_told_to_enrol_anew(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;
	struct sync_status s;

	(void)state;
	desk_settle(d);
	for (int i = 0; i < 3; i++) {
		must(desk_act(d, i, "case.claim", NULL, NULL, &r, &why), &why);
		desk_settle(d);
	}
	must(db_exec(d->outbox, "DELETE FROM item WHERE ctr <= 2", &why), &why);
	uuid7(d->epoch, d->wall, &d->rng);
	d->last_ctr = 1;
	memset(d->last_hash, 'a', HASH_TEXT - 1);
	must(desk_act(d, 0, "note.add", "text", "x", &r, &why), &why);
	for (int i = 0; i < 10; i++) {
		desk_sync(d);
		d->wall += 61000;
		d->boot += 61000;
	}
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_REFUSED);
	assert_string_equal(s.code, "counter-not-here");
	desk_close(d);
}

/* What awaits ctr 1, in nobody's name, so many times. */
struct bare {
	int left;
};

static bool bare_gap(struct desk *d, const struct request *r, struct reply *out)
{
	struct bare *b = d->route_ctx;
	struct problem p = { .status = 409, .code = "ctr-gap", .expect = 1 };

	if (strcmp(strbuf_cstr(&r->path), "/v1/actions") != 0 || b->left-- <= 0)
		return false;
	memcpy(p.last_hash, HASH_ZERO, HASH_TEXT);
	out->status = 409;
	snprintf(out->content_type, sizeof(out->content_type), "application/problem+json");
	problem_write(&out->body, &p);
	return true;
}

/* How it stands after some time with so many of them. */
static void live_with_bare_gaps(struct desk *d, int count, struct sync_status *s)
{
	struct bare b = { .left = count };
	struct act_result r;
	struct err why = ERR_INIT;

	d->route = bare_gap;
	d->route_ctx = &b;
	must(desk_act(d, 1, "case.claim", NULL, NULL, &r, &why), &why);
	for (int i = 0; i < 20; i++) {
		sync_poke(d->sync);
		desk_sync(d);
		d->boot += 61000;
		d->wall += 61000;
	}
	sync_status(d->sync, s);
	d->route_ctx = NULL;
}

static void counters_that_nobody_signed_stop_no_workstation(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct sync_status s;
	struct err why = ERR_INIT;

	(void)state;
	desk_settle(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	desk_settle(d);
	assert_item(d, r.item, OUTBOX_ACKNOWLEDGED, VERDICT_ACCEPTED);
	live_with_bare_gaps(d, 4, &s);
	assert_int_equal(s.trouble, SYNC_FINE);
	assert_int_equal(s.outbox.waiting, 0);
	desk_close(d);
}

static void counters_that_nobody_signed_advise_nobody_to_enrol_anew(void **state)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct sync_status s;

	(void)state;
	claim_in_vain(d, &r);
	live_with_bare_gaps(d, 1000, &s);
	assert_string_not_equal(s.code, "counter-not-here");
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_that_nobody_signed_stop_no_workstation),
		cmocka_unit_test(counters_that_nobody_signed_advise_nobody_to_enrol_anew),
		cmocka_unit_test(a_request_that_is_too_large_is_sent_in_halves),
		cmocka_unit_test(one_line_that_is_too_large_is_told),
		cmocka_unit_test(no_request_is_longer_than_a_mebibyte),
		cmocka_unit_test(an_answer_without_its_last_line_feed_is_one),
		cmocka_unit_test(answers_beyond_what_was_sent_are_not_read),
		cmocka_unit_test(the_answers_before_a_bad_one_hold),
		cmocka_unit_test(a_counter_that_does_not_fit_ours_settles_and_sends_nothing),
		cmocka_unit_test(what_the_central_lost_in_the_same_epoch_is_shown_to_it),
		cmocka_unit_test(a_refusal_gives_its_place_up_to_nobody_but_the_central),
		cmocka_unit_test(
			a_refusal_that_the_central_has_lost_in_the_same_epoch_gives_its_place_up),
		cmocka_unit_test(a_restored_central_with_another_clock_is_believed),
		cmocka_unit_test(
			a_restore_that_nobody_signed_puts_nothing_in_the_place_of_a_refusal),
		cmocka_unit_test(a_document_goes_before_its_action_and_only_a_yes_is_one),
		cmocka_unit_test(a_document_that_nobody_here_has_is_told_and_asked_for_no_faster),
		cmocka_unit_test(a_document_that_the_central_lost_is_sent_again),
		cmocka_unit_test(an_answer_in_the_list_to_another_action_freezes_the_device),
		cmocka_unit_test(
			answers_to_what_is_not_here_any_more_settle_nothing_and_stop_nothing),
		cmocka_unit_test(what_an_earlier_device_signed_and_a_restore_took_is_signed_anew),
		cmocka_unit_test(an_answer_about_an_earlier_device_that_is_none_is_asked_for_again),
		cmocka_unit_test(a_device_of_another_officer_is_not_asked_about_again),
		cmocka_unit_test(
			a_refusal_from_before_a_restore_is_looked_up_before_it_is_believed),
		cmocka_unit_test(
			a_device_whose_counter_nobody_can_go_on_from_is_told_to_enrol_anew),
	};

	return cmocka_run_group_tests_name("sync/push", tests, NULL, NULL);
}
