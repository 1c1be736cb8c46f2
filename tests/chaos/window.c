/* SPDX-License-Identifier: EUPL-1.2 */
/* The full screen, left open: it syncs while verbs of the same home act. */
#include "tests/chaos/chaos.h"

#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { OPEN_MS = 9000 };

/* A terminal that nobody looks at. */
static void *drain(void *arg)
{
	int fd = *(int *)arg;
	char waste[4096];

	free(arg);
	while (read(fd, waste, sizeof(waste)) > 0)
		;
	close(fd);
	return NULL;
}

static void become_screen(struct chaos *c, struct officer *o)
{
	char program[PATH], pass[PATH];
	sigset_t none;
	int fd;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(program, sizeof(program), "%.480s/sluss", c->bin);
	snprintf(pass, sizeof(pass), "%.480s/passphrase", c->work);
	fd = open(pass, O_RDONLY);
	if (fd < 0 || (fd != 3 && dup2(fd, 3) < 0))
		_exit(126);
	setenv("SLUSS_HOME", o->home, 1);
	setenv("TERM", "xterm-256color", 1);
	execl(program, "sluss", "--passphrase-fd", "3", (char *)NULL);
	_exit(127);
}

static void window_open(struct chaos *c, struct officer *o)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct job *j = &o->window;
	int *fd = malloc(sizeof(*fd));
	pthread_t thread;

	if (!fd)
		trouble("no memory", "window");
	*j = (struct job){ .kill_at = NEVER_MS, .stop_at = NEVER_MS, .cont_at = NEVER_MS };
	j->started = now_ms(c);
	j->pid = forkpty(fd, NULL, NULL, &size);
	if (j->pid == 0)
		become_screen(c, o);
	if (j->pid < 0 || fcntl(*fd, F_SETFD, FD_CLOEXEC) != 0
	    || pthread_create(&thread, NULL, drain, fd) != 0 || pthread_detach(thread) != 0)
		trouble("no terminal for a window", o->home);
	c->n.windows++;
}

void window_change(struct chaos *c, struct officer *o)
{
	if (o->window.pid) {
		o->window.kill_at = now_ms(c);
		return;
	}
	window_open(c, o);
	if (chance(&c->rng, 2) == 0) {
		o->window.stop_at = o->window.started + chance(&c->rng, OPEN_MS);
		o->window.cont_at = o->window.stop_at + 100 + chance(&c->rng, 3000);
	}
	if (chance(&c->rng, 3) == 0)
		o->window.kill_at = o->window.started + chance(&c->rng, OPEN_MS);
}

void window_ended(struct chaos *c, struct officer *o, int status)
{
	if (o->window.killed)
		c->n.kills_client++;
	else if (WIFSIGNALED(status) || WEXITSTATUS(status) > 10) {
		say(c, "VIOLATION crash: the window of workstation %d ended with status %d",
		    o->index, status);
		c->n.violations++;
	}
	o->window.pid = 0;
}

void window_end(struct officer *o, int signal)
{
	int status = 0;

	if (!o->window.pid)
		return;
	job_spare(&o->window);
	kill(o->window.pid, signal);
	if (waitpid(o->window.pid, &status, 0) < 0)
		trouble("a window was lost", o->home);
	o->window.pid = 0;
}
