using TempoCos.Contracts;

namespace TempoCos.Doctor;

/// <summary>What results add up to.</summary>
public static class Results
{
    /// <summary>The gravest severity; skipped counts as passed, since whatever kept it from being asked counts itself.</summary>
    public static CheckSeverity Worst(this IEnumerable<CheckResult> results)
    {
        var worst = CheckSeverity.Pass;
        foreach (var result in results)
        {
            worst = result.Severity is CheckSeverity.Warning or CheckSeverity.Fail && result.Severity > worst ? result.Severity : worst;
        }

        return worst;
    }

    /// <summary>The same result, as a warning when it is a failure that the caller wants to live with.</summary>
    public static CheckResult Ignoring(this CheckResult result, IReadOnlyCollection<string> codes)
    {
        if (result.Severity != CheckSeverity.Fail || !codes.Contains(result.Id))
        {
            return result;
        }

        var ignored = result.Clone();
        ignored.Severity = CheckSeverity.Warning;
        ignored.Message = $"ignored on request: {result.Message}";
        return ignored;
    }
}
