#!/bin/sh
# One share of a batch, for any engine that runs numbered tasks:
#
#      task.sh K/N OUT [options of analyze] PATH...
#
# K from 0 to N-1; OUT and the PATHs are the same for all tasks. Exit status: 0, the share is done;
# 2, wrong usage, which no repetition mends; anything else is worth a retry, which does what is left.
set -u

if [ $# -lt 3 ]; then
        echo 'usage: task.sh K/N OUT [options of boshscope analyze] PATH...' >&2
        exit 2
fi
share=$1 out=$2
shift 2
"${BOSHSCOPE:-boshscope}" analyze --quiet --out "$out" --shard "$share" --resume "$@"
status=$?
case $status in
# Findings (3, 4, of --fail-on) and damaged bundles (5) are answers: they stand in the reports and the index.
0 | 3 | 4 | 5) exit 0 ;;
*) exit $status ;;
esac
