/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/inside.h"
#include "central/snapshot.h"
#include "conf/parse.h"

#include "base/banned.h"

/* The section [central] is the server's own; all others are the registry's. */
struct reader {
	struct central *c;
	bool own;
};

static enum status section(void *ctx, struct str kind, struct str code, struct err *why)
{
	struct reader *r = ctx;

	r->own = str_eq(kind, "central");
	return r->own ? ST_OK : registry_section(&r->c->registry, kind, code, why);
}

/* Snapshots of scopes with more cases than this; 0: none are made. */
static enum status count_field(int64_t *to, struct str value, struct err *why)
{
	*to = 0;
	for (size_t i = 0; i < value.n && i < 10; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			value.n = 0;
		else
			*to = *to * 10 + (value.p[i] - '0');
	}
	if (value.n >= 1 && value.n < 10)
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "field-malformed",
		       "snapshot_cases takes a number of cases of 1-9 digits");
}

/* Who lets a new device in. */
static enum status enrol_policy(struct central *c, struct str value, struct err *why)
{
	c->enrol_waits = str_eq(value, "supervisor-approves");
	if (c->enrol_waits || str_eq(value, "auto"))
		return ST_OK;
	return err_set(why, ST_BAD_INPUT, "field-malformed",
		       "enrol takes auto or supervisor-approves");
}

static enum status own_field(struct central *c, struct str name, struct str value, struct err *why)
{
	if (str_eq(name, "enrol"))
		return enrol_policy(c, value, why);
	if (str_eq(name, "snapshot_cases"))
		return count_field(&c->snapshot_cases, value, why);
	if (!str_eq(name, "intake_token_sha256"))
		return err_set(
			why, ST_BAD_INPUT, "field-unknown",
			"[central] has no field \"%.*s\"; it has: enrol, intake_token_sha256,"
			" snapshot_cases",
			(int)(name.n < 40 ? name.n : 40), name.p);
	if (value.n != HASH_TEXT - 1)
		return err_set(why, ST_BAD_INPUT, "field-malformed",
			       "intake_token_sha256 takes 64 hex digits");
	memcpy(c->intake_token, value.p, value.n);
	c->intake_token[value.n] = '\0';
	return ST_OK;
}

static enum status field(void *ctx, struct str name, struct str value, struct err *why)
{
	struct reader *r = ctx;

	return r->own ? own_field(r->c, name, value, why)
		      : registry_field(&r->c->registry, name, value, why);
}

static enum status whole(struct central *c, enum status st, struct err *why)
{
	if (st == ST_NONE)
		return err_set(why, ST_BAD_INPUT, "conf-missing",
			       "there is no configuration with case types and queues");
	if (st == ST_OK)
		st = registry_check(&c->registry, why);
	if (st == ST_OK && c->registry.type_count == 0)
		st = err_set(why, ST_BAD_INPUT, "conf-missing",
			     "the configuration names no case type");
	return st;
}

enum status conf_load_text(struct central *c, const char *text, struct err *why)
{
	struct reader r = { .c = c };
	struct conf_handler h = { section, field, &r };

	c->snapshot_cases = SNAPSHOT_CASES;
	return whole(c, conf_parse("conf", str_of(text), &h, why), why);
}

enum status conf_load_dir(struct central *c, const char *dir, struct err *why)
{
	struct reader r = { .c = c };
	struct conf_handler h = { section, field, &r };

	c->snapshot_cases = SNAPSHOT_CASES;
	return whole(c, conf_parse_dir(dir, &h, why), why);
}
