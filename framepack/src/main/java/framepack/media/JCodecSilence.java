package framepack.media;

import org.jcodec.common.logging.LogSink;
import org.jcodec.common.logging.Logger;
import org.jcodec.common.logging.Message;

/// Keeps JCodec from printing to standard output: its logger takes sinks only before its first
/// message, so this must be called before JCodec is used.
final class JCodecSilence {
  private JCodecSilence() {}

  /// Idempotent: class loading runs the initialiser once.
  static void keep() {
    Sink.installed();
  }

  private static final class Sink implements LogSink {
    static {
      try {
        Logger.addSink(new Sink());
      } catch (IllegalStateException _) {
        // Someone else in this process logged through JCodec first; the output is theirs.
      }
    }

    static void installed() {
      // The initialiser above did the work.
    }

    @Override
    public void postMessage(Message message) {
      // Dropped: what matters arrives as an exception.
    }
  }
}
