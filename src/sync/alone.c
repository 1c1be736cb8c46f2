/* SPDX-License-Identifier: EUPL-1.2 */
/* A case whose line in a page could not be read, fetched by itself. */
#include "sync/core.h"

#include <stdio.h>
#include <string.h>

#include "cache/cases.h"
#include "cache/entries.h"
#include "cache/names.h"
#include "sync/erase.h"
#include "sync/merge.h"
#include "sync/overlay.h"
#include "wire/json.h"
#include "wire/page_column.h"

#include "base/banned.h"

enum status choose_alone(struct sync *s, enum step *step, struct err *why)
{
	char id[UUID_TEXT];
	enum status st;

	if (s->alone_done)
		return ST_OK;
	st = unreadable_next(s->in.cache, s->alone_case, id, why);
	if (st == ST_OK) {
		memcpy(s->alone_case, id, sizeof(id));
		*step = STEP_ALONE;
	}
	s->alone_done = st == ST_NONE;
	return st == ST_NONE ? ST_OK : st;
}

enum status ask_alone(struct sync *s, struct request *out, struct err *why)
{
	char path[100];

	(void)why;
	snprintf(path, sizeof(path), "/v1/cases/%s", s->alone_case);
	request_set(out, "GET", path);
	return ST_OK;
}

static bool read_case(struct casefile *c, const struct json *j, const char *id)
{
	bool ok =
		str_eq(json_get_text(j, "id"), id) && json_copy_text(j, "eh", c->eh, sizeof(c->eh));

	c->n = json_get_int(j, "n", 0);
	snprintf(c->id, sizeof(c->id), "%s", id);
	for (size_t i = 0; ok && column_at(i); i++) {
		const struct column *col = column_at(i);
		struct cell v = cell_of(json_member(j, col->name));

		ok = (v.kind == JSON_NONE && !col->needed) || column_read(c, col, &v);
	}
	return ok && c->n > 0;
}

/* What the case was called may have been erased meanwhile, and lies in index and
 * log still; the line that could not be read has its words, too. */
static enum status purge_is_due(struct sync *s, struct err *why)
{
	struct sync_point p;
	enum status st = cache_point(s->in.cache, &p, why);

	p.purge_due = true;
	return st == ST_OK ? cache_set_point(s->in.cache, &p, why) : st;
}

static void purge(struct sync *s)
{
	if (erase_settle(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s); /* it is marked in the file, and tried again */
	if (!pull_due(s) && erase_unseen(s->in.cache, s->in.outbox, NULL) != ST_OK)
		want_pull(s);
}

/* Nobody says which scopes it is in, so it goes with the first that is lost,
 * whichever that is. */
static enum status put_alone(struct sync *s, const struct casefile *c, const struct json *j,
			     struct err *why)
{
	const struct json *detail = json_member(j, "detail");
	const int64_t scope = SCOPE_ALONE;
	struct strbuf text = STRBUF_INIT;
	enum status st = cache_begin(s->in.cache, why);

	if (st != ST_OK)
		return st;
	/* How far the log had come is not said: any restore may take it back. */
	st = case_put_at(s->in.cache, c, &scope, 1, INT64_MAX, why);
	if (st == ST_OK && json_kind_of(detail) == JSON_MAP && json_dump(&text, detail))
		st = detail_put(s->in.cache, c->id, c->n, strbuf_str(&text), why);
	if (st == ST_OK)
		st = unreadable_drop(s->in.cache, c->id, why);
	/* The line may have been an entry, with a reminder in it. */
	if (st == ST_OK)
		st = want_case(s->in.cache, c->id, why);
	if (st == ST_OK)
		st = purge_is_due(s, why);
	/* What the officer did to it lies over it, as after any page. */
	if (st == ST_OK)
		st = overlay_build(s->in.cache, s->in.outbox, why);
	if (st == ST_OK)
		st = cache_touch(s->in.cache, why);
	if (st == ST_OK)
		st = cache_commit(s->in.cache, why);
	else
		cache_rollback(s->in.cache);
	strbuf_release(&text);
	return st;
}

enum status take_alone(struct sync *s, const struct reply *r, struct err *why)
{
	struct casefile c = CASEFILE_INIT;
	struct json *j = NULL;
	enum status st = read_json(&j, r, why);

	/* Unreadable like this too: it stays marked, and is asked for again
	 * after the next page. */
	if (st == ST_OK && read_case(&c, j, s->alone_case))
		st = put_alone(s, &c, j, why);
	if (st == ST_OK && c.n > 0)
		purge(s);
	json_free(j);
	casefile_release(&c);
	return st;
}

/* It is not ours to see. Rights that are lost may be given back before a page
 * says so, and none would bring the case then: the next one is asked for it. */
static enum status forget(struct sync *s, struct err *why)
{
	enum status st = cache_begin(s->in.cache, why);

	if (st != ST_OK)
		return st;
	st = case_not_ours(s->in.cache, s->alone_case, why);
	if (st == ST_OK)
		st = again_put(s->in.cache, s->alone_case, why);
	if (st == ST_OK)
		st = purge_is_due(s, why);
	if (st == ST_OK)
		st = cache_commit(s->in.cache, why);
	else
		cache_rollback(s->in.cache);
	if (st == ST_OK)
		purge(s);
	return st;
}

/* Not there, or not ours to see: then it is not missed either. */
enum status refused_alone(struct sync *s, const struct problem *p, struct err *why)
{
	if (strcmp(p->code, "case-unknown") == 0)
		return forget(s, why);
	if (p->status == 404 || p->status == 410)
		return unreadable_drop(s->in.cache, s->alone_case, why);
	return ST_NONE;
}
