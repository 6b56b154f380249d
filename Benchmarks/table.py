"""The measurements as Markdown, to be pasted into docs/performance.md."""
from figures import Figures, atom_steps_per_second, bytes_per_atom, ns_per_day, steps_per_second

SIZES = ("small", "medium", "large")


def digits(value, n=3):
    """A number with n significant digits and no exponent."""
    if value == 0:
        return "0"
    text = f"{float(f'{value:.{n}g}'):.10f}"
    whole = text.split(".")[0].lstrip("-")
    decimals = max(0, n - len(whole)) if whole != "0" else len(text.split(".")[1]) - len(
        text.split(".")[1].lstrip("0")) + n
    return f"{value:.{decimals}f}" if decimals else f"{float(f'{value:.{n}g}'):,.0f}"


def spread(ratio, n=3):
    return "–" if ratio is None else f"{digits(ratio[0], n)} ({digits(ratio[1], n)}–{digits(ratio[2], n)})"


def rows(head, body):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
                     + ["| " + " | ".join(map(str, r)) + " |" for r in body])


def render(result):
    machine, cases = result["machine"], {n: Figures(c) for n, c in result["cases"].items()}
    settings = result["settings"]
    commit = machine["paddlewheel"] or "unknown"
    lammps = machine["lammps"] and machine["lammps"].replace(
        "Large-scale Atomic/Molecular Massively Parallel Simulator -", "LAMMPS")
    parts = [f"Taken on {machine['date'][:10]} on {machine['processor']}, {machine['cores']} cores, with commit "
             f"{commit[:12]}{' and changes' if 'changes' in commit else ''}{' and ' + lammps if lammps else ''}. "
             f"Medians of {settings['repeats']} alternating runs of about {settings['seconds']:g} s; ratios are of "
             "neighbouring runs: median (smallest–largest)."]
    sizes = {n: cases[n] for n in SIZES if n in cases}
    if sizes:
        parts += [beside(sizes), speedups({n: (f, ("Paddlewheel", "LAMMPS")) for n, f in sizes.items()}),
                  traffic(sizes.values()), phases(sizes.values(), "Paddlewheel"), phases(sizes.values(), "LAMMPS")]
    if "stepping" in cases:
        parts.append(stepping(cases["stepping"]))
    if "scaling" in cases:
        parts.append(scaling(cases["scaling"]))
    if "million" in cases:
        parts.append(million(cases["million"]))
    if "oversubscribed" in cases:
        parts.append(oversubscribed(cases["oversubscribed"]))
    return "\n\n".join(p for p in parts if p) + "\n"


def beside(sizes):
    body = []
    for figures in sizes.values():
        for ours in figures.find(program="Paddlewheel"):
            for theirs in figures.find(program="LAMMPS", ranks=ours["ranks"]):
                a, b = (figures.median(c, steps_per_second) for c in (ours, theirs))
                body.append([f"{ours['atoms']:,}", ours["ranks"], digits(a), digits(b), digits(a * ours["atoms"] / 1e6),
                             digits(b * ours["atoms"] / 1e6), spread(figures.ratio(ours, theirs, steps_per_second)),
                             theirs["options"]["skin_A"]])
    return "### Beside LAMMPS: flexible anions, 1 fs\n\n" + rows(
        ["atoms", "ranks", "Paddlewheel, steps/s", "LAMMPS, steps/s", "Paddlewheel, 10⁶ atom-steps/s",
         "LAMMPS, 10⁶ atom-steps/s", "Paddlewheel over LAMMPS", "LAMMPS's fastest skin, Å"], body)


def speedups(cases):
    body = []
    for figures, programs in cases.values():
        for program in programs:
            for many in figures.find(program=program):
                one = next(iter(figures.find(program=program, ranks=1, atoms=many["atoms"])), None)
                if one and many["ranks"] > 1:
                    ratio = figures.ratio(many, one, steps_per_second)
                    body.append([program, f"{many['atoms']:,}", many["ranks"], spread(ratio),
                                 f"{100 * ratio[0] / many['ranks']:.0f} %"])
    return body and "### Ranks over one rank\n\n" + rows(
        ["program", "atoms", "ranks", "times as fast", "parallel efficiency"], body)


def traffic(cases):
    body = []
    for figures in cases:
        for c in figures.find(program="Paddlewheel"):
            lammps = next(iter(figures.find(program="LAMMPS", ranks=c["ranks"])), None)
            body.append(
                [f"{c['atoms']:,}", c["ranks"], digits(figures.median(c, lambda m: m["messages_per_step"])),
                 digits(figures.median(c, lambda m: m["bytes_per_step"]) / 1000),
                 digits(figures.median(c, lambda m: m["rebuilds"] / m["steps"] * 100)),
                 digits(figures.median(c, bytes_per_atom("resident_bytes"))),
                 digits(figures.median(c, bytes_per_atom("peak_bytes"))),
                 digits(figures.median(lammps, bytes_per_atom("resident_bytes"))) if lammps else "–"])
    return "### Messages and memory\n\nMemory is that of the rank with most: of the process for Paddlewheel, of " \
        "what LAMMPS counts of its own.\n\n" + rows(
            ["atoms", "ranks", "messages/step", "kB/step", "rebuilds in 100 steps", "resident bytes/atom",
             "peak bytes/atom", "LAMMPS, bytes/atom"], body)


def phases(cases, program):
    columns = [(figures, c) for figures in cases for c in figures.find(program=program)]
    shares = [figures.shares(c) for figures, c in columns]
    # The longest first; the rest, which is nothing where a program has a phase for it, last.
    names = sorted({n for s in shares for n in s} - {"rest"}, key=lambda n: -sum(s.get(n, 0) for s in shares))
    names += ["rest"] if any(s["rest"] >= 0.05 for s in shares) else []
    return f"### Where the time goes: {program}, % of the step\n\n" + rows(
        ["phase"] + [f"{c['atoms']:,}, {c['ranks']} rank{'s' * (c['ranks'] > 1)}" for _, c in columns],
        [[n] + [f"{s[n]:.1f}" if n in s else "–" for s in shares] for n in names])


def stepping(figures):
    base = next(iter(figures.find(program="LAMMPS")), None)
    body = []
    for c in figures.find():
        speed = ns_per_day(c["mode"]["timestep_fs"])
        ratio = base and figures.ratio(c, base, speed, ns_per_day(base["mode"]["timestep_fs"]))
        body.append([c["program"], c["mode"]["name"], c["mode"]["timestep_fs"],
                     digits(figures.median(c, steps_per_second)), digits(figures.median(c, speed)), spread(ratio)])
    atoms = figures.contenders[0]["atoms"]
    return f"### Longer steps: {atoms:,} atoms, 1 rank\n\n" + rows(
        ["program", "stepping", "step, fs", "steps/s", "ns/day", "over LAMMPS, flexible, 1 fs"], body)


def scaling(figures):
    body = []
    for c in figures.find():
        one = next(iter(figures.find(atoms=c["atoms"], ranks=1)), None)
        ratio = one and figures.ratio(c, one, steps_per_second)
        body.append([f"{c['atoms']:,}", c["ranks"], digits(figures.median(c, steps_per_second)),
                     digits(figures.median(c, atom_steps_per_second) / 1e6), spread(ratio),
                     f"{100 * ratio[0] / c['ranks']:.0f} %" if ratio else "–"])
    return "### Scaling of Paddlewheel\n\n" + rows(
        ["atoms", "ranks", "steps/s", "10⁶ atom-steps/s", "over one rank", "parallel efficiency"], body)


def million(figures):
    base = figures.find(workload="medium")
    body = []
    for c in figures.find():
        # Cost is the inverse of speed.
        ratio = base and figures.ratio(base[0], c, atom_steps_per_second)
        body.append([f"{c['atoms']:,}", digits(figures.median(c, steps_per_second)),
                     digits(1e9 / figures.median(c, atom_steps_per_second)), spread(ratio or None),
                     digits(figures.median(c, bytes_per_atom("resident_bytes"))),
                     digits(figures.median(c, bytes_per_atom("peak_bytes")))])
    return "### A million atoms on one rank\n\n" + rows(
        ["atoms", "steps/s", "ns per atom-step", "cost over that of the smaller", "resident bytes/atom",
         "peak bytes/atom"], body) + "\n\n" + phases([figures], "Paddlewheel")


def oversubscribed(figures):
    body = []
    for c in figures.find():
        sent, surface = (figures.median(c, lambda m, k=k: m[k]) for k in ("bytes_per_step", "surface_bytes_per_step"))
        m = next(iter(figures.rounds[c["key"]].values()))
        body.append([f"{c['atoms']:,}", c["ranks"], "×".join(map(str, m["grid"])),
                     digits(figures.median(c, lambda m: m["messages_per_step"])), digits(sent / 1000),
                     digits(surface / 1000), digits(sent / surface) if surface else "–",
                     "×".join(map(str, m["mesh_layout"])),
                     digits(figures.median(c, lambda m: m["mesh_messages_per_step"])),
                     digits(figures.median(c, lambda m: m["mesh_bytes_per_step"]) / 1000)])
    return "### Communication of many ranks, oversubscribed\n\nThe estimate is that of surface to volume.\n\n" + rows(
        ["atoms", "ranks", "grid", "messages/step", "kB/step", "estimate, kB/step", "over the estimate", "parts of the mesh",
         "messages of the mesh/step", "kB of the mesh/step"], body)
