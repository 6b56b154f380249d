import EngineSocket
import Labelling
import Manifest
import ManifestFormat
import PotentialKeys
import Selection
import Support
import Training

/// What `paddlewheel learn` is told: the loop that explores with a committee of models, selects frames, labels them and trains
/// the next committee.
package struct LearningRecipe: ManifestSection {
  /// Of the potential.
  package var name = ""
  package var explore = ExploreKeys()
  package var start = StartKeys()
  package var select = SelectKeys()
  package var label = LabelKeys()
  package var train = TrainKeys()
  package var heldOut = HeldOutKeys()
  package var until = UntilKeys()
  package var budget = BudgetKeys()

  package init() {}

  /// Where models are tried, and what is found there.
  package struct ExploreKeys: ManifestSection {
    /// A study's manifest; its potential is replaced by the committee.
    package var study: GivenManifest?
    /// Changes of the manifest, one after the other; empty for the manifest as it is.
    package var ladder: [Rung] = []
    /// Runs at the same time, among which the ranks are dealt.
    package var atOnce = 1
    /// Frames that a run keeps.
    package var most = 1000

    package init() {}
  }

  /// A manifest that stands in the recipe or in a file of its own.
  ///
  /// The tree of Yams is not marked as sendable; this one is never changed, only copied.
  package struct GivenManifest: @unchecked Sendable {
    package let document: ManifestDocument
  }

  /// One step of the ladder.
  package struct Rung: Sendable, Equatable {
    /// A key path of the manifest with the value in YAML.
    package struct Change: Sendable, Equatable {
      package var path: String
      package var text: String
      package var place: SourcePlace
    }

    package var changes: [Change] = []
    /// After so many generations the next rung comes, whatever the deviation is; nil for when it stays below the bound.
    package var generations: Int?
  }

  /// The frames of the first training.
  package struct StartKeys: ManifestSection {
    /// Labelled ones.
    package var frames: [InputFile] = []
    /// Distorted copies of the explored structures, to be labelled.
    package var rattle: RattleKeys?
    /// Of the copies.
    package var count = 20

    package init() {}
  }

  package struct RattleKeys: ManifestSection {
    package var displacements_A = [0.03, 0.08, 0.15]
    package var strain = 0.02
    package var volumeChanges_percent = [-5.0, 0, 5]
    package var copies = 10
    package var seed = 1

    package init() {}
  }

  package struct SelectKeys: ManifestSection {
    /// Frames for each generation.
    package var count = 50
    package var method = SelectedFrames.Method.direct
    /// The largest deviation of a frame is above this, eV/Å; nil for the bound of `until`.
    package var above_eV_A: Double?
    /// And not above this, eV/Å: what is further off is no physical configuration. Nil for twenty times the bound.
    package var below_eV_A: Double?
    /// The least distance of two atoms, over the sum of their covalent radii.
    package var distance = 0.6

    package init() {}
  }

  package struct LabelKeys: ManifestSection {
    package var potential: PotentialSpecification?
    package var driver: ClientWords?
    package var files: [InputFile] = []
    package var timeout_s = 3600.0
    package var template: InputFile?
    package var command: String?
    package var site: InputFile?
    /// Of each frame, with a site.
    package var ranks: Int?
    package var clients = 1
    package var rules = LabelRules()

    package init() {}
  }

  package struct TrainKeys: ManifestSection {
    package var recipe = LearningRecipe.trainingDefaults
    /// Steps of the optimiser in each training; nil for the epochs of the recipe.
    package var updates: Int?

    package init() {}
  }

  /// Labelled frames with which errors are measured, and nothing is trained.
  package struct HeldOutKeys: ManifestSection {
    /// Nil for a share of the frames that are labelled.
    package var frames: InputFile?
    /// Every so many of these.
    package var every = 10

    package init() {}
  }

  package struct UntilKeys: ManifestSection {
    /// Of the largest deviation of a frame, eV/Å.
    package var deviation_eV_A = 0.0
    /// Of the records of all runs of a generation that have to be below.
    package var fraction_percent = 99.0
    /// Ions that may break in all runs of a generation; nil for none.
    package var brokenIons: Int?

    package init() {}
  }

  package struct BudgetKeys: ManifestSection {
    /// After the first one.
    package var generations = 20
    /// Frames in all; nil for any number.
    package var labels: Int?
    /// Nil for any time.
    package var time_s: Double?

    package init() {}
  }

  /// A committee of four.
  static let trainingDefaults: TrainingRecipe = {
    var recipe = TrainingRecipe()
    recipe.committee = 4
    return recipe
  }()
}

extension LearningRecipe {
  /// - Throws: ``InputError`` with file, line and key.
  package init(contentsOf path: String) throws {
    // Every step of the loop reads it.
    try PlainFile.check(path)
    self = try Self.schema.decode(ManifestDocument(contentsOf: path).root)
  }

  /// The largest deviation of frames that are labelled lies between these, eV/Å.
  package var window_eV_A: ClosedRange<Double> {
    let above = select.above_eV_A ?? until.deviation_eV_A
    return above...max(above, select.below_eV_A ?? 20 * until.deviation_eV_A)
  }

  /// The rungs; one without changes where the recipe has no ladder.
  package var rungs: [Rung] { explore.ladder.isEmpty ? [Rung()] : explore.ladder }
}
