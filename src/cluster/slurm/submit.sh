#!/bin/sh
# A batch as a Slurm job array, and behind it the job that merges:
#
#      submit.sh N OUT [options of analyze] PATH...
#
# N tasks; OUT and the PATHs lie where all nodes see them. Prints the ids of both jobs. Options of
# sbatch go into its own variables (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_TIMELIMIT, SBATCH_MEM_PER_NODE ...), and
# how many CPUs a task has, which it has none for, into BOSHSCOPE_CPUS.
set -eu

if [ $# -lt 3 ]; then
        echo 'usage: submit.sh N OUT [options of boshscope analyze] PATH...' >&2
        exit 2
fi
tasks=$1 out=$2
here=$(cd -- "$(dirname -- "$0")" && pwd)
shift 2
mkdir -p -- "$out/log"

# --requeue: a task whose node dies is started again elsewhere.
array=$(sbatch --parsable --job-name=boshscope --array="0-$((tasks - 1))" \
        --cpus-per-task="${BOSHSCOPE_CPUS:-1}" --requeue --open-mode=append \
        --output="$out/log/%A_%a.log" "$here/array.sh" "$here/.." "$tasks" "$out" "$@")
# A task that fails for good leaves bundles without an answer: then nothing is merged, and the merge job is gone.
merge=$(sbatch --parsable --job-name=boshscope-merge --dependency="afterok:$array" --kill-on-invalid-dep=yes \
        --requeue --open-mode=append --output="$out/log/%j.log" "$here/merge.sh" "$here/.." "$out")
echo "$array $merge"
