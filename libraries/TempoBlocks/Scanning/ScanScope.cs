namespace TempoCos.TempoBlocks.Scanning;

/// <summary>Where a scan looks for a key.</summary>
public enum ScanScope
{
    /// <summary>Attributes of the span.</summary>
    Span,

    /// <summary>Attributes of the span's resource.</summary>
    Resource,

    /// <summary>Attributes of the span, or of its resource when the span has none of that key.</summary>
    SpanOrResource,

    /// <summary>Attributes of all events of the span.</summary>
    Event,

    /// <summary>Attributes of all links of the span.</summary>
    Link,

    /// <summary>Attributes of the span's instrumentation scope.</summary>
    Instrumentation,

    /// <summary>What the format itself has columns for; see <see cref="ScanIntrinsics"/>.</summary>
    Intrinsic,
}
