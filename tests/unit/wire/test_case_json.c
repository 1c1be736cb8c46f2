/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "wire/case_json.h"

#include "base/banned.h"

static void sample(struct casefile *c)
{
	*c = (struct casefile){ .id = "01900000-0000-7000-8000-000000000001",
				.diary_no = "BN 2026-1042",
				.type = "BYGGLOV",
				.type_version = 20,
				.unit = "bygg",
				.queue = "bygglov",
				.state = CASE_CLOSED,
				.priority = 2,
				.protection = PROTECT_SECRET,
				.assignee = "anna.berg",
				.channel = "letter",
				.received_at = 1795431600000,
				.due_on = "2026-11-30",
				.outcome = "bifall",
				.changed_at = 1795431600001,
				.closed_at = 1795431600002,
				.title = STRBUF_INIT,
				.party = STRBUF_INIT,
				.n = 7 };
	strbuf_sets(&c->title, "Carport \"Ek\"\\");
	strbuf_sets(&c->party, "Åsa");
}

/* The case as an object, with `more` behind its members. */
static void written(struct strbuf *out, const struct casefile *c, bool more)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	case_json(&w, c);
	if (more) {
		jsonw_kv_int(&w, "n", c->n);
		jsonw_kv(&w, "eh", c->eh);
		jsonw_kv_instant(&w, "closed_at", c->closed_at);
	}
	jsonw_end_map(&w);
	assert_false(out->failed);
}

static bool reads(struct casefile *c, const char *text)
{
	struct json *j = NULL;
	bool ok;

	assert_int_equal(json_read(&j, str_of(text), NULL), ST_OK);
	ok = case_json_read(c, j);
	json_free(j);
	return ok;
}

static void a_case_that_is_written_reads_back_equal(void **state)
{
	struct strbuf one = STRBUF_INIT, two = STRBUF_INIT;
	struct casefile c, back = CASEFILE_INIT;

	(void)state;
	sample(&c);
	written(&one, &c, true);
	assert_true(reads(&back, strbuf_cstr(&one)));
	written(&two, &back, true);
	assert_string_equal(strbuf_cstr(&one), strbuf_cstr(&two));
	strbuf_clear(&one);
	written(&one, &c, false);
	assert_true(reads(&back, strbuf_cstr(&one)));
	assert_true(back.closed_at == 0 && back.n == 0);
	casefile_release(&c);
	casefile_release(&back);
	strbuf_release(&one);
	strbuf_release(&two);
}

static void what_lacks_a_member_or_has_a_wrong_one_is_no_case(void **state)
{
	static const char *const cut[] = { "\"id\":",	     "\"state\":\"closed\"",
					   "\"priority\":2", "\"received_at\":",
					   "\"title\":",     "\"queue\":" };
	struct strbuf whole = STRBUF_INIT, text = STRBUF_INIT;
	struct casefile c, back = CASEFILE_INIT;

	(void)state;
	sample(&c);
	written(&whole, &c, true);
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		char *at;

		strbuf_sets(&text, strbuf_cstr(&whole));
		at = strstr(text.data, cut[i]);
		assert_non_null(at);
		at[1] = '_'; /* the member has another name */
		assert_false(reads(&back, strbuf_cstr(&text)));
	}
	assert_false(reads(&back, "[]"));
	assert_false(reads(&back, "{}"));
	casefile_release(&c);
	casefile_release(&back);
	strbuf_release(&whole);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_case_that_is_written_reads_back_equal),
		cmocka_unit_test(what_lacks_a_member_or_has_a_wrong_one_is_no_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
