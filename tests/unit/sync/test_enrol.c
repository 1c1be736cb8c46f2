/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/sync/desk.h"

#include "sync/enrol.h"

#include "base/banned.h"

#define PASSPHRASE "sex ord som ingen kan gissa"

/* An invitation to the desk's central: its key's fingerprint at the end. */
static void invitation(struct desk *d, char code[80], bool other)
{
	const struct pubkey *p = signkey_public(other ? d->foreign_key : d->central_key);
	char print[HASH_TEXT];

	sha256_hex(print, (struct str){ (const char *)p->x, 32 });
	snprintf(code, 80, "sluss1.AAAAAAAAAAAAAAAAAAAAAA.%.16s", print);
}

static void info(struct desk *d, struct reply *out)
{
	struct strbuf b = STRBUF_INIT;
	char x[PUBKEY_TEXT];

	reply_clear(out);
	pubkey_text(x, signkey_public(d->central_key));
	strbuf_addf(&b,
		    "{\"name\":\"Exempelköping\",\"central\":\"" AUD "\",\"undo_seconds\":15,"
		    "\"keys\":[{\"kid\":\"%s\",\"x\":\"%s\"}]}",
		    signkey_public(d->central_key)->kid, x);
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
}

/* The central's answer to POST /v1/devices; checks the proof. `other`: what of the
 * certificate is not this device's, "" nothing. */
static void certify(struct desk *d, const struct request *r, const char *other, struct reply *out)
{
	struct json *j = NULL;
	struct certificate c = { .nbf = d->wall, .exp = d->wall + 1000 };
	struct login l;
	struct pubkey key;
	struct strbuf b = STRBUF_INIT, jws = STRBUF_INIT;
	char hash[HASH_TEXT], code[80];
	struct err why = ERR_INIT;

	reply_clear(out);
	assert_int_equal(json_read(&j, strbuf_str(&r->body), NULL), ST_OK);
	assert_true(json_copy_text(j, "dev", c.dev, sizeof(c.dev)));
	assert_true(json_copy_text(j, "x", c.x, sizeof(c.x)));
	assert_true(json_copy_text(j, "code", code, sizeof(code)));
	assert_true(pubkey_from_text(&key, str_of(c.x)));
	must(jws_open(&b, NULL, &key, TYP_LOGIN, json_get_text(j, "proof"), &why), &why);
	must(login_read(&l, strbuf_str(&b), &why), &why);
	sha256_hex(hash, str_of(code));
	assert_string_equal(l.challenge, hash);
	assert_string_equal(l.aud, AUD);
	json_free(j);
	snprintf(c.kid, sizeof(c.kid), "%s", key.kid);
	snprintf(c.sub, sizeof(c.sub), "britt.a");
	if (strcmp(other, "dev") == 0)
		c.dev[0] = 'f';
	if (strcmp(other, "sub") == 0)
		snprintf(c.sub, sizeof(c.sub), "jan.vd");
	if (strcmp(other, "kid") == 0)
		snprintf(c.kid, sizeof(c.kid), "%s", signkey_public(d->foreign_key)->kid);
	if (strcmp(other, "x") == 0)
		pubkey_text(c.x, signkey_public(d->foreign_key));
	strbuf_clear(&b);
	assert_true(certificate_write(&b, &c));
	must(jws_sign(&jws, NULL, d->central_key, TYP_CERT, strbuf_str(&b), &why), &why);
	strbuf_clear(&b);
	strbuf_addf(
		&b,
		"{\"certificate\":\"%s\",\"central\":\"" AUD "\",\"officer\":{\"id\":\"britt.a\","
		"\"name\":\"Britt Ahl\",\"roles\":[\"officer\",\"decider\"],\"units\":[\"bygg\",\"miljo\"]}}",
		strbuf_cstr(&jws));
	answer_json(out, 201, strbuf_cstr(&b));
	strbuf_release(&b);
	strbuf_release(&jws);
}

static struct enrol *start(struct desk *d, bool other)
{
	struct enrol *e;
	char code[80], pasted[100];
	struct err why = ERR_INIT;

	invitation(d, code, other);
	snprintf(pasted, sizeof(pasted), " \t\r\n%s \n", code);
	must(enrol_start(&e, "http://central.example", str_of(pasted), &d->clock, &d->rng, &why),
	     &why);
	return e;
}

static void an_invitation_becomes_a_device_that_can_be_unlocked(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct identity who = IDENTITY_INIT;
	struct signkey *key;
	struct db *fresh;
	struct err why = ERR_INIT;

	(void)state;
	must(outbox_open(&fresh, ":memory:", &why), &why);
	assert_int_equal(identity_get(fresh, &who, NULL), ST_NONE);
	must(enrol_next(e, &r, &why), &why);
	assert_string_equal(strbuf_cstr(&r.path), "/v1/api-info");
	info(d, &out);
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_next(e, &r, &why), &why);
	certify(d, &r, "", &out);
	must(enrol_reply(e, &out, &why), &why);
	assert_int_equal(enrol_next(e, &r, &why), ST_NONE);
	must(enrol_finish(e, fresh, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);

	must(identity_get(fresh, &who, &why), &why);
	assert_string_equal(who.sub, "britt.a");
	assert_string_equal(who.units, "bygg,miljo");
	assert_int_equal(who.roles, ROLE_OFFICER | ROLE_DECIDER);
	assert_int_equal(who.undo_ms, 15000);
	assert_int_equal(unlock(fresh, str_of("fel"), &key, &why), ST_REFUSED);
	assert_null(key);
	err_clear(&why);
	must(unlock(fresh, str_of(PASSPHRASE), &key, &why), &why);
	assert_string_equal(signkey_public(key)->kid, who.kid);
	must(change_passphrase(fresh, str_of(PASSPHRASE), str_of("en ny"), KEYBOX_TEST, &d->rng,
			       &why),
	     &why);
	signkey_free(key);
	must(unlock(fresh, str_of("en ny"), &key, &why), &why);
	signkey_free(key);
	identity_release(&who);
	enrol_free(e);
	cache_close(fresh);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

static void another_centrals_key_is_refused_before_the_code_is_sent(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, true);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	must(enrol_next(e, &r, &why), &why);
	assert_int_equal(r.body.len, 0);
	info(d, &out);
	assert_int_equal(enrol_reply(e, &out, &why), ST_REFUSED);
	assert_string_equal(why.code, "fingerprint-mismatch");
	enrol_free(e);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* The central has told its keys, and what to ask for is in r. */
static struct enrol *informed(struct desk *d, struct request *r, struct reply *out)
{
	struct enrol *e = start(d, false);
	struct err why = ERR_INIT;

	info(d, out);
	must(enrol_reply(e, out, &why), &why);
	must(enrol_next(e, r, &why), &why);
	return e;
}

static void a_certificate_for_another_device_is_refused(void **state)
{
	static const char *const others[] = { "dev", "sub", "kid", "x" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct desk *d = desk_open();
		struct request r = REQUEST_INIT;
		struct reply out = REPLY_INIT;
		struct enrol *e = informed(d, &r, &out);
		struct err why = ERR_INIT;

		certify(d, &r, others[i], &out);
		assert_int_equal(enrol_reply(e, &out, &why), ST_REFUSED);
		assert_string_equal(why.code, "certificate-other");
		enrol_free(e);
		request_release(&r);
		reply_release(&out);
		desk_close(d);
	}
}

/* The desk's good answer without, or with another, member. */
static void spoil(struct reply *out, const char *member, const char *by)
{
	struct strbuf b = STRBUF_INIT;
	const char *at = strstr(strbuf_cstr(&out->body), member);

	assert_non_null(at);
	strbuf_add(&b, out->body.data, (size_t)(at - out->body.data));
	strbuf_adds(&b, by);
	strbuf_adds(&b, at + strlen(member));
	strbuf_take(&out->body, &b);
}

static void an_answer_that_lacks_something_enrols_nobody(void **state)
{
	static const char *const members[] = { "\"certificate\"", "\"officer\":", "\"id\"",
					       "\"central\":\"sluss-" };
	static const char *const infos[] = { "{\"keys\":[]}",
					     "{\"central\":\"sluss-0123456789abcdef\"}", "[1]",
					     "<html>" };
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct enrol *e;

	(void)state;
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		struct err why = ERR_INIT;

		e = start(d, false);
		reply_clear(&out);
		answer_json(&out, 200, infos[i]);
		assert_int_equal(enrol_reply(e, &out, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "not-ours");
		enrol_free(e);
	}
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct err why = ERR_INIT;

		e = informed(d, &r, &out);
		certify(d, &r, "", &out);
		spoil(&out, members[i], i < 3 ? "\"other\":" : "\"central\":\"x-");
		assert_int_equal(enrol_reply(e, &out, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "not-ours");
		err_clear(&why);
		assert_int_equal(enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why),
				 ST_BROKEN);
		assert_string_equal(why.code, "enrol-order");
		enrol_free(e);
	}
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* Of many keys the one that the invitation names is kept, and no other. */
static void the_centrals_key_is_found_among_others(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct identity who = IDENTITY_INIT;
	struct strbuf b = STRBUF_INIT;
	char ours[PUBKEY_TEXT], theirs[PUBKEY_TEXT];
	struct err why = ERR_INIT;

	(void)state;
	pubkey_text(ours, signkey_public(d->central_key));
	pubkey_text(theirs, signkey_public(d->foreign_key));
	strbuf_addf(&b,
		    "{\"central\":\"" AUD "\",\"undo_seconds\":-1,\"keys\":[{},{\"x\":\"zz\"},"
		    "{\"x\":\"%s\"}",
		    theirs);
	for (int i = 0; i < CENTRAL_KEYS_MAX + 2; i++)
		strbuf_addf(&b, ",{\"x\":\"%s\"}", ours);
	strbuf_adds(&b, "]}");
	answer_json(&out, 200, strbuf_cstr(&b));
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_next(e, &r, &why), &why);
	certify(d, &r, "", &out);
	must(enrol_reply(e, &out, &why), &why);
	assert_false(enrol_waits(e));
	must(enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
	must(identity_get(d->outbox, &who, &why), &why);
	assert_int_equal(who.key_count, CENTRAL_KEYS_MAX);
	for (int i = 0; i < who.key_count; i++)
		assert_string_equal(who.keys[i].x, ours);
	assert_int_equal(who.undo_ms, UNDO_DEFAULT_S * 1000);
	assert_true(who.certificate.len > 0);
	identity_release(&who);
	strbuf_release(&b);
	enrol_free(e);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

/* The code is good for one device: a second try must be the same one. */
static void a_lost_answer_is_asked_for_with_the_same_key(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT, again = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct enrol *e = informed(d, &r, &out);
	struct json *first = NULL, *second = NULL;
	struct err why = ERR_INIT;

	(void)state;
	reply_clear(&out);
	assert_int_equal(enrol_reply(e, &out, &why), ST_RETRY);
	must(enrol_next(e, &again, &why), &why);
	assert_int_equal(json_read(&first, strbuf_str(&r.body), NULL), ST_OK);
	assert_int_equal(json_read(&second, strbuf_str(&again.body), NULL), ST_OK);
	assert_true(str_eq(json_get_text(first, "dev"), json_get_text(second, "dev").p));
	assert_true(str_eq(json_get_text(first, "x"), json_get_text(second, "x").p));
	json_free(first);
	json_free(second);
	enrol_free(e);
	request_release(&r);
	request_release(&again);
	reply_release(&out);
	desk_close(d);
}

static void a_device_that_has_to_be_approved_is_told_so(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct enrol *e = informed(d, &r, &out);
	struct err why = ERR_INIT;

	(void)state;
	certify(d, &r, "", &out);
	spoil(&out, "{\"certificate\"", "{\"waiting\":true,\"certificate\"");
	must(enrol_reply(e, &out, &why), &why);
	assert_true(enrol_waits(e));
	enrol_free(e);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

static void what_passes_is_tried_again_and_what_does_not_is_a_refusal(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum status st;
	} rows[] = {
		{ 429, "{\"status\":429,\"code\":\"slow\",\"detail\":\"x\"}", ST_RETRY },
		{ 500, "{\"status\":500,\"code\":\"broken\",\"detail\":\"x\"}", ST_RETRY },
		{ 503, "{\"status\":503,\"code\":\"busy\",\"detail\":\"x\"}", ST_RETRY },
		{ 404, "{\"status\":404,\"code\":\"none\",\"detail\":\"x\"}", ST_REFUSED },
		{ 502, "<html>", ST_BAD_INPUT },
	};
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply out = REPLY_INIT;
		struct err why = ERR_INIT;

		answer_json(&out, rows[i].status, rows[i].body);
		assert_int_equal(enrol_reply(e, &out, &why), rows[i].st);
		reply_release(&out);
	}
	enrol_free(e);
	desk_close(d);
}

/* The home was another central's: what was known of that one's history is not
 * held against this one. */
static void a_history_goes_over_to_a_new_device_of_the_same_central_alone(void **state)
{
	for (int same = 0; same < 2; same++) {
		struct desk *d = desk_open();
		struct request r = REQUEST_INIT;
		struct reply out = REPLY_INIT;
		struct identity who = IDENTITY_INIT;
		struct enrol *e;
		struct err why = ERR_INIT;

		must(identity_set_head(d->outbox, EPOCH, 7, HASH_ZERO, "", &why), &why);
		must(identity_get(d->outbox, &who, &why), &why);
		snprintf(who.aud, sizeof(who.aud), "%s", same ? AUD : "sluss-other");
		must(identity_put(d->outbox, &who, &why), &why);
		e = informed(d, &r, &out);
		certify(d, &r, "", &out);
		must(enrol_reply(e, &out, &why), &why);
		must(enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
		must(identity_get(d->outbox, &who, &why), &why);
		assert_int_equal(who.head_size, same ? 7 : 0);
		identity_release(&who);
		enrol_free(e);
		request_release(&r);
		reply_release(&out);
		desk_close(d);
	}
	(void)state;
}

/* --- What is sealed ---------------------------------------------------------------- */

static void seal_into(struct desk *d, const char *seed, size_t n)
{
	struct strbuf sealed = STRBUF_INIT;
	struct err why = ERR_INIT;

	must(keybox_seal(&sealed, (struct str){ seed, n }, str_of(PASSPHRASE), KEYBOX_TEST, &d->rng,
			 &why),
	     &why);
	must(identity_set_sealed_key(d->outbox, strbuf_str(&sealed), &why), &why);
	strbuf_release(&sealed);
}

static void a_sealed_key_that_is_not_this_devices_opens_nothing(void **state)
{
	static const char seeds[2][33] = { "0123456789abcdef0123456789abcde",
					   "0123456789abcdef0123456789abcdef" };
	struct desk *d = desk_open();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct signkey *key = NULL;
		struct err why = ERR_INIT;

		seal_into(d, seeds[i], strlen(seeds[i]));
		assert_int_equal(unlock(d->outbox, str_of(PASSPHRASE), &key, &why), ST_BROKEN);
		assert_string_equal(why.code, "keybox-form");
		assert_null(key);
	}
	desk_close(d);
}

static void a_key_that_another_program_changed_is_not_written_over(void **state)
{
	struct desk *d = desk_open();
	struct identity now = IDENTITY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	seal_into(d, "0123456789abcdef0123456789abcdef", 32);
	for (int i = 0; i < 5; i++) {
		struct identity before = IDENTITY_INIT;

		must(identity_get(d->outbox, &before, &why), &why);
		if (i == 1)
			before.dev[0] ^= 1;
		else if (i == 2)
			before.kid[0] ^= 1;
		else if (i == 3)
			strbuf_addc(&before.sealed_key, 'x');
		else if (i == 4)
			before.sealed_key.data[0] ^= 1;
		assert_int_equal(sealed_as(d->outbox, &before, &now, &why),
				 i ? ST_CONFLICT : ST_OK);
		identity_release(&before);
	}
	assert_string_equal(why.code, "key-changed");
	identity_release(&now);
	desk_close(d);
}

static void a_used_code_says_so_in_the_centrals_words(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;

	(void)state;
	info(d, &out);
	must(enrol_reply(e, &out, &why), &why);
	reply_clear(&out);
	answer_problem(&out, 403, "invitation-used", "this invitation has been used", 0, "");
	assert_int_equal(enrol_reply(e, &out, &why), ST_REFUSED);
	assert_string_equal(why.code, "invitation-used");
	err_clear(&why);
	reply_clear(&out);
	assert_int_equal(enrol_reply(e, &out, &why), ST_RETRY);
	err_clear(&why);
	out.status = 200;
	strbuf_sets(&out.body, "<html>");
	assert_int_equal(enrol_reply(e, &out, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "not-ours");
	enrol_free(e);
	reply_release(&out);
	desk_close(d);
}

static void a_code_that_is_none_is_refused_at_once(void **state)
{
	static const char *const codes[] = {
		"",
		"sluss1",
		"sluss1.AAAA.0123456789abcdef",
		"sluss1.AAAAAAAAAAAAAAAAAAAAAA",
		"sluss1.AAAAAAAAAAAAAAAAAAAAAA.0123",
		"sluss2.AAAAAAAAAAAAAAAAAAAAAA.0123456789abcdef",
		"sluss1.AAAAAAAAAAAAAAAAAAAAAA.0123456789abcdef.x",
		"sluss1.AAAAAAAAAAAAAAAAAAAAAA.0123456789abcdefaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct desk *d = desk_open();
	struct enrol *e;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(
			enrol_start(&e, "http://x", str_of(codes[i]), &d->clock, &d->rng, &why),
			ST_BAD_INPUT);
		assert_string_equal(why.code, "invitation-form");
	}
	desk_close(d);
}

static void a_new_device_leaves_the_old_ones_actions_to_be_signed_anew(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct act_result old, again;
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct actor a;
	struct err why = ERR_INIT;

	(void)state;
	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &old, &why), &why);
	info(d, &out);
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_next(e, &r, &why), &why);
	certify(d, &r, "", &out);
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
	must(outbox_get(d->outbox, old.item, &item, &why), &why);
	assert_int_equal(item.state, OUTBOX_HELD);
	assert_string_equal(item.why, "device-changed");
	signkey_free(d->key);
	must(unlock(d->outbox, str_of(PASSPHRASE), &d->key, &why), &why);
	desk_restart(d);
	a = desk_actor(d);
	must(act_resign(&a, old.item, &again, &why), &why);
	assert_string_equal(again.iid, item.iid);
	desk_settle(d);
	assert_int_equal(d->log_count, 1);
	must(outbox_get(d->outbox, again.item, &item, &why), &why);
	assert_int_equal(item.ctr, 1);
	assert_int_equal(item.verdict, VERDICT_ACCEPTED);
	outbox_item_release(&item);
	enrol_free(e);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

static void an_undo_window_beyond_reason_is_not_taken_over(void **state)
{
	struct desk *d = desk_open();
	struct enrol *e = start(d, false);
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct identity who = IDENTITY_INIT;
	struct strbuf body = STRBUF_INIT;
	struct err why = ERR_INIT;
	const char *at;

	(void)state;
	info(d, &out);
	at = strstr(strbuf_cstr(&out.body), ":15,");
	assert_non_null(at);
	strbuf_add(&body, out.body.data, (size_t)(at - out.body.data));
	strbuf_addf(&body, ":9223372036854775807,%s", at + 4);
	strbuf_set(&out.body, body.data, body.len);
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_next(e, &r, &why), &why);
	certify(d, &r, "", &out);
	must(enrol_reply(e, &out, &why), &why);
	must(enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, &why), &why);
	must(identity_get(d->outbox, &who, &why), &why);
	assert_int_equal(who.undo_ms, UNDO_DEFAULT_S * 1000);
	identity_release(&who);
	strbuf_release(&body);
	enrol_free(e);
	request_release(&r);
	reply_release(&out);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invitation_becomes_a_device_that_can_be_unlocked),
		cmocka_unit_test(another_centrals_key_is_refused_before_the_code_is_sent),
		cmocka_unit_test(a_certificate_for_another_device_is_refused),
		cmocka_unit_test(an_answer_that_lacks_something_enrols_nobody),
		cmocka_unit_test(the_centrals_key_is_found_among_others),
		cmocka_unit_test(a_lost_answer_is_asked_for_with_the_same_key),
		cmocka_unit_test(a_device_that_has_to_be_approved_is_told_so),
		cmocka_unit_test(what_passes_is_tried_again_and_what_does_not_is_a_refusal),
		cmocka_unit_test(a_history_goes_over_to_a_new_device_of_the_same_central_alone),
		cmocka_unit_test(a_sealed_key_that_is_not_this_devices_opens_nothing),
		cmocka_unit_test(a_key_that_another_program_changed_is_not_written_over),
		cmocka_unit_test(a_used_code_says_so_in_the_centrals_words),
		cmocka_unit_test(a_code_that_is_none_is_refused_at_once),
		cmocka_unit_test(a_new_device_leaves_the_old_ones_actions_to_be_signed_anew),
		cmocka_unit_test(an_undo_window_beyond_reason_is_not_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
