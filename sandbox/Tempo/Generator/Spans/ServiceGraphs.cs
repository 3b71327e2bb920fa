using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator.Series;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Generator.Spans;

/// <summary>Counts calls between services: a client's span and the server's below it are one, whichever comes first.</summary>
internal sealed class ServiceGraphs(string tenant, ServiceGraphSettings settings, SeriesRegistry registry, TempoMetrics metrics)
{
    private readonly CounterFamily _calls = registry.Counter("traces_service_graph_request_total");
    private readonly CounterFamily _failed = registry.Counter("traces_service_graph_request_failed_total");
    private readonly HistogramFamily _serverSeconds = registry.Histogram("traces_service_graph_request_server_seconds", settings.Buckets);
    private readonly HistogramFamily _clientSeconds = registry.Histogram("traces_service_graph_request_client_seconds", settings.Buckets);

    private readonly (string Name, string Label)[] _dimensions =
    [
        .. settings.Dimensions.SelectMany(name => settings.PrefixDimensions ? ["client_" + name, "server_" + name] : (string[])[name]).Select(name => (name, Attributes.Label(name, []))),
    ];

    // In the order of their times: what is first has waited longest.
    private readonly OrderedDictionary<string, Edge> _waiting = new(StringComparer.Ordinal);

    public void Take(ResourceSpans batch, DateTimeOffset now)
    {
        if (Attributes.Find("service.name", batch.Resource?.Attributes) is not { } service)
        {
            return;
        }

        foreach (var span in batch.ScopeSpans.SelectMany(scope => scope.Spans))
        {
            switch (span.Kind)
            {
                case Span.Types.SpanKind.Client or Span.Types.SpanKind.Producer:
                    Join($"{Hex(span.TraceId)}-{Hex(span.SpanId)}", false, now, edge => AddClient(edge, service, batch.Resource, span));
                    break;
                case Span.Types.SpanKind.Server or Span.Types.SpanKind.Consumer:
                    Join($"{Hex(span.TraceId)}-{Hex(span.ParentSpanId)}", span.ParentSpanId.IsEmpty, now, edge => AddServer(edge, service, batch.Resource, span));
                    break;
            }
        }
    }

    /// <summary>Half a call whose other side sends no spans still is one, if it is known who that was.</summary>
    public void Expire(DateTimeOffset now)
    {
        while (_waiting.Count > 0 && _waiting.GetAt(0) is var (_, edge) && edge.Expires <= now)
        {
            _waiting.RemoveAt(0);
            edge.ConnectionType = "virtual_node";
            if (edge.Client.Length == 0)
            {
                edge.Client = edge.IsRoot ? (edge.Peer.Length > 0 ? edge.Peer : "user") : "";
            }
            else if (edge.Server.Length == 0)
            {
                edge.Server = edge.Peer;
            }

            if (edge.IsComplete)
            {
                Count(edge);
            }
            else
            {
                metrics.GraphExpiredEdges.Increment(tenant);
            }
        }
    }

    private void Join(string key, bool isRoot, DateTimeOffset now, Action<Edge> add)
    {
        var isNew = !_waiting.TryGetValue(key, out var edge);
        edge ??= new() { IsRoot = isRoot, Expires = now + settings.Wait };
        add(edge);
        if (edge.IsComplete)
        {
            _waiting.Remove(key);
            Count(edge);
        }
        else if (isNew && _waiting.Count >= settings.MaxItems)
        {
            metrics.GraphDroppedSpans.Increment(tenant);
            return;
        }
        else if (isNew)
        {
            _waiting.Add(key, edge);
        }

        if (isNew)
        {
            metrics.GraphEdges.Increment(tenant);
        }
    }

    private void AddClient(Edge edge, string service, Resource? resource, Span span)
    {
        Add(edge, "client_", resource, span);
        edge.ConnectionType = span.Kind == Span.Types.SpanKind.Producer ? "messaging_system" : "";
        edge.Client = service;
        edge.ClientSeconds = Attributes.Seconds(span);
        if (settings.DatabaseAttributes.Select(name => Attributes.Find(name, resource?.Attributes, span.Attributes)).FirstOrDefault(value => value is not null) is { } database)
        {
            edge.ConnectionType = "database";
            edge.ServerSeconds = edge.ClientSeconds;
            edge.Server = Host(resource, span) ?? (database.Length > 0 ? database : edge.Server);
        }
    }

    private void AddServer(Edge edge, string service, Resource? resource, Span span)
    {
        Add(edge, "server_", resource, span);
        edge.ConnectionType = span.Kind == Span.Types.SpanKind.Consumer ? "messaging_system" : "";
        edge.Server = service;
        edge.ServerSeconds = Attributes.Seconds(span);
    }

    private void Add(Edge edge, string side, Resource? resource, Span span)
    {
        edge.TraceId = Hex(span.TraceId).TrimStart('0');
        edge.Failed |= span.Status?.Code == Status.Types.StatusCode.Error;
        edge.Peer = settings.PeerAttributes.Select(name => Attributes.Find(name, span.Attributes)).FirstOrDefault(value => value is not null) ?? edge.Peer;
        foreach (var dimension in settings.Dimensions)
        {
            if (Attributes.Find(dimension, resource?.Attributes, span.Attributes) is { } value)
            {
                edge.Dimensions[settings.PrefixDimensions ? side + dimension : dimension] = value;
            }
        }
    }

    private static string? Host(Resource? resource, Span span)
    {
        return Find("peer.service") ?? Find("server.address") ?? (Find("network.peer.address") is { } address ? (Find("network.peer.port") is { } port ? $"{address}:{port}" : address) : null);

        string? Find(string name) => Attributes.Find(name, resource?.Attributes, span.Attributes);
    }

    private void Count(Edge edge)
    {
        var dimensions = _dimensions.Select(dimension => (dimension.Label, edge.Dimensions.GetValueOrDefault(dimension.Name, "")));
        var labels = new SeriesLabels([("client", edge.Client), ("server", edge.Server), ("connection_type", edge.ConnectionType), .. dimensions]);
        _calls.Add(labels, 1);
        if (edge.Failed)
        {
            _failed.Add(labels, 1);
        }

        _serverSeconds.Observe(labels, edge.ServerSeconds, edge.TraceId);
        _clientSeconds.Observe(labels, edge.ClientSeconds, edge.TraceId);
    }

    private static string Hex(Google.Protobuf.ByteString id) => Convert.ToHexStringLower(id.Span);
}
