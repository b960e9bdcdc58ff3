package framepack.experiment;

import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import framepack.history.Codebook;
import framepack.history.HistoryTreatment;
import framepack.history.KMeans;
import framepack.history.LatentPixels;
import framepack.tensor.backend.Backend;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The codebook of a nano model whose packing says `+d`: fitted on drawn training frames, augmented as training draws them.
///
/// @param codes K; the paper's text names 128
/// @param frames training frames it is fitted on
public record TrainingCodebook(int codes, int frames, long seed) {
  /// Training frames that are usually enough.
  static final int FRAMES = 1024;

  private static final long STREAM = 3; // apart from the draws of training

  /// The usual codebook: 128 codes from 1024 frames.
  public static TrainingCodebook of(long seed) {
    return new TrainingCodebook(128, FRAMES, seed);
  }

  /// Fits it; empty if it was stopped.
  public Optional<Codebook> fit(FrameSource source, Backend backend, BooleanSupplier stop) {
    List<Frames> drawn = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      drawn.add(source.take(Philox.of(seed, STREAM, i), 1).frames());
    }
    LatentPixels pixels = LatentPixels.of(drawn);
    String from = "%d drawn training frames".formatted(frames);
    return KMeans.of(codes, pixels.count(), seed)
        .fit(pixels, from, backend, KMeans.Listener.NONE, stop);
  }

  /// `history` as the packing of `model` states it: with a codebook fitted on `source` if the name has `+d` and `history`
  /// brings none. Empty if it was stopped.
  public Optional<HistoryTreatment> complete(
      HistoryTreatment history, NanoModel model, FrameSource source, BooleanSupplier stop) {
    if (!model.spec().discrete() || history.discretizer().isPresent()) {
      return Optional.of(history);
    }
    return fit(source, model.backend(), stop)
        .map(codebook -> history.with(model.discretizer(codebook, false)));
  }
}
