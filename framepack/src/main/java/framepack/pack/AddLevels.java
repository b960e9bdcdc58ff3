package framepack.pack;

import framepack.model.Checkpoint;
import framepack.model.ConfigException;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Gives a checkpoint projections for further history kernels, so that packings with those levels can run and be trained.
///
/// A new projection starts as the base one behind an average pool: every tap of the noisy frames' projection repeated over
/// its block and divided by the block's size, its bias copied (the official `initialize_weight_from_another_conv3d`; the
/// paper names the (2,4,4) layer as the source, the code takes the (1,2,2) one). It is stored in the type of the base
/// projection.
///
/// All other weights are copied byte by byte from the mapped input, one after the other. Memory holds at most one new
/// projection; the input is never touched.
public final class AddLevels {
  private static final long SHARD_BYTES = 5L << 30;
  private static final String STEM = "diffusion_pytorch_model";

  private final Path place;
  private final PackedConfig before;
  private final PackedConfig after;
  private final List<PatchKernel> added;

  private AddLevels(Path place, PackedConfig before, List<PatchKernel> added) {
    this.place = place;
    this.before = before;
    this.added = List.copyOf(added);
    List<PatchKernel> all = new ArrayList<>(before.historyKernels());
    for (PatchKernel kernel : added) {
      require(
          kernel.layer().equals(kernel),
          "kernel %s has no projection of its own, it is pooled for that of %s; add that one",
          kernel,
          kernel.layer());
      require(
          !all.contains(kernel),
          "there is a projection for kernel %s already; the checkpoint has %s",
          kernel,
          all);
      all.add(kernel);
    }
    all.sort(Comparator.comparingDouble(PatchKernel::rate));
    try {
      this.after = before.withHistoryKernels(all);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(place + ": " + e.getMessage());
    }
  }

  /// Reads the checkpoint at `place` (a folder or one of its weight files) with its config, adds projections for `kernels`, and writes the
  /// new one to `out`, a folder that must not exist or be empty and appears whole or not at all.
  ///
  /// @return the config of what was written
  /// @throws IllegalArgumentException one line: a kernel that is there already or cannot be a projection, weights that
  ///     are missing or unknown, no room on the disk
  public static PackedConfig write(
      Path place, PackedConfig config, List<PatchKernel> kernels, Path out, Backend backend) {
    AddLevels levels = new AddLevels(place, config, kernels);
    config.requireWeights(place, backend);
    levels.write(out, backend);
    return levels.after;
  }

  private void write(Path out, Backend backend) {
    try (SafeTensors from = SafeTensors.open(place)) {
      SafeTensorsWriter writer = new SafeTensorsWriter();
      from.metadata().forEach(writer::metadata);
      for (String name : from.names()) {
        writer.add(name, from.view(name));
      }
      for (PatchKernel kernel : added) {
        add(writer, kernel, from, backend);
      }
      AtomicFile.requireSpace(out, writer.bytes());
      AtomicFile.writeFolder(
          out,
          draft -> {
            writer.writeInto(draft, STEM, SHARD_BYTES);
            AtomicFile.write(draft.resolve(Checkpoint.CONFIG), after.json() + "\n");
          });
    }
  }

  private void add(SafeTensorsWriter writer, PatchKernel k, SafeTensors from, Backend backend) {
    String name = LatentEmbedders.weightName(k);
    DType dtype = from.spec(before.baseProjection() + ".weight").dtype();
    Spec spec = new Spec(dtype, Shape.of(before.dim(), before.inChannels(), k.t(), k.h(), k.w()));
    writer.add(name + ".weight", spec, () -> repeated(k, spec, from, backend));
    writer.add(name + ".bias", from.view(before.baseProjection() + ".bias"));
  }

  private MemorySegment repeated(PatchKernel k, Spec spec, SafeTensors from, Backend backend) {
    try (Workspace home = Workspace.open(backend)) {
      Tensor base = home.adopt(from.view(before.baseProjection() + ".weight"));
      MemorySegment bytes = Arena.ofAuto().allocate(spec.bytes());
      LatentEmbedders.repeated(base, before.patch(), k).copyTo(bytes);
      return bytes;
    }
  }

  private void require(boolean holds, String message, Object... with) {
    if (!holds) {
      throw new ConfigException(place + ": " + message.formatted(with));
    }
  }
}
