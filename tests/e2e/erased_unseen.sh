#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Cases that an officer has lost sight of are erased: what was refused, what was laid
# aside, what was sent too late and what was begun and never signed, none of it stays in
# any file of the home. Drafts go as the case does. And whoever signed something on a
# case that was erased meanwhile is told so, in the outbox and on the screen.
set -u
# shellcheck disable=SC2034 # for found, in lib.sh
TOOLS=${B:-build}/tests/lib
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v jq >/dev/null 2>&1 || skip_all "jq is not installed"

# shellcheck disable=SC2119
start_central
join() { # ID ROLES
	add_officer "$1" "$2" bygg
	mkdir -p "$(home_of "$1")"
	printf 'key.cost = interactive\nsign.unattended = allow\n' >"$(home_of "$1")/sluss.conf"
	enrol "$1" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
}
join tor officer
join rosa registrar
join ragnar registrar
did_it() { "$@" >"$T/out" 2>"$T/err" </dev/null || bail "$*: $(cat "$T/err" "$T/out")"; }
note() { # CASE WORDS
	echo "$2" >"$T/words"
	did_it sluss tor note "$1" "$T/words"
	rm "$T/words"
}
erase_whole() {
	did_it sluss rosa sync
	did_it sluss rosa erase "$1" --whole --ground misfiled --reason "Fel kommun" --yes --wait
	did_it sluss ragnar sync
	did_it sluss ragnar erase --json
	did_it sluss ragnar erase "$1" --confirm "$(jq -r '.waiting.erasures[0].n' "$T/out")" --yes --wait
}
home=$(home_of tor)
one=$(apply BYGGLOV_TILLBYGGNAD u-1 "Vedbod" "Ek, Siv")
two=$(apply BYGGLOV_TILLBYGGNAD u-2 "Carport" "Ask, Olle")
three=$(apply BYGGLOV_TILLBYGGNAD u-3 "Altan" "Alm, Ida")
four=$(apply BYGGLOV_TILLBYGGNAD u-4 "Uterum" "Lind, Per")
did_it sluss tor sync

# --- What came after the proposal nobody has decided on ---------------------------------
did_it sluss rosa sync
did_it sluss rosa erase "$one" --whole --ground misfiled --reason "Fel kommun" --wait
note "$one" "Kom till under tiden"
did_it sluss tor outbox send
did_it sluss ragnar sync
exits "a case that has grown is listed as such" 0 sluss ragnar erase
like "with what to do" "$(cat "$T/out")" "fått fler händelser: --withdraw"
did_it sluss ragnar erase --json
proposed=$(jq -r '.waiting.erasures[0].n' "$T/out")
exits "and is not erased" 7 sluss ragnar erase "$one" --confirm "$proposed" --yes --wait
like "for that reason" "$(cat "$T/err" "$T/out")" "fler händelser sedan förslaget"
did_it sluss ragnar erase "$one" --withdraw "$proposed" --wait

# --- Seen, and erased before it was sent ------------------------------------------------
note "$one" "kanariesynlig"
erase_whole "$one"
did_it sluss tor outbox send
exits "what is signed on a case that is erased does not stand" 0 sluss tor outbox
like "it is refused, not in conflict" "$(cat "$T/out")" "NEKAD"
like "since the case is erased" "$(cat "$T/out")" "Ärendet är raderat"
is "its words are gone" "$(found "$home" kanariesynlig)" ""
exits "it is not signed again" 5 sluss tor outbox retry 2
like "and that is said" "$(cat "$T/err")" "Ärendet är raderat"
exits "it counts as what the officer is to see" 0 sluss tor outbox --json
is "once" "$(jq '.counts.refused' "$T/out")" 1
exits "there are no sides to choose between" 0 sluss tor conflicts
{
	unlock_script
	cat <<-EOF
		type gu
		wait UTKORG
		wait ärendet raderat
		expect Ärendet är raderat
		expect u lägg undan
		expectnot försök igen
		key r
		wait det du skrev om det gäller inte
		key u
		wait Undanlagd
		key r
		wait det du skrev om det gäller inte
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen tor --script "$T/script"
did "the screen says the same, and lays it aside" $?
exits "what is laid aside needs it no more" 7 sluss tor outbox dismiss 2
like "for that reason" "$(cat "$T/err")" "Ärendet är raderat"

# --- Lost from sight, and then erased -----------------------------------------------------
{
	unlock_script
	cat <<-EOF
		type :öppna $two
		key Enter
		wait Översikt
		key a
		wait Tjänsteanteckning
		type Ett kanarieutkast
		key Esc
		wait Översikt
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen tor --script "$T/script"
did "a draft is kept" $?
rm "$T/script"
note "$two" "kanarienekad"
note "$three" "kanarieundan"
note "$four" "kanarieosand"
did_it sluss tor outbox undo "$(sluss tor outbox --json | jq --arg no "$four" '.items[] | select(.diary_no == $no) | .item')"
is "and is found" "$(missed "$home" kanarieutkast kanarienekad kanarieundan kanarieosand)" ""
add_officer tor officer miljo
did_it sluss tor sync
is "drafts go with the rights" "$(found "$home" kanarieutkast)" ""
did_it sluss tor outbox send
is "what was signed is refused, and stays" "$(missed "$home" kanarienekad kanarieundan kanarieosand)" ""
sluss tor outbox --json >"$T/out"
is "both" "$(jq '[.items[] | select(.why == "case-unknown")] | length' "$T/out")" 2
like "the reason is that it is seen no more" "$(sluss tor outbox)" "Du får inte längre se ärendet"
did_it sluss tor outbox dismiss "$(jq '[.items[] | select(.why == "case-unknown")][0].item' "$T/out")"
for case in "$two" "$three" "$four"; do erase_whole "$case"; done
did_it sluss tor sync
is "with the cases go their words: refused, laid aside and taken back" \
	"$(found "$home" kanarienekad kanarieundan kanarieosand)" ""
exits "the outbox tells why" 0 sluss tor outbox
is "of each" "$(grep -c "Ärendet är raderat" "$T/out")" 3
finish
