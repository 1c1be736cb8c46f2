/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Random rights, random requests, and an oracle that decides by plain rows with
 * code of its own what a reply may tell. A case is told of by its id, its number
 * and its title; deeper are its party, its notes and its letters. Each of those
 * words stands in one case alone, so that a reply is judged by its bytes: as they
 * are, unpacked, and with what is base64url in it decoded.
 */
#include "tests/unit/central/snapshot_rig.h"

#include "base/encode.h"
#include "central/compact.h"
#include "domain/role.h"

#include "base/banned.h"

enum { CASES = 20, OFFICERS = 6, WORLDS = 24, PAIRS = 425, GRANTS_MAX = 256, SCOPES = 40 };

static const char conf[] = RIG_CONF "[unit park]\nname.sv = Park\nname.en = Parks\ncommittee = BN\n"
				    "[queue park]\nname.sv = Park\nname.en = Parks\nunit = park\n";

static const char *const units[] = { "bygg", "miljo", "park" };
static const struct {
	const char *code, *unit;
} queues[] = {
	{ "bygglov", "bygg" }, { "tillsyn", "bygg" }, { "avlopp", "miljo" }, { "park", "park" }
};
static const char *const states[] = { "received", "registered", "open",	     "waiting",
				      "proposed", "decided",	"dispatched" };

enum kind {
	ASK_PULL,
	ASK_PULL_ON,
	ASK_PULL_AGAIN,
	ASK_WAIT,
	ASK_CASE,
	ASK_CHAIN,
	ASK_PROOF,
	ASK_DOCUMENT,
	ASK_SEARCH,
	ASK_STATS,
	ASK_LOOKUP,
	ASK_ACKS,
	ASK_BLOB,
	ASK_LOG_HEAD,
	ASK_LOG_PROOF,
	ASK_KEYS,
	ASK_PUSH,
	ASK_SNAPSHOT,
	ASK_SEGMENT,
	ASK_STATUS,
	ASK_DEVICES,
	ASK_ERASURES,
	ASK_OPEN,
	KINDS
};

/* Every address of the central, and what asks it here. Those without rights of an
 * officer take or give nothing of a case, or ask for a code of its own. */
static const struct {
	const char *method, *pattern;
	int kind; /* -1: it takes, and tells its sender alone */
} asked[] = {
	{ "GET", "/healthz", ASK_OPEN },
	{ "GET", "/readyz", ASK_OPEN },
	{ "GET", "/metrics", ASK_OPEN },
	{ "GET", "/v1/api-info", ASK_OPEN },
	{ "POST", "/v1/devices", -1 },
	{ "POST", "/v1/devices/*/rotate", -1 },
	{ "GET", "/v1/devices", ASK_DEVICES },
	{ "POST", "/v1/devices/*/approval", -1 },
	{ "POST", "/v1/auth/challenge", -1 },
	{ "POST", "/v1/auth/token", -1 },
	{ "GET", "/v1/keys", ASK_KEYS },
	{ "POST", "/v1/sync/pull", ASK_PULL },
	{ "GET", "/v1/sync/wait", ASK_WAIT },
	{ "GET", "/v1/snapshots/*", ASK_SNAPSHOT },
	{ "GET", "/v1/snapshots/*/*/*", ASK_SEGMENT },
	{ "POST", "/v1/actions", ASK_PUSH },
	{ "GET", "/v1/acks", ASK_ACKS },
	{ "HEAD", "/v1/blobs/*", ASK_BLOB },
	{ "PUT", "/v1/blobs/*", -1 },
	{ "POST", "/v1/cases/search", ASK_SEARCH },
	{ "GET", "/v1/cases/*", ASK_CASE },
	{ "GET", "/v1/cases/*/chain", ASK_CHAIN },
	{ "GET", "/v1/cases/*/proof", ASK_PROOF },
	{ "GET", "/v1/cases/*/documents/*", ASK_DOCUMENT },
	{ "GET", "/v1/stats", ASK_STATS },
	{ "GET", "/v1/erasures", ASK_ERASURES },
	{ "POST", "/v1/lookup", ASK_LOOKUP },
	{ "GET", "/v1/log/head", ASK_LOG_HEAD },
	{ "GET", "/v1/log/proof", ASK_LOG_PROOF },
	{ "POST", "/v1/intake/*", -1 },
	{ "GET", "/s/*", ASK_STATUS },
	{ "POST", "/s/*/messages", -1 },
};
enum { ASKED = sizeof(asked) / sizeof(asked[0]) };

/* One bit for each case. */
typedef uint32_t cases_t;

struct row {
	char id[UUID_TEXT], unit[CODE_MAX], queue[CODE_MAX], state[16], party_kind[16];
	char diary_no[DIARY_MAX], assignee[OFFICER_MAX];
	int64_t class;
	bool named; /* its party is */
};
struct taken {
	int64_t seq; /* 0: none was made */
	char gen[UUID_TEXT];
	cases_t cases;
};
struct world {
	struct rig r;
	struct shelf shelf;
	struct taken taken[SCOPES];
	int64_t segments; /* that were read */
	int64_t dropped;  /* rows of feeds */
	struct rng rng;
	struct rng_seeded seed;
	struct desk all, d[OFFICERS];
	char id[CASES][UUID_TEXT], receipt[CASES][64];
	char letter[CASES][HASH_TEXT]; /* "" = none */
	struct row row[CASES];
	int64_t asked[KINDS], told;
	int64_t anew; /* told to read everything anew */
};

/* What the rows say of one officer, now. */
struct verdict_of {
	int64_t roles, clearance;
	char list[256];
	cases_t whole, glance, sync, gone;
	cases_t own; /* acted on by this device, which says nothing deep of them */
};

/* --- The world --------------------------------------------------------------------- */

static int64_t below(struct world *w, uint64_t n)
{
	return (int64_t)rng_below(&w->rng, n);
}

static void officer_at_random(struct world *w, int i)
{
	static const char *const roles[] = {
		"officer", "officer,decider", "officer,supervisor", "supervisor",	 "contact",
		"contact", "officer,contact", "registrar",	    "supervisor,contact"
	};
	char id[16], list[64] = "";

	for (int u = 0; u < 3; u++)
		if (below(w, 2))
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
				 list[0] ? "," : "", units[u]);
	snprintf(id, sizeof(id), "o%d", i);
	rig_officer(&w->r, id, roles[below(w, 9)], list, (int)below(w, 3));
}

static void act_on(struct world *w, int i, const char *act, const char *arg, const char *value,
		   const char *arg2, const char *value2)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(&w->all, &a, w->id[i], act);
	if (arg)
		set_arg(&a, arg, value);
	if (arg2)
		set_arg(&a, arg2, value2);
	desk_send(&w->all, &a, &ack);
	action_release(&a);
}

static void move_at_random(struct world *w, int i)
{
	size_t q = (size_t)below(w, 4);

	act_on(w, i, "case.route", "unit", queues[q].unit, "queue", queues[q].code);
}

static void mark_at_random(struct world *w, int i)
{
	char class[2] = { (char)('0' + below(w, 3)), '\0' };

	act_on(w, i, "case.claim", NULL, NULL, NULL, NULL);
	act_on(w, i, "case.secrecy", "class", class, "ground", "OSL 21:1");
}

static void decide(struct world *w, int i)
{
	struct action a = ACTION_INIT;
	struct ack ack;
	char text[32];

	snprintf(text, sizeof(text), "<p>brv%03dx</p>", i);
	act_on(w, i, "case.claim", NULL, NULL, NULL, NULL);
	desk_upload(&w->all, text);
	desk_draft(&w->all, &a, w->id[i], "case.decide");
	fill_decision(&a, "all");
	add_letter(&a, text);
	memcpy(w->letter[i], a.docs[0].h, HASH_TEXT);
	desk_send(&w->all, &a, &ack);
	if (!verdict_stands(ack.verdict))
		w->letter[i][0] = '\0';
	action_release(&a);
}

static void case_at_random(struct world *w, int i)
{
	char key[16], json[256], text[24];

	snprintf(key, sizeof(key), "k%d", i);
	snprintf(json, sizeof(json),
		 "{\"title\":\"kan%03dx alla\",\"party\":{\"name\":\"prt%03dx Kund\"%s}}", i, i,
		 below(w, 8) ? "" : ",\"protected\":true");
	assert_int_equal(rig_intake(&w->r, below(w, 2) ? "BYGGLOV" : "AVLOPP", key, json), 201);
	rig_member(&w->r, "case_id", w->id[i], UUID_TEXT);
	rig_member(&w->r, "receipt_code", w->receipt[i], sizeof(w->receipt[i]));
	w->letter[i][0] = '\0';
	snprintf(text, sizeof(text), "not%03dx", i);
	if (below(w, 2))
		act_on(w, i, "note.add", "text", text, NULL, NULL);
	if (below(w, 2))
		move_at_random(w, i);
	if (below(w, 3) == 0)
		decide(w, i);
	if (below(w, 3) == 0)
		mark_at_random(w, i);
}

static void grant_at_random(struct world *w)
{
	char officer[8], key[64];
	struct central_grant g = { .officer = officer, .of = key, .by = "x", .reason = "x" };

	snprintf(officer, sizeof(officer), "o%d", (int)below(w, OFFICERS));
	if (below(w, 2))
		snprintf(key, sizeof(key), "queue:%s", queues[below(w, 4)].code);
	else
		snprintf(key, sizeof(key), "case:%s", w->id[below(w, CASES)]);
	if (below(w, 3) == 0)
		g.until = w->r.wall + 1 + below(w, 60 * 1000);
	if (below(w, 3) == 0)
		(void)!central_revoke_grant(w->r.c, &g, NULL);
	else
		(void)!central_grant(w->r.c, &g, NULL);
}

/* It waits for a second person, who never comes. */
static void propose_erasure(struct world *w, int i)
{
	struct action a = ACTION_INIT;
	struct ack ack;

	desk_draft(&w->all, &a, w->id[i], "erasure.propose");
	set_arg(&a, "what", "case");
	set_arg(&a, "ground", "misfiled");
	set_arg(&a, "why", "x");
	desk_send(&w->all, &a, &ack);
	action_release(&a);
}

/* Sometimes up to now. */
static void shorten_feeds(struct world *w)
{
	struct err why = ERR_INIT;
	int64_t dropped;

	must(feed_compact(w->r.c, w->r.wall + 1 - (below(w, 2) ? below(w, 90000) : 0), &dropped,
			  &why),
	     &why);
	w->dropped += dropped;
}

static void change_at_random(struct world *w)
{
	int i = (int)below(w, CASES);
	struct ack ack;

	switch (below(w, 7)) {
	case 0:
		officer_at_random(w, (int)below(w, OFFICERS));
		break;
	case 1:
		move_at_random(w, i);
		break;
	case 2:
		mark_at_random(w, i);
		break;
	case 3:
		desk_act(&w->d[below(w, OFFICERS)], w->id[i], "case.claim", NULL, NULL, &ack);
		break;
	case 4:
		propose_erasure(w, i);
		break;
	case 5:
		shorten_feeds(w);
		break;
	default:
		grant_at_random(w);
		break;
	}
}

static void world_open(struct world *w, uint64_t seed)
{
	struct err why = ERR_INIT;
	char id[8];

	memset(w, 0, sizeof(*w));
	rig_env(&w->r, seed);
	shelf_open(&w->shelf);
	w->rng = rng_from_seed(&w->seed, seed + 1000);
	must(central_open_memory(&w->r.c, conf, &w->r.env, &why), &why);
	rig_officer(&w->r, "all", "officer,decider,registrar", "bygg,miljo,park", 2);
	desk_open(&w->all, &w->r, "all");
	for (int i = 0; i < OFFICERS; i++) {
		officer_at_random(w, i);
		snprintf(id, sizeof(id), "o%d", i);
		desk_open(&w->d[i], &w->r, id);
	}
	for (int i = 0; i < CASES; i++)
		case_at_random(w, i);
	for (int i = 0; i < 8; i++)
		grant_at_random(w);
}

static void world_close(struct world *w)
{
	for (int i = 0; i < OFFICERS; i++)
		desk_release(&w->d[i]);
	desk_release(&w->all);
	rig_close(&w->r);
	shelf_close(&w->shelf);
}

/* --- The oracle ---------------------------------------------------------------------- */

static int number_of(const struct world *w, const char *id)
{
	for (int i = 0; i < CASES; i++)
		if (strcmp(w->id[i], id) == 0)
			return i;
	return -1;
}

static void read_rows(struct world *w)
{
	struct stmt *q = db_stmt(central_db(w->r.c),
				 "SELECT id, unit, queue, state, party_kind, diary_no, assignee,"
				 " protection, length(party) > 0 FROM casefile");

	while (stmt_step(q, NULL) == ST_OK) {
		char id[UUID_TEXT];
		struct row *row;

		stmt_col_copy(q, 0, id, sizeof(id));
		row = &w->row[number_of(w, id)];
		memcpy(row->id, id, sizeof(row->id));
		stmt_col_copy(q, 1, row->unit, sizeof(row->unit));
		stmt_col_copy(q, 2, row->queue, sizeof(row->queue));
		stmt_col_copy(q, 3, row->state, sizeof(row->state));
		stmt_col_copy(q, 4, row->party_kind, sizeof(row->party_kind));
		stmt_col_copy(q, 5, row->diary_no, sizeof(row->diary_no));
		stmt_col_copy(q, 6, row->assignee, sizeof(row->assignee));
		row->class = stmt_col_int(q, 7);
		row->named = stmt_col_int(q, 8);
	}
}

/* The cases of one column of a statement about an officer or a device. */
static cases_t cases_of(struct world *w, const char *sql, const char *who)
{
	struct stmt *q = db_stmt(central_db(w->r.c), sql);
	char id[UUID_TEXT];
	cases_t m = 0;

	stmt_cstr(q, 1, who);
	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, id, sizeof(id));
		if (number_of(w, id) >= 0)
			m |= 1u << number_of(w, id);
	}
	return m;
}

static bool in_list(const char *list, const char *unit)
{
	char a[300], b[64];

	snprintf(a, sizeof(a), ",%s,", list);
	snprintf(b, sizeof(b), ",%s,", unit);
	return strstr(a, b) != NULL;
}

static bool granted_of(struct world *w, const char *officer, const char *prefix, const char *code)
{
	struct stmt *q = db_stmt(central_db(w->r.c), "SELECT key, until, ended_at FROM scope_grant"
						     " WHERE officer = ?1");
	bool yes = false;
	char want[64], key[64];

	snprintf(want, sizeof(want), "%s%s", prefix, code);
	stmt_cstr(q, 1, officer);
	while (stmt_step(q, NULL) == ST_OK) {
		int64_t until = stmt_col_int(q, 1), ended = stmt_col_int(q, 2);

		stmt_col_copy(q, 0, key, sizeof(key));
		yes = yes || (strcmp(key, want) == 0 && !ended && (!until || until > w->r.wall));
	}
	return yes;
}

static void read_officer(struct world *w, const char *id, struct verdict_of *v)
{
	struct stmt *q = db_stmt(central_db(w->r.c),
				 "SELECT roles, units, clearance FROM officer WHERE id = ?1");

	stmt_cstr(q, 1, id);
	assert_int_equal(stmt_step(q, NULL), ST_OK);
	v->roles = stmt_col_int(q, 0);
	stmt_col_copy(q, 1, v->list, sizeof(v->list));
	v->clearance = stmt_col_int(q, 2);
	stmt_reset(q);
}

/* Cases that were told to be gone from a scope which the officer holds. */
static cases_t left_by(struct world *w, const char *officer, const struct verdict_of *v)
{
	struct stmt *q = db_stmt(central_db(w->r.c),
				 "SELECT DISTINCT scope.unit, scope.class, feed.case_id FROM feed"
				 " JOIN scope ON scope.id = feed.scope WHERE kind = 'g'");
	cases_t m = 0;

	while (stmt_step(q, NULL) == ST_OK) {
		char key[64], id[UUID_TEXT];
		int64_t class = stmt_col_int(q, 1);
		bool mine;

		stmt_col_copy(q, 0, key, sizeof(key));
		stmt_col_copy(q, 2, id, sizeof(id));
		if (v->roles == ROLE_CONTACT)
			mine = class == 0 && !strchr(key, ':');
		else
			mine = class <= v->clearance
			       && (in_list(v->list, key) || granted_of(w, officer, key, ""));
		if (mine && number_of(w, id) >= 0)
			m |= 1u << number_of(w, id);
	}
	return m;
}

static void judge_officer(struct world *w, const struct desk *d, struct verdict_of *v)
{
	read_rows(w);
	memset(v, 0, sizeof(*v));
	read_officer(w, d->officer, v);
	for (int i = 0; i < CASES; i++) {
		const struct row *c = &w->row[i];
		bool alone = v->roles == ROLE_CONTACT;

		if (!alone && c->class <= v->clearance
		    && (in_list(v->list, c->unit) || granted_of(w, d->officer, "queue:", c->queue)
			|| granted_of(w, d->officer, "case:", c->id)))
			v->whole |= 1u << i;
		else if ((v->roles & ROLE_CONTACT) && c->class == 0)
			v->glance |= 1u << i;
	}
	v->sync = v->roles == ROLE_CONTACT ? v->glance : v->whole;
	v->own = cases_of(w, "SELECT case_id FROM device_log WHERE dev = ?1", d->dev);
	v->gone = left_by(w, d->officer, v);
}

/* --- What a reply tells ---------------------------------------------------------------- */

struct told {
	cases_t told, deep;
};

static void look_for_words(const struct world *w, struct str s, struct told *t)
{
	static const char *const words[] = { "kan", "prt", "not", "brv" };

	for (size_t i = 0; i + 7 <= s.n; i++)
		for (int k = 0; k < 4; k++) {
			int n = (s.p[i + 3] - '0') * 100 + (s.p[i + 4] - '0') * 10 + s.p[i + 5]
				- '0';

			if (memcmp(s.p + i, words[k], 3) != 0 || s.p[i + 6] != 'x' || n < 0
			    || n >= CASES)
				continue;
			t->told |= 1u << n;
			t->deep |= k ? 1u << n : 0;
		}
	for (int n = 0; n < CASES; n++) {
		char quoted[DIARY_MAX + 2];

		snprintf(quoted, sizeof(quoted), "\"%s\"", w->row[n].diary_no);
		if (memmem(s.p, s.n, w->id[n], UUID_TEXT - 1)
		    || (w->row[n].diary_no[0] && memmem(s.p, s.n, quoted, strlen(quoted))))
			t->told |= 1u << n;
	}
}

/* The parts of what is signed begin and end where the alphabet does. */
static void look_within(const struct world *w, struct str s, struct told *t)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	struct strbuf raw = STRBUF_INIT;

	for (size_t i = 0; i < s.n;) {
		size_t n = 0;

		while (i + n < s.n && s.p[i + n] && strchr(alphabet, s.p[i + n]))
			n++;
		strbuf_clear(&raw);
		if (n >= 40 && b64url_decode(&raw, (struct str){ s.p + i, n }))
			look_for_words(w, strbuf_str(&raw), t);
		i += n ? n : 1;
	}
	strbuf_release(&raw);
}

static struct told what_is_told(struct world *w)
{
	struct strbuf page = STRBUF_INIT;
	struct told t = { 0, 0 };
	struct str body = strbuf_str(&w->r.reply.body);

	if (strcmp(w->r.reply.content_type, "application/zstd") == 0) {
		assert_int_equal(zstd_unpack(&page, body, PAGE_MAX_BYTES + 4096, NULL), ST_OK);
		body = strbuf_str(&page);
	}
	look_for_words(w, body, &t);
	look_within(w, body, &t);
	strbuf_release(&page);
	return t;
}

/* The oracle's answer: at least, at most, and how deep. */
static void expect(struct world *w, const char *what, cases_t least, cases_t most, cases_t deep)
{
	struct told t = what_is_told(w);

	for (int i = 0; i < CASES; i++)
		w->told += t.told >> i & 1;
	if ((t.told & ~most) || (least & ~t.told) || (t.deep & ~deep))
		fail_msg("%s: told of %05x, may be %05x and must be %05x; deep in %05x, may be %05x"
			 "\n%.600s",
			 what, t.told, most, least, t.deep, deep, strbuf_cstr(&w->r.reply.body));
}

static const char nobody[] = "0190a000-dead-7000-8000-00000000beef";

/* Ask the same of what is not there: the answers are the same, byte for byte. */
static void same_as_nothing(struct world *w, struct desk *d, const char *path)
{
	struct strbuf before = STRBUF_INIT;
	int status = w->r.reply.status;

	strbuf_set(&before, w->r.reply.body.data, w->r.reply.body.len);
	rig_get(&w->r, d->token, path);
	assert_int_equal(w->r.reply.status, status);
	if (strcmp(strbuf_cstr(&before), strbuf_cstr(&w->r.reply.body)) != 0)
		fail_msg("%s: hidden: %s\nnot there: %s", path, strbuf_cstr(&before),
			 strbuf_cstr(&w->r.reply.body));
	strbuf_release(&before);
}

/* --- One request of each kind -------------------------------------------------------------- */

static void ask_of_case(struct world *w, struct desk *d, const struct verdict_of *v, int i,
			const char *behind, bool glance)
{
	cases_t bit = 1u << i, see = v->whole | (glance ? v->glance : 0);
	char path[256];

	snprintf(path, sizeof(path), "/v1/cases/%s%s", w->id[i], behind);
	rig_get(&w->r, d->token, path);
	if (w->r.reply.status == 200) {
		expect(w, path, strcmp(behind, "/proof") == 0 ? 0 : bit, see & bit, v->whole & bit);
		assert_true(see & bit);
		return;
	}
	expect(w, path, 0, 0, 0);
	if (see & bit)
		fail_msg("%s is refused: %s", path, strbuf_cstr(&w->r.reply.body));
	snprintf(path, sizeof(path), "/v1/cases/%s%s", nobody, behind);
	same_as_nothing(w, d, path);
}

static void ask_document(struct world *w, struct desk *d, const struct verdict_of *v, int i)
{
	int of = below(w, 2) ? i : (int)below(w, CASES);
	bool may = w->letter[of][0] && of == i && (v->whole >> i & 1);
	char path[256];

	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", w->id[i],
		 w->letter[of][0] ? w->letter[of] : HASH_ZERO);
	rig_get(&w->r, d->token, path);
	if (may != (w->r.reply.status == 200))
		fail_msg("%s: %d", path, w->r.reply.status);
	expect(w, path, may ? 1u << i : 0, may ? 1u << i : 0, may ? 1u << i : 0);
	if (may)
		return;
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s",
		 v->whole >> i & 1 ? w->id[i] : nobody, HASH_ZERO);
	same_as_nothing(w, d, path);
}

static void ask_pull(struct world *w, struct desk *d, const struct verdict_of *v, bool on)
{
	char subs[1024] = "[";
	size_t n = 1;

	for (int s = 1; on && s < 40; s++)
		if (below(w, 3) == 0)
			n += (size_t)snprintf(subs + n, sizeof(subs) - n,
					      "%s{\"scope\":%d,\"seq\":%d}", n > 1 ? "," : "", s,
					      (int)below(w, (uint64_t)central_size(w->r.c)));
	snprintf(subs + n, sizeof(subs) - n, "]");
	desk_pull_raw(d, subs, "", on && below(w, 2) ? below(w, 9000) : PAGE_MAX_BYTES);
	if (!on || w->r.reply.status != 410)
		assert_int_equal(w->r.reply.status, 200);
	w->anew += w->r.reply.status == 410;
	expect(w, on ? "pull on" : "pull", on ? 0 : v->sync, v->sync | v->own | (on ? v->gone : 0),
	       v->whole);
}

/* As after a restore: cases of no matter whose are asked for by name. The last name
 * is told back in the header, so the last is nobody's. */
static void ask_again(struct world *w, struct desk *d, const struct verdict_of *v)
{
	char json[3 * 1024] = "{\"epoch\":\"\",\"subs\":[";
	size_t n = strlen(json);

	for (int s = 1; s < SCOPES; s++)
		n += (size_t)snprintf(json + n, sizeof(json) - n, "%s{\"scope\":%d,\"seq\":%d}",
				      s > 1 ? "," : "", s, (int)central_size(w->r.c));
	n += (size_t)snprintf(json + n, sizeof(json) - n, "],\"again\":[");
	for (int i = 0; i < 4; i++)
		n += (size_t)snprintf(json + n, sizeof(json) - n, "\"%s\",",
				      w->id[below(w, CASES)]);
	snprintf(json + n, sizeof(json) - n, "\"%s\"]}", nobody);
	rig_post(&w->r, d->token, "/v1/sync/pull", json);
	assert_int_equal(w->r.reply.status, 200);
	expect(w, "pull again", 0, v->sync | v->own, v->whole);
}

static void ask_wait(struct world *w, struct desk *d, const struct verdict_of *v)
{
	struct stmt *q =
		db_stmt(central_db(w->r.c),
			"SELECT scope.unit, scope.class, max(coalesce(max(seq), 0),"
			" coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key ="
			" 'feed_floor.' || scope.id), 0))"
			" FROM scope LEFT JOIN feed ON scope.id = feed.scope GROUP BY scope.id");
	int64_t newest = 0, seq = below(w, (uint64_t)central_size(w->r.c) + 2);
	char path[64], key[64], want[64];

	while (stmt_step(q, NULL) == ST_OK) {
		int64_t class = stmt_col_int(q, 1), at = stmt_col_int(q, 2);
		bool mine;

		stmt_col_copy(q, 0, key, sizeof(key));
		mine = v->roles == ROLE_CONTACT
			       ? class == 0 && !strchr(key, ':')
			       : class <= v->clearance
					 && (in_list(v->list, key)
					     || granted_of(w, d->officer, key, ""));
		newest = mine && at > newest ? at : newest;
	}
	snprintf(path, sizeof(path), "/v1/sync/wait?t=0&seq=%d", (int)seq);
	rig_get(&w->r, d->token, path);
	assert_int_equal(w->r.reply.status, newest > seq ? 200 : 204);
	snprintf(want, sizeof(want), "\"seq\":%d}", (int)newest);
	if (newest > seq)
		assert_non_null(strstr(strbuf_cstr(&w->r.reply.body), want));
	expect(w, path, 0, 0, 0);
}

static void ask_search(struct world *w, struct desk *d, const struct verdict_of *v)
{
	cases_t fits = 0;
	char filter[64] = "", json[160];
	int how = (int)below(w, 5), i = (int)below(w, CASES);

	if (how == 1)
		snprintf(filter, sizeof(filter), "kan%03dx", i);
	if (how == 2)
		snprintf(filter, sizeof(filter), "queue:%s", queues[i % 4].code);
	if (how == 3)
		snprintf(filter, sizeof(filter), "secret");
	if (how == 4)
		snprintf(filter, sizeof(filter), "party:prt%03dx", i);
	for (int k = 0; k < CASES; k++) {
		bool yes = how == 0 || (how == 1 && k == i)
			   || (how == 2 && strcmp(w->row[k].queue, queues[i % 4].code) == 0)
			   || (how == 3 && w->row[k].class > 0)
			   || (how == 4 && k == i && w->row[k].named);

		fits |= yes ? 1u << k : 0;
	}
	snprintf(json, sizeof(json), "{\"filter\":\"%s\",\"limit\":100}", filter);
	rig_post(&w->r, d->token, "/v1/cases/search", json);
	if (v->roles == ROLE_CONTACT) {
		rig_expect(&w->r, 403, "role-lacking");
		return;
	}
	assert_int_equal(w->r.reply.status, 200);
	expect(w, filter, fits & v->whole, fits & v->whole, v->whole);
}

static void has_figure(struct world *w, const char *name, int64_t n)
{
	char text[64];

	snprintf(text, sizeof(text), "\"%s\":%d,", name, (int)n);
	if (!strstr(strbuf_cstr(&w->r.reply.body), text))
		fail_msg("%s is not in %s", text, strbuf_cstr(&w->r.reply.body));
}

static void ask_stats(struct world *w, struct desk *d, const struct verdict_of *v)
{
	const char *unit = below(w, 2) ? units[below(w, 3)] : "";
	int64_t counted = 0, all = 0, of_state[7] = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/v1/stats%s%s", unit[0] ? "?unit=" : "", unit);
	rig_get(&w->r, d->token, path);
	expect(w, path, 0, 0, 0);
	if (!(v->roles & ROLE_SUPERVISOR) || (unit[0] && !in_list(v->list, unit))) {
		assert_int_equal(w->r.reply.status, v->roles & ROLE_SUPERVISOR ? 404 : 403);
		same_as_nothing(w, d, "/v1/stats?unit=nowhere");
		return;
	}
	for (int i = 0; i < CASES; i++) {
		const struct row *c = &w->row[i];

		if (c->class > v->clearance || !in_list(v->list, c->unit))
			continue;
		all++;
		counted += !unit[0] || strcmp(unit, c->unit) == 0;
		for (int s = 0; s < 7; s++)
			of_state[s] += (!unit[0] || strcmp(unit, c->unit) == 0)
				       && strcmp(c->state, states[s]) == 0;
	}
	has_figure(w, "counted", counted);
	has_figure(w, "of", all);
	for (int s = 0; s < 7; s++) {
		char text[64];

		snprintf(text, sizeof(text), "{\"status\":\"%s\",\"cases\":%d}", states[s],
			 (int)of_state[s]);
		if (of_state[s])
			assert_non_null(strstr(strbuf_cstr(&w->r.reply.body), text));
	}
}

static void ask_lookup(struct world *w, struct desk *d, const struct verdict_of *v)
{
	int i = (int)below(w, CASES);
	bool by_number = below(w, 2), shown;
	char json[128];

	if (by_number)
		snprintf(json, sizeof(json), "{\"query\":\"%s\",\"reason\":1}", w->row[i].diary_no);
	else
		snprintf(json, sizeof(json), "{\"query\":\"prt%03dx kund\",\"reason\":1}", i);
	rig_post(&w->r, d->token, "/v1/lookup", json);
	assert_int_equal(w->r.reply.status, 200);
	shown = w->row[i].class == 0 && strcmp(w->row[i].party_kind, "protected") != 0
		&& ((v->whole | v->glance) >> i & 1);
	expect(w, json, shown ? 1u << i : 0, shown ? 1u << i : 0, 0);
}

static void ask_push(struct world *w, struct desk *d, const struct verdict_of *v, int i)
{
	struct ack hidden, nothing;
	bool see = (v->whole | v->glance) >> i & 1;

	desk_act(d, w->id[i], "note.add", "text", "egen", &hidden);
	if (see) {
		assert_string_not_equal(hidden.why, "case-unknown");
		return;
	}
	desk_act(d, nobody, "note.add", "text", "egen", &nothing);
	assert_string_equal(hidden.why, "case-unknown");
	assert_string_equal(hidden.detail, nothing.detail);
	assert_string_equal(hidden.who, "");
	assert_int_equal(hidden.verdict, nothing.verdict);
	assert_int_equal(hidden.n + hidden.seq + hidden.merged_over, 0);
}

static void ask_nothing(struct world *w, struct desk *d, const char *method, const char *path)
{
	rig_do(&w->r, d->token, method, path, "", str_of(""));
	expect(w, path, 0, 0, 0);
}

static void ask_blob(struct world *w, struct desk *d, int i)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/blobs/%s", w->letter[i][0] ? w->letter[i] : HASH_ZERO);
	ask_nothing(w, d, "HEAD", path);
	assert_true(w->r.reply.status == 404 || w->r.reply.status == 403);
}

static void ask_status(struct world *w, struct desk *d, int i)
{
	char path[128];

	snprintf(path, sizeof(path), "/s/%s", w->receipt[i]);
	rig_get(&w->r, d->token, path);
	expect(w, path, 0, 1u << i, 1u << i);
}

static void ask_erasures(struct world *w, struct desk *d, const struct verdict_of *v)
{
	cases_t waits = cases_of(w, "SELECT case_id FROM erasure WHERE sub <> ?1", "");

	waits = v->roles & ROLE_REGISTRAR ? waits & v->whole : 0;
	rig_get(&w->r, d->token, "/v1/erasures");
	assert_int_equal(w->r.reply.status, v->roles & ROLE_REGISTRAR ? 200 : 403);
	expect(w, "erasures", waits, waits, 0);
}

/* --- Snapshots --------------------------------------------------------------------- */

/* A scope of a unit, and what the rows say of it. */
struct of_scope {
	int64_t id, class, erased; /* what is older than `erased` is served to nobody */
	char unit[64];
	cases_t in, left; /* cases in it now; those that left since its snapshot */
	bool may;
};

static void scope_at_random(struct world *w, const struct verdict_of *v, struct of_scope *s)
{
	struct stmt *q = db_stmt(central_db(w->r.c),
				 "SELECT id, unit, class, coalesce((SELECT max(value + 0) FROM meta"
				 " WHERE key IN ('snapshot_floor.' || id, 'feed_floor.' || id)), 0)"
				 " FROM scope"
				 " WHERE unit IN ('bygg', 'miljo', 'park')");
	int64_t nth = 0;

	while (stmt_step(q, NULL) == ST_OK)
		if (below(w, (uint64_t)++nth) == 0) {
			s->id = stmt_col_int(q, 0);
			stmt_col_copy(q, 1, s->unit, sizeof(s->unit));
			s->class = stmt_col_int(q, 2);
			s->erased = stmt_col_int(q, 3);
		}
	assert_true(s->id > 0 && s->id < SCOPES);
	s->may = v->roles != ROLE_CONTACT && s->class <= v->clearance && in_list(v->list, s->unit);
}

static cases_t left_scope(struct world *w, int64_t scope, int64_t seq)
{
	struct stmt *q = db_stmt(central_db(w->r.c),
				 "SELECT case_id FROM feed WHERE kind = 'g' AND scope = ?1"
				 " AND seq > ?2");
	char id[UUID_TEXT];
	cases_t m = 0;

	stmt_int(q, 1, scope);
	stmt_int(q, 2, seq);
	while (stmt_step(q, NULL) == ST_OK) {
		stmt_col_copy(q, 0, id, sizeof(id));
		m |= 1u << number_of(w, id);
	}
	return m;
}

/* More often one that is held: the others have one answer. */
static void look_at_scope(struct world *w, const struct verdict_of *v, struct of_scope *s)
{
	struct snapshot made = SNAPSHOT_INIT;
	struct taken *t;

	for (int i = 0; i < 4 && !s->may; i++)
		scope_at_random(w, v, s);
	t = &w->taken[s->id];
	s->in = 0;
	for (int i = 0; i < CASES; i++)
		if (strcmp(w->row[i].unit, s->unit) == 0 && w->row[i].class == s->class)
			s->in |= 1u << i;
	if (!t->seq || below(w, 6) == 0) {
		shelf_make(&w->shelf, &w->r, s->id, &made);
		t->seq = made.seq;
		t->cases = s->in;
	}
	snapshot_release(&made);
	s->left = left_scope(w, s->id, t->seq);
}

/* Each segment of the manifest that was told, and what stands in them together. */
static void read_segments(struct world *w, struct desk *d, const struct verdict_of *v,
			  const struct of_scope *s)
{
	struct taken *t = &w->taken[s->id];
	struct snapshot told = SNAPSHOT_INIT;
	struct err why = ERR_INIT;
	cases_t seen = 0, may = s->in & t->cases & ~s->left;
	char path[128];

	must(snapshot_read(&told, strbuf_str(&w->r.reply.body), &why), &why);
	memcpy(t->gen, told.gen, sizeof(t->gen));
	assert_int_equal(told.seq, t->seq);
	for (int i = 0; i < told.count; i++) {
		struct told what;

		snprintf(path, sizeof(path), "/v1/snapshots/%d/%s/%d", (int)s->id, told.gen, i);
		assert_int_equal(shelf_get(&w->shelf, &w->r, d->token, path), 200);
		expect(w, path, 0, may, v->whole);
		what = what_is_told(w);
		seen |= what.told;
		w->segments++;
	}
	if (seen != may)
		fail_msg("the snapshot of %s:%d has %05x, and should have %05x", s->unit,
			 (int)s->class, seen, may);
	snapshot_release(&told);
}

static void ask_snapshot(struct world *w, struct desk *d, const struct verdict_of *v)
{
	struct of_scope s = { .id = 0 };
	struct taken *t;
	char path[128];

	look_at_scope(w, v, &s);
	t = &w->taken[s.id];
	snprintf(path, sizeof(path), "/v1/snapshots/%d", (int)s.id);
	shelf_get(&w->shelf, &w->r, d->token, path);
	expect(w, path, 0, 0, 0);
	assert_int_equal(w->r.reply.status, s.may && s.erased <= t->seq ? 200 : 404);
	if (w->r.reply.status == 200)
		read_segments(w, d, v, &s);
	else
		same_as_nothing(w, d, "/v1/snapshots/9999");
}

/* One whose name was told to somebody, before what has been since. */
static void ask_segment(struct world *w, struct desk *d, const struct verdict_of *v)
{
	struct of_scope s = { .id = 0 };
	const struct taken *t;
	cases_t may;
	char path[128];

	look_at_scope(w, v, &s);
	t = &w->taken[s.id];
	may = s.may && s.erased <= t->seq ? s.in & t->cases & ~s.left : 0;
	snprintf(path, sizeof(path), "/v1/snapshots/%d/%s/0", (int)s.id,
		 t->gen[0] ? t->gen : nobody);
	shelf_get(&w->shelf, &w->r, d->token, path);
	expect(w, path, 0, may, v->whole & may);
	assert_true(w->r.reply.status == 404 || (w->r.reply.status == 200 && s.may));
	if (w->r.reply.status == 404)
		same_as_nothing(w, d, "/v1/snapshots/9999");
}

static void ask(struct world *w, struct desk *d, enum kind kind)
{
	static const char *const open[] = { "/healthz", "/readyz", "/metrics", "/v1/api-info" };
	struct verdict_of v;
	int i = (int)below(w, CASES);
	char path[96];

	judge_officer(w, d, &v);
	w->asked[kind]++;
	switch (kind) {
	case ASK_PULL:
	case ASK_PULL_ON:
		ask_pull(w, d, &v, kind == ASK_PULL_ON);
		break;
	case ASK_PULL_AGAIN:
		ask_again(w, d, &v);
		break;
	case ASK_WAIT:
		ask_wait(w, d, &v);
		break;
	case ASK_CASE:
		ask_of_case(w, d, &v, i, "", true);
		break;
	case ASK_CHAIN:
		ask_of_case(w, d, &v, i, "/chain", false);
		break;
	case ASK_PROOF:
		ask_of_case(w, d, &v, i, "/proof", false);
		break;
	case ASK_DOCUMENT:
		ask_document(w, d, &v, i);
		break;
	case ASK_SEARCH:
		ask_search(w, d, &v);
		break;
	case ASK_STATS:
		ask_stats(w, d, &v);
		break;
	case ASK_LOOKUP:
		ask_lookup(w, d, &v);
		break;
	case ASK_ACKS:
		rig_get(&w->r, d->token, "/v1/acks?from=1");
		expect(w, "acks", v.own, v.own, 0);
		break;
	case ASK_BLOB:
		ask_blob(w, d, i);
		break;
	case ASK_LOG_HEAD:
		ask_nothing(w, d, "GET", "/v1/log/head");
		break;
	case ASK_LOG_PROOF:
		snprintf(path, sizeof(path), "/v1/log/proof?entry=%d", i + 1);
		ask_nothing(w, d, "GET", path);
		break;
	case ASK_KEYS:
		ask_nothing(w, d, "GET", "/v1/keys");
		break;
	case ASK_PUSH:
		ask_push(w, d, &v, i);
		break;
	case ASK_SNAPSHOT:
		ask_snapshot(w, d, &v);
		break;
	case ASK_SEGMENT:
		ask_segment(w, d, &v);
		break;
	case ASK_STATUS:
		ask_status(w, d, i);
		break;
	case ASK_DEVICES:
		ask_nothing(w, d, "GET", "/v1/devices");
		break;
	case ASK_ERASURES:
		ask_erasures(w, d, &v);
		break;
	default:
		ask_nothing(w, d, "GET", open[below(w, 4)]);
		break;
	}
}

/* --- The claims ------------------------------------------------------------------------ */

static void every_address_of_the_central_is_asked_here(void **state)
{
	const char *method, *pattern;
	int i;

	(void)state;
	for (i = 0; central_route(i, &method, &pattern); i++) {
		bool known = false;

		for (int k = 0; k < ASKED; k++)
			known = known
				|| (strcmp(asked[k].method, method) == 0
				    && strcmp(asked[k].pattern, pattern) == 0);
		if (!known)
			fail_msg("%s %s is read by no oracle: say here what it may tell, and of"
				 " which cases",
				 method, pattern);
	}
	assert_int_equal(i, ASKED);
}

static void no_reply_tells_more_or_less_than_plain_rows_allow(void **state)
{
	static const char *const names[KINDS] = {
		"pull",	   "pull on",	  "pull again", "wait",	      "case",	"chain",
		"proof",   "document",	  "search",	"statistics", "lookup", "acks",
		"blob",	   "head",	  "log proof",	"keys",	      "push",	"snapshot",
		"segment", "status page", "devices",	"erasures",   "open",
	};
	/* What tells of many cases, or of one by its parts, is asked more often. */
	static const unsigned char weight[KINDS] = { 2, 4, 3, 2, 4, 3, 1, 3, 4, 3, 4, 1,
						     1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 1 };
	int64_t asked_of[KINDS] = { 0 }, told = 0, pairs = 0, segments = 0, dropped = 0, anew = 0;
	struct world *w = malloc(sizeof(*w));
	enum kind bag[64];
	size_t full = 0;

	(void)state;
	assert_non_null(w);
	for (int k = 0; k < KINDS; k++)
		for (int n = 0; n < weight[k]; n++)
			bag[full++] = (enum kind)k;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		world_open(w, seed);
		for (int i = 0; i < PAIRS; i++) {
			w->r.wall += 1500;
			if (below(w, 8) == 0)
				change_at_random(w);
			ask(w, &w->d[below(w, OFFICERS)], bag[below(w, full)]);
			pairs++;
		}
		for (int k = 0; k < KINDS; k++)
			asked_of[k] += w->asked[k];
		told += w->told;
		segments += w->segments;
		dropped += w->dropped;
		anew += w->anew;
		world_close(w);
	}
	free(w);
	print_message("%d pairs of rights and request in %d centrals; cases told of: %d\n",
		      (int)pairs, WORLDS, (int)told);
	for (int k = 0; k < KINDS; k++)
		print_message("  %-12s %d\n", names[k], (int)asked_of[k]);
	print_message("  segments read %d, rows of feeds dropped %d, pulls told to read anew %d\n",
		      (int)segments, (int)dropped, (int)anew);
	assert_true(dropped > 1000 && anew > 100);
	assert_true(pairs >= 10000);
	assert_true(segments > 50);
}

/* --- A workstation that reads on while rights change ------------------------------------ */

enum { STEPS = 400, FOLLOWED = 8 };

struct place {
	int64_t scope, seq, fresh;
};

/* What sync and cache keep of pages, as plainly as it can be said. */
struct copy {
	struct world *w;
	int held, anew;
	struct place sub[SCOPES_MAX];
	char catalog[HASH_TEXT];
	bool more;
	struct {
		int64_t n, gone;
		bool there, detail;
		int count;
		int64_t scope[SCOPES_MAX];
	} of[CASES];
	struct page_head head;
};

static bool has_scope(const struct copy *c, int64_t scope)
{
	for (int i = 0; i < c->head.to_count; i++)
		if (c->head.to[i].scope == scope)
			return true;
	return false;
}

static void forget(struct copy *c, int i)
{
	c->of[i].there = c->of[i].detail = false;
	c->of[i].count = 0;
}

static void leave(struct copy *c, int i, int64_t scope)
{
	int kept = 0;

	for (int k = 0; k < c->of[i].count; k++)
		if (c->of[i].scope[k] != scope)
			c->of[i].scope[kept++] = c->of[i].scope[k];
	c->of[i].count = kept;
}

static void lose_scope(struct copy *c, int64_t scope)
{
	int kept = 0;

	for (int i = 0; i < CASES; i++) {
		leave(c, i, scope);
		if (!c->of[i].count)
			forget(c, i);
	}
	for (int i = 0; i < c->held; i++)
		if (c->sub[i].scope != scope)
			c->sub[kept++] = c->sub[i];
	c->held = kept;
}

static enum status copy_head(void *ctx, const struct page_head *h, struct str covered,
			     const char *sha256, struct err *why)
{
	struct copy *c = ctx;

	(void)covered;
	(void)sha256;
	(void)why;
	c->head = *h;
	return ST_OK;
}

static void copy_case(struct copy *c, int i, const struct page_row *row)
{
	if ((c->of[i].there && c->of[i].n > row->n) || c->of[i].gone > row->n)
		return;
	c->of[i].there = true;
	c->of[i].n = row->n;
	c->of[i].gone = c->of[i].count = 0;
	for (int k = 0; k < row->scope_count; k++)
		if (has_scope(c, row->scopes[k]))
			c->of[i].scope[c->of[i].count++] = row->scopes[k];
	assert_true(c->of[i].count > 0);
}

static void copy_gone(struct copy *c, int i, const struct page_row *row)
{
	if (c->of[i].there && c->of[i].n > row->n)
		return;
	leave(c, i, row->scopes[0]);
	if (c->of[i].count)
		return;
	c->of[i].gone = row->n > c->of[i].gone ? row->n : c->of[i].gone;
	forget(c, i);
}

static enum status copy_row(void *ctx, const struct page_row *row, struct err *why)
{
	struct copy *c = ctx;
	int i = number_of(c->w, row->case_id);

	(void)why;
	if (row->kind == PAGE_CATALOG)
		sha256_hex(c->catalog, row->text);
	for (int k = 0; row->kind == PAGE_SCOPE && k < row->add_count; k++)
		c->sub[c->held++] = (struct place){ .scope = row->add[k] };
	for (int k = 0; row->kind == PAGE_SCOPE && k < row->del_count; k++)
		lose_scope(c, row->del[k]);
	if (row->kind == PAGE_CASE)
		copy_case(c, i, row);
	if (row->kind == PAGE_DETAIL)
		c->of[i].detail = true;
	if (row->kind == PAGE_GONE)
		copy_gone(c, i, row);
	return ST_OK;
}

static void move_on(struct copy *c, struct place *sub, int64_t to)
{
	if (sub->seq == 0 && sub->fresh == 0)
		sub->fresh = c->head.log;
	if (to > sub->seq)
		sub->seq = to;
}

static void read_anew(struct copy *c)
{
	for (int i = 0; i < CASES; i++) {
		forget(c, i);
		c->of[i].gone = 0;
	}
	c->held = 0;
	c->more = true;
	c->anew++;
}

static void read_on(struct copy *c, struct desk *d, int64_t max)
{
	struct page_handler to = { copy_head, copy_row, c };
	struct strbuf page = STRBUF_INIT;
	struct err why = ERR_INIT;
	char subs[4096] = "[";
	size_t n = 1;

	for (int i = 0; i < c->held; i++)
		n += (size_t)snprintf(subs + n, sizeof(subs) - n,
				      "%s{\"scope\":%lld,\"seq\":%lld,\"fresh\":%lld}",
				      i ? "," : "", (long long)c->sub[i].scope,
				      (long long)c->sub[i].seq, (long long)c->sub[i].fresh);
	snprintf(subs + n, sizeof(subs) - n, "]");
	if (desk_pull_raw(d, subs, c->catalog, max) == 410) {
		read_anew(c);
		return;
	}
	assert_int_equal(c->w->r.reply.status, 200);
	must(zstd_unpack(&page, strbuf_str(&c->w->r.reply.body), PAGE_MAX_BYTES + 4096, &why),
	     &why);
	must(page_read(strbuf_str(&page), &to, &why), &why);
	strbuf_release(&page);
	for (int i = 0; i < c->held; i++)
		for (int k = 0; k < c->head.to_count; k++)
			if (c->head.to[k].scope == c->sub[i].scope)
				move_on(c, &c->sub[i], c->head.to[k].seq);
	c->more = c->head.more;
}

/* Read to the end, it has what the oracle allows: no case more, none less, each in
 * its newest state, and details of those that are seen whole. */
static void has_what_it_may(struct copy *c, struct desk *d)
{
	struct verdict_of v;

	do
		read_on(c, d, below(c->w, 2) ? PAGE_MAX_BYTES : 1 + below(c->w, 3000));
	while (c->more);
	judge_officer(c->w, d, &v);
	for (int i = 0; i < CASES; i++) {
		int64_t n;
		char eh[HASH_TEXT];

		rig_base(&c->w->r, c->w->id[i], &n, eh);
		if (c->of[i].there != (bool)(v.sync >> i & 1))
			fail_msg("case %d: the copy %s it, the rights %s", i,
				 c->of[i].there ? "has" : "lacks",
				 v.sync >> i & 1 ? "give it" : "do not");
		if (c->of[i].there)
			assert_int_equal(c->of[i].n, n);
		assert_int_equal(c->of[i].detail, (bool)(v.sync & v.whole & 1u << i));
	}
}

static void rights_that_change_between_pages_leave_what_they_allow(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct copy *c = calloc(OFFICERS, sizeof(*c));
	int pages = 0, ends = 0, anew = 0;

	(void)state;
	assert_non_null(w);
	assert_non_null(c);
	for (uint64_t seed = 1; seed <= FOLLOWED; seed++) {
		world_open(w, 500 + seed);
		memset(c, 0, OFFICERS * sizeof(*c));
		for (int i = 0; i < STEPS; i++) {
			int who = (int)below(w, OFFICERS);

			c[who].w = w;
			w->r.wall += 1500;
			if (below(w, 3) == 0)
				change_at_random(w);
			read_on(&c[who], &w->d[who], 1 + below(w, 3000));
			pages++;
			if (below(w, 20) == 0) {
				has_what_it_may(&c[who], &w->d[who]);
				ends++;
			}
		}
		for (int i = 0; i < OFFICERS; i++)
			anew += c[i].anew;
		world_close(w);
	}
	free(c);
	free(w);
	print_message("%d pages in the midst of changes, %d times read to the end, %d times anew\n",
		      pages, ends, anew);
	assert_true(anew > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_of_the_central_is_asked_here),
		cmocka_unit_test(no_reply_tells_more_or_less_than_plain_rows_allow),
		cmocka_unit_test(rights_that_change_between_pages_leave_what_they_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
