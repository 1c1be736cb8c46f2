/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/actions.h"

#include <stdio.h>
#include <string.h>

#include "app/deeds.h"
#include "app/words.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "domain/role.h"
#include "ui/keys.h"

#include "base/banned.h"

enum {
	LIST = IN_VIEW(VIEW_QUEUE),
	CASE = IN_VIEW(VIEW_CASE),
	READ = IN_VIEW(VIEW_READ),
	ON_CASE = LIST | CASE,
	OUT = IN_VIEW(VIEW_OUTBOX),
	CONF = IN_VIEW(VIEW_CONFLICTS),
	BULK = IN_VIEW(VIEW_BULK),
	SEARCH = IN_VIEW(VIEW_SEARCH),
	STATS = IN_VIEW(VIEW_STATS),
	CONTACT = IN_VIEW(VIEW_CONTACT),
	DEVICES = IN_VIEW(VIEW_DEVICES),
	ERASURES = IN_VIEW(VIEW_ERASURES),
	/* Views without a text field of their own. */
	PLAIN = ON_CASE | READ | OUT | CONF | BULK | STATS | CONTACT | DEVICES | ERASURES
		| IN_VIEW(VIEW_SYNC),
	ROWS = LIST | CASE | READ | OUT | CONF | BULK | STATS | CONTACT | DEVICES | ERASURES,
	/* Views that are a form: letters are text there. */
	TYPED = IN_VIEW(VIEW_DECISION) | IN_VIEW(VIEW_HELP) | SEARCH,
	LETTER = IN_VIEW(VIEW_LETTER),
	WORK = PLAIN | TYPED | LETTER,
	A_RING = 0xE5,
	A_UML = 0xE4,
	O_UML = 0xF6,
};

#define KEYS(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

static const struct app_action rows[] = {
	/* --- What is done to a case ------------------------------------------ */
	{ "claim", 0, KEYS('t'), "ta", "claim", NULL, N_("Ta ärendet: du blir handläggare"),
	  SECTION_ACTION, ON_CASE, "case.claim", CONFIRM_NONE, do_claim },
	{ "release", 0, KEYS(0), "släpp", "release", N_("[SKÄL]"),
	  N_("Släpp ärendet: ingen är handläggare"), SECTION_ACTION, ON_CASE, "case.release",
	  CONFIRM_NONE, do_release },
	{ "note", 0, KEYS('a'), "anteckna", "note", N_("[TEXT]"),
	  N_("Anteckna i ärendet, eller bara för minnet"), SECTION_ACTION, ON_CASE | OUT | CONF,
	  "note.add", CONFIRM_UNDO, do_note },
	{ "assign", 0, KEYS('T'), "tilldela", "assign", N_("[VEM]"),
	  N_("Tilldela ärendet till en handläggare"), SECTION_ACTION, ON_CASE, "case.assign",
	  CONFIRM_UNDO, do_assign },
	{ "route", 0, KEYS('o', O_UML), "överlämna", "route", N_("[KÖ]"),
	  N_("Överlämna ärendet till en annan kö"), SECTION_ACTION, ON_CASE, "case.route",
	  CONFIRM_UNDO, do_route },
	{ "status", 0, KEYS('s'), "status", "status", N_("[S]"),
	  N_("Statusmeny: begär, vila, föreslå, expediera"), SECTION_ACTION, ON_CASE, NULL,
	  CONFIRM_NONE, do_status },
	{ "deadline", 0, KEYS('d'), "frist", "deadline", N_("[DATUM]"),
	  N_("Sätt frist: 2026-12-01, +7d, +2v, idag"), SECTION_ACTION, ON_CASE, "case.deadline",
	  CONFIRM_NONE, do_deadline },
	{ "watch", 0, KEYS('w'), "bevaka", "watch", N_("[DATUM]"), N_("Bevaka ärendet till en dag"),
	  SECTION_ACTION, ON_CASE, "watch.set", CONFIRM_NONE, do_watch },
	{ "priority", 0, KEYS('p'), "prio", "priority", N_("[N]"),
	  N_("Sätt prioritet: 1 hög, 2 normal, 3 låg"), SECTION_ACTION, ON_CASE, "case.priority",
	  CONFIRM_NONE, do_priority },
	{ "ask", 0, KEYS(0), "komplettera", "ask", NULL, N_("Begär komplettering; ärendet väntar"),
	  SECTION_ACTION, ON_CASE, "case.ask", CONFIRM_UNDO, do_ask },
	{ "suspend", 0, KEYS(0), "vila", "suspend", NULL, N_("Lägg ärendet i vila"), SECTION_ACTION,
	  ON_CASE, "case.suspend", CONFIRM_UNDO, do_suspend_case },
	{ "resume", 0, KEYS(0), "återuppta", "resume", NULL,
	  N_("Återuppta: ärendet handläggs igen"), SECTION_ACTION, ON_CASE, "case.resume",
	  CONFIRM_UNDO, do_resume },
	{ "propose", 0, KEYS(0), "föreslå", "propose", NULL, N_("Lägg fram förslag till beslut"),
	  SECTION_ACTION, ON_CASE, "case.propose", CONFIRM_UNDO, do_propose },
	{ "return", 0, KEYS(0), "återlämna", "return", N_("[SKÄL]"), N_("Lämna tillbaka förslaget"),
	  SECTION_ACTION, ON_CASE, "case.return", CONFIRM_UNDO, do_return },
	{ "decide", 0, KEYS('b'), "beslut", "decide", NULL,
	  N_("Skriv, granska och signera beslutet"), SECTION_ACTION, ON_CASE, "case.decide",
	  CONFIRM_SIGN, do_decide },
	{ "message", 0, KEYS('m'), "meddela", "message", N_("[TEXT]"),
	  N_("Skriv till sökanden; brevet visas innan det sänds"), SECTION_ACTION, ON_CASE | READ,
	  "message.send", CONFIRM_UNDO, do_message },
	{ "reply", 0, KEYS('r'), "svara", "reply", NULL, N_("Svara på meddelandet"), SECTION_ACTION,
	  CASE | READ, "message.send", CONFIRM_UNDO, do_reply },
	{ "dispatch", 0, KEYS(0), "expediera", "dispatch", NULL,
	  N_("Anteckna att beslutet är expedierat"), SECTION_ACTION, ON_CASE, "case.dispatch",
	  CONFIRM_UNDO, do_dispatch },
	{ "waive", 0, KEYS('W'), "avstå-expediering", "waive", N_("[SKÄL]"),
	  N_("Avstå från att expediera, med skäl"), SECTION_ACTION, ON_CASE, "case.waive_dispatch",
	  CONFIRM_UNDO, do_waive },
	{ "close", 0, KEYS('x'), "avsluta-ärende", "close-case", NULL,
	  N_("Avsluta ärendet; det arkiveras"), SECTION_ACTION, ON_CASE, "case.close", CONFIRM_BOX,
	  do_close },
	{ "reopen", 0, KEYS(0), "öppna-igen", "reopen", N_("[SKÄL]"),
	  N_("Öppna ett avslutat ärende igen"), SECTION_ACTION, ON_CASE, "case.reopen",
	  CONFIRM_UNDO, do_reopen },
	{ "erase", 0, KEYS(0), "radera", "erase", NULL,
	  N_("Radera en post, eller hela ärendet, på en grund"), SECTION_ACTION, CASE,
	  "erasure.propose", CONFIRM_BOX, do_erase },
	{ "retry", 0, KEYS('r'), "försök", "retry", NULL,
	  N_("Signera igen, på ärendet som det är nu"), SECTION_ACTION, OUT | CONF, NULL,
	  CONFIRM_BOX, do_retry },
	{ "let-go", 0, KEYS('x'), "lägg-undan", "let-go", NULL,
	  N_("Lägg undan svaret: åtgärden görs inte"), SECTION_ACTION, OUT | CONF, NULL,
	  CONFIRM_NONE, do_let_go },
	{ "withdraw", 0, KEYS('u'), "dra-tillbaka", "withdraw", NULL,
	  N_("Dra tillbaka det osända, eller släpp det nekade"), SECTION_ACTION, OUT, NULL,
	  CONFIRM_NONE, do_withdraw },
	{ "side-mine", 0, KEYS('1'), "din", "mine-side", NULL,
	  N_("Välj din sida: den signeras igen"), SECTION_ACTION, CONF, NULL, CONFIRM_NONE,
	  do_side },
	{ "side-central", 0, KEYS('2'), "centralens", "central-side", NULL,
	  N_("Välj centralens sida: din åtgärd görs inte"), SECTION_ACTION, CONF, NULL,
	  CONFIRM_NONE, do_side },
	{ "side-both", 0, KEYS('3'), "båda", "both", NULL, N_("Välj båda, där båda kan stå"),
	  SECTION_ACTION, CONF, NULL, CONFIRM_NONE, do_side },
	{ "edit-conflict", 0, KEYS('e'), "redigera", "edit", NULL,
	  N_("Ändra det nekade: en ny åtgärd ersätter den gamla"), SECTION_ACTION, OUT | CONF, NULL,
	  CONFIRM_NONE, do_edit_conflict },
	{ "since", 0, KEYS(TK_F(7)), "sedan", "since", NULL,
	  N_("Vad som hänt i ärendet sedan du läste det"), SECTION_ACTION, CONF, NULL, CONFIRM_NONE,
	  do_since },
	{ "solve", 0, KEYS(TK_F(8)), "lös", "solve", NULL,
	  N_("Lös konflikten som du valt, och signera igen"), SECTION_ACTION, CONF, NULL,
	  CONFIRM_NONE, do_solve },
	{ "preview", 0, KEYS(TK_F(7)), "visa", "preview", NULL,
	  N_("Förhandsgranska beslutet som det sänds"), SECTION_ACTION,
	  TYPED & ~(IN_VIEW(VIEW_HELP) | SEARCH), NULL, CONFIRM_NONE, NULL },
	{ "commit", 0, KEYS(TK_F(8)), "utför", "do", NULL,
	  N_("Utför eller signera: enda tangenten för det"), SECTION_ACTION,
	  IN_VIEW(VIEW_DECISION) | LETTER, NULL, CONFIRM_NONE, NULL },

	/* --- In a list ---------------------------------------------------------- */
	{ "up", 0, KEYS(TK_UP, 'k'), NULL, NULL, NULL, N_("Upp"), SECTION_LIST, ROWS, NULL,
	  CONFIRM_NONE, do_move_up },
	{ "down", 0, KEYS(TK_DOWN, 'j'), NULL, NULL, NULL, N_("Ner"), SECTION_LIST, ROWS, NULL,
	  CONFIRM_NONE, do_move_down },
	{ "page-up", 0, KEYS(TK_PGUP), NULL, NULL, NULL, N_("En sida upp"), SECTION_LIST, ROWS,
	  NULL, CONFIRM_NONE, do_page_up },
	{ "page-down", 0, KEYS(TK_PGDN), NULL, NULL, NULL, N_("En sida ner"), SECTION_LIST, ROWS,
	  NULL, CONFIRM_NONE, do_page_down },
	{ "list-page-up", 0, KEYS('K'), NULL, NULL, NULL, N_("En sida upp"), SECTION_LIST,
	  LIST | OUT | BULK, NULL, CONFIRM_NONE, do_page_up },
	{ "list-page-down", 0, KEYS('J'), NULL, NULL, NULL, N_("En sida ner"), SECTION_LIST,
	  LIST | OUT | BULK, NULL, CONFIRM_NONE, do_page_down },
	{ "first", 0, KEYS(TK_HOME), NULL, NULL, NULL, N_("Första raden"), SECTION_LIST, ROWS, NULL,
	  CONFIRM_NONE, do_first },
	{ "last", 0, KEYS(TK_END, 'G'), NULL, NULL, NULL, N_("Sista raden"), SECTION_LIST, ROWS,
	  NULL, CONFIRM_NONE, do_last },
	{ "open", 0, KEYS(TK_ENTER, TK_RIGHT, 'l'), "öppna", "open", N_("[DNR]"),
	  N_("Öppna ärendet"), SECTION_LIST, LIST | OUT | CONF | BULK | ERASURES, NULL,
	  CONFIRM_NONE, do_open },
	{ "mark", 0, KEYS(' '), "markera", "mark", N_("[FILTER|allt]"),
	  N_("Markera ärendet och gå ner"), SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_mark },
	{ "mark-all", 0, KEYS('*'), NULL, NULL, NULL, N_("Markera allt som listan visar"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_mark_all },
	{ "mark-filter", 0, KEYS('+'), NULL, NULL, NULL, N_("Markera det som ett filter visar"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_mark_filter },
	{ "unmark", 0, KEYS('-'), "avmarkera", "unmark", NULL, N_("Ta bort alla markeringar"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_unmark },
	{ "result", 0, KEYS(0), "resultat", "result", NULL,
	  N_("Resultatet av senaste massåtgärden"), SECTION_LIST, PLAIN & ~BULK, NULL, CONFIRM_NONE,
	  do_result },
	{ "mine", 0, KEYS('1'), NULL, NULL, NULL, N_("Mina ärenden"), SECTION_LIST, LIST, NULL,
	  CONFIRM_NONE, do_mine },
	{ "inbox", 0, KEYS('2'), NULL, NULL, NULL, N_("Inkorgen: ärenden utan handläggare"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_inbox },
	{ "overdue", 0, KEYS('3'), NULL, NULL, NULL, N_("Försenade ärenden"), SECTION_LIST, LIST,
	  NULL, CONFIRM_NONE, do_overdue },
	{ "view-4", 0, KEYS('4'), NULL, NULL, NULL, N_("Vy 4: alla öppna, eller en egen"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_view },
	{ "view-5", 0, KEYS('5'), NULL, NULL, NULL, N_("Vy 5: alla ärenden, eller en egen"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_view },
	{ "view-6", 0, KEYS('6'), NULL, NULL, NULL, N_("Vy 6, om du har sparat den"), SECTION_LIST,
	  LIST, NULL, CONFIRM_NONE, do_view },
	{ "view-7", 0, KEYS('7'), NULL, NULL, NULL, N_("Vy 7, om du har sparat den"), SECTION_LIST,
	  LIST, NULL, CONFIRM_NONE, do_view },
	{ "view-8", 0, KEYS('8'), NULL, NULL, NULL, N_("Vy 8, om du har sparat den"), SECTION_LIST,
	  LIST, NULL, CONFIRM_NONE, do_view },
	{ "view-9", 0, KEYS('9'), NULL, NULL, NULL, N_("Vy 9, om du har sparat den"), SECTION_LIST,
	  LIST, NULL, CONFIRM_NONE, do_view },
	{ "views", 'g', KEYS('v'), "vyer", "views", NULL, N_("Sparade vyer, med antal"), SECTION_GO,
	  PLAIN, NULL, CONFIRM_NONE, do_views },
	{ "save-view", 0, KEYS(0), "spara-vy", "save-view", N_("N NAMN"),
	  N_("Spara listans filter som vy 4 till 9"), SECTION_LIST, LIST, NULL, CONFIRM_NONE,
	  do_save_view },
	{ "queue", 0, KEYS('0'), NULL, NULL, NULL, N_("Alla öppna ärenden"), SECTION_LIST, LIST,
	  NULL, CONFIRM_NONE, do_queue },
	{ "sort-before", 0, KEYS('<'), NULL, NULL, NULL, N_("Sortera på förra kolumnen"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_sort_before },
	{ "sort-next", 0, KEYS('>'), "sortera", "sort", N_("[KOLUMN]"),
	  N_("Sortera på nästa: frist inkom ändrad dnr"), SECTION_LIST, LIST, NULL, CONFIRM_NONE,
	  do_sort },
	{ "info", 0, KEYS('i'), "info", "info", NULL, N_("Visa eller dölj förhandsvisningen"),
	  SECTION_LIST, LIST, NULL, CONFIRM_NONE, do_info },
	{ "filter", 0, KEYS('/', TK_F(4)), "filter", "filter", N_("[TEXT]"),
	  N_("Bara ärenden som passar filtret"), SECTION_LIST, LIST, NULL, CONFIRM_NONE,
	  do_filter },
	{ "choose-items", 0, KEYS('/', TK_F(4)), "urval", "choose", NULL,
	  N_("Visa alla, det som väntar på dig, eller obesvarat"), SECTION_LIST, OUT, NULL,
	  CONFIRM_NONE, do_choose_items },
	{ "next-conflict", 0, KEYS('J'), "nästa", "next", NULL, N_("Nästa konflikt"), SECTION_LIST,
	  CONF, NULL, CONFIRM_NONE, do_next_conflict },
	{ "previous-conflict", 0, KEYS('K'), "förra", "previous", NULL, N_("Förra konflikten"),
	  SECTION_LIST, CONF, NULL, CONFIRM_NONE, do_previous_conflict },

	{ "drill", 0, KEYS(TK_ENTER, TK_RIGHT, 'l'), "visa-ärendena", "drill-down", NULL,
	  N_("Öppna listan över det som siffran räknar"), SECTION_LIST, STATS, NULL, CONFIRM_NONE,
	  do_drill },
	{ "next-block", 0, KEYS('J', TK_TAB), NULL, NULL, NULL, N_("Till nästa grupp av siffror"),
	  SECTION_LIST, STATS, NULL, CONFIRM_NONE, do_next_block },
	{ "previous-block", 0, KEYS('K', TK_BACKTAB), NULL, NULL, NULL,
	  N_("Till förra gruppen av siffror"), SECTION_LIST, STATS, NULL, CONFIRM_NONE,
	  do_previous_block },
	{ "period-7", 'v', KEYS('1'), NULL, NULL, NULL, N_("Period: de senaste 7 dagarna"),
	  SECTION_LIST, STATS, NULL, CONFIRM_NONE, do_period },
	{ "period-30", 'v', KEYS('2'), NULL, NULL, NULL, N_("Period: 30 dagar"), SECTION_LIST,
	  STATS, NULL, CONFIRM_NONE, do_period },
	{ "period-90", 'v', KEYS('3'), NULL, NULL, NULL, N_("Period: 90 dagar"), SECTION_LIST,
	  STATS, NULL, CONFIRM_NONE, do_period },
	{ "period-365", 'v', KEYS('4'), NULL, NULL, NULL, N_("Period: 365 dagar"), SECTION_LIST,
	  STATS, NULL, CONFIRM_NONE, do_period },
	{ "period", 0, KEYS(0), "period", "period", N_("DAGAR"), N_("Period i dagar, som 30d"),
	  SECTION_LIST, STATS, NULL, CONFIRM_NONE, do_period },
	{ "all-units", 0, KEYS(0), "alla-enheter", "all-units", NULL,
	  N_("Siffror för alla dina enheter"), SECTION_LIST, STATS, NULL, CONFIRM_NONE,
	  do_all_units },

	{ "approve-device", 0, KEYS(TK_ENTER), "godkänn", "approve", NULL,
	  N_("Godkänn datorn, när orden har jämförts"), SECTION_ACTION, DEVICES, NULL, CONFIRM_BOX,
	  do_approve_device },
	{ "refuse-device", 0, KEYS('x'), "neka", "refuse", NULL,
	  N_("Neka datorn: den kan aldrig användas"), SECTION_ACTION, DEVICES, NULL, CONFIRM_BOX,
	  do_refuse_device },

	{ "confirm-erasure", 0, KEYS('b'), "bekräfta-radering", "confirm-erasure", NULL,
	  N_("Bekräfta raderingen, som andra person"), SECTION_ACTION, ERASURES, NULL, CONFIRM_BOX,
	  do_confirm_erasure },
	{ "withdraw-erasure", 0, KEYS('x'), "avstå-radering", "withdraw-erasure", NULL,
	  N_("Avstå från raderingen: förslaget tas bort"), SECTION_ACTION, ERASURES, NULL,
	  CONFIRM_BOX, do_withdraw_erasure },

	{ "next-call", 0, KEYS(TK_ENTER), "nästa-samtal", "next-call", NULL,
	  N_("Avsluta samtalet och töm skärmen"), SECTION_LIST, CONTACT, NULL, CONFIRM_NONE,
	  do_next_call },
	{ "look-up", 0, KEYS('/', TK_F(4)), "slå-upp", "look-up", N_("[SÖK]"),
	  N_("Slå upp något annat i samma samtal"), SECTION_LIST, CONTACT, NULL, CONFIRM_NONE,
	  do_look_up },
	{ "reason", 0, KEYS('1', '2', '3', '4'), NULL, NULL, NULL,
	  N_("Skälet för uppslaget; det loggas"), SECTION_LIST, CONTACT, NULL, CONFIRM_NONE, NULL },
	{ "call-note", 0, KEYS('a'), "anteckna", "note", N_("[TEXT]"),
	  N_("Anteckna samtalet i ärendet"), SECTION_ACTION, CONTACT, "note.add", CONFIRM_UNDO,
	  do_call_note },
	{ "call-back", 0, KEYS('r'), "ring-upp", "call-back", N_("[TEXT]"),
	  N_("Be handläggaren ringa upp"), SECTION_ACTION, CONTACT, "note.add", CONFIRM_UNDO,
	  do_call_back },

	/* --- In a case ---------------------------------------------------------- */
	{ "overview", 0, KEYS('1'), "översikt", "overview", NULL, N_("Ärendets översikt"),
	  SECTION_CASE, CASE, NULL, CONFIRM_NONE, do_overview },
	{ "timeline", 0, KEYS('2'), "händelser", "timeline", NULL,
	  N_("Ärendets händelser, med sigill"), SECTION_CASE, CASE, NULL, CONFIRM_NONE,
	  do_timeline },
	{ "documents", 0, KEYS('3'), "handlingar", "documents", NULL, N_("Ärendets handlingar"),
	  SECTION_CASE, CASE, NULL, CONFIRM_NONE, do_documents },
	{ "parties", 0, KEYS('4'), "parter", "parties", NULL, N_("Ärendets parter"), SECTION_CASE,
	  CASE, NULL, CONFIRM_NONE, do_parties },
	{ "messages", 0, KEYS('5'), "meddelanden", "messages", NULL,
	  N_("Meddelanden till och från sökanden"), SECTION_CASE, CASE, NULL, CONFIRM_NONE,
	  do_messages },
	{ "decision", 0, KEYS('6'), NULL, NULL, NULL, N_("Ärendets beslut"), SECTION_CASE, CASE,
	  NULL, CONFIRM_NONE, do_decision_tab },
	{ "tab", 0, KEYS(0), "flik", "tab", N_("N"), N_("Ärendets flik 1 till 6"), SECTION_CASE,
	  CASE, NULL, CONFIRM_NONE, do_tab },
	{ "read", 0, KEYS(TK_ENTER, TK_RIGHT, 'l'), "visa-rad", "show-row", NULL,
	  N_("Läs handlingen, meddelandet eller händelsen"), SECTION_CASE, CASE, NULL, CONFIRM_NONE,
	  do_read },
	{ "open-outside", 0, KEYS('v'), "visa-externt", "open-outside", NULL,
	  N_("Öppna handlingen i ett annat program"), SECTION_CASE, CASE | READ, NULL, CONFIRM_NONE,
	  do_open_outside },
	{ "choose-events", 0, KEYS('f'), "visa-händelser", "choose-events", NULL,
	  N_("Visa alla händelser, eller bara ett slag"), SECTION_CASE, CASE, NULL, CONFIRM_NONE,
	  do_choose_events },
	{ "next-case", 0, KEYS('J'), "nästa", "next", NULL, N_("Nästa ärende i listan"),
	  SECTION_CASE, CASE, NULL, CONFIRM_NONE, do_next_case },
	{ "previous-case", 0, KEYS('K'), "förra", "previous", NULL, N_("Förra ärendet i listan"),
	  SECTION_CASE, CASE, NULL, CONFIRM_NONE, do_previous_case },

	/* --- Go ------------------------------------------------------------------ */
	{ "go-top", 'g', KEYS('g'), NULL, NULL, NULL, N_("Gå till första raden"), SECTION_GO, ROWS,
	  NULL, CONFIRM_NONE, do_first },
	{ "go-stats", 'g', KEYS('t'), "läge", "stats", N_("[ENHET]"),
	  N_("Gå till läget: chefens siffror, alla eller en enhets"), SECTION_GO, PLAIN, NULL,
	  CONFIRM_NONE, do_stats },
	{ "go-devices", 'g', KEYS('d'), "datorer", "devices", NULL,
	  N_("Gå till datorer som väntar på att godkännas"), SECTION_GO, PLAIN, NULL, CONFIRM_NONE,
	  do_devices },
	{ "go-erasures", 'g', KEYS('x'), "raderingar", "erasures", NULL,
	  N_("Gå till raderingar som väntar på en andra person"), SECTION_GO, PLAIN, NULL,
	  CONFIRM_NONE, do_erasures },
	{ "go-contact", 'g', KEYS('r'), "kontaktcenter", "contact", N_("[SÖK]"),
	  N_("Gå till kontaktcenter: slå upp under samtal"), SECTION_GO, PLAIN, NULL, CONFIRM_NONE,
	  do_contact },
	{ "go-search", 'g', KEYS('s'), "sök", "search", N_("[TEXT]"), N_("Sök bland alla ärenden"),
	  SECTION_GO, PLAIN, NULL, CONFIRM_NONE, do_search },
	{ "go-home", 'g', KEYS('h'), "hem", "home", NULL, N_("Gå hem: vyn vid start"), SECTION_GO,
	  PLAIN, NULL, CONFIRM_NONE, do_home },
	{ "go-queue", 'g', KEYS('k'), "kö", "queue", N_("[KÖ]"),
	  N_("Gå till kön: alla öppna ärenden, eller de i en kö"), SECTION_GO, PLAIN, NULL,
	  CONFIRM_NONE, do_queue },
	{ "go-mine", 'g', KEYS('m'), "mina", "mine", NULL, N_("Gå till mina ärenden"), SECTION_GO,
	  PLAIN, NULL, CONFIRM_NONE, do_mine },
	{ "go-inbox", 'g', KEYS('i'), "inkorg", "inbox", NULL, N_("Gå till inkorgen"), SECTION_GO,
	  PLAIN, NULL, CONFIRM_NONE, do_inbox },
	{ "go-overdue", 0, KEYS(0), "försenade", "overdue", NULL, N_("Gå till försenade ärenden"),
	  SECTION_GO, PLAIN, NULL, CONFIRM_NONE, do_overdue },
	{ "all", 0, KEYS(0), "alla", "all", NULL, N_("Alla ärenden, även avslutade"), SECTION_GO,
	  PLAIN, NULL, CONFIRM_NONE, do_all },
	{ "view", 0, KEYS(0), "vy", "view", N_("N"), N_("Sparad vy 1 till 9"), SECTION_GO, PLAIN,
	  NULL, CONFIRM_NONE, do_view },
	{ "find", 0, KEYS('/'), NULL, NULL, NULL, N_("Sök bland alla ärenden"), SECTION_GO,
	  READ | CONF | BULK | STATS | IN_VIEW(VIEW_SYNC), NULL, CONFIRM_NONE, do_search },
	{ "go-outbox", 'g', KEYS('u'), "utkorg", "outbox", NULL,
	  N_("Gå till utkorgen: signerat, och svaren"), SECTION_GO, PLAIN, NULL, CONFIRM_NONE,
	  do_outbox },
	{ "go-conflicts", 'g', KEYS('c'), "konflikter", "conflicts", NULL,
	  N_("Gå till konflikterna"), SECTION_GO, PLAIN, NULL, CONFIRM_NONE, do_conflicts },
	{ "go-sync", 'g', KEYS('y'), "synkstatus", "sync-status", NULL,
	  N_("Gå till synkstatus: nät och tider"), SECTION_GO, PLAIN, NULL, CONFIRM_NONE,
	  do_sync_status },

	/* --- Everywhere ----------------------------------------------------------- */
	{ "help", 0, KEYS(TK_F(1), '?'), "hjälp", "help", N_("[ORD]"),
	  N_("Hjälp om det du ser; skriv för att söka"), SECTION_GLOBAL, PLAIN, NULL, CONFIRM_NONE,
	  do_help },
	{ "help-typed", 0, KEYS(TK_F(1)), NULL, NULL, NULL, N_("Hjälp om det du ser"),
	  SECTION_GLOBAL, IN_VIEW(VIEW_DECISION) | SEARCH | LETTER, NULL, CONFIRM_NONE, do_help },
	{ "palette", 0, KEYS(TK_F(2)), "åtgärd", "action", N_("[ORD]"),
	  N_("Alla åtgärder som är möjliga här"), SECTION_GLOBAL, PLAIN, NULL, CONFIRM_NONE,
	  do_palette },
	{ "back", 0, KEYS('q', TK_F(3), 'h', TK_LEFT), "tillbaka", "back", NULL,
	  N_("Tillbaka ett steg"), SECTION_GLOBAL, PLAIN, NULL, CONFIRM_NONE, do_back },
	{ "back-typed", 0, KEYS(TK_F(3)), NULL, NULL, NULL, N_("Tillbaka; utkastet sparas"),
	  SECTION_GLOBAL, TYPED | LETTER, NULL, CONFIRM_NONE, do_back },
	{ "cancel", 0, KEYS(TK_ESC, TK_F(12), TK_CTRL('G'), TK_CTRL('C')), "avbryt", "cancel", NULL,
	  N_("Avbryt, stäng rutan, töm filtret"), SECTION_GLOBAL, WORK, NULL, CONFIRM_NONE,
	  do_cancel },
	{ "undo", 0, KEYS('u'), "ångra", "undo", NULL, N_("Ångra senaste åtgärd som inte är sänd"),
	  SECTION_GLOBAL, PLAIN & ~(OUT | BULK), NULL, CONFIRM_NONE, do_undo },
	{ "undo-bulk", 0, KEYS('u'), "ångra-allt", "undo-all", NULL,
	  N_("Ångra hela massåtgärden, det som inte är sänt"), SECTION_ACTION, BULK, NULL,
	  CONFIRM_NONE, do_undo_bulk },
	{ "sync", 0, KEYS(TK_F(5), TK_CTRL('L')), "synka", "sync", NULL,
	  N_("Synka nu och rita om skärmen"), SECTION_GLOBAL, WORK & ~(OUT | SEARCH), NULL,
	  CONFIRM_NONE, do_sync },
	{ "search-central", 0, KEYS(TK_F(5)), NULL, NULL, NULL, N_("Sök även på servern"),
	  SECTION_GLOBAL, SEARCH, NULL, CONFIRM_NONE, do_search_central },
	{ "send-now", 0, KEYS(TK_F(5)), "sänd", "send", NULL, N_("Sänd allt nu, utan ångertid"),
	  SECTION_ACTION, OUT, NULL, CONFIRM_NONE, do_send_now },
	{ "command", 0, KEYS(':'), NULL, NULL, NULL, N_("Skriv ett kommando"), SECTION_GLOBAL,
	  PLAIN, NULL, CONFIRM_NONE, do_command },
	{ "lock", 0, KEYS('L'), "lås", "lock", NULL,
	  N_("Lås skärmen nu; PIN eller lösenfras öppnar den"), SECTION_GLOBAL, PLAIN, NULL,
	  CONFIRM_NONE, do_lock },
	{ "pin", 0, KEYS(0), "pin", "pin", NULL, N_("Välj en PIN som öppnar den låsta skärmen"),
	  SECTION_GLOBAL, PLAIN, NULL, CONFIRM_NONE, do_pin },
	{ "passphrase", 0, KEYS(0), "lösenfras", "passphrase", NULL, N_("Byt lösenfras"),
	  SECTION_GLOBAL, PLAIN, NULL, CONFIRM_NONE, do_passphrase },
	{ "stop", 0, KEYS(TK_CTRL('Z')), NULL, NULL, NULL, N_("Till skalet; fg tar dig tillbaka"),
	  SECTION_GLOBAL, WORK, NULL, CONFIRM_NONE, do_stop },
	{ "quit", 0, KEYS('Q'), "avsluta", "quit", NULL,
	  N_("Avsluta Sluss; frågar om allt inte är sänt"), SECTION_GLOBAL, PLAIN, NULL,
	  CONFIRM_NONE, do_quit },
	{ "fkeys", 0, KEYS(TK_CTRL('X')), NULL, NULL, NULL, N_("^X och en siffra är en F-tangent"),
	  SECTION_GLOBAL, WORK, NULL, CONFIRM_NONE, NULL },
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

const struct app_action *action_row(size_t i)
{
	return i < ROW_COUNT ? &rows[i] : NULL;
}

const struct app_action *action_by_id(const char *id)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}

/* Rows of a contact center's own views that lead to cases. */
static bool leads_to_cases(const struct app_action *a)
{
	static const char *const ids[] = { "open",     "result",     "since",	   "views",
					   "go-stats", "go-search",  "go-queue",   "go-mine",
					   "go-inbox", "go-devices", "go-erasures" };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(a->id, ids[i]) == 0)
			return true;
	return false;
}

bool action_open_to(const struct app_action *a, unsigned roles)
{
	const unsigned own = CONTACT | OUT | CONF | IN_VIEW(VIEW_SYNC) | IN_VIEW(VIEW_HELP);

	return !role_contact_only(roles) || ((a->views & own) && !leads_to_cases(a));
}

const char *view_name(enum view v)
{
	static const char *const names[VIEW_COUNT] = {
		[VIEW_QUEUE] = N_("Kö"),
		[VIEW_CASE] = N_("Ärende"),
		[VIEW_DECISION] = N_("Beslut"),
		[VIEW_LETTER] = N_("Förhandsgranskning"),
		[VIEW_OUTBOX] = N_("Utkorg"),
		[VIEW_CONFLICTS] = N_("Konflikter"),
		[VIEW_SYNC] = N_("Synkstatus"),
		[VIEW_HELP] = N_("Hjälp"),
		[VIEW_UNLOCK] = N_("Lås upp"),
		[VIEW_ENROL] = N_("Första start"),
		[VIEW_BULK] = N_("Resultat"),
		[VIEW_SEARCH] = N_("Sök"),
		[VIEW_READ] = N_("Handling"),
		[VIEW_STATS] = N_("Läge"),
		[VIEW_CONTACT] = N_("Kontaktcenter"),
		[VIEW_DEVICES] = N_("Datorer"),
		[VIEW_ERASURES] = N_("Raderingar"),
	};

	return names[v];
}

static bool has_key(const struct app_action *a, int32_t prefix, int32_t code)
{
	if (a->prefix != prefix || code == 0)
		return false;
	for (int i = 0; i < ACTION_KEYS_MAX; i++)
		if (a->keys[i] == code)
			return true;
	return false;
}

const struct app_action *action_by_key(enum view v, int32_t prefix, int32_t code)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if ((rows[i].views & IN_VIEW(v)) && has_key(&rows[i], prefix, code))
			return &rows[i];
	return NULL;
}

/* 0 no, 1 beginning, 2 whole; upper case is not told apart. */
static int fits(const char *name, struct str typed, bool plain)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	int how = 0;

	if (name && typed.n > 0 && utf8_fold(&a, str_of(name), plain) && utf8_fold(&b, typed, plain)
	    && b.len <= a.len && memcmp(a.data, b.data, b.len) == 0)
		how = a.len == b.len ? 2 : 1;
	strbuf_release(&a);
	strbuf_release(&b);
	return how;
}

static const struct app_action *named(enum view v, struct str name, bool plain, int *count)
{
	const struct app_action *found = NULL;

	*count = 0;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		int sv = fits(rows[i].sv, name, plain);
		int en = fits(rows[i].en, name, plain);

		if (!(rows[i].views & IN_VIEW(v)) || (sv == 0 && en == 0))
			continue;
		found = &rows[i];
		++*count;
		if (sv == 2 || en == 2) {
			*count = 1;
			break;
		}
	}
	return found;
}

static bool is_called(const struct app_action *a, struct str name)
{
	return fits(a->sv, name, true) == 2 || fits(a->en, name, true) == 2;
}

/* Is it the whole name of a command, of whichever view? It is no beginning of
 * another one then. */
static bool called_so(struct str name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (is_called(&rows[i], name))
			return true;
	return false;
}

/* As it is typed first, so that ":öv" is one command though ":ov" is two. */
const struct app_action *action_by_name(enum view v, struct str name, bool *ambiguous)
{
	const struct app_action *found;
	int count;

	found = named(v, name, false, &count);
	if (count == 0)
		found = named(v, name, true, &count);
	*ambiguous = count > 1;
	if (count == 1 && !is_called(found, name) && called_so(name))
		return NULL;
	return count == 1 ? found : NULL;
}

const char *action_keys_label(const struct app_action *a, char *buf, size_t size)
{
	size_t n = 0;
	char one[16];

	buf[0] = '\0';
	for (int i = 0; i < ACTION_KEYS_MAX && a->keys[i]; i++) {
		const char *label = key_label(a->keys[i], one);

		if (n + strlen(label) + 4 > size)
			break;
		n += (size_t)snprintf(buf + n, size - n, "%s%s%s", n ? " " : "",
				      a->prefix == 'g'	 ? "g "
				      : a->prefix == 'v' ? "v "
							 : "",
				      label);
	}
	return buf;
}

void action_command_label(struct strbuf *out, const struct app_action *a)
{
	if (!a->sv)
		return;
	strbuf_addf(out, ":%s", words_english() ? a->en : a->sv);
	if (a->arg)
		strbuf_addf(out, " %s", _(a->arg));
}

const char *section_name(enum section s)
{
	static const char *const names[SECTION_COUNT] = {
		[SECTION_ACTION] = N_("Åtgärder"),   [SECTION_LIST] = N_("I en lista"),
		[SECTION_CASE] = N_("I ett ärende"), [SECTION_GO] = N_("Gå till"),
		[SECTION_GLOBAL] = N_("Alltid"),
	};

	return names[s];
}

/* AltGr signs and dead keys of the Swedish keyboard. */
static bool hard_to_type(int32_t code)
{
	return code < 0x80 && code > 0 && strchr("@$[]{}\\|~^`", code) != NULL;
}

/* Keys that terminals, tmux, screen or flow control keep for themselves. */
static bool taken_by_others(int32_t code)
{
	static const int32_t taken[] = { TK_F(10),     TK_F(11),     TK_CTRL('B'), TK_CTRL('A'),
					 TK_CTRL('S'), TK_CTRL('Q'), TK_CTRL('W'), TK_CTRL('P'),
					 TK_CTRL('N'), TK_CTRL('T') };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (code == taken[i])
			return true;
	return false;
}

static bool clash(const struct app_action *a, const struct app_action *b)
{
	if (!(a->views & b->views))
		return false;
	for (int i = 0; i < ACTION_KEYS_MAX; i++)
		if (has_key(b, a->prefix, a->keys[i]))
			return true;
	return a->sv && b->sv
	       && (fits(a->sv, str_of(b->sv), true) == 2 || fits(a->en, str_of(b->en), true) == 2
		   || fits(a->sv, str_of(b->en), true) == 2
		   || fits(a->en, str_of(b->sv), true) == 2);
}

bool actions_check(struct strbuf *what)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		bool reachable = rows[i].sv != NULL;

		for (int k = 0; k < ACTION_KEYS_MAX; k++) {
			if (hard_to_type(rows[i].keys[k]) || taken_by_others(rows[i].keys[k])) {
				strbuf_addf(what, "%s: a key that must not be used", rows[i].id);
				return false;
			}
			reachable = reachable || rows[i].keys[k];
		}
		if (!reachable) {
			strbuf_addf(what, "%s: neither key nor command", rows[i].id);
			return false;
		}
		for (size_t k = i + 1; k < ROW_COUNT; k++)
			if (clash(&rows[i], &rows[k])) {
				strbuf_addf(what, "%s and %s", rows[i].id, rows[k].id);
				return false;
			}
	}
	return true;
}
