#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The history of a run, after everything has come to rest and the central is
# stopped: what the workstations were told, what their outboxes hold, what the
# central's log says. It shares no code with the programs: sqlite3 and jq alone
# read the files. A line for each violation; exit 1 if there is any.
#   judge.sh WORK BIN
# WORK: central/c, home-N, told.tsv (what a verb said it had signed), looks.tsv
# (what the outbox told whenever it was asked), lives.tsv (homes that were put
# back from a copy, and the newest item of that copy: what was signed after it
# is in no outbox any more), intakes.tsv (diary numbers that applicants were
# told), kept.db (what was seen by the last judgement).
set -u
work=$1 bin=$2
db=$work/judge.db
central=$work/central/c/central.db
found=0
rm -f "$db"

# --- Everything into one database -------------------------------------------------
{
	echo ".bail on"
	echo ".mode tabs"
	echo "CREATE TABLE told(client INT, life INT, item INT, iid, case_id, act, state, code INT);"
	echo "CREATE TABLE looks(client INT, life INT, item INT, ctr INT, iid, ah, case_id, act, state, verdict, seq INT);"
	echo ".import '$work/told.tsv' told"
	echo ".import '$work/looks.tsv' looks"
	echo "CREATE TABLE lives(client INT, life INT, kept INT);"
	echo ".import '$work/lives.tsv' lives"
	echo "CREATE TABLE intake(number INT, diary_no);"
	echo ".import '$work/intakes.tsv' intake"
	echo "CREATE TABLE item(client INT, id INT, dev, ctr INT, iid, ah, case_id, act, envelope,
		void_iid, void_ah, void_envelope, state INT, verdict INT, seq INT, epoch, tries INT, again INT);"
	echo "CREATE TABLE device(client INT, dev);"
	for h in "$work"/home-[0-9]*; do
		echo "ATTACH '$h/outbox.db' AS o;"
		echo "INSERT INTO item SELECT ${h##*-}, id, dev, ctr, iid, ah, case_id, act, envelope,
			void_iid, void_ah, void_envelope, state, verdict, seq, epoch, tries, again FROM o.item;"
		echo "INSERT INTO device SELECT ${h##*-}, dev FROM o.device;"
		echo "DETACH o;"
	done
	echo "CREATE INDEX item_by_iid ON item(client, iid);"
	echo "CREATE INDEX item_by_ctr ON item(dev, ctr);"
} | sqlite3 -batch "$db" || exit 3

# What the envelopes themselves say, as they stand at the central.
sqlite3 -batch -separator "$(printf '\t')" "$central" \
	"SELECT seq, jws FROM entry JOIN log USING(seq) WHERE ctr > 0 AND jws IS NOT NULL" |
	jq -rR 'split("\t") as $f
		| ($f[1] | split(".")[1] | gsub("-"; "+") | gsub("_"; "/")
			| . + "==="[0:(4 - length % 4) % 4] | @base64d | fromjson) as $p
		| [$f[0], $p.iid, $p.dev, ($p.ctr | tostring), $p.case, $p.act, $f[1]] | @tsv' >"$work/said.tsv" || exit 3
sqlite3 -batch "$db" ".mode tabs" "CREATE TABLE said(seq INT, iid, dev, ctr INT, case_id, act, jws)" \
	".import '$work/said.tsv' said" "CREATE INDEX said_by_iid ON said(iid)" || exit 3

# violations NAME WHAT SQL: each row of the answer is one.
violations() {
	rows=$(sqlite3 -batch -cmd "ATTACH '$central' AS c" -cmd "ATTACH '$work/kept.db' AS k" "$db" "$3 LIMIT 5" 2>&1)
	[ -n "$rows" ] || return 0
	found=1
	printf '%s\n' "$rows" | sed "s/^/VIOLATION $1 $2: /"
}
[ -e "$work/kept.db" ] || sqlite3 -batch "$work/kept.db" \
	"CREATE TABLE item(client INT, id INT, life INT, dev, ctr INT, iid, ah, envelope, void_ah, void_envelope, PRIMARY KEY(dev, ctr))" || exit 3

# --- Exactly once, and nothing lost --------------------------------------------------
# gone ROW: this row of told, looks or kept stood in a home that was put back.
gone() {
	echo "EXISTS (SELECT 1 FROM lives v WHERE v.client = $1.client AND v.life >= $1.life AND $1.$2 > v.kept)"
}
# The place of an earlier, frozen device in the log is another home's; what it
# had signed is signed again by the same officer as the same intent, or was
# withdrawn or put aside by its officer.
frozen="(i.dev NOT IN (SELECT dev FROM device)
	AND (i.state IN (5, 6) OR EXISTS (SELECT 1 FROM item a WHERE a.client = i.client AND a.iid = i.iid AND a.dev <> i.dev)))"
stands="(i.verdict = 1 OR i.verdict = 2)"
violations I1 "an intent stands twice in the log" \
	"SELECT iid || ' ' || group_concat(seq) FROM said GROUP BY iid HAVING count(*) > 1"
violations I1 "what an outbox has as taken does not stand" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr || ' ' || i.iid FROM item i
		WHERE $stands AND i.void_ah IS NULL AND i.iid NOT IN (SELECT iid FROM said)"
# A restore takes back what was told; then the officer is told that it is no more:
# by a refusal, or, where the device that signed it is no more either, by the
# row that he has to sign anew or put aside.
violations I1 "what was told as taken does not stand, and nobody is told" \
	"SELECT l.client || ' ' || l.act || ' ' || l.iid || ' seq ' || l.seq FROM looks l
		WHERE l.verdict IN ('accepted', 'merged') AND l.iid NOT IN (SELECT iid FROM said)
		AND NOT (EXISTS (SELECT 1 FROM c.epoch e WHERE e.fork_seq < l.seq
				AND e.at > (SELECT min(at) FROM c.epoch))
			AND EXISTS (SELECT 1 FROM item i WHERE i.client = l.client AND i.iid = l.iid
				AND (i.verdict IN (3, 4) OR (i.state = 6 AND i.verdict = 0 AND i.again = 1))))
		AND NOT (EXISTS (SELECT 1 FROM c.epoch e WHERE e.fork_seq < l.seq
				AND e.at > (SELECT min(at) FROM c.epoch)) AND $(gone l item))"
violations I2 "what a verb said was signed is not in the outbox" \
	"SELECT t.client || ' ' || t.act || ' item ' || t.item || ' ' || t.iid FROM told t
		WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.client = t.client AND i.id = t.item AND i.iid = t.iid)
		AND NOT $(gone t item)"
violations I2 "no final verdict after healing" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr || ' state ' || i.state FROM item i
		WHERE i.verdict = 0 AND i.state <> 4 AND NOT (i.state IN (5, 6) AND $frozen)"
# A refusal that a restore lost was kept back by a void, and a home that was put
# back since knows nothing of that. Of a device that a restore lost whole the
# central has nothing.
violations I2 "the central has no answer for it, or one for another envelope" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr FROM item i WHERE NOT EXISTS
		(SELECT 1 FROM c.device_log d WHERE d.dev = i.dev AND d.ctr = i.ctr AND d.ah = coalesce(i.void_ah, i.ah))
		AND NOT $frozen
		AND NOT (i.verdict IN (3, 4) AND EXISTS (SELECT 1 FROM lives v WHERE v.client = i.client)
			AND EXISTS (SELECT 1 FROM c.device_log d WHERE d.dev = i.dev AND d.ctr = i.ctr
				AND d.verdict = 'void'))
		AND NOT (i.verdict IN (3, 4) AND i.dev NOT IN (SELECT dev FROM device)
			AND i.dev NOT IN (SELECT id FROM c.device) AND (SELECT count(*) FROM c.epoch) > 1)"
violations I2 "a withdrawn action stands" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr FROM item i JOIN c.log l ON l.ah = i.ah WHERE i.void_ah IS NOT NULL"
violations I2 "a device's counters have a gap" \
	"SELECT d.id || ' last ' || d.last_ctr FROM c.device d WHERE d.last_ctr <>
		(SELECT count(*) FROM c.device_log g WHERE g.dev = d.id)"

violations intake "a diary number that was told is not that of the one case" \
	"SELECT t.number || ' ' || t.diary_no FROM intake t
		WHERE t.rowid = (SELECT max(rowid) FROM intake WHERE number = t.number)
		AND (SELECT group_concat(diary_no) FROM c.casefile WHERE CAST(title AS TEXT) = 'Växthus ' || t.number)
			IS NOT t.diary_no"

# --- Order, and truth of what was told ---------------------------------------------------
violations I3 "a later action of a device stands before an earlier one" \
	"SELECT a.case_id || ' seq ' || a.seq || ' and ' || b.seq FROM said a JOIN said b
		ON a.dev = b.dev AND a.case_id = b.case_id AND a.ctr < b.ctr AND a.seq > b.seq"
violations I4 "the outbox has another place in the log than the log" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr || ' seq ' || i.seq FROM item i
		WHERE $stands AND i.void_ah IS NULL AND NOT EXISTS
		(SELECT 1 FROM c.log l WHERE l.seq = i.seq AND l.iid = i.iid AND l.epoch = i.epoch)"
violations I4 "an entry of a device without an acknowledgement" \
	"SELECT l.seq FROM c.log l WHERE l.ctr > 0 AND NOT EXISTS (SELECT 1 FROM c.device_log d
		WHERE d.dev = l.dev AND d.ctr = l.ctr AND d.ah = l.ah AND d.verdict IN ('accepted', 'merged'))"
violations I4 "an acknowledgement for what is not in the log" \
	"SELECT d.dev || ' ' || d.ctr FROM c.device_log d WHERE d.verdict IN ('accepted', 'merged')
		AND NOT EXISTS (SELECT 1 FROM said s WHERE s.iid = d.iid)"
violations I12 "a conflict that nobody sees" \
	"SELECT i.client || ' ' || i.act || ' ' || i.ctr || ' state ' || i.state FROM item i JOIN c.device_log d
		ON d.dev = i.dev AND d.ctr = i.ctr WHERE d.verdict = 'conflict' AND i.state NOT IN (3, 4, 6)"
violations I6 "the log has a gap" \
	"SELECT count(*) || ' rows, last ' || max(seq) FROM c.log HAVING count(*) <> max(seq)
		OR count(*) <> (SELECT seq FROM c.feed_head)"
violations I6 "the chain of a case has a gap" \
	"SELECT case_id FROM c.log GROUP BY case_id HAVING count(*) <> max(n)"

# --- Bytes that never change ---------------------------------------------------------------
violations I16 "the central has other bytes than the outbox" \
	"SELECT s.seq || ' ' || i.client || ' ' || i.ctr FROM said s JOIN item i ON i.dev = s.dev AND i.ctr = s.ctr
		WHERE s.jws <> coalesce(i.void_envelope, i.envelope) AND NOT $frozen"
violations I16 "an envelope has changed since the last judgement, or is gone" \
	"SELECT o.client || ' ' || o.ctr FROM k.item o LEFT JOIN item i ON i.dev = o.dev AND i.ctr = o.ctr
		WHERE (i.envelope IS NOT o.envelope OR i.iid IS NOT o.iid OR i.ah IS NOT o.ah
		OR (o.void_ah IS NOT NULL AND (i.void_ah IS NOT o.void_ah OR i.void_envelope IS NOT o.void_envelope)))
		AND NOT $(gone o id) AND NOT EXISTS (SELECT 1 FROM lives v WHERE v.client = o.client AND v.life >= o.life
			AND o.void_ah IS NOT NULL AND i.void_ah IS NULL)"
# A home that is put back has lost the void that it had put in an action's place
# since: what was withdrawn, or a refusal that is kept back and was told before
# by its own name.
violations I16 "the outbox told another hash before" \
	"SELECT l.client || ' ' || l.item || ' ' || l.state FROM looks l JOIN item i ON i.client = l.client AND i.id = l.item
		WHERE l.ah <> i.ah AND l.ah IS NOT i.void_ah AND NOT $(gone l item)
		AND NOT EXISTS (SELECT 1 FROM lives v WHERE v.client = l.client AND v.life >= l.life
			AND (l.state = 'void' OR (l.iid <> i.iid AND l.ctr = i.ctr AND EXISTS
				(SELECT 1 FROM looks o WHERE o.client = l.client AND o.item = l.item
					AND o.life <= l.life AND o.iid = i.iid AND o.ah = i.ah))))"
sqlite3 -batch -cmd "ATTACH '$work/kept.db' AS k" "$db" \
	"INSERT OR REPLACE INTO k.item SELECT client, id, (SELECT count(*) FROM lives v WHERE v.client = item.client),
		dev, ctr, iid, ah, envelope, void_ah, void_envelope FROM item" || exit 3

# --- What came through, for the report -------------------------------------------------------
sqlite3 -batch "$db" "SELECT (SELECT count(*) FROM (SELECT client, iid FROM looks WHERE verdict <> ''
	UNION SELECT client, iid FROM item WHERE verdict <> 0)) || ' pushed and answered, ' ||
	(SELECT count(*) FROM said) || ' of them stand in the log'" >"$work/pushed" || exit 3

# --- Every workstation shows what the central has ---------------------------------------------
for h in "$work"/home-[0-9]*; do
	SLUSS_HOME=$h "$bin/sluss" list --json >"$work/list.json" 2>"$work/list.err"
	jq -r '.cases[] | [.diary_no, .status, .unit, .queue, .assignee, (.priority | tostring), .due_on,
		.title, (.n | tostring), .eh, .outcome, (.pending | tostring)] | @tsv' "$work/list.json" |
		LC_ALL=C sort >"$work/list.here"
	sqlite3 -batch -separator "$(printf '\t')" -cmd "ATTACH '$h/outbox.db' AS o" "$central" "SELECT diary_no, state,
		unit, queue, assignee, priority, due_on, CAST(title AS TEXT), n, eh, outcome, 0 FROM casefile
		WHERE EXISTS (SELECT 1 FROM officer f JOIN o.device d ON d.sub = f.id
			WHERE instr(',' || f.units || ',', ',' || casefile.unit || ',') AND f.clearance >= protection)" |
		LC_ALL=C sort >"$work/list.there"
	if ! cmp -s "$work/list.here" "$work/list.there"; then
		found=1
		diff "$work/list.here" "$work/list.there" | head -n 6 |
			sed "s/^/VIOLATION I10 workstation ${h##*-} shows another list (< here, > central): /"
	fi
done

# --- Chains, hashes, signatures, projections -----------------------------------------------------
"$bin/sluss-central" verify "$work/central/c" >"$work/verify.out" 2>&1 || {
	found=1
	head -n 5 "$work/verify.out" | sed 's/^/VIOLATION I11 the central does not verify: /'
}
exit "$found"
