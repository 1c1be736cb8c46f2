#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Searching finds what a slow scan of all rows finds, in the same order, whatever
# is typed. CASES=1000000 asks the same of a million (some minutes).
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"
cd "$(dirname "$0")/../.." || exit 1
plain=${PLAIN:-build}
cases=${CASES:-10000}
tab=$(printf '\t')

make -s B="$plain" "$plain/tests/bench/search" >"$T/build" 2>&1 || bail "$(tail -n 20 "$T/build")"
search=$plain/tests/bench/search
exits "a cache of $cases cases is made" 0 "$search" fill "$T/cache.db" "$cases"
"$search" check "$T/cache.db" >"$T/hits" 2>"$T/err"
rc=$?
while IFS=$tab read -r right name hits wrong; do
	case $hits in
	refused) is "$name: refused" "$right$wrong" ok ;;
	*) is "$name: $hits, as a slow scan has them" "$right$wrong" ok ;;
	esac
done <"$T/hits"
is "all of them were asked" "$rc $(cat "$T/err")" "0 "
is "some found much, one thing a few times, some were refused" "$(awk -F '\t' '
	$3 == "refused" { refused++ }
	$3 + 0 > 1000 { much++ }
	$2 == "a rare word" && $3 + 0 > 0 && $3 + 0 < 100 { few++ }
	END { print (refused > 10), (much > 5), few }' "$T/hits")" "1 1 1"

# What checks must be able to find fault.
if command -v sqlite3 >/dev/null 2>&1; then
	sqlite3 "$T/cache.db" "INSERT INTO case_words(case_words, rowid, words)
		SELECT 'delete', key, words FROM base_case WHERE words LIKE '%sjöhästen%' LIMIT 1" ||
		bail "the index could not be damaged"
	exits "a case that is missing in the index is missed" 1 "$search" check "$T/cache.db"
	like "and it is said which" "$(cat "$T/out")" "no${tab}a rare word${tab}"
fi
finish
