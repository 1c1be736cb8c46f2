/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "package/judge_part.h"
#include "wire/members.h"

#include "base/banned.h"

static const char list_name[] = "documents.json";

/* A row of documents.json. */
struct doc_row {
	char path[PACK_NAME];
	struct action_doc doc;
	int64_t n;
};

static const struct member doc_rows[] = {
	MEMBER("path", MB_ID, false, doc_row, path),
	MEMBER("h", MB_HASH, false, doc_row, doc.h),
	MEMBER("len", MB_COUNT, false, doc_row, doc.len),
	MEMBER("mt", MB_TEXT, false, doc_row, doc.mt),
	MEMBER("name", MB_TEXT, false, doc_row, doc.name),
	MEMBER("n", MB_COUNT, false, doc_row, n),
};
static const struct members doc_members = { doc_rows, MEMBER_COUNT(doc_rows), "document-form",
					    true };

static bool doc_equal(const struct action_doc *a, const struct action_doc *b)
{
	return strcmp(a->h, b->h) == 0 && a->len == b->len && strcmp(a->mt, b->mt) == 0
	       && strcmp(a->name, b->name) == 0;
}

/* The entry names the document in the same words. One file may stand for
 * several entries that name the same bytes. */
static bool settle(struct judging *j, const struct doc_row *row)
{
	bool own = false;

	for (int i = 0; i < j->doc_count; i++) {
		struct judged_doc *d = &j->doc[i];

		if (strcmp(d->doc.h, row->doc.h) == 0)
			d->found = true;
		if (d->n == row->n && doc_equal(&d->doc, &row->doc))
			own = true;
	}
	return own;
}

static void judge_doc_row(struct judging *j, const struct doc_row *row, bool *listed)
{
	const struct judged_entry *e = judge_entry_at(j, row->n);
	struct place here = { row->path, row->n, e ? e->seq : 0 };
	const struct pack_member *m = pack_find(j->pack, row->path);

	if (!m || strncmp(row->path, "documents/", 10) != 0) {
		judge_fault(j, F_DOC_MISSING, here, "%s", row->doc.h);
		return;
	}
	listed[m - j->pack->rows] = true;
	if (strcmp(m->sha256, row->doc.h) != 0 || m->size != row->doc.len)
		judge_fault(j, F_DOC_DIFFERS, here, "%s, %" PRId64, m->sha256, m->size);
	else if (!settle(j, row) && (!e || e->read || e->erased))
		judge_fault(j, F_DOC_STRAY, here, "%s", row->doc.h);
	else
		j->r->documents++;
}

static void judge_list(struct judging *j, const struct json *list, bool *listed)
{
	struct place here = { list_name, 0, 0 };
	size_t rows = json_kind_of(list) == JSON_LIST ? json_count(list) : 0;

	if (json_kind_of(list) != JSON_LIST || rows > PACKAGE_DOCUMENTS_MAX) {
		judge_fault(j, F_DOC_DIFFERS, here, "[]");
		return;
	}
	for (size_t i = 0; i < rows; i++) {
		struct doc_row row;
		struct err detail = ERR_INIT;

		if (members_read(&row, &doc_members, json_item(list, i), &detail) != ST_OK)
			judge_fault(j, F_DOC_DIFFERS, here, "[%zu]: %s", i, detail.text);
		else
			judge_doc_row(j, &row, listed);
	}
}

static void judge_rest(struct judging *j, const bool *listed)
{
	for (int i = 0; i < j->pack->count; i++)
		if (strchr(j->pack->rows[i].name, '/') && !listed[i])
			judge_fault(j, F_DOC_STRAY, (struct place){ j->pack->rows[i].name, 0, 0 },
				    "%s", j->pack->rows[i].sha256);
	for (int i = 0; i < j->doc_count; i++)
		if (!j->doc[i].found && !j->doc[i].erased)
			judge_fault(j, F_DOC_MISSING,
				    (struct place){ "", j->doc[i].n, j->doc[i].seq }, "%s",
				    j->doc[i].doc.h);
}

enum status judge_documents(struct judging *j, struct err *why)
{
	bool *listed = calloc((size_t)j->pack->count, sizeof(*listed));
	struct json *tree;

	if (!listed)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the documents");
	tree = judge_json(j, list_name, F_DOC_DIFFERS);
	if (tree)
		judge_list(j, tree, listed);
	judge_rest(j, listed);
	json_free(tree);
	free(listed);
	return ST_OK;
}
