/* api: what the public header calls struct boshscope_view and struct boshscope_style. */
#ifndef RENDER_API_H
#define RENDER_API_H

#include "render/load.h"
#include "render/style.h"

struct boshscope_view {
        struct view inner;
};

struct boshscope_style {
        struct style inner;
        char *agent, *session, *finding;
};

#endif
