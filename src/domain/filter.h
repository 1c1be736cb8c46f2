/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter - the filter language: one string that says which cases are meant.
 *
 * Place:    `/`, saved views, `sluss list`, POST /v1/cases/search -> FILTER ->
 *           sql/filter_sql (which rows) or filter_match (this row?).
 * Promise:  pure. One grammar (sluss-filter(7)); field, flag and joining words
 *           in Swedish and English, with or without diacritics. The same
 *           filter, day and officer always mean the same cases; filter_match
 *           and the SQL agree row by row.
 * Owner:    struct filter owns its nodes and words; filter_release.
 * Errors:   ST_BAD_INPUT "filter-syntax", with struct filter_fault saying
 *           where and what in parts, for a sentence in the reader's language.
 */
#ifndef DOMAIN_FILTER_H
#define DOMAIN_FILTER_H

#include "domain/calendar.h"
#include "domain/casefile.h"

enum filter_field {
	FIELD_QUEUE,
	FIELD_UNIT,
	FIELD_TYPE,
	FIELD_STATUS,
	FIELD_ASSIGNEE,
	FIELD_PARTY,	/* words in the party's name */
	FIELD_RECEIVED, /* days */
	FIELD_DUE,
	FIELD_CLOSED,
	FIELD_PRIORITY,
	FIELD_CHANNEL,
	FIELD_REF,	/* diary number, also short and in part */
	FIELD_DECISION, /* outcome */
	FIELD_AGE,	/* days since it was received */
	FIELD_TEXT,	/* words anywhere: title, party, number */
	FIELD_COUNT
};

enum filter_flag {
	FLAG_OVERDUE,
	FLAG_NEW,
	FLAG_MINE,
	FLAG_SECRET,
	FLAG_CONFLICT,
	FLAG_OPEN,
	FLAG_CLOSED,
	FLAG_COUNT
};

enum filter_op { OP_HAS, OP_EQUAL, OP_BELOW, OP_UPTO, OP_ABOVE, OP_FROM };

enum filter_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TERM, NODE_FLAG, NODE_ALL };

enum { FILTER_MAX = 1000, FILTER_NODES_MAX = 128, FILTER_DEPTH_MAX = 16 };

/* One value of a term. Which members count depends on the field:
 * codes (queue, unit, type, status, assignee, channel, decision): `word` is a
 * code as stored; words (party, text, ref): `word` is folded text, `plain`
 * whether it was typed without diacritics and so finds both, `prefix` whether
 * it ended in *, `phrase` whether it was quoted; days: from..to, both ends
 * included, as "YYYY-MM-DD", "" for an open end; numbers: low..high. */
struct filter_value {
	struct strbuf word;
	bool plain, prefix, phrase;
	char from[DAY_TEXT], to[DAY_TEXT];
	int64_t low, high;
};

struct filter_node {
	enum filter_kind kind;
	enum filter_field field;
	enum filter_flag flag;
	enum filter_op op;
	int first, next; /* child and sibling: indexes, -1 = none */
	int value_count; /* any of them will do; 0: no such code exists, no case fits */
	struct filter_value *values;
	int column; /* from 1: where it stands in the text */
};

struct filter {
	struct filter_node *nodes;
	int count, root; /* root -1: every case */
	char me[OFFICER_MAX];
	char today[DAY_TEXT];
	struct strbuf text; /* as typed */
};
#define FILTER_INIT                                                                                \
	{                                                                                          \
		.root = -1, .text = STRBUF_INIT                                                    \
	}
void filter_release(struct filter *f);

/* What the words of a filter refer to. */
struct filter_env {
	const char *me; /* whose "min" it is */
	struct day today;
	/* Give every code of `field` that `word` (folded) may mean - equal to a
	 * code, or the beginning of a code or of a name, in either language;
	 * exactly equal when `exact` - to `add`. NULL: the word itself is the code. */
	void (*resolve)(void *ctx, enum filter_field field, struct str word, bool exact,
			void (*add)(void *to, const char *code), void *to);
	void *ctx;
	bool typing; /* the last word is still being typed: it is a beginning */
};

enum filter_trouble {
	FILTER_FINE,
	FILTER_UNKNOWN_FIELD, /* seen, meant */
	FILTER_UNKNOWN_VALUE, /* seen; meant: a code or name near it */
	FILTER_NO_VALUE,      /* "kö:" */
	FILTER_BAD_DATE,
	FILTER_BAD_NUMBER,
	FILTER_BAD_OP,	 /* this field has no such operator */
	FILTER_UNCLOSED, /* quote or parenthesis */
	FILTER_UNEXPECTED,
	FILTER_TOO_LONG, /* or too deep, or too many terms */
};

struct filter_fault {
	enum filter_trouble trouble;
	int column; /* in characters, from 1 */
	char seen[64], meant[64];
};

/* Parse `text`. On failure `f` is empty and `fault` (may be NULL) says where. */
MUST_USE enum status filter_parse(struct filter *f, struct str text, const struct filter_env *env,
				  struct filter_fault *fault, struct err *why);

/* A row to be judged: what is not in the casefile. */
struct filter_row {
	const struct casefile *file;
	int pending, trouble;
};
bool filter_match(const struct filter *f, const struct filter_row *r);

/* Is every case of the filter open (a term at the top says so)? And the one
 * queue or officer that a term at the top asks for, NULL if none: for choosing
 * an index. */
bool filter_open_only(const struct filter *f);
const char *filter_one_code(const struct filter *f, enum filter_field field);

/* Names as typed, for help, completion and the manual: row i, NULL behind the last. */
struct filter_word {
	const char *sv, *en;
	const char *what; /* one line, a msgid */
	bool is_flag;
	int id; /* enum filter_field or enum filter_flag */
};
const struct filter_word *filter_word_at(size_t i);

#endif
