using System.IO.Enumeration;
using TempoCos.Cluster.Api.Http;

namespace TempoCos.Cluster.Api.Faults;

/// <summary>
/// What goes wrong, with which requests. Patterns know * and ?; resources are told as <c>pods</c>, <c>pods/log</c>, <c>tempostacks.tempo.grafana.com</c>,
/// paths without a resource as they are (<c>/version</c>).
/// </summary>
public sealed record FaultRule
{
    public string Verb { get; init; } = "*";

    public string Resource { get; init; } = "*";

    public string Namespace { get; init; } = "*";

    public string Name { get; init; } = "*";

    /// <summary>HTTP status of the refusal; none when null.</summary>
    public int? Status { get; init; }

    /// <summary>Reason of the refusal; by default the one that belongs to the status.</summary>
    public string? Reason { get; init; }

    /// <summary>Text of the refusal; by default the API server's own.</summary>
    public string? Message { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>How long a request waits before anything else happens to it.</summary>
    public int DelayMilliseconds { get; init; }

    public FaultDrop Drop { get; init; }

    /// <summary>How many events a watch may send before its connection breaks, or, with <see cref="Compact"/>, before it ends with 410.</summary>
    public int? CutWatchAfterEvents { get; init; }

    /// <summary>Whether watches end with an ERROR event of 410, as when the version that they start from is forgotten.</summary>
    public bool Compact { get; init; }

    /// <summary>How many requests are hit; all when null.</summary>
    public int? Count { get; init; }

    /// <summary>How many matching requests are let pass first.</summary>
    public int After { get; init; }

    public bool Matches(RequestAttributes request) =>
        Like(Verb, request.Verb)
        && (request.IsResource ? MatchesResource(request) : Resource == "*" || Like(Resource, request.Path))
        && Like(Namespace, request.Namespace)
        && Like(Name, request.Name);

    private static bool Like(string pattern, string value) => pattern == "*" || FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);

    private bool MatchesResource(RequestAttributes request)
    {
        var below = request.Subresource.Length == 0 ? "" : $"/{request.Subresource}";
        return Like(Resource, request.Resource + below) || Like(Resource, request.GroupResource + below);
    }
}
