#!/bin/sh
# What all tasks found as one report of the fleet, OUT/fleet.json, once the last of them is done:
#
#      merge.sh OUT
#
# Exit status: 0, also where a bundle could not be read or is not complete: the report says so.
set -u

if [ $# -ne 1 ]; then
        echo 'usage: merge.sh OUT' >&2
        exit 2
fi
"${BOSHSCOPE:-boshscope}" merge -o "$1/fleet.json" "$1"
status=$?
[ $status -eq 5 ] || exit $status
