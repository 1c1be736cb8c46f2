/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * i18n - the screens' text: Swedish in the source, English by gettext.
 *
 * Place:    ui and app. Promise: _() gives the text in the language that
 *           main chose with setlocale and textdomain; Swedish without one.
 * Owner:    static text. Errors: none.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
/* Marks a text of a table for translation; the reader calls _() on it. */
#define N_(text) text
#define P_(one, many, n) ngettext((one), (many), (unsigned long)(n))

#endif
