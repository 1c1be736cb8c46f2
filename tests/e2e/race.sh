#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Two workstations claim the same case; both requests are held at a barrier
# and let go together. One wins each round, and the loser is told by whom.
#   ROUNDS=N  (default 200)
set -u
TOOLS=${B:-build}/tests/lib
B=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-200}

start_central
add_officer anna officer,decider bygg
add_officer bo officer,decider bygg

# Everything goes through the proxy; only pushes meet the barrier.
: >"$T/rules"
mkfifo "$T/proxy.fifo"
"$TOOLS/proxy" --upstream "$(central_address)" --rules "$T/rules" --seed 4711 >"$T/proxy.fifo" &
pids="$pids $!"
exec 8<"$T/proxy.fifo"
read -r line <&8
URL_CENTRAL=$URL
URL=${line#listening on }
cat <&8 >"$T/proxy.log" &
pids="$pids $!"

enrol anna >"$T/enrol.out" 2>&1 || bail "enrol anna: $(cat "$T/enrol.out")"
enrol bo >"$T/enrol.out" 2>&1 || bail "enrol bo: $(cat "$T/enrol.out")"
URL_PROXY=$URL
URL=$URL_CENTRAL
i=0
while [ "$i" -lt "$rounds" ]; do
	i=$((i + 1))
	apply BYGGLOV_NYBYGGNAD "race-$i" "Carport $i" >>"$T/numbers"
done
URL=$URL_PROXY
sluss anna sync >"$T/out" 2>&1 || bail "sync anna: $(cat "$T/out")"
sluss bo sync >"$T/out" 2>&1 || bail "sync bo: $(cat "$T/out")"
echo "POST /v1/actions barrier 2" >"$T/rules"

anna=0 bo=0 neither=0 unnamed=0
while read -r no; do
	sluss anna claim "$no" --wait=60 >"$T/anna.out" 2>&1 &
	p=$!
	sluss bo claim "$no" --wait=60 >"$T/bo.out" 2>&1
	rc_bo=$?
	wait "$p"
	rc_anna=$?
	case "$rc_anna $rc_bo" in
	"0 7")
		anna=$((anna + 1))
		grep -q "anna" "$T/bo.out" || unnamed=$((unnamed + 1))
		;;
	"7 0")
		bo=$((bo + 1))
		grep -q "bo" "$T/anna.out" || unnamed=$((unnamed + 1))
		;;
	*)
		neither=$((neither + 1))
		echo "# $no: anna $rc_anna, bo $rc_bo: $(tail -n 1 "$T/anna.out") / $(tail -n 1 "$T/bo.out")"
		;;
	esac
done <"$T/numbers"

echo "# of $rounds rounds anna won $anna, bo $bo"
is "one wins each round" "$neither" 0
is "all rounds are counted" $((anna + bo)) "$rounds"
least=$((rounds / 10))
if [ "$anna" -ge "$least" ] && [ "$bo" -ge "$least" ]; then
	pass "each side wins at least one in ten"
else
	fail "each side wins at least one in ten" "anna $anna, bo $bo"
fi
is "the loser's message names the winner" "$unnamed" 0
exits "the central's log verifies" 0 "$CENTRAL" verify "$C"
finish
