#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A first sync by snapshots, which the serving central makes by itself: it leaves
# what pages leave, goes on after a kill where it was and without a segment that has
# a wrong byte, and on a full disk leaves everything as it was.
set -u
TOOLS=${B:-build}/tests/lib
B=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# dump OFFICER: all that a sync leaves, but when it was.
dump() {
	sqlite3 "$(home_of "$1")/cache.db" "SELECT * FROM base_case ORDER BY key;
		SELECT * FROM case_scope ORDER BY key, scope; SELECT * FROM detail ORDER BY case_id;
		SELECT * FROM cursor ORDER BY scope; SELECT * FROM entry ORDER BY case_id, n;
		SELECT * FROM gone; SELECT sha256 FROM catalog; SELECT * FROM want;
		SELECT name, number, words FROM meta WHERE name NOT IN ('revision', 'applied_at', 'told_at', 'signed_head', 'begun');
		SELECT name, sql FROM sqlite_schema ORDER BY name;
		SELECT rowid FROM case_words WHERE case_words MATCH 'carport';
		INSERT INTO case_words(case_words, rank) VALUES('integrity-check', 1);" | sha256sum
}

init_central conf/casetypes
"$CENTRAL" demo-fill "$C" --cases 500 >/dev/null 2>&1 || bail "demo-fill"
serve_central
for who in anna bo cia dag eva; do
	add_officer "$who" officer,decider bygg,miljo,trafik
	enrol "$who" >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
done
exits "without snapshots the cases come in pages" 0 sluss anna sync
stop_central

# --- Made by the serving central ----------------------------------------------------
printf '[central]\nsnapshot_cases = 40\n' >"$C/conf/own.conf"
serve_central "$(central_address)"
manifests() { find "$C/snapshots" -name manifest.json 2>/dev/null | grep -c -v '/[.]new'; }
while [ "$(manifests)" -lt 3 ]; do :; done
exits "with them a first sync loads them" 0 sluss bo sync
like "and tells how far it is" "$(cat "$T/err")" "ärenden"
is "what it leaves is what pages leave" "$(dump bo)" "$(dump anna)"
[ ! -e "$(home_of bo)/cache.new" ]
is "and nothing beside it" $? 0
is "a case is found by its words" "$(sluss bo list --filter carport --json 2>/dev/null | jq '.cases | length > 0')" \
	"$(sluss anna list --filter carport --json 2>/dev/null | jq '.cases | length > 0')"

# --- Killed in the middle ------------------------------------------------------------
: >"$T/rules"
mkfifo "$T/proxy.fifo"
"$TOOLS/proxy" --upstream "$(central_address)" --rules "$T/rules" >"$T/proxy.fifo" &
pids="$pids $!"
exec 8<"$T/proxy.fifo"
read -r line <&8
proxy=${line#listening on }
rm -rf "$(home_of cia)"
enrol cia "" "$proxy" >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
second=$(sqlite3 "$C/central.db" "SELECT id FROM scope WHERE unit = 'miljo' AND class = 0")
printf 'GET /v1/snapshots/%s/ hold %s\n' "$second" "$T/gate" >"$T/rules"
SLUSS_HOME=$(home_of cia) "$SLUSS" sync --passphrase-fd 3 >"$T/cia.out" 2>&1 3<<-EOF2 &
	$PASSPHRASE
EOF2
client=$!
while read -r line <&8; do
	case $line in "held GET /v1/snapshots/$second/"*) break ;; esac
done
kill -9 "$client"
wait "$client" 2>/dev/null
[ -e "$(home_of cia)/cache.new" ]
is "a load that is killed leaves what it has aside" $? 0
is "and the cache as it was" "$(sqlite3 "$(home_of cia)/cache.db" 'SELECT count(*) FROM base_case')" 0
: >"$T/rules"
: >"$T/gate"
exits "the next sync goes on" 0 sluss cia sync
is "and leaves what pages leave" "$(dump cia)" "$(dump anna)"
asked=0 first=$(sqlite3 "$C/central.db" "SELECT id FROM scope WHERE unit = 'bygg' AND class = 0")
curl -s "$proxy/healthz" >/dev/null
while read -r line <&8; do
	case $line in
	"got GET /v1/snapshots/$first/"*) asked=$((asked + 1)) ;;
	"forwarded GET /healthz"*) break ;;
	esac
done
is "without asking again for what it had" "$asked" 0

# --- One wrong byte --------------------------------------------------------------------
segment=$(find "$C/snapshots/$second" -name 0)
printf 'X' | dd of="$segment" bs=1 seek=100 conv=notrunc 2>/dev/null
"$CENTRAL" verify "$C" >"$T/out" 2>&1
is "a segment with a wrong byte is found by verify" $? 10
like "which says what to do" "$(cat "$T/out")" "sluss-central snapshot $C --scope miljo:0"
exits "nobody gets it, and a first sync goes on without" 0 sluss dag sync
is "with what pages leave" "$(dump dag)" "$(dump anna)"
"$CENTRAL" verify "$C" >"$T/out" 2>&1
is "and it is gone" $? 0

# --- No room -----------------------------------------------------------------------------
mkdir "$T/small"
unmount() {
	code=$?
	umount "$T/small" 2>/dev/null
	return "$code"
}
trap 'unmount; cleanup' EXIT
if mount -t tmpfs -o size=1500k tmpfs "$T/small" 2>/dev/null; then
	chmod 700 "$T/small"
	cp -a "$(home_of eva)/." "$T/small/"
	rm -rf "$(home_of eva)"
	ln -s "$T/small" "$(home_of eva)"
	SLUSS_HOME=$T/small "$SLUSS" sync --passphrase-fd 3 >"$T/out" 2>"$T/err" 3<<-EOF2
		$PASSPHRASE
	EOF2
	like "a full disk is told" "$(cat "$T/err")" "Disken är full"
	[ ! -e "$T/small/cache.new" ]
	is "what was loaded gives its room back" $? 0
	mount -o remount,size=32m "$T/small"
	SLUSS_HOME=$T/small "$SLUSS" sync --passphrase-fd 3 >"$T/out" 2>"$T/err" 3<<-EOF2
		$PASSPHRASE
	EOF2
	is "with room it loads" "$?" 0
	is "and leaves what pages leave" "$(dump eva)" "$(dump anna)"
	umount "$T/small"
else
	pass "no small disk can be mounted here # SKIP"
fi

# --- What is the officer's alone ------------------------------------------------------
reminders() { sqlite3 "$(home_of bo)/cache.db" "SELECT at_case, on_day, words FROM watch WHERE own = 0 ORDER BY 1"; }
sqlite3 "$(home_of bo)/cache.db" "SELECT diary_no FROM base_case WHERE closed = 0 AND assignee <> 'bo' AND diary_no <> '' LIMIT 3" >"$T/watched"
while read -r no; do
	sluss bo watch "$no" 2026-12-24 --reason "Ring sökanden" >/dev/null 2>&1
done <"$T/watched"
sluss bo sync >/dev/null 2>&1
sluss bo sync >/dev/null 2>&1
reminders >"$T/reminders"
"$CENTRAL" snapshot "$C" >/dev/null 2>&1 || bail "snapshot"
rm -f "$(home_of bo)"/cache.db*
exits "a copy that is lost is loaded anew" 0 sluss bo sync
like "from snapshots" "$(cat "$T/err")" "ärenden"
is "with the reminders that are not in them" "$(reminders)" "$(cat "$T/reminders")"
is "all of them" "$(reminders | wc -l)" 3
finish
