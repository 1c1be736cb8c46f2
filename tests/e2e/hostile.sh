#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every hostile string as the title of an application, sent to a real central
# and shown by the real program: what is no text, or none, is refused with its place,
# what is text is kept byte for byte, and each title stands on the screen in
# its golden safe form, in a column that does not move. A hostile central is
# played by titles written into the officer's cache.
set -u
TOOLS=${B:-build}/tests/lib
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
golden=$(cd "$(dirname "$0")/../data" && pwd)/hostile-golden.txt
[ -n "${SLUSS_DATA:-}" ] || skip_all "SLUSS_DATA is not set: the hostile strings are not in this repository"
strings=$SLUSS_DATA/hostile-strings.txt
[ -r "$strings" ] || skip_all "$strings is not there"
for tool in jq sqlite3 xxd curl; do
	command -v "$tool" >/dev/null 2>&1 || skip_all "$tool is not installed"
done

grep -v '^#' "$strings" >"$T/strings"
count=$(wc -l <"$T/strings" | tr -d ' ')
is "every string has its golden form" "$(cut -f1 "$golden" | tr '\n' ' ')" "$(cut -f1 "$T/strings" | tr '\n' ' ')"

# --- Sent ------------------------------------------------------------------------
# Bodies are put together byte by byte; a repeated text is spelled out by jq.
# After them come the applications whose titles a hostile central will replace.
start_central
add_officer anna officer,decider bygg
mkdir "$T/in" "$T/answers"
awk -F'\t' '$3 == "rep" { print $1 "\t" $4 }' "$T/strings" |
	jq -rR 'split("\t") | .[1] |= (fromjson | .[0] * .[1] + .[2] | tojson) | join("\t")' >"$T/rep"
awk -F'\t' '$3 ~ /^json/ { print $1 "\t" $4 }' "$T/strings" >"$T/bodies"
cat "$T/rep" >>"$T/bodies"
awk -F'\t' '$3 == "hex" { print $1, $4 }' "$T/strings" | while read -r id hex; do
	printf '%s\t"' "$id"
	printf '%s' "$hex" | xxd -r -p
	printf '"\n'
done >>"$T/bodies"
awk -F'\t' '$3 == "hex" && $1 != "H351" || $1 == "H311" || $1 == "H313" { print $1 "c\t\"carrier " $1 "\"" }' "$T/strings" >>"$T/bodies"
LC_ALL=C awk -F'\t' -v dir="$T" -v url="$URL" '{
	i = index($0, "\t")
	file = dir "/in/" $1
	printf "{\"title\":%s,\"party\":{\"name\":\"Britt Ek\"},\"channel\":\"e-service\"}", substr($0, i + 1) >file
	close(file)
	if (NR > 1) print "next"
	print "url = " url "/v1/intake/BYGGLOV_NYBYGGNAD"
	print "header = \"Content-Type: application/json\"\nheader = \"Idempotency-Key: " $1 "\"\nsilent\nshow-error"
	print "data-binary = \"@" file "\"\noutput = " dir "/answers/" $1
	print "write-out = \"" $1 " %{http_code} %{content_type}\\n\""
}' "$T/bodies" >"$T/curl"
curl --config "$T/curl" >"$T/codes" || bail "curl: exit $?"

refused="H318 H319 H320 H321 H324 H325 H326 H327 H328 H329 H330 H331 H311 H313"
refused="$refused $(awk -F'\t' '$3 == "hex" && $1 != "H351" { print $1 }' "$T/strings" | tr '\n' ' ')"
wrong=''
for id in $refused; do
	want=400
	[ "$id" = H311 ] && want=413
	code=$(sed -n "s/^$id //p" "$T/codes")
	[ "$code" = "$want application/problem+json" ] || wrong="$wrong $id:$code"
	# It says what is wrong and where: the member, or the place in the text.
	jq -r .detail "$T/answers/$id" 2>/dev/null | grep -q -e '"title"' -e 'line 1, column' -e 'deeper than' ||
		wrong="$wrong $id:$(cat "$T/answers/$id")"
done
is "what is no text, or none, is refused, with its place" "$wrong" ""
is "the megabyte is measured" "$(jq -r '.code, .detail' "$T/answers/H311" | tr '\n' ' ')" \
	'field-too-long "title" has 1048576 bytes; the limit is 32768 '
no=$(echo "$refused" | wc -w) carriers=$(grep -c '^H...c' "$T/bodies")
is "all others are taken" "$(grep -c ' 201 ' "$T/codes")" $((count - no + carriers))
is "which is every one" "$(grep -cv -e ' 201 ' -e ' 400 ' -e ' 413 ' "$T/codes")" 0
(cd "$T/answers" && jq -r 'select(.diary_no) | [input_filename, .diary_no] | @tsv' H*) >"$T/numbers"

# --- Kept ------------------------------------------------------------------------
# Each accepted title as JSON, by diary number: as sent, and as stored.
awk -F'\t' 'NR == FNR { no[$1] = $2; next }
	$1 in no { print "[\"" no[$1] "\"," substr($0, index($0, "\t") + 1) "]" }' \
	"$T/numbers" "$T/bodies" | jq -c . | sort >"$T/sent"
sqlite3 "$C/central.db" "SELECT json_array(diary_no, CAST(title AS TEXT)) FROM casefile" | jq -c . | sort >"$T/kept"
is "the central keeps each title byte for byte" "$(cmp "$T/sent" "$T/kept" 2>&1)" ""
exits "and its log verifies" 0 "$CENTRAL" verify "$C"

# --- Fetched ----------------------------------------------------------------------
mkdir -p "$(home_of anna)"
printf 'key.cost = interactive\n' >"$(home_of anna)/sluss.conf"
enrol anna >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
exits "all of it is fetched" 0 sluss anna sync
exits "list gives JSON" 0 sluss_locked anna list --json
jq -c '.cases[] | [.diary_no, .title]' "$T/out" | sort >"$T/listed"
is "with each title exactly" "$(cmp "$T/sent" "$T/listed" 2>&1)" ""

# Some are worked on, so that all that is known of them is here.
number_of() {
	awk -F'\t' -v id="$1" '$1 == id { print $2 }' "$T/numbers"
}
nastiest="H190 H221 H281 H316"
for id in $nastiest; do
	sluss anna claim "$(number_of $id)" >"$T/out" 2>&1 || bail "claim: $(cat "$T/out")"
done
exits "some are claimed" 0 sluss anna sync --wait

# A central that lets through what it should not: the bytes as they are.
stop_central
awk -F'\t' '$3 == "hex" && $1 != "H351" { print $1 "\t" $4 }; $1 == "H313" { print $1 "\t" }' "$T/strings" >"$T/raw"
printf 'H311\t' >>"$T/raw"
sed -n 's/^H311	"\(.*\)"$/\1/p' "$T/rep" | tr -d '\n' | xxd -p | tr -d '\n' >>"$T/raw"
echo >>"$T/raw"
sed -i 's/^\(H...\)c	/\1	/' "$T/numbers"
awk -F'\t' 'NR == FNR { no[$1] = $2; next } { print "UPDATE base_case SET title = CAST(x'\''" $2 "'\'' AS TEXT) WHERE diary_no = '\''" no[$1] "'\'';" }' \
	"$T/numbers" "$T/raw" >"$T/update.sql"
sqlite3 "$(home_of anna)/cache.db" <"$T/update.sql" || bail "the cache cannot be written"
is "raw titles stand in the cache" "$(sqlite3 "$(home_of anna)/cache.db" "SELECT count(*) FROM base_case WHERE title LIKE 'carrier%'")" 0
shown=$(grep -vc '!refused' "$golden")

# --- Listed ------------------------------------------------------------------------
exits "list for people" 0 sluss_locked anna list
is "has a row for each" "$(wc -l <"$T/out" | tr -d ' ')" "$shown"
exits "without a control, bidi or invisible character" 0 "$TOOLS/rawcheck" --linear "$T/out"
exits "list gives JSON" 0 sluss_locked anna list --json
is "that can be read, with a row for each" "$(jq '.cases | length' "$T/out")" "$shown"

# --- On the screen --------------------------------------------------------------------
# 164 columns: the list takes 92, its column of titles 40, the preview the rest.
# 60 rows hold 54 cases: PgDn moves the cursor to the last of them, and then to
# the last of the next 54; the preview names it.
{
	echo "timeout 20"
	echo "wait Lösenfras"
	echo "type $PASSPHRASE"
	echo "key Enter"
	echo "wait Rubrik"
	echo "key 5"
	echo "wait $shown av $shown"
	at=1
	while [ "$at" -le "$shown" ]; do
		echo "wait ─ BN 2026-$at ─"
		echo "screen $T/page-$at"
		echo "key PgDn"
		at=$((at + 54 - (at == 1)))
	done
	echo "key End"
	echo "wait ─ BN 2026-$shown ─"
	echo "screen $T/page-last"
	for id in $nastiest; do
		echo "type :öppna $(number_of "$id" | cut -c4-)"
		echo "key Enter"
		echo "row 0 $(number_of "$id") $(awk -F'\t' -v id="$id" '$1 == id { print substr($2, 1, 12) }' "$golden")"
		echo "screen $T/case-$id"
		echo "key 2"
		echo "screen $T/events-$id"
		echo "key q"
		echo "wait $shown av $shown"
	done
	echo "kill TERM"
} >"$T/script"
at_screen() {
	SLUSS_HOME=$(home_of anna) "$TOOLS/ptydrive" --size 164x60 --script "$T/script" --raw "$T/pty" -- "$SLUSS"
}
exits "the whole list is paged through, and some cases opened" 0 at_screen
exits "no control, bidi or invisible character goes to the terminal" 0 "$TOOLS/rawcheck" "$T/pty"

# Each row: what stands before the title in its place, the golden form padded
# to 40 columns, and the edge of the preview.
grep -h ' BN 2026-[0-9]* .* [0-9][0-9]/[0-9][0-9] ' "$T"/page-* >"$T/rows"
LC_ALL=C awk -F'\t' '
	function width(s,    w, i, c, cp) {
		for (i = 1; i <= length(s); i++) {
			c = byte[substr(s, i, 1)]
			if (c >= 128 && c < 192) {
				cp = cp * 64 + c - 128
				if (--left) continue
			} else {
				left = c < 128 ? 0 : c < 224 ? 1 : c < 240 ? 2 : 3
				cp = c < 128 ? c : c < 224 ? c - 192 : c < 240 ? c - 224 : c - 240
				if (left) continue
			}
			if (cp >= 768 && cp <= 879 || cp >= 3655 && cp <= 3662) continue
			w += cp >= 4352 && cp <= 4447 || cp >= 11904 && cp <= 55203 || cp >= 63744 && cp <= 64255 ||
				cp >= 65281 && cp <= 65376 || cp >= 127744 ? 2 : 1
		}
		return w
	}
	BEGIN { for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = i }
	FILENAME ~ /numbers$/ { id[$2] = $1; next }
	FILENAME ~ /golden/ { golden[$1] = $2; if ($2 !~ /^!refused/) todo[$1] = 1; next }
	{
		before = substr($0, 1, 52)
		no = substr(before, 8, 12)
		sub(/ +$/, "", no)
		if (before !~ /^[> ] [N ]    BN 2026-[0-9]+ +[0-9][0-9]\/[0-9][0-9]  *[0-9]+ [dv] Britt Ek +$/ || length(before) != 52)
			print no ": the columns before the title: " before
		want = golden[id[no]]
		for (n = width(want); n < 40; n++) want = want " "
		if (index(substr($0, 53), want "│") != 1)
			print id[no] ", " no ": " substr($0, 53, 80)
		delete todo[id[no]]
	}
	END { for (i in todo) print i ": no row" }' "$T/numbers" "$golden" "$T/rows" >"$T/wrong"
is "each title stands in its golden form, its columns where they belong" "$(cat "$T/wrong")" ""
is "every string has its row" "$(cut -c8-19 "$T/rows" | sort -u | wc -l | tr -d ' ')" "$shown"
finish
