/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * action - the catalogue of acts: what can be signed, by whom, with what.
 *
 * Place:    one table (action.c) read by the desk, the central, wire (which
 *           arguments an act has), the conflict judge and the help.
 * Promise:  an act that is not in the table does not exist. Arguments are
 *           text in C; `kind` says how they stand in JSON and are checked.
 * Owner:    struct action owns its argument texts and documents' names.
 * Errors:   ST_BAD_INPUT with code and the argument's name.
 */
#ifndef DOMAIN_ACTION_H
#define DOMAIN_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/casefile.h"

/* protocol.md, "Conflicts". CLASS_SYSTEM acts are the central's own. */
enum action_class {
	CLASS_A_APPEND,
	CLASS_B_FIELD,
	CLASS_C_CLAIM,
	CLASS_C_ASSIGN,
	CLASS_D_STEP,
	CLASS_E_DECISION,
	CLASS_VOID,
	CLASS_SYSTEM
};

/* What an act touches; class E conflicts on TOUCH_WEIGHTY. */
enum {
	TOUCH_NOTE = 1 << 0,
	TOUCH_DOCUMENT = 1 << 1,
	TOUCH_PARTY = 1 << 2,
	TOUCH_MESSAGE = 1 << 3,
	TOUCH_STEP = 1 << 4,
	TOUCH_ASSIGNEE = 1 << 5,
	TOUCH_DUE = 1 << 6,
	TOUCH_PRIORITY = 1 << 7,
	TOUCH_TITLE = 1 << 8,
	TOUCH_QUEUE = 1 << 9,
	TOUCH_SECRECY = 1 << 10,
	TOUCH_FIELDS = TOUCH_DUE | TOUCH_PRIORITY | TOUCH_TITLE | TOUCH_SECRECY,
	TOUCH_WEIGHTY = TOUCH_DOCUMENT | TOUCH_PARTY | TOUCH_MESSAGE | TOUCH_STEP | TOUCH_FIELDS
			| TOUCH_QUEUE,
};

enum arg_kind {
	ARG_LINE,    /* text without line breaks or controls */
	ARG_TEXT,    /* text with line breaks */
	ARG_CODE,    /* [A-Za-z0-9_.-]+ and å ä ö */
	ARG_DAY,     /* YYYY-MM-DD */
	ARG_INSTANT, /* RFC 3339 */
	ARG_INT,     /* JSON integer */
	ARG_OFFICER, /* officer id */
	ARG_HASH,    /* 64 hex digits */
	ARG_FREE,    /* any valid UTF-8, byte for byte (an applicant's words) */
};

struct arg_def {
	const char *name; /* as in JSON */
	enum arg_kind kind;
	bool required;
	size_t max; /* bytes */
};

enum { ACTION_ARGS_MAX = 14, ACTION_DOCS_MAX = 8, DOC_NAME_MAX = 256 };

struct action_def {
	const char *name; /* "case.claim" */
	int version;	  /* av */
	enum action_class class;
	enum case_event event; /* EV_NONE: no step (void) */
	unsigned roles;	       /* who may sign it */
	unsigned touches;
	bool undo_window;		      /* waits undo.seconds before it is offered */
	bool neutral;			      /* does not make "the case has moved on" */
	struct arg_def args[ACTION_ARGS_MAX]; /* ends at name == NULL */
};

/* The row of an act, or NULL. */
const struct action_def *action_find(struct str name);
/* Row i, or NULL behind the last: for help, man pages, tests. */
const struct action_def *action_at(size_t i);
/* "A", "B", "C", "C'", "D", "E", "void", "system". */
const char *action_class_name(enum action_class c);

struct action_doc {
	char h[HASH_TEXT];
	int64_t len;
	char mt[80]; /* media type */
	char name[DOC_NAME_MAX];
};

/* The payload of an envelope, protocol.md "The action". */
struct action {
	const struct action_def *def;
	char aud[OFFICER_MAX]; /* id of the central */
	unsigned char salt[16];
	char iid[UUID_TEXT];
	char sub[OFFICER_MAX];
	char dev[UUID_TEXT];
	int64_t ctr;
	char prev[HASH_TEXT]; /* 64 zeros before the first */
	char case_id[UUID_TEXT];
	int64_t base_n;
	char base_eh[HASH_TEXT]; /* 64 zeros at n = 0 */
	int64_t pre;
	bool has[ACTION_ARGS_MAX];
	struct strbuf arg[ACTION_ARGS_MAX];
	int doc_count;
	struct action_doc docs[ACTION_DOCS_MAX];
	char sup[UUID_TEXT]; /* "" = none */
	char epoch[UUID_TEXT];
	int64_t seq;
	int64_t ts;   /* device time, ms UTC */
	int64_t skew; /* ms */
};
#define ACTION_INIT                                                                                \
	{                                                                                          \
		0                                                                                  \
	}
#define HASH_ZERO "0000000000000000000000000000000000000000000000000000000000000000"

void action_release(struct action *a);
/* Ready for another act: arguments emptied, def set. */
void action_reset(struct action *a, const struct action_def *def);
/* Index of argument `name` in def->args, or -1. */
int action_arg_index(const struct action_def *def, struct str name);
/* Set an argument by name (copies). ST_BAD_INPUT "unknown-argument". */
MUST_USE enum status action_set(struct action *a, const char *name, struct str value,
				struct err *why);
/* Borrowed text of an argument, "" if it is not given. */
const char *action_get(const struct action *a, const char *name);

/* Check every argument against its kind, length and presence.
 * ST_BAD_INPUT: "argument-missing", "field-too-long", "field-malformed"; the
 * text names act, argument, limit and what was seen. */
MUST_USE enum status action_check(const struct action *a, struct err *why);

#endif
