package framepack.bench.kernel;

/// Shapes of the models that are run, by the first part of a shape's name.
///
/// @param tokens of one item: a latent frame of 480 x 832 video; 72 packed tokens in the laboratory
/// @param hidden channels inside the feed-forward layer
record Model(long batch, long tokens, long dim, long heads, long hidden) {
  private static final Model HUNYUAN_480P = new Model(1, 1560, 3072, 24, 12_288);
  private static final Model NANO = new Model(8, 72, 96, 4, 288);

  /// The model of a shape such as `nano.backward`.
  static Model of(String shape) {
    return switch (shape.split("\\.", 2)[0]) {
      case "hunyuan480p" -> HUNYUAN_480P;
      case "nano" -> NANO;
      default -> throw unknown(shape);
    };
  }

  /// The rest of the name; empty if there is none.
  static String part(String shape) {
    int dot = shape.indexOf('.');
    return dot < 0 ? "" : shape.substring(dot + 1);
  }

  static IllegalArgumentException unknown(String shape) {
    return new IllegalArgumentException(
        "no shape '" + shape + "': bench/bin/bench -lp lists the names that each benchmark knows");
  }

  /// Channels of a head.
  long headDim() {
    return dim / heads;
  }

  /// Tokens of all items.
  long rows() {
    return batch * tokens;
  }
}
