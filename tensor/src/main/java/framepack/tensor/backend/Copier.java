package framepack.tensor.backend;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A second way into the memory of a device, beside what it runs: the weights of the next block arrive while this one
/// computes. [#copy] may be called by another thread than the one that runs operations, one call at a time; an interrupt
/// ends it.
public interface Copier extends AutoCloseable {
  /// A point in what a device does. Each is taken up once, by [#copy] or [#await].
  interface Point {}

  /// Bytes of the host and the dense view that they fill.
  record Part(MemorySegment from, View to) {}

  /// Where everything is done that was run so far.
  Point now();

  /// Copies once the device has come to `after`; returns, when the host's bytes are read, the point where all have arrived.
  Point copy(List<Part> parts, Point after);

  /// Lets what is run from now on wait for a point.
  void await(Point point);

  /// Waits for what is on its way, when no other thread copies any more.
  @Override
  void close();
}
