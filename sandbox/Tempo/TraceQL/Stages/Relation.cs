namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>A op B</c>; negated for <c>!op</c>, a union for <c>&amp;op</c>.</summary>
public sealed class Relation(SpansetRelation kind, bool negated, bool union, Stage left, Stage right) : Stage
{
    public SpansetRelation Kind => kind;

    public Stage Left => left;

    public Stage Right => right;

    public bool IsStructural => kind is not (SpansetRelation.And or SpansetRelation.Or);

    public override IEnumerable<Attribute> Attributes => left.Attributes.Concat(right.Attributes);

    public override void Validate()
    {
        left.Validate();
        right.Validate();
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        var output = new List<Spanset>(input.Count);
        // What one spanset gave is still there for the next, as in Tempo; it shows after by() only.
        var related = new List<FetchedSpan>();
        foreach (var spanset in input)
        {
            var (a, b) = (left.Evaluate([spanset]), right.Evaluate([spanset]));
            var found = kind switch
            {
                SpansetRelation.And => a.Count > 0 && b.Count > 0 ? Both(a, b) : [],
                SpansetRelation.Or => Both(a, b),
                _ => related = Related(a, b, related),
            };
            if (found.Count > 0)
            {
                output.Add(spanset with { Spans = found });
            }
        }

        return output;
    }

    public override string ToString() => $"{Wrap(left)} {Symbol} {Wrap(right)}";

    private string Symbol => (negated ? "!" : union ? "&" : "") + kind switch
    {
        SpansetRelation.And => "&&",
        SpansetRelation.Or => "||",
        SpansetRelation.Child => ">",
        SpansetRelation.Parent => "<",
        SpansetRelation.Descendant => ">>",
        SpansetRelation.Ancestor => "<<",
        _ => "~",
    };

    private static List<FetchedSpan> Both(List<Spanset> a, List<Spanset> b)
    {
        // The smaller side goes first, as the order shows where only some spans are shown.
        var (first, second) = Count(a) < Count(b) ? (a, b) : (b, a);
        var seen = new HashSet<FetchedSpan>(ReferenceEqualityComparer.Instance);
        var result = new List<FetchedSpan>();
        foreach (var spanset in first)
        {
            foreach (var span in spanset.Spans)
            {
                seen.Add(span);
                result.Add(span);
            }
        }

        foreach (var spanset in second)
        {
            foreach (var span in spanset.Spans)
            {
                if (!seen.Contains(span))
                {
                    result.Add(span);
                }
            }
        }

        return result;
    }

    private static int Count(List<Spanset> spansets)
    {
        var count = 0;
        foreach (var spanset in spansets)
        {
            count += spanset.Spans.Count;
        }

        return count;
    }

    private List<FetchedSpan> Related(List<Spanset> a, List<Spanset> b, List<FetchedSpan> before)
    {
        if (b.Count == 0)
        {
            return [];
        }

        if (a.Count > 1 || b.Count > 1)
        {
            throw new TraceQLException("spanset operators are not supported for multiple spansets per trace. consider using coalesce()");
        }

        var result = new List<FetchedSpan>(before);
        SpanTree.Related(kind, negated, union, a.Count == 0 ? [] : a[0].Spans, b[0].Spans, result);
        return result;
    }
}
