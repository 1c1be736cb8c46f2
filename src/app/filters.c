/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/filters.h"

#include <string.h>

#include "base/i18n.h"
#include "wire/catalog_resolve.h"

#include "base/banned.h"

static void resolve(void *ctx, enum filter_field field, struct str word, bool exact,
		    void (*add)(void *to, const char *code), void *to)
{
	const struct names *n = ctx;

	catalog_resolve(&n->registry, &n->officers, field, word, exact, add, to);
}

struct filter_env filters_env(const struct names *n, const char *me, struct day today, bool typing)
{
	union {
		const struct names *borrowed;
		void *ctx;
	} names = { .borrowed = n }; /* resolve only reads them */

	return (struct filter_env){
		.me = me, .today = today, .resolve = resolve, .ctx = names.ctx, .typing = typing
	};
}

/* --- Complaints ----------------------------------------------------------------------- */

static void what_is_wrong(struct strbuf *out, const struct filter_fault *f)
{
	switch (f->trouble) {
	case FILTER_UNKNOWN_FIELD:
		strbuf_addf(out, _("okänt fält \"%s\""), f->seen);
		break;
	case FILTER_UNKNOWN_VALUE:
		strbuf_addf(out, _("inget heter \"%s\""), f->seen);
		break;
	case FILTER_NO_VALUE:
		strbuf_addf(out, _("\"%s\" saknar värde"), f->seen);
		break;
	case FILTER_BAD_DATE:
		strbuf_addf(out,
			    _("\"%s\" är ingen dag; skriv t.ex. 2026-11-23, v48, idag, +7d, <7d "
			      "eller 2026-10..2026-11"),
			    f->seen);
		break;
	case FILTER_BAD_NUMBER:
		strbuf_addf(out, _("\"%s\" är inget antal dagar; skriv t.ex. 30, >30 eller 10..20"),
			    f->seen);
		break;
	case FILTER_BAD_OP:
		strbuf_addf(out, _("\"%s\" går inte här"), f->seen);
		break;
	case FILTER_UNCLOSED:
		strbuf_adds(out, f->seen[0] == '(' ? _("parentesen är inte stängd")
						   : _("citattecknet är inte stängt"));
		break;
	case FILTER_UNEXPECTED:
		if (f->seen[0])
			strbuf_addf(out, _("\"%s\" hör inte hit"), f->seen);
		else
			strbuf_adds(out, _("något fattas på slutet"));
		break;
	case FILTER_NOT_KEPT:
		strbuf_addf(out, _("ärenden kan inte filtreras på \"%s\" än"), f->seen);
		break;
	case FILTER_TOO_LONG:
	default:
		strbuf_adds(out, _("filtret är för långt eller har för många delar"));
		break;
	}
}

static void complain(struct strbuf *out, const struct filter_fault *f)
{
	strbuf_clear(out);
	strbuf_addf(out, _("kolumn %d: "), f->column);
	what_is_wrong(out, f);
	if (f->meant[0] && f->trouble == FILTER_BAD_OP)
		strbuf_addf(out, _("; skriv \"%s\""), f->meant);
	else if (f->meant[0])
		strbuf_addf(out, _(", menade du \"%s\"?"), f->meant);
}

bool filters_parse(struct filter *f, const char *text, const struct names *n, const char *me,
		   struct day today, bool typing, struct strbuf *complaint)
{
	struct filter_env env = filters_env(n, me, today, typing);
	struct filter_fault fault;

	if (filter_parse(f, str_of(text), &env, &fault, NULL) == ST_OK)
		return true;
	if (complaint)
		complain(complaint, &fault);
	return false;
}
