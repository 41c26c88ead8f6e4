/*
 * inflate_zlib FILE: zlib alone. Inflates a gzip file, all its members, and throws
 * the bytes away; like boshscope it reads 256 KiB at a time and checks the sums.
 */
#include <stdio.h>
#include <zlib.h>

enum { CHUNK_BYTES = 256 * 1024 };

static unsigned char in[CHUNK_BYTES], out[CHUNK_BYTES];

/* All that the bytes in hand give; 1 at a member's end. */
static int inflate_chunk(z_stream *z, unsigned long long *bytes) {
        int result;

        do {
                z->next_out = out;
                z->avail_out = sizeof(out);
                result = inflate(z, Z_NO_FLUSH);
                *bytes += sizeof(out) - z->avail_out;
                if (result == Z_STREAM_END && inflateReset(z) == Z_OK) {
                        result = Z_OK;
                }
        } while (result == Z_OK && (z->avail_in > 0 || z->avail_out == 0));
        return result == Z_OK || result == Z_BUF_ERROR;
}

int main(int argc, char **argv) {
        FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
        z_stream z = { 0 };
        unsigned long long bytes = 0;

        if (!file || inflateInit2(&z, 15 + 16) != Z_OK) {
                perror(argc == 2 ? argv[1] : "usage: inflate_zlib FILE");
                return 1;
        }
        setvbuf(file, NULL, _IONBF, 0);
        while ((z.avail_in = (unsigned)fread(in, 1, sizeof(in), file)) > 0) {
                z.next_in = in;
                if (!inflate_chunk(&z, &bytes)) {
                        fputs("damaged\n", stderr);
                        return 1;
                }
        }
        printf("%llu\n", bytes);
        inflateEnd(&z);
        fclose(file);
        return 0;
}
