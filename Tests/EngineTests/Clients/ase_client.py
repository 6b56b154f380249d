"""ASE's own client with its Lennard-Jones calculator; without a socket it prints what ASE gives for a structure file.

usage: ase_client.py FILE [SOCKET|HOST:PORT]
"""
import json
import sys

from ase.calculators.lj import LennardJones
from ase.calculators.socketio import SocketClient
from ase.io import read

atoms = read(sys.argv[1])
atoms.calc = LennardJones(sigma=3.4, epsilon=0.0104, rc=8.0, smooth=True)
if len(sys.argv) == 2:
    print(json.dumps({"energy": atoms.get_potential_energy(), "forces": atoms.get_forces().ravel().tolist(),
                      "stress": atoms.get_stress(voigt=False).ravel().tolist()}))
elif ":" in sys.argv[2]:
    host, port = sys.argv[2].rsplit(":", 1)
    SocketClient(host=host, port=int(port)).run(atoms, use_stress=True)
else:
    SocketClient(unixsocket=sys.argv[2]).run(atoms, use_stress=True)
