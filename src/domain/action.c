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
	DESK = ROLE_OFFICER | ROLE_SUPERVISOR,
	OFFICE = DESK | ROLE_REGISTRAR,
	STAFF = OFFICE | ROLE_DECIDER | ROLE_CONTACT,
	HUMAN = STAFF | ROLE_ARCHIVIST,
};

#define REQ true
#define OPT false
/* clang-format off */
#define CODE(n, r) { n, ARG_CODE, r, CODE_MAX - 1 }
#define DAY(n, r) { n, ARG_DAY, r, DAY_TEXT - 1 }
#define INT(n, r) { n, ARG_INT, r, 20 }
#define LINE(n, r) { n, ARG_LINE, r, LINE_MAX_BYTES }
#define TEXT(n, r, max) { n, ARG_TEXT, r, max }
#define OFFICER(n, r) { n, ARG_OFFICER, r, OFFICER_MAX - 1 }
#define HASH(n, r) { n, ARG_HASH, r, HASH_TEXT - 1 }
/* clang-format on */

static const struct action_def catalogue[] = {
	{ .name = "note.add",
	  .version = 1,
	  .class = CLASS_A_APPEND,
	  .event = EV_NOTE,
	  .roles = STAFF,
	  .touches = TOUCH_NOTE,
	  .undo_window = true,
	  .args = { TEXT("text", REQ, TEXT_BYTES), CODE("kind", OPT) } },
	{ .name = "document.add",
	  .version = 1,
	  .class = CLASS_A_APPEND,
	  .event = EV_DOCUMENT,
	  .roles = OFFICE | ROLE_DECIDER | ROLE_SYSTEM,
	  .touches = TOUCH_DOCUMENT,
	  .args = { CODE("direction", OPT), DAY("on", OPT), LINE("party", OPT),
		    LINE("title", OPT) } },
	{ .name = "watch.set",
	  .version = 1,
	  .class = CLASS_A_APPEND,
	  .event = EV_NOTE,
	  .roles = STAFF,
	  .neutral = true,
	  .args = { DAY("on", OPT), LINE("text", OPT) } },

	{ .name = "case.deadline",
	  .version = 1,
	  .class = CLASS_B_FIELD,
	  .event = EV_FIELD,
	  .roles = OFFICE,
	  .touches = TOUCH_DUE,
	  .args = { DAY("due", REQ), LINE("reason", OPT) } },
	{ .name = "case.priority",
	  .version = 1,
	  .class = CLASS_B_FIELD,
	  .event = EV_FIELD,
	  .roles = OFFICE,
	  .touches = TOUCH_PRIORITY,
	  .args = { INT("priority", REQ) } },
	{ .name = "case.title",
	  .version = 1,
	  .class = CLASS_B_FIELD,
	  .event = EV_FIELD,
	  .roles = OFFICE,
	  .touches = TOUCH_TITLE,
	  .args = { { "title", ARG_LINE, REQ, TITLE_LINE_BYTES } } },

	{ .name = "case.claim",
	  .version = 1,
	  .class = CLASS_C_CLAIM,
	  .event = EV_CLAIM,
	  .roles = ROLE_OFFICER,
	  .touches = TOUCH_ASSIGNEE },
	{ .name = "case.release",
	  .version = 1,
	  .class = CLASS_C_CLAIM,
	  .event = EV_RELEASE,
	  .roles = DESK,
	  .touches = TOUCH_ASSIGNEE,
	  .args = { LINE("reason", OPT) } },
	{ .name = "case.assign",
	  .version = 1,
	  .class = CLASS_C_ASSIGN,
	  .event = EV_ASSIGN,
	  .roles = ROLE_SUPERVISOR,
	  .touches = TOUCH_ASSIGNEE,
	  .args = { OFFICER("officer", REQ), LINE("reason", OPT) } },

	{ .name = "case.route",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_ROUTE,
	  .roles = OFFICE | ROLE_SYSTEM,
	  .touches = TOUCH_QUEUE | TOUCH_ASSIGNEE,
	  .undo_window = true,
	  .args = { CODE("queue", REQ), CODE("unit", REQ), LINE("reason", OPT) } },
	{ .name = "case.ask",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_ASK,
	  .roles = DESK,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { TEXT("text", REQ, TEXT_BYTES), DAY("due", OPT) } },
	{ .name = "case.suspend",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_SUSPEND,
	  .roles = DESK,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { LINE("reason", REQ), DAY("until", OPT) } },
	{ .name = "case.resume",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_RESUME,
	  .roles = DESK,
	  .touches = TOUCH_STEP,
	  .undo_window = true },
	{ .name = "case.answer",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_ANSWER,
	  .roles = OFFICE | ROLE_SYSTEM,
	  .touches = TOUCH_STEP,
	  .undo_window = true },
	{ .name = "case.propose",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_PROPOSE,
	  .roles = DESK,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { TEXT("text", OPT, LONG_TEXT_BYTES) } },
	{ .name = "case.return",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_RETURN,
	  .roles = DESK | ROLE_DECIDER,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { LINE("reason", OPT) } },

	{ .name = "case.decide",
	  .version = 1,
	  .class = CLASS_E_DECISION,
	  .event = EV_DECIDE,
	  .roles = ROLE_DECIDER,
	  .touches = TOUCH_STEP,
	  .args = { CODE("outcome", REQ), TEXT("content", REQ, TEXT_BYTES), DAY("decided_on", REQ),
		    OFFICER("decider", REQ), OFFICER("rapporteur", OPT), LINE("participants", OPT),
		    TEXT("reasons", OPT, LONG_TEXT_BYTES), CODE("reasons_omitted", OPT),
		    LINE("legal_basis", OPT), CODE("delegation", OPT) } },
	{ .name = "decision.correct",
	  .version = 1,
	  .class = CLASS_E_DECISION,
	  .event = EV_CORRECT,
	  .roles = ROLE_DECIDER,
	  .touches = TOUCH_STEP,
	  .args = { HASH("ah", REQ), TEXT("content", REQ, TEXT_BYTES), LINE("reason", REQ),
		    CODE("outcome", OPT) } },
	{ .name = "message.send",
	  .version = 1,
	  .class = CLASS_E_DECISION,
	  .event = EV_MESSAGE,
	  .roles = OFFICE | ROLE_DECIDER,
	  .touches = TOUCH_MESSAGE,
	  .undo_window = true,
	  .args = { TEXT("text", REQ, LONG_TEXT_BYTES), LINE("subject", OPT),
		    CODE("channel", OPT) } },

	{ .name = "case.dispatch",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_DISPATCH,
	  .roles = OFFICE,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { CODE("channel", REQ), DAY("on", REQ) } },
	{ .name = "case.waive_dispatch",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_WAIVE,
	  .roles = OFFICE,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { LINE("ground", REQ) } },
	{ .name = "case.close",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_CLOSE,
	  .roles = OFFICE,
	  .touches = TOUCH_STEP },
	{ .name = "case.reopen",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_REOPEN,
	  .roles = OFFICE,
	  .touches = TOUCH_STEP,
	  .undo_window = true,
	  .args = { LINE("reason", REQ) } },
	{ .name = "case.secrecy",
	  .version = 1,
	  .class = CLASS_D_STEP,
	  .event = EV_SECRECY,
	  .roles = OFFICE,
	  .touches = TOUCH_SECRECY,
	  .args = { INT("class", REQ), LINE("ground", OPT) } },

	{ .name = "void",
	  .version = 1,
	  .class = CLASS_VOID,
	  .event = EV_NONE,
	  .roles = HUMAN,
	  .neutral = true,
	  .args = { HASH("ah", REQ) } },

	{ .name = "case.receive",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_NONE,
	  .roles = ROLE_SYSTEM,
	  .touches = TOUCH_PARTY | TOUCH_DOCUMENT,
	  .args = { CODE("type", REQ),
		    { "title", ARG_FREE, REQ, TITLE_MAX },
		    { "party", ARG_FREE, OPT, PARTY_MAX },
		    CODE("channel", OPT),
		    { "received_at", ARG_INSTANT, REQ, 40 },
		    INT("protection", OPT) } },
	{ .name = "case.register",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_REGISTER,
	  .roles = ROLE_SYSTEM,
	  .touches = TOUCH_STEP | TOUCH_QUEUE | TOUCH_DUE,
	  .args = { { "diary_no", ARG_LINE, REQ, DIARY_MAX - 1 },
		    CODE("unit", REQ),
		    CODE("queue", REQ),
		    DAY("due_on", OPT),
		    INT("type_version", OPT),
		    CODE("committee", OPT),
		    LINE("reason", OPT) } },
	{ .name = "case.receipt",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_NONE,
	  .roles = ROLE_SYSTEM,
	  .neutral = true,
	  .args = { CODE("kind", REQ) } },
	{ .name = "case.archive",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_ARCHIVE,
	  .roles = ROLE_SYSTEM,
	  .touches = TOUCH_STEP,
	  .args = { HASH("package", REQ) } },
	{ .name = "entry.erase",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_NONE,
	  .roles = ROLE_SYSTEM,
	  .touches = TOUCH_DOCUMENT,
	  .args = { INT("n", REQ), LINE("why", REQ) } },
	{ .name = "key.change",
	  .version = 1,
	  .class = CLASS_SYSTEM,
	  .event = EV_NONE,
	  .roles = ROLE_SYSTEM,
	  .neutral = true,
	  .args = { { "kid", ARG_CODE, REQ, 64 },
		    CODE("change", REQ),
		    OFFICER("officer", OPT),
		    LINE("reason", OPT) } },
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
