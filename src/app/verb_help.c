/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/verbs.h"

#include <stdio.h>

#include "base/i18n.h"

#include "base/banned.h"

enum { NAME_COLS = 26, FLAG_COLS = 24 };

static void two_columns(struct call *c, const char *left, const char *right, int cols)
{
	strbuf_adds(&c->out, "  ");
	put_field(c, str_of(left), cols);
	put_line(c, "%s", right);
}

void help_overview(struct call *c)
{
	char left[120];

	put_line(c, "%s", _("Användning: sluss [KOMMANDO] [ARGUMENT] [VAL]"));
	put_line(c, "%s", "");
	put_line(c, "  sluss                                  %s", _("hela skärmen"));
	put_line(c, "  sluss list -f 'mine overdue' --json | jq -r '.cases[].diary_no'");
	put_line(c, "  sluss claim 2026-1188 --wait");
	put_line(c, "  %s", _("echo \"Ringt sökanden.\" | sluss note 1188 -"));
	put_line(c, "%s", "");
	for (size_t i = 0; verb_at(i); i++) {
		const struct verb *v = verb_at(i);

		snprintf(left, sizeof(left), "%s, %s", v->name, v->alias);
		two_columns(c, left, _(v->help), NAME_COLS);
	}
	put_line(c, "%s", "");
	put_line(c, "%s",
		 _("NR är ett diarienummer (BN 2026-1042, 2026-1042, 1042) eller början på"));
	put_line(c, "%s", _("ett ärendes id. sluss help KOMMANDO säger mer."));
}

static void flag_line(struct call *c, enum flag f)
{
	const struct flag_def *d = flag_def(f);
	char left[120], letter[8] = "";

	if (d->letter)
		snprintf(letter, sizeof(letter), "-%c, ", d->letter);
	snprintf(left, sizeof(left), "%s--%s%s%s%s", letter, d->name,
		 !d->value     ? ""
		 : d->optional ? "[="
			       : " ",
		 d->value ? d->value : "", d->optional ? "]" : "");
	two_columns(c, left, _(d->help), FLAG_COLS);
}

void help_verb(struct call *c, const struct verb *v)
{
	put_line(c, _("Användning: sluss %s %s"), v->name, v->args);
	put_line(c, "%s", "");
	put_line(c, "  %s", _(v->help));
	if (v->alias)
		put_line(c, _("  Heter också: %s"), v->alias);
	put_line(c, "%s", "");
	for (int i = 0; i < FLAG_COUNT; i++)
		if ((v->flags | VERB_FLAGS_COMMON) & FLAG_BIT(i))
			flag_line(c, (enum flag)i);
	put_line(c, "%s", "");
	put_line(c, "%s",
		 _("Slutkoder: 0 klart eller köat, 1 fel, 2 användning, 3 finns inte, 4 låst,"));
	put_line(c, "%s",
		 _("5 inte tillåtet, 6 centralen nås inte, 7 nekat, 8 inte bekräftat i tid,"));
	put_line(c, "%s", _("9 inställningar, 10 underskrift, 130 avbrutet."));
}

enum status verb_help(struct call *c, struct err *why)
{
	const struct verb *v;

	if (c->count == 0) {
		help_overview(c);
		return ST_OK;
	}
	v = verb_find(c->args[0]);
	if (!v)
		return err_set(why, ST_BAD_INPUT, "usage-verb", "there is no command: %.60s",
			       c->args[0]);
	help_verb(c, v);
	return ST_OK;
}
