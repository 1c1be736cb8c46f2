#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Can the judge fail? Each harm is done to a copy of the folder that a run has
# kept, and has to be found by its name. Prints a line for each; exit 1 if one
# was overlooked, or if the run had too little in it for most of them.
#   judge_fails.sh WORK BIN
set -u
work=$1 bin=$2
bad=0 found=0
# harm NAME FILE SQL: FILE is below the folder
harm() {
	rm -rf "$work/harmed"
	mkdir "$work/harmed"
	cp -a "$work"/home-[0-9]* "$work/central" "$work"/*.tsv "$work/kept.db" "$work/harmed"
	changed=$(sqlite3 -batch "$work/harmed/$2" "PRAGMA foreign_keys=OFF; $3; SELECT changes()")
	out=$(sh "$(dirname "$0")/judge.sh" "$work/harmed" "$bin" 2>&1)
	case "$changed $out" in
	"0 "*) echo "nothing to harm: $1, $2: $3" ;;
	*"VIOLATION $1 "*)
		found=$((found + 1))
		echo "found: $1, $2: $3"
		;;
	*)
		bad=1
		echo "NOT FOUND: $1, $2: $3 (changed $changed)"
		;;
	esac
	rm -rf "$work/harmed"
}
c=central/c/central.db
last="(SELECT max(seq) FROM log WHERE ctr > 0)"
harm I1 $c "DELETE FROM log WHERE seq = $last"
harm I1 $c "UPDATE entry SET jws = (SELECT jws FROM entry WHERE seq = $last) WHERE seq = (SELECT min(seq) FROM log WHERE ctr > 0)"
harm I2 home-0/outbox.db "DELETE FROM item WHERE id = (SELECT max(id) FROM item)"
harm I2 home-0/outbox.db "UPDATE item SET verdict = 0, state = 0 WHERE id = 2"
harm I2 $c "DELETE FROM device_log WHERE ctr = 2 AND dev = (SELECT min(dev) FROM device_log WHERE ctr = 2)"
harm I3 $c "UPDATE entry SET jws = (SELECT e.jws FROM entry e WHERE e.seq = b.other) FROM
	(SELECT a.seq AS one, b.seq AS other FROM log a JOIN log b ON a.dev = b.dev AND a.case_id = b.case_id AND a.ctr < b.ctr
	UNION SELECT b.seq, a.seq FROM log a JOIN log b ON a.dev = b.dev AND a.case_id = b.case_id AND a.ctr < b.ctr) b
	WHERE entry.seq = b.one AND b.one IN (SELECT seq FROM log WHERE ctr > 0)"
harm I4 home-0/outbox.db "UPDATE item SET seq = seq + 1 WHERE verdict IN (1, 2)"
harm I6 $c "DELETE FROM log WHERE seq = 3"
harm I10 home-1/cache.db "UPDATE base_case SET assignee = 'nobody' WHERE key = (SELECT min(key) FROM base_case
	WHERE key NOT IN (SELECT key FROM overlay_case))"
harm I10 home-1/cache.db "DELETE FROM base_case WHERE key = (SELECT max(key) FROM base_case)"
harm I11 $c "UPDATE casefile SET eh = replace(eh, 'a', 'b') WHERE id = (SELECT max(id) FROM casefile)"
harm I12 home-2/outbox.db "UPDATE item SET state = 1 WHERE state IN (3, 4, 6) AND verdict = 4"
harm I16 home-0/outbox.db "UPDATE item SET envelope = envelope || 'A' WHERE id = 1"
[ "$bad" = 0 ] && [ "$found" -ge 8 ]
