package framepack.tensor.core;

/// Counts the buffers of devices that lie in mapped memory: unmapping it under a running kernel would end the process, so
/// its owner closes it only when all are taken back. Thread-safe.
public final class Loans {
  private final String lender;
  private int lent;
  private boolean closed;

  /// @param lender what messages call the memory: the file
  public Loans(String lender) {
    this.lender = lender;
  }

  /// One more buffer on the memory; an error once it is closed.
  public synchronized void lend() {
    if (closed) {
      throw new IllegalStateException(
          lender + " is closed: open it for as long as its tensors are used");
    }
    lent++;
  }

  /// One buffer less.
  public synchronized void takeBack() {
    lent--;
  }

  /// Ends lending; an error as long as anything is lent.
  public synchronized void close() {
    if (lent > 0) {
      throw new IllegalStateException(
          "%s cannot be closed: %d of its tensors are used where they lie; close their workspace before"
              .formatted(lender, lent));
    }
    closed = true;
  }
}
