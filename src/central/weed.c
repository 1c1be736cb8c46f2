/* SPDX-License-Identifier: EUPL-1.2 */
/* Weeding (rensning): what helped the officer and adds no fact to the case
 * does not enter the archive (terms.md, "Two kinds of note"). */
#include <string.h>

#include "central/folder.h"
#include "central/inside.h"
#include "central/store.h"
#include "sign/jws.h"
#include "wire/payload.h"

#include "base/banned.h"

/* Is this entry a working note whose words still stand? */
static enum status is_working(struct central *c, const struct log_row *r, bool *yes,
			      struct err *why)
{
	struct strbuf jws = STRBUF_INIT, payload = STRBUF_INIT;
	struct action a = ACTION_INIT;
	int64_t erased_by;
	enum status st = entry_jws(c->db, r, &jws, &erased_by, why);

	*yes = false;
	if (st == ST_OK)
		st = jws_payload_unverified(&payload, strbuf_str(&jws), why);
	if (st == ST_OK)
		st = payload_read(&a, strbuf_str(&payload), why);
	if (st == ST_OK)
		*yes = strcmp(action_get(&a, "kind"), "working") == 0;
	action_release(&a);
	strbuf_release(&jws);
	strbuf_release(&payload);
	return st == ST_NONE ? ST_OK : st;
}

enum status weed_case(struct central *c, const char *case_id, struct err *why)
{
	struct log_row r = { .n = 0 };
	enum status st = ST_OK;

	while (st == ST_OK && (st = log_after(c->db, case_id, r.n, &r, why)) == ST_OK) {
		bool working = false;

		if (strcmp(r.act, "note.add") != 0)
			continue;
		st = is_working(c, &r, &working, why);
		if (st == ST_OK && working)
			st = central_erase(c, case_id, r.n, "rensad minnesanteckning", why);
	}
	return st == ST_NONE ? ST_OK : st;
}
