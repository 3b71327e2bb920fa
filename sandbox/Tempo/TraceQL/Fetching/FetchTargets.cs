namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>The distinct things that a plan reads.</summary>
public sealed class FetchTargets
{
    private readonly Dictionary<(Level Level, string Name, Intrinsic Intrinsic), FetchTarget> _known = [];
    private readonly List<FetchTarget> _all = [];

    public IReadOnlyList<FetchTarget> All => _all;

    public FetchTarget Attribute(Level level, string key) => Get(level, key, TraceQL.Intrinsic.None);

    public FetchTarget Intrinsic(Level level, Intrinsic intrinsic) => Get(level, "", intrinsic);

    /// <summary>Where an attribute is looked for.</summary>
    public static IEnumerable<Level> LevelsOf(TraceQL.Attribute attribute) => attribute switch
    {
        { Scope: AttributeScope.Resource } => [Level.Resource],
        { Scope: AttributeScope.Span } => [Level.Span],
        { Scope: AttributeScope.Event } => [Level.Event],
        { Scope: AttributeScope.Link } => [Level.Link],
        { Scope: AttributeScope.Instrumentation } => [Level.Instrumentation],
        { Intrinsic: TraceQL.Intrinsic.None } => [Level.Span, Level.Resource],
        _ => [Intrinsics.IsOfTrace(attribute.Intrinsic) ? Level.Trace
            : Intrinsics.IsOfEvent(attribute.Intrinsic) ? Level.Event
            : Intrinsics.IsOfLink(attribute.Intrinsic) ? Level.Link
            : Intrinsics.IsOfInstrumentation(attribute.Intrinsic) ? Level.Instrumentation : Level.Span],
    };

    private FetchTarget Get(Level level, string name, Intrinsic intrinsic)
    {
        if (!_known.TryGetValue((level, name, intrinsic), out var target))
        {
            _known[(level, name, intrinsic)] = target = new(_all.Count, level, name, intrinsic);
            _all.Add(target);
        }

        return target;
    }
}
