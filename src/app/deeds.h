/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * deeds - the functions that the registry of actions points at.
 *
 * Place:    actions.c's table -> DEEDS in the screen_*.c files.
 * Promise:  each is called only in a view that its row names. What it cannot
 *           do it says on the screen, with the reason.
 * Owner:    the screen and the row are borrowed; `arg` is what stood behind
 *           the command, "" for a key.
 * Errors:   told to the officer, never to the caller.
 */
#ifndef APP_DEEDS_H
#define APP_DEEDS_H

#include "app/actions.h"

typedef void deed(struct screen *s, const struct app_action *a, const char *arg);

/* screen_forms.c, screen_status.c: what is done to a case */
deed do_claim, do_release, do_note, do_route, do_assign, do_status, do_deadline, do_watch,
	do_priority, do_ask, do_suspend_case, do_resume, do_propose, do_return, do_dispatch,
	do_waive, do_close, do_reopen, do_undo;
/* screen_filter.c */
deed do_views, do_save_view;
/* screen_search.c */
deed do_search, do_search_central;
/* screen_bulk.c */
deed do_mark, do_mark_all, do_mark_filter, do_unmark, do_result, do_undo_bulk;
/* screen_decision.c */
deed do_decide;
/* screen_outbox.c */
deed do_send_now, do_retry, do_let_go, do_withdraw, do_outbox, do_conflicts, do_choose_items;
/* screen_conflict.c */
deed do_side, do_edit_conflict, do_since, do_solve, do_next_conflict, do_previous_conflict;
/* screen_move.c */
deed do_move_up, do_move_down, do_page_up, do_page_down, do_first, do_last, do_open;
/* screen_queue.c */
deed do_mine, do_inbox, do_overdue, do_queue, do_all, do_view, do_sort_before, do_sort, do_info,
	do_filter, do_home;
/* screen_case.c, screen_tabs.c */
deed do_next_case, do_previous_case, do_overview, do_timeline, do_documents, do_parties,
	do_messages, do_decision_tab, do_tab, do_read;
/* screen_timeline.c */
deed do_choose_events;
/* screen_message.c */
deed do_message, do_reply;
/* screen_document.c */
deed do_open_outside;
/* screen_help.c, screen_sync.c */
deed do_help, do_palette, do_sync_status;
/* screen_stats.c */
deed do_stats, do_all_units, do_period, do_drill, do_next_block, do_previous_block;
/* screen_devices.c */
deed do_devices, do_approve_device, do_refuse_device;
/* screen_erasures.c */
deed do_erasures, do_erase, do_confirm_erasure, do_withdraw_erasure;
/* screen_contact.c */
deed do_contact, do_look_up, do_next_call, do_call_note, do_call_back;
/* screen_global.c */
deed do_back, do_cancel, do_sync, do_lock, do_stop, do_quit;
/* screen_keys.c */
deed do_passphrase, do_pin;
/* screen_command.c */
deed do_command;

#endif
