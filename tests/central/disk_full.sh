#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A full disk: every answer says so, nothing is half-written, and with room
# again the same applications go in once each.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

mkdir "$work/small"
if ! mount -t tmpfs -o size=2m tmpfs "$work/small" 2>/dev/null; then
	rmdir "$work/small"
	skip "a full disk" "a small tmpfs cannot be mounted here"
	done_testing
	exit 0
fi
"$central" init "$work/small/c" --conf conf/casetypes >/dev/null || exit 1
start "$work/small/c" || exit 1
fill=$(head -c 20000 /dev/zero | tr '\0' a)
n=0 taken=0
status=201
while [ "$status" = 201 ] && [ "$n" -lt 400 ]; do
	n=$((n + 1))
	apply "k$n" "{\"title\":\"$fill $n\"}"
	[ "$status" != 201 ] || taken=$((taken + 1))
done
is "at last the disk is full, with 503" "$status" 503
has "and the answer says so" "$body" "disk"
ask "$url/healthz"
is "the server still answers" "$status" 200
stop
"$central" verify "$work/small/c" >"$work/said.txt" 2>&1
is "what was taken verifies" $? 0
has "all of it and no more" "$(cat "$work/said.txt")" "$taken cases, $((taken * 2)) entries"
mount -o remount,size=8m "$work/small"
start "$work/small/c"
is "with room it starts" $? 0
apply "k$n" "{\"title\":\"$fill $n\"}"
is "and takes the one that was refused" "$status" 201
apply k1 "{\"title\":\"$fill 1\"}"
is "and knows the ones that were taken" "$status" 200
stop
"$central" verify "$work/small/c" >/dev/null
is "and all of it verifies" $? 0
done_testing
