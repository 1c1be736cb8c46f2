#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The other two roles, on the demo's cases: a contact center that looks up and
# notes, and a supervisor whose figures open their lists.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

"$CENTRAL" init "$C" --name Exempelköping --conf conf/casetypes >"$T/init.out" 2>&1 ||
	bail "init: $(cat "$T/init.out")"
"$CENTRAL" demo-fill "$C" --cases 120 --seed 7 >"$T/fill.out" 2>&1 || bail "fill: $(cat "$T/fill.out")"
serve_central
for o in anna.c cc.sara; do
	enrol "$o" >"$T/enrol.out" 2>&1 || bail "enrol $o: $(cat "$T/enrol.out")"
	sluss "$o" sync >"$T/sync.out" 2>&1 || bail "sync $o: $(cat "$T/sync.out")"
done
# as ID SIZE [OPTION...]: the officer's own start view, script on standard input
as() {
	who=$1 size=$2
	shift 2
	{
		printf 'wait senfras\ntype %s\nkey Enter\n' "$PASSPHRASE"
		cat
	} | SLUSS_HOME=$(home_of "$who") "$DRIVE" --timeout "${WAIT:-30}" --size "$size" -- "$SLUSS" "$@" \
		>"$T/screen.out" 2>"$T/screen.err"
}

# --- The contact center ----------------------------------------------------------
as cc.sara 80x24 <<'END'
wait KONTAKTCENTER
wait ONLINE
cursor 2 10
type 19900317-9802
key Enter
wait Välj varför
expectnot Läs upp
type 2
wait skäl 2 komplettering, nivå 0, visade ärenden: 1
wait Läs upp:
expectnot Bergfalk
key a
wait Sagt:
key F8
wait Klart
key /
type tindra bergfalk ekvägen
key Enter Enter
wait skäl 1 status, nivå 0, visade ärenden: 1
key r
wait ring upp:
wait telefon:
expect Begäran går till
key F8
wait Telefonnumret fattas
type 070-1740605
wait telefon: 070-1740605
key F8
wait Klart: begäran om uppringning
key Enter
wait Samtalet är slut
waitnot Läs upp
waitnot tindra
type 99999
key Enter Enter
wait Inget att visa.
wait Jag hittar inget
wait visade ärenden: 0
key /
type bn1
key Enter Enter
wait Ärende BN 2026-1 finns
key /
type 070-174 06 05
key Enter Enter
wait telefonnummer
key F1
wait HJÄLP › Kontaktcenter
key Esc Esc
type 1
key Enter Enter
wait välj ett med j och k
expectnot Läs upp
expectnot Får sägas
key a
wait inget ärende är valt
key j
wait 1 av
wait Läs upp
key /
key Esc
waitnot Inget
type 19900317-9801
key Enter Enter
wait kontrollsiffra
key Esc Esc
wait Skriv vad som söks
key Q
wait F8 Avsluta
key F8
waitexit 0
END
did "a person is looked up with a reason, told of, noted, and called back" $?
sluss cc.sara outbox send >"$T/send.out" 2>&1
sluss cc.sara sync >>"$T/send.out" 2>&1
is "both notes reached the central" \
	"$(sluss cc.sara outbox --json | jq '[.items[] | select(.verdict == "accepted")] | length')" 2
as cc.sara 160x50 --ascii <<'END'
wait KONTAKTCENTER
wait ONLINE
type bn 1
key Enter Enter
wait loggat:
wait Las upp:
key Enter
wait Samtalet ar slut
key Esc
wait Skriv vad som soks
key Q
waitexit 0
END
did "in ascii and on a wide screen the same" $?
sluss anna.c sync >/dev/null 2>&1
as cc.sara 80x24 --view 2 <<'END'
wait KONTAKTCENTER
wait ONLINE
key Esc
wait Skriv vad som söks
key Esc Esc F3
wait Skriv vad som söks
type :inkorg
key Enter
wait Det kräver rollen handläggare
type gs
wait Det kräver rollen handläggare
type gk
wait Det kräver rollen handläggare
type g
wait r samtal
expectnot m mina
key Esc
key F2
wait ÅTGÄRDER › Kontaktcenter
expectnot Sök bland
expectnot tilldela
key Esc
type *Tsten tomas
wait *Tsten tomas
expectnot markera
expectnot överlämna
key Esc Esc
wait Skriv vad som söks
key Q
waitexit 0
END
did "a contact center alone reaches no list, and what it types is text" $?
exits "and no list at the command line" 5 sluss cc.sara list
exits "nor a search" 5 sluss cc.sara search bygglov --server
exits "nor a case" 5 sluss cc.sara show 1
like "and is told why" "$(cat "$T/err")" "den roll"
as anna.c 80x24 <<'END'
wait LÄGE
type :kontaktcenter 19900317-9802
key Enter
key Enter
wait loggat:
key F3
wait LÄGE
key Q
waitexit 0
END
did "a supervisor can look up as well, and comes back" $?

# --- Who can have a case ---------------------------------------------------------------
own=$(sluss anna.c list --filter 'öppen enhet:bygg' --limit 1 --json | jq -r '.cases[0].diary_no')
exits "a case is not assigned to a contact center" 2 sluss anna.c assign "$own" cc.sara --dry-run
exits "nor to nobody" 2 sluss anna.c assign "$own" nobody --dry-run
like "which is said" "$(cat "$T/err")" "kan ha ärendet"
exits "what is almost a name gets a suggestion" 2 sluss anna.c assign "$own" brit.aa --dry-run
like "of whom was meant" "$(cat "$T/err")" "Närmast är: britt.a"
exits "a first name is enough" 0 sluss anna.c assign "$own" Britt --dry-run
as anna.c 80x24 --view 4 <<'END'
wait Kö:
key T
wait tilldela:
type sara
waitnot Sara
key F8
wait Ingen som kan ha ärendet heter så
key Esc
key Q
waitexit 0
END
did "nor does the form offer one" $?

# --- The supervisor ----------------------------------------------------------------
exits "the figures are given as JSON" 0 sluss anna.c stats --json
cp "$T/out" "$T/stats.json"
is "of all cases" "$(jq -r .stats.counted "$T/stats.json")" 120
open=$(jq -r .stats.open.now "$T/stats.json")
is "as many are open as the list has" "$open" "$(sluss anna.c list --filter 'öppen' --limit 1000 --json | jq '.cases | length')"
late=$(jq -r .stats.overdue.now "$T/stats.json")
is "as many are late as the list has" "$late" "$(sluss anna.c list --filter 'försenad' --limit 1000 --json | jq '.cases | length')"
first=$(jq -r .stats.first "$T/stats.json") last=$(jq -r .stats.last "$T/stats.json")
is "as many were closed as the list has" "$(jq -r .stats.closed.now "$T/stats.json")" \
	"$(sluss anna.c list --filter "klar:$first..$last" --limit 1000 --json | jq '.cases | length')"
exits "and as text" 0 sluss anna.c stats --days 90
like "with a table of handling times" "$(cat "$T/out")" "mål p90"
exits "a contact center has none" 5 sluss cc.sara stats
for size in 80x24 160x50; do
	as anna.c $size <<END
wait LÄGE alla dina enheter
wait beräknat
wait >$open
key Enter
wait $open av 120
key q
wait LÄGE
key j
key Enter
wait $late av 120
key q
wait LÄGE
type v4
wait period: 365 d
key J
wait > v
key Q
waitexit 0
END
	did "a figure opens a list of as many cases, at $size" $?
done
as anna.c 80x24 --ascii <<'END'
wait LAGE alla dina enheter
wait beraknat
key J J J
wait >
key Q
waitexit 0
END
did "in ascii the bars are digits and signs" $?
sluss anna.c stats >"$T/out" 2>&1
stop_central
exits "without the central the last figures are told, as old" 0 sluss anna.c stats --wait=1
like "with their age" "$(cat "$T/err")" "gamla"
exits "and those of another period that was asked for before" 0 sluss anna.c stats --days 90 --wait=1
exits "but of a period never asked for there are none" 6 sluss anna.c stats --days 17 --wait=1
like "which is said, with one there is" "$(cat "$T/err")" "17 är inte sparad. Senast sparad: --days"
as anna.c 80x24 <<'END'
wait LÄGE
wait centralen nås inte
key z
wait z gör inget här
type v1
wait 7 d är inte sparade
type v4
wait period: 365 d
key Q
waitexit 0
END
did "in the screen too a period kept is shown, and of another is said that it is not" $?
as cc.sara 80x24 <<'END'
wait KONTAKTCENTER
type bn1
key Enter Enter
wait Läs upp:
wait INTE loggat
key Enter
wait Samtalet är slut
key Esc
wait Skriv vad som söks
key Q
waitexit 0
END
did "a number in the own copy is told of without the network, and said not to be logged" $?
exits "all of it verifies" 0 "$CENTRAL" verify "$C"
finish
