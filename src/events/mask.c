#include "events/mask.h"

#include "events/secret.h"

int mask_part(struct buf *out, struct str text, struct str part) {
        const size_t begin = (size_t)(part.p - text.p), end = begin + part.n;
        struct secret secret;
        size_t done = begin; /* of the text, up to here all is written */
        int r = 0;

        for (size_t at = 0; r == 0 && done < end && secret_next(text, at, &secret) && secret.begin < end;) {
                at = secret.begin + secret.length;
                if (at <= begin)
                        continue;
                if (secret.begin > done)
                        r = buf_add(out, (struct str){ text.p + done, secret.begin - done });
                if (r == 0)
                        r = buf_add(out, STR("***"));
                done = at;
        }
        return r < 0 || done >= end ? r : buf_add(out, (struct str){ text.p + done, end - done });
}

int mask_secrets(struct buf *out, struct str text) {
        return mask_part(out, text, text);
}
