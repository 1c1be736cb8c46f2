/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * canary - look for words in the raw bytes of files, in every form they take.
 *
 *   canary FOLDER WORD...
 *
 * Every file below FOLDER is read whole. A word is looked for as it is in any
 * letter case, as base64url at its three offsets, and both once more in what
 * each zstd frame in the file unpacks to. Words are ASCII, of 8 bytes at least,
 * since the ends of an encoded word depend on what stands beside it: two words
 * that differ in their first or last letter alone may be taken for each other.
 * Prints "WORD FORM FILE" for each file and form. Exit 0: none was found; 1:
 * some were; 2: wrong call, or a file that cannot be read.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/strbuf.h"
#include "wire/page.h"

#include "base/banned.h"

enum { UNPACKED_MAX = 64 * 1024 * 1024, WORD_MIN = 8 };

static const char *const *words;
static bool found, broken;

static bool contains(struct str in, struct str word, bool any_case)
{
	for (size_t i = 0; i + word.n <= in.n; i++)
		if (any_case ? strncasecmp(in.p + i, word.p, word.n) == 0
			     : memcmp(in.p + i, word.p, word.n) == 0)
			return true;
	return false;
}

static void tell(const char *word, const char *form, const char *file)
{
	printf("%s %s %s\n", word, form, file);
	found = true;
}

/* The letters of the encoded word that no neighbour changes, with `before`
 * bytes in front of it in its group of three. */
static bool encoded(struct str in, const char *word, size_t before)
{
	struct strbuf text = STRBUF_INIT, code = STRBUF_INIT;
	size_t skip = before == 0 ? 0 : before + 1, n;
	bool yes;

	strbuf_adds(&text, &"\1\1"[2 - before]);
	strbuf_adds(&text, word);
	b64url_encode(&code, text.data, text.len);
	n = text.len % 3 == 0 ? code.len : code.len - 1;
	yes = contains(in, (struct str){ strbuf_cstr(&code) + skip, n - skip }, false);
	strbuf_release(&text);
	strbuf_release(&code);
	return yes;
}

static void look(struct str in, const char *prefix, const char *file)
{
	char form[40];

	for (int i = 0; words[i]; i++) {
		snprintf(form, sizeof(form), "%sraw", prefix);
		if (contains(in, str_of(words[i]), true))
			tell(words[i], form, file);
		for (size_t before = 0; before < 3; before++) {
			snprintf(form, sizeof(form), "%sbase64url+%zu", prefix, before);
			if (encoded(in, words[i], before))
				tell(words[i], form, file);
		}
	}
}

static void look_unpacked(struct str in, const char *file)
{
	static const char magic[] = "\x28\xB5\x2F\xFD";
	struct strbuf raw = STRBUF_INIT;

	for (size_t i = 0; i + 4 <= in.n; i++) {
		if (memcmp(in.p + i, magic, 4) != 0)
			continue;
		strbuf_clear(&raw);
		/* A frame that ends early has what came before it. */
		(void)!(zstd_unpack(&raw, (struct str){ in.p + i, in.n - i }, UNPACKED_MAX, NULL)
			== ST_OK);
		look(strbuf_str(&raw), "zstd:", file);
	}
	strbuf_release(&raw);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	FILE *f;
	char *bytes;
	size_t n;

	(void)at;
	if (type != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	f = fopen(path, "rb");
	bytes = malloc((size_t)st->st_size + 1);
	n = f && bytes ? fread(bytes, 1, (size_t)st->st_size, f) : 0;
	broken = broken || !f || !bytes;
	if (f)
		(void)fclose(f);
	look((struct str){ bytes, n }, "", path);
	look_unpacked((struct str){ bytes, n }, path);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	enum { HANDLES = 8 };

	for (int i = 2; i < argc; i++)
		broken = broken || strlen(argv[i]) < WORD_MIN;
	if (argc < 3 || broken) {
		(void)fputs("canary FOLDER WORD... (of 8 letters at least)\n", stderr);
		return 2;
	}
	words = (const char *const *)argv + 2;
	if (nftw(argv[1], visit, HANDLES, FTW_PHYS) != 0 || broken) {
		perror(argv[1]);
		return 2;
	}
	return found;
}
