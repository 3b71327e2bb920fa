using TempoCos.Contracts;
using TempoCos.Doctor.Checks;
using TempoCos.Doctor.Wire;
using TempoCos.StorageCost.Metering;

namespace TempoCos.Doctor;

/// <summary>
/// Examines an object store for Tempo with Tempo's own key: does what Tempo will do, on canary objects that are removed again whatever happens, and names
/// what will not work before Tempo meets it. Any store that speaks S3 with signature version 4.
/// </summary>
/// <param name="target">Store, bucket and key.</param>
/// <param name="options">Bounds; null for the defaults.</param>
/// <param name="time">Clock; null for the system's.</param>
public sealed class StoreDoctor(StoreTarget target, StoreDoctorOptions? options = null, TimeProvider? time = null)
{
    private static readonly TimeSpan CleaningLimit = TimeSpan.FromSeconds(15);
    private static readonly StoreCheck Form = new EndpointFormatCheck();
    private static readonly StoreCheck StartUp = new StartUpListingCheck();
    private static readonly StoreCheck Clock = new ClockCheck();
    private static readonly StoreCheck Rights = new RightsCheck();
    private static readonly StoreCheck[] Examining = [new PayloadModesCheck(), new MultipartCheck(), new ListingOrderCheck(), new ConsistencyCheck(), new IntegrityCheck()];
    private static readonly StoreCheck Latency = new LatencyCheck();
    private static readonly StoreCheck CleanUp = new CleanUpCheck();
    private readonly StoreDoctorOptions _options = options ?? new StoreDoctorOptions();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Every check that <see cref="ExamineAsync"/> may answer for, by id.</summary>
    public static IReadOnlyList<CheckDescription> Checks { get; } =
        [.. new[] { Form, StartUp, Clock, Rights, Latency, CleanUp }.Concat(Examining).Select(check => check.Description).OrderBy(check => check.Id, StringComparer.Ordinal)];

    /// <summary>Runs every check. A store that does not answer is a result, not an exception. Requests are counted by the caller's <see cref="MeteringScope"/>.</summary>
    /// <param name="observer">Stands around each check; null for nobody.</param>
    /// <param name="cancellationToken">Ends it early; canaries are removed all the same, within 15 s.</param>
    /// <returns>One result a check, by id.</returns>
    public async Task<IReadOnlyList<CheckResult>> ExamineAsync(CheckObserver? observer, CancellationToken cancellationToken)
    {
        var form = EndpointForm.Of(target.Endpoint, target.Bucket);
        using var wire = new S3Wire(target, form.Address ?? new Uri("http://localhost"), _time);
        var examination = new Examination(target, form, _options, wire, new Canary(target.Prefix));
        var run = new CheckRun(examination, observer, _options.CheckLimit);
        try
        {
            await run.ThroughAsync(Form, cancellationToken);
            await run.ThroughAsync(StartUp, cancellationToken);
            await run.PrepareAsync(LockProbe.RunAsync, cancellationToken);
            await run.ThroughAsync(Rights, cancellationToken);
            await run.PrepareAsync(Cleaner.RemoveStaleAsync, cancellationToken);
            await Task.WhenAll(Examining.Select(check => run.ThroughAsync(check, cancellationToken)));
            await run.ThroughAsync(Latency, cancellationToken);
            await run.ThroughAsync(Clock, cancellationToken);
        }
        finally
        {
            await CleanAsync(run);
        }

        await run.ThroughAsync(CleanUp, cancellationToken);
        return [.. run.Results.OrderBy(result => result.Id, StringComparer.Ordinal)];
    }

    private async Task CleanAsync(CheckRun run)
    {
        using var limit = new CancellationTokenSource(CleaningLimit, _time);
        try
        {
            await run.PrepareAsync(Cleaner.RemoveOwnAsync, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // What is left is named by the check on the clean-up, and removed by the next examination.
        }
    }
}
