package framepack.tensor.cpu;

import framepack.tensor.core.Shape;

/// Where an element of latents lies among its patches: at `frames[t] + rows[h] + columns[w] + channel * volume`, in
/// elements of one batch item of [tokens, channels * volume]. Separable, because tokens and patches are both ordered t, h, w.
/// The extents of the three tables are those of x padded up to whole patches.
record PatchOrder(int[] frames, int[] rows, int[] columns, int volume, long item) {
  static PatchOrder of(Shape x, int kt, int kh, int kw) {
    int t = Math.toIntExact(Math.ceilDiv(x.extent(2), kt));
    int h = Math.toIntExact(Math.ceilDiv(x.extent(3), kh));
    int w = Math.toIntExact(Math.ceilDiv(x.extent(4), kw));
    int volume = kt * kh * kw;
    int token = Math.toIntExact(x.extent(1) * volume);
    return new PatchOrder(
        table(t, kt, Math.multiplyExact(Math.multiplyExact(h, w), token), kh * kw),
        table(h, kh, Math.multiplyExact(w, token), kw),
        table(w, kw, token, 1),
        volume,
        (long) t * h * w * token);
  }

  private static int[] table(int patches, int kernel, int patchStep, int step) {
    int[] table = new int[patches * kernel];
    for (int i = 0; i < table.length; i++) {
      table[i] = Math.addExact(Math.multiplyExact(i / kernel, patchStep), i % kernel * step);
    }
    return table;
  }
}
