namespace TempoCos.Tempo.TraceQL;

/// <summary>What every span, event, link, scope or trace has by itself.</summary>
public enum Intrinsic
{
    None,
    Duration,
    Name,
    Status,
    StatusMessage,
    Kind,
    RootName,
    RootServiceName,
    TraceDuration,
    TraceId,
    NestedSetLeft,
    NestedSetRight,
    NestedSetParent,
    Parent,
    SpanId,
    SpanParentId,
    SpanChildCount,
    EventName,
    EventTimeSinceStart,
    LinkTraceId,
    LinkSpanId,
    InstrumentationName,
    InstrumentationVersion,
}
