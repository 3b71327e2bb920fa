namespace TempoCos.Tempo.TraceQL;

/// <summary>The names of intrinsics, their types, and which ones belong to the whole trace.</summary>
public static class Intrinsics
{
    /// <summary>What tag listings show, in their order.</summary>
    public static IReadOnlyList<string> Listed { get; } =
    [
        "duration", "event:name", "event:timeSinceStart", "instrumentation:name", "instrumentation:version", "kind", "link:spanID", "link:traceID", "name",
        "rootName", "rootServiceName", "span:duration", "span:id", "span:kind", "span:name", "span:parentID", "span:status", "span:statusMessage", "status",
        "statusMessage", "trace:duration", "trace:id", "trace:rootName", "trace:rootService", "traceDuration",
    ];

    private static readonly Dictionary<string, Intrinsic> Names = new()
    {
        ["duration"] = Intrinsic.Duration,
        ["name"] = Intrinsic.Name,
        ["status"] = Intrinsic.Status,
        ["statusMessage"] = Intrinsic.StatusMessage,
        ["kind"] = Intrinsic.Kind,
        ["rootName"] = Intrinsic.RootName,
        ["rootServiceName"] = Intrinsic.RootServiceName,
        ["traceDuration"] = Intrinsic.TraceDuration,
        ["nestedSetLeft"] = Intrinsic.NestedSetLeft,
        ["nestedSetRight"] = Intrinsic.NestedSetRight,
        ["nestedSetParent"] = Intrinsic.NestedSetParent,
        ["parent"] = Intrinsic.Parent,
        ["trace:id"] = Intrinsic.TraceId,
        ["trace:duration"] = Intrinsic.TraceDuration,
        ["trace:rootName"] = Intrinsic.RootName,
        ["trace:rootService"] = Intrinsic.RootServiceName,
        ["span:id"] = Intrinsic.SpanId,
        ["span:parentID"] = Intrinsic.SpanParentId,
        ["span:name"] = Intrinsic.Name,
        ["span:duration"] = Intrinsic.Duration,
        ["span:kind"] = Intrinsic.Kind,
        ["span:status"] = Intrinsic.Status,
        ["span:statusMessage"] = Intrinsic.StatusMessage,
        ["span:childCount"] = Intrinsic.SpanChildCount,
        ["event:name"] = Intrinsic.EventName,
        ["event:timeSinceStart"] = Intrinsic.EventTimeSinceStart,
        ["link:traceID"] = Intrinsic.LinkTraceId,
        ["link:spanID"] = Intrinsic.LinkSpanId,
        ["instrumentation:name"] = Intrinsic.InstrumentationName,
        ["instrumentation:version"] = Intrinsic.InstrumentationVersion,
    };

    public static Intrinsic Find(string name) => Names.GetValueOrDefault(name);

    public static StaticType TypeOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration or Intrinsic.TraceDuration or Intrinsic.EventTimeSinceStart => StaticType.Duration,
        Intrinsic.Status => StaticType.Status,
        Intrinsic.Kind => StaticType.Kind,
        Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent or Intrinsic.SpanChildCount => StaticType.Int,
        Intrinsic.Parent => StaticType.Nil,
        _ => StaticType.String,
    };

    /// <summary>Under which key a result shows it: without a scope, intrinsics of spans by their old names.</summary>
    public static string Key(Attribute attribute) => attribute.Intrinsic switch
    {
        Intrinsic.Status => "status",
        Intrinsic.StatusMessage => "statusMessage",
        Intrinsic.Kind => "kind",
        _ => attribute.Name,
    };

    public static bool IsOfTrace(Intrinsic intrinsic) =>
        intrinsic is Intrinsic.RootName or Intrinsic.RootServiceName or Intrinsic.TraceDuration or Intrinsic.TraceId;
}
