/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "wire/json.h"
#include "wire/members.h"

#include "base/banned.h"

void snapshot_release(struct snapshot *s)
{
	free(s->segments);
	*s = (struct snapshot)SNAPSHOT_INIT;
}

bool snapshot_add(struct snapshot *s, const struct segment *one)
{
	int room = s->room ? 2 * s->room : 16;
	struct segment *more;

	if (s->count == SNAPSHOT_SEGMENTS_MAX)
		return false;
	if (s->count == s->room) {
		more = reallocarray(s->segments, (size_t)room, sizeof(*more));
		if (!more)
			return false;
		s->segments = more;
		s->room = room;
	}
	s->segments[s->count++] = *one;
	return true;
}

bool snapshot_write(struct strbuf *out, const struct snapshot *s)
{
	char name[16];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_map(&w);
	jsonw_kv(&w, "epoch", s->epoch);
	jsonw_kv_int(&w, "scope", s->scope);
	jsonw_kv_int(&w, "seq", s->seq);
	jsonw_kv(&w, "gen", s->gen);
	jsonw_kv_int(&w, "cases", s->cases);
	jsonw_kv_instant(&w, "at", s->at);
	jsonw_key(&w, "segments");
	jsonw_list(&w);
	for (int i = 0; i < s->count; i++) {
		snprintf(name, sizeof(name), "%d", i);
		jsonw_map(&w);
		jsonw_kv(&w, "name", name);
		jsonw_kv_int(&w, "bytes", s->segments[i].bytes);
		jsonw_kv_int(&w, "rows", s->segments[i].rows);
		jsonw_kv(&w, "sha256", s->segments[i].sha256);
		jsonw_end_map(&w);
	}
	jsonw_end_list(&w);
	jsonw_end_map(&w);
	return !out->failed;
}

static enum status malformed(struct err *why)
{
	return err_set(why, ST_BAD_INPUT, "snapshot-form",
		       "the answer is no manifest of a snapshot");
}

/* The name says the place in the list, so that none is doubled or left out. */
static bool read_segment(struct segment *to, const struct json *j, size_t i)
{
	char name[24];

	snprintf(name, sizeof(name), "%zu", i);
	return str_eq(json_get_text(j, "name"), name)
	       && json_int(json_member(j, "bytes"), &to->bytes) && to->bytes > 0
	       && to->bytes <= SEGMENT_BYTES_MAX && json_int(json_member(j, "rows"), &to->rows)
	       && to->rows >= 0 && json_copy_text(j, "sha256", to->sha256, sizeof(to->sha256))
	       && hash_valid(str_of(to->sha256));
}

static bool read_facts(struct snapshot *s, const struct json *j)
{
	struct str at = json_get_text(j, "at");

	return json_copy_text(j, "epoch", s->epoch, sizeof(s->epoch))
	       && uuid_valid(str_of(s->epoch)) && json_copy_text(j, "gen", s->gen, sizeof(s->gen))
	       && uuid_valid(str_of(s->gen)) && json_int(json_member(j, "scope"), &s->scope)
	       && s->scope >= 0 && json_int(json_member(j, "seq"), &s->seq) && s->seq >= 0
	       && json_int(json_member(j, "cases"), &s->cases) && s->cases >= 0 && at.p
	       && instant_parse(&s->at, at);
}

enum status snapshot_read(struct snapshot *s, struct str text, struct err *why)
{
	struct json *j = NULL;
	const struct json *list;
	struct segment one = { .bytes = 0 };
	bool ok, room = true;

	snapshot_release(s);
	if (text.n > SNAPSHOT_MANIFEST_MAX || json_read(&j, text, NULL) != ST_OK)
		return malformed(why);
	list = json_member(j, "segments");
	ok = json_kind_of(list) == JSON_LIST && json_count(list) <= SNAPSHOT_SEGMENTS_MAX
	     && read_facts(s, j);
	for (size_t i = 0; ok && room && i < json_count(list); i++) {
		ok = read_segment(&one, json_item(list, i), i);
		room = !ok || snapshot_add(s, &one);
	}
	json_free(j);
	if (ok && room)
		return ST_OK;
	snapshot_release(s);
	return ok ? err_set(why, ST_BROKEN, "memory", "no memory for a manifest") : malformed(why);
}
