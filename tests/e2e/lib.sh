# shellcheck shell=sh
# SPDX-License-Identifier: EUPL-1.2
# Helpers of the end-to-end tests: a central and officers' homes in a folder
# of their own, on a free port, ended by process id. Sourced by the tests.
#
#   . "$(dirname "$0")/lib.sh"
#   start_central; add_officer britt.a officer,decider bygg; enrol britt.a
#   sluss britt.a list --json;  is "the list has one case" "$n" 1;  finish
#
# The programs are found in ${B:-build}. Nothing sleeps: a test waits for a
# line or for a program's end.
B=${B:-build}
SLUSS=$B/sluss
CENTRAL=$B/sluss-central
PASSPHRASE="kanin plog segel tomte brygga lampa"
LC_ALL=C.UTF-8 LANGUAGE=sv TZ=UTC
export LC_ALL LANGUAGE TZ
unset SLUSS_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME NO_COLOR
T=$(mktemp -d "${TMPDIR:-/tmp}/sluss-e2e.XXXXXX") || exit 1
export HOME="$T"
tests=0 failures=0 pids='' URL='' C="$T/central"

# --- TAP ---------------------------------------------------------------------

# pass NAME; fail NAME [LINES OF DIAGNOSIS...]
pass() {
	tests=$((tests + 1))
	echo "ok $tests - $1"
}
fail() {
	tests=$((tests + 1)) failures=$((failures + 1))
	echo "not ok $tests - $1"
	shift
	for line in "$@"; do printf '%s\n' "$line" | sed 's/^/#   /'; done
}
# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:    $2" "wanted: $3"; fi
}
# like NAME TEXT PATTERN (of case)
like() {
	# shellcheck disable=SC2254
	case $2 in
	*$3*) pass "$1" ;;
	*) fail "$1" "got:    $2" "no:     $3" ;;
	esac
}
# exits NAME WANTED COMMAND...: output in $T/out, messages in $T/err
exits() {
	name=$1 wanted=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	if [ "$rc" = "$wanted" ]; then pass "$name"; else
		fail "$name" "exit $rc, wanted $wanted" "$(head -n 5 "$T/out")" "$(head -n 20 "$T/err")"
	fi
}
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}
finish() {
	echo "1..$tests"
	[ "$failures" = 0 ]
	exit $?
}
bail() {
	echo "Bail out! $1"
	exit 1
}

cleanup() {
	rc=$?
	trap - EXIT INT TERM HUP
	for p in $pids; do kill "$p" 2>/dev/null; done
	for p in $pids; do wait "$p" 2>/dev/null; done
	rm -rf "$T"
	exit "$rc"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# --- The central ---------------------------------------------------------------

# init_central [CONF-FOLDER]
init_central() {
	"$CENTRAL" init "$C" --name "Exempelköping" ${1:+--conf "$1"} >"$T/init.out" 2>&1 ||
		bail "init: $(cat "$T/init.out")"
}
# serve_central [ADDRESS:PORT]: sets URL and CENTRAL_PID
# shellcheck disable=SC2120
serve_central() {
	rm -f "$T/central.fifo"
	mkfifo "$T/central.fifo"
	"$CENTRAL" serve "$C" --listen "${1:-127.0.0.1:0}" >"$T/central.fifo" 2>>"$T/central.err" &
	CENTRAL_PID=$!
	pids="$pids $CENTRAL_PID"
	# Held open to the end, so that the central can always write.
	exec 7<"$T/central.fifo"
	while read -r line <&7; do
		case $line in
		"listening on "*)
			URL=${line#listening on }
			URL=${URL%/}
			return 0
			;;
		esac
	done
	bail "the central did not start: $(tail -n 20 "$T/central.err")"
}
start_central() {
	init_central "${1:-}"
	serve_central
}
# stop_central: as its owner would; kill_central: as a power cut
stop_central() {
	kill "$CENTRAL_PID" 2>/dev/null
	wait "$CENTRAL_PID" 2>/dev/null
}
kill_central() {
	kill -9 "$CENTRAL_PID" 2>/dev/null
	wait "$CENTRAL_PID" 2>/dev/null
}
# The address a stopped central had, for starting it there again.
central_address() {
	echo "${URL#http://}"
}

# --- Officers --------------------------------------------------------------------

# add_officer ID ROLES UNITS [CLEARANCE]
add_officer() {
	"$CENTRAL" officer add "$C" "$1" --name "Officer $1" --title "handläggare" --roles "$2" \
		--units "$3" ${4:+--clearance "$4"} >"$T/officer.out" 2>&1 || bail "officer: $(cat "$T/officer.out")"
}
# invite ID: prints the invitation
invite() {
	"$CENTRAL" invite "$C" "$1" 2>>"$T/central.err" | grep -o 'sluss1\.[A-Za-z0-9_-]*\.[0-9a-f]*' | head -n 1
}
home_of() {
	echo "$T/home-$1"
}
# sluss ID VERB...: the client of that officer; the passphrase comes on fd 3
sluss() {
	officer=$1
	shift
	SLUSS_HOME=$(home_of "$officer") "$SLUSS" "$@" --passphrase-fd 3 3<<-EOF
		$PASSPHRASE
	EOF
}
# The same without a passphrase at hand.
sluss_locked() {
	officer=$1
	shift
	SLUSS_HOME=$(home_of "$officer") "$SLUSS" "$@"
}
# enrol ID [CODE [URL]]
enrol() {
	invitation=${2:-$(invite "$1")}
	SLUSS_HOME=$(home_of "$1") "$SLUSS" enrol "${3:-$URL}" --code-fd 4 --passphrase-fd 3 \
		3<<-EOF 4<<-EOF2
			$PASSPHRASE
		EOF
			$invitation
		EOF2
}

# --- Applications -------------------------------------------------------------------

# apply TYPE KEY TITLE [NAME]: an application from an e-service; prints the
# diary number.
apply() {
	printf '{"title":"%s","party":{"name":"%s"},"channel":"e-service","fields":{}}' "$3" "${4:-Britt Ek}" |
		curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: $2" \
			--data-binary @- "$URL/v1/intake/$1" >"$T/intake.json" || bail "intake: $(cat "$T/intake.json")"
	jq -r .diary_no "$T/intake.json"
}

# --- Words in raw files ------------------------------------------------------------

# found FOLDER WORD...: where, and in what form (TOOLS is set by the test)
found() {
	"$TOOLS/canary" "$@" | sed "s#$T/##"
}
# missed FOLDER WORD...: the words that it did not find
missed() {
	folder=$1
	shift
	found "$folder" "$@" >"$T/found"
	for w in "$@"; do grep -q "^$w " "$T/found" || printf '%s ' "$w"; done
}
