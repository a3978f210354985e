#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed-migrations.sh OUTPUT FILE.sql...: the migrations as C texts, in the order given.
# The number at the start of a file's name is the schema version that it leads to; they
# must be 1, 2, 3 ... without gaps.
set -eu
out=$1
shift
{
	echo '/* Made from migrations/ at build time. */'
	echo '#include "store/sqlite/migrations.h"'
	echo 'const char *const fx_migrations[] = {'
	want=1
	for file in "$@"; do
		base=${file##*/}
		number=$(echo "${base%%-*}" | sed 's/^0*//')
		if [ "$number" != "$want" ]; then
			echo "$file: expected migration number $want" >&2
			exit 1
		fi
		want=$((want + 1))
		# One string per line: C limits the length of each, not of their sum in practice.
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	"/' -e 's/$/\\n"/' "$file"
		echo '	,'
	done
	echo '};'
	echo "const int fx_migrations_count = $((want - 1));"
} >"$out"
