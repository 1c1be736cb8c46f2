#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Who may include whom: every #include "..." and every third-party <...> is
# held against the table below. Usage: layers.sh [ROOT]. Exit 1 on a breach.
set -eu
cd "${1:-$(dirname "$0")/..}"
find src ui cache conf -name '*.[ch]' | LC_ALL=C sort | xargs awk '
BEGIN {
	may["base"] = ""
	may["domain"] = "base"
	may["conf"] = "base"
	may["wire"] = "domain base"
	may["sql"] = "domain base"
	may["sign"] = "wire domain base"
	may["cache"] = "sql domain base"
	may["net"] = "base"
	may["sync"] = "cache wire sign net domain base"
	may["ui"] = "domain base"
	may["app"] = "sync cache sql wire sign net ui conf domain base"
	may["package"] = "sign wire domain base"
	may["central"] = "package sql sign wire domain conf base net"
	may["sim"] = "sync central cache sql wire sign net domain conf base"
	# library header -> the layers (or the one file) that may use it
	lib["utf8proc.h"] = "src/base/utf8.c"
	lib["jansson.h"] = "wire"
	lib["zstd.h"] = "wire"
	lib["zlib.h"] = "wire"
	lib["sqlite3.h"] = "sql"
	lib["sodium.h"] = "sign"
	lib["curl/curl.h"] = "net"
	lib["ncurses.h"] = "ui/term_curses.c"
	lib["curses.h"] = "ui/term_curses.c"
	lib["archive.h"] = "package"
	lib["archive_entry.h"] = "package"
	lib["microhttpd.h"] = "central"
}
function layer_of(path,   p) {
	split(path, p, "/")
	return p[1] == "src" ? p[2] : p[1]
}
function bad(msg) { printf "%s:%d: %s\n", FILENAME, FNR, msg; failed = 1 }
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, q, "\""); inc = q[2]
	me = layer_of(FILENAME)
	if (inc !~ /\//) { bad("include \"" inc "\" names no layer"); next }
	them = inc; sub(/\/.*/, "", them)
	if (them == "src") { bad("write \"" substr(inc, 5) "\" without src/"); next }
	if (them != me && index(" " may[me] " ", " " them " ") == 0)
		bad(me " may not include " them " (" inc ")")
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	inc = $0; sub(/^[^<]*</, "", inc); sub(/>.*/, "", inc)
	if (!(inc in lib) && inc !~ /^(libxml|sodium)\//) next
	allowed = inc ~ /^libxml\// ? "package" : inc ~ /^sodium\// ? "sign" : lib[inc]
	# The simulator has a disk of its own below SQLite.
	if (inc == "sqlite3.h" && FILENAME == "src/sim/drive_vfs.c") next
	if (allowed ~ /\.c$/ ? FILENAME != allowed : layer_of(FILENAME) != allowed)
		bad("<" inc "> belongs to " allowed " alone")
}
END { exit failed }
' && echo "layers: every include is allowed"
