/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/casefile.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/action.h"
#include "domain/role.h"

#include "base/banned.h"

static const char *const state_names[CASE_STATE_COUNT] = {
	[CASE_RECEIVED] = "received",
	[CASE_REGISTERED] = "registered",
	[CASE_OPEN] = "open",
	[CASE_WAITING] = "waiting",
	[CASE_PROPOSED] = "proposed",
	[CASE_DECIDED] = "decided",
	[CASE_DISPATCHED] = "dispatched",
	[CASE_CLOSED] = "closed",
	[CASE_ARCHIVED] = "archived",
};

static const char *const event_names[EV_COUNT] = {
	[EV_NONE] = "none",	  [EV_REGISTER] = "register", [EV_CLAIM] = "claim",
	[EV_RELEASE] = "release", [EV_ASSIGN] = "assign",     [EV_ROUTE] = "route",
	[EV_ASK] = "ask",	  [EV_SUSPEND] = "suspend",   [EV_ANSWER] = "answer",
	[EV_RESUME] = "resume",	  [EV_PROPOSE] = "propose",   [EV_RETURN] = "return",
	[EV_DECIDE] = "decide",	  [EV_DISPATCH] = "dispatch", [EV_WAIVE] = "waive",
	[EV_CLOSE] = "close",	  [EV_ARCHIVE] = "archive",   [EV_REOPEN] = "reopen",
	[EV_NOTE] = "note",	  [EV_FIELD] = "field",	      [EV_DOCUMENT] = "document",
	[EV_MESSAGE] = "message", [EV_SECRECY] = "secrecy",   [EV_CORRECT] = "correct",
};

#define IN(s) (1u << (s))
enum {
	/* A set of statuses is a mask. */
	HANDLED = IN(CASE_OPEN) | IN(CASE_WAITING) | IN(CASE_PROPOSED) | IN(CASE_DECIDED)
		  | IN(CASE_DISPATCHED),
	ALIVE = IN(CASE_REGISTERED) | HANDLED,
	KEPT = ALIVE | IN(CASE_CLOSED),
	/* Who works with cases. */
	DESK = ROLE_OFFICER | ROLE_SUPERVISOR,
	OFFICE = DESK | ROLE_REGISTRAR,
	STAFF = OFFICE | ROLE_DECIDER | ROLE_CONTACT,
	SAME = -1, /* the status is left as it is */
};

/* Every lawful step, and who may take it. A pair that is not here is not
 * lawful: adding a step means adding a row, and nothing else. That a claimed
 * case is not claimed again, and that a step belongs to the assignee, is for
 * judge.c, which knows the case. */
static const struct step {
	enum case_event event;
	unsigned from;
	int to;
	unsigned roles;
} steps[] = {
	{ EV_REGISTER, IN(CASE_RECEIVED), CASE_REGISTERED, ROLE_SYSTEM },
	{ EV_CLAIM, IN(CASE_REGISTERED), CASE_OPEN, ROLE_OFFICER },
	{ EV_CLAIM, HANDLED, SAME, ROLE_OFFICER },
	{ EV_RELEASE, ALIVE, SAME, DESK },
	{ EV_ASSIGN, ALIVE, SAME, ROLE_SUPERVISOR },
	{ EV_ROUTE, ALIVE, SAME, OFFICE | ROLE_SYSTEM },
	{ EV_ASK, IN(CASE_OPEN), CASE_WAITING, DESK },
	{ EV_SUSPEND, IN(CASE_OPEN), CASE_WAITING, DESK },
	{ EV_ANSWER, IN(CASE_WAITING), CASE_OPEN, OFFICE | ROLE_SYSTEM },
	{ EV_RESUME, IN(CASE_WAITING), CASE_OPEN, DESK },
	{ EV_PROPOSE, IN(CASE_OPEN), CASE_PROPOSED, DESK },
	{ EV_RETURN, IN(CASE_PROPOSED), CASE_OPEN, DESK | ROLE_DECIDER },
	{ EV_DECIDE, IN(CASE_OPEN) | IN(CASE_PROPOSED), CASE_DECIDED, ROLE_DECIDER },
	{ EV_DISPATCH, IN(CASE_DECIDED), CASE_DISPATCHED, OFFICE },
	{ EV_WAIVE, IN(CASE_DECIDED), CASE_DISPATCHED, OFFICE },
	{ EV_CLOSE, IN(CASE_DISPATCHED), CASE_CLOSED, OFFICE },
	{ EV_ARCHIVE, IN(CASE_CLOSED), CASE_ARCHIVED, ROLE_SYSTEM },
	{ EV_REOPEN, IN(CASE_CLOSED), CASE_OPEN, OFFICE },
	{ EV_NOTE, KEPT, SAME, STAFF },
	{ EV_FIELD, ALIVE, SAME, OFFICE },
	{ EV_DOCUMENT, KEPT, SAME, OFFICE | ROLE_DECIDER | ROLE_SYSTEM },
	{ EV_MESSAGE, KEPT, SAME, OFFICE | ROLE_DECIDER },
	{ EV_SECRECY, KEPT, SAME, OFFICE },
	{ EV_CORRECT, IN(CASE_DECIDED) | IN(CASE_DISPATCHED) | IN(CASE_CLOSED), SAME,
	  ROLE_DECIDER },
};
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

void casefile_release(struct casefile *c)
{
	strbuf_release(&c->title);
	strbuf_release(&c->party);
}

void casefile_copy(struct casefile *to, const struct casefile *from)
{
	struct strbuf title = to->title;
	struct strbuf party = to->party;

	if (to == from)
		return;
	*to = *from;
	to->title = title;
	to->party = party;
	strbuf_set(&to->title, strbuf_cstr(&from->title), from->title.len);
	strbuf_set(&to->party, strbuf_cstr(&from->party), from->party.len);
}

bool code_valid(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		int32_t cp = utf8_next(s, &at);
		bool ok = (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')
			  || (cp >= '0' && cp <= '9') || cp == '_' || cp == '.' || cp == '-'
			  || cp == 0xE5 || cp == 0xE4 || cp == 0xF6 || cp == 0xC5 || cp == 0xC4
			  || cp == 0xD6;

		if (!ok)
			return false;
	}
	return s.n > 0;
}

const char *case_state_name(enum case_state s)
{
	return (unsigned)s < CASE_STATE_COUNT ? state_names[s] : "unknown";
}

bool case_state_from(enum case_state *s, struct str name)
{
	for (int i = 0; i < CASE_STATE_COUNT; i++)
		if (str_eq(name, state_names[i])) {
			*s = (enum case_state)i;
			return true;
		}
	return false;
}

const char *case_event_name(enum case_event e)
{
	return (unsigned)e < EV_COUNT ? event_names[e] : "unknown";
}

static enum status no_such_step(enum case_state from, enum case_event event, struct err *why)
{
	char list[160] = "no status at all";
	unsigned allowed = 0;
	size_t n = 0;

	for (int i = 0; i < STEPS; i++)
		if (steps[i].event == event)
			allowed |= steps[i].from;
	for (int s = 0; s < CASE_STATE_COUNT; s++)
		if (allowed & IN(s))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "",
					      state_names[s]);
	return err_set(why, ST_CONFLICT, "step-unlawful",
		       "the step %s is not lawful while the case is %s; it is from: %s",
		       case_event_name(event), case_state_name(from), list);
}

static enum status not_you(const struct step *step, struct err *why)
{
	struct strbuf need = STRBUF_INIT_MAX(160);

	roles_format(&need, step->roles);
	err_set(why, ST_REFUSED, "role-lacking", "the step %s needs one of the roles: %s",
		case_event_name(step->event), need.len ? strbuf_cstr(&need) : "the central itself");
	strbuf_release(&need);
	return ST_REFUSED;
}

enum status case_next(enum case_state from, enum case_event event, unsigned roles,
		      enum case_state *to, struct err *why)
{
	/* An act without a step, such as a receipt, is lawful everywhere. */
	if (event == EV_NONE) {
		*to = from;
		return ST_OK;
	}
	for (int i = 0; i < STEPS && (unsigned)from < CASE_STATE_COUNT; i++) {
		if (steps[i].event != event || !(steps[i].from & IN(from)))
			continue;
		if (!(steps[i].roles & roles))
			return not_you(&steps[i], why);
		*to = steps[i].to == SAME ? from : (enum case_state)steps[i].to;
		return ST_OK;
	}
	return no_such_step(from, event, why);
}

/* Which argument of which act becomes which field of the case. */
enum field_kind { F_CHARS, F_INT, F_INSTANT, F_TEXT };

#define CHARS(f) F_CHARS, offsetof(struct casefile, f), sizeof(((struct casefile *)0)->f)
#define OTHER(k, f) k, offsetof(struct casefile, f), 0

static const struct effect {
	const char *act, *arg;
	enum field_kind kind;
	size_t at, size;
} effects[] = {
	{ "case.receive", "type", CHARS(type) },
	{ "case.receive", "title", OTHER(F_TEXT, title) },
	{ "case.receive", "party", OTHER(F_TEXT, party) },
	{ "case.receive", "channel", CHARS(channel) },
	{ "case.receive", "received_at", OTHER(F_INSTANT, received_at) },
	{ "case.receive", "protection", OTHER(F_INT, protection) },
	{ "case.register", "diary_no", CHARS(diary_no) },
	{ "case.register", "unit", CHARS(unit) },
	{ "case.register", "queue", CHARS(queue) },
	{ "case.register", "due_on", CHARS(due_on) },
	{ "case.register", "type_version", OTHER(F_INT, type_version) },
	{ "case.import", "type", CHARS(type) },
	{ "case.import", "title", OTHER(F_TEXT, title) },
	{ "case.import", "diary_no", CHARS(diary_no) },
	{ "case.import", "channel", CHARS(channel) },
	{ "case.import", "unit", CHARS(unit) },
	{ "case.import", "queue", CHARS(queue) },
	{ "case.import", "officer", CHARS(assignee) },
	{ "case.import", "received_at", OTHER(F_INSTANT, received_at) },
	{ "case.import", "due_on", CHARS(due_on) },
	{ "event.import", "queue", CHARS(queue) },
	{ "case.deadline", "due", CHARS(due_on) },
	{ "case.priority", "priority", OTHER(F_INT, priority) },
	{ "case.title", "title", OTHER(F_TEXT, title) },
	{ "case.assign", "officer", CHARS(assignee) },
	{ "case.route", "queue", CHARS(queue) },
	{ "case.route", "unit", CHARS(unit) },
	{ "case.decide", "outcome", CHARS(outcome) },
	{ "decision.correct", "outcome", CHARS(outcome) },
	{ "case.secrecy", "class", OTHER(F_INT, protection) },
};
enum { EFFECTS = sizeof(effects) / sizeof(effects[0]) };

static void set_field(struct casefile *c, const struct effect *e, const struct strbuf *value)
{
	char *field = (char *)c + e->at;
	int number;

	switch (e->kind) {
	case F_CHARS:
		snprintf(field, e->size, "%s", strbuf_cstr(value));
		break;
	case F_INT:
		number = (int)strtol(strbuf_cstr(value), NULL, 10);
		memcpy(field, &number, sizeof(number));
		break;
	case F_INSTANT: {
		int64_t ms;

		if (instant_parse(&ms, strbuf_str(value)))
			memcpy(field, &ms, sizeof(ms));
		break;
	}
	case F_TEXT:
		strbuf_set((struct strbuf *)(void *)field, strbuf_cstr(value), value->len);
		break;
	}
}

/* A case of an imported log is closed if it had ended when it was imported.
 * It counts as changed by its events alone, at their own times. */
static void begin_imported(struct casefile *c, const struct action *a, int64_t at)
{
	int64_t ended;

	c->state = CASE_OPEN;
	c->priority = 2;
	c->type_version = 1;
	if (instant_parse(&ended, str_of(action_get(a, "ended_at"))) && ended <= at) {
		c->state = CASE_CLOSED;
		c->closed_at = ended;
	}
}

/* When the case was changed by this act; false: something newer has changed
 * it already, as when the lines of a log are out of order. */
static bool moves_on(const struct casefile *c, const struct action *a, int64_t *at)
{
	if (strcmp(a->def->name, "case.import") == 0)
		*at = 0;
	if (strcmp(a->def->name, "event.import") != 0)
		return true;
	return instant_parse(at, str_of(action_get(a, "instant"))) && *at >= c->changed_at;
}

void casefile_apply(struct casefile *c, const struct action *a, int64_t at)
{
	const struct action_def *def = a->def;
	enum case_state to = c->state;
	int64_t changed = at;

	if (!moves_on(c, a, &changed))
		return;
	if (case_next(c->state, def->event, ~0u, &to, NULL) == ST_OK)
		c->state = to;
	if (strcmp(def->name, "case.receive") == 0) {
		c->state = CASE_RECEIVED;
		c->priority = 2;
	}
	if (strcmp(def->name, "case.import") == 0)
		begin_imported(c, a, at);
	if (def->event == EV_CLAIM)
		snprintf(c->assignee, sizeof(c->assignee), "%s", a->sub);
	if (def->event == EV_CLOSE)
		c->closed_at = at;
	if (def->event == EV_REOPEN)
		c->closed_at = 0;
	if (def->event == EV_RELEASE || def->event == EV_ROUTE)
		c->assignee[0] = '\0';
	for (int i = 0; i < EFFECTS; i++) {
		int k;

		if (strcmp(effects[i].act, def->name) != 0)
			continue;
		k = action_arg_index(def, str_of(effects[i].arg));
		if (k >= 0 && a->has[k])
			set_field(c, &effects[i], &a->arg[k]);
	}
	/* A party of protected identity is known by its id alone. */
	if (c->protection == PROTECT_IDENTITY)
		strbuf_clear(&c->party);
	c->changed_at = changed;
}
