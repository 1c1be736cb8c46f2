#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every measurement, each beside its limit, and the table of them. Called by
# `make bench`; SMALL=1 takes 10,000 cases only, to see that all of it runs.
#   B      build folder (build); figures go to $B/bench.json, a line each
#   SIZES  cases in the caches (10000 100000 1000000)
#   ONLY   parts: "screen search sync push" (all)
# Files are made once in $B/bench and used again while generator and schema
# stay as they are. Nothing here says that a time is too long: that is for
# whoever reads the table.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
SMALL=${SMALL:-}
D=$B/bench
OUT=$B/bench.json
T=$B/tests/bench
only=${ONLY:-screen search sync push}
if [ -n "$SMALL" ]; then
	sizes=${SIZES:-10000} first=10000 starts=5 keys=40 times=2
else
	sizes=${SIZES:-10000 100000 1000000} first=100000 starts=25 keys=400 times=4
fi

# --- The files -------------------------------------------------------------------

stamp=$(cat tests/bench/gen.c tests/bench/gen.h tests/bench/world.c cache/*.sql cache/cases.c \
	src/central/*.sql | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$D/stamp" 2>/dev/null)" != "$stamp" ]; then
	rm -rf "$D"
	mkdir -p "$D"
	echo "$stamp" >"$D/stamp"
fi
# make_once NAME COMMAND...: half of it does not count
make_once() {
	made=$D/$1.made
	[ ! -e "$made" ] || return 0
	rm -rf "${D:?}/$1" "$D/$1.conf"
	echo "making $D/$1" >&2
	shift
	"$@"
	: >"$made"
}
has() {
	case " $only " in *" $1 "*) return 0 ;; esac
	return 1
}

make_once central-small "$T/world" atwork "$D/central-small" 1000
if has screen || has search; then
	for n in $sizes; do
		make_once "home-$n" "$T/world" home "$D/central-small" "$D/home-$n" "$n"
	done
fi
if has push; then
	make_once central-push "$T/world" atwork "$D/central-push" 10000
fi
if has sync; then
	make_once "central-$first" "$T/world" central "$D/central-$first" "$first"
	make_once "home-first-$first" "$T/world" home "$D/central-$first" "$D/home-first-$first" 0
fi

# --- The measurements ---------------------------------------------------------------

: >"$OUT"
jq -nc --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
	--arg cores "$(nproc)" --arg kernel "$(uname -sr)" \
	--arg disk "$(findmnt -no SOURCE,FSTYPE -T "$D" | tr -s ' ')" \
	--arg load "$(cut -d ' ' -f 1-3 /proc/loadavg)" \
	'{machine: {cpu: $cpu, cores: ($cores | tonumber), kernel: $kernel, disk: $disk, load: $load}}' >>"$OUT"
for n in $sizes; do
	! has screen ||
		"$T/screen" "$D/central-small" "$D/home-$n" "$B" "$n" "$starts" "$keys" "$OUT"
	! has search || "$T/search" bench "$D/home-$n/cache.db" "$n" "$OUT"
done
! has sync || "$T/first_sync" "$D/central-$first" "$D/home-first-$first" "$B" "$first" "$times" "$OUT"
if has push; then
	# The pushes are made on a copy, which they change.
	rm -rf "$D/copy"
	cp -a "$D/central-push" "$D/copy"
	"$T/push" "$D/copy" "$B" 10000 "$times" "$OUT"
	rm -rf "$D/copy"
fi

# P8: the same work with the most cases, against the fewest: from key to screen,
# not the parts of it.
jq -sc 'map(select(.ours and .unit == "ms" and (.id == "P1" or .id == "P2")
		and (.what | test("^(first hits|their number),") | not))) | group_by(.id + .what)[]
	| sort_by(.cases) | select(length > 1) | (.[-1].ours.p50 / .[0].ours.p50) as $r
	| {id: "P8", what: (.[0].id + " " + .[0].what + ", growth from \(.[0].cases)"), unit: "times",
	   cases: .[-1].cases, ours: {n: 1, p50: $r, p95: $r, p99: $r, min: $r, max: $r}, ratio: $r,
	   goal: "ratio <= 1.3", holds: (if $r <= 1.3 then "yes" else "no" end)}' "$OUT" >"$OUT.p8"
cat "$OUT.p8" >>"$OUT"
rm -f "$OUT.p8"

# --- The table -------------------------------------------------------------------------

cat "$OUT"
echo
jq -r '.machine // empty | "\(.cpu), \(.cores) cores, \(.kernel), \(.disk), load \(.load)"' "$OUT"
jq -r 'select(.id) | [.id, .what, .cases, .unit, .ours.p50, .ours.p95, .ours.p99, .limit.p50 // "-",
	.ratio // "-", (if .goal == "" then "-" else .goal end), .holds] | @tsv' "$OUT" |
	awk -F '\t' '
	function fmt(v) {
		if (v == "-") return v
		return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.3f", v)
	}
	BEGIN {
		form = "%-3s %-52s %8s %-9s %8s %8s %8s %8s %7s  %-24s %s\n"
		printf form, "", "work", "cases", "unit", "p50", "p95", "p99", "limit", "ratio", "goal", "holds"
	}
	{ printf form, $1, $2, $3, $4, fmt($5), fmt($6), fmt($7), fmt($8), fmt($9), $10, $11 }'
