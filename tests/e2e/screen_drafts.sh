#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Words that can't be kept on disk are not thrown away without a word, and a
# form that is open does not hold up what is fetched for the case under it.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD w-1 "Carport vid Ekvägen" "Åkesson, Britt")
enrol britt.a >/dev/null 2>&1 || bail "enrol"

{
	unlock_script
	cat <<-EOF
		wait Carport
		key Enter 2 a
		wait Tjänsteanteckning
		wait Diariefört
		expect Tjänsteanteckning
		expectnot hämtas nu
		key Esc
		type :mina
		key Enter
		wait Mina
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --size 100x40 --script "$T/script"
did "the events of an opened case come while a form is open over it" $?

# Another program has the outbox: what is typed can't be written there.
mkfifo "$T/hold" "$T/held"
sqlite3 -cmd ".timeout 10000" "$(home_of britt.a)/outbox.db" <"$T/hold" >"$T/held" 2>/dev/null &
pids="$pids $!"
exec 8>"$T/hold" 9<"$T/held"
mkfifo "$T/typing" "$T/locked"
{
	read -r _ <"$T/typing"
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&8
	read -r _ <&9
	read -r _ <"$T/locked"
} &
pids="$pids $!"
{
	unlock_script
	cat <<-EOF
		wait Carport
		key Enter
		wait Översikt
		key a
		wait Tjänsteanteckning
		pid $T/typing
		pid $T/locked
		type Ord som inte får försvinna
		key Esc
		wait Esc igen kastar texten
		expect Ord som inte får försvinna
		type !
		key Esc
		wait Esc igen kastar texten
		expect försvinna!
		key Esc
		waitnot försvinna
		wait Översikt
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a text that could not be kept is thrown away by the second Esc alone" $?
exec 8>&-
is "the case was there" "${one#BN }" "2026-1"
finish
