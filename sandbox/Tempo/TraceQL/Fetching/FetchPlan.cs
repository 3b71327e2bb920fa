namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>How a query reads one kind of storage.</summary>
public sealed class FetchPlan
{
    /// <exception cref="TraceQLException">The storage cannot compare as the query wants.</exception>
    public FetchPlan(Query query, ColumnLayout layout)
    {
        Request = FetchRequest.Of(query);
        IsSupported = !Request.First.Any(condition => IsUnknown(condition.Attribute, layout.Version));
        Request.Coalesced();
        Layout = layout;
        // Targets are numbered by both passes before either of them reads.
        var targets = new FetchTargets();
        _ = new FetchPass(Request.First, Request.AllConditions, Request.Tree, layout, targets);
        _ = new FetchPass(Request.Second, false, TreeNumbers.None, layout, targets);
        Targets = targets;
    }

    public FetchRequest Request { get; }

    public ColumnLayout Layout { get; }

    public FetchTargets Targets { get; }

    /// <summary>False when the format has no such columns: then nothing is found in it.</summary>
    public bool IsSupported { get; }

    /// <summary>The spans' numbers in the nested set are read.</summary>
    public bool NeedsTree => Request.Tree != TreeNumbers.None || Targets.All.Any(target => target.Intrinsic is Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent);

    /// <summary>
    /// Columns alone do not tell: which keys a span has at all, and which conditions on events or links meet in one of them.
    /// </summary>
    public bool NeedsWholeTraces => Request.First.Concat(Request.Second).Any(condition => condition.Operator == FieldOperator.NotExists)
        || (Request.AllConditions && (Several(Level.Event) || Several(Level.Link)));

    /// <summary>The reading before evaluation, for one thread.</summary>
    public FetchPass First() => new(Request.First, Request.AllConditions, Request.Tree, Layout, Targets);

    /// <summary>The reading of what is shown, for one thread.</summary>
    public FetchPass Second() => new(Request.Second, false, TreeNumbers.None, Layout, Targets);

    private bool Several(Level level) => Request.First.Count(condition => FetchTargets.LevelsOf(condition.Attribute).Contains(level)) > 1;

    private static bool IsUnknown(Attribute attribute, string version) => version switch
    {
        "vParquet3" => attribute.Scope is AttributeScope.Event or AttributeScope.Link or AttributeScope.Instrumentation
            || attribute.Intrinsic is Intrinsic.EventName or Intrinsic.LinkTraceId or Intrinsic.LinkSpanId or Intrinsic.InstrumentationName
                or Intrinsic.InstrumentationVersion or Intrinsic.ChildCount,
        "vParquet4" => attribute.Intrinsic == Intrinsic.ChildCount,
        _ => false,
    };
}
