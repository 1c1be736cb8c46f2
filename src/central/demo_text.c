/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/demo_text.h"

#include <string.h>

#include "base/banned.h"

#define LIST(array)                                                                                \
	{                                                                                          \
		array, sizeof(array) / sizeof((array)[0])                                          \
	}

static const char *const given[] = {
	"Ada",	  "Albin", "Alma",	"Arvid",   "Asta",    "Axel",	 "Britt",  "Cornelia",
	"Dag",	  "Disa",  "Ebba",	"Edvin",   "Elsa",    "Embla",	 "Enar",   "Estrid",
	"Fabian", "Freja", "Gabriella", "Gun",	   "Hedda",   "Henning", "Hilma",  "Ines",
	"Ivar",	  "Juni",  "Kaj",	"Kerstin", "Leif",    "Linnéa",	 "Lova",   "Malva",
	"Märta",  "Nils",  "Nora",	"Olle",	   "Ottilia", "Per",	 "Ragna",  "Rut",
	"Saga",	  "Signe", "Sixten",	"Stellan", "Svea",    "Tage",	 "Tindra", "Tyra",
	"Ulf",	  "Vera",  "Vidar",	"Viola",   "Wilma",   "Yngve",	 "Zelda",  "Åke",
	"Åsa",	  "Ärla",  "Öjvind",	"Östen",
};
static const char *const surnames[] = {
	"Abborre",     "Almgård",      "Apelros",    "Askvik",	   "Axelvall",	  "Bergfalk",
	"Björkenlund", "Blåklint",     "Brolund",    "Dalmark",	   "Ekehjort",	  "Eldrot",
	"Enskog",      "Fagerhöjd",    "Fjällräv",   "Flodkvist",  "Forsandal",	  "Fältros",
	"Granholt",    "Gyllenax",     "Gärdevik",   "Hagelby",	   "Hasselgrund", "Havsfors",
	"Hjortmarker", "Häggvall",     "Högsäter",   "Istapp",	   "Järpe",	  "Klintebo",
	"Kvarnfors",   "Kärrdal",      "Lakrits",    "Lingonhed",  "Ljungros",	  "Lövtorp",
	"Malmros",     "Mossberga",    "Myrvik",     "Nattljus",   "Näckros",	  "Oxelmark",
	"Pilträd",     "Pärlemo",      "Rosenkvarn", "Rönnskär",   "Silverfors",  "Sjögräs",
	"Skogsviol",   "Smultronby",   "Snödroppe",  "Stenhammar", "Strömbäcken", "Sälgmark",
	"Tallkotte",   "Tranbärs",     "Uggelvik",   "Vallmoäng",  "Vattenstig",  "van Dyk",
	"Vinterhamn",  "Zetterkvist",  "Åkerbär",    "Ålandsrot",  "Älvdans",	  "Ängsull",
	"Öringsfors",  "Östergläntan",
};
static const char *const streets[] = {
	"Ekvägen 4",	     "Tallstigen 9",	   "Storgatan 12",
	"Hamngatan 2",	     "Kvarnbacken 31",	   "Slussvägen 7",
	"Ängsullsvägen 18",  "Kyrkbyn 3",	   "Norra Strandpromenaden 21",
	"Lövnäs 1:14",	     "Åsgatan 6",	   "Gamla torget 1",
	"Södra Allén 44",    "Bruksgatan 15",	   "Mossvägen 27",
	"Näckrosstigen 5",   "Sjöhästens gränd 8", "Älggatan 10",
	"Fiskartorpet 2",    "Vinkelgränd 11",	   "Rönnbärsvägen 36",
	"Stationsgatan 19",  "Kanalvägen 23",	   "Östra Ringen 52",
	"Björnbärsstigen 1",
};
static const char *const companies[] = {
	"Brf Sjöhästen 4",
	"Malmros Bygg AB",
	"Kafé Näckrosen HB",
	"Restaurang Slussporten AB",
	"Exempelköpings Bollklubb",
	"Torghandel Lingonhed",
	"Brf Ängsullen",
	"Livs & Deli Åkerbär AB",
	"Kvarnfors Åkeri AB",
	"Stiftelsen Gamla Bruket",
};
/* Text that an applicant may send and a screen must survive. */
static const char *const hostile[] = {
	"Bygglov \033[31mRÖD\033[0m carport",
	"\033]0;ägd titel\007Anmälan eldstad",
	"\033[2J\033[HTömd skärm",
	"Ansökan \xE2\x80\xAE"
	"gpj.nagöksna\xE2\x80\xAC bilaga",
	"Noll\xE2\x80\x8B"
	"bredd\xE2\x80\x8D i\xEF\xBB\xBF titeln",
	"rad 1\nrad 2\r\nrad 3\ttabb",
	"'; DROP TABLE casefile; --",
	"<script>alert(1)</script> och %s%n",
	"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81 staplade tecken",
	"\xE5\xB8\x82\xE5\xBD\xB9\xE6\x89\x80 breda tecken i rubriken",
	"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 familjens altan",
	"   ",
	"\xC2\x9B"
	"2J åttabitars styrtecken",
};
static const char *const notes[] = {
	"Ringt sökanden om ritningen.",
	"Sökanden lovar komplettera under veckan.",
	"Granne hör av sig om insyn; hänvisad till grannhörandet.",
	"Platsbesök gjort, bilder tagna.",
	"Stämt av med trafikingenjören.",
	"Ritningen saknar mått mot tomtgräns.",
	"Sökanden vill vänta på besked från banken.",
};
static const char *const questions[] = {
	"Komplettera med situationsplan i skala 1:500.",
	"Skicka in kontrollplan.",
	"Vi behöver en planritning med mått.",
	"Komplettera med läkarintyg.",
	"Skicka in hyresavtal och planritning över lokalen.",
};
static const char *const reasons[] = {
	"Åtgärden följer detaljplanen. Berörda har hörts och inget har kommit fram som talar emot.",
	"Sökanden uppfyller kraven för tillstånd enligt den utredning som har gjorts.",
	"Utredningen visar att villkoren i lagen inte är uppfyllda. Vad sökanden har anfört ändrar inte bedömningen.",
	"Handlingarna visar att verksamheten kan bedrivas utan olägenhet för omgivningen.",
};
static const char *const general[] = {
	"Ansökan, %s",
	"Ansökan om tillstånd, %s",
	"Anmälan avseende %s",
	"Begäran rörande %s",
};
static const char *const building[] = {
	"Nybyggnad av enbostadshus, %s", "Tillbyggnad av altan, %s",  "Carport och förråd, %s",
	"Fasadändring balkonger, %s",	 "Uppförande av växthus, %s", "Inglasning av uteplats, %s",
};
static const char *const parking[] = {
	"Parkeringstillstånd för rörelsehindrad, förare",
	"Parkeringstillstånd, passagerare, %s",
	"Nytt tillstånd efter flytt till %s",
};
static const char *const alcohol[] = {
	"Servering till allmänheten, %s",
	"Uteservering sommaren, %s",
	"Slutet sällskap, %s",
};
static const char *const environment[] = {
	"Klagomål på buller nattetid, %s",
	"Enskilt avlopp, %s",
	"Bergvärme, %s",
	"Lukt från verksamhet, %s",
};
static const char *const food[] = { "Registrering av kafé, %s", "Food truck, %s",
				    "Cateringkök, %s" };
static const char *const disclosure[] = {
	"Begäran om handlingar i byggärende, %s",
	"Begäran om protokoll",
	"Kopia av ritningar, %s",
};

const struct demo_list demo_given = LIST(given);
const struct demo_list demo_surnames = LIST(surnames);
const struct demo_list demo_streets = LIST(streets);
const struct demo_list demo_companies = LIST(companies);
const struct demo_list demo_hostile = LIST(hostile);
const struct demo_list demo_notes = LIST(notes);
const struct demo_list demo_questions = LIST(questions);
const struct demo_list demo_reasons = LIST(reasons);

/* A type whose code begins so has these matters. */
static const struct {
	const char *prefix;
	struct demo_list list;
} matters[] = {
	{ "BYGGLOV", LIST(building) },	 { "PARKERING", LIST(parking) },
	{ "SERVERING", LIST(alcohol) },	 { "KLAGOMAL", LIST(environment) },
	{ "AVLOPP", LIST(environment) }, { "VARMEPUMP", LIST(environment) },
	{ "LIVSMEDEL", LIST(food) },	 { "ALLMAN", LIST(disclosure) },
	{ "", LIST(general) },
};

const struct demo_list *demo_matters(const char *type_code)
{
	size_t i = 0;

	while (strncmp(type_code, matters[i].prefix, strlen(matters[i].prefix)) != 0)
		i++;
	return &matters[i].list;
}
