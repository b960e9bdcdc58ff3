package framepack.experiment.run;

import framepack.tensor.backend.Backend;
import framepack.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What made a result: everything that is not in its settings. Found out once, when a program starts its work.
///
/// @param facts by name, in a fixed order
public record Provenance(Map<String, String> facts) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String UNKNOWN = "unknown";

  /// @param version of the program
  /// @param command as the user gave it
  public static Provenance of(String version, String command, Backend backend) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", command);
    facts.put("version", version);
    facts.put("commit", commit());
    facts.put("device", backend.name() + ", " + backend.description());
    facts.put("java", Runtime.version() + ", " + System.getProperty("java.vendor"));
    facts.put("flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("host", Claim.host());
    return new Provenance(facts);
  }

  /// The commit of the clone that the classes were built in, with `+` if it has changes that are not committed.
  private static String commit() {
    try {
      var source = Provenance.class.getProtectionDomain().getCodeSource();
      Path place = Path.of(source.getLocation().toURI());
      Path folder = Files.isDirectory(place) ? place : place.getParent();
      String commit = git(folder, "rev-parse", "HEAD");
      if (!commit.matches("[0-9a-f]{40}")) {
        return UNKNOWN;
      }
      return commit + (git(folder, "status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    } catch (IOException | URISyntaxException | SecurityException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  private static String git(Path folder, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder git = new ProcessBuilder("git", "-C", folder.toString());
    git.command().addAll(List.of(arguments));
    Process process = git.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : UNKNOWN;
  }

  /// Adds a session to a run's record.
  ///
  /// @param step the step at which it takes up the training
  void write(Path file, long step) {
    ArrayNode sessions = sessions(file);
    ObjectNode session = sessions.addObject();
    session.put("began", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    session.put("step", step);
    facts.forEach(session::put);
    AtomicFile.write(file, sessions.toPrettyString() + "\n");
  }

  private static ArrayNode sessions(Path file) {
    try {
      if (Files.exists(file) && JSON.readTree(Files.readString(file)) instanceof ArrayNode before) {
        return before;
      }
    } catch (JacksonException _) {
      // A damaged record is begun again rather than in the way.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return JSON.createArrayNode();
  }

  /// The facts of a run's last session; empty if there is no record.
  public static Map<String, String> last(Path file) {
    Map<String, String> facts = new LinkedHashMap<>();
    ArrayNode sessions = sessions(file);
    if (!sessions.isEmpty()) {
      for (Map.Entry<String, JsonNode> fact : sessions.get(sessions.size() - 1).properties()) {
        facts.put(fact.getKey(), fact.getValue().asString());
      }
    }
    return facts;
  }
}
