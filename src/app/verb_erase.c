/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasure, as registrars decide it: propose, confirm, and see what waits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/engine.h"
#include "app/parts.h"
#include "app/proposals.h"
#include "app/verbs.h"
#include "app/words.h"
#include "base/i18n.h"
#include "cache/entries.h"
#include "domain/erasure.h"
#include "sign/jws.h"
#include "wire/payload.h"

#include "base/banned.h"

static enum status ground_of(const struct call *c, const char **code, struct err *why)
{
	*code = words_erasure_ground_of(c->given[FLAG_GROUND] ? c->value[FLAG_GROUND] : "");
	return *code ? ST_OK
		     : err_set(why, ST_BAD_INPUT, "erase-ground",
			       "the ground is misfiled, secret, weeded or disposed");
}

/* --- What waits ----------------------------------------------------------------- */

static void put_row(struct call *c, const struct proposal *p)
{
	char what[48];

	proposal_what(what, p);
	put_field(c, str_of(p->number), 16);
	put_field(c, str_of(what), 24);
	put_field(c, str_of(words_erasure_ground(p->ground)), 16);
	put_field(c, str_of(names_officer(&c->home->names, p->officer)), 20);
	if (p->outgrown)
		put_line(c, _("ärendet har fått fler händelser: --withdraw %lld, föreslå på nytt"),
			 (long long)p->n);
	else if (strcmp(p->officer, c->home->who.sub) == 0)
		put_line(c, _("till %.10s  en annan bekräftar; --withdraw %lld"), p->until,
			 (long long)p->n);
	else
		put_line(c, _("till %.10s  --confirm %lld"), p->until, (long long)p->n);
	put_field(c, str_of(""), 16);
	put_line(c, "%s", strbuf_cstr(&p->why));
}

static enum status put_list(struct call *c, struct str body, struct err *why)
{
	struct proposals waiting = PROPOSALS_INIT;
	struct jsonw w;
	enum status st = proposals_read(&waiting, body, why);

	if (st == ST_OK && c->given[FLAG_JSON]) {
		json_begin(&w, c, "sluss.erasures/1");
		jsonw_key(&w, "waiting");
		jsonw_raw(&w, body);
		json_end(&w, c);
	} else if (st == ST_OK) {
		for (int i = 0; i < waiting.count; i++)
			put_row(c, &waiting.rows[i]);
		if (waiting.count == 0)
			say_line(c, "%s", _("Inget förslag att radera väntar."));
	}
	proposals_release(&waiting);
	return st;
}

static enum status fetch_waiting(struct call *c, struct strbuf *body, struct err *why)
{
	struct request r = REQUEST_INIT;
	enum status st;

	request_set(&r, "GET", "/v1/erasures");
	st = call_central(c, &r, body, why);
	request_release(&r);
	return st;
}

static enum status list_waiting(struct call *c, struct err *why)
{
	struct strbuf body = STRBUF_INIT;
	enum status st = fetch_waiting(c, &body, why);

	if (st == ST_OK)
		st = put_list(c, strbuf_str(&body), why);
	strbuf_release(&body);
	return st;
}

/* --- What came of it -------------------------------------------------------------- */

/* The waiting proposal at entry n of the case, NULL: it waits for nobody. */
static const struct proposal *waiting_at(const struct proposals *p, const struct outbox_item *i)
{
	for (int k = 0; k < p->count; k++)
		if (p->rows[k].n == i->n && strcmp(p->rows[k].case_id, i->case_id) == 0)
			return &p->rows[k];
	return NULL;
}

/* Accepted is not erased: whether anybody is waited for, the central says. */
static void say_proposed(struct call *c, const struct outbox_item *i, const char *number)
{
	struct proposals list = PROPOSALS_INIT;
	struct strbuf body = STRBUF_INIT;
	const struct proposal *waits;

	if (fetch_waiting(c, &body, NULL) == ST_OK
	    && proposals_read(&list, strbuf_str(&body), NULL) == ST_OK) {
		waits = waiting_at(&list, i);
		if (waits)
			say_line(
				c,
				_("Inget är raderat än: en annan registrator bekräftar senast %.10s med: sluss erase \"%s\" --confirm %lld"),
				waits->until, number, (long long)i->n);
		else
			say_line(c, "%s", _("Det är raderat."));
	}
	proposals_release(&list);
	strbuf_release(&body);
}

static void say_outcome(struct call *c, int64_t id, const struct case_row *row)
{
	const char *number = row->file.diary_no[0] ? row->file.diary_no : row->file.id;
	struct outbox_item i = OUTBOX_ITEM_INIT;

	if (c->given[FLAG_QUIET] || c->given[FLAG_JSON]
	    || outbox_get(c->home->outbox, id, &i, NULL) != ST_OK || !verdict_stands(i.verdict)) {
		outbox_item_release(&i);
		return;
	}
	if (strcmp(i.act, "erasure.propose") == 0)
		say_proposed(c, &i, number);
	else if (strcmp(i.act, "erasure.confirm") == 0)
		say_line(c, "%s", _("Det är raderat."));
	else
		say_line(c, "%s", _("Förslaget är tillbakadraget: inget raderas."));
	outbox_item_release(&i);
}

/* --- Propose, confirm, withdraw ---------------------------------------------------- */

static void add(struct intent *in, const char *name, const char *value)
{
	in->args[in->arg_count++] = (struct intent_arg){ name, str_of(value) };
}

/* Where the entry was never fetched, the case still tells its documents: the
 * central knows whether it is that entry's. How many begin so. */
static int among_documents(struct call *c, const char *case_id, const char *typed,
			   char h[HASH_TEXT])
{
	struct strbuf detail = STRBUF_INIT;
	struct parts p = PARTS_INIT;
	int64_t n;
	int found = 0;

	if (detail_get(c->home->cache, case_id, &n, &detail, NULL) == ST_OK)
		(void)parts_take_detail(&p, strbuf_str(&detail));
	for (int i = 0; i < p.doc_count; i++)
		if (*typed && strncmp(p.docs[i].h, typed, strlen(typed)) == 0) {
			memcpy(h, p.docs[i].h, HASH_TEXT);
			found++;
		}
	parts_release(&p);
	strbuf_release(&detail);
	return found;
}

/* The document of entry n whose hash begins as typed; one alone may. */
static enum status find_hash(struct call *c, const char *case_id, const char *n, char h[HASH_TEXT],
			     struct err *why)
{
	const char *typed = c->value[FLAG_DOCUMENT];
	struct strbuf payload = STRBUF_INIT;
	struct entry e = ENTRY_INIT;
	struct action a = ACTION_INIT;
	int found = 0;

	if (strlen(typed) == HASH_TEXT - 1) {
		snprintf(h, HASH_TEXT, "%s", typed);
		return ST_OK;
	}
	if (entry_get(c->home->cache, case_id, strtoll(n, NULL, 10), &e, NULL) == ST_OK
	    && jws_payload_unverified(&payload, strbuf_str(&e.jws), NULL) == ST_OK
	    && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK)
		for (int i = 0; i < a.doc_count; i++)
			if (*typed && strncmp(a.docs[i].h, typed, strlen(typed)) == 0) {
				memcpy(h, a.docs[i].h, HASH_TEXT);
				found++;
			}
	action_release(&a);
	strbuf_release(&payload);
	entry_release(&e);
	if (found == 0)
		found = among_documents(c, case_id, typed, h);
	return found == 1 ? ST_OK
			  : err_set(why, ST_NONE, "document-unknown",
				    "%.20s names no document of that entry; give its whole hash",
				    typed);
}

static enum status fill_proposal(struct call *c, struct intent *in, char h[HASH_TEXT],
				 struct err *why)
{
	bool whole = c->given[FLAG_WHOLE], document = c->given[FLAG_DOCUMENT];
	const char *ground = NULL;
	enum status st = ground_of(c, &ground, why);

	if (st != ST_OK)
		return st;
	if (!c->given[FLAG_REASON])
		return err_set(why, ST_BAD_INPUT, "usage-needed", "erase cannot do without: --%s",
			       flag_def(FLAG_REASON)->name);
	if (document && c->count < 2)
		return err_set(why, ST_BAD_INPUT, "usage-needed",
			       "a document goes with the number of its entry: NR POST --document");
	if (whole == (c->count > 1) || (whole && document))
		return err_set(why, ST_BAD_INPUT, "usage-needed",
			       "erase takes one of these: NR POST, NR --whole");
	in->act = "erasure.propose";
	add(in, "what", whole ? "case" : document ? "document" : "entry");
	if (!whole)
		add(in, "n", c->args[1]);
	if (document) {
		st = find_hash(c, in->case_id, c->args[1], h, why);
		add(in, "h", h);
	}
	add(in, "ground", ground);
	add(in, "why", c->value[FLAG_REASON]);
	return st;
}

/* What one person's word carries out cannot be undone, nor a second's. Whether
 * it takes a second for an entry, the central knows: it is asked in any case. */
static bool at_once(const struct intent *in)
{
	if (strcmp(in->act, "erasure.propose") != 0)
		return strcmp(in->act, "erasure.confirm") == 0;
	return erasure_persons(in->args[in->arg_count - 2].value.p, in->args[0].value.p, "") == 1;
}

/* At a terminal it is asked; a script says it beforehand. */
static enum status be_sure(struct call *c, const struct case_row *row, struct err *why)
{
	const char *number = row->file.diary_no[0] ? row->file.diary_no : row->file.id;
	struct strbuf shown = STRBUF_INIT;
	bool yes = c->given[FLAG_YES];
	enum status st = ST_OK;

	strbuf_addf(&shown, "%s  %s\n", number, strbuf_cstr(&row->file.title));
	if (!yes && c->may_ask)
		st = ask_yes(c, strbuf_str(&shown),
			     _("Det som raderas kommer inte tillbaka. Radera? (ja/nej)"), &yes,
			     why);
	strbuf_release(&shown);
	if (st == ST_OK && !yes)
		st = err_set(why, ST_REFUSED, "erase-yes",
			     "what is erased does not come back; add --yes");
	return st;
}

/* The entry that is named is looked for here first. */
static enum status may_name(struct call *c, const struct intent *in, const struct case_row *row,
			    struct err *why)
{
	if (strcmp(in->act, "erasure.propose") != 0)
		return proposal_known(c->home, &row->file, strtoll(in->args[0].value.p, NULL, 10),
				      at_once(in) ? c->home->who.sub : "", why);
	if (c->given[FLAG_WHOLE])
		return ST_OK;
	return proposal_may(c->home, &row->file, strtoll(c->args[1], NULL, 10), why);
}

static enum status sign_it(struct call *c, const struct intent *in, const struct case_row *row,
			   struct err *why)
{
	struct actor actor = home_actor(c->home);
	struct act_result r;
	enum status st = act_may(&actor, in, why);

	if (st == ST_OK)
		st = may_name(c, in, row, why);
	if (st == ST_OK && c->given[FLAG_DRY_RUN]) {
		say_line(
			c, "%s",
			_("Det går, så långt det är känt här: centralen avgör. Inget har signerats."));
		return ST_OK;
	}
	if (st == ST_OK && at_once(in))
		st = be_sure(c, row, why);
	if (st == ST_OK)
		st = call_unlock(c, why);
	if (st != ST_OK)
		return st;
	actor = home_actor(c->home);
	st = act(&actor, in, &r, why);
	if (st == ST_OK)
		st = act_report(c, row, &r, why);
	if (st == ST_OK)
		say_outcome(c, r.item, row);
	return st;
}

enum status verb_erase(struct call *c, struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	struct intent in = { .act = NULL };
	char h[HASH_TEXT] = "";
	enum status st;

	if (c->count == 0)
		return list_waiting(c, why);
	st = call_case(c, 0, &row, why);
	in.case_id = row.file.id;
	if (st == ST_OK && c->given[FLAG_CONFIRM]) {
		in.act = "erasure.confirm";
		add(&in, "n", c->value[FLAG_CONFIRM]);
	} else if (st == ST_OK && c->given[FLAG_WITHDRAW]) {
		in.act = "erasure.withdraw";
		add(&in, "n", c->value[FLAG_WITHDRAW]);
		if (c->given[FLAG_REASON])
			add(&in, "reason", c->value[FLAG_REASON]);
	} else if (st == ST_OK) {
		st = fill_proposal(c, &in, h, why);
	}
	if (st == ST_OK)
		st = sign_it(c, &in, &row, why);
	case_row_release(&row);
	return st;
}
