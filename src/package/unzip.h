/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * unzip - a package's members, read from a file that nobody vouches for.
 *
 * Place:    a ZIP on disk -> UNZIP -> judge.
 * Promise:  a member is a regular file, stored uncompressed, under a name of
 *           [A-Za-z0-9._-] in at most two parts, once. All members together
 *           are no larger than the file, so nothing can swell. The list of
 *           local headers and the central directory say the same, so that
 *           every reader sees the same package. A damaged member is read all
 *           the same, so that the judge can say where the damage is.
 * Owner:    struct pack owns its members; release it. The bytes of members
 *           under documents/ are hashed and let go.
 * Errors:   ST_BAD_INPUT "package-unreadable" (no ZIP, damaged, a ceiling),
 *           "package-name", "package-twice", "package-ambiguous"; ST_NONE
 *           "package-missing"; ST_BROKEN "no-memory".
 */
#ifndef PACKAGE_UNZIP_H
#define PACKAGE_UNZIP_H

#include "domain/casefile.h"

enum {
	PACK_NAME = 128,
	PACK_MEMBERS_MAX = 1100,
	PACK_MEMBER_BYTES = 128 * 1024 * 1024,
};

struct pack_member {
	char name[PACK_NAME];
	char sha256[HASH_TEXT];
	int64_t size;
	bool damaged;	     /* the ZIP's own checksum differs; the bytes are as they stand */
	struct strbuf bytes; /* empty for documents */
};

struct pack {
	struct pack_member *rows;
	int count;
	bool damaged; /* some of it could be read by the directory alone */
};
#define PACK_INIT                                                                                  \
	{                                                                                          \
		NULL, 0, false                                                                     \
	}

MUST_USE enum status pack_read(struct pack *p, const char *path, struct err *why);
/* The member of that name, or NULL. */
const struct pack_member *pack_find(const struct pack *p, const char *name);
void pack_release(struct pack *p);

#endif
