/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * limits - every size, count and depth that the central takes.
 *
 * Place:    router (bodies), handlers, GET /v1/api-info (limits).
 * Promise:  what comes from outside is measured against one of these before
 *           it is kept. Owner: constants. Errors: none.
 */
#ifndef CENTRAL_LIMITS_H
#define CENTRAL_LIMITS_H

enum {
	LIMIT_SMALL_BODY = 16 * 1024, /* login, enrolment, pull */
	LIMIT_ACTIONS_BODY = 1024 * 1024,
	LIMIT_ACTIONS = 200, /* lines a request */
	LIMIT_GROUP = 50,    /* lines a transaction */
	LIMIT_BLOB = 10 * 1024 * 1024,
	LIMIT_UPLOADS = 2000, /* of a device, that no entry names yet */
	LIMIT_INTAKE_BODY = 16 * 1024 * 1024,
	LIMIT_INTAKE_FIELDS = 64 * 1024,
	LIMIT_INTAKE_DOCUMENTS = 7,	/* beside the application itself */
	LIMIT_DETAIL_ROWS = 512 * 1024, /* bytes of "d" rows a transaction */
	LIMIT_PAGE_FRAME = 16 * 1024,	/* header and trailer of a page */
	LIMIT_MESSAGE_BODY = 64 * 1024, /* an applicant's message, as JSON */
	LIMIT_MESSAGES = 20,		/* of an applicant, on one case in MESSAGES_WINDOW_MS */
	MESSAGES_WINDOW_MS = 24 * 60 * 60 * 1000,
	LIMIT_CHAIN_ROWS = 500,
	LIMIT_ACKS = 200,
	LIMIT_KEYS = 5000,
	LIMIT_WAITING = 500, /* devices in one list */
	LIMIT_PATH = 1024,
	LIMIT_QUERY = 1024,
	LIMIT_DOCUMENT_ROWS = 500, /* of one case, in one answer */
	LIMIT_STATS_DAYS = 3660,
	LIMIT_SEARCH_DEFAULT = 50, /* cases in an answer */
	LIMIT_SEARCH_CASES = 200,
	LIMIT_SEARCH_LOOKS = 20000, /* as struct search counts them */
	LIMIT_LOOKUP_TEXT = 200,    /* bytes of what is looked up */
	LIMIT_LOOKUP_WORDS = 8,
	LIMIT_LOOKUP_HITS = 10,
	LIMIT_LOOKUPS = 120, /* of one officer within the window */
	LOOKUPS_WINDOW_MS = 10 * 60 * 1000,
	LIMIT_LOOKUP_KEYS = 200, /* words of one application that can be found */

	LIMIT_PEERS = 256, /* whose wrong codes are counted */
	LIMIT_WRONG_CODES = 10,
	WRONG_CODES_WINDOW_MS = 10 * 60 * 1000,

	LIMIT_ROTATIONS = 30, /* of one device in ROTATIONS_WINDOW_MS */
	ROTATIONS_WINDOW_MS = 24 * 60 * 60 * 1000,

	CHALLENGE_MS = 60 * 1000,
	CHALLENGES_PER_DEVICE = 8,
	CHALLENGES_MAX = 20000,
	TOKEN_MS = 15 * 60 * 1000,
	INVITATION_MS = 24 * 60 * 60 * 1000,
	WAIT_MAX_MS = 60 * 1000,
	UNDO_SECONDS = 20,
};
#define CERTIFICATE_MS (180LL * 24 * 60 * 60 * 1000)

#endif
