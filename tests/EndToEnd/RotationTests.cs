using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The run's HMAC key changed while Tempo holds traces that are not in the bucket yet.</summary>
public sealed class RotationTests
{
    private const string RunId = "rturn";

    [Fact]
    public async Task A_run_whose_key_is_changed_climbs_the_whole_ladder_with_the_new_one()
    {
        await using var apphost = await StartAsync();

        var run = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = RunId, RotateKey = true });

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        run.Rungs.ShouldAllBe(rung => rung.Verdict == Verdict.Proven);
        var rotation = run.Receipt.GetProperty("steps").EnumerateArray().Where(step => step.GetProperty("stage").GetString() == "rotate").ToList();
        rotation.ShouldAllBe(step => step.GetProperty("state").GetString() == "succeeded");
        var old = Evidence("resource-key", "resource_key.new").ShouldNotBeNull();
        Evidence("revoke-key", "resource_key.old").ShouldNotBe(old);
        Evidence("revoke-key", "refused_by").ShouldBe("InvalidAccessKeyId");
        Evidence("revoke-key", "refused_at").ShouldNotBeNull();
        rotation.Count(step => step.GetProperty("step").GetString()!.StartsWith("restart-", StringComparison.Ordinal)).ShouldBe(5);
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();

        string? Evidence(string name, string key) => rotation.Select(step => (Name: step.GetProperty("step").GetString(), Evidence: step.GetProperty("evidence")))
            .Where(step => step.Name == name && step.Evidence.TryGetProperty(key, out _)).Select(step => step.Evidence.GetProperty(key).GetString()).FirstOrDefault();
    }

    [Fact]
    public async Task A_Tempo_that_keeps_the_revoked_key_answers_queries_and_does_not_reach_rung_2()
    {
        await using var apphost = await StartAsync();
        using var provisioning = GrpcChannel.ForAddress(apphost.Grpc("cos-provisioner"));
        using var deploying = GrpcChannel.ForAddress(apphost.Grpc("tempostack-deployer"));
        using var generating = GrpcChannel.ForAddress(apphost.Grpc("trace-generator"));
        using var verifying = GrpcChannel.ForAddress(apphost.Grpc("query-verifier"));
        var stop = TestContext.Current.CancellationToken;
        var provisioner = new CosProvisioner.CosProvisionerClient(provisioning);
        var deployer = new TempoStackDeployer.TempoStackDeployerClient(deploying);
        var verifier = new QueryVerifier.QueryVerifierClient(verifying);
        var manifest = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "tempostack.yaml"), stop);

        var place = await ReadAsync(provisioner.Provision(new ProvisionRequest { RunId = RunId, Namespace = $"tempocos-{RunId}" }, cancellationToken: stop), reply => reply.Provisioned);
        var stack = await ReadAsync(
            deployer.Deploy(new DeployRequest { RunId = RunId, Namespace = place.Namespace, Manifest = manifest, SecretName = place.SecretName }, cancellationToken: stop), reply => reply.Deployed);
        var bucket = new BucketReference { Namespace = place.Namespace, SecretName = place.SecretName };
        var baseline = await verifier.TakeBaselineAsync(new BaselineRequest { RunId = RunId, Bucket = bucket }, cancellationToken: stop);

        // Everything that a run does to change the key, but the restart.
        await ReadAsync(provisioner.RotateKey(new RotateKeyRequest { RunId = RunId, Namespace = place.Namespace, SecretName = place.SecretName }, cancellationToken: stop), reply => reply.Rotated);
        (await ReadAsync(provisioner.RevokeKeys(new RevokeKeysRequest { RunId = RunId, Namespace = place.Namespace, SecretName = place.SecretName }, cancellationToken: stop), reply => reply.Revoked))
            .Keys.Count.ShouldBe(1);

        var generated = await ReadAsync(
            new TraceGenerator.TraceGeneratorClient(generating).Generate(
                new GenerateRequest { RunId = RunId, OtlpEndpoint = stack.Endpoints.OtlpGrpc, Seed = 7, Count = 10 }, cancellationToken: stop), reply => reply.Generated);
        var rungs = await VerifyAsync(verifier, new VerifyRequest
        {
            RunId = RunId,
            Endpoints = stack.Endpoints,
            Bucket = bucket,
            Manifest = generated.Manifest,
            Account = generated.Account,
            Baseline = baseline,
            WrittenWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(8)),
            Rungs = { 0, 1, 2 },
            Accelerated = { stack.Accelerated },
        });

        rungs.Take(3).Select(rung => (rung.Rung, rung.Verdict)).ShouldBe([(0, Verdict.Proven), (1, Verdict.Proven), (2, Verdict.Failed)], rungs[2].Reason);
        rungs[2].Missing.Count.ShouldBe(10);
        (await FinishedRun.DestroyAsync(apphost, RunId)).Finished.ExitCode.ShouldBe(0);
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }

    private static async Task<TResult> ReadAsync<TReply, TResult>(AsyncServerStreamingCall<TReply> call, Func<TReply, TResult?> result)
        where TResult : class
    {
        using (call)
        {
            TResult? last = null;
            await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            {
                last = result(reply) ?? last;
            }

            return last.ShouldNotBeNull();
        }
    }

    private static async Task<IReadOnlyList<RungResult>> VerifyAsync(QueryVerifier.QueryVerifierClient verifier, VerifyRequest request)
    {
        using var call = verifier.Verify(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new VerifyInput { Request = request }, TestContext.Current.CancellationToken);
        var rungs = new List<RungResult>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (reply.Rung is { } rung)
            {
                rungs.Add(rung);
            }
        }

        return rungs;
    }

    private static async Task<RunningAppHost> StartAsync()
    {
        var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");
        return apphost;
    }
}
