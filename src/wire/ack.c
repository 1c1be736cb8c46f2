/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/ack.h"

#include "wire/members.h"

#include "base/banned.h"

static bool write_verdict(struct jsonw *w, const void *from, struct err *why)
{
	const struct ack *a = from;
	enum verdict known;

	(void)why;
	jsonw_cstr(w, verdict_name(a->verdict));
	return verdict_from(&known, str_of(verdict_name(a->verdict)));
}

static bool read_verdict(void *to, const struct json *j, struct err *why)
{
	struct str s = json_text(j);

	(void)why;
	return s.p && verdict_from(&((struct ack *)to)->verdict, s);
}

/* Not strict: the signature holds whatever a later central adds. */
static const struct member ack_rows[] = {
	MEMBER("iid", MB_UUID, false, ack, iid),
	MEMBER("ah", MB_HASH, false, ack, ah),
	MEMBER("dev", MB_ID, false, ack, dev),
	MEMBER("ctr", MB_COUNT, false, ack, ctr),
	MEMBER_OWN("verdict", write_verdict, read_verdict),
	MEMBER("why", MB_ID, true, ack, why),
	MEMBER("detail", MB_TEXT, true, ack, detail),
	MEMBER("who", MB_ID, true, ack, who),
	MEMBER("case", MB_UUID, false, ack, case_id),
	MEMBER("n", MB_COUNT, true, ack, n),
	MEMBER("eh", MB_HASH, true, ack, eh),
	MEMBER("seq", MB_COUNT, true, ack, seq),
	MEMBER("epoch", MB_UUID, false, ack, epoch),
	MEMBER("at", MB_INSTANT, false, ack, at),
	MEMBER("merged_over", MB_COUNT, true, ack, merged_over),
};
static const struct members ack_members = { ack_rows, MEMBER_COUNT(ack_rows), "ack-member", false };

bool ack_write(struct strbuf *out, const struct ack *a)
{
	return members_put(out, &ack_members, a);
}

enum status ack_read(struct ack *a, struct str json, struct err *why)
{
	return members_get(a, &ack_members, json, why);
}
