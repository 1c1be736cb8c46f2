/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/epochs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/json.h"

#include "base/banned.h"

static void push(struct epochs *e, const char *epoch, int64_t fork_seq, int64_t size)
{
	if (e->count == EPOCHS_MAX)
		memmove(&e->link[0], &e->link[1], sizeof(e->link[0]) * (size_t)--e->count);
	snprintf(e->link[e->count].epoch, UUID_TEXT, "%s", epoch);
	e->link[e->count].size = size;
	e->link[e->count++].fork_seq = fork_seq;
}

bool epochs_read(struct epochs *e, const struct json *list)
{
	char epoch[UUID_TEXT];

	e->count = 0;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *j = json_item(list, i);
		int64_t fork_seq = json_get_int(j, "fork_seq", -1);

		if (!json_copy_text(j, "epoch", epoch, sizeof(epoch)) || !uuid_valid(str_of(epoch))
		    || fork_seq < 0) {
			e->count = 0;
			return false;
		}
		push(e, epoch, fork_seq, json_get_int(j, "size", fork_seq));
	}
	return e->count > 0;
}

void epochs_only(struct epochs *e, const char *epoch)
{
	e->count = 0;
	if (uuid_valid(str_of(epoch)))
		push(e, epoch, 0, 0);
}

void epochs_parse(struct epochs *e, const char *text)
{
	char epoch[UUID_TEXT];
	int64_t fork_seq, size;
	int used, more;

	e->count = 0;
	while (sscanf(text, "%36s %" SCNd64 "%n", epoch, &fork_seq, &used) == 2) {
		text += used;
		size = fork_seq;
		if (sscanf(text, "/%" SCNd64 "%n", &size, &more) == 1)
			text += more;
		text += *text == ' ';
		push(e, epoch, fork_seq, size);
	}
}

void epochs_format(char out[EPOCHS_TEXT], const struct epochs *e)
{
	size_t at = 0;

	out[0] = '\0';
	for (int i = 0; i < e->count && at < EPOCHS_TEXT - 96; i++) {
		at += (size_t)snprintf(out + at, EPOCHS_TEXT - at, "%s %" PRId64, e->link[i].epoch,
				       e->link[i].fork_seq);
		if (e->link[i].size != e->link[i].fork_seq)
			at += (size_t)snprintf(out + at, EPOCHS_TEXT - at, "/%" PRId64,
					       e->link[i].size);
		at += (size_t)snprintf(out + at, EPOCHS_TEXT - at, " ");
	}
}

const char *epochs_now(const struct epochs *e)
{
	return e->count ? e->link[e->count - 1].epoch : "";
}

static int place(const struct epochs *e, const char *epoch)
{
	for (int i = e->count - 1; i >= 0; i--)
		if (strcmp(e->link[i].epoch, epoch) == 0)
			return i;
	return -1;
}

/* What is left of link `at` in the newest one of its chain. */
static int64_t left_of(const struct epochs *e, int at, int upto)
{
	int64_t least = INT64_MAX;

	for (int i = at + 1; i <= upto; i++)
		if (e->link[i].fork_seq < least)
			least = e->link[i].fork_seq;
	return least;
}

int64_t epochs_between(const struct epochs *e, const char *a, const char *b)
{
	int x = place(e, a), y = place(e, b);

	if (strcmp(a, b) == 0)
		return INT64_MAX;
	if (x < 0 || y < 0)
		return e->count <= 1 || e->count == EPOCHS_MAX ? INT64_MAX : 0;
	return x < y ? left_of(e, x, y) : left_of(e, y, x);
}

int64_t epochs_kept(const struct epochs *e, const char *a, const char *b)
{
	int x = place(e, a), y = place(e, b);
	int64_t least = INT64_MAX;

	for (int i = x + 1; x >= 0 && i <= y; i++)
		least = e->link[i].size < least ? e->link[i].size : least;
	return least;
}

int64_t epochs_core(const struct epochs *e)
{
	return left_of(e, 0, e->count - 1);
}

int64_t epochs_common(const struct epochs *mine, const char *epoch, const struct epochs *theirs)
{
	int at = place(mine, epoch), there = place(theirs, epoch);
	int64_t a, b;

	if (there >= 0)
		return left_of(theirs, there, theirs->count - 1);
	/* An epoch that theirs has never had: both went on from an older one. */
	for (int i = at - 1; i >= 0; i--) {
		there = place(theirs, mine->link[i].epoch);
		if (there < 0)
			continue;
		a = left_of(mine, i, at);
		b = left_of(theirs, there, theirs->count - 1);
		return a < b ? a : b;
	}
	return 0;
}
