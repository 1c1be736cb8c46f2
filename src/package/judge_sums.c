/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "package/judge_part.h"

#include "base/banned.h"

static const char sums_name[] = "SHA256SUMS";

static const char *const needed[] = {
	"README.txt", "case.json",	"entries.jsonl", "keys.json",
	"proof.json", "documents.json", sums_name,
};
enum { NEEDED = sizeof(needed) / sizeof(needed[0]) };

/* Take the next line off the front of *rest; false at the end. A last line
 * without LF is a line too, and *whole is false. */
static bool next_line(struct str *line, struct str *rest, bool *whole)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!rest->n)
		return false;
	*whole = end != NULL;
	line->p = rest->p;
	line->n = end ? (size_t)(end - rest->p) : rest->n;
	rest->p += line->n + (end ? 1 : 0);
	rest->n -= line->n + (end ? 1 : 0);
	return true;
}

static const struct pack_member *named(const struct judging *j, struct str name)
{
	for (int i = 0; i < j->pack->count; i++)
		if (str_eq(name, j->pack->rows[i].name))
			return &j->pack->rows[i];
	return NULL;
}

/* "HEX  NAME". listed has a place for each member. */
static void judge_sum_line(struct judging *j, struct str line, int64_t number, bool *listed)
{
	struct place here = { sums_name, 0, 0 };
	unsigned char raw[32];
	const struct pack_member *m;
	char name[PACK_NAME];

	if (line.n < 67 || line.n >= 66 + sizeof(name) || memcmp(line.p + 64, "  ", 2) != 0
	    || !hex_decode(raw, sizeof(raw), (struct str){ line.p, 64 })) {
		judge_fault(j, F_SUM_FORM, here, "%s:%lld", sums_name, (long long)number);
		return;
	}
	memset(name, 0, sizeof(name));
	memcpy(name, line.p + 66, line.n - 66);
	m = named(j, (struct str){ line.p + 66, line.n - 66 });
	here.member = name;
	if (!m) {
		judge_fault(j, F_MEMBER_MISSING, here, "%s:%lld", sums_name, (long long)number);
		return;
	}
	if (listed[m - j->pack->rows])
		judge_fault(j, F_SUM_TWICE, here, "%s:%lld", sums_name, (long long)number);
	listed[m - j->pack->rows] = true;
	if (memcmp(m->sha256, line.p, 64) != 0)
		judge_fault(j, F_SUM_WRONG, here, "%s", m->sha256);
	else
		j->r->files++;
}

enum status judge_sums(struct judging *j, struct err *why)
{
	const struct pack_member *sums = pack_find(j->pack, sums_name);
	bool *listed = calloc((size_t)j->pack->count, sizeof(*listed));
	struct str rest = sums ? strbuf_str(&sums->bytes) : (struct str){ NULL, 0 };
	struct str line;
	bool whole = true;

	if (!listed)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for the list of sums");
	for (int i = 0; i < NEEDED; i++)
		if (!pack_find(j->pack, needed[i]))
			judge_fault(j, F_MEMBER_MISSING, (struct place){ needed[i], 0, 0 }, "%s",
				    "");
	if (j->pack->damaged)
		judge_fault(j, F_PACK_DAMAGED, (struct place){ NULL, 0, 0 }, "%s", "");
	for (int i = 0; i < j->pack->count; i++)
		if (j->pack->rows[i].damaged)
			judge_fault(j, F_MEMBER_DAMAGED,
				    (struct place){ j->pack->rows[i].name, 0, 0 }, "%s", "");
	for (int64_t number = 1; next_line(&line, &rest, &whole); number++)
		judge_sum_line(j, line, number, listed);
	if (!whole)
		judge_fault(j, F_SUM_FORM, (struct place){ sums_name, 0, 0 }, "%s", "");
	for (int i = 0; sums && i < j->pack->count; i++)
		if (!listed[i] && &j->pack->rows[i] != sums)
			judge_fault(j, F_MEMBER_STRAY,
				    (struct place){ j->pack->rows[i].name, 0, 0 }, "%s", "");
	free(listed);
	return ST_OK;
}
