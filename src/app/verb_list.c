/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of cases: of the local copy, and what the central finds. */
#include "app/verb_rows.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/far.h"
#include "app/words.h"
#include "base/i18n.h"
#include "wire/case_json.h"
#include "wire/problem.h"

#include "base/banned.h"

enum { ASKED = 50, ASK_MS = 20 * 1000 };

static const char *age_text(struct call *c, char out[24])
{
	int64_t age = call_age_s(c);

	if (age < 0)
		return NULL;
	words_age(out, age * 1000);
	return out;
}

enum status verb_list(struct call *c, struct err *why)
{
	struct case_query q = CASE_QUERY_INIT;
	struct filter f = FILTER_INIT;
	struct rows r;
	char age[24];
	enum status st = rows_init(&r, c, why);

	if (st == ST_OK)
		st = call_filter(c, &f, c->given[FLAG_FILTER] ? c->value[FLAG_FILTER] : "", why);
	if (st == ST_OK) {
		q.filter = &f;
		rows_begin(&r, "sluss.list/1", true);
		st = rows_local(&r, &q, why);
	}
	if (st == ST_OK) {
		if (!age_text(c, age))
			say_line(c, "%s", _("Inget är hämtat än. Kör: sluss sync"));
		else if (c->out_tty && !c->given[FLAG_JSON])
			say_line(c, _("Data är %s gamla."), age);
		st = rows_end(&r, why);
	}
	filter_release(&f);
	return st;
}

/* --- search ------------------------------------------------------------------------- */

static enum status search_local(struct call *c, struct rows *r, const struct filter *f,
				struct err *why)
{
	struct case_query q = CASE_QUERY_INIT;
	char age[24];
	enum status st;

	q.order = ORDER_RECEIVED;
	q.descending = true;
	q.filter = f;
	rows_begin(r, "sluss.search/1", true);
	st = rows_local(r, &q, why);
	if (st != ST_OK)
		return st;
	if (age_text(c, age))
		say_line(c, _("Sökte i den lokala kopian, %s gammal; --server frågar centralen."),
			 age);
	else
		say_line(c, "%s", _("Inget är hämtat än. Kör: sluss sync"));
	return ST_OK;
}

static enum status not_answered(const struct reply *reply, struct err *why)
{
	struct problem p;
	enum status st = problem_read(&p, strbuf_str(&reply->body), why);

	if (st != ST_OK)
		return st;
	return err_set(why, reply->status == 400 ? ST_BAD_INPUT : ST_REFUSED, p.code, "%s",
		       p.detail);
}

/* Put the rows of a reply. *more: there are more, and they are wanted. */
static enum status put_reply(struct rows *r, const struct reply *reply, struct far_place *at,
			     bool *more, struct err *why)
{
	struct json *j = NULL;
	const struct json *cases;
	enum status st = reply->status == 200 ? json_read(&j, strbuf_str(&reply->body), why)
					      : not_answered(reply, why);

	cases = json_member(j, "cases");
	*more = far_next(j, at);
	for (size_t i = 0; st == ST_OK && i < json_count(cases); i++) {
		struct case_row row = CASE_ROW_INIT;

		if (!case_json_read(&row.file, json_item(cases, i)))
			st = err_set(why, ST_BAD_INPUT, "not-ours", "row %zu is no case", i);
		else
			*more = rows_put(r, &row) && *more;
		case_row_release(&row);
	}
	json_free(j);
	return st;
}

static enum status search_central(struct call *c, struct rows *r, const char *filter,
				  struct err *why)
{
	struct far_place at = { .case_id = "" };
	bool more = true;
	enum status st = call_unlock(c, why);

	if (st == ST_OK)
		rows_begin(r, "sluss.search/1", false);
	while (st == ST_OK && more) {
		struct request q = REQUEST_INIT;
		struct reply reply = REPLY_INIT;

		far_question(&q, filter, ASKED, &at);
		st = engine_ask_now(c->home, &q, ASK_MS, &reply, why);
		if (st == ST_OK)
			st = put_reply(r, &reply, &at, &more, why);
		request_release(&q);
		reply_release(&reply);
	}
	if (st == ST_OK)
		say_line(c, "%s", _("Sökte hos centralen."));
	return st;
}

enum status verb_search(struct call *c, struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	struct filter f = FILTER_INIT;
	struct rows r;
	enum status st = rows_init(&r, c, why);

	for (int i = 0; i < c->count; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", c->args[i]);
	/* A mistake is told here, where the officer's language is known. */
	if (st == ST_OK)
		st = call_filter(c, &f, strbuf_cstr(&text), why);
	if (st == ST_OK)
		st = c->given[FLAG_SERVER] ? search_central(c, &r, strbuf_cstr(&text), why)
					   : search_local(c, &r, &f, why);
	if (st == ST_OK)
		st = rows_end(&r, why);
	filter_release(&f);
	strbuf_release(&text);
	return st;
}
