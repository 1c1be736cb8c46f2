/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/encode.h"
#include "sign/chain.h"
#include "tests/unit/sign/vectors.h"

#include "base/banned.h"

#define HASH_ZERO_TEXT "0000000000000000000000000000000000000000000000000000000000000000"

enum { LEVELS = 12, LEAVES = 256 };

/* A store in memory; `reads` counts, `broken` makes a node missing. */
struct shelf {
	struct hash32 node[LEVELS][LEAVES];
	bool there[LEVELS][LEAVES];
	int reads, writes;
	bool broken;
};

static bool shelf_get(void *ctx, int level, int64_t index, struct hash32 *out)
{
	struct shelf *s = ctx;

	s->reads++;
	if (s->broken || level >= LEVELS || index >= LEAVES || !s->there[level][index])
		return false;
	*out = s->node[level][index];
	return true;
}

static bool shelf_put(void *ctx, int level, int64_t index, const struct hash32 *h)
{
	struct shelf *s = ctx;

	s->writes++;
	assert_true(level < LEVELS && index < LEAVES && !s->there[level][index]);
	s->node[level][index] = *h;
	s->there[level][index] = true;
	return true;
}

static struct merkle_store store_of(struct shelf *s)
{
	return (struct merkle_store){ shelf_get, shelf_put, s };
}

static void eh_of_number(char eh[HASH_TEXT], int i)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", i);
	sha256_hex(eh, str_of(text));
}

static struct shelf *shelf_with(int leaves)
{
	struct shelf *s = calloc(1, sizeof(*s));
	struct merkle_store m = store_of(s);

	for (int i = 0; i < leaves; i++) {
		char eh[HASH_TEXT];
		struct hash32 leaf;

		eh_of_number(eh, i);
		merkle_leaf(&leaf, eh);
		assert_true(merkle_append(&m, i, &leaf));
	}
	return s;
}

static struct shelf *shelf_of_vectors(const struct json *v)
{
	const struct json *entries = json_member(v, "entries");
	struct shelf *s = calloc(1, sizeof(*s));
	struct merkle_store m = store_of(s);

	for (size_t i = 0; i < json_count(entries); i++) {
		char eh[HASH_TEXT];
		struct str text = json_text(json_item(entries, i));
		struct hash32 leaf;

		assert_int_equal(text.n, 64);
		snprintf(eh, sizeof(eh), "%.64s", text.p);
		merkle_leaf(&leaf, eh);
		assert_true(merkle_append(&m, (int64_t)i, &leaf));
	}
	return s;
}

static struct hash32 root_of(struct shelf *s, int64_t size)
{
	struct merkle_store m = store_of(s);
	struct hash32 root;

	assert_true(merkle_root(&m, size, &root));
	return root;
}

static void assert_hash(const struct hash32 *h, struct str hex)
{
	char text[HASH_TEXT];

	hex_encode(text, h->b, sizeof(h->b));
	assert_true(str_eq(hex, text));
}

static void assert_path(const struct merkle_path *p, const struct json *want, size_t skip)
{
	assert_int_equal((size_t)p->count + skip, json_count(want));
	for (int i = 0; i < p->count; i++)
		assert_hash(&p->node[i], json_text(json_item(want, (size_t)i + skip)));
}

static void an_entry_hash_covers_every_fact_in_the_protocols_order(void **state)
{
	struct entry_facts f = {
		"0198c0de-0000-7000-9000-000000000001",
		17,
		HASH_ZERO_TEXT,
		HASH_ZERO_TEXT,
		9013,
		"0198c0de-0000-7000-a000-000000000001",
		1795406940000,
		"accepted",
		"bygglov@3",
	};
	struct entry_facts g;
	char want[HASH_TEXT], eh[HASH_TEXT];

	(void)state;
	sha256_hex(want, str_of("sluss-entry/1\n"
				"0198c0de-0000-7000-9000-000000000001\n"
				"17\n" HASH_ZERO_TEXT "\n" HASH_ZERO_TEXT "\n"
				"9013\n"
				"0198c0de-0000-7000-a000-000000000001\n"
				"2026-11-23T04:09:00.000Z\n"
				"accepted\n"
				"bygglov@3\n"));
	entry_hash(eh, &f);
	assert_string_equal(eh, want);
	g = f;
	g.n = 18;
	entry_hash(eh, &g);
	assert_string_not_equal(eh, want);
	g = f;
	g.at++;
	entry_hash(eh, &g);
	assert_string_not_equal(eh, want);
	g = f;
	g.verdict = "merged";
	entry_hash(eh, &g);
	assert_string_not_equal(eh, want);
}

static void roots_are_those_of_an_independent_library(void **state)
{
	struct json *v = vectors_open("merkle.json");
	const struct json *trees = json_member(v, "trees");
	struct shelf *s = shelf_of_vectors(v);

	(void)state;
	assert_true(json_count(trees) > 10);
	for (size_t i = 0; i < json_count(trees); i++) {
		const struct json *t = json_item(trees, i);
		struct hash32 root = root_of(s, json_get_int(t, "size", -1));

		assert_hash(&root, json_get_text(t, "root"));
	}
	free(s);
	json_free(v);
}

static void inclusion_paths_are_those_of_an_independent_library_and_hold(void **state)
{
	struct json *v = vectors_open("merkle.json");
	const struct json *list = json_member(v, "inclusion");
	struct shelf *s = shelf_of_vectors(v);
	struct merkle_store m = store_of(s);

	(void)state;
	assert_true(json_count(list) > 5);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_item(list, i);
		int64_t index = json_get_int(t, "index", -1), size = json_get_int(t, "size", -1);
		struct hash32 root = root_of(s, size);
		struct merkle_path p;

		assert_hash(&s->node[0][index], json_get_text(t, "leaf"));
		assert_true(merkle_inclusion(&m, index, size, &p));
		assert_path(&p, json_member(t, "path"), 0);
		assert_true(merkle_verify_inclusion(&s->node[0][index], index, size, &p, &root));
	}
	free(s);
	json_free(v);
}

static void consistency_paths_are_those_of_an_independent_library_and_hold(void **state)
{
	struct json *v = vectors_open("merkle.json");
	const struct json *list = json_member(v, "consistency");
	struct shelf *s = shelf_of_vectors(v);
	struct merkle_store m = store_of(s);

	(void)state;
	assert_true(json_count(list) > 5);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_item(list, i);
		int64_t from = json_get_int(t, "from", -1), to = json_get_int(t, "to", -1);
		struct hash32 a = root_of(s, from), b = root_of(s, to);
		const struct json *path = json_member(t, "path");
		bool power = (from & (from - 1)) == 0;
		struct merkle_path p;

		assert_true(merkle_consistency(&m, from, to, &p));
		/* The library tells the verifier the root of a power of two, which
		 * RFC 9162 leaves out since the verifier has it. */
		if (power)
			assert_hash(&a, json_text(json_item(path, 0)));
		assert_path(&p, path, power ? 1 : 0);
		assert_true(merkle_verify_consistency(from, &a, to, &b, &p));
	}
	free(s);
	json_free(v);
}

static void every_inclusion_path_up_to_70_leaves_holds_and_none_altered_does(void **state)
{
	struct shelf *s = shelf_with(70);
	struct merkle_store m = store_of(s);

	(void)state;
	for (int64_t size = 1; size <= 70; size++) {
		struct hash32 root = root_of(s, size);

		for (int64_t i = 0; i < size; i++) {
			struct hash32 leaf = s->node[0][i];
			struct merkle_path p;

			assert_true(merkle_inclusion(&m, i, size, &p));
			assert_true(merkle_verify_inclusion(&leaf, i, size, &p, &root));
			assert_false(merkle_verify_inclusion(&leaf, i + 1, size, &p, &root));
			for (int j = 0; j < p.count; j++) {
				p.node[j].b[j % 32] ^= 1;
				assert_false(merkle_verify_inclusion(&leaf, i, size, &p, &root));
				p.node[j].b[j % 32] ^= 1;
			}
			leaf.b[0] ^= 1;
			assert_false(merkle_verify_inclusion(&leaf, i, size, &p, &root));
			leaf.b[0] ^= 1;
			p.count--;
			assert_false(merkle_verify_inclusion(&leaf, i, size, &p, &root));
		}
	}
	free(s);
}

static void every_consistency_path_up_to_70_leaves_holds_and_none_altered_does(void **state)
{
	struct shelf *s = shelf_with(70);
	struct merkle_store m = store_of(s);

	(void)state;
	for (int64_t to = 1; to <= 70; to++) {
		struct hash32 b = root_of(s, to);

		for (int64_t from = 0; from <= to; from++) {
			struct hash32 a = root_of(s, from);
			struct merkle_path p;

			assert_true(merkle_consistency(&m, from, to, &p));
			assert_true(merkle_verify_consistency(from, &a, to, &b, &p));
			for (int j = 0; j < p.count; j++) {
				p.node[j].b[j % 32] ^= 1;
				assert_false(merkle_verify_consistency(from, &a, to, &b, &p));
				p.node[j].b[j % 32] ^= 1;
			}
			a.b[0] ^= 1;
			assert_false(merkle_verify_consistency(from, &a, to, &b, &p));
			a.b[0] ^= 1;
			p.count = p.count ? p.count - 1 : 1;
			memset(&p.node[0], 0, p.count == 1 && from == to ? 32 : 0);
			assert_false(merkle_verify_consistency(from, &a, to, &b, &p));
		}
	}
	free(s);
}

static void a_history_that_was_rewritten_is_no_extension(void **state)
{
	struct shelf *s = shelf_with(40), *other = calloc(1, sizeof(*other));
	struct merkle_store m = store_of(other);
	struct hash32 a = root_of(s, 20), b;
	struct merkle_path p;

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct hash32 leaf = s->node[0][i];

		leaf.b[0] ^= i == 7;
		assert_true(merkle_append(&m, i, &leaf));
	}
	b = root_of(other, 40);
	assert_true(merkle_consistency(&m, 20, 40, &p));
	assert_false(merkle_verify_consistency(20, &a, 40, &b, &p));
	free(s);
	free(other);
}

static void questions_out_of_range_and_missing_nodes_give_no_proof(void **state)
{
	struct shelf *s = shelf_with(9);
	struct merkle_store m = store_of(s);
	struct merkle_path p;
	struct hash32 h;

	(void)state;
	assert_false(merkle_inclusion(&m, 9, 9, &p));
	assert_false(merkle_inclusion(&m, -1, 9, &p));
	assert_false(merkle_inclusion(&m, 0, 0, &p));
	assert_false(merkle_consistency(&m, 5, 4, &p));
	assert_false(merkle_consistency(&m, -1, 4, &p));
	assert_false(merkle_root(&m, -1, &h));
	assert_false(merkle_root(&m, 12, &h));
	s->broken = true;
	assert_false(merkle_root(&m, 9, &h));
	assert_false(merkle_inclusion(&m, 3, 9, &p));
	assert_false(merkle_consistency(&m, 3, 9, &p));
	assert_false(merkle_append(&m, 9, &h));
	free(s);
}

static void the_root_of_nothing_is_the_hash_of_nothing(void **state)
{
	struct shelf *s = shelf_with(0);
	struct hash32 root = root_of(s, 0);

	(void)state;
	assert_hash(&root,
		    str_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	free(s);
}

static void a_proof_reads_no_more_nodes_than_the_tree_is_high_twice_over(void **state)
{
	struct shelf *s = shelf_with(255);
	struct merkle_store m = store_of(s);
	struct merkle_path p;

	(void)state;
	assert_true(s->writes <= 2 * 255);
	for (int64_t i = 0; i < 255; i++) {
		s->reads = 0;
		assert_true(merkle_inclusion(&m, i, 255, &p));
		assert_true(s->reads <= 16);
		s->reads = 0;
		assert_true(merkle_consistency(&m, i, 255, &p));
		assert_true(s->reads <= 16);
	}
	free(s);
}

static void the_checkpoint_of_the_vectors_opens_and_with_any_byte_changed_does_not(void **state)
{
	struct json *v = vectors_open("merkle.json");
	const struct json *c = json_member(v, "checkpoint");
	char origin[64], note[512];
	unsigned char x[32];
	struct pubkey key;
	struct hash32 root, want;
	int64_t size;
	struct shelf *s = shelf_of_vectors(v);

	(void)state;
	vector_text(c, "origin", origin, sizeof(origin));
	vector_text(c, "note", note, sizeof(note));
	assert_true(hex_decode(x, sizeof(x), json_get_text(c, "public_key")));
	pubkey_from_raw(&key, x);
	assert_int_equal(checkpoint_open(&size, &root, origin, &key, str_of(note), NULL), ST_OK);
	assert_int_equal(size, 100);
	want = root_of(s, 100);
	assert_memory_equal(root.b, want.b, 32);
	for (size_t i = 0; i < strlen(note); i++) {
		char was = note[i];

		note[i] = (char)(was ^ 1);
		assert_int_not_equal(checkpoint_open(&size, &root, origin, &key,
						     (struct str){ note, strlen(note) }, NULL),
				     ST_OK);
		note[i] = was;
		assert_int_not_equal(
			checkpoint_open(&size, &root, origin, &key, (struct str){ note, i }, NULL),
			ST_OK);
	}
	free(s);
	json_free(v);
}

static void a_checkpoint_is_opened_by_its_own_key_and_origin_alone(void **state)
{
	static const unsigned char one[32] = { 1 }, two[32] = { 2 };
	struct signkey *k = signkey_from_seed(one), *other = signkey_from_seed(two);
	struct hash32 root = { { 9, 8, 7 } }, got;
	struct strbuf note = STRBUF_INIT;
	struct err why = ERR_INIT;
	int64_t size;

	(void)state;
	assert_int_equal(checkpoint_write(&note, "sluss.example/log", 12345, &root, k, NULL),
			 ST_OK);
	assert_int_equal(checkpoint_open(&size, &got, "sluss.example/log", signkey_public(k),
					 strbuf_str(&note), NULL),
			 ST_OK);
	assert_int_equal(size, 12345);
	assert_memory_equal(got.b, root.b, 32);
	assert_int_equal(checkpoint_open(&size, &got, "sluss.example/log", signkey_public(other),
					 strbuf_str(&note), &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "checkpoint-signature");
	err_clear(&why);
	assert_int_equal(checkpoint_open(&size, &got, "other.example/log", signkey_public(k),
					 strbuf_str(&note), &why),
			 ST_BAD_INPUT);
	assert_string_equal(why.code, "checkpoint-form");
	/* Witnesses add their own lines, one with a signature of 3,000 bytes as
	 * the algorithms to come have; that does not disturb. */
	strbuf_adds(&note, "\xE2\x80\x94 witness.example AAAAAAAAAAA=\n");
	strbuf_adds(&note, "\xE2\x80\x94 witness.example ");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&note, "AAAA");
	strbuf_adds(&note, "\n");
	assert_int_equal(checkpoint_open(&size, &got, "sluss.example/log", signkey_public(k),
					 strbuf_str(&note), NULL),
			 ST_OK);
	strbuf_clear(&note);
	assert_int_equal(checkpoint_write(&note, "two words", 1, &root, k, NULL), ST_BAD_INPUT);
	assert_int_equal(note.len, 0);
	strbuf_release(&note);
	signkey_free(k);
	signkey_free(other);
}

static void a_signed_head_is_read_back_as_it_was_written(void **state)
{
	struct log_head h = { "0198c0de-0000-7000-a000-000000000001", 100, HASH_ZERO_TEXT,
			      1795406940123 },
			back = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_true(head_write(&text, &h));
	assert_string_equal(strbuf_cstr(&text),
			    "{\"epoch\":\"0198c0de-0000-7000-a000-000000000001\",\"size\":100,"
			    "\"root\":\"" HASH_ZERO_TEXT "\",\"at\":\"2026-11-23T04:09:00.123Z\"}");
	assert_int_equal(head_read(&back, strbuf_str(&text), NULL), ST_OK);
	assert_string_equal(back.epoch, h.epoch);
	assert_string_equal(back.root, h.root);
	assert_int_equal(back.size, 100);
	assert_int_equal(back.at, h.at);
	assert_int_equal(head_read(&back, str_of("{\"size\":-1}"), &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "head-member");
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_hash_covers_every_fact_in_the_protocols_order),
		cmocka_unit_test(roots_are_those_of_an_independent_library),
		cmocka_unit_test(inclusion_paths_are_those_of_an_independent_library_and_hold),
		cmocka_unit_test(consistency_paths_are_those_of_an_independent_library_and_hold),
		cmocka_unit_test(every_inclusion_path_up_to_70_leaves_holds_and_none_altered_does),
		cmocka_unit_test(
			every_consistency_path_up_to_70_leaves_holds_and_none_altered_does),
		cmocka_unit_test(a_history_that_was_rewritten_is_no_extension),
		cmocka_unit_test(questions_out_of_range_and_missing_nodes_give_no_proof),
		cmocka_unit_test(the_root_of_nothing_is_the_hash_of_nothing),
		cmocka_unit_test(a_proof_reads_no_more_nodes_than_the_tree_is_high_twice_over),
		cmocka_unit_test(
			the_checkpoint_of_the_vectors_opens_and_with_any_byte_changed_does_not),
		cmocka_unit_test(a_checkpoint_is_opened_by_its_own_key_and_origin_alone),
		cmocka_unit_test(a_signed_head_is_read_back_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, start_sign, NULL);
}
