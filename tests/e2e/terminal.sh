#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The terminal layer in real terminals: hostile text as raw bytes, keys in the
# encodings of several terminals, paste, sizes, locales, and how it is left.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$top/${B:-build}/tests/lib
case ${B:-build} in /*) bin=$B/tests/lib ;; esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
ok() { # exit code, name
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$tmp/err"
	fi
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
# drive TERM LOCALE DEMO-OPTIONS: script on standard input, bytes in $tmp/raw
drive() {
	term=$1 loc=$2
	shift 2
	rm -f "$tmp/raw"
	LC_ALL=$loc "$bin/ptydrive" --term "$term" --raw "$tmp/raw" -- \
		"$bin/termdemo" "$@" "$tmp/rows" >"$tmp/out" 2>"$tmp/err"
}
check() {
	"$bin/rawcheck" "$@" "$tmp/raw" 2>>"$tmp/err"
}
plan=$(grep -c '^\(ok\|skip_or\) ' "$0")
echo "1..$((plan + 9))"

# Titles: ordinary, controls, sequences, bidi, invisible, wide, no UTF-8.
# shellcheck disable=SC2016,SC2129
printf '%s\n' 'Tallstigen 9, Åsa Räv' >"$tmp/rows"
printf 'a\033[2Jb\033]0;PWN\007c\033P1$tx\033\\\n' >>"$tmp/rows"
printf '\302\2332J \233 2J \302\205 \001\002\003\004\005\006\007\010\013\014\016\017\020\n' >>"$tmp/rows"
printf '\342\200\256gnp.tupmoc \342\201\246x\342\201\251 \342\200\213\302\255\357\273\277\n' >>"$tmp/rows"
printf '\345\270\202\345\275\271\346\211\200 \360\237\221\215\360\237\217\275 \360\237\207\270\360\237\207\252 \377\376\303\n' >>"$tmp/rows"
printf 'Z\314\200\314\201\314\202\314\203\314\204 \331\205\330\261\330\255\330\250\330\247 123\n' >>"$tmp/rows"
i=0
while [ $i -lt 40 ]; do
	echo "rad nummer $i" >>"$tmp/rows"
	i=$((i + 1))
done

drive xterm-256color C.UTF-8 <<'EOF'
wait f form
expect Åsa Räv
cursor 3 0
key Down
wait Ned no 1
cursor 4 0
mark
key j
wait no 2
cursor 5 0
maxbytes 200
key PgDn
wait PgDn no 3
key End
wait rad nummer 39
key Home
wait Åsa Räv
key q
waitexit 0
EOF
ok $? "the cursor follows the row, and a step costs at most 200 bytes"
check --mono
ok $? "hostile titles send nothing to the terminal but listed sequences, and no colour"

drive xterm-256color C <<'EOF'
wait f form
expect Asa Rav
key f
type Åäö
wait Aao
key Esc
waitnot Aao
key End
wait rad nummer 39
key q
waitexit 0
EOF
ok $? "in the C locale letters lose their dots and å can still be typed"
check --ascii
ok $? "in the C locale no byte above 0x7E is sent"

drive xterm-256color C.UTF-8 <<'EOF'
wait f form
keys \e[11~
wait key F1 no 1
keys \eOP
wait key F1 no 2
keys \e[[A
wait key F1 no 3
keys \e[19~
wait key F8 no 4
keys \e[1;5B
wait key Ned no 5
keys \e[27;5;9~\e[?62c\e[200
keys ~q\e[201~
key Home
wait key Home
keys \e
wait key Esc
key ^L
wait key ^L
key q
waitexit 0
EOF
ok $? "function keys of xterm, linux and putty work, unknown sequences are swallowed"

drive xterm-256color C.UTF-8 <<'EOF'
wait f form
paste q\rq\nq
key Down
wait key Ned
key f
wait Rad
paste ett\r\ntvå\tq
wait ett två q
key Tab
paste rad 1\nrad 2
wait rad 2
key Esc
waitnot Rad
key q
waitexit 0
EOF
ok $? "a paste is text in a field and never a command"

drive xterm-256color C.UTF-8 <<'EOF'
wait f form
resize 100x30
row 29 f form
resize 60x20
wait För litet: 60x20, behöver 80x24
key Down
resize 160x50
row 49 f form
key f
wait Rad
resize 79x24
wait För litet
resize 80x24
wait Rad
key Esc
waitnot Rad
resize 10x3
wait För litet
key q
waitexit 0
EOF
ok $? "any size at any time, in a form as well"

for term in vt100 vt220 linux xterm screen-256color tmux-256color putty rxvt-unicode ms-terminal; do
	if ! infocmp "$term" >/dev/null 2>&1; then
		skip "$term: walk and leave" "terminfo has no $term"
		continue
	fi
	drive "$term" C.UTF-8 <<'EOF'
wait f form
cursor 3 0
key Down
wait Ned no 1
cursor 4 0
key f
wait Esc
key Esc
wait Esc no 3
key F8
wait F8 no 4
key q
waitexit 0
EOF
	rc=$?
	check --mono || rc=1
	ok $rc "$term: walk and leave"
done

drive no-such-terminal C.UTF-8 <<'EOF'
wait f form
key q
waitexit 0
EOF
ok $? "an unknown terminal is taken for a vt100"

drive dumb C.UTF-8 <<'EOF'
wait use the linear mode
waitexit 1
EOF
ok $? "a dumb terminal is refused in words"

LC_ALL=C.UTF-8 "$bin/ptydrive" -- sh -c "stty -g >'$tmp/before'; '$bin/termdemo' '$tmp/rows'; stty -g >'$tmp/after'; echo left" \
	>"$tmp/out" 2>"$tmp/err" <<'EOF'
wait f form
key ^C ^S ^Q
wait ^Q no 3
key q
wait left
waitexit 0
EOF
rc=$?
cmp -s "$tmp/before" "$tmp/after" || rc=1
ok $rc "the terminal is left as it was found, and ^C ^S ^Q are keys"

PS1='prompt: ' LC_ALL=C.UTF-8 "$bin/ptydrive" -- sh -i >"$tmp/out" 2>"$tmp/err" <<EOF
wait prompt:
type $bin/termdemo $tmp/rows
key Enter
wait f form
key Down
wait Ned no 1
key ^Z
wait Stopped
waitnot f form
type fg
key Enter
wait f form
wait ^Z no 2
cursor 4 0
key q
wait bye after 3 keys
type exit
key Enter
waitexit 0
EOF
ok $? "the program stops at ^Z and comes back with its screen"

LC_ALL=C.UTF-8 "$bin/ptydrive" -- "$bin/termdemo" "$tmp/rows" >"$tmp/out" 2>"$tmp/err" <<'EOF'
wait f form
hangup
waitexit 129
EOF
ok $? "a lost line ends the program"

skip_or() {
	if [ -z "${SLUSS_DATA:-}" ] || ! command -v jq >/dev/null; then
		skip "$1" "SLUSS_DATA or jq is missing"
		return
	fi
	# One string a row; a line break would begin another row.
	grep '^H' "$SLUSS_DATA/hostile-strings.txt" | awk -F'\t' '$3 == "json" { print $4 }' |
		jq -j '. + "\n" | .[:-1] | gsub("\n"; "\r") | .[0:2000], "\n"' >"$tmp/rows"
	rows=$(wc -l <"$tmp/rows")
	{
		echo "wait f form"
		i=0
		while [ $i -lt $((rows / 17 + 1)) ]; do
			i=$((i + 1))
			echo "key PgDn"
			echo "key D"
			echo "wait D no $((2 * i))"
			echo "screen $tmp/shot.$(printf %03d $i)"
		done
		echo "key q"
		echo "waitexit 0"
	} >"$tmp/script"
	drive xterm-256color C.UTF-8 --dump "$tmp/dump" <"$tmp/script"
	rc=$?
	[ "$rows" -gt 300 ] || rc=1
	check --mono || rc=1
	# What the terminal shows is what the canvas holds, cell by cell.
	cat "$tmp"/shot.* >"$tmp/shots"
	cmp "$tmp/dump" "$tmp/shots" >>"$tmp/err" 2>&1 || rc=1
	drive xterm-256color C <"$tmp/script" || rc=1
	check --ascii || rc=1
	ok $rc "$1"
}
skip_or "every hostile string is shown as the canvas has it, and sends no forbidden byte"
