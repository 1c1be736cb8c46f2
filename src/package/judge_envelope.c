/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "domain/role.h"
#include "package/judge_part.h"

#include "base/banned.h"

/* Who signed: a device, or the central itself. */
struct signer {
	const struct pubkey *key;
	struct device_key *device; /* NULL: the central */
};

static bool find_signer(struct signer *s, struct judging *j, const char *kid)
{
	for (int i = 0; i < j->device_count; i++)
		if (strcmp(j->device[i].cert.kid, kid) == 0) {
			*s = (struct signer){ &j->device[i].key, &j->device[i] };
			return true;
		}
	for (int i = 0; i < j->central_count; i++)
		if (strcmp(j->central[i].kid, kid) == 0) {
			*s = (struct signer){ &j->central[i], NULL };
			return true;
		}
	return false;
}

/* Hash, key and signature, in that order; the payload when all hold. */
static bool open_envelope(struct strbuf *payload, struct signer *s, struct judging *j,
			  const struct judged_entry *e, struct str jws, struct place here)
{
	struct err detail = ERR_INIT;
	char ah[HASH_TEXT] = "", kid[KID_TEXT];
	bool whole = jws_ah(ah, jws) && strcmp(ah, e->ah) == 0;

	if (!whole)
		judge_fault(j, F_ENVELOPE_HASH, here, "%s", ah);
	if (jws_kid(kid, jws, &detail) != ST_OK)
		judge_fault(j, F_ENVELOPE_FORM, here, "%s", detail.text);
	else if (!find_signer(s, j, kid))
		judge_fault(j, F_ENVELOPE_KEY, here, "%s", kid);
	else if (jws_open(payload, NULL, s->key, s->device ? TYP_ACTION : TYP_ENTRY, jws, &detail)
		 != ST_OK)
		judge_fault(j, F_ENVELOPE_SIGNATURE, here, "%s", detail.text);
	else {
		j->r->signatures++;
		return whole;
	}
	return false;
}

/* The envelope speaks of this case, this central and this signer. */
static void judge_binding(struct judging *j, const struct action *a, const struct signer *s,
			  struct place here)
{
	const struct certificate *c = s->device ? &s->device->cert : NULL;
	const char *off = NULL;

	if (strcmp(a->case_id, j->said.id) != 0)
		off = "case";
	else if (strcmp(a->aud, j->aud) != 0)
		off = "aud";
	else if (c && strcmp(a->sub, c->sub) != 0)
		off = "sub";
	else if (c && strcmp(a->dev, c->dev) != 0)
		off = "dev";
	else if (!c && strcmp(a->sub, "system") != 0 && strcmp(a->sub, "import") != 0)
		off = "sub";
	if (off)
		judge_fault(j, F_ENVELOPE_OTHER, here, "%s", off);
	if (s->device ? a->def->class == CLASS_SYSTEM || a->def->class == CLASS_VOID
		      : !(a->def->roles & ROLE_SYSTEM))
		judge_fault(j, F_ENVELOPE_ACT, here, "%s", a->def->name);
}

/* Did a certificate of that device hold then? What a key signed before the
 * device had another may come in under the other's certificate. */
static bool certified_at(const struct judging *j, const struct device_key *d, int64_t at)
{
	for (int i = 0; d->bound >= 0 && i < j->device_count; i++) {
		const struct certificate *c = &j->device[i].cert;

		if (strcmp(c->dev, d->cert.dev) == 0 && at >= c->nbf && at <= c->exp)
			return at >= d->cert.nbf;
	}
	return at >= d->cert.nbf && at <= d->cert.exp;
}

/* The device's key at that time, and its own order. */
static void judge_device(struct judging *j, const struct action *a, struct device_key *d,
			 const struct judged_entry *e, struct place here)
{
	if (!certified_at(j, d, e->at))
		judge_fault(j, F_CERT_TIME, here, "%s", d->cert.dev);
	if (strcmp(d->state, "retired") == 0 && d->bound >= 0 && a->ctr > d->bound)
		judge_fault(j, F_KEY_BOUND, here, "ctr %" PRId64 " > %" PRId64, a->ctr, d->bound);
	if (a->ctr <= d->ctr || (a->ctr == d->ctr + 1 && d->ctr > 0 && strcmp(a->prev, d->ah) != 0))
		judge_fault(j, F_DEVICE_ORDER, here, "ctr %" PRId64 ", %" PRId64, d->ctr, a->ctr);
	d->ctr = a->ctr;
	memcpy(d->ah, e->ah, sizeof(d->ah));
}

/* What an officer acted on stands in the chain. Class A is taken from any
 * base, and after a restore the base may lie in an epoch that is gone. */
static void judge_base(struct judging *j, const struct action *a, const struct judged_entry *e,
		       struct place here)
{
	const struct judged_entry *base = judge_entry_at(j, a->base_n);
	bool stands =
		a->base_n == 0 || (base && base->n < e->n && strcmp(base->eh, a->base_eh) == 0);

	if (!stands && a->def->class != CLASS_A_APPEND && strcmp(a->epoch, e->epoch) == 0)
		judge_fault(j, F_ENVELOPE_BASE, here, "n %" PRId64, a->base_n);
}

/* Take the step in our own projection. Behind an entry that is erased or
 * cannot be read, the status is no longer known. */
static void judge_step(struct judging *j, const struct action *a, const struct judged_entry *e,
		       struct place here)
{
	bool receive = strcmp(a->def->name, "case.receive") == 0
		       || strcmp(a->def->name, "case.import") == 0;
	struct err detail = ERR_INIT;
	enum case_state to;

	if (receive != (e->n == 1))
		judge_fault(j, F_STEP, here, "%s", a->def->name);
	else if (!j->r->erased && !j->lost
		 && case_next(j->made.state, a->def->event, ~0u, &to, &detail) != ST_OK)
		judge_fault(j, F_STEP, here, "%s", detail.text);
	casefile_apply(&j->made, a, e->at);
}

static enum status keep_docs(struct judging *j, const struct action *a,
			     const struct judged_entry *e, struct err *why)
{
	for (int i = 0; i < a->doc_count; i++) {
		if (j->doc_count == j->doc_room) {
			int room = j->doc_room ? j->doc_room * 2 : 16;
			struct judged_doc *more = realloc(j->doc, (size_t)room * sizeof(*more));

			if (!more)
				return err_set(why, ST_BROKEN, "no-memory",
					       "no memory for the documents");
			j->doc = more;
			j->doc_room = room;
		}
		j->doc[j->doc_count++] =
			(struct judged_doc){ .n = e->n, .seq = e->seq, .doc = a->docs[i] };
	}
	return ST_OK;
}

static enum status judge_payload(struct judging *j, struct judged_entry *e, struct action *a,
				 struct str payload, const struct signer *s, struct err *why)
{
	struct place here = { "entries.jsonl", e->n, e->seq };
	struct err detail = ERR_INIT;

	if (payload_read(a, payload, &detail) != ST_OK || action_check(a, &detail) != ST_OK) {
		judge_fault(j, F_ENVELOPE_FORM, here, "%s", detail.text);
		return ST_OK;
	}
	e->read = true;
	judge_binding(j, a, s, here);
	if (s->device) {
		judge_device(j, a, s->device, e, here);
		judge_base(j, a, e, here);
	}
	judge_step(j, a, e, here);
	if (strcmp(a->def->name, "entry.erase") == 0)
		erasure_of(&e->erases, a);
	return keep_docs(j, a, e, why);
}

enum status judge_envelope(struct judging *j, struct judged_entry *e, struct str jws,
			   struct err *why)
{
	struct place here = { "entries.jsonl", e->n, e->seq };
	struct strbuf payload = STRBUF_INIT_MAX(ENVELOPE_MAX);
	struct action a = ACTION_INIT;
	struct signer s = { NULL, NULL };
	enum status st = ST_OK;

	if (open_envelope(&payload, &s, j, e, jws, here))
		st = judge_payload(j, e, &a, strbuf_str(&payload), &s, why);
	action_release(&a);
	strbuf_release(&payload);
	return st;
}
