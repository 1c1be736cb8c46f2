#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# make demo's script: a central, cases, an officer and the workstation from one
# command; nothing of it runs or lies about afterwards, unless it was to be
# kept, and then the next run goes on where the last one ended.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
case $B in /*) ;; *) B=$top/$B ;; esac
export B
DRIVE=$B/tests/lib/ptydrive
demo() { # script on standard input
	cat >"$T/script"
	TMPDIR=$T SLUSS_DEMO_CASES=40 "$DRIVE" --timeout 60 --script "$T/script" -- \
		sh "$top/conf/demo.sh" >"$T/screen.out" 2>"$T/screen.err"
}
did() {
	if [ "$2" = 0 ]; then pass "$1"; else fail "$1" "$(tail -n 40 "$T/screen.err")"; fi
}

exits "without a terminal it says so" 1 sh "$top/conf/demo.sh"
like "in words" "$(cat "$T/err")" "behöver en terminal"
exits "a role that is not there is refused" 1 sh "$top/conf/demo.sh" borgmästare
like "with the roles that are" "$(cat "$T/err")" "ROLE är officer, contact eller supervisor"

demo <<'EOF'
wait Inkorg
wait ONLINE
wait britt.a
key Enter
wait Översikt
key t
wait Klart: ta ärendet
wait utkorg 0
key Q
waitexit 0
EOF
did "the demo opens unlocked, on cases, and a case can be taken" $?
is "nothing is left behind" "$(find "$T" -maxdepth 1 -name 'sluss-demo.*' | wc -l)" 0

SLUSS_DEMO_DIR=$T/kept
export SLUSS_DEMO_DIR
demo <<'EOF'
wait Inkorg
wait ONLINE
key t
wait Klart: ta ärendet
wait utkorg 0
key Q
wait ligger kvar
waitexit 0
EOF
did "a kept demo says where it lies" $?
address=$(cat "$T/kept/address" 2>/dev/null)
curl -s -m 2 "http://$address/healthz" >/dev/null 2>&1
is "its central is ended" "$?" 7
demo <<'EOF'
wait Inkorg
wait ONLINE
type :utkorg
key Enter
wait godtagen
key L
wait Sluss är låst
type ett exempel att prova med
key Enter
wait UTKORG
key Q
waitexit 0
EOF
did "the next run has the same home, and the passphrase it told" $?
exits "the kept central verifies" 0 "$CENTRAL" verify "$T/kept/central"
finish
