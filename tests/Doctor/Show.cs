using TempoCos.Contracts;

namespace TempoCos.Doctor.Tests;

/// <summary>A result in one line, for the message of an assertion.</summary>
internal static class Show
{
    public static string Of(CheckResult result) =>
        $"{result.Id} {result.Severity}: {result.Message} [{string.Join(", ", result.Evidence.Select(pair => $"{pair.Key}={pair.Value}"))}]";
}
