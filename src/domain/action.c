/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/action.h"

#include <string.h>

#include "domain/role.h"

#include "base/banned.h"

enum {
	LINE_MAX_BYTES = 500, /* grounds, reasons in one line */
	TEXT_BYTES = 8000,    /* notes, questions, the content of a decision */
	LONG_TEXT_BYTES = 16000,
	TITLE_LINE_BYTES = 4000,
	SOURCE_TEXT_BYTES = 2000, /* a name or an activity of an imported log */
	ATTRIBUTES_BYTES = 16000, /* what else its lines say, as JSON */
	DESK = ROLE_OFFICER | ROLE_SUPERVISOR,
	OFFICE = DESK | ROLE_REGISTRAR,
	STAFF = OFFICE | ROLE_DECIDER | ROLE_CONTACT,
	HUMAN = STAFF | ROLE_ARCHIVIST,
};

/* Required or optional. */
#define REQ true
#define OPT false
/* Does it wait in the undo window before it is first offered? */
#define WAITS true
#define AT_ONCE false
/* Is the case another one for those who come after, or is it neutral? */
#define MOVES false
#define NEUTRAL true
/* clang-format off */
#define ARGS(...) { __VA_ARGS__ }
#define NONE ARG(NULL, ARG_LINE, OPT, 0)
#define ARG(n, kind, r, max) { n, kind, r, max }
#define CODE(n, r) { n, ARG_CODE, r, CODE_MAX - 1 }
#define DAY(n, r) { n, ARG_DAY, r, DAY_TEXT - 1 }
#define INT(n, r) { n, ARG_INT, r, 20 }
#define LINE(n, r) { n, ARG_LINE, r, LINE_MAX_BYTES }
#define LINE_OF(n, r, max) { n, ARG_LINE, r, max }
#define FREE(n, r, max) { n, ARG_FREE, r, max }
#define TEXT(n, r, max) { n, ARG_TEXT, r, max }
#define OFFICER(n, r) { n, ARG_OFFICER, r, OFFICER_MAX - 1 }
#define HASH(n, r) { n, ARG_HASH, r, HASH_TEXT - 1 }
/* clang-format on */

/* Name, version, class, step, who may sign, what it touches, undo window,
 * neutrality; below, its arguments. */
static const struct action_def catalogue[] = {
	{ "note.add", 1, CLASS_A_APPEND, EV_NOTE, STAFF, TOUCH_NOTE, WAITS, MOVES,
	  ARGS(TEXT("text", REQ, TEXT_BYTES), CODE("kind", OPT)) },
	{ "document.add", 1, CLASS_A_APPEND, EV_DOCUMENT, OFFICE | ROLE_DECIDER | ROLE_SYSTEM,
	  TOUCH_DOCUMENT, AT_ONCE, MOVES,
	  ARGS(CODE("direction", OPT), DAY("on", OPT), LINE("party", OPT), LINE("title", OPT)) },
	{ "watch.set", 1, CLASS_A_APPEND, EV_NOTE, STAFF, 0, AT_ONCE, NEUTRAL,
	  ARGS(DAY("on", OPT), LINE("text", OPT)) },

	{ "case.deadline", 1, CLASS_B_FIELD, EV_FIELD, OFFICE, TOUCH_DUE, AT_ONCE, MOVES,
	  ARGS(DAY("due", REQ), LINE("reason", OPT)) },
	{ "case.priority", 1, CLASS_B_FIELD, EV_FIELD, OFFICE, TOUCH_PRIORITY, AT_ONCE, MOVES,
	  ARGS(INT("priority", REQ)) },
	{ "case.title", 1, CLASS_B_FIELD, EV_FIELD, OFFICE, TOUCH_TITLE, AT_ONCE, MOVES,
	  ARGS(ARG("title", ARG_LINE, REQ, TITLE_LINE_BYTES)) },

	{ "case.claim", 1, CLASS_C_CLAIM, EV_CLAIM, ROLE_OFFICER, TOUCH_ASSIGNEE, AT_ONCE, MOVES,
	  ARGS(NONE) },
	{ "case.release", 1, CLASS_C_CLAIM, EV_RELEASE, DESK, TOUCH_ASSIGNEE, AT_ONCE, MOVES,
	  ARGS(LINE("reason", OPT)) },
	{ "case.assign", 1, CLASS_C_ASSIGN, EV_ASSIGN, ROLE_SUPERVISOR, TOUCH_ASSIGNEE, AT_ONCE,
	  MOVES, ARGS(OFFICER("officer", REQ), LINE("reason", OPT)) },

	{ "case.route", 1, CLASS_D_STEP, EV_ROUTE, OFFICE | ROLE_SYSTEM,
	  TOUCH_QUEUE | TOUCH_ASSIGNEE, WAITS, MOVES,
	  ARGS(CODE("queue", REQ), CODE("unit", REQ), LINE("reason", OPT)) },
	{ "case.ask", 1, CLASS_D_STEP, EV_ASK, DESK, TOUCH_STEP, WAITS, MOVES,
	  ARGS(TEXT("text", REQ, TEXT_BYTES), DAY("due", OPT)) },
	{ "case.suspend", 1, CLASS_D_STEP, EV_SUSPEND, DESK, TOUCH_STEP, WAITS, MOVES,
	  ARGS(LINE("reason", REQ), DAY("until", OPT)) },
	{ "case.resume", 1, CLASS_D_STEP, EV_RESUME, DESK, TOUCH_STEP, WAITS, MOVES, ARGS(NONE) },
	{ "case.answer", 1, CLASS_D_STEP, EV_ANSWER, OFFICE | ROLE_SYSTEM, TOUCH_STEP, WAITS, MOVES,
	  ARGS(NONE) },
	{ "case.propose", 1, CLASS_D_STEP, EV_PROPOSE, DESK, TOUCH_STEP, WAITS, MOVES,
	  ARGS(TEXT("text", OPT, LONG_TEXT_BYTES)) },
	{ "case.return", 1, CLASS_D_STEP, EV_RETURN, DESK | ROLE_DECIDER, TOUCH_STEP, WAITS, MOVES,
	  ARGS(LINE("reason", OPT)) },

	{ "case.decide", 1, CLASS_E_DECISION, EV_DECIDE, ROLE_DECIDER, TOUCH_STEP, AT_ONCE, MOVES,
	  ARGS(CODE("outcome", REQ), TEXT("content", REQ, TEXT_BYTES), DAY("decided_on", REQ),
	       OFFICER("decider", REQ), OFFICER("rapporteur", OPT), LINE("participants", OPT),
	       TEXT("reasons", OPT, LONG_TEXT_BYTES), CODE("reasons_omitted", OPT),
	       LINE("legal_basis", OPT), CODE("delegation", OPT)) },
	{ "decision.correct", 1, CLASS_E_DECISION, EV_CORRECT, ROLE_DECIDER, TOUCH_STEP, AT_ONCE,
	  MOVES,
	  ARGS(HASH("ah", REQ), TEXT("content", REQ, TEXT_BYTES), LINE("reason", REQ),
	       CODE("outcome", OPT)) },
	{ "message.send", 1, CLASS_E_DECISION, EV_MESSAGE, OFFICE | ROLE_DECIDER, TOUCH_MESSAGE,
	  WAITS, MOVES,
	  ARGS(TEXT("text", REQ, LONG_TEXT_BYTES), LINE("subject", OPT), CODE("channel", OPT)) },

	{ "case.dispatch", 1, CLASS_D_STEP, EV_DISPATCH, OFFICE, TOUCH_STEP, WAITS, MOVES,
	  ARGS(CODE("channel", REQ), DAY("on", REQ)) },
	{ "case.waive_dispatch", 1, CLASS_D_STEP, EV_WAIVE, OFFICE, TOUCH_STEP, WAITS, MOVES,
	  ARGS(LINE("ground", REQ)) },
	{ "case.close", 1, CLASS_D_STEP, EV_CLOSE, OFFICE, TOUCH_STEP, AT_ONCE, MOVES, ARGS(NONE) },
	{ "case.reopen", 1, CLASS_D_STEP, EV_REOPEN, OFFICE, TOUCH_STEP, WAITS, MOVES,
	  ARGS(LINE("reason", REQ)) },
	{ "case.secrecy", 1, CLASS_D_STEP, EV_SECRECY, OFFICE, TOUCH_SECRECY, AT_ONCE, MOVES,
	  ARGS(INT("class", REQ), LINE("ground", OPT)) },

	{ "erasure.propose", 1, CLASS_E_DECISION, EV_NONE, ROLE_REGISTRAR, 0, AT_ONCE, NEUTRAL,
	  ARGS(CODE("what", REQ), INT("n", OPT), HASH("h", OPT), CODE("ground", REQ),
	       LINE("why", REQ)) },
	{ "erasure.confirm", 1, CLASS_E_DECISION, EV_NONE, ROLE_REGISTRAR, 0, AT_ONCE, MOVES,
	  ARGS(INT("n", REQ)) },
	{ "erasure.withdraw", 1, CLASS_A_APPEND, EV_NONE, ROLE_REGISTRAR, 0, AT_ONCE, NEUTRAL,
	  ARGS(INT("n", REQ), LINE("reason", OPT)) },

	{ "void", 1, CLASS_VOID, EV_NONE, HUMAN, 0, AT_ONCE, NEUTRAL,
	  ARGS(HASH("ah", REQ), CODE("cause", OPT)) },

	{ "case.receive", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, TOUCH_PARTY | TOUCH_DOCUMENT,
	  AT_ONCE, MOVES,
	  ARGS(CODE("type", REQ), ARG("title", ARG_FREE, REQ, TITLE_MAX),
	       ARG("party", ARG_FREE, OPT, PARTY_MAX), CODE("channel", OPT),
	       ARG("received_at", ARG_INSTANT, REQ, 40), INT("protection", OPT)) },
	{ "case.register", 1, CLASS_SYSTEM, EV_REGISTER, ROLE_SYSTEM,
	  TOUCH_STEP | TOUCH_QUEUE | TOUCH_DUE, AT_ONCE, MOVES,
	  ARGS(ARG("diary_no", ARG_LINE, REQ, DIARY_MAX - 1), CODE("unit", REQ), CODE("queue", REQ),
	       DAY("due_on", OPT), INT("type_version", OPT), CODE("committee", OPT),
	       LINE("reason", OPT)) },
	{ "message.receive", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, TOUCH_MESSAGE | TOUCH_DOCUMENT,
	  AT_ONCE, MOVES,
	  ARGS(ARG("text", ARG_FREE, REQ, LONG_TEXT_BYTES),
	       ARG("subject", ARG_FREE, OPT, LINE_MAX_BYTES), CODE("channel", OPT),
	       ARG("from", ARG_FREE, OPT, PARTY_MAX)) },
	{ "case.import", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, TOUCH_PARTY | TOUCH_STEP, AT_ONCE,
	  MOVES,
	  ARGS(FREE("source", REQ, SOURCE_TEXT_BYTES), CODE("type", REQ),
	       FREE("title", REQ, TITLE_LINE_BYTES), LINE_OF("diary_no", OPT, DIARY_MAX - 1),
	       CODE("channel", OPT), CODE("unit", REQ), CODE("queue", REQ), OFFICER("officer", OPT),
	       ARG("received_at", ARG_INSTANT, REQ, 40), DAY("due_on", OPT),
	       ARG("ended_at", ARG_INSTANT, OPT, 40), FREE("attributes", OPT, ATTRIBUTES_BYTES)) },
	{ "event.import", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, TOUCH_STEP | TOUCH_QUEUE, AT_ONCE,
	  MOVES,
	  ARGS(ARG("ts", ARG_INSTANT, REQ, 40), ARG("instant", ARG_INSTANT, REQ, 40),
	       FREE("activity", REQ, SOURCE_TEXT_BYTES), FREE("resource", REQ, SOURCE_TEXT_BYTES),
	       OFFICER("officer", REQ), FREE("group", REQ, SOURCE_TEXT_BYTES), CODE("queue", REQ),
	       FREE("lifecycle", OPT, SOURCE_TEXT_BYTES), FREE("instance", OPT, SOURCE_TEXT_BYTES),
	       INT("seq", OPT), INT("of", OPT), HASH("line", REQ),
	       FREE("attributes", OPT, ATTRIBUTES_BYTES)) },
	{ "case.receipt", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, 0, AT_ONCE, NEUTRAL,
	  ARGS(CODE("kind", REQ)) },
	{ "case.archive", 1, CLASS_SYSTEM, EV_ARCHIVE, ROLE_SYSTEM, TOUCH_STEP, AT_ONCE, MOVES,
	  ARGS(HASH("package", REQ)) },
	{ "entry.erase", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, TOUCH_DOCUMENT, AT_ONCE, MOVES,
	  ARGS(INT("n", REQ), LINE("why", REQ), INT("upto", OPT), HASH("h", OPT),
	       CODE("ground", OPT), INT("proposed", OPT), INT("confirmed", OPT)) },
	{ "key.change", 1, CLASS_SYSTEM, EV_NONE, ROLE_SYSTEM, 0, AT_ONCE, NEUTRAL,
	  ARGS(ARG("kid", ARG_CODE, REQ, 64), CODE("change", REQ), OFFICER("officer", OPT),
	       LINE("reason", OPT)) },
};
enum { ACTS = sizeof(catalogue) / sizeof(catalogue[0]) };

const struct action_def *action_find(struct str name)
{
	for (int i = 0; i < ACTS; i++)
		if (str_eq(name, catalogue[i].name))
			return &catalogue[i];
	return NULL;
}

const struct action_def *action_at(size_t i)
{
	return i < ACTS ? &catalogue[i] : NULL;
}

const char *action_class_name(enum action_class c)
{
	static const char *const names[] = {
		[CLASS_A_APPEND] = "A",	 [CLASS_B_FIELD] = "B",	    [CLASS_C_CLAIM] = "C",
		[CLASS_C_ASSIGN] = "C'", [CLASS_D_STEP] = "D",	    [CLASS_E_DECISION] = "E",
		[CLASS_VOID] = "void",	 [CLASS_SYSTEM] = "system",
	};

	return names[c];
}

void action_release(struct action *a)
{
	for (int i = 0; i < ACTION_ARGS_MAX; i++) {
		strbuf_release(&a->arg[i]);
		a->has[i] = false;
	}
}

void action_reset(struct action *a, const struct action_def *def)
{
	struct strbuf keep[ACTION_ARGS_MAX];

	memcpy(keep, a->arg, sizeof(keep));
	memset(a, 0, sizeof(*a));
	memcpy(a->arg, keep, sizeof(keep));
	for (int i = 0; i < ACTION_ARGS_MAX; i++)
		strbuf_clear(&a->arg[i]);
	a->def = def;
}

int action_arg_index(const struct action_def *def, struct str name)
{
	for (int i = 0; i < ACTION_ARGS_MAX && def->args[i].name; i++)
		if (str_eq(name, def->args[i].name))
			return i;
	return -1;
}

enum status action_set(struct action *a, const char *name, struct str value, struct err *why)
{
	int i = action_arg_index(a->def, str_of(name));

	if (i < 0)
		return err_set(why, ST_BAD_INPUT, "unknown-argument",
			       "%s has no argument \"%.40s\"", a->def->name, name);
	if (!strbuf_set(&a->arg[i], value.p, value.n))
		return err_set(why, ST_BROKEN, "no-memory", "%s: no memory for argument %s",
			       a->def->name, name);
	a->has[i] = true;
	return ST_OK;
}

const char *action_get(const struct action *a, const char *name)
{
	int i = action_arg_index(a->def, str_of(name));

	return i >= 0 && a->has[i] ? strbuf_cstr(&a->arg[i]) : "";
}
