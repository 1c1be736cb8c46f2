/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/central/rig.h"

#include "central/limits.h"
#include "central/store.h"

#include "base/banned.h"

#define APPLICATION "{\"title\":\"Carport\",\"party\":{\"name\":\"Kim Ek\"}}"

struct mail {
	struct rig r;
	struct desk britt;
	char id[UUID_TEXT], url[80], address[100];
};

static void mail_open(struct mail *m, uint64_t seed, const char *application)
{
	rig_open(&m->r, seed);
	desk_open(&m->britt, &m->r, "britt");
	assert_int_equal(rig_intake(&m->r, "BYGGLOV", "a", application), 201);
	rig_member(&m->r, "case_id", m->id, sizeof(m->id));
	rig_member(&m->r, "status_url", m->url, sizeof(m->url));
	snprintf(m->address, sizeof(m->address), "%s/messages", m->url);
}

static void mail_close(struct mail *m)
{
	desk_release(&m->britt);
	rig_close(&m->r);
}

static int mail_post(struct mail *m, const char *address, const char *key, const char *json)
{
	rig_ask(&m->r, "POST", address, "application/json", str_of(json));
	snprintf(m->r.request.idempotency_key, sizeof(m->r.request.idempotency_key), "%s", key);
	return rig_send(&m->r);
}

static struct casefile mail_case(struct mail *m)
{
	struct stored_case s = STORED_CASE_INIT;
	struct casefile c;
	struct err why = ERR_INIT;

	must(case_load(central_db(m->r.c), m->id, &s, &why), &why);
	c = s.file;
	c.title = c.party = (struct strbuf)STRBUF_INIT;
	stored_case_release(&s);
	return c;
}

static void a_message_is_an_entry_once_however_often_it_is_sent(void **state)
{
	struct mail m;

	(void)state;
	mail_open(&m, 1, APPLICATION);
	assert_int_equal(mail_post(&m, m.address, "1", "{\"text\":\"Hej\"}"), 201);
	assert_int_equal(mail_case(&m).n, 3);
	assert_int_equal(mail_post(&m, m.address, "1", "{\"text\":\"Hej\"}"), 200);
	assert_int_equal(mail_case(&m).n, 3);
	mail_post(&m, m.address, "1", "{\"text\":\"Hej igen\"}");
	rig_expect(&m.r, 422, "idempotency-key-reused");
	assert_int_equal(mail_post(&m, m.address, "2", "{\"text\":\"Hej\"}"), 201);
	assert_int_equal(mail_case(&m).n, 4);
	mail_close(&m);
}

static void what_is_no_message_is_refused_and_leaves_nothing(void **state)
{
	static const struct {
		const char *json, *key;
		int status;
		const char *code;
	} bad[] = {
		{ "{\"text\":\"x\"}", "", 400, "idempotency-key-missing" },
		{ "{}", "k", 400, "field-missing" },
		{ "{\"text\":\"\"}", "k", 400, "field-missing" },
		{ "{\"text\":7}", "k", 400, "field-malformed" },
		{ "{\"text\":\"a\\u0000b\"}", "k", 400, "json-syntax" },
		{ "{\"text\":\"x\",\"from\":\"Anna\"}", "k", 400, "field-unknown" },
		{ "[]", "k", 400, "json-syntax" },
	};
	struct strbuf long_text = STRBUF_INIT;
	struct mail m;

	(void)state;
	mail_open(&m, 2, APPLICATION);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mail_post(&m, m.address, bad[i].key, bad[i].json);
		rig_expect(&m.r, bad[i].status, bad[i].code);
	}
	strbuf_adds(&long_text, "{\"text\":\"");
	for (int i = 0; i < 16001; i++)
		strbuf_addc(&long_text, 'a');
	strbuf_adds(&long_text, "\"}");
	mail_post(&m, m.address, "long", strbuf_cstr(&long_text));
	rig_expect(&m.r, 413, "field-too-long");
	mail_post(&m, "/s/AAAAAAAAAAAAAAAAAAAAAA/messages", "k", "{\"text\":\"x\"}");
	rig_expect(&m.r, 404, "receipt-unknown");
	rig_get(&m.r, "", m.address);
	rig_expect(&m.r, 405, "method-not-allowed");
	assert_int_equal(mail_case(&m).n, 2);
	strbuf_release(&long_text);
	mail_close(&m);
}

static void an_answer_that_was_asked_for_sets_the_case_going_again(void **state)
{
	struct mail m;
	struct ack ack;

	(void)state;
	mail_open(&m, 3, APPLICATION);
	desk_act(&m.britt, m.id, "case.claim", NULL, NULL, &ack);
	desk_act(&m.britt, m.id, "case.ask", "text", "Skicka ritning.", &ack);
	assert_int_equal(mail_case(&m).state, CASE_WAITING);
	assert_int_equal(mail_post(&m, m.address, "1", "{\"text\":\"Här.\"}"), 201);
	assert_int_equal(mail_case(&m).state, CASE_OPEN);
	/* A case that rests until a day waits for no answer. */
	desk_act(&m.britt, m.id, "case.suspend", "reason", "Väntar på tinget", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	assert_int_equal(mail_post(&m, m.address, "2", "{\"text\":\"Mer.\"}"), 201);
	assert_int_equal(mail_case(&m).state, CASE_WAITING);
	mail_close(&m);
}

static void a_case_takes_so_many_messages_a_day(void **state)
{
	struct mail m;
	char key[12];

	(void)state;
	mail_open(&m, 4, APPLICATION);
	for (int i = 0; i < LIMIT_MESSAGES; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(mail_post(&m, m.address, key, "{\"text\":\"Hej\"}"), 201);
	}
	mail_post(&m, m.address, "last", "{\"text\":\"Hej\"}");
	rig_expect(&m.r, 429, "too-many-messages");
	m.r.wall += MESSAGES_WINDOW_MS + 1;
	assert_int_equal(mail_post(&m, m.address, "last", "{\"text\":\"Hej\"}"), 201);
	mail_close(&m);
}

static void send_letter(struct mail *m, struct desk *desk, const char *text)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_upload(desk, "<html>Brev</html>");
	desk_draft(desk, &a, m->id, "message.send");
	set_arg(&a, "text", text);
	set_arg(&a, "subject", "Om <din> ansökan");
	add_letter(&a, "<html>Brev</html>");
	desk_send(desk, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
}

static void the_holder_of_the_code_reads_what_was_sent(void **state)
{
	struct mail m;

	(void)state;
	mail_open(&m, 5, APPLICATION);
	assert_int_equal(rig_get(&m.r, "", m.url), 200);
	assert_null(strstr(strbuf_cstr(&m.r.reply.body), "Meddelanden"));
	mail_post(&m, m.address, "1", "{\"text\":\"Min hemliga fråga\"}");
	send_letter(&m, &m.britt, "Komplettera <snart>.");
	assert_int_equal(rig_get(&m.r, "", m.url), 200);
	assert_non_null(strstr(strbuf_cstr(&m.r.reply.body), "Vi har tagit emot ditt meddelande."));
	assert_null(strstr(strbuf_cstr(&m.r.reply.body), "Min hemliga"));
	assert_non_null(strstr(strbuf_cstr(&m.r.reply.body), "Komplettera &lt;snart&gt;."));
	assert_non_null(strstr(strbuf_cstr(&m.r.reply.body), "Om &lt;din&gt; ansökan"));
	mail_close(&m);
}

static void of_a_protected_party_no_words_are_shown(void **state)
{
	struct mail m;
	struct desk carl;

	(void)state;
	mail_open(&m, 6,
		  "{\"title\":\"Carport\",\"party\":{\"name\":\"Kim Ek\",\"protected\":true}}");
	rig_officer(&m.r, "carl", "officer,decider", "bygg", 2);
	desk_open(&carl, &m.r, "carl");
	send_letter(&m, &carl, "Kanariefågel");
	desk_release(&carl);
	assert_int_equal(rig_get(&m.r, "", m.url), 200);
	assert_non_null(strstr(strbuf_cstr(&m.r.reply.body), "Vi har skickat ett meddelande"));
	assert_null(strstr(strbuf_cstr(&m.r.reply.body), "Kanarie"));
	assert_null(strstr(strbuf_cstr(&m.r.reply.body), "ansökan</strong>"));
	mail_close(&m);
}

/* --- Parts of a document ------------------------------------------------------------- */

static int get_part(struct mail *m, const char *path, int64_t from, int64_t to)
{
	rig_ask(&m->r, "GET", path, "", str_of(""));
	snprintf(m->r.request.bearer, sizeof(m->r.request.bearer), "%s", m->britt.token);
	m->r.request.range_from = from;
	m->r.request.range_to = to;
	return rig_send(&m->r);
}

static void a_document_comes_in_the_parts_that_are_asked_for(void **state)
{
	char h[HASH_TEXT], path[200];
	struct mail m;

	(void)state;
	mail_open(&m, 7,
		  "{\"title\":\"C\",\"documents\":[{\"name\":\"a\",\"data_b64\":"
		  "\"MDEyMzQ1Njc4OQ==\"}]}");
	sha256_hex(h, str_of("0123456789"));
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", m.id, h);
	assert_int_equal(get_part(&m, path, 0, 0), 200);
	assert_string_equal(strbuf_cstr(&m.r.reply.body), "0123456789");
	assert_int_equal(get_part(&m, path, 2, 5), 206);
	assert_string_equal(strbuf_cstr(&m.r.reply.body), "234");
	assert_int_equal(m.r.reply.range_from, 2);
	assert_int_equal(m.r.reply.range_total, 10);
	assert_int_equal(get_part(&m, path, 8, 99), 206);
	assert_string_equal(strbuf_cstr(&m.r.reply.body), "89");
	assert_int_equal(get_part(&m, path, 10, 11), 416);
	rig_expect(&m.r, 416, "range");
	assert_int_equal(m.r.reply.range_total, 10);
	mail_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_an_entry_once_however_often_it_is_sent),
		cmocka_unit_test(what_is_no_message_is_refused_and_leaves_nothing),
		cmocka_unit_test(an_answer_that_was_asked_for_sets_the_case_going_again),
		cmocka_unit_test(a_case_takes_so_many_messages_a_day),
		cmocka_unit_test(the_holder_of_the_code_reads_what_was_sent),
		cmocka_unit_test(of_a_protected_party_no_words_are_shown),
		cmocka_unit_test(a_document_comes_in_the_parts_that_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
