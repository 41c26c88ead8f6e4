/*
 * Where the fault lies, over all that was read; and what one has to know of it: bundles that
 * could not be read, that are one another's copies, that are redacted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "boshscope.h"
#include "fleet/derive.h"
#include "fleet/set.h"

/* As within one report, findings/verdict.c. */
enum { HELD_PERCENT = 80, SINGLE_PERCENT = 20, MANY = 3 };

struct weights {
        uint64_t losses, held, segment;
        uint64_t decided, undetermined; /* bundles */
        uint64_t unknown;               /* forced logouts whose cause is not known */
};

/* -------------------------------------------------------------- summary */

static void count_bundles(struct derive *derive) {
        struct fleet_report *report = derive->report;

        for (size_t i = 0; i < report->bundles.count; i++) {
                const struct fleet_bundle *bundle = &report->bundles.items[i];
                const bool is_read = fleet_bundle_is_read(bundle);

                report->summary.bundles++;
                report->summary.unread += !is_read;
                report->summary.distinct += is_read && bundle->same_as.n == 0;
                report->summary.incomplete += is_read && !bundle->complete;
                if (bundle->first != TIME_UNKNOWN && (report->first == TIME_UNKNOWN || bundle->first < report->first))
                        report->first = bundle->first;
                report->last = bundle->last > report->last ? bundle->last : report->last;
        }
}

static void count_findings(struct derive *derive) {
        struct fleet_report *report = derive->report;

        report->summary.findings = (int64_t)report->findings.count;
        report->summary.incidents = (int64_t)report->incidents.count;
        report->summary.bursts = (int64_t)report->bursts.count;
        for (size_t i = 0; i < report->findings.count; i++)
                report->summary.restarts += str_eq(report->findings.items[i].kind, STR("server_restart"));
        for (size_t i = 0; i < report->incidents.count; i++) {
                const struct fleet_incident *incident = &report->incidents.items[i];

                report->summary.forced_logouts += incident->forced;
                report->summary.idle_closures += incident->closed;
                report->summary.idle_escalations += !fleet_incident_is_loss(incident);
        }
        for (size_t i = 0; i < report->events.count; i++)
                report->summary.events += report->events.items[i].count;
}

/* Alike strings are counted; `ret_count` of them are different. */
static size_t count_different(struct str *texts, size_t count) {
        size_t different = 0;

        if (count)
                qsort(texts, count, sizeof(*texts), compare_strs);
        for (size_t i = 0; i < count; i++)
                different += texts[i].n > 0 && (i == 0 || !str_eq(texts[i - 1], texts[i]));
        return different;
}

static int count_names(struct derive *derive) {
        struct fleet_report *report = derive->report;
        size_t most = report->people.count + report->incidents.count, count = 0;
        struct str *texts;
        int r = 0;

        for (size_t i = 0; i < report->bundles.count; i++)
                most += report->bundles.items[i].nodes.count;
        texts = calloc(most + 1, sizeof(*texts));
        if (!texts)
                return -ENOMEM;
        for (size_t i = 0; i < report->bundles.count; i++)
                for (size_t k = 0; k < report->bundles.items[i].nodes.count; k++)
                        texts[count++] = report->bundles.items[i].nodes.items[k];
        report->summary.nodes = (int64_t)count_different(texts, count);
        count = 0;
        for (size_t i = 0; i < report->people.count && r == 0; i++)
                r = derive_lower(derive, report->people.items[i].agent, &texts[count++]);
        for (size_t i = 0; i < report->incidents.count; i++)
                texts[count++] = report->incidents.items[i].who;
        report->summary.agents = (int64_t)count_different(texts, count);
        free(texts);
        return r;
}

/* Forced logouts. */
static int count_causes(struct derive *derive) {
        static const char *const causes[] = { "idle_closure", "presence_loss", "server_event", "undetermined",
                                              "unexplained" };
        enum { COUNT = sizeof(causes) / sizeof(causes[0]) };
        struct fleet_report *report = derive->report;
        struct view_field *fields = arena_alloc(derive->arena, COUNT * sizeof(*fields));
        size_t left = 0;
        int r = fields ? 0 : -ENOMEM;

        for (size_t i = 0; i < COUNT && r == 0; i++) {
                int64_t count = 0;
                char text[32];

                for (size_t k = 0; k < report->incidents.count; k++)
                        count += report->incidents.items[k].forced &&
                                 str_eq(report->incidents.items[k].cause, str_from(causes[i]));
                if (count == 0)
                        continue;
                snprintf(text, sizeof(text), "%lld", (long long)count);
                fields[left] = (struct view_field){ .key = str_from(causes[i]), .kind = VIEW_RAW };
                r = derive_text(derive, str_from(text), &fields[left++].value);
        }
        report->summary.by_cause = (struct view_fields){ fields, left };
        return r;
}

/* -------------------------------------------------------------- weights */

static void weigh(const struct fleet_report *report, struct weights *weights) {
        for (size_t i = 0; i < report->incidents.count; i++) {
                const struct fleet_incident *incident = &report->incidents.items[i];
                const bool server = str_eq(incident->cause, STR("server_event"));

                if (!fleet_incident_is_loss(incident))
                        continue;
                weights->losses++;
                weights->held += incident->burst.n || server;
                weights->segment += incident->of_a_segment;
                weights->unknown += str_eq(incident->cause, STR("undetermined"));
        }
        for (size_t i = 0; i < report->bundles.count; i++) {
                const struct fleet_bundle *bundle = &report->bundles.items[i];
                const bool undetermined = str_eq(bundle->verdict, STR("undetermined"));

                if (fleet_bundle_is_read(bundle)) {
                        weights->undetermined += undetermined;
                        weights->decided += !undetermined;
                }
        }
}

static struct str decide(const struct weights *weights) {
        if (weights->held * 100 >= weights->losses * HELD_PERCENT)
                return weights->segment * 2 > weights->held ? STR("network_segment") : STR("server_side");
        return weights->held * 100 <= weights->losses * SINGLE_PERCENT ? STR("client_side") : STR("mixed");
}

static void judge(struct fleet_report *report, const struct weights *weights) {
        const bool all = report->summary.unread == 0 && report->summary.incomplete == 0 && weights->undetermined == 0;

        report->diagnosis.confidence = all ? STR("high") : STR("medium");
        if (weights->decided == 0 || (weights->losses == 0 && !all)) {
                report->diagnosis.verdict = STR("undetermined");
                report->diagnosis.confidence = STR("low");
        } else if (weights->losses == 0) {
                report->diagnosis.verdict = STR("none");
        } else {
                report->diagnosis.verdict = decide(weights);
                if (weights->losses < MANY || weights->unknown || str_eq(report->diagnosis.verdict, STR("mixed")))
                        report->diagnosis.confidence = STR("medium");
        }
}

/* ------------------------------------------------------------- sentences */

static const char *plural(uint64_t count) {
        return count == 1 ? "" : "s";
}

static int say_unread(struct derive *derive) {
        const struct fleet_summary *summary = &derive->report->summary;
        struct view_texts *why = &derive->report->diagnosis.why;
        int r = 0;

        if (summary->unread)
                r = derive_say(derive, why, "Of %lld bundles %lld could not be read: what happened there is not known.",
                               (long long)summary->bundles, (long long)summary->unread);
        if (r == 0 && summary->incomplete)
                r = derive_say(
                        derive, why,
                        "Of %lld bundles %lld were damaged, cut or limited: there may be more than is told here.",
                        (long long)summary->bundles, (long long)summary->incomplete);
        return r;
}

static int say_why(struct derive *derive, const struct weights *weights) {
        struct fleet_report *report = derive->report;
        struct view_texts *why = &report->diagnosis.why;
        int r = say_unread(derive);

        if (r == 0 && weights->losses)
                r = derive_say(
                        derive, why,
                        "Of %llu agents' losses %llu are single agents at different times; %llu belong to bursts "
                        "or restarts of the service.",
                        (unsigned long long)weights->losses, (unsigned long long)(weights->losses - weights->held),
                        (unsigned long long)weights->held);
        else if (r == 0 && weights->decided)
                r = derive_say(derive, why, "No idle closure and no forced logout in what could be read.");
        if (r == 0 && weights->undetermined)
                r = derive_say(derive, why,
                               "In %llu bundle%s the logs that decide do not cover the time; other bundles of the "
                               "same time may.",
                               (unsigned long long)weights->undetermined, plural(weights->undetermined));
        if (r == 0)
                r = derive_say(derive, why, "The notification service stopped or crashed %lld time%s%s.",
                               (long long)report->summary.restarts, plural((uint64_t)report->summary.restarts),
                               report->complete ? "" : " in what could be read");
        return r;
}

static int say_redacted(struct derive *derive, size_t redacted) {
        struct view_texts *notes = &derive->report->notes;
        const size_t read = (size_t)(derive->report->summary.bundles - derive->report->summary.unread);

        if (redacted == 0 || read < 2)
                return 0;
        if (redacted < read)
                return derive_say(derive, notes,
                                  "Of %zu reports %zu are redacted: their agents and servers do not join with those of "
                                  "the others, and count apart.",
                                  read, redacted);
        return derive_say(derive, notes,
                          "All %zu reports are redacted: an agent is one agent only in those made with one "
                          "--redact-key.",
                          redacted);
}

static int say_notes(struct derive *derive) {
        const struct fleet_report *report = derive->report;
        struct view_texts *notes = &derive->report->notes;
        size_t same = 0, redacted = 0;
        struct str ruleset = STR("");
        bool rulesets = false;
        int r;

        for (size_t i = 0; i < report->bundles.count; i++) {
                const struct fleet_bundle *bundle = &report->bundles.items[i];

                if (!fleet_bundle_is_read(bundle))
                        continue;
                same += bundle->same_as.n > 0;
                redacted += bundle->redacted;
                rulesets |= ruleset.n && !str_eq(ruleset, bundle->ruleset);
                ruleset = bundle->ruleset;
        }
        r = say_redacted(derive, redacted);
        if (r == 0 && same)
                r = derive_say(derive, notes, "Counted once: %zu bundle%s with the content of another one (same_as).",
                               same, plural(same));
        if (r == 0 && rulesets)
                r = derive_say(derive, notes,
                               "The reports were made with different rules: analyse the bundles again "
                               "for counts that can be compared.");
        return r;
}

static void conclude(struct fleet_report *report) {
        const struct fleet_summary *summary = &report->summary;

        report->complete = summary->unread == 0 && summary->incomplete == 0 && summary->bundles > 0;
        report->exit_status = summary->unread == summary->bundles ? BOSHSCOPE_EXIT_NOTHING
                              : report->complete                  ? BOSHSCOPE_EXIT_OK
                                                                  : BOSHSCOPE_EXIT_PARTIAL;
}

int derive_verdict(struct derive *derive) {
        struct weights weights = { 0 };
        int r;

        count_bundles(derive);
        count_findings(derive);
        r = count_names(derive);
        if (r == 0)
                r = count_causes(derive);
        if (r < 0)
                return r;
        conclude(derive->report);
        weigh(derive->report, &weights);
        judge(derive->report, &weights);
        r = say_why(derive, &weights);
        return r < 0 ? r : say_notes(derive);
}
