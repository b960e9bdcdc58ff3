package framepack.vae;

/// A rough RGB picture of HunyuanVideo latents without a decoder: one linear map a latent pixel
/// (diffusers_helper/hunyuan.py, `vae_decode_fake`). One pixel a latent pixel, no upsampling.
public final class LatentPreview {
  /// Latent channels of the HunyuanVideo VAE.
  public static final int CHANNELS = 16;

  /// Rows are latent channels, columns red, green, blue.
  private static final float[][] FACTORS = {
    {-0.0395f, -0.0331f, 0.0445f},
    {0.0696f, 0.0795f, 0.0518f},
    {0.0135f, -0.0945f, -0.0282f},
    {0.0108f, -0.0250f, -0.0765f},
    {-0.0209f, 0.0032f, 0.0224f},
    {-0.0804f, -0.0254f, -0.0639f},
    {-0.0991f, 0.0271f, -0.0669f},
    {-0.0646f, -0.0422f, -0.0400f},
    {-0.0696f, -0.0595f, -0.0894f},
    {-0.0799f, -0.0208f, -0.0375f},
    {0.1166f, 0.1627f, 0.0962f},
    {0.1165f, 0.0432f, 0.0407f},
    {-0.2315f, -0.1920f, -0.1355f},
    {-0.0270f, 0.0401f, -0.0821f},
    {-0.0616f, -0.0997f, -0.0727f},
    {0.0249f, -0.0469f, -0.1703f},
  };

  private static final float[] BIAS = {0.0259f, -0.0192f, -0.0761f};

  private LatentPreview() {}

  /// @param latents `[batch, 16, positions]`, positions = time · height · width, scaled latents
  /// @param batch number of videos
  /// @return colours `[batch, 3, positions]` in 0..1
  public static float[] rgb(float[] latents, int batch) {
    if (batch < 1 || latents.length % ((long) batch * CHANNELS) != 0) {
      throw new IllegalArgumentException(
          "latent preview: %d values are not [%d, %d, positions]"
              .formatted(latents.length, batch, CHANNELS));
    }
    int positions = latents.length / batch / CHANNELS;
    float[] rgb = new float[batch * BIAS.length * positions];
    for (int b = 0; b < batch; b++) {
      for (int colour = 0; colour < BIAS.length; colour++) {
        for (int p = 0; p < positions; p++) {
          double sum = BIAS[colour];
          for (int c = 0; c < CHANNELS; c++) {
            sum += (double) FACTORS[c][colour] * latents[(b * CHANNELS + c) * positions + p];
          }
          rgb[(b * BIAS.length + colour) * positions + p] = (float) Math.clamp(sum, 0.0, 1.0);
        }
      }
    }
    return rgb;
  }
}
