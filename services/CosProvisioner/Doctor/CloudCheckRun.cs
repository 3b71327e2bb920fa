using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Steps;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>
/// Runs the checks of an account one after the other. The first request tells apart why the cloud cannot be asked, and each of these causes has an id of
/// its own, which passes when another is to blame.
/// </summary>
internal sealed class CloudCheckRun(CloudExamination examination, CheckObserver observer)
{
    // What the first check may find beside its own.
    private static readonly (CheckDescription Check, string Passed)[] Causes =
    [
        (new(DiagnosticCode.ApiKeyMissing, "api-key-there", "Looking for an API key"), "there is an API key"),
        (new(DiagnosticCode.CloudUnreachable, "reachability", "Reaching IBM Cloud"), "IBM Cloud answers"),
        (new(DiagnosticCode.AccountMissing, "account", "Reading the account from the token"), "the API key belongs to an account"),
        (new(DiagnosticCode.ProxyInTheWay, "proxy", "Looking for a proxy in the way"), "no proxy answers in IBM Cloud's place"),
        (new(DiagnosticCode.CertificateUntrusted, "certificates", "Checking IBM Cloud's certificates"), "IBM Cloud's certificates are trusted"),
    ];

    private readonly List<CheckResult> _results = [];

    public async Task<IReadOnlyList<CheckResult>> RunAsync(IReadOnlyList<CloudCheck> checks, CancellationToken cancellationToken)
    {
        string? ended = null;
        foreach (var check in checks)
        {
            DiagnosticException? elsewhere = null;
            var result = await ShowAsync(check.Description, async () =>
            {
                (var finding, elsewhere) = ended is null ? await FindAsync(check, cancellationToken) : (Finding.Skip(ended), null);
                return finding;
            });
            if (elsewhere is not null && _results.TrueForAll(known => known.Id != elsewhere.Code || known.Severity == CheckSeverity.Pass))
            {
                await ShowAsync(NameOf(elsewhere, check), () => Task.FromResult(Failure(elsewhere) with { Severity = check.IsAdvisory ? CheckSeverity.Warning : CheckSeverity.Fail }));
            }

            if (check == checks[0] && result.Severity != CheckSeverity.Pass)
            {
                ended = $"not asked, since {elsewhere?.Code ?? check.Description.Id} failed";
            }
        }

        // Who has provisioned a run knows that none of them is there.
        foreach (var (cause, passed) in (examination.HasRun ? [] : Causes).Where(cause => _results.TrueForAll(result => result.Id != cause.Check.Id)))
        {
            await ShowAsync(cause, () => Task.FromResult(ended is null ? Finding.Pass(passed) : Finding.Skip(ended)));
        }

        return _results;
    }

    private async Task<(Finding Finding, DiagnosticException? Elsewhere)> FindAsync(CloudCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return (await check.RunAsync(examination, cancellationToken), null);
        }
        catch (Exception exception) when (Diagnosis.Of(exception) is { } diagnostic)
        {
            return diagnostic.Code == check.Description.Id
                ? (Failure(diagnostic), null)
                : (Finding.Skip($"not asked, since {diagnostic.Code} failed"), diagnostic);
        }
    }

    private async Task<CheckResult> ShowAsync(CheckDescription description, Func<Task<Finding>> find)
    {
        var result = await observer(description, async () =>
        {
            var started = Stopwatch.GetTimestamp();
            var finding = await find();
            return finding.ToResult(description, Stopwatch.GetElapsedTime(started));
        });
        _results.Add(result);
        return result;
    }

    private static CheckDescription NameOf(DiagnosticException diagnostic, CloudCheck check) =>
        Causes.Select(cause => cause.Check).FirstOrDefault(cause => cause.Id == diagnostic.Code) ?? check.Description with { Id = diagnostic.Code };

    private static Finding Failure(DiagnosticException diagnostic) =>
        Finding.Fail(diagnostic.Reason, diagnostic.Fix).With("value", diagnostic.Value.Length > 0 ? diagnostic.Value : null);
}
