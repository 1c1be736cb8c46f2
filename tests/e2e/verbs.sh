#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The verbs of the command line against a real central, with their exit codes.
# shellcheck disable=SC2016
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -x "$SLUSS" ] && [ -x "$CENTRAL" ] || skip_all "build/sluss and build/sluss-central are not built"
command -v jq >/dev/null || skip_all "jq is not installed"

# A home whose passphrase is cheap to try: the test tries it thirty times.
ready_home() {
	mkdir -p "$(home_of "$1")"
	printf 'key.cost = interactive\nsign.unattended = allow\n' >"$(home_of "$1")/sluss.conf"
}
ready_home britt.a
ready_home jan.vd
json() { jq -r "$1" "$T/out"; }
messages() { cat "$T/err"; }

# --- Before anything is enrolled ------------------------------------------------
exits "the version is told" 0 sluss_locked britt.a --version
exits "help is for everybody" 0 sluss_locked britt.a help decide
exits "without a terminal a verb is needed" 2 sluss_locked britt.a
exits "a verb that does not exist is wrong use" 2 sluss_locked britt.a lst
like "and the nearest one is named" "$(messages)" "Närmast är: list."
exits "an option that does not exist is wrong use" 2 sluss_locked britt.a list --jsn
exits "an option of another verb is wrong use" 2 sluss_locked britt.a list --sign
exits "a missing argument is wrong use" 2 sluss_locked britt.a claim
exits "sync without enrolment is not logged in" 4 sluss_locked britt.a sync
exits "nor is list" 4 sluss_locked britt.a list
like "and says what to do" "$(messages)" "sluss enrol"
exits "nor show" 4 sluss_locked britt.a show 1
exits "a central that does not answer is out of reach" 6 enrol britt.a \
	"sluss1.AAAAAAAAAAAAAAAAAAAAAA.0123456789abcdef" http://127.0.0.1:9

start_central
add_officer britt.a officer,decider,registrar bygg
add_officer jan.vd officer bygg

# --- Enrolment -------------------------------------------------------------------
code=$(invite britt.a)
exits "a code of the wrong form is wrong use" 2 enrol britt.a "hokuspokus"
wrong=$(printf '%s' "$code" | awk -F. '{ print $1 ".AAAAAAAAAAAAAAAAAAAAAA." $3 }')
exits "a wrong code is refused" 4 enrol britt.a "$wrong"
other=$(printf '%s' "$code" | awk -F. '{ print $1 "." $2 ".0123456789abcdef" }')
exits "another central's fingerprint stops everything" 10 enrol britt.a "$other"
exits "the right code enrols" 0 enrol britt.a "$code"
exits "a code that was used is refused" 4 enrol jan.vd "$code"
exits "another officer enrols" 0 enrol jan.vd
add_officer json.b officer bygg
code=$(invite json.b)
SLUSS_HOME=$(home_of json.b) "$SLUSS" enrol "$URL" --json --code-fd 4 --passphrase-fd 3 >"$T/out" 2>"$T/err" 3<<-EOF 4<<-EOF2
	$PASSPHRASE
EOF
	$code
EOF2
is "enrol --json says who the device has become" "$(jq -r '.schema + " " + .officer' "$T/out")" "sluss.enrol/1 json.b"
is "and nothing secret" "$(grep -c "$PASSPHRASE\|$code" "$T/out")" 0
exits "who says who" 0 sluss_locked britt.a who --json
is "the officer is known" "$(json .officer)" britt.a

# --- Reading ----------------------------------------------------------------------
dnr1=$(apply BYGGLOV_NYBYGGNAD key-1 "Carport Ekvägen 4")
dnr2=$(apply BYGGLOV_NYBYGGNAD key-2 "Altan Björkgatan 7")
exits "the passphrase is needed to sync" 4 sluss_locked britt.a sync
wrong_passphrase() {
	SLUSS_HOME=$(home_of britt.a) "$SLUSS" sync --passphrase-fd 3 3<<-EOF
		inte den rätta frasen
	EOF
}
exits "a wrong passphrase is told" 4 wrong_passphrase
like "in Swedish" "$(messages)" "Lösenfrasen är fel"
exits "sync fetches" 0 sluss britt.a sync --json
is "sync answers with its schema" "$(json .schema)" sluss.sync/1
exits "list gives JSON" 0 sluss_locked britt.a list --json
is "with its schema" "$(json .schema)" sluss.list/1
is "both cases are there" "$(json '.cases | length')" 2
is "with their titles" "$(json '[.cases[].title] | sort | join(";")')" "Altan Björkgatan 7;Carport Ekvägen 4"
is "and where they come from" "$(json .source)" cache
exits "list for people" 0 sluss_locked britt.a list
is "has a row for each" "$(wc -l <"$T/out" | tr -d ' ')" 2
exits "a filter that fits nothing" 0 sluss_locked britt.a list --json -f mine
is "gives an empty list" "$(json '.cases | length')" 0
exits "or exit code 3 when a hit is required" 3 sluss_locked britt.a list -f mine --require-hit
exits "a field that does not exist is wrong use" 2 sluss_locked britt.a list -f prioo:hög
like "and is told with its column and what was meant" "$(messages)" 'kolumn 1: okänt fält "prioo", menade du "prio"?'
exits "words are looked for without case and diacritics" 0 sluss_locked britt.a list --json -f "EKVAGEN öppen"
is "in the titles" "$(json '[.cases[].title] | join(";")')" "Carport Ekvägen 4"
exits "a filter has or, not and parentheses" 0 sluss_locked britt.a list --json -f "-(carport eller min) ny"
is "in English, too" "$(json '[.cases[].title] | join(";")')" "Altan Björkgatan 7"
exits "search looks in the local copy" 0 sluss_locked britt.a search altan eller carport --json
is "with its schema" "$(json .schema)" sluss.search/1
is "newest first" "$(json '[.cases[].received_at] | . == (sort | reverse)')" true
is "all that fit" "$(json '.cases | length')" 2
like "and says so" "$(messages)" "lokala kopian"
exits "as many as are wanted" 0 sluss_locked britt.a sök "altan eller carport" --json --limit 1
is "the newest" "$(json '.cases | length')" 1
exits "a search without a hit" 3 sluss_locked britt.a search --require-hit zebra
exits "show gives a case" 0 sluss_locked britt.a show "$dnr1" --json
is "with its title" "$(json .case.title)" "Carport Ekvägen 4"
exits "a case that is not there, as JSON" 3 sluss_locked britt.a show "BN 2099-9" --json
is "is an object that says why" "$(jq -r '.schema + " " + .code' "$T/out")" "sluss.error/1 case-unknown"
exits "a verb that is not there, as JSON" 2 sluss_locked britt.a frob --json
is "is one too" "$(jq -r '.schema + " " + (.exit | tostring)' "$T/out")" "sluss.error/1 2"
exits "the short number is enough" 0 sluss_locked britt.a show "${dnr1##*-}" --json
is "for the same case" "$(json .case.diary_no)" "$dnr1"
id=$(json .case.case_id)
exits "and so is the case id" 0 sluss_locked britt.a show "$id"
exits "an unknown case" 3 sluss_locked britt.a show "BN 2026-99999"
exits "what is no case at all" 2 sluss_locked britt.a show "hej"

# --- Acting -----------------------------------------------------------------------
exits "what cannot be is told before the passphrase" 7 sluss_locked britt.a close "$dnr1"
exits "a verb that needs no key leaves the passphrase unread" 0 sluss britt.a list
exits "a dry run signs nothing" 0 sluss_locked britt.a claim "$dnr1" --dry-run
exits "nothing is in the outbox" 0 sluss_locked britt.a outbox --json
is "not one" "$(json '.items | length')" 0
exits "claim waits for the answer" 0 sluss britt.a claim "$dnr1" --wait --json
is "which is yes" "$(json .verdict)" accepted
exits "the case is mine" 0 sluss_locked britt.a list --json -f "mine open"
is "alone" "$(json '.cases | length')" 1
exits "a case that is mine is not claimed again" 7 sluss_locked britt.a claim "$dnr1"
like "and that is said in Swedish alone" "$(messages)" "sluss: Ärendet är redan ditt."

note() { printf 'Ringt sökanden.\nHen återkommer å det snaraste.\n' | sluss "$1" note "$2" - ; }
exits "a note is queued" 0 note britt.a "$dnr1"
like "and may be undone" "$(messages)" "kan ångras"
exits "the outbox has it" 0 sluss_locked britt.a outbox --json
is "as signed" "$(json '.items[0].state')" signed
item=$(json '.items[0].item')
exits "undo takes it back" 0 sluss britt.a outbox undo "$item"
exits "it is void" 0 sluss_locked britt.a outbox --json
is "in the outbox too" "$(json '.items[0].state')" void
exits "another note" 0 note britt.a "$dnr1"
exits "a sync that does not wait leaves it its undo time" 0 sluss britt.a sync
like "and says so" "$(messages)" "ångertiden"
exits "sync --wait sends it" 0 sluss britt.a sync --quiet --wait
exits "the central took it" 0 sluss_locked britt.a outbox --json
is "with an answer" "$(json '.items[0].verdict')" accepted
exits "show tells its words" 0 sluss_locked britt.a show "$dnr1" --json
is "exactly" "$(json '[.entries[] | select(.act=="note.add")][0].args.text')" "Ringt sökanden.
Hen återkommer å det snaraste."
exits "an empty note is refused" 2 sluss britt.a note "$dnr1" /dev/null
exits "a deadline is moved" 0 sluss britt.a deadline "$dnr1" +14 --wait
exits "a day that is none is wrong use" 2 sluss britt.a deadline "$dnr1" 2026-02-30
like "and is named" "$(messages)" "Den dagen finns inte: 2026-02-30."
exits "so is a day before the case came" 2 sluss_locked britt.a deadline "$dnr1" 2020-01-01
exits "or generations ahead" 2 sluss_locked britt.a deadline "$dnr1" 9999-12-31
long_note() { head -c 9000 /dev/zero | tr '\0' a | sluss_locked britt.a note "$dnr1" /dev/stdin; }
exits "a note that is too long is not signed" 2 long_note
like "and the limit is told" "$(messages)" "9000 byte, högst 8000."

# --- Two officers ------------------------------------------------------------------
exits "the other one syncs" 0 sluss jan.vd sync
exits "and claims, without being told" 0 sluss jan.vd claim "$dnr2"
exits "the first one is quicker" 0 sluss britt.a claim "$dnr2" --wait
exits "the late claim is refused" 0 sluss jan.vd sync
exits "the outbox says so" 0 sluss_locked jan.vd outbox
like "by whom it was taken" "$(cat "$T/out")" "togs av Officer britt.a (britt.a)"
exits "as JSON too" 0 sluss_locked jan.vd outbox --json
is "with the word of the protocol" "$(json '.items[0].why')" taken
item=$(json '.items[0].item')
exits "trying again is refused here" 7 sluss jan.vd outbox retry "$item"
exits "the answer is put away" 0 sluss_locked jan.vd outbox dismiss "$item"
exits "and waits no more" 0 sluss_locked jan.vd outbox --json
is "for anybody" "$(json .counts.refused)" 0
exits "an answer that was put away needs it no more" 7 sluss_locked jan.vd outbox dismiss "$item"
exits "an item that does not exist" 3 sluss_locked jan.vd outbox undo 999
exits "is not put away either" 3 sluss_locked jan.vd outbox dismiss 999
exits "a number that is none" 2 sluss jan.vd outbox undo two
exits "who decides needs the role" 5 sluss jan.vd decide "$dnr1" --outcome bifall \
	--reasons-omitted plainly-unnecessary --sign

# --- Decision to archive -------------------------------------------------------------
printf 'Åtgärden följer detaljplanen.\n' >"$T/reasons"
exits "a decision needs --sign" 2 sluss britt.a decide "$dnr1" --outcome bifall --reasons "$T/reasons"
exits "an outcome of the type" 2 sluss britt.a decide "$dnr1" --outcome kanske --reasons "$T/reasons" --sign
like "which are listed" "$(messages)" "avslag"
exits "show lists them too" 0 sluss_locked britt.a show "$dnr1"
like "by their codes" "$(cat "$T/out")" "bifall, "
exits "a rapporteur is an officer" 2 sluss britt.a decide "$dnr1" --outcome bifall \
	--reasons "$T/reasons" --rapporteur nobody --sign
exits "reasons, or a ground" 2 sluss britt.a decide "$dnr1" --outcome bifall --sign
like "by the law" "$(messages)" "32 §"
exits "a dry run shows the letter" 0 sluss_locked britt.a decide "$dnr1" --outcome bifall \
	--reasons "$T/reasons" --dry-run
like "with the reasons" "$(cat "$T/out")" "Åtgärden följer detaljplanen."
printf 'key.cost = interactive\n' >"$(home_of britt.a)/sluss.conf"
exits "a script may not sign by default" 5 sluss britt.a decide "$dnr1" --outcome bifall \
	--reasons "$T/reasons" --sign
ready_home britt.a
exits "it may where the configuration allows it" 0 sluss britt.a decide "$dnr1" --outcome bifall \
	--reasons "$T/reasons" --sign --wait --json
is "and the central agrees" "$(json .verdict)" accepted
exits "dispatch is waived with a ground" 2 sluss britt.a waive "$dnr1"
exits "which is given" 0 sluss britt.a waive "$dnr1" --ground "Sökanden var med" --wait
exits "close" 0 sluss britt.a close "$dnr1" --wait
exits "it is closed or archived" 0 sluss_locked britt.a show "$dnr1" --json
case $(json .case.status) in closed | archived) pass "by its status" ;; *) fail "by its status" "$(json .case.status)" ;; esac
exits "the chain verifies" 0 sluss britt.a verify "$dnr1" --wait --json
is "every entry" "$(json '[.entries[] | select(.as != "ok")] | length')" 0
is "and says so" "$(json .holds)" true

# The package is judged by the program beside this one.
package=$(find "$C/archive" -name '*.zip' | head -n 1)
if [ -x "$B/sluss-verify" ] && [ -n "$package" ]; then
	exits "the archive package holds" 0 sluss_locked britt.a verify "$package"
	cp "$package" "$T/changed.zip"
	printf 'X' | dd of="$T/changed.zip" bs=1 seek=2000 conv=notrunc 2>/dev/null
	exits "a changed one does not" 10 sluss_locked britt.a verify "$T/changed.zip"
else
	tests=$((tests + 1))
	echo "ok $tests - the archive package holds # SKIP sluss-verify is not built"
fi

# --- Another window has the home ---------------------------------------------------------
if command -v flock >/dev/null; then
	home=$(home_of britt.a)
	locked() { flock "$home/pusher.lock" env SLUSS_HOME="$home" "$SLUSS" "$@" --passphrase-fd 3 3<"$T/passphrase"; }
	echo "$PASSPHRASE" >"$T/passphrase"
	exits "sync leaves it to the other window" 0 locked sync
	like "and says so" "$(messages)" "Ett annat fönster"
	exits "also where JSON is asked for" 0 locked sync --json
	is "with what waits" "$(json '"\(.schema) \(.code) \(.waiting)"')" "sluss.sync/1 elsewhere 0"
	exits "who waits is told that nobody answered" 8 locked release "$dnr2" --wait=1
	exits "the next one with the lock sends it" 0 sluss britt.a sync --wait
fi

# --- The central is gone ---------------------------------------------------------------
stop_central
exits "sync needs it" 6 sluss britt.a sync
exits "a claim does not" 0 sluss britt.a claim "$dnr2"
exits "but its answer does" 8 sluss britt.a release "$dnr2" --wait=1
exits "doctor says what it can" 0 sluss_locked britt.a doctor --json
is "with its schema" "$(json .schema)" sluss.doctor/1
like "no name in it" "$(grep -c Officer "$T/out")" 0

# --- Configuration ----------------------------------------------------------------------
echo 'decide.offline = deny' >>"$(home_of britt.a)/sluss.conf"
exits "conf show" 0 sluss_locked britt.a conf show --json
is "tells the source" "$(json '.options[] | select(.name=="decide.offline") | .source | sub(".*/";"")')" sluss.conf:3:1
echo 'wait.seconds = många' >>"$(home_of britt.a)/sluss.conf"
exits "a wrong value stops the program" 9 sluss_locked britt.a conf check
like "with line and column" "$(messages)" "sluss.conf:4:16"

# --- Plain surroundings -------------------------------------------------------------------
ready_home britt.a
plain() { LC_ALL=C LANGUAGE='' LANG=C sluss_locked britt.a "$@"; }
exits "LANG=C works" 0 plain list
is "without a byte above 0x7E" "$(LC_ALL=C tr -d '\011\012\040-\176' <"$T/out" | wc -c | tr -d ' ')" 0
english() { LANGUAGE=en sluss_locked britt.a "$@"; }
exits "English is spoken" 0 english show "$dnr1"
like "in full" "$(cat "$T/out")" "Queue"
exits "nobody reads" 1 sh -c 'SLUSS_HOME=$1 "$2" list >/dev/full' - "$(home_of britt.a)" "$SLUSS"

# --- The local copy -----------------------------------------------------------------------
exits "the copy is whole" 0 sluss_locked britt.a cache check
exits "it can be made anew" 0 sluss_locked britt.a cache renew
exits "and is empty then" 3 sluss_locked britt.a list --require-hit
exits "what was signed is kept" 0 sluss_locked britt.a outbox --json
like "to the last item" "$(json '.items | length > 5')" true

finish
