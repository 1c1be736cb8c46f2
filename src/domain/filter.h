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
	BY_QUEUE,
	BY_UNIT,
	BY_TYPE,
	BY_STATUS,
	BY_ASSIGNEE, /* code "": nobody */
	BY_PARTY,    /* words in the party's name */
	BY_RECEIVED, /* days */
	BY_DUE,
	BY_CLOSED,
	BY_PRIORITY,
	BY_CHANNEL,
	BY_REF,	     /* diary number, also short */
	BY_DECISION, /* outcome */
	BY_AGE,	     /* days since it was received */
	BY_TEXT,     /* words anywhere: title, party, number */
	BY_COUNT
};

enum filter_flag {
	IS_OVERDUE,  /* the deadline is before today, and it is not yet decided */
	IS_NEW,	     /* received or registered, and nobody's */
	IS_MINE,     /* the assignee is `me` */
	IS_NOBODYS,  /* it has no assignee */
	IS_SECRET,   /* any protection */
	IS_CONFLICT, /* own actions on it in trouble: at the desk alone */
	IS_WATCHED,  /* the day that the officer watches it to has come, and it is
		      * not closed: at the desk alone */
	IS_OPEN,     /* neither closed nor archived */
	IS_CLOSED,   /* closed or archived */
	IS_COUNT
};

enum filter_op { OP_HAS, OP_EQUAL, OP_BELOW, OP_UPTO, OP_ABOVE, OP_FROM };

enum filter_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TERM, NODE_FLAG };

/* Bytes of text, nodes, parentheses and negations in each other, values as they
 * are typed, those of them that are words, values in all that they mean, and the
 * days that an age may have. Each value costs work at every case looked at. */
enum {
	FILTER_TEXT_MAX = 1000,
	FILTER_NODES_MAX = 128,
	FILTER_DEPTH_MAX = 16,
	FILTER_TYPED_MAX = 64,
	FILTER_WORDS_MAX = 20,
	FILTER_VALUES_MAX = 1000,
	FILTER_AGE_MAX = 100000
};

/* One value of a term; which members count depends on the field.
 *
 * Codes (queue, unit, type, status, assignee, channel, decision): `word` is a
 * code as stored, compared byte for byte.
 *
 * Words (party, text): `word` is one or more words (filter_next_word), folded
 * and with one blank between. The case fits if the field has the same words
 * side by side; with `prefix` the last of them may be the beginning of the
 * field's. `plain`: typed without å ä ö, and so compared with the field folded
 * plain. Text is looked for in title, party and diary number, each by itself:
 * no match runs over from one into the next.
 *
 * Number (ref): with `low` > 0 it is a diary number as diary_format spells it:
 * `low` its number, `high` its year or 0 (any), and a committee if `word` does
 * not begin with a digit (any, if it does). Else the diary number is `word`,
 * byte for byte.
 *
 * Days (received, due, closed): from..to, both included, as "YYYY-MM-DD" in
 * Stockholm, "" for an open end. A case without that day fits no value.
 *
 * Numbers: low..high, both included. Of an age, from..to are the days of
 * arrival that it means, and low..high lie within -FILTER_AGE_MAX..FILTER_AGE_MAX. */
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
	enum filter_op op; /* for reading it back: the values say already what it means */
	int first, next;   /* child and sibling: indexes, -1 = none */
	int value_count;   /* any of them will do; 0 (text without a word): no case fits */
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

/* What the words of a filter refer to. Statuses and priorities are known here;
 * the codes of the other fields are not. */
struct filter_env {
	const char *me; /* whose "min" it is */
	struct day today;
	/* Give every code of `field` that `word` (folded plain) may mean - equal to
	 * a code, or the beginning of a code or of a name, in either language;
	 * exactly equal when `exact` - to `add`. The empty word is the beginning of
	 * all. NULL, or a field that has no codes: the word itself is the code. */
	void (*resolve)(void *ctx, enum filter_field field, struct str word, bool exact,
			void (*add)(void *to, const char *code), void *to);
	void *ctx;
	bool typing; /* the last word is still being typed: it is a beginning */
};

enum filter_trouble {
	FILTER_FINE,
	FILTER_UNKNOWN_FIELD, /* seen, meant */
	FILTER_UNKNOWN_VALUE, /* seen; meant: a code near it */
	FILTER_NO_VALUE,      /* "kö:" */
	FILTER_BAD_DATE,
	FILTER_BAD_NUMBER,
	FILTER_BAD_OP,	 /* seen: the operator; meant: how to write it instead */
	FILTER_UNCLOSED, /* quote or parenthesis */
	FILTER_UNEXPECTED,
	FILTER_TOO_LONG, /* or too deep, or too many terms */
	FILTER_NOT_KEPT, /* a field or flag of the language that cases do not have yet */
};

struct filter_fault {
	enum filter_trouble trouble;
	int column;		  /* in characters, from 1, inside the text */
	char seen[64], meant[64]; /* harmless; `meant` is "" when nothing is near */
};

/* Parse `text` into an initialised `f`; what it held is released. On failure `f` is empty and `fault` (may be NULL) says where. */
MUST_USE enum status filter_parse(struct filter *f, struct str text, const struct filter_env *env,
				  struct filter_fault *fault, struct err *why);

/* A row to be judged: what is not in the casefile, and its words as filter_index
 * makes them where they are kept; p NULL: they are made when they are asked for. */
struct filter_row {
	const struct casefile *file;
	int pending, trouble;
	const char *watch_on; /* a day, "" or NULL: not watched */
	struct str words;
};
bool filter_match(const struct filter *f, const struct filter_row *r);

/* Is every case of the filter open (a term at the top says so)? And the one
 * queue or officer that a term at the top asks for, NULL if none: for choosing
 * an index. */
bool filter_open_only(const struct filter *f);
const char *filter_one_code(const struct filter *f, enum filter_field field);

/* What a word is: letters and digits (Unicode categories L and N) side by side
 * in folded text; all else parts words. Give the next one behind *at (a slice
 * of `folded`); false: there is none. */
bool filter_next_word(struct str folded, size_t *at, struct str *word);
/* Append the words of `text` folded, plain or not, with one blank between: what
 * `word` of a value is made of, and what an index of words is to hold. SQLite's
 * FTS5 splits this text into exactly these words with its tokenizer "ascii".
 * False for text that is not UTF-8. */
bool filter_words(struct strbuf *out, struct str text, bool plain);

/* The words of a case as they are indexed and looked up, in one text: party,
 * title and diary number on a line each, every word between blanks; behind a
 * tab the same without å ä ö, where that differs. FTS5's tokenizer "ascii"
 * parts it into its words. Appends. */
enum { FILTER_LINES = 3 };
bool filter_index(struct strbuf *out, const struct casefile *c);

/* Names as typed, for help, completion and the manual: row i, NULL behind the last. */
struct filter_word {
	const char *sv, *en;
	const char *also; /* another form that is understood, or NULL */
	const char *what; /* one line, a msgid */
	bool is_flag;
	int id; /* enum filter_field or enum filter_flag */
};
const struct filter_word *filter_word_at(size_t i);
/* The field or flag of that name, NULL if there is none. */
const struct filter_word *filter_word_find(struct str typed, bool is_flag);

#endif
