#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A living case judged without Sluss: `sluss proof` gives a file, and forty
# lines of shell with openssl, jq and xxd (tests/verify_case.sh) verify its
# envelopes, acknowledgements, chain and inclusion in the signed head.
set -u
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
for tool in openssl jq xxd; do
	command -v "$tool" >/dev/null 2>&1 || skip_all "$tool is not installed"
done
verify=$(dirname "$0")/../verify_case.sh
if [ "$(wc -l <"$verify")" -le 40 ]; then pass "the script has at most forty lines"; else fail "the script has at most forty lines"; fi
if grep -Eq "sluss-verify|SLUSS|lib\.sh" "$verify"; then fail "it shares nothing with Sluss"; else pass "it shares nothing with Sluss"; fi

start_central
add_officer britt.a officer,decider bygg
key=$(invite britt.a | sed 's/.*\.//')
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
number=$(apply BYGGLOV_TILLBYGGNAD proof-1 "Carport vid Ekvägen 4" "Åkesson, Britt")
apply BYGGLOV_TILLBYGGNAD proof-2 "Ett annat ärende" "Ek, Ada" >"$T/second"
sluss britt.a sync --wait >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
echo "Ringt sökanden." >"$T/note"
exits "a case is taken" 0 sluss britt.a claim "$number" --wait
exits "and noted on" 0 sluss britt.a note "$number" "$T/note" --wait
exits "and given a deadline" 0 sluss britt.a deadline "$number" +30 --wait
apply BYGGLOV_TILLBYGGNAD proof-3 "Ett tredje" "Ek, Bo" >"$T/other"
exits "its proof is written" 0 sluss britt.a proof "$number" --wait
cp "$T/out" "$T/proof"
check() {
	sh "$verify" "$1" "${2:-$key}" >"$T/said" 2>&1
}
exits "and holds, judged without Sluss" 0 check "$T/proof"
is "all its entries" "$(grep -c '^entry' "$T/said")" "$(jq '.entries | length' "$T/proof")"
is "and its acknowledgements" "$(grep -c '^ack.*accepted' "$T/said")" 3
is "what this device had no answer for is told" "$(grep '^not ack' "$T/said")" "not acknowledged here: entries 1 2"
like "an entry says what was done" "$(cat "$T/said")" "holds: case.claim"
if check "$T/proof" 0123456789abcdef; then fail "another central's key is not believed"; else pass "another central's key is not believed"; fi

# Two take the same case, and the second is told no: signed as well, and bound to
# its case. What a device was told is its own to leave out, but it is seen.
add_officer ada.b officer bygg
enrol ada.b >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
second=$(sed 1q "$T/second")
sluss britt.a sync --wait >"$T/out" 2>&1
sluss ada.b sync --wait >"$T/out" 2>&1
exits "another case is taken by another" 0 sluss ada.b claim "$second" --wait
sluss britt.a claim "$second" --wait >"$T/out" 2>&1
exits "the proof of that is written as well" 0 sluss britt.a proof "$second" --wait
cp "$T/out" "$T/proof-2"
exits "and holds with the refusal" 0 check "$T/proof-2"
is "which is named" "$(grep -c '^ack.*rejected' "$T/said")" 1
refusal=$(jq '.acknowledgements[0]' "$T/proof-2")
jq -c 'del(.acknowledgements[1])' "$T/proof" >"$T/less"
exits "without one of the acknowledgements it holds" 0 check "$T/less"
is "and says whose is not there" "$(grep '^not ack' "$T/said")" "not acknowledged here: entries 1 2 4"

# Every text of the file that is a claim, one byte of it changed: "a" for "b"
# keeps hexadecimal and base64url what they are.
changed() {
	jq -c "$2" "$T/proof" >"$T/bad" || bail "jq: $2"
	cmp -s "$T/bad" "$T/same" && bail "nothing was changed by: $2"
	if check "$T/bad"; then fail "$1 is found" "$(cat "$T/said")"; else pass "$1 is found"; fi
}
jq -c . "$T/proof" >"$T/same"
flip='(.[30:31] as $c | .[:30] + (if $c == "a" then "b" else "a" end) + .[31:])'
changed "one byte of an envelope" ".entries[1].jws |= $flip"
changed "one byte of an envelope's signature" ".entries[1].jws |= (split(\".\") | .[2] |= $flip | join(\".\"))"
changed "one byte of the central's own entry" ".entries[0].jws |= (split(\".\") | .[1] |= $flip | join(\".\"))"
for member in ah eh epoch; do
	changed "one byte of an entry's $member" ".entries[1].$member |= $flip"
done
changed "another time of an entry" '.entries[1].at |= .[:-2] + (if endswith("1Z") then "2Z" else "1Z" end)'
changed "another seq of an entry" '.entries[1].seq += 1'
changed "another verdict of an entry" '.entries[1].verdict = "merged"'
changed "another rule of an entry" '.entries[1].rule |= "X" + .'
changed "an entry left out" 'del(.entries[1])'
changed "two entries in another order" '.entries |= [.[0], .[2], .[1]] + .[3:]'
changed "an envelope taken away" '.entries[1].jws = null'
changed "the last envelope taken away" '.entries[-1].jws = null'
changed "all envelopes taken away" '.entries[].jws = null | .certificates = []'
changed "no entry at all" '.entries = []'
changed "another case" ".case_id |= $flip"
changed "one byte of a path" ".inclusion[1].path[0] |= $flip"
changed "a path that is missing" 'del(.inclusion[1])'
changed "one byte of the root" ".head.root |= $flip"
changed "another size" '.head.size += 1'
changed "one byte of the signed head" ".head.jws |= (split(\".\") | .[1] |= $flip | join(\".\"))"
changed "one byte of a certificate" ".certificates[0] |= (split(\".\") | .[1] |= $flip | join(\".\"))"
changed "a certificate that is missing" '.certificates = []'
changed "one byte of an acknowledgement" ".acknowledgements[1] |= (split(\".\") | .[1] |= $flip | join(\".\"))"
changed "another of the central's words for an acknowledgement" '.acknowledgements[1] = .entries[1].jws'
changed "a refusal of another case" ".acknowledgements += [$refusal]"
changed "an acknowledgement for an entry" '.entries[1].jws = .acknowledgements[1]'
changed "another entry's envelope" '.entries[3].jws = .entries[2].jws'
changed "the central's key" ".central.keys[0].x |= $flip"

# A proof is whole or is not given.
kill_central
exits "without the central there is no proof" 6 sluss britt.a proof "$number" --wait=1
is "and nothing that looks like one" "$(wc -c <"$T/out")" 0
finish
