namespace TempoCos.CosProvisioner.Tests;

/// <summary>Stands between the provisioner and the network: counts what goes out, loses answers, or dies like a process at a chosen request.</summary>
internal sealed class Wire
{
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private readonly List<string> _bearers = [];
    private readonly List<string> _bodies = [];

    /// <summary>The answer to this many requests is the last thing that ever arrives; -1 for no end.</summary>
    public int DiesAfter { get; init; } = -1;

    /// <summary>Whether the last answer is lost with the process, or arrives and is dealt with.</summary>
    public bool LosesLastAnswer { get; init; }

    /// <summary>True to lose the answer of a request that was carried out.</summary>
    public Func<string, bool> Loses { get; init; } = _ => false;

    /// <summary>What to answer in place of the system behind; null to let the request through.</summary>
    public Func<string, HttpResponseMessage?> Answers { get; init; } = _ => null;

    /// <summary>Stands around a request that is let through: gets what it is, its body, and how to send it.</summary>
    public Func<string, string, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> Around { get; init; } = (_, _, send) => send();

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<string> Bearers
    {
        get
        {
            lock (_gate)
            {
                return [.. _bearers];
            }
        }
    }

    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_gate)
            {
                return [.. _bodies];
            }
        }
    }

    public bool Died { get; private set; }

    public DelegatingHandler Handler() => new Tap(this);

    private int Record(HttpRequestMessage request, string body)
    {
        lock (_gate)
        {
            _requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            if (request.Headers.Authorization is { Scheme: "Bearer", Parameter: { } token })
            {
                _bearers.Add(token);
            }

            _bodies.Add(body);
            return _requests.Count;
        }
    }

    private sealed class Tap(Wire wire) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
            var number = wire.Record(request, body);
            if (wire.DiesAfter >= 0 && number > wire.DiesAfter)
            {
                wire.Died = true;
                throw new ProcessDiedException();
            }

            var what = $"{request.Method} {request.RequestUri!.PathAndQuery}";
            if (wire.Answers(what) is { } answer)
            {
                answer.RequestMessage = request;
                return answer;
            }

            var response = await wire.Around(what, body, () => base.SendAsync(request, cancellationToken));
            response.RequestMessage ??= request;
            if (number == wire.DiesAfter && wire.LosesLastAnswer)
            {
                wire.Died = true;
                throw new ProcessDiedException();
            }

            return wire.Loses(what) ? throw new HttpRequestException("the connection broke") : response;
        }
    }
}
