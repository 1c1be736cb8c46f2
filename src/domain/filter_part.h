/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter_part - what the files of the filter language share.
 *
 * Place:    filter.c (grammar), filter_value.c (values of a term),
 *           filter_words.c (names and words), filter_match.c (a row).
 * Promise:  pure. Owner: the reader is the parser's. Errors: as filter.h.
 */
#ifndef DOMAIN_FILTER_PART_H
#define DOMAIN_FILTER_PART_H

#include "domain/filter.h"

/* What values a field takes. */
enum value_kind { VALUE_CODE, VALUE_WORDS, VALUE_NUMBER, VALUE_DAYS, VALUE_AGE, VALUE_RANK };
enum value_kind filter_value_kind(enum filter_field field);

enum { FILTER_WORD_MAX = 256 }; /* bytes of a folded name; longer ones are none */

/* Folded plain, for comparing names; "" when it is too long or not UTF-8. */
void filter_fold(char out[FILTER_WORD_MAX], struct str typed);

enum joint { JOINT_NONE, JOINT_AND, JOINT_OR, JOINT_NOT };
enum joint filter_joint(struct str typed);
/* A name of the language that no case can answer yet. */
bool filter_not_kept(struct str typed, bool is_flag);
/* The name of a field near `typed`, or NULL. */
const char *filter_nearest_field(struct str typed);

struct reader {
	struct str text;
	size_t at;
	struct filter *f;
	const struct filter_env *env;
	struct filter_fault *fault; /* FILTER_FINE as long as all is well */
	enum filter_op op;	    /* of the term that is read, as typed */
	int depth, values, typed, words;
};

/* Note the first trouble: at byte `at`, about `seen`. Returns false. */
bool filter_trouble_at(struct reader *r, enum filter_trouble t, size_t at, struct str seen,
		       const char *meant);

/* One value as it stands in the text. */
struct typed_value {
	struct str word; /* without its quotes and star */
	size_t at;	 /* in the text */
	bool quoted, star, last;
};
/* Add what `v` means to the values of node `i`. */
bool filter_read_value(struct reader *r, int i, const struct typed_value *v);

/* The days that `typed` means with *op; false: none. `back`: a bare span ("7d")
 * reaches back from today, else forward, and *op becomes what it means for
 * days: "<7d" is up to the seventh day, or from it on. */
bool filter_read_days(struct filter_value *v, struct str typed, enum filter_op *op, bool back,
		      struct day today);
/* The ages, and the days of arrival that they are. */
bool filter_read_ages(struct filter_value *v, struct str typed, enum filter_op op,
		      struct day today);

#endif
