#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# What the list shows: a filter as it is typed, with a mistake in the middle;
# views that are saved; the same from the command line.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD f-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply BYGGLOV_TILLBYGGNAD f-2 "Växthus vid Sjögatan" "Östling, Per")
three=$(apply STRANDSKYDD f-3 "Brygga vid Carportsviken" "Wallin, Ulf")
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
exits "the cases are here" 0 sluss britt.a sync
conf=$(home_of britt.a)/sluss.conf

# --- Typed -----------------------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		key 4
		wait 3 av 3
		key /
		type carp
		wait 2 av 3
		expect text "carp"*
		type ort
		wait 2 av 3
		# A mistake leaves the last list that holds, and says where it is.
		type " prioo:"
		wait kolumn 9: okänt fält "prioo", menade du "prio"?
		expect 2 av 3
		expectnot Växthus
		key Enter
		wait kolumn 9
		type hög
		key ^U
		type kö:strand
		wait 1 av 3
		expect kö Strandskydd
		key Enter
		waitnot Filter:
		wait › kö Strandskydd
		expect $three
		# What was typed comes back; Tab writes out what is begun.
		key /
		key ^U
		type växt
		wait 1 av 3
		key ^U Up
		wait kö Strandskydd
		key ^U
		type för
		key Tab
		wait försenad
		key Esc
		waitnot Filter:
		wait 3 av 3
		type :filter -carport*
		key Enter
		wait 1 av 3
		expect $two
		expect INTE text
		type :filter kö:
		key Enter
		wait saknar värde
		expect 1 av 3
		# Of what the list shows alone is marked by a filter.
		type :markera brygga
		key Enter
		wait 0 ärenden
		key Esc
		wait 3 av 3
		type :markera brygga
		key Enter
		wait 1 ärende markerat
		type :filter ekvägen
		key Enter
		wait inte i listan längre
		key Esc
		wait 3 av 3
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the list follows what is typed; a mistake is told and changes nothing" $?

# --- Saved --------------------------------------------------------------------------------

printf '# mine\nwait.seconds = 20\n[keys]\nclaim = t\n[views]\n5 = "Två: carport* OR växthus*"\n' >"$conf"
{
	unlock_script
	cat <<-EOF
		key 4
		wait 3 av 3
		key 6
		wait ingen vy 6
		key 5
		wait Kö: Två
		wait 3 av 3
		type :filter växthus
		key Enter
		wait 1 av 3
		type :spara-vy 8 En
		key Enter
		wait Vy 8 är En: (carport* OR växthus*) (växthus*)
		key 4
		wait 3 av 3
		type :filter carport* eller växthus
		key Enter
		wait 3 av 3
		type :spara-vy 6 Min "hörna"
		key Enter
		wait Vy 6 är Min
		key 1
		wait 0 av 0
		key 6
		wait Kö: Min "hörna"
		wait 3 av 3
		key g v
		wait Sparade vyer
		expect 3  Min "hörna"
		expect 0  Mina ärenden
		expect 3  Inkorg
		key 2
		wait Kö: Inkorg
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a filter is saved as a view, and counted beside the others" $?
is "the file has it, and all else as it was" "$(cat "$conf")" '# mine
wait.seconds = 20
[keys]
claim = t
[views]
6 = "Min \"hörna\": öppen (carport* eller växthus*)"
8 = "En: (carport* OR växthus*) (växthus*)"
5 = "Två: carport* OR växthus*"'
exits "the file is still one" 0 sluss_locked britt.a conf check
printf '[views]\n7 = Fel: min prioo:hög\n' >"$conf"
exits "a view whose filter does not hold is an error" 9 sluss_locked britt.a list
like "with file, line and column" "$(cat "$T/err")" 'sluss.conf:2:5'
like "also in the filter" "$(cat "$T/err")" 'column 5'
rm "$conf"

# --- From the command line --------------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		wait › text "växthus"
		expect 1 av 3
		expect $two
		key Esc
		wait 3 av 3
		expect $one
		key Q
		waitexit 0
	EOF
} >"$T/script"
SLUSS_HOME=$(home_of britt.a) "$DRIVE" --timeout "${WAIT:-30}" --script "$T/script" -- "$SLUSS" --view 4 \
	--filter växthus >"$T/out" 2>"$T/screen.err"
did "--view and --filter open the list narrowed" $?
finish
