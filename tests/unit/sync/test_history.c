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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_history_that_grows_is_followed),
		cmocka_unit_test(another_history_is_refused_and_the_old_head_kept),
		cmocka_unit_test(a_shorter_history_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
