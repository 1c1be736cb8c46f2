/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/gunzip.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/banned.h"

enum { GZIP_ALONE = 16 + MAX_WBITS };

struct gunzip {
	z_stream z;
	bool between; /* members: nothing is begun */
	bool any;     /* a member has ended */
};

bool gunzip_magic(struct str begin)
{
	return begin.n >= 2 && (unsigned char)begin.p[0] == 0x1F
	       && (unsigned char)begin.p[1] == 0x8B;
}

struct gunzip *gunzip_new(void)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (g && inflateInit2(&g->z, GZIP_ALONE) != Z_OK) {
		free(g);
		g = NULL;
	}
	if (g)
		g->between = true;
	return g;
}

void gunzip_free(struct gunzip *g)
{
	if (g)
		inflateEnd(&g->z);
	free(g);
}

bool gunzip_whole(const struct gunzip *g)
{
	return g->between && g->any;
}

enum status gunzip_step(struct gunzip *g, struct str *in, struct strbuf *out, size_t room,
			struct err *why)
{
	uInt give = in->n < UINT_MAX / 2 ? (uInt)in->n : UINT_MAX / 2;
	uInt take = room < UINT_MAX / 2 ? (uInt)room : UINT_MAX / 2;
	int rc;

	if (!strbuf_reserve(out, take))
		return err_set(why, ST_BROKEN, "no-memory", "no memory to unpack");
	if (g->between && !give)
		return ST_OK;
	g->between = false;
	g->z.next_in = (Bytef *)(uintptr_t)(const void *)in->p;
	g->z.avail_in = give;
	g->z.next_out = (Bytef *)(void *)(out->data + out->len);
	g->z.avail_out = take;
	rc = inflate(&g->z, Z_NO_FLUSH);
	in->p += give - g->z.avail_in;
	in->n -= give - g->z.avail_in;
	out->len += take - g->z.avail_out;
	out->data[out->len] = '\0';
	if (rc == Z_STREAM_END) {
		g->between = g->any = true;
		rc = inflateReset(&g->z);
	}
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return ST_OK;
	return err_set(why, rc == Z_MEM_ERROR ? ST_BROKEN : ST_BAD_INPUT,
		       rc == Z_MEM_ERROR ? "no-memory" : "gzip-damaged",
		       "the gzip data is damaged (%s)", g->z.msg ? g->z.msg : "zlib");
}
