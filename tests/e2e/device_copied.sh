#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A home copied to a second place, and both used: whichever sends first, the
# fork is found, the device is frozen, and after enrolling anew what each copy
# had signed stands once, as the intent that it was.
. "$(dirname "$0")/lib.sh"

start_central
add_officer britt.a officer,decider bygg
for i in 1 2 3 4; do apply BYGGLOV_NYBYGGNAD "copied-$i" "Växthus $i" >/dev/null; done

items() { # HOME JQ
	sluss_locked "$1" outbox --json | jq -c "$2"
}
# Signed in HOME: a note on case NR with the text.
note() {
	printf '%s\n' "$3" >"$T/note"
	sluss "$1" note "2026-$2" "$T/note" >/dev/null 2>"$T/err" || fail "note $3" "$(cat "$T/err")"
}
# Enrolled anew, what is held is signed again, and sent.
again() {
	enrol "$1" "$(invite britt.a)" >/dev/null
	for item in $(items "$1" '[.items[] | select(.state == "held") | .item] | sort | .[]'); do
		sluss "$1" outbox retry "$item" >/dev/null 2>"$T/err" || fail "retry $item in $1" "$(cat "$T/err")"
	done
	sluss "$1" sync --wait >/dev/null 2>"$T/err" || fail "sync of $1" "$(cat "$T/err")"
}
# once TEXT...: what was signed with each text stands once.
once() {
	for text in "$@"; do
		is "\"$text\" stands once" "$(texts | grep -cx "$text")" 1
	done
}
texts() {
	sqlite3 -readonly "$C/central.db" "SELECT jws FROM entry JOIN log USING(seq) WHERE act = 'note.add'" |
		cut -d. -f2 | while read -r p; do printf '%s' "$p==" | tr -- '-_' '+/' | base64 -d 2>/dev/null | jq -r .args.text; done
}
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

enrol britt.a >/dev/null
sluss britt.a sync --wait >/dev/null
note britt.a 1 före
sluss britt.a sync --wait >/dev/null

# --- Both have the same pending action: no fork ---------------------------------------
note britt.a 1 lika
cp -a "$(home_of britt.a)" "$(home_of copy)"
exits "a copy that sends what the other has sent" 0 sluss britt.a sync --wait
exits "is answered the same" 0 sluss copy sync --wait
is "and settles it" "$(items copy '[.items[] | select(.verdict == "accepted")] | length')" 2

# --- Equal counters, other contents: both pending, the first home first ----------------
note britt.a 2 "den första"
note copy 2 "kopians"
note copy 3 "kopians andra"
is "two copies used one counter" "$(items britt.a '[.items[].ctr] | max') $(items copy '[.items[].ctr] | max')" "3 4"
exits "the first to send is served" 0 sluss britt.a sync --wait
exits "the second is found out" 7 sluss copy sync --wait
is "what it signed is held" "$(items copy .counts.held)" 2
is "the frozen device is vouched for up to what it had sent, and no further" \
	"$(sqlite3 -readonly "$C/central.db" "SELECT state, last_ctr, valid_through_ctr FROM device")" "frozen|3|3"
note_exit=0
printf 'efter\n' | sluss britt.a note 2026-4 - >/dev/null 2>&1 || note_exit=$?
is "the first still signs, not knowing" "$note_exit" 0
exits "and is told at its next sending that the device is frozen" 7 sluss britt.a sync --wait
is "it keeps what it signed" "$(items britt.a .counts.held)" 1
before=$(items copy '[.items[] | select(.state == "held") | .iid] | sort')
again copy
again britt.a
is "what the copy had signed stands as the intents that it was" "$(items copy '[.items[] | select((.verdict == "accepted" or .verdict == "merged") and (.ctr < 3)) | .iid] | sort | [.[] | select(. as $i | '"$before"' | index($i))]')" "$before"
once före lika "den första" kopians "kopians andra" efter

# --- An older copy with fewer counters, that comes first or last ----------------------------
cp -a "$(home_of britt.a)" "$(home_of older)"
for i in 1 2; do note britt.a $i "nyare $i"; done
sluss britt.a sync --wait >/dev/null
exits "an older copy that only fetches is no fork" 0 sluss older sync --wait
note older 4 "äldre ett"
note older 4 "äldre två"
exits "one that sends is" 7 sluss older sync --wait
again older
cp -a "$(home_of older)" "$(home_of third)"
note older 1 "sist"
note third 1 "kopian först"
exits "a copy that sends first is served" 0 sluss third sync --wait
exits "and the original is found out" 7 sluss older sync --wait
again older
once "nyare 1" "nyare 2" "äldre ett" "äldre två" "sist" "kopian först"
exits "and all of it verifies" 0 "$CENTRAL" verify "$C"
finish
