/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * text_class - what a scalar is to a terminal: certain, odd, or a spelling.
 *
 * Place:    used by text.c alone.
 * Promise:  pure tables; class_width never guesses.
 * Owner:    static text. Errors: none.
 */
#ifndef UI_TEXT_CLASS_H
#define UI_TEXT_CLASS_H

#include <stdbool.h>
#include <stdint.h>

/* 1 or 2 columns where all terminals agree, 0 for a mark that may stand on
 * a base, -1 for what must not be drawn. */
int class_width(int32_t cp);
/* A picture that may start a sequence of several scalars. */
bool class_picture(int32_t cp);
/* Regional indicator: two make a flag. */
bool class_flag(int32_t cp);
/* Scalars that only change the picture before them. */
bool class_picture_tail(int32_t cp);
/* Spaces of any width, and what terminals leave empty. */
bool class_space(int32_t cp);
/* NL VT FF CR and the Unicode separators. */
bool class_break(int32_t cp);
/* ASCII spelling of a scalar ("ae", "->", "o"), or NULL. The answer is valid
 * until the next call with the same buffer. */
const char *class_ascii(int32_t cp, char buf[8]);

#endif
