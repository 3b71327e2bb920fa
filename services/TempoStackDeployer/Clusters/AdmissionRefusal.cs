using System.Net;
using System.Text.RegularExpressions;
using k8s.Models;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Refusals of what an object is, and not of who sends it: the API server answers 403 also for a quota, a limit, a policy or a namespace that is being deleted, and
/// 500 for a server-side apply with a field that the kind does not have. No role helps against these, nor does asking again.
/// </summary>
internal static partial class AdmissionRefusal
{
    private const string UntypedApply = "failed to create typed patch object";
    private const string Terminating = "NamespaceTerminating";

    /// <summary>Whether an answer is such a refusal.</summary>
    public static bool Is(HttpStatusCode code, string content) => code switch
    {
        HttpStatusCode.Forbidden => NotOfTheUser().IsMatch(ApiStatus.Message(content)),
        HttpStatusCode.InternalServerError => IsUntypedApply(ApiStatus.Message(content)),
        _ => false,
    };

    /// <summary>The code of a refusal that has one of its own: a namespace that is being deleted, a quota or a limit; else null.</summary>
    public static string? CodeOf(string content)
    {
        var status = ApiStatus.Parse(content);
        return status?.Details?.Causes?.Any(cause => cause.Reason == Terminating) == true ? Codes.NamespaceTerminating
            : status is { Code: (int)HttpStatusCode.Forbidden } && QuotaOrLimit().IsMatch(status.Message ?? "") ? Codes.Quota
            : null;
    }

    private static bool IsUntypedApply(string message) => message.StartsWith(UntypedApply, StringComparison.Ordinal);

    /// <summary>Who may not do something is always called by name: <c>is forbidden: User "jane" cannot …</c>.</summary>
    [GeneratedRegex("(^|[^:]) is forbidden: (?!User \")|^admission webhook ", RegexOptions.CultureInvariant)]
    private static partial Regex NotOfTheUser();

    [GeneratedRegex("is forbidden: (exceeded quota|failed quota|(maximum|minimum) )", RegexOptions.CultureInvariant)]
    private static partial Regex QuotaOrLimit();
}
