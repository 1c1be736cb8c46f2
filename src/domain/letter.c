/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/letter.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

static bool xml_allows(int32_t cp)
{
	return cp == 0x9 || cp == 0xA || cp == 0xD || (cp >= 0x20 && cp <= 0xD7FF)
	       || (cp >= 0xE000 && cp <= 0xFFFD) || cp >= 0x10000;
}

bool xml_escape(struct strbuf *out, struct str s, bool breaks)
{
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (!xml_allows(cp))
			utf8_put(out, 0xFFFD);
		else if (cp == '&')
			strbuf_adds(out, "&amp;");
		else if (cp == '<')
			strbuf_adds(out, "&lt;");
		else if (cp == '>')
			strbuf_adds(out, "&gt;");
		else if (cp == '"')
			strbuf_adds(out, "&quot;");
		else if (cp == '\n' && breaks)
			strbuf_adds(out, "<br/>\n");
		else if (cp == '\r' || cp == '\n')
			strbuf_addc(out, ' ');
		else
			utf8_put(out, cp);
	}
	return !out->failed;
}

const char *appeal_text(const char *code)
{
	static const struct {
		const char *code, *text;
	} rows[] = {
		{ "forvaltningsratt",
		  "Beslutet kan överklagas hos förvaltningsrätten. Skriv till den nämnd som har "
		  "fattat beslutet. Tala om vilket beslut du överklagar, varför du anser att det är "
		  "fel och hur du vill att det ändras. Överklagandet ska ha kommit in till nämnden "
		  "inom tre veckor från den dag du fick del av beslutet." },
		{ "lansstyrelse",
		  "Beslutet kan överklagas hos länsstyrelsen. Skriv till den nämnd som har fattat "
		  "beslutet. Tala om vilket beslut du överklagar, varför du anser att det är fel och "
		  "hur du vill att det ändras. Överklagandet ska ha kommit in till nämnden inom tre "
		  "veckor från den dag du fick del av beslutet." },
		{ "laglighet",
		  "Beslutet kan prövas genom laglighetsprövning. Den som är medlem i kommunen kan "
		  "överklaga hos förvaltningsrätten inom tre veckor från den dag då det "
		  "tillkännagavs på kommunens anslagstavla att protokollet har justerats." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].code, code) == 0)
			return rows[i].text;
	return "Kontakta nämnden om du vill veta hur beslutet kan överklagas.";
}

static void paragraph(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "<p>");
	xml_escape(out, str_of(text), true);
	strbuf_adds(out, "</p>\n");
}

static void section(struct strbuf *out, const char *heading, const char *text)
{
	if (!text[0])
		return;
	strbuf_addf(out, "<h2>%s</h2>\n", heading);
	paragraph(out, text);
}

/* A row of the facts table; `otherwise` stands where there is nobody. */
static void fact(struct strbuf *out, const char *name, const char *value, const char *otherwise)
{
	strbuf_addf(out, "<tr><th>%s</th><td>", name);
	xml_escape(out, str_of(value[0] ? value : otherwise), false);
	strbuf_adds(out, "</td></tr>\n");
}

#define LETTER_HEAD                                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                             \
	"<!DOCTYPE html>\n"                                                                        \
	"<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"sv\" xml:lang=\"sv\">\n"              \
	"<head><title>"

static void sender(struct strbuf *out, const char *municipality, const char *committee)
{
	xml_escape(out, str_of(municipality), false);
	strbuf_adds(out, "<br/>\n");
	xml_escape(out, str_of(committee), false);
	strbuf_adds(out, "</p>\n");
}

bool letter_message(struct strbuf *out, const struct message_facts *f)
{
	strbuf_adds(out, LETTER_HEAD "Meddelande ");
	xml_escape(out, str_of(f->diary_no), false);
	strbuf_adds(out, "</title></head>\n<body>\n<p>");
	sender(out, f->municipality, f->committee);
	strbuf_adds(out, "<h1>");
	xml_escape(out, str_of(f->subject[0] ? f->subject : f->case_title), false);
	strbuf_adds(out, "</h1>\n<table>\n");
	fact(out, "Diarienummer", f->diary_no, "ännu inget");
	fact(out, "Ärende", f->case_title, "");
	fact(out, "Datum", f->sent_on, "");
	fact(out, "Mottagare", f->recipient, "skyddade uppgifter");
	strbuf_adds(out, "</table>\n");
	paragraph(out, f->text);
	strbuf_adds(out, "<p>");
	xml_escape(out, str_of(f->officer), false);
	strbuf_adds(out, f->title[0] ? "<br/>\n" : "");
	xml_escape(out, str_of(f->title), false);
	return strbuf_adds(out, "</p>\n</body>\n</html>\n") && !out->failed;
}

bool letter_decision(struct strbuf *out, const struct decision_facts *f)
{
	strbuf_adds(out, LETTER_HEAD "Beslut ");
	xml_escape(out, str_of(f->diary_no), false);
	strbuf_adds(out, "</title></head>\n<body>\n<p>");
	sender(out, f->municipality, f->committee);
	strbuf_adds(out, "<h1>Beslut: ");
	xml_escape(out, str_of(f->case_title), false);
	strbuf_adds(out, "</h1>\n<table>\n");
	fact(out, "Diarienummer", f->diary_no, "ännu inget");
	fact(out, "Beslutsdag", f->decided_on, "");
	fact(out, "Mottagare", f->recipient, "skyddade uppgifter");
	strbuf_adds(out, "</table>\n");
	section(out, "Beslut", f->content);
	section(out, "Utfall", f->outcome);
	section(out, "Skäl för beslutet", f->reasons);
	section(out, "Motivering har utelämnats", f->reasons_omitted);
	section(out, "Bestämmelser", f->legal_basis);
	strbuf_adds(out, "<h2>Vem som har beslutat</h2>\n<table>\n");
	fact(out, "Beslutsfattare", f->decider, "");
	fact(out, "Föredragande", f->rapporteur, "ingen");
	fact(out, "Deltog i den slutliga handläggningen", f->participants, "ingen annan");
	fact(out, "Delegation", f->delegation, "ingen");
	strbuf_adds(out, "</table>\n");
	section(out, "Så överklagar du", appeal_text(f->appeal));
	return strbuf_adds(out, "</body>\n</html>\n") && !out->failed;
}

/* Tags at whose end the reader expects a new line (or an empty one). */
static const struct {
	const char *tag;
	const char *text;
} breaks[] = {
	{ "/p", "\n\n" }, { "/h1", "\n\n" }, { "/h2", "\n" },	 { "/tr", "\n" },
	{ "/th", ": " },  { "br/", "\n" },   { "/table", "\n" },
};

static const struct {
	const char *name;
	char c;
} entities[] = {
	{ "&amp;", '&' },
	{ "&lt;", '<' },
	{ "&gt;", '>' },
	{ "&quot;", '"' },
};

static size_t put_tag(struct strbuf *out, struct str s, size_t at)
{
	size_t end = at + 1;

	while (end < s.n && s.p[end] != '>')
		end++;
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
		if (str_eq((struct str){ s.p + at + 1, end - at - 1 }, breaks[i].tag))
			strbuf_adds(out, breaks[i].text);
	return end < s.n ? end + 1 : s.n;
}

static size_t put_entity(struct strbuf *out, struct str s, size_t at)
{
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t n = strlen(entities[i].name);

		if (s.n - at >= n && memcmp(s.p + at, entities[i].name, n) == 0) {
			strbuf_addc(out, entities[i].c);
			return at + n;
		}
	}
	strbuf_addc(out, s.p[at]);
	return at + 1;
}

/* Where the body's own text begins. */
static size_t body_start(struct str s)
{
	static const char mark[] = "<body>";
	const char *p = s.n ? memmem(s.p, s.n, mark, sizeof(mark) - 1) : NULL;

	return p ? (size_t)(p - s.p) + sizeof(mark) - 1 : 0;
}

bool letter_text(struct strbuf *out, struct str xhtml)
{
	size_t at = body_start(xhtml);

	while (at < xhtml.n) {
		char c = xhtml.p[at];
		bool line_start = out->len == 0 || out->data[out->len - 1] == '\n';

		if (c == '<') {
			at = put_tag(out, xhtml, at);
		} else if (c == '&') {
			at = put_entity(out, xhtml, at);
		} else {
			/* Lines end by tags; the line feed behind one is the source's. */
			if (c != '\n' || !line_start)
				strbuf_addc(out, c);
			at++;
		}
	}
	return !out->failed;
}
