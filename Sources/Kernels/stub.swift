public let instructionSet = "portable"
