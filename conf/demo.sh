#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# make demo: a fictitious municipality on this machine. Makes a central with
# cases, starts it, enrols one officer, and opens the workstation.
#
#   B                  folder of the programs (build)
#   SLUSS_DEMO_DIR     kept between runs if set; else a folder that is removed
#   SLUSS_DEMO_CASES   how many cases (600)
# Usage: demo.sh [officer|contact|supervisor]. Everything stays on this machine:
# the central listens on 127.0.0.1 alone.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
B=${B:-build}
case $B in /*) ;; *) B=$top/$B ;; esac
cases=${SLUSS_DEMO_CASES:-600}
passphrase="ett exempel att prova med"

say() { printf '%s\n' "$*"; }
die() {
	printf 'demo: %s\n' "$*" >&2
	exit 1
}

case ${1:-officer} in
officer | handläggare) role=officer officer=britt.a ;;
contact | kontaktcenter) role=contact officer=cc.sara ;;
supervisor | chef) role=supervisor officer=anna.c ;;
*) die "rollen \"$1\" finns inte i demot; ROLE är officer, contact eller supervisor" ;;
esac
if ! [ -t 0 ] || ! [ -t 1 ]; then die "demot är en helskärm och behöver en terminal"; fi
for p in sluss sluss-central; do
	[ -x "$B/$p" ] || die "$B/$p saknas: kör make först"
done

umask 077
keep=${SLUSS_DEMO_DIR:-}
if [ -n "$keep" ]; then
	mkdir -p "$keep"
	D=$(cd "$keep" && pwd)
else
	D=$(mktemp -d "${TMPDIR:-/tmp}/sluss-demo.XXXXXX")
fi
C=$D/central
central_pid=

# The central is ended by its process id, and waited for, whatever happens.
cleanup() {
	rc=$?
	trap - EXIT INT TERM HUP
	if [ -n "$central_pid" ]; then
		kill "$central_pid" 2>/dev/null || true
		wait "$central_pid" 2>/dev/null || true
		rm -f "$D/central.pid"
	fi
	if [ -n "$keep" ]; then
		say "Allt ligger kvar i $D. Avslutade ärenden som arkivpaket: $C/archive"
		say "Pröva ett: $B/sluss-verify PAKET.    Hela kedjan: $B/sluss-central verify $C"
	else
		rm -rf "$D"
		say "Demot är slut; inget ligger kvar. Med SLUSS_DEMO_DIR=MAPP sparas det."
	fi
	exit "$rc"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# --- The central -----------------------------------------------------------------

if [ ! -e "$C/central.db" ]; then
	say "Gör en central för Exempelköping i $C ..."
	"$B/sluss-central" init "$C" --name Exempelköping --conf "$top/conf/casetypes" >"$D/log" 2>&1 ||
		die "$(cat "$D/log")"
	say "Fyller den med $cases påhittade ärenden ..."
	"$B/sluss-central" demo-fill "$C" --cases "$cases" --seed 7 || die "ärendena kunde inte göras"
fi
# A home that is enrolled already knows the address: the same port again.
listen=127.0.0.1:0
url=
serve() {
	rm -f "$D/fifo"
	mkfifo "$D/fifo"
	"$B/sluss-central" serve "$C" --listen "$listen" >"$D/fifo" 2>"$D/central.log" &
	central_pid=$!
	# Held open to the end, so that the central can always write.
	exec 7<"$D/fifo"
	while read -r line <&7; do
		case $line in
		"listening on "*)
			url=${line#listening on }
			url=${url%/}
			break
			;;
		esac
	done
	[ -n "$url" ] || die "centralen startade inte: $(cat "$D/central.log")"
	printf '%s\n' "${url#http://}" >"$D/address"
	printf '%s\n' "$central_pid" >"$D/central.pid"
	say "Centralen svarar på $url (logg: $D/central.log)."
}
[ ! -s "$D/address" ] || listen=$(cat "$D/address")
# Another seat of the same demo may have it running.
if [ -s "$D/address" ] && curl -s -o "$D/log" "http://$listen/"; then
	url=http://$listen
	say "Centralen svarar redan på $url: ännu en plats i samma demo."
else
	serve
fi

# --- The officer's workstation ------------------------------------------------------

# Each role has a home of its own; the first one was the officer's.
suffix=
[ "$role" = officer ] || suffix=-$role
SLUSS_HOME=$D/home$suffix
export SLUSS_HOME
mkdir -p "$SLUSS_HOME"
printf '%s\n' "$passphrase" >"$D/passphrase"
if [ ! -s "$D/enrolled$suffix" ]; then
	"$B/sluss-central" invite "$C" "$officer" >"$D/invitation" 2>"$D/log" || die "$(cat "$D/log")"
	grep -o 'sluss1\.[A-Za-z0-9_-]*\.[0-9a-f]*' "$D/invitation" >"$D/code"
	"$B/sluss" enrol "$url" --code-fd 4 --passphrase-fd 3 3<"$D/passphrase" 4<"$D/code" ||
		die "handläggaren kunde inte anslutas"
	rm -f "$D/invitation" "$D/code"
	say "$officer" >"$D/enrolled$suffix"
fi
"$B/sluss" sync --passphrase-fd 3 3<"$D/passphrase" || die "ärendena kunde inte hämtas"
say "Låser du skärmen (L) är lösenfrasen: $passphrase"
case $role in
contact)
	say "Du är $officer på kontaktcenter. Pröva 19900317-9802, eller: tindra bergfalk ekvägen."
	"$B/sluss" --passphrase-fd 3 3<"$D/passphrase"
	;;
supervisor)
	say "Du är $officer, chef. j och k går mellan siffrorna, Enter visar ärendena, Q avslutar."
	"$B/sluss" --passphrase-fd 3 3<"$D/passphrase"
	;;
*)
	say "Du är $officer. F1 är hjälp, t tar ett ärende, Q avslutar."
	"$B/sluss" --view 2 --passphrase-fd 3 3<"$D/passphrase"
	;;
esac
