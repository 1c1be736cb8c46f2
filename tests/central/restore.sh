#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A server killed, and one restored from an older copy of its database.
# shellcheck disable=SC1091,SC2154
set -u
. "$(dirname "$0")/lib.sh"

"$central" init "$work/c" --conf conf/casetypes >/dev/null || exit 1
start "$work/c" || exit 1
apply a '{"title":"Ett"}'
first=$body
kill -KILL "$server"
wait "$server" 2>/dev/null
server=
start "$work/c"
is "after a kill it starts again" $? 0
apply a '{"title":"Ett"}'
is "and gives the same answer" "$status $body" "200 $first"
stop
cp -r "$work/c" "$work/copy"

start "$work/c" || exit 1
ask "$url/v1/api-info"
epoch=$(printf '%s' "$body" | jq -r .epoch)
apply b '{"title":"Två"}'
stop
cp "$work/copy/central.db" "$work/c/central.db"
rm -f "$work/c/central.db-wal" "$work/c/central.db-shm"
out=$("$central" serve "$work/c" 2>&1)
is "an older database is refused with 78" $? 78
has "and it says what to do" "$out" "--accept-restore"
"$central" verify "$work/c" >/dev/null 2>&1
is "verify finds it too, with 10" $? 10
has "and says what the witness saw" "$("$central" verify "$work/c")" "witness saw 4"
has "and what to do" "$("$central" verify "$work/c")" "serve once with --accept-restore"
has "so does status" "$("$central" status "$work/c")" "HISTORY     the log does not extend what the witness saw"
start "$work/c" --accept-restore
is "told to, it starts" $? 0
ask "$url/v1/api-info"
is "with a new epoch" "$([ "$(printf '%s' "$body" | jq -r .epoch)" != "$epoch" ] && echo new)" new
is "which tells where it left the old one" "$(printf '%s' "$body" | jq -c '[.epochs[] | .fork_seq]')" "[0,2]"
apply c '{"title":"Tre"}'
is "and takes applications" "$status" 201
stop
start "$work/c"
is "once was enough" $? 0
stop
"$central" verify "$work/c" >/dev/null
is "and all of it verifies" $? 0
is "and status has no more to say" "$("$central" status "$work/c" | grep -c HISTORY)" 0

# What is not there, or cannot be read.
cp -r "$work/c" "$work/bad"
mv "$work/bad/keys/central.key" "$work/key"
has "a key that is gone lies in the backups" "$("$central" status "$work/bad" 2>&1)" "copy the key from a backup"
mv "$work/key" "$work/bad/keys/central.key"
printf 'no database at all' >"$work/bad/central.db"
has "a database that is none is one for a backup" "$("$central" status "$work/bad" 2>&1)" "sluss-central verify FOLDER, then restore FOLDER DIR"
rm -rf "$work/bad"

# A bit flipped in the file itself.
cp -r "$work/c" "$work/bad"
if command -v sqlite3 >/dev/null 2>&1; then
	sqlite3 "$work/bad/central.db" "UPDATE entry SET jws = replace(jws, 'A', 'B') WHERE seq = 2"
	out=$("$central" verify "$work/bad")
	is "a changed envelope gives 10" $? 10
	has "and the entry is named" "$out" "entry 2 seq 2"
	has "and what to do about it" "$("$central" verify "$work/bad" 2>&1 >/dev/null)" "the newest backup"
	cp "$work/c/central.db" "$work/bad/central.db"
	sqlite3 "$work/bad/central.db" "UPDATE merkle SET hash = zeroblob(32) WHERE place = 1"
	out=$("$central" verify "$work/bad")
	is "a changed node of the tree gives 10" $? 10
	has "and the entry above it is named" "$out" "entry 2 seq 2"
	cp "$work/c/central.db" "$work/bad/central.db"
	# What later steps have made goes first, so that they can make it.
	later=$(find src/central -name "schema*.sql" | sort | sed -n 's/^\(.*schema\([0-9]*\)\.sql\)$/\2 \1/p' | awk '$1 > 6 { print $2 }')
	# shellcheck disable=SC2086
	sqlite3 "$work/bad/central.db" "PRAGMA foreign_keys=OFF; $(sed -n 's/^CREATE \(TABLE\|INDEX\) \([a-z_]*\).*/DROP \1 IF EXISTS \2;/p' $later)"
	# shellcheck disable=SC2086
	sed -n 's/^ALTER TABLE \([a-z_]*\) ADD COLUMN \([a-z_]*\).*/ALTER TABLE \1 DROP COLUMN \2;/p' $later |
		sqlite3 "$work/bad/central.db" >/dev/null 2>&1 # the table itself may be gone
	sqlite3 "$work/bad/central.db" "CREATE TABLE old(level INTEGER NOT NULL, idx INTEGER NOT NULL,
			hash BLOB NOT NULL, PRIMARY KEY(level, idx)) STRICT, WITHOUT ROWID;
		INSERT INTO old SELECT (b > 1) + (b > 2) + (b > 4) + (b > 8) + (b > 16), (place + 1) / (2 * b), hash
			FROM (SELECT place, hash, (place + 1) & -(place + 1) AS b FROM merkle);
		DROP TABLE merkle; ALTER TABLE old RENAME TO merkle; PRAGMA user_version = 6"
	out=$("$central" verify "$work/bad")
	is "a tree as it was stored before is taken over" "$? $(sqlite3 "$work/bad/central.db" "PRAGMA user_version; SELECT max(place) FROM merkle" | tr '\n' ' ')" \
		"0 $(sqlite3 "$work/c/central.db" 'PRAGMA user_version; SELECT max(place) FROM merkle' | tr '\n' ' ')"
	cp "$work/c/central.db" "$work/bad/central.db"
	sqlite3 "$work/bad/central.db" "PRAGMA foreign_keys=OFF; DELETE FROM log WHERE seq = 4; DELETE FROM entry WHERE seq = 4; DELETE FROM feed WHERE seq = 4"
	out=$("$central" verify "$work/bad")
	is "a deleted last entry gives 10" $? 10
	has "and it is named" "$out" "seq 4"
else
	skip "changed rows give 10" "no sqlite3 program here"
fi
done_testing
