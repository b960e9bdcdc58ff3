package framepack.tensor.backend;

import framepack.tensor.core.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/// Large blocks of a backend's memory, lent to workspaces and taken back for reuse, so that a steady state allocates
/// nothing. Also counts what all workspaces of the backend hold together at a moment ([#memory]). Thread-safe.
public final class Slabs {
  /// Requests are rounded up to this many bytes.
  public static final long GRANULE = 1L << 22;

  private final LongFunction<Storage> allocate;
  private final List<Storage> free = new ArrayList<>();
  private long allocations;
  private long allocatedBytes;
  private long used;
  private long mostUsed;
  private long lent;
  private long mostLent;

  public Slabs(LongFunction<Storage> allocate) {
    this.allocate = allocate;
  }

  /// Lends a slab of at least `bytes`: the smallest free one that fits, or a new one.
  public synchronized Storage borrow(long bytes) {
    int best = -1;
    for (int i = 0; i < free.size(); i++) {
      long size = free.get(i).bytes();
      if (size >= bytes && (best < 0 || size < free.get(best).bytes())) {
        best = i;
      }
    }
    if (best >= 0) {
      Storage again = free.remove(best);
      lend(again.bytes());
      return again;
    }
    long size = Math.ceilDiv(bytes, GRANULE) * GRANULE;
    Storage slab = allocate.apply(size);
    allocations++;
    allocatedBytes += size;
    lend(size);
    return slab;
  }

  private void lend(long bytes) {
    lent += bytes;
    mostLent = Math.max(mostLent, lent);
  }

  public synchronized void giveBack(List<Storage> slabs) {
    slabs.forEach(slab -> lent -= slab.bytes());
    free.addAll(slabs);
  }

  /// Tells of bytes that a workspace gave to tensors, or, if negative, took back from them.
  public synchronized void use(long bytes) {
    used += bytes;
    mostUsed = Math.max(mostUsed, used);
  }

  /// What all workspaces hold now, and the most they held together since [#forgetPeak].
  public synchronized MemoryUse memory() {
    return new MemoryUse(used, mostUsed, lent, mostLent);
  }

  /// Starts looking for the peak again, from what is held now.
  public synchronized void forgetPeak() {
    mostUsed = used;
    mostLent = lent;
  }

  /// How many slabs were ever allocated; constant in a steady state.
  public synchronized long allocations() {
    return allocations;
  }

  /// Bytes of all slabs, lent or free.
  public synchronized long allocatedBytes() {
    return allocatedBytes;
  }
}
