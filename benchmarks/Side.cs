namespace TempoCos.Benchmarks;

/// <summary>The two sides of a comparison.</summary>
internal enum Side
{
    Ours,
    Peer,
}
