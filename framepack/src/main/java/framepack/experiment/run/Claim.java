package framepack.experiment.run;

import framepack.tensor.io.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run is done by one process at a time, also where several share a directory: who creates `claim.json` has it.
///
/// A claim is void when its process is gone (on the same machine) or has not touched it for ten minutes (on another one).
/// Claims are taken under a lock of the directory where the file system has locks, so that a void one changes hands once.
/// Should two processes do the same run all the same, they write the same bytes.
final class Claim implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Object WITHIN_THIS_PROCESS = new Object();

  private final Path file;
  private Instant touched = Instant.now();

  private Claim(Path file) {
    this.file = file;
  }

  /// Empty if another process has it.
  static Optional<Claim> take(RunDirectory run) {
    Path folder = run.path().toAbsolutePath();
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolveSibling(".lock");
      synchronized (WITHIN_THIS_PROCESS) {
        try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          lock(channel);
          return taken(run.claim());
        }
      }
    } catch (IOException e) {
      throw new OutputException("cannot claim " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Whether nobody is at it; a claim that a kill left behind is removed.
  static boolean isFree(RunDirectory run) {
    try {
      return !Files.exists(run.claim()) || isVoid(run.claim()) && Files.deleteIfExists(run.claim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Held until the channel closes.
  private static void lock(FileChannel channel) {
    try {
      channel.lock();
    } catch (IOException _) {
      // A file system without locks: creating the file is still exclusive.
    }
  }

  private static Optional<Claim> taken(Path file) throws IOException {
    if (isVoid(file)) {
      Files.deleteIfExists(file);
    }
    try {
      Files.writeString(file, owner(), StandardOpenOption.CREATE_NEW);
      return Optional.of(new Claim(file));
    } catch (FileAlreadyExistsException _) {
      return Optional.empty();
    }
  }

  private static String owner() {
    ProcessHandle self = ProcessHandle.current();
    return JSON.createObjectNode()
        .put("host", host())
        .put("pid", self.pid())
        .put("started", started(self))
        .toString();
  }

  private static boolean isVoid(Path file) throws IOException {
    try {
      JsonNode owner = JSON.readTree(Files.readString(file));
      if (owner.path("host").asString("").equals(host())) {
        Optional<ProcessHandle> process = ProcessHandle.of(owner.path("pid").asLong(-1));
        return process.isEmpty() || started(process.get()) != owner.path("started").asLong(-1);
      }
    } catch (NoSuchFileException _) {
      return false;
    } catch (JacksonException _) {
      // Its writer is at it, or was killed at it: the clock decides.
    }
    Instant last = Files.getLastModifiedTime(file).toInstant();
    return last.plus(PATIENCE).isBefore(Instant.now());
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "unknown";
    }
  }

  /// Tells the others, now and then, that this process is at it.
  void touch() {
    Instant now = Instant.now();
    if (touched.plus(BEAT).isAfter(now)) {
      return;
    }
    touched = now;
    try {
      Files.setLastModifiedTime(file, FileTime.from(now));
    } catch (NoSuchFileException _) {
      // Taken over after a long silence; both write the same bytes.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // It is void as soon as this process ends.
    }
  }
}
