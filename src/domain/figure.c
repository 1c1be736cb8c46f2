/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/figure.h"

#include "base/banned.h"

static bool days(struct strbuf *out, const char *field, const struct figure *f)
{
	return strbuf_addf(out, "%s:%s..%s", field, f->first, f->last);
}

bool figure_filter(struct strbuf *out, const struct figure *f, bool en)
{
	bool ok = true;

	if (f->unit[0])
		ok = strbuf_addf(out, en ? "unit=%s " : "enhet=%s ", f->unit);
	switch (f->kind) {
	case FIGURE_RECEIVED:
		return ok && days(out, en ? "received" : "inkom", f);
	case FIGURE_TYPE:
		ok = ok && strbuf_addf(out, en ? "type=%s " : "typ=%s ", f->code);
		return ok && days(out, en ? "done" : "klar", f);
	case FIGURE_CLOSED:
		return ok && days(out, en ? "done" : "klar", f);
	case FIGURE_STATUS:
		return ok && strbuf_addf(out, "status=%s", f->code);
	case FIGURE_OFFICER_OPEN:
	case FIGURE_OFFICER_OVERDUE:
		if (f->code[0])
			ok = ok && strbuf_addf(out, en ? "assignee=%s " : "handl=%s ", f->code);
		else
			ok = ok && strbuf_adds(out, en ? "nobody " : "ingen ");
		break;
	case FIGURE_OPEN:
	case FIGURE_OVERDUE:
		break;
	}
	if (f->kind == FIGURE_OVERDUE || f->kind == FIGURE_OFFICER_OVERDUE)
		return ok && strbuf_adds(out, en ? "overdue" : "försenad");
	return ok && strbuf_adds(out, en ? "open" : "öppen");
}
