/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parts - the documents and messages of a case, gathered from what was said.
 *
 * Place:    entries of the chain, own unsent actions, the detail -> PARTS ->
 *           the tabs of a case and `sluss show`.
 * Promise:  a document is listed once, by its hash, in the order in which it
 *           came; a message once. Names and texts are as the sender wrote
 *           them: whoever draws them makes them harmless (ui/text.h), and no
 *           file is ever named by them.
 * Owner:    struct parts owns all it holds; parts_release.
 * Errors:   false: no memory, or the ceiling; what was gathered stays.
 */
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include "domain/action.h"

enum { PARTS_MAX = 2000 };

/* Which way it went, seen from the office. */
enum part_way { WAY_IN, WAY_OUT, WAY_INSIDE };

struct case_doc {
	int64_t n;  /* the entry that brought it; 0: the detail, or an own unsent act */
	int64_t at; /* wall ms; 0 = not known */
	char h[HASH_TEXT];
	int64_t len;
	char mt[80]; /* as declared */
	char name[DOC_NAME_MAX];
	char act[CODE_MAX]; /* "" = known from the detail alone */
	char who[OFFICER_MAX];
	enum part_way way;
	bool unsent;
	bool here; /* its bytes are in this home; the caller's to find out */
};

struct case_message {
	int64_t at;
	char act[CODE_MAX];
	char who[OFFICER_MAX];
	char channel[CODE_MAX];
	char letter[HASH_TEXT]; /* "" = none goes with it */
	struct strbuf subject, text;
	enum part_way way;
	bool unsent;
};

struct parts {
	struct case_doc *docs; /* oldest first */
	int doc_count, doc_cap;
	struct case_message *messages; /* oldest first */
	int message_count, message_cap;
	struct action decision; /* as it was made or last corrected; def NULL: none */
	bool decision_unsent;
	struct action dispatch; /* case.dispatch or case.waive_dispatch */
};
#define PARTS_INIT                                                                                 \
	{                                                                                          \
		.docs = NULL                                                                       \
	}
void parts_release(struct parts *p);

/* When, by whom, and whether it has left this desk. */
struct part_of {
	int64_t n, at;
	const char *who;
	bool unsent;
};
/* What this action brings, called in the order of the chain. */
bool parts_take(struct parts *p, const struct action *a, const struct part_of *of);
/* Documents that the case's detail (JSON) knows and the chain did not tell. */
bool parts_take_detail(struct parts *p, struct str detail);
const struct case_doc *parts_find(const struct parts *p, const char *h);

#endif
