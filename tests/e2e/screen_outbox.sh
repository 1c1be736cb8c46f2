#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# What was refused is changed in the outbox: a message whose case had moved on
# is written anew in its own box, survives a kill, and is sent once.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer bygg
add_officer eva.z officer,supervisor bygg
for o in britt.a eva.z; do enrol "$o" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"; done
one=$(apply BYGGLOV_TILLBYGGNAD o-1 "Carport vid Ekvägen" "Åkesson, Britt")
for o in britt.a eva.z; do exits "$o fetches" 0 sluss "$o" sync --wait=20; done
exits "britt takes the case" 0 sluss britt.a claim "$one" --wait=20
for o in britt.a eva.z; do exits "$o fetches again" 0 sluss "$o" sync --wait=20; done
address=$(central_address)
box() { sqlite3 "$(home_of britt.a)/outbox.db" "$1"; }

stop_central
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key m
		wait Mall
		key Tab
		type Besked
		key Tab
		type Det blir klart i november.
		key F7
		wait FÖRHANDSGRANSKNING
		key F8
		wait Klart: sända meddelande
		# What has not been sent is undone, not changed.
		key g u
		wait UTKORG
		key e
		wait Bara det som nekats ändras
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a message is signed without a network" $?
serve_central "$address"
exits "meanwhile eva moves the deadline" 0 sluss eva.z deadline "$one" 2027-03-03 --wait=20
sluss britt.a sync --wait=20 >"$T/out" 2>&1
like "the message met a case that had moved on" "$(cat "$T/out")" "väntar på dig"
before=$(box "SELECT hex(envelope) FROM item WHERE act = 'message.send'")

{
	unlock_script
	cat <<-EOF
		key g u
		wait UTKORG
		expect KONFLIKT
		expect e ändra
		key e
		wait sända meddelande: $one
		expect Besked
		expect Det blir klart i november.
		key Tab Tab
		type " Eller i mars."
		wait utkast sparat
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --size 160x50 --script "$T/script"
did "its own box opens with its words, and is killed" $?
{
	unlock_script
	cat <<-EOF
		key g u
		wait KONFLIKT
		key e
		wait Ditt utkast är tillbaka
		expect Eller i mars.
		key F7
		wait FÖRHANDSGRANSKNING
		expect Eller i mars.
		key F8
		wait Klart: sända meddelande
		wait ERSATT
		key F5
		wait godtagen
		# The draft of a new message is another one.
		key q
		wait Kö:
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key m
		wait Mall
		expectnot Eller i mars.
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the words are there still, are read as a letter, and take its place" $?
is "no signed byte has changed" "$(box "SELECT hex(envelope) FROM item WHERE act = 'message.send' ORDER BY id LIMIT 1")" "$before"
is "other words are another intent" "$(box "SELECT count(*) || ' ' || count(DISTINCT iid) FROM item WHERE act = 'message.send'")" "2 2"
exits "everything is sent" 0 sluss britt.a sync --wait=20
exits "and nothing waits" 0 sluss_locked britt.a conflicts --json
is "no conflict is left" "$(jq '.conflicts | length' "$T/out")" 0
is "the applicant has one message, the last" \
	"$(sluss_locked britt.a show "$one" --json | jq -r '[.entries[] | select(.act == "message.send") | .args.text] | join("|")')" \
	"Det blir klart i november. Eller i mars."
stop_central
finish
