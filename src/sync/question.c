/* SPDX-License-Identifier: EUPL-1.2 */
/* Questions that somebody waits for: each goes out once, at once. */
#include "sync/core.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct question *find(struct sync *s, int64_t ticket)
{
	for (int i = 0; i < QUESTIONS_MAX; i++)
		if (s->question[i].ticket == ticket)
			return &s->question[i];
	return NULL;
}

static void forget(struct question *q)
{
	request_release(&q->request);
	reply_release(&q->reply);
	memset(q, 0, sizeof(*q));
}

void questions_release(struct sync *s)
{
	for (int i = 0; i < QUESTIONS_MAX; i++)
		forget(&s->question[i]);
}

enum status sync_ask(struct sync *s, const struct request *r, int64_t *ticket, struct err *why)
{
	struct question *q = find(s, 0);

	*ticket = 0;
	if (!q)
		return err_set(why, ST_RETRY, "questions",
			       "%d questions wait for the central already; try again in a moment",
			       QUESTIONS_MAX);
	if (!request_copy(&q->request, r)) {
		forget(q);
		return err_set(why, ST_BROKEN, "memory", "no memory to ask the central");
	}
	q->ticket = *ticket = ++s->last_ticket;
	return ST_OK;
}

bool sync_answer(struct sync *s, int64_t ticket, struct reply *out)
{
	struct question *q = ticket > 0 ? find(s, ticket) : NULL;

	if (!q || !q->answered)
		return false;
	reply_take(out, &q->reply);
	forget(q);
	return true;
}

bool sync_unask(struct sync *s, int64_t ticket)
{
	struct question *q = ticket > 0 ? find(s, ticket) : NULL;

	if (!q)
		return false;
	if (q->under_way) {
		q->dropped = true;
		return true;
	}
	forget(q);
	return false;
}

/* The oldest that has not been sent. */
static struct question *next_question(struct sync *s)
{
	struct question *next = NULL;

	for (int i = 0; i < QUESTIONS_MAX; i++) {
		struct question *q = &s->question[i];

		if (q->ticket > 0 && !q->answered && !q->under_way
		    && (!next || q->ticket < next->ticket))
			next = q;
	}
	return next;
}

enum status choose_question(struct sync *s, enum step *step, int64_t *wake_at)
{
	*wake_at = INT64_MAX;
	*step = next_question(s) ? STEP_QUESTION : STEP_NONE;
	return ST_OK;
}

enum status ask_question(struct sync *s, struct request *out, struct err *why)
{
	struct question *q = next_question(s);

	if (!q || !request_copy(out, &q->request))
		return err_set(why, ST_BROKEN, "memory", "no memory to ask the central");
	q->under_way = true;
	return ST_OK;
}

static void answer(struct question *q, const struct reply *r)
{
	q->under_way = false;
	q->answered = true;
	reply_clear(&q->reply);
	q->reply.status = r->status;
	q->reply.retry_after_s = r->retry_after_s;
	q->reply.range_from = r->range_from;
	q->reply.range_total = r->range_total;
	snprintf(q->reply.content_type, sizeof(q->reply.content_type), "%s", r->content_type);
	/* What does not fit in memory is no answer. */
	if (!strbuf_set(&q->reply.body, strbuf_cstr(&r->body), r->body.len))
		q->reply.status = 0;
}

/* The token was too old: once more, with a new one. */
static bool ask_again(struct sync *s, struct question *q, const struct reply *r)
{
	if (r->status != 401 || q->denied)
		return false;
	q->denied = true;
	q->under_way = false;
	s->token[0] = s->challenge[0] = '\0';
	return true;
}

static bool login_went_on(const struct sync *s, enum step step)
{
	return step == STEP_INFO	? s->info_known
	       : step == STEP_CHALLENGE ? s->challenge[0] != '\0'
					: s->token[0] != '\0';
}

void questions_fail(struct sync *s, const struct reply *r)
{
	struct reply none = REPLY_INIT;

	for (int i = 0; i < QUESTIONS_MAX; i++)
		if (s->question[i].ticket > 0 && !s->question[i].answered)
			answer(&s->question[i], r && r->status >= 400 ? r : &none);
}

void question_reply(struct sync *s, enum step step, const struct reply *r)
{
	if (is_login(step) && !login_went_on(s, step))
		questions_fail(s, r);
	for (int i = 0; step == STEP_QUESTION && i < QUESTIONS_MAX; i++) {
		struct question *q = &s->question[i];

		if (q->under_way && q->dropped)
			forget(q);
		else if (q->under_way && !ask_again(s, q, r))
			answer(q, r);
	}
}
