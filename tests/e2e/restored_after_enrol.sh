#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A central restored from an older copy has lost what a workstation signed
# under a key that it has no more: the officer is told, signs it again as the
# same intent, and it stands once. What the copy held is left alone. What a key that
# stays had signed is sent again by itself, and the officer reads how much.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
mkdir -p "$(home_of britt.a)"
printf 'key.cost = interactive\n' >"$(home_of britt.a)/sluss.conf"
add_officer britt.a officer,decider bygg
enrol britt.a >/dev/null 2>&1 || bail "enrol"
one=$(apply BYGGLOV_TILLBYGGNAD r-1 "Carport vid Ekvägen" "Åkesson, Britt")
exits "the case is fetched" 0 sluss britt.a sync
for w in ett två tre; do echo "$w" >"$T/$w"; done
exits "the first note is taken" 0 sluss britt.a note "$one" "$T/ett" --wait
sqlite3 "$C/central.db" ".backup '$T/copy.db'"
exits "so is the second, which the copy lacks" 0 sluss britt.a note "$one" "$T/två" --wait
second=$(sluss_locked britt.a outbox --json | jq -r '.items[0].iid')
cp -a "$(home_of britt.a)" "$T/kept"

# Another key for the same home.
exits "the home is enrolled anew" 0 enrol britt.a
exits "a note under the new key" 0 sluss britt.a note "$one" "$T/tre" --wait
put_back() { # the central as it was when it was copied
	address=$(central_address)
	kill_central
	rm -f "$C/central.db-wal" "$C/central.db-shm"
	cp "$T/copy.db" "$C/central.db"
	: >"$T/served" # what the one before said counts no more
	"$CENTRAL" serve "$C" --listen "$address" --accept-restore >"$T/served" 2>&1 &
	CENTRAL_PID=$!
	pids="$pids $CENTRAL_PID"
	until grep -q '^listening' "$T/served"; do kill -0 "$CENTRAL_PID" || bail "the restored central: $(cat "$T/served")"; done
}
put_back

# The new device is not known any more either: it was enrolled after the copy.
exits "it is turned away" 4 sluss britt.a sync
exits "the doctor knows of it" 1 sluss_locked britt.a doctor
like "as of the last sync" "$(cat "$T/out")" "FEL  device       vid senaste synken"
sluss britt.a sync >"$T/out" 2>"$T/err" </dev/null
like "with what helps" "$(cat "$T/err")" "Be om en ny inbjudan"
like "and what it had sent is not said to be there" "$(sluss_locked britt.a outbox 2>&1)" "är inte känt än"
enrol britt.a >"$T/out" 2>&1 || bail "enrol after the restore: $(cat "$T/out")"
sluss britt.a sync --wait=5 >"$T/out" 2>&1
is "what was lost waits for its officer" \
	"$(sluss_locked britt.a outbox --json | jq -c '[.items[] | select(.state == "held") | .why] | unique')" '["device-changed"]'
is "the two notes that the copy lacks" "$(sluss_locked britt.a outbox --json | jq .counts.held)" 2
like "of which it is not said that they were sent again" "$(sluss_locked britt.a outbox 2>&1)" "centralen återställd, 2 av en tidigare nyckel förlorade"
for item in $(sluss_locked britt.a outbox --json | jq '[.items[] | select(.state == "held") | .item] | sort | .[]'); do
	exits "item $item is signed again" 0 sluss britt.a outbox retry "$item"
done
exits "and sent" 0 sluss britt.a sync --wait=20
exits "then the doctor finds nothing" 0 sluss_locked britt.a doctor
is "each note stands once" "$(sqlite3 "$C/central.db" "SELECT count(*) || ' ' || count(DISTINCT iid) FROM log WHERE act = 'note.add'")" "3 3"
is "the second as the intent that it was" "$(sqlite3 "$C/central.db" "SELECT count(*) FROM log WHERE iid = '$second'")" 1
exits "the central verifies" 0 "$CENTRAL" verify "$C"

# --- The same key before and after -------------------------------------------------------
exits "what was told is seen" 0 sluss_locked britt.a outbox seen
rm "$T/copy.db"
sqlite3 "$C/central.db" ".backup '$T/copy.db'"
for w in fyra fem; do
	echo "$w" >"$T/$w"
	exits "note $w is taken" 0 sluss britt.a note "$one" "$T/$w" --wait
done
put_back
exits "what was lost is sent again by itself" 0 sluss britt.a sync --wait=20
said="centralen återställd: 2 sända igen, 2 gäller"
like "sync says where to read it" "$(cat "$T/err")" "Centralen har återställts"
like "so does the outbox" "$(sluss_locked britt.a outbox 2>&1)" "$said"
{
	unlock_script
	cat <<-EOF
		key g u
		wait UTKORG
		wait $said
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --size 160x50 --script "$T/script"
did "and the screen" $?
is "each note stands once" "$(sqlite3 "$C/central.db" "SELECT count(*) || ' ' || count(DISTINCT iid) FROM log WHERE act = 'note.add'")" "5 5"
finish
