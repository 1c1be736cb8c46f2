#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# SIGKILL and EIO at every write of the programs: while an action is signed,
# pushed, a page applied, words erased, and while the central stores what was
# pushed. After each, the program is started again, the work is done to its
# end, and what must hold is looked at. Prints scenarios, points, kills and
# violations.
#   STEP=N   only every Nth point of each call (default 25; 1: all of them)
#   ONLY=P   only the scenarios whose name has P in it
# shellcheck disable=SC2317,SC2119,SC2034
set -u
TOOLS=${B:-build}/tests/lib
B=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"
step=${STEP:-25}
command -v strace >/dev/null 2>&1 || skip_all "strace is not installed"
strace -qq -o /dev/null true 2>/dev/null || skip_all "this machine does not allow strace"

# What changes a disk; `write` is also what is said on standard output.
calls="pwrite64 write fdatasync fsync ftruncate unlink rename"
scenarios=0 points=0 kills=0 faults=0 violations=0
violation() {
	violations=$((violations + 1))
	[ "$violations" -gt 20 ] || echo "# VIOLATION $scenario, $fault at $call $when: $1"
}

anna() {
	sluss anna "$@" </dev/null
}
# The verb in $T/verb, its input in $input, after the words given: under
# strace or plain. $rc is its exit code.
input=/dev/null
run_verb() {
	set -- "$@" "$SLUSS"
	while read -r word; do set -- "$@" "$word"; done <"$T/verb"
	SLUSS_HOME=$(home_of anna) "$@" --passphrase-fd 3 >"$T/out" 2>"$T/err" 3<<-EOF <"$input"
		$PASSPHRASE
	EOF
	rc=$?
}
central() {
	sqlite3 -readonly -cmd ".timeout 5000" "$C/central.db" "$1"
}
home() { # FILE SQL
	sqlite3 -readonly -cmd ".timeout 5000" "$(home_of anna)/$1" "$2"
}

# --- What is prepared ------------------------------------------------------------
fresh=0
fresh_case() {
	fresh=$((fresh + 1))
	canary=$(printf 'kanarie%04dsvep' "$fresh")
	no=$(apply BYGGLOV_NYBYGGNAD "sweep-$fresh" "Växthus $canary")
	id=$(central "SELECT id FROM casefile WHERE diary_no = '$no'")
}
# Fetched by the score: each start of the program costs a passphrase.
: >"$T/pool"
fetched_case() {
	if [ ! -s "$T/pool" ]; then
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			fresh_case
			echo "$id $canary $no" >>"$T/pool"
		done
		anna sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
	fi
	read -r id canary no <"$T/pool"
	sed -i 1d "$T/pool"
}
say_verb() {
	printf '%s\n' "$@" >"$T/verb"
}

# --- What must hold ----------------------------------------------------------------
# In the outbox once or not at all; who was told "done" has it.
check_signed() {
	there=$(home outbox.db "SELECT count(*) FROM item WHERE case_id = '$id' AND act = '$act'")
	[ "$there" -le 1 ] || violation "signed $there times"
	[ "$rc" != 0 ] || [ "$there" = 1 ] || violation "it said done, and it is not"
	[ "$there" = 1 ] && return
	run_verb
	[ "$rc" = 0 ] || violation "again: exit $rc: $(head -c 200 "$T/err")"
}
# Once in the log, and the copy says what the central says.
check_settled() {
	anna sync >"$T/out" 2>"$T/err" || violation "sync: exit $?: $(head -c 200 "$T/err")"
	n=$(central "SELECT count(*) FROM log WHERE act = '$act' AND case_id = '$id'")
	[ "$n" = 1 ] || violation "$act stands $n times in the log"
	[ "$(central "SELECT n, eh FROM casefile WHERE id = '$id'")" = \
		"$(home cache.db "SELECT n, eh FROM base_case WHERE case_id = '$id'")" ] ||
		violation "the copy of $no is not what the central says"
	waiting=$(home outbox.db "SELECT count(*) FROM item WHERE verdict = 0 AND void_ah IS NULL")
	[ "$waiting" = 0 ] || violation "$waiting wait for an answer still"
}

# --- Scenarios: before, after -------------------------------------------------------
before_deadline() {
	fetched_case
	act=case.deadline
	say_verb deadline "$no" 2027-02-01
}
before_claim() {
	fetched_case
	act=case.claim
	say_verb claim "$no"
}
before_decide() {
	fetched_case
	anna claim "$no" >"$T/out" 2>&1 || bail "claim: $(cat "$T/out")"
	act=case.decide
	say_verb decide "$no" --outcome bifall --content "$T/content" --reasons "$T/reasons" \
		--sign --yes
}
after_deadline() {
	check_signed
	check_settled
}
after_claim() { after_deadline; }
after_decide() { after_deadline; }
before_push() {
	before_deadline
	run_verb
	[ "$rc" = 0 ] || bail "deadline: $(cat "$T/err")"
	say_verb sync
}
after_push() { check_settled; }
# The key gives way to another, with an action of the old one waiting.
before_rotate() {
	before_deadline
	run_verb
	[ "$rc" = 0 ] || bail "deadline: $(cat "$T/err")"
	say_verb key rotate
}
after_rotate() { check_settled; }
# One of the two passphrases opens the key; here both are the same words.
before_passphrase() {
	printf '%s\n' "$PASSPHRASE" >"$T/again"
	input=$T/again
	say_verb passphrase --new-passphrase-fd 0
}
after_passphrase() {
	input=/dev/null
	anna sync >"$T/out" 2>"$T/err" || violation "sync: exit $?: $(head -c 200 "$T/err")"
}
before_page() {
	fresh_case
	act=case.register
	say_verb sync
}
after_page() { check_settled; }

# Erased words leave the raw files of the one that was stopped over it as well.
erase_words() { # WORDS...: under them
	"$@" "$CENTRAL" erase "$C" "$id" 1 --reason "Svep" >"$T/out" 2>"$T/err"
	rc=$?
}
check_gone() { # FOLDER
	"$TOOLS/canary" "$1" "$canary" >"$T/found" 2>&1 || violation "$(head -n 1 "$T/found")"
}
before_page_that_erases() {
	fetched_case
	erase_words env
	[ "$rc" = 0 ] || bail "erase: $(cat "$T/err")"
	act=entry.erase
	say_verb sync
}
after_page_that_erases() {
	check_settled
	check_gone "$(home_of anna)"
}

# strace marks the call that it made fail; a run with fewer calls than were
# counted has no fault in it.
count_fault() {
	! grep -q '(INJECTED)' "$T/injected" || faults=$((faults + 1))
}
# What became of the program under the fault: $rc.
note_fault() {
	case $fault in
	kill) [ "$rc" = 137 ] && kills=$((kills + 1)) ;;
	EIO)
		count_fault
		[ "$rc" -lt 128 ] || violation "it died of it: exit $rc"
		[ "$rc" = 0 ] || [ -s "$T/err" ] || violation "exit $rc without a word"
		;;
	esac
}
# One run of the client with a fault in it.
client_run() {
	before_"$scenario"
	run_verb strace -f -qq -o "$T/injected" -e trace="$call" -e inject="$call:$rule:when=$when"
	note_fault
	after_"$scenario"
}
client_count() {
	before_"$scenario"
	run_verb strace -f -qq -o "$T/trace" -e trace="$call"
	after_"$scenario"
	made=$(grep -c "$call(" "$T/trace")
}

# A wake-up between threads is no disk: where it cannot be written the HTTP
# library ends the program at once, as a kill would.
wake_up_failed() {
	[ "$ended" = 134 ] && grep -q 'eventfd.*(INJECTED)' "$T/injected"
}
# The central itself: it dies, or its disk fails, while it takes an action.
central_run() {
	before_push
	stop_central
	serve_under "strace -D -f -y -qq -o $T/injected -e trace=$call -e inject=$call:$rule:when=$when"
	# A central that did not come up under the fault has lost nothing either.
	[ -z "$CENTRAL_UP" ] || run_verb
	end_under
	case $fault in
	kill) [ "$ended" = 137 ] && kills=$((kills + 1)) ;;
	EIO)
		count_fault
		[ "$ended" -lt 128 ] || [ "$ended" = 143 ] || wake_up_failed ||
			violation "the central died of it: exit $ended"
		;;
	esac
	serve_central "$address"
	check_settled
}
central_count() {
	before_push
	stop_central
	serve_under "strace -D -f -qq -o $T/trace -e trace=$call"
	run_verb
	end_under
	serve_central "$address"
	check_settled
	made=$(grep -c "$call(" "$T/trace")
}
# serve_under WORDS: as serve_central, and CENTRAL_UP says whether it listens.
serve_under() {
	rm -f "$T/under.fifo"
	mkfifo "$T/under.fifo"
	# shellcheck disable=SC2086
	$1 "$CENTRAL" serve "$C" --listen "$address" >"$T/under.fifo" 2>>"$T/central.err" &
	under=$!
	pids="$pids $under"
	CENTRAL_UP=
	while read -r line; do
		case $line in "listening on "*) CENTRAL_UP=1 && break ;; esac
	done <"$T/under.fifo"
}
# With -D the program is our own child, and strace its grandchild.
end_under() {
	kill -TERM "$under" 2>/dev/null
	wait "$under" 2>/dev/null
	ended=$?
}

# The central erases: what a stop leaves is made good at its next start.
check_erased() {
	erase_words env
	n=$(central "SELECT count(*) FROM log WHERE act = 'entry.erase' AND case_id = '$id'")
	[ "$n" = 1 ] || violation "erased $n times"
	check_gone "$C"
}
erase_run() {
	fetched_case
	erase_words strace -f -qq -o "$T/injected" -e trace="$call" -e inject="$call:$rule:when=$when"
	note_fault
	check_erased
}
erase_count() {
	fetched_case
	erase_words strace -f -qq -o "$T/trace" -e trace="$call"
	check_erased
	made=$(grep -c "$call(" "$T/trace")
}

# An event log brought in: interrupted, it is resumed by the same command.
log_lines=24
write_log() {
	i=0
	while [ "$i" -lt "$log_lines" ]; do
		c=$((i % 8)) n=$((i / 8 + 1)) day=$((i / 8 + 10))
		printf '{"case":"case-%s","seq":%s,"of":3,"ts":"2011-03-%sT09:%02d:00.000+01:00","activity":"T%s","lifecycle":"complete","resource":"R%s","group":"Group %s","instance":"task-%s","case_channel":"Desk","case_department":"General","case_group":null,"case_responsible":"R1","case_startdate":"2011-03-10T09:00:00.000+01:00","case_enddate":null,"case_enddate_planned":"2011-05-01T09:00:00.000+02:00","case_deadline":"2011-05-02T09:00:00.000+02:00"}\n' \
			"$c" "$n" "$day" "$c" "$n" $((i % 3)) $((i % 2)) "$i"
		i=$((i + 1))
	done >"$T/log.ndjson"
}
import_into() { # WORDS...: under them
	"$@" "$CENTRAL" import "$T/imported" "$T/log.ndjson" >"$T/out" 2>"$T/err"
	rc=$?
}
fresh_import() {
	rm -rf "$T/imported"
	"$CENTRAL" init "$T/imported" --name "Exempelköping" >"$T/out" 2>&1 || bail "init: $(cat "$T/out")"
}
check_imported() {
	import_into env
	[ "$rc" = 0 ] || violation "resumed: exit $rc: $(head -c 200 "$T/err")"
	n=$(sqlite3 -readonly "$T/imported/central.db" \
		"SELECT count(*) || ' ' || count(DISTINCT iid) || ' ' || count(DISTINCT case_id) FROM log")
	[ "$n" = "$((log_lines + 8)) $((log_lines + 8)) 8" ] || violation "the log has $n"
	"$CENTRAL" verify "$T/imported" >"$T/out" 2>&1 || violation "verify: $(tail -n 2 "$T/out")"
}
import_run() {
	fresh_import
	import_into strace -f -qq -o "$T/injected" -e trace="$call" -e inject="$call:$rule:when=$when"
	note_fault
	check_imported
}
import_count() {
	fresh_import
	import_into strace -f -qq -o "$T/trace" -e trace="$call"
	check_imported
	made=$(grep -c "$call(" "$T/trace")
}

# --- The sweep ------------------------------------------------------------------------
sweep() { # client|central|erase|import SCENARIO [CALLS]
	who=$1 scenario=$2
	case $scenario in *"${ONLY:-}"*) ;; *) return ;; esac
	scenarios=$((scenarios + 1))
	at=$points
	for call in ${3:-$calls}; do
		fault=count when=0
		"$who"_count
		# Another starting point for each call, so that a coarse sweep
		# does not look at the first write of each alone.
		first=$(((points + scenarios) % step + 1))
		[ "$first" -le "$made" ] || first=1
		for when in $(seq "$first" "$step" "$made"); do
			for fault in kill EIO; do
				rule=error=EIO
				[ "$fault" = EIO ] || rule=signal=SIGKILL
				points=$((points + 1))
				"$who"_run
			done
		done
	done
	echo "# $scenario: $((points - at)) points"
}

start_central
address=$(central_address)
add_officer anna officer,decider bygg
enrol anna >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
printf 'sign.unattended = allow\n' >>"$(home_of anna)/sluss.conf"
echo "Utredningen visar att åtgärden är förenlig med planen." >"$T/reasons"
echo "Ansökan bifalls." >"$T/content"
for s in deadline claim decide push page rotate; do sweep client "$s"; done
# One statement, of which a coarse sweep sees little.
[ "$step" != 1 ] || sweep client passphrase
purging="pwrite64 fdatasync ftruncate"
sweep client page_that_erases "$purging"
sweep central stores
sweep erase erasure "$purging"
write_log
sweep import import
echo "# $scenarios scenarios, $points points, $kills kills, $faults faults, $violations violations"
if [ "$kills" -gt 0 ] && [ "$faults" -gt 0 ]; then pass "the sweep killed and failed writes"; else
	fail "the sweep killed and failed writes" "$kills kills, $faults faults"; fi
is "nothing was lost, doubled or left half" "$violations" 0
is "the officer's two files are whole" \
	"$(home cache.db 'PRAGMA integrity_check')$(home outbox.db 'PRAGMA integrity_check')" okok
stop_central
exits "the central's log verifies" 0 "$CENTRAL" verify "$C"
finish
