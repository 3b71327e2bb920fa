using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Http;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Disruption;
using TempoCos.Cluster.Kubelet.Logs;

namespace TempoCos.Cluster.Api.Pods;

/// <summary>The subresources of pods that are their own: log, portforward, eviction, and the refusal of exec and attach.</summary>
public sealed class PodEndpoint(ObjectStore store, PodLogs logs, PortForwarding forwarding, Eviction eviction)
{
    public async Task HandleAsync(HttpContext context, ApiPath path, CancellationToken cancellation)
    {
        var pod = store.Find(new ObjectKey(BuiltInResources.Pods, path.Namespace, path.Name))?.ToObject()
            ?? throw ApiException.NotFound(BuiltInResources.Pods, path.Name);
        if (path.Subresource is "exec" or "attach")
        {
            throw new ApiException(501, "NotImplemented", $"pods here are processes of this machine, and there is no {path.Subresource} into them: see their output by kubectl logs, and where they listen by kubectl get endpoints");
        }

        if (path.Subresource == "portforward")
        {
            CheckScheduled(pod);
            await forwarding.HandleAsync(context, pod, cancellation);
        }
        else if (path.Subresource == "eviction")
        {
            var asked = context.Request.Method == "POST" ? await ApiBody.ReadObjectAsync(context.Request, cancellation) : throw ApiException.MethodNotAllowed();
            await ApiResponse.WriteAsync(context, eviction.Evict(path.Namespace, path.Name, asked), 201);
        }
        else if (context.Request.Method == "GET")
        {
            await LogAsync(context, pod, cancellation);
        }
        else
        {
            throw ApiException.MethodNotAllowed();
        }
    }

    private async Task LogAsync(HttpContext context, JsonObject pod, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        var name = pod.Text("metadata", "name");
        string[] containers = [.. pod.Objects("spec", "containers").Select(container => container.Text("name")).OfType<string>()];
        string[] initial = [.. pod.Objects("spec", "initContainers").Select(container => container.Text("name")).OfType<string>()];
        var container = query["container"].ToString() is { Length: > 0 } asked ? asked
            : containers.Length == 1 ? containers[0]
            : throw ApiException.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', containers)}]");
        if (!containers.Contains(container) && !initial.Contains(container))
        {
            throw ApiException.BadRequest($"container {container} is not valid for pod {name}");
        }

        CheckOptions(query, name ?? "");
        if (pod.Text("spec", "nodeName") is null or "")
        {
            // Nobody runs it: there is nothing to read, and nothing wrong.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var previous = query["previous"] == "true";
        var log = logs.Find(pod.Text("metadata", "uid")!, container, previous) ?? throw ApiException.BadRequest(previous
            ? $"previous terminated container \"{container}\" in pod \"{name}\" not found"
            : $"container \"{container}\" in pod \"{name}\" is waiting to start: {Waiting(pod, container)}");

        var tail = int.TryParse(query["tailLines"], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : (int?)null;
        var since = Since(query);
        var limit = long.TryParse(query["limitBytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : long.MaxValue;
        var begins = true;
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(cancellation);
        await context.Response.Body.FlushAsync(cancellation);
        await foreach (var line in log.ReadAsync(tail, query["follow"] == "true", cancellation))
        {
            if (line.Time < since)
            {
                continue;
            }

            var stamp = begins && query["timestamps"] == "true" ? line.Time.ToString("O", CultureInfo.InvariantCulture) + " " : "";
            begins = line.Complete;
            var text = Encoding.UTF8.GetBytes($"{stamp}{line.Text}{(line.Complete ? "\n" : "")}");
            await context.Response.Body.WriteAsync(text.AsMemory(0, (int)Math.Min(text.Length, limit)), cancellation);
            limit -= text.Length;
            if (limit <= 0)
            {
                return;
            }
        }
    }

    private static void CheckScheduled(JsonObject pod)
    {
        if (pod.Text("spec", "nodeName") is null or "")
        {
            throw ApiException.BadRequest($"pod {pod.Text("metadata", "name")} does not have a host assigned");
        }
    }

    private static void CheckOptions(IQueryCollection query, string name)
    {
        var errors = new List<FieldError>();
        foreach (var (field, least, why) in (ReadOnlySpan<(string, long, string)>)[("tailLines", 0, "must be greater than or equal to 0"), ("limitBytes", 1, "must be greater than 0"), ("sinceSeconds", 1, "must be greater than 0")])
        {
            if (long.TryParse(query[field], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) && given < least)
            {
                errors.Add(new FieldError("FieldValueInvalid", field, $"Invalid value: {given}: {why}"));
            }
        }

        if (errors.Count > 0)
        {
            throw ApiException.Invalid("PodLogOptions", "", name, errors);
        }
    }

    private static DateTimeOffset Since(IQueryCollection query) =>
        long.TryParse(query["sinceSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.UtcNow.AddSeconds(-seconds)
        : DateTimeOffset.TryParse(query["sinceTime"], CultureInfo.InvariantCulture, out var time) ? time
        : DateTimeOffset.MinValue;

    private static string Waiting(JsonObject pod, string container) =>
        pod.Objects("status", "containerStatuses").Concat(pod.Objects("status", "initContainerStatuses")).FirstOrDefault(status => status.Text("name") == container).Text("state", "waiting", "reason") ?? "ContainerCreating";
}
