#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A central's folder changed behind its back: every byte of 50 entries, each
# fact of the log, entries taken away and exchanged, documents, cases,
# answers. `verify` exits 10 each time and names the entry.
#   SEED=N  (default 1) which entries
set -u
PLAIN=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
seed=${SEED:-1}
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

K=$T/copy
# fill FOLDER CASES: a central with a life behind it
fill() {
	"$CENTRAL" init "$1" --name Exempelköping >"$T/out" 2>&1 || bail "init: $(cat "$T/out")"
	"$CENTRAL" demo-fill "$1" --cases "$2" --seed "$seed" >"$T/out" 2>&1 || bail "demo-fill: $(cat "$T/out")"
	sqlite3 "$1/central.db" "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
}
fresh() {
	rm -rf "$K"
	mkdir "$K"
	cp -R "$1/central.db" "$1/witness" "$1/keys" "$1/conf" "$K"
}
db() {
	sqlite3 "$C/central.db" "$1"
}
# Entries by a seeded shuffle.
shuffle="(seq * 7919 + $seed * 104729) * 31337 % 10007, seq"

# --- Every byte of 50 entries -----------------------------------------------------
# The same byte of all 50 at once; each of them must be named.
small=$T/small
fill "$small" 14
fresh "$small"
sqlite3 "$K/central.db" "CREATE TABLE picked AS SELECT seq, jws FROM entry
	JOIN log USING(seq) ORDER BY $shuffle LIMIT 50"
picked=$(sqlite3 "$K/central.db" "SELECT count(*) FROM picked")
is "50 entries are picked" "$picked" 50
last=$(sqlite3 "$K/central.db" "SELECT max(length(jws)) FROM picked")
sqlite3 "$K/central.db" "SELECT seq, length(jws) FROM picked" | tr '|' ' ' >"$T/picked"
at=0 flips=0 quiet=0 unnamed=0
while [ "$at" -lt "$last" ]; do
	at=$((at + 1))
	bit=$((1 << (at * 5 + seed) % 7))
	sqlite3 "$K/central.db" "PRAGMA synchronous=OFF; UPDATE entry SET jws = (SELECT substr(p.jws, 1, $at - 1) ||
		char((unicode(substr(p.jws, $at, 1)) | $bit) - (unicode(substr(p.jws, $at, 1)) & $bit)) ||
		substr(p.jws, $at + 1) FROM picked p WHERE p.seq = entry.seq)
		WHERE seq IN (SELECT seq FROM picked WHERE length(jws) >= $at);
		UPDATE entry SET jws = (SELECT p.jws FROM picked p WHERE p.seq = entry.seq)
		WHERE seq IN (SELECT seq FROM picked WHERE length(jws) = $at - 1);"
	"$PLAIN/sluss-central" verify "$K" >"$T/out" 2>&1
	[ $? = 10 ] || quiet=$((quiet + 1))
	# shellcheck disable=SC2046
	set -- $(awk -v at="$at" 'NR == FNR { if ($2 >= at) want[$1] = 1; next }
		/^FAULT/ { seen[$7 + 0] = 1 }
		END { for (s in want) { n++; if (!(s in seen)) missed++ }; print n + 0, missed + 0 }' "$T/picked" "$T/out")
	flips=$((flips + $1)) unnamed=$((unnamed + $2))
done
echo "# $flips bytes flipped, in $last rounds"
is "each byte flipped ends in exit 10" "$quiet" 0
is "each entry with a flipped byte is named" "$unnamed" 0

# --- Facts of the log ---------------------------------------------------------------
fill "$C" 60
exits "the untouched folder holds" 0 "$CENTRAL" verify "$C"

# spoil NAME SQL FAULT...: on a copy; exit 10, and a line that begins so
spoil() {
	name=$1 sql=$2
	shift 2
	fresh "$C"
	sqlite3 "$K/central.db" "$sql" >"$T/sql" 2>&1 || fail "$name: sqlite3" "$(cat "$T/sql")"
	"$CENTRAL" verify "$K" >"$T/out" 2>&1
	rc=$?
	for fault; do
		if [ "$rc" != 10 ] || ! grep -q -- "^FAULT $fault" "$T/out"; then
			fail "$name" "exit $rc, wanted 10 and a line: $fault" "$(head -n 6 "$T/out")"
			return
		fi
	done
	pass "$name"
}
# The faults of entries: one line "case ID entry N seq S" for each seq.
named() {
	db "SELECT 'case ' || case_id || ' entry ' || n || ' seq ' || seq FROM log WHERE seq IN ($1)"
}
seqs=$(db "SELECT seq FROM log ORDER BY $shuffle LIMIT 50" | tr '\n' ',')
seqs=${seqs%,}
# all NAME SQL: every one of the 50 is named
all() {
	named "$seqs" >"$T/named"
	set -- "$1" "$2"
	while read -r line; do set -- "$@" "$line"; done <"$T/named"
	spoil "$@"
}
flip_hex() {
	echo "substr($1, 1, seq % 64) || (CASE WHEN substr($1, 1 + seq % 64, 1) = '0' THEN '1' ELSE '0' END) || substr($1, 2 + seq % 64)"
}
all "ah of 50 entries" "UPDATE log SET ah = $(flip_hex ah) WHERE seq IN ($seqs)"
all "eh of 50 entries" "UPDATE log SET eh = $(flip_hex eh) WHERE seq IN ($seqs)"
all "time of 50 entries" "UPDATE log SET at = at + 1 WHERE seq IN ($seqs)"
all "verdict of 50 entries" "UPDATE log SET verdict = 'merged' WHERE seq IN ($seqs)"
all "rule of 50 entries" "UPDATE log SET rule = rule || '1' WHERE seq IN ($seqs)"
all "act of 50 entries" "UPDATE log SET act = 'note.edit' WHERE seq IN ($seqs)"
all "officer of 50 entries" "UPDATE log SET sub = 'mallory' WHERE seq IN ($seqs)"
all "intent of 50 entries" "UPDATE log SET iid = substr(iid, 1, 35) || (CASE substr(iid, 36) WHEN '0' THEN '1' ELSE '0' END) WHERE seq IN ($seqs)"
all "counter of 50 entries" "UPDATE log SET ctr = ctr + 1 WHERE seq IN ($seqs)"
all "epoch of 50 entries" "UPDATE log SET epoch = '00000000-0000-7000-8000-000000000000' WHERE seq IN ($seqs)"
all "50 envelopes gone" "DELETE FROM entry WHERE seq IN ($seqs)"
all "50 envelopes empty" "UPDATE entry SET jws = NULL WHERE seq IN ($seqs)"

# --- Whole entries --------------------------------------------------------------------
# A middle entry: one that has one before and one after it in its case.
middle=$(db "SELECT seq FROM log l WHERE n = 3 AND EXISTS (SELECT 1 FROM log m WHERE m.case_id = l.case_id AND m.n = 4) ORDER BY $shuffle LIMIT 1")
other=$(db "SELECT seq FROM log l WHERE n = 3 AND seq <> $middle ORDER BY $shuffle LIMIT 1")
newest=$(db "SELECT max(seq) FROM log")
case_of=$(db "SELECT case_id FROM log WHERE seq = $middle")
spoil "an entry deleted" "DELETE FROM log WHERE seq = $middle; DELETE FROM entry WHERE seq = $middle" "case $case_of entry 3 " "case - entry 0 seq $middle"
spoil "the first entry of a case deleted" "DELETE FROM entry WHERE seq = (SELECT seq FROM log WHERE case_id = '$case_of' AND n = 1);
	DELETE FROM log WHERE case_id = '$case_of' AND n = 1" "case $case_of entry 1 "
spoil "an entry deleted and the others moved up" "DELETE FROM log WHERE seq = $middle; DELETE FROM entry WHERE seq = $middle;
	UPDATE log SET n = -(n - 1) WHERE case_id = '$case_of' AND n > 3; UPDATE log SET n = -n WHERE n < 0" "case $case_of entry 3 "
spoil "a whole case deleted" "DELETE FROM entry WHERE seq IN (SELECT seq FROM log WHERE case_id = '$case_of');
	DELETE FROM log WHERE case_id = '$case_of'; DELETE FROM feed WHERE case_id = '$case_of';
	DELETE FROM document WHERE case_id = '$case_of'; DELETE FROM casefile WHERE id = '$case_of'" "case - entry 0 seq $middle"
spoil "two envelopes exchanged" "CREATE TEMP TABLE x AS SELECT * FROM entry WHERE seq IN ($middle, $other);
	UPDATE entry SET jws = (SELECT jws FROM x WHERE x.seq = $middle + $other - entry.seq) WHERE seq IN ($middle, $other)" \
	"$(named "$middle")" "$(named "$other")"
spoil "two rows of the log exchanged" "UPDATE log SET seq = -seq WHERE seq IN ($middle, $other);
	UPDATE log SET seq = $middle + $other + seq WHERE seq < 0" "case .* seq $middle" "case .* seq $other"
spoil "two rows and their envelopes exchanged" "UPDATE log SET seq = -seq WHERE seq IN ($middle, $other);
	UPDATE log SET seq = $middle + $other + seq WHERE seq < 0;
	UPDATE entry SET seq = -seq WHERE seq IN ($middle, $other);
	UPDATE entry SET seq = $middle + $other + seq WHERE seq < 0" "case .* seq $middle" "case .* seq $other"
spoil "two entries of one case exchanged" "UPDATE log SET n = -n WHERE case_id = '$case_of' AND n IN (3, 4);
	UPDATE log SET n = 7 + n WHERE n < 0" "case $case_of entry 3 " "case $case_of entry 4 "
spoil "the newest entry deleted" "DELETE FROM entry WHERE seq = $newest; DELETE FROM log WHERE seq = $newest" "case - entry 0 seq $newest"

# --- The log cut short, and cut so that the database agrees with itself -----------------
fresh "$C"
sqlite3 "$K/central.db" "DELETE FROM entry WHERE seq = $newest; DELETE FROM log WHERE seq = $newest; DELETE FROM feed WHERE seq = $newest;
	UPDATE feed_head SET seq = seq - 1"
exits "the log cut short, its head as well: the witness tells" 10 "$CENTRAL" verify "$K"
like "and says how far it had come" "$(cat "$T/out" "$T/err")" "$newest"
exits "and such a folder is not served" 78 "$CENTRAL" serve "$K" --listen 127.0.0.1:0
like "since history is lost" "$(cat "$T/err")" "history-lost"

# --- What stands beside the log -----------------------------------------------------------
doc=$(db "SELECT h FROM document WHERE case_id = '$case_of' ORDER BY n LIMIT 1")
n_of_doc=$(db "SELECT n FROM document WHERE h = '$doc' LIMIT 1")
spoil "one byte of a document" "UPDATE blob SET data = CAST(substr(data, 1, 10) || x'00' || substr(data, 12) AS BLOB) WHERE h = '$doc'" \
	"case $case_of entry $n_of_doc seq .*document"
spoil "a document gone" "DELETE FROM blob WHERE h = '$doc'" "case $case_of entry $n_of_doc seq .*missing"
spoil "a document struck from its case" "DELETE FROM document WHERE h = '$doc'" "case $case_of entry $n_of_doc "
for column in diary_no type unit queue assignee channel due_on outcome; do
	spoil "a case's $column" "UPDATE casefile SET $column = $column || 'x' WHERE id = '$case_of'" "case $case_of entry .*$column"
done
for column in type_version priority received_at changed_at; do
	spoil "a case's $column" "UPDATE casefile SET $column = $column + 1 WHERE id = '$case_of'" "case $case_of entry .*$column"
done
for column in title party fields decision; do
	spoil "a case's $column" "UPDATE casefile SET $column = CAST($column || 'x' AS BLOB) WHERE id = '$case_of'" "case $case_of entry .*$column"
done
spoil "a case's status" "UPDATE casefile SET state = CASE state WHEN 'archived' THEN 'closed' ELSE 'archived' END WHERE id = '$case_of'" \
	"case $case_of entry .*state"
spoil "a case's protection" "UPDATE casefile SET protection = 1 - protection WHERE id = '$case_of'" "case $case_of entry .*protection"
spoil "a case's last entry" "UPDATE casefile SET n = n - 1 WHERE id = '$case_of'" "case $case_of entry "
spoil "a case's row gone" "DELETE FROM casefile WHERE id = '$case_of'" "case $case_of entry 1 "
spoil "a node of the tree" "UPDATE merkle SET hash = CAST(x'00' || substr(hash, 2) AS BLOB) WHERE place = 2 * ($middle - 1)" "$(named "$middle")"

answered=$(db "SELECT seq FROM log JOIN device_log USING(dev, ctr) ORDER BY $shuffle LIMIT 1")
where="(dev, ctr) = (SELECT dev, ctr FROM log WHERE seq = $answered)"
case_of=$(db "SELECT case_id FROM log WHERE seq = $answered")
spoil "one byte of an acknowledgement" "UPDATE device_log SET ack = substr(ack, 1, 200) ||
	(CASE substr(ack, 201, 1) WHEN 'A' THEN 'B' ELSE 'A' END) || substr(ack, 202) WHERE $where" "case $case_of entry "
spoil "another action's acknowledgement" "UPDATE device_log SET ack = (SELECT d.ack FROM device_log d WHERE d.dev = device_log.dev
	AND d.ctr <> device_log.ctr LIMIT 1) WHERE $where" "case $case_of entry "
spoil "another verdict" "UPDATE device_log SET verdict = 'rejected' WHERE $where" "case $case_of entry "
spoil "an answer gone" "DELETE FROM device_log WHERE $where" "$(named "$answered")"
spoil "a device's key" "UPDATE device SET x = (SELECT x FROM device WHERE id <> (SELECT dev FROM log WHERE seq = $answered) LIMIT 1)
	WHERE id = (SELECT dev FROM log WHERE seq = $answered)" "$(named "$answered")"
spoil "a device's officer" "UPDATE device SET officer = 'mallory' WHERE id = (SELECT dev FROM log WHERE seq = $answered)" "$(named "$answered")"

exits "the untouched folder still holds" 0 "$CENTRAL" verify "$C"
finish
