/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/glyphs.h"

#include "base/banned.h"

const struct glyphs glyphs_utf8 = {
	.name = "utf8",
	.horizontal = "─",
	.vertical = "│",
	.top_left = "┌",
	.top_right = "┐",
	.bottom_left = "└",
	.bottom_right = "┘",
	.tee_left = "├",
	.tee_right = "┤",
	.ellipsis = "…",
	.substitute = "□",
	.replacement = "\xEF\xBF\xBD",
	.line_break = "¶",
	.odd_space = "·",
	.mask = "•",
	.bar = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
};

const struct glyphs glyphs_ascii = {
	.name = "ascii",
	.ascii = true,
	.horizontal = "-",
	.vertical = "|",
	.top_left = "+",
	.top_right = "+",
	.bottom_left = "+",
	.bottom_right = "+",
	.tee_left = "+",
	.tee_right = "+",
	.ellipsis = "~",
	.substitute = "?",
	.replacement = "?",
	.line_break = "/",
	.odd_space = ".",
	.mask = "*",
	.bar = { " ", ".", ":", "-", "=", "+", "*", "#", "@" },
};
