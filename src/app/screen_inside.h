/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * screen_inside - what the files of the screen share; nobody else's business.
 *
 * Place:    screen.c's loop -> a key -> screen_*.c -> state here -> draw.
 * Promise:  all state of the screens stands in struct screen and nowhere
 *           else. Only screen.c talks to the terminal.
 * Owner:    the struct owns its texts, lists and forms; screen_main releases.
 * Errors:   told with screen_say and screen_fail; they stay until a key.
 */
#ifndef APP_SCREEN_INSIDE_H
#define APP_SCREEN_INSIDE_H

#include "app/actions.h"
#include "app/decision.h"
#include "app/deeds.h"
#include "app/engine.h"
#include "app/far.h"
#include "app/fetch.h"
#include "app/filters.h"
#include "app/form_plan.h"
#include "app/home.h"
#include "app/marks.h"
#include "app/message.h"
#include "app/outside.h"
#include "app/pin.h"
#include "app/secret.h"
#include "app/parts.h"
#include "app/present.h"
#include "app/present_parts.h"
#include "app/proposals.h"
#include "app/screen.h"
#include "app/stats.h"
#include "app/words.h"
#include "cache/entries.h"
#include "ui/dialog.h"
#include "ui/form.h"
#include "ui/term.h"

enum {
	TRAIL_MAX = 8,
	ITEMS_PAGE = 200,  /* rows of the outbox that are read at a time */
	EVENTS_MAX = 2000, /* entries of a case that are shown */
	MENU_MAX = 12,
	OFFERS_MAX = 6,
	DRAFT_MS = 400,	 /* words are on disk this long after a key */
	QUIET_MS = 2000, /* a list stays as it is this long after a key */
	CALM_MS = 1000,	 /* no countdown is drawn this long after a key */
	PAUSE_MS = 80,	 /* who types has paused: hits are counted */
	TRIES_MAX = 3,
};

/* --- The list of cases (screen_queue.c) ------------------------------------ */

/* Saved views that the program itself goes to. */
enum { SAVED_MINE = 1, SAVED_INBOX, SAVED_OVERDUE, SAVED_OPEN, SAVED_ALL };
enum { HISTORY_MAX = 20 };

/* The line in which a filter is typed: what it means, what could follow, and
 * what was typed before. */
struct typing {
	struct strbuf said; /* the filter in plain words, or what is wrong */
	bool wrong;
	bool pending;  /* typed since the list was read */
	bool commands; /* Tab offers commands and their arguments, not a filter's words */
	struct filters_offer offer;
	int offered; /* the one that Tab has put there; 0 = none yet, from 1 */
	struct strbuf history[HISTORY_MAX]; /* newest last; never on disk */
	int history_count, history_at;
};

struct list_state {
	int saved; /* digit of the view */
	struct case_query query;
	char queue[CODE_MAX], today[DAY_TEXT];
	struct strbuf typed;  /* filter beside the view's, the last that holds */
	struct strbuf words;  /* the same in plain words */
	struct filter filter; /* both as one: what the list shows */
	struct filter view;   /* the view's own, for "18 av 214" */
	struct typing typing;
	struct case_page page;	 /* the rows on the screen */
	int64_t top, total, all; /* total -1: not counted yet */
	int cursor;		 /* index in page */
	bool preview;
	int64_t overdue; /* my overdue cases, for a screen that is too small */
	int64_t arrived; /* rows that came since a key was pressed */
	struct marks marks;
	bool unmark_next; /* Esc was pressed: once more clears the marks */
};

/* --- One case (screen_case.c) ------------------------------------------------ */

enum event_kind { EVENT_STEP, EVENT_MESSAGE, EVENT_REMARK };
/* What of the timeline is shown. */
enum event_choice { SHOW_ALL, SHOW_STEPS, SHOW_MESSAGES, SHOW_REMARKS, SHOW_CHOICES };

struct event_text {
	enum event_kind kind;
	char when[24], moment[24];
	char who[OFFICER_MAX];
	char hash[16];
	int64_t n;	  /* of the entry, 0: it is none yet */
	int64_t gap_from; /* first of several entries that are not here, 0 = none */
	enum seal seal;
	struct strbuf what, full;
};

enum { CASE_TABS = TAB_DECISION + 1 };

/* What is not here of the case is asked for once it has been drawn. */
enum case_asking { CASE_ASKED, CASE_ASK_AGAIN, CASE_ASK_NOW };

struct open_case {
	struct case_row row;
	struct case_key key; /* where it stood in the list */
	int64_t place, of;   /* "3 av 18" */
	enum case_tab tab;
	struct {
		int cursor, top;
	} at[CASE_TABS]; /* of each tab; of a page the cursor is its first line */
	struct case_texts texts;
	struct event_text *events; /* newest first, own unsent ones on top */
	int event_count, event_cap;
	enum event_choice show;
	int *shown; /* indexes of the events that are listed, newest first */
	int shown_count;
	struct parts parts;
	struct party_text parties;
	struct strbuf related;	    /* other cases of the party, in words */
	bool related_known;	    /* `related` is as the cache is; asked for when it is shown */
	bool has_detail, has_chain; /* what is said of them is all there is */
	enum case_asking asking;
	int page_most; /* the last first line of the page that was drawn */
};

/* The labels of the tabs, with their counts. */
struct tab_strip {
	char text[CASE_TABS][48];
	const char *labels[CASE_TABS];
};

/* --- Reading a text (screen_read.c) --------------------------------------------- */

struct read_state {
	struct strbuf title, text;
	int top;
	char h[HASH_TEXT]; /* of the document that is read, "" = no document */
};

/* A document on its way here (screen_document.c). */
struct fetching {
	struct fetch doc;
	int64_t ticket;	  /* of the question under way */
	int64_t again_at; /* boot ms at which it is asked again */
	int64_t key_at;	  /* the key that began it */
	bool asked, lost;
	bool outside; /* what was to be done with it */
};

/* --- What was signed (screen_outbox.c) --------------------------------------- */

struct signed_item {
	struct outbox_item item;
	struct action said;
	struct outbox_text text;
	char number[DIARY_MAX];
};

/* What of the outbox is listed. */
enum item_choice { ITEMS_ALL, ITEMS_TROUBLE, ITEMS_WAITING, ITEMS_CHOICES };

/* In the outbox rows from the newest on, as far as the cursor has come: the rest is read
 * when it gets there. Conflicts are all here, the oldest first: what was
 * signed first is solved first. */
struct items_state {
	struct signed_item *rows;
	int count, cap, cursor, top;
	bool whole;		 /* there are no more behind these */
	int64_t total;		 /* rows of the outbox, listed or not */
	enum item_choice choice; /* in the outbox; conflicts list what is in trouble */
	struct case_row on;	 /* the case of the current row, as far as it is here */
};

/* --- One conflict (screen_conflict.c) ------------------------------------------ */

struct conflict_state {
	struct conflict now; /* of the current row of the items */
	enum conflict_field fields[CONFLICT_FIELDS];
	int count, cursor, top;
	enum conflict_side chosen;
	bool read; /* what happened since was shown */
	struct conflict_text text;
};

/* --- Boxes (screen_box.c, screen_forms.c) -------------------------------------- */

enum box_kind { BOX_NONE, BOX_FORM, BOX_MENU, BOX_ASK, BOX_LETTER };

/* A value that fits what is typed in a field with a list. */
struct offer {
	const char *code, *name, *detail;
};

struct box_state {
	enum box_kind kind;
	const struct app_action *action;
	const struct form_plan *plan;
	char case_id[UUID_TEXT];
	bool bulk;	/* it is for the marked cases */
	bool asked;	/* F8 was pressed once, where it takes two */
	int64_t item;	/* of the outbox: signed again, or replaced by what is filled in */
	char draft[48]; /* under which words are kept that are not signed yet */
	char title[160], keys[120];
	struct strbuf text;
	struct form form;
	bool saved;   /* what is typed is on disk */
	bool discard; /* it could not be, and Esc was pressed: once more throws it away */
	struct form_choice values[2 * FORM_CHOICES_MAX]; /* of the form's choices, translated */
	int value_count;
	const struct app_action *choices[MENU_MAX]; /* of a menu */
	char letters[MENU_MAX][8];
	char texts[MENU_MAX][100]; /* "": what the act is called */
	char reasons[MENU_MAX][120];
	bool possible[MENU_MAX];
	int count, cursor;
	struct offer offers[OFFERS_MAX];
	int offer_count;
	void (*yes)(struct screen *s); /* F8 in BOX_ASK */
	/* F8 in a form of secrets: it is no act's, and nothing of it is kept. */
	void (*commit)(struct screen *s);
	/* Of a message (screen_message.c): the template that fills it, the letter
	 * that is shown in BOX_LETTER and signed. */
	bool message_box;
	int template, letter_top;
	struct message message;
	struct strbuf letter; /* as text for the terminal */
	struct strbuf filled; /* the template's text, as it was put in */
};

/* --- One action on many cases (screen_bulk.c) ------------------------------------- */

enum bulk_step { BULK_WAITS, BULK_DONE, BULK_REFUSED, BULK_UNDONE, BULK_STANDS };

struct bulk_item {
	char case_id[UUID_TEXT];
	int64_t item; /* in the outbox, when signed */
	enum bulk_step step;
	char *reason; /* owned, NULL: none */
};

struct bulk_state {
	const struct app_action *action;
	struct bulk_item *items;
	int count, at; /* `at` of them have been tried */
	int done, refused, undone, stands;
	const char *names[ACTION_ARGS_MAX]; /* of the arguments that all get */
	struct strbuf values[ACTION_ARGS_MAX];
	int arg_count;
	bool running, undoing;
	int64_t painted; /* boot ms */
	int cursor, top;
};

/* --- Searching (screen_search.c) -------------------------------------------------- */

struct search_state {
	struct line line;
	struct typing typing;
	struct filter filter;  /* the last that holds */
	struct case_page page; /* hits of the local copy, newest first */
	int64_t total, held;   /* hits, -1 not counted yet; and cases there are */
	bool measured;	       /* all hits are here that are shown, and counted */
	struct case_row *far;  /* hits that only the central has */
	int far_count;
	bool far_known, far_more;
	struct far_place far_at; /* where its next page begins */
	int far_pages;
	int64_t ticket;		/* the central is asked, 0 = no */
	char wanted[UUID_TEXT]; /* opened when it is here */
	int cursor, top;
};

/* --- The decision (screen_decision.c) -------------------------------------------- */

struct decision_state {
	char case_id[UUID_TEXT];
	struct case_row row; /* as it was read: this is what is signed on */
	struct decision decision;
	struct form form;
	struct form_choice outcomes[FORM_CHOICES_MAX], grounds[FORM_CHOICES_MAX];
	struct check_item checks[8];
	int check_count;
	bool open_checks, previewed;
	struct strbuf text; /* the letter as read */
	int top;
	bool read_through, signing;
	bool feeling, online;		/* is the central reached? asked, and the answer */
	int64_t feel_until;		/* boot ms at which no answer is one */
	void (*felt)(struct screen *s); /* goes on when that is known */
	struct form sign;
	char digits[8], digits_note[80];
	char saved_at[24];
	bool discard;	/* as of a box */
	int64_t sup;	/* the refused decision whose place it takes, 0 = none */
	int64_t told_n; /* newest entry that the officer was told of */
};

/* --- The supervisor's figures (screen_stats.c) -------------------------------------- */

struct stats_state {
	struct stats data;
	bool have;	/* `data` was answered, now or once */
	bool unreached; /* the last question found no central */
	char unit[CODE_MAX];
	int64_t days;	  /* 0 until the view is opened */
	int64_t ticket;	  /* of the question under way, 0 = none */
	int64_t asked_at; /* boot ms */
	int cursor;	  /* a figure, as stats_place counts them */
};

/* --- Devices that wait (screen_devices.c) -------------------------------------------- */

struct device_row {
	char dev[UUID_TEXT], kid[48], officer[OFFICER_MAX], name[160], words[80];
	bool frozen; /* else it waits */
};

struct devices_state {
	struct device_row *rows; /* NULL until the central has answered */
	int count, cursor, top;
	bool known;
	int64_t ticket;		  /* of the question under way, 0 = none */
	int64_t deciding;	  /* of the decision under way, 0 = none */
	struct device_row chosen; /* what was compared */
	bool yes;
};

/* --- Erasures that wait (screen_erasures.c) ------------------------------------------- */

struct erasures_state {
	struct proposals list;
	int cursor, top;
	bool known;	  /* the central has answered */
	int64_t ticket;	  /* of the question under way, 0 = none */
	int64_t asked_at; /* boot ms, 0 = never */
	char chosen_case[UUID_TEXT];
	int64_t chosen; /* the proposal that was read */
	bool yes;	/* confirm it, else let it go */
};

/* --- The contact center (screen_contact.c) ------------------------------------------- */

enum { CONTACT_CASES = 12 };

enum contact_step { CONTACT_TYPING, CONTACT_REASON, CONTACT_SHOWN };

struct contact_state {
	enum contact_step step;
	struct line query;
	int reason;	/* 1..4 */
	int64_t since;	/* boot ms at which the call began, 0 = there is none */
	int64_t ticket; /* of the question under way, 0 = none */
	bool answered, unreached;
	struct casefile hits[CONTACT_CASES]; /* no more of them than may be said */
	int hit_count, cursor;		     /* -1: of several none is chosen */
	bool more;
	struct case_row row; /* the chosen one, if it is in the cache */
	int lookups, shown;  /* during this call */
};

struct help_state {
	struct line search;
	bool only_possible;
	enum view of; /* the view it is about */
	int cursor, top;
};

/* Where one was when the screen was locked. */
struct place {
	enum view view;
	int saved; /* digit of its view, 0: nowhere yet */
	char queue[CODE_MAX], case_id[UUID_TEXT];
};

struct unlock_state {
	struct place was;
	struct line secret;
	int tries;
	char error[200];
	const char *busy;
	struct form form;	/* first run */
	struct secret proposal; /* for the new passphrase there */
};

enum prompt_kind { PROMPT_NONE, PROMPT_COMMAND, PROMPT_FILTER, PROMPT_MARK };

struct screen {
	struct home *home;
	const struct screen_options *options;
	struct term *term;
	struct canvas canvas;
	struct engine *engine; /* NULL while locked */
	bool engine_due;       /* unlocked: it starts once the screen is drawn */
	int signals;	       /* descriptor on which signals arrive */
	int code;	       /* exit code */
	bool ended, dirty;

	enum view view;
	enum view trail[TRAIL_MAX];
	int depth;
	int32_t prefix; /* 'g' was pressed */
	bool fkey;	/* ^X was pressed */

	int64_t key_at;	  /* boot ms of the last key */
	int64_t draft_at; /* boot ms at which words are saved, 0 = none */
	int64_t minute;	  /* the one that was drawn */
	int64_t revision; /* of the cache, as drawn */
	bool stale;	  /* the cache has a newer one */
	struct sync_status sync;
	bool elsewhere;

	struct strbuf message;
	bool message_is_error;
	enum prompt_kind prompt;
	struct line prompt_line;
	struct typing commands; /* what was typed behind ':' */

	int64_t undo_until;				     /* wall ms */
	struct strbuf status, who, title, title_right, pane; /* for one drawing */

	struct list_state list;
	struct open_case open;
	struct read_state read;
	struct fetching fetching;
	struct outside outside;
	struct items_state items;
	struct conflict_state conflict;
	struct box_state box;
	struct bulk_state bulk;
	struct search_state search;
	struct decision_state decide;
	struct help_state help;
	struct stats_state stats;
	struct devices_state devices;
	struct erasures_state erasures;
	struct contact_state contact;
	struct unlock_state unlock;
	struct pin pin;
};

/* --- screen.c ------------------------------------------------------------------ */

int64_t screen_now(const struct screen *s); /* wall ms */
struct present screen_present(const struct screen *s);
/* A message in the last row until the next key. */
void screen_say(struct screen *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
void screen_complain(struct screen *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same of an error: in the officer's language where there is a sentence. */
void screen_fail(struct screen *s, const struct err *why);
/* The same of an answer of the central that is not the one asked for. */
void screen_refused(struct screen *s, const struct reply *r);
void screen_go(struct screen *s, enum view v); /* one step deeper */
void screen_back(struct screen *s);
/* Read again what the view shows. */
void screen_reload(struct screen *s);
/* What is drawn next is as new as the cache. */
void screen_note_revision(struct screen *s);
void screen_drop_draft(struct screen *s, const char *case_id, const char *kind);
void screen_draw(struct screen *s);
void screen_run(struct screen *s, const struct app_action *a, const char *arg);
/* May this row be done now? `why` (may be NULL) gets the reason in words. */
bool screen_may(struct screen *s, const struct app_action *a, struct strbuf *why);
/* The hint row of a view. */
const char *screen_hint(const struct screen *s);
void screen_frame(struct screen *s, struct frame *f);
/* Key gone; nothing of any case is left in memory that is drawn. */
void screen_lock(struct screen *s);
bool screen_unlocked(struct screen *s);

/* --- screen_engine.c -------------------------------------------------------------- */

/* How things stand with the central, as the next drawing says it. */
void screen_read_status(struct screen *s);
/* The screen stands: now comes what nobody waits for, the start of the engine
 * and what has to be asked of the central. */
void screen_drawn(struct screen *s);
/* The engine has something to tell. */
void screen_heard(struct screen *s);

/* --- Signing (screen_status.c) ---------------------------------------------------- */

/* The case that the view is about, or NULL. */
const struct case_row *screen_case(const struct screen *s);
/* Sign `in`; says what was done or why not. */
bool screen_act(struct screen *s, struct intent *in);
/* What an action said becomes the case's draft, unless there is a newer one. */
bool screen_keep_words(struct screen *s, const struct outbox_item *i);
/* The number people use of a case, from the cache; the start of its id there
 * is none. */
void screen_number(const struct screen *s, const char *case_id, char out[DIARY_MAX]);

/* --- The other files ---------------------------------------------------------------- */

void list_start(struct screen *s);
/* To the saved view of `p`, the cursor on its case if it is there still. */
void list_resume(struct screen *s, const struct place *p);
void list_reload(struct screen *s);
void list_draw(struct screen *s);
void list_release(struct list_state *l);
void list_move(struct screen *s, int by, bool page);
void list_end(struct screen *s, bool last);
/* Narrow the list to a filter. False: it does not hold, and why is said. */
bool list_filter(struct screen *s, const char *text);
/* The view and what is typed, read anew: the day and the names may be others.
 * The last word is a beginning: what was found while it was typed is found when
 * it is left so. False: what is typed does not hold; then the list stays as it
 * was and typing.said says why. */
bool list_refilter(struct screen *s, const char *typed);
/* The list by what was typed since it was read: its first page. */
void list_typed(struct screen *s);
/* The first page alone, and how many rows there are, if that is all. */
void list_glance(struct screen *s);
/* What the title says of a list that was glanced at. ST_RETRY: stopped, and
 * still to be done. */
enum status list_measure(struct screen *s, struct err *why);
void list_from_top(struct screen *s);
/* A view by its digit; false: there is none, which is said. */
bool list_view(struct screen *s, int digit);
/* A number of cases, which is counted no further than CASE_COUNT_CAP. */
const char *list_count(char out[32], int64_t n);
/* Mark what a filter shows of the list. */
void list_mark_filter(struct screen *s, const char *text);
/* One step deeper: every case of a filter. */
void list_drill(struct screen *s, const char *filter);
void filter_key(struct screen *s, struct key key);
void typing_release(struct typing *t);
/* Remember a line for arrow-up. */
void typing_keep(struct typing *t, const char *text);
/* Arrow-up, arrow-down and Tab in a line that takes a filter; true: the line
 * is another. */
bool typing_key(struct screen *s, struct typing *t, struct line *l, struct key key);
/* Both at once; what they held is taken over. False: no memory. */
bool filter_both(struct filter *out, struct filter *a, struct filter *b);
int list_capacity(const struct screen *s);
/* The row under the cursor, or NULL. */
const struct case_row *list_row(const struct screen *s);
/* The case after (or before) `key` in the list. ST_NONE at its end. */
enum status list_neighbour(struct screen *s, struct case_key *key, bool backward,
			   char case_id[UUID_TEXT]);

/* Are there marks that an action would be done to? */
bool bulk_wanted(const struct screen *s);
/* May this action be done to many cases at a time? */
bool bulk_takes(const struct app_action *a);
void bulk_mark_query(struct screen *s, const struct case_query *q);
/* Are more marked than an action is done to without asking? */
bool bulk_is_large(const struct screen *s);
/* How many are marked and which, for a box. */
void bulk_tell(struct screen *s, struct strbuf *out);
/* Do it to the marked cases, when that is little and easily undone; else ask.
 * `warning` (may be NULL) stands in the box. */
void bulk_offer(struct screen *s, const struct app_action *a, const char *warning);
/* Begin, and say whether it has begun; bulk_turn does some of it at each turn of the loop. The case of `in`
 * is not looked at; its arguments are copied. */
bool bulk_start(struct screen *s, const struct app_action *a, const struct intent *in);
void bulk_turn(struct screen *s);
/* Between two cases. False: nothing was running. */
bool bulk_stop(struct screen *s);
/* Is this item of the outbox one of the bulk that was done last? */
bool bulk_owns(const struct screen *s, int64_t item);
void bulk_undo(struct screen *s, const struct app_action *a);
void bulk_draw(struct screen *s);
void bulk_release(struct bulk_state *b);
void bulk_move(struct screen *s, int to);
int bulk_capacity(const struct screen *s);
/* The case under the cursor, "" for none. */
const char *bulk_case(const struct screen *s);

bool search_key(struct screen *s, struct key key);
/* The hits by what was typed since they were read. */
void search_typed(struct screen *s);
/* The hits beyond the first page, and how many there are. ST_RETRY: stopped,
 * and still to be done. */
enum status search_measure(struct screen *s, struct err *why);
/* The central may have answered, or a case that was asked for may be here. */
void search_heard(struct screen *s);
void search_reload(struct screen *s);
void search_draw(struct screen *s);
void search_release(struct screen *s);

bool case_open(struct screen *s, const char *case_id);
/* Have fetched what is not here of the case that is open. */
void case_ask(struct screen *s);
void case_reload(struct screen *s);
void case_draw(struct screen *s);
void case_close(struct open_case *c);
void case_move(struct screen *s, int to);
int case_cursor(const struct screen *s);
/* screen_related.c: find the other cases of the open case's party. */
void related_load(struct screen *s);
/* screen_timeline.c: read the events of the open case anew. */
void events_load(struct screen *s);
void events_release(struct open_case *c);
/* The event in that row of the timeline, NULL behind the last. */
const struct event_text *event_at(const struct open_case *o, int row);
/* What is shown, and the key for another choice. */
const char *events_note(const struct open_case *o);
/* screen_tabs.c: rows of the tab that is shown, its strip, the tabs 3 to 6. */
int case_rows(const struct screen *s);
void case_go_tab(struct screen *s, enum case_tab tab);
void case_strip(const struct screen *s, struct tab_strip *t);
void case_draw_part(struct screen *s);
/* The message under the cursor, NULL: none, or another tab. */
const struct case_message *case_message_at(const struct screen *s);

/* Takes the text. */
void read_open(struct screen *s, const char *title, struct strbuf *text);
void read_close(struct screen *s);
void read_move(struct screen *s, int to);
void read_draw(struct screen *s);

/* screen_document.c. Are its bytes in this home? */
bool document_here(struct screen *s, const struct case_doc *d);
/* Read it; what is not here is fetched first. */
void document_read(struct screen *s, int i);
void document_read_letter(struct screen *s);
/* Take what has come of the document that is fetched, and ask for more. */
void documents_hear(struct screen *s);
/* Files of documents that are not here any more, erased or lost, go. */
void documents_forget(struct screen *s);
/* Boot ms at which documents_hear has something to do, 0 = never. */
int64_t documents_again(const struct screen *s);
/* Stop fetching; was anything being fetched? */
bool document_stop(struct screen *s);
/* How far its bytes are on their way; nothing while they are not. */
void document_progress(const struct screen *s, const struct case_doc *d, struct strbuf *out);

/* Read anew what is listed; the cursor stays on its item. */
void items_load(struct screen *s);
/* Before another view: what was sent again after a restore has been seen. */
void outbox_left(struct screen *s);
/* The cursor to row `to`, reading as far as that. */
void items_move(struct screen *s, int to);
/* To the last row there is. */
void items_last(struct screen *s);
void items_draw(struct screen *s);

/* Read the conflict that the current row is; a choice for it stays. */
void conflict_load(struct screen *s);
/* What has happened in its case since the action was signed, a line each. */
void conflict_tell_since(struct screen *s, struct strbuf *out, const struct conflict *c);
void conflict_close(struct conflict_state *c);
void conflict_move(struct screen *s, int to);
void conflict_draw(struct screen *s);
void items_release(struct items_state *i);
const struct signed_item *items_row(const struct screen *s);

void box_open_ask(struct screen *s, const struct app_action *a, const char *title, const char *keys,
		  void (*yes)(struct screen *s));
void box_close(struct screen *s);
void box_key(struct screen *s, struct key key);
void box_paint(struct screen *s);
void box_save_draft(struct screen *s);
void form_commit(struct screen *s);
/* The form of `said`, filled in with it; what is committed takes the place of
 * `item`. False: that act has no form. */
bool form_open_again(struct screen *s, const struct action *said, int64_t item);
void form_offers(struct screen *s);
bool form_offer_key(struct screen *s, struct key key);

/* Has the officer a role that is shown figures? */
bool stats_allowed(const struct screen *s);
/* An answer may have come. */
void stats_heard(struct screen *s);
/* Ask anew, unless it was done a moment ago. */
void stats_reload(struct screen *s);
/* The next stats_reload asks, however short ago it was. */
void stats_ask_again(struct screen *s);
void stats_draw(struct screen *s);
void stats_close(struct screen *s);
void stats_move(struct screen *s, int to);

/* An answer may have come. */
void devices_heard(struct screen *s);
void devices_reload(struct screen *s);
void devices_draw(struct screen *s);
void devices_close(struct screen *s);
void devices_move(struct screen *s, int to);

/* An answer may have come; a registrar's screen asks now and then. */
void erasures_heard(struct screen *s);
void erasures_reload(struct screen *s);
/* How many wait for this officer, as last heard. */
int erasures_waiting(const struct screen *s);
/* The case of the row under the cursor, "": none. */
const char *erasures_case(const struct screen *s);
/* The form of a proposal: what it is about, as the timeline's cursor says, and
 * whether F8 may go on with it. */
void erase_about(struct screen *s);
bool erase_ready(struct screen *s);
/* Is this argument left out, since the whole case is to go? */
bool erase_leaves_out(const struct box_state *b, const char *arg);
void erasures_draw(struct screen *s);
void erasures_close(struct screen *s);
void erasures_move(struct screen *s, int to);

/* Is a contact center all that the officer is? Then its view is the bottom one. */
bool contact_alone(const struct screen *s);
/* Is a call timed on the screen? */
bool contact_in_call(const struct screen *s);
bool contact_key(struct screen *s, struct key key);
void contact_heard(struct screen *s);
void contact_reload(struct screen *s);
void contact_move(struct screen *s, int to);
void contact_draw(struct screen *s);
const char *contact_hint(const struct screen *s);
void contact_close(struct screen *s);

/* screen_message.c: after a key in its box; F7 and F8; the letter's own keys. */
void message_typed(struct screen *s);
/* The box filled in with `said`; what is sent takes the place of `item`. */
void message_again(struct screen *s, const struct action *said, int64_t item);
void message_preview(struct screen *s);
void message_letter_key(struct screen *s, struct key key);
void message_letter_draw(struct screen *s);

bool decision_key(struct screen *s, struct key key);
bool letter_key(struct screen *s, struct key key);
void decision_draw(struct screen *s);
void letter_draw(struct screen *s);
void decision_save_draft(struct screen *s);
/* May it be left? Not when its draft could not be kept, until asked once more. */
bool decision_may_leave(struct screen *s);
void decision_leave(struct screen *s);
/* Go on with what waited for the central, if it has answered or the time is up. */
void decision_heard(struct screen *s);
/* A refused decision becomes the case's draft, to be read and signed anew. */
void decision_again(struct screen *s, int64_t item);
/* Somebody else moved the case while the decision is being written: say so. */
void decision_moved(struct screen *s);

bool help_key(struct screen *s, struct key key);
void help_draw(struct screen *s);
void sync_draw(struct screen *s);

/* screen_keys.c: the PIN's key becomes the home's. As pin_open, and "key-changed". */
enum status screen_open_pin(struct screen *s, struct str digits, struct err *why);
/* The device waits to be approved: say its fingerprint. */
void screen_say_pending(struct screen *s);
/* Say that the device's key ends soon, if it does. */
void screen_warn_key(struct screen *s);

bool unlock_key(struct screen *s, struct key key);
void unlock_draw(struct screen *s);
bool enrol_key(struct screen *s, struct key key);
void enrol_draw(struct screen *s);
void enrol_start_form(struct screen *s);

/* screen_command.c */
void prompt_key(struct screen *s, struct key key);
/* What may stand at the cursor of a line of commands. */
void command_complete(const struct screen *s, struct filters_offer *out, const char *text,
		      size_t cursor);
/* Words that commands take: a column to sort by, a status; NULL behind the last. */
const char *list_order_word(size_t i);
const char *status_word(size_t i);
/* The values of a list that a form's field chooses from; 0: it has none. */
int form_choices(enum plan_list list, const struct form_choice **rows);

/* Fields of a form as one JSON text, and back. */
void draft_write(struct strbuf *out, const struct form *f);
void draft_read(struct form *f, struct str json);

#endif
