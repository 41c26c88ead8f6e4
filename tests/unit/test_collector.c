/* The server that the folders of a collector name. */
#include "stream_support.h"

#include "timeline/collector.h"

static void folders_name_servers(void **state) {
        static const struct {
                const char *path, *server;
        } examples[] = {
                { "10.10.20.5/2017-06-17_00-30-00/active_1.tgz!desktop/logs/openfire/info.log", "10.10.20.5" },
                { "10.10.20.5/active_1.tgz!desktop/info.log", "10.10.20.5" },
                { "case/10.10.20.5/info.log", "10.10.20.5" },
                { "fin1.ucce.local/2017-06-17_00-30-00/info.log", "fin1.ucce.local" },
                { "bundle.zip!fin2.ucce.local/20170617003000/info.log", "fin2.ucce.local" },
                { "fin1.ucce.local/2017.06.17 00:30:00/a/b/info.log", "fin1.ucce.local" },
                /* A node of one server inside the collection of another: the nearest. */
                { "10.10.20.5/10.10.20.6/info.log", "10.10.20.6" },

                { "10.10.20.5", "" }, /* the file itself */
                { "desktop/logs/openfire/info.log", "" },
                { "fin1.ucce.local/logs/info.log", "" },
                { "case2/2017-06-17/info.log", "" },
                { "active_1.tgz!2017-06-17/info.log", "" },
                { "10.10.20/2017-06-17/x", "10.10.20" }, /* a name with a dot, if an odd one */
                { "10.10.20.5000/x", "" },
                { "1.2.3.4.5/x", "" },
                { "1..2.3/x", "" },
                { "", "" },
                { "/", "" },
                { "!", "" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++)
                assert_str(collector_server(str_from(examples[i].path)), examples[i].server);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(folders_name_servers),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
