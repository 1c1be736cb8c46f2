/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "conf/spoken.h"
#include "sign/keybox.h"

#include "base/banned.h"

void secret_release(struct secret *s)
{
	if (s->p)
		secret_free(s->p);
	*s = (struct secret)SECRET_INIT;
}

enum status secret_start(struct secret *s, struct err *why)
{
	if (!s->p)
		s->p = secret_alloc(SECRET_BYTES);
	s->n = 0;
	return s->p ? ST_OK : err_set(why, ST_BROKEN, "memory", "no guarded memory for a secret");
}

struct str secret_str(const struct secret *s)
{
	return (struct str){ s->p ? s->p : "", s->n };
}

static enum status finish(struct secret *s, struct err *why)
{
	if (s->n && s->p[s->n - 1] == '\r')
		s->n--;
	return s->n ? ST_OK : err_set(why, ST_BAD_INPUT, "secret-empty", "nothing was given");
}

enum status secret_read_fd(struct secret *s, int fd, struct err *why)
{
	enum status st = secret_start(s, why);

	while (st == ST_OK) {
		char c;
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(why, ST_BROKEN, "secret-read", "descriptor %d: %s", fd,
				       strerror(errno));
		if (n == 0 || c == '\n')
			return finish(s, why);
		if (s->n == SECRET_BYTES)
			return err_set(why, ST_BAD_INPUT, "secret-long", "at most %d bytes",
				       SECRET_BYTES);
		s->p[s->n++] = c;
	}
	return st;
}

/* --- The terminal ------------------------------------------------------------ */

struct prompt {
	int tty;
	int signals; /* signalfd */
	sigset_t blocked, before;
	struct termios cooked;
};

static void say(int fd, const char *text)
{
	ssize_t n = write(fd, text, strlen(text));

	(void)n;
}

static enum status prompt_open(struct prompt *p, struct err *why)
{
	p->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (p->tty < 0 || tcgetattr(p->tty, &p->cooked)) {
		if (p->tty >= 0)
			close(p->tty);
		return err_set(why, ST_REFUSED, "terminal-none",
			       "there is no terminal to ask at; give a descriptor instead");
	}
	sigemptyset(&p->blocked);
	sigaddset(&p->blocked, SIGINT);
	sigaddset(&p->blocked, SIGQUIT);
	sigaddset(&p->blocked, SIGTERM);
	sigaddset(&p->blocked, SIGHUP);
	sigaddset(&p->blocked, SIGTSTP);
	sigprocmask(SIG_BLOCK, &p->blocked, &p->before);
	p->signals = signalfd(-1, &p->blocked, SFD_CLOEXEC);
	return ST_OK;
}

static void echo(struct prompt *p, bool on)
{
	struct termios t = p->cooked;

	if (!on)
		t.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	tcsetattr(p->tty, TCSAFLUSH, &t);
}

static void prompt_close(struct prompt *p)
{
	echo(p, true);
	say(p->tty, "\n");
	if (p->signals >= 0)
		close(p->signals);
	sigprocmask(SIG_SETMASK, &p->before, NULL);
	close(p->tty);
}

/* Which signal came, 0 for none. */
static int signal_came(struct prompt *p)
{
	struct signalfd_siginfo i;

	return read(p->signals, &i, sizeof(i)) == (ssize_t)sizeof(i) ? (int)i.ssi_signo : 0;
}

/* The terminal is put right before the signal does its work. */
static void pass_on(struct prompt *p, int sig)
{
	echo(p, true);
	say(p->tty, "\n");
	sigprocmask(SIG_SETMASK, &p->before, NULL);
	raise(sig);
	sigprocmask(SIG_BLOCK, &p->blocked, NULL);
}

/* ST_RETRY: ask again, the program was stopped and went on. */
static enum status await_line(struct prompt *p, struct secret *s, struct err *why)
{
	struct pollfd f[] = { { p->tty, POLLIN, 0 }, { p->signals, POLLIN, 0 } };
	int sig;

	while (poll(f, 2, -1) < 0)
		if (errno != EINTR)
			return err_set(why, ST_BROKEN, "secret-read", "%s", strerror(errno));
	if (!(f[1].revents & POLLIN))
		return secret_read_fd(s, p->tty, why);
	sig = signal_came(p);
	pass_on(p, sig);
	if (sig == SIGTSTP)
		return ST_RETRY;
	return err_set(why, ST_REFUSED, "interrupted", "interrupted");
}

enum status secret_read_tty(struct secret *s, const char *prompt, struct err *why)
{
	struct prompt p = { .tty = -1, .signals = -1 };
	enum status st = secret_start(s, why);

	if (st == ST_OK)
		st = prompt_open(&p, why);
	if (st != ST_OK)
		return st;
	do {
		echo(&p, false);
		say(p.tty, prompt);
		st = await_line(&p, s, why);
	} while (st == ST_RETRY);
	prompt_close(&p);
	return st;
}

/* --- A new passphrase --------------------------------------------------------- */

enum status secret_make_words(struct secret *s, const struct rng *rng, struct err *why)
{
	enum status st = secret_start(s, why);

	if (st != ST_OK)
		return st;
	spoken_draw(s->p, rng);
	s->n = strlen(s->p);
	return ST_OK;
}
