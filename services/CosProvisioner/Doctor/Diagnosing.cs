using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;
using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;
using TempoCos.ServiceDefaults;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>Examines the account, and of a run also its bucket with the key that Tempo gets, and what would stand in the way of its removal.</summary>
internal sealed class Diagnosing(
    ApiKeyCheck apiKey,
    AccountRightsCheck rights,
    LocationCheck location,
    PlanCheck plan,
    ServiceInstanceCheck instance,
    BucketLimitCheck limit,
    ReclamationCheck reclamations,
    ResourceGroupCheck group,
    LeaksCheck leaks,
    RunStore stores,
    LedgerStore ledgers)
{
    // Of names that are only looked at, never made.
    private const string NoRun = "rdoctor";

    public async Task<Diagnosed> RunAsync(DiagnoseRequest request, StageReporter reporter, Func<CheckResult, Task> publish, CancellationToken cancellationToken)
    {
        var items = request.RunId.Length > 0 ? Known(request.RunId) : [];
        var asked = request.Plan?.Clone() ?? new ProvisionRequest();
        asked.RunId = request.RunId.Length > 0 ? request.RunId : NoRun;
        var results = new List<CheckResult>();
        if (asked.Provider != Provider.S3 && !items.Any(item => item.Place.ContainsKey(Place.Endpoint)))
        {
            CloudCheck[] checks = request.RunId.Length > 0 ? [apiKey, rights, location, plan, instance, limit, reclamations, group] : [apiKey, rights, location, plan, limit, reclamations, leaks];
            results.AddRange(await new CloudCheckRun(new CloudExamination(asked, items), ObserveAsync).RunAsync(checks, cancellationToken));
        }

        if (results.Exists(result => result is { Id: DiagnosticCode.ServiceInstanceFailed, Severity: CheckSeverity.Fail }))
        {
            foreach (var check in StoreDoctor.Checks)
            {
                results.Add(await ObserveAsync(check, () => Task.FromResult(Finding.Skip($"not asked, since {DiagnosticCode.ServiceInstanceFailed} failed").ToResult(check, TimeSpan.Zero))));
            }
        }
        else if (request.RunId.Length > 0)
        {
            var doctor = new StoreDoctor(await stores.ReadAsync(request, items, cancellationToken));
            results.AddRange(await doctor.ExamineAsync(ObserveAsync, cancellationToken));
        }

        return new Diagnosed { Worst = results.Worst() };

        async Task<CheckResult> ObserveAsync(CheckDescription check, Func<Task<CheckResult>> run)
        {
            var result = await reporter.StepAsync(check.Name, check.Doing, async step =>
            {
                var found = (await run()).Ignoring(request.Ignore);
                step.Conclude(found);
                return found;
            });
            await publish(result);
            return result;
        }
    }

    private IReadOnlyList<LedgerItem> Known(string runId)
    {
        RunPlan.CheckRunId(runId);
        return ledgers.ReadAll().FirstOrDefault(run => run.RunId == runId).Items
            ?? throw new DiagnosticException(DiagnosticCode.RunIdInvalid, runId, "no run of this id has anything that could be examined", "`tempocos status` lists the runs; keep one with `tempocos run --keep`.");
    }
}
