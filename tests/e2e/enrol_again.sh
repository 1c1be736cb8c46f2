#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One home copied, both used: the second to send is frozen and says so, and
# what it had signed stands once after it is enrolled anew. Verbs of one
# officer at once. Another officer in the same home sees nothing of the first.
. "$(dirname "$0")/lib.sh"

start_central
add_officer britt.a officer,decider bygg
add_officer eva officer miljo
enrol britt.a >/dev/null
for i in 1 2 3 4 5 6; do apply BYGGLOV_NYBYGGNAD "again-$i" "Växthus $i" >/dev/null; done
sluss britt.a sync >/dev/null

# --- Several programs of one officer at once -----------------------------------
verbs=''
for i in 1 2 3 4 5 6; do
	sluss britt.a claim "2026-$i" >"$T/claim-$i" 2>&1 &
	verbs="$verbs $!"
done
bad=0
for p in $verbs; do wait "$p" || bad=$((bad + 1)); done
is "six claims at once are all queued" "$bad" 0
sluss britt.a sync >/dev/null
is "their counters run without a gap" \
	"$(sluss_locked britt.a outbox --json | jq -c '[.items[].ctr] | sort')" "[1,2,3,4,5,6]"
is "and each is accepted" \
	"$(sluss_locked britt.a outbox --json | jq '[.items[] | select(.verdict == "accepted")] | length')" 6

# --- A copied home --------------------------------------------------------------
cp -a "$(home_of britt.a)" "$(home_of copy)"
echo "ett" | sluss britt.a note 2026-1 - --wait >/dev/null
echo "två" | sluss copy note 2026-2 - >/dev/null
echo "tre" | sluss copy note 2026-2 - >/dev/null
exits "the second copy to send is refused" 7 sluss copy sync --wait
like "and told what to do" "$(cat "$T/err")" "Anslut datorn på nytt"
is "what it signed is held" "$(sluss_locked copy outbox --json | jq .counts.held)" 2
echo "fyra" >"$T/four"
exits "it signs nothing more" 7 sluss copy note 2026-3 "$T/four"

enrol copy "$(invite britt.a)" >/dev/null
before=$(sluss_locked copy outbox --json | jq -c '[.items[] | select(.state == "held") | .iid] | sort')
for item in $(sluss_locked copy outbox --json | jq '[.items[] | select(.state == "held") | .item] | sort | .[]'); do
	exits "held action $item is signed again" 0 sluss copy outbox retry "$item"
done
exits "and sent" 0 sluss copy sync --wait
is "as the same intents, accepted" \
	"$(sluss_locked copy outbox --json | jq -c '[.items[] | select(.act == "note.add" and (.verdict == "accepted" or .verdict == "merged")) | .iid] | sort')" "$before"
exits "each stands once in the history" 0 "$CENTRAL" verify "$C"
is "with both notes on the case" \
	"$(sluss_locked copy show 2026-2 --json | jq -c '[.. | .text? // empty | select(. == "två" or . == "tre")]')" '["två","tre"]'

# --- Another officer --------------------------------------------------------------
enrol copy "$(invite eva)" >/dev/null
is "another officer in the home sees nothing that was fetched for the first" \
	"$(sluss_locked copy list --json | jq '.cases | length')" 0
is "nor does the file" "$(grep -c Växthus "$(home_of copy)/cache.db")" 0
finish
