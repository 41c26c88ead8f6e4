/* Times: stamps of each family, with and without the memory of the one before; and what
 * options and fields hold. The first byte: the family; then one text a line, which may be
 * a time or the header of a record. */
#include "fuzz.h"

#include "base/duration.h"
#include "events/stamp.h"

static const int64_t far_ms = INT64_C(400000000000000); /* beyond the year 9999 */

/* What is read is written, and what is written is read. */
static void check_options(struct str text) {
        char written[TIME_RFC3339_BYTES], zone_text[ZONE_BYTES];
        int64_t ms = 0, again = 0;
        int16_t zone = 0, same = 0;

        if (time_parse_rfc3339(text, &ms)) {
                time_format_utc(ms, written);
                /* An offset may lead out of the years that have four digits. */
                if (time_parse_rfc3339(str_from(written), &again))
                        CHECK(again == ms);
                CHECK(ms > -far_ms && ms < far_ms);
        }
        if (zone_parse(text, &zone)) {
                CHECK(zone >= -18 * 60 && zone <= 18 * 60);
                zone_format(zone, zone_text);
                CHECK(zone_parse(str_from(zone_text), &same) && same == zone);
        }
        duration_parse(text, &ms);
        str_to_i64(text, &ms);
}

/* Only what a header has for a stamp is one. */
static void check_stamp(struct stamp_before *before, enum family family, struct str line) {
        struct stamp alone = { 0 }, after = { 0 };
        struct header header;
        struct str text;
        bool is_one;

        if (!family_header(family, line, &header))
                return;
        text = span_of(line, header.stamp);
        is_one = stamp_parse(family, text, &alone);
        CHECK(stamp_parse_after(before, family, text, &after) == is_one);
        if (!is_one)
                return;
        CHECK(alone.local_ms == after.local_ms && alone.zone == after.zone);
        CHECK(alone.local_ms > -far_ms && alone.local_ms < far_ms);
        CHECK(alone.zone == ZONE_UNKNOWN || (alone.zone >= -18 * 60 && alone.zone <= 18 * 60));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size);
        enum family family = (enum family)(fuzz_take(&text) % FAMILY_COUNT);
        struct stamp_before before = { .length = 0 };

        while (text.n) {
                const char *feed = str_find_byte(text, '\n');
                struct str line = feed ? str_slice(text.p, feed) : text;

                check_options(line);
                check_stamp(&before, family, line);
                text = str_skip(text, line.n + (feed ? 1 : 0));
        }
        return 0;
}
