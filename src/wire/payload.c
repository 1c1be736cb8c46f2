/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/payload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "wire/members.h"

#include "base/banned.h"

enum { PAYLOAD_VERSION = 1, SALT_TEXT = 22 };

static bool write_version(struct jsonw *w, const void *from, struct err *why)
{
	(void)from;
	(void)why;
	jsonw_int(w, PAYLOAD_VERSION);
	return true;
}

static bool read_version(void *to, const struct json *j, struct err *why)
{
	int64_t v;

	(void)to;
	(void)why;
	return json_int(j, &v) && v == PAYLOAD_VERSION;
}

static bool write_salt(struct jsonw *w, const void *from, struct err *why)
{
	const struct action *a = from;
	struct strbuf text = STRBUF_INIT_MAX(SALT_TEXT + 2);
	bool ok = b64url_encode(&text, a->salt, sizeof(a->salt));

	(void)why;
	jsonw_text(w, strbuf_str(&text));
	strbuf_release(&text);
	return ok;
}

static bool read_salt(void *to, const struct json *j, struct err *why)
{
	struct action *a = to;
	struct str s = json_text(j);

	(void)why;
	return s.p && s.n == SALT_TEXT && b64url_decode_exact(a->salt, sizeof(a->salt), s);
}

static const struct member base_rows[] = {
	MEMBER("n", MB_COUNT, false, action, base_n),
	MEMBER("eh", MB_HASH, false, action, base_eh),
};
static const struct members base_members = { base_rows, MEMBER_COUNT(base_rows), "payload-member",
					     true };

static bool write_base(struct jsonw *w, const void *from, struct err *why)
{
	enum status st;

	jsonw_map(w);
	st = members_write(w, &base_members, from, why);
	jsonw_end_map(w);
	return st == ST_OK;
}

static bool read_base(void *to, const struct json *j, struct err *why)
{
	return members_read(to, &base_members, j, why) == ST_OK;
}

static bool write_act(struct jsonw *w, const void *from, struct err *why)
{
	(void)why;
	jsonw_cstr(w, ((const struct action *)from)->def->name);
	return true;
}

static bool write_av(struct jsonw *w, const void *from, struct err *why)
{
	(void)why;
	jsonw_int(w, ((const struct action *)from)->def->version);
	return true;
}

/* Judged before the other members, since the arguments depend on them. */
static bool read_already(void *to, const struct json *j, struct err *why)
{
	(void)to;
	(void)j;
	(void)why;
	return true;
}

/* A decimal integer in its one spelling. */
static bool integer_of(int64_t *v, const char *text)
{
	char again[24];
	char *end;

	errno = 0;
	*v = strtoll(text, &end, 10);
	snprintf(again, sizeof(again), "%" PRId64, *v);
	return !errno && *text && !*end && strcmp(again, text) == 0;
}

static bool write_args(struct jsonw *w, const void *from, struct err *why)
{
	const struct action *a = from;
	const struct arg_def *d = a->def->args;
	bool ok = true;

	(void)why;
	jsonw_map(w);
	for (int i = 0; i < ACTION_ARGS_MAX && d[i].name; i++) {
		int64_t v;

		if (!a->has[i])
			continue;
		jsonw_key(w, d[i].name);
		if (d[i].kind != ARG_INT)
			jsonw_text(w, strbuf_str(&a->arg[i]));
		else if (integer_of(&v, strbuf_cstr(&a->arg[i])))
			jsonw_int(w, v);
		else
			ok = false;
	}
	jsonw_end_map(w);
	return ok;
}

static bool read_arg(struct action *a, const char *name, const struct json *j, struct err *why)
{
	int i = action_arg_index(a->def, str_of(name));
	struct str s = json_text(j);
	char number[24];
	int64_t v;

	if (i >= 0 && a->def->args[i].kind == ARG_INT) {
		s.p = json_int(j, &v) ? number : NULL;
		if (s.p)
			s.n = (size_t)snprintf(number, sizeof(number), "%" PRId64, v);
	}
	if (i >= 0 && s.p)
		return action_set(a, name, s, NULL) == ST_OK;
	(void)err_set(why, ST_BAD_INPUT, "payload-member", "%s: argument \"%.40s\" is %s",
		      a->def->name, name, i < 0 ? "unknown" : "of another kind");
	return false;
}

static bool read_args(void *to, const struct json *j, struct err *why)
{
	const char *key = NULL;
	const struct json *v;

	while ((v = json_next(j, &key)))
		if (!read_arg(to, key, v, why))
			return false;
	return json_kind_of(j) == JSON_MAP;
}

static const struct member doc_rows[] = {
	MEMBER("h", MB_HASH, false, action_doc, h),
	MEMBER("len", MB_COUNT, false, action_doc, len),
	MEMBER("mt", MB_TEXT, false, action_doc, mt),
	MEMBER("name", MB_TEXT, false, action_doc, name),
};
static const struct members doc_members = { doc_rows, MEMBER_COUNT(doc_rows), "payload-member",
					    true };

static bool write_docs(struct jsonw *w, const void *from, struct err *why)
{
	const struct action *a = from;
	bool ok = a->doc_count >= 0 && a->doc_count <= ACTION_DOCS_MAX;

	jsonw_list(w);
	for (int i = 0; ok && i < a->doc_count; i++) {
		jsonw_map(w);
		ok = members_write(w, &doc_members, &a->docs[i], why) == ST_OK;
		jsonw_end_map(w);
	}
	jsonw_end_list(w);
	return ok;
}

static bool read_docs(void *to, const struct json *j, struct err *why)
{
	struct action *a = to;

	if (json_kind_of(j) != JSON_LIST || json_count(j) > ACTION_DOCS_MAX)
		return false;
	a->doc_count = (int)json_count(j);
	for (int i = 0; i < a->doc_count; i++)
		if (members_read(&a->docs[i], &doc_members, json_item(j, (size_t)i), why) != ST_OK)
			return false;
	return true;
}

/* The order of the rows is the order of the bytes. */
static const struct member payload_rows[] = {
	MEMBER_OWN("v", write_version, read_version),
	MEMBER("aud", MB_ID, false, action, aud),
	MEMBER_OWN("salt", write_salt, read_salt),
	MEMBER("iid", MB_UUID, false, action, iid),
	MEMBER("sub", MB_ID, false, action, sub),
	MEMBER("dev", MB_ID, false, action, dev),
	MEMBER("ctr", MB_COUNT, false, action, ctr),
	MEMBER("prev", MB_HASH, false, action, prev),
	MEMBER("case", MB_UUID, false, action, case_id),
	MEMBER_OWN("base", write_base, read_base),
	MEMBER("pre", MB_COUNT, false, action, pre),
	MEMBER_OWN("act", write_act, read_already),
	MEMBER_OWN("av", write_av, read_already),
	MEMBER_OWN("args", write_args, read_args),
	MEMBER_OWN("docs", write_docs, read_docs),
	MEMBER("sup", MB_UUID, true, action, sup),
	MEMBER("epoch", MB_UUID, false, action, epoch),
	MEMBER("seq", MB_COUNT, false, action, seq),
	MEMBER("ts", MB_INSTANT, false, action, ts),
	MEMBER("skew", MB_INT, false, action, skew),
};
static const struct members payload_members = { payload_rows, MEMBER_COUNT(payload_rows),
						"payload-member", true };

/* An applicant's words are kept byte for byte; all else stands in NFC. */
static enum status check_nfc(const struct action *a, struct err *why)
{
	for (int i = 0; i < ACTION_ARGS_MAX && a->def->args[i].name; i++)
		if (a->has[i] && a->def->args[i].kind != ARG_FREE
		    && !utf8_is_nfc(strbuf_str(&a->arg[i])))
			return err_set(why, ST_BAD_INPUT, "payload-nfc",
				       "%s: argument \"%s\" is not in Unicode form NFC",
				       a->def->name, a->def->args[i].name);
	for (int i = 0; i < a->doc_count; i++)
		if (!utf8_is_nfc(str_of(a->docs[i].name)) || !utf8_is_nfc(str_of(a->docs[i].mt)))
			return err_set(why, ST_BAD_INPUT, "payload-nfc",
				       "%s: name or type of document %d is not in Unicode form NFC",
				       a->def->name, i + 1);
	return ST_OK;
}

static enum status too_long(size_t n, struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "payload-size",
		       "the action takes %zu bytes; the limit is %d", n, PAYLOAD_MAX);
}

enum status payload_write(struct strbuf *out, const struct action *a, struct err *why)
{
	struct jsonw w;
	size_t before = out->len;
	enum status st;

	if (!a->def)
		return err_set(why, ST_BAD_INPUT, "act-unknown", "the action names no act");
	jsonw_init(&w, out);
	jsonw_map(&w);
	st = members_write(&w, &payload_members, a, why);
	jsonw_end_map(&w);
	if (st == ST_OK)
		st = check_nfc(a, why);
	if (st == ST_OK && out->len - before > PAYLOAD_MAX)
		st = too_long(out->len - before, why);
	if (st == ST_OK && out->failed)
		st = err_set(why, ST_BAD_INPUT, "payload-member",
			     "%s: a text is not valid UTF-8, or the buffer is full", a->def->name);
	if (st != ST_OK)
		strbuf_cut(out, before);
	return st;
}

static bool has_float(const struct json *j)
{
	const char *key = NULL;
	const struct json *v;
	bool found = json_kind_of(j) == JSON_FLOAT;

	while (!found && (v = json_next(j, &key)))
		found = has_float(v);
	for (size_t i = 0; !found && json_kind_of(j) == JSON_LIST && i < json_count(j); i++)
		found = has_float(json_item(j, i));
	return found;
}

static enum status read_def(const struct action_def **def, const struct json *j, struct err *why)
{
	struct str act = json_get_text(j, "act");
	int64_t av = json_get_int(j, "av", -1);

	if (!act.p || av < 0)
		return err_set(why, ST_BAD_INPUT, "payload-member",
			       "member \"act\" or \"av\" is missing or of another kind");
	*def = action_find(act);
	if (!*def || (*def)->version != av)
		return err_set(why, ST_BAD_INPUT, "act-unknown",
			       "act \"%.*s\" version %" PRId64 " is not in the catalogue",
			       (int)(act.n < 40 ? act.n : 40), act.p, av);
	return ST_OK;
}

enum status payload_read_tree(struct action *a, struct str json, const struct json *j,
			      struct err *why)
{
	const struct action_def *def = NULL;
	enum status st;

	if (json.n > PAYLOAD_MAX)
		return too_long(json.n, why);
	if (has_float(j))
		return err_set(why, ST_BAD_INPUT, "payload-float",
			       "a number with a fraction or an exponent has no place in an action");
	st = read_def(&def, j, why);
	if (st != ST_OK)
		return st;
	action_reset(a, def);
	st = members_read(a, &payload_members, j, why);
	return st == ST_OK ? check_nfc(a, why) : st;
}

enum status payload_read(struct action *a, struct str json, struct err *why)
{
	struct err detail = ERR_INIT;
	struct json *j;
	enum status st;

	if (json.n > PAYLOAD_MAX)
		return too_long(json.n, why);
	if (json_read(&j, json, &detail) != ST_OK)
		return err_set(why, ST_BAD_INPUT, "payload-syntax", "%s", detail.text);
	st = payload_read_tree(a, json, j, why);
	json_free(j);
	return st;
}

static const struct member login_rows[] = {
	MEMBER("aud", MB_ID, false, login, aud),
	MEMBER("dev", MB_ID, false, login, dev),
	MEMBER("challenge", MB_ID, false, login, challenge),
	MEMBER("ts", MB_INSTANT, false, login, ts),
};
static const struct members login_members = { login_rows, MEMBER_COUNT(login_rows), "login-member",
					      true };

bool login_write(struct strbuf *out, const struct login *l)
{
	return members_put(out, &login_members, l);
}

enum status login_read(struct login *l, struct str json, struct err *why)
{
	return members_get(l, &login_members, json, why);
}

/* Not strict: a later central may say more of a device than this one does. */
static const struct member certificate_rows[] = {
	MEMBER("kid", MB_ID, false, certificate, kid),
	MEMBER("x", MB_ID, false, certificate, x),
	MEMBER("sub", MB_ID, false, certificate, sub),
	MEMBER("dev", MB_ID, false, certificate, dev),
	MEMBER("nbf", MB_INSTANT, false, certificate, nbf),
	MEMBER("exp", MB_INSTANT, false, certificate, exp),
};
static const struct members certificate_members = { certificate_rows,
						    MEMBER_COUNT(certificate_rows),
						    "certificate-member", false };

bool certificate_write(struct strbuf *out, const struct certificate *c)
{
	return members_put(out, &certificate_members, c);
}

enum status certificate_read(struct certificate *c, struct str json, struct err *why)
{
	return members_get(c, &certificate_members, json, why);
}

static const struct member rotation_rows[] = {
	MEMBER("aud", MB_ID, false, rotation, aud),
	MEMBER("dev", MB_ID, false, rotation, dev),
	MEMBER("kid", MB_ID, false, rotation, kid),
	MEMBER("x", MB_ID, false, rotation, x),
	MEMBER("through", MB_COUNT, false, rotation, through),
	MEMBER("proof", MB_ID, false, rotation, proof),
	MEMBER("ts", MB_INSTANT, false, rotation, ts),
};
static const struct members rotation_members = { rotation_rows, MEMBER_COUNT(rotation_rows),
						 "rotation-member", true };

bool rotation_write(struct strbuf *out, const struct rotation *r)
{
	return members_put(out, &rotation_members, r);
}

enum status rotation_read(struct rotation *r, struct str json, struct err *why)
{
	return members_get(r, &rotation_members, json, why);
}
