#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The real server over curl: init, serve, intake, limits, pages, a clean stop.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

# --- init ---------------------------------------------------------------------
out=$("$central" init "$work/c" --name Provstad --conf conf/casetypes 2>&1)
is "init makes a central" $? 0
is "the key is for its owner alone" "$(stat -c %a "$work/c/keys/central.key")" 600
out=$("$central" init "$work/c" --conf conf/casetypes 2>&1)
is "a second init fails" $? 1
has "and says why" "$out" "already-there"
out=$("$central" init "$work/d" --conf "$work" 2>&1)
is "init without case types is a matter of configuration" $? 78
has "and says where it looked" "$out" "$work"

# --- wrong use ------------------------------------------------------------------
"$central" >/dev/null 2>&1
is "no verb is wrong use" $? 2
"$central" serve >/dev/null 2>&1
is "serve without a folder is wrong use" $? 2
"$central" init "$work/e" --nam X >/dev/null 2>&1
is "an unknown option is wrong use" $? 2
has "--help names every verb" "$("$central" --help)" "demo-fill"
has "--version says it" "$("$central" --version)" "sluss-central "
"$central" serve "$work/none" >/dev/null 2>"$work/e1"
is "a folder that is not there fails" $? 1
out=$("$central" serve "$work/c" --listen nowhere 2>&1)
is "a wrong address is a matter of configuration" $? 78

# --- serve ------------------------------------------------------------------------
if start "$work/c"; then ok "serve says where it listens"; else not_ok "serve says where it listens" "$(cat "$work/errors")"; done_testing; exit 1; fi
has "and leaves no core file behind" "$(grep 'Max core' "/proc/$server/limits" | tr -s ' ')" "size 0 0"
ask "$url/healthz"
is "healthz" "$status $body" "200 ok"
ask "$url/readyz"
is "readyz" "$status" 200
ask "$url/v1/api-info"
has "api-info names the municipality" "$body" '"name":"Provstad"'
ask "$url/metrics"
has "metrics" "$body" "sluss_log_size 0"

apply k1 '{"title":"Ny carport","party":{"name":"Kim Ek","person_no":"19811218-9876"}}'
is "an application gives 201" "$status" 201
has "with a diary number" "$body" '"diary_no":"BN '
first=$body
apply k1 '{"title":"Ny carport","party":{"name":"Kim Ek","person_no":"19811218-9876"}}'
is "the same again gives 200 and the same answer" "$status $body" "200 $first"
apply k1 '{"title":"Annat"}'
has "the same key for another is refused" "$status $body" "422"
apply k2 '{"title":"x"}' BYGGLOV_NYBYGNAD
has "a misspelt type gets a suggestion" "$status $body" "did you mean: BYGGLOV_NYBYGGNAD"
apply k3 '{"title":"x","party":{"name":"K","person_no":"19811218-9877"}}'
has "a wrong person number is refused" "$status $body" "personal-number-check"
ask -H 'Content-Type: application/json' -d '{"title":"x"}' "$url/v1/intake/BYGGLOV_NYBYGGNAD"
has "no Idempotency-Key is refused" "$status $body" "idempotency-key-missing"

# --- the status page ----------------------------------------------------------------
apply k4 '{"title":"<script>alert(1)</script>","party":{"name":"Kim Ek"}}'
page=$(printf '%s' "$body" | sed 's/.*"status_url":"\([^"]*\)".*/\1/')
head=$(curl -s -D - -o "$work/page" "$url$page")
has "the status page is HTML" "$head" "text/html; charset=utf-8"
has "with a content security policy" "$head" "default-src 'none'"
case $(cat "$work/page") in
*"<script>"* | *"Kim Ek"*) not_ok "it names nobody and runs nothing" ;;
*) ok "it names nobody and runs nothing" ;;
esac
ask "$url/s/nothing"
is "an unknown code is 404" "$status" 404

# --- limits ---------------------------------------------------------------------------
head -c 17000 /dev/zero | tr '\0' ' ' >"$work/big"
ask -H 'Content-Type: application/json' --data-binary "@$work/big" "$url/v1/auth/challenge"
has "a body over the limit is 413" "$status $body" "too-large"
ask -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary "@$work/big" "$url/v1/auth/challenge"
has "also when its length was not said" "$status $body" "too-large"
long=$(head -c 3000 /dev/zero | tr '\0' a)
ask "$url/$long"
case $status in 404 | 414) ok "a long address is refused" ;; *) not_ok "a long address is refused" "$status" ;; esac
head -c 100000 /dev/zero | tr '\0' a >"$work/header"
status=$(printf 'GET /healthz HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n' "$(cat "$work/header")" | curl -s --max-time 20 -o /dev/null -w '%{http_code}' -H "@-" "$url/healthz" 2>/dev/null)
case $status in 431 | 413 | 400 | 000) ok "headers are bounded" ;; *) not_ok "headers are bounded" "$status" ;; esac
ask -X DELETE "$url/healthz"
has "a method that is not there is 405" "$status $body" "method-not-allowed"
ask "$url/nowhere"
has "an address that is not there is 404" "$status $body" "no-such-address"
type=$(curl -s -o /dev/null -w '%{content_type}' "$url/nowhere")
is "every error is problem+json" "$type" "application/problem+json"
ask -H 'Authorization: Bearer AAAA' "$url/v1/keys"
has "a wrong token is 401" "$status $body" "token-expired"
printf 'NONSENSE\r\n\r\n' >"$work/raw"
ask "$url/healthz"
is "and the server still answers" "$status" 200

# --- administration while it serves ------------------------------------------------------
"$central" officer add "$work/c" britt.a --name "Britt A" --roles officer,decider --units bygg
is "an officer is added while it serves" $? 0
code=$("$central" invite "$work/c" britt.a)
has "an invitation goes to standard output" "$code" "sluss1."
out=$("$central" officer add "$work/c" x --name X --roles king 2>&1)
is "an unknown role is wrong use" $? 2
has "and names the roles there are" "$out" "registrar"
"$central" officer add "$work/c" x --name X --roles officer --clearance high >/dev/null 2>&1
is "a clearance that is no number is wrong use" $? 2
out=$("$central" invite "$work/c" nobody 2>&1)
is "an unknown officer cannot be invited" $? 1

# --- a clean stop ----------------------------------------------------------------------------
stop
is "SIGTERM stops it with 0" "$code" 0
is "it had nothing to complain of" "$(cat "$work/errors")" ""
out=$("$central" verify "$work/c")
is "verify holds" $? 0
has "and says what it saw" "$out" "2 cases, 4 entries"
has "as JSON too" "$("$central" verify "$work/c" --json)" '"faults":0'

# --- what is wrong is found --------------------------------------------------------------------
printf 'x' | dd of="$work/c/witness" bs=1 seek=40 conv=notrunc 2>/dev/null
"$central" verify "$work/c" >/dev/null
is "a torn witness line is passed over" $? 0
printf '[queue x]\nname.sv = X\nname.en = X\nunit = nowhere\n' >"$work/c/conf/zz.conf"
out=$("$central" serve "$work/c" 2>&1)
is "a wrong configuration keeps it from starting" $? 78
has "and names what is wrong" "$out" "nowhere"
done_testing
