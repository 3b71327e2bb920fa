using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Writing;

/// <summary>
/// Merges equal resources, and equal scopes within them, as rows have them: resources' attributes are sorted by key, and so are scopes' where a
/// resource has several. Dropped counters do not count for equality: the first one stays.
/// </summary>
internal sealed class TraceNormaliser(AttributeSplit resourceSplit)
{
    private const int FewResources = 8;
    private readonly List<NormalResource> _all = [];
    private readonly List<NormalResource> _resources = [];
    private readonly Dictionary<int, List<NormalResource>> _byHash = [];

    /// <summary>The trace's resources, in the order in which each was met first; valid until the next call.</summary>
    public IReadOnlyList<NormalResource> Normalise(TracesData trace)
    {
        _resources.Clear();
        _byHash.Clear();
        foreach (var spans in trace.ResourceSpans)
        {
            var resource = Next();
            resourceSplit.Split(spans.Resource?.Attributes ?? [], resource.Columns, [], resource.Attributes);
            resource.DroppedAttributes = spans.Resource?.DroppedAttributesCount ?? 0;
            AttributeOrder.Sort(resource.Attributes);
            if (Find(resource) is not { } known)
            {
                _resources.Add(known = resource);
                if (_resources.Count > FewResources)
                {
                    Index();
                }
            }

            foreach (var scope in spans.ScopeSpans)
            {
                Add(known, scope);
            }
        }

        return _resources;
    }

    private static void Add(NormalResource resource, ScopeSpans spans)
    {
        var scope = resource.NextScope();
        scope.Fill(spans.Scope);
        if (resource.Scopes.Count > 0)
        {
            AttributeOrder.Sort(scope.Attributes);
            if (resource.Scopes.Count == 1)
            {
                AttributeOrder.Sort(resource.Scopes[0].Attributes);
            }
        }

        var equal = resource.Scopes.Find(scope.IsLike);
        if (equal is null)
        {
            resource.Scopes.Add(equal = scope);
        }

        equal.Spans.AddRange(spans.Spans);
    }

    private NormalResource Next()
    {
        if (_resources.Count == _all.Count)
        {
            _all.Add(new NormalResource(resourceSplit.TextColumns));
        }

        var next = _all[_resources.Count];
        next.Clear();
        return next;
    }

    private NormalResource? Find(NormalResource resource)
    {
        if (_resources.Count <= FewResources)
        {
            foreach (var known in _resources)
            {
                if (known.IsLike(resource))
                {
                    return known;
                }
            }

            return null;
        }

        return _byHash.TryGetValue(resource.LikenessHash(), out var candidates) ? candidates.Find(resource.IsLike) : null;
    }

    // The newest resource goes into the index; the first ones do so when there are more than few.
    private void Index()
    {
        for (var i = _resources.Count == FewResources + 1 ? 0 : _resources.Count - 1; i < _resources.Count; i++)
        {
            var hash = _resources[i].LikenessHash();
            if (!_byHash.TryGetValue(hash, out var alike))
            {
                _byHash[hash] = alike = [];
            }

            alike.Add(_resources[i]);
        }
    }
}
