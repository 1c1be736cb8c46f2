/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/central.h"
#include "central/demo_desk.h"
#include "central/demo_letters.h"
#include "central/demo_text.h"
#include "conf/parse.h"
#include "domain/calendar.h"
#include "domain/casetype.h"
#include "sql/db.h"
#include "wire/json.h"

#include "base/banned.h"

enum { HOUR = 3600 * 1000, DAY = 24 * HOUR, SPAN_OF_DAYS = 150, STEPS_MAX = 8 };

/* The people of the demo. The first is the one whose workstation is opened. */
static const struct central_officer people[] = {
	{ "britt.a", "Britt Åkerlund", "handläggare", "officer,decider", "", 0 },
	{ "jan.vd", "Jan van Dyk", "bygglovshandläggare", "officer,decider", "", 0 },
	{ "eva.z", "Eva Zetterkvist", "miljöinspektör", "officer,decider", "", 0 },
	{ "lova.m", "Lova Mossberga", "alkoholhandläggare", "officer,decider", "", 0 },
	{ "sixten.r", "Sixten Rönnskär", "trafikhandläggare", "officer,decider", "", 0 },
	{ "tyra.k", "Tyra Klintebo", "livsmedelsinspektör", "officer,decider", "", 0 },
	{ "vidar.h", "Vidar Hagelby", "bygglovshandläggare", "officer,decider", "", 0 },
	{ "ottilia.s", "Ottilia Sälgmark", "registrator", "officer,decider,registrar", "", 0 },
	{ "anna.c", "Anna Cederros", "enhetschef", "supervisor,officer,decider", "", 1 },
	{ "cc.sara", "Sara Lingonhed", "kommunvägledare", "contact", "", 0 },
};
enum { PEOPLE = sizeof(people) / sizeof(people[0]), DESKS = 8 };

/* How a case goes on after its arrival: one letter a step. The last ones end
 * it, and most of the older cases go that way. */
static const struct {
	const char *steps;
	int weight;
} courses[] = {
	{ "", 24 },   /* registered, waits for someone */
	{ "c", 12 },  /* c claim  n note  a ask  p propose  d decide  w waive */
	{ "cn", 12 }, /* e dispatch  x close */
	{ "cm", 10 }, /* m the applicant writes  s and is written to */
	{ "cam", 10 }, { "cms", 10 }, { "cna", 9 },    { "cp", 6 },    { "cnnp", 3 }, { "cnd", 8 },
	{ "cnde", 6 }, { "cdw", 4 },  { "cmsdex", 4 }, { "cndex", 9 }, { "cdwx", 7 },
};
enum { COURSES = sizeof(courses) / sizeof(courses[0]), ENDING = 3, OLD_DAYS = 12 };

struct course {
	int64_t at;
	int index;
	char step;
};

struct demo_case {
	char id[UUID_TEXT];
	char title[512], party[160];
	char number[13]; /* of a person, "" = a company */
	const char *street;
	char diary_no[DIARY_MAX];
	char status_url[40];
	const struct casetype *type;
	int desk;
};

struct demo {
	const struct demo_options *o;
	struct demo_desk_env env; /* the central, its clock, chance */
	struct registry types;
	char units[512]; /* every unit, "a,b,c" */
	struct demo_case *cases;
	struct course *course;
	int course_count;
	struct demo_desk desks[DESKS];
};

/* --- Chance ------------------------------------------------------------------ */

static uint64_t below(struct demo *d, uint64_t n)
{
	return rng_below(&d->env.rng, n);
}

static const char *pick(struct demo *d, const struct demo_list *l)
{
	return l->text[below(d, l->count)];
}

static const char *pick_course(struct demo *d, bool old)
{
	size_t first = old && below(d, 100) < 93 ? COURSES - ENDING : 0, i = first;
	int total = 0, at;

	for (size_t k = first; k < COURSES; k++)
		total += courses[k].weight;
	at = (int)below(d, (uint64_t)total);
	while (at >= courses[i].weight)
		at -= courses[i++].weight;
	return courses[i].steps;
}

/* --- The plan ---------------------------------------------------------------- */

/* "Carport, %s" with a street; the template is one of our own tables. */
static void make_title(struct demo *d, struct demo_case *c, int index)
{
	const char *t = pick(d, demo_matters(c->type->name.code));
	const char *at = strstr(t, "%s");

	if (index % 47 == 5) {
		snprintf(c->title, sizeof(c->title), "%s",
			 demo_hostile.text[(size_t)(index / 47) % demo_hostile.count]);
		return;
	}
	if (!at)
		snprintf(c->title, sizeof(c->title), "%s", t);
	else
		snprintf(c->title, sizeof(c->title), "%.*s%s%s", (int)(at - t), t,
			 pick(d, &demo_streets), at + 2);
}

/* A number that is nobody's: the Tax Agency keeps 980-999 for tests. */
static void make_number(struct demo *d, char out[13])
{
	int sum = 0;

	snprintf(out, 13, "%04d%02d%02d%03d0", 1940 + (int)below(d, 65), 1 + (int)below(d, 12),
		 1 + (int)below(d, 28), 980 + (int)below(d, 20));
	for (int i = 0; i < 9; i++) {
		int digit = (out[2 + i] - '0') * (i % 2 ? 1 : 2);

		sum += digit / 10 + digit % 10;
	}
	out[11] = (char)('0' + (10 - sum % 10) % 10);
}

/* One of them is always the same, for those who try the contact center. */
static void make_party(struct demo *d, struct demo_case *c, int index)
{
	c->street = pick(d, &demo_streets);
	if (index == DEMO_KNOWN) {
		snprintf(c->party, sizeof(c->party), "%s", DEMO_KNOWN_NAME);
		snprintf(c->number, sizeof(c->number), "%s", DEMO_KNOWN_NUMBER);
		c->street = DEMO_KNOWN_STREET;
		return;
	}
	if (below(d, 5) == 0) {
		snprintf(c->party, sizeof(c->party), "%s", pick(d, &demo_companies));
		return;
	}
	snprintf(c->party, sizeof(c->party), "%s, %s", pick(d, &demo_surnames),
		 pick(d, &demo_given));
	make_number(d, c->number);
}

/* Arrivals come a little more often of late; steps follow by days, never after
 * now. Some types take longer than others: `pace` is the most that lies
 * between two steps. */
static void plan_case(struct demo *d, int index, struct course *out, int *count)
{
	struct demo_case *c = &d->cases[index];
	int64_t age =
		below(d, 5) == 0 ? (int64_t)below(d, OLD_DAYS) : (int64_t)below(d, SPAN_OF_DAYS);
	uint64_t type = below(d, (uint64_t)d->types.type_count), pace = 3 + type * 5 % 13;
	int64_t at = d->o->now - age * DAY - (int64_t)below(d, 9 * HOUR) - HOUR;
	const char *steps = pick_course(d, age > OLD_DAYS);

	if (index == DEMO_KNOWN) {
		at = d->o->now - 20 * (int64_t)DAY;
		steps = "cn";
	}
	c->type = &d->types.types[type];
	c->desk = (int)below(d, DESKS);
	make_title(d, c, index);
	make_party(d, c, index);
	out[(*count)++] = (struct course){ at, index, 'i' };
	for (; *steps; steps++) {
		at += (int64_t)below(d, pace * DAY) + HOUR / 4;
		if (at >= d->o->now)
			break;
		out[(*count)++] = (struct course){ at, index, *steps };
	}
}

static int by_time(const void *a, const void *b)
{
	const struct course *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->index - y->index;
}

static enum status make_plan(struct demo *d, struct err *why)
{
	size_t n = (size_t)d->o->cases;

	d->cases = calloc(n, sizeof(*d->cases));
	d->course = calloc(n * STEPS_MAX, sizeof(*d->course));
	if (!d->cases || !d->course)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	for (int i = 0; i < d->o->cases; i++)
		plan_case(d, i, d->course, &d->course_count);
	qsort(d->course, (size_t)d->course_count, sizeof(*d->course), by_time);
	return ST_OK;
}

/* --- The steps --------------------------------------------------------------- */

static enum status arrive(struct demo *d, struct demo_case *c, struct err *why)
{
	struct strbuf body = STRBUF_INIT;
	struct demo_arrival a = { .case_id = "" };
	struct jsonw w;
	enum status st;

	jsonw_init(&w, &body);
	jsonw_map(&w);
	jsonw_kv(&w, "title", c->title);
	jsonw_key(&w, "party");
	jsonw_map(&w);
	jsonw_kv(&w, "name", c->party);
	if (c->number[0])
		jsonw_kv(&w, "person_no", c->number);
	jsonw_end_map(&w);
	jsonw_kv(&w, "channel", "e-service");
	jsonw_key(&w, "fields");
	jsonw_map(&w);
	jsonw_kv(&w, "property", c->street);
	jsonw_end_map(&w);
	demo_documents(&w, (int)(c - d->cases), c->street);
	jsonw_end_map(&w);
	st = demo_intake(&d->env, c->type->name.code, strbuf_cstr(&body), &a, why);
	memcpy(c->id, a.case_id, sizeof(c->id));
	memcpy(c->diary_no, a.diary_no, sizeof(c->diary_no));
	memcpy(c->status_url, a.status_url, sizeof(c->status_url));
	strbuf_release(&body);
	return st;
}

/* "2026-12-01": some days from now on the demo's clock. */
static void later_day(struct demo *d, int64_t days, char out[DAY_TEXT])
{
	day_format(out, day_add(day_in_stockholm(d->env.now, NULL, NULL), days));
}

static enum status decide(struct demo *d, struct demo_case *c, struct err *why)
{
	const struct named_code *outcome = &c->type->outcomes[0];
	char today[DAY_TEXT];
	struct demo_decision dec = {
		.committee = "Nämnden",
		.case_title = c->title,
		.recipient = c->party,
		.diary_no = c->diary_no,
		.outcome = outcome->code,
		.outcome_name = outcome->sv,
		.reasons = pick(d, &demo_reasons),
		.legal_basis = c->type->law,
		.decided_on = today,
		.appeal = c->type->appeal,
		.delegation = c->type->delegation,
	};

	later_day(d, 0, today);
	return demo_decide(&d->env, &d->desks[c->desk], c->id, &dec, why);
}

/* What a letter of a course is as an act with one argument, or two. */
static enum status act(struct demo *d, struct demo_case *c, char letter, struct err *why)
{
	char today[DAY_TEXT], later[DAY_TEXT];
	/* In the letters' order, so that each takes its own from the lists. */
	const char *note = letter == 'n' ? pick(d, &demo_notes) : "";
	const char *question = letter == 'a' ? pick(d, &demo_questions) : "";
	const char *reason = letter == 'p' ? pick(d, &demo_reasons) : "";
	const struct {
		char letter;
		const char *act, *args[5];
	} acts[] = {
		{ 'c', "case.claim", { NULL } },
		{ 'n', "note.add", { "text", note } },
		{ 'a', "case.ask", { "text", question, "due", later } },
		{ 'p', "case.propose", { "text", reason } },
		{ 'e', "case.dispatch", { "channel", "letter", "on", today } },
		{ 'w', "case.waive_dispatch", { "ground", "Sökanden fick beslutet på plats." } },
		{ 'x', "case.close", { NULL } },
	};
	size_t i = 0;

	later_day(d, 0, today);
	later_day(d, 14, later);
	while (i + 1 < sizeof(acts) / sizeof(acts[0]) && acts[i].letter != letter)
		i++;
	return demo_act(&d->env, &d->desks[c->desk], c->id, acts[i].act, acts[i].args, why);
}

static enum status send_message(struct demo *d, struct demo_case *c, struct err *why)
{
	char today[DAY_TEXT];
	struct demo_message m = { .committee = "Nämnden",
				  .case_title = c->title,
				  .recipient = c->party,
				  .diary_no = c->diary_no,
				  .sent_on = today,
				  .subject = "Om ditt ärende",
				  .text = pick(d, &demo_to_applicant) };

	later_day(d, 0, today);
	return demo_send(&d->env, &d->desks[c->desk], c->id, &m, why);
}

static enum status step(struct demo *d, const struct course *s, struct err *why)
{
	struct demo_case *c = &d->cases[s->index];

	return s->step == 'i' ? arrive(d, c, why)
	       : s->step == 'm'
		       ? demo_write(&d->env, c->status_url, pick(d, &demo_from_applicant), why)
	       : s->step == 's' ? send_message(d, c, why)
	       : s->step == 'd' ? decide(d, c, why)
				: act(d, c, s->step, why);
}

/* --- Setting up --------------------------------------------------------------- */

static enum status on_section(void *ctx, struct str kind, struct str code, struct err *why)
{
	return registry_section(ctx, kind, code, why);
}

static enum status on_field(void *ctx, struct str name, struct str value, struct err *why)
{
	return registry_field(ctx, name, value, why);
}

static enum status read_types(struct demo *d, struct err *why)
{
	struct conf_handler h = { on_section, on_field, &d->types };
	char path[4096];
	size_t n = 0;
	enum status st;

	snprintf(path, sizeof(path), "%s/conf", d->o->dir);
	st = conf_parse_dir(path, &h, why);
	for (int i = 0; i < d->types.unit_count && n < sizeof(d->units); i++)
		n += (size_t)snprintf(d->units + n, sizeof(d->units) - n, "%s%s", i ? "," : "",
				      d->types.units[i].name.code);
	return st;
}

static enum status hire(struct demo *d, struct err *why)
{
	enum status st = ST_OK;

	for (int i = 0; i < PEOPLE && st == ST_OK; i++) {
		struct central_officer o = people[i];

		/* A contact center belongs to no unit, and sees of all what is public. */
		o.units = strcmp(o.roles, "contact") == 0 ? "" : d->units;
		st = central_add_officer(d->env.central, &o, why);
		if (st == ST_OK && i < DESKS)
			st = demo_enrol(&d->env, &d->desks[i], o.id, o.name, why);
	}
	return st;
}

static enum status run_plan(struct demo *d, struct err *why)
{
	for (int i = 0; i < d->course_count; i++) {
		enum status st;

		d->env.now = d->course[i].at;
		st = step(d, &d->course[i], why);
		if (st != ST_OK) {
			err_prefix(why, "demo step %c of case %d", d->course[i].step,
				   d->course[i].index);
			return st;
		}
		if (d->o->progress && i % 50 == 0)
			d->o->progress(d->o->ctx, i, d->course_count);
	}
	if (d->o->progress)
		d->o->progress(d->o->ctx, d->course_count, d->course_count);
	return ST_OK;
}

enum status central_demo_fill(const struct demo_options *o, struct err *why)
{
	struct demo *d = calloc(1, sizeof(*d));
	enum status st;

	if (!d)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	d->o = o;
	st = demo_env_open(&d->env, o->dir, o->seed, o->now - (SPAN_OF_DAYS + 2) * (int64_t)DAY,
			   why);
	if (st == ST_OK && central_size(d->env.central) > 0)
		st = err_set(why, ST_CONFLICT, "not-empty",
			     "%s: holds cases already; fill a new folder", o->dir);
	if (st == ST_OK)
		st = read_types(d, why);
	if (st == ST_OK)
		st = hire(d, why);
	if (st == ST_OK)
		st = make_plan(d, why);
	if (st == ST_OK)
		st = run_plan(d, why);
	if (st == ST_OK) {
		d->env.now = o->now;
		st = central_jobs(d->env.central, NULL, why);
	}
	for (int i = 0; i < DESKS; i++)
		demo_desk_release(&d->desks[i]);
	if (demo_env_close(&d->env, why) != ST_OK && st == ST_OK)
		st = ST_BROKEN;
	registry_release(&d->types);
	free(d->cases);
	free(d->course);
	free(d);
	return st;
}
