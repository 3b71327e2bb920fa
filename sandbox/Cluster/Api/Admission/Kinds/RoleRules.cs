using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Admission.Kinds;

/// <summary>Roles, and what gives them to whom.</summary>
public static class RoleRules
{
    public static void Role(Field rules, bool isNamespaced)
    {
        foreach (var rule in rules.Items)
        {
            if (rule["verbs"].Items.Count == 0)
            {
                rule["verbs"].Required("verbs must contain at least one value");
            }

            if (rule["nonResourceURLs"].Items.Count > 0)
            {
                if (isNamespaced)
                {
                    rule["nonResourceURLs"].Invalid("namespaced rules cannot apply to non-resource URLs");
                }

                if (rule["apiGroups"].Items.Count + rule["resources"].Items.Count + rule["resourceNames"].Items.Count > 0)
                {
                    rule["nonResourceURLs"].Invalid("rules cannot apply to both regular resources and non-resource URLs");
                }

                continue;
            }

            if (rule["apiGroups"].Items.Count == 0)
            {
                rule["apiGroups"].Required("resource rules must supply at least one api group");
            }

            if (rule["resources"].Items.Count == 0)
            {
                rule["resources"].Required("resource rules must supply at least one resource");
            }
        }
    }

    public static void Binding(Field binding, bool isNamespaced)
    {
        var role = binding["roleRef"];
        if (role["apiGroup"].Text != Authorizer.Group)
        {
            role["apiGroup"].Showing(role["apiGroup"].Text).NotSupported(Authorizer.Group);
        }

        if (role["kind"].Text is not "ClusterRole" && (!isNamespaced || role["kind"].Text is not "Role"))
        {
            role["kind"].Showing(role["kind"].Text).NotSupported(isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
        }

        if (role["name"].Demand())
        {
            role["name"].Spelled(Words.PathSegment);
        }

        foreach (var subject in binding["subjects"].Items)
        {
            Subject(subject, isNamespaced);
        }
    }

    private static void Subject(Field subject, bool isNamespaced)
    {
        subject["name"].Demand();
        switch (subject["kind"].Text)
        {
            case "ServiceAccount":
                subject["name"].Spelled(Words.Subdomain);
                if (subject["apiGroup"].Text.Length > 0)
                {
                    subject["apiGroup"].NotSupported("");
                }

                if (!isNamespaced && subject["namespace"].Text.Length == 0)
                {
                    subject["namespace"].Required();
                }

                break;
            case "User" or "Group":
                if (subject["apiGroup"].Text != Authorizer.Group)
                {
                    subject["apiGroup"].Showing(subject["apiGroup"].Text).NotSupported(Authorizer.Group);
                }

                break;
            default:
                subject["kind"].Showing(subject["kind"].Text).NotSupported("ServiceAccount", "User", "Group");
                break;
        }
    }
}
