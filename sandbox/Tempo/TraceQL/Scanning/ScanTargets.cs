using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.TraceQL.Scanning;

/// <summary>What the library calls the things that queries read.</summary>
internal static class ScanTargets
{
    /// <summary>Null for what a scanned span or its trace has anyway.</summary>
    public static ScanTarget? ToFetch(FetchTarget target) => target.Intrinsic switch
    {
        Intrinsic.None => new(ScopeOf(target.Level), target.Name),
        Intrinsic.Duration or Intrinsic.SpanId or Intrinsic.SpanStart or Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent
            or Intrinsic.TraceId or Intrinsic.TraceDuration or Intrinsic.RootName or Intrinsic.RootServiceName => null,
        _ => Of(target.Intrinsic),
    };

    /// <summary>What a predicate on an attribute looks at.</summary>
    public static ScanTarget ToTest(Attribute attribute) => attribute switch
    {
        { Intrinsic: not Intrinsic.None } => Of(attribute.Intrinsic),
        { Scope: AttributeScope.None } => new(ScanScope.SpanOrResource, attribute.Name),
        _ => new(ScopeOf(FetchTargets.LevelsOf(attribute).First()), attribute.Name),
    };

    private static ScanTarget Of(Intrinsic intrinsic) => new(ScanScope.Intrinsic, intrinsic switch
    {
        Intrinsic.Duration => ScanIntrinsics.SpanDuration,
        Intrinsic.Name => ScanIntrinsics.SpanName,
        Intrinsic.Status => ScanIntrinsics.SpanStatus,
        Intrinsic.StatusMessage => ScanIntrinsics.SpanStatusMessage,
        Intrinsic.Kind => ScanIntrinsics.SpanKind,
        Intrinsic.ChildCount => ScanIntrinsics.SpanChildCount,
        Intrinsic.RootServiceName => ScanIntrinsics.TraceRootService,
        Intrinsic.RootName => ScanIntrinsics.TraceRootName,
        Intrinsic.TraceDuration => ScanIntrinsics.TraceDuration,
        Intrinsic.NestedSetLeft => ScanIntrinsics.NestedSetLeft,
        Intrinsic.NestedSetRight => ScanIntrinsics.NestedSetRight,
        Intrinsic.NestedSetParent => ScanIntrinsics.NestedSetParent,
        Intrinsic.EventName => ScanIntrinsics.EventName,
        Intrinsic.EventTimeSinceStart => ScanIntrinsics.EventTimeSinceStart,
        Intrinsic.LinkSpanId => ScanIntrinsics.LinkSpanId,
        Intrinsic.LinkTraceId => ScanIntrinsics.LinkTraceId,
        Intrinsic.InstrumentationName => ScanIntrinsics.InstrumentationName,
        Intrinsic.InstrumentationVersion => ScanIntrinsics.InstrumentationVersion,
        Intrinsic.TraceId => ScanIntrinsics.TraceId,
        Intrinsic.SpanParentId => ScanIntrinsics.SpanParentId,
        _ => ScanIntrinsics.SpanId,
    });

    private static ScanScope ScopeOf(Level level) => level switch
    {
        Level.Resource => ScanScope.Resource,
        Level.Instrumentation => ScanScope.Instrumentation,
        Level.Event => ScanScope.Event,
        Level.Link => ScanScope.Link,
        _ => ScanScope.Span,
    };
}
