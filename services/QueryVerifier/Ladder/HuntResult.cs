using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>How a hunt for ids ended.</summary>
/// <param name="Found">Each found id with the time since the hunt's deadline began to run.</param>
/// <param name="Missing">The others.</param>
/// <param name="Error">Why a question got no answer; null when all was found or nothing went wrong.</param>
internal sealed record HuntResult(IReadOnlyDictionary<TraceId16, TimeSpan> Found, IReadOnlyList<TraceId16> Missing, string? Error)
{
    /// <summary>Until the last one was found.</summary>
    public TimeSpan Last => Found.Count == 0 ? TimeSpan.Zero : Found.Values.Max();

    public string Cause => Error is null ? "" : $" (the last error: {Error})";
}
