#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The life of a device's key: changed with actions waiting, while a window of
# the same officer is at work, and with the central away; what both keys signed
# is verified by everybody, in the archive package too. Then the ways in which a
# key ends: its time, retired, lost; nothing that was signed is lost by any.
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
exits "a second time it is not" 0 sluss britt.a key rotate
like "which is said" "$(cat "$T/out" "$T/err")" "byttes inte en gång till"
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
package='' tries=0
while [ -z "$package" ] && [ $tries -lt 2000 ]; do
	curl -sS "$URL/healthz" >"$T/out"
	package=$(find "$C/archive" -name '*.zip' | head -n 1)
	tries=$((tries + 1))
done
exits "a package signed by three keys of one device holds" 0 "$B/sluss-verify" "$package"

# --- The ends of a key -------------------------------------------------------------------------
days() { # ID N: the certificate of that officer's device is N days old
	sqlite3 -cmd ".timeout 5000" "$C/central.db" \
		"UPDATE device SET enrolled_at = enrolled_at - $2 * 86400000 WHERE officer = '$1'"
}
held() { sluss_locked "$1" outbox --json | jq .counts.held; }
again() { # ID: whatever is held, or was put in quarantine, is signed again and sent
	for item in $(sluss_locked "$1" outbox --json | jq '[.items[] | select(.state == "held" or .verdict == "quarantined") | .item] | sort | .[]'); do
		sluss "$1" outbox retry "$item" >/dev/null 2>&1
	done
	sluss "$1" sync --wait >"$T/out" 2>"$T/err"
}
stands() { # how often the notes of the second case stand in the log
	sqlite3 -readonly -cmd ".timeout 5000" "$C/central.db" \
		"SELECT count(*) || ' ' || count(DISTINCT iid) FROM log WHERE act = 'note.add' AND sub = '$1'"
}
for who in lisa nils olle; do
	add_officer "$who" officer bygg
	enrol "$who" >/dev/null 2>&1
	printf 'key.cost = interactive\n' >"$(home_of "$who")/sluss.conf"
	apply BYGGLOV_NYBYGGNAD "end-$who" "Altan $who" >/dev/null
	sluss "$who" sync >/dev/null 2>&1
done
dev() { sluss_locked "$1" key --json | jq -r .device; }

sluss lisa note 2026-2 "$T/note" >/dev/null 2>&1
days lisa 181
exits "a key whose time is out logs in no more" 4 sluss lisa sync --wait
like "what to do is said" "$(cat "$T/err")" "ny inbjudan"
like "and what waits" "$(cat "$T/err")" "1 åtgärd är signerad och inte besvarad"
enrol lisa >"$T/out" 2>"$T/err"
like "enrolled anew, it is told what waits" "$(cat "$T/err")" "1 åtgärd från datorns förra nyckel"
again lisa
is "and stands once when it is signed again" "$(stands lisa)" "1 1"

sluss nils note 2026-3 "$T/note" >/dev/null 2>&1
sluss nils note 2026-3 "$T/note" >/dev/null 2>&1
"$CENTRAL" revoke "$C" "$(dev nils)" --as retired --through 1
exits "a retired key is turned away" 4 sluss nils sync --wait
like "and its officer told why" "$(cat "$T/err")" "avslutad"
is "of a retired key what lies within its bound is taken" "$(stands nils)" "1 1"
is "what lies beyond is put in quarantine" \
	"$(sluss_locked nils outbox --json | jq -c '[.items[] | select(.verdict == "quarantined") | .why]')" '["key-retired"]'
is "and waits for its officer" "$(held nils)" 1
enrol nils >/dev/null 2>&1
again nils
is "until it is signed again with a new key" "$(stands nils)" "2 2"

sluss olle note 2026-4 "$T/note" >/dev/null 2>&1
"$CENTRAL" revoke "$C" "$(dev olle)" --as lost
exits "a lost key is turned away" 4 sluss olle sync --wait
is "with all that it had signed" "$(stands olle) $(held olle)" "0 0 1"
exits "and changes its key no more" 4 sluss olle key rotate
enrol olle >/dev/null 2>&1
again olle
is "which stands once when it is signed again" "$(stands olle)" "1 1"
finish
