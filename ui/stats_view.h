/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stats_view - a supervisor's figures on one screen.
 *
 * Place:    app's figures -> STATS_VIEW -> canvas.
 * Promise:  every figure that opens a list can have the cursor; the current
 *           one has '>' before it, or its week named beside the small bars,
 *           and the hardware cursor. Bars never say more than the numbers
 *           beside them; in ascii they are digits and signs. Tables that are
 *           longer than the screen follow the cursor and say which rows are
 *           seen. People stand in the order given: no ranking.
 * Owner:    texts are borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_STATS_VIEW_H
#define UI_STATS_VIEW_H

#include <stdint.h>

#include "ui/frame.h"

enum { STATS_VIEW_WEEKS = 12, STATS_TEXT = 24 };

/* Where the cursor stands: a block, and which of its figures. */
enum stats_area {
	AREA_TOTALS,
	AREA_IN,
	AREA_OUT,
	AREA_TYPES,
	AREA_OFFICERS, /* two a row: open, overdue */
	AREA_STATUSES,
	AREA_NONE
};

struct stats_total {
	const char *label;
	char value[STATS_TEXT], change[STATS_TEXT]; /* "214", "(+12)" or "" */
};

struct stats_type_row {
	const char *name;
	char closed[STATS_TEXT], p50[STATS_TEXT], p90[STATS_TEXT], p95[STATS_TEXT];
	char target[STATS_TEXT];
	int64_t low, high; /* p50 and p90, for the bar */
	bool over;	   /* p90 is above the target */
	bool few;	   /* too few cases to say much */
};

struct stats_officer_row {
	const char *name;
	char open[STATS_TEXT], overdue[STATS_TEXT], age[STATS_TEXT];
};

struct stats_status_row {
	const char *name;
	char cases[STATS_TEXT];
	int64_t count;
};

struct stats_model {
	struct frame frame;
	const char *empty; /* instead of figures: none have come yet */
	struct stats_total totals[4];
	int week_count;
	int weeks[STATS_VIEW_WEEKS]; /* numbers */
	int64_t in[STATS_VIEW_WEEKS], out[STATS_VIEW_WEEKS];
	const struct stats_type_row *types;
	int type_count;
	const struct stats_officer_row *officers;
	int officer_count;
	const struct stats_status_row *statuses;
	int status_count;
	enum stats_area area;
	int index;
	const char *note; /* last row: when it was counted, and over what */
};

void stats_view(struct canvas *c, const struct stats_model *m);

#endif
