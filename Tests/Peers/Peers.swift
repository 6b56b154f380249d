import TestSupport
import Testing

/// Parent of all suites that compare with other programs, one at a time.
@Suite(.serialized, .needs(.python, .lammps, .program("mpirun"))) enum Peers {}
