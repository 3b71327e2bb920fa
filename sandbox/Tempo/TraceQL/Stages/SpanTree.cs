namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>
/// Relations by the spans' nested set numbers; spans without numbers (orphans) are related to nothing. The order of the result counts where only
/// its first spans are shown: it is that of Tempo, which sorts the left side in place, and the right side is often the same list.
/// </summary>
internal static class SpanTree
{
    private static readonly Comparison<FetchedSpan> ByLeft = (a, b) => a.Left.CompareTo(b.Left);
    private static readonly Comparison<FetchedSpan> ByLeftDown = (a, b) => b.Left.CompareTo(a.Left);
    private static readonly Comparison<FetchedSpan> ByParent = (a, b) => a.ParentLeft.CompareTo(b.ParentLeft);

    /// <summary>Adds the spans of the right side (of both sides for a union) that are related.</summary>
    public static void Related(SpansetRelation kind, bool negated, bool union, List<FetchedSpan> left, List<FetchedSpan> right, List<FetchedSpan> result)
    {
        if (union)
        {
            Union(kind, left, right, result);
            return;
        }

        StableSort(left, kind switch
        {
            SpansetRelation.Child or SpansetRelation.Ancestor => ByLeft,
            SpansetRelation.Descendant => ByLeftDown,
            _ => ByParent,
        });
        var isRelated = kind switch
        {
            SpansetRelation.Child => Child(left),
            SpansetRelation.Parent => Parent(left),
            SpansetRelation.Descendant => Descendant(left),
            SpansetRelation.Ancestor => Ancestor(left),
            _ => Sibling(left),
        };
        foreach (var span in right)
        {
            if (isRelated(span) != negated)
            {
                result.Add(span);
            }
        }
    }

    private static Func<FetchedSpan, bool> Child(List<FetchedSpan> parents)
    {
        var lefts = Numbers(parents, parent => parent.Left);
        return span => span.ParentLeft != 0 && lefts.Contains(span.ParentLeft);
    }

    private static Func<FetchedSpan, bool> Parent(List<FetchedSpan> children)
    {
        var lefts = Numbers(children, child => child.ParentLeft);
        return span => span.Left != 0 && lefts.Contains(span.Left);
    }

    // Sets nest, so that among the ancestors that begin before a span the one that ends last decides.
    private static Func<FetchedSpan, bool> Descendant(List<FetchedSpan> ancestors)
    {
        var sorted = Numbered(ancestors);
        var ends = new int[sorted.Count];
        for (var (i, last) = (0, 0); i < ends.Length; i++)
        {
            ends[i] = last = Math.Max(last, sorted[i].Right);
        }

        return span =>
        {
            var before = FirstFrom(sorted, span.Left);
            return span.Left != 0 && span.Right != 0 && before > 0 && ends[before - 1] > span.Right;
        };
    }

    private static Func<FetchedSpan, bool> Ancestor(List<FetchedSpan> descendants)
    {
        var sorted = Numbered(descendants);
        return span =>
        {
            var after = FirstFrom(sorted, span.Left + 1);
            return span.Left != 0 && span.Right != 0 && after < sorted.Count && sorted[after].Right < span.Right;
        };
    }

    private static Func<FetchedSpan, bool> Sibling(List<FetchedSpan> others)
    {
        var counts = new Dictionary<int, int>();
        var known = new HashSet<FetchedSpan>(ReferenceEqualityComparer.Instance);
        foreach (var other in others)
        {
            counts[other.ParentLeft] = counts.GetValueOrDefault(other.ParentLeft) + 1;
            known.Add(other);
        }

        return span => span.ParentLeft != 0 && counts.GetValueOrDefault(span.ParentLeft) > (known.Contains(span) ? 1 : 0);
    }

    private static void Union(SpansetRelation kind, List<FetchedSpan> left, List<FetchedSpan> right, List<FetchedSpan> result)
    {
        var seen = new HashSet<FetchedSpan>(ReferenceEqualityComparer.Instance);
        switch (kind)
        {
            case SpansetRelation.Child or SpansetRelation.Parent:
                right = ReferenceEquals(left, right) ? [.. right] : right;
                var (parents, children) = kind == SpansetRelation.Child ? (left, right) : (right, left);
                StableSort(parents, ByLeft);
                StableSort(children, ByParent);
                Families(parents, children, Add);
                break;
            case SpansetRelation.Sibling:
                StableSort(left, ByParent);
                StableSort(right, ByParent);
                AllSiblings(left, right, Add);
                break;
            default:
                StableSort(left, ByLeft);
                StableSort(right, ByLeft);
                Branches(kind == SpansetRelation.Descendant ? left : right, kind == SpansetRelation.Descendant ? right : left, Add);
                break;
        }

        void Add(FetchedSpan span)
        {
            if (seen.Add(span))
            {
                result.Add(span);
            }
        }
    }

    // Children before their parent.
    private static void Families(List<FetchedSpan> parents, List<FetchedSpan> children, Action<FetchedSpan> add)
    {
        var next = 0;
        foreach (var parent in parents)
        {
            var found = false;
            for (; parent.Left != 0 && next < children.Count && children[next].ParentLeft <= parent.Left; next++)
            {
                if (children[next].ParentLeft == parent.Left)
                {
                    found = true;
                    add(children[next]);
                }
            }

            if (found)
            {
                add(parent);
            }
        }
    }

    private static void AllSiblings(List<FetchedSpan> left, List<FetchedSpan> right, Action<FetchedSpan> add)
    {
        var begin = 0;
        foreach (var span in right)
        {
            if (span.ParentLeft == 0)
            {
                continue;
            }

            while (begin < left.Count && left[begin].ParentLeft < span.ParentLeft)
            {
                begin++;
            }

            var found = false;
            for (var i = begin; i < left.Count && left[i].ParentLeft == span.ParentLeft; i++)
            {
                if (!ReferenceEquals(left[i], span))
                {
                    found = true;
                    add(left[i]);
                }
            }

            if (found)
            {
                add(span);
            }
        }
    }

    // One branch after the other: its descendants down to the last, then what lies above that one. Ancestors of other spans of the
    // branch that are not above the last one are passed over, as they are in Tempo.
    private static void Branches(List<FetchedSpan> ancestors, List<FetchedSpan> descendants, Action<FetchedSpan> add)
    {
        var (up, down) = (0, 0);
        while (up < ancestors.Count && down < descendants.Count)
        {
            var ancestor = ancestors[up];
            FetchedSpan last;
            do
            {
                last = descendants[down++];
                if (IsWithin(last, ancestor))
                {
                    add(last);
                }
            }
            while (down < descendants.Count && descendants[down].Left <= last.Right);

            for (; up < ancestors.Count && ancestors[up].Left <= last.Right; up++)
            {
                if (IsWithin(last, ancestors[up]))
                {
                    add(ancestors[up]);
                    if (down < descendants.Count && IsWithin(descendants[down], ancestors[up]))
                    {
                        break;
                    }
                }
            }
        }
    }

    private static bool IsWithin(FetchedSpan inner, FetchedSpan outer) =>
        inner.Left != 0 && outer.Left != 0 && inner.Right != 0 && outer.Right != 0 && inner.Left > outer.Left && inner.Right < outer.Right;

    private static HashSet<int> Numbers(List<FetchedSpan> spans, Func<FetchedSpan, int> number)
    {
        var numbers = new HashSet<int>(spans.Count);
        foreach (var span in spans)
        {
            numbers.Add(number(span));
        }

        return numbers;
    }

    private static List<FetchedSpan> Numbered(List<FetchedSpan> spans)
    {
        var numbered = new List<FetchedSpan>(spans.Count);
        foreach (var span in spans)
        {
            if (span.Left != 0 && span.Right != 0)
            {
                numbered.Add(span);
            }
        }

        numbered.Sort(ByLeft);
        return numbered;
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

    private static void StableSort(List<FetchedSpan> spans, Comparison<FetchedSpan> comparison)
    {
        for (var i = 1; i < spans.Count; i++)
        {
            if (comparison(spans[i - 1], spans[i]) > 0)
            {
                var sorted = spans.Order(Comparer<FetchedSpan>.Create(comparison)).ToArray();
                spans.Clear();
                spans.AddRange(sorted);
                return;
            }
        }
    }
}
