using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.Pipeline.Doctor;

namespace TempoCos.Pipeline.Runs;

/// <summary>The default scenario: check, provision, deploy, generate, verify, clean up; on request with another key between generating and verifying.</summary>
internal sealed class Scenario(
    CosProvisioner.CosProvisionerClient provisioner,
    TempoStackDeployer.TempoStackDeployerClient deployer,
    TraceGenerator.TraceGeneratorClient generator,
    QueryVerifier.QueryVerifierClient verifier,
    IOptions<PipelineOptions> options)
{
    private const int LivesOn = 7;
    private const string Provisioner = "cos-provisioner";
    private const string Deployer = "tempostack-deployer";
    private const string Generator = "trace-generator";
    private const string Verifier = "query-verifier";

    /// <summary>Climbs the ladder. Fails with a <see cref="DiagnosticException"/> when the environment does not allow it.</summary>
    public async Task ProveAsync(RunRecord run, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var manifest = request.Manifest is { Length: > 0 } own ? own : await DefaultManifestAsync(cancellationToken);
        run.ManifestSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));

        var place = options.Value.Complete(request.Provision);
        place.RunId = run.RunId;
        run.IsPublic = place.EndpointType is "" or "public";
        place.SecretName = place.SecretName is { Length: > 0 } secret ? secret : "ibm-cos-secret";
        place.Namespace = place.Namespace is { Length: > 0 } named ? named : $"tempocos-{run.RunId}";
        var deploy = new DeployRequest
        {
            RunId = run.RunId,
            Namespace = place.Namespace,
            Manifest = manifest,
            SecretName = place.SecretName,
            Timeout = request.DeployTimeout,
        };
        await ServiceStream.ReadAsync(
            deployer.Check(deploy, cancellationToken: cancellationToken), Deployer,
            reply => Take(publish, reply.Event, reply.Checked), cancellationToken);

        run.Provisioned = await ServiceStream.ReadAsync(
            provisioner.Provision(place, cancellationToken: cancellationToken), Provisioner,
            reply => Take(publish, reply.Event, reply.Provisioned), cancellationToken);
        run.Spend("provision", Provisioner, run.Provisioned.Usage);

        await DiagnoseAsync(run, place, publish, cancellationToken);

        run.Deployed = await ServiceStream.ReadAsync(
            deployer.Deploy(deploy, cancellationToken: cancellationToken), Deployer,
            reply => Take(publish, reply.Event, reply.Deployed), cancellationToken);

        var bucket = new BucketReference { Namespace = run.Provisioned.Namespace, SecretName = run.Provisioned.SecretName };
        run.Baseline = await ServiceCall.OrDiagnosticAsync(
            async () => await verifier.TakeBaselineAsync(new BaselineRequest { RunId = run.RunId, Bucket = bucket }, cancellationToken: cancellationToken), Verifier, cancellationToken);
        run.Spend("baseline", Verifier, run.Baseline.Usage);

        var generate = new GenerateRequest
        {
            RunId = run.RunId,
            OtlpEndpoint = run.Deployed.Endpoints.OtlpGrpc,
            Seed = request.Seed != 0 ? request.Seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
            Count = request.Traces > 0 ? request.Traces : 10,
            TracesPerSecond = request.TracesPerSecond,
        };
        run.Generated = await ServiceStream.ReadAsync(
            generator.Generate(generate, cancellationToken: cancellationToken), Generator,
            reply => Take(publish, reply.Event, reply.Generated), cancellationToken);

        if (request.RotateKey)
        {
            await new KeyChange(provisioner, deployer, run, publish).RunAsync(cancellationToken);
        }

        await new StackStage(deployer).RunAsync(run, publish, cancellationToken);

        var verify = new VerifyRequest
        {
            RunId = run.RunId,
            Endpoints = run.Deployed.Endpoints,
            Bucket = bucket,
            Manifest = run.Generated.Manifest,
            Account = run.Generated.Account,
            Baseline = run.Baseline,
            NaturalFlush = request.NaturalFlush,
            WrittenWithin = request.WrittenWithin,
            ListedWithin = request.ListedWithin,
            LivesOnWithin = request.LivesOnWithin,
            // Who keeps a run wants to look at its traces, and rung 7 leaves none.
            Rungs = { request is { Keep: true, Rungs.Count: 0 } ? Enumerable.Range(0, LivesOn) : request.Rungs },
            Accelerated = { run.Deployed.Accelerated },
        };
        var disturbance = new Disturbance(deployer, run.RunId, run.Deployed, publish);
        using var call = verifier.Verify(cancellationToken: cancellationToken);
        var verified = await ServiceStream.ConverseAsync(
            call, new VerifyInput { Request = verify }, Verifier,
            reply =>
            {
                if (reply.Rung is { } rung)
                {
                    publish(new RunReply { Rung = rung });
                }

                return Take(publish, reply.Event, reply.Verified);
            },
            reply => disturbance.AnswerAsync(reply.Wish, cancellationToken),
            cancellationToken);
        run.Spend("verify", Verifier, verified.Usage);
        run.TempoRequests.AddRange(verified.Tempo);
        run.Verdict = verified.Verdict;
    }

    /// <summary>Examines the account that runs are made in, or a run that was kept.</summary>
    public AsyncServerStreamingCall<DiagnoseReply> Diagnose(DiagnoseRequest request, CancellationToken cancellationToken)
    {
        var complete = request.Clone();
        complete.Plan = options.Value.Complete(request.Plan);
        return provisioner.Diagnose(complete, cancellationToken: cancellationToken);
    }

    /// <summary>Examines a TempoStack that is there, whoever made it.</summary>
    public AsyncServerStreamingCall<DiagnoseStackReply> DiagnoseStack(DiagnoseStackRequest request, CancellationToken cancellationToken) =>
        deployer.Diagnose(request, cancellationToken: cancellationToken);

    /// <summary>Removes what the run's ledgers name: first Tempo, so that nobody writes any more, then the bucket and what it stands in.</summary>
    public async Task CleanUpAsync(RunRecord run, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        try
        {
            var undeployed = await ServiceStream.ReadAsync(
                deployer.Undeploy(new UndeployRequest { RunId = run.RunId }, cancellationToken: cancellationToken), Deployer,
                reply => Take(publish, reply.Event, reply.Undeployed), cancellationToken);
            run.Removed.AddRange(undeployed.Removed);
            run.Leftovers.AddRange(undeployed.Leftovers);
        }
        catch (DiagnosticException exception)
        {
            run.Leftovers.Add(Unknown(run, "tempostack", exception));
        }

        try
        {
            var deprovisioned = await ServiceStream.ReadAsync(
                provisioner.Deprovision(new DeprovisionRequest { RunId = run.RunId }, cancellationToken: cancellationToken), Provisioner,
                reply => Take(publish, reply.Event, reply.Deprovisioned), cancellationToken);
            run.Spend("cleanup", Provisioner, deprovisioned.Usage);
            run.Removed.AddRange(deprovisioned.Removed);
            run.Leftovers.AddRange(deprovisioned.Leftovers);
        }
        catch (DiagnosticException exception)
        {
            run.Leftovers.Add(Unknown(run, "resource-instance", exception));
        }
    }

    /// <summary>What the ledgers of both services still hold, by run.</summary>
    public async Task<ILookup<string, LedgerEntry>> LedgersAsync(CancellationToken cancellationToken)
    {
        var cloud = await provisioner.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: cancellationToken);
        var cluster = await deployer.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: cancellationToken);
        return cloud.Ledgers.Concat(cluster.Ledgers)
            .SelectMany(ledger => ledger.Entries.Select(entry => (ledger.RunId, Entry: entry)))
            .ToLookup(pair => pair.RunId, pair => pair.Entry, StringComparer.Ordinal);
    }

    // Tempo would meet each of these later, and say less about it.
    private async Task DiagnoseAsync(RunRecord run, ProvisionRequest place, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        var request = new DiagnoseRequest { RunId = run.RunId, Namespace = place.Namespace, SecretName = place.SecretName, Plan = place, Ignore = { run.Request.Ignore } };
        var diagnosed = await ServiceStream.ReadAsync(
            provisioner.Diagnose(request, cancellationToken: cancellationToken), Provisioner,
            reply =>
            {
                if (reply.Check is { } check)
                {
                    publish(new RunReply { Check = check });
                }

                return Take(publish, reply.Event, reply.Diagnosed);
            },
            cancellationToken);
        run.Spend("doctor", Provisioner, diagnosed.Usage);
        if (run.Checks.Where(check => check.Severity == CheckSeverity.Fail).MinBy(check => check.Id, StringComparer.Ordinal) is { } failed)
        {
            throw new DiagnosticException(failed.Id, run.Provisioned!.Bucket, failed.Message, $"{failed.Fix} To run all the same: --ignore {failed.Id}.");
        }
    }

    /// <summary>When each run that a ledger still holds something of was begun; null where no ledger tells.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset?>> LedgerAgesAsync(CancellationToken cancellationToken)
    {
        var cloud = await provisioner.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: cancellationToken);
        var cluster = await deployer.ListLedgersAsync(new ListLedgersRequest(), cancellationToken: cancellationToken);
        return cloud.Ledgers.Concat(cluster.Ledgers)
            .GroupBy(ledger => ledger.RunId, StringComparer.Ordinal)
            .ToDictionary(run => run.Key, run => run.Min(ledger => ledger.Started?.ToDateTimeOffset()), StringComparer.Ordinal);
    }

    /// <summary>What carries our mark in the account and the cluster and stands in no ledger.</summary>
    public async Task<ListLeaksReply> ListLeaksAsync(string prefix, CancellationToken cancellationToken) =>
        await provisioner.ListLeaksAsync(new ListLeaksRequest { Prefix = PrefixOr(prefix) }, cancellationToken: cancellationToken);

    public Task<Deprovisioned> RemoveLeaksAsync(IEnumerable<Leak> leaks, string prefix, Action<RunReply> publish, CancellationToken cancellationToken) => ServiceStream.ReadAsync(
        provisioner.RemoveLeaks(new RemoveLeaksRequest { Leaks = { leaks }, Prefix = PrefixOr(prefix) }, cancellationToken: cancellationToken), Provisioner,
        reply => Take(publish, reply.Event, reply.Deprovisioned), cancellationToken);

    private string PrefixOr(string prefix) => prefix.Length > 0 ? prefix : options.Value.Prefix;

    private static TResult? Take<TResult>(Action<RunReply> publish, StageEvent? stageEvent, TResult? result)
        where TResult : class
    {
        if (stageEvent is not null)
        {
            publish(new RunReply { Event = stageEvent });
        }

        return result;
    }

    private static Leftover Unknown(RunRecord run, string kind, DiagnosticException exception) => new()
    {
        Kind = kind,
        Id = run.RunId,
        Reason = exception.Message,
        Remedy = $"When that is mended: tempocos destroy {run.RunId}",
    };

    private static Task<string> DefaultManifestAsync(CancellationToken cancellationToken) =>
        File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scenarios", "tempostack.yaml"), cancellationToken);
}
