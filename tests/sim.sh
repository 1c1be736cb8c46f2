#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The hunt: seeds of the simulator on all processors, then the table of planted
# bugs. Exit 1 where a seed violates an invariant or a planted bug survives.
#   SEEDS=N   how many (default 4000)    FROM=N   the first (default 1)
#   JOBS=N    at once (default 2)        MUTANTS= empty: no table
#   TABLE=    empty: one range of seeds for each planted bug, and no medians
#   CALM=1    without backups put back, folders copied and keys revoked
set -u
cd "$(dirname "$0")/.." || exit 1
sim=${B:-build}/sluss-sim
seeds=${SEEDS:-4000} from=${FROM:-1} jobs=${JOBS:-2}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
began=$(date +%s.%N)
pids=
k=0
while [ "$k" -lt "$jobs" ]; do
	a=$((from + seeds * k / jobs)) b=$((from + seeds * (k + 1) / jobs - 1))
	[ "$b" -lt "$a" ] || "$sim" --all ${CALM:+--calm} --seeds "$a..$b" >"$tmp/$k" 2>&1 &
	pids="$pids $!"
	k=$((k + 1))
done
# shellcheck disable=SC2086
wait $pids
ended=$(date +%s.%N)
grep -hv '^[0-9]* seeds, ' "$tmp"/*
awk -v wall="$(echo "$ended $began" | awk '{ print $1 - $2 }')" -v asked="$seeds" '
	/^[0-9]+ seeds, / {
		seeds += $1; bad += $3; events += $5; acts += $7; standing += $10
		crashes += $12; sub(/\(/, "", $14); cuts += $14; net += $17; disk += $20; mishaps += $23; hours += $25
		for (i = 28; i < NF; i += 2) {
			if (!($(i + 1) in rare)) order[++kinds] = $(i + 1)
			rare[$(i + 1)] += $i
		}
	}
	END {
		printf "seeds                %d, %.1f a second\n", seeds, seeds / wall
		printf "events               %d\n", events
		printf "simulated years      %.3f\n", hours / 8766
		printf "actions signed       %d, %d of them stand\n", acts, standing
		printf "crashes              %d, %d of them power cuts\n", crashes, cuts
		printf "faults               %d of the network, %d of disks\n", net, disk
		printf "mishaps              %d: backups put back, clones, keys revoked, lids closed\n", mishaps
		for (i = 1; i <= kinds; i++) {
			sub(/,/, "", order[i])
			printf "%-20s %d\n", order[i], rare[order[i]] + rare[order[i] ","]
		}
		printf "violations           %d\n", bad
		if (seeds < asked) printf "MISSING              %d seeds did not come to their end\n", asked - seeds
		exit bad > 0 || seeds < asked
	}' "$tmp"/*
rc=$?
[ -z "${MUTANTS-1}" ] || TABLE=${TABLE-1} sh tests/mutants/run.sh || rc=1
exit "$rc"
