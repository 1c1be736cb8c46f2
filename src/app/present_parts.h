/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * present_parts - documents, parties, messages and the decision as words.
 *
 * Place:    parts, the detail -> PRESENT_PARTS -> the tabs of a case.
 * Promise:  of a protected party nothing but that it is protected; a number
 *           of a person is masked, wherever it stands. Texts from outside
 *           come out raw: the canvas makes them harmless.
 * Owner:    texts go to the caller's memory; rows point into it.
 * Errors:   none.
 */
#ifndef APP_PRESENT_PARTS_H
#define APP_PRESENT_PARTS_H

#include "app/parts.h"
#include "app/present.h"

/* "214 kB", "870 B", "1,2 MB". */
void words_size(char out[24], int64_t bytes);
const char *words_way(enum part_way way); /* "in", "ut", "internt" */

struct doc_row_text {
	char number[12], size[24], day[24];
};
enum { DOC_NUMBER, DOC_NAME, DOC_TYPE, DOC_SIZE, DOC_DAY, DOC_WAY, DOC_HERE, DOC_COLUMNS };
extern const struct table_column present_doc_columns[DOC_COLUMNS];
/* `d` and `t` are borrowed by `row`. */
void present_doc_row(struct table_row *row, struct doc_row_text *t, const struct case_doc *d,
		     int number);
/* The pane of a document: type, digest, where it came from. */
void present_doc(struct strbuf *out, const struct case_doc *d, const struct present *p);

struct message_row_text {
	char moment[24];
	struct strbuf what;
};
enum { MSG_MOMENT, MSG_WAY, MSG_WHO, MSG_WHAT, MSG_CHANNEL, MSG_COLUMNS };
extern const struct table_column present_message_columns[MSG_COLUMNS];
void present_message_row(struct table_row *row, struct message_row_text *t,
			 const struct case_message *m);
/* The message in full, with its head. */
void present_message(struct strbuf *out, const struct case_message *m, const struct present *p);

enum { PARTY_FACTS_MAX = 16 };
struct party_text {
	struct strbuf text[PARTY_FACTS_MAX], label[PARTY_FACTS_MAX];
	struct case_pair facts[PARTY_FACTS_MAX];
	int count;
	int parties; /* for the tab's label */
};
void party_text_release(struct party_text *t);
void present_parties(struct party_text *t, const struct casefile *c, struct str detail,
		     const struct present *p);
/* `text` with the last four digits of a person's number hidden. */
void mask_number(struct strbuf *out, struct str text, struct day today);

/* What was decided: facts into `t`, content and reasons into `out`. */
void present_decision(struct party_text *t, struct strbuf *out, const struct parts *parts,
		      const struct casefile *c, const struct present *p);

#endif
