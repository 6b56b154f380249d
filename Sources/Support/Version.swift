/// The version of the program, for the command line and for provenance.
public let paddlewheelVersion = "0.1.0"
