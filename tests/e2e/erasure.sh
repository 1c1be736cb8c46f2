#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A whole case, an entry and a document are erased by registrars, with real
# programs: no word of them stays in any file of the central's folder or of a
# client's home, as it is, as base64url or packed; before, all are found. One
# client follows the case and holds its document offline, one was away for long,
# one is new. (Backups that an operator has made are the operator's to erase.)
set -u
# shellcheck disable=SC2034 # for found, in lib.sh
TOOLS=${B:-build}/tests/lib
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
for tool in sqlite3 jq openssl xxd; do
	command -v "$tool" >/dev/null 2>&1 || skip_all "$tool is not installed"
done

# shellcheck disable=SC2119
start_central
join() { # ID ROLES
	add_officer "$1" "$2" bygg
	mkdir -p "$(home_of "$1")"
	printf 'key.cost = interactive\nsign.unattended = allow\n' >"$(home_of "$1")/sluss.conf"
	enrol "$1" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
}
join anna officer
join britt officer
join rosa registrar
join ragnar registrar

# --- Canaries -------------------------------------------------------------------------
words='kanarietitel kanariepart kanariebilaga kanariefil kanarieanteckning kanariebrev'
others='kanarietva kanarietredje'
write() { # KEY TITLE PARTY FILE CONTENT: sets no and id
	jq -n --arg t "$2" --arg p "$3" --arg f "$4" --arg c "$5" '{title: $t, party: {name: $p},
		documents: [{name: $f, mt: "text/plain", data_b64: ($c | @base64)}]}' |
		curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: $1" \
			--data-binary @- "$URL/v1/intake/BYGGLOV_TILLBYGGNAD" >"$T/intake.json" ||
		bail "intake: $(cat "$T/intake.json")"
	no=$(jq -r .diary_no "$T/intake.json")
	id=$(jq -r .case_id "$T/intake.json")
}
write e-1 "Kanarietitel vid sjön" "Kanariepart Ek" "kanariefil.txt" "En kanariebilaga, rad för rad."
one=$no one_id=$id receipt=$(jq -r .receipt_code "$T/intake.json")
write e-2 "Carport" "Olle Ask" "ritning.txt" "Här står kanarietredje."
two=$no hash=$(printf 'Här står kanarietredje.' | sha256sum | cut -d' ' -f1)
for who in anna britt; do
	sluss "$who" sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
done
did_it() { "$@" >"$T/out" 2>"$T/err" </dev/null || bail "$*: $(cat "$T/err")"; }
did_it sluss anna claim "$one"
did_it sluss anna claim "$two"
echo "Ringde om kanarieanteckning" >"$T/words"
did_it sluss anna note "$one" "$T/words"
echo "Ringde om kanarietva" >"$T/words"
did_it sluss anna note "$two" "$T/words"
echo "Ett kanariebrev till er" >"$T/words"
did_it sluss anna message "$one" "$T/words" --subject Besked
did_it sluss anna outbox send
did_it sluss anna sync --wait
rm "$T/words"
{
	unlock_script
	cat <<-EOF
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key 3
		wait [3 Handlingar
		key j
		key Enter
		wait kanariebilaga
		key q
		key Q
		waitexit 0
	EOF
} | screen anna
did "a document is read, and kept offline" $?

# --- Before: the search can find --------------------------------------------------------
# shellcheck disable=SC2086
is "before, every word is found at the central" "$(missed "$C" $words $others)" ""
# shellcheck disable=SC2086
is "and in the home that follows the case" "$(missed "$(home_of anna)" $words kanarietva)" ""
is "in its outbox" "$(found "$(home_of anna)" kanarieanteckning | grep -c outbox.db)" "$(
	found "$(home_of anna)" kanarieanteckning | grep outbox.db | grep -c base64url)"
is "and in the home that has read it once" "$(missed "$(home_of britt)" kanarietitel kanariepart)" ""

# --- Decided ------------------------------------------------------------------------------
for who in rosa ragnar; do did_it sluss "$who" sync; done
exits "who is no registrar does not erase" 5 sluss anna erase "$one" --whole --ground misfiled --reason "Fel nämnd" --yes
exits "a whole case is proposed by one" 0 sluss rosa erase "$one" --whole --ground felregistrerad --reason "Fel kommun" --wait
like "which is said: nothing is erased yet" "$(cat "$T/out" "$T/err")" "Inget är raderat än"
exits "and waits for another" 0 sluss ragnar erase --json
proposed=$(jq -r '.waiting.erasures[0].n' "$T/out")
is "by its number" "$(jq -r '.waiting.erasures[] | "\(.diary_no) \(.what) \(.ground) \(.officer)"' "$T/out")" "$one case misfiled rosa"
like "an operator sees that it waits" "$("$CENTRAL" status "$C")" "erasures    1 proposed"
exits "it is listed for people too" 0 sluss ragnar erase
like "with what it takes to confirm" "$(cat "$T/out")" "--confirm $proposed"
exits "and to who proposed it" 0 sluss rosa erase
like "with what that one can do" "$(cat "$T/out")" "en annan bekräftar; --withdraw $proposed"
exits "who proposed does not confirm" 7 sluss rosa erase "$one" --confirm "$proposed" --yes --wait
like "being one person" "$(cat "$T/err" "$T/out")" "två personer"
exits "the second person hears of it with a sync" 0 sluss ragnar sync
like "and how it is seen" "$(cat "$T/out" "$T/err")" "1 förslag att radera väntar på att du bekräftar: sluss erase"
exits "who proposed is not asked" 0 sluss rosa sync
is "to do it" "$(cat "$T/out" "$T/err" | grep -c förslag)" 0
{
	unlock_script
	cat <<-EOF
		wait raderingar (g x) 1
		key g
		key x
		wait RADERINGAR
		wait $one
		wait Fel kommun
		expect hela ärendet
		expect Officer rosa
		key Enter
		wait [1 Översikt]
		key q
		wait RADERINGAR
		wait Fel kommun
		key b
		wait kommer inte tillbaka
		expect Kanarietitel
		key Enter
		waitnot kommer inte tillbaka
		key Q
		waitexit 0
	EOF
} | screen ragnar
did "a registrar's screen tells what waits, and Enter alone erases nothing" $?
{
	unlock_script
	cat <<-EOF
		type :raderingar
		key Enter
		wait $one
		wait Du föreslog det
		key b
		wait två personer
		key Q
		waitexit 0
	EOF
} | screen rosa
did "who proposed does not confirm on the screen either" $?
exits "what cannot be undone asks first" 5 sluss ragnar erase "$one" --confirm "$proposed"
exits "the second confirms" 0 sluss ragnar erase "$one" --confirm "$proposed" --yes --wait
like "and it is said that it is erased" "$(cat "$T/out" "$T/err")" "Det är raderat."
exits "an entry goes on one word" 0 sluss rosa erase "$two" 4 --ground sekretess --reason "Fel sökandes uppgifter" --yes --wait
like "and that is said" "$(cat "$T/out" "$T/err")" "Det är raderat."
did_it sluss rosa sync
exits "what decided on it is no entry to be erased" 5 sluss rosa erase "$two" 5 --ground secret --reason "Fel" --dry-run
exits "nor is one that is not there" 3 sluss rosa erase "$two" 99 --ground secret --reason "Fel" --dry-run
exits "nor is an entry confirmed that proposes nothing" 3 sluss rosa erase "$two" --confirm 4 --yes
exits "nor one that is erased" 3 sluss rosa erase "$two" 4 --ground secret --reason "Fel" --dry-run
exits "the documents are listed" 0 sluss rosa show "$two" --documents
like "with what they are named by" "$(cat "$T/out")" "$(printf '%.12s' "$hash")"
exits "what came with the application is proposed, by the beginning of its hash" 0 sluss rosa erase "$two" 1 --document "$hash" --ground secret --reason "Fel bilaga" --yes --wait
did_it sluss ragnar sync
exits "being of those that take two" 0 sluss ragnar erase --json
proposed=$(jq -r '.waiting.erasures[0].n' "$T/out")
{
	unlock_script
	cat <<-EOF
		key g
		key x
		wait handling i post 1
		key b
		wait kommer inte tillbaka
		key F8
		wait Klart: bekräfta radering
		wait Inget förslag att radera väntar
		wait utkorg 0
		key Q
		waitexit 0
	EOF
} | screen ragnar
did "and the second confirms number $proposed by F8" $?
exits "nothing waits any more" 0 sluss ragnar erase --json
is "in the list" "$(jq '.waiting.erasures | length' "$T/out")" 0
# By keys alone: proposed in a form, read and let go by the other.
write e-9 "Garage" "Olle Ask" "garage.txt" "Inget att dölja."
for who in rosa ragnar; do did_it sluss "$who" sync; done
{
	unlock_script
	cat <<-EOF
		type :öppna $no
		key Enter
		wait [1 Översikt]
		key 2
		wait [2 Händelser]
		waitnot inte hämtade
		key G
		type :radera
		key Enter
		wait Markören står på post 1:
		expect F8 två gånger
		key Esc
		waitnot Markören står
		type :radera hela grund=gallring skäl="Gallras som provet säger"
		key Enter
		wait Gallras som provet
		key F8
		wait F8 en gång till
		expect utkorg 0
		key F8
		wait Klart: besluta om radering
		wait utkorg 0
		key Q
		waitexit 0
	EOF
} | screen rosa --size 100x40
did "a registrar proposes in a form, which F8 commits when pressed twice" $?
{
	unlock_script
	cat <<-EOF
		wait raderingar (g x) 1
		key g
		key x
		wait Gallras som provet säger
		expect gallring
		key x
		wait inget raderas
		key F8
		wait Klart: avstå från radering
		wait Inget förslag att radera väntar
		wait utkorg 0
		expectnot raderingar (g x)
		key Q
		waitexit 0
	EOF
} | screen ragnar
did "and another lets it go" $?
exits "the case is there still" 0 sluss_locked ragnar show "$no"

# --- After ----------------------------------------------------------------------------------
# shellcheck disable=SC2086
is "nothing is left in any file of the central's, while it serves" "$(found "$C" $words $others)" ""
exits "and its books hold" 0 "$CENTRAL" verify "$C"
is "the applicant's page is gone" "$(curl -s -o /dev/null -w '%{http_code}' "$URL/s/$receipt")" 404
did_it sluss anna sync
# shellcheck disable=SC2086
is "one sync, and nothing is left in the home that followed it" "$(found "$(home_of anna)" $words $others)" ""
did_it sluss britt sync
# shellcheck disable=SC2086
is "nor in that which was away" "$(found "$(home_of britt)" $words $others)" ""
join kim officer
did_it sluss kim sync
# shellcheck disable=SC2086
is "a new one never had them" "$(found "$(home_of kim)" $words $others)" ""
for who in rosa ragnar; do did_it sluss "$who" sync; done
# shellcheck disable=SC2086
is "nor have the registrars" "$(found "$(home_of rosa)" $words $others)$(found "$(home_of ragnar)" $words $others)" ""
for who in anna kim; do
	exits "the chain of the case holds for $who" 0 sluss "$who" verify "$one" --json --wait
	is "with what was erased in its place" "$(jq '[.entries[] | select(.as == "erased")] | length' "$T/out")" \
		"$(sqlite3 "$C/central.db" "SELECT count(*) FROM erased WHERE case_id = '$one_id'")"
	exits "and that of the other" 0 sluss "$who" verify "$two" --wait
done
fingerprint=$(invite kim | sed 's/.*\.//')
for case in "$one" "$two"; do
	sluss anna proof "$case" --wait >"$T/proof" 2>"$T/err" </dev/null
	exits "and without Sluss, for $case" 0 sh tests/verify_case.sh "$T/proof" "$fingerprint"
done
like "which names the gap" "$(cat "$T/out")" "entry 4 holds: erased"
exits "the officer's own actions are still answered for" 0 sluss anna outbox --json
is "each of them" "$(sqlite3 "$(home_of anna)/outbox.db" "SELECT count(*) FROM item WHERE verdict = 0 OR ack = ''")" 0
exits "the case can be looked at" 0 sluss anna show "$one"
is "the search index knows it no more" "$(sqlite3 "$C/central.db" "SELECT count(*) FROM case_index WHERE case_index MATCH 'kanarietitel'" 2>&1)" 0
did_it sluss anna search kanarietitel --server
is "nor does anybody's search" "$(grep -c "$one" "$T/out")" 0

# --- A restored central ----------------------------------------------------------------------
# One note is in the backup and is erased after it; the other came after it and
# was erased as well. What a backup brings back is erased by the same decision,
# offered again; what it has lost does not come back from the outbox.
write e-3 "Altan" "Siv Ek" "a.txt" "a"
kept=$no
write e-4 "Pool" "Siv Ek" "b.txt" "b"
lost=$no lost_id=$id
did_it sluss anna sync
did_it sluss anna claim "$kept"
did_it sluss anna claim "$lost"
echo "kanariekvar" >"$T/words"
did_it sluss anna note "$kept" "$T/words"
did_it sluss anna outbox send
did_it sluss anna sync
did_it "$CENTRAL" backup "$C" "$T/backup"
echo "kanarieborta" >"$T/words"
did_it sluss anna note "$lost" "$T/words"
rm "$T/words"
did_it sluss anna outbox send
did_it sluss anna sync
did_it sluss rosa sync
is "both are found before" "$(missed "$C" kanariekvar kanarieborta)$(missed "$(home_of anna)" kanariekvar kanarieborta)" ""
for case in "$kept" "$lost"; do
	did_it sluss rosa erase "$case" 4 --ground rensning --reason "Minnesanteckning" --yes --wait
done
did_it sluss anna sync
is "and none after" "$(found "$C" kanariekvar kanarieborta)$(found "$(home_of anna)" kanariekvar kanarieborta)" ""
address=$(central_address)
stop_central
did_it "$CENTRAL" restore "$T/backup" "$C"
rm -rf "$T/backup" "$C"/central.db.before-*
is "a backup brings back what it holds" "$(missed "$C" kanariekvar)" ""
mkfifo "$T/restored"
"$CENTRAL" serve "$C" --listen "$address" --accept-restore >"$T/restored" 2>>"$T/central.err" &
CENTRAL_PID=$!
pids="$pids $CENTRAL_PID"
exec 6<"$T/restored"
read -r _ <&6
for who in anna rosa anna rosa anna; do sluss "$who" sync >"$T/out" 2>"$T/err" </dev/null; done
is "which the decision, offered again, erases again" "$(found "$C" kanariekvar kanarieborta)" ""
is "here too, and what was lost is not offered" "$(found "$(home_of anna)" kanariekvar kanarieborta)" ""
is "but the device goes on" "$(sqlite3 "$(home_of anna)/outbox.db" "SELECT count(*) FROM item WHERE verdict = 0")" 0
is "with a void in its place" "$(sqlite3 "$(home_of anna)/outbox.db" "SELECT verdict FROM item WHERE case_id = '$lost_id' AND act = 'note.add'")" 6
exits "the books hold" 0 "$CENTRAL" verify "$C"
like "which is not called withdrawn" "$(sluss_locked anna outbox 2>/dev/null)" "RADERAD"
stop_central
# shellcheck disable=SC2086
is "nothing comes back when the central stops" "$(found "$C" $words $others)" ""
is "nor was any said in its log" "$(found "$T" kanariebrev | grep central.err)" ""
finish
