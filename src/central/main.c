/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
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
#include "central/central.h"
#include "central/demo.h"
#include "central/http.h"
#include "central/import_report.h"
#include "central/logstats.h"
#include "central/snapshot_report.h"
#include "domain/calendar.h"
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

/* Exit codes: 78 tells systemd that starting again will not help. */
enum { EXIT_DONE = 0, EXIT_FAIL = 1, EXIT_USAGE = 2, EXIT_VERIFY = 10, EXIT_CONF = 78 };
enum { TICK_MS = 200, OPTIONS = LOGSTATS_AT_MAX + 4, WORDS = 4 };

static const char usage[] =
	"usage: sluss-central init DIR [--name NAME] [--conf FOLDER]\n"
	"       sluss-central serve DIR [--listen ADDRESS:PORT] [--accept-restore]\n"
	"       sluss-central officer add DIR ID --name NAME --roles LIST [--units LIST]\n"
	"                     [--title TITLE] [--clearance 0|1|2]\n"
	"       sluss-central invite DIR ID\n"
	"       sluss-central grant DIR ID queue:CODE|case:CASE --reason TEXT [--until DAY]\n"
	"       sluss-central revoke-grant DIR ID queue:CODE|case:CASE\n"
	"       sluss-central grants DIR\n"
	"       sluss-central devices DIR\n"
	"       sluss-central approve DIR DEVICE\n"
	"       sluss-central refuse DIR DEVICE\n"
	"       sluss-central revoke DIR DEVICE [--as retired|lost] [--through CTR]\n"
	"       sluss-central erase DIR CASE N --reason TEXT\n"
	"       sluss-central backup DIR FOLDER\n"
	"       sluss-central restore FOLDER DIR\n"
	"       sluss-central verify DIR|FOLDER [--json]\n"
	"       sluss-central reindex DIR\n"
	"       sluss-central snapshot DIR [--scope UNIT[:CLASS]]\n"
	"       sluss-central import DIR FILE.ndjson[.gz]\n"
	"       sluss-central stats DIR [--json] [--at INSTANT]...\n"
	"       sluss-central demo-fill DIR [--cases N] [--seed S]\n"
	"       sluss-central --help | --version\n"
	"\n"
	"roles: officer, decider, registrar, archivist, supervisor, contact\n"
	"exit:  0 done, 1 failed, 2 wrong use, 10 verification found a fault,\n"
	"       78 the configuration or the folder does not allow a start\n";

/* The command line, cut into words and --options with their values. */
struct command {
	int words;
	const char *word[WORDS];
	int options;
	struct {
		const char *name, *value;
	} option[OPTIONS];
};

static bool is_switch(const char *name)
{
	return strcmp(name, "--json") == 0 || strcmp(name, "--accept-restore") == 0;
}

static bool read_command(struct command *c, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0) {
			if (c->words == WORDS)
				return false;
			c->word[c->words++] = argv[i];
			continue;
		}
		if (c->options == OPTIONS)
			return false;
		c->option[c->options].name = argv[i];
		c->option[c->options].value = "";
		if (!is_switch(argv[i])) {
			if (++i == argc)
				return false;
			c->option[c->options].value = argv[i];
		}
		c->options++;
	}
	return true;
}

static const char *option(const struct command *c, const char *name, const char *otherwise)
{
	for (int i = 0; i < c->options; i++)
		if (strcmp(c->option[i].name, name) == 0)
			return c->option[i].value;
	return otherwise;
}

static bool has(const struct command *c, const char *name)
{
	return option(c, name, NULL) != NULL;
}

static int fail(const char *verb, enum status st, const struct err *why)
{
	fprintf(stderr, "sluss-central %s: %s (%s)\n", verb, why->text, why->code);
	if (strcmp(why->code, "history-lost") == 0 || strncmp(why->code, "conf", 4) == 0
	    || strcmp(why->code, "key-file") == 0 || strcmp(why->code, "newer-version") == 0
	    || strcmp(why->code, "listen-address") == 0 || strcmp(why->code, "is-backup") == 0)
		return EXIT_CONF;
	return st == ST_BAD_INPUT ? EXIT_USAGE : EXIT_FAIL;
}

static struct central_env real_env(void)
{
	return (struct central_env){ .clock = clock_real(), .rng = rng_real() };
}

/* Open the folder; what keeps it from opening is said, and its exit code
 * given. 0: open. What conf says wrong is no wrong use of the command. */
static int open_for(const char *verb, const char *dir, const struct central_env *env,
		    struct central **c)
{
	struct err why = ERR_INIT;
	enum status st = central_open(c, dir, env, &why);
	int code;

	if (st == ST_OK)
		return EXIT_DONE;
	code = fail(verb, st, &why);
	return code == EXIT_USAGE ? EXIT_CONF : code;
}

/* A whole number from low to high, or the usage. */
static bool number(const struct command *c, const char *name, int64_t otherwise, int64_t low,
		   int64_t high, int64_t *out)
{
	const char *text = option(c, name, NULL);
	char *end;

	*out = otherwise;
	if (!text)
		return true;
	*out = strtoll(text, &end, 10);
	if (*text && !*end && *out >= low && *out <= high)
		return true;
	fprintf(stderr, "sluss-central: %s takes a number from %" PRId64 " to %" PRId64 "\n", name,
		low, high);
	return false;
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

static int verb_init(const struct command *c)
{
	struct central_env env = real_env();
	struct err why = ERR_INIT;
	enum status st = central_init_dir(c->word[1], option(c, "--name", "Exempelköping"),
					  conf_folder(c), &env, &why);

	if (st != ST_OK)
		return fail("init", st, &why);
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

static void put_error(const char *text)
{
	fputs(text, stderr);
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

static int verb_serve(const struct command *c)
{
	struct central_env env = real_env();
	struct http *front = http_new();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	env.accept_restore = has(c, "--accept-restore");
	env.woke = http_woke;
	env.ctx = front;
	block_signals();
	code = front ? open_for("serve", c->word[1], &env, &central) : EXIT_FAIL;
	if (code == EXIT_DONE) {
		st = http_start(front, central, option(c, "--listen", "127.0.0.1:8420"), &why);
		if (st == ST_OK)
			st = announce(front, &why);
		if (st == ST_OK)
			serve_until_told(front, c->word[1]);
		else
			code = fail("serve", st, &why);
	}
	http_stop(front);
	central_close(central);
	return code;
}

static int verb_officer(const struct command *c)
{
	struct central_officer o = {
		.id = c->word[3],
		.name = option(c, "--name", ""),
		.title = option(c, "--title", ""),
		.roles = option(c, "--roles", ""),
		.units = option(c, "--units", ""),
	};
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int64_t clearance;
	enum status st;
	int code;

	if (!number(c, "--clearance", 0, 0, 2, &clearance))
		return EXIT_USAGE;
	o.clearance = (int)clearance;
	code = open_for("officer", c->word[2], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = central_add_officer(central, &o, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("officer", st, &why);
}

/* Who gives a command here: the name of the login, or its number. */
static void operator_name(char out[64])
{
	const struct passwd *p = getpwuid(getuid());

	if (p && p->pw_name[0])
		snprintf(out, 64, "%s", p->pw_name);
	else
		snprintf(out, 64, "uid %ld", (long)getuid());
}

/* The last day of a grant goes to its end. */
static bool last_day(const struct command *c, int64_t *until)
{
	const char *text = option(c, "--until", NULL);
	struct day d;

	*until = 0;
	if (!text)
		return true;
	if (day_parse(&d, str_of(text))) {
		*until = stockholm_midnight(day_add(d, 1));
		return true;
	}
	fputs("sluss-central: --until takes a day as YYYY-MM-DD\n", stderr);
	return false;
}

static int change_grant(const struct command *c,
			enum status (*change)(struct central *central,
					      const struct central_grant *g, struct err *why))
{
	char by[64];
	struct central_grant g = { .officer = c->word[2],
				   .of = c->word[3],
				   .by = by,
				   .reason = option(c, "--reason", "") };
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	operator_name(by);
	if (!last_day(c, &g.until))
		return EXIT_USAGE;
	code = open_for(c->word[0], c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = change(central, &g, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail(c->word[0], st, &why);
}

static int verb_grant(const struct command *c)
{
	return change_grant(c, central_grant);
}

static int verb_revoke_grant(const struct command *c)
{
	return change_grant(c, central_revoke_grant);
}

/* A tab between, and - where nothing stands: for scripts as well. */
static void say_grant(void *ctx, const struct central_grant *g)
{
	char at[INSTANT_TEXT], until[INSTANT_TEXT] = "-", ended[INSTANT_TEXT] = "-";

	(void)ctx;
	instant_format(at, g->at);
	if (g->until)
		instant_format(until, g->until);
	if (g->ended_at)
		instant_format(ended, g->ended_at);
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", g->stands ? "stands" : "ended", g->officer,
	       g->of, at, until, g->by, ended, g->ended_by[0] ? g->ended_by : "-", g->reason);
}

static int verb_grants(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("grants", c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_grants(central, say_grant, NULL, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("grants", st, &why);
}

static int verb_invite(const struct command *c)
{
	char text[INVITATION_TEXT];
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("invite", c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_invite(central, c->word[2], text, &why);
	central_close(central);
	if (st != ST_OK)
		return fail("invite", st, &why);
	puts(text);
	explicit_bzero(text, sizeof(text));
	return EXIT_DONE;
}

static void say_waiting(void *ctx, const struct central_waiting *w)
{
	(void)ctx;
	printf("%s\t%s\t%s\t%s\n", w->dev, w->officer, w->name, w->words);
}

static int verb_devices(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("devices", c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_waiting(central, say_waiting, NULL, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("devices", st, &why);
}

static int verb_approve(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for(c->word[0], c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_approve(central, c->word[2], strcmp(c->word[0], "approve") == 0, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail(c->word[0], st, &why);
}

static int verb_revoke(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int64_t through;
	enum status st;
	int code;

	if (!number(c, "--through", 0, 0, INT64_MAX, &through))
		return EXIT_USAGE;
	code = open_for("revoke", c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = central_revoke(central, c->word[2], option(c, "--as", "lost"), through, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("revoke", st, &why);
}

static int verb_erase(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("erase", c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_erase(central, c->word[2], strtoll(c->word[3], NULL, 10),
			   option(c, "--reason", ""), &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("erase", st, &why);
}

static void say_fault(void *ctx, const struct central_fault *f)
{
	const bool *json = ctx;
	struct strbuf line = STRBUF_INIT;
	struct jsonw w;

	if (*json) {
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
static int verify_backup(const char *folder)
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
	(void)fail("verify", st, &why);
	return EXIT_VERIFY;
}

static int verb_verify(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct central_findings found;
	struct err why = ERR_INIT;
	bool json = has(c, "--json");
	int code = EXIT_DONE;
	enum status st;

	env.look_only = true;
	code = verify_backup(c->word[1]);
	if (code != EXIT_DONE)
		return code;
	st = central_open(&central, c->word[1], &env, &why);
	if (st == ST_OK)
		st = central_verify(central, &found, say_fault, &json, &why);
	if (st != ST_OK)
		code = fail("verify", st, &why);
	else
		say_findings(&found, json);
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

static int verb_backup(const struct command *c)
{
	const struct db_watch watch = { .told = say_progress };
	struct central_env env = real_env();
	struct central *central = NULL;
	struct backup_facts f = { .size = 0 };
	struct err why = ERR_INIT;
	char at[INSTANT_TEXT];
	enum status st;
	int code;

	env.look_only = true;
	code = open_for("backup", c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = central_backup(central, c->word[2], isatty(STDERR_FILENO) ? &watch : NULL, &f, &why);
	central_close(central);
	if (st != ST_OK)
		return fail("backup", st, &why);
	instant_format(at, f.at);
	printf("%s: %" PRId64 " entries of %s, epoch %s; whole, and held against its manifest\n",
	       c->word[2], f.size, at, f.epoch);
	return EXIT_DONE;
}

/* What is lost, and what the operator does now. */
static void say_restored(const char *dir, const struct restore_facts *r)
{
	char at[INSTANT_TEXT];

	instant_format(at, r->backup.at);
	printf("%s: has the database of %s with %" PRId64 " entries\n", dir, at, r->backup.size);
	if (r->kept[0])
		printf("the one that was there is kept as %s\n", r->kept);
	if (r->witnessed < 0)
		printf("there is no witness here, so nobody can say what is lost\n");
	else if (r->branched)
		printf("the witness saw %" PRId64 " entries of another epoch: the backup was made\n"
		       "before a restore that was accepted, and all since then is lost\n",
		       r->witnessed);
	else
		printf("the witness saw %" PRId64 " entries: %" PRId64 " are lost\n", r->witnessed,
		       r->witnessed > r->backup.size ? r->witnessed - r->backup.size : 0);
	if (r->witnessed == r->backup.size && !r->branched) {
		printf("next: sluss-central serve %s\n", dir);
		return;
	}
	printf("next: sluss-central serve %s --accept-restore\n"
	       "workstations then offer again what their officers had signed; what the central\n"
	       "itself had entered is gone: applications since then, whose diary numbers are given\n"
	       "again. Do again, by hand, what was done since then: officers added or changed,\n"
	       "devices invited, approved or revoked, grants given or taken back, entries erased\n",
	       dir);
}

static int verb_restore(const struct command *c)
{
	struct clock clock = clock_real();
	struct restore_facts r;
	struct err why = ERR_INIT;
	enum status st = central_restore(c->word[1], c->word[2], clock_wall(&clock), &r, &why);

	if (st != ST_OK)
		return fail("restore", st, &why);
	say_restored(c->word[2], &r);
	return EXIT_DONE;
}

static int verb_reindex(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("reindex", c->word[1], &env, &central);
	enum status st;

	if (code != EXIT_DONE)
		return code;
	st = central_reindex(central, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("reindex", st, &why);
}

static void put_line(const char *text)
{
	fputs(text, stdout);
}

static int verb_snapshot(const struct command *c)
{
	struct central_env env = real_env();
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	env.look_only = true;
	code = open_for("snapshot", c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = snapshot_report(central, option(c, "--scope", ""), put_line, &why);
	central_close(central);
	return st == ST_OK ? EXIT_DONE : fail("snapshot", st, &why);
}

static int verb_import(const struct command *c)
{
	struct central_env env = real_env();
	struct import_report report = { .file = c->word[2],
					.clock = env.clock,
					.watched = isatty(STDERR_FILENO),
					.put = put_error };
	struct import_options o = import_report_begin(&report);
	struct import_counts n = { 0 };
	struct strbuf summary = STRBUF_INIT;
	struct central *central = NULL;
	struct err why = ERR_INIT;
	int code = open_for("import", c->word[1], &env, &central);
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
		if (strcmp(c->option[i].name, "--at") != 0)
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

static int verb_stats(const struct command *c)
{
	struct central_env env = real_env();
	struct logstats_question q = { .at_count = 0 };
	struct logstats s = LOGSTATS_INIT;
	struct strbuf out = STRBUF_INIT;
	struct central *central = NULL;
	struct err why = ERR_INIT;
	enum status st;
	int code;

	env.look_only = true;
	if (!read_instants(c, &q))
		return EXIT_USAGE;
	code = open_for("stats", c->word[1], &env, &central);
	if (code != EXIT_DONE)
		return code;
	st = logstats_read(&s, central, &why);
	if (st == ST_OK)
		st = logstats_count(&s, &why);
	if (st == ST_OK)
		st = has(c, "--json") ? logstats_json(&out, &s, &q, &why)
				      : logstats_table(&out, &s, &q, &why);
	if (st == ST_OK)
		printf("%s%s", strbuf_cstr(&out), has(c, "--json") ? "\n" : "");
	central_close(central);
	logstats_release(&s);
	strbuf_release(&out);
	return st == ST_OK ? EXIT_DONE : fail("stats", st, &why);
}

static int verb_demo(const struct command *c)
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

	if (!number(c, "--cases", 600, 1, 1000000, &cases)
	    || !number(c, "--seed", 1, 0, INT64_MAX, &seed))
		return EXIT_USAGE;
	o.cases = (int)cases;
	o.seed = (uint64_t)seed;
	st = central_demo_fill(&o, &why);

	return st == ST_OK ? EXIT_DONE : fail("demo-fill", st, &why);
}

/* words: how many the verb takes, itself among them. */
static const struct {
	const char *name;
	int words;
	int (*run)(const struct command *c);
	const char *options;
} verbs[] = {
	{ "init", 2, verb_init, "--name --conf" },
	{ "serve", 2, verb_serve, "--listen --accept-restore" },
	{ "officer", 4, verb_officer, "--name --title --roles --units --clearance" },
	{ "invite", 3, verb_invite, "" },
	{ "grant", 4, verb_grant, "--reason --until" },
	{ "revoke-grant", 4, verb_revoke_grant, "" },
	{ "grants", 2, verb_grants, "" },
	{ "devices", 2, verb_devices, "" },
	{ "approve", 3, verb_approve, "" },
	{ "refuse", 3, verb_approve, "" },
	{ "revoke", 3, verb_revoke, "--as --through" },
	{ "erase", 4, verb_erase, "--reason" },
	{ "backup", 3, verb_backup, "" },
	{ "restore", 3, verb_restore, "" },
	{ "verify", 2, verb_verify, "--json" },
	{ "reindex", 2, verb_reindex, "" },
	{ "snapshot", 2, verb_snapshot, "--scope" },
	{ "import", 3, verb_import, "" },
	{ "stats", 2, verb_stats, "--json --at" },
	{ "demo-fill", 2, verb_demo, "--cases --seed" },
};

static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && memcmp(p, name, n) == 0)
			return true;
	return false;
}

static bool options_fit(const struct command *c, const char *list)
{
	for (int i = 0; i < c->options; i++)
		if (!listed(list, c->option[i].name))
			return false;
	return true;
}

/* What of the command line is not understood, before the usage. */
static void say_wrong(const struct command *c)
{
	for (size_t i = 0; c->words && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, c->word[0]) != 0)
			continue;
		if (c->words != verbs[i].words)
			fprintf(stderr, "sluss-central: %s takes %d words, not %d\n", c->word[0],
				verbs[i].words - 1, c->words - 1);
		for (int o = 0; o < c->options; o++)
			if (!listed(verbs[i].options, c->option[o].name))
				fprintf(stderr, "sluss-central: %s has no option %s\n", c->word[0],
					c->option[o].name);
		return;
	}
	if (c->words)
		fprintf(stderr, "sluss-central: there is no command %s\n", c->word[0]);
}

static int run(const struct command *c)
{
	for (size_t i = 0; c->words && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, c->word[0]) == 0 && c->words == verbs[i].words
		    && options_fit(c, verbs[i].options)
		    && (strcmp(c->word[0], "officer") != 0 || strcmp(c->word[1], "add") == 0))
			return verbs[i].run(c);
	say_wrong(c);
	fputs(usage, stderr);
	return EXIT_USAGE;
}

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
	struct command c = { .words = 0 };

	harden();
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--version") == 0)) {
		fputs(argv[1][2] == 'h' ? usage : "sluss-central " SLUSS_VERSION "\n", stdout);
		return EXIT_DONE;
	}
	if (!read_command(&c, argc - 1, argv + 1)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	return run(&c);
}
