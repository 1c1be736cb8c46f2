/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * engine - who talks to the central while the officer works.
 *
 * Place:    home + key -> ENGINE (pull lane, push lane) -> the two files. The
 *           screen has threads and polls engine_fd; a verb runs both lanes in
 *           its own thread, engine_run.
 * Promise:  no call here waits for the network, except engine_run, and
 *           engine_stop, which cuts what is under way and waits some
 *           milliseconds. One process of a home talks at a time
 *           (HOME/pusher.lock); another one's engine waits for its turn,
 *           while what it signs is sent by the first. What the officer
 *           signed is never touched by a failure.
 * Owner:    engine_start gives, engine_stop takes back. It holds handles and
 *           a key of its own, so home_lock leaves it running. Its calls are
 *           made by one thread.
 * Errors:   ST_NONE "not-enrolled"; ST_REFUSED "locked"; those of the files.
 */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

#include "sync/sync.h"

struct home;
struct engine;

/* The home is enrolled and unlocked; http_start has been called by main. */
MUST_USE enum status engine_start(struct engine **out, const struct home *h, struct err *why);
void engine_stop(struct engine *e); /* NULL is fine */

/* Readable when cache revision or status may have changed: poll it. */
int engine_fd(const struct engine *e);
/* Take what is to be read; call it before looking at the cache. */
void engine_drain(struct engine *e);

/* F5: now, please. While another process talks, it is asked to. */
void engine_poke(struct engine *e);
/* An action was added or withdrawn: the push lane looks again. */
void engine_acted(struct engine *e);
/* How things stood when engine_fd was last made readable, or later: a copy,
 * for which no lane is waited for. While another process talks, `online` is
 * what asking the central now and then gives, and unknown is not online. */
void engine_status(struct engine *e, struct sync_status *out);
/* Ask the central now if it can be reached, beside the sync; the answer, or
 * that none came, makes engine_fd readable. */
void engine_feel(struct engine *e);
/* False: nothing is known yet of what engine_feel asked last. */
bool engine_felt(struct engine *e, bool *online);
/* Another process of this home talks to the central; we wait for our turn. As
 * it stood for engine_status. */
bool engine_elsewhere(struct engine *e);
/* Everything is sent, and the last pull brought everything (sync_idle). */
bool engine_idle(struct engine *e);

/* --- Questions: search, lookup, figures, documents -------------------------- */

/* Ask the central something beside the sync, also when another process of
 * this home does the syncing. `r` is copied, its bearer filled in, its
 * timeout_ms kept if given. The answer makes engine_fd readable. ST_RETRY
 * "questions": too many wait already. */
MUST_USE enum status engine_ask(struct engine *e, const struct request *r, int64_t *ticket,
				struct err *why);
/* Not yet: false. Else *out (initialised) is the reply and the ticket is used
 * up; status 0: the central could not be reached. */
bool engine_answer(struct engine *e, int64_t ticket, struct reply *out);
/* The answer is of no interest any more: what is under way is cut. */
void engine_unask(struct engine *e, int64_t ticket);

/* --- For verbs, without threads ------------------------------------------- */

struct engine_goal {
	/* Asked after every reply, and now and then: is it reached? */
	bool (*reached)(void *ctx, struct sync *s);
	void *ctx;
	int64_t until; /* boot ms */
	bool patient;  /* try again while the central is out of reach */
	bool settle;   /* enough when nothing can be sent or fetched right now */
};

/* Run both lanes until the goal is reached. ST_RETRY "too-late"; "elsewhere":
 * another process of this home is talking, has been told that somebody waits
 * (its back-off is over), and the goal is for the caller to watch; with the code of the trouble when `patient` is not set. `last` is
 * how things stood at the end. */
MUST_USE enum status engine_run(const struct home *h, const struct engine_goal *goal,
				struct sync_status *last, struct err *why);

/* One question, waited for at most `ms`. ST_RETRY with the connection's code
 * when no answer came; any answer of the central's is ST_OK, errors too. */
MUST_USE enum status engine_ask_now(const struct home *h, const struct request *r, int ms,
				    struct reply *out, struct err *why);

#endif
