/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "domain/letter.h"

#include "base/banned.h"

static const struct decision_facts facts = {
	.municipality = "Ankeborgs kommun",
	.committee = "Byggnadsnämnden",
	.diary_no = "BN 2026-1042",
	.case_title = "Bygglov för \"carport\" <& co>",
	.recipient = "Ada Ek",
	.outcome = "Bifall",
	.content = "Bygglov ges.",
	.decided_on = "2026-11-23",
	.decider = "Britt Ahl, bygglovsarkitekt",
	.rapporteur = "Cia Berg",
	.participants = "Dag Falk",
	.reasons = "Första stycket.\n\nAndra stycket.",
	.reasons_omitted = "",
	.legal_basis = "PBL 9 kap. 30 §",
	.delegation = "4.1",
	.appeal = "lansstyrelse",
};

/* The letter as markup and as it reads. */
static void write_letter(const struct decision_facts *f, struct strbuf *xhtml, struct strbuf *text)
{
	strbuf_clear(xhtml);
	strbuf_clear(text);
	assert_true(letter_decision(xhtml, f));
	assert_true(letter_text(text, strbuf_str(xhtml)));
}

static void says(const struct strbuf *b, const char *part)
{
	if (!strstr(strbuf_cstr(b), part))
		fail_msg("no \"%s\" in: %s", part, strbuf_cstr(b));
}

static void the_five_facts_the_reasons_and_the_appeal_stand_in_it(void **state)
{
	struct strbuf xhtml = STRBUF_INIT, text = STRBUF_INIT;

	(void)state;
	write_letter(&facts, &xhtml, &text);
	says(&text, "Beslutsdag: 2026-11-23\n");
	says(&text, "Beslut\nBygglov ges.\n");
	says(&text, "Beslutsfattare: Britt Ahl, bygglovsarkitekt\n");
	says(&text, "Föredragande: Cia Berg\n");
	says(&text, "Deltog i den slutliga handläggningen: Dag Falk\n");
	says(&text, "Skäl för beslutet\nFörsta stycket.\n\nAndra stycket.\n");
	says(&text, "överklagas hos länsstyrelsen");
	assert_null(strstr(strbuf_cstr(&text), "Motivering har utelämnats"));
	strbuf_release(&xhtml);
	strbuf_release(&text);
}

static void nobody_and_nothing_are_said_in_words(void **state)
{
	struct strbuf xhtml = STRBUF_INIT, text = STRBUF_INIT;
	struct decision_facts f = facts;

	(void)state;
	f.rapporteur = f.participants = f.recipient = f.reasons = f.diary_no = "";
	f.reasons_omitted = "Uppenbart obehövligt";
	f.appeal = "something new";
	write_letter(&f, &xhtml, &text);
	says(&text, "Föredragande: ingen\n");
	says(&text, "Deltog i den slutliga handläggningen: ingen annan\n");
	says(&text, "Mottagare: skyddade uppgifter\n");
	says(&text, "Diarienummer: ännu inget\n");
	says(&text, "Motivering har utelämnats\nUppenbart obehövligt\n");
	says(&text, "Kontakta nämnden");
	assert_null(strstr(strbuf_cstr(&text), "Skäl för beslutet"));
	strbuf_release(&xhtml);
	strbuf_release(&text);
}

static void no_fact_becomes_markup_and_all_can_be_read_back(void **state)
{
	struct strbuf xhtml = STRBUF_INIT, text = STRBUF_INIT;
	struct decision_facts f = facts;

	(void)state;
	f.content = "</p><script>x</script>&lt;\x01\xff";
	write_letter(&f, &xhtml, &text);
	assert_null(strstr(strbuf_cstr(&xhtml), "<script"));
	says(&xhtml,
	     "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;&amp;lt;\xef\xbf\xbd\xef\xbf\xbd</p>");
	says(&text, "</p><script>x</script>&lt;\xef\xbf\xbd\xef\xbf\xbd\n");
	says(&text, "Beslut: Bygglov för \"carport\" <& co>\n");
	strbuf_release(&xhtml);
	strbuf_release(&text);
}

static void the_same_facts_give_the_same_bytes_or_none(void **state)
{
	struct strbuf one = STRBUF_INIT, two = STRBUF_INIT, text = STRBUF_INIT;
	struct strbuf small = STRBUF_INIT_MAX(900);

	(void)state;
	write_letter(&facts, &one, &text);
	write_letter(&facts, &two, &text);
	assert_string_equal(strbuf_cstr(&one), strbuf_cstr(&two));
	assert_false(letter_decision(&small, &facts));
	strbuf_release(&one);
	strbuf_release(&two);
	strbuf_release(&text);
	strbuf_release(&small);
}

static void markup_that_is_cut_is_read_to_its_end_and_no_further(void **state)
{
	struct strbuf xhtml = STRBUF_INIT, all = STRBUF_INIT;

	(void)state;
	write_letter(&facts, &xhtml, &all);
	for (size_t n = 0; n < xhtml.len; n++) {
		struct strbuf text = STRBUF_INIT;
		char *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, xhtml.data, n);
		assert_true(letter_text(&text, (struct str){ exact, n }));
		free(exact);
		strbuf_release(&text);
	}
	strbuf_release(&xhtml);
	strbuf_release(&all);
}

static void a_message_says_whose_case_it_is_and_every_word_is_escaped(void **state)
{
	const struct message_facts f = { .municipality = "Ankeborgs kommun",
					 .committee = "Byggnadsnämnden",
					 .diary_no = "BN 2026-1042",
					 .case_title = "Carport <b>",
					 .recipient = "Ada Ek",
					 .sent_on = "2026-11-23",
					 .subject = "Om & kring",
					 .text = "Hej!\n\n<script>x</script>",
					 .officer = "Britt Ahl",
					 .title = "handläggare" };
	struct strbuf xhtml = STRBUF_INIT, text = STRBUF_INIT;

	(void)state;
	assert_true(letter_message(&xhtml, &f));
	assert_null(strstr(strbuf_cstr(&xhtml), "<script>"));
	assert_null(strstr(strbuf_cstr(&xhtml), "<b>"));
	assert_true(letter_text(&text, strbuf_str(&xhtml)));
	says(&text, "Om & kring\n");
	says(&text, "Diarienummer: BN 2026-1042\n");
	says(&text, "Ärende: Carport <b>\n");
	says(&text, "Mottagare: Ada Ek\n");
	says(&text, "Hej!\n");
	says(&text, "<script>x</script>");
	says(&text, "Britt Ahl\nhandläggare");
	strbuf_release(&xhtml);
	strbuf_release(&text);
}

static bool write_any(struct strbuf *out, int which)
{
	static const struct message_facts message = {
		.municipality = "Ankeborgs kommun",
		.committee = "Byggnadsnämnden",
		.diary_no = "BN 2026-1042",
		.case_title = "Bygglov",
		.recipient = "Ada Ek",
		.sent_on = "2026-11-23",
		.subject = "Ritning",
		.text = "Hej!\nVi saknar en ritning.",
		.officer = "Britt Ahl",
		.title = "arkitekt",
	};

	return which ? letter_message(out, &message) : letter_decision(out, &facts);
}

/* Half a letter is never signed: at every length below the whole it says no. */
static void a_letter_that_does_not_fit_is_none(void **state)
{
	(void)state;
	for (int which = 0; which < 2; which++) {
		struct strbuf all = STRBUF_INIT;

		assert_true(write_any(&all, which));
		for (size_t room = 1; room <= all.len; room++) {
			struct strbuf out = STRBUF_INIT_MAX(room);

			assert_int_equal(write_any(&out, which), room == all.len);
			strbuf_release(&out);
		}
		strbuf_release(&all);
	}
}

static void what_xml_does_not_allow_is_replaced_and_breaks_are_kept_where_asked(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_true(xml_escape(&out, str_of("a\x01\x1F\tb"), true));
	assert_string_equal(strbuf_cstr(&out), "a\xEF\xBF\xBD\xEF\xBF\xBD\tb");
	strbuf_clear(&out);
	/* U+FFFE and U+FFFF are no characters of XML; U+10000 and U+E000 are. */
	assert_true(xml_escape(&out, str_of("\xEF\xBF\xBE\xEF\xBF\xBF\xF0\x90\x80\x80\xEE\x80\x80"),
			       false));
	assert_string_equal(strbuf_cstr(&out),
			    "\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x90\x80\x80\xEE\x80\x80");
	strbuf_clear(&out);
	assert_true(xml_escape(&out, str_of("a\r\nb"), true));
	assert_string_equal(strbuf_cstr(&out), "a <br/>\nb");
	strbuf_clear(&out);
	assert_true(xml_escape(&out, str_of("a\nb"), false));
	assert_string_equal(strbuf_cstr(&out), "a b");
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_says_whose_case_it_is_and_every_word_is_escaped),
		cmocka_unit_test(the_five_facts_the_reasons_and_the_appeal_stand_in_it),
		cmocka_unit_test(nobody_and_nothing_are_said_in_words),
		cmocka_unit_test(no_fact_becomes_markup_and_all_can_be_read_back),
		cmocka_unit_test(the_same_facts_give_the_same_bytes_or_none),
		cmocka_unit_test(markup_that_is_cut_is_read_to_its_end_and_no_further),
		cmocka_unit_test(a_letter_that_does_not_fit_is_none),
		cmocka_unit_test(
			what_xml_does_not_allow_is_replaced_and_breaks_are_kept_where_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
