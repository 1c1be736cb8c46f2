# shellcheck shell=sh
# SPDX-License-Identifier: EUPL-1.2
# Helpers of the tests that drive the full screen by keys. Sourced after
# lib.sh. `screen ID [OPTION...]` runs the workstation of an officer in a
# terminal of ptydrive, with the script on standard input.
DRIVE=$B/tests/lib/ptydrive
RAW=$T/raw
# screen ID [ptydrive options]: 0 when the script went well
screen() {
	officer=$1
	shift
	rm -f "$RAW"
	SLUSS_HOME=$(home_of "$officer") "$DRIVE" --timeout "${WAIT:-30}" --raw "$RAW" "$@" \
		-- "$SLUSS" >"$T/screen.out" 2>"$T/screen.err"
}
# did NAME CODE: a test that passes when the script went well
did() {
	if [ "$2" = 0 ]; then pass "$1"; else fail "$1" "$(tail -n 40 "$T/screen.err")"; fi
}
# The first lines of every script: the passphrase, and the queue.
unlock_script() {
	cat <<-EOF
		wait Lösenfras
		type $PASSPHRASE
		key Enter
		wait Kö:
		wait ONLINE
	EOF
}
