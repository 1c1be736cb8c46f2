#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A home that can't be written: what was fetched is read all the same, and what
# is wrong is said; nobody is told to enrol a home that is enrolled. Needs the
# right to mount.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p "$T/disk"
mount -t tmpfs -o size=4m,mode=0700 tmpfs "$T/disk" 2>/dev/null || skip_all "mounting is not allowed here"
unmount() { umount "$T/disk" 2>/dev/null; }
trap 'unmount; cleanup' EXIT
home_of() { echo "$T/disk/home-$1"; }

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
one=$(apply BYGGLOV_TILLBYGGNAD w-1 "Carport vid Ekvägen" "Åkesson, Britt")
enrol britt.a >/dev/null 2>&1 || bail "enrol"
exits "the case is fetched" 0 sluss britt.a sync
exits "and listed" 0 sluss_locked britt.a list
is "by its number" "$(grep -c "$one" "$T/out")" 1

reads() { # NAME
	exits "$1: list" 0 sluss_locked britt.a list
	is "$1: the case is there" "$(grep -c "$one" "$T/out")" 1
	like "$1: what is wrong is said" "$(cat "$T/err")" "kan inte skrivas"
	exits "$1: show" 0 sluss_locked britt.a show "$one"
	sluss_locked britt.a doctor >"$T/out" 2>/dev/null
	is "$1: doctor does not advise enrolling" "$(grep -c 'sluss enrol' "$T/out")" 0
	is "$1: nor say that nothing was fetched" "$(grep -c 'inget är hämtat' "$T/out")" 0
	like "$1: but what is wrong" "$(cat "$T/out")" "kan inte skrivas"
	sluss britt.a note "$one" "$T/text" >"$T/out" 2>"$T/err"
	is "$1: nothing can be signed" "$([ $? -ne 0 ] && echo refused)" refused
}

echo "Ord" >"$T/text"
dd if=/dev/zero of="$T/disk/fill" bs=4096 2>/dev/null
dd if=/dev/zero of="$T/disk/fill2" bs=1 2>/dev/null
reads "full disk"
rm -f "$T/disk/fill" "$T/disk/fill2"
exits "with room again it works as before" 0 sluss britt.a note "$one" "$T/text"
exits "sync" 0 sluss britt.a sync

mount -o remount,ro "$T/disk" || bail "remount"
reads "read only"
mount -o remount,rw "$T/disk"
exits "enrolled as before" 0 sluss_locked britt.a who

exits "looking for a home makes none" 4 env SLUSS_HOME="$T/no/such/home" "$SLUSS" list
is "no folder was made" "$(ls -d "$T/no" 2>/dev/null)" ""
finish
