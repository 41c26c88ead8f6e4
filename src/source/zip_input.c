#include "source/zip_input.h"

#include <stdlib.h>

int zip_input_alloc(struct zip_input *input) {
        input->bytes = malloc(ZIP_INPUT_BYTES);
        return input->bytes ? 0 : -ENOMEM;
}

void zip_input_release(struct zip_input *input) {
        free(input->bytes);
        input->bytes = NULL;
}

/* One read of the source into the free part of the buffer. */
static int read_more(struct zip_input *input) {
        unsigned char *to = input->bytes + input->have;
        size_t room = ZIP_INPUT_BYTES - input->have;
        ssize_t got = stream_read(input->source, to, room < input->chunk_bytes ? room : input->chunk_bytes);

        if (got < 0)
                return (int)got;
        input->have += (size_t)got;
        input->over = got == 0;
        return 0;
}

int zip_input_need(struct zip_input *input, size_t n) {
        if (input->at == input->have || input->at + n > ZIP_INPUT_BYTES) {
                memmove(input->bytes, zip_input_here(input), zip_input_left(input));
                input->from += input->at;
                input->have -= input->at;
                input->at = 0;
        }
        while (zip_input_left(input) < n && !input->over) {
                int r = read_more(input);

                if (r < 0)
                        return r;
        }
        return zip_input_left(input) >= n;
}

int zip_input_skip(struct zip_input *input, uint64_t n) {
        while (n) {
                int r = zip_input_need(input, 1);
                size_t step = zip_input_left(input);

                if (r <= 0)
                        return r;
                step = n < step ? (size_t)n : step;
                input->at += step;
                n -= step;
        }
        return 1;
}
