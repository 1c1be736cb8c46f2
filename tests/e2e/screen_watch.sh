#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A case watched to a day: seen in the list when the day has come, at once and
# after the central has answered, found by the filter, and let go of.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
add_officer eva.z officer bygg
for o in britt.a eva.z; do enrol "$o" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"; done
one=$(apply BYGGLOV_TILLBYGGNAD w-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply BYGGLOV_TILLBYGGNAD w-2 "Växthus vid Sjögatan" "Östling, Per")
exits "the cases are here" 0 sluss britt.a sync --wait=20
found() { sluss_locked britt.a list -f "$1" --json | jq -r '[.cases[].diary_no] | sort | join(" ")'; }

{
	unlock_script
	cat <<-EOF
		key 4
		wait 2 av 2
		expect W bevakad
		type :bevaka idag om=Ring
		key Enter
		wait Utan dag slutar du bevaka
		key F8
		wait Klart: bevaka
		wait Du bevakar: dagen är inne
		expect · Ring
		row 3 WN
		# The other one is watched to a day that has not come.
		key j
		type :bevaka imorgon
		key Enter
		wait Utan dag slutar du bevaka
		key F8
		wait Du bevakar till
		# Only the first is found, and the filter is read back.
		type :filter bevakad
		key Enter
		wait 1 av 2
		expect › bevakad
		expect dagen är inne
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the list shows at once what is to be looked at today" $?
exits "the watches are sent" 0 sluss britt.a sync --wait=20
exits "and fetched" 0 sluss britt.a sync --wait=20
first=$(found bevakad)
case $first in
"$one" | "$two") pass "of two watched cases the one whose day has come is found" ;;
*) fail "of two watched cases the one whose day has come is found" "$first" ;;
esac
is "in English too, and turned round" "$(found "watched $first") $(found "-watched $first")" "$first "
{
	unlock_script
	cat <<-EOF
		type :filter bevakad
		key Enter
		wait $first
		row 3 WN
		expect · Ring
		# A form with its day emptied ends it.
		key w
		wait Utan dag slutar du bevaka
		key ^U Tab ^U F8
		wait Klart: bevaka
		wait 0 av
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --size 160x50 --script "$T/script"
did "what the central has answered is still watched, until it is ended" $?
exits "the end is sent" 0 sluss britt.a sync --wait=20
is "and nothing is watched any more" "$(found bevakad)" ""
exits "a colleague fetches" 0 sluss eva.z sync --wait=20
is "whose cases are not watched" "$(sluss_locked eva.z list -f bevakad --json | jq '.cases | length')" 0
stop_central
finish
