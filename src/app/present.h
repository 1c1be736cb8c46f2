/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * present - what the two files say, made into rows and words of the views.
 *
 * Place:    case_row, outbox_item, action -> PRESENT -> models of ui/.
 * Promise:  pure but for the texts it makes: no file, no clock, no terminal;
 *           what is unknown is shown as it stands, never as nothing. Texts
 *           from outside come out raw: the canvas makes them harmless.
 * Owner:    struct present is borrowed facts; texts go to the caller's
 *           memory, rows point into it.
 * Errors:   none.
 */
#ifndef APP_PRESENT_H
#define APP_PRESENT_H

#include "app/actions.h"
#include "app/words.h"
#include "cache/cases.h"
#include "sync/conflict.h"
#include "ui/case_view.h"
#include "ui/conflict_view.h"
#include "ui/outbox_view.h"
#include "ui/queue_view.h"

/* The facts that every presenter may need. */
struct present {
	const struct names *names;
	const char *me;		/* officer id */
	int64_t now;		/* wall ms */
	struct day today;	/* in Stockholm */
	enum outbox_wait waits; /* what is signed and not sent */
};

/* --- present_queue.c ------------------------------------------------------- */

struct queue_text {
	char flags[8], received[24], due[24];
};
/* `row` is borrowed by `out`. */
void present_queue_row(struct queue_row *out, struct queue_text *t, const struct case_row *row,
		       const struct present *p);
/* The number people use: the diary number, or the start of the id before
 * there is one. */
const char *present_number(char out[DIARY_MAX], const struct casefile *c);
/* The party as a list may show it. */
struct str present_party(const struct casefile *c);
/* What the pane below the list says of the current case; `reminder` is what the
 * officer watches it for, "" where that is not known. */
void present_preview(struct strbuf *out, const struct case_row *row, struct str reminder,
		     const struct present *p);
/* The next step, in words with its key; "" where there is none. */
void present_next_step(struct strbuf *out, const struct casefile *c, const struct present *p);

/* --- present_action.c ------------------------------------------------------ */

/* What an action does, in one line: "överlämna → Bygglov: hör dit". With
 * `done` as the timeline says it: "Överlämnade → Bygglov". */
void present_action(struct strbuf *out, const struct action *a, const struct present *p, bool done);
/* When it happened and who did it: `at` and `sub` of its entry, but for an
 * event of an imported log, which has a time and an officer of its own. */
int64_t present_time(const struct action *a, int64_t at);
const char *present_actor(const struct action *a, const char *sub);
/* The same with all that stands in it, for the pane. */
void present_action_full(struct strbuf *out, const struct action *a, const struct present *p);

/* --- present_case.c --------------------------------------------------------- */

struct case_texts {
	struct strbuf text[2 * CASE_FIELDS_MAX];
	struct case_pair left[CASE_FIELDS_MAX], right[CASE_FIELDS_MAX];
	int left_count, right_count;
	struct check_item receipts[4];
	char receipt_days[4][24];
	int receipt_count;
	struct strbuf check_text[8];
	struct check_item checks[8];
	int check_count;
};
void case_texts_release(struct case_texts *t);
/* The overview of a case; `detail` is its JSON text, may be empty. */
void present_case(struct case_texts *t, const struct case_row *row, struct str detail,
		  const struct present *p);

/* --- present_outbox.c -------------------------------------------------------- */

struct outbox_text {
	char state[40], time[24], tries[12];
	struct strbuf action, answer;
};
void outbox_text_release(struct outbox_text *t);
/* `said` is the action of the item; `number` that of its case. All borrowed. */
void present_outbox_row(struct outbox_row *out, struct outbox_text *t, const struct outbox_item *i,
			const struct action *said, const char *number, const struct present *p);
/* What became of it, that nothing changed, and what can be done. */
void present_outcome(struct strbuf *out, const struct outbox_item *i, const struct action *said,
		     const struct present *p);
/* Does the officer have to see to it? */
bool present_in_trouble(const struct outbox_item *i);

/* --- present_conflict.c ------------------------------------------------------- */

struct conflict_text {
	char heads[3][64];
	struct strbuf cells[CONFLICT_FIELDS][3]; /* common, mine, the central's */
	struct strbuf lead, below;
};
void conflict_text_release(struct conflict_text *t);
/* "Frist" */
const char *present_conflict_field(enum conflict_field f);
/* What one side has in a field: 0 common, 1 one's own, 2 the central's. */
void present_conflict_cell(struct strbuf *out, const struct conflict *c, enum conflict_field f,
			   int side, const struct present *p);
/* Rows, heads, what happened, what can be chosen and what follows from it.
 * `rows` has room for CONFLICT_FIELDS; `fields` are those shown. */
void present_conflict(struct conflict_model *m, struct conflict_row *rows, struct conflict_text *t,
		      const struct conflict *c, const enum conflict_field *fields, int count,
		      enum conflict_side chosen, const struct present *p);

/* --- present_status.c --------------------------------------------------------- */

struct status_facts {
	const struct sync_status *sync; /* NULL: the key is locked or not yet */
	bool elsewhere;
	int64_t undo_until; /* wall ms, 0 = nothing to undo */
	const char *undo_what;
	const char *filter; /* NULL: none */
	int marked;
	int erasures; /* that wait for this officer to confirm them */
};
/* "hämtar 18 000 av 100 000 ärenden", of a first sync that is under way. */
void present_load(struct strbuf *out, const struct sync_status *s);
/* "ONLINE 14:02 | data 1 min | utkorg 2 | konflikt 1" */
void present_status(struct strbuf *out, const struct status_facts *f, const struct present *p);
/* "britt.a | v48 må" */
void present_who(struct strbuf *out, const struct present *p);

#endif
