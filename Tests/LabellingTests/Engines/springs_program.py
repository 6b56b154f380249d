"""A program that prints what VASP, CP2K or pw.x would, for atoms on springs to their common centre.

usage: springs_program.py vasp|cp2k|pw

It reads the input in its folder. With u the distance of an atom from the mean of all positions, the energy is k/2 sum u^2 in eV,
forces are -k u, the stress is k sum u u / V (tension positive). The third lattice vector chooses a fault by its z component:
11 does not converge, 12 ends with an error, 13 has a force that is no number, 14 is cut off, 15 has one atom less, 16 counts the
starts in the file `starts` of the parent of the parent folder and fails at the first.
"""
import os
import re
import sys

K = 0.3
BOHR, HARTREE, GPA = 0.529177210903, 27.211386245988, 160.2176634
NUMBER = r"[-+0-9.eE]+"


def vectors(text):
    return [[float(x) for x in line.split()[-3:]] for line in text.strip().split("\n")]


def read(program):
    """Elements, positions and cell."""
    if program == "vasp":
        lines = open("POSCAR").read().split("\n")
        elements = [e for e, n in zip(lines[5].split(), lines[6].split()) for _ in range(int(n))]
        assert lines[7] == "Cartesian" and float(lines[1]) == 1
        # POTCAR has to have the elements in the same order.
        assert re.findall(r"VRHFIN =(\w+)", open("POTCAR").read()) == lines[5].split()
        return elements, vectors("\n".join(lines[8:8 + len(elements)])), vectors("\n".join(lines[2:5]))
    if program == "cp2k":
        text = open("cp2k.inp").read()
        atoms = re.search(r"&COORD\n(.*?)\s*&END", text, re.S).group(1)
        cell = re.search(r"&CELL\n(.*?)\s*&END", text, re.S).group(1)
        assert open("coordinates.inc").read().strip() == atoms.strip()
    else:
        text = open("pw.in").read()
        atoms = re.search(r"ATOMIC_POSITIONS angstrom\n(.*)", text, re.S).group(1)
        cell = re.search(r"CELL_PARAMETERS angstrom\n((?:.*\n){3})", text).group(1)
        assert int(re.search(r"nat = (\d+)", text).group(1)) == len(atoms.strip().split("\n"))
    return [line.split()[0] for line in atoms.strip().split("\n")], vectors(atoms), vectors(cell)


def cross(u, v):
    return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]


def dot(u, v):
    return sum(x * y for x, y in zip(u, v))


def fractional(cell, r):
    a, b, c = cell
    volume = dot(a, cross(b, c))
    return [dot(cross(b, c), r) / volume, dot(cross(c, a), r) / volume, dot(cross(a, b), r) / volume]


def three(v, width=18):
    return " ".join(f"{x:{width}.10f}" for x in v)


def print_cp2k(elements, positions, cell, energy, forces, stress, converged):
    print(" CP2K| version string:                                       CP2K version 2023.1")
    for name, v in zip("abc", cell):
        print(f" CELL| Vector {name} [angstrom]:   {three(v)}   |{name}| = {dot(v, v) ** 0.5:.6f}")
    print("\n MODULE QUICKSTEP: ATOMIC COORDINATES IN ANGSTROM\n\n   Atom Kind Element         X             Y             Z       Z(eff)     Mass")
    for i, (e, r) in enumerate(zip(elements, positions)):
        print(f" {i + 1} 1 {e} 9 {three(r)} 7.0000 18.9984")
    print("\n  *** SCF run converged in     5 steps ***" if converged
          else "\n *** WARNING in qs_scf.F:601 :: SCF run NOT converged ***")
    print(f"\n ENERGY| Total FORCE_EVAL ( QS ) energy [a.u.]:  {energy / HARTREE:.15f}")
    print("\n ATOMIC FORCES in [a.u.]\n\n # Atom   Kind   Element          X              Y              Z")
    for i, (e, f) in enumerate(zip(elements, forces)):
        print(f" {i + 1} 1 {e} {three([x / HARTREE * BOHR for x in f])}")
    print(" SUM OF ATOMIC FORCES  0.0 0.0 0.0 0.0\n\n STRESS| Analytical stress tensor [GPa]\n STRESS|   x   y   z")
    for name, row in zip("xyz", stress):
        print(f" STRESS| {name} {three([-x * GPA for x in row])}")


def print_pw(elements, positions, cell, energy, forces, stress, converged):
    alat = cell[0][0]
    ry = HARTREE / 2
    print("\n     Program PWSCF v.7.2 starts on  1Jan2026 at  0: 0: 0\n")
    print(f"     celldm(1)= {alat / BOHR:.10f}  celldm(2)=   0.000000  celldm(3)=   0.000000")
    for i, v in enumerate(cell):
        print(f"               a({i + 1}) = ( {three([x / alat for x in v])} )")
    print("\n     site n.     atom                  positions (alat units)")
    for i, (e, r) in enumerate(zip(elements, positions)):
        print(f"         {i + 1}           {e}1  tau(   {i + 1}) = (   {three([x / alat for x in r])}  )")
    if not converged:
        return print("\n     convergence NOT achieved after 100 iterations: stopping\n")
    print(f"\n!    total energy              =  {energy / ry:.12f} Ry\n\n     convergence has been achieved in   9 iterations")
    print("\n     Forces acting on atoms (cartesian axes, Ry/au):\n")
    for part in (1, 0.5):
        for i, f in enumerate(forces):
            print(f"     atom    {i + 1} type  1   force =  {three([part * x / ry * BOHR for x in f])}")
        print("     The non-local contrib.  to forces" if part == 1 else "")
    print("          total   stress  (Ry/bohr**3)                   (kbar)     P=    -4192.38")
    for row in stress:
        print(three([-x / ry * BOHR ** 3 for x in row]), three([-x * 10 * GPA for x in row]))


def print_vasp(elements, positions, cell, energy, forces, stress, converged):
    def varray(name, rows):
        return f'<varray name="{name}" >' + "".join(f"<v> {three(v)} </v>" for v in rows) + "</varray>"
    steps = 6 if converged else 40
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<modeling><generator><i name="program" type="string">vasp </i><i name="version" type="string">6.4.2  </i></generator>
<parameters><i type="int" name="NELM">    40</i></parameters>
<atominfo><array name="atoms" ><set>{"".join(f"<rc><c>{e} </c><c>   1</c></rc>" for e in elements)}</set></array></atominfo>
<calculation>{'<scstep><energy><i name="e_fr_energy"> 1.0 </i></energy></scstep>' * steps}
<structure><crystal>{varray("basis", cell)}</crystal>{varray("positions", [fractional(cell, r) for r in positions])}</structure>
{varray("forces", forces)}{varray("stress", [[-10 * GPA * x for x in row] for row in stress])}
<energy><i name="e_fr_energy"> {energy:.10f} </i><i name="e_0_energy"> 3.0 </i></energy></calculation>
</modeling>
"""


program = sys.argv[1]
elements, positions, cell = read(program)
fault = round(cell[2][2])
if fault == 12:
    sys.exit("no such functional: PBX")
if fault == 16:
    starts = "../../starts"
    with open(starts, "a") as file:
        file.write("x")
    if len(open(starts).read()) == 1:
        sys.exit("out of memory")
if fault == 15:
    elements, positions = elements[:-1], positions[:-1]
n = len(positions)
mean = [sum(r[k] for r in positions) / n for k in range(3)]
u = [[r[k] - mean[k] for k in range(3)] for r in positions]
energy = K / 2 * sum(dot(v, v) for v in u)
forces = [[-K * x for x in v] for v in u]
volume = abs(dot(cell[0], cross(cell[1], cell[2])))
stress = [[K * sum(v[i] * v[j] for v in u) / volume for j in range(3)] for i in range(3)]
if fault == 13:
    forces[0][0] = float("nan")
found = {"vasp": print_vasp, "cp2k": print_cp2k, "pw": print_pw}[program](
    elements, positions, cell, energy, forces, stress, fault != 11)
if fault == 14:
    sys.stdout.flush()
    os.kill(os.getpid(), 9)
if program == "vasp":
    open("vasprun.xml", "w").write(found)
elif program == "cp2k":
    print("  **** **** ******  **  PROGRAM ENDED AT                 2026-01-01 00:00:00.000")
else:
    print("   JOB DONE.")
