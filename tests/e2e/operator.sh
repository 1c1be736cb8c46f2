#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# An operator who has the program and its messages, and nothing else: each
# command says what it did or what was wrong with it, and nothing is changed
# that was not named.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# refused NAME WANTED-CODE PATTERN COMMAND...: and the message holds the pattern
refused() {
	name=$1 wanted=$2 pattern=$3
	shift 3
	exits "$name" "$wanted" "$CENTRAL" "$@"
	like "  and says so" "$(cat "$T/err")" "$pattern"
}
# says NAME PATTERN COMMAND...: done, with one line that holds the pattern
says() {
	name=$1 pattern=$2
	shift 2
	exits "$name" 0 "$CENTRAL" "$@"
	like "  and says so" "$(cat "$T/out")" "$pattern"
}

# --- A folder ------------------------------------------------------------------------
refused "an init without case types is refused" 78 "/nowhere: no *.conf" init "$T/half" --conf /nowhere
is "and leaves nothing behind" "$(ls -d "$T/half" 2>/dev/null)" ""
start_central
apply BYGGLOV_NYBYGGNAD one "Carport" >/dev/null
refused "a second server on one folder is refused" 78 "process $CENTRAL_PID since" serve "$C" --listen 127.0.0.1:0
like "with the address of the first" "$(cat "$T/err")" "at $URL"
says "status says who serves it" "served      process $CENTRAL_PID since" status "$C"
mkdir "$T/bad" && echo '{}' >"$T/bad/manifest.json"
exits "a restore of what is no backup fails" 2 "$CENTRAL" restore "$T/bad" "$T/new"
is "and leaves nothing behind" "$(ls -d "$T/new" 2>/dev/null)" ""

# --- The command line -----------------------------------------------------------------
refused "a command that is not there is named" 2 'no command "stauts"' stauts "$C"
refused "so is an option that is not there" 2 "invite has no option --until" invite "$C" anna --until 2027-01-01
refused "an option at the end without its value" 2 "--roles needs a value" officer add "$C" anna --name Anna --roles
refused "one that would eat the next" 2 "--name needs a value" officer add "$C" anna --name --roles officer
refused "a word too few" 2 "usage: sluss-central invite DIR ID" invite "$C"
refused "a word too many" 2 'one word too many: "more"' grants "$C" more
refused "an officer without a role" 2 "officer, decider, registrar, archivist, supervisor, contact" \
	officer add "$C" anna --name Anna

# --- Officers ---------------------------------------------------------------------------
says "an officer is added" "added: anna (Anna Ek): roles officer,decider; units bygg" officer add "$C" anna --name "Anna Ek" --roles officer,decider --units bygg --clearance 1
says "changing one thing keeps the others" "changed: anna (Anna Ek): roles officer,decider; units bygg; title chef; clearance 1" \
	officer add "$C" anna --title=chef
says "and what is emptied is empty" "units none" officer add "$C" anna --units ""
like "with a word of warning" "$(cat "$T/err")" "anna has no unit"
says "and put back" "units bygg" officer add "$C" anna --units bygg
add_officer cc.sara contact bygg
add_officer eva officer miljo
says "all are listed" "anna	Anna Ek	officer,decider	bygg	1	chef" officers "$C"
is "each once" "$(wc -l <"$T/out")" 3

# --- Cases by number -----------------------------------------------------------------------
says "a case is granted by its short number" "eva: is granted case:1" grant "$C" eva case:1 --reason "hör ihop"
refused "no grant is given without a reason" 2 "needs --reason" grant "$C" eva case:1
says "and taken back by its whole one" "no longer granted" revoke-grant "$C" eva "case:BN 2026-1"
refused "a number that is none is named with the forms there are" 1 '"BN 2026-1042", 2026-1042 or 1042' erase "$C" 77 2 --reason fel
refused "an entry is a number" 2 'not "two"' erase "$C" 1 two --reason fel
refused "nothing is erased without a reason" 2 "needs --reason" erase "$C" 1 2
says "where there is nothing to make a snapshot of, it is said" "no scope has more cases" snapshot "$C"
refused "one word is one word" 2 "takes 1 word, not 0" status

# --- Devices -------------------------------------------------------------------------------
enrol anna >"$T/out" 2>&1 || bail "$(cat "$T/out")"
enrol cc.sara >"$T/out" 2>&1 || bail "$(cat "$T/out")"
for o in anna cc.sara; do sluss "$o" sync >"$T/out" 2>&1 || bail "$(cat "$T/out")"; done
dev=$(sluss_locked anna who --json | jq -r .device)
says "the devices of an officer are listed" "$dev	anna	active	2" devices "$C" anna
is "with the words that the officer sees" "$(cut -f 6 "$T/out")" "$(sluss_locked anna key --json | jq -r .words)"
is "and all of them" "$("$CENTRAL" devices "$C" | cut -f 2 | tr '\n' ' ')" "anna cc.sara "
refused "--through is for a retired one" 2 "--through goes with --as retired" revoke "$C" "$dev" --through 3

# --- A document by the beginning of its hash, though its entry was never fetched ----------------
add_officer rosa registrar bygg
enrol rosa >"$T/out" 2>&1 || bail "$(cat "$T/out")"
like "who enrols is told what to do next" "$(cat "$T/out")" "sluss sync"
sluss rosa sync >"$T/out" 2>&1 || bail "$(cat "$T/out")"
hash=$(sluss_locked rosa show 1 --documents --json | jq -r '.documents[0].h // .documents[0].sha256')
exits "a registrar names a document so" 0 sluss rosa erase 1 1 --document "$(echo "$hash" | cut -c1-10)" --ground secret --reason "fel" --dry-run
exits "and is told of what an option needs" 2 sluss rosa erase 1 --ground secret --reason "fel"
like "by name" "$(cat "$T/err")" "NR --whole"
exits "a document is named with its entry" 2 sluss rosa erase 1 --document "$hash" --ground secret --reason "fel"
like "and that is said" "$(cat "$T/err")" "NR POST --document"

# --- A contact person -----------------------------------------------------------------------
no="BN 2026-1"
exits "a contact person verifies no chain" 5 sluss cc.sara verify "$no"
exits "and has no proof" 5 sluss cc.sara proof "$no"
exits "and goes on fetching" 0 sluss cc.sara sync
exits "an officer claims it" 0 sluss anna sync
exits "before the key is taken back" 0 sluss anna claim "$no" --wait

# --- A key that was taken back --------------------------------------------------------------
says "a device is taken back by the beginning of its id" "of anna" revoke "$C" "$(echo "$dev" | cut -c1-28)" --as retired --through 1
like "with what --through means" "$(cat "$T/out")" "up to number 1 counts"
says "and stands so in the list" "$dev	anna	retired" devices "$C" anna
is "with the number of its last action" "$(cut -f 8 "$T/out")" 1
like "which the officer reads too" "$(sluss_locked anna who)" "till och med nr 1."
says "and in the status" "2 active, 1 retired" status "$C"
kid=$(sluss_locked anna key --json | jq -r .kid)
exits "its key is not changed any more" 4 sluss anna key rotate
is "and stays the one it was" "$(sluss_locked anna key --json | jq -r .kid)" "$kid"

says "an entry is erased by the case's number" "entry 1 is erased" erase "$C" 2026-1 1 --reason "fel ärende"
stop_central
says "status says that nobody serves" "served      by nobody" status "$C"
exits "and all of it holds" 0 "$CENTRAL" verify "$C"
finish
