/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/far.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"

#include "base/banned.h"

void far_question(struct request *q, const char *filter, int limit, const struct far_place *from)
{
	struct jsonw w;

	request_set(q, "POST", "/v1/cases/search");
	snprintf(q->content_type, sizeof(q->content_type), "application/json");
	jsonw_init(&w, &q->body);
	jsonw_map(&w);
	jsonw_kv(&w, "filter", filter);
	jsonw_kv_int(&w, "limit", limit);
	if (from->case_id[0]) {
		jsonw_key(&w, "before");
		jsonw_map(&w);
		jsonw_kv_instant(&w, "received_at", from->received_at);
		jsonw_kv(&w, "case_id", from->case_id);
		jsonw_end_map(&w);
	}
	jsonw_end_map(&w);
}

/* A place that is the old one would never end. */
bool far_next(const struct json *answer, struct far_place *at)
{
	const struct json *next = json_member(answer, "next");
	struct far_place to;

	if (!json_get_bool(answer, "more", false)
	    || !json_copy_text(next, "case_id", to.case_id, sizeof(to.case_id))
	    || !uuid_valid(str_of(to.case_id))
	    || !instant_parse(&to.received_at, json_get_text(next, "received_at"))
	    || strcmp(to.case_id, at->case_id) == 0)
		return false;
	*at = to;
	return true;
}
