/* SPDX-License-Identifier: EUPL-1.2 */
/* lookup - POST /v1/lookup: what a contact center may say of a case. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "central/call.h"
#include "central/lookup_key.h"
#include "domain/diary.h"
#include "domain/filter.h"
#include "domain/personid.h"
#include "domain/phone.h"
#include "domain/role.h"

#include "base/banned.h"

/* One look-up: what is asked for, and what was found. */
struct lookup {
	struct call *k;
	struct strbuf query; /* wiped when it is released */
	const char *kind;    /* for the log: what kind of thing was asked for */
	int64_t reason, now;
	int count; /* ids: cases that may be shown */
	char ids[LIMIT_LOOKUP_HITS + 1][UUID_TEXT];
};

/* As pasted from anywhere: every blank is one, every dash is one, and none stand
 * around it. */
static void tidy(struct strbuf *out, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t cp = utf8_next(s, &at);

		if (cp < 0)
			strbuf_addc(out, '?');
		else if (utf8_is_dash(cp))
			strbuf_addc(out, '-');
		else if (!utf8_is_blank(cp))
			strbuf_add(out, s.p + from, at - from);
		else if (out->len)
			strbuf_addc(out, ' ');
	}
	while (out->len && out->data[out->len - 1] == ' ')
		strbuf_cut(out, out->len - 1);
}

static enum status read_body(struct lookup *l, struct err *why)
{
	static const char *const known[] = { "query", "reason", NULL };
	char query[LIMIT_LOOKUP_TEXT + 1];
	struct json *j = NULL;
	enum status st = body_map(l->k, known, &j, why);

	if (st == ST_OK)
		st = need_text(j, "query", query, sizeof(query), why);
	if (st == ST_OK) {
		tidy(&l->query, str_of(query));
		explicit_bzero(query, sizeof(query));
		l->reason = json_get_int(j, "reason", 0);
		if (l->reason < 1 || l->reason > 4)
			st = err_set(why, ST_BAD_INPUT, "lookup-reason",
				     "\"reason\" says why it is looked up: 1 status,"
				     " 2 supplementary information, 3 complaint, 4 other");
	}
	json_free(j);
	return st;
}

static enum status not_too_often(struct lookup *l, struct err *why)
{
	int64_t count = 0;
	enum status st = lookup_count(l->k->c->db, l->k->who.officer.id, l->now - LOOKUPS_WINDOW_MS,
				      &count, why);

	if (st == ST_OK && count >= LIMIT_LOOKUPS)
		st = err_set(why, ST_REFUSED, "too-many-lookups",
			     "more than %d look-ups in ten minutes; it takes up to ten minutes"
			     " until there is room again",
			     LIMIT_LOOKUPS);
	return st;
}

/* The scopes in which cases are looked up, as a JSON list: for the contact role
 * those of every unit. Secrecy and protected identities give nothing here, whatever
 * the clearance. */
static enum status open_scopes(struct lookup *l, struct strbuf *out, struct err *why)
{
	const struct rights *who = &l->k->who;
	bool contact = who->officer.roles & ROLE_CONTACT;
	struct scope_row s = { 0 };
	enum status st;

	strbuf_adds(out, "[");
	while ((st = scope_after(l->k->c->db, s.id, &s, why)) == ST_OK)
		if (s.class == PROTECT_NONE && (contact || rights_see(who, s.id)))
			strbuf_addf(out, "%s%" PRId64, out->len > 1 ? "," : "", s.id);
	for (int i = who->count - who->granted; i < who->count; i++)
		strbuf_addf(out, "%s%" PRId64, out->len > 1 ? "," : "", who->scope[i]);
	strbuf_adds(out, "]");
	return st == ST_NONE ? ST_OK : st;
}

/* --- What is asked for -------------------------------------------------------- */

/* The digits alone, of a text of digits, blanks and signs, into `digits`: how
 * many, 0 if anything else stands there. *sign: the first sign, 0 if none. */
static size_t only_digits(struct str s, char digits[13], char *sign)
{
	size_t n = 0;

	*sign = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9' && n < 12)
			digits[n++] = c;
		else if (c == '-' || c == '+')
			*sign = *sign ? *sign : c;
		else if (c != ' ')
			return 0;
	}
	digits[n] = '\0';
	return n;
}

/* A number of a person or an organisation, in any grouping? false: it is
 * something else. The third of ten digits tells which. */
static bool party_number(struct lookup *l, char out[13], enum status *st, struct err *why)
{
	char digits[13] = "", dashed[14] = "", sign;
	size_t n = only_digits(strbuf_str(&l->query), digits, &sign);

	if (n != 10 && n != 12)
		return false;
	snprintf(dashed, sizeof(dashed), "%.*s%c%s", (int)n - 4, digits,
		 n == 10 && sign == '+' ? '+' : '-', digits + n - 4);
	if (n == 10 && digits[2] >= '2') {
		l->kind = "organisation";
		*st = org_no_parse(out, str_of(dashed), why);
	} else {
		l->kind = "person";
		*st = person_no_parse(out, str_of(dashed), day_in_stockholm(l->now, NULL, NULL),
				      why);
	}
	explicit_bzero(digits, sizeof(digits));
	explicit_bzero(dashed, sizeof(dashed));
	return true;
}

static enum status keep_if_open(struct lookup *l, const char *id, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct err unseen = ERR_INIT;
	enum sight sight;
	enum status st = rights_glance(l->k->c->db, &l->k->who, id, &s, &sight, &unseen);

	if (st == ST_OK && s.file.protection == PROTECT_NONE
	    && strcmp(s.party_kind, "protected") != 0 && l->count <= LIMIT_LOOKUP_HITS)
		memcpy(l->ids[l->count++], id, UUID_TEXT);
	if (st != ST_OK && st != ST_NONE)
		err_set(why, st, unseen.code, "%s", unseen.text);
	stored_case_release(&s);
	return st == ST_NONE ? ST_OK : st;
}

/* A short number means this year, in every committee. */
static enum status find_number(struct lookup *l, struct diary_no d, struct err *why)
{
	const struct registry *r = &l->k->c->registry;
	bool any = d.committee[0] == '\0';
	enum status st = ST_OK;

	l->kind = "case";
	if (d.year == 0)
		d.year = day_in_stockholm(l->now, NULL, NULL).y;
	for (int i = 0; i < r->committee_count && st == ST_OK; i++) {
		char text[DIARY_MAX], id[UUID_TEXT];

		if (any)
			snprintf(d.committee, sizeof(d.committee), "%s",
				 r->committees[i].diary_prefix);
		else if (i > 0)
			break;
		diary_format(text, &d);
		st = lookup_number(l->k->c->db, text, id, why);
		if (st == ST_OK)
			st = keep_if_open(l, id, why);
		else if (st == ST_NONE)
			st = ST_OK;
	}
	return st;
}

static enum status find_hashes(struct lookup *l, const char *hashes, int count, struct err *why)
{
	struct strbuf scopes = STRBUF_INIT;
	enum status st = open_scopes(l, &scopes, why);

	if (st == ST_OK)
		st = lookup_find(l->k->c->db, hashes, count, strbuf_cstr(&scopes),
				 LIMIT_LOOKUP_HITS + 1, l->ids, &l->count, why);
	strbuf_release(&scopes);
	return st;
}

static enum status find_party(struct lookup *l, const char *number, struct err *why)
{
	char h[LOOKUP_HASH], list[LOOKUP_HASH + 8];

	lookup_hash(l->k->c, 'n', str_of(number), h);
	snprintf(list, sizeof(list), "[\"%s\"]", h);
	return find_hashes(l, list, 1, why);
}

/* One word finds half a town: a name and a street are asked for. */
static enum status find_words(struct lookup *l, struct err *why)
{
	struct strbuf folded = STRBUF_INIT_MAX(4 * LIMIT_LOOKUP_TEXT), list = STRBUF_INIT;
	char h[LOOKUP_HASH];
	enum status st = ST_OK;
	struct str word;
	size_t at = 0;
	int count = 0;

	l->kind = "words";
	strbuf_adds(&list, "[");
	if (utf8_fold(&folded, strbuf_str(&l->query), true))
		while (count < LIMIT_LOOKUP_WORDS
		       && filter_next_word(strbuf_str(&folded), &at, &word)) {
			lookup_hash(l->k->c, 'w', word, h);
			/* A word said twice is one word. */
			if (strstr(strbuf_cstr(&list), h))
				continue;
			strbuf_addf(&list, "%s\"%s\"", count++ ? "," : "", h);
		}
	strbuf_adds(&list, "]");
	if (count < 2)
		st = err_set(why, ST_BAD_INPUT, "lookup-words",
			     "look up a case number, a number of a person or an organisation,"
			     " or at least two words: a name and a street");
	if (st == ST_OK)
		st = find_hashes(l, strbuf_cstr(&list), count, why);
	strbuf_release(&folded);
	strbuf_release(&list);
	return st;
}

/* "Berg 4" is a name and a number, where no committee is called so. */
static bool of_committee(const struct lookup *l, const struct diary_no *d)
{
	const struct registry *r = &l->k->c->registry;

	for (int i = 0; i < r->committee_count && d->committee[0]; i++)
		if (strcmp(r->committees[i].diary_prefix, d->committee) == 0)
			return true;
	return d->committee[0] == '\0' || d->year > 0;
}

static enum status find(struct lookup *l, struct err *why)
{
	bool phone = phone_whole(strbuf_str(&l->query));
	struct diary_no d;
	char number[13] = "";
	enum status st = ST_OK;

	if (party_number(l, number, &st, phone ? NULL : why) && (st == ST_OK || !phone)) {
		if (st == ST_OK)
			st = find_party(l, number, why);
		explicit_bzero(number, sizeof(number));
		return st;
	}
	if (phone)
		return err_set(why, ST_BAD_INPUT, "lookup-phone",
			       "that is a telephone number, by which nothing is kept; ask for a"
			       " case number, or a name and a street");
	if (diary_parse(&d, strbuf_str(&l->query)) && of_committee(l, &d))
		return find_number(l, d, why);
	return find_words(l, why);
}

/* --- What is said ---------------------------------------------------------------- */

/* What is public of a case, and nothing of a party. */
static enum status write_hit(struct lookup *l, struct jsonw *w, const char *id, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = case_load(l->k->c->db, id, &s, why);

	if (st == ST_OK) {
		jsonw_map(w);
		jsonw_kv(w, "case_id", s.file.id);
		jsonw_kv(w, "diary_no", s.file.diary_no);
		jsonw_kv(w, "type", s.file.type);
		jsonw_kv(w, "unit", s.file.unit);
		jsonw_kv(w, "status", case_state_name(s.file.state));
		jsonw_kv_instant(w, "received_at", s.file.received_at);
		jsonw_kv(w, "due_on", s.file.due_on);
		jsonw_end_map(w);
	}
	stored_case_release(&s);
	return st;
}

static enum status answer(struct lookup *l, struct err *why)
{
	int shown = l->count < LIMIT_LOOKUP_HITS ? l->count : LIMIT_LOOKUP_HITS;
	struct jsonw w;
	enum status st = ST_OK;

	reply_type(l->k->out, 200, TYPE_JSON);
	jsonw_init(&w, &l->k->out->body);
	jsonw_map(&w);
	jsonw_key(&w, "hits");
	jsonw_list(&w);
	for (int i = 0; st == ST_OK && i < shown; i++)
		st = write_hit(l, &w, l->ids[i], why);
	jsonw_end_list(&w);
	jsonw_kv_bool(&w, "more", l->count > shown);
	jsonw_end_map(&w);
	return st;
}

/* Logged before it is shown: an answer that could not be logged is none. */
static enum status log_it(struct lookup *l, struct err *why)
{
	struct lookup_row r = { .at = l->now,
				.officer = l->k->who.officer.id,
				.dev = l->k->device.id,
				.kind = l->kind,
				.reason = (int)l->reason,
				.shown = l->count < LIMIT_LOOKUP_HITS ? l->count
								      : LIMIT_LOOKUP_HITS };

	return lookup_log(l->k->c->db, &r, (const char(*)[UUID_TEXT])l->ids, why);
}

enum status handle_lookup(struct call *k, struct err *why)
{
	struct lookup l = { .k = k, .query = STRBUF_INIT, .now = central_now(k->c) };
	enum status st = read_body(&l, why);

	if (st == ST_OK)
		st = db_begin(k->c->db, why);
	if (st == ST_OK) {
		st = not_too_often(&l, why);
		if (st == ST_OK)
			st = find(&l, why);
		if (st == ST_OK)
			st = log_it(&l, why);
		if (st == ST_OK)
			st = answer(&l, why);
		if (st == ST_OK)
			st = db_commit(k->c->db, why);
		db_rollback(k->c->db);
	}
	if (l.query.data)
		explicit_bzero(l.query.data, l.query.len);
	strbuf_release(&l.query);
	return st;
}
