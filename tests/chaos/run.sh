#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Real programs, a network that fails, kills, stops, full disks, restores.
# Prints what was done, how long healing took, and what was violated. The same
# seed makes the same choices; the timing is the machine's. See chaos.h.
#   B=DIR             the programs (default build)
#   TOOLS=DIR         those of the tests, where they are not in $B/tests
#   SECONDS_TOTAL=N   how long faults are made (default 600)
#   SEED=N            default 1
#   KEEP=yes          leave the folder in any case; a violation leaves it too
# Small disks need the right to mount; without it there are none.
set -u
cd "$(dirname "$0")/../.." || exit 3
B=${B:-build}
TOOLS=${TOOLS:-$B/tests/chaos}
LC_ALL=C.UTF-8 LANGUAGE=sv TZ=UTC
export LC_ALL LANGUAGE TZ
unset SLUSS_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME NO_COLOR
for p in jq sqlite3 curl; do
	command -v "$p" >/dev/null || { echo "chaos: $p is not installed" >&2; exit 3; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/sluss-chaos.XXXXXX") || exit 3
export HOME="$work"
driver=
unmount() {
	for d in "$work"/home-6 "$work"/home-7 "$work"/central; do
		! mountpoint -q "$d" 2>/dev/null || umount "$d" 2>/dev/null || umount -l "$d"
	done
}
leave() {
	rc=$?
	trap - EXIT
	[ -z "$driver" ] || { kill "$driver" && wait "$driver"; } 2>/dev/null
	# What is kept outlives the disks it lay on.
	if [ "$rc" = 1 ] || [ "${KEEP:-}" = yes ]; then
		for d in home-6 home-7 central; do
			cp -a "$work/$d" "$work/kept-$d"
		done
		unmount
		for d in home-6 home-7 central; do
			rm -rf "${work:?}/$d"
			mv "$work/kept-$d" "$work/$d"
		done
		echo "kept: $work"
	else
		unmount
		rm -rf "$work"
	fi
	exit "$rc"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

# The judge of this run, whatever becomes of the file meanwhile.
cp tests/chaos/judge.sh "$work/judge.sh"
mkdir "$work/central"
small=no
if mount -t tmpfs -o size=48m,mode=0700 tmpfs "$work/central" 2>/dev/null; then
	small=yes
	for n in 6 7; do
		mkdir "$work/home-$n"
		mount -t tmpfs -o size=8m,mode=0700 tmpfs "$work/home-$n" || exit 3
	done
else
	echo "# no disk can be mounted here: none is small"
fi
"$TOOLS/chaos" --bin "$B" --tools "$TOOLS" --work "$work" --judge "$work/judge.sh" \
	--seed "${SEED:-1}" --seconds "${SECONDS_TOTAL:-600}" --small-central "$small" &
driver=$!
wait "$driver"
rc=$?
driver=
exit "$rc"
