import Basics
import SweepModel

extension FitGroup.Label {
  /// Labels of several groups, the same axes in each, with short texts that tell them apart.
  static func shortened(_ groups: [[FitGroup.Label]]) -> [[FitGroup.Label]] {
    guard let first = groups.first else { return groups }
    let columns = first.indices.map { axis in
      ShortNumber.texts(groups.map { $0[axis].value })
    }
    return groups.enumerated().map { place, labels in
      labels.enumerated().map { axis, label in
        FitGroup.Label(name: label.name, value: label.value, text: columns[axis][place])
      }
    }
  }
}

extension [FitGroup.Label] {
  /// `alpha=0.4 depth=2`, with four digits of a number where they are enough; empty for no labels.
  public var title: String { map { "\($0.name)=\($0.text)" }.joined(separator: " ") }

  /// The same in a panel, which has little room: `0.4, 2` where there are several, whose axes the
  /// figure names once with ``panelNote``.
  public var panelTitle: String { count > 1 ? map(\.text).joined(separator: ", ") : title }

  /// `panels: alpha, depth`; nil where the panels name their axis.
  public var panelNote: String? {
    count > 1 ? "panels: " + map(\.name).joined(separator: ", ") : nil
  }
}
