/* SPDX-License-Identifier: EUPL-1.2 */
/* A message to the applicant from the command line: its letter is read, or the
 * configuration lets a script sign. */
#include "app/verbs.h"

#include "app/message.h"
#include "base/i18n.h"
#include "domain/letter.h"

#include "base/banned.h"

enum { TEXT_MAX = 64 * 1024 };

static enum status read_words(struct message *m, const struct call *c, struct err *why)
{
	enum status st = call_text(&m->text, c->args[1], TEXT_MAX, why);

	if (st == ST_OK && c->given[FLAG_SUBJECT]
	    && !strbuf_sets(&m->subject, c->value[FLAG_SUBJECT]))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the subject");
	return st;
}

/* A person reads the letter before it is signed. */
static enum status confirm(struct call *c, struct str letter, struct err *why)
{
	bool yes = c->given[FLAG_YES];
	enum status st = ST_OK;

	if (!c->may_ask && !options_is(&c->home->config.options, OPT_SIGN_UNATTENDED, "allow"))
		return err_set(why, ST_REFUSED, "sign-unattended",
			       "there is no terminal, and sign.unattended = deny");
	if (c->may_ask && !yes)
		st = ask_yes(c, letter, _("Sända brevet? (ja/nej)"), &yes, why);
	if (st == ST_OK && c->may_ask && !yes)
		st = err_set(why, ST_REFUSED, "message-no", "not sent");
	return st;
}

static enum status send(struct call *c, const struct message *m, const struct case_row *row,
			struct str letter, struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct intent in;
	struct act_result r;
	enum status st;

	message_intent(&in, m, row->file.id);
	st = act_may(&actor, &in, why);
	if (st == ST_OK && c->given[FLAG_DRY_RUN]) {
		put_text(c, letter, c->cols);
		say_line(c, "%s", _("Det går. Inget har signerats."));
		return ST_OK;
	}
	if (st == ST_OK)
		st = confirm(c, letter, why);
	if (st == ST_OK)
		st = call_unlock(c, why);
	if (st != ST_OK)
		return st;
	actor = home_actor(c->home);
	st = act(&actor, &in, &r, why);
	return st == ST_OK ? act_report(c, row, &r, why) : st;
}

enum status verb_message(struct call *c, struct err *why)
{
	struct message m = { .text = STRBUF_INIT_MAX(TEXT_MAX) };
	struct case_row row = CASE_ROW_INIT;
	struct strbuf letter = STRBUF_INIT;
	enum status st = call_case(c, 0, &row, why);

	if (st == ST_OK)
		st = read_words(&m, c, why);
	if (st == ST_OK)
		st = message_prepare(&m, c->home, &row.file, why);
	if (st == ST_OK && !letter_text(&letter, strbuf_str(&m.letter)))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the letter");
	if (st == ST_OK)
		st = send(c, &m, &row, strbuf_str(&letter), why);
	strbuf_release(&letter);
	case_row_release(&row);
	message_release(&m);
	return st;
}
