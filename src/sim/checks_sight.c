/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include <string.h>

#include "sim/drive.h"
#include "sql/db.h"
#include "wire/page.h"

#include "base/banned.h"

static bool is_leak(struct world *w, const char *officer, const char *case_id, const char *word,
		    struct str bytes)
{
	return people_hidden(w, officer, case_id) && people_word_in(bytes, word);
}

/* Does this intent stand, signed by another? An officer keeps his own words. */
static bool of_another(struct world *w, const char *iid, const char *officer)
{
	struct stmt *q =
		db_stmt(central_db(w->central), "SELECT 1 FROM log WHERE iid = ?1 AND sub <> ?2");
	bool yes;

	stmt_cstr(q, 1, iid);
	stmt_cstr(q, 2, officer);
	yes = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return yes;
}

/* The case beyond these rights of which the bytes hold a word, of its
 * application or of an action, or NULL. */
static const char *leaked(struct world *w, const char *officer, struct str bytes)
{
	for (int i = 0; i < w->people.canary_count; i++) {
		const struct canary *c = &w->people.canary[i];

		if (is_leak(w, officer, c->case_id, c->word, bytes))
			return c->case_id;
	}
	for (int i = 0; i < w->erasing.secret_count; i++) {
		const struct secret *s = &w->erasing.secret[i];

		if (of_another(w, s->iid, officer)
		    && is_leak(w, officer, s->case_id, s->word, bytes))
			return s->case_id;
	}
	return NULL;
}

void check_replies(const struct moment *m)
{
	const struct reply *r = &m->m->reply;
	struct strbuf raw = STRBUF_INIT;
	const char *c;

	if (r->body.len == 0)
		return;
	if (strncmp(r->content_type, "application/zstd", 16) != 0
	    || zstd_unpack(&raw, strbuf_str(&r->body), PAGE_MAX_BYTES, NULL) != ST_OK)
		strbuf_set(&raw, r->body.data, r->body.len);
	c = leaked(m->w, m->d->officer, strbuf_str(&raw));
	if (c)
		world_violation(m->w, "I9",
				"%s is answered with words of case %s, which %s may not see",
				strbuf_cstr(&m->m->request.path), c, m->d->officer);
	strbuf_release(&raw);
}

static void search(struct device *d, const char *file)
{
	char name[FOLDER_TEXT + 24], folder[FOLDER_TEXT];
	const struct drive_file *f;
	const char *c;

	stage_folder(folder, d->index);
	snprintf(name, sizeof(name), "%s%s", folder, file);
	f = drive_file(name);
	if (!f->there || !f->now.n)
		return;
	c = leaked(d->world, d->officer, (struct str){ (const char *)f->now.p, f->now.n });
	if (c)
		world_violation(d->world, "I9",
				"device %d: %s holds words of case %s, which %s may not see any"
				" more",
				d->index, file, c, d->officer);
}

static void search_files(struct device *d)
{
	search(d, "cache.db");
	search(d, "cache.db-wal");
	search(d, "outbox.db");
	search(d, "outbox.db-wal");
}

void check_files(const struct moment *m)
{
	for_devices(m, search_files);
}
