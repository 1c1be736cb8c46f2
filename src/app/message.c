/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/message.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "domain/letter.h"
#include "sign/hash.h"
#include "ui/text.h"

#include "base/banned.h"

enum { ANSWER_DAYS = 14 };

const char *message_template_name(enum message_template t)
{
	static const char *const names[MESSAGE_TEMPLATES] = {
		[MESSAGE_FREE] = N_("fritt"),
		[MESSAGE_SUPPLEMENT] = N_("komplettering"),
		[MESSAGE_STARTED] = N_("påbörjat"),
	};

	return names[t];
}

static bool sign_off(struct strbuf *text, const struct home *h)
{
	return strbuf_addf(text, "\n\nVänliga hälsningar\n%s", h->who.name);
}

static bool list_missing(struct strbuf *text, const struct case_texts *checks)
{
	bool any = false;

	for (int i = 0; i < checks->check_count; i++)
		if (checks->checks[i].state == CHECK_OPEN)
			any = strbuf_addf(text, "- %s\n", checks->checks[i].text);
	return any || strbuf_adds(text, "- \n");
}

bool message_fill(struct strbuf *subject, struct strbuf *text, enum message_template t,
		  const struct home *h, const struct casefile *c, const struct case_texts *checks)
{
	char day[DAY_TEXT];

	strbuf_clear(subject);
	strbuf_clear(text);
	switch (t) {
	case MESSAGE_SUPPLEMENT:
		day_format(day, day_add(home_today(h), ANSWER_DAYS));
		return strbuf_addf(subject, "Komplettering i ärende %s", c->diary_no)
		       && strbuf_adds(text,
				      "Hej!\n\nFör att vi ska kunna gå vidare med ditt ärende "
				      "behöver vi:\n\n")
		       && list_missing(text, checks)
		       && strbuf_addf(text, "\nSvara på ärendets statussida senast %s.", day)
		       && sign_off(text, h);
	case MESSAGE_STARTED:
		return strbuf_addf(subject, "Ditt ärende %s", c->diary_no)
		       && strbuf_adds(text, "Hej!\n\nJag har börjat handlägga ditt ärende. Du kan "
					    "följa det på ärendets statussida.")
		       && sign_off(text, h);
	case MESSAGE_FREE:
	case MESSAGE_TEMPLATES:
		break;
	}
	return true;
}

void message_release(struct message *m)
{
	strbuf_release(&m->subject);
	strbuf_release(&m->text);
	strbuf_release(&m->letter);
}

static enum status make_letter(struct message *m, const struct home *h, const struct casefile *c,
			       struct err *why)
{
	char sent_on[DAY_TEXT];
	struct message_facts f = {
		.municipality =
			h->names.municipality[0] ? h->names.municipality : h->who.municipality,
		.committee = names_committee_of_unit(&h->names, c->unit),
		.diary_no = c->diary_no,
		.case_title = strbuf_cstr(&c->title),
		.recipient = strbuf_cstr(&c->party),
		.sent_on = sent_on,
		.subject = strbuf_cstr(&m->subject),
		.text = strbuf_cstr(&m->text),
		.officer = h->who.name,
		.title = h->who.title,
	};

	day_format(sent_on, home_today(h));
	strbuf_clear(&m->letter);
	if (!letter_message(&m->letter, &f))
		return err_set(why, ST_BROKEN, "memory", "no memory for the letter");
	sha256_hex(m->letter_sha256, strbuf_str(&m->letter));
	return ST_OK;
}

enum status message_prepare(struct message *m, const struct home *h, const struct casefile *c,
			    struct err *why)
{
	if (ui_text_blank(strbuf_str(&m->text)))
		return err_set(why, ST_BAD_INPUT, "argument-missing", "message.send: text");
	/* Its letter needs a name and address that are not kept here. */
	if (c->protection == PROTECT_IDENTITY)
		return err_set(why, ST_REFUSED, "party-protected",
			       "the party is protected: such a message is sent at the central");
	return make_letter(m, h, c, why);
}

void message_intent(struct intent *in, const struct message *m, const char *case_id)
{
	*in = (struct intent){ .act = "message.send", .case_id = case_id };
	in->args[in->arg_count++] = (struct intent_arg){ "text", strbuf_str(&m->text) };
	if (m->subject.len)
		in->args[in->arg_count++] =
			(struct intent_arg){ "subject", strbuf_str(&m->subject) };
	in->args[in->arg_count++] = (struct intent_arg){ "channel", str_of("status-page") };
	in->docs[in->doc_count++] =
		(struct intent_doc){ "meddelande.xhtml", "application/xhtml+xml",
				     strbuf_str(&m->letter) };
}
