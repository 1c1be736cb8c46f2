/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/officer.h"

#include <stdio.h>
#include <string.h>

#include "domain/role.h"
#include "wire/json.h"

#include "base/banned.h"

bool officer_read(struct identity *d, const struct json *j)
{
	const struct json *roles = json_member(j, "roles"), *units = json_member(j, "units");
	struct strbuf list = STRBUF_INIT_MAX(sizeof(d->units) - 1);

	if (!json_copy_text(j, "id", d->sub, sizeof(d->sub)) || !d->sub[0])
		return false;
	(void)json_copy_text(j, "name", d->name, sizeof(d->name));
	(void)json_copy_text(j, "title", d->title, sizeof(d->title));
	d->roles = 0;
	for (size_t i = 0; i < json_count(roles); i++)
		d->roles |= role_from_name(json_text(json_item(roles, i)));
	for (size_t i = 0; i < json_count(units); i++) {
		struct str unit = json_text(json_item(units, i));

		strbuf_addf(&list, "%s%.*s", i ? "," : "", (int)unit.n, unit.p ? unit.p : "");
	}
	snprintf(d->units, sizeof(d->units), "%s", strbuf_cstr(&list));
	strbuf_release(&list);
	return true;
}
