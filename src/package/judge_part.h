/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * judge_part - what the parts of judge share; nobody else includes this.
 *
 * Place:    judge.c calls the parts in the order in which they stand here;
 *           each reads its member of the package and leaves what the next
 *           ones need in struct judging.
 * Promise:  a part never gives up the whole for one fault, and never reports
 *           the same place twice for the same reason.
 * Owner:    struct judging owns keys, entries and documents.
 * Errors:   ST_BROKEN "no-memory" alone; all else is a finding.
 */
#ifndef PACKAGE_JUDGE_PART_H
#define PACKAGE_JUDGE_PART_H

#include "domain/action.h"
#include "domain/erasure.h"
#include "package/judge.h"
#include "package/package.h"
#include "sign/jws.h"
#include "wire/json.h"
#include "wire/payload.h"

enum area {
	AREA_FILES,
	AREA_KEYS,
	AREA_CHAIN,
	AREA_ENVELOPES,
	AREA_CASE,
	AREA_LOG,
	AREA_DOCUMENTS,
	AREAS
};

enum fault {
	F_MEMBER_MISSING,
	F_MEMBER_STRAY,
	F_MEMBER_DAMAGED,
	F_PACK_DAMAGED,
	F_SUM_FORM,
	F_SUM_TWICE,
	F_SUM_WRONG,
	F_FORM,
	F_FORMAT,
	F_KEY_FORM,
	F_KEY_UNTRUSTED,
	F_CERT_SIGNATURE,
	F_CERT_DIFFERS,
	F_ENTRY_FORM,
	F_ENTRY_ORDER,
	F_ENTRY_LINK,
	F_ENTRY_HASH,
	F_ENTRY_SEQ,
	F_ENTRY_VERDICT,
	F_ENTRY_RULE,
	F_ENTRY_ERASED,
	F_ENVELOPE_HASH,
	F_ENVELOPE_KEY,
	F_ENVELOPE_SIGNATURE,
	F_ENVELOPE_FORM,
	F_ENVELOPE_OTHER,
	F_ENVELOPE_ACT,
	F_ENVELOPE_BASE,
	F_CERT_TIME,
	F_KEY_BOUND,
	F_DEVICE_ORDER,
	F_STEP,
	F_LAST,
	F_CASE_DIFFERS,
	F_NOT_CLOSED,
	F_CHECKPOINT,
	F_PROOF_FORM,
	F_PROOF_MISSING,
	F_PROOF_WRONG,
	F_DOC_MISSING,
	F_DOC_DIFFERS,
	F_DOC_STRAY,
	FAULTS
};

struct device_key {
	struct pubkey key;
	struct certificate cert; /* kid "" when it could not be believed */
	char state[16];
	int64_t bound;
	/* The device's last entry in this case. */
	int64_t ctr;
	char ah[HASH_TEXT];
};

struct judged_entry {
	int64_t n, seq, at;
	char eh[HASH_TEXT], ah[HASH_TEXT], epoch[UUID_TEXT];
	bool read;	       /* its envelope could be judged to the end */
	bool erased;	       /* its envelope is gone */
	int64_t erased_by;     /* the entry that is said to have done it */
	struct erasure erases; /* what this one erases; n 0: nothing */
};

struct judged_doc {
	int64_t n, seq; /* the entry that names it */
	struct action_doc doc;
	bool found;
	bool erased; /* a later entry of the central says so */
};

struct judging {
	const struct judge_sink *to;
	struct judge_result *r;
	const char *fingerprint;
	const struct pack *pack;
	int64_t faults_in[AREAS];
	char aud[OFFICER_MAX];
	struct casefile said; /* case.json */
	bool said_read;
	int64_t said_seq;
	char said_epoch[UUID_TEXT];
	struct casefile made; /* by the entries */
	struct pubkey *central;
	int central_count;
	struct device_key *device;
	int device_count;
	struct judged_entry *entry;
	int entry_count;
	bool lost; /* an envelope could not be read: the status is not known behind it */
	struct judged_doc *doc;
	int doc_count, doc_room;
};

/* Where a fault is; an empty place is fine. */
struct place {
	const char *member;
	int64_t n, seq;
};

void judge_fault(struct judging *j, enum fault what, struct place where, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
enum area judge_area_of(enum fault what);
const char *judge_code_of(enum fault what);
const char *judge_sentence_of(enum fault what);

/* A member as JSON, to be freed with json_free. NULL: it is malformed, which
 * is reported, or missing, which judge_sums reports; the area of `form` does
 * not hold then. */
struct json *judge_json(struct judging *j, const char *member, enum fault form);
/* The entry that stands at n, or NULL. */
const struct judged_entry *judge_entry_at(const struct judging *j, int64_t n);

MUST_USE enum status judge_sums(struct judging *j, struct err *why);
MUST_USE enum status judge_case(struct judging *j, struct err *why);
MUST_USE enum status judge_keys(struct judging *j, struct err *why);
MUST_USE enum status judge_entries(struct judging *j, struct err *why);
/* One envelope whose entry's own members are read. */
MUST_USE enum status judge_envelope(struct judging *j, struct judged_entry *e, struct str jws,
				    struct err *why);
MUST_USE enum status judge_outcome(struct judging *j, struct err *why);
MUST_USE enum status judge_proofs(struct judging *j, struct err *why);
MUST_USE enum status judge_documents(struct judging *j, struct err *why);

#endif
