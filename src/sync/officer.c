/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/officer.h"

#include <stdio.h>
#include <string.h>

#include "domain/role.h"
#include "wire/json.h"

#include "base/banned.h"

/* Of a unit that has no room nothing is kept: half a code may be another's. */
static void add_unit(struct identity *d, struct str unit)
{
	size_t at = strlen(d->units), comma = at > 0;

	if (unit.n && at + comma + unit.n < sizeof(d->units))
		snprintf(d->units + at, sizeof(d->units) - at, "%s%.*s", comma ? "," : "",
			 (int)unit.n, unit.p);
}

bool officer_read(struct identity *d, const struct json *j)
{
	const struct json *roles = json_member(j, "roles"), *units = json_member(j, "units");

	if (!json_copy_text(j, "id", d->sub, sizeof(d->sub)) || !d->sub[0])
		return false;
	(void)json_copy_text(j, "name", d->name, sizeof(d->name));
	(void)json_copy_text(j, "title", d->title, sizeof(d->title));
	d->roles = 0;
	for (size_t i = 0; i < json_count(roles); i++)
		d->roles |= role_from_name(json_text(json_item(roles, i)));
	d->units[0] = '\0';
	for (size_t i = 0; i < json_count(units); i++)
		add_unit(d, json_text(json_item(units, i)));
	return true;
}
