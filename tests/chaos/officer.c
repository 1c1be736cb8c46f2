/* SPDX-License-Identifier: EUPL-1.2 */
/* What a workstation does next, and what it was told. */
#include "tests/chaos/chaos.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "wire/json.h"

#include "base/banned.h"

enum { THINK_MS = 250, FIRST_TOOK_MS = 150, CODE_OK = 0, CODE_UNKNOWN = 4, CODE_REFUSED = 7 };

#define LIVE "registered open waiting proposed decided dispatched"
#define ANY LIVE " closed archived"

/* What may be done to a case of which status, and how often. */
struct deed {
	const char *status;
	int weight;
	const char *words[12];
};
static const struct deed deeds[] = {
	{ "registered", 30, { "claim", "@no" } },
	{ LIVE, 3, { "claim", "@no" } },
	{ LIVE, 2, { "release", "@no" } },
	{ ANY, 12, { "note", "@no", "@text" } },
	{ LIVE, 6, { "deadline", "@no", "@day" } },
	{ LIVE, 5, { "priority", "@no", "@prio" } },
	{ ANY, 2, { "watch", "@no", "@day", "--reason", "Ring" } },
	{ ANY, 1, { "watch", "@no" } },
	{ LIVE, 3, { "route", "@no", "@queue" } },
	{ LIVE, 3, { "assign", "@no", "@who" } },
	{ LIVE, 3, { "message", "@no", "@text", "--subject", "Besked" } },
	{ "open", 4, { "ask", "@no", "@text" } },
	{ "open", 2, { "suspend", "@no", "--reason", "Vilar", "--on", "@day" } },
	{ "waiting", 8, { "answer", "@no" } },
	{ "waiting", 8, { "resume", "@no" } },
	{ "open", 4, { "propose", "@no", "@text" } },
	{ "proposed", 3, { "return", "@no" } },
	{ "open proposed",
	  4,
	  { "decide", "@no", "--outcome", "bifall", "--content", "@text", "--reasons", "@text",
	    "--sign", "--yes" } },
	{ "decided", 8, { "dispatch", "@no", "letter" } },
	{ "decided", 3, { "waive", "@no", "--ground", "Var med" } },
	{ "dispatched", 6, { "close", "@no" } },
	{ "closed archived", 3, { "reopen", "@no", "--reason", "Nytt" } },
};
enum { DEEDS = sizeof(deeds) / sizeof(deeds[0]) };

/* --- The command line ---------------------------------------------------- */

/* Write a new text, so that no two actions are alike. */
static const char *some_text(struct officer *o)
{
	char words[200];

	snprintf(words, sizeof(words), "Ringt sökanden, %s, samtal %d-%ld.\n", o->id, o->index,
		 ++o->texts);
	file_write(o->text, words);
	return o->text;
}

static const char *filled(struct chaos *c, struct officer *o, const char *word, const char *no,
			  char number[24])
{
	static const char *const queues[] = { "bygglov", "bygganmalan", "strandskydd",
					      "livsmedel" };

	if (strcmp(word, "@no") == 0)
		return no;
	if (strcmp(word, "@text") == 0)
		return some_text(o);
	if (strcmp(word, "@queue") == 0)
		return queues[chance(&o->rng, 4)];
	if (strcmp(word, "@who") == 0)
		return c->officer[chance(&o->rng, OFFICERS)].id;
	if (strcmp(word, "@day") == 0)
		snprintf(number, 24, "+%lld", (long long)(5 + chance(&o->rng, 60)));
	else if (strcmp(word, "@prio") == 0)
		snprintf(number, 24, "%lld", (long long)(1 + chance(&o->rng, 3)));
	else
		return word;
	return number;
}

static void put_word(struct run *r, int *n, struct officer *o, const char *word)
{
	snprintf(o->words[*n], PATH, "%.500s", word);
	r->argv[*n] = o->words[*n];
	(*n)++;
}

/* A kill or a stop somewhere in the time that such a verb takes. */
static void draw_fate(struct chaos *c, struct officer *o)
{
	int64_t r = chance(&o->rng, 1000), span = o->took[o->kind] * 13 / 10;
	int64_t at = o->job.started + chance(&o->rng, span);

	if (c->healing)
		return;
	if (r < 150) {
		o->job.kill_at = at;
	} else if (r < 190) {
		o->job.stop_at = at;
		o->job.cont_at = at + 100 + chance(&o->rng, 3000);
		c->n.stops_client++;
	}
}

static void begin(struct chaos *c, struct officer *o, enum kind kind, const char *const words[],
		  const char *no)
{
	char program[PATH], pass[PATH], number[24];
	struct run r = { .out = o->out, .err = o->err, .home = o->home, .passphrase = pass };
	int n = 0;

	snprintf(program, sizeof(program), "%.480s/sluss", c->bin);
	snprintf(pass, sizeof(pass), "%.480s/passphrase", c->work);
	put_word(&r, &n, o, program);
	for (int i = 0; words[i]; i++)
		put_word(&r, &n, o, filled(c, o, words[i], no, number));
	put_word(&r, &n, o, "--json");
	put_word(&r, &n, o, "--passphrase-fd");
	put_word(&r, &n, o, "3");
	if (kind == KIND_ACT && chance(&o->rng, 4) == 0)
		put_word(&r, &n, o, "--wait=3");
	o->kind = kind;
	c->n.jobs++;
	job_start(c, &o->job, &r);
	draw_fate(c, o);
}

/* --- Choosing ------------------------------------------------------------ */

static bool fits(const struct deed *d, const char *status)
{
	const char *at = strstr(d->status, status);
	size_t n = strlen(status);

	return at && (at[n] == ' ' || at[n] == '\0');
}

/* One in six does what the status does not suggest: it may have changed. */
static const struct deed *choose_deed(struct officer *o, const char *status)
{
	bool wild = chance(&o->rng, 6) == 0;
	int64_t sum = 0, r;

	for (int i = 0; i < DEEDS; i++)
		sum += wild || fits(&deeds[i], status) ? deeds[i].weight : 0;
	r = chance(&o->rng, sum);
	for (int i = 0; i < DEEDS; i++) {
		r -= wild || fits(&deeds[i], status) ? deeds[i].weight : 0;
		if (r < 0)
			return &deeds[i];
	}
	return &deeds[3];
}

static void act(struct chaos *c, struct officer *o)
{
	const struct seen_case *s = &o->cases[chance(&o->rng, o->case_count)];
	const struct deed *d = choose_deed(o, s->status);

	begin(c, o, KIND_ACT, d->words, s->no);
}

/* An item that waits for its officer, or any one to be undone. */
static void solve(struct chaos *c, struct officer *o)
{
	static const char *const ways[][3] = {
		{ "conflicts", "mine" }, { "conflicts", "central" }, { "conflicts", "both" },
		{ "outbox", "dismiss" }, { "outbox", "retry" },	     { "outbox", "undo" },
		{ "outbox", "send" },
	};
	enum { WAYS = sizeof(ways) / sizeof(ways[0]), UNDO = 5 };
	const char *words[4] = { NULL };
	int64_t way = chance(&o->rng, WAYS);
	char id[24];
	int found = 0;

	for (int i = o->item_count - 1; i > 0; i--) {
		const struct seen_item *s = &o->items[i];
		bool open = strcmp(s->state, "signed") == 0;
		bool no = strcmp(s->state, "conflict") == 0 || strcmp(s->verdict, "rejected") == 0;

		if (s->id && (way >= UNDO ? open : no) && strcmp(s->state, "archived") != 0
		    && chance(&o->rng, ++found) == 0)
			snprintf(id, sizeof(id), "%lld", (long long)s->id);
	}
	words[0] = ways[way][0];
	words[1] = ways[way][1];
	words[2] = id;
	if (found)
		begin(c, o, KIND_SOLVE, words, "");
	else
		act(c, o);
}

static void do_something(struct chaos *c, struct officer *o)
{
	static const char *const sync[] = { "sync", NULL }, *const list[] = { "list", NULL },
				 *const patient[] = { "sync", "--wait=4", NULL },
				 *const look[] = { "outbox", NULL },
				 *const verify[] = { "verify", "@no", NULL };
	int64_t r = chance(&o->rng, 100);

	if (o->case_count == 0)
		r = 45 + chance(&o->rng, 35);
	if (r < 45)
		act(c, o);
	else if (r < 62)
		begin(c, o, KIND_SYNC, sync, "");
	else if (r < 70)
		begin(c, o, KIND_SYNC, patient, "");
	else if (r < 80)
		begin(c, o, KIND_LIST, list, "");
	else if (r < 90)
		begin(c, o, KIND_LOOK, look, "");
	else if (r < 98)
		solve(c, o);
	else
		begin(c, o, KIND_VERIFY, verify, o->cases[chance(&o->rng, o->case_count)].no);
}

void officer_due(struct chaos *c, struct officer *o)
{
	harm_due(c, o);
	if (o->job.pid == 0 && !c->healing && now_ms(c) >= o->next_at)
		do_something(c, o);
}

/* --- What was told ------------------------------------------------------- */

static void learn_cases(struct officer *o, const struct json *j)
{
	const struct json *cases = json_member(j, "cases");

	o->case_count = 0;
	for (size_t i = 0; i < json_count(cases) && o->case_count < CASES_MAX; i++) {
		struct seen_case *s = &o->cases[o->case_count];
		const struct json *row = json_item(cases, i);

		if (json_copy_text(row, "diary_no", s->no, sizeof(s->no))
		    && json_copy_text(row, "status", s->status, sizeof(s->status)))
			o->case_count++;
	}
}

static void learn_item(struct chaos *c, struct officer *o, const struct json *row)
{
	struct seen_item now = { .id = json_get_int(row, "item", 0),
				 .seq = json_get_int(row, "seq", 0) };
	struct str iid = json_get_text(row, "iid"), act = json_get_text(row, "act"),
		   case_id = json_get_text(row, "case_id");

	if (now.id <= 0 || now.id >= ITEMS_MAX)
		return;
	if (now.id >= o->item_count)
		o->item_count = (int)now.id + 1;
	json_copy_text(row, "ah", now.ah, sizeof(now.ah));
	json_copy_text(row, "state", now.state, sizeof(now.state));
	json_copy_text(row, "verdict", now.verdict, sizeof(now.verdict));
	if (memcmp(&now, &o->items[now.id], sizeof(now)) == 0)
		return;
	o->items[now.id] = now;
	fprintf(c->looks, "%d\t%d\t%lld\t%lld\t%.*s\t%s\t%.*s\t%.*s\t%s\t%s\t%lld\n", o->index,
		o->life, (long long)now.id, (long long)json_get_int(row, "ctr", 0), (int)iid.n,
		iid.p, now.ah, (int)case_id.n, case_id.p, (int)act.n, act.p, now.state, now.verdict,
		(long long)now.seq);
}

static void learn_items(struct chaos *c, struct officer *o, const struct json *j)
{
	const struct json *items = json_member(j, "items");

	for (size_t i = 0; i < json_count(items); i++)
		learn_item(c, o, json_item(items, i));
	fflush(c->looks);
}

/* What the program says is signed, is a promise. */
static void learn_act(struct chaos *c, struct officer *o, const struct json *j, int code)
{
	struct str iid = json_get_text(j, "iid"), act = json_get_text(j, "act"),
		   case_id = json_get_text(j, "case_id"), state = json_get_text(j, "state");

	if (!str_eq(json_get_text(j, "schema"), "sluss.act/1"))
		return;
	c->n.signed_acts++;
	fprintf(c->told, "%d\t%d\t%lld\t%.*s\t%.*s\t%.*s\t%.*s\t%d\n", o->index, o->life,
		(long long)json_get_int(j, "item", 0), (int)iid.n, iid.p, (int)case_id.n, case_id.p,
		(int)act.n, act.p, (int)state.n, state.p, code);
	fflush(c->told);
}

/* How far the log has been read; -1 while that is an epoch of the past. */
static int64_t cursor_of(struct chaos *c, struct officer *o)
{
	char db[PATH];
	struct run r = { .argv = { "sqlite3", "-batch", "-readonly", "-cmd", ".timeout 5000", db,
				   "SELECT coalesce(min(seq), -1), (SELECT words FROM meta WHERE"
				   " name = 'epoch') FROM cursor" },
			 .out = o->out };
	struct strbuf text = STRBUF_INIT;
	int64_t seq = -1;

	snprintf(db, sizeof(db), "%.480s/cache.db", o->home);
	if (process_run(&r) == 0 && file_read(&text, o->out)
	    && strstr(strbuf_cstr(&text), c->epoch))
		seq = strtoll(strbuf_cstr(&text), NULL, 10);
	strbuf_release(&text);
	return seq;
}

static void learn_sync(struct chaos *c, struct officer *o, const struct json *j, int code)
{
	o->unknown = code == CODE_UNKNOWN;
	o->refused = o->unknown || code == CODE_REFUSED || json_get_int(j, "held", 0) > 0;
	o->empty = code == CODE_OK && json_get_int(j, "waiting", -1) == 0;
	o->head = code == CODE_OK ? cursor_of(c, o) : -1;
}

/* A chain that does not hold is a violation whenever it is found. */
static void judge_verify(struct chaos *c, struct officer *o, int code)
{
	struct strbuf said = STRBUF_INIT;

	if (code != 10)
		return;
	file_read(&said, o->out);
	say(c, "VIOLATION I11: workstation %d finds that %s does not hold: %.2000s", o->index,
	    o->words[2], strbuf_cstr(&said));
	strbuf_release(&said);
	c->n.violations++;
}

/* Why a sync did not succeed although nothing fails any more. */
static void say_failed(struct chaos *c, struct officer *o, int code)
{
	struct strbuf text = STRBUF_INIT;

	if (code != CODE_OK && o->failed++ == 0 && file_read(&text, o->err))
		say(c, "workstation %d: a sync ended with %d after %" PRId64 " ms: %.200s",
		    o->index, code, now_ms(c) - o->job.started, strbuf_cstr(&text));
	strbuf_release(&text);
}

void officer_ended(struct chaos *c, struct officer *o, int status)
{
	struct strbuf text = STRBUF_INIT;
	struct json *j = NULL;
	int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	bool killed = o->job.killed && code == 128 + 9;

	if (killed)
		c->n.kills_client++;
	else if (o->job.cont_at == NEVER_MS && o->job.stop_at == NEVER_MS)
		o->took[o->kind] = (o->took[o->kind] * 7 + now_ms(c) - o->job.started) / 8;
	if (!killed && code > 10) {
		file_read(&text, o->err);
		say(c, "VIOLATION crash: workstation %d, %s %s ended with %d: %.2000s", o->index,
		    o->words[1], o->words[2], code, strbuf_cstr(&text));
		c->n.violations++;
	}
	o->job.pid = 0;
	o->next_at = now_ms(c) + chance(&o->rng, THINK_MS);
	if (file_read(&text, o->out) && text.len && json_read(&j, strbuf_str(&text), NULL) != ST_OK)
		j = NULL;
	if (o->kind == KIND_LIST && j)
		learn_cases(o, j);
	if (o->kind == KIND_LOOK && j)
		learn_items(c, o, j);
	if ((o->kind == KIND_ACT || o->kind == KIND_SOLVE) && j)
		learn_act(c, o, j, code);
	if (o->kind == KIND_VERIFY)
		judge_verify(c, o, code);
	if (o->kind == KIND_HEAL) {
		learn_sync(c, o, j, code);
		say_failed(c, o, code);
	}
	json_free(j);
	strbuf_release(&text);
}

/* --- Healing ------------------------------------------------------------- */

bool officer_heal(struct chaos *c, struct officer *o, int64_t head)
{
	static const char *const words[] = { "sync", "--wait=20", NULL };

	if (o->job.pid)
		return false;
	if (o->empty && o->head >= head) {
		if (o->converged_at == NEVER_MS)
			o->converged_at = now_ms(c);
		return true;
	}
	o->converged_at = NEVER_MS;
	if (o->refused)
		harm_renew(c, o);
	o->refused = false;
	if (now_ms(c) >= o->next_at)
		begin(c, o, KIND_HEAL, words, "");
	return false;
}

/* One verb, waited for. */
static void at_once(struct chaos *c, struct officer *o, enum kind kind, const char *const words[])
{
	int status = 0;

	begin(c, o, kind, words, "");
	if (waitpid(o->job.pid, &status, 0) < 0)
		trouble("a process was lost", words[0]);
	officer_ended(c, o, status);
}

void officer_outbox(struct chaos *c, struct officer *o, const char *what, const char *id)
{
	const char *words[] = { "outbox", what, id, NULL };

	at_once(c, o, KIND_SOLVE, words);
}

void officer_look(struct chaos *c, struct officer *o)
{
	static const char *const words[] = { "outbox", NULL };

	at_once(c, o, KIND_LOOK, words);
}

void officer_first(struct chaos *c, struct officer *o)
{
	static const char *const sync[] = { "sync", NULL }, *const list[] = { "list", NULL };

	at_once(c, o, KIND_SYNC, sync);
	at_once(c, o, KIND_LIST, list);
	if (o->case_count == 0)
		trouble("a workstation sees no case", o->err);
}

/* --- Beginning ----------------------------------------------------------- */

void officer_enrol(struct chaos *c, struct officer *o)
{
	char program[PATH], pass[PATH], code[PATH], out[PATH];
	const char *invite[] = { "invite", c->folder, o->id, NULL };
	struct run r = { .argv = { program, "enrol", c->url, "--code-fd", "4", "--passphrase-fd",
				   "3" },
			 .out = out,
			 .err = o->err,
			 .home = o->home,
			 .passphrase = pass,
			 .code = code };

	snprintf(program, sizeof(program), "%.480s/sluss", c->bin);
	snprintf(pass, sizeof(pass), "%.480s/passphrase", c->work);
	snprintf(code, sizeof(code), "%.400s/code-%d", c->work, o->index);
	snprintf(out, sizeof(out), "%.400s/enrol-%d.out", c->work, o->index);
	if (centre_run(c, invite, code) != 0 || process_run(&r) != 0)
		trouble("a workstation could not be enrolled", o->err);
}

/* The first two workstations are one officer's. */
void officer_prepare(struct chaos *c, struct officer *o)
{
	char conf[PATH];

	o->rng = rng_from_seed(&o->seed, c->seed * 1000 + (uint64_t)o->index);
	snprintf(o->id, sizeof(o->id), "o%d", o->index ? o->index - 1 : 0);
	o->copied_item = NEVER_MS;
	snprintf(o->home, sizeof(o->home), "%.400s/home-%d", c->work, o->index);
	snprintf(o->out, sizeof(o->out), "%.400s/out-%d", c->work, o->index);
	snprintf(o->err, sizeof(o->err), "%.400s/err-%d", c->work, o->index);
	snprintf(o->text, sizeof(o->text), "%.400s/text-%d", c->work, o->index);
	for (int k = 0; k < KINDS; k++)
		o->took[k] = FIRST_TOOK_MS;
	if (mkdir(o->home, 0700) != 0)
		o->small = true; /* a disk of its own is mounted there */
	snprintf(conf, sizeof(conf), "%.480s/sluss.conf", o->home);
	file_write(conf, "key.cost = interactive\nsign.unattended = allow\n"
			 "central.timeout = 5\n");
	if (centre_officer(c, o->id, "bygg") != 0)
		trouble("an officer cannot be added", o->id);
	officer_enrol(c, o);
}
