/* SPDX-License-Identifier: EUPL-1.2 */
/* A new key, and what a central may say to it. */
#include "tests/unit/sync/desk.h"

#include "sign/rotation.h"
#include "sync/enrol.h"
#include "sync/rotate.h"

#include "base/banned.h"

#define PASSPHRASE "sex ord som ingen kan gissa"

/* What the central answers to the word that names the new key. */
struct turn {
	struct desk *d;
	const char *other;	/* what of the certificate is not ours, "" nothing */
	const char *proof;	/* what is said along with the code, NULL nothing */
	const char *code;	/* NULL: a certificate comes */
	const char *token_code; /* of the login, NULL: it is let in */
	bool other_program;	/* changes the key while we ask */
	int rotations, tokens;
};

static void certificate_of(struct turn *t, struct strbuf *body)
{
	struct desk *d = t->d;
	struct certificate c = { .nbf = d->wall, .exp = d->wall + 1000 };
	struct strbuf json = STRBUF_INIT, jws = STRBUF_INIT;
	const struct signkey *by = strcmp(t->other, "by") == 0 ? d->foreign_key : d->central_key;
	const struct signkey *of = strcmp(t->other, "x") == 0 ? d->foreign_key : d->key;

	snprintf(c.kid, sizeof(c.kid), "%s",
		 signkey_public(strcmp(t->other, "kid") == 0 ? d->foreign_key : d->key)->kid);
	pubkey_text(c.x, signkey_public(of));
	snprintf(c.dev, sizeof(c.dev), "%s", DEV);
	snprintf(c.sub, sizeof(c.sub), "%s", strcmp(t->other, "sub") == 0 ? "jan.vd" : "britt.a");
	if (strcmp(t->other, "dev") == 0)
		c.dev[0] = 'f';
	if (strcmp(t->other, "form") == 0)
		strbuf_sets(&json, "{}");
	else
		assert_true(certificate_write(&json, &c));
	assert_int_equal(jws_sign(&jws, NULL, by, TYP_CERT, strbuf_str(&json), NULL), ST_OK);
	strbuf_addf(body, "{\"%s\":\"%s\"}",
		    strcmp(t->other, "none") == 0 ? "other" : "certificate", strbuf_cstr(&jws));
	strbuf_release(&json);
	strbuf_release(&jws);
}

static void change_key_beside(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;

	must(identity_get(d->outbox, &who, &why), &why);
	snprintf(who.kid, sizeof(who.kid), "%s", signkey_public(d->foreign_key)->kid);
	must(identity_put(d->outbox, &who, &why), &why);
	identity_release(&who);
}

static void refuse(const struct turn *t, struct reply *out)
{
	struct problem p = { .status = 403 };

	snprintf(p.code, sizeof(p.code), "%s", t->code);
	snprintf(p.jws, sizeof(p.jws), "%s", t->proof ? t->proof : "");
	out->status = 403;
	snprintf(out->content_type, sizeof(out->content_type), "application/problem+json");
	problem_write(&out->body, &p);
}

static bool turns(struct desk *d, const struct request *r, struct reply *out)
{
	struct turn *t = d->route_ctx;
	struct strbuf b = STRBUF_INIT;

	if (strcmp(strbuf_cstr(&r->path), "/v1/auth/token") == 0 && t->token_code) {
		t->tokens++;
		answer_problem(out, 401, t->token_code, "x", 0, "");
		return true;
	}
	if (!strstr(strbuf_cstr(&r->path), "/rotate"))
		return false;
	t->rotations++;
	if (t->other_program)
		change_key_beside(d);
	if (t->code) {
		refuse(t, out);
		return true;
	}
	certificate_of(t, &b);
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
	return true;
}

static enum status begin(struct desk *d, const struct signkey *old, struct err *why)
{
	struct signkey *next = NULL;
	enum status st = rotate_begin(d->outbox, old, str_of(PASSPHRASE), KEYBOX_TEST, &d->clock,
				      &d->rng, &next, why);

	if (st != ST_OK)
		return st;
	signkey_free(d->key);
	d->key = next;
	return ST_OK;
}

/* A desk whose key is sealed. */
static struct desk *sealed_desk(void)
{
	struct desk *d = desk_open();
	struct strbuf sealed = STRBUF_INIT;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(seal_key(&sealed, d->key, str_of(PASSPHRASE), KEYBOX_TEST, &d->rng, &why), &why);
	must(identity_set_sealed_key(d->outbox, strbuf_str(&sealed), &why), &why);
	strbuf_release(&sealed);
	return d;
}

/* And whose key was changed; the central has not been told yet. */
static void turn_desk(struct desk *d, struct turn *t)
{
	struct err why = ERR_INIT;

	must(begin(d, d->key, &why), &why);
	t->d = d;
	d->route = turns;
	d->route_ctx = t;
	desk_restart(d);
}

static struct desk *turned_desk(struct turn *t)
{
	struct desk *d = sealed_desk();

	turn_desk(d, t);
	return d;
}

static enum sync_trouble trouble(struct desk *d)
{
	struct sync_status s;

	sync_status(d->sync, &s);
	return s.trouble;
}

static bool is_open(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	bool open;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	open = who.rotation_open;
	identity_release(&who);
	return open;
}

static void a_certificate_that_is_not_for_the_new_key_ends_no_rotation(void **state)
{
	static const char *const others[] = { "by", "kid", "x", "dev", "sub", "form", "none" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct turn t = { .other = others[i] };
		struct desk *d = turned_desk(&t);
		struct err why = ERR_INIT;

		must(desk_run(d, &why), &why);
		assert_int_equal(trouble(d), SYNC_NONSENSE);
		assert_true(is_open(d));
		t.other = "";
		desk_settle(d);
		assert_int_equal(trouble(d), SYNC_FINE);
		assert_false(is_open(d));
		assert_int_equal(t.rotations, 2);
		desk_close(d);
	}
}

static void for_minutes(struct desk *d, int count)
{
	struct err why = ERR_INIT;

	for (int i = 0; i < count; i++) {
		must(desk_run(d, &why), &why);
		d->wall += 70000;
		d->boot += 70000;
	}
}

/* The central refuses the new key with that proof: is the device frozen by it? */
static bool freezes(struct turn *t, struct desk *d, const struct strbuf *proof)
{
	struct identity who = IDENTITY_INIT;
	struct err why = ERR_INIT;
	bool yes;

	t->proof = strbuf_cstr(proof);
	for_minutes(d, 3);
	assert_true(t->rotations > 0);
	must(identity_get(d->outbox, &who, &why), &why);
	yes = who.frozen[0] != '\0';
	assert_int_equal(trouble(d) == SYNC_FROZEN, yes);
	if (!yes) { /* the central itself answers again */
		t->code = t->token_code = NULL;
		desk_settle(d);
		assert_int_equal(trouble(d), SYNC_FINE);
		assert_false(is_open(d));
	}
	identity_release(&who);
	return yes;
}

static void a_word_that_the_device_was_copied_is_the_centrals_own(void **state)
{
	static const struct {
		const char *json;
		bool foreign, froze;
	} rows[] = {
		{ "{\"device\":\"" DEV "\",\"state\":\"frozen\"}", false, true },
		{ "{\"device\":\"" DEV "\",\"state\":\"frozen\"}", true, false },
		{ "{\"device\":\"" DEV "\",\"state\":\"active\"}", false, false },
		{ "{\"device\":\"0198bbbb-0000-7000-8000-000000000009\",\"state\":\"frozen\"}",
		  false, false },
		{ "{\"state\":\"frozen\"}", false, false },
		{ "[", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct turn t = { .other = "", .code = "device-fork" };
		struct desk *d = turned_desk(&t);
		struct strbuf proof = STRBUF_INIT;

		if (*rows[i].json)
			assert_int_equal(jws_sign(&proof, NULL,
						  rows[i].foreign ? d->foreign_key : d->central_key,
						  TYP_ROW, str_of(rows[i].json), NULL),
					 ST_OK);
		assert_int_equal(freezes(&t, d, &proof), rows[i].froze);
		strbuf_release(&proof);
		desk_close(d);
	}
}

/* Another copy of the home has changed it: the word for its new key is signed by
 * the key that is here. */
static void a_key_was_replaced_if_it_signed_so_itself(void **state)
{
	static const struct {
		bool by_another, of_another, to_ours;
	} rows[] = { { false, false, false },
		     { true, false, false },
		     { false, true, false },
		     { false, false, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct turn t = { .other = "", .code = "key-replaced" };
		struct desk *d = turned_desk(&t);
		struct rotation r = { .through = 0, .ts = d->wall };
		struct strbuf proof = STRBUF_INIT;
		struct err why = ERR_INIT;

		snprintf(r.aud, sizeof(r.aud), AUD);
		snprintf(r.dev, sizeof(r.dev), DEV);
		if (rows[i].of_another)
			r.dev[0] = 'f';
		must(rotation_make(&proof, &r, rows[i].by_another ? d->central_key : d->key,
				   rows[i].to_ours ? d->key : d->foreign_key, &why),
		     &why);
		assert_int_equal(freezes(&t, d, &proof), i == 0);
		strbuf_release(&proof);
		desk_close(d);
	}
}

/* The central took this home's change, was put back, and took that of another copy. */
static void a_key_was_replaced_if_the_one_before_it_signed_so(void **state)
{
	for (int by_another = 0; by_another < 2; by_another++) {
		struct turn t = { .other = "" };
		struct desk *d = sealed_desk();
		struct rotation r = { .through = 0, .ts = d->wall };
		struct strbuf proof = STRBUF_INIT;
		struct err why = ERR_INIT;

		(void)state;
		snprintf(r.aud, sizeof(r.aud), AUD);
		snprintf(r.dev, sizeof(r.dev), DEV);
		must(rotation_make(&proof, &r, by_another ? d->central_key : d->key, d->foreign_key,
				   &why),
		     &why);
		turn_desk(d, &t);
		desk_settle(d);
		assert_false(is_open(d));
		t.code = "key-replaced";
		t.token_code = "login-refused";
		desk_restart(d);
		assert_int_equal(freezes(&t, d, &proof), !by_another);
		strbuf_release(&proof);
		desk_close(d);
	}
}

/* It has not kept the key that named its own; the certificate is that key's as long
 * as the change is open. */
static void a_home_of_an_earlier_release_knows_the_former_key_by_its_certificate(void **state)
{
	struct turn t = { .other = "" };
	struct desk *d = sealed_desk();
	struct rotation r = { .through = 0, .ts = d->wall };
	struct certificate c = { .nbf = d->wall, .exp = d->wall + 100000000 };
	struct strbuf proof = STRBUF_INIT, payload = STRBUF_INIT, jws = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	snprintf(c.kid, sizeof(c.kid), "%s", signkey_public(d->key)->kid);
	pubkey_text(c.x, signkey_public(d->key));
	snprintf(c.dev, sizeof(c.dev), DEV);
	snprintf(c.sub, sizeof(c.sub), "britt.a");
	assert_true(certificate_write(&payload, &c));
	must(jws_sign(&jws, NULL, d->central_key, TYP_CERT, strbuf_str(&payload), &why), &why);
	must(identity_set_certificate(d->outbox, strbuf_str(&jws), &why), &why);
	snprintf(r.aud, sizeof(r.aud), AUD);
	snprintf(r.dev, sizeof(r.dev), DEV);
	must(rotation_make(&proof, &r, d->key, d->foreign_key, &why), &why);
	turn_desk(d, &t);
	must(db_exec(d->outbox, "UPDATE device SET former_x = ''", &why), &why);
	t.code = "key-replaced";
	desk_restart(d);
	assert_true(freezes(&t, d, &proof));
	strbuf_release(&proof);
	strbuf_release(&payload);
	strbuf_release(&jws);
	desk_close(d);
}

/* It is not this device that was copied: this home itself went on. */
static void a_key_that_another_program_of_this_home_replaced_freezes_nothing(void **state)
{
	struct turn t = { .other = "", .code = "key-replaced", .other_program = true };
	struct desk *d = turned_desk(&t);
	struct identity who = IDENTITY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;

	(void)state;
	must(desk_run(d, &why), &why);
	must(identity_get(d->outbox, &who, &why), &why);
	assert_string_equal(who.frozen, "");
	sync_status(d->sync, &s);
	assert_string_equal(s.code, "key-changed");
	identity_release(&who);
	desk_close(d);
}

/* A central that was restored from before the rotation refuses the login; it is
 * told of the key once more, and when it does not take that either, the officer
 * hears what the login said. */
static void a_login_that_is_refused_tells_of_the_key_once_more_and_then_advises(void **state)
{
	struct turn t = { .other = "" };
	struct desk *d = turned_desk(&t);
	struct sync_status s;

	(void)state;
	desk_settle(d);
	assert_int_equal(t.rotations, 1);
	t.code = "rotation-refused";
	t.token_code = "login-refused";
	desk_restart(d);
	for_minutes(d, 8);
	assert_int_equal(t.rotations, 2);
	assert_true(t.tokens > 2);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_REFUSED);
	assert_string_equal(s.code, "key-not-there");
	assert_false(is_open(d));
	desk_close(d);
}

static void neither_a_frozen_device_nor_an_older_key_is_rotated(void **state)
{
	struct desk *d = sealed_desk();
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(begin(d, d->foreign_key, &why), ST_REFUSED);
	assert_string_equal(why.code, "locked");
	err_clear(&why);
	must(identity_set_frozen(d->outbox, "device-fork", &why), &why);
	assert_int_equal(begin(d, d->key, &why), ST_REFUSED);
	assert_string_equal(why.code, "device-frozen");
	assert_false(is_open(d));
	desk_close(d);
}

static void a_certificate_that_can_not_be_read_ends_on_no_day(void **state)
{
	static const char *const texts[] = { "", "a.b.c", NULL };
	struct desk *d = desk_open();
	struct identity who = IDENTITY_INIT;
	struct strbuf jws = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 3; i++) {
		if (!texts[i])
			assert_int_equal(
				jws_sign(&jws, NULL, d->central_key, TYP_CERT, str_of("{}"), NULL),
				ST_OK);
		strbuf_sets(&who.certificate, texts[i] ? texts[i] : strbuf_cstr(&jws));
		assert_int_equal(certificate_ends(&who), 0);
		assert_false(rotate_due(&who, d->wall));
	}
	strbuf_release(&jws);
	identity_release(&who);
	desk_close(d);
}

static void a_key_is_due_in_its_last_month_if_nothing_stands_in_the_way(void **state)
{
	struct desk *d = desk_open();
	struct identity who = IDENTITY_INIT;
	struct turn t = { .d = d, .other = "" };
	struct strbuf body = STRBUF_INIT;
	struct json *j = NULL;
	struct str jws;
	int64_t end = d->wall + 1000;

	(void)state;
	certificate_of(&t, &body);
	assert_int_equal(json_read(&j, strbuf_str(&body), NULL), ST_OK);
	jws = json_get_text(j, "certificate");
	strbuf_set(&who.certificate, jws.p, jws.n);
	assert_int_equal(certificate_ends(&who), end);
	assert_true(rotate_due(&who, end - 1));
	assert_true(rotate_due(&who, end - ROTATE_DAYS * DAY_MS + 1));
	assert_false(rotate_due(&who, end - ROTATE_DAYS * DAY_MS));
	assert_false(rotate_due(&who, end)); /* too late: it has ended */
	who.rotation_open = true;
	assert_false(rotate_due(&who, end - 1));
	who.rotation_open = false;
	snprintf(who.frozen, sizeof(who.frozen), "device-fork");
	assert_false(rotate_due(&who, end - 1));
	json_free(j);
	strbuf_release(&body);
	identity_release(&who);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_that_is_not_for_the_new_key_ends_no_rotation),
		cmocka_unit_test(a_word_that_the_device_was_copied_is_the_centrals_own),
		cmocka_unit_test(a_key_was_replaced_if_it_signed_so_itself),
		cmocka_unit_test(a_key_that_another_program_of_this_home_replaced_freezes_nothing),
		cmocka_unit_test(
			a_login_that_is_refused_tells_of_the_key_once_more_and_then_advises),
		cmocka_unit_test(neither_a_frozen_device_nor_an_older_key_is_rotated),
		cmocka_unit_test(a_certificate_that_can_not_be_read_ends_on_no_day),
		cmocka_unit_test(a_key_is_due_in_its_last_month_if_nothing_stands_in_the_way),
		cmocka_unit_test(a_key_was_replaced_if_the_one_before_it_signed_so),
		cmocka_unit_test(
			a_home_of_an_earlier_release_knows_the_former_key_by_its_certificate),
	};

	return cmocka_run_group_tests_name("sync/rotate", tests, NULL, NULL);
}
