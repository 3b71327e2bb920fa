using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TempoCos.Pipeline.Tests;

/// <summary>The four services behind their real contract, on a real port; a test says what each of them answers. Every call is remembered in order.</summary>
public sealed class ScriptedServices : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServices(WebApplication app) => _app = app;

    public ConcurrentQueue<string> Calls { get; } = [];

    public Func<CancellationToken, Task> OnCheck { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnProvision { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnDeploy { get; set; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnGenerate { get; set; } = _ => Task.CompletedTask;

    public Verdict WrittenVerdict { get; set; } = Verdict.Proven;

    /// <summary>That the manifest names, as the deployer's check says.</summary>
    public string StorageSecret { get; set; } = "ibm-cos-secret";

    /// <summary>What the verifier asks for before it judges.</summary>
    public List<Wish> Wishes { get; } = [];

    /// <summary>It ends its stream as soon as it has asked, in a way that nobody expects.</summary>
    public bool VerifierHangsUp { get; set; }

    /// <summary>What it was answered.</summary>
    public ConcurrentQueue<VerifyInput> Answers { get; } = [];

    /// <summary>What the doctor finds.</summary>
    public List<CheckResult> Checks { get; } = [];

    public DiagnoseRequest? Diagnosed { get; private set; }

    /// <summary>What the deployer says of a TempoStack; null: it refuses.</summary>
    public List<CheckResult>? StackChecks { get; set; } = [];

    public DiagnoseStackRequest? DiagnosedStack { get; private set; }

    public Func<Task> OnLoseIngesters { get; set; } = () => Task.CompletedTask;

    public Func<Task> OnRestart { get; set; } = () => Task.CompletedTask;

    public Func<Task> OnChange { get; set; } = () => Task.CompletedTask;

    /// <summary>What a deployment would apply.</summary>
    public Planned Planned { get; set; } = new();

    public PlanRequest? PlanAsked { get; private set; }

    public ChangeRequest? ChangeAsked { get; private set; }

    public DeployRequest? DeployAsked { get; private set; }

    public DeployRequest? CheckAsked { get; private set; }

    /// <summary>All that the verifier was asked.</summary>
    public ConcurrentQueue<VerifyRequest> AllVerified { get; } = [];

    /// <summary>How the climbs end, in order; the last one counts for all that come after.</summary>
    public Queue<Verdict> Verdicts { get; } = [];

    public List<Leftover> Leftovers { get; } = [];

    /// <summary>When the run "rleft" was begun, which a ledger is left of.</summary>
    public DateTime LeftSince { get; set; } = DateTime.UtcNow;

    public List<Leak> Leaks { get; } = [];

    /// <summary>What was asked to be removed.</summary>
    public ConcurrentQueue<string> RemovedLeaks { get; } = [];

    /// <summary>What the provisioner says while it removes things.</summary>
    public List<string> CleanUpProgress { get; } = [];

    /// <summary>What provisioning and verification each ask of the store.</summary>
    public StorageUsage? Usage { get; set; }

    public string LocationConstraint { get; set; } = "";

    public ProvisionRequest? Provisioned { get; private set; }

    public VerifyRequest? Verified { get; private set; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<ScriptedServices> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        ScriptedServices? self = null;
        builder.Services.AddSingleton(_ => self!);
        var app = builder.Build();
        app.MapGrpcService<Provisioner>();
        app.MapGrpcService<Deployer>();
        app.MapGrpcService<Generator>();
        app.MapGrpcService<Verifier>();
        self = new ScriptedServices(app);
        await app.StartAsync();
        return self;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static StageEvent Event(string runId, string stage, string step) => new()
    {
        RunId = runId,
        Stage = stage,
        Step = step,
        State = StepState.Succeeded,
        Message = $"{step} done",
        Duration = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(12)),
    };

    private sealed class Provisioner(ScriptedServices script) : CosProvisioner.CosProvisionerBase
    {
        public override async Task Provision(ProvisionRequest request, IServerStreamWriter<ProvisionReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("provision");
            script.Provisioned = request;
            await responseStream.WriteAsync(new ProvisionReply { Event = Event(request.RunId, "provision", "bucket") });
            await script.OnProvision(context.CancellationToken);
            await responseStream.WriteAsync(new ProvisionReply
            {
                Provisioned = new Provisioned { Bucket = "b", Endpoint = "http://127.0.0.1:1", Namespace = request.Namespace, SecretName = request.SecretName, LocationConstraint = script.LocationConstraint, Usage = script.Usage },
            });
        }

        public override async Task Diagnose(DiagnoseRequest request, IServerStreamWriter<DiagnoseReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("diagnose");
            script.Diagnosed = request;
            foreach (var check in script.Checks)
            {
                await responseStream.WriteAsync(new DiagnoseReply { Event = Event(request.RunId, "doctor", check.Name) });
                await responseStream.WriteAsync(new DiagnoseReply { Check = check });
            }

            await responseStream.WriteAsync(new DiagnoseReply { Diagnosed = new Diagnosed() });
        }

        public override async Task Deprovision(DeprovisionRequest request, IServerStreamWriter<DeprovisionReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("deprovision");
            foreach (var progress in script.CleanUpProgress)
            {
                await responseStream.WriteAsync(new DeprovisionReply { Event = new StageEvent { RunId = request.RunId, Stage = "cleanup", Step = "remove-bucket", State = StepState.Running, Message = progress } });
            }

            await responseStream.WriteAsync(new DeprovisionReply { Deprovisioned = new Deprovisioned { Removed = { "bucket b" }, Leftovers = { script.Leftovers } } });
        }

        public override async Task RotateKey(RotateKeyRequest request, IServerStreamWriter<RotateKeyReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"rotate-key {request.Namespace}/{request.SecretName}");
            await responseStream.WriteAsync(new RotateKeyReply { Event = Event(request.RunId, "rotate", "resource-key") });
            await responseStream.WriteAsync(new RotateKeyReply { Rotated = new KeyRotated { OldKey = "old", NewKey = "new" } });
        }

        public override async Task RevokeKeys(RevokeKeysRequest request, IServerStreamWriter<RevokeKeysReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"revoke-keys {request.Namespace}/{request.SecretName}");
            await responseStream.WriteAsync(new RevokeKeysReply { Event = Event(request.RunId, "rotate", "revoke-key") });
            await responseStream.WriteAsync(new RevokeKeysReply { Revoked = new KeysRevoked { Keys = { "old" } } });
        }

        public override Task<ListLeaksReply> ListLeaks(ListLeaksRequest request, ServerCallContext context) => Task.FromResult(new ListLeaksReply { Leaks = { script.Leaks } });

        public override async Task RemoveLeaks(RemoveLeaksRequest request, IServerStreamWriter<DeprovisionReply> responseStream, ServerCallContext context)
        {
            foreach (var leak in request.Leaks)
            {
                script.RemovedLeaks.Enqueue(leak.Name);
            }

            await responseStream.WriteAsync(new DeprovisionReply { Deprovisioned = new Deprovisioned { Removed = { request.Leaks.Select(leak => leak.Name) } } });
        }

        public override Task<ListLedgersReply> ListLedgers(ListLedgersRequest request, ServerCallContext context) => Task.FromResult(new ListLedgersReply
        {
            Ledgers = { new Ledger { RunId = "rleft", Started = Timestamp.FromDateTime(script.LeftSince), Entries = { new LedgerEntry { Kind = "bucket", Name = "b", State = "created" } } } },
        });
    }

    private sealed class Deployer(ScriptedServices script) : TempoStackDeployer.TempoStackDeployerBase
    {
        public override async Task Check(DeployRequest request, IServerStreamWriter<CheckReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("check");
            script.CheckAsked = request;
            await script.OnCheck(context.CancellationToken);
            await responseStream.WriteAsync(new CheckReply { Checked = new Checked { Name = "simplest", SecretName = script.StorageSecret } });
        }

        public override async Task Deploy(DeployRequest request, IServerStreamWriter<DeployReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("deploy");
            script.DeployAsked = request;
            await script.OnDeploy(context.CancellationToken);
            await responseStream.WriteAsync(new DeployReply
            {
                Deployed = new Deployed
                {
                    Namespace = request.Namespace,
                    Name = "simplest",
                    Endpoints = new TempoEndpoints { OtlpGrpc = "http://127.0.0.1:1", ReachedBy = "port-forward" },
                    Accelerated = { ["storage.trace.blocklist_poll"] = "2s" },
                    Kind = request.Manifest.Contains("TempoMonolithic", StringComparison.Ordinal) ? "TempoMonolithic" : "TempoStack",
                    Reached = { new ReachedEndpoint { Endpoint = "otlp-grpc", Address = "http://127.0.0.1:1", By = "port-forward", Target = "service/tempo-simplest-distributor:4317", Tls = "none" } },
                    Tenant = request.Options?.Tenants.FirstOrDefault() ?? "",
                },
            });
        }

        public override async Task Diagnose(DiagnoseStackRequest request, IServerStreamWriter<DiagnoseStackReply> responseStream, ServerCallContext context)
        {
            script.DiagnosedStack = request;
            var checks = script.StackChecks ?? throw new DiagnosticException("TC333", $"{request.Namespace}/{request.Name}", "There is no such TempoStack", "See `kubectl get tempostacks -A`.").ToRpcException();
            foreach (var check in checks)
            {
                await responseStream.WriteAsync(new DiagnoseStackReply { Event = Event(request.RunId, "doctor", check.Name) });
                await responseStream.WriteAsync(new DiagnoseStackReply { Check = check });
            }

            await responseStream.WriteAsync(new DiagnoseStackReply { Diagnosed = new StackDiagnosed() });
        }

        public override async Task LoseIngesters(LoseIngestersRequest request, IServerStreamWriter<LoseIngestersReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"lose-ingesters {request.Namespace}/{request.Name}{(request.Anyones ? " of anyone" : "")}");
            await responseStream.WriteAsync(new LoseIngestersReply { Event = Event(request.RunId, "disturb", "ingester-pods") });
            await script.OnLoseIngesters();
            await responseStream.WriteAsync(new LoseIngestersReply { Lost = new IngestersLost { Pods = { new Replaced { Name = "p", OldUid = "1", NewUid = "2" } } } });
        }

        public override async Task ShortenRetention(ShortenRetentionRequest request, IServerStreamWriter<ShortenRetentionReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"shorten-retention {request.Namespace}/{request.Name} {request.Blocks.Seconds} {request.CompactedBlocks.Seconds}");
            await responseStream.WriteAsync(new ShortenRetentionReply { Shortened = new RetentionShortened { Now = { ["spec.retention.global.traces"] = "1s" } } });
        }

        public override async Task Plan(PlanRequest request, IServerStreamWriter<PlanReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("plan");
            script.PlanAsked = request;
            await responseStream.WriteAsync(new PlanReply { Event = Event(request.Deploy.RunId, "plan", "objects") });
            await responseStream.WriteAsync(new PlanReply { Planned = script.Planned });
        }

        public override async Task Change(ChangeRequest request, IServerStreamWriter<ChangeReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"change {request.Namespace}/{request.Name} {string.Join(' ', request.Set)}");
            script.ChangeAsked = request;
            await responseStream.WriteAsync(new ChangeReply { Event = Event(request.RunId, "change", "apply") });
            await script.OnChange();
            await responseStream.WriteAsync(new ChangeReply
            {
                Changed = new Changed { Before = { ["spec.template.querier.replicas"] = "1" }, Now = { ["spec.template.querier.replicas"] = "2" }, Pods = { "tempo-simplest-querier-b" }, TempoVersion = "2.10.8" },
            });
        }

        public override async Task Restart(RestartRequest request, IServerStreamWriter<RestartReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue($"restart {request.Namespace}/{request.Name}{(request.Anyones ? " of anyone" : "")}");
            await script.OnRestart();
            await responseStream.WriteAsync(new RestartReply { Event = Event(request.RunId, "rotate", "components") });
            await responseStream.WriteAsync(new RestartReply { Restarted = new Restarted { Pods = { new Replaced { Name = "p", OldUid = "1", NewUid = "2" } } } });
        }

        public override async Task Undeploy(UndeployRequest request, IServerStreamWriter<UndeployReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("undeploy");
            await responseStream.WriteAsync(new UndeployReply { Undeployed = new Undeployed { Removed = { "TempoStack simplest" } } });
        }

        public override Task<ListLedgersReply> ListLedgers(ListLedgersRequest request, ServerCallContext context) => Task.FromResult(new ListLedgersReply());
    }

    private sealed class Generator(ScriptedServices script) : TraceGenerator.TraceGeneratorBase
    {
        public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue(request.RunId.EndsWith("-fresh", StringComparison.Ordinal) ? "generate-fresh" : "generate");
            await script.OnGenerate(context.CancellationToken);
            var now = Timestamp.FromDateTime(DateTime.UtcNow);
            await responseStream.WriteAsync(new GenerateReply
            {
                Generated = new Generated
                {
                    Manifest = new TraceManifest { RunId = request.RunId, Seed = request.Seed, Profile = "shop", Count = request.Count, Spans = 70, Start = now, End = now, Base = now, ContentHash = "sha256:" + new string('0', 64) },
                    Account = new DeliveryAccount { SentSpans = 70, AcceptedSpans = 70, Requests = 1 },
                },
            });
        }
    }

    private sealed class Verifier(ScriptedServices script) : QueryVerifier.QueryVerifierBase
    {
        public override Task<Baseline> TakeBaseline(BaselineRequest request, ServerCallContext context)
        {
            script.Calls.Enqueue("baseline");
            return Task.FromResult(new Baseline { Taken = Timestamp.FromDateTime(DateTime.UtcNow) });
        }

        public override async Task Verify(IAsyncStreamReader<VerifyInput> requestStream, IServerStreamWriter<VerifyReply> responseStream, ServerCallContext context)
        {
            script.Calls.Enqueue("verify");
            var verdict = script.Verdicts.TryDequeue(out var scripted) ? scripted : script.WrittenVerdict;
            await requestStream.MoveNext(context.CancellationToken);
            script.Verified = requestStream.Current.Request;
            script.AllVerified.Enqueue(script.Verified);
            foreach (var wish in script.Wishes)
            {
                await responseStream.WriteAsync(new VerifyReply { Wish = wish });
                if (script.VerifierHangsUp)
                {
                    return;
                }

                await requestStream.MoveNext(context.CancellationToken);
                script.Answers.Enqueue(requestStream.Current);
            }

            var rungs = new[]
            {
                new RungResult { Rung = 1, Name = "queryable", Claim = "every trace is found", Verdict = Verdict.Proven, Controls = { new Control { Name = "unsent id", Expected = "404", Observed = "404", Held = true } } },
                new RungResult { Rung = 2, Name = "written", Claim = "blocks hold every trace", Verdict = verdict, Reason = verdict == Verdict.Proven ? "" : "no block in the bucket", Evidence = { ["bytes"] = "4096", ["block_count"] = "2" } },
            };
            foreach (var rung in rungs)
            {
                await responseStream.WriteAsync(new VerifyReply { Rung = rung });
            }

            var told = new TempoRequests { Component = "ingester", Requests = { ["PUT 200"] = 4 } };
            await responseStream.WriteAsync(new VerifyReply { Verified = new Verified { Verdict = verdict, Rungs = { rungs }, Usage = script.Usage, Tempo = { told } } });
        }
    }
}
