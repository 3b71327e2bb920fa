namespace TempoCos.Benchmarks.Cases;

/// <summary>A TraceQL search. Below the limit of traces both sides must find the same ones.</summary>
internal sealed record SearchQuery(string Name, string Text, int Limit = 20)
{
    /// <summary>Most end early, at the limit; the last group reads the whole block.</summary>
    public static IReadOnlyList<SearchQuery> All { get; } =
    [
        new("every-trace", "{}"),
        new("service", "{ resource.service.name = \"svc-03\" }"),
        new("status-code", "{ span.http.status_code = 500 }"),
        new("name-and-duration", "{ name = \"op-07\" && duration > 400ms }"),
        new("regex", "{ span.attr.0 =~ \"value-7.*\" }"),
        new("status", "{ status = error }"),
        new("descendant", "{ resource.service.name = \"svc-03\" } >> { status = error }"),
        new("count", "{} | count() > 7"),
        new("by-service", "{ status = error } | by(resource.service.name) | count() > 1"),
        new("absent", "{ span.nope = \"x\" }"),
        new("rare-attribute", "{ span.attr.0 = \"value-77\" }"),
        new("exhaustive-number", "{ span.n > 99990 }"),
        new("exhaustive-status-code", "{ span.http.status_code = 500 }", 20_000),
        new("exhaustive-and", "{ resource.service.name = \"svc-03\" && status = error && duration > 300ms }", 20_000),
    ];
}
