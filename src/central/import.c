/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "central/entry.h"
#include "central/folder.h"
#include "central/import_case.h"
#include "central/import_lines.h"
#include "central/import_names.h"

#include "base/banned.h"

/* A line makes at most two entries: of a case and of an event. The bytes keep
 * a transaction within a page of the sync. */
enum { BATCH_LINES = 250, BATCH_BYTES = 512 * 1024 };

struct pending {
	struct import_line line;
	struct import_codes codes;
};

struct import {
	struct central *c;
	const struct import_options *o;
	struct import_counts *counts;
	struct lines lines;
	struct pending *batch; /* BATCH_LINES */
	int count;
	int64_t first_seq; /* the log before this run */
	struct action action;
	bool ended;
};

static void refuse(struct import *im, int64_t line, const struct err *why)
{
	im->counts->refused++;
	if (im->o->refused)
		im->o->refused(im->o->ctx, line, why);
}

/* --- Reading ------------------------------------------------------------------------ */

static bool blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t')
			return false;
	return true;
}

static void note(struct import *im, int64_t line, const struct err *remark)
{
	if (im->o->noted)
		im->o->noted(im->o->ctx, line, remark);
}

static enum status name_queue(struct import *im, struct pending *p, struct err *why)
{
	char shown[NAME_MAX_BYTES];
	struct err remark = ERR_INIT;
	bool shared = false;
	enum status st = import_queue(im->c, p->line.group, p->codes.queue, &im->counts->queues,
				      &shared, why);

	if (st != ST_OK || !shared)
		return st;
	im->counts->shared++;
	import_shown_name(shown, p->line.group);
	err_set(&remark, ST_REFUSED, "queue-shared",
		"there are %d queues, and there can be no more: group \"%s\" has the queue %s",
		REGISTRY_MAX, shown, p->codes.queue);
	note(im, p->line.number, &remark);
	return ST_OK;
}

/* Everyone whom the line names, as officers, and its queue. */
static enum status name_all(struct import *im, struct pending *p, struct err *why)
{
	enum status st = import_officer(im->c, p->line.resource, p->codes.officer,
					&im->counts->officers, why);

	p->codes.responsible[0] = '\0';
	if (st == ST_OK && p->line.responsible.n)
		st = import_officer(im->c, p->line.responsible, p->codes.responsible,
				    &im->counts->officers, why);
	return st == ST_OK ? name_queue(im, p, why) : st;
}

/* One line into the batch, unless it is refused. ST_NONE: the end. */
static enum status read_one(struct import *im, size_t *bytes, struct err *why)
{
	struct pending *p = &im->batch[im->count];
	struct err local = ERR_INIT;
	struct str text = { NULL, 0 };
	enum status st = lines_next(&im->lines, &text, &local);

	if (st == ST_OK && blank(text))
		return ST_OK;
	im->counts->lines += st == ST_OK || st == ST_BAD_INPUT;
	if (st == ST_OK)
		st = import_line_read(&p->line, text, &local);
	if (st == ST_BAD_INPUT) {
		refuse(im, im->lines.number, &local);
		return ST_OK;
	}
	if (st != ST_OK)
		return st == ST_NONE ? st : err_set(why, st, local.code, "%s", local.text);
	p->line.number = im->lines.number;
	*bytes += text.n;
	st = name_all(im, p, why);
	im->count += st == ST_OK;
	return st;
}

static enum status read_batch(struct import *im, struct err *why)
{
	size_t bytes = 0;
	enum status st = ST_OK;

	im->count = 0;
	while (st == ST_OK && im->count < BATCH_LINES && bytes < BATCH_BYTES)
		st = read_one(im, &bytes, why);
	im->ended = st != ST_OK;
	return st == ST_NONE ? ST_OK : st;
}

/* --- Writing ------------------------------------------------------------------------ */

/* Is the line in the log? From before it is counted, from this run told. */
static enum status look_up(struct import *im, const struct import_line *l, bool *known,
			   struct err *why)
{
	struct err twice = ERR_INIT;
	char iid[UUID_TEXT];
	struct log_row row;
	enum status st;

	import_iid_of_line(iid, l->hash);
	st = log_by_iid(im->c->db, iid, &row, why);
	*known = st == ST_OK;
	if (st == ST_OK && row.seq <= im->first_seq) {
		im->counts->already++;
	} else if (st == ST_OK) {
		err_set(&twice, ST_BAD_INPUT, "line-twice",
			"the same line stands in the file before; it counts once");
		refuse(im, l->number, &twice);
	}
	return st == ST_NONE ? ST_OK : st;
}

/* What the first line said of the case counts; that another one says
 * otherwise is told. */
static bool differs(struct import *im, const struct stored_case *s, const struct import_line *l)
{
	struct strbuf names = STRBUF_INIT_MAX(300);
	struct err remark = ERR_INIT;
	bool yes;

	import_differences(&names, strbuf_str(&s->fields), strbuf_str(&l->about_case));
	yes = names.len > 0;
	if (yes) {
		im->counts->differing++;
		err_set(&remark, ST_CONFLICT, "case-differs",
			"says otherwise of its case than the line that came first, which counts: %s",
			strbuf_cstr(&names));
		note(im, l->number, &remark);
	}
	strbuf_release(&names);
	return yes;
}

/* The act is made once more before the entry is: a refusal must come before
 * anything of the line is in the log. */
static enum status begin_case(struct import *im, const struct pending *p, struct stored_case *s,
			      int64_t at, struct err *why)
{
	struct entry_done done;
	enum status st = import_event_act(&im->action, &p->line, &p->codes, false, why);

	if (st == ST_OK)
		st = import_case_act(&im->action, &p->line, &p->codes, why);
	if (st != ST_OK)
		return st;
	import_case_id(s->file.id, p->line.case_id);
	im->counts->cases++;
	st = entry_import(im->c, s, &im->action, at, &done, why);
	s->stored = true;
	return st == ST_BAD_INPUT ? ST_BROKEN : st;
}

static enum status append_event(struct import *im, const struct pending *p, struct stored_case *s,
				bool other, int64_t at, struct err *why)
{
	struct entry_done done;
	enum status st = import_event_act(&im->action, &p->line, &p->codes, other, why);

	if (st != ST_OK)
		return st;
	im->counts->events++;
	st = entry_import(im->c, s, &im->action, at, &done, why);
	return st == ST_BAD_INPUT ? ST_BROKEN : st;
}

/* ST_BAD_INPUT: the line is refused, and nothing of it is in the log. */
static enum status append_line(struct import *im, const struct pending *p, int64_t at,
			       struct err *why)
{
	struct stored_case s = STORED_CASE_INIT;
	char id[UUID_TEXT];
	bool other = false;
	enum status st;

	import_case_id(id, p->line.case_id);
	st = case_load(im->c->db, id, &s, why);
	if (st == ST_OK)
		other = differs(im, &s, &p->line);
	else if (st == ST_NONE)
		st = begin_case(im, p, &s, at, why);
	if (st == ST_OK)
		st = append_event(im, p, &s, other, at, why);
	stored_case_release(&s);
	return st;
}

static enum status append_all(struct import *im, struct err *why)
{
	int64_t at = central_now(im->c);
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < im->count; i++) {
		struct err local = ERR_INIT;
		bool known;

		st = look_up(im, &im->batch[i].line, &known, why);
		if (st != ST_OK || known)
			continue;
		st = append_line(im, &im->batch[i], at, &local);
		if (st == ST_BAD_INPUT) {
			refuse(im, im->batch[i].line.number, &local);
			st = ST_OK;
		} else if (st != ST_OK) {
			err_set(why, st, local.code, "line %lld: %s",
				(long long)im->batch[i].line.number, local.text);
		}
	}
	return st;
}

/* What was undone is not counted. */
static enum status write_batch(struct import *im, struct err *why)
{
	struct import_counts before = *im->counts;
	enum status st = central_begin(im->c, why);

	if (st == ST_OK)
		st = append_all(im, why);
	if (st == ST_OK)
		st = central_commit(im->c, why);
	central_rollback(im->c);
	if (st == ST_OK)
		return central_testify(im->c, why);
	*im->counts = before;
	return st;
}

/* --- The run -------------------------------------------------------------------------- */

/* One import at a time, for as long as the folder is held open. */
static enum status lock(struct central *c, int *fd, struct err *why)
{
	char path[FOLDER_PATH];
	enum status st = c->dir ? folder_path(path, c->dir, "conf", why) : ST_OK;

	*fd = -1;
	if (st != ST_OK || !c->dir)
		return st;
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return err_set(why, ST_BROKEN, "file-read", "%.200s: %s", path, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return ST_OK;
	return err_set(why, ST_RETRY, "import-busy",
		       "another import into this central is running; wait until it is done");
}

static enum status run(struct import *im, struct err *why)
{
	enum status st = import_begin_conf(im->c, why);

	im->first_seq = central_size(im->c);
	while (st == ST_OK && !im->ended) {
		struct err unread = ERR_INIT;
		enum status got = read_batch(im, &unread);

		/* What was read before the file broke off is kept. */
		st = write_batch(im, why);
		if (st == ST_OK && im->o->progress)
			im->o->progress(im->o->ctx, im->counts);
		if (st == ST_OK && got != ST_OK)
			st = err_set(why, got, unread.code, "%s", unread.text);
	}
	return st;
}

enum status central_import(struct central *c, const struct import_options *o,
			   struct import_counts *counts, struct err *why)
{
	struct import im = { .c = c, .o = o, .counts = counts, .action = ACTION_INIT };
	int fd = -1;
	enum status st;

	memset(counts, 0, sizeof(*counts));
	im.batch = calloc(BATCH_LINES, sizeof(*im.batch));
	if (!im.batch)
		return err_set(why, ST_BROKEN, "no-memory", "no memory for a batch of lines");
	st = lines_open(&im.lines, o->path, why);
	if (st == ST_OK)
		st = lock(c, &fd, why);
	if (st == ST_OK)
		st = run(&im, why);
	if (fd >= 0)
		close(fd);
	lines_close(&im.lines);
	for (int i = 0; i < BATCH_LINES; i++)
		import_line_release(&im.batch[i].line);
	free(im.batch);
	action_release(&im.action);
	return st;
}
