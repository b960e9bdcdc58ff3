package framepack.verify;

import java.nio.file.Path;
import java.util.List;

/// What came of one case.
///
/// @param kind as `case.json` says; `?` where it could not be read
/// @param verdicts one a tensor, in the order of the file
/// @param problem one line saying why the case could not be run to its end; empty if it was
/// @param seconds time taken
public record CaseResult(
    Path folder, String kind, List<Verdict> verdicts, String problem, double seconds) {
  public CaseResult {
    verdicts = List.copyOf(verdicts);
  }

  /// The folder's own name, for tables.
  public String name() {
    return folder.getFileName().toString();
  }

  /// Whether nothing was missed.
  public boolean passed() {
    return problem.isEmpty() && count(Verdict.Outcome.MISS) == 0;
  }

  public long count(Verdict.Outcome outcome) {
    return verdicts.stream().filter(verdict -> verdict.outcome() == outcome).count();
  }
}
