/* SPDX-License-Identifier: EUPL-1.2 */
/* The disk is full, or memory is short, at every place in turn from which
 * either is asked; the officer makes room and goes on, and the end is the same
 * as without it. */
#include "cache/names.h"
#include "sync/enrol.h"
#include "sync/rotate.h"
#include "sync/verify.h"
#include "tests/unit/sync/lives.h"

#include "base/banned.h"

/* --- Lives --------------------------------------------------------------------------- */

static void live_a_day(struct desk *d)
{
	int64_t due, decided, refused;

	run_on(d);
	do_one(d, 0, "case.claim", NULL, NULL, 0);
	do_item(d, do_one(d, 1, "note.add", "text", "Fel ärende.", 0), act_withdraw);
	do_one(d, 2, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_CONFLICT;
	due = do_one(d, 0, "case.deadline", "due", "2026-12-20", 0);
	decided = do_decide(d, 2);
	refused = do_one(d, 1, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_NONE;
	do_one(d, 0, "case.deadline", "due", "2026-12-21", due);
	do_item(d, decided, resign);
	do_item(d, refused, act_dismiss);
	run_on(d);
	start_again(d);
	d->verdict = VERDICT_CONFLICT;
	due = do_one(d, 0, "case.deadline", "due", "2026-12-22", 0);
	run_on(d);
	d->verdict = VERDICT_NONE;
	do_item(d, due, solve);
	run_on(d);
}

static void a_day_is_done(struct desk *d)
{
	all_is_well(d);
	assert_int_equal(d->log_count, 5);
	assert_string_equal(d->file[0].due_on, "2026-12-22");
	assert_int_equal(d->file[2].state, CASE_DECIDED);
}

/* The central as it was after its first entry, in another epoch. */
static void put_back(struct desk *d)
{
	snprintf(d->epoch, sizeof(d->epoch), EPOCH_2);
	snprintf(d->last_hash, sizeof(d->last_hash), "%s", d->log[0].ah);
	for (int i = 1; i < d->log_count; i++) {
		strbuf_clear(&d->log[i].jws);
		strbuf_clear(&d->acks[i + 1]);
	}
	for (int i = 1; i < d->file_count; i++) {
		d->file[i].assignee[0] = '\0';
		d->file[i].state = CASE_REGISTERED;
		d->file[i].n = 2;
		memset(d->file[i].eh, 'a' + i, HASH_TEXT - 1);
		d->file_seq[i] = 4;
	}
	d->last_ctr = 1;
	d->log_count = 1;
	d->head = d->log[0].seq;
}

static void live_with_a_restore(struct desk *d)
{
	run_on(d);
	for (int i = 0; i < 3; i++)
		do_one(d, i, "case.claim", NULL, NULL, 0);
	run_on(d);
	assert_int_equal(d->log_count, 3);
	put_back(d);
	next_pull(d);
}

/* It says from which seq on the epochs part: what lies before it stays. */
static bool tells_epochs(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf b = STRBUF_INIT;

	if (strcmp(strbuf_cstr(&r->path), "/v1/api-info") != 0)
		return false;
	strbuf_addf(&b,
		    "{\"central\":\"" AUD
		    "\",\"epoch\":\"%s\",\"keys\":[],\"epochs\":[{\"epoch\":\"" EPOCH
		    "\",\"fork_seq\":0}",
		    d->epoch);
	if (strcmp(d->epoch, EPOCH) != 0)
		strbuf_addf(&b, ",{\"epoch\":\"%s\",\"fork_seq\":%lld}", d->epoch,
			    (long long)d->log[0].seq);
	strbuf_adds(&b, "]}");
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
	return true;
}

static void live_with_a_fork(struct desk *d)
{
	d->route = tells_epochs;
	live_with_a_restore(d);
}

static void a_restore_is_over(struct desk *d)
{
	all_is_well(d);
	assert_int_equal(d->log_count, 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal(d->file[i].assignee, "britt.a");
}

/* --- Pages of every kind of row ------------------------------------------------------- */

#define NINTH "0198cccc-0000-7000-8000-000000000009"
/* clang-format off */
#define ALONE \
	"{\"id\":\"" NINTH "\",\"diary_no\":\"BN 2026-9\",\"type\":\"t\"," \
	"\"type_version\":1,\"unit\":\"bygg\",\"queue\":\"q\",\"state\":\"open\",\"priority\":2," \
	"\"protection\":0,\"assignee\":\"\",\"channel\":\"e\",\"received_at\":\"2026-01-01T00:00:00.000Z\"," \
	"\"due_on\":\"\",\"outcome\":\"\",\"changed_at\":\"2026-01-01T00:00:00.000Z\",\"title\":\"Ensam\"," \
	"\"party\":\"\",\"n\":17,\"eh\":\"" HASH_ZERO "\",\"detail\":{\"parties\":[]}}"
/* clang-format on */

static void next_line(struct desk *d, const char *line)
{
	d->bad_line = line;
	next_pull(d);
	d->bad_line = NULL;
}

static void next_row(struct desk *d, const struct page_row *row)
{
	struct strbuf line = STRBUF_INIT;

	assert_true(page_put(&line, row));
	strbuf_cut(&line, line.len - 1);
	next_line(d, strbuf_cstr(&line));
	strbuf_release(&line);
}

static void erase_first(struct desk *d)
{
	struct page_row row = { .kind = PAGE_ERASED,
				.seq = d->head,
				.n = d->log[0].n,
				.upto = d->log[0].n,
				.by = d->log[0].n + 1,
				.entry_seq = d->log[0].seq,
				.at = d->wall,
				.text = { "erased by entry 9", 17 } };

	memcpy(row.case_id, d->log[0].case_id, sizeof(row.case_id));
	memcpy(row.ah, d->log[0].ah, sizeof(row.ah));
	memcpy(row.eh, d->log[0].eh, sizeof(row.eh));
	snprintf(row.epoch, sizeof(row.epoch), "%s", d->epoch);
	snprintf(row.verdict, sizeof(row.verdict), "accepted");
	snprintf(row.rule, sizeof(row.rule), "bygglov@1");
	next_row(d, &row);
}

static void leave(struct desk *d, int i)
{
	struct page_row row = { .kind = PAGE_GONE,
				.seq = d->head,
				.scope_count = 1,
				.scopes = { SCOPE },
				.n = 9,
				.text = { "moved", 5 } };

	case_id_of(row.case_id, i);
	next_row(d, &row);
}

/* The whole chain of a case, as the central tells it apart; and no other case. */
static bool tells_chains(struct desk *d, const struct request *r, struct reply *out)
{
	const char *path = strbuf_cstr(&r->path);
	struct page_head h = { .more = false, .now = d->wall };
	struct strbuf raw = STRBUF_INIT;
	char sha[HASH_TEXT], id[UUID_TEXT];
	int64_t rows = 0;

	case_id_of(id, 0);
	if (strstr(path, "/v1/cases/") != path || (d->alone && !strstr(path, "/chain")))
		return false;
	if (!strstr(path, id)) {
		answer_problem(out, 404, "case-unknown", "no such case", 0, "");
		return true;
	}
	desk_dev(d, h.dev);
	snprintf(h.epoch, sizeof(h.epoch), "%s", d->epoch);
	assert_true(page_begin(&raw, &h));
	for (int64_t n = 1; n < 3; n++, rows++) {
		struct page_row e = { .kind = PAGE_ENTRY,
				      .seq = n,
				      .n = n,
				      .at = d->wall,
				      .text = strbuf_str(&d->log[0].jws) };

		memcpy(e.case_id, id, sizeof(id));
		memset(e.eh, 'a', HASH_TEXT - 1);
		memcpy(e.epoch, h.epoch, sizeof(h.epoch));
		snprintf(e.verdict, sizeof(e.verdict), "accepted");
		snprintf(e.rule, sizeof(e.rule), "bygglov@1");
		assert_true(page_put(&raw, &e));
	}
	sha256_hex(sha, strbuf_str(&raw));
	assert_true(page_end(&raw, rows, sha));
	out->status = 200;
	snprintf(out->content_type, sizeof(out->content_type), "application/x-ndjson");
	strbuf_set(&out->body, raw.data, raw.len);
	strbuf_release(&raw);
	return true;
}

static void live_with_rows(struct desk *d)
{
	struct page_row catalog = { .kind = PAGE_CATALOG, .text = { "{\"types\":[]}", 12 } };
	struct page_row detail = { .kind = PAGE_DETAIL, .n = 3, .text = { "{}", 2 } };

	run_on(d);
	do_one(d, 0, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->route = tells_chains;
	d->file_seq[0] = ++d->head;
	do_one(d, 0, "watch.set", "on", "2026-12-01", 0);
	do_one(d, 1, "note.add", "text", "Ringt.", 0);
	next_line(d, "{\"k\":\"scope\",\"add\":[8],\"del\":[99],\"sv\":1}");
	next_row(d, &catalog);
	memcpy(detail.case_id, d->file[0].id, sizeof(detail.case_id));
	detail.seq = d->head;
	detail.n = d->file[0].n;
	next_row(d, &detail);
	leave(d, 1);
	d->file[1].n = 12;
	d->file_seq[1] = ++d->head;
	next_pull(d);
	erase_first(d);
	for (int i = 0; i < 4; i++)
		next_line(d, "[\"c\",5,[7],\"0198cccc-0000-7000-8000-000000000008\",17]");
	d->alone = ALONE;
	for (int i = 0; i < 4; i++)
		next_line(d, "[\"c\",5,[7],\"" NINTH "\",17]");
	do_one(d, 2, "case.claim", NULL, NULL, 0);
	run_on(d);
}

static void the_rows_have_done_their_work(struct desk *d)
{
	struct case_row row = CASE_ROW_INIT;
	struct entry e = ENTRY_INIT;
	struct sync_point p;

	all_is_well(d);
	assert_int_equal(rows_of(d->outbox, "SELECT length(envelope) FROM item WHERE ctr = 1"), 0);
	assert_int_equal(rows_of(d->cache, "SELECT count(*) FROM erasing"), 0);
	assert_int_equal(cache_point(d->cache, &p, NULL), ST_OK);
	assert_false(p.purge_due);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 3, &e, NULL), ST_OK);
	assert_true(e.erased);
	assert_int_equal(entry_get(d->cache, d->file[0].id, 1, &e, NULL), ST_OK);
	assert_int_equal(case_get(d->cache, NINTH, &row, NULL), ST_OK);
	assert_string_equal(strbuf_cstr(&row.file.title), "Ensam");
	desk_see(d, 0, &row);
	/* Words that can't be read for want of memory are as good as a newer
	 * release's: they say nothing. */
	if (!d->short_of_memory)
		assert_string_equal(row.watch_on, "2026-12-01");
	entry_release(&e);
	case_row_release(&row);
}

/* --- Keys ------------------------------------------------------------------------------ */

#define PASSPHRASE "sex ord som ingen kan gissa"

/* The certificate of a new key, for whoever asks with it. */
static void certify(struct desk *d, const char *dev, const char *x, struct strbuf *jws)
{
	struct certificate c = { .nbf = d->wall, .exp = d->wall + 1000 };
	struct strbuf json = STRBUF_INIT;
	struct pubkey key;
	struct err why = ERR_INIT;

	assert_true(pubkey_from_text(&key, str_of(x)));
	snprintf(c.kid, sizeof(c.kid), "%s", key.kid);
	snprintf(c.x, sizeof(c.x), "%s", x);
	snprintf(c.dev, sizeof(c.dev), "%s", dev);
	snprintf(c.sub, sizeof(c.sub), "britt.a");
	assert_true(certificate_write(&json, &c));
	must(jws_sign(jws, NULL, d->central_key, TYP_CERT, strbuf_str(&json), &why), &why);
	strbuf_release(&json);
}

static void answer_enrol(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf b = STRBUF_INIT, jws = STRBUF_INIT;
	struct json *j = NULL;
	char dev[UUID_TEXT], x[PUBKEY_TEXT];

	reply_clear(out);
	pubkey_text(x, signkey_public(d->central_key));
	strbuf_addf(&b, "{\"central\":\"" AUD "\",\"keys\":[{\"x\":\"%s\"}]}", x);
	if (strcmp(r->method, "POST") == 0) {
		assert_int_equal(json_read(&j, strbuf_str(&r->body), NULL), ST_OK);
		assert_true(json_copy_text(j, "dev", dev, sizeof(dev)));
		assert_true(json_copy_text(j, "x", x, sizeof(x)));
		json_free(j);
		certify(d, dev, x, &jws);
		strbuf_clear(&b);
		strbuf_addf(
			&b,
			"{\"certificate\":\"%s\",\"central\":\"" AUD "\",\"officer\":{"
			"\"id\":\"britt.a\",\"roles\":[\"officer\",\"decider\"],\"units\":[\"bygg\"]}}",
			strbuf_cstr(&jws));
	}
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
	strbuf_release(&jws);
}

static enum status enrol_steps(struct desk *d, struct enrol *e, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct reply out = REPLY_INIT;
	enum status st = ST_OK;

	while (st == ST_OK && (st = enrol_next(e, &r, why)) == ST_OK) {
		faults_off();
		answer_enrol(d, &r, &out);
		faults_on();
		st = enrol_reply(e, &out, why);
		request_clear(&r);
	}
	request_release(&r);
	reply_release(&out);
	return st == ST_NONE ? ST_OK : st;
}

static enum status enrol_again(struct desk *d, struct err *why)
{
	struct enrol *e = NULL;
	char code[80], print[HASH_TEXT];
	enum status st;

	sha256_hex(print, (struct str){ (const char *)signkey_public(d->central_key)->x, 32 });
	snprintf(code, sizeof(code), "sluss1.AAAAAAAAAAAAAAAAAAAAAA.%.16s", print);
	st = enrol_start(&e, "http://central.example", str_of(code), &d->clock, &d->rng, why);
	if (st == ST_OK)
		st = enrol_steps(d, e, why);
	if (st == ST_OK)
		st = enrol_finish(e, d->outbox, str_of(PASSPHRASE), KEYBOX_TEST, why);
	enrol_free(e);
	return st;
}

static enum status open_key(struct desk *d, struct err *why)
{
	struct signkey *key;
	enum status st = unlock(d->outbox, str_of(PASSPHRASE), &key, why);

	if (st != ST_OK)
		return st;
	signkey_free(d->key);
	d->key = key;
	return ST_OK;
}

static enum status seal_anew(struct desk *d, struct err *why)
{
	return change_passphrase(d->outbox, str_of(PASSPHRASE), str_of(PASSPHRASE), KEYBOX_TEST,
				 &d->rng, why);
}

static enum status change_key(struct desk *d, struct err *why)
{
	struct signkey *key;
	enum status st = rotate_begin(d->outbox, d->key, str_of(PASSPHRASE), KEYBOX_TEST, &d->clock,
				      &d->rng, &key, why);

	if (st != ST_OK)
		return st;
	signkey_free(d->key);
	d->key = key;
	return ST_OK;
}

static void do_key(struct desk *d, enum status (*todo)(struct desk *d, struct err *why))
{
	for (int i = 0; i < TRIES; i++) {
		struct err why = ERR_INIT;
		int64_t before = items(d);

		faults_on();
		if (done(d, todo(d, &why), &why, before))
			return;
	}
	fail_msg("the key does not come through");
}

static bool certifies(struct desk *d, const struct request *r, struct reply *out)
{
	struct strbuf b = STRBUF_INIT, jws = STRBUF_INIT;
	char dev[UUID_TEXT], x[PUBKEY_TEXT];

	if (!strstr(strbuf_cstr(&r->path), "/rotate"))
		return false;
	desk_dev(d, dev);
	pubkey_text(x, signkey_public(d->key));
	certify(d, dev, x, &jws);
	strbuf_addf(&b, "{\"certificate\":\"%s\"}", strbuf_cstr(&jws));
	answer_json(out, 200, strbuf_cstr(&b));
	strbuf_release(&b);
	strbuf_release(&jws);
	return true;
}

/* Of a new device the central has had nothing. */
static void forget_counter(struct desk *d)
{
	for (; d->last_ctr > 0; d->last_ctr--)
		strbuf_clear(&d->acks[d->last_ctr]);
	snprintf(d->last_hash, sizeof(d->last_hash), HASH_ZERO);
}

static void live_with_keys(struct desk *d)
{
	int64_t item;

	run_on(d);
	item = do_one(d, 0, "case.claim", NULL, NULL, 0);
	do_key(d, enrol_again);
	/* It waits for its officer, and not for a device that is no more. */
	assert_int_equal(
		rows_of(d->outbox, "SELECT count(*) FROM item WHERE why = 'device-changed'"), 1);
	/* Without it nobody would know when the key ends. */
	assert_int_equal(rows_of(d->outbox, "SELECT length(certificate) > 0 FROM device"), 1);
	do_key(d, open_key);
	forget_counter(d);
	start_again(d);
	do_item(d, item, resign);
	run_on(d);
	do_key(d, seal_anew);
	do_key(d, change_key);
	d->route = certifies;
	start_again(d);
	do_one(d, 1, "case.claim", NULL, NULL, 0);
	run_on(d);
	do_key(d, open_key);
}

static void the_keys_are_in_order(struct desk *d)
{
	struct identity who = IDENTITY_INIT;

	all_is_well(d);
	assert_int_equal(d->log_count, 2);
	assert_int_equal(identity_get(d->outbox, &who, NULL), ST_OK);
	assert_false(who.rotation_open);
	assert_string_equal(who.kid, signkey_public(d->key)->kid);
	assert_true(certificate_ends(&who) > 0);
	identity_release(&who);
}

/* --- Looking ------------------------------------------------------------------------------ */

struct sight {
	int verified, laid;
};

static enum status see_entry(void *ctx, const struct verified *v, struct err *why)
{
	(void)why;
	((struct sight *)ctx)->verified += v->entry != NULL;
	return ST_OK;
}

static enum status see_action(void *ctx, const struct outbox_item *i, const struct action *a,
			      struct err *why)
{
	(void)why;
	((struct sight *)ctx)->laid += i->ctr == a->ctr;
	return ST_OK;
}

static enum status look_at_chain(struct desk *d, struct sight *s, struct err *why)
{
	enum status st = verify_case(d->cache, d->outbox, d->file[0].id, see_entry, s, why);

	/* The desk's chain has neither beginning nor keys. */
	return strcmp(why->code, "verification-failed") == 0
			       || strcmp(why->code, "not-all-known") == 0
		       ? ST_OK
		       : st;
}

static enum status look_at_actions(struct desk *d, struct sight *s, struct err *why)
{
	return overlay_actions(d->cache, d->outbox, d->file[0].id, see_action, s, why);
}

static enum status look_at_conflict(struct desk *d, struct sight *s, struct err *why)
{
	struct actor a = desk_actor(d);
	struct conflict c = CONFLICT_INIT;
	enum status st = conflict_open(&a, 2, &c, why); /* the second that was signed */

	s->laid += c.item.ctr > 0;
	s->verified += c.here;
	conflict_release(&c);
	return st;
}

/* Whoever looks is told of a fault, sees nothing that is not, and next time
 * sees all. */
static void do_look(struct desk *d, int verified, int laid,
		    enum status (*look)(struct desk *d, struct sight *s, struct err *why))
{
	struct sync_status now;

	for (int i = 0; i < TRIES; i++) {
		struct err why = ERR_INIT;
		struct sight s = { 0, 0 };
		int64_t before = items(d);

		faults_on();
		sync_status(d->sync, &now);
		if (!done(d, look(d, &s, &why), &why, before))
			continue;
		assert_int_equal(s.verified, verified);
		assert_int_equal(s.laid, laid);
		return;
	}
	fail_msg("it can't be looked at");
}

static void live_looking(struct desk *d)
{
	int64_t due;

	run_on(d);
	do_one(d, 0, "case.claim", NULL, NULL, 0);
	run_on(d);
	d->verdict = VERDICT_CONFLICT;
	due = do_one(d, 0, "case.deadline", "due", "2026-12-20", 0);
	run_on(d);
	d->verdict = VERDICT_NONE;
	do_one(d, 0, "note.add", "text", "Ringt.", 0);
	do_look(d, 1, 0, look_at_chain);
	do_look(d, 0, 2, look_at_actions);
	do_look(d, 1, 1, look_at_conflict);
	do_item(d, due, solve);
	run_on(d);
}

static void a_day_on_a_full_disk_ends_like_any_other(void **state)
{
	const struct life l = { "a day", live_a_day, a_day_is_done };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_restore_met_with_a_full_disk_loses_and_doubles_nothing(void **state)
{
	const struct life l = { "a restore", live_with_a_restore, a_restore_is_over };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void a_fork_met_with_a_full_disk_loses_and_doubles_nothing(void **state)
{
	const struct life l = { "a fork", live_with_a_fork, a_restore_is_over };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void rows_met_with_a_full_disk_are_all_taken_in_the_end(void **state)
{
	const struct life l = { "rows", live_with_rows, the_rows_have_done_their_work };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void keys_met_with_a_full_disk_are_never_lost(void **state)
{
	const struct life l = { "keys", live_with_keys, the_keys_are_in_order };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

static void what_is_looked_at_on_a_full_disk_is_whole_or_not_shown(void **state)
{
	const struct life l = { "looking", live_looking, all_is_well };

	(void)state;
	sweep(&l, false);
	sweep(&l, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_on_a_full_disk_ends_like_any_other),
		cmocka_unit_test(a_restore_met_with_a_full_disk_loses_and_doubles_nothing),
		cmocka_unit_test(a_fork_met_with_a_full_disk_loses_and_doubles_nothing),
		cmocka_unit_test(rows_met_with_a_full_disk_are_all_taken_in_the_end),
		cmocka_unit_test(keys_met_with_a_full_disk_are_never_lost),
		cmocka_unit_test(what_is_looked_at_on_a_full_disk_is_whole_or_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
