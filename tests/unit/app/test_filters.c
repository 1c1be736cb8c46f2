/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libintl.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/filters.h"
#include "app/words.h"

#include "base/banned.h"

/* A small municipality. */
static struct queue queues[] = {
	{ { "bygglov", "Bygglov", "Building permits" }, "bygg" },
	{ { "bygg", "Bygg, övrigt", "Other building" }, "bygg" },
	{ { "miljo", "Miljö", "Environment" }, "miljo" },
};
static struct unit units[] = { { { "bygg", "Bygg och plan", "Building" }, "BN" } };
static struct casetype types[] = {
	{ .name = { "BYGGLOV", "Bygglov", "Building permit" },
	  .outcome_count = 2,
	  .outcomes = { { "bifall", "Bifall", "Approval" }, { "avslag", "Avslag", "Refusal" } } },
};
static struct officer_name officers[] = {
	{ "anna.berg", "Anna Berg", "Bygglovshandläggare", "" },
	{ "jan.vd", "Jan Vård", "", "" },
};
static const struct names names = {
	.registry = { .queues = queues,
		      .queue_count = 3,
		      .units = units,
		      .unit_count = 1,
		      .types = types,
		      .type_count = 1 },
	.officers = { officers, 2 },
};
/* A Monday in week 48. */
static const struct day today = { 2026, 11, 23 };

static void told(const char *text, const char *wanted)
{
	struct filter f = FILTER_INIT;
	struct strbuf out = STRBUF_INIT;

	if (!filters_parse(&f, text, &names, "anna.berg", today, false, &out))
		fail_msg("%s: %s", text, strbuf_cstr(&out));
	strbuf_clear(&out);
	filters_describe(&out, &f, &names);
	assert_string_equal(strbuf_cstr(&out), wanted);
	filter_release(&f);
	strbuf_release(&out);
}

static void a_filter_is_read_back_in_plain_words(void **state)
{
	(void)state;
	told("", "alla ärenden");
	told("queue:bygglov -closed due<2026-11-30 carport",
	     "kö Bygglov, INTE avslutad, frist före 2026-11-30, text \"carport\"");
	told("(kö:miljö eller min) inte (ny och försenad)",
	     "(kö Miljö ELLER min), INTE (ny, försenad)");
	told("kö:miljö eller min ny", "kö Miljö ELLER min, ny");
	told("kö:bygglov,miljö", "kö Bygglov eller Miljö");
	told("handl:berg handl:ingen", "handl Anna Berg, handl ingen");
	told("status:open,waiting prio:1", "status handläggs eller väntar, prio hög");
	told("frist:<7d inkom:v48", "frist senast 2026-11-30, inkom 2026-11-23..2026-11-29");
	told("inkom<7d inkom>=3v", "inkom från 2026-11-16, inkom senast 2026-11-02");
	told("inkom>2026-10 klar:idag", "inkom efter 2026-10-31, klar 2026-11-23");
	told("frist>=2026 -frist:..", "frist från 2026-01-01, INTE frist finns");
	told("ålder>30 ålder<=1 ålder:7 ålder:1..2",
	     "ålder minst 31 dagar, ålder högst 1 dag, ålder 7 dagar, ålder 1..2 dagar");
	told("part:\"Anna B\"* dnr:bn2026-7 beslut:approval kanal:brev",
	     "part \"anna b\"*, dnr BN 2026-7, beslut Bifall, kanal brev");
	told("status:received,registered,open,waiting,proposed,decided",
	     "status inkommet eller registrerat eller handläggs eller väntar och 2 till");
}

static void complains(const char *text, const char *wanted)
{
	struct filter f = FILTER_INIT;
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "what was said before");
	assert_false(filters_parse(&f, text, &names, "anna.berg", today, false, &out));
	assert_string_equal(strbuf_cstr(&out), wanted);
	assert_false(filters_parse(&f, text, &names, "anna.berg", today, false, NULL));
	strbuf_release(&out);
}

static void a_mistake_is_told_in_one_sentence(void **state)
{
	(void)state;
	complains("prioo:hög", "kolumn 1: okänt fält \"prioo\", menade du \"prio\"?");
	complains("min kö:mijlö", "kolumn 8: inget heter \"mijlö\", menade du \"miljo\"?");
	complains("kö:", "kolumn 3: \"kö:\" saknar värde");
	complains("kö!:bygglov", "kolumn 3: \"!:\" går inte här; skriv \"-kö:\"");
	complains("(min", "kolumn 1: parentesen är inte stängd");
	complains("\"min", "kolumn 1: citattecknet är inte stängt");
	complains("min)", "kolumn 4: \")\" hör inte hit");
	complains("min eller", "kolumn 9: något fattas på slutet");
	complains("bilaga", "kolumn 1: ärenden kan inte filtreras på \"bilaga\" än");
}

static void a_whole_name_means_itself_and_a_beginning_all_that_begin_so(void **state)
{
	struct filter f = FILTER_INIT;

	(void)state;
	assert_true(filters_parse(&f, "kö:bygg", &names, "", today, false, NULL));
	assert_int_equal(f.nodes[0].value_count, 1);
	assert_string_equal(filter_one_code(&f, BY_QUEUE), "bygg");
	assert_true(filters_parse(&f, "kö:BYG", &names, "", today, false, NULL));
	assert_int_equal(f.nodes[0].value_count, 2);
	assert_true(filters_parse(&f, "queue:env", &names, "", today, false, NULL));
	assert_string_equal(filter_one_code(&f, BY_QUEUE), "miljo");
	assert_false(filters_parse(&f, "kö=byg", &names, "", today, false, NULL));
	assert_true(filters_parse(&f, "handl:vard", &names, "", today, false, NULL));
	assert_string_equal(filter_one_code(&f, BY_ASSIGNEE), "jan.vd");
	filter_release(&f);
}

/* `wanted`: the offers with a blank between, behind the place where they go. */
static void offers(const char *text, const char *wanted)
{
	struct filters_offer o;
	struct strbuf out = STRBUF_INIT;

	filters_complete(&o, text, strlen(text), &names);
	strbuf_addf(&out, "%zu", o.from);
	for (int i = 0; i < o.count; i++)
		strbuf_addf(&out, " %s", o.word[i]);
	assert_string_equal(strbuf_cstr(&out), wanted);
	strbuf_release(&out);
}

static void tab_offers_what_may_stand_at_the_cursor(void **state)
{
	struct filters_offer o;

	(void)state;
	offers("fr", "0 frist:");
	offers("min -f", "5 frist: försenad");
	offers("(qu", "1 queue:");
	offers("kö:", "4 bygglov bygg miljo");
	offers("kö:env", "4 miljo");
	offers("kö:bygglov,m", "12 miljo");
	offers("prio:", "5 hög normal låg");
	offers("status:a", "7 avslutat arkiverat");
	offers("handl:", "6 jag ingen anna.berg jan.vd");
	offers("frist:<", "6 <7d");
	offers("frist<", "6 idag imorgon +7d");
	offers("\"fr", "1");
	offers("xyz:", "4");
	offers("zzz", "0");
	filters_complete(&o, "kö:bygg min", 4, &names);
	assert_int_equal(o.from, 4);
	assert_int_equal(o.count, 3);
}

/* The translation stands in the folder that this program was built into. */
static void speak_english(void)
{
	char folder[512];
	ssize_t n = readlink("/proc/self/exe", folder, 400);

	assert_true(n > 0);
	folder[n] = '\0';
	for (int up = 0; up < 4; up++)
		*strrchr(folder, '/') = '\0';
	snprintf(folder + strlen(folder), 100, "/locale");
	assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
	words_start("en");
	bindtextdomain("sluss", folder);
	assert_true(words_english());
}

static void the_same_is_said_in_english(void **state)
{
	(void)state;
	speak_english();
	told("kö:bygglov -avslutad frist<2026-11-30 carport",
	     "queue Building permits, NOT closed, due before 2026-11-30, text \"carport\"");
	told("ålder<=1", "age at most 1 day");
	complains("prioo:hög", "column 1: unknown field \"prioo\", did you mean \"prio\"?");
	offers("status:c", "7 closed");
	offers("min -o", "5 overdue open");
	words_start("sv");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_is_read_back_in_plain_words),
		cmocka_unit_test(a_mistake_is_told_in_one_sentence),
		cmocka_unit_test(a_whole_name_means_itself_and_a_beginning_all_that_begin_so),
		cmocka_unit_test(tab_offers_what_may_stand_at_the_cursor),
		cmocka_unit_test(the_same_is_said_in_english),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
