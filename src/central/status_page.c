/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "central/call.h"
#include "domain/letter.h"
#include "sign/hash.h"
#include "wire/payload.h"

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

/* --- Messages ---------------------------------------------------------------------- */

/* The words of a message to the applicant; of one from them, that it came. */
static enum status one_message(struct strbuf *out, const struct call *k, const struct log_row *e,
			       bool hidden, struct err *why)
{
	bool sent = strcmp(e->act, "message.send") == 0;
	struct strbuf jws = STRBUF_INIT, payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	char day[DAY_TEXT];
	int64_t erased;
	enum status st = sent && !hidden ? entry_jws(k->c->db, e, &jws, &erased, why) : ST_NONE;

	day_of(day, e->at);
	strbuf_addf(out, "<dt>%s</dt><dd>", day);
	if (st == ST_OK && jws_payload_unverified(&payload, strbuf_str(&jws), NULL) == ST_OK
	    && payload_read(&a, strbuf_str(&payload), NULL) == ST_OK) {
		if (action_get(&a, "subject")[0]) {
			strbuf_adds(out, "<strong>");
			xml_escape(out, str_of(action_get(&a, "subject")), false);
			strbuf_adds(out, "</strong><br/>\n");
		}
		xml_escape(out, str_of(action_get(&a, "text")), true);
	} else {
		strbuf_adds(out, sent ? "Vi har skickat ett meddelande till dig."
				      : "Vi har tagit emot ditt meddelande.");
	}
	strbuf_adds(out, "</dd>\n");
	action_release(&a);
	strbuf_release(&payload);
	strbuf_release(&jws);
	return st == ST_NONE ? ST_OK : st;
}

/* What was written to and fro, for the holder of the code. Of a party of
 * protected identity only that something was. */
static enum status messages(struct strbuf *out, const struct call *k, const struct stored_case *s,
			    struct err *why)
{
	bool hidden =
		s->file.protection == PROTECT_IDENTITY || strcmp(s->party_kind, "protected") == 0;
	struct log_row e = { .n = 0 };
	enum status st = ST_OK;
	bool any = false;

	while (st == ST_OK && (st = log_after(k->c->db, s->file.id, e.n, &e, why)) == ST_OK) {
		if (strcmp(e.act, "message.send") != 0 && strcmp(e.act, "message.receive") != 0)
			continue;
		strbuf_adds(out, any ? "" : "<h2>Meddelanden</h2>\n<dl>\n");
		any = true;
		st = one_message(out, k, &e, hidden, why);
	}
	strbuf_adds(out, any ? "</dl>\n" : "");
	return st == ST_NONE ? ST_OK : st;
}

/* Neither the title nor the party: whoever finds the code learns nothing
 * about a person. */
static enum status page(struct strbuf *out, const struct call *k, const struct stored_case *s,
			struct err *why)
{
	const struct casetype *type = registry_type(&k->c->registry, s->file.type);
	char day[DAY_TEXT];
	enum status st;

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
	strbuf_adds(out, "</dl>\n");
	st = messages(out, k, s, why);
	strbuf_adds(out, "<p>");
	xml_escape(out, str_of(k->c->name), false);
	strbuf_adds(out, "</p>\n</main></body></html>\n");
	return st;
}

enum status receipt_case(struct call *k, struct stored_case *s, struct err *why)
{
	char hash[HASH_TEXT], id[UUID_TEXT];
	enum status st = ST_NONE;

	if (k->part[0].n == CODE_CHARS) {
		sha256_hex(hash, k->part[0]);
		st = receipt_get(k->c->db, hash, id, why);
	}
	if (st == ST_OK)
		st = case_load(k->c->db, id, s, why);
	return st == ST_NONE
		       ? err_set(why, st, "receipt-unknown", "there is no case with this code")
		       : st;
}

enum status handle_status_page(struct call *k, struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	enum status st = receipt_case(k, &s, why);

	if (st == ST_OK) {
		reply_type(k->out, 200, "text/html; charset=utf-8");
		st = page(&k->out->body, k, &s, why);
	}
	stored_case_release(&s);
	return st;
}
