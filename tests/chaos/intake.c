/* SPDX-License-Identifier: EUPL-1.2 */
/* The e-service: applications, given again until they have got an answer. */
#include "tests/chaos/chaos.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "wire/json.h"

#include "base/banned.h"

static pid_t post(struct chaos *c, long number, const char *url, bool wait)
{
	char address[200], body[300], key[80], out[PATH];
	struct run r = { .argv = { "curl", "-s", "--fail", "--max-time", "3", "-H",
				   "Content-Type: application/json", "-H", key, "--data-binary",
				   body, address },
			 .out = out };

	snprintf(out, sizeof(out), "%.400s/intake.json", c->work);
	snprintf(address, sizeof(address), "%s/v1/intake/BYGGLOV_NYBYGGNAD", url);
	snprintf(key, sizeof(key), "Idempotency-Key: chaos-%ld", number);
	snprintf(body, sizeof(body),
		 "{\"title\":\"Växthus %ld\",\"party\":{\"name\":\"Östling, Per\"},"
		 "\"channel\":\"e-service\",\"fields\":{}}",
		 number);
	if (!wait) {
		job_start(c, &c->post, &r);
		return c->post.pid;
	}
	return process_run(&r);
}

/* The diary number that the applicant was told is a promise. */
static void learn(struct chaos *c, long number)
{
	struct strbuf text = STRBUF_INIT;
	struct json *j = NULL;
	char out[PATH], no[40];

	snprintf(out, sizeof(out), "%.400s/intake.json", c->work);
	if (file_read(&text, out) && json_read(&j, strbuf_str(&text), NULL) == ST_OK
	    && json_copy_text(j, "diary_no", no, sizeof(no))) {
		c->answered[number] = true;
		fprintf(c->intake, "%ld\t%s\n", number, no);
		fflush(c->intake);
	}
	json_free(j);
	strbuf_release(&text);
}

void intake_one(struct chaos *c)
{
	if (c->post.pid || c->intakes >= INTAKES_MAX)
		return;
	c->post_number = c->intakes++;
	(void)post(c, c->post_number, c->url, false);
}

void intake_ended(struct chaos *c, int status)
{
	c->post.pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		learn(c, c->post_number);
}

void intake_settle(struct chaos *c, bool all)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", c->port);
	for (long i = 0; i < c->intakes; i++) {
		if (c->answered[i] && !all)
			continue;
		if (post(c, i, url, true) != 0)
			trouble("an application was not taken", c->folder);
		learn(c, i);
	}
}

void intake_first(struct chaos *c, long count)
{
	c->intakes += count;
	intake_settle(c, false);
}
