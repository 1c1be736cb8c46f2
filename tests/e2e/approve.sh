#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A central where new devices wait: the officer's screen and the supervisor see
# the same six words, and what the supervisor says counts.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

mkdir "$T/conf"
cp conf/casetypes/*.conf "$T/conf/"
printf '# SPDX-License-Identifier: EUPL-1.2\n[central]\nenrol = supervisor-approves\n' >"$T/conf/central.conf"
start_central "$T/conf"
add_officer siv supervisor bygg
add_officer lisa officer bygg
add_officer nils officer bygg
apply BYGGLOV_NYBYGGNAD wait-1 "Växthus" >/dev/null
for who in siv lisa nils; do
	mkdir -p "$(home_of "$who")"
	printf 'key.cost = interactive\n' >"$(home_of "$who")/sluss.conf"
	enrol "$who" >"$T/out" 2>&1 || fail "$who enrols" "$(cat "$T/out")"
	like "$who is told to have the words compared" "$(tr '\n' ' ' <"$T/out")" "$(sluss_locked "$who" key --json | jq -r .words | cut -d' ' -f1-3)"
done
key() { sluss_locked "$1" key --json | jq -r ".$2"; }

# --- The operator lets the first one in --------------------------------------------
exits "a supervisor's own device waits too" 4 sluss siv sync
like "and its officer is told its words" "$(cat "$T/err")" "$(key siv words)"
is "the operator sees the same" "$("$CENTRAL" devices "$C" --waiting | grep -cF "$(key siv words)")" 1
exits "and lets it in" 0 "$CENTRAL" approve "$C" "$(key siv device)"
exits "then it fetches" 0 sluss siv sync

# --- The supervisor lets the others in, or not ----------------------------------------
exits "a new device has no token and no data" 4 sluss lisa sync
is "nothing of a case is in its home" "$(grep -c Växthus "$(home_of lisa)/cache.db")" 0
{
	cat <<-EOF2
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait Läs upp för din chef: $(key lisa words | cut -d' ' -f1-2)
		key Q
		waitexit 0
	EOF2
} >"$T/script"
screen lisa --script "$T/script"
did "the screen says the words to be read out" $?
exits "the supervisor sees who waits" 0 sluss siv devices --json
is "with the same words" "$(jq -r '.devices[] | select(.officer == "lisa") | .words' "$T/out")" "$(key lisa words)"
# On the screen: Enter opens the question, F8 alone says yes.
{
	cat <<-EOF2
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait ONLINE
		key g
		key d
		wait DATORER
		wait $(key lisa words | cut -d' ' -f1-3)
		wait Officer nils
		type :datorer
		key Enter
		wait DATORER
		key Enter
		wait Godkänn bara om alla sex
		key Enter
		waitnot Godkänn bara om alla sex
		key Q
		waitexit 0
	EOF2
} >"$T/script"
screen siv --script "$T/script"
did "the screen lists who waits, and Enter alone approves nobody" $?
sluss siv devices --json >"$T/out" 2>"$T/err"
is "both wait still" "$(jq '.devices | length' "$T/out")" 2
exits "none is let in before its words are compared" 5 sluss siv device approve "$(key lisa device)"
like "as is said" "$(cat "$T/err")" "Jämför orden"
exits "it waits still" 4 sluss lisa sync
exits "one is let in by the beginning of its id" 0 sluss siv device approve "$(key lisa device)" --yes
exits "and fetches" 0 sluss lisa sync
is "what its officer may see" "$(sluss_locked lisa list --json | jq '.cases | length')" 1
exits "an officer approves nobody" 5 sluss lisa device approve "$(key nils device)" --yes
add_officer olga officer bygg
mkdir -p "$(home_of olga)"
printf 'key.cost = interactive\n' >"$(home_of olga)/sluss.conf"
enrol olga >"$T/out" 2>&1 || fail "olga enrols" "$(cat "$T/out")"
exits "the other is refused" 0 sluss siv device refuse "$(key nils device)"
{
	cat <<-EOF2
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait ONLINE
		type :datorer
		key Enter
		wait $(key olga words | cut -d' ' -f1-3)
		key Enter
		wait Godkänn bara om alla sex
		key F8
		wait Godkänd: Officer olga
		wait Ingen dator väntar
		key Q
		waitexit 0
	EOF2
} >"$T/script"
screen siv --script "$T/script"
did "F8 on the screen lets one in" $?
exits "which then fetches" 0 sluss olga sync
exits "for good" 4 sluss nils sync
exits "nobody waits any more" 0 sluss siv devices --json
is "in either list" "$(jq '.devices | length' "$T/out") $("$CENTRAL" devices "$C" --waiting | wc -l)" "0 0"
exits "who said so is vouched for" 0 "$CENTRAL" verify "$C"
finish
