/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as an archive package: judged or refused with a reason, and no
 * finding can speak to a terminal. Begin with a package of the demo. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "package/judge.h"
#include "sign/hash.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(void *ctx, const struct finding *f)
{
	int64_t *faults = ctx;

	*faults += f->kind == FINDING_FAULT;
	if (!f->code[0] || !f->sentence[0])
		abort();
	for (const char *p = f->detail; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			abort();
	for (const char *p = f->member; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t faults = 0;
	struct judge_sink sink = { look, &faults };
	struct judge_result r;
	struct err why = ERR_INIT;
	char path[40];
	int fd = memfd_create("package", MFD_CLOEXEC);

	if (fd < 0 || sign_start(NULL) != ST_OK)
		abort();
	if (size && write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (judge_package(&r, path, NULL, &sink, &why) == ST_OK) {
		if (r.faults != faults || why.code[0])
			abort();
	} else if (!why.code[0] || !why.text[0]) {
		abort();
	}
	close(fd);
	return 0;
}
