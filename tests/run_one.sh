#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One test program, its output in build/test-logs. For run.sh.
# Usage: run_one.sh COMPILER TEST
set -u
first=$1 t=$2
log=build/test-logs/$(echo "$t" | tr '/' '_').log
case $t in
*.sh) B="build/san-$first" PLAIN=build timeout 1500 sh "$t" >"$log" 2>&1 </dev/null ;;
*) timeout 600 "$t" >"$log" 2>&1 </dev/null ;;
esac
echo "exit $?" >>"$log"
echo "ran $t"
