using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenTelemetry;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.Rotation;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner;

/// <summary>The contract's face of provisioning, deprovisioning and the ledgers.</summary>
internal sealed class CosProvisionerService(
    Provisioning provisioning,
    S3Provisioning s3,
    Deprovisioning deprovisioning,
    KeyRotation rotation,
    KeyRevocation revocation,
    LedgerStore ledgers,
    TimeProvider time)
    : Contracts.CosProvisioner.CosProvisionerBase
{
    public override async Task Provision(ProvisionRequest request, IServerStreamWriter<ProvisionReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "provision", @event => WriteAsync(responseStream, new ProvisionReply { Event = @event }, cancelled));
        var provisioned = await (request.Provider == Provider.S3 ? s3.RunAsync(request, reporter, cancelled) : provisioning.RunAsync(request, reporter, cancelled));
        await responseStream.WriteAsync(new ProvisionReply { Provisioned = provisioned }, cancelled);
    }

    public override async Task Deprovision(DeprovisionRequest request, IServerStreamWriter<DeprovisionReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "cleanup", @event => WriteAsync(responseStream, new DeprovisionReply { Event = @event }, cancelled));
        var deprovisioned = await deprovisioning.RunAsync(request.RunId, reporter, cancelled);
        await responseStream.WriteAsync(new DeprovisionReply { Deprovisioned = deprovisioned }, cancelled);
    }

    public override async Task RotateKey(RotateKeyRequest request, IServerStreamWriter<RotateKeyReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "rotate", @event => WriteAsync(responseStream, new RotateKeyReply { Event = @event }, cancelled));
        var rotated = await rotation.RunAsync(request, reporter, cancelled);
        await responseStream.WriteAsync(new RotateKeyReply { Rotated = rotated }, cancelled);
    }

    public override async Task RevokeKeys(RevokeKeysRequest request, IServerStreamWriter<RevokeKeysReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "rotate", @event => WriteAsync(responseStream, new RevokeKeysReply { Event = @event }, cancelled));
        var revoked = await revocation.RunAsync(request, reporter, cancelled);
        await responseStream.WriteAsync(new RevokeKeysReply { Revoked = revoked }, cancelled);
    }

    public override Task<ListLedgersReply> ListLedgers(ListLedgersRequest request, ServerCallContext context)
    {
        var reply = new ListLedgersReply();
        foreach (var (runId, items) in ledgers.ReadAll())
        {
            reply.Ledgers.Add(new Contracts.Ledger { RunId = runId, Entries = { items.Select(ToEntry) }, Started = Timestamp.FromDateTimeOffset(items.Min(item => item.IntendedAt)) });
        }

        return Task.FromResult(reply);
    }

    private static LedgerEntry ToEntry(LedgerItem item) => new()
    {
        Kind = item.Kind,
        Name = item.Name,
        Id = item.Id ?? "",
        State = item.State == LedgerState.Created ? "created" : "intended",
    };

    private StageReporter Report(string runId, string stage, Func<StageEvent, Task> write)
    {
        Baggage.SetBaggage(RunIdProcessor.Key, runId);
        Activity.Current?.SetTag(RunIdProcessor.Key, runId);
        return new StageReporter(runId, stage, ProvisionerTelemetry.Source, time, write);
    }

    // Nobody listens any more once the call is cancelled, and what is being said then must not hide the cancellation.
    private static async Task WriteAsync<T>(IServerStreamWriter<T> stream, T reply, CancellationToken cancelled)
    {
        if (cancelled.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await stream.WriteAsync(reply, cancelled);
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            // As above.
        }
    }
}
