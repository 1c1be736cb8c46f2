/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include "tests/unit/package/sample.h"

#include "base/banned.h"

static struct found all;

struct zip {
	char path[64];
	struct archive *a;
};

static struct zip zip_open(const char *options)
{
	struct zip z = { .path = "/tmp/sluss-unzip-XXXXXX" };
	int fd = mkstemp(z.path);

	assert_true(fd >= 0);
	z.a = archive_write_new();
	assert_int_equal(archive_write_set_format_zip(z.a), ARCHIVE_OK);
	assert_int_equal(archive_write_set_options(z.a, options), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(z.a, fd), ARCHIVE_OK);
	return z;
}

static void zip_put(struct zip *z, const char *name, struct str bytes, unsigned type)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, "/etc/passwd");
	else
		archive_entry_set_size(e, (la_int64_t)bytes.n);
	assert_int_equal(archive_write_header(z->a, e), ARCHIVE_OK);
	if (bytes.n)
		assert_int_equal(archive_write_data(z->a, bytes.p, bytes.n), (la_ssize_t)bytes.n);
	archive_entry_free(e);
}

static void zip_close(struct zip *z)
{
	assert_int_equal(archive_write_close(z->a), ARCHIVE_OK);
	archive_write_free(z->a);
}

/* Read what was written; the file is gone after. */
static enum status read_back(struct pack *p, struct zip *z, struct err *why)
{
	enum status st;

	zip_close(z);
	st = pack_read(p, z->path, why);
	unlink(z->path);
	return st;
}

static struct zip sample_zip(const struct sample *s)
{
	struct zip z = zip_open("compression=store");

	for (int i = 0; i < s->count; i++)
		zip_put(&z, s->member[i].name, strbuf_str(&s->member[i].bytes), AE_IFREG);
	return z;
}

static void load(struct strbuf *out, const char *path)
{
	FILE *f = fopen(path, "rb");
	char block[4096];
	size_t n;

	assert_non_null(f);
	strbuf_clear(out);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		strbuf_add(out, block, n);
	fclose(f);
}

static void save(const char *path, struct str s)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
	assert_int_equal(fclose(f), 0);
}

static void a_sound_package_holds_from_the_file_alone(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct zip z = sample_zip(s);
	struct judge_sink sink = { found_add, &all };
	struct err why = ERR_INIT;

	(void)state;
	memset(&all, 0, sizeof(all));
	zip_close(&z);
	assert_int_equal(judge_package(&all.result, z.path, NULL, &sink, &why), ST_OK);
	assert_int_equal(all.result.faults, 0);
	assert_int_equal(all.result.entries, SAMPLE_ENTRIES);
	unlink(z.path);
	sample_release(s);
}

/* Same names, same bytes. */
static bool same_members(const struct pack *p, const struct sample *s)
{
	char hex[HASH_TEXT];

	if (p->count != s->count)
		return false;
	for (int i = 0; i < p->count; i++) {
		sha256_hex(hex, strbuf_str(&s->member[i].bytes));
		if (strcmp(p->rows[i].name, s->member[i].name) != 0
		    || strcmp(p->rows[i].sha256, hex) != 0)
			return false;
	}
	return true;
}

static void a_flipped_byte_anywhere_is_found_or_changes_no_member(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct zip z = sample_zip(s);
	struct strbuf bytes = STRBUF_INIT;
	struct judge_sink sink = { NULL, NULL };
	int read = 0;

	(void)state;
	zip_close(&z);
	load(&bytes, z.path);
	for (size_t i = 0; i < bytes.len; i += 13) {
		struct judge_result r = { 0 };
		struct pack p = PACK_INIT;

		bytes.data[i] ^= 0x10;
		save(z.path, strbuf_str(&bytes));
		if (judge_package(&r, z.path, NULL, &sink, NULL) == ST_OK && r.faults == 0) {
			assert_int_equal(pack_read(&p, z.path, NULL), ST_OK);
			if (!same_members(&p, s))
				fail_msg("byte %zu", i);
			pack_release(&p);
			read++;
		}
		bytes.data[i] ^= 0x10;
	}
	/* Time stamps and the like are no part of what is judged. */
	assert_true(read < 60);
	unlink(z.path);
	strbuf_release(&bytes);
	sample_release(s);
}

static void damage_in_the_file_is_named_down_to_the_entry(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct zip z = sample_zip(s);
	struct strbuf bytes = STRBUF_INIT;
	struct judge_sink sink = { found_add, &all };
	char *at;

	(void)state;
	memset(&all, 0, sizeof(all));
	zip_close(&z);
	load(&bytes, z.path);
	at = memmem(bytes.data, bytes.len, "{\"n\":5,", 7);
	assert_non_null(at);
	at[700] ^= 1;
	save(z.path, strbuf_str(&bytes));
	assert_int_equal(judge_package(&all.result, z.path, NULL, &sink, NULL), ST_OK);
	assert_true(found_has(&all, "member-damaged", 0));
	assert_true(found_has(&all, "sum-wrong", 0));
	assert_true(found_has(&all, "envelope-hash", 5));
	unlink(z.path);
	strbuf_release(&bytes);
	sample_release(s);
}

static void a_package_cut_anywhere_cannot_be_read(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct zip z = sample_zip(s);
	struct strbuf bytes = STRBUF_INIT;

	(void)state;
	zip_close(&z);
	load(&bytes, z.path);
	for (size_t n = 0; n < bytes.len; n += 401) {
		struct pack p = PACK_INIT;
		struct err why = ERR_INIT;

		save(z.path, (struct str){ bytes.data, n });
		assert_int_equal(pack_read(&p, z.path, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "package-unreadable");
		pack_release(&p);
	}
	unlink(z.path);
	strbuf_release(&bytes);
	sample_release(s);
}

static void names_that_no_package_has_are_refused(void **state)
{
	static const char *const names[] = {
		"../x",		 "/etc/passwd", "documents/../x",
		"documents/a/b", "other/x",	".hidden",
		"documents/",	 "a b",		"å",
		"a\\b",		 "C:x",		"documents/.x",
		"a\nb",		 "..",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zip z = zip_open("compression=store");
		struct pack p = PACK_INIT;
		struct err why = ERR_INIT;

		zip_put(&z, names[i], str_of("x"), AE_IFREG);
		if (read_back(&p, &z, &why) != ST_BAD_INPUT
		    || strcmp(why.code, "package-name") != 0)
			fail_msg("%s: %s %s", names[i], why.code, why.text);
		pack_release(&p);
	}
}

static void a_name_stands_once(void **state)
{
	struct zip z = zip_open("compression=store");
	struct pack p = PACK_INIT;
	struct err why = ERR_INIT;

	(void)state;
	zip_put(&z, "case.json", str_of("a"), AE_IFREG);
	zip_put(&z, "case.json", str_of("b"), AE_IFREG);
	assert_int_equal(read_back(&p, &z, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-twice");
	pack_release(&p);
}

static void links_and_folders_are_refused(void **state)
{
	const unsigned types[] = { AE_IFLNK, AE_IFDIR };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct zip z = zip_open("compression=store");
		struct pack p = PACK_INIT;
		struct err why = ERR_INIT;

		zip_put(&z, "thing", (struct str){ "", 0 }, types[i]);
		assert_int_equal(read_back(&p, &z, &why), ST_BAD_INPUT);
		assert_string_equal(why.code, "package-name");
		pack_release(&p);
	}
}

static void what_is_compressed_is_refused_before_it_swells(void **state)
{
	struct zip z = zip_open("compression=deflate");
	struct strbuf zeros = STRBUF_INIT;
	struct pack p = PACK_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_true(strbuf_reserve(&zeros, 8 * 1024 * 1024));
	memset(zeros.data, 0, 8 * 1024 * 1024);
	zip_put(&z, "bomb", (struct str){ zeros.data, 8 * 1024 * 1024 }, AE_IFREG);
	assert_int_equal(read_back(&p, &z, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "compressed"));
	assert_true(p.count == 0);
	pack_release(&p);
	strbuf_release(&zeros);
}

static void too_many_members_are_refused(void **state)
{
	struct zip z = zip_open("compression=store");
	struct pack p = PACK_INIT;
	struct err why = ERR_INIT;
	char name[32];

	(void)state;
	for (int i = 0; i <= PACK_MEMBERS_MAX; i++) {
		snprintf(name, sizeof(name), "documents/%05d", i);
		zip_put(&z, name, str_of("x"), AE_IFREG);
	}
	assert_int_equal(read_back(&p, &z, &why), ST_BAD_INPUT);
	assert_non_null(strstr(why.text, "more members"));
	pack_release(&p);
}

static void what_is_no_package_says_why(void **state)
{
	char path[] = "/tmp/sluss-unzip-XXXXXX";
	int fd = mkstemp(path);
	struct pack p = PACK_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	save(path, str_of("<html>Service unavailable</html>"));
	assert_int_equal(pack_read(&p, path, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-unreadable");
	pack_release(&p);
	unlink(path);

	err_clear(&why);
	assert_int_equal(pack_read(&p, path, &why), ST_NONE);
	assert_string_equal(why.code, "package-missing");
	pack_release(&p);

	err_clear(&why);
	assert_int_equal(pack_read(&p, "/tmp", &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-unreadable");
	pack_release(&p);
}

/* The directory of the ZIP says another name than its body does. */
static void a_zip_with_two_faces_is_refused(void **state)
{
	struct zip z = zip_open("compression=store");
	struct strbuf bytes = STRBUF_INIT;
	struct pack p = PACK_INIT;
	struct err why = ERR_INIT;
	char *last = NULL;

	(void)state;
	zip_put(&z, "case.json", str_of("{}"), AE_IFREG);
	zip_close(&z);
	load(&bytes, z.path);
	for (char *at = bytes.data;
	     (at = memmem(at, (size_t)(bytes.data + bytes.len - at), "case.json", 9)); at++)
		last = at;
	assert_non_null(last);
	memcpy(last, "fake", 4);
	save(z.path, strbuf_str(&bytes));
	assert_int_equal(pack_read(&p, z.path, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-ambiguous");
	pack_release(&p);
	unlink(z.path);
	strbuf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_package_holds_from_the_file_alone),
		cmocka_unit_test(a_flipped_byte_anywhere_is_found_or_changes_no_member),
		cmocka_unit_test(damage_in_the_file_is_named_down_to_the_entry),
		cmocka_unit_test(a_package_cut_anywhere_cannot_be_read),
		cmocka_unit_test(names_that_no_package_has_are_refused),
		cmocka_unit_test(a_name_stands_once),
		cmocka_unit_test(links_and_folders_are_refused),
		cmocka_unit_test(what_is_compressed_is_refused_before_it_swells),
		cmocka_unit_test(too_many_members_are_refused),
		cmocka_unit_test(what_is_no_package_says_why),
		cmocka_unit_test(a_zip_with_two_faces_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
