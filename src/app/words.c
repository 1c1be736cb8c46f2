/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/words.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

#include "base/banned.h"

/* --- Locale and language ------------------------------------------------------ */

/* Where the translations lie: beside the executable when it stands in its
 * build folder, else where it was installed. */
static void locale_folder(char out[512])
{
	char exe[400];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	snprintf(out, 512, "%s/share/locale", SLUSS_PREFIX);
	if (n <= 0)
		return;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return;
	*slash = '\0';
	snprintf(out, 512, "%s/locale", exe);
	if (access(out, R_OK) == 0)
		return;
	snprintf(out, 512, "%s/../share/locale", exe);
	if (access(out, R_OK) != 0)
		snprintf(out, 512, "%s/share/locale", SLUSS_PREFIX);
}

/* What the environment asks for, by the order of POSIX. */
static const char *asked_for(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return v;
	}
	return "";
}

static bool names_utf8(const char *v)
{
	return strcasestr(v, "UTF-8") || strcasestr(v, "UTF8");
}

/* A locale that is asked for but not installed is no reason to lose å ä ö. */
static void set_locale(void)
{
	if (!setlocale(LC_ALL, "") && names_utf8(asked_for()))
		setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

/* gettext translates nothing in the locale C, but does in C.UTF-8; LANGUAGE
 * then says to what. */
static void set_language(const char *language)
{
	const char *wanted = getenv("LANGUAGE");
	const char *lang = getenv("LC_ALL");

	if (strcmp(language, "auto") != 0) {
		setenv("LANGUAGE", language, 1);
		if (strcmp(language, "en") == 0)
			setlocale(LC_MESSAGES, "C.UTF-8");
		return;
	}
	if (wanted && *wanted)
		return;
	if (!lang || !*lang)
		lang = getenv("LC_MESSAGES");
	if (!lang || !*lang)
		lang = getenv("LANG");
	if (lang && strncmp(lang, "en", 2) == 0) {
		setenv("LANGUAGE", "en", 1);
		if (strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
			setlocale(LC_MESSAGES, "C.UTF-8");
	}
}

void words_start(const char *language)
{
	char folder[512];

	set_locale();
	set_language(language);
	locale_folder(folder);
	bindtextdomain("sluss", folder);
	bind_textdomain_codeset("sluss", "UTF-8");
	textdomain("sluss");
}

bool words_locale_is_utf8(void)
{
	return names_utf8(nl_langinfo(CODESET));
}

bool words_english(void)
{
	/* A text that is never shown: its translation names the language. */
	return strcmp(_("språk: svenska"), "language: English") == 0;
}

/* --- Errors -------------------------------------------------------------------- */

/* By subject; a code that is not here is told by its English text. */
static const struct sentence {
	const char *code, *text;
} sentences[] = {
	/* finding a case, arguments */
	{ "case-unknown", N_("Det finns inget sådant ärende bland dem du har hämtat.") },
	{ "case-ambiguous", N_("Numret kan vara flera ärenden. Skriv hela diarienumret.") },
	{ "case-number",
	  N_("Ett ärende anges med diarienummer (BN 2026-1042, 2026-1042, 1042) eller början på "
	     "sitt id.") },
	{ "queue-unknown", N_("Det finns ingen sådan kö.") },
	{ "queue-ambiguous", N_("Flera köer börjar så. Skriv mer av namnet.") },
	{ "argument-missing", N_("En uppgift saknas.") },
	{ "field-too-long", N_("Texten är för lång.") },
	{ "field-malformed", N_("Uppgiften har fel form.") },
	{ "field-unknown", N_("Uppgiften finns inte.") },
	{ "day", N_("Det är ingen dag. Skriv 2026-11-23, idag, +14d eller v49.") },
	{ "day-far", N_("Så långt bort kan dagen inte ligga: högst tio år.") },
	{ "day-none", N_("Den dagen finns inte.") },
	{ "deadline-range", N_("Fristen ska ligga mellan ankomstdagen och tjugo år framåt.") },
	{ "usage-option", N_("Det finns inget sådant val.") },
	{ "usage-option-near", N_("Det finns inget sådant val. Närmast är.") },
	{ "usage-option-other", N_("Kommandot har inget sådant val.") },
	{ "usage-value", N_("Valet ska ha ett värde.") },
	{ "usage-no-value", N_("Valet har inget värde.") },
	{ "usage-verb", N_("Det finns inget sådant kommando.") },
	{ "usage-verb-near", N_("Det finns inget sådant kommando. Närmast är.") },
	{ "usage-many", N_("Det är ett argument för mycket.") },
	{ "usage-form", N_("Kommandot skrivs så.") },
	{ "usage-needed", N_("Ett val måste vara med.") },
	{ "usage", N_("Kommandot är inte rätt skrivet.") },
	{ "text-not-utf8", N_("Texten är inte UTF-8.") },
	{ "file-read", N_("Filen kan inte läsas.") },
	/* lawful and allowed */
	{ "step-unlawful", N_("Det går inte i den status ärendet har.") },
	{ "role-lacking", N_("Du har inte den roll som åtgärden kräver.") },
	{ "not-assignee", N_("Åtgärden hör till ärendets handläggare. Ta ärendet först.") },
	{ "taken", N_("Ärendet är redan taget.") },
	{ "already-yours", N_("Ärendet är redan ditt.") },
	{ "already-offered", N_("Åtgärden har redan erbjudits centralen och kan inte ångras.") },
	{ "already-answered", N_("Åtgärden är redan besvarad och kan inte ångras.") },
	{ "not-refused", N_("Åtgärden är inte nekad, så den behöver inte signeras om.") },
	{ "read-again",
	  N_("Det som sänds ut läses och signeras på nytt, aldrig bara om igen: öppna konflikten (g c).") },
	{ "no-conflict", N_("Åtgärden väntar inte på dig.") },
	{ "side-unlawful", N_("Den sidan går inte att välja för den här åtgärden.") },
	{ "sup-other", N_("Åtgärden hör till ett annat ärende.") },
	{ "earlier-first", N_("Lös först den åtgärd som den här bygger på.") },
	{ "not-answered", N_("Åtgärden är inte besvarad än.") },
	{ "item-unknown", N_("Det finns ingen sådan åtgärd i utkorgen.") },
	{ "dismiss-erased", N_("Ärendet är raderat, och åtgärden med det: inget att släppa.") },
	{ "dismiss-needless", N_("Åtgärden är godtagen eller redan undanlagd: inget att släppa.") },
	{ "moved-on", N_("Ärendet har ändrats sedan du såg det.") },
	{ "history-wanted", N_("Ärendets händelser är inte hämtade än. Synka och försök igen.") },
	{ "field-changed", N_("Samma uppgift har ändrats av någon annan.") },
	{ "depends-on", N_("En tidigare åtgärd, som den här bygger på, gäller inte.") },
	{ "base-unknown", N_("Centralen känner inte igen läget som åtgärden utgick från.") },
	/* erasure */
	{ "case-erased", N_("Ärendet är raderat, och det du skrev om det gäller inte.") },
	{ "entry-unknown", N_("Ärendet har ingen sådan post som kan raderas.") },
	{ "entry-record", N_("Posten är själva beslutet om en radering, och står kvar.") },
	{ "erasure-unknown", N_("Inget förslag att radera väntar i den posten.") },
	{ "erasure-lapsed", N_("Förslaget bekräftades inte i tid. Lägg det på nytt.") },
	{ "erasure-outgrown",
	  N_("Ärendet har fått fler händelser sedan förslaget, som ingen har tagit ställning till. "
	     "Dra tillbaka förslaget, läs ärendet och föreslå på nytt.") },
	{ "same-person", N_("Det krävs två personer: den som föreslagit kan inte bekräfta.") },
	{ "document-erased", N_("Handlingen är raderad.") },
	{ "erase-ground",
	  N_("Grunden är felregistrerad, sekretess, rensning eller gallring (--ground).") },
	{ "erase-yes", N_("Det kan inte göras ogjort. Lägg till --yes.") },
	/* decisions */
	{ "outcome-unknown", N_("Utfallet är inget av ärendetypens utfall.") },
	{ "content-missing", N_("Det måste stå vad som beslutas.") },
	{ "reasons-missing",
	  N_("Ett beslut ska ha skäl, eller en grund för att de utelämnas (32 § förvaltningslagen).") },
	{ "ground-unknown", N_("Grunden för att utelämna skäl finns inte.") },
	{ "sign-missing", N_("Ett beslut signeras: lägg till --sign.") },
	{ "sign-unattended",
	  N_("Beslut och brev signeras vid en terminal. Ett skript får göra det bara om sluss.conf säger "
	     "sign.unattended = allow.") },
	{ "sign-digits", N_("Siffrorna stämmer inte med ärendet. Inget har signerats.") },
	{ "decide-offline",
	  N_("Beslut får inte signeras utan kontakt med centralen (decide.offline = deny).") },
	{ "decide-confirm",
	  N_("Centralen nås inte. Bekräfta att beslutet ska signeras ändå: --yes.") },
	{ "message-no", N_("Brevet är inte signerat och inte sänt.") },
	{ "decide-offline-no", N_("Inget har signerats.") },
	{ "party-protected",
	  N_("Parten har skyddade uppgifter: beslutet fattas med kontakt med centralen.") },
	/* login, keys */
	{ "not-enrolled", N_("Datorn är inte ansluten. Kör: sluss enrol ADRESS") },
	{ "locked", N_("Nyckeln är låst. Lösenfrasen behövs.") },
	{ "locked-script", N_("Lösenfrasen behövs: --passphrase-fd N när ingen terminal finns.") },
	{ "passphrase-wrong", N_("Lösenfrasen är fel.") },
	{ "pin-form", N_("En PIN är fyra till åtta siffror.") },
	{ "pin-gone", N_("Tre fel. PIN gäller inte längre: skriv lösenfrasen.") },
	{ "passphrase-short", N_("Lösenfrasen är för kort: minst tolv tecken.") },
	{ "passphrase-other", N_("De två lösenfraserna är inte lika.") },
	{ "secret-empty", N_("Inget skrevs in.") },
	{ "terminal-none", N_("Det finns ingen terminal att fråga vid.") },
	{ "invitation-form",
	  N_("Inbjudan har fel form. Den ser ut som sluss1.XXXX.YYYY; kopiera hela.") },
	{ "invitation-wrong", N_("Centralen känner inte igen inbjudan.") },
	{ "invitation-used", N_("Inbjudan är redan använd. Be om en ny.") },
	{ "invitation-expired", N_("Inbjudan har gått ut. Be om en ny.") },
	{ "too-many-lookups",
	  N_("Högst 120 uppslag på tio minuter. Vänta tills de första är tio minuter gamla.") },
	{ "lookup-phone",
	  N_("Det är ett telefonnummer: på sådana går det inte att söka. Fråga efter ärendenummer, "
	     "eller namn och gata.") },
	{ "lookup-words", N_("Skriv minst två ord, ett namn och en gata, eller ett nummer.") },
	{ "too-many-tries", N_("För många försök. Vänta en stund.") },
	{ "fingerprint-mismatch",
	  N_("Servern är inte den som inbjudan gäller. Inget har sänts. Kontrollera adressen.") },
	{ "login-refused",
	  N_("Centralen släpper inte in den här datorn. Kommer det igen: tala med driften, eller be "
	     "om en ny inbjudan; inget som är signerat är förlorat.") },
	{ "key-not-there",
	  N_("Centralen känner inte igen datorns nyckel; den kan vara återställd från tiden före den. Be om en ny inbjudan och anslut datorn på nytt; inget som är signerat är förlorat.") },
	{ "counter-not-here",
	  N_("Centralen fortsätter från en åtgärd som inte finns på den här datorn; någon av dem kan vara återställd från en gammal kopia. Be om en ny inbjudan och anslut datorn på nytt; inget som är signerat är förlorat.") },
	{ "device-revoked",
	  N_("Datorns nyckel är spärrad eller har gått ut. Be om en ny inbjudan, anslut datorn på nytt och signera om det som väntar i utkorgen; inget är förlorat.") },
	{ "device-retired",
	  N_("Datorns nyckel är avslutad. Det som var signerat har sänts, men inget hämtas längre. Be om en ny inbjudan och anslut datorn på nytt.") },
	{ "device-fork",
	  N_("Två datorer har använt samma nyckel, och den är fryst. Anslut datorn på nytt.") },
	{ "device-frozen", N_("Datorns nyckel är fryst. Anslut datorn på nytt.") },
	{ "device-changed", N_("Åtgärden signerades av en tidigare nyckel. Signera den igen.") },
	{ "other-officer", N_("Åtgärden signerades av en annan handläggare.") },
	{ "device-pending",
	  N_("Datorn väntar på att godkännas. Läs upp fingeravtryckets ord för din chef.") },
	{ "device-unvouched",
	  N_("Centralen litar inte på det som står om den här datorn. Säg till driften.") },
	{ "device-unknown", N_("Ingen sådan dator väntar på att godkännas.") },
	{ "device-ambiguous", N_("Flera datorer börjar så. Skriv mer av id:t.") },
	{ "device-compare",
	  N_("Jämför orden med dem på handläggarens skärm (sluss datorer). Är de desamma, lägg till --yes.") },
	{ "own-device", N_("Din egen dator godkänns av någon annan.") },
	{ "key-other", N_("Datorn har en annan nyckel än den som jämfördes.") },
	{ "key-changed", N_("Datorns nyckel är bytt av ett annat program. Lås upp igen.") },
	{ "key-replaced",
	  N_("En annan kopia av datorn har bytt nyckel. Anslut den här datorn på nytt.") },
	{ "rotation-refused", N_("Centralen känner inte datorns nyckel. Be om en ny inbjudan.") },
	{ "rotation-open", N_("Det senaste nyckelbytet väntar på centralens svar.") },
	{ "enrolled-anew", N_("Datorn har anslutits på nytt. Starta om programmet.") },
	{ "foreign-central", N_("Hemmappen hör till en annan central.") },
	{ "foreign-officer", N_("Hemmappen hör till en annan handläggare.") },
	/* network */
	{ "unreachable", N_("Centralen nås inte.") },
	{ "tls", N_("Serverns certifikat håller inte.") },
	{ "url", N_("Adressen till centralen ska börja med https://.") },
	{ "too-late", N_("Svaret kom inte i tid.") },
	{ "busy", N_("Centralen har mycket att göra och ber oss vänta.") },
	{ "elsewhere", N_("Ett annat fönster med samma hemmapp sköter kontakten med centralen.") },
	{ "not-ours", N_("Svaret kom inte från centralen. Sitter det en proxy emellan?") },
	{ "epoch-changed", N_("Centralen har återställts; allt hämtas på nytt.") },
	{ "history-diverged",
	  N_("Centralens historik stämmer inte med den vi har sett. Tala med din driftansvarige.") },
	{ "fork-unproved",
	  N_("Ett svar säger att datorn är kopierad, men saknar centralens underskrift och godtas inte. Sitter det en proxy emellan?") },
	{ "ack-signature", N_("Ett svar saknar centralens underskrift och godtas inte.") },
	{ "ack-other", N_("Ett svar gäller en annan åtgärd och godtas inte.") },
	{ "verification-failed", N_("En eller flera poster håller inte.") },
	{ "not-all-known", N_("Ingen post är fel, men alla kan inte prövas här.") },
	/* machine */
	{ "newer-version",
	  N_("Filen är skriven av en nyare version av Sluss. Den har inte rörts.") },
	{ "database-damaged", N_("Filen är skadad.") },
	{ "database-busy", N_("Filen är upptagen av ett annat program. Försök igen.") },
	{ "outbox-damaged",
	  N_("Utkorgen är skadad. Kopiera undan outbox.db (med -wal och -shm) först och behåll kopian: "
	     "det du signerat men inte sänt finns bara där. Det sända finns hos centralen. Flytta sedan "
	     "filen och anslut på nytt: sluss enrol") },
	{ "disk-full", N_("Disken är full. Inget har sparats.") },
	{ "disk-error", N_("Disken svarar inte som den ska.") },
	{ "view-unknown", N_("Det finns ingen sådan vy") },
	{ "home-owner", N_("Mappen är inte din egen. Sätt SLUSS_HOME till en annan.") },
	{ "home-mode", N_("Mappen får skrivas av alla. Sätt SLUSS_HOME till en egen mapp") },
	{ "home-path", N_("Hemmappen kan inte användas.") },
	{ "home-busy", N_("Ett annat fönster med samma hemmapp är i gång.") },
	{ "conf-syntax", N_("Inställningarna är inte rätt skrivna.") },
	{ "conf-read", N_("Inställningarna kan inte läsas.") },
	{ "conf-value", N_("En inställning har fel värde.") },
	{ "no-hit", N_("Inget ärende passar urvalet.") },
	{ "refused", N_("Centralen sade nej.") },
	{ "not-confirmed", N_("Signerat och sparat på disken, men inte bekräftat i tid.") },
	{ "doctor", N_("Något är fel, se ovan.") },
	{ "memory", N_("Minnet räcker inte.") },
	{ "uploads-unused",
	  N_("För många uppladdade handlingar väntar på sin åtgärd. Sänd utkorgen först.") },
	{ "body-length", N_("Anropet kom fram i fel längd. Inget är förlorat; det sänds igen.") },
	{ "file-exists", N_("Filen finns redan. Inget har skrivits.") },
	{ "decider-other", N_("Den som signerar ett beslut måste själv stå som beslutsfattare.") },
	{ "letter-missing", N_("Beslutets brev saknas. Förhandsgranska det först.") },
	{ "document-missing", N_("Handlingen saknas.") },
	{ "document-unknown", N_("Centralen har inte handlingen i ärendet.") },
	{ "document-changed",
	  N_("Handlingen är inte den som signerades. Den visas inte. Säg till den som sköter systemet.") },
	{ "document-program", N_("Handlingen är ett program. Den läses inte och öppnas inte.") },
	{ "open-template", N_("Inställningen documents.open är inte ett program med %f.") },
	{ "open-program", N_("Programmet i documents.open kunde inte startas.") },
	{ "open-failed",
	  N_("Programmet i documents.open slutade med ett fel: handlingen visades nog inte.") },
	{ "document-gone",
	  N_("En handling i åtgärden är raderad, och centralen har den inte. Gör om åtgärden utan den.") },
	{ "document-length", N_("Handlingens längd stämmer inte. Signera om åtgärden.") },
	{ "officer-unknown", N_("Det finns ingen sådan handläggare.") },
	{ "officer-unfit", N_("Den handläggaren kan inte ha ärendet: fel roll eller enhet.") },
	{ "officer-none", N_("Ingen som kan ha ärendet heter så.") },
	{ "officer-near", N_("Ingen som kan ha ärendet heter så. Närmast är.") },
	{ "officer-ambiguous", N_("Flera handläggare heter så. Skriv id.") },
	{ "class-unknown", N_("Det finns ingen sådan skyddsklass: 0, 1 eller 2.") },
	{ "key-retired", N_("Nyckeln har bytts ut. Signera om åtgärden med den nya.") },
	{ "intent-taken", N_("Åtgärdens id är upptaget. Signera om den som en ny.") },
	{ "jws-signature",
	  N_("Underskriften stämmer inte: något har ändrats på vägen. Inget är förlorat; åtgärden sänds igen.") },
	{ "jws-form",
	  N_("Åtgärden kom inte fram som den skrevs. Inget är förlorat; den sänds igen.") },
	{ "jws-header",
	  N_("Åtgärden kom inte fram som den skrevs. Inget är förlorat; den sänds igen.") },
	{ "jws-kid", N_("Underskriften är gjord med en annan nyckel.") },
	{ "page-cut", N_("Svaret kom inte helt fram. Inget har ändrats; hämtningen görs om.") },
	{ "page-digest",
	  N_("Svaret ändrades på vägen. Inget har ändrats här; hämtningen görs om.") },
	{ "segment-digest",
	  N_("En del av kopian ändrades på vägen. Inget av den används; den hämtas om.") },
	{ "page-form", N_("Svaret går inte att läsa. Inget har ändrats; hämtningen görs om.") },
	{ "snapshot-form", N_("Svaret går inte att läsa. Inget har ändrats; hämtningen görs om.") },
	{ "page-size", N_("Svaret är större än det får vara. Inget har ändrats.") },
	{ "page-line",
	  N_("En rad i svaret går inte att läsa. Den sparas för sig efter tre försök.") },
	{ "reply-too-large", N_("Svaret är större än det får vara. Inget har ändrats.") },
	{ "json-syntax", N_("Svaret går inte att läsa. Inget har ändrats; hämtningen görs om.") },
	{ "payload-size", N_("Texten är för lång för en åtgärd. Korta den.") },
	{ "too-large", N_("Det är för stort för centralen.") },
	{ "payload-nfc", N_("Texten har tecken i en form som inte kan signeras. Skriv om den.") },
	{ "personal-number-form", N_("Personnumret har fel form: ÅÅÅÅMMDD-NNNN.") },
	{ "personal-number-date", N_("Personnumrets datum finns inte.") },
	{ "personal-number-check", N_("Personnumrets kontrollsiffra stämmer inte.") },
	{ "organisation-number-form", N_("Organisationsnumret har fel form: NNNNNN-NNNN.") },
	{ "organisation-number-check", N_("Organisationsnumrets kontrollsiffra stämmer inte.") },
	{ "cancelled", N_("Avbrutet.") },
	{ "no-memory", N_("Minnet räcker inte.") },
	{ "database", N_("Databasen svarar inte som den ska.") },
	{ "keybox-form", N_("Nyckelfilen går inte att läsa.") },
	{ "secret-read", N_("Hemligheten går inte att läsa från fildeskriptorn.") },
	{ "secret-long", N_("Hemligheten är för lång.") },
	{ "interrupted", N_("Avbrutet.") },
	{ "screen-terminal", N_("Hela skärmen behöver en terminal. Kommandona: sluss help") },
	{ "verify-missing", N_("Programmet sluss-verify finns inte bredvid sluss.") },
	{ "terminal-dumb",
	  N_("Terminalen kan inte visa skärmar: sätt TERM, t.ex. xterm, eller använd kommandona: "
	     "sluss help") },
};

/* What of the English text a sentence is told with. Most say it all. */
enum told {
	TOLD_ALONE,
	TOLD_DETAIL,   /* the whole in a parenthesis: a file, a host, what a disk said */
	TOLD_LIST,     /* what stands after the last ": ": values, which need no language */
	TOLD_FIRST,    /* the first word: an officer */
	TOLD_SIZE,     /* how long a text was, and may be */
	TOLD_ARGUMENT, /* which one, and what it must look like */
	TOLD_STEP,     /* the status of the case, and what to do first */
};

static const struct {
	const char *code;
	enum told told;
} tellings[] = {
	{ "case-unknown", TOLD_LIST },
	{ "queue-unknown", TOLD_LIST },
	{ "case-ambiguous", TOLD_LIST },
	{ "argument-missing", TOLD_ARGUMENT },
	{ "field-too-long", TOLD_SIZE },
	{ "step-unlawful", TOLD_STEP },
	{ "field-malformed", TOLD_ARGUMENT },
	{ "day-none", TOLD_LIST },
	{ "view-unknown", TOLD_LIST },
	{ "open-program", TOLD_FIRST },
	{ "usage-option", TOLD_LIST },
	{ "usage-option-near", TOLD_LIST },
	{ "usage-option-other", TOLD_LIST },
	{ "usage-value", TOLD_LIST },
	{ "usage-no-value", TOLD_LIST },
	{ "usage-verb", TOLD_LIST },
	{ "usage-verb-near", TOLD_LIST },
	{ "usage-many", TOLD_LIST },
	{ "usage-form", TOLD_LIST },
	{ "usage-needed", TOLD_LIST },
	{ "usage", TOLD_DETAIL },
	{ "file-read", TOLD_DETAIL },
	{ "role-lacking", TOLD_LIST },
	{ "taken", TOLD_FIRST },
	{ "outcome-unknown", TOLD_LIST },
	{ "login-refused", TOLD_DETAIL },
	{ "foreign-central", TOLD_DETAIL },
	{ "foreign-officer", TOLD_DETAIL },
	{ "unreachable", TOLD_DETAIL },
	{ "tls", TOLD_DETAIL },
	{ "url", TOLD_DETAIL },
	{ "not-ours", TOLD_DETAIL },
	{ "history-diverged", TOLD_DETAIL },
	{ "fork-unproved", TOLD_DETAIL },
	{ "ack-signature", TOLD_DETAIL },
	{ "ack-other", TOLD_DETAIL },
	{ "newer-version", TOLD_DETAIL },
	{ "database-damaged", TOLD_DETAIL },
	{ "database-busy", TOLD_DETAIL },
	{ "disk-full", TOLD_DETAIL },
	{ "home-mode", TOLD_LIST },
	{ "disk-error", TOLD_DETAIL },
	{ "home-owner", TOLD_DETAIL },
	{ "home-path", TOLD_DETAIL },
	{ "conf-syntax", TOLD_DETAIL },
	{ "conf-read", TOLD_DETAIL },
	{ "conf-value", TOLD_DETAIL },
	{ "refused", TOLD_DETAIL },
	{ "file-exists", TOLD_DETAIL },
	{ "officer-unknown", TOLD_LIST },
	{ "officer-none", TOLD_LIST },
	{ "officer-near", TOLD_LIST },
	{ "officer-ambiguous", TOLD_LIST },
	{ "jws-signature", TOLD_DETAIL },
	{ "jws-form", TOLD_DETAIL },
	{ "jws-header", TOLD_DETAIL },
	{ "page-form", TOLD_DETAIL },
	{ "page-line", TOLD_DETAIL },
	{ "json-syntax", TOLD_DETAIL },
	{ "too-large", TOLD_DETAIL },
	{ "database", TOLD_DETAIL },
	{ "keybox-form", TOLD_DETAIL },
	{ "secret-read", TOLD_DETAIL },
};

static enum told told_how(const char *code)
{
	for (size_t i = 0; i < sizeof(tellings) / sizeof(tellings[0]); i++)
		if (strcmp(tellings[i].code, code) == 0)
			return tellings[i].told;
	return TOLD_ALONE;
}

static const struct sentence *sentence_of(const char *code)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (strcmp(sentences[i].code, code) == 0)
			return &sentences[i];
	return NULL;
}

const char *words_code(const char *code)
{
	const struct sentence *s = sentence_of(code);

	return s ? _(s->text) : NULL;
}

/* "Sentence: values." in place of "Sentence." */
static void with_values(struct strbuf *out, const char *text, struct str values)
{
	size_t n = strlen(text);

	strbuf_add(out, text, n && text[n - 1] == '.' ? n - 1 : n);
	strbuf_adds(out, ": ");
	strbuf_add(out, values.p, values.n);
	strbuf_addc(out, '.');
}

static struct str after_last_colon(const char *detail)
{
	const char *found = NULL;

	for (const char *p = strstr(detail, ": "); p; p = strstr(p + 1, ": "))
		found = p + 2;
	return str_of(found ? found : "");
}

/* "... is 11803 bytes; 8000 is the most", "... at most 8000 bytes". */
static bool too_long(struct strbuf *out, const char *detail)
{
	static const char most[] = "at most ";
	const char *p = strstr(detail, " bytes; ");
	const char *limit = strstr(detail, most);
	const char *size = p;

	while (size && size > detail && size[-1] >= '0' && size[-1] <= '9')
		size--;
	if (p && size < p)
		strbuf_addf(out, _("Texten är för lång: %lld byte, högst %lld."),
			    strtoll(size, NULL, 10), strtoll(p + 8, NULL, 10));
	else if (limit && strstr(limit, " bytes"))
		strbuf_addf(out, _("Texten är för lång: högst %lld byte."),
			    strtoll(limit + sizeof(most) - 1, NULL, 10));
	else
		return false;
	return true;
}

static void tell(struct strbuf *out, const struct sentence *s, const char *detail)
{
	enum told how = told_how(s->code);
	struct str values = { detail, strcspn(detail, " ") };

	if (how == TOLD_LIST)
		values = after_last_colon(detail);
	if (how == TOLD_SIZE && too_long(out, detail))
		return;
	if (how == TOLD_STEP && words_step(out, detail))
		return;
	if (how == TOLD_ARGUMENT && words_argument(out, detail))
		return;
	if ((how == TOLD_LIST || how == TOLD_FIRST) && values.n) {
		with_values(out, _(s->text), values);
		return;
	}
	strbuf_adds(out, _(s->text));
	if ((how == TOLD_DETAIL || how == TOLD_ARGUMENT) && *detail)
		strbuf_addf(out, " (%s)", detail);
}

void words_error(struct strbuf *out, const struct err *why, bool details)
{
	const struct sentence *s = sentence_of(why->code);

	if (s)
		tell(out, s, details || told_how(s->code) == TOLD_STEP ? why->text : "");
	else
		strbuf_adds(out, why->text[0] ? why->text : _("Något gick fel."));
}
