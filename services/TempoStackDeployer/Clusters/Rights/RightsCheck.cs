using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;

namespace TempoCos.TempoStackDeployer.Clusters.Rights;

/// <summary>Asks the API server which rights this user has, by SelfSubjectAccessReview.</summary>
internal static class RightsCheck
{
    private const int AtOnce = 8;

    /// <summary>Ends the step with what is missing, or throws when a run cannot do without it. The result is what is missing of the rest.</summary>
    /// <exception cref="DiagnosticException">Rights are missing.</exception>
    public static async Task<IReadOnlyList<RequiredRight>> RunAsync(
        ClusterConnection cluster, string @namespace, bool isThere, IReadOnlyList<RequiredRight> rights, StageStep step, CancellationToken cancellationToken)
    {
        RequiredRight[] single = [.. rights.SelectMany(right => right.Verbs.Select(verb => right with { Verbs = [verb] })).Distinct(new ByVerb())];
        var allowed = new bool[single.Length];
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, single.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (index, stop) => allowed[index] = await IsAllowedAsync(cluster, @namespace, single[index], stop));
        }
        catch (Exception exception) when (exception is HttpOperationException { Response.StatusCode: HttpStatusCode.NotFound } or DiagnosticException { Code: Codes.Forbidden })
        {
            step.Skip("The cluster does not say what this user may do, so a missing right shows when it is needed");
            return [];
        }

        RequiredRight[] missing = [.. single.Where((_, index) => !allowed[index])];
        var user = await UserAsync(cluster, cancellationToken);
        step.Evidence["user"] = user;
        step.Evidence["allowed"] = $"{single.Length - missing.Length} of {single.Length}";
        var needed = new MissingRights(@namespace, isThere, user, [.. missing.Where(right => right.IsNeeded)]);
        if (needed.Any)
        {
            step.Evidence["missing"] = needed.ToString();
            throw new DiagnosticException(
                Codes.Forbidden, needed.ToString(), $"{(user.Length > 0 ? user : "The user")} lacks rights that a run with this manifest uses: {needed.Rights.First().Why}", needed.Remedy());
        }

        var others = new MissingRights(@namespace, isThere, user, [.. missing.Where(right => !right.IsNeeded)]);
        step.Succeed(others.Any ? $"{user} has every right that is needed; without {others} less can be done: {string.Join("; ", others.Rights.Select(right => right.Why).Distinct())}" : $"{user} has every right that a run uses");
        if (others.Any)
        {
            step.Evidence["missing"] = others.ToString();
        }

        return [.. others.Rights];
    }

    private static async Task<bool> IsAllowedAsync(ClusterConnection cluster, string @namespace, RequiredRight right, CancellationToken cancellationToken)
    {
        var (resource, below) = right.Resource.Split('/') is [var first, var second] ? (first, second) : (right.Resource, null);
        var isNamespace = right is { Group: "", Resource: "namespaces", ClusterWide: false };
        var review = await cluster.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview
            {
                Spec = new V1SelfSubjectAccessReviewSpec
                {
                    ResourceAttributes = new V1ResourceAttributes
                    {
                        Group = right.Group,
                        Resource = resource,
                        Subresource = below,
                        Verb = right.Verbs[0],
                        NamespaceProperty = right.ClusterWide ? right.Name.Length > 0 ? right.Name : null : @namespace,
                        Name = isNamespace ? @namespace : right.Name.Length > 0 ? right.Name : null,
                    },
                },
            },
            cancellationToken: cancellationToken);
        return review.Status?.Allowed == true;
    }

    private static async Task<string> UserAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        try
        {
            return (await cluster.Client.AuthenticationV1.CreateSelfSubjectReviewAsync(new V1SelfSubjectReview(), cancellationToken: cancellationToken)).Status?.UserInfo?.Username ?? "";
        }
        catch (Exception exception) when (exception is HttpOperationException or DiagnosticException { Code: Codes.Forbidden })
        {
            // Kubernetes before 1.28 does not know the question.
            return "";
        }
    }

    private sealed class ByVerb : IEqualityComparer<RequiredRight>
    {
        public bool Equals(RequiredRight? one, RequiredRight? other) => Key(one!) == Key(other!);

        public int GetHashCode(RequiredRight right) => Key(right).GetHashCode();

        private static (string, string, bool, string) Key(RequiredRight right) => (right.FullName, right.Verbs[0], right.ClusterWide, right.Name);
    }
}
