#include "source/ahead.h"

#include <signal.h>
#include <stdlib.h>

/* Fill one block. 1, 0 when the source has ended behind what is in it, or negative. */
static int fill(struct ahead_stream *ahead, struct ahead_block *block) {
        block->n = 0;
        while (block->n < AHEAD_BLOCK_BYTES) {
                size_t room = AHEAD_BLOCK_BYTES - block->n;
                ssize_t got = stream_read(ahead->source, block->bytes + block->n,
                                          room < ahead->chunk_bytes ? room : ahead->chunk_bytes);

                if (got <= 0)
                        return (int)got;
                block->n += (size_t)got;
        }
        return 1;
}

/* The next block to fill, or NULL when nobody wants it. */
static struct ahead_block *wait_for_room(struct ahead_stream *ahead, size_t next) {
        bool stop;

        pthread_mutex_lock(&ahead->mutex);
        while (ahead->filled == AHEAD_BLOCKS && !ahead->stop)
                pthread_cond_wait(&ahead->changed, &ahead->mutex);
        stop = ahead->stop;
        pthread_mutex_unlock(&ahead->mutex);
        return stop ? NULL : &ahead->blocks[next % AHEAD_BLOCKS];
}

static void hand_over(struct ahead_stream *ahead, const struct ahead_block *block, int result) {
        pthread_mutex_lock(&ahead->mutex);
        if (block && block->n)
                ahead->filled++;
        if (result <= 0) {
                ahead->ended = true;
                ahead->result = result;
        }
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
}

static void *run(void *userdata) {
        struct ahead_stream *ahead = userdata;
        int r = 1;

        for (size_t next = 0; r > 0; next++) {
                struct ahead_block *block = wait_for_room(ahead, next);

                r = block ? fill(ahead, block) : 0;
                hand_over(ahead, block, r);
        }
        return NULL;
}

/* Signals are the program's: its own threads take them. */
static bool start(struct ahead_stream *ahead) {
        sigset_t all, before;
        bool started;

        sigfillset(&all);
        if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
                return false;
        started = pthread_create(&ahead->thread, NULL, run, ahead) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return started;
}

/* Is there a block to read? 1, 0 at the end, or negative. */
static int wait_for_block(struct ahead_stream *ahead) {
        int r;

        pthread_mutex_lock(&ahead->mutex);
        while (ahead->filled == 0 && !ahead->ended)
                pthread_cond_wait(&ahead->changed, &ahead->mutex);
        r = ahead->filled ? 1 : ahead->result;
        pthread_mutex_unlock(&ahead->mutex);
        return r;
}

static void give_block_back(struct ahead_stream *ahead) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->filled--;
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
        ahead->reading = (ahead->reading + 1) % AHEAD_BLOCKS;
        ahead->given = 0;
}

static ssize_t take_end(struct ahead_stream *ahead, ssize_t result) {
        if (result == 0) {
                ahead->stream.crc32 = ahead->source->crc32;
                ahead->stream.fault = ahead->source->fault;
                ahead->stream.fault_told = ahead->source->fault_told;
                ahead->stream.fault_offset = ahead->source->fault_offset;
        }
        return result;
}

static ssize_t ahead_read(struct stream *stream, void *p, size_t n) {
        struct ahead_stream *ahead = (struct ahead_stream *)stream;
        const struct ahead_block *block = &ahead->blocks[ahead->reading];
        int r;

        if (!ahead->threaded)
                return take_end(ahead, stream_read(ahead->source, p, n));
        if (ahead->given == 0) {
                r = wait_for_block(ahead);
                if (r <= 0)
                        return take_end(ahead, r);
                r = ticker_tell(ahead->ticker, 0);
                if (r < 0)
                        return r;
        }
        n = n < block->n - ahead->given ? n : block->n - ahead->given;
        memcpy(p, block->bytes + ahead->given, n);
        ahead->given += n;
        if (ahead->given == block->n)
                give_block_back(ahead);
        return (ssize_t)n;
}

int ahead_init(struct ahead_stream *ahead, struct stream *source, size_t chunk_bytes, const struct ticker *ticker) {
        *ahead = (struct ahead_stream){
                .stream = { .read = ahead_read, .sums = source->sums, .fault = DIAG_NONE },
                .source = source,
                .ticker = ticker,
                .chunk_bytes = chunk_bytes,
        };
        pthread_mutex_init(&ahead->mutex, NULL);
        pthread_cond_init(&ahead->changed, NULL);
        for (size_t i = 0; i < AHEAD_BLOCKS; i++) {
                ahead->blocks[i].bytes = malloc(AHEAD_BLOCK_BYTES);
                if (!ahead->blocks[i].bytes) {
                        ahead_release(ahead);
                        return -ENOMEM;
                }
        }
        ahead->threaded = start(ahead);
        return 0;
}

void ahead_release(struct ahead_stream *ahead) {
        if (ahead->threaded) {
                pthread_mutex_lock(&ahead->mutex);
                ahead->stop = true;
                pthread_cond_broadcast(&ahead->changed);
                pthread_mutex_unlock(&ahead->mutex);
                pthread_join(ahead->thread, NULL);
                ahead->threaded = false;
        }
        for (size_t i = 0; i < AHEAD_BLOCKS; i++) {
                free(ahead->blocks[i].bytes);
                ahead->blocks[i].bytes = NULL;
        }
        pthread_cond_destroy(&ahead->changed);
        pthread_mutex_destroy(&ahead->mutex);
}
