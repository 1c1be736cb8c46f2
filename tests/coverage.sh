#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Which branches of the rules (src/domain) and of the sync core (src/sync) the
# tests take, by gcov: their unit tests and those that run both over the real
# central (tests/unit/sim), then SEEDS seeds of the simulator besides; the two are
# told apart. And conditions of decisions (MC/DC) by clang-19 where it is installed.
#   SEEDS=N   of the simulator (default 60)
#   LIST=1    name each line with a branch that no unit test took
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
seeds=${SEEDS:-60}
tests=$(ls tests/unit/domain/test_*.c tests/unit/sync/test_*.c tests/unit/sim/test_*.c | sed 's/\.c$//')
log=build/coverage.log

# build COMPILER FOLDER FLAGS LINKFLAGS
build() {
	# shellcheck disable=SC2046,SC2086
	make -s -j"$jobs" CC="$1" B="$2" WERROR= HARDEN= OPT="-O0 -g $3" SANLINK="$4" \
		$(for t in $tests; do echo "$2/$t"; done) "$2/sluss-sim" >"$log" 2>&1 || { cat "$log"; exit 1; }
}
# run_units, run_seeds FOLDER: a test that fails has no place here
run_units() {
	for t in $tests; do
		FAULTS=1 LLVM_PROFILE_FILE="$1/raw/%p.profraw" "$1/$t" >"$log" 2>&1 || { cat "$log"; exit 1; }
	done
}
run_seeds() {
	LLVM_PROFILE_FILE="$1/raw/%p.profraw" "$1/sluss-sim" --seeds "1..$seeds" >"$log" 2>&1 || { cat "$log"; exit 1; }
}
# report: each file that lacks a branch, and both layers
report() {
	for src in src/domain/*.c src/sync/*.c; do
		gcov -b -n -o "build/cov/$(dirname "$src")" "build/cov/${src%.c}.o" 2>/dev/null |
			awk -v f="$src" '
				/^File / { mine = $2 == "\047" f "\047" }
				mine && /^Lines executed/ { split($0, a, /[:% ]+/); lines = a[3]; n = a[5] }
				mine && /^Taken at least/ { split($0, a, /[:% ]+/); taken = a[5]; of = a[7] }
				END { printf "%s %d %.2f %d %.2f\n", f, n, lines, of, taken }'
	done | awk '
		{
			split($1, d, "/"); layer = d[2]
			ln[layer] += $2; lc[layer] += $2 * $3 / 100; bn[layer] += $4; bc[layer] += $4 * $5 / 100
			if ($5 < 100 && $4) printf "  %-28s lines %6.1f %%   branches %6.1f %% of %d\n", $1, $3, $5, $4
			else whole++
		}
		END {
			printf "  %d other files: every branch\n", whole
			for (l in ln)
				printf "%-8s lines %5.1f %% of %d   branches %5.1f %% of %d\n", l,
					100 * lc[l] / ln[l], ln[l], 100 * bc[l] / bn[l], bn[l]
		}'
}
# list: lines with a branch that was never taken
list() {
	for src in src/domain/*.c src/sync/*.c; do
		gcov -b -c -t -o "build/cov/$(dirname "$src")" "build/cov/${src%.c}.o" 2>/dev/null | awk -v f="$src" '
			/^ *-: *0:Source:/ { mine = $0 ~ f "$"; next }
			/^branch .*(taken 0|never executed)/ { if (mine && !said) print f ":" line; said = 1; next }
			/^ *[-0-9#*]+\*?: *[0-9]+:/ { split($0, a, ":"); line = a[2] + 0 ": " substr($0, index($0, a[3])); said = 0 }'
	done
}

mkdir -p build
build gcc build/cov --coverage --coverage
find build/cov -name '*.gcda' -delete
run_units build/cov
echo "branches taken, gcc $(gcc -dumpfullversion), unit tests alone"
report
if [ -n "${LIST:-}" ]; then
	list
fi
run_seeds build/cov
echo "branches taken, gcc $(gcc -dumpfullversion), unit tests and $seeds seeds of the simulator"
report

if command -v clang-19 >/dev/null 2>&1 && command -v llvm-cov-19 >/dev/null 2>&1; then
	b=build/mcdc
	build clang-19 $b "-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc" -fprofile-instr-generate
	rm -rf $b/raw
	run_units $b
	run_seeds $b
	llvm-profdata-19 merge -o $b/all.profdata $b/raw/*.profraw
	echo "conditions that alone decide (MC/DC), clang-19, unit tests and $seeds seeds"
	# shellcheck disable=SC2046
	llvm-cov-19 report $b/sluss-sim $(for t in $tests; do echo "-object $b/$t"; done) -instr-profile=$b/all.profdata \
		--show-mcdc-summary --show-region-summary=false src/domain src/sync 2>/dev/null |
		awk '/\.c / { printf "  %-28s %7s of %d\n", "src/" $1, $NF, $(NF - 2) }
			/^TOTAL/ { printf "in all  %s of %d conditions\n", $NF, $(NF - 2) }'
else
	echo "MC/DC: clang-19 and llvm-19 are not installed; conf/deps.sh coverage installs them"
fi
