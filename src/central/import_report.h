/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * import_report - what is said of an import while it runs, and after it.
 *
 * Place:    import -> IMPORT_REPORT -> main. Promise: a bounded number of
 *           lines is told, the rest counted; progress only to a terminal, at
 *           most four times a second.
 * Owner:    the caller's struct. Errors: none.
 */
#ifndef CENTRAL_IMPORT_REPORT_H
#define CENTRAL_IMPORT_REPORT_H

#include "base/strbuf.h"
#include "central/import.h"

enum { IMPORT_LINES_TOLD = 100 };

/* The first four are the caller's. */
struct import_report {
	const char *file;
	struct clock clock;
	bool watched; /* by someone at a terminal */
	void (*put)(const char *text);
	int64_t begun, shown; /* boot_ms */
	int64_t told;
};

/* The options of an import that this report is told of. */
struct import_options import_report_begin(struct import_report *r);
void import_report_end(struct import_report *r, struct strbuf *summary,
		       const struct import_counts *n);

#endif
