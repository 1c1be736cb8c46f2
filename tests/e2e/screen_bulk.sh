#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Many cases at a time: marks that stay with their cases, one action on all of
# them with an answer for each, and the whole of it taken back.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider,supervisor bygg
add_officer eva.z officer bygg
for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 \
	21 22 23 24 25 26 27 28 29 30; do
	number=$(apply BYGGLOV_TILLBYGGNAD "k-$i" "Altan nummer $i" "Wallin, Ulf")
	case $i in
	03) three=$number ;;
	11) eleven=$number ;;
	17) seventeen=$number ;;
	30) last=$number ;;
	esac
done
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
enrol eva.z >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
exits "eva has all cases" 0 sluss eva.z sync

# A supervisor begins with the figures.
queue_script() {
	cat <<-EOF
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait LÄGE
		wait ONLINE
		key g k
		wait Kö:
	EOF
}

# --- Marks ------------------------------------------------------------------------------

mkfifo "$T/marked" "$T/taken"
{
	queue_script
	cat <<-EOF
		key 4
		wait 30 av 30
		type :sortera dnr
		key Enter
		key Home
		# Twelve rows are shown; the list goes by one at either end.
		key Down Down Down Down Down Down Down Down Down Down Down Down Down
		wait nummer 14
		expect nummer 03
		expectnot nummer 02
		expectnot nummer 15
		key Up Up Up Up Up Up Up Up Up Up Up Up
		wait nummer 02
		expect nummer 13
		expectnot nummer 14
		expectnot nummer 01
		key Home
		key Space Space
		wait 2 markerade
		# Over a page and another order they stay with their cases.
		key PgDn
		wait 2 markerade
		key >
		key Home
		wait 2 markerade
		key Esc
		wait Esc en gång till
		key j
		key Esc
		wait Esc en gång till
		wait 2 markerade
		key Esc
		wait Inget är markerat
		expectnot markerade
		type +nummer 0*
		key Enter
		wait 9 ärenden markerade
		key -
		waitnot 9 markerade
		type :markera allt
		key Enter
		wait 30 markerade
		# What is decided is decided one at a time.
		key b
		wait ett ärende i taget
		type :avmarkera
		key Enter
		wait Inget är markerat
		key *
		wait 30 ärenden markerade
		type :sortera dnr
		key Enter
		key Home
		key Down Down
		wait >*
		screen $T/marked
	EOF
	cat "$T/marked" >/dev/null
	for n in "$three" "$eleven" "$seventeen"; do
		sluss eva.z claim "$n" --wait=20 >"$T/eva.out" 2>&1 || echo "wait eva could not claim"
	done
	cat <<-EOF
		# Somebody takes three of them meanwhile; the marks are all there.
		key F5
		wait handläggare: Officer eva.z
		expect 30 markerade
		key t
		wait 30 ärenden:
		expect … och 25 till
		expect F8 Utför
		key Enter
		expectnot 30 ärenden:
		key t
		wait 30 ärenden:
		key F8
		wait 27 klart
		wait 3 nej
		expect nej: Ärendet är redan taget: eva
		key q
		wait Kö:
		wait 3 markerade
		type :resultat
		key Enter
		wait RESULTAT: ta ärendet
		# The third of them was eva's.
		key Down Down
		key Enter
		wait Altan nummer 03
		wait Översikt
		key q q
		wait 3 markerade
		wait utkorg 0
		key Q
		waitexit 0
	EOF
} | screen britt.a
did "marks stay with their cases; of thirty, three were taken, and each is told" $?
exits "what was signed is sent" 0 sluss britt.a sync --wait=20
is "britt has twenty-seven" "$(sluss_locked britt.a list --json 2>/dev/null | jq '[.cases[] | select(.assignee == "britt.a")] | length')" 27
is "and eva three" "$(sluss_locked britt.a list --json 2>/dev/null | jq '[.cases[] | select(.assignee == "eva.z")] | length')" 3

# --- A form for many, undone as one -----------------------------------------------------------

{
	queue_script
	cat <<-EOF
		key 1
		wait 27 av 27
		key *
		wait 27 markerade
		key a
		wait anteckna: 27 ärenden
		expect … och 22 till
		type Ringt alla.
		expect F8 två gånger
		key F8
		wait 27 ärenden: F8 en gång till utför
		type !
		key F8
		wait 27 ärenden: F8 en gång till utför
		key F8
		wait Klart: anteckna, 27 ärenden
		key u
		wait Ångra massåtgärden
		key Enter
		expectnot Ångra massåtgärden
		key u
		wait Ångra massåtgärden
		key F8
		wait Ångrat: 27
		wait ångrat
		key q
		wait utkorg 0
		# Up to ten are not asked about; u in the list takes back the whole.
		key Home
		key Space Space Space
		type :bevaka v49 om="ring igen"
		key Enter
		wait bevaka: 3 ärenden
		expect ring igen
		key Esc
		type :överlämna strandskydd skäl="hör dit"
		key Enter
		wait 3 ärenden
		expect hör dit
		key F8
		wait Klart: överlämna, 3 ärenden
		key q
		wait 24 av 24
		key u
		wait Ångrat: 3
		key q
		wait 27 av 27
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a note in twenty-seven cases is taken back as one; so is a hand-over of three" $?

# --- Assigning -----------------------------------------------------------------------------------

{
	queue_script
	cat <<-EOF
		key 4
		wait 30 av 30
		type :öppna $last
		key Enter
		wait Altan nummer 30
		key T
		wait tilldela: $last
		type offic
		wait > Officer
		type er eva
		wait > Officer eva.z
		key Enter
		type Hon kan ärendet.
		key F8
		wait Klart: tilldela, $last
		wait Officer eva.z
		key q
		wait Kö:
		key Home
		key Space Space
		type :tilldela eva.z
		key Enter
		wait tilldela: 2 ärenden
		key F8
		wait Klart: tilldela, 2 ärenden
		key q
		# A status by its name, with what the step asks for.
		key 1
		type :status väntar skäl="remiss till räddningstjänsten" till=+14d
		key Enter
		wait remiss till räddningstjänsten
		key F8
		wait Klart: låta vila
		key Q F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a supervisor assigns one and two; a status is set by its name" $?

# --- Another size in the middle -----------------------------------------------------------------------

{
	queue_script
	cat <<-EOF
		key 4
		wait 30 av 30
		key *
		wait 30 markerade
		type :prio hög
		key Enter
		wait 30 ärenden
		key F8
		wait F8 en gång till
		key F8
		resize 160x50
		wait RESULTAT: ändra prioritet
		resize 80x24
		resize 60x20
		resize 80x24
		wait 30 ärenden
		key End
		wait >
		key q
		wait Kö:
		key Q F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "another size in the middle of a bulk" $?
finish
