/* SPDX-License-Identifier: EUPL-1.2 */
/* erasure_list - GET /v1/erasures: what waits for a second registrar. */
#include <string.h>

#include "central/erasure.h"
#include "central/store_erasure.h"
#include "domain/erasure.h"
#include "domain/role.h"

#include "base/banned.h"

static void put_one(struct jsonw *w, const struct erasure_row *r, const struct stored_case *s,
		    const struct action *a, bool grown)
{
	jsonw_map(w);
	jsonw_kv(w, "case_id", r->case_id);
	jsonw_kv(w, "diary_no", s->file.diary_no);
	jsonw_kv_int(w, "n", r->n);
	jsonw_kv(w, "officer", r->sub);
	jsonw_kv_instant(w, "at", r->at);
	jsonw_kv_instant(w, "until", erasure_until(r->at));
	jsonw_kv(w, "what", action_get(a, "what"));
	jsonw_key(w, "entry");
	if (*action_get(a, "n"))
		jsonw_raw(w, str_of(action_get(a, "n")));
	else
		jsonw_null(w);
	jsonw_kv(w, "document", action_get(a, "h"));
	jsonw_kv(w, "ground", action_get(a, "ground"));
	jsonw_kv(w, "why", action_get(a, "why"));
	jsonw_kv_bool(w, "outgrown", grown);
	jsonw_end_map(w);
}

static enum status put_row(struct call *k, struct jsonw *w, const struct erasure_row *r,
			   struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	struct action a = ACTION_INIT;
	bool grown = false;
	enum status st = rights_case(k->c->db, &k->who, r->case_id, &s, why);

	if (st == ST_OK && central_now(k->c) <= erasure_until(r->at)) {
		st = erasure_read(k->c, r, &a, why);
		if (st == ST_OK)
			st = erasure_outgrown(k->c, r->case_id, &a, &grown, why);
		if (st == ST_OK)
			put_one(w, r, &s, &a, grown);
	}
	action_release(&a);
	stored_case_release(&s);
	if (st == ST_NONE)
		err_clear(why);
	return st == ST_NONE ? ST_OK : st;
}

enum status handle_erasures(struct call *k, struct err *why)
{
	struct erasure_row r = { .case_id = "" };
	struct jsonw w;
	enum status st = ST_OK;

	if (!(k->who.officer.roles & ROLE_REGISTRAR))
		return err_set(why, ST_REFUSED, "role-lacking", "erasure is for registrars");
	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_key(&w, "erasures");
	jsonw_list(&w);
	while (st == ST_OK && (st = erasure_after(k->c->db, &r, why)) == ST_OK)
		st = put_row(k, &w, &r, why);
	jsonw_end_list(&w);
	jsonw_end_map(&w);
	return st == ST_NONE ? ST_OK : st;
}
