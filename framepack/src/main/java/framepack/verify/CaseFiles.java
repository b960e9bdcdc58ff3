package framepack.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the JSON files of a case; errors are one line that names the file.
final class CaseFiles {
  private static final long LARGEST = 1L << 26;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(
                      JsonReadFeature
                          .ALLOW_NON_NUMERIC_NUMBERS) // a reference's own error may be NaN
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .build())
          .build();

  private CaseFiles() {}

  /// The object in a file.
  static JsonNode object(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new CaseException(file + ": there is no such file");
      }
      if (Files.size(file) > LARGEST) {
        throw new CaseException(file + ": is larger than " + LARGEST + " bytes");
      }
      JsonNode read = JSON.readTree(Files.readAllBytes(file));
      if (read == null || !read.isObject()) {
        throw new CaseException(file + ": is not a JSON object");
      }
      return read;
    } catch (JacksonException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new CaseException(file + ": is not valid JSON (" + reason + ")");
    } catch (IOException e) {
      throw new CaseException(file + ": cannot be read (" + e.getMessage() + ")");
    }
  }
}
