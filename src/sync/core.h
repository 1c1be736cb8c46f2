/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * core - what the parts of sync share: login, pull and push.
 *
 * Place:    sync.c chooses a step for a lane; login.c, pull.c and push.c know
 *           how each is asked and what its answer means.
 * Promise:  memory only; what must survive stands in the two files.
 * Owner:    sync.c. Errors: as in sync.h.
 */
#ifndef SYNC_CORE_H
#define SYNC_CORE_H

#include "cache/identity.h"
#include "sync/epochs.h"
#include "sync/merge.h"
#include "sync/sync.h"
#include "wire/problem.h"
#include "wire/snapshot.h"

struct json;

enum step {
	STEP_NONE,
	STEP_INFO,
	STEP_ROTATE,
	STEP_CHALLENGE,
	STEP_TOKEN, /* either lane */
	STEP_PULL,
	STEP_MANIFEST,
	STEP_SEGMENT,
	STEP_ALONE,
	STEP_CHAIN,
	STEP_KEYS,
	STEP_HEAD,
	STEP_PROOF,
	STEP_WAIT,
	STEP_ACKS,
	STEP_BLOB,
	STEP_ACTIONS,
	STEP_QUESTION,
	STEP_COUNT
};

enum {
	SEND_MAX = 200,
	SEND_BYTES = 1024 * 1024,
	WAIT_S = 25,
	WAIT_MORE_MS = 30 * 1000, /* until a long poll is given up */
	BACKOFF_FIRST_MS = 1000,
	BACKOFF_MAX_MS = 60 * 1000,
	RETRY_AFTER_MAX_MS = 60 * 60 * 1000, /* longer is a mistake of theirs */
	MENDS_MAX = 10,			     /* refusals answered at once, in a row */
	SPOILT_MAX = 3,			     /* tries before the next page is waited for */
	STRANGER = 3,			     /* refused logins, until the officer is advised */
	CALM_MS = 10 * 1000,
	CALM_MAX = 5,		 /* requests at one cursor */
	FALLBACK_MS = 30 * 1000, /* a pull without a hint */
	HEAD_MS = 60 * 1000,
	KEYS_MS = 10 * 60 * 1000,
	FIRST_BYTES = 64 * 1024, /* of the page that says whether there are snapshots */
	LOAD_PART = 1024 * 1024, /* of a segment, in one request */
	AGAIN_MAX = 200,	 /* cases asked for again in one pull */
	NEVER = -1000 * 1000 * 1000,
};

struct lane {
	enum step step;	    /* under way; STEP_NONE = free */
	int64_t not_before; /* boot ms */
	int failures;	    /* in a row */
	int denials;	    /* 401 in a row */
	int mends;	    /* refusals in a row that we had an answer to */
};

/* A first sync from snapshots; all that must survive stands in the file. */
struct load {
	bool looked;   /* for what an earlier program left */
	bool given_up; /* pages serve */
	bool again;    /* what lies between us is forgotten there: all is read anew */
	struct db *db; /* the file aside; NULL: nothing is being loaded */
	int scope_count;
	int64_t scope[SCOPES_MAX];
	int at;		      /* of which manifest or segment is next; all: it is built */
	bool known;	      /* its manifest */
	struct snapshot made; /* is this */
	int next;	      /* segment */
	struct strbuf part;   /* what has come of it */
	int renewed;	      /* manifests asked for anew since a segment came */
};

/* A question in its slot. */
struct question {
	int64_t ticket; /* 0: the slot is free */
	bool under_way, answered, dropped;
	bool denied; /* a 401 was its first answer */
	struct request request;
	struct reply reply;
};

struct sync {
	struct sync_setup in;
	struct identity who;
	struct lane lane[LANE_COUNT];
	struct lane login; /* back-off alone: one lane logs in for both */
	struct sync_status now;
	/* login */
	bool info_known;
	char info_epoch[UUID_TEXT];
	struct epochs epochs; /* the central's, of its last api-info */
	char challenge[65];
	bool rotation_told; /* once more, since the login was refused */
	int strangers;	    /* what in a row the central refused as not of a device that it knows */
	char token[128];
	bool retired; /* the central takes what was signed, and gives nothing out */
	/* pull */
	int64_t pull_wanted, pull_asked, pull_done; /* a pull is due while wanted > done */
	int64_t pull_number;			    /* of the last request: its page says it */
	int64_t fallback_at;
	int64_t calm_seq; /* requests at one cursor: protocol, "Wake-up" */
	int64_t calm_at[CALM_MAX];
	int calm_next;
	bool spilt;		      /* words may stand in the log that were never committed */
	bool unerased;		      /* what is erased could not be taken out of the outbox */
	bool alone_done, chains_done; /* since the last page with rows */
	char alone_case[UUID_TEXT];
	char chain_case[UUID_TEXT];
	int64_t chain_from;
	int64_t keys_at, head_at;
	struct load load;
	struct {
		char epoch[UUID_TEXT];
		int64_t size;
		char root[HASH_TEXT];
		char jws[SIGNED_HEAD_TEXT];
	} head;
	bool proof_due;
	bool poked;
	int64_t diverged_at; /* boot ms: when the central was asked last whether it
			      * has begun a new epoch */
	/* push */
	int sent_count;
	int64_t sent[SEND_MAX]; /* ctr of each line under way */
	int send_max;
	char blob[HASH_TEXT];	 /* being uploaded */
	int64_t acks_from;	 /* > 0: ask for lost answers from here */
	char earlier[UUID_TEXT]; /* in a recheck: the earlier device asked about */
	int64_t earlier_from;
	bool doubted;	      /* a counter that does not fit, and no answer told of a copy */
	int spoilt;	      /* chains and lone cases in a row that were no such thing */
	bool lacks;	      /* the central lacked what it had answered */
	int64_t evidence_ctr; /* > 0: the answer to this is shown to the central,
			       * which does not extend it */
	/* questions */
	struct question question[QUESTIONS_MAX];
	int64_t last_ticket;
};

/* One kind of request: how it is asked, and what its answer means. */
struct step_def {
	const char *name;
	bool bearer;
	enum status (*ask)(struct sync *s, struct request *out, struct err *why);
	enum status (*take)(struct sync *s, const struct reply *r, struct err *why);
	/* A problem that means something here; ST_NONE: treat it as always. */
	enum status (*refused)(struct sync *s, const struct problem *p, struct err *why);
};
extern const struct step_def step_defs[STEP_COUNT];

bool is_login(enum step step);
/* The next step of a lane, or STEP_NONE with *wake_at. */
enum status choose_login(struct sync *s, enum sync_lane lane, enum step *step);
enum status choose_pull(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at,
			struct err *why);
enum status choose_push(struct sync *s, int64_t boot, enum step *step, int64_t *wake_at,
			struct err *why);

enum status ask_info(struct sync *s, struct request *out, struct err *why);
enum status take_info(struct sync *s, const struct reply *r, struct err *why);
enum status ask_rotate(struct sync *s, struct request *out, struct err *why);
enum status take_rotate(struct sync *s, const struct reply *r, struct err *why);
enum status refused_rotate(struct sync *s, const struct problem *p, struct err *why);
enum status refused_token(struct sync *s, const struct problem *p, struct err *why);
enum status ask_challenge(struct sync *s, struct request *out, struct err *why);
enum status take_challenge(struct sync *s, const struct reply *r, struct err *why);
enum status ask_token(struct sync *s, struct request *out, struct err *why);
enum status take_token(struct sync *s, const struct reply *r, struct err *why);

enum status ask_pull(struct sync *s, struct request *out, struct err *why);
enum status take_pull(struct sync *s, const struct reply *r, struct err *why);
enum status refused_pull(struct sync *s, const struct problem *p, struct err *why);
enum status choose_alone(struct sync *s, enum step *step, struct err *why);
enum status ask_alone(struct sync *s, struct request *out, struct err *why);
enum status take_alone(struct sync *s, const struct reply *r, struct err *why);
enum status refused_alone(struct sync *s, const struct problem *p, struct err *why);
enum status ask_manifest(struct sync *s, struct request *out, struct err *why);
enum status take_manifest(struct sync *s, const struct reply *r, struct err *why);
enum status ask_segment(struct sync *s, struct request *out, struct err *why);
enum status take_segment(struct sync *s, const struct reply *r, struct err *why);
enum status refused_load(struct sync *s, const struct problem *p, struct err *why);
/* The next step of a load, or one part of the work behind it. `begun`: the
 * cache holds something already. *busy: it is under way, and no page is asked
 * for. */
enum status choose_load(struct sync *s, int64_t boot, bool begun, enum step *step, int64_t *wake_at,
			bool *busy, struct err *why);
/* Would snapshots be loaded, if there are any? */
bool load_may(const struct sync *s);
enum status load_begin(struct sync *s, const struct merge_offer *offer, struct err *why);
/* Give up what was loaded; the file goes. */
void load_discard(struct sync *s);
/* Let go of it; another program goes on. */
void load_release(struct sync *s);
enum status ask_chain(struct sync *s, struct request *out, struct err *why);
enum status take_chain(struct sync *s, const struct reply *r, struct err *why);
enum status refused_chain(struct sync *s, const struct problem *p, struct err *why);
enum status ask_keys(struct sync *s, struct request *out, struct err *why);
enum status take_keys(struct sync *s, const struct reply *r, struct err *why);
enum status ask_head(struct sync *s, struct request *out, struct err *why);
enum status take_head(struct sync *s, const struct reply *r, struct err *why);
enum status ask_proof(struct sync *s, struct request *out, struct err *why);
enum status take_proof(struct sync *s, const struct reply *r, struct err *why);
enum status ask_wait(struct sync *s, struct request *out, struct err *why);
enum status take_wait(struct sync *s, const struct reply *r, struct err *why);

enum status ask_acks(struct sync *s, struct request *out, struct err *why);
enum status refused_acks(struct sync *s, const struct problem *p, struct err *why);
enum status take_acks(struct sync *s, const struct reply *r, struct err *why);
enum status ask_blob(struct sync *s, struct request *out, struct err *why);
enum status take_blob(struct sync *s, const struct reply *r, struct err *why);
enum status ask_actions(struct sync *s, struct request *out, struct err *why);
enum status take_actions(struct sync *s, const struct reply *r, struct err *why);
enum status refused_actions(struct sync *s, const struct problem *p, struct err *why);

enum status choose_question(struct sync *s, enum step *step, int64_t *wake_at);
enum status ask_question(struct sync *s, struct request *out, struct err *why);
/* What came back on LANE_ASK, of whatever step: questions are answered by it,
 * or by what keeps one from logging in. */
void question_reply(struct sync *s, enum step step, const struct reply *r);
/* None can be asked: their answer is `r`, or that nobody could be reached. */
void questions_fail(struct sync *s, const struct reply *r);
void questions_release(struct sync *s);

/* Set by a take function that meets an answer it does not believe: it is not
 * an error of ours, and the lane backs off. Returns ST_BAD_INPUT. */
enum status nonsense(struct err *why, const char *code, const char *what);
void want_pull(struct sync *s);
/* Look again for chains with gaps and cases to be fetched alone. */
void look_again(struct sync *s);
/* Everything is to be read again, in the same epoch. */
enum status empty_copy(struct sync *s, struct err *why);
/* Ask the central anew who it is and in which epoch, before anything else. */
void ask_epoch(struct sync *s);
/* Its answer is here: what another epoch than ours has taken back is read and
 * offered again. A stop midway is made good by the next answer. */
enum status compare_epochs(struct sync *s, struct err *why);
/* The central's history is not an extension of ours. */
enum status diverged(struct sync *s);
/* Nothing is fetched or sent while the central's history is not ours. */
bool is_diverged(const struct sync *s);
/* Does something signed here wait for the central, or for the end of an undo
 * window? */
bool has_unsent(struct sync *s);
enum status freeze(struct sync *s, const char *code, struct err *why);
/* Does the problem prove that another copy of this device is at work: by the
 * central's own signed word, or a rotation that this very key has signed and this
 * home does not know? Who stands on the line can say anything else, and to freeze
 * a device is for good. */
bool copy_proved(const struct sync *s, const struct problem *p);
/* Has the central signed it, of this device? *said: what more the word says. */
bool is_signed_problem(const struct sync *s, const struct problem *p, struct problem_said *said);
void set_trouble(struct sync *s, enum sync_trouble t, const char *code, const char *text);
/* Wall ms -> how far off the central's clock is. */
void learn_now(struct sync *s, int64_t central_now);
bool pull_due(const struct sync *s);
enum step check_due(const struct sync *s, int64_t boot);
enum status read_json(struct json **j, const struct reply *r, struct err *why);

#endif
