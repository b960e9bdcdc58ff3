package framepack.opencl.cl;

import framepack.tensor.backend.Copier;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Copies through a ring of page-locked pieces, on a queue of its own: while the device takes one, the next is read from the
/// host. Events order the two queues; the host waits only for a piece of the ring.
///
/// Bytes of a mapped file are read by Java and by no driver, so that a file that became shorter is an error and not the end
/// of the process.
final class StagedCopier implements Copier {
  private static final int PIECES = 3; // JOCL has a thread wait for each of them
  private static final long PIECE = 1L << 24;

  private final ClApi api;
  private final ClContext context;
  private final ClApi.Handle queue;
  private final List<Piece> ring;

  /// Points that were given out and not taken up.
  private final Set<ClApi.Handle> points = ConcurrentHashMap.newKeySet();

  private int next;

  private record Event(ClApi.Handle handle) implements Point {}

  /// Memory that both sides see, and the last write from it, if it is under way.
  private static final class Piece {
    private final ClApi.Handle buffer;
    private final MemorySegment memory;
    private ClApi.Handle write;

    private Piece(ClApi.Handle buffer, MemorySegment memory) {
      this.buffer = buffer;
      this.memory = memory;
    }
  }

  /// @param queue that nobody else uses
  StagedCopier(ClApi api, ClContext context, ClApi.Handle clContext, ClApi.Handle queue) {
    this.api = api;
    this.context = context;
    this.queue = queue;
    ring =
        Stream.generate(() -> api.createStaging(clContext, PIECE))
            .limit(PIECES)
            .map(buffer -> new Piece(buffer, api.map(queue, buffer, PIECE)))
            .toList();
  }

  @Override
  public Point now() {
    return point(context.marker());
  }

  private Point point(ClApi.Handle event) {
    points.add(event);
    return new Event(event);
  }

  @Override
  public Point copy(List<Part> parts, Point after) {
    for (Part part : parts) {
      copy(part, ((Event) after).handle());
    }
    ClApi.Handle all = api.marker(queue);
    api.flush(queue);
    takeUp(after);
    return point(all);
  }

  private void copy(Part part, ClApi.Handle after) {
    View to = part.to();
    ClApi.Handle buffer = ((ClBuffer) to.storage()).handle();
    long all = part.from().byteSize();
    for (long at = 0; at < all; at += PIECE) {
      if (Thread.interrupted()) {
        throw new CancellationException("copying was interrupted");
      }
      long bytes = Math.min(PIECE, all - at);
      Piece piece = ring.get(next++ % PIECES);
      free(piece);
      MemorySegment memory = piece.memory.asSlice(0, bytes);
      memory.copyFrom(part.from().asSlice(at, bytes));
      piece.write = api.write(queue, buffer, to.byteOffset() + at, memory, after);
      api.flush(queue);
    }
  }

  private void free(Piece piece) {
    if (piece.write != null) {
      api.await(piece.write);
      api.release(piece.write);
      piece.write = null;
    }
  }

  @Override
  public void await(Point point) {
    context.barrier(((Event) point).handle());
    takeUp(point);
  }

  private void takeUp(Point point) {
    ClApi.Handle event = ((Event) point).handle();
    points.remove(event);
    api.release(event);
  }

  @Override
  public void close() {
    ring.forEach(this::free);
    ring.forEach(piece -> api.unmap(queue, piece.buffer, piece.memory));
    api.finish(queue);
    ring.forEach(piece -> api.release(piece.buffer));
    points.forEach(api::release);
    api.release(queue);
  }
}
