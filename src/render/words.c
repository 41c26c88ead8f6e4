#include "render/words.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "report/steps.h"
#include "report/text.h"

struct meaning {
        const char *name, *words;
};

static const struct meaning verdicts[] = {
        { "client_side", "single agents at different times: their PCs, browsers, or networks" },
        { "server_side", "together with the server: the notification service or the machine under it" },
        { "network_segment", "a part of the agents together: the network that they share" },
        { "mixed", "partly single agents, partly many together" },
        { "none", "nobody was lost" },
        { "undetermined", "the logs that would decide it are missing or do not cover the time" },
        { 0 },
};

/* The page has the same words of causes, kinds and steps, in html/words.js. */
static const struct meaning causes[] = {
        { "idle_closure", "the server closed the session as idle" },
        { "server_event", "the notification service stopped or crashed" },
        { "presence_loss", "presence lost without a silence: browser closed, refreshed or crashed, or signed off" },
        { "undetermined", "the logs do not cover what ended it" },
        { "unexplained", "no loss of the desktop is in the logs" },
        { "server_side", "nearly all desktops at once" },
        { "network_segment", "one part of the network" },
        { 0 },
};

static const struct meaning kinds[] = {
        { "idle_escalation", "silence" },
        { "idle_closure", "session closed as idle" },
        { "forced_logout", "forced logout" },
        { "mass_disconnect", "mass disconnect" },
        { "server_restart", "stop or restart of the service" },
        { "unanswered_logout", "unanswered logout" },
        { "signature", "known signature" },
        { 0 },
};

static struct str find(const struct meaning *table, struct str name) {
        for (; table->name; table++)
                if (str_eq(name, str_from(table->name)))
                        return str_from(table->words);
        return name;
}

struct str words_verdict(struct str verdict) {
        return find(verdicts, verdict);
}

struct str words_cause(struct str cause) {
        return find(causes, cause);
}

void words_kind(struct phrase *phrase, const struct view_finding *finding) {
        const struct str title = view_field(&finding->fields, "title");

        phrase_add(phrase, title.n ? title : find(kinds, finding->kind), 2 * PHRASE_NAME);
}

void words_count(struct phrase *phrase, int64_t count, const char *one, const char *many) {
        if (count != VIEW_NONE)
                phrase_printf(phrase, "%lld %s", (long long)count, count == 1 ? one : many);
}

static void add_part(struct phrase *phrase, const char *what, struct str name) {
        if (name.n == 0)
                return;
        phrase_say(phrase, what);
        phrase_name(phrase, name);
}

/* Some of them by name, and the part of the network that they share. */
static void add_agents(struct phrase *phrase, const struct view_finding *finding) {
        enum { MOST_NAMED = 3 };
        const size_t count = finding->agents.count;

        words_count(phrase, (int64_t)count, "agent", "agents");
        for (size_t i = 0; i < count && i < MOST_NAMED; i++)
                add_part(phrase, i ? ", " : " (", finding->agents.items[i]);
        if (count > MOST_NAMED)
                phrase_printf(phrase, " and %zu more", count - MOST_NAMED);
        phrase_say(phrase, ")");
        add_part(phrase, " of ", view_field(&finding->fields, "scope"));
}

void words_whose(struct phrase *phrase, const struct view_finding *finding) {
        if (finding->agents.count)
                add_agents(phrase, finding);
        else if (finding->agent.n)
                add_part(phrase, "agent ", finding->agent);
        else if (finding->sid.n)
                add_part(phrase, "session ", finding->sid);
        else
                add_part(phrase, "server ", finding->node.n ? finding->node : STR("unknown"));
}

void words_who(struct phrase *phrase, const struct view_finding *finding) {
        words_whose(phrase, finding);
        if (finding->agents.count || finding->agent.n) {
                add_part(phrase, ", session ", finding->sid);
                add_part(phrase, ", server ", finding->node);
        } else if (finding->sid.n) {
                add_part(phrase, ", server ", finding->node);
        }
}

void words_mark(struct phrase *phrase, const struct view_finding *finding) {
        if (finding->cause.n) {
                phrase_say(phrase, ", ");
                phrase_name(phrase, finding->cause);
        }
        phrase_say(phrase, " [");
        phrase_name(phrase, finding->id);
        phrase_say(phrase, "]");
}

void words_when(struct phrase *phrase, const struct view *view, const struct style *style, int64_t from, int64_t to) {
        char text[STYLE_TIME_BYTES], span[TEXT_SPAN_BYTES];

        if (from != TIME_UNKNOWN && from != to) {
                phrase_say(phrase, style_time(style, view, from, text));
                phrase_say(phrase, " to ");
        }
        phrase_say(phrase, style_time(style, view, to, text));
        if (from != TIME_UNKNOWN && to > from)
                phrase_printf(phrase, " (%s)", text_span(to - from, span));
}

void words_sentence(struct phrase *phrase, const struct view *view, const struct style *style, struct str sentence,
                    size_t most) {
        enum { STAMP_BYTES = sizeof("2017-06-17T00:16:04.630Z") - 1 };
        struct str left = utf8_first(sentence, most);

        while (left.n) {
                char text[STYLE_TIME_BYTES];
                size_t n = 0;
                int64_t at;

                while (n < left.n && !(n + STAMP_BYTES <= left.n && left.p[n + STAMP_BYTES - 1] == 'Z' &&
                                       time_parse_rfc3339((struct str){ left.p + n, STAMP_BYTES }, &at)))
                        n++;
                phrase_add(phrase, str_first(left, n), PHRASE_BYTES);
                left = str_skip(left, n);
                if (left.n)
                        phrase_say(phrase, style_time(style, view, at, text));
                left = str_skip(left, STAMP_BYTES);
        }
}

bool words_covered(struct phrase *phrase, const struct view *view, const struct style *style) {
        int64_t first = TIME_UNKNOWN, last = TIME_UNKNOWN;

        for (size_t i = 0; i < view->inputs.count; i++) {
                const struct view_input *input = &view->inputs.items[i];

                if (input->first != TIME_UNKNOWN && (first == TIME_UNKNOWN || input->first < first))
                        first = input->first;
                if (input->last != TIME_UNKNOWN && (last == TIME_UNKNOWN || input->last > last))
                        last = input->last;
        }
        if (first == TIME_UNKNOWN || last == TIME_UNKNOWN)
                return false;
        words_when(phrase, view, style, first, last);
        return true;
}

void words_clock(struct phrase *phrase, const struct view *view, const struct style *style) {
        const int16_t offset = view->clock.offset;
        char zone[ZONE_BYTES];

        phrase_say(phrase, style_clock_name(style));
        if (offset == ZONE_UNKNOWN) {
                phrase_say(phrase, "; the server's clock is not known, its stamps are taken for UTC");
                return;
        }
        zone_format(offset, zone);
        phrase_printf(phrase, style->clock == CLOCK_SERVER ? " %s" : "; the server's clock is at %s", zone);
        phrase_say(phrase, " (confidence ");
        phrase_name(phrase, view->clock.confidence);
        phrase_say(phrase, ")");
}

bool words_incomplete(struct phrase *phrase, const struct view *view) {
        enum { EXIT_INTERRUPTED = 130 };

        if (view->complete)
                return false;
        phrase_say(phrase, view->exit_status == EXIT_INTERRUPTED ? "NO: the run was interrupted before all was read"
                                                                 : "NO: input was damaged, cut or limited");
        return true;
}

bool words_window(struct phrase *phrase, const struct view *view, const struct style *style) {
        char text[STYLE_TIME_BYTES];

        if (view->from == TIME_UNKNOWN && view->to == TIME_UNKNOWN)
                return false;
        phrase_say(phrase, "only findings ");
        if (view->from != TIME_UNKNOWN) {
                phrase_say(phrase, "from ");
                phrase_say(phrase, style_time(style, view, view->from, text));
                phrase_say(phrase, view->to == TIME_UNKNOWN ? " on" : " ");
        }
        if (view->to != TIME_UNKNOWN) {
                phrase_say(phrase, "up to ");
                phrase_say(phrase, style_time(style, view, view->to, text));
        }
        phrase_say(phrase, ", as was asked for; counts and verdict are of these");
        return true;
}

/* A name of the report's as a few words. */
static void say_name(struct phrase *phrase, struct str name) {
        const size_t from = phrase->n;

        phrase_name(phrase, name);
        for (size_t i = from; i < phrase->n; i++)
                if (phrase->text[i] == '_')
                        phrase->text[i] = ' ';
}

/* "62", "0.5" */
static void say_seconds(struct phrase *phrase, int64_t ms) {
        phrase_printf(phrase, "%lld", (long long)(ms / MS_PER_SECOND));
        if (ms % MS_PER_SECOND)
                phrase_printf(phrase, ".%lld", llabs(ms) % MS_PER_SECOND / 100);
}

static void say_usual(struct phrase *phrase, const struct view_step *step) {
        phrase_say(phrase, step->ok == VIEW_OK_NO ? "NOT the usual " : "usual ");
        if (step->expected_min_ms != VIEW_NONE)
                say_seconds(phrase, step->expected_min_ms);
        phrase_say(phrase, step->expected_min_ms == VIEW_NONE   ? "up to "
                           : step->expected_max_ms == VIEW_NONE ? " or more"
                                                                : " to ");
        if (step->expected_max_ms != VIEW_NONE)
                say_seconds(phrase, step->expected_max_ms);
        phrase_say(phrase, " s");
}

void words_step(struct phrase *phrase, const struct view_step *step, struct str before) {
        const bool has_window = (step->after_ms != VIEW_NONE || step->ok == VIEW_OK_NO) &&
                                (step->expected_min_ms != VIEW_NONE || step->expected_max_ms != VIEW_NONE);
        const bool says_after = step->after_ms != VIEW_NONE && step->after.n && !str_eq(step->after, before);
        const struct step_words *words = step_words(step->step);

        if (words)
                phrase_say(phrase, words->phrase);
        else
                say_name(phrase, step->step);
        if (!says_after && !has_window)
                return;
        phrase_say(phrase, says_after ? " (after " : " (");
        if (says_after)
                say_name(phrase, step->after);
        phrase_say(phrase, says_after && has_window ? "; " : "");
        if (has_window)
                say_usual(phrase, step);
        phrase_say(phrase, ")");
}

void words_place(struct phrase *phrase, const struct view *view, int64_t input, int64_t line) {
        phrase_add(phrase, view_place(view, input), PHRASE_BYTES / 4);
        if (line != VIEW_NONE)
                phrase_printf(phrase, ":%lld", (long long)line);
}

void words_record(struct phrase *phrase, struct str text, size_t most) {
        const size_t from = phrase->n;

        phrase_add(phrase, text, most);
        for (size_t i = from; i < phrase->n; i++)
                if (phrase->text[i] == '\n' || phrase->text[i] == '\r' || phrase->text[i] == '\t')
                        phrase->text[i] = ' ';
}

int words_severity(struct str severity) {
        static const char *const names[] = { "info", "low", "medium", "high", "critical" };

        for (int i = 0; i < 5; i++)
                if (str_eq(severity, str_from(names[i])))
                        return i;
        return 0;
}
