#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# All tests: unit tests under ASan and UBSan, built with gcc and with clang;
# shell tests (end to end, crash, house) against the gcc build of these.
# Every test program prints TAP. Usage: run.sh [PATTERN]  (only names with it)
#   JOBS=N      how many at once (default: processors)
#   COMPILERS   "gcc clang"
set -u
cd "$(dirname "$0")/.." || exit 1
pattern=${1:-}
jobs=${JOBS:-$(nproc)}
compilers=${COMPILERS:-gcc clang}
logs=build/test-logs
rm -rf "$logs"
mkdir -p "$logs"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:exitcode=99}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
export CMOCKA_MESSAGE_OUTPUT=TAP
[ -n "${SLUSS_DATA:-}" ] || echo "SLUSS_DATA is not set: tests that need the shared data are skipped."

# 1. Build: plain programs (crash sweeps, simulator, demo), then sanitised.
echo "building"
make -s -j"$jobs" all >"$logs/build-plain" 2>&1 || { cat "$logs/build-plain"; exit 1; }
first=
for cc in $compilers; do
	# Of the second compiler the simulator too: its traces are compared.
	what="unit build/san-$cc/sluss-sim"
	[ -n "$first" ] || what="all unit tools"
	first=${first:-$cc}
	# shellcheck disable=SC2086
	make -s -j"$jobs" CC="$cc" SAN=1 B="build/san-$cc" $what >"$logs/build-$cc" 2>&1 ||
		{ cat "$logs/build-$cc"; exit 1; }
done

# 2. The list of what runs: unit tests of each compiler, then shell tests.
list=$logs/list
: >"$list"
for cc in $compilers; do
	find "build/san-$cc/tests/unit" -type f -perm -u+x -name 'test_*' 2>/dev/null | LC_ALL=C sort >>"$list"
done
find tests/house tests/central tests/e2e tests/crash tests/mutants -name '*.sh' ! -name lib.sh 2>/dev/null | LC_ALL=C sort >>"$list"
if [ -n "$pattern" ]; then
	grep -- "$pattern" "$list" >"$list.some" || true
	mv "$list.some" "$list"
fi

# 3. Run, the long ones first. A program that dies, or that prints no test,
# counts as one failure.
long='tests/crash|tests/mutants|tests/house/simulator|tests/e2e/race|tests/e2e/offline|tests/e2e/tamper'
{ grep -E "$long" "$list"; grep -vE "$long" "$list"; } >"$list.order"
xargs -P "$jobs" -n 1 sh tests/run_one.sh "$first" <"$list.order"

# 4. Count.
passed=0 failed=0 skipped=0
while read -r t; do
	log=$logs/$(echo "$t" | tr '/' '_').log
	# shellcheck disable=SC2046
	set -- $(awk '
		/^[ \t]*(not )?ok [0-9]+.*# SKIP/ { s++; next }
		/^1\.\.0 # SKIP/ { s++; next }
		/^[ \t]*not ok [0-9]/ { f++; next }
		/^[ \t]*ok [0-9]/ { p++ }
		/^exit / { rc = $2 }
		END {
			if (rc != 0 && !f) f++
			if (!p && !f && !s) f = 1
			print p + 0, f + 0, s + 0
		}' "$log")
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	if [ "$2" != 0 ]; then
		echo "FAILED: $t"
		grep -v '^[ \t]*ok ' "$log" | tail -n 60 | sed 's/^/    /'
	elif [ "$3" != 0 ]; then
		echo "skipped in $t:"
		grep -B1 '# SKIP' "$log" | sed 's/^/    /' | head -n 12
	fi
done <"$list"
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
