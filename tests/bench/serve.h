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
 * is what it reads on descriptor 3. *peak_kb: the most memory it held. */
void serve_run(const char *const argv[], const char *secret, long *peak_kb);
/* The home finds its central there from now on. */
void serve_home(const char *build, const char *home, const char *url);

#endif
