namespace TempoCos.TempoBlocks.Scanning;

/// <summary>A candidate: the span's own numbers and the values of the request's conditions.</summary>
public sealed class ScannedSpan
{
    private readonly SlotValues[] _slots;

    internal ScannedSpan(SlotValues[] slots) => _slots = slots;

    /// <summary>The span id as stored, usually 8 bytes.</summary>
    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>Unix nanoseconds.</summary>
    public required ulong StartNano { get; init; }

    /// <summary>End minus start, wrapping.</summary>
    public required ulong DurationNano { get; init; }

    /// <summary>The span's position in its trace, counted over the whole row.</summary>
    public required int Index { get; init; }

    /// <summary>The nested set's left number, 0 when the span hangs on no root or the request does not ask.</summary>
    public int Left { get; init; }

    /// <summary>The nested set's right number.</summary>
    public int Right { get; init; }

    /// <summary>The parent's left number; -1 for a root.</summary>
    public int ParentLeft { get; init; }

    /// <summary>
    /// The values of a condition's target: an array's elements, those of all events or links; empty when there are none.
    /// See <see cref="ScanRequest.AllMustMatch"/> for their kinds.
    /// </summary>
    public ReadOnlySpan<ScanValue> Values(int slot) => _slots[slot].Values;

    /// <summary>Whether one of the target's attributes is an array, even of one element or none.</summary>
    public bool IsArray(int slot) => _slots[slot].IsArray;
}
