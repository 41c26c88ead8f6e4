/* api: what the public header calls struct boshscope_view. */
#ifndef RENDER_API_H
#define RENDER_API_H

#include "render/load.h"

struct boshscope_view {
        struct view inner;
};

#endif
