/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "package/package.h"
#include "sign/hash.h"

#include "base/banned.h"

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

/* The smallest package: one entry, two documents with awkward names. */
struct scene {
	char dir[200], path[240];
	struct pubkey key;
	struct casefile file;
	struct package_entry entry;
	struct package_document documents[2];
	struct package_content content;
};

static void open_scene(struct scene *s)
{
	const char *tmp = getenv("TMPDIR");
	unsigned char x[32] = { 7 };

	memset(s, 0, sizeof(*s));
	snprintf(s->dir, sizeof(s->dir), "%s/sluss-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/p.zip", s->dir);
	pubkey_from_raw(&s->key, x);
	strbuf_sets(&s->file.title, "Carport");
	s->entry.facts = (struct entry_facts){ "01980000-0000-7000-8000-0000000000ca",
					       1,
					       ZERO,
					       ZERO,
					       1,
					       "01980000-0000-7000-8000-0000000000e0",
					       1772438400000,
					       "accepted",
					       "BYGGLOV@3" };
	s->entry.eh = ZERO;
	s->entry.jws = str_of("a.b.c");
	s->documents[0] = (struct package_document){ ZERO, "text/plain", "../../etc/passwd", 1,
						     str_of("ett") };
	s->documents[1] =
		(struct package_document){ ZERO, "text/plain", "Åsas önskan.txt", 1, str_of("") };
	s->content = (struct package_content){
		.aud = "sluss-0123456789abcdef",
		.central_name = "Provstad",
		.central_key = &s->key,
		.file = &s->file,
		.entry_count = 1,
		.entries = &s->entry,
		.document_count = 2,
		.documents = s->documents,
		.proof_size = 1,
		.proof_root = ZERO,
		.checkpoint = str_of("note"),
	};
}

static void close_scene(struct scene *s)
{
	unlink(s->path);
	rmdir(s->dir);
	casefile_release(&s->file);
}

static void the_same_content_gives_the_same_bytes_in_any_time_zone(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Stockholm", "Pacific/Kiritimati" };
	struct scene s;
	char first[HASH_TEXT], again[HASH_TEXT];

	(void)state;
	open_scene(&s);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		setenv("TZ", zones[i], 1);
		tzset();
		assert_int_equal(package_write(s.path, &s.content, i ? again : first, NULL), ST_OK);
		if (i)
			assert_string_equal(again, first);
	}
	close_scene(&s);
}

static void the_digest_given_is_that_of_the_file(void **state)
{
	struct strbuf bytes = STRBUF_INIT;
	struct scene s;
	char said[HASH_TEXT], real[HASH_TEXT], chunk[4096];
	FILE *f;
	size_t n;

	(void)state;
	open_scene(&s);
	assert_int_equal(package_write(s.path, &s.content, said, NULL), ST_OK);
	f = fopen(s.path, "r");
	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(&bytes, chunk, n);
	fclose(f);
	sha256_hex(real, strbuf_str(&bytes));
	assert_string_equal(said, real);
	assert_non_null(memmem(bytes.data, bytes.len, "documents/001_", 14));
	assert_null(memmem(bytes.data, bytes.len, "documents/001_../", 17));
	strbuf_release(&bytes);
	close_scene(&s);
}

static void a_name_is_made_fit_for_a_file(void **state)
{
	static const struct {
		const char *from, *to;
	} names[] = {
		{ "", "_" },
		{ "a.txt", "a.txt" },
		{ ".dold", "_dold" },
		{ "..", "_." },
		{ "../x", "_._x" },
		{ "Åsas önskan.txt", "_sas__nskan.txt" },
		{ "a/b\\c:d\n", "a_b_c_d_" },
		{ "BN 2026-1042", "BN_2026-1042" },
	};
	char out[81], long_name[200];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		package_safe_name(out, names[i].from);
		assert_string_equal(out, names[i].to);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	package_safe_name(out, long_name);
	assert_int_equal(strlen(out), 80);
}

static void an_empty_case_and_a_missing_folder_are_refused(void **state)
{
	struct err why = ERR_INIT;
	struct scene s;
	char path[300];

	(void)state;
	open_scene(&s);
	snprintf(path, sizeof(path), "%s/none/p.zip", s.dir);
	assert_int_equal(package_write(path, &s.content, NULL, &why), ST_BROKEN);
	assert_string_equal(why.code, "disk-error");
	assert_non_null(strstr(why.text, path));
	s.content.entry_count = 0;
	err_clear(&why);
	assert_int_equal(package_write(s.path, &s.content, NULL, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-content");
	assert_int_not_equal(access(s.path, F_OK), 0);
	close_scene(&s);
}

static int start(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_content_gives_the_same_bytes_in_any_time_zone),
		cmocka_unit_test(the_digest_given_is_that_of_the_file),
		cmocka_unit_test(a_name_is_made_fit_for_a_file),
		cmocka_unit_test(an_empty_case_and_a_missing_folder_are_refused),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
