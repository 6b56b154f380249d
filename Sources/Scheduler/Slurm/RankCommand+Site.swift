extension RankCommand {
  /// The command that starts ranks in a job at a site.
  static func atSite(_ site: SiteProfile, ranks: Int) -> RankCommand {
    switch site.launcher {
    case .mpirun:
      RankCommand(words: ["mpirun", "-np", String(ranks)] + lostLinkEndsRun + site.launcherOptions)
    case .srun:
      RankCommand(
        words: ["srun", "-n", String(ranks), "--kill-on-bad-exit=1"]
          + (site.mpi.map { ["--mpi=\($0)"] } ?? [])
          + site.launcherOptions)
    }
  }

  /// TCP keep-alive: without it Open MPI waits for ever for a node whose link is cut, with it it ends within 15 s.
  static let lostLinkEndsRun = [
    "--mca", "oob_tcp_keepalive_time", "5", "--mca", "oob_tcp_keepalive_intvl", "2",
    "--mca", "oob_tcp_keepalive_probes", "3",
  ]
}
