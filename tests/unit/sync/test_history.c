/* SPDX-License-Identifier: EUPL-1.2 */
/* The signed head: a history that does not extend what we knew is refused. */
#include "tests/unit/sync/desk.h"

#include "base/encode.h"

#include "base/banned.h"

enum { LEAVES = 16, LEVELS = 5 };

/* A small log of the central's, in memory. */
struct tree {
	struct hash32 node[LEVELS][LEAVES];
	struct merkle_store store;
	int64_t size;
	char json[4096];
};

static bool get_node(void *ctx, int level, int64_t index, struct hash32 *out)
{
	struct tree *t = ctx;

	if (level >= LEVELS || index >= LEAVES)
		return false;
	*out = t->node[level][index];
	return true;
}

static bool put_node(void *ctx, int level, int64_t index, const struct hash32 *h)
{
	struct tree *t = ctx;

	if (level >= LEVELS || index >= LEAVES)
		return false;
	t->node[level][index] = *h;
	return true;
}

/* Grow to `size`; another `salt` makes another history. */
static void grow(struct tree *t, int64_t size, char salt)
{
	t->store = (struct merkle_store){ get_node, put_node, t };
	for (; t->size < size; t->size++) {
		char eh[HASH_TEXT], text[3] = { salt, (char)('a' + t->size), 0 };
		struct hash32 leaf;

		sha256_hex(eh, str_of(text));
		merkle_leaf(&leaf, eh);
		assert_true(merkle_append(&t->store, t->size, &leaf));
	}
}

static void show_head(struct desk *d, const struct tree *t)
{
	struct hash32 root;

	assert_true(merkle_root(&t->store, t->size, &root));
	d->head_size = t->size;
	hex_encode(d->head_root, root.b, 32);
}

static void show_proof(struct desk *d, struct tree *t, int64_t from)
{
	struct merkle_path path;
	struct strbuf b = STRBUF_INIT;
	char hex[HASH_TEXT];

	assert_true(merkle_consistency(&t->store, from, t->size, &path));
	strbuf_adds(&b, "{\"path\":[");
	for (int i = 0; i < path.count; i++) {
		hex_encode(hex, path.node[i].b, 32);
		strbuf_addf(&b, "%s\"%s\"", i ? "," : "", hex);
	}
	strbuf_adds(&b, "]}");
	snprintf(t->json, sizeof(t->json), "%s", strbuf_cstr(&b));
	d->proof = t->json;
	strbuf_release(&b);
}

/* Two minutes later: the head is asked for again. */
static enum sync_trouble look(struct desk *d)
{
	struct sync_status s;

	d->wall += 120000;
	d->boot += 120000;
	sync_poke(d->sync);
	desk_sync(d);
	sync_status(d->sync, &s);
	return s.trouble;
}

static int64_t kept_size(struct desk *d)
{
	struct identity who = IDENTITY_INIT;
	int64_t size;

	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	size = who.head_size;
	identity_release(&who);
	return size;
}

static void a_history_that_grows_is_followed(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t));

	(void)state;
	assert_non_null(t);
	grow(t, 3, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(kept_size(d), 3);
	for (int64_t size = 4; size <= 13; size += 3) {
		int64_t from = t->size;

		grow(t, size, 'x');
		show_head(d, t);
		show_proof(d, t, from);
		assert_int_equal(look(d), SYNC_FINE);
		assert_int_equal(kept_size(d), size);
	}
	free(t);
	desk_close(d);
}

static void another_history_is_refused_and_the_old_head_kept(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t)), *other = calloc(1, sizeof(*other));

	(void)state;
	assert_non_null(t);
	assert_non_null(other);
	grow(t, 5, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	grow(other, 9, 'y');
	show_head(d, other);
	show_proof(d, other, 5);
	assert_int_equal(look(d), SYNC_DIVERGED);
	assert_int_equal(kept_size(d), 5);
	free(t);
	free(other);
	desk_close(d);
}

static void a_shorter_history_is_refused(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t)), *other = calloc(1, sizeof(*other));

	(void)state;
	assert_non_null(t);
	assert_non_null(other);
	grow(t, 5, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	grow(other, 4, 'x');
	show_head(d, other);
	assert_int_equal(look(d), SYNC_DIVERGED);
	assert_int_equal(kept_size(d), 5);
	free(t);
	free(other);
	desk_close(d);
}

static void the_same_length_with_another_root_is_another_history(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t)), *other = calloc(1, sizeof(*other));

	(void)state;
	assert_non_null(t);
	assert_non_null(other);
	grow(t, 5, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(look(d), SYNC_FINE); /* the same once more */
	grow(other, 5, 'y');
	show_head(d, other);
	assert_int_equal(look(d), SYNC_DIVERGED);
	assert_int_equal(kept_size(d), 5);
	free(t);
	free(other);
	desk_close(d);
}

/* What is no proof proves neither that the history is ours nor that it is not. */
static void a_proof_that_is_none_is_asked_for_again_with_the_next_head(void **state)
{
	static const char *const proofs[] = {
		"[]", "{}", "{\"path\":{}}", "{\"path\":[\"zz\"]}", "{\"path\":[1]}", NULL
	};
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t));
	struct strbuf longer = STRBUF_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_non_null(t);
	strbuf_adds(&longer, "{\"path\":[\"" HASH_ZERO "\"");
	for (int i = 0; i < MERKLE_PATH_MAX; i++)
		strbuf_adds(&longer, ",\"" HASH_ZERO "\"");
	strbuf_adds(&longer, "]}");
	grow(t, 3, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	grow(t, 7, 'x');
	show_head(d, t);
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		struct sync_status s = { .code = "" };
		int64_t wake;

		d->proof = proofs[i] ? proofs[i] : strbuf_cstr(&longer);
		d->wall += 120000;
		d->boot += 120000;
		sync_poke(d->sync);
		for (int k = 0; k < 12 && strcmp(s.code, "not-ours") != 0; k++) {
			(void)desk_step(d, LANE_PULL, &wake, &why);
			sync_status(d->sync, &s);
		}
		assert_string_equal(s.code, "not-ours");
		assert_int_equal(kept_size(d), 3);
	}
	show_proof(d, t, 3);
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(kept_size(d), 7);
	strbuf_release(&longer);
	free(t);
	desk_close(d);
}

/* Between what it said of itself and its head the central was restored: what ours
 * has in common with that is not known yet, and ours is not let go of. */
static void a_head_of_an_epoch_that_was_not_told_of_does_not_take_the_place_of_ours(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t)), *other = calloc(1, sizeof(*other));
	struct identity who = IDENTITY_INIT;

	(void)state;
	assert_non_null(t);
	assert_non_null(other);
	grow(t, 5, 'x');
	show_head(d, t);
	assert_int_equal(look(d), SYNC_FINE);
	grow(other, 9, 'y');
	show_head(d, other);
	d->head_epoch = EPOCH_2;
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	assert_int_equal(who.head_size, 5);
	assert_string_equal(who.head_epoch, EPOCH);
	identity_release(&who);
	free(t);
	free(other);
	desk_close(d);
}

/* It is compared all the same, but can't be shown to others. */
static void a_head_too_long_to_be_kept_as_it_came_is_kept_without_its_signature(void **state)
{
	struct desk *d = desk_open();
	struct tree *t = calloc(1, sizeof(*t));
	struct identity who = IDENTITY_INIT;
	char more[1200];

	(void)state;
	assert_non_null(t);
	memset(more, 'x', sizeof(more));
	memcpy(more, ",\"more\":\"", 9);
	memcpy(more + sizeof(more) - 2, "\"", 2);
	grow(t, 5, 'x');
	show_head(d, t);
	d->head_more = more;
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	assert_int_equal(who.head_size, 5);
	assert_string_equal(who.signed_head, "");
	d->head_more = NULL;
	assert_int_equal(look(d), SYNC_FINE);
	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	assert_true(who.signed_head[0]);
	identity_release(&who);
	free(t);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_history_that_grows_is_followed),
		cmocka_unit_test(another_history_is_refused_and_the_old_head_kept),
		cmocka_unit_test(a_shorter_history_is_refused),
		cmocka_unit_test(the_same_length_with_another_root_is_another_history),
		cmocka_unit_test(a_proof_that_is_none_is_asked_for_again_with_the_next_head),
		cmocka_unit_test(
			a_head_of_an_epoch_that_was_not_told_of_does_not_take_the_place_of_ours),
		cmocka_unit_test(
			a_head_too_long_to_be_kept_as_it_came_is_kept_without_its_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
