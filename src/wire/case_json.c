/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/case_json.h"

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
