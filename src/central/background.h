/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * background - snapshots made beside a serving central.
 *
 * Place:    main.c starts it with the front and stops it before.
 * Promise:  one thread with a handle of its own, at low priority: it reads the
 *           database while requests are answered, and never holds them up. It
 *           looks when it starts and then now and then. Stopping waits for a
 *           few milliseconds, not for a snapshot.
 * Owner:    background_start gives, background_stop takes (NULL is fine).
 * Errors:   what fails is said by `put`, in the thread, and tried at the
 *           next look.
 */
#ifndef CENTRAL_BACKGROUND_H
#define CENTRAL_BACKGROUND_H

#include "base/status.h"

struct background;

/* NULL: no thread could be started; the central serves without. */
struct background *background_start(const char *dir, void (*put)(const char *text));
void background_stop(struct background *b);

#endif
