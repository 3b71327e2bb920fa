using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Why the API server answers 403: mostly because the user lacks a right, but admission says no in the same way, as to whatever is new in a namespace that is
/// being deleted, or where a quota is used up.
/// </summary>
internal static partial class ForbiddenCause
{
    /// <param name="request">Method and path.</param>
    /// <param name="message">Of the server.</param>
    public static DiagnosticException Of(string request, string message)
    {
        if (Terminating().Match(message) is { Success: true } terminating)
        {
            var name = terminating.Groups["name"].Value;
            return new DiagnosticException(
                Codes.NamespaceTerminating, name, $"The namespace is being deleted, so that nothing new is made in it: {message}",
                $"Wait until it is gone, or choose another; `kubectl get namespace {name} -o yaml` says what holds it.");
        }

        if (Quota().Match(message) is { Success: true } quota)
        {
            return new DiagnosticException(
                Codes.Quota, $"resourcequota {quota.Groups["name"].Value}", $"The namespace's quota does not allow it: {message}",
                "Have the quota raised, delete what uses it up (`kubectl describe quota` shows both), or choose another namespace.");
        }

        return new DiagnosticException(
            Codes.Forbidden, request, $"The cluster forbids it: {message}",
            "Have a role bound to this user that allows it; `kubectl auth can-i --list` shows what is allowed.");
    }

    [GeneratedRegex(@"in namespace (?<name>\S+) because it is being terminated", RegexOptions.CultureInvariant)]
    private static partial Regex Terminating();

    [GeneratedRegex(@"is forbidden: (?:exceeded|failed) quota: (?<name>[^,:\s]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Quota();
}
