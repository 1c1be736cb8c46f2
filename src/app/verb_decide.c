/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdio.h>
#include <string.h>

#include "app/decision.h"
#include "app/words.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { CONTENT_MAX = 8000, REASONS_MAX = 16000 };

static enum status set_code(char *to, size_t size, const struct call *c, enum flag f,
			    struct err *why)
{
	if (!c->given[f])
		return ST_OK;
	if (strlen(c->value[f]) >= size)
		return err_set(why, ST_BAD_INPUT, "usage", "--%s: at most %zu bytes",
			       flag_def(f)->name, size - 1);
	snprintf(to, size, "%s", c->value[f]);
	return ST_OK;
}

static enum status set_file(struct strbuf *to, const struct call *c, enum flag f, size_t max,
			    struct err *why)
{
	return c->given[f] ? call_text(to, c->value[f], max, why) : ST_OK;
}

static enum status read_flags(struct decision *d, const struct call *c, struct err *why)
{
	enum status st;

	if (!c->given[FLAG_OUTCOME])
		return err_set(why, ST_BAD_INPUT, "usage-needed",
			       "decide cannot do without: --outcome");
	st = set_code(d->outcome, sizeof(d->outcome), c, FLAG_OUTCOME, why);
	if (st == ST_OK)
		st = set_code(d->reasons_omitted, sizeof(d->reasons_omitted), c,
			      FLAG_REASONS_OMITTED, why);
	if (st == ST_OK)
		st = set_code(d->rapporteur, sizeof(d->rapporteur), c, FLAG_RAPPORTEUR, why);
	if (st == ST_OK)
		st = set_file(&d->reasons, c, FLAG_REASONS, REASONS_MAX, why);
	if (st == ST_OK)
		st = set_file(&d->content, c, FLAG_CONTENT, CONTENT_MAX, why);
	if (st == ST_OK && c->given[FLAG_LEGAL_BASIS]
	    && !strbuf_sets(&d->legal_basis, c->value[FLAG_LEGAL_BASIS]))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the decision");
	if (st == ST_OK && c->given[FLAG_PARTICIPANTS]
	    && !strbuf_sets(&d->participants, c->value[FLAG_PARTICIPANTS]))
		st = err_set(why, ST_BROKEN, "memory", "no memory for the decision");
	return st;
}

/* A person reads the letter and types the case's digits; a script signs only
 * where the configuration lets it. */
static enum status confirm(struct call *c, const struct decision *d, const struct casefile *file,
			   struct err *why)
{
	const struct options *o = &c->home->config.options;
	struct strbuf text = STRBUF_INIT, answer = STRBUF_INIT;
	enum status st;

	if (!c->may_ask) {
		if (options_is(o, OPT_SIGN_UNATTENDED, "allow"))
			return ST_OK;
		return err_set(why, ST_REFUSED, "sign-unattended",
			       "there is no terminal, and sign.unattended = deny");
	}
	st = decision_text(&text, d, why);
	if (st == ST_OK)
		st = ask_tty(
			c, strbuf_str(&text),
			_("Skriv ärendets fyra sista siffror för att signera, eller Enter för att "
			  "avbryta:"),
			&answer, why);
	if (st == ST_OK && !decision_confirmed(strbuf_cstr(&answer), file))
		st = err_set(why, ST_REFUSED, "sign-digits",
			     "the digits are not those of the case");
	strbuf_release(&text);
	strbuf_release(&answer);
	return st;
}

static enum status ask_offline(struct call *c, struct err *why)
{
	bool yes;
	enum status st = ask_yes(
		c, str_of(""), _("Centralen nås inte. Signera beslutet ändå? (ja/nej)"), &yes, why);

	if (st != ST_OK || yes)
		return st;
	return err_set(why, ST_REFUSED, "decide-offline-no", "not signed");
}

static enum status allowed(struct call *c, struct err *why)
{
	const struct config *conf = &c->home->config;
	struct probe p = { .reachable = false };
	struct err local = ERR_INIT;
	enum status st;

	/* Only a rule about being offline asks whether we are. */
	if (!options_is(&conf->options, OPT_DECIDE_OFFLINE, "allow"))
		probe_central(c->home, c->home->who.url, &p);
	st = decision_allowed(conf, p.reachable, c->given[FLAG_YES], &local);
	if (st == ST_RETRY && c->may_ask)
		return ask_offline(c, why);
	return st == ST_OK ? ST_OK : err_set(why, st, local.code, "%s", local.text);
}

static enum status sign_it(struct call *c, const struct decision *d, const struct case_row *row,
			   struct err *why)
{
	struct actor actor;
	struct intent in;
	struct act_result r;
	enum status st = allowed(c, why);

	if (st == ST_OK)
		st = confirm(c, d, &row->file, why);
	if (st == ST_OK)
		st = call_unlock(c, why);
	if (st != ST_OK)
		return st;
	decision_intent(&in, d, c->home, &row->file);
	actor = home_actor(c->home);
	st = act(&actor, &in, &r, why);
	return st == ST_OK ? act_report(c, row, &r, why) : st;
}

static enum status preview(struct call *c, const struct decision *d, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st = decision_text(&text, d, why);

	if (st == ST_OK) {
		put_text(c, strbuf_str(&text), c->cols);
		say_line(c, "%s", _("Det går. Inget har signerats."));
	}
	strbuf_release(&text);
	return st;
}

static enum status decide(struct call *c, struct decision *d, const struct case_row *row,
			  struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct intent in;
	enum status st = read_flags(d, c, why);

	if (st != ST_OK)
		return st;
	if (!c->given[FLAG_SIGN] && !c->given[FLAG_DRY_RUN])
		return err_set(why, ST_BAD_INPUT, "sign-missing",
			       "a decision is signed: add --sign, or --dry-run to read its letter");
	decision_suggest(d, c->home, &row->file);
	st = decision_prepare(d, c->home, &row->file, why);
	if (st != ST_OK)
		return st;
	decision_intent(&in, d, c->home, &row->file);
	st = act_may(&actor, &in, why);
	if (st != ST_OK)
		return st;
	return c->given[FLAG_DRY_RUN] ? preview(c, d, why) : sign_it(c, d, row, why);
}

enum status verb_decide(struct call *c, struct err *why)
{
	struct decision d = DECISION_INIT;
	struct case_row row = CASE_ROW_INIT;
	enum status st = call_case(c, 0, &row, why);

	if (st == ST_OK)
		st = decide(c, &d, &row, why);
	case_row_release(&row);
	decision_release(&d);
	return st;
}
