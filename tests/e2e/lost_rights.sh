#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# An officer loses a queue and a case that were granted: after one sync no word of
# them stays in any file of the home, as it is, as base64url or packed; before, all
# are found. Also where another process reads the cache meanwhile, and where the
# program is killed at its writes. What the officer has signed is the officer's own:
# envelopes are never deleted, and stay in the outbox, and there alone.
set -u
# shellcheck disable=SC2034 # for found, in lib.sh
TOOLS=${B:-build}/tests/lib
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
join() { # ID ROLES UNIT
	add_officer "$1" "$2" "$3"
	mkdir -p "$(home_of "$1")"
	printf 'key.cost = interactive\nsign.unattended = allow\n' >"$(home_of "$1")/sluss.conf"
	enrol "$1" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
}
join anna officer bygg
join nils officer miljo

words='kanarietitel kanariepart kanariebilaga kanariefil kanarieanteckning kanarietva kanarietrea'
write() { # KEY TITLE PARTY FILE CONTENT: sets no and id
	jq -n --arg t "$2" --arg p "$3" --arg f "$4" --arg c "$5" '{title: $t, party: {name: $p},
		documents: [{name: $f, mt: "text/plain", data_b64: ($c | @base64)}]}' |
		curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: $1" \
			--data-binary @- "$URL/v1/intake/BYGGLOV_TILLBYGGNAD" >"$T/intake.json" ||
		bail "intake: $(cat "$T/intake.json")"
	no=$(jq -r .diary_no "$T/intake.json")
	id=$(jq -r .case_id "$T/intake.json")
}
did_it() { "$@" >"$T/out" 2>"$T/err" </dev/null || bail "$*: $(cat "$T/err")"; }
write l-1 "Kanarietitel vid sjön" "Kanariepart Ek" "kanariefil.txt" "En kanariebilaga, rad för rad."
one=$no queue=$(sqlite3 "$C/central.db" "SELECT queue FROM casefile WHERE id = '$id'")
write l-2 "Carport kanarietva" "Olle Ask" "ritning.txt" "x"
two=$no
did_it sluss anna sync
echo "Ringde om kanarieanteckning" >"$T/words"
did_it sluss anna note "$one" "$T/words"
did_it sluss anna outbox send
did_it sluss anna sync --wait

# --- Granted ---------------------------------------------------------------------------
grant() {
	"$CENTRAL" grant "$C" nils "$1" --reason "vikariat" >"$T/out" 2>"$T/err"
}
exits "a queue of another unit is granted" 0 grant "queue:$queue"
exits "and a case, by its number" 0 grant "case:$two"
exits "not twice" 1 grant "case:$two"
exits "no queue that is not there" 1 grant "queue:ingen"
exits "nor without a reason" 2 "$CENTRAL" grant "$C" nils "queue:$queue"
is "both are told of" "$("$CENTRAL" grants "$C" | cut -f 1,2,9 | sort -u)" "$(printf 'stands\tnils\tvikariat')"
did_it sluss nils sync
is "the officer has them" "$(sluss nils list --json | jq -r '.cases[].diary_no' | sort | tr '\n' ' ')" \
	"$(printf '%s\n' "$one" "$two" | sort | tr '\n' ' ')"
did_it sluss nils claim "$one"
echo "Mina egnanoteringar" >"$T/words"
did_it sluss nils note "$one" "$T/words"
rm "$T/words"
did_it sluss nils outbox send
did_it sluss nils sync --wait
write l-3 "Kanarietrea" "Ida Alm" "a.txt" "x"
did_it sluss nils sync
{
	unlock_script
	cat <<-EOF
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key 3
		wait [3 Handlingar
		key j
		key Enter
		wait kanariebilaga
		key q
		key Q
		waitexit 0
	EOF
} | screen nils
did "handles one, and keeps its document offline" $?

# --- Before ------------------------------------------------------------------------------
home=$(home_of nils)
# shellcheck disable=SC2086
is "before, every word is found in the home" "$(missed "$home" $words egnanoteringar)" ""
cp -a "$home" "$T/before"

# --- Lost ---------------------------------------------------------------------------------
revoke() {
	"$CENTRAL" revoke-grant "$C" nils "$1"
}
exits "the queue is taken back" 0 revoke "queue:$queue"
exits "and the case" 0 revoke "case:$two"
exits "once" 1 revoke "case:$two"
is "which is told" "$("$CENTRAL" grants "$C" | cut -f 1 | sort -u)" ended
did_it sluss nils sync
# shellcheck disable=SC2086
is "one sync, and nothing is left of what others said" "$(found "$home" $words)" ""
is "what was signed is kept, in the outbox alone" \
	"$(found "$home" egnanoteringar | sed 's/.* //' | sort -u)" "$(found "$home" egnanoteringar | sed 's/.* //' | grep 'outbox' | sort -u)"
is "and is there" "$(missed "$home" egnanoteringar)" ""
is "no list has them" "$(sluss nils list --json | jq '.cases | length')" 0

# --- Who waits hears of it ---------------------------------------------------------------
metric() {
	curl -sS "$URL/metrics" | sed -n 's/^sluss_requests_total //p'
}
sqlite3 -cmd ".timeout 5000" "$C/central.db" "INSERT INTO token(hash, dev, expires_at)
	SELECT '$(printf wait | sha256sum | cut -d ' ' -f 1)', id, 4102444800000 FROM device WHERE officer = 'nils'"
sv=$(sqlite3 "$C/central.db" "SELECT sv FROM officer WHERE id = 'nils'")
before=$(metric) looked=0
curl -s --max-time 40 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer wait" \
	"$URL/v1/sync/wait?t=60&seq=999999&sv=$sv" >"$T/waited" &
waiter=$!
until looked=$((looked + 1)) && [ "$(metric)" -gt $((before + looked)) ]; do
	kill -0 "$waiter" 2>/dev/null || bail "nobody waits"
done
is "a request waits" "$(cat "$T/waited")" ""
exits "another process grants" 0 grant "queue:$queue"
wait "$waiter"
is "and it is answered before its time is up" "$(cat "$T/waited")" 200
exits "it is taken back" 0 revoke "queue:$queue"

# --- While another process reads ---------------------------------------------------------------
again() { # as it was before the loss
	rm -rf "$home"
	cp -a "$T/before" "$home"
}
again
mkfifo "$T/reader"
sqlite3 "$home/cache.db" <"$T/reader" >"$T/read" 2>&1 &
reader=$!
exec 8>"$T/reader"
printf 'BEGIN;\nSELECT count(*) FROM base_case;\n' >&8
until [ -s "$T/read" ]; do kill -0 "$reader" || bail "reader: $(cat "$T/read")"; done
did_it sluss nils sync
is "the list has nothing of them while a reader holds the file" "$(sluss nils list --json | jq '.cases | length')" 0
exec 8>&-
wait "$reader"
did_it sluss nils sync
# shellcheck disable=SC2086
is "and with the next sync after it nothing is left" "$(found "$home" $words)" ""

# --- Put aside, or left by a program that was killed ---------------------------------------
again
cp "$home/cache.db" "$home/cache.db.damaged"
mkdir -p "$home/run"
echo "En kanariebilaga, rad för rad." >"$home/run/$(sh -c 'echo $$')-0123456789ab.txt"
did_it sluss nils sync
did_it sluss nils sync
# shellcheck disable=SC2086
is "what was put aside, and what a killed program had opened, goes as well" "$(found "$home" $words)" ""

# --- Killed midway --------------------------------------------------------------------------
if command -v strace >/dev/null 2>&1 && strace -qq -o /dev/null true 2>/dev/null; then
	kills=0 left=''
	for call in pwrite64 fdatasync ftruncate; do
		for when in 1 2 4 8 16 32; do
			again
			SLUSS_HOME=$home ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$T/strace" -e trace=$call \
				-e "inject=$call:signal=SIGKILL:when=$when" "$SLUSS" sync --passphrase-fd 3 \
				>"$T/out" 2>"$T/err" </dev/null 3<<-EOF
					$PASSPHRASE
				EOF
			[ $? -ge 128 ] && kills=$((kills + 1))
			did_it sluss nils sync
			# shellcheck disable=SC2086
			left="$left$(found "$home" $words)"
		done
	done
	is "killed at its writes, it finishes the next time" "$left" ""
	[ "$kills" -ge 5 ]
	is "and it was killed: $kills times" $? 0
else
	echo "# not killed: strace may not be used here"
fi
finish
