package framepack.experiment.report;

/// Something to look at: a chart, a drawing, a strip of frames, a video.
public interface Figure {
  /// Of a figure that has the page's width to itself, in SVG units: at 720 a text of 12 units is
  /// as large as the page's small print.
  int FULL_WIDTH = 720;

  /// Of a figure that shares the width with another.
  int HALF_WIDTH = 400;

  /// Appends itself; the caller provides the frame and the caption.
  ///
  /// @param width of the drawing, in SVG units
  void appendTo(Markup html, int width);
}
