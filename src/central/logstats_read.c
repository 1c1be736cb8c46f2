/* SPDX-License-Identifier: EUPL-1.2 */
/* The log's entries as events; what they say is taken from what was signed. */
#include "central/logstats.h"

#include <string.h>

#include "central/inside.h"
#include "central/store.h"
#include "sign/jws.h"
#include "wire/json.h"

#include "base/banned.h"

static const char none[] = "(none)";

struct reader {
	struct logstats *s;
	struct strbuf payload;
	struct json *tree; /* of the payload */
};

/* The arguments of an act. Whether the rest of the entry is sound is for
 * verify to say: a million of them are read here. */
static enum status open_entry(struct reader *r, const struct told_entry *row,
			      const struct json **args, struct err *why)
{
	enum status st;

	json_free(r->tree);
	r->tree = NULL;
	strbuf_clear(&r->payload);
	st = jws_payload_unverified(&r->payload, row->jws, why);
	if (st == ST_OK)
		st = json_read(&r->tree, strbuf_str(&r->payload), why);
	*args = st == ST_OK ? json_member(r->tree, "args") : NULL;
	return st;
}

static struct str text_of(const struct json *args, const char *name)
{
	struct str s = json_get_text(args, name);

	return s.p ? s : str_of("");
}

static enum status read_imported(struct reader *r, const struct told_entry *row, struct err *why)
{
	const struct json *args;
	enum status st = open_entry(r, row, &args, why);
	struct logstats_line l;

	if (st != ST_OK)
		return st;
	l = (struct logstats_line){
		.of_case = row->case_id,
		.activity = text_of(args, "activity"),
		.resource = text_of(args, "resource"),
		.group = text_of(args, "group"),
		.written = text_of(args, "ts"),
	};
	if (!instant_parse(&l.at, l.written))
		return err_set(why, ST_BROKEN, "database-damaged", "entry seq %lld has no time",
			       (long long)row->seq);
	logstats_add(r->s, &l);
	return ST_OK;
}

static enum status read_case(struct reader *r, const struct told_entry *row, struct err *why)
{
	const struct json *args;
	enum status st = open_entry(r, row, &args, why);

	if (st == ST_OK)
		logstats_about(r->s, row->case_id, text_of(args, "attributes"));
	return st;
}

/* An own entry counts for the queue that its case is in. */
static enum status read_own(struct reader *r, const struct told_entry *row, struct err *why)
{
	char written[INSTANT_TEXT];
	struct logstats_line l = {
		.of_case = row->case_id,
		.activity = row->act,
		.resource = row->sub,
		.group = row->queue.n ? row->queue : str_of(none),
		.at = row->at,
	};

	(void)why;
	instant_format(written, row->at);
	l.written = str_of(written);
	logstats_add(r->s, &l);
	return ST_OK;
}

typedef enum status reading(struct reader *r, const struct told_entry *row, struct err *why);

struct each {
	struct reader *r;
	reading *take;
};

static enum status take_one(void *ctx, const struct told_entry *row, struct err *why)
{
	struct each *e = ctx;

	if (row->jws.n || e->take == read_own)
		return e->take(e->r, row, why);
	e->r->s->erased++;
	return ST_OK;
}

static enum status each(struct reader *r, struct db *db, const char *act, reading *take,
			struct err *why)
{
	struct each e = { r, take };

	return log_tell(db, act, take_one, &e, why);
}

enum status logstats_read(struct logstats *s, struct central *c, struct err *why)
{
	struct reader r = { .s = s, .payload = STRBUF_INIT };
	enum status st = db_begin_read(c->db, why);

	if (st == ST_OK)
		st = each(&r, c->db, "event.import", read_imported, why);
	s->imported = s->count > 0 || s->erased > 0;
	if (st == ST_OK && s->imported)
		st = each(&r, c->db, "case.import", read_case, why);
	if (st == ST_OK && !s->imported)
		st = each(&r, c->db, NULL, read_own, why);
	db_rollback(c->db);
	json_free(r.tree);
	strbuf_release(&r.payload);
	return st;
}
