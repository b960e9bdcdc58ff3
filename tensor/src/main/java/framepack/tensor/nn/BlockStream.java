package framepack.tensor.nn;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Copier;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The weights of a model's blocks, of which two are in memory at a time: while one computes, the next arrives. A block is
/// what a checkpoint numbers, such as `blocks.7` with all names below it; next is the one whose weights the model took next,
/// after the last the first. Any other order works too, only nothing is read ahead then.
///
/// A weight is brought when an operation asks for its memory, so models know nothing of this; an operation has weights of
/// one block only. On a device the blocks take turns in two slots, even ones in the first and odd ones in the second. Where
/// weights are used as they lie in the mapped file, the next block is read ahead, and the one behind given back to the
/// system. Results do not change by a bit.
public final class BlockStream implements AutoCloseable {
  /// Blocks that are in memory at a time.
  static final int SLOTS = 2;

  private static final Pattern NUMBERED = Pattern.compile("(.*?\\.\\d+)\\..+");
  private static final long ALIGNMENT = 64;

  private final Backend backend;
  private final long slotBytes;
  private final Map<String, Block> blocks = new LinkedHashMap<>();
  private final List<Block> order = new ArrayList<>();
  private final Storage[] slots = new Storage[SLOTS];
  private final Fetch[] fetches = new Fetch[SLOTS];
  private Copier copier;
  private Block present;

  /// @param memory of the weights, from [Params#blockMemory] of the same model on shapes
  public BlockStream(BlockMemory memory, Backend backend) {
    this.backend = backend;
    slotBytes = memory.largest();
  }

  /// The block of a weight, if it has one.
  static Optional<String> block(String weight) {
    Matcher matcher = NUMBERED.matcher(weight);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /// What a weight of so many bytes takes of a slot.
  static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /// The weight as a tensor that is there when it is used; empty if it belongs to no block.
  Optional<Tensor> take(String name, View stored) {
    return block(name).map(block -> blocks.computeIfAbsent(block, Block::new).take(stored));
  }

  private final class Block {
    private final String name;
    private final int slot = order.size() % SLOTS;
    private final Workspace home = Workspace.arriving(backend, () -> require(this));
    private final List<MemorySegment> mapped = new ArrayList<>();
    private final List<Copier.Part> copies = new ArrayList<>();
    private long used;

    private Block(String name) {
      this.name = name;
      order.add(this);
    }

    private Tensor take(View stored) {
      long size = stored.dtype().bytes(stored.shape().elements());
      MemorySegment bytes = stored.segment().asSlice(stored.byteOffset(), size);
      Optional<Tensor> inPlace = home.borrow(stored);
      if (inPlace.isPresent()) {
        mapped.add(bytes);
        return inPlace.get();
      }
      long elements = used / stored.dtype().bytes();
      View place = new View(stored.dtype(), Layout.dense(stored.shape(), elements), slot(slot));
      used += aligned(size);
      copies.add(new Copier.Part(bytes, place));
      return home.adopt(place);
    }

    private Block next() {
      return order.get((order.indexOf(this) + 1) % order.size());
    }
  }

  private Storage slot(int i) {
    if (slots[i] == null) {
      slots[i] = backend.slabs().borrow(slotBytes);
      backend.slabs().use(slotBytes);
    }
    return slots[i];
  }

  /// Sees to it that what is run from now on finds the weights of `block`, and begins with the next one.
  private void require(Block block) {
    if (block == present) {
      return;
    }
    present = null; // its slot may be written, even if what follows fails
    fetch(block).await();
    present = block;
    Block next = block.next();
    if (next.slot != block.slot) { // an odd number of blocks: the first has to wait for the last
      fetch(next);
    }
  }

  /// The block on its way into its slot, or there. Everything that was run with the block before it in the slot is enqueued.
  private Fetch fetch(Block block) {
    Fetch last = fetches[block.slot];
    if (last != null && last.block == block) {
      return last;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      if (fetches[slot] != null && !fetches[slot].arrived) { // read ahead, and something else came
        fetches[slot].end();
        fetches[slot] = null;
      }
    }
    fetches[block.slot] = new Fetch(block, last == null ? null : last.block);
    return fetches[block.slot];
  }

  /// A block on its way, in a thread of its own.
  private final class Fetch {
    private final Block block;
    private final FutureTask<Copier.Point> task;
    private final Thread thread;
    private boolean arrived;

    /// @param before the block that was in its slot; null: none was
    private Fetch(Block block, Block before) {
      this.block = block;
      Copier.Point free = block.copies.isEmpty() ? null : copier().now();
      task =
          new FutureTask<>(() -> {
            if (before != null) {
              mapped(before).forEach(MemorySegment::unload);
            }
            mapped(block).takeWhile(_ -> !Thread.interrupted()).forEach(MemorySegment::load);
            return free == null ? null : copier.copy(block.copies, free);
          });
      thread = Thread.ofPlatform().daemon().name("weights of " + block.name).start(task);
    }

    private static Stream<MemorySegment> mapped(Block block) {
      return block.mapped.stream().filter(MemorySegment::isMapped);
    }

    private void await() {
      if (arrived) {
        return;
      }
      try {
        Copier.Point all = task.get();
        if (all != null) {
          copier.await(all);
        }
        arrived = true;
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException(
            "interrupted while weights of " + block.name + " were read");
      }
    }

    private RuntimeException failure(Throwable cause) {
      String what = "weights of %s: ".formatted(block.name);
      return cause instanceof InternalError // how the JVM tells of a page that is not there
          ? new UncheckedIOException(
              new IOException(what + "their file cannot be read, or became shorter", cause))
          : new IllegalStateException(what + cause.getMessage(), cause);
    }

    /// Ends it at the next piece, and waits for that.
    private void end() {
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Copier copier() {
    if (copier == null) {
      copier =
          backend
              .copier()
              .orElseThrow(() ->
                  new IllegalStateException(backend.name() + " copies nothing while it computes"));
    }
    return copier;
  }

  /// Ends what is under way and gives the memory back; the file can be closed then.
  @Override
  public void close() {
    Stream.of(fetches).filter(Objects::nonNull).forEach(Fetch::end);
    if (copier != null) {
      copier.close();
    }
    order.forEach(block -> block.home.close());
    List<Storage> taken = Stream.of(slots).filter(Objects::nonNull).toList();
    backend.slabs().use(-slotBytes * taken.size());
    backend.slabs().giveBack(taken);
  }
}
