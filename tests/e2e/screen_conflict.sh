#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Conflicts of each class, made by two officers of whom one is offline, and
# solved by keys: a field, a claim, an assignment, a step, a decision, a chain.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
add_officer eva.z officer,supervisor bygg
add_officer jan.vd supervisor bygg
for o in britt.a eva.z jan.vd; do enrol "$o" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"; done
field=$(apply BYGGLOV_TILLBYGGNAD k-1 "Carport vid Ekvägen" "Åkesson, Britt")
step=$(apply BYGGLOV_TILLBYGGNAD k-2 "Växthus vid Sjögatan" "Östling, Per")
decision=$(apply BYGGLOV_TILLBYGGNAD k-3 "Altan vid Hamngatan" "Wallin, Ulf")
claim=$(apply BYGGLOV_TILLBYGGNAD k-4 "Pergola vid Torggatan" "Nyman, Eva")
assign=$(apply BYGGLOV_TILLBYGGNAD k-5 "Staket vid Ängsgatan" "Lind, Olle")
append=$(apply BYGGLOV_TILLBYGGNAD k-6 "Plank vid Storgatan" "Berg, Ida")
for o in britt.a eva.z jan.vd; do exits "$o fetches" 0 sluss "$o" sync --wait=20; done
for c in "$field" "$step" "$decision"; do exits "britt takes $c" 0 sluss britt.a claim "$c" --wait=20; done
exits "what is hers is here with its chain" 0 sluss britt.a sync --wait=20
exits "eva fetches" 0 sluss eva.z sync --wait=20
address=$(central_address)
box() { sqlite3 "$(home_of britt.a)/outbox.db" "$1"; }

# --- Britt works without the central --------------------------------------------------

stop_central
queued() { exits "britt, offline: $*" 0 sluss britt.a "$@"; }
queued deadline "$field" 2027-01-10
queued suspend "$step" --reason="Väntar på yttrande"
queued priority "$step" 1
queued claim "$claim"
exits "jan, offline too: assign" 0 sluss jan.vd assign "$assign" britt.a
printf 'Ringt sökanden.\n' >"$T/words"
queued note "$append" "$T/words"
digits=$(printf '%s' "$decision" | grep -o '[0-9]*$' | tail -c 5)
{
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	cat <<-EOF
		key Enter
		wait OFFLINE
		type :öppna $decision
		key Enter
		wait Altan
		key b
		wait Kontroll före signering
		key 1 Tab
		type Bygglov beviljas.
		key Tab
		type Planenligt.
		key F7
		wait FÖRHANDSGRANSKNING
		key End F8
		wait Signera beslut
		type $digits
		key Tab Space F8
		wait är signerat
		key Q
		wait inte sänd
		key F8
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "britt decides offline" $?
before=$(box "SELECT group_concat(envelope) FROM (SELECT envelope FROM item ORDER BY id)")
count=$(box "SELECT count(*) FROM item")

# --- Meanwhile ----------------------------------------------------------------------------

serve_central "$address"
eva() { exits "meanwhile eva: $1" 0 sluss eva.z "$@" --wait=20; }
eva deadline "$field" 2027-02-20
eva priority "$step" 3
printf 'Grannen har synpunkter.\n' >"$T/words"
eva note "$step" "$T/words"
eva deadline "$decision" 2027-03-03
eva claim "$claim"
eva assign "$assign" eva.z
eva deadline "$append" 2027-04-04
sluss britt.a sync --wait=20 >"$T/out" 2>&1
like "the sync says that something waits for her" "$(cat "$T/out")" "väntar på dig"
exits "it is fetched what was asked for" 0 sluss britt.a sync --wait=20

# --- Read by verbs -----------------------------------------------------------------------

exits "the conflicts as JSON, without a passphrase" 0 sluss_locked britt.a conflicts --json
cp "$T/out" "$T/conflicts.json"
is "each class is there as it should be" \
	"$(jq -r '.conflicts[] | [.act, .class, .verdict, .why] | join(" ")' "$T/conflicts.json" | LC_ALL=C sort | tr '\n' ';')" \
	"case.claim C rejected taken;case.deadline B conflict field-changed;case.decide E conflict moved-on;case.priority B conflict depends-on;case.suspend D conflict moved-on;"
is "a field has its three values" \
	"$(jq -r '.conflicts[] | select(.act == "case.deadline") | .fields[] | select(.field == "deadline") | [.mine, .theirs, .who] | join(" ")' "$T/conflicts.json")" \
	"2027-01-10 2027-02-20 eva.z"
like "the common value is the one she acted on" \
	"$(jq -r '.conflicts[] | select(.act == "case.deadline") | .fields[] | select(.field == "deadline") | .common' "$T/conflicts.json")" "202"
is "a taken case can't be mine" "$(jq -c '.conflicts[] | select(.act == "case.claim") | [.sides, .not_mine]' "$T/conflicts.json")" \
	'[["theirs"],"taken"]'
is "what hangs on another names it" "$(jq '[.conflicts[] | select(.act == "case.priority") | .first > 0] | first' "$T/conflicts.json")" true
exits "the same in words" 0 sluss_locked britt.a conflicts
like "with all three values" "$(cat "$T/out")" "2027-02-20"
items() { jq -r ".conflicts[] | select(.act == \"$1\") | .item" "$T/conflicts.json"; }
exits "a decision is not signed again unread" 7 sluss britt.a outbox retry "$(items case.decide)"
exits "nor what hangs on another before that" 7 sluss britt.a outbox retry "$(items case.priority)"
is "a note was merged" "$(box "SELECT count(*) FROM item WHERE verdict = 2 AND act = 'note.add'")" 1
exits "jan sends" 0 sluss jan.vd sync --wait=20
exits "of two assignments both stand, the last one holds" 0 sluss_locked jan.vd conflicts --json
is "and it is no conflict" "$(jq '.conflicts | length' "$T/out")" 0

# --- Killed between choosing and signing ----------------------------------------------------

for size in 80x24 160x50; do
	{
		unlock_script
		cat <<-EOF
			key g c
			wait KONFLIKT 1 av 5
			expect $field
			expect Gemensam (
			expect 1 DIN (
			expect 2 CENTRALENS (
			expect 2027-01-10
			expect 2027-02-20
			expect Samma uppgift ändrades av
			expect Välj en sida
			key 3
			wait Båda kan inte gälla
			key 1
			wait [1]
			wait Valt resultat: Frist 2027-01-10
			expect ersätts av en ny som signeras
			key F7
			wait Vad som hänt sedan du läste
			expect Ändrade frist → 2027-02-20
			key Esc
			waitnot Vad som hänt sedan du läste
			kill KILL
			waitexit 137
		EOF
	} >"$T/script"
	screen britt.a --size "$size" --script "$T/script"
	did "the three columns at $size, and killed after a choice" $?
done
is "nothing is lost and nothing is signed" "$(box "SELECT count(*) FROM item")" "$count"

# --- Solved by keys -------------------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		key g c
		wait KONFLIKT 1 av 5
		expect Frist
		# Another value: the act's own form, filled in with what was signed.
		key 1 e
		wait ändra frist: $field
		expect 2027-01-10
		key ^U
		type 2027-01-31
		wait utkast sparat
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "killed while another value is written" $?
{
	unlock_script
	cat <<-EOF
		key g c
		wait KONFLIKT 1 av 5
		key e
		wait Ditt utkast är tillbaka
		expect 2027-01-31
		key F8
		wait KONFLIKT 1 av 4
		# A step: what happened, and the own one again. What hangs on it follows.
		expect $step
		expect väntar
		key J
		wait 2 av 4
		expect Lös först den åtgärd som den här bygger på
		key 1
		wait Din kan inte gälla: Lös först
		key K
		wait 1 av 4
		wait Anteckning
		expect Grannen har
		key 1 F8
		wait Signerad igen
		wait 1 av 3
		expect Prioritet
		expect låg
		key 2 F8
		wait Undanlagd
		# A claim: to take it over is no choice.
		wait NEKAD 1 av 2
		expect $claim
		expect Din kan inte gälla: Ärendet är redan taget
		key 2 F8
		wait Undanlagd
		# A decision: the text is a draft again, to be read and signed anew.
		wait KONFLIKT 1 av 1
		expect $decision
		key 1
		wait din text öppnas som utkast
		key F8
		wait Kontroll före signering
		expect Bygglov beviljas.
		expect Kan inte signeras: förhandsgranska
		key F7
		wait FÖRHANDSGRANSKNING
		key End F8
		wait Signera beslut
		type $digits
		key F8
		wait Inga konflikter
		wait är signerat
		key g u
		wait UTKORG
		key F5
		wait utkorg 0
		wait ERSATT
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --size 80x24 --script "$T/script"
did "all are solved by keys, in their order" $?

# --- What became of it -------------------------------------------------------------------------

exits "everything is sent" 0 sluss britt.a sync --wait=20
exits "and nothing waits" 0 sluss_locked britt.a conflicts --json
is "no conflict is left" "$(jq '.conflicts | length' "$T/out")" 0
shown() { sluss_locked britt.a show "$1" --json | jq -r ".. | .$2? // empty" | head -n 1; }
is "the field has the value that was written last" "$(shown "$field" due_on)" 2027-01-31
is "the step stands" "$(shown "$step" status)" waiting
is "the priority is the central's" "$(shown "$step" priority)" 3
is "the case belongs to who was first" "$(shown "$claim" assignee)" eva.z
exits "britt has what jan gave her" 0 sluss_locked britt.a show "$assign" --json
is "after eva had it" "$(shown "$assign" assignee)" britt.a
is "the decision stands" "$(shown "$decision" status)" decided
after=$(box "SELECT group_concat(envelope) FROM (SELECT envelope FROM item ORDER BY id LIMIT $count)")
is "no signed byte has changed" "$after" "$before"
is "another value is another intent" "$(box "SELECT count(DISTINCT iid) FROM item WHERE act = 'case.deadline'")" 2
is "the same step is the same intent" "$(box "SELECT count(*) || ' ' || count(DISTINCT iid) FROM item WHERE act = 'case.suspend'")" "2 1"
stop_central
exits "the log of the central holds" 0 "$CENTRAL" verify "$C"
is "every intent stands in it once" \
	"$(sqlite3 "$C/central.db" "SELECT count(iid) - count(DISTINCT iid) FROM log")" 0
finish
