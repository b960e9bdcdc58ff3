package framepack.verify;

import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs golden cases on a backend. A case that cannot be read or run is a miss of its own; the others go on.
///
/// @param kinds every kind there is
/// @param memory for the weights of a case's model
public record Verifier(List<CaseKind> kinds, Backend backend, MemoryBudget memory) {
  /// With as much memory as weights take.
  public Verifier(List<CaseKind> kinds, Backend backend) {
    this(kinds, backend, MemoryBudget.UNLIMITED);
  }

  /// The cases at these places: a folder with a `case.json`, or all such folders directly inside.
  public static List<Path> find(List<Path> places) {
    List<Path> cases = new ArrayList<>();
    for (Path place : places) {
      Path folder = place.toAbsolutePath().normalize();
      if (!Files.isDirectory(folder)) {
        throw new CaseException(place + ": is no folder; name a case or a folder of cases");
      }
      List<Path> here = GoldenCase.isCase(folder) ? List.of(folder) : inside(folder);
      if (here.isEmpty()) {
        throw new CaseException(
            place + ": holds no case; a case is a folder with a case.json that names its kind");
      }
      cases.addAll(here);
    }
    return cases;
  }

  private static List<Path> inside(Path folder) {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.filter(GoldenCase::isCase).sorted().toList();
    } catch (IOException e) {
      throw new CaseException(folder + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  /// Whether a case is of the kind `text`, or its folder's name contains it.
  public static boolean matches(Path folder, String text) {
    if (folder.getFileName().toString().contains(text)) {
      return true;
    }
    try {
      return GoldenCase.kind(folder).equals(text);
    } catch (CaseException _) {
      return false;
    }
  }

  /// Runs one case; never throws for what is wrong with it.
  public CaseResult run(Path folder) {
    long start = System.nanoTime();
    String kind = "?";
    List<Verdict> verdicts = List.of();
    String problem = "";
    try {
      kind = GoldenCase.kind(folder);
      verdicts = verdicts(folder, kind(kind, folder));
      problem = verdicts.isEmpty() ? folder + ": names no output to compare" : "";
    } catch (Incomplete e) {
      verdicts = e.verdicts;
      problem = line(e.getCause());
    } catch (RuntimeException e) {
      problem = line(e);
    }
    return new CaseResult(folder, kind, verdicts, problem, (System.nanoTime() - start) * 1e-9);
  }

  private CaseKind kind(String name, Path folder) {
    return kinds.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new CaseException(
                folder.resolve("case.json")
                    + ": unknown kind '"
                    + name
                    + "'; known are "
                    + String.join(", ", kinds.stream().map(CaseKind::name).toList())));
  }

  private List<Verdict> verdicts(Path folder, CaseKind kind) {
    try (GoldenCase golden = GoldenCase.open(folder, memory);
        Workspace _ = Workspace.open(backend)) {
      Verdicts verdicts = new Verdicts(golden, kind.absolute());
      try {
        kind.run(golden, verdicts);
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new Incomplete(e, verdicts.finish());
      }
      return verdicts.finish();
    }
  }

  static String line(Throwable e) {
    boolean ours = e instanceof IllegalArgumentException && e.getMessage() != null;
    String message = ours ? e.getMessage() : e.toString();
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /// A kind that failed half-way, with what it had offered.
  private static final class Incomplete extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Verdict> verdicts;

    Incomplete(Throwable cause, List<Verdict> verdicts) {
      super(cause);
      this.verdicts = verdicts;
    }
  }
}
