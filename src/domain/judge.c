/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/judge.h"

#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/role.h"

#include "base/banned.h"

/* How long after the arrival a deadline may lie. */
enum { DEADLINE_YEARS = 20 };

static const char *const verdict_names[] = {
	[VERDICT_NONE] = "none",	 [VERDICT_ACCEPTED] = "accepted",
	[VERDICT_MERGED] = "merged",	 [VERDICT_REJECTED] = "rejected",
	[VERDICT_CONFLICT] = "conflict", [VERDICT_QUARANTINED] = "quarantined",
	[VERDICT_VOID] = "void",
};
enum { VERDICTS = sizeof(verdict_names) / sizeof(verdict_names[0]) };

/* Steps that belong to the case's assignee, and the roles that may take them
 * in another's case all the same. Route, claim and decide are free. */
static const struct {
	enum case_event event;
	unsigned exempt;
} owned[] = {
	{ EV_RELEASE, ROLE_SUPERVISOR },
	{ EV_ASK, ROLE_SUPERVISOR },
	{ EV_SUSPEND, ROLE_SUPERVISOR },
	{ EV_RESUME, ROLE_SUPERVISOR },
	{ EV_ANSWER, ROLE_SUPERVISOR | ROLE_REGISTRAR | ROLE_SYSTEM },
	{ EV_PROPOSE, ROLE_SUPERVISOR },
	{ EV_RETURN, ROLE_SUPERVISOR | ROLE_DECIDER },
	{ EV_DISPATCH, ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_WAIVE, ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_CLOSE, ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_REOPEN, ROLE_SUPERVISOR | ROLE_REGISTRAR },
	{ EV_SECRECY, ROLE_SUPERVISOR | ROLE_REGISTRAR },
};

const char *verdict_name(enum verdict v)
{
	return (unsigned)v < VERDICTS ? verdict_names[v] : "unknown";
}

bool verdict_from(enum verdict *v, struct str name)
{
	for (int i = VERDICT_NONE + 1; i < VERDICTS; i++)
		if (str_eq(name, verdict_names[i])) {
			*v = (enum verdict)i;
			return true;
		}
	return false;
}

bool verdict_stands(enum verdict v)
{
	return v == VERDICT_ACCEPTED || v == VERDICT_MERGED;
}

void since_add(struct since *s, const struct action_def *def, const char *sub, bool own_earlier,
	       int64_t at, int64_t n)
{
	if (own_earlier || def->neutral)
		return;
	s->any = true;
	s->any_beyond_append = s->any_beyond_append || def->class != CLASS_A_APPEND;
	s->touched |= def->touches;
	if (sub && *sub)
		snprintf(s->who, sizeof(s->who), "%s", sub);
	s->at = at;
	s->n = n;
}

/* "by anna at 2026-11-23T09:00:00.000Z (entry 7)" */
static const char *last_mover(char out[160], const struct since *s)
{
	char at[INSTANT_TEXT];

	instant_format(at, s->at);
	snprintf(out, 160, "by %s at %s (entry %lld)", s->who[0] ? s->who : "the central", at,
		 (long long)s->n);
	return out;
}

static bool is_assignee(const struct judgement *j)
{
	return j->now->assignee[0] && strcmp(j->now->assignee, j->action->sub) == 0;
}

/* Class C: the first one wins, whatever else came between. A case that was
 * given to another meanwhile can't be released by the one who had it. */
static bool taken(const struct judgement *j, struct err *why)
{
	const struct since *s = &j->since;
	char mover[160];

	if (j->action->def->class != CLASS_C_CLAIM || !j->now->assignee[0] || is_assignee(j))
		return false;
	if (j->action->def->event == EV_RELEASE
	    && (!(s->touched & TOUCH_ASSIGNEE) || (j->roles & ROLE_SUPERVISOR)))
		return false;
	if (s->touched & TOUCH_ASSIGNEE)
		err_set(why, ST_CONFLICT, "taken", "%s has the case; last moved %s",
			j->now->assignee, last_mover(mover, s));
	else
		err_set(why, ST_CONFLICT, "taken", "%s has the case", j->now->assignee);
	return true;
}

/* Role and lawful step, by the catalogue and the step table. ST_CONFLICT: not
 * from this status; ST_REFUSED: not with these roles. */
static enum status lawful(const struct judgement *j, struct err *why)
{
	const struct action_def *def = j->action->def;
	struct strbuf need = STRBUF_INIT_MAX(160);
	enum case_state to;
	enum status st = case_next(j->now->state, def->event, j->roles, &to, why);

	if (st != ST_OK || (j->roles & def->roles))
		return st;
	roles_format(&need, def->roles);
	err_set(why, ST_REFUSED, "role-lacking", "%s needs one of the roles: %s", def->name,
		need.len ? strbuf_cstr(&need) : "the central itself");
	strbuf_release(&need);
	return ST_REFUSED;
}

static bool belongs(const struct judgement *j, struct err *why)
{
	enum case_event event = j->action->def->event;

	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
		if (owned[i].event != event)
			continue;
		if (is_assignee(j) || (j->roles & owned[i].exempt))
			return true;
		err_set(why, ST_REFUSED, "not-assignee", "%s belongs to the case's officer: %s",
			j->action->def->name,
			j->now->assignee[0] ? j->now->assignee : "nobody; claim it first");
		return false;
	}
	return true;
}

/* FL 31: who decided is who signs; nobody is named a decider by another. */
static bool own_decision(const struct judgement *j, struct err *why)
{
	const char *decider = action_get(j->action, "decider");

	if (j->action->def->event != EV_DECIDE || !*decider || !strcmp(decider, j->action->sub))
		return true;
	err_set(why, ST_REFUSED, "decider-other", "%s signs, and names %s as the decider",
		j->action->sub, decider);
	return false;
}

/* A deadline before the case came, or generations ahead, is a slip of the
 * hand. A case whose arrival is not known has no such bounds. */
static bool deadline_in_range(const struct judgement *j, struct err *why)
{
	struct day due, first, last;
	char from[DAY_TEXT], to[DAY_TEXT];
	int hour, minute;

	if (j->action->def->touches != TOUCH_DUE || j->now->received_at <= 0
	    || !day_parse(&due, str_of(action_get(j->action, "due"))))
		return true;
	first = day_in_stockholm(j->now->received_at, &hour, &minute);
	last = day_add_months(first, 12 * DEADLINE_YEARS);
	if (day_number(due) >= day_number(first) && day_number(due) <= day_number(last))
		return true;
	day_format(from, first);
	day_format(to, last);
	err_set(why, ST_REFUSED, "deadline-range", "%s: the deadline must lie from %s to %s",
		j->action->def->name, from, to);
	return false;
}

static enum verdict moved_on(const struct judgement *j, const char *code, struct err *why)
{
	char mover[160];

	err_set(why, ST_CONFLICT, code, "%s: the case has moved on, last %s", j->action->def->name,
		last_mover(mover, &j->since));
	return VERDICT_CONFLICT;
}

/* The class table, for a case that has moved on and an action that is lawful
 * all the same. */
static enum verdict by_class(const struct judgement *j, struct err *why)
{
	const struct action_def *def = j->action->def;
	const struct since *s = &j->since;

	switch (def->class) {
	case CLASS_B_FIELD:
		if (s->touched & def->touches & TOUCH_FIELDS)
			return moved_on(j, "field-changed", why);
		return VERDICT_MERGED;
	case CLASS_D_STEP:
		if (s->any_beyond_append)
			return moved_on(j, "moved-on", why);
		return VERDICT_MERGED;
	case CLASS_E_DECISION:
		if ((s->touched & TOUCH_WEIGHTY) && !j->same_target)
			return moved_on(j, "moved-on", why);
		return VERDICT_MERGED;
	case CLASS_A_APPEND:
	case CLASS_C_CLAIM:
	case CLASS_C_ASSIGN:
		return VERDICT_MERGED;
	case CLASS_VOID:
	case CLASS_SYSTEM:
		break;
	}
	return VERDICT_ACCEPTED;
}

/* Is it worth while to see what has happened and sign again? A role that is
 * lacking is the officer's, not the case's; and of two claims or releases the
 * first wins and the second is told so, whatever the status has become. */
static bool read_again(const struct judgement *j, enum status may)
{
	return j->since.any && may != ST_REFUSED && j->action->def->class != CLASS_C_CLAIM;
}

enum verdict judge(const struct judgement *j, struct err *why)
{
	enum action_class class = j->action->def->class;
	bool bound = class != CLASS_A_APPEND && class != CLASS_SYSTEM;
	enum status may;

	if (class == CLASS_VOID)
		return VERDICT_VOID;
	if (j->pre_failed && bound) {
		err_set(why, ST_CONFLICT, "depends-on",
			"%s builds on action %lld of this device, which does not stand",
			j->action->def->name, (long long)j->action->pre);
		return VERDICT_CONFLICT;
	}
	if (!j->base_known && !j->same_target && bound) {
		err_set(why, ST_CONFLICT, "base-unknown",
			"%s was signed on entry %lld, which is not in this case's chain",
			j->action->def->name, (long long)j->action->base_n);
		return VERDICT_CONFLICT;
	}
	if (taken(j, why))
		return VERDICT_REJECTED;
	if (!own_decision(j, why))
		return VERDICT_REJECTED;
	may = lawful(j, why);
	if (may != ST_OK || !belongs(j, why))
		return read_again(j, may) ? VERDICT_CONFLICT : VERDICT_REJECTED;
	if (!deadline_in_range(j, why))
		return VERDICT_REJECTED;
	if (j->since.any)
		return by_class(j, why);
	return j->base_known || class == CLASS_SYSTEM ? VERDICT_ACCEPTED : VERDICT_MERGED;
}
