/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>

#include "base/encode.h"
#include "package/judge_part.h"

#include "base/banned.h"

static const char proof_name[] = "proof.json";

struct tree_head {
	int64_t size;
	struct hash32 root;
};

/* The head is what the central signed, not what proof.json says beside it. */
static bool open_head(struct tree_head *h, struct judging *j, const struct json *tree)
{
	struct place here = { proof_name, 0, 0 };
	struct str note = json_get_text(tree, "checkpoint");
	struct str root = json_get_text(tree, "root");
	char hex[HASH_TEXT];
	bool ok = false;

	for (int i = 0; !ok && note.p && i < j->central_count; i++)
		ok = checkpoint_open(&h->size, &h->root, j->aud, &j->central[i], note, NULL)
		     == ST_OK;
	if (!ok) {
		judge_fault(j, F_CHECKPOINT, here, "checkpoint");
		return false;
	}
	hex_encode(hex, h->root.b, sizeof(h->root.b));
	if (!str_eq(json_get_text(tree, "origin"), j->aud))
		judge_fault(j, F_CHECKPOINT, here, "origin");
	if (json_get_int(tree, "size", -1) != h->size)
		judge_fault(j, F_CHECKPOINT, here, "size %" PRId64, h->size);
	if (!root.p || !str_eq(root, hex))
		judge_fault(j, F_CHECKPOINT, here, "root %s", hex);
	return true;
}

static bool read_path(struct merkle_path *p, const struct json *list)
{
	*p = (struct merkle_path){ 0 };
	if (json_kind_of(list) != JSON_LIST || json_count(list) > MERKLE_PATH_MAX)
		return false;
	for (; p->count < (int)json_count(list); p->count++) {
		struct str s = json_text(json_item(list, (size_t)p->count));

		if (!s.p || !hex_decode(p->node[p->count].b, sizeof(p->node[0].b), s))
			return false;
	}
	return true;
}

/* Row i proves entry i of the chain. */
static void judge_row(struct judging *j, const struct json *row, const struct judged_entry *e,
		      const struct tree_head *head)
{
	struct place here = { proof_name, e->n, e->seq };
	int64_t index = json_get_int(row, "index", -1);
	struct merkle_path path;
	struct hash32 leaf;

	if (json_get_int(row, "n", -1) != e->n || json_get_int(row, "seq", -1) != e->seq
	    || index < 0 || index != e->seq - 1 || !read_path(&path, json_member(row, "path"))) {
		judge_fault(j, F_PROOF_FORM, here, "n, seq, index, path");
		return;
	}
	merkle_leaf(&leaf, e->eh);
	if (!merkle_verify_inclusion(&leaf, index, head->size, &path, &head->root))
		judge_fault(j, F_PROOF_WRONG, here, "index %" PRId64 ", size %" PRId64, index,
			    head->size);
}

static void judge_rows(struct judging *j, const struct json *list, const struct tree_head *head)
{
	struct place here = { proof_name, 0, 0 };
	size_t rows = json_kind_of(list) == JSON_LIST ? json_count(list) : 0;

	for (int i = 0; i < j->entry_count; i++) {
		const struct judged_entry *e = &j->entry[i];

		if ((size_t)i < rows)
			judge_row(j, json_item(list, (size_t)i), e, head);
		else
			judge_fault(j, F_PROOF_MISSING, (struct place){ proof_name, e->n, e->seq },
				    "%s", "");
	}
	if (rows > (size_t)j->entry_count)
		judge_fault(j, F_PROOF_FORM, here, "inclusion[%d]", j->entry_count);
}

enum status judge_proofs(struct judging *j, struct err *why)
{
	struct json *tree = judge_json(j, proof_name, F_PROOF_FORM);
	struct tree_head head;

	(void)why;
	if (tree && open_head(&head, j, tree))
		judge_rows(j, json_member(tree, "inclusion"), &head);
	json_free(tree);
	return ST_OK;
}
