/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "central/import_names.h"
#include "domain/diary.h"

#include "base/banned.h"

struct arg {
	const char *name;
	struct str value; /* p == NULL or n == 0: not given */
};

static enum status set_all(struct action *a, const struct arg *args, size_t n, struct err *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < n; i++)
		if (args[i].value.n)
			st = action_set(a, args[i].name, args[i].value, why);
	return st;
}

/* The number that people use for the case, if it can stand where ours do and
 * can never be one of them. */
static struct str number_of(struct str id)
{
	char shown[NAME_MAX_BYTES];
	struct diary_no d;

	import_shown_name(shown, id);
	if (id.n >= DIARY_MAX || !str_eq(id, shown)
	    || (diary_parse(&d, id) && d.committee[0] && d.year))
		return (struct str){ NULL, 0 };
	return id;
}

static struct str code_of(struct str s)
{
	return s.n && s.n < CODE_MAX && code_valid(s) ? s : (struct str){ NULL, 0 };
}

/* What the source says in words; its id where it is not the number. */
static void title_of(struct strbuf *out, const struct import_line *l)
{
	if (l->department.n)
		strbuf_addf(out, "%.*s: ", (int)l->department.n, l->department.p);
	strbuf_add(out, l->activity.p, l->activity.n);
	if (!number_of(l->case_id).n)
		strbuf_addf(out, " (%.*s)", (int)l->case_id.n, l->case_id.p);
}

/* The day of Stockholm in which the instant lies, "" for none. */
static void day_of(char out[DAY_TEXT], struct str instant)
{
	int64_t ms;

	out[0] = '\0';
	if (instant_parse(&ms, instant))
		day_format(out, day_in_stockholm(ms, NULL, NULL));
}

enum status import_case_act(struct action *a, const struct import_line *l,
			    const struct import_codes *k, struct err *why)
{
	struct strbuf title = STRBUF_INIT;
	char due_on[DAY_TEXT];
	const struct arg args[] = {
		{ "source", l->case_id },
		{ "type", str_of(CASETYPE_IMPORTED) },
		{ "diary_no", number_of(l->case_id) },
		{ "channel", code_of(l->channel) },
		{ "unit", str_of(IMPORT_UNIT) },
		{ "queue", str_of(k->queue) },
		{ "officer", str_of(k->responsible) },
		{ "received_at", l->started.n ? l->started : l->ts },
		{ "due_on", { due_on, l->deadline.n ? DAY_TEXT - 1 : 0 } },
		{ "ended_at", l->ended },
		{ "attributes", strbuf_str(&l->about_case) },
	};
	enum status st;

	day_of(due_on, l->deadline);
	action_reset(a, action_find(str_of("case.import")));
	import_iid_of_case(a->iid, l->case_id);
	title_of(&title, l);
	st = set_all(a, args, sizeof(args) / sizeof(args[0]), why);
	if (st == ST_OK)
		st = action_set(a, "title", strbuf_str(&title), why);
	strbuf_release(&title);
	return st == ST_OK ? action_check(a, why) : st;
}

/* One map of both: members of the event that are not known, and all that the
 * line says of the case. */
static void join(struct strbuf *out, struct str rest, struct str about)
{
	strbuf_add(out, rest.p, rest.n ? rest.n - 1 : 0);
	strbuf_addc(out, rest.n ? ',' : '{');
	strbuf_add(out, about.p + 1, about.n - 1);
}

static void number(char out[24], int64_t n)
{
	out[0] = '\0';
	if (n)
		snprintf(out, 24, "%" PRId64, n);
}

enum status import_event_act(struct action *a, const struct import_line *l,
			     const struct import_codes *k, bool differs, struct err *why)
{
	struct strbuf attributes = STRBUF_INIT;
	char seq[24], of[24], instant[INSTANT_TEXT];
	const struct arg args[] = {
		{ "ts", l->ts },
		{ "instant", { instant, INSTANT_TEXT - 1 } },
		{ "activity", l->activity },
		{ "resource", l->resource },
		{ "officer", str_of(k->officer) },
		{ "group", l->group },
		{ "queue", str_of(k->queue) },
		{ "lifecycle", l->lifecycle },
		{ "instance", l->instance },
		{ "line", str_of(l->hash) },
	};
	enum status st;

	instant_format(instant, l->instant);
	number(seq, l->seq);
	number(of, l->of);
	action_reset(a, action_find(str_of("event.import")));
	import_iid_of_line(a->iid, l->hash);
	if (differs)
		join(&attributes, strbuf_str(&l->rest), strbuf_str(&l->about_case));
	else
		strbuf_add(&attributes, strbuf_cstr(&l->rest), l->rest.len);
	st = set_all(a, args, sizeof(args) / sizeof(args[0]), why);
	if (st == ST_OK && *seq)
		st = action_set(a, "seq", str_of(seq), why);
	if (st == ST_OK && *of)
		st = action_set(a, "of", str_of(of), why);
	if (st == ST_OK && attributes.len)
		st = action_set(a, "attributes", strbuf_str(&attributes), why);
	strbuf_release(&attributes);
	return st == ST_OK ? action_check(a, why) : st;
}

static bool case_holds(const struct action *a)
{
	struct str source = str_of(action_get(a, "source"));
	char iid[UUID_TEXT], id[UUID_TEXT];

	import_iid_of_case(iid, source);
	import_case_id(id, source);
	return strcmp(iid, a->iid) == 0 && strcmp(id, a->case_id) == 0;
}

static bool event_holds(const struct action *a)
{
	char iid[UUID_TEXT], instant[INSTANT_TEXT];
	int64_t ms;

	import_iid_of_line(iid, action_get(a, "line"));
	if (strcmp(iid, a->iid) != 0 || !instant_parse(&ms, str_of(action_get(a, "ts"))))
		return false;
	instant_format(instant, ms);
	return strcmp(instant, action_get(a, "instant")) == 0;
}

bool import_holds(const struct action *a)
{
	return strcmp(a->def->name, "case.import") == 0	   ? case_holds(a)
	       : strcmp(a->def->name, "event.import") == 0 ? event_holds(a)
							   : true;
}
