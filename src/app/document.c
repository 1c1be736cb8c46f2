/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/document.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "domain/letter.h"

#include "base/banned.h"

enum {
	PDF,
	PNG,
	JPEG,
	GIF,
	TIFF,
	WEBP,
	ZIP,
	OLE,
	RTF,
	ELF,
	EXE,
	MACHO,
	SCRIPT,
	XHTML,
	XML,
	TEXT,
	BYTES
};

static const struct doc_kind kinds[] = {
	[PDF] = { "application/pdf", "pdf", "pdf", false, false },
	[PNG] = { "image/png", "png", "png", false, false },
	[JPEG] = { "image/jpeg", "jpg", "jpeg", false, false },
	[GIF] = { "image/gif", "gif", "gif", false, false },
	[TIFF] = { "image/tiff", "tif", "tiff", false, false },
	[WEBP] = { "image/webp", "webp", "webp", false, false },
	/* Also the documents of office programs, which are such archives. */
	[ZIP] = { "application/zip", "zip", "zip", false, false },
	[OLE] = { "application/x-ole-storage", "doc", "ole", false, false },
	[RTF] = { "application/rtf", "rtf", "rtf", false, false },
	[ELF] = { "application/x-executable", "bin", "program", false, true },
	[EXE] = { "application/vnd.microsoft.portable-executable", "bin", "program", false, true },
	[MACHO] = { "application/x-mach-binary", "bin", "program", false, true },
	[SCRIPT] = { "text/x-shellscript", "txt", "skript", true, true },
	[XHTML] = { "application/xhtml+xml", "xhtml", "xhtml", true, false },
	[XML] = { "application/xml", "txt", "xml", true, false },
	[TEXT] = { "text/plain", "txt", "text", true, false },
	[BYTES] = { "application/octet-stream", "bin", "?", false, false },
};

/* What stands at the start of a file, byte for byte. */
static const struct {
	int kind;
	size_t at, n;
	const char *bytes;
} signatures[] = {
	{ PDF, 0, 5, "%PDF-" },
	{ PNG, 0, 8, "\x89PNG\r\n\x1a\n" },
	{ JPEG, 0, 3, "\xFF\xD8\xFF" },
	{ GIF, 0, 4, "GIF8" },
	{ TIFF, 0, 4, "II*\0" },
	{ TIFF, 0, 4, "MM\0*" },
	{ WEBP, 8, 4, "WEBP" },
	{ ZIP, 0, 4, "PK\x03\x04" },
	{ OLE, 0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" },
	{ RTF, 0, 5, "{\\rtf" },
	{ ELF, 0, 4,
	  "\x7F"
	  "ELF" },
	{ EXE, 0, 2, "MZ" },
	{ MACHO, 0, 4, "\xCF\xFA\xED\xFE" },
	{ MACHO, 0, 4, "\xFE\xED\xFA\xCF" },
	{ MACHO, 0, 4, "\xCA\xFE\xBA\xBE" },
	{ SCRIPT, 0, 2, "#!" },
};

/* Declared types that are another word for one of ours, or are kept in a
 * container of it. */
static const struct {
	const char *mt;
	int kind;
} aliases[] = {
	{ "text/html", XHTML },
	{ "text/xml", XML },
	{ "text/markdown", TEXT },
	{ "text/csv", TEXT },
	{ "application/json", TEXT },
	{ "image/jpg", JPEG },
	{ "text/rtf", RTF },
	{ "application/msword", OLE },
	{ "application/vnd.ms-excel", OLE },
	{ "application/vnd.ms-outlook", OLE },
	{ "application/vnd.oasis.opendocument.text", ZIP },
	{ "application/vnd.oasis.opendocument.spreadsheet", ZIP },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP },
};

/* UTF-8 without the signs that only machines write; a byte order mark, and
 * what a terminal would take for a command, are left to ui/text. */
static bool is_text(struct str s)
{
	return utf8_valid(s) && !memchr(s.p, '\0', s.n);
}

static bool begins(struct str s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

static const struct doc_kind *kind_of_text(struct str s)
{
	struct str head = { s.p, s.n < 1024 ? s.n : 1024 };

	while (s.n && (unsigned char)*s.p <= ' ') {
		s.p++;
		s.n--;
	}
	if (begins(s, "<!doctype html") || begins(s, "<html")
	    || (begins(s, "<?xml") && memmem(head.p, head.n, "<html", 5)))
		return &kinds[XHTML];
	return begins(s, "<?xml") ? &kinds[XML] : &kinds[TEXT];
}

const struct doc_kind *doc_kind_of(struct str bytes)
{
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (bytes.n >= signatures[i].at + signatures[i].n
		    && memcmp(bytes.p + signatures[i].at, signatures[i].bytes, signatures[i].n)
			       == 0)
			return &kinds[signatures[i].kind];
	if (bytes.n == 0)
		return &kinds[TEXT];
	return is_text(bytes) ? kind_of_text(bytes) : &kinds[BYTES];
}

/* "text/plain; charset=utf-8" is text/plain. */
static bool same_type(const char *declared, const char *mt)
{
	size_t n = strcspn(declared, "; ");

	return strlen(mt) == n && strncasecmp(declared, mt, n) == 0;
}

const struct doc_kind *doc_kind_declared(const char *mt)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (same_type(mt, aliases[i].mt))
			return &kinds[aliases[i].kind];
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (i != BYTES && same_type(mt, kinds[i].mt))
			return &kinds[i];
	return NULL;
}

bool doc_kind_fits(const struct doc_kind *is, const char *declared)
{
	const struct doc_kind *said = doc_kind_declared(declared);

	return said ? said == is : !is->program;
}

bool doc_text(struct strbuf *out, struct str bytes, const struct doc_kind *k, bool *cut)
{
	*cut = bytes.n > DOCUMENT_TEXT;
	if (!k->readable)
		return false;
	if (*cut)
		bytes.n = DOCUMENT_TEXT;
	if (k == &kinds[XHTML])
		return letter_text(out, bytes);
	return strbuf_add(out, bytes.p, bytes.n);
}

void doc_file_name(char out[DOCUMENT_FILE], long window, const char *h, const struct doc_kind *k)
{
	snprintf(out, DOCUMENT_FILE, "%ld-%.12s.%s", window, h, k->ext);
}
