package framepack.plan;

import framepack.order.DecodeWindow;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;

/// How long a video is wanted, as people say it; the number of sections follows from the packing.
public sealed interface VideoLength {
  /// Number of sections of a video of this length.
  ///
  /// @param known latent frames that are given
  int sections(PackSpec spec, int known);

  /// Seconds at 30 frames a second, rounded to sections as the released demos do.
  record Seconds(double seconds) implements VideoLength {
    @Override
    public int sections(PackSpec spec, int known) {
      return SectionPlan.sectionsFor(seconds, spec.generated());
    }
  }

  /// At least so many pixel frames.
  record Frames(long frames) implements VideoLength {
    public Frames {
      if (frames < 1) {
        throw new IllegalArgumentException("frames: expected at least 1, got " + frames);
      }
    }

    @Override
    public int sections(PackSpec spec, int known) {
      long perSection = 4L * spec.generated();
      long needed = Math.max(1, Math.ceilDiv(frames - DecodeWindow.pixelFrames(known), perSection));
      if (needed > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "frames: %d frames are %d sections, more than can be planned"
                .formatted(frames, needed));
      }
      return (int) needed;
    }
  }

  /// Exactly so many sections.
  record Sections(int count) implements VideoLength {
    public Sections {
      if (count < 1) {
        throw new IllegalArgumentException("sections: expected at least 1, got " + count);
      }
    }

    @Override
    public int sections(PackSpec spec, int known) {
      return count;
    }
  }
}
