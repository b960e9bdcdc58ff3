package framepack.experiment.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// What is in files or in a text, as the first 16 hexadecimal digits of a SHA-256.
public final class Content {
  private static final int DIGITS = 16;

  private Content() {}

  /// Of files in this order: of the digests of each.
  public static String of(List<Path> files) {
    MessageDigest all = sha256();
    for (Path file : files) {
      MessageDigest one = sha256();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), one)) {
        in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.update(one.digest());
    }
    return digits(all);
  }

  /// Of a text, in UTF-8.
  public static String of(String text) {
    MessageDigest digest = sha256();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return digits(digest);
  }

  private static String digits(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
