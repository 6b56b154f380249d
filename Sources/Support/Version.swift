/// The version of the program, for the command line and for provenance.
package let paddlewheelVersion = "0.1.0"
