/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sample - a sound package made in the test, to be spoiled in every way.
 *
 * Place:    test_judge.c, test_unzip.c. Written from the text of package.h,
 *           independently of package_write.
 * Promise:  the same bytes at each run: keys from fixed seeds, fixed times.
 * Owner:    struct sample owns its members; sample_release.
 * Errors:   a failed assertion.
 */
#ifndef TESTS_UNIT_PACKAGE_SAMPLE_H
#define TESTS_UNIT_PACKAGE_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "domain/action.h"
#include "package/judge.h"
#include "sign/chain.h"
#include "sign/hash.h"
#include "sign/jws.h"
#include "wire/json.h"
#include "wire/payload.h"

#define SAMPLE_CASE "01980000-0000-7000-8000-0000000000ca"
#define SAMPLE_DEV "01980000-0000-7000-8000-0000000000de"
#define SAMPLE_SYSTEM "01980000-0000-7000-8000-0000000000ce"
#define SAMPLE_EPOCH "01980000-0000-7000-8000-0000000000e0"
#define SAMPLE_AUD "sluss-0123456789abcdef"
#define SAMPLE_AT INT64_C(1795424400000)
#define SAMPLE_LETTER "<html xmlns=\"http://www.w3.org/1999/xhtml\"><p>Bifall</p></html>"
#define SAMPLE_FORM "{\"title\":\"Skylt\"}"

enum { SAMPLE_ENTRIES = 7, SAMPLE_MEMBERS = 9, SAMPLE_DAY = 86400000 };

/* What a test may have made otherwise, before anything is signed. */
struct sample_wish {
	bool stranger_certificate; /* signed by a key that is no central's */
	bool short_certificate;	   /* ends before the case does */
	bool other_officer;	   /* the certificate is another's */
	bool officer_registers;	   /* entry 2 is signed by the device */
	bool system_decides;	   /* entry 5 is signed by the central */
	bool no_decision;	   /* entry 5 is a note: the next step is unlawful */
	bool other_case;	   /* entry 4 speaks of another case */
	bool fork;		   /* entry 6 names another previous envelope */
	bool wrong_base;	   /* entry 5 acted on an entry that never was */
	bool erased;		   /* entry 4 is erased by entry 7, which closes nothing */
	bool no_text;		   /* entry 4, a note, has no text */
	bool erased_unsaid;	   /* entry 4's envelope is simply gone */
	const char *state;	   /* of case.json; NULL: closed */
	const char *device_state;  /* NULL: valid */
	int64_t bound;		   /* valid_through_ctr, 0: none */
};

struct sample_member {
	char name[PACK_NAME];
	struct strbuf bytes;
};

struct sample {
	struct sample_wish wish;
	struct signkey *central, *device, *stranger;
	char eh[SAMPLE_ENTRIES + 1][HASH_TEXT]; /* [n]; [0] zeros */
	int64_t seq[SAMPLE_ENTRIES + 1];
	int64_t ctr;
	char prev[HASH_TEXT];
	struct hash32 node[8][128]; /* the tree's stored nodes */
	bool has[8][128];
	int64_t size;
	int count;
	struct sample_member member[SAMPLE_MEMBERS + 3];
};

static inline struct signkey *sample_key(unsigned char fill)
{
	unsigned char seed[32];
	struct signkey *k;

	memset(seed, fill, sizeof(seed));
	k = signkey_from_seed(seed);
	assert_non_null(k);
	return k;
}

static inline bool sample_get(void *ctx, int level, int64_t index, struct hash32 *out)
{
	struct sample *s = ctx;

	*out = s->node[level][index];
	return s->has[level][index];
}

static inline bool sample_put(void *ctx, int level, int64_t index, const struct hash32 *h)
{
	struct sample *s = ctx;

	s->node[level][index] = *h;
	s->has[level][index] = true;
	return true;
}

static inline void sample_leaf(struct sample *s, const char eh[HASH_TEXT])
{
	struct merkle_store store = { sample_get, sample_put, s };
	struct hash32 leaf;

	merkle_leaf(&leaf, eh);
	assert_true(merkle_append(&store, s->size++, &leaf));
}

static inline struct strbuf *sample_add(struct sample *s, const char *name)
{
	struct sample_member *m = &s->member[s->count++];

	snprintf(m->name, sizeof(m->name), "%s", name);
	return &m->bytes;
}

static inline struct strbuf *sample_of(struct sample *s, const char *name)
{
	for (int i = 0; i < s->count; i++)
		if (strcmp(s->member[i].name, name) == 0)
			return &s->member[i].bytes;
	return NULL;
}

static inline void sample_remove(struct sample *s, const char *name)
{
	for (int i = 0; i < s->count; i++) {
		if (strcmp(s->member[i].name, name) != 0)
			continue;
		strbuf_release(&s->member[i].bytes);
		memmove(&s->member[i], &s->member[i + 1],
			(size_t)(s->count - i - 1) * sizeof(s->member[0]));
		s->count--;
		s->member[s->count] = (struct sample_member){ .name = "" };
		return;
	}
}

/* SHA256SUMS anew, as one who forges a package would make it. */
static inline void sample_sum(struct sample *s)
{
	struct strbuf sums = STRBUF_INIT;
	char hex[HASH_TEXT];

	sample_remove(s, "SHA256SUMS");
	for (int i = 0; i < s->count; i++) {
		sha256_hex(hex, strbuf_str(&s->member[i].bytes));
		strbuf_addf(&sums, "%s  %s\n", hex, s->member[i].name);
	}
	strbuf_take(sample_add(s, "SHA256SUMS"), &sums);
}

struct sample_act {
	const char *act;
	const char *args[16]; /* name, value ... */
	const char *doc, *doc_name;
};

/* The acts of the sample, by n. */
static inline const struct sample_act *sample_act(const struct sample_wish *w, int n)
{
	static const struct sample_act acts[SAMPLE_ENTRIES + 1] = {
		[1] = { "case.receive",
			{ "type", "BYGGLOV_SKYLT", "title", "Skylt på Storgatan 1", "party",
			  "Åsa Öberg", "channel", "e-service", "received_at",
			  "2026-11-23T09:00:00.000Z", "protection", "0" },
			SAMPLE_FORM,
			"ansokan.json" },
		[2] = { "case.register",
			{ "diary_no", "BN 2026-1042", "unit", "bygg", "queue", "bygglov", "due_on",
			  "2027-02-01", "type_version", "1" },
			NULL,
			NULL },
		[3] = { "case.claim", { NULL }, NULL, NULL },
		[4] = { "note.add", { "text", "Sökanden ringde." }, NULL, NULL },
		[5] = { "case.decide",
			{ "outcome", "bifall", "content", "Bygglov ges.", "decided_on",
			  "2026-11-24", "decider", "britt.a", "reasons", "Skylten är liten." },
			SAMPLE_LETTER,
			"beslut.xhtml" },
		[6] = { "case.waive_dispatch", { "ground", "utlämnat över disk" }, NULL, NULL },
		[7] = { "case.close", { NULL }, NULL, NULL },
	};
	static const struct sample_act empty = { "note.add", { NULL }, NULL, NULL };
	static const struct sample_act erase = {
		"entry.erase", { "n", "4", "why", "fel" }, NULL, NULL
	};

	if (n == 4 && w->no_text)
		return &empty;
	if (n == 5 && w->no_decision)
		return &acts[4];
	return n == 7 && w->erased ? &erase : &acts[n];
}

static inline bool sample_by_system(const struct sample_wish *w, int n)
{
	if (n == 2)
		return !w->officer_registers;
	return n == 1 || (n == 5 && w->system_decides) || (n == 7 && w->erased);
}

static inline void sample_fill(struct sample *s, struct action *a, int n, bool system)
{
	const struct sample_act *act = sample_act(&s->wish, n);

	action_reset(a, action_find(str_of(act->act)));
	assert_non_null(a->def);
	for (int i = 0; i < 16 && act->args[i]; i += 2)
		assert_int_equal(action_set(a, act->args[i], str_of(act->args[i + 1]), NULL),
				 ST_OK);
	snprintf(a->aud, sizeof(a->aud), SAMPLE_AUD);
	snprintf(a->iid, sizeof(a->iid), "01980000-0000-7000-8000-%012d", n);
	snprintf(a->sub, sizeof(a->sub), "%s", system ? "system" : "britt.a");
	snprintf(a->dev, sizeof(a->dev), "%s", system ? SAMPLE_SYSTEM : SAMPLE_DEV);
	snprintf(a->case_id, sizeof(a->case_id), "%s",
		 n == 4 && s->wish.other_case ? SAMPLE_DEV : SAMPLE_CASE);
	snprintf(a->epoch, sizeof(a->epoch), SAMPLE_EPOCH);
	a->ctr = system ? 0 : ++s->ctr;
	snprintf(a->prev, sizeof(a->prev), "%s",
		 system || (n == 6 && s->wish.fork) ? HASH_ZERO : s->prev);
	a->base_n = n - 1;
	snprintf(a->base_eh, sizeof(a->base_eh), "%s",
		 n == 5 && s->wish.wrong_base ? HASH_ZERO : s->eh[n - 1]);
	a->ts = SAMPLE_AT + (int64_t)n * 1000;
	if (act->doc) {
		a->doc_count = 1;
		sha256_hex(a->docs[0].h, str_of(act->doc));
		a->docs[0].len = (int64_t)strlen(act->doc);
		snprintf(a->docs[0].mt, sizeof(a->docs[0].mt), "text/plain");
		snprintf(a->docs[0].name, sizeof(a->docs[0].name), "%s", act->doc_name);
	}
}

static inline void sample_sign(struct sample *s, struct strbuf *jws, char ah[HASH_TEXT], int n)
{
	struct strbuf payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	bool system = sample_by_system(&s->wish, n);
	struct err why = ERR_INIT;

	sample_fill(s, &a, n, system);
	assert_int_equal(payload_write(&payload, &a, &why), ST_OK);
	assert_int_equal(jws_sign(jws, ah, system ? s->central : s->device,
				  system ? TYP_ENTRY : TYP_ACTION, strbuf_str(&payload), &why),
			 ST_OK);
	if (!system)
		memcpy(s->prev, ah, HASH_TEXT);
	action_release(&a);
	strbuf_release(&payload);
}

static inline void sample_entry(struct sample *s, struct strbuf *lines, int n)
{
	struct strbuf jws = STRBUF_INIT;
	char ah[HASH_TEXT];
	struct entry_facts f = { .case_id = SAMPLE_CASE,
				 .n = n,
				 .prev_eh = s->eh[n - 1],
				 .ah = ah,
				 .epoch = SAMPLE_EPOCH,
				 .verdict = "accepted",
				 .at = SAMPLE_AT + (int64_t)n * 10000,
				 .rule = "BYGGLOV_SKYLT@1" };
	char at[INSTANT_TEXT], other[HASH_TEXT];
	bool gone = n == 4 && (s->wish.erased || s->wish.erased_unsaid);

	sample_sign(s, &jws, ah, n);
	/* Entries of other cases stand between ours. */
	for (int i = 0; i < n % 3; i++) {
		sha256_hex(other, str_of(ah));
		sample_leaf(s, other);
	}
	f.seq = s->seq[n] = s->size + 1;
	entry_hash(s->eh[n], &f);
	sample_leaf(s, s->eh[n]);
	instant_format(at, f.at);
	strbuf_addf(lines,
		    "{\"n\":%d,\"prev_eh\":\"%s\",\"ah\":\"%s\",\"seq\":%lld,\"epoch\":\"%s\","
		    "\"at\":\"%s\",\"verdict\":\"accepted\",\"rule\":\"%s\",\"eh\":\"%s\",\"jws\":",
		    n, f.prev_eh, ah, (long long)f.seq, f.epoch, at, f.rule, s->eh[n]);
	if (gone)
		strbuf_adds(lines, "null,\"erased_by\":7}\n");
	else
		strbuf_addf(lines, "\"%s\"}\n", strbuf_cstr(&jws));
	strbuf_release(&jws);
}

static inline void sample_case(struct sample *s)
{
	strbuf_addf(sample_add(s, "case.json"),
		    "{\"format\":\"sluss-package/1\",\"central\":{\"aud\":\"" SAMPLE_AUD
		    "\",\"name\":\"Exempelköping\"},\"case\":{\"id\":\"" SAMPLE_CASE
		    "\",\"diary_no\":\"BN 2026-1042\",\"type\":\"BYGGLOV_SKYLT\","
		    "\"type_version\":1,\"unit\":\"bygg\",\"queue\":\"bygglov\",\"state\":\"%s\","
		    "\"priority\":2,\"protection\":0,\"assignee\":\"britt.a\","
		    "\"channel\":\"e-service\",\"received_at\":\"2026-11-23T09:00:00.000Z\","
		    "\"due_on\":\"2027-02-01\",\"outcome\":\"bifall\","
		    "\"changed_at\":\"2026-11-23T09:01:10.000Z\","
		    "\"title\":\"Skylt på Storgatan 1\",\"party\":\"Åsa Öberg\"},"
		    "\"last\":{\"n\":7,\"eh\":\"%s\",\"seq\":%lld,\"epoch\":\"" SAMPLE_EPOCH
		    "\"}}\n",
		    s->wish.state ? s->wish.state : "closed", s->eh[7], (long long)s->seq[7]);
}

static inline void sample_certificate(struct sample *s, struct strbuf *jws)
{
	const struct pubkey *p = signkey_public(s->device);
	struct strbuf text = STRBUF_INIT;
	struct certificate c = { .dev = SAMPLE_DEV,
				 .nbf = SAMPLE_AT,
				 .exp = SAMPLE_AT + 180LL * SAMPLE_DAY };

	if (s->wish.short_certificate)
		c.exp = SAMPLE_AT + 65000;
	snprintf(c.sub, sizeof(c.sub), "%s", s->wish.other_officer ? "carl.b" : "britt.a");
	snprintf(c.kid, sizeof(c.kid), "%s", p->kid);
	pubkey_text(c.x, p);
	assert_true(certificate_write(&text, &c));
	assert_int_equal(jws_sign(jws, NULL,
				  s->wish.stranger_certificate ? s->stranger : s->central, TYP_CERT,
				  strbuf_str(&text), NULL),
			 ST_OK);
	strbuf_release(&text);
}

static inline void sample_keys(struct sample *s)
{
	struct strbuf cert = STRBUF_INIT;
	char x[PUBKEY_TEXT], cx[PUBKEY_TEXT];

	pubkey_text(x, signkey_public(s->device));
	pubkey_text(cx, signkey_public(s->central));
	sample_certificate(s, &cert);
	strbuf_addf(sample_add(s, "keys.json"),
		    "{\"central\":[{\"kid\":\"%s\",\"x\":\"%s\"}],\"devices\":[{\"kid\":\"%s\","
		    "\"x\":\"%s\",\"sub\":\"britt.a\",\"dev\":\"" SAMPLE_DEV
		    "\",\"certificate\":\"%s\",\"state\":\"%s\",\"valid_through_ctr\":%lld}]}\n",
		    signkey_public(s->central)->kid, cx, signkey_public(s->device)->kid, x,
		    strbuf_cstr(&cert), s->wish.device_state ? s->wish.device_state : "valid",
		    (long long)(s->wish.bound ? s->wish.bound : -1));
	strbuf_release(&cert);
}

static inline void sample_inclusion(struct sample *s, struct strbuf *out, int n)
{
	struct merkle_store store = { sample_get, sample_put, s };
	struct merkle_path path = { 0 };
	char hex[HASH_TEXT];

	assert_true(merkle_inclusion(&store, s->seq[n] - 1, s->size, &path));
	strbuf_addf(out, "%s{\"n\":%d,\"seq\":%lld,\"index\":%lld,\"path\":[", n > 1 ? "," : "", n,
		    (long long)s->seq[n], (long long)s->seq[n] - 1);
	for (int i = 0; i < path.count; i++) {
		hex_encode(hex, path.node[i].b, 32);
		strbuf_addf(out, "%s\"%s\"", i ? "," : "", hex);
	}
	strbuf_adds(out, "]}");
}

static inline void sample_proof(struct sample *s)
{
	struct merkle_store store = { sample_get, sample_put, s };
	struct strbuf note = STRBUF_INIT;
	struct strbuf *out = sample_add(s, "proof.json");
	struct hash32 root;
	char hex[HASH_TEXT];
	struct jsonw w;

	assert_true(merkle_root(&store, s->size, &root));
	hex_encode(hex, root.b, 32);
	assert_int_equal(checkpoint_write(&note, SAMPLE_AUD, s->size, &root, s->central, NULL),
			 ST_OK);
	strbuf_addf(out,
		    "{\"origin\":\"" SAMPLE_AUD "\",\"size\":%lld,\"root\":\"%s\",\"checkpoint\":",
		    (long long)s->size, hex);
	jsonw_init(&w, out);
	jsonw_text(&w, strbuf_str(&note));
	strbuf_adds(out, ",\"inclusion\":[");
	for (int n = 1; n <= SAMPLE_ENTRIES; n++)
		sample_inclusion(s, out, n);
	strbuf_adds(out, "]}\n");
	strbuf_release(&note);
}

static inline void sample_documents(struct sample *s)
{
	char form[HASH_TEXT], letter[HASH_TEXT];

	sha256_hex(form, str_of(SAMPLE_FORM));
	sha256_hex(letter, str_of(SAMPLE_LETTER));
	strbuf_adds(sample_add(s, "documents/001_ansokan.json"), SAMPLE_FORM);
	if (!s->wish.no_decision)
		strbuf_adds(sample_add(s, "documents/002_beslut.xhtml"), SAMPLE_LETTER);
	strbuf_addf(sample_add(s, "documents.json"),
		    "[{\"path\":\"documents/001_ansokan.json\",\"h\":\"%s\",\"len\":%zu,"
		    "\"mt\":\"text/plain\",\"name\":\"ansokan.json\",\"n\":1}",
		    form, strlen(SAMPLE_FORM));
	if (!s->wish.no_decision)
		strbuf_addf(sample_of(s, "documents.json"),
			    ",{\"path\":\"documents/002_beslut.xhtml\",\"h\":\"%s\",\"len\":%zu,"
			    "\"mt\":\"text/plain\",\"name\":\"beslut.xhtml\",\"n\":5}",
			    letter, strlen(SAMPLE_LETTER));
	strbuf_adds(sample_of(s, "documents.json"), "]\n");
}

static inline struct sample *sample_make(struct sample_wish wish)
{
	struct sample *s = calloc(1, sizeof(*s));
	struct strbuf lines = STRBUF_INIT;

	assert_non_null(s);
	assert_int_equal(sign_start(NULL), ST_OK);
	s->wish = wish;
	s->central = sample_key(1);
	s->device = sample_key(2);
	s->stranger = sample_key(3);
	memcpy(s->eh[0], HASH_ZERO, HASH_TEXT);
	memcpy(s->prev, HASH_ZERO, HASH_TEXT);
	for (int n = 1; n <= SAMPLE_ENTRIES; n++)
		sample_entry(s, &lines, n);
	strbuf_adds(sample_add(s, "README.txt"), "Paket\n");
	sample_case(s);
	strbuf_take(sample_add(s, "entries.jsonl"), &lines);
	sample_keys(s);
	sample_proof(s);
	sample_documents(s);
	sample_sum(s);
	return s;
}

static inline void sample_release(struct sample *s)
{
	for (int i = 0; i < s->count; i++)
		strbuf_release(&s->member[i].bytes);
	signkey_free(s->central);
	signkey_free(s->device);
	signkey_free(s->stranger);
	free(s);
}

/* --- Findings, gathered ------------------------------------------------------- */

enum { FOUND_MAX = 400 };

struct found {
	int count, faults;
	struct finding row[FOUND_MAX];
	struct judge_result result;
};

static inline void found_add(void *ctx, const struct finding *f)
{
	struct found *all = ctx;

	all->faults += f->kind == FINDING_FAULT;
	if (all->count < FOUND_MAX)
		all->row[all->count++] = *f;
}

/* A fault of that code; n 0: at any entry. */
static inline bool found_has(const struct found *all, const char *code, int64_t n)
{
	for (int i = 0; i < all->count; i++)
		if (all->row[i].kind == FINDING_FAULT && strcmp(all->row[i].code, code) == 0
		    && (n == 0 || all->row[i].n == n))
			return true;
	return false;
}

static inline bool found_names(const struct found *all, int64_t n)
{
	for (int i = 0; i < all->count; i++)
		if (all->row[i].kind == FINDING_FAULT && all->row[i].n == n)
			return true;
	return false;
}

static inline bool found_member(const struct found *all, const char *name)
{
	for (int i = 0; i < all->count; i++)
		if (all->row[i].kind == FINDING_FAULT && strcmp(all->row[i].member, name) == 0)
			return true;
	return false;
}

/* Judge the members as they stand, without a file between. */
static inline void sample_judge(struct found *all, const struct sample *s, const char *fingerprint)
{
	struct judge_sink sink = { found_add, all };
	struct pack_member rows[SAMPLE_MEMBERS + 3];
	struct pack p = { rows, s->count, false };

	memset(all, 0, sizeof(*all));
	for (int i = 0; i < s->count; i++) {
		memset(&rows[i], 0, sizeof(rows[i]));
		memcpy(rows[i].name, s->member[i].name, PACK_NAME);
		rows[i].bytes = s->member[i].bytes; /* borrowed */
		rows[i].size = (int64_t)s->member[i].bytes.len;
		sha256_hex(rows[i].sha256, strbuf_str(&s->member[i].bytes));
	}
	assert_int_equal(judge_pack(&all->result, &p, fingerprint, &sink, NULL), ST_OK);
	assert_int_equal(all->result.faults, all->faults);
}

#endif
