# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: EUPL-1.2
# A central of one's own on a free port, and TAP. Sourced by the tests here.
# B is the build folder. No test waits for a time: only for a line or a file.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
central=$B/sluss-central
work=$(mktemp -d "${TMPDIR:-/tmp}/sluss-central.XXXXXX") || exit 1
server=
count=0

leave() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	[ -z "$server" ] || wait "$server" 2>/dev/null
	[ ! -d "$work/small" ] || umount "$work/small" 2>/dev/null
	rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' INT TERM

ok() {
	count=$((count + 1))
	echo "ok $count - $1"
}
not_ok() {
	count=$((count + 1))
	echo "not ok $count - $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}
# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got: $2
wanted: $3"; fi
}
# has NAME TEXT PART
has() {
	case $2 in
	*"$3"*) ok "$1" ;;
	*) not_ok "$1" "no \"$3\" in: $2" ;;
	esac
}
done_testing() {
	echo "1..$count"
}

# start DIR [ARGUMENT...]: serve on a free port; sets url and server. The
# named pipe gives its line when the server listens, and an end of file when
# it could not start.
start() {
	dir=$1
	shift
	rm -f "$work/said"
	mkfifo "$work/said"
	"$central" serve "$dir" --listen 127.0.0.1:0 "$@" >"$work/said" 2>"$work/errors" &
	server=$!
	url=
	read -r line <"$work/said" && url=${line#listening on }
	[ -n "$url" ]
}
# stop: sets code.
stop() {
	kill -TERM "$server"
	code=0
	wait "$server" || code=$?
	server=
}
# ask CURL-ARGUMENT...: sets status and body.
ask() {
	status=$(curl -s -o "$work/body" -w '%{http_code}' "$@")
	body=$(cat "$work/body")
}
# apply KEY JSON [TYPE]
apply() {
	ask -H 'Content-Type: application/json' -H "Idempotency-Key: $1" --data-binary "$2" "$url/v1/intake/${3:-BYGGLOV_NYBYGGNAD}"
}
