namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>One thing that is read of a span: attributes of one key at one level, or an intrinsic. The index numbers it within its plan.</summary>
public sealed record FetchTarget(int Index, Level Level, string Name, Intrinsic Intrinsic);
