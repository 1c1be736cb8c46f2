/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keys - the bytes a terminal sends, made into keys.
 *
 * Place:    term reads bytes -> KEYS -> app and forms; tests feed bytes.
 * Promise:  function and cursor keys in the encodings of xterm, linux, putty,
 *           rxvt and vt100, whatever TERM says. A sequence is never split,
 *           however slowly it comes; an unknown one is swallowed whole and
 *           never read as letters. Letters are UTF-8 in every locale. Pasted
 *           text is marked, and its line breaks are not Enter. Nothing typed
 *           is thrown away.
 * Owner:    plain memory of the caller.
 * Errors:   none; bytes that are no UTF-8 are passed over.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes below 0x110000 are the typed scalar (never a control, but for '\n'
 * and '\t' in pasted text). */
enum {
	TK_NONE = 0,
	TK_UP = 0x110000,
	TK_DOWN,
	TK_LEFT,
	TK_RIGHT,
	TK_HOME,
	TK_END,
	TK_PGUP,
	TK_PGDN,
	TK_INSERT,
	TK_DELETE,
	TK_BACKSPACE,
	TK_ENTER,
	TK_TAB,
	TK_BACKTAB,
	TK_ESC,
	TK_PASTE_START,
	TK_PASTE_END,
	TK_RESIZE,	    /* the size of the screen is another */
	TK_EOF,		    /* the terminal is gone */
	TK_F0 = 0x110100,   /* TK_F0 + 1 .. TK_F0 + 12 */
	TK_CTRL0 = 0x110200 /* TK_CTRL0 + 'A' .. 'Z' and @[\]^_ */
};
#define TK_F(n) (TK_F0 + (n))
#define TK_CTRL(letter) (TK_CTRL0 + (letter))

struct key {
	int32_t code;
	bool pasted; /* part of a paste: text for a field, never a command */
};

enum {
	KEYS_BUFFER = 4096,
	KEYS_ESC_MS = 45,   /* a lone ESC after this long is the Esc key */
	KEYS_PART_MS = 500, /* an unfinished sequence is given up after this */
};

struct keys {
	unsigned char buf[KEYS_BUFFER];
	size_t head, len;
	bool pasting;
	int esc_ms; /* 0: KEYS_ESC_MS */
};
#define KEYS_INIT                                                                                  \
	{                                                                                          \
		{ 0 }, 0, 0, false, 0                                                              \
	}

/* Room for more bytes; feed no more than this. */
size_t keys_room(const struct keys *k);
void keys_feed(struct keys *k, const void *p, size_t n);
/* The next key. false: none yet. `quiet_ms` is how long ago the last byte
 * came; it decides about a lone ESC and unfinished sequences. */
bool keys_next(struct keys *k, int64_t quiet_ms, struct key *key);
/* Milliseconds after the last byte at which keys_next may have a key without
 * more input, or -1. */
int keys_wait(const struct keys *k);

/* "F8", "Esc", "^X", "j" for hints. */
const char *key_label(int32_t code, char buf[16]);
/* A letter or other sign that can stand in a text. */
bool key_is_text(struct key key);

#endif
