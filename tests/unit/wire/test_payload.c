/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json.h"
#include "wire/payload.h"

#include "base/banned.h"

#define EPOCH "0198c0de-0000-7000-a000-000000000001"
#define IID "0198c0de-0000-7000-8000-100000000001"
#define CASE "0198c0de-0000-7000-9000-000000000001"
#define HASH "755415576f64809c3bd0200fca326a4329ed7d02a338ca77a6efce278fa48635"

/* The members before and after the arguments, as the protocol orders them. */
#define FRONT                                                                                      \
	"{\"v\":1,\"aud\":\"central\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw\",\"iid\":\"" IID          \
	"\",\"sub\":\"anna\",\"dev\":\"dev-1\",\"ctr\":2,\"prev\":\"" HASH "\",\"case\":\"" CASE   \
	"\",\"base\":{\"n\":1,\"eh\":\"" HASH "\"},\"pre\":0,"
#define BACK                                                                                       \
	"\"epoch\":\"" EPOCH "\",\"seq\":1001,\"ts\":\"2026-11-23T04:09:01.000Z\",\"skew\":-13}"
#define NOTE(args) FRONT "\"act\":\"note.add\",\"av\":1,\"args\":" args ",\"docs\":[]," BACK

static void fill(struct action *a, const char *act)
{
	action_reset(a, action_find(str_of(act)));
	assert_non_null(a->def);
	snprintf(a->aud, sizeof(a->aud), "central");
	for (int i = 0; i < 16; i++)
		a->salt[i] = (unsigned char)i;
	snprintf(a->iid, sizeof(a->iid), IID);
	snprintf(a->sub, sizeof(a->sub), "anna");
	snprintf(a->dev, sizeof(a->dev), "dev-1");
	a->ctr = 2;
	snprintf(a->prev, sizeof(a->prev), HASH);
	snprintf(a->case_id, sizeof(a->case_id), CASE);
	a->base_n = 1;
	snprintf(a->base_eh, sizeof(a->base_eh), HASH);
	snprintf(a->epoch, sizeof(a->epoch), EPOCH);
	a->seq = 1001;
	a->ts = 1795406941000;
	a->skew = -13;
}

static void set(struct action *a, const char *name, const char *value)
{
	assert_int_equal(action_set(a, name, str_of(value), NULL), ST_OK);
}

static void refused(const char *text, const char *code)
{
	struct action a = ACTION_INIT;
	struct err why = ERR_INIT;

	assert_int_equal(payload_read(&a, str_of(text), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, code);
	assert_true(why.text[0] != '\0');
	action_release(&a);
}

static void members_stand_in_the_order_of_the_protocol(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;

	(void)state;
	fill(&a, "note.add");
	set(&a, "text", "Ringt sökanden.");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&b), NOTE("{\"text\":\"Ringt sökanden.\"}"));
	strbuf_clear(&b);
	snprintf(a.sup, sizeof(a.sup), EPOCH);
	a.doc_count = 1;
	snprintf(a.docs[0].h, sizeof(a.docs[0].h), HASH);
	a.docs[0].len = 12;
	snprintf(a.docs[0].mt, sizeof(a.docs[0].mt), "text/plain; charset=utf-8");
	snprintf(a.docs[0].name, sizeof(a.docs[0].name), "ritning å.txt");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	assert_non_null(strstr(strbuf_cstr(&b),
			       "\"docs\":[{\"h\":\"" HASH "\",\"len\":12,"
			       "\"mt\":\"text/plain; charset=utf-8\",\"name\":\"ritning å.txt\"}],"
			       "\"sup\":\"" EPOCH "\",\"epoch\""));
	strbuf_release(&b);
	action_release(&a);
}

/* A value that fits the argument's kind. */
static const char *sample(const struct arg_def *d)
{
	switch (d->kind) {
	case ARG_INT:
		return "2";
	case ARG_DAY:
		return "2026-11-23";
	case ARG_INSTANT:
		return "2026-11-23T04:09:01.000Z";
	case ARG_HASH:
		return HASH;
	case ARG_TEXT:
		return "rad 1\nrad \"2\"\\\t😀";
	case ARG_FREE:
		return "e\xCC\x81 not NFC, and a \x01 control";
	default:
		return "kod-1";
	}
}

static void every_act_of_the_catalogue_is_read_back_equal(void **state)
{
	struct action a = ACTION_INIT, back = ACTION_INIT;
	struct strbuf one = STRBUF_INIT, two = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; action_at(i); i++) {
		const struct action_def *def = action_at(i);

		fill(&a, def->name);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++)
			set(&a, def->args[k].name, sample(&def->args[k]));
		strbuf_clear(&one);
		strbuf_clear(&two);
		assert_int_equal(payload_write(&one, &a, NULL), ST_OK);
		assert_int_equal(payload_read(&back, strbuf_str(&one), NULL), ST_OK);
		assert_ptr_equal(back.def, def);
		assert_memory_equal(back.salt, a.salt, 16);
		assert_int_equal(back.ts, a.ts);
		assert_int_equal(back.skew, -13);
		for (int k = 0; k < ACTION_ARGS_MAX && def->args[k].name; k++) {
			assert_true(back.has[k]);
			assert_string_equal(strbuf_cstr(&back.arg[k]), strbuf_cstr(&a.arg[k]));
		}
		assert_int_equal(payload_write(&two, &back, NULL), ST_OK);
		assert_string_equal(strbuf_cstr(&two), strbuf_cstr(&one));
	}
	strbuf_release(&one);
	strbuf_release(&two);
	action_release(&a);
	action_release(&back);
}

static void an_argument_that_is_not_given_is_left_out_and_an_empty_one_is_not(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;

	(void)state;
	fill(&a, "case.release");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	assert_non_null(strstr(strbuf_cstr(&b), "\"args\":{}"));
	strbuf_clear(&b);
	set(&a, "reason", "");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	assert_non_null(strstr(strbuf_cstr(&b), "\"args\":{\"reason\":\"\"}"));
	assert_int_equal(payload_read(&a, strbuf_str(&b), NULL), ST_OK);
	assert_true(a.has[0]);
	strbuf_release(&b);
	action_release(&a);
}

static void every_prefix_and_anything_behind_a_payload_is_refused(void **state)
{
	static const char text[] = NOTE("{\"text\":\"x\"}");
	struct action a = ACTION_INIT;

	(void)state;
	for (size_t n = 0; n < strlen(text); n++) {
		struct err why = ERR_INIT;

		assert_int_equal(payload_read(&a, (struct str){ text, n }, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "payload-syntax");
	}
	action_release(&a);
	refused(NOTE("{\"text\":\"x\"}") "{}", "payload-syntax");
	refused("<!DOCTYPE html><p>Log in to the network</p>", "payload-syntax");
	refused("[]", "payload-member");
}

static void each_missing_member_is_refused(void **state)
{
	static const char *const names[] = {
		"v",   "aud", "salt", "iid",  "sub",  "dev",   "ctr", "prev", "case", "base",
		"pre", "act", "av",   "args", "docs", "epoch", "seq", "ts",   "skew",
	};
	static const char text[] = NOTE("{\"text\":\"x\"}");
	struct json *j;

	(void)state;
	assert_int_equal(json_read(&j, str_of(text), NULL), ST_OK);
	assert_int_equal(json_count(j), sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct strbuf b = STRBUF_INIT;
		const char *key = NULL;
		const struct json *v;
		struct jsonw w;

		jsonw_init(&w, &b);
		jsonw_map(&w);
		while ((v = json_next(j, &key))) {
			struct strbuf one = STRBUF_INIT;

			if (strcmp(key, names[i]) == 0)
				continue;
			assert_true(json_dump(&one, v));
			jsonw_key(&w, key);
			jsonw_raw(&w, strbuf_str(&one));
			strbuf_release(&one);
		}
		jsonw_end_map(&w);
		refused(strbuf_cstr(&b), "payload-member");
		strbuf_release(&b);
	}
	json_free(j);
}

/* Text with one part replaced by another. */
static void swapped(struct strbuf *out, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	strbuf_set(out, text, (size_t)(at - text));
	strbuf_adds(out, to);
	strbuf_adds(out, at + strlen(from));
}

static void a_member_of_another_kind_or_form_is_refused(void **state)
{
	static const struct {
		const char *from, *to, *code;
	} rows[] = {
		{ "\"v\":1", "\"v\":2", "payload-member" },
		{ "\"v\":1", "\"v\":\"1\"", "payload-member" },
		{ "\"v\":1", "\"v\":1,\"v\":1", "payload-syntax" },
		{ "\"v\":1", "\"v\":1,\"extra\":1", "payload-member" },
		{ "\"v\":1", "\"v\":1.0", "payload-float" },
		{ "\"ctr\":2", "\"ctr\":2e0", "payload-float" },
		{ "\"ctr\":2", "\"ctr\":-2", "payload-member" },
		{ "\"ctr\":2", "\"ctr\":\"2\"", "payload-member" },
		{ "\"ctr\":2", "\"ctr\":9223372036854775808", "payload-syntax" },
		{ "\"aud\":\"central\"", "\"aud\":\"\"", "payload-member" },
		{ "\"sub\":\"anna\"", "\"sub\":\"an na\"", "payload-member" },
		{ "\"sub\":\"anna\"", "\"sub\":null", "payload-member" },
		{ "\"sub\":\"anna\"", "\"sub\":\"a\\u0000b\"", "payload-syntax" },
		{ "\"dev\":\"dev-1\"", "\"dev\":\"dev-1234567890123456789012345678901234567890\"",
		  "payload-member" },
		{ "\"prev\":\"7", "\"prev\":\"F", "payload-member" },
		{ "\"prev\":\"7", "\"prev\":\"", "payload-member" },
		{ "AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODw==", "payload-member" },
		{ "AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx", "payload-member" },
		{ "\"base\":{\"n\":1", "\"base\":{\"n\":1,\"m\":1", "payload-member" },
		{ "\"base\":{\"n\":1", "\"base\":{\"n\":-1", "payload-member" },
		{ "\"docs\":[]", "\"docs\":{}", "payload-member" },
		{ "\"docs\":[]", "\"docs\":[{}]", "payload-member" },
		{ "\"docs\":[]", "\"docs\":[1,2,3,4,5,6,7,8,9]", "payload-member" },
		{ "\"args\":{\"text\":\"x\"}", "\"args\":[]", "payload-member" },
		{ "\"text\":\"x\"", "\"text\":7", "payload-member" },
		{ "\"text\":\"x\"", "\"txt\":\"x\"", "payload-member" },
		{ "\"text\":\"x\"", "\"text\":\"x\",\"text\":\"x\"", "payload-syntax" },
		{ "\"text\":\"x\"", "\"text\":\"e\\u0301\"", "payload-nfc" },
		{ "\"text\":\"x\"", "\"text\":\"\\ud800\"", "payload-syntax" },
		{ "\"av\":1", "\"av\":2", "act-unknown" },
		{ "\"act\":\"note.add\"", "\"act\":\"note.burn\"", "act-unknown" },
		{ "\"act\":\"note.add\"", "\"act\":7", "payload-member" },
		{ "04:09:01.000Z", "04:09:01Z", "payload-member" },
		{ "04:09:01.000Z", "05:09:01.000+01:00", "payload-member" },
		{ "2026-11-23T", "2026-02-30T", "payload-member" },
		{ "\"skew\":-13", "\"skew\":-13,\"sup\":\"\"", "payload-member" },
		{ "\"skew\":-13", "\"skew\":true", "payload-member" },
	};
	static const char text[] = NOTE("{\"text\":\"x\"}");
	struct strbuf b = STRBUF_INIT;
	struct action a = ACTION_INIT;

	(void)state;
	assert_int_equal(payload_read(&a, str_of(text), NULL), ST_OK);
	action_release(&a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		swapped(&b, text, rows[i].from, rows[i].to);
		refused(strbuf_cstr(&b), rows[i].code);
	}
	strbuf_release(&b);
}

static void an_integer_argument_is_an_integer_in_json(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT, c = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	fill(&a, "case.priority");
	set(&a, "priority", "3");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	swapped(&c, strbuf_cstr(&b), "{\"priority\":3}", "{\"priority\":\"3\"}");
	refused(strbuf_cstr(&c), "payload-member");
	swapped(&c, strbuf_cstr(&b), "{\"priority\":3}", "{\"priority\":3.0}");
	refused(strbuf_cstr(&c), "payload-float");
	set(&a, "priority", "03");
	strbuf_clear(&b);
	assert_int_equal(payload_write(&b, &a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "payload-member");
	assert_int_equal(b.len, 0);
	strbuf_release(&b);
	strbuf_release(&c);
	action_release(&a);
}

static void an_applicants_words_are_kept_byte_for_byte(void **state)
{
	static const char words[] = "e\xCC\x81 \xE2\x80\xAE evil \x1b[2J \x7f \xEF\xBF\xBD \n";
	struct action a = ACTION_INIT, back = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;

	(void)state;
	fill(&a, "case.receive");
	set(&a, "type", "bygglov");
	set(&a, "title", words);
	set(&a, "received_at", "2026-11-23T04:09:01.000Z");
	assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
	assert_int_equal(payload_read(&back, strbuf_str(&b), NULL), ST_OK);
	assert_string_equal(action_get(&back, "title"), words);
	strbuf_release(&b);
	action_release(&a);
	action_release(&back);
}

static void text_that_is_not_nfc_or_utf8_is_not_written(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	fill(&a, "note.add");
	set(&a, "text", "e\xCC\x81");
	assert_int_equal(payload_write(&b, &a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "payload-nfc");
	assert_int_equal(b.len, 0);
	set(&a, "text", "\xff");
	assert_int_equal(payload_write(&b, &a, NULL), ST_BAD_INPUT);
	assert_int_equal(b.len, 0);
	strbuf_release(&b);
	action_release(&a);
}

/* A decision whose reasons are n of a character, from someone whose id takes
 * all the room that an id has. */
static void wordy(struct action *a, char c, size_t n)
{
	static char text[20000];

	/* A text of white space alone is none. */
	memset(text, c, sizeof(text));
	text[0] = 'x';
	fill(a, "case.decide");
	memset(a->aud, '"', sizeof(a->aud) - 1);
	memset(a->sub, '"', sizeof(a->sub) - 1);
	snprintf(a->sup, sizeof(a->sup), EPOCH);
	a->base_n = a->ctr = a->pre = a->seq = a->skew = INT64_MAX;
	a->doc_count = 1;
	snprintf(a->docs[0].h, sizeof(a->docs[0].h), HASH);
	snprintf(a->docs[0].mt, sizeof(a->docs[0].mt), "text/plain");
	a->docs[0].len = INT64_MAX;
	set(a, "outcome", "ja");
	set(a, "decided_on", "2026-11-23");
	set(a, "decider", "anna");
	assert_int_equal(action_set(a, "reasons", (struct str){ text, n }, NULL), ST_OK);
	assert_int_equal(action_set(a, "content", (struct str){ text, n / 2 }, NULL), ST_OK);
}

static void what_the_check_lets_pass_has_room_in_the_envelope(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	for (const char *c = "x\"\\\n\t"; *c; c++) {
		size_t most = 16000;

		for (wordy(&a, *c, most); action_check(&a, &why) != ST_OK; wordy(&a, *c, --most)) {
			assert_string_equal(why.code, "field-too-long");
			err_clear(&why);
		}
		assert_true(most > 2000);
		assert_int_equal(payload_write(&b, &a, NULL), ST_OK);
		strbuf_clear(&b);
	}
	strbuf_release(&b);
	action_release(&a);
}

static void an_action_over_the_limit_is_neither_written_nor_read(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT, long_text = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	while (long_text.len < PAYLOAD_MAX)
		strbuf_addc(&long_text, 'x');
	fill(&a, "note.add");
	set(&a, "text", strbuf_cstr(&long_text));
	assert_int_equal(payload_write(&b, &a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "payload-size");
	strbuf_addc(&long_text, 'x');
	refused(strbuf_cstr(&long_text), "payload-size");
	strbuf_release(&b);
	strbuf_release(&long_text);
	action_release(&a);
}

static void a_half_filled_action_is_not_written(void **state)
{
	struct action a = ACTION_INIT;
	struct strbuf b = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(payload_write(&b, &a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "act-unknown");
	fill(&a, "case.claim");
	a.prev[0] = '\0';
	err_clear(&why);
	assert_int_equal(payload_write(&b, &a, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "payload-member");
	assert_non_null(strstr(why.text, "prev"));
	assert_int_equal(b.len, 0);
	strbuf_release(&b);
	action_release(&a);
}

static void a_login_and_a_certificate_are_read_back_as_they_were_written(void **state)
{
	struct login l = { "central", "dev-1", "c2VjcmV0", 1795406941000 }, lb;
	struct certificate c = { "kid", "x", "anna", "dev-1", 1795406941000, 1810958941000 }, cb;
	struct strbuf b = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_true(login_write(&b, &l));
	assert_string_equal(strbuf_cstr(&b), "{\"aud\":\"central\",\"dev\":\"dev-1\","
					     "\"challenge\":\"c2VjcmV0\","
					     "\"ts\":\"2026-11-23T04:09:01.000Z\"}");
	assert_int_equal(login_read(&lb, strbuf_str(&b), NULL), ST_OK);
	assert_string_equal(lb.challenge, l.challenge);
	assert_int_equal(lb.ts, l.ts);
	assert_int_equal(login_read(&lb,
				    str_of("{\"aud\":\"a\",\"dev\":\"d\",\"challenge\":\"c\","
					   "\"ts\":\"2026-11-23T04:09:01.000Z\",\"x\":1}"),
				    &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "login-member");
	strbuf_clear(&b);
	assert_true(certificate_write(&b, &c));
	assert_int_equal(certificate_read(&cb, strbuf_str(&b), NULL), ST_OK);
	assert_string_equal(cb.sub, "anna");
	assert_int_equal(cb.exp, c.exp);
	err_clear(&why);
	assert_int_equal(certificate_read(&cb, str_of("<html>"), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "certificate-member");
	strbuf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stand_in_the_order_of_the_protocol),
		cmocka_unit_test(every_act_of_the_catalogue_is_read_back_equal),
		cmocka_unit_test(an_argument_that_is_not_given_is_left_out_and_an_empty_one_is_not),
		cmocka_unit_test(every_prefix_and_anything_behind_a_payload_is_refused),
		cmocka_unit_test(each_missing_member_is_refused),
		cmocka_unit_test(a_member_of_another_kind_or_form_is_refused),
		cmocka_unit_test(an_integer_argument_is_an_integer_in_json),
		cmocka_unit_test(an_applicants_words_are_kept_byte_for_byte),
		cmocka_unit_test(text_that_is_not_nfc_or_utf8_is_not_written),
		cmocka_unit_test(what_the_check_lets_pass_has_room_in_the_envelope),
		cmocka_unit_test(an_action_over_the_limit_is_neither_written_nor_read),
		cmocka_unit_test(a_half_filled_action_is_not_written),
		cmocka_unit_test(a_login_and_a_certificate_are_read_back_as_they_were_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
