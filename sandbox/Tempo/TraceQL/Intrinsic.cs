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
    ChildCount,
    RootServiceName,
    RootName,
    TraceDuration,
    NestedSetLeft,
    NestedSetRight,
    NestedSetParent,
    EventName,
    EventTimeSinceStart,
    LinkSpanId,
    LinkTraceId,
    InstrumentationName,
    InstrumentationVersion,
    Parent,
    TraceId,
    SpanId,
    SpanParentId,

    /// <summary>Every span has it; what a filter without conditions asks for.</summary>
    SpanStart,
}
