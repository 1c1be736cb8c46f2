/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package/judge_part.h"
#include "sign/hash.h"

#include "base/banned.h"

static const struct place keys_json = { "keys.json", 0, 0 };

/* A key with its kid; the kid must be the key's own thumbprint. */
static bool read_key(struct pubkey *k, const struct json *row)
{
	char kid[KID_TEXT];

	return pubkey_from_text(k, json_get_text(row, "x"))
	       && json_copy_text(row, "kid", kid, sizeof(kid)) && strcmp(kid, k->kid) == 0;
}

static void fingerprint_of(char out[FINGERPRINT_TEXT], const struct pubkey *k)
{
	char hex[HASH_TEXT];

	sha256_hex(hex, (struct str){ (const char *)k->x, sizeof(k->x) });
	snprintf(out, FINGERPRINT_TEXT, "%.16s", hex);
}

static void read_central(struct judging *j, const struct json *list)
{
	char print[FINGERPRINT_TEXT];
	struct pubkey k;

	for (size_t i = 0; i < json_count(list); i++) {
		if (!read_key(&k, json_item(list, i))) {
			judge_fault(j, F_KEY_FORM, keys_json, "central[%zu]", i);
			continue;
		}
		fingerprint_of(print, &k);
		/* Among several keys of a central's life, the given one must be. */
		if (j->fingerprint && strcmp(print, j->fingerprint) != 0)
			continue;
		if (!j->r->fingerprint[0])
			memcpy(j->r->fingerprint, print, sizeof(print));
		j->central[j->central_count++] = k;
	}
	if (j->fingerprint && j->central_count == 0)
		judge_fault(j, F_KEY_UNTRUSTED, keys_json, "%s", j->fingerprint);
	else if (j->central_count == 0)
		judge_fault(j, F_KEY_FORM, keys_json, "central[]");
}

static bool open_certificate(struct certificate *c, const struct judging *j, struct str jws)
{
	struct strbuf text = STRBUF_INIT_MAX(ENVELOPE_MAX);
	bool ok = false;

	for (int i = 0; !ok && i < j->central_count; i++) {
		strbuf_clear(&text);
		ok = jws_open(&text, NULL, &j->central[i], TYP_CERT, jws, NULL) == ST_OK
		     && certificate_read(c, strbuf_str(&text), NULL) == ST_OK;
	}
	strbuf_release(&text);
	return ok;
}

static bool certificate_fits(const struct certificate *c, const struct pubkey *k,
			     const struct json *row)
{
	char x[PUBKEY_TEXT];

	pubkey_text(x, k);
	return strcmp(c->kid, k->kid) == 0 && strcmp(c->x, x) == 0
	       && str_eq(json_get_text(row, "sub"), c->sub)
	       && str_eq(json_get_text(row, "dev"), c->dev);
}

static bool state_known(const char *s)
{
	return strcmp(s, "valid") == 0 || strcmp(s, "retired") == 0 || strcmp(s, "lost") == 0
	       || strcmp(s, "frozen") == 0;
}

static void read_device(struct judging *j, const struct json *row, size_t i)
{
	struct device_key *d = &j->device[j->device_count];
	char dev[UUID_TEXT];

	if (!read_key(&d->key, row) || !json_copy_text(row, "state", d->state, sizeof(d->state))
	    || !state_known(d->state)) {
		judge_fault(j, F_KEY_FORM, keys_json, "devices[%zu]", i);
		return;
	}
	d->bound = json_get_int(row, "valid_through_ctr", -1);
	j->device_count++;
	if (!json_copy_text(row, "dev", dev, sizeof(dev)))
		snprintf(dev, sizeof(dev), "devices[%zu]", i);
	if (!open_certificate(&d->cert, j, json_get_text(row, "certificate")))
		judge_fault(j, F_CERT_SIGNATURE, keys_json, "%s", dev);
	else if (!certificate_fits(&d->cert, &d->key, row))
		judge_fault(j, F_CERT_DIFFERS, keys_json, "%s", dev);
	else {
		j->r->keys++;
		return;
	}
	d->cert.kid[0] = '\0';
}

enum status judge_keys(struct judging *j, struct err *why)
{
	struct json *tree = judge_json(j, "keys.json", F_KEY_FORM);
	const struct json *central = json_member(tree, "central");
	const struct json *devices = json_member(tree, "devices");
	size_t nc = json_kind_of(central) == JSON_LIST ? json_count(central) : 0;
	size_t nd = json_kind_of(devices) == JSON_LIST ? json_count(devices) : 0;

	j->central = calloc(nc + 1, sizeof(*j->central));
	j->device = calloc(nd + 1, sizeof(*j->device));
	if (!j->central || !j->device) {
		json_free(tree);
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the keys");
	}
	if (tree && (!nc || nc + nd > PACKAGE_KEYS_MAX || json_kind_of(devices) != JSON_LIST))
		judge_fault(j, F_KEY_FORM, keys_json, "central[], devices[]");
	else if (tree) {
		read_central(j, central);
		for (size_t i = 0; i < nd; i++)
			read_device(j, json_item(devices, i), i);
	}
	json_free(tree);
	return ST_OK;
}
