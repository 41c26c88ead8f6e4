/*
 * A triage note, in plain text or Markdown: what a lead reads first. Longer lists are in the
 * other forms; each says how much it leaves out.
 */
#include "fleet/derive.h"
#include "fleet/format.h"
#include "fleet/shown.h"
#include "render/page.h"
#include "render/words.h"

enum { MOST_INCIDENTS = 15, MOST_LISTED = 10, MOST_UNREAD = 30, MOST_DAYS = 31, MOST_COVERED = 40 };

struct note {
        struct page page;
        struct shown shown;
        struct phrase phrase;
};

static struct phrase *begin(struct note *note) {
        phrase_clear(&note->phrase);
        return &note->phrase;
}

static void put_labelled(struct note *note, const char *label) {
        page_labelled(&note->page, label, phrase_str(&note->phrase));
}

static void put_item(struct note *note) {
        page_item(&note->page, phrase_str(&note->phrase));
}

static void say_time(struct note *note, int64_t utc_ms) {
        char time[STYLE_TIME_BYTES];

        phrase_say(&note->phrase, style_time(note->shown.style, &note->shown.clock, utc_ms, time));
}

/* Behind a list that was cut. */
static void put_more(struct note *note, size_t count, size_t most) {
        if (count <= most)
                return;
        phrase_printf(begin(note), "and %zu more, which csv, html and json have", count - most);
        put_item(note);
}

/* ----------------------------------------------------------------- head */

static void put_read(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        const struct fleet_summary *summary = &report->summary;
        struct phrase *phrase = begin(note);

        words_count(phrase, summary->bundles - summary->unread, "bundle", "bundles");
        if (summary->distinct < summary->bundles - summary->unread)
                phrase_printf(phrase, " (%lld of different content)", (long long)summary->distinct);
        phrase_say(phrase, " of ");
        words_count(phrase, summary->nodes, "server name", "server names");
        phrase_say(phrase, " with ");
        words_count(phrase, summary->agents, "agent", "agents");
        put_labelled(note, "Read");
        if (report->first == TIME_UNKNOWN)
                return;
        begin(note);
        say_time(note, report->first);
        phrase_say(phrase, " to ");
        say_time(note, report->last);
        put_labelled(note, "Time");
}

static void put_counts(struct note *note) {
        const struct fleet_summary *summary = &note->shown.report->summary;
        struct phrase *phrase = begin(note);

        words_count(phrase, summary->incidents, "incident", "incidents");
        phrase_printf(phrase,
                      ": %lld with a forced logout, %lld with a session closed as idle, %lld that were silent and "
                      "came back or were not closed; ",
                      (long long)summary->forced_logouts, (long long)summary->idle_closures,
                      (long long)summary->idle_escalations);
        words_count(phrase, summary->bursts, "burst", "bursts");
        phrase_say(phrase, ", ");
        words_count(phrase, summary->restarts, "restart", "restarts");
        put_labelled(note, "Counted");
        begin(note);
        for (size_t i = 0; i < summary->by_cause.count; i++) {
                phrase_say(phrase, i ? ", " : "");
                phrase_name(phrase, summary->by_cause.items[i].key);
                phrase_say(phrase, " ");
                phrase_name(phrase, summary->by_cause.items[i].value);
        }
        if (summary->by_cause.count)
                put_labelled(note, "Forced by");
}

static void put_head(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        struct phrase *phrase = &note->phrase;

        page_title(&note->page, STR("boshscope: lost desktop connections of a fleet"));
        shown_answer(phrase, &note->shown);
        put_labelled(note, "Answer");
        for (size_t i = 0; i < report->diagnosis.why.count; i++)
                page_labelled(&note->page, i ? "" : "Why", report->diagnosis.why.items[i]);
        put_read(note);
        put_counts(note);
        for (size_t i = 0; i < report->notes.count; i++)
                page_labelled(&note->page, i ? "" : "Note", report->notes.items[i]);
        phrase_say(begin(note), style_clock_name(note->shown.style));
        if (note->shown.style->clock == CLOCK_SERVER)
                phrase_say(phrase, " of most bundles");
        phrase_say(phrase, "; days are UTC");
        put_labelled(note, "Clock");
}

/* ----------------------------------------------------------- what failed */

static void put_unread(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        struct phrase *phrase = &note->phrase;
        size_t count = 0;

        for (size_t i = 0; i < report->bundles.count; i++) {
                const struct fleet_bundle *bundle = &report->bundles.items[i];
                const bool unread = !fleet_bundle_is_read(bundle);

                if ((!unread && bundle->complete) || ++count > MOST_UNREAD)
                        continue;
                if (count == 1)
                        page_heading(&note->page, STR("Not read, or not all of it"));
                phrase_name(begin(note), bundle->path);
                phrase_say(phrase, unread ? ": NOT READ: " : ": damaged, cut or limited");
                if (unread) {
                        phrase_add(phrase, bundle->fault.n ? bundle->fault : STR("it holds no log that is read"),
                                   PHRASE_BYTES / 4);
                        phrase_say(phrase, bundle->code.n ? " (" : "");
                        phrase_name(phrase, bundle->code);
                        phrase_say(phrase, bundle->code.n ? ")" : "");
                }
                put_item(note);
        }
        put_more(note, count, MOST_UNREAD);
}

/* ----------------------------------------------------------------- lists */

static void put_bursts(struct note *note) {
        const struct fleet_report *report = note->shown.report;

        if (report->bursts.count)
                page_heading(&note->page, STR("Many lost together"));
        for (size_t i = 0; i < report->bursts.count && i < MOST_LISTED; i++) {
                phrase_say(begin(note), "at ");
                say_time(note, report->bursts.items[i].start);
                phrase_say(&note->phrase, ": ");
                shown_burst(&note->phrase, &report->bursts.items[i]);
                put_item(note);
        }
        put_more(note, report->bursts.count, MOST_LISTED);
}

static bool is_before(const struct fleet_finding *a, const struct fleet_finding *b) {
        const int64_t left = fleet_finding_time(a), right = fleet_finding_time(b);

        return left < right || (left == right && a < b);
}

/* The first restart behind the last one; findings are not in order of time. */
static const struct fleet_finding *next_restart(const struct fleet_report *report, const struct fleet_finding *last) {
        const struct fleet_finding *next = NULL;

        for (size_t i = 0; i < report->findings.count; i++) {
                const struct fleet_finding *finding = &report->findings.items[i];

                if (str_eq(finding->kind, STR("server_restart")) && (!last || is_before(last, finding)) &&
                    (!next || is_before(finding, next)))
                        next = finding;
        }
        return next;
}

static void put_restarts(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        const struct fleet_finding *restart = next_restart(report, NULL);

        if (restart)
                page_heading(&note->page, STR("Stops and restarts of the notification service"));
        for (size_t i = 0; restart && i < MOST_LISTED; i++, restart = next_restart(report, restart)) {
                phrase_say(begin(note), "at ");
                say_time(note, fleet_finding_time(restart));
                phrase_say(&note->phrase, ": ");
                phrase_name(&note->phrase, restart->node.n ? restart->node : STR("unknown server"));
                phrase_say(&note->phrase, str_eq(restart->severity, STR("medium")) ? ", by an administrator" : "");
                put_item(note);
        }
        put_more(note, (size_t)report->summary.restarts, MOST_LISTED);
}

static void put_days(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        const size_t count = report->days.count, from = count > MOST_DAYS ? count - MOST_DAYS : 0;
        struct phrase *phrase = &note->phrase;

        if (count)
                page_heading(&note->page, STR("Day by day"));
        for (size_t i = from; i < count; i++) {
                const struct fleet_day *day = &report->days.items[i];

                phrase_say(begin(note), "on ");
                phrase_name(phrase, day->day);
                phrase_say(phrase, ": ");
                words_count(phrase, day->incidents, "incident", "incidents");
                if (day->incidents) {
                        phrase_say(phrase, " of ");
                        words_count(phrase, day->agents, "agent", "agents");
                        phrase_printf(phrase, " (%lld forced out, %lld closed as idle)", (long long)day->forced_logouts,
                                      (long long)day->idle_closures);
                }
                phrase_say(phrase, ", ");
                words_count(phrase, day->bursts, "burst", "bursts");
                phrase_say(phrase, ", ");
                words_count(phrase, day->restarts, "restart", "restarts");
                phrase_say(phrase, "; logs: notification ");
                shown_seconds(phrase, day->notification_s);
                phrase_say(phrase, ", web ");
                shown_seconds(phrase, day->webservices_s);
                put_item(note);
        }
        put_more(note, count, MOST_DAYS);
}

static void put_sites(struct note *note) {
        const struct fleet_report *report = note->shown.report;

        if (report->sites.count)
                page_heading(&note->page, STR("Where agents were lost most often"));
        for (size_t i = 0; i < report->sites.count && i < MOST_LISTED; i++) {
                const struct fleet_site *site = &report->sites.items[i];
                struct phrase *phrase = begin(note);

                phrase_say(phrase, "from ");
                phrase_name(phrase, site->prefix);
                phrase_printf(phrase, ": %lld of %lld agents, ", (long long)site->agents_lost, (long long)site->agents);
                words_count(phrase, site->incidents, "loss", "losses");
                phrase_printf(phrase, " (%lld forced out)", (long long)site->forced_logouts);
                put_item(note);
        }
        put_more(note, report->sites.count, MOST_LISTED);
}

static void put_agents(struct note *note) {
        const struct fleet_report *report = note->shown.report;

        if (report->agents.count)
                page_heading(&note->page, STR("Who was lost most often"));
        for (size_t i = 0; i < report->agents.count && i < MOST_LISTED; i++) {
                const struct fleet_agent *agent = &report->agents.items[i];
                struct phrase *phrase = begin(note);

                phrase_say(phrase, "agent ");
                phrase_name(phrase, agent->agent);
                phrase_say(phrase, ": ");
                words_count(phrase, agent->incidents, "incident", "incidents");
                phrase_printf(phrase, " (%lld forced out, %lld closed as idle)", (long long)agent->forced_logouts,
                              (long long)agent->idle_closures);
                if (agent->addresses.count) {
                        phrase_say(phrase, ", from ");
                        shown_list(phrase, &agent->addresses, 3);
                }
                put_item(note);
        }
        put_more(note, report->agents.count, MOST_LISTED);
}

static void put_incidents(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        size_t count = 0;

        for (size_t i = 0; i < report->incidents.count; i++) {
                if (!fleet_incident_is_loss(&report->incidents.items[i]) || ++count > MOST_INCIDENTS)
                        continue;
                if (count == 1)
                        page_heading(&note->page, STR("Losses, in order of time"));
                phrase_say(begin(note), "at ");
                say_time(note, report->incidents.items[i].start);
                phrase_say(&note->phrase, ": ");
                shown_incident(&note->phrase, &note->shown, &report->incidents.items[i]);
                put_item(note);
        }
        put_more(note, count, MOST_INCIDENTS);
}

static void put_gaps(struct note *note) {
        const struct fleet_report *report = note->shown.report;

        if (report->gaps.count)
                page_heading(&note->page, STR("Where no log speaks"));
        for (size_t i = 0; i < report->gaps.count && i < MOST_LISTED; i++) {
                const struct fleet_gap *gap = &report->gaps.items[i];
                struct phrase *phrase = begin(note);

                phrase_say(phrase, "on ");
                phrase_name(phrase, gap->node.n ? gap->node : STR("unknown server"));
                phrase_say(phrase, ", ");
                phrase_name(phrase, gap->family);
                phrase_say(phrase, ": ");
                shown_seconds(phrase, gap->seconds);
                phrase_say(phrase, " from ");
                say_time(note, gap->from);
                put_item(note);
        }
        put_more(note, report->gaps.count, MOST_LISTED);
}

/* A server's logs of one kind, from `first` on; the index behind them. */
static size_t put_covered(struct note *note, size_t first) {
        const struct fleet_report *report = note->shown.report;
        const struct fleet_span *spans = report->coverage.items;
        struct phrase *phrase = begin(note);
        int64_t covered_ms = 0;
        size_t end = first;

        for (; end < report->coverage.count && str_eq(spans[end].node, spans[first].node) &&
               str_eq(spans[end].family, spans[first].family);
             end++)
                covered_ms += spans[end].to - spans[end].from;
        phrase_say(phrase, "on ");
        phrase_name(phrase, spans[first].node.n ? spans[first].node : STR("unknown server"));
        phrase_say(phrase, ", ");
        phrase_name(phrase, spans[first].family);
        phrase_say(phrase, ": ");
        shown_seconds(phrase, covered_ms / MS_PER_SECOND);
        phrase_say(phrase, " between ");
        say_time(note, spans[first].from);
        phrase_say(phrase, " and ");
        say_time(note, spans[end - 1].to);
        put_item(note);
        return end;
}

static void put_coverage(struct note *note) {
        const struct fleet_report *report = note->shown.report;
        size_t at = 0;

        if (report->coverage.count)
                page_heading(&note->page, STR("What the logs cover"));
        for (int i = 0; i < MOST_COVERED && at < report->coverage.count; i++)
                at = put_covered(note, at);
        if (at < report->coverage.count) {
                phrase_say(begin(note), "and more, which json has");
                put_item(note);
        }
}

static int write_note(const struct fleet_report *report, const struct style *style, const struct page_form *form,
                      writer_fn *write, void *userdata) {
        struct note note;

        shown_init(&note.shown, report, style);
        page_begin(&note.page, form, write, userdata);
        put_head(&note);
        put_unread(&note);
        put_bursts(&note);
        put_restarts(&note);
        put_days(&note);
        put_sites(&note);
        put_agents(&note);
        put_incidents(&note);
        put_coverage(&note);
        put_gaps(&note);
        return page_end(&note.page);
}

int fleet_write_text(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        return write_note(report, style, &page_text, write, userdata);
}

int fleet_write_md(const struct fleet_report *report, const struct style *style, writer_fn *write, void *userdata) {
        return write_note(report, style, &page_md, write, userdata);
}
