/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/present_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/document.h"
#include "base/i18n.h"
#include "domain/personid.h"
#include "wire/json.h"

#include "base/banned.h"

void words_size(char out[24], int64_t bytes)
{
	if (bytes < 1000)
		snprintf(out, 24, "%lld B", (long long)bytes);
	else if (bytes < 10 * 1000 * 1000)
		snprintf(out, 24, "%lld kB", (long long)((bytes + 999) / 1000));
	else
		snprintf(out, 24, "%lld MB", (long long)((bytes + 999999) / 1000000));
}

const char *words_way(enum part_way way)
{
	switch (way) {
	case WAY_IN:
		return _("in");
	case WAY_OUT:
		return _("ut");
	case WAY_INSIDE:
		break;
	}
	return "–";
}

/* --- Documents ------------------------------------------------------------------- */

const struct table_column present_doc_columns[DOC_COLUMNS] = {
	[DOC_NUMBER] = { N_("Nr"), 3, 0, true, false },
	[DOC_NAME] = { N_("Handling"), 0, 0, false, true },
	[DOC_TYPE] = { N_("Typ"), 8, 0, false, false },
	[DOC_SIZE] = { N_("Storlek"), 8, 0, true, false },
	[DOC_DAY] = { N_("Datum"), 10, 0, false, false },
	[DOC_WAY] = { N_("Väg"), 3, 0, false, false },
	[DOC_HERE] = { N_("Här"), 3, 0, false, false },
};

void present_doc_row(struct table_row *row, struct doc_row_text *t, const struct case_doc *d,
		     int number)
{
	const struct doc_kind *k = doc_kind_declared(d->mt);

	snprintf(t->number, sizeof(t->number), "%d", number);
	words_size(t->size, d->len);
	t->day[0] = '\0';
	if (d->at)
		words_day(t->day, d->at);
	*row = (struct table_row){ .cells = { [DOC_NUMBER] = str_of(t->number),
					      [DOC_NAME] = str_of(d->name),
					      [DOC_TYPE] = str_of(k ? k->word : "?"),
					      [DOC_SIZE] = str_of(t->size),
					      [DOC_DAY] = str_of(t->day),
					      [DOC_WAY] = str_of(words_way(d->way)),
					      [DOC_HERE] = str_of(d->here ? _("ja") : _("nej")) } };
}

void present_doc(struct strbuf *out, const struct case_doc *d, const struct present *p)
{
	char moment[24];

	words_moment(moment, d->at);
	strbuf_addf(out, "%s: %s\n", _("Typ enligt avsändaren"), d->mt[0] ? d->mt : "–");
	strbuf_addf(out, "SHA-256: %s\n", d->h);
	if (d->act[0])
		strbuf_addf(out, "%s: %s, %s, %s\n", _("Kom med"), words_act_done(d->act), moment,
			    names_officer(p->names, d->who));
	if (d->unsent)
		strbuf_addf(out, "%s\n", _("Ligger i utkorgen; inte sänd ännu."));
	strbuf_adds(out, d->here ? _("Finns på den här datorn.")
				 : _("Finns inte på den här datorn: Enter hämtar den."));
}

/* --- Messages ---------------------------------------------------------------------- */

const struct table_column present_message_columns[MSG_COLUMNS] = {
	[MSG_MOMENT] = { N_("Datum"), 16, 0, false, false },
	[MSG_WAY] = { N_("Väg"), 3, 0, false, false },
	[MSG_WHO] = { N_("Vem"), 12, 0, false, false },
	[MSG_WHAT] = { N_("Meddelande"), 0, 0, false, false },
	[MSG_CHANNEL] = { N_("Sätt"), 12, 0, false, false },
};

static const char *sender(const struct case_message *m)
{
	return m->way == WAY_IN ? _("sökanden") : m->who;
}

void present_message_row(struct table_row *row, struct message_row_text *t,
			 const struct case_message *m)
{
	words_moment(t->moment, m->at);
	if (m->unsent)
		strbuf_addf(&t->what, "(%s) ", _("i utkorgen"));
	if (strcmp(m->act, "case.ask") == 0)
		strbuf_addf(&t->what, "%s: ", words_act_done(m->act));
	if (m->subject.len)
		strbuf_addf(&t->what, "%s: ", strbuf_cstr(&m->subject));
	strbuf_add(&t->what, strbuf_cstr(&m->text), m->text.len);
	*row = (struct table_row){ .cells = { [MSG_MOMENT] = str_of(t->moment),
					      [MSG_WAY] = str_of(words_way(m->way)),
					      [MSG_WHO] = str_of(sender(m)),
					      [MSG_WHAT] = strbuf_str(&t->what),
					      [MSG_CHANNEL] = str_of(words_channel(m->channel)) } };
}

void present_message(struct strbuf *out, const struct case_message *m, const struct present *p)
{
	char moment[24];

	words_moment(moment, m->at);
	strbuf_addf(out, "%s: %s\n", m->way == WAY_IN ? _("Från") : _("Av"),
		    m->way == WAY_IN ? _("sökanden") : names_officer(p->names, m->who));
	strbuf_addf(out, "%s: %s\n", _("Tid"), moment);
	if (m->channel[0])
		strbuf_addf(out, "%s: %s\n", _("Sätt"), words_channel(m->channel));
	if (m->subject.len)
		strbuf_addf(out, "%s: %s\n", _("Ämne"), strbuf_cstr(&m->subject));
	if (m->unsent)
		strbuf_addf(out, "%s\n", _("Ligger i utkorgen; inte sänt ännu."));
	strbuf_addc(out, '\n');
	strbuf_add(out, strbuf_cstr(&m->text), m->text.len);
}

/* --- Facts in two columns -------------------------------------------------------------- */

void party_text_release(struct party_text *t)
{
	for (int i = 0; i < PARTY_FACTS_MAX; i++) {
		strbuf_release(&t->text[i]);
		strbuf_release(&t->label[i]);
	}
	*t = (struct party_text){ 0 };
}

/* Room for one more; NULL when there is none. */
static struct strbuf *fact(struct party_text *t, struct str label)
{
	if (t->count >= PARTY_FACTS_MAX)
		return NULL;
	strbuf_add(&t->label[t->count], label.p, label.n);
	return &t->text[t->count++];
}

static void say(struct party_text *t, const char *label, const char *text)
{
	struct strbuf *to = text[0] ? fact(t, str_of(label)) : NULL;

	if (to)
		strbuf_adds(to, text);
}

static void point(struct party_text *t)
{
	for (int i = 0; i < t->count; i++)
		t->facts[i] =
			(struct case_pair){ strbuf_cstr(&t->label[i]), strbuf_str(&t->text[i]) };
}

/* --- Parties ------------------------------------------------------------------------ */

void mask_number(struct strbuf *out, struct str text, struct day today)
{
	char number[13];

	if (text.n > 4 && text.n < 40 && person_no_parse(number, text, today, NULL) == ST_OK) {
		strbuf_add(out, text.p, text.n - 4);
		strbuf_adds(out, "****");
	} else {
		strbuf_add(out, text.p, text.n);
	}
	explicit_bzero(number, sizeof(number));
}

/* Members of an application's fields that e-services use. */
static const struct {
	const char *name, *label;
} fields[] = {
	{ "email", N_("E-post") },    { "e-mail", N_("E-post") },
	{ "phone", N_("Telefon") },   { "mobile", N_("Mobil") },
	{ "address", N_("Adress") },  { "postcode", N_("Postnummer") },
	{ "city", N_("Ort") },	      { "property", N_("Fastighet") },
	{ "contact", N_("Kontakt") }, { "channel", N_("Vill ha svar med") },
	{ "agent", N_("Ombud") },     { "person_no", N_("Personnummer") },
};

static struct str label_of(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcasecmp(fields[i].name, name) == 0)
			return str_of(_(fields[i].label));
	return str_of(name);
}

static void take_field(struct party_text *t, const char *name, const struct json *v,
		       const struct present *p)
{
	struct str text = json_text(v);
	struct strbuf *to = fact(t, label_of(name));

	if (!to)
		return;
	if (text.p)
		mask_number(to, text, p->today);
	else
		(void)json_dump(to, v);
}

static const char *kind_word(const char *kind)
{
	if (strcmp(kind, "org") == 0)
		return _("organisation");
	return strcmp(kind, "person") == 0 ? _("enskild person") : kind;
}

void present_parties(struct party_text *t, const struct casefile *c, struct str detail,
		     const struct present *p)
{
	const struct json *rows, *v;
	struct json *j = NULL;
	const char *key = NULL;
	char kind[16] = "";
	struct str shown = present_party(c);
	struct strbuf *to;

	party_text_release(t);
	if (detail.n > 0 && json_read(&j, detail, NULL) == ST_OK)
		(void)json_copy_text(json_member(j, "party"), "kind", kind, sizeof(kind));
	t->parties = shown.n > 0 ? 1 : 0;
	to = fact(t, str_of(_("Sökande")));
	if (to)
		strbuf_add(to, shown.p, shown.n);
	if (c->protection != PROTECT_IDENTITY && strcmp(kind, "protected") != 0) {
		say(t, _("Slag"), kind_word(kind));
		say(t, _("Kom in genom"), words_channel(c->channel));
		rows = json_member(j, "fields");
		while ((v = json_next(rows, &key)) != NULL)
			take_field(t, key, v, p);
	}
	json_free(j);
	point(t);
}

/* --- The decision -------------------------------------------------------------------- */

static void tell_dispatch(struct party_text *t, const struct parts *parts)
{
	const struct action *a = &parts->dispatch;
	struct strbuf *to = fact(t, str_of(_("Expedierat")));

	if (!to)
		return;
	if (!a->def)
		strbuf_adds(to, _("inte ännu"));
	else if (strcmp(a->def->name, "case.dispatch") == 0)
		strbuf_addf(to, "%s, %s", action_get(a, "on"),
			    words_channel(action_get(a, "channel")));
	else
		strbuf_addf(to, "%s: %s", _("nej"), action_get(a, "ground"));
}

static void tell_letter(struct party_text *t, const struct action *a)
{
	struct strbuf *to = a->doc_count > 0 ? fact(t, str_of(_("Brevet"))) : NULL;

	if (to)
		strbuf_addf(to, "SHA-256 %.4s %.4s %.4s …  (Enter)", a->docs[0].h, a->docs[0].h + 4,
			    a->docs[0].h + 8);
}

void present_decision(struct party_text *t, struct strbuf *out, const struct parts *parts,
		      const struct casefile *c, const struct present *p)
{
	const struct action *a = &parts->decision;
	const char *omitted = action_get(a, "reasons_omitted");

	party_text_release(t);
	say(t, _("Utfall"), names_outcome(p->names, c->type, action_get(a, "outcome")));
	say(t, _("Beslutsdag"), action_get(a, "decided_on"));
	say(t, _("Beslutsfattare"), names_officer(p->names, action_get(a, "decider")));
	if (action_get(a, "rapporteur")[0])
		say(t, _("Föredragande"), names_officer(p->names, action_get(a, "rapporteur")));
	say(t, _("Deltog också"), action_get(a, "participants"));
	say(t, _("Lagrum"), action_get(a, "legal_basis"));
	say(t, _("Delegation"), action_get(a, "delegation"));
	tell_letter(t, a);
	tell_dispatch(t, parts);
	if (parts->decision_unsent)
		say(t, _("Läge"), _("signerat, ligger i utkorgen"));
	point(t);
	strbuf_addf(out, "%s\n%s\n", _("BESLUT"), action_get(a, "content"));
	if (action_get(a, "reasons")[0])
		strbuf_addf(out, "\n%s\n%s\n", _("SKÄL"), action_get(a, "reasons"));
	if (omitted[0])
		strbuf_addf(out, "\n%s\n%s\n", _("SKÄL UTELÄMNADE"), words_ground(omitted));
}
