namespace TempoCos.TempoBlocks.Scanning;

/// <summary>The values of one condition's target on one span.</summary>
internal readonly struct SlotValues(ScanValue[] values, bool isArray)
{
    public ReadOnlySpan<ScanValue> Values => values;

    public bool IsArray => isArray;

    public bool IsEmpty => values.Length == 0 && !isArray;
}
