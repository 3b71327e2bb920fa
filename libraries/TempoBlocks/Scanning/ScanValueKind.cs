namespace TempoCos.TempoBlocks.Scanning;

/// <summary>The type of a <see cref="ScanValue"/>.</summary>
public enum ScanValueKind : byte
{
    /// <summary>No value; the default.</summary>
    None,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A 64-bit integer; unsigned columns wrap.</summary>
    Whole,

    /// <summary>A double.</summary>
    Floating,

    /// <summary>A boolean.</summary>
    Flag,

    /// <summary>An id.</summary>
    Bytes,
}
