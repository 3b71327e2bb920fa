using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Traces.Generation;

/// <summary>Builds one trace: a clock that only profiles move, a stack of open spans, a resource for each service.</summary>
internal sealed class TraceBuilder(RunKey key, string runId, long index, ulong startUnixNano)
{
    private readonly Dictionary<(string Service, string Scope), ScopeSpans> _scopes = [];
    private readonly Dictionary<string, ResourceSpans> _resources = [];
    private readonly Stack<Span> _open = new();
    private readonly TracesData _trace = new();
    private ulong _now = startUnixNano;
    private int _spans;

    public TraceRandom Random { get; } = key.Random(index);

    public long Index => index;

    public ByteString TraceId { get; } = key.TraceId(index);

    public ulong Now => _now;

    /// <summary>The id of another trace of the run, for links.</summary>
    public ByteString TraceIdOf(long other) => key.TraceId(other);

    /// <summary>The id of a span of another trace of the run, for links.</summary>
    public ByteString SpanIdOf(long other, int ordinal) => key.SpanId(other, ordinal);

    /// <summary>Moves the clock by a random number of nanoseconds between the two given in microseconds.</summary>
    public void Pass(int minMicroseconds, int maxMicroseconds) =>
        _now += ((ulong)Random.Next(minMicroseconds, maxMicroseconds) * 1000) + (ulong)Random.Next(1000);

    /// <summary>Opens a span as the child of the innermost open one.</summary>
    public Span Open(Service service, string name, Span.Types.SpanKind kind) =>
        Open(service, name, kind, _open.TryPeek(out var parent) ? parent.SpanId : ByteString.Empty);

    public Span Open(Service service, string name, Span.Types.SpanKind kind, ByteString parentSpanId)
    {
        var span = new Span
        {
            TraceId = TraceId,
            SpanId = key.SpanId(index, _spans++),
            ParentSpanId = parentSpanId,
            Name = name,
            Kind = kind,
            StartTimeUnixNano = _now,
        };
        ScopeOf(service).Spans.Add(span);
        _open.Push(span);
        return span;
    }

    /// <summary>The attributes of the innermost open span.</summary>
    public RepeatedField<KeyValue> CurrentAttributes() => _open.Peek().Attributes;

    public Span.Types.Event Event(string name)
    {
        var happened = new Span.Types.Event { Name = name, TimeUnixNano = _now };
        _open.Peek().Events.Add(happened);
        return happened;
    }

    public void Fail(string message) => _open.Peek().Status = new Status { Code = Status.Types.StatusCode.Error, Message = message };

    public void Succeed() => _open.Peek().Status = new Status { Code = Status.Types.StatusCode.Ok };

    public void Close() => _open.Pop().EndTimeUnixNano = _now;

    public TracesData Build() => _trace;

    private ScopeSpans ScopeOf(Service service)
    {
        if (_scopes.TryGetValue((service.Name, service.Scope), out var scope))
        {
            return scope;
        }

        scope = new ScopeSpans { Scope = new InstrumentationScope { Name = service.Scope, Version = service.ScopeVersion } };
        scope.Scope.Attributes.Set("library.language", service.Language).Set("library.stable", true);
        ResourceOf(service).ScopeSpans.Add(scope);
        _scopes.Add((service.Name, service.Scope), scope);
        return scope;
    }

    private ResourceSpans ResourceOf(Service service)
    {
        if (_resources.TryGetValue(service.Name, out var resource))
        {
            return resource;
        }

        var pod = $"{service.Name}-{Random.Next(1, 4)}";
        resource = new ResourceSpans { Resource = new Resource() };
        resource.Resource.Attributes
            .Set("service.name", service.Name)
            .Set("service.version", service.Version)
            .Set("service.instance.id", pod)
            .Set("deployment.environment.name", "proof")
            .Set("k8s.cluster.name", "shop-cluster")
            .Set("k8s.namespace.name", "shop")
            .Set("k8s.pod.name", pod)
            .Set("k8s.container.name", service.Name)
            .Set("telemetry.sdk.language", service.Language)
            .Set("process.pid", Random.Next(2, 65_536))
            .Set("process.command_args", Attributes.Array($"/app/{service.Name}", "--region", Random.Pick("us-east", "eu-de")))
            .Set("host.load", Random.NextDouble())
            .Set("host.spot", Random.Chance(30))
            .Set(TraceSource.RunIdAttribute, runId)
            .Set(TraceSource.IndexAttribute, index);
        _trace.ResourceSpans.Add(resource);
        _resources.Add(service.Name, resource);
        return resource;
    }
}
