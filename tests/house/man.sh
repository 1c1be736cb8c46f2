#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The manuals against the tables of the programs: every key, command, option,
# verb, flag and route that there is stands in its manual, and no other.
set -u
cd "$(dirname "$0")/../.." || exit 1
SLUSS=${B:-build}/sluss
T=$(mktemp -d "${TMPDIR:-/tmp}/sluss-man.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
export SLUSS_HOME="$T/home" LC_ALL=C.UTF-8 LANGUAGE=sv
tests=0 failures=0

# check NAME FILE-OF-WHAT-IS-WRONG
check() {
	tests=$((tests + 1))
	if [ -s "$2" ]; then
		failures=$((failures + 1))
		echo "not ok $tests - $1"
		sed 's/^/#   /' "$2"
	else
		echo "ok $tests - $1"
	fi
}
# The source of a manual with its Swedish letters as they are.
plain() {
	sed -e 's/\\(oa/å/g' -e 's/\\(:a/ä/g' -e 's/\\(:o/ö/g' -e 's/\\(ha/^/g' -e 's/\\&//g' "$1"
}
command -v jq >/dev/null 2>&1 || { echo "1..0 # SKIP jq is not installed"; exit 0; }

# --- Keys and commands ----------------------------------------------------------
plain man/sluss-keys.7 | grep '^\.It' | sed -e 's/^\.It //' -e 's/^Ic //' >"$T/keys"
"$SLUSS" keys --json | jq -r '.actions[] | [.keys, .command_sv // "", .command_en // ""] | join("\t")' >"$T/actions"
awk -F '\t' -v man="$T/keys" '
BEGIN {
	while ((getline line < man) > 0) {
		split(line, c, / Ta /)
		row[++rows] = " " c[1] " "; sv[rows] = c[2]; en[rows] = c[3]
	}
}
{
	n = ($1 ~ /^[gv] /) ? 1 : split($1, key, " ")
	if ($1 ~ /^[gv] /) key[1] = $1
	for (i = 1; i <= (n ? n : 1); i++) {
		# Names of keys with a word are in the language of the screens.
		word = key[i] ~ /^(Upp|Ned|H.*ger|V.*nster)$/
		found = 0
		for (r = 1; r <= rows && !found; r++)
			found = (!n || word || index(row[r], " " key[i] " ")) && ($2 == "" || (sv[r] == $2 && en[r] == $3))
		if (!found) print key[i], $2, $3
	}
}' "$T/actions" >"$T/wrong"
[ -s "$T/actions" ] || echo "sluss keys printed nothing" >"$T/wrong"
check "every key and command stands in sluss-keys(7)" "$T/wrong"
awk -F ' Ta ' '$2 != "\"\"" { print $2 "\t" $3 }' "$T/keys" | LC_ALL=C sort -u >"$T/said"
awk -F '\t' '$2 { print $2 "\t" $3 }' "$T/actions" | LC_ALL=C sort -u | LC_ALL=C comm -23 "$T/said" - >"$T/wrong"
check "and no command that is not there" "$T/wrong"

# --- Options of sluss.conf --------------------------------------------------------
"$SLUSS" conf show --json | jq -r '.options[].name' | LC_ALL=C sort >"$T/options"
sed -n 's/^\.It Cm \([a-z._]*\) No =.*/\1/p' man/sluss.conf.5 | LC_ALL=C sort | LC_ALL=C comm -3 - "$T/options" >"$T/wrong"
[ -s "$T/options" ] || echo "sluss conf show printed nothing" >"$T/wrong"
check "the options of sluss.conf(5) are those of the program" "$T/wrong"
sed -n 's/^#\([a-z._]*\) =.*/\1/p' conf/sluss.conf | grep -v '^case\.' | LC_ALL=C sort | LC_ALL=C comm -3 - "$T/options" >"$T/wrong"
check "so are those of the shipped sluss.conf" "$T/wrong"

# --- Verbs and their flags ----------------------------------------------------------
"$SLUSS" --help | sed -n 's/^  \([a-z]*\), \([^ ]*\)  .*/\1 \2/p' >"$T/verbs"
plain man/sluss.1 >"$T/sluss.1"
: >"$T/wrong"
: >"$T/flags"
while read -r verb alias; do
	"$SLUSS" "$verb" --help | grep -o -- '--[a-z][a-z-]*' >>"$T/flags"
	[ "$verb" = help ] && continue
	grep '^\.It Cm '"$verb"' ' "$T/sluss.1" | grep -q "Cm $alias\$" || echo "$verb ($alias)" >>"$T/wrong"
done <"$T/verbs"
[ -s "$T/verbs" ] || echo "sluss --help printed no verb" >"$T/wrong"
check "every verb stands in sluss(1), with its Swedish name" "$T/wrong"
LC_ALL=C sort -u "$T/flags" | while read -r flag; do
	grep -q "Fl .*-${flag#--}\\( \\|\$\\)" "$T/sluss.1" || echo "$flag"
done >"$T/wrong"
check "every option of a verb stands in sluss(1)" "$T/wrong"

# --- The filter language -----------------------------------------------------------
# Each row of the tables of words: "sv en".
sed -n 's/^\t{ "\([^"]*\)", "\([^"]*\)",.* \(BY\|IS\)_[A-Z]* },.*/\1 \2/p; s/^\t{ "\([^"]*\)", "\([^"]*\)",.*, true,$/\1 \2/p' \
	src/domain/filter_words.c | LC_ALL=C sort >"$T/words"
plain man/sluss-filter.7 | sed -n 's/^\.It Cm \([^ ]*\) Ta \([^ ]*\) Ta .*/\1 \2/p' | LC_ALL=C sort | LC_ALL=C comm -3 - "$T/words" >"$T/wrong"
[ -s "$T/words" ] || echo "no word was found in filter_words.c" >"$T/wrong"
check "the fields and flags of sluss-filter(7) are those of the program" "$T/wrong"

# --- The central's commands and options ---------------------------------------------
plain man/sluss-central.8 >"$T/central.8"
"${SLUSS}-central" --help | sed -n 's/^.*sluss-central \([a-z][a-z-]*\).*/\1/p' | LC_ALL=C sort -u >"$T/commands"
while read -r command; do
	grep -q "^\.It Cm $command\( \|\$\)" "$T/central.8" || echo "$command"
done <"$T/commands" >"$T/wrong"
[ -s "$T/commands" ] || echo "sluss-central --help printed nothing" >"$T/wrong"
check "every command of the central stands in sluss-central(8)" "$T/wrong"
"${SLUSS}-central" --help | grep -o -- '--[a-z][a-z-]*' | LC_ALL=C sort -u | while read -r flag; do
	grep -q "Fl -$(echo "$flag" | cut -c 3-)\( \|\$\)" "$T/central.8" || echo "$flag"
done | grep -vx -- --help >"$T/wrong"
check "and every option" "$T/wrong"

# --- Routes ------------------------------------------------------------------------
sed -n 's/^\t{ "\([A-Z]*\)", "\([^"]*\)", .*handle_.*/\1 \2/p' src/central/router.c >"$T/routes"
MANWIDTH=200 mandoc -Tascii -O width=200 man/sluss-api.7 | col -b | tr -s ' \t' '  ' >"$T/api"
while read -r _ pattern; do
	# shellcheck disable=SC2001
	grep -qE "$(echo "$pattern" | sed 's/\*/[a-z0-9-]+/g')([ ?,.&]|\$)" "$T/api" || echo "$pattern"
done <"$T/routes" >"$T/wrong"
[ -s "$T/routes" ] || echo "no route was found in router.c" >"$T/wrong"
check "every route stands in sluss-api(7)" "$T/wrong"
echo "1..$tests"
[ "$failures" = 0 ]
