/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_report.h"

#include <inttypes.h>

#include "base/banned.h"

enum { SHOWN_EVERY_MS = 250 };

static const char clear_line[] = "\r\033[K";

static void put(struct import_report *r, struct strbuf *text)
{
	r->put(strbuf_cstr(text));
	strbuf_release(text);
}

static void say_line(struct import_report *r, int64_t line, const char *what, const struct err *why)
{
	struct strbuf text = STRBUF_INIT;

	if (++r->told > IMPORT_LINES_TOLD)
		return;
	if (r->shown)
		strbuf_adds(&text, clear_line);
	strbuf_addf(&text, "%s:%" PRId64 ": %s: %s (%s)\n", r->file, line, what, why->text,
		    why->code);
	if (r->told == IMPORT_LINES_TOLD)
		strbuf_addf(&text, "%s: more lines like these are counted, not told\n", r->file);
	put(r, &text);
}

static void say_refused(void *ctx, int64_t line, const struct err *why)
{
	say_line(ctx, line, "not imported", why);
}

static void say_noted(void *ctx, int64_t line, const struct err *why)
{
	say_line(ctx, line, "imported", why);
}

static int64_t per_second(int64_t n, int64_t ms)
{
	return ms > 0 ? n * 1000 / ms : n;
}

static void say_progress(void *ctx, const struct import_counts *n)
{
	struct import_report *r = ctx;
	struct strbuf text = STRBUF_INIT;
	int64_t now = clock_boot(&r->clock);

	if (!r->watched || (r->shown && now - r->shown < SHOWN_EVERY_MS))
		return;
	r->shown = now;
	strbuf_addf(&text,
		    "%s%" PRId64 " lines, %" PRId64 " events, %" PRId64 " cases, %" PRId64
		    " lines a second",
		    clear_line, n->lines, n->events, n->cases,
		    per_second(n->lines, now - r->begun));
	put(r, &text);
}

struct import_options import_report_begin(struct import_report *r)
{
	r->begun = clock_boot(&r->clock);
	return (struct import_options){ r->file, say_refused, say_noted, say_progress, r };
}

void import_report_end(struct import_report *r, struct strbuf *summary,
		       const struct import_counts *n)
{
	int64_t ms = clock_boot(&r->clock) - r->begun;

	if (r->shown)
		r->put(clear_line);
	strbuf_addf(summary,
		    "%" PRId64 " lines: %" PRId64 " events in %" PRId64
		    " new cases imported, %" PRId64 " there already, %" PRId64 " refused\n",
		    n->lines, n->events, n->cases, n->already, n->refused);
	if (n->differing)
		strbuf_addf(summary,
			    "%" PRId64 " lines say otherwise of their case than the first one\n",
			    n->differing);
	if (n->officers || n->queues)
		strbuf_addf(summary,
			    "new: %" PRId64 " officers, %" PRId64 " queues of unit import\n",
			    n->officers, n->queues);
	if (n->shared)
		strbuf_addf(summary,
			    "%" PRId64 " groups share one queue: there are as many queues"
			    " as there can be\n",
			    n->shared);
	strbuf_addf(summary, "%" PRId64 ".%" PRId64 " s, %" PRId64 " lines a second\n", ms / 1000,
		    ms % 1000 / 100, per_second(n->lines, ms));
}
