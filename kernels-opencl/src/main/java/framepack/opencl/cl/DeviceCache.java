package framepack.opencl.cl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/// What is known of one device with its present driver, in a folder of the user's cache.
///
/// @param folder which need not exist yet
public record DeviceCache(Path folder) {
  /// The folder of a device below `$XDG_CACHE_HOME/framepack`, or `~/.cache/framepack`.
  public static DeviceCache of(ClDevice device) {
    String given = System.getenv("XDG_CACHE_HOME");
    Path caches =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return new DeviceCache(caches.resolve("framepack/opencl").resolve(key(device)));
  }

  private static String key(ClDevice device) {
    String name = device.platformName() + "\n" + device.deviceName() + "\n" + device.version();
    return hash(name + "\n" + device.driver()).substring(0, 16);
  }

  /// SHA-256 as hexadecimal digits.
  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The file that is there while `what` is tried.
  public Path marker(String what) {
    return folder.resolve(what + ".trying");
  }

  /// Whether an earlier process ended while it tried `what`.
  public boolean hasEnded(String what) {
    return Files.exists(marker(what));
  }

  /// The text of a file; nothing if it is not there.
  Optional<String> read(String file) {
    try {
      Path path = folder.resolve(file);
      return Files.isReadable(path) ? Optional.of(Files.readString(path)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String file, String text) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Tries what may end the process: the marker stays behind only then.
  public <T> T trying(String what, Supplier<T> trial) {
    Path marker = marker(what);
    try {
      Files.createDirectories(folder);
      Files.writeString(marker, what + "\n");
      try {
        return trial.get();
      } finally {
        Files.deleteIfExists(marker);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
