"""Paddlewheel from its tarball, with the MPI of the spec: `spack install paddlewheel ^openmpi`.

NOT TESTED here with Spack: only its steps were run by packaging/check. Swift is not in Spack, so that there is no build from source.
Put the tarball into a folder, and `spack repo add` the folder above this one.
"""
import os

from spack.package import *


class Paddlewheel(Package):
    """Molecular dynamics of solid electrolytes, from one manifest to an Arrhenius plot."""

    manual_download = True
    license("GPL-2.0-or-later", checked_by="packaging")

    # sha256sum of the tarball that scripts/package has made.
    version("0.1.0", sha256=os.environ.get("PADDLEWHEEL_SHA256", "0" * 64), expand=True)

    depends_on("c", type="build")
    depends_on("mpi")
    depends_on("gnuplot", type="run")
    requires("platform=linux", "target=x86_64_v3:", msg="x86-64-v3 or newer")

    def url_for_version(self, version):
        return f"file://{os.getcwd()}/paddlewheel-{version}-linux-x86_64.tar.gz"

    def install(self, spec, prefix):
        install_tree(".", prefix, symlinks=True)
        build = Executable(join_path(prefix.bin, "paddlewheel-mpi-build"))
        build("--mpicc", spec["mpi"].mpicc, "--system")

    def setup_run_environment(self, env):
        env.prepend_path("MANPATH", join_path(self.prefix.share, "man"))
