#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A copy of a central that serves, and the way back from it.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

# says NAME CODE PART COMMAND...: exit code and a part of what was said
says() {
	name=$1 wanted=$2 part=$3
	shift 3
	out=$("$@" 2>&1)
	is "$name" $? "$wanted"
	has "and it says so" "$out" "$part"
}
sum() {
	(cd "$1" && find . -type f ! -name lock -exec sha256sum {} + | LC_ALL=C sort -k2)
}
epoch() {
	ask "$url/v1/api-info"
	printf '%s' "$body" | sed 's/.*"epoch":"\([^"]*\)".*/\1/'
}

"$central" init "$work/c" --conf conf/casetypes >/dev/null || exit 1
start "$work/c" || exit 1
apply a '{"title":"Ett"}'
before=$(epoch)

# --- Made while it serves -------------------------------------------------------------
says "a backup is made while the central serves" 0 "2 entries" "$central" backup "$work/c" "$work/b1"
is "it is for its owner alone" "$(stat -c %a "$work/b1" "$work/b1/keys/central.key" "$work/b1/central.db" "$work/b1/manifest.json" | tr '\n' ' ')" "700 600 600 600 "
is "and nothing is left aside" "$([ -e "$work/b1.new" ] && echo left)" ""
says "it verifies" 0 "holds: 1 cases, 2 entries" "$central" verify "$work/b1"
one=$(sum "$work/b1")
says "a folder that is there is not written over" 1 "name a new folder" "$central" backup "$work/c" "$work/b1"
is "the first stays as it is" "$(sum "$work/b1")" "$one"
apply b '{"title":"Två"}'
ask "$url/v1/api-info"
is "the central goes on meanwhile" "$status" 200
says "a folder that is served is not restored into" 1 "stop that first" "$central" restore "$work/b1" "$work/c"
stop
size=$("$central" verify "$work/c" --json | sed 's/.*"entries":\([0-9]*\).*/\1/')

# --- What cannot be taken changes nothing ------------------------------------------------
all=$(sum "$work/c")
cp -r "$work/b1" "$work/bad"
printf x | dd of="$work/bad/central.db" bs=1 seek=9000 conv=notrunc 2>/dev/null
says "a backup with a changed byte is refused" 2 "another SHA-256" "$central" restore "$work/bad" "$work/c"
says "and verify finds it, with 10" 10 "central.db" "$central" verify "$work/bad"
truncate -s -4096 "$work/bad/central.db"
says "so is one that was cut" 2 "another length" "$central" restore "$work/bad" "$work/c"
rm "$work/bad/keys/central.key"
cp "$work/b1/central.db" "$work/bad/central.db"
says "or lacks a file" 2 "keys/central.key" "$central" restore "$work/bad" "$work/c"
cp -r "$work/b1/." "$work/bad"
sed 's/"size":[0-9]*/"size":3/' "$work/b1/manifest.json" >"$work/bad/manifest.json"
says "a manifest that was changed is not believed" 2 "not what the central signed" "$central" restore "$work/bad" "$work/c"
printf '{' >"$work/bad/manifest.json"
says "nor one that cannot be read" 2 "cannot be read" "$central" restore "$work/bad" "$work/c"
says "a folder without one is no backup" 1 "no backup" "$central" restore "$work/c/conf" "$work/c"
"$central" init "$work/other" --conf conf/casetypes >/dev/null
says "another central's folder is left alone" 1 "another key" "$central" restore "$work/b1" "$work/other"
cp "$work/b1/keys/central.key" "$work/other/keys/central.key"
says "also with the key" 1 "is the database of central" "$central" restore "$work/b1" "$work/other"
says "a backup is not restored into" 78 "is a backup itself" "$central" restore "$work/b1" "$work/b1"
says "nor copied as a central" 78 "is a backup itself" "$central" backup "$work/b1" "$work/b3"
says "nor is there a restore to accept in it" 78 "is a backup" "$central" accept-restore "$work/b1"
says "its status tells what it is" 0 "this folder is one itself" "$central" status "$work/b1"
is "which leaves it whole" "$(sum "$work/b1")" "$one"
says "a backup is not served" 78 "is a backup" timeout 20 "$central" serve "$work/b1" --listen 127.0.0.1:0
is "and nothing of all this touched the central" "$(sum "$work/c")" "$all"

# --- The way back ---------------------------------------------------------------------------
witness=$(sha256sum <"$work/c/witness")
out=$("$central" restore "$work/b1" "$work/c" 2>&1)
is "a backup is restored" $? 0
has "it is said how much is lost" "$out" "the witness saw $size entries: $((size - 2)) are lost"
has "and what to do next" "$out" "--accept-restore"
is "the witness stays as it was" "$(sha256sum <"$work/c/witness")" "$witness"
kept=$(printf '%s\n' "$out" | sed -n 's/.*is kept as //p')
is "the database that was there is kept, whole" "$(sqlite3 "$kept" 'PRAGMA integrity_check; SELECT count(*) FROM log' 2>/dev/null | tr '\n' ' ')" "ok $size "
has "status tells that it lies there" "$("$central" status "$work/c")" "put aside   central.db.before-*"
says "it does not start by itself" 78 "--accept-restore" timeout 20 "$central" serve "$work/c" --listen 127.0.0.1:0
start "$work/c" --accept-restore || exit 1
after=$(epoch)
is "told to, it starts in a new epoch" "$([ "$after" != "$before" ] && echo new)" new
apply c '{"title":"Tre"}'
is "and takes applications" "$status" 201
stop
"$central" verify "$work/c" >/dev/null
is "all of it verifies" $? 0
says "a backup of it names the new epoch" 0 "$after" "$central" backup "$work/c" "$work/b2"
cp -a "$work/c" "$work/branch"
out=$("$central" restore "$work/b1" "$work/branch" 2>&1)
has "one from before that restore is told as such" "$out" "of another epoch"
has "whatever the numbers of entries are" "$out" "--accept-restore"

# --- What was done by hand meanwhile --------------------------------------------------------------
cp -a "$work/c" "$work/hand"
rm -f "$work/hand"/central.db.before-*
add() { "$central" officer add "$work/hand" "$@" >/dev/null || not_ok "officer add $*"; }
add eva --name Eva --roles officer --units bygg
add bo --name Bo --roles officer --units bygg
"$central" grant "$work/hand" eva queue:bygglov --reason vikariat >/dev/null || not_ok "grant"
"$central" backup "$work/hand" "$work/b5" >/dev/null
"$central" revoke-grant "$work/hand" eva queue:bygglov >/dev/null || not_ok "revoke-grant"
"$central" grant "$work/hand" bo queue:bygglov --reason vikariat >/dev/null || not_ok "grant bo"
"$central" grant "$work/hand" bo "case:$(sqlite3 "$work/hand/central.db" "SELECT diary_no FROM casefile ORDER BY id DESC LIMIT 1")" --reason samråd >/dev/null || not_ok "grant bo a case"
case=$(sqlite3 "$work/hand/central.db" "SELECT id FROM casefile ORDER BY id DESC LIMIT 1")
"$central" revoke-grant "$work/hand" bo "case:$case" >/dev/null || not_ok "revoke-grant bo"
add bo --name Bo --roles officer --units miljo
add ny --name Ny --roles officer --units bygg
number=$(sqlite3 "$work/hand/central.db" "SELECT diary_no FROM casefile ORDER BY id LIMIT 1")
"$central" erase "$work/hand" "$number" 1 --reason begäran >/dev/null || not_ok "erase"
out=$("$central" restore "$work/b5" "$work/hand" 2>&1)
has "a grant that stands again is named" "$out" "stand again; sluss-central revoke-grant:
	eva queue:bygglov
"
has "one that is gone too" "$out" "are gone; sluss-central grant:
	bo queue:bygglov
"
has "and one that came and went" "$out" "revoke-grant when its officer has synced:
	bo case:$case ($(sqlite3 "$work/b5/central.db" "SELECT diary_no FROM casefile WHERE id = '$case'"))
"
has "and who was added" "$out" "officer add:
	ny
"
has "and who was changed" "$out" "are as before; sluss-central officer add:
	bo
"
has "and what is to be erased again" "$out" "	case $number, entry 1"
has "all this before a workstation comes" "$out" "next: sluss-central accept-restore $work/hand
then, before workstations come"
noted() {
	sqlite3 "$1/central.db" .dump | grep -v "erase_again\|'backup_size'\|'backup_at'\|'put_aside'" | sha256sum
}
is "the new database has notes of where it is from and what to erase" "$(noted "$work/hand")" "$(noted "$work/b5")"
is "and of nothing else" "$(sqlite3 "$work/hand/central.db" "SELECT n || ' ' || h FROM erase_again")" "1 "
has "what it has is in a backup" "$("$central" status "$work/hand")" ", 0 entries are newer"
before=$(printf '%s\n' "$out" | sed -n '/^as far/,$p')
out=$("$central" restore "$work/b5" "$work/hand" 2>&1)
is "put back again before it was served, it is held against what was served" "$(printf '%s\n' "$out" | sed -n '/^as far/,$p')" "$before"
says "by hand nothing can be done yet" 78 "history-lost" "$central" grant "$work/hand" bo queue:bygglov --reason vikariat
says "until the restore is accepted" 0 "goes on with" "$central" accept-restore "$work/hand"
says "then it can, with nobody served" 0 "bo: is granted" "$central" grant "$work/hand" bo queue:bygglov --reason vikariat
says "there is nothing more to accept" 0 "nothing was changed" "$central" accept-restore "$work/hand"
rm -rf "$work/hand" "$work/b5"

# --- Two at once -------------------------------------------------------------------------------
# One of them is made, whoever is first; the other one spoils nothing.
"$central" backup "$work/c" "$work/b4" >/dev/null 2>&1 &
other=$!
"$central" backup "$work/c" "$work/b4" >/dev/null 2>&1
wait "$other"
"$central" verify "$work/b4" >/dev/null
is "of two backups at once into one folder one is made" $? 0
is "and nothing is left aside" "$([ -e "$work/b4.new" ] && echo left)" ""

# --- A machine that is gone ------------------------------------------------------------------
out=$("$central" restore "$work/b2" "$work/new" 2>&1)
is "a backup is restored into a new folder" $? 0
has "where nobody can say what is lost" "$out" "no witness"
is "with its conf and its key" "$(cd "$work/new" && ls conf/*.conf | wc -l) $(stat -c %a "$work/new/keys/central.key")" "$(cd "$work/c" && ls conf/*.conf | wc -l) 600"
has "and its backup is known there" "$("$central" status "$work/new")" ", 0 entries are newer"
start "$work/new" --accept-restore
is "and serves there" $? 0
stop

# --- A damaged database is put aside as it is --------------------------------------------------
dd if=/dev/urandom of="$work/c/central.db" bs=4096 count=4 conv=notrunc 2>/dev/null
out=$("$central" restore "$work/b2" "$work/c" 2>&1)
is "a damaged database is no obstacle" $? 0
start "$work/c"
is "with nothing lost it serves at once" $? 0
stop

# --- Cut at every call that changes the disk ------------------------------------------------------
# The folder has the old database or the new one, and the next try ends it.
# STEP=1: at every one of them.
step=${STEP:-4}
has_log() {
	sqlite3 "$1/central.db" 'PRAGMA integrity_check; SELECT count(*) FROM log' 2>&1 | tr '\n' ' '
}
rm -rf "$work/bad" "$work/new" "$work/other"
mkdir "$work/sweep"
if strace -qq -o /dev/null true 2>/dev/null && command -v sqlite3 >/dev/null 2>&1; then
	cp -r "$work/c" "$work/sweep/from"
	old=$(has_log "$work/c") new=$(has_log "$work/b1")
	kills=0 wrong=0
	for call in write pwrite64 fsync fdatasync ftruncate unlink link rename mkdir; do
		when=$((1 - step))
		while when=$((when + step)); [ $when -lt 100 ]; do
			rm -rf "$work/sweep/c" "$work/sweep/b"*
			cp -r "$work/sweep/from" "$work/sweep/c"
			ASAN_OPTIONS=detect_leaks=0 strace -qq -f -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$when" \
				"$central" restore "$work/b1" "$work/sweep/c" >/dev/null 2>&1
			[ $? = 137 ] || break
			kills=$((kills + 1))
			got=$(has_log "$work/sweep/c")
			[ "$got" = "$old" ] || [ "$got" = "$new" ] || { wrong=$((wrong + 1)) && echo "# restore, $call $when: $got"; }
			"$central" restore "$work/b1" "$work/sweep/c" >/dev/null 2>&1 && [ "$(has_log "$work/sweep/c")" = "$new" ] ||
				{ wrong=$((wrong + 1)) && echo "# restore again after $call $when"; }
		done
		when=$((1 - step))
		while when=$((when + step)); [ $when -lt 100 ]; do
			rm -rf "$work/sweep/b"*
			ASAN_OPTIONS=detect_leaks=0 strace -qq -f -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$when" \
				"$central" backup "$work/sweep/from" "$work/sweep/b" >/dev/null 2>&1
			[ $? = 137 ] || break
			kills=$((kills + 1))
			[ ! -d "$work/sweep/b" ] || "$central" verify "$work/sweep/b" >/dev/null 2>&1 || { wrong=$((wrong + 1)) && echo "# backup, $call $when"; }
			[ -d "$work/sweep/b" ] || "$central" backup "$work/sweep/from" "$work/sweep/b" >/dev/null 2>&1 ||
				{ wrong=$((wrong + 1)) && echo "# backup again after $call $when"; }
		done
	done
	echo "# $kills kills"
	is "a backup and a restore that are cut leave the old or the new" "$wrong" 0
	is "and were cut" "$([ "$kills" -gt 20 ] && echo yes)" yes
else
	skip "a backup and a restore that are cut leave the old or the new" "no strace or no sqlite3 here"
fi
done_testing
