/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/page.h"

#include <zstd.h>

#include "base/banned.h"

enum { LEVEL = 3, WINDOW_LOG_MAX = 23 }; /* the reader needs 8 MiB at most */

bool zstd_pack(struct strbuf *out, struct str raw)
{
	size_t room = ZSTD_compressBound(raw.n);
	size_t n;

	if (!strbuf_reserve(out, room))
		return false;
	n = ZSTD_compress(out->data + out->len, room, raw.p, raw.n, LEVEL);
	if (ZSTD_isError(n))
		return false;
	out->len += n;
	out->data[out->len] = '\0';
	return true;
}

static enum status damaged(struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "page-cut", "the packed bytes are cut or damaged");
}

/* One step; *more = the frame goes on. Nothing is unpacked beyond `max`. */
static enum status step(ZSTD_DStream *z, struct strbuf *out, size_t start, size_t max,
			ZSTD_inBuffer *in, size_t *more, struct err *why)
{
	size_t room = ZSTD_DStreamOutSize();
	ZSTD_outBuffer to;

	/* A byte over the ceiling is unpacked to see that there is one. */
	if (room > max - (out->len - start) + 1)
		room = max - (out->len - start) + 1;
	if (!strbuf_reserve(out, room))
		return err_set(why, ST_BROKEN, "no-memory", "no memory to unpack %zu bytes", max);
	to = (ZSTD_outBuffer){ out->data + out->len, room, 0 };
	*more = ZSTD_decompressStream(z, &to, in);
	out->len += to.pos;
	out->data[out->len] = '\0';
	if (ZSTD_isError(*more))
		return damaged(why);
	if (out->len - start > max)
		return err_set(why, ST_BAD_INPUT, "page-size",
			       "unpacked, the text is over %zu bytes", max);
	/* No input left and no room unused: the frame was cut. */
	if (*more && in->pos == in->size && to.pos < to.size)
		return damaged(why);
	return ST_OK;
}

enum status zstd_unpack(struct strbuf *out, struct str packed, size_t max, struct err *why)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer in = { packed.p, packed.n, 0 };
	size_t start = out->len, more = 1;
	enum status st = ST_OK;

	if (!z || ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)))
		st = err_set(why, ST_BROKEN, "no-memory", "no memory to unpack");
	while (st == ST_OK && (more || in.pos < in.size))
		st = step(z, out, start, max, &in, &more, why);
	ZSTD_freeDStream(z);
	if (st != ST_OK)
		strbuf_cut(out, start);
	return st;
}
