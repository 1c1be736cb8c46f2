#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The six tabs of a case, each read from the screen at 80x24 and at 160x50.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"
# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
post() { # KEY, the application on standard input
	curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: $1" \
		--data-binary @- "$URL/v1/intake/BYGGLOV_TILLBYGGNAD" >"$T/intake.json" ||
		bail "intake: $(cat "$T/intake.json")"
	jq -r .diary_no "$T/intake.json"
}
b64() { base64 -w0; }
plan=$(printf 'Taket är 4 m.\n\033]0;ägd\007Slut.\n' | b64)
program=$(printf '\177ELF\002\001\001' | b64)
one=$(printf '{"title":"Carport","party":{"name":"Åkesson, Britt","person_no":"19900101-2385"},
	"fields":{"email":"britt@example.se","phone":"070-1234567","number":"19900101-2385"},
	"documents":[{"name":"; rm -rf ~","mt":"text/plain","data_b64":"%s"},
	{"name":"ritning.pdf","mt":"application/pdf","data_b64":"%s"}]}' "$plan" "$program" | post tabs-1)
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"

tabs() { # SIZE
	{
		unlock_script
		cat <<-EOF
			wait $one
			type :öppna $one
			key Enter
			wait [1 Översikt]
			expect 3 Handlingar(3)
			expect 4 Parter(1)
			expect Senaste
			expect [x] Mottagen  2
			key 2
			wait [2 Händelser]
			expect Ankomstregistrerat
			row 6 ok
			key j
			key Enter
			wait Kanal: e-tjänst
			expect Sigill: ok
			key q
			wait [2 Händelser]
			key 3
			wait [3 Handlingar(3)]
			row 5 1 ansokan.json
			row 6 2 ; rm -rf ~
			row 7 3 ritning.pdf
			cursor 5 0
			key j
			cursor 6 0
			expect Typ enligt avsändaren: text/plain
			key 4
			wait [4 Parter(1)]
			expect Åkesson, Britt
			expect britt@example.se
			expect 19900101-****
			expectnot 2385
			key 5
			wait [5 Medd.]
			expect Inga meddelanden
			key 6
			wait [6 Beslut]
			expect Inget beslut är fattat
			expect Du kan
			type :flik 3
			key Enter
			wait [3 Handlingar(3)]
			type :flik 9
			key Enter
			wait Flikarna är 1 till 6
			key Q
			waitexit 0
		EOF
	} >"$T/script"
	screen britt.a --size "$1" --script "$T/script"
	did "the six tabs at $1" $?
}
tabs 80x24
tabs 160x50

# --- Messages -------------------------------------------------------------------------

status=$URL$(jq -r .status_url "$T/intake.json")
write() { # KEY TEXT SUBJECT: as the applicant
	jq -n --arg text "$2" --arg subject "$3" '{text: $text, subject: $subject}' |
		curl -sS -o "$T/answer" -w '%{http_code}' -H 'Content-Type: application/json' \
			-H "Idempotency-Key: $1" --data-binary @- "$status/messages"
}
is "an applicant's message is taken" "$(write m-1 "$(printf 'När blir det klart?\033[2J')" Undrar)" 201
is "and once" "$(write m-1 "$(printf 'När blir det klart?\033[2J')" Undrar)" 200
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
{
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait [1 Översikt]
		wait 5 Medd.(1)
		key t
		wait Klart: ta ärendet
		key 5
		wait [5 Medd.(1)]
		row 5 Undrar: När blir det klart?
		expect statussidan
		key Enter
		wait Från: sökanden
		key q
		wait [5 Medd.(1)]
		key m
		wait Mall
		key 2
		wait Komplettering i ärende
		expect - Planritning
		key 1
		waitnot Komplettering i ärende
		key Tab
		key Tab
		type Hej! Det blir klart i december.
		key F7
		wait FÖRHANDSGRANSKNING
		expect Det blir klart i december.
		expect Mottagare: Åkesson, Britt
		key Esc
		wait Mall
		type " Vi hörs."
		wait utkast sparat
		key Esc
		waitnot Mall
		key r
		wait Ditt utkast är tillbaka
		key F8
		wait december. Vi hörs.
		expect FÖRHANDSGRANSKNING
		key F8
		wait Klart: sända meddelande
		wait [5 Medd.(2)]
		row 5 (i utkorgen)
		key u
		wait ångra
		wait [5 Medd.(1)]
		key m
		wait Ditt utkast är tillbaka
		expect december. Vi hörs.
		key F8
		wait FÖRHANDSGRANSKNING
		key F8
		wait [5 Medd.(2)]
		key g u
		wait UTKORG
		key F5
		wait utkorg 0
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a message is written, read as a letter, taken back, and sent" $?
page=$(curl -sS "$status")
like "the applicant reads it on the status page" "$page" "Det blir klart i december. Vi hörs."
case $page in
*"När blir det"*) fail "and not what they wrote themselves" "$page" ;;
*) pass "and not what they wrote themselves" ;;
esac
letters=$(sqlite3 "$C/central.db" "SELECT count(*) FROM document WHERE CAST(name AS TEXT) = 'meddelande.xhtml'")
is "the letter is the document that was signed" "$letters" 1
# --- What belongs together ----------------------------------------------------------------

other=$(printf '{"title":"Altan","party":{"name":"Åkesson, Britt"}}' | post tabs-2)
third=$(printf '{"title":"Brygga","party":{"name":"Åkessons Bygg AB"}}' | post tabs-3)
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
{
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key 4
		wait Andra ärenden med en part som heter så
		expect $other
		expect Altan
		expectnot $third
		# A note of one's own, to choose by.
		type :anteckna Ringt Britt.
		key Enter
		wait Slag
		key F8
		wait Klart: anteckna
		key 2
		wait f filtrera: alla händelser
		row 5 Ringt Britt.
		row 6 Sände meddelande
		key f
		wait bara det som gjorts i ärendet
		row 5 Tog ärendet
		row 6 Diariefört
		key f
		wait bara meddelanden
		row 5 Sände meddelande
		row 6 Meddelande från sökanden
		expectnot Diariefört
		key f
		wait bara anteckningar
		row 5 Ringt Britt.
		expectnot Ankomstregistrerat
		key Enter
		wait Ringt Britt.
		expectnot bara anteckningar
		key q
		wait bara anteckningar
		key f
		wait alla händelser
		kill KILL
		waitexit 137
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "other cases of the party are listed, and the timeline shows one kind" $?
finish
