#include "report/steps.h"

static const struct step_words steps[] = {
        { "last_request", EVENT_REQUEST, "the desktop's last request before" },
        { "silent_since", EVENT_SAMPLE, "from here on the desktop had no request open (the server's own count)" },
        { "last_sample", EVENT_SAMPLE, "still none (the server's last count of the silence)" },
        { "closure", EVENT_IDLE_CLOSED, "the server closed the session as idle" },
        { "presence_unavailable", EVENT_PRESENCE, "the web service learned that the desktop is gone" },
        { "presence_monitor", EVENT_PRESENCE_MONITOR, "it began to wait for the desktop to come back" },
        { "presence_logout", EVENT_PRESENCE_LOGOUT, "the desktop did not come back: the web service began the logout" },
        { "forced_request", EVENT_CTI_REQUEST, "it asked the contact center to force the agent out" },
        { "state_event", EVENT_CTI_STATE, "the contact center answered" },
        { "next_sign_in", EVENT_OTHER, "the agent signed in again" },
        { "recovered", EVENT_REQUEST, "the desktop's next request: it was back" },
        { "replaced", EVENT_OTHER, "the agent signed in anew" },
};

const struct step_words *step_words(struct str step) {
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
                if (str_eq(step, str_from(steps[i].step)))
                        return &steps[i];
        return NULL;
}
