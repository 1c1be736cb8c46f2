/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>

#include "central/call.h"
#include "wire/payload.h"

#include "base/banned.h"

enum status handle_healthz(struct call *k, struct err *why)
{
	(void)why;
	reply_type(k->out, 200, "text/plain; charset=utf-8");
	strbuf_sets(&k->out->body, "ok\n");
	return ST_OK;
}

enum status handle_readyz(struct call *k, struct err *why)
{
	int64_t seq;
	enum status st = feed_head_seq(k->c->db, &seq, why);

	return st == ST_OK ? handle_healthz(k, why) : st;
}

enum status handle_metrics(struct call *k, struct err *why)
{
	int64_t durable = 0, backup_at = 0;
	enum status st = durable_through(k->c->db, &durable, &backup_at, why);

	if (st != ST_OK)
		return st;
	reply_type(k->out, 200, "text/plain; version=0.0.4; charset=utf-8");
	strbuf_addf(&k->out->body,
		    "# TYPE sluss_requests_total counter\nsluss_requests_total %" PRId64 "\n"
		    "# TYPE sluss_problems_total counter\nsluss_problems_total %" PRId64 "\n"
		    "# TYPE sluss_log_size gauge\nsluss_log_size %" PRId64 "\n"
		    "# TYPE sluss_durable_through gauge\nsluss_durable_through %" PRId64 "\n"
		    "# TYPE sluss_backup_seconds gauge\nsluss_backup_seconds %" PRId64 "\n"
		    "# TYPE sluss_history_diverged_total counter\n"
		    "sluss_history_diverged_total %" PRId64 "\n",
		    k->c->requests, k->c->errors, central_size(k->c), durable, backup_at / 1000,
		    k->c->diverged);
	return ST_OK;
}

/* How many of the newest epochs are told. */
enum { EPOCHS_TOLD = 32 };

static const struct {
	const char *name;
	int64_t value;
} limits[] = {
	{ "page_bytes", PAGE_MAX_BYTES },
	{ "page_rows", PAGE_MAX_ROWS },
	{ "envelope_bytes", ENVELOPE_MAX },
	{ "actions", LIMIT_ACTIONS },
	{ "actions_bytes", LIMIT_ACTIONS_BODY },
	{ "blob_bytes", LIMIT_BLOB },
	{ "title_bytes", TITLE_MAX },
	{ "intake_bytes", LIMIT_INTAKE_BODY },
	{ "fields_bytes", LIMIT_INTAKE_FIELDS },
};

static void put_epoch(void *ctx, const struct epoch_row *e)
{
	struct jsonw *w = ctx;

	jsonw_map(w);
	jsonw_kv(w, "epoch", e->epoch);
	jsonw_kv_int(w, "fork_seq", e->fork_seq);
	if (e->size != e->fork_seq)
		jsonw_kv_int(w, "size", e->size);
	jsonw_end_map(w);
}

enum status handle_api_info(struct call *k, struct err *why)
{
	struct jsonw w;
	enum status st;

	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_kv(&w, "name", k->c->name);
	jsonw_kv(&w, "version", SLUSS_VERSION);
	jsonw_kv(&w, "status", "ok");
	jsonw_kv(&w, "central", k->c->aud);
	jsonw_key(&w, "protocol");
	jsonw_map(&w);
	jsonw_kv_int(&w, "min", 1);
	jsonw_kv_int(&w, "max", 1);
	jsonw_end_map(&w);
	jsonw_kv(&w, "epoch", k->c->epoch);
	jsonw_key(&w, "epochs");
	jsonw_list(&w);
	st = epoch_list(k->c->db, EPOCHS_TOLD, put_epoch, &w, why);
	jsonw_end_list(&w);
	jsonw_key(&w, "keys");
	central_keys_json(&w, k->c);
	jsonw_key(&w, "limits");
	jsonw_map(&w);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		jsonw_kv_int(&w, limits[i].name, limits[i].value);
	jsonw_end_map(&w);
	jsonw_kv_instant(&w, "now", central_now(k->c));
	jsonw_kv_int(&w, "undo_seconds", UNDO_SECONDS);
	jsonw_end_map(&w);
	return st;
}

static void key_json(struct jsonw *w, const struct device *d, const struct strbuf *certificate)
{
	jsonw_map(w);
	jsonw_kv(w, "kid", d->kid);
	jsonw_kv(w, "x", d->x);
	jsonw_kv(w, "sub", d->officer);
	jsonw_kv(w, "dev", d->id);
	jsonw_kv_str(w, "certificate", strbuf_str(certificate));
	jsonw_kv(w, "state", d->state);
	jsonw_kv_int(w, "valid_through_ctr", d->valid_through_ctr);
	jsonw_end_map(w);
}

/* The keys that a device had before stand before the one it has. */
static enum status former_keys_json(struct call *k, struct jsonw *w, const char *dev,
				    struct err *why)
{
	struct former_key f = FORMER_KEY_INIT;
	enum status st;

	while ((st = former_key_after(k->c->db, dev, f.n, &f, why)) == ST_OK)
		key_json(w, &f.device, &f.certificate);
	former_key_release(&f);
	return st == ST_NONE ? ST_OK : st;
}

enum status handle_keys(struct call *k, struct err *why)
{
	struct strbuf certificate = STRBUF_INIT;
	struct device d = { .id = "" };
	struct jsonw w;
	enum status st = ST_OK;

	reply_type(k->out, 200, TYPE_JSON);
	jsonw_init(&w, &k->out->body);
	jsonw_map(&w);
	jsonw_key(&w, "keys");
	jsonw_list(&w);
	for (int i = 0; i < LIMIT_KEYS && st == ST_OK; i++) {
		st = device_after(k->c->db, d.id, &d, &certificate, why);
		if (st == ST_OK)
			st = former_keys_json(k, &w, d.id, why);
		if (st == ST_OK)
			key_json(&w, &d, &certificate);
	}
	jsonw_end_list(&w);
	jsonw_key(&w, "central");
	central_keys_json(&w, k->c);
	jsonw_end_map(&w);
	strbuf_release(&certificate);
	return st == ST_NONE ? ST_OK : st;
}
