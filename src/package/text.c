/* SPDX-License-Identifier: EUPL-1.2 */
#include "package/text.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "wire/case_json.h"

#include "base/banned.h"

static const char readme[] =
	"This is one case of a Swedish municipality, closed and kept: " PACKAGE_FORMAT ".\n"
	"\n"
	"case.json       the case as its last entry left it\n"
	"entries.jsonl   every entry of its chain, with the signed action byte for byte\n"
	"documents/      the documents; documents.json says which is which\n"
	"keys.json       the keys that signed, with their certificates by the central\n"
	"proof.json      that the entries stand in the central's log, and its checkpoint\n"
	"SHA256SUMS      the SHA-256 of every file above\n"
	"\n"
	"To check it by hand:\n"
	"1. sha256sum -c SHA256SUMS\n"
	"2. For each line of entries.jsonl, eh is the SHA-256 of these lines, a line\n"
	"   feed after each: sluss-entry/1, the case's id, n, prev_eh, ah, seq, epoch,\n"
	"   at, verdict, rule. prev_eh is the eh of the line before (64 zeros at first).\n"
	"3. ah is the SHA-256 of the jws up to its second dot. The signature is Ed25519\n"
	"   (RFC 8037) by the key that the header's kid names in keys.json.\n"
	"4. Each certificate in keys.json is a jws by the central's key.\n"
	"5. proof.json: the leaf is SHA-256(0x00, eh); with the path (RFC 9162) it gives\n"
	"   the root that the checkpoint signs.\n"
	"\n"
	"`sluss-verify FILE` does all of this without a network.\n";

bool text_readme(struct strbuf *out, const struct package_content *p)
{
	(void)p;
	return strbuf_adds(out, readme);
}

bool text_case(struct strbuf *out, const struct package_content *p)
{
	const struct package_entry *last = &p->entries[p->entry_count - 1];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "format", PACKAGE_FORMAT);
	jsonw_key(&w, "central");
	jsonw_map(&w);
	jsonw_kv(&w, "aud", p->aud);
	jsonw_kv(&w, "name", p->central_name);
	jsonw_end_map(&w);
	jsonw_key(&w, "case");
	jsonw_map(&w);
	case_json(&w, p->file);
	jsonw_end_map(&w);
	jsonw_key(&w, "last");
	jsonw_map(&w);
	jsonw_kv_int(&w, "n", last->facts.n);
	jsonw_kv(&w, "eh", last->eh);
	jsonw_kv_int(&w, "seq", last->facts.seq);
	jsonw_kv(&w, "epoch", last->facts.epoch);
	jsonw_end_map(&w);
	jsonw_end_map(&w);
	return strbuf_addc(out, '\n');
}

static void entry_line(struct jsonw *w, const struct package_entry *e)
{
	jsonw_map(w);
	jsonw_kv_int(w, "n", e->facts.n);
	jsonw_kv(w, "prev_eh", e->facts.prev_eh);
	jsonw_kv(w, "ah", e->facts.ah);
	jsonw_kv_int(w, "seq", e->facts.seq);
	jsonw_kv(w, "epoch", e->facts.epoch);
	jsonw_kv_instant(w, "at", e->facts.at);
	jsonw_kv(w, "verdict", e->facts.verdict);
	jsonw_kv(w, "rule", e->facts.rule);
	jsonw_kv(w, "eh", e->eh);
	jsonw_key(w, "jws");
	if (e->jws.p) {
		jsonw_text(w, e->jws);
	} else {
		jsonw_null(w);
		jsonw_kv_int(w, "erased_by", e->erased_by);
	}
	jsonw_end_map(w);
}

bool text_entries(struct strbuf *out, const struct package_content *p)
{
	struct jsonw w;

	for (int i = 0; i < p->entry_count; i++) {
		jsonw_init(&w, out);
		entry_line(&w, &p->entries[i]);
		strbuf_addc(out, '\n');
	}
	return !out->failed;
}

static void device_key(struct jsonw *w, const struct package_key *k)
{
	jsonw_map(w);
	jsonw_kv(w, "kid", k->kid);
	jsonw_kv(w, "x", k->x);
	jsonw_kv(w, "sub", k->sub);
	jsonw_kv(w, "dev", k->dev);
	jsonw_kv_str(w, "certificate", k->certificate);
	jsonw_kv(w, "state", k->state);
	jsonw_kv_int(w, "valid_through_ctr", k->valid_through_ctr);
	jsonw_end_map(w);
}

bool text_keys(struct strbuf *out, const struct package_content *p)
{
	char x[PUBKEY_TEXT];
	struct jsonw w;

	pubkey_text(x, p->central_key);
	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_key(&w, "central");
	jsonw_list(&w);
	jsonw_map(&w);
	jsonw_kv(&w, "kid", p->central_key->kid);
	jsonw_kv(&w, "x", x);
	jsonw_end_map(&w);
	jsonw_end_list(&w);
	jsonw_key(&w, "devices");
	jsonw_list(&w);
	for (int i = 0; i < p->key_count; i++)
		device_key(&w, &p->keys[i]);
	jsonw_end_list(&w);
	jsonw_end_map(&w);
	return strbuf_addc(out, '\n');
}

static void inclusion(struct jsonw *w, const struct package_entry *e)
{
	char hex[HASH_TEXT];

	jsonw_map(w);
	jsonw_kv_int(w, "n", e->facts.n);
	jsonw_kv_int(w, "seq", e->facts.seq);
	jsonw_kv_int(w, "index", e->facts.seq - 1);
	jsonw_key(w, "path");
	jsonw_list(w);
	for (int i = 0; i < e->path.count; i++) {
		hex_encode(hex, e->path.node[i].b, sizeof(e->path.node[i].b));
		jsonw_cstr(w, hex);
	}
	jsonw_end_list(w);
	jsonw_end_map(w);
}

bool text_proof(struct strbuf *out, const struct package_content *p)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "origin", p->aud);
	jsonw_kv_int(&w, "size", p->proof_size);
	jsonw_kv(&w, "root", p->proof_root);
	jsonw_kv_str(&w, "checkpoint", p->checkpoint);
	jsonw_key(&w, "inclusion");
	jsonw_list(&w);
	for (int i = 0; i < p->entry_count; i++)
		inclusion(&w, &p->entries[i]);
	jsonw_end_list(&w);
	jsonw_end_map(&w);
	return strbuf_addc(out, '\n');
}

void package_safe_name(char out[81], const char *name)
{
	size_t n = 0;

	for (const char *p = name; *p && n < 80; p++) {
		unsigned char c = (unsigned char)*p;
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			    || (c >= '0' && c <= '9') || c == '-' || c == '_'
			    || (c == '.' && n > 0);

		/* One line for each letter that is not ASCII, not for each byte. */
		if ((c & 0xC0) == 0x80)
			continue;
		out[n++] = fine ? (char)c : '_';
	}
	if (n == 0)
		out[n++] = '_';
	out[n] = '\0';
}

void document_path(char out[DOCUMENT_PATH], const struct package_content *p, int i)
{
	char name[81];

	package_safe_name(name, p->documents[i].name);
	snprintf(out, DOCUMENT_PATH, "documents/%03d_%s", i + 1, name);
}

bool text_documents(struct strbuf *out, const struct package_content *p)
{
	char path[DOCUMENT_PATH];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_list(&w);
	for (int i = 0; i < p->document_count; i++) {
		document_path(path, p, i);
		jsonw_map(&w);
		jsonw_kv(&w, "path", path);
		jsonw_kv(&w, "h", p->documents[i].h);
		jsonw_kv_int(&w, "len", (int64_t)p->documents[i].bytes.n);
		jsonw_kv(&w, "mt", p->documents[i].mt);
		jsonw_kv(&w, "name", p->documents[i].name);
		jsonw_kv_int(&w, "n", p->documents[i].n);
		jsonw_end_map(&w);
	}
	jsonw_end_list(&w);
	return strbuf_addc(out, '\n');
}
