/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * role - what someone may be in the house; a person may be several.
 *
 * Place:    casefile's step table, the action catalogue, the central's rights.
 * Promise:  names are stable; they stand in certificates and configuration.
 * Owner:    static text. Errors: 0 for an unknown name.
 */
#ifndef DOMAIN_ROLE_H
#define DOMAIN_ROLE_H

#include <stdint.h>

#include "base/strbuf.h"

enum role {
	ROLE_OFFICER = 1 << 0,
	ROLE_DECIDER = 1 << 1, /* decides, with delegated power */
	ROLE_REGISTRAR = 1 << 2,
	ROLE_ARCHIVIST = 1 << 3,
	ROLE_SUPERVISOR = 1 << 4,
	ROLE_CONTACT = 1 << 5,
	ROLE_SYSTEM = 1 << 6, /* the central itself */
};

/* "officer" -> ROLE_OFFICER; 0 if unknown. ROLE_SYSTEM has no name here:
 * nobody can be given it. */
unsigned role_from_name(struct str name);
/* "officer,decider" -> bits; false at the first unknown name, which is put
 * in `unknown`. */
bool roles_parse(unsigned *roles, struct str list, struct str *unknown);
/* Is a contact center all that this is? Then only what is looked up during a
 * call is shown, and a case is no work of one's own. */
bool role_contact_only(int64_t roles);
/* Append "officer,decider". */
bool roles_format(struct strbuf *out, unsigned roles);

#endif
