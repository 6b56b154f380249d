"""Writes trajectory.txt: 4 Na that hop and rattle, 4 B of a framework that drifts; 160 frames of 100 fs.

Each line is a frame, x y z of each atom in Å, unwrapped. All values are multiples of 1/256 Å, so that
they are exact in single precision and in ten decimals.
"""
import numpy

random = numpy.random.default_rng(20)
frames, mobile, framework = 160, 4, 4
hops = numpy.zeros((frames, mobile, 3))
for frame in range(1, frames):
    for ion in range(mobile):
        if random.random() < 0.08:
            hops[frame, ion, random.integers(3)] += random.choice([-2.5, 2.5])
sites = numpy.concatenate([random.uniform(0, 8, (mobile, 3)), random.uniform(0, 8, (framework, 3))])
positions = sites + random.normal(0, 0.15, (frames, mobile + framework, 3))
positions[:, :mobile] += numpy.cumsum(hops, axis=0)
drift = numpy.linspace(0, 3, frames)[:, None, None] * numpy.array([1.0, -0.5, 0.25])
positions = numpy.round((positions + drift) * 256) / 256
with open("trajectory.txt", "w") as file:
    for frame in positions:
        file.write(" ".join(f"{value:.10g}" for value in frame.ravel()) + "\n")
