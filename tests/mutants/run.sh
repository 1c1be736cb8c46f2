#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Planted bugs: each patch of this folder takes one rule out of a copy of the
# tree, and an invariant of the simulator must find it. Patches live here and
# never as switches in the product. Their second line says what they break, and
# in brackets which of the twenty-five failures of offline clients that is; a
# line "# sluss-sim OPTIONS" says in what world it is looked for, and a line
# "# finds INVARIANT..." by which invariants: what another one says first is
# passed over, so that a checker that has gone blind is not covered by the rest.
# Prints the mutation table: mutant, failure, invariant, seed, and how many
# seeds it took (the median over several ranges of seeds with TABLE=1).
#   TABLE=1   five ranges of seeds each, for the medians
#   SEEDS=N   how many seeds of a range to try at most (default 300)
#   JOBS=N    how many mutants at once (default 2)
#   ONLY=WORD only mutants with it in their name
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
seeds=${SEEDS:-300} jobs=${JOBS:-2}
ranges=1
[ -n "${TABLE:-}" ] && ranges=5
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

build() { # TREE LOG
	make -s -C "$1" B=build OPT=-O1 WERROR= build/sluss-sim >"$2" 2>&1
}

# The first finding by one of the invariants that are wanted, in $3.run: its seed
# and its name. Exit code: that of the last run.
first_of() { # FROM TO OUT PROGRAM OPTION WANTED
	at=$1 finding=
	while [ "$at" -le "$2" ]; do
		code=0
		timeout 300 "$4" --no-shrink ${5:+"$5"} --seeds "$at..$2" >"$3.run" 2>&1 || code=$?
		finding=$(sed -n 's/^seed \([0-9]*\) violates \([^:]*\):.*/\1 \2/p' "$3.run" | head -n 1)
		case "${6:+ $6 }" in '' | *" ${finding##* } "*) return "$code" ;; esac
		[ -n "$finding" ] || return "$code"
		echo "${finding##* }" >>"$3.others"
		at=$((${finding%% *} + 1)) finding='' code=0
	done
	return 0
}

# The seeds that it took in each range, the first finding first: lines of
# "COUNT SEED INVARIANT". A range that finds nothing gives "-". A seed at which
# the unchanged program is found as well shows nothing: the hunt goes on behind
# it, and after five of them it is "unfair".
hunt() { # PROGRAM OUT OPTION WANTED
	: >"$2"
	: >"$2.others"
	r=0
	while [ "$r" -lt "$ranges" ]; do
		from=$((r * 1000000 + 1))
		start=$from fair='' tries=0
		while [ -z "$fair" ] && [ "$tries" -lt 5 ] && [ "$start" -lt $((from + seeds)) ]; do
			code=0 fair=1 tries=$((tries + 1))
			first_of "$start" "$((from + seeds - 1))" "$2" "$1" "$3" "$4" || code=$?
			[ -z "$finding" ] || "$tmp/unchanged" --no-shrink ${3:+"$3"} --seed "${finding%% *}" >"$2.run" 2>&1 || fair=''
			start=$((${finding%% *} + 1))
		done
		if [ -z "$fair" ]; then
			echo "unfair ${finding%% *}" >>"$2"
		elif [ -n "$finding" ]; then
			echo "$((${finding%% *} - from + 1)) $finding" >>"$2"
		elif [ "$code" = 0 ]; then
			echo - >>"$2"
		else
			echo "crash $(tail -n 1 "$2.run")" >>"$2"
		fi
		r=$((r + 1))
	done
}

# One mutant in one tree; the answer is a line of the table or a complaint.
try() { # TREE PATCH
	name=$(basename "$2" .patch) log=$tmp/$(basename "$2" .patch)
	if ! patch -s -F0 -p1 -d "$1" <"$2" >"$log.log" 2>&1; then
		echo "does not apply" >"$log.bad"
		return
	fi
	if build "$1" "$log.log"; then
		hunt "$1/build/sluss-sim" "$log.found" "$(sed -n 's/^# sluss-sim //p' "$2")" \
			"$(sed -n 's/^# finds //p' "$2")"
	else
		echo "does not build" >"$log.bad"
	fi
	patch -s -R -p1 -d "$1" <"$2" >/dev/null
}

worker() { # NUMBER PATCH...
	k=$1
	shift
	i=0
	for patch in "$@"; do
		[ $((i % jobs)) = "$k" ] && try "$tmp/tree$k" "$patch"
		i=$((i + 1))
	done
}

set -- "$top"/tests/mutants/*"${ONLY:-}"*.patch
echo "1..$#"
mkdir "$tmp/tree0"
(cd "$top" && git ls-files -z --cached --others --exclude-standard src cache conf ui Makefile |
	tar cf - --null --ignore-failed-read -T - 2>/dev/null) | (cd "$tmp/tree0" && tar xf -)
# One copy with its objects for each worker: a mutant rebuilds what it touches.
if ! make -s -j"$jobs" -C "$tmp/tree0" B=build OPT=-O1 WERROR= build/sluss-sim >"$tmp/log" 2>&1; then
	sed 's/^/# /' "$tmp/log"
	echo "not ok 1 - the unchanged simulator builds"
	exit 1
fi
cp "$tmp/tree0/build/sluss-sim" "$tmp/unchanged"
k=1
while [ "$k" -lt "$jobs" ]; do
	cp -a "$tmp/tree0" "$tmp/tree$k"
	k=$((k + 1))
done
k=0
while [ "$k" -lt "$jobs" ]; do
	worker "$k" "$@" &
	k=$((k + 1))
done
wait

printf '# %-26s %-8s %-10s %8s %7s\n' mutant failure invariant seed median
n=0
for patch in "$@"; do
	n=$((n + 1))
	name=$(basename "$patch" .patch) log=$tmp/$(basename "$patch" .patch)
	number=$(sed -n '2s/.*\[\([0-9 ]*\)\].*/\1/p' "$patch")
	if [ -f "$log.bad" ]; then
		sed 's/^/# /' "$log.log"
		echo "not ok $n - mutant $name: $(cat "$log.bad")"
	elif grep -q '^crash' "$log.found" 2>/dev/null; then
		echo "not ok $n - mutant $name is found by an invariant, not by a crash: $(grep -m1 '^crash' "$log.found")"
	elif grep -q '^unfair' "$log.found" 2>/dev/null; then
		echo "not ok $n - mutant $name is found where the unchanged program holds (seed $(sed -n 's/^unfair //p' "$log.found" | head -n 1))"
	elif grep -q '^[0-9]' "$log.found" 2>/dev/null; then
		# A range without a finding counts as more than all its seeds.
		median=$(sed "s/^-$/$((seeds + 1))/" "$log.found" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
		[ "$median" -gt "$seeds" ] && median=">$seeds"
		first=$(grep -m1 '^[0-9]' "$log.found")
		seed=${first#* }
		printf '# %-26s %-8s %-10s %8s %7s\n' "$name" "${number:--}" \
			"${first##* }" "${seed% *}" "$median"
		echo "ok $n - mutant $name is found"
	else
		others=$(sort -u "$log.found.others" 2>/dev/null | tr '\n' ' ')
		echo "not ok $n - mutant $name is found within $seeds seeds of $ranges ranges${others:+ (only by $others)}"
	fi
done
