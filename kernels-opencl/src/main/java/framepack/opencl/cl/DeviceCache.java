package framepack.opencl.cl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What is known of one device with its present driver, in a folder of the user's cache.
///
/// @param folder which need not exist yet
public record DeviceCache(Path folder) {
  private static final String TRYING = ".trying";

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
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The file that is there while `what` is tried.
  public Path marker(String what) {
    return folder.resolve(what + TRYING);
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
    replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether a file is there, readable or not.
  boolean has(String file) {
    return Files.exists(folder.resolve(file));
  }

  /// What [#writeSealed] wrote, used now; nothing if it is not there or not as it was written.
  Optional<byte[]> readSealed(String file) {
    if (!has(file)) {
      return Optional.empty();
    }
    try {
      byte[] all = Files.readAllBytes(folder.resolve(file));
      MessageDigest digest = digest();
      int seal = digest.getDigestLength();
      if (all.length < seal) {
        return Optional.empty();
      }
      byte[] bytes = Arrays.copyOfRange(all, seal, all.length);
      if (!Arrays.equals(digest.digest(bytes), Arrays.copyOf(all, seal))) {
        return Optional.empty();
      }
      folder.resolve(file).toFile().setLastModified(System.currentTimeMillis());
      return Optional.of(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes bytes behind their SHA-256.
  void writeSealed(String file, byte[] bytes) {
    byte[] seal = digest().digest(bytes);
    byte[] all = Arrays.copyOf(seal, seal.length + bytes.length);
    System.arraycopy(bytes, 0, all, seal.length, bytes.length);
    replace(file, all);
  }

  /// All of a file at once: another process reads what was there, or all of this.
  private void replace(String file, byte[] bytes) {
    Path path = folder.resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Path whole = Files.createTempFile(path.getParent(), path.getFileName().toString(), ".part");
      Files.write(whole, bytes);
      Files.move(whole, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String file) {
    try {
      Files.deleteIfExists(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Deletes the files directly in a folder of this one that were neither written nor used for so long.
  void deleteUnused(String inside, Duration time) {
    FileTime oldest = FileTime.from(Instant.now().minus(time));
    try (Stream<Path> files = Files.list(folder.resolve(inside))) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Gives `what` another try.
  void forget(String what) {
    delete(what + TRYING);
  }

  /// Tries what may end the process: the marker stays behind only then.
  public <T> T trying(String what, Supplier<T> trial) {
    Path marker = marker(what);
    try {
      Files.createDirectories(marker.getParent());
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
