/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * judge - what holds and what does not in an archive package.
 *
 * Place:    sluss-verify; a ZIP of package.h's layout -> JUDGE -> findings.
 * Promise:  needs the file alone: no network, no clock, no other file. Every
 *           file's sum, every entry's hash, link, envelope and signature,
 *           every device's certificate, the documents, the proofs into the
 *           signed head and the status that the entries give are judged, and
 *           judging goes on behind a fault. It cannot know whether the
 *           central's key is the right one: tell it the fingerprint, or
 *           compare the one that is reported. It does not know who had which
 *           role when; the central judged that.
 * Owner:    findings are borrowed while the sink runs.
 * Errors:   faults are findings, not errors. ST_NONE, ST_BAD_INPUT, ST_BROKEN
 *           of unzip.h when the file cannot be read at all.
 */
#ifndef PACKAGE_JUDGE_H
#define PACKAGE_JUDGE_H

#include "package/unzip.h"

enum finding_kind { FINDING_HOLDS, FINDING_NOTE, FINDING_FAULT };

struct finding {
	enum finding_kind kind;
	const char *code;	 /* stable word, e.g. "entry-hash" */
	const char *sentence;	 /* Swedish, for gettext */
	char member[PACK_NAME];	 /* "" where none is concerned */
	char case_id[UUID_TEXT]; /* "" where none */
	int64_t n, seq;		 /* 0 where none */
	char detail[400];	 /* harmless to print; "" if there is no more to say */
};

struct judge_sink {
	void (*found)(void *ctx, const struct finding *f);
	void *ctx;
};

enum { FINGERPRINT_TEXT = 17 };

struct judge_result {
	int64_t faults;
	char case_id[UUID_TEXT];
	char diary_no[DIARY_MAX];
	char fingerprint[FINGERPRINT_TEXT]; /* of the central's key; "" if there is none */
	int files, entries, erased, signatures, documents, keys;
};

/* fingerprint: 16 hex digits of the central's key, as in an invitation, or
 * NULL. With it, no other key of a central is believed. */
MUST_USE enum status judge_package(struct judge_result *r, const char *path,
				   const char *fingerprint, const struct judge_sink *to,
				   struct err *why);
/* The same for members that are read already; p->count > 0. */
MUST_USE enum status judge_pack(struct judge_result *r, const struct pack *p,
				const char *fingerprint, const struct judge_sink *to,
				struct err *why);

#endif
