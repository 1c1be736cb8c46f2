/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/package/sample.h"

#include "base/banned.h"

#define WISH(...) ((struct sample_wish){ __VA_ARGS__ })

static struct found all;

/* A fault of `code` (at entry n, if not 0) in a sample made by `wish`. */
static void expect(struct sample_wish wish, const char *code, int64_t n)
{
	struct sample *s = sample_make(wish);

	sample_judge(&all, s, NULL);
	if (!found_has(&all, code, n))
		fail_msg("%s was not found at entry %d", code, (int)n);
	sample_release(s);
}

static void a_sound_package_holds_and_says_what(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));

	(void)state;
	sample_judge(&all, s, NULL);
	for (int i = 0; i < all.count; i++)
		if (all.row[i].kind == FINDING_FAULT)
			fail_msg("%s %s %s", all.row[i].code, all.row[i].member, all.row[i].detail);
	assert_int_equal(all.result.entries, SAMPLE_ENTRIES);
	assert_int_equal(all.result.signatures, SAMPLE_ENTRIES);
	assert_int_equal(all.result.documents, 2);
	assert_int_equal(all.result.keys, 1);
	assert_int_equal(all.result.files, s->count - 1);
	assert_string_equal(all.result.diary_no, "BN 2026-1042");
	assert_string_equal(all.result.case_id, SAMPLE_CASE);
	assert_int_equal(all.count, 8); /* seven areas, and the fingerprint */
	sample_release(s);
}

/* --- Bytes -------------------------------------------------------------------- */

static int64_t line_of(const struct strbuf *b, size_t at)
{
	int64_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += b->data[i] == '\n';
	return n;
}

static void each_flipped_byte_of_an_entry_is_found_and_named(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));
	struct strbuf *b = sample_of(s, "entries.jsonl");

	(void)state;
	for (size_t i = 0; i < b->len; i++) {
		int64_t n = line_of(b, i);
		char kept = b->data[i];

		/* Every byte of two entries, every fifth of the others. */
		if (n != 2 && n != 5 && i % 5 != 0)
			continue;
		b->data[i] ^= (char)(1 << (i % 7));
		sample_sum(s);
		sample_judge(&all, s, NULL);
		if (!found_names(&all, n))
			fail_msg("byte %zu of entry %d", i, (int)n);
		b->data[i] = kept;
	}
	sample_release(s);
}

/* Every step-th byte of a member, with sums made anew or left. */
static void flip_all(const char *name, size_t step, bool sum)
{
	struct sample *s = sample_make(WISH(.bound = 0));
	struct strbuf *b = sample_of(s, name);

	for (size_t i = 0; i < b->len; i += step) {
		b->data[i] ^= (char)(1 << (i % 7));
		if (sum)
			sample_sum(s);
		sample_judge(&all, s, NULL);
		if (all.faults == 0
		    || (!sum && !found_member(&all, name) && strcmp(name, "SHA256SUMS") != 0))
			fail_msg("byte %zu of %s", i, name);
		b->data[i] ^= (char)(1 << (i % 7));
	}
	sample_release(s);
}

static void each_flipped_byte_of_a_file_is_found_by_its_sum(void **state)
{
	(void)state;
	flip_all("README.txt", 1, false);
	flip_all("case.json", 5, false);
	flip_all("keys.json", 7, false);
	flip_all("documents.json", 5, false);
	flip_all("documents/002_beslut.xhtml", 3, false);
	flip_all("SHA256SUMS", 3, false);
}

static void new_sums_do_not_hide_a_flipped_byte_of_proof_or_document(void **state)
{
	(void)state;
	flip_all("proof.json", 11, true);
	flip_all("documents/001_ansokan.json", 1, true);
	flip_all("documents/002_beslut.xhtml", 1, true);
}

/* --- Entries ------------------------------------------------------------------ */

static struct str line_at(const struct strbuf *b, int n)
{
	const char *p = b->data, *end;

	for (; n > 1; n--)
		p = strchr(p, '\n') + 1;
	end = strchr(p, '\n') + 1;
	return (struct str){ p, (size_t)(end - p) };
}

/* entries.jsonl with its lines in another order; 0 ends the list. */
static void reorder(struct sample *s, const int *order)
{
	struct strbuf *b = sample_of(s, "entries.jsonl");
	struct strbuf out = STRBUF_INIT;

	for (; *order; order++) {
		struct str line = line_at(b, *order);

		strbuf_add(&out, line.p, line.n);
	}
	strbuf_take(b, &out);
	sample_sum(s);
}

static void a_removed_entry_is_found_and_named(void **state)
{
	(void)state;
	for (int gone = 1; gone <= SAMPLE_ENTRIES; gone++) {
		struct sample *s = sample_make(WISH(.bound = 0));
		int order[SAMPLE_ENTRIES] = { 0 };

		for (int n = 1, i = 0; n <= SAMPLE_ENTRIES; n++)
			if (n != gone)
				order[i++] = n;
		reorder(s, order);
		sample_judge(&all, s, NULL);
		/* Of the last one only case.json knows. */
		if (gone == SAMPLE_ENTRIES)
			assert_true(found_has(&all, "last-differs", gone - 1));
		else
			assert_true(found_has(&all, "entry-order", gone));
		sample_release(s);
	}
}

static void swapped_and_doubled_entries_are_found_and_named(void **state)
{
	const int swapped[] = { 1, 2, 4, 3, 5, 6, 7, 0 };
	const int doubled[] = { 1, 2, 3, 4, 4, 5, 6, 7, 0 };
	struct sample *s = sample_make(WISH(.bound = 0));

	(void)state;
	reorder(s, swapped);
	sample_judge(&all, s, NULL);
	assert_true(found_names(&all, 3));
	assert_true(found_names(&all, 4));
	sample_release(s);

	s = sample_make(WISH(.bound = 0));
	reorder(s, doubled);
	sample_judge(&all, s, NULL);
	assert_true(found_names(&all, 4));
	assert_true(found_has(&all, "entry-order", 5));
	sample_release(s);
}

static void an_envelope_binds_case_order_and_base(void **state)
{
	(void)state;
	expect(WISH(.other_case = true), "envelope-other", 4);
	expect(WISH(.fork = true), "device-order", 6);
	expect(WISH(.wrong_base = true), "envelope-base", 5);
}

static void an_act_belongs_to_its_signer(void **state)
{
	(void)state;
	expect(WISH(.officer_registers = true), "envelope-act", 2);
	expect(WISH(.system_decides = true), "envelope-act", 5);
}

static void an_erased_entry_needs_one_that_erases_it(void **state)
{
	struct sample *s = sample_make(WISH(.erased = true));

	(void)state;
	sample_judge(&all, s, NULL);
	assert_int_equal(all.faults, 0);
	assert_int_equal(all.result.erased, 1);
	assert_int_equal(all.result.signatures, SAMPLE_ENTRIES - 1);
	sample_release(s);
	expect(WISH(.erased_unsaid = true), "entry-erased", 4);
}

/* --- Keys --------------------------------------------------------------------- */

static void a_device_is_believed_by_its_certificate_alone(void **state)
{
	(void)state;
	expect(WISH(.stranger_certificate = true), "certificate-signature", 0);
	expect(WISH(.stranger_certificate = true), "envelope-key", 3);
	expect(WISH(.other_officer = true), "certificate-differs", 0);
	expect(WISH(.short_certificate = true), "certificate-time", 7);
	expect(WISH(.device_state = "retired", .bound = 2), "key-bound", 5);
	expect(WISH(.device_state = "stolen"), "key-form", 0);
}

static void a_given_fingerprint_is_the_only_central_believed(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));
	char print[FINGERPRINT_TEXT];

	(void)state;
	sample_judge(&all, s, NULL);
	memcpy(print, all.result.fingerprint, sizeof(print));
	sample_judge(&all, s, print);
	assert_int_equal(all.faults, 0);
	sample_judge(&all, s, "0000000000000000");
	assert_true(found_has(&all, "key-untrusted", 0));
	assert_true(found_has(&all, "envelope-key", 1));
	sample_release(s);
}

/* --- Case and documents ------------------------------------------------------- */

static void the_status_is_the_one_that_the_entries_give(void **state)
{
	(void)state;
	expect(WISH(.state = "archived"), "case-differs", 0);
	expect(WISH(.state = "open"), "not-closed", 0);
	expect(WISH(.no_decision = true), "step-unlawful", 6);
}

static void replace(struct sample *s, const char *name, const char *from, const char *to)
{
	struct strbuf *b = sample_of(s, name);
	struct strbuf out = STRBUF_INIT;
	const char *at = strstr(b->data, from);

	assert_non_null(at);
	strbuf_add(&out, b->data, (size_t)(at - b->data));
	strbuf_adds(&out, to);
	strbuf_adds(&out, at + strlen(from));
	strbuf_take(b, &out);
	sample_sum(s);
}

static void every_column_of_the_case_is_compared(void **state)
{
	static const char *const pairs[][2] = {
		{ "Skylt på", "Skylt vid" },
		{ "BN 2026-1042", "BN 2026-1043" },
		{ "\"britt.a\"", "\"carl.b\"" },
		{ "\"bifall\"", "\"avslag\"" },
		{ "Åsa", "Ása" },
		{ "2027-02-01", "2027-02-02" },
		{ "\"priority\":2", "\"priority\":1" },
		{ "09:01:10", "09:01:11" },
		{ "\"bygglov\"", "\"miljö\"" },
		{ "09:00:00", "08:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct sample *s = sample_make(WISH(.bound = 0));

		replace(s, "case.json", pairs[i][0], pairs[i][1]);
		sample_judge(&all, s, NULL);
		assert_true(found_has(&all, "case-differs", 0));
		sample_release(s);
	}
}

/* One change of a text, sums made anew, gives a fault of that code there. */
static void each_fault_has_a_word_of_its_own(void **state)
{
	static const struct {
		const char *member, *from, *to, *code;
		int64_t n;
	} changes[] = {
		{ "case.json", "sluss-package/1", "sluss-package/2", "format", 0 },
		{ "case.json", "\"queue\":", "\"kö\":", "form", 0 },
		{ "case.json", "{\"n\":7", "{\"n\":6", "last-differs", 7 },
		{ "entries.jsonl", "BYGGLOV_SKYLT@1", "BYGGLOV@1", "entry-rule", 1 },
		{ "entries.jsonl", "BYGGLOV_SKYLT@1", "BYGGLOV_SKYLT@2", "entry-hash", 1 },
		{ "entries.jsonl", "\"accepted\"", "\"rejected\"", "entry-verdict", 1 },
		{ "entries.jsonl", "\"seq\":2", "\"seq\":0", "entry-seq", 1 },
		{ "entries.jsonl", "{\"n\":1,", "{\"n\":1,\"note\":0,", "entry-form", 1 },
		{ "entries.jsonl", "\"prev_eh\":\"0", "\"prev_eh\":\"1", "entry-link", 1 },
		{ "entries.jsonl", "\"jws\":\"e", "\"jws\":\"f", "envelope-form", 1 },
		{ "entries.jsonl", "\"jws\":\"e", "\"jws\":\"f", "envelope-hash", 1 },
		{ "keys.json", "\"x\":\"", "\"x\":\"A", "key-form", 0 },
		{ "proof.json", "\"index\":", "\"indeks\":", "proof-form", 1 },
		{ "proof.json", "\"inclusion\":", "\"inklusion\":", "proof-missing", 7 },
		{ "proof.json", "\"size\":", "\"size\":1", "checkpoint", 0 },
		{ "documents.json", "\"len\":1", "\"len\":2", "document-differs", 1 },
		{ "documents/001_ansokan.json", "Skylt", "Fasad", "document-differs", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct sample *s = sample_make(WISH(.bound = 0));

		replace(s, changes[i].member, changes[i].from, changes[i].to);
		sample_judge(&all, s, NULL);
		if (!found_has(&all, changes[i].code, changes[i].n))
			fail_msg("%s for %s", changes[i].code, changes[i].to);
		sample_release(s);
	}
	expect(WISH(.no_text = true), "envelope-form", 4);
}

static void documents_are_those_that_the_entries_name(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));

	(void)state;
	sample_remove(s, "documents/002_beslut.xhtml");
	sample_sum(s);
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "document-missing", 5));
	sample_release(s);

	s = sample_make(WISH(.bound = 0));
	strbuf_adds(sample_add(s, "documents/003_mer.txt"), "mer");
	sample_sum(s);
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "document-stray", 0));
	sample_release(s);

	s = sample_make(WISH(.bound = 0));
	replace(s, "documents.json", "\"n\":5", "\"n\":4");
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "document-stray", 4));
	sample_release(s);

	s = sample_make(WISH(.bound = 0));
	replace(s, "documents.json", "\"beslut.xhtml\"", "\"avslag.xhtml\"");
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "document-stray", 5));
	sample_release(s);
}

static void a_missing_or_stray_file_is_named(void **state)
{
	static const char *const names[] = { "README.txt", "case.json",	 "entries.jsonl",
					     "keys.json",  "proof.json", "documents.json",
					     "SHA256SUMS" };
	struct sample *s;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		s = sample_make(WISH(.bound = 0));
		sample_remove(s, names[i]);
		sample_judge(&all, s, NULL);
		assert_true(found_has(&all, "member-missing", 0));
		assert_true(found_member(&all, names[i]));
		sample_release(s);
	}
	s = sample_make(WISH(.bound = 0));
	strbuf_adds(sample_add(s, "EXTRA"), "x");
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "member-stray", 0));
	assert_true(found_member(&all, "EXTRA"));
	sample_release(s);
}

static void a_line_of_sums_has_one_form_and_stands_once(void **state)
{
	static const struct {
		const char *line, *code;
	} lines[] = {
		{ "no sum at all\n", "sum-form" },
		{ HASH_ZERO " README.txt\n", "sum-form" },
		{ HASH_ZERO "  ", "sum-form" },
		{ HASH_ZERO "  README.txt\n", "sum-twice" },
		{ HASH_ZERO "  README.txt\n", "sum-wrong" },
		{ HASH_ZERO "  ../README.txt\n", "member-missing" },
		{ HASH_ZERO "  README.txt", "sum-form" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct sample *s = sample_make(WISH(.bound = 0));

		strbuf_adds(sample_of(s, "SHA256SUMS"), lines[i].line);
		sample_judge(&all, s, NULL);
		if (!found_has(&all, lines[i].code, 0))
			fail_msg("%s for %s", lines[i].code, lines[i].line);
		sample_release(s);
	}
}

static void what_a_package_says_cannot_speak_to_a_terminal(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));

	(void)state;
	replace(s, "entries.jsonl", "\"accepted\"", "\"\\u001b[2J\\u202e\"");
	replace(s, "entries.jsonl", "BYGGLOV_SKYLT@1", "\\u001b]0;x\\u0007");
	sample_judge(&all, s, NULL);
	assert_true(all.faults > 0);
	for (int i = 0; i < all.count; i++)
		for (const char *p = all.row[i].detail; *p; p++)
			assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
	sample_release(s);
}

static void numbers_at_the_end_of_their_range_do_no_harm(void **state)
{
	struct sample *s = sample_make(WISH(.bound = 0));

	(void)state;
	replace(s, "entries.jsonl", "{\"n\":3,", "{\"n\":9223372036854775807,");
	replace(s, "entries.jsonl", "\"seq\":1", "\"seq\":0");
	replace(s, "case.json", "\"priority\":2", "\"priority\":9223372036854775807");
	replace(s, "proof.json", "\"index\":1", "\"index\":-9223372036854775808");
	sample_judge(&all, s, NULL);
	assert_true(found_has(&all, "entry-order", 3));
	sample_release(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_package_holds_and_says_what),
		cmocka_unit_test(each_flipped_byte_of_an_entry_is_found_and_named),
		cmocka_unit_test(each_flipped_byte_of_a_file_is_found_by_its_sum),
		cmocka_unit_test(new_sums_do_not_hide_a_flipped_byte_of_proof_or_document),
		cmocka_unit_test(a_removed_entry_is_found_and_named),
		cmocka_unit_test(swapped_and_doubled_entries_are_found_and_named),
		cmocka_unit_test(an_envelope_binds_case_order_and_base),
		cmocka_unit_test(an_act_belongs_to_its_signer),
		cmocka_unit_test(an_erased_entry_needs_one_that_erases_it),
		cmocka_unit_test(a_device_is_believed_by_its_certificate_alone),
		cmocka_unit_test(a_given_fingerprint_is_the_only_central_believed),
		cmocka_unit_test(the_status_is_the_one_that_the_entries_give),
		cmocka_unit_test(every_column_of_the_case_is_compared),
		cmocka_unit_test(each_fault_has_a_word_of_its_own),
		cmocka_unit_test(documents_are_those_that_the_entries_name),
		cmocka_unit_test(a_missing_or_stray_file_is_named),
		cmocka_unit_test(a_line_of_sums_has_one_form_and_stands_once),
		cmocka_unit_test(what_a_package_says_cannot_speak_to_a_terminal),
		cmocka_unit_test(numbers_at_the_end_of_their_range_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
