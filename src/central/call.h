/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * call - one request on its way through the router to a handler and back.
 *
 * Place:    router.c makes it; each handler gets one.
 * Promise:  a handler either fills the reply and returns ST_OK, or returns a
 *           status with `why`, of which the router makes problem+json.
 * Owner:    everything borrowed for the time of the request.
 * Errors:   codes that stand in router.c's table get their HTTP status there;
 *           others get one by their enum status.
 */
#ifndef CENTRAL_CALL_H
#define CENTRAL_CALL_H

#include "central/inside.h"
#include "central/rights.h"
#include "central/store.h"
#include "wire/json.h"
#include "wire/problem.h"

enum { CALL_PARTS = 3 };

struct call {
	struct central *c;
	const struct request *r;
	struct reply *out;
	struct str part[CALL_PARTS]; /* what stood at * in the pattern */
	struct rights who;	     /* of the bearer; empty without a login */
	struct device device;	     /* of the bearer */
	struct problem extra;	     /* expect, last_hash, h for a problem */
};

/* Handlers, one per route. */
#define HANDLER(name) MUST_USE enum status name(struct call *k, struct err *why)
HANDLER(handle_api_info);
HANDLER(handle_healthz);
HANDLER(handle_readyz);
HANDLER(handle_metrics);
HANDLER(handle_enrol);
HANDLER(handle_rotate);
HANDLER(handle_devices);
HANDLER(handle_approval);
HANDLER(handle_challenge);
HANDLER(handle_token);
HANDLER(handle_keys);
HANDLER(handle_pull);
HANDLER(handle_wait);
HANDLER(handle_actions);
HANDLER(handle_acks);
HANDLER(handle_blob_head);
HANDLER(handle_blob_put);
HANDLER(handle_case);
HANDLER(handle_search);
HANDLER(handle_chain);
HANDLER(handle_document);
HANDLER(handle_stats);
HANDLER(handle_erasures);
HANDLER(handle_snapshot);
HANDLER(handle_segment);
HANDLER(handle_lookup);
HANDLER(handle_log_head);
HANDLER(handle_log_proof);
HANDLER(handle_case_proof);
HANDLER(handle_intake);
HANDLER(handle_status_page);
HANDLER(handle_message);

/* The bearer's device and rights into `k`. ST_REFUSED "token-expired",
 * "device-revoked", "device-fork": it is frozen; "device-retired", but where a
 * retired key may `finish`. */
MUST_USE enum status auth_bearer(struct call *k, bool finish, struct err *why);

/* --- Device keys (auth.c) --------------------------------------------------- */
/* The certificate of the device's key, from enrolled_at on, appended. */
MUST_USE enum status make_certificate(struct central *c, const struct device *d, struct strbuf *out,
				      struct err *why);
/* ST_REFUSED "device-revoked": the certificate has expired. */
MUST_USE enum status certificate_current(const struct call *k, const struct device *d,
					 struct err *why);
/* ST_REFUSED "key-replaced": told to who holds a key that the device had; f (may be
 * NULL) is that one, and its own word of the next one is told along. */
enum status key_replaced(struct call *k, const struct former_key *f, struct err *why);

/* The case of a receipt code (part 0), for its holder. ST_NONE
 * "receipt-unknown". */
MUST_USE enum status receipt_case(struct call *k, struct stored_case *s, struct err *why);

/* --- Helpers of handlers ---------------------------------------------------- */
void reply_type(struct reply *out, int status, const char *content_type);
#define TYPE_JSON "application/json"
#define TYPE_NDJSON "application/x-ndjson"
#define TYPE_PROBLEM "application/problem+json"

/* A JSON map from the body; every member must be among `known` (ends with
 * NULL). ST_BAD_INPUT "json-syntax", "field-unknown". Free with json_free. */
MUST_USE enum status body_map(struct call *k, const char *const *known, struct json **out,
			      struct err *why);
/* Was this sent before, under `key` (hashed)? ST_OK: yes, and the reply is the
 * answer of then. ST_NONE without a code: it is new. ST_BAD_INPUT
 * "idempotency-key-reused": another body had the key; `what` names what a key
 * stands for. */
MUST_USE enum status intake_answered(struct call *k, const char *key, const char *body_hash,
				     const char *what, struct err *why);
/* A member that must be there, as text. "field-missing", "field-malformed". */
MUST_USE enum status need_text(const struct json *map, const char *name, char *dst, size_t size,
			       struct err *why);

/* Value of a query parameter, digits only; `otherwise` if it is not there.
 * ST_BAD_INPUT "query-malformed". */
MUST_USE enum status query_int(const struct request *r, const char *name, int64_t *v,
			       int64_t otherwise, struct err *why);
/* The raw text of a query parameter; p == NULL if missing. */
struct str query_text(const struct request *r, const char *name);
/* A path part as a UUID or a hash. */
MUST_USE enum status part_uuid(const struct call *k, int i, char out[UUID_TEXT], struct err *why);
MUST_USE enum status part_hash(const struct call *k, int i, char out[HASH_TEXT], struct err *why);

/* The officer as every answer shows one: {"id","name","title","roles","units"}. */
void officer_json(struct jsonw *w, const struct officer_row *o);
/* {"kid","x"} of the central, as a list. */
void central_keys_json(struct jsonw *w, const struct central *c);
/* The part that was asked for, from the whole in the reply: 206, or "range". */
MUST_USE enum status reply_cut_range(struct call *k, struct err *why);
/* The detail text of a case ("d" rows, GET /v1/cases). */
MUST_USE enum status detail_write(struct central *c, const struct stored_case *s,
				  struct strbuf *out, struct err *why);

#endif
