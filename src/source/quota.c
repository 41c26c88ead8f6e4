#include "source/quota.h"

#include <errno.h>

int quota_pass(struct quota *quota) {
        atomic_store(&quota->passed, true);
        return -ECANCELED;
}

void quota_init(struct quota *quota, const struct limits *limits, bool in_order) {
        *quota = (struct quota){ .limits = limits, .in_order = in_order };
        quota->containers.most = limits->max_containers;
        quota->inputs.most = limits->max_inputs;
}

/* Out of order the archive at hand has at least so much. */
static uint64_t least_share(uint64_t most, unsigned archives) {
        return archives < 64 ? most >> archives : 0;
}

static int take(struct quota *quota, struct quota_count *count, uint64_t n, uint64_t most) {
        if (atomic_fetch_add(&count->taken, n) + n <= most)
                return 1;
        if (!quota->in_order)
                return quota_pass(quota);
        atomic_fetch_sub(&count->taken, n);
        count->left_out++;
        return 0;
}

int quota_container(struct quota *quota, unsigned archives) {
        struct quota_count *count = &quota->containers;

        return take(quota, count, 1,
                    quota->in_order ? count->most : least_share(quota->limits->max_containers, archives));
}

int quota_input(struct quota *quota, unsigned archives, size_t path_bytes) {
        enum { PATH_BYTES = 256 };
        struct quota_count *count = &quota->inputs;

        return take(quota, count, 1 + path_bytes / PATH_BYTES,
                    quota->in_order ? count->most : least_share(quota->limits->max_inputs, archives));
}

static void halve(struct quota_count *count) {
        const uint64_t taken = atomic_load(&count->taken);

        count->most = count->most > taken ? taken + (count->most - taken + 1) / 2 : taken;
}

struct quota_share quota_enter(struct quota *quota) {
        const struct quota_share before = { quota->containers.most, quota->inputs.most };

        if (quota->in_order) {
                halve(&quota->containers);
                halve(&quota->inputs);
        }
        return before;
}

void quota_leave(struct quota *quota, struct quota_share before) {
        if (!quota->in_order)
                return;
        quota->containers.most = before.containers;
        quota->inputs.most = before.inputs;
}

struct quota_mark quota_mark(const struct quota *quota) {
        return (struct quota_mark){
                .containers = atomic_load(&quota->containers.taken),
                .containers_left_out = quota->containers.left_out,
                .inputs = atomic_load(&quota->inputs.taken),
                .inputs_left_out = quota->inputs.left_out,
                .cuts = quota->cuts,
        };
}

void quota_return(struct quota *quota, struct quota_mark mark) {
        if (!quota->in_order)
                return;
        atomic_store(&quota->containers.taken, mark.containers);
        atomic_store(&quota->inputs.taken, mark.inputs);
        quota->containers.left_out = mark.containers_left_out;
        quota->inputs.left_out = mark.inputs_left_out;
        quota->cuts = mark.cuts;
}

void quota_restart(struct quota *quota) {
        quota->in_order = true;
        atomic_store(&quota->passed, false);
        quota_return(quota, (struct quota_mark){ 0 });
        quota_leave(quota, (struct quota_share){ quota->limits->max_containers, quota->limits->max_inputs });
}

static int tell(struct diags *diags, enum diag_code code, const struct quota_count *count, uint64_t most) {
        struct diag place = { .code = code, .offset = UINT64_MAX, .count = count->left_out };

        if (count->left_out == 0)
                return 0;
        return diags_add(diags, &place, "%s; %llu more were left out (the limit is %llu)", diag_infos[code].meaning,
                         (unsigned long long)count->left_out, (unsigned long long)most);
}

int quota_tell(const struct quota *quota, struct diags *diags) {
        int r = tell(diags, DIAG_CONTAINERS_LIMITED, &quota->containers, quota->limits->max_containers);

        return r < 0 ? r : tell(diags, DIAG_INPUTS_LIMITED, &quota->inputs, quota->limits->max_inputs);
}
