#include "cli/forms.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/confinement.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/suffix.h"

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
        forms->zone = zone;
        return option_set_zone(forms->command, forms->style, zone);
}

int forms_add(struct forms *forms, const char *path) {
        if (forms->count == FORMS_MOST)
                return usage_error(forms->command, "--output %s: at most %d outputs at a time", path, FORMS_MOST);
        forms->items[forms->count++].path = path;
        return STATUS_OK;
}

/* -f is for those whose name does not say; one that none of them takes would be lost. */
static int choose(struct forms *forms) {
        bool taken = forms->wanted == NULL;

        for (size_t i = 0; i < forms->count; i++) {
                struct form *form = &forms->items[i];

                form->format = suffix_format(form->path);
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

void forms_confine(const struct forms *forms, const char *const *reads, size_t count) {
        const char *outputs[FORMS_MOST], *names[CONFINED_MOST];

        for (size_t i = 0; i < forms->count; i++)
                outputs[i] = forms->items[i].path;
        confine_files(reads, count, outputs, forms->count, names);
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

int forms_open(struct forms *forms) {
        int status = STATUS_OK;

        for (size_t i = 0; i < forms->count && status == STATUS_OK; i++)
                status = output_open(&forms->items[i].output, forms->items[i].path);
        return status;
}

/* A refused write is kept with its output; the others go on. */
int forms_write_json(void *userdata, const void *data, size_t bytes) {
        struct forms *forms = userdata;

        for (size_t i = 0; i < forms->count; i++)
                if (forms_is_json(&forms->items[i]))
                        output_write(&forms->items[i].output, data, bytes);
        return 0;
}

int forms_write(struct forms *forms, const struct boshscope_view *view) {
        struct boshscope_form written[FORMS_MOST];
        size_t count = 0;
        int r, status = STATUS_OK;

        for (; count < forms->count; count++)
                written[count] = (struct boshscope_form){
                        .format = forms_is_json(&forms->items[count]) ? NULL : forms->items[count].format,
                        .fn = output_write,
                        .userdata = &forms->items[count].output,
                        .end = output_settle,
                };
        r = boshscope_view_write_forms(view, forms->style, written, count, forms->threads);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
                status = output_written(written[i].userdata, r ? r : written[i].result);
        return status;
}

int forms_write_fleet(struct forms *forms, struct boshscope_fleet *fleet) {
        int status = forms_open(forms);

        for (size_t i = 0; i < forms->count && status == STATUS_OK; i++) {
                struct form *form = &forms->items[i];
                const int r = boshscope_fleet_write(fleet, forms->style, form->format, output_write, &form->output);

                status = output_written(&form->output, r);
        }
        return status;
}

int forms_check_fleet(const struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                if (!boshscope_fleet_has_format(forms->items[i].format))
                        return usage_error(forms->command, "%s: a fleet report has no form %s; choose another",
                                           forms->items[i].path, forms->items[i].format);
        return STATUS_OK;
}

int forms_commit(struct forms *forms) {
        struct output *outputs[FORMS_MOST];

        for (size_t i = 0; i < forms->count; i++)
                outputs[i] = &forms->items[i].output;
        return outputs_commit(outputs, forms->count);
}

void forms_discard(struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                output_discard(&forms->items[i].output);
}

int forms_finish(struct forms *forms, int status) {
        if (status == STATUS_OK)
                return forms_commit(forms);
        forms_discard(forms);
        return status;
}
