/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * letter - a decision as the XHTML document that is shown, signed and sent.
 *
 * Place:    app (preview, then docs[0] of case.decide); central's demo data.
 * Promise:  pure: the same facts give the same bytes. Every fact is escaped;
 *           what XML 1.0 forbids is replaced by U+FFFD. The five facts of
 *           FL 31 and the reasons of FL 32 (or the ground for leaving them
 *           out) always stand in it, and how to appeal (FL 33).
 * Owner:    the caller's strbuf.
 * Errors:   false: the ceiling of the buffer was reached.
 */
#ifndef DOMAIN_LETTER_H
#define DOMAIN_LETTER_H

#include "domain/casefile.h"

struct decision_facts {
	const char *municipality;
	const char *committee; /* name in words */
	const char *diary_no;
	const char *case_title;
	const char *recipient;	     /* "" where the party is protected */
	const char *outcome;	     /* in words: "Bifall" */
	const char *content;	     /* FL 31, 2: what is decided */
	const char *decided_on;	     /* FL 31, 1: YYYY-MM-DD */
	const char *decider;	     /* FL 31, 3: name and title */
	const char *rapporteur;	     /* FL 31, 4: "" = nobody */
	const char *participants;    /* FL 31, 5: "" = nobody */
	const char *reasons;	     /* FL 32; "" with a ground instead */
	const char *reasons_omitted; /* ground in words, "" when reasons stand */
	const char *legal_basis;
	const char *delegation; /* point of the delegation rules */
	const char *appeal;	/* code of the case type, see appeal_text */
};

/* Append the whole XHTML document. */
MUST_USE bool letter_decision(struct strbuf *out, const struct decision_facts *f);

struct message_facts {
	const char *municipality;
	const char *committee; /* name in words */
	const char *diary_no;
	const char *case_title;
	const char *recipient;
	const char *sent_on; /* YYYY-MM-DD */
	const char *subject; /* "" = none */
	const char *text;
	const char *officer, *title;
};

/* A message to the applicant, the whole XHTML document appended. */
MUST_USE bool letter_message(struct strbuf *out, const struct message_facts *f);

/* How to appeal, in Swedish, for "forvaltningsratt", "laglighet",
 * "lansstyrelse"; a general sentence for any other code. Static. */
const char *appeal_text(const char *code);

/* Append `s` as XML character data; line feeds become <br/> when `breaks`. */
bool xml_escape(struct strbuf *out, struct str s, bool breaks);

/* Append the readable text of an XHTML letter made here: tags taken away,
 * block ends as line feeds, entities decoded. For previews in a terminal. */
bool letter_text(struct strbuf *out, struct str xhtml);

#endif
