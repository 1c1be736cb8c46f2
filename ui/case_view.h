/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case_view - one case: overview, and its timeline.
 *
 * Place:    app/present_case fills the model -> CASE_VIEW -> canvas. The
 *           other tabs (documents, parties, messages) are table_view with
 *           the same tabs; the decision is decision_view.
 * Promise:  what is missing stands on top. From 140 columns on overview and
 *           timeline stand side by side when both are given.
 * Owner:    borrowed for the time of the drawing.
 * Errors:   none.
 */
#ifndef UI_CASE_VIEW_H
#define UI_CASE_VIEW_H

#include "ui/table.h"

enum { CASE_FIELDS_MAX = 8, CASE_TABS_MAX = 7 };

enum case_tab {
	TAB_OVERVIEW,
	TAB_TIMELINE,
	TAB_DOCUMENTS,
	TAB_PARTIES,
	TAB_MESSAGES,
	TAB_DECISION
};

struct case_pair {
	const char *label;
	struct str value;
};

/* seal: has the entry's signature been verified on this desk? */
enum seal { SEAL_NONE, SEAL_OK, SEAL_BAD };

struct event_row {
	const char *when; /* "2026-11-20", or "20/11 08:14" */
	const char *who;
	struct str what;
	enum seal seal;
	const char *hash; /* "3f9c...", may be NULL */
};

struct case_model {
	struct frame frame;		 /* title "2026-1188 Attefallshus"; right: place, status */
	const char *tabs[CASE_TABS_MAX]; /* "1 Översikt", "3 Handlingar(3)" */
	int tab_count;
	enum case_tab tab; /* TAB_OVERVIEW or TAB_TIMELINE */

	/* Overview. `left` and `right` are drawn side by side. */
	const struct case_pair *left, *right;
	int left_count, right_count;
	const char *checks_heading; /* "Checklista" */
	const struct check_item *checks;
	int check_count;
	const char *receipts_heading; /* "Kvitton till sökanden" */
	const struct check_item *receipts;
	int receipt_count;
	const struct event_row *latest; /* newest last, as many as are wanted */
	int latest_count;
	struct str related; /* "Samma fastighet: ...", may be empty */

	/* Timeline: rows top .. top + event_count - 1 of `event_total`. */
	const struct event_row *events;
	int event_count, event_top, event_total, event_cursor;
	struct pane pane;	   /* the current event in full */
	const char *timeline_note; /* filters, may be NULL */
};

void case_view(struct canvas *c, const struct case_model *m);
/* Rows of the timeline that are seen. */
int case_view_capacity(int rows, int cols);

#endif
