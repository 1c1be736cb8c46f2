/* SPDX-License-Identifier: EUPL-1.2 */
/* Answers that a central can't mean: each is named, settles nothing, and what was
 * signed comes through with the next good one. */
#include "tests/unit/sync/desk.h"

#include "cache/names.h"

#include "base/banned.h"

#define NINTH "0198cccc-0000-7000-8000-000000000009"

/* What is said instead, so many times; a path that ends with '/' is a beginning. */
struct said {
	const char *path;
	int status;
	const char *type, *body;
	int times;
};
struct script {
	struct said say[3];
	int said; /* in all */
};

static bool speaks(struct desk *d, const struct request *r, struct reply *out)
{
	struct script *s = d->route_ctx;
	const char *path = strbuf_cstr(&r->path);

	for (int i = 0; i < 3; i++) {
		struct said *one = &s->say[i];
		size_t n = one->path ? strlen(one->path) : 0;

		if (one->times < 1 || !n
		    || (one->path[n - 1] == '/' ? strncmp(path, one->path, n) != 0
						: strcmp(path, one->path) != 0))
			continue;
		one->times--;
		s->said++;
		out->status = one->status;
		snprintf(out->content_type, sizeof(out->content_type), "%s", one->type);
		strbuf_sets(&out->body, one->body);
		return true;
	}
	return false;
}

static const char json_type[] = "application/json", lines_type[] = "application/x-ndjson",
		  problem_type[] = "application/problem+json";

/* Both lanes go on, and time with them, until the officer is told `code`. */
static void until_told(struct desk *d, const char *code)
{
	struct sync_status s = { .code = "" };
	struct err why = ERR_INIT;

	for (int i = 0; i < 200; i++) {
		int64_t wake;
		bool rest = true;

		for (int lane = LANE_PULL; lane <= LANE_PUSH; lane++) {
			enum status st = desk_step(d, (enum sync_lane)lane, &wake, &why);

			if (st != ST_NONE)
				must(st, &why);
			rest = rest && st == ST_NONE;
			sync_status(d->sync, &s);
			if (strcmp(s.code, code) == 0)
				return;
		}
		if (rest) {
			d->wall += 11000;
			d->boot += 11000;
		}
	}
	fail_msg("nobody says %s, but %s", code, s.code);
}

/* The claim on the first case stands once, and is seen as the central has it. */
static void assert_claimed_once(struct desk *d)
{
	struct case_row row = CASE_ROW_INIT;
	struct sync_status s;

	assert_int_equal(d->log_count, 1);
	desk_see(d, 0, &row);
	assert_string_equal(row.file.assignee, "britt.a");
	assert_int_equal(row.pending, 0);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_FINE);
	assert_int_equal(s.outbox.waiting, 0);
	case_row_release(&row);
}

/* A claim is signed, the program starts anew, and the central speaks as scripted. */
static void claim_under(struct script *s, const char *code)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->route = speaks;
	d->route_ctx = s;
	desk_restart(d);
	until_told(d, code);
	assert_int_equal(d->log_count, 0);
	desk_settle(d);
	assert_true(s->said > 0);
	assert_claimed_once(d);
	desk_close(d);
}

static void an_answer_that_is_not_the_centrals_is_named_and_settles_nothing(void **state)
{
	static const struct {
		const char *path;
		int status;
		const char *type, *body, *code;
	} rows[] = {
		{ "/v1/api-info", 200, json_type, "[1]", "not-ours" },
		{ "/v1/api-info", 200, json_type, "{\"name\":\"hotel\"}", "not-ours" },
		{ "/v1/api-info", 200, json_type, "{\"central\":\"sluss-other\"}",
		  "other-central" },
		{ "/v1/api-info", 200, json_type,
		  "{\"central\":\"" AUD "\",\"protocol\":{\"min\":2,\"max\":3}}",
		  "protocol-version" },
		{ "/v1/api-info", 200, json_type,
		  "{\"central\":\"" AUD "\",\"protocol\":{\"min\":0,\"max\":0}}",
		  "protocol-version" },
		{ "/v1/auth/challenge", 200, json_type, "{}", "not-ours" },
		{ "/v1/auth/challenge", 200, json_type, "{\"challenge\":\"abc\"}", "not-ours" },
		{ "/v1/auth/token", 200, json_type, "{}", "not-ours" },
		{ "/v1/auth/token", 200, json_type, "{\"token\":\"\"}", "not-ours" },
		{ "/v1/auth/token", 200, json_type, "{\"token\":\"a b\"}", "not-ours" },
		{ "/v1/auth/token", 200, json_type,
		  "{\"token\":\"tok\",\"officer\":{\"id\":\"jan.vd\"}}", "other-officer" },
		{ "/v1/auth/token", 200, json_type, "{\"token\":\"tok\",\"officer\":{\"id\":\"\"}}",
		  "other-officer" },
		{ "/v1/auth/token", 200, json_type, "{\"token\":\"tok\",\"officer\":{}}",
		  "other-officer" },
		{ "/v1/actions", 200, json_type, "{}", "not-ours" },
		{ "/v1/actions", 200, lines_type, "", "no-answers" },
		{ "/v1/actions", 200, lines_type, "not.a.jws", "ack-signature" },
		{ "/v1/actions", 502, "text/html", "<html>", "not-ours" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script s = { .say = { { rows[i].path, rows[i].status, rows[i].type,
					       rows[i].body, 1 } } };

		claim_under(&s, rows[i].code);
	}
}

/* The central says that it has had the action, so its answer is asked for. */
static void an_answer_that_was_lost_is_asked_for_until_it_is_one(void **state)
{
	static const char gap[] =
		"{\"status\":409,\"code\":\"ctr-gap\",\"detail\":\"x\",\"expect\":9,"
		"\"last_hash\":\"" HASH_ZERO "\"}";
	static const struct {
		int status;
		const char *type, *body, *code;
	} rows[] = {
		{ 204, lines_type, "", "not-ours" },
		{ 200, "text/html", "<html>", "not-ours" },
		{ 200, lines_type, "", "no-answers" },
		{ 200, lines_type, "not.a.jws\n", "ack-signature" },
		{ 403, problem_type,
		  "{\"status\":403,\"code\":\"foreign-device\",\"detail\":\"x\"}",
		  "foreign-device" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script s = { .say = { { "/v1/actions", 409, problem_type, gap, 1 },
					     { "/v1/acks", rows[i].status, rows[i].type,
					       rows[i].body, 1 } } };

		claim_under(&s, rows[i].code);
		assert_int_equal(s.said, 2);
	}
}

/* --- What is looked after beside the pages --------------------------------------- */

/* A minute later both are asked for again. */
static void look_under(const char *path, const char *body, const char *code)
{
	struct script s = { .say = { { path, 200, json_type, body, 1 } } };
	struct desk *d = desk_open();
	struct sync_status now;

	desk_sync(d);
	d->route = speaks;
	d->route_ctx = &s;
	desk_restart(d);
	until_told(d, code);
	desk_settle(d);
	assert_int_equal(s.said, 1);
	sync_poke(d->sync);
	desk_settle(d);
	sync_status(d->sync, &now);
	assert_int_equal(now.trouble, SYNC_FINE);
	desk_close(d);
}

/* A head that says nothing, by whom and of what type it is signed. */
static void sign_head(struct strbuf *out, const struct signkey *key, const char *typ,
		      const char *payload)
{
	struct strbuf jws = STRBUF_INIT;

	assert_int_equal(jws_sign(&jws, NULL, key, typ, str_of(payload), NULL), ST_OK);
	strbuf_clear(out);
	strbuf_addf(out, "{\"jws\":\"%s\"}", strbuf_cstr(&jws));
	strbuf_release(&jws);
}

static void a_head_that_is_none_is_no_history(void **state)
{
	struct desk *keys = desk_open();
	struct strbuf body = STRBUF_INIT;

	(void)state;
	look_under("/v1/log/head", "[]", "not-ours");
	look_under("/v1/log/head", "{}", "not-ours");
	look_under("/v1/log/head", "{\"jws\":\"a.b.c\"}", "jws-form");
	sign_head(&body, keys->foreign_key, TYP_HEAD, "{}");
	look_under("/v1/log/head", strbuf_cstr(&body), "jws-kid");
	sign_head(&body, keys->central_key, TYP_ACK, "{}");
	look_under("/v1/log/head", strbuf_cstr(&body), "jws-typ");
	sign_head(&body, keys->central_key, TYP_HEAD, "{}");
	look_under("/v1/log/head", strbuf_cstr(&body), "head-member");
	strbuf_release(&body);
	desk_close(keys);
}

static int64_t keys_known(struct desk *d)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(d->cache, "SELECT count(*) FROM known_key", &n, -1, NULL),
			 ST_OK);
	return n;
}

static void of_a_list_of_keys_only_whole_ones_are_known(void **state)
{
	static const char list[] =
		"{\"keys\":["
		"{\"kid\":\"k1\",\"x\":\"x1\",\"sub\":\"jan.vd\",\"dev\":\"d1\","
		"\"certificate\":\"a.b.c\",\"state\":\"active\"},"
		"{\"x\":\"x2\",\"sub\":\"jan.vd\",\"dev\":\"d2\",\"certificate\":\"a.b.c\"},"
		"{\"kid\":\"k3\",\"sub\":\"jan.vd\",\"dev\":\"d3\",\"certificate\":\"a.b.c\"},"
		"{\"kid\":\"k4\",\"x\":\"x4\",\"dev\":\"d4\",\"certificate\":\"a.b.c\"},"
		"{\"kid\":\"k5\",\"x\":\"x5\",\"sub\":\"jan.vd\",\"certificate\":\"a.b.c\"},"
		"{\"kid\":\"k6\",\"x\":\"x6\",\"sub\":\"jan.vd\",\"dev\":\"d6\"}]}";
	struct script s = { .say = { { "/v1/keys", 200, json_type, list, 1 } } };
	struct desk *d = desk_open();

	(void)state;
	look_under("/v1/keys", "[]", "not-ours");
	d->route = speaks;
	d->route_ctx = &s;
	desk_sync(d);
	assert_int_equal(s.said, 1);
	assert_int_equal(keys_known(d), 1);
	desk_close(d);
}

/* --- Pages ------------------------------------------------------------------------- */

/* The page of the desk's central, unpacked. */
static bool plain_page(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf raw = STRBUF_INIT;

	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") != 0 || ++*(int *)d->route_ctx > 1)
		return false;
	make_page(d, &raw, 0);
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "%s", lines_type);
	strbuf_take(&out->body, &raw);
	return true;
}

static void a_page_that_came_unpacked_is_a_page(void **state)
{
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;
	int asked = 0;

	(void)state;
	d->route = plain_page;
	d->route_ctx = &asked;
	desk_sync(d);
	desk_see(d, 2, &row);
	assert_string_equal(strbuf_cstr(&row.file.title), "Carport");
	assert_int_equal(asked, 1);
	case_row_release(&row);
	desk_close(d);
}

/* The header of a page in another epoch than the one that was asked for. */
static bool page_of_another_epoch(struct desk *d, const struct request *r, struct reply *out)
{
	char before[UUID_TEXT];
	struct strbuf raw = STRBUF_INIT;

	if (strcmp(strbuf_cstr(&r->path), "/v1/sync/pull") != 0 || ++*(int *)d->route_ctx > 1)
		return false;
	memcpy(before, d->epoch, sizeof(before));
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	make_page(d, &raw, d->head);
	memcpy(d->epoch, before, sizeof(before));
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "%s", lines_type);
	strbuf_take(&out->body, &raw);
	return true;
}

static void a_page_of_another_epoch_is_not_used_and_the_epoch_is_asked_for(void **state)
{
	struct desk *d = desk_open();
	struct sync_point p;
	int asked = 0, before;

	(void)state;
	desk_sync(d);
	before = d->requests;
	d->route = page_of_another_epoch;
	d->route_ctx = &asked;
	sync_poke(d->sync);
	desk_settle(d);
	/* The page, who is there, and the page again. */
	assert_int_equal(d->requests - before, 3);
	assert_int_equal(asked, 2);
	assert_int_equal(cache_point(d->cache, &p, NULL), ST_OK);
	assert_string_equal(p.epoch, EPOCH);
	desk_close(d);
}

static void a_page_that_is_none_changes_nothing(void **state)
{
	struct script s = { .say = { { "/v1/sync/pull", 200, "text/html", "<html>", 1 } } };
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;

	(void)state;
	d->route = speaks;
	d->route_ctx = &s;
	until_told(d, "not-ours");
	assert_int_equal(case_get(d->cache, d->file[0].id, &row, NULL), ST_NONE);
	desk_settle(d);
	assert_int_equal(s.said, 1);
	desk_see(d, 0, &row);
	case_row_release(&row);
	desk_close(d);
}

/* --- A case by itself --------------------------------------------------------------- */

static int64_t unreadable(struct desk *d)
{
	struct sync_status s;

	sync_status(d->sync, &s);
	return s.unreadable;
}

/* Its line can't be read, three times; the case is then asked for by itself. */
static void strike_ninth(struct desk *d)
{
	struct err why = ERR_INIT;

	d->bad_line = "[\"c\",5,[7],\"" NINTH "\",17]";
	for (int i = 0; i < 4; i++) {
		sync_poke(d->sync);
		must(desk_run(d, &why), &why);
		d->wall += 31000;
		d->boot += 31000;
	}
	d->bad_line = NULL;
	assert_int_equal(unreadable(d), 1);
}

#define ALONE_HEAD "{\"id\":\"" NINTH "\",\"diary_no\":\"BN 2026-9\",\"type\":\"t\","
/* clang-format off */
#define ALONE_REST \
	"\"type_version\":1,\"unit\":\"bygg\",\"queue\":\"q\",\"state\":\"open\",\"priority\":2," \
	"\"protection\":0,\"assignee\":\"\",\"channel\":\"e\",\"received_at\":\"2026-01-01T00:00:00.000Z\"," \
	"\"due_on\":\"\",\"outcome\":\"\",\"changed_at\":\"2026-01-01T00:00:00.000Z\",\"title\":\"Ensam\"," \
	"\"party\":\"\",\"eh\":\"" HASH_ZERO "\"}"
/* clang-format on */

static void a_case_by_itself_that_is_half_a_case_stays_marked_and_is_asked_for_again(void **state)
{
	static const char *const bodies[] = {
		"{\"id\":\"0198cccc-0000-7000-8000-000000000001\",\"eh\":\"" HASH_ZERO
		"\",\"n\":3}",
		"{\"id\":\"" NINTH "\",\"n\":3}",
		"{\"id\":\"" NINTH "\",\"eh\":\"" HASH_ZERO "\",\"n\":3}",
		ALONE_HEAD "\"n\":0," ALONE_REST,
		ALONE_HEAD "\"n\":-4," ALONE_REST,
	};
	struct desk *d = desk_open();
	struct case_row row = CASE_ROW_INIT;

	(void)state;
	d->alone = bodies[0];
	strike_ninth(d);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		d->alone = bodies[i];
		sync_poke(d->sync);
		desk_sync(d);
		assert_int_equal(unreadable(d), 1);
		assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_NONE);
	}
	d->alone = ALONE_HEAD "\"n\":17," ALONE_REST;
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(unreadable(d), 0);
	assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&row.file.title), "Ensam");
	case_row_release(&row);
	desk_close(d);
}

static void a_case_by_itself_that_is_gone_is_not_missed(void **state)
{
	static const struct {
		int status;
		const char *body;
		int64_t left;
	} rows[] = {
		{ 404, "{\"status\":404,\"code\":\"not-found\",\"detail\":\"x\"}", 0 },
		{ 410, "{\"status\":410,\"code\":\"gone\",\"detail\":\"x\"}", 0 },
		{ 404, "{\"status\":404,\"code\":\"case-unknown\",\"detail\":\"x\"}", 0 },
		{ 503, "{\"status\":503,\"code\":\"busy\",\"detail\":\"x\"}", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script s = { .say = { { "/v1/cases/", rows[i].status, problem_type,
					       rows[i].body, 99 } } };
		struct script busy = { .say = { { "/v1/cases/", 503, problem_type, rows[3].body,
						  99 } } };
		struct desk *d = desk_open();
		struct err why = ERR_INIT;

		d->route = speaks;
		d->route_ctx = &busy;
		strike_ninth(d);
		d->route_ctx = &s;
		sync_poke(d->sync);
		must(desk_run(d, &why), &why);
		assert_int_equal(s.said, 1);
		assert_int_equal(unreadable(d), rows[i].left);
		desk_close(d);
	}
}

/* --- A chain by itself ---------------------------------------------------------------- */

/* The chain of the first case, one entry an answer. */
struct chain {
	int asked;
	int other_epoch; /* so many answers are of another one */
	int status;	 /* of a refusal, 0 none */
	const char *code;
};

static bool chains(struct desk *d, const struct request *r, struct reply *out)
{
	struct chain *c = d->route_ctx;
	const char *from = strstr(strbuf_cstr(&r->query), "from=");
	struct page_head h = { .now = d->wall };
	struct page_row e = { .kind = PAGE_ENTRY, .at = d->wall };
	struct strbuf raw = STRBUF_INIT;
	char sha[HASH_TEXT];

	if (!strstr(strbuf_cstr(&r->path), "/chain"))
		return false;
	c->asked++;
	if (c->status) {
		answer_problem(out, c->status, c->code, "so it is", 0, "");
		return true;
	}
	assert_non_null(from);
	desk_dev(d, h.dev);
	snprintf(h.epoch, sizeof(h.epoch), "%s", c->other_epoch-- > 0 ? EPOCH_2 : d->epoch);
	assert_true(page_begin(&raw, &h));
	e.n = e.seq = strtoll(from + 5, NULL, 10);
	e.text = strbuf_str(&d->log[0].jws);
	snprintf(e.case_id, sizeof(e.case_id), "%s", d->file[0].id);
	memset(e.eh, 'a', HASH_TEXT - 1);
	snprintf(e.epoch, sizeof(e.epoch), "%s", d->epoch);
	snprintf(e.verdict, sizeof(e.verdict), "accepted");
	snprintf(e.rule, sizeof(e.rule), "bygglov@1");
	assert_true(page_put(&raw, &e));
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, 1, sha));
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "%s", lines_type);
	strbuf_take(&out->body, &raw);
	return true;
}

static int64_t count(struct desk *d, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_get_int(d->cache, sql, &n, -1, NULL), ST_OK);
	return n;
}

/* The claim of the first case is answered, and its chain has a gap of two. */
static struct desk *claimed(struct chain *c)
{
	struct desk *d = desk_open();
	struct act_result r;
	struct err why = ERR_INIT;

	desk_sync(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &r, &why), &why);
	d->route = chains;
	d->route_ctx = c;
	desk_settle(d);
	sync_poke(d->sync);
	desk_settle(d);
	return d;
}

static void a_chain_that_comes_in_parts_is_asked_for_until_it_is_whole(void **state)
{
	struct chain c = { .asked = 0 };
	struct desk *d = claimed(&c);

	(void)state;
	assert_int_equal(c.asked, 2);
	assert_int_equal(count(d, "SELECT count(*) FROM entry WHERE n <= 3"), 3);
	sync_poke(d->sync);
	desk_settle(d);
	assert_int_equal(c.asked, 2);
	desk_close(d);
}

static void a_chain_of_another_epoch_is_not_used(void **state)
{
	struct chain c = { .other_epoch = 1 };
	struct desk *d = claimed(&c);

	(void)state;
	for (int i = 0; i < 3; i++) {
		sync_poke(d->sync);
		desk_settle(d);
	}
	assert_int_equal(c.asked, 3);
	assert_int_equal(count(d, "SELECT count(*) FROM entry WHERE n <= 3"), 3);
	desk_close(d);
}

/* What is not there, or not for the role, is let go of; what is busy is not. */
static void a_chain_that_is_refused_for_good_is_not_wanted_any_more(void **state)
{
	static const struct {
		int status;
		const char *code;
		int64_t wanted;
	} rows[] = { { 404, "case-unknown", 0 },
		     { 410, "gone", 0 },
		     { 403, "role-lacking", 0 },
		     { 403, "scope-lacking", 1 },
		     { 503, "busy", 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chain c = { .status = rows[i].status, .code = rows[i].code };
		struct desk *d = desk_open();
		struct err why = ERR_INIT;

		desk_sync(d);
		must(want_case(d->cache, d->file[1].id, &why), &why);
		d->route = chains;
		d->route_ctx = &c;
		sync_poke(d->sync);
		must(desk_run(d, &why), &why);
		assert_int_equal(c.asked, 1);
		assert_int_equal(count(d, "SELECT count(*) FROM want"), rows[i].wanted);
		desk_close(d);
	}
}

/* --- Waiting ------------------------------------------------------------------------ */

/* As `sluss sync` without --once does. */
static void wait_for_hints(struct desk *d)
{
	const struct sync_setup setup = { .cache = d->cache,
					  .outbox = d->outbox,
					  .clock = &d->clock,
					  .rng = &d->rng,
					  .key = d->key };
	struct err why = ERR_INIT;

	sync_free(d->sync);
	d->sync = NULL;
	must(sync_open(&d->sync, &setup, &why), &why);
}

/* Until the next wait is under way. */
static void until_waiting(struct desk *d)
{
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	struct err why = ERR_INIT;
	int64_t wake;

	for (int i = 0; i < 40 && !sync_waiting(d->sync); i++) {
		if (sync_next(d->sync, LANE_PULL, &r, &wake, &why) != ST_OK) {
			d->wall += 11000;
			d->boot += 11000;
		} else if (!sync_waiting(d->sync)) {
			central_answer(d, &r, &out);
			must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
		}
	}
	assert_true(sync_waiting(d->sync));
	assert_string_equal(strbuf_cstr(&r.path), "/v1/sync/wait");
	request_release(&r);
	reply_release(&out);
}

/* The wait is answered so, and the officer is told that. */
static enum sync_trouble answered(struct desk *d, int status, const char *body)
{
	struct reply out = REPLY_INIT;
	struct sync_status s;
	struct err why = ERR_INIT;

	out.status = status;
	snprintf(out.content_type, sizeof(out.content_type), "%s", json_type);
	strbuf_sets(&out.body, body);
	must(sync_reply(d->sync, LANE_PULL, &out, &why), &why);
	assert_false(sync_waiting(d->sync));
	sync_status(d->sync, &s);
	reply_release(&out);
	return s.trouble;
}

static enum sync_trouble answer_wait(struct desk *d, int status, const char *body)
{
	until_waiting(d);
	return answered(d, status, body);
}

static void a_wait_that_ends_with_nothing_is_begun_again_and_a_hint_is_a_number(void **state)
{
	struct desk *d = desk_open();
	int pulls;

	(void)state;
	desk_sync(d);
	wait_for_hints(d);
	assert_int_equal(answer_wait(d, 204, ""), SYNC_FINE);
	pulls = d->pulls;
	assert_int_equal(answer_wait(d, 200, "{\"epoch\":\"" EPOCH "\"}"), SYNC_NONSENSE);
	assert_int_equal(answer_wait(d, 200, "{\"seq\":\"9\"}"), SYNC_NONSENSE);
	assert_int_equal(answer_wait(d, 200, "[9]"), SYNC_NONSENSE);
	assert_true(d->pulls <= pulls + 1); /* the fallback alone */
	pulls = d->pulls;
	assert_int_equal(answer_wait(d, 200, "{\"seq\":9}"), SYNC_FINE);
	assert_int_equal(answer_wait(d, 204, ""), SYNC_FINE);
	assert_int_equal(d->pulls, pulls + 1);
	desk_close(d);
}

static void an_officer_who_cuts_a_wait_short_is_not_told_of_a_lost_network(void **state)
{
	struct desk *d = desk_open();

	(void)state;
	desk_sync(d);
	wait_for_hints(d);
	until_waiting(d);
	sync_poke(d->sync);
	assert_int_equal(answered(d, 0, ""), SYNC_FINE);
	until_waiting(d);
	assert_int_equal(answered(d, 0, ""), SYNC_OFFLINE);
	assert_int_equal(answer_wait(d, 204, ""), SYNC_FINE);
	desk_close(d);
}

static void without_hints_a_pull_goes_out_within_a_minute(void **state)
{
	struct desk *d = desk_open();
	int pulls;

	(void)state;
	desk_sync(d);
	wait_for_hints(d);
	assert_int_equal(answer_wait(d, 204, ""), SYNC_FINE);
	pulls = d->pulls;
	for (int i = 0; i < 3; i++) {
		d->wall += 20001;
		d->boot += 20001;
		assert_int_equal(answer_wait(d, 204, ""), SYNC_FINE);
	}
	assert_true(d->pulls > pulls);
	desk_close(d);
}

/* The other lane's word of a lost network is told, whoever cuts a wait short. */
static void a_poke_hides_no_loss_on_the_other_lane(void **state)
{
	struct desk *d = desk_open();
	struct request r = REQUEST_INIT;
	struct reply none = REPLY_INIT;
	struct act_result made;
	struct sync_status s;
	struct err why = ERR_INIT;
	int64_t wake;

	(void)state;
	desk_sync(d);
	wait_for_hints(d);
	until_waiting(d);
	must(desk_act(d, 0, "case.claim", NULL, NULL, &made, &why), &why);
	sync_poke(d->sync);
	must(sync_next(d->sync, LANE_PUSH, &r, &wake, &why), &why);
	must(sync_reply(d->sync, LANE_PUSH, &none, &why), &why);
	sync_status(d->sync, &s);
	assert_int_equal(s.trouble, SYNC_OFFLINE);
	request_release(&r);
	reply_release(&none);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_that_is_not_the_centrals_is_named_and_settles_nothing),
		cmocka_unit_test(an_answer_that_was_lost_is_asked_for_until_it_is_one),
		cmocka_unit_test(a_head_that_is_none_is_no_history),
		cmocka_unit_test(of_a_list_of_keys_only_whole_ones_are_known),
		cmocka_unit_test(a_page_that_came_unpacked_is_a_page),
		cmocka_unit_test(a_page_of_another_epoch_is_not_used_and_the_epoch_is_asked_for),
		cmocka_unit_test(a_page_that_is_none_changes_nothing),
		cmocka_unit_test(
			a_case_by_itself_that_is_half_a_case_stays_marked_and_is_asked_for_again),
		cmocka_unit_test(a_case_by_itself_that_is_gone_is_not_missed),
		cmocka_unit_test(
			a_wait_that_ends_with_nothing_is_begun_again_and_a_hint_is_a_number),
		cmocka_unit_test(an_officer_who_cuts_a_wait_short_is_not_told_of_a_lost_network),
		cmocka_unit_test(without_hints_a_pull_goes_out_within_a_minute),
		cmocka_unit_test(a_chain_that_comes_in_parts_is_asked_for_until_it_is_whole),
		cmocka_unit_test(a_chain_of_another_epoch_is_not_used),
		cmocka_unit_test(a_chain_that_is_refused_for_good_is_not_wanted_any_more),
		cmocka_unit_test(a_poke_hides_no_loss_on_the_other_lane),
	};

	return cmocka_run_group_tests_name("sync/answers", tests, NULL, NULL);
}
