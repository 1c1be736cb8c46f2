/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * words - everything the program says to people, in one place.
 *
 * Place:    statuses, codes, verdicts, days -> WORDS -> screens and verbs.
 * Promise:  Swedish in the source, English through gettext; a code without a
 *           sentence falls back to the English text of its error. The texts
 *           are as they are: who draws them makes them harmless (ui/text.h).
 * Owner:    static texts, or the caller's buffer.
 * Errors:   none.
 */
#ifndef APP_WORDS_H
#define APP_WORDS_H

#include "app/names.h"
#include "cache/outbox.h"
#include "domain/calendar.h"
#include "sync/sync.h"
#include "ui/glyphs.h"

/* Set locale and language; `language`: "auto", "sv", "en". The first thing
 * main does, and once more when the configuration is read. */
void words_start(const char *language);
/* Does the locale take UTF-8? */
bool words_locale_is_utf8(void);
/* Are the texts English? */
bool words_english(void);

/* A sentence for an error: by its code, else its own text. When the code has
 * a sentence, the text with the details follows in brackets if `details`. */
/* What the English of an error says, in the officer's language; false: it says
 * something else, and nothing was added. */
bool words_argument(struct strbuf *out, const char *detail);
bool words_step(struct strbuf *out, const char *detail);
void words_error(struct strbuf *out, const struct err *why, bool details);
/* The sentence of a code, NULL if it has none. */
const char *words_code(const char *code);

const char *words_state(enum case_state s);	/* "handläggs" */
const char *words_act(const char *act);		/* "ta ärendet"; the act itself if unknown */
const char *words_act_done(const char *act);	/* "Tog ärendet": for the timeline */
const char *words_trouble(enum sync_trouble t); /* "OFFLINE" ... */
/* Grounds of erasure: codes, and how they are said in the office. */
/* clang-format off */
#define WORDS_ERASURE_GROUNDS              \
	{ "misfiled", N_("felregistrerad") }, \
	{ "secret", N_("sekretess") },        \
	{ "weeded", N_("rensning") },         \
	{ "disposed", N_("gallring") }
/* clang-format on */
/* The word for one, or its code where it is none of them. */
const char *words_erasure_ground(const char *code);
/* The code of the ground that is called so, by itself or by its Swedish word;
 * NULL: there is none. */
const char *words_erasure_ground_of(const char *typed);
const char *words_priority(int priority);
const char *words_protection(int protection); /* "" for none */
const char *words_channel(const char *channel);
const char *words_ground(const char *code); /* for leaving out reasons, FL 32 */
/* The same as the letter has it, in Swedish; NULL for an unknown code. */
const char *words_ground_letter(const char *code);
/* Ground i for leaving out reasons, NULL behind the last. */
const char *words_ground_at(size_t i);

/* State of an item of the outbox: "ÅNGRA 14 s", "VÄNTAR", "NEKAD" ... */
/* What is sent as soon as it may be waits for this. */
enum outbox_wait { WAITS_TURN, WAITS_NETWORK, WAITS_UNKNOWN };
void words_outbox_state(char out[40], const struct outbox_item *i, int64_t wall_now,
			enum outbox_wait w);
/* What was answered, as a sentence: "Ärendet togs av jan.vd kl 13:49, före
 * dig."; "" while nothing is. */
void words_answer(struct strbuf *out, const struct outbox_item *i, const struct names *n);
/* The same in a word or two: "godtagen", "tagen"; "–" while nothing is. */
const char *words_answer_short(const struct outbox_item *i);
/* What stands now and what the officer can do about it; "" without trouble. */
const char *words_advice(const struct outbox_item *i);

/* "-3 d", "idag", "2 d", "10 v"; "" without a deadline. */
void words_due(char out[24], const char *due_on, struct day today);
/* "3 dagar försenad", "frist idag", "28 dagar kvar". */
void words_due_long(char out[64], const char *due_on, struct day today);
/* "14:02" today, else "23/11", else "2025-11-23"; in Stockholm. */
void words_when(char out[24], int64_t ms, int64_t now);
/* "2026-11-23 14:02" in Stockholm; "-" for 0. */
void words_moment(char out[24], int64_t ms);
void words_day(char out[DAY_TEXT], int64_t ms);
/* "v48 må". */
void words_week(char out[16], struct day d);
/* "1 min", "3 h", "2 d". */
void words_age(char out[24], int64_t ms);

/* " · centralen återställd: 5 sända igen, 3 gäller"; nothing where nothing is. */
void words_again(struct strbuf *out, const struct outbox_again *a);

#endif
