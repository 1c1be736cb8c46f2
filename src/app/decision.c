/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/decision.h"

#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/utf8.h"
#include "domain/letter.h"
#include "sign/hash.h"

#include "base/banned.h"

void decision_release(struct decision *d)
{
	strbuf_release(&d->content);
	strbuf_release(&d->reasons);
	strbuf_release(&d->legal_basis);
	strbuf_release(&d->participants);
	strbuf_release(&d->letter);
}

void decision_suggest(struct decision *d, const struct home *h, const struct casefile *c)
{
	const struct casetype *t = registry_type(&h->names.registry, c->type);

	if (!t)
		return;
	if (!d->outcome[0] && t->outcome_count)
		snprintf(d->outcome, sizeof(d->outcome), "%s", t->outcomes[0].code);
	if (d->legal_basis.len == 0)
		strbuf_sets(&d->legal_basis, t->law);
	if (!d->delegation[0])
		snprintf(d->delegation, sizeof(d->delegation), "%s", t->delegation);
}

/* The letter is Swedish, whatever the officer's screen speaks. */
static const char *outcome_in_letter(const struct home *h, const struct casefile *c,
				     const char *code)
{
	const struct casetype *t = registry_type(&h->names.registry, c->type);
	const struct named_code *o = t ? casetype_outcome(t, code) : NULL;

	return o && o->sv[0] ? o->sv : code;
}

static enum status check_outcome(const struct decision *d, const struct home *h,
				 const struct casefile *c, struct err *why)
{
	const struct casetype *t = registry_type(&h->names.registry, c->type);
	struct strbuf list = STRBUF_INIT_MAX(300);

	if (!d->outcome[0])
		return err_set(why, ST_BAD_INPUT, "outcome-unknown", "an outcome is needed");
	/* A type that came after the last catalogue: the central judges. */
	if (!t || t->outcome_count == 0 || casetype_outcome(t, d->outcome))
		return ST_OK;
	for (int i = 0; i < t->outcome_count; i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", t->outcomes[i].code);
	err_set(why, ST_BAD_INPUT, "outcome-unknown", "%s is no outcome of %s; they are: %s",
		d->outcome, c->type, strbuf_cstr(&list));
	strbuf_release(&list);
	return ST_BAD_INPUT;
}

/* While no officer is known, the central judges. */
static enum status check_rapporteur(const struct decision *d, const struct home *h, struct err *why)
{
	const struct officer_list *known = &h->names.officers;

	if (!d->rapporteur[0] || known->count == 0)
		return ST_OK;
	for (int i = 0; i < known->count; i++)
		if (strcmp(known->rows[i].id, d->rapporteur) == 0)
			return ST_OK;
	return err_set(why, ST_BAD_INPUT, "officer-unknown", "there is no officer: %s",
		       d->rapporteur);
}

static enum status check_reasons(const struct decision *d, struct err *why)
{
	if (d->reasons_omitted[0] && !words_ground_letter(d->reasons_omitted))
		return err_set(why, ST_BAD_INPUT, "ground-unknown", "%s: no such ground",
			       d->reasons_omitted);
	if (d->reasons.len == 0 && !d->reasons_omitted[0])
		return err_set(why, ST_BAD_INPUT, "reasons-missing",
			       "a decision has reasons, or a ground for leaving them out");
	return ST_OK;
}

/* "Bifall. Bygglov för carport": enough for a decision that says yes to what
 * was asked. */
static enum status default_content(struct decision *d, const struct home *h,
				   const struct casefile *c, struct err *why)
{
	if (d->content.len)
		return ST_OK;
	if (!strbuf_addf(&d->content, "%s. %s: %.2000s", outcome_in_letter(h, c, d->outcome),
			 c->diary_no, strbuf_cstr(&c->title)))
		return err_set(why, ST_BROKEN, "memory", "no memory for the decision");
	return ST_OK;
}

static const char *appeal_of(const struct home *h, const struct casefile *c)
{
	const struct casetype *t = registry_type(&h->names.registry, c->type);

	return t ? t->appeal : "";
}

static enum status make_letter(struct decision *d, const struct home *h, const struct casefile *c,
			       struct err *why)
{
	char decider[sizeof(h->who.name) + sizeof(h->who.title) + 4];
	const char *ground = words_ground_letter(d->reasons_omitted);
	struct decision_facts f = {
		.municipality =
			h->names.municipality[0] ? h->names.municipality : h->who.municipality,
		.committee = names_committee_of_unit(&h->names, c->unit),
		.diary_no = c->diary_no,
		.case_title = strbuf_cstr(&c->title),
		.recipient = strbuf_cstr(&c->party),
		.outcome = outcome_in_letter(h, c, d->outcome),
		.content = strbuf_cstr(&d->content),
		.decided_on = d->decided_on,
		.decider = decider,
		.rapporteur = d->rapporteur[0] ? names_officer(&h->names, d->rapporteur) : "",
		.participants = strbuf_cstr(&d->participants),
		.reasons = strbuf_cstr(&d->reasons),
		.reasons_omitted = d->reasons.len || !ground ? "" : ground,
		.legal_basis = strbuf_cstr(&d->legal_basis),
		.delegation = d->delegation,
		.appeal = appeal_of(h, c),
	};

	snprintf(decider, sizeof(decider), "%s%s%s", h->who.name, h->who.title[0] ? ", " : "",
		 h->who.title);
	strbuf_clear(&d->letter);
	if (!letter_decision(&d->letter, &f))
		return err_set(why, ST_BROKEN, "memory", "no memory for the letter");
	sha256_hex(d->letter_sha256, strbuf_str(&d->letter));
	return ST_OK;
}

enum status decision_prepare(struct decision *d, const struct home *h, const struct casefile *c,
			     struct err *why)
{
	enum status st = check_outcome(d, h, c, why);

	if (st == ST_OK)
		st = check_rapporteur(d, h, why);
	if (st == ST_OK)
		st = check_reasons(d, why);
	/* Its letter needs a name and address that are not kept here. */
	if (st == ST_OK && c->protection == PROTECT_IDENTITY)
		st = err_set(why, ST_REFUSED, "party-protected",
			     "the party is protected: such a decision is made at the central");
	if (st == ST_OK)
		st = default_content(d, h, c, why);
	if (st != ST_OK)
		return st;
	day_format(d->decided_on, home_today(h));
	return make_letter(d, h, c, why);
}

enum status decision_text(struct strbuf *out, const struct decision *d, struct err *why)
{
	if (!letter_text(out, strbuf_str(&d->letter)))
		return err_set(why, ST_BROKEN, "memory", "no memory for the letter's text");
	return ST_OK;
}

static void add_arg(struct intent *in, const char *name, struct str value)
{
	if (value.n)
		in->args[in->arg_count++] = (struct intent_arg){ name, value };
}

void decision_intent(struct intent *in, const struct decision *d, const struct home *h,
		     const struct casefile *c)
{
	*in = (struct intent){
		.act = "case.decide", .case_id = c->id, .seen_n = c->n, .seen_eh = c->eh
	};
	add_arg(in, "outcome", str_of(d->outcome));
	add_arg(in, "content", strbuf_str(&d->content));
	add_arg(in, "decided_on", str_of(d->decided_on));
	add_arg(in, "decider", str_of(h->who.sub));
	add_arg(in, "rapporteur", str_of(d->rapporteur));
	add_arg(in, "participants", strbuf_str(&d->participants));
	add_arg(in, "reasons", strbuf_str(&d->reasons));
	if (d->reasons.len == 0)
		add_arg(in, "reasons_omitted", str_of(d->reasons_omitted));
	add_arg(in, "legal_basis", strbuf_str(&d->legal_basis));
	add_arg(in, "delegation", str_of(d->delegation));
	in->docs[in->doc_count++] = (struct intent_doc){ "beslut.xhtml", "application/xhtml+xml",
							 strbuf_str(&d->letter) };
}

void decision_digits(char out[8], const struct casefile *c)
{
	const char *end = c->diary_no + strlen(c->diary_no);
	const char *p = end;

	while (p > c->diary_no && end - p < 4 && p[-1] >= '0' && p[-1] <= '9')
		p--;
	snprintf(out, 8, "%s", p);
}

/* The number behind its last blank: "2026-2" of "TN 2026-2". */
static const char *year_and_number(const struct casefile *c)
{
	const char *blank = strrchr(c->diary_no, ' ');

	return blank ? blank + 1 : c->diary_no;
}

bool decision_confirmed(const char *typed, const struct casefile *c)
{
	const char *end = typed + strlen(typed);
	char digits[8], said[DIARY_MAX];

	while (*typed == ' ')
		typed++;
	while (end > typed && end[-1] == ' ')
		end--;
	decision_digits(digits, c);
	if (!digits[0] || (size_t)(end - typed) >= sizeof(said))
		return false;
	snprintf(said, sizeof(said), "%.*s", (int)(end - typed), typed);
	typed = said;
	if (strcmp(said, c->diary_no) == 0 || strcmp(said, year_and_number(c)) == 0)
		return true;
	while (strlen(typed) > strlen(digits) && *typed == '0')
		typed++;
	return strcmp(typed, digits) == 0;
}

enum status decision_allowed(const struct config *c, bool online, bool confirmed, struct err *why)
{
	const struct options *o = &c->options;

	if (online || options_is(o, OPT_DECIDE_OFFLINE, "allow"))
		return ST_OK;
	if (options_is(o, OPT_DECIDE_OFFLINE, "deny"))
		return err_set(why, ST_REFUSED, "decide-offline",
			       "the central is out of reach, and decide.offline = deny");
	if (confirmed)
		return ST_OK;
	return err_set(why, ST_RETRY, "decide-confirm",
		       "the central is out of reach: confirm that it shall be signed all the same");
}
