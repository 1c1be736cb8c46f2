/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* What stands behind ESC, and the key it is. Modifiers ("1;2A") are taken
 * off before the row is looked for. */
static const struct {
	const char *seq;
	int32_t code;
} sequences[] = {
	{ "[A", TK_UP },	   { "[B", TK_DOWN },	 { "[C", TK_RIGHT },
	{ "[D", TK_LEFT },	   { "OA", TK_UP },	 { "OB", TK_DOWN },
	{ "OC", TK_RIGHT },	   { "OD", TK_LEFT },	 { "[H", TK_HOME },
	{ "[F", TK_END },	   { "OH", TK_HOME },	 { "OF", TK_END },
	{ "[1~", TK_HOME },	   { "[4~", TK_END },	 { "[7~", TK_HOME },
	{ "[8~", TK_END },	   { "[2~", TK_INSERT }, { "[3~", TK_DELETE },
	{ "[5~", TK_PGUP },	   { "[6~", TK_PGDN },	 { "[Z", TK_BACKTAB },
	{ "OM", TK_ENTER },	   { "OP", TK_F(1) },	 { "OQ", TK_F(2) },
	{ "OR", TK_F(3) },	   { "OS", TK_F(4) },	 { "[P", TK_F(1) },
	{ "[Q", TK_F(2) },	   { "[R", TK_F(3) },	 { "[S", TK_F(4) },
	{ "[[A", TK_F(1) },	   { "[[B", TK_F(2) },	 { "[[C", TK_F(3) },
	{ "[[D", TK_F(4) },	   { "[[E", TK_F(5) },	 { "[11~", TK_F(1) },
	{ "[12~", TK_F(2) },	   { "[13~", TK_F(3) },	 { "[14~", TK_F(4) },
	{ "[15~", TK_F(5) },	   { "[17~", TK_F(6) },	 { "[18~", TK_F(7) },
	{ "[19~", TK_F(8) },	   { "[20~", TK_F(9) },	 { "[21~", TK_F(10) },
	{ "[23~", TK_F(11) },	   { "[24~", TK_F(12) }, { "[200~", TK_PASTE_START },
	{ "[201~", TK_PASTE_END }, { "Ow", TK_F(9) },	 { "Ox", TK_F(10) },
};

enum { SEQ_MAX = 64 }; /* a longer one is no key of any terminal */

size_t keys_room(const struct keys *k)
{
	return KEYS_BUFFER - k->len;
}

void keys_feed(struct keys *k, const void *p, size_t n)
{
	if (n > keys_room(k))
		n = keys_room(k);
	if (k->head + k->len + n > KEYS_BUFFER) {
		memmove(k->buf, k->buf + k->head, k->len);
		k->head = 0;
	}
	if (n > 0)
		memcpy(k->buf + k->head + k->len, p, n);
	k->len += n;
}

static void drop(struct keys *k, size_t n)
{
	k->head += n;
	k->len -= n;
	if (k->len == 0)
		k->head = 0;
}

static bool give(struct keys *k, size_t bytes, int32_t code, struct key *key)
{
	drop(k, bytes);
	key->code = code;
	key->pasted = k->pasting;
	if (code == TK_PASTE_START || code == TK_PASTE_END) {
		k->pasting = code == TK_PASTE_START;
		key->pasted = false;
	}
	return true;
}

/* Length of the sequence at ESC, 0 = not finished, -1 = it is none (ESC is a
 * key of its own). */
static int sequence_length(const unsigned char *p, size_t n)
{
	if (n < 2)
		return 0;
	if (p[1] == 'O') {
		if (n < 3)
			return 0;
		return p[2] >= '@' && p[2] <= '~' ? 3 : -1;
	}
	if (p[1] != '[')
		return -1;
	if (n > 2 && p[2] == '[')
		return n > 3 ? 4 : 0;
	for (size_t i = 2; i < n && i < SEQ_MAX; i++) {
		if (p[i] >= '@' && p[i] <= '~')
			return (int)i + 1;
		if (p[i] < ' ' || p[i] > '~')
			return -1;
	}
	return n >= SEQ_MAX ? -1 : 0;
}

/* Copy the sequence less ESC and less modifiers: "[1;5A" -> "[A",
 * "[15;2~" -> "[15~". */
static void plain_sequence(char out[SEQ_MAX], const unsigned char *p, size_t n)
{
	size_t o = 0;
	bool skip = false;

	for (size_t i = 1; i < n && o + 1 < SEQ_MAX; i++) {
		if (p[i] == ';')
			skip = true;
		if (i + 1 == n)
			skip = false;
		if (!skip)
			out[o++] = (char)p[i];
	}
	out[o] = '\0';
	if (o == 3 && out[0] == '[' && out[1] == '1' && out[2] != '~') {
		out[1] = out[2];
		out[2] = '\0';
	}
}

static int32_t sequence_key(const unsigned char *p, size_t n)
{
	char seq[SEQ_MAX];

	plain_sequence(seq, p, n);
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (strcmp(sequences[i].seq, seq) == 0)
			return sequences[i].code;
	return TK_NONE;
}

static int32_t control_key(unsigned char b)
{
	switch (b) {
	case '\r':
	case '\n':
		return TK_ENTER;
	case '\t':
		return TK_TAB;
	case 0x08:
	case 0x7F:
		return TK_BACKSPACE;
	default:
		return TK_CTRL(b + '@');
	}
}

static int esc_delay(const struct keys *k)
{
	return k->esc_ms > 0 ? k->esc_ms : KEYS_ESC_MS;
}

/* At ESC. 1: a key was given; 0: wait; -1: swallowed, go on. */
static int next_escape(struct keys *k, int64_t quiet_ms, struct key *key)
{
	const unsigned char *p = k->buf + k->head;
	int n = sequence_length(p, k->len);
	int32_t code;

	if (n == 0 && quiet_ms < (k->len == 1 ? esc_delay(k) : KEYS_PART_MS))
		return 0;
	if (n <= 0) {
		if (!k->pasting)
			return give(k, 1, TK_ESC, key);
		drop(k, 1);
		return -1;
	}
	code = sequence_key(p, (size_t)n);
	if (code == TK_NONE || (k->pasting && code != TK_PASTE_END)) {
		drop(k, (size_t)n);
		return -1;
	}
	return give(k, (size_t)n, code, key);
}

/* Bytes that a scalar with this first byte wants. */
static size_t wanted(unsigned char b)
{
	return b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
}

static int next_scalar(struct keys *k, int64_t quiet_ms, struct key *key)
{
	struct str s = { (const char *)k->buf + k->head, k->len };
	size_t at = 0;
	int32_t cp = utf8_next(s, &at);

	if (cp < 0 && at == k->len && k->len < wanted(k->buf[k->head]) && quiet_ms < KEYS_PART_MS)
		return 0;
	if (cp < 0 || (cp >= 0x80 && cp < 0xA0)) {
		drop(k, at);
		return -1;
	}
	return give(k, at, cp, key);
}

static int next_control(struct keys *k, unsigned char b, struct key *key)
{
	if (!k->pasting)
		return give(k, 1, control_key(b), key);
	if (b == '\r' || b == '\n' || b == '\t') {
		/* CR LF in a paste is one line break. */
		if (b == '\r' && k->len > 1 && k->buf[k->head + 1] == '\n')
			drop(k, 1);
		return give(k, 1, b == '\t' ? '\t' : '\n', key);
	}
	drop(k, 1);
	return -1;
}

bool keys_next(struct keys *k, int64_t quiet_ms, struct key *key)
{
	int got = -1;

	*key = (struct key){ TK_NONE, false };
	while (got < 0 && k->len > 0) {
		unsigned char b = k->buf[k->head];

		if (b == 0x1B)
			got = next_escape(k, quiet_ms, key);
		else if (b < ' ' || b == 0x7F)
			got = next_control(k, b, key);
		else
			got = next_scalar(k, quiet_ms, key);
	}
	if (got <= 0 && k->pasting && k->len == 0 && quiet_ms >= 2 * KEYS_PART_MS)
		return give(k, 0, TK_PASTE_END, key);
	return got == 1;
}

int keys_wait(const struct keys *k)
{
	if (k->len == 0)
		return k->pasting ? 2 * KEYS_PART_MS : -1;
	if (k->len == 1 && k->buf[k->head] == 0x1B)
		return esc_delay(k);
	return KEYS_PART_MS;
}

static const struct {
	int32_t code;
	const char *name;
} names[] = {
	{ TK_UP, "Upp" },      { TK_DOWN, "Ned" },	 { TK_LEFT, "Vänster" },
	{ TK_RIGHT, "Höger" }, { TK_HOME, "Home" },	 { TK_END, "End" },
	{ TK_PGUP, "PgUp" },   { TK_PGDN, "PgDn" },	 { TK_INSERT, "Ins" },
	{ TK_DELETE, "Del" },  { TK_BACKSPACE, "Back" }, { TK_ENTER, "Enter" },
	{ TK_TAB, "Tab" },     { TK_BACKTAB, "S-Tab" },	 { TK_ESC, "Esc" },
	{ ' ', "Space" },
};

const char *key_label(int32_t code, char buf[16])
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].name;
	buf[0] = '\0';
	if (code > TK_F0 && code <= TK_F(12)) {
		(void)snprintf(buf, 16, "F%d", (int)(code - TK_F0));
	} else if (code >= TK_CTRL0) {
		(void)snprintf(buf, 16, "^%c", (char)(code - TK_CTRL0));
	} else if (code > ' ' && code < TK_UP && utf8_put(&b, code)) {
		(void)snprintf(buf, 16, "%s", strbuf_cstr(&b));
	}
	strbuf_release(&b);
	return buf;
}

bool key_is_text(struct key key)
{
	return (key.code >= ' ' && key.code < TK_UP)
	       || (key.pasted && (key.code == '\n' || key.code == '\t'));
}
