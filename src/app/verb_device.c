/* SPDX-License-Identifier: EUPL-1.2 */
/* A supervisor and the devices that wait to be approved. */
#include "app/verbs.h"

#include <stdio.h>
#include <string.h>

#include "app/words.h"
#include "base/i18n.h"

#include "base/banned.h"

enum { LEAST = 8 };

static enum status ask(struct call *c, const struct request *r, struct json **out, struct err *why)
{
	struct strbuf body = STRBUF_INIT;
	enum status st = call_central(c, r, &body, why);

	if (st == ST_OK)
		st = json_read(out, strbuf_str(&body), why);
	strbuf_release(&body);
	return st;
}

static enum status waiting(struct call *c, struct json **out, struct err *why)
{
	struct request r = REQUEST_INIT;
	enum status st = call_unlock(c, why);

	request_set(&r, "GET", "/v1/devices");
	if (st == ST_OK)
		st = ask(c, &r, out, why);
	request_release(&r);
	return st;
}

static void text_of(char *out, size_t size, const struct json *j, const char *name)
{
	out[0] = '\0';
	(void)json_copy_text(j, name, out, size);
}

static void put_device(struct call *c, struct jsonw *w, const struct json *j)
{
	static const char *const names[] = { "dev", "kid", "officer", "name", "words", "asked_at" };
	char v[6][160];

	for (int i = 0; i < 6; i++)
		text_of(v[i], sizeof(v[i]), j, names[i]);
	if (!w) {
		put_line(c, "%s  %s (%s)", v[0], v[3], v[2]);
		put_line(c, "    %s", v[4]);
		return;
	}
	jsonw_map(w);
	for (int i = 0; i < 6; i++)
		jsonw_kv(w, names[i], v[i]);
	jsonw_end_map(w);
}

/* What stands still until the operator has seen to it. */
static void put_frozen(struct call *c, struct jsonw *w, const struct json *list)
{
	if (w) {
		jsonw_key(w, "frozen");
		jsonw_list(w);
	}
	for (size_t i = 0; i < json_count(list); i++) {
		if (!w && i == 0)
			put_line(
				c, "%s",
				_("Frysta: två kopior har varit i bruk. Be driften spärra dem och bjuda "
				  "in på nytt."));
		put_device(c, w, json_item(list, i));
	}
	if (w)
		jsonw_end_list(w);
}

enum status verb_devices(struct call *c, struct err *why)
{
	struct json *j = NULL;
	const struct json *list;
	struct jsonw w;
	bool json = c->given[FLAG_JSON];
	enum status st = waiting(c, &j, why);

	if (st != ST_OK)
		return st;
	list = json_member(j, "devices");
	if (json) {
		json_begin(&w, c, "sluss.devices/1");
		jsonw_key(&w, "devices");
		jsonw_list(&w);
	}
	for (size_t i = 0; i < json_count(list); i++)
		put_device(c, json ? &w : NULL, json_item(list, i));
	if (json)
		jsonw_end_list(&w);
	put_frozen(c, json ? &w : NULL, json_member(j, "frozen"));
	if (json) {
		json_end(&w, c);
	} else if (json_count(list) == 0) {
		say_line(c, "%s", _("Ingen dator väntar på att godkännas."));
	} else {
		say_line(c, "%s",
			 _("Låt handläggaren läsa upp orden från sin skärm. Är de desamma: sluss "
			   "device approve ID"));
	}
	json_free(j);
	return ST_OK;
}

/* The one device whose id begins so. */
static enum status find(const struct json *list, const char *typed, const struct json **out,
			struct err *why)
{
	size_t n = strlen(typed);
	char dev[UUID_TEXT];

	*out = NULL;
	for (size_t i = 0; n >= LEAST && i < json_count(list); i++) {
		text_of(dev, sizeof(dev), json_item(list, i), "dev");
		if (strncmp(dev, typed, n) != 0)
			continue;
		if (*out)
			return err_set(why, ST_CONFLICT, "device-ambiguous",
				       "%.40s: more than one device begins so", typed);
		*out = json_item(list, i);
	}
	return *out ? ST_OK
		    : err_set(why, ST_NONE, "device-unknown",
			      "no device %.40s waits to be approved", typed);
}

static enum status decide(struct call *c, const struct json *device, bool yes, struct err *why)
{
	struct request r = REQUEST_INIT;
	struct json *j = NULL;
	char dev[UUID_TEXT], kid[48], path[100];
	struct jsonw w;
	enum status st;

	text_of(dev, sizeof(dev), device, "dev");
	text_of(kid, sizeof(kid), device, "kid");
	snprintf(path, sizeof(path), "/v1/devices/%s/approval", dev);
	request_set(&r, "POST", path);
	snprintf(r.content_type, sizeof(r.content_type), "application/json");
	jsonw_init(&w, &r.body);
	jsonw_map(&w);
	jsonw_kv(&w, "kid", kid);
	jsonw_kv_bool(&w, "approve", yes);
	jsonw_end_map(&w);
	st = ask(c, &r, &j, why);
	request_release(&r);
	json_free(j);
	return st;
}

/* The words are compared before, not after: what was said yes to is in. */
static enum status compared(struct call *c, const struct json *device, struct err *why)
{
	struct strbuf shown = STRBUF_INIT;
	char name[160], words[160];
	bool yes = c->given[FLAG_YES];
	enum status st = ST_OK;

	text_of(name, sizeof(name), device, "name");
	text_of(words, sizeof(words), device, "words");
	strbuf_addf(&shown, "%s: %s\n", name, words);
	if (!yes && c->may_ask)
		st = ask_yes(c, strbuf_str(&shown),
			     _("Läser handläggaren upp just de orden? (ja/nej)"), &yes, why);
	strbuf_release(&shown);
	if (st == ST_OK && !yes)
		st = err_set(why, ST_REFUSED, "device-compare",
			     "compare the words with those of the officer's screen (sluss devices),"
			     " and add --yes when they are the same");
	return st;
}

enum status verb_device(struct call *c, struct err *why)
{
	bool yes = strcmp(c->args[0], "approve") == 0;
	const struct json *device = NULL;
	struct json *j = NULL;
	char name[160], words[160];
	enum status st;

	if (!yes && strcmp(c->args[0], "refuse") != 0)
		return err_set(why, ST_BAD_INPUT, "usage", "sluss device approve|refuse ID");
	st = waiting(c, &j, why);
	if (st == ST_OK)
		st = find(json_member(j, "devices"), c->args[1], &device, why);
	if (st == ST_OK && yes)
		st = compared(c, device, why);
	if (st == ST_OK)
		st = decide(c, device, yes, why);
	if (st == ST_OK) {
		text_of(name, sizeof(name), device, "name");
		text_of(words, sizeof(words), device, "words");
		say_line(c, yes ? _("Godkänd: %s, %s") : _("Nekad: %s, %s"), name, words);
	}
	json_free(j);
	return st;
}
