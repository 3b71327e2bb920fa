namespace TempoCos.Benchmarks;

/// <summary>Which program's block a side reads.</summary>
internal enum BlockChoice
{
    /// <summary>Each its own.</summary>
    Own,

    /// <summary>Both ours.</summary>
    Ours,

    /// <summary>Both the peer's.</summary>
    Peer,
}
