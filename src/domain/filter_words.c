/* SPDX-License-Identifier: EUPL-1.2 */
/* The names of the filter language, and what a word is. */
#include "domain/filter_part.h"

#include <string.h>

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/utf8.h"

#include "base/banned.h"

static const struct filter_word words[] = {
	{ "kö", "queue", NULL, N_("kön som ärendet ligger i"), false, BY_QUEUE },
	{ "enhet", "unit", NULL, N_("enheten som har ärendet"), false, BY_UNIT },
	{ "typ", "type", NULL, N_("ärendetypen"), false, BY_TYPE },
	{ "status", "status", NULL, N_("status"), false, BY_STATUS },
	{ "handl", "assignee", NULL, N_("handläggaren; jag eller ingen"), false, BY_ASSIGNEE },
	{ "part", "party", NULL, N_("ord i partens namn"), false, BY_PARTY },
	{ "inkom", "received", NULL, N_("dagen då det kom in"), false, BY_RECEIVED },
	{ "frist", "due", NULL, N_("fristen"), false, BY_DUE },
	{ "klar", "done", NULL, N_("dagen då det avslutades"), false, BY_CLOSED },
	{ "prio", "priority", NULL, N_("prioritet: hög, normal, låg"), false, BY_PRIORITY },
	{ "kanal", "channel", NULL, N_("hur det kom in"), false, BY_CHANNEL },
	{ "dnr", "ref", NULL, N_("diarienummer, också kort"), false, BY_REF },
	{ "beslut", "decision", NULL, N_("beslutets utfall"), false, BY_DECISION },
	{ "ålder", "age", NULL, N_("dagar sedan det kom in"), false, BY_AGE },
	{ "text", "text", NULL, N_("ord i rubrik, part eller nummer"), false, BY_TEXT },
	{ "försenad", "overdue", "försenade", N_("fristen har gått ut utan beslut"), true,
	  IS_OVERDUE },
	{ "ny", "new", "nya", N_("inkommet, och ingen har tagit det"), true, IS_NEW },
	{ "min", "mine", "mina", N_("du är handläggare"), true, IS_MINE },
	{ "ingen", "nobody", "ingens", N_("det har ingen handläggare"), true, IS_NOBODYS },
	{ "sekretess", "secret", NULL, N_("det är sekretessmarkerat eller skyddat"), true,
	  IS_SECRET },
	{ "konflikt", "conflict", NULL, N_("något du gjort har nekats eller krockat"), true,
	  IS_CONFLICT },
	{ "bevakad", "watched", "bevakade", N_("dagen som du bevakar det till är inne"), true,
	  IS_WATCHED },
	{ "öppen", "open", "öppna", N_("det är inte avslutat"), true, IS_OPEN },
	{ "avslutad", "closed", "avslutade", N_("det är avslutat eller arkiverat"), true,
	  IS_CLOSED },
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

const struct filter_word *filter_word_at(size_t i)
{
	return i < WORDS ? &words[i] : NULL;
}

enum value_kind filter_value_kind(enum filter_field field)
{
	switch (field) {
	case BY_PARTY:
	case BY_TEXT:
		return VALUE_WORDS;
	case BY_RECEIVED:
	case BY_DUE:
	case BY_CLOSED:
		return VALUE_DAYS;
	case BY_PRIORITY:
		return VALUE_RANK;
	case BY_REF:
		return VALUE_NUMBER;
	case BY_AGE:
		return VALUE_AGE;
	default:
		return VALUE_CODE;
	}
}

void filter_fold(char out[FILTER_WORD_MAX], struct str typed)
{
	struct strbuf b = STRBUF_INIT_MAX(FILTER_WORD_MAX - 1);

	out[0] = '\0';
	if (typed.n < FILTER_WORD_MAX && utf8_valid(typed) && utf8_fold(&b, typed, true))
		memcpy(out, strbuf_cstr(&b), b.len + 1);
	strbuf_release(&b);
}

static bool is_name(const char *name, const char *folded)
{
	char own[FILTER_WORD_MAX];

	if (!name || !*folded)
		return false;
	filter_fold(own, str_of(name));
	return strcmp(own, folded) == 0;
}

enum joint filter_joint(struct str typed)
{
	static const struct {
		const char *sv, *en;
		enum joint joint;
	} joints[] = {
		{ "och", "and", JOINT_AND },
		{ "eller", "or", JOINT_OR },
		{ "inte", "not", JOINT_NOT },
	};
	char folded[FILTER_WORD_MAX];

	filter_fold(folded, typed);
	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
		if (is_name(joints[i].sv, folded) || is_name(joints[i].en, folded))
			return joints[i].joint;
	return JOINT_NONE;
}

const struct filter_word *filter_word_find(struct str typed, bool is_flag)
{
	char folded[FILTER_WORD_MAX];

	filter_fold(folded, typed);
	for (size_t i = 0; i < WORDS; i++)
		if (words[i].is_flag == is_flag
		    && (is_name(words[i].sv, folded) || is_name(words[i].en, folded)
			|| is_name(words[i].also, folded)))
			return &words[i];
	return NULL;
}

bool filter_not_kept(struct str typed, bool is_flag)
{
	static const struct {
		const char *sv, *en;
		bool is_flag;
	} names[] = {
		{ "fastighet", "property", false },
		{ "bilaga", "attachment", true },
	};
	char folded[FILTER_WORD_MAX];

	filter_fold(folded, typed);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].is_flag == is_flag
		    && (is_name(names[i].sv, folded) || is_name(names[i].en, folded)))
			return true;
	return false;
}

/* Offered folded, so that å and a are near; a better one is known by its
 * distance, for all stand in the same memory. */
static void offer(struct nearest *n, const char *name, const char **best)
{
	char folded[FILTER_WORD_MAX];
	size_t before = n->distance;

	filter_fold(folded, str_of(name));
	nearest_offer(n, folded);
	if (n->distance < before)
		*best = name;
}

const char *filter_nearest_field(struct str typed)
{
	char folded[FILTER_WORD_MAX];
	struct nearest n;
	const char *best = NULL;

	filter_fold(folded, typed);
	nearest_start(&n, str_of(folded));
	for (size_t i = 0; i < WORDS; i++)
		if (!words[i].is_flag) {
			offer(&n, words[i].sv, &best);
			offer(&n, words[i].en, &best);
		}
	return best;
}

bool filter_next_word(struct str folded, size_t *at, struct str *word)
{
	size_t from = *at;
	bool inside = false;

	while (*at < folded.n) {
		size_t here = *at;
		int32_t cp = utf8_next(folded, at);

		if (cp >= 0 && utf8_is_word(cp)) {
			if (!inside)
				from = here;
			inside = true;
		} else if (inside) {
			*word = (struct str){ folded.p + from, here - from };
			return true;
		}
	}
	*word = (struct str){ folded.p + from, folded.n - from };
	return inside;
}

bool filter_words(struct strbuf *out, struct str text, bool plain)
{
	struct strbuf folded = STRBUF_INIT;
	struct str word;
	size_t at = 0;
	bool first = true;
	bool ok = utf8_fold(&folded, text, plain);

	while (ok && filter_next_word(strbuf_str(&folded), &at, &word)) {
		ok = (first || strbuf_addc(out, ' ')) && strbuf_add(out, word.p, word.n);
		first = false;
	}
	strbuf_release(&folded);
	return ok;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* The same without å ä ö, where that differs from what stands in `out` from
 * `from` on: never where that is ASCII. */
static bool add_plain(struct strbuf *out, size_t from, struct str text)
{
	struct str folded = { out->data + from, out->len - from };
	struct strbuf plain = STRBUF_INIT;
	bool ok = true;

	if (is_ascii(folded))
		return true;
	if (filter_words(&plain, text, true) && !str_eq(folded, strbuf_cstr(&plain)))
		ok = strbuf_addf(out, " \t %s", strbuf_cstr(&plain));
	strbuf_release(&plain);
	return ok;
}

/* Text that is not UTF-8 has no words. */
static bool add_line(struct strbuf *out, struct str text)
{
	size_t from;
	bool ok = true;

	if (utf8_valid(text)) {
		ok = strbuf_addc(out, ' ');
		from = out->len;
		ok = ok && filter_words(out, text, false) && add_plain(out, from, text)
		     && strbuf_addc(out, ' ');
	}
	return strbuf_addc(out, '\n') && ok;
}

bool filter_index(struct strbuf *out, const struct casefile *c)
{
	return add_line(out, strbuf_str(&c->party)) && add_line(out, strbuf_str(&c->title))
	       && add_line(out, str_of(c->diary_no));
}
