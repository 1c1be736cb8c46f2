#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Planted bugs: each patch of this folder is applied to a copy of the tree, and
# some seed of the simulator must find it. Patches live here and never as
# switches in the product. Prints which seed finds each, and by which invariant.
#   SEEDS=N   how many seeds to try at most (default 400)
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
seeds=${SEEDS:-400}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
set -- "$top"/tests/mutants/*.patch
echo "1..$#"
n=0
# One copy with its objects: each mutant rebuilds only what it touches.
mkdir "$tmp/tree"
(cd "$top" && git ls-files -z --cached --others --exclude-standard src cache conf ui Makefile |
	tar cf - --null --ignore-failed-read -T - 2>/dev/null) | (cd "$tmp/tree" && tar xf -)
make -s -C "$tmp/tree" B=build OPT='-O1' WERROR= build/sluss-sim >"$tmp/log" 2>&1 || {
	sed 's/^/# /' "$tmp/log"
	echo "not ok 1 - the unchanged simulator builds"
	exit 1
}
for patch in "$@"; do
	n=$((n + 1))
	name=$(basename "$patch" .patch)
	if ! patch -s -p1 -d "$tmp/tree" <"$patch" >"$tmp/log" 2>&1; then
		sed 's/^/# /' "$tmp/log"
		echo "not ok $n - mutant $name applies"
		exit 1
	fi
	if ! make -s -C "$tmp/tree" B=build OPT='-O1' WERROR= build/sluss-sim >"$tmp/log" 2>&1; then
		sed 's/^/# /' "$tmp/log"
		echo "not ok $n - mutant $name builds"
	elif "$tmp/tree/build/sluss-sim" --no-shrink --seeds "1..$seeds" >"$tmp/log" 2>&1; then
		echo "not ok $n - mutant $name is found within $seeds seeds"
	else
		echo "# $(grep -m1 violates "$tmp/log" || tail -n 1 "$tmp/log")"
		if grep -q violates "$tmp/log"; then
			echo "ok $n - mutant $name is found"
		else
			echo "not ok $n - mutant $name is found by an invariant, not by a crash"
		fi
	fi
	patch -s -R -p1 -d "$tmp/tree" <"$patch" >/dev/null
done
