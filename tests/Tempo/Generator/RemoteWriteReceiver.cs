using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>What Prometheus is to a metrics-generator: takes remote writes and keeps the samples.</summary>
internal sealed class RemoteWriteReceiver : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Metric, string Labels), List<Sample>> _series = [];
    private readonly HashSet<string> _tenants = [];
    private readonly Queue<int> _refusals = new();
    private readonly WebApplication _app;

    private RemoteWriteReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(new Uri(_app.Urls.First()), "/api/v1/write");

    public int Requests { get; private set; }

    /// <summary>Contents of X-Scope-OrgID.</summary>
    public IReadOnlyCollection<string> Tenants
    {
        get
        {
            lock (_lock)
            {
                return [.. _tenants];
            }
        }
    }

    public static async Task<RemoteWriteReceiver> StartAsync()
    {
        var receiver = new RemoteWriteReceiver();
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next writes are answered so, one after the other, and not kept.</summary>
    public void Refuse(params ReadOnlySpan<int> statuses)
    {
        lock (_lock)
        {
            foreach (var status in statuses)
            {
                _refusals.Enqueue(status);
            }
        }
    }

    /// <summary>The last value of each series of a metric, by its labels: <c>a="1",b="2"</c>, without the one that names the generator.</summary>
    public Dictionary<string, double> Values(string metric) => Select(metric, samples => samples[^1].Value);

    /// <summary>All values of each series, in the order in which they came.</summary>
    public Dictionary<string, List<double>> Histories(string metric) => Select(metric, samples => samples.Select(sample => sample.Value).ToList());

    /// <summary>Names of all metrics.</summary>
    public IReadOnlyList<string> Metrics()
    {
        lock (_lock)
        {
            return [.. _series.Keys.Select(key => key.Metric).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Dictionary<string, T> Select<T>(string metric, Func<List<Sample>, T> value)
    {
        lock (_lock)
        {
            return _series.Where(one => one.Key.Metric == metric).ToDictionary(one => one.Key.Labels, one => value(one.Value));
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var isWrite = context.Request.Path == "/api/v1/write" && context.Request.ContentType == "application/x-protobuf" && context.Request.Headers.ContentEncoding == "snappy";
        var request = isWrite ? WriteRequest.Parser.ParseFrom(Snappier.Snappy.DecompressToArray(body.ToArray())) : null;
        lock (_lock)
        {
            Requests++;
            context.Response.StatusCode = request is null ? StatusCodes.Status400BadRequest : _refusals.TryDequeue(out var refusal) ? refusal : StatusCodes.Status204NoContent;
            if (context.Response.StatusCode == StatusCodes.Status204NoContent)
            {
                _tenants.Add(context.Request.Headers["X-Scope-OrgID"].ToString());
                Keep(request!);
            }
        }
    }

    private void Keep(WriteRequest request)
    {
        foreach (var series in request.Timeseries)
        {
            series.Labels.Select(label => label.Name).ShouldBe(series.Labels.Select(label => label.Name).Order(StringComparer.Ordinal));
            var labels = series.Labels.ToDictionary(label => label.Name, label => label.Value);
            var text = string.Join(",", labels.Where(label => label.Key is not ("__name__" or "__metrics_gen_instance")).Select(label => $"{label.Key}=\"{label.Value}\""));
            if (!_series.TryGetValue((labels["__name__"], text), out var samples))
            {
                _series.Add((labels["__name__"], text), samples = []);
            }

            samples.AddRange(series.Samples);
        }
    }
}
