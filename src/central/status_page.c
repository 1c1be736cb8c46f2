/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "domain/letter.h"
#include "sign/hash.h"

#include "base/banned.h"

enum { CODE_CHARS = 22 };

/* What the applicant reads for each status. */
static const char *const words[CASE_STATE_COUNT] = {
	[CASE_RECEIVED] = "Vi har tagit emot din ansökan.",
	[CASE_REGISTERED] =
		"Vi har tagit emot och diariefört din ansökan. Den väntar på en handläggare.",
	[CASE_OPEN] = "En handläggare arbetar med ditt ärende.",
	[CASE_WAITING] = "Ditt ärende väntar på uppgifter.",
	[CASE_PROPOSED] = "Ett förslag till beslut är framme och ska prövas.",
	[CASE_DECIDED] = "Beslut är fattat. Det skickas till dig.",
	[CASE_DISPATCHED] = "Beslutet har skickats.",
	[CASE_CLOSED] = "Ärendet är avslutat.",
	[CASE_ARCHIVED] = "Ärendet är avslutat och arkiverat.",
};

static void day_of(char out[DAY_TEXT], int64_t at)
{
	day_format(out, day_in_stockholm(at, NULL, NULL));
}

static void fact(struct strbuf *out, const char *name, struct str value)
{
	strbuf_addf(out, "<dt>%s</dt><dd>", name);
	xml_escape(out, value, false);
	strbuf_adds(out, "</dd>\n");
}

/* Neither the title nor the party: whoever finds the code learns nothing
 * about a person. */
static void page(struct strbuf *out, const struct call *k, const struct stored_case *s)
{
	const struct casetype *type = registry_type(&k->c->registry, s->file.type);
	char day[DAY_TEXT];

	strbuf_adds(
		out,
		"<!DOCTYPE html>\n<html lang=\"sv\"><head><meta charset=\"utf-8\"/>"
		"<meta name=\"viewport\" content=\"width=device-width\"/>"
		"<meta name=\"robots\" content=\"noindex\"/><title>Ditt ärende</title></head>\n<body><main>\n<h1>");
	xml_escape(out, str_of(type ? type->name.sv : "Ditt ärende"), false);
	strbuf_addf(out, "</h1>\n<p><strong>%s</strong></p>\n<dl>\n", words[s->file.state]);
	fact(out, "Diarienummer", str_of(s->file.diary_no));
	day_of(day, s->file.received_at);
	fact(out, "Kom in", str_of(day));
	if (s->file.due_on[0] && s->file.state < CASE_DECIDED)
		fact(out, "Beräknas klart senast", str_of(s->file.due_on));
	day_of(day, s->file.changed_at);
	fact(out, "Senast ändrat", str_of(day));
	strbuf_adds(out, "</dl>\n<p>");
	xml_escape(out, str_of(k->c->name), false);
	strbuf_adds(out, "</p>\n</main></body></html>\n");
}

enum status handle_status_page(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	char hash[HASH_TEXT], id[UUID_TEXT];
	enum status st = ST_NONE;

	if (k->part[0].n == CODE_CHARS) {
		sha256_hex(hash, k->part[0]);
		st = receipt_get(k->c->db, hash, id, why);
	}
	if (st == ST_OK)
		st = case_load(k->c->db, id, &s, why);
	if (st == ST_OK) {
		reply_type(k->out, 200, "text/html; charset=utf-8");
		page(&k->out->body, k, &s);
	}
	stored_case_release(&s);
	return st == ST_NONE
		       ? err_set(why, st, "receipt-unknown", "there is no case with this code")
		       : st;
}
