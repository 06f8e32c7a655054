import Basics

/// The content of a TensorBoard event file: records of `Event` messages, each with masked CRC-32C of its
/// length and of itself.
struct EventFile {
  private(set) var bytes: [UInt8] = []

  /// - Parameter time: When it begins, seconds since 1970 UTC.
  init(time: Double) {
    add(time: time) { $0.add(3, "brain.Event:2") }
  }

  /// Adds an event; `body` fills in what it says.
  private mutating func add(time: Double, _ body: (inout ProtobufWriter) -> Void) {
    var event = ProtobufWriter()
    event.add(1, time)
    body(&event)
    var head = ByteWriter()
    head.write(UInt64(event.bytes.count))
    bytes += head.bytes
    append(Self.masked(head.bytes))
    bytes += event.bytes
    append(Self.masked(event.bytes))
  }

  private mutating func append(_ checksum: UInt32) {
    var writer = ByteWriter()
    writer.write(checksum)
    bytes += writer.bytes
  }

  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = CRC32(bytes[...], .castagnoli).value
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// Adds values at a step.
  mutating func add(_ values: [Value], step: Int, time: Double) {
    add(time: time) { event in
      event.add(2, step)
      event.add(5) { summary in
        for value in values {
          summary.add(1) { value.write(to: &$0) }
        }
      }
    }
  }

  /// A value of a summary.
  struct Value {
    let tag: String
    let content: Content

    enum Content {
      /// A number: TensorBoard knows single precision only.
      case number(Float)
      /// A text, which is shown as Markdown.
      case text(String)
      /// What a plugin keeps in an event file, beside an empty tensor.
      case plugin(String, [UInt8])
    }

    init(tag: String, _ content: Content) {
      self.tag = tag
      self.content = content
    }

    fileprivate func write(to message: inout ProtobufWriter) {
      message.add(1, tag)
      switch content {
      case .number(let value): message.add(2, value)
      case .text(let text):
        message.add(8) { tensor in
          tensor.add(1, 7)
          tensor.add(2, [])
          tensor.add(8, text)
        }
        addMetadata(&message, plugin: "text", [])
      case .plugin(let name, let data):
        message.add(8) { tensor in
          tensor.add(1, 1)
          tensor.add(2, [])
        }
        addMetadata(&message, plugin: name, data)
      }
    }

    private func addMetadata(
      _ message: inout ProtobufWriter, plugin: String, _ data: [UInt8]
    ) {
      message.add(9) { metadata in
        metadata.add(1) { content in
          content.add(1, plugin)
          content.add(2, data)
        }
        metadata.add(4, 2)  // a tensor
      }
    }
  }
}
