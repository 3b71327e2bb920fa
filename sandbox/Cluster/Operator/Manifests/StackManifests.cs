using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>All objects of a stack, in the order in which they are made: what pods need comes before them.</summary>
public static class StackManifests
{
    public static IEnumerable<(string Resource, JsonObject Content)> Of(TempoStackView stack, S3Storage storage)
    {
        var configuration = TempoConfiguration.Render(stack, storage);
        yield return (BuiltInResources.ServiceAccounts, new JsonObject { ["metadata"] = stack.Metadata(stack.NameOf(), "serviceaccount") });
        yield return (BuiltInResources.ConfigMaps, new JsonObject
        {
            ["metadata"] = stack.Metadata(stack.NameOf(), "config"),
            ["data"] = new JsonObject
            {
                ["tempo.yaml"] = configuration,
                ["tempo-query-frontend.yaml"] = configuration,
                ["overrides.yaml"] = "overrides: {}\n",
            },
        });
        foreach (var service in ServiceManifests.Of(stack))
        {
            yield return (BuiltInResources.Services, service);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)));
        foreach (var workload in new ComponentManifests(stack, hash).All())
        {
            yield return workload;
        }

        foreach (var component in TempoComponent.All)
        {
            yield return (BuiltInResources.DisruptionBudgets, new JsonObject
            {
                ["metadata"] = stack.Metadata(stack.NameOf(component.Name), component.Name),
                ["spec"] = new JsonObject { ["maxUnavailable"] = 1, ["selector"] = new JsonObject { ["matchLabels"] = stack.Labels(component.Name) } },
            });
        }

        if (stack.HasIngress)
        {
            yield return (BuiltInResources.Ingresses, Ingress(stack));
        }
    }

    private static JsonObject Ingress(TempoStackView stack)
    {
        var backend = new JsonObject
        {
            ["service"] = new JsonObject { ["name"] = stack.NameOf("query-frontend"), ["port"] = new JsonObject { ["name"] = "jaeger-ui" } },
        };
        var spec = new JsonObject();
        if (stack.Ingress.Text("ingressClassName") is { } ingressClass)
        {
            spec["ingressClassName"] = ingressClass;
        }

        if (stack.Ingress.Text("host") is { Length: > 0 } host)
        {
            spec["rules"] = new JsonArray(new JsonObject
            {
                ["host"] = host,
                ["http"] = new JsonObject { ["paths"] = new JsonArray(new JsonObject { ["path"] = "/", ["pathType"] = "Prefix", ["backend"] = backend }) },
            });
        }
        else
        {
            spec["defaultBackend"] = backend;
        }

        var metadata = stack.Metadata(stack.NameOf("query-frontend"), "query-frontend");
        if (stack.Ingress.At("annotations") is { } annotations)
        {
            metadata["annotations"] = annotations.DeepClone();
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }
}
