/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/application.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "domain/personid.h"
#include "sign/hash.h"

#include "base/banned.h"

void application_release(struct application *a)
{
	explicit_bzero(a->party_number, sizeof(a->party_number));
	strbuf_release(&a->title);
	strbuf_release(&a->party);
	strbuf_release(&a->fields);
	for (int i = 0; i < LIMIT_INTAKE_DOCUMENTS; i++)
		strbuf_release(&a->docs[i].bytes);
}

static enum status only(const struct json *map, const char *where, const char *const *known,
			struct err *why)
{
	const char *key = NULL;
	const char *const *k;

	if (json_kind_of(map) != JSON_MAP)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "%s is no JSON object", where);
	while (json_next(map, &key)) {
		for (k = known; *k && strcmp(*k, key) != 0; k++)
			;
		if (!*k)
			return err_set(why, ST_BAD_INPUT, "field-unknown",
				       "%s has a member \"%.60s\" that is not known here", where,
				       key);
	}
	return ST_OK;
}

/* A text member of bounded length; missing is empty. A NUL has no place in
 * any text. */
static enum status text_of(const struct json *map, const char *name, size_t max, struct str *out,
			   struct err *why)
{
	const struct json *j = json_member(map, name);

	*out = (struct str){ "", 0 };
	if (json_kind_of(j) == JSON_NONE || json_kind_of(j) == JSON_NULL_)
		return ST_OK;
	if (json_kind_of(j) != JSON_TEXT)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"%s\" is no text", name);
	*out = json_text(j);
	if (out->n > max)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "\"%s\" has %zu bytes; the limit is %zu", name, out->n, max);
	if (out->n && memchr(out->p, '\0', out->n))
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"%s\" holds a NUL character",
			       name);
	return ST_OK;
}

static enum status keep(struct strbuf *to, struct str s, struct err *why)
{
	return strbuf_set(to, s.p, s.n) ? ST_OK
					: err_set(why, ST_BROKEN, "memory", "out of memory");
}

static enum status read_title(struct application *a, const struct json *j, struct err *why)
{
	struct str s;
	enum status st = text_of(j, "title", TITLE_MAX, &s, why);

	if (st == ST_OK && s.n == 0)
		return err_set(why, ST_BAD_INPUT, "field-missing",
			       "\"title\" is missing: say what the matter is");
	return st == ST_OK ? keep(&a->title, s, why) : st;
}

static enum status check_numbers(struct application *a, const struct json *party, int64_t now,
				 struct err *why)
{
	struct day today = day_in_stockholm(now, NULL, NULL);
	struct str person, org;
	struct err local = ERR_INIT;
	char *number = a->party_number;
	enum status st = text_of(party, "person_no", 40, &person, why);

	if (st == ST_OK)
		st = text_of(party, "org_no", 40, &org, why);
	if (st != ST_OK)
		return st;
	if (person.n && org.n)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a party has a person_no or an org_no, not both");
	if (person.n)
		st = person_no_parse(number, person, today, &local);
	else if (org.n)
		st = org_no_parse(number, org, &local);
	if (st != ST_OK)
		err_set(why, st, local.code, "\"%s\" of the party: %s",
			person.n ? "person_no" : "org_no", local.text);
	snprintf(a->party_kind, sizeof(a->party_kind), "%s", org.n ? "org" : "person");
	return st;
}

static enum status read_party(struct application *a, const struct json *j, int64_t now,
			      struct err *why)
{
	static const char *const known[] = { "name", "person_no", "org_no", "protected", NULL };
	const struct json *party = json_member(j, "party");
	struct str name;
	enum status st;

	if (json_kind_of(party) == JSON_NONE)
		return ST_OK;
	st = only(party, "\"party\"", known, why);
	if (st == ST_OK)
		st = text_of(party, "name", PARTY_MAX, &name, why);
	if (st == ST_OK)
		st = check_numbers(a, party, now, why);
	if (st != ST_OK)
		return st;
	/* "true" or 1 is meant as protection: taken for none, it would show a
	 * person who must not be found. */
	if (json_kind_of(json_member(party, "protected")) != JSON_NONE
	    && json_kind_of(json_member(party, "protected")) != JSON_BOOL)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"protected\" of the party is true or false");
	a->is_protected = json_get_bool(party, "protected", false);
	if (a->is_protected) {
		snprintf(a->party_kind, sizeof(a->party_kind), "protected");
		return ST_OK;
	}
	if (name.n == 0)
		return err_set(why, ST_BAD_INPUT, "field-missing",
			       "\"name\" of the party is missing");
	return keep(&a->party, name, why);
}

static enum status read_arrival(struct application *a, const struct json *j, int64_t now,
				struct err *why)
{
	struct str channel, received;
	enum status st = text_of(j, "channel", sizeof(a->channel) - 1, &channel, why);

	if (st == ST_OK)
		st = text_of(j, "received_at", 40, &received, why);
	if (st != ST_OK)
		return st;
	snprintf(a->channel, sizeof(a->channel), "%.*s", channel.n ? (int)channel.n : 9,
		 channel.n ? channel.p : "e-service");
	a->received_at = now;
	if (received.n && !instant_parse(&a->received_at, received))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"received_at\" is no RFC 3339 time");
	if (a->received_at > now)
		return err_set(why, ST_BAD_INPUT, "received-in-future",
			       "\"received_at\" lies ahead of the central's clock");
	return ST_OK;
}

static enum status read_fields(struct application *a, const struct json *j, struct err *why)
{
	const struct json *fields = json_member(j, "fields");

	if (json_kind_of(fields) == JSON_NONE)
		return keep(&a->fields, str_of("{}"), why);
	if (json_kind_of(fields) != JSON_MAP)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "\"fields\" is no JSON object");
	if (!json_dump(&a->fields, fields))
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	if (a->fields.len > LIMIT_INTAKE_FIELDS)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "\"fields\" has %zu bytes; the limit is %d", a->fields.len,
			       LIMIT_INTAKE_FIELDS);
	return ST_OK;
}

static bool printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
			return false;
	return true;
}

static bool media_type(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] > 0x7E)
			return false;
	return s.n > 2 && memchr(s.p, '/', s.n);
}

static enum status doc_name(struct application_doc *d, struct str name, struct err *why)
{
	struct strbuf nfc = STRBUF_INIT_MAX(DOC_NAME_MAX);
	bool ok = name.n > 0 && printable(name) && utf8_to_nfc(&nfc, name)
		  && nfc.len < sizeof(d->name);

	if (ok)
		memcpy(d->name, strbuf_cstr(&nfc), nfc.len + 1);
	strbuf_release(&nfc);
	return ok ? ST_OK
		  : err_set(why, ST_BAD_INPUT, "field-malformed",
			    "a document's \"name\" has 1-%d bytes without control characters",
			    DOC_NAME_MAX - 1);
}

static enum status read_doc(struct application_doc *d, const struct json *j, struct err *why)
{
	static const char *const known[] = { "name", "mt", "data_b64", NULL };
	struct str name, mt, data = json_get_text(j, "data_b64");
	enum status st = only(j, "a document", known, why);

	if (st == ST_OK)
		st = text_of(j, "name", DOC_NAME_MAX - 1, &name, why);
	if (st == ST_OK)
		st = text_of(j, "mt", sizeof(d->mt) - 1, &mt, why);
	if (st == ST_OK)
		st = doc_name(d, name, why);
	if (st != ST_OK)
		return st;
	if (mt.n && !media_type(mt))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a document's \"mt\" is no media type");
	snprintf(d->mt, sizeof(d->mt), "%.*s", mt.n ? (int)mt.n : 24,
		 mt.n ? mt.p : "application/octet-stream");
	if (!data.p || !b64_decode(&d->bytes, data))
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "a document's \"data_b64\" is no base64");
	if (d->bytes.len > LIMIT_BLOB)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "a document has %zu bytes; the limit is %d", d->bytes.len,
			       LIMIT_BLOB);
	sha256_hex(d->h, strbuf_str(&d->bytes));
	return ST_OK;
}

static enum status read_docs(struct application *a, const struct json *j, struct err *why)
{
	const struct json *docs = json_member(j, "documents");
	enum status st = ST_OK;

	if (json_kind_of(docs) == JSON_NONE)
		return ST_OK;
	if (json_kind_of(docs) != JSON_LIST)
		return err_set(why, ST_BAD_INPUT, "field-malformed", "\"documents\" is no list");
	if (json_count(docs) > LIMIT_INTAKE_DOCUMENTS)
		return err_set(why, ST_BAD_INPUT, "field-too-long",
			       "\"documents\" has %zu; the limit is %d", json_count(docs),
			       LIMIT_INTAKE_DOCUMENTS);
	for (size_t i = 0; st == ST_OK && i < json_count(docs); i++)
		st = read_doc(&a->docs[a->doc_count++], json_item(docs, i), why);
	return st;
}

enum status application_read(struct application *a, struct str json, int64_t now, struct err *why)
{
	static const char *const known[] = { "title",  "party",	    "channel", "received_at",
					     "fields", "documents", NULL };
	struct json *j = NULL;
	enum status st = json_read(&j, json, why);

	if (st == ST_OK)
		st = only(j, "the application", known, why);
	if (st == ST_OK)
		st = read_title(a, j, why);
	if (st == ST_OK)
		st = read_party(a, j, now, why);
	if (st == ST_OK)
		st = read_arrival(a, j, now, why);
	if (st == ST_OK)
		st = read_fields(a, j, why);
	if (st == ST_OK)
		st = read_docs(a, j, why);
	json_free(j);
	return st;
}
