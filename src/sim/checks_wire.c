/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign/jws.h"
#include "wire/ack.h"
#include "wire/payload.h"

#include "base/banned.h"

static bool is_path(const struct message *m, const char *path)
{
	return strcmp(strbuf_cstr(&m->request.path), path) == 0;
}

/* --- I5 ------------------------------------------------------------------------------ */

/* Does the action name a document whose bytes are not here? */
static bool lacks_document(struct device *d, const struct outbox_item *i)
{
	struct strbuf text = STRBUF_INIT;
	struct action a = ACTION_INIT;
	bool lacks = i->envelope.len == 0;

	if (!lacks && jws_payload_unverified(&text, strbuf_str(&i->envelope), NULL) == ST_OK
	    && payload_read(&a, strbuf_str(&text), NULL) == ST_OK)
		for (int k = 0; k < a.doc_count; k++)
			lacks = lacks
				|| outbox_blob_get(d->outbox, a.docs[k].h, &text, NULL) == ST_NONE;
	action_release(&a);
	strbuf_release(&text);
	return lacks;
}

/* The answer that an outbox holds is one that the central gave, and it speaks
 * of this envelope, or of the same intent where that stands. */
static void believed(struct device *d, const struct outbox_item *i)
{
	struct strbuf payload = STRBUF_INIT;
	bool kept_back = i->slot != SLOT_OWN; /* the answer is the refusal's own */
	const char *iid = kept_back ? i->iid : outbox_item_iid(i);
	const char *ah = kept_back ? i->ah : outbox_item_ah(i);
	struct ack a;
	bool read;

	/* No central refused it: its document was erased, and its place is a void's. */
	if (rare_has(d->world, RARE_ERASURE) && kept_back && i->ack.len == 0
	    && lacks_document(d, i))
		return;
	memset(&a, 0, sizeof(a));
	read = jws_payload_unverified(&payload, strbuf_str(&i->ack), NULL) == ST_OK
	       && ack_read(&a, strbuf_str(&payload), NULL) == ST_OK;

	if (!marks_has(&d->world->history.answers, bytes_name(strbuf_str(&i->ack))))
		world_violation(d->world, "I5",
				"device %d believes an answer to action %lld that the central"
				" never gave",
				d->index, (long long)i->ctr);
	else if (!read || strcmp(a.iid, iid) != 0
		 || (strcmp(a.ah, ah) != 0 && !verdict_stands(a.verdict)))
		world_violation(d->world, "I5",
				"device %d took an answer to another action (%lld, %.12s) for that"
				" to %lld",
				d->index, (long long)a.ctr, a.ah, (long long)i->ctr);
	strbuf_release(&payload);
}

static void all_believed(struct device *d)
{
	struct history *h = &d->world->history;
	struct outbox_item i = OUTBOX_ITEM_INIT;

	for (int k = 0; k < h->promise_count; k++) {
		struct promise *p = &h->promises[k];

		if (p->device != d->index || p->believed
		    || outbox_by_ctr(d->outbox, p->dev, p->ctr, &i, NULL) != ST_OK
		    || i.verdict == VERDICT_NONE)
			continue;
		p->believed = true;
		believed(d, &i);
	}
	outbox_item_release(&i);
}

void check_believed(const struct moment *m)
{
	if (m->when == AT_STEP && (!m->m || m->m->lane != LANE_PUSH))
		return;
	for (int k = 0; m->when == AT_END && k < m->w->history.promise_count; k++)
		m->w->history.promises[k].believed = false;
	for_devices(m, all_believed);
}

/* --- I15 ----------------------------------------------------------------------------- */

/* The newest seq that a pull or a wait names: its cursor. */
static int64_t newest_in(const struct strbuf *text, const char *name)
{
	int64_t newest = 0;

	for (const char *p = strbuf_cstr(text); (p = strstr(p, name)) != NULL;) {
		int64_t seq = strtoll(p += strlen(name), NULL, 10);

		newest = seq > newest ? seq : newest;
	}
	return newest;
}

void check_calm(const struct moment *m)
{
	struct calm *c = &m->d->calm;
	int64_t seq;

	if (is_path(m->m, "/v1/sync/pull"))
		seq = newest_in(&m->m->request.body, "\"seq\":");
	else if (is_path(m->m, "/v1/sync/wait"))
		seq = newest_in(&m->m->request.query, "seq=");
	else
		return;
	if (seq != c->seq || c->count == 0 || strcmp(c->epoch, central_epoch(m->w->central)) != 0) {
		*c = (struct calm){ .seq = seq };
		snprintf(c->epoch, sizeof(c->epoch), "%s", central_epoch(m->w->central));
	}
	if (c->count >= CALM_REQUESTS && m->w->now - c->at[c->count % CALM_REQUESTS] < 10 * SECOND)
		world_violation(m->w, "I15",
				"device %d asks at cursor %lld more than %d times in"
				" ten seconds",
				m->d->index, (long long)seq, CALM_REQUESTS);
	c->at[c->count++ % CALM_REQUESTS] = m->w->now;
}

/* --- I16 ----------------------------------------------------------------------------- */

void check_sent_bytes(const struct moment *m)
{
	struct str rest = strbuf_str(&m->m->request.body);

	if (!is_path(m->m, "/v1/actions"))
		return;
	history_kept_back(m->d);
	while (rest.n) {
		const char *lf = memchr(rest.p, '\n', rest.n);
		size_t len = lf ? (size_t)(lf - rest.p) : rest.n, used = len + (lf ? 1 : 0);

		if (!marks_has(&m->w->history.lines, bytes_name((struct str){ rest.p, len })))
			world_violation(m->w, "I16",
					"device %d sends an envelope of %zu bytes that is not as it"
					" was signed",
					m->d->index, len);
		rest.p += used;
		rest.n -= used;
	}
}
