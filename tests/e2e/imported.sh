#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Cases of an imported log at an officer's desk: found by the number that the
# source has, with the source's own times, while the central is served.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

cat >"$T/log.ndjson" <<'LOG'
{"case":"case-891","seq":1,"of":3,"ts":"2010-10-02T09:20:39.266+02:00","activity":"Confirmation of receipt","lifecycle":"complete","resource":"Resource26","group":"Group 1","instance":"task-4","case_channel":"Internet","case_department":"General","case_group":null,"case_responsible":"Resource26","case_startdate":"2010-10-01T00:00:00.020+02:00","case_enddate":"2010-11-12T13:40:44.661+01:00","case_enddate_planned":"2010-11-26T00:00:00.010+01:00","case_deadline":"2010-11-26T00:00:00.000+01:00"}
{"case":"case-891","seq":2,"of":3,"ts":"2010-10-02T09:21:26.588+02:00","activity":"T02 Check \u001b[31m receipt","lifecycle":"complete","resource":"Anna \"Å\" Ek","group":"Group 4","instance":"task-5","case_channel":"Internet","case_department":"General","case_group":null,"case_responsible":"Resource26","case_startdate":"2010-10-01T00:00:00.020+02:00","case_enddate":"2010-11-12T13:40:44.661+01:00","case_enddate_planned":"2010-11-26T00:00:00.010+01:00","case_deadline":"2010-11-26T00:00:00.000+01:00"}
{"case":"4711","seq":1,"of":1,"ts":"2011-10-02T09:21:26.588+02:00","activity":"Confirmation of receipt","lifecycle":"complete","resource":"Resource26","group":"Group 4","instance":"task-6","case_channel":"Desk","case_department":"General","case_group":null,"case_responsible":null,"case_startdate":"2011-10-01T00:00:00.020+02:00","case_enddate":null,"case_enddate_planned":null,"case_deadline":"2011-11-26T00:00:00.000+01:00"}
LOG
start_central
add_officer britt.a officer,decider bygg
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
sluss britt.a sync >/dev/null 2>&1
exits "a log is imported while the central is served" 0 "$CENTRAL" import "$C" "$T/log.ndjson"
add_officer britt.a officer,decider bygg,import
exits "the officer of the unit fetches its cases" 0 sluss britt.a sync

sluss britt.a list --json >"$T/list.json" 2>"$T/err"
is "all of them are there" "$(jq -r '[.cases[].diary_no] | sort | join(" ")' "$T/list.json")" "4711 case-891"
is "what had ended is closed" "$(jq -r '.cases[] | select(.diary_no == "case-891") | .status' "$T/list.json")" closed
is "and what had not is open" "$(jq -r '.cases[] | select(.diary_no == "4711") | .status' "$T/list.json")" open
exits "a case is found by the source's number" 0 sluss britt.a show case-891
exits "its entries come with the next sync" 0 sluss britt.a sync
exits "and are there then" 0 sluss britt.a show case-891
out=$(cat "$T/out")
like "its queue is known by its name, without a new start of the central" "$out" "Group 4"
like "so is its officer" "$out" "Resource26"
like "an event stands at its own time, in Swedish time" "$out" "2010-10-02 09:20"
like "with its activity" "$out" "Confirmation of receipt"
like "and its officer" "$out" "anna-ek"
case $out in
*"$(printf '\033')"*) fail "nothing of the source moves the terminal" "$out" ;;
*) pass "nothing of the source moves the terminal" ;;
esac
exits "a number of digits alone is found too" 0 sluss britt.a show 4711
sluss britt.a show case-891 --json >"$T/show.json" 2>"$T/err"
is "the hash of the line is in the entry" \
	"$(jq -r '.entries[1].args.line' "$T/show.json")" \
	"$(head -n 1 "$T/log.ndjson" | tr -d '\n' | sha256sum | cut -d ' ' -f 1)"
exits "the seals hold on the officer's computer" 0 sluss britt.a verify case-891
echo "Sedd." >"$T/note"
exits "an imported case that is open can be worked on" 0 sluss britt.a note 4711 "$T/note" --wait
exits "and verifies at the central" 0 "$CENTRAL" verify "$C"
finish
