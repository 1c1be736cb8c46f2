/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verbs - the command line: one table of verbs, one of flags.
 *
 * Place:    main -> VERBS -> home, act, engine -> text or JSON for main to
 *           write.
 * Promise:  parsing and help come from the tables alone. Results go to `out`,
 *           messages to `say`; text from outside is made harmless in both,
 *           except in JSON, where it is exact. A verb that acts is durable
 *           when it says so. Exit codes are those of verb_exit_code.
 * Owner:    struct call borrows arguments and home.
 * Errors:   every verb returns a status and a code; ST_BAD_INPUT "usage".
 */
#ifndef APP_VERBS_H
#define APP_VERBS_H

#include "app/engine.h"
#include "app/home.h"
#include "app/secret.h"
#include "cache/cases.h"
#include "wire/json.h"

enum flag {
	FLAG_JSON,
	FLAG_QUIET,
	FLAG_HELP,
	FLAG_VERSION,
	FLAG_PASSPHRASE_FD,
	FLAG_NEW_PASSPHRASE_FD,
	FLAG_CODE_FD,
	FLAG_WAIT,
	FLAG_YES,
	FLAG_DRY_RUN,
	FLAG_FILTER,
	FLAG_LIMIT,
	FLAG_REQUIRE_HIT,
	FLAG_SERVER,
	FLAG_OUTCOME,
	FLAG_REASONS,
	FLAG_CONTENT,
	FLAG_REASONS_OMITTED,
	FLAG_LEGAL_BASIS,
	FLAG_RAPPORTEUR,
	FLAG_PARTICIPANTS,
	FLAG_SIGN,
	FLAG_GROUND,
	FLAG_REASON,
	FLAG_ON,
	FLAG_ASCII,
	FLAG_NO_COLOR,
	FLAG_THEME,
	FLAG_VIEW,
	FLAG_UNIT,
	FLAG_DAYS,
	FLAG_DOCUMENTS,
	FLAG_SUBJECT,
	FLAG_DOCUMENT,
	FLAG_WHOLE,
	FLAG_CONFIRM,
	FLAG_WITHDRAW,
	FLAG_COUNT
};
#define FLAG_BIT(f) (UINT64_C(1) << (f))

struct flag_def {
	const char *name, *alias; /* "wait", "vänta" */
	char letter;		  /* -j, or 0 */
	const char *value;	  /* name of its value, NULL: it has none */
	bool optional;		  /* the value may be left out: --wait[=S] */
	const char *help;	  /* msgid */
};
const struct flag_def *flag_def(enum flag f);

enum { VERB_ARGS_MAX = 4, VERB_FLAGS_COMMON = FLAG_BIT(FLAG_HELP) | FLAG_BIT(FLAG_VERSION) };

/* What of the home a verb needs; a desk is an identity that may read cases. */
enum need { NEED_NOTHING, NEED_HOME, NEED_FILES, NEED_IDENTITY, NEED_DESK };

struct call;

struct verb {
	const char *name, *alias;
	const char *args; /* "NO QUEUE", for help */
	int least, most;  /* positional arguments */
	uint64_t flags;	  /* FLAG_BITs besides the common ones */
	enum need need;
	const char *help; /* msgid, one line */
	const char *act;  /* of the simple acts: verb_act */
	enum status (*run)(struct call *c, struct err *why);
};
/* Row i, NULL behind the last. */
const struct verb *verb_at(size_t i);
const struct verb *verb_find(const char *name);
/* The name that `typed` was probably meant to be, or NULL. */
const char *verb_nearest(const char *typed);

struct call {
	const struct verb *verb; /* NULL: none was named */
	const char *args[VERB_ARGS_MAX];
	int count;
	bool given[FLAG_COUNT];
	const char *value[FLAG_COUNT]; /* NULL where none was given */
	struct home *home;	       /* NULL until call_need has opened it */
	struct home *store;	       /* where it will stand */
	struct strbuf out, say;
	/* Write `out` away while it grows; false: nobody reads any more. */
	bool (*drain)(void *ctx, struct strbuf *out);
	void *drain_ctx, *say_ctx; /* for `out`, and for `say` of what takes long */
	bool may_ask;		   /* somebody sits at a terminal */
	bool out_tty;		   /* standard output is a terminal */
	int cols;		   /* of it; 0 = not cut */
};

/* Split the command line. ST_BAD_INPUT "usage" with a hint. */
MUST_USE enum status call_parse(struct call *c, int argc, char **argv, struct err *why);
void call_release(struct call *c);
/* Open as much of the home as `need` says (verb_home.c). */
MUST_USE enum status call_need(struct call *c, enum need need, struct err *why);

/* The exit code of the program: ux.md's table. */
int verb_exit_code(enum status st, const struct err *why);

/* --- Help (verb_help.c) ---------------------------------------------------- */
void help_overview(struct call *c);
void help_verb(struct call *c, const struct verb *v);

/* --- What verbs share (verb_share.c) ---------------------------------------- */

/* A line of the result, or a message: made harmless, with its line feed. */
void put_line(struct call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
void say_line(struct call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Text cut and filled to `cols` columns, on the line that is begun. */
void put_field(struct call *c, struct str text, int cols);
/* Several lines of text, each made harmless, wrapped at `cols` (0 = not). */
void put_text(struct call *c, struct str text, int cols);
/* The same for what is said beside the answer. */
void say_text(struct call *c, struct str text, int cols);

/* {"schema":..,"at":..} open for more; json_end closes it with a line feed. */
void json_begin(struct jsonw *w, struct call *c, const char *schema);
/* The same with "source" and "age_s" of the cache. */
void json_begin_cached(struct jsonw *w, struct call *c, const char *schema);
void json_end(struct jsonw *w, struct call *c);
/* {"schema":"sluss.error/1", ...}: why a verb that was to give JSON gives none. */
void json_error(struct call *c, const struct err *why, int code);
void json_case(struct jsonw *w, const struct case_row *r);

/* The passphrase, from --passphrase-fd or the terminal. ST_REFUSED
 * "locked-script": nobody can be asked. */
MUST_USE enum status call_passphrase(struct call *c, struct secret *s, struct err *why);
/* Unlock with --passphrase-fd or by asking at the terminal. ST_REFUSED
 * "locked": nobody can be asked; "passphrase-wrong". */
MUST_USE enum status call_unlock(struct call *c, struct err *why);
/* The number of --wait, or the configured one, as ms. */
MUST_USE enum status call_wait_ms(const struct call *c, int64_t *ms, struct err *why);
/* A descriptor number given with a flag. */
MUST_USE enum status call_fd(const struct call *c, enum flag f, int *fd, struct err *why);
/* A text from a file, or standard input for "-"; line ends at the end are
 * taken off. ST_BAD_INPUT "file-read", "text-not-utf8", "field-too-long". */
MUST_USE enum status call_text(struct strbuf *out, const char *path, size_t max, struct err *why);
/* "2026-11-23", "idag"/"today", "+14". */
MUST_USE enum status call_day(char out[DAY_TEXT], const struct call *c, const char *typed,
			      struct err *why);
/* Find the case that argument i names, as the officer sees it. */
MUST_USE enum status call_case(struct call *c, int i, struct case_row *row, struct err *why);
/* Unlock, and ask the central this for --wait seconds or as configured; what it
 * says is appended to `body`. ST_RETRY: no answer came. ST_NONE (404) and
 * ST_REFUSED: it said no, with its code and sentence. */
MUST_USE enum status call_central(struct call *c, const struct request *r, struct strbuf *body,
				  struct err *why);
/* How old the data is, in seconds; -1: nothing was ever fetched. */
int64_t call_age_s(const struct call *c);

/* Does the central answer, how fast, and how far is our clock from its? */
struct probe {
	bool reachable;
	int64_t ms, skew;
	char name[160], version[40];
	struct err why;
};
void probe_central(const struct home *h, const char *url, struct probe *p);

/* Ask at the terminal, echo on; `shown` (made harmless, wrapped) goes first.
 * ST_REFUSED "terminal-none". */
MUST_USE enum status ask_tty(struct call *c, struct str shown, const char *question,
			     struct strbuf *answer, struct err *why);

/* The same, to be answered by yes or no. */
MUST_USE enum status ask_yes(struct call *c, struct str shown, const char *question, bool *yes,
			     struct err *why);

/* After act(): send it at once and wait for the answer (--wait), or say that
 * it is queued. ST_CONFLICT or ST_REFUSED with the central's code;
 * ST_RETRY "not-confirmed". */
MUST_USE enum status act_report(struct call *c, const struct case_row *row,
				const struct act_result *r, struct err *why);
/* The number that argument i is, as `sluss outbox` shows it (verb_outbox.c). */
MUST_USE enum status call_item(const struct call *c, int i, int64_t *id, struct err *why);
/* ST_CONFLICT "read-again": it leaves the house, and is read before it is signed
 * again, never by a number alone. */
MUST_USE enum status item_not_unread(const struct call *c, int64_t id, struct err *why);
/* What was signed again, as after act(). */
MUST_USE enum status resign_report(struct call *c, const struct act_result *r, struct err *why);
/* Unlock, and have the whole chain of a wanted case fetched (verb_verify.c).
 * That it can't be is said, and is for the judging to tell. */
MUST_USE enum status fetch_chain(struct call *c, const struct case_row *row, struct err *why);
/* The documents of a case (verb_documents.c). */
MUST_USE enum status show_documents(struct call *c, const struct casefile *f, struct err *why);
/* Run the engine until the outbox item is answered. */
MUST_USE enum status wait_for_item(struct call *c, int64_t item, int64_t ms, struct err *why);

/* --- The verbs --------------------------------------------------------------- */
typedef enum status verb_run(struct call *c, struct err *why);
verb_run verb_stats, verb_enrol, verb_sync, verb_list, verb_search, verb_show, verb_act,
	verb_decide, verb_message, verb_outbox, verb_conflicts, verb_verify, verb_proof, verb_keys,
	verb_conf, verb_cache, verb_doctor, verb_who, verb_key, verb_devices, verb_device,
	verb_passphrase, verb_help, verb_erase;

#endif
