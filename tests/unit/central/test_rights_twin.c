/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two centrals with one clock and one stream of random numbers for each step. One
 * has a secret case beside, with actions, letters and a grant of its own; who may
 * not see it gets the same replies from both, byte for byte but for
 *   - the place of entries in the log: seq, from, to, size, log, durable_through, and
 *     how many bytes a segment has that is packed with them;
 *   - what is computed over that place: hashes, which stand for each other in the
 *     order in which they come, and the signatures over them.
 * The register of a municipality is public (OSL 5:2), and so is a gap in its
 * numbers: the other central skips one. Proofs over the whole log are not compared.
 */
#include "tests/unit/central/snapshot_rig.h"

#include "base/encode.h"
#include "central/compact.h"

#include "base/banned.h"

enum { ORDINARY = 6, HASHES = 4096 };

static const char letter[] = "<p>Beslut om staket</p>";
static const char secret_letter[] = "<p>hemligt beslut</p>";

struct twin {
	struct rig r;
	struct shelf shelf;
	struct desk britt, boss, kim, both, sekr;
	char id[ORDINARY][UUID_TEXT];
	char hash[HASHES][HASH_TEXT]; /* in the order in which they came */
	int hashes;
	struct strbuf seen; /* the last reply, without what differs */
};
struct twins {
	struct twin with, without;
	uint64_t step;
	char secret[UUID_TEXT];
	char secret_hash[HASH_TEXT];
	int compared, segments;
};

static struct twin *twin_of(struct twins *t, int i)
{
	return i ? &t->without : &t->with;
}

/* Both draw the same numbers at the same moment in the step that follows. */
static void step(struct twins *t)
{
	t->step++;
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		w->r.wall += 250;
		(void)rng_from_seed(&w->r.seed, t->step);
	}
}

/* --- What differs -------------------------------------------------------------------- */

static int hash_number(struct twin *w, const char *hex)
{
	for (int i = 0; i < w->hashes; i++)
		if (memcmp(w->hash[i], hex, HASH_TEXT - 1) == 0)
			return i;
	assert_true(w->hashes < HASHES);
	memcpy(w->hash[w->hashes], hex, HASH_TEXT - 1);
	return w->hashes++;
}

/* A name behind which the place in the log stands; its length, or 0. */
static size_t place_name(struct str s)
{
	static const char *const names[] = {
		"[\"c\",",	  "[\"d\",",  "[\"a\",",    "[\"g\",",
		"[\"x\",",	  "\"seq\":", "\"size\":",  "\"durable_through\":",
		"\"entry_seq\":", "\"own\":", "\"bytes\":", "\"log\":",
	};
	size_t n = 1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s.n > strlen(names[i]) && memcmp(s.p, names[i], strlen(names[i])) == 0)
			return strlen(names[i]);
	if (s.n < 4 || s.p[0] != '"')
		return 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n > 1 && n + 1 < s.n && s.p[n] == '"' && s.p[n + 1] == ':' ? n + 2 : 0;
}

static void put_same(struct twin *w, struct str s, struct strbuf *out);

static size_t run_of(struct str s, const char *alphabet)
{
	size_t n = 0;

	while (n < s.n && s.p[n] && strchr(alphabet, s.p[n]))
		n++;
	return n;
}

/* The parts of a JWS: header and payload as they are, no signature. */
static size_t put_signed(struct twin *w, struct str s, struct strbuf *out)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
	struct strbuf payload = STRBUF_INIT;
	size_t n = run_of(s, alphabet);

	if (n < 100 || memcmp(s.p, "eyJ", 3) != 0
	    || jws_payload_unverified(&payload, (struct str){ s.p, n }, NULL) != ST_OK)
		n = 0;
	else
		put_same(w, strbuf_str(&payload), out);
	strbuf_release(&payload);
	return n;
}

static size_t put_hash(struct twin *w, struct str s, struct strbuf *out)
{
	size_t n = run_of(s, "0123456789abcdef");

	if (n != HASH_TEXT - 1)
		return 0;
	strbuf_addf(out, "<hash %d>", hash_number(w, s.p));
	return n;
}

static void put_same(struct twin *w, struct str s, struct strbuf *out)
{
	static const char word[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	while (s.n) {
		size_t n = place_name(s);

		if (n) {
			strbuf_add(out, s.p, n);
			s = (struct str){ s.p + n, s.n - n };
			n = run_of(s, "0123456789");
			strbuf_adds(out, n ? "<place>" : "");
			s = (struct str){ s.p + n, s.n - n };
			continue;
		}
		n = put_signed(w, s, out);
		n = n ? n : put_hash(w, s, out);
		if (!n) {
			n = run_of(s, word);
			n = n ? n : 1;
			strbuf_add(out, s.p, n);
		}
		s = (struct str){ s.p + n, s.n - n };
	}
}

static void take_reply(struct twin *w)
{
	struct strbuf page = STRBUF_INIT;
	const struct reply *r = &w->r.reply;
	struct str body = strbuf_str(&r->body);

	if (strcmp(r->content_type, "application/zstd") == 0) {
		assert_int_equal(zstd_unpack(&page, body, PAGE_MAX_BYTES + 4096, NULL), ST_OK);
		body = strbuf_str(&page);
	}
	strbuf_clear(&w->seen);
	strbuf_addf(&w->seen, "%d %s %d %d\n", r->status, r->content_type, r->retry_after_s,
		    (int)r->hold);
	put_same(w, body, &w->seen);
	strbuf_release(&page);
}

static void compare(struct twins *t, const char *who, const char *what)
{
	take_reply(&t->with);
	take_reply(&t->without);
	t->compared++;
	if (strcmp(strbuf_cstr(&t->with.seen), strbuf_cstr(&t->without.seen)) != 0)
		fail_msg("%s, %s:\nwith the secret case: %s\nwithout: %s", who, what,
			 strbuf_cstr(&t->with.seen), strbuf_cstr(&t->without.seen));
}

/* --- Both centrals -------------------------------------------------------------------- */

static void open_twins(struct twins *t)
{
	memset(t, 0, sizeof(*t));
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		rig_open(&w->r, 77);
		shelf_open(&w->shelf);
		rig_officer(&w->r, "boss", "officer,supervisor", "bygg", 1);
		rig_officer(&w->r, "kim", "contact", "", 0);
		rig_officer(&w->r, "both", "officer,contact", "miljo", 2);
		rig_officer(&w->r, "sekr", "officer,decider", "bygg", 2);
		desk_open(&w->britt, &w->r, "britt");
		desk_open(&w->boss, &w->r, "boss");
		desk_open(&w->kim, &w->r, "kim");
		desk_open(&w->both, &w->r, "both");
		desk_open(&w->sekr, &w->r, "sekr");
	}
}

static void close_twins(struct twins *t)
{
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		desk_release(&w->britt);
		desk_release(&w->boss);
		desk_release(&w->kim);
		desk_release(&w->both);
		desk_release(&w->sekr);
		strbuf_release(&w->seen);
		rig_close(&w->r);
		shelf_close(&w->shelf);
	}
}

static void ordinary_case(struct twins *t, int n)
{
	char key[16], json[200];

	step(t);
	snprintf(key, sizeof(key), "k%d", n);
	snprintf(json, sizeof(json),
		 "{\"title\":\"Staket nr %d\",\"party\":{\"name\":\"Kim Ek %d\"}}", n, n);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		assert_int_equal(rig_intake(&w->r, n % 3 ? "BYGGLOV" : "AVLOPP", key, json), 201);
		rig_member(&w->r, "case_id", w->id[n], UUID_TEXT);
	}
	compare(t, "the applicant", "intake");
}

static void ordinary_act(struct twins *t, int n, const char *act, const char *arg,
			 const char *value)
{
	struct ack ack;

	step(t);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		desk_act(&w->britt, w->id[n], act, arg, value, &ack);
	}
	compare(t, "britt", act);
}

static void ordinary_decision(struct twins *t, int n)
{
	step(t);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);
		struct action a = ACTION_INIT;
		struct ack ack;

		desk_upload(&w->britt, letter);
		desk_draft(&w->britt, &a, w->id[n], "case.decide");
		fill_decision(&a, "britt");
		add_letter(&a, letter);
		desk_send(&w->britt, &a, &ack);
		assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
		action_release(&a);
	}
	compare(t, "britt", "case.decide");
}

/* In one of them only: a protected party's case, worked on by who may see it. */
static void secret_case(struct twins *t)
{
	struct twin *w = &t->with;
	struct action a = ACTION_INIT;
	struct ack ack;
	struct err why = ERR_INIT;
	char of[64];
	/* Granted to one who may not see it; what is granted in the other counts alike. */
	const struct central_grant g = { .officer = "anna", .of = of, .by = "x", .reason = "x" };
	const struct central_grant other = {
		.officer = "anna", .of = "queue:bygglov", .by = "x", .reason = "x"
	};

	step(t);
	assert_int_equal(rig_intake(&w->r, "BYGGLOV", "secret",
				    "{\"title\":\"Staket hemligen\",\"party\":{\"name\":"
				    "\"Hemlig Person\",\"protected\":true}}"),
			 201);
	rig_member(&w->r, "case_id", t->secret, UUID_TEXT);
	desk_act(&w->sekr, t->secret, "case.claim", NULL, NULL, &ack);
	desk_act(&w->sekr, t->secret, "note.add", "text", "hemligt", &ack);
	desk_upload(&w->sekr, secret_letter);
	desk_draft(&w->sekr, &a, t->secret, "case.decide");
	fill_decision(&a, "sekr");
	add_letter(&a, secret_letter);
	memcpy(t->secret_hash, a.docs[0].h, HASH_TEXT);
	desk_send(&w->sekr, &a, &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	action_release(&a);
	desk_act(&w->sekr, t->secret, "case.waive_dispatch", "ground", "x", &ack);
	desk_act(&w->sekr, t->secret, "case.close", NULL, NULL, &ack);
	desk_act(&w->sekr, t->secret, "case.reopen", "reason", "x", &ack);
	assert_int_equal(ack.verdict, VERDICT_ACCEPTED);
	snprintf(of, sizeof(of), "case:%s", t->secret);
	must(central_grant(w->r.c, &g, &why), &why);
	must(central_grant(t->without.r.c, &other, &why), &why);
	must(db_exec(central_db(t->without.r.c),
		     "UPDATE diary SET number = number + 1 WHERE committee = 'BN'", &why),
	     &why);
}

/* --- Who may not see it, asking ------------------------------------------------------------ */

static struct desk *desk_in(struct twin *w, const char *who)
{
	return strcmp(who, "britt") == 0  ? &w->britt
	       : strcmp(who, "boss") == 0 ? &w->boss
	       : strcmp(who, "kim") == 0  ? &w->kim
					  : &w->both;
}

static void ask(struct twins *t, const char *who, const char *method, const char *path,
		const char *body)
{
	step(t);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		rig_do(&w->r, desk_in(w, who)->token, method, path,
		       body[0] == '{' ? "application/json" : "application/octet-stream",
		       str_of(body));
	}
	compare(t, who, path);
}

static void ask_of(struct twins *t, const char *who, const char *id)
{
	static const char *const behind[] = { "", "/chain?from=1", "/documents/" };
	const char *const hashes[] = { HASH_ZERO, t->secret_hash };
	char path[256], h[HASH_TEXT];

	sha256_hex(h, str_of(letter));
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/v1/cases/%s%s", id, behind[i]);
		ask(t, who, "GET", path, "");
	}
	snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", id, h);
	ask(t, who, "GET", path, "");
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/v1/cases/%s/documents/%s", id, hashes[i]);
		ask(t, who, "GET", path, "");
	}
	if (strcmp(id, t->secret) == 0) {
		snprintf(path, sizeof(path), "/v1/cases/%s/proof", id);
		ask(t, who, "GET", path, "");
	}
}

static void search_everything(struct twins *t, const char *who)
{
	static const char *const filters[] = { "",	 "staket",    "hemligen",   "secret",
					       "hemlig", "unit:bygg", "open",	    "closed",
					       "nobody", "age:<2",    "ref:2026-4", "handl:sekr" };
	char json[300];

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		for (int limit = 1; limit <= 64; limit += 21) {
			snprintf(json, sizeof(json), "{\"filter\":\"%s\",\"limit\":%d}", filters[i],
				 limit);
			ask(t, who, "POST", "/v1/cases/search", json);
			snprintf(json, sizeof(json),
				 "{\"filter\":\"%s\",\"limit\":%d,\"before\":{\"received_at\":"
				 "\"2026-03-02T08:00:01.250Z\",\"case_id\":\"%s\"}}",
				 filters[i], limit, t->secret);
			ask(t, who, "POST", "/v1/cases/search", json);
		}
}

static void look_up_everything(struct twins *t, const char *who)
{
	static const char *const queries[] = { "BN 2026-1", "BN 2026-2",     "BN 2026-3",
					       "BN 2026-4", "BN 2026-5",     "BN 2026-6",
					       "4",	    "hemlig person", "kim ek" };
	char json[128];

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		snprintf(json, sizeof(json), "{\"query\":\"%s\",\"reason\":1}", queries[i]);
		ask(t, who, "POST", "/v1/lookup", json);
	}
}

/* From nothing; in small pages; and on from there. */
static void pull_everything(struct twins *t, const char *who)
{
	struct pulled p;
	char held[2][2048] = { "[]", "[]" };

	for (int round = 0; round < 2; round++)
		for (int pages = 0; pages < 4; pages++) {
			step(t);
			for (int i = 0; i < 2; i++) {
				struct twin *w = twin_of(t, i);

				/* With room for everything: where a page ends depends on
				 * the place of others' entries. */
				desk_pull(desk_in(w, who), held[i], "", PAGE_MAX_BYTES, &p);
				pulled_subs(&p, held[i], sizeof(held[i]));
			}
			compare(t, who, "pull");
		}
}

static void push_on(struct twins *t, const char *who, const char *id, const char *act,
		    const char *arg, const char *value)
{
	struct ack ack;

	step(t);
	for (int i = 0; i < 2; i++) {
		struct desk *d = desk_in(twin_of(t, i), who);
		struct action a = ACTION_INIT;

		desk_draft(d, &a, id, act);
		a.base_n = 0; /* guessed */
		memcpy(a.base_eh, HASH_ZERO, HASH_TEXT);
		if (arg)
			set_arg(&a, arg, value);
		desk_send(d, &a, &ack);
		action_release(&a);
	}
	compare(t, who, act);
}

/* Each time other bytes are asked for, since places have other lengths. */
static void ask_shelf(struct twins *t, const char *who, const char *path)
{
	step(t);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		shelf_get(&w->shelf, &w->r, desk_in(w, who)->token, path);
	}
	compare(t, who, path);
}

/* Of every scope that there is, made in both at one moment; that of the secret
 * case among them. */
static void load_everything(struct twins *t, const char *who)
{
	struct snapshot made = SNAPSHOT_INIT;
	char path[128];

	for (int scope = 1; scope <= 12; scope++) {
		step(t);
		for (int i = 0; i < 2; i++)
			shelf_make(&twin_of(t, i)->shelf, &twin_of(t, i)->r, scope, &made);
		snprintf(path, sizeof(path), "/v1/snapshots/%d", scope);
		ask_shelf(t, who, path);
		snprintf(path, sizeof(path), "/v1/snapshots/%d/%s/0", scope, made.gen);
		ask_shelf(t, who, path);
		t->segments += t->with.r.reply.status == 200;
	}
	snapshot_release(&made);
}

static int64_t bygg(struct twin *w)
{
	int64_t id = 0;

	assert_int_equal(db_get_int(central_db(w->r.c),
				    "SELECT id FROM scope WHERE unit = 'bygg' AND class = 0", &id,
				    0, NULL),
			 ST_OK);
	return id;
}

/* The feeds are made shorter in both; who has read less is told the same of it. */
static void shorten_feeds(struct twins *t, const char *held)
{
	struct err why = ERR_INIT;
	int64_t dropped;

	step(t);
	for (int i = 0; i < 2; i++) {
		struct twin *w = twin_of(t, i);

		must(feed_compact(w->r.c, w->r.wall + 1, &dropped, &why), &why);
		assert_true(dropped > 0);
		assert_int_equal(desk_pull_raw(&w->boss, held, "", PAGE_MAX_BYTES), 410);
	}
	compare(t, "boss", "pull below the floor");
}

static void everything(struct twins *t, const char *who)
{
	char path[128];

	pull_everything(t, who);
	ask(t, who, "GET", "/v1/sync/wait?t=0&seq=100000", "");
	for (int n = 0; n < ORDINARY && t->with.id[n][0]; n++)
		ask_of(t, who, t->with.id[n]);
	ask_of(t, who, t->secret);
	ask_of(t, who, "0190a000-dead-7000-8000-00000000beef");
	search_everything(t, who);
	look_up_everything(t, who);
	ask(t, who, "GET", "/v1/stats", "");
	ask(t, who, "GET", "/v1/stats?unit=bygg", "");
	ask(t, who, "GET", "/v1/stats?unit=miljo&days=1", "");
	ask(t, who, "GET", "/v1/keys", "");
	ask(t, who, "GET", "/v1/acks?from=1", "");
	ask(t, who, "GET", "/v1/api-info", "");
	load_everything(t, who);
	snprintf(path, sizeof(path), "/v1/blobs/%s", t->secret_hash);
	ask(t, who, "HEAD", path, "");
	ask(t, who, "PUT", path, secret_letter);
	ask(t, who, "HEAD", path, "");
	push_on(t, who, t->secret, "note.add", "text", "x");
	push_on(t, who, t->secret, "case.claim", NULL, NULL);
	push_on(t, who, t->secret, "case.title", "title", "x");
	push_on(t, who, "0190a000-dead-7000-8000-00000000beef", "note.add", "text", "x");
	ask(t, who, "GET", "/v1/acks?from=1", "");
}

static void a_secret_case_changes_no_byte_of_what_others_are_told(void **state)
{
	static const char *const who[] = { "britt", "boss", "kim", "both" };
	struct twins *t = malloc(sizeof(*t));
	char held[64];

	(void)state;
	assert_non_null(t);
	open_twins(t);
	for (int n = 0; n < 3; n++)
		ordinary_case(t, n);
	ordinary_act(t, 1, "case.claim", NULL, NULL);
	secret_case(t);
	for (int n = 3; n < ORDINARY; n++)
		ordinary_case(t, n);
	ordinary_act(t, 1, "note.add", "text", "Ringde.");
	ordinary_decision(t, 1);
	ordinary_act(t, 4, "case.claim", NULL, NULL);
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++)
		everything(t, who[i]);
	ordinary_act(t, 1, "case.waive_dispatch", "ground", "x");
	ordinary_act(t, 1, "case.close", NULL, NULL);
	snprintf(held, sizeof(held), "[{\"scope\":%d,\"seq\":1}]", (int)bygg(&t->with));
	shorten_feeds(t, held);
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++)
		everything(t, who[i]);
	print_message("%d replies compared, %d segments among them\n", t->compared, t->segments);
	assert_true(t->segments > 0);
	close_twins(t);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_case_changes_no_byte_of_what_others_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
