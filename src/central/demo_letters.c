/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/demo_letters.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "domain/letter.h"

#include "base/banned.h"

static const char *const from_applicant[] = {
	"Hej! Här kommer det ni bad om. Hör av er om något saknas.",
	"Jag undrar hur långt ni har kommit med mitt ärende.",
	"Grannen har nu skrivit under. Jag lämnar in papperet på kontoret i morgon.",
	"Vi har ändrat måttet till 3,6 meter. Resten är som förut.",
	"Går det bra om jag får vänta med svaret till efter helgen?",
};
static const char *const to_applicant[] = {
	"Vi har fått in allt vi behöver. Beslut kan väntas inom två veckor.",
	"Ärendet har fått en ny handläggare. Frågor besvaras som förut på statussidan.",
	"Vi behöver besöka platsen. Föreslå gärna två tider som passar.",
};

#define LIST(array)                                                                                \
	{                                                                                          \
		array, sizeof(array) / sizeof((array)[0])                                          \
	}
const struct demo_list demo_from_applicant = LIST(from_applicant);
const struct demo_list demo_to_applicant = LIST(to_applicant);

/* --- A page of PDF (ISO 32000-1, 7.5: body, cross-reference table, trailer) ------- */

enum { OBJECTS = 5 };

/* Parentheses and backslashes end a PDF string; what is not ASCII has no place
 * in this one. */
static void pdf_string(struct strbuf *out, const char *s)
{
	for (; *s; s++)
		strbuf_addc(out, *s < ' ' || *s > '~' || strchr("()\\", *s) ? '?' : *s);
}

static void content(struct strbuf *out, const char *heading, const char *line)
{
	strbuf_adds(out, "BT /F1 20 Tf 72 740 Td (");
	pdf_string(out, heading);
	strbuf_adds(out, ") Tj /F1 12 Tf 0 -40 Td (");
	pdf_string(out, line);
	strbuf_adds(out, ") Tj ET\n100 300 300 200 re 150 340 120 90 re S\n");
}

void demo_pdf(struct strbuf *out, const char *heading, const char *line)
{
	static const char *const objects[OBJECTS - 1] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	};
	struct strbuf text = STRBUF_INIT;
	size_t start = out->len, at[OBJECTS], table;

	content(&text, heading, line);
	strbuf_adds(out, "%PDF-1.4\n");
	for (int i = 0; i < OBJECTS; i++) {
		at[i] = out->len - start;
		strbuf_addf(out, "%d 0 obj\n", i + 1);
		if (i < OBJECTS - 1)
			strbuf_adds(out, objects[i]);
		else
			strbuf_addf(out, "<< /Length %zu >>\nstream\n%sendstream", text.len,
				    strbuf_cstr(&text));
		strbuf_adds(out, "\nendobj\n");
	}
	table = out->len - start;
	strbuf_addf(out, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
	for (int i = 0; i < OBJECTS; i++)
		strbuf_addf(out, "%010zu 00000 n \n", at[i]);
	strbuf_addf(out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
		    OBJECTS + 1, table);
	strbuf_release(&text);
}

/* --- Documents -------------------------------------------------------------------- */

static void document(struct jsonw *w, const char *name, const char *mt, const struct strbuf *bytes)
{
	struct strbuf b64 = STRBUF_INIT;

	(void)b64_encode(&b64, strbuf_cstr(bytes), bytes->len);
	jsonw_map(w);
	jsonw_kv(w, "name", name);
	jsonw_kv(w, "mt", mt);
	jsonw_kv_str(w, "data_b64", strbuf_str(&b64));
	jsonw_end_map(w);
	strbuf_release(&b64);
}

static void drawing(struct jsonw *w, int number)
{
	struct strbuf bytes = STRBUF_INIT;
	char line[60];

	snprintf(line, sizeof(line), "Ritning A-%d, skala 1:500", number % 9 + 1);
	demo_pdf(&bytes, "SITUATIONSPLAN", line);
	document(w, number % 20 == 1 ? "; rm -rf ~ #.pdf" : "situationsplan.pdf", "application/pdf",
		 &bytes);
	strbuf_release(&bytes);
}

static void description(struct jsonw *w, const char *place)
{
	struct strbuf bytes = STRBUF_INIT;

	strbuf_addf(
		&bytes,
		"Beskrivning av åtgärden\n\nPlats: %s\n\nByggnaden får stående träpanel i samma "
		"kulör som huset. Taket täcks med rött tegel. Dagvattnet leds till stenkista på "
		"tomten.\n",
		place);
	document(w, "beskrivning.txt", "text/plain", &bytes);
	strbuf_release(&bytes);
}

static void consent(struct jsonw *w, const char *place)
{
	struct strbuf bytes = STRBUF_INIT;

	strbuf_adds(&bytes,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"sv\">\n"
		    "<head><title>Medgivande</title></head>\n<body>\n<h1>Medgivande</h1>\n<p>"
		    "Vi har sett ritningarna och har inget att invända. Platsen är ");
	(void)xml_escape(&bytes, str_of(place), false);
	strbuf_adds(&bytes, ".</p>\n<p>Grannarna</p>\n</body>\n</html>\n");
	document(w, "medgivande.xhtml", "application/xhtml+xml", &bytes);
	strbuf_release(&bytes);
}

void demo_documents(struct jsonw *w, int number, const char *place)
{
	jsonw_key(w, "documents");
	jsonw_list(w);
	if (number % 2 == 1)
		drawing(w, number);
	if (number % 3 == 0)
		description(w, place);
	if (number % 5 == 0)
		consent(w, place);
	jsonw_end_list(w);
}
