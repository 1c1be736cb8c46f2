#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Packages that the real central writes are judged by the real sluss-verify:
# as they are, spoiled, taken for another central's, and by other tools alone.
set -u
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
VERIFY=$B/sluss-verify

init_central conf/casetypes
"$CENTRAL" demo-fill "$C" --cases 40 --seed 7 >"$T/fill.out" 2>&1 || bail "demo-fill: $(cat "$T/fill.out")"
first='' count=0 sound=0
for p in "$C"/archive/*.zip; do
	[ -e "$p" ] || break
	count=$((count + 1))
	first=${first:-$p}
	"$VERIFY" --quiet "$p" >"$T/out" 2>&1 && sound=$((sound + 1))
done
[ "$count" -gt 0 ] || bail "the central wrote no package"
is "every package of $count holds" "$sound" "$count"

# --- What it says ---------------------------------------------------------------
exits "a sound package is judged in JSON" 0 "$VERIFY" --json "$first"
cp "$T/out" "$T/sound.json"
is "with a schema" "$(jq -r .schema "$T/sound.json")" sluss.verify-package/1
is "and no fault" "$(jq -r .faults "$T/sound.json")" 0
is "in seven areas" "$(jq '[.findings[] | select(.kind == "holds")] | length' "$T/sound.json")" 7
key=$(jq -r .central_key "$T/sound.json")
add_officer kim officer bygg
is "the key is the one of the invitation" "$key" "$(invite kim | sed 's/.*\.//')"
exits "the given key is believed" 0 "$VERIFY" --key "$key" "$first"
exits "another key is not" 10 "$VERIFY" --key 0000000000000000 "$first"
like "and is said to be another" "$(cat "$T/out")" "key-untrusted"

# --- Spoiled ----------------------------------------------------------------------
# One byte inside the envelope of entry 3, in place.
at=$(grep -abo '{"n":3,' "$first" | head -n 1 | cut -d: -f1)
cp "$first" "$T/flipped.zip"
byte=$(tail -c +$((at + 700)) "$first" | head -c 1)
[ "$byte" = A ] && other=B || other=A
printf '%s' "$other" | dd of="$T/flipped.zip" bs=1 seek=$((at + 699)) conv=notrunc 2>/dev/null
exits "a flipped byte is found" 10 "$VERIFY" --json "$T/flipped.zip"
is "and the entry named" "$(jq '[.findings[] | select(.kind == "fault") | .n // empty] | unique | .[]' "$T/out")" 3
head -c 5000 "$first" >"$T/cut.zip"
exits "a package cut short is refused" 10 "$VERIFY" "$T/cut.zip"
like "as unreadable" "$(cat "$T/err")" "package-unreadable"
echo '<html>503</html>' >"$T/page.zip"
exits "what is no package is refused" 10 "$VERIFY" "$T/page.zip"
exits "a missing file is told" 10 "$VERIFY" "$T/none.zip"
exits "no package is a wrong use" 2 "$VERIFY"
exits "two are a wrong use" 2 "$VERIFY" "$first" "$first"
exits "an unknown option is a wrong use" 2 "$VERIFY" --colour "$first"
exits "help is no package" 0 "$VERIFY" --help
like "and says the exit codes" "$(cat "$T/out")" 10

# --- Without Sluss ------------------------------------------------------------------
# The README in the package, followed with sha256sum, jq and openssl.
if command -v bsdtar >/dev/null 2>&1; then
	mkdir "$T/x" && bsdtar -xf "$first" -C "$T/x"
elif command -v python3 >/dev/null 2>&1; then
	python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])' "$first" "$T/x"
else
	finish
fi
(cd "$T/x" && sha256sum --quiet -c SHA256SUMS) >"$T/out" 2>&1
is "sha256sum finds every file whole" "$?" 0
raw_key() { # kid: an Ed25519 public key in DER
	printf '302a300506032b6570032100%s' "$(jq -r --arg kid "$1" \
		'(.central + .devices)[] | select(.kid == $kid) | .x' "$T/x/keys.json" |
		tr '_-' '/+' | sed 's/$/=/' | base64 -d | xxd -p -c 64)" | xxd -r -p
}
unpad() { # base64url without padding, to bytes
	s=$(printf '%s' "$1" | tr '_-' '/+')
	while [ $((${#s} % 4)) != 0 ]; do s="$s="; done
	printf '%s' "$s" | base64 -d
}
case_id=$(jq -r .case.id "$T/x/case.json")
before=$(printf '0%.0s' $(seq 64)) chain=0 signed=0 entries=0
while read -r line; do
	entries=$((entries + 1))
	field() { printf '%s' "$line" | jq -r ".$1"; }
	eh=$(printf 'sluss-entry/1\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n' "$case_id" "$(field n)" "$before" "$(field ah)" \
		"$(field seq)" "$(field epoch)" "$(field at)" "$(field verdict)" "$(field rule)" | sha256sum | cut -d' ' -f1)
	before=$(field eh)
	[ "$eh" = "$before" ] && chain=$((chain + 1))
	jws=$(field jws)
	printf '%s' "${jws%.*}" >"$T/input"
	unpad "${jws##*.}" >"$T/sig"
	raw_key "$(unpad "${jws%%.*}" | jq -r .kid)" >"$T/key.der"
	[ "$(sha256sum <"$T/input" | cut -d' ' -f1)" = "$(field ah)" ] &&
		openssl pkeyutl -verify -pubin -inkey "$T/key.der" -keyform DER -rawin -in "$T/input" -sigfile "$T/sig" \
			>/dev/null 2>&1 && signed=$((signed + 1))
done <"$T/x/entries.jsonl"
is "sha256sum gives every entry's hash" "$chain" "$entries"
is "openssl verifies every signature" "$signed" "$entries"
finish
