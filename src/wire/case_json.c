/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/case_json.h"

#include <stdint.h>

#include "base/instant.h"

#include "base/banned.h"

void case_json(struct jsonw *w, const struct casefile *f)
{
	jsonw_kv(w, "id", f->id);
	jsonw_kv(w, "diary_no", f->diary_no);
	jsonw_kv(w, "type", f->type);
	jsonw_kv_int(w, "type_version", f->type_version);
	jsonw_kv(w, "unit", f->unit);
	jsonw_kv(w, "queue", f->queue);
	jsonw_kv(w, "state", case_state_name(f->state));
	jsonw_kv_int(w, "priority", f->priority);
	jsonw_kv_int(w, "protection", f->protection);
	jsonw_kv(w, "assignee", f->assignee);
	jsonw_kv(w, "channel", f->channel);
	jsonw_kv_instant(w, "received_at", f->received_at);
	jsonw_kv(w, "due_on", f->due_on);
	jsonw_kv(w, "outcome", f->outcome);
	jsonw_kv_instant(w, "changed_at", f->changed_at);
	jsonw_kv_str(w, "title", strbuf_str(&f->title));
	jsonw_kv_str(w, "party", strbuf_str(&f->party));
}

static bool read_instant(const struct json *j, const char *name, int64_t *ms)
{
	return instant_parse(ms, json_get_text(j, name));
}

static bool read_text(const struct json *j, const char *name, struct strbuf *out, size_t most)
{
	struct str s = json_get_text(j, name);

	return s.p && s.n <= most && strbuf_set(out, s.p, s.n);
}

static bool read_int(const struct json *j, const char *name, int *out)
{
	int64_t v = json_get_int(j, name, -1);

	*out = (int)v;
	return v >= 0 && v <= INT32_MAX;
}

#define COPY(j, f, m) json_copy_text((j), #m, (f)->m, sizeof((f)->m))

bool case_json_read(struct casefile *f, const struct json *j)
{
	if (!json_copy_text(j, "id", f->id, sizeof(f->id)) || !uuid_valid(str_of(f->id))
	    || !COPY(j, f, diary_no) || !COPY(j, f, type) || !COPY(j, f, unit) || !COPY(j, f, queue)
	    || !COPY(j, f, assignee) || !COPY(j, f, channel) || !COPY(j, f, due_on)
	    || !COPY(j, f, outcome))
		return false;
	if (!case_state_from(&f->state, json_get_text(j, "state"))
	    || !read_int(j, "type_version", &f->type_version)
	    || !read_int(j, "priority", &f->priority) || !read_int(j, "protection", &f->protection)
	    || !read_instant(j, "received_at", &f->received_at)
	    || !read_instant(j, "changed_at", &f->changed_at)
	    || !read_text(j, "title", &f->title, TITLE_MAX)
	    || !read_text(j, "party", &f->party, PARTY_MAX))
		return false;
	f->n = json_get_int(j, "n", 0);
	(void)COPY(j, f, eh);
	f->closed_at = 0;
	return !json_member(j, "closed_at") || read_instant(j, "closed_at", &f->closed_at);
}
