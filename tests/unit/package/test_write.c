/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "package/package.h"
#include "tests/unit/package/sample.h"

#include "base/banned.h"

/* The sample's members, read back into what the writer takes. */
struct content {
	struct package_content c;
	struct casefile file;
	struct package_entry entry[SAMPLE_ENTRIES];
	struct package_document doc[2];
	struct package_key key;
	struct json *line[SAMPLE_ENTRIES], *keys, *proof, *docs;
	char root[HASH_TEXT];
};

static const char *text(const struct json *map, const char *name)
{
	return json_get_text(map, name).p;
}

static void read_entry(struct package_entry *e, const struct json *line, const struct json *proof)
{
	const struct json *path = json_member(proof, "path");

	e->facts = (struct entry_facts){ .case_id = SAMPLE_CASE,
					 .n = json_get_int(line, "n", 0),
					 .prev_eh = text(line, "prev_eh"),
					 .ah = text(line, "ah"),
					 .seq = json_get_int(line, "seq", 0),
					 .epoch = text(line, "epoch"),
					 .verdict = text(line, "verdict"),
					 .rule = text(line, "rule") };
	assert_true(instant_parse(&e->facts.at, json_get_text(line, "at")));
	e->eh = text(line, "eh");
	e->jws = json_get_text(line, "jws");
	e->erased_by = json_get_int(line, "erased_by", 0);
	e->path.count = (int)json_count(path);
	for (int i = 0; i < e->path.count; i++)
		assert_true(
			hex_decode(e->path.node[i].b, 32, json_text(json_item(path, (size_t)i))));
}

static void read_entries(struct content *k, struct sample *s)
{
	struct str rest = strbuf_str(sample_of(s, "entries.jsonl"));
	const struct json *paths = json_member(k->proof, "inclusion");

	for (int i = 0; i < SAMPLE_ENTRIES; i++) {
		size_t n = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);

		assert_int_equal(json_read(&k->line[i], (struct str){ rest.p, n }, NULL), ST_OK);
		read_entry(&k->entry[i], k->line[i], json_item(paths, (size_t)i));
		rest.p += n + 1;
		rest.n -= n + 1;
	}
	k->c.entry_count = SAMPLE_ENTRIES;
	k->c.entries = k->entry;
}

static void read_case(struct casefile *c)
{
	*c = (struct casefile){ .id = SAMPLE_CASE,
				.diary_no = "BN 2026-1042",
				.type = "BYGGLOV_SKYLT",
				.type_version = 1,
				.unit = "bygg",
				.queue = "bygglov",
				.state = CASE_CLOSED,
				.priority = 2,
				.assignee = "britt.a",
				.channel = "e-service",
				.received_at = SAMPLE_AT,
				.due_on = "2027-02-01",
				.outcome = "bifall",
				.changed_at = SAMPLE_AT + 70000 };
	assert_true(instant_parse(&c->received_at, str_of("2026-11-23T09:00:00.000Z")));
	strbuf_sets(&c->title, "Skylt på Storgatan 1");
	strbuf_sets(&c->party, "Åsa Öberg");
}

static void read_documents(struct content *k, struct sample *s)
{
	static const char *const paths[] = { "documents/001_ansokan.json",
					     "documents/002_beslut.xhtml" };

	for (size_t i = 0; i < 2; i++) {
		const struct json *row = json_item(k->docs, i);

		k->doc[i] =
			(struct package_document){ .h = text(row, "h"),
						   .mt = text(row, "mt"),
						   .name = text(row, "name"),
						   .n = json_get_int(row, "n", 0),
						   .bytes = strbuf_str(sample_of(s, paths[i])) };
	}
	k->c.document_count = 2;
	k->c.documents = k->doc;
}

static struct content *content_of(struct sample *s)
{
	struct content *k = calloc(1, sizeof(*k));
	const struct json *dev;

	assert_non_null(k);
	assert_int_equal(json_read(&k->keys, strbuf_str(sample_of(s, "keys.json")), NULL), ST_OK);
	assert_int_equal(json_read(&k->proof, strbuf_str(sample_of(s, "proof.json")), NULL), ST_OK);
	assert_int_equal(json_read(&k->docs, strbuf_str(sample_of(s, "documents.json")), NULL),
			 ST_OK);
	dev = json_item(json_member(k->keys, "devices"), 0);
	k->key = (struct package_key){ .kid = text(dev, "kid"),
				       .x = text(dev, "x"),
				       .sub = text(dev, "sub"),
				       .dev = text(dev, "dev"),
				       .certificate = json_get_text(dev, "certificate"),
				       .state = text(dev, "state"),
				       .valid_through_ctr = -1 };
	k->c = (struct package_content){ .aud = SAMPLE_AUD,
					 .central_name = "Exempelköping",
					 .central_key = signkey_public(s->central),
					 .file = &k->file,
					 .key_count = 1,
					 .keys = &k->key,
					 .proof_size = json_get_int(k->proof, "size", 0),
					 .proof_root = text(k->proof, "root"),
					 .checkpoint = json_get_text(k->proof, "checkpoint") };
	read_case(&k->file);
	read_entries(k, s);
	read_documents(k, s);
	return k;
}

static void content_free(struct content *k)
{
	for (int i = 0; i < SAMPLE_ENTRIES; i++)
		json_free(k->line[i]);
	json_free(k->keys);
	json_free(k->proof);
	json_free(k->docs);
	casefile_release(&k->file);
	free(k);
}

struct place_of_file {
	char folder[64], path[96];
};

static struct place_of_file make_folder(void)
{
	struct place_of_file f = { .folder = "/tmp/sluss-package-XXXXXX" };

	assert_non_null(mkdtemp(f.folder));
	snprintf(f.path, sizeof(f.path), "%s/p.zip", f.folder);
	return f;
}

static void remove_folder(const struct place_of_file *f)
{
	unlink(f->path);
	assert_int_equal(rmdir(f->folder), 0); /* nothing else was left */
}

static void what_is_written_is_judged_sound(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct content *k = content_of(s);
	struct place_of_file f = make_folder();
	struct judge_sink sink = { NULL, NULL };
	struct judge_result r;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(package_write(f.path, &k->c, NULL, &why), ST_OK);
	assert_int_equal(judge_package(&r, f.path, NULL, &sink, &why), ST_OK);
	assert_int_equal(r.faults, 0);
	assert_int_equal(r.entries, SAMPLE_ENTRIES);
	assert_int_equal(r.signatures, SAMPLE_ENTRIES);
	assert_int_equal(r.documents, 2);
	remove_folder(&f);
	content_free(k);
	sample_release(s);
}

/* The sample was made from the layout's description, by other code. */
static void the_layout_is_written_as_it_is_described(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct content *k = content_of(s);
	struct place_of_file f = make_folder();
	struct pack p = PACK_INIT;

	(void)state;
	assert_int_equal(package_write(f.path, &k->c, NULL, NULL), ST_OK);
	assert_int_equal(pack_read(&p, f.path, NULL), ST_OK);
	assert_int_equal(p.count, s->count);
	for (int i = 0; i < p.count; i++) {
		assert_string_equal(p.rows[i].name, s->member[i].name);
		if (strcmp(p.rows[i].name, "README.txt") != 0
		    && strcmp(p.rows[i].name, "SHA256SUMS") != 0 && p.rows[i].bytes.len)
			assert_string_equal(strbuf_cstr(&p.rows[i].bytes),
					    strbuf_cstr(&s->member[i].bytes));
	}
	pack_release(&p);
	remove_folder(&f);
	content_free(k);
	sample_release(s);
}

static void the_same_case_gives_the_same_bytes_in_any_time_zone(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Stockholm", "Pacific/Auckland" };
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct content *k = content_of(s);
	struct place_of_file f = make_folder();
	char first[HASH_TEXT], again[HASH_TEXT];

	(void)state;
	assert_int_equal(package_write(f.path, &k->c, first, NULL), ST_OK);
	for (size_t i = 0; i < 3; i++) {
		setenv("TZ", zones[i], 1);
		assert_int_equal(package_write(f.path, &k->c, again, NULL), ST_OK);
		assert_string_equal(again, first);
	}
	unsetenv("TZ");
	remove_folder(&f);
	content_free(k);
	sample_release(s);
}

static void a_package_appears_whole_or_not_at_all(void **state)
{
	struct sample *s = sample_make((struct sample_wish){ .bound = 0 });
	struct content *k = content_of(s);
	struct place_of_file f = make_folder();
	struct err why = ERR_INIT;
	struct stat sb;

	(void)state;
	k->c.entry_count = 0;
	assert_int_equal(package_write(f.path, &k->c, NULL, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "package-content");
	assert_int_equal(stat(f.path, &sb), -1);
	k->c.entry_count = SAMPLE_ENTRIES;
	err_clear(&why);
	assert_int_equal(package_write("/nowhere/at/all/p.zip", &k->c, NULL, &why), ST_BROKEN);
	assert_string_equal(why.code, "disk-error");
	assert_non_null(strstr(why.text, "/nowhere"));
	remove_folder(&f);
	content_free(k);
	sample_release(s);
}

static void a_safe_name_is_short_plain_and_never_hidden(void **state)
{
	static const struct {
		const char *name, *safe;
	} names[] = {
		{ "beslut.xhtml", "beslut.xhtml" },
		{ "Ritning över huset.pdf", "Ritning__ver_huset.pdf" },
		{ ".hidden", "_hidden" },
		{ "../../etc/passwd", "_._.._etc_passwd" },
		{ "", "_" },
		{ "a/b\\c:d", "a_b_c_d" },
	};
	char longest[400], out[81];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		package_safe_name(out, names[i].name);
		assert_true(out[0] != '.' && out[0] != '\0' && !strchr(out, '/'));
		if (i != 3)
			assert_string_equal(out, names[i].safe);
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	package_safe_name(out, longest);
	assert_int_equal(strlen(out), 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_judged_sound),
		cmocka_unit_test(the_layout_is_written_as_it_is_described),
		cmocka_unit_test(the_same_case_gives_the_same_bytes_in_any_time_zone),
		cmocka_unit_test(a_package_appears_whole_or_not_at_all),
		cmocka_unit_test(a_safe_name_is_short_plain_and_never_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
