/// What a reader of a fit must know: a code for programs and a sentence of advice.
public struct FitWarning: Hashable, Sendable {
  /// What is wrong.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The optimiser did not converge.
    case unconverged
    /// The optimum is where the search started.
    case optimumEqualsStart = "optimum-equals-start"
    /// Rows that agree in every column that the fit reads.
    case duplicateRows = "duplicate-rows"
    /// Several rows of one run are resampled as if they were runs.
    case dependentCheckpoints = "dependent-checkpoints"
    /// A power law where a floor fits much better.
    case offsetIgnored = "offset-ignored"
    /// A power law that bends as a finite pool of quanta bends it.
    case finiteQuanta = "finite-quanta"
    /// Another form does better in both AICc and held-out error.
    case betterForm = "better-form"
    /// Residuals of neighbours are alike.
    case dependentResiduals = "dependent-residuals"
    /// Rows of one seed or run lie on one side of the curve together.
    case sharedEffect = "shared-effect"
    /// Points of several curves.
    case mixture
    /// Points far off the curve of the others.
    case outlier
    /// Residuals that bend along an input.
    case curvature
    /// A metric that falls and rises again.
    case reversal
    /// Places scatter more than the rows of one place.
    case lackOfFit = "lack-of-fit"
    /// Parameters that no data at these places could determine, or that these do not bound.
    case unidentified
    /// Inputs that move together, so that their terms cannot be told apart.
    case collinear
    /// The floor is at E = 0: the form without it fits as well.
    case floorAtBoundary = "floor-at-boundary"
    /// Another parameter is at a bound of its search.
    case parameterAtBoundary = "parameter-at-boundary"
    /// Runs of several learning rates, of which some are untuned.
    case untunedRuns = "untuned-runs"
    /// Checkpoints from before the learning rate was annealed.
    case unannealed
    /// An isoFLOP parabola whose vertex is not inside its points.
    case vertexAtEdge = "vertex-at-edge"
    /// An isoFLOP parabola over so wide a window that it is no parabola.
    case windowTooWide = "window-too-wide"
    /// Several minima within 1 %.
    case severalMinima = "several-minima"
    /// A form of so many minima that the search does not see them all.
    case searchNotExhaustive = "search-not-exhaustive"
    /// A column of budgets that is far from 6·N·D.
    case budgetUnits = "budget-units"
    /// An optimum was asked for at a budget that is many decades from every point.
    case budgetFarOutside = "budget-far-outside"
    /// An interval that is wider than the estimate.
    case wideInterval = "wide-interval"
    /// Too few seeds to say how runs differ.
    case fewSeeds = "few-seeds"
    /// Too few clusters for an interval to be sure of.
    case fewClusters = "few-clusters"
    /// No interval, and why.
    case noInterval = "no-interval"
    /// Resampled fits that did not converge.
    case unconvergedResamples = "unconverged-resamples"
    /// Asymptotic errors over points that are not independent.
    case dependentPoints = "dependent-points"
  }

  /// What is wrong.
  public let code: Code
  /// The matter and the advice, in full sentences.
  public let message: String

  /// Creates a warning.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
