/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/screen.h"

#include "base/banned.h"

int screen_main(struct home *home, const struct screen_options *o, struct err *why)
{
	(void)home;
	(void)o;
	err_set(why, ST_REFUSED, "screen-none", "this build has no full screen");
	return 1;
}

int actions_print(struct strbuf *out, bool json)
{
	return strbuf_adds(out, json ? "{}\n" : "") ? 0 : 1;
}
