/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "central/limits.h"

#include "base/banned.h"

/* britt and anna at their desks, one registered case. */
struct scene {
	struct rig r;
	struct desk britt, anna;
	char id[UUID_TEXT];
};

static void open_scene(struct scene *s, uint64_t seed)
{
	rig_open(&s->r, seed);
	rig_case(&s->r, "BYGGLOV", s->id);
	desk_open(&s->britt, &s->r, "britt");
	desk_open(&s->anna, &s->r, "anna");
}

static void close_scene(struct scene *s)
{
	struct central_findings f;

	assert_int_equal(central_verify(s->r.c, &f, NULL, NULL, NULL), ST_OK);
	assert_int_equal(f.faults, 0);
	desk_release(&s->britt);
	desk_release(&s->anna);
	rig_close(&s->r);
}

static void a_repeated_push_gives_the_same_acknowledgement_byte_for_byte(void **state)
{
	struct scene s;
	struct ack ack;
	struct strbuf first = STRBUF_INIT;
	char path[64];

	(void)state;
	open_scene(&s, 1);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	strbuf_set(&first, s.r.reply.body.data, s.r.reply.body.len);
	s.r.wall += 86400000;
	assert_int_equal(desk_try_login(&s.britt), 200);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&s.britt.jws)), 200);
	assert_string_equal(strbuf_cstr(&s.r.reply.body), strbuf_cstr(&first));
	assert_int_equal(central_size(s.r.c), 3);
	snprintf(path, sizeof(path), "/v1/acks?dev=%s&from=1", s.britt.dev);
	assert_int_equal(rig_get(&s.r, s.britt.token, path), 200);
	assert_string_equal(strbuf_cstr(&s.r.reply.body), strbuf_cstr(&first));
	strbuf_release(&first);
	close_scene(&s);
}

/* A home that is enrolled anew asks what became of its earlier key's actions. */
static void answers_are_given_to_another_device_of_the_same_officer_alone(void **state)
{
	struct scene s;
	struct desk again;
	struct ack ack;
	struct strbuf first = STRBUF_INIT;
	char path[80];

	(void)state;
	open_scene(&s, 2);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	strbuf_set(&first, s.r.reply.body.data, s.r.reply.body.len);
	desk_open(&again, &s.r, "britt");
	snprintf(path, sizeof(path), "/v1/acks?dev=%s&from=1", s.britt.dev);
	assert_int_equal(rig_get(&s.r, again.token, path), 200);
	assert_string_equal(strbuf_cstr(&s.r.reply.body), strbuf_cstr(&first));
	snprintf(path, sizeof(path), "/v1/acks?dev=%s&from=2", s.britt.dev);
	assert_int_equal(rig_get(&s.r, again.token, path), 200);
	assert_int_equal(s.r.reply.body.len, 0);
	/* One that a restore has lost has no answers; another officer's tells none. */
	assert_int_equal(rig_get(&s.r, again.token,
				 "/v1/acks?dev=01a2072b-8cdb-70e1-a345-b8e6e40213c2&from=1"),
			 200);
	assert_int_equal(s.r.reply.body.len, 0);
	snprintf(path, sizeof(path), "/v1/acks?dev=%s&from=1", s.britt.dev);
	rig_get(&s.r, s.anna.token, path);
	rig_expect(&s.r, 403, "foreign-device");
	desk_release(&again);
	strbuf_release(&first);
	close_scene(&s);
}

static void the_second_claim_is_rejected_and_names_the_winner(void **state)
{
	struct scene s;
	struct action mine = ACTION_INIT, theirs = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 2);
	desk_draft(&s.britt, &mine, s.id, "case.claim");
	desk_draft(&s.anna, &theirs, s.id, "case.claim");
	desk_send(&s.anna, &theirs, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_send(&s.britt, &mine, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "taken");
	assert_string_equal(ack.who, "anna");
	assert_non_null(strstr(ack.detail, "anna"));
	assert_int_equal(ack.n, 0);
	action_release(&mine);
	action_release(&theirs);
	close_scene(&s);
}

static void a_note_on_an_old_base_is_merged_and_a_decision_is_not(void **state)
{
	struct scene s;
	struct action note = ACTION_INIT, decide = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 3);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	desk_upload(&s.britt, "brev");
	desk_draft(&s.anna, &note, s.id, "note.add");
	set_arg(&note, "text", "hej");
	desk_draft(&s.britt, &decide, s.id, "case.decide");
	fill_decision(&decide, "britt");
	add_letter(&decide, "brev");
	rig_officer(&s.r, "rut", "registrar", "bygg", 0);
	{
		struct desk rut;

		desk_open(&rut, &s.r, "rut");
		desk_act(&rut, s.id, "case.title", "title", "Ny rubrik", &ack);
		assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
		desk_release(&rut);
	}
	desk_send(&s.anna, &note, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	assert_int_equal(ack.merged_over, 1);
	desk_send(&s.britt, &decide, &ack);
	assert_int_equal(ack.verdict, VERDICT_CONFLICT);
	assert_string_equal(ack.why, "moved-on");
	action_release(&note);
	action_release(&decide);
	close_scene(&s);
}

static void an_action_on_one_that_does_not_stand_is_a_conflict(void **state)
{
	struct scene s;
	struct action claim = ACTION_INIT, ask = ACTION_INIT;
	struct strbuf both = STRBUF_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 4);
	desk_draft(&s.britt, &claim, s.id, "case.claim");
	desk_draft(&s.britt, &ask, s.id, "case.deadline");
	set_arg(&ask, "due", "2026-06-01");
	desk_act(&s.anna, s.id, "case.claim", NULL, NULL, &ack);
	desk_sign(&s.britt, &claim);
	strbuf_set(&both, s.britt.jws.data, s.britt.jws.len);
	ask.ctr = 2;
	ask.pre = 1;
	memcpy(ask.prev, s.britt.prev, HASH_TEXT);
	desk_sign(&s.britt, &ask);
	strbuf_addc(&both, '\n');
	strbuf_add(&both, s.britt.jws.data, s.britt.jws.len);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&both)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_string_equal(ack.why, "taken");
	rig_ack(&s.r, 1, &ack);
	assert_int_equal(ack.verdict, VERDICT_CONFLICT);
	assert_string_equal(ack.why, "depends-on");
	strbuf_release(&both);
	action_release(&claim);
	action_release(&ask);
	close_scene(&s);
}

static void one_bad_action_never_blocks_the_queue(void **state)
{
	struct scene s;
	struct ack ack;
	struct action a = ACTION_INIT;

	(void)state;
	open_scene(&s, 5);
	desk_draft(&s.britt, &a, s.id, "note.add"); /* the text is missing */
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "argument-missing");
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(ack.ctr, 2);
	action_release(&a);
	close_scene(&s);
}

static void an_act_that_is_not_in_the_catalogue_is_rejected_and_counted(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct strbuf payload = STRBUF_INIT, odd = STRBUF_INIT;
	struct ack ack;
	const char *at;

	(void)state;
	open_scene(&s, 6);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	assert_int_equal(payload_write(&payload, &a, NULL), ST_OK);
	at = strstr(strbuf_cstr(&payload), "case.claim");
	strbuf_add(&odd, payload.data, (size_t)(at - payload.data));
	strbuf_adds(&odd, "case.gobble");
	strbuf_adds(&odd, at + strlen("case.claim"));
	strbuf_clear(&s.britt.jws);
	assert_int_equal(
		jws_sign(&s.britt.jws, s.britt.ah, s.britt.key, TYP_ACTION, strbuf_str(&odd), NULL),
		ST_OK);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&s.britt.jws)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "act-unknown");
	strbuf_release(&payload);
	strbuf_release(&odd);
	action_release(&a);
	close_scene(&s);
}

static void one_changed_bit_anywhere_is_refused_and_nothing_is_consumed(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct strbuf copy = STRBUF_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 7);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	desk_sign(&s.britt, &a);
	for (size_t i = 0; i < s.britt.jws.len; i += 7) {
		strbuf_set(&copy, s.britt.jws.data, s.britt.jws.len);
		copy.data[i] = (char)(copy.data[i] ^ 1);
		desk_post(&s.britt, strbuf_str(&copy));
		assert_int_equal(s.r.reply.status, 400);
		assert_string_equal(s.r.reply.content_type, "application/problem+json");
	}
	assert_int_equal(central_size(s.r.c), 2);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&s.britt.jws)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	strbuf_release(&copy);
	action_release(&a);
	close_scene(&s);
}

static void a_queue_is_never_taken_as_another_officers(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 8);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	desk_sign(&s.britt, &a);
	desk_post(&s.anna, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 400, "jws-kid");
	/* anna's key, britt's name */
	desk_draft(&s.anna, &a, s.id, "case.claim");
	snprintf(a.sub, sizeof(a.sub), "britt");
	desk_send(&s.anna, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "foreign-officer");
	/* anna's key, another device */
	desk_draft(&s.anna, &a, s.id, "case.claim");
	memcpy(a.dev, s.britt.dev, sizeof(a.dev));
	desk_sign(&s.anna, &a);
	desk_post(&s.anna, strbuf_str(&s.anna.jws));
	rig_expect(&s.r, 400, "foreign-device");
	action_release(&a);
	close_scene(&s);
}

static void an_action_for_another_central_is_rejected(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 9);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	snprintf(a.aud, sizeof(a.aud), "sluss-0000000000000000");
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "foreign-central");
	action_release(&a);
	close_scene(&s);
}

static void a_gap_in_the_counter_names_what_is_awaited(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct problem p = { 0 };
	struct ack ack;

	(void)state;
	open_scene(&s, 10);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	desk_draft(&s.britt, &a, s.id, "note.add");
	set_arg(&a, "text", "x");
	a.ctr = 3;
	desk_sign(&s.britt, &a);
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "ctr-gap");
	assert_int_equal(problem_read(&p, strbuf_str(&s.r.reply.body), NULL), ST_OK);
	assert_int_equal(p.expect, 2);
	assert_string_equal(p.last_hash, ack.ah);
	rig_signed_for(&s.r, &p, s.britt.dev);
	assert_int_equal(rig_get(&s.r, s.britt.token, "/v1/acks?from=1&end=1"), 200);
	assert_int_equal(rig_get(&s.r, s.britt.token, "/v1/acks?from=2"), 200);
	assert_int_equal(s.r.reply.body.len, 0);
	assert_int_equal(rig_get(&s.r, s.britt.token, "/v1/acks?from=2&end=1"), 409);
	rig_expect(&s.r, 409, "ctr-gap");
	assert_int_equal(problem_read(&p, strbuf_str(&s.r.reply.body), NULL), ST_OK);
	assert_int_equal(p.expect, 2);
	rig_signed_for(&s.r, &p, s.britt.dev);
	a.ctr = 2; /* the right number on the wrong hash */
	memcpy(a.prev, HASH_ZERO, HASH_TEXT);
	desk_sign(&s.britt, &a);
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "ctr-gap");
	assert_int_equal(central_size(s.r.c), 3);
	action_release(&a);
	close_scene(&s);
}

static void two_envelopes_with_one_counter_freeze_the_device(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 11);
	desk_draft(&s.britt, &a, s.id, "case.priority");
	set_arg(&a, "priority", "1");
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	desk_sign(&s.britt, &a);
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "device-fork");
	memcpy(s.britt.prev, ack.ah, HASH_TEXT);
	s.britt.ctr = 1;
	desk_draft(&s.britt, &a, s.id, "case.priority");
	set_arg(&a, "priority", "1");
	desk_sign(&s.britt, &a);
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "device-fork");
	action_release(&a);
	close_scene(&s);
}

static void an_intent_signed_again_on_a_new_device_gets_the_first_answer(void **state)
{
	struct scene s;
	struct desk again;
	struct action a = ACTION_INIT;
	struct ack first, second;

	(void)state;
	open_scene(&s, 12);
	desk_open(&again, &s.r, "britt");
	desk_draft(&s.britt, &a, s.id, "case.claim");
	desk_send(&s.britt, &a, &first);
	memcpy(a.dev, again.dev, sizeof(a.dev));
	a.ctr = 1;
	memcpy(a.prev, HASH_ZERO, HASH_TEXT);
	desk_send(&again, &a, &second);
	assert_string_equal(second.iid, first.iid);
	assert_string_equal(second.ah, first.ah);
	assert_int_equal(second.seq, first.seq);
	assert_int_equal(central_size(s.r.c), 3);
	desk_act(&again, s.id, "note.add", "text", "vidare", &second);
	assert_int_equal(second.verdict, VERDICT_ACCEPTED);
	action_release(&a);
	desk_release(&again);
	close_scene(&s);
}

static void anothers_intent_is_not_answered_for(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 13);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	desk_draft(&s.anna, &a, s.id, "note.add");
	set_arg(&a, "text", "x");
	memcpy(a.iid, s.britt.iid, sizeof(a.iid));
	desk_send(&s.anna, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "intent-taken");
	action_release(&a);
	close_scene(&s);
}

static void a_void_takes_the_place_of_a_withdrawn_envelope(void **state)
{
	struct scene s;
	struct action note = ACTION_INIT, next = ACTION_INIT, v = ACTION_INIT;
	struct strbuf body = STRBUF_INIT;
	struct ack ack;
	char withdrawn[HASH_TEXT];

	(void)state;
	open_scene(&s, 14);
	desk_draft(&s.britt, &note, s.id, "note.add");
	set_arg(&note, "text", "ångrad");
	desk_draft(&s.britt, &v, s.id, "void");
	desk_sign(&s.britt, &note);
	memcpy(withdrawn, s.britt.ah, HASH_TEXT);
	desk_draft(&s.britt, &next, s.id, "case.claim"); /* signed on the withdrawn one */
	set_arg(&v, "ah", withdrawn);
	desk_sign(&s.britt, &v);
	strbuf_set(&body, s.britt.jws.data, s.britt.jws.len);
	strbuf_addc(&body, '\n');
	desk_sign(&s.britt, &next);
	strbuf_add(&body, s.britt.jws.data, s.britt.jws.len);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_VOID);
	rig_ack(&s.r, 1, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(central_size(s.r.c), 3);
	/* both again: the same answers */
	assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
	rig_ack(&s.r, 1, &ack);
	assert_int_equal(ack.seq, 3);
	strbuf_release(&body);
	action_release(&note);
	action_release(&next);
	action_release(&v);
	close_scene(&s);
}

static void a_missing_document_holds_its_line_and_all_after_it(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct strbuf body = STRBUF_INIT;
	struct problem p = { 0 };
	struct ack ack;

	(void)state;
	open_scene(&s, 15);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	desk_sign(&s.britt, &a);
	strbuf_set(&body, s.britt.jws.data, s.britt.jws.len);
	strbuf_addc(&body, '\n');
	desk_draft(&s.britt, &a, s.id, "case.decide");
	a.pre = 1;
	fill_decision(&a, "britt");
	add_letter(&a, "beslutet");
	desk_sign(&s.britt, &a);
	strbuf_add(&body, s.britt.jws.data, s.britt.jws.len);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
	assert_int_equal(central_size(s.r.c), 3); /* the claim alone */
	assert_null(strchr(strchr(strbuf_cstr(&s.r.reply.body), '\n') + 1, '\n'));
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "needs-blob");
	assert_int_equal(problem_read(&p, strbuf_str(&s.r.reply.body), NULL), ST_OK);
	assert_string_equal(p.h, a.docs[0].h);
	rig_signed_for(&s.r, &p, s.britt.dev);
	assert_int_equal(desk_upload(&s.anna, "beslutet"),
			 201); /* another's upload does not count */
	desk_post(&s.britt, strbuf_str(&s.britt.jws));
	rig_expect(&s.r, 409, "needs-blob");
	assert_int_equal(desk_upload(&s.britt, "beslutet"), 201);
	assert_int_equal(desk_upload(&s.britt, "beslutet"), 200);
	assert_int_equal(desk_post(&s.britt, strbuf_str(&s.britt.jws)), 200);
	rig_ack(&s.r, 0, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	strbuf_release(&body);
	action_release(&a);
	close_scene(&s);
}

static void a_device_may_have_only_so_much_uploaded_that_no_action_names(void **state)
{
	struct action a = ACTION_INIT;
	struct scene s;
	struct ack ack;
	char text[24];
	int i = 0;

	(void)state;
	open_scene(&s, 76);
	do
		snprintf(text, sizeof(text), "dokument %d", i);
	while (desk_upload(&s.britt, text) == 201 && ++i < 10000);
	rig_expect(&s.r, 409, "uploads-unused");
	assert_int_equal(i, LIMIT_UPLOADS);
	assert_int_equal(desk_upload(&s.britt, "dokument 0"), 200);
	assert_int_equal(desk_upload(&s.anna, "annas"), 201);
	desk_draft(&s.britt, &a, s.id, "document.add");
	add_letter(&a, "dokument 0");
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(desk_upload(&s.britt, text), 201);
	action_release(&a);
	close_scene(&s);
}

static int64_t blobs(struct central *c, const char *words)
{
	struct stmt *q =
		db_stmt(central_db(c), "SELECT count(*) FROM blob WHERE CAST(data AS TEXT) = ?1");
	int64_t n;

	stmt_text(q, 1, str_of(words));
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

static void what_was_uploaded_and_nothing_names_a_day_later_goes(void **state)
{
	const int64_t hour = 60 * 60 * 1000;
	struct action a = ACTION_INIT;
	struct scene s;
	struct ack ack;

	(void)state;
	open_scene(&s, 77);
	assert_int_equal(desk_upload(&s.britt, "namngiven"), 201);
	assert_int_equal(desk_upload(&s.britt, "glömd"), 201);
	assert_int_equal(desk_upload(&s.anna, "glömd"), 201);
	desk_draft(&s.britt, &a, s.id, "document.add");
	add_letter(&a, "namngiven");
	desk_send(&s.britt, &a, &ack);
	s.r.wall += 23 * hour;
	assert_int_equal(desk_try_login(&s.britt), 200);
	assert_int_equal(desk_upload(&s.britt, "nyss kommen"), 201);
	assert_int_equal(central_jobs(s.r.c, NULL, NULL), ST_OK);
	assert_int_equal(blobs(s.r.c, "glömd"), 1);
	s.r.wall += 2 * hour;
	assert_int_equal(central_jobs(s.r.c, NULL, NULL), ST_OK);
	assert_int_equal(blobs(s.r.c, "glömd"), 0);
	assert_int_equal(blobs(s.r.c, "namngiven"), 1);
	assert_int_equal(blobs(s.r.c, "nyss kommen"), 1);
	assert_int_equal(desk_try_login(&s.anna), 200);
	assert_int_equal(desk_upload(&s.anna, "glömd"), 201);
	s.r.wall += 10000 * hour; /* by mistake, and set right again */
	assert_int_equal(central_jobs(s.r.c, NULL, NULL), ST_OK);
	assert_int_equal(blobs(s.r.c, "glömd"), 0);
	s.r.wall -= 9000 * hour;
	assert_int_equal(desk_try_login(&s.anna), 200);
	assert_int_equal(desk_upload(&s.anna, "glömd"), 201);
	s.r.wall += 25 * hour;
	assert_int_equal(central_jobs(s.r.c, NULL, NULL), ST_OK);
	assert_int_equal(blobs(s.r.c, "glömd"), 0);
	action_release(&a);
	close_scene(&s);
}

static void a_document_of_another_length_than_signed_is_refused(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct central_findings found;
	struct ack ack;

	(void)state;
	open_scene(&s, 75);
	desk_upload(&s.britt, "hej");
	desk_draft(&s.britt, &a, s.id, "document.add");
	add_letter(&a, "hej");
	a.docs[0].len = 4;
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "document-length");
	assert_int_equal(central_verify(s.r.c, &found, NULL, NULL, NULL), ST_OK);
	assert_int_equal(found.faults, 0);
	action_release(&a);
	close_scene(&s);
}

static void a_retired_key_may_finish_up_to_its_bound(void **state)
{
	struct scene s;
	struct ack ack;

	(void)state;
	open_scene(&s, 16);
	assert_int_equal(central_revoke(s.r.c, s.britt.dev, "retired", 1, NULL), ST_OK);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_act(&s.britt, s.id, "note.add", "text", "för sent", &ack);
	assert_int_equal(ack.verdict, VERDICT_QUARANTINED);
	assert_string_equal(ack.why, "key-retired");
	close_scene(&s);
}

static void a_case_outside_the_officers_rights_is_as_one_that_is_not_there(void **state)
{
	struct scene s;
	struct ack theirs, none;
	char other[UUID_TEXT];

	(void)state;
	open_scene(&s, 17);
	rig_case(&s.r, "AVLOPP", other);
	desk_act(&s.anna, other, "note.add", "text", "x", &theirs);
	desk_act(&s.anna, "01a2072b-8e09-7ac4-af53-d854d34357dc", "note.add", "text", "x", &none);
	assert_int_equal(theirs.verdict, VERDICT_REJECTED);
	assert_string_equal(theirs.why, "case-unknown");
	assert_string_equal(none.why, theirs.why);
	assert_string_equal(none.detail, theirs.detail);
	close_scene(&s);
}

static void a_base_that_is_not_in_the_chain_merges_notes_and_nothing_else(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 18);
	desk_draft(&s.britt, &a, s.id, "note.add");
	set_arg(&a, "text", "x");
	a.base_n = 9;
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	desk_draft(&s.britt, &a, s.id, "case.claim");
	memset(a.base_eh, 'a', HASH_TEXT - 1);
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_CONFLICT);
	assert_string_equal(ack.why, "base-unknown");
	action_release(&a);
	close_scene(&s);
}

static void queues_officers_outcomes_and_classes_must_be_of_this_central(void **state)
{
	struct scene s;
	struct action a = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_scene(&s, 19);
	desk_act(&s.britt, s.id, "case.claim", NULL, NULL, &ack);
	desk_draft(&s.britt, &a, s.id, "case.route");
	set_arg(&a, "queue", "avlopp");
	set_arg(&a, "unit", "bygg");
	desk_send(&s.britt, &a, &ack);
	assert_string_equal(ack.why, "queue-unknown");
	desk_upload(&s.britt, "b");
	desk_draft(&s.britt, &a, s.id, "case.decide");
	fill_decision(&a, "britt");
	set_arg(&a, "outcome", "kanske");
	add_letter(&a, "b");
	desk_send(&s.britt, &a, &ack);
	assert_string_equal(ack.why, "outcome-unknown");
	desk_draft(&s.britt, &a, s.id, "case.decide");
	fill_decision(&a, "britt");
	set_arg(&a, "rapporteur", "nobody");
	add_letter(&a, "b");
	desk_send(&s.britt, &a, &ack);
	assert_string_equal(ack.why, "officer-unknown");
	desk_draft(&s.britt, &a, s.id, "case.secrecy");
	set_arg(&a, "class", "7");
	desk_send(&s.britt, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	desk_draft(&s.britt, &a, s.id, "case.archive");
	set_arg(&a, "package", HASH_ZERO);
	desk_send(&s.britt, &a, &ack);
	assert_string_equal(ack.why, "role-lacking");
	action_release(&a);
	close_scene(&s);
}

/* --- Many lines, and stops ------------------------------------------------------- */

static void draft_notes(struct scene *s, int count, struct strbuf *body)
{
	struct action a = ACTION_INIT;

	strbuf_clear(body);
	for (int i = 0; i < count; i++) {
		char text[32];

		snprintf(text, sizeof(text), "anteckning %d", i);
		desk_draft(&s->britt, &a, s->id, "note.add");
		set_arg(&a, "text", text);
		desk_sign(&s->britt, &a);
		strbuf_add(body, s->britt.jws.data, s->britt.jws.len);
		strbuf_addc(body, '\n');
	}
	action_release(&a);
}

static int lines_of(const struct strbuf *b)
{
	int n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

static void two_hundred_lines_are_taken_and_one_more_is_not(void **state)
{
	struct scene s;
	struct strbuf body = STRBUF_INIT;

	(void)state;
	open_scene(&s, 20);
	draft_notes(&s, 201, &body);
	desk_post(&s.britt, strbuf_str(&body));
	rig_expect(&s.r, 413, "too-large");
	assert_int_equal(central_size(s.r.c), 2);
	body.len = (size_t)((char *)memrchr(body.data, '\n', body.len - 1) - body.data) + 1;
	assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
	assert_int_equal(lines_of(&s.r.reply.body), 200);
	assert_int_equal(central_size(s.r.c), 202);
	strbuf_release(&body);
	close_scene(&s);
}

/* The start of line i. */
static char *line_at(struct strbuf *body, int i)
{
	char *p = body->data;

	while (i-- > 0)
		p = strchr(p, '\n') + 1;
	return p;
}

static void what_stands_before_a_line_that_does_not_verify_is_taken_and_no_more(void **state)
{
	static const int at[] = { 1, 40, 75, 119 };

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct scene s;
		struct strbuf body = STRBUF_INIT;
		char *bad, was;

		open_scene(&s, 50 + i);
		draft_notes(&s, 120, &body);
		bad = strchr(line_at(&body, at[i]), '.') + 1;
		was = *bad;
		*bad = was == 'A' ? 'B' : 'A';
		assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
		assert_int_equal(lines_of(&s.r.reply.body), at[i]);
		assert_int_equal(central_size(s.r.c), 2 + at[i]);
		*bad = was;
		assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
		assert_int_equal(lines_of(&s.r.reply.body), 120);
		assert_int_equal(central_size(s.r.c), 122);
		strbuf_release(&body);
		close_scene(&s);
	}
}

struct stop {
	int commits;
};

static bool may_commit(void *ctx)
{
	return ((struct stop *)ctx)->commits-- > 0;
}

static void a_stop_between_groups_loses_nothing_and_doubles_nothing(void **state)
{
	(void)state;
	for (int commits = 0; commits < 4; commits++) {
		struct scene s;
		struct strbuf body = STRBUF_INIT;
		struct stop stop = { commits };

		open_scene(&s, 30 + (uint64_t)commits);
		draft_notes(&s, 120, &body);
		db_on_commit(central_db(s.r.c), may_commit, &stop);
		desk_post(&s.britt, strbuf_str(&body));
		if (commits == 0)
			rig_expect(&s.r, 503, "crash");
		else
			assert_int_equal(lines_of(&s.r.reply.body),
					 commits > 2 ? 120 : commits * 50);
		db_on_commit(central_db(s.r.c), NULL, NULL);
		assert_int_equal(central_crash(s.r.c, NULL), ST_OK);
		assert_int_equal(desk_post(&s.britt, strbuf_str(&body)), 200);
		assert_int_equal(lines_of(&s.r.reply.body), 120);
		assert_int_equal(central_size(s.r.c), 122);
		strbuf_release(&body);
		close_scene(&s);
	}
}

static void a_case_is_assigned_only_to_whom_has_the_role_and_its_unit(void **state)
{
	static const struct {
		const char *officer, *code;
	} cases[] = { { "anna", "" },
		      { "sara", "officer-unfit" },
		      { "chef", "officer-unfit" },
		      { "mikael", "officer-unfit" },
		      { "nobody", "officer-unknown" } };
	struct desk chef;
	struct scene s;
	struct ack ack;

	(void)state;
	open_scene(&s, 31);
	rig_officer(&s.r, "sara", "contact", "", 0);
	rig_officer(&s.r, "chef", "supervisor", "bygg", 1);
	desk_open(&chef, &s.r, "chef");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		desk_act(&chef, s.id, "case.assign", "officer", cases[i].officer, &ack);
		assert_string_equal(ack.why, cases[i].code);
	}
	desk_release(&chef);
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_is_assigned_only_to_whom_has_the_role_and_its_unit),
		cmocka_unit_test(
			what_stands_before_a_line_that_does_not_verify_is_taken_and_no_more),
		cmocka_unit_test(a_repeated_push_gives_the_same_acknowledgement_byte_for_byte),
		cmocka_unit_test(answers_are_given_to_another_device_of_the_same_officer_alone),
		cmocka_unit_test(the_second_claim_is_rejected_and_names_the_winner),
		cmocka_unit_test(a_note_on_an_old_base_is_merged_and_a_decision_is_not),
		cmocka_unit_test(an_action_on_one_that_does_not_stand_is_a_conflict),
		cmocka_unit_test(one_bad_action_never_blocks_the_queue),
		cmocka_unit_test(an_act_that_is_not_in_the_catalogue_is_rejected_and_counted),
		cmocka_unit_test(one_changed_bit_anywhere_is_refused_and_nothing_is_consumed),
		cmocka_unit_test(a_queue_is_never_taken_as_another_officers),
		cmocka_unit_test(an_action_for_another_central_is_rejected),
		cmocka_unit_test(a_gap_in_the_counter_names_what_is_awaited),
		cmocka_unit_test(two_envelopes_with_one_counter_freeze_the_device),
		cmocka_unit_test(an_intent_signed_again_on_a_new_device_gets_the_first_answer),
		cmocka_unit_test(anothers_intent_is_not_answered_for),
		cmocka_unit_test(a_void_takes_the_place_of_a_withdrawn_envelope),
		cmocka_unit_test(a_missing_document_holds_its_line_and_all_after_it),
		cmocka_unit_test(a_device_may_have_only_so_much_uploaded_that_no_action_names),
		cmocka_unit_test(what_was_uploaded_and_nothing_names_a_day_later_goes),
		cmocka_unit_test(a_document_of_another_length_than_signed_is_refused),
		cmocka_unit_test(a_retired_key_may_finish_up_to_its_bound),
		cmocka_unit_test(a_case_outside_the_officers_rights_is_as_one_that_is_not_there),
		cmocka_unit_test(a_base_that_is_not_in_the_chain_merges_notes_and_nothing_else),
		cmocka_unit_test(queues_officers_outcomes_and_classes_must_be_of_this_central),
		cmocka_unit_test(two_hundred_lines_are_taken_and_one_more_is_not),
		cmocka_unit_test(a_stop_between_groups_loses_nothing_and_doubles_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
