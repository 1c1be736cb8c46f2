/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/chaos/chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

/* --- Programs ------------------------------------------------------------ */

static void onto(const char *path, int flags, int fd)
{
	int opened = open(path ? path : "/dev/null", flags | O_CLOEXEC, 0600);

	if (opened < 0 || dup2(opened, fd) < 0)
		_exit(126);
}

static void become(const struct run *r)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	onto(r->in, O_RDONLY, STDIN_FILENO);
	onto(r->out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
	onto(r->err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
	onto(r->passphrase, O_RDONLY, 3);
	onto(r->code, O_RDONLY, 4);
	if (r->home)
		setenv("SLUSS_HOME", r->home, 1);
	execvp(r->argv[0], (char *const *)(uintptr_t)r->argv);
	_exit(127);
}

pid_t process_start(const struct run *r)
{
	pid_t pid = fork();

	if (pid == 0)
		become(r);
	if (pid < 0)
		trouble("no process can be started", strerror(errno));
	return pid;
}

int process_run(const struct run *r)
{
	pid_t pid = process_start(r);
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			trouble("a process was lost", r->argv[0]);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- Kills and stops ----------------------------------------------------- */

void job_start(struct chaos *c, struct job *j, const struct run *r)
{
	*j = (struct job){ .kill_at = NEVER_MS, .stop_at = NEVER_MS, .cont_at = NEVER_MS };
	j->started = now_ms(c);
	j->pid = process_start(r);
}

static bool due(const struct chaos *c, int64_t *at)
{
	bool yes = *at != NEVER_MS && now_ms(c) >= *at;

	if (yes)
		*at = NEVER_MS;
	return yes;
}

void job_due(struct chaos *c, struct job *j)
{
	if (j->pid == 0)
		return;
	if (due(c, &j->stop_at))
		kill(j->pid, SIGSTOP);
	if (due(c, &j->cont_at))
		kill(j->pid, SIGCONT);
	if (due(c, &j->kill_at)) {
		j->killed = true;
		kill(j->pid, SIGKILL);
	}
}

static int64_t sooner_of(int64_t a, int64_t b)
{
	if (a == NEVER_MS || b == NEVER_MS)
		return a == NEVER_MS ? b : a;
	return a < b ? a : b;
}

int64_t job_next(const struct job *j, int64_t sooner)
{
	if (j->pid == 0)
		return sooner;
	return sooner_of(sooner_of(sooner, j->kill_at), sooner_of(j->stop_at, j->cont_at));
}

void job_spare(struct job *j)
{
	j->kill_at = j->stop_at = j->cont_at = NEVER_MS;
	if (j->pid)
		kill(j->pid, SIGCONT);
}

/* --- Files --------------------------------------------------------------- */

bool file_read(struct strbuf *out, const char *path)
{
	char chunk[8192];
	FILE *f = fopen(path, "re");
	size_t n;

	strbuf_clear(out);
	while (f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(out, chunk, n);
	if (f)
		fclose(f);
	return f != NULL;
}

void file_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (!f || fputs(text, f) == EOF || fclose(f) != 0)
		trouble("a file of the driver cannot be written", path);
}

static void filler_path(char path[PATH], const char *folder)
{
	snprintf(path, PATH, "%.480s/filler", folder);
}

void disk_fill(const char *folder)
{
	char path[PATH];
	off_t size = 0;
	int fd;

	filler_path(path, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	for (off_t step = 1 << 20; fd >= 0 && step >= 4096; step /= 4)
		while (posix_fallocate(fd, size, step) == 0)
			size += step;
	if (fd >= 0)
		close(fd);
}

void disk_free(const char *folder)
{
	char path[PATH];

	filler_path(path, folder);
	unlink(path);
}
