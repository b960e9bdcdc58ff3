package framepack.plan;

import framepack.order.DecodeWindow;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;

/// How long a video is wanted, as people say it; the number of sections follows from the packing.
public sealed interface VideoLength {
  /// Sections of a video of this length.
  SectionPlan plan(PackSpec spec);

  /// Seconds at 30 frames a second, rounded to sections as the released demos do.
  record Seconds(double seconds) implements VideoLength {
    @Override
    public SectionPlan plan(PackSpec spec) {
      return planned(spec, SectionPlan.sectionsFor(seconds, spec.generated()));
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
    public SectionPlan plan(PackSpec spec) {
      long perSection = 4L * spec.generated();
      long known = DecodeWindow.pixelFrames(known(spec));
      long needed = Math.max(1, Math.ceilDiv(frames - known, perSection));
      if (needed > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "frames: %d frames are %d sections, more than can be planned"
                .formatted(frames, needed));
      }
      return planned(spec, (int) needed);
    }
  }

  /// Exactly so many sections.
  record Sections(int sections) implements VideoLength {
    public Sections {
      if (sections < 1) {
        throw new IllegalArgumentException("sections: expected at least 1, got " + sections);
      }
    }

    @Override
    public SectionPlan plan(PackSpec spec) {
      return planned(spec, sections);
    }
  }

  private static SectionPlan planned(PackSpec spec, int sections) {
    return new SectionPlan(spec, sections, known(spec));
  }

  /// The given frames: the start of the packing, and the encoded image at least.
  private static int known(PackSpec spec) {
    return Math.max(1, spec.startFrames());
  }
}
