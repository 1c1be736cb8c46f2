/* SPDX-License-Identifier: EUPL-1.2 */
#include "app/key_words.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/i18n.h"
#include "cache/outbox.h"
#include "conf/spoken.h"
#include "sign/hash.h"
#include "sync/rotate.h"

#include "base/banned.h"

bool key_warning(struct strbuf *out, const struct home *h)
{
	int64_t end = certificate_ends(&h->who), left = end - clock_wall(&h->clock);
	int hour, minute;
	char day[DAY_TEXT];

	if (end <= 0 || h->who.frozen[0] || left >= ROTATE_DAYS * DAY_MS)
		return false;
	day_format(day, day_in_stockholm(end, &hour, &minute));
	if (left <= 0)
		strbuf_addf(
			out,
			_("Datorns nyckel gick ut %s. Be om en ny inbjudan och anslut datorn på "
			  "nytt: sluss enrol. Inget du signerat är förlorat."),
			day);
	else if (left < WARN_DAYS * DAY_MS)
		strbuf_addf(out,
			    _("Datorns nyckel går ut redan %s och är inte förnyad. Anslut till "
			      "centralen före dess; annars behövs en ny inbjudan."),
			    day);
	else
		strbuf_addf(out, _("Datorns nyckel går ut %s. Den förnyas när du når centralen."),
			    day);
	key_waiting(out, h);
	return true;
}

void key_waiting(struct strbuf *out, const struct home *h)
{
	struct outbox_counts n;
	int64_t count;

	if (outbox_count(h->outbox, &n, NULL) != ST_OK)
		return;
	count = n.waiting;
	if (count > 0)
		strbuf_addf(out,
			    P_(" %lld åtgärd är signerad och inte besvarad.",
			       " %lld åtgärder är signerade och inte besvarade.", count),
			    (long long)count);
}

bool key_fingerprint(char *out, size_t size, const char *x)
{
	unsigned char digest[8];
	char hex[HASH_TEXT], words[SPOKEN_TEXT];
	struct pubkey key;

	if (!pubkey_from_text(&key, str_of(x)))
		return false;
	sha256_hex(hex, (struct str){ (const char *)key.x, sizeof(key.x) });
	if (!hex_decode(digest, sizeof(digest), (struct str){ hex, 2 * sizeof(digest) }))
		return false;
	spoken_digest(words, digest);
	snprintf(out, size, "%s", words);
	return true;
}
