#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The line behind ':': Tab writes out commands and what they take, the arrow
# brings back what was typed, several commands stand in one line.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD f-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply STRANDSKYDD f-2 "Brygga vid Sjön" "Wallin, Ulf")
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
exits "the cases are here" 0 sluss britt.a sync --wait=20
{
	unlock_script
	cat <<-EOF
		# A command from its beginning, once more the next one that fits.
		type :sor
		key Tab
		wait :sortera
		type in
		key Tab
		wait :sortera inkom
		key Enter
		wait sort: inkom
		# What was typed comes back, and is changed.
		key : Up
		wait :sortera inkom
		key ^W
		type fri
		key Tab Enter
		wait sort: frist
		key : Up Up
		wait :sortera inkom
		key Down Down
		waitnot sortera
		# The words of a filter, the queues, the status.
		type filter kö:str
		key Tab
		wait :filter kö:strand
		key ^U
		type kö STR
		key Tab
		wait :kö strand
		key Enter
		wait › Strandskydd
		wait 1 av 1
		# The fields of a form, and what they choose from.
		type :anteckna Ringt sl
		key Tab
		wait :anteckna Ringt slag=
		type minn
		key Tab
		wait slag=Minnesanteckning
		key Enter
		wait Slag
		expect Minnesanteckning
		expect Ringt
		key Esc
		waitnot Slag
		# Neither text in quotes nor what nobody knows is written out.
		type :anteckna "sl
		key Tab
		wait :anteckna "sl
		key Esc
		# Several in one line: the first that fails or asks is the last.
		type :alla; sortera dnr; filter brygga
		key Enter
		wait 1 av 2
		expect sort: dnr
		expect $two
		type :alla; finnsinte; sortera frist
		key Enter
		wait Okänt kommando: finnsinte
		expect 2 av 2
		expect sort: dnr
		type :filter carport; anteckna "a; b"; sortera frist
		key Enter
		wait anteckna: $one
		expect a; b
		expect Inte gjort än: sortera frist
		key Esc
		waitnot Text
		expect sort: dnr
		# Locked and opened again, nothing is left of what was typed.
		key L
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait Kö:
		key : Up
		expectnot :filter
		key Esc Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "commands are completed, remembered and joined" $?
stop_central
finish
