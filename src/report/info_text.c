/*
 * What a bundle holds, as a page for people: may I trust a report on it, and what
 * would have to be collected again? First the sums, then what was read, a line an
 * input, then all that is not as it should be. A path stands last in its line, so
 * that none has to be cut.
 */
#include <stdio.h>

#include "report/inventory.h"
#include "report/text.h"

enum { LABEL_COLUMNS = 12, NUMBER_BYTES = 32 };

static void put_label(struct writer *out, const char *label) {
        text_left(out, str_from(label), LABEL_COLUMNS);
}

static struct str share(uint64_t part, uint64_t whole, char text[static NUMBER_BYTES]) {
        uint64_t permille = whole ? part * 1000 / whole : 0;

        if (whole == 0)
                return STR("-");
        if (part > 0 && permille == 0)
                return STR("<0.1%");
        /* Rounded down: 100.0% is all of them. */
        snprintf(text, NUMBER_BYTES, "%llu.%llu%%", (unsigned long long)(permille / 10),
                 (unsigned long long)(permille % 10));
        return str_from(text);
}

static struct str number(uint64_t value, char text[static NUMBER_BYTES]) {
        snprintf(text, NUMBER_BYTES, "%llu", (unsigned long long)value);
        return str_from(text);
}

static const char *plural(uint64_t count) {
        return count == 1 ? "" : "s";
}

/* ------------------------------------------------------------- the sums */

static void put_containers_line(struct writer *out, const struct bundle *bundle) {
        static const enum container_status bad[] = { CONTAINER_PARTIAL, CONTAINER_UNREADABLE, CONTAINER_NOT_ENTERED };
        size_t counts[CONTAINER_NOT_ENTERED + 1] = { 0 };

        put_label(out, "Containers");
        for (size_t i = 0; i < bundle->container_count; i++)
                counts[bundle->containers[i].status]++;
        if (counts[CONTAINER_WHOLE] == bundle->container_count) {
                text_printf(out, bundle->container_count ? "%zu, whole\n" : "none\n", bundle->container_count);
                return;
        }
        text_printf(out, "%zu: %zu whole", bundle->container_count, counts[CONTAINER_WHOLE]);
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (counts[bad[i]])
                        text_printf(out, ", %zu %s", counts[bad[i]], container_status_name(bad[i]));
        text_printf(out, "\n");
}

static void put_inputs_line(struct writer *out, const struct inputs *inputs) {
        size_t counts[INPUT_UNREADABLE + 1] = { 0 }, copies = 0;

        for (size_t i = 0; i < inputs->count; i++) {
                counts[inputs->items[i]->status]++;
                copies += inputs->items[i]->duplicate_of >= 0;
        }
        put_label(out, "Inputs");
        text_printf(out, "%zu: %zu %s", inputs->count, counts[INPUT_ANALYSED], input_status_name(INPUT_ANALYSED));
        for (int status = INPUT_ANALYSED + 1; status <= INPUT_UNREADABLE; status++)
                if (counts[status])
                        text_printf(out, ", %zu %s", counts[status], input_status_name((enum input_status)status));
        if (copies)
                text_printf(out, "; %zu hold%s the same bytes as another", copies, copies == 1 ? "s" : "");
        text_printf(out, "\n");
}

static void put_lines_line(struct writer *out, const struct report *report, const struct sums *sum) {
        char text[NUMBER_BYTES];

        put_label(out, "Lines");
        text_printf(out, "%llu in %llu record%s", (unsigned long long)sum->lines, (unsigned long long)sum->records,
                    plural(sum->records));
        if (sum->orphan_lines)
                text_printf(out, "; %llu before the first record of their input",
                            (unsigned long long)sum->orphan_lines);
        text_printf(out, "\n");
        put_label(out, "Matched");
        text_put(out, share(sum->matched, sum->records, text));
        text_printf(out, " of the records, by the rules ");
        text_put(out, report->ruleset->name);
        text_printf(out, " ");
        text_put(out, report->ruleset->version);
        text_printf(out, "\n");
}

static void put_time_line(struct writer *out, const struct inputs *inputs) {
        int64_t first = TIME_UNKNOWN, last = TIME_UNKNOWN;
        char text[TEXT_TIME_BYTES];

        for (size_t i = 0; i < inputs->count; i++) {
                int64_t from = input_first_utc(inputs->items[i]), to = input_last_utc(inputs->items[i]);

                if (from != TIME_UNKNOWN && (first == TIME_UNKNOWN || from < first))
                        first = from;
                if (to != TIME_UNKNOWN && (last == TIME_UNKNOWN || to > last))
                        last = to;
        }
        put_label(out, "Time");
        text_put(out, text_time(first, text));
        if (first != TIME_UNKNOWN) {
                text_printf(out, " to ");
                text_put(out, text_time(last, text));
                text_printf(out, " UTC");
        }
        text_printf(out, "\n");
}

static void put_clock(struct writer *out, const struct clock *clock) {
        const struct offset *first = &clock->offsets.items[0];
        char zone[ZONE_BYTES] = "unknown", time[TEXT_TIME_BYTES];

        if (first->minutes != ZONE_UNKNOWN)
                zone_format(first->minutes, zone);
        text_printf(out, "%s", zone);
        for (size_t i = 1; i < clock->offsets.count; i++) {
                zone_format(clock->offsets.items[i].minutes, zone);
                text_printf(out, ", %s from ", zone);
                text_put(out, text_time(clock->offsets.items[i].since_ms, time));
                text_printf(out, " UTC");
        }
        text_printf(out, " (%s, confidence %s", clock_method_name(clock->method), confidence_name(clock->confidence));
        if (clock->votes)
                text_printf(out, ", %llu vote%s", (unsigned long long)clock->votes, plural(clock->votes));
        text_printf(out, ")");
}

/* One line, or one a node where there are several. */
static void put_clock_lines(struct writer *out, const struct clocks *clocks) {
        size_t nodes = 0;

        for (size_t i = 0; i < clocks->count; i++)
                nodes += clocks->items[i].records > 0;
        put_label(out, "Clock");
        if (nodes == 0)
                text_printf(out, "no stamps without a zone\n");
        for (size_t i = 0, put = 0; i < clocks->count; i++) {
                if (clocks->items[i].records == 0)
                        continue;
                if (put++ > 0)
                        put_label(out, "");
                put_clock(out, &clocks->items[i]);
                if (nodes > 1) {
                        text_printf(out, " ");
                        text_put(out, clocks->items[i].node.n ? clocks->items[i].node : STR("unknown node"));
                }
                text_printf(out, "\n");
        }
}

static void put_product_line(struct writer *out, const struct report *report) {
        const struct product *product = &report->product;

        put_label(out, "Product");
        text_printf(out, "%s", product->name);
        if (product->evidence[0])
                text_printf(out, " (%s)", product->evidence);
        if (product->service.n) {
                text_printf(out, ", notification service ");
                text_put(out, product->service);
        }
        text_printf(out, "\n");
}

static void put_missing_line(struct writer *out, const struct report *report) {
        unsigned count = 0;

        put_label(out, "Missing");
        for (int family = 0; family < FAMILY_STORY_COUNT; family++)
                if (!inventory_has_family(&report->inputs, (enum family)family))
                        text_printf(out, "%s%s", count++ ? ", " : "", family_name((enum family)family));
        text_printf(out, count ? " logs\n" : "none\n");
}

/* Gaps of the notification service show only where its logs sample the sessions. */
static bool lacks_samples(const struct coverage *coverage) {
        bool has_logs = false;

        for (size_t i = 0; i < coverage->cover_count; i++) {
                if (coverage->covers[i].sampled)
                        return false;
                has_logs |= coverage->covers[i].family == FAMILY_NOTIFICATION;
        }
        return has_logs;
}

static void put_gaps_line(struct writer *out, const struct report *report) {
        size_t count = report->timeline.coverage.gap_count;

        put_label(out, "Gaps");
        text_printf(out, count ? "%zu, listed below" : "none found", count);
        text_printf(out, lacks_samples(&report->timeline.coverage)
                                 ? " (those of the notification service show with debug logging only)\n"
                                 : "\n");
}

static void put_complete_line(struct writer *out, const struct report *report) {
        put_label(out, "Complete");
        if (report->complete)
                text_printf(out, report->exit_status ? "yes; exit status %d\n" : "yes\n", report->exit_status);
        else
                text_printf(out, "NO%s, see Diagnostics; exit status %d\n", report->interrupted ? ": interrupted" : "",
                            report->exit_status);
}

static void put_sums(struct writer *out, const struct report *report) {
        struct sums sum = inventory_sums(&report->inputs);

        put_label(out, "Bundle");
        text_put(out, report->path);
        text_printf(out, " (%s, %llu byte%s)\n", bundle_kind_name(report->bundle.kind),
                    (unsigned long long)report->bundle.bytes, plural(report->bundle.bytes));
        put_complete_line(out, report);
        put_containers_line(out, &report->bundle);
        put_inputs_line(out, &report->inputs);
        put_lines_line(out, report, &sum);
        put_time_line(out, &report->inputs);
        put_clock_lines(out, &report->timeline.clocks);
        put_product_line(out, report);
        put_missing_line(out, report);
        put_gaps_line(out, report);
}

/* ------------------------------------------------------ what was read */

enum column { INDEX, FAMILY, NODE, FIRST, LAST, LINES, MATCHED, STATUS, COLUMNS };

/* One row of the table but for its path. Cells point into `texts` or outlive it. */
struct row {
        struct str cells[COLUMNS];
        char texts[COLUMNS][TEXT_TIME_BYTES];
};

static struct str status_cell(const struct input *input, char text[static TEXT_TIME_BYTES]) {
        if (input->duplicate_of < 0)
                return str_from(input_status_name(input->status));
        snprintf(text, TEXT_TIME_BYTES, "%ssame as %lld", input->status == INPUT_PARTIAL ? "partial, " : "",
                 (long long)input->duplicate_of);
        return str_from(text);
}

static void fill_row(const struct input *input, struct row *row) {
        const struct summary *summary = input->summary;

        row->cells[INDEX] = number(input->index, row->texts[INDEX]);
        row->cells[FAMILY] = str_from(family_name(input->family));
        row->cells[NODE] = input->node.n ? input->node : STR("-");
        row->cells[FIRST] = text_time(input_first_utc(input), row->texts[FIRST]);
        row->cells[LAST] = text_time(input_last_utc(input), row->texts[LAST]);
        row->cells[LINES] = number(summary->lines, row->texts[LINES]);
        row->cells[MATCHED] = share(summary->matched, summary->records, row->texts[MATCHED]);
        row->cells[STATUS] = status_cell(input, row->texts[STATUS]);
}

static const struct row headings = { .cells = { STR_INIT("#"), STR_INIT("FAMILY"), STR_INIT("NODE"),
                                                STR_INIT("FIRST (UTC)"), STR_INIT("LAST (UTC)"), STR_INIT("LINES"),
                                                STR_INIT("MATCHED"), STR_INIT("STATUS") } };

static void widen(const struct row *row, size_t widths[static COLUMNS]) {
        for (int i = 0; i < COLUMNS; i++) {
                size_t columns = text_columns(row->cells[i]);

                if (columns > widths[i])
                        widths[i] = columns;
        }
}

static void put_row(struct writer *out, const struct row *row, const size_t widths[static COLUMNS], struct str path) {
        for (int i = 0; i < COLUMNS; i++) {
                if (i == INDEX || i == LINES || i == MATCHED)
                        text_right(out, row->cells[i], widths[i]);
                else
                        text_left(out, row->cells[i], widths[i]);
                text_printf(out, "  ");
        }
        text_put(out, path);
        text_printf(out, "\n");
}

/* Twice over the inputs: how wide, then what. Nothing of them is held. */
static void put_inputs(struct writer *out, const struct inputs *inputs) {
        size_t widths[COLUMNS] = { 0 };
        struct row row;

        widen(&headings, widths);
        for (size_t i = 0; i < inputs->count; i++) {
                if (!inputs->items[i]->summary)
                        continue;
                fill_row(inputs->items[i], &row);
                widen(&row, widths);
        }
        text_printf(out, "\n");
        put_row(out, &headings, widths, STR("PATH"));
        for (size_t i = 0; i < inputs->count; i++) {
                if (!inputs->items[i]->summary)
                        continue;
                fill_row(inputs->items[i], &row);
                put_row(out, &row, widths, inputs->items[i]->path);
        }
}

/* ------------------------------------------------- what is not as it should be */

static void put_gaps(struct writer *out, const struct coverage *coverage) {
        char from[TEXT_TIME_BYTES], to[TEXT_TIME_BYTES];

        text_printf(out, coverage->gap_count ? "\nGaps (UTC)\n" : "");
        for (size_t i = 0; i < coverage->gap_count; i++) {
                const struct gap *gap = &coverage->gaps[i];

                text_printf(out, "  ");
                text_put(out, text_time(gap->from_ms, from));
                text_printf(out, " to ");
                text_put(out, text_time(gap->to_ms, to));
                text_printf(out, " %7lld s  %-12s  ", (long long)((gap->to_ms - gap->from_ms) / MS_PER_SECOND),
                            family_name(gap->family));
                text_put(out, gap->node.n ? gap->node : STR("-"));
                text_printf(out, "\n");
        }
}

static void put_reason_and_path(struct writer *out, struct str reason, struct str path) {
        if (reason.n) {
                text_put(out, reason);
                text_printf(out, ": ");
        }
        text_put(out, path);
        text_printf(out, "\n");
}

static void put_bad_containers(struct writer *out, const struct bundle *bundle) {
        bool any = false;

        for (size_t i = 0; i < bundle->container_count; i++) {
                const struct container *container = &bundle->containers[i];

                if (container->status == CONTAINER_WHOLE)
                        continue;
                text_printf(out, "%s  %-11s  %-5s  ", any ? "" : "\nContainers that are not whole\n",
                            container_status_name(container->status), container_kind_name(container->kind));
                put_reason_and_path(out, container->reason, container->path);
                any = true;
        }
}

/* Partial inputs with their reason, and those that gave nothing at all. */
static void put_bad_inputs(struct writer *out, const struct inputs *inputs) {
        bool any = false;

        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];

                if (input->status != INPUT_PARTIAL && input->status != INPUT_UNREADABLE)
                        continue;
                text_printf(out, "%s  %-11s  ", any ? "" : "\nInputs that are not whole\n",
                            input_status_name(input->status));
                put_reason_and_path(out, input->reason, input->path);
                any = true;
        }
}

/* Families that are known, but not read, are ignored as well. */
static bool is_ignored_like(const struct input *input, const struct input *other) {
        return input->status == INPUT_IGNORED && input->family == other->family && str_eq(input->reason, other->reason);
}

/* Was one like this told before it? Those before `from` are not ignored. */
static bool was_told(const struct inputs *inputs, size_t from, size_t index) {
        for (size_t i = from; i < index; i++)
                if (is_ignored_like(inputs->items[i], inputs->items[index]))
                        return true;
        return false;
}

/* How many are ignored like the first, and with `all` which. */
static void put_ignored_like(struct writer *out, const struct inputs *inputs, size_t first, bool all) {
        const struct input *like = inputs->items[first];
        size_t count = 0;

        for (size_t i = first; i < inputs->count; i++)
                count += is_ignored_like(inputs->items[i], like);
        text_printf(out, "  %5zu  ", count);
        if (like->family != FAMILY_NONE)
                text_printf(out, "%s: ", family_name(like->family));
        text_put(out, like->reason);
        text_printf(out, "\n");
        for (size_t i = first; all && i < inputs->count; i++) {
                if (!is_ignored_like(inputs->items[i], like))
                        continue;
                text_printf(out, "         ");
                text_put(out, inputs->items[i]->path);
                text_printf(out, "\n");
        }
}

/* By family and reason, of which there are few; the ignored stand behind what was read. */
static void put_ignored(struct writer *out, const struct inputs *inputs, bool all) {
        size_t from = 0;

        while (from < inputs->count && inputs->items[from]->status != INPUT_IGNORED)
                from++;
        if (from < inputs->count)
                text_printf(out, "\nIgnored%s\n", all ? "" : " (-v names them)");
        for (size_t i = from; i < inputs->count; i++)
                if (inputs->items[i]->status == INPUT_IGNORED && !was_told(inputs, from, i))
                        put_ignored_like(out, inputs, i, all);
}

static void put_place(struct writer *out, const struct diag *diag) {
        struct str path = diag->input ? ((const struct input *)diag->input)->path : diag->path;

        if (path.n == 0)
                return;
        text_put(out, path);
        if (diag->line)
                text_printf(out, ", line %llu", (unsigned long long)diag->line);
        if (diag->offset != UINT64_MAX)
                text_printf(out, ", byte %llu", (unsigned long long)diag->offset);
        text_printf(out, ": ");
}

static void put_diagnostic(struct writer *out, const struct diag *diag) {
        const struct diag_info *info = &diag_infos[diag->code];

        text_printf(out, "  %s %-7s  ", info->code, diag_level_name(info->level));
        put_place(out, diag);
        text_put(out, diag->text);
        if (diag->count > 1)
                text_printf(out, " (%llu times)", (unsigned long long)diag->count);
        if (info->advice[0])
                text_printf(out, "; %s", info->advice);
        text_printf(out, "\n");
}

static void put_diagnostics(struct writer *out, const struct report *report, bool all) {
        size_t notes = 0;
        bool any = false;

        for (size_t i = 0; i < report->diags.count; i++) {
                if (!all && diag_infos[report->ordered[i]->code].level == DIAG_NOTE) {
                        notes++;
                        continue;
                }
                text_printf(out, any ? "" : "\nDiagnostics\n");
                put_diagnostic(out, report->ordered[i]);
                any = true;
        }
        if (notes)
                text_printf(out, "%s  %zu note%s (-v shows %s)\n", any ? "" : "\nDiagnostics\n", notes, plural(notes),
                            notes == 1 ? "it" : "them");
}

int report_write_info_text(const struct report *report, bool all, writer_fn *write, void *userdata) {
        struct writer out;

        writer_init(&out, write, userdata);
        put_sums(&out, report);
        if (report_has_analysed(report))
                put_inputs(&out, &report->inputs);
        put_gaps(&out, &report->timeline.coverage);
        put_bad_containers(&out, &report->bundle);
        put_bad_inputs(&out, &report->inputs);
        put_ignored(&out, &report->inputs, all);
        put_diagnostics(&out, report, all);
        return writer_finish(&out);
}
