#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The ten longest functions, and how long functions are on the whole.
set -eu
cd "$(dirname "$0")/.."
find src ui cache conf -name '*.c' -exec awk '
	FNR == 1 { start = 0 }
	/^[a-zA-Z].*\(/ && !/;[ \t]*$/ { name = $0; at = FNR }
	/^\{/ { start = FNR }
	/^\}/ {
		if (start) printf "%d %s:%d %s\n", FNR - start - 1, FILENAME, at, substr(name, 1, 70)
		start = 0
	}' {} + | sort -rn >"${TMPDIR:-/tmp}/sluss-worst.$$"
trap 'rm -f "${TMPDIR:-/tmp}/sluss-worst.$$"' EXIT
head -n 10 "${TMPDIR:-/tmp}/sluss-worst.$$"
awk '{ n[NR] = $1 } END {
	printf "%d functions; median %d lines, nine in ten at most %d\n",
		NR, n[int((NR + 1) / 2)], n[int(NR / 10) + 1] }' "${TMPDIR:-/tmp}/sluss-worst.$$"
