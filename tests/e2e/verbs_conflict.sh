#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# From the command line: conflicts are ended by a side, cases are watched,
# an applicant is written to, a case's documents are listed.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
for o in britt.a eva.z; do
	mkdir -p "$(home_of "$o")"
	printf 'key.cost = interactive\n' >"$(home_of "$o")/sluss.conf"
done
add_officer britt.a officer bygg
add_officer eva.z officer,supervisor bygg
for o in britt.a eva.z; do enrol "$o" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"; done
one=$(apply BYGGLOV_TILLBYGGNAD c-1 "Carport vid Ekvägen" "Åkesson, Britt")
two=$(apply BYGGLOV_TILLBYGGNAD c-2 "Växthus vid Sjögatan" "Östling, Per")
three=$(apply BYGGLOV_TILLBYGGNAD c-3 "Altan vid Hamngatan" "Wallin, Ulf")
for o in britt.a eva.z; do exits "$o fetches" 0 sluss "$o" sync --wait=20; done
for c in "$one" "$two" "$three"; do exits "britt takes $c" 0 sluss britt.a claim "$c" --wait=20; done
for o in britt.a eva.z; do exits "$o fetches again" 0 sluss "$o" sync --wait=20; done
address=$(central_address)
conf=$(home_of britt.a)/sluss.conf
printf 'Det blir klart i november.\n' >"$T/words"

# --- A message ----------------------------------------------------------------------------

exits "the letter of a message is read and not signed" 0 sluss britt.a message "$two" "$T/words" --subject Besked --dry-run
like "the letter has the words" "$(cat "$T/out")" "klart i november"
like "and whom it goes to" "$(cat "$T/out")" "Östling, Per"
exits "a script does not sign a letter unless it may" 5 sluss britt.a message "$two" "$T/words"
printf 'sign.unattended = allow\n' >>"$conf"
exits "a script that may, does" 0 sluss britt.a meddela "$two" "$T/words" --subject=Besked --wait=20 --json
is "it was accepted" "$(jq -r .verdict "$T/out")" accepted
: >"$T/empty"
exits "a message without words is none" 2 sluss britt.a message "$two" "$T/empty"
exits "a message to nobody's case is none" 3 sluss britt.a message 9999 "$T/words"

# --- Documents ----------------------------------------------------------------------------

exits "it is fetched" 0 sluss britt.a sync --wait=20
exits "documents are listed" 0 sluss_locked britt.a show "$two" --documents
like "with the letter" "$(cat "$T/out")" "meddelande.xhtml"
exits "as JSON too" 0 sluss_locked britt.a show "$two" --documents --json
is "each by its number, its way, and where its bytes are" \
	"$(jq -r '[.documents[] | "\(.number) \(.name) \(.way) \(.here)"] | join(";")' "$T/out")" \
	"1 ansokan.json in false;2 meddelande.xhtml out true"
is "by their schema" "$(jq -r .schema "$T/out")" sluss.documents/1

# --- A watch --------------------------------------------------------------------------------

exits "a case is watched to a day" 0 sluss britt.a watch "$two" today --reason "Ring Per" --wait=20
is "and found by it" "$(sluss_locked britt.a list -f bevakad --json | jq -r '.cases[].diary_no')" "$two"
exits "without a day that ends" 0 sluss britt.a bevaka "$two" --wait=20
is "and it is not found any more" "$(sluss_locked britt.a list -f bevakad --json | jq '.cases | length')" 0
exits "a day that is none is wrong use" 2 sluss britt.a watch "$two" ibland

# --- Conflicts --------------------------------------------------------------------------------

stop_central
exits "offline: a deadline" 0 sluss britt.a deadline "$one" 2027-01-10
exits "offline: another deadline" 0 sluss britt.a deadline "$two" 2027-01-10
exits "offline: a message" 0 sluss britt.a message "$three" "$T/words"
serve_central "$address"
for c in "$one" "$two" "$three"; do exits "meanwhile eva moves $c" 0 sluss eva.z deadline "$c" 2027-02-20 --wait=20; done
sluss britt.a sync --wait=20 >"$T/out" 2>&1
exits "three wait for her" 0 sluss_locked britt.a conflicts --json
cp "$T/out" "$T/conflicts.json"
item() { jq -r --arg no "$1" '.conflicts[] | select(.diary_no == $no) | .item' "$T/conflicts.json"; }
is "all three" "$(jq '.conflicts | length' "$T/conflicts.json")" 3
exits "a side that is none is wrong use" 2 sluss britt.a conflicts yours "$(item "$one")"
exits "a number is needed" 2 sluss britt.a conflicts mine
exits "that is in the outbox" 3 sluss britt.a conflicts mine 999
exits "a field is one thing: both cannot stand" 5 sluss britt.a conflicts both "$(item "$one")"
exits "a letter is not signed again unread" 7 sluss britt.a conflicts mine "$(item "$three")"
exits "one's own side is signed again" 0 sluss britt.a conflicts mine "$(item "$one")" --wait=20 --json
is "and accepted" "$(jq -r .verdict "$T/out")" accepted
exits "the central's needs no passphrase" 0 sluss_locked britt.a konflikter centralens "$(item "$two")"
exits "a letter is put aside too" 0 sluss_locked britt.a conflicts central "$(item "$three")"
exits "what is ended is no conflict" 5 sluss britt.a conflicts mine "$(item "$one")"
exits "nothing waits any more" 0 sluss_locked britt.a conflicts --json
is "at all" "$(jq '.conflicts | length' "$T/out")" 0
exits "the end is fetched" 0 sluss britt.a sync --wait=20
due() { sluss_locked britt.a list --json | jq -r --arg no "$1" '.cases[] | select(.diary_no == $no) | .due_on'; }
is "her own value stands in the one" "$(due "$one")" 2027-01-10
is "the central's in the other" "$(due "$two")" 2027-02-20
stop_central
exits "the log of the central holds" 0 "$CENTRAL" verify "$C"
finish
