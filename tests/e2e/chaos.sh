#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A short run of `make chaos`: eight workstations and a central through a
# network that fails, with kills, stops, full disks and a restore; then the
# judge is shown harm that it has to find.
#   SEED=N (default 1)   SECONDS_TOTAL=N (default 20)
# shellcheck source=tests/e2e/lib.sh
TOOLS=${B:-build}/tests/chaos
B=${PLAIN:-build}
. "$(dirname "$0")/lib.sh"
for p in jq sqlite3 curl; do command -v "$p" >/dev/null 2>&1 || skip_all "$p is not installed"; done

KEEP=yes TMPDIR="$T" B=$B TOOLS=$TOOLS SEED=${SEED:-1} SECONDS_TOTAL=${SECONDS_TOTAL:-20} \
	sh tests/chaos/run.sh >"$T/report" 2>&1
rc=$?
sed 's/^/# /' "$T/report"
is "after faults of all kinds everything converges, and nothing is violated" "$rc" 0
like "the report counts the restores" "$(cat "$T/report")" "restores 1"
like "and says how long healing took" "$(cat "$T/report")" "p99"
work=$(sed -n 's/^kept: //p' "$T/report")
sh tests/chaos/judge_fails.sh "$work" "$B" >"$T/harms" 2>&1
rc=$?
sed 's/^/# /' "$T/harms"
is "the judge finds each harm that is done to the files" "$rc" 0
finish
