#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The full screen in real terminals: the cursor and the bytes of a key, sizes
# that change at any time, no colour, no letter above ASCII in LANG=C, nothing
# of a case behind the lock, and the terminal as it was afterwards.
#   SEED=N (default 1) of the resize storm
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
i=0
while [ $i -lt 30 ]; do
	apply BYGGLOV_TILLBYGGNAD "t-$i" "Carport nummer $i" "Åkesson, Britt" >/dev/null
	i=$((i + 1))
done
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"

{
	unlock_script
	cat <<-'EOS'
		wait Inkorg
		wait Carport
		cursor 3 0
		key Down
		cursor 4 0
		mark
		key j
		cursor 5 0
		maxbytes 200
		mark
		key k
		cursor 4 0
		maxbytes 200
		# The 30 rows are one list: the end is reached, and the way back.
		key End
		wait Carport nummer 29
		key g g
		cursor 3 0
		key PgDn
		key PgDn
		key PgDn
		wait Carport nummer 29
		key Home
		cursor 3 0
		key Q
		waitexit 0
	EOS
} >"$T/script"
screen britt.a --script "$T/script"
did "the cursor stands on the row, a step costs at most 200 bytes, a page is a page" $?
"$B/tests/lib/rawcheck" "$RAW" 2>"$T/err"
is "only listed sequences are sent, and no OSC" "$?" 0

# Letters of the list: every line of the screen is 80 columns or less.
{
	unlock_script
	echo "wait Carport"
	echo "screen $T/shot"
	echo "key Q"
	echo "waitexit 0"
} >"$T/script"
NO_COLOR=1 screen britt.a --term xterm-256color --script "$T/script"
did "it runs with NO_COLOR" $?
"$B/tests/lib/rawcheck" --mono "$RAW" 2>"$T/err"
is "and sends no colour" "$?" 0

{
	echo "wait Losenfras"
	echo "type $PASSPHRASE"
	cat <<-'EOS'
		key Enter
		wait Carport
		expect Akesson
		key 4
		wait Alla oppna
		key Enter
		wait [1 Oversikt]
		key 2
		wait Ankomstregistrerat
		key a
		wait Tjansteanteckning
		key Esc
		key ?
		wait HJALP
		key Esc
		key g u
		wait UTKORG
		key g y
		wait SYNKSTATUS
		key q
		key q
		key Q
		waitexit 0
	EOS
} >"$T/script"
LC_ALL=C screen britt.a --term vt100 --script "$T/script"
did "a vt100 in LANG=C is enough" $?
"$B/tests/lib/rawcheck" --ascii --mono "$RAW" 2>"$T/err"
is "and gets no byte above 0x7E" "$?" 0

# --- The lock ----------------------------------------------------------------------

{
	unlock_script
	cat <<-EOF
		wait Carport
		key Enter
		wait Översikt
		key L
		wait Sluss är låst
		expectnot Carport
		expectnot kesson
		expectnot BN 20
		expectnot britt
		screen $T/locked
		type fel fel fel fel
		key Enter
		wait Fel lösenfras
		type fel fel fel fel
		key Enter
		wait Fel lösenfras
		type fel fel fel fel
		key Enter
		wait Fel lösenfras, 3 gånger
		type $PASSPHRASE
		key Enter
		wait Carport
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the lock takes every case off the screen, and the passphrase brings it back" $?

# A PIN opens what is locked and runs, not what starts; three wrong ones wipe it.
{
	unlock_script
	cat <<-EOF
		wait Carport
		key :
		type pin
		key Enter
		wait sparas ingenstans
		type fel lösenfras
		key Tab
		type 4821
		key Tab
		type 4822
		key F8
		wait olika
		key ^U
		type 4821
		# Who finds a desk open sets no PIN of his own.
		key F8
		wait Lösenfrasen är fel
		key ^U
		type $PASSPHRASE
		key F8
		wait PIN gäller tills
		key L
		wait PIN eller lösenfras
		expectnot Carport
		type 1111
		key Enter
		wait Fel PIN, 2 försök kvar
		type 4821
		key Enter
		wait Carport
		key L
		wait PIN eller lösenfras
		type 1111
		key Enter
		wait Fel PIN, 2 försök kvar
		type 1111
		key Enter
		wait Fel PIN, 1 försök kvar
		type 1111
		key Enter
		wait Tre fel
		expectnot PIN eller lösenfras
		type 4821
		key Enter
		wait Fel lösenfras
		type $PASSPHRASE
		key Enter
		wait Carport
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "a PIN opens the lock until it is wrong three times" $?

# A passphrase is changed on the screen, when the old one is known.
{
	unlock_script
	cat <<-EOF
		wait Carport
		key :
		type lösenfras
		key Enter
		wait Förslag, sex ord
		type fel lösenfras nu
		key Tab
		type en helt annan lösenfras
		key Tab
		type en helt annan lösenfras
		key F8
		wait Lösenfrasen är fel
		key ^U
		type $PASSPHRASE
		key F8
		wait Lösenfrasen är bytt
		key L
		wait Sluss är låst
		type $PASSPHRASE
		key Enter
		wait Fel lösenfras
		type en helt annan lösenfras
		key Enter
		wait Carport
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --script "$T/script"
did "the passphrase is changed on the screen" $?
SLUSS_HOME=$(home_of britt.a) "$SLUSS" passphrase --passphrase-fd 3 --new-passphrase-fd 4 3<<EOF 4<<EOF2 >"$T/out" 2>&1
en helt annan lösenfras
EOF
$PASSPHRASE
EOF2
is "and back by a verb" "$?" 0
cat >"$T/script" <<EOF
wait Lösenfras:
type $PASSPHRASE
key Enter
wait sex ord:
wait bara nu
type kort
key Enter
wait En gång till
type kort
key Enter
wait för kort
waitexit 2
EOF
SLUSS_HOME=$(home_of britt.a) "$DRIVE" --timeout 30 --raw "$RAW" --script "$T/script" -- "$SLUSS" passphrase >"$T/out" 2>"$T/err"
is "a verb at a terminal proposes six words, and takes none that is short" "$?" 0
exits "then the old one is as it was" 0 sluss britt.a sync --quiet

# --- Sizes -------------------------------------------------------------------------

state=${SEED:-1}
random_below() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	r=$((state / 65536 % $1))
}
{
	unlock_script
	echo "wait Carport"
	n=0
	while [ $n -lt 120 ]; do
		random_below 200
		cols=$((r + 1))
		random_below 70
		echo "resize ${cols}x$((r + 1))"
		random_below 20
		case $r in
		0) echo "key j" ;;
		1) echo "key PgDn" ;;
		2) echo "key Enter" ;;
		3) echo "key q" ;;
		4) echo "key a" ;;
		5) echo "key Esc" ;;
		6) echo "key ?" ;;
		7) echo "key s" ;;
		8) echo "key Down" ;;
		9) echo "key g u" ;;
		10) echo "key 2" ;;
		11) echo "key i" ;;
		12) echo "key End" ;;
		*) echo "key Esc" ;;
		esac
		n=$((n + 1))
	done
	cat <<-'EOS'
		resize 60x20
		wait För litet: 60x20
		resize 80x24
		waitnot För litet
		key Esc
		key Esc
		key Esc
		key Esc
		key g h
		wait Carport
		key Q
		waitexit 0
	EOS
} >"$T/script"
screen britt.a --script "$T/script"
did "120 sizes between 1x1 and 200x70, with keys in between (seed ${SEED:-1})" $?

# --- Leaving -------------------------------------------------------------------------

# The terminal's modes before and after, seen from inside it.
cat >"$T/wrap.sh" <<EOF
stty -a >"$T/before"
SLUSS_HOME=$(home_of britt.a) "$SLUSS"
stty -a >"$T/after"
echo "left with \$?"
EOF
{
	unlock_script
	echo "key Q"
	echo "wait left with 0"
	echo "waitexit 0"
} >"$T/script"
"$DRIVE" --script "$T/script" --raw "$RAW" -- sh "$T/wrap.sh" >"$T/screen.out" 2>"$T/screen.err"
did "Q leaves" $?
is "with the terminal's modes as they were" "$(cmp "$T/before" "$T/after" 2>&1)" ""

for signal in TERM HUP INT; do
	{
		unlock_script
		echo "wait Carport"
		echo "kill $signal"
		echo "waitexit 130"
	} >"$T/script"
	screen britt.a --script "$T/script" --term xterm-256color
	did "SIG$signal ends it in order" $?
	is "and the terminal is given back" "$(tail -c 200 "$RAW" | grep -c '\[?1049l')" 1
done
{
	unlock_script
	echo "wait Carport"
	echo "hangup"
	echo "waitexit 130"
} >"$T/script"
screen britt.a --script "$T/script"
did "a lost line ends it" $?
finish
