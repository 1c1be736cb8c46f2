/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a page: each row that is handed out can be written again. */
#include <stdint.h>
#include <stdlib.h>

#include "wire/page.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status take_head(void *ctx, const struct page_head *h, struct str covered,
			     const char *sha256, struct err *why)
{
	struct strbuf *out = ctx;

	(void)why;
	if (covered.n == 0 || !sha256[0] || !page_begin(out, h))
		abort();
	strbuf_clear(out);
	return ST_OK;
}

static enum status take_row(void *ctx, const struct page_row *r, struct err *why)
{
	struct strbuf *out = ctx;

	(void)why;
	/* Our spelling may be longer than theirs, so a long row may not fit. */
	if (!page_put(out, r) && r->text.n < 100000 && !r->file)
		abort();
	strbuf_clear(out);
	return ST_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct strbuf out = STRBUF_INIT, raw = STRBUF_INIT;
	struct page_handler h = { take_head, take_row, &out };
	struct err why = ERR_INIT;

	if (page_read(text, &h, &why) != ST_OK && !why.code[0])
		abort();
	if (zstd_unpack(&raw, text, 1 << 20, NULL) == ST_OK && raw.len > 1 << 20)
		abort();
	strbuf_release(&out);
	strbuf_release(&raw);
	return 0;
}
