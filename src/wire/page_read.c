/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/page.h"

#include <stdlib.h>
#include <string.h>

#include "domain/judge.h"
#include "wire/members.h"
#include "wire/page_column.h"
#include "wire/payload.h"

#include "base/banned.h"

enum { COLUMNS_MAX = 64 };

/* A page while it is read. */
struct reader {
	const struct page_handler *to;
	struct str covered; /* the lines before the trailer */
	char sha256[HASH_TEXT];
	struct page_head head;
	int map[COLUMNS_MAX]; /* our column of each of theirs, or -1 */
	int map_count;
	struct casefile file;
	struct cells cells;  /* of the line at hand, if it is a list */
	struct cells scopes; /* of the case in it */
	struct strbuf raw;
	struct page_row row;
	size_t line;
};

static enum status is_cut(struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "page-cut", "the page is cut: %s", what);
}

static enum status bad_line(const struct reader *r, struct err *why, const char *what)
{
	return err_set(why, ST_BAD_INPUT, "page-form", "page, line %zu: %s", r->line, what);
}

/* Take the next line off `rest`, which ends in LF. */
static struct str next_line(struct str *rest)
{
	const char *lf = memchr(rest->p, '\n', rest->n);
	struct str l = { rest->p, (size_t)(lf - rest->p) };

	rest->n -= l.n + 1;
	rest->p = lf + 1;
	return l;
}

static bool read_trailer(struct reader *r, struct str line, int64_t *rows)
{
	struct json *j = NULL;
	bool ok = json_read(&j, line, NULL) == ST_OK && str_eq(json_get_text(j, "k"), "end")
		  && json_int(json_member(j, "n"), rows)
		  && json_copy_text(j, "sha256", r->sha256, sizeof(r->sha256))
		  && hash_valid(str_of(r->sha256));

	json_free(j);
	return ok;
}

/* Lines before the trailer, or -1 if one of them is too long. */
static int64_t count_lines(struct str rest)
{
	int64_t n = 0;

	for (; rest.n; n++)
		if (next_line(&rest).n > PAGE_LINE_MAX)
			return -1;
	return n;
}

/* Nothing is handed out before the page is seen to be whole. */
static enum status find_end(struct reader *r, struct str text, struct err *why)
{
	struct str line;
	const char *lf;
	int64_t rows = 0, lines;

	if (text.n > PAGE_MAX_BYTES)
		return err_set(why, ST_BAD_INPUT, "page-size", "the page is over %d bytes",
			       PAGE_MAX_BYTES);
	if (text.n < 2 || text.p[text.n - 1] != '\n')
		return is_cut(why, "its last line has no end");
	lf = memrchr(text.p, '\n', text.n - 1);
	r->covered = (struct str){ text.p, lf ? (size_t)(lf - text.p) + 1 : 0 };
	line = (struct str){ text.p + r->covered.n, text.n - r->covered.n - 1 };
	if (line.n > PAGE_LINE_MAX || !read_trailer(r, line, &rows))
		return is_cut(why, "it has no trailer");
	lines = count_lines(r->covered);
	if (lines < 0)
		return err_set(why, ST_BAD_INPUT, "page-form", "a line is over %d bytes",
			       PAGE_LINE_MAX);
	if (rows > PAGE_MAX_ROWS)
		return err_set(why, ST_BAD_INPUT, "page-size", "the page has over %d rows",
			       PAGE_MAX_ROWS);
	if (rows < 0 || lines != rows + 1)
		return is_cut(why, "its trailer counts other rows than there are");
	return ST_OK;
}

/* In its one spelling, or two keys could mean one scope. */
static bool scope_of_key(int64_t *scope, const char *key)
{
	if (key[0] == '0' && key[1])
		return false;
	*scope = 0;
	for (const char *p = key; *p; p++) {
		if (*p < '0' || *p > '9' || p - key >= 18)
			return false;
		*scope = *scope * 10 + (*p - '0');
	}
	return *key != '\0';
}

static bool read_cursor(struct scope_seq *to, int *count, const struct json *map)
{
	const char *key = NULL;
	const struct json *v;

	*count = 0;
	if (json_kind_of(map) != JSON_MAP || json_count(map) > SCOPES_MAX)
		return false;
	while ((v = json_next(map, &key))) {
		if (!scope_of_key(&to[*count].scope, key) || !json_int(v, &to[*count].seq)
		    || to[*count].seq < 0)
			return false;
		(*count)++;
	}
	return true;
}

static bool read_instant(int64_t *ms, const struct json *j)
{
	struct str s = json_text(j);

	return s.p && instant_parse(ms, s) && *ms >= 0;
}

/* Their columns in their order; a name that is not ours is passed over. */
static bool read_columns(struct reader *r, const struct json *names)
{
	uint64_t seen = 0;

	if (json_kind_of(names) != JSON_LIST || json_count(names) > COLUMNS_MAX)
		return false;
	r->map_count = (int)json_count(names);
	for (int i = 0; i < r->map_count; i++) {
		struct str name = json_text(json_item(names, (size_t)i));

		r->map[i] = name.p ? column_find(name) : -1;
		if (r->map[i] >= 0)
			seen |= UINT64_C(1) << r->map[i];
	}
	for (size_t i = 0; column_at(i); i++)
		if (column_at(i)->needed && !(seen >> i & 1))
			return false;
	return true;
}

static bool read_ints(int64_t *to, int *count, const struct json *list)
{
	if (json_kind_of(list) != JSON_LIST || json_count(list) > SCOPES_MAX)
		return false;
	*count = (int)json_count(list);
	for (int i = 0; i < *count; i++)
		if (!json_int(json_item(list, (size_t)i), &to[i]))
			return false;
	return true;
}

static bool read_snapshots(struct page_head *h, const struct json *list)
{
	if (!list)
		return true;
	return read_ints(h->snapshots, &h->snapshot_count, list);
}

static bool read_head(struct reader *r, const struct json *j)
{
	struct page_head *h = &r->head;

	h->sv = json_get_int(j, "sv", 0);
	h->more = json_get_bool(j, "more", false);
	h->durable_through = json_get_int(j, "durable_through", 0);
	h->size = json_get_int(j, "size", 0);
	(void)json_copy_text(j, "root", h->root, sizeof(h->root));
	(void)json_copy_text(j, "head", h->signed_head, sizeof(h->signed_head));
	(void)json_copy_text(j, "dev", h->dev, sizeof(h->dev));
	(void)json_copy_text(j, "again", h->again, sizeof(h->again));
	h->missing = json_get_int(j, "missing", 0);
	h->own = json_get_int(j, "own", 0);
	h->log = json_get_int(j, "log", 0);
	h->asked = json_get_int(j, "asked", 0);
	return str_eq(json_get_text(j, "k"), "page") && json_get_int(j, "v", 0) == 1
	       && json_copy_text(j, "epoch", h->epoch, sizeof(h->epoch))
	       && uuid_valid(str_of(h->epoch))
	       && read_cursor(h->from, &h->from_count, json_member(j, "from"))
	       && read_cursor(h->to, &h->to_count, json_member(j, "to"))
	       && read_instant(&h->now, json_member(j, "now"))
	       && read_snapshots(h, json_member(j, "snapshots"))
	       && read_columns(r, json_member(json_member(j, "columns"), "c"));
}

static struct str text_at(const struct reader *r, size_t i)
{
	const struct cell *c = cells_at(&r->cells, i);

	return c->kind == JSON_TEXT ? c->text : (struct str){ NULL, 0 };
}

static bool int_at(const struct reader *r, size_t i, int64_t *v)
{
	const struct cell *c = cells_at(&r->cells, i);

	*v = c->number;
	return c->kind == JSON_INT;
}

static bool copy_at(const struct reader *r, size_t i, char *dst, size_t size)
{
	struct str s = text_at(r, i);

	if (!s.p || s.n >= size)
		return false;
	memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return true;
}

static bool read_scopes(struct reader *r, size_t i)
{
	const struct cell *list = cells_at(&r->cells, i);
	struct page_row *row = &r->row;

	if (list->kind != JSON_LIST || !cells_plain(&r->scopes, list->text)
	    || r->scopes.count > SCOPES_MAX)
		return false;
	for (size_t k = 0; k < r->scopes.count; k++) {
		if (r->scopes.item[k].kind != JSON_INT)
			return false;
		row->scopes[row->scope_count++] = r->scopes.item[k].number;
	}
	return true;
}

/* Case and chain position, items i and i + 1 of most rows. */
static bool read_place(struct reader *r, size_t i)
{
	struct page_row *row = &r->row;

	return copy_at(r, i, row->case_id, sizeof(row->case_id)) && uuid_valid(str_of(row->case_id))
	       && int_at(r, i + 1, &row->n) && row->n >= 0;
}

static bool read_eh(struct reader *r, size_t i)
{
	return copy_at(r, i, r->row.eh, sizeof(r->row.eh)) && hash_valid(str_of(r->row.eh));
}

/* The columns that this page has not stay empty. */
static void clear_file(struct casefile *f)
{
	struct strbuf title = f->title, party = f->party;

	*f = (struct casefile)CASEFILE_INIT;
	f->title = title;
	f->party = party;
	strbuf_clear(&f->title);
	strbuf_clear(&f->party);
}

static bool read_case(struct reader *r)
{
	enum { FIXED = 6 };
	struct page_row *row = &r->row;
	struct casefile *f = &r->file;

	clear_file(f);
	if (!read_scopes(r, 2) || !read_place(r, 3) || !read_eh(r, 5)
	    || r->cells.count < (size_t)(FIXED + r->map_count))
		return false;
	memcpy(f->id, row->case_id, sizeof(f->id));
	memcpy(f->eh, row->eh, sizeof(f->eh));
	f->n = row->n;
	row->file = f;
	for (int i = 0; i < r->map_count; i++)
		if (r->map[i] >= 0
		    && !column_read(f, column_at((size_t)r->map[i]),
				    cells_at(&r->cells, (size_t)(FIXED + i))))
			return false;
	return true;
}

static bool read_detail(struct reader *r)
{
	const struct cell *map = cells_at(&r->cells, 4);

	r->row.text = map->text;
	return read_place(r, 2) && map->kind == JSON_MAP;
}

/* The facts become lines of the entry's hash (protocol.md, "Chain"): none may
 * hold a line end, and only what stands is in a log. */
static bool read_facts(struct page_row *row, const struct json *facts)
{
	enum verdict verdict;

	return json_copy_text(facts, "epoch", row->epoch, sizeof(row->epoch))
	       && uuid_valid(str_of(row->epoch)) && read_instant(&row->at, json_member(facts, "at"))
	       && json_copy_text(facts, "verdict", row->verdict, sizeof(row->verdict))
	       && verdict_from(&verdict, str_of(row->verdict)) && verdict_stands(verdict)
	       && json_copy_text(facts, "rule", row->rule, sizeof(row->rule))
	       && id_valid(str_of(row->rule));
}

static bool read_entry(struct reader *r)
{
	const struct cell *facts = cells_at(&r->cells, 6);
	struct json *j = NULL;
	bool ok = facts->kind == JSON_MAP && json_read(&j, facts->text, NULL) == ST_OK
		  && read_facts(&r->row, j);

	json_free(j);
	r->row.text = text_at(r, 5);
	return ok && read_place(r, 2) && read_eh(r, 4) && r->row.text.p
	       && r->row.text.n <= ENVELOPE_MAX;
}

static bool read_gone(struct reader *r)
{
	r->row.scope_count = 1;
	r->row.text = text_at(r, 5);
	return int_at(r, 2, &r->row.scopes[0]) && read_place(r, 3) && r->row.text.p;
}

static bool read_hash(char out[HASH_TEXT], const struct json *map, const char *name)
{
	return json_kind_of(json_member(map, name)) == JSON_NONE
	       || (json_copy_text(map, name, out, HASH_TEXT) && hash_valid(str_of(out)));
}

static bool read_iid(struct page_row *row, const struct json *map)
{
	return json_kind_of(json_member(map, "iid")) == JSON_NONE
	       || (json_copy_text(map, "iid", row->iid, UUID_TEXT) && uuid_valid(str_of(row->iid)));
}

/* What else is known of it: all of it may be absent, none of it wrong. */
static bool read_erasure(struct page_row *row, const struct json *map)
{
	row->by = json_get_int(map, "by", 0);
	row->upto = json_get_int(map, "upto", row->n);
	row->entry_seq = json_get_int(map, "seq", 0);
	row->whole = json_get_bool(map, "whole", false);
	if (!read_hash(row->h, map, "h") || !read_hash(row->ah, map, "ah")
	    || !read_hash(row->eh, map, "eh") || !read_iid(row, map) || row->by < 0
	    || row->upto < row->n)
		return false;
	return !row->ah[0] || (row->eh[0] && row->entry_seq > 0 && read_facts(row, map));
}

static bool read_erased(struct reader *r)
{
	struct json *j = NULL;
	bool ok = read_place(r, 2);

	r->row.text = text_at(r, 4);
	r->row.upto = r->row.n;
	if (ok && r->cells.count > 5) {
		const struct cell *map = cells_at(&r->cells, 5);

		ok = map->kind == JSON_MAP && json_read(&j, map->text, NULL) == ST_OK
		     && read_erasure(&r->row, j);
		json_free(j);
	}
	return ok && r->row.text.p;
}

static bool read_scope(struct reader *r, const struct json *map)
{
	struct page_row *row = &r->row;

	return read_ints(row->add, &row->add_count, json_member(map, "add"))
	       && read_ints(row->del, &row->del_count, json_member(map, "del"))
	       && json_int(json_member(map, "sv"), &row->sv);
}

static bool read_catalog(struct reader *r, const struct json *map)
{
	const struct json *j = json_member(map, "catalog");

	strbuf_clear(&r->raw);
	if (!j || !json_dump(&r->raw, j))
		return false;
	r->row.text = strbuf_str(&r->raw);
	return true;
}

/* The kinds of lines: lists by their first item, maps by "k". */
static const struct {
	const char *tag;
	enum page_kind kind;
	bool (*list)(struct reader *r);
	bool (*map)(struct reader *r, const struct json *line);
} kinds[] = {
	{ "c", PAGE_CASE, read_case, NULL },
	{ "d", PAGE_DETAIL, read_detail, NULL },
	{ "a", PAGE_ENTRY, read_entry, NULL },
	{ "g", PAGE_GONE, read_gone, NULL },
	{ "x", PAGE_ERASED, read_erased, NULL },
	{ "scope", PAGE_SCOPE, NULL, read_scope },
	{ "catalog", PAGE_CATALOG, NULL, read_catalog },
};

/* Empty what the next row might not set. */
static void clear_row(struct page_row *row)
{
	row->seq = row->n = row->at = row->sv = 0;
	row->scope_count = row->add_count = row->del_count = 0;
	row->file = NULL;
	row->by = row->upto = row->entry_seq = 0;
	row->ah[0] = row->h[0] = '\0';
	row->whole = false;
	row->case_id[0] = row->eh[0] = row->epoch[0] = '\0';
	row->verdict[0] = row->rule[0] = '\0';
	row->text = str_of("");
}

/* `map` NULL: the line is a list. A row of a kind that is not ours is passed
 * over. */
static enum status read_row(struct reader *r, struct str tag, const struct json *map,
			    struct err *why)
{
	bool ok;

	if (!tag.p || str_eq(tag, "page") || str_eq(tag, "end"))
		return bad_line(r, why, "not a row");
	clear_row(&r->row);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!kinds[i].map != !map || !str_eq(tag, kinds[i].tag))
			continue;
		r->row.kind = kinds[i].kind;
		if (!map && (!int_at(r, 1, &r->row.seq) || r->row.seq < 0))
			return bad_line(r, why, "the row has no seq");
		ok = map ? kinds[i].map(r, map) : kinds[i].list(r);
		return ok ? r->to->row(r->to->ctx, &r->row, why)
			  : bad_line(r, why, "the row is malformed");
	}
	return ST_OK;
}

static enum status read_tree(struct reader *r, const struct json *j, struct err *why)
{
	if (json_kind_of(j) == JSON_MAP)
		return read_row(r, json_get_text(j, "k"), j, why);
	if (json_kind_of(j) != JSON_LIST)
		return bad_line(r, why, "not a row");
	if (!cells_of_tree(&r->cells, j))
		return err_set(why, ST_BROKEN, "no-memory", "no memory to read a page");
	return read_row(r, text_at(r, 0), NULL, why);
}

static enum status read_line(struct reader *r, struct str line, struct err *why)
{
	struct json *j;
	enum status st;

	r->line++;
	if (r->line > 1 && cells_plain(&r->cells, line))
		return read_row(r, text_at(r, 0), NULL, why);
	if (json_read(&j, line, NULL) != ST_OK)
		return bad_line(r, why, "invalid JSON");
	if (r->line > 1)
		st = read_tree(r, j, why);
	else if (!read_head(r, j))
		st = bad_line(r, why, "not the header of a page of version 1");
	else
		st = r->to->head(r->to->ctx, &r->head, r->covered, r->sha256, why);
	json_free(j);
	return st;
}

enum status page_read(struct str text, const struct page_handler *h, struct err *why)
{
	struct reader *r = calloc(1, sizeof(*r));
	enum status st;

	if (!r)
		return err_set(why, ST_BROKEN, "no-memory", "no memory to read a page");
	*r = (struct reader){ .to = h,
			      .file = CASEFILE_INIT,
			      .cells = CELLS_INIT,
			      .scopes = CELLS_INIT,
			      .raw = STRBUF_INIT };
	st = find_end(r, text, why);
	for (struct str rest = r->covered; st == ST_OK && rest.n;)
		st = read_line(r, next_line(&rest), why);
	casefile_release(&r->file);
	cells_release(&r->cells);
	cells_release(&r->scopes);
	strbuf_release(&r->raw);
	free(r);
	return st;
}
