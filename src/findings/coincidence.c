#include "findings/coincidence.h"

#include <stdlib.h>

#include "base/order.h"
#include "findings/burst.h"

/* Of moments that have nothing to do with each other, so many times as many as a window
 * holds in the mean are found together once in thousands of windows. */
enum { TIMES_THE_MEAN = 8 };

struct coincidence coincidence_find(int64_t *moments, size_t count, int64_t window_ms, int64_t whole_ms) {
        struct coincidence most = { 0 };
        const double mean = whole_ms > window_ms ? (double)count * (double)window_ms / (double)whole_ms : (double)count;

        if (count)
                qsort(moments, count, sizeof(*moments), compare_i64s);
        for (size_t first = 0, end = 0; first < count; first++) {
                while (end < count && moments[end] - moments[first] <= window_ms)
                        end++;
                if (end - first > most.count)
                        most = (struct coincidence){ .count = end - first, .at_ms = moments[first] };
        }
        if (most.count < BURST_MIN || (double)most.count < TIMES_THE_MEAN * mean)
                return (struct coincidence){ 0 };
        return most;
}
