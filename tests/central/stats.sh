#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# sluss-central stats: figures that can be counted by hand, of a log, of a
# central's own entries and of nothing; stores that cannot be read; wrong use.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

"$central" init "$work/c" --conf conf/casetypes >/dev/null || exit 1

# stats ARGUMENT...: sets code, said and told
stats() {
	code=0
	"$central" stats "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
	said=$(cat "$work/out") told=$(cat "$work/err")
}
# figure FILTER: of what stats has said
figure() {
	jq -c "$1" "$work/out" 2>&1
}
# refuses NAME CODE TEXT ARGUMENT...: no figures, this code, and this said of it
refuses() {
	name=$1 wanted=$2 text=$3
	shift 3
	stats "$@"
	is "$name: exit status" "$code" "$wanted"
	is "$name: no figures" "$said" ""
	has "$name: it is told" "$told" "$text"
}

# --- A central without entries ------------------------------------------------------
stats "$work/c"
is "an empty central has figures" "$code" 0
has "which say what was counted" "$said" "counted: own entries"
has "and that there is nothing" "$(echo "$said" | tr -s ' ')" "events 0"
stats "$work/c" --json --at 2020-01-01T00:00:00Z
is "as JSON too, on one line" "$code $(wc -l <"$work/out")" "0 1"
is "all of them 0" "$(figure '[.cases, .events, .activities, .variants, .throughput_seconds.total] | all(. == 0)')" true
is "also at an instant" "$(figure '.work_in_progress["2020-01-01T00:00:00Z"] | add')" 0
is "there is no first event of nothing" "$(figure 'has("first_event")')" false

# --- What cannot be read ---------------------------------------------------------------
refuses "no folder is named" 2 "usage:"
refuses "there is no such folder" 1 "there is no such file" "$work/none"
mkdir "$work/empty"
refuses "there is no central in the folder" 1 "empty/central.db" "$work/empty"
refuses "a file is no folder" 1 "there is no such file" "$work/c/central.db"
is "and nothing was made there" "$(ls "$work/empty" "$work/none" 2>/dev/null)" "$work/empty:"
# spoil COMMAND: a copy of the central, of which one thing is spoilt
spoil() {
	rm -rf "$work/d"
	cp -a "$work/c" "$work/d"
	(cd "$work/d" && eval "$1")
}
spoil 'head -c 8192 /dev/zero | tr "\0" x >central.db'
refuses "a store of rubbish" 1 "(database-damaged)" "$work/d"
refuses "and so as JSON" 1 "(database-damaged)" "$work/d" --json
spoil 'truncate -s 9000 central.db'
refuses "a store that was cut" 1 "(database-damaged)" "$work/d"
spoil ': >central.db'
refuses "a store that is empty" 1 "(database-damaged)" "$work/d"
spoil 'rm central.db; mkdir central.db'
refuses "a folder in its place" 1 "(disk-error)" "$work/d"
spoil 'rm keys/central.key'
refuses "a store without its key" 1 "keys/central.key" "$work/d"
spoil 'sqlite3 central.db "PRAGMA user_version = 99"'
refuses "a store of a newer release" 78 "(newer-version)" "$work/d"
is "which is left as it is" "$(sqlite3 "$work/d/central.db" 'PRAGMA user_version')" 99

# --- Wrong use ----------------------------------------------------------------------------
for at in yesterday 2020-01-01 2020-01-01T00:00:00 2020-02-30T00:00:00Z 2020-01-01T24:00:00Z \
	1969-12-31T23:59:59Z "2020-01-01T00:00:00Z " ""; do
	refuses "--at \"$at\"" 2 "--at takes a time as" "$work/c" --at "$at"
done
refuses "one bad instant among good ones" 2 "--at takes a time as" "$work/c" --json \
	--at 2020-01-01T00:00:00Z --at 2020-01-32T00:00:00Z
refuses "--at without an instant" 2 "usage:" "$work/c" --at
refuses "an option of another verb" 2 "usage:" "$work/c" --cases 3
refuses "a word too many" 2 "usage:" "$work/c" "$work/c"
set --
for i in 01 02 03 04 05 06 07 08 09 10 11 12; do
	set -- "$@" --at "2020-$i-01T00:00:00Z"
done
stats --json "$work/c" "$@"
is "twelve instants can be asked for" "$code $(figure '.work_in_progress | length')" "0 12"
refuses "thirteen cannot" 2 "--at can be given 12 times" --json "$work/c" "$@" --at 2021-01-01T00:00:00Z

# --- The central's own entries, while it serves -----------------------------------------------
start "$work/c" || exit 1
apply k1 '{"title":"Ny carport","party":{"name":"Kim Ek"}}'
apply k2 '{"title":"Nytt staket","party":{"name":"Kim Ek"}}'
stats "$work/c" --json
is "a central that serves can be counted" "$code" 0
is "each application is a case of two entries" "$(figure '[.counted, .cases, .events]')" '["own entries",2,4]'
is "which are acts, by the central" "$(figure '[.events_per_activity, .events_per_resource]')" \
	'[{"case.receive":2,"case.register":2},{"system":4}]'
is "nobody is named" "$(grep -c 'Kim' "$work/out")" 0
stop
is "and it was not disturbed" "$code $(cat "$work/errors")" "0 "

# --- A log ------------------------------------------------------------------------------------
line() {
	printf '{"case":"%s","ts":"%s","activity":"%s","resource":"%s","group":"g"%s}\n' "$1" "$2" "$3" "$4" "${5:-}"
}
{
	line a 2020-01-01T10:00:00Z start Eva ',"case_startdate":"2020-01-01T00:00:00Z","case_deadline":"2020-01-03T00:00:00Z"'
	line a 2020-01-02T10:00:00Z end Ulf
	line b 2020-01-02T12:00:00+02:00 start Eva ',"case_startdate":"2020-01-02T00:00:00Z","case_enddate":"2020-01-05T00:00:00Z"'
	line b 2020-01-04T10:00:00Z '\u001b[31mred\u202e' Eva
	line c 2020-01-10T10:00:00Z start Ulf
} >"$work/log.ndjson"
"$central" import "$work/c" "$work/log.ndjson" >/dev/null 2>"$work/err" || exit 1
before=$(cat "$work/c/central.db" "$work/c/witness" "$work/c/conf/"*.conf | sha256sum)
stats "$work/c" --json --at 2020-01-02T10:00:00Z --at 2020-01-02T11:00:00+01:00 --at 2020-02-01T00:00:00Z
is "where a log was imported it is the log that is counted" "$(figure '[.counted, .cases, .events]')" '["imported events",3,5]'
is "events of a case" \
	"$(figure '.events_per_case == {"min": 1, "mean": 1.666667, "median": 2, "max": 2}')" true
is "from first to last" \
	"$(figure '.throughput_seconds | [.total, .max, .zero_length_cases] == [259200, 172800, 1]')" true
is "an instant is asked for as it is written" "$(figure '.work_in_progress | keys_unsorted')" \
	'["2020-01-02T10:00:00Z","2020-01-02T11:00:00+01:00","2020-02-01T00:00:00Z"]'
is "and two spellings of one instant have the same figures" \
	"$(figure '.work_in_progress | [.[]] | .[0] == .[1]')" true
is "a case ends with its last event" "$(figure '[.work_in_progress[]][0]')" \
	'{"in_progress":1,"not_started":1,"finished":1,"events_so_far":3}'
is "and all of them in the end" "$(figure '[.work_in_progress[]][2]')" \
	'{"in_progress":0,"not_started":0,"finished":3,"events_so_far":5}'
is "what the log says is open, and late" "$(figure '[.deadlines.open_by_attributes[]] | [.[0], .[2]]')" \
	'[{"open":2,"open_and_past_deadline":0},{"open":1,"open_and_past_deadline":1}]'
stats "$work/c" --at 2020-01-02T10:00:00Z
has "the table has the instant too" "$(echo "$said" | tr -s ' ')" "at 2020-01-02T10:00:00Z
 cases in progress 1"
case $said in
*"$(printf '\033')"* | *"$(printf '\342\200\256')"*) not_ok "no name of a log can move a terminal" "$said" ;;
*) ok "no name of a log can move a terminal" ;;
esac
is "counting changes nothing" "$(cat "$work/c/central.db" "$work/c/witness" "$work/c/conf/"*.conf | sha256sum)" "$before"

# --- An entry that was erased -------------------------------------------------------------------
id=$(sqlite3 "$work/c/central.db" "SELECT case_id FROM log WHERE act = 'event.import' ORDER BY seq DESC LIMIT 1")
"$central" erase "$work/c" "$id" 2 --reason "fel ärende" >"$work/err" 2>&1
is "an event is erased" $? 0
stats "$work/c" --json
is "it is counted as erased, and as nothing else" "$(figure '[.erased, .cases, .events]')" '[1,2,4]'
done_testing
