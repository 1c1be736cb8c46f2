/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/erasure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const struct {
	const char *code;
	int part, whole; /* persons */
} grounds[] = {
	{ "misfiled", 1, 2 }, /* it belongs elsewhere, and is registered there */
	{ "secret", 1, 2 },   /* it was put where too many can read it */
	{ "weeded", 1, 2 },   /* a working note or a double: no public document */
	{ "disposed", 2, 2 }, /* a public document, under a rule or decision */
};
enum { GROUNDS = sizeof(grounds) / sizeof(grounds[0]) };

/* Without these entries, or what came with them, little of a case is left: what
 * was asked, what was answered and what was sent. */
static const char *const bearing[] = { "case.receive", "case.import", "case.decide",
				       "decision.correct", "message.send" };

static bool bears_case(const char *act)
{
	for (size_t i = 0; i < sizeof(bearing) / sizeof(bearing[0]); i++)
		if (strcmp(bearing[i], act) == 0)
			return true;
	return false;
}

int erasure_persons(const char *ground, const char *what, const char *act)
{
	bool whole = strcmp(what, "case") == 0 || bears_case(act);

	for (int i = 0; i < GROUNDS; i++)
		if (strcmp(grounds[i].code, ground) == 0)
			return whole ? grounds[i].whole : grounds[i].part;
	return 0;
}

const char *erasure_ground_at(size_t i)
{
	return i < GROUNDS ? grounds[i].code : NULL;
}

bool erasure_decides(const char *act)
{
	return strncmp(act, "erasure.", 8) == 0;
}

bool erasure_vouches(const char *act)
{
	return erasure_decides(act) || strcmp(act, "entry.erase") == 0;
}

enum status erasure_check(const struct action *a, struct err *why)
{
	const char *what = action_get(a, "what");
	bool n = *action_get(a, "n"), h = *action_get(a, "h");

	if (strcmp(a->def->name, "erasure.propose") != 0)
		return ST_OK;
	if (n == (strcmp(what, "case") != 0) && h == (strcmp(what, "document") == 0))
		return ST_OK;
	return err_set(
		why, ST_BAD_INPUT, "field-malformed",
		"%s: an entry is named by n, a document by n and h, a case by neither; what is \"%s\"",
		a->def->name, what);
}

static int64_t number(const struct action *a, const char *name)
{
	return strtoll(action_get(a, name), NULL, 10);
}

void erasure_of(struct erasure *e, const struct action *a)
{
	const char *h = action_get(a, "h");

	memset(e, 0, sizeof(*e));
	e->n = e->upto = number(a, "n");
	if (*action_get(a, "upto"))
		e->upto = number(a, "upto");
	/* Whatever it names, it is no word on the whole entry. */
	snprintf(e->h, sizeof(e->h), "%s", h);
	e->proposed = number(a, "proposed");
	e->confirmed = number(a, "confirmed");
}

bool erasure_takes(const struct erasure *e, int64_t n)
{
	return !e->h[0] && n >= e->n && n <= e->upto && n != e->proposed && n != e->confirmed;
}
