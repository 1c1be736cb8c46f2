#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Searching while one types: words in every form of Å, where the hit is, a
# mistake in the line, what was searched for before, and a central that is away.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD s-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply BYGGLOV_TILLBYGGNAD s-2 "Växthus vid Sjögatan" "Östling, Per")
three=$(apply STRANDSKYDD s-3 "Brygga vid Carportsviken" "Ångström, Ulf")
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
exits "the cases are here" 0 sluss britt.a sync

# A ring as one letter, as a letter and a ring, and as the sign for ångström.
ring=$(printf 'A\314\212kesson')
sign=$(printf '\342\204\253kesson')
{
	unlock_script
	cat <<-EOF
		key g s
		wait Skriv ord eller ett filter
		expect lokal cache (3 ärenden
		type carport
		wait 2 träffar
		expect text "carport"*
		expect rubrik: «Carport» vid Ekvägen
		expect rubrik: Brygga vid «Carportsviken»
		# Newest first.
		row 4 $three
		row 6 $one
		type "sviken kö:"
		wait saknar värde
		type strand
		wait 1 träff
		expect kö Strandskydd
		key ^U
		type åkesson
		wait part: «Åkesson», Britt
		expect 1 träff
		key ^U
		type $ring
		wait part: «Åkesson», Britt
		key ^U
		type $sign
		wait part: «Åkesson», Britt
		key ^U
		type akesson
		wait part: «Åkesson», Britt
		key Enter
		wait Översikt
		expect Carport vid Ekvägen
		key q
		wait SÖK
		# Arrow-up brings back what was searched for; Esc empties, then leaves.
		key ^U Up
		wait akesson
		expect 1 träff
		key Esc
		wait Skriv ord eller ett filter
		type "'; DROP TABLE base_case; -- %_"
		wait kolumn 1
		key ^U
		keys \x22%_ ' OR 1=1\x22
		wait 0 träffar
		key ^U
		type växthus
		wait $two
		resize 160x50
		wait rubrik: «Växthus» vid Sjögatan
		resize 60x20
		resize 80x24
		wait 1 träff
		# Locked, nothing of it is left.
		key F3
		wait Kö:
		key L
		wait LÅST
		expectnot Växthus
		type $PASSPHRASE
		key Enter
		wait Kö:
		key g s
		wait Skriv ord eller ett filter
		key F3
		type :sök brygga
		key Enter
		wait «Brygga»
		key F3
		wait Kö:
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "hits come while one types, with where they are, in every form of a ring" $?

# --- What only the central has ---------------------------------------------------------

# The copy is a bounded one: here a case is not in it.
sqlite3 "$(home_of britt.a)/cache.db" "INSERT INTO case_words(case_words, rowid, words)
	SELECT 'delete', key, words FROM base_case WHERE diary_no = '$two';
	DELETE FROM base_case WHERE diary_no = '$two'" ||
	bail "the copy could not be cut"
{
	unlock_script
	cat <<-EOF
		key g s
		type växt
		wait 0 träffar
		key F5
		wait Servern: 1 ärende till
		wait 0 träffar + 1 på servern
		expect på servern · rubrik: «Växthus» vid Sjögatan
		expect Servern: sökt.
		key Enter
		wait Översikt
		expect Växthus vid Sjögatan
		key q
		wait 1 träff
		key Esc
		type carport
		key F5
		wait Servern: 0 ärenden till
		expect 2 träffar
		key F3
		wait Kö:
		key Q
		waitexit 0
	EOF
} >"$T/script"
if command -v sqlite3 >/dev/null 2>&1; then
	screen britt.a --script "$T/script"
	did "F5 adds what the central has besides, and Enter fetches it" $?
fi

stop_central
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE
		key g s
		type brygga
		wait 1 träff
		key F5
		wait Servern kunde inte nås
		expect 1 träff
		key F1
		wait HJÄLP
		key Esc
		wait SÖK
		key Esc Esc
		wait Kö:
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "without the central the local hits stand, and it is said" $?
finish
