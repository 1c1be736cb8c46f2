/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/figure.h"

#include "base/banned.h"

static void read_url(struct served *s)
{
	static const char says[] = "listening on ";
	char line[256];
	FILE *f = fdopen(dup(s->out), "r");

	s->url[0] = '\0';
	while (f && !s->url[0] && fgets(line, sizeof(line), f))
		if (strncmp(line, says, strlen(says)) == 0)
			snprintf(s->url, sizeof(s->url), "%.*s",
				 (int)strcspn(line + strlen(says), "\n"), line + strlen(says));
	if (f)
		fclose(f);
	if (!s->url[0])
		bench_fail("the central does not start", NULL);
	if (s->url[strlen(s->url) - 1] == '/')
		s->url[strlen(s->url) - 1] = '\0';
}

void serve_start(struct served *s, const char *program, const char *dir)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		bench_fail("no pipe", NULL);
	s->pid = fork();
	if (s->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)execl(program, program, "serve", dir, "--listen", "127.0.0.1:0",
			    (char *)NULL);
		_exit(127);
	}
	if (s->pid < 0)
		bench_fail("no process", NULL);
	(void)close(ends[1]);
	s->out = ends[0];
	read_url(s);
}

void serve_stop(struct served *s)
{
	(void)kill(s->pid, SIGTERM);
	(void)waitpid(s->pid, NULL, 0);
	(void)close(s->out);
}

/* A passphrase is short: it fits into the pipe before anybody reads. */
static void give(const char *secret)
{
	int ends[2];

	if (pipe(ends) != 0 || write(ends[1], secret, strlen(secret)) < 0
	    || write(ends[1], "\n", 1) < 0)
		_exit(126);
	(void)close(ends[1]);
	(void)dup2(ends[0], 3);
	if (ends[0] != 3)
		(void)close(ends[0]);
}

static void run(const char *const argv[], const char *secret, long *peak_kb)
{
	struct rusage use;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		(void)dup2(null, STDIN_FILENO);
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		if (secret)
			give(secret);
		(void)execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid || !WIFEXITED(status)
	    || WEXITSTATUS(status) != 0)
		bench_fail(argv[0], NULL);
	*peak_kb = use.ru_maxrss;
}

void serve_run(const char *const argv[], const char *secret)
{
	long kb;

	run(argv, secret, &kb);
}

void runner_start(struct runner *r, const char *const argv[], const char *secret)
{
	int ask[2], told[2];
	char go;

	if (pipe2(ask, O_CLOEXEC) != 0 || pipe2(told, O_CLOEXEC) != 0)
		bench_fail("no pipe", NULL);
	r->pid = fork();
	if (r->pid < 0)
		bench_fail("no process", NULL);
	r->ask = ask[1];
	r->told = told[0];
	if (r->pid > 0) {
		(void)close(ask[0]);
		(void)close(told[1]);
		return;
	}
	(void)close(ask[1]);
	while (read(ask[0], &go, 1) == 1) {
		struct ran ran;
		int64_t from = bench_ns();

		run(argv, secret, &ran.peak_kb);
		ran.s = (double)(bench_ns() - from) / 1e9;
		if (write(told[1], &ran, sizeof(ran)) != (ssize_t)sizeof(ran))
			break;
	}
	_exit(0);
}

struct ran runner_go(struct runner *r)
{
	struct ran ran;

	if (write(r->ask, "g", 1) != 1 || read(r->told, &ran, sizeof(ran)) != (ssize_t)sizeof(ran))
		bench_fail("the runner has ended", NULL);
	return ran;
}

void runner_stop(struct runner *r)
{
	(void)close(r->ask);
	(void)waitpid(r->pid, NULL, 0);
	(void)close(r->told);
}

void serve_home(const char *build, const char *home, const char *url)
{
	char world[600];

	snprintf(world, sizeof(world), "%s/tests/bench/world", build);
	serve_run((const char *const[]){ world, "url", home, url, NULL }, NULL);
}
