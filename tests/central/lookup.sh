#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# POST /v1/lookup over curl: what a contact center finds and whom it is told of,
# who may ask, what is no question, and that what was asked for stays nowhere.
# Devices and tokens are put straight into the store: how they come there
# otherwise is a matter of server.sh and of the programs.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

# Fictive numbers, of those that the Swedish Tax Agency publishes as never used.
person=198507099805 stranger=198112189876
"$central" init "$work/c" --conf conf/casetypes >/dev/null || exit 1
db=$work/c/central.db

# member ID STATE ARGUMENT...: an officer with a device in that state, and the
# token "token-ID" until the year 2100
member() {
	id=$1 state=$2
	shift 2
	"$central" officer add "$work/c" "$id" --name "$id" "$@" || exit 1
	devices=$((${devices:-0} + 1))
	dev=0190a000-0000-7000-8000-00000000000$devices
	sqlite3 -cmd ".timeout 5000" "$db" "INSERT INTO device(id, officer, kid, x, certificate, enrolled_at, state, last_hash)
			VALUES('$dev', '$id', 'kid-$id', 'x', '', 0, '$state', '');
		INSERT INTO token(hash, dev, expires_at)
			VALUES('$(printf 'token-%s' "$id" | sha256sum | cut -d ' ' -f 1)', '$dev', 4102444800000)"
}
member sara valid --roles contact
member tove valid --roles contact
member britt valid --roles officer --units bygg
member mats valid --roles officer --units miljo
member lost lost --roles contact
member late valid --roles contact
sqlite3 -cmd ".timeout 5000" "$db" "UPDATE token SET expires_at = 1000 WHERE dev = '$dev'"

# post TOKEN BODY [CURL-ARGUMENT...]: ask for it
post() {
	token=$1 data=$2
	shift 2
	ask -H 'Content-Type: application/json' -H "Authorization: Bearer $token" --data-binary "$data" "$@" "$url/v1/lookup"
}
# find WHO TEXT: look it up, with reason 1
find_as() {
	post "token-$1" "{\"query\":\"$2\",\"reason\":1}"
}
# hits: the numbers of the cases that were shown
hits() {
	[ "$status" = 200 ] && jq -r '[.hits[].diary_no | split("-")[1]] | join(" ")' "$work/body"
}
# refused NAME STATUS CODE
refused() {
	is "$1" "$status $(jq -r .code "$work/body" 2>/dev/null)" "$2 $3"
}
reads() {
	sqlite3 "$db" 'SELECT count(*) FROM lookup'
}

start "$work/c" || exit 1
apply a "{\"title\":\"Carport\",\"party\":{\"name\":\"Åkesson, Britta\",\"person_no\":\"$person\"},\"fields\":{\"fastighet\":\"Ekvägen 4\"}}"
apply b '{"title":"Lager","party":{"name":"Malmros Bygg AB","org_no":"556036-0793"}}'
apply c '{"title":"Staket","party":{"name":"Holm, Kim","person_no":"191212121212","protected":true},"fields":{"fastighet":"Ekvägen 5"}}'
is "three applications are in" "$(sqlite3 "$db" 'SELECT count(*) FROM casefile')" 3
number=$(sqlite3 "$db" "SELECT min(diary_no) FROM casefile")

# --- What is found ---------------------------------------------------------------------
find_as sara "$number"
is "a case is found by its number" "$(hits)" 1
is "what is said of it is public" "$(jq -c '.hits[0] | keys' "$work/body")" \
	'["case_id","diary_no","due_on","received_at","status","type","unit"]'
for it in "${number#* }" 1 "$person" 850709-9805 8507099805 'britta ekvagen' 'Ekvägen 4 ÅKESSON'; do
	find_as sara "$it"
	is "it is found by \"$it\"" "$(hits)" 1
	case $body in
	*kesson* | *9805* | *Ekv* | *Carport*) not_ok "and nothing of its party is said" "$body" ;;
	*) ok "and nothing of its party is said" ;;
	esac
done
find_as sara 556036-0793
is "an organisation is found by its number" "$(hits)" 2
find_as sara "$stranger"
nothing=$body
is "an unknown person is no error" "$status $(hits)" "200 "
is "and nothing is said but that" "$nothing" '{"hits":[],"more":false}'
for it in "${number% *} 2026-9999" 9999 'malmros ekvägen'; do
	find_as sara "$it"
	is "\"$it\" is not found" "$status $body" "200 $nothing"
done
for it in 191212121212 3 "${number%-*}-3" 'kim holm' 'holm ekvagen'; do
	find_as sara "$it"
	is "one who is protected is not found by \"$it\"" "$status $body" "200 $nothing"
done

# --- Who may ask ------------------------------------------------------------------------
before=$(reads)
find_as britt 1
is "an officer sees the cases of the own unit" "$(hits)" 1
find_as mats 1
is "and of no other" "$status $body" "200 $nothing"
find_as mats "$person"
is "by no number" "$status $body" "200 $nothing"
is "they are logged as all others" "$(reads)" $((before + 3))
before=$(reads)
post "" '{"query":"1","reason":1}'
refused "nobody asks without a token" 401 token-expired
post token-nobody '{"query":"1","reason":1}'
refused "nor with a wrong one" 401 token-expired
find_as late 1
refused "nor with one that has expired" 401 token-expired
find_as lost 1
refused "nor from a device that is lost" 403 device-revoked

# --- What is no question -------------------------------------------------------------------
# wrong NAME STATUS CODE BODY
wrong() {
	post token-sara "$4"
	refused "$1" "$2" "$3"
}
wrong "an empty body" 400 json-syntax ''
wrong "half a body" 400 json-syntax '{"query":"1"'
wrong "a list" 400 json-syntax '["1"]'
wrong "a member twice" 400 json-syntax '{"query":"1","query":"2","reason":1}'
wrong "text behind it" 400 json-syntax '{"query":"1","reason":1} x'
wrong "invalid UTF-8" 400 json-syntax "$(printf '{"query":"\377","reason":1}')"
wrong "a member that there is not" 400 field-unknown '{"query":"1","reason":1,"limit":900}'
wrong "no query" 400 field-missing '{"reason":1}'
wrong "an empty one" 400 field-malformed '{"query":"","reason":1}'
wrong "one that is no text" 400 field-malformed '{"query":1,"reason":1}'
wrong "one with a NUL" 400 json-syntax '{"query":"a\u0000b","reason":1}'
wrong "one that is too long" 400 field-malformed "{\"query\":\"$(head -c 201 /dev/zero | tr '\0' a)\",\"reason\":1}"
wrong "no reason" 400 lookup-reason '{"query":"1"}'
for reason in 0 5 -1 '"1"' 1.0 null; do
	wrong "reason $reason" 400 lookup-reason "{\"query\":\"1\",\"reason\":$reason}"
done
wrong "one word, which finds half a town" 400 lookup-words '{"query":"Ekvägen","reason":1}'
wrong "one word twice" 400 lookup-words '{"query":"Ekvägen ekvagen","reason":1}'
wrong "a number with a slip of the finger" 400 personal-number-check '{"query":"198112189875","reason":1}'
case $body in
*98751* | *9875*) not_ok "which is not said again" "$body" ;;
*) ok "which is not said again" ;;
esac
head -c 20000 /dev/zero | tr '\0' ' ' >"$work/big"
post token-sara "@$work/big"
refused "a body that is too large" 413 too-large
post token-sara "@$work/big" -H 'Transfer-Encoding: chunked'
refused "and one that does not say how large it is" 413 too-large
ask -H 'Content-Type: text/plain' -H 'Authorization: Bearer token-sara' -d '{"query":"1","reason":1}' "$url/v1/lookup"
refused "a body that is no JSON" 415 media-type
for method in GET PUT DELETE PATCH; do
	post token-sara '{"query":"1","reason":1}' -X "$method"
	refused "$method" 405 method-not-allowed
done
ask -H 'Authorization: Bearer token-sara' "$url/v1/lookup?query=$stranger&reason=1"
refused "a question in the address is none" 405 method-not-allowed
ask -H 'Content-Type: application/json' -H 'Authorization: Bearer token-sara' -d '{"reason":1}' "$url/v1/lookup?query=$stranger"
refused "nor half a one" 400 field-missing
is "what is refused is no read, and not logged as one" "$(reads)" "$before"

# --- The log of the reads ---------------------------------------------------------------------
is "it says who, from where, what kind and why" \
	"$(sqlite3 "$db" "SELECT officer, substr(dev, -1), kind, reason, shown FROM lookup ORDER BY id LIMIT 1")" "sara|1|case|1|1"
is "of each kind" "$(sqlite3 "$db" "SELECT group_concat(kind, ' ') FROM (SELECT DISTINCT kind FROM lookup ORDER BY kind)")" \
	"case organisation person words"
is "which cases were shown" \
	"$(sqlite3 "$db" "SELECT count(DISTINCT case_id) FROM lookup_case JOIN casefile ON id = case_id AND diary_no = '$number'")" 1
is "and of one that found nothing, that it did not" \
	"$(sqlite3 "$db" "SELECT count(*) FROM lookup WHERE shown = 0 AND id IN (SELECT lookup FROM lookup_case)")" 0
post token-sara "{\"query\":\"$person\",\"reason\":4}"
is "the reason is the one that was given" "$(sqlite3 "$db" 'SELECT reason FROM lookup ORDER BY id DESC LIMIT 1')" 4

# --- Not too often ------------------------------------------------------------------------------
# One curl asks 121 times.
i=0
while [ $i -lt 121 ]; do
	echo "url = \"$url/v1/lookup\""
	echo "output = \"$work/answer\""
	i=$((i + 1))
done >"$work/often"
curl -s -K "$work/often" -w '%{http_code}\n' -H 'Content-Type: application/json' -H 'Authorization: Bearer token-tove' \
	-d '{"query":"9999","reason":1}' >"$work/statuses"
is "120 look-ups in ten minutes, and no more" "$(sort "$work/statuses" | uniq -c | tr -s ' \n' ' ')" " 120 200 1 429 "
is "which says so" "$(jq -r .code "$work/answer")" too-many-lookups
retry=$(curl -s -D - -o "$work/body" -H 'Content-Type: application/json' -H 'Authorization: Bearer token-tove' \
	-d '{"query":"1","reason":1}' "$url/v1/lookup" | tr -d '\r' | sed -n 's/^[Rr]etry-[Aa]fter: //p')
is "and when there surely is room again" "$retry" 600
find_as britt 1
is "others are not kept waiting" "$(hits)" 1

# --- What was asked for is nowhere ---------------------------------------------------------------
is "a number that was looked up stands in no file" \
	"$(grep -rlaE "$stranger|${stranger#19}|811218-9876|198112189875|malmros ekv" "$work/c" "$work/errors")" ""
ask "$url/metrics"
is "nor in what is told of the server" "$(echo "$body" | grep -cE "lookup|$stranger")" 0
stop
is "the server has nothing to complain of" "$code $(cat "$work/errors")" "0 "
is "nor is it there when the server has stopped" \
	"$(grep -rlaE "$stranger|${stranger#19}|811218-9876|198112189875|malmros ekv" "$work/c")" ""
done_testing
