/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/people.h"

#include <string.h>

#include "base/encode.h"
#include "sim/world.h"
#include "sql/db.h"
#include "wire/json.h"

#include "base/banned.h"

/* --- Rights ------------------------------------------------------------------------ */

static enum status set_rights(struct world *w, const char *id, const char *units, int clearance,
			      struct err *why)
{
	const struct central_officer o = {
		id, id, "", "officer,decider,registrar", units, clearance
	};

	return central_add_officer(w->central, &o, why);
}

/* All of them see the unit that applications come to; some see more. */
enum status people_add(struct world *w, int i, const char *id, struct err *why)
{
	return set_rights(w, id, i % 3 == 1 ? "u" : "u,v", i % 2 ? 0 : 1, why);
}

void people_set(struct world *w, const char *officer, const char *units, int clearance)
{
	bool healing = w->healing;
	struct err why = ERR_INIT;

	w->healing = true; /* the registrar sits at the central's own machine */
	if (set_rights(w, officer, units, clearance, &why) != ST_OK)
		world_violation(w, "central", "rights cannot be changed: %s", why.text);
	w->healing = healing;
	world_trace(w, "rights %s \"%s\" %d", officer, units, clearance);
}

void people_change(struct world *w)
{
	static const char *const units[] = { "u", "v", "u,v", "u,v", "u", "" };
	const struct device *d = &w->device[below(w, (uint64_t)w->device_count)];
	const char *now = units[below(w, sizeof(units) / sizeof(units[0]))];
	int clearance = (int)below(w, 3);

	if (fault(w, w->rates.rights))
		people_set(w, d->officer, now, clearance);
}

/* Does the list "u,v" of the officer have the unit, or a grant the queue or the
 * case, and does the clearance reach the class? */
bool people_hidden(struct world *w, const char *officer, const char *case_id)
{
	struct stmt *q = db_stmt(central_db(w->central),
				 "SELECT 1 FROM casefile c, officer o WHERE c.id = ?1 AND o.id = ?2"
				 " AND c.protection <= o.clearance"
				 " AND (instr(',' || o.units || ',', ',' || c.unit || ',') > 0"
				 " OR EXISTS (SELECT 1 FROM scope_grant g WHERE g.officer = o.id"
				 " AND g.ended_at = 0 AND (g.until = 0 OR g.until > ?3) AND"
				 " (g.key = 'queue:' || c.queue OR g.key = 'case:' || c.id)))");
	bool sees;

	stmt_cstr(q, 1, case_id);
	stmt_cstr(q, 2, officer);
	stmt_int(q, 3, w->now);
	sees = stmt_step(q, NULL) == ST_OK;
	stmt_reset(q);
	return !sees;
}

/* --- Words --------------------------------------------------------------------------- */

/* Letters without a pattern, so that no index can keep two of them as one and a
 * difference. */
void people_word(char word[CANARY_TEXT], uint64_t n)
{
	uint64_t x = n * 0x9E3779B97F4A7C15u + 0x7F4A7C15u;

	for (int i = 0; i < CANARY_TEXT - 1; i++) {
		x = (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9u;
		word[i] = (char)('a' + (x >> 33) % 26);
	}
	word[CANARY_TEXT - 1] = '\0';
}

void people_apply(struct world *w, struct strbuf *body)
{
	char word[CANARY_TEXT];

	people_word(word, (uint64_t)++w->people.words);
	strbuf_addf(body,
		    "{\"title\":\"Ansökan %s\",\"party\":{\"name\":\"Ek, %s\"},"
		    "\"channel\":\"web\"}",
		    word, word);
}

void people_applied(struct world *w, const struct reply *reply)
{
	struct people *p = &w->people;
	struct canary *c = &p->canary[p->canary_count];
	struct json *j = NULL;

	if (p->canary_count < CANARIES_MAX && json_read(&j, strbuf_str(&reply->body), NULL) == ST_OK
	    && json_copy_text(j, "case_id", c->case_id, sizeof(c->case_id))) {
		people_word(c->word, (uint64_t)p->words);
		p->canary_count++;
	}
	json_free(j);
}

static bool has(struct str bytes, const char *p, size_t n)
{
	return n && bytes.n >= n && memmem(bytes.p, bytes.n, p, n) != NULL;
}

/* Of base64url text that holds the word at the given offset, the characters
 * that the word alone decides. */
static bool has_encoded(struct str bytes, struct str word, size_t offset)
{
	char padded[CANARY_TEXT + 3] = { 0 };
	struct strbuf text = STRBUF_INIT;
	size_t from = (8 * offset + 5) / 6, to = 8 * (offset + word.n) / 6;
	bool found;

	memcpy(padded + offset, word.p, word.n);
	b64url_encode(&text, padded, offset + word.n);
	found = has(bytes, strbuf_cstr(&text) + from, to - from);
	strbuf_release(&text);
	return found;
}

bool people_word_in(struct str bytes, const char *word)
{
	/* An index leaves out what a word has in common with the one before. */
	struct str core = { word + 3, strlen(word) - 3 };

	return has(bytes, core.p, core.n) || has_encoded(bytes, core, 0)
	       || has_encoded(bytes, core, 1) || has_encoded(bytes, core, 2);
}
