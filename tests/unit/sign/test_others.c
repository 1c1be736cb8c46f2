/* SPDX-License-Identifier: EUPL-1.2 */
/* What other libraries made, by the programs that stand beside the vectors. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/encode.h"
#include "sign/chain.h"
#include "tests/unit/sign/vectors.h"

#include "base/banned.h"

#define JOSE "tests/data/vectors/jose.json"
#define CHECKPOINT "tests/data/vectors/checkpoint.json"

static struct signkey *key_of(const struct json *j)
{
	unsigned char seed[32];

	assert_true(hex_decode(seed, sizeof(seed), json_get_text(j, "seed")));
	return signkey_from_seed(seed);
}

/* The key that a vector names by its number. */
static struct signkey *key_named(const struct json *all, const struct json *one)
{
	return key_of(json_item(json_member(all, "keys"), (size_t)json_get_int(one, "key", 0)));
}

/* --- JOSE --------------------------------------------------------------------- */

static void a_public_key_and_its_thumbprint_are_those_of_jose(void **state)
{
	struct json *v = vectors_read(JOSE);
	const struct json *keys = json_member(v, "keys");
	char x[PUBKEY_TEXT];

	(void)state;
	assert_int_equal(json_count(keys), 3);
	for (size_t i = 0; i < json_count(keys); i++) {
		struct signkey *k = key_of(json_item(keys, i));

		pubkey_text(x, signkey_public(k));
		assert_true(str_eq(json_get_text(json_item(keys, i), "x"), x));
		assert_true(
			str_eq(json_get_text(json_item(keys, i), "kid"), signkey_public(k)->kid));
		signkey_free(k);
	}
	json_free(v);
}

/* Ed25519 is deterministic: the same bytes out means that jose opens ours. */
static void what_jose_signs_opens_here_and_is_signed_here_byte_for_byte(void **state)
{
	struct json *v = vectors_read(JOSE);
	const struct json *list = json_member(v, "good");
	struct strbuf payload = STRBUF_INIT, again = STRBUF_INIT;
	char ah[HASH_TEXT];

	(void)state;
	assert_int_equal(json_count(list), 12);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *one = json_item(list, i);
		struct str jws = json_get_text(one, "jws");
		struct signkey *k = key_named(v, one);

		strbuf_clear(&payload);
		strbuf_clear(&again);
		assert_int_equal(jws_open(&payload, ah, signkey_public(k), TYP_ACTION, jws, NULL),
				 ST_OK);
		assert_true(str_eq(json_get_text(one, "payload"), strbuf_cstr(&payload)));
		assert_true(str_eq(json_get_text(one, "ah"), ah));
		assert_int_equal(jws_sign(&again, ah, k, TYP_ACTION, strbuf_str(&payload), NULL),
				 ST_OK);
		assert_true(str_eq(jws, strbuf_cstr(&again)));
		signkey_free(k);
	}
	strbuf_release(&payload);
	strbuf_release(&again);
	json_free(v);
}

static void what_jose_signs_under_another_header_is_refused_though_it_holds(void **state)
{
	struct json *v = vectors_read(JOSE);
	const struct json *list = json_member(v, "refused");
	struct strbuf payload = STRBUF_INIT;

	(void)state;
	assert_int_equal(json_count(list), 18);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *one = json_item(list, i);
		struct signkey *k = key_named(v, one);

		assert_int_equal(jws_open(&payload, NULL, signkey_public(k), TYP_ACTION,
					  json_get_text(one, "jws"), NULL),
				 ST_BAD_INPUT);
		assert_int_equal(payload.len, 0);
		signkey_free(k);
	}
	strbuf_release(&payload);
	json_free(v);
}

/* --- Checkpoints and proofs ------------------------------------------------------ */

enum { LEAVES = 33, HEIGHT = 7 };

struct grove {
	struct hash32 node[HEIGHT][LEAVES];
};

static bool grove_get(void *ctx, int level, int64_t index, struct hash32 *out)
{
	struct grove *g = ctx;

	if (level >= HEIGHT || index >= LEAVES)
		return false;
	*out = g->node[level][index];
	return true;
}

static bool grove_put(void *ctx, int level, int64_t index, const struct hash32 *h)
{
	struct grove *g = ctx;

	g->node[level][index] = *h;
	return true;
}

static struct merkle_store plant(struct grove *g, const struct json *v)
{
	struct merkle_store m = { grove_get, grove_put, g };
	const struct json *leaves = json_member(v, "leaves");
	char eh[HASH_TEXT];
	struct hash32 leaf;

	assert_int_equal(json_count(leaves), LEAVES);
	for (int i = 0; i < LEAVES; i++) {
		vector_text(json_item(leaves, (size_t)i), "eh", eh, sizeof(eh));
		merkle_leaf(&leaf, eh);
		assert_true(merkle_append(&m, i, &leaf));
	}
	return m;
}

static void path_of(const struct json *one, struct merkle_path *p)
{
	const struct json *list = json_member(one, "path");

	p->count = (int)json_count(list);
	for (int i = 0; i < p->count; i++)
		assert_true(hex_decode(p->node[i].b, 32, json_text(json_item(list, (size_t)i))));
}

static void same_path(const struct merkle_path *a, const struct merkle_path *b)
{
	assert_int_equal(a->count, b->count);
	for (int i = 0; i < a->count; i++)
		assert_memory_equal(a->node[i].b, b->node[i].b, 32);
}

static void a_checkpoint_of_sumdb_opens_here_and_is_written_here_byte_for_byte(void **state)
{
	struct json *v = vectors_read(CHECKPOINT);
	const struct json *heads = json_member(v, "heads");
	struct signkey *k = key_of(v);
	struct grove g;
	struct merkle_store m = plant(&g, v);
	struct strbuf note = STRBUF_INIT;
	char origin[64];

	(void)state;
	vector_text(v, "origin", origin, sizeof(origin));
	assert_int_equal(json_count(heads), 13);
	for (size_t i = 0; i < json_count(heads); i++) {
		const struct json *one = json_item(heads, i);
		int64_t size = json_get_int(one, "size", 0), read = 0;
		struct hash32 root, opened;

		assert_true(merkle_root(&m, size, &root));
		strbuf_clear(&note);
		assert_int_equal(checkpoint_write(&note, origin, size, &root, k, NULL), ST_OK);
		assert_true(str_eq(json_get_text(one, "note"), strbuf_cstr(&note)));
		assert_int_equal(checkpoint_open(&read, &opened, origin, signkey_public(k),
						 json_get_text(one, "with_witness"), NULL),
				 ST_OK);
		assert_int_equal(read, size);
		assert_memory_equal(opened.b, root.b, 32);
		assert_int_equal(checkpoint_open(&read, &opened, origin, signkey_public(k),
						 json_get_text(one, "by_a_stranger"), NULL),
				 ST_BAD_INPUT);
	}
	strbuf_release(&note);
	signkey_free(k);
	json_free(v);
}

static void every_inclusion_path_of_tlog_is_ours_and_holds(void **state)
{
	struct json *v = vectors_read(CHECKPOINT);
	const struct json *list = json_member(v, "inclusion");
	struct grove g;
	struct merkle_store m = plant(&g, v);

	(void)state;
	assert_int_equal(json_count(list), 168);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *one = json_item(list, i);
		int64_t size = json_get_int(one, "size", 0), index = json_get_int(one, "index", 0);
		struct merkle_path theirs, ours;
		struct hash32 root;

		path_of(one, &theirs);
		assert_true(merkle_inclusion(&m, index, size, &ours));
		same_path(&ours, &theirs);
		assert_true(merkle_root(&m, size, &root));
		assert_true(
			merkle_verify_inclusion(&g.node[0][index], index, size, &theirs, &root));
	}
	json_free(v);
}

static void every_consistency_path_of_tlog_is_ours_and_holds(void **state)
{
	struct json *v = vectors_read(CHECKPOINT);
	const struct json *list = json_member(v, "consistency");
	struct grove g;
	struct merkle_store m = plant(&g, v);

	(void)state;
	assert_int_equal(json_count(list), 78);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *one = json_item(list, i);
		int64_t from = json_get_int(one, "from", 0), to = json_get_int(one, "to", 0);
		struct merkle_path theirs, ours;
		struct hash32 before, after;

		path_of(one, &theirs);
		assert_true(merkle_consistency(&m, from, to, &ours));
		same_path(&ours, &theirs);
		assert_true(merkle_root(&m, from, &before) && merkle_root(&m, to, &after));
		assert_true(merkle_verify_consistency(from, &before, to, &after, &theirs));
	}
	json_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_public_key_and_its_thumbprint_are_those_of_jose),
		cmocka_unit_test(what_jose_signs_opens_here_and_is_signed_here_byte_for_byte),
		cmocka_unit_test(what_jose_signs_under_another_header_is_refused_though_it_holds),
		cmocka_unit_test(
			a_checkpoint_of_sumdb_opens_here_and_is_written_here_byte_for_byte),
		cmocka_unit_test(every_inclusion_path_of_tlog_is_ours_and_holds),
		cmocka_unit_test(every_consistency_path_of_tlog_is_ours_and_holds),
	};

	return cmocka_run_group_tests(tests, start_sign, NULL);
}
