/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/catalog.h"

#include "base/banned.h"

static struct named_code named(const char *code, const char *sv)
{
	struct named_code n = { 0 };

	snprintf(n.code, sizeof(n.code), "%s", code);
	snprintf(n.sv, sizeof(n.sv), "%s", sv);
	snprintf(n.en, sizeof(n.en), "%s in English", code);
	return n;
}

/* One of each, whole. */
static void fill(struct registry *r)
{
	struct casetype *t;

	r->committees = calloc(1, sizeof(*r->committees));
	r->units = calloc(1, sizeof(*r->units));
	r->queues = calloc(1, sizeof(*r->queues));
	r->types = calloc(1, sizeof(*r->types));
	r->committee_count = r->unit_count = r->queue_count = r->type_count = 1;
	r->committees[0].name = named("bn", "Byggnadsnämnden");
	snprintf(r->committees[0].diary_prefix, sizeof(r->committees[0].diary_prefix), "BN");
	r->units[0].name = named("bygg", "Bygglovsenheten");
	snprintf(r->units[0].committee, CODE_MAX, "bn");
	r->queues[0].name = named("lov", "Lov \"och\" anmälan");
	snprintf(r->queues[0].unit, CODE_MAX, "bygg");
	t = &r->types[0];
	t->name = named("bygglov", "Bygglov");
	t->version = 3;
	snprintf(t->class_code, sizeof(t->class_code), "3.4.1");
	snprintf(t->law, sizeof(t->law), "PBL 9 kap. 27 §");
	snprintf(t->queue, sizeof(t->queue), "lov");
	t->target = (struct span){ 10, SPAN_WEEKS };
	t->document_count = 2;
	snprintf(t->documents[0], sizeof(t->documents[0]), "Situationsplan");
	snprintf(t->documents[1], sizeof(t->documents[1]), "Fasadritning");
	t->outcome_count = 2;
	t->outcomes[0] = named("bifall", "Bifall");
	t->outcomes[1] = named("avslag", "Avslag");
	snprintf(t->appeal, sizeof(t->appeal), "lansstyrelse");
	snprintf(t->delegation, sizeof(t->delegation), "4.1");
}

static void write_one(struct strbuf *out)
{
	struct officer_name anna = { "anna", "Anna Öberg", "byggnadsinspektör", "bygg,miljo" };
	struct officer_list o = { &anna, 1 };
	struct registry r = REGISTRY_INIT;

	fill(&r);
	strbuf_clear(out);
	assert_true(catalog_write(out, &r, &o, "Ankeborg"));
	registry_release(&r);
}

static void a_catalogue_is_read_back_equal(void **state)
{
	struct registry r = REGISTRY_INIT, want = REGISTRY_INIT;
	struct officer_list o = OFFICER_LIST_INIT;
	struct strbuf b = STRBUF_INIT, again = STRBUF_INIT;
	char municipality[NAME_MAX_BYTES];

	(void)state;
	fill(&want);
	write_one(&b);
	assert_int_equal(catalog_read(&r, &o, municipality, strbuf_str(&b), NULL), ST_OK);
	assert_string_equal(municipality, "Ankeborg");
	assert_int_equal(r.committee_count, 1);
	assert_memory_equal(r.committees, want.committees, sizeof(*r.committees));
	assert_memory_equal(r.units, want.units, sizeof(*r.units));
	assert_memory_equal(r.queues, want.queues, sizeof(*r.queues));
	assert_memory_equal(r.types, want.types, sizeof(*r.types));
	assert_int_equal(o.count, 1);
	assert_string_equal(o.rows[0].name, "Anna Öberg");
	assert_string_equal(o.rows[0].desk, "bygg,miljo");
	assert_true(catalog_write(&again, &r, &o, municipality));
	assert_string_equal(strbuf_cstr(&again), strbuf_cstr(&b));
	/* Read once more over what is there already. */
	assert_int_equal(catalog_read(&r, &o, municipality, strbuf_str(&again), NULL), ST_OK);
	assert_string_equal(registry_type(&r, "bygglov")->law, "PBL 9 kap. 27 §");
	registry_release(&r);
	registry_release(&want);
	officer_list_release(&o);
	strbuf_release(&b);
	strbuf_release(&again);
}

static void an_empty_catalogue_is_a_catalogue(void **state)
{
	struct registry r = REGISTRY_INIT;
	struct officer_list o = OFFICER_LIST_INIT;
	struct strbuf b = STRBUF_INIT;
	char municipality[NAME_MAX_BYTES];

	(void)state;
	assert_true(catalog_write(&b, &r, NULL, ""));
	assert_int_equal(catalog_read(&r, &o, municipality, strbuf_str(&b), NULL), ST_OK);
	assert_int_equal(r.type_count + o.count, 0);
	assert_int_equal(catalog_read(&r, &o, municipality, str_of("{\"later\":1}"), NULL), ST_OK);
	registry_release(&r);
	officer_list_release(&o);
	strbuf_release(&b);
}

static void a_malformed_catalogue_leaves_the_old_one_as_it_was(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "\"units\":[", "\"units\":7,\"x\":[" },
		{ "\"code\":\"bygg\"", "\"code\":\"\"" },
		{ "\"version\":3", "\"version\":-3" },
		{ "\"version\":3", "\"version\":3.5" },
		{ "\"weeks\"", "\"fortnights\"" },
		{ "\"Situationsplan\"", "7" },
		{ "\"documents\":[", "\"documents\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16," },
		{ "{\"code\":\"bifall\"", "{\"kode\":\"bifall\"" },
		{ "\"count\":10", "\"count\":-1" },
		{ "\"count\":10", "\"count\":3661" },
		{ "\"committee\":\"bn\"", "\"committee\":\"kn\"" },
		{ "{", "[" },
		{ "\"id\":\"anna\"", "\"id\":7" },
		{ "\"officers\":[{", "\"officers\":[8,{" },
	};
	struct registry r = REGISTRY_INIT;
	struct officer_list o = OFFICER_LIST_INIT;
	struct strbuf b = STRBUF_INIT, bad = STRBUF_INIT;
	char municipality[NAME_MAX_BYTES] = "";

	(void)state;
	write_one(&b);
	assert_int_equal(catalog_read(&r, &o, municipality, strbuf_str(&b), NULL), ST_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(strbuf_cstr(&b), rows[i].from);
		struct err why = ERR_INIT;

		assert_non_null(at);
		strbuf_set(&bad, b.data, (size_t)(at - b.data));
		strbuf_adds(&bad, rows[i].to);
		strbuf_adds(&bad, at + strlen(rows[i].from));
		assert_int_equal(catalog_read(&r, &o, municipality, strbuf_str(&bad), &why),
				 ST_BAD_INPUT);
		assert_string_equal(why.code, "catalog-form");
		assert_int_equal(r.type_count, 1);
		assert_int_equal(o.count, 1);
	}
	registry_release(&r);
	officer_list_release(&o);
	strbuf_release(&b);
	strbuf_release(&bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_catalogue_is_read_back_equal),
		cmocka_unit_test(an_empty_catalogue_is_a_catalogue),
		cmocka_unit_test(a_malformed_catalogue_leaves_the_old_one_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
