/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a payload: what is read can be written, and reads equal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/payload.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct action a = ACTION_INIT, b = ACTION_INIT;
	struct strbuf one = STRBUF_INIT, two = STRBUF_INIT;
	struct err why = ERR_INIT;

	if (payload_read(&a, (struct str){ (const char *)data, size }, &why) == ST_OK) {
		enum status checked = action_check(&a, NULL);

		(void)checked;
		/* Controls may take more bytes in our spelling than in theirs. */
		if (payload_write(&one, &a, &why) == ST_OK) {
			if (payload_read(&b, strbuf_str(&one), NULL) != ST_OK
			    || payload_write(&two, &b, NULL) != ST_OK || one.len != two.len
			    || memcmp(one.data, two.data, one.len) != 0)
				abort();
		} else if (strcmp(why.code, "payload-size") != 0) {
			abort();
		}
	} else if (!why.code[0] || !why.text[0]) {
		abort();
	}
	strbuf_release(&one);
	strbuf_release(&two);
	action_release(&a);
	action_release(&b);
	return 0;
}
