/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/theme.h"

#include <string.h>

#include "base/banned.h"

#define OWN(a)                                                                                     \
	{                                                                                          \
		(a), -1, -1                                                                        \
	}

static const struct theme themes[] = {
	{ "default",
	  false,
	  {
		  [STYLE_NORMAL] = OWN(0),
		  [STYLE_TITLE] = OWN(LOOK_BOLD),
		  [STYLE_HEAD] = OWN(LOOK_BOLD),
		  [STYLE_RULE] = OWN(0),
		  [STYLE_STATUS] = OWN(LOOK_REVERSE),
		  [STYLE_HELP] = OWN(0),
		  [STYLE_CURSOR] = OWN(LOOK_REVERSE),
		  [STYLE_BOLD] = OWN(LOOK_BOLD),
		  [STYLE_MARK] = OWN(LOOK_BOLD),
		  [STYLE_WARN] = OWN(LOOK_BOLD),
		  [STYLE_ERROR] = OWN(LOOK_BOLD | LOOK_REVERSE),
		  [STYLE_FIELD] = OWN(LOOK_UNDERLINE),
		  [STYLE_FOCUS] = OWN(LOOK_REVERSE),
		  [STYLE_DIM] = OWN(0),
	  } },
	{ "high-contrast",
	  true,
	  {
		  [STYLE_NORMAL] = { 0, 15, 16 },
		  [STYLE_TITLE] = { LOOK_BOLD, 15, 16 },
		  [STYLE_HEAD] = { LOOK_BOLD, 117, 16 },
		  [STYLE_RULE] = { 0, 15, 16 },
		  [STYLE_STATUS] = { LOOK_BOLD, 16, 15 },
		  [STYLE_HELP] = { 0, 15, 16 },
		  [STYLE_CURSOR] = { LOOK_BOLD, 16, 15 },
		  [STYLE_BOLD] = { LOOK_BOLD, 15, 16 },
		  [STYLE_MARK] = { LOOK_BOLD, 117, 16 },
		  [STYLE_WARN] = { LOOK_BOLD, 214, 16 },
		  [STYLE_ERROR] = { LOOK_BOLD, 16, 214 },
		  [STYLE_FIELD] = { LOOK_UNDERLINE, 15, 16 },
		  [STYLE_FOCUS] = { LOOK_BOLD, 16, 15 },
		  [STYLE_DIM] = { 0, 15, 16 },
	  } },
	{ "mono",
	  false,
	  {
		  [STYLE_CURSOR] = OWN(LOOK_REVERSE),
		  [STYLE_FOCUS] = OWN(LOOK_REVERSE),
	  } },
};

static const struct {
	const char *alias, *name;
} aliases[] = {
	{ "standard", "default" },
	{ "hög-kontrast", "high-contrast" },
	{ "hog-kontrast", "high-contrast" },
};

const struct theme *theme_at(int i)
{
	int n = (int)(sizeof(themes) / sizeof(themes[0]));

	return i >= 0 && i < n ? &themes[i] : NULL;
}

const struct theme *theme_find(const char *name)
{
	const struct theme *t;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].alias, name) == 0)
			name = aliases[i].name;
	for (int i = 0; (t = theme_at(i)) != NULL; i++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}
