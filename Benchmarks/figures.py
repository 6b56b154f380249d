"""What the measurements of a case say: medians, and ratios of neighbours in time with their spread."""
from statistics import median


class Figures:
    """The measurements of one case of the JSON file."""

    def __init__(self, case):
        self.contenders = case["contenders"]
        self.rounds = {}
        for m in case["measurements"]:
            self.rounds.setdefault(m["contender"], {})[m["round"]] = m

    def find(self, **wanted):
        """The contenders with these entries that were measured."""
        return [c for c in self.contenders
                if c["key"] in self.rounds and all(c[k] == v for k, v in wanted.items())]

    def all(self, contender, value):
        return [value(m) for m in self.rounds[contender["key"]].values()]

    def median(self, contender, value):
        return median(self.all(contender, value))

    def ratio(self, a, b, value, other=None):
        """Median, smallest and largest of a's value over b's (by `other`, where that is another) in the same round."""
        a, b = self.rounds[a["key"]], self.rounds[b["key"]]
        ratios = [value(a[n]) / (other or value)(b[n]) for n in sorted(a.keys() & b.keys())]
        return (median(ratios), min(ratios), max(ratios)) if ratios else None

    def shares(self, contender):
        """Per cent of the time by phase, in the program's order, the rest last."""
        names = list(dict.fromkeys(n for phases in self.all(contender, lambda m: m["phases"]) for n in phases))
        result = {n: self.median(contender, lambda m: 100 * m["phases"].get(n, 0) / m["seconds"]) for n in names}
        rest = self.median(contender, lambda m: 100 * (1 - sum(m["phases"].values()) / m["seconds"]))
        return result | {"rest": rest}


def steps_per_second(m):
    return m["steps"] / m["seconds"]


def ns_per_day(timestep_fs):
    return lambda m: steps_per_second(m) * timestep_fs * 1e-6 * 86400


def atom_steps_per_second(m):
    return m["atoms"] * steps_per_second(m)


def bytes_per_atom(key):
    """Of the rank with most, as if every rank had as much."""
    return lambda m: m[key] * m["ranks"] / m["atoms"]
