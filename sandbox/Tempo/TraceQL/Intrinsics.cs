namespace TempoCos.Tempo.TraceQL;

/// <summary>The names of intrinsics, their types, and whose they are.</summary>
public static class Intrinsics
{
    /// <summary>What tag listings show, in their order.</summary>
    public static IReadOnlyList<string> Listed { get; } =
    [
        "duration", "event:name", "event:timeSinceStart", "instrumentation:name", "instrumentation:version", "kind", "link:spanID", "link:traceID", "name",
        "rootName", "rootServiceName", "span:duration", "span:id", "span:kind", "span:name", "span:parentID", "span:status", "span:statusMessage", "status",
        "statusMessage", "trace:duration", "trace:id", "trace:rootName", "trace:rootService", "traceDuration",
    ];

    /// <summary>Those written without a scope.</summary>
    public static IReadOnlyList<Intrinsic> Unscoped { get; } =
    [
        Intrinsic.Duration, Intrinsic.Name, Intrinsic.Status, Intrinsic.StatusMessage, Intrinsic.Kind, Intrinsic.Parent, Intrinsic.RootName, Intrinsic.RootServiceName,
        Intrinsic.TraceDuration, Intrinsic.NestedSetLeft, Intrinsic.NestedSetRight, Intrinsic.NestedSetParent,
    ];

    /// <summary>Those written with a scope and a colon.</summary>
    public static IReadOnlyList<(string Scope, string Word, Intrinsic Intrinsic)> Scoped { get; } =
    [
        ("trace:", "duration", Intrinsic.TraceDuration), ("trace:", "rootName", Intrinsic.RootName), ("trace:", "rootService", Intrinsic.RootServiceName),
        ("trace:", "id", Intrinsic.TraceId), ("span:", "duration", Intrinsic.Duration), ("span:", "name", Intrinsic.Name), ("span:", "kind", Intrinsic.Kind),
        ("span:", "status", Intrinsic.Status), ("span:", "statusMessage", Intrinsic.StatusMessage), ("span:", "id", Intrinsic.SpanId),
        ("span:", "parentID", Intrinsic.SpanParentId), ("span:", "childCount", Intrinsic.ChildCount), ("event:", "name", Intrinsic.EventName),
        ("event:", "timeSinceStart", Intrinsic.EventTimeSinceStart), ("link:", "traceID", Intrinsic.LinkTraceId), ("link:", "spanID", Intrinsic.LinkSpanId),
        ("instrumentation:", "name", Intrinsic.InstrumentationName), ("instrumentation:", "version", Intrinsic.InstrumentationVersion),
    ];

    /// <summary>How results and errors call it, however it was written.</summary>
    public static string Name(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration => "duration",
        Intrinsic.Name => "name",
        Intrinsic.Status => "status",
        Intrinsic.StatusMessage => "statusMessage",
        Intrinsic.Kind => "kind",
        Intrinsic.ChildCount => "span:childCount",
        Intrinsic.RootServiceName => "rootServiceName",
        Intrinsic.RootName => "rootName",
        Intrinsic.TraceDuration => "traceDuration",
        Intrinsic.NestedSetLeft => "nestedSetLeft",
        Intrinsic.NestedSetRight => "nestedSetRight",
        Intrinsic.NestedSetParent => "nestedSetParent",
        Intrinsic.EventName => "event:name",
        Intrinsic.EventTimeSinceStart => "event:timeSinceStart",
        Intrinsic.LinkSpanId => "link:spanID",
        Intrinsic.LinkTraceId => "link:traceID",
        Intrinsic.InstrumentationName => "instrumentation:name",
        Intrinsic.InstrumentationVersion => "instrumentation:version",
        Intrinsic.Parent => "parent",
        Intrinsic.TraceId => "trace:id",
        Intrinsic.SpanId => "span:id",
        Intrinsic.SpanParentId => "span:parentID",
        Intrinsic.SpanStart => "spanStartTime",
        _ => "",
    };

    public static StaticType TypeOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration or Intrinsic.TraceDuration or Intrinsic.EventTimeSinceStart => StaticType.Duration,
        Intrinsic.Status => StaticType.Status,
        Intrinsic.Kind => StaticType.Kind,
        Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent or Intrinsic.ChildCount => StaticType.Int,
        Intrinsic.Parent => StaticType.Nil,
        Intrinsic.None or Intrinsic.SpanStart or Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion => StaticType.Attribute,
        _ => StaticType.String,
    };

    public static bool IsOfTrace(Intrinsic intrinsic) =>
        intrinsic is Intrinsic.RootName or Intrinsic.RootServiceName or Intrinsic.TraceDuration or Intrinsic.TraceId;

    public static bool IsOfEvent(Intrinsic intrinsic) => intrinsic is Intrinsic.EventName or Intrinsic.EventTimeSinceStart;

    public static bool IsOfLink(Intrinsic intrinsic) => intrinsic is Intrinsic.LinkTraceId or Intrinsic.LinkSpanId;

    public static bool IsOfInstrumentation(Intrinsic intrinsic) => intrinsic is Intrinsic.InstrumentationName or Intrinsic.InstrumentationVersion;
}
