namespace TempoCos.Tempo.TraceQL;

/// <summary>An attribute (by its key) or an intrinsic (by its canonical name) of a query.</summary>
public sealed record Attribute(AttributeScope Scope, string Name, Intrinsic Intrinsic = Intrinsic.None, bool OfParent = false)
{
    public static Attribute Of(Intrinsic intrinsic) => new(AttributeScope.None, Intrinsics.Name(intrinsic), intrinsic);

    public StaticType Type => Intrinsics.TypeOf(Intrinsic);

    /// <summary>An attribute without a scope may be the span's or the resource's.</summary>
    public bool IsUnscoped => Scope == AttributeScope.None && Intrinsic == Intrinsic.None;

    public void Validate()
    {
        if (OfParent)
        {
            throw new TraceQLException("parent not yet supported");
        }

        if (Intrinsic == Intrinsic.Parent)
        {
            throw new TraceQLException("intrinsic (parent) not yet supported");
        }
    }

    public override string ToString()
    {
        var scope = Scope == AttributeScope.None ? "" : Scope.ToString().ToLowerInvariant() + ".";
        return OfParent ? $"parent.{scope}{Name}" : scope.Length == 0 && Intrinsic == Intrinsic.None && Name.Length > 0 ? "." + Name : scope + Name;
    }
}
