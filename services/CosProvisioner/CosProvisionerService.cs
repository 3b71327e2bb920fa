using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenTelemetry;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Doctor;
using TempoCos.CosProvisioner.Leaks;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.Rotation;
using TempoCos.CosProvisioner.Steps;
using TempoCos.ServiceDefaults;
using TempoCos.StorageCost.Metering;

namespace TempoCos.CosProvisioner;

/// <summary>The contract's face of provisioning, deprovisioning and the ledgers.</summary>
internal sealed class CosProvisionerService(
    Provisioning provisioning,
    S3Provisioning s3,
    Deprovisioning deprovisioning,
    LeakSearch leaks,
    LeakRemoval leakRemoval,
    Diagnosing diagnosing,
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
        using var metering = new MeteringScope();
        var provisioned = await (request.Provider == Provider.S3 ? s3.RunAsync(request, reporter, cancelled) : provisioning.RunAsync(request, reporter, cancelled));
        provisioned.Usage = metering.Meter.ToUsage();
        await responseStream.WriteAsync(new ProvisionReply { Provisioned = provisioned }, cancelled);
    }

    public override async Task Deprovision(DeprovisionRequest request, IServerStreamWriter<DeprovisionReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "cleanup", @event => WriteAsync(responseStream, new DeprovisionReply { Event = @event }, cancelled));
        using var metering = new MeteringScope();
        var deprovisioned = await deprovisioning.RunAsync(request.RunId, reporter, cancelled);
        deprovisioned.Usage = metering.Meter.ToUsage();
        await responseStream.WriteAsync(new DeprovisionReply { Deprovisioned = deprovisioned }, cancelled);
    }

    public override async Task RotateKey(RotateKeyRequest request, IServerStreamWriter<RotateKeyReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "rotate", @event => WriteAsync(responseStream, new RotateKeyReply { Event = @event }, cancelled));
        using var metering = new MeteringScope();
        var rotated = await rotation.RunAsync(request, reporter, cancelled);
        rotated.Usage = metering.Meter.ToUsage();
        await responseStream.WriteAsync(new RotateKeyReply { Rotated = rotated }, cancelled);
    }

    public override async Task RevokeKeys(RevokeKeysRequest request, IServerStreamWriter<RevokeKeysReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        using var reporter = Report(request.RunId, "rotate", @event => WriteAsync(responseStream, new RevokeKeysReply { Event = @event }, cancelled));
        using var metering = new MeteringScope();
        var revoked = await revocation.RunAsync(request, reporter, cancelled);
        revoked.Usage = metering.Meter.ToUsage();
        await responseStream.WriteAsync(new RevokeKeysReply { Revoked = revoked }, cancelled);
    }

    public override async Task Diagnose(DiagnoseRequest request, IServerStreamWriter<DiagnoseReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        // Checks run at once and a stream takes one message at a time.
        using var oneAtATime = new SemaphoreSlim(1, 1);
        using var reporter = Report(request.RunId, "doctor", @event => WriteInTurnAsync(new DiagnoseReply { Event = @event }));
        using var metering = new MeteringScope();
        var diagnosed = await diagnosing.RunAsync(request, reporter, check => WriteInTurnAsync(new DiagnoseReply { Check = check }), cancelled);
        diagnosed.Usage = metering.Meter.ToUsage();
        await responseStream.WriteAsync(new DiagnoseReply { Diagnosed = diagnosed }, cancelled);

        async Task WriteInTurnAsync(DiagnoseReply reply)
        {
            await oneAtATime.WaitAsync();
            try
            {
                await WriteAsync(responseStream, reply, cancelled);
            }
            finally
            {
                oneAtATime.Release();
            }
        }
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

    public override Task<ListLeaksReply> ListLeaks(ListLeaksRequest request, ServerCallContext context) => leaks.RunAsync(request.Prefix, context.CancellationToken);

    public override async Task RemoveLeaks(RemoveLeaksRequest request, IServerStreamWriter<DeprovisionReply> responseStream, ServerCallContext context)
    {
        var cancelled = context.CancellationToken;
        var removed = await leakRemoval.RunAsync(
            request.Leaks, request.Prefix, run => Report(run, "sweep", @event => WriteAsync(responseStream, new DeprovisionReply { Event = @event }, cancelled)), cancelled);
        await responseStream.WriteAsync(new DeprovisionReply { Deprovisioned = removed }, cancelled);
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
