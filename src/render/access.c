/*
 * boshscope.h: the findings of a view, field by field, by the names that the report has for
 * them. Which member of the view a name means is what the reader of reports knows.
 */
#include "boshscope.h"
#include "render/api.h"
#include "render/view_tables.h"

static const struct member *member_of(const struct table *table, const char *name) {
        for (size_t i = 0; i < table->count; i++)
                if (table->members[i].key && strcmp(table->members[i].key, name) == 0)
                        return &table->members[i];
        return NULL;
}

static const struct table *finding_table(void) {
        return member_of(&view_table, "findings")->table;
}

static const struct table *record_table(void) {
        return member_of(finding_table(), "evidence")->table;
}

static const struct view_finding *finding_at(const struct boshscope_view *view, size_t index) {
        const struct view_findings *findings = &view->inner.findings;

        return index < findings->count ? &findings->items[index] : NULL;
}

static const struct view_record *record_at(const struct boshscope_view *view, size_t finding, size_t index) {
        const struct view_finding *found = finding_at(view, finding);

        return found && index < found->evidence.count ? &found->evidence.items[index] : NULL;
}

/* Strings of a view end in a NUL. */
static const char *give(struct str text, size_t *ret_bytes) {
        if (text.n == 0)
                return NULL;
        if (ret_bytes)
                *ret_bytes = text.n;
        return text.p;
}

static struct str text_of(const struct table *table, const void *object, const char *name) {
        const struct member *member = member_of(table, name);

        if (!member || member->type != MEMBER_TEXT)
                return STR("");
        return *(const struct str *)((const char *)object + member->offset);
}

static int64_t number_of(const struct table *table, const void *object, const char *name, bool time) {
        const struct member *member = member_of(table, name);

        if (!member || (member->type == MEMBER_TIME) != time ||
            (member->type != MEMBER_TIME && member->type != MEMBER_NUMBER && member->type != MEMBER_INPUT))
                return VIEW_NONE;
        return *(const int64_t *)((const char *)object + member->offset);
}

static int give_number(int64_t value, int64_t *ret_value) {
        if (value == VIEW_NONE)
                return 0;
        *ret_value = value;
        return 1;
}

/* One of the kind's own. */
static const struct view_field *own_field(const struct view_finding *finding, const char *name, enum view_kind kind) {
        for (size_t i = 0; i < finding->fields.count; i++)
                if (str_eq(finding->fields.items[i].key, str_from(name)))
                        return finding->fields.items[i].kind == kind ? &finding->fields.items[i] : NULL;
        return NULL;
}

static int64_t own_number(const struct view_finding *finding, const char *name) {
        const struct view_field *field = own_field(finding, name, VIEW_RAW);
        int64_t value = VIEW_NONE;

        if (!field)
                return VIEW_NONE;
        if (str_eq(field->value, STR("true")) || str_eq(field->value, STR("false")))
                return field->value.p[0] == 't';
        return str_to_i64(field->value, &value) ? value : VIEW_NONE;
}

static int64_t own_time(const struct view_finding *finding, const char *name) {
        const struct view_field *field = own_field(finding, name, VIEW_TEXT);
        int64_t value = TIME_UNKNOWN;

        return field && time_parse_rfc3339(field->value, &value) ? value : VIEW_NONE;
}

/* ------------------------------------------------------------ findings */

size_t boshscope_view_findings(const struct boshscope_view *view) {
        return view->inner.findings.count;
}

const char *boshscope_finding_text(const struct boshscope_view *view, size_t finding, const char *name,
                                   size_t *ret_bytes) {
        const struct view_finding *found = finding_at(view, finding);
        const struct view_field *own;
        struct str text;

        if (!found)
                return NULL;
        text = text_of(finding_table(), found, name);
        if (text.n)
                return give(text, ret_bytes);
        own = own_field(found, name, VIEW_TEXT);
        return own ? give(own->value, ret_bytes) : NULL;
}

int boshscope_finding_number(const struct boshscope_view *view, size_t finding, const char *name, int64_t *ret_value) {
        const struct view_finding *found = finding_at(view, finding);

        return found ? give_number(own_number(found, name), ret_value) : 0;
}

int boshscope_finding_time(const struct boshscope_view *view, size_t finding, const char *name, int64_t *ret_utc_ms) {
        const struct view_finding *found = finding_at(view, finding);
        int64_t value;

        if (!found)
                return 0;
        value = number_of(finding_table(), found, name, true);
        return give_number(value == VIEW_NONE ? own_time(found, name) : value, ret_utc_ms);
}

static struct view_texts texts_of(const struct boshscope_view *view, size_t finding, const char *name) {
        const struct view_finding *found = finding_at(view, finding);
        const struct member *member = member_of(finding_table(), name);

        if (!found || !member || member->type != MEMBER_TEXTS)
                return (struct view_texts){ NULL, 0 };
        return *(const struct view_texts *)((const char *)found + member->offset);
}

size_t boshscope_finding_texts(const struct boshscope_view *view, size_t finding, const char *name) {
        return texts_of(view, finding, name).count;
}

const char *boshscope_finding_text_at(const struct boshscope_view *view, size_t finding, const char *name, size_t index,
                                      size_t *ret_bytes) {
        const struct view_texts texts = texts_of(view, finding, name);

        return index < texts.count ? give(texts.items[index], ret_bytes) : NULL;
}

/* ------------------------------------------------------------ evidence */

size_t boshscope_finding_evidence(const struct boshscope_view *view, size_t finding) {
        const struct view_finding *found = finding_at(view, finding);

        return found ? found->evidence.count : 0;
}

const char *boshscope_evidence_text(const struct boshscope_view *view, size_t finding, size_t index, const char *name,
                                    size_t *ret_bytes) {
        const struct view_record *record = record_at(view, finding, index);

        if (!record)
                return NULL;
        if (strcmp(name, "path") == 0)
                return record->input == VIEW_NONE ? NULL
                                                  : give(view->inner.inputs.items[record->input].path, ret_bytes);
        return give(text_of(record_table(), record, name), ret_bytes);
}

int boshscope_evidence_number(const struct boshscope_view *view, size_t finding, size_t index, const char *name,
                              int64_t *ret_value) {
        const struct view_record *record = record_at(view, finding, index);

        return record ? give_number(number_of(record_table(), record, name, false), ret_value) : 0;
}

int boshscope_evidence_time(const struct boshscope_view *view, size_t finding, size_t index, int64_t *ret_utc_ms) {
        const struct view_record *record = record_at(view, finding, index);

        return record ? give_number(record->time, ret_utc_ms) : 0;
}
