namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A span where it is stored: in a block's columns, or as it was received.</summary>
public interface ISpanSource
{
    ReadOnlySpan<byte> Id { get; }

    ulong Start { get; }

    ulong Duration { get; }

    int Left { get; }

    int Right { get; }

    /// <summary>The parent's left number; -1 for a root, 0 when the span hangs on no root.</summary>
    int ParentLeft { get; }

    /// <summary>Appends what the target has.</summary>
    void Read(FetchTarget target, StoredValues into);
}
