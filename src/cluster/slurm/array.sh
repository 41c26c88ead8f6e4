#!/bin/sh
# One task of the array; submit.sh starts it as  array.sh CLUSTER N OUT [options of analyze] PATH...
set -u

cluster=$1 tasks=$2 out=$3
shift 3
most_retries=${BOSHSCOPE_RETRIES:-3}

# What the job was given, and no more.
cpus=${SLURM_CPUS_PER_TASK:-1}
megabytes=${SLURM_MEM_PER_NODE:-${SLURM_MEM_PER_CPU:+$((SLURM_MEM_PER_CPU * cpus))}}
"$cluster/task.sh" "$SLURM_ARRAY_TASK_ID/$tasks" "$out" --jobs "$cpus" ${megabytes:+--max-memory "${megabytes}M"} "$@"
status=$?
retries=${SLURM_RESTART_COUNT:-0}
if [ $status -eq 0 ] || [ $status -eq 2 ] || [ "$retries" -ge "$most_retries" ]; then
        exit $status
fi
echo "task $SLURM_ARRAY_TASK_ID ended with exit status $status; once more ($((retries + 1)) of $most_retries)" >&2
# This ends the task. Where it is refused, it has failed.
scontrol requeue "$SLURM_JOB_ID" && sleep 60
exit $status
