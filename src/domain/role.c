/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/role.h"

#include "base/banned.h"

/* ROLE_SYSTEM is not here: nobody can be given it. */
static const struct {
	const char *name;
	unsigned role;
} names[] = {
	{ "officer", ROLE_OFFICER },	   { "decider", ROLE_DECIDER },
	{ "registrar", ROLE_REGISTRAR },   { "archivist", ROLE_ARCHIVIST },
	{ "supervisor", ROLE_SUPERVISOR }, { "contact", ROLE_CONTACT },
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

unsigned role_from_name(struct str name)
{
	for (int i = 0; i < NAMES; i++)
		if (str_eq(name, names[i].name))
			return names[i].role;
	return 0;
}

static struct str trimmed(struct str s)
{
	while (s.n && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

bool roles_parse(unsigned *roles, struct str list, struct str *unknown)
{
	unsigned all = 0;
	size_t from = 0;

	for (size_t i = 0; i <= list.n; i++) {
		struct str word;
		unsigned role;

		if (i < list.n && list.p[i] != ',')
			continue;
		word = trimmed((struct str){ list.p + from, i - from });
		role = role_from_name(word);
		if (!role) {
			*unknown = word;
			return false;
		}
		all |= role;
		from = i + 1;
	}
	*roles = all;
	return true;
}

bool role_contact_only(int64_t roles)
{
	return roles == ROLE_CONTACT;
}

bool roles_format(struct strbuf *out, unsigned roles)
{
	const char *comma = "";

	for (int i = 0; i < NAMES; i++) {
		if (!(roles & names[i].role))
			continue;
		if (!strbuf_adds(out, comma) || !strbuf_adds(out, names[i].name))
			return false;
		comma = ",";
	}
	return true;
}
