package framepack.plan;

import framepack.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps what was measured in the user's cache: one small file a machine, Java, device and build. What cannot be read is
/// as if it were not there.
public final class CalibrationStore {
  private static final int FORMAT = 2;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Stored(int format, Ceilings ceilings) {}

  private final Path folder;

  public CalibrationStore(Path folder) {
    this.folder = folder;
  }

  /// `$XDG_CACHE_HOME/framepack`, or `~/.cache/framepack`.
  public static CalibrationStore ofUser(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path home =
        Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return new CalibrationStore(home.resolve("framepack"));
  }

  /// Where this machine's numbers lie.
  public Path file(Machine machine) {
    CRC32 key = new CRC32();
    key.update(machine.toString().getBytes(StandardCharsets.UTF_8));
    return folder.resolve(
        "calibration-" + HexFormat.of().toHexDigits((int) key.getValue()) + ".json");
  }

  /// What was measured on this machine, if it was.
  public Optional<Ceilings> read(Machine machine) {
    try {
      Stored stored = JSON.readValue(Files.readAllBytes(file(machine)), Stored.class);
      boolean ours = stored.format == FORMAT && machine.equals(stored.ceilings.machine());
      return ours ? Optional.of(stored.ceilings) : Optional.empty();
    } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException _) {
      return Optional.empty();
    }
  }

  /// Keeps it for the next time, whole or not at all.
  ///
  /// @throws IOException if this user may not write there; the numbers are good all the same
  public void write(Ceilings ceilings) throws IOException {
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException(folder + " is not writable");
    }
    AtomicFile.write(
        file(ceilings.machine()), JSON.writeValueAsBytes(new Stored(FORMAT, ceilings)));
  }
}
