"""A client of the i-PI protocol for tests: atoms on springs to their sites, less the motion of all.

usage: springs.py SOCKET|HOST:PORT [--structure FILE] [--constant HARTREE_PER_BOHR2] [--fault KIND] [--at N]
                  [--displace ANGSTROM] [--name TEXT] [--delay SECONDS] [--child] [--init]

--displace moves the sites at random, always in the same way. The sites are those of a structure file, or else the positions of the first frame. They follow the cell. The energy is
k/2 sum |u|^2 with the displacements u, less their mean; the virial is -k sum u u. --fault goes wrong at the Nth frame.
"""
import argparse
import os
import random
import socket
import struct
import subprocess
import sys
import time

BOHR = 0.529177210903

parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("--structure")
parser.add_argument("--constant", type=float, default=0.05)
parser.add_argument("--displace", type=float, default=0)
parser.add_argument("--fault", default="")
parser.add_argument("--at", type=int, default=1)
parser.add_argument("--name", default="")
parser.add_argument("--delay", type=float, default=0)
parser.add_argument("--child", action="store_true")
parser.add_argument("--init", action="store_true")
options = parser.parse_args()

if options.child:
    child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"])
    print("child", child.pid, flush=True)
print("client", os.getpid(), flush=True)
if options.fault == "start":
    sys.exit("no such functional: PBX")
if options.fault == "absent":
    time.sleep(600)

if ":" in options.address:
    host, port = options.address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)))
else:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("/tmp/ipi_" + options.address)


def receive(count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def say(word):
    connection.sendall(word.ljust(12).encode())


def product(h, s):
    return [sum(h[3 * i + k] * s[k] for k in range(3)) for i in range(3)]


def read_sites(path):
    """Fractional coordinates."""
    lines = open(path).read().split("\n")
    lattice = [float(x) for x in lines[1].split('Lattice="')[1].split('"')[0].split()]
    a, b, c = lattice[0:3], lattice[3:6], lattice[6:9]
    def cross(u, v):
        return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    volume = sum(x * y for x, y in zip(a, cross(b, c)))
    inverse = [x / volume for v in (cross(b, c), cross(c, a), cross(a, b)) for x in v]
    noise = random.Random(1)
    moved = lambda x: float(x) + options.displace * noise.uniform(-1, 1)
    return [product(inverse, [moved(x) for x in line.split()[1:4]]) for line in lines[2:2 + int(lines[0])]]


sites = read_sites(options.structure) if options.structure else None
frames = 0
initialised = not options.init
have = None
while True:
    word = receive(12).decode().strip()
    fault = options.fault if frames == options.at else ""
    if word == "EXIT":
        sys.exit(0)
    if word == "STATUS":
        if fault == "garbage":
            connection.sendall(b"\x01\x02HTTP/1.1 4")
        elif fault == "init" or not initialised:
            say("NEEDINIT")
        else:
            say("HAVEDATA" if have else "READY")
    elif word == "INIT":
        _, length = struct.unpack("=ii", receive(8))
        receive(length)
        initialised = True
    elif word == "POSDATA":
        cell = struct.unpack("=9d", receive(72))
        inverse = struct.unpack("=9d", receive(72))
        count, = struct.unpack("=i", receive(4))
        r = struct.unpack("=%dd" % (3 * count), receive(24 * count))
        r = [list(r[3 * i:3 * i + 3]) for i in range(count)]
        frames += 1
        fault = options.fault if frames == options.at else ""
        time.sleep(options.delay)
        if fault == "die":
            os.kill(os.getpid(), 9)
        if fault == "exit":
            sys.exit("SCF did not converge")
        if fault == "close":
            connection.close()
            time.sleep(600)
        if fault == "silence":
            time.sleep(600)
        if sites is None:
            sites = [product(inverse, x) for x in r]
        u = [[x - y for x, y in zip(p, product(cell, s))] for p, s in zip(r, sites)]
        mean = [sum(d[k] for d in u) / count for k in range(3)]
        u = [[d[k] - mean[k] for k in range(3)] for d in u]
        energy = options.constant / 2 * sum(x * x for d in u for x in d)
        forces = [-options.constant * x for d in u for x in d]
        virial = [-options.constant * sum(d[i] * d[j] for d in u) for i in range(3) for j in range(3)]
        have = (energy, forces, virial)
    elif word == "GETFORCE":
        energy, forces, virial = have
        extra = options.name.encode()
        length = len(extra)
        if fault == "count":
            forces = forces[:-3]
        if fault == "nan":
            forces[7] = float("nan")
        if fault == "energy":
            energy = float("inf")
        if fault == "extra":
            length = -5
        message = b"FORCEREADY  " + struct.pack("=di", energy, len(forces) // 3)
        message += struct.pack("=%dd" % len(forces), *forces) + struct.pack("=9di", *virial, length)
        if fault == "half":
            connection.sendall(message[:len(message) // 2])
            os.kill(os.getpid(), 9)
        connection.sendall(message + extra)
        if fault == "leave":
            os._exit(0)
        have = None
        initialised = not options.init
