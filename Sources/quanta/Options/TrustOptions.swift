import ArgumentParser
import Discovery
import Inspection

/// How the quanta are found to which samples are attributed.
struct TrustOptions: ParsableArguments {
  @Option(name: .long, help: "Trusted samples among which quanta are found.")
  var trusted = 1500
  @Option(name: .long, help: "Only samples with a loss below this, nats (published: 0.1).")
  var loss = QuantaSettings().loss
  @Option(
    name: .long,
    help: "Damping of the whitening, of the mean eigenvalue; 0 for plain gradients (published: 0).")
  var damping = DiscoveryRecipe.whitened.damping ?? 0
  @Option(name: .long, help: "Nearest neighbours whose cosines are the novelty.")
  var neighbours = AttributionSettings().neighbours

  func validate() throws {
    guard (2...50_000).contains(trusted) else {
      throw ValidationError("--trusted must be from 2 to 50000: all pairs are compared")
    }
    guard loss > 0 else { throw ValidationError("--loss must be above 0") }
    guard damping >= 0, damping.isFinite else {
      throw ValidationError("--damping must not be negative")
    }
    guard (1...trusted).contains(neighbours) else {
      throw ValidationError("--neighbours must be from 1 to --trusted")
    }
  }

  var settings: QuantaSettings {
    var settings = QuantaSettings()
    settings.recipe.damping = damping > 0 ? damping : nil
    settings.evidence.damping = settings.recipe.damping
    settings.samples = trusted
    settings.loss = loss
    return settings
  }

  var attribution: AttributionSettings {
    var settings = AttributionSettings()
    settings.neighbours = neighbours
    return settings
  }
}
