/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * casetype - case types, queues, units, committees: configuration as data.
 *
 * Place:    read by the central from its conf files (in conf's syntax, each
 *           field a row of a table in casetype.c), sent to the clients as
 *           the catalogue, used by both to name and to judge.
 * Promise:  a registry that loaded is whole: every queue has a unit, every
 *           unit a committee, every type a queue, target and outcomes.
 * Owner:    the registry owns all; rows are borrowed until it is released.
 * Errors:   ST_BAD_INPUT; the caller adds file, line and column.
 */
#ifndef DOMAIN_CASETYPE_H
#define DOMAIN_CASETYPE_H

#include "domain/deadline.h"

enum { NAME_MAX_BYTES = 160, LIST_MAX = 16, REGISTRY_MAX = 512 };

/* The type of cases that were imported from the log of another system: worked
 * elsewhere, so they are not archived here by themselves. */
#define CASETYPE_IMPORTED "imported"

struct named_code {
	char code[CODE_MAX];
	char sv[NAME_MAX_BYTES];
	char en[NAME_MAX_BYTES];
};

struct committee {
	struct named_code name;
	char diary_prefix[16];
};
struct unit {
	struct named_code name;
	char committee[CODE_MAX];
};
struct queue {
	struct named_code name;
	char unit[CODE_MAX];
};

struct casetype {
	struct named_code name;
	int version;
	char class_code[CODE_MAX];
	char law[NAME_MAX_BYTES];
	char queue[CODE_MAX]; /* where an application lands */
	struct span target;
	int document_count;
	char documents[LIST_MAX][NAME_MAX_BYTES];
	int outcome_count;
	struct named_code outcomes[LIST_MAX]; /* code, Swedish, English */
	char appeal[CODE_MAX];		      /* "forvaltningsratt", "laglighet" ... */
	char delegation[CODE_MAX];	      /* point of the delegation rules */
};

struct registry {
	struct committee *committees;
	int committee_count;
	struct unit *units;
	int unit_count;
	struct queue *queues;
	int queue_count;
	struct casetype *types;
	int type_count;
	int open; /* which table's last row takes fields */
};
#define REGISTRY_INIT                                                                              \
	{                                                                                          \
		0                                                                                  \
	}

void registry_release(struct registry *r);

/* Begin a section ("committee", "unit", "queue", "casetype") named `code`,
 * then set its fields one by one. ST_BAD_INPUT: "section-unknown",
 * "code-malformed", "code-twice", "field-unknown", "field-malformed",
 * "field-too-long", "too-many". Suggestions for near misses stand in `why`. */
MUST_USE enum status registry_section(struct registry *r, struct str kind, struct str code,
				      struct err *why);
MUST_USE enum status registry_field(struct registry *r, struct str field, struct str value,
				    struct err *why);
/* References hold and nothing needed is missing: "field-missing",
 * "reference-unknown". */
MUST_USE enum status registry_check(const struct registry *r, struct err *why);

/* Rows by code, or NULL. */
const struct committee *registry_committee(const struct registry *r, const char *code);
const struct unit *registry_unit(const struct registry *r, const char *code);
const struct queue *registry_queue(const struct registry *r, const char *code);
const struct casetype *registry_type(const struct registry *r, const char *code);
const struct named_code *casetype_outcome(const struct casetype *t, const char *code);
/* The nearest known type code to a misspelt one, or NULL. */
const char *registry_nearest_type(const struct registry *r, const char *code);

#endif
