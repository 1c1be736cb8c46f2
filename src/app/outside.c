/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/outside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { EXEC_FAILED = 127 };

/* --- Files ------------------------------------------------------------------------- */

static void path_of(char path[OUTSIDE_PATH + DOCUMENT_FILE], const struct outside *o,
		    const char *name)
{
	snprintf(path, OUTSIDE_PATH + DOCUMENT_FILE, "%s/%s", o->dir, name);
}

static void remove_file(const struct outside *o, const char *name)
{
	char path[OUTSIDE_PATH + DOCUMENT_FILE];

	path_of(path, o, name);
	(void)unlink(path);
}

/* Is it a file of ours whose program is gone? "1234-3f9c71d088e2.pdf" */
static bool left_over(const char *name)
{
	char *end;
	long pid = strtol(name, &end, 10);

	return name[0] >= '1' && name[0] <= '9' && *end == '-' && pid > 0
	       && (pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH));
}

void outside_start(struct outside *o, const char *dir)
{
	*o = (struct outside){ .count = 0 };
	snprintf(o->dir, sizeof(o->dir), "%s", dir);
	outside_sweep(dir);
}

void outside_sweep(const char *dir)
{
	struct outside o = { .count = 0 };
	DIR *d = opendir(dir);
	struct dirent *e;

	snprintf(o.dir, sizeof(o.dir), "%s", dir);
	while (d && (e = readdir(d)) != NULL)
		if (left_over(e->d_name))
			remove_file(&o, e->d_name);
	if (d)
		(void)closedir(d);
}

void outside_clear(struct outside *o)
{
	for (int i = 0; i < o->count; i++)
		remove_file(o, o->files[i]);
	o->count = 0;
}

/* The hash in a name such as "1234-3f9c71d088e2.pdf". */
static void prefix_of(char prefix[DOCUMENT_FILE], const char *name)
{
	const char *dash = strchr(name, '-');

	snprintf(prefix, DOCUMENT_FILE, "%s", dash ? dash + 1 : name);
	prefix[strcspn(prefix, ".")] = '\0';
}

void outside_keep(struct outside *o, bool (*here)(void *ctx, const char *prefix), void *ctx)
{
	char prefix[DOCUMENT_FILE];
	int kept = 0;

	for (int i = 0; i < o->count; i++) {
		prefix_of(prefix, o->files[i]);
		if (here(ctx, prefix))
			memmove(o->files[kept++], o->files[i], DOCUMENT_FILE);
		else
			remove_file(o, o->files[i]);
	}
	o->count = kept;
}

static void note(struct outside *o, const char *name)
{
	for (int i = 0; i < o->count; i++)
		if (strcmp(o->files[i], name) == 0)
			return;
	if (o->count == OUTSIDE_FILES) {
		remove_file(o, o->files[0]);
		memmove(o->files[0], o->files[1], sizeof(o->files) - sizeof(o->files[0]));
		o->count--;
	}
	snprintf(o->files[o->count++], DOCUMENT_FILE, "%s", name);
}

static bool write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s.p += n;
		s.n -= (size_t)n;
	}
	return true;
}

enum status outside_file(struct outside *o, const char *h, struct str bytes,
			 char path[OUTSIDE_PATH + DOCUMENT_FILE], struct err *why)
{
	const struct doc_kind *k = doc_kind_of(bytes);
	char name[DOCUMENT_FILE];
	bool ok;
	int fd;

	if (k->program)
		return err_set(why, ST_REFUSED, "document-program",
			       "the document is a program (%s); it is not opened", k->mt);
	doc_file_name(name, (long)getpid(), h, k);
	path_of(path, o, name);
	/* Made anew each time: what another program did to the last one is gone. */
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(why, ST_BROKEN, "disk-error", "%s: %s", path, strerror(errno));
	note(o, name);
	ok = write_all(fd, bytes);
	if (close(fd) == 0 && ok)
		return ST_OK;
	return err_set(why, ST_BROKEN, "disk-error", "%s: cannot be written: %s", path,
		       strerror(errno));
}

/* --- The template ---------------------------------------------------------------------- */

struct splitter {
	struct outside_call *c;
	size_t at;
	int words;
	bool in_word, quoted, full, file;
};

static void put(struct splitter *s, const char *text, size_t n)
{
	if (!s->in_word) {
		if (s->words == OUTSIDE_WORDS) {
			s->full = true;
			return;
		}
		s->c->argv[s->words++] = s->c->text + s->at;
		s->in_word = true;
	}
	if (s->at + n + 1 > sizeof(s->c->text)) {
		s->full = true;
		return;
	}
	memcpy(s->c->text + s->at, text, n);
	s->at += n;
	s->c->text[s->at] = '\0';
}

static void end_word(struct splitter *s)
{
	if (s->in_word && s->at < sizeof(s->c->text))
		s->c->text[s->at++] = '\0';
	s->in_word = false;
}

enum status outside_words(struct outside_call *c, const char *template, const char *path,
			  struct err *why)
{
	struct splitter s = { .c = c };

	memset(c, 0, sizeof(*c));
	for (const char *p = template; *p && !s.full; p++) {
		if (*p == '"') {
			s.quoted = !s.quoted;
			put(&s, "", 0);
		} else if ((*p == ' ' || *p == '\t') && !s.quoted) {
			end_word(&s);
		} else if (p[0] == '%' && p[1] == 'f') {
			put(&s, path, strlen(path));
			s.file = true;
			p++;
		} else {
			put(&s, p, 1);
		}
	}
	end_word(&s);
	if (s.full || s.quoted || !s.file || s.words < 2)
		return err_set(
			why, ST_BAD_INPUT, "open-template",
			"documents.open is a program and its arguments, at most %d words, one of them %%f; not: %s",
			OUTSIDE_WORDS, template);
	return ST_OK;
}

/* --- The other program ------------------------------------------------------------------- */

/* In the child: only what is safe after a fork of a program with threads. */
static void become(const struct outside_call *c, bool has_terminal)
{
	sigset_t none;
	int none_fd;

	(void)setpgid(0, 0);
	if (has_terminal)
		(void)tcsetpgrp(STDIN_FILENO, getpid());
	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	none_fd = open("/dev/null", O_RDWR);
	if (!has_terminal && none_fd >= 0)
		(void)dup2(none_fd, STDIN_FILENO);
	(void)close_range(3, ~0U, 0);
	(void)execvp(c->argv[0], c->argv);
	_exit(EXEC_FAILED);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum status outside_run(const struct outside_call *c, struct err *why)
{
	bool has_terminal = isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
	sigset_t ttou, before;
	pid_t pid;
	int code;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	/* Taking the terminal back is done from behind, which else stops us. */
	(void)pthread_sigmask(SIG_BLOCK, &ttou, &before);
	pid = fork();
	if (pid == 0)
		become(c, has_terminal);
	code = pid > 0 ? wait_for(pid) : -1;
	if (has_terminal)
		(void)tcsetpgrp(STDIN_FILENO, getpgrp());
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (code == EXEC_FAILED || code < 0)
		return err_set(why, ST_NONE, "open-program",
			       "%s could not be started; see documents.open in sluss.conf",
			       c->argv[0]);
	if (code != 0)
		return err_set(why, ST_BROKEN, "open-failed",
			       "%s ended with %d; see documents.open in sluss.conf", c->argv[0],
			       code);
	return ST_OK;
}
