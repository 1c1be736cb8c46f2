/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * message - a message to the applicant, from words to the letter that is signed.
 *
 * Place:    the box of a message -> MESSAGE -> act(); letter as XHTML.
 * Promise:  the letter is made once and shown; the same bytes become docs[0].
 *           Letters are Swedish whatever the officer's screen speaks.
 * Owner:    texts go to the caller's strbuf; the intent borrows.
 * Errors:   ST_BAD_INPUT "argument-missing"; ST_REFUSED "party-protected".
 */
#ifndef APP_MESSAGE_H
#define APP_MESSAGE_H

#include "app/home.h"
#include "app/present.h"

enum message_template { MESSAGE_FREE, MESSAGE_SUPPLEMENT, MESSAGE_STARTED, MESSAGE_TEMPLATES };

/* Name for the officer, a msgid. */
const char *message_template_name(enum message_template t);
/* Its subject and text for this case; `checks` tells what is missing in it. */
bool message_fill(struct strbuf *subject, struct strbuf *text, enum message_template t,
		  const struct home *h, const struct casefile *c, const struct case_texts *checks);

struct message {
	struct strbuf subject, text;
	struct strbuf letter; /* XHTML, docs[0] */
	char letter_sha256[HASH_TEXT];
};
#define MESSAGE_INIT                                                                               \
	{                                                                                          \
		.subject = STRBUF_INIT                                                             \
	}
void message_release(struct message *m);
/* Check it and make the letter. */
MUST_USE enum status message_prepare(struct message *m, const struct home *h,
				     const struct casefile *c, struct err *why);
void message_intent(struct intent *in, const struct message *m, const char *case_id);

#endif
