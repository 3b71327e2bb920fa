using System.Text.Json.Nodes;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission.Kinds;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>What the API server refuses: metadata of all kinds, and what is wrong with an object of the built-in ones.</summary>
public static class Validation
{
    public static IEnumerable<FieldError> Find(ResourceType type, JsonObject given, WriteOptions options)
    {
        var errors = new List<FieldError>();
        var root = new Field(given, "", errors);
        MetadataRules.Check(type, root["metadata"]);
        Content(type, root, options);
        return errors;
    }

    private static void Content(ResourceType type, Field root, WriteOptions options)
    {
        switch (type.Resource)
        {
            case BuiltInResources.Pods:
                PodRules.Check(root["spec"]);
                break;
            case BuiltInResources.Deployments:
                WorkloadRules.Deployment(root["spec"]);
                break;
            case BuiltInResources.ReplicaSets:
                WorkloadRules.ReplicaSet(root["spec"]);
                break;
            case BuiltInResources.StatefulSets:
                WorkloadRules.StatefulSet(root["spec"]);
                break;
            case BuiltInResources.Jobs:
                WorkloadRules.Job(root["spec"]);
                break;
            case BuiltInResources.Services:
                ServiceRules.Check(root["spec"]);
                break;
            case BuiltInResources.Claims:
                ClaimRules.Specification(root["spec"]);
                break;
            case BuiltInResources.ConfigMaps:
                DataRules.ConfigMap(root);
                break;
            case BuiltInResources.Secrets:
                DataRules.Secret(root);
                break;
            case BuiltInResources.Ingresses:
                IngressRules.Check(root["spec"]);
                break;
            case Authorizer.Roles or Authorizer.ClusterRoles:
                RoleRules.Role(root["rules"], type.Namespaced);
                break;
            case Authorizer.RoleBindings or Authorizer.ClusterRoleBindings:
                RoleRules.Binding(root, type.Namespaced);
                break;
            case BuiltInResources.DisruptionBudgets:
                PolicyRules.Disruption(root["spec"]);
                break;
            case BuiltInResources.NetworkPolicies:
                PolicyRules.Network(root["spec"]);
                break;
            case BuiltInResources.Quotas:
                PolicyRules.Quota(root["spec"]["hard"]);
                break;
            case BuiltInResources.PriorityClasses:
                PolicyRules.Priority(root);
                break;
            case BuiltInResources.StorageClasses:
                root["provisioner"].Demand();
                root["reclaimPolicy"].OneOf("Delete", "Retain");
                root["volumeBindingMode"].OneOf("Immediate", "WaitForFirstConsumer");
                break;
            case BuiltInResources.CustomResourceDefinitions:
                root.Errors.AddRange(DefinitionValidation.Find((JsonObject)root.Value!, options.Warn));
                break;
            case BuiltInResources.Events:
                root.Errors.AddRange(EventValidation.Always((JsonObject)root.Value!));
                break;
            default:
                break;
        }
    }
}
