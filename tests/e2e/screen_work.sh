#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Work on the full screen when things go wrong: first run by keys, a program
# that is killed in the middle of a text, a central that is away, somebody who
# was first, an action taken back.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
add_officer eva.z officer bygg
one=$(apply BYGGLOV_TILLBYGGNAD w-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply BYGGLOV_TILLBYGGNAD w-2 "Växthus vid Sjögatan" "Östling, Per")

# --- First run -----------------------------------------------------------------------

mkdir -p "$(home_of britt.a)"
invitation=$(invite britt.a)
cat >"$T/script" <<EOF
wait FÖRSTA START
expect lämnar aldrig datorn
key F8
wait Fyll i
key S-Tab
key ^U
type $URL
key Tab
type sluss1.AAAAAAAAAAAAAAAAAAAAAA.0000000000000000
key Tab
type $PASSPHRASE
key Tab
type another passphrase
key F8
wait olika
key ^U
type $PASSPHRASE
key F8
wait Servern är inte den som inbjudan gäller
expectnot Kö:
key S-Tab S-Tab
key ^U
type $invitation
key F8
wait Välkommen
wait Växthus
key Q
waitexit 0
EOF
screen britt.a --script "$T/script"
did "first run: a wrong invitation is refused, the right one enrols" $?
is "the passphrase is nowhere on the screen" "$(grep -c 'kanin plog' "$RAW")" 0

# --- Killed in the middle ---------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait Carport
		key a
		wait Tjänsteanteckning
		type Halva meningen stod kvar
		wait utkast sparat
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a note is on disk while it is being written" $?
{
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait Carport
		key t
		wait handläggs
		key a
		wait Ditt utkast är tillbaka
		expect Halva meningen stod kvar
		key Esc
		key b
		wait Kontroll före signering
		key Tab
		type Bygglov bevil
		wait utkast sparat
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the killed note came back; the decision is on disk too" $?
{
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait Carport
		key b
		wait Ditt utkast är tillbaka
		expect Bygglov bevil
		key Esc
		key a
		wait Halva meningen
		key Esc
		# --- Undo ---
		type :prio 1
		key Enter
		wait Prioritet
		key Esc
		key o
		wait Till kö
		type strand
		wait > Strandskydd
		key Enter
		key F8
		wait Klart: överlämna, $one
		wait ångra (u)
		key u
		wait Ångrat: överlämna, $one
		key 1
		wait Bygglov
		key u
		wait Inget att ångra
		key g u
		wait UTKORG
		wait TILLBAKADRAGEN
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the decision came back; what is not sent is undone by u" $?

# --- The central is away ------------------------------------------------------------------

enrol eva.z >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
address=$(central_address)
stop_central
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE
		type :öppna $two
		key Enter
		wait Växthus
		key t
		wait handläggs
		wait utkorg 1
		key 2
		wait (i utkorgen) Tog
		key g u
		wait VÄNTAR NÄT
		# Leaving asks, since something is not sent; the default is to stay.
		key Q
		wait inte sänd
		key Enter
		expectnot inte sänd
		key Q
		key F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "without the central a case is taken, and waits signed" $?

# --- Somebody was first -------------------------------------------------------------------

serve_central "$address"
sluss eva.z sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
exits "eva takes the same case first" 0 sluss eva.z claim "$two" --wait=20
{
	unlock_script
	cat <<-EOF
		wait nekad 1
		type :konflikter
		key Enter
		wait NEKAD 1 av 1
		expect eva.z
		expect Din kan inte gälla: Ärendet är redan taget.
		expect 2 centralens
		# To take it over is no choice.
		key 1
		wait Din kan inte gälla: Ärendet är redan taget.
		# What it was about is read first.
		key Enter
		wait Växthus
		expect Officer eva.z
		key q
		wait NEKAD 1 av 1
		key 2
		wait Följd (F8): din åtgärd görs inte.
		key F8
		wait Undanlagd
		wait Inga konflikter
		key q
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the one who came second is told by whom and what can be done, and lets go" $?
exits "eva still has the case" 0 sluss_locked eva.z show "$two" --json
like "and nobody else" "$(jq -r '.. | .assignee? // empty' "$T/out" | head -n 1)" eva.z

# --- A conflict, read and signed again --------------------------------------------------------

stop_central
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE
		type :öppna $one
		key Enter
		wait Carport
		key s
		wait Status
		key v
		wait Skäl
		type Väntar på yttrande.
		key F8
		wait väntar
		key Q
		wait inte sänd
		key F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a case is laid to rest offline, by the status menu" $?
serve_central "$address"
exits "eva moves its deadline meanwhile" 0 sluss eva.z deadline "$one" 2027-01-15 --wait=20
{
	unlock_script
	cat <<-EOF
		wait konflikt 1
		key g c
		wait KONFLIKT 1 av 1
		expect eva.z
		wait 2027-01-15
		# Enter is not yes; F8 is.
		key r
		wait signeras nu på ärendet som det är
		key Enter
		expectnot signeras nu på
		key r
		wait signeras nu på ärendet som det är
		key F8
		wait Signerad igen
		wait Inga konflikter
		type :utkorg
		key Enter
		wait UTKORG
		key F5
		wait utkorg 0
		key Enter
		wait Carport
		wait väntar
		expect 2027-01-15
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the conflict is told in words, and the same intent stands when signed again" $?

# --- Somebody moves the case while the decision is written ----------------------------------

three=$(apply BYGGLOV_TILLBYGGNAD w-3 "Altan vid Hamngatan" "Wallin, Ulf")
mkfifo "$T/now"
{
	unlock_script
	cat <<-EOF
		key 2
		wait $three
		type :öppna $three
		key Enter
		wait Altan
		key t
		wait utkorg 0
		key b
		wait Kontroll före signering
		screen $T/now
	EOF
	cat "$T/now" >/dev/null
	sluss eva.z sync >"$T/out" 2>&1
	sluss eva.z deadline "$three" 2027-03-01 --wait=20 >"$T/out" 2>&1
	cat <<-EOF
		wait Ärendet har ändrats av Officer eva.z
		key Esc
		key 2
		wait Ändrade frist
		expect 2027-03-01
		key Q
		waitexit 0
	EOF
} | screen britt.a
did "who writes a decision is told that the case was moved, and by whom" $?

# --- Type-ahead ----------------------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		type :öppna $one
		keys \raRingt igen.\e[19~
		wait Klart: anteckna
		key 2
		wait kvarRingt igen
		key u
		wait Ångrat
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "keys typed ahead are all done, in order" $?

# --- The cursor stays with the case; a second window ----------------------------------------

mkfifo "$T/first" "$T/over"
{
	unlock_script
	cat <<-EOF
		wait $three
		key End
		wait >      $three
		key d
		wait Frist
		key ^U
		type +1d
		key F8
		wait Klart: ändra frist, $three
		wait utkorg 0
		wait >      $three
		screen $T/first
	EOF
	cat "$T/over"
	cat <<-EOF
		key Q
		waitexit 0
	EOF
} | screen britt.a &
window=$!
cat "$T/first" >/dev/null
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait Kö:
		wait annat fönster sänder
		expect ONLINE
		expectnot OFFLINE
		key Q
		waitexit 0
	EOF
} >"$T/script"
SLUSS_HOME=$(home_of britt.a) "$DRIVE" --timeout "${WAIT:-30}" --script "$T/script" -- "$SLUSS" \
	>"$T/out" 2>"$T/screen2.err"
code=$?
: >"$T/over"
wait "$window"
did "the cursor follows the case whose deadline one has moved" $?
cp "$T/screen2.err" "$T/screen.err"
did "a second window of the same home says ONLINE, and who sends" $code

# --- A decision taken back ------------------------------------------------------------------

four=$(apply BYGGLOV_TILLBYGGNAD w-4 "Pergola vid Torggatan" "Nyman, Eva")
digits=$(printf '%s' "$four" | grep -o '[0-9]*$' | tail -c 5)
{
	unlock_script
	cat <<-EOF
		key 2
		wait $four
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the case is in the copy" $?
stop_central
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE sedan
		type :öppna $four
		key Enter
		wait Pergola
		key t
		wait handläggs
		key b
		wait Kontroll före signering
		key F7
		wait Välj utfall med en siffra
		key 1 Tab
		type Bygglov beviljas för pergolan.
		key Tab
		type Planenligt.
		key Tab 2
		wait välj: skäl, eller utelämna dem
		# Space is no answer to a list.
		key Space
		expect Kan inte signeras: välj skäl
		key 1
		waitnot välj: skäl, eller
		key F7
		wait FÖRHANDSGRANSKNING
		key End F8
		wait Signera beslut
		expect När beslutet har sänts
		expect skriv ärendets nummer: ${#digits} siff
		expect Signera utan nät
		expect Blanksteg bockar för
		type x
		key F8
		wait Siffrorna är inte ärendets: skriv ${#digits} siff
		key ^U
		type $digits
		key F8
		wait bocka för med blanksteg
		expectnot --yes
		key Space F8
		wait Beslutet i $four är signerat
		# From another place u names it, and asks; the default is to let it stand.
		key g h
		wait Kö:
		key u
		wait Dra tillbaka beslutet
		expect $four: besluta
		expect Pergola
		key Enter
		expectnot Dra tillbaka beslutet
		key u
		wait Dra tillbaka beslutet
		key F8
		wait Ångrat: besluta, $four
		type :öppna $four
		key Enter
		wait handläggs
		key b
		wait Ditt utkast är tillbaka
		expect Bygglov beviljas för pergolan
		expect Planenligt.
		key F3
		key a
		wait Tjänsteanteckning
		type Hej.
		key F8
		wait Sänds när nätet är tillbaka
		# Locked and opened again: the same case.
		key L
		wait LÅST
		type fel fel fel fel
		key Enter
		wait Fel lösenfras.
		expectnot försök kvar
		type $PASSPHRASE
		key Enter
		wait Pergola
		expect Översikt
		key Q
		wait inte sänd
		key F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a decision is taken back only when asked for, and its words are a draft again" $?
finish
