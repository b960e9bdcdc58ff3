package framepack.experiment.config;

/// Where a value was written.
///
/// @param source a file, or an option of the command line
/// @param line counted from 1; 0 for something that has no lines
record Origin(String source, int line) {
  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
