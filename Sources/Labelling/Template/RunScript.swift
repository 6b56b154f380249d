import Support

/// `run-frame.sh` in the folder of labels: runs the engine in the folder of one frame, on this machine or as a task of an
/// array, from a folder with nothing but its input.
struct RunScript {
  static let fileName = "run-frame.sh"
  /// A line of a shell.
  let command: String

  func write(in folder: String) throws {
    try AtomicFile.write(text, to: "\(folder)/\(Self.fileName)")
  }

  private var text: String {
    """
    #!/bin/sh
    # usage: \(Self.fileName) FOLDER
    cd -- "$1" || exit 1
    # What an earlier start has left.
    for name in * .[!.]*; do
      if [ -e "$name" ] || [ -L "$name" ]; then
        grep -qxF -e "$name" \(FrameFolders.inputsName) || rm -rf -- "$name"
      fi
    done
    # pw.x would write there instead of here.
    unset ESPRESSO_TMPDIR
    /bin/sh -c \(shellQuoted(command)) >\(FrameFolders.logName) 2>&1 </dev/null
    code=$?
    echo $code >.\(FrameFolders.exitName).tmp && mv .\(FrameFolders.exitName).tmp \(FrameFolders.exitName)
    exit $code

    """
  }
}
