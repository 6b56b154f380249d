import TestSupport
import Testing

/// Parent of the runs that take minutes each, for `scripts/validate`: one at a time on the cores there are.
@Suite(.serialized, .needs(.python, .lammps, .program("mpirun"))) enum Validation {}
