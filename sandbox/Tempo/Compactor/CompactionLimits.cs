using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Compactor;

/// <summary>What a tenant's overrides say about its blocks. Zero durations: the compactor's own. 0 bytes: traces of any size are combined.</summary>
public sealed record CompactionLimits(TimeSpan Retention, TimeSpan Window, bool Disabled, long MaxBytesPerTrace)
{
    public static CompactionLimits From(LimitSettings limits) => new(limits.BlockRetention, limits.CompactionWindow, limits.CompactionDisabled, limits.MaxBytesPerTrace);
}
