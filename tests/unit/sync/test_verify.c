/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "cache/names.h"
#include "sync/verify.h"

#include "base/banned.h"

enum { ENTRIES = 4 };

/* A case whose chain is real: two entries of the central, two of the officer. */
struct chain {
	struct desk *d;
	struct entry e[ENTRIES];
	struct casefile file;
};

static void sign_payload(struct chain *c, int i, const char *sub, const char *dev,
			 const struct signkey *k, const char *typ)
{
	struct entry *e = &c->e[i];
	struct strbuf json = STRBUF_INIT;
	struct err why = ERR_INIT;

	strbuf_addf(&json,
		    "{\"act\":\"note.add\",\"case\":\"%s\",\"sub\":\"%s\",\"dev\":\"%s\",\"i\":%d}",
		    e->case_id, sub, dev, i);
	must(jws_sign(&e->jws, e->ah, k, typ, strbuf_str(&json), &why), &why);
	strbuf_release(&json);
}

static void make_entry(struct chain *c, int i)
{
	struct entry *e = &c->e[i];
	bool central = i < 2;
	struct entry_facts f;

	case_id_of(e->case_id, 0);
	e->n = i + 1;
	e->seq = 10 + i;
	e->at = c->d->wall;
	snprintf(e->epoch, sizeof(e->epoch), EPOCH);
	snprintf(e->verdict, sizeof(e->verdict), "accepted");
	snprintf(e->rule, sizeof(e->rule), "bygglov@1");
	sign_payload(c, i, central ? "system" : "britt.a", DEV,
		     central ? c->d->central_key : c->d->key, central ? TYP_ENTRY : TYP_ACTION);
	f = (struct entry_facts){ e->case_id, e->n,	  i ? c->e[i - 1].eh : HASH_ZERO,
				  e->ah,      e->seq,	  e->epoch,
				  e->at,      e->verdict, e->rule };
	entry_hash(e->eh, &f);
}

static void certify_device(struct desk *d)
{
	struct known_key k = KNOWN_KEY_INIT;
	struct certificate c = { .nbf = 0, .exp = d->wall * 2 };
	struct strbuf json = STRBUF_INIT;
	struct err why = ERR_INIT;

	snprintf(c.kid, sizeof(c.kid), "%s", signkey_public(d->key)->kid);
	pubkey_text(c.x, signkey_public(d->key));
	snprintf(c.sub, sizeof(c.sub), "britt.a");
	snprintf(c.dev, sizeof(c.dev), DEV);
	assert_true(certificate_write(&json, &c));
	must(jws_sign(&k.certificate, NULL, d->central_key, TYP_CERT, strbuf_str(&json), &why),
	     &why);
	snprintf(k.kid, sizeof(k.kid), "%s", c.kid);
	snprintf(k.x, sizeof(k.x), "%s", c.x);
	snprintf(k.sub, sizeof(k.sub), "%s", c.sub);
	snprintf(k.dev, sizeof(k.dev), "%s", c.dev);
	must(known_key_put(d->cache, &k, &why), &why);
	known_key_release(&k);
	strbuf_release(&json);
}

static void chain_make(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	c->d = desk_open();
	for (int i = 0; i < ENTRIES; i++)
		make_entry(c, i);
	case_id_of(c->file.id, 0);
	c->file.n = ENTRIES;
	memcpy(c->file.eh, c->e[ENTRIES - 1].eh, HASH_TEXT);
	certify_device(c->d);
}

static void chain_release(struct chain *c)
{
	for (int i = 0; i < ENTRIES; i++)
		entry_release(&c->e[i]);
	casefile_release(&c->file);
	desk_close(c->d);
}

/* Store the chain afresh, as it now is. */
static void chain_store(struct chain *c)
{
	const int64_t scope = SCOPE;
	struct err why = ERR_INIT;

	must(cache_empty(c->d->cache, &why), &why);
	must(case_put(c->d->cache, &c->file, &scope, 1, &why), &why);
	for (int i = 0; i < ENTRIES; i++)
		if (c->e[i].n > 0)
			must(entry_put(c->d->cache, &c->e[i], &why), &why);
}

struct seen {
	enum verified_as as[ENTRIES + 1];
	char code[ENTRIES + 1][40];
	int count;
};

static enum status note(void *ctx, const struct verified *v, struct err *why)
{
	struct seen *s = ctx;

	(void)why;
	assert_true(v->n >= 1 && v->n <= ENTRIES);
	s->as[v->n] = v->as;
	snprintf(s->code[v->n], sizeof(s->code[v->n]), "%s", v->code);
	s->count++;
	return ST_OK;
}

static enum status judge_chain(struct chain *c, struct seen *s)
{
	struct err why = ERR_INIT;

	memset(s, 0, sizeof(*s));
	return verify_case(c->d->cache, c->d->outbox, c->file.id, note, s, &why);
}

static void a_whole_chain_holds(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	chain_store(&c);
	assert_int_equal(judge_chain(&c, &s), ST_OK);
	assert_int_equal(s.count, ENTRIES);
	for (int n = 1; n <= ENTRIES; n++)
		assert_int_equal(s.as[n], VERIFIED_OK);
	chain_release(&c);
}

static void any_changed_byte_of_an_envelope_is_found_and_its_entry_named(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	for (int i = 0; i < ENTRIES; i++)
		for (size_t at = 0; at < c.e[i].jws.len; at++) {
			char was = c.e[i].jws.data[at];

			c.e[i].jws.data[at] = was == 'A' ? 'B' : 'A';
			chain_store(&c);
			assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
			assert_int_equal(s.as[i + 1], VERIFIED_WRONG);
			c.e[i].jws.data[at] = was;
		}
	chain_release(&c);
}

static void every_fact_of_an_entry_is_bound_by_its_hash(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	for (int fact = 0; fact < 6; fact++) {
		struct entry was = c.e[1];

		switch (fact) {
		case 0:
			c.e[1].seq++;
			break;
		case 1:
			c.e[1].at++;
			break;
		case 2:
			c.e[1].verdict[0] = 'm';
			break;
		case 3:
			c.e[1].rule[8] = '2';
			break;
		case 4:
			c.e[1].epoch[0] = '1';
			break;
		default:
			c.e[1].ah[0] = c.e[1].ah[0] == '0' ? '1' : '0';
			break;
		}
		chain_store(&c);
		assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
		assert_int_equal(s.as[2], VERIFIED_WRONG);
		assert_string_equal(s.code[2], "eh");
		c.e[1] = was;
	}
	chain_release(&c);
}

static void a_missing_entry_is_said_and_never_passed_over(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	c.e[2].n = 0; /* is not stored */
	chain_store(&c);
	assert_int_equal(judge_chain(&c, &s), ST_RETRY);
	assert_int_equal(s.as[3], VERIFIED_UNKNOWN);
	assert_int_equal(s.as[4], VERIFIED_UNKNOWN);
	chain_release(&c);
}

static void two_entries_that_changed_places_are_found(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	c.e[2].n = 4;
	c.e[3].n = 3;
	chain_store(&c);
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_int_equal(s.as[3], VERIFIED_WRONG);
	chain_release(&c);
}

static void an_unknown_key_is_no_proof_either_way(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	strbuf_clear(&c.e[3].jws);
	sign_payload(&c, 3, "britt.a", DEV, c.d->foreign_key, TYP_ACTION);
	{
		struct entry *e = &c.e[3];
		struct entry_facts f = { e->case_id, e->n,  c.e[2].eh,	e->ah,	e->seq,
					 e->epoch,   e->at, e->verdict, e->rule };

		entry_hash(e->eh, &f);
		memcpy(c.file.eh, e->eh, HASH_TEXT);
	}
	chain_store(&c);
	assert_int_equal(judge_chain(&c, &s), ST_RETRY);
	assert_int_equal(s.as[4], VERIFIED_UNKNOWN);
	assert_string_equal(s.code[4], "key-unknown");
	chain_release(&c);
}

/* --- What was signed, and by which key --------------------------------------------- */

/* The last entry says that, signed so; the chain holds it. */
static void sign_last(struct chain *c, const char *json, const struct signkey *k, const char *typ)
{
	struct entry *e = &c->e[ENTRIES - 1];
	struct entry_facts f = { e->case_id, e->n,  c->e[ENTRIES - 2].eh, e->ah,  e->seq,
				 e->epoch,   e->at, e->verdict,		  e->rule };
	struct err why = ERR_INIT;

	strbuf_clear(&e->jws);
	must(jws_sign(&e->jws, e->ah, k, typ, str_of(json), &why), &why);
	entry_hash(e->eh, &f);
	memcpy(c->file.eh, e->eh, HASH_TEXT);
	chain_store(c);
	certify_device(c->d); /* the copy was emptied */
}

static void assert_last(struct chain *c, enum verified_as as, const char *code)
{
	struct seen s;

	(void)judge_chain(c, &s);
	assert_string_equal(s.code[ENTRIES], code);
	assert_int_equal(s.as[ENTRIES], as);
}

#define CASE_0 "0198cccc-0000-7000-8000-000000000001"
#define CASE_1 "0198cccc-0000-7000-8000-000000000002"
#define WORDS(of, sub, dev)                                                                        \
	"{\"act\":\"note.add\",\"case\":\"" of "\",\"sub\":\"" sub "\",\"dev\":\"" dev "\"}"

static void what_is_signed_speaks_of_this_case_and_of_its_signer(void **state)
{
	static const struct {
		const char *json;
		bool central;
		const char *code;
	} rows[] = {
		{ WORDS(CASE_0, "britt.a", DEV), false, "" },
		{ WORDS(CASE_1, "britt.a", DEV), false, "case" },
		{ WORDS(CASE_0, "jan.vd", DEV), false, "signer" },
		{ WORDS(CASE_0, "britt.a", "0198bbbb-0000-7000-8000-000000000009"), false,
		  "signer" },
		{ "[", false, "payload" },
		{ WORDS(CASE_0, "system", DEV), true, "" },
		{ WORDS(CASE_0, "import", DEV), true, "" },
		{ WORDS(CASE_0, "britt.a", DEV), true, "signer" },
	};
	struct chain c;

	(void)state;
	chain_make(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool central = rows[i].central;

		sign_last(&c, rows[i].json, central ? c.d->central_key : c.d->key,
			  central ? TYP_ENTRY : TYP_ACTION);
		assert_last(&c, *rows[i].code ? VERIFIED_WRONG : VERIFIED_OK, rows[i].code);
	}
	/* Neither may sign as the other. */
	sign_last(&c, WORDS(CASE_0, "system", DEV), c.d->central_key, TYP_ACTION);
	assert_last(&c, VERIFIED_WRONG, "jws-typ");
	sign_last(&c, WORDS(CASE_0, "britt.a", DEV), c.d->key, TYP_ENTRY);
	assert_last(&c, VERIFIED_WRONG, "jws-typ");
	chain_release(&c);
}

/* The certificate that is kept for the officer's key, with something else in it. */
static void certify_otherwise(struct chain *c, const char *what)
{
	struct desk *d = c->d;
	struct known_key k = KNOWN_KEY_INIT;
	struct certificate cert = { .nbf = 0, .exp = d->wall * 2 };
	struct strbuf json = STRBUF_INIT;
	const struct pubkey *other = signkey_public(d->foreign_key);
	struct err why = ERR_INIT;

	snprintf(cert.kid, sizeof(cert.kid), "%s", signkey_public(d->key)->kid);
	pubkey_text(cert.x, signkey_public(d->key));
	snprintf(cert.sub, sizeof(cert.sub), "britt.a");
	snprintf(cert.dev, sizeof(cert.dev), DEV);
	snprintf(k.kid, sizeof(k.kid), "%s", cert.kid);
	snprintf(k.x, sizeof(k.x), "%s", cert.x);
	snprintf(k.sub, sizeof(k.sub), "britt.a");
	snprintf(k.dev, sizeof(k.dev), DEV);
	if (strcmp(what, "kid") == 0)
		snprintf(cert.kid, sizeof(cert.kid), "%s", other->kid);
	if (strcmp(what, "x") == 0)
		pubkey_text(cert.x, other);
	if (strcmp(what, "no-x") == 0)
		cert.x[0] = '!';
	if (strcmp(what, "form") == 0)
		strbuf_sets(&json, "{}");
	else
		assert_true(certificate_write(&json, &cert));
	must(jws_sign(&k.certificate, NULL,
		      strcmp(what, "by") == 0 ? d->foreign_key : d->central_key, TYP_CERT,
		      strbuf_str(&json), &why),
	     &why);
	must(known_key_put(d->cache, &k, &why), &why);
	known_key_release(&k);
	strbuf_release(&json);
}

static void a_key_counts_by_the_centrals_certificate_for_it_alone(void **state)
{
	static const char *const whats[] = { "by", "kid", "x", "no-x", "form" };
	struct chain c;

	(void)state;
	chain_make(&c);
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		chain_store(&c);
		certify_otherwise(&c, whats[i]);
		assert_last(&c, VERIFIED_WRONG, "certificate");
	}
	chain_store(&c);
	certify_otherwise(&c, "");
	assert_last(&c, VERIFIED_OK, "");
	chain_release(&c);
}

/* Before the keys of others have come. */
static void the_own_key_counts_by_the_certificate_of_the_home(void **state)
{
	struct chain c;
	struct identity who = IDENTITY_INIT;
	struct known_key k = KNOWN_KEY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	chain_make(&c);
	must(known_key_get(c.d->cache, signkey_public(c.d->key)->kid, &k, &why), &why);
	chain_store(&c);
	must(db_exec(c.d->cache, "DELETE FROM known_key", &why), &why);
	assert_last(&c, VERIFIED_UNKNOWN, "key-unknown");
	must(identity_get(c.d->outbox, &who, &why), &why);
	strbuf_set(&who.certificate, k.certificate.data, k.certificate.len);
	must(identity_put(c.d->outbox, &who, &why), &why);
	assert_last(&c, VERIFIED_OK, "");
	/* A key of the central's that can't be read is none, and certifies nothing. */
	snprintf(who.keys[0].x, sizeof(who.keys[0].x), "!");
	must(identity_put(c.d->outbox, &who, &why), &why);
	assert_last(&c, VERIFIED_WRONG, "certificate");
	identity_release(&who);
	known_key_release(&k);
	chain_release(&c);
}

static void a_chain_that_ends_in_another_hash_than_the_case_is_found(void **state)
{
	struct chain c;

	(void)state;
	chain_make(&c);
	c.file.eh[0] = c.file.eh[0] == 'a' ? 'b' : 'a';
	chain_store(&c);
	assert_last(&c, VERIFIED_WRONG, "head");
	chain_release(&c);
}

static void a_case_that_is_not_here_is_said_to_be_unknown(void **state)
{
	struct desk *d = desk_open();
	struct seen s = { .count = 0 };
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(verify_case(d->cache, d->outbox, CASE_1, note, &s, &why), ST_NONE);
	assert_string_equal(why.code, "case-unknown");
	assert_int_equal(s.count, 0);
	desk_close(d);
}

/* The last entry is the central's word that it erased entry n. */
static void say_erased(struct chain *c, const char *n)
{
	struct entry *e = &c->e[ENTRIES - 1];
	struct action a = ACTION_INIT;
	struct strbuf json = STRBUF_INIT;
	struct err why = ERR_INIT;
	struct entry_facts f;

	action_reset(&a, action_find(str_of("entry.erase")));
	must(action_set(&a, "n", str_of(n), &why), &why);
	must(action_set(&a, "why", str_of("felregistrerad"), &why), &why);
	snprintf(a.aud, sizeof(a.aud), AUD);
	snprintf(a.iid, sizeof(a.iid), "0198dddd-0000-7000-8000-000000000001");
	snprintf(a.sub, sizeof(a.sub), "system");
	snprintf(a.dev, sizeof(a.dev), DEV);
	snprintf(a.case_id, sizeof(a.case_id), "%s", e->case_id);
	snprintf(a.epoch, sizeof(a.epoch), EPOCH);
	memcpy(a.prev, HASH_ZERO, HASH_TEXT);
	memcpy(a.base_eh, HASH_ZERO, HASH_TEXT);
	must(payload_write(&json, &a, &why), &why);
	strbuf_clear(&e->jws);
	must(jws_sign(&e->jws, e->ah, c->d->central_key, TYP_ENTRY, strbuf_str(&json), &why), &why);
	f = (struct entry_facts){ e->case_id, e->n,  c->e[ENTRIES - 2].eh, e->ah,  e->seq,
				  e->epoch,   e->at, e->verdict,	   e->rule };
	entry_hash(e->eh, &f);
	memcpy(c->file.eh, e->eh, HASH_TEXT);
	action_release(&a);
	strbuf_release(&json);
}

/* As an "x" row says it of entry 3, which may never have come. */
static void erase_third(struct chain *c, const char *reason)
{
	struct entry gone = c->e[2];
	struct err why = ERR_INIT;

	snprintf(gone.erased_why, sizeof(gone.erased_why), "%s", reason);
	must(entry_erase(c->d->cache, &gone, 3, &why), &why);
}

static void an_erased_entry_keeps_the_chain_whole(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	say_erased(&c, "3");
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_OK);
	assert_int_equal(s.as[3], VERIFIED_ERASED);
	assert_int_equal(s.as[4], VERIFIED_OK);
	/* One that was erased before it came stands in its place all the same. */
	c.e[2].n = 0;
	chain_store(&c);
	c.e[2].n = 3;
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_OK);
	assert_int_equal(s.as[3], VERIFIED_ERASED);
	chain_release(&c);
}

static void an_entry_is_erased_on_the_centrals_signed_word_alone(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	chain_store(&c);
	erase_third(&c, "erased by entry 4"); /* which is a note of an officer */
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_int_equal(s.as[3], VERIFIED_WRONG);
	assert_string_equal(s.code[3], "erased-unsigned");
	say_erased(&c, "2");
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_string_equal(s.code[3], "erased-unsigned");
	chain_store(&c);
	erase_third(&c, "misfiled");
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	chain_release(&c);
}

/* The entry that is named may be anything, or not here. */
static void an_erasing_entry_is_the_centrals_own_on_this_case_and_later(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	/* Earlier, itself, and behind the end: nobody has said so. */
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "erased by entry 2", "erased by entry 3",
						     "erased by entry 5" };

		chain_store(&c);
		erase_third(&c, names[i]);
		assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
		assert_string_equal(s.code[3], "erased-unsigned");
	}
	/* Signed by the central, and no erasure; nor one of another case. */
	sign_last(&c, "{}", c.d->central_key, TYP_ENTRY);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_string_equal(s.code[3], "erased-unsigned");
	say_erased(&c, "3");
	snprintf(c.e[3].case_id, sizeof(c.e[3].case_id), CASE_1);
	say_erased(&c, "3");
	snprintf(c.e[3].case_id, sizeof(c.e[3].case_id), CASE_0);
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_string_equal(s.code[3], "erased-unsigned");
	/* It has not come yet. */
	c.e[3].n = 0;
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_RETRY);
	assert_string_equal(s.code[3], "erasing-missing");
	chain_release(&c);
}

/* Its place can't be judged, and so it is not passed off as erased in order. */
static void an_erased_entry_behind_a_gap_stays_unknown(void **state)
{
	struct chain c;
	struct seen s;

	(void)state;
	chain_make(&c);
	say_erased(&c, "3");
	c.e[1].n = 0;
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_RETRY);
	assert_int_equal(s.as[3], VERIFIED_UNKNOWN);
	assert_string_equal(s.code[3], "previous-missing");
	/* And one whose hash is wrong is wrong, whoever erased it. */
	c.e[1].n = 2;
	c.e[2].seq++;
	chain_store(&c);
	erase_third(&c, "erased by entry 4");
	assert_int_equal(judge_chain(&c, &s), ST_REFUSED);
	assert_string_equal(s.code[3], "eh");
	chain_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_chain_holds),
		cmocka_unit_test(any_changed_byte_of_an_envelope_is_found_and_its_entry_named),
		cmocka_unit_test(every_fact_of_an_entry_is_bound_by_its_hash),
		cmocka_unit_test(a_missing_entry_is_said_and_never_passed_over),
		cmocka_unit_test(two_entries_that_changed_places_are_found),
		cmocka_unit_test(an_unknown_key_is_no_proof_either_way),
		cmocka_unit_test(an_erased_entry_keeps_the_chain_whole),
		cmocka_unit_test(an_entry_is_erased_on_the_centrals_signed_word_alone),
		cmocka_unit_test(what_is_signed_speaks_of_this_case_and_of_its_signer),
		cmocka_unit_test(a_key_counts_by_the_centrals_certificate_for_it_alone),
		cmocka_unit_test(the_own_key_counts_by_the_certificate_of_the_home),
		cmocka_unit_test(a_chain_that_ends_in_another_hash_than_the_case_is_found),
		cmocka_unit_test(a_case_that_is_not_here_is_said_to_be_unknown),
		cmocka_unit_test(an_erasing_entry_is_the_centrals_own_on_this_case_and_later),
		cmocka_unit_test(an_erased_entry_behind_a_gap_stays_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
