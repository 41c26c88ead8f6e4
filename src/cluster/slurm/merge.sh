#!/bin/sh
# The job behind the array; submit.sh starts it as  merge.sh CLUSTER OUT
exec "$1/merge.sh" "$2"
