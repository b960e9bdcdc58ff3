package framepack.tensor.backend;

/// Memory of all workspaces of one backend together, whether nested or side by side.
///
/// @param used bytes of tensors now, each rounded up to 64
/// @param peakUsed most bytes of tensors at one moment
/// @param lent bytes of the slabs that hold them now
/// @param peakLent most bytes of slabs at one moment: what a process needs
public record MemoryUse(long used, long peakUsed, long lent, long peakLent) {}
