// The header as C++ takes it, and its functions by the names that C gave them. It needs no library of C++.
#include <boshscope.h>

#include <stdio.h>

static int nothing(void *, const void *, size_t) {
        return 0;
}

int main() {
        boshscope_rules *rules = nullptr;
        boshscope_report *report = nullptr;
        boshscope_options *options = boshscope_options_new();
        int r = boshscope_rules_load(nullptr, nullptr, nullptr, &rules);

        if (r == 0)
                r = boshscope_analyze(options, rules, "no-such-bundle", &report);
        if (r == 0)
                r = boshscope_report_write_json(report, nothing, nullptr);
        printf("%s %d\n", boshscope_version(), r == 0 ? boshscope_report_exit_status(report) : r);
        boshscope_report_free(report);
        boshscope_rules_free(rules);
        boshscope_options_free(options);
        return r != 0;
}
