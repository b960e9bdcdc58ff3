package framepack.tensor.io;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON that nobody vouches for: strict UTF-8, no duplicate names, little depth, nothing after the end.
final class StrictJson {
  private static final int DEEPEST = 8;
  private static final int LONGEST_NAME = 1 << 14;
  private static final int LONGEST_TEXT = 1 << 24;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(LONGEST_NAME)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNumberLength(30)
                  .build())
          .build();

  private StrictJson() {}

  /// Gives a parser standing at the opening brace to `reader`, which stops at the closing one. `what` names the text in
  /// messages.
  static void readObject(Path file, String what, byte[] utf8, Consumer<JsonParser> reader) {
    var strict = StandardCharsets.UTF_8.newDecoder();
    try (JsonParser parser =
        FACTORY.createParser(
            ObjectReadContext.empty(),
            new InputStreamReader(new ByteArrayInputStream(utf8), strict))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new SafeTensorsException(file, what + " is not a JSON object");
      }
      reader.accept(parser);
      if (parser.nextToken() != null) {
        throw new SafeTensorsException(file, what + " goes on after its JSON object");
      }
    } catch (JacksonException e) {
      boolean encoding = e.getCause() instanceof java.nio.charset.CharacterCodingException;
      String reason = encoding ? "not UTF-8" : firstLine(e.getOriginalMessage());
      throw new SafeTensorsException(file, what + " is not valid JSON (" + reason + ")");
    }
  }

  private static String firstLine(String message) {
    String line = message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }
}
