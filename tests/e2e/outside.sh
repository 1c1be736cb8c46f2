#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# An archive package judged without Sluss: openssl, jq, xxd and sha256sum, by
# the README that lies in it. Called with a package (or the folder it was
# unpacked into) and the fingerprint of the central's key it is that check,
# in forty lines; called without arguments it is the test of it.
if [ $# = 2 ]; then
	set -eu
	d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
	if [ -d "$1" ]; then cp -R "$1/." "$d"; else unzip -q "$1" -d "$d"; fi
	cd "$d" && sha256sum --quiet -c SHA256SUMS
	b64() { printf '%s' "$1" | tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d; }
	sha() { xxd -r -p | sha256sum | cut -c1-64; }
	signed() { # X SIGNATURE <TEXT: by the Ed25519 key X, both in base64url
		cat >text && b64 "$2" >sig
		{ printf 302a300506032b6570032100 | xxd -r -p && b64 "$1"; } >key
		openssl pkeyutl -verify -pubin -inkey key -keyform DER -rawin -in text -sigfile sig >/dev/null
	}
	central=$(jq -r '.central[0].x' keys.json) # the one key that is known beforehand
	[ "$(b64 "$central" | sha256sum | cut -c1-16)" = "$2" ]
	jq -r '.devices[] | .certificate, .kid + .x' keys.json | while read -r cert && read -r says; do
		printf '%s' "${cert%.*}" | signed "$central" "${cert##*.}"
		p=${cert#*.} && [ "$(b64 "${p%.*}" | jq -r '.kid + .x')" = "$says" ]
	done
	before=$(printf %064d 0) size=$(jq .size proof.json) root=$(jq -r .root proof.json)
	jq -r .checkpoint proof.json | sed '/^$/,$d' | signed "$central" \
		"$(jq -r .checkpoint proof.json | sed -n 's/^— [^ ]* //p' | base64 -d | tail -c 64 | base64 -w0)"
	[ "$(jq -r .checkpoint proof.json | sed -n 2,3p | tr '\n' ' ')" = "$size $(printf '%s' "$root" | xxd -r -p | base64) " ]
	jq -c . entries.jsonl | while read -r e; do
		jws=$(echo "$e" | jq -r .jws) && kid=$(b64 "${jws%%.*}" | jq -r .kid)
		printf '%s' "${jws%.*}" | signed "$(jq -r ".central + .devices | .[] | select(.kid == \"$kid\").x" keys.json)" "${jws##*.}"
		[ "$(sha256sum <text | cut -c1-64)" = "$(echo "$e" | jq -r .ah)" ]
		eh=$(echo "$e" | jq -r --arg id "$(jq -r .case.id case.json)" --arg before "$before" \
			'"sluss-entry/1", $id, .n, $before, .ah, .seq, .epoch, .at, .verdict, .rule' | sha256sum | cut -c1-64)
		[ "$eh" = "$(echo "$e" | jq -r .eh)" ]
		before=$eh r=$(echo "00$eh" | sha) fn=$(($(echo "$e" | jq .seq) - 1)) sn=$((size - 1)) # RFC 9162, 2.1.3.2
		for p in $(jq -r ".inclusion[] | select(.seq == $((fn + 1))) | .path[]" proof.json); do
			if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
				r=$(echo "01$p$r" | sha)
				while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
			else r=$(echo "01$r$p" | sha); fi
			fn=$((fn / 2)) sn=$((sn / 2))
		done
		[ "$sn $r" = "0 $root" ]
		echo "$e" | jq -r '"entry \(.n) holds"'
	done
	exit
fi

set -u
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
for tool in openssl jq xxd unzip; do
	command -v "$tool" >/dev/null 2>&1 || skip_all "$tool is not installed"
done
"$CENTRAL" init "$C" --name Exempelköping >"$T/out" 2>&1 || bail "init: $(cat "$T/out")"
"$CENTRAL" demo-fill "$C" --cases 60 >"$T/out" 2>&1 || bail "demo-fill: $(cat "$T/out")"
add_officer kim officer bygg
key=$(invite kim | sed 's/.*\.//')
# The package with most entries.
package=$(find "$C/archive" -name '*.zip' | sed 's/\(.*_\([0-9]*\)\.zip\)/\2 \1/' | LC_ALL=C sort -rn | head -n 1 | cut -d' ' -f2-)
[ -n "$package" ] || bail "the central wrote no package"
check() {
	sh "$0" "$1" "${2:-$key}"
}
exits "a package holds" 0 check "$package"
unzip -q "$package" -d "$T/x"
is "every entry of it" "$(grep -c holds "$T/out")" "$(jq -s length "$T/x/entries.jsonl")"
if check "$package" 0123456789abcdef >"$T/out" 2>&1; then fail "another central's key is not believed"; else
	pass "another central's key is not believed"; fi

# One byte of the file as it lies there.
cp "$package" "$T/one.zip"
at=$(grep -abo '"seq":' "$package" | head -n 1 | cut -d: -f1)
digit=9
[ "$(dd if="$package" bs=1 skip=$((at + 6)) count=1 2>/dev/null)" != 9 ] || digit=8
printf '%s' "$digit" | dd of="$T/one.zip" bs=1 seek=$((at + 6)) conv=notrunc 2>/dev/null
if check "$T/one.zip" >"$T/out" 2>&1; then fail "one byte changed is found"; else pass "one byte changed is found"; fi

# changed NAME FILE JQ-FILTER: by somebody who also makes new sums
changed() {
	rm -rf "$T/y"
	cp -R "$T/x" "$T/y"
	jq -c "$3" "$T/x/$2" >"$T/y/$2"
	(cd "$T/y" && cut -c67- SHA256SUMS | xargs -d '\n' sha256sum >"$T/sums" && cp "$T/sums" SHA256SUMS)
	if check "$T/y" >"$T/out" 2>&1; then fail "$1" "$(cat "$T/out")"; else pass "$1"; fi
}
one='if .n == 3 then'
flip='(if .[50:51] == "A" then .[:50] + "B" + .[51:] else .[:50] + "A" + .[51:] end)'
# Another digit, not the same one in capitals.
hexflip='(if .[50:51] == "a" then .[:50] + "b" + .[51:] else .[:50] + "a" + .[51:] end)'
changed "one character of an envelope, with new sums" entries.jsonl "$one .jws |= $flip else . end"
changed "one digit of an entry's hash" entries.jsonl "$one .eh |= $hexflip else . end"
changed "the time of an entry" entries.jsonl "$one .at |= sub(\"[.].\"; \".x\") else . end"
changed "an entry left out" entries.jsonl 'select(.n != 3)'
changed "one digit of a proof's path" proof.json ".inclusion[2].path[1] |= $hexflip"
changed "the root" proof.json ".root |= $hexflip"
changed "the checkpoint's size" proof.json '.checkpoint |= sub("\n(?<a>[0-9]+)\n"; "\n1\(.a)\n")'
changed "a certificate" keys.json ".devices[0].certificate |= sub(\"....$\"; \"AAAA\")"
changed "another device's key" keys.json '.devices[0].x = .central[0].x'
changed "the central's key" keys.json ".central[0].x |= (.[:9] + (if .[9:10] == \"A\" then \"B\" else \"A\" end) + .[10:])"
# What is put together again unchanged holds: the test above is not vacuous.
cp -R "$T/x" "$T/z"
exits "the folder it was unpacked into holds" 0 check "$T/z"
finish
