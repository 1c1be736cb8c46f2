/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "central/background.h"
#include "central/backup.h"
#include "central/command.h"
#include "central/compact.h"
#include "central/demo.h"
#include "central/http.h"
#include "central/import_report.h"
#include "central/logstats.h"
#include "central/serving.h"
#include "central/snapshot_report.h"
#include "wire/json.h"

#include "base/banned.h"

/* The leak checker looks at the program as a debugger does. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

enum { TICK_MS = 200 };

static void put_error(const char *text)
{
	fputs(text, stderr);
}

static void put_line(const char *text)
{
	fputs(text, stdout);
}

/* --- Verbs --------------------------------------------------------------------- */

/* Where case types and queues come from when --conf is not given. */
static const char *conf_folder(const struct command *c)
{
	static const char *const places[] = { SLUSS_PREFIX "/share/sluss/casetypes",
					      "conf/casetypes" };
	const char *given = option(c, "--conf", getenv("SLUSS_CONF"));

	for (size_t i = 0; !given && i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], R_OK) == 0)
			given = places[i];
	return given ? given : places[0];
}

static int verb_init(struct command *c)
{
	struct central_env env = command_env();
	struct err why = ERR_INIT;
	enum status st = central_init_dir(c->word[1], option(c, "--name", "Exempelköping"),
					  conf_folder(c), &env, &why);

	if (st != ST_OK)
		return command_fail(c, st, &why);
	printf("%s: a new central; next: officer add, invite, serve\n", c->word[1]);
	return EXIT_DONE;
}

/* Until SIGTERM or SIGINT; between them the front is ticked. */
static void run_until_told(struct http *front)
{
	struct err why = ERR_INIT;
	struct pollfd p = { .events = POLLIN };
	sigset_t stop;
	int n;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	p.fd = signalfd(-1, &stop, SFD_CLOEXEC);
	while ((n = poll(&p, 1, TICK_MS)) == 0 || (n < 0 && errno == EINTR)) {
		err_clear(&why);
		if (http_tick(front, &why) != ST_OK)
			fprintf(stderr, "sluss-central: %s (%s)\n", why.text, why.code);
	}
	close(p.fd);
}

static void serve_until_told(struct http *front, const char *dir)
{
	struct background *b = background_start(dir, put_error);

	run_until_told(front);
	background_stop(b);
}

static void block_signals(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Who started it waits for this line; one that nobody can read would leave a
 * central behind that nobody knows the port of. */
static enum status announce(const struct http *front, struct err *why)
{
	if (printf("listening on %s\n", http_url(front)) < 0 || fflush(stdout))
		return err_set(why, ST_BROKEN, "output",
			       "standard output cannot be written, so nobody can be told the "
			       "address: %s",
			       strerror(errno));
	return ST_OK;
}

static int verb_serve(struct command *c)
{
	struct central_env env = command_env();
	struct http *front = http_new();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int serving = -1, code = EXIT_FAIL;
	enum status st;

	env.accept_restore = has_option(c, "--accept-restore");
	env.woke = http_woke;
	env.ctx = front;
	block_signals();
	st = serving_begin(&serving, c->word[1], clock_wall(&env.clock), &why);
	if (st != ST_OK)
		code = command_fail(c, st, &why);
	else if (front)
		code = command_open(c, c->word[1], &env, &central);
	if (code == EXIT_DONE) {
		st = http_start(front, central, option(c, "--listen", "127.0.0.1:8420"), &why);
		if (st == ST_OK)
			serving_at(serving, http_url(front));
		if (st == ST_OK)
			st = announce(front, &why);
		if (st == ST_OK)
			serve_until_told(front, c->word[1]);
		else
			code = command_fail(c, st, &why);
	}
	http_stop(front);
	central_close(central);
	serving_end(serving);
	return code;
}

struct faults_told {
	bool json;
	bool untold; /* some fault does not say itself what mends it */
};

static void say_fault(void *ctx, const struct central_fault *f)
{
	struct faults_told *t = ctx;
	struct strbuf line = STRBUF_INIT;
	struct jsonw w;

	t->untold = t->untold || !f->cured;
	if (t->json) {
		jsonw_init(&w, &line);
		jsonw_map(&w);
		jsonw_kv(&w, "fault", f->text);
		jsonw_kv(&w, "case", f->case_id);
		jsonw_kv_int(&w, "n", f->n);
		jsonw_kv_int(&w, "seq", f->seq);
		jsonw_end_map(&w);
		puts(strbuf_cstr(&line));
	} else {
		printf("FAULT case %s entry %" PRId64 " seq %" PRId64 ": %s\n",
		       f->case_id[0] ? f->case_id : "-", f->n, f->seq, f->text);
	}
	strbuf_release(&line);
}

static void say_findings(const struct central_findings *f, bool json)
{
	if (json)
		printf("{\"cases\":%" PRId64 ",\"entries\":%" PRId64 ",\"documents\":%" PRId64
		       ",\"acknowledgements\":%" PRId64 ",\"faults\":%" PRId64 "}\n",
		       f->cases, f->entries, f->documents, f->acknowledgements, f->faults);
	else
		printf("%s: %" PRId64 " cases, %" PRId64 " entries, %" PRId64 " documents, %" PRId64
		       " acknowledgements; %" PRId64 " faults\n",
		       f->faults ? "DOES NOT HOLD" : "holds", f->cases, f->entries, f->documents,
		       f->acknowledgements, f->faults);
}

/* What is named may be a backup: then it is held against its manifest too. 0:
 * it is a central, or a backup that can be looked into. */
static int verify_backup(const struct command *c, const char *folder)
{
	struct backup_facts facts;
	struct err why = ERR_INIT;
	bool older = false;
	enum status st = backup_check(folder, &facts, &older, &why);

	if (st == ST_NONE)
		return EXIT_DONE;
	if (st == ST_OK && !older)
		return EXIT_DONE;
	if (st == ST_OK) {
		fprintf(stderr,
			"sluss-central verify: %s: was made by an earlier release; its files are "
			"whole. Restore it into an empty folder and verify that\n",
			folder);
		return EXIT_FAIL;
	}
	(void)command_fail(c, st, &why);
	return EXIT_VERIFY;
}

static int verb_verify(struct command *c)
{
	struct central_env env = command_env();
	struct central *central = NULL;
	struct central_findings found;
	struct err why = ERR_INIT;
	struct faults_told told = { .json = has_option(c, "--json") };
	int code = EXIT_DONE;
	enum status st;

	env.look_only = true;
	code = verify_backup(c, c->word[1]);
	if (code != EXIT_DONE)
		return code;
	st = central_open(&central, c->word[1], &env, &why);
	if (st == ST_OK)
		st = central_verify(central, &found, say_fault, &told, &why);
	if (st != ST_OK)
		code = command_fail(c, st, &why);
	else
		say_findings(&found, told.json);
	fflush(stdout); /* into one file each line stays whole */
	if (st == ST_OK && told.untold)
		fputs("what to do: keep the folder as it is, and find out who could write in it; the "
		      "newest backup\nthat holds (sluss-central verify FOLDER) can be put in its place: "
		      "sluss-central restore\n",
		      stderr);
	central_close(central);
	return st == ST_OK && found.faults ? EXIT_VERIFY : code;
}

/* --- Backups -------------------------------------------------------------------- */

static void say_progress(void *ctx, int done, int total)
{
	(void)ctx;
	fprintf(stderr, "\r%d/%d", done, total);
	if (done == total)
		fputc('\n', stderr);
}

static int verb_backup(struct command *c)
{
	const struct db_watch watch = { .told = say_progress };
	struct central *central = NULL;
	struct backup_facts f = { .size = 0 };
	struct err why = ERR_INIT;
	char at[INSTANT_TEXT];
	enum status st;
	int code;

	code = command_look(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = central_backup(central, c->word[2], isatty(STDERR_FILENO) ? &watch : NULL, &f, &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	instant_format(at, f.at);
	printf("%s: %" PRId64 " entries of %s, epoch %s; whole, and held against its manifest\n",
	       c->word[2], f.size, at, f.epoch);
	return EXIT_DONE;
}

static int verb_reindex(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_change(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_reindex(central, &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "%s: the words by which cases are found are made anew\n", c->word[1]);
	return EXIT_DONE;
}

static int verb_snapshot(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_look(c, c->word[1], &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = snapshot_report(central, option(c, "--scope", ""), put_line, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

static int verb_compact(struct command *c)
{
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int64_t days, dropped = 0;
	enum status st;
	int code;

	if (!option_number(c, "--days", COMPACT_DAYS, 0, 36500, &days))
		return EXIT_USAGE;
	code = command_change(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = feed_compact(central, central_now(central) - days * 24 * 60 * 60 * 1000, &dropped,
			  &why);
	central_close(central);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "%lld rows of the feeds dropped\n", (long long)dropped);
	return EXIT_DONE;
}

static int verb_import(struct command *c)
{
	struct central_env env = command_env();
	struct import_report report = { .file = c->word[2],
					.clock = env.clock,
					.watched = isatty(STDERR_FILENO),
					.put = put_error };
	struct import_options o = import_report_begin(&report);
	struct import_counts n = { 0 };
	struct strbuf summary = STRBUF_INIT;
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = command_open(c, c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_import(central, &o, &n, &why);
	central_close(central);
	import_report_end(&report, &summary, &n);
	if (n.lines)
		fputs(strbuf_cstr(&summary), stdout);
	if (st != ST_OK)
		fprintf(stderr, "sluss-central import: %s: %s (%s)\n", o.path, why.text, why.code);
	strbuf_release(&summary);
	return st != ST_OK || n.refused ? EXIT_FAIL : EXIT_DONE;
}

/* Every --at is an instant; what is none is the user's to mend. */
static bool read_instants(const struct command *c, struct logstats_question *q)
{
	for (int i = 0; i < c->options; i++) {
		if (!str_eq(c->option[i].name, "--at"))
			continue;
		if (q->at_count == LOGSTATS_AT_MAX) {
			fprintf(stderr, "sluss-central: --at can be given %d times\n",
				LOGSTATS_AT_MAX);
			return false;
		}
		q->at[q->at_count].written = c->option[i].value;
		if (!instant_parse(&q->at[q->at_count++].ms, str_of(c->option[i].value))) {
			fputs("sluss-central: --at takes a time as 2026-11-23T12:00:00Z\n", stderr);
			return false;
		}
	}
	return true;
}

static int verb_stats(struct command *c)
{
	struct logstats_question q = { .at_count = 0 };
	struct logstats s = LOGSTATS_INIT;
	struct strbuf out = STRBUF_INIT;
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	if (!read_instants(c, &q))
		return EXIT_USAGE;
	code = command_look(c, c->word[1], &central);
	if (code != EXIT_DONE)
		return code;
	st = logstats_read(&s, central, &why);
	if (st == ST_OK)
		st = logstats_count(&s, &why);
	if (st == ST_OK)
		st = has_option(c, "--json") ? logstats_json(&out, &s, &q, &why)
					     : logstats_table(&out, &s, &q, &why);
	if (st == ST_OK)
		printf("%s%s", strbuf_cstr(&out), has_option(c, "--json") ? "\n" : "");
	central_close(central);
	logstats_release(&s);
	strbuf_release(&out);
	return st == ST_OK ? EXIT_DONE : command_fail(c, st, &why);
}

static int verb_demo(struct command *c)
{
	struct clock clock = clock_real();
	struct demo_options o = {
		.dir = c->word[1],
		.now = clock_wall(&clock),
		.progress = isatty(STDERR_FILENO) ? say_progress : NULL,
	};
	struct err why = ERR_INIT;
	int64_t cases, seed;
	enum status st;

	if (!option_number(c, "--cases", 600, 1, 1000000, &cases)
	    || !option_number(c, "--seed", 1, 0, INT64_MAX, &seed))
		return EXIT_USAGE;
	o.cases = (int)cases;
	o.seed = (uint64_t)seed;
	st = central_demo_fill(&o, &why);
	if (st != ST_OK)
		return command_fail(c, st, &why);
	put(c, "%s: %d made-up cases\n", c->word[1], o.cases);
	return EXIT_DONE;
}

/* The order of help. */
static const struct verb verbs[] = {
	{ "init", 2, 2, verb_init, "--name --conf", "init DIR [--name NAME] [--conf FOLDER]" },
	{ "serve", 2, 2, verb_serve, "--listen --accept-restore-",
	  "serve DIR [--listen ADDRESS:PORT] [--accept-restore]" },
	{ "status", 2, 2, verb_status, "", "status DIR" },
	{ "officer", 4, 4, verb_officer, "--name --title --roles --units --clearance",
	  "officer add DIR ID [--name NAME] [--roles LIST] [--units LIST]\n"
	  "                     [--title TITLE] [--clearance 0|1|2]" },
	{ "officers", 2, 2, verb_officers, "", "officers DIR" },
	{ "invite", 3, 3, verb_invite, "", "invite DIR ID" },
	{ "grant", 4, 4, verb_grant, "--reason --until",
	  "grant DIR ID queue:CODE|case:CASE --reason TEXT [--until DAY]" },
	{ "revoke-grant", 4, 4, verb_revoke_grant, "", "revoke-grant DIR ID queue:CODE|case:CASE" },
	{ "grants", 2, 2, verb_grants, "", "grants DIR" },
	{ "devices", 2, 3, verb_devices, "--waiting-", "devices DIR [ID] [--waiting]" },
	{ "approve", 3, 3, verb_approve, "", "approve DIR DEVICE" },
	{ "refuse", 3, 3, verb_approve, "", "refuse DIR DEVICE" },
	{ "revoke", 3, 3, verb_revoke, "--as --through",
	  "revoke DIR DEVICE [--as retired|lost] [--through COUNTER]" },
	{ "erase", 4, 4, verb_erase, "--reason", "erase DIR CASE N --reason TEXT" },
	{ "backup", 3, 3, verb_backup, "", "backup DIR FOLDER" },
	{ "restore", 3, 3, verb_restore, "", "restore FOLDER DIR" },
	{ "accept-restore", 2, 2, verb_accept_restore, "", "accept-restore DIR" },
	{ "verify", 2, 2, verb_verify, "--json-", "verify DIR|FOLDER [--json]" },
	{ "reindex", 2, 2, verb_reindex, "", "reindex DIR" },
	{ "snapshot", 2, 2, verb_snapshot, "--scope", "snapshot DIR [--scope UNIT[:CLASS]]" },
	{ "compact", 2, 2, verb_compact, "--days", "compact DIR [--days N]" },
	{ "import", 3, 3, verb_import, "", "import DIR FILE.ndjson[.gz]" },
	{ "stats", 2, 2, verb_stats, "--json- --at", "stats DIR [--json] [--at INSTANT]..." },
	{ "demo-fill", 2, 2, verb_demo, "--cases --seed", "demo-fill DIR [--cases N] [--seed S]" },
	{ .name = NULL },
};

static const char notes[] = "\n"
			    "roles: officer, decider, registrar, archivist, supervisor, contact\n"
			    "exit:  0 done, 1 failed, 2 wrong use, 10 verification found a fault,\n"
			    "       78 the configuration or the folder does not allow a start\n";

/* Cases are nobody else's on this machine; a core file would hold them, the
 * key and every token. */
static void harden(void)
{
	struct rlimit none = { 0, 0 };

	umask(0077);
	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

int main(int argc, char **argv)
{
	struct command c = { .put = put_line, .say = put_error };

	harden();
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		put_line("sluss-central " SLUSS_VERSION "\n");
		return EXIT_DONE;
	}
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		c.say = put_line;
		command_forms(&c, verbs);
		put_line(notes);
		return EXIT_DONE;
	}
	return command_read(&c, verbs, argc - 1, argv + 1) ? c.verb->run(&c) : EXIT_USAGE;
}
