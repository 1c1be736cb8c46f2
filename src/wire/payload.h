/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * payload - an action as the JSON that is signed (protocol.md, "The action").
 *
 * Place:    sync/act -> PAYLOAD -> sign/jws; central -> sign/jws -> PAYLOAD.
 * Promise:  what is written can be read back equal. The reader refuses
 *           duplicate keys, floats, unknown members and arguments, missing
 *           members, text that is not NFC, sizes over the limit, an act or
 *           version that is not in the catalogue. Byte order of members is
 *           the order of the protocol.
 * Owner:    the caller's struct action.
 * Errors:   ST_BAD_INPUT with a code: "payload-syntax", "payload-member",
 *           "payload-float", "payload-nfc", "payload-size", "act-unknown", and
 *           those of action_check.
 */
#ifndef WIRE_PAYLOAD_H
#define WIRE_PAYLOAD_H

#include "domain/action.h"

struct json;

/* In base64url, with header and signature, a payload fits its envelope. */
enum { PAYLOAD_MAX = 48 * 1024 - 512, ENVELOPE_MAX = 64 * 1024 };

MUST_USE enum status payload_write(struct strbuf *out, const struct action *a, struct err *why);
/* `a` initialised; reset first. Does not run action_check: the caller does. */
MUST_USE enum status payload_read(struct action *a, struct str json, struct err *why);
/* The same of a text that has been parsed already, into `tree`. */
MUST_USE enum status payload_read_tree(struct action *a, struct str json, const struct json *tree,
				       struct err *why);

/* A login: {aud, dev, challenge, ts}. */
struct login {
	char aud[OFFICER_MAX];
	char dev[UUID_TEXT];
	char challenge[65];
	int64_t ts;
};
bool login_write(struct strbuf *out, const struct login *l);
MUST_USE enum status login_read(struct login *l, struct str json, struct err *why);

/* A device certificate: {kid, x, sub, dev, nbf, exp, roles}. */
struct certificate {
	char kid[44];
	char x[44];
	char sub[OFFICER_MAX];
	char dev[UUID_TEXT];
	int64_t nbf, exp;
};
bool certificate_write(struct strbuf *out, const struct certificate *c);
MUST_USE enum status certificate_read(struct certificate *c, struct str json, struct err *why);

/* A device's key names the next one: {aud, dev, kid, x, through, proof, ts}.
 * `through` is the last counter that the old key signed, `proof` a JWS by the
 * new key (sign/rotation.h). */
enum { ROTATION_PROOF = 1500 };
struct rotation {
	char aud[OFFICER_MAX];
	char dev[UUID_TEXT];
	char kid[44];
	char x[44];
	int64_t through;
	char proof[ROTATION_PROOF];
	int64_t ts;
};
bool rotation_write(struct strbuf *out, const struct rotation *r);
MUST_USE enum status rotation_read(struct rotation *r, struct str json, struct err *why);

#endif
