namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>Relations by the spans' nested set numbers. Spans without numbers (orphans) are related to nothing.</summary>
internal static class SpanTree
{
    public static List<FetchedSpan> Related(SpansetRelation kind, bool negated, bool union, IReadOnlyList<FetchedSpan> left, IReadOnlyList<FetchedSpan> right)
    {
        var found = kind switch
        {
            SpansetRelation.Child => Children(left, right),
            SpansetRelation.Parent => Parents(left, right),
            SpansetRelation.Descendant => Descendants(left, right),
            SpansetRelation.Ancestor => Ancestors(left, right),
            _ => Siblings(left, right),
        };
        var result = new List<FetchedSpan>();
        if (union)
        {
            var other = kind switch
            {
                SpansetRelation.Child => Parents(right, left),
                SpansetRelation.Parent => Children(right, left),
                SpansetRelation.Descendant => Ancestors(right, left),
                SpansetRelation.Ancestor => Descendants(right, left),
                _ => Siblings(right, left),
            };
            var seen = new HashSet<FetchedSpan>(ReferenceEqualityComparer.Instance);
            Add(right, found);
            Add(left, other);
            return result;

            void Add(IReadOnlyList<FetchedSpan> spans, bool[] matches)
            {
                for (var i = 0; i < spans.Count; i++)
                {
                    if (matches[i] && seen.Add(spans[i]))
                    {
                        result.Add(spans[i]);
                    }
                }
            }
        }

        for (var i = 0; i < right.Count; i++)
        {
            if (found[i] != negated)
            {
                result.Add(right[i]);
            }
        }

        return result;
    }

    private static bool[] Children(IReadOnlyList<FetchedSpan> parents, IReadOnlyList<FetchedSpan> spans)
    {
        var lefts = new HashSet<int>();
        foreach (var parent in parents)
        {
            lefts.Add(parent.Left);
        }

        return Map(spans, span => span.ParentLeft != 0 && lefts.Contains(span.ParentLeft));
    }

    private static bool[] Parents(IReadOnlyList<FetchedSpan> children, IReadOnlyList<FetchedSpan> spans)
    {
        var lefts = new HashSet<int>();
        foreach (var child in children)
        {
            lefts.Add(child.ParentLeft);
        }

        return Map(spans, span => span.Left != 0 && lefts.Contains(span.Left));
    }

    // Sets nest, so that among the ancestors that begin before a span the one that ends last decides.
    private static bool[] Descendants(IReadOnlyList<FetchedSpan> ancestors, IReadOnlyList<FetchedSpan> spans)
    {
        var sorted = Sorted(ancestors);
        var ends = new int[sorted.Count];
        for (var (i, last) = (0, 0); i < ends.Length; i++)
        {
            ends[i] = last = Math.Max(last, sorted[i].Right);
        }

        return Map(spans, span =>
        {
            var before = FirstFrom(sorted, span.Left);
            return span.Left != 0 && span.Right != 0 && before > 0 && ends[before - 1] > span.Right;
        });
    }

    private static bool[] Ancestors(IReadOnlyList<FetchedSpan> descendants, IReadOnlyList<FetchedSpan> spans)
    {
        var sorted = Sorted(descendants);
        return Map(spans, span =>
        {
            var after = FirstFrom(sorted, span.Left + 1);
            return span.Left != 0 && span.Right != 0 && after < sorted.Count && sorted[after].Right < span.Right;
        });
    }

    private static bool[] Siblings(IReadOnlyList<FetchedSpan> others, IReadOnlyList<FetchedSpan> spans)
    {
        var counts = new Dictionary<int, int>();
        var known = new HashSet<FetchedSpan>(ReferenceEqualityComparer.Instance);
        foreach (var other in others)
        {
            counts[other.ParentLeft] = counts.GetValueOrDefault(other.ParentLeft) + 1;
            known.Add(other);
        }

        return Map(spans, span => span.ParentLeft != 0 && counts.GetValueOrDefault(span.ParentLeft) > (known.Contains(span) ? 1 : 0));
    }

    private static List<FetchedSpan> Sorted(IReadOnlyList<FetchedSpan> spans)
    {
        var sorted = new List<FetchedSpan>(spans.Count);
        foreach (var span in spans)
        {
            if (span.Left != 0 && span.Right != 0)
            {
                sorted.Add(span);
            }
        }

        sorted.Sort((a, b) => a.Left.CompareTo(b.Left));
        return sorted;
    }

    private static int FirstFrom(List<FetchedSpan> sorted, int left)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle].Left < left ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static bool[] Map(IReadOnlyList<FetchedSpan> spans, Func<FetchedSpan, bool> matches)
    {
        var result = new bool[spans.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = matches(spans[i]);
        }

        return result;
    }
}
