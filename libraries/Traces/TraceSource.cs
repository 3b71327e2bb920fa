using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Traces.Generation;

namespace TempoCos.Traces;

/// <summary>
/// Seed, run id and index give the whole trace, on every machine and runtime: ids by SplitMix64, the rest by xoshiro256**,
/// IEEE 754 arithmetic without transcendental functions, no culture, no clock.
/// </summary>
public static class TraceSource
{
    /// <summary>Resource attribute (string) that names the run.</summary>
    public const string RunIdAttribute = "tempocos.run.id";

    /// <summary>Resource attribute (int) that holds the trace's index in the run.</summary>
    public const string IndexAttribute = "tempocos.trace.index";

    /// <summary>The trace at <paramref name="index"/>.</summary>
    /// <param name="profile">What traces look like.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="base">When the trace of index 0 starts; nanoseconds since 1970 must fit 64 bits.</param>
    /// <param name="runId">Stands in every resource, and makes the ids differ from those of other runs.</param>
    /// <param name="index">0 or more.</param>
    public static TracesData Generate(TraceProfile profile, ulong seed, DateTimeOffset @base, string runId, long index)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var start = UnixNano(@base) + ((ulong)profile.Spacing.Ticks * 100 * (ulong)index);
        var trace = new TraceBuilder(new RunKey(seed, runId), runId, index, start);
        profile.Build(trace);
        return trace.Build();
    }

    /// <summary>The 16 bytes of the trace's id, without building the trace.</summary>
    public static ByteString TraceId(ulong seed, string runId, long index) => new RunKey(seed, runId).TraceId(index);

    private static ulong UnixNano(DateTimeOffset time) => checked((ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100);
}
