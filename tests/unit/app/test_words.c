/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/words.h"

#include "base/banned.h"

static int64_t at(const char *text)
{
	int64_t ms = 0;

	assert_true(instant_parse(&ms, str_of(text)));
	return ms;
}

static void every_status_and_act_has_words(void **state)
{
	(void)state;
	for (int s = 0; s < CASE_STATE_COUNT; s++)
		assert_string_not_equal(words_state((enum case_state)s),
					case_state_name((enum case_state)s));
	for (size_t i = 0; action_at(i); i++) {
		assert_string_not_equal(words_act(action_at(i)->name), action_at(i)->name);
		assert_string_not_equal(words_act_done(action_at(i)->name), action_at(i)->name);
	}
	assert_string_equal(words_act("case.unheard_of"), "case.unheard_of");
}

static void told(const char *code, const char *text, const char *wanted)
{
	struct strbuf out = STRBUF_INIT;
	struct err why = ERR_INIT;

	err_set(&why, ST_BAD_INPUT, code, "%s", text);
	words_error(&out, &why, true);
	assert_string_equal(strbuf_cstr(&out), wanted);
	strbuf_release(&out);
}

static void an_error_is_told_by_its_code_without_saying_it_twice(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct err why = { "disk-error", "/x: no space" };

	(void)state;
	told("case-unknown", "no such case among those fetched: BN 2026-9",
	     "Det finns inget sådant ärende bland dem du har hämtat: BN 2026-9.");
	told("not-assignee", "case.ask belongs to the case's officer: eva",
	     "Åtgärden hör till ärendets handläggare. Ta ärendet först.");
	told("disk-error", "/x: no space", "Disken svarar inte som den ska. (/x: no space)");
	words_error(&out, &why, false);
	assert_string_equal(strbuf_cstr(&out), "Disken svarar inte som den ska.");
	strbuf_release(&out);
}

static void values_stand_in_the_sentence_itself(void **state)
{
	(void)state;
	told("role-lacking", "the step decide needs one of the roles: decider",
	     "Du har inte den roll som åtgärden kräver: decider.");
	told("case-ambiguous", "30 may be: BN 2026-30, MN 2026-30",
	     "Numret kan vara flera ärenden. Skriv hela diarienumret: BN 2026-30, MN 2026-30.");
	told("case-ambiguous", "0198 begins several case ids",
	     "Numret kan vara flera ärenden. Skriv hela diarienumret.");
	told("day-none", "there is no such day: 2026-02-30", "Den dagen finns inte: 2026-02-30.");
	told("taken", "jan.vd has the case", "Ärendet är redan taget: jan.vd.");
	told("taken", "", "Ärendet är redan taget.");
	told("field-too-long", "note.add: argument text is 11803 bytes; 8000 is the most",
	     "Texten är för lång: 11803 byte, högst 8000.");
	told("field-too-long", "the text may have at most 8000 bytes",
	     "Texten är för lång: högst 8000 byte.");
	told("field-too-long", "no number here", "Texten är för lång.");
}

static void a_step_that_cannot_be_taken_says_the_status_and_what_to_do_first(void **state)
{
	(void)state;
	told("step-unlawful",
	     "the step close is not lawful while the case is decided; it is from: dispatched",
	     "Det går inte när ärendets status är beslutat: expediera (s e) eller avstå (W) först.");
	told("step-unlawful",
	     "the step decide is not lawful while the case is registered; it is from: open, proposed",
	     "Det går inte när ärendets status är registrerat: ta det (t) först.");
	told("step-unlawful", "case.decide: from another status",
	     "Det går inte i den status ärendet har.");
}

static void an_argument_is_told_in_the_officer_s_language(void **state)
{
	(void)state;
	told("argument-missing", "note.add: argument text is missing",
	     "En uppgift saknas: texten.");
	told("field-malformed",
	     "case.priority: argument priority must be a number from 1 to 3; \"9\" was seen",
	     "Fel form: prioriteten ska vara ett tal inom 1 to 3.");
	told("field-malformed", "case.x: argument odd must be round; \"9\" was seen",
	     "Uppgiften har fel form. (case.x: argument odd must be round; \"9\" was seen)");
}

static void a_code_without_a_sentence_is_told_in_english(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct err why = { "never-heard", "the text itself" };

	(void)state;
	words_error(&out, &why, true);
	assert_string_equal(strbuf_cstr(&out), "the text itself");
	strbuf_release(&out);
}

static void check_due(const char *due, const char *wanted, const char *longer)
{
	struct day today = { 2026, 11, 23 };
	char out[24], text[64];

	words_due(out, due, today);
	assert_string_equal(out, wanted);
	words_due_long(text, due, today);
	assert_string_equal(text, longer);
}

static void a_deadline_is_told_from_today(void **state)
{
	(void)state;
	check_due("2026-11-20", "-3 d", "3 dagar försenad");
	check_due("2026-11-22", "-1 d", "1 dag försenad");
	check_due("2026-11-23", "idag", "frist idag");
	check_due("2026-11-24", "1 d", "1 dag kvar");
	check_due("2026-12-06", "13 d", "13 dagar kvar");
	check_due("2026-12-07", "2 v", "14 dagar kvar");
	check_due("2027-02-01", "10 v", "70 dagar kvar");
	check_due("", "", "");
	check_due("soon", "", "");
}

static void a_moment_is_told_as_short_as_it_can_be(void **state)
{
	int64_t now = at("2026-11-23T13:00:00Z");
	char out[24];

	(void)state;
	words_when(out, at("2026-11-23T12:49:00Z"), now);
	assert_string_equal(out, "13:49");
	words_when(out, at("2026-11-22T23:30:00Z"), now); /* half past midnight in Stockholm */
	assert_string_equal(out, "00:30");
	words_when(out, at("2026-10-28T08:14:00Z"), now);
	assert_string_equal(out, "28/10");
	words_when(out, at("2025-10-28T08:14:00Z"), now);
	assert_string_equal(out, "2025-10-28");
	words_moment(out, 0);
	assert_string_equal(out, "-");
}

static void the_week_is_that_of_iso_8601(void **state)
{
	char out[16];

	(void)state;
	words_week(out, (struct day){ 2026, 11, 23 });
	assert_string_equal(out, "v48 må");
	words_week(out, (struct day){ 2026, 12, 31 });
	assert_string_equal(out, "v53 to");
}

static void an_age_is_told_in_one_unit(void **state)
{
	char out[24];

	(void)state;
	words_age(out, 59000);
	assert_string_equal(out, "59 s");
	words_age(out, 60000);
	assert_string_equal(out, "1 min");
	words_age(out, 47 * 3600 * 1000LL);
	assert_string_equal(out, "47 h");
	words_age(out, 48 * 3600 * 1000LL);
	assert_string_equal(out, "2 d");
	words_age(out, -5);
	assert_string_equal(out, "0 s");
}

static void answer_is(const struct outbox_item *i, const char *wanted)
{
	struct strbuf out = STRBUF_INIT;

	words_answer(&out, i, NULL);
	assert_string_equal(strbuf_cstr(&out), wanted);
	strbuf_release(&out);
}

static struct outbox_item refused(const char *why, const char *who, const char *detail)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;

	i.state = OUTBOX_ACKNOWLEDGED;
	i.verdict = VERDICT_REJECTED;
	snprintf(i.why, sizeof(i.why), "%s", why);
	snprintf(i.who, sizeof(i.who), "%s", who);
	snprintf(i.detail, sizeof(i.detail), "%s", detail);
	i.settled_at = at("2026-11-23T12:51:00Z");
	return i;
}

static void a_taken_case_is_told_with_name_and_time(void **state)
{
	struct outbox_item i = refused("taken", "jan.vd",
				       "jan.vd has the case; last moved by jan.vd at "
				       "2026-11-23T12:49:00.000Z (entry 7)");

	(void)state;
	answer_is(&i, "Ärendet togs av jan.vd kl 13:49, före dig.");
	assert_string_equal(words_advice(&i),
			    "Inget har ändrats. Du ser åter ärendet som centralen har det.");
}

static void a_case_taken_another_day_is_told_with_the_day(void **state)
{
	struct outbox_item i = refused("taken", "jan.vd", "jan.vd at 2026-11-20T12:49:00.000Z");

	(void)state;
	answer_is(&i, "Ärendet togs av jan.vd 2026-11-20 13:49, före dig.");
}

static void without_a_time_the_sentence_is_whole_all_the_same(void **state)
{
	struct outbox_item i = refused("taken", "jan.vd", "jan.vd at home");

	(void)state;
	answer_is(&i, "Ärendet togs av jan.vd, före dig.");
	i = refused("taken", "", "");
	answer_is(&i, "Ärendet är redan taget.");
	i = refused("never-heard", "", "the central's own words");
	answer_is(&i, "the central's own words");
	i = refused("never-heard", "", "");
	answer_is(&i, "Centralen gav inget skäl.");
}

static void conflicts_tell_who_changed_what(void **state)
{
	struct outbox_item i = refused("moved-on", "eva.z",
				       "the case has moved on, last by eva.z at "
				       "2026-11-23T12:00:00.000Z (entry 3)");

	(void)state;
	i.verdict = VERDICT_CONFLICT;
	answer_is(&i, "Ärendet ändrades av eva.z kl 13:00, sedan du såg det.");
	snprintf(i.why, sizeof(i.why), "field-changed");
	answer_is(&i, "Samma uppgift ändrades av eva.z kl 13:00.");
}

static void every_state_of_the_outbox_has_a_word(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	char out[40];

	(void)state;
	i.hold_until = 20000;
	words_outbox_state(out, &i, 6001, WAITS_TURN);
	assert_string_equal(out, "ÅNGRA 14 s");
	words_outbox_state(out, &i, 20000, WAITS_TURN);
	assert_string_equal(out, "SÄNDS");
	words_outbox_state(out, &i, 20000, WAITS_NETWORK);
	assert_string_equal(out, "VÄNTAR NÄT");
	words_outbox_state(out, &i, 20000, WAITS_UNKNOWN);
	assert_string_equal(out, "VÄNTAR");
	/* Once offered it cannot be undone, whatever the clock says. */
	i.offered_at = 1;
	words_outbox_state(out, &i, 6001, WAITS_NETWORK);
	assert_string_equal(out, "VÄNTAR NÄT");
	i.state = OUTBOX_ACKNOWLEDGED;
	i.verdict = VERDICT_ACCEPTED;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "SÄND");
	i.verdict = VERDICT_REJECTED;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "NEKAD");
	for (int s = OUTBOX_HELD; s <= OUTBOX_ARCHIVED; s++) {
		i.state = (enum outbox_state)s;
		words_outbox_state(out, &i, 0, WAITS_TURN);
		assert_true(out[0] != '\0');
	}
}

/* An earlier device of the officer had signed it; "sent" would be a lie. */
static void what_was_put_aside_unanswered_is_not_called_sent(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct strbuf said = STRBUF_INIT;
	char out[40];

	(void)state;
	i.state = OUTBOX_ARCHIVED;
	i.again = 1;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "LAGD ÅT SIDAN");
	words_answer(&said, &i, NULL);
	assert_null(strstr(strbuf_cstr(&said), "Sänd igen"));
	assert_non_null(strstr(strbuf_cstr(&said), "Förlorad"));
	assert_non_null(strstr(strbuf_cstr(&said), "Gör om den om den behövs."));
	strbuf_clear(&said);
	i.verdict = VERDICT_ACCEPTED;
	words_answer(&said, &i, NULL);
	assert_string_equal(strbuf_cstr(&said), "Sänd igen: centralen återställdes. Godtagen.");
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "SÄND");
	strbuf_release(&said);
}

/* A void in the place of erased words is not the officer's, and an erasure that was
 * carried out was not refused. */
static void what_was_erased_is_called_neither_withdrawn_nor_refused(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	struct strbuf said = STRBUF_INIT;
	char out[40];

	(void)state;
	snprintf(i.act, sizeof(i.act), "erasure.confirm");
	i.state = OUTBOX_VOID;
	i.verdict = VERDICT_VOID;
	i.voided = true;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "TILLBAKADRAGEN");
	i.again = 1;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "RADERAD");
	words_answer(&said, &i, NULL);
	assert_non_null(strstr(strbuf_cstr(&said), "Orden är raderade."));
	assert_non_null(strstr(strbuf_cstr(&said), "föreslå det på nytt"));
	assert_null(strstr(strbuf_cstr(&said), "Tillbakadragen"));
	strbuf_clear(&said);
	i.voided = false;
	i.state = OUTBOX_ACKNOWLEDGED;
	i.verdict = VERDICT_REJECTED;
	snprintf(i.why, sizeof(i.why), "case-erased");
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "RADERAD");
	words_answer(&said, &i, NULL);
	assert_string_equal(strbuf_cstr(&said),
			    "Sänd igen: centralen återställdes. Ärendet är raderat.");
	/* Another restore: it was kept back, and the case may be there again. */
	strbuf_clear(&said);
	i.slot = SLOT_ANSWERED;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "NEKAD");
	words_answer(&said, &i, NULL);
	assert_null(strstr(strbuf_cstr(&said), "Ärendet är raderat"));
	assert_non_null(strstr(strbuf_cstr(&said), "föreslå det på nytt"));
	i.slot = SLOT_OWN;
	snprintf(i.act, sizeof(i.act), "note.add");
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "NEKAD");
	strbuf_release(&said);
}

static void an_answer_has_a_short_word_beside_its_sentence(void **state)
{
	struct outbox_item i = OUTBOX_ITEM_INIT;
	char out[40];

	(void)state;
	assert_string_equal(words_answer_short(&i), "–");
	i.state = OUTBOX_ACKNOWLEDGED;
	i.verdict = VERDICT_REJECTED;
	snprintf(i.why, sizeof(i.why), "taken");
	assert_string_equal(words_answer_short(&i), "tagen");
	snprintf(i.why, sizeof(i.why), "something-new");
	assert_string_equal(words_answer_short(&i), "nekad");
	i.verdict = VERDICT_CONFLICT;
	snprintf(i.why, sizeof(i.why), "field-changed");
	assert_string_equal(words_answer_short(&i), "ändrad av annan");
	/* Held for login or key is one thing, put aside by the central another. */
	i.state = OUTBOX_HELD;
	i.verdict = VERDICT_NONE;
	snprintf(i.why, sizeof(i.why), "device-changed");
	assert_string_equal(words_answer_short(&i), "tidigare nyckel");
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "HÅLLS");
	i.verdict = VERDICT_QUARANTINED;
	words_outbox_state(out, &i, 0, WAITS_TURN);
	assert_string_equal(out, "KARANTÄN");
	i.voided = true;
	assert_string_equal(words_answer_short(&i), "–");
}

static void every_trouble_has_a_word(void **state)
{
	(void)state;
	for (int t = SYNC_FINE; t <= SYNC_DISK; t++)
		assert_true(words_trouble((enum sync_trouble)t)[0] != '\0');
}

static void the_grounds_of_the_law_are_known_by_code(void **state)
{
	size_t n = 0;

	(void)state;
	for (; words_ground_at(n); n++)
		assert_non_null(words_ground_letter(words_ground_at(n)));
	assert_int_equal(n, 4);
	assert_null(words_ground_letter("because"));
	assert_string_equal(words_ground("because"), "because");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_and_act_has_words),
		cmocka_unit_test(an_error_is_told_by_its_code_without_saying_it_twice),
		cmocka_unit_test(values_stand_in_the_sentence_itself),
		cmocka_unit_test(a_step_that_cannot_be_taken_says_the_status_and_what_to_do_first),
		cmocka_unit_test(an_argument_is_told_in_the_officer_s_language),
		cmocka_unit_test(a_code_without_a_sentence_is_told_in_english),
		cmocka_unit_test(a_deadline_is_told_from_today),
		cmocka_unit_test(a_moment_is_told_as_short_as_it_can_be),
		cmocka_unit_test(the_week_is_that_of_iso_8601),
		cmocka_unit_test(an_age_is_told_in_one_unit),
		cmocka_unit_test(a_taken_case_is_told_with_name_and_time),
		cmocka_unit_test(a_case_taken_another_day_is_told_with_the_day),
		cmocka_unit_test(without_a_time_the_sentence_is_whole_all_the_same),
		cmocka_unit_test(conflicts_tell_who_changed_what),
		cmocka_unit_test(every_state_of_the_outbox_has_a_word),
		cmocka_unit_test(what_was_put_aside_unanswered_is_not_called_sent),
		cmocka_unit_test(what_was_erased_is_called_neither_withdrawn_nor_refused),
		cmocka_unit_test(an_answer_has_a_short_word_beside_its_sentence),
		cmocka_unit_test(every_trouble_has_a_word),
		cmocka_unit_test(the_grounds_of_the_law_are_known_by_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
