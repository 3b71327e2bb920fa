using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Api.Tables;

namespace TempoCos.Cluster.Api.Http;

/// <summary>The lines of one watch, as objects or as tables of one row.</summary>
public sealed class WatchStream(HttpContext context, TableWriter tables, ResourceType type)
{
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(200);

    private readonly bool asTable = ReadEndpoint.WantsTable(context.Request);
    private readonly bool asMetadata = ReadEndpoint.WantsMetadata(context.Request);
    private readonly string? includeObject = context.Request.Query["includeObject"];
    private readonly WatchFault? fault = context.Features.Get<WatchFault>();
    private bool columnsSent;
    private int sent;

    /// <summary>Whether a fault lets nothing more through.</summary>
    public bool IsCut => sent >= fault?.AfterEvents;

    public async Task StartAsync(CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(cancellation);
    }

    public Task FlushAsync(CancellationToken cancellation) => context.Response.Body.FlushAsync(cancellation);

    public async Task WriteAsync(string kind, StoredObject stored, CancellationToken cancellation)
    {
        var shown = asMetadata ? TableWriter.Partial(stored.ToObject()).ToBytes()
            : asTable ? tables.Table(type, [stored.ToObject()], stored.Version, includeObject, !columnsSent).ToBytes()
            : stored.Json;
        columnsSent = true;
        await WriteLineAsync(kind, shown, cancellation);
        sent++;
    }

    public Task WriteBookmarkAsync(long version, bool initialEventsEnd, CancellationToken cancellation)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return WriteLineAsync("BOOKMARK", new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata }.ToBytes(), cancellation);
    }

    /// <summary>The last line of a watch that cannot go on.</summary>
    public async Task WriteErrorAsync(ApiException problem, CancellationToken cancellation)
    {
        await WriteLineAsync("ERROR", problem.ToStatus().ToBytes(), cancellation);
        await FlushAsync(cancellation);
    }

    /// <summary>Ends as the fault says.</summary>
    public async Task CutAsync(long version, CancellationToken cancellation)
    {
        if (fault!.Expired)
        {
            await WriteErrorAsync(ApiException.Expired(version, version + 1), cancellation);
            return;
        }

        // A connection that is reset takes with it what the client has not read yet.
        await FlushAsync(cancellation);
        await Task.Delay(ReadingTime, cancellation);
        context.Abort();
    }

    private async Task WriteLineAsync(string kind, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + content.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", kind);
            json.WritePropertyName("object");
            json.WriteRawValue(content.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, cancellation);
    }
}
