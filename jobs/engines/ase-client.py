"""Any calculator of ASE as a client: python3 ase-client.py SOCKET STRUCTURE"""
import sys

from ase.calculators.lj import LennardJones
from ase.calculators.socketio import SocketClient
from ase.io import read

atoms = read(sys.argv[2])
# Put your calculator here: MACE, CHGNet, GPAW, VASP, … This one only shows that the socket works.
atoms.calc = LennardJones(sigma=1.75, epsilon=0.5, rc=6, smooth=True)
SocketClient(unixsocket=sys.argv[1]).run(atoms, use_stress=True)
