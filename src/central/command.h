/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command - the operator's command line, and what its verbs share.
 *
 * Place:    main.c -> COMMAND -> verb_*.c.
 * Promise:  a command is run as it was written or not at all: an unknown
 *           option, one without its value, or a word too many is named, with
 *           how that command is written. What is printed goes through `put`
 *           (the result) and `say` (messages), which main.c gives.
 * Owner:    struct command borrows the arguments. Errors: exit codes.
 */
#ifndef CENTRAL_COMMAND_H
#define CENTRAL_COMMAND_H

#include <stdint.h>

#include "central/central.h"
#include "central/logstats.h"

/* Exit codes: 78 tells systemd that starting again will not help. */
enum { EXIT_DONE = 0, EXIT_FAIL = 1, EXIT_USAGE = 2, EXIT_VERIFY = 10, EXIT_CONF = 78 };
enum { COMMAND_OPTIONS = LOGSTATS_AT_MAX + 4, COMMAND_WORDS = 4 };

struct command;

/* least, most: how many words the verb takes, itself among them. */
struct verb {
	const char *name;
	int least, most;
	int (*run)(struct command *c);
	const char *options; /* with spaces between; '-' behind: a switch */
	const char *form;    /* how it is written, behind the program's name */
};

/* The command line, cut into words and --options with their values. */
struct command {
	const struct verb *verb;
	int words;
	const char *word[COMMAND_WORDS];
	int options;
	struct {
		struct str name;
		const char *value;
	} option[COMMAND_OPTIONS];
	void (*put)(const char *text), (*say)(const char *text);
};

/* Read the arguments behind the program's name, held against a table that a row
 * without a name ends. false: what is wrong has been said. */
bool command_read(struct command *c, const struct verb *table, int argc, char **argv);
/* How every command of the table is written. */
void command_forms(const struct command *c, const struct verb *table);

/* The first value of an option, or `otherwise`. */
const char *option(const struct command *c, const char *name, const char *otherwise);
bool has_option(const struct command *c, const char *name);
/* A whole number from low to high; false: what is wrong has been said. */
bool option_number(const struct command *c, const char *name, int64_t otherwise, int64_t low,
		   int64_t high, int64_t *out);

void put(const struct command *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
void say(const struct command *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Say what went wrong; the exit code it has. */
int command_fail(const struct command *c, enum status st, const struct err *why);

struct central_env command_env(void);
/* Open the folder; what keeps it from opening is said, and its exit code
 * given. 0: open. What conf says wrong is no wrong use of the command. */
int command_open(const struct command *c, const char *dir, const struct central_env *env,
		 struct central **central);
/* The same for a verb that changes something, and for one that looks, also at a
 * folder that would not serve (central_env.look_only). */
int command_change(const struct command *c, const char *dir, struct central **central);
int command_look(const struct command *c, const char *dir, struct central **central);

/* --- The verbs -------------------------------------------------------------------- */
typedef int command_run(struct command *c);
command_run verb_officer, verb_officers, verb_invite, verb_grant, verb_revoke_grant,
	verb_grants;						  /* verb_officer.c */
command_run verb_devices, verb_approve, verb_revoke, verb_status; /* verb_device.c */
command_run verb_erase;						  /* verb_erase.c */
command_run verb_restore, verb_accept_restore;			  /* verb_restore.c */

#endif
