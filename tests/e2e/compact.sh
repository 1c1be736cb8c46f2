#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The feeds are made shorter beside a serving central: who has read less is told
# so, reads everything anew, from snapshots or from pages, and loses nothing of
# the own; who has read it all notices nothing.
set -u
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# dump OFFICER: the cases of the copy, and where they lie.
dump() {
	sqlite3 "$(home_of "$1")/cache.db" "SELECT case_id, n, eh, state, assignee, queue, title, words
		FROM base_case ORDER BY case_id; SELECT b.case_id, s.scope FROM case_scope AS s
		JOIN base_case AS b USING(key) ORDER BY 1, 2; SELECT case_id FROM detail ORDER BY 1;" | sha256sum
}
# some OFFICER N: diary numbers of open cases that nobody works on, oldest first.
some() {
	sqlite3 "$(home_of "$1")/cache.db" "SELECT diary_no FROM base_case WHERE closed = 0
		AND assignee = '' AND queue = 'bygglov' AND diary_no NOT IN ('', '$hers') ORDER BY key LIMIT $2"
}
# busy OFFICER: what makes rows: some leave for another unit, some are touched.
busy() {
	some "$1" 6 >"$T/some"
	while read -r no; do
		sluss "$1" route "$no" "$2" >"$T/out" 2>&1 </dev/null || bail "route $no: $(cat "$T/out")"
	done <"$T/some"
	some "$1" 12 | tail -n 6 >"$T/some"
	while read -r no; do
		printf 'Ring igen.\n' | sluss "$1" note "$no" - >/dev/null 2>&1 || bail "note $no"
	done <"$T/some"
	sluss "$1" sync --quiet --wait >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
}

hers= # the case that anna works on, and nobody else
init_central conf/casetypes
"$CENTRAL" demo-fill "$C" --cases 300 >/dev/null 2>&1 || bail "demo-fill"
serve_central
for who in anna bo cia dag; do
	add_officer "$who" officer,decider bygg
	enrol "$who" >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
done
add_officer bo officer,decider bygg,miljo
for who in anna bo; do
	exits "$who reads everything" 0 sluss "$who" sync
done

# --- From a snapshot --------------------------------------------------------------
hers=$(some anna 1)
[ -n "$hers" ] || bail "no case is free"
exits "a reminder is set" 0 sluss anna watch "$hers" 2026-12-24 --reason "Ring"
exits "and is sent" 0 sluss anna sync
address=$(central_address)
stop_central
exits "anna signs while the central is away" 0 sluss anna claim "$hers"
serve_central "$address"
busy bo livsmedel
like "the feeds are made shorter beside the server" "$("$CENTRAL" compact "$C" --days 0 2>&1)" "rows of the feeds dropped"
"$CENTRAL" snapshot "$C" --scope bygg >/dev/null 2>&1 || bail "snapshot"
exits "what is left holds" 0 "$CENTRAL" verify "$C"
exits "anna, who has read less, reads everything anew" 0 sluss anna sync
like "from a snapshot, and is told how far it is" "$(cat "$T/err")" "ärenden"
exits "dag reads everything for the first time" 0 sluss dag sync
exits "anna has the end of it" 0 sluss anna sync
exits "and so has dag" 0 sluss dag sync
is "anna has what dag has" "$(dump anna)" "$(dump dag)"
is "what she had signed has its answer" "$(sqlite3 "$(home_of anna)/outbox.db" "SELECT group_concat(act || ' ' || verdict) FROM item ORDER BY id")" "watch.set 1,case.claim 1"
is "and stands" "$(sqlite3 "$(home_of anna)/cache.db" "SELECT assignee FROM base_case WHERE diary_no = '$hers'")" anna
is "nothing of hers waits" "$(sqlite3 "$(home_of anna)/outbox.db" 'SELECT count(*) FROM item WHERE verdict = 0')" 0
is "her reminder is there" "$(sqlite3 "$(home_of anna)/cache.db" "SELECT count(*) FROM watch WHERE words = 'Ring'")" 1
[ ! -e "$(home_of anna)/cache.new" ]
is "and nothing is left beside the copy" $? 0

# --- In pages -----------------------------------------------------------------------
busy bo livsmedel
like "they are made shorter once more" "$("$CENTRAL" compact "$C" --days 0 2>&1)" "rows of the feeds dropped"
rm -rf "$C/snapshots"
exits "without a snapshot the cases come in pages" 0 sluss anna sync
exits "for cia too" 0 sluss cia sync
exits "anna reads on" 0 sluss anna sync
is "anna has what cia has" "$(dump anna)" "$(dump cia)"
is "her reminder is there still" "$(sqlite3 "$(home_of anna)/cache.db" "SELECT count(*) FROM watch WHERE words = 'Ring'")" 1

# --- Nothing to drop ------------------------------------------------------------------
is "what is young is left alone" "$("$CENTRAL" compact "$C" 2>&1)" "0 rows of the feeds dropped"
exits "a number of days is asked for" 2 "$CENTRAL" compact "$C" --days x
"$CENTRAL" backup "$C" "$T/backup" >"$T/out" 2>&1 || bail "backup: $(cat "$T/out")"
exits "a backup is no place for it" 78 "$CENTRAL" compact "$T/backup" --days 0
exits "and is as it was" 0 "$CENTRAL" verify "$T/backup"
exits "the log and the feeds hold" 0 "$CENTRAL" verify "$C"
finish
