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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
