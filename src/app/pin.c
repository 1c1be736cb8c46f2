/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/pin.h"

#include <stdio.h>
#include <string.h>

#include "sign/keybox.h"

#include "base/banned.h"

enum { SEED = 32 };

void pin_release(struct pin *p)
{
	secret_free(p->wrapped);
	explicit_bzero(p, sizeof(*p));
}

bool pin_is_set(const struct pin *p)
{
	return p->wrapped != NULL;
}

bool pin_is_form(struct str digits)
{
	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
	return digits.n >= PIN_LEAST && digits.n <= PIN_MOST;
}

static enum status no_memory(struct err *why)
{
	return err_set(why, ST_BROKEN, "memory", "no guarded memory for a PIN");
}

static enum status wrap(struct strbuf *out, const struct signkey *key, struct str digits,
			const struct rng *rng, struct err *why)
{
	unsigned char *seed = secret_alloc(SEED);
	enum status st;

	if (!seed)
		return no_memory(why);
	signkey_seed(key, seed);
	st = keybox_seal(out, (struct str){ (const char *)seed, SEED }, digits, KEYBOX_INTERACTIVE,
			 rng, why);
	secret_free(seed);
	return st;
}

enum status pin_set(struct pin *p, const struct signkey *key, struct str digits,
		    const struct rng *rng, struct err *why)
{
	struct strbuf box = STRBUF_INIT;
	enum status st;

	if (!pin_is_form(digits))
		return err_set(why, ST_BAD_INPUT, "pin-form", "a PIN is %d to %d digits", PIN_LEAST,
			       PIN_MOST);
	st = wrap(&box, key, digits, rng, why);
	pin_release(p);
	if (st == ST_OK && !(p->wrapped = secret_alloc(box.len)))
		st = no_memory(why);
	if (st == ST_OK) {
		memcpy(p->wrapped, strbuf_cstr(&box), box.len);
		p->n = box.len;
		memcpy(p->kid, signkey_public(key)->kid, sizeof(p->kid));
	}
	strbuf_wipe(&box);
	return st;
}

static enum status wrong(struct pin *p, struct err *why)
{
	if (++p->wrong < PIN_TRIES)
		return err_set(why, ST_REFUSED, "pin-wrong", "the PIN is wrong; %d tries are left",
			       PIN_TRIES - p->wrong);
	pin_release(p);
	return err_set(why, ST_REFUSED, "pin-gone",
		       "the PIN was wrong %d times; the passphrase opens the key", PIN_TRIES);
}

enum status pin_open(struct pin *p, struct str digits, struct signkey **out, struct err *why)
{
	struct strbuf seed = STRBUF_INIT;
	struct err local = ERR_INIT;
	enum status st;

	if (out)
		*out = NULL;
	if (!pin_is_set(p))
		return err_set(why, ST_NONE, "pin-none", "no PIN is set");
	st = keybox_open(&seed, (struct str){ p->wrapped, p->n }, digits, &local);
	if (st == ST_OK) {
		p->wrong = 0;
		if (out && !(*out = signkey_from_seed((const unsigned char *)seed.data)))
			st = no_memory(why);
	} else if (st == ST_REFUSED) {
		st = wrong(p, why);
	} else {
		st = err_set(why, st, local.code, "%s", local.text);
	}
	strbuf_wipe(&seed);
	return st;
}
