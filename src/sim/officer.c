/* SPDX-License-Identifier: EUPL-1.2 */
/* What an officer does at a device: lawful or not, the core judges it. */
#include <stdio.h>
#include <string.h>

#include "cache/cases.h"
#include "cache/entries.h"
#include "sim/world.h"

#include "base/banned.h"

/* Somebody sets the clock on the wall: a little, a day, or more than what is
 * kept for a month. What has run since the start is not touched by it. */
static void jump(struct device *d)
{
	static const int64_t reach[] = { 30 * SECOND, 20 * MINUTE, 1440LL * MINUTE,
					 45 * 1440LL * MINUTE };
	struct world *w = d->world;
	int64_t most = reach[below(w, sizeof(reach) / sizeof(reach[0]))];

	if (!fault(w, w->rates.jump))
		return;
	d->skew = (int64_t)below(w, (uint64_t)(2 * most)) - most;
	world_trace(w, "clock d%d %lld s", d->index, (long long)d->skew / SECOND);
}

bool officer_signs(struct device *d, const struct intent *in, struct act_result *r)
{
	const struct actor who = device_actor(d);
	bool signed_;

	*r = (struct act_result){ 0 };
	signed_ = act(&who, in, r, NULL) == ST_OK;
	if (signed_)
		history_signed(d, r->item);
	return signed_;
}

/* What an officer may think of; the core judges what is lawful. */
static const struct {
	const char *act;
	const char *args[6];
	unsigned weight;
	bool letter;
} ideas[] = {
	{ "case.claim", { NULL }, 30, false },
	{ "note.add", { "text", "Ringt sökanden.", NULL }, 20, false },
	{ "case.deadline", { "due", "2026-12-24", NULL }, 10, false },
	{ "case.priority", { "priority", "1", NULL }, 10, false },
	{ "case.title", { "title", "Ny rubrik", NULL }, 5, false },
	{ "case.release", { NULL }, 6, false },
	{ "case.ask", { "text", "Komplettera.", NULL }, 6, false },
	{ "case.resume", { NULL }, 6, false },
	{ "case.route", { "queue", "q2", "unit", "u", NULL }, 4, false },
	{ "case.route", { "queue", "q3", "unit", "v", NULL }, 3, false },
	{ "case.route", { "queue", "q1", "unit", "u", NULL }, 2, false },
	{ "case.secrecy", { "class", "1", NULL }, 3, false },
	{ "case.secrecy", { "class", "0", NULL }, 2, false },
	{ "case.propose", { "text", "Bifall.", NULL }, 5, false },
	{ "case.decide", { "outcome", "ja", "content", "Bifall.", NULL }, 10, true },
	{ "case.waive_dispatch", { "ground", "Fick det i handen.", NULL }, 8, false },
	{ "case.close", { NULL }, 6, false },
	{ "case.reopen", { "reason", "Ny uppgift.", NULL }, 4, false },
};
enum { IDEAS = sizeof(ideas) / sizeof(ideas[0]) };

static int pick_idea(struct world *w)
{
	unsigned total = 0, at;
	int i = 0;

	for (int k = 0; k < IDEAS; k++)
		total += ideas[k].weight;
	at = (unsigned)below(w, total);
	while (at >= ideas[i].weight)
		at -= ideas[i++].weight;
	return i;
}

bool officer_picks(struct device *d, uint64_t (*one_of)(struct world *w, uint64_t n),
		   char case_id[UUID_TEXT])
{
	const struct case_query q = CASE_QUERY_INIT;
	const struct case_key top = CASE_KEY_INIT;
	struct case_page page = CASE_PAGE_INIT;
	bool found = case_list(d->cache, &q, &top, false, 40, &page, NULL) == ST_OK && page.count;

	if (found)
		snprintf(case_id, UUID_TEXT, "%s",
			 page.rows[one_of(d->world, (uint64_t)page.count)].file.id);
	case_page_release(&page);
	return found;
}

static void add_arg(struct intent *in, const char *name, const char *value)
{
	in->args[in->arg_count++] = (struct intent_arg){ name, str_of(value) };
}

static void do_something(struct device *d)
{
	int i = pick_idea(d->world);
	struct intent in = { .act = ideas[i].act };
	struct act_result r;
	char case_id[UUID_TEXT], letter[80];

	if (!officer_picks(d, below, case_id))
		return;
	/* Opening a case asks for its whole chain. */
	if (below(d->world, 2) == 0 && want_case(d->cache, case_id, NULL) != ST_OK)
		return;
	in.case_id = case_id;
	for (int k = 0; ideas[i].args[k]; k += 2)
		add_arg(&in, ideas[i].args[k], ideas[i].args[k + 1]);
	if (ideas[i].letter) {
		add_arg(&in, "decided_on", "2026-11-23");
		add_arg(&in, "decider", d->officer);
		add_arg(&in, "reasons", "Det är lagligt.");
		snprintf(letter, sizeof(letter), "<html>%llu</html>",
			 (unsigned long long)below(d->world, 1000000));
		in.docs[in.doc_count++] =
			(struct intent_doc){ "beslut.xhtml", "application/xhtml+xml",
					     str_of(letter) };
	}
	(void)officer_signs(d, &in, &r);
}

/* Withdraw, sign again, or let go of the newest item that allows it. */
static void tidy_up(struct device *d)
{
	struct world *w = d->world;
	const struct actor who = device_actor(d);
	struct outbox_item item = OUTBOX_ITEM_INIT;
	struct act_result r = { 0 };

	if (outbox_before(d->outbox, INT64_MAX, &item, NULL) != ST_OK)
		return;
	if (item.state == OUTBOX_CONFLICT && below(w, 2)) {
		if (act_resign(&who, item.id, &r, NULL) == ST_OK) {
			history_closed(d, item.id);
			history_signed(d, r.item);
		}
	} else if (item.state == OUTBOX_CONFLICT) {
		if (act_dismiss(&who, item.id, NULL) == ST_OK)
			history_closed(d, item.id);
		else
			world_trace(w, "dismiss d%d refused", d->index);
	} else if (item.verdict == VERDICT_NONE && !item.voided) {
		if (act_withdraw(&who, item.id, NULL) == ST_OK)
			history_voided(d, item.id);
	}
	outbox_item_release(&item);
}

void officer_turn(struct device *d)
{
	int64_t before = d->disk_faults;

	if (d->down)
		return;
	jump(d);
	if (d->world->mishaps.happened && below(d->world, 3) == 0)
		(void)mishap_mend(d);
	else if (below(d->world, 8) == 0)
		tidy_up(d);
	else
		do_something(d);
	device_acted(d, before);
}
