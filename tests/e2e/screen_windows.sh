#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Two windows of one home: the second does not talk to the central, and knows
# all the same when it is gone; a decision's rule holds in it.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD w-1 "Carport vid Ekvägen" "Åkesson, Britt")
digits=${one##*-}
enrol britt.a >/dev/null 2>&1 || bail "enrol"
HERE=$(home_of britt.a)

# The first window takes the case, says that it is there, and stays for as long
# as the test lasts; it ends with its terminal.
mkfifo "$T/first.pid"
cat >"$T/first" <<EOF
wait Lösenfras
type $PASSPHRASE
key Enter
wait ONLINE
wait Carport
key t
wait Klart: ta ärendet
wait utkorg 0
pid $T/first.pid
timeout 600
wait this never comes
EOF
SLUSS_HOME=$HERE "$DRIVE" --script "$T/first" -- "$SLUSS" >/dev/null 2>&1 &
first=$!
pids="$pids $first"
read -r _ <"$T/first.pid"

to_letter() {
	cat <<-EOF
		type :öppna $one
		key Enter
		wait Carport
		key b
		wait Kontroll före signering
		key 1 Tab
		key ^U
		type Bygglov beviljas.
		key Tab
		key ^U
		type Planenligt.
		key F7
		wait FÖRHANDSGRANSKNING
		key End F8
	EOF
}

{
	unlock_script
	cat <<-EOF
		wait annat fönster sänder
		expect ONLINE
	EOF
	to_letter
	cat <<-EOF
		wait Signera beslut
		expectnot Signera utan nät
		key Esc Esc Esc
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the second window is online by what the central says" $?

kill_central
second() {
	cat <<-EOF
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait annat fönster sänder
		wait OFFLINE
	EOF
	to_letter
}
{
	second
	cat <<-EOF
		wait Signera utan nät
		type 000$digits
		key F8
		wait Nätet är borta
		key Esc Esc Esc
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "with the central dead the second window says so, and a decision asks" $?
is "nothing was signed" "$(grep -c signerat "$T/screen.out")" 0

echo 'decide.offline = deny' >>"$HERE/sluss.conf"
{
	second
	cat <<-EOF
		wait utan kontakt med centralen
		expectnot Signera utan nät
		expectnot Sista siffrorna
		key Esc Esc
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "where decide.offline = deny it is told before anything is asked for" $?
is "the first window was there all the time" "$(kill -0 "$first" 2>/dev/null && echo yes)" yes
finish
