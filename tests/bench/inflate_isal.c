/*
 * inflate_isal FILE: ISA-L alone. Inflates a gzip file, all its members, and throws
 * the bytes away; like boshscope it reads 256 KiB at a time and checks the sums.
 */
#include <isa-l.h>
#include <stdio.h>

enum { CHUNK_BYTES = 256 * 1024 };

static unsigned char in[CHUNK_BYTES], out[CHUNK_BYTES];

static void next_member(struct inflate_state *state) {
        unsigned char *next_in = state->next_in;
        unsigned avail_in = state->avail_in;

        isal_inflate_reset(state);
        state->crc_flag = ISAL_GZIP;
        state->next_in = next_in;
        state->avail_in = avail_in;
}

/* All that the bytes in hand give. */
static int inflate_chunk(struct inflate_state *state, unsigned long long *bytes) {
        int result;

        do {
                state->next_out = out;
                state->avail_out = sizeof(out);
                result = isal_inflate(state);
                *bytes += sizeof(out) - state->avail_out;
                if (state->block_state == ISAL_BLOCK_FINISH) {
                        next_member(state);
                }
        } while (result == ISAL_DECOMP_OK && (state->avail_in > 0 || state->avail_out == 0));
        return result == ISAL_DECOMP_OK || result == ISAL_END_INPUT;
}

int main(int argc, char **argv) {
        static struct inflate_state state;
        FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
        unsigned long long bytes = 0;

        if (!file) {
                perror(argc == 2 ? argv[1] : "usage: inflate_isal FILE");
                return 1;
        }
        setvbuf(file, NULL, _IONBF, 0);
        isal_inflate_init(&state);
        state.crc_flag = ISAL_GZIP;
        while ((state.avail_in = (uint32_t)fread(in, 1, sizeof(in), file)) > 0) {
                state.next_in = in;
                if (!inflate_chunk(&state, &bytes)) {
                        fputs("damaged\n", stderr);
                        return 1;
                }
        }
        printf("%llu\n", bytes);
        fclose(file);
        return 0;
}
