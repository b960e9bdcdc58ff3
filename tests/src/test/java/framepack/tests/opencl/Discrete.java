package framepack.tests.opencl;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Copier;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// A device as if it had memory of its own: one that borrows nothing from the host.
record Discrete(Backend device) implements Backend {
  @Override
  public String name() {
    return device.name();
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public void run(Op op, List<View> inputs, List<View> outputs) {
    device.run(op, inputs, outputs);
  }

  @Override
  public void finish() {
    device.finish();
  }

  @Override
  public Slabs slabs() {
    return device.slabs();
  }

  @Override
  public Storage allocate(long bytes) {
    return device.allocate(bytes);
  }

  @Override
  public boolean isHost() {
    return false;
  }

  @Override
  public Optional<Copier> copier() {
    return device.copier();
  }

  @Override
  public void upload(MemorySegment from, View to) {
    device.upload(from, to);
  }

  @Override
  public void download(View from, MemorySegment to) {
    device.download(from, to);
  }

  @Override
  public void close() {
    device.close();
  }
}
