/* SPDX-License-Identifier: EUPL-1.2 */
/* The central, the network before it, its disk and the workstations' disks. */
#include "tests/chaos/chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { START_MS = 30000, EXIT_CONFIG = 78 };

static void path_of(const struct chaos *c, char path[PATH], const char *name)
{
	snprintf(path, PATH, "%.300s/%s", c->work, name);
}

/* --- The network --------------------------------------------------------- */

static void tell_network(struct chaos *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void tell_network(struct chaos *c, const char *format, ...)
{
	char line[400];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n < 0 || write(c->proxy_in, line, (size_t)n) != n)
		trouble("the network does not obey", line);
}

static void network_start(struct chaos *c)
{
	char program[PATH], seed[32], line[200] = "";
	int in[2], out[2];

	snprintf(program, sizeof(program), "%.480s/faulty", c->tools);
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)c->seed);
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		trouble("no pipe", strerror(errno));
	c->proxy = fork();
	if (c->proxy == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(program, "faulty", "--seed", seed, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	c->proxy_in = in[1];
	c->proxy_out = fdopen(out[0], "r");
	if (!c->proxy_out || !fgets(line, sizeof(line), c->proxy_out)
	    || sscanf(line, "listening on %63s", c->url) != 1)
		trouble("the network did not start", program);
}

/* A network of its own kind for each phase: calm, mixed, or one fault above
 * all others. */
static void network_spoil(struct chaos *c)
{
	static const char *const kinds[] = { "drop",  "cut",  "lose", "tear",
					     "delay", "hold", "slow", "double" };
	enum { FAULTS = sizeof(kinds) / sizeof(kinds[0]) };
	int64_t worst = chance(&c->rng, 2 * FAULTS);
	char line[300] = "rates";
	size_t n = strlen(line);

	for (int64_t k = 0; k < FAULTS; k++) {
		int64_t rate = k == worst ? 100 + chance(&c->rng, 200) : chance(&c->rng, 45);

		if (strcmp(kinds[k], "hold") == 0)
			rate /= 4;
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s=%lld", kinds[k],
				      (long long)rate);
	}
	tell_network(c, "%s\n", line);
}

void centre_stats(struct chaos *c, char *text, size_t size, long *faults)
{
	char line[400] = "";
	const char *at;

	tell_network(c, "stats\n");
	if (!fgets(line, sizeof(line), c->proxy_out) || strncmp(line, "stats ", 6) != 0)
		trouble("the network does not answer", line);
	line[strcspn(line, "\n")] = '\0';
	snprintf(text, size, "%s", line + 6);
	*faults = 0;
	for (at = strstr(line, " drop="); at; at = strchr(at + 1, ' '))
		*faults += strtol(strchr(at, '=') + 1, NULL, 10);
}

/* --- The central --------------------------------------------------------- */

int centre_run(struct chaos *c, const char *const words[], const char *out)
{
	char program[PATH], err[PATH];
	struct run r = { .out = out, .err = err };
	int n = 0;

	snprintf(program, sizeof(program), "%.480s/sluss-central", c->bin);
	path_of(c, err, "central.err");
	r.argv[n++] = program;
	while (words[n - 1] && n < ARGS - 1) {
		r.argv[n] = words[n - 1];
		n++;
	}
	return process_run(&r);
}

/* Read "listening on http://127.0.0.1:PORT"; 0: it ended, or is too slow. */
static int read_port(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char line[200];
	size_t n = 0;
	unsigned port = 0;

	while (n < sizeof(line) - 1 && poll(&p, 1, START_MS) > 0) {
		ssize_t k = read(fd, line + n, sizeof(line) - 1 - n);

		if (k <= 0)
			break;
		n += (size_t)k;
		line[n] = '\0';
		if (strchr(line, '\n')) {
			(void)sscanf(line, "listening on http://127.0.0.1:%u", &port);
			break;
		}
	}
	return (int)port;
}

static int central_start(struct chaos *c, bool accept_restore)
{
	char program[PATH], fifo[PATH], err[PATH];
	struct run r = { .out = fifo, .err = err };
	int fd, status = 0;

	snprintf(program, sizeof(program), "%.480s/sluss-central", c->bin);
	path_of(c, fifo, "central.fifo");
	path_of(c, err, "central.serve");
	r.argv[0] = program;
	r.argv[1] = "serve";
	r.argv[2] = c->folder;
	r.argv[3] = "--listen";
	r.argv[4] = "127.0.0.1:0";
	r.argv[5] = accept_restore ? "--accept-restore" : NULL;
	unlink(fifo);
	if (mkfifo(fifo, 0600) != 0)
		trouble("no pipe for the central", fifo);
	/* Open for both, so that neither side waits for the other. */
	fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	job_start(c, &c->server, &r);
	c->port = read_port(fd);
	close(fd);
	if (c->port == 0) {
		kill(c->server.pid, SIGKILL);
		waitpid(c->server.pid, &status, 0);
		c->server.pid = 0;
		c->central = CENTRAL_DOWN;
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	c->central = CENTRAL_UP;
	tell_network(c, "upstream %d\n", c->port);
	return 0;
}

void centre_start(struct chaos *c)
{
	if (central_start(c, false) != 0)
		trouble("the central does not start", c->folder);
}

/* It is down, and its time has come. Without room it may not start: then later. */
static void central_start_again(struct chaos *c)
{
	int code = central_start(c, false);
	struct strbuf said = STRBUF_INIT;
	char err[PATH];

	if (code == 0)
		return;
	path_of(c, err, "central.serve");
	file_read(&said, err);
	say(c, "the central did not start (%d): %.300s", code, strbuf_cstr(&said));
	if (c->free_at[OFFICERS] == NEVER_MS)
		trouble("the central does not start", strbuf_cstr(&said));
	strbuf_release(&said);
	c->wake_at = now_ms(c) + 500;
}

static void central_kill(struct chaos *c)
{
	int status;

	if (c->central == CENTRAL_DOWN)
		return;
	kill(c->server.pid, SIGKILL);
	waitpid(c->server.pid, &status, 0);
	c->server.pid = 0;
	c->central = CENTRAL_DOWN;
}

void centre_ended(struct chaos *c)
{
	say(c, "the central ended by itself; see central.serve");
	c->server.pid = 0;
	c->central = CENTRAL_DOWN;
	c->wake_at = now_ms(c) + 200;
}

void centre_stop(struct chaos *c)
{
	int status;

	if (c->central == CENTRAL_DOWN)
		return;
	kill(c->server.pid, SIGCONT);
	kill(c->server.pid, SIGTERM);
	waitpid(c->server.pid, &status, 0);
	c->server.pid = 0;
	c->central = CENTRAL_DOWN;
}

/* --- Copies and restores ------------------------------------------------- */

static int sqlite(struct chaos *c, const char *db, const char *sql, const char *out)
{
	char err[PATH];
	struct run r = { .argv = { "sqlite3", "-batch", "-cmd", ".timeout 10000", db, sql },
			 .out = out,
			 .err = err };

	path_of(c, err, "sqlite.err");
	return process_run(&r);
}

void centre_copy(struct chaos *c)
{
	char db[PATH], command[PATH + 20], fresh[PATH];

	if (c->central == CENTRAL_STOPPED)
		return;
	snprintf(db, sizeof(db), "%.480s/central.db", c->folder);
	path_of(c, fresh, "copy.new");
	unlink(fresh);
	snprintf(command, sizeof(command), ".backup '%.480s'", fresh);
	if (sqlite(c, db, command, NULL) != 0 || rename(fresh, c->copy) != 0) {
		say(c, "no copy could be taken now");
		return;
	}
	c->n.copies++;
}

static void put_back(struct chaos *c)
{
	char path[PATH];
	struct run r = { .argv = { "cp", c->copy, path } };

	snprintf(path, sizeof(path), "%.480s/central.db-wal", c->folder);
	unlink(path);
	snprintf(path, sizeof(path), "%.480s/central.db-shm", c->folder);
	unlink(path);
	snprintf(path, sizeof(path), "%.480s/central.db", c->folder);
	if (process_run(&r) != 0)
		trouble("the copy cannot be put back", path);
}

static void free_disk(struct chaos *c, int which)
{
	disk_free(which == OFFICERS ? c->folder : c->officer[which].home);
	c->free_at[which] = NEVER_MS;
}

/* The copy in place of the database. A central that has lost something must
 * say so before it is told to go on. */
static void restore(struct chaos *c)
{
	int64_t head = centre_head(c), back;
	int code;

	if (c->free_at[OFFICERS] != NEVER_MS)
		free_disk(c, OFFICERS);
	central_kill(c);
	c->wake_at = NEVER_MS;
	put_back(c);
	back = centre_head(c);
	code = central_start(c, false);
	if (back < head && code != EXIT_CONFIG) {
		say(c, "VIOLATION restore: the central lost %lld entries and started (%d)",
		    (long long)(head - back), code);
		c->n.violations++;
	}
	if (code != 0 && central_start(c, true) != 0)
		trouble("the restored central does not start", c->folder);
	say(c, "restored: the log went back from %lld to %lld", (long long)head, (long long)back);
	c->n.restores++;
	c->restored = true;
}

int64_t centre_head(struct chaos *c)
{
	struct strbuf text = STRBUF_INIT;
	char db[PATH], out[PATH];
	int64_t head = -1;

	snprintf(db, sizeof(db), "%.480s/central.db", c->folder);
	path_of(c, out, "head.out");
	if (sqlite(c, db,
		   "SELECT seq, (SELECT epoch FROM epoch ORDER BY at DESC LIMIT 1) FROM feed_head",
		   out)
		    == 0
	    && file_read(&text, out))
		(void)sscanf(strbuf_cstr(&text), "%" SCNd64 "|%39s", &head, c->epoch);
	strbuf_release(&text);
	return head;
}

/* --- Events -------------------------------------------------------------- */

static void plan(struct chaos *c, int64_t at, enum event_kind kind)
{
	if (c->event_count < EVENTS_MAX)
		c->events[c->event_count++] = (struct event){ at, kind };
}

static void plan_some(struct chaos *c, int64_t from, int64_t to, enum event_kind kind, int64_t most)
{
	for (int64_t n = chance(&c->rng, most + 1); n > 0; n--)
		plan(c, from + chance(&c->rng, to - from), kind);
}

void centre_plan(struct chaos *c, int64_t from, int64_t to)
{
	int64_t half = from + (to - from) / 2;

	c->event_count = 0;
	network_spoil(c);
	plan_some(c, from, to, EVENT_KILL, 3);
	plan_some(c, from, to, EVENT_STOP, 2);
	plan_some(c, from, to, EVENT_FILL, 3);
	if (c->small_central)
		plan_some(c, from, to, EVENT_FILL_CENTRAL, 1);
	plan_some(c, from, to, EVENT_INTAKE, 2);
	plan_some(c, from, to, EVENT_WINDOW, 6);
	plan_some(c, from, to, EVENT_CACHE, 2);
	plan_some(c, from, to, EVENT_RIGHTS, 1);
	plan_some(c, from, half, EVENT_COPY_HOME, 3);
	if (c->n.rounds % 2 == 1)
		plan_some(c, half, to, EVENT_RESTORE_HOME, 3);
	/* The second phase of a run has a restore, and every third after it;
	 * some go back to a copy of an earlier phase. */
	if (chance(&c->rng, 3))
		plan(c, from + chance(&c->rng, (half - from) / 2), EVENT_COPY);
	if (c->n.rounds % 3 == 1)
		plan(c, half + chance(&c->rng, to - half), EVENT_RESTORE);
}

static void fill_one(struct chaos *c, int which, const char *folder, long *count)
{
	if (c->free_at[which] != NEVER_MS)
		return;
	disk_fill(folder);
	c->free_at[which] = now_ms(c) + 500 + chance(&c->rng, 4000);
	(*count)++;
}

static void fill_some(struct chaos *c)
{
	int which = OFFICERS - 1 - (int)chance(&c->rng, 2);

	if (c->officer[which].small)
		fill_one(c, which, c->officer[which].home, &c->n.full_client);
}

static void happen(struct chaos *c, enum event_kind kind)
{
	switch (kind) {
	case EVENT_KILL:
		if (c->central == CENTRAL_DOWN)
			return;
		central_kill(c);
		c->n.kills_central++;
		c->wake_at = now_ms(c) + chance(&c->rng, 2000);
		return;
	case EVENT_STOP:
		if (c->central != CENTRAL_UP)
			return;
		kill(c->server.pid, SIGSTOP);
		c->central = CENTRAL_STOPPED;
		c->n.stops_central++;
		c->wake_at = now_ms(c) + 200 + chance(&c->rng, 4000);
		return;
	case EVENT_COPY:
		centre_copy(c);
		return;
	case EVENT_RESTORE:
		restore(c);
		return;
	case EVENT_FILL:
		fill_some(c);
		return;
	case EVENT_FILL_CENTRAL:
		fill_one(c, OFFICERS, c->folder, &c->n.full_central);
		return;
	case EVENT_INTAKE:
		intake_one(c);
		return;
	case EVENT_RIGHTS:
		harm_rights(c);
		return;
	case EVENT_WINDOW:
		window_change(c, &c->officer[chance(&c->rng, 4)]);
		return;
	case EVENT_CACHE:
	case EVENT_COPY_HOME:
	case EVENT_RESTORE_HOME:
		harm_plan(c, kind);
		return;
	case EVENT_NONE:
		return;
	}
}

static void wake(struct chaos *c)
{
	c->wake_at = NEVER_MS;
	if (c->central == CENTRAL_DOWN)
		central_start_again(c);
	if (c->central == CENTRAL_STOPPED) {
		kill(c->server.pid, SIGCONT);
		c->central = CENTRAL_UP;
	}
}

int64_t centre_next(const struct chaos *c, int64_t sooner)
{
	const struct job timers = {
		.pid = 1, .kill_at = c->wake_at, .stop_at = NEVER_MS, .cont_at = NEVER_MS
	};

	sooner = job_next(&timers, sooner);
	for (int i = 0; i <= OFFICERS; i++)
		if (c->free_at[i] != NEVER_MS && c->free_at[i] < sooner)
			sooner = c->free_at[i];
	for (int i = 0; i < c->event_count; i++)
		if (c->events[i].at != NEVER_MS && c->events[i].at < sooner)
			sooner = c->events[i].at;
	return sooner;
}

void centre_due(struct chaos *c)
{
	for (int i = 0; i <= OFFICERS; i++)
		if (c->free_at[i] != NEVER_MS && now_ms(c) >= c->free_at[i])
			free_disk(c, i);
	if (c->wake_at != NEVER_MS && now_ms(c) >= c->wake_at)
		wake(c);
	for (int i = 0; i < c->event_count; i++)
		if (c->events[i].at != NEVER_MS && now_ms(c) >= c->events[i].at) {
			c->events[i].at = NEVER_MS;
			happen(c, c->events[i].kind);
		}
}

void centre_heal(struct chaos *c)
{
	c->event_count = 0;
	for (int i = 0; i <= OFFICERS; i++)
		if (c->free_at[i] != NEVER_MS)
			free_disk(c, i);
	if (c->central != CENTRAL_UP)
		wake(c);
	tell_network(c, "heal\n");
}

/* --- Beginning ----------------------------------------------------------- */

void centre_prepare(struct chaos *c)
{
	const char *init[] = { "init", c->folder, "--name", "Exempelköping", NULL };

	for (int i = 0; i <= OFFICERS; i++)
		c->free_at[i] = NEVER_MS;
	c->wake_at = NEVER_MS;
	if (centre_run(c, init, NULL) != 0)
		trouble("the central cannot be made", c->folder);
	network_start(c);
	centre_start(c);
}

int centre_officer(struct chaos *c, const char *id, const char *units)
{
	char name[40];
	const char *add[] = { "officer", "add", c->folder, id,
			      "--name",	 name,	"--roles", "officer,decider,registrar,supervisor",
			      "--units", units, NULL };

	snprintf(name, sizeof(name), "Handläggare %s", id);
	return centre_run(c, add, NULL);
}
