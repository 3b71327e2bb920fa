using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>Sends traces and climbs the ladder with them; more than once where the stack is changed in between.</summary>
internal sealed class Ladder(
    TempoStackDeployer.TempoStackDeployerClient deployer,
    TraceGenerator.TraceGeneratorClient generator,
    QueryVerifier.QueryVerifierClient verifier,
    RunRecord run,
    BucketReference bucket,
    Action<RunReply> publish)
{
    private const int Survives = 6;
    private const int LivesOn = 7;
    private const string Generator = "trace-generator";
    private const string Verifier = "query-verifier";

    /// <summary>Rungs that leave the stack and its blocks as they are.</summary>
    private static readonly IReadOnlyList<int> Harmless = [.. Enumerable.Range(0, Survives)];

    /// <summary>Who keeps a run wants to look at its traces, and rung 7 leaves none.</summary>
    public IReadOnlyList<int> Asked => run.Request is { Keep: true, Rungs.Count: 0 } ? [.. Enumerable.Range(0, LivesOn)] : run.Request.Rungs;

    /// <summary>Those of <see cref="Asked"/> that may be climbed before the last climb.</summary>
    public IReadOnlyList<int> AskedHarmless => Asked.Count == 0 ? Harmless : [.. Asked.Intersect(Harmless)];

    /// <param name="suffix">Tells the traces of one sending from those of another, in their attribute with the run's id.</param>
    /// <param name="seed">Of the traces.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Generated> SendAsync(string suffix, ulong seed, CancellationToken cancellationToken)
    {
        var request = new GenerateRequest
        {
            RunId = run.RunId + suffix,
            OtlpEndpoint = run.Deployed!.Endpoints.OtlpGrpc,
            Seed = seed,
            Count = run.Request.Traces > 0 ? run.Request.Traces : 10,
            TracesPerSecond = run.Request.TracesPerSecond,
        };
        return ServiceStream.ReadAsync(
            generator.Generate(request, cancellationToken: cancellationToken), Generator,
            reply =>
            {
                if (reply.Event is { } step)
                {
                    step.RunId = run.RunId;
                }

                return publish.Take(reply.Event, reply.Generated);
            },
            cancellationToken);
    }

    public async Task<Verdict> ClimbAsync(string name, Generated traces, IEnumerable<int> rungs, CancellationToken cancellationToken)
    {
        var stack = run.Deployed!;
        var verify = new VerifyRequest
        {
            RunId = run.RunId,
            Endpoints = stack.Endpoints,
            Bucket = bucket,
            Tenant = stack.Tenant,
            Manifest = traces.Manifest,
            Account = traces.Account,
            Baseline = run.Baseline,
            NaturalFlush = run.Request.NaturalFlush,
            WrittenWithin = run.Request.WrittenWithin,
            ListedWithin = run.Request.ListedWithin,
            LivesOnWithin = run.Request.LivesOnWithin,
            Rungs = { rungs },
            Accelerated = { stack.Accelerated },
        };
        var disturbance = new Disturbance(deployer, run.RunId, stack, publish);
        using var call = verifier.Verify(cancellationToken: cancellationToken);
        var verified = await ServiceStream.ConverseAsync(
            call, new VerifyInput { Request = verify }, Verifier,
            reply =>
            {
                if (reply.Rung is { } rung)
                {
                    rung.Climb = name;
                    publish(new RunReply { Rung = rung });
                }

                return publish.Take(reply.Event, reply.Verified);
            },
            reply => disturbance.AnswerAsync(reply.Wish, cancellationToken),
            cancellationToken);
        run.Spend("verify", Verifier, verified.Usage);
        run.TempoRequests.Clear();
        run.TempoRequests.AddRange(verified.Tempo);
        run.Climbs.Add(new Climb(name, traces, verified.Verdict));
        return verified.Verdict;
    }
}
