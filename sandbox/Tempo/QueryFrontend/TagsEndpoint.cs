using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Names and values of attributes, in the older form and in that with scopes and types.</summary>
public sealed class TagsEndpoint(JobQueue queue, Tenancy tenancy, QueryFrontendSettings settings, LimitSettings limits, TimeProvider time)
{
    private static readonly Dictionary<string, string> V1Names = new()
    {
        ["name"] = "name",
        ["status.code"] = "status",
        ["rootName"] = "rootName",
        ["root.name"] = "rootName",
        ["rootServiceName"] = "rootServiceName",
        ["root.service.name"] = "rootServiceName",
        ["trace:id"] = "trace:id",
        ["span:id"] = "span:id",
        ["service.name"] = "resource.service.name",
        ["cluster"] = "resource.cluster",
        ["namespace"] = "resource.namespace",
        ["pod"] = "resource.pod",
        ["container"] = "resource.container",
        ["k8s.cluster.name"] = "resource.k8s.cluster.name",
        ["k8s.namespace.name"] = "resource.k8s.namespace.name",
        ["k8s.pod.name"] = "resource.k8s.pod.name",
        ["k8s.container.name"] = "resource.k8s.container.name",
        ["http.method"] = "span.http.method",
        ["http.url"] = "span.http.url",
        ["http.status_code"] = "span.http.status_code",
    };

    public async Task NamesV1Async(HttpContext context)
    {
        var answer = await FindNamesAsync(context);
        await WriteAsync(context, answer, answer.Metrics, json => Write(json, "tagNames"u8, answer.TagNames));
    }

    public async Task NamesV2Async(HttpContext context)
    {
        var answer = await FindScopedNamesAsync(context);
        await WriteAsync(context, answer, answer.Metrics, json =>
        {
            json.WriteStartArray("scopes"u8);
            foreach (var scope in answer.Scopes)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, scope.Name);
                Write(json, "tags"u8, scope.Tags);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public async Task ValuesV1Async(HttpContext context)
    {
        var answer = await FindTextsAsync(context);
        await WriteAsync(context, answer, answer.Metrics, json => Write(json, "tagValues"u8, answer.TagValues));
    }

    public async Task ValuesV2Async(HttpContext context)
    {
        var answer = await FindValuesAsync(context);
        await WriteAsync(context, answer, answer.Metrics, json =>
        {
            json.WriteStartArray("tagValues"u8);
            foreach (var value in answer.TagValues)
            {
                json.WriteStartObject();
                if (value.Type.Length > 0)
                {
                    json.WriteString("type"u8, value.Type);
                }

                if (value.Value.Length > 0)
                {
                    json.WriteString("value"u8, value.Value);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public async Task<TagNamesAnswer> FindNamesAsync(HttpContext context)
    {
        var response = await NamesAsync(context, out var scope, out var limit);
        IEnumerable<string> names = scope == "intrinsic" ? Intrinsics.Listed : response.Scopes.SelectMany(found => found.Tags).Distinct().Order(StringComparer.Ordinal);
        return new() { TagNames = { names.Take(limit) }, Metrics = new() { InspectedBytes = response.InspectedBytes } };
    }

    public async Task<ScopedTagsAnswer> FindScopedNamesAsync(HttpContext context)
    {
        var response = await NamesAsync(context, out var scope, out var limit);
        if (scope is "intrinsic" or "")
        {
            response.Scopes.Add(new TagScope { Name = "intrinsic", Tags = { Intrinsics.Listed } });
        }

        var scopes = response.Scopes.OrderBy(found => found.Name, StringComparer.Ordinal).Select(found => new TagScope { Name = found.Name, Tags = { found.Tags.Take(limit) } });
        return new() { Scopes = { scopes }, Metrics = new() { InspectedBytes = response.InspectedBytes } };
    }

    public async Task<TagTextsAnswer> FindTextsAsync(HttpContext context)
    {
        var tag = (string?)context.Request.RouteValues["tag"] ?? "";
        // Without a scope a name is a key, but for some that are columns; status, kind and duration are not listed here.
        var values = tag is "status" or "kind" or "duration" ? new() : await ValuesAsync(context, V1Names.TryGetValue(tag, out var known) ? known : $".{Quoted(tag)}");
        return new()
        {
            TagValues = { values.Values.Select(value => value.Value).Distinct().Take(Limit(context)) },
            Metrics = new() { InspectedBytes = values.InspectedBytes },
        };
    }

    public async Task<TagValuesAnswer> FindValuesAsync(HttpContext context)
    {
        var tag = (string?)context.Request.RouteValues["tag"] ?? "";
        try
        {
            TagValues.ParseIdentifier(tag);
        }
        catch (TraceQLException exception)
        {
            throw HttpFailureException.BadRequest(exception.Message);
        }

        var values = await ValuesAsync(context, tag);
        return new() { TagValues = { values.Values.Take(Limit(context)) }, Metrics = new() { InspectedBytes = values.InspectedBytes } };
    }

    private Task<TagsResponse> NamesAsync(HttpContext context, out string scope, out int limit)
    {
        scope = QueryParameters.Text(context, "scope");
        if (scope is not ("" or "none" or "intrinsic") && !TagNames.Scopes.Contains(scope))
        {
            throw HttpFailureException.BadRequest($"invalid scope: {scope}");
        }

        scope = scope == "none" ? "" : scope;
        limit = Limit(context);
        return NamesAsync(context, scope);
    }

    private async Task<TagsResponse> NamesAsync(HttpContext context, string scope)
    {
        var request = new TagsRequest { Scope = scope, Query = QueryParameters.Text(context, "q") };
        if (scope == "intrinsic")
        {
            return new();
        }

        var names = new TagNames(request);
        foreach (var result in await RunAsync(context, (tenant, start, end) => new() { Tags = new(request) { Tenant = tenant, Start = start, End = end } }))
        {
            names.Add(result.Tags);
        }

        return names.ToResponse();
    }

    private async Task<TagValuesResponse> ValuesAsync(HttpContext context, string tag)
    {
        var request = new TagValuesRequest { Tag = tag, Query = QueryParameters.Text(context, "q"), MaxBytes = (uint)limits.MaxBytesPerTagValues };
        var values = new TagValues(request);
        foreach (var result in await RunAsync(context, (tenant, start, end) => new() { TagValues = new(request) { Tenant = tenant, Start = start, End = end } }))
        {
            values.Add(result.TagValues);
        }

        return values.ToResponse();
    }

    private async Task<QueryResult[]> RunAsync(HttpContext context, Func<string, uint, uint, QueryJob> job)
    {
        var tenants = tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        var (start, end) = (QueryParameters.RangeSeconds(context, "start"), QueryParameters.RangeSeconds(context, "end"));
        // Without a range it is what the ingesters have.
        var parts = start == 0 && end == 0
            ? [(QuerySource.Ingesters, 0u, 0u)]
            : start == 0 || end == 0 ? throw HttpFailureException.BadRequest("error parsing date range: only one of start and end provided: must provide both or neither")
            : QuerySources.Split(settings, start, end, time.GetUtcNow()).Parts;
        var jobs = from tenant in tenants
                   from part in parts
                   let made = job(tenant, part.Item2, part.Item3)
                   select queue.RunAsync(new QueryJob(made) { Source = part.Item1 }, context.RequestAborted);
        return await Task.WhenAll(jobs);
    }

    private static string Quoted(string key) => $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static int Limit(HttpContext context) => QueryParameters.Number(context, "limit") is > 0 and var limit ? limit : int.MaxValue;

    private static Task WriteAsync(HttpContext context, IMessage answer, TagMetrics metrics, Action<Utf8JsonWriter> write) => context.WantsProtobuf()
        ? context.WriteMessageAsync(answer)
        : context.WriteJsonAsync(HttpText.Json, json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteStartObject("metrics"u8);
            if (metrics.InspectedBytes > 0)
            {
                TraceJson.WriteQuoted(json, "inspectedBytes"u8, metrics.InspectedBytes);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, RepeatedField<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
