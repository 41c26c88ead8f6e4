#include "findings/topic.h"

#include "findings/burst.h"

/* What stands behind the kind in a topic, or NULL. */
static const char *variant_of(const struct finding *finding) {
        switch (finding->kind) {
        case FINDING_IDLE_ESCALATION:
                return outcome_name(finding->run->outcome);
        case FINDING_IDLE_CLOSURE:
                return finding->run ? "sampled" : "no_samples";
        case FINDING_FORCED_LOGOUT:
                return cause_name(finding->forced->cause);
        case FINDING_MASS_DISCONNECT:
                return burst_cause(finding->burst);
        case FINDING_SERVER_RESTART:
                return outage_is_clean(finding->outage) ? "clean" : "crash";
        case FINDING_SIGNATURE:
                return finding->hit.signature->id.p;
        default:
                return NULL;
        }
}

/* "kind", or "kind.variant". */
static bool is_topic(struct str topic, const char *kind, const char *variant) {
        struct str rest = str_skip(topic, strlen(kind));

        if (!str_starts(topic, str_from(kind)))
                return false;
        return rest.n == 0 || (variant && rest.p[0] == '.' && str_eq(str_skip(rest, 1), str_from(variant)));
}

static bool fits(const struct advice *advice, const char *kind, const char *variant, struct str product) {
        if (advice->product.n && product.n && !str_eq_nocase(advice->product, product))
                return false;
        for (size_t i = 0; i < advice->topic_count; i++)
                if (is_topic(advice->topics[i], kind, variant))
                        return true;
        return false;
}

bool advice_fits(const struct advice *advice, const struct finding *finding, struct str product) {
        return fits(advice, finding_kind_name(finding->kind), variant_of(finding), product);
}

bool advice_fits_verdict(const struct advice *advice, enum verdict verdict, struct str product) {
        return fits(advice, "verdict", verdict_name(verdict), product);
}
