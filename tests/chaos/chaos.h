/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chaos - real programs under real faults, and how long they take to heal.
 *
 * Place:    chaos.c (rounds, report) -> centre.c (the central, the network,
 *           the disks), officer.c (what the workstations do), process.c.
 * Promise:  a seed fixes every choice of the driver: which faults, which acts
 *           in which order, how long until a kill. What the machine makes of
 *           it, above all which bytes are under way at a kill, differs from
 *           run to run. What the programs have said is written to the journal
 *           before anything else happens to them.
 * Owner:    struct chaos lives as long as the program; all processes end with
 *           it.
 * Errors:   trouble of the driver itself ends the run with exit code 3.
 */
#ifndef CHAOS_CHAOS_H
#define CHAOS_CHAOS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/strbuf.h"

enum {
	OFFICERS = 8,
	PATH = 512,
	ARGS = 24,
	CASES_MAX = 128,
	ITEMS_MAX = 4096,
	SAMPLES_MAX = 4096,
	INTAKES_MAX = 110, /* fewer than an officer can list */
	EVENTS_MAX = 64,
	NEVER_MS = -1
};

/* Milliseconds of CLOCK_BOOTTIME are called `ms`, and seconds `s`. */

enum event_kind {
	EVENT_NONE,
	EVENT_KILL,
	EVENT_STOP,
	EVENT_COPY,
	EVENT_RESTORE,
	EVENT_FILL,
	EVENT_FILL_CENTRAL,
	EVENT_INTAKE,
	EVENT_WINDOW,
	EVENT_CACHE,
	EVENT_COPY_HOME,
	EVENT_RESTORE_HOME,
	EVENT_RIGHTS
};
/* A program under way. */
struct job {
	pid_t pid; /* 0: none */
	int64_t started;
	int64_t kill_at, stop_at, cont_at; /* NEVER_MS: not */
	bool killed;
};

struct run {
	const char *argv[ARGS];
	const char *in, *out, *err; /* paths; NULL: /dev/null */
	const char *home;	    /* SLUSS_HOME, or NULL */
	const char *passphrase;	    /* file for descriptor 3, or NULL */
	const char *code;	    /* file for descriptor 4, or NULL */
};

/* A case as the officer's list tells it. */
struct seen_case {
	char no[40];
	char status[16];
};

/* An item as the outbox told it last. */
struct seen_item {
	int64_t id;
	char ah[72], state[20], verdict[16];
	int64_t seq;
};

enum kind { KIND_SYNC, KIND_LIST, KIND_LOOK, KIND_ACT, KIND_SOLVE, KIND_VERIFY, KIND_HEAL, KINDS };

struct officer {
	int index;
	char id[16], home[PATH], out[PATH], err[PATH], text[PATH];
	bool small; /* the home is on a small disk */
	struct rng_seeded seed;
	struct rng rng;
	struct job job;
	enum event_kind harm; /* befalls the home as soon as nothing runs in it */
	struct job window;    /* a full screen, left open */
	enum kind kind;	      /* of the job under way */
	int64_t next_at;      /* when the officer does the next thing */
	int64_t took[KINDS];  /* how long a job of a kind takes, smoothed */
	int case_count;
	struct seen_case cases[CASES_MAX];
	int item_count;
	struct seen_item items[ITEMS_MAX];
	long texts;
	int life;	     /* how often the home was put back from a copy */
	bool refused;	     /* the last sync was, or something is held */
	bool unknown;	     /* the central does not know the device: a restore lost it */
	int tried;	     /* how often something held was signed again, in this healing */
	int failed;	     /* syncs of this healing that did not succeed */
	int64_t copied_item; /* the newest item of that copy; NEVER_MS: no copy */
	/* healing */
	bool empty;
	int64_t head, converged_at; /* NEVER_MS: not yet */
	char words[ARGS][PATH];	    /* of the verb under way */
};

enum central_state { CENTRAL_DOWN, CENTRAL_UP, CENTRAL_STOPPED };

struct event {
	int64_t at;
	enum event_kind kind;
};

struct counts {
	long jobs, signed_acts, kills_client, kills_central, stops_client, stops_central;
	long full_client, full_central, copies, restores, rounds, violations;
	long windows, caches, homes, renewed, rights;
};

struct chaos {
	char bin[PATH], tools[PATH], work[PATH], folder[PATH], copy[PATH], judge[PATH];
	uint64_t seed;
	int64_t total_s;
	struct clock clock;
	struct rng_seeded rng_state;
	struct rng rng;
	struct officer officer[OFFICERS];
	bool healing;

	pid_t proxy;
	int proxy_in;
	FILE *proxy_out;
	char url[64]; /* the proxy's */

	enum central_state central;
	struct job server;
	int port;
	int64_t wake_at; /* when the central is started or continued again */
	char epoch[40];	 /* the central's, when its head was last asked for */
	bool small_central;
	int64_t free_at[OFFICERS + 1]; /* when a filled disk has room again; last: central */

	int event_count;
	struct event events[EVENTS_MAX];

	long intakes; /* applications that were sent */
	bool answered[INTAKES_MAX];
	struct job post; /* one under way */
	long post_number;
	bool restored; /* in this round */
	FILE *told, *looks, *intake, *lives;
	struct counts n;
	int sample_count;
	int64_t samples[SAMPLES_MAX];
};

/* --- chaos.c -------------------------------------------------------------- */

/* Says it and ends the run: the driver itself is in trouble. */
void trouble(const char *what, const char *detail) __attribute__((noreturn));
/* A line for people, with the time since the start. */
void say(struct chaos *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t now_ms(const struct chaos *c);
int64_t chance(const struct rng *r, int64_t n); /* 0..n-1; 0 for n < 1 */
/* Take in what ended, and do what is due, until `until` or until something
 * has happened. */
void turn(struct chaos *c, int64_t until);

/* --- process.c ------------------------------------------------------------ */

pid_t process_start(const struct run *r);
/* Start, wait, exit status; 128 + signal. */
int process_run(const struct run *r);
void job_start(struct chaos *c, struct job *j, const struct run *r);
/* Kill, stop or continue it if the time has come. */
void job_due(struct chaos *c, struct job *j);
/* The earliest of what is due. */
int64_t job_next(const struct job *j, int64_t sooner);
/* No kill or stop any more; a stopped one goes on. */
void job_spare(struct job *j);
bool file_read(struct strbuf *out, const char *path);
void file_write(const char *path, const char *text);
/* Fill a disk to the last page by a file, or give the room back. */
void disk_fill(const char *folder);
void disk_free(const char *folder);

/* --- centre.c ------------------------------------------------------------- */

void centre_prepare(struct chaos *c);
/* `sluss-central WORDS...`, its output to `out`; its exit status. */
int centre_run(struct chaos *c, const char *const words[], const char *out);
/* Copy its database, while it runs if it does. */
void centre_copy(struct chaos *c);
/* Up again after the judge has looked. */
void centre_start(struct chaos *c);
/* The events of a phase of faults from `from` to `to`. */
void centre_plan(struct chaos *c, int64_t from, int64_t to);
int64_t centre_next(const struct chaos *c, int64_t sooner);
void centre_due(struct chaos *c);
/* The server's process has ended. */
void centre_ended(struct chaos *c);
/* No fault any more: network, disks, central. */
void centre_heal(struct chaos *c);
/* Add an officer, or change the units; exit status of the program. */
int centre_officer(struct chaos *c, const char *id, const char *units);
/* The newest entry of its log; c->epoch is that of now. */
int64_t centre_head(struct chaos *c);
void centre_stats(struct chaos *c, char *text, size_t size, long *faults);
void centre_stop(struct chaos *c);

/* --- intake.c ------------------------------------------------------------- */

void intake_first(struct chaos *c, long count);
/* A new application, through the network. */
void intake_one(struct chaos *c);
void intake_ended(struct chaos *c, int status);
/* Those without an answer are given again; all: a restore may have lost the
 * others, too. */
void intake_settle(struct chaos *c, bool all);

/* --- window.c ------------------------------------------------------------- */

/* Open one, or kill the one that is open. */
void window_change(struct chaos *c, struct officer *o);
void window_ended(struct chaos *c, struct officer *o, int status);
/* Told to end or killed, and waited for. */
void window_end(struct officer *o, int signal);

/* --- harm.c --------------------------------------------------------------- */

/* Something befalls one of the homes. */
void harm_plan(struct chaos *c, enum event_kind kind);
/* Do what befalls this home (o->harm); its window is killed before. */
void harm_due(struct chaos *c, struct officer *o);
void harm_rights(struct chaos *c);
/* Is the device frozen, or not known any more? Then it is enrolled anew. What is held is signed
 * again, as far as the case is known by now. */
void harm_renew(struct chaos *c, struct officer *o);
/* Is the device of a window unknown to the central? Then the window is closed. */
void harm_close_stranger(struct chaos *c, struct officer *o);

/* --- officer.c ------------------------------------------------------------ */

void officer_prepare(struct chaos *c, struct officer *o);
/* The next thing, if it is time for it and nothing is under way. */
void officer_due(struct chaos *c, struct officer *o);
void officer_ended(struct chaos *c, struct officer *o, int status);
/* Healing: one more sync, if the officer still has something to send or has
 * not read the log up to `head`. True: neither. */
bool officer_heal(struct chaos *c, struct officer *o, int64_t head);
void officer_enrol(struct chaos *c, struct officer *o);
/* `sluss outbox WHAT ID`, waited for. */
void officer_outbox(struct chaos *c, struct officer *o, const char *what, const char *id);
/* The first sync and list, before anything fails. */
void officer_first(struct chaos *c, struct officer *o);
/* One look at the outbox, waited for. */
void officer_look(struct chaos *c, struct officer *o);

#endif
