/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "package/judge_part.h"
#include "sign/hash.h"

#include "base/banned.h"

/* Details can quote what the package says: nothing of it may speak to a
 * terminal or break a line. */
static void harmless(char *out, size_t size, const char *text)
{
	struct strbuf b = STRBUF_INIT_MAX(size - 1);
	struct str s = str_of(text);

	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);

		if (!utf8_put(&b, cp >= ' ' && utf8_width(cp) > 0 ? cp : '?'))
			break;
	}
	snprintf(out, size, "%s", strbuf_cstr(&b));
	strbuf_release(&b);
}

static void tell(struct judging *j, const struct finding *f)
{
	if (j->to->found)
		j->to->found(j->to->ctx, f);
}

void judge_fault(struct judging *j, enum fault what, struct place where, const char *fmt, ...)
{
	struct finding f = { .kind = FINDING_FAULT,
			     .code = judge_code_of(what),
			     .sentence = judge_sentence_of(what),
			     .n = where.n,
			     .seq = where.seq };
	char detail[sizeof(f.detail)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	harmless(f.detail, sizeof(f.detail), detail);
	harmless(f.member, sizeof(f.member), where.member ? where.member : "");
	if (where.n > 0)
		snprintf(f.case_id, sizeof(f.case_id), "%s", j->r->case_id);
	j->r->faults++;
	j->faults_in[judge_area_of(what)]++;
	tell(j, &f);
}

struct json *judge_json(struct judging *j, const char *member, enum fault form)
{
	const struct pack_member *m = pack_find(j->pack, member);
	struct err detail = ERR_INIT;
	struct json *tree = NULL;

	if (!m)
		j->faults_in[judge_area_of(form)]++;
	else if (json_read(&tree, strbuf_str(&m->bytes), &detail) != ST_OK)
		judge_fault(j, form, (struct place){ member, 0, 0 }, "%s", detail.text);
	return tree;
}

const struct judged_entry *judge_entry_at(const struct judging *j, int64_t n)
{
	/* In a sound chain entry n stands n-th. */
	if (n >= 1 && n <= j->entry_count && j->entry[n - 1].n == n)
		return &j->entry[n - 1];
	for (int i = 0; i < j->entry_count; i++)
		if (j->entry[i].n == n)
			return &j->entry[i];
	return NULL;
}

/* What is said of an area without a fault. */
static void holds(struct judging *j, enum area area, const char *code, const char *sentence,
		  const char *count)
{
	struct finding f = { .kind = FINDING_HOLDS, .code = code, .sentence = sentence };

	if (j->faults_in[area])
		return;
	harmless(f.detail, sizeof(f.detail), count);
	tell(j, &f);
}

static void note(struct judging *j, const char *code, const char *sentence, const char *detail)
{
	struct finding f = { .kind = FINDING_NOTE, .code = code, .sentence = sentence };

	harmless(f.detail, sizeof(f.detail), detail);
	tell(j, &f);
}

static void tell_what_holds(struct judging *j)
{
	const struct judge_result *r = j->r;
	char count[AREAS][48];

	snprintf(count[AREA_FILES], sizeof(count[0]), "%d", r->files);
	snprintf(count[AREA_KEYS], sizeof(count[0]), "%d", r->keys);
	snprintf(count[AREA_CHAIN], sizeof(count[0]), "%d", r->entries);
	snprintf(count[AREA_ENVELOPES], sizeof(count[0]), "%d", r->signatures);
	snprintf(count[AREA_CASE], sizeof(count[0]), "%s", case_state_name(j->said.state));
	snprintf(count[AREA_LOG], sizeof(count[0]), "%d", r->entries);
	snprintf(count[AREA_DOCUMENTS], sizeof(count[0]), "%d", r->documents);
	holds(j, AREA_FILES, "files", N_("filernas kontrollsummor"), count[AREA_FILES]);
	holds(j, AREA_KEYS, "keys", N_("enheternas certifikat"), count[AREA_KEYS]);
	holds(j, AREA_CHAIN, "chain", N_("ärendets kedja av poster"), count[AREA_CHAIN]);
	holds(j, AREA_ENVELOPES, "envelopes", N_("underskrifterna"), count[AREA_ENVELOPES]);
	holds(j, AREA_CASE, "case", N_("ärendets status och uppgifter"), count[AREA_CASE]);
	holds(j, AREA_LOG, "log", N_("posternas plats i centralens undertecknade logg"),
	      count[AREA_LOG]);
	holds(j, AREA_DOCUMENTS, "documents", N_("handlingarna"), count[AREA_DOCUMENTS]);
	if (r->erased)
		note(j, "erased",
		     N_("raderade poster: kedjan håller, men ärendets uppgifter kan inte räknas fram"),
		     "");
	if (!j->fingerprint && r->fingerprint[0])
		note(j, "fingerprint",
		     N_("jämför fingeravtrycket av centralens nyckel med det kommunen har uppgett"),
		     r->fingerprint);
}

static void judging_release(struct judging *j)
{
	casefile_release(&j->said);
	casefile_release(&j->made);
	free(j->central);
	free(j->device);
	free(j->entry);
	free(j->doc);
}

enum status judge_pack(struct judge_result *r, const struct pack *p, const char *fingerprint,
		       const struct judge_sink *to, struct err *why)
{
	static enum status (*const parts[])(struct judging *, struct err *) = {
		judge_sums,    judge_case,   judge_keys,      judge_entries,
		judge_outcome, judge_proofs, judge_documents,
	};
	struct judging j = { .to = to,
			     .r = r,
			     .fingerprint = fingerprint,
			     .pack = p,
			     .said = CASEFILE_INIT,
			     .made = CASEFILE_INIT };
	enum status st = ST_OK;

	*r = (struct judge_result){ 0 };
	for (size_t i = 0; st == ST_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		st = parts[i](&j, why);
	if (st == ST_OK)
		tell_what_holds(&j);
	judging_release(&j);
	return st;
}

enum status judge_package(struct judge_result *r, const char *path, const char *fingerprint,
			  const struct judge_sink *to, struct err *why)
{
	struct pack p = PACK_INIT;
	enum status st = pack_read(&p, path, why);

	*r = (struct judge_result){ 0 };
	if (st == ST_OK)
		st = judge_pack(r, &p, fingerprint, to, why);
	pack_release(&p);
	return st;
}
