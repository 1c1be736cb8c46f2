/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/outside.h"
#include "app/present_parts.h"

#include "base/banned.h"

#define HASH "3f9c71d088e2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define S(text)                                                                                    \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static void what_a_document_is_is_told_from_its_bytes(void **state)
{
	static const struct {
		struct str bytes;
		const char *word;
		bool program;
	} rows[] = {
		{ S("%PDF-1.7\n"), "pdf", false },
		{ S("\x89PNG\r\n\x1a\n...."), "png", false },
		{ S("\xFF\xD8\xFF\xE0"), "jpeg", false },
		{ S("PK\x03\x04 word/document.xml"), "zip", false },
		{ S("RIFF....WEBP"), "webp", false },
		{ S("\x7F"
		    "ELF\x02"),
		  "program", true },
		{ S("MZ\x90"), "program", true },
		{ S("#!/bin/sh\nrm -rf ~\n"), "skript", true },
		{ S("<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html xmlns=\"x\"/>"), "xhtml",
		  false },
		{ S("  \n<HTML><body>"), "xhtml", false },
		{ S("<?xml version=\"1.0\"?><x/>"), "xml", false },
		{ S("Hej, åäö\n"), "text", false },
		{ S(""), "text", false },
		{ S("\xFE\xFF\x00"), "?", false },
		{ S("a\0b"), "?", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct doc_kind *k = doc_kind_of(rows[i].bytes);

		assert_string_equal(k->word, rows[i].word);
		assert_int_equal(k->program, rows[i].program);
	}
}

static void a_document_that_is_not_what_it_is_said_to_be_is_noticed(void **state)
{
	const struct doc_kind *pdf = doc_kind_of((struct str)S("%PDF-1.7"));
	const struct doc_kind *elf = doc_kind_of((struct str)S("\x7F"
							       "ELF"));
	const struct doc_kind *zip = doc_kind_of((struct str)S("PK\x03\x04"));

	(void)state;
	assert_true(doc_kind_fits(pdf, "application/pdf"));
	assert_true(doc_kind_fits(pdf, "Application/PDF; x=1"));
	assert_true(doc_kind_fits(pdf, "application/x-unheard-of"));
	assert_true(doc_kind_fits(pdf, ""));
	assert_false(doc_kind_fits(pdf, "image/png"));
	assert_false(doc_kind_fits(elf, "application/pdf"));
	assert_false(doc_kind_fits(elf, "application/octet-stream"));
	assert_false(doc_kind_fits(elf, ""));
	assert_true(doc_kind_fits(
		zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
}

static void a_file_is_named_by_hash_and_kind_alone(void **state)
{
	char name[DOCUMENT_FILE];

	(void)state;
	doc_file_name(name, 12, HASH, doc_kind_of((struct str)S("%PDF-1")));
	assert_string_equal(name, "12-3f9c71d088e2.pdf");
	doc_file_name(name, 4194304, HASH, doc_kind_of((struct str)S("<?xml version='1.0'?><a/>")));
	assert_string_equal(name, "4194304-3f9c71d088e2.txt");
}

static void a_template_becomes_words_and_never_a_shell_line(void **state)
{
	struct outside_call c;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(outside_words(&c, "xdg-open %f", "/run/a b;c", &why), ST_OK);
	assert_string_equal(c.argv[0], "xdg-open");
	assert_string_equal(c.argv[1], "/run/a b;c");
	assert_null(c.argv[2]);
	assert_int_equal(outside_words(&c, "  \"my viewer\"\t--file=%f \"\" $(x) ", "/d", &why),
			 ST_OK);
	assert_string_equal(c.argv[0], "my viewer");
	assert_string_equal(c.argv[1], "--file=/d");
	assert_string_equal(c.argv[2], "");
	assert_string_equal(c.argv[3], "$(x)");
	assert_null(c.argv[4]);
}

static void a_template_that_shows_nothing_is_refused(void **state)
{
	static const char *const bad[] = { "",	 "xdg-open",
					   "%f", "xdg-open \"%f",
					   "  ", "a b c d e f g h i j k l m n o p %f" };
	struct outside_call c;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err why = ERR_INIT;

		assert_int_equal(outside_words(&c, bad[i], "/d", &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "open-template");
	}
}

static void a_file_is_for_the_officer_alone_and_goes(void **state)
{
	char dir[] = "/tmp/sluss-outside.XXXXXX", path[OUTSIDE_PATH + DOCUMENT_FILE], old[80];
	struct outside o;
	struct stat st;
	struct err why = ERR_INIT;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	/* What another program left there that is gone by now; 2^22 is no pid. */
	snprintf(old, sizeof(old), "%s/4999999-3f9c71d088e2.pdf", dir);
	f = fopen(old, "w");
	assert_non_null(f);
	(void)fclose(f);
	outside_start(&o, dir);
	assert_int_equal(access(old, F_OK), -1);
	assert_int_equal(outside_file(&o, HASH, (struct str)S("%PDF-1.4"), path, &why), ST_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 8);
	assert_int_equal(outside_file(&o, HASH, (struct str)S("MZ"), path, &why), ST_REFUSED);
	assert_string_equal(why.code, "document-program");
	outside_clear(&o);
	assert_int_equal(rmdir(dir), 0);
}

static bool here_is(void *ctx, const char *prefix)
{
	assert_int_equal(strlen(prefix), 12);
	return strncmp(ctx, prefix, 12) == 0;
}

static void a_file_goes_with_its_document(void **state)
{
	char dir[] = "/tmp/sluss-outside.XXXXXX", path[OUTSIDE_PATH + DOCUMENT_FILE];
	char other[] = "0000000000000000000000000000000000000000000000000000000000000000";
	char hash[] = HASH;
	struct outside o;
	struct err why = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	outside_start(&o, dir);
	assert_int_equal(outside_file(&o, other, (struct str)S("%PDF-1.4"), path, &why), ST_OK);
	assert_int_equal(outside_file(&o, HASH, (struct str)S("%PDF-1.4"), path, &why), ST_OK);
	outside_keep(&o, here_is, hash);
	assert_int_equal(o.count, 1);
	assert_int_equal(access(path, F_OK), 0);
	outside_keep(&o, here_is, other);
	assert_int_equal(o.count, 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(dir), 0);
}

static void the_other_program_is_run_without_our_descriptors(void **state)
{
	struct outside_call c;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(outside_words(&c, "test -e %f", "/", &why), ST_OK);
	assert_int_equal(outside_run(&c, &why), ST_OK);
	assert_int_equal(outside_words(&c, "/none/such/program %f", "/", &why), ST_OK);
	assert_int_equal(outside_run(&c, &why), ST_NONE);
	assert_string_equal(why.code, "open-program");
}

static void a_program_that_fails_has_not_shown_the_document(void **state)
{
	struct outside_call c;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(outside_words(&c, "false %f", "/", &why), ST_OK);
	assert_int_equal(outside_run(&c, &why), ST_BROKEN);
	assert_string_equal(why.code, "open-failed");
	assert_int_equal(outside_words(&c, "sh -c \"kill -9 $$\" %f", "/", &why), ST_OK);
	assert_int_equal(outside_run(&c, &why), ST_BROKEN);
}

static void a_person_s_number_is_masked_and_other_text_is_not(void **state)
{
	static const char *const rows[][2] = {
		{ "19900101-2385", "19900101-****" },
		{ "900101-2385", "900101-****" },
		{ "19900101-2384", "19900101-2384" },
		{ "070-123 45 67", "070-123 45 67" },
		{ "", "" },
		{ "Ekvägen 4", "Ekvägen 4" },
	};
	struct day today = { 2026, 11, 23 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf out = STRBUF_INIT;

		mask_number(&out, str_of(rows[i][0]), today);
		assert_string_equal(strbuf_cstr(&out), rows[i][1]);
		strbuf_release(&out);
	}
}

static void add_doc(struct action *a, const char *h, const char *name)
{
	struct action_doc *d = &a->docs[a->doc_count++];

	*d = (struct action_doc){ .len = 5 };
	snprintf(d->h, sizeof(d->h), "%s", h);
	snprintf(d->name, sizeof(d->name), "%s", name);
}

static void a_case_has_each_document_once_and_its_messages_in_order(void **state)
{
	struct parts p = PARTS_INIT;
	struct action a = ACTION_INIT;

	(void)state;
	action_reset(&a, action_find(str_of("case.receive")));
	add_doc(&a, HASH, "ansökan");
	assert_true(parts_take(&p, &a, &(struct part_of){ 1, 1000, "system", false }));
	action_reset(&a, action_find(str_of("message.receive")));
	assert_int_equal(action_set(&a, "text", str_of("Hej"), NULL), ST_OK);
	add_doc(&a, HASH, "samma igen");
	assert_true(parts_take(&p, &a, &(struct part_of){ 3, 2000, "system", false }));
	action_reset(&a, action_find(str_of("case.ask")));
	assert_int_equal(action_set(&a, "text", str_of("Skicka ritning"), NULL), ST_OK);
	assert_true(parts_take(&p, &a, &(struct part_of){ 0, 3000, "britt.a", true }));
	assert_true(parts_take_detail(
		&p, str_of("{\"documents\":[{\"h\":\"" HASH "\",\"name\":\"x\"},{\"h\":\"kort\"}],"
			   "\"decision\":{\"outcome\":\"bifall\",\"content\":\"Ja\"}}")));
	assert_true(parts_take_detail(&p, str_of("trasig")));
	assert_int_equal(p.doc_count, 1);
	assert_string_equal(p.docs[0].name, "ansökan");
	assert_int_equal(p.docs[0].way, WAY_IN);
	assert_int_equal(p.message_count, 2);
	assert_int_equal(p.messages[0].way, WAY_IN);
	assert_int_equal(p.messages[1].way, WAY_OUT);
	assert_true(p.messages[1].unsent);
	assert_string_equal(action_get(&p.decision, "outcome"), "bifall");
	action_release(&a);
	parts_release(&p);
}

static void of_a_protected_party_nothing_is_told(void **state)
{
	struct names names = NAMES_INIT;
	struct present p = { .names = &names, .me = "britt.a", .today = { 2026, 11, 23 } };
	struct casefile c = CASEFILE_INIT;
	struct party_text t = { .count = 0 };

	(void)state;
	c.protection = PROTECT_IDENTITY;
	strbuf_sets(&c.party, "Kanarie, Kim");
	present_parties(&t, &c,
			str_of("{\"party\":{\"name\":\"Kanarie\",\"kind\":\"person\"},"
			       "\"fields\":{\"phone\":\"070\"}}"),
			&p);
	assert_int_equal(t.count, 1);
	assert_null(memmem(t.facts[0].value.p, t.facts[0].value.n, "Kanarie", 7));
	party_text_release(&t);
	casefile_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_document_is_is_told_from_its_bytes),
		cmocka_unit_test(a_document_that_is_not_what_it_is_said_to_be_is_noticed),
		cmocka_unit_test(a_file_is_named_by_hash_and_kind_alone),
		cmocka_unit_test(a_template_becomes_words_and_never_a_shell_line),
		cmocka_unit_test(a_template_that_shows_nothing_is_refused),
		cmocka_unit_test(a_file_is_for_the_officer_alone_and_goes),
		cmocka_unit_test(a_file_goes_with_its_document),
		cmocka_unit_test(the_other_program_is_run_without_our_descriptors),
		cmocka_unit_test(a_program_that_fails_has_not_shown_the_document),
		cmocka_unit_test(a_person_s_number_is_masked_and_other_text_is_not),
		cmocka_unit_test(a_case_has_each_document_once_and_its_messages_in_order),
		cmocka_unit_test(of_a_protected_party_nothing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
