/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * banned - functions that have no place here, made to fail at compile time.
 *
 * Place:    included last by every .c file of ours.
 * Promise:  a call of one of these does not compile.
 * Owner:    nothing. Errors: the compiler's.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* With _FORTIFY_SOURCE and clang these are macros. */
#undef sprintf
#undef vsprintf

/* clang and gcc both report a use of a poisoned name as an error. */
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gmtime localtime
#pragma GCC poison atoi atol atof gets system popen tmpnam mktemp
#pragma GCC poison asctime ctime strncpy strncat rand srand

#endif
