#include "fleet/shown.h"

#include "fleet/derive.h"
#include "render/words.h"

/* The offset of most bundles; of those that are as many the smallest. */
static int16_t usual_offset(const struct fleet_report *report) {
        int16_t found = ZONE_UNKNOWN;
        size_t most = 0;

        for (size_t i = 0; i < report->bundles.count; i++) {
                const int16_t offset = report->bundles.items[i].offset;
                size_t count = 0;

                if (offset == ZONE_UNKNOWN || (i && offset == report->bundles.items[i - 1].offset))
                        continue;
                for (size_t k = 0; k < report->bundles.count; k++)
                        count += report->bundles.items[k].offset == offset;
                if (count > most || (count == most && offset < found)) {
                        most = count;
                        found = offset;
                }
        }
        return found;
}

void shown_init(struct shown *shown, const struct fleet_report *report, const struct style *style) {
        *shown = (struct shown){ .report = report, .style = style };
        shown->clock.clock.offset = style->clock == CLOCK_SERVER ? usual_offset(report) : ZONE_UNKNOWN;
}

void shown_kind(struct phrase *phrase, struct str kind) {
        const struct view_finding finding = { .kind = kind };

        words_kind(phrase, &finding);
}

void shown_list(struct phrase *phrase, const struct view_texts *texts, size_t most) {
        for (size_t i = 0; i < texts->count && i < most; i++) {
                phrase_say(phrase, i ? ", " : "");
                phrase_name(phrase, texts->items[i]);
        }
        if (texts->count > most)
                phrase_printf(phrase, " and %zu more", texts->count - most);
}

void shown_seconds(struct phrase *phrase, int64_t seconds) {
        if (seconds >= 3 * 24 * 3600)
                phrase_printf(phrase, "%lld days", (long long)(seconds / 86400));
        else if (seconds >= 2 * 3600)
                phrase_printf(phrase, "%lld.%lld h", (long long)(seconds / 3600), (long long)(seconds % 3600 / 360));
        else
                phrase_printf(phrase, "%lld min", (long long)(seconds / 60));
}

/* --------------------------------------------------------------- answer */

static void say_verdict(struct phrase *phrase, const struct fleet_report *report) {
        const struct fleet_summary *summary = &report->summary;
        const struct str verdict = report->diagnosis.verdict;

        if (summary->unread == summary->bundles) {
                phrase_say(phrase, "Nothing is known: no bundle could be read");
                return;
        }
        if (str_eq(verdict, STR("none"))) {
                phrase_say(phrase,
                           "Nobody was lost: no idle closure and no forced logout, in logs that cover the time");
                return;
        }
        if (str_eq(verdict, STR("undetermined"))) {
                phrase_say(phrase, "It cannot be said: ");
                phrase_add(phrase, words_verdict(verdict), PHRASE_BYTES);
        } else {
                phrase_say(phrase, "It was ");
                phrase_add(phrase, words_verdict(verdict), PHRASE_BYTES);
        }
        phrase_say(phrase, " (");
        phrase_name(phrase, verdict);
        phrase_say(phrase, ", confidence ");
        phrase_name(phrase, report->diagnosis.confidence);
        phrase_say(phrase, ")");
}

void shown_answer(struct phrase *phrase, const struct shown *shown) {
        const struct fleet_summary *summary = &shown->report->summary;

        phrase_clear(phrase);
        say_verdict(phrase, shown->report);
        phrase_say(phrase, ".");
        if (summary->unread && summary->unread < summary->bundles)
                phrase_printf(phrase, " NOT IN IT: %lld of %lld bundles could not be read.", (long long)summary->unread,
                              (long long)summary->bundles);
        if (summary->incomplete)
                phrase_printf(phrase, " %lld of %lld bundles were read only in part.", (long long)summary->incomplete,
                              (long long)summary->bundles);
}

/* ------------------------------------------------------------ incidents */

void shown_incident(struct phrase *phrase, const struct shown *shown, const struct fleet_incident *incident) {
        const struct fleet_bundle *from =
                incident->joined_from.n ? derive_bundle(shown->report, incident->joined_from) : NULL;

        phrase_say(phrase, "agent ");
        phrase_name(phrase, incident->agent);
        phrase_say(phrase, ": ");
        shown_kind(phrase, incident->kind);
        if (incident->cause.n) {
                phrase_say(phrase, ", ");
                phrase_name(phrase, incident->cause);
        }
        if (from) {
                phrase_say(phrase, " (told by ");
                phrase_name(phrase, from->path);
                phrase_say(phrase, ")");
        }
        if (incident->address.n) {
                phrase_say(phrase, ", from ");
                phrase_name(phrase, incident->address);
        }
        phrase_say(phrase, ", on ");
        shown_list(phrase, &incident->nodes, 3);
        if (incident->burst.n) {
                phrase_say(phrase, ", of burst ");
                phrase_name(phrase, incident->burst);
        }
        if (incident->bundles.count > 1)
                phrase_printf(phrase, ", in %zu bundles", incident->bundles.count);
        phrase_say(phrase, " [");
        phrase_name(phrase, incident->id);
        phrase_say(phrase, "]");
}

void shown_burst(struct phrase *phrase, const struct fleet_burst *burst) {
        phrase_printf(phrase, "%zu agents on ", burst->agents.count);
        shown_list(phrase, &burst->nodes, 4);
        if (burst->scope.n) {
                phrase_say(phrase, ", scope ");
                phrase_name(phrase, burst->scope);
        }
        if (burst->cause.n) {
                phrase_say(phrase, ", ");
                phrase_name(phrase, burst->cause);
        }
        if (str_eq(burst->source, STR("fleet")))
                phrase_say(phrase, ", seen only over several servers");
        phrase_say(phrase, " [");
        phrase_name(phrase, burst->id);
        phrase_say(phrase, "]");
}
