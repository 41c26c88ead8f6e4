#define _POSIX_C_SOURCE 200809L
#include "cli/forms.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/command.h"
#include "cli/message.h"

int forms_init(struct forms *forms, const char *command, const char *otherwise) {
        *forms = (struct forms){ .command = command, .otherwise = otherwise, .style = boshscope_style_new() };
        if (forms->style)
                return STATUS_OK;
        message("out of memory");
        return STATUS_FAULT;
}

void forms_release(struct forms *forms) {
        boshscope_style_free(forms->style);
}

/* ------------------------------------------------------------- options */

int forms_set_format(struct forms *forms, const char *name) {
        struct boshscope_format format;
        char names[128] = "";

        for (size_t i = 0; boshscope_format_get(i, &format) == 0; i++) {
                if (strcmp(format.name, name) == 0) {
                        forms->wanted = format.name;
                        return STATUS_OK;
                }
                snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", i ? ", " : "", format.name);
        }
        return usage_error(forms->command, "--format '%s': not a usable value; give one of %s", name, names);
}

int forms_set_zone(struct forms *forms, const char *zone) {
        if (boshscope_style_set_zone(forms->style, zone) == 0)
                return STATUS_OK;
        return usage_error(forms->command,
                           "--zone '%s': not a usable value; give utc, server, local or an offset such as +05:30",
                           zone);
}

int forms_add(struct forms *forms, const char *path) {
        if (forms->count == FORMS_MOST)
                return usage_error(forms->command, "--output %s: at most %d outputs at a time", path, FORMS_MOST);
        forms->items[forms->count++].path = path;
        return STATUS_OK;
}

/* The form of the longest suffix that fits, in capitals or not, or NULL. */
static const char *format_of(const char *path) {
        struct boshscope_format format;
        const char *found = NULL;
        size_t longest = 0;

        for (size_t i = 0; boshscope_format_get(i, &format) == 0; i++) {
                const size_t n = strlen(format.suffix), bytes = strlen(path);

                if (n > longest && bytes > n && strcasecmp(path + bytes - n, format.suffix) == 0) {
                        longest = n;
                        found = format.name;
                }
        }
        return found;
}

/* -f is for those whose name does not say; one that none of them takes would be lost. */
static int choose(struct forms *forms) {
        bool taken = forms->wanted == NULL;

        for (size_t i = 0; i < forms->count; i++) {
                struct form *form = &forms->items[i];

                form->format = format_of(form->path);
                if (!form->format)
                        form->format = forms->wanted ? forms->wanted : forms->otherwise;
                taken |= forms->wanted && strcmp(form->format, forms->wanted) == 0;
        }
        if (taken)
                return STATUS_OK;
        return usage_error(forms->command, "--format %s: the name of each output chooses another form", forms->wanted);
}

int forms_check(struct forms *forms, const char *input) {
        int status = STATUS_OK;

        if (forms->count == 0)
                forms_add(forms, "-");
        status = choose(forms);
        for (size_t i = 0; i < forms->count && status == STATUS_OK; i++) {
                status = output_check(forms->command, "output", forms->items[i].path, input);
                for (size_t k = 0; k < i && status == STATUS_OK; k++)
                        if (output_same(forms->items[i].path, forms->items[k].path))
                                status = usage_error(forms->command,
                                                     "--output %s: given twice; two forms do not fit into one file",
                                                     forms->items[i].path);
        }
        return status;
}

bool forms_have(const struct forms *forms, const char *path) {
        for (size_t i = 0; i < forms->count; i++)
                if (output_same(forms->items[i].path, path))
                        return true;
        return false;
}

/* ------------------------------------------------------------- writing */

bool forms_is_json(const struct form *form) {
        return strcmp(form->format, "json") == 0;
}

bool forms_need_view(const struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                if (!forms_is_json(&forms->items[i]))
                        return true;
        return false;
}

/* What an output is written of: a fleet; else the report where it is wanted as JSON, else the view. */
struct subject {
        const struct boshscope_report *report;
        const struct boshscope_view *view;
        struct boshscope_fleet *fleet;
};

static int write_form(struct forms *forms, struct form *form, const struct subject *subject) {
        int r, status = output_open(&form->output, form->path);

        if (status != STATUS_OK)
                return status;
        if (subject->fleet)
                r = boshscope_fleet_write(subject->fleet, forms->style, form->format, output_write, &form->output);
        else if (forms_is_json(form))
                r = boshscope_report_write_json(subject->report, output_write, &form->output);
        else
                r = boshscope_view_write(subject->view, forms->style, form->format, output_write, &form->output);
        return output_written(&form->output, r);
}

static int write_forms(struct forms *forms, const struct subject *subject) {
        int status = STATUS_OK;

        for (size_t i = 0; i < forms->count && status == STATUS_OK; i++)
                status = write_form(forms, &forms->items[i], subject);
        return status;
}

int forms_write(struct forms *forms, const struct boshscope_report *report, const struct boshscope_view *view) {
        return write_forms(forms, &(struct subject){ .report = report, .view = view });
}

int forms_write_fleet(struct forms *forms, struct boshscope_fleet *fleet) {
        return write_forms(forms, &(struct subject){ .fleet = fleet });
}

int forms_check_fleet(const struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                if (!boshscope_fleet_has_format(forms->items[i].format))
                        return usage_error(forms->command, "%s: a fleet report has no form %s; choose another",
                                           forms->items[i].path, forms->items[i].format);
        return STATUS_OK;
}

int forms_commit(struct forms *forms) {
        int status = STATUS_OK;

        for (size_t i = 0; i < forms->count && status == STATUS_OK; i++)
                status = output_commit(&forms->items[i].output);
        if (status != STATUS_OK)
                forms_discard(forms);
        return status;
}

void forms_discard(struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                output_discard(&forms->items[i].output);
}
