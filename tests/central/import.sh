#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A real municipality's log: imported, verified, counted; shuffled, renamed,
# imported again, cut, killed and resumed. The figures are those of
# wabo-expected.json, whose definitions stand there. Nothing is timed but told.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

# fresh: an empty central in $work/c
fresh() {
	rm -rf "$work/c"
	"$central" init "$work/c" --conf conf/casetypes >/dev/null || exit 1
}
# take FILE: import it; sets code, said, told (stderr)
take() {
	code=0
	"$central" import "$work/c" "$1" >"$work/summary" 2>"$work/told" </dev/null || code=$?
	said=$(cat "$work/summary") told=$(cat "$work/told")
}
# figures [FILTER]: the figures with the three instants of the definitions
figures() {
	"$central" stats "$work/c" --json --at 2011-01-15T12:00:00Z --at 2011-06-15T12:00:00Z \
		--at 2011-11-15T12:00:00Z | jq -S "${1:-.}"
}
verifies() {
	"$central" verify "$work/c" >"$work/verified" 2>&1
	is "$1" $? 0
	has "$1: all of it" "$(cat "$work/verified")" "$2"
}

# --- Lines that are wrong in one way each ---------------------------------------
line() {
	printf '{"case":"%s","ts":"%s","activity":"%s","resource":"%s","group":"%s"}\n' "$1" "$2" "$3" "$4" "$5"
}
long=$(head -c 70000 /dev/zero | tr '\0' x)
name=$(head -c 1900 /dev/zero | tr '\0' n)
{
	printf '\357\273\277'
	line a 2020-01-01T00:00:00Z start r g
	echo '{"case":"a",'
	echo '[1,2]'
	echo
	echo '{"case":"a","activity":"x","resource":"r","group":"g"}'
	line a 2020-01-01 start r g
	line a 1969-12-31T23:59:59Z start r g
	echo '{"case":7,"ts":"2020-01-01T00:00:00Z","activity":"x","resource":"r","group":"g"}'
	line a 2020-01-01T00:00:00Z start r g
	line a 2020-01-02T00:00:00Z "$long" r g
	line a 2020-01-02T00:00:00Z "${name}${name}" r g
	line a 2020-01-02T00:00:00Z x "" g
	printf '{"case":"a","ts":"2020-01-03T00:00:00Z","activity":"\377","resource":"r","group":"g"}\n'
	echo '{"case":"a","case":"b","ts":"2020-01-03T00:00:00Z","activity":"x","resource":"r","group":"g"}'
	echo '{"case":"a","ts":"2020-01-03T00:00:00Z","activity":"\u0000","resource":"r","group":"g"}'
	echo '{"case":"a","ts":"2020-01-03T00:00:00Z","activity":"x","resource":"r","group":"g","seq":0}'
	line a 2020-01-03T00:00:00Z 'quote \" and \\ and \u001b[31m' 'Å \"\\\u0007' '[queue x]\nunit = y' | tr '\n' '\r'
	printf '\n'
	line b 2020-01-03T00:00:00Z end "$name" "$name"
	line b 2020-01-03T00:00:00Z end "${name}2" "${name}2"
	line c 2020-01-03T00:00:00Z end Test TEST
	line c 2020-01-03T00:00:00Z end test test
	line c 2020-01-03T00:00:00Z end TEST Test
	line c 2020-01-03T00:00:00Z end system import
	printf '{"case":"c","ts":"2020-01-04T00:00:00Z","activity":"x","resource":"test","group":"test","case_channel":"Desk","more":[1.5,{"a":null}]}'
} >"$work/nasty.ndjson"
fresh
take "$work/nasty.ndjson"
is "a file with lines that cannot be imported ends with 1" "$code" 1
is "each of them is named once, with its line" \
	"$(sed -n 's/^[^:]*:\([0-9]*\): not imported:.*/\1/p' "$work/told" | sort -n | tr '\n' ' ')" \
	"2 3 5 6 7 8 9 10 11 12 13 14 15 16 "
for what in json-syntax field-missing field-time field-type line-twice line-too-long field-too-long; do
	has "$what is said" "$told" "($what)"
done
case $told in
*"$(printf '\033')"*) not_ok "no control character of the file comes to the terminal" "$told" ;;
*) ok "no control character of the file comes to the terminal" ;;
esac
has "the good ones are in" "$said" "23 lines: 9 events in 3 new cases imported, 0 there already, 14 refused"
has "that a case is told otherwise is said" "$told" "24: imported: says otherwise of its case"
has "and which member" "$told" "case_channel"
verifies "nasty lines verify" "3 cases, 12 entries"
is "names that differ are people who differ" "$("$central" stats "$work/c" --json | jq -c '[.resources, .groups]')" "[8,8]"
is "and officers who differ" "$(sqlite3 "$work/c/central.db" 'SELECT count(DISTINCT id) FROM officer')" 8
is "and queues that differ" "$(grep -c '^\[queue' "$work/c/conf/imported.conf")" 9
is "no officer's name can harm a screen" \
	"$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM officer WHERE length(CAST(name AS BLOB)) > 159 OR name GLOB char(42) || char(7) || char(42)')" 0
is "what has no column is kept" "$(sqlite3 "$work/c/central.db" "SELECT count(*) FROM entry WHERE jws IS NOT NULL")" 12
take "$work/nasty.ndjson"
has "a second time nothing changes" "$said" "0 events in 0 new cases imported, 10 there already, 13 refused"
start "$work/c"
is "a central with such names starts" $? 0
stop
is "and stops" "$code" 0
take "$work/missing"
is "a file that is not there is an error" "$code" 1
has "that is named" "$told" "missing"
before=$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')
gzip -c <"$work/nasty.ndjson" | head -c 400 >"$work/cut.gz"
take "$work/cut.gz"
is "gzip data that is cut is an error" "$code" 1
has "that says so" "$told" "gzip-cut"
{ head -c 300 "$work/cut.gz"; printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxx'; tail -c 100 "$work/cut.gz"; } >"$work/bad.gz"
take "$work/bad.gz"
is "so is gzip data that is damaged" "$code" 1
has "which is said too" "$told" "gzip"
line one 2020-01-01T00:00:00Z A r g | gzip -c >"$work/one.gz"
{ head -c -8 "$work/one.gz"; printf '\0\0\0\0\0\0\0\0'; } >"$work/changed.gz"
take "$work/changed.gz"
is "so are lines that read well where the checksum does not hold" "$code" 1
is "and nothing of gzip data with a fault is in the log" \
	"$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" "$before"

# --- More groups than there can be queues --------------------------------------------
fresh
seq 1 520 | sed 's|.*|{"case":"c&","ts":"2020-01-01T00:00:00Z","activity":"x","resource":"r","group":"Group &"}|' >"$work/groups"
take "$work/groups"
is "more groups than there can be queues are imported" "$code" 0
queues=$(cat "$work/c/conf/"*.conf | grep -c '^\[queue')
is "there are as many queues as there can be" "$queues" 512
shared=$(grep -c '(queue-shared)' "$work/told")
is "each group without a queue of its own is named" "$((shared + $(sed -n 's/^new: .* officers, \([0-9]*\) queues.*/\1/p' "$work/summary")))" 520
has "with its line and the queue that it has" "$told" "groups:520: imported: there are 512 queues, and there can be no more: group \"Group 520\" has the queue import"
has "and they are counted" "$said" "$shared groups share one queue"
is "their cases are in it" "$(sqlite3 "$work/c/central.db" "SELECT count(*) FROM casefile WHERE queue = 'import'")" "$shared"
sed 's/2020/2021/' "$work/groups" >"$work/later"
take "$work/later"
is "a group is named once" "$told" ""
is "and keeps its queue" "$(sqlite3 "$work/c/central.db" "SELECT count(*) FROM casefile WHERE queue = 'import'")" "$shared"
start "$work/c"
is "a central with so many queues starts" $? 0
stop

# --- Times that are equal, and offsets --------------------------------------------
fresh
{
	line x 2020-06-01T12:00:00+02:00 B r g
	line x 2020-06-01T10:00:00.000Z A s g
	line x 2020-06-01T11:59:59.999+02:00 C r h
	line y 2020-07-01T00:30:00+02:00 B r g
} >"$work/ties.ndjson"
take "$work/ties.ndjson"
is "instants are compared as instants, equal ones keep their order" \
	"$(figures '.top10_variants | map(.activities | join(""))' | tr -d '\n ')" '["B","CBA"]'
is "months are those of the wall, and of UTC" \
	"$("$central" stats "$work/c" --json | jq -c '[.cases_per_start_month, .cases_per_start_month_utc]')" \
	'[{"2020-06":1,"2020-07":1},{"2020-06":2}]'
is "first and last are as written" "$("$central" stats "$work/c" --json | jq -c '[.first_event, .last_event]')" \
	'["2020-06-01T11:59:59.999+02:00","2020-07-01T00:30:00+02:00"]'
is "the queue is that of the newest event" \
	"$(sqlite3 "$work/c/central.db" "SELECT group_concat(queue, ' ') FROM (SELECT queue FROM casefile ORDER BY diary_no)")" "g g"
is "without a log the central's own entries are counted" \
	"$(fresh && "$central" stats "$work/c" --json | jq -c '[.counted, .cases, .events]')" '["own entries",0,0]'

# --- The municipality's log ---------------------------------------------------------
if [ -z "${SLUSS_DATA:-}" ] || [ ! -f "$SLUSS_DATA/wabo.ndjson.gz" ]; then
	skip "a real log" "SLUSS_DATA is not set"
	done_testing
	exit 0
fi
log=$SLUSS_DATA/wabo.ndjson.gz
jq -S .figures "$SLUSS_DATA/wabo-expected.json" >"$work/expected"
fresh
take "$log"
is "it is imported" "$code" 0
echo "# $(tr '\n' ' ' <"$work/summary")"
has "every line of it" "$said" "8577 events in 1434 new cases imported, 0 there already, 0 refused"
verifies "it verifies" "1434 cases, 10011 entries"
is "the log counts its events and its cases" "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" 10011
figures >"$work/got"
for key in $(jq -r 'keys[]' "$work/expected"); do
	is "figure $key" "$(jq -cS ".$key" "$work/got")" "$(jq -cS ".$key" "$work/expected")"
done
echo "# $(jq -c '[.cases, .events, .throughput_seconds]' "$work/got")"
take "$log"
has "a second time nothing changes" "$said" "0 events in 0 new cases imported, 8577 there already"
is "and that is no error" "$code" 0
is "the log is as it was" "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" 10011
take "$SLUSS_DATA/wabo-sample60.ndjson"
has "nor does a part of it" "$said" "434 lines: 0 events in 0 new cases imported, 434 there already"
start "$work/c"
stop
is "closed cases are not archived by themselves" "$(find "$work/c/archive" -name '*.zip' | wc -l)" 0
is "and stay as they were" "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" 10011

gzip -dc "$log" >"$work/log"
fresh
shuf --random-source="$log" "$work/log" | gzip >"$work/shuffled.gz"
take "$work/shuffled.gz"
is "shuffled it is imported" "$code" 0
is "shuffled it gives the same figures" "$(figures 'del(.counted)' | cmp - "$work/expected" 2>&1)" ""
verifies "shuffled it verifies" "10011 entries"

# Every name, by a bijection that keeps the order of names.
fresh
jq -c '(.resource, .case_responsible, .group, .case_group) |= (if . == null then . else "\u00e5 " + . end)
	| .activity |= "\u2603" + . | .case |= "\u6848" + .' "$work/log" >"$work/renamed"
take "$work/renamed"
is "with other names it is imported" "$code" 0
figures 'del(.counted)
	| def back: ltrimstr("\u2603") | ltrimstr("\u00e5 ");
	walk(if type == "object" then with_entries(.key |= back) elif type == "string" then back else . end)' >"$work/got"
is "with other names it gives the same figures, up to the names" "$(cmp "$work/got" "$work/expected" 2>&1)" ""
verifies "with other names it verifies" "10011 entries"

# Killed where it stands, again and again, and resumed.
fresh
kills=0
for size in 300 2000 5000 9000; do
	"$central" import "$work/c" "$log" >/dev/null 2>&1 &
	import=$!
	while kill -0 "$import" 2>/dev/null && [ "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log' 2>/dev/null || echo 0)" -lt "$size" ]; do :; done
	kill -9 "$import" 2>/dev/null && kills=$((kills + 1))
	wait "$import" 2>/dev/null
	"$central" verify "$work/c" >"$work/verified" 2>&1 || not_ok "what a kill leaves verifies" "$(cat "$work/verified")"
done
if [ "$kills" -gt 0 ]; then ok "it was killed while it ran"; else not_ok "it was killed while it ran" "never"; fi
echo "# killed $kills times"
take "$log"
is "after kills it is imported to the end" "$code" 0
is "after kills every line is there once" "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" 10011
is "after kills the figures are the same" "$(figures 'del(.counted)' | cmp - "$work/expected" 2>&1)" ""
verifies "after kills it verifies" "10011 entries"

fresh
gzip -c "$work/log" | head -c 200000 >"$work/cut.gz"
take "$work/cut.gz"
is "a log that is cut is an error" "$code" 1
has "that says so" "$told" "gzip-cut"
is "and none of it is in the log" "$(sqlite3 "$work/c/central.db" 'SELECT count(*) FROM log')" 0
take "$log"
is "and the whole goes in after it" "$(figures 'del(.counted)' | cmp - "$work/expected" 2>&1)" ""

fresh
take "$SLUSS_DATA/wabo-sample60.ndjson"
has "the sample is imported" "$said" "434 events in 60 new cases imported"
verifies "the sample verifies" "60 cases, 494 entries"
done_testing
