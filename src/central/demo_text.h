/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * demo_text - made-up people, places and matters of Exempelköping.
 *
 * Place:    demo.c picks from these tables by a seeded generator.
 * Promise:  all invented; no person and no real address is meant. Some titles
 *           are hostile on purpose: what a citizen may send, a terminal must
 *           survive.
 * Owner:    static. Errors: none.
 */
#ifndef CENTRAL_DEMO_TEXT_H
#define CENTRAL_DEMO_TEXT_H

#include <stddef.h>

/* A person who is always there: conf/demo.sh tells of them. */
enum { DEMO_KNOWN = 1 };
#define DEMO_KNOWN_NAME "Bergfalk, Tindra"
#define DEMO_KNOWN_NUMBER "199003179802"
#define DEMO_KNOWN_STREET "Ekvägen 4"

struct demo_list {
	const char *const *text;
	size_t count;
};

extern const struct demo_list demo_given, demo_surnames, demo_streets, demo_companies, demo_hostile,
	demo_notes, demo_questions, demo_reasons;

/* Matters of a case type, "%s" where a street stands; the list of type ""
 * serves types that have none of their own. */
const struct demo_list *demo_matters(const char *type_code);

#endif
