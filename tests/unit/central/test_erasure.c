/* SPDX-License-Identifier: EUPL-1.2 */
#include "rig.h"

#include "central/store.h"

#include "base/banned.h"

#define WORD "KANARIEFAGEL"

/* britt and anna work; rosa and ragnar are registrars of the same unit. */
struct office {
	struct rig r;
	struct desk anna, rosa, ragnar;
	char id[UUID_TEXT];
	int64_t note; /* anna's, with WORD */
};

static void open_office(struct office *o, uint64_t seed)
{
	struct ack ack;

	rig_open(&o->r, seed);
	rig_officer(&o->r, "rosa", "registrar", "bygg", 0);
	rig_officer(&o->r, "ragnar", "registrar", "bygg", 0);
	rig_case(&o->r, "BYGGLOV", o->id);
	desk_open(&o->anna, &o->r, "anna");
	desk_open(&o->rosa, &o->r, "rosa");
	desk_open(&o->ragnar, &o->r, "ragnar");
	desk_act(&o->anna, o->id, "case.claim", NULL, NULL, &ack);
	desk_act(&o->anna, o->id, "note.add", "text", WORD, &ack);
	o->note = ack.n;
}

static void close_office(struct office *o)
{
	desk_release(&o->anna);
	desk_release(&o->rosa);
	desk_release(&o->ragnar);
	rig_close(&o->r);
}

static void propose(struct desk *d, const char *id, const char *what, int64_t n, const char *h,
		    const char *ground, struct ack *ack)
{
	struct action a = ACTION_INIT;
	char text[24];

	desk_draft(d, &a, id, "erasure.propose");
	set_arg(&a, "what", what);
	set_arg(&a, "ground", ground);
	set_arg(&a, "why", "Gallringsbeslut 7");
	snprintf(text, sizeof(text), "%lld", (long long)n);
	if (n)
		set_arg(&a, "n", text);
	if (h)
		set_arg(&a, "h", h);
	desk_send(d, &a, ack);
	action_release(&a);
}

static void answer(struct desk *d, const char *id, const char *act, int64_t n, struct ack *ack)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	desk_act(d, id, act, "n", text, ack);
}

static int64_t count(struct rig *r, const char *sql, const char *id)
{
	struct stmt *q = db_stmt(central_db(r->c), sql);
	int64_t n = -1;

	stmt_cstr(q, 1, id);
	if (stmt_step(q, NULL) == ST_OK)
		n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

static int64_t envelopes(struct office *o)
{
	return count(&o->r,
		     "SELECT count(*) FROM entry JOIN log USING(seq) WHERE case_id = ?1"
		     " AND jws IS NOT NULL",
		     o->id);
}

static void tell_fault(void *ctx, const struct central_fault *f)
{
	(void)ctx;
	print_message("fault: n %lld: %s\n", (long long)f->n, f->text);
}

static int64_t faults(struct office *o)
{
	struct central_findings f;

	assert_int_equal(central_verify(o->r.c, &f, tell_fault, NULL, NULL), ST_OK);
	return f.faults;
}

/* --- The chain as a client reads it ------------------------------------------------- */

struct chain {
	int64_t n, erased;
	char prev[HASH_TEXT];
};

static enum status chain_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct chain *c = ctx;
	char ah[HASH_TEXT], eh[HASH_TEXT];
	bool gone = row->kind == PAGE_ERASED;
	struct entry_facts f = { row->case_id,
				 row->n,
				 c->prev,
				 gone ? row->ah : ah,
				 gone ? row->entry_seq : row->seq,
				 row->epoch,
				 row->at,
				 row->verdict,
				 row->rule };

	(void)why;
	assert_int_equal(row->n, c->n + 1);
	if (!gone)
		assert_true(jws_ah(ah, row->text));
	entry_hash(eh, &f);
	assert_string_equal(eh, row->eh);
	memcpy(c->prev, row->eh, HASH_TEXT);
	c->n = row->n;
	c->erased += gone;
	return ST_OK;
}

static enum status chain_head(void *ctx, const struct page_head *h, struct str covered,
			      const char *sha256, struct err *why)
{
	(void)ctx;
	(void)h;
	(void)covered;
	(void)sha256;
	(void)why;
	return ST_OK;
}

static void read_chain(struct office *o, struct chain *c)
{
	struct page_handler h = { chain_head, chain_row, c };
	struct err why = ERR_INIT;
	char path[128];

	*c = (struct chain){ .prev = HASH_ZERO };
	snprintf(path, sizeof(path), "/v1/cases/%s/chain?from=1", o->id);
	assert_int_equal(rig_get(&o->r, o->anna.token, path), 200);
	assert_null(strstr(strbuf_cstr(&o->r.reply.body), WORD));
	must(page_read(strbuf_str(&o->r.reply.body), &h, &why), &why);
}

/* --- Tests ------------------------------------------------------------------------------ */

static void one_registrar_erases_what_was_misfiled(void **state)
{
	struct office o;
	struct chain c = { 0 };
	struct ack ack;
	int64_t before;

	(void)state;
	open_office(&o, 1);
	before = envelopes(&o);
	propose(&o.anna, o.id, "entry", o.note, NULL, "misfiled", &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "role-lacking");
	propose(&o.rosa, o.id, "entry", 99, NULL, "misfiled", &ack);
	assert_string_equal(ack.why, "entry-unknown");
	propose(&o.rosa, o.id, "entry", o.note, NULL, "misfiled", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(envelopes(&o), before + 2 - 1);
	read_chain(&o, &c);
	assert_int_equal(c.n, before + 2);
	assert_int_equal(c.erased, 1);
	assert_int_equal(faults(&o), 0);
	/* What vouches for the gap, and what decided on it, stay. */
	for (int64_t n = before + 1; n <= before + 2; n++) {
		propose(&o.rosa, o.id, "entry", n, NULL, "misfiled", &ack);
		assert_string_equal(ack.why, "entry-unknown");
	}
	close_office(&o);
}

/* Both were signed upon the same entry: the first moved the case, and changed nothing
 * of what the second names. */
static void two_erasures_in_a_row_are_no_conflict_with_oneself(void **state)
{
	struct action second = ACTION_INIT;
	char n[24];
	struct office o;
	struct ack ack;
	int64_t before;

	(void)state;
	open_office(&o, 17);
	desk_act(&o.anna, o.id, "note.add", "text", "also " WORD, &ack);
	before = envelopes(&o);
	snprintf(n, sizeof(n), "%lld", (long long)ack.n);
	desk_draft(&o.ragnar, &second, o.id, "erasure.propose");
	set_arg(&second, "what", "entry");
	set_arg(&second, "ground", "misfiled");
	set_arg(&second, "why", "Gallringsbeslut 7");
	set_arg(&second, "n", n);
	propose(&o.rosa, o.id, "entry", o.note, NULL, "misfiled", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_send(&o.ragnar, &second, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	assert_int_equal(envelopes(&o), before + 4 - 2);
	assert_int_equal(faults(&o), 0);
	action_release(&second);
	close_office(&o);
}

static void two_confirmations_in_a_row_are_no_conflict_with_oneself(void **state)
{
	struct action second = ACTION_INIT;
	struct office o;
	struct ack ack;
	int64_t other, p;
	char n[24];

	(void)state;
	open_office(&o, 18);
	desk_act(&o.anna, o.id, "note.add", "text", "also " WORD, &ack);
	other = ack.n;
	propose(&o.rosa, o.id, "entry", o.note, NULL, "disposed", &ack);
	p = ack.n;
	propose(&o.rosa, o.id, "entry", other, NULL, "disposed", &ack);
	snprintf(n, sizeof(n), "%lld", (long long)ack.n);
	desk_draft(&o.ragnar, &second, o.id, "erasure.confirm");
	set_arg(&second, "n", n);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	second.ctr = o.ragnar.ctr + 1; /* behind the first, upon the same base */
	memcpy(second.prev, o.ragnar.prev, sizeof(second.prev));
	desk_send(&o.ragnar, &second, &ack);
	assert_int_equal(ack.verdict, VERDICT_MERGED);
	assert_int_equal(faults(&o), 0);
	action_release(&second);
	close_office(&o);
}

static void disposal_takes_two_persons(void **state)
{
	struct office o;
	struct desk again;
	struct ack ack;
	int64_t before, p;

	(void)state;
	open_office(&o, 2);
	before = envelopes(&o);
	propose(&o.rosa, o.id, "entry", o.note, NULL, "disposed", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	p = ack.n;
	assert_int_equal(envelopes(&o), before + 1);
	answer(&o.rosa, o.id, "erasure.confirm", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "same-person");
	desk_open(&again, &o.r, "rosa");
	answer(&again, o.id, "erasure.confirm", p, &ack);
	assert_string_equal(ack.why, "same-person");
	answer(&o.anna, o.id, "erasure.confirm", p, &ack);
	assert_string_equal(ack.why, "role-lacking");
	answer(&o.ragnar, o.id, "erasure.confirm", o.note, &ack);
	assert_string_equal(ack.why, "erasure-unknown");
	assert_int_equal(envelopes(&o), before + 1);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(envelopes(&o), before + 3 - 1);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_string_equal(ack.why, "erasure-unknown");
	assert_int_equal(faults(&o), 0);
	/* The two stand in the log: one who is made both is found out. */
	(void)count(&o.r, "UPDATE log SET sub = 'rosa' WHERE case_id = ?1 AND sub = 'ragnar'",
		    o.id);
	assert_true(faults(&o) > 0);
	desk_release(&again);
	close_office(&o);
}

static void a_proposal_lapses_and_can_be_withdrawn(void **state)
{
	struct office o;
	struct ack ack;
	int64_t before, p;

	(void)state;
	open_office(&o, 3);
	propose(&o.rosa, o.id, "entry", o.note, NULL, "disposed", &ack);
	p = ack.n;
	answer(&o.ragnar, o.id, "erasure.withdraw", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_string_equal(ack.why, "erasure-unknown");
	propose(&o.rosa, o.id, "entry", o.note, NULL, "disposed", &ack);
	p = ack.n;
	before = envelopes(&o);
	o.r.wall += 31LL * 24 * 3600 * 1000;
	assert_int_equal(desk_try_login(&o.ragnar), 200);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_string_equal(ack.why, "erasure-lapsed");
	assert_int_equal(envelopes(&o), before);
	close_office(&o);
}

static void of_a_whole_case_the_chain_alone_stays(void **state)
{
	struct office o;
	struct chain c = { 0 };
	struct ack ack;
	struct pulled p;
	int64_t proposed, last;
	char path[128];

	(void)state;
	open_office(&o, 4);
	desk_upload(&o.anna, WORD);
	desk_act(&o.anna, o.id, "case.title", "title", WORD, &ack);
	propose(&o.rosa, o.id, "entry", o.note, NULL, "secret", &ack); /* a gap from before */
	propose(&o.rosa, o.id, "case", 0, NULL, "misfiled", &ack);
	proposed = ack.n;
	desk_act(&o.anna, o.id, "watch.set", "text", WORD, &ack); /* is neutral */
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	answer(&o.ragnar, o.id, "erasure.confirm", proposed, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	last = ack.n + 1;
	assert_int_equal(envelopes(&o), 3); /* proposed, confirmed, done */
	read_chain(&o, &c);
	assert_int_equal(c.n, last);
	assert_int_equal(c.erased, last - 3);
	assert_int_equal(faults(&o), 0);
	desk_act(&o.anna, o.id, "note.add", "text", "En till", &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	propose(&o.rosa, o.id, "case", 0, NULL, "misfiled", &ack);
	assert_string_equal(ack.why, "case-erased");
	snprintf(path, sizeof(path), "/v1/cases/%s", o.id);
	assert_int_equal(rig_get(&o.r, o.anna.token, path), 200);
	assert_null(strstr(strbuf_cstr(&o.r.reply.body), WORD));
	desk_pull(&o.anna, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 2); /* runs: before the proposal, and up to its yes */
	assert_int_equal(count(&o.r, "SELECT count(*) FROM receipt WHERE case_id = ?1", o.id), 0);
	assert_int_equal(
		count(&o.r, "SELECT count(*) FROM intake WHERE instr(answer, ?1) > 0", o.id), 0);
	assert_int_equal(count(&o.r, "SELECT count(*) FROM lookup_key WHERE case_id = ?1", o.id),
			 0);
	assert_int_equal(count(&o.r, "SELECT count(*) FROM document WHERE case_id = ?1", o.id), 0);
	close_office(&o);
}

/* The second would decide on a note that the first has not seen, and it on their word. */
static void a_case_that_has_grown_since_is_not_erased(void **state)
{
	struct office o;
	struct action late = ACTION_INIT;
	struct ack ack;
	int64_t before, p;

	(void)state;
	open_office(&o, 63);
	propose(&o.rosa, o.id, "case", 0, NULL, "misfiled", &ack);
	p = ack.n;
	assert_int_equal(rig_get(&o.r, o.ragnar.token, "/v1/erasures"), 200);
	assert_non_null(strstr(strbuf_cstr(&o.r.reply.body), "\"outgrown\":false"));
	desk_act(&o.anna, o.id, "note.add", "text", "Mellan de två", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	before = envelopes(&o);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "erasure-outgrown");
	assert_int_equal(envelopes(&o), before);
	assert_int_equal(rig_get(&o.r, o.ragnar.token, "/v1/erasures"), 200);
	assert_non_null(strstr(strbuf_cstr(&o.r.reply.body), "\"outgrown\":true"));
	/* A proposal that had not seen the newest is no better. */
	desk_draft(&o.rosa, &late, o.id, "erasure.propose");
	set_arg(&late, "what", "case");
	set_arg(&late, "ground", "misfiled");
	set_arg(&late, "why", "Fel kommun");
	desk_act(&o.anna, o.id, "note.add", "text", "Före förslaget", &ack);
	desk_send(&o.rosa, &late, &ack);
	assert_true(verdict_stands(ack.verdict));
	answer(&o.ragnar, o.id, "erasure.confirm", ack.n, &ack);
	assert_string_equal(ack.why, "erasure-outgrown");
	/* What decides on erasing makes it no other case. */
	propose(&o.rosa, o.id, "case", 0, NULL, "misfiled", &ack);
	p = ack.n;
	propose(&o.rosa, o.id, "entry", o.note, NULL, "misfiled", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	answer(&o.ragnar, o.id, "erasure.confirm", p, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(envelopes(&o), 3);
	assert_int_equal(faults(&o), 0);
	action_release(&late);
	close_office(&o);
}

static void of_a_document_the_bytes_go_and_the_entry_stays(void **state)
{
	struct office o;
	struct action a = ACTION_INIT;
	struct chain c = { 0 };
	struct ack ack;
	char h[HASH_TEXT], path[200];
	int64_t n, before;

	(void)state;
	open_office(&o, 5);
	desk_upload(&o.anna, WORD " i bilagan");
	desk_draft(&o.anna, &a, o.id, "document.add");
	add_letter(&a, WORD " i bilagan");
	memcpy(h, a.docs[0].h, sizeof(h));
	desk_send(&o.anna, &a, &ack);
	n = ack.n;
	action_release(&a);
	before = envelopes(&o);
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", o.id, h);
	assert_int_equal(rig_get(&o.r, o.anna.token, path), 200);
	propose(&o.rosa, o.id, "document", o.note, h, "secret", &ack);
	assert_string_equal(ack.why, "document-unknown");
	propose(&o.rosa, o.id, "document", n, h, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(envelopes(&o), before + 2);
	rig_get(&o.r, o.anna.token, path);
	rig_expect(&o.r, 404, "document-erased");
	assert_int_equal(count(&o.r, "SELECT count(*) FROM blob WHERE h = ?1", h), 0);
	read_chain(&o, &c);
	assert_int_equal(c.erased, 0);
	assert_int_equal(faults(&o), 0);
	/* Its entry may go as well, and the whole case. */
	propose(&o.rosa, o.id, "entry", n, NULL, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(faults(&o), 0);
	(void)count(&o.r, "DELETE FROM erased WHERE case_id = ?1", o.id);
	assert_true(faults(&o) > 0);
	close_office(&o);
}

static void own_words_are_erased_where_one_may_no_longer_see(void **state)
{
	struct office o;
	struct pulled p;
	struct ack ack;
	char held[1024];

	(void)state;
	open_office(&o, 6);
	desk_pull(&o.anna, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	desk_act(&o.rosa, o.id, "case.secrecy", "class", "1", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.gone, 1);
	pulled_subs(&p, held, sizeof(held));
	assert_int_equal(central_erase(o.r.c, o.id, o.note, "sekretess", NULL), ST_OK);
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	pulled_subs(&p, held, sizeof(held));
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 0);
	/* Nobody else is told of a case that they may not see. */
	desk_pull(&o.rosa, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 0);
	close_office(&o);
}

/* Its bytes lie in her outbox: she brought it. */
static void own_documents_are_erased_where_one_may_no_longer_see(void **state)
{
	struct action a = ACTION_INIT;
	struct office o;
	struct pulled p;
	struct ack ack;
	char held[1024], h[HASH_TEXT];
	int64_t n;

	(void)state;
	open_office(&o, 9);
	desk_upload(&o.anna, WORD " i bilagan");
	desk_draft(&o.anna, &a, o.id, "document.add");
	add_letter(&a, WORD " i bilagan");
	memcpy(h, a.docs[0].h, sizeof(h));
	desk_send(&o.anna, &a, &ack);
	n = ack.n;
	desk_act(&o.rosa, o.id, "case.secrecy", "class", "1", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&o.anna, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	rig_officer(&o.r, "rosa", "registrar", "bygg", 1);
	propose(&o.rosa, o.id, "document", n, h, "secret", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	assert_non_null(strstr(strbuf_cstr(&o.r.page), h));
	pulled_subs(&p, held, sizeof(held));
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 0);
	/* With its entry both are told, each once. */
	propose(&o.rosa, o.id, "entry", n, NULL, "secret", &ack);
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	desk_pull(&o.anna, "[]", "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 2);
	action_release(&a);
	close_office(&o);
}

/* An earlier device of her home signed them, and the home still has them. */
static void own_words_are_erased_though_the_device_is_another_now(void **state)
{
	struct office o;
	struct desk anew;
	struct pulled p;
	struct log_row e;
	struct ack ack;
	char held[1024];

	(void)state;
	open_office(&o, 8);
	desk_open(&anew, &o.r, "anna");
	desk_act(&o.rosa, o.id, "case.secrecy", "class", "1", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	desk_pull(&anew, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	assert_int_equal(central_erase(o.r.c, o.id, o.note, "sekretess", NULL), ST_OK);
	desk_pull(&anew, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 1);
	/* By its intent, which another envelope of hers may bear. */
	assert_int_equal(log_by_case(central_db(o.r.c), o.id, o.note, &e, NULL), ST_OK);
	assert_string_equal(p.erased_iid, e.iid);
	desk_release(&anew);
	close_office(&o);
}

/* Her scope was lost meanwhile, and the case followed her to another. */
static void own_words_are_erased_though_the_feed_that_said_so_is_lost(void **state)
{
	struct office o;
	struct pulled p;
	struct ack ack;
	char held[1024];

	(void)state;
	open_office(&o, 7);
	desk_pull(&o.anna, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	propose(&o.rosa, o.id, "entry", o.note, NULL, "misfiled", &ack);
	desk_route(&o.rosa, o.id, "miljo", "avlopp");
	rig_officer(&o.r, "anna", "officer", "miljo", 0);
	desk_pull(&o.anna, held, "", PAGE_MAX_BYTES, &p);
	assert_true(p.deleted > 0);
	assert_int_equal(p.cases, 1);
	assert_int_equal(p.erased, 1);
	close_office(&o);
}

static void erase_whole(struct office *o)
{
	struct ack ack;

	propose(&o->rosa, o->id, "case", 0, NULL, "misfiled", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	answer(&o->ragnar, o->id, "erasure.confirm", ack.n, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
}

/* A note that was refused is no entry: her workstation has its words all the same. */
static void what_was_refused_is_told_of_with_a_case_that_is_seen_no_more(void **state)
{
	struct office o;
	struct desk cleo;
	struct pulled p;
	struct ack ack;
	char held[1024];

	(void)state;
	open_office(&o, 9);
	rig_officer(&o.r, "cleo", "officer", "miljo", 0);
	desk_open(&cleo, &o.r, "cleo");
	desk_act(&cleo, o.id, "note.add", "text", WORD, &ack);
	assert_string_equal(ack.why, "case-unknown");
	desk_pull(&cleo, "[]", "", PAGE_MAX_BYTES, &p);
	pulled_subs(&p, held, sizeof(held));
	erase_whole(&o);
	desk_pull(&cleo, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.cases, 0);
	assert_int_equal(p.erased, 1);
	pulled_subs(&p, held, sizeof(held));
	desk_pull(&cleo, held, "", PAGE_MAX_BYTES, &p);
	assert_int_equal(p.erased, 0);
	desk_release(&cleo);
	close_office(&o);
}

/* Signed before, sent after: whoever has seen an entry of it hears what became of it,
 * and a stranger who tries an id does not. */
static void who_acted_on_a_case_that_is_erased_is_told_so(void **state)
{
	struct office o;
	struct desk cleo;
	struct action mine = ACTION_INIT, other = ACTION_INIT;
	struct ack ack;

	(void)state;
	open_office(&o, 10);
	rig_officer(&o.r, "cleo", "officer", "miljo", 0);
	desk_open(&cleo, &o.r, "cleo");
	desk_draft(&o.anna, &mine, o.id, "note.add");
	set_arg(&mine, "text", WORD);
	desk_draft(&cleo, &other, o.id, "note.add");
	set_arg(&other, "text", WORD);
	memset(other.base_eh, 'a', HASH_TEXT - 1);
	erase_whole(&o);
	desk_send(&o.anna, &mine, &ack); /* she sees it still */
	assert_string_equal(ack.why, "case-erased");
	rig_officer(&o.r, "anna", "officer", "miljo", 0);
	action_release(&mine);
	desk_draft(&o.anna, &mine, o.id, "note.add");
	set_arg(&mine, "text", WORD);
	desk_send(&o.anna, &mine, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_string_equal(ack.why, "case-erased");
	desk_send(&cleo, &other, &ack);
	assert_string_equal(ack.why, "case-unknown");
	action_release(&mine);
	action_release(&other);
	desk_release(&cleo);
	close_office(&o);
}

static int64_t title_length(struct office *o)
{
	return count(&o->r, "SELECT length(title) + length(party) FROM casefile WHERE id = ?1",
		     o->id);
}

static void one_person_does_not_empty_a_case_entry_by_entry(void **state)
{
	struct office o;
	struct ack ack, proposal = { 0 };
	int64_t before;

	(void)state;
	open_office(&o, 62);
	before = title_length(&o);
	for (int n = 1; n <= (int)o.note; n++) {
		propose(&o.rosa, o.id, "entry", n, NULL, "misfiled", &ack);
		if (n == 1)
			proposal = ack;
	}
	assert_int_equal(proposal.verdict, VERDICT_ACCEPTED);
	assert_int_equal(title_length(&o), before);
	answer(&o.rosa, o.id, "erasure.confirm", proposal.n, &ack);
	assert_string_equal(ack.why, "same-person");
	answer(&o.ragnar, o.id, "erasure.confirm", proposal.n, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(title_length(&o), 0);
	assert_int_equal(faults(&o), 0);
	close_office(&o);
}

/* Words of the case that were signed and refused: the letter was uploaded. */
static void letters_of_refused_actions_go_with_the_whole_case(void **state)
{
	struct office o;
	struct action a = ACTION_INIT;
	struct ack ack;
	char h[HASH_TEXT];

	(void)state;
	open_office(&o, 61);
	desk_upload(&o.anna, "KANARIEBREV om Kim Ek");
	desk_draft(&o.anna, &a, o.id, "case.decide");
	fill_decision(&a, "anna");
	add_letter(&a, "KANARIEBREV om Kim Ek");
	memcpy(h, a.docs[0].h, HASH_TEXT);
	desk_send(&o.anna, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_REJECTED);
	assert_int_equal(count(&o.r, "SELECT count(*) FROM blob WHERE h = ?1", h), 1);
	propose(&o.rosa, o.id, "case", 0, NULL, "disposed", &ack);
	answer(&o.ragnar, o.id, "erasure.confirm", ack.n, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(count(&o.r, "SELECT count(*) FROM blob WHERE h = ?1", h), 0);
	assert_int_equal(faults(&o), 0);
	/* What waits for its action is asked for again. */
	desk_upload(&o.anna, "KANARIEBREV om Kim Ek");
	assert_int_equal(count(&o.r, "SELECT count(*) FROM blob WHERE h = ?1", h), 1);
	action_release(&a);
	close_office(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_refused_actions_go_with_the_whole_case),
		cmocka_unit_test(one_person_does_not_empty_a_case_entry_by_entry),
		cmocka_unit_test(one_registrar_erases_what_was_misfiled),
		cmocka_unit_test(two_erasures_in_a_row_are_no_conflict_with_oneself),
		cmocka_unit_test(two_confirmations_in_a_row_are_no_conflict_with_oneself),
		cmocka_unit_test(disposal_takes_two_persons),
		cmocka_unit_test(a_proposal_lapses_and_can_be_withdrawn),
		cmocka_unit_test(of_a_whole_case_the_chain_alone_stays),
		cmocka_unit_test(a_case_that_has_grown_since_is_not_erased),
		cmocka_unit_test(of_a_document_the_bytes_go_and_the_entry_stays),
		cmocka_unit_test(own_words_are_erased_where_one_may_no_longer_see),
		cmocka_unit_test(own_documents_are_erased_where_one_may_no_longer_see),
		cmocka_unit_test(own_words_are_erased_though_the_device_is_another_now),
		cmocka_unit_test(what_was_refused_is_told_of_with_a_case_that_is_seen_no_more),
		cmocka_unit_test(who_acted_on_a_case_that_is_erased_is_told_so),
		cmocka_unit_test(own_words_are_erased_though_the_feed_that_said_so_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
