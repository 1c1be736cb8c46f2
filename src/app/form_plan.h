/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * form_plan - the boxes in which an act's arguments are filled in.
 *
 * Place:    registry -> FORM_PLAN -> ui/form -> intent.
 * Promise:  a field's name is the argument's name in the domain's catalogue,
 *           so that a plan can't ask for what the act does not have.
 * Owner:    static. Errors: NULL for an action without a form.
 */
#ifndef APP_FORM_PLAN_H
#define APP_FORM_PLAN_H

#include "ui/form.h"

enum { PLAN_FIELDS = 4 };

enum plan_list {
	LIST_NONE,
	LIST_NOTE_KIND,
	LIST_CHANNEL,
	LIST_PRIORITY,
	LIST_QUEUES,
	LIST_OFFICERS,
	LIST_ERASED,
	LIST_ERASURE_GROUNDS
};

struct field_plan {
	const char *arg;
	const char *label; /* a msgid */
	enum field_kind kind;
	bool required;
	enum plan_list list;
	const char *otherwise; /* what stands there at first */
	const char *word;      /* the argument's Swedish name on the command line, or NULL */
};

struct form_plan {
	const char *id;			       /* of the row in the registry */
	const char *note;		       /* what follows, a msgid, or NULL */
	struct field_plan fields[PLAN_FIELDS]; /* ends at arg == NULL */
};

const struct form_plan *form_plan_find(const char *id);
const struct form_plan *form_plan_at(size_t i);

#endif
