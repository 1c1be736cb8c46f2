/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * path - files of a device that are asked for by name, past SQLite.
 *
 * Place:    between cache/aside and the C library, in the simulator's program
 *           only (Makefile: --wrap).
 * Promise:  what lies on the simulated disk is found and removed there; all
 *           other paths are the machine's own.
 * Owner:    nothing. Errors: as access(2) and unlink(2), without errno.
 */
#ifndef SIM_PATH_H
#define SIM_PATH_H

int __wrap_access(const char *path, int mode);
int __wrap_unlink(const char *path);

#endif
