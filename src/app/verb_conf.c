/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <string.h>

#include "app/screen.h"
#include "app/words.h"
#include "base/i18n.h"
#include "domain/role.h"

#include "base/banned.h"

static void show_json(struct call *c)
{
	const struct options *o = &c->home->config.options;
	struct jsonw w;

	json_begin(&w, c, "sluss.conf/1");
	jsonw_key(&w, "options");
	jsonw_list(&w);
	for (int i = 0; i < OPT_COUNT; i++) {
		jsonw_map(&w);
		jsonw_kv(&w, "name", option_def((enum option)i)->name);
		jsonw_kv(&w, "value", options_text(o, (enum option)i));
		jsonw_kv(&w, "source", o->set[i] ? o->source[i] : "default");
		jsonw_end_map(&w);
	}
	jsonw_end_list(&w);
	json_end(&w, c);
}

static void show_text(struct call *c)
{
	const struct options *o = &c->home->config.options;

	for (int i = 0; i < OPT_COUNT; i++)
		put_line(c, "%s = %s  # %s", option_def((enum option)i)->name,
			 options_text(o, (enum option)i), o->set[i] ? o->source[i] : _("förval"));
}

/* What is wrong stopped the program when the home was opened; what is only
 * odd has been said as warnings. */
static void check(struct call *c)
{
	const struct config *conf = &c->home->config;

	for (int i = 0; i < CONFIG_FILES; i++)
		put_line(c, "%s: %s", conf->file[i], conf->read[i] ? _("läst") : _("finns inte"));
	put_line(c, P_("%lld varning", "%lld varningar", conf->warning_count),
		 (long long)conf->warning_count);
}

enum status verb_conf(struct call *c, struct err *why)
{
	if (strcmp(c->args[0], "check") == 0 || strcmp(c->args[0], "kontroll") == 0)
		check(c);
	else if (strcmp(c->args[0], "show") != 0 && strcmp(c->args[0], "visa") != 0)
		return err_set(why, ST_BAD_INPUT, "usage", "conf %.40s: check or show", c->args[0]);
	else if (c->given[FLAG_JSON])
		show_json(c);
	else
		show_text(c);
	return ST_OK;
}

enum status verb_keys(struct call *c, struct err *why)
{
	if (actions_print(&c->out, c->given[FLAG_JSON]) == 0)
		return ST_OK;
	return err_set(why, ST_BROKEN, "keys", "two actions have the same key");
}

enum status verb_who(struct call *c, struct err *why)
{
	const struct identity *who = &c->home->who;
	struct strbuf roles = STRBUF_INIT;
	struct jsonw w;

	(void)why;
	roles_format(&roles, who->roles);
	if (c->given[FLAG_JSON]) {
		json_begin(&w, c, "sluss.who/1");
		jsonw_kv(&w, "officer", who->sub);
		jsonw_kv(&w, "name", who->name);
		jsonw_kv(&w, "title", who->title);
		jsonw_kv_str(&w, "roles", strbuf_str(&roles));
		jsonw_kv(&w, "units", who->units);
		jsonw_kv(&w, "device", who->dev);
		jsonw_kv_int(&w, "ctr", who->ctr);
		jsonw_kv(&w, "kid", who->kid);
		jsonw_kv(&w, "central", who->aud);
		jsonw_kv(&w, "municipality", who->municipality);
		jsonw_kv(&w, "url", who->url);
		json_end(&w, c);
	} else {
		put_line(c, "%s (%s)%s%s", who->name, who->sub, who->title[0] ? ", " : "",
			 who->title);
		put_line(c, "%s, %s", who->municipality, who->url);
		put_line(c, _("Roller: %s. Enheter: %s."), strbuf_cstr(&roles), who->units);
		put_line(c, _("Datorn %s har signerat till och med nr %lld."), who->dev,
			 (long long)who->ctr);
		if (who->frozen[0])
			put_line(c, "%s", words_code("device-frozen"));
	}
	strbuf_release(&roles);
	return ST_OK;
}
