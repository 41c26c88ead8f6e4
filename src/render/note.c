#include "render/note.h"

#include "base/utf8.h"

enum { MOST_LISTED = 15, MOST_AGENTS = 8, MOST_ADVICE = 6, MOST_MISSING_OF_ONE = 5, SHA_SHOWN = 12 };

static struct phrase *begin(struct note *note) {
        phrase_clear(&note->phrase);
        return &note->phrase;
}

static void put_labelled(struct note *note, const char *label) {
        page_labelled(&note->page, label, phrase_str(&note->phrase));
}

void note_more(struct note *note, int64_t count, const char *what) {
        if (count <= 0)
                return;
        phrase_printf(begin(note), "and %lld more%s", (long long)count, what);
        page_item(&note->page, phrase_str(&note->phrase));
}

void note_texts(struct note *note, const char *heading, const struct view_texts *texts) {
        if (texts->count)
                page_heading(&note->page, str_from(heading));
        for (size_t i = 0; i < texts->count; i++)
                page_item(&note->page, utf8_first(texts->items[i], PHRASE_BYTES));
}

void note_next_steps(struct note *note, const struct view_texts *steps, size_t most) {
        struct view_texts shown = *steps;

        if (shown.count > most)
                shown.count = most;
        note_texts(note, "Next steps", &shown);
        note_more(note, (int64_t)(steps->count - shown.count), " in the report");
}

/* ------------------------------------------------------------ head, foot */

static void put_bundle(struct note *note) {
        const struct view *view = note->view;
        struct phrase *phrase = begin(note);

        phrase_add(phrase, view->bundle_path, PHRASE_BYTES / 4);
        phrase_say(phrase, " (");
        phrase_name(phrase, view->bundle_kind);
        if (view->bundle_bytes != VIEW_NONE)
                phrase_printf(phrase, ", %lld bytes", (long long)view->bundle_bytes);
        phrase_say(phrase, ")");
        if (view->redacted)
                phrase_say(phrase, "; names, hosts and addresses are pseudonyms");
        put_labelled(note, "Bundle");
}

static void put_product(struct note *note) {
        const struct view *view = note->view;
        struct phrase *phrase = begin(note);

        phrase_name(phrase, view->product.n ? view->product : STR("unknown"));
        if (view->notification_service.n) {
                phrase_say(phrase, ", notification service ");
                phrase_name(phrase, view->notification_service);
        }
        put_labelled(note, "Product");
}

static void put_covered(struct note *note) {
        if (words_covered(begin(note), note->view, note->style))
                put_labelled(note, "Logs");
}

static void put_times(struct note *note) {
        words_clock(begin(note), note->view, note->style);
        put_labelled(note, "Times");
}

static void put_versions(struct note *note) {
        const struct view *view = note->view;
        struct phrase *phrase = begin(note);

        phrase_say(phrase, "boshscope ");
        phrase_name(phrase, view->tool_version);
        phrase_say(phrase, ", rules ");
        phrase_name(phrase, view->ruleset_name);
        phrase_say(phrase, " ");
        phrase_name(phrase, view->ruleset_version);
        phrase_say(phrase, " (sha256 ");
        phrase_add(phrase, str_first(view->ruleset_sha256, SHA_SHOWN), SHA_SHOWN);
        phrase_say(phrase, ")");
        put_labelled(note, "Made by");
}

void note_window(struct note *note) {
        if (words_window(begin(note), note->view, note->style))
                put_labelled(note, "Shown");
}

/* ---------------------------------------------------------------- counts */

static void add_count(struct phrase *phrase, int64_t count, const char *one, const char *many) {
        if (count <= 0)
                return;
        phrase_say(phrase, phrase->n ? ", " : "");
        words_count(phrase, count, one, many);
}

static int64_t count_signatures(const struct view *view) {
        int64_t count = 0;

        for (size_t i = 0; i < view->findings.count; i++)
                count += str_eq(view->findings.items[i].kind, STR("signature"));
        return count;
}

void note_counts(struct note *note) {
        const struct view_summary *summary = &note->view->summary;
        struct phrase *phrase = begin(note);

        add_count(phrase, summary->agents, "agent", "agents");
        add_count(phrase, summary->sessions, "session", "sessions");
        add_count(phrase, summary->forced_logouts, "forced logout", "forced logouts");
        add_count(phrase, summary->idle_closures, "session closed as idle", "sessions closed as idle");
        add_count(phrase, summary->idle_escalations, "silence", "silences");
        add_count(phrase, summary->recoveries, "recovery", "recoveries");
        add_count(phrase, summary->mass_disconnects, "mass disconnect", "mass disconnects");
        add_count(phrase, summary->server_restarts, "stop or restart of the service",
                  "stops and restarts of the service");
        add_count(phrase, count_signatures(note->view), "known signature", "known signatures");
        if (phrase->n == 0)
                phrase_say(phrase, "no agent and no session in these logs");
        put_labelled(note, "Counts");
        phrase = begin(note);
        for (size_t i = 0; i < summary->by_cause.count; i++) {
                const struct view_field *cause = &summary->by_cause.items[i];

                phrase_say(phrase, i ? "; " : "of the forced logouts: ");
                phrase_name(phrase, cause->value);
                phrase_say(phrase, " ");
                phrase_name(phrase, cause->key);
                phrase_say(phrase, " (");
                phrase_add(phrase, words_cause(cause->key), PHRASE_BYTES);
                phrase_say(phrase, ")");
        }
        if (phrase->n)
                put_labelled(note, "Causes");
}

static int64_t known(int64_t count) {
        return count == VIEW_NONE ? 0 : count;
}

const struct view_agent *note_next_agent(const struct view *view, const struct view_agent *before) {
        const struct view_agent *best = NULL;

        for (size_t i = 0; i < view->agents.count; i++) {
                const struct view_agent *agent = &view->agents.items[i];
                const int64_t forced = known(agent->forced_logouts), closures = known(agent->idle_closures);

                if (forced == 0 && closures == 0)
                        continue;
                if (before && (forced > known(before->forced_logouts) ||
                               (forced == known(before->forced_logouts) &&
                                (closures > known(before->idle_closures) ||
                                 (closures == known(before->idle_closures) && agent <= before)))))
                        continue;
                if (!best || forced > known(best->forced_logouts) ||
                    (forced == known(best->forced_logouts) && closures > known(best->idle_closures)))
                        best = agent;
        }
        return best;
}

static void put_agent(struct note *note, const struct view_agent *agent) {
        struct phrase *phrase = begin(note);
        struct phrase counts;

        phrase_say(phrase, "agent ");
        phrase_name(phrase, agent->agent);
        phrase_say(phrase, ": ");
        phrase_clear(&counts);
        add_count(&counts, agent->forced_logouts, "forced logout", "forced logouts");
        add_count(&counts, agent->idle_closures, "session closed as idle", "sessions closed as idle");
        add_count(&counts, agent->idle_escalations, "silence", "silences");
        add_count(&counts, agent->recoveries, "recovery", "recoveries");
        phrase_add(phrase, counts.n ? phrase_str(&counts) : STR("nothing found"), PHRASE_BYTES);
        page_item(&note->page, phrase_str(phrase));
}

static void put_agents(struct note *note) {
        const struct view_agent *agent = note_next_agent(note->view, NULL);

        if (agent)
                page_heading(&note->page, STR("Agents most often lost"));
        for (size_t i = 0; agent && i < MOST_AGENTS; i++) {
                put_agent(note, agent);
                agent = note_next_agent(note->view, agent);
        }
        if (agent)
                page_item(&note->page, STR("and more in the report"));
}

/* -------------------------------------------------------------- findings */

/* Where to look first: the record of that moment, else the first there is. */
static void add_place(struct note *note, const struct view_finding *finding, int64_t at) {
        const struct view_record *found = NULL;

        for (size_t i = 0; i < finding->evidence.count; i++)
                if (!found || (finding->evidence.items[i].time == at && found->time != at))
                        found = &finding->evidence.items[i];
        if (!found)
                return;
        phrase_say(&note->phrase, " ");
        words_place(&note->phrase, note->view, found->input, found->line);
}

static void put_line_of(struct note *note, const struct view_finding *finding) {
        struct phrase *phrase = begin(note);
        const int64_t at = finding->end == TIME_UNKNOWN ? finding->start : finding->end;
        char time[STYLE_TIME_BYTES];

        words_kind(phrase, finding);
        phrase_say(phrase, ": ");
        words_whose(phrase, finding);
        words_mark(phrase, finding);
        if (note->style->agent.n == 0) /* of one agent the note stays short */
                add_place(note, finding, at);
        page_step(&note->page, style_time(note->style, note->view, at, time), "", phrase_str(phrase));
}

/* A silence or closure of the same session that the chain of `told` has as its steps. */
static bool is_part_of(const struct view_finding *finding, const struct view_finding *told) {
        const int64_t at = finding->end == TIME_UNKNOWN ? finding->start : finding->end;
        int64_t first = told->start, last = told->end;

        for (size_t i = 0; i < told->timing.count; i++) {
                const int64_t step = told->timing.items[i].at;

                if (step != TIME_UNKNOWN && (first == TIME_UNKNOWN || step < first))
                        first = step;
        }
        return finding != told && finding->sid.n && str_eq(finding->sid, told->sid) &&
               str_eq_nocase(finding->agent, told->agent) && at != TIME_UNKNOWN && at >= first && at <= last;
}

static void put_parts(struct note *note, const struct view_finding *told) {
        struct phrase *phrase = begin(note);

        for (size_t i = 0; i < note->view->findings.count; i++) {
                const struct view_finding *finding = &note->view->findings.items[i];

                if (!is_part_of(finding, told) || !style_shows_finding(note->style, finding))
                        continue;
                phrase_say(phrase, phrase->n ? ", " : "");
                words_kind(phrase, finding);
                words_mark(phrase, finding);
        }
        if (phrase->n)
                put_labelled(note, "With it");
}

/* Those of one severity, but for `told` and its parts, as far as the page goes. */
static void list_severity(struct note *note, const char *heading, int severity, const struct view_finding *told,
                          size_t *listed) {
        for (size_t i = 0; i < note->view->findings.count; i++) {
                const struct view_finding *finding = &note->view->findings.items[i];

                if (finding == told || (told && is_part_of(finding, told)) ||
                    words_severity(finding->severity) != severity || !style_shows_finding(note->style, finding) ||
                    ++*listed > MOST_LISTED)
                        continue;
                if (*listed == 1)
                        page_heading(&note->page, str_from(heading));
                put_line_of(note, finding);
        }
}

/* The gravest first: few bursts must not drown in what came of them. */
static void put_list(struct note *note, const char *heading, int least, const struct view_finding *told) {
        size_t listed = 0;

        for (int severity = 4; severity >= least; severity--)
                list_severity(note, heading, severity, told, &listed);
        note_more(note, (int64_t)listed - MOST_LISTED, " in the report");
}

/* An agent's own chain tells more of her than a burst that she was in. */
static int weight(const struct note *note, const struct view_finding *finding) {
        const bool own = note->style->agent.n && str_eq_nocase(finding->agent, note->style->agent);

        return words_severity(finding->severity) + (own ? 5 : 0);
}

/* The first of the gravest that is shown, or NULL. */
static const struct view_finding *gravest(const struct note *note) {
        const struct view_finding *found = NULL;

        for (size_t i = 0; i < note->view->findings.count; i++) {
                const struct view_finding *finding = &note->view->findings.items[i];

                if (style_shows_finding(note->style, finding) &&
                    (!found || weight(note, finding) > weight(note, found)))
                        found = finding;
        }
        return found;
}

/* -------------------------------------------------------- what was missing */

static void put_gap(struct note *note, const struct view_gap *gap) {
        struct phrase *phrase = begin(note);

        phrase_say(phrase, "no records of ");
        phrase_name(phrase, gap->family);
        if (gap->node.n) {
                phrase_say(phrase, " on ");
                phrase_name(phrase, gap->node);
        }
        phrase_say(phrase, ": ");
        words_when(phrase, note->view, note->style, gap->from, gap->to);
        page_item(&note->page, phrase_str(phrase));
}

static void put_diagnostic(struct note *note, const struct view_diagnostic *diagnostic) {
        struct phrase *phrase = begin(note);

        phrase_name(phrase, diagnostic->code);
        phrase_say(phrase, " ");
        phrase_add(phrase, diagnostic->text, PHRASE_BYTES / 4);
        if (diagnostic->input != VIEW_NONE) {
                phrase_say(phrase, ": ");
                words_place(phrase, note->view, diagnostic->input, diagnostic->line);
        } else if (diagnostic->path.n) {
                phrase_say(phrase, ": ");
                phrase_add(phrase, diagnostic->path, PHRASE_BYTES / 4);
        }
        page_item(&note->page, phrase_str(phrase));
}

static bool is_told(const struct view_diagnostic *diagnostic) {
        return str_eq(diagnostic->level, STR("warning")) || str_eq(diagnostic->level, STR("error"));
}

static size_t count_missing(const struct view *view) {
        size_t count = view->coverage.missing.count + view->coverage.gaps.count;

        for (size_t i = 0; i < view->diagnostics.count; i++)
                count += is_told(&view->diagnostics.items[i]);
        return count;
}

static void put_missing(struct note *note, size_t most) {
        const struct view *view = note->view;
        const size_t told = count_missing(view);
        size_t listed = 0;

        if (told == 0)
                return;
        page_heading(&note->page, STR("What was missing or damaged"));
        for (size_t i = 0; i < view->coverage.missing.count && listed < most; i++, listed++) {
                phrase_say(begin(note), "no logs of ");
                phrase_name(&note->phrase, view->coverage.missing.items[i]);
                page_item(&note->page, phrase_str(&note->phrase));
        }
        for (size_t i = 0; i < view->coverage.gaps.count && listed < most; i++, listed++)
                put_gap(note, &view->coverage.gaps.items[i]);
        for (size_t i = 0; i < view->diagnostics.count && listed < most; i++)
                if (is_told(&view->diagnostics.items[i])) {
                        put_diagnostic(note, &view->diagnostics.items[i]);
                        listed++;
                }
        note_more(note, (int64_t)(told - listed), " in the report");
}

static void put_complete(struct note *note) {
        if (!words_incomplete(begin(note), note->view))
                return;
        phrase_say(&note->phrase, count_missing(note->view) ? "; see what was missing below" : "");
        put_labelled(note, "Complete");
}

/* That nothing was found says little where not all was seen. */
static void put_nothing(struct note *note) {
        const struct view *view = note->view;
        const bool all_seen = view->complete && count_missing(view) == 0 && view->from == TIME_UNKNOWN &&
                              view->to == TIME_UNKNOWN && !str_eq(view->diagnosis.verdict, STR("undetermined"));

        page_labelled(&note->page, "What",
                      all_seen ? STR("nothing was found of this agent")
                               : STR("nothing was found of this agent in what was read and shown, which is not all"));
}

/* ----------------------------------------------------------------- notes */

void note_verdict(struct note *note) {
        const struct view_diagnosis *diagnosis = &note->view->diagnosis;
        struct phrase *phrase = begin(note);

        phrase_name(phrase, diagnosis->verdict);
        phrase_say(phrase, " (confidence ");
        phrase_name(phrase, diagnosis->confidence);
        phrase_say(phrase, "): ");
        phrase_add(phrase, words_verdict(diagnosis->verdict), PHRASE_BYTES);
        put_labelled(note, "Verdict");
}

static void note_bundle(struct note *note) {
        const struct view_diagnosis *diagnosis = &note->view->diagnosis;

        page_title(&note->page, STR("boshscope: lost desktop connections"));
        note_verdict(note);
        put_complete(note);
        note_window(note);
        for (size_t i = 0; i < diagnosis->why.count; i++) {
                words_sentence(begin(note), note->view, note->style, diagnosis->why.items[i], PHRASE_BYTES);
                put_labelled(note, i ? "" : "Why");
        }
        note_counts(note);
        put_bundle(note);
        put_covered(note);
        put_product(note);
        put_times(note);
        put_versions(note);
        put_list(note, "Findings of medium severity and above, the gravest first", 2, NULL);
        put_agents(note);
        put_missing(note, MOST_LISTED);
        note_next_steps(note, &diagnosis->next_steps, MOST_ADVICE);
}

/* Of one agent, or one finding. */
static void note_narrow(struct note *note) {
        const struct view_finding *finding = gravest(note);
        const struct style *style = note->style;
        struct phrase *phrase = begin(note);

        phrase_say(phrase, "boshscope: ");
        phrase_say(phrase, style->finding.n ? "finding " : "agent ");
        phrase_name(phrase, style->finding.n ? style->finding : style->agent);
        page_title(&note->page, phrase_str(phrase));
        if (finding)
                note_head(note, finding);
        else
                put_nothing(note);
        if (finding)
                put_parts(note, finding);
        put_complete(note);
        note_window(note);
        put_bundle(note);
        if (!finding || finding->timing.count == 0) /* else the chain's heading says it */
                put_times(note);
        put_versions(note);
        if (finding)
                note_finding(note, finding);
        put_list(note, "Also found", 0, finding);
        put_missing(note, MOST_MISSING_OF_ONE);
}

int note_write(const struct view *view, const struct style *style, const struct page_form *form, writer_fn *write,
               void *userdata) {
        struct note note = { .view = view, .style = style };

        page_begin(&note.page, form, write, userdata);
        if (style->agent.n || style->finding.n)
                note_narrow(&note);
        else
                note_bundle(&note);
        return page_end(&note.page);
}
