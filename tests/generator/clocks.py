"""Wall clocks: a zone is an offset, and perhaps one change of it."""
import calendar
import time

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def utc(text):
    """'2017-06-16 17:00' in milliseconds."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M")) * 1000


class Zone:
    def __init__(self, minutes, change=None):
        """`change` is (moment, minutes from then on)."""
        self.minutes, self.change = minutes, change
        self._seconds = {}

    def minutes_at(self, ms):
        return self.change[1] if self.change and ms >= self.change[0] else self.minutes

    def _fields(self, ms):
        """The wall clock at that second, remembered: thousands of records share one."""
        second = ms // 1000
        found = self._seconds.get(second)
        if found is None:
            found = self._seconds[second] = time.gmtime(second + self.minutes_at(ms) * 60)
        return found

    def notification(self, ms):
        return time.strftime("%Y.%m.%d %H:%M:%S", self._fields(ms))

    def web(self, ms):
        f = self._fields(ms)
        return f"{MONTHS[f.tm_mon - 1]} {time.strftime('%d %Y %H:%M:%S', f)}.{ms % 1000:03} {self.name(ms, '')}"

    def cli(self, ms):
        return time.strftime("%Y-%m-%d %H:%M:%S", self._fields(ms)) + f",{ms % 1000:03}"

    def file_name(self, ms):
        return time.strftime("%Y-%m-%dT%H-%M-%S", self._fields(ms)) + f".{ms % 1000:03}"

    def name(self, ms, colon=":"):
        minutes = self.minutes_at(ms)
        sign = "-" if minutes < 0 else "+"
        return f"{sign}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


# name -> (start of the logs in UTC, the zone). The changes lie an hour after the start.
ZONES = {
    "+05:30": (utc("2017-06-16 17:00"), Zone(330)),
    "+05:45": (utc("2018-02-08 04:10"), Zone(345)),
    "+12:45": (utc("2018-07-03 21:20"), Zone(765)),
    "+00:00": (utc("2018-01-15 09:00"), Zone(0)),
    "-03:30": (utc("2018-12-31 19:40"), Zone(-210)),
    "-08:00": (utc("2019-01-11 23:30"), Zone(-480)),
    "-09:30": (utc("2016-02-29 08:50"), Zone(-570)),
    "berlin-spring": (utc("2017-03-26 00:00"), Zone(60, (utc("2017-03-26 01:00"), 120))),
    "berlin-autumn": (utc("2017-10-29 00:00"), Zone(120, (utc("2017-10-29 01:00"), 60))),
    "new-york-spring": (utc("2018-03-11 06:00"), Zone(-300, (utc("2018-03-11 07:00"), -240))),
    "lord-howe-autumn": (utc("2018-03-31 14:00"), Zone(660, (utc("2018-03-31 15:00"), 630))),
}


def rfc3339(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03}Z"


def parse_rfc3339(text):
    whole, _, rest = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 1000 + int((rest + "000")[:3])
