#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The life of a device's key: changed with actions waiting, while a window of
# the same officer is at work, and with the central away; what both keys signed
# is verified by everybody, in the archive package too.
. "$(dirname "$0")/lib.sh"

start_central
add_officer britt.a officer,decider bygg
enrol britt.a >/dev/null 2>&1
printf 'key.cost = interactive\nsign.unattended = allow\n' >"$(home_of britt.a)/sluss.conf"
apply BYGGLOV_NYBYGGNAD key-1 "Växthus" >/dev/null
sluss britt.a sync >/dev/null 2>&1
kid() { sluss_locked britt.a key --json | jq -r .kid; }

# --- With an action waiting -------------------------------------------------------
first=$(kid)
like "a key says until when it is good" "$(sluss_locked britt.a key)" "Certifikatet gäller till 20"
sluss britt.a claim 2026-1 >/dev/null 2>&1
exits "the key is changed" 0 sluss britt.a key rotate
second=$(kid)
is "to another one" "$([ "$first" != "$second" ] && echo other)" other
is "which the central knows" "$(sluss_locked britt.a key --json | jq .central_knows)" true
exits "what the old key signed is sent" 0 sluss britt.a sync --wait
is "and taken" "$(sluss_locked britt.a outbox --json | jq -r '.items[0].verdict')" accepted

# --- With the central away ----------------------------------------------------------
stop_central
echo "Ringt." >"$T/note"
exits "a key is changed offline too" 0 sluss britt.a key rotate
is "and says that the central is still to be told" "$(sluss_locked britt.a key --json | jq .central_knows)" false
exits "the new one signs at once" 0 sluss britt.a note 2026-1 "$T/note"
serve_central "$(central_address)"
exits "with the central back all is sent" 0 sluss britt.a sync --wait
is "and taken" "$(sluss_locked britt.a outbox --json | jq -c '[.items[].verdict] | unique')" '["accepted"]'
is "the central has the key" "$(sluss_locked britt.a key --json | jq .central_knows)" true

# --- What everybody sees ---------------------------------------------------------------
exits "the central's history of keys holds" 0 "$CENTRAL" verify "$C"
exits "the officer's desk finds every signature good" 0 sluss_locked britt.a verify 2026-1
cp -a "$(home_of britt.a)" "$(home_of old)"
sluss britt.a key rotate >/dev/null
sluss old note 2026-1 "$T/note" >/dev/null 2>&1
exits "a copy with the key that was replaced is turned away" 7 sluss old sync --wait
like "and told what to do" "$(cat "$T/err")" "Anslut"
is "what it signed is held" "$(sluss_locked old outbox --json | jq .counts.held)" 1
exits "the other copy goes on" 0 sluss britt.a sync --wait

# --- The package ---------------------------------------------------------------------------
printf 'Åtgärden följer planen.' >"$T/reasons"
printf 'Bygglov ges.' >"$T/content"
exits "the case is decided" 0 sluss britt.a decide 2026-1 --outcome bifall --reasons "$T/reasons" --content "$T/content" --sign --yes
exits "not dispatched, with a ground" 0 sluss britt.a waive 2026-1 --ground "Sökanden var med"
exits "and closed" 0 sluss britt.a close 2026-1 --wait
stop_central
# A central that starts makes the packages that wait.
serve_central
package=$(find "$C/archive" -name '*.zip' | head -n 1)
exits "a package signed by three keys of one device holds" 0 "$B/sluss-verify" "$package"
finish
