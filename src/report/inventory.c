#include "report/inventory.h"

#include <stdio.h>

struct sums inventory_sums(const struct inputs *inputs) {
        struct sums sum = { 0 };

        for (size_t i = 0; i < inputs->count; i++) {
                const struct summary *summary = inputs->items[i]->summary;

                if (!summary)
                        continue;
                sum.inputs++;
                sum.bytes += inputs->items[i]->bytes;
                sum.lines += summary->lines;
                sum.records += summary->records;
                sum.matched += summary->matched;
                sum.continuation_lines += summary->continuation_lines;
                sum.orphan_lines += summary->orphan_lines;
        }
        return sum;
}

bool inventory_has_family(const struct inputs *inputs, enum family family) {
        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->summary && inputs->items[i]->family == family)
                        return true;
        return false;
}

/* The product that the CTI messages' deploymentType names. */
static void name_product(const struct report *report, struct product *product) {
        uint64_t ccx = 0, cce = 0;

        for (size_t i = 0; i < report->inputs.count; i++) {
                const struct summary *summary = report->inputs.items[i]->summary;

                for (size_t k = 0; summary && k < summary->products.count; k++) {
                        const struct vote *vote = &tally_votes(&summary->products)[k];
                        struct str word = intern_str(&summary->words, (uint32_t)vote->key);

                        ccx += str_eq_nocase(word, STR("CCX")) ? vote->count : 0;
                        cce += str_eq_nocase(word, STR("CCE")) ? vote->count : 0;
                }
        }
        product->name = ccx > cce ? "UCCX" : cce > ccx ? "UCCE" : "unknown";
        product->evidence[0] = '\0';
        if (ccx != cce)
                snprintf(product->evidence, sizeof(product->evidence), "deploymentType=%s in %llu state event%s",
                         ccx > cce ? "CCX" : "CCE", (unsigned long long)(ccx > cce ? ccx : cce),
                         ccx + cce == 1 ? "" : "s");
}

void inventory_product(const struct report *report, struct product *ret_product) {
        name_product(report, ret_product);
        ret_product->service = report->timeline.service_versions;
}

struct str inventory_known_product(const struct report *report) {
        const char *name = report->product.name;

        return strcmp(name, "unknown") == 0 ? (struct str){ 0 } : str_from(name);
}
