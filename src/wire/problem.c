/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/problem.h"

#include "base/utf8.h"
#include "wire/json.h"

#include "base/banned.h"

enum { BODY_MAX = 64 * 1024 };

/* RFC 9457: with the type about:blank the title is HTTP's own phrase. */
static const struct {
	int status;
	const char *title;
} titles[] = {
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 426, "Upgrade Required" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 507, "Insufficient Storage" },
};

static const char *title_of(int status)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

bool problem_write(struct strbuf *out, const struct problem *p)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "type", "about:blank");
	jsonw_kv(&w, "title", title_of(p->status));
	jsonw_kv_int(&w, "status", p->status);
	jsonw_kv(&w, "code", p->code);
	/* A detail that quotes broken bytes must not cost the whole answer. */
	if (p->detail[0] && utf8_valid(str_of(p->detail)))
		jsonw_kv(&w, "detail", p->detail);
	if (p->expect)
		jsonw_kv_int(&w, "expect", p->expect);
	if (p->last_hash[0])
		jsonw_kv(&w, "last_hash", p->last_hash);
	if (p->h[0])
		jsonw_kv(&w, "h", p->h);
	if (p->jws[0])
		jsonw_kv(&w, "jws", p->jws);
	jsonw_end_map(&w);
	return !out->failed;
}

bool problem_word(struct strbuf *out, const struct problem *p, const struct problem_said *said)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "device", said->dev);
	jsonw_kv(&w, "refused", p->code);
	jsonw_kv_int(&w, "expect", p->expect);
	jsonw_kv(&w, "last_hash", p->last_hash);
	jsonw_kv(&w, "h", p->h);
	jsonw_kv(&w, "epoch", said->epoch);
	jsonw_kv_int(&w, "at", said->at);
	jsonw_end_map(&w);
	return !out->failed;
}

bool problem_word_says(struct str payload, const struct problem *p, struct problem_said *said)
{
	struct strbuf word = STRBUF_INIT;
	struct json *j = NULL;
	bool same = json_read(&j, payload, NULL) == ST_OK
		    && json_copy_text(j, "epoch", said->epoch, sizeof(said->epoch));

	said->at = same ? json_get_int(j, "at", 0) : 0;
	same = same && problem_word(&word, p, said) && str_eq(payload, strbuf_cstr(&word));
	json_free(j);
	strbuf_release(&word);
	return same;
}

/* Only status and code are needed; what is missing besides stays empty. */
static bool read_tree(struct problem *p, const struct json *j)
{
	int64_t status = json_get_int(j, "status", 0);

	*p = (struct problem){ .expect = json_get_int(j, "expect", 0) };
	if (status < 100 || status > 599 || !json_copy_text(j, "code", p->code, sizeof(p->code)))
		return false;
	p->status = (int)status;
	(void)json_copy_text(j, "detail", p->detail, sizeof(p->detail));
	(void)json_copy_text(j, "last_hash", p->last_hash, sizeof(p->last_hash));
	(void)json_copy_text(j, "h", p->h, sizeof(p->h));
	(void)json_copy_text(j, "jws", p->jws, sizeof(p->jws));
	return true;
}

enum status problem_read(struct problem *p, struct str body, struct err *why)
{
	struct json *j = NULL;
	bool ok = body.n <= BODY_MAX && json_read(&j, body, NULL) == ST_OK && read_tree(p, j);

	json_free(j);
	if (ok)
		return ST_OK;
	*p = (struct problem){ 0 };
	return err_set(
		why, ST_BAD_INPUT, "not-ours",
		"the reply is no problem+json: something else answers in the central's place");
}
