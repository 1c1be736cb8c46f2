#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# verify_case.sh PROOF FINGERPRINT: judges what `sluss proof` writes without Sluss, by openssl, jq and xxd. FINGERPRINT: the
# first 16 digits of SHA-256 over the central's key, as at the end of an invitation. PROOF is believed in nothing else.
set -eu
proof=$1 d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
get() { jq -r "$@" <"$proof"; }
b64() { printf '%s' "$1" | tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d; }
sha() { xxd -r -p | sha256sum | cut -c1-64; }
opened() { # X TYP JWS: the payload, signed by the Ed25519 key X; what was signed is left in $d/text
	printf '%s' "${3%.*}" >"$d/text" && b64 "${3##*.}" >"$d/sig" && { printf 302a300506032b6570032100 | xxd -r -p && b64 "$1"; } >"$d/key"
	openssl pkeyutl -verify -pubin -inkey "$d/key" -keyform DER -rawin -in "$d/text" -sigfile "$d/sig" >/dev/null || exit 1
	[ "$(b64 "${3%%.*}" | jq -r .typ)" = "sluss-$2+jws" ] && b64 "$(printf '%s' "${3#*.}" | cut -d. -f1)"
}
central=$(get '.central.keys[0].x') size=$(get .head.size) root=$(get .head.root) before=$(printf %064d 0) n=0
[ "$(b64 "$central" | sha256sum | cut -c1-16) $(opened "$central" head "$(get .head.jws)" | jq -r '"\(.size) \(.root)"') $(get '.entries | length > 0')" = "$2 $size $root true" ]
echo "0 0" >"$d/vouched" && echo "$(get '.central.keys[0].kid') $central" >"$d/keys" # kid, x, and for a device whose it is
get '.certificates[]' | while read -r c; do opened "$central" cert "$c" | jq -r '"\(.kid) \(.x) \(.dev) \(.sub)"' >>"$d/keys"; done
get '.entries[] | tojson' | while read -r e; do
	n=$((n + 1)) ah=$(echo "$e" | jq -r .ah) jws=$(echo "$e" | jq -r '.jws // ""') act=erased
	if [ -z "$jws" ]; then echo "$n" >>"$d/erased"; else
		key=$(grep "^$(b64 "${jws%%.*}" | jq -r .kid) " "$d/keys" | cut -d' ' -f2-) whose=${key#* } typ=action act=
		[ "$key" != "$central" ] || typ=entry
		opened "${key%% *}" $typ "$jws" >"$d/payload"
		[ "$ah" = "$(sha256sum <"$d/text" | cut -c1-64)" ]
		[ $typ = entry ] || [ "$whose" = "$(jq -r '"\(.dev) \(.sub)"' <"$d/payload")" ] && [ "$(jq -r '"\(.aud) \(.case)"' <"$d/payload")" = "$(get '"\(.central.aud) \(.case_id)"')" ] && act=$(jq -r .act <"$d/payload")
		[ "$typ $act" != "entry entry.erase" ] || jq -r '.args | select(.h | not) | "\(.n) \(.upto // .n)"' <"$d/payload" >>"$d/vouched"
	fi
	eh=$(echo "$e" | jq -r --arg id "$(get .case_id)" --arg before "$before" --argjson n $n '"sluss-entry/1", $id, $n, $before, .ah, .seq, .epoch, .at, .verdict, .rule' | sha256sum | cut -c1-64)
	r=$(echo "00$eh" | sha) fn=$(($(echo "$e" | jq .seq) - 1)) sn=$((size - 1)) # RFC 9162, 2.1.3.2
	for p in $(get ".inclusion[] | select(.n == $n) | .path[]"); do
		if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then r=$(echo "01$p$r" | sha) && while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
		else r=$(echo "01$r$p" | sha); fi; fn=$((fn / 2)) sn=$((sn / 2)); done
	[ "$sn $r $eh $act" = "0 $root $(echo "$e" | jq -r .eh) ${act:-?}" ]
	before=$eh && echo "entry $n holds: $act"; done
[ ! -e "$d/erased" ] || awk 'NR == FNR { to[$1] = $2; next } { ok = 0; for (n in to) if ($1 >= n + 0 && $1 <= to[n]) ok = 1; if (!ok) exit 1 }' "$d/vouched" "$d/erased" # each gap has the central's word
get '.acknowledgements[]' | while read -r a; do opened "$central" ack "$a"; done >"$d/acks"
jq -r --slurpfile acks "$d/acks" 'def at: [.n, .ah, .eh, .seq, .epoch]; . as $p | ($acks[] | . as $a | if .case == $p.case_id and if .verdict | IN("accepted", "merged") then any($p.entries[]; at == ($a | at))
	else (.verdict | IN("rejected", "conflict", "quarantined", "void")) and [.n, .eh, .seq] == [null, null, null] and all($p.entries[]; .ah != $a.ah) end then "acknowledgement of \(.ctr) holds: \(.verdict)" else error("of something else") end),
	"not acknowledged here: entries \([.entries[] | select(.ah | IN($acks[].ah) | not) | .n] | join(" "))"' <"$proof" # by others, or so long ago that a device keeps it no more
