/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/forge.h"

#include <string.h>

#include "sign/hash.h"
#include "sign/jws.h"
#include "sim/world.h"
#include "sql/db.h"
#include "wire/ack.h"
#include "wire/page.h"

#include "base/banned.h"

enum { SMALL_PAGE = 300, SMALL_PAGES = 3000 };

void forge_release(struct forge *f)
{
	signkey_free(f->key);
	strbuf_release(&f->push);
	strbuf_release(&f->page);
}

void forge_init(struct world *w)
{
	struct forge *f = &w->forge;

	f->key = signkey_make(&w->rng);
	if (below(w, 2))
		f->page_bytes = SMALL_PAGE + (int)below(w, SMALL_PAGES);
	if (below(w, 4) == 0)
		f->poisoned = 1 + (int)below(w, 4);
}

static bool is_path(const struct message *m, const char *path)
{
	return strcmp(strbuf_cstr(&m->request.path), path) == 0;
}

static void say(struct world *w, const struct message *m, const char *what)
{
	w->result->faults++;
	world_trace(w, "%s d%d", what, m->device);
}

/* One byte of `b` becomes another. */
static void change_byte(struct world *w, struct strbuf *b)
{
	size_t at = b->len ? (size_t)below(w, b->len) : 0;

	if (b->len)
		b->data[at] = (char)(b->data[at] ^ (1 << below(w, 7)));
}

/* --- To the central -------------------------------------------------------------- */

static void small_page(struct world *w, struct message *m)
{
	static const char name[] = "\"max_bytes\":";
	const char *text = strbuf_cstr(&m->request.body), *at = strstr(text, name);
	struct strbuf body = STRBUF_INIT;

	if (!at || !w->forge.page_bytes)
		return;
	strbuf_add(&body, text, (size_t)(at - text));
	strbuf_addf(&body, "%s%d}", name, w->forge.page_bytes);
	strbuf_take(&m->request.body, &body);
}

static void forge_push(struct world *w, struct message *m)
{
	struct forge *f = &w->forge;
	struct strbuf own = STRBUF_INIT;

	if (!fault(w, w->rates.forge)) {
		if (below(w, 3) == 0) {
			strbuf_set(&f->push, m->request.body.data, m->request.body.len);
			f->push_of = m->device;
			f->push_at = w->mishaps.restores;
		}
		return;
	}
	if (f->push.len && below(w, 2)) {
		say(w, m, "envelopes of another");
		if (f->push_of == m->device && f->push_at < w->mishaps.restores)
			w->device[m->device].replayed = true;
		strbuf_set(&own, f->push.data, f->push.len);
		strbuf_take(&m->request.body, &own);
	} else {
		say(w, m, "envelope changed");
		change_byte(w, &m->request.body);
	}
}

void forge_request(struct world *w, struct message *m)
{
	/* Every token has run out: all must log in again, with what they have. */
	if (fault(w, w->rates.expire)) {
		say(w, m, "tokens expire");
		if (db_exec(central_db(w->central), "DELETE FROM token", NULL) != ST_OK)
			say(w, m, "tokens stay, the disk fails");
	}
	if (is_path(m, "/v1/sync/pull"))
		small_page(w, m);
	else if (is_path(m, "/v1/actions"))
		forge_push(w, m);
}

/* --- To the device: answers --------------------------------------------------------- */

/* The first answer, saying that the action stands when it does not, and the
 * other way round. */
static bool lie(struct strbuf *payload, struct str jws)
{
	struct strbuf was = STRBUF_INIT;
	struct ack a;
	bool ok = jws_payload_unverified(&was, jws, NULL) == ST_OK
		  && ack_read(&a, strbuf_str(&was), NULL) == ST_OK;

	strbuf_release(&was);
	if (!ok)
		return false;
	if (verdict_stands(a.verdict)) {
		a.verdict = VERDICT_REJECTED;
		a.n = a.seq = 0;
		snprintf(a.why, sizeof(a.why), "taken");
	} else {
		a.verdict = VERDICT_ACCEPTED;
		a.n = a.seq = 1;
		a.why[0] = '\0';
	}
	return ack_write(payload, &a);
}

/* `old`'s line under the header and signature of the true one, or signed with
 * a key that is nobody's. */
static bool false_ack(struct world *w, struct strbuf *out, struct str true_line)
{
	struct strbuf payload = STRBUF_INIT, mine = STRBUF_INIT;
	const char *dot = memchr(true_line.p, '.', true_line.n), *end, *from, *to;
	bool ok = dot && lie(&payload, true_line)
		  && jws_sign(&mine, NULL, w->forge.key, TYP_ACK, strbuf_str(&payload), NULL)
			     == ST_OK;

	if (ok && below(w, 2)) {
		ok = strbuf_add(out, mine.data, mine.len);
	} else if (ok) {
		end = memchr(dot + 1, '.', true_line.n - (size_t)(dot + 1 - true_line.p));
		from = strchr(strbuf_cstr(&mine), '.');
		to = strrchr(strbuf_cstr(&mine), '.');
		ok = end && from && strbuf_add(out, true_line.p, (size_t)(dot - true_line.p))
		     && strbuf_add(out, from, (size_t)(to - from))
		     && strbuf_add(out, end, (size_t)(true_line.p + true_line.n - end));
	}
	strbuf_release(&payload);
	strbuf_release(&mine);
	return ok;
}

static void forge_acks(struct world *w, struct message *m)
{
	struct strbuf out = STRBUF_INIT;
	const char *lf = memchr(strbuf_cstr(&m->reply.body), '\n', m->reply.body.len);
	size_t first = lf ? (size_t)(lf - m->reply.body.data) : m->reply.body.len;

	say(w, m, "false answer");
	if (below(w, 4) == 0)
		change_byte(w, &m->reply.body);
	else if (false_ack(w, &out, (struct str){ m->reply.body.data, first })
		 && strbuf_add(&out, m->reply.body.data + first, m->reply.body.len - first))
		strbuf_take(&m->reply.body, &out);
	strbuf_release(&out);
}

/* --- To the device: pages -------------------------------------------------------------- */

static bool is_poisoned(const struct world *w, struct str line)
{
	static const char kinds[] = "cda";

	if (line.n < 60 || memcmp(line.p, "[\"", 2) != 0 || !strchr(kinds, line.p[2]))
		return false;
	/* By the case, so that the same ones are spoilt each time. */
	for (size_t i = 0; i + UUID_TEXT - 1 <= line.n; i++)
		if (uuid_valid((struct str){ line.p + i, UUID_TEXT - 1 }))
			return bytes_name((struct str){ line.p + i, UUID_TEXT - 1 }) / 64
				       % (uint64_t)w->forge.poisoned
			       == 0;
	return false;
}

/* Rows of some cases end too early; the digest is that of what is sent. */
static bool poison(const struct world *w, struct strbuf *out, struct str text)
{
	char sha256[HASH_TEXT];
	int64_t rows = 0;
	bool any = false;

	for (size_t at = 0; at < text.n;) {
		const char *lf = memchr(text.p + at, '\n', text.n - at);
		size_t len = lf ? (size_t)(lf - text.p) - at : text.n - at;
		struct str line = { text.p + at, len };
		bool bad = is_poisoned(w, line);

		at += len + 1;
		if (at >= text.n)
			break; /* the trailer */
		any = any || bad;
		rows++;
		strbuf_add(out, line.p, bad ? len - 1 : len);
		strbuf_addc(out, '\n');
	}
	sha256_hex(sha256, strbuf_str(out));
	return any && page_end(out, rows - 1, sha256);
}

static void poison_page(struct world *w, struct message *m)
{
	struct strbuf raw = STRBUF_INIT, bad = STRBUF_INIT, packed = STRBUF_INIT;

	if (zstd_unpack(&raw, strbuf_str(&m->reply.body), PAGE_MAX_BYTES, NULL) == ST_OK
	    && poison(w, &bad, strbuf_str(&raw)) && zstd_pack(&packed, strbuf_str(&bad))) {
		say(w, m, "poisoned page");
		strbuf_take(&m->reply.body, &packed);
	}
	strbuf_release(&raw);
	strbuf_release(&bad);
	strbuf_release(&packed);
}

/* A byte of the page itself, so that nothing but its digest tells. */
static void change_page(struct world *w, struct message *m)
{
	struct strbuf raw = STRBUF_INIT, packed = STRBUF_INIT;

	say(w, m, "page changed");
	if (zstd_unpack(&raw, strbuf_str(&m->reply.body), PAGE_MAX_BYTES, NULL) == ST_OK) {
		change_byte(w, &raw);
		if (zstd_pack(&packed, strbuf_str(&raw)))
			strbuf_take(&m->reply.body, &packed);
	}
	strbuf_release(&raw);
	strbuf_release(&packed);
}

static void forge_page(struct world *w, struct message *m)
{
	struct forge *f = &w->forge;

	if (fault(w, w->rates.forge)) {
		if (f->page.len && below(w, 2)) {
			say(w, m, "page of another");
			strbuf_set(&m->reply.body, f->page.data, f->page.len);
		} else {
			change_page(w, m);
		}
		return;
	}
	/* A central that writes such rows is not mended when the network is. */
	if (f->poisoned)
		poison_page(w, m);
	else if (below(w, 4) == 0)
		strbuf_set(&f->page, m->reply.body.data, m->reply.body.len);
}

void forge_reply(struct world *w, struct message *m)
{
	if (m->reply.status != 200)
		return;
	if (is_path(m, "/v1/sync/pull"))
		forge_page(w, m);
	else if (is_path(m, "/v1/actions") && fault(w, w->rates.forge))
		forge_acks(w, m);
}
