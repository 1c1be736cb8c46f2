#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The central is stopped; an officer claims, notes, sets a deadline on and
# decides 20 cases, and the program is killed at 20 seeded points on the way:
# inside writes, between signing and sending, and while the answer is held
# back. With the central back each action stands once, in the officer's order.
#   SEED=N (default 1)   CASES=N (default 20)
set -u
TOOLS=${B:-build}/tests/lib
B=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
cases=${CASES:-20}
seed=${SEED:-1}
command -v strace >/dev/null 2>&1 || skip_all "strace is not installed"
strace -qq -o /dev/null true 2>/dev/null || skip_all "this machine does not allow strace"

# A number below $1, from the seed: a small generator of our own.
state=$seed
random_below() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	r=$((state / 65536 % $1))
}

start_central
add_officer anna officer,decider bygg
: >"$T/rules"
mkfifo "$T/proxy.fifo"
"$TOOLS/proxy" --upstream "$(central_address)" --rules "$T/rules" >"$T/proxy.fifo" &
pids="$pids $!"
exec 8<"$T/proxy.fifo"
read -r line <&8
URL_CENTRAL=$URL
URL=${line#listening on }
enrol anna >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
printf 'sign.unattended = allow\n' >>"$(home_of anna)/sluss.conf"
URL_PROXY=$URL
URL=$URL_CENTRAL
i=0
while [ "$i" -lt "$cases" ]; do
	i=$((i + 1))
	apply BYGGLOV_NYBYGGNAD "offline-$i" "Växthus $i" >>"$T/numbers"
done
sluss anna sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
address=$(central_address)
URL=$URL_PROXY
stop_central

# --- Offline: four actions on each case, kills inside writes ---------------------
signed() {
	sluss anna outbox --json 2>/dev/null | jq '.items | length'
}
kills=0 input=/dev/null
# kill_at SYSCALL WHEN VERB...: run under strace; the process dies there, if
# it comes so far.
kill_at() {
	call=$1 when=$2
	shift 2
	SLUSS_HOME=$(home_of anna) strace -f -qq -o /dev/null -e trace="$call" \
		-e "inject=$call:signal=SIGKILL:when=$when" "$SLUSS" "$@" --passphrase-fd 3 \
		>"$T/out" 2>&1 3<<-EOF <"$input"
			$PASSPHRASE
		EOF
	rc=$?
	[ "$rc" = 137 ] && kills=$((kills + 1))
	return "$rc"
}
echo "Utredningen visar att åtgärden är förenlig med planen." >"$T/reasons"
echo "Ansökan bifalls." >"$T/content"
verb() { # number of the action, diary number
	input=/dev/null
	case $1 in
	1) set -- claim "$2" ;;
	2)
		input=$T/note
		echo "Ringt sökanden om $2" >"$input"
		set -- note "$2" -
		;;
	3) set -- deadline "$2" 2027-02-01 ;;
	4) set -- decide "$2" --outcome bifall --content "$T/content" --reasons "$T/reasons" --sign --yes ;;
	esac
	printf '%s\n' "$@" >"$T/verb"
}
run_verb() { # [kill SYSCALL WHEN]: the words stand in $T/verb
	set --
	while read -r word; do set -- "$@" "$word"; done <"$T/verb"
	if [ -n "${kill_call:-}" ]; then
		kill_at "$kill_call" "$kill_when" "$@"
	else
		sluss anna "$@" >"$T/out" 2>&1 <"$input"
	fi
}
done_so_far=0 bad=0
while read -r no <&5; do
	for a in 1 2 3 4; do
		verb "$a" "$no"
		# Three in four of the kills that are wanted fall here.
		random_below 5
		kill_call='' kill_when=0
		if [ "$r" = 0 ] && [ "$kills" -lt 17 ]; then
			kill_call=pwrite64
			random_below 24
			kill_when=$((r + 1))
			random_below 4
			[ "$r" = 0 ] && kill_call=fdatasync && kill_when=1
		fi
		run_verb
		# An officer looks and does again what is not there.
		if [ "$(signed)" != $((done_so_far + 1)) ]; then
			kill_call=''
			run_verb || bad=$((bad + 1))
		fi
		done_so_far=$((done_so_far + 1))
		if [ "$(signed)" != "$done_so_far" ]; then
			bad=$((bad + 1))
			echo "# $no action $a: $(cat "$T/out")"
			break 2
		fi
	done
done 5<"$T/numbers"
is "every action is durable once, killed or not" "$bad" 0
is "all actions are in the outbox" "$(signed)" $((cases * 4))

# --- The central is back: killed before sending, and while answers are held ------
URL=$URL_CENTRAL
serve_central "$address"
input=/dev/null
kill_at connect 1 sync
if [ "$(signed)" = $((cases * 4)) ]; then pass "killed between signing and sending, nothing is lost"; else
	fail "killed between signing and sending, nothing is lost"; fi
held=0
while [ "$held" -lt 2 ] || [ "$kills" -lt 20 ]; do
	held=$((held + 1))
	[ "$held" -le 20 ] || break
	echo "POST /v1/actions hold $T/gate-$held" >"$T/rules"
	SLUSS_HOME=$(home_of anna) "$SLUSS" sync --passphrase-fd 3 >"$T/out" 2>&1 3<<-EOF </dev/null &
		$PASSPHRASE
	EOF
	p=$!
	waiting=1
	while [ -n "$waiting" ] && read -r line <&8; do
		case $line in held*) waiting='' ;; esac
	done
	kill -9 "$p" && kills=$((kills + 1))
	wait "$p" 2>/dev/null
	: >"$T/gate-$held"
done
echo "POST /v1/actions lose" >"$T/rules"
SLUSS_HOME=$(home_of anna) "$SLUSS" sync --passphrase-fd 3 >"$T/out" 2>&1 3<<-EOF </dev/null &
	$PASSPHRASE
EOF
p=$!
waiting=1
while [ -n "$waiting" ] && read -r line <&8; do
	case $line in "forwarded POST /v1/actions"*) waiting='' ;; esac
done
echo "POST /v1/actions double" >"$T/rules"
wait "$p" 2>/dev/null
cat <&8 >"$T/proxy.log" &
pids="$pids $!"
: >"$T/rules"
exits "a last sync settles all" 0 sluss anna sync --wait
echo "# killed $kills times, $held of them while the answer was held back"
if [ "$kills" -ge 20 ]; then pass "the program was killed at 20 points"; else fail "the program was killed at 20 points" "$kills"; fi

# --- What stands ----------------------------------------------------------------
db() {
	sqlite3 -readonly "$C/central.db" "$1"
}
is "each action stands once in the log" "$(db "SELECT count(*), count(DISTINCT iid) FROM log WHERE ctr > 0")" \
	"$((cases * 4))|$((cases * 4))"
is "none is refused or in conflict with the officer's own" \
	"$(db "SELECT count(*) FROM device_log WHERE verdict NOT IN ('accepted', 'merged', 'void')")" 0
is "in the officer's order" \
	"$(db "SELECT count(*) FROM log a JOIN log b ON b.ctr = a.ctr + 1 WHERE a.ctr > 0 AND b.seq < a.seq")" 0
is "claim, note, deadline, decision on each case" \
	"$(db "SELECT count(*) FROM (SELECT group_concat(act) g FROM (SELECT case_id, act FROM log WHERE ctr > 0 ORDER BY seq) GROUP BY case_id) WHERE g = 'case.claim,note.add,case.deadline,case.decide'")" \
	"$cases"
exits "the central's log verifies" 0 "$CENTRAL" verify "$C"
exits "the officer's own check of a case holds" 0 sluss anna verify "$(head -n 1 "$T/numbers")"
is "nothing waits any more" "$(sluss anna outbox --json | jq '[.items[] | select(.verdict == null or .verdict == "none")] | length')" 0
finish
