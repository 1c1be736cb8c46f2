/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/judge_part.h"

#include "base/i18n.h"

#include "base/banned.h"

/* Every fault: its area, its stable word, its sentence. */
static const struct {
	enum area area;
	const char *code, *sentence;
} faults[FAULTS] = {
	[F_MEMBER_MISSING] = { AREA_FILES, "member-missing", N_("filen saknas i paketet") },
	[F_MEMBER_STRAY] = { AREA_FILES, "member-stray", N_("filen står inte i SHA256SUMS") },
	[F_MEMBER_DAMAGED] = { AREA_FILES, "member-damaged", N_("filen är skadad i paketet") },
	[F_PACK_DAMAGED] = { AREA_FILES, "package-damaged",
			     N_("paketet är skadat; det som går att läsa prövas ändå") },
	[F_SUM_FORM] = { AREA_FILES, "sum-form", N_("en rad i SHA256SUMS är felaktig") },
	[F_SUM_TWICE] = { AREA_FILES, "sum-twice", N_("filen står två gånger i SHA256SUMS") },
	[F_SUM_WRONG] = { AREA_FILES, "sum-wrong",
			  N_("filens innehåll har inte den kontrollsumma som SHA256SUMS anger") },
	[F_FORM] = { AREA_FILES, "form", N_("filens innehåll är felaktigt") },
	[F_FORMAT] = { AREA_FILES, "format", N_("paketets format är okänt") },

	[F_KEY_FORM] = { AREA_KEYS, "key-form", N_("en nyckel är felaktig") },
	[F_KEY_UNTRUSTED] = { AREA_KEYS, "key-untrusted",
			      N_("centralens nyckel har inte det angivna fingeravtrycket") },
	[F_CERT_SIGNATURE] = { AREA_KEYS, "certificate-signature",
			       N_("enhetens certifikat är inte undertecknat av centralen") },
	[F_CERT_DIFFERS] = { AREA_KEYS, "certificate-differs",
			     N_("certifikatet gäller en annan nyckel eller enhet") },

	[F_ENTRY_FORM] = { AREA_CHAIN, "entry-form", N_("posten kan inte läsas") },
	[F_ENTRY_ORDER] = { AREA_CHAIN, "entry-order",
			    N_("en annan post står på denna posts plats") },
	[F_ENTRY_LINK] = { AREA_CHAIN, "entry-link",
			   N_("kedjan är bruten: föregående posts hash är en annan") },
	[F_ENTRY_HASH] = { AREA_CHAIN, "entry-hash",
			   N_("postens hash stämmer inte med dess uppgifter") },
	[F_ENTRY_SEQ] = { AREA_CHAIN, "entry-seq",
			  N_("postens plats i loggen är inte efter den föregående postens") },
	[F_ENTRY_VERDICT] = { AREA_CHAIN, "entry-verdict",
			      N_("utslaget är inget som ger en post") },
	[F_ENTRY_RULE] = { AREA_CHAIN, "entry-rule", N_("regeln hör till en annan ärendetyp") },
	[F_ENTRY_ERASED] = { AREA_CHAIN, "entry-erased",
			     N_("posten saknar kuvert utan att en senare post raderar den") },

	[F_ENVELOPE_HASH] = { AREA_ENVELOPES, "envelope-hash",
			      N_("kuvertets hash är inte den som posten anger") },
	[F_ENVELOPE_KEY] = { AREA_ENVELOPES, "envelope-key",
			     N_("kuvertets nyckel finns inte bland paketets giltiga nycklar") },
	[F_ENVELOPE_SIGNATURE] = { AREA_ENVELOPES, "envelope-signature",
				   N_("underskriften håller inte") },
	[F_ENVELOPE_FORM] = { AREA_ENVELOPES, "envelope-form",
			      N_("kuvertets innehåll är felaktigt") },
	[F_ENVELOPE_OTHER] = { AREA_ENVELOPES, "envelope-other",
			       N_("kuvertet gäller något annat än denna post") },
	[F_ENVELOPE_ACT] = { AREA_ENVELOPES, "envelope-act",
			     N_("åtgärden är ingen som denna underskrift får göra") },
	[F_ENVELOPE_BASE] = { AREA_ENVELOPES, "envelope-base",
			      N_("kuvertet bygger på en post som inte finns i kedjan") },
	[F_CERT_TIME] = { AREA_ENVELOPES, "certificate-time",
			  N_("enhetens certifikat gällde inte när posten kom") },
	[F_KEY_BOUND] = { AREA_ENVELOPES, "key-bound",
			  N_("åtgärden ligger efter den sista som enhetens indragna nyckel gäller för") },
	[F_DEVICE_ORDER] = { AREA_ENVELOPES, "device-order",
			     N_("enhetens åtgärder står inte i den ordning de undertecknades") },

	[F_STEP] = { AREA_CASE, "step-unlawful",
		     N_("steget är inte tillåtet från ärendets status") },
	[F_LAST] = { AREA_CASE, "last-differs", N_("sista posten är en annan än case.json anger") },
	[F_CASE_DIFFERS] = { AREA_CASE, "case-differs",
			     N_("uppgiften i case.json är inte den som posterna ger") },
	[F_NOT_CLOSED] = { AREA_CASE, "not-closed", N_("ärendet är inte avslutat") },

	[F_CHECKPOINT] = { AREA_LOG, "checkpoint", N_("loggens undertecknade huvud håller inte") },
	[F_PROOF_FORM] = { AREA_LOG, "proof-form", N_("ett bevis är felaktigt") },
	[F_PROOF_MISSING] = { AREA_LOG, "proof-missing",
			      N_("posten saknar bevis för sin plats i loggen") },
	[F_PROOF_WRONG] = { AREA_LOG, "proof-wrong",
			    N_("beviset leder inte från posten till loggens rot") },

	[F_DOC_MISSING] = { AREA_DOCUMENTS, "document-missing",
			    N_("en handling som posten nämner saknas") },
	[F_DOC_DIFFERS] = { AREA_DOCUMENTS, "document-differs",
			    N_("handlingen är en annan än den som posten nämner") },
	[F_DOC_STRAY] = { AREA_DOCUMENTS, "document-stray", N_("ingen post nämner handlingen") },
};

enum area judge_area_of(enum fault what)
{
	return faults[what].area;
}

const char *judge_code_of(enum fault what)
{
	return faults[what].code;
}

const char *judge_sentence_of(enum fault what)
{
	return faults[what].sentence;
}
