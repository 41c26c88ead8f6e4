#include "base/errors.h"

#include <errno.h>

#include "boshscope.h"

int error_public(int r) {
        switch (r) {
        case 0:
                return 0;
        case -ENOMEM:
                return BOSHSCOPE_E_MEMORY;
        case -EINVAL:
                return BOSHSCOPE_E_ARGUMENT;
        case -EIO:
                return BOSHSCOPE_E_OUTPUT;
        case -EBADMSG:
                return BOSHSCOPE_E_REPORT;
        default:
                return BOSHSCOPE_E_INTERNAL;
        }
}
