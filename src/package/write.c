/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/package.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/disk.h"
#include "package/text.h"
#include "sign/hash.h"

#include "base/banned.h"

/* Members as text, in their order; the documents stand between keys and sums. */
static const struct {
	const char *path;
	bool (*write)(struct strbuf *out, const struct package_content *p);
} texts[] = {
	{ "README.txt", text_readme },	   { "case.json", text_case },
	{ "entries.jsonl", text_entries }, { "keys.json", text_keys },
	{ "proof.json", text_proof },
};

struct writing {
	struct archive *zip;
	struct strbuf bytes; /* of the whole file */
	struct strbuf sums;
};

static la_ssize_t take(struct archive *zip, void *ctx, const void *p, size_t n)
{
	struct writing *w = ctx;

	if (strbuf_add(&w->bytes, p, n))
		return (la_ssize_t)n;
	archive_set_error(zip, ENOMEM, "the package is too large");
	return -1;
}

static enum status zip_failed(const struct writing *w, struct err *why)
{
	const char *text = archive_error_string(w->zip);

	return err_set(why, ST_BROKEN, "package", "the package cannot be written: %s",
		       text ? text : "no memory");
}

/* Times are left unset: the ZIP then holds 1980-01-01 in any time zone. */
static enum status member(struct writing *w, const char *path, struct str bytes, struct err *why)
{
	struct archive_entry *e = archive_entry_new();
	bool ok = e != NULL;

	if (ok) {
		archive_entry_set_pathname(e, path);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)bytes.n);
		ok = archive_write_header(w->zip, e) == ARCHIVE_OK
		     && archive_write_data(w->zip, bytes.p, bytes.n) == (la_ssize_t)bytes.n
		     && archive_write_finish_entry(w->zip) == ARCHIVE_OK;
		archive_entry_free(e);
	}
	return ok ? ST_OK : zip_failed(w, why);
}

static enum status summed(struct writing *w, const char *path, struct str bytes, struct err *why)
{
	char h[HASH_TEXT];

	sha256_hex(h, bytes);
	if (!strbuf_addf(&w->sums, "%s  %s\n", h, path))
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	return member(w, path, bytes, why);
}

static enum status text_member(struct writing *w, const char *path, const struct package_content *p,
			       bool (*write)(struct strbuf *out, const struct package_content *p),
			       struct err *why)
{
	struct strbuf text = STRBUF_INIT;
	enum status st = ST_OK;

	if (!write(&text, p))
		st = err_set(why, ST_BROKEN, "package", "%s cannot be written", path);
	if (st == ST_OK)
		st = summed(w, path, strbuf_str(&text), why);
	strbuf_release(&text);
	return st;
}

static enum status all_members(struct writing *w, const struct package_content *p, struct err *why)
{
	char path[DOCUMENT_PATH];
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		st = text_member(w, texts[i].path, p, texts[i].write, why);
	for (int i = 0; st == ST_OK && i < p->document_count; i++) {
		document_path(path, p, i);
		st = summed(w, path, p->documents[i].bytes, why);
	}
	if (st == ST_OK)
		st = text_member(w, "documents.json", p, text_documents, why);
	return st == ST_OK ? member(w, "SHA256SUMS", strbuf_str(&w->sums), why) : st;
}

static enum status build(struct writing *w, const struct package_content *p, struct err *why)
{
	enum status st;

	w->zip = archive_write_new();
	if (!w->zip)
		return err_set(why, ST_BROKEN, "memory", "out of memory");
	if (archive_write_set_format_zip(w->zip) != ARCHIVE_OK
	    || archive_write_set_options(w->zip, "zip:compression=store") != ARCHIVE_OK
	    || archive_write_set_bytes_in_last_block(w->zip, 1) != ARCHIVE_OK
	    || archive_write_open(w->zip, w, NULL, take, NULL) != ARCHIVE_OK)
		st = zip_failed(w, why);
	else
		st = all_members(w, p, why);
	if (st == ST_OK && archive_write_close(w->zip) != ARCHIVE_OK)
		st = zip_failed(w, why);
	archive_write_free(w->zip);
	return st;
}

static enum status check(const struct package_content *p, struct err *why)
{
	if (p->entry_count < 1 || p->entry_count > PACKAGE_ENTRIES_MAX || p->document_count < 0
	    || p->document_count > PACKAGE_DOCUMENTS_MAX || p->key_count < 0
	    || p->key_count > PACKAGE_KEYS_MAX)
		return err_set(
			why, ST_BAD_INPUT, "package-content",
			"a package takes 1-%d entries, %d documents, %d keys; this has %d, %d, %d",
			PACKAGE_ENTRIES_MAX, PACKAGE_DOCUMENTS_MAX, PACKAGE_KEYS_MAX,
			p->entry_count, p->document_count, p->key_count);
	return ST_OK;
}

enum status package_write(const char *path, const struct package_content *p, char sha256[HASH_TEXT],
			  struct err *why)
{
	struct writing w = { .bytes = STRBUF_INIT_MAX(PACKAGE_BYTES_MAX), .sums = STRBUF_INIT };
	enum status st = check(p, why);

	if (st == ST_OK)
		st = build(&w, p, why);
	if (st == ST_OK)
		st = disk_put(path, strbuf_str(&w.bytes), 0640, why);
	if (st == ST_OK && sha256)
		sha256_hex(sha256, strbuf_str(&w.bytes));
	strbuf_release(&w.bytes);
	strbuf_release(&w.sums);
	return st;
}
