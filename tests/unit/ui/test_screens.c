/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every view drawn from a fixed model, held against tests/screens/NAME.txt.
 * SLUSS_GOLDEN_WRITE=1 writes the files anew; look at them before committing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/search_view.h"
#include "ui/case_sheet.h"
#include "ui/case_view.h"
#include "ui/conflict_view.h"
#include "ui/contact_view.h"
#include "ui/decision_view.h"
#include "ui/dialog.h"
#include "ui/help_view.h"
#include "ui/letter_view.h"
#include "ui/outbox_view.h"
#include "ui/queue_view.h"
#include "ui/stats_view.h"
#include "ui/unlock_view.h"

#include "base/banned.h"

#define S(text)                                                                                    \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

static struct frame a_frame(const char *title, const char *right, const char *hint)
{
	return (struct frame){
		.title = title,
		.title_right = right,
		.hint = hint,
		.status = "ONLINE 14:02 │ utkorg 2 │ konflikt 1",
		.status_right = "britt.a │ v48 må",
		.overdue = 9,
	};
}

/* --- Queue ----------------------------------------------------------------- */

static const struct queue_row queue_rows[] = {
	{ false, true, "!", "BN 2026-1042", "28/10", "-3 d", S("Åkesson, Britt"),
	  S("Bygglov, carport Ekvägen 4"), "Handläggs", "britt.a", S("EKEN 1:4") },
	{ false, true, "!B", "BN 2026-1017", "21/10", "-1 d", S("Brf Sjöhästen 4"),
	  S("Fasadändring balkonger mot gården, etapp två av tre"), "Väntar", "britt.a",
	  S("SJÖHÄSTEN 4") },
	{ false, false, "N", "BN 2026-1188", "23/11", "idag", S("Östling, Per"),
	  S("Attefallshus Tallstigen 9"), "Inkommet", "–", S("TALLEN 3:14") },
	{ true, false, "NB", "BN 2026-1190", "23/11", "10 v", S("Malmros Bygg AB"),
	  S("Nybyggnad radhus Kv. Lärkan"), "Inkommet", "–", S("LÄRKAN 2") },
	{ false, false, "S", "BN 2026-1099", "04/11", "6 d", S("(skyddad)"),
	  S("Bygglov tillbyggnad"), "Handläggs", "eva.z", S("") },
	{ false, false, "U", "BN 2026-1120", "09/11", "4 d", S("Wallin, Ulf"),
	  S("Strandskydd brygga \x1b[31mröd\r\nrad två"), "Väntar", "britt.a", S("VIKEN 1:1") },
	{ false, false, "K", "BN 2026-1082", "30/10", "8 d", S("van Dyk, Jan"),
	  S("市役所への申請 förhandsbesked Lövnäs"), "Handläggs", "britt.a", S("LÖVNÄS 3") },
	{ false, false, "", "lokal 7f3a", "23/11", "–", S("Zetterlund, Eva"), S("   "), "Inkommet",
	  "–", S("") },
};

static struct queue_model a_queue(void)
{
	return (struct queue_model){
		.frame = a_frame("Kö: Bygglov › handläggare jag eller ingen",
				 "18 av 214  sort: frist",
				 "F1 Hjälp F2 Åtgärd F4 Filter F5 Synka │ t ta"
				 "  o överlämna  s status  ? mer"),
		.rows = queue_rows,
		.row_count = 8,
		.total = 8,
		.cursor = 2,
		.preview = true,
		.pane = { S("BN 2026-1188"),
			  S("Ny e-tjänst 23/11 08:14 · Anmälan attefallshus · 3"
			    " handlingar, 1 saknas\nFastighet TALLEN 3:14 · Frist"
			    " 2026-12-21\nNästa steg: ta ärendet (t), begär"
			    " komplettering (m 2), överlämna (o)"),
			  0 },
		.arrived = "+3 nya, F5",
	};
}

static void draw_queue(struct canvas *c)
{
	struct queue_model m = a_queue();

	queue_view(c, &m);
}

static void draw_queue_without_preview(struct canvas *c)
{
	struct queue_model m = a_queue();

	m.preview = false;
	m.frame.message = "Ärendet BN 2026-1042 är ditt. Sänds om 20 s, u ångrar.";
	queue_view(c, &m);
}

static void draw_queue_empty(struct canvas *c)
{
	struct queue_model m = a_queue();
	struct line prompt = LINE_INIT;

	line_set(&prompt, "kö:bygglov försenad");
	m.row_count = m.total = 0;
	m.cursor = -1;
	m.preview = false;
	m.empty = "Inga ärenden passar filtret. Esc tömmer det.";
	m.frame.prompt = &prompt;
	m.frame.prompt_label = "Filter: ";
	queue_view(c, &m);
	line_release(&prompt);
}

/* --- Case ------------------------------------------------------------------ */

static const struct case_pair left[] = {
	{ "Diarienr", S("BN 2026-1188") }, { "Ärendetyp", S("Anmälan attefallshus") },
	{ "Enhet", S("Bygglov") },	   { "Fastighet", S("TALLEN 3:14") },
	{ "Sökande", S("Östling, Per") },
};
static const struct case_pair right[] = {
	{ "Inkom", S("2026-11-23 08:14  e-tjänst") },
	{ "Frist", S("2026-12-21  (4 v, 28 d kvar)") },
	{ "Handläggare", S("– ingen –  t tar ärendet") },
	{ "Sekretess", S("nej") },
	{ "Kanal", S("Mina meddelanden") },
};
static const struct check_item checks[] = {
	{ CHECK_DONE, "Situationsplan", "handling 1" },
	{ CHECK_DONE, "Planritning", "handling 2" },
	{ CHECK_OPEN, "Kontrollplan", "SAKNAS" },
	{ CHECK_WARN, "Avgift betald", "kontrolleras" },
};
static const struct check_item receipts[] = {
	{ CHECK_DONE, "Mottagen", "23/11 08:14" },
	{ CHECK_OPEN, "Påbörjad", NULL },
	{ CHECK_OPEN, "Beräknad klar", NULL },
	{ CHECK_OPEN, "Beslut", NULL },
};
static const struct event_row events[] = {
	{ "2026-11-20", "sökande", S("Meddelande in: \"Bifogar ny situationsplan\""), SEAL_OK,
	  NULL },
	{ "2026-11-13", "britt.a", S("Begärde komplettering (mall KOMP-2)"), SEAL_OK, "3f9c" },
	{ "2026-11-13", "britt.a", S("Status Handläggs → Väntar"), SEAL_BAD, "77ab" },
	{ "2026-10-29", "system", S("Grannhörande skickat (4 mottagare)"), SEAL_NONE, NULL },
	{ "2026-10-28", "system", S("Ankomstregistrerad BN 2026-1042"), SEAL_OK, "10d2" },
};

static struct case_model a_case(enum case_tab tab)
{
	return (struct case_model){
		.frame = a_frame("BN 2026-1188 Attefallshus Tallstigen 9",
				 "3 av 18 │ Inkommet │ prio 2",
				 "q Tillbaka  J/K nästa/förra │ t ta  m meddela"
				 "  a anteckna  b beslut  o lämna"),
		.tabs = { "1 Översikt", "2 Händelser", "3 Handlingar(3)", "4 Parter(2)",
			  "5 Medd.(1)", "6 Beslut" },
		.tab_count = 6,
		.tab = tab,
		.left = left,
		.left_count = 5,
		.right = right,
		.right_count = 5,
		.checks_heading = "Checklista",
		.checks = checks,
		.check_count = 4,
		.receipts_heading = "Kvitton till sökanden",
		.receipts = receipts,
		.receipt_count = 4,
		.latest = events,
		.latest_count = 3,
		.related = S("Samma fastighet: BN 2025-871 Bygglov garage (avslutat)"),
		.events = events,
		.event_count = 5,
		.event_total = 5,
		.event_cursor = 3,
		.pane = { S("2026-10-29 · Grannhörande"),
			  S("Till: EKEN 1:2, EKEN 1:3, EKEN 1:5, EKEN 1:6. Svar"
			    " senast: 2026-11-12.\nSvar: 3 utan erinran, 1 ej svarat"),
			  0 },
		.timeline_note = "f filtrera: händelser, meddelanden",
	};
}

static void draw_case_overview(struct canvas *c)
{
	struct case_model m = a_case(TAB_OVERVIEW);

	case_view(c, &m);
}

static void draw_case_timeline(struct canvas *c)
{
	struct case_model m = a_case(TAB_TIMELINE);

	case_view(c, &m);
}

static void draw_documents(struct canvas *c)
{
	static const struct table_column cols[] = {
		{ "Nr", 3, 0, true, false },
		{ "Handling", 0, 0, false, true },
		{ "Typ", 6, 0, false, false },
		{ "Storlek", 9, 0, true, false },
	};
	static const struct table_row rows[] = {
		{ .cells = { S("1"), S("situationsplan.pdf"), S("pdf"), S("214 kB") } },
		{ .cells = { S("2"), S("../../etc/passwd\x1b]0;x\x07"), S("?"), S("1 kB") },
		  .marked = true },
	};
	struct case_model cm = a_case(TAB_DOCUMENTS);
	struct table_model m = {
		.frame = cm.frame,
		.tabs = cm.tabs,
		.tab_count = 6,
		.tab = 2,
		.table = { .columns = cols,
			   .column_count = 4,
			   .rows = rows,
			   .row_count = 2,
			   .total = 2,
			   .cursor = 1 },
		.note = "Enter öppna  v visa externt",
	};

	table_view(c, &m);
}

/* --- Decision, letter, signing --------------------------------------------- */

static const struct form_choice outcomes[] = {
	{ "approval", "Bevilja" },
	{ "refusal", "Avslå" },
	{ "dismissal", "Avvisa" },
	{ "discontinuation", "Avskriv" },
};

static void fill_decision(struct form *f)
{
	(void)form_add_choice(f, "outcome", "Utfall", outcomes, 4);
	(void)form_add(f, FIELD_LINE, "template", "Mall");
	form_field(f, "template")->has_list = true;
	(void)form_add(f, FIELD_LINE, "delegation", "Delegation");
	form_field(f, "delegation")->note = "giltig för dig";
	(void)form_add(f, FIELD_DATE, "from", "Giltigt från");
	form_field(f, "from")->cols = 12;
	(void)form_add(f, FIELD_CHECK, "invoice", "Faktura");
	form_field(f, "invoice")->note = "fakturaunderlag skapas";
	(void)form_add(f, FIELD_TEXT, "reasons", "Skäl");
	form_set(f, "outcome", "approval");
	form_set(f, "template", "BL-CARPORT-1 Bygglov carport inom plan");
	form_set(f, "delegation", "D-4.2 Bygglov i enlighet med detaljplan");
	form_set(f, "from", "2026-11-31");
	form_set(f, "invoice", "1");
	form_set(f, "reasons",
		 "Åtgärden följer detaljplanen P 1987/14. Grannar har"
		 " hörts; EKEN 1:5 har inte svarat.\n\nYttrandet från EKEN 1:3"
		 " saknar betydelse.");
	(void)form_check(f);
}

static void draw_decision(struct canvas *c)
{
	static const struct check_item before[] = {
		{ CHECK_DONE, "Alla parter hörda", NULL },
		{ CHECK_DONE, "Jäv: inget anmält", NULL },
		{ CHECK_DONE, "Handlingar diarieförda", NULL },
		{ CHECK_WARN, "Överklagandehänvisning läggs till av mallen", NULL },
		{ CHECK_OPEN, "Skäl för försening", "krävs" },
	};
	struct case_model cm = a_case(TAB_DECISION);
	struct form f = FORM_INIT;
	struct decision_model m = {
		.frame = a_frame("BN 2026-1042 Bygglov, carport › BESLUT (utkast sparat"
				 " 14:01, lokalt)",
				 NULL,
				 "F7 Förhandsgranska  F8 Signera  F4 Lista  Esc Lämna"
				 " (utkastet sparas)"),
		.tabs = cm.tabs,
		.tab_count = 6,
		.tab = 5,
		.form = &f,
		.checks_heading = "Kontroll före signering",
		.checks = before,
		.check_count = 5,
		.dispatch = S("Expedieras till: Åkesson (Mina meddelanden), EKEN 1:3"
			      " (brev), EKEN 1:5 (brev)"),
		.blocked = "F8 väntar på: skäl för försening",
		.preview = S("DELEGATIONSBESLUT\n\nBygglov beviljas med stöd av 9 kap."
			     " 30 § plan- och bygglagen (2010:900)."),
	};

	fill_decision(&f);
	decision_view(c, &m);
	form_release(&f);
}

static const char letter[] =
	"                                        DELEGATIONSBESLUT\n"
	"Byggnadsnämnden          2026-11-23     Dnr BN 2026-1042\n\n"
	"BYGGLOV FÖR CARPORT, EKEN 1:4\n\nBeslut\n"
	"Bygglov beviljas med stöd av 9 kap. 30 § plan- och bygglagen (2010:900). "
	"Avgiften fastställs till 11\xC2\xA0"
	"842 kronor enligt taxa.\n\n"
	"Skäl för beslutet\nÅtgärden följer detaljplanen P 1987/14. Grannar har"
	" hörts. Ett fönster, två dörrar och ett tak av papp ingår i åtgärden, som"
	" inte kräver kontrollansvarig.\n\nHur man överklagar\nBeslutet kan"
	" överklagas hos länsstyrelsen inom tre veckor.\n";

static void draw_letter(struct canvas *c)
{
	struct letter_model m = {
		.frame = a_frame("BN 2026-1042 › BESLUT › FÖRHANDSGRANSKNING", NULL,
				 "PgUp/PgDn bläddra   Esc Tillbaka"),
		.text = S(letter),
		.glyphs = c->glyphs,
	};

	letter_view(c, &m);
}

static void draw_sign(struct canvas *c)
{
	struct form f = FORM_INIT;
	struct sign_box s = {
		.title = "Signera beslut",
		.what = S("BEVILJA bygglov, BN 2026-1042, 1 bilaga, 3 mottagare"),
		.as = S("Britt Åkerlund, bygglovhandläggare, delegation D-4.2"),
		.content = "SHA-256 3f9c 71d0 88e2 (samma som visas här)",
		.form = &f,
		.warning = "Beslutet kan inte ångras efter expediering, bara rättas"
			   " eller omprövas.",
		.blocked = "Bläddra till sista sidan före F8",
		.keys = "F8 Signera och lägg i utkorg    Esc Avbryt (förvalt)",
	};
	struct letter_model m = {
		.frame = a_frame("BN 2026-1042 › BESLUT › SIGNERA", NULL,
				 "F8 Signera   PgUp/PgDn bläddra   Esc Avbryt"),
		.text = S(letter),
		.glyphs = c->glyphs,
		.sign = &s,
	};

	(void)form_add(&f, FIELD_LINE, "digits", "Ärendets fyra sista");
	(void)form_add(&f, FIELD_SECRET, "pin", "PIN");
	form_field(&f, "digits")->cols = 8;
	form_field(&f, "pin")->cols = 12;
	form_set(&f, "digits", "1042");
	form_set(&f, "pin", "482913");
	form_focus(&f, "pin");
	letter_view(c, &m);
	form_release(&f);
}

/* --- Outbox, conflicts, help ----------------------------------------------- */

static void draw_outbox(struct canvas *c)
{
	static const struct outbox_row rows[] = {
		{ "ÅNGRA 14 s", false, "14:02", "BN 2026-1190", S("överlämna → Miljö · tillsyn"),
		  "–", S("–") },
		{ "VÄNTAR NÄT", false, "13:58", "BN 2026-1120", S("status → Väntar"), "3", S("–") },
		{ "NEKAD", true, "13:51", "BN 2026-1103", S("ta ärendet"), "1", S("tagen") },
		{ "SÄND", false, "13:47", "BN 2026-1017", S("meddelande till Brf Sjöhästen"), "1",
		  S("godtagen") },
	};
	struct outbox_model m = {
		.frame = a_frame("UTKORG", "4 åtgärder · 1 väntar på dig",
				 "u Ångra  r Försök igen  Enter Visa  F5 Sänd nu"
				 "  q Tillbaka"),
		.rows = rows,
		.row_count = 4,
		.total = 4,
		.cursor = 2,
		.pane = { S("BN 2026-1103 ta ärendet · nekad av centralen 13:51"),
			  S("Skäl: Ärendet togs av jan.vd kl 13:49, före dig.\nInget"
			    " har ändrats. Din lokala vy visar åter serverns läge.\n"
			    "Vad du kan göra:  r försök igen   m skriv till jan.vd"
			    "   u dra tillbaka åtgärden"),
			  0 },
		.next_try = "Nästa försök: 14:03:20 (väntetid 80 s)",
		.safety = "Åtgärderna är signerade och ligger på disk; de överlever"
			  " avstängning.",
	};

	outbox_view(c, &m);
}

static void draw_conflicts(struct canvas *c)
{
	static const struct conflict_row rows[] = {
		{ "Status", S("handläggs"), S("väntar"), S("handläggs"), "[1]", false },
		{ "Handläggare", S("jan.vd"), S("jan.vd"), S("eva.z"), "[2]", false },
		{ "Frist", S("2026-12-01"), S("2026-12-01"), S("2026-12-08"), "[2]", false },
		{ "Anteckning", S("–"), S("+ \"Ringt sökanden\""), S("+ \"Samråd bokat\""), "[3]",
		  false },
	};
	struct conflict_model m = {
		.frame = a_frame("KONFLIKT 1 av 2 · BN 2026-1082 Förhandsbesked Lövnäs", "",
				 "1 din  2 centralens  3 båda  e ändra  F7 Hänt  F8 Lös  J/K "
				 "nästa  Esc Senare"),
		.lead = S("Du gjorde 13:44: låta vila: Väntar på yttrande.\nSedan dess har "
			  "ärendet ändrats av Jan van Dyk 13:52 (2 händelser, F7)."),
		.heads = { "Gemensam (13:31)", "1 DIN (13:44)", "2 CENTRALENS (13:52, jan.vd)" },
		.rows = rows,
		.row_count = 4,
		.cursor = 0,
		.below = S("Ärendet ändrades av jan.vd kl 13:52, sedan du såg det.\n"
			   "Du kan välja:  1 din  2 centralens  e ett annat värde\n\n"
			   "Valt resultat: Status väntar · Handläggare eva.z\n"
			   "Följd (F8): din signerade åtgärd 7 ersätts av en ny som signeras nu, "
			   "på ärendet som det är; originalet sparas i historiken."),
	};

	conflict_view(c, &m);
}

/* A choice is open, and there are more rows than fit. */
static void draw_conflict_open(struct canvas *c)
{
	static const struct conflict_row rows[] = {
		{ "Status", S("?"), S("väntar"), S("handläggs"), "[ ]", true },
		{ "Handläggare", S("?"), S("?"), S("eva.z"), "[2]", false },
		{ "Kö", S("?"), S("?"), S("tillsyn"), "[2]", false },
		{ "Frist", S("?"), S("?"), S("2026-12-08"), "[2]", false },
		{ "Prioritet", S("?"), S("?"), S("hög"), "[2]", false },
		{ "Rubrik", S("?"), S("?"), S("Carport"), "[2]", false },
		{ "Sekretess", S("?"), S("?"), S("–"), "[2]", false },
		{ "Anteckning", S("–"), S("–"), S("+ 3: \"Samråd bokat\""), "[2]", false },
	};
	struct conflict_model m = {
		.frame = a_frame("KONFLIKT 1 av 1 · BN 2026-1082", "", "1 din  2 centralens"),
		.lead = S("Du gjorde 13:44: låta vila"),
		.heads = { "Gemensam (hämtas)", "1 DIN (13:44)", "2 CENTRALENS" },
		.rows = rows,
		.row_count = 8,
		.top = 1,
		.cursor = 5,
		.below = S("Välj en sida; sedan löser F8."),
	};

	conflict_view(c, &m);
}

static void draw_no_conflict(struct canvas *c)
{
	struct conflict_model m = { .frame = a_frame("KONFLIKTER", "", "q Tillbaka"),
				    .empty = "Inga konflikter." };

	conflict_view(c, &m);
}

static void draw_help(struct canvas *c)
{
	static const struct help_row help[] = {
		{ "Här", NULL, NULL, NULL, NULL },
		{ NULL, "o  ö", ":överlämna ENHET", "Överlämna ärendet till en annan enhet", NULL },
		{ NULL, "b", ":beslut", "Skriv beslut", "du är inte handläggare" },
		{ "Alltid", NULL, NULL, NULL, NULL },
		{ NULL, "F1 ?", ":hjälp", "Hjälp om det du ser", NULL },
		{ NULL, "Esc F12 ^G", "–", "Avbryt, stäng rutan, töm filtret", NULL },
	};
	struct line search = LINE_INIT;
	struct help_model m = {
		.frame = a_frame("HJÄLP › Kö", NULL, "Skriv för att söka  Enter utför  Esc stäng"),
		.search = &search,
		.rows = help,
		.row_count = 6,
		.total = 6,
		.cursor = 2,
		.more = "Fler sidor: man sluss-keys, man sluss-filter",
	};

	line_set(&search, "över");
	help_view(c, &m);
	line_release(&search);
}

/* --- Boxes over a screen --------------------------------------------------- */

static void draw_box(struct canvas *c)
{
	static const struct str list[] = {
		S("BN 2026-1042 Bygglov, carport"),
		S("BN 2026-1017 Fasadändring"),
		S("BN 2026-1188 Attefallshus"),
		S("BN 2026-1190 Radhus"),
		S("BN 2026-1099"),
		S("BN 2026-1120"),
		S("BN 2026-1082"),
	};
	struct box b = {
		.title = "Stäng 7 ärenden",
		.text = S("Sju ärenden avslutas och arkiveras. Det kan inte ångras när"
			  " de har sänts."),
		.list = list,
		.list_count = 7,
		.keys = "F8 Stäng ärendena   Esc Avbryt (förvalt)",
	};

	draw_queue(c);
	box_draw(c, &b);
}

static void draw_dialog(struct canvas *c)
{
	static const struct table_column cols[] = {
		{ "Enhet", 0, 0, false, false },
		{ "Kö", 4, 0, true, false },
	};
	static const struct table_row rows[] = {
		{ .cells = { S("Miljö · tillsyn"), S("41") } },
		{ .cells = { S("Miljö · livsmedel"), S("12") } },
	};
	static const struct form_choice why[] = {
		{ "wrong", "hör dit" },
		{ "consult", "samråd" },
		{ "bias", "jäv" },
		{ "load", "arbetsbelastning" },
	};
	const struct table list = { .columns = cols,
				    .column_count = 2,
				    .rows = rows,
				    .row_count = 2,
				    .total = 2,
				    .cursor = -1,
				    .no_head = true };
	struct form f = FORM_INIT;
	struct dialog d = {
		.title = "Överlämna 2 ärenden",
		.form = &f,
		.list = &list,
		.note = S("Följer med: 5 handlingar, 3 meddelanden. Åtgärden signeras"
			  " som britt.a och kan ångras i 20 s."),
		.keys = "F8 Överlämna  F7 Förhandsgranska  Esc Avbryt",
	};

	(void)form_add(&f, FIELD_LINE, "to", "Till");
	form_field(&f, "to")->has_list = true;
	form_field(&f, "to")->cols = 24;
	(void)form_add_choice(&f, "why", "Skäl", why, 4);
	(void)form_add(&f, FIELD_TEXT, "note", "Anteckning");
	form_field(&f, "note")->rows = 2;
	(void)form_add(&f, FIELD_CHECK, "keep", "Frist");
	form_field(&f, "keep")->note = "behåll";
	form_set(&f, "to", "mil");
	form_error(&f, "to", "Välj en enhet i listan (F4)");
	draw_queue(c);
	dialog_draw(c, &d);
	form_release(&f);
}

static void draw_menu(struct canvas *c)
{
	static const struct menu_item items[] = {
		{ "1", "Väntar", ":status väntar", true },
		{ "2", "Handläggs", ":status handläggs", true },
		{ "3", "Avslutat", "beslutet är inte expedierat", false },
	};
	struct line search = LINE_INIT;
	struct menu m = { .title = "Status",
			  .items = items,
			  .item_count = 3,
			  .cursor = 1,
			  .search = &search,
			  .keys = "1-3 välj  Enter  Esc Avbryt" };

	line_set(&search, "a");
	draw_queue(c);
	menu_draw(c, &m);
	line_release(&search);
}

/* --- Figures ---------------------------------------------------------------- */

static const struct stats_type_row stats_types[] = {
	{ "Attefall", "48", "12", "24", "31", "28", 12, 24, false, false },
	{ "Bygglov plan", "61", "31", "58", "70", "70", 31, 58, false, false },
	{ "Förhandsbesked", "9", "52", "96", "118", "84", 52, 96, true, false },
	{ "Rivning", "22", "9", "19", "22", "28", 9, 19, false, false },
	{ "Begäran om allmän handling", "40", "<1", "1", "2", "1", 0, 1, false, false },
	{ "Strandskydd", "8", "20", "40", "44", "56", 20, 40, false, true },
};
static const struct stats_officer_row stats_officers[] = {
	{ "(ej fördelat)", "14", "1", "3 d" },
	{ "Britt Åkerlund", "18", "2", "41 d" },
	{ "Eva Zetterkvist", "22", "1", "38 d" },
	{ "Jan van Dyk", "31", "5", "77 d" },
};
static const struct stats_status_row stats_statuses[] = {
	{ "att tas", "14", 14 },
	{ "handläggaren", "98", 98 },
	{ "svar utifrån", "61", 61 },
	{ "beslut", "34", 34 },
};

static struct stats_model some_figures(enum stats_area area, int index)
{
	return (struct stats_model){
		.frame = a_frame("LÄGE Bygg", "period: 30 d  jfr: förra 30 d   14:02",
				 "Enter Visa ärendena  v Period  J/K nästa/förra grupp"),
		.totals = { { "Öppna", "214", "(+12)" },
			    { "Försenade", "9", "(-4)" },
			    { "Nya idag", "17", "" },
			    { "Avslutade", "188", "(+21)" } },
		.week_count = 12,
		.weeks = { 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48 },
		.in = { 31, 40, 52, 44, 50, 47, 55, 49, 58, 63, 56, 17 },
		.out = { 38, 39, 37, 40, 48, 46, 44, 47, 52, 58, 55, 0 },
		.types = stats_types,
		.type_count = 6,
		.officers = stats_officers,
		.officer_count = 4,
		.statuses = stats_statuses,
		.status_count = 4,
		.area = area,
		.index = index,
		.note = "beräknat 14:00 på centralen, 214 av 214 ärenden",
	};
}

static void draw_stats(struct canvas *c)
{
	struct stats_model m = some_figures(AREA_OFFICERS, 7);

	stats_view(c, &m);
}

static void draw_stats_week(struct canvas *c)
{
	struct stats_model m = some_figures(AREA_OUT, 9);

	stats_view(c, &m);
}

static void draw_stats_type(struct canvas *c)
{
	struct stats_model m = some_figures(AREA_TYPES, 5);

	m.officer_count = m.status_count = 1;
	stats_view(c, &m);
}

/* --- Contact center ----------------------------------------------------------- */

static const struct contact_hit contact_hits[] = {
	{ "BN 2026-1042", "Bygglov", "handläggs", "2026-10-28", S("Bygglov för tillbyggnad") },
	{ "MN 2026-77", "Miljö", "väntar", "2026-09-01", S("Tillstånd enskilt avlopp") },
	{ "BN 2025-12", "Bygglov", "arkiverat", "2025-02-03", S("Rivningslov") },
};

static void draw_contact_with(struct canvas *c, int hits, const char *note)
{
	struct line query = LINE_INIT;
	struct contact_model m = {
		.frame = a_frame("KONTAKTCENTER │ samtal 00:01:12", "",
				 "Enter Nästa samtal  a Anteckna  r Be om uppringning"),
		.query = &query,
		.reason = 1,
		.reasons = { "status", "komplettering", "klagomål", "annan" },
		.hits = contact_hits,
		.place = "1 av 3",
		.hit_count = hits,
		.cursor = hits > 1 ? 1 : 0,
		.note = note,
		.typing = hits == 0 && !note,
		.logged = "loggat: skäl 1 status, nivå 0, visade ärenden: 1",
	};

	line_set(&query, "2026-1042");
	if (hits > 0) {
		m.facts = str_of("Ärende BN 2026-1042 finns. Enhet: Bygglov. Inkom 2026-10-28.\n"
				 "Bygglov för tillbyggnad: handläggs. Beräknat klart: vecka 48.");
		m.aloud = str_of("\"Ditt ärende handläggs. Det kom in den 28 oktober. Du kan räkna "
				 "med besked senast vecka 48.\"");
	}
	contact_view(c, &m);
	line_release(&query);
}

static void draw_contact(struct canvas *c)
{
	draw_contact_with(c, 1, NULL);
}

static void draw_contact_hits(struct canvas *c)
{
	draw_contact_with(c, 3, NULL);
}

static void draw_contact_nothing(struct canvas *c)
{
	draw_contact_with(c, 0, "Inget att visa.");
}

/* --- Search, a page of a case, the result of a bulk ------------------------------- */

static void draw_search_with(struct canvas *c, const char *typed, struct search_model m)
{
	struct line line = LINE_INIT;

	line_set(&line, typed);
	m.frame = a_frame("SÖK", "62 träffar",
			  "Enter öppna  Tab komplettera  F5 även servern  Esc töm, stäng");
	m.line = &line;
	m.searched = "Sökt i: lokal cache (214 ärenden, 14:02). F5 även på servern.";
	search_view(c, &m);
	line_release(&line);
}

static void draw_search(struct canvas *c)
{
	static const struct search_row rows[] = {
		{ .number = "BN 2026-1042",
		  .status = "handläggs",
		  .due = "-3 d",
		  .party = S("Åkesson, Britt"),
		  .title = S("Bygglov, carport Ekvägen 4"),
		  .where = S("handling 2: situationsplan carport"),
		  .overdue = true },
		{ .number = "BN 2026-993",
		  .status = "väntar",
		  .due = "3 d",
		  .party = S("Ahl, Sten"),
		  .title = S("Bygglov carport \x1b[31moch förråd") },
		{ .number = "BN 2026-1151",
		  .status = "registrerat",
		  .due = "6 d",
		  .party = S("(skyddad)"),
		  .title = S("Anmälan carport") },
	};
	struct search_model m = { .rows = rows, .row_count = 3, .cursor = 1 };

	m.said = str_of("kö Bygglov, INTE avslutad, text \"carport\"*");
	draw_search_with(c, "kö:bygglov -avslutad carport", m);
}

static void draw_search_wrong(struct canvas *c)
{
	struct search_model m = { .wrong = true,
				  .empty = "Inga träffar här. F5 söker även på servern." };

	m.said = str_of("kolumn 1: okänt fält \"prioo\", menade du \"prio\"?");
	draw_search_with(c, "prioo:hög", m);
}

static void draw_sheet_with(struct canvas *c, enum case_tab tab, const struct case_pair *facts,
			    int count, struct str text)
{
	struct case_model cm = a_case(tab);
	struct case_sheet m = { .frame = cm.frame,
				.tabs = cm.tabs,
				.tab_count = 6,
				.tab = (int)tab,
				.facts = facts,
				.fact_count = count,
				.text = text };

	case_sheet_view(c, &m);
}

static void draw_parties(struct canvas *c)
{
	static const struct case_pair facts[] = {
		{ "Sökande", S("Östling, Per") },
		{ "Nummer", S("19850312-****") },
		{ "E-post", S("per@example.se") },
		{ "Adress", S("Tallstigen 9\x1b]0;x\x07, 123 45 Exempelköping") },
	};

	draw_sheet_with(c, TAB_PARTIES, facts, 4,
			str_of("Andra ärenden med en part som heter så:\n"
			       "  BN 2025-871  avslutat  Bygglov garage"));
}

static void draw_decided(struct canvas *c)
{
	static const struct case_pair facts[] = {
		{ "Utfall", S("Bevilja") },
		{ "Beslutsdag", S("2026-11-23") },
		{ "Beslutare", S("Britt Åkerlund") },
		{ "Expedierat", S("2026-11-24, brev") },
	};

	draw_sheet_with(
		c, TAB_DECISION, facts, 4,
		str_of("Beslut\nBygglov beviljas med stöd av 9 kap. 30 § plan- och bygglagen.\n\n"
		       "Skäl\nÅtgärden följer detaljplanen P 1987/14. Grannar har hörts; "
		       "yttrandet från EKEN 1:3 saknar betydelse för prövningen."));
}

static void draw_bulk_result(struct canvas *c)
{
	static const struct table_column cols[] = {
		{ "Ärende", 14, 0, false, false },
		{ "Rubrik", 0, 0, false, true },
		{ "Resultat", 34, 0, false, false },
	};
	static const struct table_row rows[] = {
		{ .cells = { S("BN 2026-1188"), S("Attefallshus Tallst. 9"), S("gjort") } },
		{ .cells = { S("BN 2026-1190"), S("Nybyggnad radhus"),
			     S("Ärendet är redan taget.") },
		  .marked = true,
		  .strong = true },
		{ .cells = { S("BN 2026-1191"), S("Rivningslov"), S("ångrat") } },
	};
	static const struct pane pane = { .heading = S("BN 2026-1190"),
					  .text = S("Ärendet är redan taget.") };
	struct table_model m = {
		.frame = a_frame("RESULTAT › ta ärendet", "1 gjort · 1 nekat · 1 ångrat",
				 "Enter Ärendet  u Ångra allt  Esc Stoppa, stäng  q Tillbaka"),
		.table = { .columns = cols,
			   .column_count = 3,
			   .rows = rows,
			   .row_count = 3,
			   .total = 3,
			   .cursor = 1 },
		.pane = &pane,
	};

	table_view(c, &m);
}

static void draw_unlock(struct canvas *c)
{
	struct line secret = { .secret = true };
	struct unlock_model m = {
		.frame = { .title = "LÅST",
			   .hint = "Enter Lås upp   F3 Avsluta",
			   .status = "OFFLINE" },
		.heading = "Sluss är låst",
		.label = "Lösenfras",
		.secret = &secret,
		.text = S("Skriv lösenfrasen. Inget om ärendena visas förrän den är"
			  " rätt."),
		.error = "Fel lösenfras, 2 försök kvar",
	};

	line_set(&secret, "kanin plog");
	unlock_view(c, &m);
	line_release(&secret);
}

/* --- Held against the files ------------------------------------------------ */

static const struct {
	const char *name;
	void (*draw)(struct canvas *c);
} views[] = {
	{ "queue", draw_queue },
	{ "queue-list", draw_queue_without_preview },
	{ "queue-empty", draw_queue_empty },
	{ "case-overview", draw_case_overview },
	{ "case-timeline", draw_case_timeline },
	{ "documents", draw_documents },
	{ "decision", draw_decision },
	{ "letter", draw_letter },
	{ "sign", draw_sign },
	{ "outbox", draw_outbox },
	{ "conflicts", draw_conflicts },
	{ "conflict-open", draw_conflict_open },
	{ "no-conflict", draw_no_conflict },
	{ "help", draw_help },
	{ "box", draw_box },
	{ "dialog", draw_dialog },
	{ "menu", draw_menu },
	{ "stats", draw_stats },
	{ "stats-week", draw_stats_week },
	{ "stats-type", draw_stats_type },
	{ "contact", draw_contact },
	{ "contact-hits", draw_contact_hits },
	{ "contact-nothing", draw_contact_nothing },
	{ "unlock", draw_unlock },
	{ "search", draw_search },
	{ "search-wrong", draw_search_wrong },
	{ "case-parties", draw_parties },
	{ "case-decided", draw_decided },
	{ "bulk-result", draw_bulk_result },
};

enum { VIEWS = sizeof(views) / sizeof(views[0]) };

static const int sizes[][2] = { { 24, 80 }, { 30, 100 }, { 50, 160 } };

static void draw_all_sizes(int view, const struct glyphs *g, struct strbuf *out)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct canvas c;

		assert_true(canvas_init(&c, sizes[i][0], sizes[i][1], g));
		views[view].draw(&c);
		assert_true(strbuf_addf(out, "== %dx%d, cursor %d,%d ==\n", c.cols, c.rows,
					c.cursor_y, c.cursor_x));
		assert_true(canvas_to_text(&c, out));
		canvas_release(&c);
	}
}

static void read_file(const char *path, struct strbuf *out)
{
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	while (f && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		assert_true(strbuf_add(out, buf, n));
	if (f)
		(void)fclose(f);
}

static void write_file(const char *path, const struct strbuf *b)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	(void)fclose(f);
}

static void compare(int view, const struct glyphs *g)
{
	struct strbuf drawn = STRBUF_INIT, golden = STRBUF_INIT;
	char path[128];

	(void)snprintf(path, sizeof(path), "tests/screens/%s-%s.txt", views[view].name, g->name);
	draw_all_sizes(view, g, &drawn);
	if (getenv("SLUSS_GOLDEN_WRITE"))
		write_file(path, &drawn);
	read_file(path, &golden);
	if (strcmp(strbuf_cstr(&drawn), strbuf_cstr(&golden)) != 0)
		fail_msg("%s differs; drawn now:\n%s", path, strbuf_cstr(&drawn));
	strbuf_release(&drawn);
	strbuf_release(&golden);
}

static void every_view_looks_as_its_golden_screen(void **state)
{
	(void)state;
	for (int i = 0; i < VIEWS; i++)
		compare(i, &glyphs_utf8);
}

static void every_view_looks_as_its_golden_screen_in_ascii(void **state)
{
	(void)state;
	for (int i = 0; i < VIEWS; i++)
		compare(i, &glyphs_ascii);
}

/* Rows and columns of a text as the terminal would count them. */
static void check_shape(const struct canvas *c)
{
	for (int y = 0; y < c->rows; y++) {
		int used = 0;

		for (int x = 0; x < c->cols; x++) {
			const struct cell *cell = canvas_at(c, y, x);

			assert_true(cell->width == 0 || cell->utf8[0] != '\0');
			if (cell->width == 2)
				assert_int_equal(canvas_at(c, y, x + 1)->width, 0);
			used += cell->width;
			for (const char *p = cell->utf8; *p; p++) {
				assert_true((unsigned char)*p >= ' ' && *p != 0x7F);
				if (c->glyphs->ascii)
					assert_true((unsigned char)*p < 0x7F);
			}
		}
		assert_int_equal(used, c->cols);
	}
	assert_in_range(c->cursor_y, 0, c->rows - 1);
	assert_in_range(c->cursor_x, 0, c->cols - 1);
}

static void every_view_fills_any_screen_exactly(void **state)
{
	uint64_t seed = 20261123;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct canvas c;
		int rows, cols;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		rows = 1 + (int)(seed >> 33) % 70;
		cols = 1 + (int)(seed >> 45) % 220;
		assert_true(canvas_init(&c, rows, cols, i % 3 ? &glyphs_utf8 : &glyphs_ascii));
		views[i % VIEWS].draw(&c);
		check_shape(&c);
		canvas_release(&c);
	}
}

static void a_screen_below_80x24_says_so_and_counts_what_is_overdue(void **state)
{
	struct canvas c;
	struct strbuf text = STRBUF_INIT;

	(void)state;
	assert_true(canvas_init(&c, 20, 60, &glyphs_utf8));
	draw_queue(&c);
	assert_true(canvas_to_text(&c, &text));
	assert_non_null(strstr(text.data, "För litet: 60x20, behöver 80x24\n"));
	assert_non_null(strstr(text.data, "9 försenade ärenden\n"));
	strbuf_release(&text);
	canvas_release(&c);
}

static void the_current_row_has_the_arrow_and_the_hardware_cursor(void **state)
{
	static const int lists[] = { 0, 1, 4, 5, 9, 10 };

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct canvas c;
		const struct cell *cell;

		assert_true(canvas_init(&c, 24, 80, &glyphs_utf8));
		views[lists[i]].draw(&c);
		cell = canvas_at(&c, c.cursor_y, c.cursor_x);
		assert_string_equal(cell->utf8, ">");
		assert_int_equal(cell->style, STYLE_CURSOR);
		canvas_release(&c);
	}
}

static void a_cursor_step_changes_few_cells(void **state)
{
	struct queue_model m = a_queue();
	struct canvas a, b;
	int changed = 0;

	(void)state;
	m.preview = false;
	assert_true(canvas_init(&a, 24, 80, &glyphs_utf8));
	assert_true(canvas_init(&b, 24, 80, &glyphs_utf8));
	queue_view(&a, &m);
	m.cursor++;
	queue_view(&b, &m);
	for (int i = 0; i < 24 * 80; i++)
		changed += memcmp(&a.cells[i], &b.cells[i], sizeof(a.cells[i])) != 0;
	assert_in_range(changed, 1, 60);
	canvas_release(&a);
	canvas_release(&b);
}

static void the_pages_of_a_letter_hold_its_first_and_last_words(void **state)
{
	struct letter_model m = { .frame = a_frame("x", NULL, "x"), .text = S(letter) };
	struct strbuf all = STRBUF_INIT;
	struct canvas c;
	int lines = letter_lines(&m, 80), seen = letter_seen(&m, 24, 80);

	(void)state;
	assert_true(canvas_init(&c, 24, 80, &glyphs_utf8));
	assert_true(seen > 0 && seen <= 21);
	seen = 5;
	for (m.top = 0; m.top < lines; m.top += seen) {
		letter_view(&c, &m);
		for (int y = 2; y < 2 + seen; y++)
			for (int x = 2; x < 78; x++)
				(void)strbuf_adds(&all, canvas_at(&c, y, x)->utf8);
	}
	assert_non_null(strstr(all.data, "BYGGLOV FÖR CARPORT, EKEN 1:4"));
	assert_non_null(strstr(all.data, "överklagas hos länsstyrelsen inom tre veckor."));
	strbuf_release(&all);
	canvas_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_looks_as_its_golden_screen),
		cmocka_unit_test(every_view_looks_as_its_golden_screen_in_ascii),
		cmocka_unit_test(every_view_fills_any_screen_exactly),
		cmocka_unit_test(a_screen_below_80x24_says_so_and_counts_what_is_overdue),
		cmocka_unit_test(the_current_row_has_the_arrow_and_the_hardware_cursor),
		cmocka_unit_test(a_cursor_step_changes_few_cells),
		cmocka_unit_test(the_pages_of_a_letter_hold_its_first_and_last_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
