// swift-tools-version: 6.1
import Foundation
import PackageDescription

/// The processor that release builds of the engine are compiled for. `native` is right on one machine;
/// a cluster of mixed nodes sets PADDLEWHEEL_MARCH to the oldest (`x86-64-v3`, `znver3`, …).
let march = ProcessInfo.processInfo.environment["PADDLEWHEEL_MARCH"] ?? "native"

/// What sees the C shims of the engine has to agree with it on the processor.
let processor: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(march)"])]

/// The targets with hot loops: no bounds or overflow checks there. What reads input keeps every check.
let engine: [SwiftSetting] =
  processor + [
    .unsafeFlags(["-Ounchecked", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
  ]

let realModule: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// Whether MPI is linked. The program of scripts/package loads the MPI of a site when it starts (docs/decisions/0024).
let linksMPI = ProcessInfo.processInfo.environment["PADDLEWHEEL_LINK_MPI"] != "no"
let mpi: [Target] =
  [.target(name: "CMPI")]
  + (linksMPI
    ? [
      .systemLibrary(name: "CSystemMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
      .target(name: "CMPIShim", dependencies: ["CMPI", "CSystemMPI"]),
    ] : [])

/// C libraries, through shims for what C macros keep from Swift.
let libraries: [Target] = [
  .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
  // Debian's libbz2-dev has no file for pkg-config.
  .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
  .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
  .systemLibrary(name: "CNetCDF", pkgConfig: "netcdf", providers: [.apt(["libnetcdf-dev"])]),
  .systemLibrary(name: "CFFTW", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
  .systemLibrary(name: "CLAPACK", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
  .systemLibrary(name: "CDigest", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(name: "CSpglib", pkgConfig: "spglib", providers: [.apt(["libsymspg-dev"])]),
  .target(name: "CBoostMath"),
  .target(name: "CGemmi"),
  .target(name: "CEngine"),
  .target(name: "CSpawn"),
  .target(name: "CCores"),
]

/// What an outside package may depend on: no unsafe flags here, or it could not.
let science: [Target] = [
  .target(name: "Support"),
  .target(name: "Mathematics", dependencies: ["CBoostMath", "CLAPACK"]),
  .target(name: "Units"),
  .target(name: "Digest", dependencies: ["CDigest"]),
  .target(name: "Decompression", dependencies: ["CZlib", "CZstd", "CLZMA", "CBZip2"]),
  .target(name: "HDF5", dependencies: ["CHDF5", "CZlib"]),
  .target(name: "Ions", dependencies: ["Support"]),
  .target(
    name: "Crystal", dependencies: ["Ions", "Mathematics", "Support", "CSpglib", "CGemmi"],
    resources: [.copy("Resources")]),
  .target(name: "Trajectory", dependencies: ["Crystal", "HDF5", "Digest", "Mathematics", "Support"]),
  .target(name: "NetCDF", dependencies: ["HDF5", "CNetCDF"]),
  .target(
    name: "TrajectoryImport",
    dependencies: [
      "Trajectory", "Crystal", "HDF5", "NetCDF", "Decompression", "Mathematics", "Support", "CExpat",
    ]),
  .target(name: "Checkpoints", dependencies: ["Trajectory", "HDF5", "Digest", "Support"]),
  .target(
    name: "Analysis", dependencies: ["Crystal", "CFFTW", "Mathematics", "Support", "Units", realModule]),
  .target(name: "Statistics", dependencies: ["Mathematics", realModule]),
  .target(
    name: "Mechanism",
    dependencies: ["Analysis", "Statistics", "Crystal", "Mathematics", "Support", "Units", realModule]),
]

/// The dynamics, decomposed over ranks.
let dynamics: [Target] = [
  .target(name: "EngineSocket", dependencies: ["Crystal", "Mathematics", "Support", "CSpawn"]),
  .target(
    name: "MPI", dependencies: ["CMPI", "Support"] + (linksMPI ? ["CMPIShim"] : []),
    swiftSettings: engine + (linksMPI ? [.define("PADDLEWHEEL_MPI_BUILT_IN")] : [])),
  .target(
    name: "Model", dependencies: ["Crystal", "Mathematics", "Support", "Units"],
    resources: [.copy("Resources")], swiftSettings: engine),
  .target(
    name: "Decomposition", dependencies: ["Model", "MPI", "Crystal", "Mathematics", "CEngine"],
    swiftSettings: engine),
  .target(
    name: "NEP",
    dependencies: ["Decomposition", "Model", "Crystal", "Mathematics", "Support", "Units", "CEngine"],
    swiftSettings: engine),
  .target(
    name: "Forces",
    dependencies: [
      "NEP", "EngineSocket", "Decomposition", "Model", "MPI", "Crystal", "Mathematics", "Support", "Units",
      "CFFTW", "CEngine",
    ], swiftSettings: engine),
  .target(
    name: "Dynamics",
    dependencies: ["Forces", "Decomposition", "Model", "MPI", "Crystal", "Mathematics", "Units", "CEngine"],
    swiftSettings: engine),
]

/// From a manifest to results.
let studies: [Target] = [
  .target(
    name: "ManifestFormat", dependencies: ["Support", "Units", yams], swiftSettings: processor),
  .target(
    name: "PotentialKeys",
    dependencies: ["ManifestFormat", "EngineSocket", "Model", "Crystal", "Support", "Units", yams],
    swiftSettings: processor),
  .target(
    name: "Manifest",
    dependencies: [
      "PotentialKeys", "ManifestFormat", "Mechanism", "Model", "Crystal", "Digest", "Mathematics",
      "Support", "Units", yams,
    ],
    swiftSettings: processor),
  .target(
    name: "StudyStore",
    dependencies: ["Manifest", "Checkpoints", "Trajectory", "Digest", "Support", "Units", logging, yams],
    swiftSettings: processor),
  .target(
    name: "Runner",
    dependencies: [
      "StudyStore", "Checkpoints", "Manifest", "Dynamics", "Forces", "NEP", "EngineSocket", "Decomposition",
      "Model", "MPI", "Trajectory", "HDF5", "Crystal", "Digest", "Mathematics", "Support", "Units", "CCores",
      "CEngine",
      logging,
    ], swiftSettings: processor),
  .target(
    name: "Results",
    dependencies: [
      "StudyStore", "Manifest", "Mechanism", "Analysis", "Trajectory", "Model", "Crystal", "MPI", "HDF5",
      "Digest", "Mathematics", "Support", "Units", realModule,
    ], swiftSettings: processor),
  .target(
    name: "Exchange",
    dependencies: [
      "StudyStore", "Manifest", "Results", "Mechanism", "Analysis", "TrajectoryImport", "Trajectory",
      "Crystal",
      "HDF5", "Digest", "Mathematics", "Support", "Units", logging, yams,
    ], swiftSettings: processor),
  .target(
    name: "Compare",
    dependencies: [
      "Results", "StudyStore", "Manifest", "Mechanism", "Analysis", "Mathematics", "Support", "Units", yams,
      realModule,
    ], swiftSettings: processor),
  .target(name: "AdaptiveSampling", dependencies: ["Results"], swiftSettings: processor),
  .target(
    name: "SlurmCommands", dependencies: ["StudyStore", "Support", subprocess], swiftSettings: processor),
  .target(
    name: "Scheduler",
    dependencies: [
      "AdaptiveSampling", "SlurmCommands", "Runner", "Results", "StudyStore", "Manifest", "EngineSocket",
      "Analysis", "Digest", "MPI",
      "Mathematics", "Trajectory", "Support", "Units", yams, subprocess,
    ],
    swiftSettings: processor),
  .target(
    name: "SinglePoints",
    dependencies: [
      "Forces", "NEP", "Decomposition", "Model", "MPI", "Manifest", "TrajectoryImport", "Crystal",
      "Mathematics", "Support", "Units",
    ], swiftSettings: processor),
  .target(
    name: "Training",
    dependencies: [
      "SinglePoints", "NEP", "Forces", "Model", "MPI", "ManifestFormat", "PotentialKeys", "TrajectoryImport",
      "Digest", "Crystal", "Mathematics", "Support", "Units", yams,
    ], swiftSettings: processor),
  .target(
    name: "Selection",
    dependencies: [
      "SinglePoints", "Forces", "NEP", "Decomposition", "Model", "MPI", "TrajectoryImport", "Trajectory",
      "HDF5", "Crystal", "Mathematics", "Support",
    ], swiftSettings: processor),
  .target(
    name: "Labelling",
    dependencies: [
      "SinglePoints", "Scheduler", "EngineSocket", "Forces", "Model", "MPI", "Manifest", "TrajectoryImport",
      "Crystal", "Digest", "Mathematics", "Support", "Units",
    ], swiftSettings: processor),
  .target(
    name: "Learning",
    dependencies: [
      "Training", "Selection", "Labelling", "Scheduler", "Runner", "StudyStore", "SinglePoints", "Manifest",
      "PotentialKeys", "ManifestFormat", "EngineSocket", "Forces", "Model", "MPI", "Trajectory",
      "TrajectoryImport",
      "Crystal", "Digest", "Mathematics", "Support", "Units", yams,
    ], swiftSettings: processor),
  .target(
    name: "StructureScience",
    dependencies: [
      "SinglePoints", "Dynamics", "Forces", "NEP", "Decomposition", "Model", "MPI", "Manifest", "Analysis",
      "Crystal", "Mathematics", "Support", "Units", realModule,
    ], swiftSettings: engine),
  .target(
    name: "Report",
    dependencies: [
      "Compare", "Results", "StudyStore", "Manifest", "Mechanism", "Analysis", "Trajectory", "Crystal",
      "Mathematics", "Support", "Units", .product(name: "Mustache", package: "swift-mustache"), subprocess,
      realModule,
    ],
    resources: [.copy("Resources")], swiftSettings: processor),
  .target(
    name: "TrainingReport",
    dependencies: [
      "Report", "Training", "SinglePoints", "NEP", "Support", "Units",
      .product(name: "Mustache", package: "swift-mustache"),
    ],
    resources: [.copy("Resources")], swiftSettings: processor),
  .executableTarget(
    name: "paddlewheel",
    dependencies: [
      "AdaptiveSampling", "Scheduler", "Report", "Compare", "Exchange", "Runner", "Results",
      "StructureScience", "SinglePoints",
      "Training", "MPI", "StudyStore", "Manifest", "Forces", "NEP", "Model", "Mechanism", "Analysis",
      "Crystal", "Support", "Selection", "TrajectoryImport", "Labelling", "Units", "EngineSocket",
      "TrainingReport", "Learning",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], swiftSettings: processor),
]

/// Programs, helpers and tests.
let tests: [Target] = [
  .target(name: "TestSupport", dependencies: ["Mathematics"], path: "Tests/TestSupport"),
  .target(
    name: "SyntheticMotions", dependencies: ["Analysis", "Mathematics", "Units", realModule],
    path: "Tests/SyntheticMotions"),
  .target(
    name: "SyntheticObservables",
    dependencies: ["SyntheticMotions", "Mechanism", "Crystal", "Mathematics", "Units", realModule],
    path: "Tests/SyntheticObservables"),
  .executableTarget(
    name: "paddlewheel-coverage",
    dependencies: [
      "SyntheticMotions", "SyntheticObservables", "Results", "Mechanism", "Analysis", "Mathematics",
      realModule,
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], path: "Tests/Coverage", exclude: ["kinisi_rows.py"], swiftSettings: processor),
  .target(name: "RankCheckResults", path: "Tests/RankCheckResults"),
  .target(
    name: "RankChecks", dependencies: ["RankCheckResults", "TestSupport"], path: "Tests/RankChecks",
    swiftSettings: processor),
  .executableTarget(
    name: "paddlewheel-rank-check",
    dependencies: [
      "RankCheckResults", "Trajectory", "Analysis", "Dynamics", "Forces", "NEP", "Decomposition", "Model",
      "Crystal",
      "Mathematics", "Units", "MPI",
    ], path: "Tests/RankCheck", swiftSettings: processor),
  .executableTarget(
    name: "paddlewheel-fuzz",
    dependencies: [
      "Scheduler", "Compare", "StudyStore", "Checkpoints", "Manifest", "Dynamics", "Forces", "NEP", "Model",
      "MPI", "SinglePoints", "Labelling",
      "TrajectoryImport", "Trajectory", "HDF5", "Crystal", "Mathematics", "Support", "TestSupport",
    ], path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: processor),
  .testTarget(
    name: "CrystalTests", dependencies: ["Crystal", "Mathematics", "TestSupport"],
    resources: [.copy("Resources")]),
  .testTarget(
    name: "AnalysisTests",
    dependencies: [
      "SyntheticMotions", "SyntheticObservables", "Analysis", "Mechanism", "Statistics", "Results", "Compare",
      "StructureScience",
      "Manifest", "Crystal",
      "Mathematics",
      "Units", "TestSupport", realModule,
    ],
    resources: [.copy("Resources")], swiftSettings: processor),
  .testTarget(name: "MotionTests", dependencies: ["SyntheticMotions", "Units", realModule]),
  .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"]),
  .testTarget(
    name: "TrajectoryTests",
    dependencies: [
      "Checkpoints", "TrajectoryImport", "Trajectory", "HDF5", "Crystal", "Mathematics", "Support",
      "TestSupport",
    ]),
  .testTarget(
    name: "EngineTests", dependencies: ["EngineSocket", "Crystal", "Mathematics", "Support", "TestSupport"],
    exclude: ["Clients"]),
  .testTarget(
    name: "LabellingTests",
    dependencies: [
      "Labelling", "SinglePoints", "EngineSocket", "Crystal", "Mathematics", "Support", "TestSupport",
    ], exclude: ["Engines"], resources: [.copy("Resources")], swiftSettings: processor),
  .testTarget(
    name: "LearningTests",
    dependencies: [
      "Learning", "StudyStore", "Manifest", "ManifestFormat", "Support", "TestSupport", "Training",
    ],
    swiftSettings: processor),
  .testTarget(name: "LibraryTests", dependencies: ["Analysis", "TestSupport"]),
  .testTarget(
    name: "PotentialsTests",
    dependencies: [
      "Forces", "NEP", "Model", "StructureScience", "Crystal", "Mathematics", "Units", "TestSupport",
    ], swiftSettings: processor),
  .testTarget(
    name: "DecompositionTests", dependencies: ["Decomposition", "Crystal", "Mathematics"],
    swiftSettings: processor),
  .testTarget(
    name: "DynamicsTests",
    dependencies: [
      "Dynamics", "Forces", "NEP", "Training", "Decomposition", "Model", "StructureScience", "SinglePoints",
      "Manifest", "Mechanism", "Analysis", "TrajectoryImport", "Crystal", "Mathematics", "Support", "Units",
      "MPI", "Selection", "TrainingReport", "PotentialKeys", "ManifestFormat",
      "TestSupport",
    ],
    resources: [.copy("Resources")], swiftSettings: processor),
  .testTarget(
    name: "StudyTests",
    dependencies: [
      "Manifest", "StudyStore", "Checkpoints", "Runner", "Scheduler", "AdaptiveSampling", "SlurmCommands",
      "Exchange",
      "Compare", "Results",
      "Mechanism", "Analysis", "TrajectoryImport", "Trajectory", "Crystal", "Mathematics", "Support", "Units",
      "TestSupport", "MPI", logging,
    ], exclude: ["Exchange/Salts"], swiftSettings: processor),
  .testTarget(
    name: "ReportTests", dependencies: ["Report", "Results", "Analysis", "Mechanism", "TestSupport"],
    swiftSettings: processor),
  .testTarget(
    name: "MPITests",
    dependencies: ["paddlewheel-rank-check", "RankChecks", "MPI", "Support", "TestSupport"],
    swiftSettings: processor),
  .testTarget(
    name: "RankTests",
    dependencies: [
      "paddlewheel-rank-check", "RankChecks", "RankCheckResults", "Crystal", "TestSupport",
    ],
    path: "Tests/Ranks", swiftSettings: processor),
  .testTarget(
    name: "PeerTests",
    dependencies: ["paddlewheel-rank-check", "RankChecks", "Crystal", "Mathematics", "TestSupport"],
    path: "Tests/Peers",
    exclude: [
      "lammps_point.py", "lammps_drift.py", "lammps_run.py", "compare_runs.py", "drift_table.py",
      "compare_records.py", "compare_msd.py",
    ], swiftSettings: processor),
  .testTarget(
    name: "ValidationTests",
    dependencies: [
      "paddlewheel-rank-check", "RankChecks", "RankCheckResults", "Crystal", "Mathematics", "TestSupport",
    ], path: "Tests/Validation", swiftSettings: processor),
  .testTarget(
    name: "CommandTests",
    dependencies: [
      "paddlewheel", "Scheduler", "Results", "Runner", "StudyStore", "Checkpoints", "Manifest", "Mechanism",
      "Analysis", "Trajectory", "Crystal", "Mathematics", "Support", "TestSupport",
    ], swiftSettings: processor),
]

let package = Package(
  name: "paddlewheel",
  products: [
    .executable(name: "paddlewheel", targets: ["paddlewheel"]),
    .library(name: "Crystal", targets: ["Crystal"]),
    .library(name: "Trajectory", targets: ["Trajectory", "TrajectoryImport"]),
    .library(name: "Analysis", targets: ["Analysis", "Mechanism", "Statistics"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: mpi + libraries + science + dynamics + studies + tests,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
