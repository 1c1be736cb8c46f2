/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/words.h"
#include "base/i18n.h"
#include "sync/verify.h"

#include "base/banned.h"

/* --- A package: another program judges it ------------------------------------------- */

static bool is_package(const char *arg)
{
	size_t n = strlen(arg);

	return strchr(arg, '/') || (n > 4 && strcmp(arg + n - 4, ".zip") == 0);
}

/* sluss-verify carries the XML and ZIP libraries, so that this program need
 * not. It stands beside us; what it says is the answer. */
static enum status run_verifier(const struct call *c, struct err *why)
{
	char path[4096];
	char json[] = "--json", quiet[] = "--quiet", end[] = "--", package[4096];
	char *argv[6];
	int n = 0;
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - sizeof("sluss-verify"));
	char *slash;

	if (len <= 0
	    || (size_t)snprintf(package, sizeof(package), "%s", c->args[0]) >= sizeof(package))
		return err_set(why, ST_BROKEN, "verify-missing", "the path is too long");
	path[len] = '\0';
	slash = strrchr(path, '/');
	memcpy(slash ? slash + 1 : path, "sluss-verify", sizeof("sluss-verify"));
	argv[n++] = path;
	if (c->given[FLAG_JSON])
		argv[n++] = json;
	if (c->given[FLAG_QUIET])
		argv[n++] = quiet;
	argv[n++] = end;
	argv[n++] = package;
	argv[n] = NULL;
	execv(path, argv);
	return err_set(why, ST_BROKEN, "verify-missing", "%.300s: %s", path, strerror(errno));
}

/* --- A case: judged here from what is cached --------------------------------------------- */

struct judging {
	struct call *c;
	struct jsonw *w;
	int64_t ok, wrong, unknown, erased;
};

static const char *as_name(enum verified_as as)
{
	static const char *const names[] = { [VERIFIED_OK] = "ok",
					     [VERIFIED_WRONG] = "wrong",
					     [VERIFIED_UNKNOWN] = "unknown",
					     [VERIFIED_ERASED] = "erased" };

	return names[as];
}

static const char *as_word(enum verified_as as)
{
	switch (as) {
	case VERIFIED_OK:
		return _("ok");
	case VERIFIED_WRONG:
		return _("FEL");
	case VERIFIED_ERASED:
		return _("borttagen");
	case VERIFIED_UNKNOWN:
		break;
	}
	return _("okänd");
}

static void put_judged(struct call *c, const struct verified *v)
{
	const char *what = v->entry ? words_act_done(v->entry->act) : "-";
	char n[24];

	snprintf(n, sizeof(n), "%4lld", (long long)v->n);
	put_field(c, str_of(n), 5);
	put_field(c, str_of(as_word(v->as)), 9);
	if (v->text[0])
		put_line(c, "%s  %s", what, v->text);
	else
		put_line(c, "%s", what);
}

static enum status each(void *ctx, const struct verified *v, struct err *why)
{
	struct judging *j = ctx;
	int64_t *count[] = { &j->ok, &j->wrong, &j->unknown, &j->erased };

	(void)why;
	++*count[v->as];
	if (j->w) {
		jsonw_map(j->w);
		jsonw_kv_int(j->w, "n", v->n);
		jsonw_kv(j->w, "as", as_name(v->as));
		jsonw_kv(j->w, "act", v->entry ? v->entry->act : "");
		jsonw_kv(j->w, "by", v->entry ? v->entry->sub : "");
		jsonw_kv(j->w, "code", v->code);
		jsonw_kv(j->w, "text", v->text);
		jsonw_end_map(j->w);
	} else if (!j->c->given[FLAG_QUIET]) {
		put_judged(j->c, v);
	}
	return ST_OK;
}

static enum status judge_case(struct call *c, const char *case_id, struct err *why)
{
	struct judging j = { .c = c };
	struct jsonw w;
	enum status st;

	if (c->given[FLAG_JSON]) {
		j.w = &w;
		json_begin_cached(&w, c, "sluss.verify/1");
		jsonw_kv(&w, "case_id", case_id);
		jsonw_key(&w, "entries");
		jsonw_list(&w);
	}
	st = verify_case(c->home->cache, c->home->outbox, case_id, each, &j, why);
	if (j.w) {
		jsonw_end_list(&w);
		jsonw_kv_bool(&w, "holds", st == ST_OK);
		json_end(&w, c);
	} else if (!c->given[FLAG_QUIET]) {
		put_line(c, _("%lld ok, %lld fel, %lld kan inte prövas här, %lld borttagna"),
			 (long long)j.ok, (long long)j.wrong, (long long)j.unknown,
			 (long long)j.erased);
	}
	return st;
}

struct whole_goal {
	struct call *c;
	const char *case_id;
	int64_t n;
};

static bool is_whole(void *ctx, struct sync *s)
{
	struct whole_goal *g = ctx;
	int64_t gap = 0;

	return sync_idle(s) && entry_gap(g->c->home->cache, g->case_id, g->n, &gap, NULL) == ST_OK
	       && gap == 0;
}

enum status fetch_chain(struct call *c, const struct case_row *row, struct err *why)
{
	struct whole_goal g = { c, row->file.id, row->file.n };
	struct engine_goal goal = { .reached = is_whole, .ctx = &g };
	struct sync_status last;
	int64_t ms = 0;
	enum status st = call_wait_ms(c, &ms, why);

	if (st == ST_OK)
		st = call_unlock(c, why);
	if (st != ST_OK)
		return st;
	goal.until = clock_boot(&c->home->clock) + ms;
	if (engine_run(c->home, &goal, &last, NULL) != ST_OK && !c->given[FLAG_QUIET])
		say_line(c, "%s", _("Alla händelser kunde inte hämtas."));
	return ST_OK;
}

static enum status verify_one(struct call *c, struct err *why)
{
	struct case_row row = CASE_ROW_INIT;
	enum status st = call_need(c, NEED_DESK, why);

	if (st == ST_OK)
		st = call_case(c, 0, &row, why);
	/* From now on its entries are fetched and kept. */
	if (st == ST_OK)
		st = want_case(c->home->cache, row.file.id, why);
	if (st == ST_OK && c->given[FLAG_WAIT])
		st = fetch_chain(c, &row, why);
	if (st == ST_OK)
		st = judge_case(c, row.file.id, why);
	case_row_release(&row);
	return st;
}

enum status verb_verify(struct call *c, struct err *why)
{
	return is_package(c->args[0]) ? run_verifier(c, why) : verify_one(c, why);
}
