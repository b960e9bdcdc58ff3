package framepack.bench.kernel;

import java.util.Map;

/// Shapes of the models that are run, by the first part of a shape's name.
///
/// @param tokens of one item: a latent frame of 480 x 832 video; 72 packed tokens in the laboratory
/// @param hidden channels inside the feed-forward layer
public record Model(long batch, long tokens, long dim, long heads, long hidden) {
  private static final Map<String, Model> BY_NAME =
      Map.of(
          "hunyuan480p", new Model(1, 1560, 3072, 24, 12_288),
          "wan1.3b", new Model(1, 1560, 1536, 12, 8960),
          "nano", new Model(8, 72, 96, 4, 288));

  /// The model of a shape such as `nano.backward`.
  public static Model of(String shape) {
    return BY_NAME.get(name(shape));
  }

  /// The rest of the name; empty if there is none.
  public static String part(String shape) {
    String name = name(shape);
    return shape.equals(name) ? "" : shape.substring(name.length() + 1);
  }

  private static String name(String shape) {
    return BY_NAME.keySet().stream()
        .filter(name -> shape.equals(name) || shape.startsWith(name + "."))
        .findAny()
        .orElseThrow(() -> unknown(shape));
  }

  public static IllegalArgumentException unknown(String shape) {
    return new IllegalArgumentException(
        "no shape '" + shape + "': bench/bin/bench -lp lists the names that each benchmark knows");
  }

  /// Channels of a head.
  public long headDim() {
    return dim / heads;
  }

  /// Tokens of all items.
  public long rows() {
    return batch * tokens;
  }
}
