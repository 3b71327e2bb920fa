namespace TempoCos.Traces.Comparison;

/// <summary>How what was got differs from what was expected.</summary>
public enum TraceDifferenceKind
{
    /// <summary>An expected span is not there.</summary>
    MissingSpan,

    /// <summary>A span is there that was not expected, or one too often.</summary>
    ExtraSpan,

    /// <summary>A field of a span, its scope or its resource has another value.</summary>
    ChangedField,
}
