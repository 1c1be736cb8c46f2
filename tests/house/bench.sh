#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The bench runs: every figure is there and is a number. How large it is, is
# not asked: this machine may be doing other things.
. "$(dirname "$0")/../e2e/lib.sh"
cd "$(dirname "$0")/../.." || exit 1
plain=${PLAIN:-build}
command -v jq >/dev/null || skip_all "jq is not installed"

make -s B="$plain" bench-programs >"$T/build" 2>&1 || bail "$(tail -n 20 "$T/build")"
mkdir "$T/b" && ln -s "$PWD/$plain/sluss" "$PWD/$plain/sluss-central" "$PWD/$plain/tests" "$T/b/"
exits "the small bench runs to its end" 0 env B="$T/b" SMALL=1 sh tests/bench/run.sh
is "every line it writes is JSON" "$(jq -c . "$T/b/bench.json" 2>&1 | wc -l)" "$(wc -l <"$T/b/bench.json")"
is "the machine is named" "$(jq -r '.machine.cores // empty' "$T/b/bench.json")" "$(nproc)"
for id in P1 P2 P3 P4 P6; do
	n=$(jq -r --arg id $id 'select(.id == $id) | .ours.p50 | select(type == "number" and . > 0)' "$T/b/bench.json" | wc -l)
	all=$(jq -r --arg id $id 'select(.id == $id) | .what' "$T/b/bench.json" | wc -l)
	is "every figure of $id is a number ($all)" "$n" "$all"
	[ "$all" -gt 0 ] || fail "$id is measured"
done
for id in P1 P3 P6; do
	like "$id stands beside its limit" "$(jq -r --arg id $id 'select(.id == $id) | .limit.p50 // empty' "$T/b/bench.json" | head -n 1)" "."
done
is "each search has the hits of a slow scan" "$(jq -r 'select(.unit == "searches") | .holds' "$T/b/bench.json")" yes
is "the table has a line for each" "$(grep -c '^P[0-9]' "$T/out")" "$(jq -r 'select(.id) | .id' "$T/b/bench.json" | wc -l)"
finish
