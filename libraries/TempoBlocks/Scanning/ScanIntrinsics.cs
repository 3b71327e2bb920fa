namespace TempoCos.TempoBlocks.Scanning;

/// <summary>
/// Keys of the scope <see cref="ScanScope.Intrinsic"/>. Ids are <see cref="ScanValueKind.Bytes"/> as stored; times, durations (nanoseconds),
/// status (0 unset, 1 ok, 2 error), kind (OTLP's number) and nested set numbers are integers; the rest are strings.
/// </summary>
public static class ScanIntrinsics
{
    /// <summary>The span's name.</summary>
    public const string SpanName = "span:name";

    /// <summary>End minus start of the span.</summary>
    public const string SpanDuration = "span:duration";

    /// <summary>The span's status code.</summary>
    public const string SpanStatus = "span:status";

    /// <summary>The text beside the status code; "" when there is none.</summary>
    public const string SpanStatusMessage = "span:statusMessage";

    /// <summary>The span's kind.</summary>
    public const string SpanKind = "span:kind";

    /// <summary>The span's id, 8 bytes.</summary>
    public const string SpanId = "span:id";

    /// <summary>The parent's span id; no bytes for a root.</summary>
    public const string SpanParentId = "span:parentID";

    /// <summary>The number of child spans; only vParquet5 knows it.</summary>
    public const string SpanChildCount = "span:childCount";

    /// <summary>The trace's id, 16 bytes.</summary>
    public const string TraceId = "trace:id";

    /// <summary>Latest end minus earliest start of the trace's spans.</summary>
    public const string TraceDuration = "trace:duration";

    /// <summary>The root span's name; "" without a root.</summary>
    public const string TraceRootName = "trace:rootName";

    /// <summary>The root span's service; "" without a root.</summary>
    public const string TraceRootService = "trace:rootService";

    /// <summary>The names of the span's events.</summary>
    public const string EventName = "event:name";

    /// <summary>The times of the span's events since the span's start.</summary>
    public const string EventTimeSinceStart = "event:timeSinceStart";

    /// <summary>The trace ids that the span's links name.</summary>
    public const string LinkTraceId = "link:traceID";

    /// <summary>The span ids that the span's links name.</summary>
    public const string LinkSpanId = "link:spanID";

    /// <summary>The instrumentation scope's name.</summary>
    public const string InstrumentationName = "instrumentation:name";

    /// <summary>The instrumentation scope's version.</summary>
    public const string InstrumentationVersion = "instrumentation:version";

    /// <summary>The span's left number in the nested set.</summary>
    public const string NestedSetLeft = "nestedSetLeft";

    /// <summary>The span's right number in the nested set.</summary>
    public const string NestedSetRight = "nestedSetRight";

    /// <summary>The parent's left number in the nested set.</summary>
    public const string NestedSetParent = "nestedSetParent";
}
