using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Http;

namespace TempoCos.Cluster.Access;

/// <summary>Acting as somebody else (<c>kubectl --as</c>), for who has the verb impersonate.</summary>
public sealed class Impersonation(Authorizer authorizer)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraHeader = "Impersonate-Extra-";

    public UserInfo Apply(UserInfo user, HttpRequest request)
    {
        var (wanted, groups, uid) = (request.Headers[UserHeader].ToString(), request.Headers[GroupHeader].OfType<string>().ToList(), request.Headers[UidHeader].ToString());
        var extra = request.Headers.Where(header => header.Key.StartsWith(ExtraHeader, StringComparison.OrdinalIgnoreCase)).ToDictionary(
            header => Uri.UnescapeDataString(header.Key[ExtraHeader.Length..].ToLowerInvariant()), header => (IReadOnlyList<string>)[.. header.Value.OfType<string>()]);
        if (wanted.Length == 0)
        {
            return groups.Count + uid.Length + extra.Count == 0 ? user
                : throw ApiException.BadRequest("requested impersonation of groups or of more without impersonating a user name");
        }

        var account = UserInfo.AccountOf(wanted);
        Demand(user, "", account is null ? "users" : "serviceaccounts", account?.Namespace ?? "", account?.Name ?? wanted);
        groups.ForEach(group => Demand(user, "", "groups", "", group));
        if (uid.Length > 0)
        {
            Demand(user, "authentication.k8s.io", "uids", "", uid);
        }

        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                Demand(user, "authentication.k8s.io", "userextras", "", value, key);
            }
        }

        if (account is { } one && groups.Count == 0)
        {
            groups.AddRange(UserInfo.ServiceAccount(one.Namespace, one.Name).Groups);
        }

        if (wanted != "system:anonymous" && !groups.Contains(UserInfo.Authenticated))
        {
            groups.Add(UserInfo.Authenticated);
        }

        return new UserInfo(wanted, groups, uid) { Extra = extra };
    }

    private void Demand(UserInfo user, string group, string resource, string ns, string name, string subresource = "")
    {
        var attributes = new RequestAttributes("impersonate", group, "v1", resource, subresource, ns, name, "");
        if (!authorizer.Decide(user, attributes).Allowed)
        {
            throw ApiException.Forbidden(attributes, user.Name);
        }
    }
}
