/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * serve - the programs that a bench measures, started and ended.
 *
 * Place:    benches -> SERVE -> build/sluss-central, build/sluss.
 * Promise:  the central listens on a free port when serve_start returns; it
 *           is ended with serve_stop, by its own process id.
 * Owner:    struct served owns process and pipe.
 * Errors:   bench_fail.
 */
#ifndef TESTS_BENCH_SERVE_H
#define TESTS_BENCH_SERVE_H

#include <sys/types.h>

struct served {
	pid_t pid;
	int out;
	char url[128];
};
/* `program serve DIR` on a port of 127.0.0.1 that is free. */
void serve_start(struct served *s, const char *program, const char *dir);
void serve_stop(struct served *s);

/* Run to the end; 0 is a must. argv[0] is the program. `secret` (may be NULL)
 * is what it reads on descriptor 3. */
void serve_run(const char *const argv[], const char *secret);

/*
 * A process that starts a program again and again, itself small: the most
 * memory that the kernel tells of a program counts what its parent held when
 * it was started. Start the runner before anything large is read.
 */
struct runner {
	pid_t pid;
	int ask, told;
};
struct ran {
	double s;
	long peak_kb;
};
void runner_start(struct runner *r, const char *const argv[], const char *secret);
/* Once more. */
struct ran runner_go(struct runner *r);
void runner_stop(struct runner *r);

/* The home finds its central there from now on. */
void serve_home(const char *build, const char *home, const char *url);

#endif
