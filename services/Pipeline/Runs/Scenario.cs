using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.Pipeline.Doctor;

namespace TempoCos.Pipeline.Runs;

/// <summary>The default scenario: check, provision, deploy, generate, verify, clean up; on request with another key between generating and verifying, or with a change between one climb of the ladder and the next.</summary>
internal sealed class Scenario(
    CosProvisioner.CosProvisionerClient provisioner,
    TempoStackDeployer.TempoStackDeployerClient deployer,
    TraceGenerator.TraceGeneratorClient generator,
    QueryVerifier.QueryVerifierClient verifier,
    IOptions<PipelineOptions> options)
{
    private const string Provisioner = "cos-provisioner";
    private const string Deployer = "tempostack-deployer";
    private const string Verifier = "query-verifier";

    /// <summary>Climbs the ladder. Fails with a <see cref="DiagnosticException"/> when the environment does not allow it.</summary>
    public async Task ProveAsync(RunRecord run, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var manifest = await ManifestAsync(request, cancellationToken);
        run.ManifestSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));

        var place = Place(request, run.RunId);
        run.IsPublic = place.EndpointType is "" or "public";
        var deploy = Deployment(request, run.RunId, manifest, place);
        var check = deploy.Clone();
        check.Change.AddRange(request.Change);
        var found = await ServiceStream.ReadAsync(
            deployer.Check(check, cancellationToken: cancellationToken), Deployer,
            reply => publish.Take(reply.Event, reply.Checked), cancellationToken);
        place.SecretName = deploy.SecretName = found.SecretName;

        run.Provisioned = await ServiceStream.ReadAsync(
            provisioner.Provision(place, cancellationToken: cancellationToken), Provisioner,
            reply => publish.Take(reply.Event, reply.Provisioned), cancellationToken);
        run.Spend("provision", Provisioner, run.Provisioned.Usage);

        await DiagnoseAsync(run, place, publish, cancellationToken);

        run.Deployed = await ServiceStream.ReadAsync(
            deployer.Deploy(deploy, cancellationToken: cancellationToken), Deployer,
            reply => publish.Take(reply.Event, reply.Deployed), cancellationToken);

        var bucket = new BucketReference { Namespace = run.Provisioned.Namespace, SecretName = run.Provisioned.SecretName };
        run.Baseline = await ServiceCall.OrDiagnosticAsync(
            async () => await verifier.TakeBaselineAsync(new BaselineRequest { RunId = run.RunId, Bucket = bucket }, cancellationToken: cancellationToken), Verifier, cancellationToken);
        run.Spend("baseline", Verifier, run.Baseline.Usage);

        var ladder = new Ladder(deployer, generator, verifier, run, bucket, publish);
        var seed = request.Seed != 0 ? request.Seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        run.Generated = await ladder.SendAsync("", seed, cancellationToken);
        if (request.RotateKey)
        {
            await new KeyChange(provisioner, deployer, run, publish).RunAsync(cancellationToken);
        }

        await new StackStage(deployer).RunAsync(run, publish, cancellationToken);
        run.Verdict = request.Change.Count == 0
            ? await ladder.ClimbAsync("", run.Generated, ladder.Asked, cancellationToken)
            : await ClimbAroundChangeAsync(run, ladder, unchecked(seed + 1), publish, cancellationToken);
    }

    /// <summary>Before the change, after it with the same traces, and with fresh ones; only the last climb may destroy.</summary>
    private async Task<Verdict> ClimbAroundChangeAsync(RunRecord run, Ladder ladder, ulong freshSeed, Action<RunReply> publish, CancellationToken cancellationToken)
    {
        var first = await ladder.ClimbAsync(Climb.BeforeChange, run.Generated!, ladder.AskedHarmless, cancellationToken);
        if (first != Verdict.Proven)
        {
            // What does not hold before cannot be seen to hold on.
            return first;
        }

        var stack = run.Deployed!;
        var change = new ChangeRequest
        {
            RunId = run.RunId,
            Namespace = stack.Namespace,
            Name = stack.Name,
            Kind = stack.Kind,
            Set = { run.Request.Change },
            Timeout = run.Request.DeployTimeout,
        };
        run.Changed = await ServiceStream.ReadAsync(
            deployer.Change(change, cancellationToken: cancellationToken), Deployer, reply => publish.Take(reply.Event, reply.Changed), cancellationToken);
        if (run.Changed.Endpoints is { OtlpGrpc.Length: > 0 } endpoints)
        {
            stack.Endpoints = endpoints;
        }

        var fresh = await ladder.SendAsync("-fresh", freshSeed, cancellationToken);
        var again = await ladder.ClimbAsync(Climb.Again, run.Generated!, ladder.AskedHarmless, cancellationToken);
        var last = await ladder.ClimbAsync(Climb.Fresh, fresh, ladder.Asked, cancellationToken);
        return again == Verdict.Failed || last == Verdict.Failed ? Verdict.Failed : again == Verdict.NotShown ? again : last;
    }

    /// <summary>What the deployment of such a run would apply.</summary>
    public async Task<AsyncServerStreamingCall<PlanReply>> PlanAsync(PlanRunRequest request, string runId, CancellationToken cancellationToken)
    {
        var run = request.Run ?? new RunRequest();
        return deployer.Plan(
            new PlanRequest { Deploy = Deployment(run, runId, await ManifestAsync(run, cancellationToken), Place(run, runId)), ServerDryRun = request.ServerDryRun }, cancellationToken: cancellationToken);
    }

    /// <summary>Changes the stack of a run that was kept.</summary>
    public AsyncServerStreamingCall<ChangeReply> Change(ChangeRequest request, CancellationToken cancellationToken) => deployer.Change(request, cancellationToken: cancellationToken);

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
                reply => publish.Take(reply.Event, reply.Undeployed), cancellationToken);
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
                reply => publish.Take(reply.Event, reply.Deprovisioned), cancellationToken);
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

                return publish.Take(reply.Event, reply.Diagnosed);
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
        reply => publish.Take(reply.Event, reply.Deprovisioned), cancellationToken);

    private ProvisionRequest Place(RunRequest request, string runId)
    {
        var place = options.Value.Complete(request.Provision);
        place.RunId = runId;
        place.Namespace = place.Namespace is { Length: > 0 } named ? named : $"tempocos-{runId}";
        return place;
    }

    private static DeployRequest Deployment(RunRequest request, string runId, string manifest, ProvisionRequest place) => new()
    {
        RunId = runId,
        Namespace = place.Namespace,
        Manifest = manifest,
        SecretName = place.SecretName,
        Timeout = request.DeployTimeout,
        Set = { request.Set },
        Options = request.Stack,
        Reach = request.Reach,
    };

    private static async Task<string> ManifestAsync(RunRequest request, CancellationToken cancellationToken) =>
        request.Manifest is { Length: > 0 } own ? own : await DefaultManifestAsync(cancellationToken);

    private string PrefixOr(string prefix) => prefix.Length > 0 ? prefix : options.Value.Prefix;

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
