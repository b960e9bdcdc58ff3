package framepack.text;

/// Text tokens brought to a fixed length (diffusers_helper/utils.py, `crop_or_pad_yield_mask`).
public final class TextTokens {
  private final float[] values;
  private final boolean[] mask;

  private TextTokens(float[] values, boolean[] mask) {
    this.values = values;
    this.mask = mask;
  }

  /// `[batch, length, width]`
  public float[] values() {
    return values;
  }

  /// `[batch, length]`, true for tokens of the text.
  public boolean[] mask() {
    return mask;
  }

  /// Pads with zeros or crops at the end; a cropped or exactly fitting text has no padding to mask.
  ///
  /// @param tokens `[batch, tokens, width]`
  /// @param batch number of texts
  /// @param width features of a token
  /// @param length wanted number of tokens
  public static TextTokens cropOrPad(float[] tokens, int batch, int width, int length) {
    if (batch < 1 || width < 1 || length < 1 || tokens.length % ((long) batch * width) != 0) {
      throw new IllegalArgumentException(
          "text tokens: %d values are not [%d, tokens, %d], or the length %d is not positive"
              .formatted(tokens.length, batch, width, length));
    }
    int given = tokens.length / batch / width;
    int kept = Math.min(given, length);
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(batch, length), width)];
    boolean[] mask = new boolean[batch * length];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(tokens, b * given * width, values, b * length * width, kept * width);
      for (int i = 0; i < kept; i++) {
        mask[b * length + i] = true;
      }
    }
    return new TextTokens(values, mask);
  }
}
