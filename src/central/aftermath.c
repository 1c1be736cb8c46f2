/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/aftermath.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#include "base/banned.h"

/* Each row is a line for the operator. An entry counts where both have it under
 * the same hash: after a branch the same number may be another one. */
#define ENTRY_IN_BOTH                                                                              \
	" JOIN was.log o ON o.case_id = w.case_id AND o.n = w.n"                                   \
	" JOIN main.log l ON l.case_id = o.case_id AND l.n = o.n AND l.eh = o.eh"                  \
	" JOIN main.casefile c ON c.id = w.case_id"
/* Whole cases, entries, documents alone, and what an earlier restore had left to do. */
#define CASES_AGAIN                                                                                \
	"SELECT w.case_id AS case_id, 0 AS n, '' AS h FROM was.erased_case w"                      \
	" JOIN main.casefile c ON c.id = w.case_id WHERE NOT EXISTS"                               \
	" (SELECT 1 FROM main.erased_case e WHERE e.case_id = w.case_id)"
#define NOT_AS_A_WHOLE                                                                             \
	" AND NOT EXISTS (SELECT 1 FROM was.erased_case z WHERE z.case_id = w.case_id)"
#define ENTRIES_AGAIN                                                                              \
	" UNION SELECT w.case_id, w.n, '' FROM was.erased w" ENTRY_IN_BOTH " WHERE NOT EXISTS"     \
	" (SELECT 1 FROM main.erased e WHERE e.case_id = w.case_id AND e.n = w.n)" NOT_AS_A_WHOLE
#define DOCUMENTS_AGAIN                                                                            \
	" UNION SELECT w.case_id, w.n, w.h FROM was.erased_document w" ENTRY_IN_BOTH               \
	" WHERE NOT EXISTS (SELECT 1 FROM main.erased_document e WHERE e.case_id = w.case_id"      \
	" AND e.n = w.n AND e.i = w.i)" NOT_AS_A_WHOLE
#define LEFT_TO_DO                                                                                 \
	" UNION SELECT w.case_id, w.n, w.h FROM was.erase_again w" ENTRY_IN_BOTH                   \
	" UNION SELECT w.case_id, 0, '' FROM was.erase_again w"                                    \
	" JOIN main.casefile c ON c.id = w.case_id WHERE w.n = 0"
#define STANDS_AGAIN CASES_AGAIN ENTRIES_AGAIN DOCUMENTS_AGAIN LEFT_TO_DO

/* Whose grant of what; a case has its diary number beside it. */
#define GRANT(t)                                                                                   \
	t ".officer || ' ' || " t ".key || coalesce((SELECT ' (' || c.diary_no || ')'"             \
	  " FROM was.casefile c WHERE c.id = substr(" t ".key, 6) AND c.diary_no <> ''), '')"

static const struct {
	const char *title;
	const char *sql;
} parts[] = {
	{ "grants that were taken back since and stand again; sluss-central revoke-grant:",
	  "SELECT " GRANT(
		  "g") " FROM was.scope_grant w JOIN main.scope_grant g"
		       " ON g.id = w.id AND g.officer = w.officer AND g.key = w.key AND g.at = w.at"
		       " WHERE w.ended_at > 0 AND g.ended_at = 0 ORDER BY w.id" },
	{ "grants that were given since and are gone; sluss-central grant:",
	  "SELECT " GRANT(
		  "w") " FROM was.scope_grant w WHERE w.ended_at = 0"
		       " AND NOT EXISTS (SELECT 1 FROM main.scope_grant g WHERE g.id = w.id"
		       " AND g.officer = w.officer AND g.key = w.key AND g.at = w.at) ORDER BY w.id" },
	{ "grants that were given and taken back since; what was signed under one is refused:"
	  " sluss-central grant, and revoke-grant when its officer has synced:",
	  "SELECT DISTINCT " GRANT(
		  "w") " FROM was.scope_grant w WHERE w.ended_at > 0"
		       " AND NOT EXISTS (SELECT 1 FROM main.scope_grant g WHERE g.id = w.id"
		       " AND g.officer = w.officer AND g.key = w.key AND g.at = w.at)"
		       " AND NOT EXISTS (SELECT 1 FROM was.scope_grant o WHERE o.officer = w.officer"
		       " AND o.key = w.key AND o.ended_at = 0) ORDER BY 1" },
	{ "officers that were added since and are gone; sluss-central officer add:",
	  "SELECT w.id FROM was.officer w WHERE NOT EXISTS"
	  " (SELECT 1 FROM main.officer o WHERE o.id = w.id) ORDER BY w.id" },
	{ "officers whose name or rights were changed since and are as before;"
	  " sluss-central officer add:",
	  "SELECT w.id FROM was.officer w JOIN main.officer o ON o.id = w.id"
	  " WHERE (o.name, o.title, o.roles, o.units, o.clearance)"
	  " IS NOT (w.name, w.title, w.roles, w.units, w.clearance) ORDER BY w.id" },
	{ "devices that were valid no more and are again; sluss-central revoke:",
	  "SELECT d.id || ' of ' || d.officer || ', was ' || w.state FROM was.device w"
	  " JOIN main.device d ON d.id = w.id WHERE w.state <> 'valid' AND d.state <> w.state"
	  " ORDER BY d.officer, d.id" },
	{ "devices that were enrolled since and are not known; sluss-central invite:",
	  "SELECT w.id || ' of ' || w.officer FROM was.device w WHERE w.state = 'valid'"
	  " AND NOT EXISTS (SELECT 1 FROM main.device d WHERE d.id = w.id)"
	  " ORDER BY w.officer, w.id" },
	{ "devices that wait again to be approved; sluss-central approve or refuse:",
	  "SELECT w.dev || ', was ' || w.state FROM was.device_approval w"
	  " JOIN main.device_approval a ON a.dev = w.dev"
	  " WHERE w.state <> 'waiting' AND a.state = 'waiting' ORDER BY w.dev" },
	{ "devices that changed their key more than once since, and must be enrolled anew:",
	  "SELECT d.id || ' of ' || d.officer FROM main.device d JOIN was.device w ON w.id = d.id"
	  " WHERE (SELECT count(*) FROM was.device_key k WHERE k.dev = d.id)"
	  " > 1 + (SELECT count(*) FROM main.device_key k WHERE k.dev = d.id)"
	  " ORDER BY d.officer, d.id" },
	{ "erased since and there again; the central erases it anew when it starts:",
	  "SELECT 'case ' || iif(c.diary_no = '', c.id, c.diary_no) || iif(a.n = 0, ', all of it',"
	  " ', entry ' || a.n || iif(a.h = '', '', ', document ' || a.h))"
	  " FROM (" STANDS_AGAIN ") a JOIN main.casefile c ON c.id = a.case_id ORDER BY 1" },
};

static enum status tell_part(struct db *now, size_t i, struct strbuf *out, struct err *why)
{
	struct stmt *q = db_stmt(now, parts[i].sql);
	char line[400];
	int64_t rows = 0;
	enum status st;

	while ((st = stmt_step(q, why)) == ST_OK) {
		stmt_col_copy(q, 0, line, sizeof(line));
		utf8_tame(line);
		if (rows++ == 0)
			strbuf_addf(out, "%s\n", parts[i].title);
		strbuf_addf(out, "\t%s\n", line);
	}
	if (st == ST_NONE && out->failed)
		st = err_set(why, ST_BROKEN, "memory", "no memory for what the restore changes");
	return st == ST_NONE ? ST_OK : st;
}

enum status aftermath_tell(struct db *now, const char *was, struct strbuf *out, struct err *why)
{
	struct stmt *q = db_stmt(now, "ATTACH ?1 AS was");
	enum status st;

	stmt_cstr(q, 1, was);
	st = stmt_run(q, why);
	for (size_t i = 0; st == ST_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		st = tell_part(now, i, out, why);
	return st;
}

enum status aftermath_erase_again(struct db *now, struct err *why)
{
	return db_exec(now, "INSERT OR IGNORE INTO main.erase_again(case_id, n, h) " STANDS_AGAIN,
		       why);
}
